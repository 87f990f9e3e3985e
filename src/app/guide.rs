//! A newcomer's first packet: what to do next, one question, and the way out at any time.

use super::import::ImportMsg;
use super::lesson::ClassMsg;
use super::msg::{Effect, Msg};
use super::share::ShareMsg;
use super::state::AppState;
use crate::engine::nulls::ListId;
use crate::engine::tuple::Dir;
use crate::engine::{Conntrack, step::Phase};
use crate::timeline::{Cursor, Timeline};
use crate::view::lesson::Screen;
use crate::view::model::{Grain, Guide};
use crate::words::app as w;

/// Name of this way to look, in links.
pub(super) const WORD: &str = "first";

/// Whether somebody is shown round, and what they answered.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Tour {
    pub on: bool,
    pub answer: Option<u32>,
}

/// Looking, and moving in time. Whoever does anything else knows the way.
fn looks_only(msg: &Msg) -> bool {
    !matches!(
        msg,
        Msg::Class(ClassMsg::Screen(_) | ClassMsg::Open(_) | ClassMsg::Own(_) | ClassMsg::Stop(_))
            | Msg::Import(ImportMsg::Open)
            | Msg::Share(ShareMsg::OpenPasted | ShareMsg::File(..))
            | Msg::Run(_)
            | Msg::SendPacket
            | Msg::Undo
            | Msg::Redo
            | Msg::Reset
            | Msg::SeekFigure(..)
            | Msg::Advance
            | Msg::HashSend
            | Msg::LoadPreset(_)
            | Msg::LoadText(_)
            | Msg::SwitchBranch(_)
            | Msg::SetGrain(_)
            | Msg::BenchProto(_)
            | Msg::BenchFlow(_)
            | Msg::BenchField(..)
            | Msg::BenchButton(_)
            | Msg::BenchFate(_)
            | Msg::ConsoleEnter
    )
}

/// A connection's entries in the table.
const ENTRIES: usize = 2;

impl AppState {
    /// Somebody opened the page: whoever was never here is shown round, unless a link led them.
    pub(super) fn welcome(&mut self) -> bool {
        let elsewhere = self.class.screen != Screen::Explore;
        if elsewhere || !self.timeline.is_empty() || self.settings.knows {
            return false;
        }
        self.tour.on = true;
        self.effects.push(Effect::Focus("guide-go"));
        true
    }

    /// Ends it if the message says that the way is known.
    pub(super) fn watch_tour(&mut self, msg: &Msg) {
        if self.tour.on && !looks_only(msg) {
            self.leave_tour();
        }
    }

    /// Ends it for good.
    pub(super) fn leave_tour(&mut self) -> bool {
        self.tour = Tour::default();
        let mut settings = self.settings;
        settings.knows = true;
        self.set_settings(settings);
        self.screen.forget();
        true
    }

    /// The step size that holds now.
    pub(super) fn grain(&self) -> Grain {
        if self.tour.on || self.hall.on {
            Grain::Phase
        } else {
            self.settings.grain
        }
    }

    /// An answer; what is asked for comes to pass.
    pub(super) fn answer(&mut self, answer: u32) -> bool {
        self.tour.answer = Some(answer);
        self.effects.push(Effect::Focus("guide-go"));
        self.beat(true);
        true
    }

    /// One step forward: to the next thing worth a look, or the next packet.
    pub(super) fn guided_forward(&mut self) -> bool {
        let sent = self.timeline.at_end() && self.timeline.len() < 2 && self.send_packet();
        self.beat(true) || sent
    }

    /// To the next thing worth a look, or the one before.
    pub(super) fn beat(&mut self, forward: bool) -> bool {
        let moved = self.go(|timeline, grain| {
            loop {
                let moved = if forward {
                    timeline.forward(grain)
                } else {
                    timeline.back(grain)
                };
                if !moved || worth_a_look(timeline) {
                    break moved;
                }
            }
        });
        if moved {
            // The address keeps the place, so that one can go on after loading anew.
            self.write_link();
        }
        moved
    }

    /// What is said and asked now.
    pub(super) fn guide(&mut self) -> Option<Guide> {
        if !self.tour.on {
            return None;
        }
        let mut guide = Guide {
            start: self.timeline.is_empty(),
            answers: false,
            said: "",
            text: w::ON_ITS_WAY_STEP.text(),
            go: w::STEP_ON.text(),
            ends: false,
        };
        match self.timeline.cursor().command {
            0 => {
                guide.text = w::A_ASKS_B_FOR.text();
                if guide.start {
                    guide.go = "Send SYN";
                }
            }
            1 if asks(&mut self.timeline) => {
                guide.answers = true;
                guide.text = w::IT_IS_ACCEPTED_HOW.text();
            }
            1 if entries(&self.timeline.state()) == ENTRIES => {
                guide.said = match self.tour.answer {
                    Some(2) => w::TWO_IT_IS.text(),
                    Some(_) => w::IT_IS_TWO.text(),
                    None => "",
                };
                guide.text = w::ONE_CONNECTION_TWO_ENTRIES.text();
                if self.timeline.at_end() {
                    guide.go = w::NOW_LET_THE_REPLY.text();
                }
            }
            1 => {}
            _ if self.timeline.at_end() => {
                guide.text = w::THE_REPLY_WAS_FOUND.text();
                guide.go = w::FREE_PLAY.text();
                guide.ends = true;
            }
            _ => guide.text = w::THE_REPLY_HAS_A.text(),
        }
        Some(guide)
    }
}

/// Nodes in the buckets of the table.
fn entries(machine: &Conntrack) -> usize {
    let nodes = machine
        .conns
        .iter()
        .flat_map(|conn| Dir::BOTH.map(|dir| conn.list(dir)));
    nodes
        .filter(|list| matches!(list, Some(ListId::Bucket(_))))
        .count()
}

/// The phase of the step before the cursor, and of the one behind it in the same command.
fn phases(timeline: &mut Timeline) -> (Option<Phase>, Option<Phase>) {
    let Cursor { command, step } = timeline.cursor();
    let trace = timeline.trace_of(command);
    let phase = |at: usize| trace.steps.get(at).map(|step| step.meta().phase);
    let at = step as usize;
    (at.checked_sub(1).and_then(phase), phase(at))
}

/// The first packet passed every rule, and is not confirmed yet.
fn asks(timeline: &mut Timeline) -> bool {
    timeline.cursor().command == 1 && phases(timeline).1 == Some(Phase::Confirm)
}

fn worth_a_look(timeline: &mut Timeline) -> bool {
    if timeline.at_start() || asks(timeline) {
        return true;
    }
    let (done, next) = phases(timeline);
    let seen = [Phase::Tuple, Phase::Walk, Phase::Create, Phase::Insert];
    next.is_none() || done.is_some_and(|done| seen.contains(&done))
}
