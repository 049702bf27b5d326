//! Rectangles of a GIF's screen.

/// A rectangle. Sizes and positions in a GIF have 16 bits, so no sum overflows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Area {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) width: u32,
    pub(super) height: u32,
}

impl Area {
    pub(super) fn right(&self) -> u32 {
        self.x.saturating_add(self.width)
    }

    pub(super) fn bottom(&self) -> u32 {
        self.y.saturating_add(self.height)
    }

    /// Returns its number of pixels.
    pub(super) fn pixels(&self) -> usize {
        (self.width as usize).saturating_mul(self.height as usize)
    }

    pub(super) fn contains(&self, other: &Self) -> bool {
        self.x <= other.x && self.y <= other.y && other.right() <= self.right() && other.bottom() <= self.bottom()
    }

    pub(super) fn overlaps(&self, other: &Self) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }

    /// Returns the smallest rectangle around both.
    pub(super) fn around(&self, other: &Self) -> Self {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        let (right, bottom) = (self.right().max(other.right()), self.bottom().max(other.bottom()));
        Self { x, y, width: right.saturating_sub(x), height: bottom.saturating_sub(y) }
    }

    /// Returns the index of a pixel of the screen among the pixels of this rectangle, by rows.
    pub(super) fn index(&self, x: u32, y: u32) -> Option<usize> {
        let (column, row) = (x.checked_sub(self.x)?, y.checked_sub(self.y)?);
        let inside = column < self.width && row < self.height;
        inside.then(|| (row as usize).saturating_mul(self.width as usize).saturating_add(column as usize))
    }

    /// Returns the positions on the screen, by rows.
    pub(super) fn places(&self) -> impl Iterator<Item = (u32, u32)> + use<> {
        let (x, right) = (self.x, self.right());
        (self.y..self.bottom()).flat_map(move |row| (x..right).map(move |column| (column, row)))
    }
}
