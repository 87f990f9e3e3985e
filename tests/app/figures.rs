//! Figures 3 to 6 as lenses: their steps, where they lead, and what is marked.

use super::{app, key, run};
use ctscope::app::{AppState, Msg};
use ctscope::view::lens::figure::{FigureModel, When};
use ctscope::view::lens::life::LifeModel;
use ctscope::view::model::{Grain, Lens, LensModel, Selection};
use ctscope::view::stage::Life;

/// Figures on the stage and how many steps they have.
const FIGURES: [(u8, u8); 3] = [(3, 6), (4, 5), (5, 4)];

fn steps(app: &mut AppState) -> FigureModel {
    match &app.model().lens {
        LensModel::Figure(model) => (**model).clone(),
        other => panic!("no figure: {other:?}"),
    }
}

fn life(app: &mut AppState) -> LifeModel {
    match &app.model().lens {
        LensModel::Life(model) => (**model).clone(),
        other => panic!("no life: {other:?}"),
    }
}

fn whens(model: &FigureModel) -> Vec<&'static str> {
    model.steps.iter().map(|step| step.when.word()).collect()
}

fn named(link: &str) -> AppState {
    app([Msg::LoadLink(link.to_owned())])
}

#[test]
fn each_step_of_a_figure_is_reached_by_its_button_in_each_grain() {
    for grain in [Grain::Change, Grain::Phase, Grain::Event] {
        let mut app = named("collision");
        app.update(Msg::SetGrain(grain));
        for (figure, numbers) in FIGURES {
            for number in 1..=numbers {
                app.update(Msg::SeekFigure(figure, number));
                let model = app.model();
                assert_eq!(model.why.figure, Some((figure, number)), "{grain:?}");
                assert_eq!(model.chrome.lens.figure(), Some(figure));
                let steps = steps(&mut app);
                let now = |step: &&_| -> bool {
                    let step: &ctscope::view::lens::figure::FigureStep = step;
                    step.when == When::Now
                };
                let now: Vec<u8> = steps.steps.iter().filter(now).map(|it| it.number).collect();
                assert_eq!(now, [number], "figure {figure}, {grain:?}");
                assert!(steps.steps[usize::from(number) - 1].fresh);
            }
        }
    }
}

#[test]
fn whoever_steps_by_phase_or_change_meets_each_step_of_each_figure() {
    for grain in [Grain::Change, Grain::Phase] {
        for (lens, (figure, numbers)) in [Lens::Lookup, Lens::Create, Lens::Confirm]
            .into_iter()
            .zip(FIGURES)
        {
            let mut app = named("first-packet");
            app.update(Msg::SetGrain(grain));
            app.update(Msg::SetLens(lens));
            let mut met = [false; 6];
            while !app.timeline().at_end() {
                app.update(Msg::StepForward);
                for step in steps(&mut app).steps.iter().filter(|step| step.fresh) {
                    met[usize::from(step.number) - 1] = true;
                }
            }
            let all = met[..usize::from(numbers)].iter().all(|met| *met);
            assert!(all, "figure {figure}, {grain:?}: {met:?}");
        }
    }
}

#[test]
fn a_number_stands_on_the_stage_where_its_step_happens_wide_and_narrow() {
    for width in [800, 366] {
        let mut app = named("collision");
        app.update(Msg::Viewport {
            width,
            height: 600,
            scroll: 0,
        });
        for (figure, numbers) in FIGURES {
            for number in 1..=numbers {
                app.update(Msg::SeekFigure(figure, number));
                let stage = app.model().stage.clone();
                let now: Vec<_> = stage
                    .badges
                    .iter()
                    .filter(|it| it.when == When::Now)
                    .collect();
                let both = (figure, number) == (5, 1);
                assert_eq!(
                    now.len(),
                    if both { 2 } else { 1 },
                    "{figure} ({number}), {width}"
                );
                for badge in now {
                    assert_eq!(badge.figure, (figure, number));
                    assert!((0..stage.width).contains(&badge.x), "{badge:?}");
                    assert!((0..stage.height).contains(&badge.y), "{badge:?}");
                }
            }
        }
        app.update(Msg::SetLens(Lens::Machine));
        assert!(app.model().stage.badges.is_empty());
    }
}

