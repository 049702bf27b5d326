//! The few boxes of a manifest store that have to be found without the engine (ISO/IEC 19566-5; C2PA specification,
//! "Use of JUMBF").

use std::ops::Range;

/// Box header: length and type.
const HEADER: usize = 8;
/// Type UUID and toggles of a description box.
const DESCRIPTION: usize = 16 + 1;

fn be32(bytes: &[u8], at: usize) -> Option<usize> {
    let raw: [u8; 4] = bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
    usize::try_from(u32::from_be_bytes(raw)).ok()
}

/// The boxes in a range: type and content.
fn boxes(store: &[u8], range: Range<usize>) -> impl Iterator<Item = ([u8; 4], Range<usize>)> {
    let mut at = range.start;
    std::iter::from_fn(move || {
        let size = be32(store, at)?;
        let kind = store.get(at.checked_add(4)?..at.checked_add(HEADER)?)?.try_into().ok()?;
        let end = at.checked_add(size).filter(|end| size >= HEADER && *end <= range.end)?;
        let body = at.saturating_add(HEADER)..end;
        at = end;
        Some((kind, body))
    })
}

/// A superbox by its content: label, and the range behind the description box.
fn superbox(store: &[u8], body: Range<usize>) -> Option<(&str, Range<usize>)> {
    let (kind, description) = boxes(store, body.clone()).next()?;
    let label = store.get(description.start.checked_add(DESCRIPTION)?..description.end)?;
    let label = label.split(|byte| *byte == 0).next()?;
    (kind == *b"jumd").then_some((std::str::from_utf8(label).ok()?, description.end..body.end))
}

fn superboxes(store: &[u8], range: Range<usize>) -> impl Iterator<Item = (&str, Range<usize>)> {
    boxes(store, range).filter(|(kind, _)| kind == b"jumb").filter_map(|(_, body)| superbox(store, body))
}

/// The active manifest, which is the last in the store (C2PA 2.2, 11.1.4): its label and content.
fn active(store: &[u8]) -> Option<(&str, Range<usize>)> {
    let (_, content) = superboxes(store, 0..store.len()).next()?;
    superboxes(store, content).last()
}

/// Label of the active manifest.
pub(crate) fn manifest_label(store: &[u8]) -> Option<String> {
    active(store).map(|(label, _)| label.to_owned())
}

/// The hard binding of the active manifest: label of the assertion and its CBOR. `None` for update manifests and for
/// stores that cannot be read.
pub(crate) fn hard_binding(store: &[u8]) -> Option<(&str, &[u8])> {
    let (_, manifest) = active(store)?;
    let (_, assertions) = superboxes(store, manifest).find(|(label, _)| *label == "c2pa.assertions")?;
    let mut bindings = superboxes(store, assertions).filter(|(label, _)| label.starts_with("c2pa.hash."));
    let (label, content) = bindings.next()?;
    // More than one makes the manifest invalid: nothing to decide here.
    if bindings.next().is_some() {
        return None;
    }
    let (_, body) = boxes(store, content).find(|(kind, _)| kind == b"cbor")?;
    Some((label, store.get(body)?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn atom(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
        [&(body.len() as u32 + 8).to_be_bytes()[..], kind, body].concat()
    }

    fn named(label: &str, children: &[Vec<u8>]) -> Vec<u8> {
        let description = atom(b"jumd", &[&[0; 16][..], &[3], label.as_bytes(), &[0]].concat());
        atom(b"jumb", &[description, children.concat()].concat())
    }

    #[test]
    fn the_last_manifest_is_the_active_one() {
        let binding = |label: &str| named(label, &[atom(b"cbor", b"\xa0")]);
        let manifest = |label: &str, bindings: &[Vec<u8>]| named(label, &[named("c2pa.assertions", bindings)]);
        let store = named(
            "c2pa",
            &[
                manifest("urn:c2pa:1", &[]),
                manifest("urn:c2pa:2", &[binding("c2pa.actions"), binding("c2pa.hash.data")]),
            ],
        );
        assert_eq!(manifest_label(&store).unwrap(), "urn:c2pa:2");
        assert_eq!(hard_binding(&store), Some(("c2pa.hash.data", &b"\xa0"[..])));
        let twice = named("c2pa", &[manifest("a", &[binding("c2pa.hash.data"), binding("c2pa.hash.bmff.v3")])]);
        assert_eq!(hard_binding(&twice), None);
        for cut in 0..store.len() {
            let part = store.get(..cut).unwrap();
            assert_eq!(manifest_label(part), None);
        }
    }
}
