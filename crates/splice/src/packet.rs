//! Leaving a file with exactly one XMP packet.

use std::ops::Range;

use labeler_media::Format;

use crate::edits::Edits;
use crate::{Rope, SpliceError, bmff, gif, jpeg, png, tiff, webp};

/// What is written in place of the packets that a file has.
#[derive(Clone, Debug, Default)]
pub struct Packet<'a> {
    /// The packet with its wrapper, UTF-8.
    pub main: &'a str,
    /// JPEG only: the file's extended XMP stays as it is; `main` still names it in `xmpNote:HasExtendedXMP`.
    pub keep_extended: bool,
    /// JPEG only: extended XMP to write, whose MD5 `main` names in `xmpNote:HasExtendedXMP` ([`crate::xmp::guid`]).
    pub extended: Option<&'a str>,
    /// PNG only: text chunks with the keyword `AIGC` leave.
    pub drop_text_labels: bool,
    /// Byte ranges of the source that are filled with zeros: labels in fields that cannot be removed. Not inside PNG
    /// chunks, whose checksums would break.
    pub blank: Vec<Range<u64>>,
}

/// Writes `packet` into the place that the XMP specification (ISO 16684-1, part 3 of Adobe's) gives for the format, and
/// removes every other packet.
///
/// # Errors
/// See [`SpliceError`].
pub fn write_packet(source: &Rope, format: Format, packet: &Packet<'_>) -> Result<Rope, SpliceError> {
    let mut edits = Edits::new();
    for range in &packet.blank {
        if range.start < range.end && range.end <= source.len() {
            edits.blank(range.clone());
        }
    }
    match format {
        Format::Jpeg => jpeg::write_packet(source, packet, edits),
        Format::Png => png::write_packet(source, packet, edits),
        Format::Webp => webp::write_packet(source, packet.main.as_bytes(), edits),
        Format::Gif => gif::write_packet(source, packet.main.as_bytes(), edits),
        Format::Tiff => tiff::write_packet(source, packet.main.as_bytes(), edits),
        Format::Avif | Format::Heic | Format::Heif => bmff::write_packet(source, packet.main.as_bytes(), edits),
        other => Err(SpliceError::Unsupported(other)),
    }
}
