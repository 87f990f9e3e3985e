//! The connection that a lens is about: the one that is picked, or the one of the step.

use crate::engine::conn::NfConn;
use crate::engine::tuple::Dir;
use crate::engine::{ConnId, Step};
use crate::view::model::Selection;
use crate::view::names;
use crate::view::scene::Scene;

/// Connections that are offered to be looked at.
const OFFERED: usize = 12;

/// A connection, named.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ConnLine {
    /// Number of `c1`.
    pub conn: u32,
    /// Its protocol: `TCP`.
    pub proto: String,
    /// Its original tuple.
    pub tuple: String,
    /// Its state, or empty.
    pub state: &'static str,
    /// Its namespace, if there are several.
    pub net: String,
    /// It is the one that is looked at.
    pub shown: bool,
    /// It was picked, and stays.
    pub picked: bool,
}

/// The number of the connection that is meant: picked, or of the step, or of the packet at hand
/// before and after it, or the newest one.
pub fn number(scene: &Scene) -> Option<u32> {
    let known = |number: u32| {
        let of = |ct: &crate::engine::Conntrack| ct.conns.by_number(number).is_some();
        of(scene.state) || of(scene.before)
    };
    let picked = match scene.selection {
        Selection::Conn(number) => Some(number),
        Selection::Skb(number) => {
            let skb = scene.state.skbs.iter().find(|skb| skb.id.0 == number);
            skb.and_then(|skb| skb.nfct).map(|id| id.number)
        }
        Selection::Step | Selection::Bucket(_) | Selection::Gc => None,
    };
    let (done, rest) = scene.steps.split_at(scene.fresh.end.min(scene.steps.len()));
    let of = |step: &Step| {
        step.conn()
            .map(|id: ConnId| id.number)
            .filter(|n| known(*n))
    };
    picked
        .filter(|n| known(*n))
        .or_else(|| done.iter().rev().find_map(of))
        .or_else(|| rest.iter().find_map(of))
        .or_else(|| scene.state.conns.iter().map(|conn| conn.id.number).max())
}

/// The connection of that number, as it is or as it was before the step.
pub fn conn<'a>(scene: &Scene<'a>, number: u32) -> Option<&'a NfConn> {
    let now = scene.state.conns.by_number(number);
    now.or_else(|| scene.before.conns.by_number(number))
}

/// The connections to choose from, oldest first, the one that is looked at among them.
pub fn offered(scene: &Scene, shown: Option<u32>) -> Vec<ConnLine> {
    let mut numbers: Vec<u32> = Vec::with_capacity(OFFERED);
    numbers.extend(shown);
    let all = scene.state.conns.iter().map(|conn| conn.id.number);
    numbers.extend(
        all.filter(|n| Some(*n) != shown)
            .take(OFFERED - numbers.len()),
    );
    numbers.sort_unstable();
    let line = |number| conn(scene, number).map(|it| line(scene, it, shown == Some(number)));
    numbers.into_iter().filter_map(line).collect()
}

fn line(scene: &Scene, conn: &NfConn, shown: bool) -> ConnLine {
    let tuple = conn.tuple(Dir::Original);
    let nets = &scene.state.nets;
    let net = nets.get(usize::from(conn.net)).filter(|_| nets.len() > 1);
    ConnLine {
        conn: conn.id.number,
        proto: names::proto(tuple.dst.protonum),
        tuple: names::tuple(tuple),
        state: conn.proto.name().unwrap_or_default(),
        net: net.map_or_else(String::new, |net| net.name.as_str().to_owned()),
        shown,
        picked: scene.selection == Selection::Conn(conn.id.number),
    }
}
