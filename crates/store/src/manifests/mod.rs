//! Manifest stores of labelled files, kept so that they can be recovered by the file's watermark.
//!
//! The database lists the manifest stores that are kept; their bytes are in a [`ManifestStorage`]. Invariants:
//!
//! - A row is stored before the bytes are written and marked when they are, so no bytes are without a row:
//!   [`Manifests::purge`] removes everything that an aborted request leaves behind.
//! - A manifest store that has expired, or whose workspace or person was erased, is not found, also before it is
//!   removed.
//! - Only manifest stores of live labels are kept. Sandbox labels are removed after a day.

#[cfg(not(target_family = "wasm"))]
pub(crate) mod folder;
pub(crate) mod sql;
pub(crate) mod storage;

use std::sync::Arc;

use sha2::{Digest, Sha256};

use crate::database::{DbError, Statement};
use crate::events::model::{Event, EventActor};
use crate::manifests::storage::{MAX_MANIFEST_BYTES, ManifestStorage, StorageError};
use crate::ports::Ports;

/// Maximum length of the ID of a manifest, in bytes. IDs are `urn:c2pa:` and a UUID, optionally with a name and a
/// version.
pub const MAX_MANIFEST_ID_BYTES: usize = 256;
/// Maximum number of IDs that one look-up by a watermark returns.
pub const MAX_MANIFEST_MATCHES: u32 = 100;
/// Time in which bytes must be written, in milliseconds, before the row counts as abandoned.
const WRITING_MS: i64 = 3_600_000;
/// Maximum number of manifest stores that one step removes.
const PURGED_AT_ONCE: u32 = 500;

/// Manifest store to keep.
#[derive(Debug, Clone, Copy)]
pub struct NewManifest<'a> {
    /// Label of the active manifest, `urn:c2pa:…`.
    pub id: &'a str,
    /// The labelling event, which must be stored already.
    pub event: &'a Event,
    /// Manifest store as in the labelled file.
    pub content: &'a [u8],
}

/// Error of keeping, reading or removing a manifest store.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ManifestsError {
    /// The manifest store is empty, or larger than [`MAX_MANIFEST_BYTES`].
    #[error("a manifest store of {0} bytes is not kept; kept are at most {MAX_MANIFEST_BYTES} bytes")]
    Size(usize),
    /// The id is empty, or longer than [`MAX_MANIFEST_ID_BYTES`].
    #[error("the id of a manifest has 1 to {MAX_MANIFEST_ID_BYTES} bytes")]
    Id,
    /// The bytes that were read differ from those that were written.
    #[error("the kept manifest store {0} was altered")]
    Altered(String),
    /// Error of the storage.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// Error of the database.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Kept manifest stores of all workspaces. From [`crate::Store::manifests`].
#[derive(Clone)]
pub struct Manifests {
    ports: Ports,
    storage: Option<Arc<dyn ManifestStorage>>,
}

impl std::fmt::Debug for Manifests {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Manifests").field("ports", &self.ports).finish_non_exhaustive()
    }
}

impl Manifests {
    pub(crate) fn new(ports: Ports, storage: Option<Arc<dyn ManifestStorage>>) -> Self {
        Self { ports, storage }
    }

    fn storage(&self) -> Option<&Arc<dyn ManifestStorage>> {
        self.storage.as_ref()
    }

    /// Keeps the manifest store of a live label for as long as the settings of its workspace say. Returns `false` when
    /// the settings keep none, for a sandbox label, and without a storage.
    ///
    /// # Errors
    /// [`ManifestsError`]; the manifest store is not found then.
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
        let now = self.ports.clock.now_ms();
        let insert = Statement::new(sql::MANIFEST_INSERT)
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
            drop(self.ports.db.query(of_id(sql::MANIFEST_ABANDON)).await);
            return Err(error.into());
        }
        Ok(self.changes(of_id(sql::MANIFEST_STORED)).await? > 0)
    }

    /// Reads a kept manifest store by the id of its active manifest.
    ///
    /// # Errors
    /// [`ManifestsError::Altered`], [`ManifestsError::Storage`], [`ManifestsError::Database`].
    pub async fn read(&self, id: &str) -> Result<Option<Vec<u8>>, ManifestsError> {
        let Some(storage) = self.storage().filter(|_| (1..=MAX_MANIFEST_ID_BYTES).contains(&id.len())) else {
            return Ok(None);
        };
        let find = Statement::new(sql::MANIFEST_FIND).bind(id).bind(self.ports.clock.now_ms());
        let rows = self.ports.db.query(find).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let Some(content) = storage.get(&storage_name(id)).await? else { return Ok(None) };
        if hex::encode(Sha256::digest(&content)) != row.text("sha256")? {
            return Err(ManifestsError::Altered(id.to_owned()));
        }
        Ok(Some(content))
    }

    /// Returns the IDs of the kept manifest stores of files with this watermark, oldest first: at most `max` and
    /// [`MAX_MANIFEST_MATCHES`].
    ///
    /// # Errors
    /// [`ManifestsError::Database`].
    pub async fn by_watermark(&self, payload_id: &str, max: u32) -> Result<Vec<String>, ManifestsError> {
        if self.storage().is_none() {
            return Ok(Vec::new());
        }
        let statement = Statement::new(sql::MANIFESTS_OF_PAYLOAD)
            .bind(payload_id)
            .bind(self.ports.clock.now_ms())
            .bind(max.min(MAX_MANIFEST_MATCHES));
        let rows = self.ports.db.query(statement).await?;
        Ok(rows.iter().map(|row| row.text("id").map(str::to_owned)).collect::<Result<_, _>>()?)
    }

    /// Removes at most `max` expired manifest stores and returns how many were removed. For a scheduled job. Without a
    /// storage nothing is removed, because the bytes could not be removed.
    ///
    /// # Errors
    /// [`ManifestsError::Storage`], [`ManifestsError::Database`]; the next run removes the rest.
    pub async fn purge(&self, max: u32) -> Result<u64, ManifestsError> {
        let Some(storage) = self.storage() else { return Ok(0) };
        let now = self.ports.clock.now_ms();
        let due = Statement::new(sql::MANIFESTS_DUE).bind(now).bind(max.min(PURGED_AT_ONCE));
        let rows = self.ports.db.query(due).await?;
        let ids = rows.iter().map(|row| row.text("id")).collect::<Result<Vec<_>, _>>()?;
        if ids.is_empty() {
            return Ok(0);
        }
        // The bytes first: a row without bytes is removed by the next run, bytes without a row by none.
        storage.remove(&ids.iter().map(|id| storage_name(id)).collect::<Vec<_>>()).await?;
        let ids = serde_json::Value::from(ids).to_string();
        Ok(self.changes(Statement::new(sql::MANIFESTS_FORGET).bind(ids).bind(now)).await?)
    }

    async fn changes(&self, statement: Statement) -> Result<u64, DbError> {
        let results = self.ports.db.batch(vec![statement]).await?;
        Ok(results.first().map_or(0, |result| result.changes))
    }
}

/// Returns the name of a manifest store in the storage, which every file system accepts.
fn storage_name(id: &str) -> String {
    format!("{}.c2pa", hex::encode(Sha256::digest(id.as_bytes())))
}
