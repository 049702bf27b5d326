//! Text metadata of MP4 and QuickTime: `udta` entries, QuickTime `keys`/`ilst`, iTunes `ilst`.

use crate::container::bmff::{Atom, atom, atoms, meta};
use crate::container::{four_cc, location};
use crate::error::Stop;
use crate::metadata::{TextKind, WarningKind};
use crate::text;
use crate::walk::Walk;

/// Most names in a `keys` box that are kept.
const MAX_KEYS: u32 = 4096;

/// Positions: QuickTime's `©xyz`, Apple's key, 3GPP's `loci`.
const POSITION_KEYS: &[&str] = &["©xyz", "com.apple.quicktime.location.ISO6709", "loci"];

/// `keys` and `ilst` among the children of a `meta` box.
pub(crate) fn read(walk: &mut Walk<'_>, path: &str, children: &[Atom]) -> Result<(), Stop> {
    let mut names = Vec::new();
    if let Some(keys) = children.iter().find(|child| child.kind == *b"keys") {
        let outcome = keys_box(walk, keys, &mut names);
        walk.tolerate(&format!("{path}/keys"), outcome)?;
    }
    for list in children.iter().filter(|child| child.kind == *b"ilst") {
        for item in atoms(walk, &format!("{path}/ilst"), list.body.clone())? {
            let outcome = list_item(walk, path, &item, &names);
            walk.tolerate(&format!("{path}/ilst"), outcome)?;
        }
    }
    Ok(())
}

fn keys_box(walk: &mut Walk<'_>, keys: &Atom, names: &mut Vec<String>) -> Result<(), Stop> {
    let count = walk.input.u32_be(keys.body.start.saturating_add(4))?.min(MAX_KEYS);
    let mut at = keys.body.start.saturating_add(8);
    for _ in 0..count {
        // An entry has the form of a box: length, namespace, name.
        let Some(entry) = atom(walk, at, keys.body.end)? else {
            break;
        };
        let name = walk.input.peek(entry.body.start, entry.length().min(1024))?;
        walk.input.budget.retain("keys", 1, name.len() as u64)?;
        names.push(text::utf8_or_latin1(&name));
        at = entry.whole.end;
    }
    Ok(())
}

fn list_item(walk: &mut Walk<'_>, path: &str, item: &Atom, names: &[String]) -> Result<(), Stop> {
    let index = usize::try_from(u32::from_be_bytes(item.kind)).unwrap_or(0);
    let by_key = index.checked_sub(1).and_then(|index| names.get(index));
    let mut key = by_key.cloned().unwrap_or_else(|| four_cc(item.kind));
    let place = match by_key {
        Some(_) => format!("{path}/keys[{index}]"),
        None => format!("{path}/ilst/{}", four_cc(item.kind)),
    };
    let mut mean = String::new();
    for child in atoms(walk, &place, item.body.clone())? {
        match &child.kind {
            // Free-form items: reverse domain, name, data.
            b"mean" | b"name" if child.length() >= 4 => {
                let start = child.body.start.saturating_add(4);
                let bytes = walk.input.peek(start, child.body.end.saturating_sub(start).min(1024))?;
                let value = text::utf8_or_latin1(&bytes);
                if child.kind == *b"mean" {
                    mean = value;
                } else {
                    key = format!("----:{mean}:{value}");
                }
            }
            b"data" if child.length() >= 8 => {
                let kind = walk.input.u32_be(child.body.start)? & 0x00FF_FFFF;
                let start = child.body.start.saturating_add(8);
                let length = child.body.end.saturating_sub(start);
                value(walk, &key, &place, kind, start, length)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// A `data` value: type 1 is UTF-8, 2 UTF-16; 0 is "implied", which writers use for text too.
fn value(walk: &mut Walk<'_>, key: &str, place: &str, kind: u32, start: u64, length: u64) -> Result<(), Stop> {
    if POSITION_KEYS.contains(&key) {
        walk.add_gps(location(place, start, length));
    }
    if !matches!(kind, 0..=3) {
        return Ok(());
    }
    let Some(bytes) = walk.part(place, start, length)? else {
        return Ok(());
    };
    let decoded = match kind {
        2 => text::utf16(&bytes, true),
        0 if !text::looks_like_text(text::split_nul(&bytes).0) => return Ok(()),
        _ => text::utf8_or_latin1(&bytes),
    };
    if !decoded.is_empty() {
        walk.add_text(TextKind::Mp4, key, &decoded, location(place, start, length));
    }
    Ok(())
}

/// `udta`: `meta`, XMP as QuickTime keeps it, and international text entries.
pub(crate) fn user_data(walk: &mut Walk<'_>, path: &str, parent: &Atom) -> Result<(), Stop> {
    for child in atoms(walk, path, parent.body.clone())? {
        let name = four_cc(child.kind);
        let here = format!("{path}/{name}");
        if POSITION_KEYS.contains(&name.as_str()) && child.length() > 0 {
            walk.add_gps(location(here.clone(), child.body.start, child.length()));
        }
        let outcome = match &child.kind {
            b"meta" => meta(walk, &here, &child, 1),
            b"XMP_" => xmp(walk, &here, &child),
            _ => entry(walk, &name, &here, &child),
        };
        walk.tolerate(&here, outcome)?;
    }
    Ok(())
}

fn xmp(walk: &mut Walk<'_>, path: &str, atom: &Atom) -> Result<(), Stop> {
    if let Some(bytes) = walk.part(path, atom.body.start, atom.length())? {
        // XMP specification part 3: QuickTime keeps the packet here; MP4 in a uuid box.
        let standard = walk.format == crate::Format::Mov;
        walk.add_xmp(location(path, atom.body.start, atom.length()), &bytes, standard);
    }
    Ok(())
}

/// `©xxx`: 16-bit length and language, then text (QuickTime). Others: with version, flags and language (3GPP), or
/// text alone.
fn entry(walk: &mut Walk<'_>, name: &str, path: &str, atom: &Atom) -> Result<(), Stop> {
    if atom.length() > walk.limits.max_part || atom.length() < 2 {
        return Ok(());
    }
    let bytes = walk.input.bytes(atom.body.start, atom.length())?;
    let (skip, body) = match bytes.as_slice() {
        [high, low, _, _, rest @ ..] if name.starts_with('©') => {
            let length = usize::from(u16::from_be_bytes([*high, *low])).min(rest.len());
            (4, rest.get(..length).unwrap_or_default())
        }
        [0, 0, 0, 0, _, _, rest @ ..] => (6, rest),
        whole => (0, whole),
    };
    let value = text::split_nul(body).0;
    if value.is_empty() || !text::looks_like_text(value) {
        if text::find(body, b"AIGC").is_some() {
            let place = location(path, atom.body.start, atom.length());
            walk.warn(WarningKind::Unread, "an entry that names AIGC in a binary form", Some(place));
        }
        return Ok(());
    }
    let place = location(path, atom.body.start.saturating_add(skip), value.len() as u64);
    walk.add_text(TextKind::Mp4, name, &text::utf8_or_latin1(value), place);
    Ok(())
}
