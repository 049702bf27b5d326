//! PDF (ISO 32000): document information, XMP streams, C2PA's attachment.
//!
//! The file is scanned once for object headers and a few names instead of following cross-reference tables: those
//! come in two forms, are often damaged, and all that is wanted is a handful of objects. Later objects with the same
//! number replace earlier ones, as incremental updates mean them to.

use std::collections::HashMap;
use std::ops::Range;

use crate::collector::{Encoding, MetadataCollector};
use crate::container::pdf_objects::{Parser, Value, get, text_string};
use crate::container::{jumbf, location};
use crate::error::ParseError;
use crate::findings::{TextKind, WarningKind};
use crate::inflate::Packing;
use crate::text::find;

const BLOCK: u64 = 64 << 10;
/// Blocks overlap by this much, the longest that one finding reaches in both directions.
const OVERLAP: u64 = 128;
/// Maximum number of objects remembered; 16 bytes each.
const MAX_OBJECTS: usize = 400_000;
/// Longest dictionary that is read.
const MAX_DICTIONARY: u64 = 256 << 10;
/// Maximum number of streams of one kind that are opened.
const MAX_STREAMS: usize = 512;

#[derive(Default)]
struct Index {
    objects: HashMap<u32, u64>,
    info: Option<u32>,
    encrypted: bool,
    /// Offsets of objects with an XML subtype, of object streams, of C2PA file specifications.
    packets: Vec<u64>,
    object_streams: Vec<u64>,
    manifests: Vec<u64>,
    last_object: u64,
}

/// A stream's dictionary and the range of its data.
struct Stream {
    dictionary: Vec<(Vec<u8>, Value)>,
    data: Range<u64>,
}

pub(crate) fn read(collector: &mut MetadataCollector<'_>) -> Result<(), ParseError> {
    let index = scan(collector)?;
    if index.encrypted {
        collector.warn(WarningKind::Unread, "the document is encrypted; its information dictionary is not read", None);
    }
    for offset in index.manifests.iter().take(MAX_STREAMS) {
        let outcome = file_specification(collector, &index, *offset);
        collector.tolerate("PDF/C2PA", outcome)?;
    }
    let mut info_read = false;
    if collector.everything() {
        for (number, offset) in index.packets.iter().take(MAX_STREAMS).enumerate() {
            let path = format!("PDF/{}", super::numbered("Metadata", number));
            let outcome = packet(collector, &index, &path, *offset);
            collector.tolerate(&path, outcome)?;
        }
        if let Some(offset) = index.info.and_then(|number| index.objects.get(&number)).copied()
            && !index.encrypted
        {
            info_read = true;
            let length = MAX_DICTIONARY.min(collector.input.length().saturating_sub(offset));
            let bytes = collector.input.peek(offset, length)?;
            let mut parser = Parser::new(&bytes, 0);
            if header(&mut parser).is_some() {
                let start = parser.at;
                match parser.dictionary() {
                    Some(dictionary) => {
                        let length = parser.at.saturating_sub(start) as u64;
                        info(collector, &dictionary, offset.saturating_add(start as u64), length);
                    }
                    None => {
                        return Err(ParseError::Malformed(offset, "document information that is no dictionary"));
                    }
                }
            }
        }
    }
    if !index.encrypted {
        for offset in index.object_streams.iter().take(MAX_STREAMS) {
            let outcome = object_stream(collector, &index, *offset, info_read);
            collector.tolerate("PDF/ObjStm", outcome)?;
        }
    }
    Ok(())
}

