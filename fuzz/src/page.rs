//! What reaches the page beside links and files: what the browser kept, what another window says,
//! and whole addresses. The first line of an input says which.

use crate::change;
use crate::corpus;
use crate::harness::Text;
use crate::rng::Rng;
use crate::seen::Seen;
use ctscope::app::lesson::PROGRESS;
use ctscope::app::{
    AppState, ClassMsg, Effect, Msg, NotesDo, SETTINGS, ShareMsg, Show, Update, address,
};
use ctscope::view::lesson::Act;
use ctscope::view::model::Depth;

/// The target.
#[derive(Clone, Debug)]
pub struct Pages {
    seeds: Vec<String>,
    words: Vec<String>,
    lessons: String,
}

/// A question, so that something can be answered wrongly.
const LESSON: &str = "\
=== first-packet
title: T
about: A.
udp 10.0.0.1:1 > 10.0.0.2:53
== S
ask: entries
prompt: P
because: B
";

/// Longest text of another window that is shown, in characters, and most of a kind.
const SHOWN_MAX: (usize, usize) = (2_000, 40);

const SEEDS: [&str; 14] = [
    "progress\ndone first-packet\nwrong first-packet 1 3\n",
    "progress\nwrong first-packet 1 4294967295\nwrong tcp 99999999999 1\ndone\ndone own\n",
    "settings\n{\"theme\":\"dark\", \"grain\":\"phase\", \"keys_off\":true, \"knows\":true, \
     \"depth\":\"pointers\", \"lang\":\"de\"}",
    "settings\n{\"theme\":7}",
    "settings\n[[[[{}]]]]",
    "notes\n{\"kind\":\"hello\"}",
    "notes\n{\"kind\":\"do\", \"act\":\"hello\"}",
    "notes\n{\"kind\":\"do\", \"act\":\"ping\"}\n{\"kind\":\"do\", \"act\":\"blank\"}",
    "notes\n{\"kind\":\"do\", \"act\":\"next\"}\n{\"kind\":\"do\", \"act\":\"back\"}",
    "notes\n{\"kind\":\"here\"}\n{\"kind\":\"bye\"}",
    "notes\n{\"kind\":\"beat\", \"on\":true, \"blank\":true, \"title\":\"T\", \
     \"counter\":\"1 / 2\", \"heading\":\"H\", \"what\":\"W\", \"notes\":[\"a\", \"b\"], \
     \"choices\":[\"c\"], \"answer\":\"A\", \"next_title\":\"N\", \"next\":\"n\"}",
    "address\n?embed&theme=dark#first-packet&at=1.20",
    "address\n?present&lang=de#lesson/first-packet/1",
    "address\n?notes#labs",
];

impl Pages {
    /// With the addresses of the tests.
    #[allow(clippy::new_without_default)] // it reads files
    pub fn new() -> Pages {
        let files = ["links_routes.txt", "links_bad.txt", "links_page.txt"];
        let texts = files.map(corpus::text);
        let lines = texts.iter().flat_map(|text| text.lines());
        let addresses = lines.filter_map(|line| line.split_once(" => "));
        let addresses = addresses.map(|(address, _)| match address.contains('#') {
            true => format!("address\n{address}"),
            false => format!("address\n#{address}"),
        });
        let seeds: Vec<String> = SEEDS
            .iter()
            .map(|seed| (*seed).to_owned())
            .chain(addresses)
            .collect();
        let words = corpus::words(seeds.iter().map(String::as_str));
        Pages {
            seeds,
            words,
            lessons: LESSON.to_owned(),
        }
    }

    fn page(&self) -> AppState {
        let mut app = AppState::new();
        class(&mut app, ClassMsg::Lessons(self.lessons.clone()));
        app
    }

