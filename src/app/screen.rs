//! The model of the screen, built when it is asked for and kept while nothing changes.

use super::bench::BenchState;
use super::compare::{Beside, beside};
use super::lesson::show;
use super::microscope::Under;
use super::state::AppState;
use super::{bench, clock, frags, lane, title, typing};
use crate::engine::{Command, Conntrack};
use crate::scenario::{PRESETS, Preset};
use crate::timeline::figures::NUMBERS;
use crate::timeline::{Cursor, Moment, Timeline};
use crate::view::compare::{Against, CompareWith, Facing};
use crate::view::inspector::{Subject, append_row, inspector, ledger_row, pointers, subject};
use crate::view::lanes;
use crate::view::lens::connection::shown_conn;
use crate::view::lens::figure::{badges, focus};
use crate::view::lens::hash::Typed;
use crate::view::lens::subject::number;
use crate::view::lens::{Looking, lens};
use crate::view::model::Typing;
use crate::view::model::{
    Bench, Chrome, Clock, Console, Depth, Inspector, LaneDeadline, Lanes, LedgerRow, Lens,
    LensModel, Model, Panel, Selection, Texts, Theme, Transport, Why,
};
use crate::view::narrate::why;
use crate::view::scene::Scene;
use crate::view::stage::{StageModel, Viewport, hall, stage};
use crate::view::texts::{checks, describe, everything, texts_from};
use crate::words::{app as w, import, tell};
use std::rc::Rc;

/// Most commands of a log whose text is shown to be changed.
const SHOWN_MAX: u32 = 20_000;

/// What was built last, and what it was built from.
#[derive(Clone, Debug, Default)]
pub(super) struct Screen {
    model: Option<Rc<Model>>,
    stale: bool,
    scene: Option<Seen>,
    bench: Option<(BenchState, Rc<Conntrack>, Bench)>,
    timing: Option<Timing>,
    counted: lanes::Counted,
}

/// What is to be looked for in every connection: it is made once for a machine.
#[derive(Clone, Debug)]
struct Timing {
    of: Rc<Conntrack>,
    clock: Clock,
    deadlines: Vec<LaneDeadline>,
    gc: Option<u32>,
}

impl Timing {
    fn of(state: &Rc<Conntrack>, counted: &mut lanes::Counted) -> Timing {
        let deadlines = lanes::deadlines(state, counted);
        Timing {
            of: state.clone(),
            clock: clock::clock(state, &deadlines),
            deadlines,
            gc: lanes::gc_next(state),
        }
    }
}

/// What the stage, the sentence, the inspector and the texts are built from.
#[derive(Clone, Debug)]
struct Seen {
    moment: Moment,
    selection: Selection,
    lens: Lens,
    /// The run that it is compared with.
    beside: Option<Beside>,
    /// Which other commands have the steps of the figure that the lens is.
    elsewhere: [Option<String>; NUMBERS],
    /// What is typed in the lens, if it has fields.
    typed: Option<Typed>,
    depth: Depth,
    /// It is for a hall.
    hall: bool,
    viewport: Viewport,
    list_from: u32,
    checked_all: bool,
    /// The ready-made scenario that nothing was done of yet.
    begins: Option<&'static Preset>,
}

impl Seen {
    /// `true` if the same comes of both. A machine or a trace that was made anew counts as another
    /// one; it costs time, nothing else.
    fn same(&self, other: &Seen) -> bool {
        let (a, b) = (&self.moment, &other.moment);
        Rc::ptr_eq(&a.state, &b.state)
            && Rc::ptr_eq(&a.before, &b.before)
            && Rc::ptr_eq(&a.trace, &b.trace)
            && a.fresh == b.fresh
            && a.line == b.line
            && self.selection == other.selection
            && self.lens == other.lens
            && match (&self.beside, &other.beside) {
                (None, None) => true,
                (Some(a), Some(b)) => a.same(b),
                _ => false,
            }
            && self.elsewhere == other.elsewhere
            && self.typed == other.typed
            && self.depth == other.depth
            && self.hall == other.hall
            && self.viewport == other.viewport
            && self.list_from == other.list_from
            && self.checked_all == other.checked_all
            && self.begins == other.begins
    }
}

