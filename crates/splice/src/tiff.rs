//! TIFF and BigTIFF: XMP in tag 700 of the first page, C2PA in tag 0xCD41 of the last page.
//!
//! No byte of the file moves, so no offset inside it changes, not even those that only a maker knows. New values go to
//! the end; a directory that gains an entry is written anew there and its one pointer is corrected. Values that are no
//! longer used are cut off where they end the file, and filled with zeros elsewhere.

use std::ops::Range;

use labeler_media::Budget;
use sha2::{Digest, Sha256};

use crate::edits::Edits;
use crate::error::SpliceError;
use crate::rope::Rope;

const XMP: u16 = 700;
const C2PA: u16 = 0xCD41;
const BYTE: u16 = 1;
const UNDEFINED: u16 = 7;
/// Maximum number of pages followed.
const MOST_PAGES: usize = 1000;
/// Maximum number of entries of a directory: tags are 16 bits wide and a directory has each once.
const MOST_ENTRIES: u64 = 65_535;
/// Tags whose entries are kept from every page; the others are read again where a directory is written anew.
const KEPT: [u16; 11] = [258, 259, 262, 273, 277, 279, 324, 325, 338, XMP, C2PA];

/// Byte order and widths.
#[derive(Clone, Copy, Debug)]
struct Layout {
    big_endian: bool,
    big: bool,
}

impl Layout {
    const fn offset_width(self) -> usize {
        if self.big { 8 } else { 4 }
    }

    const fn count_width(self) -> usize {
        if self.big { 8 } else { 2 }
    }

    /// 16-bit numbers that fit into an entry.
    const fn inline_shorts(self) -> u16 {
        if self.big { 4 } else { 2 }
    }

    const fn entry_width(self) -> usize {
        4 + 2 * self.offset_width()
    }

    fn read(self, bytes: &[u8]) -> u64 {
        let fold = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        if self.big_endian { bytes.iter().fold(0, fold) } else { bytes.iter().rev().fold(0, fold) }
    }

    fn write(self, number: u64, width: usize) -> Vec<u8> {
        let bytes = number.to_be_bytes();
        let mut out = bytes.get(8_usize.saturating_sub(width)..).unwrap_or_default().to_vec();
        if !self.big_endian {
            out.reverse();
        }
        out
    }

    fn fits(self, number: u64) -> Result<u64, SpliceError> {
        if self.big || u32::try_from(number).is_ok() {
            Ok(number)
        } else {
            Err(SpliceError::TooLarge("the file is too long for TIFF"))
        }
    }
}

#[derive(Clone, Debug)]
struct Entry {
    tag: u16,
    /// Where it is in the file; 0 for a new one.
    at: u64,
    raw: Vec<u8>,
    /// Bytes of the value outside the entry.
    value: Option<Range<u64>>,
}

#[derive(Debug)]
struct Directory {
    /// Where its offset is written.
    pointer: u64,
    whole: Range<u64>,
    /// The entries of the tags [`KEPT`].
    entries: Vec<Entry>,
}

struct Tiff<'a> {
    source: &'a Rope,
    layout: Layout,
    pages: Vec<Directory>,
}

fn type_width(kind: u64) -> u64 {
    match kind {
        3 | 8 => 2,
        4 | 9 | 11 | 13 => 4,
        5 | 10 | 12 | 16 | 17 | 18 => 8,
        _ => 1,
    }
}

impl<'a> Tiff<'a> {
    fn read(source: &'a Rope) -> Result<Self, SpliceError> {
        let big_endian = match &source.array(0)? {
            b"II" => false,
            b"MM" => true,
            _ => return Err(SpliceError::Malformed("not a TIFF: the byte order mark is missing")),
        };
        let mut layout = Layout { big_endian, big: false };
        match layout.read(&source.array::<2>(2)?) {
            42 => {}
            43 => layout.big = true,
            _ => return Err(SpliceError::Malformed("not a TIFF: the version number is wrong")),
        }
        let mut budget = Budget::default();
        let mut tiff = Self { source, layout, pages: Vec::new() };
        let mut pointer = if layout.big { 8 } else { 4 };
        loop {
            let width = layout.offset_width() as u64;
            let at = layout.read(&source.bytes(pointer..pointer.saturating_add(width))?);
            if at == 0 {
                break;
            }
            if tiff.pages.iter().any(|page| page.whole.start == at) || tiff.pages.len() >= MOST_PAGES {
                return Err(SpliceError::Malformed("the chain of TIFF directories is a circle or too long"));
            }
            let page = tiff.directory(pointer, at, &mut budget)?;
            if tiff.pages.iter().any(|other| other.whole.start < page.whole.end && page.whole.start < other.whole.end) {
                return Err(SpliceError::Malformed("two TIFF directories overlap"));
            }
            pointer = page.whole.end.saturating_sub(width);
            tiff.pages.push(page);
        }
        if tiff.pages.is_empty() {
            return Err(SpliceError::Malformed("not a TIFF: there is no directory"));
        }
        Ok(tiff)
    }

