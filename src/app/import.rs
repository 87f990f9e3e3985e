//! Real data in: captures and what conntrack printed. Everything is done in portions, each a
//! message of its own, and the log is left alone until the last one.

mod show;

use super::link::sentence;
use super::share::ShareMsg;
use super::state::AppState;
use crate::engine::Refusal;
use crate::scenario::capture::{Capture, CaptureError, FILE_BYTES_MAX, Options, Pieces, set_own};
use crate::scenario::events::{EVENTS_MAX, EventsReader, Recording, looks_like_events, plain};
use crate::scenario::table::{Table, TableReader, looks_like_table};
use crate::scenario::{Scenario, TEXT_BYTES_MAX};
use crate::timeline::{CHANGES_MAX, COMMANDS_MAX, EditError, Hearing, Loading};
use crate::view::import::{RecordingModel, recording};
use crate::view::model::{Panel, Tab};
use crate::view::{refusal, texts};
use crate::words::{import as w, tell};
use core::fmt;
use core::net::IpAddr;
use std::rc::Rc;

/// What is asked of a file at a time, in bytes.
pub const PIECE_BYTES: u32 = 128 << 10;
/// Most text that is pasted, in bytes.
pub const PASTED_BYTES_MAX: usize = TEXT_BYTES_MAX;

/// Bytes of a file. What they are does not belong into a report.
#[derive(Clone, PartialEq, Eq)]
pub struct Piece(pub Rc<[u8]>);

impl fmt::Debug for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

/// What a person, a timer or the browser says about data that comes in.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ImportMsg {
    /// A file was chosen, or dropped on the page: its name and how many bytes it has.
    File(String, u64),
    /// The next bytes of the file with this number.
    Piece(u32, Piece),
    /// The file with this number cannot be read: why, as the browser says it.
    Unreadable(u32, String),
    /// On with what is under way: so many commands or lines at most.
    On(u32),
    /// The address with this index is the machine's own, or is not.
    Own(u32, bool),
    /// Something was typed or pasted.
    Text(String),
    /// What was pasted is to be read.
    Read,
    /// What was found takes the place of the log.
    Open,
    /// Something else is to be chosen.
    Again,
    /// Nothing is to be imported.
    Cancel,
    /// The recording is compared with the log as it is now.
    Compare,
    /// The recording is put away.
    EndCompare,
}

/// What the browser is asked to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ImportEffect {
    /// The file that was chosen last has this number from now on; send its bytes from here up to
    /// there as [`ImportMsg::Piece`].
    Read {
        /// The file's number.
        file: u32,
        /// From here.
        from: u32,
        /// Up to here.
        to: u32,
    },
    /// Send [`ImportMsg::On`] as soon as the page was painted.
    On,
    /// The file is not wanted any more.
    Forget,
}

/// Data that comes in.
#[derive(Debug, Default)]
pub(super) struct ImportState {
    stage: Stage,
    /// What is pasted.
    text: String,
    problem: Option<String>,
    /// Files so far.
    files: u32,
    recording: Option<Beside>,
}

#[derive(Debug, Default)]
enum Stage {
    #[default]
    Choose,
    Reading(Reading),
    Working(String, Box<Work>),
    Found(String, What),
}

/// A file that is being read.
#[derive(Debug)]
struct Reading {
    name: String,
    size: u32,
    at: u32,
    taking: Taking,
}

#[derive(Debug)]
enum Taking {
    /// Its first bytes will say.
    Unknown,
    Capture(Box<Pieces>),
    Text(Vec<u8>),
}

#[derive(Debug)]
enum Work {
    Table(TableReader),
    Events(EventsReader),
    Run(Loading),
    Hear(Hearing, Rc<Recording>, Vec<(u32, String)>),
}

#[derive(Debug)]
enum What {
    /// A capture; which of its addresses are the machine's own.
    Capture(Capture, Vec<bool>),
    Table(Table),
}

/// A recording and what came of comparing it.
#[derive(Debug)]
struct Beside {
    recording: Rc<Recording>,
    /// Commands and changes of the log that it was compared with.
    of: (u32, u32),
    model: Rc<RecordingModel>,
}

