//! Items of a HEIF or AVIF file (ISO/IEC 14496-12 sections 8.11.3 and 8.11.6): EXIF and XMP through `iinf` and `iloc`.

use std::ops::Range;

use crate::collector::MetadataCollector;
use crate::container::bmff::boxes::{Atom, atoms};
use crate::container::location;
use crate::error::ParseError;
use crate::findings::WarningKind;
use crate::iloc::{ItemLocations, ItemLocationsError};
use crate::inflate::Packing;
use crate::text;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Exif,
    Xmp,
}

/// An item and the file ranges of its data.
type Located<'a> = (&'a Item, Vec<Range<u64>>);

struct Item {
    id: u32,
    kind: Kind,
    coding: Coding,
}

/// `content_encoding` of an item (ISO/IEC 14496-12 section 8.11.6.2): the names of HTTP's content codings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Coding {
    None,
    Packed(Packing),
    Unknown,
}

fn coding(name: &[u8]) -> Coding {
    match name {
        b"" | b"identity" => Coding::None,
        b"deflate" | b"compress_zlib" => Coding::Packed(Packing::Deflate),
        b"gzip" | b"x-gzip" => Coding::Packed(Packing::Gzip),
        b"br" => Coding::Packed(Packing::Brotli),
        _ => Coding::Unknown,
    }
}

pub(crate) fn read(collector: &mut MetadataCollector<'_>, path: &str, children: &[Atom]) -> Result<(), ParseError> {
    let find = |kind: &[u8; 4]| children.iter().find(|child| &child.kind == kind).cloned();
    let (Some(info), Some(places)) = (find(b"iinf"), find(b"iloc")) else {
        return Ok(());
    };
    let data = find(b"idat").map(|atom| atom.body);
    let wanted = items(collector, path, &info)?;
    if wanted.is_empty() {
        return Ok(());
    }
    for (item, extents) in locate(collector, &places, &wanted, data.as_ref())? {
        let outcome = item_data(collector, path, item, extents);
        collector.tolerate(path, outcome)?;
    }
    Ok(())
}

/// The items of interest in `iinf`.
fn items(collector: &mut MetadataCollector<'_>, path: &str, info: &Atom) -> Result<Vec<Item>, ParseError> {
    let version = collector.input.u8(info.body.start)?;
    let start = info.body.start.saturating_add(if version == 0 { 6 } else { 8 });
    let mut found = Vec::new();
    for entry in atoms(collector, path, start..info.body.end)? {
        if entry.kind != *b"infe" || entry.length() < 12 {
            continue;
        }
        let at = entry.body.start;
        let version = collector.input.u8(at)?;
        let (id, type_at) = match version {
            2 => (u32::from(collector.input.u16_be(at.saturating_add(4))?), at.saturating_add(8)),
            3 => (collector.input.u32_be(at.saturating_add(4))?, at.saturating_add(10)),
            // Versions 0 and 1 are for MPEG-7, without item types.
            _ => continue,
        };
        let kind = collector.input.array::<4>(type_at)?;
        let names_at = type_at.saturating_add(4);
        let (kind, coding) = match &kind {
            b"Exif" => (Kind::Exif, Coding::None),
            b"mime" => {
                let names = collector.input.peek(names_at, entry.body.end.saturating_sub(names_at).min(512))?;
                let (_, rest) = text::split_nul(&names);
                let (content_type, rest) = text::split_nul(rest);
                if content_type != b"application/rdf+xml" {
                    continue;
                }
                (Kind::Xmp, coding(text::split_nul(rest).0))
            }
            _ => continue,
        };
        if found.len() < 256 {
            found.push(Item { id, kind, coding });
        }
    }
    Ok(found)
}