    fn directory(&self, pointer: u64, at: u64, budget: &mut Budget) -> Result<Directory, SpliceError> {
        let layout = self.layout;
        let table_at = at.saturating_add(layout.count_width() as u64);
        let count = layout.read(&self.source.bytes(at..table_at)?);
        if count == 0 || count > MOST_ENTRIES {
            return Err(SpliceError::Malformed("a TIFF directory has no entries or too many"));
        }
        budget.entries("TIFF directories", count)?;
        let width = layout.entry_width();
        let next_at = table_at.saturating_add(count.saturating_mul(width as u64));
        let end = next_at.saturating_add(layout.offset_width() as u64);
        let mut page = Directory { pointer, whole: at..end, entries: Vec::new() };
        if end > self.source.len() {
            return Err(SpliceError::Truncated(next_at));
        }
        page.entries = self.entries(&page, |tag| KEPT.contains(&tag))?;
        budget.retain("TIFF directories", page.entries.len() as u64, 2 * size_of::<Entry>() as u64)?;
        Ok(page)
    }

    /// Returns the entries of a page whose tags are `wanted`.
    fn entries(&self, page: &Directory, wanted: impl Fn(u16) -> bool) -> Result<Vec<Entry>, SpliceError> {
        let layout = self.layout;
        let (width, inline) = (layout.entry_width(), layout.offset_width());
        let start = page.whole.start.saturating_add(layout.count_width() as u64);
        let table = self.source.bytes(start..page.whole.end.saturating_sub(inline as u64))?;
        let entry = |(index, raw): (usize, &[u8])| {
            let at = start.saturating_add(index.saturating_mul(width) as u64);
            let field = |range: Range<usize>| layout.read(raw.get(range).unwrap_or_default());
            let length = type_width(field(2..4)).saturating_mul(field(4..4 + inline));
            let offset = field(4 + inline..width);
            let tag = u16::try_from(field(0..2)).unwrap_or(0);
            let value = (length > inline as u64).then(|| offset..offset.saturating_add(length));
            wanted(tag).then(|| Entry { tag, at, raw: raw.to_vec(), value })
        };
        Ok(table.chunks_exact(width).enumerate().filter_map(entry).collect())
    }

    /// The offset of the page behind `page`, as it is written.
    fn next(&self, page: &Directory) -> Result<Vec<u8>, SpliceError> {
        let width = self.layout.offset_width() as u64;
        self.source.bytes(page.whole.end.saturating_sub(width)..page.whole.end)
    }

    /// Returns type, count and place of an entry's values.
    fn values(&self, page: &Directory, tag: u16) -> Option<(u64, u64, u64)> {
        let layout = self.layout;
        let entry = page.entries.iter().find(|entry| entry.tag == tag)?;
        let field = |range: Range<usize>| entry.raw.get(range).map(|bytes| layout.read(bytes));
        let inline = layout.offset_width();
        let (kind, count) = (field(2..4)?, field(4..4_usize.saturating_add(inline))?);
        let inside = entry.at.checked_add(4_usize.saturating_add(inline) as u64)?;
        let at = entry.value.as_ref().map_or(inside, |value| value.start);
        Some((kind, count, at))
    }

    /// One of the numbers at a place that [`Self::values`] gave.
    fn value(&self, (kind, _, at): (u64, u64, u64), index: u64) -> Result<u64, SpliceError> {
        let width = type_width(kind);
        let at = at.saturating_add(index.saturating_mul(width));
        Ok(self.layout.read(&self.source.bytes(at..at.saturating_add(width))?))
    }

    fn entry(&self, tag: u16, kind: u16, count: u64, offset: u64) -> Entry {
        let layout = self.layout;
        let mut raw = layout.write(u64::from(tag), 2);
        raw.extend(layout.write(u64::from(kind), 2));
        raw.extend(layout.write(count, layout.offset_width()));
        raw.extend(layout.write(offset, layout.offset_width()));
        Entry { tag, at: 0, raw, value: None }
    }

