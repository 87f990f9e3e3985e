//! The dialog that copies links, and saves and opens files.

use super::looks::Theme;
use crate::timeline::Grain;

/// A file that can be saved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// The scenario.
    Scenario,
    /// The stage at the cursor.
    Picture,
    /// The packets.
    Packets,
    /// `conntrack -L` at the cursor.
    List,
    /// The machine at the cursor.
    State,
    /// Every step.
    Trace,
    /// The chosen steps as a picture.
    Strip,
    /// The chosen steps as text.
    Markdown,
}

impl Kind {
    /// All of them.
    pub const ALL: [Kind; 8] = [
        Kind::Scenario,
        Kind::Picture,
        Kind::Packets,
        Kind::List,
        Kind::State,
        Kind::Trace,
        Kind::Strip,
        Kind::Markdown,
    ];

    /// What the name of the file ends with, and what it is to a browser.
    pub const fn ending(self) -> (&'static str, &'static str) {
        match self {
            Kind::Scenario => (".ct", "text/plain;charset=utf-8"),
            Kind::Picture => (".svg", "image/svg+xml"),
            Kind::Packets => (".pcap", "application/vnd.tcpdump.pcap"),
            Kind::List => (".conntrack.txt", "text/plain;charset=utf-8"),
            Kind::State => (".state.json", "application/json"),
            Kind::Trace => (".trace.json", "application/json"),
            Kind::Strip => (".strip.svg", "image/svg+xml"),
            Kind::Markdown => (".md", "text/markdown;charset=utf-8"),
        }
    }

    /// As in `data-file`.
    pub const fn word(self) -> &'static str {
        match self {
            Kind::Scenario => "scenario",
            Kind::Picture => "picture",
            Kind::Packets => "packets",
            Kind::List => "list",
            Kind::State => "state",
            Kind::Trace => "trace",
            Kind::Strip => "strip",
            Kind::Markdown => "markdown",
        }
    }
}

/// The dialog while it is open.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Share {
    /// The whole address; empty if the run is too long for one.
    pub link: String,
    /// How long it is, or why there is none, as a sentence.
    pub link_note: String,
    /// What is pasted so far.
    pub pasted: String,
    /// What is wrong with the file that was to be opened: a heading, then a sentence a line.
    pub problems: Vec<String>,
    /// Height of the frame, as typed.
    pub height: String,
    /// What is wrong with it.
    pub height_wrong: Option<&'static str>,
    /// Colours of the frame.
    pub theme: Theme,
    /// The frame opens at this step.
    pub here: bool,
    /// The text for the page that the frame is to be in; empty if there is no link.
    pub snippet: String,
    /// First and last command of the strip, as typed.
    pub from: String,
    /// See [`Share::from`].
    pub to: String,
    /// Size of its steps.
    pub every: Grain,
    /// How many steps it has, or why it cannot be made.
    pub strip_note: String,
    /// It can be made.
    pub strip_fits: bool,
}

/// What an embedded page shows beside stage, sentence and steps.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Embedded {
    /// The address of the whole page at this step.
    pub open: String,
}
