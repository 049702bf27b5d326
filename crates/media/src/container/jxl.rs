//! JPEG XL container (ISO/IEC 18181-2). A bare codestream carries no metadata.

use crate::Location;
use crate::container::bmff::{Atom, atom};
use crate::container::{four_cc, jumbf, location, numbered};
use crate::error::Stop;
use crate::inflate::Packing;
use crate::metadata::WarningKind;
use crate::walk::{Encoding, Walk};

pub(crate) fn read(walk: &mut Walk<'_>) -> Result<(), Stop> {
    if walk.input.array::<2>(0)? == [0xFF, 0x0A] {
        return Ok(());
    }
    let mut at = 0_u64;
    let mut stores = 0_usize;
    let end = walk.input.length();
    while let Some(top) = atom(walk, at, end)? {
        at = top.whole.end;
        match &top.kind {
            // The box is itself the JUMBF superbox.
            b"jumb" if jumbf::starts_store(&mut walk.input, &top.whole)? => {
                let path = format!("JXL/{}", numbered("jumb", stores));
                stores = stores.saturating_add(1);
                walk.add_store(path, Some(top.whole.clone()), Some(top.whole), Encoding::Raw);
            }
            b"xml " if walk.everything() => {
                if let Some(bytes) = walk.part("JXL/xml", top.body.start, top.length())? {
                    walk.add_xmp(location("JXL/xml", top.body.start, top.length()), &bytes, true);
                }
            }
            b"Exif" if walk.everything() => {
                if let Some(bytes) = walk.part("JXL/Exif", top.body.start, top.length())? {
                    let outcome = exif(walk, location("JXL/Exif", top.body.start, top.length()), &bytes);
                    walk.tolerate("JXL/Exif", outcome)?;
                }
            }
            b"brob" if top.length() >= 4 && walk.everything() => {
                let outcome = compressed(walk, &top);
                walk.tolerate("JXL/brob", outcome)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// A box compressed with Brotli: the inner box's type, then its compressed content.
fn compressed(walk: &mut Walk<'_>, outer: &Atom) -> Result<(), Stop> {
    let kind = walk.input.array::<4>(outer.body.start)?;
    let path = format!("JXL/brob({})", four_cc(kind).trim_end());
    let (start, length) = (outer.body.start.saturating_add(4), outer.length().saturating_sub(4));
    let place = location(path.clone(), start, length);
    match &kind {
        b"xml " | b"Exif" => {}
        b"jumb" => {
            // C2PA's hashes are over the file's own boxes: a store in here is none that a validator reads.
            walk.warn(WarningKind::Misplaced, "a compressed JUMBF box, where no manifest store may be", Some(place));
            return Ok(());
        }
        _ => return Ok(()),
    }
    let Some(data) = walk.part(&path, start, length)? else {
        return Ok(());
    };
    let Some(bytes) = walk.unpacked(Packing::Brotli, &data, &place) else {
        return Ok(());
    };
    if kind == *b"Exif" {
        return exif(walk, place, &bytes);
    }
    walk.add_xmp(place, &bytes, true);
    Ok(())
}

/// An EXIF box's content: the distance from here to the TIFF header, then the block. `place` is that of the content,
/// or of what was unpacked to it.
fn exif(walk: &mut Walk<'_>, place: Location, content: &[u8]) -> Result<(), Stop> {
    let outside = Stop::Malformed(place.offset, "EXIF box whose TIFF header lies outside");
    let Some((distance, rest)) = content.split_first_chunk::<4>() else {
        return Err(outside);
    };
    let skip = usize::try_from(u32::from_be_bytes(*distance)).unwrap_or(usize::MAX);
    let Some(block) = rest.get(skip..) else {
        return Err(outside);
    };
    let stored = place.length == content.len() as u64;
    let inner = if stored {
        let before = content.len().saturating_sub(block.len()) as u64;
        location(place.path, place.offset.saturating_add(before), block.len() as u64)
    } else {
        place
    };
    walk.add_exif(inner, block);
    Ok(())
}
