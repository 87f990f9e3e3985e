//! FTP: one line of the control connection announces a data connection (RFC 959, RFC 2428).

use super::payload;
use crate::engine::addr::{Addr, L3};
use crate::engine::extract::{L4Header, be32};
use crate::engine::probe::Probe;
use crate::engine::rules::HelperName;
use crate::engine::skb::{CtInfo, SkbId};
use crate::engine::slab::ConnId;
use crate::engine::state::Conntrack;
use crate::engine::step::{DropCause, Step};
use crate::engine::tuple::{Dir, Dst, Man, Tuple, ipproto};
use std::net::Ipv6Addr;

/// Sequence numbers behind a line's end that are remembered per direction.
const LINES: usize = 2;

/// What is kept of a control connection: where lines begin.
/// Kernel: `struct nf_ct_ftp_master`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct FtpPrivate {
    /// Sequence numbers that follow a line's end, by direction (`seq_aft_nl`).
    pub after_line: [[u32; LINES]; 2],
    /// How many of them are known (`seq_aft_nl_num`).
    pub known: [u8; 2],
}

impl FtpPrivate {
    /// `true` if a line begins at this sequence number. Kernel: `find_nl_seq`.
    fn begins_line(&self, dir: Dir, seq: u32) -> bool {
        let known = usize::from(self.known[dir.index()]);
        self.after_line[dir.index()][..known].contains(&seq)
    }

    /// Remembers that a line begins here, in the place of an older beginning if need be.
    /// Kernel: `update_nl_seq`.
    fn line_begins(&mut self, dir: Dir, seq: u32) {
        let (known, list) = (
            &mut self.known[dir.index()],
            &mut self.after_line[dir.index()],
        );
        if list[..usize::from(*known)].contains(&seq) {
            return;
        }
        if usize::from(*known) < LINES {
            list[usize::from(*known)] = seq;
            *known += 1;
            return;
        }
        let before = |a: u32, b: u32| (a.wrapping_sub(b) as i32) < 0;
        let oldest = usize::from(!before(list[0], list[1]));
        if before(list[oldest], seq) {
            list[oldest] = seq;
        }
    }
}

/// The commands and answers that announce a data connection.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FtpCommand {
    /// `PORT 10,0,0,1,156,64`
    Port,
    /// `EPRT |1|10.0.0.1|40000|`
    Eprt,
    /// `227 Entering Passive Mode (10,0,0,2,156,64)`
    Pasv,
    /// `229 Entering Extended Passive Mode (|||40000|)`
    Epsv,
}

/// How a command is recognised.
struct Pattern {
    dir: Dir,
    command: FtpCommand,
    /// What the line begins with, in any case.
    begin: &'static [u8],
    /// The character to skip past, 0 for none.
    skip: u8,
    /// What must follow the numbers, 0 for anything.
    end: u8,
}

/// In the order in which they are tried.
/// Kernel: `search`, net/netfilter/nf_conntrack_ftp.c, v5.10.19.
const PATTERNS: [Pattern; 4] = [
    Pattern {
        dir: Dir::Original,
        command: FtpCommand::Port,
        begin: b"PORT",
        skip: b' ',
        end: b'\r',
    },
    Pattern {
        dir: Dir::Original,
        command: FtpCommand::Eprt,
        begin: b"EPRT",
        skip: b' ',
        end: b'\r',
    },
    Pattern {
        dir: Dir::Reply,
        command: FtpCommand::Pasv,
        begin: b"227 ",
        skip: 0,
        end: 0,
    },
    Pattern {
        dir: Dir::Reply,
        command: FtpCommand::Epsv,
        begin: b"229 ",
        skip: b'(',
        end: b')',
    },
];

/// An announcement found in a payload.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Announced {
    /// By which command.
    pub command: FtpCommand,
    /// The address, if the command names one.
    pub addr: Option<(L3, Addr)>,
    /// The port.
    pub port: u16,
    /// Where the numbers stand in the payload, and how many bytes they are: what NAT rewrites.
    pub at: usize,
    /// Bytes of the numbers.
    pub len: usize,
}

/// What a payload is to the helper.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Found {
    /// It announces a connection.
    Announced(Announced),
    /// It may be the beginning of an announcement, or one that cannot be read.
    Partial,
    /// It is something else.
    Nothing,
}

