//! Limits on a manifest store, checked before the engine sees it.
//!
//! The engine keeps about three copies of every box, allocates as much memory as a CBOR string declares (up to 100 MB)
//! before it reads the string, decompresses each manifest up to its own limit, and converts assertions to JSON, where
//! one byte costs 32. Therefore this module first walks the store without copies. It counts boxes, manifests, levels,
//! values in assertions and decompressed bytes over the whole store, and rejects strings that are longer than the data
//! around them.
//!
//! This module validates nothing else. Format errors that cost nothing are left to the engine, which reports them.

use std::io::{self, Write};
use std::ops::Range;

use thiserror::Error;

/// Limits on one manifest store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoreLimits {
    /// Maximum number of manifests. 128: real files have fewer than twenty.
    pub manifests: u64,
    /// Maximum number of boxes at all levels together. 16,384: real manifests have some dozens each.
    pub boxes: u64,
    /// Maximum nesting of boxes. 16: a manifest's assertions are at the fourth level.
    pub levels: u64,
    /// Maximum number of values in CBOR and JSON together, where each byte of a byte string counts as one. 262,144: the
    /// fullest real stores have less than a tenth of this.
    pub values: u64,
    /// Maximum number of decompressed bytes of all compressed manifests together. 4 MiB.
    pub unpacked: u64,
}

impl Default for StoreLimits {
    fn default() -> Self {
        Self { manifests: 128, boxes: 16_384, levels: 16, values: 262_144, unpacked: 4 << 20 }
    }
}

/// Error for a manifest store that is not passed to the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum StoreLimitError {
    /// A limit is exceeded.
    #[error("the manifest store has more than {limit} {what}, and is not read")]
    TooMany {
        /// Name of the counted things, in the plural.
        what: &'static str,
        /// The limit.
        limit: u64,
    },
    /// A CBOR string declares more bytes than its box contains.
    #[error("a string in the manifest store declares {declared} bytes, more than its box holds; the store is not read")]
    StringTooLong {
        /// The declared length.
        declared: u64,
    },
    /// A compressed manifest cannot be decompressed.
    #[error("a compressed manifest of the store cannot be decompressed")]
    Damaged,
}

/// Checks a store against the limits.
///
/// # Errors
/// See [`StoreLimitError`].
pub fn check_store(store: &[u8], limits: &StoreLimits) -> Result<(), StoreLimitError> {
    let mut counts = Counts { left: *limits, limits: *limits, weighs_bytes: true };
    counts.boxes(store, 0..store.len(), Level { depth: 0, kind: [0; 4], data: false })
}

/// Context of a sequence of boxes.
#[derive(Clone, Copy)]
struct Level {
    depth: u64,
    /// First four bytes of the type UUID of the surrounding superbox.
    kind: [u8; 4],
    /// Whether it is inside a store of data boxes, whose bytes never become JSON.
    data: bool,
}

/// Depth of the boxes inside a manifest, below the store and its manifests.
const IN_MANIFEST: u64 = 2;

struct Counts {
    left: StoreLimits,
    limits: StoreLimits,
    /// Whether the bytes of byte strings count as values.
    weighs_bytes: bool,
}

fn take(left: &mut u64, amount: u64, what: &'static str, limit: u64) -> Result<(), StoreLimitError> {
    *left = left.checked_sub(amount).ok_or(StoreLimitError::TooMany { what, limit })?;
    Ok(())
}

/// A box with its type and content.
struct RawBox {
    kind: [u8; 4],
    body: Range<usize>,
}

/// Parses the box at `at`; `None` if no box fits before `end`.
fn raw_box(store: &[u8], at: usize, end: usize) -> Option<RawBox> {
    let head = store.get(at..end)?;
    let size = usize::try_from(u32::from_be_bytes(head.get(..4)?.try_into().ok()?)).ok()?;
    let kind: [u8; 4] = head.get(4..8)?.try_into().ok()?;
    let (header, size) = match size {
        0 => (8, head.len()),
        1 => (16, usize::try_from(u64::from_be_bytes(head.get(8..16)?.try_into().ok()?)).ok()?),
        size => (8, size),
    };
    (size >= header && size <= head.len()).then(|| RawBox { kind, body: at + header..at + size })
}

