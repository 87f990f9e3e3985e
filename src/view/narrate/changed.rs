//! Fields before and after, read off the fresh steps. A field that changed more than once is one
//! row, from its first value to its last. `around.rs` adds what no step names.

mod around;

use super::told::Told;
use super::window;
use crate::engine::conn::{NfConn, Owner, Status, Timeout};
use crate::engine::nulls::ListId;
use crate::engine::time::{Jiffies, Ticks};
use crate::engine::{ConnId, Conntrack, Step};
use crate::view::model::Change;
use crate::view::names;
use crate::view::scene::Scene;
use crate::words::{narrate as w, tell};

/// Most rows; what is beyond is counted in a last one.
const ROWS_MAX: usize = 40;
/// Nodes of a chain that are named; a longer one is counted.
const CHAIN_MAX: usize = 4;

/// Every field that the fresh steps changed, in order.
pub(super) fn changed(scene: &Scene) -> Vec<Change> {
    let mut rows = Rows {
        scene,
        rows: Vec::new(),
        status: Vec::new(),
    };
    for (at, step) in scene.fresh.clone().zip(scene.fresh_steps()) {
        rows.step(&Told { scene, at }, step);
    }
    let mut rows = rows.rows;
    for row in around::around(scene) {
        if rows.iter().all(|known| known.what != row.what) {
            rows.push(row);
        }
    }
    rows.retain(|row| row.old != row.new);
    if rows.len() > ROWS_MAX {
        let more = rows.len() - ROWS_MAX;
        rows.truncate(ROWS_MAX);
        rows.push(Change {
            what: w::MORE_FIELDS.text().to_owned(),
            old: String::new(),
            new: more.to_string(),
            note: String::new(),
        });
    }
    rows
}

pub(super) struct Rows<'a> {
    scene: &'a Scene<'a>,
    rows: Vec<Change>,
    /// Status bits of connections as they stand in the middle of the fresh steps.
    status: Vec<(ConnId, Status)>,
}

