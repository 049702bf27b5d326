//! Replacements of byte ranges, and where a byte of the source is afterwards.

use std::ops::Range;

use bytes::Bytes;
use labeler_media::{BudgetError, Resource};

use crate::error::SpliceError;
use crate::rope::Rope;

static ZEROS: [u8; 65_536] = [0; 65_536];

/// Maximum number of replacements, counted in pieces of 64 KiB: one costs about 250 bytes. 10,000: an extended XMP
/// packet of 64 MiB in a JPEG has a thousand segments.
const MOST_PIECES: u64 = 10_000;

/// Zeros, in shared pieces.
fn zeros(mut length: u64) -> Rope {
    let mut rope = Rope::new();
    while length > 0 {
        let piece = usize::try_from(length).unwrap_or(usize::MAX).min(ZEROS.len());
        rope.push(Bytes::from_static(ZEROS.get(..piece).unwrap_or(&ZEROS)));
        length = length.saturating_sub(piece as u64);
    }
    rope
}

/// A list of replacements. Ranges must not overlap; several insertions at one place keep their order.
///
/// More than [`MOST_PIECES`] are not kept, and [`Self::apply`] refuses then.
#[derive(Debug, Default)]
pub(crate) struct Edits {
    list: Vec<Edit>,
    pieces: u64,
}

#[derive(Debug)]
struct Edit {
    range: Range<u64>,
    with: Rope,
    /// Bytes added and removed by this replacement and all before it; set by [`Edits::sort`].
    added: u64,
    removed: u64,
}

impl Edits {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    pub(crate) fn remove(&mut self, range: Range<u64>) {
        self.replace(range, Bytes::new());
    }

    pub(crate) fn insert(&mut self, at: u64, bytes: impl Into<Bytes>) {
        self.replace(at..at, bytes);
    }

    pub(crate) fn replace(&mut self, range: Range<u64>, bytes: impl Into<Bytes>) {
        let mut rope = Rope::new();
        rope.push(bytes);
        self.push(range, 1, || rope);
    }

    /// Adds a replacement of so many pieces, unless there are too many.
    fn push(&mut self, range: Range<u64>, pieces: u64, with: impl FnOnce() -> Rope) {
        self.pieces = self.pieces.saturating_add(pieces);
        if self.pieces <= MOST_PIECES {
            self.list.push(Edit { range, with: with(), added: 0, removed: 0 });
        }
    }

    fn push_zeros(&mut self, range: Range<u64>, length: u64) {
        let pieces = (length / ZEROS.len() as u64).saturating_add(1);
        self.push(range, pieces, || zeros(length));
    }

    /// Fills a range with zeros, in shared pieces.
    pub(crate) fn blank(&mut self, range: Range<u64>) {
        let length = range.end.saturating_sub(range.start);
        self.push_zeros(range, length);
    }

    /// Keeps `room` bytes free at `at`, behind everything else that is inserted there.
    pub(crate) fn make_hole(&mut self, at: u64, room: u64) {
        self.push_zeros(at..at, room);
    }

    /// Whether a range touches something that is replaced or removed.
    pub(crate) fn touches(&self, range: &Range<u64>) -> bool {
        self.list.iter().any(|edit| edit.range.start < range.end && range.start < edit.range.end)
    }

    /// Adds the replacements of another list.
    pub(crate) fn extend(&mut self, other: Self) {
        self.pieces = self.pieces.saturating_add(other.pieces);
        self.list.extend(other.list);
    }

    /// Sets the content of a replacement that is in the list already, of the same length.
    pub(crate) fn fill(&mut self, range: &Range<u64>, bytes: Vec<u8>) {
        if let Some(edit) = self.list.iter_mut().find(|edit| edit.range == *range) {
            edit.with = Rope::from(bytes);
        }
    }

