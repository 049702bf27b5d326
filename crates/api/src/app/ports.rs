//! Ports of the API itself: the traits that a host implements for it, beside those of the store.

use futures_util::future::BoxFuture;

/// The host's log for internal failures. Details never reach the caller, who gets the request ID instead.
pub trait Log: Send + Sync {
    /// Logs one failure of the request with this ID.
    fn incident(&self, request_id: &str, detail: &str);
}

/// Runs tasks that no answer waits for. A host that is stopped may lose tasks, so nothing that an answer promised may
/// depend on one.
pub trait Background: Send + Sync {
    /// Starts a task and returns immediately.
    fn spawn(&self, task: BoxFuture<'static, ()>);
}

/// Timer of the host.
pub trait Timer: Send + Sync {
    /// Completes after `ms` milliseconds. Dropping the future ends the wait.
    fn sleep(&self, ms: u64) -> BoxFuture<'static, ()>;
}
