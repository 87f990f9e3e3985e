//! Present, as messages: beats turned by a clicker, blank, notes in a second window.

use super::{app, ctrl, key, run};
use ctscope::app::{AppState, ClassMsg, Effect, Msg, NotesDo, Show, Update, bye};
use ctscope::view::lesson::Act;
use ctscope::view::model::{DotKind, Grain, Lens, Notes, Present, Selection, Theme, When};

fn preset(name: &str) -> Msg {
    Msg::LoadPreset(name.to_owned())
}

fn show(app: &mut AppState) -> Present {
    let model = app.model();
    (**model.chrome.present.as_ref().expect("Present is on")).clone()
}

fn presenting(name: &str) -> AppState {
    app([preset(name), key("p")])
}

/// What is said to the other window.
fn said(update: &Update) -> Vec<String> {
    let said = update.effects.iter().filter_map(|effect| match effect {
        Effect::Say(text) => Some(text.clone()),
        _ => None,
    });
    said.collect()
}

fn heard(text: &str) -> Msg {
    Msg::Notes(NotesDo::Heard(text.to_owned()))
}

#[test]
fn page_down_alone_goes_through_a_log_and_page_up_back_the_same_way() {
    let mut app = presenting("handshake");
    let mut way = vec![app.timeline().cursor()];
    let mut sentences = vec![show(&mut app).what];
    while !show(&mut app).at_end {
        app.update(key("PageDown"));
        assert!(app.timeline().cursor() > way[way.len() - 1]);
        way.push(app.timeline().cursor());
        sentences.push(show(&mut app).what);
        assert!(way.len() < 100, "it comes to no end");
    }
    assert!(way.len() > 6, "{sentences:?}");
    assert!(sentences.iter().all(|said| !said.is_empty()));
    assert!(!app.update(key("PageDown")).changed || show(&mut app).at_end);
    for at in way.iter().rev().skip(1) {
        app.update(key("PageUp"));
        assert_eq!(app.timeline().cursor(), *at);
    }
    assert!(show(&mut app).at_start);
}

#[test]
fn the_row_of_beats_says_where_we_are() {
    let mut app = presenting("first-packet");
    for _ in 0..3 {
        app.update(key("PageDown"));
    }
    let present = show(&mut app);
    let now: Vec<_> = present
        .dots
        .iter()
        .filter(|dot| dot.when == When::Now)
        .collect();
    assert_eq!(now.len(), 1);
    assert_eq!(now[0].kind, DotKind::Beat);
    assert!(
        present.spoken.starts_with("Event 1 of "),
        "{}",
        present.spoken
    );
    assert!(
        present.place.iter().any(|part| part == "PREROUTING"),
        "{:?}",
        present.place
    );
}

#[test]
fn every_key_of_a_clicker_turns_and_any_key_ends_blank() {
    let mut app = presenting("first-packet");
    for name in ["PageDown", "ArrowRight", " ", "ArrowDown"] {
        let before = app.timeline().cursor();
        app.update(key(name));
        assert!(app.timeline().cursor() > before, "{name}");
    }
    for name in ["PageUp", "ArrowLeft", "ArrowUp"] {
        let before = app.timeline().cursor();
        app.update(key(name));
        assert!(app.timeline().cursor() < before, "{name}");
    }
    assert_eq!(show(&mut app).key, "←");
    for name in [".", "b"] {
        let update = app.update(key(name));
        assert!(show(&mut app).blank);
        assert_eq!(update.effects, [Effect::Focus("blank")]);
        let here = app.timeline().cursor();
        app.update(key("PageDown"));
        assert!(!show(&mut app).blank);
        assert_eq!(app.timeline().cursor(), here, "the key only ends blank");
    }
    app.update(key("End"));
    assert!(show(&mut app).at_end);
    app.update(key("Home"));
    assert!(show(&mut app).at_start);
}

