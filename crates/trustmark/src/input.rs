//! Converts an image to the input of a decoder model: crop, resize, normalise.

use labeler_pixels::{Layout, Picture, RgbView};

use crate::Variant;

/// Maximum ratio of the sides for reading the whole image. Of longer images, only the centre square is read.
const LONGEST_RATIO: u32 = 2;

/// Returns the part of an image that carries the watermark, without alpha: the centre square for variant P and for
/// images longer than 2:1, otherwise the whole image.
pub(crate) fn crop(picture: &RgbView<'_>, variant: Variant) -> Option<Picture> {
    let (width, height) = (picture.width(), picture.height());
    let (short, long) = (width.min(height), width.max(height));
    let is_square = variant == Variant::P || long > short.saturating_mul(LONGEST_RATIO);
    let (wide, high) = if is_square { (short, short) } else { (width, height) };
    let (left, top) = ((width - wide) / 2, (height - high) / 2);
    let channels = picture.layout().channels();
    let rows = picture.rows().skip(top as usize).take(high as usize);
    let data = rows
        .flat_map(|row| row.chunks_exact(channels).skip(left as usize).take(wide as usize))
        .flat_map(|pixel| pixel.iter().copied().take(3))
        .collect();
    Picture::new(wide, high, Layout::Rgb, data)
}

/// Weights that combine the source samples from `first` on into one sample of the result.
struct Window {
    first: usize,
    weights: Vec<f32>,
}

/// Returns the windows of a bilinear resize from `from` to `to` samples. For a reduction, the triangle is as wide as
/// the samples of the result, which avoids aliasing (Pillow's `BILINEAR`, PyTorch's `antialias`).
fn windows(from: usize, to: usize) -> Vec<Window> {
    let scale = from as f64 / to as f64;
    let reach = scale.max(1.0);
    (0..to)
        .map(|index| {
            let centre = (index as f64 + 0.5) * scale;
            // Casts from float saturate, so a negative start becomes 0.
            let first = (centre - reach + 0.5) as usize;
            let end = ((centre + reach + 0.5) as usize).min(from).max(first + 1);
            let weights: Vec<f64> =
                (first..end).map(|sample| (1.0 - ((sample as f64 + 0.5 - centre) / reach).abs()).max(0.0)).collect();
            let sum: f64 = weights.iter().sum();
            Window { first, weights: weights.into_iter().map(|weight| (weight / sum) as f32).collect() }
        })
        .collect()
}

/// Returns the input of a model of `variant` and `side` for an image; `None` if `side` is 0. [`crate::Model::read`] is
/// sufficient for a check.
#[must_use]
pub fn model_input(picture: &RgbView<'_>, variant: Variant, side: usize) -> Option<Vec<f32>> {
    if side == 0 {
        return None;
    }
    crop(picture, variant).map(|part| samples(&part.view(), side))
}

/// Resizes an image without alpha to `side` x `side` pixels and returns its samples from -1 to 1: all of red, all of
/// green, all of blue, each row by row. Memory: 12 bytes for each of `side` times the image's rows.
pub(crate) fn samples(picture: &RgbView<'_>, side: usize) -> Vec<f32> {
    let columns = windows(picture.width() as usize, side);
    // Resized rows with interleaved pixels.
    let mut narrow: Vec<f32> = Vec::with_capacity(picture.height() as usize * side * 3);
    for row in picture.rows() {
        for window in &columns {
            let mut sums = [0.0_f32; 3];
            for (pixel, weight) in row.chunks_exact(3).skip(window.first).zip(&window.weights) {
                for (sum, sample) in sums.iter_mut().zip(pixel) {
                    *sum += weight * f32::from(*sample);
                }
            }
            narrow.extend(sums);
        }
    }
    let mut planes: [Vec<f32>; 3] = std::array::from_fn(|_| Vec::with_capacity(side * side));
    for window in windows(picture.height() as usize, side) {
        let mut sums = vec![0.0_f32; side * 3];
        for (row, weight) in narrow.chunks_exact(side * 3).skip(window.first).zip(&window.weights) {
            for (sum, sample) in sums.iter_mut().zip(row) {
                *sum += weight * sample;
            }
        }
        for pixel in sums.chunks_exact(3) {
            for (plane, sum) in planes.iter_mut().zip(pixel) {
                plane.push(sum / 127.5 - 1.0);
            }
        }
    }
    planes.concat()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]
    use super::*;

    fn picture(width: u32, height: u32, sample: impl Fn(u32, u32) -> [u8; 3]) -> Picture {
        let places = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
        let data = places.flat_map(|(x, y)| sample(x, y)).collect();
        Picture::new(width, height, Layout::Rgb, data).unwrap()
    }

    fn cropped(width: u32, height: u32, variant: Variant) -> (u32, u32, [u8; 2]) {
        let whole = picture(width, height, |x, y| [x as u8, y as u8, 0]);
        let part = crop(&whole.view(), variant).unwrap();
        (part.width(), part.height(), [part.view().data()[0], part.view().data()[1]])
    }

    #[test]
    fn reads_the_centre_square_of_long_images_and_for_variant_p() {
        assert_eq!(cropped(100, 110, Variant::Q), (100, 110, [0, 0]));
        assert_eq!(cropped(100, 200, Variant::B), (100, 200, [0, 0]));
        assert_eq!(cropped(10, 100, Variant::Q), (10, 10, [0, 45]));
        assert_eq!(cropped(101, 10, Variant::C), (10, 10, [45, 0]));
        assert_eq!(cropped(100, 110, Variant::P), (100, 100, [0, 5]));
    }

    #[test]
    fn ignores_alpha() {
        let whole = Picture::new(2, 1, Layout::Rgba, vec![1, 2, 3, 0, 4, 5, 6, 255]).unwrap();
        assert_eq!(crop(&whole.view(), Variant::Q).unwrap().into_data(), [1, 2, 3, 4, 5, 6]);
    }

    #[test]
    fn keeps_an_image_of_the_right_size() {
        let whole = picture(4, 4, |x, y| [(x * 60) as u8, (y * 60) as u8, 255]);
        let samples = samples(&whole.view(), 4);
        assert_eq!(samples.len(), 48);
        let expected: Vec<f32> = (0..4).map(|x| (x * 60) as f32 / 127.5 - 1.0).collect();
        assert!(samples[..4].iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-5));
        assert!(samples[32..].iter().all(|blue| (*blue - 1.0).abs() < 1e-5));
    }

    #[test]
    fn averages_detail_when_reducing() {
        // A checkerboard of single pixels is uniformly gray at an eighth of the size.
        let whole = picture(256, 128, |x, y| [if (x + y) % 2 == 0 { 255 } else { 0 }; 3]);
        assert!(samples(&whole.view(), 16).iter().all(|sample| sample.abs() < 0.02));
    }

    #[test]
    fn resizes_images_of_one_pixel() {
        let whole = picture(1, 1, |_, _| [255, 0, 0]);
        let samples = samples(&whole.view(), 8);
        assert!(samples[..64].iter().all(|red| (*red - 1.0).abs() < 1e-6));
        assert!(samples[64..].iter().all(|other| (*other + 1.0).abs() < 1e-6));
    }
}
