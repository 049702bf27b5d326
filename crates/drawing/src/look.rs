//! Reads the pixels of every format that native programs decode: those of `labeler_pixels`, and AVIF.

use bytes::Bytes;
use labeler_media::Format;
use labeler_pixels::{Effort, Findings, LabelSearch, look_at};

use crate::avif;

/// Decodes an image and performs the same search as `labeler_pixels::look`, also in AVIF.
#[must_use]
pub fn look(bytes: &[u8], effort: Effort<'_>, labels: &LabelSearch) -> Findings {
    if labeler_media::sniff(bytes) != Some(Format::Avif) {
        return labeler_pixels::look(bytes, effort, labels);
    }
    match avif::decode_colors(&Bytes::copy_from_slice(bytes), effort.max_pixels) {
        Ok(picture) => look_at(&picture.view(), effort, labels),
        Err(why) => Findings::skipped(format!("the picture in this AVIF is not decoded here: {why}")),
    }
}
