//! Why nothing was fetched.

use labeler_media::Format;

/// Why nothing was fetched. Texts say nothing about the far side, so that they can be shown to the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// What was given is no URL that this service takes: `validation_error`.
    #[error("url {0}")]
    Invalid(&'static str),
    /// The URL, or one that it redirects to, leads where strangers have no business: `ssrf_blocked`. The text is for
    /// logs and tests, the caller need not know which rule it was.
    #[error("the URL leads to an address that is not public ({0})")]
    Blocked(&'static str),
    /// The far side did not deliver: `url_fetch_failed`.
    #[error("the URL could not be fetched: {0}")]
    Failed(&'static str),
    /// More bytes than allowed: `too_large`.
    #[error("the file exceeds {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// By its first bytes it is not what is wanted: `mime_not_allowed`.
    #[error("the content is of a type that is not accepted")]
    MimeNotAllowed {
        /// What it is, if that is known.
        found: Option<Format>,
    },
    /// There is no memory for a file of this size at this moment.
    #[error("no room at this moment")]
    NoRoom,
}
