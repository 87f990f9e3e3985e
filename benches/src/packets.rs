//! The packets of the benches: flow number `i` is a client of its own, all to one server.

use ctscope::engine::addr::Addr;
use ctscope::engine::checksum::internet_checksum;
use ctscope::engine::command::Inject;
use ctscope::engine::extract::{Reading, get_l4proto, nf_ct_get_tuple};
use ctscope::engine::tuple::Tuple;
use ctscope::scenario::packet::assemble;

/// A packet of which only the client's address and port change from flow to flow.
pub struct Template {
    bytes: Vec<u8>,
    /// Where the client's address and port stand.
    addr: usize,
    port: usize,
    /// Where the checksum of layer 4 stands.
    check: usize,
    /// What the IP header and the segment with its pseudo header add up to without the client.
    ip_sum: u32,
    l4_sum: u32,
    tuple: Tuple,
    reply: bool,
}

/// The client of a template line.
const CLIENT: &str = "10.0.0.1:1";
/// The server of every flow.
const SERVER: &str = "192.0.2.53:53";

/// A number from 0 to 2^32 - 1 made of another, so that flows come in no order. Source: the
/// finalizer of MurmurHash3, public domain.
pub fn scattered(n: u32) -> u32 {
    let mut n = n;
    n = (n ^ (n >> 16)).wrapping_mul(0x85eb_ca6b);
    n = (n ^ (n >> 13)).wrapping_mul(0xc2b2_ae35);
    n ^ (n >> 16)
}

impl Template {
    /// From a packet line without its two ends: `udp len=10`, `tcp A seq=1`.
    /// `reply`: the server sends it.
    pub fn new(proto: &str, rest: &str, reply: bool) -> Template {
        let ends = if reply {
            format!("{SERVER} > {CLIENT}")
        } else {
            format!("{CLIENT} > {SERVER}")
        };
        let bytes = assemble(&format!("{proto} {ends} {rest}")).expect("the line is good");
        let (addr, port) = if reply { (16, 22) } else { (12, 20) };
        let check = 20 + if proto == "tcp" { 16 } else { 6 };
        let mut bare = bytes.clone();
        for at in [10, addr, addr + 2, port, check] {
            bare[at..at + 2].fill(0);
        }
        let length = (bare.len() as u16 - 20).to_be_bytes();
        let pseudo = [0, bare[9], length[0], length[1]];
        let ip_sum = u32::from(!internet_checksum(&[&bare[..20]]));
        let l4_sum = u32::from(!internet_checksum(&[&bare[12..20], &pseudo, &bare[20..]]));
        let l4 = get_l4proto(&bytes).expect("the packet is whole");
        let tuple = nf_ct_get_tuple(&bytes, &l4, Reading::default()).expect("the packet is whole");
        Template {
            bytes,
            addr,
            port,
            check,
            ip_sum,
            l4_sum,
            tuple,
            reply,
        }
    }

    /// The packet as a command of its own.
    pub fn inject(&self) -> Inject {
        Inject {
            bytes: self.bytes.clone(),
            path: Default::default(),
            iif: None,
            hold_at: None,
            drop_at: None,
        }
    }

    /// Makes a packet one of this template's, of flow `i`, checksums included.
    pub fn write(&self, i: u32, packet: &mut Inject) {
        let bytes = &mut packet.bytes;
        let (addr, port) = client(i);
        bytes[self.addr..self.addr + 4].copy_from_slice(&addr.to_be_bytes());
        bytes[self.port..self.port + 2].copy_from_slice(&port.to_be_bytes());
        let client = (addr >> 16) + (addr & 0xffff);
        let ip = folded(self.ip_sum + client);
        bytes[10..12].copy_from_slice(&(!ip).to_be_bytes());
        let l4 = folded(self.l4_sum + client + u32::from(port));
        bytes[self.check..self.check + 2].copy_from_slice(&(!l4).to_be_bytes());
    }

    /// The tuple of flow `i`, in the packet's own direction, without reading the packet.
    pub fn tuple(&self, i: u32) -> Tuple {
        let (addr, port) = client(i);
        let mut tuple = self.tuple;
        let end = if self.reply {
            (&mut tuple.dst.u3, &mut tuple.dst.u)
        } else {
            (&mut tuple.src.u3, &mut tuple.src.u)
        };
        *end.0 = Addr::v4(addr.to_be_bytes());
        *end.1 = port;
        tuple
    }
}

/// The eight packets of a TCP connection that is opened, used and closed.
pub fn whole_tcp() -> [Template; 8] {
    [
        ("S seq=1000 win=64240", false),
        ("SA seq=5000 ack=1001 win=64240", true),
        ("A seq=1001 ack=5001 win=64240", false),
        ("PA seq=1001 ack=5001 win=64240 len=100", false),
        ("A seq=5001 ack=1101 win=64240", true),
        ("FA seq=1101 ack=5001 win=64240", false),
        ("FA seq=5001 ack=1102 win=64240", true),
        ("A seq=1102 ack=5002 win=64240", false),
    ]
    .map(|(rest, reply)| Template::new("tcp", rest, reply))
}

/// Address and port of a flow's client: 10.0.0.0/8 and 60,000 ports, more than a table can hold.
fn client(i: u32) -> (u32, u16) {
    (10 << 24 | (i / 60_000 + 2), (i % 60_000 + 1024) as u16)
}

fn folded(sum: u32) -> u16 {
    let sum = (sum >> 16) + (sum & 0xffff);
    ((sum >> 16) + (sum & 0xffff)) as u16
}
