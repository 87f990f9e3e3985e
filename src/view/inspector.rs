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
use super::model::Selection;
use super::names;
use super::scene::Scene;
use crate::engine::confirm::CONNTRACK_LOCKS;
use crate::engine::conn::{NfConn, Owner};
use crate::engine::nulls::{ListId, Next};
use crate::engine::skb::SkbId;
use crate::engine::step::Phase;
use crate::engine::{Config, Conntrack, Step};
use crate::timeline::RefStep;
use crate::words::{inspector as w, tell};

/// What kind of thing is selected.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Kind {
    /// Nothing yet.
    #[default]
    Nothing,
    /// A connection.
    Conn,
    /// A packet.
    Skb,
    /// A bucket.
    Bucket,
    /// The gc worker.
    Gc,
}

/// The selected object, field by field.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Inspector {
    /// What it is.
    pub kind: Kind,
    /// `c1`, `s7`, `bucket 5`, `gc worker`.
    pub title: String,
    /// One line under it.
    pub subtitle: String,
    /// Fields in groups.
    pub groups: Vec<FieldGroup>,
    /// For a connection: every change of `use` so far, oldest first.
    pub ledger: Vec<LedgerRow>,
}

/// Fields that belong together.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FieldGroup {
    /// Heading.
    pub title: String,
    /// Its fields.
    pub fields: Vec<Field>,
}

/// A field of the selected object.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Field {
    /// The kernel's name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// What it means, a few words; may be empty.
    pub note: String,
    /// The value before this step, if the step changed it.
    pub old: Option<String>,
}

/// A change of `use`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LedgerRow {
    /// Position in the log, to go there.
    pub position: u32,
    /// When, counted from boot: `62.4 s`.
    pub time: String,
    /// `+1`, `−1`, `pass`.
    pub delta: String,
    /// `use` afterwards.
    pub left: u32,
    /// The owner: `skb s1`, `table`.
    pub owner: String,
    /// The kernel function.
    pub function: String,
    /// Why, in a few words.
    pub reason: &'static str,
}

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
            title: w::NOTHING_SELECTED.text().to_owned(),
            subtitle: w::SEND_A_PACKET_OR.text().to_owned(),
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
            let found = steps.iter().rev().find_map(about);
            found
                .or_else(|| past_its_time(scene, steps))
                .unwrap_or(Subject::Nothing)
        }
    }
}

/// The first entry that is over and still linked, where the clock went on.
fn past_its_time(scene: &Scene, steps: &[Step]) -> Option<Subject> {
    let clock = |step: &Step| matches!(step, Step::ClockAdvanced { .. });
    let now = scene.state.now;
    let over = |conn: &&NfConn| conn.nf_ct_should_gc(now);
    let conn = steps
        .iter()
        .any(clock)
        .then(|| scene.state.conns.iter().find(over));
    conn.flatten().map(|conn| Subject::Conn(conn.id.number))
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
        Step::RefPassed { conn, from, to } => (
            conn,
            w::PASS.text(),
            1,
            tell!(w::NAMED_TO_NAMED2, named = named(from), named2 = named(to)),
        ),
        // The lookup's reference becomes the packet's here.
        Step::SkbAttached { conn, skb, .. } => {
            (conn, w::PASS.text(), 0, tell!(w::LOOKUP_TO_SKB_SKB, skb))
        }
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
            Owner::Lookup if left == 1 => w::A_NEW_OBJECT_BEGINS.text(),
            Owner::Lookup => w::FOUND_NOBODY_MAY_FREE.text(),
            Owner::Skb => w::ONE_PACKET_MORE_POINTS.text(),
            Owner::Table => w::ONE_FOR_BOTH_NODES.text(),
            Owner::Child => w::ITS_CHILD_S_MASTER.text(),
            Owner::Gc => w::HELD_WHILE_IT_IS.text(),
            Owner::EarlyDrop => w::HELD_FOR_ONE_ATTEMPT.text(),
            Owner::Flush => w::HELD_WHILE_THE_FLUSH.text(),
            Owner::Netlink => w::HELD_UNTIL_THE_REQUEST.text(),
            Owner::EventRetry => w::HELD_UNTIL_ITS_DESTROY.text(),
        },
        Step::RefDropped { by, .. } => match by {
            Owner::Lookup => w::WHAT_WAS_FOUND_IS.text(),
            Owner::Skb => w::THE_PACKET_POINTS_TO.text(),
            Owner::Table => w::OUT_OF_THE_HASH.text(),
            Owner::Child => w::ITS_CHILD_IS_GONE.text(),
            Owner::Gc => w::THAT_WAS_ALL_TO.text(),
            Owner::EarlyDrop => w::THE_ATTEMPT_IS_OVER.text(),
            Owner::Flush => w::THE_FLUSH_GOES_ON.text(),
            Owner::Netlink => w::THE_REQUEST_IS_ANSWERED.text(),
            Owner::EventRetry => w::ITS_DESTROY_EVENT_IS.text(),
        },
        Step::RefPassed {
            to: Owner::EventRetry,
            ..
        } => w::ITS_DESTROY_EVENT_WAITS.text(),
        _ => w::CHANGES_HANDS_USE_STAYS.text(),
    }
}

