//! A packet: where it is, what it carries, to whom it points.

use super::{field, group, plain};
use crate::engine::addr::{Addr, L3};
use crate::engine::extract::{L4Header, get_l4proto};
use crate::engine::hooks::CtStates;
use crate::engine::skb::{Skb, SkbId};
use crate::engine::tuple::ipproto;
use crate::view::model::{Field, FieldGroup, Inspector, Kind};
use crate::view::names;
use crate::view::scene::Scene;
use crate::words::{inspector as w, tell};

/// A packet in the machine; of one that is gone, what it was last.
pub(super) fn inspect(scene: &Scene, id: SkbId) -> Inspector {
    let now = scene.state.skb(id);
    let before = scene.before.skb(id);
    let Some(skb) = now.or(before) else {
        let subtitle = if id.0 > scene.state.skbs_created {
            w::THERE_IS_NO_SUCH_PACKET.text()
        } else {
            w::FREED_ITS_MEMORY_IS.text()
        };
        return Inspector {
            kind: Kind::Skb,
            title: id.to_string(),
            subtitle: subtitle.to_owned(),
            ..Inspector::default()
        };
    };
    let place = match now {
        None => w::FREED_AT_THIS_STEP.text().to_owned(),
        Some(skb) if skb.held => tell!(w::WAITS_AT_STATION, station = names::station(skb.at)),
        Some(skb) => tell!(w::AT_STATION, station = names::station(skb.at)),
    };
    Inspector {
        kind: Kind::Skb,
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
            .map_or_else(|| w::NONE.text().to_owned(), |conn| conn.to_string())
    };
    let info = |skb: &Skb| {
        skb.ctinfo
            .map_or(w::NONE.text(), |info| info.name())
            .to_owned()
    };
    let seen: Vec<_> = CtStates::of(skb.ctinfo)
        .iter_names()
        .map(|(name, _)| name)
        .collect();
    let fields = vec![
        field(
            w::AT.text(),
            skb.at.name(),
            "",
            old.map(|skb| skb.at.name().to_owned()),
        ),
        plain(w::WAY.text(), names::path(skb.path), ""),
        plain(w::NAMESPACE.text(), net, ""),
        plain("cpu", skb.cpu.to_string(), w::THAT_WORKS_ON_IT.text()),
    ];
    let pointer = vec![
        field("_nfct", nfct(skb), w::ITS_CONNECTION.text(), old.map(nfct)),
        field(
            "ctinfo",
            info(skb),
            w::THE_LOW_THREE_BITS.text(),
            old.map(info),
        ),
        plain(
            w::CT_STATE.text(),
            seen.join(" "),
            w::AS_RULES_SEE_IT.text(),
        ),
    ];
    vec![group(w::PACKET.text(), fields), group("skb._nfct", pointer)]
}

fn header(bytes: &[u8]) -> Vec<FieldGroup> {
    if bytes.is_empty() {
        return Vec::new();
    }
    let mut groups = vec![group(w::IP_HEADER.text(), ip(bytes))];
    if let Ok(l4) = get_l4proto(bytes) {
        let segment = bytes.get(l4.offset..l4.end).unwrap_or_default();
        if let Some(fields) = layer4(&l4, segment) {
            groups.push(group(
                &tell!(w::PROTO_HEADER, proto = names::proto(l4.protonum)),
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
        w::LENGTH.text(),
        bytes.len().to_string(),
        w::BYTES_FROM_HERE_ON.text(),
    )];
    let mut push = |name: &str, value: Option<String>, note: &str| {
        if let Some(value) = value {
            fields.push(plain(name, value, note));
        }
    };
    match bytes.first().map(|first| first >> 4) {
        Some(4) => {
            push(w::VERSION.text(), Some("4".to_owned()), "");
            push("src", addr(12, 4, L3::Ipv4), "");
            push("dst", addr(16, 4, L3::Ipv4), "");
            push("ttl", bytes.get(8).map(u8::to_string), "");
            push(
                w::PROTOCOL.text(),
                bytes.get(9).map(|n| format!("{n} {}", names::proto(*n))),
                "",
            );
            if let Some(word) = be16(bytes, 6)
                && word & 0x3fff != 0
            {
                push(
                    w::FRAGMENT_OFFSET.text(),
                    Some((u32::from(word & 0x1fff) * 8).to_string()),
                    "",
                );
            }
        }
        Some(6) => {
            push(w::VERSION.text(), Some("6".to_owned()), "");
            push("src", addr(8, 16, L3::Ipv6), "");
            push("dst", addr(24, 16, L3::Ipv6), "");
            push(w::HOP_LIMIT.text(), bytes.get(7).map(u8::to_string), "");
            push(w::NEXT_HEADER.text(), bytes.get(6).map(u8::to_string), "");
        }
        _ => push(
            w::VERSION.text(),
            Some(w::UNKNOWN.text().to_owned()),
            w::NEITHER_4_NOR_6.text(),
        ),
    }
    fields
}

fn layer4(l4: &L4Header, segment: &[u8]) -> Option<Vec<Field>> {
    let offset = plain(
        w::OFFSET.text(),
        l4.offset.to_string(),
        w::BYTES_FROM_THE_IP.text(),
    );
    match (l4.l3, l4.protonum) {
        (_, ipproto::TCP) => {
            let flags = *segment.get(13)?;
            let header = usize::from(*segment.get(12)? >> 4) * 4;
            Some(vec![
                offset,
                plain(w::SRC_PORT.text(), be16(segment, 0)?.to_string(), ""),
                plain(w::DST_PORT.text(), be16(segment, 2)?.to_string(), ""),
                plain("flags", tcp_flags(flags), format!("{flags:#04x}")),
                plain("seq", names::grouped(be32(segment, 4)?.into()), ""),
                plain("ack", names::grouped(be32(segment, 8)?.into()), ""),
                plain(
                    "window",
                    be16(segment, 14)?.to_string(),
                    w::NOT_SCALED.text(),
                ),
                plain(
                    w::PAYLOAD.text(),
                    segment.len().saturating_sub(header).to_string(),
                    w::BYTES.text(),
                ),
            ])
        }
        (_, ipproto::UDP) => Some(vec![
            offset,
            plain(w::SRC_PORT.text(), be16(segment, 0)?.to_string(), ""),
            plain(w::DST_PORT.text(), be16(segment, 2)?.to_string(), ""),
            plain(
                w::LENGTH.text(),
                be16(segment, 4)?.to_string(),
                w::WITH_ITS_HEADER_OF.text(),
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
        plain(w::TYPE.text(), kind.to_string(), known(kind).unwrap_or("")),
        plain(w::CODE.text(), segment.get(1)?.to_string(), ""),
        plain(
            "id",
            be16(segment, 4)?.to_string(),
            w::OF_A_QUESTION_AND.text(),
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
        w::NONE.text().to_owned()
    } else {
        set.join(" ")
    }
}
