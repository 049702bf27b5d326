//! Warnings, errors and the accepted formats, which all steps of labelling share.

use labeler_media::Format;
use serde::Serialize;

/// Formats that [`crate::label()`] accepts.
pub const ACCEPTED: [labeler_media::Format; 8] = labeler_splice::WRITABLE;

/// Remark about a label that was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Warning {
    /// Stable, machine-readable code.
    pub code: &'static str,
    /// Message for people.
    pub message: String,
}

impl Warning {
    pub(crate) fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

/// Error of labelling an asset.
#[derive(Debug, thiserror::Error)]
pub enum LabelError {
    /// The file is empty.
    #[error("the file is empty")]
    Empty,
    /// The format of the content is not accepted.
    #[error("{}", unsupported(*found))]
    Unsupported {
        /// Format of the content, if it is known.
        found: Option<Format>,
    },
    /// `sha256Input` differs from the digest of the bytes.
    #[error("options.sha256Input is {expected}, but the file received has {actual}")]
    HashMismatch {
        /// Digest in the options, in hex.
        expected: String,
        /// Digest of the bytes, in hex.
        actual: String,
    },
    /// The container is damaged.
    #[error("the file is damaged: {0}")]
    Malformed(String),
    /// The signature could not be made.
    #[error("signing failed: {0}")]
    Sign(String),
}

fn unsupported(found: Option<Format>) -> String {
    let accepted = ACCEPTED.map(Format::mime).join(", ");
    match found {
        Some(format) => format!("the content is {}; accepted are {accepted}", format.mime()),
        None => format!("the content is of no known type; accepted are {accepted}"),
    }
}