/// Looks for an announcement at the start of a payload.
/// Kernel: `find_pattern` over `search`, net/netfilter/nf_conntrack_ftp.c, v5.10.19.
pub fn find(dir: Dir, l3: L3, data: &[u8]) -> Found {
    PATTERNS
        .iter()
        .filter(|pattern| pattern.dir == dir)
        .map(|pattern| find_pattern(pattern, l3, data))
        .find(|found| *found != Found::Nothing)
        .unwrap_or(Found::Nothing)
}

fn find_pattern(pattern: &Pattern, l3: L3, data: &[u8]) -> Found {
    let length = pattern.begin.len();
    if data.is_empty() {
        return Found::Nothing;
    }
    if data.len() <= length {
        return if pattern.begin[..data.len()].eq_ignore_ascii_case(data) {
            Found::Partial
        } else {
            Found::Nothing
        };
    }
    let (begin, rest) = data.split_at(length);
    if !begin.eq_ignore_ascii_case(pattern.begin) {
        return Found::Nothing;
    }
    let skipped = match pattern.skip {
        0 => Some(0),
        skip => rest.iter().position(|&c| c == skip).map(|at| at + 1),
    };
    let Some(skipped) = skipped.filter(|at| *at < rest.len() || pattern.skip == 0) else {
        return Found::Partial;
    };
    let numbers = &rest[skipped..];
    let read = match pattern.command {
        FtpCommand::Port => six_numbers(numbers, pattern.end).map(|read| (0, read)),
        FtpCommand::Pasv => passive(numbers, pattern.end),
        FtpCommand::Eprt => extended_port(l3, numbers).map(|read| (0, read)),
        FtpCommand::Epsv => extended_passive(numbers).map(|read| (0, read)),
    };
    match read {
        Some((before, (len, addr, port))) => Found::Announced(Announced {
            command: pattern.command,
            addr,
            port,
            at: length + skipped + before,
            len,
        }),
        None => Found::Partial,
    }
}

/// Bytes read, the address if there is one, the port.
type Numbers = (usize, Option<(L3, Addr)>, u16);

/// Decimal numbers between separators, up to the terminator; how many bytes they take.
/// Kernel: `try_number`.
fn decimal<const N: usize>(data: &[u8], separator: u8, end: u8) -> Option<([u32; N], usize)> {
    let mut numbers = [0_u32; N];
    let mut at = 0;
    for (len, &c) in data.iter().enumerate() {
        if at >= N {
            return None;
        }
        if c.is_ascii_digit() {
            numbers[at] = numbers[at]
                .wrapping_mul(10)
                .wrapping_add(u32::from(c - b'0'));
        } else if c == separator {
            at += 1;
        } else {
            return ((end == 0 || c == end) && at + 1 == N).then_some((numbers, len));
        }
    }
    None
}

/// `a,b,c,d,p1,p2`: a number that is too large runs over into its neighbour.
/// Kernel: `try_rfc959`.
fn six_numbers(data: &[u8], end: u8) -> Option<Numbers> {
    let ([a, b, c, d, p1, p2], len) = decimal::<6>(data, b',', end)?;
    let addr = (a << 24) | (b << 16) | (c << 8) | d;
    let port = ((p1 << 8) | p2) as u16;
    Some((len, Some((L3::Ipv4, Addr::v4(addr.to_be_bytes()))), port))
}

/// The same from the first digit on. Kernel: `try_rfc1123`.
fn passive(data: &[u8], end: u8) -> Option<(usize, Numbers)> {
    let before = data.iter().position(u8::is_ascii_digit)?;
    Some((before, six_numbers(&data[before..], end)?))
}

/// The character between the parts of an extended command.
fn delimiter(data: &[u8]) -> Option<u8> {
    let first = *data.first()?;
    (data.len() > 3 && (33..=126).contains(&first) && !first.is_ascii_digit()).then_some(first)
}

/// A port that a delimiter ends; where the delimiter is. Kernel: `get_port`.
fn port_until(data: &[u8], from: usize, delimiter: u8) -> Option<(usize, u16)> {
    let mut port = 0_u16;
    for (at, &c) in data.iter().enumerate().skip(from) {
        if c == delimiter {
            return (port != 0).then_some((at + 1, port));
        }
        if !c.is_ascii_digit() {
            return None;
        }
        port = port.wrapping_mul(10).wrapping_add(u16::from(c - b'0'));
    }
    None
}