#[test]
fn a_step_that_this_packet_lacks_is_that_of_the_nearest_that_has_it() {
    let mut app = named("first-packet&at=1.7&view=lookup");
    let seen = steps(&mut app);
    assert_eq!(seen.title, "Looking up s1");
    assert_eq!(
        whens(&seen),
        ["done", "done", "done", "elsewhere", "now", "elsewhere"]
    );
    assert_eq!(seen.steps[3].value, "in SYN-ACK");
    assert_eq!(seen.steps[4].value, "no match");
    app.update(Msg::SeekFigure(3, 4));
    let seen = steps(&mut app);
    assert_eq!(seen.title, "Looking up s2");
    assert_eq!(
        whens(&seen),
        ["done", "done", "done", "now", "future", "future"]
    );
    assert_eq!(app.timeline().cursor().command, 2);
}

#[test]
fn a_step_that_the_log_lacks_says_who_has_it_and_leads_there() {
    let mut app = app([key("3")]);
    let seen = steps(&mut app);
    assert_eq!(whens(&seen), ["missing"; 6]);
    assert_eq!(
        seen.missing,
        Some((1, "No packet has been looked up yet.".to_owned()))
    );
    app.update(run("tcp 192.168.1.2:47562 > 10.0.0.2:80 S"));
    let (number, who) = steps(&mut app).missing.expect("no walk yet");
    assert_eq!(
        (number, who.as_str()),
        (4, "No bucket that is looked into holds a node yet.")
    );
    app.update(Msg::SeekFigure(3, 4));
    assert_eq!(app.model().chrome.scenario, "First packet");
    assert_eq!(app.model().why.figure, Some((3, 4)));
    app.update(Msg::Undo);
    assert_eq!(app.timeline().len(), 1, "undo brings the log back");
    // A kernel without the list says so.
    let mut newer = named("in-6-18&at=1.12&view=create");
    let (number, who) = steps(&mut newer).missing.expect("no list");
    assert_eq!(
        (number, who.as_str()),
        (4, "Linux 6.18 has no unconfirmed list.")
    );
}

#[test]
fn a_release_confirms_without_a_lookup() {
    let mut app = named("held-packet&at=2&view=lookup");
    assert_eq!(whens(&steps(&mut app)), {
        let mut all = ["elsewhere"; 6];
        all[5] = "missing";
        all
    });
    app.update(key("5"));
    let seen = steps(&mut app);
    assert_eq!(seen.title, "Confirming c1");
    assert_eq!(whens(&seen), ["done"; 4]);
    assert_eq!(seen.steps[3].value, "buckets 7, 2");
}

#[test]
fn the_same_flow_again_is_a_match_not_a_new_connection() {
    let mut app = named("expiry-and-gc&at=4.10&view=lookup");
    assert_eq!(app.model().why.figure, Some((3, 6)));
    assert_eq!(steps(&mut app).steps[5].value, "s2 → c1");
}

/// Who stands where: `unconfirmed c1`.
fn standing(model: &LifeModel) -> Vec<String> {
    let mut all = Vec::new();
    for place in &model.places {
        for token in &place.tokens {
            all.push(format!("{} c{}", place.life.word(), token.conn));
        }
    }
    all
}

fn taken(model: &LifeModel) -> Vec<&'static str> {
    let taken = model.ways.iter().filter(|way| !way.taken.is_empty());
    taken.map(|way| way.word).collect()
}

