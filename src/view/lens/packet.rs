//! Figure 1, living: the bytes of a packet, and the tuple that is read out of them.

use super::Looking;
use super::bytes::{Part, tuple_parts};
use super::headers::{HeaderField, fields};
use crate::engine::extract::{L4Header, Reading, get_l4proto, nf_ct_get_tuple, nf_ct_invert_tuple};
use crate::engine::proto::icmp;
use crate::engine::skb::{Skb, SkbId};
use crate::engine::tuple::{Tuple, ipproto};
use crate::engine::{Command, Step};
use crate::view::inspector::{self, Subject};
use crate::view::names;
use crate::view::scene::Scene;
use crate::words::{lens as w, tell};

/// Most bytes that are shown: headers, and some of what follows.
const BYTES_MAX: usize = 112;

/// What the lens shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PacketView {
    /// Number of the packet.
    pub number: u32,
    /// Packets to look at: number and label.
    pub others: Vec<(u32, String)>,
    /// What it is and where.
    pub subtitle: String,
    /// Its bytes from the IP header on, as many as are shown.
    pub bytes: Vec<u8>,
    /// Those that the last steps changed.
    pub rewritten: Vec<u32>,
    /// Bytes that are not shown.
    pub more: u32,
    /// Bytes in a row of the picture.
    pub columns: u32,
    /// The fields of its headers.
    pub fields: Vec<HeaderField>,
    /// The tuple, field by field, and in words.
    pub tuple: Option<(Vec<Part>, String)>,
    /// Its inverse.
    pub inverse: Option<(Vec<Part>, String)>,
    /// How the inverse comes of it, part by part.
    pub swaps: Vec<(&'static str, String)>,
    /// What is missing or special, in sentences.
    pub remarks: Vec<String>,
}

/// The packet that is looked at: the one picked, else that of the step, else the newest.
fn shown(scene: &Scene) -> Option<SkbId> {
    if let Subject::Skb(number) = inspector::subject(scene) {
        return Some(SkbId(number));
    }
    let steps = scene.steps.get(..scene.fresh.end).unwrap_or_default();
    let of_step = steps.iter().rev().find_map(Step::skb);
    of_step.or_else(|| scene.state.skbs.last().map(|skb| skb.id))
}

/// Looks at a packet; `None` while there is none.
pub fn packet(looking: &Looking) -> Option<PacketView> {
    let scene = looking.scene;
    let id = shown(scene)?;
    let (now, before) = (scene.state.skb(id), scene.before.skb(id));
    // Of a packet that is gone, what it was when it came in with this command.
    let came_in = || {
        let entered = scene.steps.iter().find_map(|step| match step {
            Step::PacketEnters { skb, .. } => Some(*skb),
            _ => None,
        });
        match &scene.line?.command {
            Command::Inject(inject) if entered == Some(id) => Some(inject.bytes.as_slice()),
            _ => None,
        }
    };
    let kept = |skb: &&Skb| !skb.bytes.is_empty();
    let skb = now.filter(kept).or(before.filter(kept));
    let whole = skb.map(|skb| skb.bytes.as_slice()).or_else(came_in)?;
    let place = match now {
        None => w::FREED_THESE_WERE_ITS.text().to_owned(),
        Some(skb) if skb.held => tell!(w::WAITS_AT_STATION, station = names::station(skb.at)),
        Some(skb) => tell!(w::AT_STATION, station = names::station(skb.at)),
    };
    let mut view = PacketView {
        number: id.0,
        others: others(scene, id),
        subtitle: tell!(
            w::PACKET_WHOLE_BYTES_PLACE,
            packet = names::packet(whole),
            whole = whole.len(),
            place
        ),
        rewritten: rewritten(now, before),
        more: whole.len().saturating_sub(BYTES_MAX) as u32,
        columns: if looking.width() < 520 { 8 } else { 16 },
        bytes: whole[..whole.len().min(BYTES_MAX)].to_vec(),
        fields: Vec::new(),
        tuple: None,
        inverse: None,
        swaps: Vec::new(),
        remarks: Vec::new(),
    };
    let l4 = get_l4proto(whole);
    view.fields = fields(whole, l4.ok());
    match l4 {
        Err(why) => view.remarks.push(tell!(
            w::NO_TUPLE_REASON_CONNTRACK,
            reason = names::reason(why)
        )),
        Ok(l4) => {
            let net = skb.map_or(scene.state.net, |skb| skb.net);
            let keys = scene.state.nets.get(usize::from(net));
            let reading = Reading {
                profile: scene.state.profile(),
                gre_keys: keys.map_or(&[], |net| &net.gre_keys),
            };
            match nf_ct_get_tuple(whole, &l4, reading) {
                Some(tuple) => {
                    let parts = tuple.has_ports() || tuple.is_icmp() || tuple.has_gre_keys();
                    for field in view.fields.iter_mut().filter(|_| !parts) {
                        field.key = field.key.filter(|key| !key.is_part());
                    }
                    read(&mut view, &tuple);
                }
                None => view.remarks.push(missing(&l4)),
            }
        }
    }
    Some(view)
}

