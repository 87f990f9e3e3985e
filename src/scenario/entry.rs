//! Entries as lines: `entry tcp 6 431999 ESTABLISHED src=… dst=… sport=… dport=… src=… …`, in the
//! words in which `conntrack -L` lists them.

use super::filter::{PROTOCOLS, Reader, l3_addr, set};
use super::packet::address;
use super::words::{Fault, Word};
use crate::engine::addr::{Addr, L3};
use crate::engine::command::{EntryState, NewEntry};
use crate::engine::conn::Counted;
use crate::engine::rules::HelperName;
use crate::engine::time::Secs;
use crate::engine::tuple::{Dir, Dst, Man, Tuple, ipproto};
use crate::engine::zone::Zone;
use crate::words::{Plain, scenario as w, tell};
use core::fmt;

/// A tuple as far as it was read.
#[derive(Clone, Copy, Default)]
struct Half {
    src: Option<(L3, Addr)>,
    dst: Option<(L3, Addr)>,
    /// Port, key or identifier of the source.
    src_part: Option<u16>,
    /// Port or key of the destination.
    dst_part: Option<u16>,
    kind: Option<u16>,
    code: Option<u16>,
    packets: Option<u64>,
    bytes: Option<u64>,
}

/// What parts of a tuple its protocol has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Parts {
    Ports,
    Icmp,
    Keys,
    None,
}

impl Parts {
    const fn of(protonum: u8) -> Parts {
        match protonum {
            ipproto::TCP | ipproto::UDP | ipproto::SCTP | ipproto::UDPLITE | ipproto::DCCP => {
                Parts::Ports
            }
            ipproto::ICMP | ipproto::ICMPV6 => Parts::Icmp,
            ipproto::GRE => Parts::Keys,
            _ => Parts::None,
        }
    }

    const fn expected(self) -> &'static str {
        match self {
            Parts::Ports => "src=, dst=, sport= and dport=, twice",
            Parts::Icmp => "src=, dst=, type=, code= and id=, twice",
            Parts::Keys => "src=, dst=, srckey= and dstkey=, twice",
            Parts::None => "src= and dst=, twice",
        }
    }
}

/// The name of a protocol in the tools' lists.
fn l4_name(protonum: u8) -> &'static str {
    let named = PROTOCOLS.iter().find(|(_, number)| *number == protonum);
    named.map_or("unknown", |(name, _)| name)
}

