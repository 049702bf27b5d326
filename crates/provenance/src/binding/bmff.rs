//! Hard binding of ISO base media files, `c2pa.hash.bmff` (C2PA 2.2, 18.7).
//!
//! The assertion names the boxes that are excluded. Everything else is hashed in file order. From version 2 on, the
//! offset of every top-level box that is not completely excluded is hashed before the box, so that boxes cannot be
//! moved. The content of `mdat` may be bound by a Merkle tree over its blocks instead.

use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;

use serde::Deserialize;
use serde_bytes::ByteBuf;

use super::pass::{BindingPass, Codes};
use super::track::{Algorithm, Leaves, Piece, Track, named};

/// Maximum number of boxes. Files with more are fragmented streams, which the engine verifies.
const MOST_BOXES: usize = 20_000;
/// Maximum nesting of boxes in an exclusion's path.
const DEEPEST: usize = 16;
/// Maximum number of blocks in a Merkle tree: 64 GB in blocks of 64 KB. Their digests of 32 to 64 bytes each are kept
/// in memory.
const MOST_LEAVES: u64 = 1 << 20;
/// Number of bytes excluded at the start of a Merkle-hashed `mdat`, regardless of its header's size (C2PA 2.2, 18.7.3).
const MDAT_EXCLUSION: u64 = 16;
/// User type of C2PA's `uuid` box.
const C2PA_UUID: [u8; 16] =
    [0xD8, 0xFE, 0xC3, 0xD6, 0x1B, 0x0E, 0x48, 0x3C, 0x92, 0x97, 0x58, 0x28, 0x87, 0x7E, 0xC4, 0x81];

#[derive(Debug, Deserialize)]
struct Exclusion {
    xpath: String,
    length: Option<u64>,
    data: Option<Vec<DataMatch>>,
    subset: Option<Vec<Subset>>,
    version: Option<u8>,
    flags: Option<ByteBuf>,
}

#[derive(Debug, Deserialize)]
struct DataMatch {
    offset: u64,
    value: ByteBuf,
}

#[derive(Clone, Copy, Debug, Deserialize)]
struct Subset {
    offset: u64,
    length: u64,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct MerkleMap {
    count: u64,
    alg: Option<String>,
    init_hash: Option<ByteBuf>,
    hashes: Vec<ByteBuf>,
    fixed_block_size: Option<u64>,
    variable_block_sizes: Option<Vec<u64>>,
}

/// The `c2pa.hash.bmff` assertion.
#[derive(Debug, Deserialize)]
pub(super) struct BmffHash {
    exclusions: Vec<Exclusion>,
    alg: Option<String>,
    hash: Option<ByteBuf>,
    merkle: Option<Vec<MerkleMap>>,
    url: Option<c2pa_cbor::Value>,
}

/// Box of the file.
#[derive(Clone, Debug)]
struct Atom {
    kind: [u8; 4],
    whole: Range<u64>,
    body: u64,
}

impl BmffHash {
    /// Parses the assertion. Returns `None` if [`BmffHash::plan`] cannot follow it: conditions on version and flags
    /// occur only in fragmented files.
    pub(super) fn parse(cbor: &[u8]) -> Option<Self> {
        let hash: Self = c2pa_cbor::from_slice(cbor).ok()?;
        let plain = |e: &Exclusion| e.version.is_none() && e.flags.is_none() && !e.xpath.contains('[');
        let subsets_in_order = |e: &Exclusion| {
            e.subset
                .iter()
                .flatten()
                .try_fold(0_u64, |at, s| (s.offset >= at).then_some(s.offset.checked_add(s.length)?))
                .is_some()
        };
        let usable = hash.url.is_none()
            && !hash.exclusions.is_empty()
            && hash.exclusions.iter().all(|e| plain(e) && subsets_in_order(e))
            && hash.merkle.iter().flatten().all(|m| m.init_hash.is_none());
        usable.then_some(hash)
    }

