//! Absolute offsets inside the boxes: item locations, chunk offsets, auxiliary information.

use std::ops::Range;

use super::boxes::{Atom, atoms};
use crate::edits::Edits;
use crate::{Rope, SpliceError};

/// Longest box with offsets that is read.
const MOST_TABLE: u64 = 16 << 20;
/// Deepest nesting on the way to a chunk table: `moov/trak/mdia/minf/stbl`.
const DEEPEST: usize = 6;

/// Item locations (ISO/IEC 14496-12, 8.11.3).
#[derive(Clone, Debug)]
pub(super) struct Locations {
    head: [u8; 4],
    pub offset_size: u8,
    pub length_size: u8,
    base_size: u8,
    index_size: u8,
    pub items: Vec<Location>,
}

/// Where one item is.
#[derive(Clone, Debug)]
pub(super) struct Location {
    pub id: u32,
    /// Construction method: 0 the file, 1 the `idat` box, 2 another item.
    pub method: u16,
    pub reference: u16,
    pub base: u64,
    pub extents: Vec<Extent>,
}

/// One piece of an item.
#[derive(Clone, Debug)]
pub(super) struct Extent {
    index: u64,
    pub offset: u64,
    pub length: u64,
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn uint(&mut self, width: u8) -> Result<u64, SpliceError> {
        let end = self.at.saturating_add(usize::from(width));
        let bytes = self.bytes.get(self.at..end).ok_or(SpliceError::Malformed("an iloc box is cut short"))?;
        self.at = end;
        Ok(bytes.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
    }
}

fn put(out: &mut Vec<u8>, number: u64, width: u8) -> Result<(), SpliceError> {
    if width < 8 && number >> (8 * u32::from(width)) != 0 {
        return Err(SpliceError::TooLarge("an item's offset does not fit into the iloc box"));
    }
    let bytes = number.to_be_bytes();
    out.extend_from_slice(bytes.get(8_usize.saturating_sub(usize::from(width))..).unwrap_or_default());
    Ok(())
}

impl Locations {
    pub(super) fn parse(source: &Rope, atom: &Atom) -> Result<Self, SpliceError> {
        let bytes = table(source, atom.body.clone())?;
        let mut cursor = Cursor { bytes: &bytes, at: 4 };
        let head = bytes.first_chunk().copied().ok_or(SpliceError::Malformed("an iloc box is cut short"))?;
        let version = head.first().copied().unwrap_or(0);
        if version > 2 {
            return Err(SpliceError::Malformed("an iloc box of an unknown version"));
        }
        let sizes = cursor.uint(2)?;
        let nibble = |shift: u32| u8::try_from(sizes >> shift & 15).unwrap_or(0);
        let mut locations = Self {
            head,
            offset_size: nibble(12),
            length_size: nibble(8),
            base_size: nibble(4),
            index_size: if version == 0 { 0 } else { nibble(0) },
            items: Vec::new(),
        };
        let widths = [locations.offset_size, locations.length_size, locations.base_size, locations.index_size];
        if widths.iter().any(|width| !matches!(width, 0 | 4 | 8)) {
            return Err(SpliceError::Malformed("an iloc box with fields of an unknown width"));
        }
        let wide = if version == 2 { 4 } else { 2 };
        let count = cursor.uint(wide)?;
        for _ in 0..count {
            let id = u32::try_from(cursor.uint(wide)?).unwrap_or(u32::MAX);
            let number = |n: u64| u16::try_from(n).unwrap_or(u16::MAX);
            let method = if version == 0 { 0 } else { number(cursor.uint(2)?) };
            let reference = number(cursor.uint(2)?);
            let base = cursor.uint(locations.base_size)?;
            let extents = cursor.uint(2)?;
            let mut item = Location { id, method, reference, base, extents: Vec::new() };
            for _ in 0..extents {
                item.extents.push(Extent {
                    index: cursor.uint(locations.index_size)?,
                    offset: cursor.uint(locations.offset_size)?,
                    length: cursor.uint(locations.length_size)?,
                });
            }
            locations.items.push(item);
        }
        Ok(locations)
    }

    /// A box that holds the locations, whole.
    pub(super) fn write(&self) -> Result<Vec<u8>, SpliceError> {
        let version = self.head.first().copied().unwrap_or(0);
        let wide = if version == 2 { 4 } else { 2 };
        let mut out = self.head.to_vec();
        out.push(self.offset_size << 4 | self.length_size);
        out.push(self.base_size << 4 | self.index_size);
        put(&mut out, self.items.len() as u64, wide)?;
        for item in &self.items {
            put(&mut out, u64::from(item.id), wide)?;
            if version > 0 {
                put(&mut out, u64::from(item.method), 2)?;
            }
            put(&mut out, u64::from(item.reference), 2)?;
            put(&mut out, item.base, self.base_size)?;
            put(&mut out, item.extents.len() as u64, 2)?;
            for extent in &item.extents {
                put(&mut out, extent.index, self.index_size)?;
                put(&mut out, extent.offset, self.offset_size)?;
                put(&mut out, extent.length, self.length_size)?;
            }
        }
        Ok(super::boxes::make(b"iloc", &out))
    }

