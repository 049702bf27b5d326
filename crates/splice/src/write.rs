//! Writes exactly one XMP packet into a file of any supported format.

use labeler_media::Format;

use crate::edits::Edits;
use crate::error::SpliceError;
use crate::packet::Packet;
use crate::rope::Rope;
use crate::{bmff, gif, jpeg, png, tiff, webp};

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
