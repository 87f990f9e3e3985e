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

pub(super) fn packet_enters(told: &Told, skb: SkbId, len: u16) -> Words {
    let label = told
        .label(skb)
        .map_or_else(String::new, |label| format!("{label}, "));
    let len = names::counted(len.into(), "byte", "bytes");
    let path = told
        .scene
        .state
        .skb(skb)
        .or_else(|| told.scene.before.skb(skb));
    let way = path.map_or_else(String::new, |skb| {
        format!("It is {}.", names::path(skb.path))
    });
    say(
        format!("{skb} comes in: {label}{len} from the IP header on."),
        way,
    )
}

pub(super) fn hook_entered(skb: SkbId, hook: Station) -> Words {
    let why = match hook {
        Station::Prerouting | Station::Output => {
            "Conntrack looks at it here at priority −200; the rules are asked behind it."
        }
        Station::Input | Station::Postrouting => {
            "Rules come first here. Confirm is the last function of this hook."
        }
        Station::Forward => "Conntrack has no function in this hook; only rules look at it.",
        Station::Queue => "Every hook is behind it.",
    };
    say(format!("{skb} reaches {}.", names::station(hook)), why)
}

pub(super) fn already_tracked(told: &Told, skb: SkbId) -> Words {
    let held = told.scene.state.skb(skb).and_then(|skb| skb.nfct);
    let why = match held {
        Some(conn) => format!("It points to {conn} from an earlier pass."),
        None => "It is marked UNTRACKED.".to_owned(),
    };
    say(format!("{skb} is not looked up again."), why)
}

pub(super) fn l4_found(skb: SkbId, protonum: u8, offset: u16) -> Words {
    say(
        format!(
            "{skb} carries {}; that header begins at byte {offset}.",
            names::proto(protonum)
        ),
        "Only now is it known which bytes are ports, or which are ICMP type and identifier.",
    )
}

pub(super) fn icmp_error_checked(skb: SkbId, inner: Option<Tuple>) -> Words {
    match inner {
        Some(inner) => say(
            format!(
                "{skb} is an ICMP error. It quotes {}.",
                names::tuple(&inner)
            ),
            "An error opens no connection: it belongs to the one whose packet it quotes. The \
             quoted tuple is inverted and looked up.",
        ),
        None => say(
            format!("{skb} is an ICMP error, and what it quotes cannot be read."),
            "Without a quoted tuple there is nothing to look for.",
        ),
    }
}

pub(super) fn skb_untracked(skb: SkbId) -> Words {
    say(
        format!("{skb} is marked UNTRACKED."),
        "Discovery of neighbours, routers and listeners is never tracked. Rules see UNTRACKED.",
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
        format!("The rules see it as {}.", names.join(" "))
    });
    match rule {
        Some(rule) => say(
            format!("Rule {} lets {skb} pass in {}.", rule + 1, hook.name()),
            format!("It is the first rule that fits. {seen}"),
        ),
        None => say(
            format!("No rule of {} fits {skb}: it passes.", hook.name()),
            format!("What no rule fits is accepted. {seen}"),
        ),
    }
}

pub(super) fn rule_acted(skb: SkbId, hook: Station, rule: u32) -> Words {
    say(
        format!(
            "Rule {} in {} fits {skb}: what it says is done.",
            rule + 1,
            hook.name()
        ),
        "",
    )
}

pub(super) fn mark_set(conn: ConnId, old: u32, new: u32) -> Words {
    say(
        format!("{conn} is marked {new}."),
        format!(
            "Its mark was {old}. A mark is for the rules; conntrack itself does not look at it."
        ),
    )
}

pub(super) fn routed(skb: SkbId, path: Path) -> Words {
    let (how, why) = match path {
        Path::Input => (
            "stays here",
            "Its destination is an address of this machine.",
        ),
        Path::Forward | Path::Output => (
            "is to be forwarded",
            "An interface has a network that its destination is in.",
        ),
    };
    say(format!("{skb} {how}."), why)
}

pub(super) fn held(told: &Told, skb: SkbId, at: Station) -> Words {
    let conn = told.scene.state.skb(skb).and_then(|skb| skb.nfct);
    let why = match conn {
        Some(conn) if told.has(conn, Status::CONFIRMED) => {
            format!("It holds a reference on {conn} meanwhile.")
        }
        Some(conn) => format!("{conn} stays unconfirmed meanwhile: no lookup can find it."),
        None => "It has no connection.".to_owned(),
    };
    say(format!("{skb} waits at {}.", names::station(at)), why)
}

pub(super) fn released(skb: SkbId, at: Station) -> Words {
    say(
        format!("{skb} goes on from {}.", names::station(at)),
        "It was waiting for a release.",
    )
}

