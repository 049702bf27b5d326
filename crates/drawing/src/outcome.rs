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
    /// The saved file; `None` if nothing changed.
    pub body: Option<Bytes>,
    /// Height of the lowest script's ink divided by the image's shortest side, if the label was drawn.
    pub ink_height_ratio: Option<f64>,
    /// The watermark that the image contains now: the one written, or one of ours that was there before.
    pub mark: Option<Payload>,
    /// Layers that could not be applied, and unrequested changes.
    pub notes: Vec<Note>,
}

/// Information for the caller.
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
pub(crate) enum DrawError {
    /// Images of this kind are not drawn on.
    Unchanged(String),
    /// The image is damaged. Saving it would hide the loss.
    Damaged(String),
    /// The saved file does not match the expectation.
    NotConfirmed(String),
}

impl fmt::Display for DrawError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Unchanged(why) | Self::Damaged(why) | Self::NotConfirmed(why)) = self;
        f.write_str(why)
    }
}

impl From<String> for DrawError {
    fn from(why: String) -> Self {
        Self::Unchanged(why)
    }
}

impl From<&str> for DrawError {
    fn from(why: &str) -> Self {
        Self::Unchanged(why.to_owned())
    }
}

impl From<SpliceError> for DrawError {
    fn from(error: SpliceError) -> Self {
        match error {
            SpliceError::Truncated(_) => Self::Damaged(error.to_string()),
            other => Self::Unchanged(other.to_string()),
        }
    }
}

impl From<DecodeError> for DrawError {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::Damaged(why) => Self::Damaged(why.trim_end_matches('.').to_owned()),
            other => Self::Unchanged(other.to_string()),
        }
    }
}

/// Code of the note about images that were not drawn on.
pub(crate) const FURTHER: &str = "further_pictures_unchanged";

/// An image with its layers, ready to be saved.
pub(crate) struct Drawn {
    pub(crate) picture: Picture,
    /// Its 16-bit samples, if the source has them.
    pub(crate) deep: Option<Vec<u16>>,
    /// Whether the source is grayscale.
    pub(crate) gray: bool,
    /// Offset after the source's image.
    pub(crate) end: usize,
}
