//! Packets as endpoints see them: enough of the headers to know what comes next in a flow. Read
//! from the log's packets, so that the bench can continue what was begun, wherever the cursor is.

use super::packet::{Segment, l4};
use core::net::IpAddr;

/// A side of a flow: the one that sent the first packet, or the other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// The side of the first packet.
    A,
    /// The other one.
    B,
}

impl Side {
    const fn index(self) -> usize {
        self as usize
    }

    /// The side at the other end.
    pub const fn other(self) -> Side {
        match self {
            Side::A => Side::B,
            Side::B => Side::A,
        }
    }
}

/// Where packets of one side come from and where they go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ends {
    /// Source and destination address.
    pub addr: [IpAddr; 2],
    /// Source and destination port, 0 where there are none; for ICMP the first one is the
    /// identifier.
    pub port: [u16; 2],
}

/// The packets of a flow, as they come to this machine. Without NAT those of one side have the ends
/// of the other's turned round.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FlowKey {
    /// IP protocol number.
    pub protonum: u8,
    /// The ends of side A's packets, and of side B's.
    pub sent: [Ends; 2],
    /// By how much the other end sees the sequence numbers of side A, and of side B, moved.
    pub shift: [i32; 2],
    /// Number of the connection that its packets belong to, if there is one.
    pub conn: Option<u32>,
}

impl FlowKey {
    /// The flow of which side A sends such packets, and nobody translates anything.
    pub fn new(protonum: u8, ends: Ends) -> FlowKey {
        let ([src, dst], [sport, dport]) = (ends.addr, ends.port);
        let turned = Ends {
            addr: [dst, src],
            port: if l4::is_icmp(protonum) {
                ends.port
            } else {
                [dport, sport]
            },
        };
        FlowKey {
            protonum,
            sent: [ends, turned],
            shift: [0; 2],
            conn: None,
        }
    }

    /// The ends of a side's packets.
    pub const fn ends(&self, side: Side) -> Ends {
        self.sent[side.index()]
    }

    /// Which side of the flow sent a packet, if it belongs to it.
    pub fn side_of(&self, packet: &Segment) -> Option<Side> {
        if packet.protonum != self.protonum {
            return None;
        }
        let ends = Ends {
            addr: [packet.src, packet.dst],
            port: [packet.sport, packet.dport],
        };
        [Side::A, Side::B]
            .into_iter()
            .find(|side| self.ends(*side) == ends)
    }
}

/// What one end of a TCP connection has sent and what of it has arrived.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Sender {
    /// First sequence number.
    isn: u32,
    /// Behind everything that arrived, in order.
    arrived: u32,
    /// The highest number acknowledged by a packet that arrived at the other side.
    acked: u32,
    syn: bool,
    fin: bool,
    data: bool,
    /// It has acknowledged something, and that arrived.
    acks: bool,
}

/// A TCP connection as both ends know it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TcpFlow {
    sides: [Sender; 2],
    /// As in [`FlowKey::shift`].
    shift: [i32; 2],
    /// A reset arrived.
    reset: bool,
    /// Times the flow began anew.
    round: u32,
}

/// Bytes of payload that the bench sends.
const DATA_LEN: u32 = 100;
/// First sequence numbers of both sides, and what every new round adds.
const ISN: [u32; 2] = [1_000, 5_000];
const ROUND: u32 = 100_000;

/// The packets of TCP that the bench offers, in the order of its buttons.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TcpButton {
    /// SYN of A.
    Syn,
    /// SYN and ACK of B.
    SynAck,
    /// Plain ACK.
    Ack(Side),
    /// Payload.
    Data(Side),
    /// FIN and ACK.
    Fin(Side),
    /// RST of A.
    Rst,
}

