//! Measures the invisible mark: `robustness` prints the table of attacks (`robustness table SEED [NAME]` for other
//! pieces and synthetic pictures, or only those whose name has NAME in it), `robustness unmarked N` counts false
//! detections on N unmarked crops, `robustness speed` times a 12-megapixel picture, `robustness show FOLDER` writes
//! marked pictures to look at.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::disallowed_methods)]

mod support;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use image::RgbImage;
use image::imageops::{self, FilterType};
use labeler_pixels::mark::{EmbedReport, Payload, Search, detect, embed};
use labeler_pixels::{Layout, RgbView, RgbViewMut};
use support::{Rng, corpus_pictures, random_crop, synthetic};

/// Report, SSIM at full size, and for each attack the agreement of coded bits where the mark was read.
type Row = (EmbedReport, f64, Vec<Option<f32>>);
type Attack = (&'static str, Search, fn(&RgbImage) -> RgbImage);

const ATTACKS: &[Attack] = &[
    ("none", Search::Whole, RgbImage::clone),
    ("JPEG 75", Search::Whole, |p| jpeg(p, 75)),
    ("JPEG 50", Search::Whole, |p| jpeg(p, 50)),
    ("JPEG 30", Search::Whole, |p| jpeg(p, 30)),
    ("resize 0.5", Search::Whole, |p| resize(p, 0.5)),
    ("resize 0.25", Search::Whole, |p| resize(p, 0.25)),
    ("resize 1.5", Search::Whole, |p| resize(p, 1.5)),
    ("resize 0.5, JPEG 50", Search::Whole, |p| jpeg(&resize(p, 0.5), 50)),
    ("crop 10 % of the area", Search::Cropped, |p| crop(p, 0.9487)),
    ("crop 10 % of each side", Search::Cropped, |p| crop(p, 0.9)),
    ("crop 25 % of each side", Search::Cropped, |p| crop(p, 0.75)),
    ("crop 10 % of each side, resize 0.5, JPEG 70", Search::Cropped, |p| jpeg(&resize(&crop(p, 0.9), 0.5), 70)),
    ("blur, sigma 1.5", Search::Whole, |p| imageops::blur(p, 1.5)),
    ("brightness x 1.3", Search::Whole, |p| {
        let mut out = p.clone();
        out.iter_mut().for_each(|v| *v = (f32::from(*v) * 1.3).min(255.0) as u8);
        out
    }),
    ("noise, sigma 10", Search::Whole, |p| {
        let mut rng = Rng(5);
        let mut out = p.clone();
        out.iter_mut().for_each(|v| *v = (f32::from(*v) + 10.0 * rng.normal()).clamp(0.0, 255.0) as u8);
        out
    }),
    ("quarter turn, JPEG 75", Search::Whole, |p| jpeg(&imageops::rotate90(p), 75)),
    ("mirrored, JPEG 75", Search::Whole, |p| jpeg(&imageops::flip_horizontal(p), 75)),
];

fn jpeg(picture: &RgbImage, quality: u8) -> RgbImage {
    let mut bytes = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(picture).unwrap();
    image::load_from_memory(&bytes).unwrap().to_rgb8()
}

fn resize(picture: &RgbImage, factor: f32) -> RgbImage {
    let side = |s: u32| (s as f32 * factor).round() as u32;
    imageops::resize(picture, side(picture.width()), side(picture.height()), FilterType::Triangle)
}

fn crop(picture: &RgbImage, keep: f32) -> RgbImage {
    let side = |s: u32| (s as f32 * keep).round() as u32;
    let (w, h) = (side(picture.width()), side(picture.height()));
    let x = ((picture.width() - w) as f32 * 0.63) as u32;
    let y = ((picture.height() - h) as f32 * 0.37) as u32;
    imageops::crop_imm(picture, x, y, w, h).to_image()
}

fn view(picture: &RgbImage) -> RgbView<'_> {
    RgbView::new(picture.width(), picture.height(), Layout::Rgb, picture.as_raw()).unwrap()
}

fn marked(picture: &RgbImage, payload: Payload) -> Result<(RgbImage, EmbedReport), labeler_pixels::mark::EmbedError> {
    let mut out = picture.clone();
    let (w, h) = out.dimensions();
    let report = embed(&mut RgbViewMut::new(w, h, Layout::Rgb, &mut out).unwrap(), payload, None)?;
    Ok((out, report))
}

