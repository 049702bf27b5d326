//! Looking into the pixels: generators' marks, text in lowest bits, our own mark.
//!
//! Decoding is the only step of a check that needs memory in proportion to the picture, so it happens within a limit that
//! the caller sets, and a report says whether it happened. The limit belongs to the request and never to the machine:
//! the same request gives the same report everywhere.

use std::io::{Read, Seek, SeekFrom};

use labeler_media::Format;
use labeler_pixels::decode::{self, DecodeError};
use labeler_pixels::mark::{self, Search};
use labeler_pixels::probe::{self, MEASURED_FALSE_POSITIVE_RATE, stealth};

use crate::CheckError;

/// Pixels that are looked at where nothing else is asked for: what a Worker bears beside its engine and one upload of
/// 50 MB. 2.5 million pixels take 10 MB with alpha, a progressive JPEG's coefficients 15 MB more, and the file's own
/// copy at most 8 MB. Generators that mark their pixels write one to two million.
pub const DEFAULT_MAX_PIXELS: u64 = 2_500_000;
/// Largest file that is decoded at the default limit; it grows with the limit.
const DEFAULT_MAX_BYTES: u64 = 8_000_000;

/// What the pixels say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pixels {
    /// Why they were not looked at; `None` when they were.
    pub not_probed: Option<String>,
    /// Marks that were read.
    pub marks: Vec<PixelMark>,
    /// Chance that an unmarked picture shows any generator's mark.
    pub false_positive_rate: Option<f64>,
}

/// A mark that was read from the pixels.
#[derive(Clone, Debug)]
pub(crate) struct PixelMark {
    /// Name for people.
    pub name: String,
    /// Whether it says that AI made the picture.
    pub says_ai: bool,
    /// Payload, text or score.
    pub detail: String,
    /// How it was read.
    pub method: String,
}

/// Looks into the pixels of a picture of `length` bytes.
pub(crate) fn look<R: Read + Seek>(
    source: &mut R,
    format: Format,
    length: u64,
    max_pixels: u64,
) -> Result<Pixels, CheckError> {
    let skip = |why: String| Ok(Pixels { not_probed: Some(why), ..Pixels::default() });
    if !matches!(format, Format::Jpeg | Format::Png | Format::Webp | Format::Gif | Format::Tiff) {
        return skip(format!("the pixels of {} files are not decoded here", format.mime()));
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
    let picture = match decode::decode(&bytes, max_pixels) {
        Ok(decoded) => decoded.picture,
        Err(DecodeError::TooManyPixels { pixels, limit }) => {
            return skip(format!("the picture has {pixels} pixels; pictures above {limit} are not decoded here"));
        }
        Err(error) => return skip(error.to_string()),
    };
    drop(bytes);

    let view = picture.view();
    let mut marks: Vec<_> = probe::probe(&view)
        .into_iter()
        .map(|found| PixelMark {
            name: format!("{} (dwtDct)", found.name),
            says_ai: true,
            detail: format!("correlation {:.2}", found.rho),
            method: format!("pixels, variant {}", found.variant.name()),
        })
        .collect();
    marks.extend(stealth::read(&view).map(|found| {
        PixelMark {
            name: "Stealth metadata (NovelAI, Stable Diffusion)".to_owned(),
            says_ai: true,
            detail: found
                .text
                .map_or_else(|| "its text cannot be read".to_owned(), |text| text.chars().take(MOST_TEXT).collect()),
            method: match found.carrier {
                stealth::Carrier::Alpha => "pixels, lowest bits of alpha".to_owned(),
                stealth::Carrier::Rgb => "pixels, lowest bits of the colours".to_owned(),
            },
        }
    }));
    // Our mark is a key into a record and says by itself nothing about AI.
    marks.extend(mark::detect(&view, None, Search::Whole).map(|found| PixelMark {
        name: "Labeler".to_owned(),
        says_ai: false,
        detail: found.payload.to_string(),
        method: format!("pixels, {:.0} % of the coded bits agree", found.confidence * 100.0),
    }));
    Ok(Pixels { not_probed: None, marks, false_positive_rate: Some(MEASURED_FALSE_POSITIVE_RATE) })
}

/// Characters of a hidden text that a report keeps.
const MOST_TEXT: usize = 2000;
