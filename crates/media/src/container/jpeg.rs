//! JPEG (ISO/IEC 10918-1 Annex B): application segments, comments, and what follows the image.

use std::collections::HashSet;
use std::ops::Range;

use crate::collector::{Encoding, MetadataCollector};
use crate::container::{jumbf, location, numbered};
use crate::error::ParseError;
use crate::findings::{TextKind, WarningKind};
use crate::iim;
use crate::text;

const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const EXTENDED_XMP: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";
const PHOTOSHOP: &[u8] = b"Photoshop 3.0\0";
/// Maximum number of superboxes put together; one is allowed.
const MAX_STORES: usize = 16;
/// Scan data is searched in blocks of this size.
const BLOCK: u64 = 64 << 10;

/// One piece of an extended XMP packet (XMP specification part 3, section 1.1.3.1).
struct Extension {
    guid: [u8; 32],
    full_length: u64,
    piece_offset: u64,
    range: Range<u64>,
    path: String,
}

/// One piece of a JUMBF superbox (ISO/IEC 19566-5 Annex D).
struct Jumbf {
    instance: u16,
    sequence: u32,
    segment: Range<u64>,
    payload: Range<u64>,
    first: bool,
    path: String,
}

#[derive(Default)]
struct Parts {
    counts: [usize; 32],
    extensions: Vec<Extension>,
    jumbf: Vec<Jumbf>,
}

pub(crate) fn read(collector: &mut MetadataCollector<'_>) -> Result<(), ParseError> {
    let mut parts = Parts::default();
    let outcome = segments(collector, &mut parts);
    collector.tolerate("JPEG", outcome)?;
    extended_xmp(collector, parts.extensions)?;
    stores(collector, parts.jumbf)
}

fn segments(collector: &mut MetadataCollector<'_>, parts: &mut Parts) -> Result<(), ParseError> {
    let mut at = 2_u64;
    let mut scanned = 0_u64;
    loop {
        collector.input.step("JPEG segments")?;
        if at >= collector.input.length() {
            return Err(ParseError::Truncated(at));
        }
        if collector.input.u8(at)? != 0xFF {
            return Err(ParseError::Malformed(at, "no JPEG marker where one must be"));
        }
        let code = collector.input.u8(at.saturating_add(1))?;
        match code {
            // Fill byte.
            0xFF => at = at.saturating_add(1),
            0x01 | 0xD0..=0xD8 => at = at.saturating_add(2),
            0xD9 => return trailer(collector, at.saturating_add(2)),
            _ => {
                let length = u64::from(collector.input.u16_be(at.saturating_add(2))?);
                if length < 2 {
                    return Err(ParseError::Malformed(at, "JPEG segment shorter than its own length field"));
                }
                let end = at.saturating_add(2).saturating_add(length);
                if end > collector.input.length() {
                    return Err(ParseError::Truncated(at));
                }
                if matches!(code, 0xE0..=0xEF | 0xFE) {
                    segment(collector, parts, code, at, end)?;
                }
                at = end;
                if code == 0xDA {
                    match scan(collector, at, &mut scanned)? {
                        Some(next) => at = next,
                        None => return tail(collector),
                    }
                }
            }
        }
    }
}