impl Rows<'_> {
    pub(super) fn push(&mut self, what: String, old: String, new: String, note: impl Into<String>) {
        let note = note.into();
        if let Some(row) = self.rows.iter_mut().find(|row| row.what == what) {
            (row.new, row.note) = (new, note);
        } else if self.rows.len() <= ROWS_MAX * 2 {
            self.rows.push(Change {
                what,
                old,
                new,
                note,
            });
        }
    }

    fn step(&mut self, told: &Told, step: &Step) {
        let scene = self.scene;
        match *step {
            Step::HookEntered { skb, hook } => {
                let old = scene.before.skb(skb).map_or("", |skb| skb.at.name());
                let old = if old == hook.name() { "" } else { old };
                self.push(
                    tell!(w::SKB_AT, skb),
                    old.to_owned(),
                    hook.name().to_owned(),
                    "",
                );
            }
            Step::SkbAttached { skb, conn, ctinfo } => {
                let new = format!("{conn}, {}", ctinfo.name());
                self.push(format!("{skb}._nfct"), nfct(scene.before, skb), new, "");
            }
            Step::SkbUntracked { skb } => {
                let old = nfct(scene.before, skb);
                self.push(format!("{skb}._nfct"), old, "UNTRACKED".to_owned(), "");
            }
            Step::ConnAllocated { conn, count } | Step::Freed { conn, count } => {
                self.count(told, conn, count);
            }
            Step::RefTaken { conn, by, left } => {
                self.uses(
                    told,
                    conn,
                    left.saturating_sub(1),
                    left,
                    by,
                    w::HOLDS_IT.text(),
                );
            }
            Step::RefDropped { conn, by, left } => {
                self.uses(told, conn, left + 1, left, by, w::PUTS_IT.text());
                if let (Owner::Skb, Some(skb)) = (by, told.packet()) {
                    let what = format!("{skb}._nfct");
                    self.push(what, conn.to_string(), w::NONE.text().to_owned(), "");
                }
            }
            Step::RefPassed { conn, from, to } => {
                self.push(
                    tell!(w::CONN_HELD_BY, conn),
                    from.to_string(),
                    to.to_string(),
                    "",
                );
            }
            Step::EntryFilled { conn } => self.filled(told, conn),
            Step::StatusSet { conn, bit } => self.status(conn, bit),
            Step::TimeoutSet { conn, old, new } => {
                let note = match new {
                    Timeout::Relative(length) => {
                        tell!(w::TICKS_RELATIVE, ticks = told.ticks(length))
                    }
                    Timeout::Absolute(at) => {
                        tell!(w::TICKS_LEFT, ticks = told.ticks(at.left(told.now())))
                    }
                };
                self.push(
                    format!("{conn}.timeout"),
                    names::grouped(old.raw().into()),
                    names::grouped(new.raw().into()),
                    note,
                );
            }
            Step::TimeoutStarted { conn, from, to } => self.started(told, conn, from, to),
            Step::SctpChunk {
                conn,
                from,
                to: Some(to),
                ..
            } => {
                let what = format!("{conn}.proto.sctp.state");
                self.push(what, from.name().to_owned(), to.name().to_owned(), "");
            }
            Step::SctpTagSet { conn, dir, tag } => {
                let what = format!("{conn}.proto.sctp.vtag[{}]", dir.index());
                self.push(what, String::new(), names::hex32(tag), "");
            }
            Step::DccpStateSet { conn, from, to } => {
                let what = format!("{conn}.proto.dccp.state");
                self.push(what, from.name().to_owned(), to.name().to_owned(), "");
            }
            Step::DccpRoles { conn, client } => {
                let what = format!("{conn}.proto.dccp.client");
                let old = names::dir(client.other()).to_owned();
                self.push(what, old, names::dir(client).to_owned(), "");
            }
            Step::GreTimeoutsKept {
                conn,
                timeout,
                stream_timeout,
            } => {
                for (name, ticks) in [("timeout", timeout), ("stream_timeout", stream_timeout)] {
                    let what = format!("{conn}.proto.gre.{name}");
                    let new = names::grouped(ticks.0.into());
                    self.push(what, String::new(), new, told.ticks(ticks));
                }
            }
            Step::TcpStateSet { conn, from, to } => {
                let what = format!("{conn}.proto.tcp.state");
                self.push(what, from.name().to_owned(), to.name().to_owned(), "");
            }
            Step::WindowChecked { conn, .. } => {
                for (what, old, new) in window::learnt(conn, scene.before, scene.state) {
                    self.push(what, old, new, "");
                }
            }
            Step::Accounted { conn, dir, .. } => {
                let side = dir.index();
                let counted = |at: &Conntrack| {
                    let acct = at.conns.get(conn).and_then(|conn| conn.ext.acct());
                    acct.map_or_else(String::new, |acct| {
                        names::traffic(acct[side].packets, acct[side].bytes)
                    })
                };
                let (old, new) = (counted(scene.before), counted(scene.state));
                self.push(format!("{conn}.acct[{side}]"), old, new, names::dir(dir));
            }
            Step::EventCached { conn, .. }
            | Step::EventSent { conn, .. }
            | Step::EventFailed { conn, .. } => self.cache(conn),
            Step::CounterRaised { counter, by, cpu } => {
                let net = told.packet().and_then(|skb| {
                    scene
                        .state
                        .skb(skb)
                        .or_else(|| scene.before.skb(skb))
                        .map(|skb| skb.net)
                });
                let net = usize::from(net.unwrap_or(scene.state.net));
                let value = |at: &Conntrack| {
                    let pcpu = at
                        .nets
                        .get(net)
                        .and_then(|net| net.pcpu.get(usize::from(cpu)));
                    pcpu.map_or(0, |pcpu| pcpu.stats.value(counter))
                };
                let new = value(scene.state);
                let old = if scene.fresh.len() == 1 {
                    new.wrapping_sub(by)
                } else {
                    value(scene.before)
                };
                let what = tell!(w::COUNTER_CPU_CPU, counter = counter.name(), cpu);
                self.push(what, old.to_string(), new.to_string(), "");
            }
            Step::ListAdded { list, .. } | Step::ListRemoved { list, .. } => self.list(list),
            Step::HashInserted { bucket, .. } | Step::HashRemoved { bucket, .. } => {
                self.list(ListId::Bucket(bucket));
            }
            Step::ClockAdvanced { now, .. } => {
                let by = now.since(scene.before.now);
                self.push(
                    "jiffies".to_owned(),
                    names::jiffies(scene.before.now),
                    names::jiffies(now),
                    format!("+{}", told.ticks(by)),
                );
            }
            Step::GcEnded { last, next, .. } => {
                self.gc(last);
                let old = names::grouped(scene.before.gc.next_gc_run.0.into());
                let new = names::grouped(next.0.into());
                self.push("gc.next_gc_run".to_owned(), old, new, "jiffies");
            }
            Step::GcIdle { last, .. } => self.gc(last),
            Step::TableFull { count, .. } => {
                let net = scene.state.net;
                let old = scene
                    .before
                    .nets
                    .get(usize::from(net))
                    .map_or(0, |net| net.count);
                let what = "nf_conntrack_count".to_owned();
                self.push(what, old.to_string(), count.to_string(), "");
            }
            Step::Flooded { entries, .. } => {
                let old = names::grouped(scene.before.count().into());
                let what = "nf_conntrack_count".to_owned();
                self.push(what, old, names::grouped(entries.into()), "");
            }
            Step::ResizeEnded { size, .. } => {
                let old = scene.before.table.size().to_string();
                self.push("nf_conntrack_buckets".to_owned(), old, size.to_string(), "");
            }
            Step::SysctlSet { key, old, new } => {
                self.push(
                    key.info().name.to_owned(),
                    old.to_string(),
                    new.to_string(),
                    "",
                );
            }
            Step::MarkSet { conn, old, new } => {
                self.push(
                    tell!(w::CONN_MARK, conn),
                    old.to_string(),
                    new.to_string(),
                    "",
                );
            }
            Step::NatReplyChanged { conn, old, new } => {
                self.push(
                    tell!(w::CONN_REPLY_TUPLE, conn),
                    old.to_string(),
                    new.to_string(),
                    "",
                );
            }
            Step::SeqOffsetSet {
                conn, dir, by, seq, ..
            } => {
                let what = tell!(w::CONN_DIR_LENGTH, conn, dir = names::dir(dir));
                self.push(
                    what,
                    String::new(),
                    tell!(w::BY_FROM_SEQ_ON, by = format_args!("{by:+}"), seq),
                    "",
                );
            }
            Step::PacketEnters { .. }
            | Step::AlreadyTracked { .. }
            | Step::L4Found { .. }
            | Step::IcmpErrorChecked { .. }
            | Step::TupleBuilt { .. }
            | Step::HashComputed { .. }
            | Step::BucketChosen { .. }
            | Step::NodeCompared { .. }
            | Step::Found { .. }
            | Step::NotFound { .. }
            | Step::EntryAsked { .. }
            | Step::TupleReused { .. }
            | Step::TupleInverted { .. }
            | Step::NotInvertible { .. }
            | Step::ExtensionsAdded { .. }
            | Step::Expected { .. }
            | Step::HelperAttached { .. }
            | Step::HelperCalled { .. }
            | Step::FtpRead { .. }
            | Step::ExpectCreated { .. }
            | Step::ExpectRemoved { .. }
            | Step::ExpectEventSent { .. }
            | Step::NotExpected { .. }
            | Step::TrackerCalled { .. }
            | Step::TcpLookedUp { .. }
            | Step::TcpIgnored { .. }
            | Step::SctpChunk { to: None, .. }
            | Step::SctpIgnored { .. }
            | Step::DccpLookedUp { .. }
            | Step::DccpIgnored { .. }
            | Step::TrackerRefused { .. }
            | Step::PacketInvalid { .. }
            | Step::TrackAgain { .. }
            | Step::RulesPassed { .. }
            | Step::RuleActed { .. }
            | Step::NatDecided { .. }
            | Step::NatTupleTaken { .. }
            | Step::NatPortsTried { .. }
            | Step::BysourceLinked { .. }
            | Step::PacketRewritten { .. }
            | Step::SeqAdjusted { .. }
            | Step::Routed { .. }
            | Step::FragmentQueued { .. }
            | Step::Reassembled { .. }
            | Step::FragmentsFreed { .. }
            | Step::HopCounted { .. }
            | Step::Fragmented { .. }
            | Step::AnswerMade { .. }
            | Step::PolicyAttached { .. }
            | Step::Held { .. }
            | Step::Released { .. }
            | Step::Dropped { .. }
            | Step::PacketLeaves { .. }
            | Step::SkbFreed { .. }
            | Step::ConfirmCalled { .. }
            | Step::ConfirmSkipped { .. }
            | Step::BucketsReady { .. }
            | Step::BucketsLocked { .. }
            | Step::ChainTooLong { .. }
            | Step::DyingChecked { .. }
            | Step::BucketsUnlocked { .. }
            | Step::ClashFound { .. }
            | Step::ClashMerged { .. }
            | Step::ClashInserted { .. }
            | Step::ClashLost { .. }
            | Step::EventRetryDue { .. }
            | Step::EventRetryRan { .. }
            | Step::DeleteCalled { .. }
            | Step::DeleteRefused { .. }
            | Step::Destroyed { .. }
            | Step::GcStarted { .. }
            | Step::GcBucket { .. }
            | Step::GcFound { .. }
            | Step::EarlyDropBucket { .. }
            | Step::ResizeStarted { .. }
            | Step::Configured
            | Step::Refused => {}
        }
    }

    fn uses(&mut self, told: &Told, conn: ConnId, old: u32, new: u32, by: Owner, verb: &str) {
        let who = match (by, told.packet()) {
            (Owner::Skb, Some(skb)) => format!("skb {skb}"),
            (Owner::Lookup, Some(skb)) => tell!(w::THE_LOOKUP_FOR_SKB, skb),
            _ => names::owner(by, None),
        };
        let what = format!("{conn}.use");
        // Of several changes the last one alone explains nothing: say who holds it in the end.
        let folded = self.rows.iter().any(|row| row.what == what);
        let note = match told.living(conn) {
            Some(_) if folded => tell!(w::HELD_BY_HOLDERS, holders = told.holders(conn)),
            _ => format!("{who} {verb}"),
        };
        self.push(what, old.to_string(), new.to_string(), note);
    }

    fn count(&mut self, told: &Told, conn: ConnId, count: u32) {
        let net = usize::from(told.net(conn));
        let old = self.scene.before.nets.get(net).map_or(0, |net| net.count);
        let what = "nf_conntrack_count".to_owned();
        self.push(what, old.to_string(), count.to_string(), "");
    }

    fn status(&mut self, conn: ConnId, bit: Status) {
        let before = self
            .scene
            .before
            .conns
            .get(conn)
            .map_or(Status::empty(), |c| c.status);
        let at = match self.status.iter().position(|(id, _)| *id == conn) {
            Some(at) => at,
            None => {
                self.status.push((conn, before));
                self.status.len() - 1
            }
        };
        let old = self.status[at].1;
        let new = old | bit;
        self.status[at].1 = new;
        let added = names::status(new & !before);
        self.push(
            format!("{conn}.status"),
            format!("{:#x}", old.bits()),
            format!("{:#x}", new.bits()),
            added,
        );
    }

    fn started(&mut self, told: &Told, conn: ConnId, from: Ticks, to: Jiffies) {
        self.push(
            format!("{conn}.timeout"),
            names::grouped(from.0.into()),
            names::grouped(to.0.into()),
            tell!(
                w::ABSOLUTE_TICKS_LEFT,
                ticks = told.ticks(to.left(told.now()))
            ),
        );
    }

    fn cache(&mut self, conn: ConnId) {
        let cached = |at: Option<&NfConn>| {
            at.and_then(|conn| conn.ext.ecache)
                .map(|ecache| names::events(ecache.cache))
        };
        let old =
            cached(self.scene.before.conns.get(conn)).unwrap_or_else(|| w::NONE.text().to_owned());
        if let Some(new) = cached(self.scene.state.conns.get(conn)) {
            self.push(format!("{conn}.ecache.cache"), old, new, "");
        }
    }

    fn list(&mut self, list: ListId) {
        let what = match list {
            ListId::Bucket(bucket) => tell!(w::BUCKET_BUCKET, bucket),
            ListId::Unconfirmed { cpu, .. } => tell!(w::UNCONFIRMED_LIST_CPU_CPU, cpu),
            ListId::Dying { cpu, .. } => tell!(w::DYING_LIST_CPU_CPU, cpu),
            ListId::Undelivered { .. } => w::UNDELIVERED_EVENTS.text().to_owned(),
        };
        let (old, new) = (
            chain(self.scene.before, list),
            chain(self.scene.state, list),
        );
        self.push(what, old, new, w::FROM_THE_HEAD.text());
    }

    fn gc(&mut self, last: u32) {
        let old = self.scene.before.gc.last_bucket.to_string();
        self.push("gc.last_bucket".to_owned(), old, last.to_string(), "");
    }
}