impl AppState {
    /// Takes a message about data in; `true` if it is to be seen.
    pub(super) fn take_import(&mut self, msg: ImportMsg) -> bool {
        match msg {
            ImportMsg::File(name, size) => self.begin_file(name, size),
            ImportMsg::Piece(file, piece) => return self.take_piece(file, &piece.0),
            ImportMsg::Unreadable(file, why) => match &self.import.stage {
                Stage::Reading(reading) if file == self.import.files => {
                    let name = reading.name.clone();
                    self.fail_import(tell!(w::FILE_UNREADABLE, name, why));
                }
                _ => return false,
            },
            ImportMsg::On(most) => return self.work_on(most),
            ImportMsg::Own(nth, is) => match &mut self.import.stage {
                Stage::Found(_, What::Capture(_, own)) if (nth as usize) < own.len() => {
                    own[nth as usize] = is;
                }
                _ => return false,
            },
            ImportMsg::Text(text) => self.type_import(text),
            ImportMsg::Read => {
                // It stays until it is opened: what cannot be read is there to be mended.
                self.read_text(String::new(), self.import.text.clone());
            }
            ImportMsg::Open => self.open_import(),
            ImportMsg::Again => self.choose_again(),
            ImportMsg::Cancel => self.cancel_import(),
            ImportMsg::Compare => match self.import.recording.take() {
                Some(beside) => self.hear_recording(beside.recording),
                None => return false,
            },
            ImportMsg::EndCompare => return self.import.recording.take().is_some(),
        }
        true
    }

    /// The dialog shows something else: that is where one is.
    fn stage(&mut self, stage: Stage) {
        self.import.stage = stage;
        self.effects.push(super::Effect::Focus("import-title"));
    }

    fn ask_import(&mut self, effect: ImportEffect) {
        self.effects.push(super::Effect::Import(effect));
    }

    /// Back to where something is chosen, with the reason.
    fn fail_import(&mut self, problem: String) {
        self.stage(Stage::Choose);
        self.import.problem = Some(problem);
        self.panel = Panel::Import;
        self.ask_import(ImportEffect::Forget);
    }

    fn choose_again(&mut self) {
        self.stage(Stage::Choose);
        self.import.problem = None;
        self.ask_import(ImportEffect::Forget);
    }

    /// Nothing is imported; what is on the page stays.
    fn cancel_import(&mut self) {
        let under_way = !matches!(self.import.stage, Stage::Choose);
        self.import.stage = Stage::Choose;
        self.import.problem = None;
        self.ask_import(ImportEffect::Forget);
        self.panel = Panel::None;
        if under_way {
            self.toast(w::CANCELLED.text());
        }
    }

    /// Another panel is opened, or none: nothing goes on behind it.
    pub(super) fn leave_import(&mut self, to: Panel) -> bool {
        let leaves = self.panel == Panel::Import && to != Panel::Import;
        if leaves {
            self.cancel_import();
        }
        leaves
    }

    fn begin_file(&mut self, name: String, size: u64) {
        self.playing = false;
        self.panel = Panel::Import;
        self.import.problem = None;
        self.import.files += 1;
        let size = match u32::try_from(size) {
            Ok(0) => return self.fail_import(tell!(w::FILE_EMPTY, name)),
            Ok(bytes) if bytes as usize <= FILE_BYTES_MAX => bytes,
            _ => {
                let (size, most) = (amount(size), amount(FILE_BYTES_MAX as u64));
                return self.fail_import(tell!(w::FILE_LARGE, name, size, most));
            }
        };
        self.stage(Stage::Reading(Reading {
            name,
            size,
            at: 0,
            taking: Taking::Unknown,
        }));
        self.ask_import(ImportEffect::Read {
            file: self.import.files,
            from: 0,
            to: size.min(PIECE_BYTES),
        });
    }

    fn take_piece(&mut self, file: u32, bytes: &[u8]) -> bool {
        let known = file == self.import.files;
        let Stage::Reading(reading) = &mut self.import.stage else {
            return false;
        };
        if !known {
            return false;
        }
        let shown = percent(reading.at, reading.size);
        if let Err(problem) = reading.take(bytes) {
            self.fail_import(problem);
            return true;
        }
        reading.at = reading.at.saturating_add(bytes.len() as u32);
        // A file that became shorter ends here.
        if reading.at < reading.size && !bytes.is_empty() {
            let (from, size) = (reading.at, reading.size);
            let to = from.saturating_add(PIECE_BYTES).min(size);
            let changed = percent(from, size) != shown;
            self.ask_import(ImportEffect::Read { file, from, to });
            return changed;
        }
        self.ask_import(ImportEffect::Forget);
        if let Stage::Reading(reading) = core::mem::take(&mut self.import.stage) {
            self.end_file(reading);
        }
        true
    }

    /// All bytes of a file are here.
    fn end_file(&mut self, reading: Reading) {
        let Reading { name, taking, .. } = reading;
        match taking {
            Taking::Unknown => self.fail_import(tell!(w::FILE_EMPTY, name)),
            Taking::Capture(pieces) => match pieces.finish() {
                Ok(read) if read.taken == 0 => {
                    let said = read.warnings.first().map(sentence).unwrap_or_default();
                    let none = tell!(w::NO_PACKETS, name);
                    self.fail_import(format!("{none} {said}").trim_end().to_owned());
                }
                Ok(read) => {
                    let own = vec![false; read.busiest.len()];
                    self.stage(Stage::Found(name, What::Capture(read, own)));
                }
                Err(error) => self.fail_import(capture_problem(name, error)),
            },
            Taking::Text(bytes) => match String::from_utf8(bytes) {
                Ok(text) => self.read_text(name, text),
                Err(_) => self.fail_import(tell!(w::NOT_TEXT, name)),
            },
        }
    }

