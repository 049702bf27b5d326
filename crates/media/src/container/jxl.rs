//! JPEG XL container (ISO/IEC 18181-2). A bare codestream carries no metadata.

use crate::container::bmff::atom;
use crate::container::{four_cc, jumbf, location, numbered};
use crate::error::Stop;
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
                let outcome = exif(walk, top.body.start, top.length());
                walk.tolerate("JXL/Exif", outcome)?;
            }
            b"brob" if top.length() >= 4 => {
                let inner = walk.input.array::<4>(top.body.start)?;
                if matches!(&inner, b"xml " | b"Exif" | b"jumb") {
                    let path = format!("JXL/brob({})", four_cc(inner).trim_end());
                    let place = location(path, top.whole.start, top.length());
                    walk.warn(WarningKind::Unread, "metadata compressed with Brotli is not read", Some(place));
                }
            }
            _ => {}
        }
    }
    Ok(())
}

fn exif(walk: &mut Walk<'_>, start: u64, length: u64) -> Result<(), Stop> {
    let skip = u64::from(walk.input.u32_be(start)?).saturating_add(4);
    let Some(size) = length.checked_sub(skip) else {
        return Err(Stop::Malformed(start, "EXIF box whose TIFF header lies outside"));
    };
    let at = start.saturating_add(skip);
    if let Some(bytes) = walk.part("JXL/Exif", at, size)? {
        walk.add_exif(location("JXL/Exif", at, size), &bytes);
    }
    Ok(())
}
