//! Manifest stores of labelled files, kept so that they can be recovered by the file's watermark.
//!
//! The database knows which manifest stores are kept; their bytes are in a [`ManifestStorage`]. Invariants:
//!
//! - A row is made before the bytes are written and says when they are there, so no bytes are without a row: whatever a
//!   stopped request leaves is removed by [`Manifests::purge`].
//! - A manifest store that is over, or whose workspace or person was erased, is not found, also before it is removed.
//! - Only live labels are kept. The sandbox forgets after a day what it labelled.

#[cfg(not(target_family = "wasm"))]
mod folder;
mod storage;

#[cfg(not(target_family = "wasm"))]
pub use folder::FolderManifests;
pub use storage::{ManifestStorage, MemoryManifests, StorageError};

use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::database::{DbError, Statement};
use crate::events::{Event, EventActor};
use crate::sql;
use crate::store::Store;

/// Largest manifest store that is kept, in bytes: 4 MiB. The schema checks the same figure.
pub const MAX_MANIFEST_BYTES: usize = 4 * 1024 * 1024;
/// Longest id of a manifest, in bytes. Ids are `urn:c2pa:` and a UUID, with a name and a version behind it at most.
pub const MAX_MANIFEST_ID_BYTES: usize = 256;
/// Most ids that one look-up by a watermark gives.
pub const MAX_MATCHES: u32 = 100;
/// How long bytes may take to be written, in milliseconds, before the row counts as left behind.
const WRITING_MS: i64 = 3_600_000;
/// Manifest stores that one step removes at most.
const PURGED_AT_ONCE: u32 = 500;

/// A manifest store to keep.
#[derive(Debug, Clone, Copy)]
pub struct NewManifest<'a> {
    /// Label of the active manifest, `urn:c2pa:…`.
    pub id: &'a str,
    /// The labelling that made it; stored before.
    pub event: &'a Event,
    /// The manifest store, as it is in the labelled file.
    pub content: &'a [u8],
}

/// Why a manifest store was not kept, read or removed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestsError {
    /// It is empty, or larger than [`MAX_MANIFEST_BYTES`].
    #[error("a manifest store of {0} bytes is not kept; kept are at most {MAX_MANIFEST_BYTES} bytes")]
    Size(usize),
    /// The id is empty, or longer than [`MAX_MANIFEST_ID_BYTES`].
    #[error("the id of a manifest has 1 to {MAX_MANIFEST_ID_BYTES} bytes")]
    Id,
    /// The bytes that were read are not those that were written.
    #[error("the kept manifest store {0} was altered")]
    Altered(String),
    /// The storage.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Kept manifest stores of all workspaces. From [`Store::manifests`].
#[derive(Debug, Clone)]
pub struct Manifests {
    store: Store,
}

impl Manifests {
    pub(crate) const fn new(store: Store) -> Self {
        Self { store }
    }

    fn storage(&self) -> Option<&Arc<dyn ManifestStorage>> {
        self.store.manifest_storage.as_ref()
    }

    /// Keeps the manifest store of a live label for as long as its workspace's settings say. `false` when they say that
    /// none are kept, for a label of the sandbox, and without a storage.
    ///
    /// # Errors
    /// [`ManifestsError`]; nothing is found of it then.
    pub async fn keep(&self, new: NewManifest<'_>) -> Result<bool, ManifestsError> {
        let NewManifest { id, event, content } = new;
        let Some(storage) = self.storage().filter(|_| event.data.scope.livemode) else { return Ok(false) };
        if id.is_empty() || id.len() > MAX_MANIFEST_ID_BYTES {
            return Err(ManifestsError::Id);
        }
        let size = u32::try_from(content.len()).ok().filter(|_| (1..=MAX_MANIFEST_BYTES).contains(&content.len()));
        let size = size.ok_or(ManifestsError::Size(content.len()))?;
        let user_id = match &event.data.actor {
            EventActor::User(id) => Some(id.as_str()),
            EventActor::Key(_) => None,
        };
        let now = self.store.clock.now_ms();
        let insert = Statement::new(sql::manifests::MANIFEST_INSERT)
            .bind(id)
            .bind(event.id.as_str())
            .bind(event.data.scope.workspace_id.as_str())
            .bind(user_id)
            .bind(event.data.watermark_payload_id.as_deref())
            .bind(hex::encode(Sha256::digest(content)))
            .bind(size)
            .bind(now)
            .bind(now.saturating_add(WRITING_MS));
        if self.changes(insert).await? == 0 {
            return Ok(false);
        }
        let of_id = |sql: &'static str| Statement::new(sql).bind(id);
        if let Err(error) = storage.put(&storage_name(id), content).await {
            // Left to the scheduled job after an hour when this fails as well.
            drop(self.store.db.query(of_id(sql::manifests::MANIFEST_ABANDON)).await);
            return Err(error.into());
        }
        Ok(self.changes(of_id(sql::manifests::MANIFEST_STORED)).await? > 0)
    }