fn segment(
    collector: &mut MetadataCollector<'_>,
    parts: &mut Parts,
    code: u8,
    start: u64,
    end: u64,
) -> Result<(), ParseError> {
    let count = parts.counts.get(usize::from(code & 31)).copied().unwrap_or(0);
    if let Some(count) = parts.counts.get_mut(usize::from(code & 31)) {
        *count = count.saturating_add(1);
    }
    let body = start.saturating_add(4);
    let length = end.saturating_sub(body);
    let name = if code == 0xFE { "COM".to_owned() } else { format!("APP{}", code & 15) };
    let path = format!("JPEG/{}", numbered(&name, count));
    if code == 0xEB {
        return app11(collector, parts, path, start, end);
    }
    if !collector.everything() {
        return Ok(());
    }
    let bytes = collector.input.bytes(body, length)?;
    match code {
        0xE1 => {
            if let Some(packet) = bytes.strip_prefix(XMP) {
                let offset = body.saturating_add(XMP.len() as u64);
                collector.add_xmp(location(format!("{path}/XMP"), offset, packet.len() as u64), packet, true);
                return Ok(());
            }
            if let Some(rest) = bytes.strip_prefix(EXTENDED_XMP) {
                return extension(collector, parts, path, body, end, rest);
            }
            if let [b'E', b'x', b'i', b'f', 0, _, block @ ..] = bytes.as_slice() {
                let place = location(format!("{path}/EXIF"), body.saturating_add(6), block.len() as u64);
                collector.add_exif(place, block);
                return Ok(());
            }
        }
        0xED => {
            if let Some(resources) = bytes.strip_prefix(PHOTOSHOP) {
                if let Some((at, size)) = iim::photoshop_resource(resources) {
                    let offset = body.saturating_add(PHOTOSHOP.len() as u64).saturating_add(at as u64);
                    let data = resources.get(at..at.saturating_add(size)).unwrap_or_default();
                    collector.add_iim(&location(format!("{path}/IIM"), offset, size as u64), data);
                }
                return Ok(());
            }
        }
        0xFE => {
            let comment = text::utf8_or_latin1(&bytes);
            collector.add_text(TextKind::JpegComment, "COM", &comment, location(path, body, length));
            return Ok(());
        }
        _ => {}
    }
    // China's label has been seen as bare text in application segments.
    if text::find(&bytes, b"AIGC").is_some() {
        let (head, _) = bytes.split_at_checked(4096).unwrap_or((&bytes, &[]));
        if text::looks_like_text(text::split_nul(head.trim_ascii()).0) || text::find(head, b"AIGC{").is_some() {
            let value = text::utf8_or_latin1(&bytes);
            collector.add_text(TextKind::JpegSegment, name, &value, location(path, body, length));
        }
    }
    Ok(())
}

fn extension(
    collector: &mut MetadataCollector<'_>,
    parts: &mut Parts,
    path: String,
    body: u64,
    end: u64,
    rest: &[u8],
) -> Result<(), ParseError> {
    let header = rest.split_at_checked(40).map(|(header, _)| header);
    let Some((guid, lengths)) = header.and_then(|header| header.split_at_checked(32)) else {
        collector.warn(WarningKind::Malformed, "extended XMP without its header", Some(location(path, body, 0)));
        return Ok(());
    };
    let number = |range: Range<usize>| -> u64 {
        lengths.get(range).unwrap_or_default().iter().fold(0, |value, byte| value << 8 | u64::from(*byte))
    };
    collector.input.budget.entries("extended XMP segments", 1)?;
    parts.extensions.push(Extension {
        guid: guid.try_into().unwrap_or([0; 32]),
        full_length: number(0..4),
        piece_offset: number(4..8),
        range: body.saturating_add(EXTENDED_XMP.len() as u64).saturating_add(40)..end,
        path,
    });
    Ok(())
}

/// Joins the pieces of each extended packet. Their order in the file is free; gaps and overlaps are not.
fn extended_xmp(collector: &mut MetadataCollector<'_>, mut extensions: Vec<Extension>) -> Result<(), ParseError> {
    extensions.sort_by_key(|piece| (piece.guid, piece.piece_offset));
    let mut announced = HashSet::new();
    let mut seen = 0_usize;
    for group in extensions.chunk_by(|a, b| a.guid == b.guid) {
        let Some(first) = group.first() else { continue };
        let place = location(
            format!("{}/ExtendedXMP", first.path),
            first.range.start,
            first.range.end.saturating_sub(first.range.start),
        );
        if first.full_length > collector.limits.max_part {
            collector.warn(WarningKind::Limit, "extended XMP longer than is read", Some(place));
            continue;
        }
        let mut packet = Vec::new();
        let mut whole = true;
        for piece in group {
            let length = piece.range.end.saturating_sub(piece.range.start);
            if piece.piece_offset != packet.len() as u64
                || piece.piece_offset.saturating_add(length) > first.full_length
            {
                whole = false;
                break;
            }
            packet.extend(collector.input.bytes(piece.range.start, length)?);
        }
        if !whole || packet.len() as u64 != first.full_length {
            collector.warn(WarningKind::Malformed, "extended XMP with missing or overlapping pieces", Some(place));
            continue;
        }
        // Packets that have come since, this loop's own among them.
        let new = collector.xmp.get(seen..).unwrap_or_default();
        let notes = new.iter().filter_map(|packet| packet.get(crate::xmp::ns::XMP_NOTE, "HasExtendedXMP"));
        announced.extend(notes.map(|property| property.value.to_ascii_lowercase()));
        seen = collector.xmp.len();
        let guid = String::from_utf8_lossy(&first.guid).to_ascii_lowercase();
        if !announced.contains(&guid) {
            // Readers ignore such a packet; a report must not.
            collector.warn(
                WarningKind::Misplaced,
                "extended XMP that no standard packet refers to",
                Some(place.clone()),
            );
        }
        collector.add_xmp(place, &packet, true);
    }
    Ok(())
}

