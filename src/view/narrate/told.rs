//! What a sentence may look at: its step, the steps before it, and the machine around them.

use crate::engine::conn::Status;
use crate::engine::skb::SkbId;
use crate::engine::step::Walker;
use crate::engine::time::{Hz, Jiffies, Ticks};
use crate::engine::{Command, ConnId, NfConn, Step};
use crate::view::names;
use crate::view::scene::Scene;
use crate::words::{narrate as w, tell};

/// What is said of a step.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Words {
    /// What happened.
    pub what: String,
    /// Why; may be empty.
    pub because: String,
}

/// A sentence with its reason.
pub(super) fn say(what: impl Into<String>, because: impl Into<String>) -> Words {
    Words {
        what: what.into(),
        because: because.into(),
    }
}

/// A step of a scene. The machine is the one after the last step of the scene: `what` may take
/// from it only what did not change since, `because` is shown for the last step alone.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    /// The scene.
    pub scene: &'a Scene<'a>,
    /// The step's index in the scene's steps.
    pub at: usize,
}

impl<'a> Told<'a> {
    /// Ticks per second.
    pub fn hz(&self) -> Hz {
        self.scene.state.hz()
    }

    /// The clock. It stands still while a packet is on its way.
    pub fn now(&self) -> Jiffies {
        self.scene.state.now
    }

    /// A length of time as text.
    pub fn ticks(&self, length: Ticks) -> String {
        names::ticks(length, self.hz())
    }

    /// The connection as it is now, or as it was before if it is gone.
    pub fn conn(&self, id: ConnId) -> Option<&'a NfConn> {
        self.scene
            .state
            .conns
            .get(id)
            .or_else(|| self.scene.before.conns.get(id))
    }

    /// The connection as it is now.
    pub fn living(&self, id: ConnId) -> Option<&'a NfConn> {
        self.scene.state.conns.get(id)
    }

    /// The connection has this bit now.
    pub fn has(&self, id: ConnId, bit: Status) -> bool {
        self.living(id)
            .is_some_and(|conn| conn.status.contains(bit))
    }

    /// The steps of the command before this one, newest first.
    pub fn earlier(&self) -> impl Iterator<Item = &'a Step> {
        self.scene
            .steps
            .get(..self.at)
            .unwrap_or_default()
            .iter()
            .rev()
    }

    /// The packet that is worked on: the one mentioned last, as an answer of this machine goes out
    /// in the middle of the packet that it answers; or the one that the command is about.
    pub fn packet(&self) -> Option<SkbId> {
        let before = self.scene.steps.iter().take(self.at + 1);
        before.rev().find_map(Step::skb).or_else(|| {
            self.scene.steps.iter().find_map(|step| match step {
                Step::PacketEnters { skb, .. }
                | Step::Released { skb, .. }
                | Step::Dropped { skb, .. } => Some(*skb),
                _ => None,
            })
        })
    }

    /// The bytes of a packet, which may be gone already.
    pub fn bytes(&self, skb: SkbId) -> Option<&'a [u8]> {
        let kept = self
            .scene
            .state
            .skb(skb)
            .or_else(|| self.scene.before.skb(skb));
        match (kept, self.scene.line.map(|line| &line.command)) {
            (Some(kept), _) => Some(&kept.bytes),
            (None, Some(Command::Inject(inject))) => Some(&inject.bytes),
            (None, _) => None,
        }
    }

    /// The packet in two or three words.
    pub fn label(&self, skb: SkbId) -> Option<String> {
        self.bytes(skb).map(names::packet)
    }

    /// The index of a connection's namespace, or the current one.
    pub fn net(&self, id: ConnId) -> u8 {
        self.conn(id).map_or(self.scene.state.net, |conn| conn.net)
    }

    /// The name of a namespace.
    pub fn net_name(&self, net: u8) -> &'a str {
        self.scene
            .state
            .nets
            .get(usize::from(net))
            .map_or("", |net| net.name.as_str())
    }

    /// The direction of the tuple that confirm is looking for: it looks for the original one
    /// first, then for the reply.
    pub fn confirming(&self) -> Option<(ConnId, crate::engine::tuple::Dir)> {
        let mut misses = 0;
        for step in self.earlier() {
            match step {
                Step::NotFound {
                    by: Walker::Confirm,
                    ..
                } => misses += 1,
                Step::BucketsReady { conn, .. } => {
                    let dir = if misses == 0 {
                        crate::engine::tuple::Dir::Original
                    } else {
                        crate::engine::tuple::Dir::Reply
                    };
                    return Some((*conn, dir));
                }
                _ => {}
            }
        }
        None
    }

    /// Who holds references now, as the end of a sentence: `the table and s1`.
    pub fn holders(&self, id: ConnId) -> String {
        use crate::engine::conn::Owner;
        let Some(conn) = self.living(id) else {
            return w::NOBODY.text().to_owned();
        };
        let mut who = Vec::new();
        for owner in Owner::ALL {
            let n = conn.refs.of(owner);
            if owner == Owner::Skb {
                let skbs = self
                    .scene
                    .state
                    .skbs
                    .iter()
                    .filter(|skb| skb.nfct == Some(id));
                who.extend(skbs.map(|skb| skb.id.to_string()));
            } else if n == 1 {
                who.push(names::owner(owner, None));
            } else if n > 1 {
                who.push(tell!(
                    w::OWNER_N_TIMES,
                    owner = names::owner(owner, None),
                    n
                ));
            }
        }
        list(&who)
    }
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn list(items: &[String]) -> String {
    match items {
        [] => w::NOBODY.text().to_owned(),
        [one] => one.clone(),
        [rest @ .., last] => tell!(w::REST_AND_LAST, rest = rest.join(", "), last),
    }
}
