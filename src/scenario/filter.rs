//! Rules and filters: `nft …`, `delete proto=…`, `conntrack -D …`.

use super::packet::address;
use super::words::{Fault, Word};
use crate::engine::addr::{Addr, L3};
use crate::engine::command::TupleFilter;
use crate::engine::hooks::{CtStates, Rule, Station, Verdict};
use core::fmt;
use std::net::IpAddr;

/// IP protocols by the names that nft and conntrack use.
const PROTOCOLS: [(&str, u8); 8] = [
    ("icmp", 1),
    ("tcp", 6),
    ("udp", 17),
    ("dccp", 33),
    ("gre", 47),
    ("icmpv6", 58),
    ("sctp", 132),
    ("udplite", 136),
];

/// The states that a rule can ask for, in the order in which they are printed.
const STATES: [(&str, CtStates); 5] = [
    ("new", CtStates::NEW),
    ("established", CtStates::ESTABLISHED),
    ("related", CtStates::RELATED),
    ("invalid", CtStates::INVALID),
    ("untracked", CtStates::UNTRACKED),
];

/// Bytes of the path of the words from left to right.
pub(super) struct Reader<'a, 'w> {
    words: &'w [Word<'a>],
    end: usize,
}

impl<'a, 'w> Reader<'a, 'w> {
    /// The words behind `first`.
    pub fn new(first: Word<'a>, words: &'w [Word<'a>]) -> Reader<'a, 'w> {
        Reader {
            words,
            end: first.at + first.text.len(),
        }
    }

    pub fn next(&mut self) -> Option<Word<'a>> {
        let (word, rest) = self.words.split_first()?;
        self.words = rest;
        self.end = word.at + word.text.len();
        Some(*word)
    }

    /// The next word, which must be there.
    pub fn need(&mut self, expected: &str) -> Result<Word<'a>, Fault> {
        let end = self.end;
        self.next()
            .ok_or_else(|| Fault::new(end, "the line ends here", expected))
    }

    /// The next word, which must be this one.
    pub fn keyword(&mut self, keyword: &str) -> Result<(), Fault> {
        let word = self.need(keyword)?;
        if word.text == keyword {
            Ok(())
        } else {
            Err(word.unknown("what goes on here", keyword))
        }
    }

    /// Nothing may follow.
    pub fn finish(mut self) -> Result<(), Fault> {
        match self.next() {
            None => Ok(()),
            Some(word) => Err(word.fault(
                format!("{} is too much here", word.quoted()),
                "the end of the line",
            )),
        }
    }
}

pub(super) fn station(word: Word<'_>) -> Result<Station, Fault> {
    Station::ALL
        .into_iter()
        .find(|station| station_name(*station) == word.text)
        .ok_or_else(|| word.unknown("a station", station_names(&Station::ALL)))
}

pub(super) fn station_name(station: Station) -> String {
    station.name().to_ascii_lowercase()
}

pub(super) fn station_names(stations: &[Station]) -> String {
    let names: Vec<String> = stations
        .iter()
        .map(|station| station_name(*station))
        .collect();
    names.join(", ")
}

fn protocol(word: Word<'_>) -> Result<u8, Fault> {
    match PROTOCOLS.iter().find(|(name, _)| *name == word.text) {
        Some((_, number)) => Ok(*number),
        None if word.text == "icmp6" => Ok(58),
        None if word.text.starts_with(|c: char| c.is_ascii_digit()) => {
            word.number("a protocol", 0..=255).map(|n| n as u8)
        }
        None => {
            let names: Vec<&str> = PROTOCOLS.iter().map(|(name, _)| *name).collect();
            Err(word.unknown("a protocol", format!("{} or a number", names.join(", "))))
        }
    }
}

struct ShownProtocol(u8);

impl fmt::Display for ShownProtocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match PROTOCOLS.iter().find(|(_, number)| *number == self.0) {
            Some((name, _)) => f.write_str(name),
            None => self.0.fmt(f),
        }
    }
}

fn l3_addr(addr: IpAddr) -> (L3, Addr) {
    match addr {
        IpAddr::V4(addr) => (L3::Ipv4, Addr::v4(addr.octets())),
        IpAddr::V6(addr) => (L3::Ipv6, Addr(addr.octets())),
    }
}

fn port(word: Word<'_>) -> Result<u16, Fault> {
    word.number("a port", 0..=65535).map(|n| n as u16)
}