    fn table(&self, entries: &[Entry], next: &[u8]) -> Vec<u8> {
        let mut out = self.layout.write(entries.len() as u64, self.layout.count_width());
        entries.iter().for_each(|entry| out.extend_from_slice(&entry.raw));
        out.extend_from_slice(next);
        out
    }
}

/// Changes that are being gathered: the tail that is appended, and the values that are no longer used.
struct Change<'a> {
    tiff: Tiff<'a>,
    edits: Edits,
    dead: Vec<Range<u64>>,
    /// Where the file is cut off before the tail.
    end: u64,
    tail: Vec<u8>,
    /// The page that is written anew.
    page: usize,
}

/// Which page keeps the tag.
enum Keep {
    First,
    Last,
    None,
}

impl<'a> Change<'a> {
    /// Removes `tag`, if one is given, from every page but `keep`, and marks its values and the page `keep`, which is
    /// written anew, as unused.
    fn new(source: &'a Rope, mut edits: Edits, tag: Option<u16>, keep: Keep) -> Result<Self, SpliceError> {
        let tiff = Tiff::read(source)?;
        let keep = match keep {
            Keep::First => Some(0),
            Keep::Last => tiff.pages.len().checked_sub(1),
            Keep::None => None,
        };
        let mut dead = Vec::new();
        for (index, page) in tiff.pages.iter().enumerate() {
            if Some(index) == keep {
                dead.push(page.whole.clone());
            }
            let Some(old) = page.entries.iter().find(|entry| Some(entry.tag) == tag) else { continue };
            dead.extend(old.value.clone().filter(|value| value.end <= source.len()));
            if Some(index) == keep {
                continue;
            }
            let left = tiff.entries(page, |other| Some(other) != tag)?;
            if left.is_empty() {
                return Err(SpliceError::Malformed("a TIFF page holds nothing but metadata"));
            }
            // Shorter in its own place.
            let mut table = tiff.table(&left, &tiff.next(page)?);
            let length = usize::try_from(page.whole.end.saturating_sub(page.whole.start)).unwrap_or(0);
            table.resize(length, 0);
            edits.replace(page.whole.clone(), table);
        }
        let page = keep.unwrap_or(0);
        let mut change = Self { end: source.len(), tiff, edits, dead, tail: Vec::new(), page };
        change.cut();
        Ok(change)
    }

    /// Cuts unused values off the end, with the padding byte behind them; the others become zeros.
    fn cut(&mut self) {
        let source = self.tiff.source;
        while let Some(index) = self.dead.iter().position(|range| {
            let gap = self.end.checked_sub(range.end);
            gap == Some(0) || (gap == Some(1) && source.u8(range.end) == Ok(0))
        }) {
            self.end = self.dead.swap_remove(index).start;
        }
        for range in std::mem::take(&mut self.dead) {
            self.edits.blank(range);
        }
        // Values start at even offsets (TIFF 6.0, section 2).
        if !self.end.is_multiple_of(2) {
            self.tail.push(0);
        }
    }

    /// Adds bytes to the tail at an even offset, which is returned.
    fn append(&mut self, bytes: &[u8]) -> Result<u64, SpliceError> {
        let at = self.tiff.layout.fits(self.end.saturating_add(self.tail.len() as u64))?;
        self.tail.extend_from_slice(bytes);
        if self.tail.len().is_multiple_of(2) != self.end.is_multiple_of(2) {
            self.tail.push(0);
        }
        Ok(at)
    }

    /// Writes the page anew at the end with an entry whose value comes right behind it.
    fn set(&mut self, tag: u16, kind: u16, count: u64) -> Result<u64, SpliceError> {
        let Some(directory) = self.tiff.pages.get(self.page) else { return Ok(0) };
        let mut entries = self.tiff.entries(directory, |old| old != tag)?;
        // Entries are in the order of their tags (TIFF 6.0, section 2).
        let index = entries.iter().position(|old| old.tag > tag).unwrap_or(entries.len());
        let layout = self.tiff.layout;
        let table = layout.count_width().saturating_add(layout.offset_width());
        let table = table.saturating_add(entries.len().saturating_add(1).saturating_mul(layout.entry_width()));
        let here = self.end.saturating_add(self.tail.len() as u64);
        let value = here.saturating_add((table as u64).next_multiple_of(2));
        layout.fits(value.saturating_add(count))?;
        entries.insert(index, self.tiff.entry(tag, kind, count, value));
        let table = self.tiff.table(&entries, &self.tiff.next(directory)?);
        let pointer = directory.pointer;
        let at = self.append(&table)?;
        let width = layout.offset_width();
        self.edits.replace(pointer..pointer.saturating_add(width as u64), layout.write(at, width));
        Ok(value)
    }