    fn type_import(&mut self, text: String) {
        if text.len() > PASTED_BYTES_MAX {
            let (size, most) = (amount(text.len() as u64), amount(PASTED_BYTES_MAX as u64));
            self.import.problem = Some(tell!(w::TEXT_LARGE, size, most));
            return;
        }
        self.import.text = text;
        self.import.problem = None;
    }

    /// A text that was pasted, or of a file with this name.
    fn read_text(&mut self, name: String, text: String) {
        if looks_like_events(&text) {
            self.work(name, Work::Events(EventsReader::new(text)));
        } else if looks_like_table(&text) {
            match TableReader::new(text, self.timeline.config()) {
                Ok(reader) => self.work(name, Work::Table(reader)),
                Err(error) => self.fail_import(sentence(error)),
            }
        } else if name.is_empty() {
            self.fail_import(w::TEXT_UNKNOWN.text().to_owned());
        } else {
            // A scenario that somebody saved.
            self.choose_again();
            self.panel = Panel::None;
            self.share(ShareMsg::File(name, text.into_bytes()));
        }
    }

    fn work(&mut self, name: String, work: Work) {
        self.import.problem = None;
        self.stage(Stage::Working(name, Box::new(work)));
        self.ask_import(ImportEffect::On);
    }

    fn open_import(&mut self) {
        let Stage::Found(name, what) = core::mem::take(&mut self.import.stage) else {
            return;
        };
        self.import.text.clear();
        match what {
            What::Capture(mut read, own) => {
                let own = read.busiest.iter().zip(&own).filter(|(_, own)| **own);
                let own: Vec<IpAddr> = own.map(|((address, _), _)| *address).collect();
                if !own.is_empty() {
                    set_own(&mut read.scenario, &own);
                }
                self.run_import(name, read.scenario);
            }
            What::Table(table) => self.run_import(name, table.scenario),
        }
    }

    fn run_import(&mut self, name: String, scenario: Scenario) {
        let title = match name.is_empty() {
            true => w::TABLE_TITLE.text().to_owned(),
            false => name.clone(),
        };
        match Loading::new(scenario, &title) {
            Ok(loading) => self.work(title, Work::Run(loading)),
            Err(error) => self.fail_import(edit_problem(&error)),
        }
    }

    /// Goes on with what is under way; `true` if that is to be seen.
    fn work_on(&mut self, most: u32) -> bool {
        let Stage::Working(_, work) = &mut self.import.stage else {
            return false;
        };
        let shown = work.percent(self.timeline.len());
        let done = match &mut **work {
            Work::Table(reader) => Ok(reader.read(most)),
            Work::Events(reader) => Ok(reader.read(most)),
            Work::Run(loading) => loading.run(most),
            Work::Hear(hearing, _, heard) => {
                let hz = self.timeline.config().hz;
                Ok(self.timeline.hear(hearing, most, |command, event| {
                    let line = texts::event_line(event, hz);
                    heard.push((command, plain(line.split_whitespace())));
                }))
            }
        };
        let now = work.percent(self.timeline.len());
        match done {
            Err(error) => self.fail_import(edit_problem(&error)),
            Ok(false) => {
                self.ask_import(ImportEffect::On);
                return now != shown;
            }
            Ok(true) => {
                if let Stage::Working(name, work) = core::mem::take(&mut self.import.stage) {
                    self.end_work(name, *work);
                }
            }
        }
        true
    }

    fn end_work(&mut self, name: String, work: Work) {
        match work {
            Work::Table(reader) => {
                let table = reader.finish();
                if table.entries > 0 {
                    self.stage(Stage::Found(name, What::Table(table)));
                    return;
                }
                let said = table.problems.into_iter().next().map(sentence);
                let none = w::TEXT_NONE.text();
                self.fail_import(format!("{none} {}", said.unwrap_or_default()));
            }
            Work::Events(reader) => self.hear_recording(Rc::new(reader.recording)),
            Work::Run(loading) => {
                let (title, commands) = (name, loading.total());
                let keep = self.worth_keeping();
                self.timeline.open(loading, keep);
                self.selection = Default::default();
                self.panel = Panel::None;
                self.edited();
                self.console.answer(vec![tell!(w::OPENED, title, commands)]);
                self.toast(tell!(w::OPENED, title, commands));
            }
            Work::Hear(hearing, recording, heard) => self.compared(&hearing, recording, &heard),
        }
    }

