//! Office Open XML documents (ISO/IEC 29500-2): the custom properties, and C2PA's store as ZIP files have it.
//!
//! The archive is walked by its central directory (APPNOTE.TXT 6.3, section 4.3.12); only parts of interest are
//! opened. Archives above 4 GB (ZIP64) are not read.

use crate::collector::{Encoding, MetadataCollector};
use crate::container::{jumbf, location};
use crate::error::ParseError;
use crate::findings::{TextBody, TextKind, WarningKind};
use crate::inflate::Packing;
use crate::text;
use crate::xml;

/// The end record without its comment, and the longest comment.
const END: u64 = 22;
const LONGEST_COMMENT: u64 = 0xFFFF;

const CUSTOM: &[u8] = b"docProps/custom.xml";
/// Main part of a text document.
const DOCUMENT: &[u8] = b"word/document.xml";
/// C2PA specification, "Embedding manifests into ZIP-based formats".
const MANIFEST: &[u8] = b"META-INF/content_credential.c2pa";

/// An entry of the central directory.
struct Entry {
    name: Vec<u8>,
    method: u16,
    length: u64,
    header: u64,
}

pub(crate) fn read(collector: &mut MetadataCollector<'_>) -> Result<(), ParseError> {
    let Some((mut at, count)) = directory(collector)? else {
        return Err(ParseError::Malformed(0, "no directory at the archive's end"));
    };
    let (mut custom, mut manifests) = (false, false);
    for _ in 0..count {
        collector.input.step("ZIP entries")?;
        let Some((entry, next)) = entry(collector, at)? else {
            return Err(ParseError::Malformed(at, "no directory entry where one must be"));
        };
        let outcome = match entry.name.as_slice() {
            // Only the first entry of each name is read, so that a directory that repeats a part costs no more work.
            CUSTOM if collector.everything() && !std::mem::replace(&mut custom, true) => properties(collector, &entry),
            MANIFEST if !std::mem::replace(&mut manifests, true) => manifest(collector, &entry),
            CUSTOM | MANIFEST if collector.everything() => {
                let place = location(path(&entry), at, 0);
                collector.warn(WarningKind::Duplicate, "the archive contains this part more than once", Some(place));
                Ok(())
            }
            _ => Ok(()),
        };
        collector.tolerate(&path(&entry), outcome)?;
        at = next;
    }
    Ok(())
}

fn path(entry: &Entry) -> String {
    format!("OOXML/{}", text::utf8_or_latin1(&entry.name))
}

/// Returns the offset of the central directory and its number of entries.
fn directory(collector: &mut MetadataCollector<'_>) -> Result<Option<(u64, u16)>, ParseError> {
    let length = collector.input.length();
    let window = length.min(END + LONGEST_COMMENT);
    let start = length.saturating_sub(window);
    let tail = collector.input.bytes(start, window)?;
    // The last one: a comment may hold the signature, the archive's own data too.
    let Some(at) = tail.windows(4).rposition(|four| four == b"PK\x05\x06") else {
        return Ok(None);
    };
    let Some(record) = at.checked_add(22).and_then(|end| tail.get(at..end)) else {
        return Ok(None);
    };
    let number = |from: usize, to: usize| little_endian(record.get(from..to).unwrap_or_default());
    let (count, offset) = (number(10, 12), number(16, 20));
    if count == 0xFFFF || offset == u64::from(u32::MAX) {
        let place = location("OOXML/directory", start.saturating_add(at as u64), END);
        collector.warn(WarningKind::Unread, "archives above 4 GB are not read", Some(place));
        return Ok(Some((offset, 0)));
    }
    Ok(Some((offset, u16::try_from(count).unwrap_or(0))))
}

/// The entry at `at`, and the offset of the next.
fn entry(collector: &mut MetadataCollector<'_>, at: u64) -> Result<Option<(Entry, u64)>, ParseError> {
    let head = collector.input.array::<46>(at)?;
    if !head.starts_with(b"PK\x01\x02") {
        return Ok(None);
    }
    let number = |from: usize, to: usize| little_endian(head.get(from..to).unwrap_or_default());
    let (name, extra, comment) = (number(28, 30), number(30, 32), number(32, 34));
    let name_at = at.saturating_add(46);
    let entry = Entry {
        name: collector.input.bytes(name_at, name)?,
        method: u16::try_from(number(10, 12)).unwrap_or(u16::MAX),
        length: number(20, 24),
        header: number(42, 46),
    };
    Ok(Some((entry, name_at.saturating_add(name).saturating_add(extra).saturating_add(comment))))
}

