//! Data keys, which encrypt personal fields: one per workspace and subject, sealed under the server's key.

use crate::audit::sql;
use crate::database::{DbError, Row, Statement};
use crate::encoding::new_id;
use crate::ports::Ports;
use crate::sealing::{SealContext, SealingKey};

const PREFIX: &str = "dek_";

/// Unsealed data key.
pub(crate) struct DataKey {
    /// ID, stored beside the fields that the key encrypts.
    pub id: String,
    key: SealingKey,
    /// Bytes of the key, also used for MACs.
    pub bytes: [u8; 32],
}

impl DataKey {
    fn open(ports: &Ports, workspace_id: &str, id: &str, sealed: &str) -> Result<Self, DbError> {
        let plain = ports.sealing.open(&data_key_context(workspace_id, id), sealed)?;
        let bytes: [u8; 32] =
            plain.try_into().map_err(|_| DbError::Shape { column: "sealed", expected: "a key of 32 bytes" })?;
        Ok(Self { id: id.to_owned(), key: SealingKey::new(&bytes), bytes })
    }

    /// Encrypts a field of a row.
    pub fn seal(&self, ports: &Ports, row_id: &str, plain: &str) -> Result<String, DbError> {
        Ok(self.key.seal(row_id, plain.as_bytes(), ports.rng.as_ref())?)
    }
}

/// Returns the context that a data key is sealed with.
pub(crate) fn data_key_context(workspace_id: &str, id: &str) -> SealContext {
    SealContext::of_workspace("data key", workspace_id, id)
}

/// Returns the statement that finds the data key of a subject; see [`data_key`].
pub(crate) fn find_data_key(workspace_id: &str, subject: &str) -> Statement {
    Statement::new(sql::DATA_KEY_FIND).bind(workspace_id).bind(subject)
}

/// Returns the data key of a subject, and creates it on first use. `found` is the row of [`find_data_key`], if the
/// caller has just read it.
///
/// # Errors
/// [`DbError`]; [`DbError::Constraint`] when the subject was erased or the workspace does not exist.
pub(crate) async fn data_key(
    ports: &Ports,
    workspace_id: &str,
    subject: &str,
    found: Option<&Row>,
) -> Result<DataKey, DbError> {
    if let Some(row) = found {
        return DataKey::open(ports, workspace_id, row.text("id")?, row.text("sealed")?);
    }
    let now = ports.clock.now_ms();
    let id = new_id(PREFIX, now, ports.rng.as_ref())?;
    let mut bytes = [0_u8; 32];
    ports.rng.fill(&mut bytes)?;
    let sealed = ports.sealing.seal(&data_key_context(workspace_id, &id), &bytes, ports.rng.as_ref())?;
    let insert = Statement::new(sql::DATA_KEY_INSERT).bind(id).bind(workspace_id).bind(subject).bind(sealed).bind(now);
    // Somebody else may have been first: what is stored counts.
    let results = ports.db.batch(vec![insert, find_data_key(workspace_id, subject)]).await?;
    match results.get(1).and_then(|result| result.rows.first()) {
        Some(row) => DataKey::open(ports, workspace_id, row.text("id")?, row.text("sealed")?),
        None => Err(DbError::Constraint("the subject of a data key was erased".to_owned())),
    }
}

/// Decrypts a field of a row; `None` when its data key was erased.
///
/// The column `key_column` holds the ID of the data key, and the column `data_key` the sealed key.
pub(crate) fn open_field(
    ports: &Ports,
    row: &Row,
    row_id: &str,
    column: &'static str,
    key_column: &'static str,
) -> Result<Option<String>, DbError> {
    let (Some(field), Some(key_id)) = (row.optional_text(column)?, row.optional_text(key_column)?) else {
        return Ok(row.optional_text(column)?.map(str::to_owned));
    };
    let Some(sealed) = row.optional_text("data_key")? else { return Ok(None) };
    let key = DataKey::open(ports, row.text("workspace_id")?, key_id, sealed)?;
    let plain = key.key.open(row_id, field)?;
    String::from_utf8(plain).map(Some).map_err(|_| DbError::Shape { column, expected: "text" })
}
