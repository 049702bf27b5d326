//! GIF: draws the visible label in every image of a still image or an animation, with the colours of the image's own
//! table or in table entries that no pixel uses, and writes the watermark by replacing pixels with similar colours of
//! the table. Everything else (timing, disposal, repetition, comments and application extensions) stays unchanged, byte
//! for byte; without a watermark, so do all pixels outside the label.
//!
//! The plate is opaque here, because a translucent one would need new colours for every image below it.

mod area;
mod blocks;
mod canvas;
mod data;
mod mark;
mod palette;

use std::ops::Range;

use labeler_pixels::Picture;
use labeler_pixels::decode::DEFAULT_MAX_PIXELS;
use labeler_pixels::overlay::Rect;

use area::Area;
use blocks::{Blocks, Image};
use canvas::Canvas;
pub(super) use mark::Mark;
use palette::Palette;

/// Maximum number of pixels of all images together, which are decoded one by one: a thousand images of 800 x 600.
const MOST_PIXELS: usize = 480_000_000;
/// Maximum number of images of an animation that are watermarked. Each takes about a tenth of a second.
const MOST_MARKED: usize = 200;
/// A graphic control extension with default values.
const CONTROL: [u8; 8] = [0x21, 0xF9, 4, 0, 0, 0, 0, 0];

/// A GIF with its parsed structure.
pub(super) struct Gif<'a> {
    file: &'a [u8],
    blocks: Blocks,
}

/// A label drawn on black: grey value of each pixel in its area.
struct Plate {
    area: Area,
    greys: Vec<u8>,
}

/// Changes to one image.
struct Step {
    /// Its area after the change.
    area: Area,
    /// Whether it contains a part of the label.
    labelled: bool,
    /// Whether it gets the watermark: it covers the whole screen.
    marked: bool,
    /// Its own colour table, if it has one and is drawn on.
    local: Option<Palette>,
}

/// A colour table with room for a label.
struct Colors {
    palette: Palette,
    /// Index of each grey.
    ramp: Vec<u8>,
    /// A transparent index for images that must become larger and have none.
    padding: Option<u8>,
}

/// Ranges of the file with their replacements, in order.
type Edits = Vec<(Range<usize>, Vec<u8>)>;

impl<'a> Gif<'a> {
    pub(super) fn read(file: &'a [u8]) -> Result<Self, String> {
        let blocks = Blocks::read(file)?;
        let screen = blocks.screen.pixels() as u64;
        if screen > DEFAULT_MAX_PIXELS {
            return Err(format!("its screen has {screen} pixels, more than the {DEFAULT_MAX_PIXELS} allowed"));
        }
        let all = blocks.images.iter().fold(0_usize, |sum, image| sum.saturating_add(image.area.pixels()));
        if all > MOST_PIXELS {
            return Err(format!("its images have {all} pixels together, more than the {MOST_PIXELS} allowed"));
        }
        Ok(Self { file, blocks })
    }

    /// Returns width and height of the screen.
    pub(super) fn size(&self) -> (u32, u32) {
        (self.blocks.screen.width, self.blocks.screen.height)
    }

    /// Returns timing, transparency and disposal of each image: the flags and the delay of its control.
    pub(super) fn frames(&self) -> Vec<[u8; 4]> {
        let control = |image: &Image| {
            let at = image.control.map(|control| control.at)?;
            self.file.get(at.saturating_add(4)..)?.first_chunk::<2>().copied()
        };
        let images = self.blocks.images.iter();
        images
            .map(|image| {
                let [low, high] = control(image).unwrap_or_default();
                [image.disposal() as u8, u8::from(image.interlaced), low, high]
            })
            .collect()
    }

    /// Decodes every image.
    pub(super) fn decode_all(&self) -> Result<(), String> {
        self.blocks.images.iter().try_for_each(|image| self.indices(image).map(drop))
    }

    /// Returns whether it is a still image.
    pub(super) fn is_still(&self) -> bool {
        self.blocks.images.len() == 1
    }

