//! The items of a picture file: XMP is one of them, described in `iinf`, placed by `iloc`, tied to the primary item by
//! a `cdsc` reference in `iref` (ISO/IEC 23008-12, Annex A).

use std::collections::HashSet;
use std::ops::Range;

use labeler_media::Budget;

use super::boxes::{Atom, atoms, make};
use super::offsets::Locations;
use crate::edits::Edits;
use crate::error::SpliceError;
use crate::rope::Rope;

/// Maximum number of pieces of XMP items that are replaced; honest files have one.
const MOST_PACKETS: usize = 256;
const CONTENT_TYPE: &[u8] = b"application/rdf+xml\0";

pub(super) struct Info {
    pub(super) id: u32,
    /// Type of the item.
    pub(super) kind: [u8; 4],
    raw: Vec<u8>,
    packet: bool,
}

/// References of one kind from one item.
pub(super) struct Reference {
    pub(super) kind: [u8; 4],
    pub(super) from: u32,
    pub(super) to: Vec<u32>,
}

pub(super) struct Items<'a> {
    source: &'a Rope,
    pub(super) meta: Atom,
    info_at: Range<u64>,
    info_head: [u8; 4],
    pub(super) infos: Vec<Info>,
    places_at: Range<u64>,
    pub(super) places: Locations,
    references_at: Option<Range<u64>>,
    references_head: [u8; 4],
    pub(super) references: Vec<Reference>,
    pub(super) primary: Option<u32>,
    data: Option<Atom>,
}

impl<'a> Items<'a> {
    /// Reads the tables; `None` when the box has no items.
    pub(super) fn read(source: &'a Rope, meta: &Atom, budget: &mut Budget) -> Result<Option<Self>, SpliceError> {
        let start = meta.body.start.saturating_add(4);
        if start > meta.body.end || source.array::<4>(start).ok() == Some(*b"hdlr") {
            return Ok(None);
        }
        let children = atoms(source, start..meta.body.end, budget)?;
        let find = |kind: &[u8; 4]| children.iter().find(|atom| &atom.kind == kind);
        let (Some(info), Some(places)) = (find(b"iinf"), find(b"iloc")) else {
            return Ok(None);
        };
        let info_head = source.array::<4>(info.body.start)?;
        let mut items = Self {
            source,
            meta: meta.clone(),
            info_at: info.whole.clone(),
            info_head,
            infos: Vec::new(),
            places_at: places.whole.clone(),
            places: Locations::parse(source, places, budget)?,
            references_at: None,
            references_head: [0; 4],
            references: Vec::new(),
            primary: None,
            data: find(b"idat").cloned(),
        };
        let skip = if info_head.first() == Some(&0) { 6 } else { 8 };
        for entry in atoms(source, info.body.start.saturating_add(skip)..info.body.end, budget)? {
            items.infos.push(Info::read(source, &entry, budget)?);
        }
        if let Some(primary) = find(b"pitm") {
            let version = source.u8(primary.body.start)?;
            let at = primary.body.start.saturating_add(4);
            items.primary = Some(if version == 0 { u32::from(source.u16_be(at)?) } else { source.u32_be(at)? });
        }
        if let Some(references) = find(b"iref") {
            items.references_at = Some(references.whole.clone());
            items.references_head = source.array(references.body.start)?;
            let wide = items.references_head.first() != Some(&0);
            for child in atoms(source, references.body.start.saturating_add(4)..references.body.end, budget)? {
                items.references.push(Reference::read(source, &child, wide, budget)?);
            }
        }
        Ok(Some(items))
    }

    /// Removes the XMP items and their data. Data that shares a box with other items becomes zeros, so that no other
    /// item moves.
    pub(super) fn drop_packets(&mut self, top: &[Atom], edits: &mut Edits) -> Result<(), SpliceError> {
        let ids: HashSet<u32> = self.infos.iter().filter(|info| info.packet).map(|info| info.id).collect();
        // Each range is compared with those of all other items.
        if self.ranges(|id| ids.contains(&id)).nth(MOST_PACKETS).is_some() {
            return Err(SpliceError::TooLarge("the file has more than 256 pieces of XMP"));
        }
        for range in self.ranges(|id| ids.contains(&id)) {
            if range.end > self.source.len() || self.ranges(|id| !ids.contains(&id)).any(|r| overlap(&r, &range)) {
                continue;
            }
            let own_box = top.iter().find(|atom| atom.kind == *b"mdat" && atom.body == range);
            match own_box {
                Some(atom) if !edits.touches(&atom.whole) => edits.remove(atom.whole.clone()),
                _ if !edits.touches(&range) => edits.blank(range),
                _ => {}
            }
        }
        self.infos.retain(|info| !info.packet);
        self.places.items_mut().retain(|item| !ids.contains(&item.id));
        for reference in &mut self.references {
            reference.to.retain(|id| !ids.contains(id));
        }
        self.references.retain(|reference| !ids.contains(&reference.from) && !reference.to.is_empty());
        Ok(())
    }

