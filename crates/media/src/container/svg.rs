//! SVG: XMP and C2PA in `metadata`, title and description.
//!
//! Only the root's start tag and the elements of interest are parsed, not the drawing: its size and its entities do
//! not matter then.

use crate::collector::{Encoding, MetadataCollector};
use crate::container::location;
use crate::error::ParseError;
use crate::findings::{TextKind, WarningKind};
use crate::text::{self, find};
use crate::xml;

/// Maximum number of bytes of a file that are read: the file is held in memory as a whole. Half of it in UTF-16 and
/// UTF-32, which are held decoded too.
const MAX_LENGTH: u64 = 16 << 20;
/// Longest start tag of the root element that is read. 64 KiB: editors declare some dozens of namespaces, below 4 KiB.
const MAX_ROOT_TAG: u64 = 64 << 10;
const C2PA_NAMESPACE: &str = "http://c2pa.org/manifest";

pub(crate) fn read(collector: &mut MetadataCollector<'_>) -> Result<(), ParseError> {
    let head = collector.input.peek(0, 4)?;
    let width = Width::of(&head);
    let most = if width == Width::One { MAX_LENGTH } else { MAX_LENGTH / 2 };
    let length = collector.input.length().min(collector.limits.max_scan).min(most);
    if length < collector.input.length() {
        collector.warn(WarningKind::Limit, "only the beginning of the file is read", None);
    }
    let mut bytes = collector.input.scan_bytes(0, length)?;
    if width != Width::One {
        bytes = text::decode_unicode(&bytes).into_bytes();
    }
    let (root, start, end) = root_tag(&bytes).ok_or(ParseError::Malformed(0, "no svg element"))?;
    if end.saturating_sub(start) as u64 > MAX_ROOT_TAG {
        // It is read again with each element.
        let place = location("SVG", 0, end as u64);
        collector.warn(
            WarningKind::Limit,
            format!("a start tag longer than the {MAX_ROOT_TAG} bytes that are read"),
            Some(place),
        );
        return Ok(());
    }
    let mut here = Position { at: 0, offset: width.mark(&head) };
    let mut at = end;
    let mut index = 0_usize;
    while let Some((name, from, to)) = next_element(&bytes, at) {
        collector.input.step("SVG elements")?;
        at = to;
        let path = format!("SVG/{}", crate::container::numbered(name, index));
        if name == "metadata" {
            index = index.saturating_add(1);
        }
        let Some(slice) = bytes.get(from..to) else {
            break;
        };
        here = here.moved(&bytes, from, width);
        let after = here.moved(&bytes, to, width);
        if name == "metadata" {
            let base64 = c2pa_text(slice);
            if let Some((from_inner, to_inner, whole_from, whole_to)) = base64 {
                let file = |offset: usize| here.moved(&bytes, from.saturating_add(offset), width).offset;
                collector.add_store(
                    format!("{path}/c2pa:manifest"),
                    Some(file(whole_from)..file(whole_to)),
                    Some(file(from_inner)..file(to_inner)),
                    Encoding::Base64,
                );
                continue;
            }
        }
        if !collector.everything() {
            continue;
        }
        let place = location(path.clone(), here.offset, after.offset.saturating_sub(here.offset));
        if slice.len() as u64 > collector.limits.max_part {
            collector.warn(WarningKind::Limit, "element longer than is read", Some(place));
            continue;
        }
        // The element with the root's namespaces around it, read once more.
        collector
            .input
            .budget
            .read("SVG elements", (slice.len() as u64).saturating_add(end.saturating_sub(start) as u64))?;
        let attributes = bytes.get(start..end).unwrap_or_default();
        let open = String::from_utf8_lossy(attributes);
        let open = open.trim_end_matches('>').trim_end_matches('/');
        let text = format!("{open}>{}</{root}>", text::utf8_or_latin1(slice));
        if name == "metadata" && find(slice, b"http://www.w3.org/1999/02/22-rdf-syntax-ns#").is_some()
            || find(attributes, b"http://www.w3.org/1999/02/22-rdf-syntax-ns#").is_some()
                && find(slice, b"RDF").is_some()
        {
            collector.add_xmp(place, text.as_bytes(), true);
            continue;
        }
        match xml::parse(&text) {
            Ok(document) => {
                let content: String =
                    document.descendants().filter(|node| node.is_text()).filter_map(|node| node.text()).collect();
                if !content.trim().is_empty() {
                    collector.add_text(TextKind::Svg, name, content.trim(), place);
                }
            }
            Err(problem) => collector.warn(WarningKind::Malformed, format!("SVG: {problem}"), Some(place)),
        }
    }
    Ok(())
}

/// How many bytes the file's encoding has for a unit: UTF-8 and its relatives, UTF-16, UTF-32.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Width {
    One,
    Two,
    Four,
}

impl Width {
    /// As [`text::decode_unicode`] tells encodings apart.
    fn of(head: &[u8]) -> Self {
        match head {
            [0xFF, 0xFE, 0, 0] | [0, 0, 0xFE, 0xFF] | [0, 0, 0, b'<'] | [b'<', 0, 0, 0] => Self::Four,
            [0xFE, 0xFF, ..] | [0xFF, 0xFE, ..] | [0, b'<', ..] | [b'<', 0, ..] => Self::Two,
            _ => Self::One,
        }
    }

