//! WebP (RIFF): XMP in the chunk `XMP ` at the end, announced in `VP8X`; C2PA in a chunk behind it.

use std::ops::Range;

use labeler_media::Budget;

use crate::edits::Edits;
use crate::error::SpliceError;
use crate::rope::Rope;

/// XMP is present (WebP container specification, "Extended File Format").
const FLAG_XMP: u8 = 0x04;
const FLAG_ALPHA: u8 = 0x10;

struct Chunk {
    id: [u8; 4],
    /// With header and padding.
    whole: Range<u64>,
    length: u64,
}

/// The chunks, and the end of the RIFF data. A last chunk without its padding byte ends with the file.
fn chunks(source: &Rope) -> Result<(Vec<Chunk>, u64), SpliceError> {
    if source.array(0)? != *b"RIFF" || source.array(8)? != *b"WEBP" {
        return Err(SpliceError::Malformed("not a WebP: the RIFF header is missing"));
    }
    let declared = u64::from(u32::from_le_bytes(source.array(4)?));
    let end = declared.saturating_add(8).min(source.len());
    let mut found = Vec::new();
    let mut budget = Budget::default();
    let mut at = 12_u64;
    while at.saturating_add(8) <= end {
        budget.step("RIFF chunks")?;
        let id = source.array(at)?;
        let length = u64::from(u32::from_le_bytes(source.array(at.saturating_add(4))?));
        let data_end = at.saturating_add(8).saturating_add(length);
        if data_end > source.len() {
            return Err(SpliceError::Truncated(at));
        }
        let next = data_end.saturating_add(length % 2);
        found.push(Chunk { id, whole: at..next.min(source.len()), length });
        at = next;
    }
    Ok((found, at.min(source.len()).max(12)))
}

/// A chunk with its header.
pub(crate) fn chunk_without_padding(id: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len().saturating_add(9));
    out.extend_from_slice(id);
    out.extend_from_slice(&u32::try_from(data.len()).unwrap_or(u32::MAX).to_le_bytes());
    out.extend_from_slice(data);
    out
}

/// A chunk with header and padding.
fn chunk(id: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut out = chunk_without_padding(id, data);
    if !data.len().is_multiple_of(2) {
        out.push(0);
    }
    out
}

/// Corrects the size in the RIFF header: `end` of the source's RIFF data, `added` bytes more than `removed`.
fn resize(edits: &mut Edits, end: u64, added: u64, removed: u64) -> Result<(), SpliceError> {
    let size = end.saturating_sub(8).saturating_add(added).saturating_sub(removed);
    let size = u32::try_from(size).map_err(|_| SpliceError::TooLarge("the file is too long for RIFF"))?;
    edits.replace(4..8, size.to_le_bytes().to_vec());
    Ok(())
}

/// The padding byte that a chunk at the file's end may lack.
fn padding(chunks: &[Chunk]) -> u64 {
    chunks.last().map_or(0, |last| {
        let due = last.length.saturating_add(last.length % 2).saturating_add(8);
        due.saturating_sub(last.whole.end.saturating_sub(last.whole.start))
    })
}

pub(crate) fn write_packet(source: &Rope, packet: &[u8], mut edits: Edits) -> Result<Rope, SpliceError> {
    let (chunks, end) = chunks(source)?;
    let mut removed = 0_u64;
    let mut added = Vec::new();
    let first = chunks.first().ok_or(SpliceError::Malformed("not a WebP: there is no image data"))?;
    if first.id == *b"VP8X" && first.length >= 10 {
        let at = first.whole.start.saturating_add(8);
        edits.replace(at..at.saturating_add(1), vec![source.u8(at)? | FLAG_XMP]);
    } else {
        let extended = chunk(b"VP8X", &features(source, first)?);
        added.push(extended.len() as u64);
        edits.insert(12, extended);
    }
    for old in chunks.iter().filter(|c| matches!(&c.id, b"XMP " | b"XMP\0")) {
        removed = removed.saturating_add(old.whole.end.saturating_sub(old.whole.start));
        edits.remove(old.whole.clone());
    }
    // Behind the image data, before chunks that the specification does not know, such as C2PA's.
    let at = chunks.iter().find(|c| c.id == *b"C2PA").map_or(end, |c| c.whole.start);
    let mut new = vec![0; usize::try_from(if at == end { padding(&chunks) } else { 0 }).unwrap_or(0)];
    new.extend(chunk(b"XMP ", packet));
    added.push(new.len() as u64);
    edits.insert(at, new);
    resize(&mut edits, end, added.iter().sum(), removed)?;
    edits.apply(source)
}

/// Content of `VP8X` for a file in the simple format: flags, and the canvas's size from the bitstream (RFC 6386, 9.1;
/// WebP lossless bitstream specification, 3).
fn features(source: &Rope, image: &Chunk) -> Result<[u8; 10], SpliceError> {
    let data = image.whole.start.saturating_add(8);
    let (width, height, alpha) = match &image.id {
        b"VP8 " => {
            if source.array(data.saturating_add(3))? != [0x9D, 0x01, 0x2A] {
                return Err(SpliceError::Malformed("the WebP image does not start with a key frame"));
            }
            let side = |at: u64| source.array(at).map(|b| u32::from(u16::from_le_bytes(b) & 0x3FFF));
            (side(data.saturating_add(6))?, side(data.saturating_add(8))?, false)
        }
        b"VP8L" => {
            if source.u8(data)? != 0x2F {
                return Err(SpliceError::Malformed("the lossless WebP image lacks its signature"));
            }
            let bits = u32::from_le_bytes(source.array(data.saturating_add(1))?);
            ((bits & 0x3FFF).saturating_add(1), ((bits >> 14) & 0x3FFF).saturating_add(1), bits >> 28 & 1 == 1)
        }
        _ => return Err(SpliceError::Malformed("not a WebP: the first chunk is no image")),
    };
    let mut out = [0; 10];
    let [w0, w1, w2, _] = width.saturating_sub(1).to_le_bytes();
    let [h0, h1, h2, _] = height.saturating_sub(1).to_le_bytes();
    let flags = FLAG_XMP | if alpha { FLAG_ALPHA } else { 0 };
    out.copy_from_slice(&[flags, 0, 0, 0, w0, w1, w2, h0, h1, h2]);
    Ok(out)
}

pub(crate) fn make_room(source: &Rope, stale: &[Range<u64>], room: u64) -> Result<(Rope, u64), SpliceError> {
    let (chunks, end) = chunks(source)?;
    let mut edits = Edits::new();
    let mut removed = 0_u64;
    for range in stale {
        removed = removed.saturating_add(range.end.saturating_sub(range.start));
        edits.remove(range.clone());
    }
    let padding = padding(&chunks);
    if padding > 0 {
        edits.insert(end, vec![0]);
    }
    edits.make_hole(end, room);
    // The room's own padding, behind it.
    let own = room % 2;
    if own > 0 {
        edits.insert(end, vec![0]);
    }
    resize(&mut edits, end, room.saturating_add(padding).saturating_add(own), removed)?;
    edits.sort();
    let at = edits.moved(end).saturating_sub(room).saturating_sub(own);
    Ok((edits.apply(source)?, at))
}