#[test]
fn leaving_loses_nothing() {
    let mut app = app([
        preset("handshake"),
        Msg::SetTheme(Theme::Dark),
        Msg::SetGrain(Grain::Change),
        Msg::SetLens(Lens::Life),
        Msg::Last,
        Msg::Select(Selection::Conn(1)),
        Msg::ConsoleInput("udp 10.0".to_owned()),
    ]);
    let before = app.model();
    let scenario = app.timeline().scenario();
    app.update(key("P"));
    assert_eq!(app.model().chrome.theme, Theme::Projector);
    assert_eq!(app.model().transport.grain, Grain::Phase);
    assert!(
        !app.update(ctrl("z")).changed,
        "nothing is undone in front of a hall"
    );
    app.update(key("n"));
    app.update(key("g"));
    assert_eq!(app.timeline().scenario(), scenario, "no key sends anything");
    app.update(key("Escape"));
    assert_eq!(app.model(), before);
}

#[test]
fn an_empty_machine_is_presented_by_the_first_scenario() {
    let mut app = app([Msg::Present(Show::Start)]);
    assert!(!app.timeline().is_empty());
    assert!(show(&mut app).at_start);
    assert!(!show(&mut app).at_end);
}

#[test]
fn a_link_presents_and_the_address_of_a_hall_does() {
    let mut app = presenting("first-packet");
    let update = app.update(key("PageDown"));
    let link = update.effects.iter().find_map(|effect| match effect {
        Effect::WriteHash(link) => Some(link.clone()),
        _ => None,
    });
    let link = link.expect("the address keeps the place");
    assert!(link.ends_with("&present"), "{link}");
    let mut other = super::app([Msg::LoadLink(link)]);
    assert_eq!(other.timeline().cursor(), app.timeline().cursor());
    show(&mut other);
    let mut plain = super::app([Msg::LoadLink("first-packet&present&at=1.2".to_owned())]);
    show(&mut plain);
    let update = plain.update(key("p"));
    let written =
        |effect: &Effect| matches!(effect, Effect::WriteHash(to) if !to.contains("present"));
    assert!(update.effects.iter().any(written), "{:?}", update.effects);
}

/// A window with notes, beside one that presents: what one says, the other hears.
struct Both {
    hall: AppState,
    desk: AppState,
}

impl Both {
    fn open(name: &str) -> Both {
        let mut hall = presenting(name);
        assert!(hall.update(key("n")).effects.contains(&Effect::OpenNotes));
        let mut both = Both {
            hall,
            desk: AppState::new(),
        };
        let update = both.desk.update(Msg::Notes(NotesDo::Open));
        both.pass(said(&update));
        both
    }

    /// What the notes said goes to the hall, and its answer back.
    fn pass(&mut self, texts: Vec<String>) {
        for text in texts {
            let update = self.hall.update(heard(&text));
            self.tell(&update);
        }
    }

    fn tell(&mut self, update: &Update) {
        for text in said(update) {
            self.desk.update(heard(&text));
        }
    }

    fn hall(&mut self, msg: Msg) {
        let update = self.hall.update(msg);
        self.tell(&update);
    }

    fn desk(&mut self, msg: Msg) {
        let update = self.desk.update(msg);
        self.pass(said(&update));
    }

    fn notes(&mut self) -> Notes {
        let model = self.desk.model();
        (**model.chrome.notes.as_ref().expect("it has notes")).clone()
    }
}

#[test]
fn the_second_window_shows_the_beat_and_the_next_one_and_steers() {
    let mut both = Both::open("first-packet");
    assert_eq!(both.notes().trouble, "");
    assert_eq!(both.notes().what, show(&mut both.hall).what);
    let next = both.notes().next.1;
    both.desk(Msg::Notes(NotesDo::Steer(Show::Next)));
    assert_eq!(show(&mut both.hall).what, next);
    assert_eq!(both.notes().what, next);
    both.desk(key("PageDown"));
    assert_eq!(both.notes().what, show(&mut both.hall).what);
    both.desk(key("."));
    assert!(show(&mut both.hall).blank && both.notes().blank);
    both.desk(key("PageUp"));
    assert!(!show(&mut both.hall).blank);
    assert_eq!(both.notes().what, next);
    both.hall(key("End"));
    assert_eq!(both.notes().next, Default::default());
    both.hall(key("Escape"));
    assert!(both.notes().trouble.contains("does not present"));
}

