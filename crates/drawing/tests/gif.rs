//! Tests labels in GIFs: every image shows the whole label, and nothing else changes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use bytes::Bytes;
use image::codecs::gif::GifDecoder;
use image::{AnimationDecoder, Frame};
use labeler_drawing::{Drawing, Label, draw};
use labeler_media::Format;
use labeler_pixels::decode::decode;
use labeler_pixels::mark::{Payload, Search, detect};
use labeler_pixels::overlay::{Corner, DEFAULT_INK_HEIGHT, ExifOrientation, OverlayOptions, Rect, overlay};
use labeler_pixels::{Layout, Picture};
use weezl::{BitOrder, encode::Encoder};

const WIDTH: u16 = 220;
const HEIGHT: u16 = 160;

/// One image of a generated GIF.
#[derive(Clone)]
struct Made {
    area: (u16, u16, u16, u16),
    colors: Option<Vec<[u8; 3]>>,
    interlaced: bool,
    disposal: u8,
    transparent: Option<u8>,
    control: bool,
    indices: Vec<u8>,
}

impl Made {
    /// Creates an image whose pixels use the colours from `low` to below `high`.
    fn new(area: (u16, u16, u16, u16), low: u8, high: u8) -> Self {
        let indices = (0..area.3).flat_map(|y| (0..area.2).map(move |x| (x, y))).map(|(x, y)| {
            let mixed = u32::from(x).wrapping_mul(7) ^ u32::from(y).wrapping_mul(13);
            low + u8::try_from(mixed % u32::from(high - low)).unwrap()
        });
        let indices = indices.collect();
        Self { area, colors: None, interlaced: false, disposal: 0, transparent: None, control: true, indices }
    }

    fn whole(low: u8, high: u8) -> Self {
        Self::new((0, 0, WIDTH, HEIGHT), low, high)
    }
}

fn greys(count: u16, from: u8, to: u8) -> Vec<[u8; 3]> {
    let step = |i: u16| from + u8::try_from(u32::from(to - from) * u32::from(i) / u32::from(count - 1)).unwrap();
    (0..count).map(|i| [step(i), step(i), 255 - step(i) / 2]).collect()
}

fn sub_blocks(out: &mut Vec<u8>, bytes: &[u8]) {
    for block in bytes.chunks(255) {
        out.push(u8::try_from(block.len()).unwrap());
        out.extend_from_slice(block);
    }
    out.push(0);
}

fn put_table(out: &mut Vec<u8>, colors: &[[u8; 3]]) {
    out.extend(colors.concat());
}

fn size_bits(colors: &[[u8; 3]]) -> u8 {
    u8::try_from(colors.len().ilog2() - 1).unwrap()
}

/// Creates a GIF that repeats five times and has comments before its first and after its last image.
fn made(global: Option<&[[u8; 3]]>, images: &[Made]) -> Bytes {
    let mut out = b"GIF89a".to_vec();
    out.extend(WIDTH.to_le_bytes());
    out.extend(HEIGHT.to_le_bytes());
    out.push(global.map_or(0x70, |colors| 0xF0 | size_bits(colors)));
    out.extend([0, 0]);
    global.iter().for_each(|colors| put_table(&mut out, colors));
    out.extend(b"\x21\xFF\x0BNETSCAPE2.0\x03\x01\x05\x00\x00");
    out.extend(b"\x21\xFE\x05first\x00");
    for (index, image) in images.iter().enumerate() {
        if image.control {
            let flags = image.disposal << 2 | u8::from(image.transparent.is_some());
            out.extend([0x21, 0xF9, 4, flags, 7 + u8::try_from(index).unwrap(), 0, image.transparent.unwrap_or(0), 0]);
        }
        out.push(0x2C);
        for field in [image.area.0, image.area.1, image.area.2, image.area.3] {
            out.extend(field.to_le_bytes());
        }
        let table = image.colors.as_deref().map_or(0, |colors| 0x80 | size_bits(colors));
        out.push(table | if image.interlaced { 0x40 } else { 0 });
        image.colors.iter().for_each(|colors| put_table(&mut out, colors));
        let width = usize::from(image.area.2);
        let rows: Vec<&[u8]> = image.indices.chunks(width).collect();
        let stored: Vec<u8> = if image.interlaced {
            let order = [(0, 8), (4, 8), (2, 4), (1, 2)].into_iter().flat_map(|(f, s)| (f..rows.len()).step_by(s));
            order.flat_map(|row| rows[row].to_vec()).collect()
        } else {
            image.indices.clone()
        };
        let size = image.colors.as_deref().or(global).map_or(2, |colors| size_bits(colors) + 1).max(2);
        out.push(size);
        sub_blocks(&mut out, &Encoder::new(BitOrder::Lsb, size).encode(&stored).unwrap());
    }
    out.extend(b"\x21\xFE\x04last\x00\x3B");
    Bytes::from(out)
}

