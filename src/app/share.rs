//! Links and files: the dialog that makes them, and what is opened.

use super::address;
use super::lesson::looks_like_lesson;
use super::link;
use super::msg::Effect;
use super::state::AppState;
use crate::scenario::{Preset, Scenario, TEXT_BYTES_MAX};
use crate::timeline::{Cursor, Grain, Timeline};
use crate::view::model::{Panel, Theme};
use crate::view::out::{self, Choice, PANELS_MAX};
use crate::view::scene::Scene;
use crate::view::share::{Embedded, Kind, Share};
use crate::words::{share as w, tell};
use std::rc::Rc;

/// Heights that a frame can have, in pixels.
const HEIGHTS: core::ops::RangeInclusive<u32> = 240..=2_000;
/// Lines that cannot be read that are told of.
const PROBLEMS_MAX: usize = 8;
/// Longest name of a file that is said, in characters.
const NAME_MAX: usize = 60;
/// Most characters of the title in a name.
const TITLE_MAX: usize = 40;

/// What is told about links and files.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ShareMsg {
    /// The address of the page, without what is behind `#`; told at the start.
    Address(String),
    /// Something was pasted or typed in the field for lines.
    Paste(String),
    /// Open what is in it.
    OpenPasted,
    /// A file was chosen or dropped: its name and its bytes.
    File(String, Vec<u8>),
    /// A file was chosen or dropped that is too large to be looked at: its name and length.
    TooLarge(String, u64),
    /// Height of the frame, as typed.
    Height(String),
    /// Colours of the frame.
    Theme(Theme),
    /// Whether the frame opens at this step.
    Here(bool),
    /// First command of the strip, as typed.
    From(String),
    /// Last command.
    To(String),
    /// Size of its steps.
    Every(Grain),
    /// The strip is to be of the command at hand, or else of the whole run.
    Only(bool),
    /// Save a file.
    Save(Kind),
    /// Copy the text for a page.
    CopySnippet,
}

/// What is typed and chosen in the dialog, and where the page is.
#[derive(Clone, Debug)]
pub(super) struct ShareState {
    /// The page's address, without query and fragment.
    page: String,
    /// The page is in a frame.
    pub embedded: bool,
    pasted: String,
    problems: Vec<String>,
    height: String,
    theme: Theme,
    here: bool,
    /// First and last command as typed; `None` follows the cursor.
    from: Option<String>,
    to: Option<String>,
    every: Grain,
}

impl Default for ShareState {
    fn default() -> ShareState {
        ShareState {
            page: String::new(),
            embedded: false,
            pasted: String::new(),
            problems: Vec::new(),
            height: "480".to_owned(),
            theme: Theme::Auto,
            here: true,
            from: None,
            to: None,
            every: Grain::Phase,
        }
    }
}

const THEMES: [(&str, Theme); 3] = [
    ("light", Theme::Light),
    ("dark", Theme::Dark),
    ("projector", Theme::Projector),
];

/// Most commands of a ready-made scenario.
const PRESET_COMMANDS_MAX: u32 = 1_000;

