//! JPEG (ITU-T T.81): XMP in APP1, C2PA's JUMBF in APP11, and the multi-picture index (CIPA DC-007), whose offsets
//! follow when the first picture grows.

use std::ops::Range;

use labeler_media::Budget;

use crate::edits::Edits;
use crate::error::SpliceError;
use crate::packet::Packet;
use crate::rope::Rope;
use crate::xmp;

const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";
const EXTENDED: &[u8] = b"http://ns.adobe.com/xmp/extension/\0";
const EXIF: &[u8] = b"Exif\0\0";
const MPF: &[u8] = b"MPF\0";

/// Longest content of a segment: 65,535 less its own length field.
const MOST: usize = 65_533;
/// Longest XMP packet in its one segment.
pub(crate) const MOST_PACKET: usize = MOST - XMP.len();
/// JUMBF bytes of one APP11 segment, as the engine writes them; its reader takes any length.
const MOST_JUMBF: usize = 64_000;
/// `JP`, box instance, packet sequence number (ISO/IEC 19566-5, D.2).
const JUMBF_HEAD: usize = 8;
/// Length and type of the superbox, repeated in every segment.
const BOX_HEAD: usize = 8;

struct Segment {
    marker: u8,
    whole: Range<u64>,
}

impl Segment {
    fn starts_with(&self, source: &Rope, text: &[u8]) -> bool {
        let body = self.whole.start.saturating_add(4);
        let room = self.whole.end.saturating_sub(body);
        text.len() as u64 <= room && source.peek(body, text.len() as u64) == text
    }
}

/// The segments between SOI and the image data.
fn segments(source: &Rope) -> Result<Vec<Segment>, SpliceError> {
    if source.array::<2>(0).ok() != Some([0xFF, 0xD8]) {
        return Err(SpliceError::Malformed("not a JPEG: the start of image marker is missing"));
    }
    let mut budget = Budget::default();
    let mut found = Vec::new();
    let mut at = 2_u64;
    loop {
        budget.step("JPEG segments")?;
        if source.u8(at)? != 0xFF {
            return Err(SpliceError::Malformed("not a JPEG: no marker where one must be"));
        }
        let mut marker_at = at.saturating_add(1);
        let mut marker = source.u8(marker_at)?;
        // Fill bytes.
        while marker == 0xFF {
            marker_at = marker_at.saturating_add(1);
            marker = source.u8(marker_at)?;
        }
        match marker {
            0xDA | 0xD9 => return Ok(found),
            0x01 | 0xD0..=0xD7 => at = marker_at.saturating_add(1),
            _ => {
                let length = u64::from(source.u16_be(marker_at.saturating_add(1))?);
                let end = marker_at.saturating_add(1).saturating_add(length);
                if length < 2 || end > source.len() {
                    return Err(SpliceError::Truncated(at));
                }
                // Fill bytes before a marker stay in front of it.
                found.push(Segment { marker, whole: marker_at.saturating_sub(1)..end });
                at = end;
            }
        }
    }
}

fn segment(marker: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum::<usize>().saturating_add(2);
    let mut out = vec![0xFF, marker];
    out.extend_from_slice(&u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes());
    parts.iter().for_each(|part| out.extend_from_slice(part));
    out
}

/// The packet goes behind JFIF's and EXIF's segments, which their specifications want first.
pub(crate) fn write_packet(source: &Rope, packet: &Packet<'_>, mut edits: Edits) -> Result<Rope, SpliceError> {
    if packet.main.len() > MOST_PACKET {
        return Err(SpliceError::TooLarge("the XMP packet is longer than a JPEG segment"));
    }
    let segments = segments(source)?;
    let at = segments
        .iter()
        .take_while(|s| s.marker == 0xE0 || (s.marker == 0xE1 && s.starts_with(source, EXIF)))
        .last()
        .map_or(2, |s| s.whole.end);
    for old in segments.iter().filter(|s| s.marker == 0xE1) {
        let stale = old.starts_with(source, XMP) || (!packet.keep_extended && old.starts_with(source, EXTENDED));
        if stale {
            edits.remove(old.whole.clone());
        }
    }
    let mut new = segment(0xE1, &[XMP, packet.main.as_bytes()]);
    if let Some(extended) = packet.extended {
        new.extend(extended_segments(extended)?);
    }
    edits.insert(at, new);
    with_index(source, &segments, edits)
}

