//! Measures the watermark in images that were JPEGs before, by their quality.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "../../pixels/examples/support/mod.rs"]
mod support;

use bytes::Bytes;
use image::RgbImage;
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use labeler_drawing::draw;
use labeler_media::Format;
use labeler_pixels::Picture;
use labeler_pixels::decode::{DEFAULT_MAX_PIXELS, decode};
use labeler_pixels::mark::{Payload, Search, detect};

const NUMBER: u64 = 0x0123_4567_89ab_cdef;

fn coded(pixels: &[u8], width: u32, height: u32, quality: u8) -> Bytes {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, quality);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    let side = |pixels: u32| u16::try_from(pixels).unwrap();
    encoder.encode(pixels, side(width), side(height), ColorType::Rgb).unwrap();
    file.into()
}

fn picture(file: &[u8]) -> Picture {
    decode(file, DEFAULT_MAX_PIXELS).unwrap().picture
}

fn read(picture: &Picture) -> bool {
    detect(&picture.view(), None, Search::Whole).is_some_and(|found| found.payload == Payload::new(NUMBER))
}

fn again(picture: &Picture, quality: u8) -> Picture {
    self::picture(&coded(picture.view().data(), picture.width(), picture.height(), quality))
}

/// Returns the quantisation table of the luma.
fn steps(file: &[u8]) -> &[u8] {
    let at = file.windows(2).position(|pair| pair == [0xFF, 0xDB]).unwrap();
    &file[at + 4..at + 69]
}

fn main() {
    let mut set: Vec<(String, RgbImage)> = support::corpus_pictures();
    set.extend(support::synthetic(1));
    set.retain(|(name, p)| !name.contains("jpg") && p.width().min(p.height()) >= 200 && p.width() < 3000);
    println!(
        "| quality of the source | own steps | read | after JPEG 75 | after JPEG 50 | size |\n|---|---|---|---|---|---|"
    );
    for quality in [40, 60, 75, 85, 92] {
        let (mut own, mut kept, mut kept_75, mut kept_50, mut size) = (0, 0, 0, 0, 0.0);
        for (_, source) in &set {
            let source = coded(source, source.width(), source.height(), quality);
            let drawn = draw(&source, Format::Jpeg, None, Some(NUMBER));
            let Some(file) = drawn.body else { continue };
            let marked = picture(&file);
            own += usize::from(steps(&file) == steps(&source));
            kept += usize::from(read(&marked));
            kept_75 += usize::from(read(&again(&marked, 75)));
            kept_50 += usize::from(read(&again(&marked, 50)));
            size += file.len() as f64 / source.len() as f64;
        }
        let (n, size) = (set.len(), size / set.len() as f64);
        println!("| {quality} | {own}/{n} | {kept}/{n} | {kept_75}/{n} | {kept_50}/{n} | {size:.2} |");
    }
}
