//! Boxes by their headers.

use std::ops::Range;

use labeler_media::Budget;

use crate::error::SpliceError;
use crate::rope::Rope;

pub(super) const C2PA_UUID: [u8; 16] =
    [0xD8, 0xFE, 0xC3, 0xD6, 0x1B, 0x0E, 0x48, 0x3C, 0x92, 0x97, 0x58, 0x28, 0x87, 0x7E, 0xC4, 0x81];
pub(super) const XMP_UUID: [u8; 16] =
    [0xBE, 0x7A, 0xCF, 0xCB, 0x97, 0xA9, 0x42, 0xE8, 0x9C, 0x71, 0x99, 0x94, 0x91, 0xE3, 0xAF, 0xAC];

/// One box: four-character code, whole range, range of its content.
#[derive(Clone, Debug)]
pub(super) struct Atom {
    pub kind: [u8; 4],
    pub whole: Range<u64>,
    pub body: Range<u64>,
}

/// The boxes that fill a range. Up to seven bytes behind the last one are passed over.
pub(super) fn atoms(source: &Rope, range: Range<u64>, budget: &mut Budget) -> Result<Vec<Atom>, SpliceError> {
    let mut found = Vec::new();
    let mut at = range.start;
    while at.saturating_add(8) <= range.end {
        budget.step("boxes")?;
        let short = u64::from(source.u32_be(at)?);
        let kind = source.array(at.saturating_add(4))?;
        let (header, size) = match short {
            // To the end of the enclosing box or file.
            0 => (8, range.end.saturating_sub(at)),
            1 => (16, source.u64_be(at.saturating_add(8))?),
            size => (8, size),
        };
        let end = at.checked_add(size).filter(|end| size >= header && *end <= range.end);
        let end =
            end.ok_or(SpliceError::Malformed("a box is longer than what it lies in, or shorter than its header"))?;
        found.push(Atom { kind, whole: at..end, body: at.saturating_add(header)..end });
        at = end;
    }
    Ok(found)
}

/// A box with a 32-bit length.
pub(super) fn make(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(body.len().saturating_add(8));
    let length = u32::try_from(body.len().saturating_add(8)).unwrap_or(u32::MAX);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(kind);
    out.extend_from_slice(body);
    out
}
