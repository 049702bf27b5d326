//! Tracks which parts of the label an animation's screen shows, so that every image shows the whole label.

use super::area::Area;
use super::blocks::{Disposal, Image};

/// State of the screen before the next image.
#[derive(Debug)]
pub(super) struct Canvas {
    plate: Area,
    screen: Area,
    /// Whether each pixel of the label's plate shows the label.
    shown: Vec<bool>,
    /// Whether an image has painted each pixel of the screen.
    painted: Vec<bool>,
}

impl Canvas {
    pub(super) fn new(screen: Area, plate: Area) -> Self {
        Self { plate, screen, shown: vec![false; plate.pixels()], painted: vec![false; screen.pixels()] }
    }

    /// Returns the area that the image needs so that the whole label is visible with it: its own area, or a larger one
    /// that covers the plate. `indices` are the pixels of the image.
    ///
    /// # Errors
    /// If clearing the larger image would also remove parts of the animation.
    pub(super) fn next(&mut self, image: &Image, indices: &[u8]) -> Result<Area, String> {
        let lacking = |((x, y), shown): ((u32, u32), &bool)| !shown && image.area.index(x, y).is_none();
        let enlarged = self.plate.places().zip(&self.shown).any(lacking);
        let area = if enlarged { image.area.around(&self.plate) } else { image.area };
        match image.disposal() {
            Disposal::Restore => {}
            Disposal::Keep => {
                self.shown.fill(true);
                let clear = image.transparent();
                for ((x, y), _) in image.area.places().zip(indices).filter(|(_, index)| Some(**index) != clear) {
                    self.paint(x, y, true);
                }
            }
            Disposal::Clear => {
                let alien = |(x, y): (u32, u32)| {
                    image.area.index(x, y).is_none() && self.plate.index(x, y).is_none() && self.is_painted(x, y)
                };
                if enlarged && area.places().any(alien) {
                    return Err(
                        "an image of the animation would clear more than its own area with the label".to_owned()
                    );
                }
                for ((x, y), shown) in self.plate.places().zip(&mut self.shown) {
                    *shown = area.index(x, y).is_none();
                }
                image.area.places().for_each(|(x, y)| self.paint(x, y, false));
            }
        }
        Ok(area)
    }

    fn is_painted(&self, x: u32, y: u32) -> bool {
        self.screen.index(x, y).and_then(|index| self.painted.get(index)).is_some_and(|painted| *painted)
    }

    fn paint(&mut self, x: u32, y: u32, painted: bool) {
        if let Some(pixel) = self.screen.index(x, y).and_then(|index| self.painted.get_mut(index)) {
            *pixel = painted;
        }
    }
}
