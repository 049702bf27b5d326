//! No input makes a parser panic, loop or report a place outside the file: mutated, truncated and mislabelled files,
//! and noise.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::io::Cursor;

use labeler_media::fixtures::{self as make, AIGC_LABEL, Parts, XmpFields};
use labeler_media::{Format, Limits, Location, manifest_store, read_metadata, sniff};
use proptest::prelude::*;

/// One file of every format, with everything that the format can carry.
fn files() -> Vec<Vec<u8>> {
    let xmp = make::xmp(&XmpFields {
        digital_source_type: Some("trainedAlgorithmicMedia"),
        aigc: Some(AIGC_LABEL),
        creator_tool: Some("tool"),
        extra: "",
    });
    let exif = make::exif_block(true, &[(0x010E, b"description\0".to_vec()), (0x9286, b"ASCII\0\0\0comment".to_vec())]);
    let c2pa = make::c2pa_store(300);
    let parts = Parts { xmp: Some(&xmp), exif: Some(&exif), c2pa: Some(&c2pa) };
    let tags = [("AIGC", AIGC_LABEL), ("title", "value")];
    let frames = [make::id3_frame(b"TXXX", b"\0AIGC\0{}"), make::id3_frame(b"COMM", b"\x01eng\0\0a\0")].concat();
    vec![
        make::jpeg(&parts),
        make::png(&parts),
        make::png_with_chunks(&make::png_chunk(b"tEXt", b"AIGC\0{\"Label\":\"1\"}")),
        make::webp(&parts),
        make::avif(&parts, false),
        make::avif(&parts, true),
        make::tiff(false, &parts),
        make::tiff(true, &parts),
        make::gif(&parts, Some("comment")),
        make::jxl(&parts),
        make::mp4(&parts, &tags),
        make::mov(Some(&xmp), "software", Some(("AIGC", AIGC_LABEL))),
        make::riff(b"AVI ", &[(b"LIST", b"INFOISFT\x02\0\0\0ab"), (b"C2PA", &c2pa)]),
        make::mp3(&parts, &frames),
        make::wav(&parts, &[(b"AIGC", AIGC_LABEL.as_bytes())]),
        make::flac(&tags),
        make::ogg(&tags),
        make::matroska("matroska", &tags, false),
        make::matroska("webm", &tags, true),
        make::pdf(&tags, Some(&xmp), false),
        make::pdf(&tags, Some(&xmp), true),
        make::svg(Some("<a/>"), Some(&c2pa)),
    ]
}

/// Reads a file as `format` and checks what every reading must keep to.
fn check(file: &[u8], format: Format) {
    let limits = Limits { max_part: 64 << 10, max_manifest_store: 64 << 10, ..Limits::default() };
    let _ = manifest_store(&mut Cursor::new(file), format, &limits);
    let Ok(metadata) = read_metadata(&mut Cursor::new(file), format, &limits) else {
        assert!(file.is_empty(), "memory does not fail");
        return;
    };
    let length = file.len() as u64;
    assert_eq!(metadata.length, length);
    let inside = |location: &Location| location.offset.checked_add(location.length).is_some_and(|end| end <= length);
    let mut places: Vec<&Location> = Vec::new();
    places.extend(metadata.xmp.iter().map(|packet| &packet.location));
    places.extend(metadata.text.iter().map(|entry| &entry.location));
    places.extend(metadata.exif.iter().flat_map(|exif| &exif.fields).map(|field| &field.location));
    places.extend(metadata.iim.iter().map(|field| &field.location));
    places.extend(metadata.aigc.iter().map(|site| &site.location));
    places.extend(metadata.c2pa.iter().map(|store| &store.location));
    places.extend(&metadata.gps);
    for place in places {
        assert!(inside(place), "{format:?}: {place:?} in {length} bytes");
    }
    assert!(metadata.c2pa.iter().flat_map(|store| &store.ranges).all(|range| range.start <= range.end && range.end <= length));
    assert!(metadata.warnings.len() <= limits.max_warnings);
    serde_json::to_string(&metadata).unwrap();
}

#[test]
fn every_truncation_of_every_file() {
    for file in files() {
        let format = sniff(&file).unwrap();
        let step = (file.len() / 400).max(1);
        for length in (0..file.len()).step_by(step) {
            check(&file[..length], format);
        }
    }
}

#[test]
fn every_file_read_as_every_format() {
    for file in files() {
        for format in Format::ALL {
            check(&file, format);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutated_files(
        which in 0..22_usize,
        changes in prop::collection::vec((any::<prop::sample::Index>(), prop_oneof![
            any::<u8>(), Just(0), Just(0xFF), Just(0x7F), Just(0x80), Just(1)
        ]), 1..24),
        duplicate in prop::option::of((any::<prop::sample::Index>(), 1..64_usize)),
    ) {
        let mut file = files().swap_remove(which);
        let format = sniff(&file).unwrap();
        for (at, value) in changes {
            let at = at.index(file.len());
            file[at] = value;
        }
        if let Some((at, count)) = duplicate {
            let at = at.index(file.len());
            let piece = file[at..(at + count).min(file.len())].to_vec();
            file.splice(at..at, piece);
        }
        check(&file, format);
    }

    #[test]
    fn lengths_are_not_trusted(which in 0..22_usize, at in any::<prop::sample::Index>(), value in prop_oneof![
        Just(u32::MAX), Just(0x7FFF_FFFF), Just(0x8000_0000), Just(0), Just(1), Just(0xFFFF_FFF0), any::<u32>()
    ]) {
        let mut file = files().swap_remove(which);
        let format = sniff(&file).unwrap();
        let at = at.index(file.len().saturating_sub(4));
        file[at..at + 4].copy_from_slice(&value.to_be_bytes());
        check(&file, format);
        file[at..at + 4].copy_from_slice(&value.to_le_bytes());
        check(&file, format);
    }

    #[test]
    fn noise(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = sniff(&bytes);
        for format in Format::ALL {
            check(&bytes, format);
        }
    }
}
