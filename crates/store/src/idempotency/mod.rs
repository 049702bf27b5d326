//! Idempotency keys (draft-ietf-httpapi-idempotency-key-header): a request that is sent twice is done once.
//!
//! The attempt that takes a key holds it until it stores its answer, or for a minute; attempts in between are told that
//! it is running. The stored answer, kept for 24 hours, is a status and facts, never a file and never a secret. A key
//! belongs to one caller, one route and one mode (live or sandbox).

pub(crate) mod sql;

use serde_json::Value as Json;

use crate::database::{DbError, Row, Statement};
use crate::encoding::random_base62;
use crate::model::EventScope;
use crate::ports::Ports;

/// How long a key is kept, in milliseconds: 24 hours.
pub const KEPT_MS: i64 = 86_400_000;
/// How long an attempt may hold a key without an answer, in milliseconds: a minute.
pub const LEASE_MS: i64 = 60_000;
/// Maximum length of a key, in characters.
pub const MAX_KEY_CHARS: usize = 255;
const OWNER_CHARS: usize = 22;

/// Request with an idempotency key.
#[derive(Debug, Clone, Copy)]
pub struct IdempotentCall<'a> {
    /// Workspace and mode of the caller.
    pub scope: &'a EventScope,
    /// ID of the calling key, person or client.
    pub caller: &'a str,
    /// Template of the route, with its method.
    pub route: &'a str,
    /// Value of `Idempotency-Key`.
    pub key: &'a str,
    /// SHA-256 of the content of the request, hexadecimal.
    pub fingerprint: &'a str,
}

/// Right to answer a request. If it is dropped without [`Idempotency::finish`] or [`Idempotency::release`], the key is
/// blocked for the rest of the minute.
#[derive(Debug, PartialEq, Eq)]
pub struct Ticket {
    owner: String,
}

/// Result of [`Idempotency::begin`]: how to handle the request.
#[derive(Debug, PartialEq, Eq)]
pub enum IdempotencyOutcome {
    /// The request is new. Handle it.
    Started(Ticket),
    /// The request was handled before. Give the same answer again.
    Replay {
        /// HTTP status of the answer.
        status: u16,
        /// Facts of the answer.
        result: Json,
    },
    /// The request is being handled: 409.
    Running,
    /// The key was used for another request: 422.
    Mismatch,
}

/// Error of taking an idempotency key or of keeping its answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdempotencyError {
    /// The key is empty, longer than 255 characters, or has characters that are not printable ASCII.
    #[error("an idempotency key has 1 to 255 printable ASCII characters")]
    Key,
    /// The attempt took longer than its minute, and another one took over.
    #[error("the attempt no longer holds its idempotency key")]
    Lost,
    /// Error of the database.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Idempotency keys of all workspaces. From [`crate::Store::idempotency`].
#[derive(Debug, Clone)]
pub struct Idempotency {
    ports: Ports,
}

impl Idempotency {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Takes a key, or returns what happened to an earlier request with it.
    ///
    /// # Errors
    /// [`IdempotencyError`]: `Key`, `Database`.
    pub async fn begin(&self, call: IdempotentCall<'_>) -> Result<IdempotencyOutcome, IdempotencyError> {
        let printable = call.key.bytes().all(|byte| (0x20..=0x7e).contains(&byte));
        if call.key.is_empty() || call.key.len() > MAX_KEY_CHARS || !printable {
            return Err(IdempotencyError::Key);
        }
        let ports = &self.ports;
        let now = ports.clock.now_ms();
        let owner = random_base62(ports.rng.as_ref(), OWNER_CHARS).map_err(DbError::from)?;
        let of_call = |sql: &'static str| {
            Statement::new(sql)
                .bind(call.scope.workspace_id.as_str())
                .bind(call.scope.livemode)
                .bind(call.caller)
                .bind(call.route)
                .bind(call.key)
        };
        let take = of_call(sql::IDEMPOTENCY_TAKE)
            .bind(call.fingerprint)
            .bind(owner.as_str())
            .bind(now.saturating_add(LEASE_MS))
            .bind(now.saturating_add(KEPT_MS))
            .bind(now);
        let results = ports.db.batch(vec![take, of_call(sql::IDEMPOTENCY_FIND)]).await?;
        let row = results.get(1).and_then(|result| result.rows.first());
        let row = row.ok_or_else(|| DbError::Engine("a key that was taken is there".to_owned()))?;
        Ok(begun(row, owner, call.fingerprint)?)
    }

    /// Returns the statements that store an answer, for the batch that has the effect. A precondition among them aborts
    /// the batch when the attempt no longer holds its key.
    pub(crate) fn finish_statements(ticket: &Ticket, status: u16, result: &Json) -> [Statement; 2] {
        [
            Statement::new(sql::MUST_OWNER).bind(ticket.owner.as_str()),
            Statement::new(sql::IDEMPOTENCY_FINISH)
                .bind(ticket.owner.as_str())
                .bind(u32::from(status))
                .bind(result.to_string()),
        ]
    }

    /// Stores the answer of an attempt whose effect is not in the database. An effect in the database, for example an
    /// audit row, is stored with it in one batch: [`crate::Events::insert_once`].
    ///
    /// # Errors
    /// [`IdempotencyError`]: `Lost`, `Database`.
    pub async fn finish(&self, ticket: &Ticket, status: u16, result: &Json) -> Result<(), IdempotencyError> {
        match self.ports.db.batch(Self::finish_statements(ticket, status, result).to_vec()).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_precondition() => Err(IdempotencyError::Lost),
            Err(error) => Err(error.into()),
        }
    }

    /// Releases a key after an attempt without effect: the next attempt is new.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn release(&self, ticket: Ticket) -> Result<(), DbError> {
        let statement = Statement::new(sql::IDEMPOTENCY_RELEASE).bind(ticket.owner);
        self.ports.db.query(statement).await.map(drop)
    }

    /// Removes at most `max` expired keys and returns how many were removed. For a scheduled job.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn purge(&self, max: u32) -> Result<u64, DbError> {
        let statement = Statement::new(sql::IDEMPOTENCY_PURGE).bind(self.ports.clock.now_ms()).bind(max);
        Ok(self.ports.db.batch(vec![statement]).await?.iter().map(|result| result.changes).sum())
    }
}

fn begun(row: &Row, owner: String, fingerprint: &str) -> Result<IdempotencyOutcome, DbError> {
    if row.text("owner")? == owner {
        return Ok(IdempotencyOutcome::Started(Ticket { owner }));
    }
    if row.text("fingerprint")? != fingerprint {
        return Ok(IdempotencyOutcome::Mismatch);
    }
    let (Some(status), Some(result)) = (row.optional_integer("status")?, row.optional_text("result")?) else {
        return Ok(IdempotencyOutcome::Running);
    };
    Ok(IdempotencyOutcome::Replay {
        status: u16::try_from(status).map_err(|_| DbError::Shape { column: "status", expected: "a status" })?,
        result: serde_json::from_str(result).map_err(|_| DbError::Shape { column: "result", expected: "JSON" })?,
    })
}
