//! Runs every example on a small image.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::path::{Path, PathBuf};

#[path = "../check_file.rs"]
#[allow(dead_code, reason = "the test calls the function that `main` calls")]
mod check_file;
#[path = "../embed_api/main.rs"]
#[allow(dead_code, reason = "as above")]
mod embed_api;
#[path = "../label_image.rs"]
#[allow(dead_code, reason = "as above")]
mod label_image;

/// Writes an image of 512 × 384 pixels, of waves with grain that can hide a watermark.
fn write_image(folder: &Path) -> PathBuf {
    let path = folder.join("image.png");
    let image = image::RgbImage::from_fn(512, 384, |x, y| {
        let wave = 30.0 * (f64::from(x) / 20.0).sin() + 30.0 * (f64::from(y) / 25.0).cos();
        let grain = f64::from((x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(2_246_822_519)) >> 27);
        image::Rgb([110.0 + wave + grain, 100.0 + 0.7 * wave + grain, 90.0 + grain].map(|level| level as u8))
    });
    image.save(&path).unwrap();
    path
}

#[test]
fn check_file_prints_each_region_and_finds_no_watermark_in_a_plain_image() {
    let folder = tempfile::tempdir().unwrap();
    let text = check_file::check_file(&write_image(folder.path())).unwrap();
    assert!(text.starts_with("image/png, "), "{text}");
    for region in ["eu", "california", "china", "washington"] {
        assert!(text.contains(&format!("\n{region}: ")), "{text}");
    }
    assert!(text.ends_with("\nwatermark: none found\n"), "{text}");
}

#[test]
fn label_image_writes_a_watermark_that_check_file_decodes() {
    let folder = tempfile::tempdir().unwrap();
    let output = folder.path().join("labelled.png");
    let text = label_image::label_image(&write_image(folder.path()), &output).unwrap();
    assert!(text.starts_with("layers: watermark, "), "{text}");
    assert!(text.contains("\ncredentials: Intact\n"), "{text}");
    let payload = text.trim_end().rsplit(' ').next().unwrap();
    assert!(payload.starts_with("wm_"), "{text}");

    let checked = check_file::check_file(&output).unwrap();
    assert!(checked.contains(&format!("decoded, payload {payload}")), "{checked}");
}

#[tokio::test]
async fn embed_api_answers_with_a_report() {
    let folder = tempfile::tempdir().unwrap();
    let (status, answer) = embed_api::check_through_api(&write_image(folder.path())).await.unwrap();
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["data"]["mime"], "image/png", "{answer}");
    assert!(answer["data"]["verdicts"]["eu"]["verdict"].is_string(), "{answer}");
}