    /// Returns the file with the contents of `picture`, which has the size of the screen, inside the rectangle, and
    /// with a watermark. The caller must check whether the watermark can be read.
    pub(super) fn drawn(&self, label: Option<(&Picture, Rect)>, mark: Option<Mark<'_>>) -> Result<Vec<u8>, String> {
        let plate = label.map_or_else(Plate::none, |(picture, rect)| Plate::cut(picture, rect));
        let (steps, global) = self.plan(&plate, mark.is_some())?;
        let images = || self.blocks.images.iter().zip(&steps).filter(|(_, step)| step.labelled || step.marked);
        let mut edits = Edits::new();
        let global = match global {
            Some(palette) if images().any(|(image, _)| image.local.is_none()) => {
                let larger = images().any(|(image, step)| image.local.is_none() && lacks_padding(image, step));
                let labelled = images().any(|(image, step)| image.local.is_none() && step.labelled);
                Some(Colors::new(palette, larger, labelled)?)
            }
            _ => None,
        };
        if let (Some(colors), Some(table)) = (&global, &self.blocks.global)
            && let Some(new) = colors.palette.rewritten()
        {
            edits.push((10..11, vec![with_size(self.file.get(10).copied().unwrap_or(0), colors.palette.bits())]));
            edits.push((table.bytes.clone(), new));
        }
        for (image, step) in images() {
            let local = step.local.clone();
            let local =
                local.map(|palette| Colors::new(palette, lacks_padding(image, step), step.labelled)).transpose()?;
            let colors = local.as_ref().or(global.as_ref()).ok_or("an image of the GIF has no colour table")?;
            self.redraw(image, step.area, colors, &plate, mark.filter(|_| step.marked), &mut edits)?;
        }
        Ok(self.edited(edits))
    }

    /// Determines the area that every image needs and the colours that stay in use.
    fn plan(&self, plate: &Plate, mark: bool) -> Result<(Vec<Step>, Option<Palette>), String> {
        let mut global = self.blocks.global.as_ref().map(|table| Palette::read(self.file, table));
        if let Some(palette) = &mut global {
            palette.keep(self.blocks.background);
        }
        let mut canvas = Canvas::new(self.blocks.screen, plate.area);
        let mut steps = Vec::with_capacity(self.blocks.images.len());
        let mut marked = 0_usize;
        for image in &self.blocks.images {
            let indices = self.indices(image)?;
            let mut local = image.local.as_ref().map(|table| Palette::read(self.file, table));
            if let Some(palette) = local.as_mut().or(global.as_mut()) {
                let clear = image.transparent();
                clear.into_iter().for_each(|index| palette.keep_clear(index));
                let seen =
                    |&((x, y), index): &((u32, u32), &u8)| plate.area.index(x, y).is_none() && Some(*index) != clear;
                if !image.area.places().zip(&indices).filter(seen).all(|(_, index)| palette.keep(*index)) {
                    return Err("an image of the GIF has colours that are not in its table".to_owned());
                }
            }
            let area = canvas.next(image, &indices)?;
            let labelled = area.overlaps(&plate.area);
            // Where a later image is transparent, the watermark of the earlier one is visible.
            let whole = image.area == self.blocks.screen;
            let opaque = || image.transparent().is_none_or(|clear| !indices.contains(&clear));
            let takes = mark && whole && marked < MOST_MARKED && (steps.is_empty() || opaque());
            marked = marked.saturating_add(usize::from(takes));
            steps.push(Step { area, labelled, marked: takes, local: local.filter(|_| labelled || takes) });
        }
        Ok((steps, global))
    }

    fn indices(&self, image: &Image) -> Result<Vec<u8>, String> {
        data::unpacked(self.file.get(image.data.clone()).unwrap_or_default(), &image.area, image.interlaced)
    }

