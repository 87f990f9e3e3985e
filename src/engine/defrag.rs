//! Fragments are put together before conntrack looks at them. [priority -400]
//!
//! A fragment that does not complete its datagram is taken off its packet's way and waits here; no
//! hook, counter or connection hears of it. The one that completes it goes on as the whole
//! datagram.

use super::addr::{Addr, L3};
use super::checksum::internet_checksum;
use super::extract::{addr, be16, be32, fragment_header, layer4_is_cut};
use super::hooks::Station;
use super::probe::Probe;
use super::skb::SkbId;
use super::state::Conntrack;
use super::step::{DropCause, Step};
use super::sysctl::Sysctl;
use super::time::{Jiffies, Secs};

/// Most fragments that wait in all queues of a namespace.
/// Differs: a kernel counts the bytes of their memory, at most 4 MB (`ipfrag_high_thresh`).
pub const FRAGMENTS_MAX: usize = 256;
/// How long an incomplete IPv4 datagram waits (`net.ipv4.ipfrag_time`).
pub const IPV4_FRAGMENT_TIMEOUT: Secs = Secs(30);

/// What is wrong with a fragment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FragmentFault {
    /// All of it has come before; the others stay.
    Again,
    /// It overlaps others, or contradicts what they say of the end: all are thrown away.
    Contradicts,
    /// The datagram is longer than an IP header can say.
    TooLong,
    /// The congestion marks of its fragments do not go together (RFC 3168, section 5.3).
    Congestion,
    /// No room for another one.
    Full,
}

/// Which fragments belong together.
/// Kernel: `struct frag_v4_compare_key`, `struct frag_v6_compare_key`, include/net/inet_frag.h.
/// Differs: the zone is no part of it, for rules give a zone at -300, behind this hook.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FragKey {
    /// Family.
    pub l3: L3,
    /// Source address.
    pub src: Addr,
    /// Destination address.
    pub dst: Addr,
    /// Identification.
    pub id: u32,
    /// Protocol; IPv6 leaves it out of the comparison.
    pub protonum: u8,
    /// The hook that it came to: each has its own queues.
    pub hook: Station,
}

/// A fragment that waits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Piece {
    /// The packet that it came in.
    pub skb: SkbId,
    /// That packet.
    pub packet: Vec<u8>,
    /// Where its part of the datagram begins in the packet.
    pub header: usize,
    /// Where that part begins in the datagram.
    pub offset: u32,
    /// Bytes of it.
    pub len: u32,
}

impl Piece {
    const fn end(&self) -> u32 {
        self.offset + self.len
    }

    fn payload(&self) -> &[u8] {
        let from = self.packet.get(self.header..).unwrap_or_default();
        from.get(..self.len as usize).unwrap_or(from)
    }

    /// The traffic class or type of service.
    fn tos(&self) -> u8 {
        match self.packet.as_slice() {
            [first, second, ..] if first >> 4 == 6 => first << 4 | second >> 4,
            [_, second, ..] => *second,
            _ => 0,
        }
    }
}

/// The fragments of one datagram.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FragQueue {
    /// Whose they are.
    pub key: FragKey,
    /// Runs without a gap that came in order, by offset; a run is never joined to another.
    pub runs: Vec<Vec<Piece>>,
    /// End of the datagram as far as it is known.
    pub len: u32,
    /// The last fragment came, so `len` is the length.
    pub last_in: bool,
    /// When it is given up.
    pub due: Jiffies,
}

impl FragQueue {
    /// Fragments in it.
    pub fn pieces(&self) -> usize {
        self.runs.iter().map(Vec::len).sum()
    }

    fn is_complete(&self) -> bool {
        let all = self.runs.iter().flatten();
        let bytes: u32 = all.map(|piece| piece.len).sum();
        self.last_in && bytes == self.len
    }

