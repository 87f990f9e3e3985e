//! The rows: what differs between two moments, and why.

use super::{Group, Row};
use crate::engine::conn::Status;
use crate::engine::nulls::ListId;
use crate::engine::skb::Skb;
use crate::engine::tuple::{Dir, ipproto};
use crate::engine::{Conntrack, Difference, NfConn, Profile};
use crate::view::differs::{Differs, decided, words_of};
use crate::view::model::TextLine;
use crate::view::scene::Scene;
use crate::view::texts::texts;
use crate::view::{lanes, names};
use crate::words::{differs as w, tell};

/// Most connections and packets that have rows of their own.
const ROWS_MAX: usize = 12;
/// Most connections that are compared.
const CONNS_MAX: usize = 500;
/// Most steps of a command that are read for reasons.
const STEPS_MAX: usize = 2_000;

/// Collects what differs.
pub(super) struct Rows<'a> {
    left: &'a Scene<'a>,
    right: &'a Scene<'a>,
    /// The sides run different kernels.
    kernels: bool,
    /// What decided the commands at hand, on either side.
    decided: Vec<Difference>,
    pub groups: Vec<Group>,
    pub same: Vec<String>,
    pub lit: Vec<u32>,
    /// Why the state, the status or the time of a connection differs.
    explained: Option<Difference>,
}