    /// Reads a kept manifest store by the id of its active manifest.
    ///
    /// # Errors
    /// [`ManifestsError::Altered`], [`ManifestsError::Storage`], [`ManifestsError::Database`].
    pub async fn read(&self, id: &str) -> Result<Option<Vec<u8>>, ManifestsError> {
        let Some(storage) = self.storage().filter(|_| (1..=MAX_MANIFEST_ID_BYTES).contains(&id.len())) else {
            return Ok(None);
        };
        let find = Statement::new(sql::manifests::MANIFEST_FIND).bind(id).bind(self.store.clock.now_ms());
        let rows = self.store.db.query(find).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let Some(content) = storage.get(&storage_name(id)).await? else { return Ok(None) };
        if hex::encode(Sha256::digest(&content)) != row.text("sha256")? {
            return Err(ManifestsError::Altered(id.to_owned()));
        }
        Ok(Some(content))
    }

    /// Ids of the kept manifest stores of files that carry this watermark, oldest first: at most `max` and
    /// [`MAX_MATCHES`].
    ///
    /// # Errors
    /// [`ManifestsError::Database`].
    pub async fn by_watermark(&self, payload_id: &str, max: u32) -> Result<Vec<String>, ManifestsError> {
        if self.storage().is_none() {
            return Ok(Vec::new());
        }
        let statement = Statement::new(sql::manifests::MANIFESTS_OF_PAYLOAD)
            .bind(payload_id)
            .bind(self.store.clock.now_ms())
            .bind(max.min(MAX_MATCHES));
        let rows = self.store.db.query(statement).await?;
        Ok(rows.iter().map(|row| row.text("id").map(str::to_owned)).collect::<Result<_, _>>()?)
    }

    /// Removes at most `max` manifest stores that are over and says how many went. For a scheduled job. Without a storage
    /// nothing is removed, because the bytes could not be.
    ///
    /// # Errors
    /// [`ManifestsError::Storage`], [`ManifestsError::Database`]; the next run takes up what is left.
    pub async fn purge(&self, max: u32) -> Result<u64, ManifestsError> {
        let Some(storage) = self.storage() else { return Ok(0) };
        let now = self.store.clock.now_ms();
        let due = Statement::new(sql::manifests::MANIFESTS_DUE).bind(now).bind(max.min(PURGED_AT_ONCE));
        let rows = self.store.db.query(due).await?;
        let ids = rows.iter().map(|row| row.text("id")).collect::<Result<Vec<_>, _>>()?;
        if ids.is_empty() {
            return Ok(0);
        }
        // The bytes first: a row without bytes is removed by the next run, bytes without a row by none.
        storage.remove(&ids.iter().map(|id| storage_name(id)).collect::<Vec<_>>()).await?;
        let ids = serde_json::Value::from(ids).to_string();
        Ok(self.changes(Statement::new(sql::manifests::MANIFESTS_FORGET).bind(ids).bind(now)).await?)
    }

    async fn changes(&self, statement: Statement) -> Result<u64, DbError> {
        let results = self.store.db.batch(vec![statement]).await?;
        Ok(results.first().map_or(0, |result| result.changes))
    }
}

/// The name of a manifest store in the storage: fit for every file system, whatever the id is.
fn storage_name(id: &str) -> String {
    format!("{}.c2pa", hex::encode(Sha256::digest(id.as_bytes())))
}