impl Counts {
    fn take_boxes(&mut self, count: u64) -> Result<(), StoreLimitError> {
        take(&mut self.left.boxes, count, "boxes", self.limits.boxes)
    }

    fn take_values(&mut self, count: u64) -> Result<(), StoreLimitError> {
        take(&mut self.left.values, count, "values in its assertions", self.limits.values)
    }

    /// Checks all boxes in a range.
    fn boxes(&mut self, store: &[u8], range: Range<usize>, level: Level) -> Result<(), StoreLimitError> {
        if level.depth > self.limits.levels {
            return Err(StoreLimitError::TooMany { what: "levels of boxes", limit: self.limits.levels });
        }
        let mut at = range.start;
        let mut first = true;
        while at < range.end {
            let Some(raw) = raw_box(store, at, range.end) else {
                // The engine continues where it can. In the worst case it treats every eight bytes as a box.
                self.take_boxes((range.end.saturating_sub(at) / 8) as u64)?;
                return self.loose(store.get(at..range.end).unwrap_or_default());
            };
            self.take_boxes(1)?;
            let body = store.get(raw.body.clone()).unwrap_or_default();
            match &raw.kind {
                b"jumb" => self.superbox(store, raw.body.clone(), level)?,
                b"cbor" => self.cbor(body, level)?,
                b"json" => self.take_values(json_values(body))?,
                b"brob" if first && level.depth == IN_MANIFEST => self.compressed(body, level)?,
                _ => {}
            }
            first &= raw.kind == *b"jumd";
            at = raw.body.end;
        }
        Ok(())
    }

    fn superbox(&mut self, store: &[u8], body: Range<usize>, level: Level) -> Result<(), StoreLimitError> {
        let depth = level.depth.saturating_add(1);
        if depth == IN_MANIFEST {
            take(&mut self.left.manifests, 1, "manifests", self.limits.manifests)?;
        }
        let kind = raw_box(store, body.start, body.end)
            .filter(|first| first.kind == *b"jumd")
            .and_then(|first| store.get(first.body)?.first_chunk().copied())
            .unwrap_or_default();
        let data = level.data || kind == *b"c2db";
        self.boxes(store, body, Level { depth, kind, data })
    }

    /// Checks a manifest compressed with Brotli (C2PA 2.3, "Compressed boxes").
    fn compressed(&mut self, body: &[u8], level: Level) -> Result<(), StoreLimitError> {
        let mut sink = Sink { bytes: Vec::new(), most: self.left.unpacked };
        let outcome = brotli::BrotliDecompress(&mut &body[..], &mut sink);
        let unpacked = sink.bytes.len() as u64;
        if sink.most == u64::MAX {
            let limit = self.limits.unpacked;
            return Err(StoreLimitError::TooMany { what: "bytes in its compressed manifests", limit });
        }
        outcome.map_err(|_| StoreLimitError::Damaged)?;
        take(&mut self.left.unpacked, unpacked, "bytes in its compressed manifests", self.limits.unpacked)?;
        // One superbox: the manifest itself, which takes the position of the compressed one in the store.
        let store = &sink.bytes;
        match raw_box(store, 0, store.len()) {
            Some(manifest) if manifest.kind == *b"jumb" => {
                self.take_boxes(1)?;
                self.boxes(store, manifest.body, Level { depth: level.depth.saturating_add(1), ..level })
            }
            _ => Ok(()),
        }
    }

    /// Checks bytes outside of boxes: the engine may read them as CBOR, so they must not declare long strings.
    fn loose(&mut self, bytes: &[u8]) -> Result<(), StoreLimitError> {
        let mut rest = bytes;
        while let Some(at) = rest.windows(4).position(|four| four == b"cbor") {
            rest = rest.get(at.saturating_add(4)..).unwrap_or_default();
            self.item(rest, &mut 0, 0)?;
        }
        Ok(())
    }

