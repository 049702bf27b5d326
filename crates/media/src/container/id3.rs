//! ID3v2.2 to 2.4 and ID3v1: text frames, comments, attached objects (C2PA), XMP.

use std::io::Cursor;
use std::ops::Range;

use crate::collector::{Encoding, MetadataCollector};
use crate::container::{jumbf, location, numbered};
use crate::error::ParseError;
use crate::findings::Location;
use crate::findings::{TextKind, WarningKind};
use crate::inflate::Packing;
use crate::input::Input;
use crate::text;

/// One frame: its id as in ID3v2.3 and later, and where its pieces are.
struct Frame {
    id: String,
    start: u64,
    data: u64,
    end: u64,
    unsynchronised: bool,
    compressed: bool,
    encrypted: bool,
}

/// MP3: the tag at the start, and ID3v1 at the end.
pub(crate) fn read_mp3(collector: &mut MetadataCollector<'_>) -> Result<(), ParseError> {
    let end = collector.input.length();
    let outcome = read_tag(collector, "MP3/ID3v2", 0, end).map(|_| ());
    collector.tolerate("MP3/ID3v2", outcome)?;
    if collector.everything() {
        version_1(collector)?;
    }
    Ok(())
}

/// The tag at `start`, if there is one; returns the offset after it.
pub(crate) fn read_tag(
    collector: &mut MetadataCollector<'_>,
    path: &str,
    start: u64,
    limit: u64,
) -> Result<u64, ParseError> {
    if start.saturating_add(10) > limit {
        return Ok(start);
    }
    let head = collector.input.array::<10>(start)?;
    let [b'I', b'D', b'3', version, _, flags, size @ ..] = head else {
        return Ok(start);
    };
    if !(2..=4).contains(&version) {
        return Err(ParseError::Malformed(start, "ID3v2 of an unknown version"));
    }
    let body = start.saturating_add(10);
    let mut end = body.saturating_add(synchsafe(&size));
    let after = if flags & 0x10 != 0 { end.saturating_add(10) } else { end };
    if end > limit {
        collector.warn(WarningKind::Truncated, "the ID3 tag is longer than the file", Some(location(path, start, 10)));
        end = limit;
    }
    if version < 4 && flags & 0x80 != 0 {
        let place = location(path, start, end.saturating_sub(start));
        unsynchronised(collector, place, version, flags, body..end)?;
    } else {
        frames(collector, path, version, flags, body..end)?;
    }
    Ok(after.min(limit))
}

/// Before version 2.4 a tag is unsynchronised as a whole (ID3v2.3 section 5), sizes as if it were not: its frames can
/// be walked only in memory. All findings get the place of the tag.
fn unsynchronised(
    collector: &mut MetadataCollector<'_>,
    place: Location,
    version: u8,
    flags: u8,
    body: Range<u64>,
) -> Result<(), ParseError> {
    let Some(stored) = collector.part(&place.path, body.start, body.end.saturating_sub(body.start))? else {
        return Ok(());
    };
    let bytes = resynchronise(&stored);
    let mut source = Cursor::new(&bytes);
    let budget = collector.input.budget.clone();
    let mut inner = collector.inside(Input::with_budget(&mut source, budget)?);
    let outcome = frames(&mut inner, &place.path, version, flags, 0..bytes.len() as u64);
    let (found, stores) = inner.finish();
    collector.adopt(found, &place);
    for store in stores {
        let payload = store.payload.iter().map(|range| {
            let file = |offset: u64| body.start.saturating_add(stored_offset(&stored, offset));
            file(range.start)..file(range.end)
        });
        let payload: Vec<_> = payload.collect();
        let path = store.place.location.path;
        // The frame's place in the tag as stored is not known; the object's is.
        collector.add_store(path, payload.clone(), payload, Encoding::Unsynchronised);
    }
    outcome
}

