//! What is said of a capture file that is not as it should be.

use super::FILE_BYTES_MAX;
use crate::words::{capture as w, tell};
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
            Some(packet) => write!(
                f,
                "{}",
                tell!(w::PACKET_PACKET_SENTENCE, packet, sentence = self.sentence)
            ),
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
                "{}",
                tell!(
                    w::THIS_FILE_HAS_BYTES,
                    bytes,
                    file_bytes_max = FILE_BYTES_MAX
                )
            ),
            CaptureError::Empty => f.write_str(w::THIS_FILE_IS_EMPTY.text()),
            CaptureError::Compressed(program) => {
                write!(f, "{}", tell!(w::THIS_FILE_IS_COMPRESSED, program))
            }
            CaptureError::NotACapture => f.write_str(w::THIS_IS_NO_CAPTURE.text()),
            CaptureError::Header => f.write_str(w::THIS_CAPTURE_FILE_ENDS.text()),
            CaptureError::LinkType(number) => {
                write!(f, "{}", tell!(w::THE_PACKETS_OF_THIS, number))
            }
        }
    }
}

impl core::error::Error for CaptureError {}
