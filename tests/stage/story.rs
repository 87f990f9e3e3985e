//! What the picture tells at the steps of a packet.

use crate::film::{A, ACK, B, Film, SYN, SYN_ACK, slow_server, tcp, udp, wide};
use ctscope::engine::command::Span;
use ctscope::engine::tuple::Dir;
use ctscope::engine::{Command, Step};
use ctscope::view::model::Selection;
use ctscope::view::stage::{Bar, Card, Life, PillKind, StageModel};

fn card(model: &StageModel, conn: u32) -> &Card {
    model
        .cards
        .cards
        .iter()
        .find(|card| card.conn == conn)
        .expect("a card")
}

#[test]
fn a_lookup_numbers_its_candidates_and_rings_both_nodes_of_the_match() {
    let mut film = slow_server();
    film.send(tcp((B, 80), (A, 47617), SYN_ACK, 9, 2));
    let found = film.at(|step| matches!(step, Step::Found { .. }));
    let model = wide(&film.scene(found));
    let row = model
        .table
        .rows
        .iter()
        .find(|row| row.bucket == 1)
        .expect("bucket 1");
    let tags: Vec<_> = row
        .chips
        .iter()
        .filter_map(|chip| chip.tag.as_ref())
        .collect();
    assert_eq!(tags[0].text, "≠ dst port");
    assert_eq!(tags[1].text, "= match, direction reply");
    assert!(row.hot && tags[1].strong && !tags[0].strong);
    let differs = row.chips[0].text.iter().filter(|span| span.differs);
    assert_eq!(
        differs.map(|span| span.text.as_str()).collect::<Vec<_>>(),
        ["47562"]
    );
    let hits = model
        .table
        .rows
        .iter()
        .flat_map(|row| &row.chips)
        .filter(|chip| chip.hit);
    assert_eq!(hits.count(), 2);
}

#[test]
fn pins_are_as_many_as_references_and_a_new_one_is_marked() {
    let film = slow_server();
    for step in 0..film.take.steps.len() {
        let model = wide(&film.scene(step));
        for card in &model.cards.cards {
            let hidden = card.more_pins.as_ref().map_or(0, |(n, _)| *n);
            assert_eq!(
                card.pins.len() as u32 + hidden,
                card.use_count,
                "step {step}"
            );
        }
    }
    let taken = film.at(|step| matches!(step, Step::RefTaken { .. }));
    let model = wide(&film.scene(taken));
    let card = card(&model, 4);
    assert_eq!((card.use_old, card.use_count), (Some(1), 2));
    assert_eq!(card.pins.iter().filter(|pin| pin.fresh).count(), 1);
}

#[test]
fn lives_and_places_are_told_apart() {
    let film = slow_server();
    let model = wide(&film.end());
    let told = |conn| (card(&model, conn).life, card(&model, conn).place);
    assert_eq!(told(1), (Life::Assured, "table"));
    assert_eq!(told(2), (Life::Dying, "dying"));
    assert_eq!(told(3), (Life::Unconfirmed, "unconfirmed"));
    assert_eq!(told(4), (Life::Confirmed, "table"));
    assert!(matches!(card(&model, 3).bar, Bar::Relative(_)));
    assert_eq!(card(&model, 2).bar, Bar::Off);
    assert_eq!(card(&model, 1).bar, Bar::Absolute(1000));
    assert_eq!(card(&model, 1).data_state, "ESTABLISHED");
    assert_eq!(card(&model, 1).data_status, "SEEN_REPLY ASSURED CONFIRMED");
}

#[test]
fn an_expired_entry_that_still_hangs_is_shown_as_such() {
    let mut film = Film::new();
    film.send(udp((A, 4000), (B, 53)));
    film.run(&Command::GcAuto(false));
    film.run(&Command::Advance(Span::Millis(30_000)));
    let model = wide(&film.end());
    assert_eq!(card(&model, 1).life, Life::Expired);
    assert_eq!(card(&model, 1).left, "expired");
    let chips = model.table.rows.iter().flat_map(|row| &row.chips);
    assert!(chips.clone().all(|chip| chip.life == Life::Expired) && chips.count() == 2);
}

