//! Where connections live: numbered slots that are used again, as the kernel's type-safe slab
//! does.

use super::chunks::Chunks;
use super::conn::NfConn;
use core::fmt;

/// Names a connection: the slot it lies in and its number in order of creation (`c1`, `c2`, …).
/// The number is the slot's generation too: a slot used again holds another number, so an old
/// `ConnId` finds nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ConnId {
    /// Index of the slot, below 2^30.
    pub slot: u32,
    /// 1 for the first connection ever allocated, never used twice.
    pub number: u32,
}

impl fmt::Display for ConnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "c{}", self.number)
    }
}

/// Most slots there can be: a node's address is a slot and a direction bit below the nulls bit.
pub const SLOTS_MAX: u32 = 1 << 30;

/// Slots of a chunk: 16 kB.
const CHUNK: usize = 64;

/// The slots and the list of free ones, last freed first.
#[derive(Clone, Debug, Default)]
pub struct Slab {
    slots: Chunks<Option<NfConn>, CHUNK>,
    free: Vec<u32>,
    /// How many connections were ever allocated.
    created: u32,
}

impl Slab {
    /// Puts a connection in a slot: the one freed last, or a new one. `None` if every slot is
    /// taken.
    pub(super) fn insert(&mut self, make: impl FnOnce(ConnId) -> NfConn) -> Option<ConnId> {
        let number = self.created.checked_add(1)?;
        let slot = match self.free.pop() {
            Some(slot) => slot,
            None if (self.slots.len() as u32) < SLOTS_MAX => {
                self.slots.push(None);
                self.slots.len() as u32 - 1
            }
            None => return None,
        };
        self.created = number;
        let id = ConnId { slot, number };
        *self.slots.get_mut(slot as usize)? = Some(make(id));
        Some(id)
    }

    /// Takes a connection out; its slot is the next to be used again.
    pub(super) fn remove(&mut self, id: ConnId) -> Option<NfConn> {
        self.get(id)?;
        self.free.push(id.slot);
        self.slots.get_mut(id.slot as usize)?.take()
    }

    /// The connection, if it still lives.
    pub fn get(&self, id: ConnId) -> Option<&NfConn> {
        self.at(id.slot).filter(|conn| conn.id == id)
    }

    /// The connection in a slot, if there is one.
    pub fn at(&self, slot: u32) -> Option<&NfConn> {
        self.slots.get(slot as usize)?.as_ref()
    }

    pub(super) fn at_mut(&mut self, slot: u32) -> Option<&mut NfConn> {
        self.slots.get_mut(slot as usize)?.as_mut()
    }

    /// The living connection with this number. Before any slot was used again it lies in the slot
    /// of its number, later in that one or one before.
    pub fn by_number(&self, number: u32) -> Option<&NfConn> {
        let own = number.checked_sub(1)?;
        if number > self.created {
            return None;
        }
        self.at(own)
            .filter(|conn| conn.id.number == number)
            .or_else(|| self.iter().find(|conn| conn.id.number == number))
    }

    /// Living connections in the order of their slots.
    pub fn iter(&self) -> impl Iterator<Item = &NfConn> {
        self.slots.iter().filter_map(Option::as_ref)
    }

    /// Living connections in portions, in the order of their slots; with each, whether a copy made
    /// before or after has the same portion, unchanged.
    pub fn shared_with<'a>(
        &'a self,
        other: Option<&'a Slab>,
    ) -> impl Iterator<Item = (bool, impl Iterator<Item = &'a NfConn>)> {
        let parts = self.slots.shared_with(other.map(|other| &other.slots));
        parts.map(|(shared, slots)| (shared, slots.iter().flatten()))
    }

    /// Slots that there are, taken or free.
    pub fn slots(&self) -> u32 {
        self.slots.len() as u32
    }

    /// Living connections.
    pub fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// `true` if no connection lives.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many connections were ever allocated; the number of the newest.
    pub fn created(&self) -> u32 {
        self.created
    }

    /// Bytes the slots take that `other` does not share, for the budget of snapshots.
    pub fn bytes_beside(&self, other: Option<&Slab>) -> usize {
        self.slots.bytes_beside(other.map(|other| &other.slots)) + self.free.len() * 4
    }

    /// Slots that hold nothing, in the order in which they became free.
    pub fn free_slots(&self) -> &[u32] {
        &self.free
    }
}

/// Panics if the connection was freed: only for ids that the engine itself holds a reference to.
impl core::ops::Index<ConnId> for Slab {
    type Output = NfConn;

    fn index(&self, id: ConnId) -> &NfConn {
        self.get(id)
            .expect("a connection with a reference is in its slot")
    }
}

impl core::ops::IndexMut<ConnId> for Slab {
    fn index_mut(&mut self, id: ConnId) -> &mut NfConn {
        self.at_mut(id.slot)
            .filter(|conn| conn.id == id)
            .expect("a connection with a reference is in its slot")
    }
}
