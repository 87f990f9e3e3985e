//! The protocol of a connection: its states, the packet at hand, its windows, its timeouts.

use super::Looking;
use super::diagram::{Diagram, Marked, Taken, diagram};
use super::layouts::WIDE;
use super::small;
use super::subject::{self, ConnLine};
use super::table::{Cell, Side, Which};
use super::timeouts::timeouts;
use super::window::{WindowModel, window};
use crate::engine::conn::NfConn;
use crate::engine::extract::get_l4proto;
use crate::engine::proto::dccp::DccpRole;
use crate::engine::proto::sctp::SctpChunk;
use crate::engine::proto::tcp::{Ignored, PacketKind};
use crate::engine::step::DeleteCause;
use crate::engine::tuple::ipproto;
use crate::engine::{Command, ConnId, Conntrack, Step};
use crate::view::model::Field;
use crate::view::names;
use crate::view::scene::Scene;
use crate::words::{Plain, lens as w, tell};

/// What is seen of a protocol.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ProtocolModel {
    /// The connections to choose from, the one that is looked at among them.
    pub conns: Vec<ConnLine>,
    /// What there is to know at all, in a sentence.
    pub about: String,
    /// The packet at hand.
    pub packet: Option<PacketLine>,
    /// The way through the states so far.
    pub path: Vec<PathStep>,
    /// The states.
    pub diagram: Option<Diagram>,
    /// TCP: the windows.
    pub window: Option<WindowModel>,
    /// Which timeout it gets, and why.
    pub timeouts: Vec<TimeoutRow>,
    /// The state table.
    pub cells: Option<CellsModel>,
    /// What is kept of it otherwise.
    pub fields: Vec<Field>,
    /// ICMP: questions and answers.
    pub pairs: Vec<small::Pair>,
}

/// The packet at hand, and what the table makes of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PacketLine {
    /// Whose.
    pub side: Side,
    /// What kind.
    pub kind: String,
    /// In which state it comes.
    pub from: &'static str,
    /// The cell: `SR`.
    pub cell: &'static str,
    /// What the table says, in words.
    pub says: String,
    /// What became of it.
    pub outcome: String,
    /// The same in a word: `asked`, `moves`, `stays`, `ignored`, `refused`, `reopens`.
    pub word: &'static str,
}

/// A change of state in the past.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PathStep {
    /// Where in the log.
    pub position: u32,
    /// By whose packet.
    pub side: Option<Side>,
    /// By which packet.
    pub kind: &'static str,
    /// From where.
    pub from: &'static str,
    /// To where.
    pub to: &'static str,
    /// It is this step.
    pub fresh: bool,
}

/// A rule for the timeout.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TimeoutRow {
    /// Its condition.
    pub what: String,
    /// What it says: `no`, `yes, but the state's is no longer`, or the timeout.
    pub says: String,
    /// It decides.
    pub decides: bool,
}

/// A state table: all of it, and the column of the state.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CellsModel {
    /// The state that the connection is in.
    pub now: &'static str,
    /// The names of the two halves.
    pub sides: [Side; 2],
    /// Every kind of packet in this state: what both halves say, in words.
    pub from_here: Vec<(&'static str, [String; 2])>,
    /// Short and long names of the states, in the order of the columns.
    pub states: Vec<(&'static str, &'static str)>,
    /// The column of the state.
    pub column: usize,
    /// Rows of both halves: side, kind, cells by their two letters.
    pub rows: Vec<(Side, &'static str, Vec<&'static str>)>,
    /// The row that was asked for the packet at hand.
    pub asked: Option<usize>,
}

/// What a table was asked, and where in the steps.
struct Asked {
    at: usize,
    side: usize,
    row: Option<usize>,
    kind: String,
    from: usize,
    cell: &'static str,
}

/// The protocol of the connection that is meant.
pub fn protocol(looking: &Looking) -> ProtocolModel {
    let scene = looking.scene;
    let number = subject::number(scene);
    let conns = subject::offered(scene, number);
    let found = number.and_then(|number| subject::conn(scene, number));
    let Some(conn) = found else {
        return ProtocolModel {
            conns,
            ..nobody(looking)
        };
    };
    let alive = scene.state.conns.get(conn.id).is_some();
    let ct = if alive { scene.state } else { scene.before };
    let mut model = ProtocolModel {
        conns,
        ..ProtocolModel::default()
    };
    match Which::of(ct, conn) {
        Some(which) => stateful(&mut model, looking, ct, conn, which),
        None => small::small(&mut model, scene, ct, conn),
    }
    if !alive {
        model.about = tell!(w::ID_IS_GONE_THIS, id = conn.id, about = model.about);
    }
    model
}

