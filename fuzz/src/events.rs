//! What `conntrack -E` printed, beside a run.

use crate::change;
use crate::corpus;
use crate::harness::Text;
use crate::rng::Rng;
use crate::seen::Seen;
use crate::table::import;
use ctscope::app::{AppState, ImportMsg, Msg};
use ctscope::engine::{Conntrack, NoProbe};
use ctscope::scenario::Scenario;
use ctscope::scenario::events::{EventsReader, looks_like_events, read_events};
use ctscope::view::import::align;
use ctscope::view::texts::event_line;

/// The target.
#[derive(Clone, Debug)]
pub struct Heard {
    seeds: Vec<String>,
    words: Vec<String>,
    run: Scenario,
}

/// Lines that no run prints.
const LINES: &str = "\
conntrack v1.4.7 (conntrack-tools): 3 flow events have been shown.
[1700000000.000001]\t    [NEW] udp      17 30 src=10.0.0.10 dst=192.0.2.53 sport=5000 dport=53 \
     [UNREPLIED]
[1700000000.000002]\t[DESTROY] udp      17 src=10.0.0.10 dst=192.0.2.53 sport=5000 dport=53 \
     [USERSPACE] portid=7 progname=conntrack
[.] [UPDATE]
[] [NEW]
[NEW]
 [OTHER] tcp
";

/// What a listener prints of a scenario.
fn printed(scenario: &Scenario) -> String {
    let mut ct = Conntrack::new(&scenario.config);
    let mut text = String::new();
    let mut last = 0;
    for line in &scenario.lines {
        ct.apply(&line.command, &mut NoProbe);
        for event in ct.listener.heard.iter().filter(|event| event.seq > last) {
            let time = 1_700_000_000 + u64::from(event.seq);
            text += &format!("[{time}.000001]\t{}\n", event_line(event, ct.hz()));
        }
        last = ct.listener.heard.back().map_or(last, |event| event.seq);
    }
    text
}

impl Heard {
    /// With what recorded scenarios tell.
    #[allow(clippy::new_without_default)] // it reads files
    pub fn new() -> Heard {
        const LEN_MAX: usize = 4_000;
        let scenarios = corpus::scenarios();
        let told = scenarios.iter().step_by(2).map(printed);
        let mut seeds: Vec<String> = told
            .filter(|text| !text.is_empty() && text.len() < LEN_MAX)
            .collect();
        seeds.push(LINES.to_owned());
        let words = corpus::words(seeds.iter().map(String::as_str));
        let run = scenarios.into_iter().next().unwrap_or_default();
        Heard { seeds, words, run }
    }
}

impl Text for Heard {
    const NAME: &'static str = "events";
    const ENDING: &'static str = "txt";

    fn seeds(&self) -> Vec<String> {
        self.seeds.clone()
    }

    fn change(&self, rng: &mut Rng, other: &str, input: &mut String) {
        for _ in 0..=rng.below(6) {
            change::text(rng, input, other, &self.words);
        }
    }

    fn run(&self, input: &str, seen: &mut Seen) -> Result<(), String> {
        seen.note(("events", looks_like_events(input)));
        let whole = read_events(input);
        let mut reader = EventsReader::new(input.to_owned());
        while !reader.read(1) {}
        if reader.recording != whole {
            return Err("portions: they read otherwise than the whole".to_owned());
        }
        let lines = input.lines().count();
        if whole.events.len() + whole.skipped as usize > lines {
            return Err(format!("lines: more than the {lines} are read"));
        }
        let mut last = 0;
        for event in &whole.events {
            if event.line <= last || event.line as usize > lines {
                return Err(format!("lines: {event:?} stands behind line {last}"));
            }
            last = event.line;
        }
        // What counts of them is read as the same.
        let texts: Vec<&str> = whole.events.iter().map(|it| it.text.as_str()).collect();
        let again = read_events(&texts.join("\n"));
        let same = again.events.iter().map(|it| it.text.as_str());
        if again.skipped > 0 || !same.eq(texts.iter().copied()) {
            return Err(format!("print: {texts:?} is read as {again:?}"));
        }
        seen.note(("lines", whole.events.len().min(20), whole.skipped.min(3)));
        // Side by side with a run, each line has its place once, in order.
        let here = printed(&self.run);
        let here = read_events(&here);
        let here: Vec<&str> = here.events.iter().map(|it| it.text.as_str()).collect();
        let pairs = align(&here, &texts);
        let ours = pairs.iter().filter_map(|pair| pair.here);
        let theirs = pairs.iter().filter_map(|pair| pair.there);
        if !ours.eq(0..here.len()) || !theirs.eq(0..texts.len()) {
            return Err(format!("align: {pairs:?}"));
        }
        let mut app = AppState::new();
        app.update(Msg::LoadText(self.run.to_string()));
        import(&mut app, ImportMsg::Text(input.to_owned()));
        import(&mut app, ImportMsg::Read);
        let len = app.timeline().len() as usize;
        if looks_like_events(input) && len != self.run.lines.len() {
            return Err(format!("work: {len} commands are left of the log"));
        }
        Ok(())
    }
}
