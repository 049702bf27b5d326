//! What the API needs from its host besides a database: time, randomness and limits.

use async_trait::async_trait;

/// The present.
pub trait Clock: Send + Sync {
    /// Milliseconds since the Unix epoch.
    fn now_ms(&self) -> i64;
}

/// Cryptographic randomness.
pub trait Rng: Send + Sync {
    /// Fills the whole slice.
    ///
    /// # Errors
    /// [`RngError`] when the host has none to give; the caller then makes no secret at all.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RngError>;
}

/// The host has no randomness to give.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no randomness available")]
pub struct RngError;

/// How much a caller may do in a window, and what this call costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RatePolicy {
    /// Budget of one window, in units of cost.
    pub limit: u32,
    /// Length of the window in seconds; it opens with the first call.
    pub window_s: u32,
    /// Cost of this call: usually 1. A cost of 0 only looks.
    pub cost: u32,
}

/// Answer of a rate limiter; the fields of the `RateLimit-*` headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// Budget of one window.
    pub limit: u32,
    /// What is left after this call.
    pub remaining: u32,
    /// When the window closes and the budget is whole again: Unix time in seconds, rounded up.
    pub reset_unix_s: i64,
    /// Whether this call may go on. A refused call costs nothing.
    pub allowed: bool,
}

/// The limiter could not be asked. What that means (let pass or refuse) is the caller's policy.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the rate limiter is unavailable: {0}")]
pub struct RateLimitError(pub String);

/// Exact counting per key across all requests, whichever isolate they reach.
#[async_trait]
pub trait RateLimiter: Send + Sync {
    /// Counts one call under `key` (for example `key:AbCd…:POST /api/v1/label`) and decides.
    ///
    /// # Errors
    /// [`RateLimitError`] when the counter cannot be reached.
    async fn decide(&self, key: &str, policy: RatePolicy) -> Result<Decision, RateLimitError>;
}

/// A message to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// Address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// The message was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the mail was not sent: {0}")]
pub struct MailError(pub String);

/// Outgoing mail. A message may hold a one-time link, so an implementation writes none to a log.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Whether messages can be sent at all. Where not, nothing that needs mail is begun.
    fn is_available(&self) -> bool {
        true
    }

    /// Hands one message over for delivery.
    ///
    /// # Errors
    /// [`MailError`] when it was not taken; what was promised to the person must then not be.
    async fn send(&self, mail: Mail) -> Result<(), MailError>;
}
