//! A packet on its way: hooks, rules, waiting, dropping, leaving.

use super::router;
use super::told::{Told, Words, say};
use crate::engine::conn::Status;
use crate::engine::hooks::{CtStates, Station};
use crate::engine::skb::{Path, SkbId};
use crate::engine::step::DropCause;
use crate::engine::tuple::Tuple;
use crate::engine::{ConnId, Step};
use crate::view::names;
use crate::words::{narrate as w, tell};

pub(super) fn packet_enters(told: &Told, skb: SkbId, len: u16) -> Words {
    let label = told
        .label(skb)
        .map_or_else(String::new, |label| format!("{label}, "));
    let len = tell!(w::N_BYTES, n = len);
    let path = told
        .scene
        .state
        .skb(skb)
        .or_else(|| told.scene.before.skb(skb));
    let way = path.map_or_else(String::new, |skb| {
        tell!(w::IT_IS_PATH, path = names::path(skb.path))
    });
    say(tell!(w::SKB_COMES_IN_LABEL, skb, label, len), way)
}

pub(super) fn hook_entered(skb: SkbId, hook: Station) -> Words {
    let why = match hook {
        Station::Prerouting | Station::Output => w::CONNTRACK_LOOKS_AT_IT.text(),
        Station::Input | Station::Postrouting => w::RULES_COME_FIRST_HERE.text(),
        Station::Forward => w::CONNTRACK_HAS_NO_FUNCTION.text(),
        Station::Queue => w::EVERY_HOOK_IS_BEHIND.text(),
    };
    say(
        tell!(w::SKB_REACHES_STATION, skb, station = names::station(hook)),
        why,
    )
}

pub(super) fn already_tracked(told: &Told, skb: SkbId) -> Words {
    let held = told.scene.state.skb(skb).and_then(|skb| skb.nfct);
    let why = match held {
        Some(conn) => tell!(w::IT_POINTS_TO_CONN, conn),
        None => w::IT_IS_MARKED_UNTRACKED.text().to_owned(),
    };
    say(tell!(w::SKB_IS_NOT_LOOKED, skb), why)
}

pub(super) fn l4_found(skb: SkbId, protonum: u8, offset: u16) -> Words {
    say(
        tell!(
            w::SKB_CARRIES_PROTO_THAT,
            skb,
            proto = names::proto(protonum),
            offset
        ),
        w::ONLY_NOW_IS_IT.text(),
    )
}

pub(super) fn icmp_error_checked(skb: SkbId, inner: Option<Tuple>) -> Words {
    match inner {
        Some(inner) => say(
            tell!(w::SKB_IS_AN_ICMP, skb, tuple = names::tuple(&inner)),
            w::AN_ERROR_OPENS_NO.text(),
        ),
        None => say(
            tell!(w::SKB_IS_AN_ICMP_ERROR, skb),
            w::WITHOUT_A_QUOTED_TUPLE.text(),
        ),
    }
}

pub(super) fn skb_untracked(skb: SkbId) -> Words {
    say(
        tell!(w::SKB_IS_MARKED_UNTRACKED, skb),
        w::DISCOVERY_OF_NEIGHBOURS.text(),
    )
}

pub(super) fn rules_passed(told: &Told, skb: SkbId, hook: Station, rule: Option<u32>) -> Words {
    let seen = told
        .scene
        .state
        .skb(skb)
        .map(|skb| CtStates::of(skb.ctinfo));
    let seen = seen.map_or_else(String::new, |state| {
        let names: Vec<_> = state.iter_names().map(|(name, _)| name).collect();
        tell!(w::THE_RULES_SEE_IT, names = names.join(" "))
    });
    match rule {
        Some(rule) => say(
            tell!(
                w::RULE_RULE_LETS_SKB,
                rule = rule + 1,
                skb,
                hook = hook.name()
            ),
            tell!(w::IT_IS_THE_FIRST, seen),
        ),
        None => say(
            tell!(w::NO_RULE_OF_HOOK, hook = hook.name(), skb),
            tell!(w::WHAT_NO_RULE_FITS_IS, seen),
        ),
    }
}

pub(super) fn rule_acted(skb: SkbId, hook: Station, rule: u32) -> Words {
    say(
        tell!(
            w::RULE_RULE_IN_HOOK,
            rule = rule + 1,
            hook = hook.name(),
            skb
        ),
        "",
    )
}

pub(super) fn mark_set(conn: ConnId, old: u32, new: u32) -> Words {
    say(
        tell!(w::CONN_IS_MARKED_NEW, conn, new),
        tell!(w::ITS_MARK_WAS_OLD, old),
    )
}

pub(super) fn routed(skb: SkbId, path: Path) -> Words {
    let (how, why) = match path {
        Path::Input => (w::STAYS_HERE.text(), w::ITS_DESTINATION_IS_AN.text()),
        Path::Forward | Path::Output => {
            (w::IS_TO_BE_FORWARDED.text(), w::AN_INTERFACE_HAS_A.text())
        }
    };
    say(format!("{skb} {how}."), why)
}

pub(super) fn held(told: &Told, skb: SkbId, at: Station) -> Words {
    let conn = told.scene.state.skb(skb).and_then(|skb| skb.nfct);
    let why = match conn {
        Some(conn) if told.has(conn, Status::CONFIRMED) => {
            tell!(w::IT_HOLDS_A_REFERENCE, conn)
        }
        Some(conn) => tell!(w::CONN_STAYS_UNCONFIRMED, conn),
        None => w::IT_HAS_NO_CONNECTION.text().to_owned(),
    };
    say(
        tell!(w::SKB_WAITS_AT_STATION, skb, station = names::station(at)),
        why,
    )
}

