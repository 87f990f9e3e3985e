//! What an operator would see: `conntrack -L`, `-E`, `-S`, byte for byte as conntrack 1.4.7 prints
//! it on the kernel that is followed.

use super::model::{ListWindow, TextLine, Texts};
use super::names;
use super::scene::Scene;
use crate::engine::conn::{Counted, Stamps, Status, Timeout};
use crate::engine::event::{Event, EventKind};
use crate::engine::nulls::ListId;
use crate::engine::rules::HelperName;
use crate::engine::stats::Counter;
use crate::engine::time::{Hz, Jiffies};
use crate::engine::tuple::{Dir, Tuple, ipproto};
use crate::engine::zone::Zone;
use crate::engine::{Check, Conntrack, NfConn, Violation};
use crate::words::{names as w, tell};
use core::fmt::Write;

/// Entries up to which a list is shown whole, and shown of a longer one.
const WHOLE_MAX: u32 = 200;
const WINDOW: usize = 40;
/// Most events on the page, the last ones; `conntrack -E` in the command line has more.
const EVENTS_MAX: usize = 60;
/// Connections and buckets up to which every step checks everything.
const CHECKED_MAX: u32 = 400;
const CHECKED_BUCKETS_MAX: u32 = 4_096;
/// Connections checked at a step of a larger machine.
const AROUND_MAX: usize = 64;

/// Everything the tools would print at this moment.
pub fn texts(scene: &Scene) -> Texts {
    texts_from(scene, 0)
}

/// The same; of a long `conntrack -L` the part from bucket `from` on.
pub fn texts_from(scene: &Scene, from: u32) -> Texts {
    let ct = scene.state;
    let (window, listed) = window(ct, from);
    let mut dying: Vec<TextLine> = dying(ct)
        .take(WHOLE_MAX as usize + 1)
        .map(|conn| text_line(scene, conn, table_line))
        .collect();
    let cut = dying.len() > WHOLE_MAX as usize;
    if cut {
        dying.truncate(WINDOW);
    }
    let (checks, checked, check_all) = checked(scene);
    Texts {
        list: listed
            .into_iter()
            .map(|conn| text_line(scene, conn, table_line))
            .collect(),
        window,
        unconfirmed: unconfirmed(ct)
            .map(|conn| text_line(scene, conn, unconfirmed_line))
            .collect(),
        dying_more: if cut {
            tell!(
                w::MORE_THAN_WHOLE_MAX,
                whole_max = WHOLE_MAX,
                window = WINDOW
            )
        } else {
            String::new()
        },
        dying,
        expects: super::expects::shown(scene),
        events: events(scene),
        stats: stats(scene),
        checks,
        checked,
        check_all,
    }
}

/// The entries of `conntrack -L` that are shown, and which part of it they are.
fn window(ct: &Conntrack, from: u32) -> (Option<ListWindow>, Vec<&NfConn>) {
    if ct.table.nodes() <= 2 * WHOLE_MAX {
        return (None, in_table(ct).collect());
    }
    let size = ct.table.size();
    let from = from.min(size - 1);
    let mut listed: Vec<&NfConn> = Vec::new();
    let mut next = from;
    while next < size && listed.len() < WINDOW {
        listed.extend(in_bucket(ct, next).take(WINDOW));
        next += 1;
    }
    // As far back as so many nodes go: half of them are original ones.
    let (mut back, mut nodes) = (from, 0);
    while back > 0 && nodes < 2 * WINDOW as u32 {
        back -= 1;
        nodes += ct.table.length(back);
    }
    let entries = tell!(w::N_ENTRIES, n = (ct.table.nodes() / 2));
    let window = ListWindow {
        text: tell!(
            w::ENTRIES_IN_THE_TABLE,
            entries,
            listed = listed.len(),
            names = names::grouped(from.into())
        ),
        back: (back < from).then_some(back),
        on: (next < size).then_some(next),
    };
    (Some(window), listed)
}

