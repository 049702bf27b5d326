//! ISO base media files (ISO/IEC 14496-12): HEIF, AVIF, MP4, QuickTime, M4A. Boxes are walked by their headers.

use std::ops::Range;

use crate::container::{bmff_items, bmff_tags, jumbf, location, numbered};
use crate::error::Stop;
use crate::metadata::WarningKind;
use crate::walk::{Encoding, Walk};

const XMP_UUID: [u8; 16] =
    [0xBE, 0x7A, 0xCF, 0xCB, 0x97, 0xA9, 0x42, 0xE8, 0x9C, 0x71, 0x99, 0x94, 0x91, 0xE3, 0xAF, 0xAC];
const C2PA_UUID: [u8; 16] =
    [0xD8, 0xFE, 0xC3, 0xD6, 0x1B, 0x0E, 0x48, 0x3C, 0x92, 0x97, 0x58, 0x28, 0x87, 0x7E, 0xC4, 0x81];

/// One box: its four-character code, whole range and the range of its content.
#[derive(Debug, Clone)]
pub(crate) struct Atom {
    pub(crate) kind: [u8; 4],
    pub(crate) whole: Range<u64>,
    pub(crate) body: Range<u64>,
}

impl Atom {
    pub(crate) fn length(&self) -> u64 {
        self.body.end.saturating_sub(self.body.start)
    }
}

/// The box at `at` within a parent that ends at `end`; `None` where no header fits any more.
pub(crate) fn atom(walk: &mut Walk<'_>, at: u64, end: u64) -> Result<Option<Atom>, Stop> {
    if at.saturating_add(8) > end {
        return Ok(None);
    }
    walk.input.step("boxes")?;
    let size = u64::from(walk.input.u32_be(at)?);
    let kind = walk.input.array::<4>(at.saturating_add(4))?;
    let (header, size) = match size {
        // To the end of the enclosing box or file.
        0 => (8, end.saturating_sub(at)),
        1 => (16, walk.input.u64_be(at.saturating_add(8))?),
        size => (8, size),
    };
    if size < header {
        return Err(Stop::Malformed(at, "box shorter than its own header"));
    }
    let box_end = at.checked_add(size).ok_or(Stop::Malformed(at, "box longer than any file"))?;
    if box_end > end {
        return Err(Stop::Truncated(at));
    }
    Ok(Some(Atom { kind, whole: at..box_end, body: at.saturating_add(header)..box_end }))
}

/// All boxes in a range; stops at the first broken one, which becomes a warning.
pub(crate) fn atoms(walk: &mut Walk<'_>, path: &str, range: Range<u64>) -> Result<Vec<Atom>, Stop> {
    let mut found = Vec::new();
    let mut at = range.start;
    loop {
        match atom(walk, at, range.end) {
            Ok(Some(atom)) => {
                walk.input.budget.entries("boxes", 1)?;
                at = atom.whole.end;
                found.push(atom);
            }
            Ok(None) => return Ok(found),
            Err(stop) => {
                walk.tolerate(path, Err(stop))?;
                return Ok(found);
            }
        }
    }
}

pub(crate) fn read(walk: &mut Walk<'_>) -> Result<(), Stop> {
    let root = match walk.format {
        crate::Format::Avif => "AVIF",
        crate::Format::Heic => "HEIC",
        crate::Format::Heif => "HEIF",
        crate::Format::Mov => "MOV",
        crate::Format::M4a => "M4A",
        _ => "MP4",
    };
    let mut uuids = 0_usize;
    let mut at = 0_u64;
    let end = walk.input.length();
    // One by one rather than through `atoms`: a long fragmented file has many, and none needs to be kept.
    while let Some(top) = atom(walk, at, end)? {
        at = top.whole.end;
        match &top.kind {
            b"uuid" => {
                let path = format!("{root}/{}", numbered("uuid", uuids));
                uuids = uuids.saturating_add(1);
                let outcome = uuid(walk, &path, &top);
                walk.tolerate(&path, outcome)?;
            }
            b"meta" if walk.everything() => {
                let path = format!("{root}/meta");
                let outcome = meta(walk, &path, &top, 0);
                walk.tolerate(&path, outcome)?;
            }
            b"moov" if walk.everything() => {
                let path = format!("{root}/moov");
                let outcome = movie(walk, &path, &top);
                walk.tolerate(&path, outcome)?;
            }
            _ => {}
        }
    }
    if at < end {
        let left = end.saturating_sub(at);
        let place = location(format!("{root}/trailer"), at, left);
        walk.warn(WarningKind::TrailingData, format!("{left} bytes follow the last box"), Some(place));
    }
    Ok(())
}