impl TcpButton {
    /// All of them.
    pub const ALL: [TcpButton; 9] = [
        TcpButton::Syn,
        TcpButton::SynAck,
        TcpButton::Ack(Side::A),
        TcpButton::Data(Side::A),
        TcpButton::Ack(Side::B),
        TcpButton::Data(Side::B),
        TcpButton::Fin(Side::A),
        TcpButton::Fin(Side::B),
        TcpButton::Rst,
    ];

    /// What stands on the button.
    pub const fn label(self) -> &'static str {
        match self {
            TcpButton::Syn => "SYN",
            TcpButton::SynAck => "SYN-ACK",
            TcpButton::Ack(Side::A) => "ACK",
            TcpButton::Ack(Side::B) => "reply ACK",
            TcpButton::Data(Side::A) => "data",
            TcpButton::Data(Side::B) => "reply data",
            TcpButton::Fin(Side::A) => "FIN",
            TcpButton::Fin(Side::B) => "reply FIN",
            TcpButton::Rst => "RST",
        }
    }

    /// Who sends it.
    pub const fn side(self) -> Side {
        match self {
            TcpButton::Syn | TcpButton::Rst => Side::A,
            TcpButton::SynAck => Side::B,
            TcpButton::Ack(side) | TcpButton::Data(side) | TcpButton::Fin(side) => side,
        }
    }
}

impl TcpFlow {
    /// A flow of which nothing was sent yet.
    pub fn new(shift: [i32; 2]) -> TcpFlow {
        TcpFlow {
            shift,
            ..TcpFlow::default()
        }
    }

    /// A packet of this flow arrived at its other end.
    pub fn arrived(&mut self, side: Side, packet: &Segment) {
        let Some(tcp) = packet.tcp else { return };
        if tcp.syn() && !tcp.ack() && (self.reset || self.closed()) {
            *self = TcpFlow {
                round: self.round + 1,
                ..TcpFlow::new(self.shift)
            };
        }
        let end = tcp
            .seq
            .wrapping_add(packet.payload)
            .wrapping_add(tcp.sequence_flags());
        let sender = &mut self.sides[side.index()];
        if tcp.syn() {
            *sender = Sender {
                isn: tcp.seq,
                arrived: end,
                acked: tcp.seq,
                ..*sender
            };
            sender.syn = true;
        } else if !sender.syn {
            // Picked up in the middle.
            *sender = Sender {
                isn: tcp.seq,
                arrived: end,
                acked: tcp.seq,
                ..*sender
            };
            sender.syn = true;
        }
        if after(end, sender.arrived) {
            sender.arrived = end;
        }
        sender.fin |= tcp.fin();
        sender.data |= packet.payload > 0;
        sender.acks |= tcp.ack();
        self.reset |= tcp.rst();
        let peer = &mut self.sides[side.other().index()];
        let shift = self.shift[side.other().index()] as u32;
        let acked = tcp.ack_seq.wrapping_sub(shift);
        // What was acknowledged before the numbers moved was not moved.
        let acked = if after(acked, peer.arrived) || !after(acked, peer.isn) {
            tcp.ack_seq
        } else {
            acked
        };
        if tcp.ack() && peer.syn && after(acked, peer.acked) {
            peer.acked = acked;
        }
    }

    fn closed(&self) -> bool {
        self.sides
            .iter()
            .all(|side| side.fin && side.acked == side.arrived)
    }

    /// The sensible next packet.
    pub fn suggested(&self) -> TcpButton {
        let [a, b] = self.sides;
        if self.reset || self.closed() || !a.syn {
            return TcpButton::Syn;
        }
        if !b.syn {
            return TcpButton::SynAck;
        }
        for (side, peer) in [(Side::A, b), (Side::B, a)] {
            if peer.acked != peer.arrived {
                return TcpButton::Ack(side);
            }
        }
        match (a, b) {
            _ if !a.data && !a.fin => TcpButton::Data(Side::A),
            _ if !b.data && !b.fin => TcpButton::Data(Side::B),
            _ if !a.fin => TcpButton::Fin(Side::A),
            _ => TcpButton::Fin(Side::B),
        }
    }

