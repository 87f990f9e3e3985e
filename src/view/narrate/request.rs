//! Sentences about a request for an entry, such as `conntrack -I` makes.

use super::changed::Rows;
use super::told::{Told, Words, say};
use crate::engine::conn::{Status, Timeout};
use crate::engine::tuple::{Dir, Tuple};
use crate::engine::{Command, ConnId, Step};
use crate::view::names;

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
    say(
        format!("A request asks for an entry {}.", names::tuple(original)),
        "No packet is needed: conntrack -I and conntrackd make entries so. First the tuple is \
         looked up, for it may be there already.",
    )
}

pub(super) fn entry_filled(told: &Told, conn: ConnId) -> Words {
    let left = told
        .conn(conn)
        .map(|conn| told.ticks(conn.nf_ct_expires(told.now())))
        .unwrap_or_default();
    say(
        format!("{conn} is filled in as the request says; it has {left}."),
        "It counts as confirmed before it is in the table. No packet has run a tracker, so \
         nothing is known of windows and tags.",
    )
}

/// The sentence for its nodes.
pub(super) fn hash_inserted(conn: ConnId, dir: Dir, bucket: u32) -> Words {
    say(
        format!(
            "{conn}'s {} node goes to the head of bucket {bucket}.",
            names::dir(dir)
        ),
        match dir {
            Dir::Original => "Both chains were searched for these tuples before.",
            Dir::Reply => "From here on packets of both directions find it.",
        },
    )
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
        Some(conn) => Some(say(
            format!("{conn} is in the table, as the request says."),
            "No packet made it; the first one will find it.",
        )),
        None if full => Some(say(
            "The table is full and nobody could be spared: no entry is made.",
            "The request fails.",
        )),
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
            format!("{id} status"),
            String::new(),
            names::status(conn.status),
            "",
        );
        if let Timeout::Absolute(at) = conn.timeout {
            self.push(
                format!("{id}.timeout"),
                "0".to_owned(),
                names::grouped(at.0.into()),
                format!("{} left", told.ticks(at.left(told.now()))),
            );
        }
        if let Some(state) = conn.proto.name() {
            self.push(format!("{id} state"), String::new(), state.to_owned(), "");
        }
        if conn.mark != 0 {
            let mark = conn.mark.to_string();
            self.push(format!("{id} mark"), "0".to_owned(), mark, "");
        }
        if conn.status.intersects(Status::SRC_NAT | Status::DST_NAT) {
            let reply = conn.tuple(Dir::Reply).to_string();
            self.push(format!("{id} reply tuple"), String::new(), reply, "by NAT");
        }
    }
}
