//! The counter of one key: a Durable Object whose name is the key.
//!
//! All requests of a key reach the same object, regardless of the isolate that receives them, and the object runs one
//! task at a time. There is no `await` between reading the window and writing it back, so exactly the limit is admitted
//! even if many requests race. The response is sent only after the write is durable (the runtime's output gate).
//!
//! The window is kept in memory and in the object's SQLite storage, because an idle object is removed from memory long
//! before a window of minutes ends. An alarm clears the storage of a key that is no longer used.

// For the code that `#[durable_object]` generates beside the struct.
#![allow(missing_docs)]

use std::cell::Cell;

use labeler_ports::rate::{Window, decide};
use labeler_ports::{Clock as _, RatePolicy};
use serde::{Deserialize, Serialize};
use worker::{DurableObject, Env, Request, Response, Result, SqlStorageValue, State, durable_object};

use crate::clock::RuntimeClock;

/// Time for which an ended window stays stored, so that a key in steady use does not clear and refill its storage each
/// time.
const KEEP_MS: i64 = 60_000;

/// The request as query parameters. There is no body, so nothing is awaited before the decision.
#[derive(Debug, Deserialize)]
struct Question {
    limit: u32,
    window_s: u32,
    cost: u32,
}

/// The response; see `labeler_ports::Decision`.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Answer {
    pub(crate) remaining: u32,
    pub(crate) reset_unix_s: i64,
    pub(crate) allowed: bool,
}

/// A stored window as returned by the runtime, with numbers as doubles.
#[derive(Debug, Deserialize)]
struct Stored {
    closes_ms: f64,
    used: f64,
}

/// Exact counter of one key.
#[durable_object]
pub struct RateLimiterObject {
    state: State,
    window: Cell<Option<Window>>,
}

impl std::fmt::Debug for RateLimiterObject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RateLimiterObject").field("window", &self.window).finish_non_exhaustive()
    }
}

impl RateLimiterObject {
    /// Returns the window from memory or storage, or a window that never opened if there is none.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn window(&self) -> Result<Window> {
        if let Some(window) = self.window.get() {
            return Ok(window);
        }
        let sql = self.state.storage().sql();
        sql.exec(
            "CREATE TABLE IF NOT EXISTS rate_window \
             (id INTEGER PRIMARY KEY CHECK (id = 1), closes_ms INTEGER NOT NULL, used INTEGER NOT NULL)",
            None,
        )?;
        let stored = sql.exec("SELECT closes_ms, used FROM rate_window", None)?.to_array::<Stored>()?;
        Ok(stored
            .first()
            .map(|stored| Window { closes_ms: stored.closes_ms as i64, used: stored.used as u32 })
            .unwrap_or_default())
    }

    fn keep(&self, window: Window) -> Result<()> {
        self.state.storage().sql().exec(
            "INSERT INTO rate_window (id, closes_ms, used) VALUES (1, ?, ?) \
             ON CONFLICT (id) DO UPDATE SET closes_ms = excluded.closes_ms, used = excluded.used",
            vec![SqlStorageValue::try_from_i64(window.closes_ms)?, SqlStorageValue::Integer(i64::from(window.used))],
        )?;
        self.window.set(Some(window));
        Ok(())
    }
}

impl DurableObject for RateLimiterObject {
    fn new(state: State, _env: Env) -> Self {
        Self { state, window: Cell::new(None) }
    }

    async fn fetch(&self, request: Request) -> Result<Response> {
        let question: Question = request.query()?;
        let policy = RatePolicy { limit: question.limit, window_s: question.window_s, cost: question.cost };
        let now = RuntimeClock.now_ms();
        // Nothing is awaited from here to `keep`.
        let before = self.window()?;
        let (after, decision) = decide(before, policy, now);
        if after != before {
            self.keep(after)?;
        }
        if after.closes_ms != before.closes_ms {
            let delay = after.closes_ms.saturating_sub(now).saturating_add(KEEP_MS);
            self.state.storage().set_alarm(delay).await?;
        }
        Response::from_json(&Answer {
            remaining: decision.remaining,
            reset_unix_s: decision.reset_unix_s,
            allowed: decision.allowed,
        })
    }

    async fn alarm(&self) -> Result<Response> {
        let open_for = self.window()?.closes_ms.saturating_sub(RuntimeClock.now_ms());
        if open_for > 0 {
            self.state.storage().set_alarm(open_for.saturating_add(KEEP_MS)).await?;
        } else {
            self.window.set(None);
            self.state.storage().delete_all().await?;
        }
        Response::empty()
    }
}
