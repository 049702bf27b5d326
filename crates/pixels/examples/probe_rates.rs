//! Measures the probe for generators' watermarks on unmarked images. `probe_rates N` takes N crops of the corpus and of
//! synthetic images and recompresses a third of them. It prints the highest correlation for each pattern and the number
//! of crops that reached certain levels.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod support;

use std::collections::BTreeMap;

use image::RgbImage;
use labeler_pixels::probe::{correlations, probe};
use labeler_pixels::{Layout, RgbView};
use support::{Rng, corpus_pictures, random_crop, synthetic};

fn main() {
    let count: usize = std::env::args().nth(1).map_or(1000, |n| n.parse().expect("a number"));
    let mut set = corpus_pictures();
    for seed in 1..5 {
        set.extend(synthetic(seed));
    }
    set.retain(|(_, p)| p.width().min(p.height()) >= 256);
    let mut found = 0;
    let mut highest: BTreeMap<&str, (f32, f32)> = BTreeMap::new();
    let mut scores = [0usize; 6];
    for i in 0..count {
        let mut rng = Rng(i as u64 * 15_485_863 + 3);
        let (name, picture) = &set[i % set.len()];
        let mut piece: RgbImage = random_crop(picture, &mut rng, 256);
        // Most checked images are not larger than this. Limits the time of the measurement.
        if piece.width().max(piece.height()) > 1024 {
            let (w, h) = (piece.width().min(1024), piece.height().min(1024));
            piece = image::imageops::crop_imm(&piece, 0, 0, w, h).to_image();
        }
        if i % 3 == 1 {
            let mut bytes = Vec::new();
            let quality = 50 + rng.below(46) as u8;
            image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(&piece).unwrap();
            piece = image::load_from_memory(&bytes).unwrap().to_rgb8();
        }
        let view = RgbView::new(piece.width(), piece.height(), Layout::Rgb, piece.as_raw()).unwrap();
        let marks = probe(&view);
        if !marks.is_empty() {
            found += 1;
            println!("{name}: {marks:?}");
        }
        for (pattern, _, rho, bits) in correlations(&view) {
            let z = rho * ((bits - 1) as f32).sqrt();
            let best = highest.entry(pattern).or_default();
            *best = (best.0.max(rho), best.1.max(z));
            for (score, level) in scores.iter_mut().zip([3.0, 3.5, 4.0, 4.5, 5.0, 5.5]) {
                *score += usize::from(z >= level);
            }
        }
    }
    println!("{found} of {count} crops of {} pictures show a mark", set.len());
    for (pattern, (rho, z)) in highest {
        println!("{pattern}: highest correlation {rho:.3}, {z:.2} standard deviations");
    }
    println!("correlations at 3.0, 3.5, 4.0, 4.5, 5.0, 5.5 standard deviations and above: {scores:?}");
}
