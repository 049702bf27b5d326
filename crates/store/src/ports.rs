//! What the API needs from its host besides a database: time, randomness, limits and outgoing HTTP.

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

/// An outgoing HTTP request. Redirects are never followed: the caller checks each hop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchRequest {
    /// `GET`, `POST`, ….
    pub method: String,
    /// Absolute URL.
    pub url: String,
    /// Header names and values.
    pub headers: Vec<(String, String)>,
    /// Body, absent for GET.
    pub body: Option<Vec<u8>>,
    /// Most bytes of body to accept, counted after decompression; more is [`FetchError::TooLarge`].
    pub max_bytes: u64,
    /// Time for the whole exchange in milliseconds; longer is [`FetchError::TimedOut`].
    pub timeout_ms: u32,
}

/// The answer to a [`FetchRequest`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchResponse {
    /// HTTP status, 3xx included.
    pub status: u16,
    /// Header names (lower case) and values.
    pub headers: Vec<(String, String)>,
    /// The whole body.
    pub body: Vec<u8>,
}

/// Why an outgoing request has no answer. Carries no text of the far side, so nothing of it can leak to a caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// URL or header could not be used.
    #[error("the request cannot be sent")]
    InvalidRequest,
    /// No connection, TLS failure, broken answer.
    #[error("the remote host could not be reached")]
    Unreachable,
    /// `max_bytes` exceeded.
    #[error("the answer is larger than allowed")]
    TooLarge,
    /// `timeout_ms` exceeded.
    #[error("the answer took longer than allowed")]
    TimedOut,
}

/// Outgoing HTTP.
#[async_trait]
pub trait Fetcher: Send + Sync {
    /// Sends one request and reads the whole answer within the bounds of the request.
    ///
    /// # Errors
    /// See [`FetchError`].
    async fn fetch(&self, request: FetchRequest) -> Result<FetchResponse, FetchError>;
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
}

/// The message was not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the mail was not sent: {0}")]
pub struct MailError(pub String);

/// Outgoing mail. Locally it prints.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Hands one message over for delivery.
    ///
    /// # Errors
    /// [`MailError`] when it was not taken; what was promised to the person must then not be.
    async fn send(&self, mail: Mail) -> Result<(), MailError>;
}