impl Screen {
    /// Something changed: the model is to be built anew.
    pub fn forget(&mut self) {
        self.stale = true;
    }
}

/// The old part if it is equal to the new one, so that panes can compare pointers.
fn keep<T: PartialEq>(old: Option<&Rc<T>>, new: T) -> Rc<T> {
    match old {
        Some(old) if **old == new => old.clone(),
        _ => Rc::new(new),
    }
}

/// The model of the screen.
pub(super) fn model(app: &mut AppState) -> Rc<Model> {
    if let Some(model) = &app.screen.model
        && !app.screen.stale
    {
        return model.clone();
    }
    let old = app.screen.model.take();
    let new = build(app, old.as_deref());
    let model = match old {
        Some(old) if *old == new => old,
        _ => Rc::new(new),
    };
    app.screen.model = Some(model.clone());
    app.screen.stale = false;
    model
}

fn build(app: &mut AppState, old: Option<&Model>) -> Model {
    let moment = app.timeline.moment(app.grain());
    let beside = (app.lens == Lens::Compare).then(|| beside(app));
    let typed =
        (app.lens == Lens::Hash).then(|| app.microscope.typed(&under(&moment, app.selection)));
    let asked = app.checked_all.as_ref();
    let checked_all = asked.is_some_and(|asked| Rc::ptr_eq(asked, &moment.state));
    if !checked_all {
        app.checked_all = None;
    }
    let seen = Seen {
        moment,
        typed,
        beside,
        list_from: app.list_from,
        checked_all,
        depth: app.settings.depth,
        hall: app.hall.on,
        selection: app.selection,
        lens: app.lens,
        elsewhere: elsewhere(app),
        viewport: app.viewport,
        begins: PRESETS
            .iter()
            .filter(|_| app.timeline.at_start() && !app.timeline.is_empty())
            .find(|preset| preset.title.english() == app.timeline.title()),
    };
    let mut parts = match (&app.screen.scene, old) {
        (Some(before), Some(old)) if before.same(&seen) => Parts {
            stage: old.stage.clone(),
            lens: old.lens.clone(),
            why: old.why.clone(),
            inspector: old.inspector.clone(),
            texts: old.texts.clone(),
        },
        _ => parts(app, &seen, old),
    };
    let timing = match app.screen.timing.take() {
        Some(timing) if Rc::ptr_eq(&timing.of, &seen.moment.state) => timing,
        _ => Timing::of(&seen.moment.state, &mut app.screen.counted),
    };
    let clock = Clock {
        advance: app.advance.clone(),
        typing: typing::advance(&app.advance, app.timeline.config()),
        ..timing.clock.clone()
    };
    let mut chrome = chrome(app);
    if chrome.panel == Panel::Described {
        let scene = scene(&seen.moment, seen.selection);
        chrome.described = vec![parts.why.what.clone(), describe(&scene)];
    }
    let transport = transport(app, &timing, &parts.why);
    let class = show::class(app, old.map(|old| &old.class));
    chrome.present = app.present(&parts, &transport, class.lesson.as_deref());
    if app.hall.on {
        let marks = app.answer_marks(&parts.stage);
        if parts.stage.marks != marks {
            Rc::make_mut(&mut parts.stage).marks = marks;
        }
    }
    app.screen.timing = Some(timing);
    app.screen.scene = Some(seen);
    let bench = app.bench_model();
    let picks = show::places(app, &parts.stage);
    Model {
        stage: parts.stage,
        lens: parts.lens,
        why: parts.why,
        inspector: parts.inspector,
        texts: parts.texts,
        bench: keep(old.map(|old| &old.bench), bench),
        transport: keep(old.map(|old| &old.transport), transport),
        clock,
        console: keep(old.map(|old| &old.console), console(app)),
        import: keep(old.map(|old| &old.import), app.import_model()),
        recording: app.recording_model(),
        chrome,
        class: keep(old.map(|old| &old.class), class),
        picks: keep(old.map(|old| &old.picks), picks),
    }
}

pub(super) struct Parts {
    stage: Rc<StageModel>,
    lens: LensModel,
    pub why: Rc<Why>,
    inspector: Rc<Inspector>,
    pub texts: Rc<Texts>,
}