    /// Draws one image with its part of the label.
    fn redraw(
        &self,
        image: &Image,
        area: Area,
        colors: &Colors,
        plate: &Plate,
        mark: Option<Mark<'_>>,
        edits: &mut Edits,
    ) -> Result<(), String> {
        let old = self.indices(image)?;
        let around = image.transparent().or(colors.padding);
        let new = area.places().map(|(x, y)| match plate.grey(x, y) {
            Some(grey) => colors.ramp.get(usize::from(grey)).copied(),
            None => image.area.index(x, y).map_or(around, |index| old.get(index).copied()),
        });
        let mut new = new.collect::<Option<Vec<u8>>>().ok_or("an image of the GIF has no transparent colour")?;
        if let Some(mark) = mark {
            let clear = image.transparent();
            mark.write(&mut new, &area, &colors.palette, |x, y, index| {
                Some(index) != clear && plate.grey(x, y).is_none()
            });
        }

        if area != image.area && image.transparent().is_none() {
            let (at, length) = image.control.map_or((image.descriptor, 0), |control| (control.at, CONTROL.len()));
            let range = at..at.saturating_add(length);
            let mut control =
                self.file.get(range.clone()).and_then(|old| old.first_chunk()).copied().unwrap_or(CONTROL);
            let [_, _, _, flags, _, _, index, _] = &mut control;
            *flags |= 1;
            *index = around.unwrap_or(0);
            edits.push((range, control.to_vec()));
        }
        let at = image.descriptor;
        let table = image.local.as_ref().zip(colors.palette.rewritten());
        let flags = self.file.get(at.saturating_add(9)).copied().unwrap_or(0);
        let mut descriptor = vec![0x2C];
        for field in [area.x, area.y, area.width, area.height] {
            descriptor.extend_from_slice(&u16::try_from(field).unwrap_or(u16::MAX).to_le_bytes());
        }
        descriptor.push(if table.is_some() { with_size(flags, colors.palette.bits()) } else { flags });
        edits.push((at..at.saturating_add(10), descriptor));
        edits.extend(table.map(|(table, new)| (table.bytes.clone(), new)));
        edits.push((image.data.clone(), data::packed(&new, &area, image.interlaced, colors.palette.bits())?));
        Ok(())
    }

    /// Returns the file with the edits applied. Extensions require version 89a.
    fn edited(&self, edits: Edits) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.file.len().saturating_add(self.file.len() / 8));
        out.extend_from_slice(b"GIF89a");
        let mut at = out.len();
        for (range, new) in edits {
            out.extend_from_slice(self.file.get(at..range.start).unwrap_or_default());
            out.extend_from_slice(&new);
            at = range.end;
        }
        out.extend_from_slice(self.file.get(at..).unwrap_or_default());
        out
    }
}

/// Returns the flags of a screen or image with another table size.
fn with_size(flags: u8, bits: u8) -> u8 {
    flags & !7 | bits.saturating_sub(1) & 7
}

/// Returns whether an image must become larger but has no index to fill the new space.
fn lacks_padding(image: &Image, step: &Step) -> bool {
    step.area != image.area && image.transparent().is_none()
}

impl Colors {
    fn new(mut palette: Palette, padding: bool, label: bool) -> Result<Self, String> {
        let padding = if padding {
            let index = palette.free().ok_or("its colour table has no place left for the space around an image")?;
            palette.keep_clear(index);
            Some(index)
        } else {
            None
        };
        let ramp = if label {
            palette.add_greys();
            palette.ramp()?
        } else {
            Vec::new()
        };
        Ok(Self { palette, ramp, padding })
    }
}

impl Plate {
    fn none() -> Self {
        Self { area: Area { x: 0, y: 0, width: 0, height: 0 }, greys: Vec::new() }
    }

    /// Returns the first channel of the pixels in the rectangle.
    fn cut(drawn: &Picture, rect: Rect) -> Self {
        let view = drawn.view();
        let channels = view.layout().channels();
        let columns = (rect.x as usize, rect.width as usize);
        let rows = view.rows().skip(rect.y as usize).take(rect.height as usize);
        let greys = rows.flat_map(|row| {
            row.chunks_exact(channels).skip(columns.0).take(columns.1).map(|p| p.first().copied().unwrap_or(0))
        });
        let area = Area { x: rect.x, y: rect.y, width: rect.width, height: rect.height };
        Self { area, greys: greys.collect() }
    }

    fn grey(&self, x: u32, y: u32) -> Option<u8> {
        self.greys.get(self.area.index(x, y)?).copied()
    }
}
