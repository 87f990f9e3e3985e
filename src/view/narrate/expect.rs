//! Helpers and what they expect.

use super::told::{Told, Words, say};
use crate::engine::ConnId;
use crate::engine::expect::ExpectEnd;
use crate::engine::helper::ftp::{Announced, Found, FtpCommand};
use crate::engine::rules::HelperName;
use crate::engine::skb::SkbId;
use crate::view::names;
use crate::words::{narrate as w, tell};

pub(super) fn expected(conn: ConnId, master: ConnId) -> Words {
    say(
        tell!(w::CONN_WAS_EXPECTED_MASTER, conn, master),
        tell!(w::IT_POINTS_TO_MASTER, master),
    )
}

pub(super) fn helper_attached(conn: ConnId, helper: HelperName) -> Words {
    say(
        tell!(w::CONN_HAS_THE_HELPER, conn, helper = helper.name()),
        w::IT_SEES_EVERY_PACKET.text(),
    )
}

pub(super) fn helper_called(skb: SkbId, conn: ConnId, helper: HelperName) -> Words {
    say(
        tell!(w::THE_HELPER_HELPER_OF, helper = helper.name(), conn, skb),
        w::IT_READS_WHAT_THE.text(),
    )
}

pub(super) fn ftp_read(skb: SkbId, found: Found) -> Words {
    match found {
        Found::Announced(Announced { command, port, .. }) => say(
            tell!(w::SKB_ANNOUNCES_A_DATA, skb, port),
            match command {
                FtpCommand::Port => w::THE_CLIENT_SAYS_PORT.text(),
                FtpCommand::Eprt => w::THE_CLIENT_SAYS_EPRT.text(),
                FtpCommand::Pasv => w::THE_SERVER_ANSWERS_PASV.text(),
                FtpCommand::Epsv => w::THE_SERVER_ANSWERS_EPSV.text(),
            },
        ),
        Found::Partial => say(tell!(w::SKB_MAY_BE_THE, skb), w::WHAT_CANNOT_BE_READ.text()),
        Found::Nothing => say(
            tell!(w::SKB_ANNOUNCES_NO_DATA, skb),
            w::ITS_LINE_IS_NONE.text(),
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
            tell!(
                w::FROM_SRC_ANY_PORT,
                src,
                dst,
                u = expect.tuple.dst.u,
                ticks = names::ticks(left, told.scene.state.hz())
            )
        });
    say(tell!(w::MASTER_EXPECTS_A, master), what)
}

pub(super) fn expect_removed(master: ConnId, end: ExpectEnd) -> Words {
    match end {
        ExpectEnd::Matched => say(
            tell!(w::WHAT_MASTER_EXPECTED_HAS, master),
            w::AN_EXPECTATION_IS_USED.text(),
        ),
        ExpectEnd::Expired => say(
            tell!(w::MASTER_DOES_NOT_EXPECT, master),
            w::THE_TIME_FOR_IT.text(),
        ),
        ExpectEnd::MasterGone => say(
            tell!(w::WHAT_MASTER_EXPECTED_IS, master),
            w::A_MASTER_THAT_GOES.text(),
        ),
        ExpectEnd::Replaced => say(
            tell!(w::AN_OLDER_EXPECTATION_OF, master),
            w::THERE_IS_ONE_OF.text(),
        ),
    }
}

pub(super) fn expect_event_sent(seq: u32) -> Words {
    say(
        tell!(w::MESSAGE_SEQ_TELLS_OF, seq),
        w::CONNTRACK_E_EXPECT_HEARS.text(),
    )
}
