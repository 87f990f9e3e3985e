//! Any rule and any interface that can be written down.

use crate::{address, port};
use ctscope::engine::addr::{Addr, L3};
use ctscope::engine::conn::Zone;
use ctscope::engine::hooks::{CtStates, Station};
use ctscope::engine::proto::timeout_names;
use ctscope::engine::router::{IfName, Iface};
use ctscope::engine::rules::{
    Action, Fit, HelperName, NatRange, POLICY_MAX, PortRange, Prefix, Rule, TimeoutPolicy,
};
use ctscope::engine::sysctl::TIMEOUT_SECS_MAX;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

fn if_name() -> impl Strategy<Value = IfName> {
    "[a-z0-9_.-]{1,15}".prop_map(|name| IfName::new(&name).expect("a good name"))
}

fn prefix() -> impl Strategy<Value = Prefix> {
    (address(), 0..=128_u8).prop_map(|((l3, addr), len)| Prefix {
        l3,
        addr,
        len: len.min(Prefix::len_max(l3)),
    })
}

pub fn iface() -> impl Strategy<Value = Iface> {
    let mtu = prop_oneof![Just(1500_u16), 68..=u16::MAX];
    (if_name(), vec(prefix(), 0..4), vec(prefix(), 0..4), mtu).prop_map(
        |(name, addrs, routes, mtu)| Iface {
            name,
            addrs,
            routes,
            mtu,
        },
    )
}

fn ports() -> impl Strategy<Value = PortRange> {
    (any::<u16>(), any::<u16>()).prop_map(|(a, b)| PortRange {
        min: a.min(b),
        max: a.max(b),
    })
}

fn range() -> impl Strategy<Value = NatRange> {
    let flags = (any::<bool>(), any::<bool>());
    let ends = (any::<[u8; 16]>(), any::<[u8; 16]>(), any::<bool>());
    (ends, option::of(ports()), flags).prop_map(|((a, b, v6), ports, (random, persistent))| {
        let (l3, a, b) = if v6 {
            (L3::Ipv6, Addr(a), Addr(b))
        } else {
            let v4 = |bytes: [u8; 16]| Addr::v4([bytes[0], bytes[1], bytes[2], bytes[3]]);
            (L3::Ipv4, v4(a), v4(b))
        };
        let (min, max) = if a.0 <= b.0 { (a, b) } else { (b, a) };
        NatRange {
            l3,
            min,
            max,
            ports,
            random,
            persistent,
        }
    })
}

fn policy() -> impl Strategy<Value = TimeoutPolicy> {
    let secs = vec(option::of(0..=TIMEOUT_SECS_MAX), POLICY_MAX);
    (select(vec![6_u8, 17, 50]), secs)
        .prop_map(|(protonum, given)| {
            let mut secs = [None; POLICY_MAX];
            for ((slot, name), given) in secs.iter_mut().zip(timeout_names(protonum)).zip(given) {
                if !name.is_empty() {
                    *slot = given;
                }
            }
            TimeoutPolicy { protonum, secs }
        })
        .prop_filter("a policy says something", |policy| {
            policy.secs.iter().any(Option::is_some)
        })
}

fn action() -> impl Strategy<Value = Action> {
    let plain = vec![
        Action::Accept,
        Action::Drop,
        Action::Reject,
        Action::Notrack,
        Action::Helper(HelperName::Ftp),
        Action::Helper(HelperName::Tftp),
    ];
    prop_oneof![
        3 => select(plain),
        1 => (any::<u16>(), 1..4_u8).prop_map(|(id, dirs)| Action::Zone(Zone { id, dirs })),
        1 => any::<u32>().prop_map(Action::Mark),
        1 => policy().prop_map(Action::Timeout),
        1 => range().prop_map(Action::Snat),
        1 => range().prop_map(Action::Dnat),
        1 => option::of(ports()).prop_map(Action::Masquerade),
        1 => option::of(ports()).prop_map(Action::Redirect),
    ]
}

fn fit() -> impl Strategy<Value = Fit> {
    let faces = (option::of(if_name()), option::of(if_name()));
    let nets = (option::of(prefix()), option::of(prefix()));
    let states = (0..32_u8).prop_map(CtStates::from_bits_truncate);
    let protonum = option::of(any::<u8>());
    (
        faces,
        nets,
        protonum,
        port(),
        port(),
        states,
        option::of(any::<u32>()),
    )
        .prop_map(
            |((iif, oif), (src, dst), protonum, sport, dport, states, mark)| Fit {
                iif,
                oif,
                src,
                dst,
                protonum,
                sport,
                dport,
                states,
                mark,
            },
        )
}

pub fn rule() -> impl Strategy<Value = Rule> {
    (any::<prop::sample::Index>(), fit(), action()).prop_map(|(hook, mut fit, action)| {
        let hook: Station = *hook.get(action.hooks());
        // A timeout policy is for the protocol that the rule asks for.
        if let Action::Timeout(policy) = &action {
            fit.protonum = Some(policy.protonum);
        }
        Rule { hook, fit, action }
    })
}
