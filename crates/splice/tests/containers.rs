//! Every format: one packet, one store, the same picture.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::path::PathBuf;

use bytes::Bytes;
use labeler_media::fixtures::{self, Parts};
use labeler_media::{Format, Limits, Metadata, manifest_store, read_metadata, sniff};
use labeler_splice::xmp::{self, Property};
use labeler_splice::{Binding, Embedding, Packet, Rope, WRITABLE, remove_stores, write_packet};
use proptest::prelude::*;

const EXT: &str = "http://iptc.org/std/Iptc4xmpExt/2008-02-29/";

/// The corpus of real files.
fn corpus() -> Vec<(String, Format, Vec<u8>)> {
    let folder = std::env::var_os("LABELER_CORPUS")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpus")), PathBuf::from);
    let mut files = Vec::new();
    for part in ["plain", "signed", "generators"] {
        let entries = std::fs::read_dir(folder.join(part)).expect("no corpus: set LABELER_CORPUS");
        for path in entries.map(|e| e.unwrap().path()) {
            let bytes = std::fs::read(&path).unwrap();
            if let Some(format) = sniff(&bytes).filter(|f| WRITABLE.contains(f)) {
                files.push((path.file_name().unwrap().to_string_lossy().into_owned(), format, bytes));
            }
        }
    }
    files.sort();
    files
}

fn generated() -> Vec<(String, Format, Vec<u8>)> {
    let xmp = fixtures::xmp(&fixtures::XmpFields {
        digital_source_type: Some("digitalCapture"),
        creator_tool: Some("Tool"),
        ..fixtures::XmpFields::default()
    });
    let store = fixtures::c2pa_store(700);
    let exif = fixtures::exif_block(true, &[(0x0131, b"Camera\0".to_vec())]);
    let full = Parts { xmp: Some(&xmp), exif: Some(&exif), c2pa: Some(&store) };
    let mut files = Vec::new();
    for (name, parts) in [("bare", &Parts::default()), ("full", &full)] {
        files.extend([
            (format!("{name}.jpg"), Format::Jpeg, fixtures::jpeg(parts)),
            (format!("{name}.png"), Format::Png, fixtures::png(parts)),
            (format!("{name}.webp"), Format::Webp, fixtures::webp(parts)),
            (format!("{name}.gif"), Format::Gif, fixtures::gif(parts, Some("comment"))),
            (format!("{name}-mm.tiff"), Format::Tiff, fixtures::tiff(true, parts)),
            (format!("{name}-ii.tiff"), Format::Tiff, fixtures::tiff(false, parts)),
            (format!("{name}-idat.avif"), Format::Avif, fixtures::avif(parts, true)),
            (format!("{name}-mdat.avif"), Format::Avif, fixtures::avif(parts, false)),
        ]);
    }
    files
}

fn read(rope: &Rope, format: Format) -> Metadata {
    read_metadata(&mut rope.reader(), format, &Limits::default()).unwrap()
}

fn labelled(rope: &Rope, format: Format) -> Rope {
    let metadata = read(rope, format);
    let packets: Vec<&str> = metadata.xmp.iter().map(|p| p.raw.as_str()).collect();
    let set = [Property::new(EXT, "Iptc4xmpExt", "AISystemUsed", "Model <X>")];
    let main = xmp::merge(&packets, &set).packet();
    write_packet(rope, format, &Packet { main: &main, ..Packet::default() }).unwrap()
}

fn flat(rope: &Rope) -> Vec<u8> {
    rope.parts().concat()
}

fn pixels(file: &[u8]) -> Option<labeler_pixels::Picture> {
    labeler_pixels::decode::decode(file, 50_000_000).ok().map(|decoded| decoded.picture)
}

fn stale(rope: &Rope, format: Format) -> Vec<std::ops::Range<u64>> {
    read(rope, format).c2pa.into_iter().flat_map(|place| place.ranges).collect()
}

#[test]
fn merges_packets_into_one_in_the_standard_place() {
    merge_packets(generated());
}

#[test]
#[ignore = "needs the corpus: set LABELER_CORPUS and run with --include-ignored"]
fn a_packet_is_merged_into_the_files_of_the_corpus() {
    merge_packets(corpus());
}