/// An entry, from the name of its protocol on. The name of its family may stand before it, as
/// `-o extended` has it.
pub(super) fn entry(first: Word<'_>, words: &[Word<'_>]) -> Result<NewEntry, Fault> {
    const NAME: Plain = w::A_PROTOCOL_SUCH_AS;
    let mut reader = Reader::new(first, words);
    let mut name = reader.need(NAME.text())?;
    if matches!(name.text, "ipv4" | "ipv6") {
        let number = if name.text == "ipv4" { "2" } else { "10" };
        reader.keyword(number)?;
        name = reader.need(NAME.text())?;
    }
    let known = |it: &&(&str, u8)| it.0 == name.text;
    let named = PROTOCOLS.iter().find(known).map(|(_, number)| *number);
    if named.is_none() && name.text != "unknown" {
        let names: Vec<&str> = PROTOCOLS.iter().map(|(name, _)| *name).collect();
        let expected = tell!(w::NAMES_OR_UNKNOWN, names = names.join(", "));
        return Err(name.unknown(w::A_PROTOCOL_OF_CONNTRACK.text(), expected));
    }
    let number = reader.need(w::THE_NUMBER_OF_THE.text())?;
    let protonum = number.number(w::A_PROTOCOL.text(), 0..=255)? as u8;
    if named.is_some_and(|named| named != protonum) {
        let expected = format!("{}", named.unwrap_or_default());
        return Err(number.fault(
            tell!(
                w::QUOTED_IS_NOT_NAME,
                quoted = number.quoted(),
                name = name.text
            ),
            expected,
        ));
    }
    let secs = reader.need(w::THE_SECONDS_THAT_IT.text())?;
    let timeout = secs.number("seconds", 0..=u64::from(u32::MAX))? as u32;
    let states = EntryState::all_of(protonum);
    let is_state = |word: &Word<'_>| !word.text.contains('=') && !word.text.starts_with('[');
    let state = match reader.peek().filter(is_state) {
        Some(word) => {
            reader.next();
            let found = states.iter().find(|state| state.name() == word.text);
            Some(*found.ok_or_else(|| word.unknown(w::A_STATE_HERE.text(), shown(&states)))?)
        }
        None if matches!(protonum, ipproto::TCP | ipproto::SCTP) => {
            reader.need(w::A_STATE.text())?;
            return Err(secs.fault(w::NO_STATE_FOLLOWS.text(), shown(&states)));
        }
        None => None,
    };
    let mut fields = Fields::default();
    let mut end = secs;
    while let Some(word) = reader.next() {
        fields.take(word, Parts::of(protonum))?;
        end = word;
    }
    fields.finish(end, protonum, timeout, state)
}

/// States in a row, or that there are none.
fn shown(states: &[EntryState]) -> String {
    if states.is_empty() {
        return "src=".to_owned();
    }
    let names: Vec<&str> = states.iter().map(|state| state.name()).collect();
    names.join(", ")
}

/// Everything behind the state.
#[derive(Default)]
struct Fields {
    halves: [Half; 2],
    /// How many tuples have begun.
    begun: usize,
    unreplied: Option<()>,
    assured: Option<()>,
    mark: Option<u32>,
    zone: Option<Zone>,
    age: Option<u32>,
    helper: Option<HelperName>,
    uses: Option<u64>,
}

const BEHIND: &str = "[UNREPLIED], [ASSURED], mark=, zone=, delta-time=, helper= or use=";

impl Fields {
    fn take(&mut self, word: Word<'_>, parts: Parts) -> Result<(), Fault> {
        let (key, value) = word.split();
        if key == "src" && self.begun < 2 {
            self.begun += 1;
        }
        let Some(value) = value else {
            return match word.text {
                "[UNREPLIED]" => set(&mut self.unreplied, (), word),
                "[ASSURED]" => set(&mut self.assured, (), word),
                "[OFFLOAD]" | "[HW_OFFLOAD]" => Err(word.fault(
                    w::ITS_PACKETS_GO_THROUGH.text(),
                    w::AN_ENTRY_WITHOUT_OFFLOAD.text(),
                )),
                _ => Err(word.unknown(w::PART_OF_AN_ENTRY.text(), BEHIND)),
            };
        };
        let most = u64::from(u32::MAX);
        match key {
            "mark" => return set(&mut self.mark, value.number("mark", 0..=most)? as u32, word),
            "zone" | "zone-orig" | "zone-reply" => {
                let id = value.number("zone", 0..=u64::from(u16::MAX))? as u16;
                let dirs = match key {
                    "zone-orig" => 1,
                    "zone-reply" => 2,
                    _ => Zone::BOTH,
                };
                return set(&mut self.zone, Zone { id, dirs }, word);
            }
            "delta-time" => {
                let age = value.number("seconds", 0..=most)? as u32;
                return set(&mut self.age, age, word);
            }
            "helper" => {
                let found = HelperName::ALL
                    .into_iter()
                    .find(|it| it.name() == value.text);
                let found = found.ok_or_else(|| {
                    value.unknown(w::A_HELPER_THAT_IS.text(), w::FTP_OR_TFTP.text())
                })?;
                return set(&mut self.helper, found, word);
            }
            // Nobody but the table will hold the entry.
            "use" => return set(&mut self.uses, value.number("use", 0..=most)?, word),
            _ => {}
        }
        let half = match self.begun {
            0 => return Err(word.unknown(w::THE_FIRST_WORD_OF.text(), "src=")),
            n => &mut self.halves[n - 1],
        };
        let number = |most: u64| value.number(key, 0..=most).map(|n| n as u16);
        match (key, parts) {
            ("src", _) => set(&mut half.src, l3_addr(address(value)?), word),
            ("dst", _) => set(&mut half.dst, l3_addr(address(value)?), word),
            ("sport", Parts::Ports) | ("id", Parts::Icmp) | ("srckey", Parts::Keys) => {
                set(&mut half.src_part, number(65_535)?, word)
            }
            ("dport", Parts::Ports) | ("dstkey", Parts::Keys) => {
                set(&mut half.dst_part, number(65_535)?, word)
            }
            ("type", Parts::Icmp) => set(&mut half.kind, number(255)?, word),
            ("code", Parts::Icmp) => set(&mut half.code, number(255)?, word),
            ("packets", _) => set(
                &mut half.packets,
                value.number("packets", 0..=u64::MAX)?,
                word,
            ),
            ("bytes", _) => set(&mut half.bytes, value.number("bytes", 0..=u64::MAX)?, word),
            _ => Err(word.unknown(
                w::PART_OF_AN_ENTRY.text(),
                format!("{}, {BEHIND}", parts.expected()),
            )),
        }
    }

    fn finish(
        self,
        end: Word<'_>,
        protonum: u8,
        timeout: u32,
        state: Option<EntryState>,
    ) -> Result<NewEntry, Fault> {
        let parts = Parts::of(protonum);
        let missing = || {
            let at = end.at + end.text.len();
            Fault::new(at, w::THE_TWO_TUPLES_ARE.text(), parts.expected())
        };
        let tuple = |dir: Dir| {
            self.halves[dir.index()]
                .tuple(protonum, dir)
                .ok_or_else(missing)
        };
        let (original, reply) = (tuple(Dir::Original)?, tuple(Dir::Reply)?);
        if original.src.l3num != reply.src.l3num {
            let problem = w::THE_TUPLES_ARE_OF.text();
            return Err(end.fault(problem, w::ADDRESSES_OF_ONE_FAMILY.text()));
        }
        let helper = self.helper.filter(|helper| helper.protonum() != protonum);
        if let Some(helper) = helper {
            let problem = tell!(w::HELPER_HELPER_DOES_NOT, helper = helper.name());
            return Err(end.fault(problem, w::THE_HELPER_OF_ITS.text()));
        }
        let counted = |half: &Half| {
            Some(Counted {
                packets: half.packets?,
                bytes: half.bytes?,
            })
        };
        let [first, second] = &self.halves;
        let counted = counted(first).zip(counted(second));
        Ok(NewEntry {
            original,
            reply,
            timeout: Secs(timeout),
            state,
            seen_reply: self.unreplied.is_none(),
            assured: self.assured.is_some(),
            mark: self.mark.unwrap_or(0),
            zone: self.zone.filter(|zone| zone.id != 0).unwrap_or_default(),
            counted: counted.map(|(first, second)| [first, second]),
            age: self.age,
            helper: self.helper,
        })
    }
}

impl Half {
    /// The tuple, if everything is there.
    fn tuple(&self, protonum: u8, dir: Dir) -> Option<Tuple> {
        let ((l3num, src), (dst_l3, dst)) = (self.src?, self.dst?);
        if l3num != dst_l3 {
            return None;
        }
        let (src_u, dst_u) = match Parts::of(protonum) {
            Parts::Ports | Parts::Keys => (self.src_part?, self.dst_part?),
            Parts::Icmp => (self.src_part?, self.kind? << 8 | self.code?),
            Parts::None => (0, 0),
        };
        Some(Tuple {
            src: Man {
                u3: src,
                u: src_u,
                l3num,
            },
            dst: Dst {
                u3: dst,
                u: dst_u,
                protonum,
                dir,
            },
        })
    }
}

/// Prints an entry as `entry` reads it.
pub(super) fn print_entry(entry: &NewEntry, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let NewEntry {
        original,
        reply,
        timeout,
        state,
        seen_reply,
        assured,
        mark,
        zone,
        counted,
        age,
        helper,
    } = entry;
    let protonum = original.dst.protonum;
    write!(f, "entry {} {protonum} {}", l4_name(protonum), timeout.0)?;
    if let Some(state) = state {
        write!(f, " {}", state.name())?;
    }
    for (dir, tuple) in Dir::BOTH.into_iter().zip([original, reply]) {
        print_tuple(tuple, f)?;
        if zone.only_dir() == Some(dir) {
            let side = ["orig", "reply"][dir.index()];
            write!(f, " zone-{side}={}", zone.id)?;
        }
        if let Some(counted) = counted {
            let Counted { packets, bytes } = counted[dir.index()];
            write!(f, " packets={packets} bytes={bytes}")?;
        }
        if dir == Dir::Original && !seen_reply {
            f.write_str(" [UNREPLIED]")?;
        }
    }
    if *assured {
        f.write_str(" [ASSURED]")?;
    }
    if *mark != 0 {
        write!(f, " mark={mark}")?;
    }
    if zone.id != 0 && zone.only_dir().is_none() {
        write!(f, " zone={}", zone.id)?;
    }
    if let Some(age) = age {
        write!(f, " delta-time={age}")?;
    }
    if let Some(helper) = helper {
        write!(f, " helper={}", helper.name())?;
    }
    Ok(())
}

fn print_tuple(tuple: &Tuple, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let l3 = tuple.src.l3num;
    let (src, dst) = (tuple.src.u3.show(l3), tuple.dst.u3.show(l3));
    let (src_part, dst_part) = (tuple.src.u, tuple.dst.u);
    write!(f, " src={src} dst={dst}")?;
    match Parts::of(tuple.dst.protonum) {
        Parts::Ports => write!(f, " sport={src_part} dport={dst_part}"),
        Parts::Icmp => {
            let (kind, code) = (tuple.icmp_type(), tuple.icmp_code());
            write!(f, " type={kind} code={code} id={src_part}")
        }
        Parts::Keys => write!(f, " srckey=0x{src_part:x} dstkey=0x{dst_part:x}"),
        Parts::None => Ok(()),
    }
}
