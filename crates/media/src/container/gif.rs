//! GIF 89a: comments, XMP's and C2PA's application extensions. Sub-blocks carry their lengths only one by one, so
//! the walk passes through the image data too.

use std::ops::Range;

use crate::collector::{Encoding, MetadataCollector};
use crate::container::{jumbf, location, numbered};
use crate::error::ParseError;
use crate::findings::{TextKind, WarningKind};
use crate::text;

/// After the XMP packet: bytes 01 FF FE … 01 00, then the block terminator 00 (XMP specification part 3, GIF). They
/// make any reader that takes the packet for sub-blocks land on the terminator.
const XMP_TRAILER: u64 = 258;

pub(crate) fn read(collector: &mut MetadataCollector<'_>) -> Result<(), ParseError> {
    let flags = collector.input.u8(10)?;
    let mut at = 13_u64.saturating_add(color_table(flags));
    let mut comments = 0_usize;
    loop {
        match collector.input.u8(at)? {
            0x3B => {
                let end = at.saturating_add(1);
                let left = collector.input.length().saturating_sub(end);
                if left > 0 {
                    collector.warn(
                        WarningKind::TrailingData,
                        format!("{left} bytes follow the end of the image"),
                        Some(location("GIF/trailer", end, left)),
                    );
                }
                return Ok(());
            }
            0x2C => {
                collector.input.step("GIF blocks")?;
                let flags = collector.input.u8(at.saturating_add(9))?;
                let data = at.saturating_add(10).saturating_add(color_table(flags)).saturating_add(1);
                at = sub_blocks(collector, data, None)?;
            }
            0x21 => {
                collector.input.step("GIF blocks")?;
                let label = collector.input.u8(at.saturating_add(1))?;
                at = match label {
                    0xFE => comment(collector, at, &mut comments)?,
                    0xFF => application(collector, at)?,
                    _ => sub_blocks(collector, at.saturating_add(2), None)?,
                };
            }
            _ => return Err(ParseError::Malformed(at, "no GIF block where one must be")),
        }
    }
}

fn color_table(flags: u8) -> u64 {
    if flags & 0x80 == 0 { 0 } else { 3_u64 << ((flags & 7).saturating_add(1)) }
}

/// Walks sub-blocks to their terminator; returns the offset after it.
fn sub_blocks(
    collector: &mut MetadataCollector<'_>,
    start: u64,
    mut ranges: Option<&mut Vec<Range<u64>>>,
) -> Result<u64, ParseError> {
    let mut at = start;
    loop {
        let size = u64::from(collector.input.u8(at)?);
        at = at.saturating_add(1);
        if size == 0 {
            return Ok(at);
        }
        if let Some(ranges) = ranges.as_deref_mut() {
            collector.input.budget.retain("GIF sub-blocks", 1, size_of::<Range<u64>>() as u64)?;
            ranges.push(at..at.saturating_add(size));
        }
        at = at.saturating_add(size);
    }
}

fn gather(
    collector: &mut MetadataCollector<'_>,
    ranges: &[Range<u64>],
    path: &str,
) -> Result<Option<Vec<u8>>, ParseError> {
    let length: u64 = ranges.iter().map(|range| range.end.saturating_sub(range.start)).sum();
    if length > collector.limits.max_part {
        let start = ranges.first().map_or(0, |range| range.start);
        collector.warn(WarningKind::Limit, "extension longer than is read", Some(location(path, start, length)));
        return Ok(None);
    }
    let mut bytes = Vec::new();
    for range in ranges {
        bytes.extend(collector.input.bytes(range.start, range.end.saturating_sub(range.start))?);
    }
    Ok(Some(bytes))
}

fn comment(collector: &mut MetadataCollector<'_>, at: u64, comments: &mut usize) -> Result<u64, ParseError> {
    let mut ranges = Vec::new();
    let kept = collector.everything().then_some(&mut ranges);
    let end = sub_blocks(collector, at.saturating_add(2), kept)?;
    if collector.everything() {
        let path = format!("GIF/{}", numbered("comment", *comments));
        *comments = comments.saturating_add(1);
        if let Some(bytes) = gather(collector, &ranges, &path)? {
            let place = location(path, at, end.saturating_sub(at));
            collector.add_text(TextKind::GifComment, "comment", &text::utf8_or_latin1(&bytes), place);
        }
    }
    Ok(end)
}

fn application(collector: &mut MetadataCollector<'_>, at: u64) -> Result<u64, ParseError> {
    let size = u64::from(collector.input.u8(at.saturating_add(2))?);
    let data = at.saturating_add(3).saturating_add(size);
    if size != 11 {
        return sub_blocks(collector, at.saturating_add(2), None);
    }
    let name = collector.input.array::<11>(at.saturating_add(3))?;
    if name == *b"XMP DataXMP" && collector.everything() {
        return xmp(collector, at, data);
    }
    let mut ranges = Vec::new();
    let keep = name.starts_with(b"C2PA_GIF");
    let end = sub_blocks(collector, data, keep.then_some(&mut ranges))?;
    if keep && !ranges.is_empty() {
        let mut head = Vec::new();
        for range in ranges.iter().take(2) {
            head.extend(collector.input.bytes(range.start, range.end.saturating_sub(range.start))?);
        }
        if jumbf::is_store(&head) {
            collector.add_store("GIF/C2PA_GIF".to_owned(), Some(at..end), ranges, Encoding::Raw);
        }
    }
    Ok(end)
}

fn xmp(collector: &mut MetadataCollector<'_>, at: u64, data: u64) -> Result<u64, ParseError> {
    let path = "GIF/XMP DataXMP";
    let mut ranges = Vec::new();
    let end = sub_blocks(collector, data, Some(&mut ranges))?;
    // A packet starts with `<` or a byte order mark; a sub-block's length byte in its place means that the writer
    // took the packet for ordinary data.
    let raw = matches!(collector.input.u8(data)?, b'<' | 0xEF | 0xFE | 0xFF);
    if raw {
        let length = end.saturating_sub(data).saturating_sub(XMP_TRAILER);
        if let Some(bytes) = collector.part(path, data, length)? {
            collector.add_xmp(location(path, data, length), &bytes, true);
        }
    } else if let Some(bytes) = gather(collector, &ranges, path)? {
        collector.add_xmp(location(path, at, end.saturating_sub(at)), &bytes, false);
    }
    Ok(end)
}
