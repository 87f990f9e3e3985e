//! Cards: one for each connection. It hangs by two handles and is held by pins.

mod tab;

pub use tab::Tab;

use super::chip::Life;
use super::grid::{CARD_H, CARD_PITCH, Grid, TAB_W};
use super::marks::Marks;
use super::text::{grouped, proto_name, tuple_words};
use crate::engine::Conntrack;
use crate::engine::conn::{NfConn, Owner, Place, ProtoState, Status, Timeout};
use crate::engine::slab::ConnId;
use crate::engine::time::{Hz, Ticks};
use crate::engine::tuple::{Dir, ipproto};
use crate::view::model::Selection;
use crate::view::scene::Scene;
use crate::words::{stage as w, tell};
use std::rc::Rc;
use tab::tab;

/// Most cards that are drawn.
pub const CARDS_MAX: usize = 40;
/// Connections up to which the ones that get a card are chosen from all.
const LOOKED_AT_MAX: usize = 1_000;
/// The longest time on the bar, in seconds: an established TCP connection's five days.
const BAR_SECS: f64 = 432_000.0;

/// All cards.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct CardsView {
    /// The cards.
    pub cards: Vec<Rc<Card>>,
    /// Connections without a card: x, y, words.
    pub more: Option<(i32, i32, String)>,
    /// Bottom.
    pub bottom: i32,
}

/// A card.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Card {
    /// Number of its connection.
    pub conn: u32,
    /// Left, from the left edge of the picture's padding.
    pub x: i32,
    /// Top, likewise.
    pub y: i32,
    /// Width.
    pub w: i32,
    /// Height.
    pub h: i32,
    /// Border and mark.
    pub life: Life,
    /// Status changed just now, so that the word did.
    pub life_changed: bool,
    /// `table`, `unconfirmed`, `dying`, `freed`, as in `data-place`.
    pub place: &'static str,
    /// `tcp`.
    pub proto: String,
    /// Its namespace, if there are several.
    pub netns: String,
    /// State in words.
    pub state: String,
    /// State as in `data-state`; empty if the protocol has none.
    pub data_state: &'static str,
    /// The state changed just now.
    pub state_changed: bool,
    /// The state before, if it changed just now; or empty.
    pub state_old: String,
    /// Status bits as in `data-status`.
    pub data_status: String,
    /// Beside another picture: it is not the same there.
    pub differs: bool,
    /// Status in a few words, or what was added.
    pub note: String,
    /// The note says what was added.
    pub note_changed: bool,
    /// Handles, original first.
    pub tabs: [Tab; 2],
    /// Timeout bar.
    pub bar: Bar,
    /// `117.6 s`.
    pub left: String,
    /// The same before, if the timeout was set just now; or empty.
    pub left_old: String,
    /// Jiffies, as stored.
    pub raw: String,
    /// The timeout was set just now.
    pub timeout_changed: bool,
    /// References.
    pub use_count: u32,
    /// Before the last step, if that changed it.
    pub use_old: Option<u32>,
    /// One for each reference, as many as fit.
    pub pins: Vec<Pin>,
    /// Pins that did not fit: how many, and whose.
    pub more_pins: Option<(u32, String)>,
    /// It is selected.
    pub selected: bool,
    /// The step is about it.
    pub current: bool,
    /// For a screen reader.
    pub name: String,
}

/// The timeout bar; lengths in permille on a log scale.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Bar {
    /// Nothing runs.
    Off,
    /// Has not begun.
    Relative(u32),
    /// Runs down.
    Absolute(u32),
}

/// A reference.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pin {
    /// Its sign.
    pub glyph: Glyph,
    /// `table`, `s7`.
    pub label: String,
    /// The packet, to be picked by a click.
    pub skb: Option<u32>,
    /// It came with the last step.
    pub fresh: bool,
    /// Only its sign is shown, for want of room.
    pub bare: bool,
}

/// Signs of owners.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Glyph {
    /// ▣
    Table,
    /// ●
    Skb,
    /// ◆
    Gc,
    /// ⬡
    Child,
    /// ▲
    Other,
}