pub(super) fn released(skb: SkbId, at: Station) -> Words {
    say(
        tell!(w::SKB_GOES_ON_FROM, skb, station = names::station(at)),
        w::IT_WAS_WAITING_FOR.text(),
    )
}

/// Why a packet is dropped, as a sentence.
pub(in crate::view) fn drop_reason(cause: DropCause) -> &'static str {
    match cause {
        DropCause::Asked => w::THE_SCENARIO_ASKS_FOR.text(),
        DropCause::Rule(_) => w::IT_IS_THE_FIRST_RULE.text(),
        DropCause::Rejected(_) => w::IT_IS_THE_FIRST_RULE_THAT.text(),
        DropCause::Fragment(fault) => router::fragment_fault(fault),
        DropCause::Helper => w::IT_ANNOUNCES_WHAT_CANNOT.text(),
        DropCause::NoRoute => w::NO_INTERFACE_HAS_A.text(),
        DropCause::Martian => w::ITS_ADDRESSES_CANNOT_BE.text(),
        DropCause::HopLimit => w::EACH_ROUTER_TAKES_ONE.text(),
        DropCause::TooBig => w::THE_NEXT_DEVICE_DOES.text(),
        DropCause::TableFull => w::NO_ENTRY_COULD_BE.text(),
        DropCause::Tracker => w::THE_TRACKER_DOES_NOT.text(),
        DropCause::ClashLost => w::ITS_CONNECTION_LOST.text(),
        DropCause::ChainTooLong => w::A_CHAIN_IS_SO.text(),
        DropCause::NatNoAddress => w::THE_INTERFACE_HAS_NO.text(),
        DropCause::NatOifChanged => w::THE_ADDRESS_THAT_IT.text(),
        DropCause::NatRedirect => w::IT_WOULD_SHOW_THE.text(),
        DropCause::NatUnreadable => w::A_HEADER_THAT_MUST.text(),
        DropCause::SeqAdjust => w::THE_HEADER_WHOSE_NUMBERS.text(),
        DropCause::DyingAtConfirm => w::ITS_CONNECTION_WAS_DELETED.text(),
    }
}

pub(super) fn dropped(told: &Told, skb: SkbId, at: Station, cause: DropCause) -> Words {
    let by = drop_cause(cause);
    let why = drop_reason(cause);
    let conn = told.scene.state.skb(skb).and_then(|skb| skb.nfct);
    let fate = match conn {
        Some(conn) if told.living(conn).is_some_and(|conn| conn.use_count == 1) => {
            if told.has(conn, Status::CONFIRMED) {
                tell!(w::CONN_WAS_DELETED_BEFORE, conn)
            } else {
                tell!(w::CONN_IS_NOT_CONFIRMED_AND, conn)
            }
        }
        Some(conn) if told.has(conn, Status::CONFIRMED) => {
            tell!(w::CONN_STAYS_A_DROP, conn)
        }
        Some(conn) => tell!(w::CONN_IS_NOT_CONFIRMED_AND, conn),
        None => String::new(),
    };
    let because = [why.to_owned(), fate]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>();
    say(
        tell!(w::SKB_IS_DROPPED_AT, skb, station = names::station(at), by),
        because.join(" "),
    )
}

/// By whom a packet is dropped, as the end of a sentence; empty if nobody need be named.
pub(super) fn drop_cause(cause: DropCause) -> String {
    match cause {
        DropCause::Asked => String::new(),
        DropCause::Rejected(rule) => tell!(w::REJECTED_BY_RULE_RULE, rule = rule + 1),
        DropCause::Fragment(_) => w::FOR_IT_DOES_NOT.text().to_owned(),
        DropCause::Helper => w::BY_THE_HELPER.text().to_owned(),
        DropCause::NoRoute => w::FOR_IT_HAS_NOWHERE.text().to_owned(),
        DropCause::Martian => w::FOR_IT_CANNOT_BE.text().to_owned(),
        DropCause::HopLimit => w::FOR_ITS_HOPS_ARE.text().to_owned(),
        DropCause::TooBig => w::FOR_IT_IS_TOO.text().to_owned(),
        DropCause::Rule(rule) => tell!(w::BY_RULE_RULE, rule = rule + 1),
        DropCause::TableFull => w::FOR_THE_TABLE_IS.text().to_owned(),
        DropCause::Tracker => w::BY_THE_TRACKER.text().to_owned(),
        DropCause::NatNoAddress
        | DropCause::NatOifChanged
        | DropCause::NatRedirect
        | DropCause::NatUnreadable => w::BY_NAT.text().to_owned(),
        DropCause::ClashLost
        | DropCause::DyingAtConfirm
        | DropCause::ChainTooLong
        | DropCause::SeqAdjust => w::BY_CONFIRM.text().to_owned(),
    }
}

pub(super) fn packet_leaves(skb: SkbId, path: Path) -> Words {
    match path {
        Path::Input => say(
            tell!(w::SKB_REACHES_ITS_SOCKET, skb),
            w::BEFORE_IT_IS_QUEUED.text(),
        ),
        Path::Forward | Path::Output => say(
            tell!(w::SKB_LEAVES_BY_THE, skb),
            w::WHEN_THE_DRIVER_HAS.text(),
        ),
    }
}

pub(super) fn skb_freed(told: &Told, skb: SkbId) -> Words {
    let put = told.earlier().any(|step| {
        matches!(
            step,
            Step::RefDropped {
                by: crate::engine::conn::Owner::Skb,
                ..
            }
        )
    });
    let why = if put {
        w::ITS_REFERENCE_WAS_PUT.text()
    } else {
        w::IT_HELD_NO_REFERENCE.text()
    };
    say(tell!(w::SKB_IS_FREED, skb), why)
}
