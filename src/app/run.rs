//! Everything that changes the log: packets, lines, loading, undo.

use super::bench::BenchState;
use super::console::{self, Ask, List};
use super::present::Show;
use super::state::{AppState, UNTITLED};
use super::{lane, link};
use crate::engine::{Command, Config, Fate, Outcome};
use crate::scenario::{Context, Line, PRESETS, Preset, Scenario, TEXT_BYTES_MAX, parse_command};
use crate::timeline::{Cursor, EditError};
use crate::view::model::{Lens, TextLine, Texts};
use crate::view::refusal::refusal;
use crate::words::share;
use crate::words::{app as w, tell};

impl AppState {
    /// Sends the packet that the bench shows.
    pub(super) fn send_packet(&mut self) -> bool {
        let bench = self.bench_model();
        match bench.problem.clone() {
            Some(problem) => {
                self.refuse(problem);
                true
            }
            None => self.send(&bench.line.clone()),
        }
    }

    /// Sends the packet of side A of the bench's flow that is sensible next; `false` if there is
    /// none.
    pub(super) fn send_first(&mut self) -> bool {
        let bench = self.bench_model();
        let mut ours = bench.buttons.iter().filter(|button| !button.reply);
        let first = ours.clone().find(|button| button.suggested);
        let Some(button) = first.or_else(|| ours.next()) else {
            return false;
        };
        let line = self.bench.with_fate(&button.line);
        self.send(&line)
    }

    /// Sends one of the one-click packets.
    pub(super) fn press_button(&mut self, index: u32) -> bool {
        let bench = self.bench_model();
        let Some(button) = bench.buttons.get(index as usize) else {
            return false;
        };
        let line = self.bench.with_fate(&button.line);
        self.send(&line)
    }

    fn send(&mut self, line: &str) -> bool {
        match self.run_line(line) {
            Ok(answer) => {
                self.console.answer(answer);
                self.bench.sent();
            }
            Err(problem) => self.refuse(problem),
        }
        true
    }

    /// Runs a line that a button stands for.
    pub(super) fn run(&mut self, line: &str) -> bool {
        match self.ask(line) {
            Ok(answer) => self.console.answer(answer),
            Err(problem) => self.refuse(problem),
        }
        true
    }

    /// Runs what is typed in the command line. What cannot be done stays there.
    pub(super) fn enter(&mut self) -> bool {
        let line = self.console.input.clone();
        match self.ask(&line) {
            Ok(answer) => {
                self.console.answer(answer);
                self.console.done(line);
            }
            Err(problem) => self.console.fail(problem),
        }
        true
    }

    /// Says what is wrong where it can be read in peace, and where it is seen.
    fn refuse(&mut self, problem: String) {
        self.toast(problem.clone());
        self.console.fail(problem);
    }

    fn ask(&mut self, line: &str) -> Result<Vec<String>, String> {
        if line.len() > console::LINE_BYTES_MAX {
            return Err(tell!(
                w::THE_LINE_HAS_LINE,
                line = line.len(),
                line_bytes_max = console::LINE_BYTES_MAX
            ));
        }
        let one = |sentence: &str| Ok(vec![sentence.to_owned()]);
        match console::read(line) {
            Ask::Nothing => Ok(Vec::new()),
            Ask::Line => self.run_line(line),
            Ask::Config => self.reconfigure(line),
            Ask::Do(command) => self.push(Line::from(command)),
            Ask::Print(what) => Ok(console::cut(console::print(&self.timeline.state(), what))),
            Ask::List(list) => {
                let texts = self.texts();
                let (lines, more) = match list {
                    List::Table => (&texts.list, texts.window.as_ref().map(|part| &part.text)),
                    List::Unconfirmed => (&texts.unconfirmed, None),
                    List::Dying => (&texts.dying, Some(&texts.dying_more)),
                };
                let mut printed = printed(lines);
                let more = more.filter(|more| !more.is_empty());
                printed.extend(more.map(|more| format!("({more})")));
                Ok(printed)
            }
            Ask::Stats => Ok(printed(&self.texts().stats)),
            Ask::Sysctls => Ok(console::sysctls(&self.timeline.state())),
            Ask::Sysctl(key) => self.sysctl(&key),
            Ask::Go(number) => {
                self.timeline.seek_command(number);
                self.playing = false;
                Ok(Vec::new())
            }
            Ask::Undo if self.undo() => one(w::UNDONE.text()),
            Ask::Undo => Err(w::THERE_IS_NOTHING_TO.text().to_owned()),
            Ask::Redo if self.redo() => one(w::DONE_AGAIN.text()),
            Ask::Redo => Err(w::THERE_IS_NOTHING_TO_DO.text().to_owned()),
            Ask::Share => {
                self.copy_link();
                one(w::THE_LINK_IS_ON.text())
            }
            Ask::Reset => {
                self.reset();
                one(w::AN_EMPTY_MACHINE_UNDO.text())
            }
            Ask::Help => Ok(console::HELP.map(|line| line.text().to_owned()).to_vec()),
            Ask::Wrong(problem) => Err(problem),
        }
    }