fn merge_packets(files: Vec<(String, Format, Vec<u8>)>) {
    for (name, format, bytes) in files {
        let source = Rope::from(Bytes::from(bytes.clone()));
        let before = read(&source, format);
        let once = labelled(&source, format);
        let after = read(&once, format);
        assert_eq!(after.xmp.len(), 1, "{name}: {:?}", after.xmp);
        assert!(after.xmp[0].standard_place, "{name}");
        assert_eq!(after.iptc.ai_system_used.as_ref().unwrap().value, "Model <X>", "{name}");
        for property in before.xmp.iter().flat_map(|packet| &packet.properties) {
            let kept = |p: &&labeler_media::XmpProperty| p.path == property.path && p.value == property.value;
            assert!(after.xmp[0].properties.iter().any(|p| kept(&p)), "{name}: {property:?}");
        }
        assert_eq!(after.exif.len(), before.exif.len(), "{name}");
        let news = after.warnings.iter().filter(|w| before.warnings.iter().all(|b| b.message != w.message));
        assert_eq!(news.count(), 0, "{name}: {:?}", after.warnings);
        assert_eq!(flat(&labelled(&once, format)), flat(&once), "{name}: labelled twice");
        assert_eq!(pixels(&flat(&once)), pixels(&bytes), "{name}");
    }
}

#[test]
fn replaces_every_store_with_the_new_one() {
    replace_stores(generated());
}

#[test]
#[ignore = "needs the corpus: set LABELER_CORPUS and run with --include-ignored"]
fn a_store_replaces_those_of_the_corpus_and_is_read_back() {
    replace_stores(corpus());
}

fn replace_stores(files: Vec<(String, Format, Vec<u8>)>) {
    for (name, format, bytes) in files {
        let source = Rope::from(Bytes::from(bytes.clone()));
        let mut file = labelled(&source, format);
        let had = file.len();
        for padding in [70_001, 300, 301] {
            let store = fixtures::c2pa_store(padding);
            let plan = Embedding::plan(&file, format, &stale(&file, format), store.len() as u64).unwrap();
            let exclusion = plan.exclusion();
            if let Binding::Data { exclusion: bound, .. } = plan.binding().unwrap() {
                assert_eq!(bound, exclusion);
            }
            file = plan.finish(&store).unwrap();
            let found = manifest_store(&mut file.reader(), format, &Limits::default()).unwrap().expect(&name);
            assert_eq!(found.jumbf, store, "{name}");
            // A WebP chunk's padding byte belongs to the chunk, but not to the exclusion.
            let padded = if format == Format::Webp { exclusion.end.next_multiple_of(2) } else { exclusion.end };
            assert_eq!(found.ranges, std::slice::from_ref(&(exclusion.start..padded)), "{name}");
            let metadata = read(&file, format);
            assert_eq!(metadata.c2pa.len(), 1, "{name}");
            assert!(metadata.c2pa[0].standard_place, "{name}");
            assert_eq!(metadata.xmp.len(), 1, "{name}");
        }
        let bare = remove_stores(&file, format, &stale(&file, format)).unwrap();
        assert_eq!(read(&bare, format).c2pa.len(), 0, "{name}");
        assert!(file.len() < had + 1200, "{name} grew from {had} to {}", file.len());
        assert_eq!(pixels(&flat(&file)), pixels(&bytes), "{name}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Damage gives an error or a file, never a panic; and where the damage is harmless the picture stays.
    #[test]
    fn handles_damaged_files_without_panic(
        which in 0_usize..16,
        cut in 0_usize..6000,
        changes in prop::collection::vec((0_usize..6000, any::<u8>()), 0..5),
    ) {
        let (_, format, mut bytes) = generated().swap_remove(which);
        for (at, value) in changes {
            let at = at % bytes.len();
            bytes[at] = value;
        }
        let kept = bytes.len() - cut.min(bytes.len() - 1) % bytes.len();
        for bytes in [&bytes[..], &bytes[..kept]] {
            let source = Rope::from(bytes.to_vec());
            if let Ok(written) = write_packet(&source, format, &Packet { main: "<x/>", ..Packet::default() }) {
                prop_assert!(!written.is_empty());
            }
            let old = read_metadata(&mut source.reader(), format, &Limits::default()).unwrap();
            let old: Vec<_> = old.c2pa.into_iter().flat_map(|place| place.ranges).collect();
            if let Ok(plan) = Embedding::plan(&source, format, &old, 500) {
                let room = plan.exclusion();
                let _ = plan.binding();
                let file = plan.finish(&fixtures::c2pa_store(500)[..500]);
                if let Ok(file) = file {
                    prop_assert!(file.len() >= room.end);
                }
            }
        }
    }
}
