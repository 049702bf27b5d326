//! Tests the watermark through the public API: embeds it, processes the image as platforms do, and reads it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

#[path = "../examples/support/mod.rs"]
mod support;

use image::RgbImage;
use image::imageops::{self, FilterType};
use labeler_pixels::mark::{EmbedError, EmbedReport, Key, Payload, Search, detect, embed};
use labeler_pixels::{Layout, RgbView, RgbViewMut};
use support::{Rng, corpus_pictures, random_crop, synthetic};

const PAYLOAD: Payload = Payload::new(0x0123_4567_89ab_cdef);

fn view(picture: &RgbImage) -> RgbView<'_> {
    RgbView::new(picture.width(), picture.height(), Layout::Rgb, picture.as_raw()).unwrap()
}

/// Returns `None` if the image is rejected.
fn try_marked(picture: &RgbImage, key: Option<&Key>) -> Option<(RgbImage, EmbedReport)> {
    let mut out = picture.clone();
    let (w, h) = out.dimensions();
    let report = embed(&mut RgbViewMut::new(w, h, Layout::Rgb, &mut out).unwrap(), PAYLOAD, key).ok()?;
    Some((out, report))
}

fn marked(picture: &RgbImage, key: Option<&Key>) -> (RgbImage, EmbedReport) {
    try_marked(picture, key).unwrap()
}

fn jpeg(picture: &RgbImage, quality: u8) -> RgbImage {
    let mut bytes = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(picture).unwrap();
    image::load_from_memory(&bytes).unwrap().to_rgb8()
}

fn named(name: &str) -> RgbImage {
    synthetic(3).into_iter().find(|(n, _)| n == name).unwrap().1
}

fn reads(picture: &RgbImage, search: Search) -> Option<Payload> {
    detect(&view(picture), None, search).map(|d| d.payload)
}

#[test]
fn embeds_invisibly_in_varied_images() {
    let mut refused = Vec::new();
    for (name, picture) in synthetic(3) {
        let Some((out, report)) = try_marked(&picture, None) else {
            refused.push(name);
            continue;
        };
        assert_eq!(reads(&out, Search::Whole), Some(PAYLOAD), "{name}");
        assert!(report.psnr >= 42.0 && report.ssim >= 0.985, "{name}: {report:?}");
        let squares: u64 = picture.iter().zip(out.iter()).map(|(a, b)| u64::from(a.abs_diff(*b)).pow(2)).sum();
        let psnr = 10.0 * (65025.0 * picture.len() as f64 / squares as f64).log10();
        assert!((psnr - f64::from(report.psnr)).abs() < 0.01, "{name}: {psnr} {report:?}");
    }
    // White paper hides too little for everyday processing.
    assert_eq!(refused, ["page of print"]);
}

#[test]
fn survives_the_processing_of_platforms() {
    let (out, _) = marked(&named("sea"), None);
    let half = |p: &RgbImage| imageops::resize(p, p.width() / 2, p.height() / 2, FilterType::Triangle);
    let crop = |p: &RgbImage| imageops::crop_imm(p, 83, 31, p.width() * 9 / 10, p.height() * 9 / 10).to_image();
    for (what, picture, search) in [
        ("JPEG 75", jpeg(&out, 75), Search::Whole),
        ("JPEG 50", jpeg(&out, 50), Search::Whole),
        ("half size", half(&out), Search::Whole),
        ("quarter turn", imageops::rotate90(&out), Search::Whole),
        ("three quarters", imageops::rotate270(&out), Search::Whole),
        ("upside down", imageops::rotate180(&out), Search::Whole),
        ("mirrored", imageops::flip_horizontal(&out), Search::Whole),
        ("mirrored and turned", imageops::rotate90(&imageops::flip_horizontal(&out)), Search::Whole),
        ("crop", crop(&out), Search::Deep),
        ("crop, half size, JPEG 70", jpeg(&half(&crop(&out)), 70), Search::Deep),
        ("aspect 1.1 : 1", stretched(&out), Search::Deep),
        ("turned by 3 degrees", turned(&out, 3.0), Search::Deep),
        ("turned by 31 degrees", turned(&out, 31.0), Search::Deep),
        ("inside a larger picture", framed(&out), Search::Deep),
    ] {
        assert_eq!(reads(&picture, search), Some(PAYLOAD), "{what}");
    }
}