    /// Lets every item in this file follow the edits.
    pub(super) fn follow(&mut self, edits: &Edits) -> Result<(), SpliceError> {
        let underflow = SpliceError::Malformed("an item lies before its own base offset");
        for item in self.items.iter_mut().filter(|item| item.method & 15 == 0 && item.reference == 0) {
            let deltas: Vec<i64> = item
                .extents
                .iter()
                .map(|extent| {
                    let old = item.base.saturating_add(extent.offset);
                    edits.moved(old).wrapping_sub(old).cast_signed()
                })
                .collect();
            let Some(first) = deltas.first().copied() else { continue };
            let in_base = self.base_size > 0 && (item.base > 0 || self.offset_size == 0);
            if in_base && deltas.iter().all(|delta| *delta == first) {
                item.base = item.base.checked_add_signed(first).ok_or(underflow.clone())?;
                continue;
            }
            if self.offset_size == 0 {
                continue;
            }
            for (extent, delta) in item.extents.iter_mut().zip(deltas) {
                extent.offset = extent.offset.checked_add_signed(delta).ok_or(underflow.clone())?;
            }
        }
        Ok(())
    }

    /// Adds an item of one piece in the file.
    pub(super) fn add(&mut self, id: u32, length: u64) -> Result<(), SpliceError> {
        if self.head.first() != Some(&2) && id > u32::from(u16::MAX) {
            return Err(SpliceError::TooLarge("the file has no item number left"));
        }
        self.offset_size = self.offset_size.max(4);
        self.length_size = self.length_size.max(4);
        let extents = vec![Extent { index: 0, offset: 0, length }];
        self.items.push(Location { id, method: 0, reference: 0, base: 0, extents });
        Ok(())
    }
}

fn table(source: &Rope, range: Range<u64>) -> Result<Vec<u8>, SpliceError> {
    if range.end.saturating_sub(range.start) > MOST_TABLE {
        return Err(SpliceError::TooLarge("a table of offsets is longer than is read"));
    }
    source.bytes(range)
}

/// Corrects every absolute offset, with patches that keep their boxes' lengths.
pub(super) fn correct(source: &Rope, top: &[Atom], edits: &Edits, patches: &mut Edits) -> Result<(), SpliceError> {
    if let Some(meta) = top.iter().find(|atom| atom.kind == *b"meta") {
        items_of(source, meta, edits, patches)?;
    }
    correct_others(source, top, edits, patches)
}

/// As [`correct`], without the items of the file itself.
pub(super) fn correct_others(
    source: &Rope,
    top: &[Atom],
    edits: &Edits,
    patches: &mut Edits,
) -> Result<(), SpliceError> {
    if top.iter().any(|atom| atom.kind == *b"moof") {
        return Err(SpliceError::Malformed("files in fragments cannot be written into"));
    }
    for movie in top.iter().filter(|atom| atom.kind == *b"moov") {
        inside(source, movie, 0, edits, patches)?;
    }
    Ok(())
}

fn items_of(source: &Rope, meta: &Atom, edits: &Edits, patches: &mut Edits) -> Result<(), SpliceError> {
    // Version and flags come first; QuickTime's meta box, without them, has no items.
    let start = meta.body.start.saturating_add(4);
    if start > meta.body.end || source.array::<4>(start).ok() == Some(*b"hdlr") {
        return Ok(());
    }
    for atom in atoms(source, start..meta.body.end)?.iter().filter(|atom| atom.kind == *b"iloc") {
        let mut locations = Locations::parse(source, atom)?;
        locations.follow(edits)?;
        let new = locations.write()?;
        let length = atom.whole.end.saturating_sub(atom.whole.start);
        if new.len() as u64 > length {
            return Err(SpliceError::Malformed("an iloc box changed its size"));
        }
        // Padding inside the box stays where it is.
        let content = new.get(8..).unwrap_or_default().to_vec();
        let at = atom.body.start;
        patches.replace(at..at.saturating_add(content.len() as u64), content);
    }
    Ok(())
}

fn inside(source: &Rope, parent: &Atom, depth: usize, edits: &Edits, patches: &mut Edits) -> Result<(), SpliceError> {
    if depth > DEEPEST {
        return Ok(());
    }
    for atom in atoms(source, parent.body.clone())? {
        match &atom.kind {
            b"trak" | b"mdia" | b"minf" | b"stbl" => inside(source, &atom, depth.saturating_add(1), edits, patches)?,
            b"meta" => items_of(source, &atom, edits, patches)?,
            b"stco" => numbers(source, atom.body.start.saturating_add(4), &atom, 4, edits, patches)?,
            b"co64" => numbers(source, atom.body.start.saturating_add(4), &atom, 8, edits, patches)?,
            b"saio" => {
                let [version, _, _, flags] = source.array(atom.body.start)?;
                let skip = if flags & 1 == 1 { 12 } else { 4 };
                let width = if version == 0 { 4 } else { 8 };
                numbers(source, atom.body.start.saturating_add(skip), &atom, width, edits, patches)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// A 32-bit count and as many offsets.
fn numbers(
    source: &Rope,
    at: u64,
    atom: &Atom,
    width: usize,
    edits: &Edits,
    patches: &mut Edits,
) -> Result<(), SpliceError> {
    let count = u64::from(source.u32_be(at)?);
    let start = at.saturating_add(4);
    let end = start.saturating_add(count.saturating_mul(width as u64));
    if end > atom.body.end {
        return Err(SpliceError::Malformed("a table of offsets is cut short"));
    }
    let mut bytes = table(source, start..end)?;
    for slot in bytes.chunks_exact_mut(width) {
        let old = slot.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
        let new = edits.moved(old);
        if width == 4 && u32::try_from(new).is_err() {
            return Err(SpliceError::TooLarge("an offset does not fit into its table"));
        }
        slot.copy_from_slice(new.to_be_bytes().get(8_usize.saturating_sub(width)..).unwrap_or_default());
    }
    patches.replace(start..end, bytes);
    Ok(())
}
