//! The formats that can be decoded, by their first bytes.

use image::ImageFormat;

/// Pixels that may be decoded where nothing else is said: 50 million, a picture of 150 MB.
pub const DEFAULT_MAX_PIXELS: u64 = 50_000_000;

/// A file format that can be decoded.
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

/// The format of the file by its first bytes, or `None` when it is none of the five.
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
