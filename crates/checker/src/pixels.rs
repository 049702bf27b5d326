//! Looking into the pixels: generators' marks, text in lowest bits, our own mark.
//!
//! Decoding is the only step of a check that needs memory in proportion to the picture, so it happens within a limit that
//! the caller sets, and a report says whether it happened. The limit belongs to the request and never to the machine:
//! the same request gives the same report everywhere.

use std::io::{Read, Seek, SeekFrom};

use labeler_media::Format;
use labeler_pixels::{Effort, Findings, LabelSearch};

use crate::error::CheckError;

/// Decodes a picture, given the file's bytes, what looking may cost and the visible labels to look for, and says what its
/// pixels tell: [`look_here`], or decoders outside of this crate. A reader that cannot decode AVIF says so, as
/// [`look_here`] does.
pub type PixelReader<'a> = &'a mut dyn FnMut(&[u8], Effort<'_>, &LabelSearch) -> Findings;

/// Reads pictures with the decoders of this build, which are those of `labeler_pixels`: all formats but AVIF.
#[must_use]
pub fn look_here(bytes: &[u8], effort: Effort<'_>, labels: &LabelSearch) -> Findings {
    match labeler_media::sniff(bytes) {
        Some(format @ Format::Avif) => Findings::not_decoded(format.mime()),
        _ => labeler_pixels::look(bytes, effort, labels),
    }
}

/// Pixels that are looked at where nothing else is asked for: what a Worker bears beside its engine and one upload of
/// 50 MB. 2.5 million pixels take 10 MB with alpha, a progressive JPEG's coefficients 15 MB more, and the file's own
/// copy at most 8 MB. Generators that mark their pixels write one to two million.
pub const DEFAULT_MAX_PIXELS: u64 = 2_500_000;
/// Largest file that is decoded at the default limit; it grows with the limit.
const DEFAULT_MAX_BYTES: u64 = 8_000_000;

/// Looks into the pixels of a picture of `length` bytes.
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