    /// File ranges of the items that `wanted` names.
    pub(super) fn ranges(&self, wanted: impl Fn(u32) -> bool) -> impl Iterator<Item = Range<u64>> {
        let data = self.data.as_ref().map(|atom| atom.body.start);
        self.places.items().iter().filter(move |item| wanted(item.id)).flat_map(move |item| {
            let origin = match item.method & 15 {
                0 if item.reference == 0 => Some(0),
                1 => data,
                _ => None,
            };
            item.extents.iter().filter_map(move |extent| {
                let start = origin?.checked_add(item.base)?.checked_add(extent.offset)?;
                Some(start..start.checked_add(extent.length)?)
            })
        })
    }

    /// Enters an XMP item of `length` bytes into the tables.
    pub(super) fn add_packet(&mut self, length: u64) -> Result<(), SpliceError> {
        let used = self.infos.iter().map(|info| info.id).chain(self.places.items().iter().map(|item| item.id));
        let id = used.max().unwrap_or(0).saturating_add(1);
        self.places.add(id, length)?;
        self.infos.push(Info { id, kind: *b"mime", raw: entry(id), packet: true });
        if let Some(primary) = self.primary {
            let wide = id > u32::from(u16::MAX) || self.references.iter().any(|r| r.is_wide()) || primary > 0xFFFF;
            if wide {
                self.references_head = [1, 0, 0, 0];
            }
            self.references.push(Reference { kind: *b"cdsc", from: id, to: vec![primary] });
        }
        Ok(())
    }

    /// Enters the new tables into the edits. The item locations are room only: their content depends on where all
    /// that moves.
    pub(super) fn write(&self, edits: &mut Edits) -> Result<(), SpliceError> {
        let mut growth = 0_i64;
        let length = |range: &Range<u64>| range.end.saturating_sub(range.start).cast_signed();
        let mut replace = |range: Range<u64>, new: Vec<u8>| {
            growth = growth.saturating_add((new.len() as u64).cast_signed().saturating_sub(length(&range)));
            edits.replace(range, new);
        };
        let mut body = self.info_head.to_vec();
        let count = self.infos.len();
        if self.info_head.first() == Some(&0) {
            let count = u16::try_from(count).map_err(|_| SpliceError::TooLarge("the file has too many items"))?;
            body.extend_from_slice(&count.to_be_bytes());
        } else {
            body.extend_from_slice(&u32::try_from(count).unwrap_or(u32::MAX).to_be_bytes());
        }
        self.infos.iter().for_each(|info| body.extend_from_slice(&info.raw));
        replace(self.info_at.clone(), make(b"iinf", &body));

        let room = self.places.write()?.len();
        replace(self.places_at.clone(), vec![0; room]);

        let mut body = self.references_head.to_vec();
        let wide = self.references_head.first() != Some(&0);
        for reference in &self.references {
            body.extend(reference.write(wide)?);
        }
        let at = self.references_at.clone().unwrap_or(self.meta.body.end..self.meta.body.end);
        let new = if self.references.is_empty() { Vec::new() } else { make(b"iref", &body) };
        replace(at, new);
        self.resize(edits, growth)
    }

    pub(super) fn resize(&self, edits: &mut Edits, growth: i64) -> Result<(), SpliceError> {
        let start = self.meta.whole.start;
        let length = self.meta.whole.end.saturating_sub(start);
        let too_long = SpliceError::TooLarge("the meta box is too long");
        let length = length.checked_add_signed(growth).ok_or(too_long.clone())?;
        if self.source.u32_be(start)? == 1 {
            let at = start.saturating_add(8);
            edits.replace(at..at.saturating_add(8), length.to_be_bytes().to_vec());
        } else {
            let length = u32::try_from(length).map_err(|_| too_long)?;
            edits.replace(start..start.saturating_add(4), length.to_be_bytes().to_vec());
        }
        Ok(())
    }

    pub(super) fn places_at(&self) -> Range<u64> {
        self.places_at.clone()
    }