fn label() -> Label {
    Label { text: "AI".to_owned(), corner: Corner::BottomRight }
}

fn labelled(file: &Bytes) -> Drawing {
    draw(file, Format::Gif, Some(&label()), None)
}

/// Returns the position of the label.
fn rect() -> Rect {
    let (width, height) = (u32::from(WIDTH), u32::from(HEIGHT));
    let mut picture = Picture::new(width, height, Layout::Rgb, vec![0; (width * height * 3) as usize]).unwrap();
    let Label { text, corner } = label();
    let options =
        OverlayOptions { text: &text, corner, ink_height: DEFAULT_INK_HEIGHT, orientation: ExifOrientation::UPRIGHT };
    overlay(&mut picture.view_mut(), &options).unwrap().rect
}

/// Decodes the animation as it is displayed, with an independent decoder.
fn shown(file: &[u8]) -> Vec<Frame> {
    GifDecoder::new(std::io::Cursor::new(file)).unwrap().into_frames().collect_frames().unwrap()
}

/// Asserts that every displayed image has the same opaque label in its corner and is otherwise unchanged.
fn assert_labelled(before: &Bytes, what: &str) -> Bytes {
    let drawing = labelled(before);
    assert!(drawing.notes.is_empty(), "{what}: {:?}", drawing.notes);
    assert!(drawing.ink_height_ratio.unwrap() >= 0.05, "{what}");
    let after = drawing.body.unwrap();
    let (old, new) = (shown(before), shown(&after));
    assert_eq!(old.len(), new.len(), "{what}");
    let rect = rect();
    let plate =
        |x: u32, y: u32| (rect.x..rect.x + rect.width).contains(&x) && (rect.y..rect.y + rect.height).contains(&y);
    for (index, (old, new)) in old.iter().zip(&new).enumerate() {
        assert_eq!(old.delay(), new.delay(), "{what} {index}");
        let (mut dark, mut light) = (0, 0);
        for (x, y, pixel) in new.buffer().enumerate_pixels() {
            let was = old.buffer().get_pixel(x, y);
            if plate(x, y) {
                assert_eq!(pixel[3], 255, "{what} {index} {x},{y}");
                dark += u32::from(pixel[0] < 60);
                light += u32::from(pixel[0] > 200);
            } else {
                assert_eq!(pixel, was, "{what} {index} {x},{y}");
            }
        }
        assert!(dark > 200 && light > 30, "{what} {index}: {dark} {light}");
    }
    for kept in [&b"NETSCAPE2.0\x03\x01\x05\x00\x00"[..], b"\x21\xFE\x05first\x00", b"\x21\xFE\x04last\x00\x3B"] {
        assert!(after.windows(kept.len()).any(|bytes| bytes == kept), "{what}");
    }
    after
}

#[test]
fn labels_still_images_with_any_colour_table() {
    for (count, low, high) in [(2, 0, 2), (4, 1, 3), (16, 0, 16), (128, 0, 128), (256, 0, 200), (256, 0, 255)] {
        let table = greys(count, 0, 255);
        for interlaced in [false, true] {
            let image = Made { interlaced, control: count > 4, ..Made::whole(low, u8::try_from(high).unwrap()) };
            assert_labelled(&made(Some(&table), std::slice::from_ref(&image)), &format!("global {count} {interlaced}"));
            let image = Made { colors: Some(table.clone()), ..image };
            assert_labelled(&made(None, &[image]), &format!("local {count} {interlaced}"));
        }
    }
}

#[test]
fn adds_missing_colours_in_unused_entries() {
    // 16 colours in use, none close to black or white: the table grows.
    let file = made(Some(&greys(16, 90, 150)), &[Made::whole(0, 16)]);
    let after = assert_labelled(&file, "grown");
    assert_eq!(after[10] & 7, 4, "32 colours");
    // 256 colours, of which few are used: the table keeps its size.
    let after = assert_labelled(&made(Some(&greys(256, 90, 150)), &[Made::whole(0, 16)]), "reused");
    assert_eq!(after[10] & 7, 7);
    // All in use and without contrast: text in these colours would not be readable.
    let mut full = Made::whole(0, 255);
    full.indices.iter_mut().enumerate().for_each(|(at, index)| *index = u8::try_from(at % 256).unwrap());
    let refused = labelled(&made(Some(&greys(256, 90, 150)), &[full]));
    assert!(refused.body.is_none() && refused.notes[0].code == "pixels_unchanged");
    assert!(refused.notes[0].message.contains("could be read"), "{}", refused.notes[0].message);
}

