//! Everything on the screen outside the stage, as plain data: owned, comparable, in `Rc` where a
//! pane can be left alone. The stage has its own model in [`super::stage`].

pub use super::import::{ImportModel, RecordingModel};
pub use super::inspector::{Field, FieldGroup, Inspector, Kind, LedgerRow};
pub use super::lanes::{GhostLane, LaneDeadline, LaneItem, LaneMark, LaneSign, LaneTime, Lanes};
pub use super::lens::{Lens, LensModel};
pub use super::lesson::{Class, Pick};
pub use super::looks::{Guide, Theme};
pub use super::present::{Choice, Dot, DotKind, Notes, Present, Question, When};
pub use super::share::{Embedded, Share};
use super::stage::StageModel;
pub use crate::engine::command::Listen;
pub use crate::engine::profile::Profile;
pub use crate::timeline::Grain;
use crate::words::{Lang, Plain, names as w};
use std::rc::Rc;

/// What is looked at, picked by a click or by the keyboard. Numbers are those of `c1` and `s1`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Selection {
    /// Follow the step: show the object that it is about.
    #[default]
    Step,
    /// A connection.
    Conn(u32),
    /// A packet.
    Skb(u32),
    /// A bucket of the table.
    Bucket(u32),
    /// The gc worker.
    Gc,
}

/// The screen.
#[derive(Clone, PartialEq, Debug)]
pub struct Model {
    /// Buckets, lists, cards, hook strip, hash bar; empty where a lens takes its place.
    pub stage: Rc<StageModel>,
    /// What is seen in place of the stage, or [`LensModel::Stage`].
    pub lens: LensModel,
    /// The sentence of the step and what belongs to it.
    pub why: Rc<Why>,
    /// The selected object.
    pub inspector: Rc<Inspector>,
    /// The text of the tools.
    pub texts: Rc<Texts>,
    /// The packet bench.
    pub bench: Rc<Bench>,
    /// Step buttons and lanes.
    pub transport: Rc<Transport>,
    /// The clock.
    pub clock: Clock,
    /// The command line's last answers.
    pub console: Rc<Console>,
    /// Theme, depth, open panes.
    pub chrome: Chrome,
    /// Lessons.
    pub class: Rc<Class>,
    /// Where on the stage a question can be answered.
    pub picks: Rc<Vec<Pick>>,
    /// The dialog for data that comes in.
    pub import: Rc<ImportModel>,
    /// A recording beside the run.
    pub recording: Option<Rc<RecordingModel>>,
}

/// Narration of the step the cursor stands at.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Why {
    /// Where we are, from coarse to fine: `SYN`, `walk bucket 1`, `change 4 of 5`.
    pub crumbs: Vec<String>,
    /// One sentence: what happened.
    pub what: String,
    /// One or two sentences: why. May be empty.
    pub because: String,
    /// The article's figure and number that this is: `(3, 4)`.
    pub figure: Option<(u8, u8)>,
    /// The lens that shows the part of the way that this is.
    pub lens: Option<Lens>,
    /// Fields that changed in this step (or in this phase, event).
    pub changed: Vec<Change>,
    /// What else happened since the last stop, at a coarser grain: sentences in order.
    pub also: Vec<String>,
    /// On a lookup: the key against each candidate so far.
    pub compared: Compared,
    /// Kernel functions from the hook down to the one at work.
    pub calls: Vec<String>,
    /// The file of each.
    pub files: Vec<&'static str>,
    /// The hook where they were called, with priority and name there, of a packet on its way.
    pub hook: Option<[&'static str; 3]>,
    /// The file of the one at work.
    pub file: String,
    /// Our own pseudocode of that function, the current line marked.
    pub code: Vec<CodeLine>,
    /// The kernel that this is: `5.10`.
    pub kernel: &'static str,
    /// Where another kernel would have done otherwise.
    pub differs: Vec<DiffersRow>,
    /// A remark that the scenario carries at this command.
    pub note: Option<String>,
}

