//! Keys of personal fields: one per workspace and subject, sealed under the server's key.

use crate::database::{DbError, Row, Statement};
use crate::encoding::new_id;
use crate::sealing::{SealContext, SealingKey};
use crate::sql;
use crate::store::Store;

/// The subject of what no person did.
pub(crate) const WORKSPACE_SUBJECT: &str = "workspace";
const PREFIX: &str = "dek_";

/// A data key, open.
pub(crate) struct DataKey {
    /// Stands beside what it encrypted.
    pub id: String,
    key: SealingKey,
    /// The bytes, for MACs under the same key.
    pub bytes: [u8; 32],
}

impl DataKey {
    fn open(store: &Store, workspace_id: &str, id: &str, sealed: &str) -> Result<Self, DbError> {
        let plain = store.sealing.open(&context(workspace_id, id), sealed)?;
        let bytes: [u8; 32] =
            plain.try_into().map_err(|_| DbError::Shape { column: "sealed", expected: "a key of 32 bytes" })?;
        Ok(Self { id: id.to_owned(), key: SealingKey::new(&bytes), bytes })
    }

    /// Encrypts a field of a row.
    pub fn seal(&self, store: &Store, row_id: &str, plain: &str) -> Result<String, DbError> {
        Ok(self.key.seal(row_id, plain.as_bytes(), store.rng.as_ref())?)
    }
}

/// What a data key is sealed with.
pub(crate) fn context(workspace_id: &str, id: &str) -> SealContext {
    SealContext::of_workspace("data key", workspace_id, id)
}

/// The statement that finds a subject's data key; see [`data_key`].
pub(crate) fn find_statement(workspace_id: &str, subject: &str) -> Statement {
    Statement::new(sql::audit::DATA_KEY_FIND).bind(workspace_id).bind(subject)
}

/// The data key of a subject, made on first use. `found` is what [`find_statement`] gave, if it was just asked.
///
/// # Errors
/// [`DbError`]; [`DbError::Constraint`] when the subject was erased or the workspace does not exist.
pub(crate) async fn data_key(
    store: &Store,
    workspace_id: &str,
    subject: &str,
    found: Option<&Row>,
) -> Result<DataKey, DbError> {
    if let Some(row) = found {
        return DataKey::open(store, workspace_id, row.text("id")?, row.text("sealed")?);
    }
    let now = store.clock.now_ms();
    let id = new_id(PREFIX, now, store.rng.as_ref())?;
    let mut bytes = [0_u8; 32];
    store.rng.fill(&mut bytes)?;
    let sealed = store.sealing.seal(&context(workspace_id, &id), &bytes, store.rng.as_ref())?;
    let insert =
        Statement::new(sql::audit::DATA_KEY_INSERT).bind(id).bind(workspace_id).bind(subject).bind(sealed).bind(now);
    // Somebody else may have been first: what is stored counts.
    let results = store.db.batch(vec![insert, find_statement(workspace_id, subject)]).await?;
    match results.get(1).and_then(|result| result.rows.first()) {
        Some(row) => DataKey::open(store, workspace_id, row.text("id")?, row.text("sealed")?),
        None => Err(DbError::Constraint("the subject of a data key was erased".to_owned())),
    }
}

/// What an encrypted field of a row says; `None` when its data key was erased.
///
/// `key_column` holds the id of the data key and `data_key` what is stored of it.
pub(crate) fn open_field(
    store: &Store,
    row: &Row,
    row_id: &str,
    column: &'static str,
    key_column: &'static str,
) -> Result<Option<String>, DbError> {
    let (Some(field), Some(key_id)) = (row.optional_text(column)?, row.optional_text(key_column)?) else {
        return Ok(row.optional_text(column)?.map(str::to_owned));
    };
    let Some(sealed) = row.optional_text("data_key")? else { return Ok(None) };
    let key = DataKey::open(store, row.text("workspace_id")?, key_id, sealed)?;
    let plain = key.key.open(row_id, field)?;
    String::from_utf8(plain).map(Some).map_err(|_| DbError::Shape { column, expected: "text" })
}
