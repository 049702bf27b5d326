//! What the product needs from its host besides a database: time, randomness, rate limits and mail.
//!
//! Library code takes these as arguments, because the browser, the Worker and the command line each provide them in
//! their own way, and because tests set the time. This crate depends on no other crate of the product.

pub mod rate;
#[cfg(feature = "testing")]
pub mod testing;

use async_trait::async_trait;

pub use rate::{Decision, RateLimitError, RateLimiter, RatePolicy};

/// Source of the current time.
pub trait Clock: Send + Sync {
    /// Returns the current time in milliseconds since the Unix epoch.
    fn now_ms(&self) -> i64;
}

/// Source of cryptographic randomness.
pub trait Rng: Send + Sync {
    /// Fills the whole slice with random bytes.
    ///
    /// # Errors
    /// [`RngError`] when the host has no randomness; the caller must then create no secret.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), RngError>;
}

/// Error for a host without randomness.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no randomness available")]
pub struct RngError;

/// Message to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    /// E-mail address of the recipient.
    pub to: String,
    /// Subject, one line.
    pub subject: String,
    /// Body as plain text.
    pub text: String,
    /// The same body as HTML.
    pub html: String,
}

/// Error for a message that the mail service did not accept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the mail was not sent: {0}")]
pub struct MailError(pub String);

/// Outgoing mail. A message may contain a one-time link, so implementations must not log messages.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Whether messages can be sent at all. If not, the server starts nothing that needs mail.
    fn is_available(&self) -> bool {
        true
    }

    /// Hands one message over for delivery.
    ///
    /// # Errors
    /// [`MailError`] when the message was not accepted; the caller must not tell the person to expect it.
    async fn send(&self, mail: Mail) -> Result<(), MailError>;
}
