//! conntrack itself: deterministic, integers only, no clock, no words.
//!
//! [`Conntrack`] is the machine, [`Command`] all one can do to it, [`Step`] all one can see.
//! [`Conntrack::apply`] takes a command; a [`Probe`] watches.

pub mod addr;
pub mod checksum;
pub mod chunks;
pub mod command;
pub mod config;
pub mod conn;
pub mod event;
pub mod hash;
pub mod hooks;
pub mod nat;
pub mod nulls;
pub mod probe;
pub mod profile;
pub mod proto;
pub mod router;
pub mod rules;
pub mod seqadj;
pub mod skb;
pub mod slab;
pub mod state;
pub mod stats;
pub mod step;
mod step_meta;
pub mod sysctl;
pub mod table;
pub mod time;
pub mod tuple;
pub mod zone;

mod advance;
pub mod answer;
mod ask_rules;
pub mod confirm;
mod create;
pub mod defrag;
mod destroy;
mod dispatch;
pub mod early_drop;
mod ecache;
pub mod expect;
pub mod extract;
pub mod flood;
mod forward;
mod fragment;
pub mod gc;
pub mod gc_whole;
pub mod helper;
mod invariants;
mod journey;
mod lists;
mod lookup;
pub mod policy;
mod refs;
mod resize;
mod track;
mod userspace;

pub use command::{Command, Flood, Inject, Listen, Span};
pub use config::Config;
pub use conn::NfConn;
pub use dispatch::{Fate, Outcome, Refusal, Seen, Sent};
pub use invariants::{Check, Violation};
pub use probe::{NoProbe, Probe};
pub use profile::{Difference, Profile};
pub use slab::ConnId;
pub use state::Conntrack;
pub use step::Step;
