//! Item locations of HEIF and AVIF files (ISO/IEC 14496-12 section 8.11.3): the one reader of `iloc`.
//!
//! Every field may be 0 bits wide, also all of an extent's, so that a declared count need not cost the file a byte.
//! Counts are therefore charged to the budget before a list is made, and extents without fields are refused.

use thiserror::Error;

use crate::budget::{Budget, BudgetError};

/// Content of an `iloc` box.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemLocations {
    /// Version and flags.
    pub head: [u8; 4],
    /// Width of an extent's offset in bytes.
    pub offset_size: u8,
    /// Width of an extent's length in bytes.
    pub length_size: u8,
    /// Width of an item's base offset in bytes.
    pub base_size: u8,
    /// Width of an extent's index in bytes.
    pub index_size: u8,
    /// The items, in file order.
    pub items: Vec<ItemLocation>,
}

/// Where one item is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemLocation {
    /// The item's number.
    pub id: u32,
    /// Reserved bits and construction method, whose low four bits are: 0 the file, 1 the `idat` box, 2 another item.
    pub method: u16,
    /// Data reference; 0 is this file.
    pub reference: u16,
    /// Base offset.
    pub base: u64,
    /// The pieces, in order.
    pub extents: Vec<ItemExtent>,
}

/// One piece of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ItemExtent {
    /// Index of the item that holds the piece, for construction method 2.
    pub index: u64,
    /// Offset from the base.
    pub offset: u64,
    /// Length; 0 is the whole source.
    pub length: u64,
}

/// An `iloc` box that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum ItemLocationsError {
    /// The box ends inside a field, at this offset in its content.
    #[error("item location box too short")]
    Short(usize),
    /// A version that the standard does not know.
    #[error("item location box of an unknown version")]
    Version,
    /// A field of more than 8 bytes.
    #[error("item location with fields wider than 64 bits")]
    Width,
    /// An item declares several extents that have no fields.
    #[error("item location with more than one extent without fields")]
    EmptyExtents,
    /// More than may be kept.
    #[error(transparent)]
    Budget(#[from] BudgetError),
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    /// A big-endian number of 0 to 8 bytes.
    fn uint(&mut self, width: u8) -> Result<u64, ItemLocationsError> {
        let end = self.at.saturating_add(usize::from(width));
        let bytes = self.bytes.get(self.at..end).ok_or(ItemLocationsError::Short(self.at))?;
        self.at = end;
        Ok(bytes.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
    }

    fn u16(&mut self) -> Result<u16, ItemLocationsError> {
        self.uint(2).map(|number| u16::try_from(number).unwrap_or(u16::MAX))
    }
}

impl ItemLocations {
    /// Reads the content of an `iloc` box.
    ///
    /// # Errors
    /// See [`ItemLocationsError`].
    pub fn parse(content: &[u8], budget: &mut Budget) -> Result<Self, ItemLocationsError> {
        let mut cursor = Cursor { bytes: content, at: 4 };
        let head: [u8; 4] = content.first_chunk().copied().ok_or(ItemLocationsError::Short(0))?;
        let [version, ..] = head;
        if version > 2 {
            return Err(ItemLocationsError::Version);
        }
        let sizes = cursor.u16()?;
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
        if widths.iter().any(|width| *width > 8) {
            return Err(ItemLocationsError::Width);
        }
        let extent_width = [locations.offset_size, locations.length_size, locations.index_size];
        let extent_width = extent_width.iter().fold(0_usize, |sum, width| sum.saturating_add(usize::from(*width)));
        let wide = if version == 2 { 4 } else { 2 };
        let count = cursor.uint(wide)?;
        for _ in 0..count {
            budget.entries("iloc", 1)?;
            let id = u32::try_from(cursor.uint(wide)?).unwrap_or(u32::MAX);
            let method = if version == 0 { 0 } else { cursor.u16()? };
            let reference = cursor.u16()?;
            let base = cursor.uint(locations.base_size)?;
            let extents = cursor.u16()?;
            if extent_width == 0 && extents > 1 {
                return Err(ItemLocationsError::EmptyExtents);
            }
            let needed = usize::from(extents).saturating_mul(extent_width);
            if needed > content.len().saturating_sub(cursor.at) {
                return Err(ItemLocationsError::Short(content.len()));
            }
            budget.entries("iloc", u64::from(extents))?;
            let mut item =
                ItemLocation { id, method, reference, base, extents: Vec::with_capacity(usize::from(extents)) };
            for _ in 0..extents {
                item.extents.push(ItemExtent {
                    index: cursor.uint(locations.index_size)?,
                    offset: cursor.uint(locations.offset_size)?,
                    length: cursor.uint(locations.length_size)?,
                });
            }
            locations.items.push(item);
        }
        Ok(locations)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use crate::limits::Limits;

    /// 80 items of 65,535 extents, all fields 0 bits wide.
    fn zero_width(version: u8) -> Vec<u8> {
        let mut content = vec![version, 0, 0, 0, 0, 0, 0, 80];
        for id in 1..=80_u16 {
            content.extend(id.to_be_bytes());
            content.extend(if version == 0 { &[0, 0, 0xFF, 0xFF][..] } else { &[0, 0, 0, 0, 0xFF, 0xFF][..] });
        }
        content
    }

    #[test]
    fn rejects_extents_without_fields_before_allocating() {
        for version in [0, 1] {
            let refused = ItemLocations::parse(&zero_width(version), &mut Budget::default());
            assert_eq!(refused.unwrap_err(), ItemLocationsError::EmptyExtents);
        }
        let one = [0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1];
        assert_eq!(ItemLocations::parse(&one, &mut Budget::default()).unwrap().items[0].extents.len(), 1);
    }

    #[test]
    fn limits_items_and_extents_together() {
        // Lengths of 4 bytes: three items of two extents.
        let mut content = vec![0, 0, 0, 0, 0x04, 0, 0, 3];
        for id in 1..=3 {
            content.extend([0, id, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2]);
        }
        let mut budget = Budget::new(&Limits { max_entries: 9, ..Limits::default() });
        assert_eq!(ItemLocations::parse(&content, &mut budget).unwrap().items.len(), 3);
        let mut budget = Budget::new(&Limits { max_entries: 8, ..Limits::default() });
        let refused = ItemLocations::parse(&content, &mut budget).unwrap_err();
        assert_eq!(refused.to_string(), "iloc: more than 8 entries");
    }

    #[test]
    fn rejects_a_truncated_box() {
        let content = [1, 0, 0, 0, 0x44, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 9, 0, 0, 0, 8];
        let read = ItemLocations::parse(&content, &mut Budget::default()).unwrap();
        assert_eq!(read.items[0].extents, [ItemExtent { index: 0, offset: 9, length: 8 }]);
        for cut in 0..content.len() {
            let short = ItemLocations::parse(&content[..cut], &mut Budget::default());
            assert!(matches!(short, Err(ItemLocationsError::Short(_))), "{cut}");
        }
    }
}