#[test]
fn a_freed_connection_is_a_ghost_until_the_next_command() {
    let mut film = Film::new();
    film.send(udp((A, 4000), (B, 53)));
    film.run(&Command::Delete(1));
    let model = wide(&film.end());
    let ghost = card(&model, 1);
    assert_eq!(
        (ghost.life, ghost.place, ghost.use_count),
        (Life::Freed, "freed", 0)
    );
    film.send(udp((A, 4001), (B, 53)));
    let model = wide(&film.end());
    assert!(model.cards.cards.iter().all(|card| card.conn != 1));
}

#[test]
fn the_packet_goes_from_station_to_station() {
    let mut film = Film::new();
    film.send(tcp((A, 47562), (B, 80), SYN, 1, 0));
    let mut xs = Vec::new();
    for step in 0..film.take.steps.len() {
        let model = wide(&film.scene(step));
        let pill = model.hooks.pills.first().expect("a packet");
        xs.push(pill.x);
        assert!(pill.kind == PillKind::Live || pill.at.is_empty());
    }
    xs.dedup();
    assert!(xs.windows(2).all(|pair| pair[0] < pair[1]), "{xs:?}");
    assert_eq!(
        xs.len(),
        6,
        "in, conntrack, forward, postrouting, confirm, out: {xs:?}"
    );
}

#[test]
fn held_and_queued_packets_are_on_the_strip_too() {
    let film = slow_server();
    let step = film.at(|step| matches!(step, Step::Found { .. }));
    let model = wide(&film.scene(step));
    let pills: Vec<_> = model
        .hooks
        .pills
        .iter()
        .map(|p| (p.skb, p.kind, p.at))
        .collect();
    assert_eq!(
        pills,
        [
            (4, PillKind::Queued, "QUEUE"),
            (5, PillKind::Held, "FORWARD"),
            (7, PillKind::Live, "PREROUTING"),
        ]
    );
}

#[test]
fn ribbons_lead_from_the_chips_to_the_card_that_is_meant() {
    let film = slow_server();
    let step = film.at(|step| matches!(step, Step::Found { .. }));
    let model = wide(&film.scene(step));
    assert_eq!(model.ribbons.len(), 2);
    let mut scene = film.scene(step);
    scene.selection = Selection::Conn(1);
    let other = wide(&scene);
    assert_ne!(other.ribbons, model.ribbons);
    let chip = other.table.chip_at(1, Dir::Original).expect("in the table");
    assert_eq!(other.ribbons[0].dot, (chip.0 + 16, chip.1 + 30));
    assert!(
        other
            .table
            .rows
            .iter()
            .flat_map(|row| &row.chips)
            .any(|chip| chip.selected)
    );
}

#[test]
fn what_changed_is_marked_until_the_next_step() {
    let mut film = Film::new();
    film.send(tcp((A, 47562), (B, 80), SYN, 1, 0));
    film.send(tcp((B, 80), (A, 47562), SYN_ACK, 9, 2));
    let state = film.at(|step| matches!(step, Step::TcpStateSet { .. }));
    assert!(card(&wide(&film.scene(state)), 1).state_changed);
    assert_eq!(card(&wide(&film.scene(state)), 1).state_old, "SYN_SENT");
    let next = wide(&film.scene(state + 1));
    assert!(!card(&next, 1).state_changed && card(&next, 1).state_old.is_empty());
    let timeout = film.at(|step| matches!(step, Step::TimeoutSet { .. }));
    let model = wide(&film.scene(timeout));
    assert!(card(&model, 1).timeout_changed);
    let seconds = (&*card(&model, 1).left_old, &*card(&model, 1).left);
    assert_eq!(seconds, ("120 s", "60 s"), "the old one beside the new one");
    let status = film.at(|step| matches!(step, Step::StatusSet { .. }));
    let model = wide(&film.scene(status));
    assert_eq!(card(&model, 1).note, "+SEEN_REPLY");
    film.send(tcp((A, 47562), (B, 80), ACK, 2, 10));
    let model = wide(&film.end());
    assert!(card(&model, 1).life_changed, "assured now");
}

#[test]
fn gc_points_at_the_bucket_it_visits_next() {
    let film = Film::new();
    let model = wide(&film.end());
    let marked: Vec<u32> = model
        .table
        .rows
        .iter()
        .filter(|row| row.gc.is_some())
        .map(|row| row.bucket)
        .collect();
    assert_eq!(marked, [(film.machine.gc.last_bucket + 1) % 8]);
}