impl AppState {
    pub(super) fn share(&mut self, msg: ShareMsg) -> bool {
        let it = &mut self.share;
        match msg {
            ShareMsg::Address(address) => self.told_address(&address),
            ShareMsg::Paste(text) if text.len() <= TEXT_BYTES_MAX => it.pasted = text,
            ShareMsg::Paste(text) => self.file_too_large(w::PASTE_LABEL.text(), text.len() as u64),
            ShareMsg::OpenPasted => {
                let text = core::mem::take(&mut it.pasted);
                if !self.open_text(w::PASTE_LABEL.text(), &text) {
                    self.share.pasted = text;
                }
            }
            ShareMsg::File(name, bytes) => self.open_file(&name, bytes),
            ShareMsg::TooLarge(name, bytes) => self.file_too_large(&name, bytes),
            ShareMsg::Height(text) => it.height = text.chars().take(6).collect(),
            ShareMsg::Theme(theme) => it.theme = theme,
            ShareMsg::Here(here) => it.here = here,
            ShareMsg::From(text) => it.from = Some(text.chars().take(8).collect()),
            ShareMsg::To(text) => it.to = Some(text.chars().take(8).collect()),
            ShareMsg::Every(every) => it.every = every,
            ShareMsg::Only(true) => (it.from, it.to) = (None, None),
            ShareMsg::Only(false) => {
                it.from = Some("1".to_owned());
                it.to = Some(self.timeline.len().max(1).to_string());
            }
            ShareMsg::Save(kind) => self.save_as(kind),
            ShareMsg::CopySnippet => {
                let snippet = self.snippet(self.fragment(self.share.here).ok());
                self.effects.push(Effect::Copy(snippet));
                self.toast(w::COPIED_TEXT.text());
            }
        }
        true
    }

    fn told_address(&mut self, address: &str) {
        let (page, query) = address.split_once('?').unwrap_or((address, ""));
        self.share.page = page.to_owned();
        self.share.embedded = address::asked(query, "embed").is_some();
        if self.share.embedded {
            let theme = address::asked(query, "theme");
            let known = THEMES.iter().find(|(word, _)| Some(*word) == theme);
            self.settings.theme = known.map_or(Theme::Auto, |(_, theme)| *theme);
        }
    }

    /// In a frame, the page takes no focus, keeps nothing, and leaves the address alone.
    pub(super) fn quiet(&mut self) {
        let loud = |effect: &Effect| {
            matches!(
                effect,
                Effect::WriteHash(_) | Effect::Store(..) | Effect::Focus(_)
            )
        };
        if self.share.embedded {
            self.effects.retain(|effect| !loud(effect));
        }
    }

    /// What an embedded page says of itself.
    pub(super) fn embedded(&self) -> Option<Embedded> {
        let fragment = || self.fragment(true).unwrap_or_default();
        self.share.embedded.then(|| Embedded {
            open: format!("{}#{}", self.share.page, fragment()),
        })
    }

    // ---- opening

    fn open_file(&mut self, name: &str, bytes: Vec<u8>) {
        if bytes.len() > TEXT_BYTES_MAX {
            return self.file_too_large(name, bytes.len() as u64);
        }
        match String::from_utf8(bytes) {
            Ok(text) if !text.contains('\0') => {
                self.open_text(name, &text);
            }
            _ => {
                let name = short(name);
                self.refuse_file(vec![tell!(w::NOT_TEXT, name)]);
            }
        }
    }

    fn file_too_large(&mut self, name: &str, bytes: u64) {
        let name = short(name);
        let said = tell!(w::TOO_LARGE, name, n = bytes, most = TEXT_BYTES_MAX);
        self.refuse_file(vec![said]);
    }

    /// Puts a scenario in the place of the log, which is kept; or says which lines cannot be read.
    fn open_text(&mut self, name: &str, text: &str) -> bool {
        if looks_like_lesson(name, text) {
            self.panel = Panel::None;
            self.own_lesson(text);
            return true;
        }
        let name = short(name);
        let problems = Scenario::problems(text, PROBLEMS_MAX);
        if !problems.is_empty() {
            let n = problems.len();
            let mut told = vec![tell!(w::PROBLEMS_HEAD, n)];
            told.extend(problems.iter().map(link::sentence));
            told.extend((n == PROBLEMS_MAX).then(|| w::PROBLEMS_MORE.text().to_owned()));
            self.refuse_file(told);
            return false;
        }
        let title = name
            .rsplit_once('.')
            .map_or(name.as_str(), |(stem, _)| stem);
        let kept = self.worth_keeping();
        let loaded = Scenario::parse(text)
            .map_err(link::sentence)
            .and_then(|scenario| self.load_keeping(scenario, title));
        if let Err(problem) = loaded {
            self.refuse_file(vec![problem]);
            return false;
        }
        self.draft = None;
        self.share.problems.clear();
        self.panel = Panel::None;
        let kept = match kept {
            true => w::KEPT_BRANCH.text(),
            false => w::KEPT_NONE.text(),
        };
        let n = self.timeline.len();
        let said = tell!(w::OPENED, name, n, kept);
        self.console.answer(vec![said.clone()]);
        self.toast(said);
        true
    }

