//! Known facts about real files, in the corpus: `$LABELER_CORPUS`, or `../shared/corpus` beside the repository. Ignored
//! unless asked for, so that a run without the corpus does not count them as passed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::fs::File;
use std::io::{Read, Seek};
use std::path::{Path, PathBuf};

use labeler_media::{
    AigcCarrier, AigcMeaning, AigcShape, CodeCheck, Format, Limits, Metadata, SNIFF_LENGTH, manifest_store,
    read_metadata, sniff,
};

fn corpus() -> PathBuf {
    let path = std::env::var_os("LABELER_CORPUS").map_or_else(
        || PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../../shared/corpus"),
        PathBuf::from,
    );
    assert!(path.is_dir(), "no corpus at {}", path.display());
    path
}

fn open(path: &Path) -> (File, Option<Format>) {
    let mut file = File::open(path).unwrap();
    let mut head = Vec::new();
    (&mut file).take(SNIFF_LENGTH as u64).read_to_end(&mut head).unwrap();
    file.rewind().unwrap();
    let format = sniff(&head);
    (file, format)
}

fn read(corpus: &Path, name: &str) -> Metadata {
    let (mut file, format) = open(&corpus.join(name));
    read_metadata(&mut file, format.unwrap(), &Limits::default()).unwrap()
}

