//! The panels painted to text, without a browser.

mod fixture;
mod import;
mod lenses;
mod lessons;

use ctscope::app::Msg;
use ctscope::ui::components::shell::{Props, Shell};
use ctscope::view::model::{Model, Tab};
use std::rc::Rc;
use yew::{Callback, LocalServerRenderer};

/// The page as HTML.
async fn page(model: Model) -> String {
    let props = Props {
        model: Rc::new(model),
        on_msg: Callback::<Msg>::noop(),
    };
    LocalServerRenderer::<Shell>::with_props(props)
        .hydratable(false)
        .render()
        .await
}

/// The text between the tags, from the element with this attribute on: as far as its end tag.
fn text_of(html: &str, attribute: &str) -> String {
    let start = html
        .find(attribute)
        .unwrap_or_else(|| panic!("no {attribute} in {html}"));
    let open = start + html[start..].find('>').expect("a tag ends") + 1;
    let before = &html[..start];
    let tag_start = before.rfind('<').expect("an attribute is in a tag") + 1;
    let tag = html[tag_start..]
        .split([' ', '>'])
        .next()
        .expect("a tag has a name");
    let end = open
        + html[open..]
            .find(&format!("</{tag}>"))
            .expect("an element ends");
    let mut text = String::new();
    let mut inside = true;
    for letter in html[open..end].chars() {
        match letter {
            '<' => inside = false,
            '>' => inside = true,
            _ if inside => text.push(letter),
            _ => {}
        }
    }
    text.replace("&gt;", ">")
        .replace("&lt;", "<")
        .replace("&amp;", "&")
}

#[tokio::test(flavor = "current_thread")]
async fn the_page_has_what_tests_and_tools_hold_on_to() {
    let html = page(fixture::model()).await;
    assert!(
        html.contains(r#"data-ct="app" data-ready="true""#),
        "{html}"
    );
    assert_eq!(text_of(&html, r#"data-ct="jiffies""#), "4294907896");
    assert_eq!(text_of(&html, r#"data-ct="step""#), "131 / 138");
    let sentence = text_of(&html, r#"data-ct="narration""#);
    assert!(
        sentence.starts_with("The second node matches."),
        "{sentence}"
    );
    assert_eq!(
        text_of(&html, r#"data-ct="console-output""#),
        "1:5: unknown word \"foo\"\n"
    );
    assert!(
        html.contains(r#"data-ct="figure" data-figure="3.4""#),
        "{html}"
    );
    for name in ["console", "events", "conntrack-list", "stats"] {
        assert!(html.contains(&format!(r#"data-ct="{name}""#)), "no {name}");
    }
}

#[tokio::test(flavor = "current_thread")]
async fn every_button_of_the_contract_has_its_name() {
    let html = page(fixture::model()).await;
    let buttons = "Step forward, Step back, Next event, Previous event, First, Last, Play, Undo, \
                   Redo, Copy link, Reset, Help";
    for name in buttons.split(", ") {
        assert_eq!(
            html.matches(&format!(r#"aria-label="{name}""#)).count(),
            1,
            "{name}"
        );
    }
    for name in ["Send packet", "Advance", "Run gc"] {
        assert_eq!(
            html.matches(&format!(">{name}</button>")).count(),
            1,
            "{name}"
        );
    }
}

#[tokio::test(flavor = "current_thread")]
async fn while_it_plays_the_button_is_pause_and_steps_are_not_read_out() {
    let mut model = fixture::model();
    Rc::make_mut(&mut model.transport).playing = true;
    let html = page(model).await;
    assert!(html.contains(r#"aria-label="Pause""#));
    assert!(!html.contains(r#"aria-label="Play""#));
    assert!(
        html.contains(r#"data-ct="narration" aria-live="off""#),
        "{html}"
    );
}

#[tokio::test(flavor = "current_thread")]
async fn the_tools_text_is_there_whichever_tab_is_open() {
    for tab in [Tab::Object, Tab::List, Tab::Events, Tab::Stats, Tab::Checks] {
        let mut model = fixture::model();
        model.chrome.tab = tab;
        let html = page(model).await;
        let list = text_of(&html, r#"data-ct="conntrack-list""#);
        assert_eq!(list.lines().count(), 2, "{list}");
        assert!(
            list.starts_with("tcp      6 117 SYN_SENT src=192.168.1.2"),
            "{list}"
        );
        let events = text_of(&html, r#"data-ct="events""#);
        assert!(events.starts_with("    [NEW] tcp"), "{events}");
    }
}

#[tokio::test(flavor = "current_thread")]
async fn direction_is_said_in_words_not_by_colour_alone() {
    let html = page(fixture::model()).await;
    assert!(html.contains("Send at once, reply direction: tcp"));
    assert!(html.contains("Send at once, original direction: tcp"));
}

#[tokio::test(flavor = "current_thread")]
async fn a_packet_that_waits_can_be_released_or_dropped() {
    let html = page(fixture::model()).await;
    assert_eq!(html.matches(r#"aria-label="Release s6""#).count(), 1);
    assert_eq!(html.matches(r#"aria-label="Drop s6""#).count(), 1);
    assert!(!html.contains("Release s7"));
}

#[tokio::test(flavor = "current_thread")]
async fn a_broken_check_is_said_in_words() {
    let mut model = fixture::model();
    Rc::make_mut(&mut model.texts).checks[0].1 = false;
    let html = page(model).await;
    assert!(html.contains("BROKEN"));
    assert!(html.contains("Checks 1/2"), "{html}");
}

#[tokio::test(flavor = "current_thread")]
async fn a_problem_in_a_field_is_tied_to_the_field() {
    let mut model = fixture::model();
    Rc::make_mut(&mut model.bench).fields[0].problem = Some("This is no address.".to_owned());
    let html = page(model).await;
    let help = text_of(&html, r#"id="field-src-help""#);
    assert_eq!(help, "This is no address.");
    assert!(
        html.contains(r#"aria-invalid="true" aria-describedby="field-src-help""#),
        "{html}"
    );
}

#[tokio::test(flavor = "current_thread")]
async fn the_page_has_one_first_heading_and_its_landmarks() {
    let html = page(fixture::model()).await;
    assert_eq!(html.matches("<h1").count(), 1);
    for landmark in ["<header", "<main", "<aside", "<footer"] {
        assert_eq!(html.matches(landmark).count(), 1, "{landmark}");
    }
}

#[tokio::test(flavor = "current_thread")]
async fn what_was_chosen_for_gc_and_the_listener_shows() {
    let html = page(fixture::model()).await;
    let pressed = |label: &str| {
        let end = html.find(&format!(">{label}</button>")).expect(label);
        let start = html[..end].rfind("<button").expect("a button begins");
        html[start..end].contains(r#"aria-pressed="true""#)
    };
    let labels = ["by itself", "waits", "reads", "off", "slow"];
    let chosen: Vec<_> = labels.into_iter().filter(|it| pressed(it)).collect();
    assert_eq!(chosen, ["by itself", "slow"]);
    assert!(html.contains("hold at POSTROUTING"), "{html}");
    assert!(
        html.contains(r#"aria-label="Hold packets no more""#),
        "{html}"
    );
}
