//! GIF 89a: comments, XMP's and C2PA's application extensions. Sub-blocks carry their lengths only one by one, so
//! the walk passes through the image data too.

use std::ops::Range;

use crate::container::{jumbf, location, numbered};
use crate::error::Stop;
use crate::metadata::{TextKind, WarningKind};
use crate::text;
use crate::walk::{Encoding, Walk};

/// After the XMP packet: bytes 01 FF FE … 01 00, then the block terminator 00 (XMP specification part 3, GIF). They
/// make any reader that takes the packet for sub-blocks land on the terminator.
const XMP_TRAILER: u64 = 258;

pub(crate) fn read(walk: &mut Walk<'_>) -> Result<(), Stop> {
    let flags = walk.input.u8(10)?;
    let mut at = 13_u64.saturating_add(color_table(flags));
    let mut comments = 0_usize;
    loop {
        match walk.input.u8(at)? {
            0x3B => {
                let end = at.saturating_add(1);
                let left = walk.input.length().saturating_sub(end);
                if left > 0 {
                    walk.warn(
                        WarningKind::TrailingData,
                        format!("{left} bytes follow the end of the image"),
                        Some(location("GIF/trailer", end, left)),
                    );
                }
                return Ok(());
            }
            0x2C => {
                walk.input.step("GIF blocks")?;
                let flags = walk.input.u8(at.saturating_add(9))?;
                let data = at.saturating_add(10).saturating_add(color_table(flags)).saturating_add(1);
                at = sub_blocks(walk, data, None)?;
            }
            0x21 => {
                walk.input.step("GIF blocks")?;
                let label = walk.input.u8(at.saturating_add(1))?;
                at = match label {
                    0xFE => comment(walk, at, &mut comments)?,
                    0xFF => application(walk, at)?,
                    _ => sub_blocks(walk, at.saturating_add(2), None)?,
                };
            }
            _ => return Err(Stop::Malformed(at, "no GIF block where one must be")),
        }
    }
}

fn color_table(flags: u8) -> u64 {
    if flags & 0x80 == 0 { 0 } else { 3_u64 << ((flags & 7).saturating_add(1)) }
}

/// Walks sub-blocks to their terminator; returns the offset after it.
fn sub_blocks(walk: &mut Walk<'_>, start: u64, mut ranges: Option<&mut Vec<Range<u64>>>) -> Result<u64, Stop> {
    let mut at = start;
    loop {
        let size = u64::from(walk.input.u8(at)?);
        at = at.saturating_add(1);
        if size == 0 {
            return Ok(at);
        }
        if let Some(ranges) = ranges.as_deref_mut() {
            walk.input.budget.retain("GIF sub-blocks", 1, size_of::<Range<u64>>() as u64)?;
            ranges.push(at..at.saturating_add(size));
        }
        at = at.saturating_add(size);
    }
}

fn gather(walk: &mut Walk<'_>, ranges: &[Range<u64>], path: &str) -> Result<Option<Vec<u8>>, Stop> {
    let length: u64 = ranges.iter().map(|range| range.end.saturating_sub(range.start)).sum();
    if length > walk.limits.max_part {
        let start = ranges.first().map_or(0, |range| range.start);
        walk.warn(WarningKind::Limit, "extension longer than is read", Some(location(path, start, length)));
        return Ok(None);
    }
    let mut bytes = Vec::new();
    for range in ranges {
        bytes.extend(walk.input.bytes(range.start, range.end.saturating_sub(range.start))?);
    }
    Ok(Some(bytes))
}

fn comment(walk: &mut Walk<'_>, at: u64, comments: &mut usize) -> Result<u64, Stop> {
    let mut ranges = Vec::new();
    let kept = walk.everything().then_some(&mut ranges);
    let end = sub_blocks(walk, at.saturating_add(2), kept)?;
    if walk.everything() {
        let path = format!("GIF/{}", numbered("comment", *comments));
        *comments = comments.saturating_add(1);
        if let Some(bytes) = gather(walk, &ranges, &path)? {
            let place = location(path, at, end.saturating_sub(at));
            walk.add_text(TextKind::GifComment, "comment", &text::utf8_or_latin1(&bytes), place);
        }
    }
    Ok(end)
}

fn application(walk: &mut Walk<'_>, at: u64) -> Result<u64, Stop> {
    let size = u64::from(walk.input.u8(at.saturating_add(2))?);
    let data = at.saturating_add(3).saturating_add(size);
    if size != 11 {
        return sub_blocks(walk, at.saturating_add(2), None);
    }
    let name = walk.input.array::<11>(at.saturating_add(3))?;
    if name == *b"XMP DataXMP" && walk.everything() {
        return xmp(walk, at, data);
    }
    let mut ranges = Vec::new();
    let keep = name.starts_with(b"C2PA_GIF");
    let end = sub_blocks(walk, data, keep.then_some(&mut ranges))?;
    if keep && !ranges.is_empty() {
        let mut head = Vec::new();
        for range in ranges.iter().take(2) {
            head.extend(walk.input.bytes(range.start, range.end.saturating_sub(range.start))?);
        }
        if jumbf::is_store(&head) {
            walk.add_store("GIF/C2PA_GIF".to_owned(), Some(at..end), ranges, Encoding::Raw);
        }
    }
    Ok(end)
}

fn xmp(walk: &mut Walk<'_>, at: u64, data: u64) -> Result<u64, Stop> {
    let path = "GIF/XMP DataXMP";
    let mut ranges = Vec::new();
    let end = sub_blocks(walk, data, Some(&mut ranges))?;
    // A packet starts with `<` or a byte order mark; a sub-block's length byte in its place means that the writer
    // took the packet for ordinary data.
    let raw = matches!(walk.input.u8(data)?, b'<' | 0xEF | 0xFE | 0xFF);
    if raw {
        let length = end.saturating_sub(data).saturating_sub(XMP_TRAILER);
        if let Some(bytes) = walk.part(path, data, length)? {
            walk.add_xmp(location(path, data, length), &bytes, true);
        }
    } else if let Some(bytes) = gather(walk, &ranges, path)? {
        walk.add_xmp(location(path, at, end.saturating_sub(at)), &bytes, false);
    }
    Ok(end)
}
