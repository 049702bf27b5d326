//! TIFF directories, classic and BigTIFF, as EXIF blocks and TIFF files have them.
//!
//! Written here rather than taken from a library because findings need their offsets in the file, TIFF files must be
//! read by ranges, and one bounded reader serves both.

use std::ops::Range;

use crate::error::ParseError;
use crate::input::View;

/// Byte order and widths of a TIFF structure.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Header {
    big_endian: bool,
    big: bool,
    /// Offset of the first directory.
    pub(crate) first: u64,
}

/// One directory entry.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry {
    pub(crate) tag: u16,
    pub(crate) kind: u16,
    pub(crate) count: u64,
    /// Offset of the value, inside the entry or elsewhere.
    pub(crate) offset: u64,
    /// Length of the value in bytes.
    pub(crate) length: u64,
}

/// A directory, as far as it is wanted.
#[derive(Debug)]
pub(crate) struct Directory {
    /// Its bytes, from the count to the offset of the next one.
    pub(crate) whole: Range<u64>,
    pub(crate) entries: Vec<Entry>,
    /// Offset of the next directory; 0: none.
    pub(crate) next: u64,
    /// How many entries have values outside the view; they are left out.
    pub(crate) outside: usize,
}

impl Header {
    /// Reads the header at the view's start.
    pub(crate) fn read(view: &mut dyn View) -> Result<Self, ParseError> {
        let head = view.view(0, 8)?;
        let big_endian = match head.get(..2) {
            Some(b"II") => false,
            Some(b"MM") => true,
            _ => return Err(ParseError::Malformed(0, "no TIFF byte order mark")),
        };
        let mut header = Self { big_endian, big: false, first: 0 };
        match header.uint(head.get(2..4).unwrap_or_default()) {
            42 => header.first = header.uint(head.get(4..8).unwrap_or_default()),
            43 => {
                header.big = true;
                header.first = header.uint(&view.view(8, 8)?);
            }
            _ => return Err(ParseError::Malformed(2, "no TIFF version number")),
        }
        Ok(header)
    }

    /// An unsigned number of 0 to 8 bytes in the structure's byte order.
    pub(crate) fn uint(&self, bytes: &[u8]) -> u64 {
        let fold = |value: u64, byte: &u8| value << 8 | u64::from(*byte);
        if self.big_endian { bytes.iter().fold(0, fold) } else { bytes.iter().rev().fold(0, fold) }
    }

    pub(crate) const fn big_endian(&self) -> bool {
        self.big_endian
    }

    /// Reads the directory at `offset`, and keeps the entries whose tags are `wanted`.
    pub(crate) fn directory(
        &self,
        view: &mut dyn View,
        offset: u64,
        wanted: fn(u16) -> bool,
    ) -> Result<Directory, ParseError> {
        view.view_step("TIFF directories")?;
        let (count_width, entry_width, offset_width) = if self.big { (8, 20, 8) } else { (2, 12, 4) };
        let count = self.uint(&view.view(offset, count_width)?);
        // Tags are 16 bits wide and a directory has each once.
        if count == 0 || count > 65_535 {
            return Err(ParseError::Malformed(offset, "TIFF directory with no entries or too many"));
        }
        let start = offset.checked_add(count_width).ok_or(ParseError::Truncated(offset))?;
        view.view_budget().entries("TIFF directories", count)?;
        let table = view.view(start, count.saturating_mul(entry_width))?;
        let mut entries = Vec::new();
        let mut outside = 0_usize;
        let width = usize::try_from(entry_width).unwrap_or(12);
        for (index, raw) in table.chunks_exact(width).enumerate() {
            let inline_at = width.saturating_sub(usize::try_from(offset_width).unwrap_or(4));
            let kind = u16::try_from(self.uint(raw.get(2..4).unwrap_or_default())).unwrap_or(0);
            let count = self.uint(raw.get(4..inline_at).unwrap_or_default());
            let Some(length) = type_width(kind).and_then(|width| count.checked_mul(width)) else {
                outside = outside.saturating_add(1);
                continue;
            };
            let value_offset = if length <= offset_width {
                start.saturating_add((index.saturating_mul(width)).saturating_add(inline_at) as u64)
            } else {
                self.uint(raw.get(inline_at..).unwrap_or_default())
            };
            if value_offset.checked_add(length).is_none_or(|end| end > view.view_length()) {
                outside = outside.saturating_add(1);
                continue;
            }
            let tag = u16::try_from(self.uint(raw.get(..2).unwrap_or_default())).unwrap_or(0);
            if wanted(tag) {
                entries.push(Entry { tag, kind, count, offset: value_offset, length });
            }
        }
        let after = start.saturating_add(count.saturating_mul(entry_width));
        // A directory at the very end may lack its last field.
        let next = view.view(after, offset_width).map_or(0, |bytes| self.uint(&bytes));
        Ok(Directory { whole: offset..after.saturating_add(offset_width), entries, next, outside })
    }

    /// The first number of an entry, for the integer types.
    pub(crate) fn number(&self, view: &mut dyn View, entry: &Entry) -> Result<Option<u64>, ParseError> {
        let width = match entry.kind {
            1 | 3 | 4 | 13 | 16 | 18 => type_width(entry.kind).unwrap_or(0),
            _ => return Ok(None),
        };
        if entry.count == 0 {
            return Ok(None);
        }
        Ok(Some(self.uint(&view.view(entry.offset, width)?)))
    }
}

/// Width of one value of a TIFF type in bytes (TIFF 6.0 section 2; BigTIFF).
const fn type_width(kind: u16) -> Option<u64> {
    match kind {
        1 | 2 | 6 | 7 | 129 => Some(1),
        3 | 8 => Some(2),
        4 | 9 | 11 | 13 => Some(4),
        5 | 10 | 12 | 16 | 17 | 18 => Some(8),
        _ => None,
    }
}