/// Returns the offset in unsynchronised data of the byte that is decoded to `offset`.
fn stored_offset(stored: &[u8], offset: u64) -> u64 {
    let mut out = 0_u64;
    let mut after_ff = false;
    for (index, byte) in stored.iter().enumerate() {
        if !(after_ff && *byte == 0) {
            if out == offset {
                return index as u64;
            }
            out = out.saturating_add(1);
        }
        after_ff = *byte == 0xFF;
    }
    stored.len() as u64
}

/// The frames of a tag whose body, extended header included, is `body`.
fn frames(
    collector: &mut MetadataCollector<'_>,
    path: &str,
    version: u8,
    flags: u8,
    body: Range<u64>,
) -> Result<(), ParseError> {
    let mut at = body.start;
    if version > 2 && flags & 0x40 != 0 {
        let size = collector.input.array::<4>(at)?;
        // Version 2.3 does not count the length field itself.
        let length =
            if version == 4 { synchsafe(&size) } else { u64::from(u32::from_be_bytes(size)).saturating_add(4) };
        at = at.saturating_add(length.max(4));
    }
    let mut objects = 0_usize;
    while let Some(frame) = next_frame(collector, version, at, body.end)? {
        at = frame.end;
        let here = format!("{path}/{}", frame.id);
        let outcome = read_frame(collector, &here, &frame, &mut objects);
        collector.tolerate(&here, outcome)?;
    }
    Ok(())
}

fn synchsafe(bytes: &[u8; 4]) -> u64 {
    bytes.iter().fold(0, |value, byte| value << 7 | u64::from(byte & 0x7F))
}

fn next_frame(
    collector: &mut MetadataCollector<'_>,
    version: u8,
    at: u64,
    end: u64,
) -> Result<Option<Frame>, ParseError> {
    let header = if version == 2 { 6 } else { 10 };
    if at.saturating_add(header) > end {
        return Ok(None);
    }
    collector.input.step("ID3 frames")?;
    let first = collector.input.u8(at)?;
    // Padding.
    if first == 0 {
        return Ok(None);
    }
    let (id, size, flags) = if version == 2 {
        let [a, b, c, high, middle, low] = collector.input.array::<6>(at)?;
        (long_id(&[a, b, c]), u64::from(u32::from_be_bytes([0, high, middle, low])), [0, 0])
    } else {
        let [a, b, c, d, s0, s1, s2, s3, f0, f1] = collector.input.array::<10>(at)?;
        let size = [s0, s1, s2, s3];
        // Version 2.4 sizes are synchsafe; some writers forget it.
        let safe = version == 4 && size.iter().all(|byte| *byte < 0x80);
        let length = if safe { synchsafe(&size) } else { u64::from(u32::from_be_bytes(size)) };
        (text::latin1(&[a, b, c, d]), length, [f0, f1])
    };
    if !id.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()) {
        return Err(ParseError::Malformed(at, "no ID3 frame where one must be"));
    }
    let mut data = at.saturating_add(header);
    let frame_end = data.saturating_add(size);
    if frame_end > end {
        return Err(ParseError::Truncated(at));
    }
    let [_, format] = flags;
    let (compressed, encrypted, grouped, unsynchronised, extra) = match version {
        // A compressed frame starts with its inflated size.
        3 => (format & 0x80 != 0, format & 0x40 != 0, format & 0x20 != 0, false, u64::from(format >> 7) * 4),
        4 => {
            (format & 0x08 != 0, format & 0x04 != 0, format & 0x40 != 0, format & 0x02 != 0, u64::from(format & 1) * 4)
        }
        _ => (false, false, false, false, 0),
    };
    data = data.saturating_add(extra).saturating_add(u64::from(encrypted)).saturating_add(u64::from(grouped));
    Ok(Some(Frame { id, start: at, data: data.min(frame_end), end: frame_end, unsynchronised, compressed, encrypted }))
}

