//! One box by its header, and all boxes of a range.

use std::ops::Range;

use crate::collector::MetadataCollector;
use crate::error::ParseError;

/// Box: four-character code, whole range, and range of its content.
#[derive(Debug, Clone)]
pub(crate) struct Atom {
    pub(crate) kind: [u8; 4],
    pub(crate) whole: Range<u64>,
    pub(crate) body: Range<u64>,
}

impl Atom {
    pub(crate) fn length(&self) -> u64 {
        self.body.end.saturating_sub(self.body.start)
    }
}

/// Reads the box at `at` within a parent that ends at `end`; `None` where no header fits any more.
pub(crate) fn atom(collector: &mut MetadataCollector<'_>, at: u64, end: u64) -> Result<Option<Atom>, ParseError> {
    if at.saturating_add(8) > end {
        return Ok(None);
    }
    collector.input.step("boxes")?;
    let size = u64::from(collector.input.u32_be(at)?);
    let kind = collector.input.array::<4>(at.saturating_add(4))?;
    let (header, size) = match size {
        // To the end of the enclosing box or file.
        0 => (8, end.saturating_sub(at)),
        1 => (16, collector.input.u64_be(at.saturating_add(8))?),
        size => (8, size),
    };
    if size < header {
        return Err(ParseError::Malformed(at, "box shorter than its own header"));
    }
    let box_end = at.checked_add(size).ok_or(ParseError::Malformed(at, "box longer than any file"))?;
    if box_end > end {
        return Err(ParseError::Truncated(at));
    }
    Ok(Some(Atom { kind, whole: at..box_end, body: at.saturating_add(header)..box_end }))
}

/// Reads all boxes of a range. Stops at the first broken one, which becomes a warning.
pub(crate) fn atoms(
    collector: &mut MetadataCollector<'_>,
    path: &str,
    range: Range<u64>,
) -> Result<Vec<Atom>, ParseError> {
    let mut found = Vec::new();
    let mut at = range.start;
    loop {
        match atom(collector, at, range.end) {
            Ok(Some(atom)) => {
                collector.input.budget.entries("boxes", 1)?;
                at = atom.whole.end;
                found.push(atom);
            }
            Ok(None) => return Ok(found),
            Err(stop) => {
                collector.tolerate(path, Err(stop))?;
                return Ok(found);
            }
        }
    }
}
