//! The whole table as files and tools list it: `/proc/net/nf_conntrack` and
//! `conntrack -L -o extended`; and the counters as `/proc/net/stat/nf_conntrack` has them.

use super::texts::{self, l4_name};
use crate::engine::addr::{Addr, L3};
use crate::engine::conn::Status;
use crate::engine::stats::Counter;
use crate::engine::sysctl::Sysctl;
use crate::engine::tuple::{Dir, Tuple, ipproto};
use crate::engine::{Conntrack, Difference, NfConn};
use core::fmt::Write;

/// IANA, for the protocols that only texts name.
const DCCP: u8 = 33;
const GRE: u8 = 47;
const SCTP: u8 = 132;
const UDPLITE: u8 = 136;

/// The two listings as a recording holds them, by their keys there.
pub fn both(ct: &Conntrack) -> [(&'static str, Vec<String>); 2] {
    [
        ("proc_net_nf_conntrack", proc_lines(ct)),
        ("conntrack_L", extended_lines(ct)),
    ]
}

/// `conntrack -L -o extended`, which lists both families, and behind it the same with `-f ipv6`;
/// each sorted.
pub fn extended_lines(ct: &Conntrack) -> Vec<String> {
    let line = |conn: &NfConn| {
        let l3 = conn.tuple(Dir::Original).src.l3num;
        (
            l3,
            format!("{}{}", l3_head(l3), texts::table_line(ct, conn)),
        )
    };
    let mut lines: Vec<(L3, String)> = texts::in_table(ct).map(line).collect();
    lines.sort_by(|(_, a), (_, b)| a.cmp(b));
    let again: Vec<_> = lines
        .iter()
        .filter(|(l3, _)| *l3 == L3::Ipv6)
        .cloned()
        .collect();
    lines.extend(again);
    lines.into_iter().map(|(_, line)| line).collect()
}

/// `conntrack -L` of the current namespace, in the order of the table: bucket by bucket, each
/// chain from its head on.
pub fn table_lines(ct: &Conntrack) -> Vec<String> {
    texts::in_table(ct)
        .map(|conn| texts::table_line(ct, conn))
        .collect()
}

/// The lines of `/proc/net/nf_conntrack`, sorted.
pub fn proc_lines(ct: &Conntrack) -> Vec<String> {
    let mut lines: Vec<String> = texts::in_table(ct)
        .map(|conn| proc_line(ct, conn))
        .collect();
    lines.sort();
    lines
}

fn l3_head(l3: L3) -> String {
    let name = match l3 {
        L3::Ipv4 => "ipv4",
        L3::Ipv6 => "ipv6",
    };
    format!("{name:<8} {} ", l3 as u8)
}

/// Kernel: `ct_seq_show`, net/netfilter/nf_conntrack_standalone.c, v5.10.19 and v6.18.
fn proc_line(ct: &Conntrack, conn: &NfConn) -> String {
    let protonum = conn.tuple(Dir::Original).dst.protonum;
    let tracked = protonum != DCCP || !ct.profile().since(Difference::DccpGeneric);
    let name = if tracked {
        l4_name(protonum)
    } else {
        "unknown"
    };
    let secs = ct.hz().secs(conn.nf_ct_expires(ct.now)).0;
    let mut out = l3_head(conn.tuple(Dir::Original).src.l3num);
    // Writing into a string cannot fail, here and below.
    let _ = write!(out, "{name:<8} {protonum} {secs} ");
    if let Some(state) = conn.proto.name() {
        let _ = write!(out, "{state} ");
    } else if protonum == GRE {
        let of = |key| ct.sysctl(conn.net, key);
        let (alone, stream) = (of(Sysctl::GreTimeout), of(Sysctl::GreTimeoutStream));
        let _ = write!(out, "timeout={alone}, stream_timeout={stream} ");
    }
    for dir in Dir::BOTH {
        tuple(conn.tuple(dir), tracked, &mut out);
        if conn.zone.id != 0 && conn.zone.only_dir() == Some(dir) {
            let side = match dir {
                Dir::Original => "orig",
                Dir::Reply => "reply",
            };
            let _ = write!(out, "zone-{side}={} ", conn.zone.id);
        }
        if let Some(counted) = conn.ext.acct() {
            let counted = counted[dir.index()];
            let _ = write!(out, "packets={} bytes={} ", counted.packets, counted.bytes);
        }
        if dir == Dir::Original && !conn.status.contains(Status::SEEN_REPLY) {
            out.push_str("[UNREPLIED] ");
        }
    }
    if conn.status.contains(Status::HW_OFFLOAD) {
        out.push_str("[HW_OFFLOAD] ");
    } else if conn.status.contains(Status::OFFLOAD) {
        out.push_str("[OFFLOAD] ");
    } else if conn.status.contains(Status::ASSURED) {
        out.push_str("[ASSURED] ");
    }
    let _ = write!(out, "mark={} ", conn.mark);
    if conn.zone.only_dir().is_none() {
        let _ = write!(out, "zone={} ", conn.zone.id);
    }
    if let Some((start, _)) = conn.ext.tstamp() {
        let passed = ct.uptime.saturating_sub(start.unwrap_or(ct.uptime));
        let _ = write!(
            out,
            "delta-time={} ",
            passed / u64::from(ct.hz().per_second())
        );
    }
    // Whoever reads the file holds the entry meanwhile.
    let _ = write!(out, "use={}", conn.use_count + 1);
    out
}

pub(super) fn tuple(tuple: &Tuple, tracked: bool, out: &mut String) {
    let l3 = tuple.src.l3num;
    let (src, dst) = (addr(l3, tuple.src.u3), addr(l3, tuple.dst.u3));
    let (src_part, dst_part) = (tuple.src.u, tuple.dst.u);
    let _ = write!(out, "src={src} dst={dst} ");
    let _ = match tuple.dst.protonum {
        ipproto::TCP | ipproto::UDP | SCTP | UDPLITE => {
            write!(out, "sport={src_part} dport={dst_part} ")
        }
        DCCP if tracked => write!(out, "sport={src_part} dport={dst_part} "),
        ipproto::ICMP | ipproto::ICMPV6 => {
            let (kind, code) = (tuple.icmp_type(), tuple.icmp_code());
            write!(out, "type={kind} code={code} id={src_part} ")
        }
        GRE => write!(out, "srckey=0x{src_part:x} dstkey=0x{dst_part:x} "),
        _ => Ok(()),
    };
}

/// The file writes every group of an IPv6 address with all its digits.
fn addr(l3: L3, addr: Addr) -> String {
    match l3 {
        L3::Ipv4 => addr.show(l3).to_string(),
        L3::Ipv6 => {
            let group = |pair: &[u8]| format!("{:02x}{:02x}", pair[0], pair[1]);
            let groups: Vec<String> = addr.0.chunks_exact(2).map(group).collect();
            groups.join(":")
        }
    }
}

/// What a column of `/proc/net/stat/nf_conntrack` holds.
#[derive(Clone, Copy)]
enum Column {
    /// The entries of the namespace, the same on every line.
    Entries,
    /// A counter of the line's CPU.
    Counted(Counter),
    /// Nothing any more; the name is all that is left.
    Empty,
}

/// `/proc/net/stat/nf_conntrack` of the current namespace: names, then a line per CPU.
/// Kernel: `ct_cpu_seq_show`, net/netfilter/nf_conntrack_standalone.c, v5.10.19 and v6.18.
pub fn stat_lines(ct: &Conntrack) -> Vec<String> {
    use Column::{Counted, Empty, Entries};
    let chains = if ct.profile().since(Difference::ChainLimit) {
        ("chainlength", Counted(Counter::ChainTooLong))
    } else {
        ("delete_list", Empty)
    };
    let columns = [
        ("entries", Entries),
        ("clashres", Counted(Counter::ClashResolve)),
        ("found", Counted(Counter::Found)),
        ("new", Empty),
        ("invalid", Counted(Counter::Invalid)),
        ("ignore", Empty),
        ("delete", Empty),
        chains,
        ("insert", Counted(Counter::Insert)),
        ("insert_failed", Counted(Counter::InsertFailed)),
        ("drop", Counted(Counter::Drop)),
        ("early_drop", Counted(Counter::EarlyDrop)),
        ("icmp_error", Counted(Counter::Error)),
        ("expect_new", Counted(Counter::ExpectNew)),
        ("expect_create", Counted(Counter::ExpectCreate)),
        ("expect_delete", Counted(Counter::ExpectDelete)),
        ("search_restart", Counted(Counter::SearchRestart)),
    ];
    let net = &ct.nets[usize::from(ct.net)];
    let names = spaced(columns.map(|(name, _)| name.to_owned()));
    let cpus = net.pcpu.iter().map(|cpu| {
        spaced(columns.map(|(_, column)| {
            let value = match column {
                Entries => net.count,
                Counted(counter) => cpu.stats.value(counter),
                Empty => 0,
            };
            format!("{value:08x}")
        }))
    });
    [names].into_iter().chain(cpus).collect()
}

/// The columns of a line, set apart by a blank, and by two behind the first and the thirteenth.
fn spaced<const N: usize>(columns: [String; N]) -> String {
    let mut line = String::new();
    for (at, column) in columns.iter().enumerate() {
        line.push_str(match at {
            0 => "",
            1 | 13 => "  ",
            _ => " ",
        });
        line.push_str(column);
    }
    line
}
