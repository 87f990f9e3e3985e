//! Data that comes in, as it is shown.

use super::{Reading, Stage, Taking, What, Work, amount, permille};
use crate::app::link::sentence;
use crate::app::state::AppState;
use crate::view::import::{Found, ImportModel, RecordingModel};
use crate::view::model::Panel;
use crate::view::names;
use crate::words::{import as w, tell};
use std::rc::Rc;

impl AppState {
    /// The dialog as it is shown.
    pub(in crate::app) fn import_model(&self) -> ImportModel {
        if self.panel != Panel::Import {
            return ImportModel::Closed;
        }
        match &self.import.stage {
            Stage::Choose => ImportModel::Choose {
                text: self.import.text.clone(),
                problem: self.import.problem.clone(),
            },
            Stage::Reading(reading) => reading.model(),
            Stage::Working(name, work) => work.model(name, self.timeline.len()),
            Stage::Found(name, what) => ImportModel::Found(found(name, what)),
        }
    }

    /// The recording beside the run, if there is one.
    pub(in crate::app) fn recording_model(&self) -> Option<Rc<RecordingModel>> {
        let beside = self.import.recording.as_ref()?;
        if beside.of == (self.timeline.len(), self.timeline.total()) {
            return Some(beside.model.clone());
        }
        Some(Rc::new(RecordingModel {
            stale: true,
            ..(*beside.model).clone()
        }))
    }
}

impl Reading {
    fn model(&self) -> ImportModel {
        let (at, size) = (amount(self.at.into()), amount(self.size.into()));
        let name = &self.name;
        ImportModel::Working {
            label: tell!(w::READING_LABEL, name),
            done: permille(self.at, self.size),
            words: match &self.taking {
                Taking::Capture(pieces) => {
                    let packets = pieces.packets();
                    tell!(w::READING, packets, at, size)
                }
                Taking::Unknown | Taking::Text(_) => tell!(w::READING_TEXT, at, size),
            },
        }
    }
}

impl Work {
    fn model(&self, name: &str, commands: u32) -> ImportModel {
        let (done, total) = self.progress(commands);
        let label = match self {
            Work::Table(_) | Work::Events(_) => {
                let name = if name.is_empty() {
                    w::PASTED.text()
                } else {
                    name
                };
                tell!(w::READING_LABEL, name)
            }
            Work::Run(_) => tell!(w::OPENING_LABEL, name),
            Work::Hear(..) => w::COMPARING_LABEL.text().to_owned(),
        };
        let words = match self {
            Work::Table(_) | Work::Events(_) => {
                let (at, size) = (amount(done.into()), amount(total.into()));
                tell!(w::READING_TEXT, at, size)
            }
            Work::Run(_) | Work::Hear(..) => {
                let done = names::grouped(done.into());
                tell!(w::OPENING, done, total)
            }
        };
        ImportModel::Working {
            label,
            done: permille(done, total),
            words,
        }
    }
}

/// What was found, in words.
fn found(name: &str, what: &What) -> Found {
    match what {
        What::Capture(read, own) => {
            let (packets, taken) = (read.packets, read.taken);
            let flows = names::grouped(read.flows.into());
            let facts = vec![
                (
                    w::PACKETS_FOUND.text(),
                    match packets == taken {
                        true => tell!(w::PACKETS_ALL, taken),
                        false => tell!(w::PACKETS_SOME, taken, packets),
                    },
                ),
                (w::FLOWS_FOUND.text(), flows),
                (
                    w::COMMANDS_FOUND.text(),
                    names::grouped(read.scenario.lines.len() as u64),
                ),
            ];
            let own = read
                .busiest
                .iter()
                .zip(own)
                .map(|((address, packets), own)| (tell!(w::OWN_ADDRESS, address, packets), *own));
            Found {
                title: w::CAPTURE_TITLE.text().to_owned(),
                name: name.to_owned(),
                facts,
                said: read.warnings.iter().map(sentence).collect(),
                own: own.collect(),
            }
        }
        What::Table(table) => {
            let mut facts = vec![(
                w::ENTRIES_FOUND.text(),
                names::grouped(table.entries.into()),
            )];
            if table.bad > 0 {
                facts.push((w::BAD_FOUND.text(), names::grouped(table.bad.into())));
            }
            let problems = table.problems.iter().map(sentence);
            Found {
                title: w::TABLE_TITLE.text().to_owned(),
                name: if name.is_empty() {
                    w::PASTED.text()
                } else {
                    name
                }
                .to_owned(),
                facts,
                said: problems.chain(table.notes.iter().cloned()).collect(),
                own: Vec::new(),
            }
        }
    }
}
