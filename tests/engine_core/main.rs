//! The engine's core by example: a scenario goes in, a printed machine comes out. The invariants
//! are checked after every step of every scenario.

mod confirm;
mod events;
mod fragments;
mod full;
mod gc;
mod life;
mod lookup;
mod newer;
mod router;
mod settings;

use ctscope::engine::conn::{NfConn, Owner, Place, Timeout};
use ctscope::engine::nulls::{ListId, NodeRef};
use ctscope::engine::tuple::Dir;
use ctscope::engine::{Conntrack, Outcome, Probe, Step};
use ctscope::scenario::Scenario;
use expect_test::Expect;
use std::fmt::Write;

/// Checks the machine at every step and keeps the steps.
#[derive(Default)]
pub struct Checked {
    /// Every step so far.
    pub steps: Vec<Step>,
}

impl Probe for Checked {
    #[track_caller]
    fn step(&mut self, at: &Conntrack, what: impl FnOnce() -> Step) {
        let step = what();
        let violations = at.check_invariants();
        assert!(violations.is_empty(), "{violations:?} at {step:?}");
        self.steps.push(step);
    }
}

/// A run: the machine at the end, what the last command did, and every step of it.
pub struct Run {
    /// The machine.
    pub ct: Conntrack,
    /// Of the last command.
    pub outcome: Outcome,
    /// Of the last command.
    pub steps: Vec<Step>,
}

/// Runs a scenario that must be well written and possible.
#[track_caller]
pub fn run(scenario: &str) -> Run {
    let scenario = Scenario::parse(scenario).expect("the scenario is well written");
    let mut ct = Conntrack::new(&scenario.config);
    let (mut outcome, mut steps) = (Outcome::default(), Vec::new());
    for line in &scenario.lines {
        let mut probe = Checked::default();
        outcome = ct.apply(&line.command, &mut probe);
        assert_eq!(outcome.refused, None, "{:?}", line.command);
        assert!(!probe.steps.is_empty(), "{:?} can be seen", line.command);
        steps = probe.steps;
    }
    Run { ct, outcome, steps }
}

/// Runs a scenario and compares the printed machine.
#[track_caller]
pub fn check(scenario: &str, expect: Expect) {
    expect.assert_eq(&print(&run(scenario).ct));
}

/// The machine as text: packets, connections, lists.
pub fn print(ct: &Conntrack) -> String {
    let mut out = String::new();
    for skb in &ct.skbs {
        let holds = skb
            .nfct
            .map_or("nothing".to_owned(), |conn| conn.to_string());
        writeln!(out, "{} at {} holds {holds}", skb.id, skb.at.name()).unwrap();
    }
    for conn in ct.conns.iter() {
        writeln!(out, "{}", print_conn(ct, conn)).unwrap();
    }
    for bucket in 0..ct.table.size() {
        print_list(ct, ListId::Bucket(bucket), &mut out);
    }
    for net in 0..ct.nets.len() as u8 {
        for cpu in 0..ct.config.cpus {
            print_list(ct, ListId::Unconfirmed { net, cpu }, &mut out);
            print_list(ct, ListId::Dying { net, cpu }, &mut out);
        }
        print_list(ct, ListId::Undelivered { net }, &mut out);
    }
    for net in &ct.nets {
        writeln!(out, "count {} {}", net.name.as_str(), net.count).unwrap();
    }
    out
}

fn print_conn(ct: &Conntrack, conn: &NfConn) -> String {
    let place = match conn.place() {
        Place::Unconfirmed => "unconfirmed",
        Place::Table => "table",
        Place::Dying => "dying",
        Place::Nowhere => "nowhere",
    };
    let owners: Vec<String> = Owner::ALL
        .into_iter()
        .filter(|owner| conn.refs.of(*owner) > 0)
        .map(|owner| format!("{owner} {}", conn.refs.of(owner)))
        .collect();
    let secs = ct.hz().secs(conn.nf_ct_expires(ct.now)).0;
    let timeout = match conn.timeout {
        Timeout::Relative(_) => format!("{secs} s relative"),
        Timeout::Absolute(_) if conn.nf_ct_is_expired(ct.now) => "expired".to_owned(),
        Timeout::Absolute(_) => format!("{secs} s left"),
    };
    let status: Vec<&str> = conn.status.iter_names().map(|(name, _)| name).collect();
    let state = conn.proto.name().unwrap_or("-");
    format!(
        "{} {place} use {} ({}) {state} {timeout} [{}]",
        conn.id,
        conn.use_count,
        owners.join(", "),
        status.join(" ")
    )
}

fn print_list(ct: &Conntrack, list: ListId, out: &mut String) {
    let nodes: Vec<String> = ct.walk(list).map(|node| print_node(ct, node)).collect();
    if !nodes.is_empty() {
        writeln!(out, "{list}: {}", nodes.join(" ")).unwrap();
    }
}

fn print_node(ct: &Conntrack, node: NodeRef) -> String {
    let mark = match node.dir {
        Dir::Original => ">",
        Dir::Reply => "<",
    };
    ct.conns
        .at(node.slot)
        .map_or("?".to_owned(), |conn| format!("{}{mark}", conn.id))
}