/// What was checked at this step, in words: everything in a small machine, in a large one what the
/// step is about.
fn checked(scene: &Scene) -> (Vec<(String, bool)>, String, bool) {
    let ct = scene.state;
    let conns = ct.conns.len() as u32;
    if conns <= CHECKED_MAX && ct.table.size() <= CHECKED_BUCKETS_MAX {
        return (checks(ct), everything(ct), false);
    }
    let mut around = Vec::new();
    for id in scene
        .fresh_steps()
        .iter()
        .rev()
        .filter_map(|step| step.conn())
    {
        if around.len() < AROUND_MAX && !around.contains(&id) {
            around.push(id);
        }
    }
    let text = tell!(
        w::CHECKED_AROUND_OF_NAMES,
        around = match around.len() as u64 {
            0 => w::NONE.text().to_owned(),
            n => tell!(w::N_CONNECTIONS_NAMED_BY, n = n),
        },
        names = names::grouped(conns.into())
    );
    (named(&ct.check_around(around)), text, true)
}

/// What [`checks`] looks at.
pub fn everything(ct: &Conntrack) -> String {
    tell!(
        w::CHECKED_EVERYTHING_CONNS,
        conns = ct.conns.len() as u64,
        size = ct.table.size()
    )
}

/// The entries that `conntrack -L unconfirmed` shows: none in v6.18, which has no such list.
fn unconfirmed(ct: &Conntrack) -> impl Iterator<Item = &NfConn> {
    let lists = (0..ct.config.cpus).map(|cpu| ListId::Unconfirmed { net: ct.net, cpu });
    lists
        .flat_map(|list| ct.walk(list))
        .filter_map(|node| ct.conns.at(node.slot))
}

/// The entries that `conntrack -L dying` shows: in v6.18 those whose DESTROY event is still to be
/// delivered.
fn dying(ct: &Conntrack) -> impl Iterator<Item = &NfConn> {
    let lists = (0..ct.config.cpus).map(|cpu| ListId::Dying { net: ct.net, cpu });
    lists
        .chain([ListId::Undelivered { net: ct.net }])
        .flat_map(|list| ct.walk(list))
        .filter_map(|node| ct.conns.at(node.slot))
}

/// The entries that `conntrack -L` shows: those of the current namespace, by original node in
/// bucket order. Expired ones are not shown.
/// Differs: a dump kills the expired entries that it meets; looking at this text does not.
pub fn in_table(ct: &Conntrack) -> impl Iterator<Item = &NfConn> {
    (0..ct.table.size()).flat_map(|bucket| in_bucket(ct, bucket))
}

fn in_bucket(ct: &Conntrack, bucket: u32) -> impl Iterator<Item = &NfConn> {
    ct.walk(ListId::Bucket(bucket))
        .filter(|node| node.dir == Dir::Original)
        .filter_map(|node| ct.conns.at(node.slot))
        .filter(|conn| conn.net == ct.net && !conn.nf_ct_should_gc(ct.now))
}

/// A line of `conntrack -L` about a confirmed connection.
pub fn conntrack_line(conn: &NfConn, now: Jiffies, hz: Hz) -> String {
    let secs = Some(hz.secs(conn.nf_ct_expires(now)).0);
    line(&Shown {
        tuples: [conn.tuple(Dir::Original), conn.tuple(Dir::Reply)],
        status: conn.status,
        secs,
        state: conn.proto.name(),
        counted: conn.ext.acct(),
        mark: Some(conn.mark),
        zone: conn.zone,
        delta: None,
        helper: conn.ext.helper().map(|helper| helper.name),
        uses: Some(conn.use_count),
    })
}

pub(super) fn table_line(ct: &Conntrack, conn: &NfConn) -> String {
    let delta = conn
        .ext
        .tstamp()
        .map(|stamps| delta(stamps, Some(ct.uptime), ct.hz()));
    if delta.is_none() {
        return conntrack_line(conn, ct.now, ct.hz());
    }
    line(&Shown {
        tuples: [conn.tuple(Dir::Original), conn.tuple(Dir::Reply)],
        status: conn.status,
        secs: Some(ct.hz().secs(conn.nf_ct_expires(ct.now)).0),
        state: conn.proto.name(),
        counted: conn.ext.acct(),
        mark: Some(conn.mark),
        zone: conn.zone,
        delta,
        helper: conn.ext.helper().map(|helper| helper.name),
        uses: Some(conn.use_count),
    })
}