/// Sets a part of a filter that is not set yet.
fn set<T: PartialEq>(slot: &mut Option<T>, value: T, word: Word<'_>) -> Result<(), Fault> {
    match slot {
        None => {
            *slot = Some(value);
            Ok(())
        }
        Some(_) => Err(word.fault(
            format!("{} asks for something a second time", word.quoted()),
            "every part only once",
        )),
    }
}

/// `proto=tcp src=A dst=B sport=N dport=N`, or `all`.
pub(super) fn delete_filter(first: Word<'_>, words: &[Word<'_>]) -> Result<TupleFilter, Fault> {
    const EXPECTED: &str = "a connection such as c1, proto=, src=, dst=, sport=, dport= or all";
    let mut filter = TupleFilter::default();
    let mut reader = Reader::new(first, words);
    let mut word = reader.need(EXPECTED)?;
    if word.text == "all" {
        reader.finish()?;
        return Ok(filter);
    }
    loop {
        match word.split() {
            ("proto", Some(value)) => set(&mut filter.protonum, protocol(value)?, word)?,
            ("src", Some(value)) => set(&mut filter.src, l3_addr(address(value)?), word)?,
            ("dst", Some(value)) => set(&mut filter.dst, l3_addr(address(value)?), word)?,
            ("sport", Some(value)) => set(&mut filter.sport, port(value)?, word)?,
            ("dport", Some(value)) => set(&mut filter.dport, port(value)?, word)?,
            _ => return Err(word.unknown("what delete can ask for", EXPECTED)),
        }
        match reader.next() {
            Some(next) => word = next,
            None => return Ok(filter),
        }
    }
}

/// The options behind `conntrack -D`.
pub(super) fn conntrack_filter(mut reader: Reader<'_, '_>) -> Result<TupleFilter, Fault> {
    let mut filter = TupleFilter::default();
    while let Some(word) = reader.next() {
        match word.text {
            "-p" | "--proto" => set(
                &mut filter.protonum,
                protocol(reader.need("a protocol")?)?,
                word,
            )?,
            "-s" | "--src" | "--orig-src" => {
                set(
                    &mut filter.src,
                    l3_addr(address(reader.need("an address")?)?),
                    word,
                )?;
            }
            "-d" | "--dst" | "--orig-dst" => {
                set(
                    &mut filter.dst,
                    l3_addr(address(reader.need("an address")?)?),
                    word,
                )?;
            }
            "--sport" | "--orig-port-src" => {
                set(&mut filter.sport, port(reader.need("a port")?)?, word)?;
            }
            "--dport" | "--orig-port-dst" => {
                set(&mut filter.dport, port(reader.need("a port")?)?, word)?;
            }
            _ => {
                let expected = "-p, -s, -d, --sport or --dport";
                return Err(word.unknown("an option of conntrack -D here", expected));
            }
        }
    }
    Ok(filter)
}