fn files(corpus: &Path, folder: &str) -> Vec<PathBuf> {
    let mut files: Vec<_> =
        std::fs::read_dir(corpus.join(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

fn expected(path: &Path) -> Format {
    match path.extension().unwrap().to_str().unwrap() {
        "jpg" => Format::Jpeg,
        "png" => Format::Png,
        "webp" => Format::Webp,
        "avif" => Format::Avif,
        "heic" => Format::Heic,
        "heif" => Format::Heic,
        "tiff" => Format::Tiff,
        "gif" => Format::Gif,
        "mp4" => Format::Mp4,
        "mp3" => Format::Mp3,
        "wav" => Format::Wav,
        other => panic!("{other}"),
    }
}

#[test]
#[ignore = "needs the corpus: set LABELER_CORPUS and run with --include-ignored"]
fn formats_of_all_files() {
    let corpus = corpus();
    for folder in ["plain", "signed", "generators", "hostile"] {
        for path in files(&corpus, folder) {
            assert_eq!(open(&path).1, Some(expected(&path)), "{}", path.display());
        }
    }
}

#[test]
#[ignore = "needs the corpus: set LABELER_CORPUS and run with --include-ignored"]
fn every_file_is_read_and_every_location_lies_in_it() {
    let corpus = corpus();
    for folder in ["plain", "signed", "generators", "hostile"] {
        for path in files(&corpus, folder) {
            let (mut file, format) = open(&path);
            let metadata = read_metadata(&mut file, format.unwrap(), &Limits::default()).unwrap();
            let name = path.display();
            let inside = |location: &labeler_media::Location| location.offset + location.length <= metadata.length;
            assert!(metadata.xmp.iter().all(|packet| inside(&packet.location)), "{name}");
            assert!(metadata.text.iter().all(|entry| inside(&entry.location)), "{name}");
            assert!(metadata.exif.iter().flat_map(|exif| &exif.fields).all(|field| inside(&field.location)), "{name}");
            assert!(metadata.c2pa.iter().all(|store| inside(&store.location)), "{name}");
            if folder != "hostile" {
                let unexpected: Vec<_> = metadata
                    .warnings
                    .iter()
                    .filter(|warning| {
                        use labeler_media::WarningKind::{Malformed, Truncated};
                        matches!(warning.kind, Malformed | Truncated)
                    })
                    .collect();
                assert!(unexpected.is_empty(), "{name}: {unexpected:?}");
            } else {
                manifest_store(&mut file, format.unwrap(), &Limits::default()).unwrap();
            }
        }
    }
}

#[test]
#[ignore = "needs the corpus: set LABELER_CORPUS and run with --include-ignored"]
fn manifest_stores() {
    let corpus = corpus();
    let mut signed = files(&corpus, "signed");
    for name in ["chatgpt-1.png", "chatgpt-2026-05-30.png", "dall-e-2024.webp", "firefly-1.png", "flux-1.jpg"] {
        signed.push(corpus.join("generators").join(name));
    }
    for path in signed {
        let (mut file, format) = open(&path);
        let metadata = read_metadata(&mut file, format.unwrap(), &Limits::default()).unwrap();
        let store = manifest_store(&mut file, format.unwrap(), &Limits::default()).unwrap();
        let name = path.display();
        let store = store.unwrap_or_else(|| panic!("no store in {name}"));
        assert_eq!(metadata.c2pa.len(), 1, "{name}");
        assert_eq!(metadata.c2pa[0].ranges, store.ranges, "{name}");
        // The superbox is whole: its length is that of the bytes.
        let declared = u32::from_be_bytes(store.jumbf[..4].try_into().unwrap()) as usize;
        assert_eq!(declared, store.jumbf.len(), "{name}");
    }
    for path in files(&corpus, "plain") {
        let (mut file, format) = open(&path);
        assert_eq!(manifest_store(&mut file, format.unwrap(), &Limits::default()).unwrap(), None, "{}", path.display());
    }
}

#[test]
#[ignore = "needs the corpus: set LABELER_CORPUS and run with --include-ignored"]
fn midjourney() {
    let corpus = corpus();
    let metadata = read(&corpus, "generators/mj-1.png");
    let source_type = &metadata.iptc.digital_source_types[0];
    assert_eq!(source_type.term, Some("trainedAlgorithmicMedia"));
    assert_eq!(source_type.location.path, "PNG/tEXt(XML:com.adobe.xmp)");
    assert!(!metadata.xmp[0].standard_place);
    assert_eq!(metadata.iptc.digital_image_guid.as_ref().unwrap().value, "2b6e053b-9a65-4ca9-9e13-b6f4465164d4");
    assert!(metadata.generators.iter().any(|trace| trace.generator == "Midjourney" && trace.tier == 4));
    assert!(metadata.aigc.is_empty() && metadata.c2pa.is_empty());
}

#[test]
#[ignore = "needs the corpus: set LABELER_CORPUS and run with --include-ignored"]
fn doubao() {
    let corpus = corpus();
    let metadata = read(&corpus, "generators/doubao-1.png");
    assert_eq!(metadata.aigc.len(), 1);
    let site = &metadata.aigc[0];
    assert_eq!(site.carrier, AigcCarrier::Xmp);
    assert!(site.standard_place);
    assert_eq!(site.shape, AigcShape::Bare);
    assert_eq!(site.meaning, Some(AigcMeaning::Is));
    assert!(site.label.as_ref().unwrap().content_producer.as_ref().is_some_and(|producer| !producer.is_empty()));
    assert!(!matches!(site.producer_code, CodeCheck::Absent | CodeCheck::Malformed { .. }), "{:?}", site.producer_code);
}

#[test]
#[ignore = "needs the corpus: set LABELER_CORPUS and run with --include-ignored"]
fn plain_files_are_not_taken_for_generated() {
    let corpus = corpus();
    for path in files(&corpus, "plain") {
        let name = path.strip_prefix(&corpus).unwrap().to_str().unwrap().to_owned();
        let metadata = read(&corpus, &name);
        assert!(metadata.aigc.is_empty() && metadata.generators.is_empty(), "{name}");
        let says_ai = |term: &str| term.contains("rainedAlgorithmic") || term == "compositeSynthetic";
        assert!(!metadata.iptc.digital_source_types.iter().filter_map(|found| found.term).any(says_ai), "{name}");
    }
    let photo = read(&corpus, "plain/large-photo.jpg");
    assert!(photo.exif[0].get("Make").is_some() && photo.exif[0].get("DateTimeOriginal").is_some());
}
