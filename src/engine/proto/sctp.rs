//! SCTP: a state per association, moved by the chunks of its packets and guarded by the
//! verification tags that the two sides chose.

mod table;

pub use table::{DATA, SctpChunk, SctpState, TIMEOUTS, sctp_new_state};

use super::{Packet, Reason, Tracked};
use crate::engine::checksum::crc32c;
use crate::engine::conn::{EventMask, ProtoState, Status};
use crate::engine::extract::{L4Header, be16, be32};
use crate::engine::probe::Probe;
use crate::engine::profile::{Difference, Profile};
use crate::engine::slab::ConnId;
use crate::engine::state::Conntrack;
use crate::engine::step::Step;
use crate::engine::tuple::Dir;

/// Bytes of the common header.
const HEADER: usize = 12;
/// Bytes of a chunk's own header.
const CHUNK_HEADER: usize = 4;
/// Bytes of the fixed part of an INIT or INIT_ACK, behind the chunk's header.
const INIT: usize = 16;
/// Flag of ABORT and SHUTDOWN_COMPLETE: the sender used the tag of the other direction.
const T_FLAG: u8 = 1;

/// What is kept of an SCTP association.
/// Kernel: `struct ip_ct_sctp`, include/linux/netfilter/nf_conntrack_sctp.h, v5.10.19 and v6.18.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SctpPrivate {
    /// The state.
    pub state: SctpState,
    /// The verification tag that packets of each direction must have, by [`Dir::index`]; 0 while
    /// it is not known.
    pub vtag: [u32; 2],
    /// The direction of the heartbeat that had another tag.
    pub last_dir: Dir,
    /// A heartbeat had another tag, and its answer is awaited
    /// (`SCTP_FLAG_HEARTBEAT_VTAG_FAILED`).
    pub vtag_failed: bool,
    /// 6.18: an INIT of this direction is open, by [`Dir::index`].
    pub init: [bool; 2],
}

/// A chunk, as far as the tracker looks at it.
#[derive(Clone, Copy, Debug)]
struct Chunk {
    kind: u8,
    flags: u8,
    /// The initiate tag, if the fixed part of an INIT is there.
    init_tag: Option<u32>,
}

/// A packet whose chunks may stand together.
struct SctpPacket {
    vtag: u32,
    chunks: Vec<Chunk>,
}

impl SctpPacket {
    fn has(&self, row: SctpChunk) -> bool {
        self.chunks.iter().any(|chunk| chunk.row() == Some(row))
    }

    fn has_data(&self) -> bool {
        self.chunks.iter().any(|chunk| chunk.kind == DATA)
    }
}

impl Chunk {
    fn row(&self) -> Option<SctpChunk> {
        SctpChunk::of(self.kind)
    }
}

/// What the check of a chunk's tag says.
enum TagCheck {
    /// The chunk counts.
    Counts,
    /// It is passed over, and the packet will not refresh the entry.
    PassedOver,
}

impl SctpPrivate {
    /// The first packet of an association: which chunks may open it, and the tags that they tell.
    /// Kernel: `sctp_new`, net/netfilter/nf_conntrack_proto_sctp.c, v5.10.19.
    fn sctp_new(profile: Profile, packet: &SctpPacket) -> Result<SctpPrivate, Reason> {
        let never = [
            SctpChunk::Abort,
            SctpChunk::ShutdownComplete,
            SctpChunk::CookieAck,
        ];
        if never.iter().any(|row| packet.has(*row)) {
            return Err(Reason::BadChunks);
        }
        let (own, other) = (Dir::Original.index(), Dir::Reply.index());
        let mut sctp = SctpPrivate::default();
        for chunk in &packet.chunks {
            let next = sctp_new_state(profile, Dir::Original, chunk.kind, SctpState::None);
            if matches!(next, None | Some(SctpState::None)) {
                return Err(Reason::InvalidState);
            }
            match chunk.row() {
                Some(SctpChunk::Init) if packet.vtag != 0 => return Err(Reason::BadTag),
                Some(SctpChunk::Init) => {
                    sctp.vtag[other] = chunk.init_tag.ok_or(Reason::BadHeader)?;
                }
                Some(SctpChunk::Heartbeat) => sctp.vtag[own] = packet.vtag,
                Some(SctpChunk::ShutdownAck) => sctp.vtag[other] = packet.vtag,
                _ if profile.since(Difference::SctpStrictTags) => {}
                _ => sctp.vtag[other] = packet.vtag,
            }
        }
        Ok(sctp)
    }