/// Whole seconds from start to stop, or to now.
fn delta((start, stop): Stamps, now: Option<u64>, hz: Hz) -> u64 {
    let start = start.unwrap_or(0);
    let end = stop.or(now).unwrap_or(start);
    end.saturating_sub(start) / u64::from(hz.per_second())
}

/// A line of `conntrack -L unconfirmed`: without extensions, and with the seconds that come out
/// when the kernel reads the length in the timeout field as an instant. In the first five minutes
/// that is too much by what is missing to 0, later it is 0 mostly.
fn unconfirmed_line(ct: &Conntrack, conn: &NfConn) -> String {
    let left = match conn.timeout {
        Timeout::Relative(length) => Jiffies(length.0).left(ct.now),
        Timeout::Absolute(at) => at.left(ct.now),
    };
    line(&Shown {
        tuples: [conn.tuple(Dir::Original), conn.tuple(Dir::Reply)],
        status: conn.status,
        secs: Some(ct.hz().secs(left).0),
        state: conn.proto.name(),
        counted: None,
        mark: Some(conn.mark),
        zone: conn.zone,
        delta: None,
        helper: conn.ext.helper().map(|helper| helper.name),
        uses: Some(conn.use_count),
    })
}

/// A line of `conntrack -E`, or of `conntrack -E expect`.
pub fn event_line(event: &Event, hz: Hz) -> String {
    if let Some(line) = super::expects::event_line(event, hz) {
        return line;
    }
    let kind = match event.kind {
        EventKind::New | EventKind::ExpNew => "[NEW]",
        EventKind::Update => "[UPDATE]",
        EventKind::Destroy | EventKind::ExpDestroy => "[DESTROY]",
    };
    let [original, reply] = &event.tuples;
    let body = line(&Shown {
        tuples: [original, reply],
        status: event.status,
        secs: event.left.map(|left| hz.secs(left).0),
        state: event.state,
        counted: event.counted,
        mark: event.mark,
        zone: event.zone,
        delta: event.stamps.map(|stamps| delta(stamps, None, hz)),
        helper: event.helper,
        uses: None,
    });
    format!("{kind:>9} {body}")
}

/// A line of `conntrack -S`, with the blank that the tool leaves at the end.
pub fn stats_line(ct: &Conntrack, net: u8, cpu: u8) -> String {
    let mut out = format!("cpu={cpu:<4}\t");
    let stats = ct
        .nets
        .get(usize::from(net))
        .and_then(|net| net.pcpu.get(usize::from(cpu)))
        .map(|pcpu| pcpu.stats)
        .unwrap_or_default();
    let profile = ct.profile();
    for counter in Counter::ALL.into_iter().filter(|c| c.exists(profile)) {
        push(&mut out, counter.name(), stats.value(counter));
    }
    out
}

/// The attributes that a line shows; what is `None` is not in the message.
struct Shown<'a> {
    tuples: [&'a Tuple; 2],
    status: Status,
    secs: Option<u32>,
    state: Option<&'static str>,
    counted: Option<[Counted; 2]>,
    mark: Option<u32>,
    zone: Zone,
    delta: Option<u64>,
    helper: Option<HelperName>,
    uses: Option<u32>,
}

/// A number as it is printed: lists are made anew at every step, so without a formatter.
fn push_number(out: &mut String, mut number: u64) {
    let mut digits = [b'0'; "18446744073709551615".len()];
    let mut first = digits.len();
    loop {
        first -= 1;
        digits[first] = b'0' + (number % 10) as u8;
        number /= 10;
        if number == 0 || first == 0 {
            break;
        }
    }
    out.push_str(core::str::from_utf8(&digits[first..]).unwrap_or_default());
}

/// `name=7 `.
fn push(out: &mut String, name: &str, number: impl Into<u64>) {
    out.push_str(name);
    out.push('=');
    push_number(out, number.into());
    out.push(' ');
}

