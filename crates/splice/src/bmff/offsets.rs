//! Absolute offsets inside the boxes: item locations, chunk offsets, auxiliary information.

use std::ops::Range;

use labeler_media::{Budget, ItemExtent, ItemLocation, ItemLocations, ItemLocationsError};

use super::boxes::{Atom, atoms};
use crate::edits::Edits;
use crate::error::SpliceError;
use crate::rope::Rope;

/// Longest box with offsets that is read.
const MOST_TABLE: u64 = 16 << 20;
/// Deepest nesting on the way to a chunk table: `moov/trak/mdia/minf/stbl`.
const DEEPEST: usize = 6;

/// Item locations, to be written again.
#[derive(Clone, Debug)]
pub(super) struct Locations(ItemLocations);

fn put(out: &mut Vec<u8>, number: u64, width: u8) -> Result<(), SpliceError> {
    if width < 8 && number >> (8 * u32::from(width)) != 0 {
        return Err(SpliceError::TooLarge("an item's offset does not fit into the iloc box"));
    }
    let bytes = number.to_be_bytes();
    out.extend_from_slice(bytes.get(8_usize.saturating_sub(usize::from(width))..).unwrap_or_default());
    Ok(())
}

impl Locations {
    pub(super) fn parse(source: &Rope, atom: &Atom, budget: &mut Budget) -> Result<Self, SpliceError> {
        let bytes = table(source, atom.body.clone())?;
        let locations = ItemLocations::parse(&bytes, budget).map_err(|error| match error {
            ItemLocationsError::Short(_) => SpliceError::Malformed("an iloc box is cut short"),
            ItemLocationsError::Version => SpliceError::Malformed("an iloc box of an unknown version"),
            ItemLocationsError::Width => SpliceError::Malformed("an iloc box with fields of an unknown width"),
            ItemLocationsError::EmptyExtents => {
                SpliceError::Malformed("an iloc box declares more than one extent without fields")
            }
            ItemLocationsError::Budget(error) => SpliceError::Budget(error),
        })?;
        let widths = [locations.offset_size, locations.length_size, locations.base_size, locations.index_size];
        if widths.iter().any(|width| !matches!(width, 0 | 4 | 8)) {
            return Err(SpliceError::Malformed("an iloc box with fields of an unknown width"));
        }
        Ok(Self(locations))
    }

    pub(super) fn items(&self) -> &[ItemLocation] {
        &self.0.items
    }

    pub(super) const fn items_mut(&mut self) -> &mut Vec<ItemLocation> {
        &mut self.0.items
    }

    /// A box that holds the locations, whole.
    pub(super) fn write(&self) -> Result<Vec<u8>, SpliceError> {
        let locations = &self.0;
        let [version, ..] = locations.head;
        let wide = if version == 2 { 4 } else { 2 };
        let mut out = locations.head.to_vec();
        out.push(locations.offset_size << 4 | locations.length_size);
        out.push(locations.base_size << 4 | locations.index_size);
        put(&mut out, locations.items.len() as u64, wide)?;
        for item in &locations.items {
            put(&mut out, u64::from(item.id), wide)?;
            if version > 0 {
                put(&mut out, u64::from(item.method), 2)?;
            }
            put(&mut out, u64::from(item.reference), 2)?;
            put(&mut out, item.base, locations.base_size)?;
            put(&mut out, item.extents.len() as u64, 2)?;
            for extent in &item.extents {
                put(&mut out, extent.index, locations.index_size)?;
                put(&mut out, extent.offset, locations.offset_size)?;
                put(&mut out, extent.length, locations.length_size)?;
            }
        }
        Ok(super::boxes::make(b"iloc", &out))
    }

