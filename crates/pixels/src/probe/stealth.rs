//! Text in the lowest bits: NovelAI's stealth metadata, also written by plug-ins for Stable Diffusion's web interface.
//!
//! The bits run column by column, from top to bottom, starting at the left edge: one per pixel in alpha, or three (R,
//! G, B). They contain a signature of 15 bytes, the number of payload bits (32 bits, big-endian), and the payload:
//! UTF-8 text, or gzip of it. Each byte starts with its highest bit.

use std::io::Read;

use flate2::read::GzDecoder;

use crate::view::{Layout, RgbView};

/// Maximum size of the payload in bytes, before and after decompression.
const MOST_BYTES: usize = 4 << 20;
const SIGNATURE_BYTES: usize = 15;

/// Bits that contain the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier {
    /// Lowest bit of alpha: `stealth_pnginfo`, `stealth_pngcomp`.
    Alpha,
    /// Lowest bits of R, G and B: `stealth_rgbinfo`, `stealth_rgbcomp`.
    Rgb,
}

/// A text that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StealthText {
    /// Bits that contain the text.
    pub carrier: Carrier,
    /// Whether it was compressed.
    pub compressed: bool,
    /// The text; NovelAI writes JSON here. `None` if the signature is present but the rest cannot be read: truncated,
    /// damaged, not UTF-8, or larger than 4 MiB.
    pub text: Option<String>,
}

/// Reads the text, alpha first. Returns `None` if neither signature is present.
#[must_use]
pub fn read(picture: &RgbView<'_>) -> Option<StealthText> {
    [Carrier::Alpha, Carrier::Rgb].into_iter().find_map(|carrier| read_from(picture, carrier))
}

fn read_from(picture: &RgbView<'_>, carrier: Carrier) -> Option<StealthText> {
    if carrier == Carrier::Alpha && picture.layout() != Layout::Rgba {
        return None;
    }
    let mut bits = Bits::new(picture, carrier);
    let signature = bits.bytes(SIGNATURE_BYTES)?;
    let compressed = match (carrier, signature.as_slice()) {
        (Carrier::Alpha, b"stealth_pnginfo") | (Carrier::Rgb, b"stealth_rgbinfo") => false,
        (Carrier::Alpha, b"stealth_pngcomp") | (Carrier::Rgb, b"stealth_rgbcomp") => true,
        _ => return None,
    };
    Some(StealthText { carrier, compressed, text: payload(&mut bits, compressed) })
}

fn payload(bits: &mut Bits<'_>, compressed: bool) -> Option<String> {
    let length = bits.bytes(4)?.iter().fold(0usize, |n, &b| (n << 8) | usize::from(b)) / 8;
    if length > MOST_BYTES.min(bits.left() / 8) {
        return None;
    }
    let stored = bits.bytes(length)?;
    let bytes = if compressed {
        let mut bytes = Vec::new();
        let mut bounded = GzDecoder::new(stored.as_slice()).take(MOST_BYTES as u64 + 1);
        bounded.read_to_end(&mut bytes).ok()?;
        bytes
    } else {
        stored
    };
    if bytes.len() > MOST_BYTES {
        return None;
    }
    String::from_utf8(bytes).ok()
}

/// The stream of lowest bits.
struct Bits<'a> {
    picture: RgbView<'a>,
    carrier: Carrier,
    next: usize,
}

impl<'a> Bits<'a> {
    fn new(picture: &RgbView<'a>, carrier: Carrier) -> Self {
        Self { picture: *picture, carrier, next: 0 }
    }

    fn per_pixel(&self) -> usize {
        match self.carrier {
            Carrier::Alpha => 1,
            Carrier::Rgb => 3,
        }
    }

    fn left(&self) -> usize {
        let pixels = self.picture.data().len() / self.picture.layout().channels();
        pixels.saturating_mul(self.per_pixel()).saturating_sub(self.next)
    }

    fn bit(&mut self) -> Option<u8> {
        let (pixel, part) = (self.next / self.per_pixel(), self.next % self.per_pixel());
        let (width, height) = (self.picture.width() as usize, self.picture.height() as usize);
        let (x, y) = (pixel / height, pixel % height);
        if x >= width {
            return None;
        }
        self.next += 1;
        let channel = match self.carrier {
            Carrier::Alpha => 3,
            Carrier::Rgb => part,
        };
        let index = (y * width + x) * self.picture.layout().channels() + channel;
        self.picture.data().get(index).map(|byte| byte & 1)
    }

    fn bytes(&mut self, count: usize) -> Option<Vec<u8>> {
        if count > self.left() / 8 {
            return None;
        }
        (0..count).map(|_| (0..8).try_fold(0u8, |byte, _| Some((byte << 1) | self.bit()?))).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use crate::view::Picture;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    fn hidden(signature: &[u8], stored: &[u8], bits: u32, layout: Layout, width: u32, height: u32) -> Picture {
        let channels = layout.channels();
        let mut data = vec![0xfe; width as usize * height as usize * channels];
        let message = [signature, &bits.to_be_bytes(), stored].concat();
        let alpha = signature.starts_with(b"stealth_png");
        for (i, bit) in message.iter().flat_map(|b| (0..8).rev().map(move |s| (b >> s) & 1)).enumerate() {
            let (pixel, channel) = if alpha { (i, 3) } else { (i / 3, i % 3) };
            let (x, y) = (pixel / height as usize, pixel % height as usize);
            data[(y * width as usize + x) * channels + channel] |= bit;
        }
        Picture::new(width, height, layout, data).unwrap()
    }

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut writer = GzEncoder::new(Vec::new(), Compression::default());
        writer.write_all(text).unwrap();
        writer.finish().unwrap()
    }

    #[test]
    fn reads_all_four_forms() {
        let text = r#"{"Software":"NovelAI","Comment":"a cat"}"#;
        let packed = gzip(text.as_bytes());
        for (signature, layout, carrier, compressed) in [
            (b"stealth_pnginfo", Layout::Rgba, Carrier::Alpha, false),
            (b"stealth_pngcomp", Layout::Rgba, Carrier::Alpha, true),
            (b"stealth_rgbinfo", Layout::Rgb, Carrier::Rgb, false),
            (b"stealth_rgbcomp", Layout::Rgba, Carrier::Rgb, true),
        ] {
            let stored = if compressed { packed.as_slice() } else { text.as_bytes() };
            let picture = hidden(signature, stored, stored.len() as u32 * 8, layout, 37, 41);
            let found = read(&picture.view()).unwrap();
            assert_eq!(found, StealthText { carrier, compressed, text: Some(text.to_owned()) });
        }
    }

    #[test]
    fn reports_the_signature_if_the_length_exceeds_the_image() {
        let picture = hidden(b"stealth_pnginfo", b"abc", u32::MAX, Layout::Rgba, 30, 30);
        assert_eq!(read(&picture.view()).unwrap().text, None);
    }

    #[test]
    fn rejects_a_decompression_bomb() {
        let packed = gzip(&vec![b'a'; MOST_BYTES + 1]);
        let picture = hidden(b"stealth_pngcomp", &packed, packed.len() as u32 * 8, Layout::Rgba, 256, 256);
        assert_eq!(read(&picture.view()).unwrap().text, None);
    }

    #[test]
    fn finds_no_text_in_other_images() {
        for (w, h) in [(1, 1), (12, 11), (64, 64)] {
            let picture = Picture::new(w, h, Layout::Rgba, vec![255; (w * h * 4) as usize]).unwrap();
            assert_eq!(read(&picture.view()), None);
        }
    }
}
