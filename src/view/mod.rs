//! What to paint, as plain data. Nothing here borrows the engine past its own call.

pub mod calls;
pub mod compare;
pub mod differs;
pub mod expects;
pub mod functions;
pub mod import;
pub mod inspector;
pub mod lanes;
pub mod lens;
pub mod lesson;
pub mod listing;
pub mod looks;
pub mod model;
pub mod names;
pub mod narrate;
pub mod out;
pub mod present;
pub mod pseudocode;
pub mod refusal;
pub mod scene;
pub mod share;
pub mod stage;
pub mod texts;
pub mod trace;
