//! Netlink messages and attributes, as far as netfilter needs them.

use crate::Result;
use nix::errno::Errno;
use nix::sys::socket::{
    AddressFamily, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, bind, recv, send,
    setsockopt, socket, sockopt,
};
use std::os::fd::{AsRawFd, OwnedFd};

/// `NLM_F_REQUEST`.
const REQUEST: u16 = 0x1;
/// `NLM_F_ACK`.
pub const ACK: u16 = 0x4;
/// `NLM_F_DUMP`.
pub const DUMP: u16 = 0x300;

const HEADER: usize = 16;
const NFGEN: usize = 4;
const NLMSG_ERROR: u16 = 2;
const NLMSG_DONE: u16 = 3;
const RECEIVE_BYTES: usize = 8 << 20;

/// The attributes of a message, unread.
#[derive(Clone, Copy, Debug, Default)]
pub struct Attrs<'a>(&'a [u8]);

impl<'a> Attrs<'a> {
    /// The attributes that fill these bytes.
    pub fn new(bytes: &'a [u8]) -> Attrs<'a> {
        Attrs(bytes)
    }

    /// The content of the attribute of a kind.
    pub fn get(self, kind: u16) -> Option<&'a [u8]> {
        self.iter()
            .find(|(it, _)| *it == kind)
            .map(|(_, data)| data)
    }

    /// A nested attribute, empty if it is not there.
    pub fn nested(self, kind: u16) -> Attrs<'a> {
        Attrs(self.get(kind).unwrap_or_default())
    }

    /// A number in network order, of any width up to 8 bytes.
    pub fn number(self, kind: u16) -> Option<u64> {
        self.get(kind).map(big_endian)
    }

    /// A text that ends at its first zero byte.
    pub fn text(self, kind: u16) -> Option<String> {
        let bytes = self.get(kind)?;
        let end = bytes.iter().position(|b| *b == 0).unwrap_or(bytes.len());
        Some(String::from_utf8_lossy(&bytes[..end]).into_owned())
    }

    /// Kinds and contents in their order.
    pub fn iter(self) -> impl Iterator<Item = (u16, &'a [u8])> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let (head, _) = rest.split_at_checked(4)?;
            let length = usize::from(u16::from_ne_bytes([head[0], head[1]]));
            let kind = u16::from_ne_bytes([head[2], head[3]]) & 0x3fff;
            let data = rest.get(4..length)?;
            rest = rest.get((length + 3) & !3..).unwrap_or_default();
            Some((kind, data))
        })
    }
}

/// A number in network order.
pub fn big_endian(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0, |n, b| n << 8 | u64::from(*b))
}

/// An attribute to be sent.
pub fn attr(kind: u16, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(4 + data.len()).expect("what is sent is short");
    let mut bytes = Vec::with_capacity(8 + data.len());
    bytes.extend(length.to_ne_bytes());
    bytes.extend(kind.to_ne_bytes());
    bytes.extend(data);
    bytes.resize((bytes.len() + 3) & !3, 0);
    bytes
}

/// A message to netfilter.
#[derive(Clone, Copy, Debug, Default)]
pub struct Request<'a> {
    /// The subsystem.
    pub subsystem: u8,
    /// What kind of message of it.
    pub kind: u8,
    /// [`ACK`] or [`DUMP`].
    pub flags: u16,
    /// The address family.
    pub family: u8,
    /// The last field of `struct nfgenmsg`.
    pub resource: u16,
    /// The attributes.
    pub attrs: &'a [u8],
}

/// A message of netfilter.
#[derive(Clone, Copy, Debug)]
pub struct Message<'a> {
    /// The subsystem.
    pub subsystem: u8,
    /// What kind of message of it.
    pub kind: u8,
    /// Flags of the netlink header.
    pub flags: u16,
    /// The address family.
    pub family: u8,
    /// The rest.
    pub attrs: Attrs<'a>,
}

/// A socket to netfilter.
#[derive(Debug)]
pub struct Netlink {
    socket: OwnedFd,
    buffer: Vec<u8>,
    seq: u32,
}

