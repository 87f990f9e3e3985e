//! Lessons played as messages: every one that the page brings along, and the sample.

use super::{key, run};
use ctscope::app::lesson::{OWN, PROGRESS, course};
use ctscope::app::{AppState, ClassMsg, Effect, Msg};
use ctscope::scenario::lesson::{Act as Asked, Ask, Lesson};
use ctscope::view::lesson::{Act, LessonView, Mark, Screen};
use std::fs;
use std::path::Path;
use std::rc::Rc;

const SAMPLE: &str = include_str!("../data/lessons/sample.lesson");

/// The page's lessons as one text, with the sample.
fn bundle() -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("static/lessons/en");
    let mut text = format!("=== sample\n{SAMPLE}\n");
    let mut paths: Vec<_> = fs::read_dir(folder)
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    paths.sort();
    for path in paths {
        let name = path
            .file_stem()
            .expect("it has a name")
            .to_string_lossy()
            .into_owned();
        let lesson = fs::read_to_string(&path).expect("a lesson is text");
        text += &format!("=== {name}\n{lesson}\n");
    }
    text
}

fn class(msg: ClassMsg) -> Msg {
    Msg::Class(msg)
}

fn act(act: Act) -> Msg {
    class(ClassMsg::Act(act))
}

fn app() -> AppState {
    let mut app = AppState::new();
    app.update(class(ClassMsg::Lessons(bundle())));
    app
}

fn opened(name: &str) -> AppState {
    let mut app = app();
    app.update(class(ClassMsg::Open(name.to_owned())));
    app
}

fn lesson(app: &mut AppState) -> Rc<LessonView> {
    app.model().class.lesson.clone().expect("a lesson is open")
}

fn names() -> Vec<(String, Lesson)> {
    let text = bundle();
    let files = ctscope::scenario::lesson::bundle(&text).expect("it is one");
    let read = |file: &ctscope::scenario::lesson::Bundled| {
        (
            file.name.to_owned(),
            Lesson::parse(file.text).expect("it was checked"),
        )
    };
    files.iter().map(read).collect()
}

/// Gives an answer the way a person does.
fn give(app: &mut AppState, ask: &Ask, answer: &str) {
    match ask {
        Ask::Buckets(_) | Ask::Use(_) | Ask::Entries | Ask::Deadline(_) => {
            app.update(class(ClassMsg::Typed(answer.to_owned())));
        }
        Ask::List(_) | Ask::Head(_) | Ask::State(_) | Ask::Choice(_) => {
            app.update(class(ClassMsg::Pick(answer.to_owned())));
        }
    }
    app.update(act(Act::Main));
}

/// Plays a lesson to its end; gives back how many questions it had.
fn play(name: &str, of: &Lesson, right: bool) -> usize {
    let mut app = opened(name);
    let mut asked = 0;
    for at in 0..of.stops.len() {
        app.update(act(Act::Main));
        let view = lesson(&mut app);
        assert_eq!(view.at, at + 1, "{name}");
        let title = &of.stops[at].title;
        match &of.stops[at].act {
            Asked::Read => {}
            Asked::Ask(question) => {
                asked += 1;
                let scenario = course::scenario(of, at);
                let mut timeline = ctscope::timeline::Timeline::new(scenario.config.clone(), "");
                timeline.load(scenario, "").expect("it was checked");
                let stand = course::stand(of, at, &mut timeline);
                timeline.seek_cursor(stand.until);
                let machine = timeline.state();
                let answer = match right {
                    true => ctscope::app::lesson::answer::right(&question.ask, &machine),
                    false => course::wrong_answers(&question.ask, &machine)
                        .into_iter()
                        .next(),
                };
                let Some(answer) = answer else {
                    continue;
                };
                give(&mut app, &question.ask, &answer);
                let view = lesson(&mut app);
                let reveal = view.card.ask.as_ref().and_then(|ask| ask.reveal.clone());
                let reveal = reveal.unwrap_or_else(|| panic!("{name}, {title}: {answer}"));
                let mark = if right { Mark::Right } else { Mark::Wrong };
                assert_eq!(
                    reveal.mark, mark,
                    "{name}, {title}: {answer}: {}",
                    reveal.said
                );
                assert_eq!(app.timeline().cursor(), stand.until, "{name}, {title}");
            }
            Asked::Turn(turn) => {
                let reached = |app: &mut AppState| {
                    lesson(app)
                        .card
                        .turn
                        .as_ref()
                        .expect("it is a turn")
                        .reached
                };
                assert!(!reached(&mut app), "{name}, {title}");
                if right {
                    for line in &turn.tries {
                        app.update(Msg::Last);
                        app.update(run(&line.to_string()));
                        app.model();
                    }
                } else {
                    app.update(act(Act::ShowMe));
                }
                assert!(reached(&mut app), "{name}, {title}");
            }
        }
    }
    let update = app.update(act(Act::Main));
    let view = lesson(&mut app);
    let end = view.card.end.clone().expect("it is the end");
    let stored = |effect: &Effect| match effect {
        Effect::Store(PROGRESS, text) => text.contains(&format!("done {name}\n")),
        _ => false,
    };
    assert!(update.effects.iter().any(stored), "{name}");
    if right && asked > 0 {
        assert!(
            end.score.starts_with(&format!("{asked} of {asked}")),
            "{name}: {}",
            end.score
        );
    }
    asked
}