/// XMP specification part 3, 1.1.3.1: GUID, full length, offset of this piece, piece.
fn extended_segments(text: &str) -> Result<Vec<u8>, SpliceError> {
    const HEAD: usize = EXTENDED.len() + 32 + 8;
    let guid = xmp::guid(text);
    let full = u32::try_from(text.len()).map_err(|_| SpliceError::TooLarge("the XMP packet is too long"))?;
    let mut out = Vec::with_capacity(text.len().saturating_add(4096));
    let mut offset = 0_u32;
    for piece in text.as_bytes().chunks(MOST - HEAD) {
        out.extend(segment(0xE1, &[EXTENDED, guid.as_bytes(), &full.to_be_bytes(), &offset.to_be_bytes(), piece]));
        offset = offset.saturating_add(u32::try_from(piece.len()).unwrap_or(0));
    }
    Ok(out)
}

pub(crate) fn make_room(source: &Rope, stale: &[Range<u64>], room: u64) -> Result<(Rope, u64), SpliceError> {
    let segments = segments(source)?;
    // JFIF wants its own segment first (ITU-T T.871, 10.1).
    let at = segments.iter().take_while(|s| s.marker == 0xE0).last().map_or(2, |s| s.whole.end);
    let mut edits = Edits::new();
    stale.iter().for_each(|range| edits.remove(range.clone()));
    edits.make_hole(at, room);
    edits.sort();
    let hole = edits.moved(at).saturating_sub(room);
    Ok((with_index(source, &segments, edits)?, hole))
}

/// Replaces ranges of a JPEG, which are whole segments or image data, and corrects the multi-picture index (CIPA
/// DC-007), so that further pictures behind the first are found.
///
/// # Errors
/// See [`SpliceError`].
pub fn replace_jpeg_parts(source: &Rope, parts: Vec<(Range<u64>, Vec<u8>)>) -> Result<Rope, SpliceError> {
    let segments = segments(source)?;
    let mut edits = Edits::new();
    parts.into_iter().for_each(|(range, bytes)| edits.replace(range, bytes));
    with_index(source, &segments, edits)
}

/// Applies the edits and corrects the multi-picture index.
fn with_index(source: &Rope, segments: &[Segment], mut edits: Edits) -> Result<Rope, SpliceError> {
    edits.sort();
    let index = segments.iter().find(|s| s.marker == 0xE2 && s.starts_with(source, MPF) && !edits.touches(&s.whole));
    if let Some(segment) = index {
        let patches = index_patches(source, segment, &edits).unwrap_or_default();
        for (at, value) in patches {
            edits.replace(at..at.saturating_add(8), value.to_vec());
        }
    }
    edits.apply(source)
}

/// New size and offset of each entry of the index. Offsets count from the byte order mark, except the first picture's,
/// which is 0 (CIPA DC-007, 5.2.3.3). An index that cannot be read is left alone.
fn index_patches(source: &Rope, segment: &Segment, edits: &Edits) -> Option<Vec<(u64, [u8; 8])>> {
    const ENTRIES: u16 = 0xB002;
    let base = segment.whole.start.checked_add(8)?;
    let big = match &source.array::<2>(base).ok()? {
        b"MM" => true,
        b"II" => false,
        _ => return None,
    };
    let number = |at: u64, width: u64| -> Option<u64> {
        let end = at.checked_add(width)?;
        let bytes = source.bytes(at..end).ok().filter(|_| end <= segment.whole.end)?;
        let fold = |sum: u64, byte: &u8| sum << 8 | u64::from(*byte);
        Some(if big { bytes.iter().fold(0, fold) } else { bytes.iter().rev().fold(0, fold) })
    };
    let directory = base.checked_add(number(base.checked_add(4)?, 4)?)?;
    let count = number(directory, 2)?;
    let entry = (0..count)
        .map(|i| directory.saturating_add(2).saturating_add(i.saturating_mul(12)))
        .find(|at| number(*at, 2) == Some(u64::from(ENTRIES)))?;
    let pictures = number(entry.checked_add(4)?, 4)? / 16;
    let table = base.checked_add(number(entry.checked_add(8)?, 4)?)?;
    let new_base = edits.moved(base);
    let mut patches = Vec::new();
    for i in 0..pictures.min(64) {
        let at = table.checked_add(i.checked_mul(16)?)?;
        let (size, offset) = (number(at.checked_add(4)?, 4)?, number(at.checked_add(8)?, 4)?);
        let start = if offset == 0 { 0 } else { base.checked_add(offset)? };
        let end = start.checked_add(size)?;
        let new_offset = if offset == 0 { 0 } else { edits.moved(start).checked_sub(new_base)? };
        let new_size = edits.moved(end).checked_sub(edits.moved(start))?;
        let mut value = [0; 8];
        for (slot, number) in value.chunks_exact_mut(4).zip([new_size, new_offset]) {
            let number = u32::try_from(number).ok()?;
            slot.copy_from_slice(&if big { number.to_be_bytes() } else { number.to_le_bytes() });
        }
        patches.push((at.checked_add(4)?, value));
    }
    Some(patches)
}

