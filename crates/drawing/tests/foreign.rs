//! Tests layers in files of every form: saved files open with the source's size, depth and kind of colour, and damaged
//! files are not changed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::io::{Cursor, Write};

use bytes::Bytes;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use image::{DynamicImage, ImageFormat};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use labeler_drawing::{Drawing, Label, draw};
use labeler_media::Format;
use labeler_pixels::overlay::Corner;
use tiff::decoder::DecodingResult;

const NUMBER: u64 = 0x0123_4567_89AB_CDEF;

fn label() -> Label {
    Label { text: "AI".to_owned(), corner: Corner::BottomRight }
}

fn codes(drawing: &Drawing) -> Vec<&str> {
    drawing.notes.iter().map(|note| note.code).collect()
}

fn open(file: &[u8]) -> DynamicImage {
    image::load_from_memory(file).unwrap()
}

/// Hills with grain, from 0 to 1.
fn level(x: u32, y: u32) -> f64 {
    let grain = f64::from((x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(2_246_822_519)) >> 8 & 255) / 255.0;
    0.5 + 0.2 * (f64::from(x) / 31.0).sin() + 0.2 * (f64::from(y) / 47.0).cos() + 0.05 * grain
}

const WIDTH: u32 = 320;
const HEIGHT: u32 = 240;

/// Returns 16-bit samples with `channels` channels. If the number is even, the last channel is alpha.
fn deep(channels: u32) -> Vec<u16> {
    let value = |x: u32, y: u32, channel: u32| {
        if channels.is_multiple_of(2) && channel == channels - 1 {
            return 40_000 + u16::try_from(x).unwrap();
        }
        (level(x + channel * 9, y) * 65_535.0) as u16
    };
    let pixels = (0..HEIGHT).flat_map(|y| (0..WIDTH).map(move |x| (x, y)));
    pixels.flat_map(|(x, y)| (0..channels).map(move |channel| value(x, y, channel))).collect()
}

fn png(channels: u32, bits: u8) -> Bytes {
    let samples = deep(channels);
    let bytes: Vec<u8> = samples.iter().map(|sample| (sample >> 8) as u8).collect();
    let wrong = "the buffer fits";
    let image: DynamicImage = match (channels, bits) {
        (1, 16) => image::ImageBuffer::<image::Luma<u16>, _>::from_raw(WIDTH, HEIGHT, samples).expect(wrong).into(),
        (2, 16) => image::ImageBuffer::<image::LumaA<u16>, _>::from_raw(WIDTH, HEIGHT, samples).expect(wrong).into(),
        (3, 16) => image::ImageBuffer::<image::Rgb<u16>, _>::from_raw(WIDTH, HEIGHT, samples).expect(wrong).into(),
        (4, 16) => image::ImageBuffer::<image::Rgba<u16>, _>::from_raw(WIDTH, HEIGHT, samples).expect(wrong).into(),
        (1, _) => image::GrayImage::from_raw(WIDTH, HEIGHT, bytes).expect(wrong).into(),
        (2, _) => image::GrayAlphaImage::from_raw(WIDTH, HEIGHT, bytes).expect(wrong).into(),
        (3, _) => image::RgbImage::from_raw(WIDTH, HEIGHT, bytes).expect(wrong).into(),
        _ => image::RgbaImage::from_raw(WIDTH, HEIGHT, bytes).expect(wrong).into(),
    };
    let mut file = Cursor::new(Vec::new());
    image.write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner().into()
}

/// Parameters of a generated TIFF.
#[derive(Clone, Debug)]
struct Tiff {
    big_endian: bool,
    big: bool,
    bits: u16,
    channels: u16,
    photometric: u16,
    /// Side of the tiles in samples; `None` means one strip.
    tile: Option<u32>,
    deflate: bool,
    pages: usize,
    /// ExtraSamples.
    extra: Option<u16>,
    data: Vec<u8>,
}

impl Tiff {
    fn new(bits: u16, channels: u16) -> Self {
        Self {
            big_endian: false,
            big: false,
            bits,
            channels,
            photometric: if channels >= 3 { 2 } else { 1 },
            tile: None,
            deflate: false,
            pages: 1,
            extra: channels.is_multiple_of(2).then_some(2),
            data: Vec::new(),
        }
    }