/// Why a packet is dropped, as a sentence.
pub(in crate::view) const fn drop_reason(cause: DropCause) -> &'static str {
    match cause {
        DropCause::Asked => "The scenario asks for it; a rule would do the same.",
        DropCause::Rule(_) => "It is the first rule that fits.",
        DropCause::Rejected(_) => {
            "It is the first rule that fits. A rule that rejects tells the sender, too."
        }
        DropCause::Fragment(fault) => router::fragment_fault(fault),
        DropCause::Helper => "It announces what cannot be read whole, or what may not be expected.",
        DropCause::NoRoute => "No interface has a network that its destination is in.",
        DropCause::Martian => "Its addresses cannot be those of a packet from the wire.",
        DropCause::HopLimit => "Each router takes one hop off; a packet without any left ends.",
        DropCause::TooBig => "The next device does not take a packet of its size.",
        DropCause::TableFull => "No entry could be sacrificed, so it cannot be tracked.",
        DropCause::Tracker => "The tracker does not only refuse it: it is not to pass.",
        DropCause::ClashLost => "Its connection lost against one with an equal tuple.",
        DropCause::ChainTooLong => "A chain is so long that somebody may have aimed at it.",
        DropCause::NatNoAddress => "The interface has no address of this family to give.",
        DropCause::NatOifChanged => {
            "The address that it was given belongs to another interface, so its connection is of \
             no use any more."
        }
        DropCause::NatRedirect => {
            "It would show the sender a way on which its packets are not translated."
        }
        DropCause::NatUnreadable => "A header that must be rewritten is cut off.",
        DropCause::SeqAdjust => "The header whose numbers must move is cut off.",
        DropCause::DyingAtConfirm => "Its connection was deleted before it was confirmed.",
    }
}

pub(super) fn dropped(told: &Told, skb: SkbId, at: Station, cause: DropCause) -> Words {
    let by = drop_cause(cause);
    let why = drop_reason(cause);
    let conn = told.scene.state.skb(skb).and_then(|skb| skb.nfct);
    let fate = match conn {
        Some(conn) if told.living(conn).is_some_and(|conn| conn.use_count == 1) => {
            if told.has(conn, Status::CONFIRMED) {
                format!("{conn} was deleted before; its last reference goes with the packet.")
            } else {
                format!("{conn} is not confirmed and will go with it.")
            }
        }
        Some(conn) if told.has(conn, Status::CONFIRMED) => {
            format!("{conn} stays: a drop takes back only the packet's own reference.")
        }
        Some(conn) => format!("{conn} is not confirmed and will go with it."),
        None => String::new(),
    };
    let because = [why.to_owned(), fate]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>();
    say(
        format!("{skb} is dropped at {}{by}.", names::station(at)),
        because.join(" "),
    )
}

/// By whom a packet is dropped, as the end of a sentence; empty if nobody need be named.
pub(super) fn drop_cause(cause: DropCause) -> String {
    match cause {
        DropCause::Asked => String::new(),
        DropCause::Rejected(rule) => format!(", rejected by rule {}", rule + 1),
        DropCause::Fragment(_) => ", for it does not go with the other fragments".to_owned(),
        DropCause::Helper => " by the helper".to_owned(),
        DropCause::NoRoute => ", for it has nowhere to go".to_owned(),
        DropCause::Martian => ", for it cannot be real".to_owned(),
        DropCause::HopLimit => ", for its hops are used up".to_owned(),
        DropCause::TooBig => ", for it is too large".to_owned(),
        DropCause::Rule(rule) => format!(" by rule {}", rule + 1),
        DropCause::TableFull => ", for the table is full".to_owned(),
        DropCause::Tracker => " by the tracker".to_owned(),
        DropCause::NatNoAddress
        | DropCause::NatOifChanged
        | DropCause::NatRedirect
        | DropCause::NatUnreadable => " by NAT".to_owned(),
        DropCause::ClashLost
        | DropCause::DyingAtConfirm
        | DropCause::ChainTooLong
        | DropCause::SeqAdjust => " by confirm".to_owned(),
    }
}

pub(super) fn packet_leaves(skb: SkbId, path: Path) -> Words {
    match path {
        Path::Input => say(
            format!("{skb} reaches its socket."),
            "Before it is queued there, its reference to a connection is put.",
        ),
        Path::Forward | Path::Output => say(
            format!("{skb} leaves by the device."),
            "When the driver has sent it, its memory is freed.",
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
        "Its reference was put first."
    } else {
        "It held no reference."
    };
    say(format!("{skb} is freed."), why)
}