/// Version 2.2's three-letter ids that are of interest, by their later names.
fn long_id(id: &[u8; 3]) -> String {
    match id {
        b"TXX" => "TXXX".to_owned(),
        b"TSS" => "TSSE".to_owned(),
        b"COM" => "COMM".to_owned(),
        b"GEO" => "GEOB".to_owned(),
        b"TT2" => "TIT2".to_owned(),
        b"TP1" => "TPE1".to_owned(),
        b"TEN" => "TENC".to_owned(),
        other => text::latin1(other),
    }
}

fn read_frame(
    collector: &mut MetadataCollector<'_>,
    path: &str,
    frame: &Frame,
    objects: &mut usize,
) -> Result<(), ParseError> {
    let object = frame.id == "GEOB";
    if object {
        let name = numbered(path, *objects);
        *objects = objects.saturating_add(1);
        return attached_object(collector, &name, frame);
    }
    let wanted = frame.id.starts_with('T') || frame.id.starts_with('W') || matches!(frame.id.as_str(), "COMM" | "PRIV");
    if !wanted || !collector.everything() {
        return Ok(());
    }
    let length = frame.end.saturating_sub(frame.data);
    let place = location(path, frame.data, length);
    if frame.encrypted {
        collector.warn(WarningKind::Unread, "encrypted ID3 frame", Some(place));
        return Ok(());
    }
    let Some(mut bytes) = collector.part(path, frame.data, length)? else {
        return Ok(());
    };
    if frame.unsynchronised {
        bytes = resynchronise(&bytes);
    }
    if frame.compressed {
        let Ok(inflated) = collector.unpack(Packing::Zlib, &bytes) else {
            return Err(ParseError::Malformed(frame.data, "compressed ID3 frame that cannot be inflated"));
        };
        bytes = inflated;
    }
    match frame.id.as_str() {
        "PRIV" => {
            let (owner, packet) = text::split_nul(&bytes);
            if owner == b"XMP" {
                let skip = owner.len().saturating_add(1) as u64;
                let inner =
                    location(format!("{path}(XMP)"), frame.data.saturating_add(skip), length.saturating_sub(skip));
                collector.add_xmp(inner, packet, true);
            }
        }
        "TXXX" | "WXXX" => {
            let Some((encoding, rest)) = bytes.split_first() else {
                return Ok(());
            };
            let (description, value) = split_text(rest, *encoding);
            let description = decode(description, *encoding);
            // The value of WXXX is always ISO 8859-1.
            let value = decode(value, if frame.id == "WXXX" { 0 } else { *encoding });
            let key = format!("{}:{description}", frame.id);
            collector.add_text(TextKind::Id3, key, &value, place);
        }
        "COMM" => {
            let [encoding, _, _, _, rest @ ..] = bytes.as_slice() else {
                return Ok(());
            };
            let (description, value) = split_text(rest, *encoding);
            let description = decode(description, *encoding);
            let key = if description.is_empty() { "COMM".to_owned() } else { format!("COMM:{description}") };
            collector.add_text(TextKind::Id3, key, &decode(value, *encoding), place);
        }
        id if id.starts_with('W') => {
            collector.add_text(TextKind::Id3, id, &text::utf8_or_latin1(&bytes), place);
        }
        id => {
            let Some((encoding, rest)) = bytes.split_first() else {
                return Ok(());
            };
            collector.add_text(TextKind::Id3, id, &decode(rest, *encoding), place);
        }
    }
    Ok(())
}