    fn finish(mut self, room: u64) -> Result<(Rope, u64), SpliceError> {
        let source = self.tiff.source;
        let at = self.end.saturating_add(self.tail.len() as u64);
        self.edits.replace(self.end..source.len(), std::mem::take(&mut self.tail));
        self.edits.make_hole(source.len(), room);
        Ok((self.edits.apply(source)?, at))
    }
}

pub(crate) fn write_packet(source: &Rope, packet: &[u8], edits: Edits) -> Result<Rope, SpliceError> {
    let mut change = Change::new(source, edits, Some(XMP), Keep::First)?;
    change.set(XMP, BYTE, packet.len() as u64)?;
    change.append(packet)?;
    change.finish(0).map(|(rope, _)| rope)
}

pub(crate) fn make_room(source: &Rope, room: u64) -> Result<(Rope, u64), SpliceError> {
    let mut change = Change::new(source, Edits::new(), Some(C2PA), Keep::Last)?;
    let at = change.set(C2PA, UNDEFINED, room)?;
    let (rope, hole) = change.finish(room)?;
    if hole == at { Ok((rope, at)) } else { Err(SpliceError::Malformed("the TIFF directory changed its size")) }
}

pub(crate) fn remove_stores(source: &Rope) -> Result<Rope, SpliceError> {
    Change::new(source, Edits::new(), Some(C2PA), Keep::None)?.finish(0).map(|(rope, _)| rope)
}

/// New image data for the first page: one strip, compressed with deflate.
#[derive(Debug)]
pub struct TiffImage {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// 1 gray, 2 gray and alpha, 3 RGB, 4 RGB and alpha.
    pub channels: u16,
    /// Bits of a channel: 8, or 16 in the file's byte order.
    pub bits: u16,
    /// Kind of the alpha channel (ExtraSamples): 1 premultiplied, 2 not premultiplied, 0 unspecified.
    pub alpha: u16,
    /// Whether a gray sample of 0 is white.
    pub white_is_zero: bool,
    /// The samples, row by row and interleaved, as a zlib stream.
    pub deflated: Vec<u8>,
}

/// How the first page is coded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TiffForm {
    /// Whether numbers are stored with the highest byte first.
    pub big_endian: bool,
    /// Bits of the first channel.
    pub bits: u64,
    /// Kind of compression (TIFF 6.0, section 3).
    pub compression: u64,
    /// Photometric interpretation (TIFF 6.0, section 8).
    pub photometric: u64,
    /// Channels.
    pub channels: u64,
    /// Kind of the first channel beyond the colours (ExtraSamples), if there is one.
    pub extra: Option<u64>,
    /// Directories in the chain.
    pub pages: usize,
}

/// Reads how the first page is coded.
///
/// # Errors
/// See [`SpliceError`].
pub fn tiff_image_form(source: &Rope) -> Result<TiffForm, SpliceError> {
    let tiff = Tiff::read(source)?;
    let number = |tag: u16| -> Option<u64> {
        let page = tiff.pages.first()?;
        let (kind, _, at) = tiff.values(page, tag)?;
        let end = at.checked_add(type_width(kind))?;
        Some(tiff.layout.read(&source.bytes(at..end).ok()?))
    };
    Ok(TiffForm {
        big_endian: tiff.layout.big_endian,
        bits: number(258).unwrap_or(1),
        compression: number(259).unwrap_or(1),
        photometric: number(262).unwrap_or(u64::MAX),
        channels: number(277).unwrap_or(1),
        extra: number(338),
        pages: tiff.pages.len(),
    })
}

