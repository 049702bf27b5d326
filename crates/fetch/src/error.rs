//! Errors of a fetch.

use labeler_media::Format;

/// Error of a fetch. The texts reveal nothing about the remote host, so they can be shown to the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The given text is not a URL that this service accepts: `validation_error`.
    #[error("url {0}")]
    Invalid(&'static str),
    /// The URL, or a redirect, leads to a target that strangers must not reach: `ssrf_blocked`. The text is for logs
    /// and tests; the caller need not know which rule applied.
    #[error("the URL leads to an address that is not public ({0})")]
    Blocked(&'static str),
    /// The remote host did not deliver the file: `url_fetch_failed`.
    #[error("the URL could not be fetched: {0}")]
    Failed(&'static str),
    /// The file has more bytes than allowed: `too_large`.
    #[error("the file exceeds {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The first bytes are not of an accepted format: `mime_not_allowed`.
    #[error("the content is of a type that is not accepted")]
    MimeNotAllowed {
        /// The detected format, if known.
        found: Option<Format>,
    },
    /// There is currently not enough memory for a file of this size.
    #[error("no room at this moment")]
    NoRoom,
}
