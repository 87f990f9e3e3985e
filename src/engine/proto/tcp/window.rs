//! The window: whether a segment is one that the other side can be waiting for. Four bounds, two
//! for what it sends and two for what it acknowledges.

use super::Segment;
use super::header::{TcpBits, after, before};
use super::options::tcp_sack;
use super::private::{TcpFlags, TcpPrivate, TcpSide};
use super::table::{PacketKind, TcpState};
use crate::engine::profile::Difference;
use crate::engine::tuple::Dir;

/// An acknowledgement may be this much older than the newest data, whatever the windows.
/// Kernel: `MAXACKWINCONST`, net/netfilter/nf_conntrack_proto_tcp.c, v5.10.19.
pub const MAXACKWINCONST: u32 = 66_000;

/// A condition that a segment in the window meets; the four of the window check.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Bound {
    /// I: it begins at or before what the receiver allows.
    DataAbove = 0,
    /// II: it ends at or after what the receiver may still want to see again.
    DataBelow,
    /// III: it acknowledges nothing that was not sent.
    AckAbove,
    /// IV: its acknowledgement is not too old.
    AckBelow,
}

impl Bound {
    /// In the order of the conditions.
    pub const ALL: [Bound; 4] = [
        Bound::DataAbove,
        Bound::DataBelow,
        Bound::AckAbove,
        Bound::AckBelow,
    ];
    /// In the order in which the first that fails decides.
    pub const ASKED: [Bound; 4] = [
        Bound::DataAbove,
        Bound::AckAbove,
        Bound::DataBelow,
        Bound::AckBelow,
    ];
}

/// What the window check says of a segment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It meets all four conditions.
    Inside,
    /// A SYN that crosses the other side's SYN: there is nothing to compare it with.
    Crossing,
    /// It is outside, and passes all the same: its sender's handshake was not seen, or
    /// `tcp_be_liberal` is 1.
    Liberal(Bound),
    /// It is outside, and passes without changing anything.
    Ignored(Bound),
    /// It is outside, and invalid.
    Invalid(Bound),
}

/// A segment as it was compared, with the bounds of that moment. Sequence numbers wrap.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct WindowCheck {
    /// Its first sequence number.
    pub seq: u32,
    /// The one behind it.
    pub end: u32,
    /// What it acknowledges, by its newest selective block if that is newer.
    pub sack: u32,
    /// I: the highest `seq` allowed (`td_maxend` of the sender).
    pub seq_max: u32,
    /// II: the lowest `end` allowed; `None` if nothing was seen of the receiver.
    pub end_min: Option<u32>,
    /// III: the highest `sack` allowed (`td_end` of the receiver).
    pub sack_max: u32,
    /// IV: the lowest `sack` allowed.
    pub sack_min: u32,
    /// Which conditions it meets, by [`Bound`].
    pub met: [bool; 4],
    /// What follows.
    pub verdict: Verdict,
}

impl WindowCheck {
    /// Compares a segment with the bounds that both sides set.
    fn new(seq: u32, end: u32, sack: u32, sender: &TcpSide, receiver: &TcpSide) -> WindowCheck {
        let seq_max = sender.td_maxend;
        let seen = receiver.td_maxwin != 0;
        let end_min = seen.then(|| sender.td_end.wrapping_sub(receiver.td_maxwin));
        let sack_max = receiver.td_end;
        let sack_min = receiver
            .td_end
            .wrapping_sub(sender.td_maxwin.max(MAXACKWINCONST));
        let met = [
            before(seq, seq_max.wrapping_add(1)),
            end_min.is_none_or(|min| after(end, min.wrapping_sub(1))),
            before(sack, sack_max.wrapping_add(1)),
            after(sack, sack_min.wrapping_sub(1)),
        ];
        let failed = Bound::ASKED.into_iter().find(|&bound| !met[bound as usize]);
        WindowCheck {
            seq,
            end,
            sack,
            seq_max,
            end_min,
            sack_max,
            sack_min,
            met,
            verdict: failed.map_or(Verdict::Inside, Verdict::Invalid),
        }
    }
}

impl TcpPrivate {
    /// The bounds for the next segment of a direction, as for one without data that acknowledges
    /// everything; `None` while nothing was seen of its sender, whose first segment sets them.
    pub fn bounds(&self, dir: Dir) -> Option<WindowCheck> {
        let (sender, receiver) = (&self.seen[dir.index()], &self.seen[dir.other().index()]);
        let (at, ack) = (sender.td_end, receiver.td_end);
        (sender.td_maxwin != 0).then(|| WindowCheck::new(at, at, ack, sender, receiver))
    }

