//! Reduced copies of an image, with sums over windows.

use crate::overlay::ExifOrientation;
use crate::view::{Layout, RgbView};

/// Ink height in pixels of the finer copy (up to twice as much) and of the coarse copy.
const FINE_INK: f32 = 12.0;
const COARSE_INK: f32 = 7.0;
/// Maximum number of pixels of the finer copy.
const MOST_PIXELS: usize = 1 << 19;

/// Reduced copies of one image, created on demand.
pub(super) struct Copies<'v> {
    view: RgbView<'v>,
    orientation: ExifOrientation,
    /// Displayed size.
    pub(super) size: (u32, u32),
    made: Vec<Copy>,
}

/// An image reduced so that ink of a certain height has 12 to 24 pixels, and reduced further so that it has about 7.
pub(super) struct Copy {
    pub(super) factor: u32,
    pub(super) coarse_factor: usize,
    pub(super) fine: Plane,
    pub(super) coarse: Plane,
}

impl<'v> Copies<'v> {
    pub(super) fn new(view: &RgbView<'v>, orientation: ExifOrientation) -> Self {
        let size = orientation.displayed(view.width(), view.height());
        Self { view: *view, orientation, size, made: Vec::new() }
    }

    pub(super) fn short(&self) -> f32 {
        self.size.0.min(self.size.1) as f32
    }

    pub(super) fn of(&mut self, ratio: f32) -> &Copy {
        let ink = (ratio * self.short()).max(1.0);
        let pixels = u64::from(self.size.0) * u64::from(self.size.1);
        let mut factor = ((ink / FINE_INK) as u32).max(1);
        while pixels / (u64::from(factor) * u64::from(factor)) > MOST_PIXELS as u64 {
            factor += 1;
        }
        let index = self.made.iter().position(|copy| copy.factor == factor).unwrap_or(self.made.len());
        if index == self.made.len() {
            let fine = Plane::reduced(&self.view, self.orientation, factor);
            let coarse_factor = ((ink / factor as f32 / COARSE_INK).round() as usize).max(1);
            let coarse = fine.reduced_again(coarse_factor);
            self.made.push(Copy { factor, coarse_factor, fine, coarse });
        }
        // Not reachable: the copy was created above.
        static EMPTY: Copy = Copy { factor: 1, coarse_factor: 1, fine: Plane::EMPTY, coarse: Plane::EMPTY };
        self.made.get(index).unwrap_or(&EMPTY)
    }
}

/// Luma with sums for windows.
pub(super) struct Plane {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) data: Vec<f32>,
    /// Sums of luma and of its square over all pixels above and to the left; one more row and column than the pixels.
    sums: Vec<[f64; 2]>,
}

impl Plane {
    const EMPTY: Self = Self { width: 0, height: 0, data: Vec::new(), sums: Vec::new() };

    fn new(width: usize, height: usize, data: Vec<f32>) -> Self {
        let mut sums = vec![[0.0; 2]; width + 1];
        sums.reserve((width + 1) * height);
        for row in data.chunks_exact(width.max(1)) {
            let above = sums.len() - (width + 1);
            let mut left = [0.0; 2];
            sums.push([0.0; 2]);
            for (x, value) in row.iter().enumerate() {
                let value = f64::from(*value);
                left = [left[0] + value, left[1] + value * value];
                let [sum, squares] = sums.get(above + x + 1).copied().unwrap_or_default();
                sums.push([sum + left[0], squares + left[1]]);
            }
        }
        Self { width, height, data, sums }
    }

    /// Computes means over squares of `factor` pixels in display orientation. Drops incomplete squares at the right and
    /// bottom.
    fn reduced(view: &RgbView<'_>, orientation: ExifOrientation, factor: u32) -> Self {
        let factor = factor.max(1) as usize;
        let (width, height) = (view.width() as usize / factor, view.height() as usize / factor);
        let channels = view.layout().channels();
        let has_alpha = view.layout() == Layout::Rgba;
        let mut stored = Vec::with_capacity(width * height);
        let mut line = vec![0u64; width];
        let all = (factor * factor) as f32;
        for (y, row) in view.rows().take(height * factor).enumerate() {
            for (sum, block) in line.iter_mut().zip(row.chunks_exact(factor * channels)) {
                *sum += u64::from(block.chunks_exact(channels).map(|pixel| luma(pixel, has_alpha)).sum::<u32>());
            }
            if (y + 1) % factor == 0 {
                stored.extend(line.iter().map(|sum| *sum as f32 / 256.0 / all));
                line.fill(0);
            }
        }
        // Limited by the sides of the view, which are 32-bit.
        let (stored_width, stored_height) = (width as u32, height as u32);
        let (shown_width, shown_height) = orientation.displayed(stored_width, stored_height);
        if orientation == ExifOrientation::UPRIGHT {
            return Self::new(width, height, stored);
        }
        let mut shown = Vec::with_capacity(stored.len());
        for y in 0..shown_height {
            for x in 0..shown_width {
                let (from_x, from_y) = orientation.stored(x, y, stored_width, stored_height);
                shown.push(stored.get(from_y as usize * width + from_x as usize).copied().unwrap_or_default());
            }
        }
        Self::new(shown_width as usize, shown_height as usize, shown)
    }

    fn reduced_again(&self, factor: usize) -> Self {
        let (width, height) = (self.width / factor, self.height / factor);
        let all = (factor * factor) as f64;
        let mut data = Vec::with_capacity(width * height);
        for y in 0..height {
            for x in 0..width {
                let [sum, _] = self.window(x * factor, y * factor, factor, factor);
                data.push((sum / all) as f32);
            }
        }
        Self::new(width, height, data)
    }

    /// Returns the sums of luma and of its square in a window inside the plane.
    pub(super) fn window(&self, x: usize, y: usize, width: usize, height: usize) -> [f64; 2] {
        let at = |x: usize, y: usize| self.sums.get(y * (self.width + 1) + x).copied().unwrap_or_default();
        let (a, b, c, d) = (at(x, y), at(x + width, y), at(x, y + height), at(x + width, y + height));
        [d[0] - b[0] - c[0] + a[0], d[1] - b[1] - c[1] + a[1]]
    }
}

/// Returns the luma times 256 (BT.601). Transparent pixels are shown on white.
fn luma(pixel: &[u8], has_alpha: bool) -> u32 {
    let [red, green, blue] = [0, 1, 2].map(|i| u32::from(pixel.get(i).copied().unwrap_or_default()));
    let luma = 77 * red + 150 * green + 29 * blue;
    if !has_alpha {
        return luma;
    }
    let alpha = u32::from(pixel.get(3).copied().unwrap_or(255));
    (luma * alpha + 255 * 256 * (255 - alpha)) / 255
}
