//! The parts of the page, one per file.

pub mod bench;
pub mod button;
pub mod clock;
pub mod code;
pub mod console;
pub mod fields;
pub mod first_words;
pub mod frags;
pub mod help;
pub mod hosts;
pub mod icon;
pub mod inspector;
pub mod kernel_switch;
pub mod kernels;
pub mod lane;
pub mod packets;
pub mod scenario_panel;
pub mod sentence;
pub mod shell;
pub mod stage;
pub mod texts;
pub mod toast;
pub mod toolbar;
pub mod transport;
pub mod why;
