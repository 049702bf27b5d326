//! Block cache with read-ahead for a source whose reads are expensive.
//!
//! A read through `FileReaderSync` crosses a process boundary and takes about a millisecond regardless of its size, so
//! parsers that read eight-byte box headers must not use it directly. Blocks are aligned and have 64 KiB. A miss that
//! continues the previous fetch doubles the size of the fetch, up to 4 MiB, which is read four times as fast as 64
//! times 64 KiB. Any other miss starts with a small fetch again.
//!
//! Invariants: the cache never holds more than `CAPACITY` blocks and never fetches outside `0..size`; offsets are
//! `u64`.

use std::collections::HashMap;

/// Size of a block in bytes.
pub const BLOCK: u64 = 64 * 1024;
/// Maximum number of cached blocks: 8 MiB.
const CAPACITY: usize = 128;
/// Maximum number of blocks per fetch: 4 MiB.
const MAX_RUN: u64 = 64;
/// Maximum size of a source that is fetched as a whole at the first read, in bytes.
const WHOLE: u64 = 4 * 1024 * 1024;

/// Cached blocks of one source. The least recently used block is evicted first.
#[derive(Debug)]
pub struct BlockCache {
    size: u64,
    blocks: HashMap<u64, Block>,
    clock: u64,
    run: u64,
    next_sequential: u64,
}

#[derive(Debug)]
struct Block {
    bytes: Box<[u8]>,
    used: u64,
}

impl BlockCache {
    /// Creates an empty cache for a source of `size` bytes.
    pub fn new(size: u64) -> Self {
        let run = if size <= WHOLE { WHOLE / BLOCK } else { 1 };
        Self { size, blocks: HashMap::new(), clock: 0, run, next_sequential: 0 }
    }

    /// Copies bytes from `offset` into `out` and returns their number: up to the end of the block, 0 at the end of the
    /// source. `fetch(start, end)` must return exactly `start..end` of the source.
    pub fn read<E>(
        &mut self,
        offset: u64,
        out: &mut [u8],
        fetch: impl FnOnce(u64, u64) -> Result<Vec<u8>, E>,
    ) -> Result<usize, E> {
        if out.is_empty() || offset >= self.size {
            return Ok(0);
        }
        let index = offset / BLOCK;
        if !self.blocks.contains_key(&index) {
            self.fill(index, fetch)?;
        }
        self.clock = self.clock.wrapping_add(1);
        let Some(block) = self.blocks.get_mut(&index) else { return Ok(0) };
        block.used = self.clock;
        // Within a block, so it fits into any usize.
        let within = usize::try_from(offset % BLOCK).unwrap_or(usize::MAX);
        let available = block.bytes.get(within..).unwrap_or_default();
        let count = available.len().min(out.len());
        if let (Some(to), Some(from)) = (out.get_mut(..count), available.get(..count)) {
            to.copy_from_slice(from);
        }
        Ok(count)
    }

    fn fill<E>(&mut self, index: u64, fetch: impl FnOnce(u64, u64) -> Result<Vec<u8>, E>) -> Result<(), E> {
        if self.size > WHOLE {
            let sequential = index != 0 && index == self.next_sequential;
            self.run = if sequential { (self.run * 2).min(MAX_RUN) } else { 1 };
        }
        let start = index.saturating_mul(BLOCK);
        let end = index.saturating_add(self.run).saturating_mul(BLOCK).min(self.size);
        let bytes = fetch(start, end)?;
        self.next_sequential = index.saturating_add(self.run);
        let block_len = usize::try_from(BLOCK).unwrap_or(usize::MAX);
        for (nth, part) in bytes.chunks(block_len).enumerate() {
            self.evict();
            self.clock = self.clock.wrapping_add(1);
            let at = index.saturating_add(nth as u64);
            self.blocks.insert(at, Block { bytes: part.into(), used: self.clock });
        }
        Ok(())
    }

    // Scanning at most 128 stamps is negligible compared with a fetch of 64 KiB or more.
    fn evict(&mut self) {
        while self.blocks.len() >= CAPACITY {
            let Some(oldest) = self.blocks.iter().min_by_key(|(_, block)| block.used).map(|(index, _)| *index) else {
                return;
            };
            self.blocks.remove(&oldest);
        }
    }
}

