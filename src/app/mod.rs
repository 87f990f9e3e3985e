//! The whole application minus the browser: messages in, effects and a model out. What a person
//! did can be done again in a test as a list of messages.

pub mod address;
mod bench;
pub mod blocks;
mod clock;
mod compare;
mod console;
pub mod crash;
mod flow;
mod frags;
mod guide;
mod import;
mod keymap;
mod lane;
pub mod lesson;
mod link;
mod microscope;
mod msg;
mod newer;
mod notes;
mod offer;
mod packet;
mod play;
mod present;
mod run;
mod screen;
mod settings;
mod share;
mod state;
mod title;
mod typing;

pub use import::{ImportEffect, ImportMsg, PIECE_BYTES, Piece};
pub use keymap::KEYS;
pub use lesson::ClassMsg;
pub use msg::{Effect, Key, Msg};
pub use notes::{NotesDo, bye};
pub use present::Show;
pub use settings::NAME as SETTINGS;
pub use share::ShareMsg;
pub use state::{AppState, Update};
