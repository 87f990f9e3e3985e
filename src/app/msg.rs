//! Everything a person, a timer or the browser can tell the application.

use super::import::{ImportEffect, ImportMsg};
use super::lesson::ClassMsg;
use super::notes::NotesDo;
use super::present::Show;
use super::share::ShareMsg;
use crate::view::compare::CompareWith;
use crate::view::model::{BenchProto, Depth, Grain, Lens, Panel, Selection, Tab, Theme};
use crate::words::Lang;
use std::rc::Rc;

/// A message to [`super::AppState::update`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Msg {
    // Time travel.
    /// One step of the grain forward.
    StepForward,
    /// One step of the grain back.
    StepBack,
    /// To the end of the next command.
    NextEvent,
    /// To the end of the command before.
    PreviousEvent,
    /// Before everything.
    First,
    /// Behind everything.
    Last,
    /// To a position counted in changes.
    Seek(u32),
    /// To the first change of a command of the log, 0 is the first.
    SeekCommand(u32),
    /// To a place in the lane, in permille of its width, while it is dragged along.
    Scrub(u32),
    /// It is let go.
    ScrubEnd,
    /// To a numbered step of a figure of the article, seen through its lens: of the command at
    /// hand, or of the nearest that has it; if none has, of a ready-made scenario.
    SeekFigure(u8, u8),
    /// Step size.
    SetGrain(Grain),
    /// Start or stop playing.
    TogglePlay,
    /// The play timer went off.
    PlayTick,
    /// Playing speed in percent.
    SetSpeed(u32),

    // The log.
    /// Run a line of the scenario language or of the console.
    Run(String),
    /// The packet that the bench shows.
    SendPacket,
    /// Take the last edit back.
    Undo,
    /// Do it again.
    Redo,
    /// Back to the empty machine.
    Reset,
    /// Load a preset by name.
    LoadPreset(String),
    /// Load scenario text.
    LoadText(String),
    /// Load a link's fragment.
    LoadLink(String),
    /// Go to a kept branch.
    SwitchBranch(u32),
    /// Go to the branch that was left last.
    SwitchBack,

    // Looking.
    /// Pick an object.
    Select(Selection),
    /// Show the entries of `conntrack -L` from this bucket on.
    ListFrom(u32),
    /// Check every connection and every bucket of the machine at this moment.
    CheckAll,
    /// Look through another lens.
    SetLens(Lens),
    /// Look at two runs side by side.
    Compare(CompareWith),
    /// Light or dark.
    SetTheme(Theme),
    /// Another language, from here on and at the next visit.
    SetLang(Lang),
    /// Which languages are wanted, read at the start: the one that the address asks for, and the
    /// browser's.
    Wanted(Option<Lang>, Option<Lang>),
    /// How much of the machine is shown.
    SetDepth(Depth),
    /// Open a tab.
    SetTab(Tab),
    /// Open or close a panel.
    SetPanel(Panel),
    /// The stage's viewport changed, in CSS pixels: width, height, scroll from the top.
    Viewport {
        /// Width of the stage's box.
        width: u32,
        /// Its height.
        height: u32,
        /// Scrolled down by.
        scroll: u32,
    },

    // The bench and the console.
    /// Another protocol.
    BenchProto(BenchProto),
    /// Another flow: number of its connection, 0 for a new one.
    BenchFlow(u32),
    /// Something was typed in a field, by the field's key.
    BenchField(&'static str, String),
    /// One of the one-click packets: it is sent.
    BenchButton(u32),
    /// Where the next packet is held or dropped: `hold=forward`, or empty.
    BenchFate(String),
    /// Something was typed in the command line.
    ConsoleInput(String),
    /// Enter in the command line.
    ConsoleEnter,
    /// Something was typed where it says how far the clock is to go: `250j`, `5s`.
    AdvanceInput(String),
    /// The clock goes as far as is typed there.
    Advance,
    /// Something was typed in the scenario's text.
    ScenarioInput(String),
    /// Up (true) or down in the command line's history.
    ConsoleHistory(bool),

    // The first ten seconds.
    /// The page was opened.
    Welcome,
    /// An answer to what the guide asks.
    Answer(u32),
    /// Enough of the guide.
    LeaveGuide,
    // The hash microscope.
    /// Something was typed in one of its fields, by the field's key.
    HashField(&'static str, String),
    /// Find a port that collides.
    HashCollide,
    /// Send a packet with what is typed.
    HashSend,
    /// Show the connection's values again.
    HashFollow,

    // A hall.
    /// Something of Present.
    Present(Show),
    /// Something of the window with notes.
    Notes(NotesDo),
    /// Something about lessons.
    Class(ClassMsg),
    /// Something about data that comes in.
    Import(ImportMsg),

    // The rest.
    /// Keys of one letter, digit or sign do nothing, or do something again.
    SetKeysOff(bool),
    /// What the browser kept under [`super::SETTINGS`], read at the start.
    LoadSettings(String),
    /// A key was pressed outside a field.
    Key(Key),
    /// Copy the link to the clipboard.
    CopyLink,
    /// Save the scenario as a file.
    SaveScenario,
    /// Links and files.
    Share(ShareMsg),
    /// The short message is old.
    ToastGone,
    /// A newer version of the page is here (true), or its reader will take it another time.
    Newer(bool),
    /// The newer version, now.
    TakeNewer,
}

impl Msg {
    /// What is under way is brought to its end before this is taken in: a person acts, and does
    /// not wait for the picture.
    pub fn moves(&self) -> bool {
        !matches!(
            self,
            Msg::Viewport { .. }
                | Msg::ConsoleInput(_)
                | Msg::BenchField(..)
                | Msg::AdvanceInput(_)
                | Msg::ScenarioInput(_)
                | Msg::HashField(..)
                | Msg::Share(_)
                | Msg::LoadSettings(_)
                | Msg::Notes(_)
                | Msg::Class(ClassMsg::OwnInput(_) | ClassMsg::Typed(_))
                | Msg::ToastGone
                | Msg::Newer(_)
                | Msg::Import(_)
        )
    }
}

/// A key press, as the browser names it (`ArrowRight`, `g`, ` `).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Key {
    /// `KeyboardEvent.key`.
    pub key: String,
    /// Shift was down.
    pub shift: bool,
    /// Ctrl or Cmd was down.
    pub ctrl: bool,
}