/// Lays the cards out below `y`, at most so many.
pub(super) fn cards<'a>(
    scene: &Scene<'a>,
    marks: &Marks,
    grid: &Grid,
    y: i32,
    most: usize,
) -> CardsView {
    let picked = match scene.selection {
        Selection::Conn(number) => Some(number),
        Selection::Skb(number) => {
            let skb = scene.state.skbs.iter().find(|skb| skb.id.0 == number);
            skb.and_then(|skb| skb.nfct).map(|id| id.number)
        }
        _ => None,
    };
    let mut order: Vec<(u32, u32, Result<&NfConn, ConnId>)> = Vec::new();
    let conns = &scene.state.conns;
    let total = conns.len() + marks.freed.len();
    let crowded = total > grid.card_columns as usize;
    let rank = |number: u32| match crowded {
        true if marks.touched.iter().any(|id| id.number == number) => 0,
        true if picked == Some(number) => 1,
        true => 2,
        false => 0,
    };
    let mut add = |conn: &'a NfConn| order.push((rank(conn.id.number), conn.id.number, Ok(conn)));
    if conns.len() <= LOOKED_AT_MAX {
        conns.iter().for_each(&mut add);
    } else {
        // Those that matter, and the first ones there are; nobody looks at all of the others.
        let meant = picked.and_then(|number| conns.by_number(number));
        let touched = marks.touched.iter().filter_map(|&id| conns.get(id));
        touched
            .chain(meant)
            .chain(conns.iter().take(most))
            .for_each(&mut add);
    }
    for &id in marks.freed.iter().rev().take(most) {
        order.push((rank(id.number), id.number, Err(id)));
    }
    order.sort_unstable_by_key(|&(rank, number, _)| (rank, number));
    order.dedup_by_key(|&mut (_, number, _)| number);
    order.truncate(most);
    let mut view = CardsView::default();
    let mut bottom = y;
    for (at, (_, number, conn)) in order.into_iter().enumerate() {
        let (row, column) = (at as i32 / grid.card_columns, at as i32 % grid.card_columns);
        let (x, y) = (grid.card_x(column), y + row * CARD_PITCH);
        bottom = y + CARD_H + 12;
        let selected = picked == Some(number) && scene.selection == Selection::Conn(number);
        let current = marks.conn.is_some_and(|id| id.number == number);
        let card = match conn {
            Ok(conn) => living(scene, conn, grid),
            Err(id) => ghost(scene, id),
        };
        view.cards.push(Rc::new(Card {
            x,
            y,
            w: grid.card_w,
            selected,
            current,
            ..card
        }));
    }
    if total > most {
        let more = tell!(w::N_CONNECTIONS, n = (total - most) as u32);
        view.more = Some((0, bottom + 22, tell!(w::AND_MORE_MORE, more)));
        bottom += 30;
    }
    view.bottom = bottom;
    view
}