/// SHA-256 of each page behind the first: its image data, and the entries of its directory, but those of metadata
/// packets and manifest stores.
///
/// # Errors
/// See [`SpliceError`]; image data that reaches beyond the file is one.
pub fn tiff_further_pages(source: &Rope) -> Result<Vec<[u8; 32]>, SpliceError> {
    // Offsets and lengths of strips, and of tiles.
    const DATA: [(u16, u16); 2] = [(273, 279), (324, 325)];
    let tiff = Tiff::read(source)?;
    let mut budget = source.len().saturating_mul(2);
    let further = tiff.pages.iter().skip(1).map(|page| {
        let mut hasher = Sha256::new();
        let entries = tiff.entries(page, |tag| ![XMP, C2PA].contains(&tag))?;
        entries.iter().for_each(|entry| hasher.update(&entry.raw));
        for (offsets, lengths) in DATA {
            let (Some(offsets), Some(lengths)) = (tiff.values(page, offsets), tiff.values(page, lengths)) else {
                continue;
            };
            for index in 0..offsets.1.min(lengths.1) {
                let (at, length) = (tiff.value(offsets, index)?, tiff.value(lengths, index)?);
                // Strips may share their data, but hardly do.
                budget = budget
                    .checked_sub(length.saturating_add(1))
                    .ok_or(SpliceError::Malformed("the pages of the TIFF share more data than is read"))?;
                let end = at.saturating_add(length);
                if end > source.len() {
                    return Err(SpliceError::Truncated(source.len()));
                }
                source.slice(at..end).parts().iter().for_each(|part| hasher.update(part));
            }
        }
        Ok(hasher.finalize().into())
    });
    further.collect()
}

/// Replaces the image data of the first page. Keeps the other pages, and the fields of the first page that do not
/// describe the coding of its samples. The old samples remain in the file without a reference, because other structures
/// may share them.
///
/// # Errors
/// See [`SpliceError`].
pub fn replace_tiff_image(source: &Rope, image: &TiffImage) -> Result<Rope, SpliceError> {
    const SHORT: u16 = 3;
    const LONG: u16 = 4;
    /// Tags that describe the old samples: TIFF 6.0, sections 8 to 23, and JPEG and SampleFormat.
    const CODING: [u16; 35] = [
        256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 277, 278, 279, 280, 281, 284, 290, 291, 292, 293, 301, 317,
        320, 322, 323, 324, 325, 332, 338, 339, 347, 529, 530, 531, 532,
    ];
    let mut change = Change::new(source, Edits::new(), None, Keep::First)?;
    let layout = change.tiff.layout;
    let strip = change.append(&image.deflated)?;
    let shorts = |value: u16, count: u16| (0..count).flat_map(move |_| layout.write(u64::from(value), 2));
    let depths: Vec<u8> = shorts(image.bits, image.channels).collect();
    let depths = if image.channels > layout.inline_shorts() {
        layout.write(change.append(&depths)?, layout.offset_width())
    } else {
        depths
    };
    let short = |value: u16| layout.write(u64::from(value), 2);
    let long = |value: u64| Ok::<_, SpliceError>(layout.write(layout.fits(value)?, 4));
    let color = image.channels >= 3;
    // Tag, type, count, and the value, or where it is.
    let mut values = vec![
        (256, LONG, 1, long(u64::from(image.width))?),
        (257, LONG, 1, long(u64::from(image.height))?),
        (258, SHORT, image.channels, depths),
        (259, SHORT, 1, short(8)),
        (262, SHORT, 1, short(if color { 2 } else { u16::from(!image.white_is_zero) })),
        (273, LONG, 1, long(strip)?),
        (277, SHORT, 1, short(image.channels)),
        (278, LONG, 1, long(u64::from(image.height))?),
        (279, LONG, 1, long(image.deflated.len() as u64)?),
        (284, SHORT, 1, short(1)),
    ];
    if image.channels.is_multiple_of(2) {
        values.push((338, SHORT, 1, short(image.alpha)));
    }
    let Some(page) = change.tiff.pages.first() else { return Ok(source.clone()) };
    let mut entries = change.tiff.entries(page, |old| !CODING.contains(&old))?;
    for (tag, kind, count, value) in values {
        let mut entry = change.tiff.entry(tag, kind, u64::from(count), 0);
        let at = 4_usize.saturating_add(layout.offset_width());
        if let Some(slot) = entry.raw.get_mut(at..at.saturating_add(value.len())) {
            slot.copy_from_slice(&value);
        }
        let index = entries.iter().position(|old| old.tag > tag).unwrap_or(entries.len());
        entries.insert(index, entry);
    }
    let table = change.tiff.table(&entries, &change.tiff.next(page)?);
    let pointer = page.pointer;
    let at = change.append(&table)?;
    let width = layout.offset_width();
    change.edits.replace(pointer..pointer.saturating_add(width as u64), layout.write(at, width));
    change.finish(0).map(|(rope, _)| rope)
}
