//! Expectations as files and tools show them: `conntrack -L expect`, `conntrack -E expect` as
//! conntrack 1.4.7 prints them, and `/proc/net/nf_conntrack_expect`.

use super::model::TextLine;
use super::scene::Scene;
use super::{listing, texts};
use crate::engine::addr::Addr;
use crate::engine::event::{Event, EventKind};
use crate::engine::expect::{ExpectTold, Expectation};
use crate::engine::time::Hz;
use crate::engine::tuple::{Dir, Tuple};
use crate::engine::{Conntrack, Profile};
use core::fmt::Write;

/// The expectations of a namespace, or of all, by bucket as a dump meets them; newer ones of a
/// bucket first.
fn in_order(ct: &Conntrack, net: Option<u8>) -> Vec<&Expectation> {
    let shown = |expect: &&Expectation| net.is_none_or(|net| expect.net == net);
    let mut expects: Vec<&Expectation> = ct.expects.iter().filter(shown).collect();
    expects.sort_by_key(|expect| ct.expect_bucket(expect));
    expects
}

/// An expectation with its master's helper, which is the one that listings name.
fn told(ct: &Conntrack, expect: &Expectation) -> ExpectTold {
    let master = ct.conns.get(expect.master);
    ExpectTold {
        expect: *expect,
        helper: master
            .and_then(|master| master.ext.helper())
            .map(|it| it.name),
    }
}

/// `conntrack -L expect` in the current namespace.
pub fn list_lines(ct: &Conntrack) -> Vec<String> {
    listed(ct).map(|(_, line)| line).collect()
}

/// The same for the page: each line with its master, fresh if the expectation was not there before.
pub fn shown(scene: &Scene) -> Vec<TextLine> {
    let known = |number: u32| scene.before.expects.iter().any(|it| it.number == number);
    listed(scene.state)
        .map(|(expect, text)| TextLine {
            text,
            conn: Some(expect.master.number),
            fresh: !known(expect.number),
        })
        .collect()
}

fn listed(ct: &Conntrack) -> impl Iterator<Item = (&Expectation, String)> {
    in_order(ct, Some(ct.net)).into_iter().filter_map(|expect| {
        let secs = ct.hz().secs(expect.expires.left(ct.now)).0;
        let master = ct.conns.get(expect.master)?;
        let line = line(&told(ct, expect), secs, master.tuple(Dir::Original));
        Some((expect, line))
    })
}

/// A line of `conntrack -E expect`; nothing if the message is about a connection.
pub fn event_line(event: &Event, hz: Hz) -> Option<String> {
    let told = event.expect.as_deref()?;
    let kind = match event.kind {
        EventKind::Destroy | EventKind::ExpDestroy => "[DESTROY]",
        EventKind::New | EventKind::Update | EventKind::ExpNew => "[NEW]",
    };
    let secs = event.left.map_or(0, |left| hz.secs(left).0);
    Some(format!(
        "{kind:>9} {}",
        line(told, secs, &event.tuples[Dir::Original.index()])
    ))
}

/// The messages that were heard about one kind of object, as `conntrack -E expect` prints those
/// about expectations, and `conntrack -E` those about connections.
pub fn event_lines(ct: &Conntrack, expectations: bool) -> Vec<String> {
    let heard = ct.listener.heard.iter();
    heard
        .filter(|event| event.expect.is_some() == expectations)
        .map(|event| texts::event_line(event, ct.hz()))
        .collect()
}

/// The lines of `/proc/net/nf_conntrack_expect`. v5.10 lists the expectations of every namespace.
/// Kernel: `exp_seq_show`, net/netfilter/nf_conntrack_expect.c, v5.10.19 and v6.18.
pub fn proc_lines(ct: &Conntrack) -> Vec<String> {
    let net = match ct.profile() {
        Profile::V5_10 => None,
        Profile::V6_18 => Some(ct.net),
    };
    let line = |expect: &Expectation| {
        let l3 = expect.tuple.src.l3num as u8;
        let protonum = expect.tuple.dst.protonum;
        let secs = ct.hz().secs(expect.expires.left(ct.now)).0;
        let mut out = format!("{secs} l3proto = {l3} proto={protonum} ");
        listing::tuple(&expect.tuple, true, &mut out);
        if let Some(helper) = told(ct, expect).helper {
            out.push_str(helper.name());
        }
        out
    };
    in_order(ct, net).into_iter().map(line).collect()
}

fn line(told: &ExpectTold, secs: u32, master: &Tuple) -> String {
    let ExpectTold { expect, helper } = told;
    let l3 = expect.tuple.src.l3num;
    let mut out = format!("{secs} proto={} ", expect.tuple.dst.protonum);
    texts::tuple(&mut out, &expect.tuple);
    // All of the destination counts. Writing into a string cannot fail, here and below.
    let (src, dst) = (expect.mask.addr.show(l3), Addr([0xff; 16]).show(l3));
    let _ = write!(
        out,
        "mask-src={src} mask-dst={dst} sport={} dport={} ",
        expect.mask.port,
        u16::MAX
    );
    let (src, dst) = (master.src.u3.show(l3), master.dst.u3.show(l3));
    let _ = write!(
        out,
        "master-src={src} master-dst={dst} sport={} dport={} class={} ",
        master.src.u, master.dst.u, expect.class
    );
    if let Some(helper) = helper {
        let _ = write!(out, "helper={} ", helper.name());
    }
    out.truncate(out.trim_end().len());
    out
}
