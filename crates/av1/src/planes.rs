//! An image in the form of AV1: planes of samples.

/// Planes of an image, and the size of the colour planes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Luma only.
    Mono,
    /// 4:2:0: colour at half the width and height.
    Half,
    /// 4:2:2: colour at half the width.
    HalfWidth,
    /// 4:4:4: colour at full size.
    Full,
}

impl Layout {
    /// Returns the horizontal and vertical reduction of the colour planes as powers of two.
    #[must_use]
    pub const fn shifts(self) -> (u32, u32) {
        match self {
            Self::Mono | Self::Full => (0, 0),
            Self::Half => (1, 1),
            Self::HalfWidth => (1, 0),
        }
    }
}

/// Meaning of the samples, in the numbers of ITU-T H.273.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Color {
    /// Colour primaries.
    pub primaries: u16,
    /// Transfer characteristics.
    pub transfer: u16,
    /// Matrix coefficients.
    pub matrix: u16,
    /// Whether samples use all values rather than the range of television.
    pub full_range: bool,
}

/// One plane: rows from top to bottom without padding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plane {
    /// Samples per row, at least 1.
    pub width: usize,
    /// The samples.
    pub samples: Vec<u16>,
}

impl Plane {
    /// Returns a sample. Positions after the end of a row or column return its last sample.
    #[must_use]
    pub fn at(&self, x: usize, y: usize) -> u16 {
        let rows = self.samples.len() / self.width.max(1);
        let (x, y) = (x.min(self.width.saturating_sub(1)), y.min(rows.saturating_sub(1)));
        self.samples.get(y.saturating_mul(self.width).saturating_add(x)).copied().unwrap_or(0)
    }
}

/// An image: luma, and two colour planes if it has colour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planes {
    /// Pixels per row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Bits per sample: 8 or 10.
    pub depth: u8,
    /// Size of the colour planes.
    pub layout: Layout,
    /// Meaning of the samples.
    pub color: Color,
    /// Luma first; one plane or three.
    pub planes: Vec<Plane>,
}

impl Planes {
    /// Returns the maximum value of a sample.
    #[must_use]
    pub fn most(&self) -> u16 {
        if self.depth > 8 { 1023 } else { 255 }
    }
}