/// Structural similarity of the luma at full size, Gaussian window of 11 with sigma 1.5.
fn ssim(a: &RgbImage, b: &RgbImage) -> f64 {
    let luma = |p: &RgbImage| -> Vec<f32> {
        p.pixels()
            .map(|p| 0.299 * f32::from(p[0]) + 0.587 * f32::from(p[1]) + 0.114 * f32::from(p[2]) - 128.0)
            .collect()
    };
    let (w, h) = (a.width() as usize, a.height() as usize);
    let mut kernel: Vec<f32> = (-5..=5).map(|i| (-(i * i) as f32 / 4.5).exp()).collect();
    let sum: f32 = kernel.iter().sum();
    kernel.iter_mut().for_each(|k| *k /= sum);
    let blur = |s: &[f32]| -> Vec<f32> {
        let mut across = vec![0.0f32; s.len()];
        for (row, out) in s.chunks_exact(w).zip(across.chunks_exact_mut(w)) {
            for x in 0..w {
                out[x] = (0..11).map(|k| kernel[k] * row[(x + k).saturating_sub(5).min(w - 1)]).sum();
            }
        }
        let mut down = vec![0.0f32; s.len()];
        for y in 0..h {
            for (k, weight) in kernel.iter().enumerate() {
                let from = (y + k).saturating_sub(5).min(h - 1) * w;
                for x in 0..w {
                    down[y * w + x] += weight * across[from + x];
                }
            }
        }
        down
    };
    let (la, lb) = (luma(a), luma(b));
    let product = |p: &[f32], q: &[f32]| -> Vec<f32> { p.iter().zip(q).map(|(p, q)| p * q).collect() };
    let (ma, mb) = (blur(&la), blur(&lb));
    let (aa, bb, ab) = (blur(&product(&la, &la)), blur(&product(&lb, &lb)), blur(&product(&la, &lb)));
    (0..la.len())
        .map(|i| {
            let (va, vb, cov) = (aa[i] - ma[i] * ma[i], bb[i] - mb[i] * mb[i], ab[i] - ma[i] * mb[i]);
            let (ua, ub) = (ma[i] + 128.0, mb[i] + 128.0);
            f64::from((2.0 * ua * ub + 6.5025) * (2.0 * cov + 58.5225))
                / f64::from((ua * ua + ub * ub + 6.5025) * (va + vb + 58.5225))
        })
        .sum::<f64>()
        / la.len() as f64
}

/// The set: corpus pictures whole (large ones also as pieces) and one of each synthetic kind.
fn pictures(seed: u64) -> Vec<(String, RgbImage)> {
    let mut set = Vec::new();
    let mut rng = Rng(2025 + seed);
    for (name, picture) in corpus_pictures() {
        if picture.width().min(picture.height()) >= 700 {
            let piece = random_crop(&picture, &mut rng, 640);
            set.push((format!("{name}, a piece"), piece));
        }
        if picture.width().min(picture.height()) >= 400 {
            set.push((name, picture));
        }
    }
    set.extend(synthetic(seed));
    set
}

/// Runs `f` over `0..n` on two threads.
fn parallel<T: Send>(n: usize, f: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    if i >= n {
                        break;
                    }
                    let result = f(i);
                    done.lock().unwrap().push((i, result));
                }
            });
        }
    });
    let mut done = done.into_inner().unwrap();
    done.sort_by_key(|(i, _)| *i);
    done.into_iter().map(|(_, r)| r).collect()
}