fn line(shown: &Shown) -> String {
    let protonum = shown.tuples[0].dst.protonum;
    let mut out = format!("{:<8} {protonum} ", l4_name(protonum));
    if let Some(secs) = shown.secs {
        push_number(&mut out, secs.into());
        out.push(' ');
    }
    if let Some(state) = shown.state {
        out.extend([state, " "]);
    }
    for dir in Dir::BOTH {
        tuple(&mut out, shown.tuples[dir.index()]);
        if shown.zone.id != 0 && shown.zone.only_dir() == Some(dir) {
            let side = if dir == Dir::Original {
                "zone-orig"
            } else {
                "zone-reply"
            };
            push(&mut out, side, shown.zone.id);
        }
        if let Some(counted) = shown.counted {
            let Counted { packets, bytes } = counted[dir.index()];
            push(&mut out, "packets", packets);
            push(&mut out, "bytes", bytes);
        }
        if dir == Dir::Original && !shown.status.contains(Status::SEEN_REPLY) {
            out.push_str("[UNREPLIED] ");
        }
    }
    let flag = [
        (Status::HW_OFFLOAD, "[HW_OFFLOAD] "),
        (Status::OFFLOAD, "[OFFLOAD] "),
        (Status::ASSURED, "[ASSURED] "),
    ];
    if let Some((_, text)) = flag
        .into_iter()
        .find(|(bit, _)| shown.status.contains(*bit))
    {
        out.push_str(text);
    }
    if let Some(mark) = shown.mark {
        push(&mut out, "mark", mark);
    }
    if shown.zone.id != 0 && shown.zone.only_dir().is_none() {
        push(&mut out, "zone", shown.zone.id);
    }
    if let Some(delta) = shown.delta {
        push(&mut out, "delta-time", delta);
    }
    if let Some(helper) = shown.helper {
        out.extend(["helper=", helper.name(), " "]);
    }
    if let Some(uses) = shown.uses {
        push(&mut out, "use", uses);
    }
    out.truncate(out.trim_end().len());
    out
}

pub(super) fn tuple(out: &mut String, tuple: &Tuple) {
    let l3 = tuple.src.l3num;
    let (src, dst) = (tuple.src.u3.show(l3), tuple.dst.u3.show(l3));
    // Writing into a string cannot fail.
    let _ = write!(out, "src={src} dst={dst} ");
    let (src_part, dst_part) = (tuple.src.u, tuple.dst.u);
    match tuple.dst.protonum {
        ipproto::TCP | ipproto::UDP | ipproto::SCTP | ipproto::UDPLITE | ipproto::DCCP => {
            push(out, "sport", src_part);
            push(out, "dport", dst_part);
        }
        ipproto::ICMP | ipproto::ICMPV6 => {
            push(out, "type", tuple.icmp_type());
            push(out, "code", tuple.icmp_code());
            push(out, "id", src_part);
        }
        ipproto::GRE => {
            let _ = write!(out, "srckey=0x{src_part:x} dstkey=0x{dst_part:x} ");
        }
        _ => {}
    }
}

/// The name of a layer 4 protocol as the tools print it.
pub const fn l4_name(protonum: u8) -> &'static str {
    match protonum {
        ipproto::TCP => "tcp",
        ipproto::UDP => "udp",
        ipproto::ICMP => "icmp",
        ipproto::ICMPV6 => "icmpv6",
        ipproto::DCCP => "dccp",
        ipproto::GRE => "gre",
        ipproto::SCTP => "sctp",
        ipproto::UDPLITE => "udplite",
        _ => "unknown",
    }
}

/// A line with its connection; fresh if the same line read differently before, at the same time of
/// day: seconds that only run down are no news.
fn text_line(scene: &Scene, conn: &NfConn, line: fn(&Conntrack, &NfConn) -> String) -> TextLine {
    let text = line(scene.state, conn);
    let old = scene.before.conns.get(conn.id);
    let same_place = old.is_some_and(|old| old.place() == conn.place());
    // Machines share what did not change.
    let same = |old: &NfConn| core::ptr::eq(old, conn) || line(scene.state, old) == text;
    let fresh = !same_place || !old.is_some_and(same);
    TextLine {
        text,
        conn: Some(conn.id.number),
        fresh,
    }
}

fn events(scene: &Scene) -> Vec<TextLine> {
    let heard = scene.before.listener.sent;
    let hz = scene.state.hz();
    let kept = &scene.state.listener.heard;
    let lines = kept.iter().skip(kept.len().saturating_sub(EVENTS_MAX));
    let lines = lines.map(|event| TextLine {
        text: event_line(event, hz),
        conn: Some(event.conn.number),
        fresh: event.seq > heard,
    });
    lines.collect()
}

