//! What is seen through the lenses on the structures: packet, connection, hash; and what a walk
//! compared.

use super::run::{Done, last, run};
use ctscope::engine::Step;
use ctscope::engine::hash::jhash2;
use ctscope::engine::tuple::Dir;
use ctscope::timeline::figures::NUMBERS;
use ctscope::view::compare::Against;
use ctscope::view::lens::bytes::range;
use ctscope::view::lens::connection::{ConnectionView, connection};
use ctscope::view::lens::hash::{HashView, Typed, hash};
use ctscope::view::lens::packet::{PacketView, packet};
use ctscope::view::lens::{Lens, LensModel, Looking, lens};
use ctscope::view::model::{Cell, Selection};
use ctscope::view::narrate::why;
use ctscope::view::scene::Scene;
use ctscope::view::stage::Viewport;

/// Compared with nothing.
const ALONE: Against<'static> = Against {
    facing: None,
    choices: &[],
    note: "",
};

const SYN: &str = "tcp 192.168.1.2:47562 > 10.0.0.2:80 S seq=1000\n";

fn looking<'a>(scene: &'a Scene<'a>, typed: Option<&'a Typed>) -> Looking<'a> {
    Looking {
        scene,
        viewport: Viewport::default(),
        position: scene.fresh.end as u32,
        ledger: &[],
        typed,
        elsewhere: &[const { None }; NUMBERS],
        past: &[],
        rules_since: 0,
        against: &ALONE,
    }
}

/// The packet of a command, right after it came in.
#[track_caller]
fn packet_of(text: &str) -> PacketView {
    let done = last(text);
    let scene = done.scene(0, 1);
    packet(&looking(&scene, None)).expect("there is a packet")
}

fn connection_of(done: &Done, until: usize) -> ConnectionView {
    let scene = Scene {
        selection: Selection::Conn(1),
        ..done.scene(until.saturating_sub(1), until)
    };
    connection(&looking(&scene, None)).expect("there is a connection")
}

#[test]
fn every_byte_of_a_header_has_a_field_and_the_tuple_has_the_packets_bytes() {
    for line in [
        SYN,
        "udp 10.0.0.1:5000 > 10.0.0.2:53 len=12\n",
        "icmp 10.0.0.1 > 10.0.0.2 echo-request id=7 seq=1\n",
        "icmp6 2001:db8::1 > 2001:db8::2 echo-request id=7 seq=1\n",
        "tcp [2001:db8::1]:4000 > [2001:db8::2]:80 S seq=1\n",
        "sctp 10.0.0.1:5000 > 10.0.0.2:80 vtag=0 init=0x1111\n",
    ] {
        let view = packet_of(line);
        let (parts, _) = view.tuple.as_ref().expect("it has a tuple");
        for part in parts
            .iter()
            .filter(|part| part.used > 1 || part.name == "dst.protonum")
        {
            let of_packet: Vec<u8> = view
                .fields
                .iter()
                .filter(|field| field.key == Some(part.key))
                .flat_map(|field| {
                    let from = field.offset as usize;
                    view.bytes[from..from + field.len as usize].iter().copied()
                })
                .collect();
            if part.name == "src.l3num" {
                assert!(of_packet.is_empty(), "the family is the hook's: {line}");
            } else {
                assert_eq!(
                    of_packet,
                    part.bytes[..part.used],
                    "{} of {line}",
                    part.name
                );
            }
        }
        let headers = view
            .fields
            .iter()
            .map(|field| field.offset + field.len)
            .max();
        for at in 0..headers.unwrap_or(0) {
            let covered = |field: &&ctscope::view::lens::headers::HeaderField| {
                (field.offset..field.offset + field.len).contains(&at)
            };
            let known = view.fields.iter().any(|field| covered(&field));
            assert!(known || line.starts_with("sctp"), "byte {at} of {line}");
        }
        assert!(view.inverse.is_some() && view.remarks.is_empty(), "{line}");
    }
}

#[test]
fn an_echo_turns_its_type_round_and_keeps_id_and_code() {
    let view = packet_of("icmp 10.0.0.1 > 10.0.0.2 echo-request id=7 seq=1\n");
    assert!(
        view.swaps
            .contains(&("type", "8 echo request becomes 0 echo reply".to_owned())),
        "{:?}",
        view.swaps
    );
    let (inverse, _) = view.inverse.expect("an echo has an answer");
    assert_eq!(inverse[4].value, "0, 0");
    assert_eq!(inverse[1].value, "7");
    assert_eq!(inverse[6].value, "1");
}

#[test]
fn what_cannot_be_read_says_what_is_missing() {
    // The protocol is UDP; three bytes follow the IP header.
    let cut = packet_of("hex 450000170001000040110000c0a801020a000002000102\n");
    assert!(cut.tuple.is_none(), "{cut:?}");
    assert!(cut.remarks[0].starts_with("No tuple"), "{:?}", cut.remarks);
    assert!(cut.fields.iter().any(|field| field.cut), "{:?}", cut.fields);
}

#[test]
fn the_pins_of_a_connection_are_its_use_at_every_step() {
    for done in &run(&format!(
        "{SYN}tcp 10.0.0.2:80 > 192.168.1.2:47562 SA seq=1 ack=1001\n"
    )) {
        for until in 1..=done.steps.len() {
            if done.states[until - 1].conns.by_number(1).is_none() {
                continue;
            }
            let view = connection_of(done, until);
            let body = view.body.expect("it is there");
            assert_eq!(body.pins.len() as u32, body.use_count.0);
            assert_eq!(body.bits.len(), 16);
            let set: Vec<_> = body.bits.iter().filter(|bit| bit.set).collect();
            let raw: u32 = set.iter().map(|bit| 1 << bit.number).sum();
            assert_eq!(body.status.0, format!("{raw:#x}"));
        }
    }
}