impl Netlink {
    /// A socket in the namespace of this thread; `groups` is a bit mask of multicast groups,
    /// bit 0 for group 1.
    pub fn new(groups: u32) -> Result<Netlink> {
        let socket = socket(
            AddressFamily::Netlink,
            SockType::Raw,
            SockFlag::SOCK_CLOEXEC,
            SockProtocol::NetlinkNetFilter,
        )?;
        // Without the right to it the usual size has to do.
        let _ = setsockopt(&socket, sockopt::RcvBufForce, &RECEIVE_BYTES);
        bind(socket.as_raw_fd(), &NetlinkAddr::new(0, groups))?;
        Ok(Netlink {
            socket,
            buffer: vec![0; 1 << 16],
            seq: 0,
        })
    }

    /// Sends a request.
    fn send(&mut self, request: Request<'_>) -> Result<()> {
        self.seq += 1;
        let length = u32::try_from(HEADER + NFGEN + request.attrs.len())?;
        let kind = u16::from_be_bytes([request.subsystem, request.kind]);
        let mut message = Vec::new();
        message.extend(length.to_ne_bytes());
        message.extend(kind.to_ne_bytes());
        message.extend((REQUEST | request.flags).to_ne_bytes());
        message.extend(self.seq.to_ne_bytes());
        message.extend(0_u32.to_ne_bytes());
        message.extend([request.family, 0]);
        message.extend(request.resource.to_be_bytes());
        message.extend(request.attrs);
        send(self.socket.as_raw_fd(), &message, MsgFlags::empty())?;
        Ok(())
    }

    /// Sends a request and gives every message of the answer to `each`. The flags must ask for a
    /// dump or an acknowledgement, which is where the answer ends.
    pub fn ask(&mut self, request: Request<'_>, mut each: impl FnMut(Message<'_>)) -> Result<()> {
        self.send(request)?;
        while !self.receive(MsgFlags::empty(), &mut each)? {}
        Ok(())
    }

    /// Gives every message that has arrived to `each`.
    pub fn drain(&mut self, mut each: impl FnMut(Message<'_>)) -> Result<()> {
        loop {
            match self.receive(MsgFlags::MSG_DONTWAIT, &mut each) {
                Ok(_) => {}
                Err(error) if error.downcast_ref() == Some(&Errno::EAGAIN) => return Ok(()),
                Err(error) => return Err(error),
            }
        }
    }

    /// Reads one datagram; `true` if an answer ends with it.
    fn receive(&mut self, flags: MsgFlags, each: &mut impl FnMut(Message<'_>)) -> Result<bool> {
        let length = recv(self.socket.as_raw_fd(), &mut self.buffer, flags)?;
        let mut rest = &self.buffer[..length];
        while let Some((header, _)) = rest.split_at_checked(HEADER) {
            let word = |at: usize| [header[at], header[at + 1], header[at + 2], header[at + 3]];
            let length = u32::from_ne_bytes(word(0)) as usize;
            let kind = u16::from_ne_bytes([header[4], header[5]]);
            let Some(body) = rest.get(HEADER..length) else {
                return Err("a message of the kernel is cut off".into());
            };
            match kind {
                NLMSG_ERROR => {
                    let code = body
                        .first_chunk()
                        .map_or(0, |code| i32::from_ne_bytes(*code));
                    return if code == 0 {
                        Ok(true)
                    } else {
                        Err(Errno::from_raw(-code).into())
                    };
                }
                NLMSG_DONE => return Ok(true),
                _ => {}
            }
            let [subsystem, kind] = kind.to_be_bytes();
            if let Some((generic, attrs)) = body.split_at_checked(NFGEN) {
                each(Message {
                    subsystem,
                    kind,
                    flags: u16::from_ne_bytes([header[6], header[7]]),
                    family: generic[0],
                    attrs: Attrs(attrs),
                });
            }
            rest = rest.get((length + 3) & !3..).unwrap_or_default();
        }
        Ok(false)
    }
}
