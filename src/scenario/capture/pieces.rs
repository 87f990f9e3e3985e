//! A capture file that comes piece by piece, as a page reads it: what is whole is taken out of each
//! piece, and only the rest is kept.

use super::container::Container;
use super::error::CaptureError;
use super::import::Making;
use super::{Capture, FILE_BYTES_MAX, Options};
use core::fmt;

/// A file of which more may come.
pub struct Pieces {
    /// What was not read yet.
    rest: Vec<u8>,
    container: Option<Container>,
    making: Making,
    /// Bytes that came so far.
    came: usize,
    done: bool,
}

impl Pieces {
    /// Before the first piece.
    pub fn new(options: &Options) -> Pieces {
        Pieces {
            rest: Vec::new(),
            container: None,
            making: Making::new(options),
            came: 0,
            done: false,
        }
    }

    /// Takes the next piece in. Fails as soon as nothing can come of the file; what follows then
    /// is not read.
    pub fn feed(&mut self, piece: &[u8]) -> Result<(), CaptureError> {
        self.came = self.came.saturating_add(piece.len());
        if self.came > FILE_BYTES_MAX {
            return Err(CaptureError::TooLarge(self.came));
        }
        if self.done {
            return Ok(());
        }
        self.rest.extend_from_slice(piece);
        if self.container.is_none() {
            if !Container::can_open(&self.rest) {
                return Ok(());
            }
            self.container = Some(Container::open(&self.rest)?);
        }
        self.read(false);
        Ok(())
    }

    /// Reads what is whole, or at the end of the file everything.
    fn read(&mut self, last: bool) {
        let Some(container) = &mut self.container else {
            return;
        };
        while !self.done && (last || container.is_whole(&self.rest)) {
            self.done = self.making.add(container.next(&self.rest));
        }
        self.rest.drain(..container.at.min(self.rest.len()));
        container.at = 0;
    }

    /// Packets in the file so far.
    pub fn packets(&self) -> u32 {
        self.making.packets()
    }

    /// Nothing follows: what was read.
    pub fn finish(mut self) -> Result<Capture, CaptureError> {
        if self.container.is_none() {
            self.container = Some(Container::open(&self.rest)?);
        }
        self.read(true);
        self.making.finish_whole()
    }
}

impl fmt::Debug for Pieces {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Pieces({} bytes, {} packets)", self.came, self.packets())
    }
}