fn app11(
    collector: &mut MetadataCollector<'_>,
    parts: &mut Parts,
    path: String,
    start: u64,
    end: u64,
) -> Result<(), ParseError> {
    let body = start.saturating_add(4);
    let head = collector.input.peek(body, end.saturating_sub(body).min(8 + jumbf::HEAD))?;
    let [b'J', b'P', i0, i1, s0, s1, s2, s3, boxes @ ..] = head.as_slice() else {
        return Ok(());
    };
    let first = jumbf::is_store(boxes);
    // Every segment repeats the superbox's header; only the first one's is part of the store.
    let repeated = if first {
        0
    } else if boxes.starts_with(&[0, 0, 0, 1]) {
        16
    } else {
        8
    };
    let payload = body.saturating_add(8).saturating_add(repeated).min(end)..end;
    collector.input.budget.entries("JPEG APP11 segments", 1)?;
    parts.jumbf.push(Jumbf {
        instance: u16::from_be_bytes([*i0, *i1]),
        sequence: u32::from_be_bytes([*s0, *s1, *s2, *s3]),
        segment: start..end,
        payload,
        first,
        path,
    });
    Ok(())
}

/// Gathers the segments of each C2PA superbox: those with its instance number that follow it in the file.
fn stores(collector: &mut MetadataCollector<'_>, jumbf: Vec<Jumbf>) -> Result<(), ParseError> {
    for (index, first) in jumbf.iter().enumerate().filter(|(_, part)| part.first).take(MAX_STORES) {
        let mut group: Vec<&Jumbf> = vec![first];
        for part in jumbf.iter().skip(index.saturating_add(1)) {
            if part.instance == first.instance {
                if part.first {
                    break;
                }
                group.push(part);
            }
        }
        let structures: Vec<_> = group.iter().map(|part| part.segment.clone()).collect();
        group.sort_by_key(|part| part.sequence);
        let in_order =
            group.windows(2).all(|pair| matches!(pair, [a, b] if a.sequence.checked_add(1) == Some(b.sequence)));
        if !in_order {
            let place = location(first.path.clone(), first.segment.start, 0);
            collector.warn(
                WarningKind::Malformed,
                "APP11 segments of the manifest store are not numbered 1, 2, 3 …",
                Some(place),
            );
        }
        let payload: Vec<_> = group.iter().map(|part| part.payload.clone()).collect();
        collector.add_store(format!("{}/C2PA", first.path), structures, payload, Encoding::Raw);
    }
    Ok(())
}

/// Finds the marker that ends scan data: an FF that neither stuffs a byte nor restarts. `None`: not within the limit.
fn scan(collector: &mut MetadataCollector<'_>, start: u64, scanned: &mut u64) -> Result<Option<u64>, ParseError> {
    let mut buffer = vec![0_u8; usize::try_from(BLOCK).unwrap_or(0)];
    let mut at = start;
    loop {
        let left = collector.input.length().saturating_sub(at);
        if left < 2 {
            return Err(ParseError::Truncated(at));
        }
        if *scanned >= collector.limits.max_scan {
            return Ok(None);
        }
        let size = BLOCK.min(left);
        let block = buffer.get_mut(..usize::try_from(size).unwrap_or(0)).unwrap_or_default();
        collector.input.scan(at, block)?;
        let mut from = 0_usize;
        while let Some(found) = block.get(from..).and_then(|rest| memchr::memchr(0xFF, rest)) {
            let marker = from.saturating_add(found);
            match block.get(marker.saturating_add(1)) {
                Some(0 | 0xD0..=0xD7) => from = marker.saturating_add(2),
                // Fill bytes: the last FF counts.
                Some(0xFF) => from = marker.saturating_add(1),
                Some(_) => return Ok(Some(at.saturating_add(marker as u64))),
                None => break,
            }
        }
        // An FF may be the block's last byte: blocks overlap by one.
        let advance = size.saturating_sub(1).max(1);
        at = at.saturating_add(advance);
        *scanned = scanned.saturating_add(advance);
    }
}