#[test]
fn every_lesson_runs_to_its_end_with_right_and_with_wrong_answers() {
    for (name, of) in names() {
        assert_eq!(course::check(&of), [], "{name}");
        play(&name, &of, true);
        play(&name, &of, false);
    }
}

#[test]
fn an_answer_is_told_on_the_picture_and_in_words_and_can_be_given_again() {
    let mut app = opened("sample");
    app.update(class(ClassMsg::Stop(3)));
    let places = app.model().picks.clone();
    assert_eq!(places.len(), 8, "a row for each bucket");
    app.update(class(ClassMsg::Pick("0".to_owned())));
    assert!(
        app.model()
            .picks
            .iter()
            .any(|pick| pick.token == "0" && pick.picked)
    );
    app.update(act(Act::Main));
    let view = lesson(&mut app);
    let ask = view.card.ask.clone().expect("it asks");
    let reveal = ask.reveal.expect("it is told");
    assert_eq!(reveal.mark, Mark::Wrong);
    assert!(
        reveal
            .said
            .starts_with("You said bucket 0. In the kernel it is bucket")
    );
    assert_eq!(reveal.wrong, ["Each hash names one bucket."]);
    assert!(reveal.place.contains("nf_conntrack"), "{}", reveal.place);
    assert_eq!(view.stops[3].said, "you said bucket 0");
    let told = app.model().picks.clone();
    assert!(told.iter().any(|pick| pick.told == Some(true)));
    assert!(
        told.iter()
            .any(|pick| pick.told == Some(false) && pick.token == "0")
    );
    app.update(act(Act::Retry));
    assert!(
        lesson(&mut app)
            .card
            .ask
            .as_ref()
            .is_some_and(|ask| ask.reveal.is_none())
    );
}

#[test]
fn what_is_no_answer_is_told_and_nothing_moves() {
    let mut app = opened("sample");
    app.update(class(ClassMsg::Stop(5)));
    let at = app.timeline().cursor();
    app.update(class(ClassMsg::Typed("two".to_owned())));
    app.update(act(Act::Main));
    let ask = lesson(&mut app).card.ask.clone().expect("it asks");
    assert_eq!(ask.reveal, None);
    let field = ask.field.expect("a number is typed");
    assert_eq!(field.problem, Some("Expected a whole number, such as 2."));
    assert_eq!(app.timeline().cursor(), at);
    app.update(class(ClassMsg::Pick("+".to_owned())));
    let ask = lesson(&mut app).card.ask.clone().expect("it asks");
    assert_eq!(ask.field.map(|field| field.value), Some("1".to_owned()));
}

#[test]
fn page_keys_go_from_stop_to_stop_and_skip_what_is_asked() {
    let mut app = opened("sample");
    for at in 1..=5 {
        app.update(key("PageDown"));
        assert_eq!(lesson(&mut app).at, at);
    }
    app.update(key("PageUp"));
    assert_eq!(lesson(&mut app).at, 4);
    let beats = app.beats();
    assert_eq!(app.beat_at().map(|at| beats[at].stop), Some(4));
    app.update(class(ClassMsg::Beat(true)));
    assert_eq!(
        app.beat_at().map(|at| beats[at]).map(|beat| beat.told),
        Some(true)
    );
    app.lesson_show(3, true);
    assert_eq!(lesson(&mut app).at, 3);
    assert!(
        app.lesson_answer()
            .is_some_and(|answer| answer.starts_with("bucket"))
    );
}