    fn refuse_file(&mut self, problems: Vec<String>) {
        self.console.fail(problems.join(" "));
        self.share.problems = problems;
        self.panel = Panel::Share;
    }

    /// Somebody made the log: it is no ready-made one that can be had again.
    pub(super) fn worth_keeping(&self) -> bool {
        // A long one is no preset; it is not copied to see that.
        self.timeline.len() > PRESET_COMMANDS_MAX
            || !self.timeline.is_empty()
                && Preset::on_any_kernel(&self.timeline.scenario()).is_none()
    }

    // ---- links

    /// The fragment for this step, or for the whole run from its start.
    fn fragment(&self, here: bool) -> Result<String, String> {
        match here {
            true => link::encode(self),
            false => link::encode_start(self),
        }
    }

    fn snippet(&self, fragment: Option<String>) -> String {
        let Some(fragment) = fragment else {
            return String::new();
        };
        let theme = THEMES.iter().find(|(_, theme)| *theme == self.share.theme);
        let theme = theme.map_or(String::new(), |(word, _)| format!("&theme={word}"));
        let src = out::xml_escaped(&format!("{}?embed{theme}#{fragment}", self.share.page));
        let title = tell!(
            w::EMBED_TITLE,
            name = super::title::shown(self.timeline.title())
        );
        let title = out::xml_escaped(&title);
        let height = self.height().unwrap_or(480);
        format!(
            "<iframe src=\"{src}\" title=\"{title}\" width=\"100%\" height=\"{height}\" \
             style=\"border:1px solid #7a8693\" loading=\"lazy\" \
             sandbox=\"allow-scripts allow-same-origin allow-popups\"></iframe>"
        )
    }

    fn height(&self) -> Option<u32> {
        let height = self.share.height.trim().parse().ok()?;
        HEIGHTS.contains(&height).then_some(height)
    }

    // ---- files

    fn save_as(&mut self, kind: Kind) {
        let (ending, mime) = kind.ending();
        let file = format!("{}{ending}", file_stem(self.timeline.title()));
        let mut left_out = 0;
        let bytes = match kind {
            Kind::Scenario => self.timeline.scenario().to_string().into_bytes(),
            Kind::Picture => self.picture().into_bytes(),
            Kind::Packets => {
                let scenario = self.timeline.scenario();
                let packets = out::packets(&scenario, scenario.lines.len());
                left_out = packets.left_out;
                packets.file
            }
            Kind::List => out::table(&self.timeline.state()).into_bytes(),
            Kind::State => out::state(&self.timeline.state()).into_bytes(),
            Kind::Trace => out::trace(&mut self.timeline.clone()).into_bytes(),
            Kind::Strip | Kind::Markdown => match self.strip(kind) {
                Some(text) => text.into_bytes(),
                None => return,
            },
        };
        self.effects.push(Effect::Save {
            name: file.clone(),
            mime,
            bytes: bytes.into(),
        });
        self.toast(match left_out {
            0 => tell!(w::SAVED, file),
            n => tell!(w::SAVED_PART, file, n),
        });
    }

    fn picture(&mut self) -> String {
        let moment = self.timeline.moment(self.grain());
        out::picture(&Scene {
            state: &moment.state,
            before: &moment.before,
            steps: &moment.trace.steps,
            fresh: moment.fresh.clone(),
            line: moment.line.as_deref(),
            selection: self.selection,
        })
    }