/// Returns the absolute position of a seek, or `None` if it would be negative or overflow.
pub fn seek_target(position: u64, size: u64, to: std::io::SeekFrom) -> Option<u64> {
    match to {
        std::io::SeekFrom::Start(offset) => Some(offset),
        std::io::SeekFrom::End(delta) => size.checked_add_signed(delta),
        std::io::SeekFrom::Current(delta) => position.checked_add_signed(delta),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

    use std::cell::RefCell;
    use std::io::SeekFrom;

    use super::*;

    fn byte_at(offset: u64) -> u8 {
        (offset % 251) as u8
    }

    struct Source {
        cache: BlockCache,
        fetched: RefCell<Vec<(u64, u64)>>,
    }

    impl Source {
        fn new(size: u64) -> Self {
            Self { cache: BlockCache::new(size), fetched: RefCell::new(Vec::new()) }
        }

        fn read(&mut self, offset: u64, len: usize) -> Vec<u8> {
            let mut out = vec![0; len];
            let fetched = &self.fetched;
            let count = self
                .cache
                .read(offset, &mut out, |start, end| {
                    fetched.borrow_mut().push((start, end));
                    Ok::<_, ()>((start..end).map(byte_at).collect())
                })
                .unwrap();
            out.truncate(count);
            for (nth, byte) in out.iter().enumerate() {
                assert_eq!(*byte, byte_at(offset + nth as u64), "wrong byte at {}", offset + nth as u64);
            }
            out
        }
    }

    #[test]
    fn fetches_a_small_source_once() {
        let mut source = Source::new(3 * BLOCK + 17);
        let mut offset = 0;
        while offset < 3 * BLOCK + 17 {
            offset += source.read(offset, 1000).len() as u64;
        }
        assert_eq!(*source.fetched.borrow(), vec![(0, 3 * BLOCK + 17)]);
        assert!(source.read(3 * BLOCK + 17, 8).is_empty());
        assert!(source.read(u64::MAX, 8).is_empty());
    }

    #[test]
    fn sequential_reads_grow_and_jumps_start_small() {
        let mut source = Source::new(1 << 40);
        for block in 0..160 {
            source.read(block * BLOCK, 8);
        }
        let runs: Vec<u64> = source.fetched.borrow().iter().map(|(start, end)| (end - start) / BLOCK).collect();
        assert_eq!(runs, vec![1, 2, 4, 8, 16, 32, 64, 64]);
        source.fetched.borrow_mut().clear();
        source.read((1 << 39) + 5, 8);
        assert_eq!(*source.fetched.borrow(), vec![(1 << 39, (1 << 39) + BLOCK)]);
    }

    #[test]
    fn limits_memory_and_keeps_recent_blocks() {
        let mut source = Source::new(1 << 33);
        source.read(0, 8);
        for block in 1..2000_u64 {
            source.read(block * BLOCK * 3, 8);
            source.read(0, 8);
            assert!(source.cache.blocks.len() <= CAPACITY);
        }
        let header_fetches = source.fetched.borrow().iter().filter(|(start, _)| *start == 0).count();
        assert_eq!(header_fetches, 1, "the block read most often was evicted");
    }

    #[test]
    fn reads_stop_at_block_ends_and_file_end() {
        let mut source = Source::new(WHOLE + BLOCK + 5);
        assert_eq!(source.read(BLOCK - 3, 10).len(), 3);
        assert_eq!(source.read(WHOLE + BLOCK, 10).len(), 5);
    }

    #[test]
    fn reports_a_failed_fetch_and_does_not_cache_it() {
        let mut cache = BlockCache::new(100);
        let mut out = [0; 4];
        assert_eq!(cache.read(0, &mut out, |_, _| Err("gone")), Err("gone"));
        assert_eq!(cache.read(0, &mut out, |start, end| Ok::<_, ()>((start..end).map(byte_at).collect())), Ok(4));
        assert_eq!(out, [0, 1, 2, 3]);
    }

    #[test]
    fn checks_the_range_of_seeks() {
        assert_eq!(seek_target(10, 100, SeekFrom::Current(-10)), Some(0));
        assert_eq!(seek_target(10, 100, SeekFrom::Current(-11)), None);
        assert_eq!(seek_target(10, 100, SeekFrom::End(-100)), Some(0));
        assert_eq!(seek_target(10, 100, SeekFrom::End(5)), Some(105));
        assert_eq!(seek_target(u64::MAX, 100, SeekFrom::Current(1)), None);
        assert_eq!(seek_target(0, 5 << 30, SeekFrom::Start(5 << 30)), Some(5 << 30));
    }
}
