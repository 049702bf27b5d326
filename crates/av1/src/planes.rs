//! A picture as AV1 has it.

/// Which planes there are, and how large those of colour are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Luma alone.
    Mono,
    /// 4:2:0: colour at half the width and height.
    Half,
    /// 4:2:2: colour at half the width.
    HalfWidth,
    /// 4:4:4: colour at full size.
    Full,
}

impl Layout {
    /// Powers of two by which colour is smaller across and down.
    #[must_use]
    pub const fn shifts(self) -> (u32, u32) {
        match self {
            Self::Mono | Self::Full => (0, 0),
            Self::Half => (1, 1),
            Self::HalfWidth => (1, 0),
        }
    }
}

/// What the samples mean, in the numbers of ITU-T H.273.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Color {
    /// Colour primaries.
    pub primaries: u16,
    /// Transfer characteristics.
    pub transfer: u16,
    /// Matrix coefficients.
    pub matrix: u16,
    /// Samples use all values rather than the range of television.
    pub full_range: bool,
}

/// One plane: rows from top to bottom without padding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plane {
    /// Samples in a row, at least 1.
    pub width: usize,
    /// The samples.
    pub samples: Vec<u16>,
}

impl Plane {
    /// A sample, the last one of a row or column for places behind it.
    #[must_use]
    pub fn at(&self, x: usize, y: usize) -> u16 {
        let rows = self.samples.len() / self.width.max(1);
        let (x, y) = (x.min(self.width.saturating_sub(1)), y.min(rows.saturating_sub(1)));
        self.samples.get(y.saturating_mul(self.width).saturating_add(x)).copied().unwrap_or(0)
    }
}

/// A picture: luma, and two planes of colour where it has colour.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planes {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// Bits of a sample: 8 or 10.
    pub depth: u8,
    /// Size of the planes of colour.
    pub layout: Layout,
    /// What the samples mean.
    pub color: Color,
    /// Luma first; one plane or three.
    pub planes: Vec<Plane>,
}

impl Planes {
    /// Largest value of a sample.
    #[must_use]
    pub fn most(&self) -> u16 {
        if self.depth > 8 { 1023 } else { 255 }
    }
}