    /// Length of the byte order mark that decoding takes away.
    fn mark(self, head: &[u8]) -> u64 {
        match (self, head) {
            (Self::Four, [0xFF, 0xFE, 0, 0] | [0, 0, 0xFE, 0xFF]) => 4,
            (Self::Two, [0xFE, 0xFF, ..] | [0xFF, 0xFE, ..]) => 2,
            _ => 0,
        }
    }
}

/// A position in the decoded text, and where that is in the file.
#[derive(Debug, Clone, Copy)]
struct Position {
    at: usize,
    offset: u64,
}

impl Position {
    /// This position moved on to `to` in the text.
    fn moved(self, text: &[u8], to: usize, width: Width) -> Self {
        let passed = text.get(self.at..to).unwrap_or_default();
        // A character starts at a byte other than 10xxxxxx; one of four bytes is two units of UTF-16.
        let characters = || passed.iter().filter(|byte| **byte & 0xC0 != 0x80).count();
        let moved = match width {
            Width::One => passed.len(),
            Width::Two => characters().saturating_add(passed.iter().filter(|byte| **byte >= 0xF0).count()) * 2,
            Width::Four => characters() * 4,
        };
        Self { at: to, offset: self.offset.saturating_add(moved as u64) }
    }
}

/// Name, start and end of the root's start tag.
fn root_tag(bytes: &[u8]) -> Option<(String, usize, usize)> {
    let mut at = 0_usize;
    loop {
        let rest = bytes.get(at..)?;
        let open = rest.iter().position(|byte| *byte == b'<')?;
        at = at.checked_add(open)?;
        let rest = bytes.get(at..)?;
        let skip = if rest.starts_with(b"<?") {
            find(rest, b"?>")?.checked_add(2)?
        } else if rest.starts_with(b"<!--") {
            find(rest, b"-->")?.checked_add(3)?
        } else if rest.starts_with(b"<!") {
            crate::sniff::doctype_length(rest)?
        } else {
            let end = tag_end(rest)?;
            let name = rest.get(1..end)?;
            let name_end = name.iter().position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/'))?;
            let name = std::str::from_utf8(name.get(..name_end)?).ok()?;
            return Some((name.to_owned(), at, at.checked_add(end)?));
        };
        at = at.checked_add(skip)?;
    }
}

/// Length of the tag at the start, quoted values passed over.
fn tag_end(tag: &[u8]) -> Option<usize> {
    let mut quote = None;
    for (index, byte) in tag.iter().enumerate() {
        match (quote, byte) {
            (Some(open), _) if byte == open => quote = None,
            (Some(_), _) => {}
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'>') => return index.checked_add(1),
            _ => {}
        }
    }
    None
}

/// The next `metadata`, `title` or `desc` element, whatever its prefix: name, start and end.
fn next_element(bytes: &[u8], from: usize) -> Option<(&'static str, usize, usize)> {
    let mut at = from;
    loop {
        let open = bytes.get(at..)?.iter().position(|byte| *byte == b'<')?;
        at = at.checked_add(open)?;
        let rest = bytes.get(at..)?;
        if rest.starts_with(b"<!--") {
            at = at.checked_add(find(rest, b"-->")?.checked_add(3)?)?;
            continue;
        }
        if rest.starts_with(b"<![CDATA[") {
            at = at.checked_add(find(rest, b"]]>")?.checked_add(3)?)?;
            continue;
        }
        let name = rest.get(1..)?;
        let name_end =
            name.iter().take(64).position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'<' | b'>' | b'/'));
        let full = name_end.and_then(|end| name.get(..end)).unwrap_or_default();
        let local = full.rsplit(|byte| *byte == b':').next().unwrap_or_default();
        let known = match local {
            b"metadata" => Some("metadata"),
            b"title" => Some("title"),
            b"desc" => Some("desc"),
            _ => None,
        };
        let Some(known) = known else {
            at = at.checked_add(1)?;
            continue;
        };
        let after_tag = at.checked_add(tag_end(rest)?)?;
        if bytes.get(after_tag.saturating_sub(2)) == Some(&b'/') {
            at = after_tag;
            continue;
        }
        let close = [b"</", full].concat();
        let end = find(bytes.get(after_tag..)?, &close)?;
        let close_at = after_tag.checked_add(end)?;
        let end = close_at.checked_add(tag_end(bytes.get(close_at..)?)?)?;
        return Some((known, at, end));
    }
}

/// The Base64 text of a `manifest` element in C2PA's namespace: inner and whole ranges within the slice.
fn c2pa_text(slice: &[u8]) -> Option<(usize, usize, usize, usize)> {
    find(slice, C2PA_NAMESPACE.as_bytes()).or_else(|| find(slice, b"c2pa:manifest"))?;
    let mut at = 0_usize;
    loop {
        let open = slice.get(at..)?.iter().position(|byte| *byte == b'<')?;
        at = at.checked_add(open)?;
        let rest = slice.get(at..)?;
        let tag_length = tag_end(rest)?;
        let name = rest.get(1..)?;
        let name_end = name.iter().position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'>' | b'/'))?;
        let name = name.get(..name_end)?;
        if name == b"manifest" || name.ends_with(b":manifest") {
            let inner = at.checked_add(tag_length)?;
            let close = slice.get(inner..)?.iter().position(|byte| *byte == b'<')?;
            let inner_end = inner.checked_add(close)?;
            let whole_end = inner_end.checked_add(tag_end(slice.get(inner_end..)?)?)?;
            return Some((inner, inner_end, at, whole_end));
        }
        at = at.checked_add(tag_length)?;
    }
}
