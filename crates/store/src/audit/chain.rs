//! The hash chain of a workspace.
//!
//! Every audited row has a leaf hash: SHA-256 over a zero byte and the row's columns, each with type and length, so
//! that two different rows never encode alike. That is the leaf hash of RFC 6962, so the leaves of a chain in order are
//! the leaves of a Merkle tree, and signed tree heads can be added without touching a stored row. The head of a
//! position is SHA-256 over the byte 2, the position, the head before it and the leaf.
//!
//! A chain shows alteration, removal and insertion in the middle. That its end was cut off, or that all of it was
//! rewritten, shows only by comparison with a [`ChainPosition`] that was stored elsewhere.

use sha2::{Digest, Sha256};

use crate::audit::sql;
use crate::database::{BatchResult, DbError, Statement, Value};
use crate::names::named;
use crate::ports::Ports;

/// Attempts of a batch while others append at the same time. In every round one of them succeeds.
const MAX_ATTEMPTS: u32 = 128;

named! {
    /// Table of the row that a link covers.
    ChainKind {
        /// A labelling event.
        Event = "event",
        /// An admin event.
        Admin = "admin",
        /// A block of the request log.
        Requests = "requests",
    }
}

impl ChainKind {
    /// Returns the columns that the leaf covers, in order. The list never changes: a later column gets a new kind of
    /// leaf.
    pub(super) const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Event => &[
                "id",
                "workspace_id",
                "livemode",
                "request_id",
                "key_id",
                "user_id",
                "sha256_input",
                "sha256_output",
                "filename",
                "mime",
                "size_bytes",
                "modality",
                "region_preset",
                "digital_source_type",
                "assertions",
                "signer_fingerprint",
                "dnt_enabled",
                "visible_overlay",
                "watermark_payload_id",
                "created_at",
                "expires_at",
                "filename_key",
            ],
            Self::Admin => &[
                "id",
                "workspace_id",
                "action",
                "actor_kind",
                "actor_id",
                "subject",
                "detail",
                "request_id",
                "personal",
                "personal_key",
                "created_at",
            ],
            Self::Requests => &["workspace_id", "from_seq", "to_seq", "id", "row_count", "root", "expires_at"],
        }
    }
}

/// Position in the chain of a workspace. Worth storing outside the database, see the module documentation.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ChainPosition {
    /// Number of the link; 0 before the first link.
    pub seq: i64,
    /// Head: SHA-256 in lower-case hexadecimal; zeros before the first link.
    pub head: String,
}

impl ChainPosition {
    /// Returns the position before the first link.
    pub fn genesis() -> Self {
        Self { seq: 0, head: "0".repeat(64) }
    }

    /// Returns the position after a link with this leaf.
    pub fn next(&self, leaf: &str) -> Self {
        let seq = self.seq.saturating_add(1);
        let mut hasher = Sha256::new();
        hasher.update([2]);
        hasher.update(seq.to_be_bytes());
        hasher.update(self.head.as_bytes());
        hasher.update(leaf.as_bytes());
        Self { seq, head: hex::encode(hasher.finalize()) }
    }
}

/// Last position of a chain, as read.
pub(crate) type Tip = ChainPosition;

/// Row to link.
#[derive(Debug, Clone)]
pub(crate) struct Leaf {
    kind: ChainKind,
    row_id: String,
    hash: String,
}

impl Leaf {
    /// Returns the leaf of the row that `insert` will store. Its parameters are the columns of the kind, in order.
    pub(crate) fn of_insert(kind: ChainKind, row_id: &str, insert: &Statement) -> Self {
        Self { kind, row_id: row_id.to_owned(), hash: leaf_hash(kind.as_str(), insert.parameters.iter()) }
    }

    /// Returns the position after this leaf, and the statement that stores the link.
    pub(crate) fn link(&self, workspace_id: &str, end: &Tip, now_ms: i64) -> (Tip, Statement) {
        let position = end.next(&self.hash);
        let statement = Statement::new(sql::CHAIN_INSERT)
            .bind(workspace_id)
            .bind(position.seq)
            .bind(self.kind.as_str())
            .bind(self.row_id.as_str())
            .bind(self.hash.as_str())
            .bind(position.head.as_str())
            .bind(now_ms);
        (position, statement)
    }
}

/// Returns the SHA-256 of a zero byte, a label and the values.
pub(super) fn leaf_hash<'a>(label: &str, values: impl Iterator<Item = &'a Value>) -> String {
    let mut hasher = Sha256::new();
    hasher.update([0]);
    hasher.update(b"labeler audit row v1\0");
    hasher.update(label.as_bytes());
    hasher.update([0]);
    for value in values {
        match value {
            Value::Null => hasher.update([0]),
            Value::Integer(number) => {
                hasher.update([1]);
                hasher.update(number.to_be_bytes());
            }
            Value::Text(text) => {
                hasher.update([2]);
                hasher.update((text.len() as u64).to_be_bytes());
                hasher.update(text.as_bytes());
            }
            Value::Real(number) => {
                hasher.update([3]);
                hasher.update(number.to_be_bytes());
            }
        }
    }
    hex::encode(hasher.finalize())
}

/// Returns the statement that reads the last position of a chain; see [`tip_of`].
pub(crate) fn tip_statement(workspace_id: &str) -> Statement {
    Statement::new(sql::CHAIN_TIP).bind(workspace_id)
}

