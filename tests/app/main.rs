//! Gestures, as lists of messages, and what is on the screen after them.

mod bench;
mod blocks;
mod crash;
mod figures;
mod guide;
mod inverse;
mod lessons;
mod lines;
mod microscope;
mod moves;
mod newer;
mod present;
mod time;
mod typing;

use ctscope::app::{AppState, Key, Msg};
use ctscope::view::model::Model;

fn app(messages: impl IntoIterator<Item = Msg>) -> AppState {
    let mut app = AppState::new();
    for message in messages {
        app.update(message);
    }
    app
}

fn key(name: &str) -> Msg {
    Msg::Key(Key {
        key: name.to_owned(),
        shift: false,
        ctrl: false,
    })
}

fn shift(name: &str) -> Msg {
    Msg::Key(Key {
        key: name.to_owned(),
        shift: true,
        ctrl: false,
    })
}

fn ctrl(name: &str) -> Msg {
    Msg::Key(Key {
        key: name.to_owned(),
        shift: false,
        ctrl: true,
    })
}

fn run(line: &str) -> Msg {
    Msg::Run(line.to_owned())
}

fn typed(line: &str) -> [Msg; 2] {
    [Msg::ConsoleInput(line.to_owned()), Msg::ConsoleEnter]
}

fn suggested(model: &Model) -> (String, bool) {
    let next = model.bench.buttons.iter().find(|button| button.suggested);
    next.map(|button| (button.label.clone(), button.reply))
        .unwrap_or_default()
}