impl Key {
    /// A letter, a digit or a sign alone: what speech or a stray finger may press by mistake.
    pub fn is_sign(&self) -> bool {
        !self.ctrl && self.key != " " && self.key.chars().count() == 1
    }
}

/// What the browser is asked to do.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Effect {
    /// Put this behind the `#` of the address.
    WriteHash(String),
    /// Put text on the clipboard.
    Copy(String),
    /// Put the page's address with this behind its `#` on the clipboard.
    CopyLink(String),
    /// Offer a file.
    Save {
        /// What it is called.
        name: String,
        /// What it is, as servers say it.
        mime: &'static str,
        /// What is in it.
        bytes: Rc<[u8]>,
    },
    /// Offer a file: name and content.
    Download(String, String),
    /// Keep this under the name.
    Store(&'static str, String),
    /// Send [`Msg::PlayTick`] in so many milliseconds.
    PlayIn(u32),
    /// Send [`Msg::ToastGone`] in so many milliseconds.
    ToastFor(u32),
    /// Something for data that comes in.
    Import(ImportEffect),
    /// Move the focus to the element with this id.
    Focus(&'static str),
    /// Open the window with notes; say [`Show::Blocked`] if that is refused.
    OpenNotes,
    /// Tell the other window.
    Say(String),
    /// Fill the screen, or do so no more.
    FullScreen,
    /// Load the page anew, in its newer version if one is here.
    Reload,
}
