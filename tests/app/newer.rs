//! A newer version of the page is here.

use super::{app, run};
use ctscope::app::{AppState, Effect, Msg};

fn effects(app: &mut AppState, msg: Msg) -> Vec<Effect> {
    app.update(msg).effects
}

#[test]
fn the_line_comes_and_goes_when_it_is_told_to() {
    let mut app = app([]);
    assert!(!app.model().chrome.newer);
    app.update(Msg::Newer(true));
    assert!(app.model().chrome.newer);
    app.update(Msg::Newer(false));
    assert!(!app.model().chrome.newer);
}

#[test]
fn before_the_page_is_loaded_anew_its_address_leads_to_this_very_step() {
    let mut app = app([
        run("udp 10.0.0.10:5000 > 192.0.2.53:53 len=12"),
        Msg::First,
        Msg::StepForward,
    ]);
    let done = effects(&mut app, Msg::TakeNewer);
    let [Effect::WriteHash(fragment), Effect::Reload] = &done[..] else {
        panic!("{done:?}");
    };
    let mut again = super::app([Msg::LoadLink(fragment.clone())]);
    assert_eq!(again.timeline().cursor(), app.timeline().cursor());
    assert_eq!(again.model().why.what, app.model().why.what);
}
