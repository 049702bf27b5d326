//! Detects damage without decoding pixels: truncated files and wrong checksums.

use crate::format::{DEFAULT_MAX_PIXELS, Format, format};
use crate::jpeg;

/// Describes the damage to the structure or the coded data of an image in one clause. Returns `None` if no damage was
/// found or the format is not supported. Needs one pass over the file, and for a JPEG up to half a byte of memory per
/// pixel.
#[must_use]
pub fn find_damage(bytes: &[u8]) -> Option<String> {
    match format(bytes)? {
        Format::Jpeg => jpeg::inspect(bytes, DEFAULT_MAX_PIXELS)?.damage,
        Format::Png => png(bytes),
        Format::WebP => webp(bytes),
        Format::Gif => gif(bytes),
        // A TIFF has no fixed order and no end marker. Missing data is detected when it is decoded.
        Format::Tiff => None,
    }
}

fn cut_short(what: &str) -> Option<String> {
    Some(format!("the {what} is cut short"))
}

/// Checks the chunks up to IEND, with their checksums (PNG specification, 5.3).
fn png(file: &[u8]) -> Option<String> {
    let mut rest = file.get(8..).unwrap_or_default();
    loop {
        let Some((head, behind)) = rest.split_first_chunk::<8>() else { return cut_short("PNG") };
        let [l0, l1, l2, l3, kind @ ..] = *head;
        let length = usize::try_from(u32::from_be_bytes([l0, l1, l2, l3])).unwrap_or(usize::MAX);
        let Some((body, behind)) = behind.split_at_checked(length) else { return cut_short("PNG") };
        let Some((stored, behind)) = behind.split_first_chunk::<4>() else { return cut_short("PNG") };
        let mut crc = flate2::Crc::new();
        crc.update(&kind);
        crc.update(body);
        if crc.sum() != u32::from_be_bytes(*stored) {
            let name = kind.map(|byte| if byte.is_ascii_alphabetic() { char::from(byte) } else { '?' });
            return Some(format!("the checksum of the PNG's chunk {} is wrong", name.iter().collect::<String>()));
        }
        if &kind == b"IEND" {
            return None;
        }
        rest = behind;
    }
}

/// Checks the length in the RIFF header and the chunks inside.
fn webp(file: &[u8]) -> Option<String> {
    let size = file.get(4..8)?.first_chunk().map(|size| u32::from_le_bytes(*size))?;
    let end = usize::try_from(size).unwrap_or(usize::MAX).saturating_add(8);
    // The padding byte of the last chunk may be missing.
    if end > file.len().saturating_add(1) {
        return cut_short("WebP");
    }
    let mut rest = file.get(12..end.min(file.len())).unwrap_or_default();
    while let Some((head, behind)) = rest.split_first_chunk::<8>() {
        let [_, _, _, _, l0, l1, l2, l3] = *head;
        let length = usize::try_from(u32::from_le_bytes([l0, l1, l2, l3])).unwrap_or(usize::MAX);
        if length > behind.len() {
            return cut_short("WebP");
        }
        rest = behind.get(length.saturating_add(length % 2)..).unwrap_or_default();
    }
    None
}

/// Checks the blocks up to the trailer (GIF89a, 27).
fn gif(file: &[u8]) -> Option<String> {
    let table = |flags: u8| if flags & 0x80 == 0 { 0 } else { 3_usize << (flags & 7).saturating_add(1) };
    let sub_blocks = |mut at: usize| loop {
        let size = usize::from(*file.get(at)?);
        at = at.saturating_add(1).saturating_add(size);
        if size == 0 {
            return Some(at);
        }
    };
    let mut at = 13_usize.saturating_add(table(file.get(10).copied()?));
    loop {
        let next = match file.get(at) {
            Some(0x3B) => return None,
            Some(0x21) => sub_blocks(at.saturating_add(2)),
            Some(0x2C) => file.get(at.saturating_add(9)).and_then(|flags| {
                // After the colour table follows the size of the first codes.
                sub_blocks(at.saturating_add(11).saturating_add(table(*flags)))
            }),
            Some(_) => return Some("the GIF has bytes that are no block".to_owned()),
            None => None,
        };
        let Some(next) = next else { return cut_short("GIF") };
        at = next;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use image::{ImageFormat, RgbImage};
    use std::io::Cursor;

    fn written(format: ImageFormat) -> Vec<u8> {
        let picture = RgbImage::from_fn(60, 50, |x, y| image::Rgb([(x * 4) as u8, (y * 5) as u8, (x ^ y) as u8]));
        let mut file = Cursor::new(Vec::new());
        picture.write_to(&mut file, format).unwrap();
        file.into_inner()
    }

    #[test]
    fn reports_every_truncation_and_no_complete_file() {
        for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::Gif, ImageFormat::WebP] {
            let file = written(format);
            assert_eq!(find_damage(&file), None, "{format:?}");
            // A JPEG may lack its end marker, and a WebP its padding byte.
            let spare = if format == ImageFormat::Jpeg { 4 } else { 2 };
            for cut in (30..file.len() - spare).step_by(7) {
                // Before its frame header, a JPEG is not an image yet. This is detected when it is decoded.
                if format == ImageFormat::Jpeg && !file[..cut].windows(2).any(|bytes| bytes == [0xFF, 0xC0]) {
                    continue;
                }
                assert!(find_damage(&file[..cut]).is_some(), "{format:?} to {cut} of {}", file.len());
            }
        }
    }

    #[test]
    fn names_a_chunk_with_a_wrong_checksum() {
        let mut file = written(ImageFormat::Png);
        let last = file.len() - 1;
        file[last] ^= 1;
        assert_eq!(find_damage(&file).unwrap(), "the checksum of the PNG's chunk IEND is wrong");
    }
}