    fn number(&self, value: u64, width: usize) -> Vec<u8> {
        let bytes = value.to_be_bytes()[8 - width..].to_vec();
        if self.big_endian { bytes } else { bytes.into_iter().rev().collect() }
    }

    /// Returns the samples of a row of pixels in the file's byte order.
    fn samples(&self, pixels: &[u16]) -> Vec<u8> {
        match self.bits {
            16 => pixels.iter().flat_map(|sample| self.number(u64::from(*sample), 2)).collect(),
            8 => pixels.iter().map(|sample| (sample >> 8) as u8).collect(),
            1 => {
                let bits: Vec<u8> = pixels.iter().map(|sample| u8::from(*sample > 32_000)).collect();
                bits.chunks(8)
                    .map(|bits| bits.iter().enumerate().fold(0, |byte, (i, bit)| byte | bit << (7 - i)))
                    .collect()
            }
            _ => panic!("no samples of {} bits", self.bits),
        }
    }

    fn blocks(&self) -> Vec<Vec<u8>> {
        let all = deep(u32::from(self.channels));
        let row = WIDTH as usize * usize::from(self.channels);
        let rows: Vec<&[u16]> = all.chunks_exact(row).collect();
        let Some(side) = self.tile.map(|side| side as usize) else {
            return vec![rows.iter().flat_map(|row| self.samples(row)).collect()];
        };
        let mut tiles = Vec::new();
        for top in (0..HEIGHT as usize).step_by(side) {
            for left in (0..WIDTH as usize).step_by(side) {
                let mut tile = Vec::new();
                for y in top..top + side {
                    let mut line = Vec::new();
                    for x in left..left + side {
                        let at = x.min(WIDTH as usize - 1) * usize::from(self.channels);
                        line.extend_from_slice(&rows[y.min(HEIGHT as usize - 1)][at..at + usize::from(self.channels)]);
                    }
                    tile.extend(self.samples(&line));
                }
                tiles.push(tile);
            }
        }
        tiles
    }

    fn file(&self) -> Bytes {
        let (offset, count) = if self.big { (8, 8) } else { (4, 2) };
        let mut out = if self.big_endian { b"MM".to_vec() } else { b"II".to_vec() };
        if self.big {
            out.extend([self.number(43, 2), self.number(8, 2), self.number(0, 2)].concat());
        } else {
            out.extend(self.number(42, 2));
        }
        let mut pointer = out.len();
        out.extend(self.number(0, offset));
        for page in 0..self.pages {
            let mut blocks = if self.data.is_empty() { self.blocks() } else { vec![self.data.clone()] };
            if self.deflate {
                for block in &mut blocks {
                    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
                    encoder.write_all(block).unwrap();
                    *block = encoder.finish().unwrap();
                }
            }
            let array = |out: &mut Vec<u8>, values: &[u64], width: usize| -> Vec<u8> {
                let bytes: Vec<u8> = values.iter().flat_map(|value| self.number(*value, width)).collect();
                if bytes.len() <= offset {
                    return bytes;
                }
                out.resize(out.len().next_multiple_of(2), 0);
                let at = out.len() as u64;
                out.extend(bytes);
                self.number(at, offset)
            };
            let mut places = Vec::new();
            for block in &blocks {
                out.resize(out.len().next_multiple_of(2), 0);
                places.push(out.len() as u64);
                out.extend_from_slice(block);
            }
            let lengths: Vec<u64> = blocks.iter().map(|block| block.len() as u64).collect();
            let depths = vec![u64::from(self.bits); usize::from(self.channels)];
            let mut tags: Vec<(u16, u16, u64, Vec<u8>)> = vec![
                (254, 4, 1, self.number(u64::from(page > 0) * 2, 4)),
                (256, 4, 1, self.number(WIDTH.into(), 4)),
                (257, 4, 1, self.number(HEIGHT.into(), 4)),
                (258, 3, depths.len() as u64, array(&mut out, &depths, 2)),
                (259, 3, 1, self.number(if self.deflate { 8 } else { 1 }, 2)),
                (262, 3, 1, self.number(self.photometric.into(), 2)),
                (277, 3, 1, self.number(self.channels.into(), 2)),
                (284, 3, 1, self.number(1, 2)),
            ];
            let count_of = blocks.len() as u64;
            let (at, length) = (array(&mut out, &places, 4), array(&mut out, &lengths, 4));
            if let Some(side) = self.tile {
                tags.extend([
                    (322, 4, 1, self.number(side.into(), 4)),
                    (323, 4, 1, self.number(side.into(), 4)),
                    (324, 4, count_of, at),
                    (325, 4, count_of, length),
                ]);
            } else {
                tags.extend([
                    (273, 4, count_of, at),
                    (278, 4, 1, self.number(HEIGHT.into(), 4)),
                    (279, 4, count_of, length),
                ]);
            }
            tags.extend(self.extra.map(|extra| (338, 3, 1, self.number(extra.into(), 2))));
            tags.sort_by_key(|tag| tag.0);
            out.resize(out.len().next_multiple_of(2), 0);
            let here = self.number(out.len() as u64, offset);
            out[pointer..pointer + offset].copy_from_slice(&here);
            out.extend(self.number(tags.len() as u64, count));
            for (tag, kind, count, mut value) in tags {
                value.resize(offset, 0);
                out.extend(
                    [self.number(tag.into(), 2), self.number(kind.into(), 2), self.number(count, offset)].concat(),
                );
                out.extend(value);
            }
            pointer = out.len();
            out.extend(self.number(0, offset));
        }
        out.into()
    }
}

