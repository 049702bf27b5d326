//! Tests label and watermark in AVIFs: both can be read, and the rest of the file is unchanged.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::io::Cursor;

use bytes::Bytes;
use labeler_av1::{Color, Layout, Plane, Planes, decode, encode};
use labeler_drawing::{Drawing, Label, draw, look};
use labeler_media::fixtures::{self, CodedAvif};
use labeler_media::{Format, Limits, Metadata};
use labeler_pixels::mark::Search;
use labeler_pixels::overlay::Corner;
use labeler_pixels::{Effort, LabelSearch};
use labeler_splice::{Rope, avif_picture};

const NUMBER: u64 = 0x0123_4567_89AB_CDEF;

fn label(corner: Corner) -> Label {
    Label { text: "AI GENERATED".to_owned(), corner }
}

fn srgb(matrix: u16, full_range: bool) -> Color {
    Color { primaries: 1, transfer: 13, matrix, full_range }
}

/// An image with structure and grain that can hide a watermark.
fn scene(width: u32, height: u32, depth: u8, layout: Layout, color: Color) -> Planes {
    let unit = if depth > 8 { 4 } else { 1 };
    let (right, down) = layout.shifts();
    let plane = |across: u32, high: u32, swing: f64, grain: u32| {
        let samples = (0..high).flat_map(|y| (0..across).map(move |x| (x, y))).map(|(x, y)| {
            let wave = (f64::from(x) * 0.09).sin() * swing + (f64::from(y) * 0.07).cos() * swing;
            let noise = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(2_246_822_519)) >> 16;
            ((118.0 + wave) as u16 + u16::try_from(noise % grain).unwrap()) * unit
        });
        Plane { width: across as usize, samples: samples.collect() }
    };
    let mut planes = vec![plane(width, height, 30.0, 21)];
    if layout != Layout::Mono {
        let (across, high) = (width.div_ceil(1 << right), height.div_ceil(1 << down));
        planes.extend([plane(across, high, 6.0, 3), plane(across, high, 9.0, 3)]);
    }
    Planes { width, height, depth, layout, color, planes }
}

fn atom(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    [&u32::try_from(body.len() + 8).unwrap().to_be_bytes()[..], kind, body].concat()
}

/// Contents of a generated file in addition to its image.
#[derive(Default)]
struct Extras {
    alpha: Option<Planes>,
    properties: Vec<Vec<u8>>,
    premultiplied: bool,
    kind: Option<[u8; 4]>,
}

fn avif(picture: &Planes, extras: &Extras) -> Bytes {
    let exif = fixtures::exif_block(true, &[(0x0131, b"Painter 2.1\0".to_vec())]);
    let color = encode(picture, 30).unwrap();
    let alpha = extras.alpha.as_ref().map(|alpha| encode(alpha, 10).unwrap());
    let file = CodedAvif {
        size: [picture.width, picture.height],
        kind: extras.kind.unwrap_or(*b"av01"),
        color: [&color.data, &color.configuration],
        alpha: alpha.as_ref().map(|alpha| [&alpha.data[..], &alpha.configuration]),
        premultiplied: extras.premultiplied,
        properties: &extras.properties,
        exif: Some(&exif),
    };
    Bytes::from(file.file())
}

fn metadata(file: &[u8]) -> Metadata {
    labeler_media::read_metadata(&mut Cursor::new(file), Format::Avif, &Limits::default()).unwrap()
}

fn decoded(file: &[u8]) -> (Planes, Option<Planes>) {
    let picture = avif_picture(&Rope::from(file.to_vec())).unwrap();
    let planes = |data: &[u8]| decode(data, 1_000_000).unwrap();
    (planes(&picture.color.data), picture.alpha.map(|alpha| planes(&alpha.data)))
}

fn both(file: &Bytes) -> Drawing {
    draw(file, Format::Avif, Some(&label(Corner::BottomRight)), Some(NUMBER))
}