    /// The item locations after the edits. The new item's data ends where `end` of the source is now.
    pub(super) fn located(&self, edits: &Edits, end: u64) -> Result<Vec<u8>, SpliceError> {
        let mut places = self.places.clone();
        let new = places.items_mut().pop();
        places.follow(edits)?;
        if let Some(mut new) = new {
            for extent in &mut new.extents {
                extent.offset = edits.moved(end).saturating_sub(extent.length);
            }
            places.items_mut().push(new);
        }
        places.write()
    }
}

fn overlap(a: &Range<u64>, b: &Range<u64>) -> bool {
    a.start < b.end && b.start < a.end
}

/// An `infe` box for XMP: version 2, or 3 where the number needs it.
fn entry(id: u32) -> Vec<u8> {
    let mut body = match u16::try_from(id) {
        Ok(id) => [&[2, 0, 0, 0][..], &id.to_be_bytes()].concat(),
        Err(_) => [&[3, 0, 0, 0][..], &id.to_be_bytes()].concat(),
    };
    // Not protected; type; no name; content type; no encoding.
    body.extend_from_slice(&[0, 0]);
    body.extend_from_slice(b"mime\0");
    body.extend_from_slice(CONTENT_TYPE);
    make(b"infe", &body)
}

impl Info {
    fn read(source: &Rope, atom: &Atom, budget: &mut Budget) -> Result<Self, SpliceError> {
        if atom.kind != *b"infe" {
            return Err(SpliceError::Malformed("the iinf box holds something else than item descriptions"));
        }
        let length = atom.whole.end.saturating_sub(atom.whole.start);
        if length > 1 << 20 {
            return Err(SpliceError::TooLarge("an item description is longer than is read"));
        }
        budget.entries("iinf", 1)?;
        budget.retain("iinf", 1, length.saturating_add(size_of::<Self>() as u64))?;
        let raw = source.bytes(atom.whole.clone())?;
        let body = atom.body.start;
        let (id, type_at) = match source.u8(body)? {
            3 => (source.u32_be(body.saturating_add(4))?, 10_u64),
            _ => (u32::from(source.u16_be(body.saturating_add(4))?), 8),
        };
        let skip = usize::try_from(body.saturating_sub(atom.whole.start).saturating_add(type_at)).unwrap_or(usize::MAX);
        let rest = raw.get(skip..).unwrap_or_default();
        let packet = rest.strip_prefix(b"mime").is_some_and(|names| {
            let mut names = names.splitn(3, |byte| *byte == 0);
            names.nth(1) == CONTENT_TYPE.strip_suffix(b"\0")
        });
        let kind = rest.first_chunk().copied().unwrap_or_default();
        Ok(Self { id, kind, raw, packet })
    }
}

impl Reference {
    fn read(source: &Rope, atom: &Atom, wide: bool, budget: &mut Budget) -> Result<Self, SpliceError> {
        let width = if wide { 4 } else { 2 };
        let number = |at: u64| -> Result<u32, SpliceError> {
            if wide { source.u32_be(at) } else { source.u16_be(at).map(u32::from) }
        };
        let at = atom.body.start;
        let count = u64::from(source.u16_be(at.saturating_add(width))?);
        let first = at.saturating_add(width).saturating_add(2);
        if first.saturating_add(count.saturating_mul(width)) > atom.body.end {
            return Err(SpliceError::Malformed("an item reference is cut short"));
        }
        budget.entries("iref", count.saturating_add(1))?;
        let to = (0..count).map(|i| number(first.saturating_add(i.saturating_mul(width)))).collect::<Result<_, _>>()?;
        Ok(Self { kind: atom.kind, from: number(at)?, to })
    }

    fn is_wide(&self) -> bool {
        self.from > u32::from(u16::MAX) || self.to.iter().any(|id| *id > u32::from(u16::MAX))
    }

    fn write(&self, wide: bool) -> Result<Vec<u8>, SpliceError> {
        let mut body = Vec::new();
        let number = |id: u32, body: &mut Vec<u8>| -> Result<(), SpliceError> {
            if wide {
                body.extend_from_slice(&id.to_be_bytes());
            } else {
                let id = u16::try_from(id).map_err(|_| SpliceError::TooLarge("an item number is too large"))?;
                body.extend_from_slice(&id.to_be_bytes());
            }
            Ok(())
        };
        number(self.from, &mut body)?;
        let count = u16::try_from(self.to.len()).map_err(|_| SpliceError::TooLarge("too many item references"))?;
        body.extend_from_slice(&count.to_be_bytes());
        for id in &self.to {
            number(*id, &mut body)?;
        }
        Ok(make(&self.kind, &body))
    }
}