    /// Returns what to hash; `None` for files and assertions that the engine must verify.
    pub(super) fn plan<R: Read + Seek>(
        &self,
        source: &mut R,
        version: u8,
        default: Algorithm,
    ) -> std::io::Result<Option<BindingPass>> {
        let length = source.seek(SeekFrom::End(0))?;
        let Some(top) = atoms(source, 0..length)? else { return Ok(None) };
        if top.iter().any(|atom| &atom.kind == b"moof") {
            return Ok(None);
        }
        let Some(algorithm) = named(self.alg.as_deref(), default) else { return Ok(None) };

        let mut excluded = Vec::new();
        let mut whole_boxes = Vec::new();
        for exclusion in &self.exclusions {
            let Some(found) = select(source, &top, &exclusion.xpath)? else { return Ok(None) };
            for atom in found {
                if applies(source, exclusion, &atom)? {
                    exclude(exclusion, &atom, &mut excluded, &mut whole_boxes);
                }
            }
        }

        let mut tracks = Vec::new();
        if let Some(hash) = &self.hash {
            let places = if version > 1 {
                top.iter().map(|atom| atom.whole.start).filter(|start| !whole_boxes.contains(start)).collect()
            } else {
                Vec::new()
            };
            tracks.push(Track::new(algorithm, pieces(&excluded, &places, length), hash.to_vec()));
        }
        let leaves = match &self.merkle {
            Some(maps) => {
                // Merkle proofs are in boxes of their own.
                if has_merkle_boxes(source, &top)? {
                    return Ok(None);
                }
                match self.leaves(maps, &top, algorithm) {
                    Some(leaves) => leaves,
                    None => return Ok(None),
                }
            }
            None => Vec::new(),
        };
        if tracks.is_empty() && leaves.is_empty() {
            return Ok(None);
        }
        Ok(Some(BindingPass {
            tracks,
            leaves,
            extra_exclusions: self.exclusions.iter().any(is_extra),
            failed: false,
            length_needed: length,
            fed: 0,
            settled: None,
            codes: Codes {
                matched: "assertion.bmffHash.match",
                mismatch: "assertion.bmffHash.mismatch",
                extra: "assertion.bmffHash.additionalExclusionsPresent",
            },
        }))
    }