    /// Puts a fragment in its place. `more`: it says that others follow.
    /// Kernel: `inet_frag_queue_insert`, net/ipv4/inet_fragment.c, v5.10.19, and the checks of the
    /// end before it.
    fn insert(&mut self, piece: Piece, more: bool) -> Result<(), FragmentFault> {
        let (offset, end) = (piece.offset, piece.end());
        if piece.len == 0 {
            return Err(FragmentFault::Contradicts);
        }
        if more {
            if end > self.len {
                if self.last_in {
                    return Err(FragmentFault::Contradicts);
                }
                self.len = end;
            }
        } else {
            if end < self.len || (self.last_in && end != self.len) {
                return Err(FragmentFault::Contradicts);
            }
            self.last_in = true;
            self.len = end;
        }
        let place = self.runs.partition_point(|run| ends(run) <= offset);
        let behind_all = self.runs.last().is_none_or(|last| ends(last) < end);
        match self.runs.get(place) {
            None => {
                // It begins where all others end, or later.
                match self.runs.last_mut().filter(|last| ends(last) == offset) {
                    Some(last) => last.push(piece),
                    None => self.runs.push(vec![piece]),
                }
                Ok(())
            }
            Some(_) if behind_all => Err(FragmentFault::Contradicts),
            Some(next) if end <= begins(next) => {
                self.runs.insert(place, vec![piece]);
                Ok(())
            }
            Some(run) if begins(run) <= offset && end <= ends(run) => Err(FragmentFault::Again),
            Some(_) => Err(FragmentFault::Contradicts),
        }
    }
}

fn begins(run: &[Piece]) -> u32 {
    run.first().map_or(0, |piece| piece.offset)
}

fn ends(run: &[Piece]) -> u32 {
    run.last().map_or(0, Piece::end)
}

/// How a packet was cut when it came; it leaves cut the same way.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Fragmented {
    /// Bytes of the datagram in each fragment.
    pub pieces: Vec<u16>,
    /// Bytes of the largest fragment, with its headers (`frag_max_size`).
    pub max_size: u32,
}

/// What a fragment says of itself.
struct Fragment {
    key: FragKey,
    header: usize,
    offset: u32,
    len: u32,
    more: bool,
}

/// Reads a fragment; `None` if the packet is none, or cannot be read.
fn fragment_of(bytes: &[u8], hook: Station) -> Option<Fragment> {
    match bytes.first()? >> 4 {
        4 => {
            let field = be16(bytes, 6)?;
            if field & 0x3fff == 0 {
                return None;
            }
            let header = usize::from(bytes[0] & 0xf) * 4;
            let len = usize::from(be16(bytes, 2)?).checked_sub(header)?;
            if header < 20 || bytes.len() < header + len {
                return None;
            }
            let more = field & 0x2000 != 0;
            // What is over a multiple of 8 cannot be continued and is cut off.
            let len = if more { len & !7 } else { len };
            Some(Fragment {
                key: FragKey {
                    l3: L3::Ipv4,
                    src: addr(bytes.get(12..16)?),
                    dst: addr(bytes.get(16..20)?),
                    id: be16(bytes, 4)?.into(),
                    protonum: bytes[9],
                    hook,
                },
                header,
                offset: u32::from(field & 0x1fff) * 8,
                len: len as u32,
                more,
            })
        }
        6 => {
            let at = fragment_header(bytes)?;
            let end = 40 + usize::from(be16(bytes, 4)?);
            let len = end.checked_sub(at + 8)?;
            let field = be16(bytes, at + 2)?;
            if bytes.len() < end {
                return None;
            }
            Some(Fragment {
                key: FragKey {
                    l3: L3::Ipv6,
                    src: addr(bytes.get(8..24)?),
                    dst: addr(bytes.get(24..40)?),
                    id: be32(bytes, at + 4)?,
                    protonum: 0,
                    hook,
                },
                header: at + 8,
                offset: u32::from(field & !7),
                len: len as u32,
                more: field & 1 != 0,
            })
        }
        _ => None,
    }
}

/// The congestion mark of the whole, to be added to that of its first fragment, from the marks of
/// its fragments as a set of bits; `None` if they do not go together.
/// Source: RFC 3168, section 5.3.
const fn ecn_of_whole(seen: u8) -> Option<u8> {
    const NOT_ECT: u8 = 1 << 0;
    const CE: u8 = 1 << 3;
    if seen & NOT_ECT != 0 && seen != NOT_ECT {
        None
    } else if seen & CE != 0 {
        Some(3)
    } else {
        Some(0)
    }
}

