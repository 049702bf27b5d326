//! PNG (ISO/IEC 15948): text chunks, EXIF, C2PA's chunk.

use crate::collector::{Encoding, MetadataCollector};
use crate::container::{jumbf, location, numbered};
use crate::error::ParseError;
use crate::findings::{Location, TextKind, WarningKind};
use crate::inflate::{InflateError, Packing};
use crate::text;

const XMP_KEYWORD: &str = "XML:com.adobe.xmp";

pub(crate) fn read(collector: &mut MetadataCollector<'_>) -> Result<(), ParseError> {
    let mut at = 8_u64;
    let mut stores = 0_usize;
    while at < collector.input.length() {
        collector.input.step("PNG chunks")?;
        let length = u64::from(collector.input.u32_be(at)?);
        let kind = collector.input.array::<4>(at.saturating_add(4))?;
        let data = at.saturating_add(8);
        let end = data.saturating_add(length).saturating_add(4);
        if end > collector.input.length() {
            return Err(ParseError::Truncated(at));
        }
        match &kind {
            b"caBX" => {
                let payload = data..data.saturating_add(length);
                if jumbf::starts_store(&mut collector.input, &payload)? {
                    let path = format!("PNG/{}", numbered("caBX", stores));
                    stores = stores.saturating_add(1);
                    collector.add_store(path, Some(at..end), Some(payload), Encoding::Raw);
                }
            }
            b"tEXt" | b"zTXt" | b"iTXt" if collector.everything() => {
                let path = format!("PNG/{}", text::latin1(&kind));
                if let Some(bytes) = collector.part(&path, data, length)? {
                    text_chunk(collector, kind, data, &bytes);
                }
            }
            b"eXIf" if collector.everything() => {
                if let Some(bytes) = collector.part("PNG/eXIf", data, length)? {
                    collector.add_exif(location("PNG/eXIf", data, length), &bytes);
                }
            }
            b"IEND" => {
                let left = collector.input.length().saturating_sub(end);
                if left > 0 {
                    collector.warn(
                        WarningKind::TrailingData,
                        format!("{left} bytes follow the end of the image"),
                        Some(location("PNG/trailer", end, left)),
                    );
                }
                return Ok(());
            }
            _ => {}
        }
        at = end;
    }
    Err(ParseError::Truncated(at))
}

fn text_chunk(collector: &mut MetadataCollector<'_>, kind: [u8; 4], data: u64, bytes: &[u8]) {
    let (keyword, rest) = text::split_nul(bytes);
    let keyword = text::utf8_or_latin1(keyword);
    let path = format!("PNG/{}({keyword})", text::latin1(&kind));
    let whole = location(path.clone(), data, bytes.len() as u64);
    let value = match (&kind, rest) {
        (b"tEXt", _) => Ok(rest.to_vec()),
        (b"zTXt", [0, packed @ ..]) => collector.unpack(Packing::Zlib, packed),
        (b"iTXt", [0, _, fields @ ..]) => Ok(international(fields).to_vec()),
        (b"iTXt", [1, 0, fields @ ..]) => collector.unpack(Packing::Zlib, international(fields)),
        _ => Err(InflateError::Damaged),
    };
    let value = match value {
        Ok(value) => value,
        Err(InflateError::TooLarge) => {
            collector.warn(WarningKind::Limit, "compressed text longer than is read", Some(whole));
            return;
        }
        Err(InflateError::Damaged) => {
            collector.warn(WarningKind::Malformed, "text chunk that cannot be decoded", Some(whole));
            return;
        }
    };
    // Where the value is stored as it is, its own place is known.
    let compressed = kind == *b"zTXt" || (kind == *b"iTXt" && rest.first() == Some(&1));
    let place = if compressed {
        whole
    } else {
        let start = bytes.len().saturating_sub(value.len()) as u64;
        location(path, data.saturating_add(start), value.len() as u64)
    };
    if keyword == XMP_KEYWORD {
        collector.add_xmp(place, &value, kind == *b"iTXt");
    } else if let Some(profile) = keyword.strip_prefix("Raw profile type ") {
        raw_profile(collector, profile, place, &value);
    } else {
        collector.add_text(TextKind::PngText, keyword, &text::utf8_or_latin1(&value), place);
    }
}

/// The text of an `iTXt` chunk, after language tag and translated keyword.
fn international(fields: &[u8]) -> &[u8] {
    text::split_nul(text::split_nul(fields).1).1
}

/// ImageMagick's and older ExifTool's way of embedding blocks: name, length and hexadecimal digits as text.
fn raw_profile(collector: &mut MetadataCollector<'_>, profile: &str, place: Location, value: &[u8]) {
    let mut lines = value.splitn(4, |byte| *byte == b'\n');
    let (_, _, _, Some(digits)) = (lines.next(), lines.next(), lines.next(), lines.next()) else {
        collector.warn(WarningKind::Malformed, "raw profile without its header", Some(place));
        return;
    };
    let mut digits = digits.to_vec();
    digits.retain(|byte| !byte.is_ascii_whitespace());
    let Ok(block) = hex::decode(digits) else {
        collector.warn(WarningKind::Malformed, "raw profile that is not hexadecimal", Some(place));
        return;
    };
    match profile {
        "exif" | "EXIF" | "APP1" | "app1" => {
            const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
            if let Some(packet) = block.strip_prefix(XMP) {
                collector.add_xmp(place, packet, false);
            } else {
                let tiff = block.strip_prefix(b"Exif\0\0").unwrap_or(&block);
                collector.add_exif(place, tiff);
            }
        }
        "xmp" => collector.add_xmp(place, &block, false),
        "iptc" | "8bim" => {
            let (start, size) = crate::iim::photoshop_resource(&block).unwrap_or((0, block.len()));
            collector.add_iim(&place, block.get(start..start.saturating_add(size)).unwrap_or_default());
        }
        _ => {}
    }
}
