//! What can go wrong when a file as a whole cannot be read. A broken part of a readable file is a
//! [`crate::Warning`] instead.

use thiserror::Error;

use crate::budget::BudgetError;

/// Why a file could not be read at all.
#[derive(Debug, Error)]
pub enum MediaError {
    /// The source failed to read or seek.
    #[error("the file could not be read: {0}")]
    Io(#[from] std::io::Error),
    /// The source holds no byte.
    #[error("the file is empty")]
    Empty,
    /// A manifest store is longer than [`crate::Limits::max_manifest_store`].
    #[error("the manifest store of {length} bytes exceeds the limit of {limit} bytes")]
    ManifestTooLarge {
        /// Length found in the file, in bytes.
        length: u64,
        /// The limit, in bytes.
        limit: u64,
    },
    /// A manifest store was announced but its bytes are cut off or inconsistent.
    #[error("the manifest store cannot be extracted: {0}")]
    ManifestMalformed(String),
    /// A limit ended the search for a manifest store before the end of the file: whether there is one stays open.
    #[error("the file could not be searched for a manifest store to its end: {0}")]
    ManifestNotSearched(BudgetError),
}

/// Why a parser stopped; turned into a warning by the walk, except for [`Stop::Io`].
#[derive(Debug)]
pub(crate) enum Stop {
    /// The source failed: ends the whole reading.
    Io(std::io::Error),
    /// The file ends inside a structure at this offset.
    Truncated(u64),
    /// A structure contradicts its format at this offset.
    Malformed(u64, &'static str),
    /// A limit is used up.
    Budget(BudgetError),
}

impl From<BudgetError> for Stop {
    fn from(error: BudgetError) -> Self {
        Self::Budget(error)
    }
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}