#[test]
fn the_second_window_says_when_the_main_one_is_gone() {
    let mut both = Both::open("first-packet");
    both.desk.update(heard(&bye()));
    assert!(both.notes().trouble.contains("closed"));
    // Loaded anew, it answers the next time it is asked.
    both.desk(Msg::Notes(NotesDo::Tick(1_000, 605)));
    assert_eq!(both.notes().trouble, "");
    // Gone without a word.
    for second in 2..8 {
        both.desk
            .update(Msg::Notes(NotesDo::Tick(second * 1_000, 605)));
    }
    assert!(both.notes().trouble.contains("closed"));
    assert_eq!(both.notes().clock, "10:05");
}

#[test]
fn the_timer_runs_from_the_first_beat_and_begins_anew() {
    let mut both = Both::open("first-packet");
    both.desk(Msg::Notes(NotesDo::Tick(10_000, 0)));
    both.desk(Msg::Notes(NotesDo::Tick(95_000, 1)));
    assert_eq!(both.notes().timer, "1:25");
    both.desk(Msg::Notes(NotesDo::Reset));
    assert_eq!(both.notes().timer, "0:00");
}

#[test]
fn what_another_window_says_is_text_and_nothing_else() {
    let mut desk = app([Msg::Notes(NotesDo::Open)]);
    let before = desk.model();
    for text in [
        "",
        "{",
        "[]",
        "7",
        "{\"kind\":7}",
        "{\"kind\":\"beat\",\"notes\":\"x\"}",
        "{\"kind\":\"run\",\"what\":\"flush\"}",
        &"[".repeat(100_000),
        &format!("{{\"kind\":\"beat\",\"what\":\"{}\"}}", "x".repeat(70_000)),
    ] {
        desk.update(heard(text));
        assert_eq!(desk.model(), before, "{:.60}", text);
    }
    let long = "<img onerror=1>ä".repeat(1_000);
    let notes = vec!["n"; 500];
    let text = serde_json::json!({ "kind": "beat", "on": true, "what": long, "notes": notes });
    desk.update(heard(&text.to_string()));
    let model = desk.model();
    let shown = model.chrome.notes.clone().expect("it has notes");
    assert!(shown.what.starts_with("<img onerror=1>ä<img"));
    assert!(shown.what.chars().count() <= 2_000 && shown.notes.len() <= 40);
    // And a page that does not present does not listen.
    let mut other = app([preset("first-packet"), run("gc")]);
    let ask = "{\"kind\":\"do\",\"act\":\"next\"}";
    let update = other.update(heard(ask));
    assert_eq!(update, Update::default());
    let mut hall = presenting("first-packet");
    let before = hall.timeline().scenario();
    for act in ["flush", "run", "leave", "<b>"] {
        hall.update(heard(&format!("{{\"kind\":\"do\",\"act\":\"{act}\"}}")));
    }
    assert_eq!(hall.timeline().scenario(), before);
    show(&mut hall);
}

#[test]
fn the_picture_for_a_hall_fills_its_box_and_keeps_every_bucket() {
    for (width, height) in [(1816, 800), (976, 540), (1360, 660), (3700, 1700)] {
        let mut app = presenting("first-packet");
        app.update(Msg::Viewport {
            width,
            height,
            scroll: 0,
        });
        let mut scales = Vec::new();
        while !show(&mut app).at_end {
            app.update(key("PageDown"));
            let stage = app.model().stage.clone();
            let shown = |drawn: i32| drawn as u32 * stage.scale / 1000;
            assert!(stage.hall);
            assert!(shown(stage.width) <= width, "{width}: {}", stage.scale);
            assert!(shown(stage.height) <= height, "{height}: {}", stage.scale);
            assert_eq!(stage.table.rows.len(), 8, "a row for each bucket");
            scales.push(stage.scale);
        }
        // A picture that grows and shrinks from beat to beat draws the eye.
        let (least, most) = (scales.iter().min(), scales.iter().max());
        let (least, most) = (*least.expect("a beat"), *most.expect("a beat"));
        assert!(most - least <= most / 20, "{scales:?}");
    }
}

