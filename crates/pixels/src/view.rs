//! Pixel buffers: borrowed views and one owned picture.
//!
//! Invariant: a view's slice holds exactly `width * height * channels` bytes, rows top to bottom without padding,
//! channels in the order R, G, B(, A), 8 bits each. Every constructor checks it, so that nothing downstream has to.

/// Bytes per pixel: the colour channels alone, or with alpha as the fourth byte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// R, G, B.
    Rgb,
    /// R, G, B, A; colour is not premultiplied.
    Rgba,
}

impl Layout {
    /// Bytes that one pixel takes: 3 or 4.
    #[must_use]
    pub const fn channels(self) -> usize {
        match self {
            Self::Rgb => 3,
            Self::Rgba => 4,
        }
    }
}

/// Bytes that a buffer of this shape must have, or `None` when a side is zero or the product overflows.
fn expected(width: u32, height: u32, layout: Layout) -> Option<usize> {
    if width == 0 || height == 0 {
        return None;
    }
    usize::try_from(width).ok()?.checked_mul(usize::try_from(height).ok()?)?.checked_mul(layout.channels())
}

/// A picture that somebody else owns, to read.
#[derive(Debug, Clone, Copy)]
pub struct RgbView<'a> {
    data: &'a [u8],
    width: u32,
    height: u32,
    layout: Layout,
}

impl<'a> RgbView<'a> {
    /// A view of `data`, or `None` when its length is not `width * height * layout.channels()` or a side is zero.
    #[must_use]
    pub fn new(width: u32, height: u32, layout: Layout, data: &'a [u8]) -> Option<Self> {
        (expected(width, height, layout)? == data.len()).then_some(Self { data, width, height, layout })
    }

    /// Width in pixels, at least 1.
    #[must_use]
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels, at least 1.
    #[must_use]
    pub const fn height(&self) -> u32 {
        self.height
    }

    /// Which channels the bytes hold.
    #[must_use]
    pub const fn layout(&self) -> Layout {
        self.layout
    }

    /// The bytes, row by row.
    #[must_use]
    pub const fn data(&self) -> &'a [u8] {
        self.data
    }

    /// The rows, top to bottom.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &'a [u8]> + use<'a> {
        self.data.chunks_exact(row_bytes(self.width, self.layout))
    }
}

/// A picture that somebody else owns, to change in place.
#[derive(Debug)]
pub struct RgbViewMut<'a> {
    data: &'a mut [u8],
    width: u32,
    height: u32,
    layout: Layout,
}

impl<'a> RgbViewMut<'a> {
    /// A view of `data`, or `None` when its length is not `width * height * layout.channels()` or a side is zero.
    #[must_use]
    pub fn new(width: u32, height: u32, layout: Layout, data: &'a mut [u8]) -> Option<Self> {
        (expected(width, height, layout)? == data.len()).then_some(Self { data, width, height, layout })
    }

    /// Width in pixels, at least 1.
    #[must_use]
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels, at least 1.
    #[must_use]
    pub const fn height(&self) -> u32 {
        self.height
    }

    /// Which channels the bytes hold.
    #[must_use]
    pub const fn layout(&self) -> Layout {
        self.layout
    }

    /// The same pixels, to read.
    #[must_use]
    pub fn as_view(&self) -> RgbView<'_> {
        RgbView { data: self.data, width: self.width, height: self.height, layout: self.layout }
    }

    /// The bytes, row by row.
    pub fn data_mut(&mut self) -> &mut [u8] {
        self.data
    }

    /// The rows, top to bottom.
    pub fn rows_mut(&mut self) -> impl ExactSizeIterator<Item = &mut [u8]> {
        self.data.chunks_exact_mut(row_bytes(self.width, self.layout))
    }
}

/// A picture with its own memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    data: Vec<u8>,
    width: u32,
    height: u32,
    layout: Layout,
}

impl Picture {
    /// Takes `data`, or gives `None` when its length is not `width * height * layout.channels()` or a side is zero.
    #[must_use]
    pub fn new(width: u32, height: u32, layout: Layout, data: Vec<u8>) -> Option<Self> {
        (expected(width, height, layout)? == data.len()).then_some(Self { data, width, height, layout })
    }

    /// Width in pixels, at least 1.
    #[must_use]
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels, at least 1.
    #[must_use]
    pub const fn height(&self) -> u32 {
        self.height
    }

    /// Which channels the bytes hold.
    #[must_use]
    pub const fn layout(&self) -> Layout {
        self.layout
    }

    /// The pixels, to read.
    #[must_use]
    pub fn view(&self) -> RgbView<'_> {
        RgbView { data: &self.data, width: self.width, height: self.height, layout: self.layout }
    }

    /// The pixels, to change.
    pub fn view_mut(&mut self) -> RgbViewMut<'_> {
        RgbViewMut { width: self.width, height: self.height, layout: self.layout, data: &mut self.data }
    }

    /// Gives the bytes back.
    #[must_use]
    pub fn into_data(self) -> Vec<u8> {
        self.data
    }
}

/// Bytes of one row; at least 1 so that it may size chunks. A view exists only where this fits in `usize`.
fn row_bytes(width: u32, layout: Layout) -> usize {
    (width as usize).saturating_mul(layout.channels()).max(1)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_view_needs_exactly_its_bytes() {
        assert!(RgbView::new(2, 3, Layout::Rgb, &[0; 18]).is_some());
        assert!(RgbView::new(2, 3, Layout::Rgba, &[0; 24]).is_some());
        assert!(RgbView::new(2, 3, Layout::Rgb, &[0; 17]).is_none());
        assert!(RgbView::new(0, 3, Layout::Rgb, &[]).is_none());
        assert!(RgbView::new(u32::MAX, u32::MAX, Layout::Rgba, &[0; 4]).is_none());
    }

    #[test]
    fn rows_come_top_to_bottom() {
        let picture = Picture::new(1, 2, Layout::Rgb, vec![1, 2, 3, 4, 5, 6]).unwrap();
        let rows: Vec<_> = picture.view().rows().collect();
        assert_eq!(rows, [[1, 2, 3], [4, 5, 6]]);
    }
}
