//! Decodes JPEG, PNG, WebP, GIF and TIFF within a limit on pixels.
//!
//! Invariants: the size is read from the header and checked before pixels are allocated. A decoder may use at most
//! sixteen bytes per allowed pixel. Of an animation or a file with several pages, the first image is decoded.
//! Orientation (EXIF) and colour profile are not applied: the pixels are those stored in the file. An incomplete image
//! is reported ([`Decoded::damage`]) or not decoded.

use std::io::Cursor;

use image::{ColorType, DynamicImage, ExtendedColorType, ImageDecoder, ImageError, ImageFormat, ImageReader};

use crate::damage::find_damage;
pub use crate::format::{DEFAULT_MAX_PIXELS, Format, format};
use crate::jpeg;
use crate::view::{Layout, Picture};

/// Bytes that a decoder may use per allowed pixel: four channels of 32-bit floats, the largest format in a TIFF.
const BYTES_PER_PIXEL: u64 = 16;

/// Message for a JPEG that the decoder would decode incorrectly.
const APART: &str = "the JPEG keeps its colour components in scans of their own, of different heights; saved again, \
                     interleaved or progressive, it can be read";
/// Message for a JPEG that the decoder decoded incorrectly.
const DISAGREES: &str = "the JPEG is of a kind that is read wrong here: its pixels do not agree with its coefficients; \
                         saved again by another program, it can be read";

/// Error for a file that cannot be decoded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// The first bytes match none of the five formats.
    #[error("not a format that can be decoded here")]
    UnknownFormat,
    /// The image has more pixels than allowed.
    #[error("the picture has {pixels} pixels, more than the {limit} allowed")]
    TooManyPixels {
        /// Number of pixels according to its header.
        pixels: u64,
        /// The caller's limit.
        limit: u64,
    },
    /// The file uses a compression or colour type that the decoder does not support.
    #[error("the file uses a feature that cannot be decoded: {0}")]
    Unsupported(String),
    /// The file is damaged, truncated or malicious.
    #[error("the file is damaged: {0}")]
    Damaged(String),
}

/// 16-bit samples, row by row and interleaved, in addition to the same image in 8 bits.
pub type DeepSamples = Vec<u16>;

/// Sample format of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Samples {
    /// Whether the image is grayscale.
    pub gray: bool,
    /// Whether it has transparency.
    pub alpha: bool,
    /// Bits per channel as decoded: 8, 16, or 32 for floating point. The file may have fewer.
    pub bits: u8,
}

/// A decoded file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded {
    /// The pixels with 8 bits per channel; with alpha if the file has alpha.
    pub picture: Picture,
    /// The format, detected from the content.
    pub format: Format,
    /// Sample format of the file.
    pub samples: Samples,
    /// Damage of the file in one clause. If present, some of the pixels are not from the file.
    pub damage: Option<String>,
    /// Offset after the image. A JPEG may be followed by other images; in other formats this is the file's length.
    pub end: usize,
}

/// Bytes that a decoder may use in addition to the pixels, for the decompressed colour profile and metadata.
const BESIDE_PIXELS: u64 = 8 << 20;

/// Decodes a file with at most `max_pixels` pixels ([`DEFAULT_MAX_PIXELS`] if memory is not critical).
///
/// # Errors
/// [`DecodeError`].
pub fn decode(bytes: &[u8], max_pixels: u64) -> Result<Decoded, DecodeError> {
    let (image, format, samples, damage) = open(bytes, max_pixels)?;
    let (width, height) = (image.width(), image.height());
    let picture = if samples.alpha {
        Picture::new(width, height, Layout::Rgba, image.into_rgba8().into_raw())
    } else {
        Picture::new(width, height, Layout::Rgb, image.into_rgb8().into_raw())
    };
    finish(picture, format, samples, (damage, bytes.len()))
}

