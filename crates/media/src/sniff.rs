//! Recognising a format by its first bytes.

use crate::container::markdown;
use crate::format::Format;
use crate::text::find;

/// How many bytes at the start of a file [`sniff`] wants, at most. Fewer is fine for short files; ID3 tags longer
/// than this in front of FLAC are taken for MP3.
pub const SNIFF_LENGTH: usize = 4096;

/// Detects the format of a file by its first bytes, up to [`SNIFF_LENGTH`]. `None` if it is none of [`Format`].
///
/// Sources: the formats' own signatures; brands of ISO base media files (ISO/IEC 14496-12 section 4.3,
/// ISO/IEC 23008-12 section 10, AV1 image file format 1.1).
#[must_use]
pub fn sniff(head: &[u8]) -> Option<Format> {
    match head {
        [0xFF, 0xD8, 0xFF, ..] => return Some(Format::Jpeg),
        [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => return Some(Format::Png),
        [b'G', b'I', b'F', b'8', b'7' | b'9', b'a', ..] => return Some(Format::Gif),
        [b'I', b'I', 42 | 43, 0, ..] | [b'M', b'M', 0, 42 | 43, ..] => return Some(Format::Tiff),
        [b'R', b'I', b'F', b'F' | b'X', _, _, _, _, form @ ..]
        | [b'R', b'F', b'6', b'4', _, _, _, _, form @ ..]
        | [b'B', b'W', b'6', b'4', _, _, _, _, form @ ..] => return riff(form),
        [0xFF, 0x0A, ..] => return Some(Format::Jxl),
        [0, 0, 0, 12, b'J', b'X', b'L', b' ', 0x0D, 0x0A, 0x87, 0x0A, ..] => return Some(Format::Jxl),
        [b'f', b'L', b'a', b'C', ..] => return Some(Format::Flac),
        [b'F', b'L', b'V', 1, _, 0, 0, 0, _, ..] => return Some(Format::Flv),
        // ISO/IEC 29500-2 names the part that comes first by habit, and its folders.
        [b'P', b'K', 3, 4, ..] => return is_ooxml(head).then_some(Format::Ooxml),
        [b'O', b'g', b'g', b'S', ..] => return Some(Format::Ogg),
        [0x1A, 0x45, 0xDF, 0xA3, ..] => return Some(ebml(head)),
        [b'I', b'D', b'3', ..] => return Some(id3(head)),
        [_, _, _, _, b'f', b't', b'y', b'p', ..] => return Some(brands(head)),
        // QuickTime files from before file types were declared.
        [_, _, _, _, b'm', b'o', b'o', b'v', ..]
        | [_, _, _, _, b'm', b'd', b'a', b't', ..]
        | [_, _, _, _, b'w', b'i', b'd', b'e', ..] => return Some(Format::Mov),
        _ => {}
    }
    // ISO 32000-1 Annex H, note 13: the header may come anywhere in the first 1024 bytes.
    if find(head.get(..head.len().min(1024)).unwrap_or_default(), b"%PDF-").is_some() {
        return Some(Format::Pdf);
    }
    if is_svg(head) {
        return Some(Format::Svg);
    }
    if markdown::is_labelled(head) {
        return Some(Format::Markdown);
    }
    if is_mpeg_audio(head) {
        return Some(Format::Mp3);
    }
    None
}

/// Whether the first bytes of a file, up to [`SNIFF_LENGTH`], read as plain text: UTF-8, or UTF-16 with a byte order mark,
/// without control characters other than tabs, line ends and form feeds. [`sniff`] never names plain text, because any
/// garbled upload of text would pass for it; ask this where a text is an acceptable file.
#[must_use]
pub fn is_plain_text(head: &[u8]) -> bool {
    let text = match head {
        [] => return false,
        [0xFE, 0xFF, ..] | [0xFF, 0xFE, ..] => crate::text::decode_unicode(head),
        _ => match std::str::from_utf8(head) {
            Ok(text) => text.to_owned(),
            // The window may end inside a character.
            Err(error) if error.error_len().is_none() && head.len() >= SNIFF_LENGTH => {
                String::from_utf8_lossy(head.get(..error.valid_up_to()).unwrap_or_default()).into_owned()
            }
            Err(_) => return false,
        },
    };
    // Pictures that are written as text.
    let is_picture = PICTURES.iter().any(|start| text.starts_with(start));
    let allowed = |letter: char| !letter.is_control() || matches!(letter, '\t' | '\n' | '\r' | '\u{C}');
    !is_picture && !text.trim().is_empty() && text.chars().all(allowed)
}

/// First characters of picture formats that are text: Netpbm, X11, PostScript, FITS.
const PICTURES: [&str; 14] = [
    "P1\n",
    "P2\n",
    "P3\n",
    "P1 ",
    "P2 ",
    "P3 ",
    "P7\n",
    "/* XPM */",
    "! XPM2",
    "#define ",
    "%!PS",
    "SIMPLE  =",
    "Pf\n",
    "PF\n",
];

fn riff(form: &[u8]) -> Option<Format> {
    match form {
        [b'W', b'E', b'B', b'P', ..] => Some(Format::Webp),
        [b'W', b'A', b'V', b'E', ..] => Some(Format::Wav),
        [b'A', b'V', b'I', b' ' | b'X', ..] => Some(Format::Avi),
        _ => None,
    }
}

/// Names of parts that only these documents have, in the headers of the archive's first files.
fn is_ooxml(head: &[u8]) -> bool {
    [&b"[Content_Types].xml"[..], b"word/", b"xl/", b"ppt/", b"docProps/"].iter().any(|name| find(head, name).is_some())
}

/// The major brand decides; where it says nothing (`mif1`, `msf1`), the compatible brands do.
fn brands(head: &[u8]) -> Format {
    let declared = head
        .get(..4)
        .and_then(|size| size.try_into().ok())
        .map_or(0, |size: [u8; 4]| usize::try_from(u32::from_be_bytes(size)).unwrap_or(usize::MAX));
    let end = declared.clamp(16, 512).min(head.len());
    let major = head.get(8..12).unwrap_or_default();
    let compatible = head.get(16..end).unwrap_or_default();
    let has = |brand: &[u8]| compatible.chunks_exact(4).any(|found| found == brand);
    match major {
        b"avif" | b"avis" | b"avio" => Format::Avif,
        b"heic" | b"heix" | b"heim" | b"heis" | b"hevc" | b"hevx" | b"hevm" | b"hevs" => Format::Heic,
        b"mif1" | b"msf1" | b"mif2" | b"miaf" | b"1pic" => {
            if has(b"avif") || has(b"avis") {
                Format::Avif
            } else if has(b"heic") || has(b"heix") || has(b"hevc") || has(b"hevx") {
                Format::Heic
            } else {
                Format::Heif
            }
        }
        b"qt  " => Format::Mov,
        b"M4A " | b"M4B " | b"M4P " | b"F4A " | b"F4B " => Format::M4a,
        _ => Format::Mp4,
    }
}

/// Matroska and WebM differ in the DocType element (RFC 8794 section 11.2.5), id 42 82.
fn ebml(head: &[u8]) -> Format {
    let window = head.get(..head.len().min(128)).unwrap_or_default();
    let doc_type = find(window, &[0x42, 0x82]).and_then(|at| {
        // The size takes one to eight bytes; the leading zeros of the first tell how many.
        let size_at = at.checked_add(2)?;
        let size_length = usize::try_from(window.get(size_at)?.leading_zeros()).ok()?.checked_add(1)?;
        window.get(size_at.checked_add(size_length)?..)
    });
    if doc_type.unwrap_or_default().starts_with(b"webm") { Format::Webm } else { Format::Matroska }
}

/// Returns the format of a file that starts with an ID3v2 tag: MP3 or, although FLAC advises against it, FLAC.
fn id3(head: &[u8]) -> Format {
    let size = match head.get(6..10) {
        Some([a, b, c, d]) => [a, b, c, d]
            .iter()
            .fold(0_usize, |size, byte| size << 7 | usize::from(**byte & 0x7F))
            .saturating_add(if head.get(5).is_some_and(|flags| flags & 0x10 != 0) { 20 } else { 10 }),
        _ => return Format::Mp3,
    };
    match head.get(size..) {
        Some([b'f', b'L', b'a', b'C', ..]) => Format::Flac,
        _ => Format::Mp3,
    }
}

/// MPEG audio frame header (ISO/IEC 11172-3 section 2.4.1.3), layer III, with a bit rate and a sample rate; a second
/// frame must follow where the head is long enough to see it, since eleven set bits alone are common in noise.
fn is_mpeg_audio(head: &[u8]) -> bool {
    let Some(length) = mpeg_frame_length(head) else {
        return false;
    };
    match head.get(length..) {
        Some(next) if next.len() >= 4 => mpeg_frame_length(next).is_some(),
        _ => head.len() <= length,
    }
}

fn mpeg_frame_length(head: &[u8]) -> Option<usize> {
    const RATES_V1: [usize; 15] = [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320];
    const RATES_V2: [usize; 15] = [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160];
    let [0xFF, second, third, _, ..] = head else {
        return None;
    };
    if second & 0xE0 != 0xE0 || second & 0x06 != 0x02 {
        return None;
    }
    let (rates, samples, divisor) = match (second >> 3) & 3 {
        3 => (RATES_V1, 144, 1),
        2 => (RATES_V2, 72, 2),
        0 => (RATES_V2, 72, 4),
        _ => return None,
    };
    let bit_rate = rates.get(usize::from(third >> 4)).copied().filter(|rate| *rate > 0)?;
    let base = [44_100_usize, 48_000, 32_000].get(usize::from((third >> 2) & 3)).copied()?;
    let sample_rate = base.checked_div(divisor)?;
    (samples * bit_rate * 1000).checked_div(sample_rate).map(|size| size.saturating_add(usize::from((third >> 1) & 1)))
}

/// An `svg` root element, after a byte order mark, XML declaration, comments and document type.
fn is_svg(head: &[u8]) -> bool {
    let text = match head {
        [0xEF, 0xBB, 0xBF, rest @ ..] => rest,
        [0xFE, 0xFF, ..] | [0xFF, 0xFE, ..] | [0, _, ..] | [b'<', 0, ..] => {
            let decoded = crate::text::decode_unicode(head);
            return svg_root(decoded.as_bytes());
        }
        _ => head,
    };
    svg_root(text)
}

fn svg_root(mut text: &[u8]) -> bool {
    loop {
        text = text.trim_ascii_start();
        let skip = if text.starts_with(b"<?") {
            find(text, b"?>").map(|at| at.saturating_add(2))
        } else if text.starts_with(b"<!--") {
            find(text, b"-->").map(|at| at.saturating_add(3))
        } else if text.starts_with(b"<!DOCTYPE") {
            doctype_length(text)
        } else {
            // With or without a prefix: `<svg`, `<svg:svg`.
            let Some(name) = text.strip_prefix(b"<") else {
                return false;
            };
            let name = name.split(|byte| byte.is_ascii_whitespace() || *byte == b'>' || *byte == b'/').next();
            return name.is_some_and(|name| name == b"svg" || name.ends_with(b":svg"));
        };
        match skip.and_then(|skip| text.get(skip..)) {
            Some(rest) => text = rest,
            None => return false,
        }
    }
}

/// Length of a document type declaration, internal subset included.
pub(crate) fn doctype_length(text: &[u8]) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quote = None;
    for (index, byte) in text.iter().enumerate() {
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'[') => depth = depth.saturating_add(1),
            (None, b']') => depth = depth.saturating_sub(1),
            (None, b'>') if depth == 0 => return Some(index.saturating_add(1)),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    fn ftyp(major: &[u8; 4], compatible: &[&[u8; 4]]) -> Vec<u8> {
        let size = 16 + 4 * compatible.len() as u32;
        let mut head = size.to_be_bytes().to_vec();
        head.extend_from_slice(b"ftyp");
        head.extend_from_slice(major);
        head.extend_from_slice(&[0; 4]);
        for brand in compatible {
            head.extend_from_slice(*brand);
        }
        head
    }

    #[test]
    fn recognises_base_media_formats_by_brand() {
        assert_eq!(sniff(&ftyp(b"avif", &[b"mif1"])), Some(Format::Avif));
        assert_eq!(sniff(&ftyp(b"mif1", &[b"mif1", b"avif"])), Some(Format::Avif));
        assert_eq!(sniff(&ftyp(b"mif1", &[b"mif1", b"heic"])), Some(Format::Heic));
        assert_eq!(sniff(&ftyp(b"mif1", &[b"mif1"])), Some(Format::Heif));
        assert_eq!(sniff(&ftyp(b"heic", &[b"mif1"])), Some(Format::Heic));
        assert_eq!(sniff(&ftyp(b"qt  ", &[])), Some(Format::Mov));
        assert_eq!(sniff(&ftyp(b"M4A ", &[b"mp42"])), Some(Format::M4a));
        assert_eq!(sniff(&ftyp(b"isom", &[b"mp41"])), Some(Format::Mp4));
        // A brand after the box's end does not count.
        let mut head = ftyp(b"mif1", &[]);
        head.extend_from_slice(b"avif");
        assert_eq!(sniff(&head), Some(Format::Heif));
    }

    #[test]
    fn recognises_riff_formats() {
        assert_eq!(sniff(b"RIFF\0\0\0\0WEBPVP8 "), Some(Format::Webp));
        assert_eq!(sniff(b"RIFF\0\0\0\0WAVEfmt "), Some(Format::Wav));
        assert_eq!(sniff(b"RF64\xff\xff\xff\xffWAVEds64"), Some(Format::Wav));
        assert_eq!(sniff(b"RIFF\0\0\0\0AVI LIST"), Some(Format::Avi));
        assert_eq!(sniff(b"RIFF\0\0\0\0ACON"), None);
    }

    #[test]
    fn recognises_svg_after_an_xml_prolog() {
        assert_eq!(sniff(b"<svg xmlns='http://www.w3.org/2000/svg'/>"), Some(Format::Svg));
        assert_eq!(
            sniff(b"\xEF\xBB\xBF<?xml version='1.0'?>\n<!-- x > y --><!DOCTYPE svg [<!ENTITY a '>'>]>\n<svg>"),
            Some(Format::Svg)
        );
        assert_eq!(sniff(b"<svg:svg xmlns:svg='x'>"), Some(Format::Svg));
        assert_eq!(sniff(b"<html><svg>"), None);
        assert_eq!(sniff(b"<svgx>"), None);
    }

    #[test]
    fn recognises_audio_formats() {
        assert_eq!(sniff(b"fLaC\0\0\0\x22"), Some(Format::Flac));
        assert_eq!(sniff(b"ID3\x04\0\0\0\0\0\x04abcdfLaC"), Some(Format::Flac));
        assert_eq!(sniff(b"ID3\x04\0\0\0\0\0\x04abcd\xff\xfb"), Some(Format::Mp3));
        let mut frames = vec![0_u8; 417 * 2];
        for at in [0, 417] {
            frames[at..at + 4].copy_from_slice(&[0xFF, 0xFB, 0x90, 0x00]);
        }
        assert_eq!(sniff(&frames), Some(Format::Mp3));
        frames[417] = 0;
        assert_eq!(sniff(&frames), None);
    }

    #[test]
    fn recognises_other_formats() {
        assert_eq!(sniff(b""), None);
        assert_eq!(sniff(b"\xff\xd8\xff\xe0"), Some(Format::Jpeg));
        assert_eq!(sniff(b"II*\0\x08\0\0\0"), Some(Format::Tiff));
        assert_eq!(sniff(b"MM\0+\0\x08\0\0"), Some(Format::Tiff));
        assert_eq!(sniff(b"junk\n%PDF-1.7"), Some(Format::Pdf));
        assert_eq!(sniff(b"\x1a\x45\xdf\xa3\x8b\x42\x82\x84webm"), Some(Format::Webm));
        assert_eq!(sniff(b"\x1a\x45\xdf\xa3\x8b\x42\x82\x88matroska"), Some(Format::Matroska));
        assert_eq!(sniff(b"\0\0\0\x0cJXL \r\n\x87\n"), Some(Format::Jxl));
        assert_eq!(sniff(b"hello, this is plain text"), None);
    }

    #[test]
    fn recognises_plain_text() {
        assert!(is_plain_text(b"hello, this is plain text\n"));
        assert!(is_plain_text("Über AI生成".as_bytes()));
        assert!(is_plain_text(b"\xFF\xFEh\0i\0"));
        for other in [&b""[..], b" \n", b"\0\0\0", b"text\x1b[2J", b"caf\xe9", b"P3\n2 2\n255\n", b"/* XPM */"] {
            assert!(!is_plain_text(other), "{other:?}");
        }
    }
}
