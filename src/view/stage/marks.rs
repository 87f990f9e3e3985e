//! What the steps of the command say about the picture: what is new, what is searched, who is
//! meant.

use crate::engine::Step;
use crate::engine::conn::NfConn;
use crate::engine::nulls::{ListId, NodeRef};
use crate::engine::skb::SkbId;
use crate::engine::slab::ConnId;
use crate::engine::step::{Compared, Walker};
use crate::engine::tuple::Dir;
use crate::view::scene::Scene;
use std::ops::Range;

/// A node that a walk has stood at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Candidate {
    /// Whose node.
    pub conn: u32,
    /// Which of the two.
    pub dir: Dir,
    /// In which order, from 1.
    pub nth: u32,
    /// With what result.
    pub compared: Compared,
    /// Who looked.
    pub by: Walker,
    /// It was this step.
    pub fresh: bool,
}

/// A node that came to its place in the fresh steps.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Arrival {
    /// Whose node.
    pub conn: ConnId,
    /// Which of the two.
    pub dir: Dir,
    /// Number in the article's figure.
    pub number: Option<u8>,
    /// It came from another list of the table (a resize), not to the head of a list.
    pub moved: bool,
}

/// The steps, read for the stage.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    /// Buckets that are looked at or changed now, at most two.
    pub hot: Vec<u32>,
    /// The connection that was put on a list since a bucket was looked at last, and is there.
    pub listed: Option<ConnId>,
    /// Nodes compared so far in the walk at hand.
    pub candidates: Vec<Candidate>,
    /// The connection that the walk found, and by which node.
    pub hit: Option<(ConnId, Dir)>,
    /// Nodes put in lists by the fresh steps.
    pub arrivals: Vec<Arrival>,
    /// Nodes taken out of lists by the fresh steps.
    pub departures: Vec<(ConnId, Dir, ListId)>,
    /// Connections that the command is about, in the order of their first mention.
    pub touched: Vec<ConnId>,
    /// The connection mentioned last.
    pub conn: Option<ConnId>,
    /// The packet mentioned last.
    pub skb: Option<SkbId>,
    /// Connections freed so far by the command.
    pub freed: Vec<ConnId>,
    /// Buckets that gc has visited in its run, the first ones if there are very many.
    pub swept: Vec<u32>,
    /// The bucket that it is at, while it runs.
    pub gc_at: Option<u32>,
}

/// Connections kept in [`Marks::touched`].
const TOUCHED_MAX: usize = 40;
/// Buckets kept in [`Marks::swept`].
const SWEPT_MAX: usize = 512;

impl Marks {
    /// What the steps of a scene say.
    pub fn of(scene: &Scene) -> Marks {
        let mut marks = Marks::read(scene.steps, scene.fresh.clone());
        let rest = scene.steps.get(scene.fresh.end..).unwrap_or_default();
        for step in rest.iter().take(4 * TOUCHED_MAX) {
            if let Some(conn) = step.conn() {
                marks.touch(conn);
            }
        }
        if scene
            .fresh_steps()
            .iter()
            .any(|step| matches!(step, Step::ResizeEnded { .. }))
        {
            marks.add_resize(scene);
        }
        marks
    }

    /// A resize moves every node in one step: who hangs elsewhere than before was moved.
    fn add_resize(&mut self, scene: &Scene) {
        for conn in scene.state.conns.iter().take(TOUCHED_MAX) {
            let Some(old) = scene.before.conns.get(conn.id) else {
                continue;
            };
            for dir in Dir::BOTH {
                if conn.list(dir) != old.list(dir) {
                    self.arrivals.push(Arrival {
                        conn: conn.id,
                        dir,
                        number: None,
                        moved: true,
                    });
                }
            }
        }
    }

    /// What they said at the stop before.
    pub fn before(scene: &Scene) -> Marks {
        Marks::read(scene.steps, scene.fresh.start..scene.fresh.start)
    }

    fn read(steps: &[Step], fresh: Range<usize>) -> Marks {
        let mut marks = Marks::default();
        for (at, step) in steps.iter().enumerate().take(fresh.end) {
            marks.add(step, fresh.contains(&at));
        }
        marks
    }

    fn touch(&mut self, conn: ConnId) {
        if self.touched.len() < TOUCHED_MAX && !self.touched.contains(&conn) {
            self.touched.push(conn);
        }
    }

    fn look_at(&mut self, bucket: u32) {
        self.hot = vec![bucket];
        self.listed = None;
    }

