//! A small photo-like image made in code, so that a first call needs no file of the user's own.

use std::io::Cursor;

use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};

/// A 640 x 427 JPEG: a sky over hills, with soft gradients.
pub fn jpeg() -> Result<Vec<u8>, String> {
    const WIDTH: u32 = 640;
    const HEIGHT: u32 = 427;
    let picture = RgbImage::from_fn(WIDTH, HEIGHT, |x, y| {
        let (u, v) = (x as f32 / WIDTH as f32, y as f32 / HEIGHT as f32);
        let far = 0.62 + 0.05 * (u * 9.0).sin() + 0.02 * (u * 23.0).cos();
        let near = 0.78 + 0.06 * (u * 5.0 + 1.0).cos() + 0.02 * (u * 31.0).sin();
        let sun = (1.0 - ((u - 0.7).powi(2) * 2.25 + (v - 0.34).powi(2)).sqrt() * 7.0).clamp(0.0, 1.0);
        let (red, green, blue) = if v > near {
            (0.16 + 0.10 * u, 0.30 - 0.10 * (v - near), 0.22)
        } else if v > far {
            (0.30 + 0.08 * u, 0.44 - 0.2 * (v - far), 0.46)
        } else {
            (0.46 + 0.42 * v + 0.3 * sun, 0.66 + 0.18 * v + 0.2 * sun, 0.90 - 0.10 * v - 0.1 * sun)
        };
        Rgb([red, green, blue].map(|c| (c.clamp(0.0, 1.0) * 255.0) as u8))
    });
    let mut out = Cursor::new(Vec::new());
    JpegEncoder::new_with_quality(&mut out, 88).encode_image(&picture).map_err(|e| e.to_string())?;
    Ok(out.into_inner())
}