fn living(scene: &Scene, conn: &NfConn, grid: &Grid) -> Card {
    let state = scene.state;
    let old = scene.before.conns.get(conn.id);
    let life = Life::of(conn, state);
    let fresh = old.is_none() && !scene.fresh.is_empty();
    let life_old = old.map(|old| Life::of(old, scene.before));
    let (note, note_changed) = match note(conn, old) {
        (_, false) if life == Life::Expired => (w::PAST_ITS_TIME_STILL.text().to_owned(), false),
        note => note,
    };
    let tuple = conn.tuple(Dir::Original);
    let proto = proto_name(tuple.dst.protonum);
    let words = state_words(conn, life);
    let old_words = old
        .zip(life_old)
        .filter(|(old, _)| old.proto.name() != conn.proto.name())
        .map(|(old, life)| state_words(old, life));
    let (bar, left) = timeout(conn, state, life);
    let left_old = old
        .zip(life_old)
        .filter(|(old, _)| old.timeout != conn.timeout)
        .map(|(old, life)| timeout(old, scene.before, life).1);
    let raw = match (life, conn.timeout) {
        (Life::Dying, _) | (_, Timeout::Relative(Ticks(0))) => String::new(),
        _ => grouped(conn.timeout.raw().into()),
    };
    let use_old = old
        .map(|old| old.use_count)
        .filter(|&n| n != conn.use_count);
    let pins = pins(state, scene.before, conn, old);
    let room = grid.card_w - 4 - if use_old.is_some() { 66 } else { 44 };
    let (pins, more_pins) = fit(pins, room);
    let tabs = Dir::BOTH.map(|dir| tab(conn, old, dir));
    let place = place(conn);
    let netns = match state.nets.get(usize::from(conn.net)) {
        Some(net) if state.nets.len() > 1 => net.name.as_str().to_owned(),
        _ => String::new(),
    };
    let name = tell!(
        w::CONNECTION_ID_WORD_TUPLE,
        id = conn.id,
        word = life.word(),
        tuple_words = tuple_words(tuple),
        words,
        is_empty = if left.is_empty() {
            w::NO_TIMEOUT.text()
        } else {
            left.as_str()
        },
        use_count = conn.use_count,
        is_empty2 = if netns.is_empty() {
            ""
        } else {
            w::NAMESPACE.text()
        },
        netns
    );
    Card {
        conn: conn.id.number,
        x: 0,
        y: 0,
        w: 0,
        h: CARD_H,
        life,
        life_changed: life_old.is_some_and(|was| was != life),
        place,
        proto,
        netns,
        state_changed: old_words.is_some(),
        state_old: old_words.unwrap_or_default(),
        state: words,
        data_state: conn.proto.name().unwrap_or(""),
        data_status: names(conn.status),
        differs: false,
        note,
        note_changed,
        tabs,
        bar,
        left: match (left.is_empty(), life) {
            (false, _) => left,
            (true, Life::Dying) => w::NO_TIMEOUT_NOW.text().to_owned(),
            (true, _) => w::NO_TIMEOUT_YET.text().to_owned(),
        },
        raw,
        left_old: left_old.unwrap_or_default(),
        timeout_changed: old.is_some_and(|old| old.timeout != conn.timeout),
        use_count: conn.use_count,
        use_old: use_old.or(fresh.then_some(0).filter(|_| conn.use_count > 0)),
        pins,
        more_pins,
        selected: false,
        current: false,
        name,
    }
}

fn ghost(scene: &Scene, id: ConnId) -> Card {
    let old = scene.before.conns.get(id);
    let off = |dir| Tab {
        dir,
        label: w::NOWHERE.text().to_owned(),
        off: true,
        changed: false,
        title: w::THE_OBJECT_IS_FREE.text().to_owned(),
    };
    Card {
        conn: id.number,
        x: 0,
        y: 0,
        w: 0,
        h: CARD_H,
        life: Life::Freed,
        life_changed: old.is_some(),
        place: w::FREED.text(),
        proto: String::new(),
        netns: String::new(),
        state: w::MEMORY_IS_FREE.text().to_owned(),
        data_state: "",
        state_changed: false,
        state_old: String::new(),
        data_status: String::new(),
        differs: false,
        note: tell!(w::SLOT_SLOT, slot = id.slot),
        note_changed: false,
        tabs: Dir::BOTH.map(off),
        bar: Bar::Off,
        left: w::NO_TIMEOUT.text().to_owned(),
        left_old: String::new(),
        raw: String::new(),
        timeout_changed: false,
        use_count: 0,
        use_old: old.map(|old| old.use_count).filter(|&n| n > 0),
        pins: Vec::new(),
        more_pins: None,
        selected: false,
        current: false,
        name: tell!(w::CONNECTION_ID_FREED_BY, id),
    }
}

fn names(status: Status) -> String {
    let names: Vec<&str> = status.iter_names().map(|(name, _)| name).collect();
    names.join(" ")
}

/// Bits that the card shows by other means.
const SHOWN: Status = Status::CONFIRMED
    .union(Status::ASSURED)
    .union(Status::DYING);