/// Reads the last position of a chain from the result of [`tip_statement`].
pub(crate) fn tip_of(result: Option<&BatchResult>) -> Result<Tip, DbError> {
    match result.and_then(|result| result.rows.first()) {
        Some(row) => Ok(Tip { seq: row.integer("seq")?, head: row.text("head")?.to_owned() }),
        None => Ok(Tip::genesis()),
    }
}

/// Runs `statements` and links `leaves` in one batch. `tip` is the last position if the caller has just read it.
///
/// When another request appended in between, nothing of the batch is stored and it is tried again on the new position.
/// When the answer was lost, the chain shows whether the batch had arrived; the results are empty then.
///
/// # Errors
/// Those of the statements; [`DbError::Unavailable`] when others appended every time.
pub(crate) async fn append(
    ports: &Ports,
    workspace_id: &str,
    statements: &[Statement],
    leaves: &[Leaf],
    tip: Option<Tip>,
) -> Result<Vec<BatchResult>, DbError> {
    let chains = [ChainLinks { workspace_id, leaves }];
    append_all(ports, statements, &chains, tip.map(|tip| vec![tip])).await
}

/// Leaves to link in the chain of one workspace.
pub(crate) struct ChainLinks<'a> {
    pub workspace_id: &'a str,
    pub leaves: &'a [Leaf],
}

/// Appends as [`append`] does, for several workspaces at once.
pub(crate) async fn append_all(
    ports: &Ports,
    statements: &[Statement],
    chains: &[ChainLinks<'_>],
    mut tips: Option<Vec<Tip>>,
) -> Result<Vec<BatchResult>, DbError> {
    let now = ports.clock.now_ms();
    let mut lost = false;
    for _ in 0..MAX_ATTEMPTS {
        let known = match tips.take() {
            Some(known) => known,
            None => {
                let reads = chains.iter().map(|links| tip_statement(links.workspace_id)).collect();
                let results = ports.db.batch(reads).await?;
                (0..chains.len()).map(|index| tip_of(results.get(index))).collect::<Result<_, _>>()?
            }
        };
        let mut batch = statements.to_vec();
        for (links, mut position) in chains.iter().zip(known) {
            for leaf in links.leaves {
                let (next, link) = leaf.link(links.workspace_id, &position, now);
                position = next;
                batch.push(link);
            }
        }
        match ports.db.batch(batch).await {
            Err(DbError::Conflict(message)) if lost || message.contains("audit_chain") => {
                if lost && arrived(ports, chains).await? {
                    return Ok(Vec::new());
                }
                if !message.contains("audit_chain") {
                    return Err(DbError::Conflict(message));
                }
            }
            // D1 repeats only reads by itself. Repeated here once; a second attempt that follows an arrived first one
            // cannot double anything, because a linked row's id is unique.
            Err(DbError::Unavailable(message)) => {
                if arrived(ports, chains).await? {
                    return Ok(Vec::new());
                }
                if lost {
                    return Err(DbError::Unavailable(message));
                }
                lost = true;
            }
            other => return other,
        }
    }
    Err(DbError::Unavailable("too many others append to this audit chain".to_owned()))
}

async fn arrived(ports: &Ports, chains: &[ChainLinks<'_>]) -> Result<bool, DbError> {
    let Some(leaf) = chains.iter().find_map(|links| links.leaves.first()) else { return Ok(false) };
    let statement = Statement::new(sql::CHAIN_HAS).bind(leaf.kind.as_str()).bind(leaf.row_id.as_str());
    let rows = ports.db.query(statement).await?;
    Ok(rows.first().map(|row| row.text("leaf")).transpose()? == Some(leaf.hash.as_str()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    fn leaf(values: &[Value]) -> String {
        leaf_hash("event", values.iter())
    }

    #[test]
    fn hashes_different_rows_differently() {
        let rows: Vec<Vec<Value>> = vec![
            vec!["ab".into(), "c".into()],
            vec!["a".into(), "bc".into()],
            vec!["abc".into(), "".into()],
            vec!["abc".into(), Value::Null],
            vec!["abc".into()],
            vec![1_i64.into()],
            vec!["1".into()],
            vec![],
        ];
        let mut hashes: Vec<_> = rows.iter().map(|row| leaf(row)).collect();
        hashes.push(leaf_hash("admin", rows[0].iter()));
        let count = hashes.len();
        hashes.sort();
        hashes.dedup();
        assert_eq!(hashes.len(), count);
    }

    /// Written out once by hand, so that the encoding cannot change unnoticed: stored chains depend on it.
    #[test]
    fn keeps_the_encoding_of_stored_chains() {
        let bytes = [
            &b"\0labeler audit row v1\0event\0"[..],
            &[0],
            &[1, 0, 0, 0, 0, 0, 0, 1, 0],
            &[2, 0, 0, 0, 0, 0, 0, 0, 2, b'h', b'i'],
        ]
        .concat();
        assert_eq!(leaf(&[Value::Null, Value::Integer(256), "hi".into()]), hex::encode(Sha256::digest(bytes)));
        let next = ChainPosition::genesis().next(&"a".repeat(64));
        let bytes =
            [&[2_u8, 0, 0, 0, 0, 0, 0, 0, 1][..], "0".repeat(64).as_bytes(), "a".repeat(64).as_bytes()].concat();
        assert_eq!(next, ChainPosition { seq: 1, head: hex::encode(Sha256::digest(bytes)) });
    }
}
