//! Watermark keys of workspaces, sealed. One key of a workspace is active; earlier ones are kept for reading.

pub(crate) mod sql;

use crate::audit::admin::{AdminAction, NewAdminEvent, commit};
use crate::database::{DbError, Row, Statement};
use crate::encoding::new_id;
use crate::model::Authority;
use crate::ports::Ports;
use crate::sealing::SealContext;

const PREFIX: &str = "wmk_";
/// Maximum number of keys of a workspace: the active one and earlier ones. A new key replaces the oldest.
pub const MAX_WATERMARK_KEYS: u32 = 8;
/// Length of a key, in bytes.
const KEY_BYTES: usize = 32;

/// Watermark key as listed, without its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatermarkKeyInfo {
    /// `wmk_…`.
    pub id: String,
    /// The first 8 hexadecimal digits of the key's SHA-256.
    pub fingerprint: String,
    /// Whether the key is active.
    pub active: bool,
    /// When the key was stored, in milliseconds since the Unix epoch.
    pub created_at_ms: i64,
}

/// Watermark key with its bytes.
#[derive(Clone, PartialEq, Eq)]
pub struct OpenedWatermarkKey {
    /// The key as listed.
    pub info: WatermarkKeyInfo,
    /// Bytes of the key.
    pub key: [u8; KEY_BYTES],
}

impl std::fmt::Debug for OpenedWatermarkKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenedWatermarkKey").field("info", &self.info).finish_non_exhaustive()
    }
}

/// Error of storing or removing a watermark key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WatermarkKeyError {
    /// The workspace has no key.
    #[error("this workspace has no watermark key")]
    NotFound,
    /// Error of the database, also when the key was sealed under a key that is no longer known.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Watermark keys of all workspaces. From [`crate::Store::watermark_keys`].
#[derive(Debug, Clone)]
pub struct WatermarkKeys {
    ports: Ports,
}

impl WatermarkKeys {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Activates a key instead of the present one, which is kept for reading. A key that the workspace has already is
    /// activated again and not stored twice. Beyond [`MAX_WATERMARK_KEYS`] the oldest are removed.
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
        let ports = &self.ports;
        let known = self.opened(workspace_id).await?.into_iter().find(|opened| opened.key == *key);
        if known.as_ref().is_some_and(|known| known.info.active) {
            return Ok(());
        }
        let deactivate = Statement::new(sql::WATERMARK_KEY_DEACTIVATE).bind(workspace_id);
        let (id, statements) = if let Some(known) = known {
            let id = known.info.id;
            let must = Statement::new(sql::MUST_WATERMARK_KEY).bind(id.as_str());
            let activate = Statement::new(sql::WATERMARK_KEY_ACTIVATE).bind(id.as_str());
            (id, vec![must, deactivate, activate])
        } else {
            let now = ports.clock.now_ms();
            let id = new_id(PREFIX, now, ports.rng.as_ref()).map_err(DbError::from)?;
            let sealed = ports
                .sealing
                .seal(&watermark_key_context(workspace_id, &id), key, ports.rng.as_ref())
                .map_err(DbError::from)?;
            let insert = Statement::new(sql::WATERMARK_KEY_INSERT)
                .bind(id.as_str())
                .bind(workspace_id)
                .bind(sealed)
                .bind(fingerprint)
                .bind(now);
            let trim = Statement::new(sql::WATERMARK_KEY_TRIM).bind(workspace_id).bind(MAX_WATERMARK_KEYS);
            (id, vec![deactivate, insert, trim])
        };
        let event = NewAdminEvent::new(AdminAction::WatermarkKeySet, &id).with("fingerprint", fingerprint);
        commit(ports, workspace_id, &by.actor, &event, statements).await?;
        Ok(())
    }

    /// Removes all keys of a workspace: the active one and earlier ones.
    ///
    /// # Errors
    /// [`WatermarkKeyError`].
    pub async fn remove(&self, by: &Authority, workspace_id: &str) -> Result<(), WatermarkKeyError> {
        let statements = vec![
            Statement::new(sql::MUST_ANY_WATERMARK_KEY).bind(workspace_id),
            Statement::new(sql::WATERMARK_KEY_DELETE).bind(workspace_id),
        ];
        let event = NewAdminEvent::new(AdminAction::WatermarkKeyRemoved, workspace_id);
        commit(&self.ports, workspace_id, &by.actor, &event, statements)
            .await
            .map(drop)
            .map_err(|error| if error.is_precondition() { WatermarkKeyError::NotFound } else { error.into() })
    }

    /// Returns the keys of a workspace without their bytes, the active one first, then newest first.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn list(&self, workspace_id: &str) -> Result<Vec<WatermarkKeyInfo>, DbError> {
        self.rows(workspace_id).await.map(|rows| rows.into_iter().map(|(info, _)| info).collect())
    }

    /// Returns the keys of a workspace, in the order of [`WatermarkKeys::list`].
    ///
    /// # Errors
    /// [`DbError`], also when one was sealed under a key that is no longer known.
    pub async fn opened(&self, workspace_id: &str) -> Result<Vec<OpenedWatermarkKey>, DbError> {
        let rows = self.rows(workspace_id).await?;
        let open = |(info, sealed): (WatermarkKeyInfo, String)| {
            let plain = self.ports.sealing.open(&watermark_key_context(workspace_id, &info.id), &sealed)?;
            let key: [u8; KEY_BYTES] =
                plain.try_into().map_err(|_| DbError::Shape { column: "sealed", expected: "a key of 32 bytes" })?;
            Ok::<_, DbError>(OpenedWatermarkKey { info, key })
        };
        rows.into_iter().map(open).collect()
    }

    async fn rows(&self, workspace_id: &str) -> Result<Vec<(WatermarkKeyInfo, String)>, DbError> {
        let list = Statement::new(sql::WATERMARK_KEY_LIST).bind(workspace_id).bind(MAX_WATERMARK_KEYS);
        let rows = self.ports.db.query(list).await?;
        let read = |row: &Row| {
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

/// Returns the context that a watermark key is sealed with.
pub(crate) fn watermark_key_context(workspace_id: &str, id: &str) -> SealContext {
    SealContext::of_workspace("watermark key", workspace_id, id)
}
