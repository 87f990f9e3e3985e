//! What a walk of a chain compared, field by field: why this node is not it.

use super::told::Told;
use crate::engine::conn::Zone;
use crate::engine::nulls::NodeRef;
use crate::engine::step::{self, Walker};
use crate::engine::tuple::{Tuple, TupleField};
use crate::engine::{ConnId, Step};
use crate::view::model::{Cell, Compared, ComparedRow};
use crate::view::names;
use crate::words::{Plain, narrate as w, tell};

/// Most candidates that are shown; of a longer walk the last ones.
const ROWS_MAX: usize = 6;

/// Fields in the order in which they are compared.
/// Kernel: `nf_ct_key_equal`, net/netfilter/nf_conntrack_core.c, v5.10.19.
const FIELDS: [TupleField; 6] = [
    TupleField::SrcAddr,
    TupleField::SrcPart,
    TupleField::L3,
    TupleField::DstAddr,
    TupleField::DstPart,
    TupleField::L4,
];
/// The gates behind the tuple.
const GATES: [Plain; 3] = [w::ZONE, w::CONFIRMED, w::NAMESPACE];

/// What is looked for.
struct Key {
    tuple: Tuple,
    zone: Zone,
    net: u8,
}

/// The walk that the step belongs to, up to the step.
pub(super) fn compared(told: &Told) -> Compared {
    let steps = told.scene.steps.get(..=told.at).unwrap_or_default();
    let mut walk: Vec<&Step> = Vec::new();
    // The rows stay in sight for the step that says how the walk ended.
    let (mut ended, mut missed) = (false, None);
    for step in steps {
        match step {
            Step::NodeCompared { nth, compared, .. } => {
                if *nth == 1 {
                    walk.clear();
                }
                ended = *compared == step::Compared::Match;
                missed = None;
                walk.push(step);
            }
            Step::NotFound { compared, by, .. } => {
                if *compared == 0 {
                    walk.clear();
                }
                ended = true;
                missed = Some(*by);
            }
            Step::BucketChosen { .. } => walk.clear(),
            Step::Found { .. }
            | Step::ClashFound { .. }
            | Step::RefTaken {
                by: crate::engine::conn::Owner::Lookup,
                ..
            } => {}
            _ if ended => {
                walk.clear();
                (ended, missed) = (false, None);
            }
            _ => {}
        }
    }
    let Some(Step::NodeCompared { by, .. }) = walk.first() else {
        return Compared::default();
    };
    let key = key(told, *by);
    let rows: Vec<ComparedRow> = walk
        .iter()
        .filter_map(|step| row(told, &key, step))
        .collect();
    let earlier = rows.len().saturating_sub(ROWS_MAX);
    let verdict = missed.map_or_else(String::new, |by| verdict(by, &rows));
    let mut shown = Compared {
        key: key.as_ref().map_or_else(Vec::new, |key| named(told, key)),
        verdict,
        earlier: earlier as u32,
        rows: rows.into_iter().skip(earlier).collect(),
    };
    for at in [FIELDS.len() + 1, 2] {
        drop_if_equal(&mut shown, at);
    }
    shown
}

/// The family and the confirmed bit are shown where they decide.
fn drop_if_equal(shown: &mut Compared, at: usize) {
    let decides =
        |row: &ComparedRow| matches!(row.cells.get(at), Some(Cell::Differs(_) | Cell::Word(_)));
    if shown.rows.iter().any(decides) || shown.key.len() <= at {
        return;
    }
    shown.key.remove(at);
    for row in &mut shown.rows {
        row.cells.remove(at);
    }
}

/// What the walk looks for: confirm for its connection's own tuple, others for the one that was
/// hashed.
fn key(told: &Told, by: Walker) -> Option<Key> {
    if by == Walker::Confirm {
        let (conn, dir) = told.confirming()?;
        let conn = told.conn(conn)?;
        return Some(Key {
            tuple: *conn.tuple(dir),
            zone: conn.zone,
            net: conn.net,
        });
    }
    let tuple = told.earlier().find_map(|step| match step {
        Step::HashComputed { tuple, .. } => Some(*tuple),
        _ => None,
    })?;
    let skb = told.packet().and_then(|id| {
        let scene = told.scene;
        scene.state.skb(id).or_else(|| scene.before.skb(id))
    });
    Some(Key {
        tuple,
        zone: skb.map_or_else(Zone::default, |skb| skb.zone()),
        net: skb.map_or(told.scene.state.net, |skb| skb.net),
    })
}

