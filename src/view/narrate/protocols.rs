//! Layer 4 besides TCP: what the trackers of SCTP, DCCP and GRE do.

use super::told::{Told, Words, say};
use crate::engine::ConnId;
use crate::engine::proto::dccp::{DccpRole, DccpState, DccpType};
use crate::engine::proto::sctp::{SctpChunk, SctpState};
use crate::engine::time::Ticks;
use crate::engine::tuple::Dir;
use crate::view::names;

pub(super) fn sctp_chunk(
    conn: ConnId,
    dir: Dir,
    chunk: u8,
    from: SctpState,
    to: Option<SctpState>,
) -> Words {
    let what = names::sctp_chunk(chunk);
    let says = match to {
        Some(to) if to == from => format!("leaves {conn} in {}", from.name()),
        Some(to) => format!("takes {conn} from {} to {}", from.name(), to.name()),
        None => format!("has no place in {}: it is invalid", from.name()),
    };
    let why = match SctpChunk::of(chunk) {
        Some(_) => format!(
            "Column {}, {} direction. Each chunk of a packet is looked up by itself.",
            from.short(),
            names::dir(dir)
        ),
        None => "Chunks of this type have no row in the table.".to_owned(),
    };
    say(format!("The chunk {what} {says}."), why)
}

pub(super) fn sctp_tag_set(conn: ConnId, dir: Dir, tag: u32) -> Words {
    let why = if tag == 0 {
        "It is not known any more; the next heartbeat tells it."
    } else {
        "Each side chooses the tag that it wants to see. A packet with another one is a stranger's."
    };
    say(
        format!(
            "Packets of {conn}'s {} direction must have the tag {}.",
            names::dir(dir),
            names::hex32(tag)
        ),
        why,
    )
}

pub(super) fn sctp_ignored(conn: ConnId) -> Words {
    say(
        format!("The packet passes, and {conn}'s time is not started anew."),
        "A heartbeat with another tag waits for its answer, or an INIT only came once more.",
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
        (Some(to), _) if *to == from => format!("stay in {}", to.name()),
        (Some(to), _) => format!("go to {}", to.name()),
        (None, "IG") => "ignore it".to_owned(),
        (None, _) => "it is invalid".to_owned(),
    };
    say(
        format!(
            "{conn} is in {}. For a {} of the {} the table says: {says}.",
            from.name(),
            kind.name(),
            role.short()
        ),
        format!(
            "Column {}: the cell is {cell}. DCCP asks who is client and who is server, not for \
             the direction.",
            from.short()
        ),
    )
}

pub(super) fn dccp_roles(conn: ConnId, client: Dir) -> Words {
    say(
        format!(
            "The {} direction of {conn} is the client's from now on.",
            names::dir(client)
        ),
        "Its tuples stay as they are; only the rows of the table change.",
    )
}

pub(super) fn dccp_state_set(conn: ConnId, from: DccpState, to: DccpState) -> Words {
    let why = match to {
        DccpState::None => "",
        DccpState::Request => "A REQUEST was sent; its answer was not.",
        DccpState::Respond => "The REQUEST was answered.",
        DccpState::Partopen => "The client has the answer; the server may not know it yet.",
        DccpState::Open => "Both sides know that the other one is there.",
        DccpState::Closereq => "The server wants the client to close.",
        DccpState::Closing => "A CLOSE was seen.",
        DccpState::Timewait => "A RESET was seen.",
    };
    say(
        format!(
            "{conn}'s DCCP state goes from {} to {}.",
            from.name(),
            to.name()
        ),
        why,
    )
}

pub(super) fn dccp_ignored(conn: ConnId, kind: DccpType) -> Words {
    say(
        format!("The {} passes and changes no state of {conn}.", kind.name()),
        "Its type and direction are remembered. No refresh, no accounting.",
    )
}

pub(super) fn gre_timeouts_kept(
    told: &Told,
    conn: ConnId,
    timeout: Ticks,
    stream_timeout: Ticks,
) -> Words {
    say(
        format!(
            "{conn} takes two timeouts along: {}, and {} once it is answered.",
            told.ticks(timeout),
            told.ticks(stream_timeout)
        ),
        "A setting that changes later does not reach it.",
    )
}