/// File ranges of the wanted items, from `iloc`. Method 0 counts from the file's start, 1 from `idat`.
fn locate<'a>(
    collector: &mut MetadataCollector<'_>,
    places: &Atom,
    wanted: &'a [Item],
    data: Option<&Range<u64>>,
) -> Result<Vec<Located<'a>>, ParseError> {
    let bytes = collector.part("iloc", places.body.start, places.length())?.unwrap_or_default();
    let start = places.body.start;
    let locations = ItemLocations::parse(&bytes, &mut collector.input.budget).map_err(|error| located(error, start))?;
    let mut found = Vec::new();
    for place in &locations.items {
        let Some(item) = wanted.iter().find(|item| item.id == place.id) else { continue };
        let method = place.method & 15;
        let mut ranges = Vec::new();
        for extent in place.extents.iter().take(256) {
            let origin = match (method, data) {
                (1, Some(data)) => data.start,
                _ => 0,
            };
            let start = origin.saturating_add(place.base).saturating_add(extent.offset);
            // Length 0: the whole source.
            let end = match (extent.length, method, data) {
                (0, 1, Some(data)) => data.end,
                (0, _, _) => collector.input.length(),
                (length, _, _) => start.saturating_add(length),
            };
            ranges.push(start..end);
        }
        if method > 1 || place.reference != 0 || (method == 1 && data.is_none()) {
            let place = location("iloc", places.body.start, places.length());
            collector.warn(WarningKind::Unread, "a metadata item is kept in another item or file", Some(place));
        } else if !ranges.is_empty() && found.len() < wanted.len() {
            found.push((item, ranges));
        }
    }
    Ok(found)
}

/// The reader's error, at its place in the file.
fn located(error: ItemLocationsError, start: u64) -> ParseError {
    match error {
        ItemLocationsError::Short(at) => {
            ParseError::Malformed(start.saturating_add(at as u64), "item location box too short")
        }
        ItemLocationsError::Version => ParseError::Malformed(start, "item location box of an unknown version"),
        ItemLocationsError::Width => ParseError::Malformed(start, "item location with fields wider than 64 bits"),
        ItemLocationsError::EmptyExtents => {
            ParseError::Malformed(start, "item location with more than one extent without fields")
        }
        ItemLocationsError::Budget(error) => ParseError::Budget(error),
    }
}

fn item_data(
    collector: &mut MetadataCollector<'_>,
    path: &str,
    item: &Item,
    ranges: Vec<Range<u64>>,
) -> Result<(), ParseError> {
    let name = match item.kind {
        Kind::Exif => "Exif",
        Kind::Xmp => "mime(application/rdf+xml)",
    };
    let path = format!("{path}/item[{}]/{name}", item.id);
    let first = ranges.first().cloned().unwrap_or_default();
    let length = ranges.iter().fold(0_u64, |sum, range| sum.saturating_add(range.end.saturating_sub(range.start)));
    let place = location(path.clone(), first.start, first.end.saturating_sub(first.start));
    if length > collector.limits.max_part {
        collector.warn(WarningKind::Limit, "metadata item longer than is read", Some(place));
        return Ok(());
    }
    if item.coding == Coding::Unknown {
        collector.warn(WarningKind::Unread, "a metadata item in an unknown encoding", Some(place));
        return Ok(());
    }
    let mut bytes = Vec::new();
    for range in ranges {
        bytes.extend(collector.input.bytes(range.start, range.end.saturating_sub(range.start))?);
    }
    if let Coding::Packed(packing) = item.coding {
        let Some(unpacked) = collector.unpacked(packing, &bytes, &place) else {
            return Ok(());
        };
        bytes = unpacked;
    }
    match item.kind {
        Kind::Xmp => collector.add_xmp(place, &bytes, true),
        Kind::Exif => {
            let Some((skip, rest)) = bytes.split_first_chunk::<4>() else {
                return Ok(());
            };
            // ISO/IEC 23008-12 Annex A.2.1: distance from here to the TIFF header.
            let skip = usize::try_from(u32::from_be_bytes(*skip)).unwrap_or(usize::MAX);
            let Some(block) = rest.get(skip..) else {
                return Err(ParseError::Malformed(place.offset, "EXIF item whose TIFF header lies outside"));
            };
            let inner = location(
                place.path,
                place.offset.saturating_add(4).saturating_add(skip as u64),
                place.length.saturating_sub(4).saturating_sub(skip as u64),
            );
            collector.add_exif(inner, block);
        }
    }
    Ok(())
}