/// Decodes a file as [`decode`] does and also returns its 16-bit samples, if it has any. They need 2 to 8 more bytes
/// per pixel.
///
/// # Errors
/// [`DecodeError`].
pub fn decode_deep(bytes: &[u8], max_pixels: u64) -> Result<(Decoded, Option<DeepSamples>), DecodeError> {
    let (image, format, samples, damage) = open(bytes, max_pixels)?;
    let (width, height) = (image.width(), image.height());
    let picture = match (samples.alpha, samples.bits) {
        (true, 16) => Picture::new(width, height, Layout::Rgba, image.to_rgba8().into_raw()),
        (false, 16) => Picture::new(width, height, Layout::Rgb, image.to_rgb8().into_raw()),
        (true, _) => {
            let picture = Picture::new(width, height, Layout::Rgba, image.into_rgba8().into_raw());
            return Ok((finish(picture, format, samples, (damage, bytes.len()))?, None));
        }
        (false, _) => {
            let picture = Picture::new(width, height, Layout::Rgb, image.into_rgb8().into_raw());
            return Ok((finish(picture, format, samples, (damage, bytes.len()))?, None));
        }
    };
    let deep = match image {
        DynamicImage::ImageLuma16(buffer) => Some(buffer.into_raw()),
        DynamicImage::ImageLumaA16(buffer) => Some(buffer.into_raw()),
        DynamicImage::ImageRgb16(buffer) => Some(buffer.into_raw()),
        DynamicImage::ImageRgba16(buffer) => Some(buffer.into_raw()),
        _ => None,
    };
    Ok((finish(picture, format, samples, (damage, bytes.len()))?, deep))
}

fn finish(
    picture: Option<Picture>,
    format: Format,
    samples: Samples,
    (damage, length): (Damage, usize),
) -> Result<Decoded, DecodeError> {
    let picture = picture.ok_or_else(|| DecodeError::Damaged("no pixels".to_owned()))?;
    let (damage, end) = match damage {
        Damage::Known(damage) => (damage, length),
        Damage::Jpeg(inspection) if inspection.damage.is_none() && !inspection.agrees(&picture.view()) => {
            return Err(DecodeError::Unsupported(DISAGREES.to_owned()));
        }
        Damage::Jpeg(inspection) => (inspection.damage, inspection.end),
    };
    Ok(Decoded { picture, format, samples, damage, end })
}

/// Damage found before the pixels are decoded.
enum Damage {
    Known(Option<String>),
    Jpeg(jpeg::Inspection),
}

fn open(bytes: &[u8], max_pixels: u64) -> Result<(DynamicImage, Format, Samples, Damage), DecodeError> {
    let format = format(bytes).ok_or(DecodeError::UnknownFormat)?;
    // First read only the headers: a small image with a large colour profile must not use as much memory as a large
    // image.
    let (width, height) = decoder(bytes, format, BESIDE_PIXELS)?.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > max_pixels {
        return Err(DecodeError::TooManyPixels { pixels, limit: max_pixels });
    }
    let room = pixels.saturating_mul(BYTES_PER_PIXEL).saturating_add(BESIDE_PIXELS);
    let decoder = decoder(bytes, format, room)?;
    let damage = match format {
        Format::Jpeg => jpeg::inspect(bytes, max_pixels).map_or(Damage::Known(None), Damage::Jpeg),
        _ => Damage::Known(find_damage(bytes)),
    };
    if matches!(&damage, Damage::Jpeg(inspection) if inspection.apart) {
        return Err(DecodeError::Unsupported(APART.to_owned()));
    }
    let samples = samples(&decoder);
    let image = DynamicImage::from_decoder(decoder).map_err(|error| match explained(error) {
        // The decoder does not support every variant of it.
        DecodeError::Damaged(why) if is_fax(bytes) => DecodeError::Unsupported(why),
        other => other,
    })?;
    Ok((image, format, samples, damage))
}

fn samples(decoder: &impl ImageDecoder) -> Samples {
    let color = decoder.color_type();
    // Ink colours are decoded to red, green and blue but cannot be saved that way.
    let separated = matches!(decoder.original_color_type(), ExtendedColorType::Cmyk8 | ExtendedColorType::Cmyk16);
    Samples {
        gray: !color.has_color() && !separated,
        alpha: color.has_alpha(),
        bits: match color {
            ColorType::Rgb32F | ColorType::Rgba32F => 32,
            ColorType::L16 | ColorType::La16 | ColorType::Rgb16 | ColorType::Rgba16 => 16,
            _ => 8,
        },
    }
}

/// Returns whether the first page of a TIFF is coded as a facsimile (TIFF 6.0, sections 10 and 11).
fn is_fax(tiff: &[u8]) -> bool {
    let big_endian = tiff.starts_with(b"MM\0\x2a");
    if !big_endian && !tiff.starts_with(b"II\x2a\0") {
        return false;
    }
    let number = |at: usize, width: usize| {
        let bytes = tiff.get(at..at.saturating_add(width))?;
        let fold = |sum: usize, byte: &u8| sum << 8 | usize::from(*byte);
        Some(if big_endian { bytes.iter().fold(0, fold) } else { bytes.iter().rev().fold(0, fold) })
    };
    let compression = || {
        let directory = number(4, 4)?;
        let entries = (0..number(directory, 2)?)
            .map(|index| directory.saturating_add(2).saturating_add(index.saturating_mul(12)));
        let entry = entries.into_iter().find(|entry| number(*entry, 2) == Some(259))?;
        number(entry.saturating_add(8), 2)
    };
    matches!(compression(), Some(2..=4))
}

