//! Decodes AV1 data to planes.

use re_rav1d::{BitsPerComponent, Decoder, Picture, PixelLayout, PlanarImageComponent, Settings};

use crate::error::Error;
use crate::planes::{Color, Layout, Plane, Planes};

/// Decodes a still image with at most `max_pixels` pixels and 10 bits per sample, including film grain.
///
/// # Errors
/// [`Error`].
pub fn decode(coded: &[u8], max_pixels: u32) -> Result<Planes, Error> {
    let mut settings = Settings::new();
    // One thread and no delay: a still image is one frame, and all of its bytes are available.
    settings.set_n_threads(1);
    settings.set_max_frame_delay(1);
    settings.set_frame_size_limit(max_pixels);
    let mut decoder = Decoder::with_settings(&settings).map_err(|_| Error::Damaged)?;
    decoder.send_data(coded.to_vec(), None, None, None).map_err(|_| Error::Damaged)?;
    let picture = decoder.get_picture().map_err(|_| Error::Damaged)?;
    let depth = match picture.bits_per_component() {
        Some(BitsPerComponent(8)) => 8,
        Some(BitsPerComponent(10)) => 10,
        _ => return Err(Error::Unsupported("it has 12 bits a sample")),
    };
    let layout = match picture.pixel_layout() {
        PixelLayout::I400 => Layout::Mono,
        PixelLayout::I420 => Layout::Half,
        PixelLayout::I422 => Layout::HalfWidth,
        PixelLayout::I444 => Layout::Full,
    };
    let (width, height) = (picture.width(), picture.height());
    let components: &[PlanarImageComponent] = match layout {
        Layout::Mono => &[PlanarImageComponent::Y],
        _ => &[PlanarImageComponent::Y, PlanarImageComponent::U, PlanarImageComponent::V],
    };
    let mut planes = Vec::with_capacity(components.len());
    for component in components {
        let (right, down) = if *component == PlanarImageComponent::Y { (0, 0) } else { layout.shifts() };
        let side = |pixels: u32, shift: u32| (pixels.div_ceil(1 << shift)) as usize;
        planes.push(plane(&picture, *component, side(width, right), side(height, down))?);
    }
    let color = Color {
        primaries: picture.color_primaries() as u16,
        transfer: picture.transfer_characteristic() as u16,
        matrix: picture.matrix_coefficients() as u16,
        full_range: picture.color_range() as u16 == FULL,
    };
    Ok(Planes { width, height, depth, layout, color, planes })
}

/// `YUVRange::Full`, whose type the decoder does not export.
const FULL: u16 = 1;

fn plane(picture: &Picture, component: PlanarImageComponent, width: usize, height: usize) -> Result<Plane, Error> {
    let bytes = picture.plane(component);
    let stride = picture.stride(component) as usize;
    let mut samples = Vec::with_capacity(width.saturating_mul(height));
    for row in bytes.chunks(stride.max(1)).take(height) {
        if picture.bit_depth() == 8 {
            samples.extend(row.iter().take(width).map(|sample| u16::from(*sample)));
        } else {
            let pairs = row.chunks_exact(2).take(width).filter_map(|pair| pair.first_chunk());
            samples.extend(pairs.map(|pair| u16::from_ne_bytes(*pair)));
        }
    }
    if samples.len() == width.saturating_mul(height) { Ok(Plane { width, samples }) } else { Err(Error::Damaged) }
}
