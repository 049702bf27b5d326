//! The formats that can be decoded, by their first bytes.

use image::ImageFormat;

/// Default limit of decoded pixels: 50 million, an image of 150 MB.
pub const DEFAULT_MAX_PIXELS: u64 = 50_000_000;

/// A supported file format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// JPEG, baseline and progressive.
    Jpeg,
    /// PNG.
    Png,
    /// WebP, lossy and lossless.
    WebP,
    /// GIF.
    Gif,
    /// TIFF.
    Tiff,
}

/// Detects the format from the first bytes; `None` if it is none of the five.
#[must_use]
pub fn format(bytes: &[u8]) -> Option<Format> {
    // BigTIFF, which the library decodes and does not recognise.
    if bytes.starts_with(b"II\x2b\0") || bytes.starts_with(b"MM\0\x2b") {
        return Some(Format::Tiff);
    }
    match image::guess_format(bytes).ok()? {
        ImageFormat::Jpeg => Some(Format::Jpeg),
        ImageFormat::Png => Some(Format::Png),
        ImageFormat::WebP => Some(Format::WebP),
        ImageFormat::Gif => Some(Format::Gif),
        ImageFormat::Tiff => Some(Format::Tiff),
        _ => None,
    }
}
