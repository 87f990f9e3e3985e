//! TCP options: window scale, and selective acknowledgements.

use super::header::after;
use super::private::{TcpFlags, TcpSide};
use crate::engine::extract::be32;
use crate::engine::profile::Profile;

const EOL: u8 = 0;
const NOP: u8 = 1;
const WINDOW_SCALE: u8 = 3;
const SACK_PERMITTED: u8 = 4;
const SACK: u8 = 5;

/// The largest shift of a window (RFC 7323).
const WSCALE_MAX: u8 = 14;

/// A timestamp option alone and aligned, as most data segments have it.
const TIMESTAMP: [u8; 4] = [NOP, NOP, 8, 10];

/// Bytes of a SACK block.
const BLOCK: usize = 8;

/// The options of a header one by one, kind and data, up to the end or to the first that
/// contradicts itself.
struct Options<'a>(&'a [u8]);

impl<'a> Iterator for Options<'a> {
    type Item = (u8, &'a [u8]);

    fn next(&mut self) -> Option<(u8, &'a [u8])> {
        loop {
            let (&kind, rest) = self.0.split_first()?;
            match kind {
                EOL => return None,
                NOP => self.0 = rest,
                _ => {
                    let length = usize::from(*rest.first()?);
                    let data = self.0.get(2..length)?;
                    self.0 = &self.0[length..];
                    return Some((kind, data));
                }
            }
        }
    }
}

impl TcpSide {
    /// Learns the options of a SYN. A header without any leaves all as it is.
    /// Kernel: `tcp_options`, net/netfilter/nf_conntrack_proto_tcp.c, v5.10.19.
    pub(super) fn tcp_options(&mut self, options: &[u8], profile: Profile) {
        if options.is_empty() {
            return;
        }
        self.forget_options(profile);
        for (kind, data) in Options(options) {
            match (kind, data) {
                (SACK_PERMITTED, []) => self.flags |= TcpFlags::SACK_PERM,
                (WINDOW_SCALE, &[scale]) => {
                    self.td_scale = scale.min(WSCALE_MAX);
                    self.flags |= TcpFlags::WINDOW_SCALE;
                }
                _ => {}
            }
        }
    }
}

/// The highest right edge of the first SACK option's blocks, if it is beyond `ack`; `ack` if not.
/// Kernel: `tcp_sack`, net/netfilter/nf_conntrack_proto_tcp.c, v5.10.19.
pub(super) fn tcp_sack(options: &[u8], ack: u32) -> u32 {
    if options.len() == TIMESTAMP.len() + BLOCK && options.starts_with(&TIMESTAMP) {
        return ack;
    }
    let usable =
        |&(kind, data): &(u8, &[u8])| kind == SACK && !data.is_empty() && data.len() % BLOCK == 0;
    let Some((_, blocks)) = Options(options).find(usable) else {
        return ack;
    };
    let edges = blocks
        .chunks_exact(BLOCK)
        .filter_map(|block| be32(block, 4));
    edges.fold(
        ack,
        |sack, edge| if after(edge, sack) { edge } else { sack },
    )
}