/// Creates a decoder that has read the headers and uses at most `most` bytes.
fn decoder(bytes: &[u8], format: Format, most: u64) -> Result<impl ImageDecoder, DecodeError> {
    let mut limits = image::Limits::default();
    limits.max_alloc = Some(most);
    let mut reader = ImageReader::with_format(
        Cursor::new(bytes),
        match format {
            Format::Jpeg => ImageFormat::Jpeg,
            Format::Png => ImageFormat::Png,
            Format::WebP => ImageFormat::WebP,
            Format::Gif => ImageFormat::Gif,
            Format::Tiff => ImageFormat::Tiff,
        },
    );
    reader.limits(limits);
    reader.into_decoder().map_err(explained)
}

fn explained(error: ImageError) -> DecodeError {
    match error {
        ImageError::Decoding(_) | ImageError::IoError(_) => DecodeError::Damaged(error.to_string()),
        // Limits and unsupported colours or compression do not mean that the file is damaged.
        other => DecodeError::Unsupported(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;
    use image::{Rgb, RgbImage, RgbaImage};
    use jpeg_encoder::{Encoder, SamplingFactor};
    use proptest::prelude::*;
    use std::sync::LazyLock;

    fn files() -> Vec<(Format, Vec<u8>)> {
        static FILES: LazyLock<Vec<(Format, Vec<u8>)>> = LazyLock::new(written);
        FILES.clone()
    }

    fn written() -> Vec<(Format, Vec<u8>)> {
        let picture = RgbImage::from_fn(33, 21, |x, y| Rgb([(x * 7) as u8, (y * 11) as u8, 128]));
        [
            (Format::Jpeg, ImageFormat::Jpeg),
            (Format::Png, ImageFormat::Png),
            (Format::WebP, ImageFormat::WebP),
            (Format::Gif, ImageFormat::Gif),
            (Format::Tiff, ImageFormat::Tiff),
        ]
        .map(|(ours, theirs)| {
            let mut bytes = Cursor::new(Vec::new());
            picture.write_to(&mut bytes, theirs).unwrap();
            (ours, bytes.into_inner())
        })
        .into()
    }

    #[test]
    fn decodes_five_formats() {
        for (format, bytes) in files() {
            let decoded = decode(&bytes, 1000).unwrap();
            assert_eq!(decoded.format, format);
            assert_eq!((decoded.picture.width(), decoded.picture.height()), (33, 21));
            let channels = decoded.picture.layout().channels();
            let view = decoded.picture.view();
            let corner = &view.data()[..3];
            assert!(
                corner[0] < 20 && corner[1] < 20 && corner[2].abs_diff(128) < 20,
                "{format:?} {corner:?} {channels}"
            );
        }
    }

    /// A smooth image with a different colour in each corner.
    fn colours(width: u32, height: u32) -> RgbImage {
        let level = |at: u32, of: u32| (at * 255 / of) as u8;
        RgbImage::from_fn(width, height, |x, y| Rgb([level(x, width), level(y, height), 255 - level(x, width)]))
    }

    fn saved(picture: &RgbImage, sampling: SamplingFactor, progressive: bool, optimized: bool) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, 90);
        encoder.set_sampling_factor(sampling);
        encoder.set_progressive(progressive);
        encoder.set_optimized_huffman_tables(optimized);
        let side = |pixels: u32| u16::try_from(pixels).unwrap();
        let (width, height) = (side(picture.width()), side(picture.height()));
        encoder.encode(picture, width, height, jpeg_encoder::ColorType::Rgb).unwrap();
        bytes
    }

    #[test]
    fn decodes_every_form_of_jpeg_correctly_or_rejects_it() {
        use SamplingFactor::{F_1_1, F_1_2, F_1_4, F_2_1, F_2_2, F_2_4, F_4_1, F_4_2};
        let mut refused = 0;
        for (width, height) in [(64, 64), (101, 67), (200, 83), (90, 161)] {
            let picture = colours(width, height);
            for sampling in [F_1_1, F_2_1, F_1_2, F_2_2, F_4_1, F_1_4, F_4_2, F_2_4] {
                for (progressive, optimized) in [(false, false), (false, true), (true, false), (true, true)] {
                    let form = format!("{width} x {height} {sampling:?}, {progressive} {optimized}");
                    let bytes = saved(&picture, sampling, progressive, optimized);
                    // The encoder interleaves components with sampling factors of one or two, unless it optimises the
                    // codes first.
                    let interleaved = !optimized && matches!(sampling, F_1_1 | F_2_1 | F_1_2 | F_2_2);
                    match decode(&bytes, DEFAULT_MAX_PIXELS) {
                        Err(DecodeError::Unsupported(why)) => {
                            assert!(why == APART && !progressive && !interleaved && sampling != F_1_1, "{form}");
                            refused += 1;
                        }
                        decoded => {
                            let data = decoded.unwrap().picture.into_data();
                            let off = data.iter().zip(picture.iter()).map(|(a, b)| u64::from(a.abs_diff(*b)));
                            let mean = off.sum::<u64>() as f64 / data.len() as f64;
                            assert!(mean < 6.0, "{form}: {mean}");
                        }
                    }
                }
            }
        }
        assert!(refused > 0);
    }

    #[test]
    fn keeps_alpha_bit_for_bit() {
        let picture = RgbaImage::from_fn(9, 8, |x, y| image::Rgba([1, 2, 3, (x * 8 + y) as u8]));
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, ImageFormat::Png).unwrap();
        let decoded = decode(bytes.get_ref(), DEFAULT_MAX_PIXELS).unwrap();
        assert_eq!(decoded.picture.layout(), Layout::Rgba);
        assert_eq!(decoded.picture.into_data(), picture.into_raw());
    }

    #[test]
    fn rejects_too_many_pixels_before_decoding() {
        for (format, bytes) in files() {
            assert_eq!(
                decode(&bytes, 33 * 21 - 1),
                Err(DecodeError::TooManyPixels { pixels: 33 * 21, limit: 33 * 21 - 1 }),
                "{format:?}"
            );
        }
        // A PNG header that claims 60,000 x 60,000 pixels.
        let (_, mut png) = files().remove(1);
        png[16..20].copy_from_slice(&60_000u32.to_be_bytes());
        png[20..24].copy_from_slice(&60_000u32.to_be_bytes());
        let crc = {
            let mut crc = flate2::Crc::new();
            crc.update(&png[12..29]);
            crc.sum()
        };
        png[29..33].copy_from_slice(&crc.to_be_bytes());
        assert!(decode(&png, DEFAULT_MAX_PIXELS).is_err());
    }

    #[test]
    fn reports_an_unreadable_facsimile_as_unsupported() {
        // One page of 32 x 8 pixels in fax group 4, with no valid data for the decoder.
        let mut file = b"II\x2a\0\x08\0\0\0".to_vec();
        let tags: [(u16, u32); 9] =
            [(256, 32), (257, 8), (258, 1), (259, 4), (262, 1), (273, 122), (277, 1), (278, 8), (279, 4)];
        file.extend((tags.len() as u16).to_le_bytes());
        for (tag, value) in tags {
            file.extend(tag.to_le_bytes());
            file.extend(4_u16.to_le_bytes());
            file.extend(1_u32.to_le_bytes());
            file.extend(value.to_le_bytes());
        }
        file.extend([0; 4]);
        file.extend([0; 4]);
        assert!(is_fax(&file));
        assert!(!matches!(decode(&file, 1000), Err(DecodeError::Damaged(_))));
        for (_, other) in files() {
            assert!(!is_fax(&other));
        }
    }

    #[test]
    fn rejects_unknown_formats() {
        for bytes in [&b""[..], b"hello", b"%PDF-1.7", b"\0\0\0\x1cftypavif"] {
            assert_eq!(decode(bytes, 1000), Err(DecodeError::UnknownFormat));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn damage_never_panics(kind in 0usize..5, cut in 0usize..4000, changes in prop::collection::vec((0usize..4000, any::<u8>()), 0..6)) {
            let (_, mut bytes) = files().swap_remove(kind);
            let cut = cut % bytes.len();
            for (at, value) in changes {
                let at = at % bytes.len();
                bytes[at] = value;
            }
            let _ = decode(&bytes, 100_000);
            let _ = decode(&bytes[..cut], 100_000);
        }
    }
}
