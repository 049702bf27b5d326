//! A small photo-like image made in code, so that a first call needs no file of the user's own.

use jpeg_encoder::{ColorType, Encoder};

const WIDTH: u16 = 640;
const HEIGHT: u16 = 427;

/// Draws a 640 x 427 JPEG: a sky over hills, with soft gradients.
pub fn jpeg() -> Result<Vec<u8>, String> {
    let positions = (0..HEIGHT).flat_map(|y| (0..WIDTH).map(move |x| (x, y)));
    let pixels: Vec<u8> = positions.flat_map(|(x, y)| pixel(x, y)).collect();
    let mut out = Vec::new();
    Encoder::new(&mut out, 88).encode(&pixels, WIDTH, HEIGHT, ColorType::Rgb).map_err(|e| e.to_string())?;
    Ok(out)
}

/// Returns red, green and blue.
fn pixel(x: u16, y: u16) -> [u8; 3] {
    let (u, v) = (f32::from(x) / f32::from(WIDTH), f32::from(y) / f32::from(HEIGHT));
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
    [red, green, blue].map(|c| (c.clamp(0.0, 1.0) * 255.0) as u8)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn the_sample_is_a_jpeg_of_some_ten_kilobytes() {
        let jpeg = jpeg().unwrap();
        assert!(jpeg.starts_with(&[0xff, 0xd8, 0xff]) && jpeg.ends_with(&[0xff, 0xd9]));
        assert!((8_000..80_000).contains(&jpeg.len()), "{} bytes", jpeg.len());
    }
}