fn uuid(walk: &mut Walk<'_>, path: &str, atom: &Atom) -> Result<(), Stop> {
    if atom.length() < 16 {
        return Err(Stop::Malformed(atom.whole.start, "uuid box without its uuid"));
    }
    let id = walk.input.array::<16>(atom.body.start)?;
    let data = atom.body.start.saturating_add(16)..atom.body.end;
    if id == XMP_UUID && walk.everything() {
        let length = data.end.saturating_sub(data.start);
        if let Some(bytes) = walk.part(path, data.start, length)? {
            walk.add_xmp(location(format!("{path}/XMP"), data.start, length), &bytes, true);
        }
    } else if id == C2PA_UUID {
        // C2PA specification, "The 'c2pa' box for BMFF": version and flags, purpose, then for a manifest the offset
        // of the first Merkle box.
        let purpose_at = data.start.saturating_add(4);
        let head = walk.input.peek(purpose_at, data.end.saturating_sub(purpose_at).min(64))?;
        let (purpose, _) = crate::text::split_nul(&head);
        if !matches!(purpose, b"manifest" | b"original" | b"update") {
            return Ok(());
        }
        let start = purpose_at.saturating_add(purpose.len() as u64).saturating_add(1).saturating_add(8);
        let payload = start.min(data.end)..data.end;
        if jumbf::starts_store(&mut walk.input, &payload)? {
            walk.add_store(format!("{path}/C2PA"), Some(atom.whole.clone()), Some(payload), Encoding::Raw);
        } else {
            walk.warn(
                WarningKind::Malformed,
                "C2PA box without a manifest store",
                Some(location(path, atom.whole.start, atom.length())),
            );
        }
    }
    Ok(())
}

/// `moov` and each `trak`: their `udta` and `meta`.
fn movie(walk: &mut Walk<'_>, path: &str, parent: &Atom) -> Result<(), Stop> {
    let mut tracks = 0_usize;
    for child in atoms(walk, path, parent.body.clone())? {
        match &child.kind {
            b"udta" => bmff_tags::user_data(walk, &format!("{path}/udta"), &child)?,
            b"meta" => meta(walk, &format!("{path}/meta"), &child, 0)?,
            b"uuid" => uuid(walk, &format!("{path}/uuid"), &child)?,
            b"trak" => {
                let track = format!("{path}/{}", numbered("trak", tracks));
                tracks = tracks.saturating_add(1);
                for inner in atoms(walk, &track, child.body.clone())? {
                    match &inner.kind {
                        b"udta" => bmff_tags::user_data(walk, &format!("{track}/udta"), &inner)?,
                        b"meta" => meta(walk, &format!("{track}/meta"), &inner, 0)?,
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// A `meta` box: items (HEIF), or `keys` and `ilst` (QuickTime, iTunes).
pub(crate) fn meta(walk: &mut Walk<'_>, path: &str, atom: &Atom, depth: usize) -> Result<(), Stop> {
    if depth > 2 || atom.length() < 8 {
        return Ok(());
    }
    // ISO's meta box has version and flags; QuickTime's starts with its children at once.
    let quicktime = walk.input.array::<4>(atom.body.start.saturating_add(4))? == *b"hdlr";
    let start = if quicktime { atom.body.start } else { atom.body.start.saturating_add(4) };
    let children = atoms(walk, path, start..atom.body.end)?;
    bmff_items::read(walk, path, &children)?;
    bmff_tags::read(walk, path, &children)
}