    fn cbor(&mut self, body: &[u8], level: Level) -> Result<(), StoreLimitError> {
        // The engine copies the bytes of data boxes unchanged.
        self.weighs_bytes = !level.data;
        let outcome = self.item(body, &mut 0, 0);
        self.weighs_bytes = true;
        outcome?;
        if level.kind == *b"c2cs" {
            return self.cose(body);
        }
        // CAWG's identity assertion contains its own signature.
        match signature_field(body) {
            Some(signature) => self.cose(signature),
            None => Ok(()),
        }
    }

    /// Checks a COSE_Sign1 structure (RFC 9052, 4.2), whose first element is CBOR in a byte string.
    fn cose(&mut self, bytes: &[u8]) -> Result<(), StoreLimitError> {
        let mut at = 0;
        let mut next = head(bytes, &mut at);
        while next.is_some_and(|head| head.major == TAG) {
            next = head(bytes, &mut at);
        }
        let (Some(array), Some(protected)) = (next, head(bytes, &mut at)) else { return Ok(()) };
        match (array.major, protected.major, protected.value) {
            (ARRAY, BYTES, Some(length)) => {
                let end = at.saturating_add(usize::try_from(length).unwrap_or(usize::MAX));
                self.item(bytes.get(at..end).unwrap_or_default(), &mut 0, 0).map(drop)
            }
            _ => Ok(()),
        }
    }

    /// Checks the CBOR item at `at` (RFC 8949) and moves `at` to its end. Malformed data ends the walk.
    fn item(&mut self, bytes: &[u8], at: &mut usize, depth: u64) -> Result<Walked, StoreLimitError> {
        // The engine's decoder stops at 128 levels.
        if depth > 128 {
            return Ok(Walked::Malformed);
        }
        self.take_values(1)?;
        let Some(head) = head(bytes, at) else { return Ok(Walked::Malformed) };
        let children = match (head.major, head.value) {
            (UNSIGNED | NEGATIVE, Some(_)) => 0,
            (BYTES | TEXT, Some(declared)) => {
                let left = bytes.len().saturating_sub(*at);
                let length = usize::try_from(declared).ok().filter(|length| *length <= left);
                let length = length.ok_or(StoreLimitError::StringTooLong { declared })?;
                if head.major == BYTES && self.weighs_bytes {
                    self.take_values(declared)?;
                }
                *at = at.saturating_add(length);
                0
            }
            (ARRAY, Some(count)) => count,
            (MAP, Some(count)) => count.saturating_mul(2),
            (TAG, Some(_)) => 1,
            // The end of an item with indefinite length.
            (SIMPLE, None) => return Ok(Walked::Break),
            (SIMPLE, Some(_)) => 0,
            (BYTES | TEXT | ARRAY | MAP, None) => u64::MAX,
            _ => return Ok(Walked::Malformed),
        };
        for _ in 0..children {
            match self.item(bytes, at, depth.saturating_add(1))? {
                Walked::Item => {}
                Walked::Break if head.value.is_none() => break,
                _ => return Ok(Walked::Malformed),
            }
        }
        Ok(Walked::Item)
    }
}

/// Result of walking over a CBOR item.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Walked {
    Item,
    Break,
    Malformed,
}

const UNSIGNED: u8 = 0;
const NEGATIVE: u8 = 1;
const BYTES: u8 = 2;
const TEXT: u8 = 3;
const ARRAY: u8 = 4;
const MAP: u8 = 5;
const TAG: u8 = 6;
const SIMPLE: u8 = 7;

/// Head of a CBOR item.
#[derive(Clone, Copy)]
struct Head {
    major: u8,
    /// Argument; `None` for an indefinite length.
    value: Option<u64>,
}

fn head(bytes: &[u8], at: &mut usize) -> Option<Head> {
    let first = *bytes.get(*at)?;
    *at = at.checked_add(1)?;
    let width = match first & 31 {
        small @ 0..=23 => return Some(Head { major: first >> 5, value: Some(u64::from(small)) }),
        24 => 1,
        25 => 2,
        26 => 4,
        27 => 8,
        31 => return Some(Head { major: first >> 5, value: None }),
        _ => return None,
    };
    let end = at.checked_add(width)?;
    let value = bytes.get(*at..end)?.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte));
    *at = end;
    Some(Head { major: first >> 5, value: Some(value) })
}