    fn run_line(&mut self, text: &str) -> Result<Vec<String>, String> {
        let context = Context::from(self.timeline.config());
        let line = parse_command(text, context).map_err(link::sentence)?;
        self.push(line)
    }

    fn push(&mut self, line: Line) -> Result<Vec<String>, String> {
        let label = lane::label(&line.command, self.timeline.config().hz);
        let command = line.command.clone();
        let outcome = self
            .timeline
            .push(line, self.grain())
            .map_err(|error| sentence(&error))?;
        self.edited();
        Ok(vec![answer(&command, &label, &outcome)])
    }

    fn sysctl(&mut self, key: &str) -> Result<Vec<String>, String> {
        let name = key.strip_prefix("net.netfilter.").unwrap_or(key);
        let all = console::sysctls(&self.timeline.state());
        let found = all.into_iter().find(|line| {
            line.strip_prefix("net.netfilter.")
                .and_then(|rest| rest.strip_prefix(name))
                .is_some_and(|rest| rest.starts_with(" = "))
        });
        found
            .map(|line| vec![line])
            .ok_or_else(|| tell!(w::THERE_IS_NO_SETTING, short = console::short(key)))
    }

    /// A machine with other settings, on which the log is run again. Settings that the line does
    /// not name stay.
    fn reconfigure(&mut self, line: &str) -> Result<Vec<String>, String> {
        let typed = parse_config(line)?;
        let now = Scenario {
            config: self.timeline.config().clone(),
            lines: Vec::new(),
        };
        let before = now.to_string();
        let key = |word: &str| word.split('=').next().unwrap_or_default().to_owned();
        let words = line.split('#').next().unwrap_or_default();
        let new: Vec<&str> = words.split_whitespace().skip(1).collect();
        let mut merged = String::from("config");
        let kept = before
            .lines()
            .next()
            .unwrap_or_default()
            .split_whitespace()
            .skip(1);
        let kept = kept.filter(|old| !new.iter().any(|word| key(word) == key(old)));
        for word in kept.chain(new.iter().copied()) {
            merged.push(' ');
            merged.push_str(word);
        }
        let config = if new.is_empty() {
            typed
        } else {
            parse_config(&merged)?
        };
        if config == now.config {
            return Ok(vec![w::THE_MACHINE_IS_LIKE.text().to_owned()]);
        }
        let command = self.timeline.cursor().command;
        let mut scenario = self.timeline.scenario();
        scenario.config = config;
        let title = self.timeline.title().to_owned();
        self.timeline
            .load(scenario, &title)
            .map_err(|error| sentence_of_many(&error))?;
        self.timeline.seek_cursor(Cursor {
            command,
            step: u32::MAX,
        });
        self.edited();
        Ok(vec![w::A_NEW_MACHINE_THE.text().to_owned()])
    }

    pub(super) fn undo(&mut self) -> bool {
        let done = self.timeline.undo();
        if done {
            self.edited();
        }
        done
    }

    pub(super) fn redo(&mut self) -> bool {
        let done = self.timeline.redo();
        if done {
            self.edited();
        }
        done
    }

    pub(super) fn switch_branch(&mut self, index: u32) -> bool {
        let done = self.timeline.switch_branch(index);
        if done {
            self.edited();
        }
        done
    }

