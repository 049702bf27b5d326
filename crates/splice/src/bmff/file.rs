//! A file as the list of its top-level boxes.

use labeler_media::Budget;

use super::boxes::{Atom, atoms};
use crate::edits::Edits;
use crate::error::SpliceError;
use crate::rope::Rope;

/// Top-level boxes of a file that begins with `ftyp`.
pub(super) struct File<'a> {
    pub source: &'a Rope,
    pub top: Vec<Atom>,
}

impl<'a> File<'a> {
    pub fn read(source: &'a Rope, budget: &mut Budget) -> Result<Self, SpliceError> {
        let top = atoms(source, 0..source.len(), budget)?;
        if top.first().is_none_or(|first| first.kind != *b"ftyp") {
            return Err(SpliceError::Malformed("not an ISO base media file: the ftyp box does not come first"));
        }
        Ok(Self { source, top })
    }

    pub fn after_ftyp(&self) -> u64 {
        self.top.first().map_or(0, |first| first.whole.end)
    }

    pub fn meta(&self) -> Option<&Atom> {
        self.top.iter().find(|atom| atom.kind == *b"meta")
    }

    pub fn has_uuid(&self, atom: &Atom, uuid: &[u8; 16]) -> bool {
        atom.kind == *b"uuid" && self.source.array::<16>(atom.body.start).as_ref() == Ok(uuid)
    }

    /// Writes the length of a last box that reaches to the end of the file, so that a box may follow it.
    pub fn close_last(&self, edits: &mut Edits) -> Result<(), SpliceError> {
        let Some(last) = self.top.last() else { return Ok(()) };
        if self.source.u32_be(last.whole.start)? == 0 {
            let length = last.whole.end.saturating_sub(last.whole.start);
            let length = u32::try_from(length).map_err(|_| SpliceError::TooLarge("the last box is too long"))?;
            edits.replace(last.whole.start..last.whole.start.saturating_add(4), length.to_be_bytes().to_vec());
        }
        Ok(())
    }
}
