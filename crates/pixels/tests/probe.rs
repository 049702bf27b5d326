//! Tests that the probe finds the watermarks of a reference encoder and none elsewhere.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "../examples/support/mod.rs"]
mod support;

use image::RgbImage;
use labeler_pixels::probe::{Variant, probe};
use labeler_pixels::{Layout, RgbView};
use support::{Rng, corpus_pictures, random_crop, synthetic};

/// Number format of the encoder's input.
#[derive(Clone, Copy, PartialEq)]
enum Path {
    U8,
    F32,
}

fn bits(text: &str) -> Vec<bool> {
    text.bytes().map(|b| b == b'1').collect()
}

fn bytes(text: &str) -> Vec<bool> {
    text.bytes().flat_map(|b| (0..8).rev().map(move |i| (b >> i) & 1 == 1)).collect()
}

/// Encodes like the `invisible-watermark` library, following its description: U plane, Haar low band, and the largest
/// coefficient of each 4 x 4 block moved to the bit's level. `swap` exchanges red and blue in the input.
fn encode(picture: &RgbImage, message: &[bool], path: Path, swap: bool) -> RgbImage {
    let (w, h) = (picture.width() as usize / 4 * 4, picture.height() as usize / 4 * 4);
    let channels = |x: usize, y: usize| {
        let p = picture.get_pixel(x as u32, y as u32).0;
        if swap { [p[0], p[1], p[2]] } else { [p[2], p[1], p[0]] }
    };
    // B, G, R as the library expects -> Y, U, V.
    let mut yuv = vec![[0.0f32; 3]; w * h];
    for y in 0..h {
        for x in 0..w {
            let [b, g, r] = channels(x, y);
            yuv[y * w + x] = match path {
                Path::U8 => {
                    let (b, g, r) = (i32::from(b), i32::from(g), i32::from(r));
                    let luma = (1868 * b + 9617 * g + 4899 * r + 8192) >> 14;
                    let u = ((b - luma) * 8061 + (128 << 14) + 8192) >> 14;
                    let v = ((r - luma) * 14369 + (128 << 14) + 8192) >> 14;
                    [luma as f32, u.clamp(0, 255) as f32, v.clamp(0, 255) as f32]
                }
                Path::F32 => {
                    let (b, g, r) = (f32::from(b), f32::from(g), f32::from(r));
                    let luma = 0.114 * b + 0.587 * g + 0.299 * r;
                    [luma, 0.492 * (b - luma) + 0.5, 0.877 * (r - luma) + 0.5]
                }
            };
        }
    }
    let (lw, lh) = (w / 2, h / 2);
    let low = |yuv: &[[f32; 3]], x: usize, y: usize| {
        let at = |dx: usize, dy: usize| yuv[(2 * y + dy) * w + 2 * x + dx][1];
        (at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1)) / 2.0
    };
    let mut block = 0;
    for by in 0..lh / 4 {
        for bx in 0..lw / 4 {
            let place = |i: usize| (bx * 4 + i % 4, by * 4 + i / 4);
            let value = |i: usize| low(&yuv, place(i).0, place(i).1);
            let mut best = 1;
            for i in 2..16 {
                if value(i).abs() > value(best).abs() {
                    best = i;
                }
            }
            let old = value(best);
            let bit = f32::from(u8::from(message[block % message.len()]));
            let new = old.signum() * ((old.abs() / 36.0).floor() + 0.25 + 0.5 * bit) * 36.0;
            let (x, y) = place(best);
            // Only the low band changes: the inverse transform adds half of the difference to each of four pixels.
            for (dx, dy) in [(0, 0), (1, 0), (0, 1), (1, 1)] {
                yuv[(2 * y + dy) * w + 2 * x + dx][1] += (new - old) / 2.0;
            }
            block += 1;
        }
    }
    let mut out = picture.clone();
    for y in 0..h {
        for x in 0..w {
            let [luma, u, v] = yuv[y * w + x];
            let (u, v) = match path {
                Path::U8 => (u.clamp(0.0, 255.0).trunc() - 128.0, v - 128.0),
                Path::F32 => (u - 0.5, v - 0.5),
            };
            let (b, r) = (luma + 2.032 * u, luma + 1.140 * v);
            let g = luma - 0.395 * u - 0.581 * v;
            let byte = |v: f32| v.round().clamp(0.0, 255.0) as u8;
            let [b, g, r] = [byte(b), byte(g), byte(r)];
            out.get_pixel_mut(x as u32, y as u32).0 = if swap { [b, g, r] } else { [r, g, b] };
        }
    }
    out
}