    /// The strip that is chosen, if it can be made.
    fn strip(&self, kind: Kind) -> Option<String> {
        let choice = self.choice()?;
        if !(1..=PANELS_MAX).contains(&choice.count(&self.timeline)) {
            return None;
        }
        let mut timeline = self.timeline.clone();
        let page = &self.share.page;
        let panels = out::panels(&mut timeline, choice, |timeline: &Timeline| {
            let link = link::encode_at(self, timeline.cursor(), choice.every);
            link.map_or_else(|_| String::new(), |link| format!("{page}#{link}"))
        });
        let title = super::title::shown(self.timeline.title());
        Some(match kind {
            Kind::Markdown => out::markdown(title, &panels),
            _ => out::strip(title, &panels),
        })
    }

    /// First and last command as shown: what was typed, or the one at hand.
    fn typed_range(&self) -> [String; 2] {
        let Cursor { command, .. } = self.timeline.cursor();
        let here = command.max(1).to_string();
        let it = &self.share;
        [&it.from, &it.to].map(|typed| typed.clone().unwrap_or_else(|| here.clone()))
    }

    fn choice(&self) -> Option<Choice> {
        let number = |text: &String| {
            let n = text.trim().parse().ok()?;
            (1..=self.timeline.len()).contains(&n).then_some(n)
        };
        let [from, to] = self.typed_range();
        let (from, to) = (number(&from)?, number(&to)?);
        Some(Choice {
            from,
            to,
            every: self.share.every,
        })
    }

    /// The dialog.
    pub(super) fn share_model(&self) -> Option<Rc<Share>> {
        if self.panel != Panel::Share {
            return None;
        }
        let it = &self.share;
        let here = self.fragment(true);
        let (link, link_note) = match &here {
            Ok(fragment) => {
                let link = format!("{}#{fragment}", it.page);
                let n = link.chars().count();
                let most = crate::scenario::link::WRITTEN_CHARS_MAX;
                (link, tell!(w::LINK_LENGTH, n, most))
            }
            Err(problem) => (String::new(), problem.clone()),
        };
        let framed = if it.here { here } else { self.fragment(false) };
        let [from, to] = self.typed_range();
        let (strip_fits, strip_note) = self.strip_note();
        Some(Rc::new(Share {
            link,
            link_note,
            pasted: it.pasted.clone(),
            problems: it.problems.clone(),
            height: it.height.clone(),
            height_wrong: self
                .height()
                .is_none()
                .then(|| w::EMBED_HEIGHT_WRONG.text()),
            theme: it.theme,
            here: it.here,
            snippet: self.snippet(framed.ok()),
            from,
            to,
            every: it.every,
            strip_note,
            strip_fits,
        }))
    }

    fn strip_note(&self) -> (bool, String) {
        if self.timeline.is_empty() {
            return (false, w::STRIP_EMPTY.text().to_owned());
        }
        let Some(choice) = self.choice() else {
            let last = self.timeline.len();
            return (false, tell!(w::STRIP_NUMBER, last));
        };
        match choice.count(&self.timeline) {
            n if n > PANELS_MAX => (false, tell!(w::STRIP_TOO_MANY, n, most = PANELS_MAX)),
            n => (n > 0, tell!(w::STRIP_COUNT, n)),
        }
    }
}

/// A name as it is said.
fn short(name: &str) -> String {
    let mut short: String = name
        .chars()
        .filter(|c| !c.is_control())
        .take(NAME_MAX)
        .collect();
    if short.len() < name.len() {
        short.push('…');
    }
    short
}

/// A title as the name of a file: letters, digits and dashes.
fn file_stem(title: &str) -> String {
    let mut stem = String::new();
    for c in title.chars().take(TITLE_MAX) {
        match c.to_ascii_lowercase() {
            c if c.is_ascii_alphanumeric() => stem.push(c),
            _ if stem.ends_with('-') || stem.is_empty() => {}
            _ => stem.push('-'),
        }
    }
    match stem.trim_end_matches('-') {
        "" => "scenario".to_owned(),
        stem => stem.to_owned(),
    }
}
