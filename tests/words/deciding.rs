//! The differences that a run comes upon, in both kernels, and the names of functions there.

use super::run::{last, run};
use ctscope::engine::Difference;
use ctscope::view::calls::calls;
use ctscope::view::differs::{decided, rows, words_of};

/// The differences of the last command, each once, in their order.
fn of_last(profile: &str, text: &str) -> Vec<Difference> {
    let done = last(&format!("config profile={profile}\n{text}"));
    let mut found = Vec::new();
    for at in 0..done.steps.len() {
        if let Some(difference) = decided(&done.scene(at, at + 1), at)
            && !found.contains(&difference)
        {
            found.push(difference);
        }
    }
    found
}

const UDP: &str = "udp 10.0.0.10:5000 > 192.0.2.53:53 len=12";
const UDP_REPLY: &str = "udp 192.0.2.53:53 > 10.0.0.10:5000 len=12";

#[test]
fn a_new_connection_meets_hash_lists_and_confirm() {
    for profile in ["5.10", "6.18"] {
        assert_eq!(
            of_last(profile, &format!("events on\n{UDP}")),
            [
                Difference::SipHash,
                Difference::NoPendingLists,
                Difference::ConfirmedAfterInsertion
            ],
            "{profile}"
        );
    }
}

#[test]
fn assured_is_early_in_one_kernel_and_late_in_the_other() {
    let early = format!("{UDP}\n{UDP_REPLY}\n{UDP}");
    let late = format!("{UDP}\n{UDP_REPLY}\nadvance 3s\n{UDP}");
    let assured =
        |profile, text: &str| of_last(profile, text).contains(&Difference::UdpAssuredAsStream);
    assert!(assured("5.10", &early) && !assured("6.18", &early));
    assert!(assured("6.18", &late));
}

#[test]
fn a_syn_again_waits_in_one_kernel_only() {
    let text = "tcp 10.0.0.10:1 > 192.0.2.20:80 S seq=1\ntcp 10.0.0.10:1 > 192.0.2.20:80 S seq=1";
    for profile in ["5.10", "6.18"] {
        assert!(
            of_last(profile, text).contains(&Difference::TcpSynAgainWaits),
            "{profile}"
        );
    }
}

#[test]
fn the_running_kernel_is_marked_in_the_words() {
    let done = last(&format!("config profile=6.18\n{UDP}"));
    let rows = rows(&done.whole());
    let first = rows.first().expect("the hash differs");
    let words = words_of(Difference::SipHash);
    assert_eq!(first.title, words.title);
    assert_eq!(
        first.kernels,
        [("5.10", words.v5_10, false), ("6.18", words.v6_18, true)]
    );
}

#[test]
fn functions_have_the_names_of_the_kernel_that_runs() {
    let names = |profile: &str| -> Vec<String> {
        let text = format!("config profile={profile}\n{UDP}\ndelete c1");
        let mut names = Vec::new();
        for done in run(&text) {
            for at in 0..done.steps.len() {
                names.extend(calls(&done.scene(at, at + 1), at));
            }
        }
        names.sort();
        names.dedup();
        names
    };
    let (older, newer) = (names("5.10"), names("6.18"));
    for (old, new) in [
        ("ipv4_confirm", "nf_confirm"),
        ("destroy_conntrack", "nf_ct_destroy"),
        ("clean_from_lists", "__nf_ct_delete_from_lists"),
    ] {
        let has = |names: &[String], name: &str| names.iter().any(|it| it == name);
        assert!(has(&older, old) && !has(&older, new), "{old}: {older:?}");
        assert!(has(&newer, new) && !has(&newer, old), "{new}: {newer:?}");
    }
}
