//! Figures 1 and 3: from a packet to its connection.

use super::told::{Told, Words, say};
use crate::engine::hash::{HashKey, RawHash};
use crate::engine::nulls::NodeRef;
use crate::engine::skb::{CtInfo, SkbId};
use crate::engine::step::{Compared, Walker};
use crate::engine::tuple::{Dir, Tuple};
use crate::engine::{ConnId, Step};
use crate::view::names;

pub(super) fn tuple_built(skb: SkbId, tuple: &Tuple) -> Words {
    let parts = if tuple.has_ports() {
        "Addresses, ports and the protocol number come from the headers."
    } else if tuple.has_gre_keys() {
        "Addresses and the protocol number come from the headers, keys only from those of PPTP."
    } else if tuple.is_icmp() {
        "Addresses, identifier, type and code come from the headers."
    } else {
        "Addresses and the protocol number come from the header."
    };
    let proto = names::proto(tuple.dst.protonum);
    say(
        format!("The tuple of {skb} is {}, {proto}.", names::tuple(tuple)),
        format!("{parts} Its direction is always set to 0: nothing in a packet tells it."),
    )
}

pub(super) fn hash_computed(raw: u32, key: HashKey) -> Words {
    let why = match key {
        HashKey::Jhash { seed } => format!(
            "jhash2 mixes the tuple, without its direction, with the seed {}. The seed is boot \
             random XOR the namespace's hash_mix.",
            names::hex32(seed)
        ),
        HashKey::Sip {
            key: [k0, k1],
            zone,
        } => format!(
            "SipHash-2-4 of the tuple, without its direction, under the key {k0:016x} {k1:016x}; \
             the low 32 bits count. The key is boot random, its first word XOR zone {zone}, its \
             second XOR the namespace's hash_mix."
        ),
    };
    say(
        format!("The raw hash of the tuple is {}.", names::hex32(raw)),
        why,
    )
}

pub(super) fn bucket_chosen(raw: u32, size: u32, bucket: u32) -> Words {
    debug_assert_eq!(
        RawHash(raw).scale(size),
        bucket,
        "the bucket follows from the hash"
    );
    say(
        format!(
            "The hash picks bucket {bucket} of {}.",
            names::grouped(size.into())
        ),
        format!(
            "{} × {} ≫ 32 = {bucket}. The high bits decide; it is no modulo.",
            names::hex32(raw),
            names::grouped(size.into())
        ),
    )
}

pub(super) fn node_compared(
    told: &Told,
    by: Walker,
    node: NodeRef,
    conn: ConnId,
    nth: u32,
    compared: Compared,
) -> Words {
    let place = names::ordinal(nth);
    let dir = names::dir(node.dir);
    let tuple = told.conn(conn).map(|conn| conn.tuple(node.dir));
    match compared {
        Compared::Match if by == Walker::Confirm => say(
            format!("The {place} node matches: {conn}'s {dir} tuple is the same."),
            "Somebody with an equal tuple was confirmed first. The two clash.",
        ),
        Compared::Match => say(
            format!("The {place} node matches. It is {conn}'s {dir} tuple."),
            "Every field of the key is equal, the connection is confirmed, and it is of the right \
             namespace.",
        ),
        Compared::Differs(by) => {
            let differs = names::differs(by, tuple);
            say(
                format!("The {place} node does not match: {conn} {dir}, {differs}."),
                "One differing field is enough. The walk goes on to the next node.",
            )
        }
        Compared::OtherZone => {
            let zone = told.conn(conn).map_or(0, |conn| conn.zone.id_of(node.dir));
            say(
                format!("The {place} node has an equal tuple, but {conn} is in zone {zone}."),
                format!("For the {dir} direction the packet is in another zone than {conn}."),
            )
        }
        Compared::OtherNet => {
            let net = told.net_name(told.net(conn));
            say(
                format!("The {place} node has an equal tuple, but {conn} is of namespace {net}."),
                "One table serves all namespaces. A match must be of the packet's own.",
            )
        }
        Compared::Unconfirmed => say(
            format!("The {place} node has an equal tuple, but {conn} is not confirmed."),
            "Only confirmed connections are found.",
        ),
        Compared::Expired => say(
            format!("The {place} node is {conn}'s {dir} tuple, but {conn} is expired."),
            "An expired connection is not compared. Whoever meets it kills it on the way.",
        ),
    }
}