/// Returns the offset of an entry's data: after its own header, whose name and extra field may differ in length.
fn data(collector: &mut MetadataCollector<'_>, entry: &Entry) -> Result<u64, ParseError> {
    let head = collector.input.array::<30>(entry.header)?;
    if !head.starts_with(b"PK\x03\x04") {
        return Err(ParseError::Malformed(entry.header, "no file header where the directory has one"));
    }
    let number = |from: usize, to: usize| little_endian(head.get(from..to).unwrap_or_default());
    let start = entry.header.saturating_add(30).saturating_add(number(26, 28)).saturating_add(number(28, 30));
    if start.saturating_add(entry.length) > collector.input.length() {
        return Err(ParseError::Truncated(start));
    }
    Ok(start)
}

/// Custom properties (ISO/IEC 29500-1 section 15.2.12.2): a name, and one value of a type.
fn properties(collector: &mut MetadataCollector<'_>, entry: &Entry) -> Result<(), ParseError> {
    let start = data(collector, entry)?;
    let place = location(path(entry), start, entry.length);
    let Some(stored) = collector.part(&place.path, start, entry.length)? else {
        return Ok(());
    };
    let bytes = match entry.method {
        0 => stored,
        8 => match collector.unpacked(Packing::Raw, &stored, &place) {
            Some(bytes) => bytes,
            None => return Ok(()),
        },
        _ => {
            collector.warn(WarningKind::Unread, "a part compressed in a way that is not read", Some(place));
            return Ok(());
        }
    };
    let text = text::decode_unicode(&bytes);
    let document = match xml::parse(&text) {
        Ok(document) => document,
        Err(problem) => {
            collector.warn(WarningKind::Malformed, format!("custom properties: {problem}"), Some(place));
            return Ok(());
        }
    };
    for property in document.root_element().children().filter(|node| node.tag_name().name() == "property") {
        collector.input.step("document properties")?;
        let Some(name) = property.attribute("name") else { continue };
        let value: String =
            property.descendants().filter(roxmltree::Node::is_text).filter_map(|node| node.text()).collect();
        let here = location(format!("{}/{}", place.path, text::cut(name, 64)), place.offset, place.length);
        collector.add_text(TextKind::DocumentProperty, name, value.trim(), here);
    }
    Ok(())
}

/// The text of a text document: the paragraphs of its main part (ISO/IEC 29500-1, 17.3.1.22). `None` for tables and slides,
/// or where the part cannot be read.
pub(crate) fn body(collector: &mut MetadataCollector<'_>) -> Result<Option<TextBody>, ParseError> {
    let Some((mut at, count)) = directory(collector)? else {
        return Ok(None);
    };
    for _ in 0..count {
        collector.input.step("ZIP entries")?;
        let Some((entry, next)) = entry(collector, at)? else {
            return Ok(None);
        };
        if entry.name == DOCUMENT {
            return document(collector, &entry);
        }
        at = next;
    }
    Ok(None)
}

fn document(collector: &mut MetadataCollector<'_>, entry: &Entry) -> Result<Option<TextBody>, ParseError> {
    let start = data(collector, entry)?;
    let place = location(path(entry), start, entry.length);
    let Some(stored) = collector.part(&place.path, start, entry.length)? else {
        return Ok(None);
    };
    let bytes = match entry.method {
        0 => stored,
        8 => match collector.unpacked(Packing::Raw, &stored, &place) {
            Some(bytes) => bytes,
            None => return Ok(None),
        },
        _ => return Ok(None),
    };
    let text = text::decode_unicode(&bytes);
    let Ok(document) = xml::parse(&text) else {
        return Ok(None);
    };
    let mut paragraphs = Vec::new();
    for paragraph in document.descendants().filter(|node| node.tag_name().name() == "p") {
        collector.input.step("paragraphs")?;
        let runs = paragraph.descendants().filter(|node| node.tag_name().name() == "t");
        let words: String = runs.filter_map(|run| run.text()).collect();
        if !words.trim().is_empty() {
            paragraphs.push(words.trim().to_owned());
        }
    }
    Ok(Some(TextBody { paragraphs, complete: true, location: place }))
}

fn manifest(collector: &mut MetadataCollector<'_>, entry: &Entry) -> Result<(), ParseError> {
    let start = data(collector, entry)?;
    let payload = start..start.saturating_add(entry.length);
    if entry.method == 0 && jumbf::starts_store(&mut collector.input, &payload)? {
        collector.add_store(path(entry), Some(payload.clone()), Some(payload), Encoding::Raw);
    } else {
        let place = location(path(entry), start, entry.length);
        collector.warn(WarningKind::Malformed, "a C2PA part that holds no manifest store as it is", Some(place));
    }
    Ok(())
}

fn little_endian(bytes: &[u8]) -> u64 {
    bytes.iter().rev().fold(0, |value, byte| value << 8 | u64::from(*byte))
}