    /// The window check. What it learns of a side seen for the first time stays, whatever the
    /// verdict; the rest is learnt of segments inside only.
    /// Kernel: `tcp_in_window`, net/netfilter/nf_conntrack_proto_tcp.c, v5.10.19.
    pub(super) fn tcp_in_window(&mut self, segment: &Segment) -> WindowCheck {
        let (to, from) = (segment.dir.index(), segment.dir.other().index());
        let (mut sender, mut receiver) = (self.seen[to], self.seen[from]);
        let checked = self.check(segment, &mut sender, &mut receiver);
        self.seen[to] = sender;
        self.seen[from] = receiver;
        checked
    }

    fn check(
        &mut self,
        segment: &Segment,
        sender: &mut TcpSide,
        receiver: &mut TcpSide,
    ) -> WindowCheck {
        let header = &segment.header;
        let (mut seq, mut end) = (header.seq, header.end);
        let moved = segment.ack_moved as u32;
        let mut sack = if receiver.flags.contains(TcpFlags::SACK_PERM) {
            tcp_sack(header.options, header.ack_seq).wrapping_sub(moved)
        } else {
            header.ack_seq.wrapping_sub(moved)
        };
        let mut ack = header.ack_seq.wrapping_sub(moved);
        let crossing = if sender.td_maxwin == 0 {
            first_seen(segment, sack, sender, receiver)
        } else {
            self.renewed(segment, sender, receiver)
        };
        if crossing {
            return WindowCheck {
                verdict: Verdict::Crossing,
                ..WindowCheck::new(seq, end, sack, sender, receiver)
            };
        }
        // What is not there agrees with everything.
        let without =
            !header.bits.contains(TcpBits::ACK) || (header.bits.contains(TcpBits::RST) && ack == 0);
        if without {
            ack = receiver.td_end;
            sack = ack;
        }
        if seq == 0 && header.bits.contains(TcpBits::RST) && self.state == TcpState::SynSent {
            seq = sender.td_end;
            end = seq;
        }
        let mut checked = WindowCheck::new(seq, end, sack, sender, receiver);
        match checked.verdict {
            Verdict::Invalid(bound) => {
                checked.verdict = outside(segment, bound, &checked, sender, receiver);
            }
            _ => {
                inside(segment, ack, &checked, sender, receiver);
                if segment.kind() == PacketKind::Ack {
                    self.count_ack(segment, ack, &checked);
                }
            }
        }
        checked
    }

    /// In the handshake, a side that sends beyond what it is known to have sent has begun anew.
    /// `true` for a SYN that crosses the other side's.
    fn renewed(&self, segment: &Segment, sender: &mut TcpSide, receiver: &mut TcpSide) -> bool {
        let header = &segment.header;
        if !after(header.end, sender.td_end) {
            return false;
        }
        if segment.profile.since(Difference::TcpSynRenewsWindow) {
            let opening = matches!(self.state, TcpState::SynSent | TcpState::SynRecv);
            if opening && header.bits.contains(TcpBits::SYN) {
                tcp_init_sender(segment, sender);
                agree_on_scale(segment, sender, receiver);
                return segment.dir == Dir::Reply && !header.bits.contains(TcpBits::ACK);
            }
        } else if matches!(
            (self.state, segment.dir),
            (TcpState::SynSent, Dir::Original) | (TcpState::SynRecv, Dir::Reply)
        ) {
            tcp_init_sender(segment, sender);
        }
        false
    }

    /// Counts an ACK that comes again without a change, or remembers a new one.
    fn count_ack(&mut self, segment: &Segment, ack: u32, checked: &WindowCheck) {
        let again = self.last_dir == segment.dir
            && self.last_seq == checked.seq
            && self.last_ack == ack
            && self.last_end == checked.end
            && self.last_win == segment.header.window;
        if again {
            self.retrans = self.retrans.wrapping_add(1);
        } else {
            self.last_dir = segment.dir;
            self.last_seq = checked.seq;
            self.last_ack = ack;
            self.last_end = checked.end;
            self.last_win = segment.header.window;
            self.retrans = 0;
        }
    }
}

/// The first segment of this side. `true` for a SYN that crosses the other side's.
fn first_seen(segment: &Segment, sack: u32, sender: &mut TcpSide, receiver: &mut TcpSide) -> bool {
    let header = &segment.header;
    if header.bits.contains(TcpBits::SYN) {
        tcp_init_sender(segment, sender);
        agree_on_scale(segment, sender, receiver);
        return !header.bits.contains(TcpBits::ACK);
    }
    // The connection is in full swing already.
    sender.td_end = header.end;
    sender.td_maxwin = (u32::from(header.window) << sender.td_scale.min(14)).max(1);
    sender.td_maxend = header.end.wrapping_add(sender.td_maxwin);
    if receiver.td_maxwin == 0 {
        receiver.td_end = sack;
        receiver.td_maxend = sack;
    } else if sack == receiver.td_end.wrapping_add(1) {
        // It answers a keep-alive, which repeats the byte before the next one.
        receiver.td_end = sack;
    }
    false
}

