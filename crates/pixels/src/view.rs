//! Pixel buffers: borrowed views and an owned image.
//!
//! Invariant: a view's slice has exactly `width * height * channels` bytes, with rows from top to bottom without
//! padding and channels in the order R, G, B(, A), 8 bits each. Every constructor checks this, so other code need not.

/// Channels per pixel: only the colours, or the colours with alpha as the fourth byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// R, G, B.
    Rgb,
    /// R, G, B, A; colour is not premultiplied.
    Rgba,
}

impl Layout {
    /// Returns the number of bytes per pixel: 3 or 4.
    #[must_use]
    pub const fn channels(self) -> usize {
        match self {
            Self::Rgb => 3,
            Self::Rgba => 4,
        }
    }
}

/// Returns the number of bytes of a buffer with this shape, or `None` if a side is zero or the product overflows.
fn expected(width: u32, height: u32, layout: Layout) -> Option<usize> {
    if width == 0 || height == 0 {
        return None;
    }
    usize::try_from(width).ok()?.checked_mul(usize::try_from(height).ok()?)?.checked_mul(layout.channels())
}

/// A borrowed image for reading.
#[derive(Debug, Clone, Copy)]
pub struct RgbView<'a> {
    data: &'a [u8],
    width: u32,
    height: u32,
    layout: Layout,
}

impl<'a> RgbView<'a> {
    /// Creates a view of `data`. Returns `None` if its length is not `width * height * layout.channels()` or a side is
    /// zero.
    #[must_use]
    pub fn new(width: u32, height: u32, layout: Layout, data: &'a [u8]) -> Option<Self> {
        (expected(width, height, layout)? == data.len()).then_some(Self { data, width, height, layout })
    }

    /// Returns the width in pixels, at least 1.
    #[must_use]
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// Returns the height in pixels, at least 1.
    #[must_use]
    pub const fn height(&self) -> u32 {
        self.height
    }

    /// Returns the channels of the bytes.
    #[must_use]
    pub const fn layout(&self) -> Layout {
        self.layout
    }

    /// Returns the bytes, row by row.
    #[must_use]
    pub const fn data(&self) -> &'a [u8] {
        self.data
    }

    /// Returns the rows from top to bottom.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &'a [u8]> + use<'a> {
        self.data.chunks_exact(row_bytes(self.width, self.layout))
    }
}

/// A borrowed image for changes in place.
#[derive(Debug)]
pub struct RgbViewMut<'a> {
    data: &'a mut [u8],
    width: u32,
    height: u32,
    layout: Layout,
}

impl<'a> RgbViewMut<'a> {
    /// Creates a view of `data`. Returns `None` if its length is not `width * height * layout.channels()` or a side is
    /// zero.
    #[must_use]
    pub fn new(width: u32, height: u32, layout: Layout, data: &'a mut [u8]) -> Option<Self> {
        (expected(width, height, layout)? == data.len()).then_some(Self { data, width, height, layout })
    }

    /// Returns the width in pixels, at least 1.
    #[must_use]
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// Returns the height in pixels, at least 1.
    #[must_use]
    pub const fn height(&self) -> u32 {
        self.height
    }

    /// Returns the channels of the bytes.
    #[must_use]
    pub const fn layout(&self) -> Layout {
        self.layout
    }

    /// Returns a view of the same pixels for reading.
    #[must_use]
    pub fn as_view(&self) -> RgbView<'_> {
        RgbView { data: self.data, width: self.width, height: self.height, layout: self.layout }
    }

    /// Returns the bytes, row by row.
    pub fn data_mut(&mut self) -> &mut [u8] {
        self.data
    }

    /// Returns the rows from top to bottom.
    pub fn rows_mut(&mut self) -> impl ExactSizeIterator<Item = &mut [u8]> {
        self.data.chunks_exact_mut(row_bytes(self.width, self.layout))
    }
}

/// An owned image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    data: Vec<u8>,
    width: u32,
    height: u32,
    layout: Layout,
}

impl Picture {
    /// Creates an image from `data`. Returns `None` if its length is not `width * height * layout.channels()` or a side
    /// is zero.
    #[must_use]
    pub fn new(width: u32, height: u32, layout: Layout, data: Vec<u8>) -> Option<Self> {
        (expected(width, height, layout)? == data.len()).then_some(Self { data, width, height, layout })
    }

    /// Returns the width in pixels, at least 1.
    #[must_use]
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// Returns the height in pixels, at least 1.
    #[must_use]
    pub const fn height(&self) -> u32 {
        self.height
    }

    /// Returns the channels of the bytes.
    #[must_use]
    pub const fn layout(&self) -> Layout {
        self.layout
    }

    /// Returns a view for reading.
    #[must_use]
    pub fn view(&self) -> RgbView<'_> {
        RgbView { data: &self.data, width: self.width, height: self.height, layout: self.layout }
    }

    /// Returns a view for changes.
    pub fn view_mut(&mut self) -> RgbViewMut<'_> {
        RgbViewMut { width: self.width, height: self.height, layout: self.layout, data: &mut self.data }
    }

    /// Returns the bytes.
    #[must_use]
    pub fn into_data(self) -> Vec<u8> {
        self.data
    }
}

/// Returns the number of bytes in one row, at least 1 so that it can be a chunk size. A view exists only if this fits
/// in `usize`.
fn row_bytes(width: u32, layout: Layout) -> usize {
    (width as usize).saturating_mul(layout.channels()).max(1)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_view_requires_the_exact_number_of_bytes() {
        assert!(RgbView::new(2, 3, Layout::Rgb, &[0; 18]).is_some());
        assert!(RgbView::new(2, 3, Layout::Rgba, &[0; 24]).is_some());
        assert!(RgbView::new(2, 3, Layout::Rgb, &[0; 17]).is_none());
        assert!(RgbView::new(0, 3, Layout::Rgb, &[]).is_none());
        assert!(RgbView::new(u32::MAX, u32::MAX, Layout::Rgba, &[0; 4]).is_none());
    }

    #[test]
    fn returns_rows_from_top_to_bottom() {
        let picture = Picture::new(1, 2, Layout::Rgb, vec![1, 2, 3, 4, 5, 6]).unwrap();
        let rows: Vec<_> = picture.view().rows().collect();
        assert_eq!(rows, [[1, 2, 3], [4, 5, 6]]);
    }
}
