//! Steps of the trackers of SCTP, DCCP and GRE, and of requests, for the tests of their words.

use ctscope::engine::proto::dccp::{DccpRole, DccpState, DccpType};
use ctscope::engine::proto::sctp::SctpState;
use ctscope::engine::time::Ticks;
use ctscope::engine::tuple::{Dir, Tuple};
use ctscope::engine::{ConnId, Step};

/// One of each kind, and more where a step has several meanings.
pub fn protocols(conn: ConnId) -> Vec<Step> {
    let dir = Dir::Original;
    let mut all = vec![
        Step::SctpTagSet { conn, dir, tag: 7 },
        Step::SctpTagSet { conn, dir, tag: 0 },
        Step::SctpIgnored { conn },
        Step::EntryAsked {
            original: Tuple::default(),
            reply: Tuple::default(),
        },
        Step::EntryFilled { conn },
        Step::DccpRoles { conn, client: dir },
        Step::GreTimeoutsKept {
            conn,
            timeout: Ticks(7500),
            stream_timeout: Ticks(45000),
        },
    ];
    for chunk in 0..20 {
        for to in [None, Some(SctpState::Closed), Some(SctpState::Established)] {
            all.push(Step::SctpChunk {
                conn,
                dir,
                chunk,
                from: SctpState::Closed,
                to,
            });
        }
    }
    for &to in DccpState::ALL {
        let from = DccpState::Request;
        all.push(Step::DccpStateSet { conn, from, to });
    }
    for &kind in DccpType::ALL {
        all.push(Step::DccpIgnored { conn, kind });
        for cell in ["RQ", "OP", "IG", "IV"] {
            all.push(Step::DccpLookedUp {
                conn,
                role: DccpRole::Server,
                kind,
                from: DccpState::Request,
                cell,
            });
        }
    }
    all
}
