//! Filters: `delete proto=…`, `conntrack -D …`, and the words that rules share with them.

use super::packet::address;
use super::words::{Fault, Word};
use crate::engine::addr::{Addr, L3};
use crate::engine::command::TupleFilter;
use crate::engine::hooks::Station;
use crate::words::{scenario as w, tell};
use core::fmt;
use std::net::IpAddr;

/// IP protocols by the names that nft and conntrack use.
pub(super) const PROTOCOLS: [(&str, u8); 8] = [
    ("icmp", 1),
    ("tcp", 6),
    ("udp", 17),
    ("dccp", 33),
    ("gre", 47),
    ("icmpv6", 58),
    ("sctp", 132),
    ("udplite", 136),
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

    /// The next word, left where it is.
    pub fn peek(&self) -> Option<Word<'a>> {
        self.words.first().copied()
    }

    /// The next word, which must be there.
    pub fn need(&mut self, expected: &str) -> Result<Word<'a>, Fault> {
        let end = self.end;
        self.next()
            .ok_or_else(|| Fault::new(end, w::THE_LINE_ENDS_HERE.text(), expected))
    }

    /// The next word, which must be this one.
    pub fn keyword(&mut self, keyword: &str) -> Result<(), Fault> {
        let word = self.need(keyword)?;
        if word.text == keyword {
            Ok(())
        } else {
            Err(word.unknown(w::WHAT_GOES_ON_HERE.text(), keyword))
        }
    }

    /// Nothing may follow.
    pub fn finish(mut self) -> Result<(), Fault> {
        match self.next() {
            None => Ok(()),
            Some(word) => Err(word.fault(
                tell!(w::QUOTED_IS_TOO_MUCH, quoted = word.quoted()),
                w::THE_END_OF_THE.text(),
            )),
        }
    }
}

pub(super) fn station(word: Word<'_>) -> Result<Station, Fault> {
    Station::ALL
        .into_iter()
        .find(|station| station_name(*station) == word.text)
        .ok_or_else(|| word.unknown(w::A_STATION.text(), station_names(&Station::ALL)))
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

pub(super) fn protocol(word: Word<'_>) -> Result<u8, Fault> {
    match PROTOCOLS.iter().find(|(name, _)| *name == word.text) {
        Some((_, number)) => Ok(*number),
        None if word.text == "icmp6" => Ok(58),
        None if word.text.starts_with(|c: char| c.is_ascii_digit()) => {
            word.number(w::A_PROTOCOL.text(), 0..=255).map(|n| n as u8)
        }
        None => {
            let names: Vec<&str> = PROTOCOLS.iter().map(|(name, _)| *name).collect();
            Err(word.unknown(
                w::A_PROTOCOL.text(),
                tell!(w::NAMES_OR_A_NUMBER, names = names.join(", ")),
            ))
        }
    }
}

pub(super) struct ShownProtocol(pub u8);

impl fmt::Display for ShownProtocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match PROTOCOLS.iter().find(|(_, number)| *number == self.0) {
            Some((name, _)) => f.write_str(name),
            None => self.0.fmt(f),
        }
    }
}

pub(super) fn l3_addr(addr: IpAddr) -> (L3, Addr) {
    match addr {
        IpAddr::V4(addr) => (L3::Ipv4, Addr::v4(addr.octets())),
        IpAddr::V6(addr) => (L3::Ipv6, Addr(addr.octets())),
    }
}

pub(super) fn port(word: Word<'_>) -> Result<u16, Fault> {
    word.number(w::A_PORT.text(), 0..=65535).map(|n| n as u16)
}

/// Sets a part of a filter that is not set yet.
pub(super) fn set<T: PartialEq>(
    slot: &mut Option<T>,
    value: T,
    word: Word<'_>,
) -> Result<(), Fault> {
    match slot {
        None => {
            *slot = Some(value);
            Ok(())
        }
        Some(_) => Err(word.fault(
            tell!(w::QUOTED_ASKS_FOR_SOMETHING, quoted = word.quoted()),
            w::EVERY_PART_ONLY_ONCE.text(),
        )),
    }
}

