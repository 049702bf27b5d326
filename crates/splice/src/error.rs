//! Error type of this crate.

use labeler_media::{BudgetError, Format};

/// Error of a change of a container. The input stays unchanged.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SpliceError {
    /// This crate cannot write into the format.
    #[error("writing into {0:?} files is not supported")]
    Unsupported(Format),
    /// The container contradicts its format at the place to be changed.
    #[error("{0}")]
    Malformed(&'static str),
    /// The file ends inside a structure.
    #[error("the file is cut short at byte {0}")]
    Truncated(u64),
    /// The packet or manifest store does not fit into the container.
    #[error("{0}")]
    TooLarge(&'static str),
    /// Reading a structure of the file exceeds the budget of memory or steps.
    #[error("the file has more than can be written into safely ({0})")]
    Budget(#[from] BudgetError),
}