/// `forward ip saddr A tcp dport 22 ct state new drop`, or `flush`.
pub(super) fn nft(first: Word<'_>, words: &[Word<'_>]) -> Result<Option<Rule>, Fault> {
    const START: &str = "prerouting, input, forward, output, postrouting or flush";
    const MATCH: &str =
        "ip, ip6, tcp, udp, th, meta l4proto, ct state, or accept or drop at the end";
    let mut reader = Reader::new(first, words);
    let mut hook = reader.need(START)?;
    if hook.text == "flush" {
        if reader
            .words
            .first()
            .is_some_and(|word| word.text == "ruleset")
        {
            reader.next();
        }
        return reader.finish().map(|()| None);
    }
    if hook.text == "add" {
        reader.keyword("rule")?;
        hook = reader.need(START)?;
    }
    let asked_at = station(hook).map_err(|_| hook.unknown("a hook", START))?;
    if asked_at == Station::Queue {
        return Err(hook.fault("no rule is asked in the queue", START));
    }
    let mut filter = TupleFilter::default();
    let mut states = CtStates::empty();
    let verdict = loop {
        let word = reader.need(MATCH)?;
        match word.text {
            "accept" => break Verdict::Accept,
            "drop" => break Verdict::Drop,
            "ip" | "ip6" => {
                let side = reader.need("saddr or daddr")?;
                let value = reader.need("an address")?;
                let addr = address(value)?;
                if addr.is_ipv4() != (word.text == "ip") {
                    let what = format!("{} is not an address for {}", value.quoted(), word.text);
                    return Err(value.fault(what, "an address of its family"));
                }
                match side.text {
                    "saddr" => set(&mut filter.src, l3_addr(addr), side)?,
                    "daddr" => set(&mut filter.dst, l3_addr(addr), side)?,
                    _ => return Err(side.unknown("a field of the header", "saddr or daddr")),
                }
            }
            "tcp" | "udp" | "th" => {
                if word.text != "th" {
                    let number = protocol(word)?;
                    if filter.protonum.is_some_and(|other| other != number) {
                        let what = format!("{} is not the protocol named before", word.quoted());
                        return Err(word.fault(what, "the same protocol, or th"));
                    }
                    filter.protonum = Some(number);
                }
                let side = reader.need("sport or dport")?;
                let value = port(reader.need("a port")?)?;
                match side.text {
                    "sport" => set(&mut filter.sport, value, side)?,
                    "dport" => set(&mut filter.dport, value, side)?,
                    _ => return Err(side.unknown("a port of the header", "sport or dport")),
                }
            }
            "meta" => {
                reader.keyword("l4proto")?;
                let value = reader.need("a protocol")?;
                set(&mut filter.protonum, protocol(value)?, value)?;
            }
            "ct" => {
                reader.keyword("state")?;
                let list = reader.need("new, established, related, invalid, untracked")?;
                if !states.is_empty() {
                    return Err(list.fault("ct state is asked a second time", "every part once"));
                }
                states = state_list(list)?;
            }
            _ => return Err(word.unknown("part of a rule", MATCH)),
        }
    };
    reader.finish()?;
    Ok(Some(Rule {
        hook: asked_at,
        states,
        filter,
        verdict,
    }))
}

fn state_list(list: Word<'_>) -> Result<CtStates, Fault> {
    let mut at = list.at;
    let mut states = CtStates::empty();
    for text in list.text.split(',') {
        let found = STATES.iter().find(|(name, _)| *name == text);
        let Some((_, state)) = found else {
            let names: Vec<&str> = STATES.iter().map(|(name, _)| *name).collect();
            return Err(Word { at, text }.unknown("a state", names.join(", ")));
        };
        states |= *state;
        at += text.len() + 1;
    }
    Ok(states)
}

/// Prints a filter as `delete` reads it.
pub(super) fn print_filter(filter: &TupleFilter, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let TupleFilter {
        protonum,
        src,
        dst,
        sport,
        dport,
    } = *filter;
    if *filter == TupleFilter::default() {
        return f.write_str(" all");
    }
    if let Some(number) = protonum {
        write!(f, " proto={}", ShownProtocol(number))?;
    }
    for (key, part) in [("src", src), ("dst", dst)] {
        if let Some((l3, addr)) = part {
            write!(f, " {key}={}", addr.show(l3))?;
        }
    }
    for (key, part) in [("sport", sport), ("dport", dport)] {
        if let Some(port) = part {
            write!(f, " {key}={port}")?;
        }
    }
    Ok(())
}

/// Prints a rule as `nft` reads it.
pub(super) fn print_rule(rule: &Rule, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let Rule {
        hook,
        states,
        filter,
        verdict,
    } = rule;
    let TupleFilter {
        protonum,
        src,
        dst,
        sport,
        dport,
    } = *filter;
    write!(f, "nft {}", station_name(*hook))?;
    for (key, part) in [("saddr", src), ("daddr", dst)] {
        if let Some((l3, addr)) = part {
            let family = if l3 == L3::Ipv4 { "ip" } else { "ip6" };
            write!(f, " {family} {key} {}", addr.show(l3))?;
        }
    }
    let ports = sport.is_some() || dport.is_some();
    let header = match protonum {
        Some(6) if ports => "tcp",
        Some(17) if ports => "udp",
        Some(number) => {
            write!(f, " meta l4proto {}", ShownProtocol(number))?;
            "th"
        }
        None => "th",
    };
    for (key, part) in [("sport", sport), ("dport", dport)] {
        if let Some(port) = part {
            write!(f, " {header} {key} {port}")?;
        }
    }
    let names: Vec<&str> = STATES
        .iter()
        .filter(|(_, bit)| states.contains(*bit))
        .map(|(name, _)| *name)
        .collect();
    if !names.is_empty() {
        write!(f, " ct state {}", names.join(","))?;
    }
    f.write_str(match verdict {
        Verdict::Accept => " accept",
        Verdict::Drop => " drop",
    })
}
