//! Figure 2, living: one connection with its two handles, its bits, fields and extensions, and
//! everyone who ever held a reference on it.

use super::Looking;
use super::bytes::{Part, tuple_parts};
use crate::engine::conn::{NfConn, Status};
use crate::engine::tuple::Dir;
use crate::engine::{Conntrack, Difference, Profile, Step};
use crate::view::inspector::{self, Subject};
use crate::view::model::{Field, FieldGroup, LedgerRow};
use crate::view::names;
use crate::view::scene::Scene;
use crate::view::stage::{Chip, Life, Pin, chip_alone, pins};
use crate::words::{Plain, lens as w, tell};
use core::fmt::Write;

/// Most rows of the ledger that are shown, the newest.
const ROWS_MAX: usize = 40;
/// Most pins that are drawn one by one.
const PINS_MAX: usize = 24;

/// What the lens shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConnectionView {
    /// The connection that is looked at.
    pub number: u32,
    /// The others that there are: number and label, to change to them.
    pub others: Vec<(u32, String)>,
    /// What there is to see of it; `None` before it is made and after it is freed.
    pub body: Option<Body>,
    /// One line under its name.
    pub subtitle: String,
    /// The newest changes of `use`, oldest first.
    pub ledger: Vec<LedgerRow>,
    /// Earlier ones that are not shown.
    pub earlier: u32,
    /// The row of this very step.
    pub current: Option<u32>,
    /// The course of `use`.
    pub history: Option<History>,
}

/// A connection that is there.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Body {
    /// Where it stands in its life.
    pub life: Life,
    /// References now, and before if the step changed them.
    pub use_count: (u32, Option<u32>),
    /// Who holds them.
    pub pins: Vec<Pin>,
    /// Pins that are not drawn.
    pub more_pins: u32,
    /// The two handles, original first.
    pub handles: [Handle; 2],
    /// `0x8`, and before if the step changed it.
    pub status: (String, Option<String>),
    /// Its sixteen bits.
    pub bits: Vec<Bit>,
    /// Optional areas behind `ext`.
    pub extensions: Vec<Bit>,
    /// In the order of the struct.
    pub fields: FieldGroup,
    /// Private data of the tracker, NAT, family, contents of the extensions.
    pub groups: Vec<FieldGroup>,
}

/// A tuplehash.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Handle {
    /// As on the stage.
    pub chip: Chip,
    /// `bucket 3`, and before if the step moved it.
    pub place: (String, Option<String>),
    /// What follows it there.
    pub next: String,
    /// Its tuple, field by field.
    pub parts: Vec<Part>,
    /// The two pointers of its node.
    pub pointers: Vec<Field>,
}

/// A bit, or an area that is there or not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bit {
    /// Its number.
    pub number: u32,
    /// Its name, without `IPS_`.
    pub name: &'static str,
    /// It is set.
    pub set: bool,
    /// It is set, or cleared, since the stop before.
    pub changed: bool,
    /// What it says.
    pub title: &'static str,
}

/// The course of `use`, as a drawing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct History {
    /// Size of the drawing.
    pub size: (i32, i32),
    /// The line of steps.
    pub line: String,
    /// Where it ends: now.
    pub now: (i32, i32),
    /// Heights and what they stand for.
    pub scale: Vec<(i32, u32)>,
    /// Places along the log: x, position.
    pub ticks: Vec<(i32, u32)>,
    /// In words, for those who do not see it.
    pub words: String,
}

/// The connection that a lens about connections looks at: the one picked, else the one that the
/// step, or the packet of the step, is about, else the newest one.
pub fn shown_conn(scene: &Scene) -> Option<u32> {
    let of_skb = |number: u32| {
        let id = crate::engine::skb::SkbId(number);
        let skb = scene.state.skb(id).or_else(|| scene.before.skb(id))?;
        Some(skb.nfct?.number)
    };
    match inspector::subject(scene) {
        Subject::Conn(number) => Some(number),
        Subject::Skb(number) => of_skb(number),
        Subject::Bucket(_) | Subject::Gc | Subject::Nothing => None,
    }
    .or_else(|| {
        let steps = scene.steps.get(..scene.fresh.end).unwrap_or_default();
        let conn = steps.iter().rev().find_map(Step::conn)?;
        Some(conn.number)
    })
    .or_else(|| scene.state.conns.iter().map(|conn| conn.id.number).max())
}