/// The names of what is compared, with the values looked for.
fn named(told: &Told, key: &Key) -> Vec<(&'static str, String)> {
    let of_tuple = FIELDS.iter().map(|field| {
        let name = match field {
            TupleField::L3 => w::FAMILY.text(),
            field => names::field(*field, &key.tuple),
        };
        (name, value(*field, &key.tuple))
    });
    let [zone, confirmed, net] = GATES.map(Plain::text);
    of_tuple
        .chain([
            (zone, key.zone.id.to_string()),
            (confirmed, w::YES.text().to_owned()),
            (net, told.net_name(key.net).to_owned()),
        ])
        .collect()
}

fn value(field: TupleField, tuple: &Tuple) -> String {
    match field {
        TupleField::L3 if tuple.src.l3num as u8 == 2 => "IPv4".to_owned(),
        TupleField::L3 => "IPv6".to_owned(),
        field => names::field_value(field, tuple),
    }
}

fn row(told: &Told, key: &Option<Key>, step: &Step) -> Option<ComparedRow> {
    let Step::NodeCompared {
        by,
        node,
        conn,
        nth,
        compared,
        ..
    } = *step
    else {
        return None;
    };
    let cells = if key.is_some() {
        cells(told, node, conn, compared)
    } else {
        Vec::new()
    };
    let tuple = told.conn(conn).map(|conn| conn.tuple(node.dir));
    let result = match compared {
        step::Compared::Match if by == Walker::Confirm => w::THE_SAME_TUPLE_A.text().to_owned(),
        step::Compared::Match => tell!(w::MATCH_DIRECTION_DIR, dir = names::dir(node.dir)),
        step::Compared::Differs(by) => names::differs(by, tuple),
        step::Compared::OtherZone => tell!(w::ZONE_ZONE, zone = zone(told, node, conn)),
        step::Compared::OtherNet => tell!(
            w::NAMESPACE_NET_NAME,
            net_name = told.net_name(told.net(conn))
        ),
        step::Compared::Unconfirmed => w::NOT_CONFIRMED.text().to_owned(),
        step::Compared::Expired => w::EXPIRED_KILLED_ON_THE.text().to_owned(),
    };
    Some(ComparedRow {
        cells,
        nth,
        who: format!("{conn} {}", names::dir(node.dir)),
        result,
        hit: compared == step::Compared::Match,
    })
}

fn zone(told: &Told, node: NodeRef, conn: ConnId) -> u16 {
    told.conn(conn).map_or(0, |conn| conn.zone.id_of(node.dir))
}

/// Equal up to the first difference; behind it nothing is read.
fn cells(told: &Told, node: NodeRef, conn: ConnId, compared: step::Compared) -> Vec<Cell> {
    let gate = |nth: usize, value: String| (FIELDS.len() + nth, value);
    let (at, value) = match compared {
        step::Compared::Match => (usize::MAX, String::new()),
        step::Compared::Expired => (0, String::new()),
        step::Compared::Differs(field) => {
            let at = FIELDS.iter().position(|it| *it == field);
            let tuple = told.conn(conn).map(|conn| conn.tuple(node.dir));
            let value = tuple.map_or_else(String::new, |tuple| value(field, tuple));
            (at.unwrap_or(0), value)
        }
        step::Compared::OtherZone => gate(0, zone(told, node, conn).to_string()),
        step::Compared::Unconfirmed => gate(1, String::new()),
        step::Compared::OtherNet => gate(2, told.net_name(told.net(conn)).to_owned()),
    };
    (0..FIELDS.len() + GATES.len())
        .map(|nth| match nth {
            nth if nth < at => Cell::Equal,
            nth if nth == at => match compared {
                step::Compared::Expired => Cell::Word(w::EXPIRED.text()),
                step::Compared::Unconfirmed => Cell::Word(w::NO.text()),
                _ => Cell::Differs(value.clone()),
            },
            _ => Cell::Unread,
        })
        .collect()
}

/// Why there is no match: what each of them differs in.
fn verdict(by: Walker, rows: &[ComparedRow]) -> String {
    let reasons: Vec<String> = rows
        .iter()
        .take(ROWS_MAX)
        .map(|row| format!("{} {}", row.who, row.result))
        .collect();
    let more = rows.len().saturating_sub(ROWS_MAX);
    let more = match more {
        0 => String::new(),
        n => tell!(w::AND_N_MORE, n),
    };
    let begin = match by {
        Walker::Confirm => w::NOBODY_HAS_THIS_TUPLE.text(),
        Walker::Lookup | Walker::IcmpError => w::WHY_NO_MATCH.text(),
    };
    format!("{begin} {}{more}.", reasons.join("; "))
}