/// A point where the two kernels do not do the same.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DiffersRow {
    /// What it is about.
    pub title: &'static str,
    /// For both kernels: its name, what it does, and whether it is the one that runs.
    pub kernels: [(&'static str, &'static str, bool); 2],
}

/// A field before and after.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// `c1.use`.
    pub what: String,
    /// As it was; empty if it was not there.
    pub old: String,
    /// As it is.
    pub new: String,
    /// Who or why, a few words: `skb s7 holds it`.
    pub note: String,
}

/// A chain walk: what is looked for, and who was asked.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Compared {
    /// What is compared, in the order of the comparison, and its value in the key.
    pub key: Vec<(&'static str, String)>,
    /// The candidates, in the order of the walk; of many, the last ones.
    pub rows: Vec<ComparedRow>,
    /// Candidates before these.
    pub earlier: u32,
    /// Why none of them is it, if the walk came to its end.
    pub verdict: String,
}

/// What came of comparing one field.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Cell {
    /// The same.
    Equal,
    /// This value, which is another one: the comparison ends here.
    Differs(String),
    /// This, whatever is looked for: `expired`.
    Word(&'static str),
    /// The comparison did not come so far.
    Unread,
}

/// A candidate of a chain walk.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ComparedRow {
    /// Field by field, as in [`Compared::key`].
    pub cells: Vec<Cell>,
    /// 1, 2, … in the order of the walk.
    pub nth: u32,
    /// `c2 reply`.
    pub who: String,
    /// `≠ dst port 47617`, `= match, direction reply`.
    pub result: String,
    /// It is the one.
    pub hit: bool,
}

/// A line of pseudocode.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CodeLine {
    /// The line.
    pub text: String,
    /// This is where we are.
    pub current: bool,
}

/// A line of tool output.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TextLine {
    /// The line, as the tool prints it.
    pub text: String,
    /// The connection it is about.
    pub conn: Option<u32>,
    /// New or changed at this step.
    pub fresh: bool,
}

/// What an operator would see.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Texts {
    /// `conntrack -L`.
    pub list: Vec<TextLine>,
    /// `conntrack -L unconfirmed`.
    pub unconfirmed: Vec<TextLine>,
    /// `conntrack -L dying`.
    pub dying: Vec<TextLine>,
    /// `conntrack -L expect`.
    pub expects: Vec<TextLine>,
    /// `conntrack -E`, oldest first.
    pub events: Vec<TextLine>,
    /// `conntrack -S`.
    pub stats: Vec<TextLine>,
    /// Of a long `conntrack -L` a part is shown: which.
    pub window: Option<ListWindow>,
    /// What is left out of the dying list, in words; empty if nothing is.
    pub dying_more: String,
    /// Name of each self-check and whether it holds.
    pub checks: Vec<(String, bool)>,
    /// What was checked, in words.
    pub checked: String,
    /// Not everything was; it can be.
    pub check_all: bool,
}

/// A part of a long list of entries.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ListWindow {
    /// `100 000 entries; 40 shown, from bucket 512 on`.
    pub text: String,
    /// The bucket that the part before begins with.
    pub back: Option<u32>,
    /// The bucket that the part behind begins with.
    pub on: Option<u32>,
}

/// Protocols of the packet bench.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum BenchProto {
    /// TCP.
    #[default]
    Tcp,
    /// UDP.
    Udp,
    /// ICMP or ICMPv6 by the addresses.
    Icmp,
    /// SCTP.
    Sctp,
    /// UDP-Lite.
    Udplite,
    /// DCCP.
    Dccp,
    /// GRE.
    Gre,
    /// Any line of the scenario language.
    Other,
}