fn table(seed: u64, only: &str) {
    let mut set = pictures(seed);
    set.retain(|(name, _)| name.contains(only));
    let rows = parallel(set.len(), |i| {
        let (name, picture) = &set[i];
        let payload = Payload::new(Rng(i as u64 * 7919 + 1).next());
        let (w, h) = picture.dimensions();
        let Ok((out, report)) = marked(picture, payload) else {
            println!("{name:44} {w:4}x{h:<4} not marked");
            return None;
        };
        let similarity = ssim(picture, &out);
        let read: Vec<Option<f32>> = ATTACKS
            .iter()
            .map(|(_, search, attack)| {
                let found = detect(&view(&attack(&out)), None, *search);
                found.filter(|d| d.payload == payload).map(|d| d.confidence)
            })
            .collect();
        let lost: Vec<&str> = ATTACKS.iter().zip(&read).filter(|(_, r)| r.is_none()).map(|(a, _)| a.0).collect();
        println!(
            "{name:44} {w:4}x{h:<4} PSNR {:.1} SSIM {similarity:.4} (est {:.4}) strength {:.2} margin {:.2} lost: {}",
            report.psnr,
            report.ssim,
            report.strength,
            report.margin,
            lost.join("; ")
        );
        Some((report, similarity, read))
    });
    let total = rows.len();
    let rows: Vec<_> = rows.into_iter().flatten().collect();
    let mean = |f: &dyn Fn(&Row) -> f64| rows.iter().map(f).sum::<f64>() / rows.len() as f64;
    let least = |f: &dyn Fn(&Row) -> f64| rows.iter().map(f).fold(f64::MAX, f64::min);
    println!("\npictures: {total}, marked: {}", rows.len());
    println!("PSNR: mean {:.1}, least {:.1}", mean(&|r| f64::from(r.0.psnr)), least(&|r| f64::from(r.0.psnr)));
    println!("SSIM: mean {:.4}, least {:.4}", mean(&|r| r.1), least(&|r| r.1));
    println!("\n| attack | read | share | mean agreement of coded bits |\n|---|---|---|---|");
    for (i, (name, _, _)) in ATTACKS.iter().enumerate() {
        let read: Vec<f32> = rows.iter().filter_map(|r| r.2[i]).collect();
        println!(
            "| {name} | {}/{total} | {:.0} % | {:.3} |",
            read.len(),
            100.0 * read.len() as f32 / total as f32,
            read.iter().sum::<f32>() / read.len().max(1) as f32
        );
    }
}

fn unmarked(count: usize) {
    let mut set = corpus_pictures();
    for seed in 2..5 {
        set.extend(synthetic(seed));
    }
    let found = parallel(count, |i| {
        let mut rng = Rng(i as u64 * 104_729 + 17);
        let (name, picture) = &set[i % set.len()];
        let mut piece = random_crop(picture, &mut rng, 256);
        if i % 3 == 1 {
            piece = jpeg(&piece, 60);
        }
        if piece.width().max(piece.height()) > 1100 {
            piece = resize(&piece, 0.5);
        }
        let hit = detect(&view(&piece), None, Search::Cropped);
        if let Some(hit) = hit {
            println!("false detection in {name}: {hit:?}");
        }
        hit.is_some()
    });
    println!(
        "unmarked: {} false detections in {count} crops of {} pictures",
        found.iter().filter(|f| **f).count(),
        set.len()
    );
}

fn speed() {
    let noise = support::Noise::new(3);
    let picture = RgbImage::from_fn(4000, 3000, |x, y| {
        let v = 128.0 + 60.0 * noise.octaves(x as f32 / 300.0, y as f32 / 300.0, 6, 0.5);
        image::Rgb([v as u8, v as u8, (v * 0.9) as u8])
    });
    for _ in 0..3 {
        let start = Instant::now();
        let (out, report) = marked(&picture, Payload::new(42)).unwrap();
        let embedded = start.elapsed();
        let start = Instant::now();
        let whole = detect(&view(&out), None, Search::Whole).is_some();
        let read = start.elapsed();
        let start = Instant::now();
        let none = detect(&view(&picture), None, Search::Cropped).is_none();
        println!(
            "embed {embedded:?} (with a copy), read {read:?} ({whole}), full search without a mark {:?} ({none}), {report:?}",
            start.elapsed()
        );
    }
}

fn show(folder: &str) {
    for (i, (name, picture)) in pictures(1).iter().enumerate() {
        if let Ok((out, _)) = marked(picture, Payload::new(i as u64 * 12_345)) {
            let name = name.replace(['/', ' ', ','], "_");
            picture.save(format!("{folder}/{name}_before.png")).unwrap();
            out.save(format!("{folder}/{name}_after.png")).unwrap();
        }
    }
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => table(1, ""),
        ["table", seed] => table(seed.parse().expect("a number"), ""),
        ["table", seed, only] => table(seed.parse().expect("a number"), only),
        ["unmarked", n] => unmarked(n.parse().expect("a number")),
        ["speed"] => speed(),
        ["show", folder] => show(folder),
        _ => println!("robustness [table SEED [NAME] | unmarked N | speed | show FOLDER]"),
    }
}
