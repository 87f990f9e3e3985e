//! The inspector, field by field.

use super::run::{Done, last, run};
use ctscope::engine::Config;
use ctscope::timeline::RefStep;
use ctscope::view::inspector::{append_row, inspector, ledger_row};
use ctscope::view::model::{Inspector, LedgerRow, Selection};
use ctscope::view::scene::Scene;
use expect_test::{Expect, expect};

fn print(inspector: &Inspector) -> String {
    let mut out = format!("{}: {}\n", inspector.title, inspector.subtitle);
    for group in &inspector.groups {
        out += &format!("{}\n", group.title);
        for field in &group.fields {
            let old = field
                .old
                .as_ref()
                .map_or(String::new(), |old| format!("{old} -> "));
            let note = if field.note.is_empty() {
                String::new()
            } else {
                format!(" ({})", field.note)
            };
            out += &format!("  {} = {old}{}{note}\n", field.name, field.value);
        }
    }
    for row in &inspector.ledger {
        let LedgerRow {
            position,
            delta,
            left,
            owner,
            function,
            reason,
            time: _,
        } = row;
        out += &format!("  #{position} {delta} {owner}: {left}, {function}: {reason}\n");
    }
    out
}

#[track_caller]
fn check(done: &Done, selection: Selection, expected: Expect) {
    let scene = Scene {
        selection,
        ..done.whole()
    };
    expected.assert_eq(&print(&inspector(&scene, &[])));
}

const ANSWERED: &str = "
tcp 192.168.1.2:47562 > 10.0.0.2:80 S seq=1000
tcp 10.0.0.2:80 > 192.168.1.2:47562 SA seq=5000 ack=1001 hold=forward
";