    /// Puts the list in order. Must precede [`Self::moved`] and [`Self::apply`].
    pub(crate) fn sort(&mut self) {
        self.list.sort_by_key(|edit| (edit.range.start, edit.range.end));
        let (mut added, mut removed) = (0_u64, 0_u64);
        for edit in &mut self.list {
            added = added.saturating_add(edit.with.len());
            removed = removed.saturating_add(edit.range.end.saturating_sub(edit.range.start));
            (edit.added, edit.removed) = (added, removed);
        }
    }

    /// Where the byte at `at` of the source is in the result. A byte that was removed counts as the next one that
    /// stays. Insertions at `at` come before it.
    pub(crate) fn moved(&self, at: u64) -> u64 {
        // Ranges do not overlap, so that only the last one that starts here or before can reach beyond.
        let index = self.list.partition_point(|edit| edit.range.start <= at);
        let Some(last) = index.checked_sub(1).and_then(|last| self.list.get(last)) else { return at };
        let length = last.range.end.saturating_sub(last.range.start);
        if last.range.end <= at {
            return at.saturating_add(last.added).saturating_sub(last.removed);
        }
        let added = last.added.saturating_sub(last.with.len());
        let mut removed = last.removed.saturating_sub(length);
        if last.with.len() != length {
            // Inside a range that changes its length: its place is that of the replacement.
            removed = removed.saturating_add(at.saturating_sub(last.range.start));
        }
        at.saturating_add(added).saturating_sub(removed)
    }

    /// The source with every replacement made.
    pub(crate) fn apply(mut self, source: &Rope) -> Result<Rope, SpliceError> {
        if self.pieces > MOST_PIECES {
            let structure = "replaced parts of the file";
            return Err(BudgetError { structure, resource: Resource::Entries, limit: MOST_PIECES }.into());
        }
        self.sort();
        let mut out = Rope::new();
        let mut at = 0_u64;
        for Edit { range, with, .. } in &self.list {
            if range.start < at || range.end < range.start || range.end > source.len() {
                return Err(SpliceError::Malformed("structures of the file overlap"));
            }
            out.append(&source.slice(at..range.start));
            out.append(with);
            at = range.end;
        }
        out.append(&source.slice(at..source.len()));
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn replaces_ranges_and_maps_offsets() {
        let source = Rope::from(b"0123456789".to_vec());
        let mut edits = Edits::new();
        edits.insert(4, &b"first"[..]);
        edits.insert(4, &b"second"[..]);
        edits.remove(1..3);
        edits.blank(6..8);
        edits.sort();
        let places: Vec<u64> = [0, 1, 2, 3, 4, 5, 6, 7, 9].map(|at| edits.moved(at)).to_vec();
        assert_eq!(places, [0, 1, 1, 1, 13, 14, 15, 16, 18]);
        let out = edits.apply(&source).unwrap().into_parts().concat();
        assert_eq!(out, b"03firstsecond45\0\089");
    }

    #[test]
    fn rejects_too_many_replacements() {
        let source = Rope::from(vec![7; 30_000]);
        let edits = |count: u64| {
            let mut edits = Edits::new();
            (0..count).for_each(|at| edits.remove(2 * at..2 * at + 1));
            edits
        };
        assert_eq!(edits(MOST_PIECES).apply(&source).unwrap().len(), 20_000);
        let refused = edits(MOST_PIECES + 1);
        assert_eq!(refused.list.len() as u64, MOST_PIECES, "memory is bounded too");
        let message = refused.apply(&source).unwrap_err().to_string();
        assert!(message.contains("replaced parts of the file: more than 10000 entries"), "{message}");
        let mut zeros = Edits::new();
        zeros.make_hole(0, u64::MAX);
        assert!(zeros.list.is_empty());
        assert!(zeros.apply(&source).is_err());
    }

    #[test]
    fn rejects_overlaps() {
        let source = Rope::from(b"0123456789".to_vec());
        for (a, b) in [(1..4, 3..5), (2..5, 2..6), (8..11, 0..1)] {
            let mut edits = Edits::new();
            edits.remove(a);
            edits.remove(b);
            assert!(edits.apply(&source).is_err());
        }
    }
}
