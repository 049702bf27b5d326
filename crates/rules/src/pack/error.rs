//! The error of loading a pack.

use super::form::{MAX_BYTES, PACK_FORMAT_VERSION};
use crate::condition::ConditionError;
use crate::facts::FACT_SCHEMA_VERSION;

/// Error of loading a pack.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// The pack is larger than the limit.
    #[error("the pack is larger than {MAX_BYTES} bytes")]
    TooLarge,
    /// The bytes are not the JSON of a law pack.
    #[error("the pack is not in the form of a law pack: {0}")]
    Form(#[from] serde_json::Error),
    /// The pack is for another version of this program.
    #[error(
        "the pack is for format {found}, facts {facts}; this program reads format {PACK_FORMAT_VERSION}, facts {FACT_SCHEMA_VERSION}"
    )]
    Schema {
        /// The pack's format.
        found: u32,
        /// The pack's schema of facts.
        facts: u32,
    },
    /// A condition cannot be parsed.
    #[error("{place}: {error}")]
    Condition {
        /// Place in the pack.
        place: String,
        /// Description of the problem.
        error: ConditionError,
    },
    /// Another part of the pack is wrong.
    #[error("{place}: {what}")]
    Invalid {
        /// Place in the pack.
        place: String,
        /// Description of the problem.
        what: String,
    },
}

pub(super) fn invalid(place: impl Into<String>, what: impl Into<String>) -> PackError {
    PackError::Invalid { place: place.into(), what: what.into() }
}
