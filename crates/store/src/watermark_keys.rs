//! Keys of watermarks that workspaces bring, sealed. One key of a workspace is in use; earlier ones stay for reading.

use crate::accounts::Authority;
use crate::audit::{AdminAction, NewAdminEvent, commit};
use crate::database::{DbError, Statement};
use crate::encoding::new_id;
use crate::sealing::SealContext;
use crate::sql;
use crate::store::Store;

const PREFIX: &str = "wmk_";
/// Most keys of a workspace: the one in use and earlier ones. The oldest goes when another one comes.
pub const MAX_WATERMARK_KEYS: u32 = 8;
/// Bytes of a key.
const KEY_BYTES: usize = 32;

/// A key as listed: without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatermarkKeyInfo {
    /// `wmk_…`.
    pub id: String,
    /// The first 8 hexadecimal digits of the key's SHA-256.
    pub fingerprint: String,
    /// Whether it is the one in use.
    pub active: bool,
    /// When it was stored, in milliseconds.
    pub created_at_ms: i64,
}

/// A key with its bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct OpenedWatermarkKey {
    /// As listed.
    pub info: WatermarkKeyInfo,
    /// The key.
    pub key: [u8; KEY_BYTES],
}

impl std::fmt::Debug for OpenedWatermarkKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenedWatermarkKey").field("info", &self.info).finish_non_exhaustive()
    }
}

/// Why a key was not stored or removed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WatermarkKeyError {
    /// The workspace has no key.
    #[error("this workspace has no watermark key")]
    NotFound,
    /// The database, also when the key was sealed under a key that is not known any more.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Keys of watermarks of all workspaces. From [`Store::watermark_keys`].
#[derive(Debug, Clone)]
pub struct WatermarkKeys {
    store: Store,
}

impl WatermarkKeys {
    pub(crate) const fn new(store: Store) -> Self {
        Self { store }
    }

    /// Puts a key in use instead of the present one, which stays for reading. A key that the workspace has already is put
    /// in use again and not stored twice. Beyond [`MAX_WATERMARK_KEYS`] the oldest are removed.
    ///
    /// # Errors
    /// [`WatermarkKeyError::Database`].
    pub async fn set(
        &self,
        by: &Authority,
        workspace_id: &str,
        key: &[u8; KEY_BYTES],
        fingerprint: &str,
    ) -> Result<(), WatermarkKeyError> {
        let store = &self.store;
        let known = self.opened(workspace_id).await?.into_iter().find(|opened| opened.key == *key);
        if known.as_ref().is_some_and(|known| known.info.active) {
            return Ok(());
        }
        let deactivate = Statement::new(sql::watermark_keys::WATERMARK_KEY_DEACTIVATE).bind(workspace_id);
        let (id, statements) = if let Some(known) = known {
            let id = known.info.id;
            let must = Statement::new(sql::watermark_keys::MUST_WATERMARK_KEY).bind(id.as_str());
            let activate = Statement::new(sql::watermark_keys::WATERMARK_KEY_ACTIVATE).bind(id.as_str());
            (id, vec![must, deactivate, activate])
        } else {
            let now = store.clock.now_ms();
            let id = new_id(PREFIX, now, store.rng.as_ref()).map_err(DbError::from)?;
            let sealed =
                store.sealing.seal(&context(workspace_id, &id), key, store.rng.as_ref()).map_err(DbError::from)?;
            let insert = Statement::new(sql::watermark_keys::WATERMARK_KEY_INSERT)
                .bind(id.as_str())
                .bind(workspace_id)
                .bind(sealed)
                .bind(fingerprint)
                .bind(now);
            let trim =
                Statement::new(sql::watermark_keys::WATERMARK_KEY_TRIM).bind(workspace_id).bind(MAX_WATERMARK_KEYS);
            (id, vec![deactivate, insert, trim])
        };
        let event = NewAdminEvent::new(AdminAction::WatermarkKeySet, &id).with("fingerprint", fingerprint);
        commit(store, workspace_id, &by.actor, &event, statements).await?;
        Ok(())
    }

    /// Removes all keys of a workspace: the one in use and earlier ones.
    ///
    /// # Errors
    /// [`WatermarkKeyError`].
    pub async fn remove(&self, by: &Authority, workspace_id: &str) -> Result<(), WatermarkKeyError> {
        let statements = vec![
            Statement::new(sql::watermark_keys::MUST_ANY_WATERMARK_KEY).bind(workspace_id),
            Statement::new(sql::watermark_keys::WATERMARK_KEY_DELETE).bind(workspace_id),
        ];
        let event = NewAdminEvent::new(AdminAction::WatermarkKeyRemoved, workspace_id);
        commit(&self.store, workspace_id, &by.actor, &event, statements)
            .await
            .map(drop)
            .map_err(|error| if error.is_precondition() { WatermarkKeyError::NotFound } else { error.into() })
    }

    /// The keys of a workspace without their bytes, the one in use first, then newest first.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn list(&self, workspace_id: &str) -> Result<Vec<WatermarkKeyInfo>, DbError> {
        self.rows(workspace_id).await.map(|rows| rows.into_iter().map(|(info, _)| info).collect())
    }

    /// The keys of a workspace, in the order of [`WatermarkKeys::list`].
    ///
    /// # Errors
    /// [`DbError`], also when one was sealed under a key that is not known any more.
    pub async fn opened(&self, workspace_id: &str) -> Result<Vec<OpenedWatermarkKey>, DbError> {
        let rows = self.rows(workspace_id).await?;
        let open = |(info, sealed): (WatermarkKeyInfo, String)| {
            let plain = self.store.sealing.open(&context(workspace_id, &info.id), &sealed)?;
            let key: [u8; KEY_BYTES] =
                plain.try_into().map_err(|_| DbError::Shape { column: "sealed", expected: "a key of 32 bytes" })?;
            Ok::<_, DbError>(OpenedWatermarkKey { info, key })
        };
        rows.into_iter().map(open).collect()
    }

    async fn rows(&self, workspace_id: &str) -> Result<Vec<(WatermarkKeyInfo, String)>, DbError> {
        let list = Statement::new(sql::watermark_keys::WATERMARK_KEY_LIST).bind(workspace_id).bind(MAX_WATERMARK_KEYS);
        let rows = self.store.db.query(list).await?;
        let read = |row: &crate::database::Row| {
            let info = WatermarkKeyInfo {
                id: row.text("id")?.to_owned(),
                fingerprint: row.text("fingerprint")?.to_owned(),
                active: row.boolean("active")?,
                created_at_ms: row.integer("created_at")?,
            };
            Ok::<_, DbError>((info, row.text("sealed")?.to_owned()))
        };
        rows.iter().map(read).collect()
    }
}

/// What a watermark key is sealed with.
pub(crate) fn context(workspace_id: &str, id: &str) -> SealContext {
    SealContext::of_workspace("watermark key", workspace_id, id)
}