const DELETE_BY: &str =
    "a connection such as c1, proto=, src=, dst=, sport=, dport=, zone=, mark= or all";
const UPDATE_BY: &str = "all, proto=, src=, dst=, sport=, dport= or zone=, and mark=";

/// `proto=tcp src=A dst=B sport=N dport=N zone=N mark=N`, or `all`.
pub(super) fn delete_filter(first: Word<'_>, words: &[Word<'_>]) -> Result<TupleFilter, Fault> {
    parts(first, words, DELETE_BY)
}

/// What [`delete_filter`] reads, but the last `mark=` is the new one.
pub(super) fn update(first: Word<'_>, words: &[Word<'_>]) -> Result<(TupleFilter, u32), Fault> {
    let mut reader = Reader::new(first, words);
    reader.need(UPDATE_BY)?;
    let (last, rest) = words
        .split_last()
        .ok_or_else(|| first.fault(w::NOTHING_FOLLOWS.text(), UPDATE_BY))?;
    let ("mark", Some(value)) = last.split() else {
        return Err(last.unknown(w::THE_NEW_MARK.text(), "mark= and a number"));
    };
    let mark = number32(value)?;
    Ok((parts(first, rest, UPDATE_BY)?, mark))
}

fn number32(word: Word<'_>) -> Result<u32, Fault> {
    Ok(word.number("mark", 0..=u64::from(u32::MAX))? as u32)
}

fn zone(word: Word<'_>) -> Result<u16, Fault> {
    Ok(word.number("zone", 0..=u64::from(u16::MAX))? as u16)
}

fn parts(
    first: Word<'_>,
    words: &[Word<'_>],
    expected: &'static str,
) -> Result<TupleFilter, Fault> {
    let mut filter = TupleFilter::default();
    let mut reader = Reader::new(first, words);
    let mut word = reader.need(expected)?;
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
            ("zone", Some(value)) => set(&mut filter.zone, zone(value)?, word)?,
            ("mark", Some(value)) => set(&mut filter.mark, number32(value)?, word)?,
            _ => return Err(word.unknown(w::WHAT_DELETE_CAN_ASK.text(), expected)),
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
                protocol(reader.need(w::A_PROTOCOL.text())?)?,
                word,
            )?,
            "-s" | "--src" | "--orig-src" => {
                set(
                    &mut filter.src,
                    l3_addr(address(reader.need(w::AN_ADDRESS.text())?)?),
                    word,
                )?;
            }
            "-d" | "--dst" | "--orig-dst" => {
                set(
                    &mut filter.dst,
                    l3_addr(address(reader.need(w::AN_ADDRESS.text())?)?),
                    word,
                )?;
            }
            "--sport" | "--orig-port-src" => {
                set(
                    &mut filter.sport,
                    port(reader.need(w::A_PORT.text())?)?,
                    word,
                )?;
            }
            "--dport" | "--orig-port-dst" => {
                set(
                    &mut filter.dport,
                    port(reader.need(w::A_PORT.text())?)?,
                    word,
                )?;
            }
            "-w" | "--zone" => set(
                &mut filter.zone,
                zone(reader.need(w::A_ZONE.text())?)?,
                word,
            )?,
            "-m" | "--mark" => set(
                &mut filter.mark,
                number32(reader.need(w::A_MARK.text())?)?,
                word,
            )?,
            _ => {
                let expected = w::P_S_D_SPORT.text();
                return Err(word.unknown(w::AN_OPTION_OF_CONNTRACK.text(), expected));
            }
        }
    }
    Ok(filter)
}

/// Prints a filter as `delete` reads it.
pub(super) fn print_filter(filter: &TupleFilter, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    let TupleFilter {
        protonum,
        src,
        dst,
        sport,
        dport,
        zone,
        mark,
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
    if let Some(zone) = zone {
        write!(f, " zone={zone}")?;
    }
    if let Some(mark) = mark {
        write!(f, " mark={mark}")?;
    }
    Ok(())
}
