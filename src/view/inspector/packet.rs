//! A packet: where it is, what it carries, to whom it points.

use super::{field, group, plain};
use crate::engine::addr::{Addr, L3};
use crate::engine::extract::{L4Header, get_l4proto};
use crate::engine::hooks::CtStates;
use crate::engine::skb::{Skb, SkbId};
use crate::engine::tuple::ipproto;
use crate::view::model::{Field, FieldGroup, Inspector};
use crate::view::names;
use crate::view::scene::Scene;

/// A packet in the machine; of one that is gone, what it was last.
pub(super) fn inspect(scene: &Scene, id: SkbId) -> Inspector {
    let now = scene.state.skb(id);
    let before = scene.before.skb(id);
    let Some(skb) = now.or(before) else {
        let subtitle = if id.0 > scene.state.skbs_created {
            "There is no such packet yet."
        } else {
            "freed: its memory is gone"
        };
        return Inspector {
            title: id.to_string(),
            subtitle: subtitle.to_owned(),
            ..Inspector::default()
        };
    };
    let place = match now {
        None => "freed at this step".to_owned(),
        Some(skb) if skb.held => format!("waits at {}", names::station(skb.at)),
        Some(skb) => format!("at {}", names::station(skb.at)),
    };
    Inspector {
        title: id.to_string(),
        subtitle: format!("{}, {place}", names::packet(&skb.bytes)),
        groups: [way(scene, skb, before), header(&skb.bytes)]
            .into_iter()
            .flatten()
            .collect(),
        ledger: Vec::new(),
    }
}

fn way(scene: &Scene, skb: &Skb, old: Option<&Skb>) -> Vec<FieldGroup> {
    let net = scene
        .state
        .nets
        .get(usize::from(skb.net))
        .map_or("", |net| net.name.as_str());
    let nfct = |skb: &Skb| {
        skb.nfct
            .map_or_else(|| "none".to_owned(), |conn| conn.to_string())
    };
    let info = |skb: &Skb| skb.ctinfo.map_or("none", |info| info.name()).to_owned();
    let seen: Vec<_> = CtStates::of(skb.ctinfo)
        .iter_names()
        .map(|(name, _)| name)
        .collect();
    let fields = vec![
        field(
            "at",
            skb.at.name(),
            "",
            old.map(|skb| skb.at.name().to_owned()),
        ),
        plain("way", names::path(skb.path), ""),
        plain("namespace", net, ""),
        plain("cpu", skb.cpu.to_string(), "that works on it"),
    ];
    let pointer = vec![
        field("_nfct", nfct(skb), "its connection", old.map(nfct)),
        field(
            "ctinfo",
            info(skb),
            "the low three bits of _nfct",
            old.map(info),
        ),
        plain("ct state", seen.join(" "), "as rules see it"),
    ];
    vec![group("packet", fields), group("skb._nfct", pointer)]
}

fn header(bytes: &[u8]) -> Vec<FieldGroup> {
    if bytes.is_empty() {
        return Vec::new();
    }
    let mut groups = vec![group("IP header", ip(bytes))];
    if let Ok(l4) = get_l4proto(bytes) {
        let segment = bytes.get(l4.offset..l4.end).unwrap_or_default();
        if let Some(fields) = layer4(&l4, segment) {
            groups.push(group(
                &format!("{} header", names::proto(l4.protonum)),
                fields,
            ));
        }
    }
    groups
}

fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn ip(bytes: &[u8]) -> Vec<Field> {
    let addr = |at: usize, len: usize, l3: L3| {
        let mut addr = [0; 16];
        let from = bytes.get(at..at + len)?;
        addr[..len].copy_from_slice(from);
        Some(Addr(addr).show(l3).to_string())
    };
    let mut fields = vec![plain(
        "length",
        bytes.len().to_string(),
        "bytes from here on",
    )];
    let mut push = |name: &str, value: Option<String>, note: &str| {
        if let Some(value) = value {
            fields.push(plain(name, value, note));
        }
    };
    match bytes.first().map(|first| first >> 4) {
        Some(4) => {
            push("version", Some("4".to_owned()), "");
            push("src", addr(12, 4, L3::Ipv4), "");
            push("dst", addr(16, 4, L3::Ipv4), "");
            push("ttl", bytes.get(8).map(u8::to_string), "");
            push(
                "protocol",
                bytes.get(9).map(|n| format!("{n} {}", names::proto(*n))),
                "",
            );
            if let Some(word) = be16(bytes, 6)
                && word & 0x3fff != 0
            {
                push(
                    "fragment offset",
                    Some((u32::from(word & 0x1fff) * 8).to_string()),
                    "",
                );
            }
        }
        Some(6) => {
            push("version", Some("6".to_owned()), "");
            push("src", addr(8, 16, L3::Ipv6), "");
            push("dst", addr(24, 16, L3::Ipv6), "");
            push("hop limit", bytes.get(7).map(u8::to_string), "");
            push("next header", bytes.get(6).map(u8::to_string), "");
        }
        _ => push("version", Some("unknown".to_owned()), "neither 4 nor 6"),
    }
    fields
}

fn layer4(l4: &L4Header, segment: &[u8]) -> Option<Vec<Field>> {
    let offset = plain("offset", l4.offset.to_string(), "bytes from the IP header");
    match (l4.l3, l4.protonum) {
        (_, ipproto::TCP) => {
            let flags = *segment.get(13)?;
            let header = usize::from(*segment.get(12)? >> 4) * 4;
            Some(vec![
                offset,
                plain("src port", be16(segment, 0)?.to_string(), ""),
                plain("dst port", be16(segment, 2)?.to_string(), ""),
                plain("flags", tcp_flags(flags), format!("{flags:#04x}")),
                plain("seq", names::grouped(be32(segment, 4)?.into()), ""),
                plain("ack", names::grouped(be32(segment, 8)?.into()), ""),
                plain("window", be16(segment, 14)?.to_string(), "not scaled"),
                plain(
                    "payload",
                    segment.len().saturating_sub(header).to_string(),
                    "bytes",
                ),
            ])
        }
        (_, ipproto::UDP) => Some(vec![
            offset,
            plain("src port", be16(segment, 0)?.to_string(), ""),
            plain("dst port", be16(segment, 2)?.to_string(), ""),
            plain(
                "length",
                be16(segment, 4)?.to_string(),
                "with its header of 8 bytes",
            ),
        ]),
        (L3::Ipv4, ipproto::ICMP) => icmp(offset, segment, names::icmp_type),
        (L3::Ipv6, ipproto::ICMPV6) => icmp(offset, segment, names::icmpv6_type),
        _ => None,
    }
}

fn icmp(
    offset: Field,
    segment: &[u8],
    known: fn(u8) -> Option<&'static str>,
) -> Option<Vec<Field>> {
    let kind = *segment.first()?;
    Some(vec![
        offset,
        plain("type", kind.to_string(), known(kind).unwrap_or("")),
        plain("code", segment.get(1)?.to_string(), ""),
        plain(
            "id",
            be16(segment, 4)?.to_string(),
            "of a question and its answer",
        ),
    ])
}

/// The flags by name, in the order in which people say them.
pub(in crate::view) fn tcp_flags(flags: u8) -> String {
    const NAMES: [(u8, &str); 8] = [
        (0x02, "SYN"),
        (0x01, "FIN"),
        (0x04, "RST"),
        (0x08, "PSH"),
        (0x10, "ACK"),
        (0x20, "URG"),
        (0x40, "ECE"),
        (0x80, "CWR"),
    ];
    let set: Vec<_> = NAMES
        .iter()
        .filter(|(bit, _)| flags & bit != 0)
        .map(|(_, name)| *name)
        .collect();
    if set.is_empty() {
        "none".to_owned()
    } else {
        set.join(" ")
    }
}
