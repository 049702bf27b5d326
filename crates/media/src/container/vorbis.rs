//! Vorbis comments (Xiph's comment header), as FLAC and Ogg have them.

use crate::collector::MetadataCollector;
use crate::container::location;
use crate::findings::{TextKind, WarningKind};
use crate::text;

/// Reads a comment header in memory. `offset` is its place in the file when it is stored in one piece; otherwise
/// `contiguous` is false and all entries get the place of the whole.
pub(crate) fn read(collector: &mut MetadataCollector<'_>, path: &str, bytes: &[u8], offset: u64, contiguous: bool) {
    let whole = location(path, offset, bytes.len() as u64);
    let number = |at: usize| -> Option<usize> {
        let field = bytes.get(at..at.checked_add(4)?)?;
        usize::try_from(u32::from_le_bytes(field.try_into().ok()?)).ok()
    };
    let Some(vendor_length) = number(0) else {
        collector.warn(WarningKind::Malformed, "comment header without a vendor", Some(whole));
        return;
    };
    let place = |name: &str, start: usize, length: usize| {
        if contiguous {
            location(format!("{path}/{name}"), offset.saturating_add(start as u64), length as u64)
        } else {
            location(format!("{path}/{name}"), whole.offset, whole.length)
        }
    };
    let mut at = 4_usize;
    let Some(vendor) = at.checked_add(vendor_length).and_then(|end| bytes.get(at..end)) else {
        collector.warn(WarningKind::Truncated, "comment header is cut off", Some(whole.clone()));
        return;
    };
    if !vendor.is_empty() {
        collector.add_text(
            TextKind::Vorbis,
            "VENDOR",
            &text::utf8_or_latin1(vendor),
            place("VENDOR", at, vendor_length),
        );
    }
    at = at.saturating_add(vendor_length);
    let count = number(at).unwrap_or(0);
    at = at.saturating_add(4);
    for _ in 0..count.min(collector.limits.max_items) {
        let entry = number(at).and_then(|length| {
            let start = at.checked_add(4)?;
            Some((start, bytes.get(start..start.checked_add(length)?)?))
        });
        let Some((start, entry)) = entry else {
            collector.warn(WarningKind::Truncated, "comment header is cut off", Some(whole.clone()));
            return;
        };
        at = start.saturating_add(entry.len());
        let Some(split) = entry.iter().position(|byte| *byte == b'=') else {
            continue;
        };
        let (key, value) = entry.split_at(split);
        let value = value.get(1..).unwrap_or_default();
        let key = text::utf8_or_latin1(key).to_ascii_uppercase();
        // Pictures are Base64 without meaning here.
        if key == "METADATA_BLOCK_PICTURE" || key == "COVERART" {
            continue;
        }
        let here = place(&key, start.saturating_add(split).saturating_add(1), value.len());
        collector.add_text(TextKind::Vorbis, key, &text::utf8_or_latin1(value), here);
    }
}
