//! Samples of 16 bits: label and watermark are drawn in 8 bits, and their changes are applied to the samples.

use labeler_pixels::Picture;

/// Applies the changes of an image to its 16-bit samples. A sample whose 8-bit value did not change stays unchanged.
pub(super) fn bring(samples: &mut [u16], picture: &Picture, gray: bool) {
    let view = picture.view();
    let channels = view.layout().channels();
    let alpha = channels == 4;
    let per_pixel = match (gray, alpha) {
        (true, false) => 1,
        (true, true) => 2,
        (false, false) => 3,
        (false, true) => 4,
    };
    for (deep, pixel) in samples.chunks_exact_mut(per_pixel).zip(view.data().chunks_exact(channels)) {
        for (index, sample) in deep.iter_mut().enumerate() {
            // A gray image in 8 bits has three equal channels before its alpha.
            let index = if gray && index == 1 { 3 } else { index };
            if let Some(wanted) = pixel.get(index) {
                *sample = moved(*sample, *wanted);
            }
        }
    }
}

/// Moves the sample by the number of 8-bit levels that leads to `wanted`.
fn moved(sample: u16, wanted: u8) -> u16 {
    let levels = i32::from(wanted).saturating_sub(i32::from(to_byte(sample)));
    let value = i32::from(sample).saturating_add(levels.saturating_mul(257));
    u16::try_from(value.clamp(0, i32::from(u16::MAX))).unwrap_or(u16::MAX)
}

/// Returns the closest 8-bit level, rounded as in the decoder.
fn to_byte(sample: u16) -> u8 {
    u8::try_from(u32::from(sample).saturating_add(128) / 257).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use image::{DynamicImage, ImageBuffer, Luma};

    #[test]
    fn changes_only_samples_whose_8_bit_value_changed() {
        let all: Vec<u16> = (0..=u16::MAX).collect();
        let image = ImageBuffer::<Luma<u16>, _>::from_raw(256, 256, all.clone()).unwrap();
        let bytes = DynamicImage::ImageLuma16(image).into_luma8().into_raw();
        for (sample, byte) in all.into_iter().zip(bytes) {
            assert_eq!(to_byte(sample), byte);
            assert_eq!(moved(sample, byte), sample);
            for wanted in [0, 1, 100, 254, 255] {
                assert_eq!(to_byte(moved(sample, wanted)), wanted);
            }
        }
    }
}
