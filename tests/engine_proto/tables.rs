//! The state tables of SCTP and DCCP against those of the specification.

use ctscope::engine::profile::Profile;
use ctscope::engine::proto::dccp::{self, DccpRole, DccpState, DccpType};
use ctscope::engine::proto::sctp::{SctpChunk, SctpState, sctp_new_state};
use ctscope::engine::tuple::Dir;

/// The type of a chunk, found by trying.
fn kind_of(chunk: SctpChunk) -> u8 {
    let kind = (0..=u8::MAX).find(|kind| SctpChunk::of(*kind) == Some(chunk));
    kind.expect("every row has a type")
}

fn sctp(out: &mut String, profile: Profile, dir: Dir, title: &str) {
    let last = if profile == Profile::V5_10 { 10 } else { 9 };
    let states = &SctpState::ALL[..last];
    let cols: Vec<&str> = states.iter().map(|state| state.short()).collect();
    *out += &format!("[{title}] {}\n", cols.join(" "));
    for &chunk in SctpChunk::ALL {
        *out += chunk.name();
        for &from in states {
            let next = sctp_new_state(profile, dir, kind_of(chunk), from);
            *out += " ";
            *out += next.map_or("IV", SctpState::short);
        }
        *out += "\n";
    }
}

fn dccp(out: &mut String, role: DccpRole) {
    let cols: Vec<&str> = DccpState::ALL.iter().map(|state| state.short()).collect();
    *out += &format!("[dccp {}] {}\n", role.short(), cols.join(" "));
    for &kind in DccpType::ALL {
        *out += kind.name();
        for &from in DccpState::ALL {
            *out += " ";
            *out += dccp::transition(role, kind, from).short();
        }
        *out += "\n";
    }
}

#[test]
fn the_tables_are_those_of_the_specification() {
    let mut out = String::new();
    for profile in Profile::ALL {
        for (dir, name) in [(Dir::Original, "original"), (Dir::Reply, "reply")] {
            let title = format!("sctp {} {name}", profile.name());
            sctp(&mut out, profile, dir, &title);
        }
    }
    dccp(&mut out, DccpRole::Client);
    dccp(&mut out, DccpRole::Server);
    let expected = include_str!("../data/state_tables.txt");
    let expected = expected.lines().filter(|line| !line.starts_with('#'));
    for (nth, (here, expected)) in out.lines().zip(expected.clone()).enumerate() {
        assert_eq!(here, expected, "row {nth}");
    }
    assert_eq!(out.lines().count(), expected.count());
}

#[test]
fn chunks_without_a_row_change_no_state() {
    for kind in (0..=u8::MAX).filter(|kind| SctpChunk::of(*kind).is_none()) {
        for &from in SctpState::ALL {
            let next = sctp_new_state(Profile::V5_10, Dir::Reply, kind, from);
            assert_eq!(next, Some(from), "{kind}");
        }
    }
}
