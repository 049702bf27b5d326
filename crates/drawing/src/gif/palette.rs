//! Colours of a label in a colour table: existing colours, and new ones in entries that no pixel uses.

use super::blocks::{MOST_COLORS, Table};

/// Greys of a label, most important first: plate, text, and its edges.
const WANTED: [u8; 5] = [0, 255, 128, 64, 192];
/// Maximum difference per channel at which an existing colour is used instead.
const NEAR: u8 = 12;
/// Minimum contrast of text and plate (WCAG 2.2, 1.4.3).
const LEAST_CONTRAST: f64 = 4.5;

/// A colour table under construction.
#[derive(Clone, Debug)]
pub(super) struct Palette {
    colors: Vec<[u8; 3]>,
    /// Indices that pixels use or that have another meaning than a colour.
    taken: [bool; MOST_COLORS],
    /// Indices that are transparent in some image.
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

    /// Keeps the colour at `index` unchanged. Returns `false` if the table has no such entry.
    pub(super) fn keep(&mut self, index: u8) -> bool {
        if let Some(taken) = self.taken.get_mut(usize::from(index)) {
            *taken = true;
        }
        usize::from(index) < self.colors.len()
    }

    /// Excludes a transparent index from the label.
    pub(super) fn keep_clear(&mut self, index: u8) {
        for set in [&mut self.taken, &mut self.clear] {
            if let Some(slot) = set.get_mut(usize::from(index)) {
                *slot = true;
            }
        }
    }

    /// Returns an index that no pixel uses. Enlarges the table if possible.
    pub(super) fn free(&mut self) -> Option<u8> {
        let index = self.taken.iter().position(|taken| !taken)?;
        while self.colors.len() <= index {
            // The number of colours in a table is a power of two.
            let grown = self.colors.len().max(1).saturating_mul(2).min(MOST_COLORS);
            self.colors.resize(grown, [0; 3]);
            self.changed = true;
        }
        *self.taken.get_mut(index)? = true;
        u8::try_from(index).ok()
    }

    /// Adds the missing greys of a label as far as there is room.
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

    /// Returns the colour at an index; black if the table has no such entry.
    pub(super) fn color(&self, index: u8) -> [u8; 3] {
        self.colors.get(usize::from(index)).copied().unwrap_or_default()
    }

    /// Returns the colours that are transparent nowhere, with their indices.
    pub(super) fn opaque(&self) -> impl Iterator<Item = (u8, [u8; 3])> {
        let colors = (0..=u8::MAX).zip(&self.colors).zip(&self.clear);
        colors.filter(|(_, clear)| !**clear).map(|((index, color), _)| (index, *color))
    }

    /// Returns the colour closest to a grey.
    fn nearest(&self, grey: u8) -> Option<u8> {
        let distance = |color: [u8; 3]| color.iter().map(|c| u32::from(c.abs_diff(grey)).pow(2)).sum::<u32>();
        self.opaque().min_by_key(|(_, color)| distance(*color)).map(|(index, _)| index)
    }

    /// Returns the index for every grey from 0 to 255.
    ///
    /// # Errors
    /// If the contrast between the darkest and the lightest colour is too low for text.
    pub(super) fn ramp(&self) -> Result<Vec<u8>, String> {
        let none = || "its colour table has no colours in which a label could be read".to_owned();
        let ramp = (0..=u8::MAX).map(|grey| self.nearest(grey)).collect::<Option<Vec<u8>>>();
        let ramp = ramp.ok_or_else(none)?;
        let luminance =
            |index: Option<&u8>| index.and_then(|index| self.colors.get(usize::from(*index))).map_or(0.0, luminance);
        let contrast = (luminance(ramp.last()) + 0.05) / (luminance(ramp.first()) + 0.05);
        if contrast < LEAST_CONTRAST { Err(none()) } else { Ok(ramp) }
    }

    /// Returns the number of bits of an index.
    pub(super) fn bits(&self) -> u8 {
        u8::try_from(self.colors.len().next_power_of_two().ilog2()).unwrap_or(8)
    }

    /// Returns the table if it differs from the file's.
    pub(super) fn rewritten(&self) -> Option<Vec<u8>> {
        self.changed.then(|| self.colors.concat())
    }
}

/// Returns the relative luminance (WCAG 2.2).
fn luminance(color: &[u8; 3]) -> f64 {
    let linear = |channel: u8| {
        let value = f64::from(channel) / 255.0;
        if value <= 0.040_45 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
    };
    let [r, g, b] = *color;
    0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b)
}