/// Returns the byte string `signature` at the top level of a CBOR map.
fn signature_field(bytes: &[u8]) -> Option<&[u8]> {
    const KEY: &[u8] = b"\x69signature";
    let at = bytes.windows(KEY.len()).position(|window| window == KEY)?;
    let mut at = at.checked_add(KEY.len())?;
    let found = head(bytes, &mut at).filter(|head| head.major == BYTES)?;
    bytes.get(at..at.checked_add(usize::try_from(found.value?).ok()?)?)
}

/// Returns an upper bound of the number of values in a JSON text: separators and opening brackets outside strings.
fn json_values(text: &[u8]) -> u64 {
    let mut count = 1_u64;
    let mut inside = false;
    let mut escaped = false;
    for byte in text {
        match (inside, byte) {
            _ if escaped => escaped = false,
            (true, b'\\') => escaped = true,
            (_, b'"') => inside = !inside,
            (false, b',' | b':' | b'[' | b'{') => count = count.saturating_add(1),
            _ => {}
        }
    }
    count
}

/// Collects written bytes up to a limit; `most` becomes `u64::MAX` when the limit is exceeded.
struct Sink {
    bytes: Vec<u8>,
    most: u64,
}

impl Write for Sink {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        if (self.bytes.len() as u64).saturating_add(piece.len() as u64) > self.most {
            self.most = u64::MAX;
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        self.bytes.extend_from_slice(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    const TAIL: [u8; 12] = [0x00, 0x11, 0x00, 0x10, 0x80, 0x00, 0x00, 0xAA, 0x00, 0x38, 0x9B, 0x71];

    fn atom(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
        [&(body.len() as u32 + 8).to_be_bytes()[..], kind, body].concat()
    }

    fn superbox(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
        let description = atom(b"jumd", &[&kind[..], &TAIL, b"\x03a\0"].concat());
        atom(b"jumb", &[description, content.to_vec()].concat())
    }

    /// Creates a store with one manifest and one assertion box.
    fn with_assertion(content: &[u8]) -> Vec<u8> {
        let assertions = superbox(b"c2as", &superbox(b"cbor", content));
        superbox(b"c2pa", &superbox(b"c2ma", &assertions))
    }

    fn refused(store: &[u8]) -> String {
        check_store(store, &StoreLimits::default()).unwrap_err().to_string()
    }

    fn accepted(store: &[u8]) {
        check_store(store, &StoreLimits::default()).unwrap();
    }

    #[test]
    fn rejects_strings_that_are_longer_than_their_box() {
        for head in [[0x5A, 0x05, 0xF5, 0xE1, 0x00], [0x7A, 0x05, 0xF5, 0xE1, 0x00]] {
            let message = refused(&with_assertion(&atom(b"cbor", &head)));
            assert!(message.contains("declares 100000000 bytes"), "{message}");
            // In a signature's protected header, and in the one of an identity assertion.
            let cose = [&[0xD2, 0x84, 0x45][..], &head, &[0xA0, 0xF6, 0x40]].concat();
            let signature = superbox(b"c2cs", &atom(b"cbor", &cose));
            refused(&superbox(b"c2pa", &superbox(b"c2ma", &signature)));
            let identity = [&[0xA1, 0x69][..], b"signature", &[0x58, cose.len() as u8], &cose].concat();
            refused(&with_assertion(&atom(b"cbor", &identity)));
        }
        accepted(&with_assertion(&atom(b"cbor", &[0x45, 1, 2, 3, 4, 5])));
        accepted(&with_assertion(&atom(b"cbor", &[0x5F, 0x42, 1, 2, 0xFF])));
        // Arrays and maps cost only their actual content.
        accepted(&with_assertion(&atom(b"cbor", &[0x9B, 0x40, 0, 0, 0, 0, 0, 0, 0])));
    }

    #[test]
    fn counts_values_and_the_bytes_of_byte_strings() {
        let numbers = [&[0x9A, 0, 4, 0, 0][..], &[0; 262_144]].concat();
        assert!(refused(&with_assertion(&atom(b"cbor", &numbers))).contains("262144 values"));
        let bytes = [&[0x5A, 0, 4, 0, 0][..], &[7; 262_144]].concat();
        assert!(refused(&with_assertion(&atom(b"cbor", &bytes))).contains("262144 values"));
        let text = [&[0x7A, 0, 4, 0, 0][..], &[b'a'; 262_144]].concat();
        accepted(&with_assertion(&atom(b"cbor", &text)));
        let json = format!("[{}0]", "0,".repeat(262_144));
        assert!(refused(&with_assertion(&atom(b"json", json.as_bytes()))).contains("262144 values"));
        let quoted = format!("[\"{}\\\"\"]", ",".repeat(300_000));
        accepted(&with_assertion(&atom(b"json", quoted.as_bytes())));
        // The bytes of data boxes never become JSON, but their strings must fit.
        let data = |content: &[u8]| {
            let boxes = superbox(b"c2db", &superbox(b"cbor", &atom(b"cbor", content)));
            superbox(b"c2pa", &superbox(b"c2ma", &boxes))
        };
        accepted(&data(&bytes));
        refused(&data(&[0x5A, 0x05, 0xF5, 0xE1, 0x00]));
    }

    #[test]
    fn counts_manifests_boxes_and_levels_over_the_whole_store() {
        let manifests = |count: usize| superbox(b"c2pa", &superbox(b"c2ma", b"").repeat(count));
        accepted(&manifests(128));
        assert!(refused(&manifests(129)).contains("128 manifests"));
        let boxes = superbox(b"c2pa", &superbox(b"c2ma", &atom(b"free", b"").repeat(16_384)));
        assert!(refused(&boxes).contains("16384 boxes"));
        let deep = (0..20).fold(Vec::new(), |inner, _| superbox(b"c2as", &inner));
        assert!(refused(&deep).contains("16 levels"));
        // Boxes that do not fit their parent count as if each had the minimum size.
        let loose = superbox(b"c2pa", &[&[0xFF; 4][..], &[0; 200_000]].concat());
        assert!(refused(&loose).contains("16384 boxes"));
    }

    #[test]
    fn counts_the_decompressed_bytes_of_all_manifests_together() {
        let packed = |length: usize| {
            let mut stream = Vec::new();
            let manifest = superbox(b"c2ma", &atom(b"free", &vec![0; length]));
            brotli::BrotliCompress(&mut manifest.as_slice(), &mut stream, &brotli::enc::BrotliEncoderParams::default())
                .unwrap();
            superbox(b"c2cm", &atom(b"brob", &stream))
        };
        accepted(&superbox(b"c2pa", &packed(4_000_000)));
        assert!(refused(&superbox(b"c2pa", &packed(4 << 20))).contains("4194304 bytes in its compressed manifests"));
        let both = [packed(3_000_000), packed(3_000_000)].concat();
        assert!(refused(&superbox(b"c2pa", &both)).contains("4194304 bytes in its compressed manifests"));
        let damaged = superbox(b"c2cm", &atom(b"brob", &[0x11, 0xC0 | 30]));
        assert_eq!(refused(&superbox(b"c2pa", &damaged)), StoreLimitError::Damaged.to_string());
        // The contents of a compressed manifest count too.
        let mut stream = Vec::new();
        let inner = superbox(b"c2ma", &superbox(b"c2as", &superbox(b"cbor", &atom(b"cbor", &[0x5A, 9, 0, 0, 0]))));
        brotli::BrotliCompress(&mut inner.as_slice(), &mut stream, &brotli::enc::BrotliEncoderParams::default())
            .unwrap();
        refused(&superbox(b"c2pa", &superbox(b"c2cm", &atom(b"brob", &stream))));
    }
}
