//! Layer 4 besides TCP: what the trackers of SCTP, DCCP and GRE do.

use super::told::{Told, Words, say};
use crate::engine::ConnId;
use crate::engine::proto::dccp::{DccpRole, DccpState, DccpType};
use crate::engine::proto::sctp::{SctpChunk, SctpState};
use crate::engine::time::Ticks;
use crate::engine::tuple::Dir;
use crate::view::names;
use crate::words::{narrate as w, tell};

pub(super) fn sctp_chunk(
    conn: ConnId,
    dir: Dir,
    chunk: u8,
    from: SctpState,
    to: Option<SctpState>,
) -> Words {
    let what = names::sctp_chunk(chunk);
    let says = match to {
        Some(to) if to == from => tell!(w::LEAVES_CONN_IN_NAME, conn, name = from.name()),
        Some(to) => tell!(
            w::TAKES_CONN_FROM_NAME,
            conn,
            name = from.name(),
            to = to.name()
        ),
        None => tell!(w::HAS_NO_PLACE_IN, name = from.name()),
    };
    let why = match SctpChunk::of(chunk) {
        Some(_) => tell!(
            w::COLUMN_SHORT_DIR_DIRECTION,
            short = from.short(),
            dir = names::dir(dir)
        ),
        None => w::CHUNKS_OF_THIS_TYPE.text().to_owned(),
    };
    say(tell!(w::THE_CHUNK_WHAT_SAYS, what, says), why)
}

pub(super) fn sctp_tag_set(conn: ConnId, dir: Dir, tag: u32) -> Words {
    let why = if tag == 0 {
        w::IT_IS_NOT_KNOWN.text()
    } else {
        w::EACH_SIDE_CHOOSES_THE.text()
    };
    say(
        tell!(
            w::PACKETS_OF_CONN_S,
            conn,
            dir = names::dir(dir),
            hex32 = names::hex32(tag)
        ),
        why,
    )
}

pub(super) fn sctp_ignored(conn: ConnId) -> Words {
    say(
        tell!(w::THE_PACKET_PASSES_AND, conn),
        w::A_HEARTBEAT_WITH_ANOTHER.text(),
    )
}

pub(super) fn dccp_looked_up(
    conn: ConnId,
    role: DccpRole,
    kind: DccpType,
    from: DccpState,
    cell: &str,
) -> Words {
    let to = DccpState::ALL.iter().find(|state| state.short() == cell);
    let says = match (to, cell) {
        (Some(to), _) if *to == from => tell!(w::STAY_IN_TO, to = to.name()),
        (Some(to), _) => tell!(w::GO_TO_TO, to = to.name()),
        (None, "IG") => w::IGNORE_IT.text().to_owned(),
        (None, _) => w::IT_IS_INVALID.text().to_owned(),
    };
    say(
        tell!(
            w::CONN_IS_IN_NAME,
            conn,
            name = from.name(),
            kind = kind.name(),
            short = role.short(),
            says
        ),
        tell!(w::COLUMN_SHORT_THE_CELL, short = from.short(), cell),
    )
}

pub(super) fn dccp_roles(conn: ConnId, client: Dir) -> Words {
    say(
        tell!(w::THE_DIR_DIRECTION_OF, dir = names::dir(client), conn),
        w::ITS_TUPLES_STAY_AS.text(),
    )
}

pub(super) fn dccp_state_set(conn: ConnId, from: DccpState, to: DccpState) -> Words {
    let why = match to {
        DccpState::None => "",
        DccpState::Request => w::A_REQUEST_WAS_SENT.text(),
        DccpState::Respond => w::THE_REQUEST_WAS_ANSWERED.text(),
        DccpState::Partopen => w::THE_CLIENT_HAS_THE.text(),
        DccpState::Open => w::BOTH_SIDES_KNOW_THAT.text(),
        DccpState::Closereq => w::THE_SERVER_WANTS_THE.text(),
        DccpState::Closing => w::A_CLOSE_WAS_SEEN.text(),
        DccpState::Timewait => w::A_RESET_WAS_SEEN.text(),
    };
    say(
        tell!(
            w::CONN_S_DCCP_STATE,
            conn,
            name = from.name(),
            to = to.name()
        ),
        why,
    )
}

pub(super) fn dccp_ignored(conn: ConnId, kind: DccpType) -> Words {
    say(
        tell!(w::THE_KIND_PASSES_AND, kind = kind.name(), conn),
        w::ITS_TYPE_AND_DIRECTION.text(),
    )
}

pub(super) fn gre_timeouts_kept(
    told: &Told,
    conn: ConnId,
    timeout: Ticks,
    stream_timeout: Ticks,
) -> Words {
    say(
        tell!(
            w::CONN_TAKES_TWO_TIMEOUTS,
            conn,
            ticks = told.ticks(timeout),
            ticks2 = told.ticks(stream_timeout)
        ),
        w::A_SETTING_THAT_CHANGES.text(),
    )
}