/// One pass over the file in overlapping blocks.
fn scan(collector: &mut MetadataCollector<'_>) -> Result<Index, ParseError> {
    let mut index = Index::default();
    let mut buffer = vec![0_u8; usize::try_from(BLOCK).unwrap_or(0)];
    let length = collector.input.length();
    let end = length.min(collector.limits.max_scan);
    if end < length {
        collector.warn(WarningKind::Limit, format!("only the first {end} bytes are searched"), None);
    }
    let mut start = 0_u64;
    while start < end {
        let size = BLOCK.min(end.saturating_sub(start));
        let block = buffer.get_mut(..usize::try_from(size).unwrap_or(0)).unwrap_or_default();
        collector.input.scan(start, block)?;
        let last = start.saturating_add(size) >= end;
        // Findings are taken where they have room on both sides, so that no block sees one that another sees too.
        let from = if start == 0 { 0 } else { OVERLAP / 2 };
        let to = if last { size } else { size.saturating_sub(OVERLAP / 2) };
        let range = usize::try_from(from).unwrap_or(0)..usize::try_from(to).unwrap_or(0);
        index.block(block, range, start);
        start = if last { end } else { start.saturating_add(size).saturating_sub(OVERLAP) };
    }
    Ok(index)
}

impl Index {
    fn block(&mut self, block: &[u8], range: Range<usize>, start: u64) {
        for at in range {
            match block.get(at) {
                Some(b'o') => {
                    if block.get(at..).is_some_and(|rest| rest.starts_with(b"obj"))
                        && let Some((number, from)) = object_header(block, at)
                        && (self.objects.len() < MAX_OBJECTS || self.objects.contains_key(&number))
                    {
                        self.last_object = start.saturating_add(from as u64);
                        self.objects.insert(number, self.last_object);
                    }
                }
                // A short window: what follows a name here is short, and comments may be long.
                Some(b'/') => self.name(block.get(at..at.saturating_add(64).min(block.len())).unwrap_or_default()),
                _ => {}
            }
        }
    }

    fn name(&mut self, rest: &[u8]) {
        let mut remember = |list: fn(&mut Self) -> &mut Vec<u64>| {
            let object = self.last_object;
            let list = list(self);
            if list.last() != Some(&object) && list.len() < MAX_STREAMS {
                list.push(object);
            }
        };
        if let Some(after) = rest.strip_prefix(b"/Info") {
            let mut parser = Parser::new(after, 0);
            if let (Some(number), Some(_), true) = (parser.number(), parser.number(), parser.word(b"R")) {
                self.info = u32::try_from(number).ok();
            }
        } else if let Some(after) = rest.strip_prefix(b"/Subtype") {
            if Parser::new(after, 0).word(b"/XML") {
                remember(|index| &mut index.packets);
            }
        } else if rest.starts_with(b"/ObjStm") {
            remember(|index| &mut index.object_streams);
        } else if rest.starts_with(b"/C2PA_Manifest") {
            remember(|index| &mut index.manifests);
        } else if let Some(after) = rest.strip_prefix(b"/Encrypt") {
            // Not `/EncryptMetadata`.
            self.encrypted |= after.first().is_none_or(|byte| !byte.is_ascii_alphanumeric());
        }
    }
}

/// `12 0 ` before `obj`: the object's number and the position of its first digit.
fn object_header(block: &[u8], at: usize) -> Option<(u32, usize)> {
    let before = block.get(at.saturating_sub(24)..at)?;
    let offset = at.saturating_sub(before.len());
    let space = |byte: &u8| byte.is_ascii_whitespace();
    let trimmed = before.trim_ascii_end();
    if trimmed.len() == before.len() {
        return None;
    }
    let generation = trimmed.iter().rposition(space)?;
    if !trimmed.get(generation.checked_add(1)?..)?.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let head = trimmed.get(..generation)?.trim_ascii_end();
    let digits = head.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let start = head.len().checked_sub(digits)?;
    let number = std::str::from_utf8(head.get(start..)?).ok()?.parse().ok()?;
    Some((number, offset.checked_add(start)?))
}

/// Passes `12 0 obj`.
fn header(parser: &mut Parser<'_>) -> Option<()> {
    parser.number()?;
    parser.number()?;
    parser.word(b"obj").then_some(())
}