fn found(picture: &RgbImage) -> Vec<labeler_pixels::probe::DetectedMark> {
    probe(&RgbView::new(picture.width(), picture.height(), Layout::Rgb, picture.as_raw()).unwrap())
}

fn messages() -> Vec<(&'static str, Vec<bool>)> {
    vec![
        ("Stable Diffusion 1.x", bytes("StableDiffusionV1")),
        ("Stable Diffusion 2.x", bytes("SDV2")),
        ("SDXL", (0..48).rev().map(|i| (0xB3EC_907B_B19Eu64 >> i) & 1 == 1).collect()),
        ("FLUX", bits("1010101111111010000111100111001111010100101110")),
    ]
}

/// Checks that at least 95 % of the watermarks that the reference encoder embeds are found by name.
fn assert_found_by_name(pictures: &[(String, RgbImage)]) {
    let (mut tried, mut hit) = (0, 0);
    for (background, picture) in pictures {
        for (name, message) in messages() {
            for path in [Path::U8, Path::F32] {
                let marks = found(&encode(picture, &message, path, false));
                tried += 1;
                match marks.first() {
                    Some(mark) => {
                        assert_eq!(mark.name, name, "{background}: {marks:?}");
                        hit += 1;
                    }
                    None => println!("{background}: {name} not found"),
                }
            }
        }
    }
    // Clipping at black and white may hide some watermarks; the others must be found.
    assert!(tried > 0 && hit * 100 >= tried * 95, "{hit} of {tried}");
}

#[test]
fn finds_reference_watermarks_by_name() {
    let kept = ["clouds", "bricks", "foliage", "smooth portrait", "film grain"];
    let pictures: Vec<_> = synthetic(7).into_iter().filter(|(n, _)| kept.contains(&n.as_str())).collect();
    assert_found_by_name(&pictures);
}

#[test]
#[ignore = "needs the corpus: set LABELER_CORPUS and run with --include-ignored"]
fn finds_reference_watermarks_by_name_in_the_corpus() {
    let mut rng = Rng(5);
    let pictures: Vec<_> = corpus_pictures()
        .into_iter()
        .filter(|(_, p)| p.width().min(p.height()) >= 512)
        .take(3)
        .map(|(n, p)| (n, random_crop(&p, &mut rng, 512)))
        .collect();
    assert_found_by_name(&pictures);
}

#[test]
fn finds_watermarks_with_red_and_blue_exchanged() {
    for (name, picture) in synthetic(8).into_iter().filter(|(n, _)| n == "foliage" || n == "oil paint") {
        for path in [Path::U8, Path::F32] {
            let marks = found(&encode(&picture, &messages()[2].1, path, true));
            let mark = marks.first().unwrap_or_else(|| panic!("{name}: nothing found"));
            assert_eq!(mark.name, "SDXL");
            assert!(matches!(mark.variant, Variant::RgbU8 | Variant::RgbF32), "{mark:?}");
        }
    }
}

/// Checks 60 random pieces of the images.
fn assert_nothing_found(pictures: &[(String, RgbImage)]) {
    assert!(!pictures.is_empty());
    for (i, (name, picture)) in pictures.iter().cycle().take(60).enumerate() {
        let piece = random_crop(picture, &mut Rng(i as u64 + 99), 256);
        assert!(found(&piece).is_empty(), "{name}: {:?}", found(&piece));
    }
}

#[test]
fn finds_no_watermark_in_unmarked_images() {
    assert_nothing_found(&synthetic(9));
}

#[test]
#[ignore = "needs the corpus: set LABELER_CORPUS and run with --include-ignored"]
fn finds_no_watermark_in_the_corpus() {
    assert_nothing_found(&corpus_pictures());
}

#[test]
fn does_not_find_resized_watermarks_and_skips_small_images() {
    let (_, picture) = synthetic(7).swap_remove(3);
    let marked = encode(&picture, &messages()[2].1, Path::F32, false);
    assert!(!found(&marked).is_empty());
    let resized = image::imageops::resize(&marked, 700, 466, image::imageops::FilterType::Triangle);
    assert!(found(&resized).is_empty());
    assert!(found(&RgbImage::new(100, 100)).is_empty());
}