#[test]
fn shows_the_label_in_every_image_of_an_animation() {
    let table = greys(32, 40, 220);
    let small = (20, 10, 60, 50);
    let corner = (150, 100, 60, 55);
    for disposal in [0, 1, 3] {
        let part = |area, disposal| Made { disposal, ..Made::new(area, 3, 20) };
        let images = [Made::whole(0, 20), part(small, disposal), part(corner, disposal), part(small, 1)];
        assert_labelled(&made(Some(&table), &images), &format!("disposal {disposal}"));
    }
    let own = |low: u8| Made { colors: Some(greys(64, low, 255 - low)), ..Made::whole(0, 64) };
    let mut images = vec![own(0), own(60), own(90)];
    images.push(Made { interlaced: true, ..own(30) });
    assert_labelled(&made(Some(&table), &images), "own tables");
}

#[test]
fn enlarges_images_that_do_not_cover_the_label() {
    let table = greys(32, 40, 220);
    let clear = Some(31);
    let small = |disposal, transparent| Made { disposal, transparent, ..Made::new((20, 10, 60, 50), 3, 20) };
    // Each is cleared before the next one, so every image must contain the label.
    let images = [small(2, clear), small(2, clear), Made { control: false, ..small(0, None) }];
    assert_labelled(&made(Some(&table), &images), "cleared");
    // With a full table without a transparent colour.
    let mut full = small(2, None);
    full.indices.iter_mut().enumerate().for_each(|(at, index)| *index = u8::try_from(at % 256).unwrap());
    let refused = labelled(&made(Some(&greys(256, 0, 255)), &[full]));
    assert!(refused.body.is_none() && refused.notes[0].message.contains("no place left"), "{:?}", refused.notes);
    // Clearing a larger area would remove pixels that an earlier image painted.
    let images = [Made { disposal: 1, ..Made::new((0, 0, 150, 160), 3, 20) }, small(2, clear), small(2, clear)];
    assert_labelled(&made(Some(&table), &images), "first brings it, second keeps it");
    let images = [small(2, clear), Made { disposal: 1, ..Made::new((90, 20, 60, 60), 3, 20) }, small(2, clear)];
    assert_labelled(&made(Some(&table), &images), "label comes back");
    let cleared = Made { disposal: 2, transparent: clear, ..Made::new((180, 130, 30, 25), 3, 20) };
    let wide = Made { disposal: 1, ..Made::new((0, 0, 200, 150), 3, 20) };
    let images = [wide, cleared, small(2, clear), small(0, clear)];
    let refused = labelled(&made(Some(&table), &images));
    assert!(refused.body.is_none() && refused.notes[0].message.contains("would clear more"), "{:?}", refused.notes);
}

#[test]
fn keeps_transparency_outside_the_label() {
    let mut image = Made { transparent: Some(5), ..Made::whole(0, 32) };
    image.indices.iter_mut().take(4000).for_each(|index| *index = 5);
    let file = made(Some(&greys(32, 40, 220)), &[image.clone(), image]);
    assert_labelled(&file, "transparent");
}

/// An image with grain, in the colours of a table.
fn photo(count: u16, shift: u32) -> Made {
    let mut image = Made::whole(0, 2);
    let places = (0..u32::from(HEIGHT)).flat_map(|y| (0..u32::from(WIDTH)).map(move |x| (x, y)));
    for (index, (x, y)) in image.indices.iter_mut().zip(places) {
        let wave = (f64::from(x + shift) * 0.11).sin() + (f64::from(y) * 0.07).cos();
        let grain = f64::from((x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(2_246_822_519)) >> 16 & 15) / 40.0;
        let share = (0.5 + wave * 0.15 + grain - 0.2).clamp(0.0, 1.0);
        *index = u8::try_from((share * f64::from(count - 1)) as u16).unwrap();
    }
    image
}

fn mark_in(file: &[u8]) -> Option<Payload> {
    let picture = decode(file, 1_000_000).unwrap().picture;
    detect(&picture.view(), None, Search::Whole).map(|found| found.payload)
}

