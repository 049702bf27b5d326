//! ISO base media files (ISO/IEC 14496-12): HEIF, AVIF, MP4, QuickTime, M4A. Boxes are walked by their headers.

pub(crate) mod boxes;
mod items;
mod meta;
mod tags;

use boxes::{Atom, atom, atoms};
use meta::{meta, user_data};

use crate::collector::{Encoding, MetadataCollector};
use crate::container::{jumbf, location, numbered};
use crate::error::ParseError;
use crate::findings::WarningKind;
use crate::format::Format;

const XMP_UUID: [u8; 16] =
    [0xBE, 0x7A, 0xCF, 0xCB, 0x97, 0xA9, 0x42, 0xE8, 0x9C, 0x71, 0x99, 0x94, 0x91, 0xE3, 0xAF, 0xAC];
const C2PA_UUID: [u8; 16] =
    [0xD8, 0xFE, 0xC3, 0xD6, 0x1B, 0x0E, 0x48, 0x3C, 0x92, 0x97, 0x58, 0x28, 0x87, 0x7E, 0xC4, 0x81];

pub(crate) fn read(collector: &mut MetadataCollector<'_>) -> Result<(), ParseError> {
    let root = match collector.format {
        Format::Avif => "AVIF",
        Format::Heic => "HEIC",
        Format::Heif => "HEIF",
        Format::Mov => "MOV",
        Format::M4a => "M4A",
        _ => "MP4",
    };
    let mut uuids = 0_usize;
    let mut at = 0_u64;
    let end = collector.input.length();
    // One by one rather than through `atoms`: a long fragmented file has many, and none needs to be kept.
    while let Some(top) = atom(collector, at, end)? {
        at = top.whole.end;
        match &top.kind {
            b"uuid" => {
                let path = format!("{root}/{}", numbered("uuid", uuids));
                uuids = uuids.saturating_add(1);
                let outcome = uuid(collector, &path, &top);
                collector.tolerate(&path, outcome)?;
            }
            b"meta" if collector.everything() => {
                let path = format!("{root}/meta");
                let outcome = meta(collector, &path, &top, 0);
                collector.tolerate(&path, outcome)?;
            }
            b"moov" if collector.everything() => {
                let path = format!("{root}/moov");
                let outcome = movie(collector, &path, &top);
                collector.tolerate(&path, outcome)?;
            }
            _ => {}
        }
    }
    if at < end {
        let left = end.saturating_sub(at);
        let place = location(format!("{root}/trailer"), at, left);
        collector.warn(WarningKind::TrailingData, format!("{left} bytes follow the last box"), Some(place));
    }
    Ok(())
}

fn uuid(collector: &mut MetadataCollector<'_>, path: &str, atom: &Atom) -> Result<(), ParseError> {
    if atom.length() < 16 {
        return Err(ParseError::Malformed(atom.whole.start, "uuid box without its uuid"));
    }
    let id = collector.input.array::<16>(atom.body.start)?;
    let data = atom.body.start.saturating_add(16)..atom.body.end;
    if id == XMP_UUID && collector.everything() {
        let length = data.end.saturating_sub(data.start);
        if let Some(bytes) = collector.part(path, data.start, length)? {
            collector.add_xmp(location(format!("{path}/XMP"), data.start, length), &bytes, true);
        }
    } else if id == C2PA_UUID {
        // C2PA specification, "The 'c2pa' box for BMFF": version and flags, purpose, then for a manifest the offset
        // of the first Merkle box.
        let purpose_at = data.start.saturating_add(4);
        let head = collector.input.peek(purpose_at, data.end.saturating_sub(purpose_at).min(64))?;
        let (purpose, _) = crate::text::split_nul(&head);
        if !matches!(purpose, b"manifest" | b"original" | b"update") {
            return Ok(());
        }
        let start = purpose_at.saturating_add(purpose.len() as u64).saturating_add(1).saturating_add(8);
        let payload = start.min(data.end)..data.end;
        if jumbf::starts_store(&mut collector.input, &payload)? {
            collector.add_store(format!("{path}/C2PA"), Some(atom.whole.clone()), Some(payload), Encoding::Raw);
        } else {
            collector.warn(
                WarningKind::Malformed,
                "C2PA box without a manifest store",
                Some(location(path, atom.whole.start, atom.length())),
            );
        }
    }
    Ok(())
}

/// `moov` and each `trak`: their `udta` and `meta`.
fn movie(collector: &mut MetadataCollector<'_>, path: &str, parent: &Atom) -> Result<(), ParseError> {
    let mut tracks = 0_usize;
    for child in atoms(collector, path, parent.body.clone())? {
        match &child.kind {
            b"udta" => user_data(collector, &format!("{path}/udta"), &child)?,
            b"meta" => meta(collector, &format!("{path}/meta"), &child, 0)?,
            b"uuid" => uuid(collector, &format!("{path}/uuid"), &child)?,
            b"trak" => {
                let track = format!("{path}/{}", numbered("trak", tracks));
                tracks = tracks.saturating_add(1);
                for inner in atoms(collector, &track, child.body.clone())? {
                    match &inner.kind {
                        b"udta" => user_data(collector, &format!("{track}/udta"), &inner)?,
                        b"meta" => meta(collector, &format!("{track}/meta"), &inner, 0)?,
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}
