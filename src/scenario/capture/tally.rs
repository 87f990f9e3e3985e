//! Warnings, of which there are never so many that nobody reads them.

use super::error::Warning;

/// How often a matter is told packet by packet before the rest is only counted.
const EACH_MAX: u32 = 5;

/// What can be the matter with a packet. Each has its own count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Matter {
    NotIp,
    Twice,
    Sealed,
    Measured,
    NoTime,
    LinkType,
    Header,
    TooLong,
    Lost,
    Filled,
    LeftShort,
    Lying,
    Backwards,
    LongPause,
    NoIface,
}

/// How a matter is told.
enum Told {
    /// Once, with the number of the first packet and how many there are: the words behind
    /// “1 packet” and those behind “2 packets”.
    Once(&'static str, &'static str),
    /// Packet by packet, and from [`EACH_MAX`] on as “3 more packets” with these words.
    Each(&'static str),
}

impl Matter {
    const ALL: [Matter; 15] = [
        Matter::NotIp,
        Matter::Twice,
        Matter::Sealed,
        Matter::Measured,
        Matter::NoTime,
        Matter::LinkType,
        Matter::Header,
        Matter::TooLong,
        Matter::Lost,
        Matter::Filled,
        Matter::LeftShort,
        Matter::Lying,
        Matter::Backwards,
        Matter::LongPause,
        Matter::NoIface,
    ];

    fn told(self) -> Told {
        match self {
            Matter::NotIp => Told::Once(
                "is not IP and is left out",
                "from here on are not IP and are left out",
            ),
            Matter::Twice => Told::Once(
                "was captured coming and going; the second copy is left out",
                "from here on were captured coming and going; the second copies are left out",
            ),
            Matter::Sealed => Told::Once(
                "has a checksum that a network card was to write; it is written here",
                "from here on have a checksum that a network card was to write; it is written here",
            ),
            Matter::Measured => Told::Once(
                "has no length, as a network card was to split it; it enters whole",
                "from here on have no length, as a card was to split them; they enter whole",
            ),
            Matter::NoTime => Told::Once(
                "has no time in the file and follows at once",
                "from here on have no time in the file and follow at once",
            ),
            Matter::LinkType => Told::Each("are of a link type that is not known here"),
            Matter::Header => Told::Each("have no IP header that can be read"),
            Matter::TooLong => Told::Each("are longer than a packet can be"),
            Matter::Lost => Told::Each("cannot be used as they stand in the file"),
            Matter::Filled => Told::Each("are cut off in the capture and filled up with zeros"),
            Matter::LeftShort => Told::Each("are cut off in the capture, too short to fill up"),
            Matter::Lying => Told::Each("say that they are longer than they are"),
            Matter::Backwards => Told::Each("are earlier than the one before"),
            Matter::NoIface => Told::Each("come from addresses behind no interface"),
            Matter::LongPause => Told::Each("come after a pause that is longer than a timeout"),
        }
    }
}

/// The warnings so far.
#[derive(Default)]
pub(super) struct Tally {
    given: Vec<Warning>,
    /// For each [`Matter`], how many packets, and the first one.
    counts: [(u32, u32); Matter::ALL.len()],
}

impl Tally {
    /// Notes what is the matter with a packet.
    pub fn add(&mut self, matter: Matter, packet: u32) {
        self.add_with(matter, packet, String::new);
    }

    /// Notes what is the matter with a packet; the sentence is for a matter that is told packet by
    /// packet.
    pub fn add_with(&mut self, matter: Matter, packet: u32, sentence: impl FnOnce() -> String) {
        let (count, first) = &mut self.counts[matter as usize];
        if *count == 0 {
            *first = packet;
        }
        *count += 1;
        if matches!(matter.told(), Told::Each(_)) && *count <= EACH_MAX {
            self.say(Some(packet), sentence());
        }
    }

    /// Something that is told once.
    pub fn say(&mut self, packet: Option<u32>, sentence: impl Into<String>) {
        self.given.push(Warning {
            packet,
            sentence: sentence.into(),
        });
    }

    /// `true` if nothing was said so far.
    pub fn is_empty(&self) -> bool {
        self.given.is_empty()
    }

    /// All warnings in the order of their packets, those about the whole file last.
    pub fn finish(mut self) -> Vec<Warning> {
        for matter in Matter::ALL {
            let (count, first) = self.counts[matter as usize];
            match matter.told() {
                Told::Once(one, _) if count == 1 => {
                    self.say(Some(first), format!("1 packet {one}"))
                }
                Told::Once(_, many) if count > 1 => {
                    self.say(Some(first), format!("{count} packets {many}"));
                }
                Told::Each(words) if count > EACH_MAX => {
                    self.say(None, format!("{} more packets {words}", count - EACH_MAX));
                }
                Told::Once(..) | Told::Each(_) => {}
            }
        }
        self.given.sort_by_key(|w| w.packet.unwrap_or(u32::MAX));
        self.given
    }
}
