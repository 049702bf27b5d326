//! ISO base media files (ISO/IEC 14496-12) with pictures: HEIF, HEIC, AVIF. XMP as an item of type `mime`, C2PA in a
//! `uuid` box behind `ftyp`. Every absolute offset follows the bytes that it points at.

mod boxes;
mod file;
mod image;
mod items;
mod offsets;

use labeler_media::Budget;
use sha2::{Digest, Sha256};

use crate::edits::Edits;
use crate::error::SpliceError;
use crate::rope::Rope;
use boxes::{Atom, C2PA_UUID, XMP_UUID, atoms, make};
use file::File;
pub use image::{AvifItem, AvifPicture, NewAvifItem, avif_picture, replace_avif_items};
use items::Items;

/// User type, version and flags, purpose `manifest`, offset of the first Merkle box (C2PA specification, "The 'c2pa'
/// box").
const PURPOSE: &[u8] = b"manifest\0";
const HEAD: usize = 8 + 16 + 4 + PURPOSE.len() + 8;

pub(crate) fn framed_length(store: u64) -> Option<u64> {
    store.checked_add(HEAD as u64).filter(|length| u32::try_from(*length).is_ok())
}

pub(crate) fn framed(store: &[u8]) -> Vec<u8> {
    let mut body = C2PA_UUID.to_vec();
    body.extend_from_slice(&[0; 4]);
    body.extend_from_slice(PURPOSE);
    body.extend_from_slice(&[0; 8]);
    body.extend_from_slice(store);
    make(b"uuid", &body)
}

pub(crate) fn make_room(source: &Rope, room: u64) -> Result<(Rope, u64), SpliceError> {
    let mut budget = Budget::default();
    let file = File::read(source, &mut budget)?;
    let mut edits = Edits::new();
    for old in file.top.iter().filter(|atom| file.has_uuid(atom, &C2PA_UUID)) {
        edits.remove(old.whole.clone());
    }
    let at = file.after_ftyp();
    edits.make_hole(at, room);
    edits.sort();
    let mut patches = Edits::new();
    offsets::correct(source, &file.top, &edits, &mut patches, &mut budget)?;
    edits.extend(patches);
    Ok((edits.apply(source)?, at))
}

pub(crate) fn write_packet(source: &Rope, packet: &[u8], mut edits: Edits) -> Result<Rope, SpliceError> {
    let mut budget = Budget::default();
    let file = File::read(source, &mut budget)?;
    for old in file.top.iter().filter(|atom| file.has_uuid(atom, &XMP_UUID)) {
        edits.remove(old.whole.clone());
    }
    let items = file.meta().map(|meta| Items::read(source, meta, &mut budget)).transpose()?.flatten();
    let Some(mut items) = items else {
        // An image sequence without items: the place that the XMP specification gives for ISO base media files.
        let mut body = XMP_UUID.to_vec();
        body.extend_from_slice(packet);
        edits.insert(file.after_ftyp(), make(b"uuid", &body));
        edits.sort();
        let mut patches = Edits::new();
        offsets::correct(source, &file.top, &edits, &mut patches, &mut budget)?;
        edits.extend(patches);
        return edits.apply(source);
    };
    items.drop_packets(&file.top, &mut edits)?;
    file.close_last(&mut edits)?;
    // The new item's data is the body of a box of its own at the end of the file.
    edits.insert(source.len(), make(b"mdat", packet));
    items.add_packet(packet.len() as u64)?;
    items.write(&mut edits)?;
    edits.sort();
    let mut patches = Edits::new();
    offsets::correct_others(source, &file.top, &edits, &mut patches, &mut budget)?;
    let places = items.located(&edits, source.len())?;
    edits.extend(patches);
    edits.fill(&items.places_at(), places);
    edits.apply(source)
}

/// The top-level boxes that a BMFF hash covers when the named ones are left out whole, besides C2PA's own.
///
/// # Errors
/// [`SpliceError`] when the boxes do not fill the file.
pub fn bmff_hash_ranges(source: &Rope, without: &[String]) -> Result<Vec<std::ops::Range<u64>>, SpliceError> {
    let file = File::read(source, &mut Budget::default())?;
    let ends = file.top.iter().skip(1).map(|next| next.whole.start).chain([source.len()]);
    let left =
        |atom: &Atom| !without.iter().any(|name| name.as_bytes() == atom.kind) && !file.has_uuid(atom, &C2PA_UUID);
    Ok(file.top.iter().zip(ends).filter(|(atom, _)| left(atom)).map(|(atom, end)| atom.whole.start..end).collect())
}

/// The hash of C2PA's `c2pa.hash.bmff.v3`: each top-level box that is not excluded, behind its offset as a 64-bit
/// big-endian number.
pub(crate) fn hash(before: &Rope, after: &Rope, room: u64) -> Result<[u8; 32], SpliceError> {
    let mut budget = Budget::default();
    let mut hasher = Sha256::new();
    let shift = before.len().saturating_add(room);
    for (rope, shift) in [(before, 0), (after, shift)] {
        let atoms = atoms(rope, 0..rope.len(), &mut budget)?;
        let ends = atoms.iter().skip(1).map(|next| next.whole.start).chain([rope.len()]);
        // Bytes behind the last box belong to it here: the engine hashes them too.
        for (atom, end) in atoms.iter().zip(ends) {
            if matches!(&atom.kind, b"ftyp" | b"mfra") {
                continue;
            }
            hasher.update(atom.whole.start.saturating_add(shift).to_be_bytes());
            rope.slice(atom.whole.start..end).parts().iter().for_each(|part| hasher.update(part));
        }
    }
    Ok(hasher.finalize().into())
}