/// Decodes the pages of a TIFF with an independent decoder: kind of colour, and samples.
fn pages(file: &[u8]) -> Vec<(tiff::ColorType, DecodingResult)> {
    let mut decoder = tiff::decoder::Decoder::new(Cursor::new(file)).unwrap();
    let mut pages = Vec::new();
    loop {
        pages.push((decoder.colortype().unwrap(), decoder.read_image().unwrap()));
        if !decoder.more_images() {
            return pages;
        }
        decoder.next_image().unwrap();
    }
}

#[test]
fn keeps_the_depth_and_colour_type_of_a_png() {
    for bits in [8, 16] {
        for channels in 1..=4 {
            let file = png(channels, bits);
            let what = format!("{channels} channels of {bits} bits");
            let drawing = draw(&file, Format::Png, Some(&label()), Some(NUMBER));
            let saved = drawing.body.as_ref().expect(&what);
            assert!(drawing.notes.is_empty() && drawing.mark.is_some(), "{what}: {:?}", drawing.notes);
            let (before, after) = (open(&file), open(saved));
            assert_eq!(before.color(), after.color(), "{what}");
            let (before, after) = (before.into_rgba16(), after.into_rgba16());
            assert_ne!(before, after, "{what}");
            // Alpha in the upper half stays identical, and colours change by at most the watermark's amplitude.
            for (old, new) in before.pixels().zip(after.pixels()).take((WIDTH * HEIGHT / 2) as usize) {
                assert_eq!(old[3], new[3], "{what}");
                assert!((0..3).all(|channel| old[channel].abs_diff(new[channel]) < 16 * 257), "{what}");
            }
        }
    }
}

#[test]
fn keeps_16_bit_samples_outside_the_label_exactly() {
    for (file, format) in [(png(3, 16), Format::Png), (Tiff::new(16, 3).file(), Format::Tiff)] {
        let drawing = draw(&file, format, Some(&label()), None);
        let (before, after) = (open(&file).into_rgb16(), open(&drawing.body.unwrap()).into_rgb16());
        let upper = (WIDTH * HEIGHT / 2 * 3) as usize;
        assert_eq!(before.as_raw()[..upper], after.as_raw()[..upper], "{format:?}");
        assert_ne!(before.as_raw()[upper..], after.as_raw()[upper..], "{format:?}");
    }
}