#[test]
fn a_connection() {
    check(
        &last(ANSWERED),
        Selection::Conn(1),
        expect![[r#"
            c1: struct nf_conn, TCP, confirmed
            identity
              place = in the table
              slot = 0 (used again when it is freed)
              ct_net = init (checked in every comparison)
              zone = 0 (the default zone, both directions)
              cpu = 0 (whose lists hold it)
              mark = 0
              master = none (who expected it)
            tuplehash[2]
              tuplehash[0].tuple = 192.168.1.2:47562 → 10.0.0.2:80 (original)
              hash of [0] = 7680 361f (raw hash, bucket 3 of 8)
              tuplehash[0].hnnode = bucket 3 (next: nulls)
              tuplehash[1].tuple = 10.0.0.2:80 → 192.168.1.2:47562 (reply)
              hash of [1] = 2685 1ece (raw hash, bucket 1 of 8)
              tuplehash[1].hnnode = bucket 1 (next: nulls)
            status
              status = 0x8 -> 0xa (SEEN_REPLY CONFIRMED)
              SEEN_REPLY = 0 -> 1 (bit 1, 0x2)
              ASSURED = 0 (bit 2, 0x4)
              CONFIRMED = 1 (bit 3, 0x8)
              DYING = 0 (bit 9, 0x200)
            references
              ct_general.use = 1 -> 2 (0 destroys it)
              held by table = 1 (one for both nodes)
              held by skb = 0 -> 1 (s2)
            timeout
              timeout = 4 294 922 296 -> 4 294 907 296 (an instant: the jiffy of expiry)
              seen at now = 60 s left
              jiffies = 4 294 892 296 (now)
            proto.tcp
              state = SYN_SENT -> SYN_RECV
              last_dir = original -> reply (of the last packet)
              last_index = SYN -> SYNACK (kind of the last packet)
              retrans = 0 (how often the last ACK came again)
              last_seq = 0 (of the last ACK, or ignored packet)
              last_ack = 0 (of the last ACK)
              last_end = 0 (behind that packet)
              last_win = 0 (its window, not scaled)
              last_wscale = 0 (of the last ignored SYN)
              seen[0].td_end = 1001 (behind all that it sent)
              seen[0].td_maxend = 1001 -> 65241 (what it may send up to)
              seen[0].td_maxwin = 64240 (the largest window that it offered)
              seen[0].td_maxack = 0 (the highest number that it acknowledged)
              seen[0].td_scale = 0 (its windows are shifted by so many bits)
              seen[0].flags = 0x0 (original)
              seen[1].td_end = 0 -> 5001 (behind all that it sent)
              seen[1].td_maxend = 64240 -> 5001 (what it may send up to)
              seen[1].td_maxwin = 0 -> 64240 (the largest window that it offered)
              seen[1].td_maxack = 0 -> 1001 (the highest number that it acknowledged)
              seen[1].td_scale = 0 (its windows are shifted by so many bits)
              seen[1].flags = 0x0 -> 0x20 MAXACK_SET (reply)
              last_flags = 0x0 (of the last ignored packet)
            extensions
              ecache.cache = none -> REPLY+PROTOINFO (sent at confirm, as one message)
              ecache.missed = none (sent with the next event)
              ecache.state = not tried (of the DESTROY event)
        "#]],
    );
}

#[test]
fn an_unconfirmed_connection() {
    let done = last("udp 10.0.0.1:5000 > 10.0.0.2:53 len=12 hold=forward");
    check(
        &done,
        Selection::Step,
        expect![[r#"
        s1: UDP 12 bytes, waits at FORWARD
        packet
          at = FORWARD
          way = forwarded: PREROUTING, FORWARD, POSTROUTING
          namespace = init
          cpu = 0 (that works on it)
        skb._nfct
          _nfct = c1 (its connection)
          ctinfo = NEW (the low three bits of _nfct)
          ct state = NEW (as rules see it)
        IP header
          length = 40 (bytes from here on)
          version = 4
          src = 10.0.0.1
          dst = 10.0.0.2
          ttl = 64
          protocol = 17 UDP
        UDP header
          offset = 20 (bytes from the IP header)
          src port = 5000
          dst port = 53
          length = 20 (with its header of 8 bytes)
    "#]],
    );
}

#[test]
fn a_packet() {
    check(
        &last(ANSWERED),
        Selection::Skb(2),
        expect![[r#"
        s2: SYN-ACK, waits at FORWARD
        packet
          at = FORWARD
          way = forwarded: PREROUTING, FORWARD, POSTROUTING
          namespace = init
          cpu = 0 (that works on it)
        skb._nfct
          _nfct = c1 (its connection)
          ctinfo = ESTABLISHED_REPLY (the low three bits of _nfct)
          ct state = ESTABLISHED (as rules see it)
        IP header
          length = 40 (bytes from here on)
          version = 4
          src = 10.0.0.2
          dst = 192.168.1.2
          ttl = 64
          protocol = 6 TCP
        TCP header
          offset = 20 (bytes from the IP header)
          src port = 80
          dst port = 47562
          flags = SYN ACK (0x12)
          seq = 5 000
          ack = 1 001
          window = 64240 (not scaled)
          payload = 0 (bytes)
    "#]],
    );
}

#[test]
fn a_bucket() {
    let done = last("config buckets=1\nudp 10.0.0.1:5000 > 10.0.0.2:53 len=12");
    check(
        &done,
        Selection::Bucket(0),
        expect![[r#"
        bucket 0: 2 nodes, new ones go in at the head
        bucket
          nodes = 0 -> 2
          lock = 0 (bucket mod 1024)
        chain
          1. c1 reply = 10.0.0.2:53 → 10.0.0.1:5000
          2. c1 original = 10.0.0.1:5000 → 10.0.0.2:53
          end = nulls 0 (the number of the bucket)
    "#]],
    );
    check(
        &done,
        Selection::Bucket(7),
        expect![[r#"
            bucket 7: There is no such bucket: the last one is 0.
        "#]],
    );
}

#[test]
fn the_gc_worker() {
    check(
        &last("gc"),
        Selection::Gc,
        expect![[r#"
        gc worker: at work
        struct conntrack_gc_work
          last_bucket = 0 -> 1 (the next run begins behind it)
          next_gc_run = 250 -> 31 (jiffies between runs, 124 ms)
          due = 4 294 892 546 -> 4 294 892 327 (in 124 ms)
          goal = 1 (buckets in one run, 1/128 of the table)
          early_drop = 0 (the table was full)
          runs = 0 -> 1 (so far)
    "#]],
    );
}

#[test]
fn what_is_gone_and_what_is_not_yet() {
    let done = last("udp 10.0.0.1:5000 > 10.0.0.2:53 len=12 drop=forward");
    check(
        &done,
        Selection::Conn(1),
        expect![[r#"
        c1: freed: its slot is empty, or holds another connection
    "#]],
    );
    check(
        &done,
        Selection::Conn(2),
        expect![[r#"
        c2: There is no such connection yet.
    "#]],
    );
    check(
        &done,
        Selection::Skb(1),
        expect![[r#"
        s1: freed: its memory is gone
    "#]],
    );
    check(
        &done,
        Selection::Skb(9),
        expect![[r#"
        s9: There is no such packet yet.
    "#]],
    );
}

#[test]
fn the_ledger_has_every_change_of_use() {
    let mut ledger = Vec::new();
    let mut position = 0;
    let done = run(ANSWERED);
    for done in &done {
        for step in &done.steps {
            position += 1;
            let skb = done.whole().state.skbs.first().map(|skb| skb.id);
            let taken = RefStep {
                at: position,
                uptime: 0,
                skb,
                step: *step,
            };
            if let Some((1, row)) = ledger_row(&Config::default(), &taken) {
                append_row(&mut ledger, row);
            }
        }
    }
    let scene = Scene {
        selection: Selection::Conn(1),
        ..done[1].whole()
    };
    let ledger = inspector(&scene, &ledger).ledger;
    let inspector = Inspector {
        ledger,
        ..Inspector::default()
    };
    expect![[r#"
        : 
          #13 +1 lookup: 1, init_conntrack: a new object begins with one
          #15 pass lookup to skb s1: 1, nf_ct_set: changes hands, use stays
          #32 +1 table: 2, __nf_conntrack_insert_prepare: one for both nodes in the hash table
          #41 −1 skb: 1, nf_conntrack_put: the packet points to it no longer
          #51 +1 lookup: 2, __nf_conntrack_find_get: found: nobody may free it meanwhile
          #52 pass lookup to skb s2: 2, nf_ct_set: changes hands, use stays
    "#]]
    .assert_eq(&print(&inspector));
}

#[test]
fn time_that_passes_shows_what_is_over_and_still_linked() {
    let titles = ["advance 29s", "advance 30s"].map(|time| {
        let text = format!("gc manual\nudp 10.0.0.10:5000 > 192.0.2.53:53 len=12\n{time}");
        let done = last(&text);
        inspector(&done.whole(), &[]).title
    });
    assert_eq!(titles, ["nothing selected", "c1"]);
}
