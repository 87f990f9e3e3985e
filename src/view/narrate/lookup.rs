//! Figures 1 and 3: from a packet to its connection.

use super::told::{Told, Words, say};
use crate::engine::hash::{HashKey, RawHash};
use crate::engine::nulls::NodeRef;
use crate::engine::skb::{CtInfo, SkbId};
use crate::engine::step::{Compared, Walker};
use crate::engine::tuple::{Dir, Tuple};
use crate::engine::{ConnId, Step};
use crate::view::names;
use crate::words::{narrate as w, tell};

pub(super) fn tuple_built(skb: SkbId, tuple: &Tuple) -> Words {
    let parts = if tuple.has_ports() {
        w::ADDRESSES_PORTS_AND_THE.text()
    } else if tuple.has_gre_keys() {
        w::ADDRESSES_AND_THE_PROTOCOL.text()
    } else if tuple.is_icmp() {
        w::ADDRESSES_IDENTIFIER_TYPE.text()
    } else {
        w::ADDRESSES_AND_THE_PROTOCOL_NUMBER.text()
    };
    let proto = names::proto(tuple.dst.protonum);
    say(
        tell!(w::THE_TUPLE_OF_SKB, skb, tuple = names::tuple(tuple), proto),
        tell!(w::PARTS_ITS_DIRECTION_IS, parts),
    )
}

pub(super) fn hash_computed(raw: u32, key: HashKey) -> Words {
    let why = match key {
        HashKey::Jhash { seed } => tell!(w::JHASH2_MIXES_THE_TUPLE, hex32 = names::hex32(seed)),
        HashKey::Sip {
            key: [k0, k1],
            zone,
        } => tell!(
            w::SIPHASH_2_4_OF,
            k0 = format_args!("{k0:016x}"),
            k1 = format_args!("{k1:016x}"),
            zone
        ),
    };
    say(tell!(w::THE_RAW_HASH_OF, hex32 = names::hex32(raw)), why)
}

pub(super) fn bucket_chosen(raw: u32, size: u32, bucket: u32) -> Words {
    debug_assert_eq!(
        RawHash(raw).scale(size),
        bucket,
        "the bucket follows from the hash"
    );
    say(
        tell!(
            w::THE_HASH_PICKS_BUCKET,
            bucket,
            names = names::grouped(size.into())
        ),
        tell!(
            w::HEX32_NAMES_32_BUCKET,
            hex32 = names::hex32(raw),
            names = names::grouped(size.into()),
            bucket
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
            tell!(w::THE_PLACE_NODE_MATCHES, place, conn, dir),
            w::SOMEBODY_WITH_AN_EQUAL.text(),
        ),
        Compared::Match => say(
            tell!(w::THE_PLACE_NODE_MATCHES_IT, place, conn, dir),
            w::EVERY_FIELD_OF_THE.text(),
        ),
        Compared::Differs(by) => {
            let differs = names::differs(by, tuple);
            say(
                tell!(w::THE_PLACE_NODE_DOES, place, conn, dir, differs),
                w::ONE_DIFFERING_FIELD_IS.text(),
            )
        }
        Compared::OtherZone => {
            let zone = told.conn(conn).map_or(0, |conn| conn.zone.id_of(node.dir));
            say(
                tell!(w::THE_PLACE_NODE_HAS, place, conn, zone),
                tell!(w::FOR_THE_DIR_DIRECTION, dir, conn),
            )
        }
        Compared::OtherNet => {
            let net = told.net_name(told.net(conn));
            say(
                tell!(w::THE_PLACE_NODE_HAS_AN, place, conn, net),
                w::ONE_TABLE_SERVES_ALL.text(),
            )
        }
        Compared::Unconfirmed => say(
            tell!(w::THE_PLACE_NODE_HAS_AN_EQUAL, place, conn),
            w::ONLY_CONFIRMED_CONNECTIONS.text(),
        ),
        Compared::Expired => say(
            tell!(w::THE_PLACE_NODE_IS, place, conn, dir),
            w::AN_EXPIRED_CONNECTION_IS.text(),
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
            tell!(w::THE_ERROR_QUOTES_A, conn),
            tell!(
                w::THE_INVERSE_OF_THE,
                conn,
                dir = names::dir(dir),
                dir2 = names::dir(dir.other())
            ),
        );
    }
    if told.packet().is_none() {
        return say(
            tell!(w::THE_REQUEST_FOUND_CONN, conn, dir = names::dir(dir)),
            w::TOOLS_NAME_A_CONNECTION.text(),
        );
    }
    match dir {
        Dir::Original => say(
            tell!(w::THE_PACKET_BELONGS_TO, conn),
            w::DIRECTION_WAS_NOT_COMPARED.text(),
        ),
        Dir::Reply => say(
            tell!(w::THE_PACKET_BELONGS_TO_CONN, conn),
            w::DIRECTION_WAS_NOT_COMPARED_THE.text(),
        ),
    }
}

pub(super) fn not_found(told: &Told, by: Walker, bucket: u32, compared: u32) -> Words {
    let met = match compared {
        0 => tell!(w::BUCKET_BUCKET_IS_EMPTY, bucket),
        n => tell!(w::THE_WALK_OF_BUCKET, bucket, n),
    };
    let nulls = tell!(w::THE_END_MARKER_SAYS, bucket);
    match by {
        Walker::Lookup => say(
            tell!(w::MET_NO_ENTRY_FITS, met),
            tell!(w::NULLS_NOTHING_WAS_FOUND, nulls),
        ),
        Walker::IcmpError => say(
            tell!(w::MET_NO_CONNECTION_FITS, met),
            w::THE_ERROR_BELONGS_TO.text(),
        ),
        Walker::Confirm => {
            let whose = told.confirming().map_or_else(
                || "tuple".to_owned(),
                |(conn, dir)| tell!(w::CONN_S_DIR_TUPLE, conn, dir = names::dir(dir)),
            );
            say(
                tell!(w::MET_WHOSE_IS_NOT, met, whose),
                w::WHILE_THE_PACKET_WAS.text(),
            )
        }
    }
}

pub(super) fn skb_attached(told: &Told, skb: SkbId, conn: ConnId, ctinfo: CtInfo) -> Words {
    let why = match ctinfo {
        CtInfo::New => w::NO_REPLY_HAS_BEEN.text(),
        CtInfo::Established => w::IT_GOES_IN_THE.text(),
        CtInfo::EstablishedReply => w::IT_MATCHED_THE_REPLY.text(),
        CtInfo::Related | CtInfo::RelatedReply => w::IT_IS_NOT_OF.text(),
        CtInfo::Untracked => w::IT_IS_NOT_TO.text(),
    };
    let merged = told
        .earlier()
        .any(|step| matches!(step, Step::ClashFound { .. }));
    let from = if merged {
        w::THE_NEW_REFERENCE.text()
    } else {
        w::THE_LOOKUPS_REFERENCE.text()
    };
    let from = match told
        .earlier()
        .any(|step| matches!(step, Step::ConnAllocated { .. }))
    {
        true if !merged => w::THE_FIRST_REFERENCE.text(),
        _ => from,
    };
    say(
        tell!(w::SKB_POINTS_TO_CONN, skb, conn, ctinfo = ctinfo.name()),
        tell!(w::WHY_FROM_BECOMES_THE, why, from),
    )
}