    pub(super) fn reset(&mut self) -> bool {
        let scenario = Scenario {
            config: Config::default(),
            lines: Vec::new(),
        };
        self.bench = BenchState::default();
        self.load(scenario, UNTITLED.english()).is_ok()
    }

    fn load(&mut self, scenario: Scenario, title: &str) -> Result<(), String> {
        self.timeline
            .load(scenario, title)
            .map_err(|error| sentence_of_many(&error))?;
        self.selection = Default::default();
        self.leave_class();
        self.edited();
        Ok(())
    }

    /// The same; a log that somebody made is kept as a branch.
    pub(super) fn load_keeping(&mut self, scenario: Scenario, title: &str) -> Result<(), String> {
        let loaded = match self.worth_keeping() {
            true => self.timeline.load_beside(scenario, title),
            false => self.timeline.load(scenario, title),
        };
        loaded.map_err(|error| sentence_of_many(&error))?;
        self.selection = Default::default();
        self.edited();
        Ok(())
    }

    pub(super) fn load_preset(&mut self, name: &str) -> bool {
        let Some(preset) = PRESETS.iter().find(|preset| preset.name == name) else {
            self.refuse(tell!(w::THERE_IS_NO_SCENARIO, short = console::short(name)));
            return true;
        };
        let loaded = Scenario::parse(preset.text)
            .map_err(link::sentence)
            .and_then(|scenario| self.load(scenario, preset.title.english()));
        self.say_loaded(loaded, preset.title.text());
        true
    }

    pub(super) fn load_text(&mut self, text: &str) -> bool {
        let loaded = Scenario::parse(text)
            .map_err(link::sentence)
            .and_then(|scenario| self.load(scenario, w::YOUR_SCENARIO.english()));
        // What cannot be run stays, to be mended.
        self.draft = loaded.is_err().then(|| text.to_owned());
        self.say_loaded(loaded, w::YOUR_SCENARIO.text());
        true
    }

    pub(super) fn type_amount(&mut self, amount: String) -> bool {
        let fits = amount.len() <= console::LINE_BYTES_MAX;
        if fits {
            self.advance = amount;
        }
        fits
    }

    pub(super) fn type_scenario(&mut self, text: String) -> bool {
        if text.len() > TEXT_BYTES_MAX {
            self.toast(tell!(
                w::THE_TEXT_HAS_TEXT,
                text = text.len(),
                text_bytes_max = TEXT_BYTES_MAX
            ));
            return true;
        }
        self.draft = Some(text);
        true
    }

    pub(super) fn load_link(&mut self, fragment: &str) -> bool {
        let (fragment, present) = link::without_present(fragment);
        let led = self.follow_link(&fragment);
        (present && self.show(Show::Start)) || led
    }

    fn follow_link(&mut self, fragment: &str) -> bool {
        if let Some(changed) = self.follow_route(fragment) {
            return changed;
        }
        let link::Reading {
            target,
            left_out,
            lines,
        } = link::read(fragment);
        let target = match target {
            Ok(target) => target,
            Err(problem) => {
                self.refuse_link(problem, lines);
                return true;
            }
        };
        // The address of what is on the screen, written by ourselves, or gone back to.
        if target.scenario != self.timeline.scenario() {
            let preset = Preset::on_any_kernel(&target.scenario);
            let title = preset
                .map_or(w::A_SHARED_SCENARIO, |preset| preset.title)
                .english();
            if let Err(problem) = self.load_keeping(target.scenario, title) {
                self.refuse(problem);
                return true;
            }
        }
        self.leave_class();
        self.playing = false;
        self.selection = target.selection;
        self.lens = target.lens;
        self.tour.on = target.toured && !self.settings.knows;
        self.tab = target.tab.unwrap_or(self.tab);
        self.settings.grain = target.grain.unwrap_or(self.settings.grain);
        self.settings.depth = target.depth.unwrap_or(self.settings.depth);
        self.timeline.seek_cursor(target.cursor.unwrap_or_default());
        self.edited();
        if let Some(problem) = left_out {
            self.refuse(tell!(share::LINK_PART, problem));
        }
        true
    }

