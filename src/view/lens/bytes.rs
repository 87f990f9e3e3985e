//! The 40 bytes of a tuple as they lie in memory, field by field.

use crate::engine::addr::{Addr, L3};
use crate::engine::tuple::Tuple;
use crate::view::names;
use crate::words::lens as w;
use core::ops::Range;

/// Which field of the tuple; also its place in [`tuple_parts`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Key {
    /// `src.u3`.
    SrcAddr,
    /// `src.u`.
    SrcPart,
    /// `src.l3num`.
    L3,
    /// `dst.u3`.
    DstAddr,
    /// `dst.u`.
    DstPart,
    /// `dst.protonum`.
    L4,
    /// `dst.dir`.
    Dir,
}

impl Key {
    /// As the kernel calls it: `src.u3`.
    pub const fn name(self) -> &'static str {
        LAYOUT[self as usize].1
    }

    /// A port, or what stands in its place.
    pub const fn is_part(self) -> bool {
        matches!(self, Key::SrcPart | Key::DstPart)
    }
}

/// A field of the tuple, with its bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// Which one.
    pub key: Key,
    /// As the kernel calls it: `src.u3`.
    pub name: &'static str,
    /// What it is, short enough to stand under two bytes: `port`.
    pub label: &'static str,
    /// In words: `47562`.
    pub value: String,
    /// As it was, if the step changed it.
    pub old: Option<String>,
    /// Offset of the first byte.
    pub offset: u32,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// How many of them say something; the rest is padding of zeros.
    pub used: usize,
}

/// Kernel's name, offset and length of every field, in memory order.
/// Kernel: `struct nf_conntrack_tuple`, include/net/netfilter/nf_conntrack_tuple.h, v5.10.19.
const LAYOUT: [(Key, &str, usize, usize); 7] = [
    (Key::SrcAddr, "src.u3", 0, 16),
    (Key::SrcPart, "src.u", 16, 2),
    (Key::L3, "src.l3num", 18, 2),
    (Key::DstAddr, "dst.u3", 20, 16),
    (Key::DstPart, "dst.u", 36, 2),
    (Key::L4, "dst.protonum", 38, 1),
    (Key::Dir, "dst.dir", 39, 1),
];

/// The bytes of a field in the tuple.
pub fn range(key: Key) -> Range<usize> {
    let (_, _, offset, len) = LAYOUT[key as usize];
    offset..offset + len
}

/// A tuple, field by field; `old` is what it was before.
pub fn tuple_parts(tuple: &Tuple, old: Option<&Tuple>) -> Vec<Part> {
    let bytes = tuple.bytes();
    let part = |&(key, name, offset, len): &(Key, &'static str, usize, usize)| {
        let value = value(key, tuple);
        let used = match (key, tuple.src.l3num) {
            (Key::SrcAddr | Key::DstAddr, L3::Ipv4) => 4,
            _ => len,
        };
        Part {
            key,
            name,
            label: label(key, tuple),
            old: old
                .map(|old| self::value(key, old))
                .filter(|old| *old != value),
            value,
            offset: offset as u32,
            bytes: bytes[offset..offset + len].to_vec(),
            used,
        }
    };
    LAYOUT.iter().map(part).collect()
}

/// What a field is, with the protocol's own word.
fn label(key: Key, tuple: &Tuple) -> &'static str {
    match key {
        Key::SrcAddr => w::SRC_ADDRESS.text(),
        Key::SrcPart if tuple.is_icmp() => "id",
        Key::SrcPart | Key::DstPart if tuple.has_gre_keys() => w::KEY.text(),
        Key::L3 => "l3",
        Key::DstAddr => w::DST_ADDRESS.text(),
        Key::DstPart if tuple.is_icmp() => w::TYPE.text(),
        Key::SrcPart | Key::DstPart => w::PORT.text(),
        Key::L4 => "l4",
        Key::Dir => "dir",
    }
}

/// The value of a field in words.
pub fn value(key: Key, tuple: &Tuple) -> String {
    let l3 = tuple.src.l3num;
    let addr = |addr: Addr| addr.show(l3).to_string();
    match key {
        Key::SrcAddr => addr(tuple.src.u3),
        Key::SrcPart => tuple.src.u.to_string(),
        Key::L3 if l3 == L3::Ipv4 => "IPv4".to_owned(),
        Key::L3 => "IPv6".to_owned(),
        Key::DstAddr => addr(tuple.dst.u3),
        Key::DstPart if tuple.is_icmp() => {
            format!("{}, {}", tuple.icmp_type(), tuple.icmp_code())
        }
        Key::DstPart => tuple.dst.u.to_string(),
        Key::L4 => names::proto(tuple.dst.protonum),
        Key::Dir => (tuple.dst.dir as u8).to_string(),
    }
}
