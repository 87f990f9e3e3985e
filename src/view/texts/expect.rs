//! Expectations, as `conntrack -L expect` and `-E expect` print them.

use super::push;
use crate::engine::event::Event;
use crate::engine::expect::{ExpectTold, Expectation};
use crate::engine::rules::HelperName;
use crate::engine::time::{Hz, Ticks};
use crate::engine::tuple::{Dir, Tuple};
use crate::engine::{Conntrack, NfConn};
use crate::view::model::TextLine;
use crate::view::scene::Scene;

/// The lines of `conntrack -L expect` in the current namespace, newest first.
pub fn expects(scene: &Scene) -> Vec<TextLine> {
    let ct = scene.state;
    let ours = ct.expects.iter().filter(|expect| expect.net == ct.net);
    let known = |number: u32| scene.before.expects.iter().any(|it| it.number == number);
    ours.map(|expect| TextLine {
        text: expect_line(ct, expect),
        conn: Some(expect.master.number),
        fresh: !known(expect.number),
    })
    .collect()
}

/// A line of `conntrack -L expect`.
pub fn expect_line(ct: &Conntrack, expect: &Expectation) -> String {
    let master = ct.conns.get(expect.master);
    let helper = master
        .and_then(|master| master.ext.helper())
        .map(|helper| helper.name);
    let tuple = master.map(|master: &NfConn| *master.tuple(Dir::Original));
    let left = expect.expires.left(ct.now);
    line(expect, tuple.as_ref(), helper, left, ct.hz())
}

/// What a message about an expectation says, behind its kind.
pub(super) fn told(event: &Event, told: &ExpectTold, hz: Hz) -> String {
    let left = told.expect.expires.left(event.at);
    line(&told.expect, Some(&event.tuples[0]), told.helper, left, hz)
}

fn line(
    expect: &Expectation,
    master: Option<&Tuple>,
    helper: Option<HelperName>,
    left: Ticks,
    hz: Hz,
) -> String {
    let mut out = String::new();
    let Expectation { tuple, mask, .. } = expect;
    let l3 = tuple.src.l3num;
    push(
        &mut out,
        format_args!(
            "{} proto={} src={} dst={} sport={} dport={} ",
            hz.secs(left).0,
            tuple.dst.protonum,
            tuple.src.u3.show(l3),
            tuple.dst.u3.show(l3),
            tuple.src.u,
            tuple.dst.u
        ),
    );
    // The destination always counts, every bit of it.
    let all = crate::engine::expect::ExpectMask::ANY_PORT.addr;
    push(
        &mut out,
        format_args!(
            "mask-src={} mask-dst={} sport={} dport=65535 ",
            mask.addr.show(l3),
            all.show(l3),
            mask.port
        ),
    );
    if let Some(master) = master {
        push(
            &mut out,
            format_args!(
                "master-src={} master-dst={} sport={} dport={} ",
                master.src.u3.show(l3),
                master.dst.u3.show(l3),
                master.src.u,
                master.dst.u
            ),
        );
    }
    if expect.zone.id != 0 {
        push(&mut out, format_args!("zone={} ", expect.zone.id));
    }
    push(&mut out, format_args!("class={} ", expect.class));
    if let Some(helper) = helper {
        push(&mut out, format_args!("helper={}", helper.name()));
    }
    out.truncate(out.trim_end().len());
    out
}
