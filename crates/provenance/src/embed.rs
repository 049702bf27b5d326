//! Where a manifest store goes in a container, and what has to leave to make room for it.
//!
//! Invariant: the bytes that stay, in order, are exactly the bytes that the hard binding covers; the inserted manifest is
//! the one exclusion. So a splice never needs a second copy of the asset.

use std::ops::Range;

use bytes::Bytes;
use labeler_media::Format;

/// Why a manifest cannot be embedded.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub(crate) enum EmbedError {
    /// No splice is known for the format.
    #[error("signing {0:?} files is not supported")]
    Unsupported(Format),
    /// The container's fixed start is missing.
    #[error("{0}")]
    Malformed(&'static str),
}

/// The asset around the manifest.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Splice {
    /// Byte offset in the *output* at which the manifest starts.
    pub offset: usize,
    /// Slices of the source before the manifest.
    pub before: Vec<Bytes>,
    /// Slices of the source after it.
    pub after: Vec<Bytes>,
}

impl Splice {
    /// Everything that stays, in order: what the hard binding covers.
    pub(crate) fn kept(&self) -> impl Iterator<Item = &Bytes> {
        self.before.iter().chain(&self.after)
    }

    /// The output: kept bytes with the manifest between them.
    pub(crate) fn assemble(self, manifest: Bytes) -> Vec<Bytes> {
        let mut parts = self.before;
        parts.push(manifest);
        parts.extend(self.after);
        parts.retain(|part| !part.is_empty());
        parts
    }
}

/// Plans the splice: `stale` are the ranges of an older manifest store, which the new store carries on.
pub(crate) fn plan(format: Format, source: &Bytes, stale: &[Range<usize>]) -> Result<Splice, EmbedError> {
    let at = match format {
        Format::Jpeg => jpeg_position(source)?,
        Format::Png => png_position(source)?,
        other => return Err(EmbedError::Unsupported(other)),
    };
    let mut stale: Vec<_> = stale.to_vec();
    stale.sort_by_key(|range| range.start);

    let before = keep(source, 0..at, &stale);
    let after = keep(source, at..source.len(), &stale);
    let offset = before.iter().map(Bytes::len).sum();
    Ok(Splice { offset, before, after })
}

/// `window` of the source without the stale ranges (sorted).
fn keep(source: &Bytes, window: Range<usize>, stale: &[Range<usize>]) -> Vec<Bytes> {
    let mut parts = Vec::new();
    let mut from = window.start;
    for range in stale {
        let start = range.start.clamp(from, window.end);
        if start > from {
            parts.push(source.slice(from..start));
        }
        from = from.max(range.end.min(window.end));
    }
    if from < window.end {
        parts.push(source.slice(from..window.end));
    }
    parts
}

/// After SOI and the APP0 segments: JFIF wants its own segment first (ITU-T T.871, 10.1).
fn jpeg_position(source: &[u8]) -> Result<usize, EmbedError> {
    if source.get(..2) != Some(&[0xFF, 0xD8]) {
        return Err(EmbedError::Malformed("not a JPEG: the start of image marker is missing"));
    }
    let mut at = 2;
    while let Some(&[0xFF, 0xE0, high, low]) = source.get(at..at + 4) {
        let length = usize::from(u16::from_be_bytes([high, low]));
        let next = at + 2 + length;
        if length < 2 || next > source.len() {
            return Err(EmbedError::Malformed("not a JPEG: an APP0 segment is cut short"));
        }
        at = next;
    }
    Ok(at)
}

/// Right after IHDR, which must be the first chunk (PNG, 5.6).
fn png_position(source: &[u8]) -> Result<usize, EmbedError> {
    const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
    /// Signature, chunk length (always 13), type, data, CRC.
    const AFTER_IHDR: usize = 8 + 4 + 4 + 13 + 4;
    let head = source.get(..AFTER_IHDR).ok_or(EmbedError::Malformed("not a PNG: the file is cut short"))?;
    if !head.starts_with(SIGNATURE) || head.get(8..16) != Some(b"\0\0\0\x0dIHDR") {
        return Err(EmbedError::Malformed("not a PNG: the IHDR chunk does not come first"));
    }
    Ok(AFTER_IHDR)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::single_range_in_vec_init)]
    use super::*;

    fn joined(parts: &[Bytes]) -> Vec<u8> {
        parts.concat()
    }

    #[test]
    fn jpeg_manifest_follows_app0() {
        let source = Bytes::from_static(b"\xff\xd8\xff\xe0\x00\x04AB\xff\xe1\x00\x02rest");
        let splice = plan(Format::Jpeg, &source, &[]).unwrap();
        assert_eq!(splice.offset, 8);
        assert_eq!(
            joined(&splice.assemble(Bytes::from_static(b"M"))),
            b"\xff\xd8\xff\xe0\x00\x04ABM\xff\xe1\x00\x02rest"
        );
    }

    #[test]
    fn a_stale_store_leaves_on_either_side() {
        let source = Bytes::from_static(b"\xff\xd8\xff\xe1\x00\x02abcdef");
        let splice = plan(Format::Jpeg, &source, &[6..8, 9..11]).unwrap();
        assert_eq!(splice.offset, 2);
        assert_eq!(joined(&splice.assemble(Bytes::new())), b"\xff\xd8\xff\xe1\x00\x02cf");
    }

    #[test]
    fn cut_short_is_an_error() {
        for cut in 0..33 {
            let source = Bytes::from(
                b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\x02\0\0\0\x90\x77\x53\xde"[..cut].to_vec(),
            );
            assert!(plan(Format::Png, &source, &[]).is_err());
        }
        let app0 = Bytes::from_static(b"\xff\xd8\xff\xe0\xff\xffAB");
        assert!(plan(Format::Jpeg, &app0, &[]).is_err());
        assert_eq!(plan(Format::Gif, &app0, &[]), Err(EmbedError::Unsupported(Format::Gif)));
    }
}
