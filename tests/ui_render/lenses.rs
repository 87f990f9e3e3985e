//! The lenses Protocol and Relations, painted to text.

use super::{page, text_of};
use ctscope::app::{AppState, Msg};
use ctscope::scenario::Preset;
use ctscope::view::model::{Grain, Lens};

/// The page after some commands of a preset.
async fn after(preset: &str, commands: u32, lens: Lens) -> String {
    let text = Preset::by_name(preset)
        .expect("there is such a preset")
        .text;
    let mut app = AppState::new();
    app.update(Msg::LoadText(text.to_owned()));
    app.update(Msg::SetLens(lens));
    app.update(Msg::SetGrain(Grain::Event));
    for _ in 0..commands {
        app.update(Msg::StepForward);
    }
    page((*app.model()).clone()).await
}

fn count(html: &str, piece: &str) -> usize {
    html.matches(piece).count()
}

#[tokio::test(flavor = "current_thread")]
async fn the_states_of_tcp_are_drawn_and_the_present_one_is_marked() {
    let html = after("handshake", 3, Lens::Protocol).await;
    assert_eq!(count(&html, r#"data-ct="tcp-state""#), 10);
    assert_eq!(count(&html, r#"data-now="true""#), 1);
    assert!(
        html.contains(r#"data-state="ESTABLISHED" data-now="true""#),
        "{html}"
    );
    let edge = r#"data-from="SYN_RECV" data-to="ESTABLISHED" data-trod="fresh""#;
    assert!(html.contains(edge), "{html}");
    assert!(html.contains(r#"data-outcome="moves""#), "{html}");
}

#[tokio::test(flavor = "current_thread")]
async fn the_window_has_its_four_bounds_and_says_yes_or_no_in_words() {
    let html = after("tcp-windows", 6, Lens::Protocol).await;
    for bound in ["I", "II", "III", "IV"] {
        assert_eq!(
            count(
                &html,
                &format!(r#"data-ct="window-bound" data-bound="{bound}""#)
            ),
            1
        );
    }
    assert!(
        html.contains(r#"data-bound="III" data-met="false""#),
        "{html}"
    );
    assert_eq!(
        text_of(&html, r#"data-ct="window-verdict""#),
        "Outside: it is invalid."
    );
    assert!(html.contains(">no</b>"), "{html}");
}

#[tokio::test(flavor = "current_thread")]
async fn what_nat_changed_has_its_old_value_struck() {
    let html = after("nat", 4, Lens::Relations).await;
    assert_eq!(count(&html, r#"data-ct="nat-field""#), 4);
    assert_eq!(count(&html, r#"data-changed="true""#), 1);
    let changed = r#"data-field="dst address" data-changed="true""#;
    assert!(html.contains(changed), "{html}");
    assert!(html.contains("<s>10.0.0.10</s>"), "{html}");
    assert!(
        html.contains("nft postrouting oif wan masquerade"),
        "{html}"
    );
}

#[tokio::test(flavor = "current_thread")]
async fn a_child_hangs_from_its_master() {
    let waiting = after("ftp-expectation", 7, Lens::Relations).await;
    assert!(waiting.contains("192.0.2.20 port *"), "{waiting}");
    let html = after("ftp-expectation", 9, Lens::Relations).await;
    assert_eq!(count(&html, r#"data-ct="member""#), 2);
    assert!(html.contains(r#"data-gone="true""#), "{html}");
    assert!(html.contains("master c1, which it holds"), "{html}");
}

#[tokio::test(flavor = "current_thread")]
async fn a_run_without_relations_offers_presets_that_have_some() {
    let html = after("first-packet", 2, Lens::Relations).await;
    for name in ["nat", "ftp-expectation", "zones", "two-namespaces"] {
        assert!(html.contains(&format!(r#"data-preset="{name}""#)), "{name}");
    }
}
