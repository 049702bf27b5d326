//! Storage for the bytes of kept manifest stores.

use async_trait::async_trait;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Maximum size of a manifest store that is kept, in bytes: 4 MiB. The schema checks the same value.
pub const MAX_MANIFEST_BYTES: usize = 4 * 1024 * 1024;

/// Error of writing, reading or removing a manifest store.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the storage of manifest stores failed: {0}")]
pub struct StorageError(pub String);

/// Storage for bytes under names of hexadecimal digits, dots and letters. `contract::manifest_storage` checks that an
/// implementation behaves as required.
#[async_trait]
pub trait ManifestStorage: Send + Sync {
    /// Writes at most [`MAX_MANIFEST_BYTES`] under a name, and replaces what was there. When this returns `Ok` the
    /// bytes are durable; otherwise [`ManifestStorage::get`] returns all of them or nothing.
    ///
    /// # Errors
    /// [`StorageError`] when the bytes may not have been written.
    async fn put(&self, name: &str, content: &[u8]) -> Result<(), StorageError>;

    /// Reads the bytes under a name; `None` when there are none.
    ///
    /// # Errors
    /// [`StorageError`] when it cannot be read, or is larger than [`MAX_MANIFEST_BYTES`].
    async fn get(&self, name: &str) -> Result<Option<Vec<u8>>, StorageError>;

    /// Removes the bytes under these names, at most 1000. Names without bytes are not an error.
    ///
    /// # Errors
    /// [`StorageError`] when some may still be there.
    async fn remove(&self, names: &[String]) -> Result<(), StorageError>;
}

/// Returns the error for more bytes than are kept.
pub(super) fn too_large(length: u64) -> StorageError {
    StorageError(format!("{length} bytes are more than the {MAX_MANIFEST_BYTES} that are kept"))
}

/// Storage in memory, up to a number of bytes. For tests.
#[derive(Debug)]
pub struct MemoryManifests {
    most: usize,
    contents: Mutex<BTreeMap<String, Vec<u8>>>,
}

impl MemoryManifests {
    /// Creates a storage of at most `most` bytes.
    pub fn new(most: usize) -> Self {
        Self { most, contents: Mutex::default() }
    }

    /// Returns the number of manifest stores that it holds.
    pub fn len(&self) -> usize {
        self.contents().len()
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Changes everything that it holds, to simulate damage.
    pub fn alter(&self, change: impl Fn(&mut Vec<u8>)) {
        self.contents().values_mut().for_each(change);
    }

    fn contents(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.contents.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl ManifestStorage for MemoryManifests {
    async fn put(&self, name: &str, content: &[u8]) -> Result<(), StorageError> {
        if content.len() > MAX_MANIFEST_BYTES {
            return Err(too_large(content.len() as u64));
        }
        let mut contents = self.contents();
        let others = contents.iter().filter(|(other, _)| *other != name);
        let held = others.fold(content.len(), |sum, (_, content)| sum.saturating_add(content.len()));
        if held > self.most {
            return Err(StorageError(format!("its {} bytes are used up", self.most)));
        }
        contents.insert(name.to_owned(), content.to_vec());
        Ok(())
    }

    async fn get(&self, name: &str) -> Result<Option<Vec<u8>>, StorageError> {
        Ok(self.contents().get(name).cloned())
    }

    async fn remove(&self, names: &[String]) -> Result<(), StorageError> {
        let mut contents = self.contents();
        for name in names {
            contents.remove(name);
        }
        Ok(())
    }
}
