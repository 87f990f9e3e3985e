//! The lenses Protocol and Relations: what they show of presets, and what holds of every state
//! table.

mod laws;
mod relations;
mod shown;
mod tcp;

use ctscope::app::{AppState, Msg};
use ctscope::view::lens::protocol::ProtocolModel;
use ctscope::view::lens::relations::RelationsModel;
use ctscope::view::model::{Grain, Lens, LensModel};

/// A scenario, looked at through a lens, from before its first command.
pub fn app(text: &str, lens: Lens) -> AppState {
    let mut app = AppState::new();
    app.update(Msg::LoadText(text.to_owned()));
    app.update(Msg::SetLens(lens));
    app.update(Msg::SetGrain(Grain::Event));
    assert!(!app.timeline().is_empty(), "it was refused:\n{text}");
    app
}

/// What is seen of a protocol.
pub fn protocol(app: &mut AppState) -> ProtocolModel {
    match &app.model().lens {
        LensModel::Protocol(model) => (**model).clone(),
        other => panic!("another lens: {other:?}"),
    }
}

/// What is seen of relations.
pub fn relations(app: &mut AppState) -> RelationsModel {
    match &app.model().lens {
        LensModel::Relations(model) => (**model).clone(),
        other => panic!("another lens: {other:?}"),
    }
}

/// The text of a preset.
pub fn preset(name: &str) -> &'static str {
    ctscope::scenario::Preset::by_name(name)
        .expect("there is such a preset")
        .text
}

/// What is seen of a protocol at the end of each command of a scenario.
pub fn story(text: &str) -> Vec<ProtocolModel> {
    let mut app = app(text, Lens::Protocol);
    let mut seen = Vec::new();
    while !app.timeline().at_end() {
        app.update(Msg::StepForward);
        seen.push(protocol(&mut app));
    }
    seen
}
