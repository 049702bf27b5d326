//! Errors of uploads.

use crate::app::spool::SpoolError;

/// Error for an upload that was refused.
#[derive(Debug, thiserror::Error)]
pub(crate) enum UploadError {
    /// The request is not `multipart/form-data` with a usable boundary.
    #[error("Content-Type must be multipart/form-data with a boundary")]
    NotMultipart,
    /// The body has a `Content-Encoding`.
    #[error("Content-Encoding {0} is not accepted; send the body as it is")]
    Encoded(String),
    /// The body does not begin with the boundary that the header names.
    #[error("the body does not begin with the boundary that Content-Type names; let the client write both")]
    BoundaryMismatch,
    /// The body has more bytes than `Content-Length` says.
    #[error("the request body is longer than its Content-Length")]
    Outgrown,
    /// The body does not follow RFC 7578, or ends in the middle.
    #[error("the multipart body is malformed: {0}")]
    Malformed(String),
    /// The body ended before the closing boundary.
    #[error("the request body ended before the upload was complete")]
    Truncated,
    /// A required part is missing.
    #[error("{0} is required")]
    Missing(&'static str),
    /// The form has an unknown part.
    #[error("unknown part {0}")]
    Unknown(String),
    /// A part occurs twice, possibly under its other name.
    #[error("{0} was sent more than once")]
    Duplicate(String),
    /// A text part is not UTF-8, or too long.
    #[error("{part} {problem}")]
    Text {
        /// The part's name.
        part: &'static str,
        /// Problem of the part.
        problem: &'static str,
    },
    /// The file exceeds the limit of the endpoint.
    #[error("the file exceeds {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: u64,
        /// The part that carries the file.
        part: &'static str,
    },
    /// The batch has too many files.
    #[error("at most {limit} files are allowed")]
    TooMany {
        /// The limit.
        limit: usize,
        /// The part that carries files.
        part: &'static str,
    },
    /// The files of a batch together exceed its limit.
    #[error("the files exceed {limit} bytes together")]
    TotalTooLarge {
        /// The limit in bytes.
        limit: u64,
    },
    /// The files exceed the memory of a deployment without a spool.
    #[error("this deployment takes at most {limit} bytes of files in one batch")]
    NoSpool {
        /// The limit in bytes.
        limit: u64,
    },
    /// The spool failed.
    #[error(transparent)]
    Spool(SpoolError),
    /// Other uploads hold the memory.
    #[error("too many uploads at this moment")]
    Busy,
}

/// Returns a client's text without control characters and of at most 80 characters, fit to be repeated in an answer.
pub(super) fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}