#[test]
fn a_bit_that_is_set_just_now_is_marked() {
    let done = last(SYN);
    let at = done
        .steps
        .iter()
        .position(|step| matches!(step, Step::StatusSet { .. }));
    let until = at.expect("confirm sets a bit") + 1;
    let body = connection_of(&done, until).body.expect("it is there");
    let changed: Vec<_> = body.bits.iter().filter(|bit| bit.changed).collect();
    assert_eq!(changed.len(), 1);
    assert_eq!((changed[0].name, changed[0].set), ("CONFIRMED", true));
    assert_eq!(body.status.1.as_deref(), Some("0x0"));
}

fn hash_of(done: &Done) -> HashView {
    let scene = done.whole();
    let conn = scene.state.conns.by_number(1).expect("c1");
    let typed = Typed {
        tuple: Some(*conn.tuple(Dir::Original)),
        beside: Some(1),
        ..Typed::default()
    };
    hash(&looking(&scene, Some(&typed)))
}

#[test]
fn the_microscope_ends_in_the_bucket_where_the_node_hangs() {
    for profile in ["5.10", "6.18"] {
        for buckets in [4, 16, 24, 4096] {
            let text = format!("config profile={profile} buckets={buckets} seed=77\n{SYN}");
            let done = last(&text);
            let inserted: Vec<(Dir, u32)> = done
                .steps
                .iter()
                .filter_map(|step| match step {
                    Step::HashInserted { dir, bucket, .. } => Some((*dir, *bucket)),
                    _ => None,
                })
                .collect();
            let view = hash_of(&done);
            assert_eq!(view.ways.len(), 2);
            for way in &view.ways {
                let hangs = inserted.iter().find(|(dir, _)| *dir == way.dir);
                assert_eq!(hangs, Some(&(way.dir, way.bucket())), "{text}");
                assert_eq!(way.real, Some(way.bucket()));
                if let Some(top) = way.top {
                    assert_eq!(way.raw.checked_shr(32 - top).unwrap_or(0), way.bucket());
                }
            }
            for (left, width, bucket) in &view.line.hit {
                let way = view.ways.iter().find(|way| way.bucket() == *bucket);
                let mark = view
                    .line
                    .marks
                    .iter()
                    .find(|mark| Some(mark.dir) == way.map(|way| way.dir));
                let x = mark.expect("each is marked").x;
                assert!((*left - 1..=left + width + 1).contains(&x), "{text}");
            }
        }
    }
}

#[test]
fn the_words_shown_are_the_words_hashed() {
    let done = last(&format!("config profile=5.10 seed=77\n{SYN}"));
    let view = hash_of(&done);
    let read = |hex: &str| {
        let digits: String = hex.chars().filter(char::is_ascii_hexdigit).collect();
        u32::from_str_radix(&digits, 16).expect("hexadecimal")
    };
    for way in &view.ways {
        let words: Vec<u32> = way.words.iter().map(|(hex, _)| read(hex)).collect();
        let (name, init) = way.beside.last().expect("the sum");
        assert_eq!(*name, "= initval");
        assert_eq!(jhash2(&words, read(init)), way.raw);
        assert_eq!(
            words.len(),
            range(ctscope::view::lens::bytes::Key::DstAddr).end / 4
        );
    }
}

#[test]
fn a_lens_without_anything_to_show_says_what_brings_it() {
    let done = last("advance 1s\n");
    let scene = done.whole();
    for which in [Lens::Packet, Lens::Connection] {
        let seen = lens(which, &looking(&scene, None));
        assert!(matches!(seen, LensModel::Nothing(sentence) if !sentence.is_empty()));
    }
}

#[test]
fn the_first_field_that_differs_ends_the_comparison() {
    let text = "config buckets=1\n\
        tcp 10.0.0.1:1000 > 10.0.0.2:80 S seq=1\n\
        tcp 10.0.0.1:1001 > 10.0.0.2:80 S seq=1\n";
    let done = last(text);
    let at = done
        .steps
        .iter()
        .position(|step| matches!(step, Step::NotFound { .. }));
    let until = at.expect("it is new") + 1;
    let compared = why(&done.scene(until - 1, until)).compared;
    let names: Vec<_> = compared.key.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        names,
        [
            "src address",
            "src port",
            "dst address",
            "dst port",
            "protocol",
            "zone",
            "namespace"
        ]
    );
    assert_eq!(compared.rows.len(), 2);
    // The newest node is at the head: c1's reply went in last.
    assert_eq!(compared.rows[0].who, "c1 reply");
    assert_eq!(compared.rows[0].cells[0], Cell::Differs("10.0.0.2".into()));
    assert_eq!(compared.rows[1].cells[0], Cell::Equal);
    assert_eq!(compared.rows[1].cells[1], Cell::Differs("1000".into()));
    assert!(
        compared.rows[1].cells[2..]
            .iter()
            .all(|cell| *cell == Cell::Unread)
    );
    assert!(
        compared.verdict.starts_with("Why no match?"),
        "{}",
        compared.verdict
    );
}

#[test]
fn a_long_walk_shows_its_last_candidates_and_counts_the_others() {
    let mut text = "config buckets=1 max=100\n".to_owned();
    for port in 1000..1006 {
        text += &format!("udp 10.0.0.1:{port} > 10.0.0.2:53 len=1\n");
    }
    let done = last(&text);
    let at = done
        .steps
        .iter()
        .position(|step| matches!(step, Step::NotFound { .. }));
    let until = at.expect("it is new") + 1;
    let compared = why(&done.scene(until - 1, until)).compared;
    assert_eq!((compared.rows.len(), compared.earlier), (6, 4));
}
