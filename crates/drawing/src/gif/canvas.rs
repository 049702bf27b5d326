//! What an animation's screen shows of the label from image to image, so that every one of them shows all of it.

use super::area::Area;
use super::blocks::{Disposal, Image};

/// The screen before the next image.
#[derive(Debug)]
pub(super) struct Canvas {
    plate: Area,
    screen: Area,
    /// Pixels of the label's plate that show the label.
    shown: Vec<bool>,
    /// Pixels of the screen that some image has painted.
    painted: Vec<bool>,
}

impl Canvas {
    pub(super) fn new(screen: Area, plate: Area) -> Self {
        Self { plate, screen, shown: vec![false; plate.pixels()], painted: vec![false; screen.pixels()] }
    }

    /// The area that the image must have so that the label is whole while it is shown: its own, or one that reaches as
    /// far as the plate. `indices` are its pixels.
    ///
    /// # Errors
    /// When a larger image would take away, as it is cleared, what belongs to the picture.
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