/// Appends a row to the ledger of its connection. A reference that changes hands leaves `use` as
/// the row before says.
pub fn append_row(ledger: &mut Vec<LedgerRow>, mut row: LedgerRow) {
    if row.delta == w::PASS.text() {
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
    let title = tell!(w::BUCKET_BUCKET, bucket);
    if bucket >= size {
        let subtitle = tell!(w::THERE_IS_NO_SUCH, saturating_sub = size.saturating_sub(1));
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
            w::EXPIRED_STILL_LINKED.text()
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
            w::END.text(),
            tell!(w::NULLS_VALUE, value),
            w::THE_NUMBER_OF_THE.text(),
        ));
    }
    let facts = vec![
        field(w::NODES.text(), now.to_string(), "", before),
        plain(
            w::LOCK.text(),
            (bucket % CONNTRACK_LOCKS).to_string(),
            w::BUCKET_MOD_1024.text(),
        ),
    ];
    Inspector {
        kind: Kind::Bucket,
        title,
        subtitle: tell!(w::NOW_NEW_ONES_GO, now = now as u64),
        groups: vec![group("bucket", facts), group(w::CHAIN.text(), chain)],
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
        (true, _) => w::AT_WORK.text().to_owned(),
        (false, true) => tell!(w::SLEEPS_NEXT_RUN_IN, due),
        (false, false) => w::SWITCHED_OFF.text().to_owned(),
    };
    let goal = scene.state.gc_goal();
    let share = if scene.state.gc_is_whole() {
        w::BUCKETS_IN_ONE_RUN.text()
    } else {
        w::BUCKETS_IN_ONE_RUN_1.text()
    };
    let fields = vec![
        field(
            "last_bucket",
            gc.last_bucket.to_string(),
            w::THE_NEXT_RUN_BEGINS.text(),
            Some(old.last_bucket.to_string()),
        ),
        field(
            "next_gc_run",
            names::grouped(gc.next_gc_run.0.into()),
            tell!(w::JIFFIES_BETWEEN_RUNS_PAUSE, pause),
            Some(names::grouped(old.next_gc_run.0.into())),
        ),
        field(
            w::DUE.text(),
            names::jiffies(gc.due),
            tell!(w::IN_DUE, due),
            Some(names::jiffies(old.due)),
        ),
        plain(w::GOAL.text(), goal.to_string(), share),
        field(
            "early_drop",
            u8::from(gc.early_drop).to_string(),
            w::THE_TABLE_WAS_FULL.text(),
            Some(u8::from(old.early_drop).to_string()),
        ),
        field(
            w::RUNS.text(),
            names::grouped(gc.runs),
            w::SO_FAR.text(),
            Some(names::grouped(old.runs)),
        ),
    ];
    Inspector {
        kind: Kind::Gc,
        title: w::GC_WORKER.text().to_owned(),
        subtitle,
        groups: vec![group("struct conntrack_gc_work", fields)],
        ledger: Vec::new(),
    }
}