    /// The packet of a button, as the words of a scenario line behind the addresses.
    pub fn words(&self, button: TcpButton) -> String {
        let anew = self.reset || self.closed();
        let round = self.round + u32::from(anew);
        let isn = |side: Side| ISN[side.index()].wrapping_add(round.wrapping_mul(ROUND));
        let side = button.side();
        let (mine, peer) = (self.sides[side.index()], self.sides[side.other().index()]);
        let seq = if mine.syn {
            mine.arrived
        } else {
            isn(side).wrapping_add(1)
        };
        let ack = if peer.syn {
            peer.arrived
                .wrapping_add(self.shift[side.other().index()] as u32)
        } else {
            isn(side.other()).wrapping_add(1)
        };
        match button {
            TcpButton::Syn => {
                let seq = if mine.syn && !anew {
                    mine.isn
                } else {
                    isn(side)
                };
                format!("S seq={seq} win=64240 mss=1460 wscale=7")
            }
            TcpButton::SynAck => {
                let seq = if mine.syn && !anew {
                    mine.isn
                } else {
                    isn(side)
                };
                format!("SA seq={seq} ack={ack} win=65160 mss=1460 wscale=7")
            }
            TcpButton::Ack(_) => format!("A seq={seq} ack={ack} win=502"),
            TcpButton::Data(_) => format!("PA seq={seq} ack={ack} win=502 len={DATA_LEN}"),
            TcpButton::Fin(_) => {
                // A FIN that went before is sent again, not another one.
                let seq = if mine.fin { seq.wrapping_sub(1) } else { seq };
                format!("FA seq={seq} ack={ack} win=502")
            }
            TcpButton::Rst if peer.syn => format!("RA seq={seq} ack={ack} win=0"),
            TcpButton::Rst => format!("R seq={seq} win=0"),
        }
    }
}

/// `a` comes after `b` in sequence space.
const fn after(a: u32, b: u32) -> bool {
    (a.wrapping_sub(b) as i32) > 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::packet::Tcp;
    use core::net::Ipv4Addr;

    const S: u8 = 2;
    const A: u8 = 16;

    fn segment(flags: u8, seq: u32, ack_seq: u32, payload: u32) -> Segment {
        Segment {
            protonum: 6,
            src: IpAddr::V4(Ipv4Addr::LOCALHOST),
            dst: IpAddr::V4(Ipv4Addr::LOCALHOST),
            sport: 1,
            dport: 2,
            tcp: Some(Tcp {
                flags,
                seq,
                ack_seq,
            }),
            icmp: None,
            chunk: None,
            payload,
        }
    }

    #[test]
    fn a_handshake_then_data_is_suggested() {
        let mut flow = TcpFlow::default();
        assert_eq!(flow.suggested(), TcpButton::Syn);
        flow.arrived(Side::A, &segment(S, 1000, 0, 0));
        assert_eq!(flow.suggested(), TcpButton::SynAck);
        assert_eq!(
            flow.words(TcpButton::SynAck).split(" win").next(),
            Some("SA seq=5000 ack=1001")
        );
        flow.arrived(Side::B, &segment(S | A, 5000, 1001, 0));
        assert_eq!(flow.suggested(), TcpButton::Ack(Side::A));
        flow.arrived(Side::A, &segment(A, 1001, 5001, 0));
        assert_eq!(flow.suggested(), TcpButton::Data(Side::A));
        assert_eq!(
            flow.words(TcpButton::Data(Side::A)),
            "PA seq=1001 ack=5001 win=502 len=100"
        );
        flow.arrived(Side::A, &segment(A, 1001, 5001, 100));
        assert_eq!(flow.suggested(), TcpButton::Ack(Side::B));
        assert_eq!(
            flow.words(TcpButton::Ack(Side::B)),
            "A seq=5001 ack=1101 win=502"
        );
    }
}
