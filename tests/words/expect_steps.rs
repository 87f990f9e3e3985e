//! Steps of helpers and expectations, for [`super::every_step`].

use ctscope::engine::expect::ExpectEnd;
use ctscope::engine::helper::ftp::{Announced, Found, FtpCommand};
use ctscope::engine::rules::HelperName;
use ctscope::engine::skb::SkbId;
use ctscope::engine::{ConnId, Step};

/// One of each, and more where a step has several meanings.
pub fn expectations(conn: ConnId, skb: SkbId, master: ConnId) -> Vec<Step> {
    let expect = 1;
    let mut all = vec![
        Step::Expected {
            conn,
            master,
            expect,
        },
        Step::ExpectCreated { expect, master },
        Step::ExpectEventSent { expect, seq: 1 },
    ];
    for helper in HelperName::ALL {
        all.push(Step::HelperAttached { conn, helper });
        all.push(Step::HelperCalled { skb, conn, helper });
    }
    for end in [
        ExpectEnd::Matched,
        ExpectEnd::Expired,
        ExpectEnd::MasterGone,
        ExpectEnd::Replaced,
    ] {
        all.push(Step::ExpectRemoved {
            expect,
            master,
            end,
        });
    }
    let commands = [
        FtpCommand::Port,
        FtpCommand::Eprt,
        FtpCommand::Pasv,
        FtpCommand::Epsv,
    ];
    let announced = commands.map(|command| {
        Found::Announced(Announced {
            command,
            addr: None,
            port: 40000,
            at: 5,
            len: 18,
        })
    });
    for found in announced
        .into_iter()
        .chain([Found::Partial, Found::Nothing])
    {
        all.push(Step::FtpRead { skb, conn, found });
    }
    all
}
