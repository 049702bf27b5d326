//! Tests labels and watermarks in JPEGs: a reported watermark can be read, and the image is otherwise unchanged.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use bytes::Bytes;
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use labeler_drawing::{Label, draw};
use labeler_media::Format;
use labeler_pixels::decode::{DEFAULT_MAX_PIXELS, decode};
use labeler_pixels::mark::{Payload, Search, detect};
use labeler_pixels::overlay::Corner;

const NUMBER: u64 = 0x0123_4567_89ab_cdef;

/// Hills of colour with some grain.
fn pixels(width: u32, height: u32) -> Vec<u8> {
    let hill = |at: u32, length: f64| (f64::from(at) / length).sin() * 45.0;
    let grain = |x: u32, y: u32| f64::from((x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(2_246_822_519)) >> 8 & 15);
    let pixel = |x: u32, y: u32| {
        let light = 120.0 + hill(x, 31.0) + hill(y, 47.0) + grain(x, y);
        [light as u8, (light * 0.8 + hill(x, 90.0) * 0.4) as u8, (250.0 - light) as u8]
    };
    (0..height).flat_map(|y| (0..width).flat_map(move |x| pixel(x, y))).collect()
}

struct Form {
    size: (u32, u32),
    quality: u8,
    sampling: SamplingFactor,
    progressive: bool,
    gray: bool,
}

fn coded(form: &Form) -> Bytes {
    let (width, height) = form.size;
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, form.quality);
    encoder.set_sampling_factor(form.sampling);
    encoder.set_progressive(form.progressive);
    let side = |pixels: u32| u16::try_from(pixels).unwrap();
    let (across, down) = (side(width), side(height));
    let pixels = pixels(width, height);
    if form.gray {
        let gray: Vec<u8> = pixels.iter().step_by(3).copied().collect();
        encoder.encode(&gray, across, down, ColorType::Luma).unwrap();
    } else {
        encoder.encode(&pixels, across, down, ColorType::Rgb).unwrap();
    }
    file.into()
}

fn decoded(file: &[u8]) -> Vec<u8> {
    decode(file, DEFAULT_MAX_PIXELS).unwrap().picture.into_data()
}

/// Returns the peak signal-to-noise ratio in decibels.
fn psnr(a: &[u8], b: &[u8]) -> f64 {
    assert_eq!(a.len(), b.len());
    let squares: f64 = a.iter().zip(b).map(|(a, b)| f64::from(a.abs_diff(*b)).powi(2)).sum();
    10.0 * (65025.0 * a.len() as f64 / squares.max(1.0)).log10()
}

fn mark(file: &[u8]) -> Option<Payload> {
    let picture = decode(file, DEFAULT_MAX_PIXELS).unwrap().picture;
    detect(&picture.view(), None, Search::Whole).map(|found| found.payload)
}

/// Returns the segments before the first scan's data, as marker and body.
fn segments(file: &[u8]) -> Vec<(u8, &[u8])> {
    let (mut at, mut found) = (2, Vec::new());
    loop {
        let length = usize::from(u16::from_be_bytes([file[at + 2], file[at + 3]]));
        found.push((file[at + 1], &file[at + 4..at + 2 + length]));
        if file[at + 1] == 0xDA {
            return found;
        }
        at += 2 + length;
    }
}

/// Returns the quantisation tables for luma and chroma in zigzag order.
fn tables(file: &[u8]) -> Vec<u8> {
    let mut tables = Vec::new();
    for (_, body) in segments(file).iter().filter(|(marker, _)| *marker == 0xDB) {
        tables.extend(body.chunks_exact(65).flat_map(|table| &table[1..]));
    }
    tables
}