/// The stream object at `offset`.
fn stream(collector: &mut MetadataCollector<'_>, index: &Index, offset: u64) -> Result<Option<Stream>, ParseError> {
    let bytes = collector.input.peek(offset, 16 << 10)?;
    let mut parser = Parser::new(&bytes, 0);
    if header(&mut parser).is_none() {
        return Ok(None);
    }
    let Some(dictionary) = parser.dictionary() else {
        return Ok(None);
    };
    if !parser.word(b"stream") {
        return Ok(None);
    }
    let skip = match bytes.get(parser.at..) {
        Some([b'\r', b'\n', ..]) => 2,
        Some([b'\n' | b'\r', ..]) => 1,
        _ => 0,
    };
    let start = offset.saturating_add(parser.at.saturating_add(skip) as u64);
    let declared = match get(&dictionary, b"Length") {
        Some(Value::Number(length)) => Some(*length),
        Some(Value::Reference(number)) => match index.objects.get(number).copied() {
            Some(offset) => {
                let bytes = collector.input.peek(offset, 64)?;
                let mut parser = Parser::new(&bytes, 0);
                header(&mut parser).and_then(|()| parser.number())
            }
            None => None,
        },
        _ => None,
    };
    let length = match declared {
        Some(length) if start.saturating_add(length) <= collector.input.length() => length,
        // A missing or wrong length: the end keyword tells.
        _ => {
            let window = collector.input.peek(start, collector.limits.max_part)?;
            match find(&window, b"endstream") {
                Some(length) => length as u64,
                None => return Err(ParseError::Truncated(start)),
            }
        }
    };
    Ok(Some(Stream { dictionary, data: start..start.saturating_add(length) }))
}

enum Filter {
    None,
    Flate,
    Other,
}

fn filter(dictionary: &[(Vec<u8>, Value)]) -> Filter {
    let plain_parameters = match get(dictionary, b"DecodeParms") {
        Some(Value::Dictionary(parameters)) => {
            matches!(get(parameters, b"Predictor"), None | Some(Value::Number(0 | 1)))
        }
        _ => true,
    };
    match get(dictionary, b"Filter") {
        None => Filter::None,
        Some(Value::Array(filters)) if filters.is_empty() => Filter::None,
        Some(Value::Name(name)) if name == b"FlateDecode" && plain_parameters => Filter::Flate,
        Some(Value::Array(filters))
            if matches!(filters.as_slice(), [Value::Name(name)] if name == b"FlateDecode") && plain_parameters =>
        {
            Filter::Flate
        }
        Some(_) => Filter::Other,
    }
}

/// A stream's data, decoded; `None` with a warning when it cannot be.
fn decoded(collector: &mut MetadataCollector<'_>, path: &str, stream: &Stream) -> Result<Option<Vec<u8>>, ParseError> {
    let length = stream.data.end.saturating_sub(stream.data.start);
    let place = location(path, stream.data.start, length);
    let Some(bytes) = collector.part(path, stream.data.start, length)? else {
        return Ok(None);
    };
    match filter(&stream.dictionary) {
        Filter::None => Ok(Some(bytes)),
        Filter::Flate => match collector.unpack(Packing::Zlib, &bytes) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(_) => {
                collector.warn(WarningKind::Unread, "stream that cannot be inflated within the limit", Some(place));
                Ok(None)
            }
        },
        Filter::Other => {
            collector.warn(WarningKind::Unread, "stream with a filter that is not read", Some(place));
            Ok(None)
        }
    }
}

fn packet(collector: &mut MetadataCollector<'_>, index: &Index, path: &str, offset: u64) -> Result<(), ParseError> {
    let Some(stream) = stream(collector, index, offset)? else {
        return Ok(());
    };
    let Some(bytes) = decoded(collector, path, &stream)? else {
        return Ok(());
    };
    let length = stream.data.end.saturating_sub(stream.data.start);
    let place = location(path, stream.data.start, length);
    if index.encrypted && !bytes.trim_ascii_start().starts_with(b"<") {
        collector.warn(WarningKind::Unread, "encrypted metadata stream", Some(place));
        return Ok(());
    }
    collector.add_xmp(place, &bytes, true);
    Ok(())
}