/// What a SYN says of its sender. Its window is not scaled.
/// Kernel: `tcp_init_sender`, net/netfilter/nf_conntrack_proto_tcp.c, v6.18; part of
/// `tcp_in_window` in v5.10.19.
fn tcp_init_sender(segment: &Segment, sender: &mut TcpSide) {
    let header = &segment.header;
    sender.td_end = header.end;
    sender.td_maxend = header.end;
    sender.td_maxwin = u32::from(header.window).max(1);
    sender.tcp_options(header.options, segment.profile);
}

/// Windows are scaled if both sides offered it (RFC 7323).
fn agree_on_scale(segment: &Segment, sender: &mut TcpSide, receiver: &mut TcpSide) {
    let judged = segment.dir == Dir::Reply || !segment.profile.since(Difference::TcpScaleByReply);
    let both = (sender.flags & receiver.flags).contains(TcpFlags::WINDOW_SCALE);
    if judged && !both {
        sender.td_scale = 0;
        receiver.td_scale = 0;
    }
}

/// Learns from a segment in the window.
fn inside(
    segment: &Segment,
    ack: u32,
    checked: &WindowCheck,
    sender: &mut TcpSide,
    receiver: &mut TcpSide,
) {
    let bits = segment.header.bits;
    let (end, sack) = (checked.end, checked.sack);
    let mut win = u32::from(segment.header.window);
    if !bits.contains(TcpBits::SYN) {
        win <<= sender.td_scale.min(14);
    }
    // An older acknowledgement with newer selective blocks offers that much more.
    let offered = win.wrapping_add(sack.wrapping_sub(ack));
    sender.td_maxwin = sender.td_maxwin.max(offered);
    if after(end, sender.td_end) {
        sender.td_end = end;
        sender.flags.insert(TcpFlags::DATA_UNACKNOWLEDGED);
    }
    if bits.contains(TcpBits::ACK) {
        if !sender.flags.contains(TcpFlags::MAXACK_SET) || after(ack, sender.td_maxack) {
            sender.td_maxack = ack;
        }
        sender.flags.insert(TcpFlags::MAXACK_SET);
    }
    if receiver.td_maxwin != 0 && after(end, sender.td_maxend) {
        // The receiver offered more than we saw.
        let more = end.wrapping_sub(sender.td_maxend);
        receiver.td_maxwin = receiver.td_maxwin.wrapping_add(more);
    }
    let allowed = sack.wrapping_add(win);
    if after(allowed, receiver.td_maxend.wrapping_sub(1)) {
        // A closed window may be probed with one byte.
        receiver.td_maxend = allowed.wrapping_add(u32::from(win == 0));
    }
    if ack == receiver.td_end {
        receiver.flags.remove(TcpFlags::DATA_UNACKNOWLEDGED);
    }
}

/// What becomes of a segment out of the window, by the first condition that it does not meet.
fn outside(
    segment: &Segment,
    bound: Bound,
    checked: &WindowCheck,
    sender: &mut TcpSide,
    receiver: &TcpSide,
) -> Verdict {
    let verdict = if segment.profile.since(Difference::TcpWindowIgnores) {
        let harmless = match bound {
            Bound::DataAbove => slightly_over(checked, sender, receiver),
            Bound::AckAbove => false,
            Bound::DataBelow | Bound::AckBelow => true,
        };
        if harmless {
            Verdict::Ignored(bound)
        } else {
            Verdict::Invalid(bound)
        }
    } else {
        Verdict::Invalid(bound)
    };
    if sender.flags.contains(TcpFlags::BE_LIBERAL) || segment.be_liberal {
        Verdict::Liberal(bound)
    } else {
        verdict
    }
}

/// Data beyond the window, by no more than the largest window of the receiver, is remembered as
/// sent: the receiver may take it, and will then acknowledge it.
fn slightly_over(checked: &WindowCheck, sender: &mut TcpSide, receiver: &TcpSide) -> bool {
    let [_, below, ack_above, ack_below] = checked.met;
    let over = checked.end.wrapping_sub(sender.td_maxend).wrapping_add(1);
    let slight =
        receiver.td_maxwin != 0 && below && ack_above && ack_below && over <= receiver.td_maxwin;
    if slight {
        sender.td_end = checked.end;
        sender.flags.insert(TcpFlags::DATA_UNACKNOWLEDGED);
    }
    slight
}
