//! The error of a check.

use labeler_media::MediaError;

/// Error of checking a file. A damaged file that can still be read is not an error: its report has warnings.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The file is empty.
    #[error("the file is empty")]
    Empty,
    /// The type of the content is unknown.
    #[error("the content is of no known type")]
    Unsupported,
    /// The source failed.
    #[error("could not read the file: {0}")]
    Io(#[from] std::io::Error),
    /// A trust list or the engine's settings are broken, which is a defect of Labeler.
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