#[test]
fn a_phone_gets_its_own_picture() {
    let mut app = presenting("first-packet");
    app.update(Msg::Viewport {
        width: 390,
        height: 500,
        scroll: 0,
    });
    let stage = app.model().stage.clone();
    assert!(!stage.hall && stage.narrow && stage.scale == 0);
}

const LESSON: &str = "\
=== two
title: Two entries
minutes: 5
about: One connection, two entries.
term tuple: Addresses, ports and protocol.
term bucket: A row of the table.
term confirm: The packet is accepted.
learnt: A connection is in two buckets.
config buckets=8 seed=1

== A packet comes
tcp 192.168.1.2:47562 > 10.0.0.2:80 S seq=1000
at: create
say: A connection is made.
note: Ask who has seen an unconfirmed list.

== Which buckets?
at: before insert
ask: buckets c1
prompt: Confirm is next. Which buckets will hold c1?
until: end
because: Two tuples, two hashes, two buckets.
note: Let them point.

== How many?
ask: choice
- One | No: the reply would not be found.
+ Two | Yes: one for each direction.
- Four | No: nothing else is hashed.
prompt: How many entries has the table now?
because: Each direction has its own.

== Your turn
turn: Make c1 go away.
goal: c1 gone
try: delete c1
done: It is gone.
note: Type it.
";

fn lesson() -> AppState {
    let app = app([
        Msg::Class(ClassMsg::Lessons(LESSON.to_owned())),
        Msg::Class(ClassMsg::Open("two".to_owned())),
    ]);
    assert!(app.open_lesson_at().is_some(), "the lesson is read");
    app
}

#[test]
fn page_down_alone_goes_through_a_lesson_and_each_question_is_told() {
    let mut app = lesson();
    app.update(key("p"));
    let mut beats = vec![show(&mut app)];
    while !beats[beats.len() - 1].at_end {
        app.update(key("PageDown"));
        beats.push(show(&mut app));
        assert!(beats.len() < 20, "it comes to no end");
    }
    let all: Vec<_> = beats.iter().map(|beat| beat.counter.as_str()).collect();
    assert_eq!(
        all,
        [
            "1 / 8", "2 / 8", "3 / 8", "4 / 8", "5 / 8", "6 / 8", "7 / 8", "8 / 8"
        ]
    );
    assert_eq!(beats[0].what, "Two entries");
    assert_eq!(beats[0].list.len(), 3);
    assert_eq!(beats[1].what, "A connection is made.");
    let kinds: Vec<_> = beats[2].dots.iter().map(|dot| dot.kind).collect();
    let (see, ask) = (DotKind::Beat, DotKind::Ask);
    assert_eq!(kinds, [see, see, ask, see, ask, see, see, see]);

    let (asked, told) = (&beats[2], &beats[3]);
    assert_eq!(asked.what, "Confirm is next. Which buckets will hold c1?");
    assert_eq!(asked.because, "");
    let question = asked.question.clone().expect("a question");
    assert_eq!((question.answer.as_str(), question.choices.len()), ("", 0));
    let question = told.question.clone().expect("the question");
    assert!(
        question.answer.contains('1') && question.answer.contains('4'),
        "{question:?}"
    );
    assert_eq!(told.because, "Two tuples, two hashes, two buckets.");

    let (asked, told) = (&beats[4], &beats[5]);
    let letters = |beat: &Present| {
        let question = beat.question.clone().expect("a question");
        question
            .choices
            .iter()
            .map(|it| (it.letter, it.right))
            .collect::<Vec<_>>()
    };
    assert_eq!(letters(asked), [('A', None), ('B', None), ('C', None)]);
    let right = [('A', Some(false)), ('B', Some(true)), ('C', Some(false))];
    assert_eq!(letters(told), right);
    assert_eq!(beats[6].what, "Make c1 go away.");
    assert_eq!(beats[7].list.len(), 1);
    let stage = app.model().stage.clone();
    let gone = stage.cards.cards.iter().all(|card| card.place == "freed");
    assert!(gone, "it was done on the way");
    for beat in beats.iter().rev().skip(1) {
        app.update(key("PageUp"));
        let mut back = show(&mut app);
        back.key = beat.key;
        assert_eq!(back, *beat);
    }
}

