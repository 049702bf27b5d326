//! GIF 89a: XMP's and C2PA's application extensions, right behind the global colour table. C2PA's has to come before
//! the first image, and an extension between a graphic control extension and its image would break animations.

use std::ops::Range;

use labeler_media::Budget;

use crate::edits::Edits;
use crate::error::SpliceError;
use crate::rope::Rope;

const XMP: &[u8] = b"\x21\xff\x0bXMP DataXMP";
/// Application identifier and authentication code of C2PA's extension (C2PA specification, "Embedding manifests into
/// GIFs").
const C2PA: &[u8] = b"\x21\xff\x0bC2PA_GIF\x01\x00\x00";

/// End of header, screen descriptor and global colour table.
fn preamble(source: &Rope) -> Result<u64, SpliceError> {
    if !matches!(&source.array(0)?, b"GIF87a" | b"GIF89a") {
        return Err(SpliceError::Malformed("not a GIF: the header is missing"));
    }
    let end = 13_u64.saturating_add(color_table(source.u8(10)?));
    if end >= source.len() {
        return Err(SpliceError::Truncated(source.len()));
    }
    // An extension, an image, or the trailer.
    if !matches!(source.u8(end)?, 0x21 | 0x2C | 0x3B) {
        return Err(SpliceError::Malformed("no block behind the GIF's screen descriptor"));
    }
    Ok(end)
}

fn color_table(flags: u8) -> u64 {
    if flags & 0x80 == 0 { 0 } else { 3_u64 << (flags & 7).saturating_add(1) }
}

/// Returns the offset behind the terminator of a chain of sub-blocks.
fn sub_blocks(source: &Rope, mut at: u64) -> Result<u64, SpliceError> {
    loop {
        let size = u64::from(source.u8(at)?);
        at = at.saturating_add(1);
        if size == 0 {
            return Ok(at);
        }
        at = at.saturating_add(size);
    }
}

/// The XMP extensions. A file that ends early is searched as far as it goes.
fn packets(source: &Rope, start: u64, budget: &mut Budget) -> Result<Vec<Range<u64>>, SpliceError> {
    let mut found = Vec::new();
    let mut at = start;
    let mut step = |at: u64| -> Result<Option<u64>, SpliceError> {
        match source.u8(at)? {
            0x2C => {
                let flags = source.u8(at.saturating_add(9))?;
                let data = at.saturating_add(10).saturating_add(color_table(flags)).saturating_add(1);
                sub_blocks(source, data).map(Some)
            }
            0x21 => {
                let end = sub_blocks(source, at.saturating_add(2))?;
                if source.peek(at, XMP.len() as u64) == XMP {
                    found.push(at..end);
                }
                Ok(Some(end))
            }
            _ => Ok(None),
        }
    };
    while let Ok(Some(next)) = step(at) {
        budget.step("GIF blocks")?;
        at = next;
    }
    Ok(found)
}

/// Extensions came with version 89a.
fn modern(edits: &mut Edits) {
    edits.replace(3..6, &b"89a"[..]);
}

pub(crate) fn write_packet(source: &Rope, packet: &[u8], mut edits: Edits) -> Result<Rope, SpliceError> {
    let at = preamble(source)?;
    packets(source, at, &mut Budget::default())?.into_iter().for_each(|range| edits.remove(range));
    // The packet lies bare between the identifier and bytes that lead any reader of sub-blocks to the terminator (XMP
    // specification part 3, 1.1.2).
    let mut new = XMP.to_vec();
    new.extend_from_slice(packet);
    new.push(1);
    new.extend((0..=255_u8).rev());
    new.push(0);
    modern(&mut edits);
    edits.insert(at, new);
    edits.apply(source)
}

pub(crate) fn make_room(source: &Rope, stale: &[Range<u64>], room: u64) -> Result<(Rope, u64), SpliceError> {
    let at = preamble(source)?;
    let mut edits = Edits::new();
    stale.iter().for_each(|range| edits.remove(range.clone()));
    modern(&mut edits);
    edits.make_hole(at, room);
    Ok((edits.apply(source)?, at))
}

/// Identifier, sub-blocks of 255 bytes, terminator.
pub(crate) fn framed_length(store: u64) -> Option<u64> {
    store.checked_add(store.div_ceil(255))?.checked_add(C2PA.len() as u64 + 1)
}

pub(crate) fn framed(store: &[u8]) -> Vec<u8> {
    let mut out = C2PA.to_vec();
    for piece in store.chunks(255) {
        out.push(u8::try_from(piece.len()).unwrap_or(255));
        out.extend_from_slice(piece);
    }
    out.push(0);
    out
}