pub(super) fn found(told: &Told, conn: ConnId, dir: Dir) -> Words {
    let icmp_error = told
        .earlier()
        .any(|step| matches!(step, Step::IcmpErrorChecked { .. }));
    let built = told
        .earlier()
        .any(|step| matches!(step, Step::TupleBuilt { .. }));
    if icmp_error && !built {
        return say(
            format!("The error quotes a packet of {conn}."),
            format!(
                "The inverse of the quoted tuple is {conn}'s {} tuple, so the quoted packet \
                 travelled in the {} direction.",
                names::dir(dir),
                names::dir(dir.other())
            ),
        );
    }
    if told.packet().is_none() {
        return say(
            format!("The request found {conn} by its {} tuple.", names::dir(dir)),
            "Tools name a connection by its tuple, so they look it up as a packet would.",
        );
    }
    match dir {
        Dir::Original => say(
            format!("The packet belongs to {conn}, in the original direction."),
            "Direction was not compared. The node that matched tells it: this packet goes the \
             way the first one went.",
        ),
        Dir::Reply => say(
            format!("The packet belongs to {conn}, in the reply direction."),
            "Direction was not compared. The node that matched tells it: this packet is a reply.",
        ),
    }
}

pub(super) fn not_found(told: &Told, by: Walker, bucket: u32, compared: u32) -> Words {
    let met = match compared {
        0 => format!("Bucket {bucket} is empty"),
        n => format!(
            "The walk of bucket {bucket} ends after {} without a match",
            names::counted(n.into(), "node", "nodes")
        ),
    };
    let nulls = format!("The end marker says {bucket}: the walk ended in the chain it began in.");
    match by {
        Walker::Lookup => say(
            format!("{met}: no entry fits this tuple."),
            format!("{nulls} Nothing was found."),
        ),
        Walker::IcmpError => say(
            format!("{met}: no connection fits the quoted packet."),
            "The error belongs to nothing that is tracked.",
        ),
        Walker::Confirm => {
            let whose = told.confirming().map_or_else(
                || "tuple".to_owned(),
                |(conn, dir)| format!("{conn}'s {} tuple", names::dir(dir)),
            );
            say(
                format!("{met}: {whose} is not taken."),
                "While the packet was on its way, another one could have made the same \
                 connection. So both buckets are searched again, under their locks.",
            )
        }
    }
}

pub(super) fn skb_attached(told: &Told, skb: SkbId, conn: ConnId, ctinfo: CtInfo) -> Words {
    let why = match ctinfo {
        CtInfo::New => "No reply has been seen yet.",
        CtInfo::Established => "It goes in the original direction, and a reply was seen before.",
        CtInfo::EstablishedReply => "It matched the reply tuple.",
        CtInfo::Related | CtInfo::RelatedReply => {
            "It is not of the connection itself, but about it."
        }
        CtInfo::Untracked => "It is not to be tracked.",
    };
    let merged = told
        .earlier()
        .any(|step| matches!(step, Step::ClashFound { .. }));
    let from = if merged {
        "The new reference"
    } else {
        "The lookup's reference"
    };
    let from = match told
        .earlier()
        .any(|step| matches!(step, Step::ConnAllocated { .. }))
    {
        true if !merged => "The first reference",
        _ => from,
    };
    say(
        format!("{skb} points to {conn} now, as {}.", ctinfo.name()),
        format!("{why} {from} becomes the packet's: use does not change."),
    )
}
