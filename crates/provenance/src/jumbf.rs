//! Parses the boxes of a C2PA manifest store (JUMBF, ISO/IEC 19566-5; C2PA 2.2, 11.1) for data that the engine does not
//! return: the path of the hard binding and the bytes of thumbnails.
//!
//! Nothing here is trusted: the engine decides whether an assertion is the signed one. Parsing of a level ends at a box
//! that does not fit its parent.

use std::ops::Range;

/// Type UUIDs of superboxes share their last twelve bytes; the first four are the name (C2PA 2.2, 11.1.4).
const UUID_TAIL: [u8; 12] = [0x00, 0x11, 0x00, 0x10, 0x80, 0x00, 0x00, 0xAA, 0x00, 0x38, 0x9B, 0x71];
/// Maximum number of boxes at one level.
const MOST_BOXES: usize = 4096;

/// A box with its type and the range of its content.
#[derive(Clone, Debug)]
struct RawBox {
    kind: [u8; 4],
    body: Range<usize>,
}

/// A superbox with its type, its label and its content boxes.
#[derive(Clone, Debug)]
pub(crate) struct Superbox<'a> {
    store: &'a [u8],
    /// First four bytes of the type UUID if the rest is the common tail: `c2ma`, `c2as`, `cbor`, …
    pub kind: Option<[u8; 4]>,
    /// Label in its description box.
    pub label: String,
    content: Range<usize>,
}

impl<'a> Superbox<'a> {
    /// Parses the superbox at the start of `store`.
    pub(crate) fn root(store: &'a [u8]) -> Option<Self> {
        let first = boxes(store, 0..store.len()).next()?;
        Self::of(store, &first)
    }

    fn of(store: &'a [u8], raw: &RawBox) -> Option<Self> {
        if &raw.kind != b"jumb" {
            return None;
        }
        let description = boxes(store, raw.body.clone()).next().filter(|b| &b.kind == b"jumd")?;
        let body = store.get(description.body.clone())?;
        let (uuid, rest) = body.split_at_checked(16)?;
        let (head, tail) = uuid.split_at_checked(4)?;
        // Toggles, followed by the label up to its NUL.
        let label = rest.get(1..)?.split(|byte| *byte == 0).next()?;
        Some(Self {
            store,
            kind: if tail == UUID_TAIL { head.try_into().ok() } else { None },
            label: String::from_utf8(label.to_vec()).ok()?,
            content: description.body.end..raw.body.end,
        })
    }

    /// Returns the superboxes inside.
    pub(crate) fn children(&self) -> impl Iterator<Item = Superbox<'a>> + use<'a> {
        let store = self.store;
        boxes(store, self.content.clone()).filter_map(move |raw| Superbox::of(store, &raw))
    }

    /// Returns the content of the first box with this type.
    pub(crate) fn content(&self, kind: [u8; 4]) -> Option<&'a [u8]> {
        let raw = boxes(self.store, self.content.clone()).find(|b| b.kind == kind)?;
        self.store.get(raw.body)
    }

    /// Returns the child superbox with this label.
    pub(crate) fn child(&self, label: &str) -> Option<Superbox<'a>> {
        self.children().find(|child| child.label == label)
    }
}

/// Returns the boxes in a range.
fn boxes(store: &[u8], range: Range<usize>) -> impl Iterator<Item = RawBox> + use<'_> {
    let mut at = range.start;
    std::iter::from_fn(move || {
        let head = store.get(at..range.end)?;
        let size = usize::try_from(u32::from_be_bytes(head.get(..4)?.try_into().ok()?)).ok()?;
        let kind: [u8; 4] = head.get(4..8)?.try_into().ok()?;
        let (header, size) = match size {
            0 => (8, head.len()),
            1 => (16, usize::try_from(u64::from_be_bytes(head.get(8..16)?.try_into().ok()?)).ok()?),
            size => (8, size),
        };
        if size < header || size > head.len() {
            return None;
        }
        let body = at.checked_add(header)?..at.checked_add(size)?;
        at = body.end;
        Some(RawBox { kind, body })
    })
    .take(MOST_BOXES)
}

/// Returns the manifests of a store in order; the last one is the active manifest (C2PA 2.2, 11.1.4).
pub(crate) fn manifests(store: &[u8]) -> Vec<Superbox<'_>> {
    Superbox::root(store).map(|root| root.children().collect()).unwrap_or_default()
}

/// Returns a manifest store that contains only the active manifest of `store`: the other manifests are removed and the
/// rest is unchanged, byte for byte. Returns `None` if `store` has no active manifest.
pub fn active_manifest(store: &[u8]) -> Option<Vec<u8>> {
    let root = boxes(store, 0..store.len()).next().filter(|raw| &raw.kind == b"jumb")?;
    let description = boxes(store, root.body.clone()).next().filter(|raw| &raw.kind == b"jumd")?;
    let mut active = None;
    let mut at = description.body.end;
    for raw in boxes(store, description.body.end..root.body.end) {
        if Superbox::of(store, &raw).is_some() {
            active = Some(at..raw.body.end);
        }
        at = raw.body.end;
    }
    let kept = [store.get(root.body.start..description.body.end)?, store.get(active?)?].concat();
    let length = u32::try_from(kept.len().checked_add(8)?).ok()?;
    Some([&length.to_be_bytes()[..], b"jumb", &kept].concat())
}

/// Returns the label of the active manifest.
pub(crate) fn manifest_label(store: &[u8]) -> Option<String> {
    manifests(store).pop().map(|manifest| manifest.label)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn atom(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
        [&(body.len() as u32 + 8).to_be_bytes()[..], kind, body].concat()
    }

    fn named(label: &str, children: &[Vec<u8>]) -> Vec<u8> {
        let uuid = [&b"c2ma"[..], &UUID_TAIL].concat();
        let description = atom(b"jumd", &[&uuid[..], &[3], label.as_bytes(), &[0]].concat());
        atom(b"jumb", &[description, children.concat()].concat())
    }

    #[test]
    fn the_last_manifest_is_the_active_one() {
        let manifest = |label: &str| named(label, &[named("c2pa.assertions", &[atom(b"cbor", b"\xa0")])]);
        let store = named("c2pa", &[manifest("urn:c2pa:1"), manifest("urn:c2pa:2")]);
        assert_eq!(manifest_label(&store).unwrap(), "urn:c2pa:2");
        let active = manifests(&store).pop().unwrap();
        assert_eq!(active.kind, Some(*b"c2ma"));
        assert_eq!(active.child("c2pa.assertions").unwrap().content(*b"cbor").unwrap(), b"\xa0");
        assert!(active.child("c2pa.signature").is_none());
        let alone = active_manifest(&store).unwrap();
        assert_eq!(alone, named("c2pa", &[manifest("urn:c2pa:2")]));
        assert_eq!(active_manifest(&alone).unwrap(), alone);
        assert_eq!(active_manifest(&named("c2pa", &[])), None);
        // A truncated store has no manifest that could be mistaken for the active one.
        for cut in 0..store.len() {
            assert_eq!(manifest_label(&store[..cut]), None, "{cut}");
            assert_eq!(active_manifest(&store[..cut]), None, "{cut}");
        }
    }
}