/// Looks at a connection; `None` before there is one.
pub fn connection(looking: &Looking) -> Option<ConnectionView> {
    let scene = looking.scene;
    let number = shown_conn(scene)?;
    let now = scene.state.conns.by_number(number);
    let before = scene.before.conns.by_number(number);
    let whole = inspector::inspector(
        &Scene {
            selection: crate::view::model::Selection::Conn(number),
            ..scene.clone()
        },
        &[],
    );
    // Of one that is freed at this very step, what it was last.
    let body = match (now, before) {
        (Some(conn), old) => Some(body(looking, scene.state, conn, old, whole.groups)),
        (None, Some(conn)) => Some(body(looking, scene.before, conn, None, whole.groups)),
        (None, None) => None,
    };
    let ledger = looking.ledger;
    let from = ledger.len().saturating_sub(ROWS_MAX);
    let current = ledger.last().filter(|row| {
        let begin = looking.position - scene.fresh.len() as u32;
        (begin + 1..=looking.position).contains(&row.position)
    });
    Some(ConnectionView {
        number,
        others: others(scene, number),
        body,
        subtitle: whole.subtitle,
        earlier: from as u32,
        current: current.map(|row| row.position),
        history: history(ledger, looking),
        ledger: ledger[from..].to_vec(),
    })
}

/// Most connections offered to look at.
const OTHERS_MAX: usize = 50;

fn others(scene: &Scene, number: u32) -> Vec<(u32, String)> {
    let label = |conn: &NfConn| {
        let tuple = names::tuple(conn.tuple(Dir::Original));
        (conn.id.number, format!("{} {tuple}", conn.id))
    };
    let all = scene.state.conns.iter().take(OTHERS_MAX);
    let mut others: Vec<_> = all.map(label).collect();
    if !others.iter().any(|(other, _)| *other == number) {
        others.push((number, format!("c{number}")));
    }
    others.sort_unstable_by_key(|(number, _)| *number);
    others
}

fn body(
    looking: &Looking,
    at: &Conntrack,
    conn: &NfConn,
    old: Option<&NfConn>,
    groups: Vec<FieldGroup>,
) -> Body {
    let mut pins = pins(at, looking.scene.before, conn, old);
    let more_pins = pins.len().saturating_sub(PINS_MAX) as u32;
    pins.truncate(PINS_MAX);
    let hex = |conn: &NfConn| format!("{:#x}", conn.status.bits());
    let room = looking.width().min(480) as i32;
    let handle = |dir: Dir| {
        let place = |conn: &NfConn| inspector::node(at, conn, dir).0;
        let was = old.map(place);
        let (place, next) = inspector::node(at, conn, dir);
        Handle {
            chip: chip_alone(at, conn, dir, room),
            next,
            pointers: inspector::node_pointers(at, conn, old, dir),
            parts: tuple_parts(conn.tuple(dir), old.map(|old| old.tuple(dir))),
            place: (place.clone(), was.filter(|was| *was != place)),
        }
    };
    let use_old = old.map(|old| old.use_count);
    Body {
        life: Life::of(conn, at),
        use_count: (conn.use_count, use_old.filter(|old| *old != conn.use_count)),
        pins,
        more_pins,
        handles: Dir::BOTH.map(handle),
        status: (hex(conn), old.map(hex).filter(|old| *old != hex(conn))),
        bits: bits(conn, old),
        extensions: extensions(conn, old),
        fields: FieldGroup {
            title: order(at.profile()).to_owned(),
            fields: fields(at, conn, old),
        },
        // Those before are drawn here.
        groups: groups.into_iter().skip(inspector::DRAWN).collect(),
    }
}

