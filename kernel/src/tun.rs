//! A TUN device: whole IP packets in and out of a file.

use crate::Result;
use nix::fcntl::{OFlag, open};
use nix::sys::stat::Mode;
use nix::unistd::{read, write};
use std::os::fd::{AsRawFd, OwnedFd};

/// `struct ifreq` as TUNSETIFF reads it.
#[repr(C)]
struct IfReq {
    name: [u8; 16],
    flags: i16,
    rest: [u8; 22],
}

/// `IFF_TUN | IFF_NO_PI`: IP packets, nothing in front of them.
const TUN_NO_HEADER: i16 = 0x1001;

nix::ioctl_write_ptr_bad!(
    tunsetiff,
    nix::request_code_write!(b'T', 202, size_of::<nix::libc::c_int>()),
    IfReq
);

/// An open device; it goes when this is dropped.
#[derive(Debug)]
pub struct Tun {
    file: OwnedFd,
}

impl Tun {
    /// Makes a device of that name in the namespace of this thread.
    #[allow(unsafe_code)]
    pub fn new(name: &str) -> Result<Tun> {
        let flags = OFlag::O_RDWR | OFlag::O_NONBLOCK | OFlag::O_CLOEXEC;
        let file = open("/dev/net/tun", flags, Mode::empty())
            .map_err(|error| format!("/dev/net/tun cannot be opened: {error}"))?;
        let mut request = IfReq {
            name: [0; 16],
            flags: TUN_NO_HEADER,
            rest: [0; 22],
        };
        let text = name.as_bytes();
        if text.len() >= request.name.len() {
            return Err(format!("{name:?} is too long for a device").into());
        }
        request.name[..text.len()].copy_from_slice(text);
        // SAFETY: the file is open, and the kernel reads no more than an ifreq, which this is.
        unsafe { tunsetiff(file.as_raw_fd(), &raw const request) }
            .map_err(|error| format!("the device {name} cannot be made: {error}"))?;
        let _ = request.rest;
        Ok(Tun { file })
    }

    /// A packet arrives at the device. The kernel deals with it before this returns.
    pub fn inject(&self, packet: &[u8]) -> Result<()> {
        match write(&self.file, packet) {
            Ok(_) => Ok(()),
            // What is no IP packet at all the device itself refuses.
            Err(nix::errno::Errno::EINVAL) => Ok(()),
            Err(error) => Err(format!("a packet cannot be injected: {error}").into()),
        }
    }

    /// The next packet that left by the device, `None` if there is none.
    pub fn take(&self) -> Result<Option<Vec<u8>>> {
        let mut packet = vec![0; 65_536];
        match read(&self.file, &mut packet) {
            Ok(length) => {
                packet.truncate(length);
                Ok(Some(packet))
            }
            Err(nix::errno::Errno::EAGAIN) => Ok(None),
            Err(error) => Err(format!("a device cannot be read: {error}").into()),
        }
    }
}