    /// Whether a chunk may come with this tag.
    fn check_tag(
        &mut self,
        profile: Profile,
        dir: Dir,
        packet: &SctpPacket,
        chunk: &Chunk,
        ignore: bool,
    ) -> Result<TagCheck, Reason> {
        let strict = profile.since(Difference::SctpStrictTags);
        let tag = packet.vtag;
        let (own, other) = (self.vtag[dir.index()], self.vtag[dir.other().index()]);
        let reflected = chunk.flags & T_FLAG != 0;
        let either = tag == own || tag == other;
        let fits = match chunk.row() {
            Some(SctpChunk::Init) => tag == 0,
            Some(SctpChunk::Abort | SctpChunk::ShutdownComplete) if strict => {
                tag == if reflected { other } else { own }
            }
            Some(SctpChunk::Abort) => either,
            Some(SctpChunk::ShutdownComplete) => either || !reflected,
            Some(SctpChunk::CookieEcho) => tag == own,
            Some(SctpChunk::CookieAck) => {
                self.init = [false; 2];
                true
            }
            Some(SctpChunk::Heartbeat | SctpChunk::HeartbeatAck) if own == 0 => {
                self.vtag[dir.index()] = tag;
                true
            }
            Some(SctpChunk::Heartbeat | SctpChunk::HeartbeatAck) if own == tag => {
                self.vtag_failed = false;
                true
            }
            // A path that one side added: its tag is another, so it must be answered by a packet
            // that knows about it. Nothing else may hide in such a packet.
            Some(SctpChunk::Heartbeat) if !ignore && !packet.has_data() => {
                self.vtag_failed = true;
                self.last_dir = dir;
                return Ok(TagCheck::PassedOver);
            }
            Some(SctpChunk::HeartbeatAck)
                if !ignore && !packet.has_data() && self.vtag_failed && self.last_dir != dir =>
            {
                self.vtag_failed = false;
                self.vtag[dir.index()] = tag;
                self.vtag[dir.other().index()] = 0;
                true
            }
            Some(SctpChunk::Heartbeat | SctpChunk::HeartbeatAck) => false,
            _ => true,
        };
        if fits {
            Ok(TagCheck::Counts)
        } else {
            Err(Reason::BadTag)
        }
    }

    /// The tag that an INIT or INIT_ACK announces for the packets of the other direction.
    /// 6.18 remembers which sides have an INIT open, so that a forged answer finds no ear.
    fn announce(
        &mut self,
        profile: Profile,
        dir: Dir,
        row: SctpChunk,
        tag: u32,
        confirmed: bool,
    ) -> Result<(), Reason> {
        let (own, other) = (dir.index(), dir.other().index());
        let known = self.vtag[other];
        let both = self.init == [true; 2];
        if profile.since(Difference::SctpInitFlags) {
            match row {
                SctpChunk::InitAck => {
                    let expected = self.init[other] || known == 0 || known == tag;
                    if !expected || (both && known != tag) {
                        return Err(Reason::BadTag);
                    }
                }
                // The same INIT once more says nothing new.
                _ if confirmed && known == tag => {}
                _ => {
                    if both {
                        self.init[other] = false;
                    }
                    self.init[own] = true;
                }
            }
        }
        self.vtag[other] = tag;
        Ok(())
    }
}