/// No connection: the states that one of the packet's protocol will have.
fn nobody(looking: &Looking) -> ProtocolModel {
    let ct = looking.scene.state;
    let protonum = match looking.scene.line.map(|line| &line.command) {
        Some(Command::Inject(inject)) => get_l4proto(&inject.bytes).map_or(0, |l4| l4.protonum),
        _ => ipproto::TCP,
    };
    let Some(which) = Which::of_number(ct, protonum) else {
        return ProtocolModel {
            about: w::NO_CONNECTION_YET_WHAT.text().to_owned(),
            ..ProtocolModel::default()
        };
    };
    let times: Vec<String> = (0..which.states())
        .map(|at| match at {
            0 => w::NO_PACKET_YET.text().to_owned(),
            _ => names::ticks(which.timeout_in(ct, ct.net, at), ct.hz()),
        })
        .collect();
    let marked = Marked {
        now: usize::MAX,
        ..Marked::default()
    };
    ProtocolModel {
        about: tell!(w::NO_CONNECTION_YET_THESE, proto = names::proto(protonum)),
        diagram: Some(diagram(which, narrow(looking), &marked, &times)),
        cells: Some(cells(which, 0, None)),
        ..ProtocolModel::default()
    }
}

/// There is no room for the wide layouts.
fn narrow(looking: &Looking) -> bool {
    (looking.width() as i32) < WIDE
}

fn stateful(
    model: &mut ProtocolModel,
    looking: &Looking,
    ct: &Conntrack,
    conn: &NfConn,
    which: Which,
) {
    let scene = looking.scene;
    let now = conn
        .proto
        .name()
        .and_then(|name| which.by_name(name))
        .unwrap_or(0);
    let asked = asked(scene, conn.id, which);
    let packet = asked
        .as_ref()
        .map(|asked| packet(scene, conn.id, which, asked));
    let (path, taken) = path(looking, which);
    let pending = packet.as_ref().is_some_and(|packet| packet.word == "asked");
    let goes = asked.as_ref().filter(|_| pending).and_then(|asked| {
        let row = asked.row?;
        match which.cell(asked.side, row, asked.from) {
            Cell::To(to) => Some((asked.from, to, row)),
            Cell::Ignore | Cell::Invalid => None,
        }
    });
    let badge = packet.as_ref().map(|packet| packet.word);
    let badge = badge.filter(|word| matches!(*word, "ignored" | "refused" | "stays"));
    let times: Vec<String> = (0..which.states())
        .map(|at| match at {
            0 => w::NO_PACKET_YET.text().to_owned(),
            _ => names::ticks(which.timeout(ct, conn.id, at), ct.hz()),
        })
        .collect();
    let marked = Marked {
        now,
        path: &taken,
        asked: goes,
        badge,
    };
    let narrow = narrow(looking);
    model.diagram = Some(diagram(which, narrow, &marked, &times));
    model.cells = Some(cells(which, now, asked.as_ref()));
    model.path = path;
    if which == Which::Tcp {
        let checked = asked.as_ref().and_then(|asked| {
            let steps = since(scene, asked.at);
            steps.iter().rev().find_map(|step| match step {
                Step::WindowChecked {
                    conn: id,
                    dir,
                    checked,
                } if *id == conn.id => Some((*dir, checked)),
                _ => None,
            })
        });
        let old = scene.before.conns.get(conn.id);
        let width = if narrow { 366 } else { WIDE };
        model.window = window(conn, old, checked, width);
        if let (Some(asked), Some(packet)) = (&asked, &packet) {
            let kind = PacketKind::ALL[asked.row.unwrap_or(0)];
            let steps = since(scene, asked.at);
            model.timeouts = timeouts(ct, conn, kind, steps, packet.word);
        }
    } else {
        model.fields = small::kept(ct, conn, scene.before.conns.get(conn.id));
    }
    model.packet = packet;
    model.about = tell!(w::ID_IS_IN_STATE, id = conn.id, state = which.state(now).0);
}

/// The steps behind this one, up to the moment.
fn since<'a>(scene: &Scene<'a>, at: usize) -> &'a [Step] {
    let end = scene.fresh.end.min(scene.steps.len());
    scene.steps.get(at + 1..end).unwrap_or_default()
}

