//! The boxes `meta` and `udta`, which contain each other.

use super::boxes::{Atom, atoms};
use super::tags::POSITION_KEYS;
use super::{items, tags};
use crate::collector::MetadataCollector;
use crate::container::{four_cc, location};
use crate::error::ParseError;
use crate::findings::{TextKind, WarningKind};
use crate::format::Format;
use crate::text;

/// Reads a `meta` box: items (HEIF), or `keys` and `ilst` (QuickTime, iTunes).
pub(super) fn meta(
    collector: &mut MetadataCollector<'_>,
    path: &str,
    atom: &Atom,
    depth: usize,
) -> Result<(), ParseError> {
    if depth > 2 || atom.length() < 8 {
        return Ok(());
    }
    // ISO's meta box has version and flags; QuickTime's starts with its children at once.
    let quicktime = collector.input.array::<4>(atom.body.start.saturating_add(4))? == *b"hdlr";
    let start = if quicktime { atom.body.start } else { atom.body.start.saturating_add(4) };
    let children = atoms(collector, path, start..atom.body.end)?;
    items::read(collector, path, &children)?;
    tags::read(collector, path, &children)
}

/// Reads `udta`: `meta`, XMP as QuickTime keeps it, and international text entries.
pub(super) fn user_data(collector: &mut MetadataCollector<'_>, path: &str, parent: &Atom) -> Result<(), ParseError> {
    for child in atoms(collector, path, parent.body.clone())? {
        let name = four_cc(child.kind);
        let here = format!("{path}/{name}");
        if POSITION_KEYS.contains(&name.as_str()) && child.length() > 0 {
            collector.add_gps(location(here.clone(), child.body.start, child.length()));
        }
        let outcome = match &child.kind {
            b"meta" => meta(collector, &here, &child, 1),
            b"XMP_" => xmp(collector, &here, &child),
            _ => entry(collector, &name, &here, &child),
        };
        collector.tolerate(&here, outcome)?;
    }
    Ok(())
}

fn xmp(collector: &mut MetadataCollector<'_>, path: &str, atom: &Atom) -> Result<(), ParseError> {
    if let Some(bytes) = collector.part(path, atom.body.start, atom.length())? {
        // XMP specification part 3: QuickTime keeps the packet here; MP4 in a uuid box.
        let standard = collector.format == Format::Mov;
        collector.add_xmp(location(path, atom.body.start, atom.length()), &bytes, standard);
    }
    Ok(())
}

/// Reads one text entry. `©xxx`: 16-bit length and language, then text (QuickTime). Others: with version, flags and language (3GPP), or
/// text alone.
fn entry(collector: &mut MetadataCollector<'_>, name: &str, path: &str, atom: &Atom) -> Result<(), ParseError> {
    if atom.length() > collector.limits.max_part || atom.length() < 2 {
        return Ok(());
    }
    let bytes = collector.input.bytes(atom.body.start, atom.length())?;
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
            collector.warn(WarningKind::Unread, "an entry that names AIGC in a binary form", Some(place));
        }
        return Ok(());
    }
    let place = location(path, atom.body.start.saturating_add(skip), value.len() as u64);
    collector.add_text(TextKind::Mp4, name, &text::utf8_or_latin1(value), place);
    Ok(())
}