/// `|1|10.0.0.1|40000|`, `|2|2001:db8::1|40000|`. Kernel: `try_eprt`.
fn extended_port(l3: L3, data: &[u8]) -> Option<Numbers> {
    let delim = delimiter(data)?;
    let family = match l3 {
        L3::Ipv4 => b'1',
        L3::Ipv6 => b'2',
    };
    if data[1] != family || data[2] != delim {
        return None;
    }
    let host = &data[3..];
    let (addr, length) = match l3 {
        L3::Ipv4 => {
            let ([a, b, c, d], length) = decimal::<4>(host, b'.', delim)?;
            let addr = (a << 24) | (b << 16) | (c << 8) | d;
            (Addr::v4(addr.to_be_bytes()), length)
        }
        L3::Ipv6 => {
            let length = host.iter().position(|&c| c == delim)?;
            let text = core::str::from_utf8(&host[..length]).ok()?;
            (Addr(text.parse::<Ipv6Addr>().ok()?.octets()), length)
        }
    };
    let (len, port) = port_until(data, 3 + length + 1, delim)?;
    Some((len, Some((l3, addr)), port))
}

/// `|||40000|`. Kernel: `try_epsv_response`.
fn extended_passive(data: &[u8]) -> Option<Numbers> {
    let delim = delimiter(data)?;
    if data[1] != delim || data[2] != delim {
        return None;
    }
    let (len, port) = port_until(data, 3, delim)?;
    Some((len, None, port))
}

impl Conntrack {
    /// Reads a packet of the control connection, if a line begins with it.
    /// Kernel: `help`, net/netfilter/nf_conntrack_ftp.c, v5.10.19.
    pub(super) fn ftp_help<P: Probe>(
        &mut self,
        skb: SkbId,
        conn: ConnId,
        ctinfo: CtInfo,
        l4: &L4Header,
        probe: &mut P,
    ) -> Result<(), DropCause> {
        let dir = match ctinfo {
            CtInfo::Established => Dir::Original,
            CtInfo::EstablishedReply => Dir::Reply,
            _ => return Ok(()),
        };
        let bytes = self.skb(skb).map_or(&[][..], |skb| &skb.bytes);
        let header = bytes
            .get(l4.offset + 12)
            .map_or(0, |doff| usize::from(doff >> 4) * 4);
        let (Some(seq), Some(data)) = (be32(bytes, l4.offset + 4), payload(bytes, l4, header))
        else {
            return Ok(());
        };
        let Some(&last) = data.last() else {
            return Ok(());
        };
        let next = seq.wrapping_add(data.len() as u32);
        let l3 = self.conns[conn].tuple(dir).src.l3num;
        let begins = self.conns[conn]
            .ext
            .helper()
            .is_some_and(|helper| helper.ftp.begins_line(dir, seq));
        if begins {
            let found = find(dir, l3, data);
            probe.step(self, || Step::FtpRead { skb, conn, found });
            match found {
                Found::Partial => return Err(DropCause::Helper),
                Found::Announced(announced) => {
                    self.ftp_expect(skb, (conn, ctinfo), &announced, probe)?;
                }
                Found::Nothing => {}
            }
        }
        if last == b'\n'
            && let Some(helper) = self.conns[conn].ext.helper_mut()
        {
            helper.ftp.line_begins(dir, next);
        }
        Ok(())
    }

    /// Expects the announced connection: from the other side, any port, to what was announced.
    fn ftp_expect<P: Probe>(
        &mut self,
        skb: SkbId,
        (conn, ctinfo): (ConnId, CtInfo),
        announced: &Announced,
        probe: &mut P,
    ) -> Result<(), DropCause> {
        let dir = ctinfo.dir();
        let sender = *self.conns[conn].tuple(dir);
        let other = *self.conns[conn].tuple(dir.other());
        let own = (sender.src.l3num, sender.src.u3);
        // Somebody else's address is not taken for the sender's word (module option `loose`).
        if announced.addr.is_some_and(|addr| addr != own) {
            return Ok(());
        }
        let tuple = Tuple {
            src: Man {
                u3: other.src.u3,
                u: 0,
                l3num: other.src.l3num,
            },
            dst: Dst {
                u3: other.dst.u3,
                u: announced.port,
                protonum: ipproto::TCP,
                dir: Dir::Original,
            },
        };
        let expect = self.nf_ct_expect_init(conn, tuple);
        if self.is_natted(conn) {
            return self.nf_nat_ftp(skb, (conn, ctinfo), announced, expect, probe);
        }
        self.nf_ct_expect_related(expect, HelperName::Ftp.policy(), probe)
            .map(|_| ())
            .map_err(|_| DropCause::Helper)
    }
}
