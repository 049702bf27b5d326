//! Idempotency keys (draft-ietf-httpapi-idempotency-key-header): a request that is sent twice is done once.
//!
//! The attempt that takes a key holds it until it says what it led to, or for a minute; whoever comes meanwhile is told
//! so. What is kept for 24 hours is a status and facts, never a file and never a secret. A key belongs to one caller, one
//! route, and one world (live or sandbox).

use serde_json::Value as Json;

use crate::database::{DbError, Row, Statement};
use crate::encoding::random_base62;
use crate::events::EventScope;
use crate::sql;
use crate::store::Store;

/// How long a key is remembered, in milliseconds: 24 hours.
pub const KEPT_MS: i64 = 86_400_000;
/// How long an attempt may hold a key without an answer, in milliseconds: a minute.
pub const LEASE_MS: i64 = 60_000;
/// Longest key, in characters.
pub const MAX_KEY_CHARS: usize = 255;
const OWNER_CHARS: usize = 22;

/// Whose key it is, and for what.
#[derive(Debug, Clone, Copy)]
pub struct IdempotentCall<'a> {
    /// The caller's workspace and world.
    pub scope: &'a EventScope,
    /// Id of the key, person or client that calls.
    pub caller: &'a str,
    /// The route's template, with its method.
    pub route: &'a str,
    /// Value of `Idempotency-Key`.
    pub key: &'a str,
    /// SHA-256 of what makes the request this request, hexadecimal.
    pub fingerprint: &'a str,
}

/// The right to answer a request. Whoever drops it without [`Idempotency::finish`] or [`Idempotency::release`] blocks the
/// key for the rest of the minute.
#[derive(Debug, PartialEq, Eq)]
pub struct Ticket {
    owner: String,
}

/// What happens to a request with an idempotency key.
#[derive(Debug, PartialEq, Eq)]
pub enum Begun {
    /// It is new: do it.
    Started(Ticket),
    /// It was done before: answer the same again.
    Replay {
        /// HTTP status of the answer.
        status: u16,
        /// Facts of the answer.
        result: Json,
    },
    /// It is being done: 409.
    Running,
    /// The key was used for another request: 422.
    Mismatch,
}

/// Why a key was not taken or an answer not kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdempotencyError {
    /// Empty, longer than 255 characters, or with characters that are not printable ASCII.
    #[error("an idempotency key has 1 to 255 printable ASCII characters")]
    Key,
    /// The attempt took longer than its minute, and another one took over.
    #[error("the attempt does not hold its key any more")]
    Lost,
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Idempotency keys of all workspaces. From [`Store::idempotency`].
#[derive(Debug, Clone)]
pub struct Idempotency {
    store: Store,
}

impl Idempotency {
    pub(crate) const fn new(store: Store) -> Self {
        Self { store }
    }

    /// Takes a key, or says what became of it.
    ///
    /// # Errors
    /// [`IdempotencyError`]: `Key`, `Database`.
    pub async fn begin(&self, call: IdempotentCall<'_>) -> Result<Begun, IdempotencyError> {
        let printable = call.key.bytes().all(|byte| (0x20..=0x7e).contains(&byte));
        if call.key.is_empty() || call.key.len() > MAX_KEY_CHARS || !printable {
            return Err(IdempotencyError::Key);
        }
        let store = &self.store;
        let now = store.clock.now_ms();
        let owner = random_base62(store.rng.as_ref(), OWNER_CHARS).map_err(DbError::from)?;
        let of_call = |sql: &'static str| {
            Statement::new(sql)
                .bind(call.scope.workspace_id.as_str())
                .bind(call.scope.livemode)
                .bind(call.caller)
                .bind(call.route)
                .bind(call.key)
        };
        let take = of_call(sql::signing::IDEMPOTENCY_TAKE)
            .bind(call.fingerprint)
            .bind(owner.as_str())
            .bind(now.saturating_add(LEASE_MS))
            .bind(now.saturating_add(KEPT_MS))
            .bind(now);
        let results = store.db.batch(vec![take, of_call(sql::signing::IDEMPOTENCY_FIND)]).await?;
        let row = results.get(1).and_then(|result| result.rows.first());
        let row = row.ok_or_else(|| DbError::Engine("a key that was taken is there".to_owned()))?;
        Ok(begun(row, owner, call.fingerprint)?)
    }

    /// The statements that keep an answer, for the batch that has the effect; a precondition among them ends the batch
    /// when the attempt does not hold its key any more.
    pub(crate) fn finish_statements(ticket: &Ticket, status: u16, result: &Json) -> [Statement; 2] {
        [
            Statement::new(sql::signing::MUST_OWNER).bind(ticket.owner.as_str()),
            Statement::new(sql::signing::IDEMPOTENCY_FINISH)
                .bind(ticket.owner.as_str())
                .bind(u32::from(status))
                .bind(result.to_string()),
        ]
    }

    /// Keeps the answer of an attempt whose effect is not in the database. An effect that is, such as an audit row, goes
    /// with it in one batch: [`crate::Events::insert_once`].
    ///
    /// # Errors
    /// [`IdempotencyError`]: `Lost`, `Database`.
    pub async fn finish(&self, ticket: &Ticket, status: u16, result: &Json) -> Result<(), IdempotencyError> {
        match self.store.db.batch(Self::finish_statements(ticket, status, result).to_vec()).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_precondition() => Err(IdempotencyError::Lost),
            Err(error) => Err(error.into()),
        }
    }

    /// Gives a key back after an attempt that had no effect: the next one is new.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn release(&self, ticket: Ticket) -> Result<(), DbError> {
        let statement = Statement::new(sql::signing::IDEMPOTENCY_RELEASE).bind(ticket.owner);
        self.store.db.query(statement).await.map(drop)
    }

    /// Forgets at most `max` keys that are over and says how many went. For a scheduled job.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn purge(&self, max: u32) -> Result<u64, DbError> {
        let statement = Statement::new(sql::signing::IDEMPOTENCY_PURGE).bind(self.store.clock.now_ms()).bind(max);
        Ok(self.store.db.batch(vec![statement]).await?.iter().map(|result| result.changes).sum())
    }
}

fn begun(row: &Row, owner: String, fingerprint: &str) -> Result<Begun, DbError> {
    if row.text("owner")? == owner {
        return Ok(Begun::Started(Ticket { owner }));
    }
    if row.text("fingerprint")? != fingerprint {
        return Ok(Begun::Mismatch);
    }
    let (Some(status), Some(result)) = (row.optional_integer("status")?, row.optional_text("result")?) else {
        return Ok(Begun::Running);
    };
    Ok(Begun::Replay {
        status: u16::try_from(status).map_err(|_| DbError::Shape { column: "status", expected: "a status" })?,
        result: serde_json::from_str(result).map_err(|_| DbError::Shape { column: "result", expected: "JSON" })?,
    })
}