#[test]
fn a_link_leads_to_a_stop_and_a_bad_one_leaves_all_as_it_was() {
    let mut app = opened("sample");
    let update = app.update(class(ClassMsg::Stop(4)));
    assert!(
        update
            .effects
            .contains(&Effect::WriteHash("lab/sample/4".to_owned()))
    );
    let mut other = self::app();
    other.update(run("udp 10.0.0.1:5000 > 10.0.0.2:53"));
    for bad in ["lesson/none/2", "lab/", "lesson/sample%00", "lesson//"] {
        other.update(Msg::LoadLink(bad.to_owned()));
        let model = other.model();
        assert!(
            model
                .chrome
                .toast
                .as_ref()
                .is_some_and(|it| it.contains("no lesson")),
            "{bad}"
        );
        assert_eq!(other.timeline().len(), 1, "{bad}");
    }
    other.update(Msg::LoadLink("lab/sample/4".to_owned()));
    assert_eq!(lesson(&mut other).at, 4);
    // What was there before comes back.
    other.update(act(Act::Free));
    assert!(other.model().class.back.is_some());
    other.update(act(Act::Restore));
    assert_eq!(other.timeline().len(), 1);
    assert_eq!(other.model().class.screen, Screen::Explore);
}

#[test]
fn free_play_keeps_the_machine_and_leads_back() {
    let mut app = opened("sample");
    app.update(class(ClassMsg::Stop(3)));
    let at = app.timeline().cursor();
    app.update(act(Act::Free));
    assert_eq!(app.timeline().cursor(), at);
    app.update(run("flush"));
    app.update(act(Act::Back));
    assert_eq!(lesson(&mut app).at, 3);
    assert_eq!(app.timeline().cursor(), at);
}

#[test]
fn undoing_what_the_lesson_did_breaks_nothing() {
    let mut app = opened("sample");
    for at in 0..=13 {
        app.update(class(ClassMsg::Stop(at)));
        for _ in 0..4 {
            app.update(Msg::Undo);
            app.model();
        }
        app.update(act(Act::Main));
        app.update(act(Act::Skip));
        app.model();
    }
}

#[test]
fn a_lesson_of_ones_own_is_opened_or_its_problem_told_with_the_line() {
    let mut app = app();
    app.update(run("udp 10.0.0.1:5000 > 10.0.0.2:53"));
    app.update(class(ClassMsg::Screen(Screen::Lessons)));
    let bad = "title: T\nabout: A.\n== S\nat: nowhere\nsay: x\n";
    app.update(class(ClassMsg::Own(bad.to_owned())));
    let class_now = app.model().class.clone();
    let problem = class_now.problem.clone().expect("it is told");
    assert!(problem.contains("line 4, column 5"), "{problem}");
    assert_eq!(class_now.own, bad);
    assert_eq!(app.timeline().len(), 1);
    let good = "title: T\nabout: A.\nudp 10.0.0.1:1 > 10.0.0.2:2\n== S\nsay: Look.\n";
    app.update(class(ClassMsg::Own(good.to_owned())));
    assert_eq!(lesson(&mut app).title, "T");
    let update = app.update(Msg::CopyLink);
    assert!(
        !update
            .effects
            .iter()
            .any(|effect| matches!(effect, Effect::CopyLink(_)))
    );
    // It is opened by its name until the page is loaded anew.
    app.update(class(ClassMsg::Screen(Screen::Lessons)));
    assert!(app.model().class.rows.iter().any(|row| row.name == OWN));
}

#[test]
fn progress_is_kept_as_text_and_nonsense_is_left_out() {
    let mut app = app();
    let kept = "done sample\nwrong sample 3 2\nwrong x\nnonsense\n";
    app.update(class(ClassMsg::Progress(kept.to_owned())));
    app.update(class(ClassMsg::Screen(Screen::Labs)));
    let row = app
        .model()
        .class
        .rows
        .iter()
        .find(|row| row.name == "sample")
        .cloned();
    let row = row.expect("it is there");
    assert_eq!((row.done, row.wrong), (true, 2));
}