pub(super) fn scene(moment: &Moment, selection: Selection) -> Scene<'_> {
    Scene {
        state: &moment.state,
        before: &moment.before,
        steps: &moment.trace.steps,
        fresh: moment.fresh.clone(),
        line: moment.line.as_deref(),
        selection,
    }
}

/// What lies under the microscope at a moment.
pub(super) fn under(moment: &Moment, selection: Selection) -> Under {
    Under {
        state: moment.state.clone(),
        picked: match selection {
            Selection::Conn(number) => Some(number),
            _ => None,
        },
        shown: shown_conn(&scene(moment, selection)),
    }
}

/// What the view makes of a moment.
fn parts(app: &AppState, seen: &Seen, old: Option<&Model>) -> Parts {
    let scene = scene(&seen.moment, seen.selection);
    let against = seen
        .beside
        .as_ref()
        .map_or_else(Against::default, |it| Against {
            facing: it.moment.as_ref().map(|moment| Facing {
                scene: self::scene(moment, seen.selection),
                left: it.left,
                names: it.names.clone(),
                at: it.at.clone(),
            }),
            choices: &it.choices,
            note: &it.note,
        });
    let ledger = match subject(&scene) {
        Subject::Conn(number) => ledger(app, number),
        Subject::Skb(_) | Subject::Bucket(_) | Subject::Gc | Subject::Nothing => Vec::new(),
    };
    let of_lens = match seen.lens {
        Lens::Connection if ledger.is_empty() => {
            shown_conn(&scene).map_or_else(Vec::new, |number| self::ledger(app, number))
        }
        _ => Vec::new(),
    };
    let past = match seen.lens {
        Lens::Protocol | Lens::Relations => {
            number(&scene).map_or_else(Vec::new, |number| app.timeline.moves_of(number))
        }
        _ => Vec::new(),
    };
    let mut texts = texts_from(&scene, seen.list_from);
    if seen.checked_all {
        texts.checks = checks(scene.state);
        texts.checked = everything(scene.state);
        texts.check_all = false;
    }
    let looking = Looking {
        scene: &scene,
        viewport: seen.viewport,
        against: &against,
        elsewhere: &seen.elsewhere,
        position: app.timeline.position(),
        typed: seen.typed.as_ref(),
        ledger: if ledger.is_empty() { &of_lens } else { &ledger },
        past: &past,
        rules_since: match seen.lens {
            Lens::Relations => rules_since(&app.timeline),
            _ => 0,
        },
    };
    let mut stage = match seen.lens.on_stage() {
        true if seen.hall => hall(&scene, seen.viewport),
        true => stage(&scene, seen.viewport),
        false => StageModel::default(),
    };
    if let Some(figure @ 3..=5) = seen.lens.figure() {
        stage.badges = badges(&scene, figure, &stage);
        stage.focus = focus(&stage).or(stage.focus);
    }
    let mut inspected = inspector(&scene, &ledger);
    if app.settings.depth == Depth::Pointers {
        inspected.groups.extend(pointers(&scene));
    }
    Parts {
        lens: lens(seen.lens, &looking),
        stage: keep(old.map(|old| &old.stage), stage),
        why: keep(
            old.map(|old| &old.why),
            seen.begins.map_or_else(|| why(&scene), beginning),
        ),
        inspector: keep(old.map(|old| &old.inspector), inspected),
        texts: keep(old.map(|old| &old.texts), texts),
    }
}

/// Which other commands have the steps of the article's figure that is looked at.
fn elsewhere(app: &AppState) -> [Option<String>; NUMBERS] {
    let Some(figure @ 3..=6) = app.lens.figure() else {
        return Default::default();
    };
    let hz = app.timeline.config().hz;
    let label = |n| Some(lane::label(&app.timeline.line(n)?.command, hz));
    app.timeline.nearest_with(figure).map(|n| n.and_then(label))
}

/// Where the rules were flushed last.
fn rules_since(timeline: &Timeline) -> u32 {
    let done = timeline.lines().take(timeline.cursor().command as usize);
    let flushed = (1..)
        .zip(done)
        .filter(|(_, line)| line.command == Command::FlushRules);
    flushed.last().map_or(0, |(command, _)| {
        timeline.position_of(Cursor { command, step: 0 })
    })
}