/// The whole datagram behind the headers of its first fragment.
/// Kernel: `ip_frag_reasm`, net/ipv4/ip_fragment.c, and `nf_ct_frag6_reasm`,
/// net/ipv6/netfilter/nf_conntrack_reasm.c, v5.10.19.
fn reassemble(queue: &FragQueue) -> Result<(Vec<u8>, Fragmented), FragmentFault> {
    let all = || queue.runs.iter().flatten();
    let first = all().next().ok_or(FragmentFault::Contradicts)?;
    let seen = all().fold(0, |seen, piece| seen | 1 << (piece.tos() & 3));
    let ecn = ecn_of_whole(seen).ok_or(FragmentFault::Congestion)?;
    let size = |piece: &Piece| (piece.header as u32) + piece.len;
    let max_size = all().map(size).max().unwrap_or(0);
    let cut = Fragmented {
        pieces: all().map(|piece| piece.len as u16).collect(),
        max_size,
    };
    let mut whole = first
        .packet
        .get(..first.header)
        .unwrap_or_default()
        .to_vec();
    match queue.key.l3 {
        L3::Ipv4 => {
            let total = first.header as u32 + queue.len;
            let total = u16::try_from(total).map_err(|_| FragmentFault::TooLong)?;
            let df = |piece: &&Piece| piece.packet.get(6).is_some_and(|byte| byte & 0x40 != 0);
            let df_size = all().filter(df).map(size).max();
            whole[2..4].copy_from_slice(&total.to_be_bytes());
            // The whole must not be cut further only if its largest fragment must not.
            whole[6] = if df_size == Some(max_size) { 0x40 } else { 0 };
            whole[7] = 0;
            whole[1] |= ecn;
            set_ipv4_checksum(&mut whole);
        }
        L3::Ipv6 => {
            let at = first.header - 8;
            let next = whole[at];
            let before = previous_next_header(&whole, at);
            whole[before] = next;
            whole.truncate(at);
            let payload = (at - 40) as u32 + queue.len;
            let payload = u16::try_from(payload).map_err(|_| FragmentFault::TooLong)?;
            whole[4..6].copy_from_slice(&payload.to_be_bytes());
            whole[1] |= ecn << 4;
        }
    }
    all().for_each(|piece| whole.extend_from_slice(piece.payload()));
    Ok((whole, cut))
}

/// Writes the checksum of an IPv4 header.
pub(super) fn set_ipv4_checksum(packet: &mut [u8]) {
    let header = packet
        .first()
        .map_or(0, |first| usize::from(first & 0xf) * 4);
    if let Some(header) = packet.get_mut(..header)
        && header.len() >= 20
    {
        header[10..12].fill(0);
        let sum = internet_checksum(&[header]);
        header[10..12].copy_from_slice(&sum.to_be_bytes());
    }
}

/// Where the number of the header at `at` stands in an IPv6 packet whose chain leads there.
pub(super) fn previous_next_header(packet: &[u8], at: usize) -> usize {
    let (mut number, mut offset) = (6, 40);
    while offset < at
        && let Some(&length) = packet.get(offset + 1)
    {
        let bytes = match packet.get(number) {
            Some(51) => (usize::from(length) + 2) * 4,
            _ => (usize::from(length) + 1) * 8,
        };
        (number, offset) = (offset, offset + bytes);
    }
    number
}