    /// What is stored when a question is answered wrongly once.
    fn progress(&self, known: &str) -> Result<String, String> {
        let mut app = self.page();
        class(&mut app, ClassMsg::Progress(known.to_owned()));
        class(&mut app, ClassMsg::Open("first-packet".to_owned()));
        class(&mut app, ClassMsg::Stop(1));
        class(&mut app, ClassMsg::Typed("77".to_owned()));
        let update = class(&mut app, ClassMsg::Act(Act::Main));
        app.model();
        stored(&update, PROGRESS).ok_or_else(|| "progress: nothing is stored".to_owned())
    }

    fn check_progress(&self, text: &str, seen: &mut Seen) -> Result<(), String> {
        const WRONG: &str = "wrong first-packet 1 ";
        let once = self.progress(text)?;
        let twice = self.progress(&once)?;
        let count = |text: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(WRONG));
            line.and_then(|count| count.parse::<u32>().ok())
        };
        let others = |text: &str| {
            let lines = text.lines().filter(|line| !line.starts_with(WRONG));
            lines.map(str::to_owned).collect::<Vec<_>>()
        };
        seen.note(("progress", once.lines().count()));
        let more = count(&once).map(|count| count.saturating_add(1));
        if more != count(&twice) || others(&once) != others(&twice) {
            return Err(format!("progress: {once:?} is read as another: {twice:?}"));
        }
        Ok(())
    }

    fn check_settings(&self, text: &str, seen: &mut Seen) -> Result<(), String> {
        let mut app = self.page();
        app.update(Msg::LoadSettings(text.to_owned()));
        app.model();
        // What is stored then, and what that is read as.
        let store = |app: &mut AppState, depth| {
            let update = app.update(Msg::SetDepth(depth));
            app.model();
            stored(&update, SETTINGS)
        };
        let depths = [Depth::Idea, Depth::Pointers];
        let Some(once) = depths.into_iter().find_map(|depth| store(&mut app, depth)) else {
            return Err("settings: nothing is stored".to_owned());
        };
        seen.note(("settings", &once));
        let mut other = self.page();
        other.update(Msg::LoadSettings(once.clone()));
        let twice = depths
            .into_iter()
            .find_map(|depth| store(&mut other, depth));
        let bare = |text: &str| text.replace("pointers", "idea");
        match twice {
            Some(twice) if bare(&twice) == bare(&once) => Ok(()),
            twice => Err(format!("settings: {once:?} is read as another: {twice:?}")),
        }
    }

    /// A window with notes and one that presents hear each line, and each what the other says.
    fn check_notes(&self, text: &str, seen: &mut Seen) -> Result<(), String> {
        let mut hall = self.page();
        hall.update(Msg::LoadPreset("first-packet".to_owned()));
        hall.update(Msg::Present(Show::Start));
        let mut desk = self.page();
        desk.update(Msg::Notes(NotesDo::Open));
        let log = hall.timeline().scenario();
        let hear = |app: &mut AppState, text: &str| {
            let update = app.update(Msg::Notes(NotesDo::Heard(text.to_owned())));
            app.model();
            said(&update)
        };
        for line in text.lines() {
            for answer in hear(&mut hall, line) {
                hear(&mut desk, &answer);
            }
            for answer in hear(&mut desk, line) {
                hear(&mut hall, &answer);
            }
            desk.update(Msg::Notes(NotesDo::Tick(1_000, 70)));
            let model = desk.model();
            let Some(notes) = &model.chrome.notes else {
                return Err("notes: the window is another one".to_owned());
            };
            let (chars, most) = SHOWN_MAX;
            let long = |text: &String| text.chars().count() > chars;
            let (title, next) = &notes.next;
            let texts = [
                &notes.title,
                &notes.heading,
                &notes.what,
                &notes.answer,
                title,
                next,
            ];
            let mut lists = notes.notes.iter().chain(&notes.choices);
            let many = notes.notes.len().max(notes.choices.len()) > most;
            if many || texts.into_iter().any(long) || lists.any(long) {
                return Err(format!("notes: too much is shown: {notes:?}"));
            }
            seen.note(("notes", notes.blank, notes.trouble.len(), notes.notes.len()));
        }
        if hall.timeline().scenario() != log || hall.model().chrome.present.is_none() {
            return Err("notes: more than the beat was changed".to_owned());
        }
        let at = hall.timeline().cursor();
        seen.note(("hall", at.command, at.step));
        Ok(())
    }

    /// Work that nobody else has is there after an address was followed, or can be had again.
    fn check_address(&self, text: &str, seen: &mut Seen) -> Result<(), String> {
        let mut app = self.page();
        app.update(Msg::Run("udp 10.9.9.9:1 > 10.0.0.2:2".to_owned()));
        let work = app.timeline().scenario();
        let (query, fragment) = text.split_once('#').unwrap_or((text, ""));
        app.update(Msg::Wanted(address::lang(query), None));
        app.update(Msg::Share(ShareMsg::Address(format!("file:///x{query}"))));
        for msg in address::first(query, fragment) {
            app.update(msg);
            app.model();
        }
        let model = app.model();
        let said = model.chrome.toast.clone().unwrap_or_default();
        seen.sentence("address", &said);
        let (hall, notes) = (&model.chrome.present, &model.chrome.notes);
        seen.note((
            "address",
            hall.is_some(),
            notes.is_some(),
            model.chrome.embedded.is_some(),
            core::mem::discriminant(&model.class.screen),
        ));
        if hall.is_some() {
            app.update(Msg::Present(Show::Toggle));
        }
        let back = [Msg::Class(ClassMsg::Act(Act::Restore)), Msg::SwitchBack];
        for msg in back {
            if app.timeline().scenario() == work {
                return Ok(());
            }
            app.update(msg);
        }
        match app.timeline().scenario() == work {
            true => Ok(()),
            false => Err(format!("address: the work is gone, and it says {said:?}")),
        }
    }
}

