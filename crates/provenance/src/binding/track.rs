//! Hashers that receive a file in chunks and use only their own pieces.

use std::ops::Range;

use sha2::{Digest, Sha256, Sha384, Sha512};

/// Hash algorithms of C2PA (2.2, 13.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Algorithm {
    Sha256,
    Sha384,
    Sha512,
}

impl Algorithm {
    pub(super) fn named(name: &str) -> Option<Self> {
        match name {
            "sha256" => Some(Self::Sha256),
            "sha384" => Some(Self::Sha384),
            "sha512" => Some(Self::Sha512),
            _ => None,
        }
    }

    pub(super) fn hasher(self) -> Hasher {
        match self {
            Self::Sha256 => Hasher::Sha256(Sha256::new()),
            Self::Sha384 => Hasher::Sha384(Sha384::new()),
            Self::Sha512 => Hasher::Sha512(Sha512::new()),
        }
    }
}

/// A running hash.
#[derive(Debug)]
pub(super) enum Hasher {
    Sha256(Sha256),
    Sha384(Sha384),
    Sha512(Sha512),
}

impl Hasher {
    pub(super) fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha256(hasher) => hasher.update(bytes),
            Self::Sha384(hasher) => hasher.update(bytes),
            Self::Sha512(hasher) => hasher.update(bytes),
        }
    }

    /// Returns the name in WebCrypto.
    const fn name(&self) -> &'static str {
        match self {
            Self::Sha256(_) => "SHA-256",
            Self::Sha384(_) => "SHA-384",
            Self::Sha512(_) => "SHA-512",
        }
    }

    pub(super) fn finish(self) -> Vec<u8> {
        match self {
            Self::Sha256(hasher) => hasher.finalize().to_vec(),
            Self::Sha384(hasher) => hasher.finalize().to_vec(),
            Self::Sha512(hasher) => hasher.finalize().to_vec(),
        }
    }
}

/// Input of a hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Piece {
    /// Bytes of the file. An end of `u64::MAX` means the end of the file.
    Bytes(Range<u64>),
    /// A number that is not part of the file: the offset of a box, eight bytes, big-endian (C2PA 2.2, 18.7).
    Offset(u64),
}

/// Byte ranges of a file that form the input of one hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HashedRanges {
    /// Name of the hash function in WebCrypto.
    pub algorithm: &'static str,
    /// Ranges in file order. An end of `u64::MAX` means the end of the file.
    pub ranges: Vec<Range<u64>>,
}

/// One hash over many pieces in file order.
#[derive(Debug)]
pub(super) struct Track {
    pieces: std::vec::IntoIter<Piece>,
    current: Option<Piece>,
    hasher: Hasher,
    expected: Vec<u8>,
}

impl Track {
    pub(super) fn new(algorithm: Algorithm, pieces: Vec<Piece>, expected: Vec<u8>) -> Self {
        let mut pieces = pieces.into_iter();
        Self { current: pieces.next(), pieces, hasher: algorithm.hasher(), expected }
    }

    /// Returns the hashed ranges if the input consists of file bytes only.
    pub(super) fn ranges(&self) -> Option<HashedRanges> {
        let pieces = self.current.iter().chain(self.pieces.as_slice());
        let ranges = pieces.map(|piece| match piece {
            Piece::Bytes(range) => Some(range.clone()),
            Piece::Offset(_) => None,
        });
        Some(HashedRanges { algorithm: self.hasher.name(), ranges: ranges.collect::<Option<_>>()? })
    }

    pub(super) fn expects(&self, digest: &[u8]) -> bool {
        self.expected == digest
    }

    pub(super) fn update(&mut self, at: u64, chunk: &[u8]) {
        let end = at.saturating_add(chunk.len() as u64);
        while let Some(piece) = &self.current {
            match piece {
                Piece::Offset(place) => self.hasher.update(&place.to_be_bytes()),
                Piece::Bytes(range) => {
                    self.hasher.update(part(chunk, at, range));
                    if range.end > end {
                        return;
                    }
                }
            }
            self.current = self.pieces.next();
        }
    }

    /// Returns whether all bytes were received and their hash is the expected one.
    pub(super) fn matches(mut self) -> bool {
        while let Some(piece) = self.current {
            match piece {
                Piece::Offset(place) => self.hasher.update(&place.to_be_bytes()),
                Piece::Bytes(range) if range.end == u64::MAX => {}
                Piece::Bytes(_) => return false,
            }
            self.current = self.pieces.next();
        }
        self.hasher.finish() == self.expected
    }
}

/// Returns the part of a chunk that lies in a range.
fn part<'a>(chunk: &'a [u8], at: u64, range: &Range<u64>) -> &'a [u8] {
    let start = usize::try_from(range.start.saturating_sub(at)).unwrap_or(usize::MAX).min(chunk.len());
    let end = usize::try_from(range.end.saturating_sub(at)).unwrap_or(usize::MAX).min(chunk.len());
    chunk.get(start..end).unwrap_or_default()
}

/// One hash per block: the leaves of a Merkle tree (C2PA 2.2, 18.7.3).
#[derive(Debug)]
pub(super) struct Leaves {
    algorithm: Algorithm,
    blocks: std::vec::IntoIter<Range<u64>>,
    current: Option<(Range<u64>, Hasher)>,
    digests: Vec<Vec<u8>>,
    /// The row of the tree in the assertion: the leaves, or only the root.
    expected: Vec<Vec<u8>>,
}

impl Leaves {
    pub(super) fn new(algorithm: Algorithm, blocks: Vec<Range<u64>>, expected: Vec<Vec<u8>>) -> Self {
        let mut leaves = Self { algorithm, blocks: blocks.into_iter(), current: None, digests: Vec::new(), expected };
        leaves.advance();
        leaves
    }

    fn advance(&mut self) {
        self.current = self.blocks.next().map(|block| (block, self.algorithm.hasher()));
    }

    pub(super) fn update(&mut self, at: u64, chunk: &[u8]) {
        let end = at.saturating_add(chunk.len() as u64);
        while let Some((block, mut hasher)) = self.current.take() {
            hasher.update(part(chunk, at, &block));
            if block.end > end {
                self.current = Some((block, hasher));
                return;
            }
            self.digests.push(hasher.finish());
            self.advance();
        }
    }

    pub(super) fn matches(self) -> bool {
        if self.current.is_some() {
            return false;
        }
        if self.expected.len() == 1 && self.digests.len() > 1 {
            return self.expected.first() == root(self.algorithm, self.digests).as_ref();
        }
        self.expected == self.digests
    }
}

/// Computes the root. Neighbours are hashed together row by row; a node without a neighbour moves up unchanged.
fn root(algorithm: Algorithm, mut row: Vec<Vec<u8>>) -> Option<Vec<u8>> {
    while row.len() > 1 {
        row = row
            .chunks(2)
            .map(|pair| match pair {
                [left, right] => {
                    let mut hasher = algorithm.hasher();
                    hasher.update(left);
                    hasher.update(right);
                    hasher.finish()
                }
                single => single.concat(),
            })
            .collect();
    }
    row.pop()
}

/// Returns the algorithm of this name, or the default where none is named.
pub(super) fn named(name: Option<&str>, default: Algorithm) -> Option<Algorithm> {
    name.map_or(Some(default), Algorithm::named)
}
