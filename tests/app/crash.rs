//! What is said when the program itself fails.

use super::{app, run};
use ctscope::app::crash::{Noted, report};
use ctscope::app::{AppState, Effect, Msg};

fn fragment(effects: &[Effect]) -> Option<String> {
    effects.iter().rev().find_map(|effect| match effect {
        Effect::WriteHash(fragment) => Some(fragment.clone()),
        _ => None,
    })
}

#[test]
fn the_link_of_a_report_opens_what_was_on_the_screen() {
    let mut first = app([Msg::SendPacket]);
    let written = first
        .update(run("udp 10.0.0.1:5000 > 10.0.0.2:53 len=4"))
        .effects;
    first.update(Msg::Seek(7));
    let noted = Noted {
        at: first.timeline().cursor(),
        ..Noted::default()
    };
    let fragment = fragment(&written).expect("an edit writes the address");
    let href = format!("https://example.org/ct/?embed#{fragment}");
    let shown = report(&noted, &href, "panicked at 'x'");

    let (page, link) = shown.href.split_once('#').expect("a fragment");
    assert_eq!(page, "https://example.org/ct/?embed");
    let mut again = AppState::new();
    again.update(Msg::LoadLink(link.to_owned()));
    assert!(!again.model().console.failed);
    assert_eq!(again.timeline().scenario(), first.timeline().scenario());
    assert_eq!(again.timeline().cursor(), first.timeline().cursor());
    assert_eq!(again.model().why, first.model().why);
}

#[test]
fn a_report_says_what_was_being_done_and_keeps_it_short() {
    let mut noted = Noted::default();
    noted.told(&Msg::LoadText("gc\n".repeat(1 << 20)));
    let shown = report(&noted, "https://example.org/#", "panicked at 'x'");
    assert!(
        shown
            .details
            .starts_with("panicked at 'x'\nwhile doing: LoadText(\"gc")
    );
    assert!(shown.details.len() < 400);
    assert_eq!(shown.href, "https://example.org/#");
    noted.told(&Msg::StepForward);
    assert_eq!(noted.doing, "StepForward");
}

#[test]
fn a_selection_in_the_address_stays() {
    let noted = Noted {
        at: app([Msg::SendPacket, Msg::Last]).timeline().cursor(),
        doing: String::new(),
    };
    let href = report(&noted, "https://x.org/#v1.abc&at=9.9&sel=c1", "").href;
    let command = noted.at.command;
    assert!(href.starts_with(&format!("https://x.org/#v1.abc&at={command}.")));
    assert!(href.ends_with("&sel=c1") && !href.contains("9.9"));
}
