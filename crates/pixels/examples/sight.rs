//! Measures how reliably visible labels are found in images.
//!
//! - `sight measure [FOLDER]` draws a label on each image (of a folder and its subfolders, otherwise synthetic ones),
//!   processes the result as platforms do, and counts the labels found. Then it searches the images without a label for
//!   every usual text at every position and counts the false positives.
//! - `sight find FILE...` prints the labels found in files, for example in files that another program has encoded.
//! - `sight draw IN OUT.png INDEX` draws the label that `measure` draws on image number INDEX.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::disallowed_methods)]

mod support;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use image::RgbImage;
use image::imageops::{self, FilterType};
use labeler_pixels::overlay::{
    Corner, DEFAULT_INK_HEIGHT, ExifOrientation, OverlayOptions, TEXT_CHINA, TEXT_GENERATED, TEXT_GLOBAL,
    TEXT_MODIFIED, overlay,
};
use labeler_pixels::sight::{LabelSearch, StatedLabel, USUAL_TEXTS, find_labels, sight};
use labeler_pixels::{Layout, RgbView, RgbViewMut};
use support::synthetic;

const TEXTS: [&str; 7] = [
    TEXT_GENERATED,
    TEXT_CHINA,
    TEXT_GLOBAL,
    TEXT_MODIFIED,
    "KI-generiert",
    "Généré par IA",
    "Made with AI by Example",
];
const CORNERS: [Corner; 4] = [Corner::TopLeft, Corner::TopRight, Corner::BottomLeft, Corner::BottomRight];

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args.as_slice() {
        ["measure"] => measure(synthetic(3).into_iter()),
        ["measure", folder] => measure(pictures_below(Path::new(folder))),
        ["find", files @ ..] => files.iter().for_each(|file| find(file)),
        ["draw", input, output, index] => {
            let mut picture = image::open(input).expect("a picture").to_rgb8();
            println!("{}", label(&mut picture, index.parse().expect("a number")).is_some());
            picture.save(output).unwrap();
        }
        _ => println!("sight measure [FOLDER] | sight find FILE... | sight draw IN OUT.png INDEX"),
    }
}

fn pictures_below(folder: &Path) -> impl Iterator<Item = (String, RgbImage)> {
    let mut folders = vec![folder.to_owned()];
    let mut files: Vec<PathBuf> = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    files.into_iter().filter_map(|path| Some((path.display().to_string(), image::open(&path).ok()?.to_rgb8())))
}

fn view(picture: &RgbImage) -> RgbView<'_> {
    RgbView::new(picture.width(), picture.height(), Layout::Rgb, picture.as_raw()).unwrap()
}

fn options(index: usize) -> OverlayOptions<'static> {
    OverlayOptions {
        text: TEXTS[index % TEXTS.len()],
        corner: CORNERS[index / 2 % CORNERS.len()],
        ink_height: DEFAULT_INK_HEIGHT,
        orientation: ExifOrientation::UPRIGHT,
    }
}

/// Draws the label and returns its ink height, or `None` if it does not fit.
fn label(picture: &mut RgbImage, index: usize) -> Option<f32> {
    let (width, height) = picture.dimensions();
    let mut view = RgbViewMut::new(width, height, Layout::Rgb, picture).unwrap();
    overlay(&mut view, &options(index)).ok().map(|report| report.ink_height_ratio)
}

fn jpeg(picture: &RgbImage, quality: u8) -> RgbImage {
    let mut bytes = Vec::new();
    image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, quality).encode_image(picture).unwrap();
    image::load_from_memory(&bytes).unwrap().to_rgb8()
}

fn scaled(picture: &RgbImage, share: f32, filter: FilterType) -> RgbImage {
    let side = |side: u32| ((side as f32 * share).round() as u32).max(1);
    imageops::resize(picture, side(picture.width()), side(picture.height()), filter)
}

/// Crops a share from each side that does not contain the label.
fn cropped(picture: &RgbImage, share: f32, corner: Corner) -> RgbImage {
    let (width, height) = picture.dimensions();
    let cut = |side: u32| (side as f32 * share) as u32;
    let (left, top) = match corner {
        Corner::TopLeft => (0, 0),
        Corner::TopRight => (cut(width), 0),
        Corner::BottomLeft => (0, cut(height)),
        Corner::BottomRight => (cut(width), cut(height)),
    };
    imageops::crop_imm(picture, left, top, width - cut(width), height - cut(height)).to_image()
}

