//! What a scheduled job does: hash the request log into the chains, record failed authentication, key the ends of chains,
//! seal again what is under an older key, and remove what is over.

use crate::database::DbError;
use crate::events::EventsError;
use crate::retirement::Retiring;
use crate::store::Store;

/// Workspaces whose chains are looked at in one step of keying heads.
const HEADS_AT_ONCE: u32 = 200;
/// Windows of failed authentication that one step records.
const FAILURES_AT_ONCE: u32 = 100;
/// Rows that one step seals again, of each table.
const RESEAL_AT_ONCE: u32 = 200;

/// How much one run may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Rows of a kind that one statement removes at most.
    pub rows: u32,
    /// Milliseconds after which no further step is begun.
    pub time_ms: i64,
}

/// What one run did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Maintained {
    /// Requests that were hashed into their workspaces' chains.
    pub sealed_requests: u64,
    /// Sandbox rows whose 24 hours are over.
    pub sandbox_events: u64,
    /// Requests that their workspace keeps no longer.
    pub requests: u64,
    /// Counters, links, sessions, challenges, revoked tokens, used assertions, retired keys, idempotency keys.
    pub other: u64,
    /// Manifest stores that were kept and are over.
    pub manifests: u64,
    /// Windows of failed authentication that became admin events.
    pub failures: u64,
    /// Ends of chains that were keyed.
    pub heads: u64,
    /// Workspaces whose chain does not lead on from its last keyed head: somebody rewrote it.
    pub broken_chains: Vec<String>,
    /// Texts that were sealed again under the current key.
    pub resealed: u64,
    /// Older sealing keys and peppers, and what is still under them.
    pub retiring: Vec<Retiring>,
    /// Whether everything was done; otherwise the time was over, and the next run takes the rest.
    pub complete: bool,
    /// Parts that failed, in words. The others were done; the next run starts over.
    pub errors: Vec<String>,
}

impl Maintained {
    fn note<T: Default>(&mut self, part: &str, result: Result<T, DbError>) -> T {
        result.unwrap_or_else(|error| {
            let text = format!("{part}: {error}");
            if !self.errors.contains(&text) {
                self.errors.push(text);
            }
            T::default()
        })
    }
}

impl Store {
    /// Does what is due, in steps, until nothing is left or the time is over. Safe to run twice at once, and to be stopped
    /// at any point.
    pub async fn maintain(&self, budget: Budget) -> Maintained {
        let until = self.clock.now_ms().saturating_add(budget.time_ms);
        let mut done = Maintained::default();
        let mut heads_after = Some(String::new());
        loop {
            let progress = self.step(budget.rows, &mut heads_after, &mut done).await;
            done.complete = !progress;
            if !progress || self.clock.now_ms() >= until {
                break;
            }
        }
        let retiring = self.retiring().await;
        done.retiring = done.note("older keys", retiring);
        done
    }

    /// One step of every part. `false` when none had anything to do.
    async fn step(&self, rows: u32, heads_after: &mut Option<String>, done: &mut Maintained) -> bool {
        let sealed = done.note("request log", self.audit().seal_requests().await);
        let requests = done.note("requests", self.audit().purge_requests(rows).await);
        let events = self.events().purge_expired(rows).await.map_err(|error| match error {
            EventsError::Database(error) => error,
            other => DbError::Engine(other.to_string()),
        });
        let events = done.note("sandbox", events);
        let manifests = self.manifests().purge(rows).await.map_err(|error| DbError::Engine(error.to_string()));
        let manifests = done.note("manifests", manifests);
        let mut other = 0_u64;
        for (part, result) in [
            ("accounts", self.accounts().purge_stale(rows).await),
            ("tokens", self.oauth().purge(rows).await),
            ("passkeys", self.passkeys().purge(rows).await),
            ("idempotency", self.idempotency().purge(rows).await),
        ] {
            other = other.saturating_add(done.note(part, result));
        }
        let failures = done.note("failed authentication", self.audit().record_failures(FAILURES_AT_ONCE).await);
        let resealed = done.note("sealing", self.reseal_step(RESEAL_AT_ONCE).await);
        if let Some(after) = heads_after.take() {
            let heads = done.note("keyed heads", self.audit().key_heads(&after, HEADS_AT_ONCE).await);
            done.heads = done.heads.saturating_add(heads.made);
            done.broken_chains.extend(heads.broken);
            *heads_after = heads.next;
        }
        done.sealed_requests = done.sealed_requests.saturating_add(sealed);
        done.requests = done.requests.saturating_add(requests);
        done.sandbox_events = done.sandbox_events.saturating_add(events);
        done.manifests = done.manifests.saturating_add(manifests);
        done.other = done.other.saturating_add(other);
        done.failures = done.failures.saturating_add(failures);
        done.resealed = done.resealed.saturating_add(resealed);
        heads_after.is_some()
            || [sealed, requests, events, manifests, other, failures, resealed].iter().any(|count| *count > 0)
    }
}