fn stretched(picture: &RgbImage) -> RgbImage {
    imageops::resize(picture, picture.width() * 11 / 10, picture.height(), imageops::FilterType::CatmullRom)
}

/// Rotates the image about its centre with linear interpolation and fills the corners with grey.
fn turned(picture: &RgbImage, degrees: f32) -> RgbImage {
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (width, height) = (picture.width() as f32, picture.height() as f32);
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let (x, y) = (x as f32 - width / 2.0, y as f32 - height / 2.0);
        let (u, v) = (cos * x - sin * y + width / 2.0, sin * x + cos * y + height / 2.0);
        imageops::interpolate_bilinear(picture, u, v).unwrap_or(image::Rgb([128; 3]))
    })
}

fn framed(picture: &RgbImage) -> RgbImage {
    let mut out = RgbImage::from_pixel(picture.width() + 140, picture.height() + 180, image::Rgb([240, 240, 244]));
    imageops::replace(&mut out, picture, 70, 110);
    out
}

/// Checks 12 random pieces of the images.
fn assert_no_watermark(pictures: &[(String, RgbImage)]) {
    assert!(!pictures.is_empty());
    for (i, (name, picture)) in pictures.iter().cycle().take(12).enumerate() {
        let piece = random_crop(picture, &mut Rng(i as u64 + 7), 256);
        assert_eq!(detect(&view(&piece), None, Search::Deep), None, "{name}");
    }
}

#[test]
fn finds_no_watermark_in_unmarked_images() {
    assert_no_watermark(&synthetic(4));
    for value in [0, 128, 255] {
        let flat = RgbImage::from_pixel(600, 400, image::Rgb([value; 3]));
        assert_eq!(detect(&view(&flat), None, Search::Deep), None);
    }
}

#[test]
#[ignore = "needs the corpus: set LABELER_CORPUS and run with --include-ignored"]
fn finds_no_watermark_in_the_corpus() {
    assert_no_watermark(&corpus_pictures());
}

#[test]
fn reads_a_keyed_watermark_only_with_its_key() {
    let key = Key::new([7; 32]);
    let (out, _) = marked(&named("clouds"), Some(&key));
    assert_eq!(detect(&view(&out), Some(&key), Search::Whole).map(|d| d.payload), Some(PAYLOAD));
    assert_eq!(detect(&view(&out), None, Search::Whole), None);
    assert_eq!(detect(&view(&out), Some(&Key::new([8; 32])), Search::Whole), None);
    assert!(!format!("{key:?}").contains('7'));
}

#[test]
fn keeps_alpha_and_reads_the_watermark_of_transparent_images() {
    let picture = named("bricks");
    let (w, h) = picture.dimensions();
    let mut rgba: Vec<u8> = picture.pixels().flat_map(|p| [p[0], p[1], p[2], (p[0] ^ p[1]) | 1]).collect();
    let alphas: Vec<u8> = rgba.chunks_exact(4).map(|p| p[3]).collect();
    embed(&mut RgbViewMut::new(w, h, Layout::Rgba, &mut rgba).unwrap(), PAYLOAD, None).unwrap();
    assert!(rgba.chunks_exact(4).map(|p| p[3]).eq(alphas));
    let found = detect(&RgbView::new(w, h, Layout::Rgba, &rgba).unwrap(), None, Search::Whole);
    assert_eq!(found.map(|d| d.payload), Some(PAYLOAD));
}

#[test]
fn rejects_unsuitable_images_without_changing_them() {
    let mut rng = Rng(3);
    for (w, h, error) in
        [(100, 400, EmbedError::TooSmall), (128, 4000, EmbedError::TooSmall), (400, 300, EmbedError::Unreadable)]
    {
        // Black with a few white pixels: nothing can be made darker, and little is hidden.
        let black = RgbImage::from_fn(w, h, |_, _| image::Rgb(if rng.below(3) == 0 { [255; 3] } else { [0; 3] }));
        let mut out = black.clone();
        let result = embed(&mut RgbViewMut::new(w, h, Layout::Rgb, &mut out).unwrap(), PAYLOAD, None);
        assert_eq!(result, Err(error), "{w}x{h}");
        assert!(out == black);
    }
}
