//! The error of loading a pack.

use super::form::{MAX_BYTES, PACK_FORMAT_VERSION};
use crate::condition::ConditionError;
use crate::facts::FACT_SCHEMA_VERSION;

/// Error for a pack that cannot be loaded.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// The pack has more than the maximum number of bytes.
    #[error("the pack is larger than {MAX_BYTES} bytes")]
    TooLarge,
    /// The pack is not JSON in the pack format.
    #[error("the pack does not have the form of a law pack: {0}")]
    Form(#[from] serde_json::Error),
    /// The pack was made for another version of this program.
    #[error(
        "the pack is for format {found}, facts {facts}; this program reads format {PACK_FORMAT_VERSION}, facts {FACT_SCHEMA_VERSION}"
    )]
    Schema {
        /// Format version of the pack.
        found: u32,
        /// Fact schema version of the pack.
        facts: u32,
    },
    /// A condition is invalid.
    #[error("{place}: {error}")]
    Condition {
        /// Place in the pack.
        place: String,
        /// The error in the condition.
        error: ConditionError,
    },
    /// Any other error.
    #[error("{place}: {what}")]
    Invalid {
        /// Place in the pack.
        place: String,
        /// Description of the error.
        what: String,
    },
}

pub(super) fn invalid(place: impl Into<String>, what: impl Into<String>) -> PackError {
    PackError::Invalid { place: place.into(), what: what.into() }
}
