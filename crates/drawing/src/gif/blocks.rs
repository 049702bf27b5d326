//! Parses the blocks of a GIF (CompuServe's specification of 1990): its tables, images and controls.

use std::ops::Range;

use super::area::Area;

/// Maximum number of colours in a colour table.
pub(super) const MOST_COLORS: usize = 256;

/// A GIF that can be drawn on: every image has a colour table and lies on the screen.
#[derive(Debug)]
pub(super) struct Blocks {
    pub(super) screen: Area,
    /// Index of the background colour.
    pub(super) background: u8,
    pub(super) global: Option<Table>,
    pub(super) images: Vec<Image>,
}

/// A colour table: 3 bytes per colour; the number of colours is a power of two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) bytes: Range<usize>,
}

/// One image.
#[derive(Clone, Debug)]
pub(super) struct Image {
    /// Its graphic control extension, if present.
    pub(super) control: Option<Control>,
    /// Offset of its descriptor, 10 bytes.
    pub(super) descriptor: usize,
    pub(super) area: Area,
    pub(super) interlaced: bool,
    pub(super) local: Option<Table>,
    /// Range of code size and sub-blocks with their terminator.
    pub(super) data: Range<usize>,
}

/// Contents of the graphic control extension.
#[derive(Clone, Copy, Debug)]
pub(super) struct Control {
    /// Its offset, 8 bytes.
    pub(super) at: usize,
    pub(super) disposal: Disposal,
    pub(super) transparent: Option<u8>,
}

/// Treatment of an image before the next one is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Disposal {
    Keep,
    Clear,
    Restore,
}

impl Image {
    pub(super) fn disposal(&self) -> Disposal {
        self.control.map_or(Disposal::Keep, |control| control.disposal)
    }

    pub(super) fn transparent(&self) -> Option<u8> {
        self.control.and_then(|control| control.transparent)
    }
}

fn cut() -> String {
    "the GIF is cut short".to_owned()
}

fn byte(file: &[u8], at: usize) -> Result<u8, String> {
    file.get(at).copied().ok_or_else(cut)
}

fn number(file: &[u8], at: usize) -> Result<u32, String> {
    Ok(u32::from(byte(file, at)?) | u32::from(byte(file, at.saturating_add(1))?) << 8)
}

/// Parses the table at `at` if the flags announce one.
fn table(file: &[u8], at: usize, flags: u8) -> Result<Option<Table>, String> {
    if flags & 0x80 == 0 {
        return Ok(None);
    }
    let bytes = at..at.saturating_add(3_usize << (flags & 7).saturating_add(1));
    if bytes.end > file.len() {
        return Err(cut());
    }
    Ok(Some(Table { bytes }))
}

/// Returns the offset after the terminator of a chain of sub-blocks.
fn sub_blocks(file: &[u8], mut at: usize) -> Result<usize, String> {
    loop {
        let size = usize::from(byte(file, at)?);
        at = at.saturating_add(1);
        if size == 0 {
            return Ok(at);
        }
        at = at.saturating_add(size);
    }
}

impl Blocks {
    pub(super) fn read(file: &[u8]) -> Result<Self, String> {
        let screen = Area { x: 0, y: 0, width: number(file, 6)?, height: number(file, 8)? };
        let global = table(file, 13, byte(file, 10)?)?;
        let mut blocks = Self { screen, background: byte(file, 11)?, global, images: Vec::new() };
        let mut at = blocks.global.as_ref().map_or(13, |table| table.bytes.end);
        let mut control = None;
        loop {
            match byte(file, at)? {
                0x3B => break,
                0x21 => {
                    match byte(file, at.saturating_add(1))? {
                        0xF9 => control = Some(Control::read(file, at)?),
                        // A text block uses the control that precedes it.
                        0x01 => control = None,
                        _ => {}
                    }
                    at = sub_blocks(file, at.saturating_add(2))?;
                }
                0x2C => {
                    let image = Image::read(file, at, control.take())?;
                    if !screen.contains(&image.area) {
                        return Err("an image of the GIF reaches beyond its screen".to_owned());
                    }
                    if image.local.is_none() && blocks.global.is_none() {
                        return Err("an image of the GIF has no colour table".to_owned());
                    }
                    at = image.data.end;
                    blocks.images.push(image);
                }
                _ => return Err("no GIF block where one must be".to_owned()),
            }
        }
        if blocks.images.is_empty() {
            return Err("the GIF has no image".to_owned());
        }
        Ok(blocks)
    }
}

impl Control {
    fn read(file: &[u8], at: usize) -> Result<Self, String> {
        if byte(file, at.saturating_add(2))? != 4 {
            return Err("a control of the GIF is damaged".to_owned());
        }
        let flags = byte(file, at.saturating_add(3))?;
        let transparent = (flags & 1 == 1).then_some(byte(file, at.saturating_add(6))?);
        let disposal = match flags >> 2 & 7 {
            2 => Disposal::Clear,
            3 => Disposal::Restore,
            _ => Disposal::Keep,
        };
        Ok(Self { at, disposal, transparent })
    }
}

impl Image {
    fn read(file: &[u8], at: usize, control: Option<Control>) -> Result<Self, String> {
        let field = |offset: usize| number(file, at.saturating_add(offset));
        let area = Area { x: field(1)?, y: field(3)?, width: field(5)?, height: field(7)? };
        if area.width == 0 || area.height == 0 {
            return Err("an image of the GIF has no pixels".to_owned());
        }
        let flags = byte(file, at.saturating_add(9))?;
        let local = table(file, at.saturating_add(10), flags)?;
        let data = local.as_ref().map_or(at.saturating_add(10), |table| table.bytes.end);
        let end = sub_blocks(file, data.saturating_add(1))?;
        Ok(Self { control, descriptor: at, area, interlaced: flags & 0x40 != 0, local, data: data..end })
    }
}
