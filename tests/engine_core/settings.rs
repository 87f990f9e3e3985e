//! Settings, rules, namespaces, and what is refused.

use crate::{Checked, check, run};
use ctscope::engine::addr::L3;
use ctscope::engine::command::{Command, Inject, Span};
use ctscope::engine::config::{BUCKETS_MAX, Profile};
use ctscope::engine::hooks::Station;
use ctscope::engine::probe::NoProbe;
use ctscope::engine::rules::{Action, Fit, Prefix, Rule};
use ctscope::engine::skb::{Path, SkbId};
use ctscope::engine::sysctl::{SYSCTLS, Sysctl};
use ctscope::engine::time::{Secs, TICKS_MAX, Ticks};
use ctscope::engine::{Config, Conntrack, Fate, Refusal, Step};
use ctscope::scenario::{Context, parse_command};
use expect_test::expect;

#[test]
fn a_changed_timeout_counts_from_the_next_refresh_on() {
    check(
        "udp 10.0.0.1:1 > 10.0.0.2:53
         sysctl nf_conntrack_udp_timeout=10
         udp 10.0.0.1:2 > 10.0.0.2:53",
        expect![[r#"
            c1 table use 1 (table 1) - 30 s left [CONFIRMED]
            c2 table use 1 (table 1) - 10 s left [CONFIRMED]
            bucket 0: c2< c2>
            bucket 2: c1>
            bucket 7: c1<
            count init 2
        "#]],
    );
}

#[test]
fn a_rule_drops_by_state_before_confirm() {
    let dropped = run("nft forward ct state new drop\nudp 10.0.0.1:1 > 10.0.0.2:53");
    assert!(matches!(
        dropped.outcome.fate,
        Some(Fate::Dropped(Station::Forward, _))
    ));
    assert_eq!(dropped.ct.count(), 0);
}

#[test]
fn the_first_rule_that_fits_decides() {
    let passed = run("nft forward udp dport 53 accept
         nft forward ct state new drop
         udp 10.0.0.1:1 > 10.0.0.2:53");
    assert_eq!(passed.outcome.fate, Some(Fate::Accepted));
}

#[test]
fn a_resize_turns_chains_round_and_keeps_every_node() {
    check(
        "config buckets=1
         udp 10.0.0.1:1 > 10.0.0.2:53
         udp 10.0.0.1:2 > 10.0.0.2:53
         resize 2
         resize 1",
        expect![[r#"
            c1 table use 1 (table 1) - 30 s left [CONFIRMED]
            c2 table use 1 (table 1) - 30 s left [CONFIRMED]
            bucket 0: c1< c2< c2> c1>
            count init 2
        "#]],
    );
}

#[test]
fn a_flush_empties_one_namespace() {
    check(
        "udp 10.0.0.1:1 > 10.0.0.2:53
         netns blue
         udp 10.0.0.1:1 > 10.0.0.2:53
         flush",
        expect![[r#"
            c1 table use 1 (table 1) - 30 s left [CONFIRMED]
            bucket 2: c1>
            bucket 7: c1<
            count init 1
            count blue 0
        "#]],
    );
}

#[test]
fn a_deletion_by_match_takes_only_what_fits() {
    check(
        "udp 10.0.0.1:1 > 10.0.0.2:53
         tcp 10.0.0.1:2 > 10.0.0.2:80 S
         conntrack -D -p udp",
        expect![[r#"
            c2 table use 1 (table 1) SYN_SENT 120 s left [CONFIRMED]
            bucket 3: c2<
            bucket 7: c2>
            count init 1
        "#]],
    );
}

#[test]
fn what_cannot_be_done_is_refused_and_changes_nothing() {
    let packet = |bytes: usize, station| {
        Command::Inject(Inject {
            bytes: vec![0x45; bytes],
            path: Path::Input,
            iif: None,
            hold_at: station,
            drop_at: None,
        })
    };
    let rule = Rule {
        hook: Station::Forward,
        fit: Fit {
            dst: Some(Prefix::host(L3::Ipv4, Default::default())),
            ..Fit::default()
        },
        action: Action::Drop,
    };
    let mut ct = Conntrack::new(&Config::default());
    for _ in 0..ctscope::engine::command::RULES_MAX {
        ct.apply(&Command::AddRule(rule.clone()), &mut Checked::default());
    }
    let before = ct.digest();
    for command in [
        packet(0, None),
        packet(70_000, None),
        packet(40, Some(Station::Forward)),
        Command::Release(SkbId(1)),
        Command::Drop(SkbId(0)),
        Command::Delete(1),
        Command::Advance(Span::NextDeadline),
        Command::Advance(Span::Jiffies(Ticks(TICKS_MAX.0 + 1))),
        Command::Resize(0),
        Command::Resize(BUCKETS_MAX + 1),
        Command::Resize(4_000_000_000),
        Command::SetSysctl(Sysctl::Acct, 2),
        Command::Cpu(200),
        Command::AddRule(rule.clone()),
    ] {
        let mut probe = Checked::default();
        let outcome = ct.apply(&command, &mut probe);
        assert!(outcome.refused.is_some(), "{command:?}");
        assert_eq!(probe.steps, [Step::Refused], "{command:?}");
        assert_eq!(ct.digest(), before, "{command:?}");
    }
}

#[test]
fn the_defaults_are_those_of_the_specification() {
    let table = include_str!("../data/sysctls.txt");
    let rows = table.lines().filter(|line| !line.starts_with('#'));
    let expected: Vec<&str> = rows.collect();
    let printed: Vec<String> = SYSCTLS
        .iter()
        .map(|info| {
            let shown = Profile::ALL.map(|profile| {
                if info.exists_in(profile) {
                    info.default(profile).to_string()
                } else {
                    "-".to_owned()
                }
            });
            format!("{} {}", info.name, shown.join(" "))
        })
        .collect();
    assert_eq!(printed, expected);
}

#[test]
fn a_fraction_of_a_second_reads_as_none() {
    for (profile, read, millis) in [(Profile::V5_10, 0, 300), (Profile::V6_18, 3, 3000)] {
        let config = Config {
            profile,
            ..Config::default()
        };
        let mut ct = Conntrack::new(&config);
        let key = Sysctl::SctpTimeoutShutdownSent;
        let hz = ct.hz();
        assert_eq!(ct.sysctl(0, key), read);
        let ticks = ct.nets[0].sysctls.timeout(key, hz);
        assert_eq!(ticks, hz.ticks_of_millis(millis));
        ct.apply(&Command::SetSysctl(key, 7), &mut NoProbe);
        assert_eq!(ct.nets[0].sysctls.timeout(key, hz), hz.ticks(Secs(7)));
    }
}

#[test]
fn a_setting_that_the_kernel_lacks_is_refused() {
    for (profile, key) in [
        (Profile::V5_10, Sysctl::TcpIgnoreInvalidRst),
        (Profile::V6_18, Sysctl::Helper),
        (Profile::V6_18, Sysctl::DccpTimeoutOpen),
    ] {
        let config = Config {
            profile,
            ..Config::default()
        };
        let outcome = Conntrack::new(&config).apply(&Command::SetSysctl(key, 1), &mut NoProbe);
        assert_eq!(outcome.refused, Some(Refusal::NoSuchSysctl(key)));
        let line = format!("sysctl {}=1", key.info().name);
        let error = parse_command(&line, Context::from(&config)).expect_err("no such setting");
        assert!(error.problem.contains("only"), "{error}");
    }
}

#[test]
fn a_machine_of_nonsense_is_brought_into_range() {
    let config = Config {
        buckets: 0,
        cpus: 0,
        ..Config::default()
    };
    let ct = Conntrack::new(&config);
    assert_eq!((ct.table.size(), ct.config.cpus), (1, 1));
}