/// The packet bench.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Bench {
    /// Chosen protocol.
    pub proto: BenchProto,
    /// Fields of the form: host A, port A, host B, port B, with what is typed in them.
    pub fields: Vec<BenchField>,
    /// Packets that can be sent with one click; the sensible next one is `suggested`.
    pub buttons: Vec<PacketButton>,
    /// The flow they belong to, in words: `c1 :47562 ⇄ :80`, or `a new flow`.
    pub flow: String,
    /// Flows to choose from: number of the connection and label.
    pub flows: Vec<(u32, String)>,
    /// The line that Send packet will run.
    pub line: String,
    /// What is wrong with that line, as a sentence.
    pub problem: Option<String>,
    /// Station where the next packet is to be held or dropped: `""`, `hold=postrouting`, ….
    pub fate: String,
    /// Packets in the machine.
    pub skbs: Vec<SkbRow>,
    /// Datagrams of which fragments wait.
    pub frags: Vec<FragRow>,
    /// What holds for every packet to come, until it is told otherwise.
    pub standing: Vec<Standing>,
}

/// A choice that stays: where packets wait, come in, or belong to, if it is not the usual one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Standing {
    /// `hold at POSTROUTING`, `netns blue`, `CPU 1`.
    pub text: String,
    /// Name of the button that ends it.
    pub end: &'static str,
    /// The line that ends it.
    pub line: &'static str,
}

/// A field of the bench's form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct BenchField {
    /// Key of the field in messages: `src`, `sport`, `dst`, `dport`, `line`.
    pub key: &'static str,
    /// Its label.
    pub label: &'static str,
    /// What is typed.
    pub value: String,
    /// What is expected, shown beside it.
    pub hint: &'static str,
    /// What is wrong with it.
    pub problem: Option<String>,
}

/// A packet that can be sent with one click.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PacketButton {
    /// `SYN`, `SYN-ACK`, `reply`.
    pub label: String,
    /// The scenario line it stands for.
    pub line: String,
    /// It travels in the reply direction of the flow.
    pub reply: bool,
    /// The sensible next packet.
    pub suggested: bool,
}

/// A packet in the machine.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SkbRow {
    /// Number of `s7`.
    pub skb: u32,
    /// `SYN`, `echo request`, in short.
    pub label: String,
    /// Station, as in `data-at`.
    pub at: &'static str,
    /// It waits: it can be released or dropped.
    pub held: bool,
}

/// A datagram that is not complete.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FragRow {
    /// `10.0.0.1 > 10.0.0.2, id 7`.
    pub of: String,
    /// What is there of it: `bytes 0 to 24, 48 to 60 of 100`.
    pub there: String,
    /// When it is given up: `in 30 s`.
    pub due: String,
    /// From where to where each run goes, in permille of the datagram as far as it is known.
    pub runs: Vec<(u32, u32)>,
    /// The last fragment is there, so the length is known.
    pub whole: bool,
}

/// Step buttons and lanes.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Transport {
    /// Where we are, counted in the grain, 0 is before everything.
    pub position: u32,
    /// How many there are.
    pub total: u32,
    /// Nothing is before the cursor.
    pub at_start: bool,
    /// Nothing is behind it.
    pub at_end: bool,
    /// Step size.
    pub grain: Grain,
    /// Playing by itself.
    pub playing: bool,
    /// Playing speed in percent: 25, 50, 100, 200, 400.
    pub speed: u32,
    /// There is an edit to undo, to redo.
    pub can_undo: bool,
    /// See [`Transport::can_undo`].
    pub can_redo: bool,
    /// What was done and what is to come.
    pub lanes: Lanes,
}

/// What comes of something that is being typed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Typing {
    /// Nothing to say.
    #[default]
    Nothing,
    /// It can be run: what it is, in a word or two.
    Runs(String),
    /// It cannot, or not yet: a sentence says what is expected.
    Expects(String),
}

/// The clock.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Clock {
    /// The counter.
    pub jiffies: u32,
    /// `62.4 s after boot`.
    pub uptime: String,
    /// `wraps in 237.6 s`, `wrapped 62.4 s ago`.
    pub wraps: String,
    /// Everything about the two clocks and gc: name and value.
    pub facts: Vec<(&'static str, String)>,
    /// Ticks per second.
    pub hz: u32,
    /// `c1 expires in 117.6 s`, if anything does.
    pub next_deadline: Option<String>,
    /// `gc runs in 0.1 s`.
    pub gc: String,
    /// The gc worker runs by itself as time passes.
    pub gc_auto: bool,
    /// How the listener for events behaves.
    pub listener: Listen,
    /// How far the clock is to go, as typed.
    pub advance: String,
    /// What comes of that.
    pub typing: Typing,
}

