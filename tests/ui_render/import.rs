//! The dialog for data that comes in, painted to text: what a file or a text says stays text.

use super::{page, text_of};
use ctscope::app::{AppState, ImportMsg, Msg, Piece};
use ctscope::view::import::ImportModel;
use ctscope::view::model::Panel;

const ATTACK: &str = "<img src=x onerror=alert(1)>";

async fn shown(app: &mut AppState) -> String {
    page((*app.model()).clone()).await
}

fn import(app: &mut AppState, msg: ImportMsg) {
    app.update(Msg::Import(msg));
}

#[tokio::test(flavor = "current_thread")]
async fn the_dialog_says_how_far_it_is_and_what_was_found() {
    let file = std::fs::read("tests/data/captures/http.pcap").expect("the capture is there");
    let mut app = AppState::new();
    let name = format!("{ATTACK}.pcap");
    import(&mut app, ImportMsg::File(name, file.len() as u64));
    let html = shown(&mut app).await;
    assert!(html.contains(r#"data-ct="import-progress""#), "{html}");
    assert!(
        html.contains("Reading &lt;img") && !html.contains("<img"),
        "{html}"
    );
    import(&mut app, ImportMsg::Piece(1, Piece(file.into())));
    assert!(matches!(*app.model().import, ImportModel::Found(_)));
    let html = shown(&mut app).await;
    assert!(
        html.contains(r#"data-ct="import-open""#) && !html.contains("<img"),
        "{html}"
    );
    let found = text_of(&html, r#"class="import__facts""#);
    assert!(found.contains("all that are in the file"), "{found}");
    assert!(html.contains(r#"type="checkbox""#));
}

#[tokio::test(flavor = "current_thread")]
async fn what_cannot_be_read_is_said_beside_what_was_pasted() {
    let mut app = AppState::new();
    app.update(Msg::SetPanel(Panel::Import));
    import(&mut app, ImportMsg::Text(ATTACK.to_owned()));
    import(&mut app, ImportMsg::Read);
    import(&mut app, ImportMsg::On(100));
    let html = shown(&mut app).await;
    let problem = text_of(&html, r#"data-ct="import-problem""#);
    assert!(
        problem.starts_with("There is no line here that can be read. Line 1, column 1: “<img"),
        "{problem}"
    );
    assert!(!html.contains("<img"), "{html}");
}

#[tokio::test(flavor = "current_thread")]
async fn a_recording_is_shown_with_the_events() {
    let mut app = AppState::new();
    import(
        &mut app,
        ImportMsg::Text(format!("[NEW] udp 17 30 src={ATTACK}")),
    );
    import(&mut app, ImportMsg::Read);
    for _ in 0..3 {
        import(&mut app, ImportMsg::On(100));
    }
    let html = shown(&mut app).await;
    let said = text_of(&html, r#"data-ct="recording-summary""#);
    assert!(said.starts_with("Same: 0 of 1 line."), "{said}");
    assert!(
        html.contains("only in the recording") && !html.contains("<img"),
        "{html}"
    );
}
