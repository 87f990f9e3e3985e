//! A screen made by hand, as it stands in the middle of a lookup.

use ctscope::view::model::*;
use std::rc::Rc;

/// The screen.
pub fn model() -> Model {
    Model {
        stage: Rc::default(),
        lens: LensModel::Stage,
        why: Rc::new(why()),
        inspector: Rc::new(inspector()),
        texts: Rc::new(texts()),
        bench: Rc::new(bench()),
        transport: Rc::new(transport()),
        clock: Clock {
            jiffies: 4_294_907_896,
            uptime: "62.4 s after boot".into(),
            wraps: "wraps in 237.6 s".into(),
            facts: vec![("HZ", "250: a jiffy is 4 ms".into())],
            hz: 250,
            next_deadline: Some("c4 expires in 30 s".into()),
            gc: "gc runs in 0.1 s".into(),
            gc_auto: true,
            listener: Listen::Slow,
            ..Clock::default()
        },
        console: Rc::new(Console {
            input: String::new(),
            output: vec!["1:5: unknown word \"foo\"".into()],
            failed: true,
            ..Console::default()
        }),
        chrome: Chrome {
            lang: ctscope::words::Lang::En,
            scenario: "slow server".into(),
            ..Chrome::default()
        },
        class: Rc::default(),
        picks: Rc::default(),
        import: Rc::default(),
        recording: None,
    }
}

fn why() -> Why {
    Why {
        crumbs: vec![
            "SYN-ACK".into(),
            "walk bucket 1".into(),
            "change 4 of 5".into(),
        ],
        what: "The second node matches. It is c1’s reply tuple, so s7 takes a reference on c1."
            .into(),
        because: "Direction was not compared. The node that matched tells it: this packet is a \
                  reply."
            .into(),
        figure: Some((3, 4)),
        lens: Some(Lens::Lookup),
        changed: vec![Change {
            what: "c1.use".into(),
            old: "1".into(),
            new: "2".into(),
            note: "skb s7 holds it".into(),
        }],
        also: vec![],
        compared: Compared {
            key: vec![
                ("src address", "10.0.0.2".into()),
                ("dst port", "47562".into()),
                ("zone", "0".into()),
            ],
            earlier: 0,
            verdict: String::new(),
            rows: vec![
                ComparedRow {
                    cells: vec![Cell::Equal, Cell::Differs("47617".into()), Cell::Unread],
                    nth: 1,
                    who: "c2 reply".into(),
                    result: "≠ dst port 47617".into(),
                    hit: false,
                },
                ComparedRow {
                    cells: vec![Cell::Equal; 3],
                    nth: 2,
                    who: "c1 reply".into(),
                    result: "= match, direction reply".into(),
                    hit: true,
                },
            ],
        },
        calls: [
            "ipv4_conntrack_in",
            "nf_conntrack_in",
            "resolve_normal_ct",
            "__nf_conntrack_find_get",
        ]
        .map(String::from)
        .to_vec(),
        files: vec!["net/netfilter/nf_conntrack_core.c"; 4],
        hook: Some(["PREROUTING", "−200", "conntrack"]),
        file: "net/netfilter/nf_conntrack_core.c".into(),
        code: [
            "node = walk(bucket, key)",
            "if node found:",
            "  use += 1 unless use is 0",
            "  check the key once more",
        ]
        .iter()
        .enumerate()
        .map(|(at, text)| CodeLine {
            text: (*text).into(),
            current: at == 2,
        })
        .collect(),
        kernel: "5.10",
        differs: vec![],
        note: None,
    }
}

fn inspector() -> Inspector {
    let field = |name: &str, value: &str, note: &str, old: Option<&str>| Field {
        name: name.into(),
        value: value.into(),
        note: note.into(),
        old: old.map(String::from),
    };
    Inspector {
        kind: Kind::Conn,
        title: "c1".into(),
        subtitle: "tcp SYN_SENT, confirmed".into(),
        groups: vec![FieldGroup {
            title: "nf_conn".into(),
            fields: vec![
                field("ct_general.use", "2", "table and s7", Some("1")),
                field("status", "0x8", "CONFIRMED", None),
                field("timeout", "4294937296", "in 117.6 s", None),
            ],
        }],
        ledger: vec![LedgerRow {
            position: 12,
            delta: "+1".into(),
            left: 1,
            owner: "skb s1".into(),
            function: "__nf_conntrack_alloc".into(),
            time: "60 s".into(),
            reason: "a new object begins with one",
        }],
    }
}

