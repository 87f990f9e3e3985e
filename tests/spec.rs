//! The data of the engine against the specification's tables: numbers of bits and states, default
//! timeouts, constants, lists, for both kernels. State tables: `engine_proto`; settings:
//! `engine_core`.

use ctscope::engine::config::{Config, Profile};
use ctscope::engine::conn::{EventMask, ProtoState, Status};
use ctscope::engine::proto::dccp::{self, DccpPrivate, DccpState, DccpType};
use ctscope::engine::proto::icmp;
use ctscope::engine::proto::sctp::{self, SctpChunk, SctpPrivate, SctpState};
use ctscope::engine::proto::tcp::{
    self, PacketKind, TcpFlags, TcpPrivate, TcpState, TcpTimeout, VALID_FLAGS,
};
use ctscope::engine::proto::udp::STREAM_AFTER;
use ctscope::engine::rules::HelperName;
use ctscope::engine::skb::CtInfo;
use ctscope::engine::sysctl::{SYSCTLS, Sysctl, Sysctls, Unit};
use ctscope::engine::time::{Hz, Jiffies, TICKS_MAX};
use ctscope::engine::tuple::ipproto;
use ctscope::engine::{confirm, early_drop, expect, gc, gc_whole, nat, nulls};

/// The rows of a table, remarks left out.
fn rows(text: &'static str) -> Vec<&'static str> {
    text.lines().filter(|line| !line.starts_with('#')).collect()
}

#[test]
fn bits_states_and_types_have_the_kernels_numbers() {
    let mut here = Vec::new();
    let bit = |bits: u32| bits.trailing_zeros();
    for (name, status) in Status::all().iter_names() {
        here.push(format!("status {} {name}", bit(status.bits())));
    }
    let all = [
        CtInfo::Established,
        CtInfo::Related,
        CtInfo::New,
        CtInfo::EstablishedReply,
        CtInfo::RelatedReply,
        CtInfo::Untracked,
    ];
    here.extend(all.map(|info| format!("ctinfo {} {}", info as u8, info.name())));
    for (name, event) in EventMask::all().iter_names() {
        here.push(format!("event {} {name}", bit(event.bits().into())));
    }
    for state in TcpState::ALL {
        let (name, short) = (state.name(), state.short());
        here.push(format!("tcp-state {} {name} {short}", state as u8));
    }
    for kind in PacketKind::ALL {
        here.push(format!("tcp-kind {} {}", kind as u8, kind.name()));
    }
    for (name, flag) in TcpFlags::all().iter_names() {
        here.push(format!("tcp-flag {:02x} {name}", flag.bits()));
    }
    for &state in SctpState::ALL {
        let (name, short) = (state.name(), state.short());
        here.push(format!("sctp-state {} {name} {short}", state as u8));
    }
    for kind in 0..=u8::MAX {
        if let Some(chunk) = SctpChunk::of(kind) {
            here.push(format!("sctp-chunk {kind} {}", chunk.name()));
        }
    }
    for &state in DccpState::ALL {
        let (name, short) = (state.name(), state.short());
        here.push(format!("dccp-state {} {name} {short}", state as u8));
    }
    for &kind in DccpType::ALL {
        here.push(format!("dccp-type {} {}", kind as u8, kind.name()));
    }
    assert_eq!(here, rows(include_str!("data/spec/numbers.txt")));
}

/// The setting that a state's timeout is taken from, by the tracker's own table; for protocols
/// without states the one of this name.
fn setting(proto: &str, state: &str, name: &str) -> TcpTimeout {
    let tcp = TcpState::ALL.into_iter().find(|it| it.name() == state);
    let sctp = SctpState::ALL.iter().find(|it| it.name() == state);
    let dccp = DccpState::ALL.iter().find(|it| it.name() == state);
    match (proto, state) {
        ("tcp", "retransmissions") => TcpTimeout::RETRANS,
        ("tcp", "unacknowledged") => TcpTimeout::UNACK,
        ("tcp", _) => tcp.expect("a state of TCP").timeout(),
        ("sctp", _) => {
            let state = *sctp.expect("a state of SCTP");
            TcpTimeout::Setting(sctp::TIMEOUTS[state as usize])
        }
        ("dccp", _) => {
            let state = *dccp.expect("a state of DCCP");
            TcpTimeout::Setting(dccp::TIMEOUTS[state as usize])
        }
        _ => TcpTimeout::Setting(Sysctl::by_name(name).expect("a setting")),
    }
}

#[test]
fn the_default_timeouts_are_those_of_the_specification() {
    let mut named = Vec::new();
    for row in rows(include_str!("data/spec/timeouts.txt")) {
        let words: Vec<&str> = row.split_whitespace().collect();
        let [proto, state, old, new, name] = words[..] else {
            panic!("{row}: five words");
        };
        let key = match setting(proto, state, name) {
            TcpTimeout::Fixed(secs) => {
                assert_eq!((name, old), ("-", &*(secs.0 * 1000).to_string()), "{row}");
                assert_eq!(old, new, "{row}");
                continue;
            }
            TcpTimeout::Setting(key) => key,
        };
        assert_eq!(key.info().name, name, "{row}");
        named.push(key);
        for (profile, expected) in Profile::ALL.into_iter().zip([old, new]) {
            let here = match key.info().exists_in(profile) {
                // A thousand ticks a second: a tick is a millisecond.
                true => Sysctls::new(profile).timeout(key, Hz::Hz1000).0.to_string(),
                false => "-".to_owned(),
            };
            assert_eq!(here, expected, "{row}, {}", profile.name());
        }
    }
    let missing: Vec<&str> = SYSCTLS
        .iter()
        .filter(|info| info.unit == Unit::Seconds && !named.contains(&info.key))
        .map(|info| info.name)
        .collect();
    // Those of flow tables and fragments belong to others than the trackers.
    assert_eq!(
        missing,
        [
            "nf_flowtable_tcp_timeout",
            "nf_flowtable_udp_timeout",
            "nf_conntrack_frag6_timeout"
        ]
    );
    // An entry whose tracker has not run yet has the timeout of the first state.
    assert_eq!(TcpState::None.timeout(), TcpState::SynSent.timeout());
    assert_eq!(
        sctp::TIMEOUTS[0],
        sctp::TIMEOUTS[SctpState::Closed as usize]
    );
    assert_eq!(
        dccp::TIMEOUTS[0],
        dccp::TIMEOUTS[DccpState::Request as usize]
    );
}

/// A constant of the engine in a kernel; nothing if that kernel has none.
fn constant(name: &str, profile: Profile) -> Option<u32> {
    let old = (profile == Profile::V5_10).then_some(());
    let new = (profile == Profile::V6_18).then_some(());
    let of = |buckets| Config {
        profile,
        buckets,
        ..Config::default()
    };
    let ftp = HelperName::Ftp;
    Some(match name {
        "unconfirmed_nulls" => old.map(|()| nulls::UNCONFIRMED_NULLS)?,
        "dying_nulls" => nulls::DYING_NULLS,
        "conntrack_locks" => confirm::CONNTRACK_LOCKS,
        "eviction_range" => early_drop::EVICTION_RANGE,
        "min_chainlen" => new.map(|()| confirm::MIN_CHAINLEN)?,
        "max_chainlen" => new.map(|()| confirm::MIN_CHAINLEN + confirm::CHAINLEN_SPREAD - 1)?,
        "clash_timeout_secs" => confirm::CLASH_TIMEOUT.0,
        "udp_stream_after_secs" => STREAM_AFTER.0,
        "gc_max_buckets_div" => old.map(|()| gc::MAX_BUCKETS_DIV)?,
        "gc_max_scan_secs" => old.map(|()| gc::MAX_SCAN_SECS)?,
        "gc_evict_ratio_percent" => old.map(|()| gc::EVICT_RATIO)?,
        "gc_interval_min_hz100" => old.map(|()| gc::interval_min(100))?,
        "gc_interval_max_hz100" => old.map(|()| gc::interval_max(100))?,
        "gc_interval_min_hz250" => old.map(|()| gc::interval_min(250))?,
        "gc_interval_max_hz250" => old.map(|()| gc::interval_max(250))?,
        "gc_interval_min_hz1000" => old.map(|()| gc::interval_min(1000))?,
        "gc_interval_max_hz1000" => old.map(|()| gc::interval_max(1000))?,
        "gc_scan_interval_max_secs" => new.map(|()| gc_whole::SCAN_INTERVAL_MAX_SECS)?,
        "gc_scan_interval_min_secs" => new.map(|()| gc_whole::SCAN_INTERVAL_MIN_SECS)?,
        "gc_scan_interval_clamp_secs" => new.map(|()| gc_whole::SCAN_CLAMP_SECS)?,
        "gc_scan_initial_count" => new.map(|()| gc_whole::SCAN_INITIAL_COUNT)?,
        "gc_scan_expired_max_hz250" => new.map(|()| gc_whole::SCAN_EXPIRED_MAX / 250)?,
        "jiffies_at_boot_hz250" => Jiffies::at_boot(Hz::Hz250).0,
        "timeout_max_jiffies" => TICKS_MAX.0,
        "maxackwin" => tcp::MAXACKWINCONST,
        "tcp_invalid_close_min_secs" => new.map(|()| tcp::INVALID_CLOSE_MIN.0)?,
        "icmp_type_max" => icmp::ICMP_TYPE_MAX.into(),
        "nat_attempts_max" => nat::ATTEMPTS_MAX,
        "nat_attempts_min" => nat::ATTEMPTS_MIN,
        "nat_harder_from" => new.map(|()| nat::HARDER_FROM)?,
        "expect_classes_max" => expect::CLASSES_MAX.into(),
        "ftp_max_expected" => ftp.policy().max_expected,
        "ftp_expect_timeout_secs" => ftp.policy().timeout.0,
        "ftp_port" => ftp.port().into(),
        "max_of_65536_buckets" => of(65_536).conntrack_max(),
        "max_of_262144_buckets" => of(262_144).conntrack_max(),
        "expect_max_of_65536_buckets" => of(65_536).expect_max(),
        "expect_max_of_262144_buckets" => of(262_144).expect_max(),
        other => panic!("{other} is no constant of the engine"),
    })
}

#[test]
fn constants_are_those_of_the_specification() {
    for row in rows(include_str!("data/spec/constants.txt")) {
        let words: Vec<&str> = row.split_whitespace().collect();
        let [name, expected @ ..] = &words[..] else {
            panic!("an empty row");
        };
        let here = Profile::ALL.map(|profile| match constant(name, profile) {
            Some(value) => value.to_string(),
            None => "-".to_owned(),
        });
        assert_eq!(here, expected, "{name}");
    }
}

fn joined<T: ToString>(all: impl IntoIterator<Item = T>) -> String {
    let all: Vec<String> = all.into_iter().map(|one| one.to_string()).collect();
    all.join(" ")
}

/// A list of the engine, as the table writes it.
fn list(name: &str) -> String {
    let answers = |protonum| {
        let pairs = (0..=u8::MAX).filter_map(|kind| {
            let answer = icmp::inverse_type(protonum, kind)?;
            Some(format!("{kind}-{answer}"))
        });
        joined(pairs)
    };
    let sacrificed = |states: Vec<(&'static str, ProtoState)>| {
        let gone = states.iter().filter(|(_, proto)| gc::can_early_drop(proto));
        joined(gone.map(|(name, _)| name))
    };
    match name {
        "tcp flags that pass" => {
            let mut flags = VALID_FLAGS.map(|flags| joined(flags.iter_names().map(|(n, _)| n)));
            let order = |flags: &String| {
                let first = ["SYN", "RST", "FIN"].map(|name| !flags.contains(name));
                (first, flags.contains("ACK"), flags.contains("URG"))
            };
            flags.sort_by_key(order);
            flags.join(", ")
        }
        "icmp answers" => answers(ipproto::ICMP),
        "icmpv6 answers" => answers(ipproto::ICMPV6),
        "icmp errors" => joined(icmp::ICMP_ERRORS),
        "icmpv6 new" => joined(icmp::ICMPV6_NEW),
        "icmpv6 untracked in 5.10" => joined(icmp::ICMPV6_UNTRACKED),
        "icmpv6 untracked in 6.18" => joined(
            icmp::ICMPV6_UNTRACKED
                .into_iter()
                .chain(icmp::ICMPV6_ROUTER_DISCOVERY),
        ),
        "early drop of tcp" => {
            let of = |state| TcpPrivate {
                state,
                ..TcpPrivate::default()
            };
            let all = TcpState::ALL.into_iter();
            sacrificed(all.map(|it| (it.name(), ProtoState::Tcp(of(it)))).collect())
        }
        "early drop of sctp" => {
            let of = |state| SctpPrivate {
                state,
                ..SctpPrivate::default()
            };
            let all = SctpState::ALL.iter();
            sacrificed(
                all.map(|it| (it.name(), ProtoState::Sctp(of(*it))))
                    .collect(),
            )
        }
        "early drop of dccp" => {
            let of = |state| DccpPrivate {
                state,
                ..DccpPrivate::default()
            };
            let all = DccpState::ALL.iter();
            sacrificed(
                all.map(|it| (it.name(), ProtoState::Dccp(of(*it))))
                    .collect(),
            )
        }
        other => panic!("{other} is no list of the engine"),
    }
}

#[test]
fn lists_are_those_of_the_specification() {
    for row in rows(include_str!("data/spec/lists.txt")) {
        let (name, expected) = row.split_once(": ").expect("a name before its list");
        assert_eq!(list(name), expected, "{name}");
    }
    // Without states nothing is sacrificed.
    assert!(!gc::can_early_drop(&ProtoState::None));
}
