//! Text metadata of MP4 and QuickTime: QuickTime `keys`/`ilst`, iTunes `ilst`.

use crate::collector::MetadataCollector;
use crate::container::bmff::boxes::{Atom, atom, atoms};
use crate::container::{four_cc, location};
use crate::error::ParseError;
use crate::findings::TextKind;
use crate::text;

/// Maximum number of names in a `keys` box that are kept.
const MAX_KEYS: u32 = 4096;

/// Positions: QuickTime's `©xyz`, Apple's key, 3GPP's `loci`.
pub(super) const POSITION_KEYS: &[&str] = &["©xyz", "com.apple.quicktime.location.ISO6709", "loci"];

/// `keys` and `ilst` among the children of a `meta` box.
pub(super) fn read(collector: &mut MetadataCollector<'_>, path: &str, children: &[Atom]) -> Result<(), ParseError> {
    let mut names = Vec::new();
    if let Some(keys) = children.iter().find(|child| child.kind == *b"keys") {
        let outcome = keys_box(collector, keys, &mut names);
        collector.tolerate(&format!("{path}/keys"), outcome)?;
    }
    for list in children.iter().filter(|child| child.kind == *b"ilst") {
        for item in atoms(collector, &format!("{path}/ilst"), list.body.clone())? {
            let outcome = list_item(collector, path, &item, &names);
            collector.tolerate(&format!("{path}/ilst"), outcome)?;
        }
    }
    Ok(())
}

fn keys_box(collector: &mut MetadataCollector<'_>, keys: &Atom, names: &mut Vec<String>) -> Result<(), ParseError> {
    let count = collector.input.u32_be(keys.body.start.saturating_add(4))?.min(MAX_KEYS);
    let mut at = keys.body.start.saturating_add(8);
    for _ in 0..count {
        // An entry has the form of a box: length, namespace, name.
        let Some(entry) = atom(collector, at, keys.body.end)? else {
            break;
        };
        let name = collector.input.peek(entry.body.start, entry.length().min(1024))?;
        collector.input.budget.retain("keys", 1, name.len() as u64)?;
        names.push(text::utf8_or_latin1(&name));
        at = entry.whole.end;
    }
    Ok(())
}

fn list_item(
    collector: &mut MetadataCollector<'_>,
    path: &str,
    item: &Atom,
    names: &[String],
) -> Result<(), ParseError> {
    let index = usize::try_from(u32::from_be_bytes(item.kind)).unwrap_or(0);
    let by_key = index.checked_sub(1).and_then(|index| names.get(index));
    let mut key = by_key.cloned().unwrap_or_else(|| four_cc(item.kind));
    let place = match by_key {
        Some(_) => format!("{path}/keys[{index}]"),
        None => format!("{path}/ilst/{}", four_cc(item.kind)),
    };
    let mut mean = String::new();
    for child in atoms(collector, &place, item.body.clone())? {
        match &child.kind {
            // Free-form items: reverse domain, name, data.
            b"mean" | b"name" if child.length() >= 4 => {
                let start = child.body.start.saturating_add(4);
                let bytes = collector.input.peek(start, child.body.end.saturating_sub(start).min(1024))?;
                let value = text::utf8_or_latin1(&bytes);
                if child.kind == *b"mean" {
                    mean = value;
                } else {
                    key = format!("----:{mean}:{value}");
                }
            }
            b"data" if child.length() >= 8 => {
                let kind = collector.input.u32_be(child.body.start)? & 0x00FF_FFFF;
                let start = child.body.start.saturating_add(8);
                let length = child.body.end.saturating_sub(start);
                value(collector, &key, &place, kind, start, length)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// A `data` value: type 1 is UTF-8, 2 UTF-16; 0 is "implied", which writers use for text too.
fn value(
    collector: &mut MetadataCollector<'_>,
    key: &str,
    place: &str,
    kind: u32,
    start: u64,
    length: u64,
) -> Result<(), ParseError> {
    if POSITION_KEYS.contains(&key) {
        collector.add_gps(location(place, start, length));
    }
    if !matches!(kind, 0..=3) {
        return Ok(());
    }
    let Some(bytes) = collector.part(place, start, length)? else {
        return Ok(());
    };
    let decoded = match kind {
        2 => text::utf16(&bytes, true),
        0 if !text::looks_like_text(text::split_nul(&bytes).0) => return Ok(()),
        _ => text::utf8_or_latin1(&bytes),
    };
    if !decoded.is_empty() {
        collector.add_text(TextKind::Mp4, key, &decoded, location(place, start, length));
    }
    Ok(())
}