type Treatment = (&'static str, fn(&RgbImage, Corner) -> RgbImage);

const TREATMENTS: [Treatment; 9] = [
    ("none", |p, _| p.clone()),
    ("JPEG 75", |p, _| jpeg(p, 75)),
    ("JPEG 30", |p, _| jpeg(p, 30)),
    ("half size", |p, _| scaled(p, 0.5, FilterType::Lanczos3)),
    ("half size, JPEG 75", |p, _| jpeg(&scaled(p, 0.5, FilterType::Triangle), 75)),
    ("a third, JPEG 75", |p, _| jpeg(&scaled(p, 1.0 / 3.0, FilterType::CatmullRom), 75)),
    ("120 %, JPEG 75", |p, _| jpeg(&scaled(p, 1.2, FilterType::CatmullRom), 75)),
    ("crop 10 %, JPEG 75", |p, c| jpeg(&cropped(p, 0.1, c), 75)),
    ("crop 25 %, JPEG 75", |p, c| jpeg(&cropped(p, 0.25, c), 75)),
];

#[derive(Default)]
struct Tally {
    looked: usize,
    stated: usize,
    unstated: usize,
    lowest: Vec<f32>,
    ink: f32,
}

fn measure(pictures: impl Iterator<Item = (String, RgbImage)>) {
    let mut tallies: Vec<Tally> = TREATMENTS.iter().map(|_| Tally::default()).collect();
    let (mut places, mut false_sightings, mut time, mut slowest, mut count) =
        (0usize, Vec::new(), Duration::ZERO, Duration::ZERO, 0usize);
    for (index, (name, picture)) in pictures.enumerate() {
        count += 1;
        // Images without a label: searches for every usual text at every position, and for each text of the test as if
        // it were stated.
        let stated = |text: &str| StatedLabel { text: text.to_owned(), corner: None, ink_height_ratio: None };
        let start = Instant::now();
        let usual = find_labels(&view(&picture), &LabelSearch::default());
        let spent = start.elapsed();
        (time, slowest) = (time + spent, slowest.max(spent));
        let unusual =
            LabelSearch { stated: vec![stated(TEXTS[6]), stated("AI"), stated("Made by AI")], orientation: 1 };
        let rest = find_labels(&view(&picture), &unusual);
        places += (USUAL_TEXTS.len() + 3) * 9;
        for seen in usual.seen.iter().chain(rest.seen.iter().filter(|seen| !usual.seen.contains(seen))) {
            false_sightings.push(format!("{name}: {seen:?}"));
        }

        let mut labelled = picture.clone();
        let Some(drawn) = label(&mut labelled, index) else { continue };
        let options = options(index);
        for ((what, treat), tally) in TREATMENTS.iter().zip(&mut tallies) {
            let treated = treat(&labelled, options.corner);
            tally.looked += 1;
            match sight(&view(&treated), &options) {
                Some(seen) => {
                    tally.stated += 1;
                    tally.lowest.push(seen.score);
                    if !what.contains("crop") {
                        tally.ink = tally.ink.max((seen.ink_height_ratio / drawn - 1.0).abs());
                    }
                }
                None => println!("not seen: {name} {}x{} {what} {:?}", picture.width(), picture.height(), options.text),
            }
            let found = find_labels(&view(&treated), &LabelSearch::default());
            match found.seen.as_slice() {
                [] => {}
                [one] if one.text == options.text => tally.unstated += 1,
                other if USUAL_TEXTS.contains(&options.text) => {
                    println!("other: {name} {what} {:?}: {other:?}", options.text)
                }
                _ => {}
            }
        }
    }
    println!(
        "| treatment | pictures | stated text seen | usual text seen | lowest score | ink height, largest error |"
    );
    println!("|---|---|---|---|---|---|");
    for ((what, _), tally) in TREATMENTS.iter().zip(tallies) {
        let lowest = tally.lowest.iter().copied().fold(1.0, f32::min);
        println!(
            "| {what} | {} | {} | {} | {lowest:.3} | {:.1} % |",
            tally.looked,
            tally.stated,
            tally.unstated,
            100.0 * tally.ink
        );
    }
    println!("{count} pictures without a label: {} false sightings at {places} places", false_sightings.len());
    false_sightings.iter().for_each(|line| println!("  {line}"));
    println!(
        "a search takes {} ms on average, {} ms at most",
        time.as_millis() / count.max(1) as u128,
        slowest.as_millis()
    );
}

fn find(file: &str) {
    let Ok(picture) = image::open(file) else {
        println!("{file}: cannot be opened");
        return;
    };
    let picture = picture.to_rgb8();
    let start = Instant::now();
    let found = find_labels(&view(&picture), &LabelSearch::default());
    let time = start.elapsed().as_millis();
    match found.seen.first() {
        Some(seen) => println!(
            "{file}: {:?} at the {}, ink {:.2} %, score {:.2}, {time} ms",
            seen.text,
            seen.place.as_str(),
            100.0 * seen.ink_height_ratio,
            seen.score
        ),
        None => println!("{file}: nothing, {time} ms"),
    }
}