#[test]
fn a_reported_watermark_can_be_read_in_every_form_and_quality() {
    use SamplingFactor::{F_1_1, F_1_2, F_2_1, F_2_2, F_4_1};
    let forms = [(F_1_1, false), (F_2_1, false), (F_1_2, false), (F_2_2, false), (F_2_2, true), (F_4_1, true)];
    let mut finer = 0;
    for size in [(480, 360), (301, 467)] {
        for quality in [30, 60, 90] {
            for (sampling, progressive) in forms {
                let gray = sampling == F_1_1 && size.0 == 301;
                let source = coded(&Form { size, quality, sampling, progressive, gray });
                let drawn = draw(&source, Format::Jpeg, None, Some(NUMBER));
                let form = format!("{size:?} {quality} {sampling:?} {progressive} {:?}", drawn.notes);
                let file = drawn.body.expect(&form);
                assert_eq!(drawn.mark, Some(Payload::new(NUMBER)), "{form}");
                assert_eq!(mark(&file), drawn.mark, "{form}");
                assert!(psnr(&decoded(&source), &decoded(&file)) > 36.0, "{form}");

                // Only the luma's steps may change, to finer ones, and only at the watermark's frequencies.
                let used = if gray { 64 } else { 128 };
                let (before, after) = (tables(&source)[..used].to_vec(), tables(&file)[..used].to_vec());
                assert_eq!(before[64..], after[64..], "{form}");
                assert!(before.iter().zip(&after).all(|(before, after)| after <= before), "{form}");
                assert_eq!(before[50..64], after[50..64], "{form}");
                finer += usize::from(before[..64] != after[..64]);
                // One scan for all components, or a progressive one.
                let segments = segments(&file);
                let (_, scan) = segments.last().unwrap();
                let kind = segments.iter().find(|(marker, _)| matches!(marker, 0xC0..=0xC2)).unwrap();
                assert_eq!(kind.0 == 0xC2, progressive, "{form}");
                assert!(progressive || scan[0] == kind.1[5], "{form}");
            }
        }
    }
    assert!(finer > 0, "no source was coarse enough to test finer steps");
}

#[test]
fn a_label_keeps_the_rest_of_the_image_and_the_quantisation_steps() {
    let source = coded(&Form {
        size: (640, 400),
        quality: 60,
        sampling: SamplingFactor::F_2_2,
        progressive: false,
        gray: false,
    });
    let label = Label { text: "AI".to_owned(), corner: Corner::BottomRight };
    let drawn = draw(&source, Format::Jpeg, Some(&label), None);
    let file = drawn.body.unwrap();
    assert_eq!((drawn.mark, mark(&file)), (None, None));
    assert_eq!(tables(&source), tables(&file));
    let upper = 640 * 200 * 3;
    assert!(psnr(&decoded(&source)[..upper], &decoded(&file)[..upper]) > 45.0);
    assert_ne!(decoded(&source)[upper..], decoded(&file)[upper..]);
}

#[test]
fn a_second_label_keeps_the_first_watermark() {
    for quality in [40, 90] {
        let source = coded(&Form {
            size: (640, 400),
            quality,
            sampling: SamplingFactor::F_2_2,
            progressive: false,
            gray: false,
        });
        let first = draw(&source, Format::Jpeg, None, Some(NUMBER));
        let label = Label { text: "AI".to_owned(), corner: Corner::TopLeft };
        let second = draw(&first.body.unwrap(), Format::Jpeg, Some(&label), Some(NUMBER ^ 1));
        assert_eq!(second.mark, Some(Payload::new(NUMBER)));
        assert_eq!(mark(&second.body.unwrap()), second.mark);
    }
}

#[test]
fn does_not_change_a_jpeg_that_would_be_decoded_incorrectly() {
    let (width, height) = (320_u16, 240_u16);
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, 80);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.set_optimized_huffman_tables(true);
    encoder.encode(&pixels(width.into(), height.into()), width, height, ColorType::Rgb).unwrap();
    let drawn = draw(&file.into(), Format::Jpeg, None, Some(NUMBER));
    assert_eq!((drawn.body, drawn.mark), (None, None));
    assert_eq!(drawn.notes.len(), 1);
    assert_eq!(drawn.notes[0].code, "pixels_unchanged");
    assert!(drawn.notes[0].message.contains("scans of their own"), "{}", drawn.notes[0].message);
}
