//! PNG: XMP in `iTXt`, C2PA in `caBX`, both right behind `IHDR`.

use std::ops::Range;

use labeler_media::Budget;

use crate::edits::Edits;
use crate::error::SpliceError;
use crate::packet::Packet;
use crate::rope::Rope;

const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";
/// Signature, and the chunk `IHDR` with length (always 13), type, data and checksum.
const AFTER_HEADER: u64 = 8 + 4 + 4 + 13 + 4;
/// Keyword of the XMP chunk (XMP specification part 3, 1.1.5).
const XMP: &[u8] = b"XML:com.adobe.xmp\0";
/// Where ImageMagick and older tools keep XMP.
const RAW_XMP: &[u8] = b"Raw profile type xmp\0";
const LABEL: &[u8] = b"AIGC\0";

fn check(source: &Rope) -> Result<(), SpliceError> {
    if source.array(0)? != SIGNATURE || source.array(8)? != *b"\0\0\0\x0dIHDR" {
        return Err(SpliceError::Malformed("not a PNG: the IHDR chunk does not come first"));
    }
    if source.len() < AFTER_HEADER {
        return Err(SpliceError::Truncated(source.len()));
    }
    Ok(())
}

/// Text chunks with one of the keywords. A file that ends early is searched as far as it goes.
fn text_chunks(source: &Rope, keywords: &[&[u8]], budget: &mut Budget) -> Result<Vec<Range<u64>>, SpliceError> {
    let mut found = Vec::new();
    let mut at = AFTER_HEADER;
    while let (Ok(length), Ok(kind)) = (source.u32_be(at), source.array::<4>(at.saturating_add(4))) {
        budget.step("PNG chunks")?;
        let end = at.saturating_add(12).saturating_add(u64::from(length));
        if end > source.len() || kind == *b"IEND" {
            break;
        }
        if matches!(&kind, b"iTXt" | b"tEXt" | b"zTXt") {
            let head = source.peek(at.saturating_add(8), u64::from(length).min(32));
            if keywords.iter().any(|keyword| head.starts_with(keyword)) {
                budget.entries("PNG text chunks", 1)?;
                found.push(at..end);
            }
        }
        at = end;
    }
    Ok(found)
}

/// A chunk with length and checksum.
pub(crate) fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(data.len().saturating_add(12));
    out.extend_from_slice(&u32::try_from(data.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend_from_slice(kind);
    out.extend_from_slice(data);
    let mut crc = crc32fast::Hasher::new();
    crc.update(kind);
    crc.update(data);
    out.extend_from_slice(&crc.finalize().to_be_bytes());
    out
}

pub(crate) fn write_packet(source: &Rope, packet: &Packet<'_>, mut edits: Edits) -> Result<Rope, SpliceError> {
    check(source)?;
    let keywords: &[&[u8]] = if packet.drop_text_labels { &[XMP, RAW_XMP, LABEL] } else { &[XMP, RAW_XMP] };
    text_chunks(source, keywords, &mut Budget::default())?.into_iter().for_each(|range| edits.remove(range));
    // Not compressed, no language, no translated keyword.
    let mut data = XMP.to_vec();
    data.extend_from_slice(&[0, 0, 0, 0]);
    data.extend_from_slice(packet.main.as_bytes());
    edits.insert(AFTER_HEADER, chunk(b"iTXt", &data));
    edits.apply(source)
}

pub(crate) fn make_room(source: &Rope, stale: &[Range<u64>], room: u64) -> Result<(Rope, u64), SpliceError> {
    check(source)?;
    if room > u64::from(u32::MAX) {
        return Err(SpliceError::TooLarge("the manifest store is too long for a PNG chunk"));
    }
    let mut edits = Edits::new();
    stale.iter().for_each(|range| edits.remove(range.clone()));
    edits.make_hole(AFTER_HEADER, room);
    Ok((edits.apply(source)?, AFTER_HEADER))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;
    use crate::Embedding;
    use labeler_media::{Format, fixtures};

    #[test]
    fn rejects_truncated_files() {
        let whole = fixtures::png(&fixtures::Parts::default());
        for cut in 0..33 {
            assert!(Embedding::plan(&Rope::from(whole[..cut].to_vec()), Format::Png, &[], 9).is_err());
        }
        assert!(Embedding::plan(&Rope::from(whole[..33].to_vec()), Format::Png, &[], 9).is_ok());
    }

    #[test]
    fn removes_packets_in_text_chunks() {
        let chunks = [
            fixtures::png_chunk(b"tEXt", b"XML:com.adobe.xmp\0<x/>"),
            fixtures::png_chunk(b"tEXt", b"Comment\0kept"),
            fixtures::png_chunk(b"tEXt", b"AIGC\0{}"),
        ];
        let source = Rope::from(fixtures::png_with_chunks(&chunks.concat()));
        let write = |drop_text_labels| {
            let packet = Packet { main: "<y/>", drop_text_labels, ..Packet::default() };
            write_packet(&source, &packet, Edits::new()).unwrap().into_parts().concat()
        };
        let has = |file: &[u8], text: &[u8]| file.windows(text.len()).filter(|w| w == &text).count();
        let (kept, dropped) = (write(false), write(true));
        assert_eq!((has(&kept, b"AIGC\0"), has(&dropped, b"AIGC\0")), (1, 0));
        for file in [kept, dropped] {
            assert_eq!((has(&file, b"XML:com.adobe.xmp"), has(&file, b"<y/>"), has(&file, b"Comment")), (1, 1, 1));
        }
    }
}