#[test]
fn writes_a_watermark_if_the_colour_table_can_carry_it() {
    const NUMBER: u64 = 0x0123_4567_89AB_CDEF;
    for (count, images) in [(256, 1), (256, 3), (128, 1)] {
        let table = greys(count, 20, 235);
        let images: Vec<_> = (0..images).map(|index| photo(count, index * 9)).collect();
        let file = made(Some(&table), &images);
        let drawing = draw(&file, Format::Gif, Some(&label()), Some(NUMBER));
        assert!(drawing.notes.is_empty(), "{count} {}: {:?}", images.len(), drawing.notes);
        let after = drawing.body.unwrap();
        assert_eq!((drawing.mark, mark_in(&after)), (Some(Payload::new(NUMBER)), Some(Payload::new(NUMBER))));
        let (old, new) = (shown(&file), shown(&after));
        assert_eq!(old.len(), new.len());
        let rect = rect();
        for (old, new) in old.iter().zip(&new) {
            assert_eq!(old.delay(), new.delay());
            for (x, y, pixel) in new.buffer().enumerate_pixels() {
                let was = old.buffer().get_pixel(x, y);
                let inside = x >= rect.x && y >= rect.y && x < rect.x + rect.width && y < rect.y + rect.height;
                assert!(inside || pixel.0.iter().zip(&was.0).all(|(a, b)| a.abs_diff(*b) <= 28), "{x},{y}");
            }
        }
        // It is found again, and no second watermark is written.
        let again = draw(&after, Format::Gif, None, Some(NUMBER + 1));
        assert_eq!((again.mark, again.body), (Some(Payload::new(NUMBER)), None));
    }
    // Four very different colours: no pixel may change, so only the label is drawn.
    let file = made(Some(&greys(4, 0, 255)), &[photo(4, 0)]);
    let drawing = draw(&file, Format::Gif, Some(&label()), Some(NUMBER));
    assert_eq!((drawing.mark, drawing.notes[0].code), (None, "watermark_not_written"));
    assert_eq!(drawing.body, labelled(&file).body);
}

#[test]
fn reports_a_watermark_that_its_own_label_covers() {
    let picture = image::RgbImage::from_fn(480, 360, |x, y| {
        let wave = (f64::from(x) * 0.11).sin() * 40.0 + (f64::from(y) * 0.07).cos() * 40.0;
        let grain = f64::from((x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(2_246_822_519)) % 23);
        image::Rgb([(120.0 + wave + grain) as u8, (100.0 + grain * 2.0) as u8, (140.0 - wave) as u8])
    });
    let mut file = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut file, image::ImageFormat::Gif).unwrap();
    let file = Bytes::from(file.into_inner());
    let label = Label { text: "Made with AI in 2026".to_owned(), corner: Corner::BottomRight };
    let drawn = [0, 0x9E37_79B9_7F4A_7C15, 0x3C6E_F372_FE94_F82A, 0xDAA6_6D2C_7DDF_743F].map(|number: u64| {
        let marked = draw(&file, Format::Gif, None, Some(number)).body.unwrap();
        let drawing = draw(&marked, Format::Gif, Some(&label), Some(number + 1));
        let found = mark_in(&drawing.body.unwrap());
        assert_eq!(drawing.mark, found, "{number:#x}");
        assert_eq!(found.is_none(), drawing.notes.iter().any(|note| note.code == "watermark_not_written"));
        found
    });
    // The watermark of the first outlives the label, and that of the last does not.
    assert_eq!((drawn[0], drawn[3]), (Some(Payload::new(0)), None));
}

#[test]
fn does_not_change_damaged_files() {
    let table = greys(16, 40, 220);
    let file = made(Some(&table), &[Made::whole(0, 16), Made::new((20, 10, 60, 50), 3, 16)]);
    for cut in (0..file.len()).step_by(97) {
        let drawing = labelled(&file.slice(..cut));
        assert!(drawing.body.is_none() && !drawing.notes.is_empty(), "{cut}");
    }
    for at in (6..file.len()).step_by(31) {
        let mut damaged = file.to_vec();
        damaged[at] ^= 0x55;
        let _ = labelled(&Bytes::from(damaged));
    }
    let beyond = made(Some(&table), &[Made::new((200, 10, 60, 50), 3, 16)]);
    assert!(labelled(&beyond).notes[0].message.contains("beyond its screen"));
    let alien = made(Some(&table), &[Made { colors: Some(greys(4, 0, 255)), ..Made::whole(0, 4) }]);
    let mut alien = alien.to_vec();
    let table_at = alien.windows(2).position(|bytes| bytes == [0xA0, 0]).unwrap_or(0);
    assert!(table_at > 0);
    alien.truncate(table_at);
    assert!(labelled(&Bytes::from(alien)).body.is_none());
}

#[test]
fn removes_credentials() {
    let file = made(Some(&greys(16, 40, 220)), &[Made::whole(0, 16)]).to_vec();
    let mut signed = file[..13 + 48].to_vec();
    signed.extend(b"\x21\xFF\x0BC2PA_GIF\x01\x00\x00");
    sub_blocks(&mut signed, &labeler_media::fixtures::c2pa_store(300));
    signed.extend(&file[13 + 48..]);
    let bare = labelled(&Bytes::from(signed)).body.unwrap();
    assert_eq!(bare, labelled(&Bytes::from(file)).body.unwrap());
}
