//! The error of a check.

use labeler_media::MediaError;

/// Error for a file that cannot be checked. A damaged file that can be read is not an error: its report contains
/// warnings.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The file has no bytes.
    #[error("the file is empty")]
    Empty,
    /// The type of the content is unknown.
    #[error("the content is of no known type")]
    Unsupported,
    /// The source could not be read.
    #[error("could not read the file: {0}")]
    Io(#[from] std::io::Error),
    /// An internal error in a trust list or in the engine's settings.
    #[error("the check failed: {0}")]
    Internal(String),
}

impl From<MediaError> for CheckError {
    fn from(error: MediaError) -> Self {
        match error {
            MediaError::Io(error) => Self::Io(error),
            MediaError::Empty => Self::Empty,
            other => Self::Internal(other.to_string()),
        }
    }
}
