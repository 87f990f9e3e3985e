//! Sentences about a request for an entry, such as `conntrack -I` makes.

use super::changed::Rows;
use super::told::{Told, Words, say};
use crate::engine::conn::{Status, Timeout};
use crate::engine::tuple::{Dir, Tuple};
use crate::engine::{Command, ConnId, Step};
use crate::view::names;
use crate::words::{narrate as w, tell};

impl Told<'_> {
    /// The command is a request for an entry: there is no packet.
    pub fn is_request(&self) -> bool {
        matches!(
            self.scene.line.map(|line| &line.command),
            Some(Command::Entry(_))
        )
    }
}

pub(super) fn entry_asked(original: &Tuple) -> Words {
    let tuple = names::tuple(original);
    say(tell!(w::ENTRY_ASKED, tuple), w::ENTRY_ASKED_WHY.text())
}

pub(super) fn entry_filled(told: &Told, conn: ConnId) -> Words {
    let left = told
        .conn(conn)
        .map(|conn| told.ticks(conn.nf_ct_expires(told.now())))
        .unwrap_or_default();
    say(
        tell!(w::ENTRY_FILLED, conn, left),
        w::ENTRY_FILLED_WHY.text(),
    )
}

/// The sentence for its nodes.
pub(super) fn hash_inserted(conn: ConnId, dir: Dir, bucket: u32) -> Words {
    let why = match dir {
        Dir::Original => w::ENTRY_SEARCHED,
        Dir::Reply => w::ENTRY_FOUND_NOW,
    };
    let dir = names::dir(dir);
    say(tell!(w::ENTRY_NODE, conn, dir, bucket), why.text())
}

/// The whole request in one sentence.
pub(super) fn made(fresh: &[Step]) -> Option<Words> {
    let conn = fresh.iter().find_map(|step| match step {
        Step::EntryFilled { conn } => Some(*conn),
        _ => None,
    });
    let full = fresh
        .iter()
        .any(|step| matches!(step, Step::TableFull { .. }));
    match conn {
        Some(conn) => Some(say(tell!(w::ENTRY_MADE, conn), w::ENTRY_MADE_WHY.text())),
        None if full => Some(say(w::ENTRY_FULL.text(), w::ENTRY_FULL_WHY.text())),
        None => None,
    }
}

impl Rows<'_> {
    /// The fields that a request fills in.
    pub(super) fn filled(&mut self, told: &Told, id: ConnId) {
        let Some(conn) = told.living(id) else {
            return;
        };
        self.push(
            tell!(w::ID_STATUS, id),
            String::new(),
            names::status(conn.status),
            "",
        );
        if let Timeout::Absolute(at) = conn.timeout {
            self.push(
                format!("{id}.timeout"),
                "0".to_owned(),
                names::grouped(at.0.into()),
                told.ticks(at.left(told.now())),
            );
        }
        if let Some(state) = conn.proto.name() {
            self.push(tell!(w::ID_STATE, id), String::new(), state.to_owned(), "");
        }
        if conn.mark != 0 {
            let mark = conn.mark.to_string();
            self.push(tell!(w::ID_MARK, id), "0".to_owned(), mark, "");
        }
        if conn.status.intersects(Status::SRC_NAT | Status::DST_NAT) {
            let reply = conn.tuple(Dir::Reply).to_string();
            self.push(tell!(w::ID_REPLY_TUPLE, id), String::new(), reply, "NAT");
        }
    }
}