impl<'a> Rows<'a> {
    pub fn of(left: &'a Scene, right: &'a Scene) -> Rows<'a> {
        let kernels = left.state.profile() != right.state.profile();
        let mut found = Vec::new();
        for scene in [left, right].into_iter().filter(|_| kernels) {
            for at in 0..scene.fresh.end.min(STEPS_MAX) {
                found.extend(decided(scene, at));
            }
        }
        Rows {
            left,
            right,
            kernels,
            decided: found,
            groups: Vec::new(),
            same: Vec::new(),
            lit: Vec::new(),
            explained: None,
        }
    }

    /// A row, if the sides are not the same.
    fn add(&mut self, why: Option<Difference>, what: String, sides: [String; 2]) -> bool {
        if sides[0] == sides[1] {
            return false;
        }
        let words = why.filter(|_| self.kernels).map(words_of);
        let title = words.map_or("", |Differs { title, .. }| title);
        let at = self.groups.iter().position(|group| group.title == title);
        let at = at.unwrap_or_else(|| {
            self.groups.push(Group {
                title,
                words: words.map(|words| self.in_order(words)),
                rows: Vec::new(),
            });
            self.groups.len() - 1
        });
        let printed = what.starts_with("conntrack -");
        self.groups[at].rows.push(Row {
            what,
            sides,
            printed,
        });
        true
    }

    fn in_order(&self, words: Differs) -> [&'static str; 2] {
        if self.left.state.profile() == Profile::V5_10 {
            [words.v5_10, words.v6_18]
        } else {
            [words.v6_18, words.v5_10]
        }
    }

    fn both<T>(&self, of: impl Fn(&Conntrack) -> T) -> [T; 2] {
        [of(self.left.state), of(self.right.state)]
    }

    /// The reason, if a step of the commands at hand tells it and it is one of these.
    fn told(&self, fits: fn(Difference) -> bool) -> Option<Difference> {
        self.decided.iter().copied().find(|&it| fits(it))
    }

    fn note_same(&mut self, differs: bool, what: &str) {
        if !differs {
            self.same.push(what.to_owned());
        }
    }

    /// The table, the worker, the limit.
    pub fn machine(&mut self) {
        if self.lit.is_empty() {
            let hash = self.both(|state| {
                let newer = state.profile().since(Difference::SipHash);
                if newer { "SipHash-2-4" } else { "jhash2" }.to_owned()
            });
            self.add(
                Some(Difference::SipHash),
                w::HASH_OF_A_TUPLE.text().to_owned(),
                hash,
            );
        }
        let gc = self.both(|state| {
            let window = lanes::gc_window_words(state);
            format!("{window}, {}", lanes::gc_when(state))
        });
        let differs = self.add(
            Some(Difference::GcWholeTable),
            w::NEXT_RUN_OF_GC.text().to_owned(),
            gc,
        );
        self.note_same(differs, w::THE_NEXT_RUN_OF.text());
        let max =
            self.both(|state| tell!(w::NAMES_ENTRIES, names = names::grouped(state.max.into())));
        self.add(
            Some(Difference::MaxOnePerBucket),
            "nf_conntrack_max".to_owned(),
            max,
        );
        let clock = self.both(|state| names::jiffies(state.now));
        let differs = self.add(None, "jiffies".to_owned(), clock);
        self.note_same(differs, w::THE_CLOCK.text());
    }

    pub fn connections(&mut self) {
        let mut numbers: Vec<u32> = self
            .both(|state| {
                state
                    .conns
                    .iter()
                    .map(|conn| conn.id.number)
                    .collect::<Vec<_>>()
            })
            .concat();
        numbers.sort_unstable();
        numbers.dedup();
        let count = numbers.len();
        let mut compared = 0;
        for number in numbers.into_iter().take(CONNS_MAX) {
            if self.lit.len() >= ROWS_MAX {
                break;
            }
            compared += 1;
            if self.connection(number) {
                self.lit.push(number);
            }
        }
        let left_out = (count - compared) as u32;
        if left_out > 0 {
            let more = tell!(w::AND_LEFT_OUT, left_out);
            let unseen = w::NOT_COMPARED_HERE.text().to_owned();
            let room = [unseen, String::new()];
            self.add(None, more, room);
        }
        let same = compared - self.lit.len();
        if same > 0 {
            self.same.push(tell!(w::N_CONNECTIONS, n = same as u32));
        }
    }

    /// Rows of one connection; `false` if it is the same on both sides.
    fn connection(&mut self, number: u32) -> bool {
        let (left, right) = (self.left.state, self.right.state);
        let found = [left, right].map(|state| state.conns.by_number(number));
        let who = format!("c{number}");
        let [Some(a), Some(b)] = found else {
            let there = found.map(|conn| {
                conn.map_or(w::NOT_THERE.text().to_owned(), |conn| {
                    names::place(conn.place()).to_owned()
                })
            });
            return self.add(None, who, there);
        };
        let mut differs = false;
        let tabled = |conn: &NfConn| {
            Dir::BOTH
                .map(|dir| conn.list(dir))
                .into_iter()
                .all(is_bucket)
        };
        if tabled(a) && tabled(b) {
            let sides = [a, b].map(buckets);
            differs |= self.add(
                Some(Difference::SipHash),
                tell!(w::WHO_BOTH_NODES, who),
                sides,
            );
        } else {
            for dir in Dir::BOTH {
                let word = names::dir(dir);
                let sides = [(left, a), (right, b)].map(|(state, conn)| hangs(state, conn, dir));
                let why = Some(Difference::NoPendingLists);
                differs |= self.add(why, tell!(w::WHO_WORD_NODE, who, word), sides);
            }
        }
        let proto = a.tuple(Dir::Original).dst.protonum;
        let of_proto = match proto {
            ipproto::TCP => self.told(is_tcp),
            ipproto::SCTP => Some(Difference::SctpCells),
            ipproto::DCCP => Some(Difference::DccpGeneric),
            _ => None,
        };
        let state = [a, b].map(|conn| conn.proto.name().unwrap_or(w::NO_STATE.text()).to_owned());
        differs |= self.explain(of_proto, tell!(w::WHO_STATE, who), state);
        let status = [a, b].map(|conn| names::status(conn.status));
        let odd = a.status.symmetric_difference(b.status);
        let why = match proto {
            _ if odd.contains(Status::CONFIRMED) => Some(Difference::ConfirmedAfterInsertion),
            ipproto::UDP | ipproto::UDPLITE if odd.contains(Status::ASSURED) => {
                Some(Difference::UdpAssuredAsStream)
            }
            ipproto::SCTP if odd.contains(Status::ASSURED) => Some(Difference::SctpAssuredAtOnce),
            _ => of_proto,
        };
        differs |= self.explain(why, tell!(w::WHO_STATUS, who), status);
        let time =
            |state: &Conntrack, conn: &NfConn| names::timeout(conn.timeout, state.now, state.hz());
        let times = [time(left, a), time(right, b)];
        let why = match proto {
            ipproto::UDP | ipproto::UDPLITE if odd.contains(Status::ASSURED) => {
                Some(Difference::UdpAssuredAsStream)
            }
            _ => of_proto,
        };
        differs |= self.add(why, tell!(w::WHO_TIME_LEFT, who), times);
        let used = [a, b].map(|conn| match conn.use_count {
            1 => w::N_1_REFERENCE.text().to_owned(),
            n => tell!(w::N_REFERENCES, n),
        });
        let why = Some(Difference::NoPendingLists).filter(|_| a.place() != b.place());
        differs |= self.add(why, tell!(w::WHO_USE, who), used);
        differs
    }

    /// A row about a connection, the reason of which is that of what the tools print, too.
    fn explain(&mut self, why: Option<Difference>, what: String, sides: [String; 2]) -> bool {
        let differs = self.add(why, what, sides);
        if differs && self.explained.is_none() {
            self.explained = why;
        }
        differs
    }

    pub fn packets(&mut self) {
        let mut ids = self
            .both(|state| state.skbs.iter().map(|skb| skb.id.0).collect::<Vec<_>>())
            .concat();
        ids.sort_unstable();
        ids.dedup();
        let mut differs = false;
        for &id in ids.iter().take(ROWS_MAX) {
            let sides = self.both(|state| {
                let skb = state.skbs.iter().find(|skb| skb.id.0 == id);
                skb.map_or(w::GONE.text().to_owned(), |skb: &Skb| {
                    let at = names::station(skb.at);
                    match skb.nfct {
                        Some(conn) => tell!(w::AT_OF_CONN, at, conn),
                        None => tell!(w::AT_OF_NO_CONNECTION, at),
                    }
                })
            });
            differs |= self.add(None, tell!(w::PACKET_S_ID, id), sides);
        }
        if !ids.is_empty() {
            self.note_same(differs, w::PACKETS_IN_FLIGHT.text());
        }
    }

    pub fn tools(&mut self) {
        // A listing of a large table is not read line by line.
        if self
            .both(|state| state.conns.len())
            .iter()
            .any(|&n| n > 200)
        {
            return;
        }
        let (left, right) = (texts(self.left), texts(self.right));
        let pending = Some(Difference::NoPendingLists);
        let destroyed = |lines: &[TextLine]| lines.iter().any(|it| it.text.contains("[DESTROY]"));
        let told = self.explained.or(self.told(is_tcp));
        let heard = match destroyed(&left.events) && destroyed(&right.events) {
            true => Some(Difference::DestroyTellsState),
            false => told,
        };
        for (name, why, a, b) in [
            ("conntrack -L", told, &left.list, &right.list),
            (
                "conntrack -L unconfirmed",
                pending,
                &left.unconfirmed,
                &right.unconfirmed,
            ),
            ("conntrack -L dying", pending, &left.dying, &right.dying),
            ("conntrack -E", heard, &left.events, &right.events),
            (
                "conntrack -S",
                Some(Difference::ChainLimit),
                &left.stats,
                &right.stats,
            ),
        ] {
            let differs = self.listing(name, why, a, b);
            if !a.is_empty() {
                self.note_same(differs, name);
            }
        }
    }

    /// What two listings print that the other does not, whatever the order.
    fn listing(
        &mut self,
        name: &str,
        why: Option<Difference>,
        a: &[TextLine],
        b: &[TextLine],
    ) -> bool {
        let only = |a: &[TextLine], b: &[TextLine]| -> Vec<String> {
            let words =
                |line: &TextLine| line.text.split_whitespace().collect::<Vec<_>>().join(" ");
            let there = |line: &&TextLine| !b.iter().any(|other| other.text == line.text);
            a.iter().filter(there).map(words).collect()
        };
        let (mut left, mut right) = (only(a, b), only(b, a));
        // As many lines: of each its words that are others.
        if left.len() == right.len() {
            for (a, b) in left.iter_mut().zip(&mut right) {
                (*a, *b) = odd_words(a, b);
            }
        }
        let side = |lines: &[String], all: &[TextLine]| match lines {
            [line] => line.clone(),
            [] if all.is_empty() => w::PRINTS_NOTHING.text().to_owned(),
            [] => w::PRINTS_NO_OTHER_LINE.text().to_owned(),
            [first, second] => format!("{first}; {second}"),
            lines => tell!(
                w::LINES_OTHER_LINES_SUCH,
                lines = lines.len(),
                lines2 = lines[0]
            ),
        };
        let same = left.is_empty() && right.is_empty();
        !same && self.add(why, name.to_owned(), [side(&left, a), side(&right, b)])
    }
}

