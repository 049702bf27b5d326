//! Matroska and WebM (RFC 9559 over EBML, RFC 8794): tags and the segment's information. Clusters are passed over.

use std::ops::Range;

use crate::collector::MetadataCollector;
use crate::container::location;
use crate::error::ParseError;
use crate::findings::{TextKind, WarningKind};
use crate::format::Format;
use crate::text;

const SEGMENT: u32 = 0x1853_8067;
const CLUSTER: u32 = 0x1F43_B675;
const INFO: u32 = 0x1549_A966;
const TAGS: u32 = 0x1254_C367;
const TAG: u32 = 0x7373;
const SIMPLE_TAG: u32 = 0x67C8;
const TAG_NAME: u32 = 0x45A3;
const TAG_STRING: u32 = 0x4487;
const MUXING_APP: u32 = 0x4D80;
const WRITING_APP: u32 = 0x5741;
/// Longest name of a tag that is read, in bytes.
const MAX_NAME: u64 = 1024;
const TITLE: u32 = 0x7BA9;

struct Element {
    id: u32,
    data: Range<u64>,
    unknown_size: bool,
}

/// The element at `at` within a parent that ends at `end`.
fn element(collector: &mut MetadataCollector<'_>, at: u64, end: u64) -> Result<Option<Element>, ParseError> {
    if at.saturating_add(2) > end {
        return Ok(None);
    }
    collector.input.step("EBML elements")?;
    let first = collector.input.u8(at)?;
    let id_length = u64::from(first.leading_zeros()).saturating_add(1);
    if id_length > 4 {
        return Err(ParseError::Malformed(at, "no EBML element where one must be"));
    }
    let id = collector.input.bytes(at, id_length)?.iter().fold(0_u32, |id, byte| id << 8 | u32::from(*byte));
    let size_at = at.saturating_add(id_length);
    let first = collector.input.u8(size_at)?;
    let size_length = u64::from(first.leading_zeros()).saturating_add(1);
    if size_length > 8 {
        return Err(ParseError::Malformed(size_at, "EBML size of more than eight bytes"));
    }
    let raw =
        collector.input.bytes(size_at, size_length)?.iter().fold(0_u64, |size, byte| size << 8 | u64::from(*byte));
    // The length marker is the highest bit of 7 per byte; all ones below it mean: unknown.
    let mask = (1_u64 << size_length.saturating_mul(7)).wrapping_sub(1);
    let size = raw & mask;
    let start = size_at.saturating_add(size_length);
    let unknown_size = size == mask;
    let data_end = if unknown_size { end } else { start.saturating_add(size) };
    if data_end > end {
        return Err(ParseError::Truncated(at));
    }
    Ok(Some(Element { id, data: start..data_end, unknown_size }))
}

pub(crate) fn read(collector: &mut MetadataCollector<'_>) -> Result<(), ParseError> {
    if !collector.everything() {
        return Ok(());
    }
    let root = if collector.format == Format::Webm { "WebM" } else { "Matroska" };
    let end = collector.input.length();
    let mut at = 0_u64;
    while let Some(top) = element(collector, at, end)? {
        // A segment is entered rather than passed; so is a live stream's cluster of unknown size, whose end shows
        // only in the element that follows it.
        let enter = top.id == SEGMENT || (top.id == CLUSTER && top.unknown_size);
        at = if enter { top.data.start } else { top.data.end };
        match top.id {
            INFO => info(collector, &format!("{root}/Segment/Info"), top.data)?,
            TAGS => {
                let mut tag_at = top.data.start;
                let mut index = 0_usize;
                while let Some(tag) = element(collector, tag_at, top.data.end)? {
                    tag_at = tag.data.end;
                    if tag.id == TAG {
                        let path = format!("{root}/Segment/Tags/{}", crate::container::numbered("Tag", index));
                        index = index.saturating_add(1);
                        simple_tags(collector, &path, tag.data, 0)?;
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn info(collector: &mut MetadataCollector<'_>, path: &str, range: Range<u64>) -> Result<(), ParseError> {
    let mut at = range.start;
    while let Some(child) = element(collector, at, range.end)? {
        at = child.data.end;
        let name = match child.id {
            MUXING_APP => "MuxingApp",
            WRITING_APP => "WritingApp",
            TITLE => "Title",
            _ => continue,
        };
        let length = child.data.end.saturating_sub(child.data.start);
        let here = format!("{path}/{name}");
        if let Some(bytes) = collector.part(&here, child.data.start, length)? {
            let place = location(here, child.data.start, length);
            collector.add_text(TextKind::Matroska, name, &text::utf8_or_latin1(&bytes), place);
        }
    }
    Ok(())
}

/// `SimpleTag` elements, which may hold more of themselves.
fn simple_tags(
    collector: &mut MetadataCollector<'_>,
    path: &str,
    range: Range<u64>,
    depth: usize,
) -> Result<(), ParseError> {
    if depth > collector.limits.max_depth {
        let place = location(path, range.start, range.end.saturating_sub(range.start));
        collector.warn(WarningKind::Limit, "tags nested deeper than is read", Some(place));
        return Ok(());
    }
    let mut at = range.start;
    let mut name = String::new();
    let mut value = None;
    while let Some(child) = element(collector, at, range.end)? {
        at = child.data.end;
        let length = child.data.end.saturating_sub(child.data.start);
        match child.id {
            SIMPLE_TAG => simple_tags(collector, path, child.data, depth.saturating_add(1))?,
            TAG_NAME => {
                // No more of it than is kept: names of all levels are held at the same time.
                let bytes = collector.input.peek(child.data.start, length.min(MAX_NAME))?;
                name = text::utf8_or_latin1(&bytes);
            }
            TAG_STRING => value = Some((child.data.start, length)),
            _ => {}
        }
    }
    if let Some((start, length)) = value {
        let here = format!("{path}/SimpleTag({})", text::cut(&name, 64));
        if let Some(bytes) = collector.part(&here, start, length)? {
            collector.add_text(TextKind::Matroska, name, &text::utf8_or_latin1(&bytes), location(here, start, length));
        }
    }
    Ok(())
}