impl Conntrack {
    /// The hook before all others: `Ok(true)` lets a packet go on, `Ok(false)` says that it was a
    /// fragment and waits.
    /// Kernel: `ipv4_conntrack_defrag`, net/ipv4/netfilter/nf_defrag_ipv4.c, and `ipv6_defrag`,
    /// net/ipv6/netfilter/nf_defrag_ipv6_hooks.c, v5.10.19.
    pub(super) fn conntrack_defrag<P: Probe>(
        &mut self,
        id: SkbId,
        probe: &mut P,
    ) -> Result<bool, DropCause> {
        let Some(skb) = self.skb(id) else {
            return Ok(true);
        };
        if skb.ctinfo.is_some() {
            return Ok(true);
        }
        let (net, hook) = (usize::from(skb.net), skb.at);
        let Some(fragment) = fragment_of(&skb.bytes, hook) else {
            return Ok(true);
        };
        let Fragment {
            key,
            header,
            offset,
            len,
            more,
        } = fragment;
        let end = header + len as usize;
        if key.l3 == L3::Ipv6 && offset == 0 && layer4_is_cut(&skb.bytes, header - 8, end) {
            // Not what a first fragment must be; it goes on as it is.
            return Ok(true);
        }
        let found = self.nets[net].frags.iter().position(|q| q.key == key);
        if key.l3 == L3::Ipv6 && more && !len.is_multiple_of(8) {
            // Nothing that could be put together; it goes on as it is, and the others cannot.
            if let Some(at) = found {
                self.free_queue(net, at, false, probe);
            }
            return Ok(true);
        }
        let waiting: usize = self.nets[net].frags.iter().map(FragQueue::pieces).sum();
        if waiting >= FRAGMENTS_MAX {
            return Err(DropCause::Fragment(FragmentFault::Full));
        }
        let packet = self.skb(id).map_or_else(Vec::new, |skb| skb.bytes.clone());
        let piece = Piece {
            skb: id,
            packet,
            header,
            offset,
            len,
        };
        let at = found.unwrap_or_else(|| {
            let hz = self.hz();
            let wait = match key.l3 {
                L3::Ipv4 => hz.ticks(IPV4_FRAGMENT_TIMEOUT),
                L3::Ipv6 => self.nets[net].sysctls.timeout(Sysctl::Frag6Timeout, hz),
            };
            let due = self.now.plus(wait);
            self.nets[net].frags.push(FragQueue {
                key,
                runs: Vec::new(),
                len: 0,
                last_in: false,
                due,
            });
            self.nets[net].frags.len() - 1
        });
        let queue = &mut self.nets[net].frags[at];
        let whole = match queue.insert(piece, more) {
            Ok(()) if !queue.is_complete() => {
                self.skbs.retain(|skb| skb.id != id);
                probe.step(self, || Step::FragmentQueued {
                    skb: id,
                    offset: offset as u16,
                    len: len as u16,
                    more,
                });
                return Ok(false);
            }
            Ok(()) => reassemble(queue),
            Err(FragmentFault::Again) => {
                return Err(DropCause::Fragment(FragmentFault::Again));
            }
            Err(fault) => Err(fault),
        };
        let (bytes, cut) = match whole {
            Ok(whole) => whole,
            Err(fault) => {
                self.free_queue(net, at, false, probe);
                return Err(DropCause::Fragment(fault));
            }
        };
        self.nets[net].frags.remove(at);
        let (pieces, len) = (cut.pieces.len() as u16, bytes.len() as u16);
        if let Some(skb) = self.skb_mut(id) {
            skb.bytes = bytes;
            // A datagram that came in one piece after all leaves without a fragment header.
            skb.cut = (pieces > 1).then(|| Box::new(cut));
        }
        probe.step(self, || Step::Reassembled {
            skb: id,
            pieces,
            len,
        });
        Ok(true)
    }

    /// Throws away the fragments of a datagram.
    fn free_queue<P: Probe>(&mut self, net: usize, at: usize, expired: bool, probe: &mut P) {
        let queue = self.nets[net].frags.remove(at);
        let pieces = queue.pieces() as u16;
        probe.step(self, || Step::FragmentsFreed { pieces, expired });
    }

    /// When the first incomplete datagram of a namespace is given up.
    pub(super) fn frags_due(&self, net: u8) -> Option<Jiffies> {
        let queues = self.nets[usize::from(net)].frags.iter();
        queues
            .min_by_key(|queue| queue.due.left(self.now))
            .map(|queue| queue.due)
    }

    /// Gives up the datagrams whose time has come.
    /// Kernel: `ip_expire`, net/ipv4/ip_fragment.c, v5.10.19.
    /// Differs: a kernel tells the sender, if the first fragment came.
    pub(super) fn frags_expire<P: Probe>(&mut self, net: u8, probe: &mut P) {
        let (net, now) = (usize::from(net), self.now);
        while let Some(at) = self.nets[net]
            .frags
            .iter()
            .position(|queue| !queue.due.is_after(now))
        {
            self.free_queue(net, at, true, probe);
        }
    }
}