fn stats(scene: &Scene) -> Vec<TextLine> {
    let ct = scene.state;
    let lines = (0..ct.config.cpus).map(|cpu| {
        let text = stats_line(ct, ct.net, cpu);
        let fresh = text != stats_line(scene.before, ct.net, cpu);
        TextLine {
            text,
            conn: None,
            fresh,
        }
    });
    lines.collect()
}

/// The self-checks by name, and whether they hold.
pub fn checks(ct: &Conntrack) -> Vec<(String, bool)> {
    named(&ct.check_invariants())
}

fn named(broken: &[Violation]) -> Vec<(String, bool)> {
    let holds = |check: Check| broken.iter().all(|violation| violation.check() != check);
    Check::ALL
        .into_iter()
        .map(|check| (check_name(check).to_owned(), holds(check)))
        .collect()
}

fn check_name(check: Check) -> &'static str {
    match check {
        Check::References => w::USE_EQUALS_THE_NAMED.text(),
        Check::Hashed => w::CONFIRMED_MEANS_TWO.text(),
        Check::Lists => w::EACH_NODE_HANGS_IN.text(),
        Check::Timeouts => w::TIMEOUT_IS_RELATIVE_BEFORE.text(),
        Check::Nat => w::NAT_BITS_ACCOUNT_FOR.text(),
        Check::Memory => w::COUNTS_ARE_RIGHT_NOTHING.text(),
    }
}

/// The whole state in one paragraph, for those who cannot see it.
pub fn describe(scene: &Scene) -> String {
    let ct = scene.state;
    let size = ct.table.size();
    let mut out = tell!(
        w::THE_TABLE_HAS_SIZE,
        size,
        ct = u64::from(ct.count()),
        now = ct.now
    );
    let (mut empty, mut used) = (0, 0);
    for (bucket, nodes) in (0..).zip(ct.table.lengths()) {
        if nodes == 0 {
            empty += 1;
            continue;
        }
        used += 1;
        if used > WINDOW {
            continue;
        }
        let nodes: Vec<_> = ct.walk(ListId::Bucket(bucket)).take(WINDOW).collect();
        let of: Vec<String> = nodes
            .iter()
            .filter_map(|node| {
                Some(format!(
                    "{} {}",
                    ct.conns.at(node.slot)?.id,
                    names::dir(node.dir)
                ))
            })
            .collect();
        out.push_str(&tell!(w::BUCKET_BUCKET_OF, bucket, of = of.join(", ")));
    }
    if used > WINDOW {
        out.push_str(&tell!(w::MORE_HAVE_NODES, n = used - WINDOW));
    }
    match empty {
        0 => {}
        n if n == u64::from(size) => out.push_str(w::ALL_OF_THEM_ARE.text()),
        n => out.push_str(&tell!(w::OTHERS_ARE_EMPTY, n)),
    }
    if ct.conns.len() > WINDOW {
        out.push_str(&tell!(w::THE_FIRST_WINDOW, window = WINDOW));
    }
    for conn in ct.conns.iter().take(WINDOW) {
        out.push_str(&tell!(
            w::ID_PROTO_TUPLE_PLACE,
            id = conn.id,
            proto = names::proto(conn.tuple(Dir::Original).dst.protonum),
            tuple = names::tuple(conn.tuple(Dir::Original)),
            place = names::place(conn.place()),
            timeout = names::timeout(conn.timeout, ct.now, ct.hz()),
            use_count = conn.use_count
        ));
        match conn.proto.name() {
            Some(state) => out.push_str(&tell!(w::STATE_STATE, state)),
            None => out.push('.'),
        }
    }
    for skb in &ct.skbs {
        let at = names::station(skb.at);
        let verb = if skb.held {
            w::WAITS_AT.text()
        } else {
            w::IS_AT.text()
        };
        let packet = names::packet(&skb.bytes);
        let _ = write!(out, " {} ({packet}) {verb} {at}", skb.id);
        match skb.nfct {
            Some(conn) => out.push_str(&tell!(w::WITH_CONN, conn)),
            None => out.push('.'),
        }
    }
    out
}