/// `GEOB`: encoding, media type, file name, description, object.
fn attached_object(collector: &mut MetadataCollector<'_>, path: &str, frame: &Frame) -> Result<(), ParseError> {
    let length = frame.end.saturating_sub(frame.data);
    let head = collector.input.peek(frame.data, length.min(1024))?;
    let Some((encoding, rest)) = head.split_first() else {
        return Ok(());
    };
    let (media_type, rest) = text::split_nul(rest);
    let (file_name, rest) = split_text(rest, *encoding);
    let (description, body) = split_text(rest, *encoding);
    let skip = head.len().saturating_sub(body.len()) as u64;
    let object = frame.data.saturating_add(skip)..frame.end;
    let is_c2pa =
        matches!(media_type, b"application/x-c2pa-manifest-store" | b"application/c2pa") || jumbf::is_store(body);
    if is_c2pa {
        if frame.compressed || frame.encrypted {
            collector.warn(
                WarningKind::Unread,
                "a manifest store in a compressed or encrypted ID3 frame",
                Some(location(path, frame.start, length)),
            );
        } else if jumbf::is_store(body) || frame.unsynchronised {
            let encoding = if frame.unsynchronised { Encoding::Unsynchronised } else { Encoding::Raw };
            collector.add_store(format!("{path}/C2PA"), Some(frame.start..frame.end), Some(object), encoding);
        } else {
            return Err(ParseError::Malformed(frame.start, "C2PA object without a manifest store"));
        }
        return Ok(());
    }
    let key = format!("GEOB:{}", decode(description, *encoding));
    let value = format!("{} {}", text::utf8_or_latin1(media_type), decode(file_name, *encoding));
    collector.add_text(
        TextKind::Id3,
        key,
        value.trim(),
        location(path, frame.start, frame.end.saturating_sub(frame.start)),
    );
    Ok(())
}

/// Removes unsynchronisation (ID3v2.4 section 6.1): a zero after FF was put in.
pub(crate) fn resynchronise(bytes: &[u8]) -> Vec<u8> {
    let mut output = Vec::with_capacity(bytes.len());
    let mut after_ff = false;
    for byte in bytes {
        if !(after_ff && *byte == 0) {
            output.push(*byte);
        }
        after_ff = *byte == 0xFF;
    }
    output
}

/// Splits at the terminator of the encoding: one zero, or two on an even offset for UTF-16.
fn split_text(bytes: &[u8], encoding: u8) -> (&[u8], &[u8]) {
    if encoding != 1 && encoding != 2 {
        return text::split_nul(bytes);
    }
    match bytes.chunks_exact(2).position(|pair| pair == [0, 0]) {
        Some(index) => {
            let end = index.saturating_mul(2);
            (bytes.get(..end).unwrap_or_default(), bytes.get(end.saturating_add(2)..).unwrap_or_default())
        }
        None => (bytes, &[]),
    }
}

fn decode(bytes: &[u8], encoding: u8) -> String {
    let decoded = match (encoding, bytes) {
        (1, [0xFE, 0xFF, rest @ ..]) => text::utf16(rest, true),
        (1, [0xFF, 0xFE, rest @ ..]) => text::utf16(rest, false),
        (1, _) => text::utf16(bytes, false),
        (2, _) => text::utf16(bytes, true),
        _ => text::utf8_or_latin1(bytes),
    };
    // Version 2.4 separates several values with a zero.
    decoded.trim_end_matches('\0').replace('\0', "; ")
}

/// ID3v1: the last 128 bytes.
fn version_1(collector: &mut MetadataCollector<'_>) -> Result<(), ParseError> {
    let Some(start) = collector.input.length().checked_sub(128) else {
        return Ok(());
    };
    let tag = collector.input.array::<128>(start)?;
    if !tag.starts_with(b"TAG") {
        return Ok(());
    }
    for (name, range) in [("title", 3..33_usize), ("artist", 33..63), ("album", 63..93), ("comment", 97..127)] {
        let raw = tag.get(range.clone()).unwrap_or_default();
        let value = text::utf8_or_latin1(text::split_nul(raw).0);
        if !value.trim().is_empty() {
            let place =
                location(format!("MP3/ID3v1/{name}"), start.saturating_add(range.start as u64), raw.len() as u64);
            collector.add_text(TextKind::Id3, format!("ID3v1:{name}"), value.trim(), place);
        }
    }
    Ok(())
}