    /// Returns one tree for each `mdat`, in order.
    fn leaves(&self, maps: &[MerkleMap], top: &[Atom], default: Algorithm) -> Option<Vec<Leaves>> {
        let mdats: Vec<_> = top.iter().filter(|atom| &atom.kind == b"mdat").collect();
        if mdats.len() != maps.len() {
            return None;
        }
        let mut out = Vec::new();
        for (mdat, map) in mdats.into_iter().zip(maps) {
            let algorithm = named(map.alg.as_deref(), default)?;
            let start = mdat.whole.start.checked_add(MDAT_EXCLUSION)?;
            let blocks = blocks(map, start..mdat.whole.end)?;
            let rows = [1, blocks.len()];
            if blocks.len() as u64 != map.count || !rows.contains(&map.hashes.len()) {
                return None;
            }
            out.push(Leaves::new(algorithm, blocks, map.hashes.iter().map(|h| h.to_vec()).collect()));
        }
        Some(out)
    }
}

fn blocks(map: &MerkleMap, content: Range<u64>) -> Option<Vec<Range<u64>>> {
    let length = content.end.checked_sub(content.start)?;
    let sizes: Vec<u64> = match (map.fixed_block_size, &map.variable_block_sizes) {
        (Some(size), None) if size > 1 => {
            let count = length.div_ceil(size);
            if count > MOST_LEAVES {
                return None;
            }
            (0..count).map(|index| size.min(length.saturating_sub(index.saturating_mul(size)))).collect()
        }
        (None, Some(sizes)) if sizes.len() as u64 <= MOST_LEAVES => sizes.clone(),
        _ => return None,
    };
    let mut at = content.start;
    let mut out = Vec::with_capacity(sizes.len());
    for size in sizes {
        let end = at.checked_add(size)?;
        out.push(at..end);
        at = end;
    }
    (at == content.end).then_some(out)
}

/// Returns whether an exclusion covers more than the manifest's own box, the file type and the random access index
/// (C2PA 2.2, 18.7.2).
fn is_extra(exclusion: &Exclusion) -> bool {
    match exclusion.xpath.as_str() {
        "/ftyp" | "/mfra" => false,
        "/uuid" => !matches!(
            exclusion.data.as_deref(),
            Some([only]) if only.offset == 8 && only.value.as_ref() == C2PA_UUID
        ),
        _ => true,
    }
}

fn exclude(exclusion: &Exclusion, atom: &Atom, excluded: &mut Vec<Range<u64>>, whole_boxes: &mut Vec<u64>) {
    let Some(subsets) = &exclusion.subset else {
        excluded.push(atom.whole.clone());
        whole_boxes.push(atom.whole.start);
        return;
    };
    let size = atom.whole.end.saturating_sub(atom.whole.start);
    for subset in subsets.iter().filter(|s| s.offset <= size) {
        let start = atom.whole.start.saturating_add(subset.offset);
        let end = match subset.length {
            0 => atom.whole.end,
            length => start.saturating_add(length).min(atom.whole.end),
        };
        excluded.push(start..end);
    }
}

/// Returns the bytes outside the exclusions, with the offsets of boxes between them.
fn pieces(excluded: &[Range<u64>], places: &[u64], length: u64) -> Vec<Piece> {
    let mut ranges = Vec::new();
    let mut sorted: Vec<_> = excluded.iter().filter(|range| range.start < range.end).cloned().collect();
    sorted.sort_by_key(|range| range.start);
    let mut at = 0;
    for range in sorted {
        if range.start > at {
            ranges.push(at..range.start);
        }
        at = at.max(range.end);
    }
    if at < length {
        ranges.push(at..length);
    }
    let first = ranges.first().map_or(0, |range| range.start);
    let last = ranges.last().map_or(length, |range| range.end.saturating_sub(1));

    let mut out: Vec<(u64, Piece)> = Vec::new();
    for range in &ranges {
        let mut start = range.start;
        for place in places.iter().copied().filter(|place| range.contains(place)) {
            if place > start {
                out.push((start, Piece::Bytes(start..place)));
            }
            out.push((place, Piece::Offset(place)));
            start = place;
        }
        out.push((start, Piece::Bytes(start..range.end)));
    }
    // A box whose first bytes are excluded still contributes its offset if bytes on both sides of it are hashed.
    for place in places.iter().copied() {
        if place > first && place < last && !ranges.iter().any(|range| range.contains(&place)) {
            out.push((place, Piece::Offset(place)));
        }
    }
    out.sort_by_key(|(at, _)| *at);
    out.into_iter().map(|(_, piece)| piece).collect()
}

/// Returns whether the conditions of an exclusion hold for a box.
fn applies<R: Read + Seek>(source: &mut R, exclusion: &Exclusion, atom: &Atom) -> std::io::Result<bool> {
    let size = atom.whole.end.saturating_sub(atom.whole.start);
    if exclusion.length.is_some_and(|wanted| wanted != size) {
        return Ok(false);
    }
    for wanted in exclusion.data.iter().flatten() {
        let Some(at) = atom.whole.start.checked_add(wanted.offset) else { return Ok(false) };
        if !starts_with(source, at, &wanted.value)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn starts_with<R: Read + Seek>(source: &mut R, at: u64, wanted: &[u8]) -> std::io::Result<bool> {
    source.seek(SeekFrom::Start(at))?;
    let mut found = Vec::with_capacity(wanted.len().min(4096));
    source.by_ref().take(wanted.len() as u64).read_to_end(&mut found)?;
    Ok(found == wanted)
}

fn has_merkle_boxes<R: Read + Seek>(source: &mut R, top: &[Atom]) -> std::io::Result<bool> {
    for atom in top.iter().filter(|atom| &atom.kind == b"uuid") {
        let Some(purpose) = atom.body.checked_add(20) else { continue };
        if starts_with(source, atom.body, &C2PA_UUID)? && starts_with(source, purpose, b"merkle\0")? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Returns the boxes that a path such as `/moov/trak/mdia` names; `None` if a box on the path is malformed.
fn select<R: Read + Seek>(source: &mut R, top: &[Atom], path: &str) -> std::io::Result<Option<Vec<Atom>>> {
    let mut level = top.to_vec();
    let names: Vec<_> = path.trim_start_matches('/').split('/').collect();
    if names.len() > DEEPEST {
        return Ok(None);
    }
    for (depth, name) in names.iter().enumerate() {
        level.retain(|atom| atom.kind.as_slice() == name.as_bytes());
        if depth.saturating_add(1) == names.len() {
            break;
        }
        let mut next = Vec::new();
        for atom in &level {
            let Some(inner) = children(source, atom)? else { return Ok(None) };
            next.extend(inner);
            if next.len() > MOST_BOXES {
                return Ok(None);
            }
        }
        level = next;
    }
    Ok(Some(level))
}

fn children<R: Read + Seek>(source: &mut R, atom: &Atom) -> std::io::Result<Option<Vec<Atom>>> {
    let mut start = atom.body;
    // ISO's meta box has version and flags before its children; QuickTime's does not.
    if &atom.kind == b"meta" && !starts_with(source, start.saturating_add(4), b"hdlr")? {
        start = start.saturating_add(4);
    }
    atoms(source, start..atom.whole.end)
}

/// Returns the boxes in a range; `None` if one does not fit, has no size of its own, or there are too many.
fn atoms<R: Read + Seek>(source: &mut R, range: Range<u64>) -> std::io::Result<Option<Vec<Atom>>> {
    let mut out = Vec::new();
    let mut at = range.start;
    while at < range.end {
        source.seek(SeekFrom::Start(at))?;
        let mut head = Vec::with_capacity(16);
        source.by_ref().take(16.min(range.end.saturating_sub(at))).read_to_end(&mut head)?;
        let Some((size, kind, header)) = header(&head) else { return Ok(None) };
        let end = at.saturating_add(size);
        if size < header || end > range.end || out.len() >= MOST_BOXES {
            return Ok(None);
        }
        out.push(Atom { kind, whole: at..end, body: at.saturating_add(header) });
        at = end;
    }
    Ok(Some(out))
}

fn header(head: &[u8]) -> Option<(u64, [u8; 4], u64)> {
    let size = u32::from_be_bytes(head.get(..4)?.try_into().ok()?);
    let kind = head.get(4..8)?.try_into().ok()?;
    match size {
        0 => None,
        1 => Some((u64::from_be_bytes(head.get(8..16)?.try_into().ok()?), kind, 16)),
        size => Some((u64::from(size), kind, 8)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    #[test]
    fn hashes_box_offsets_before_their_bytes() {
        // ftyp 0..20 is excluded, uuid 20..50 is excluded, meta is 50..80, mdat is 80..100.
        let pieces = pieces(&[0..20, 20..50], &[50, 80], 100);
        assert_eq!(pieces, [Piece::Offset(50), Piece::Bytes(50..80), Piece::Offset(80), Piece::Bytes(80..100),]);
    }

    #[test]
    fn hashes_the_head_and_offset_of_a_box_excluded_from_byte_16() {
        let pieces = pieces(&[0..20, 66..90], &[20, 50, 90], 100);
        assert_eq!(
            pieces,
            [
                Piece::Offset(20),
                Piece::Bytes(20..50),
                Piece::Offset(50),
                Piece::Bytes(50..66),
                Piece::Offset(90),
                Piece::Bytes(90..100),
            ]
        );
    }

    #[test]
    fn merkle_blocks_cover_the_content_exactly() {
        let map = |fixed, variable: Option<Vec<u64>>| MerkleMap {
            count: 0,
            alg: None,
            init_hash: None,
            hashes: Vec::new(),
            fixed_block_size: fixed,
            variable_block_sizes: variable,
        };
        assert_eq!(blocks(&map(Some(40), None), 16..116).unwrap(), [16..56, 56..96, 96..116]);
        assert_eq!(blocks(&map(None, Some(vec![30, 70])), 16..116).unwrap(), [16..46, 46..116]);
        assert!(blocks(&map(None, Some(vec![30, 69])), 16..116).is_none());
        assert!(blocks(&map(Some(1), None), 16..116).is_none());
    }

    #[test]
    fn rejects_a_box_that_exceeds_its_range() {
        let mut bytes = vec![0, 0, 0, 16, b'f', b't', b'y', b'p', 0, 0, 0, 0, 0, 0, 0, 0];
        bytes.extend([0, 0, 0, 99, b'm', b'd', b'a', b't']);
        let length = bytes.len() as u64;
        assert!(atoms(&mut std::io::Cursor::new(&bytes), 0..length).unwrap().is_none());
        assert_eq!(atoms(&mut std::io::Cursor::new(&bytes), 0..16).unwrap().unwrap().len(), 1);
    }
}