#[test]
fn saves_every_form_of_tiff_in_its_own_kind() {
    let mut drawn = 0;
    for bits in [1, 8, 16] {
        for channels in [1, 3, 4] {
            if bits == 1 && channels > 1 {
                continue;
            }
            for (big_endian, big) in [(false, false), (true, false), (false, true), (true, true)] {
                for (tile, deflate, pages_count) in [(None, true, 3), (Some(64), false, 1)] {
                    let form = Tiff { big_endian, big, tile, deflate, pages: pages_count, ..Tiff::new(bits, channels) };
                    let file = form.file();
                    let before = pages(&file);
                    // The watermark takes most of the time; one test for each kind of samples is sufficient.
                    let mark = (!big_endian && !big).then_some(NUMBER);
                    let drawing = draw(&file, Format::Tiff, Some(&label()), mark);
                    let what = format!("{form:?}: {:?}", drawing.notes);
                    let saved = drawing.body.as_ref().expect(&what);
                    let after = pages(saved);
                    assert_eq!(after.len(), pages_count, "{what}");
                    let deeper = if bits == 1 { tiff::ColorType::Gray(8) } else { before[0].0 };
                    assert_eq!(after[0].0, deeper, "{what}");
                    for (old, new) in before.iter().zip(&after).skip(1) {
                        assert!(format!("{:?}", old.1) == format!("{:?}", new.1), "{what}");
                    }
                    let mut expected = Vec::new();
                    expected.extend((bits == 1).then_some("depth_raised"));
                    expected.extend((pages_count > 1).then_some("further_pictures_unchanged"));
                    expected.extend((mark.is_some() && drawing.mark.is_none()).then_some("watermark_not_written"));
                    // An unsuitable image is noted before it is saved; one that loses its watermark is noted
                    // afterwards.
                    let mut noted = codes(&drawing);
                    noted.sort_unstable();
                    assert_eq!(noted, expected, "{what}");
                    drawn += 1;
                }
            }
        }
    }
    assert_eq!(drawn, (2 * 3 + 1) * 8);
}

#[test]
fn keeps_black_in_a_tiff_with_white_as_zero() {
    for bits in [1, 8, 16] {
        let form = Tiff { photometric: 0, ..Tiff::new(bits, 1) };
        let (positive, negative) = (Tiff::new(bits, 1).file(), form.file());
        let saved = draw(&negative, Format::Tiff, Some(&label()), None).body.unwrap();
        // As stored: not every reader inverts these samples.
        let stored = |file: &[u8]| {
            let mut decoder = tiff::decoder::Decoder::new(Cursor::new(file)).unwrap();
            (decoder.get_tag_u32(tiff::tags::Tag::PhotometricInterpretation).unwrap(), decoder.read_image().unwrap())
        };
        let ((kind, before), (saved_kind, after)) = (stored(&negative), stored(&saved));
        assert_eq!((kind, saved_kind), (0, 0), "{bits} bits");
        if let (DecodingResult::U16(before), DecodingResult::U16(after)) = (before, after) {
            assert_eq!(before[..(WIDTH * HEIGHT / 2) as usize], after[..(WIDTH * HEIGHT / 2) as usize]);
        }
        let (positive, saved) = (open(&positive).into_luma8(), open(&saved).into_luma8());
        for (a, b) in positive.iter().zip(saved.iter()).take((WIDTH * HEIGHT / 2) as usize) {
            assert!((255 - a).abs_diff(*b) <= 1, "{bits} bits");
        }
    }
}

#[test]
fn keeps_premultiplied_transparency() {
    for extra in [0, 1, 2] {
        let file = Tiff { extra: Some(extra), ..Tiff::new(8, 4) }.file();
        let saved = draw(&file, Format::Tiff, Some(&label()), None).body.unwrap();
        let mut decoder = tiff::decoder::Decoder::new(Cursor::new(&saved[..])).unwrap();
        assert_eq!(decoder.get_tag_u32(tiff::tags::Tag::ExtraSamples).unwrap(), u32::from(extra));
    }
}

#[test]
fn does_not_change_unsupported_forms_of_tiff() {
    let planes = vec![0; (WIDTH * HEIGHT * 4) as usize];
    // Inks, Lab, YCbCr colours, and gray with a second channel.
    for (photometric, channels) in [(5, 4), (8, 3), (6, 3), (1, 2)] {
        let form = Tiff { photometric, data: planes.clone(), extra: None, ..Tiff::new(8, channels) };
        let drawing = draw(&form.file(), Format::Tiff, Some(&label()), Some(NUMBER));
        assert_eq!((drawing.body.is_some(), codes(&drawing)), (false, vec!["pixels_unchanged"]), "{photometric}");
    }
}