    /// Lets every item in this file follow the edits.
    pub(super) fn follow(&mut self, edits: &Edits) -> Result<(), SpliceError> {
        let underflow = SpliceError::Malformed("an item lies before its own base offset");
        let (base_size, offset_size) = (self.0.base_size, self.0.offset_size);
        for item in self.0.items.iter_mut().filter(|item| item.method & 15 == 0 && item.reference == 0) {
            let deltas: Vec<i64> = item
                .extents
                .iter()
                .map(|extent| {
                    let old = item.base.saturating_add(extent.offset);
                    edits.moved(old).wrapping_sub(old).cast_signed()
                })
                .collect();
            let Some(first) = deltas.first().copied() else { continue };
            let in_base = base_size > 0 && (item.base > 0 || offset_size == 0);
            if in_base && deltas.iter().all(|delta| *delta == first) {
                item.base = item.base.checked_add_signed(first).ok_or(underflow.clone())?;
                continue;
            }
            if offset_size == 0 {
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
        let locations = &mut self.0;
        if locations.head.first() != Some(&2) && id > u32::from(u16::MAX) {
            return Err(SpliceError::TooLarge("the file has no item number left"));
        }
        locations.offset_size = locations.offset_size.max(4);
        locations.length_size = locations.length_size.max(4);
        let extents = vec![ItemExtent { index: 0, offset: 0, length }];
        locations.items.push(ItemLocation { id, method: 0, reference: 0, base: 0, extents });
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
pub(super) fn correct(
    source: &Rope,
    top: &[Atom],
    edits: &Edits,
    patches: &mut Edits,
    budget: &mut Budget,
) -> Result<(), SpliceError> {
    if let Some(meta) = top.iter().find(|atom| atom.kind == *b"meta") {
        items_of(source, meta, edits, patches, budget)?;
    }
    correct_others(source, top, edits, patches, budget)
}

/// As [`correct`], without the items of the file itself.
pub(super) fn correct_others(
    source: &Rope,
    top: &[Atom],
    edits: &Edits,
    patches: &mut Edits,
    budget: &mut Budget,
) -> Result<(), SpliceError> {
    if top.iter().any(|atom| atom.kind == *b"moof") {
        return Err(SpliceError::Malformed("files in fragments cannot be written into"));
    }
    for movie in top.iter().filter(|atom| atom.kind == *b"moov") {
        inside(source, movie, 0, edits, patches, budget)?;
    }
    Ok(())
}

fn items_of(
    source: &Rope,
    meta: &Atom,
    edits: &Edits,
    patches: &mut Edits,
    budget: &mut Budget,
) -> Result<(), SpliceError> {
    // Version and flags come first; QuickTime's meta box, without them, has no items.
    let start = meta.body.start.saturating_add(4);
    if start > meta.body.end || source.array::<4>(start).ok() == Some(*b"hdlr") {
        return Ok(());
    }
    for atom in atoms(source, start..meta.body.end, budget)?.into_iter().filter(|atom| atom.kind == *b"iloc") {
        let mut locations = Locations::parse(source, &atom, budget)?;
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

fn inside(
    source: &Rope,
    parent: &Atom,
    depth: usize,
    edits: &Edits,
    patches: &mut Edits,
    budget: &mut Budget,
) -> Result<(), SpliceError> {
    if depth > DEEPEST {
        return Ok(());
    }
    for atom in atoms(source, parent.body.clone(), budget)? {
        match &atom.kind {
            b"trak" | b"mdia" | b"minf" | b"stbl" => {
                inside(source, &atom, depth.saturating_add(1), edits, patches, budget)?
            }
            b"meta" => items_of(source, &atom, edits, patches, budget)?,
            b"stco" => numbers(source, atom.body.start.saturating_add(4), &atom, 4, edits, patches, budget)?,
            b"co64" => numbers(source, atom.body.start.saturating_add(4), &atom, 8, edits, patches, budget)?,
            b"saio" => {
                let [version, _, _, flags] = source.array(atom.body.start)?;
                let skip = if flags & 1 == 1 { 12 } else { 4 };
                let width = if version == 0 { 4 } else { 8 };
                numbers(source, atom.body.start.saturating_add(skip), &atom, width, edits, patches, budget)?;
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
    budget: &mut Budget,
) -> Result<(), SpliceError> {
    let count = u64::from(source.u32_be(at)?);
    let start = at.saturating_add(4);
    let end = start.saturating_add(count.saturating_mul(width as u64));
    if end > atom.body.end {
        return Err(SpliceError::Malformed("a table of offsets is cut short"));
    }
    // The patched table is kept.
    budget.retain("chunk offsets", count, width as u64)?;
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
