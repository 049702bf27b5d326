//! JPEG XL container (ISO/IEC 18181-2). A bare codestream carries no metadata.

use crate::collector::{Encoding, MetadataCollector};
use crate::container::bmff::boxes::{Atom, atom};
use crate::container::{four_cc, jumbf, location, numbered};
use crate::error::ParseError;
use crate::findings::Location;
use crate::findings::WarningKind;
use crate::inflate::Packing;

pub(crate) fn read(collector: &mut MetadataCollector<'_>) -> Result<(), ParseError> {
    if collector.input.array::<2>(0)? == [0xFF, 0x0A] {
        return Ok(());
    }
    let mut at = 0_u64;
    let mut stores = 0_usize;
    let end = collector.input.length();
    while let Some(top) = atom(collector, at, end)? {
        at = top.whole.end;
        match &top.kind {
            // The box is itself the JUMBF superbox.
            b"jumb" if jumbf::starts_store(&mut collector.input, &top.whole)? => {
                let path = format!("JXL/{}", numbered("jumb", stores));
                stores = stores.saturating_add(1);
                collector.add_store(path, Some(top.whole.clone()), Some(top.whole), Encoding::Raw);
            }
            b"xml " if collector.everything() => {
                if let Some(bytes) = collector.part("JXL/xml", top.body.start, top.length())? {
                    collector.add_xmp(location("JXL/xml", top.body.start, top.length()), &bytes, true);
                }
            }
            b"Exif" if collector.everything() => {
                if let Some(bytes) = collector.part("JXL/Exif", top.body.start, top.length())? {
                    let outcome = exif(collector, location("JXL/Exif", top.body.start, top.length()), &bytes);
                    collector.tolerate("JXL/Exif", outcome)?;
                }
            }
            b"brob" if top.length() >= 4 && collector.everything() => {
                let outcome = compressed(collector, &top);
                collector.tolerate("JXL/brob", outcome)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// A box compressed with Brotli: the inner box's type, then its compressed content.
fn compressed(collector: &mut MetadataCollector<'_>, outer: &Atom) -> Result<(), ParseError> {
    let kind = collector.input.array::<4>(outer.body.start)?;
    let path = format!("JXL/brob({})", four_cc(kind).trim_end());
    let (start, length) = (outer.body.start.saturating_add(4), outer.length().saturating_sub(4));
    let place = location(path.clone(), start, length);
    match &kind {
        b"xml " | b"Exif" => {}
        b"jumb" => {
            // C2PA's hashes are over the file's own boxes: a store in here is none that a validator reads.
            collector.warn(
                WarningKind::Misplaced,
                "a compressed JUMBF box, where no manifest store may be",
                Some(place),
            );
            return Ok(());
        }
        _ => return Ok(()),
    }
    let Some(data) = collector.part(&path, start, length)? else {
        return Ok(());
    };
    let Some(bytes) = collector.unpacked(Packing::Brotli, &data, &place) else {
        return Ok(());
    };
    if kind == *b"Exif" {
        return exif(collector, place, &bytes);
    }
    collector.add_xmp(place, &bytes, true);
    Ok(())
}

/// An EXIF box's content: the distance from here to the TIFF header, then the block. `place` is that of the content,
/// or of what was unpacked to it.
fn exif(collector: &mut MetadataCollector<'_>, place: Location, content: &[u8]) -> Result<(), ParseError> {
    let outside = ParseError::Malformed(place.offset, "EXIF box whose TIFF header lies outside");
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
    collector.add_exif(inner, block);
    Ok(())
}
