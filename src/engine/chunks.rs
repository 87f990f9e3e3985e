//! A growing array in chunks that copies share: a copy of the machine costs a pointer for each
//! chunk, and only chunks that are written to afterwards are there twice. It grows chunk by chunk,
//! so no moment needs room for twice of it.

use core::fmt;
use std::rc::Rc;

/// Items in chunks of `N`, a power of two; the last one may be shorter.
#[derive(Clone)]
pub struct Chunks<T, const N: usize> {
    /// Behind `len` there is filler.
    chunks: Vec<Rc<[T]>>,
    len: usize,
}

/// Items of the first chunk when it is made.
const FIRST: usize = 4;

impl<T, const N: usize> Default for Chunks<T, N> {
    fn default() -> Chunks<T, N> {
        Chunks {
            chunks: Vec::new(),
            len: 0,
        }
    }
}

impl<T: Clone, const N: usize> Chunks<T, N> {
    /// `len` items, each made from its index.
    pub fn from_fn(len: usize, make: impl Fn(usize) -> T) -> Chunks<T, N> {
        let chunks = (0..len)
            .step_by(N)
            .map(|from| (from..len.min(from + N)).map(&make).collect())
            .collect();
        Chunks { chunks, len }
    }

    /// How many items there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// `true` if there is none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// An item.
    #[inline]
    pub fn get(&self, at: usize) -> Option<&T> {
        self.chunks.get(at / N)?.get(at % N)
    }

    /// An item, to be changed: its chunk is copied first if another machine shares it.
    #[inline]
    pub fn get_mut(&mut self, at: usize) -> Option<&mut T> {
        let chunk = self.chunks.get_mut(at / N)?;
        if Rc::get_mut(chunk).is_none() {
            own(chunk);
        }
        Rc::get_mut(chunk)?.get_mut(at % N)
    }

    /// The items, first to last.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.chunks
            .iter()
            .flat_map(|chunk| chunk.iter())
            .take(self.len)
    }

    /// The items chunk by chunk, without filler; with each, whether `other` shares it, so that what
    /// was made of it there holds here.
    pub fn shared_with(&self, other: Option<&Chunks<T, N>>) -> impl Iterator<Item = (bool, &[T])> {
        self.chunks.iter().enumerate().map(move |(at, chunk)| {
            let theirs = other.and_then(|other| other.chunks.get(at));
            let shared = theirs.is_some_and(|theirs| Rc::ptr_eq(chunk, theirs));
            let items = (self.len - at * N).min(chunk.len());
            (shared, chunk.get(..items).unwrap_or_default())
        })
    }

    /// Bytes of all chunks that `other` does not share; of all, if there is no other.
    pub fn bytes_beside(&self, other: Option<&Chunks<T, N>>) -> usize {
        let shared = |at: usize, chunk: &Rc<[T]>| {
            other
                .and_then(|other| other.chunks.get(at))
                .is_some_and(|theirs| Rc::ptr_eq(chunk, theirs))
        };
        let own = self.chunks.iter().enumerate();
        let own = own.filter(|(at, chunk)| !shared(*at, chunk));
        let items: usize = own.map(|(_, chunk)| chunk.len()).sum();
        items * size_of::<T>() + self.chunks.len() * size_of::<Rc<[T]>>()
    }
}

impl<T: Clone + Default, const N: usize> Chunks<T, N> {
    /// Puts an item behind the last.
    pub fn push(&mut self, item: T) {
        let room = self.chunks.last().map_or(0, |last| last.len());
        if self.len == self.chunks.len().saturating_sub(1) * N + room {
            self.grow(room);
        }
        self.len += 1;
        if let Some(place) = self.get_mut(self.len - 1) {
            *place = item;
        }
    }

    /// Room for more: the first chunk doubles until it is full, then others follow whole, as they
    /// would be filled soon.
    #[cold]
    fn grow(&mut self, room: usize) {
        let filler = |n: usize| core::iter::repeat_with(T::default).take(n);
        match self.chunks.last_mut() {
            Some(last) if room < N => {
                let more = room.clamp(FIRST, N - room);
                *last = last.iter().cloned().chain(filler(more)).collect();
            }
            Some(_) => self.chunks.push(filler(N).collect()),
            None => self.chunks.push(filler(FIRST.min(N)).collect()),
        }
    }
}

#[cold]
#[inline(never)]
fn own<T: Clone>(chunk: &mut Rc<[T]>) {
    *chunk = chunk.iter().cloned().collect();
}

impl<T, const N: usize> core::ops::Index<usize> for Chunks<T, N> {
    type Output = T;

    #[inline]
    fn index(&self, at: usize) -> &T {
        &self.chunks[at / N][at % N]
    }
}

impl<T: Clone + fmt::Debug, const N: usize> fmt::Debug for Chunks<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::Chunks;

    fn counted(n: usize) -> Chunks<usize, 8> {
        let mut all = Chunks::default();
        (0..n).for_each(|i| all.push(i));
        all
    }

    #[test]
    fn what_is_pushed_is_found_and_printed_as_a_list() {
        for n in [0, 1, 4, 5, 8, 9, 17] {
            let all = counted(n);
            assert_eq!(all.len(), n);
            assert!(all.iter().copied().eq(0..n));
            assert!((0..n).all(|i| all[i] == i && all.get(i) == Some(&i)));
            assert_eq!(format!("{all:?}"), format!("{:?}", Vec::from_iter(0..n)));
            let made = Chunks::<usize, 8>::from_fn(n, |i| i);
            assert_eq!(format!("{made:?}"), format!("{all:?}"));
        }
    }

    #[test]
    fn a_copy_shares_what_is_not_written_to() {
        let all = counted(32);
        let mut copy = all.clone();
        let pointers = 4 * size_of::<std::rc::Rc<[usize]>>();
        assert_eq!(copy.bytes_beside(Some(&all)), pointers);
        assert_eq!(all.bytes_beside(None), pointers + 32 * size_of::<usize>());
        let shared = |copy: &Chunks<usize, 8>| {
            let parts = copy.shared_with(Some(&all));
            Vec::from_iter(parts.map(|(shared, items)| (shared, items.len())))
        };
        assert_eq!(shared(&copy), [(true, 8); 4]);
        *copy.get_mut(9).unwrap() = 100;
        assert_eq!((all[9], copy[9], copy[8]), (9, 100, 8));
        let chunk = size_of::<[usize; 8]>();
        assert_eq!(copy.bytes_beside(Some(&all)), pointers + chunk);
        copy.push(7);
        assert_eq!(
            shared(&copy),
            [(true, 8), (false, 8), (true, 8), (true, 8), (false, 1)]
        );
    }
}
