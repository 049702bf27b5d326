//! The colours of a label in a colour table: those that are there, and new ones in places that no pixel uses.

use super::blocks::{MOST_COLORS, Table};

/// Greys that a label wants, most needed first: plate, text, and its edges.
const WANTED: [u8; 5] = [0, 255, 128, 64, 192];
/// Largest difference in a channel at which a colour of the table will do.
const NEAR: u8 = 12;
/// Contrast of text and plate (WCAG 2.2, 1.4.3).
const LEAST_CONTRAST: f64 = 4.5;

/// A colour table in the making.
#[derive(Clone, Debug)]
pub(super) struct Palette {
    colors: Vec<[u8; 3]>,
    /// Indices that pixels use, or that mean something else than a colour.
    taken: [bool; MOST_COLORS],
    /// Indices that are transparent somewhere.
    clear: [bool; MOST_COLORS],
    changed: bool,
}

impl Palette {
    pub(super) fn read(file: &[u8], table: &Table) -> Self {
        let bytes = file.get(table.bytes.clone()).unwrap_or_default();
        Self {
            colors: bytes.chunks_exact(3).filter_map(|color| color.first_chunk().copied()).collect(),
            taken: [false; MOST_COLORS],
            clear: [false; MOST_COLORS],
            changed: false,
        }
    }

    /// Keeps the colour at `index` as it is. False when the table has none there.
    pub(super) fn keep(&mut self, index: u8) -> bool {
        if let Some(taken) = self.taken.get_mut(usize::from(index)) {
            *taken = true;
        }
        usize::from(index) < self.colors.len()
    }

    /// Keeps a transparent index out of the label.
    pub(super) fn keep_clear(&mut self, index: u8) {
        for set in [&mut self.taken, &mut self.clear] {
            if let Some(slot) = set.get_mut(usize::from(index)) {
                *slot = true;
            }
        }
    }

    /// An index that no pixel uses; the table grows where it can.
    pub(super) fn free(&mut self) -> Option<u8> {
        let index = self.taken.iter().position(|taken| !taken)?;
        while self.colors.len() <= index {
            // Tables have a power of two of colours.
            let grown = self.colors.len().max(1).saturating_mul(2).min(MOST_COLORS);
            self.colors.resize(grown, [0; 3]);
            self.changed = true;
        }
        *self.taken.get_mut(index)? = true;
        u8::try_from(index).ok()
    }

    /// Adds the greys that a label wants and the table lacks, as far as there is room.
    pub(super) fn add_greys(&mut self) {
        for grey in WANTED {
            if self
                .nearest(grey)
                .is_some_and(|index| self.color(index).iter().all(|channel| channel.abs_diff(grey) <= NEAR))
            {
                continue;
            }
            let Some(index) = self.free() else { return };
            if let Some(color) = self.colors.get_mut(usize::from(index)) {
                *color = [grey; 3];
                self.changed = true;
            }
        }
    }

    /// The colour at an index; black where the table has none.
    pub(super) fn color(&self, index: u8) -> [u8; 3] {
        self.colors.get(usize::from(index)).copied().unwrap_or_default()
    }

    /// The colours that are nowhere transparent, with their indices.
    pub(super) fn opaque(&self) -> impl Iterator<Item = (u8, [u8; 3])> {
        let colors = (0..=u8::MAX).zip(&self.colors).zip(&self.clear);
        colors.filter(|(_, clear)| !**clear).map(|((index, color), _)| (index, *color))
    }

    /// The colour closest to a grey.
    fn nearest(&self, grey: u8) -> Option<u8> {
        let distance = |color: [u8; 3]| color.iter().map(|c| u32::from(c.abs_diff(grey)).pow(2)).sum::<u32>();
        self.opaque().min_by_key(|(_, color)| distance(*color)).map(|(index, _)| index)
    }

    /// The index for every grey from 0 to 255.
    ///
    /// # Errors
    /// When the darkest and the lightest could not be told apart as text.
    pub(super) fn ramp(&self) -> Result<Vec<u8>, String> {
        let none = || "its colour table has no colours in which a label could be read".to_owned();
        let ramp = (0..=u8::MAX).map(|grey| self.nearest(grey)).collect::<Option<Vec<u8>>>();
        let ramp = ramp.ok_or_else(none)?;
        let luminance =
            |index: Option<&u8>| index.and_then(|index| self.colors.get(usize::from(*index))).map_or(0.0, luminance);
        let contrast = (luminance(ramp.last()) + 0.05) / (luminance(ramp.first()) + 0.05);
        if contrast < LEAST_CONTRAST { Err(none()) } else { Ok(ramp) }
    }

    /// Bits of an index.
    pub(super) fn bits(&self) -> u8 {
        u8::try_from(self.colors.len().next_power_of_two().ilog2()).unwrap_or(8)
    }

    /// The table, where it is another than the file's.
    pub(super) fn rewritten(&self) -> Option<Vec<u8>> {
        self.changed.then(|| self.colors.concat())
    }
}

/// Relative luminance (WCAG 2.2).
fn luminance(color: &[u8; 3]) -> f64 {
    let linear = |channel: u8| {
        let value = f64::from(channel) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    let [r, g, b] = *color;
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}
