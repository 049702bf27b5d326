//! Reads the pixels: generators' marks, text in the lowest bits, and Labeler's own watermark.
//!
//! Decoding is the only step of a check whose memory is proportional to the image size. Therefore the caller sets a
//! limit, and the report says whether the pixels were decoded. The limit belongs to the request and not to the machine,
//! so the same request gives the same report everywhere.

use std::io::{Read, Seek, SeekFrom};

use labeler_media::Format;
use labeler_pixels::{Effort, Findings, LabelSearch};

use crate::error::CheckError;

/// Decodes an image and returns the findings in its pixels. Receives the file's bytes, limits for the effort, and the
/// visible labels to search for. Either [`look_here`] or a decoder outside of this crate. A reader that cannot decode
/// AVIF reports this, as [`look_here`] does.
pub type PixelReader<'a> = &'a mut dyn FnMut(&[u8], Effort<'_>, &LabelSearch) -> Findings;

/// Reads images with the decoders of this build, which are those of `labeler_pixels`: all formats except AVIF.
#[must_use]
pub fn look_here(bytes: &[u8], effort: Effort<'_>, labels: &LabelSearch) -> Findings {
    match labeler_media::sniff(bytes) {
        Some(format @ Format::Avif) => Findings::not_decoded(format.mime()),
        _ => labeler_pixels::look(bytes, effort, labels),
    }
}

/// Default limit of pixels to decode, chosen for a Worker with its engine and one upload of 50 MB in memory. 2.5
/// million pixels take 10 MB with alpha; the coefficients of a progressive JPEG take another 15 MB, and the copy of the
/// file at most 8 MB. Generators that mark their pixels write one to two million.
pub const DEFAULT_MAX_PIXELS: u64 = 2_500_000;
/// Maximum size of a decoded file at the default limit, in bytes. It grows in proportion to the limit.
const DEFAULT_MAX_BYTES: u64 = 8_000_000;

/// Reads the pixels of an image file of `length` bytes.
pub(crate) fn look<R: Read + Seek>(
    source: &mut R,
    format: Format,
    length: u64,
    effort: Effort<'_>,
    labels: &LabelSearch,
    reader: PixelReader<'_>,
) -> Result<Findings, CheckError> {
    let max_pixels = effort.max_pixels;
    let skip = |why: String| Ok(Findings::skipped(why));
    if !matches!(format, Format::Jpeg | Format::Png | Format::Webp | Format::Gif | Format::Tiff | Format::Avif) {
        return Ok(Findings::not_decoded(format.mime()));
    }
    if max_pixels == 0 {
        return skip("the pixels were not asked for".to_owned());
    }
    let max_bytes = DEFAULT_MAX_BYTES.saturating_mul(max_pixels.div_ceil(DEFAULT_MAX_PIXELS));
    if length > max_bytes {
        return skip(format!("the file has {length} bytes; pixels of files above {max_bytes} are not decoded here"));
    }
    source.seek(SeekFrom::Start(0))?;
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or(0));
    source.by_ref().take(length).read_to_end(&mut bytes)?;
    Ok(reader(&bytes, effort, labels))
}