/// The command line.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Console {
    /// What is typed.
    pub input: String,
    /// The last command's answer, line by line.
    pub output: Vec<String>,
    /// The answer is an error.
    pub failed: bool,
    /// What comes of what is typed.
    pub typing: Typing,
}

/// How much of the machine is shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Depth {
    /// What happens, without how it is stored.
    Idea,
    /// The structures, with their fields.
    #[default]
    Structs,
    /// And how they point to each other.
    Pointers,
}

impl Depth {
    /// All, from coarse to fine: word in links, label, and what it shows.
    pub const ALL: [(Depth, &str, Plain, Plain); 3] = [
        (Depth::Idea, "idea", w::IDEA, w::WHAT_HAPPENS_NO_NUMBERS),
        (
            Depth::Structs,
            "structs",
            w::STRUCTS,
            w::THE_STRUCTURES_WITH_THEIR,
        ),
        (
            Depth::Pointers,
            "pointers",
            w::POINTERS,
            w::AND_LIST_NODES_END,
        ),
    ];

    /// Its word.
    pub fn word(self) -> &'static str {
        let found = Depth::ALL.iter().find(|(depth, ..)| *depth == self);
        found.map_or("", |(_, word, ..)| word)
    }
}

/// Tabs beside the sentence.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Tab {
    /// The selected object.
    #[default]
    Object,
    /// `conntrack -L`.
    List,
    /// `conntrack -E`.
    Events,
    /// `conntrack -S`.
    Stats,
    /// Self-checks.
    Checks,
}

/// Which sheet is open on a narrow screen, or which dialog on any.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Panel {
    /// None.
    #[default]
    None,
    /// The packet bench.
    Bench,
    /// The sentence's details and the inspector.
    Why,
    /// Keys, words and limits.
    Help,
    /// The scenario as text.
    Scenario,
    /// A capture, or what conntrack printed.
    Import,
    /// The whole moment in words.
    Described,
    /// Links and files.
    Share,
}

/// Theme, tabs, panels, messages.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Chrome {
    /// Colours.
    pub theme: Theme,
    /// The language spoken.
    pub lang: Lang,
    /// How much of the machine is shown.
    pub depth: Depth,
    /// How the moment is looked at.
    pub lens: Lens,
    /// Open tab.
    pub tab: Tab,
    /// Open panel.
    pub panel: Panel,
    /// A short message that goes away.
    pub toast: Option<String>,
    /// A newer version of the page is here.
    pub newer: bool,
    /// The kernel whose behaviour is followed.
    pub profile: Profile,
    /// Both kernels are looked at, side by side.
    pub both: bool,
    /// Title of the scenario that was loaded.
    pub scenario: String,
    /// The scenario as text, while [`Panel::Scenario`] is open.
    pub scenario_text: String,
    /// What comes of it, if it was changed by hand.
    pub scenario_typing: Typing,
    /// The whole moment in words, while [`Panel::Described`] is open.
    pub described: Vec<String>,
    /// The dialog for links and files, while [`Panel::Share`] is open.
    pub share: Option<Rc<Share>>,
    /// The page is in a frame: what it shows there.
    pub embedded: Option<Embedded>,
    /// Nothing happened yet: show the first ten seconds' sentence.
    pub empty: bool,
    /// Somebody is shown round.
    pub guide: Option<Guide>,
    /// Keys of one letter, digit or sign do nothing.
    pub keys_off: bool,
    /// What a hall sees instead of everything else.
    pub present: Option<Rc<Present>>,
    /// This window is for notes: what it shows.
    pub notes: Option<Rc<Notes>>,
}
