//! What a scheduled job does: hash the request log into the chains, and remove what is over.

use crate::database::DbError;
use crate::events::EventsError;
use crate::store::Store;

/// Rounds of sealing in one run at most; the next run takes the rest.
const SEAL_ROUNDS: u32 = 20;

/// What one run did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Maintained {
    /// Requests that were hashed into their workspaces' chains.
    pub sealed_requests: u64,
    /// Sandbox rows whose 24 hours are over.
    pub sandbox_events: u64,
    /// Requests that their workspace keeps no longer.
    pub requests: u64,
    /// Counters, links, sessions, challenges, revoked tokens, used assertions, retired keys, idempotency keys.
    pub other: u64,
}

impl Store {
    /// Runs every retention job once, each removing at most `max` rows of a kind. Safe to run twice at once, and to be
    /// stopped at any point.
    ///
    /// # Errors
    /// [`DbError`] of the first job that failed; the next run starts over.
    pub async fn maintain(&self, max: u32) -> Result<Maintained, DbError> {
        let mut done = Maintained::default();
        for _ in 0..SEAL_ROUNDS {
            let sealed = self.audit().seal_requests().await?;
            done.sealed_requests = done.sealed_requests.saturating_add(sealed);
            if sealed == 0 {
                break;
            }
        }
        done.sandbox_events = self.events().purge_expired(max).await.map_err(|error| match error {
            EventsError::Database(error) => error,
            other => DbError::Engine(other.to_string()),
        })?;
        done.requests = self.audit().purge_requests(max).await?;
        let others = [
            self.accounts().purge_stale(max).await?,
            self.oauth().purge(max).await?,
            self.passkeys().purge(max).await?,
            self.idempotency().purge(max).await?,
        ];
        done.other = others.iter().sum();
        Ok(done)
    }
}
