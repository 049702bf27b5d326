//! Temporary storage for the images of a batch while the rest of the request arrives.
//!
//! A batch may have 200 MB, and an isolate has 128 MB in all. Whether a batch is valid is only known when it has
//! arrived completely (it may have too many images, and its options may come last), and its answer must not begin
//! earlier. So its images are written to storage outside of the process in blocks, and read back one image at a time.
//!
//! Blocks are removed when the request ends. Blocks of a process that was stopped before are removed by
//! [`clear_spool`], which the host's scheduled job calls; a lifecycle rule of the bucket may remove them too. Names of
//! blocks are made from the request ID: they are unique and identify no person.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use bytes::Bytes;
use labeler_ports::Clock;

use crate::app::ports::Background;

/// Largest block in bytes. Small compared to an image, because hosts copy blocks.
pub const BLOCK_BYTES: usize = 4 * 1024 * 1024;

/// Minimum age of blocks that [`clear_spool`] removes, in milliseconds. Far above the time limit of a batch.
const LEFT_BEHIND_MS: i64 = 3_600_000;

/// Error for a block that was not written, read or removed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the spool failed: {0}")]
pub struct SpoolError(pub String);

/// Storage for blocks of bytes that live as long as one request.
#[async_trait]
pub trait Spool: Send + Sync {
    /// Stores a block of at most [`BLOCK_BYTES`] under a new name.
    ///
    /// # Errors
    /// [`SpoolError`] when it was not stored.
    async fn put(&self, name: &str, block: Bytes) -> Result<(), SpoolError>;

    /// Reads a block.
    ///
    /// # Errors
    /// [`SpoolError`] when it cannot be read, or is not there.
    async fn get(&self, name: &str) -> Result<Bytes, SpoolError>;

    /// Removes blocks. Names that are not there are no error.
    ///
    /// # Errors
    /// [`SpoolError`] when some may still be there.
    async fn remove(&self, names: Vec<String>) -> Result<(), SpoolError>;

    /// Removes blocks stored before `time_ms` (Unix milliseconds) and returns their number. One call may leave some for
    /// the next.
    ///
    /// # Errors
    /// [`SpoolError`] when it could not.
    async fn remove_before(&self, time_ms: i64) -> Result<u64, SpoolError>;
}

/// Removes blocks of requests that were stopped, and returns their number. Call it in a scheduled job.
///
/// # Errors
/// [`SpoolError`]; the next run starts over.
pub async fn clear_spool(spool: &dyn Spool, clock: &dyn Clock) -> Result<u64, SpoolError> {
    spool.remove_before(clock.now_ms().saturating_sub(LEFT_BEHIND_MS)).await
}

/// The blocks of one request. Dropping it removes them in the background.
pub(crate) struct SpooledBlocks {
    spool: Arc<dyn Spool>,
    background: Arc<dyn Background>,
    prefix: String,
    names: Vec<String>,
}

impl SpooledBlocks {
    /// Creates an empty set. `request_id` must be unique.
    pub fn new(spool: Arc<dyn Spool>, background: Arc<dyn Background>, request_id: &str) -> Self {
        Self { spool, background, prefix: format!("batch/{request_id}"), names: Vec::new() }
    }

    /// Stores a block and returns its name.
    pub async fn put(&mut self, block: Bytes) -> Result<String, SpoolError> {
        let name = format!("{}/{}", self.prefix, self.names.len());
        // Recorded before it is stored, so that a partially stored block is removed as well.
        self.names.push(name.clone());
        self.spool.put(&name, block).await?;
        Ok(name)
    }

    /// Removes every block. Blocks that cannot be removed are left for [`Spool::remove_before`].
    pub async fn remove(&mut self) {
        let names = std::mem::take(&mut self.names);
        if !names.is_empty() {
            drop(self.spool.remove(names).await);
        }
    }

    /// Reads a block back.
    pub async fn get(&self, name: &str) -> Result<Bytes, SpoolError> {
        self.spool.get(name).await
    }
}

impl Drop for SpooledBlocks {
    fn drop(&mut self) {
        let names = std::mem::take(&mut self.names);
        if names.is_empty() {
            return;
        }
        let spool = Arc::clone(&self.spool);
        // A failure leaves blocks behind for `remove_before`.
        self.background.spawn(Box::pin(async move { drop(spool.remove(names).await) }));
    }
}

/// Spool in memory, up to a limit: for hosts with enough memory, and for tests.
#[derive(Debug)]
pub struct MemorySpool {
    most: usize,
    blocks: Mutex<BTreeMap<String, Bytes>>,
}

impl MemorySpool {
    /// Creates a spool of at most `most` bytes.
    pub fn new(most: usize) -> Self {
        Self { most, blocks: Mutex::default() }
    }

    /// Returns the number of stored bytes.
    pub fn held(&self) -> usize {
        self.blocks().values().map(Bytes::len).sum()
    }

    fn blocks(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Bytes>> {
        self.blocks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Spool for MemorySpool {
    async fn put(&self, name: &str, block: Bytes) -> Result<(), SpoolError> {
        let mut blocks = self.blocks();
        let held = blocks.values().fold(0_usize, |sum, block| sum.saturating_add(block.len()));
        if held.saturating_add(block.len()) > self.most {
            return Err(SpoolError(format!("the {} bytes of the spool are used up", self.most)));
        }
        blocks.insert(name.to_owned(), block);
        Ok(())
    }

    async fn get(&self, name: &str) -> Result<Bytes, SpoolError> {
        self.blocks().get(name).cloned().ok_or_else(|| SpoolError(format!("{name} is not there")))
    }

    async fn remove(&self, names: Vec<String>) -> Result<(), SpoolError> {
        let mut blocks = self.blocks();
        for name in names {
            blocks.remove(&name);
        }
        Ok(())
    }

    async fn remove_before(&self, _time_ms: i64) -> Result<u64, SpoolError> {
        // Blocks in memory do not outlive the process.
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use futures_util::{FutureExt, future::BoxFuture};

    use super::*;

    struct AtOnce;

    impl Background for AtOnce {
        fn spawn(&self, task: BoxFuture<'static, ()>) {
            task.now_or_never().unwrap();
        }
    }

    #[tokio::test]
    async fn removes_all_blocks_of_a_request_including_failed_ones() {
        let spool = Arc::new(MemorySpool::new(10));
        let mut blocks = SpooledBlocks::new(spool.clone(), Arc::new(AtOnce), "r1");
        let first = blocks.put(Bytes::from_static(b"01234")).await.unwrap();
        let second = blocks.put(Bytes::from_static(b"56789")).await.unwrap();
        assert_eq!(blocks.get(&first).await.unwrap(), "01234");
        assert_eq!(blocks.get(&second).await.unwrap(), "56789");
        assert!(blocks.put(Bytes::from_static(b"x")).await.is_err(), "the spool is full");
        let mut other = SpooledBlocks::new(spool.clone(), Arc::new(AtOnce), "r2");
        drop(blocks);
        assert_eq!(spool.held(), 0);
        let kept = other.put(Bytes::from_static(b"abc")).await.unwrap();
        assert_eq!(other.get(&kept).await.unwrap(), "abc");
        assert!(spool.get(&first).await.is_err());
    }
}