fn info(collector: &mut MetadataCollector<'_>, dictionary: &[(Vec<u8>, Value)], offset: u64, length: u64) {
    for (key, value) in dictionary {
        if let Value::Text(value) = value {
            let key = String::from_utf8_lossy(key).into_owned();
            let place = location(format!("PDF/Info/{key}"), offset, length);
            collector.add_text(TextKind::PdfInfo, key, &text_string(value), place);
        }
    }
}

/// C2PA specification, "Embedding manifests into PDFs": a file specification with `/AFRelationship /C2PA_Manifest`.
fn file_specification(collector: &mut MetadataCollector<'_>, index: &Index, offset: u64) -> Result<(), ParseError> {
    let bytes = collector.input.peek(offset, 16 << 10)?;
    let mut parser = Parser::new(&bytes, 0);
    if header(&mut parser).is_none() {
        return Ok(());
    }
    match parser.dictionary() {
        Some(dictionary) => embedded_file(collector, index, &dictionary),
        None => Ok(()),
    }
}

fn embedded_file(
    collector: &mut MetadataCollector<'_>,
    index: &Index,
    specification: &[(Vec<u8>, Value)],
) -> Result<(), ParseError> {
    let Some(Value::Dictionary(files)) = get(specification, b"EF") else {
        return Ok(());
    };
    let Some(Value::Reference(number)) = get(files, b"F").or_else(|| get(files, b"UF")) else {
        return Ok(());
    };
    let Some(offset) = index.objects.get(number).copied() else {
        return Ok(());
    };
    let Some(stream) = stream(collector, index, offset)? else {
        return Ok(());
    };
    let encoding = match filter(&stream.dictionary) {
        Filter::None if jumbf::starts_store(&mut collector.input, &stream.data)? => Encoding::Raw,
        Filter::Flate => Encoding::Zlib,
        _ => {
            let length = stream.data.end.saturating_sub(stream.data.start);
            let place = location("PDF/C2PA", stream.data.start, length);
            collector.warn(WarningKind::Unread, "C2PA attachment that holds no readable manifest store", Some(place));
            return Ok(());
        }
    };
    collector.add_store("PDF/C2PA_Manifest".to_owned(), Some(stream.data.clone()), Some(stream.data), encoding);
    Ok(())
}

/// Objects packed into a stream (section 7.5.7): the information dictionary or a file specification may be there.
fn object_stream(
    collector: &mut MetadataCollector<'_>,
    index: &Index,
    offset: u64,
    info_read: bool,
) -> Result<(), ParseError> {
    let Some(stream) = stream(collector, index, offset)? else {
        return Ok(());
    };
    let Some(bytes) = decoded(collector, "PDF/ObjStm", &stream)? else {
        return Ok(());
    };
    let (Some(Value::Number(first)), Some(Value::Number(count))) =
        (get(&stream.dictionary, b"First"), get(&stream.dictionary, b"N"))
    else {
        return Ok(());
    };
    let first = usize::try_from(*first).unwrap_or(usize::MAX);
    let mut table = Parser::new(&bytes, 0);
    for _ in 0..(*count).min(65_536) {
        collector.input.step("PDF objects")?;
        let (Some(number), Some(at)) = (table.number(), table.number()) else {
            break;
        };
        let wanted = !info_read && index.info.is_some_and(|info| u64::from(info) == number);
        let at = first.saturating_add(usize::try_from(at).unwrap_or(usize::MAX));
        let head = bytes.get(at..at.saturating_add(4096).min(bytes.len())).unwrap_or_default();
        let manifest = find(head, b"/C2PA_Manifest").is_some();
        if !wanted && !manifest {
            continue;
        }
        let Some(dictionary) = Parser::new(&bytes, at).dictionary() else {
            continue;
        };
        let names_manifest =
            matches!(get(&dictionary, b"AFRelationship"), Some(Value::Name(name)) if name == b"C2PA_Manifest");
        if names_manifest {
            embedded_file(collector, index, &dictionary)?;
        } else if wanted && collector.everything() {
            let length = stream.data.end.saturating_sub(stream.data.start);
            info(collector, &dictionary, stream.data.start, length);
        }
    }
    Ok(())
}