/// Bits that are told when they are new and that words stand for later, or that say little.
const QUIET: Status = Status::SRC_NAT_DONE
    .union(Status::DST_NAT_DONE)
    .union(Status::EXPECTED)
    .union(Status::HELPER);

fn note(conn: &NfConn, old: Option<&NfConn>) -> (String, bool) {
    // Words of their own show the bits of SHOWN.
    let added = old.map_or(Status::empty(), |old| {
        conn.status.difference(old.status).difference(SHOWN)
    });
    if !added.is_empty() {
        let added: Vec<String> = added
            .iter_names()
            .map(|(name, _)| format!("+{name}"))
            .collect();
        return (added.join(" "), true);
    }
    let mut words = related(conn);
    let bits = names(conn.status.difference(SHOWN.union(QUIET)));
    words.extend(Some(bits).filter(|bits| !bits.is_empty()));
    if words.is_empty() {
        words.push(w::NO_REPLY_YET.text().to_owned());
    }
    (words.join(" "), false)
}

/// Zone, master and helper, in two words each.
fn related(conn: &NfConn) -> Vec<String> {
    let zone = (conn.zone.id != 0).then(|| tell!(w::ZONE_ID, id = conn.zone.id));
    let master = conn.master.map(|master| tell!(w::OF_MASTER, master));
    let helper = conn.ext.helper();
    let helper = helper.map(|helper| tell!(w::HELPER_HELPER, helper = helper.name.name()));
    [zone, master, helper].into_iter().flatten().collect()
}

fn state_words(conn: &NfConn, life: Life) -> String {
    let replied = conn.status.contains(Status::SEEN_REPLY);
    match (&conn.proto, conn.tuple(Dir::Original).dst.protonum) {
        (ProtoState::Tcp(tcp), _) => tcp.state.name().to_owned(),
        (ProtoState::Sctp(sctp), _) => sctp.state.name().to_owned(),
        (ProtoState::Dccp(dccp), _) => dccp.state.name().to_owned(),
        _ if life == Life::Dying => w::DELETED.text().to_owned(),
        (_, ipproto::TCP) => w::NO_STATE_YET.text().to_owned(),
        (_, ipproto::ICMP | ipproto::ICMPV6) => if replied {
            w::ECHO_ANSWERED.text()
        } else {
            "echo"
        }
        .to_owned(),
        _ if conn.status.contains(Status::ASSURED) => w::STREAM.text().to_owned(),
        _ => if replied {
            w::REPLIED.text()
        } else {
            w::UNREPLIED.text()
        }
        .to_owned(),
    }
}

/// As in `data-place`.
fn place(conn: &NfConn) -> &'static str {
    match conn.place() {
        Place::Unconfirmed => "unconfirmed",
        Place::Dying => "dying",
        Place::Table => "table",
        Place::Nowhere if conn.status.contains(Status::DYING) => "dying",
        Place::Nowhere if conn.status.contains(Status::CONFIRMED) => "table",
        Place::Nowhere => "unconfirmed",
    }
}

/// How long a time is on the log scale of bars and lanes, where 1000 is five days.
pub fn permille(ticks: Ticks, hz: Hz) -> u32 {
    let secs = f64::from(ticks.0) / f64::from(hz.per_second());
    let share = (1.0 + secs).log10() / (1.0 + BAR_SECS).log10();
    (share * 1000.0).round().clamp(0.0, 1000.0) as u32
}

/// `117.6 s`; whole seconds from 1000 on.
pub fn seconds(ticks: Ticks, state: &Conntrack) -> String {
    let hz = u64::from(state.hz().per_second());
    let tenths = u64::from(ticks.0) * 10 / hz;
    match (tenths / 10, tenths % 10) {
        (whole, 0) => format!("{} s", grouped(whole)),
        (whole, _) if whole >= 1000 => format!("{} s", grouped(whole)),
        (whole, tenth) => tell!(
            crate::words::names::SECONDS_TENTHS,
            whole = whole,
            tenth = tenth
        ),
    }
}