/// Returns the mean of the absolute changes of luma in a rectangle given in percent of the sides, in 8-bit levels.
fn change(old: &Planes, new: &Planes, x: [usize; 2], y: [usize; 2]) -> f64 {
    let (width, height) = (old.width as usize, old.height as usize);
    let unit = if old.depth > 8 { 4.0 } else { 1.0 };
    let (mut sum, mut count) = (0.0, 0.0);
    for y in height * y[0] / 100..height * y[1] / 100 {
        for x in width * x[0] / 100..width * x[1] / 100 {
            sum += f64::from(old.planes[0].at(x, y).abs_diff(new.planes[0].at(x, y))) / unit;
            count += 1.0;
        }
    }
    sum / count
}

#[test]
fn a_check_reads_the_watermark() {
    let source = avif(&scene(384, 288, 10, Layout::Half, srgb(1, false)), &Extras::default());
    let effort = |max_pixels| Effort { max_pixels, search: Search::Whole, keys: &[] };
    let plain = look(&source, effort(200_000), &LabelSearch::default());
    assert_eq!((plain.not_probed, plain.marks.len()), (None, 0));
    assert!(plain.not_searched.unwrap().contains("crop"));

    let drawing = draw(&source, Format::Avif, None, Some(NUMBER));
    let found = look(drawing.body.as_ref().unwrap(), effort(200_000), &LabelSearch::default());
    let details: Vec<_> = found.marks.iter().map(|mark| mark.detail.clone()).collect();
    assert_eq!(details, [drawing.mark.unwrap().to_string()]);

    let above = look(&source, effort(100_000), &LabelSearch::default());
    assert!(above.not_probed.is_some() && above.marks.is_empty());
}

#[test]
fn writes_label_and_watermark_and_keeps_the_rest() {
    for (width, height, depth, layout, color) in [
        (384, 288, 8, Layout::Half, srgb(5, true)),
        (301, 271, 8, Layout::Half, srgb(1, false)),
        (288, 384, 10, Layout::Full, srgb(9, false)),
        (320, 256, 8, Layout::Full, srgb(0, true)),
        (320, 256, 8, Layout::Mono, srgb(2, true)),
    ] {
        let what = format!("{width}x{height} {depth} {layout:?} {color:?}");
        let file = avif(&scene(width, height, depth, layout, color), &Extras::default());
        let drawing = both(&file);
        assert!(drawing.notes.is_empty(), "{what}: {:?}", drawing.notes);
        assert!(drawing.ink_height_ratio.unwrap() >= 0.05, "{what}");
        let mark = drawing.mark.unwrap();
        let after = drawing.body.unwrap();

        let ((old, _), (new, _)) = (decoded(&file), decoded(&after));
        assert_eq!((new.width, new.height, new.depth, new.layout, new.color), (width, height, depth, layout, color));
        let (label, rest) = (change(&old, &new, [70, 96], [92, 97]), change(&old, &new, [0, 100], [0, 80]));
        assert!(label > 30.0 && rest < 4.0, "{what}: {label} {rest}");
        assert_eq!(metadata(&after).exif[0].get("Software").unwrap().value, "Painter 2.1", "{what}");
        assert!(after.ends_with(&atom(b"free", b"")), "{what}");

        // Drawing on the file again finds the watermark and writes no second one.
        let again = draw(&after, Format::Avif, None, Some(NUMBER + 1));
        assert_eq!((again.mark, again.body), (Some(mark), None), "{what}");
    }
}

#[test]
fn uses_the_corners_of_the_displayed_image() {
    let turned = |turns: u8| Extras { properties: vec![atom(b"irot", &[turns])], ..Extras::default() };
    let mirrored = |axis: u8| Extras { properties: vec![atom(b"imir", &[axis])], ..Extras::default() };
    let picture = scene(320, 240, 8, Layout::Half, srgb(5, true));
    // Bottom right as displayed, and the stored position of that corner.
    for (extras, x, y) in [
        (turned(0), [80, 97], [85, 97]),
        (turned(1), [3, 15], [70, 97]),
        (turned(2), [3, 20], [3, 15]),
        (turned(3), [85, 97], [3, 30]),
        (mirrored(0), [80, 97], [3, 15]),
        (mirrored(1), [3, 20], [85, 97]),
    ] {
        let file = avif(&picture, &extras);
        let after = draw(&file, Format::Avif, Some(&label(Corner::BottomRight)), None).body.unwrap();
        let ((old, _), (new, _)) = (decoded(&file), decoded(&after));
        let (there, middle) = (change(&old, &new, x, y), change(&old, &new, [35, 65], [35, 65]));
        assert!(there > 20.0 && middle < 3.0, "{:?}: {there} {middle}", extras.properties);
    }
}

