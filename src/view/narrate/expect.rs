//! Helpers and what they expect.

use super::told::{Told, Words, say};
use crate::engine::ConnId;
use crate::engine::expect::ExpectEnd;
use crate::engine::helper::ftp::{Announced, Found, FtpCommand};
use crate::engine::rules::HelperName;
use crate::engine::skb::SkbId;
use crate::view::names;

pub(super) fn expected(conn: ConnId, master: ConnId) -> Words {
    say(
        format!("{conn} was expected: {master} is its master."),
        format!(
            "It points to {master} and holds a reference on it for life. Its mark is the master's. \
             The packet will be RELATED."
        ),
    )
}

pub(super) fn helper_attached(conn: ConnId, helper: HelperName) -> Words {
    say(
        format!("{conn} has the helper {} from now on.", helper.name()),
        "It sees every packet of the connection in the confirm hook.",
    )
}

pub(super) fn helper_called(skb: SkbId, conn: ConnId, helper: HelperName) -> Words {
    say(
        format!("The helper {} of {conn} looks at {skb}.", helper.name()),
        "It reads what the two hosts say to each other.",
    )
}

pub(super) fn ftp_read(skb: SkbId, found: Found) -> Words {
    match found {
        Found::Announced(Announced { command, port, .. }) => say(
            format!("{skb} announces a data connection to port {port}."),
            match command {
                FtpCommand::Port => "The client says PORT: the server is to connect to it.",
                FtpCommand::Eprt => "The client says EPRT: the server is to connect to it.",
                FtpCommand::Pasv => "The server answers PASV: the client is to connect to it.",
                FtpCommand::Epsv => "The server answers EPSV: the client is to connect to it.",
            },
        ),
        Found::Partial => say(
            format!("{skb} may be the beginning of an announcement."),
            "What cannot be read whole is dropped; it will be sent again.",
        ),
        Found::Nothing => say(
            format!("{skb} announces no data connection."),
            "Its line is none of PORT, EPRT, 227 and 229.",
        ),
    }
}

pub(super) fn expect_created(told: &Told, expect: u32, master: ConnId) -> Words {
    let what = told
        .scene
        .state
        .expects
        .iter()
        .find(|other| other.number == expect)
        .map_or_else(String::new, |expect| {
            let l3 = expect.tuple.src.l3num;
            let (src, dst) = (expect.tuple.src.u3.show(l3), expect.tuple.dst.u3.show(l3));
            let left = expect.expires.left(told.scene.state.now);
            format!(
                "From {src}, any port, to {dst} port {}, within {}.",
                expect.tuple.dst.u,
                names::ticks(left, told.scene.state.hz())
            )
        });
    say(format!("{master} expects a connection."), what)
}

pub(super) fn expect_removed(master: ConnId, end: ExpectEnd) -> Words {
    match end {
        ExpectEnd::Matched => say(
            format!("What {master} expected has come."),
            "An expectation is used up by the first connection that fits.",
        ),
        ExpectEnd::Expired => say(
            format!("{master} does not expect it any longer."),
            "The time for it ran out.",
        ),
        ExpectEnd::MasterGone => say(
            format!("What {master} expected is forgotten."),
            "A master that goes takes along what it expected.",
        ),
        ExpectEnd::Replaced => say(
            format!("An older expectation of {master} makes room."),
            "There is one of each class at a time.",
        ),
    }
}

pub(super) fn expect_event_sent(seq: u32) -> Words {
    say(
        format!("Message {seq} tells of the expectation."),
        "`conntrack -E expect` hears it.",
    )
}
