//! The selected object, field by field, and the ledger of references.

mod conn;
mod family;
mod packet;
mod pointers;
mod proto;

pub(super) use conn::{DRAWN, node};
pub(super) use family::{master, zone};
pub(super) use packet::tcp_flags;
pub(super) use pointers::node_pointers;
pub use pointers::pointers;

use super::functions;
use super::model::{Field, FieldGroup, Inspector, LedgerRow, Selection};
use super::names;
use super::scene::Scene;
use crate::engine::confirm::CONNTRACK_LOCKS;
use crate::engine::conn::{NfConn, Owner};
use crate::engine::nulls::{ListId, Next};
use crate::engine::skb::SkbId;
use crate::engine::step::Phase;
use crate::engine::{Config, Conntrack, Step};
use crate::timeline::RefStep;

/// What the inspector is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Subject {
    /// A connection, by number.
    Conn(u32),
    /// A packet, by number.
    Skb(u32),
    /// A bucket.
    Bucket(u32),
    /// The gc worker.
    Gc,
    /// Nothing yet.
    Nothing,
}

/// The selected object. `ledger` holds the rows of the subject, if it is a connection, as the
/// application collected them with [`ledger_row`].
pub fn inspector(scene: &Scene, ledger: &[LedgerRow]) -> Inspector {
    match subject(scene) {
        Subject::Conn(number) => conn::inspect(scene, number, ledger),
        Subject::Skb(number) => packet::inspect(scene, SkbId(number)),
        Subject::Bucket(bucket) => inspect_bucket(scene, bucket),
        Subject::Gc => inspect_gc(scene),
        Subject::Nothing => Inspector {
            title: "nothing selected".to_owned(),
            subtitle: "Send a packet, or pick a bucket.".to_owned(),
            ..Inspector::default()
        },
    }
}

/// What the tracker keeps of a connection of SCTP, DCCP or GRE, field by field.
pub fn private(at: &Conntrack, conn: &NfConn, old: Option<&NfConn>) -> Option<FieldGroup> {
    proto::proto(at, conn, old)
}

/// What is shown: what was picked, or what the step is about.
pub fn subject(scene: &Scene) -> Subject {
    match scene.selection {
        Selection::Conn(number) => Subject::Conn(number),
        Selection::Skb(number) => Subject::Skb(number),
        Selection::Bucket(bucket) => Subject::Bucket(bucket),
        Selection::Gc => Subject::Gc,
        Selection::Step => {
            // A step about nothing of its own, such as a lock, belongs to the object before it.
            let until = scene.fresh.end;
            let steps = scene.steps.get(..until).unwrap_or_default();
            steps
                .iter()
                .rev()
                .find_map(about)
                .unwrap_or(Subject::Nothing)
        }
    }
}

/// The object that a step is about.
fn about(step: &Step) -> Option<Subject> {
    let conn = match *step {
        Step::NodeCompared { conn, .. } | Step::ClashMerged { into: conn, .. } => Some(conn),
        _ => step.conn(),
    };
    let of_conn = conn.map(|conn| Subject::Conn(conn.number));
    let of_skb = || step.skb().map(|skb| Subject::Skb(skb.0));
    let other = match *step {
        Step::BucketChosen { bucket, .. }
        | Step::NotFound { bucket, .. }
        | Step::EarlyDropBucket { bucket, .. } => Some(Subject::Bucket(bucket)),
        Step::GcStarted { .. }
        | Step::GcBucket { .. }
        | Step::GcEnded { .. }
        | Step::GcIdle { .. } => Some(Subject::Gc),
        _ => None,
    };
    of_conn.or_else(of_skb).or(other)
}

/// A step, with its place in the log, as a row of the ledger of its connection: the connection's
/// number and the row.
pub fn ledger_row(config: &Config, taken: &RefStep) -> Option<(u32, LedgerRow)> {
    let RefStep { at, skb, step, .. } = taken;
    let skb = *skb;
    let named = |owner: Owner| match (owner, skb) {
        (Owner::Skb, Some(skb)) => format!("skb {skb}"),
        _ => owner.to_string(),
    };
    let (conn, delta, left, owner) = match *step {
        Step::RefTaken { conn, by, left } => (conn, "+1", left, named(by)),
        Step::RefDropped { conn, by, left } => (conn, "−1", left, named(by)),
        Step::RefPassed { conn, from, to } => {
            (conn, "pass", 1, format!("{} to {}", named(from), named(to)))
        }
        // The lookup's reference becomes the packet's here.
        Step::SkbAttached { conn, skb, .. } => (conn, "pass", 0, format!("lookup to skb {skb}")),
        _ => return None,
    };
    let meta = step.meta();
    let (function, _) = functions::place(config.profile, step, (meta.function, meta.file));
    let function = function.to_owned();
    let millis = taken.uptime * 1000 / u64::from(config.hz.per_second());
    Some((
        conn.number,
        LedgerRow {
            position: *at,
            time: names::duration(millis),
            delta: delta.to_owned(),
            left,
            owner,
            function,
            reason: reason(step),
        },
    ))
}