/// The newest answer of the table for this connection in the command at hand.
fn asked(scene: &Scene, id: ConnId, which: Which) -> Option<Asked> {
    let end = scene.fresh.end.min(scene.steps.len());
    let steps = scene.steps.iter().enumerate().take(end);
    steps.rev().find_map(|(at, step)| match *step {
        Step::TcpLookedUp {
            conn,
            dir,
            kind,
            from,
            cell,
        } if conn == id => Some(Asked {
            at,
            side: dir.index(),
            row: Some(kind as usize).filter(|row| *row < which.rows()),
            kind: names::kind(kind).to_owned(),
            from: from as usize,
            cell,
        }),
        Step::SctpChunk {
            conn,
            dir,
            chunk,
            from,
            to,
        } if conn == id => Some(Asked {
            at,
            side: dir.index(),
            row: SctpChunk::of(chunk).map(|row| row as usize),
            kind: names::sctp_chunk(chunk),
            from: from as usize,
            cell: to.map_or("IV", |to| to.short()),
        }),
        Step::DccpLookedUp {
            conn,
            role,
            kind,
            from,
            cell,
        } if conn == id => Some(Asked {
            at,
            side: role as usize,
            row: Some(kind as usize),
            kind: kind.name().to_owned(),
            from: from as usize,
            cell,
        }),
        _ => None,
    })
}

/// What the table says of the packet at hand, and what became of it.
fn packet(scene: &Scene, id: ConnId, which: Which, asked: &Asked) -> PacketLine {
    let from = which.state(asked.from).0;
    let cell = asked.row.map(|row| which.cell(asked.side, row, asked.from));
    let to = match cell {
        Some(Cell::To(to)) => Some(to),
        _ => None,
    };
    let says = match (cell, to) {
        (_, Some(to)) if to == asked.from => tell!(w::STAY_IN_FROM, from),
        (_, Some(to)) => tell!(w::GO_TO_STATE, state = which.state(to).0),
        (Some(Cell::Ignore), _) => w::IGNORE_IT.text().to_owned(),
        (Some(_), _) => w::IT_IS_INVALID.text().to_owned(),
        (None, _) => w::NO_ROW_IT_CHANGES.text().to_owned(),
    };
    let (word, outcome) = outcome(scene, id, which, asked, to);
    PacketLine {
        side: which.sides()[asked.side & 1],
        kind: asked.kind.clone(),
        from,
        cell: asked.cell,
        says,
        outcome,
        word,
    }
}

fn outcome(
    scene: &Scene,
    id: ConnId,
    which: Which,
    asked: &Asked,
    says: Option<usize>,
) -> (&'static str, String) {
    let steps = since(scene, asked.at);
    let refused = steps
        .iter()
        .any(|step| matches!(step, Step::TrackerRefused { .. }));
    // SCTP stores the state with the answer, unless a tag forbids it.
    if let (Which::Sctp(_), Some(to), false) = (which, says, refused)
        && to != asked.from
    {
        let now = scene.state.conns.get(id).and_then(|conn| conn.proto.name());
        return if now == Some(which.state(to).0) {
            moved(which, says, to)
        } else {
            ("asked", NOT_DONE.text().to_owned())
        };
    }
    let mut done = false;
    for step in steps {
        match *step {
            Step::TcpStateSet { conn, to, .. } if conn == id => {
                return moved(which, says, to as usize);
            }
            Step::DccpStateSet { conn, to, .. } if conn == id => {
                return moved(which, says, to as usize);
            }
            Step::TcpIgnored { conn, why, .. } if conn == id => {
                let why = match why {
                    Ignored::OutOfPlace => w::IT_MAY_BE_RIGHT.text(),
                    Ignored::ChallengeAck => w::AN_ACK_THAT_TESTS.text(),
                    Ignored::Window(_) => w::IT_IS_A_LITTLE.text(),
                    Ignored::SynAgain => w::NOBODY_HAS_ANSWERED_THE.text(),
                };
                return ("ignored", tell!(w::IT_PASSES_AND_CHANGES, why));
            }
            Step::SctpIgnored { conn } | Step::DccpIgnored { conn, .. } if conn == id => {
                return (
                    "ignored",
                    w::IT_PASSES_AND_CHANGES_NOTHING.text().to_owned(),
                );
            }
            Step::TrackerRefused { conn, reason, .. } if conn == id => {
                let why = names::capital(names::reason(reason));
                return ("refused", tell!(w::IT_IS_REFUSED_WHY, why));
            }
            Step::DeleteCalled {
                conn,
                cause: DeleteCause::TcpReopen,
                ..
            } if conn == id => {
                return ("reopens", w::THE_OLD_CONNECTION_IS.text().to_owned());
            }
            // What comes between the answer and what is made of it.
            Step::WindowChecked { .. } | Step::DccpRoles { .. } | Step::StatusSet { .. } => {}
            Step::TimeoutSet { .. } if refused => {}
            _ => {
                done = true;
                break;
            }
        }
    }
    match says {
        _ if !done => ("asked", NOT_DONE.text().to_owned()),
        Some(to) if to != asked.from => {
            let to = which.state(to).0;
            ("stays", tell!(w::THE_STATE_STAYS_ALL, to))
        }
        _ => ("stays", w::THE_STATE_STAYS.text().to_owned()),
    }
}