fn timeout(conn: &NfConn, state: &Conntrack, life: Life) -> (Bar, String) {
    let left = conn.nf_ct_expires(state.now);
    match (life, conn.timeout) {
        (Life::Dying | Life::Freed, _) => (Bar::Off, String::new()),
        (Life::Expired, _) => (Bar::Off, w::EXPIRED.text().to_owned()),
        (_, Timeout::Relative(ticks)) if ticks.0 == 0 => (Bar::Off, String::new()),
        (_, Timeout::Relative(ticks)) => (
            Bar::Relative(permille(ticks, state.hz())),
            tell!(w::SECONDS_RELATIVE, seconds = seconds(ticks, state)),
        ),
        (_, Timeout::Absolute(_)) => (
            Bar::Absolute(permille(left, state.hz())),
            seconds(left, state),
        ),
    }
}

/// One pin for each reference: `conn` at `state`, and `old` at `before`.
pub fn pins(
    state: &Conntrack,
    before: &Conntrack,
    conn: &NfConn,
    old: Option<&NfConn>,
) -> Vec<Pin> {
    let mut pins = Vec::new();
    for owner in Owner::ALL {
        let count = usize::from(conn.refs.of(owner));
        let was = old.map_or(0, |old| usize::from(old.refs.of(owner)));
        let glyph = match owner {
            Owner::Table => Glyph::Table,
            Owner::Skb => Glyph::Skb,
            Owner::Gc => Glyph::Gc,
            Owner::Child => Glyph::Child,
            _ => Glyph::Other,
        };
        let mut holders: Vec<u32> = Vec::new();
        if owner == Owner::Skb {
            let mine = state.skbs.iter().filter(|skb| skb.nfct == Some(conn.id));
            holders = mine.map(|skb| skb.id.0).take(count).collect();
        }
        let held_before = |number: u32| {
            let skb = before.skbs.iter().find(|skb| skb.id.0 == number);
            skb.is_some_and(|skb| skb.nfct == Some(conn.id))
        };
        for nth in 0..count {
            let skb = holders.get(nth).copied();
            pins.push(Pin {
                bare: false,
                glyph,
                label: skb.map_or_else(|| owner.to_string(), |number| format!("s{number}")),
                skb,
                fresh: skb.map_or(nth >= was, |number| was < count || !held_before(number)),
            });
        }
    }
    pins
}

/// As many pins as fit the width, the rest counted. Where room is short, only new pins have words.
fn fit(mut pins: Vec<Pin>, room: i32) -> (Vec<Pin>, Option<(u32, String)>) {
    let width = |pin: &Pin| {
        if pin.bare {
            25
        } else {
            7 * pin.label.len() as i32 + 29
        }
    };
    if pins.iter().map(width).sum::<i32>() > room {
        pins.iter_mut().for_each(|pin| pin.bare = !pin.fresh);
    }
    let mut used = 0;
    let mut fitting = 0;
    for (at, pin) in pins.iter().enumerate() {
        let last = at + 1 == pins.len();
        if used + width(pin) > room - if last { 0 } else { 30 } {
            break;
        }
        used += width(pin);
        fitting += 1;
    }
    if fitting == pins.len() {
        return (pins, None);
    }
    let rest = pins.split_off(fitting);
    let whose: Vec<String> = rest.iter().map(|pin| pin.label.clone()).collect();
    (pins, Some((rest.len() as u32, whose.join(", "))))
}

impl CardsView {
    /// Middle of the upper edge of a node's handle.
    pub fn tab_at(&self, conn: u32, dir: Dir) -> Option<(i32, i32)> {
        let card = self.cards.iter().find(|card| card.conn == conn)?;
        Some((card.tab_x(dir) + TAB_W / 2, card.y - super::grid::TAB_H / 2))
    }
}

impl Card {
    /// Left edge of a handle, from the left of the picture.
    pub fn tab_x(&self, dir: Dir) -> i32 {
        match dir {
            Dir::Original => self.x + 4,
            Dir::Reply => self.x + self.w - TAB_W - 4,
        }
    }
}