/// Why a reference was taken, passed or put, in a few words.
fn reason(step: &Step) -> &'static str {
    match *step {
        Step::RefTaken { by, left, .. } => match by {
            Owner::Lookup if left == 1 => "a new object begins with one",
            Owner::Lookup => "found: nobody may free it meanwhile",
            Owner::Skb => "one packet more points to it",
            Owner::Table => "one for both nodes in the hash table",
            Owner::Child => "its child’s master pointer",
            Owner::Gc => "held while it is killed",
            Owner::EarlyDrop => "held for one attempt to drop it",
            Owner::Flush => "held while the flush stands here",
            Owner::Netlink => "held until the request is answered",
            Owner::EventRetry => "held until its DESTROY event is delivered",
        },
        Step::RefDropped { by, .. } => match by {
            Owner::Lookup => "what was found is not needed any more",
            Owner::Skb => "the packet points to it no longer",
            Owner::Table => "out of the hash table",
            Owner::Child => "its child is gone",
            Owner::Gc => "that was all to be done",
            Owner::EarlyDrop => "the attempt is over",
            Owner::Flush => "the flush goes on",
            Owner::Netlink => "the request is answered",
            Owner::EventRetry => "its DESTROY event is delivered",
        },
        Step::RefPassed {
            to: Owner::EventRetry,
            ..
        } => "its DESTROY event waits, the worker keeps it",
        _ => "changes hands, use stays",
    }
}

/// Appends a row to the ledger of its connection. A reference that changes hands leaves `use` as
/// the row before says.
pub fn append_row(ledger: &mut Vec<LedgerRow>, mut row: LedgerRow) {
    if row.delta == "pass" {
        row.left = ledger.last().map_or(row.left, |before| before.left);
    }
    ledger.push(row);
}

/// A field whose value is the same in both machines, or shown with its old value.
pub(super) fn field(
    name: impl Into<String>,
    value: impl Into<String>,
    note: impl Into<String>,
    old: Option<String>,
) -> Field {
    let value = value.into();
    let old = old.filter(|old| *old != value);
    Field {
        name: name.into(),
        value,
        note: note.into(),
        old,
    }
}

/// A field that is not compared with before.
fn plain(name: impl Into<String>, value: impl Into<String>, note: impl Into<String>) -> Field {
    field(name, value, note, None)
}

fn group(title: &str, fields: Vec<Field>) -> FieldGroup {
    FieldGroup {
        title: title.to_owned(),
        fields,
    }
}

fn inspect_bucket(scene: &Scene, bucket: u32) -> Inspector {
    let size = scene.state.table.size();
    let title = format!("bucket {bucket}");
    if bucket >= size {
        let subtitle = format!(
            "There is no such bucket: the last one is {}.",
            size.saturating_sub(1)
        );
        return Inspector {
            title,
            subtitle,
            ..Inspector::default()
        };
    }
    let nodes = |at: &Conntrack| at.walk(ListId::Bucket(bucket)).count();
    let now = nodes(scene.state);
    let before = (bucket < scene.before.table.size()).then(|| nodes(scene.before).to_string());
    let mut chain = Vec::new();
    let mut walk = scene.state.walk(ListId::Bucket(bucket));
    for (nth, node) in (1..).zip(walk.by_ref()) {
        let Some(conn) = scene.state.conns.at(node.slot) else {
            break;
        };
        let expired = if conn.nf_ct_is_expired(scene.state.now) {
            "expired, still linked"
        } else {
            ""
        };
        chain.push(plain(
            format!("{nth}. {} {}", conn.id, names::dir(node.dir)),
            names::tuple(conn.tuple(node.dir)),
            expired,
        ));
    }
    if let Next::Nulls(value) = walk.link().next() {
        chain.push(plain(
            "end",
            format!("nulls {value}"),
            "the number of the bucket",
        ));
    }
    let facts = vec![
        field("nodes", now.to_string(), "", before),
        plain(
            "lock",
            (bucket % CONNTRACK_LOCKS).to_string(),
            "bucket mod 1024",
        ),
    ];
    Inspector {
        title,
        subtitle: format!("{}, new ones go in at the head", {
            names::counted(now as u64, "node", "nodes")
        }),
        groups: vec![group("bucket", facts), group("chain", chain)],
        ledger: Vec::new(),
    }
}

fn inspect_gc(scene: &Scene) -> Inspector {
    let (gc, old) = (&scene.state.gc, &scene.before.gc);
    let (now, hz) = (scene.state.now, scene.state.hz());
    let working = scene
        .step()
        .is_some_and(|step| step.meta().phase == Phase::Gc);
    let due = names::ticks(gc.due.left(now), hz);
    let pause = names::ticks(gc.next_gc_run, hz);
    let subtitle = match (working, gc.auto) {
        (true, _) => "at work".to_owned(),
        (false, true) => format!("sleeps, next run in {due}"),
        (false, false) => "switched off".to_owned(),
    };
    let goal = scene.state.gc_goal();
    let share = if scene.state.gc_is_whole() {
        "buckets in one run, all up to the end of the table"
    } else {
        "buckets in one run, 1/128 of the table"
    };
    let fields = vec![
        field(
            "last_bucket",
            gc.last_bucket.to_string(),
            "the next run begins behind it",
            Some(old.last_bucket.to_string()),
        ),
        field(
            "next_gc_run",
            names::grouped(gc.next_gc_run.0.into()),
            format!("jiffies between runs, {pause}"),
            Some(names::grouped(old.next_gc_run.0.into())),
        ),
        field(
            "due",
            names::jiffies(gc.due),
            format!("in {due}"),
            Some(names::jiffies(old.due)),
        ),
        plain("goal", goal.to_string(), share),
        field(
            "early_drop",
            u8::from(gc.early_drop).to_string(),
            "the table was full",
            Some(u8::from(old.early_drop).to_string()),
        ),
        field(
            "runs",
            names::grouped(gc.runs),
            "so far",
            Some(names::grouped(old.runs)),
        ),
    ];
    Inspector {
        title: "gc worker".to_owned(),
        subtitle,
        groups: vec![group("struct conntrack_gc_work", fields)],
        ledger: Vec::new(),
    }
}