/// Before the first command of a ready-made scenario: what there will be to see.
fn beginning(preset: &Preset) -> Why {
    Why {
        what: format!("{}.", preset.title),
        because: tell!(w::ABOUT_STEP_FORWARD_TO, about = preset.about),
        ..Why::default()
    }
}

/// Every change of `use` of a connection so far.
fn ledger(app: &AppState, number: u32) -> Vec<LedgerRow> {
    let mut ledger = Vec::new();
    let config = app.timeline.config();
    for taken in app.timeline.refs_of(number) {
        if let Some((_, row)) = ledger_row(config, &taken) {
            append_row(&mut ledger, row);
        }
    }
    ledger
}

fn transport(app: &mut AppState, timing: &Timing, why: &Why) -> Transport {
    let grain = app.grain();
    let (position, total) = app.timeline.ordinal(grain);
    let window = app.scrub.unwrap_or_else(|| lane::window(&app.timeline));
    let mut spoken = match position {
        0 => tell!(w::BEFORE_THE_FIRST_OF_TOTAL, total),
        n => tell!(w::STEP_N_OF_TOTAL, n, total),
    };
    for crumb in why.crumbs.iter().take(2) {
        spoken.push_str(", ");
        spoken.push_str(crumb);
    }
    Transport {
        position,
        total,
        at_start: app.timeline.at_start(),
        at_end: app.timeline.at_end(),
        grain,
        playing: app.playing,
        speed: app.speed,
        can_undo: app.timeline.can_undo(),
        can_redo: app.timeline.can_redo(),
        lanes: Lanes {
            spoken,
            deadlines: timing.deadlines.clone(),
            gc: timing.gc,
            ..lane::lanes(&app.timeline, window)
        },
    }
}

fn console(app: &AppState) -> Console {
    Console {
        input: app.console.input.clone(),
        output: app.console.output.clone(),
        failed: app.console.failed,
        typing: typing::command_line(&app.console, app.timeline.config()),
    }
}

fn chrome(app: &mut AppState) -> Chrome {
    let (text, typing) = match (app.panel, &app.draft) {
        (Panel::Scenario, Some(draft)) => (draft.clone(), typing::scenario(draft)),
        (Panel::Scenario, None) if app.timeline.len() > SHOWN_MAX => {
            let commands = app.timeline.len();
            (
                format!("# {}", tell!(import::LONG_TEXT, commands)),
                Typing::Nothing,
            )
        }
        (Panel::Scenario, None) => (app.timeline.scenario().to_string(), Typing::Nothing),
        _ => Default::default(),
    };
    Chrome {
        theme: if app.hall.on {
            Theme::Projector
        } else {
            app.settings.theme
        },
        lang: app.lang(),
        depth: app.settings.depth,
        lens: app.lens,
        tab: app.tab,
        panel: app.panel,
        toast: app.toast.clone(),
        newer: app.newer,
        profile: app.timeline.config().profile,
        both: app.lens == Lens::Compare && app.compare == CompareWith::Kernels,
        scenario: title::shown(app.timeline.title()).to_owned(),
        scenario_text: text,
        described: Vec::new(),
        share: app.share_model(),
        embedded: app.embedded(),
        scenario_typing: typing,
        empty: app.timeline.is_empty(),
        guide: app.guide(),
        keys_off: app.settings.keys_off,
        present: None,
        notes: app.desk(),
    }
}

impl AppState {
    /// The bench as it is shown.
    pub(super) fn bench_model(&mut self) -> Bench {
        let state = self.timeline.state();
        let end = self.timeline.state_at_command_end();
        let mut bench = match self.screen.bench.take() {
            // A machine belongs to one history only, so the log up to it is the same too.
            Some((form, at, bench)) if form == self.bench && Rc::ptr_eq(&at, &end) => bench,
            _ => self.bench.model(&self.timeline, &end),
        };
        self.screen.bench = Some((self.bench.clone(), end, bench.clone()));
        bench.skbs = state.skbs.iter().map(bench::skb_row).collect();
        bench.frags = frags::rows(&state);
        bench
    }
}