fn texts() -> Texts {
    let line = |text: &str, fresh| TextLine {
        text: text.into(),
        conn: Some(1),
        fresh,
    };
    Texts {
        list: vec![
            line(
                "tcp      6 117 SYN_SENT src=192.168.1.2 dst=10.0.0.2 sport=47562 dport=80 \
                 [UNREPLIED] src=10.0.0.2 dst=192.168.1.2 sport=80 dport=47562 mark=0 use=2",
                true,
            ),
            line(
                "tcp      6 431998 ESTABLISHED src=192.168.1.2 dst=10.0.0.2 sport=47617 dport=80 \
                 src=10.0.0.2 dst=192.168.1.2 sport=80 dport=47617 [ASSURED] mark=0 use=1",
                false,
            ),
        ],
        unconfirmed: vec![],
        dying: vec![],
        expects: vec![],
        events: vec![line(
            "    [NEW] tcp      6 120 SYN_SENT src=192.168.1.2 dst=10.0.0.2 sport=47562 dport=80 \
             [UNREPLIED] src=10.0.0.2 dst=192.168.1.2 sport=80 dport=47562",
            true,
        )],
        stats: vec![line(
            "cpu=0   \tfound=1 invalid=0 insert=0 insert_failed=0 drop=0 early_drop=0 error=0 \
             search_restart=0",
            false,
        )],
        checks: vec![
            ("use equals pins".into(), true),
            ("confirmed, so both hashed".into(), true),
        ],
        checked: "Checked: everything.".into(),
        ..Texts::default()
    }
}

fn bench() -> Bench {
    let field = |key, label, value: &str, hint| BenchField {
        key,
        label,
        value: value.into(),
        hint,
        problem: None,
    };
    let button = |label: &str, reply, suggested| PacketButton {
        label: label.into(),
        line: format!("tcp 192.168.1.2:47562 > 10.0.0.2:80 {label}"),
        reply,
        suggested,
    };
    Bench {
        proto: BenchProto::Tcp,
        fields: vec![
            field("src", "host A", "192.168.1.2", "IPv4 or IPv6 address"),
            field("sport", "port A", "47562", "0 to 65535"),
            field("dst", "host B", "10.0.0.2", "IPv4 or IPv6 address"),
            field("dport", "port B", "80", "0 to 65535"),
        ],
        buttons: vec![
            button("SYN", false, false),
            button("SYN-ACK", true, false),
            button("ACK", false, true),
            button("data", false, false),
            button("FIN", false, false),
            button("RST", true, false),
        ],
        flow: "c1 :47562 ⇄ :80".into(),
        flows: vec![(1, "c1 :47562 ⇄ :80".into()), (2, "c2 :47617 ⇄ :80".into())],
        line: "tcp 192.168.1.2:47562 > 10.0.0.2:80 A seq=1 ack=1".into(),
        problem: None,
        fate: String::new(),
        skbs: vec![
            SkbRow {
                skb: 7,
                label: "SYN-ACK".into(),
                at: "PREROUTING",
                held: false,
            },
            SkbRow {
                skb: 6,
                label: "echo request".into(),
                at: "POSTROUTING",
                held: true,
            },
        ],
        frags: vec![],
        standing: vec![Standing {
            text: "hold at POSTROUTING".into(),
            end: "Hold packets no more",
            line: "hold off",
        }],
    }
}

fn transport() -> Transport {
    let kinds = [
        "original", "original", "reply", "original", "clock", "gc", "original", "reply", "other",
    ];
    let labels = [
        "SYN", "SYN", "SYN-ACK", "ACK", "+30 s", "gc", "echo", "SYN-ACK", "-D c3",
    ];
    Transport {
        position: 131,
        total: 138,
        at_start: false,
        at_end: false,
        grain: Grain::Change,
        playing: false,
        speed: 100,
        can_undo: true,
        can_redo: false,
        lanes: Lanes {
            items: (0..9)
                .map(|at: usize| LaneItem {
                    command: at as u32,
                    label: labels[at].into(),
                    kind: kinds[at],
                    when: match at {
                        0..=6 => LaneTime::Past,
                        7 => LaneTime::Now,
                        _ => LaneTime::Future,
                    },
                    done: if at == 7 { 600 } else { 0 },
                    x: 110 * at as u32,
                    w: 110,
                })
                .collect(),
            head: 836,
            spoken: "step 131 of 138, SYN-ACK, walk bucket 1".into(),
            marks: vec![LaneMark {
                x: 560,
                w: 20,
                sign: LaneSign::Gc,
            }],
            ghosts: vec![GhostLane {
                branch: 0,
                label: "drop at FORWARD".into(),
                x: 330,
                commands: vec!["SYN-ACK".into(), "ACK".into()],
                more: 2,
            }],
            deadlines: vec![LaneDeadline {
                x: 369,
                label: "c1".into(),
                conn: 1,
                title: "c1 expires in 117.6 s".into(),
                expired: false,
                count: 1,
                left: ctscope::engine::time::Ticks(29_400),
            }],
            gc: Some(4),
            ..Lanes::default()
        },
    }
}