#[test]
fn a_life_goes_from_stage_to_stage_and_the_way_just_taken_is_marked() {
    for (link, stands, way) in [
        ("first-packet&at=1.10", "unconfirmed c1", "birth"),
        ("first-packet&at=1.13", "unconfirmed c1", "birth"),
        ("first-packet&at=1.33", "confirmed c1", "confirm"),
        ("first-packet&at=1.36", "confirmed c1", "confirm"),
        ("expiry-and-gc&at=5.1", "expired c1", ""),
        ("expiry-and-gc&at=6.7", "dying c1", "delete"),
        ("slow-listener&at=3.8", "dying c1", "delete"),
        ("slow-listener&at=3.12", "dying c1", "delete"),
        ("slow-listener&at=6.3", "dying c1", "free"),
        ("slow-listener&at=6.5", "freed c1", "free"),
        ("drop-before-confirm&at=1.23", "freed c1", "drop"),
    ] {
        let mut app = named(&format!("{link}&view=life"));
        let seen = life(&mut app);
        assert_eq!(standing(&seen), [stands], "{link}");
        let ways = taken(&seen);
        assert_eq!(
            ways,
            if way.is_empty() { vec![] } else { vec![way] },
            "{link}"
        );
    }
}

#[test]
fn why_a_connection_is_deleted_is_marked_among_the_causes() {
    for (link, words) in [
        ("expiry-and-gc&at=6.7", "Expired, and noticed"),
        ("slow-listener&at=3.10", "conntrack -D, -F"),
        ("two-namespaces&at=7.3", "conntrack -D, -F"),
    ] {
        let mut app = named(&format!("{link}&view=life"));
        let seen = life(&mut app);
        let delete = seen.ways.iter().find(|way| way.word == "delete");
        let causes = &delete.expect("a way").causes;
        let now: Vec<_> = causes.iter().filter(|cause| cause.now).collect();
        assert_eq!(now.len(), 1, "{link}");
        assert!(now[0].words.starts_with(words), "{link}: {}", now[0].words);
    }
}

#[test]
fn a_dropped_newcomer_was_never_confirmed() {
    let mut app = named("drop-before-confirm&at=1.23&view=life");
    let numbers = life(&mut app).places.map(|place| place.number);
    let whens: Vec<_> = numbers
        .into_iter()
        .flatten()
        .map(|(_, when)| when)
        .collect();
    assert_eq!(
        whens,
        [When::Done, When::Elsewhere, When::Elsewhere, When::Now]
    );
}

#[test]
fn many_connections_are_counted_and_a_dozen_of_them_shown() {
    let mut text = String::from("config buckets=64\ngc manual\n");
    for port in 0..40 {
        text += &format!("udp 10.0.0.10:{} > 192.0.2.53:53\n", 5000 + port);
    }
    let mut app = app([Msg::LoadText(text), Msg::Last, key("6")]);
    let seen = life(&mut app);
    let place = seen
        .places
        .iter()
        .find(|place| place.life == Life::Confirmed);
    let place = place.expect("a stage");
    assert_eq!((place.count, place.tokens.len()), (40, 12));
    let last = place.tokens.last().map(|token| (token.conn, token.current));
    assert_eq!(
        last,
        Some((40, true)),
        "the one that the step is about is there"
    );
    app.update(Msg::Select(Selection::Conn(30)));
    let seen = life(&mut app);
    let selected = seen.places[1].tokens.iter().find(|token| token.selected);
    assert_eq!(selected.map(|token| token.conn), Some(30));
    // All of them at once go the same way.
    app.update(run("flush"));
    app.update(Msg::SetGrain(Grain::Event));
    app.update(Msg::Last);
    let seen = life(&mut app);
    assert_eq!(seen.places[4].count, 40);
    assert_eq!(taken(&seen), ["delete", "free"]);
}

#[test]
fn what_a_lens_takes_the_place_of_is_not_made() {
    let mut app = app([Msg::SendPacket, Msg::Last]);
    let stage = app.model().stage.clone();
    assert!(!stage.table.rows.is_empty());
    for lens in Lens::all() {
        app.update(Msg::SetLens(lens));
        let made = !app.model().stage.table.rows.is_empty();
        assert_eq!(made, lens.on_stage(), "{lens:?}");
    }
    app.update(Msg::SetLens(Lens::Machine));
    assert_eq!(app.model().stage, stage);
}