impl Conntrack {
    /// Walks the chunks: each is checked, moves the state, and stays in force even if a later one
    /// makes the packet invalid.
    /// Kernel: `nf_conntrack_sctp_packet`, net/netfilter/nf_conntrack_proto_sctp.c, v5.10.19.
    pub(in crate::engine) fn nf_conntrack_sctp_packet<P: Probe>(
        &mut self,
        packet: Packet,
        probe: &mut P,
    ) -> Tracked {
        match self.sctp_judge(&packet, probe) {
            Ok(()) => Tracked::Accept,
            Err(reason) => Tracked::Invalid(reason),
        }
    }

    fn sctp_judge<P: Probe>(&mut self, packet: &Packet, probe: &mut P) -> Result<(), Reason> {
        let bytes = self.skb(packet.skb).map_or(&[][..], |skb| &skb.bytes);
        let read = sctp_error(bytes, &packet.l4, packet.verify)?;
        let (id, dir, profile) = (packet.conn, packet.dir(), self.profile());
        if !self.conns[id].status.contains(Status::CONFIRMED) {
            self.conns[id].proto = ProtoState::Sctp(SctpPrivate::default());
            let sctp = SctpPrivate::sctp_new(profile, &read)?;
            self.conns[id].proto = ProtoState::Sctp(sctp);
            self.tell_tags(id, [0; 2], probe);
        }
        // These look after their tags themselves.
        let own_rule = [
            SctpChunk::Init,
            SctpChunk::ShutdownComplete,
            SctpChunk::CookieEcho,
            SctpChunk::Abort,
            SctpChunk::ShutdownAck,
            SctpChunk::Heartbeat,
            SctpChunk::HeartbeatAck,
        ];
        if own_rule.iter().all(|row| !read.has(*row))
            && self.sctp_mut(id)?.vtag[dir.index()] != read.vtag
        {
            return Err(Reason::BadTag);
        }
        let mut ignore = false;
        let mut last = (SctpState::None, SctpState::None);
        for chunk in &read.chunks {
            match self.sctp_chunk(packet, &read, chunk, ignore, probe)? {
                Some(moved) => last = moved,
                None => {
                    ignore = true;
                    continue;
                }
            }
            let again = last == (SctpState::Closed, SctpState::Closed)
                && chunk.row() == Some(SctpChunk::Init)
                && self.conns[id].status.contains(Status::CONFIRMED);
            ignore |= again && profile.since(Difference::SctpInitFlags);
        }
        if ignore {
            probe.step(self, || Step::SctpIgnored { conn: id });
            return Ok(());
        }
        let (from, to) = last;
        let ticks = self.timeout_of(packet, TIMEOUTS[to as usize]);
        self.nf_ct_refresh_acct(id, dir, packet.len(), ticks, probe);
        let accepted = (from, to) == (SctpState::CookieEchoed, SctpState::Established);
        if !profile.since(Difference::SctpAssuredAtOnce) && accepted && dir == Dir::Reply {
            self.set_status(id, Status::ASSURED, probe);
            self.nf_conntrack_event_cache(id, EventMask::ASSURED, probe);
        }
        Ok(())
    }

