//! Results of drawing: the file and its notes, the picture before it is saved, and errors.

use std::fmt;

use bytes::Bytes;
use labeler_pixels::Picture;
use labeler_pixels::decode::DecodeError;
use labeler_pixels::mark::Payload;
use labeler_splice::SpliceError;

/// Result of drawing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawing {
    /// The file, saved anew; `None` where nothing in it changed.
    pub body: Option<Bytes>,
    /// Height of the lowest script's ink over the picture's shortest side, when the label was drawn.
    pub ink_height_ratio: Option<f64>,
    /// Watermark that the picture carries now: the one written, or one of ours from before.
    pub mark: Option<Payload>,
    /// Layers that could not be written, and changes that were not asked for.
    pub notes: Vec<Note>,
}

/// Remark for the caller.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Stable, machine-readable code.
    pub code: &'static str,
    /// Message for people.
    pub message: String,
}

impl Drawing {
    pub(crate) fn note(&mut self, code: &'static str, message: impl Into<String>) {
        self.notes.push(Note { code, message: message.into() });
    }
}

/// Error that leaves a picture as it is.
#[derive(Debug)]
pub(crate) enum DrawingError {
    /// The picture is of a kind that is not drawn on.
    Unchanged(String),
    /// The picture is damaged: the loss would be saved as if it were the picture.
    Damaged(String),
    /// The saved file does not read back as it must.
    NotConfirmed(String),
}

impl fmt::Display for DrawingError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Unchanged(why) | Self::Damaged(why) | Self::NotConfirmed(why)) = self;
        f.write_str(why)
    }
}

impl From<String> for DrawingError {
    fn from(why: String) -> Self {
        Self::Unchanged(why)
    }
}

impl From<&str> for DrawingError {
    fn from(why: &str) -> Self {
        Self::Unchanged(why.to_owned())
    }
}

impl From<SpliceError> for DrawingError {
    fn from(error: SpliceError) -> Self {
        match error {
            SpliceError::Truncated(_) => Self::Damaged(error.to_string()),
            other => Self::Unchanged(other.to_string()),
        }
    }
}

impl From<DecodeError> for DrawingError {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::Damaged(why) => Self::Damaged(why.trim_end_matches('.').to_owned()),
            other => Self::Unchanged(other.to_string()),
        }
    }
}

/// Code of the note that a file has pictures that were not drawn on.
pub(crate) const FURTHER: &str = "further_pictures_unchanged";

/// Picture with its layers, to be saved.
pub(crate) struct Drawn {
    pub(crate) picture: Picture,
    /// Its samples in 16 bits, where the source has such.
    pub(crate) deep: Option<Vec<u16>>,
    /// Whether the source is without colour.
    pub(crate) gray: bool,
    /// Offset behind the source's picture.
    pub(crate) end: usize,
}