fn order(profile: Profile) -> &'static str {
    match profile {
        Profile::V5_10 => w::FIELDS_IN_5_10.text(),
        Profile::V6_18 => w::FIELDS_IN_5_10_ORDER.text(),
    }
}

/// What each status bit says.
const BITS: [Plain; 16] = [
    w::MADE_FROM_AN_EXPECTATION,
    w::A_PACKET_OF_THE,
    w::EARLY_DROP_LEAVES_IT,
    w::IS_OR_HAS_BEEN,
    w::THE_SOURCE_OF_THE,
    w::THE_DESTINATION_OF_THE,
    w::SEQUENCE_NUMBERS_ARE,
    w::SOURCE_NAT_IS_DECIDED,
    w::DESTINATION_NAT_IS_DECIDED,
    w::DELETION_HAS_BEGUN_NEVER,
    w::A_REFRESH_LEAVES_THE,
    w::NOT_A_CONNECTION_BUT,
    w::ONLY_ITS_REPLY_NODE,
    w::THE_RULESET_SET_ITS,
    w::IN_A_SOFTWARE_FLOW,
    w::IN_A_HARDWARE_FLOW,
];

fn bits(conn: &NfConn, old: Option<&NfConn>) -> Vec<Bit> {
    let all = Status::all().iter_names().zip(BITS);
    all.map(|((name, bit), title)| {
        let set = conn.status.contains(bit);
        Bit {
            number: bit.bits().trailing_zeros(),
            name,
            set,
            changed: old.is_some_and(|old| old.status.contains(bit) != set),
            title: title.text(),
        }
    })
    .collect()
}

/// An area of `ext`: id, name, what is in it, whether it is there.
type Area = (u32, &'static str, Plain, fn(&NfConn) -> bool);

/// Kernel: `enum nf_ct_ext_id`, include/net/netfilter/nf_conntrack_extend.h, v5.10.19.
/// Differs: LABELS and SYNPROXY are not modelled.
const AREAS: [Area; 7] = [
    (0, "HELPER", w::ITS_HELPER_AND_WHAT, |conn| {
        conn.ext.helper().is_some()
    }),
    (1, "NAT", w::THE_INTERFACE_THAT_IT, |conn| {
        conn.ext.masq_index() != 0
    }),
    (2, "SEQADJ", w::BY_HOW_MUCH_NUMBERS, |conn| {
        conn.ext.seqadj().is_some()
    }),
    (3, "ACCT", w::PACKETS_AND_BYTES_OF, |conn| {
        conn.ext.acct().is_some()
    }),
    (4, "ECACHE", w::EVENTS_THAT_WAIT_TO, |conn| {
        conn.ext.ecache.is_some()
    }),
    (5, "TSTAMP", w::WHEN_IT_BEGAN_AND, |conn| {
        conn.ext.tstamp().is_some()
    }),
    (6, "TIMEOUT", w::TIMEOUTS_OF_ITS_OWN, |conn| {
        conn.ext.timeout().is_some()
    }),
];

fn extensions(conn: &NfConn, old: Option<&NfConn>) -> Vec<Bit> {
    let area = |(number, name, title, there): Area| Bit {
        number,
        name,
        set: there(conn),
        changed: old.is_some_and(|old| there(old) != there(conn)),
        title: title.text(),
    };
    AREAS.into_iter().map(area).collect()
}

fn fields(at: &Conntrack, conn: &NfConn, old: Option<&NfConn>) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut push = |name: &str, note: &str, value: &dyn Fn(&NfConn) -> String| {
        fields.push(inspector::field(name, value(conn), note, old.map(value)));
    };
    push("ct_general.use", w::N_0_DESTROYS_IT.text(), &|conn| {
        conn.use_count.to_string()
    });
    push(
        "timeout",
        &names::timeout(conn.timeout, at.now, at.hz()),
        &|conn| names::grouped(conn.timeout.raw().into()),
    );
    let zone = inspector::zone(conn);
    push(&zone.name, &zone.note, &|conn| {
        tell!(w::ID_ID_DIR_DIRS, id = conn.zone.id, dirs = conn.zone.dirs)
    });
    push("status", &names::status(conn.status), &|conn| {
        format!("{:#x}", conn.status.bits())
    });
    if !at.profile().since(Difference::NoPendingLists) {
        push("cpu", w::WHOSE_LISTS_HOLD_IT.text(), &|conn| {
            conn.cpu.to_string()
        });
    }
    push("ct_net", w::CHECKED_IN_EVERY.text(), &|conn| {
        let net = at.nets.get(usize::from(conn.net));
        net.map_or("", |net| net.name.as_str()).to_owned()
    });
    push("nat_bysource", w::NODE_IN_NAT_S.text(), &|conn| {
        let linked = conn.ext.bysource().linked();
        if linked {
            w::LINKED.text()
        } else {
            w::NOT_LINKED.text()
        }
        .to_owned()
    });
    let master = inspector::master(at, conn);
    push("master", &master.note, &|conn| {
        conn.master
            .map_or_else(|| "NULL".to_owned(), |master| master.to_string())
    });
    push("mark", "", &|conn| conn.mark.to_string());
    push("ext", w::OPTIONAL_AREAS_SEE_BELOW.text(), &|conn| {
        let there = AREAS.iter().filter(|(.., there)| there(conn));
        let names: Vec<_> = there.map(|(_, name, ..)| *name).collect();
        if names.is_empty() {
            "NULL".to_owned()
        } else {
            names.join(" ")
        }
    });
    push("proto", w::PRIVATE_DATA_OF_THE.text(), &|conn| {
        let state = conn.proto.name().unwrap_or("");
        let proto = names::proto(conn.tuple(Dir::Original).dst.protonum);
        format!("{proto} {state}").trim_end().to_owned()
    });
    fields
}

