//! Verifies the hard binding between a manifest and its asset in one streaming pass with constant memory.
//!
//! The engine reads each hashed range into one buffer of up to 256 MB, which is too much for a Worker or a browser tab.
//! Therefore the engine receives only the manifest store, and this module hashes the bytes in the same pass that hashes
//! the whole file. Bindings that need more than a list of ranges (box hashes, fragments with proofs, update manifests)
//! are left to the engine: [`HardBinding::find`] returns `None` for them.
//!
//! Invariant: the hashed bytes and their order are decided before the first byte of the pass.

mod bmff;
mod pass;
mod track;

use std::io::{Read, Seek};
use std::ops::Range;

use labeler_media::{Format, ManifestStore};
use serde::Deserialize;
use serde_bytes::ByteBuf;

use crate::jumbf::{self, Superbox};
pub use pass::BindingPass;
pub(crate) use pass::{BindingOutcome, Codes};
pub use track::HashedRanges;
use track::{Algorithm, Piece, Track, named};

/// Byte range of the asset.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
struct HashRange {
    start: u64,
    length: u64,
}

/// `c2pa.hash.data` (C2PA 2.2, 18.5).
#[derive(Debug, Deserialize)]
struct DataHash {
    exclusions: Option<Vec<HashRange>>,
    alg: Option<String>,
    hash: ByteBuf,
    url: Option<c2pa_cbor::Value>,
}

#[derive(Debug)]
enum Kind {
    Data(DataHash),
    Bmff(bmff::BmffHash, u8),
}

/// Hard binding of the active manifest in a store.
#[derive(Debug)]
pub(crate) struct HardBinding {
    /// JUMBF path of its assertion inside the store, `/c2pa/<manifest>/c2pa.assertions/<label>`.
    pub path: String,
    kind: Kind,
    /// The bytes of the asset that belong to the manifest.
    place: Range<u64>,
    /// Default algorithm of the claim.
    default_algorithm: Algorithm,
}

/// The fields of the claim that the binding needs.
#[derive(Deserialize)]
struct Claim {
    alg: Option<String>,
}

impl HardBinding {
    /// Returns the hard binding of the active manifest if this module can verify its kind.
    pub(crate) fn find(format: Format, store: &ManifestStore) -> Option<Self> {
        let place = place(format, store)?;
        let manifest = jumbf::manifests(&store.jumbf).pop().filter(|m| m.kind == Some(*b"c2ma"))?;
        let mut hashes = manifest.child("c2pa.assertions")?.children().filter(|a| a.label.starts_with("c2pa.hash."));
        let (only, more) = (hashes.next()?, hashes.next());
        if more.is_some() {
            return None;
        }
        let cbor = only.content(*b"cbor")?;
        let kind = match only.label.as_str() {
            "c2pa.hash.data" => {
                let hash: DataHash = c2pa_cbor::from_slice(cbor).ok()?;
                if hash.url.is_some() {
                    return None;
                }
                Kind::Data(hash)
            }
            "c2pa.hash.bmff" => Kind::Bmff(bmff::BmffHash::parse(cbor)?, 1),
            "c2pa.hash.bmff.v2" => Kind::Bmff(bmff::BmffHash::parse(cbor)?, 2),
            "c2pa.hash.bmff.v3" => Kind::Bmff(bmff::BmffHash::parse(cbor)?, 3),
            _ => return None,
        };
        Some(Self {
            path: format!("/c2pa/{}/c2pa.assertions/{}", manifest.label, only.label),
            kind,
            place,
            default_algorithm: default_algorithm(&manifest)?,
        })
    }

    /// Reads as much of the asset's structure as the binding needs and returns the pass.
    ///
    /// # Errors
    /// Only if the source cannot be read. For an asset that contradicts its binding, the pass reports a mismatch.
    pub(crate) fn plan<R: Read + Seek>(&self, source: &mut R) -> std::io::Result<Option<BindingPass>> {
        match &self.kind {
            Kind::Data(hash) => Ok(Some(self.plan_data(hash))),
            Kind::Bmff(hash, version) => hash.plan(source, *version, self.default_algorithm),
        }
    }

    fn plan_data(&self, hash: &DataHash) -> BindingPass {
        let exclusions: Vec<_> = hash.exclusions.iter().flatten().copied().filter(|e| e.length > 0).collect();
        // One exclusion must be exactly the manifest's own range. A larger one would allow changes to other bytes, and
        // a manifest copied from another file has exclusions that do not fit (C2PA 2.2, 15.12).
        let fits = exclusions.is_empty()
            || exclusions
                .iter()
                .any(|e| e.start == self.place.start && e.start.checked_add(e.length) == Some(self.place.end));
        let Some(algorithm) = named(hash.alg.as_deref(), self.default_algorithm) else { return BindingPass::failed() };
        let Some(excluded) =
            exclusions.iter().map(|e| Some(e.start..e.start.checked_add(e.length)?)).collect::<Option<Vec<_>>>()
        else {
            return BindingPass::failed();
        };
        let length_needed = excluded.iter().map(|e| e.end).max().unwrap_or(0);
        BindingPass {
            tracks: vec![Track::new(algorithm, complement(&excluded), hash.hash.to_vec())],
            leaves: Vec::new(),
            extra_exclusions: hash.exclusions.as_ref().is_some_and(|all| all.len() > 1),
            failed: !fits,
            length_needed,
            fed: 0,
            settled: None,
            codes: Codes {
                matched: "assertion.dataHash.match",
                mismatch: "assertion.dataHash.mismatch",
                extra: "assertion.dataHash.additionalExclusionsPresent",
            },
        }
    }
}