/// Length of a store in APP11 segments: each has its head, and all but the first repeat the superbox's header.
pub(crate) fn framed_length(store: u64) -> Option<u64> {
    let pieces = store.div_ceil(MOST_JUMBF as u64).max(1);
    let heads = pieces.checked_mul(4 + JUMBF_HEAD as u64)?;
    let repeated = pieces.checked_sub(1)?.checked_mul(BOX_HEAD as u64)?;
    store.checked_add(heads)?.checked_add(repeated)
}

/// ISO/IEC 19566-5, D.2; box instance number 0x0211 as the engine writes it.
pub(crate) fn framed(store: &[u8]) -> Vec<u8> {
    let header = store.get(..BOX_HEAD).unwrap_or_default();
    let mut out = Vec::with_capacity(store.len().saturating_add(4096));
    for (piece, sequence) in store.chunks(MOST_JUMBF).zip(1_u32..) {
        let repeated = if sequence == 1 { &[][..] } else { header };
        out.extend(segment(0xEB, &[b"JP", &[0x02, 0x11], &sequence.to_be_bytes(), repeated, piece]));
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use crate::Embedding;
    use labeler_media::Format;

    #[test]
    fn inserts_a_store_after_app0_and_removes_the_old_one() {
        let source = Rope::from(b"\xff\xd8\xff\xe0\x00\x04AB\xff\xe1\x00\x04cd\xff\xda".to_vec());
        let plan = Embedding::plan(&source, Format::Jpeg, std::slice::from_ref(&(8..14)), 9).unwrap();
        assert_eq!(plan.exclusion(), 8..29);
        let file = plan.finish(b"123456789").unwrap().into_parts().concat();
        assert_eq!(file, b"\xff\xd8\xff\xe0\x00\x04AB\xff\xeb\x00\x13JP\x02\x11\0\0\0\x01123456789\xff\xda");
    }

    #[test]
    fn splits_long_stores_and_repeats_the_header() {
        let store: Vec<u8> = (0..130_000u32).map(|i| (i % 251) as u8).collect();
        let framed = framed(&store);
        assert_eq!(framed.len() as u64, framed_length(store.len() as u64).unwrap());
        let second = 4 + 8 + 64_000;
        assert_eq!(&framed[second..second + 2], b"\xff\xeb");
        assert_eq!(&framed[second + 12..second + 20], &store[..8]);
    }

    #[test]
    fn updates_the_multi_picture_index() {
        // Little-endian index of two pictures: this file's first 100 bytes, and the 20 behind it.
        let mut index = b"MPF\0II\x2a\0\x08\0\0\0\x01\0\x02\xb0\x07\0\x20\0\0\0\x1a\0\0\0\0\0\0\0".to_vec();
        index.truncate(4 + 8 + 2 + 12);
        index.extend([0; 4]);
        // Table at 26 from the byte order mark.
        index.extend(b"\0\0\x03\0\x64\0\0\0\0\0\0\0\0\0\0\0");
        let base = 2 + 4 + 4;
        let second = (100_u32 - base).to_le_bytes();
        index.extend(b"\0\0\0\0\x14\0\0\0");
        index.extend(second);
        index.extend([0; 4]);
        let fix = index.len() - 32 - 4;
        assert_eq!(fix, 26);
        // The table's offset counts from the byte order mark: 4 (next directory) lies between.
        index[4 + 8 + 2 + 8] = 26;
        let mut file = b"\xff\xd8".to_vec();
        file.extend(segment(0xE2, &[&index]));
        file.extend(b"\xff\xda");
        file.resize(120, 7);
        let source = Rope::from(file);
        let plan = Embedding::plan(&source, Format::Jpeg, &[], 30).unwrap();
        let grown = plan.exclusion().end - plan.exclusion().start;
        let out = plan.finish(&[1; 30]).unwrap().into_parts().concat();
        // In front of the index: the offset keeps, the first picture grows.
        let table = 2 + grown as usize + 4 + 4 + 26;
        assert_eq!(out[table + 4..table + 8], (100 + grown as u32).to_le_bytes());
        assert_eq!(out[table + 24..table + 28], (100 - base).to_le_bytes());
        assert_eq!(out[table + 20..table + 24], 20_u32.to_le_bytes());
    }

    #[test]
    fn rejects_truncated_files() {
        let whole = b"\xff\xd8\xff\xe0\x00\x08ABCDEF\xff\xda";
        for cut in 0..whole.len() - 1 {
            let source = Rope::from(whole[..cut].to_vec());
            assert!(Embedding::plan(&source, Format::Jpeg, &[], 9).is_err(), "{cut}");
        }
    }
}
