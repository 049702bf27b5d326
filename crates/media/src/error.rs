//! Errors of reading a file as a whole. A broken part of a readable file is a [`crate::Warning`] instead.

use thiserror::Error;

use crate::budget::BudgetError;

/// Error of reading a file as a whole.
#[derive(Debug, Error)]
pub enum MediaError {
    /// The source failed to read or seek.
    #[error("the file could not be read: {0}")]
    Io(#[from] std::io::Error),
    /// The source is empty.
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
    /// The file announces a manifest store, but its bytes are cut off or inconsistent.
    #[error("the manifest store cannot be extracted: {0}")]
    ManifestMalformed(String),
    /// A limit ended the search for a manifest store before the end of the file: whether there is one stays open.
    #[error("the file could not be searched for a manifest store to its end: {0}")]
    ManifestNotSearched(BudgetError),
}

/// Error of one parser. The collector turns it into a warning, except for [`ParseError::Io`].
#[derive(Debug)]
pub(crate) enum ParseError {
    /// The source failed: ends the whole reading.
    Io(std::io::Error),
    /// The file ends inside a structure at this offset.
    Truncated(u64),
    /// A structure contradicts its format at this offset.
    Malformed(u64, &'static str),
    /// A limit is exhausted.
    Budget(BudgetError),
}

impl From<BudgetError> for ParseError {
    fn from(error: BudgetError) -> Self {
        Self::Budget(error)
    }
}

impl From<std::io::Error> for ParseError {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}
