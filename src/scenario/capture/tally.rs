//! Warnings, of which there are never so many that nobody reads them.

use super::error::Warning;
use crate::words::{capture as w, tell};

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
            Matter::NotIp => Told::Once(w::IS_NOT_IP_AND.text(), w::FROM_HERE_ON_ARE.text()),
            Matter::Twice => Told::Once(
                w::WAS_CAPTURED_COMING_AND.text(),
                w::FROM_HERE_ON_WERE.text(),
            ),
            Matter::Sealed => {
                Told::Once(w::HAS_A_CHECKSUM_THAT.text(), w::FROM_HERE_ON_HAVE.text())
            }
            Matter::Measured => {
                Told::Once(w::HAS_NO_LENGTH_AS.text(), w::FROM_HERE_ON_HAVE_NO.text())
            }
            Matter::NoTime => Told::Once(
                w::HAS_NO_TIME_IN.text(),
                w::FROM_HERE_ON_HAVE_NO_TIME.text(),
            ),
            Matter::LinkType => Told::Each(w::ARE_OF_A_LINK.text()),
            Matter::Header => Told::Each(w::HAVE_NO_IP_HEADER.text()),
            Matter::TooLong => Told::Each(w::ARE_LONGER_THAN_A.text()),
            Matter::Lost => Told::Each(w::CANNOT_BE_USED_AS.text()),
            Matter::Filled => Told::Each(w::ARE_CUT_OFF_IN.text()),
            Matter::LeftShort => Told::Each(w::ARE_CUT_OFF_IN_THE.text()),
            Matter::Lying => Told::Each(w::SAY_THAT_THEY_ARE.text()),
            Matter::Backwards => Told::Each(w::ARE_EARLIER_THAN_THE.text()),
            Matter::NoIface => Told::Each(w::COME_FROM_ADDRESSES_BEHIND.text()),
            Matter::LongPause => Told::Each(w::COME_AFTER_A_PAUSE.text()),
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
                    self.say(Some(first), tell!(w::N_1_PACKET_ONE, one))
                }
                Told::Once(_, many) if count > 1 => {
                    self.say(Some(first), tell!(w::COUNT_PACKETS_MANY, count, many));
                }
                Told::Each(words) if count > EACH_MAX => {
                    self.say(
                        None,
                        tell!(w::EACH_MAX_MORE_PACKETS, each_max = count - EACH_MAX, words),
                    );
                }
                Told::Once(..) | Told::Each(_) => {}
            }
        }
        self.given.sort_by_key(|w| w.packet.unwrap_or(u32::MAX));
        self.given
    }
}
