//! What is said of a capture file that is not as it should be.

use super::FILE_BYTES_MAX;
use core::fmt;

/// Something that the reader of a capture should know. It did not stop the import.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Warning {
    /// The packet it is about, from 1 as in the file; `None` is the file as a whole.
    pub packet: Option<u32>,
    /// What there is to say.
    pub sentence: String,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.packet {
            Some(packet) => write!(f, "packet {packet}: {}", self.sentence),
            None => f.write_str(&self.sentence),
        }
    }
}

/// Why nothing can be read from a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum CaptureError {
    /// It has so many bytes, more than [`FILE_BYTES_MAX`].
    TooLarge(usize),
    /// It is empty.
    Empty,
    /// It is compressed by the program of this name.
    Compressed(&'static str),
    /// It does not begin like a capture.
    NotACapture,
    /// It ends in its own header, or the header is damaged.
    Header,
    /// Its packets are of this link type and no other.
    LinkType(u32),
}

impl fmt::Display for CaptureError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CaptureError::TooLarge(bytes) => write!(
                f,
                "this file has {bytes} bytes, and at most {FILE_BYTES_MAX} are read; capture less, \
                 or cut it into pieces"
            ),
            CaptureError::Empty => f.write_str("this file is empty"),
            CaptureError::Compressed(program) => {
                write!(f, "this file is compressed; unpack it with {program} first")
            }
            CaptureError::NotACapture => {
                f.write_str("this is no capture file: it is neither pcap nor pcapng")
            }
            CaptureError::Header => {
                f.write_str("this capture file ends in its own header, or the header is damaged")
            }
            CaptureError::LinkType(number) => write!(
                f,
                "the packets of this capture are of link type {number}; Ethernet (1), raw IP \
                 (101, 12, 14, 228, 229), Linux cooked (113, 276) and loopback (0, 108) are read"
            ),
        }
    }
}

impl core::error::Error for CaptureError {}