fn class(app: &mut AppState, msg: ClassMsg) -> Update {
    app.update(Msg::Class(msg))
}

fn stored(update: &Update, name: &str) -> Option<String> {
    update.effects.iter().find_map(|effect| match effect {
        Effect::Store(of, text) if *of == name => Some(text.clone()),
        _ => None,
    })
}

fn said(update: &Update) -> Vec<String> {
    let said = update.effects.iter().filter_map(|effect| match effect {
        Effect::Say(text) => Some(text.clone()),
        _ => None,
    });
    said.collect()
}

impl Text for Pages {
    const NAME: &'static str = "page";
    const ENDING: &'static str = "txt";

    fn seeds(&self) -> Vec<String> {
        self.seeds.clone()
    }

    fn change(&self, rng: &mut Rng, other: &str, input: &mut String) {
        let (kind, text) = input.split_once('\n').unwrap_or(("address", input));
        let (kind, mut text) = (kind.to_owned(), text.to_owned());
        let (_, other) = other.split_once('\n').unwrap_or(("", other));
        if rng.percent(3) && kind != "address" {
            // Nested deeply, or long.
            let many = 1 << rng.below(13);
            text = rng.pick(&["[", "{\"a\":", "\"x\","]).repeat(many) + &text;
        }
        for _ in 0..=rng.below(4) {
            change::text(rng, &mut text, other, &self.words);
        }
        if kind == "address" {
            text.retain(|c| c != '\n');
        }
        *input = format!("{kind}\n{text}");
    }

    fn run(&self, input: &str, seen: &mut Seen) -> Result<(), String> {
        let (kind, text) = input.split_once('\n').unwrap_or(("address", input));
        match kind {
            "progress" => self.check_progress(text, seen),
            "settings" => self.check_settings(text, seen),
            "notes" => self.check_notes(text, seen),
            _ => self.check_address(text, seen),
        }
    }

    fn simpler(&self, input: &str) -> Vec<String> {
        let Some((kind, text)) = input.split_once('\n') else {
            return change::simpler_text(input);
        };
        let all = change::simpler_text(text).into_iter();
        all.map(|text| format!("{kind}\n{text}")).collect()
    }
}