/// Returns the range that a data hash excludes for the manifest: its segments, chunk or field with their framing. The
/// pad byte after a RIFF chunk of odd length does not belong to the chunk. In ID3 the frame around the manifest is
/// hashed, as do all signers that the engine reads. Returns `None` for containers that are left to the engine.
fn place(format: Format, store: &ManifestStore) -> Option<Range<u64>> {
    let framed = run(&store.ranges)?;
    match format {
        Format::Jpeg | Format::Png | Format::Gif | Format::Tiff => Some(framed),
        Format::Webp | Format::Wav | Format::Avi => Some(framed.start..run(&store.payload)?.end),
        Format::Mp3 => run(&store.payload),
        Format::Avif | Format::Heic | Format::Heif | Format::Mp4 | Format::Mov | Format::M4a => Some(framed),
        _ => None,
    }
}

/// Merges consecutive ranges.
fn run(ranges: &[Range<u64>]) -> Option<Range<u64>> {
    let contiguous = ranges.windows(2).all(|pair| matches!(pair, [a, b] if a.end == b.start));
    contiguous.then_some(ranges.first()?.start..ranges.last()?.end)
}

fn default_algorithm(manifest: &Superbox<'_>) -> Option<Algorithm> {
    let claim = manifest.children().find(|child| child.label == "c2pa.claim" || child.label == "c2pa.claim.v2")?;
    let claim: Claim = c2pa_cbor::from_slice(claim.content(*b"cbor")?).ok()?;
    claim.alg.as_deref().map_or(Some(Algorithm::Sha256), Algorithm::named)
}

/// Returns everything outside `excluded`, up to the end of the input.
fn complement(excluded: &[Range<u64>]) -> Vec<Piece> {
    let mut sorted = excluded.to_vec();
    sorted.sort_by_key(|range| range.start);
    let mut pieces = Vec::new();
    let mut at = 0;
    for range in sorted {
        if range.start > at {
            pieces.push(Piece::Bytes(at..range.start));
        }
        at = at.max(range.end);
    }
    pieces.push(Piece::Bytes(at..u64::MAX));
    pieces
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;
    use sha2::{Digest, Sha256};

    fn pass(asset: &[u8], exclusions: &[(u64, u64)], hash: &[u8], manifest: Range<u64>, step: usize) -> bool {
        let binding = HardBinding {
            path: String::new(),
            kind: Kind::Data(DataHash {
                exclusions: Some(
                    exclusions.iter().map(|(start, length)| HashRange { start: *start, length: *length }).collect(),
                ),
                alg: None,
                hash: ByteBuf::from(hash.to_vec()),
                url: None,
            }),
            place: manifest,
            default_algorithm: Algorithm::Sha256,
        };
        let plan = || binding.plan(&mut std::io::Cursor::new(asset)).unwrap().unwrap();
        let mut pass = plan();
        asset.chunks(step).for_each(|chunk| pass.update(chunk));
        let matched = pass.finish().matched;
        // A supplied hash of the same bytes has the same result.
        let mut settled = plan();
        let HashedRanges { algorithm, ranges } = settled.ranges().unwrap();
        assert_eq!(algorithm, "SHA-256");
        let part = |at: u64| usize::try_from(at).unwrap_or(usize::MAX).min(asset.len());
        let bytes: Vec<u8> = ranges.iter().flat_map(|r| &asset[part(r.start)..part(r.end)]).copied().collect();
        settled.settle(&Sha256::digest(bytes), asset.len() as u64);
        assert!(!settled.is_open());
        assert_eq!(settled.finish().matched, matched);
        matched
    }

    #[test]
    fn hashes_the_same_bytes_for_every_chunk_size() {
        let asset: Vec<u8> = (0..200_u8).collect();
        let kept: Vec<u8> = asset[..20].iter().chain(&asset[50..]).copied().collect();
        let hash = Sha256::digest(&kept);
        for step in [1, 7, 20, 30, 200] {
            assert!(pass(&asset, &[(20, 30)], &hash, 20..50, step), "chunks of {step}");
        }
    }

    #[test]
    fn rejects_a_changed_byte_a_short_file_and_a_foreign_exclusion() {
        let asset: Vec<u8> = (0..200_u8).collect();
        let kept: Vec<u8> = asset[..20].iter().chain(&asset[50..]).copied().collect();
        let hash = Sha256::digest(&kept);
        let mut changed = asset.clone();
        changed[19] ^= 1;
        assert!(!pass(&changed, &[(20, 30)], &hash, 20..50, 64));
        assert!(!pass(&asset[..40], &[(20, 30)], &Sha256::digest(&asset[..20]), 20..50, 64), "ends in the exclusion");
        assert!(!pass(&asset, &[(20, 30)], &hash, 20..49, 64), "the exclusion is longer than the manifest");
        let mut inside = asset;
        inside[30] ^= 1;
        assert!(pass(&inside, &[(20, 30)], &hash, 20..50, 64), "the manifest's own bytes are not covered");
    }

    #[test]
    fn merges_overlapping_exclusions() {
        let pieces = complement(&[30..60, 10..40]);
        assert!(matches!(&pieces[..], [Piece::Bytes(a), Piece::Bytes(b)] if *a == (0..10) && *b == (60..u64::MAX)));
    }
}
