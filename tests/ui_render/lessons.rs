//! Lessons painted to text, from the application's own model.

use super::{page, text_of};
use ctscope::app::{AppState, ClassMsg, Msg};
use ctscope::view::lesson::{Act, Screen};

const SAMPLE: &str = include_str!("../data/lessons/sample.lesson");

fn app(messages: impl IntoIterator<Item = ClassMsg>) -> AppState {
    let mut app = AppState::new();
    app.update(Msg::Class(ClassMsg::Lessons(format!(
        "=== sample\n{SAMPLE}"
    ))));
    for message in messages {
        app.update(Msg::Class(message));
    }
    app
}

async fn painted(messages: impl IntoIterator<Item = ClassMsg>) -> String {
    page((*app(messages).model()).clone()).await
}

#[tokio::test(flavor = "current_thread")]
async fn the_list_has_a_button_for_each_and_a_way_to_load_ones_own() {
    let html = painted([ClassMsg::Screen(Screen::Labs)]).await;
    assert!(
        html.contains(r#"data-lesson="sample" data-done="false""#),
        "{html}"
    );
    assert!(html.contains(r#"data-ct="lesson-file""#), "{html}");
    assert!(
        !html.contains(r#"data-ct="console""#),
        "the machine is not there: {html}"
    );
}

#[tokio::test(flavor = "current_thread")]
async fn a_question_is_over_the_stage_with_a_place_for_each_bucket() {
    let html = painted([ClassMsg::Open("sample".to_owned()), ClassMsg::Stop(3)]).await;
    let prompt = text_of(&html, r#"data-ct="lesson-prompt""#);
    assert_eq!(
        prompt,
        "Confirm is next. Click every bucket that will hold c1."
    );
    assert_eq!(
        html.matches(r#"data-ct="lesson-pick""#).count(),
        8,
        "{html}"
    );
    assert_eq!(text_of(&html, r#"id="lesson-go""#), "Check");
    assert!(html.contains(r#"aria-current="step""#), "{html}");
}

#[tokio::test(flavor = "current_thread")]
async fn an_answer_is_told_in_words_with_marks_and_aloud() {
    let html = painted([
        ClassMsg::Open("sample".to_owned()),
        ClassMsg::Stop(3),
        ClassMsg::Typed("0".to_owned()),
        ClassMsg::Act(Act::Main),
    ])
    .await;
    assert!(
        html.contains(r#"data-ct="lesson-reveal" data-mark="Wrong""#),
        "{html}"
    );
    let aloud = text_of(&html, r#"data-ct="lesson-status""#);
    assert!(aloud.starts_with("You said bucket 0."), "{aloud}");
    assert!(
        html.contains(r#"data-token="0" data-right="false""#),
        "{html}"
    );
    assert_eq!(text_of(&html, r#"id="lesson-go""#), "Next");
}

#[tokio::test(flavor = "current_thread")]
async fn something_to_do_has_its_conditions_and_the_bench_at_hand() {
    let html = painted([ClassMsg::Open("sample".to_owned()), ClassMsg::Stop(11)]).await;
    assert!(
        html.contains(r#"data-ct="lesson-goals" data-reached="false""#),
        "{html}"
    );
    assert_eq!(html.matches(r#"data-holds="false""#).count(), 2, "{html}");
    assert!(html.contains("app--turn"), "{html}");
}
