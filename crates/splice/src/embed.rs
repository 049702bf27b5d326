//! Makes room for a manifest store, hashes the bytes that its hard binding covers, and inserts it.

use std::ops::Range;

use labeler_media::Format;
use sha2::{Digest, Sha256};

use crate::error::SpliceError;
use crate::rope::Rope;
use crate::{bmff, gif, jpeg, png, tiff, webp};

/// Hard binding: hash algorithm and covered bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Binding {
    /// `c2pa.hash.data`: SHA-256 of everything but one range, which is exactly the manifest's.
    Data {
        /// The range that is not hashed, in the output.
        exclusion: Range<u64>,
        /// The hash.
        sha256: [u8; 32],
    },
    /// `c2pa.hash.bmff.v3`: SHA-256 of every top-level box behind its offset, without `/uuid` of C2PA, `/ftyp` and
    /// `/mfra`.
    Bmff {
        /// The hash.
        sha256: [u8; 32],
    },
}

/// How the store is framed in the container.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Framing {
    Jpeg,
    Png,
    Webp,
    Gif,
    Bmff,
    Raw,
}

impl Framing {
    fn length(self, store: u64) -> Option<u64> {
        match self {
            Self::Jpeg => jpeg::framed_length(store),
            Self::Png => store.checked_add(12),
            // The padding byte of an odd chunk is no part of the exclusion, by the engine's reading.
            Self::Webp => store.checked_add(8),
            Self::Gif => gif::framed_length(store),
            Self::Bmff => bmff::framed_length(store),
            Self::Raw => Some(store),
        }
    }
}

/// Removes every manifest store. `stale` are the ranges of their structures, as `labeler_media` reports them.
///
/// # Errors
/// See [`SpliceError`].
pub fn remove_stores(source: &Rope, format: Format, stale: &[Range<u64>]) -> Result<Rope, SpliceError> {
    let room = match format {
        _ if stale.is_empty() => return Ok(source.clone()),
        Format::Jpeg => jpeg::make_room(source, stale, 0),
        Format::Png => png::make_room(source, stale, 0),
        Format::Webp => webp::make_room(source, stale, 0),
        Format::Gif => gif::make_room(source, stale, 0),
        Format::Tiff => return tiff::remove_stores(source),
        Format::Avif | Format::Heic | Format::Heif => bmff::make_room(source, 0),
        other => Err(SpliceError::Unsupported(other)),
    }?;
    Ok(room.0)
}

/// A file with room for a manifest store of known length.
#[derive(Debug)]
pub struct Embedding {
    before: Rope,
    after: Rope,
    framing: Framing,
    store_length: u64,
    framed_length: u64,
}

impl Embedding {
    /// Removes the manifest stores that the file has and makes room for one of `store_length` bytes. `stale` are the
    /// ranges of the old stores' structures, as `labeler_media` reports them.
    ///
    /// # Errors
    /// See [`SpliceError`].
    pub fn plan(source: &Rope, format: Format, stale: &[Range<u64>], store_length: u64) -> Result<Self, SpliceError> {
        let framing = match format {
            Format::Jpeg => Framing::Jpeg,
            Format::Png => Framing::Png,
            Format::Webp => Framing::Webp,
            Format::Gif => Framing::Gif,
            Format::Tiff => Framing::Raw,
            Format::Avif | Format::Heic | Format::Heif => Framing::Bmff,
            other => return Err(SpliceError::Unsupported(other)),
        };
        let framed_length =
            framing.length(store_length).ok_or(SpliceError::TooLarge("the manifest store is too long"))?;
        let mut stale = stale.to_vec();
        stale.sort_by_key(|range| range.start);
        stale.dedup();
        let (rope, at) = match framing {
            Framing::Jpeg => jpeg::make_room(source, &stale, framed_length),
            Framing::Png => png::make_room(source, &stale, framed_length),
            Framing::Webp => webp::make_room(source, &stale, framed_length),
            Framing::Gif => gif::make_room(source, &stale, framed_length),
            Framing::Bmff => bmff::make_room(source, framed_length),
            Framing::Raw => tiff::make_room(source, framed_length),
        }?;
        Ok(Self {
            before: rope.slice(0..at),
            after: rope.slice(at.saturating_add(framed_length)..rope.len()),
            framing,
            store_length,
            framed_length,
        })
    }

    /// Range of the manifest with its framing, in the output.
    #[must_use]
    pub fn exclusion(&self) -> Range<u64> {
        self.before.len()..self.before.len().saturating_add(self.framed_length)
    }

    /// Whether the hard binding is one over boxes.
    #[must_use]
    pub fn is_bmff(&self) -> bool {
        self.framing == Framing::Bmff
    }

    /// Hashes the bytes that the hard binding covers, slice by slice.
    ///
    /// # Errors
    /// [`SpliceError::Malformed`] when the boxes of an ISO BMFF file do not fill it.
    pub fn binding(&self) -> Result<Binding, SpliceError> {
        if self.is_bmff() {
            return Ok(Binding::Bmff { sha256: bmff::hash(&self.before, &self.after, self.framed_length)? });
        }
        let mut hasher = Sha256::new();
        self.before.parts().iter().chain(self.after.parts()).for_each(|part| hasher.update(part));
        Ok(Binding::Data { exclusion: self.exclusion(), sha256: hasher.finalize().into() })
    }

    /// The file with the store in its place.
    ///
    /// # Errors
    /// [`SpliceError::Malformed`] when the store is not as long as was planned.
    pub fn finish(self, store: &[u8]) -> Result<Rope, SpliceError> {
        if store.len() as u64 != self.store_length {
            return Err(SpliceError::Malformed("the manifest changed its size between hashing and signing"));
        }
        let framed = match self.framing {
            Framing::Jpeg => jpeg::framed(store),
            Framing::Png => png::chunk(b"caBX", store),
            Framing::Webp => webp::chunk_without_padding(b"C2PA", store),
            Framing::Gif => gif::framed(store),
            Framing::Bmff => bmff::framed(store),
            Framing::Raw => store.to_vec(),
        };
        if framed.len() as u64 != self.framed_length {
            return Err(SpliceError::Malformed("the manifest's framing changed its size"));
        }
        let mut out = self.before;
        out.push(framed);
        out.append(&self.after);
        Ok(out)
    }
}