fn jpeg(sampling: SamplingFactor, progressive: bool, restart: Option<u16>) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, 85);
    encoder.set_sampling_factor(sampling);
    encoder.set_progressive(progressive);
    restart.into_iter().for_each(|interval| encoder.set_restart_interval(interval));
    let pixels: Vec<u8> = deep(3).iter().map(|sample| (sample >> 8) as u8).collect();
    encoder.encode(&pixels, WIDTH as u16, HEIGHT as u16, ColorType::Rgb).unwrap();
    file
}

#[test]
fn reports_truncated_images_as_damaged_and_never_draws_on_them() {
    let gif = {
        let mut file = Cursor::new(Vec::new());
        open(&png(3, 8)).write_to(&mut file, ImageFormat::Gif).unwrap();
        file.into_inner()
    };
    let webp = {
        let mut file = Cursor::new(Vec::new());
        open(&png(3, 8)).write_to(&mut file, ImageFormat::WebP).unwrap();
        file.into_inner()
    };
    let files = [
        (jpeg(SamplingFactor::F_2_2, false, None), Format::Jpeg),
        (jpeg(SamplingFactor::F_1_1, false, Some(7)), Format::Jpeg),
        (jpeg(SamplingFactor::F_2_2, true, None), Format::Jpeg),
        (png(3, 8).to_vec(), Format::Png),
        (png(4, 16).to_vec(), Format::Png),
        (gif, Format::Gif),
        (webp, Format::Webp),
    ];
    for (file, format) in files {
        assert!(draw(&file.clone().into(), format, None, Some(NUMBER)).body.is_some(), "{format:?} is whole");
        assert!(draw(&file.clone().into(), format, None, None).notes.is_empty(), "{format:?} is whole");
        for part in [30, 60, 90, 98] {
            let mut cut = file[..file.len() * part / 100].to_vec();
            for ended in [false, true] {
                if ended && format == Format::Jpeg {
                    // With an end of image marker, as a repairing decoder would write it.
                    cut.extend([0xFF, 0xD9]);
                }
                let drawing = draw(&cut.clone().into(), format, Some(&label()), Some(NUMBER));
                let found = (drawing.body.is_some(), codes(&drawing));
                assert_eq!(found, (false, vec!["file_damaged"]), "{format:?} to {part} %: {:?}", drawing.notes);
                // Without layers, it is reported as well.
                let told = draw(&cut.clone().into(), format, None, None);
                assert_eq!(codes(&told), ["file_damaged"], "{format:?} to {part} %");
            }
        }
    }
}

#[test]
fn never_draws_on_a_tiff_with_truncated_image_data() {
    for deflate in [false, true] {
        let mut form = Tiff { deflate, ..Tiff::new(8, 3) };
        let all: Vec<u8> = form.blocks().concat();
        form.data = all[..all.len() / 2].to_vec();
        let drawing = draw(&form.file(), Format::Tiff, Some(&label()), Some(NUMBER));
        assert_eq!((drawing.body.is_some(), codes(&drawing)), (false, vec!["file_damaged"]), "{:?}", drawing.notes);
    }
}

#[test]
fn reports_a_wrong_checksum_as_damage() {
    let mut file = png(3, 8).to_vec();
    let at = file.windows(4).position(|name| name == b"IDAT").unwrap() + 100;
    file[at] ^= 0x10;
    let drawing = draw(&file.into(), Format::Png, Some(&label()), None);
    assert_eq!((drawing.body.is_some(), codes(&drawing)), (false, vec!["file_damaged"]), "{:?}", drawing.notes);
}

#[test]
fn reports_missing_parts_inside_a_jpeg_as_damage() {
    for (sampling, progressive) in [(SamplingFactor::F_2_2, false), (SamplingFactor::F_1_1, true)] {
        let mut file = jpeg(sampling, progressive, None);
        let middle = file.len() / 2;
        file.drain(middle..middle + file.len() / 6);
        let drawing = draw(&file.into(), Format::Jpeg, Some(&label()), None);
        assert_eq!((drawing.body.is_some(), codes(&drawing)), (false, vec!["file_damaged"]), "{:?}", drawing.notes);
    }
    // A complete restart interval is missing.
    let file = jpeg(SamplingFactor::F_1_1, false, Some(20));
    let marker = |number: u8| file.windows(2).position(|bytes| bytes == [0xFF, 0xD0 | number]).unwrap();
    let (from, to) = (marker(2), marker(3));
    let lost = [&file[..from], &file[to..]].concat();
    let drawing = draw(&lost.into(), Format::Jpeg, Some(&label()), None);
    assert_eq!((drawing.body.is_some(), codes(&drawing)), (false, vec!["file_damaged"]), "{:?}", drawing.notes);
}