#[test]
fn keeps_transparency_outside_the_label() {
    let picture = scene(320, 240, 8, Layout::Half, srgb(5, true));
    let mut alpha = scene(320, 240, 8, Layout::Mono, srgb(2, true));
    alpha.planes[0].samples.fill(255);
    let opaque = avif(&picture, &Extras { alpha: Some(alpha.clone()), ..Extras::default() });
    let after = both(&opaque).body.unwrap();
    let item = |file: &[u8]| avif_picture(&Rope::from(file.to_vec())).unwrap().alpha.unwrap().data;
    assert_eq!(item(&opaque), item(&after), "nothing in it changes");

    alpha.planes[0].samples.fill(0);
    let clear = avif(&picture, &Extras { alpha: Some(alpha.clone()), ..Extras::default() });
    let after = both(&clear);
    assert!(after.notes.is_empty() && after.mark.is_some(), "{:?}", after.notes);
    let (_, new) = decoded(&after.body.unwrap());
    let new = new.unwrap();
    assert!(change(&alpha, &new, [80, 95], [88, 96]) > 140.0);
    assert!(change(&alpha, &new, [0, 100], [0, 75]) < 0.5);

    let premultiplied = Extras { alpha: Some(alpha), premultiplied: true, ..Extras::default() };
    assert_refused(&avif(&picture, &premultiplied), "premultiplied");
}

fn assert_refused(file: &Bytes, why: &str) {
    let drawing = both(file);
    assert!(drawing.body.is_none() && drawing.mark.is_none() && drawing.ink_height_ratio.is_none(), "{why}");
    let [note] = &drawing.notes[..] else { panic!("{:?}", drawing.notes) };
    assert!(note.code == "pixels_unchanged" && note.message.contains(why), "{why}: {}", note.message);
}

#[test]
fn rejects_images_that_cannot_be_saved_without_harm() {
    let picture = scene(160, 128, 8, Layout::Half, srgb(5, true));
    let nclx = |transfer: u8| atom(b"colr", &[&b"nclx"[..], &[0, 9, 0, transfer, 0, 9, 0x80]].concat());
    let with = |property| Extras { properties: vec![property], ..Extras::default() };
    assert_refused(&avif(&picture, &with(nclx(16))), "high dynamic range");
    assert_refused(&avif(&picture, &with(nclx(18))), "high dynamic range");
    assert_refused(&avif(&picture, &with(atom(b"clap", &[0; 32]))), "cropped");
    assert_refused(&avif(&picture, &with(atom(b"lsel", &[0, 0]))), "layers");
    assert_refused(&avif(&picture, &Extras { kind: Some(*b"grid"), ..Extras::default() }), "grid");
    let sequence = [&avif(&picture, &Extras::default())[..], &atom(b"moov", &[])].concat();
    assert_refused(&Bytes::from(sequence), "sequence");
    assert_refused(&Bytes::from(fixtures::avif(&fixtures::Parts::default(), false)), "properties");
}

#[test]
fn does_not_change_damaged_files() {
    let file = avif(&scene(160, 128, 8, Layout::Half, srgb(5, true)), &Extras::default());
    for cut in (0..file.len()).step_by(file.len() / 17) {
        assert!(draw(&file.slice(..cut), Format::Avif, Some(&label(Corner::TopLeft)), None).body.is_none(), "{cut}");
    }
    // The tables, byte by byte.
    for at in (32..480).step_by(13) {
        let mut damaged = file.to_vec();
        damaged[at] ^= 0x41;
        let _ = draw(&Bytes::from(damaged), Format::Avif, Some(&label(Corner::TopLeft)), None);
    }
}