    /// A link that leads nowhere changes nothing; what could be read of it can be looked at.
    fn refuse_link(&mut self, problem: String, lines: String) {
        let n = lines.lines().count();
        if n == 0 {
            return self.refuse(problem);
        }
        self.draft = Some(lines);
        self.refuse(tell!(share::LINK_LINES, problem, n, m = n));
    }

    /// To a step of a figure. A log that lacks it makes place for one that has it; undo brings it
    /// back.
    pub(super) fn seek_figure(&mut self, figure: u8, number: u8) -> bool {
        let lens = Lens::of_figure(figure).unwrap_or(self.lens);
        if !self.timeline.seek_figure(figure, number) {
            let preset = match (figure, number) {
                (6, 3..) => "slow-listener",
                _ => "first-packet",
            };
            self.load_preset(preset);
            self.timeline.seek_figure(figure, number);
        }
        self.playing = false;
        self.lens = lens;
        true
    }

    fn say_loaded(&mut self, loaded: Result<(), String>, title: &str) {
        match loaded {
            Ok(()) => self.console.answer(vec![tell!(
                w::TITLE_TIMELINE_COMMANDS,
                title,
                timeline = self.timeline.len()
            )]),
            Err(problem) => self.refuse(problem),
        }
    }

    fn texts(&mut self) -> std::rc::Rc<Texts> {
        self.model().texts.clone()
    }
}

fn parse_config(line: &str) -> Result<Config, String> {
    Scenario::parse(line)
        .map(|scenario| scenario.config)
        .map_err(link::sentence)
}

fn printed(lines: &[TextLine]) -> Vec<String> {
    if lines.is_empty() {
        return vec![w::NOTHING.text().to_owned()];
    }
    lines.iter().map(|line| line.text.clone()).collect()
}

/// Why the log stays as it was.
fn sentence(error: &EditError) -> String {
    match error {
        EditError::Refused(_, why) => refusal(why),
        EditError::TooLong | EditError::TooMuchWork(_) => error.to_string(),
    }
}

/// The same for a scenario: which command it is.
fn sentence_of_many(error: &EditError) -> String {
    match error {
        EditError::Refused(command, why) => {
            tell!(w::COMMAND_COMMAND_REFUSAL, command, refusal = refusal(why))
        }
        EditError::TooLong | EditError::TooMuchWork(_) => error.to_string(),
    }
}

/// What a command did.
fn answer(command: &Command, label: &str, outcome: &Outcome) -> String {
    let Some(skb) = outcome.skb else {
        return match command {
            Command::Delete(_) | Command::DeleteMatching(_) | Command::Flush => {
                match outcome.deleted {
                    1 => w::N_1_FLOW_ENTRY.text().to_owned(),
                    n => tell!(w::N_FLOW_ENTRIES_HAVE, n),
                }
            }
            Command::Entry(_) => match outcome.conn {
                Some(conn) => tell!(w::N_1_FLOW_ENTRY_HAS_BEEN, conn),
                None => w::NO_ENTRY_WAS_CREATED.text().to_owned(),
            },
            Command::Update(..) => match outcome.updated {
                1 => w::N_1_FLOW_ENTRY_HAS.text().to_owned(),
                n => tell!(w::N_FLOW_ENTRIES_HAVE_BEEN, n),
            },
            _ => tell!(w::DONE_LABEL, label),
        };
    };
    let mut text = match (outcome.ctinfo, outcome.conn) {
        (Some(ctinfo), Some(conn)) => {
            tell!(w::SKB_CTINFO_OF_CONN, skb, ctinfo = ctinfo.name(), conn)
        }
        (Some(ctinfo), None) => format!("{skb}: {}", ctinfo.name()),
        (None, _) if outcome.invalid.is_some() => format!("{skb}: INVALID"),
        (None, _) => skb.to_string(),
    };
    text.push_str(&match outcome.fate {
        Some(Fate::Accepted) => w::WENT_THROUGH.text().to_owned(),
        Some(Fate::Dropped(at, _)) => tell!(w::DROPPED_AT_AT, at = at.name()),
        Some(Fate::Held(at)) => tell!(w::WAITS_AT_AT, at = at.name()),
        Some(Fate::Queued) => w::WAITS_FOR_THE_OTHER.text().to_owned(),
        None => ".".to_owned(),
    });
    text
}