/// The tracker is still at it.
const NOT_DONE: Plain = w::THE_TRACKER_IS_NOT;

fn moved(which: Which, says: Option<usize>, to: usize) -> (&'static str, String) {
    let name = which.state(to).0;
    let text = if says == Some(to) {
        tell!(w::IT_GOES_TO_NAME, name)
    } else {
        tell!(w::IT_GOES_TO_NAME_WHICH, name)
    };
    ("moves", text)
}

/// The way so far: for the eye, and for the diagram.
fn path(looking: &Looking, which: Which) -> (Vec<PathStep>, Vec<Taken>) {
    let scene = looking.scene;
    // Positions of the steps since the stop before.
    let fresh = scene.fresh.len() as u32;
    let mut steps = Vec::new();
    let mut marks = Vec::new();
    let mut answer: Option<(Side, Option<usize>, &'static str)> = None;
    let [first, second] = which.sides();
    for (position, step) in looking.past {
        let (from, to, by) = match *step {
            Step::TcpLookedUp { dir, kind, .. } => {
                answer = Some((Side::of(dir), Some(kind as usize), names::kind(kind)));
                continue;
            }
            Step::DccpLookedUp { role, kind, .. } => {
                let side = if role == DccpRole::Client {
                    first
                } else {
                    second
                };
                answer = Some((side, Some(kind as usize), kind.name()));
                continue;
            }
            Step::TcpStateSet { from, to, .. } => (from as usize, to as usize, answer.take()),
            Step::DccpStateSet { from, to, .. } => (from as usize, to as usize, answer.take()),
            Step::SctpChunk {
                dir,
                chunk,
                from,
                to: Some(to),
                ..
            } => {
                let row = SctpChunk::of(chunk);
                let kind = row.map_or("DATA", |row| row.name());
                let by = (Side::of(dir), row.map(|row| row as usize), kind);
                (from as usize, to as usize, Some(by))
            }
            _ => continue,
        };
        if from >= which.states() || to >= which.states() {
            continue;
        }
        let fresh = looking.position.wrapping_sub(*position) < fresh;
        let (side, row, kind) = match by {
            Some((side, row, kind)) => (Some(side), row, kind),
            None => (None, None, w::A_RESET_THAT_A.text()),
        };
        marks.push(Taken {
            from,
            to,
            side,
            row,
            fresh,
        });
        steps.push(PathStep {
            position: *position,
            side,
            kind,
            from: which.state(from).0,
            to: which.state(to).0,
            fresh,
        });
    }
    (steps, marks)
}

/// The whole table.
fn cells(which: Which, now: usize, asked: Option<&Asked>) -> CellsModel {
    let states: Vec<usize> = (0..which.states()).filter(|at| !which.lacks(*at)).collect();
    let words = |side, row| match which.cell(side, row, now) {
        Cell::To(to) if to == now => "stays".to_owned(),
        Cell::To(to) => format!("→ {}", which.state(to).0),
        Cell::Ignore => "ignored".to_owned(),
        Cell::Invalid => "invalid".to_owned(),
    };
    let short = |side, row, from| match which.cell(side, row, from) {
        Cell::To(to) => which.state(to).1,
        Cell::Ignore => "IG",
        Cell::Invalid => "IV",
    };
    let mut rows = Vec::new();
    for (side, named) in which.sides().into_iter().enumerate() {
        for row in 0..which.rows() {
            let cells = states.iter().map(|from| short(side, row, *from)).collect();
            rows.push((named, which.row(row), cells));
        }
    }
    let from_here =
        (0..which.rows()).map(|row| (which.row(row), [0, 1].map(|side| words(side, row))));
    CellsModel {
        now: which.state(now).0,
        sides: which.sides(),
        from_here: from_here.collect(),
        column: states.iter().position(|at| *at == now).unwrap_or(0),
        states: states
            .iter()
            .map(|at| (which.state(*at).1, which.state(*at).0))
            .collect(),
        rows,
        asked: asked.and_then(|asked| Some(asked.side * which.rows() + asked.row?)),
    }
}
