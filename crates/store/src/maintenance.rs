//! The scheduled job: hashes the request log into the chains, records failed authentication, keys the heads of chains,
//! seals again everything that is under an older key, and removes expired rows.

use crate::database::DbError;
use crate::events::model::EventsError;
use crate::retirement::Retiring;
use crate::store::Store;

/// Workspaces whose chains one step of keying heads examines.
const HEADS_AT_ONCE: u32 = 200;
/// Windows of failed authentication that one step records.
const FAILURES_AT_ONCE: u32 = 100;
/// Rows of each table that one step seals again.
const RESEAL_AT_ONCE: u32 = 200;

/// Limits of one run of the scheduled job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Maximum number of rows that one statement removes.
    pub rows: u32,
    /// Time in milliseconds after which no further step starts.
    pub time_ms: i64,
}

/// Report of one run of the scheduled job.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MaintenanceReport {
    /// Number of requests that were hashed into the chains of their workspaces.
    pub sealed_requests: u64,
    /// Number of expired sandbox events that were removed.
    pub sandbox_events: u64,
    /// Number of expired requests that were removed.
    pub requests: u64,
    /// Number of other rows that were removed: counters, links, sessions, challenges, revoked tokens, used assertions,
    /// retired keys, idempotency keys.
    pub other: u64,
    /// Number of expired manifest stores that were removed.
    pub manifests: u64,
    /// Number of windows of failed authentication that were recorded as admin events.
    pub failures: u64,
    /// Number of heads of chains that were keyed.
    pub heads: u64,
    /// IDs of workspaces whose chain does not continue from its last keyed head, because it was rewritten.
    pub broken_chains: Vec<String>,
    /// Number of texts that were sealed again under the current key.
    pub resealed: u64,
    /// Older sealing keys and peppers, and the rows that still depend on them.
    pub retiring: Vec<Retiring>,
    /// Whether everything was done; otherwise the time was over, and the next run does the rest.
    pub complete: bool,
    /// Messages of the parts that failed. The others were done; the next run tries again.
    pub errors: Vec<String>,
}

impl MaintenanceReport {
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
    /// Runs all due maintenance in steps until nothing is left or the time is over. It may run twice at once, and be
    /// stopped at any point.
    pub async fn maintain(&self, budget: Budget) -> MaintenanceReport {
        let until = self.now_ms().saturating_add(budget.time_ms);
        let mut done = MaintenanceReport::default();
        let mut heads_after = Some(String::new());
        loop {
            let progress = self.step(budget.rows, &mut heads_after, &mut done).await;
            done.complete = !progress;
            if !progress || self.now_ms() >= until {
                break;
            }
        }
        let retiring = self.retirement().retiring().await;
        done.retiring = done.note("older keys", retiring);
        done
    }

    /// Runs one step of every part. Returns `false` when none had anything to do.
    async fn step(&self, rows: u32, heads_after: &mut Option<String>, done: &mut MaintenanceReport) -> bool {
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
            ("sessions", self.sessions().purge(rows).await),
            ("links", self.links().purge(rows).await),
            ("tokens", self.oauth().purge(rows).await),
            ("passkeys", self.passkeys().purge(rows).await),
            ("idempotency", self.idempotency().purge(rows).await),
        ] {
            other = other.saturating_add(done.note(part, result));
        }
        let failures = done.note("failed authentication", self.audit().record_failures(FAILURES_AT_ONCE).await);
        let resealed = done.note("sealing", self.retirement().reseal_step(RESEAL_AT_ONCE).await);
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
