//! The coded picture of an AVIF (AV1 Image File Format 1.1): its items and properties, and new ones in their place.

use std::ops::Range;

use labeler_media::Budget;

use super::boxes::{Atom, atoms, make};
use super::file::File;
use super::items::{Items, Reference};
use crate::edits::Edits;
use crate::error::SpliceError;
use crate::rope::Rope;

/// Longest property that is read, and most of them together.
const MOST_PROPERTY: u64 = 1 << 20;
/// Maximum number of auxiliary pictures of one picture that are looked at: transparency and depth are two.
const MOST_AUXILIARY: usize = 64;
/// Kinds of auxiliary pictures that hold transparency.
const ALPHA: [&[u8]; 2] = [b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha\0", b"urn:mpeg:hevc:2015:auxid:1\0"];

/// Still AVIF image that consists of one coded item and an optional second item for transparency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AvifPicture {
    /// Colour.
    pub color: AvifItem,
    /// Transparency.
    pub alpha: Option<AvifItem>,
    /// Colour primaries, transfer characteristics, matrix coefficients (ITU-T H.273), full range: `colr`, which goes
    /// before what the coded bytes say.
    pub nclx: Option<(u16, u16, u16, bool)>,
    /// Quarter turns against the clock, before the mirror: `irot`.
    pub turns: u8,
    /// Mirrored top to bottom (0) or left to right (1): `imir`.
    pub mirror: Option<u8>,
}

/// One coded item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AvifItem {
    /// Its number.
    pub id: u32,
    /// Its bytes.
    pub data: Vec<u8>,
}

/// Replacement of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewAvifItem {
    /// The item's number.
    pub id: u32,
    /// Its bytes.
    pub data: Vec<u8>,
    /// Content of its `av1C` property.
    pub configuration: Vec<u8>,
}

/// Properties of all items: the box `iprp`.
struct Properties {
    /// `iprp` and `ipco`.
    parents: [Atom; 2],
    list: Vec<Atom>,
    /// Item and number of a property, from 1, in the order in which they apply.
    uses: Vec<(u32, usize)>,
}

struct Parts<'a> {
    source: &'a Rope,
    file: File<'a>,
    items: Items<'a>,
    properties: Properties,
}

fn malformed<T>(what: &'static str) -> Result<T, SpliceError> {
    Err(SpliceError::Malformed(what))
}

impl Properties {
    fn read(source: &Rope, meta: &Atom, budget: &mut Budget) -> Result<Self, SpliceError> {
        let missing = SpliceError::Malformed("the picture has no properties");
        let mut inside = |parent: &Atom, kind: &[u8; 4], skip: u64| {
            let children = atoms(source, parent.body.start.saturating_add(skip)..parent.body.end, budget)?;
            Ok::<_, SpliceError>(children.into_iter().filter(|atom| atom.kind == *kind).collect::<Vec<_>>())
        };
        let iprp = inside(meta, b"iprp", 4)?.into_iter().next().ok_or(missing.clone())?;
        let ipco = inside(&iprp, b"ipco", 0)?.into_iter().next().ok_or(missing)?;
        let tables = inside(&iprp, b"ipma", 0)?;
        let mut uses = Vec::new();
        for table in tables {
            if table.body.end.saturating_sub(table.body.start) > MOST_PROPERTY {
                return Err(SpliceError::TooLarge("the picture has too many properties"));
            }
            read_uses(source, table.body.start, &mut uses, budget)?;
        }
        let list = atoms(source, ipco.body.clone(), budget)?;
        Ok(Self { parents: [iprp, ipco], list, uses })
    }

    /// Returns the properties of an item with their numbers, in the order in which they apply.
    fn of(&self, item: u32) -> impl Iterator<Item = (usize, &Atom)> {
        let numbers = self.uses.iter().filter(move |(id, _)| *id == item);
        numbers.filter_map(|(_, number)| Some((*number, self.list.get(number.checked_sub(1)?)?)))
    }

    fn find(&self, item: u32, kind: &[u8; 4]) -> Option<(usize, &Atom)> {
        self.of(item).find(|(_, atom)| atom.kind == *kind)
    }
}

/// An `ipma` box.
fn read_uses(source: &Rope, start: u64, uses: &mut Vec<(u32, usize)>, budget: &mut Budget) -> Result<(), SpliceError> {
    let [version, _, _, flags] = source.array(start)?;
    let mut at = start.saturating_add(8);
    for _ in 0..source.u32_be(start.saturating_add(4))? {
        let id = if version == 0 { u32::from(source.u16_be(at)?) } else { source.u32_be(at)? };
        at = at.saturating_add(if version == 0 { 2 } else { 4 });
        let count = source.u8(at)?;
        at = at.saturating_add(1);
        budget.entries("ipma", u64::from(count).saturating_add(1))?;
        for _ in 0..count {
            // The highest bit says that readers must know the property.
            let (number, width) =
                if flags & 1 == 1 { (source.u16_be(at)? & 0x7FFF, 2) } else { (u16::from(source.u8(at)? & 0x7F), 1) };
            at = at.saturating_add(width);
            uses.push((id, usize::from(number)));
        }
    }
    Ok(())
}