/// Height of the drawing, and of what it leaves free around.
const HEIGHT: i32 = 92;
const LEFT: i32 = 26;
const RIGHT: i32 = 12;
const TOP: i32 = 8;
const BOTTOM: i32 = 22;

fn history(ledger: &[LedgerRow], looking: &Looking) -> Option<History> {
    let (first, last) = (ledger.first()?, ledger.last()?);
    let width = looking.column() as i32;
    let end = looking.position.max(first.position + 1);
    let most = ledger.iter().map(|row| row.left).max()?.max(2);
    let x = |position: u32| {
        let span = i64::from(end - first.position).max(1);
        let done = i64::from(position.saturating_sub(first.position));
        LEFT + (done * i64::from(width - LEFT - RIGHT) / span) as i32
    };
    let y = |left: u32| {
        let tall = i64::from(HEIGHT - TOP - BOTTOM);
        HEIGHT - BOTTOM - (tall * i64::from(left) / i64::from(most)) as i32
    };
    let mut line = format!("M{},{}", x(first.position), y(0));
    let (mut at_x, mut words) = (i32::MIN, String::new());
    for row in ledger {
        // Of changes within one pixel the last one shows.
        let to = x(row.position);
        if to != at_x {
            let _ = write!(line, "H{to}");
            at_x = to;
        }
        let _ = write!(line, "V{}", y(row.left));
    }
    let now = (x(looking.position), y(last.left));
    let _ = write!(line, "H{}", now.0);
    let peak = ledger.iter().map(|row| row.left).max().unwrap_or(0);
    let _ = write!(
        words,
        "{}",
        tell!(
            w::USE_WENT_FROM_0,
            left = last.left,
            names = names::grouped(ledger.len() as u64),
            names2 = names::grouped(first.position.into()),
            peak
        )
    );
    let every = most.div_ceil(4);
    Some(History {
        size: (width, HEIGHT),
        line,
        now,
        scale: (0..=most)
            .step_by(every as usize)
            .map(|left| (y(left), left))
            .collect(),
        ticks: [first.position, looking.position]
            .into_iter()
            .map(|position| (x(position), position))
            .collect(),
        words,
    })
}