/// Bytes of the layer 4 header that the tuple is read out of.
const fn wanted(protonum: u8) -> usize {
    match protonum {
        ipproto::ICMP | ipproto::ICMPV6 => icmp::HEADER,
        _ => 4,
    }
}

fn missing(l4: &L4Header) -> String {
    if l4.protonum == ipproto::GRE {
        return w::NO_TUPLE_GRE_OF.text().to_owned();
    }
    let (there, wanted) = (l4.end - l4.offset, wanted(l4.protonum));
    let proto = names::proto(l4.protonum);
    tell!(
        w::NO_TUPLE_THE_FIRST,
        wanted,
        proto,
        there,
        there2 = if there == 1 { "is" } else { "are" }
    )
}

fn read(view: &mut PacketView, tuple: &Tuple) {
    view.tuple = Some((tuple_parts(tuple, None), names::tuple(tuple)));
    if tuple.is_icmp() && is_error(tuple) {
        view.remarks
            .push(w::AN_ICMP_ERROR_CONNTRACK.text().to_owned());
    }
    if !tuple.has_ports() && !tuple.is_icmp() && !tuple.has_gre_keys() {
        view.remarks.push(tell!(
            w::CAPITAL_HAS_NO_PORTS,
            capital = names::capital(&names::proto(tuple.dst.protonum))
        ));
    }
    let Some(inverse) = nf_ct_invert_tuple(tuple) else {
        view.remarks.push(w::NF_CT_INVERT_TUPLE.text().to_owned());
        return;
    };
    view.swaps = swaps(tuple, &inverse);
    view.inverse = Some((tuple_parts(&inverse, None), names::tuple(&inverse)));
}

fn is_error(tuple: &Tuple) -> bool {
    if tuple.dst.protonum == ipproto::ICMPV6 {
        tuple.icmp_type() < icmp::ICMPV6_FIRST_INFORMATIONAL
    } else {
        icmp::ICMP_ERRORS.contains(&tuple.icmp_type())
    }
}

fn swaps(tuple: &Tuple, inverse: &Tuple) -> Vec<(&'static str, String)> {
    let mut swaps = vec![(w::ADDRESSES.text(), w::CHANGE_PLACES.text().to_owned())];
    if tuple.is_icmp() {
        let name = |tuple: &Tuple| {
            let kind = tuple.icmp_type();
            let known = if tuple.dst.protonum == ipproto::ICMPV6 {
                names::icmpv6_type(kind)
            } else {
                names::icmp_type(kind)
            };
            known.map_or_else(|| kind.to_string(), |name| format!("{kind} {name}"))
        };
        swaps.push((
            w::TYPE.text(),
            tell!(
                w::NAME_BECOMES_NAME2,
                name = name(tuple),
                name2 = name(inverse)
            ),
        ));
        swaps.push((w::ID_AND_CODE.text(), w::STAY.text().to_owned()));
    } else if tuple.has_ports() || tuple.has_gre_keys() {
        let what = if tuple.has_ports() {
            w::PORTS.text()
        } else {
            w::KEYS.text()
        };
        swaps.push((what, w::CHANGE_PLACES.text().to_owned()));
    }
    swaps.push((w::L3_AND_L4.text(), w::STAY.text().to_owned()));
    swaps.push(("dir", w::N_0_BECOMES_1.text().to_owned()));
    swaps
}

/// Bytes of a packet that are others than before.
fn rewritten(now: Option<&Skb>, before: Option<&Skb>) -> Vec<u32> {
    let (Some(now), Some(before)) = (now, before) else {
        return Vec::new();
    };
    let both = now.bytes.iter().zip(&before.bytes);
    (0..)
        .zip(both)
        .filter(|(_, (now, before))| now != before)
        .map(|(at, _)| at)
        .collect()
}

/// Most packets offered to look at.
const OTHERS_MAX: usize = 50;

fn others(scene: &Scene, id: SkbId) -> Vec<(u32, String)> {
    let label = |skb: &Skb| {
        (
            skb.id.0,
            format!("{} {}", skb.id, names::packet(&skb.bytes)),
        )
    };
    let mut others: Vec<_> = scene
        .state
        .skbs
        .iter()
        .take(OTHERS_MAX)
        .map(label)
        .collect();
    if !others.iter().any(|(number, _)| *number == id.0) {
        others.push((id.0, id.to_string()));
    }
    others
}