impl<'a> Parts<'a> {
    fn read(source: &'a Rope) -> Result<Self, SpliceError> {
        let mut budget = Budget::default();
        let file = File::read(source, &mut budget)?;
        if file.top.iter().any(|atom| atom.kind == *b"moov") {
            return malformed("it is an image sequence");
        }
        let no_items = SpliceError::Malformed("the file has no items");
        let meta = file.meta().ok_or(no_items.clone())?;
        let properties = Properties::read(source, meta, &mut budget)?;
        let items = Items::read(source, meta, &mut budget)?.ok_or(no_items)?;
        Ok(Self { source, file, items, properties })
    }

    /// The one range of the file that holds an item and nothing else.
    fn place(&self, id: u32) -> Result<Range<u64>, SpliceError> {
        let mut ranges = self.items.ranges(|item| item == id);
        let (Some(range), None) = (ranges.next(), ranges.next()) else {
            return malformed("its coded picture is in several pieces");
        };
        let shared = |other: Range<u64>| other.start < range.end && range.start < other.end;
        if self.items.ranges(|item| item != id).any(shared) {
            return malformed("its coded picture shares its bytes with another item");
        }
        match self.holder(&range) {
            Some(_) => Ok(range),
            None => malformed("its coded picture is outside the media data"),
        }
    }

    /// The media data box around a range.
    fn holder(&self, range: &Range<u64>) -> Option<&Atom> {
        let around = |atom: &&Atom| atom.body.start <= range.start && range.end <= atom.body.end;
        self.file.top.iter().filter(|atom| atom.kind == *b"mdat").find(around)
    }

    fn item(&self, id: u32) -> Result<AvifItem, SpliceError> {
        if !self.items.infos.iter().any(|info| info.id == id && info.kind == *b"av01") {
            return malformed("its picture is put together from several (a grid or an overlay)");
        }
        for kind in [b"a1op", b"lsel", b"a1lx"] {
            if self.properties.find(id, kind).is_some() {
                return malformed("it has several layers");
            }
        }
        Ok(AvifItem { id, data: self.source.bytes(self.place(id)?)? })
    }

    /// The item for the transparency of `primary`.
    fn alpha(&self, primary: u32) -> Result<Option<u32>, SpliceError> {
        let auxiliary = |r: &&Reference| r.kind == *b"auxl" && r.to.contains(&primary);
        for reference in self.items.references.iter().filter(auxiliary).take(MOST_AUXILIARY) {
            let Some((_, property)) = self.properties.find(reference.from, b"auxC") else { continue };
            let content = self.content(property)?;
            let kind = content.get(4..).unwrap_or_default();
            if ALPHA.iter().any(|alpha| kind.starts_with(alpha)) {
                return Ok(Some(reference.from));
            }
        }
        Ok(None)
    }

    fn content(&self, property: &Atom) -> Result<Vec<u8>, SpliceError> {
        if property.body.end.saturating_sub(property.body.start) > MOST_PROPERTY {
            return Err(SpliceError::TooLarge("a property of the picture is too long"));
        }
        self.source.bytes(property.body.clone())
    }

    fn nclx(&self, primary: u32) -> Result<Option<(u16, u16, u16, bool)>, SpliceError> {
        for (_, property) in self.properties.of(primary).filter(|(_, atom)| atom.kind == *b"colr") {
            if let [b'n', b'c', b'l', b'x', p0, p1, t0, t1, m0, m1, range, ..] = *self.content(property)? {
                let number = |high, low| u16::from_be_bytes([high, low]);
                return Ok(Some((number(p0, p1), number(t0, t1), number(m0, m1), range & 0x80 != 0)));
            }
        }
        Ok(None)
    }
}