    fn forget_walk(&mut self) {
        self.hot.clear();
        self.candidates.clear();
        self.hit = None;
    }

    fn add(&mut self, step: &Step, fresh: bool) {
        if let Some(conn) = step.conn() {
            self.conn = Some(conn);
            self.touch(conn);
        }
        if let Some(skb) = step.skb() {
            self.skb = Some(skb);
        }
        if let Step::GcEnded { .. } = step {
            self.gc_at = None;
        }
        match *step {
            Step::PacketEnters { .. }
            | Step::HookEntered { .. }
            | Step::RulesPassed { .. }
            | Step::Held { .. }
            | Step::Dropped { .. }
            | Step::ConfirmCalled { .. }
            | Step::PacketLeaves { .. }
            | Step::TrackAgain { .. }
            | Step::GcEnded { .. }
            | Step::TableFull { .. } => self.forget_walk(),
            Step::BucketChosen { bucket, .. } => {
                if self.hit.is_some() || !self.hot.contains(&bucket) {
                    self.forget_walk();
                }
                self.look_at(bucket);
            }
            Step::BucketsReady {
                original, reply, ..
            } => {
                self.forget_walk();
                self.look_at(original);
                if reply != original {
                    self.hot.push(reply);
                }
            }
            Step::NodeCompared {
                by,
                node: NodeRef { dir, .. },
                conn,
                nth,
                compared,
                bucket,
            } => {
                if nth == 1 && by != Walker::Confirm {
                    self.candidates.clear();
                }
                if !self.hot.contains(&bucket) {
                    self.look_at(bucket);
                }
                let conn = conn.number;
                self.candidates.push(Candidate {
                    conn,
                    dir,
                    nth,
                    compared,
                    by,
                    fresh,
                });
            }
            Step::Found { conn, dir, .. } => self.hit = Some((conn, dir)),
            Step::GcStarted { .. } => {
                self.forget_walk();
                self.swept.clear();
            }
            Step::GcBucket { bucket, .. } => {
                self.look_at(bucket);
                self.gc_at = Some(bucket);
                if self.swept.len() < SWEPT_MAX {
                    self.swept.push(bucket);
                }
            }
            Step::EarlyDropBucket { bucket, .. } => self.look_at(bucket),
            Step::ListAdded { conn, .. } => self.listed = Some(conn),
            Step::ListRemoved { .. } | Step::HashInserted { .. } => self.listed = None,
            Step::Freed { conn, .. } => self.freed.push(conn),
            _ => {}
        }
        if fresh {
            self.add_moves(step);
        }
    }

    fn add_moves(&mut self, step: &Step) {
        let number = step.meta().figure.map(|(_, number)| number);
        let arrival = |conn: ConnId, dir: Dir| Arrival {
            conn,
            dir,
            number,
            moved: false,
        };
        match *step {
            Step::HashInserted { conn, dir, .. } => {
                self.arrivals.push(arrival(conn, dir));
            }
            Step::ListAdded { conn, .. } => {
                self.arrivals.push(arrival(conn, Dir::Original));
            }
            Step::ListRemoved { conn, list, .. } => {
                self.departures.push((conn, Dir::Original, list));
            }
            Step::HashRemoved { conn, dir, bucket } => {
                self.departures.push((conn, dir, ListId::Bucket(bucket)));
            }
            _ => {}
        }
    }

    /// How a node was met by the walk at hand.
    pub fn candidate(&self, conn: u32, dir: Dir) -> Option<&Candidate> {
        self.candidates
            .iter()
            .rev()
            .find(|c| c.conn == conn && c.dir == dir)
    }

    /// How a node came to its place just now.
    pub fn arrival(&self, conn: u32, dir: Dir) -> Option<&Arrival> {
        self.arrivals
            .iter()
            .rev()
            .find(|a| a.conn.number == conn && a.dir == dir)
    }

    /// Nodes that left this list just now.
    pub fn departed(&self, list: ListId) -> impl Iterator<Item = (ConnId, Dir)> {
        let left =
            move |&(conn, dir, from): &(ConnId, Dir, ListId)| (from == list).then_some((conn, dir));
        self.departures.iter().filter_map(left)
    }

    /// The walk at hand found this connection.
    pub fn is_hit(&self, conn: &NfConn) -> bool {
        self.hit.is_some_and(|(id, _)| id == conn.id)
    }
}