    /// One chunk: its tag, its cell, and what follows. The states before and after, or `None` if
    /// it was passed over.
    fn sctp_chunk<P: Probe>(
        &mut self,
        packet: &Packet,
        read: &SctpPacket,
        chunk: &Chunk,
        ignore: bool,
        probe: &mut P,
    ) -> Result<Option<(SctpState, SctpState)>, Reason> {
        let (id, dir, profile) = (packet.conn, packet.dir(), self.profile());
        let confirmed = self.conns[id].status.contains(Status::CONFIRMED);
        let sctp = self.sctp_mut(id)?;
        let (from, tags) = (sctp.state, sctp.vtag);
        let checked = sctp.check_tag(profile, dir, read, chunk, ignore)?;
        if let TagCheck::PassedOver = checked {
            return Ok(None);
        }
        let to = sctp_new_state(profile, dir, chunk.kind, from);
        let announced = match (to, chunk.row()) {
            (None, _) => Err(Reason::InvalidState),
            (_, Some(row @ (SctpChunk::Init | SctpChunk::InitAck))) => match chunk.init_tag {
                Some(tag) => sctp.announce(profile, dir, row, tag, confirmed),
                None => Err(Reason::BadHeader),
            },
            _ => Ok(()),
        };
        if let (Some(to), Ok(())) = (to, announced) {
            sctp.state = to;
        }
        let kind = chunk.kind;
        probe.step(self, || Step::SctpChunk {
            conn: id,
            dir,
            chunk: kind,
            from,
            to,
        });
        self.tell_tags(id, tags, probe);
        announced?;
        let to = to.ok_or(Reason::InvalidState)?;
        if from != to {
            self.nf_conntrack_event_cache(id, EventMask::PROTOINFO, probe);
            if to == SctpState::Established
                && profile.since(Difference::SctpAssuredAtOnce)
                && self.set_status(id, Status::ASSURED, probe)
            {
                self.nf_conntrack_event_cache(id, EventMask::ASSURED, probe);
            }
        }
        Ok(Some((from, to)))
    }

    /// A step for each tag that is another than before.
    fn tell_tags<P: Probe>(&self, conn: ConnId, before: [u32; 2], probe: &mut P) {
        let ProtoState::Sctp(sctp) = self.conns[conn].proto else {
            return;
        };
        for dir in Dir::BOTH {
            let tag = sctp.vtag[dir.index()];
            if tag != before[dir.index()] {
                probe.step(self, || Step::SctpTagSet { conn, dir, tag });
            }
        }
    }

    /// The association's private data, which its first packet put there.
    fn sctp_mut(&mut self, conn: ConnId) -> Result<&mut SctpPrivate, Reason> {
        match &mut self.conns[conn].proto {
            ProtoState::Sctp(sctp) => Ok(sctp),
            _ => Err(Reason::InvalidState),
        }
    }
}

/// Finds fault with a packet: header, CRC32c, and which chunks stand together.
/// Kernel: `sctp_error` and `do_basic_checks`, net/netfilter/nf_conntrack_proto_sctp.c, v5.10.19.
fn sctp_error(bytes: &[u8], l4: &L4Header, verify: bool) -> Result<SctpPacket, Reason> {
    let segment = bytes.get(l4.offset..l4.end).ok_or(Reason::BadHeader)?;
    let header = segment.get(..HEADER).ok_or(Reason::BadHeader)?;
    if verify && crc32c(&[&header[..8], &[0; 4], &segment[HEADER..]]).to_le_bytes() != header[8..] {
        return Err(Reason::BadChecksum);
    }
    let vtag = be32(header, 4).ok_or(Reason::BadHeader)?;
    let mut chunks: Vec<Chunk> = Vec::new();
    let mut at = HEADER;
    let mut alone = false;
    while let Some(&[kind, flags, ..]) = segment.get(at..at + CHUNK_HEADER) {
        let length = be16(segment, at + 2).ok_or(Reason::BadHeader)?;
        let row = SctpChunk::of(kind);
        alone |= matches!(
            row,
            Some(SctpChunk::Init | SctpChunk::InitAck | SctpChunk::ShutdownComplete)
        );
        let first = alone || matches!(row, Some(SctpChunk::CookieAck | SctpChunk::CookieEcho));
        if (first && !chunks.is_empty()) || length == 0 {
            return Err(Reason::BadChunks);
        }
        let body = at + CHUNK_HEADER;
        let init = segment.get(body..body + INIT);
        chunks.push(Chunk {
            kind,
            flags,
            init_tag: init.and_then(|init| be32(init, 0)),
        });
        at += usize::from(length).next_multiple_of(4);
    }
    if chunks.is_empty() {
        return Err(Reason::BadChunks);
    }
    Ok(SctpPacket { vtag, chunks })
}