#[test]
fn the_answer_is_marked_on_the_picture_when_it_is_told_and_not_before() {
    let mut app = lesson();
    app.update(Msg::Viewport {
        width: 1816,
        height: 800,
        scroll: 0,
    });
    app.update(key("p"));
    app.update(key("PageDown"));
    app.update(key("PageDown"));
    let asked = app.model();
    assert!(asked.stage.marks.is_empty());
    let nodes = |stage: &ctscope::view::stage::StageModel| -> usize {
        stage.table.rows.iter().map(|row| row.chips.len()).sum()
    };
    assert_eq!(nodes(&asked.stage), 0, "the result is hidden");
    app.update(key("PageDown"));
    let told = app.model();
    assert_eq!(nodes(&told.stage), 2);
    let used = told.stage.table.rows.iter().filter(|row| row.count > 0);
    let tops: Vec<i32> = used.map(|row| row.y).collect();
    let marks: Vec<i32> = told.stage.marks.iter().map(|mark| mark[1]).collect();
    assert_eq!(marks, tops);
    app.update(key("Escape"));
    assert!(app.model().chrome.present.is_none());
}

#[test]
fn answers_from_before_are_there_again_after_presenting() {
    let mut app = lesson();
    app.update(Msg::Class(ClassMsg::Stop(2)));
    app.update(Msg::Class(ClassMsg::Pick("0".to_owned())));
    app.update(Msg::Class(ClassMsg::Act(Act::Main)));
    let before = app.model();
    app.update(key("p"));
    assert!(
        show(&mut app)
            .question
            .expect("a question")
            .answer
            .is_empty()
    );
    app.update(key("Escape"));
    assert_eq!(app.model().class.lesson, before.class.lesson);
    assert_eq!(app.timeline().cursor(), {
        let mut again = lesson();
        again.update(Msg::Class(ClassMsg::Stop(2)));
        again.update(Msg::Class(ClassMsg::Act(Act::Skip)));
        again.timeline().cursor()
    });
}

#[test]
fn the_notes_of_a_lesson_have_the_answer_and_what_comes() {
    let mut hall = lesson();
    hall.update(key("p"));
    hall.update(key("n"));
    let mut both = Both {
        hall,
        desk: AppState::new(),
    };
    both.desk(Msg::Notes(NotesDo::Open));
    assert_eq!(both.notes().next.1, "A connection is made.");
    both.desk(key("PageDown"));
    assert_eq!(
        both.notes().notes,
        ["Ask who has seen an unconfirmed list."]
    );
    assert_eq!(both.notes().next.0, "Which buckets?");
    both.desk(key("PageDown"));
    assert!(both.notes().answer.contains('4'), "{:?}", both.notes());
    both.desk(key("PageDown"));
    both.desk(key("PageDown"));
    assert_eq!(both.notes().choices, ["One", "Two", "Four"]);
    assert!(both.notes().answer.contains("Two"));
    both.desk(key("PageDown"));
    both.desk(key("PageDown"));
    assert_eq!(both.notes().answer, "delete c1");
}