    fn hear_recording(&mut self, recording: Rc<Recording>) {
        let hearing = self.timeline.hearing();
        self.panel = Panel::Import;
        self.work(String::new(), Work::Hear(hearing, recording, Vec::new()));
    }

    /// The run was heard to its end: what differs.
    fn compared(&mut self, hearing: &Hearing, read: Rc<Recording>, heard: &[(u32, String)]) {
        let there: Vec<(u32, &str)> = read
            .events
            .iter()
            .map(|event| (event.line, event.text.as_str()))
            .collect();
        let mut model = recording(heard, &there);
        self.import.text.clear();
        if read.skipped > 0 {
            let (lines, first) = (read.skipped, read.first_skipped);
            model.notes.push(tell!(w::COMPARE_SKIPPED, lines, first));
        }
        if read.left_out > 0 {
            let lines = read.left_out;
            let said = tell!(w::COMPARE_LEFT_OUT, most = EVENTS_MAX, lines);
            model.notes.push(said);
        }
        if hearing.lost > 0 {
            let lost = hearing.lost;
            model.notes.push(tell!(w::COMPARE_LOST, lost));
        }
        self.import.recording = Some(Beside {
            recording: read,
            of: (self.timeline.len(), self.timeline.total()),
            model: Rc::new(model),
        });
        self.panel = Panel::None;
        self.tab = Tab::Events;
    }
}

impl Reading {
    /// Takes the next bytes in.
    fn take(&mut self, bytes: &[u8]) -> Result<(), String> {
        if let Taking::Unknown = self.taking {
            let mut pieces = Pieces::new(&Options::default());
            let is_text = !bytes.contains(&0);
            self.taking = match pieces.feed(&bytes[..bytes.len().min(4)]) {
                Err(CaptureError::NotACapture | CaptureError::Empty) if is_text => {
                    if self.size as usize > TEXT_BYTES_MAX {
                        let (size, most) = (self.size.into(), TEXT_BYTES_MAX as u64);
                        let (size, most) = (amount(size), amount(most));
                        return Err(tell!(w::TEXT_LARGE, size, most));
                    }
                    Taking::Text(Vec::with_capacity(self.size as usize))
                }
                Err(error) => return Err(capture_problem(self.name.clone(), error)),
                Ok(()) => Taking::Capture(Box::new(Pieces::new(&Options::default()))),
            };
        }
        match &mut self.taking {
            Taking::Unknown => {}
            Taking::Text(text) => text.extend_from_slice(bytes),
            Taking::Capture(pieces) => pieces
                .feed(bytes)
                .map_err(|error| capture_problem(self.name.clone(), error))?,
        }
        Ok(())
    }
}

impl Work {
    /// Done, and all there is to do.
    fn progress(&self, commands: u32) -> (u32, u32) {
        let bytes = |(at, size): (usize, usize)| (at as u32, size as u32);
        match self {
            Work::Table(reader) => bytes(reader.progress()),
            Work::Events(reader) => bytes(reader.progress()),
            Work::Run(loading) => (loading.done(), loading.total()),
            Work::Hear(hearing, ..) => (hearing.done(), commands),
        }
    }

    fn percent(&self, commands: u32) -> u32 {
        let (done, all) = self.progress(commands);
        percent(done, all)
    }
}

fn capture_problem(name: String, error: CaptureError) -> String {
    match error {
        CaptureError::NotACapture => tell!(w::NOT_TEXT, name),
        error => {
            let why = error.to_string();
            tell!(w::CAPTURE_BAD, name, why) + "."
        }
    }
}

/// Why the log stays as it was.
fn edit_problem(error: &EditError) -> String {
    match error {
        EditError::Refused(command, why) => refused(*command, why),
        EditError::TooLong | EditError::TooMuchWork(_) => {
            let (commands, changes) = (COMMANDS_MAX, CHANGES_MAX);
            tell!(w::TOO_LONG, commands, changes)
        }
    }
}

fn refused(command: u32, why: &Refusal) -> String {
    let why = refusal::refusal(why);
    tell!(w::REFUSED, command, why)
}

fn permille(done: u32, all: u32) -> u32 {
    (u64::from(done) * 1000 / u64::from(all.max(1))) as u32
}

fn percent(done: u32, all: u32) -> u32 {
    permille(done, all) / 10
}

/// Bytes with the unit that fits: `812 bytes`, `34 kB`, `3.2 MB`.
fn amount(bytes: u64) -> String {
    const MEGA: u64 = 1 << 20;
    match bytes {
        0..1_024 => tell!(w::BYTES, bytes),
        1_024..MEGA => format!("{} kB", bytes >> 10),
        _ => format!("{}.{} MB", bytes / MEGA, bytes % MEGA * 10 / MEGA),
    }
}