fn is_tcp(difference: Difference) -> bool {
    use Difference::*;
    matches!(
        difference,
        TcpWindowIgnores
            | TcpInvalidCloseShortens
            | TcpResetWhileClosing
            | TcpSynAgainWaits
            | TcpRejectCloses
            | NatTakesClosingPort
    )
}

fn is_bucket(list: Option<ListId>) -> bool {
    matches!(list, Some(ListId::Bucket(_)))
}

/// Where the nodes of an entry in the table hang.
fn buckets(conn: &NfConn) -> String {
    let [original, reply] = Dir::BOTH.map(|dir| match conn.list(dir) {
        Some(ListId::Bucket(bucket)) => names::grouped(bucket.into()),
        _ => w::NONE.text().to_owned(),
    });
    tell!(w::BUCKETS_ORIGINAL_AND_REPLY, original, reply)
}

/// Where a node hangs.
fn hangs(state: &Conntrack, conn: &NfConn, dir: Dir) -> String {
    match conn.list(dir) {
        Some(list) => list.to_string(),
        None => {
            let holds = |skb: &&Skb| skb.nfct == Some(conn.id);
            match state.skbs.iter().find(holds) {
                Some(skb) if dir == Dir::Original => tell!(w::NO_LIST_PACKET_ID, id = skb.id),
                _ => w::NO_LIST.text().to_owned(),
            }
        }
    }
}

/// The words in which two lines differ, behind the first one.
fn odd_words(a: &str, b: &str) -> (String, String) {
    let words = [a, b].map(|line| line.split_whitespace().collect::<Vec<_>>());
    let alike = words[0].len() == words[1].len();
    let [left, right] = [0, 1].map(|side| {
        let (mine, other) = (&words[side], &words[1 - side]);
        let mut text = mine.first().copied().unwrap_or_default().to_owned();
        let mut skipped = false;
        for (at, word) in mine.iter().enumerate().skip(1) {
            let same = match alike {
                true => other[at] == *word,
                false => other.contains(word),
            };
            if same {
                skipped = true;
                continue;
            }
            text.push_str(if core::mem::take(&mut skipped) {
                " … "
            } else {
                " "
            });
            text.push_str(word);
        }
        if skipped {
            text.push_str(" …");
        }
        text
    });
    (left, right)
}