/// A JPEG with several images (CIPA DC-007): the index in the first one lists the others.
fn multi_picture(first: &[u8], second: &[u8]) -> Vec<u8> {
    let segment = |first_size: u32, offset: u32| {
        let mut index = b"MPF\0II\x2a\0\x08\0\0\0\x01\0\x02\xb0\x07\0\x20\0\0\0\x1a\0\0\0\0\0\0\0".to_vec();
        for (size, offset) in [(first_size, 0), (second.len() as u32, offset)] {
            index.extend([0, 0, 3, 0]);
            index.extend(size.to_le_bytes());
            index.extend(offset.to_le_bytes());
            index.extend([0; 4]);
        }
        let mut out = vec![0xFF, 0xE2];
        out.extend(u16::try_from(index.len() + 2).unwrap().to_be_bytes());
        out.extend(index);
        out
    };
    // After the JFIF segment.
    let at = 4 + usize::from(u16::from_be_bytes([first[4], first[5]])) - 2 + 2;
    let size = first.len() + segment(0, 0).len();
    let base = at + 8;
    [&first[..at], &segment(size as u32, (size - base) as u32), &first[at..], second].concat()
}

/// Returns the images that the index of a JPEG lists.
fn pictures(file: &[u8]) -> Vec<&[u8]> {
    let base = file.windows(4).position(|bytes| bytes == b"MPF\0").unwrap() + 4;
    let number = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().unwrap()) as usize;
    let table = base + number(base + 8 + 2 + 8);
    let entry = |index: usize| (number(table + index * 16 + 4), number(table + index * 16 + 8));
    [entry(0), entry(1)]
        .map(|(size, offset)| {
            let start = if offset == 0 { 0 } else { base + offset };
            &file[start..start + size]
        })
        .into()
}

#[test]
fn keeps_the_second_image_of_a_jpeg() {
    let first = jpeg(SamplingFactor::F_2_2, false, None);
    let second = jpeg(SamplingFactor::F_1_1, true, None);
    let file = multi_picture(&first, &second);
    assert_eq!(pictures(&file)[1], second);
    let drawing = draw(&file.clone().into(), Format::Jpeg, Some(&label()), Some(NUMBER));
    assert_eq!(codes(&drawing), ["further_pictures_unchanged"], "{:?}", drawing.notes);
    let saved = drawing.body.unwrap();
    let [one, two] = pictures(&saved)[..] else { panic!("two pictures") };
    assert_eq!(two, second);
    assert!(one.ends_with(&[0xFF, 0xD9]) && one.len() + two.len() == saved.len());
    assert_ne!(open(one).into_rgb8(), open(&first).into_rgb8());
}

#[test]
fn keeps_data_after_a_jpeg() {
    let file = [&jpeg(SamplingFactor::F_2_2, false, None)[..], b"a video of the moment"].concat();
    let saved = draw(&file.into(), Format::Jpeg, Some(&label()), None).body.unwrap();
    assert!(saved.ends_with(b"\xff\xd9a video of the moment"));
}

#[test]
fn expands_a_palette_with_a_note() {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, WIDTH, HEIGHT);
    encoder.set_color(png::ColorType::Indexed);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_palette((0..=255_u8).flat_map(|index| [index, index / 2, 255 - index]).collect::<Vec<u8>>());
    let indices: Vec<u8> = deep(1).iter().map(|sample| (sample >> 8) as u8).collect();
    encoder.write_header().unwrap().write_image_data(&indices).unwrap();
    let drawing = draw(&file.into(), Format::Png, Some(&label()), None);
    assert_eq!(codes(&drawing), ["palette_expanded"]);
    assert_eq!(open(&drawing.body.unwrap()).color(), image::ColorType::Rgb8);
}