/// The end was not searched for: only the file's tail is looked at.
fn tail(collector: &mut MetadataCollector<'_>) -> Result<(), ParseError> {
    collector.warn(
        WarningKind::Limit,
        format!(
            "scan data longer than the {} bytes that are searched; later segments were not read",
            collector.limits.max_scan
        ),
        None,
    );
    samsung(collector, 0).map(|_| ())
}

fn trailer(collector: &mut MetadataCollector<'_>, end: u64) -> Result<(), ParseError> {
    let left = collector.input.length().saturating_sub(end);
    if left == 0 {
        return Ok(());
    }
    if !samsung(collector, end)? {
        let head = collector.input.peek(end, left.min(4096))?;
        if head.iter().any(|byte| *byte != 0) {
            collector.warn(
                WarningKind::TrailingData,
                format!("{left} bytes follow the end of the image"),
                Some(location("JPEG/trailer", end, left)),
            );
        }
    }
    Ok(())
}

/// Samsung's directory at the file's end: `SEFH`, version, count, entries of type, distance back, size; then the
/// directory's length and `SEFT`, all little-endian (read from files; the same layout as in ExifTool's Samsung.pm).
fn samsung(collector: &mut MetadataCollector<'_>, after: u64) -> Result<bool, ParseError> {
    let length = collector.input.length();
    let Some(tail) = length.checked_sub(8).filter(|tail| *tail >= after) else {
        return Ok(false);
    };
    if collector.input.array::<4>(tail.saturating_add(4))? != *b"SEFT" {
        return Ok(false);
    }
    let directory_length = u64::from(collector.input.u32_le(tail)?);
    let Some(directory) = tail.checked_sub(directory_length).filter(|start| *start >= after) else {
        return Ok(false);
    };
    if directory_length < 12 || collector.input.array::<4>(directory)? != *b"SEFH" {
        return Ok(false);
    }
    if !collector.everything() {
        return Ok(true);
    }
    let count = u64::from(collector.input.u32_le(directory.saturating_add(8))?).min(directory_length / 12).min(256);
    for index in 0..count {
        collector.input.step("Samsung trailer entries")?;
        let entry = directory.saturating_add(12).saturating_add(index.saturating_mul(12));
        if entry.saturating_add(12) > tail {
            break;
        }
        let back = u64::from(collector.input.u32_le(entry.saturating_add(4))?);
        let size = u64::from(collector.input.u32_le(entry.saturating_add(8))?);
        let Some(start) = directory.checked_sub(back).filter(|start| *start >= after) else {
            continue;
        };
        if size < 8 || size > back {
            continue;
        }
        let name_length =
            u64::from(collector.input.u32_le(start.saturating_add(4))?).min(size.saturating_sub(8)).min(256);
        let name = collector.input.bytes(start.saturating_add(8), name_length)?;
        // Only text entries are kept: others are pictures and binary states.
        if !name.starts_with(b"PhotoEditor") {
            continue;
        }
        let value_at = start.saturating_add(8).saturating_add(name_length);
        let value_length = size.saturating_sub(8).saturating_sub(name_length);
        let path = format!("JPEG/trailer/{}", text::latin1(&name));
        if let Some(value) = collector.part(&path, value_at, value_length)? {
            let place = location(path, value_at, value_length);
            collector.add_text(TextKind::SamsungTrailer, text::latin1(&name), &text::utf8_or_latin1(&value), place);
        }
    }
    Ok(true)
}
