//! What the inspector shows of the private data of SCTP, DCCP and GRE.

use super::{field, group, plain};
use crate::engine::Conntrack;
use crate::engine::conn::{NfConn, ProtoState};
use crate::engine::proto::dccp::DccpPrivate;
use crate::engine::proto::sctp::SctpPrivate;
use crate::engine::tuple::Dir;
use crate::view::model::{Field, FieldGroup};
use crate::view::names;
use crate::words::{inspector as w, tell};

/// The fields, `None` for a protocol that is shown elsewhere or keeps nothing.
pub(super) fn proto(at: &Conntrack, conn: &NfConn, old: Option<&NfConn>) -> Option<FieldGroup> {
    let was = old.map(|conn| &conn.proto);
    match &conn.proto {
        ProtoState::Sctp(sctp) => {
            let was = was.and_then(|was| match was {
                ProtoState::Sctp(sctp) => Some(sctp),
                _ => None,
            });
            Some(group("proto.sctp", sctp_fields(sctp, was)))
        }
        ProtoState::Dccp(dccp) => {
            let was = was.and_then(|was| match was {
                ProtoState::Dccp(dccp) => Some(dccp),
                _ => None,
            });
            Some(group("proto.dccp", dccp_fields(dccp, was)))
        }
        ProtoState::Gre {
            timeout,
            stream_timeout,
        } => {
            let fields = vec![
                plain(
                    "timeout",
                    names::ticks(*timeout, at.hz()),
                    w::UNANSWERED.text(),
                ),
                plain(
                    "stream_timeout",
                    names::ticks(*stream_timeout, at.hz()),
                    w::ANSWERED.text(),
                ),
            ];
            Some(group("proto.gre", fields))
        }
        ProtoState::None | ProtoState::Tcp(_) | ProtoState::Udp { .. } => None,
    }
}

fn sctp_fields(sctp: &SctpPrivate, old: Option<&SctpPrivate>) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut push = |name: &str, note: &str, value: &dyn Fn(&SctpPrivate) -> String| {
        fields.push(field(name, value(sctp), note, old.map(value)));
    };
    push("state", "", &|sctp| sctp.state.name().to_owned());
    for dir in Dir::BOTH {
        let side = dir.index();
        let note = tell!(w::OF_DIR_PACKETS, dir = names::dir(dir));
        push(&format!("vtag[{side}]"), &note, &|sctp| {
            names::hex32(sctp.vtag[side])
        });
    }
    push("init", w::OPEN_INITS_BY_DIRECTION.text(), &|sctp| {
        sctp.init.map(|open| u8::from(open).to_string()).join(" ")
    });
    push("flags", w::A_HEARTBEAT_HAD_ANOTHER.text(), &|sctp| {
        u8::from(sctp.vtag_failed).to_string()
    });
    push("last_dir", w::OF_THAT_HEARTBEAT.text(), &|sctp| {
        names::dir(sctp.last_dir).to_owned()
    });
    fields
}

fn dccp_fields(dccp: &DccpPrivate, old: Option<&DccpPrivate>) -> Vec<Field> {
    let mut fields = Vec::new();
    let mut push = |name: &str, note: &str, value: &dyn Fn(&DccpPrivate) -> String| {
        fields.push(field(name, value(dccp), note, old.map(value)));
    };
    push("state", "", &|dccp| dccp.state.name().to_owned());
    for dir in Dir::BOTH {
        let side = dir.index();
        push(&format!("role[{side}]"), names::dir(dir), &|dccp| {
            dccp.role[side].short().to_owned()
        });
    }
    push("last_pkt", w::TYPE_OF_THE_LAST.text(), &|dccp| {
        dccp.last_pkt.name().to_owned()
    });
    push("last_dir", w::OF_THE_LAST_PACKET.text(), &|dccp| {
        names::dir(dccp.last_dir).to_owned()
    });
    push("handshake_seq", w::OF_THE_RESPONSE.text(), &|dccp| {
        names::grouped(dccp.handshake_seq)
    });
    fields
}