/// Reads the coded picture of an AVIF.
///
/// # Errors
/// [`SpliceError`], also for AVIFs of kinds that [`replace_avif_items`] does not write: sequences, grids, layers, cropped
/// pictures, premultiplied transparency.
pub fn avif_picture(source: &Rope) -> Result<AvifPicture, SpliceError> {
    let parts = Parts::read(source)?;
    let Some(primary) = parts.items.primary else { return malformed("the file names no primary item") };
    let color = parts.item(primary)?;
    if parts.items.infos.iter().any(|info| info.kind == *b"tmap") {
        return malformed("it has a gain map for high dynamic range");
    }
    if parts.items.references.iter().any(|reference| reference.kind == *b"prem") {
        return malformed("its colours are premultiplied by its transparency");
    }
    if parts.properties.find(primary, b"clap").is_some() {
        return malformed("it is shown cropped");
    }
    let alpha = parts.alpha(primary)?.map(|id| parts.item(id)).transpose()?;
    let value = |kind: &[u8; 4]| {
        let property = parts.properties.of(primary).enumerate().find(|(_, (_, atom))| atom.kind == *kind);
        property.map(|(at, (_, atom))| Ok::<_, SpliceError>((at, source.u8(atom.body.start)?))).transpose()
    };
    let (rotation, mirror) = (value(b"irot")?, value(b"imir")?);
    let turns = rotation.map_or(0, |(_, turns)| turns & 3);
    // A turn behind a mirror is the opposite turn before it.
    let mirrored_first = rotation.zip(mirror).is_some_and(|((turned, _), (mirrored, _))| mirrored < turned);
    Ok(AvifPicture {
        color,
        alpha,
        nclx: parts.nclx(primary)?,
        turns: if mirrored_first { 4_u8.saturating_sub(turns) & 3 } else { turns },
        mirror: mirror.map(|(_, axis)| axis & 1),
    })
}

/// Puts new coded bytes and configurations in the place of items; all else stays and every offset follows.
///
/// # Errors
/// [`SpliceError`].
pub fn replace_avif_items(source: &Rope, new: &[NewAvifItem]) -> Result<Rope, SpliceError> {
    let mut parts = Parts::read(source)?;
    let mut edits = Edits::new();
    let mut held: Vec<(Atom, i64)> = Vec::new();
    let mut growth = 0_i64;
    for item in new {
        let range = parts.place(item.id)?;
        let Some(holder) = parts.holder(&range) else {
            return malformed("its coded picture is outside the media data");
        };
        let longer = difference(item.data.len(), &range);
        match held.iter_mut().find(|(atom, _)| atom.whole == holder.whole) {
            Some((_, sum)) => *sum = sum.saturating_add(longer),
            None => held.push((holder.clone(), longer)),
        }
        edits.replace(range, item.data.clone());

        let Some((number, property)) = parts.properties.find(item.id, b"av1C") else {
            return malformed("its picture has no configuration");
        };
        let alien = |(id, other): &(u32, usize)| *other == number && *id != item.id;
        if parts.properties.uses.iter().any(alien) {
            return malformed("its picture shares its configuration with another");
        }
        let configuration = make(b"av1C", &item.configuration);
        growth = growth.saturating_add(difference(configuration.len(), &property.whole));
        edits.replace(property.whole.clone(), configuration);

        let Some(place) = parts.items.places.items_mut().iter_mut().find(|place| place.id == item.id) else {
            return malformed("its coded picture is nowhere");
        };
        for extent in &mut place.extents {
            extent.length = item.data.len() as u64;
        }
    }
    for (atom, longer) in &held {
        resize(source, atom, *longer, &mut edits)?;
    }
    for parent in &parts.properties.parents {
        resize(source, parent, growth, &mut edits)?;
    }
    parts.items.resize(&mut edits, growth)?;
    let at = parts.items.places_at();
    edits.blank(at.clone());
    edits.sort();
    parts.items.places.follow(&edits)?;
    let places = parts.items.places.write()?;
    if difference(places.len(), &at) != 0 {
        return malformed("an iloc box changed its size");
    }
    edits.fill(&at, places);
    edits.apply(source)
}

fn difference(new: usize, old: &Range<u64>) -> i64 {
    (new as u64).cast_signed().saturating_sub(old.end.saturating_sub(old.start).cast_signed())
}

/// Gives a box the length that it has with `growth` more bytes inside.
fn resize(source: &Rope, atom: &Atom, growth: i64, edits: &mut Edits) -> Result<(), SpliceError> {
    let too_long = SpliceError::TooLarge("a box of the file is too long");
    let start = atom.whole.start;
    let length = atom.whole.end.saturating_sub(start).checked_add_signed(growth).ok_or(too_long.clone())?;
    match source.u32_be(start)? {
        // To the end of the file.
        0 => {}
        1 => {
            let at = start.saturating_add(8);
            edits.replace(at..at.saturating_add(8), length.to_be_bytes().to_vec());
        }
        _ => {
            let length = u32::try_from(length).map_err(|_| too_long)?;
            edits.replace(start..start.saturating_add(4), length.to_be_bytes().to_vec());
        }
    }
    Ok(())
}