fn nfct(at: &Conntrack, skb: crate::engine::skb::SkbId) -> String {
    let held = at.skb(skb).and_then(|skb| Some((skb.nfct?, skb.ctinfo?)));
    held.map_or_else(
        || w::NONE.text().to_owned(),
        |(conn, ctinfo)| format!("{conn}, {}", ctinfo.name()),
    )
}

/// A chain in words, from its head: `c2 reply, c1 original`.
fn chain(at: &Conntrack, list: ListId) -> String {
    let there = match list {
        ListId::Bucket(bucket) => bucket < at.table.size(),
        ListId::Unconfirmed { net, .. }
        | ListId::Dying { net, .. }
        | ListId::Undelivered { net } => usize::from(net) < at.nets.len(),
    };
    if !there {
        return String::new();
    }
    let nodes: Vec<_> = at.walk(list).collect();
    if nodes.is_empty() {
        return w::EMPTY.text().to_owned();
    }
    if nodes.len() > CHAIN_MAX {
        return tell!(w::N_NODES, n = nodes.len() as u64);
    }
    let names: Vec<String> = nodes
        .iter()
        .filter_map(|node| {
            let conn = at.conns.at(node.slot)?;
            Some(match list {
                ListId::Bucket(_) => format!("{} {}", conn.id, names::dir(node.dir)),
                _ => conn.id.to_string(),
            })
        })
        .collect();
    names.join(", ")
}
