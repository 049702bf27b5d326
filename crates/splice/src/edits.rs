//! Replacements of byte ranges, and where a byte of the source is afterwards.

use std::ops::Range;

use bytes::Bytes;

use crate::{Rope, SpliceError};

/// Zeros, in shared pieces.
fn zeros(mut length: u64) -> Rope {
    static ZEROS: [u8; 65_536] = [0; 65_536];
    let mut rope = Rope::new();
    while length > 0 {
        let piece = usize::try_from(length).unwrap_or(usize::MAX).min(ZEROS.len());
        rope.push(Bytes::from_static(ZEROS.get(..piece).unwrap_or(&ZEROS)));
        length = length.saturating_sub(piece as u64);
    }
    rope
}

/// A list of replacements. Ranges must not overlap; several insertions at one place keep their order.
#[derive(Debug, Default)]
pub(crate) struct Edits {
    list: Vec<(Range<u64>, Rope)>,
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
        self.list.push((range, rope));
    }

    /// Fills a range with zeros, in shared pieces.
    pub(crate) fn blank(&mut self, range: Range<u64>) {
        let zeros = zeros(range.end.saturating_sub(range.start));
        self.list.push((range, zeros));
    }

    /// Keeps `room` bytes free at `at`, behind everything else that is inserted there.
    pub(crate) fn make_hole(&mut self, at: u64, room: u64) {
        self.list.push((at..at, zeros(room)));
    }

    /// Whether a range touches something that is replaced or removed.
    pub(crate) fn touches(&self, range: &Range<u64>) -> bool {
        self.list.iter().any(|(r, _)| r.start < range.end && range.start < r.end)
    }

    /// Adds the replacements of another list.
    pub(crate) fn extend(&mut self, other: Self) {
        self.list.extend(other.list);
    }

    /// Gives the replacement of a range, which is in the list already, its content of the same length.
    pub(crate) fn fill(&mut self, range: &Range<u64>, bytes: Vec<u8>) {
        if let Some((_, with)) = self.list.iter_mut().find(|(r, _)| r == range) {
            *with = Rope::from(bytes);
        }
    }

    /// Puts the list in order. Must precede [`Self::moved`] and [`Self::apply`].
    pub(crate) fn sort(&mut self) {
        self.list.sort_by_key(|(range, _)| (range.start, range.end));
    }

    /// Where the byte at `at` of the source is in the result. A byte that was removed counts as the next one that
    /// stays. Insertions at `at` come before it.
    pub(crate) fn moved(&self, at: u64) -> u64 {
        let mut added = 0_u64;
        let mut removed = 0_u64;
        for (range, with) in &self.list {
            if range.start > at {
                break;
            }
            if range.end <= at {
                added = added.saturating_add(with.len());
                removed = removed.saturating_add(range.end.saturating_sub(range.start));
            } else if with.len() != range.end.saturating_sub(range.start) {
                // Inside a range that changes its length: its place is that of the replacement.
                removed = removed.saturating_add(at.saturating_sub(range.start));
            }
        }
        at.saturating_add(added).saturating_sub(removed)
    }

    /// The source with every replacement made.
    pub(crate) fn apply(mut self, source: &Rope) -> Result<Rope, SpliceError> {
        self.sort();
        let mut out = Rope::new();
        let mut at = 0_u64;
        for (range, with) in &self.list {
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
    fn ranges_are_replaced_and_offsets_follow() {
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
    fn overlaps_are_refused() {
        let source = Rope::from(b"0123456789".to_vec());
        for (a, b) in [(1..4, 3..5), (2..5, 2..6), (8..11, 0..1)] {
            let mut edits = Edits::new();
            edits.remove(a);
            edits.remove(b);
            assert!(edits.apply(&source).is_err());
        }
    }
}
