//! Label for a law, then check by that law: no required rule fails. Every format, every preset, and the official rubric.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::io::Cursor;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

use bytes::Bytes;
use labeler_av1::{Color, Layout, Plane, Planes};
use labeler_checker::{CheckRequest, CheckerReport};
use labeler_labeling::{
    ACCEPTED, DigitalSourceType, LabelOptions, LabelRequest, Labelled, PixelLayers, Profile, RegionPreset, SigningMode,
    label_with, pixels,
};
use labeler_media::fixtures::{self, CodedAvif, Parts};
use labeler_media::{Format, Limits, Metadata};
use labeler_pixels::decode::{DEFAULT_MAX_PIXELS, decode};
use labeler_pixels::mark::{Search, detect};
use labeler_provenance::{Integrity, SigningIdentity};
use labeler_rules::{Context, Outcome, Region, Severity};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

const CODE: &str = "001191110102MACQD9K64010000";

fn now() -> OffsetDateTime {
    std::time::SystemTime::now().into()
}

fn identity() -> SigningIdentity {
    let chain = labeler_devchain::make(
        labeler_devchain::Algorithm::Es256,
        labeler_devchain::Purpose::Development,
        now().unix_timestamp(),
    )
    .unwrap();
    SigningIdentity::from_pem(chain.chain_pem.as_bytes(), chain.key_pem.as_bytes()).unwrap()
}

fn options(input: &[u8], preset: RegionPreset) -> LabelOptions {
    LabelOptions {
        digital_source_type: DigitalSourceType::TrainedAlgorithmicMedia,
        region_preset: preset,
        signing_mode: SigningMode::Managed,
        dnt_enabled: true,
        filename: "picture".to_owned(),
        sha256_input: hex::encode(Sha256::digest(input)),
        pre_applied: Vec::new(),
        profile: Profile {
            provider: Some("Example AI".to_owned()),
            ai_system: Some("Painter".to_owned()),
            ai_system_version: Some("2.1".to_owned()),
            producer_code: Some(CODE.to_owned()),
            neutral_title: false,
        },
    }
}

fn labelled(input: &[u8], options: &LabelOptions) -> Labelled {
    labelled_with(input, options, &PixelLayers::for_preset(options))
}

fn labelled_with(input: &[u8], options: &LabelOptions, layers: &PixelLayers) -> Labelled {
    let input = Bytes::copy_from_slice(input);
    let drawn = pixels::draw(&input, options, layers, now()).unwrap();
    pollster::block_on(label_with(LabelRequest {
        input,
        options,
        signer: &identity(),
        now: now(),
        pixels: Some(drawn),
        time_stamping: None,
        limits: labeler_media::Limits::new(),
    }))
    .unwrap()
}

fn checked(file: &[u8], regions: &[Region]) -> CheckerReport {
    let mut request = CheckRequest::at(now());
    let mut context = Context::new(now().date());
    context.regions = regions.iter().copied().collect();
    request.context = Some(context);
    labeler_checker::check(&mut Cursor::new(file), &request).unwrap()
}

fn regions(preset: RegionPreset) -> Vec<Region> {
    match preset {
        RegionPreset::EuStrict => vec![Region::Eu],
        RegionPreset::California => vec![Region::California],
        RegionPreset::China => vec![Region::China],
        RegionPreset::GlobalMinimum => vec![Region::Eu, Region::California, Region::China],
    }
}

fn metadata(file: &[u8], format: Format) -> Metadata {
    labeler_media::read_metadata(&mut Cursor::new(file), format, &Limits::default()).unwrap()
}

/// Required rules that fail.
fn failures(report: &CheckerReport) -> Vec<String> {
    report
        .verdicts
        .values()
        .flat_map(|verdict| &verdict.rules)
        .filter(|rule| rule.severity == Severity::Required && rule.outcome == Outcome::Fail)
        .map(|rule| format!("{} {}", rule.id, rule.message.text))
        .collect()
}

/// Small pictures of every format that can be written here.
fn inputs() -> Vec<(String, Format, Vec<u8>)> {
    let picture = image::RgbImage::from_fn(480, 360, |x, y| {
        let wave = (f64::from(x) * 0.11).sin() * 40.0 + (f64::from(y) * 0.07).cos() * 40.0;
        let grain = f64::from((x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(2_246_822_519)) % 23);
        image::Rgb([(120.0 + wave + grain) as u8, (100.0 + grain * 2.0) as u8, (140.0 - wave) as u8])
    });
    let mut files = Vec::new();
    for (name, format, encoder) in [
        ("made.jpg", Format::Jpeg, image::ImageFormat::Jpeg),
        ("made.png", Format::Png, image::ImageFormat::Png),
        ("made.webp", Format::Webp, image::ImageFormat::WebP),
        ("made.gif", Format::Gif, image::ImageFormat::Gif),
        ("made.tiff", Format::Tiff, image::ImageFormat::Tiff),
    ] {
        let mut bytes = Cursor::new(Vec::new());
        picture.write_to(&mut bytes, encoder).unwrap();
        files.push((name.to_owned(), format, bytes.into_inner()));
    }
    files.push(("made.avif".to_owned(), Format::Avif, avif(&picture)));
    files.push(("made-empty.avif".to_owned(), Format::Avif, fixtures::avif(&Parts::default(), false)));
    files.sort();
    files
}

/// The corpus of real files.
fn corpus() -> Vec<(String, Format, Vec<u8>)> {
    let folder = std::env::var_os("LABELER_CORPUS")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpus")), PathBuf::from);
    let mut files = Vec::new();
    for part in ["plain", "signed", "generators"] {
        let entries = std::fs::read_dir(folder.join(part)).expect("no corpus: set LABELER_CORPUS");
        for path in entries.map(|e| e.unwrap().path()) {
            let bytes = std::fs::read(&path).unwrap();
            if let Some(format) = labeler_media::sniff(&bytes).filter(|f| ACCEPTED.contains(f)) {
                files.push((path.file_name().unwrap().to_string_lossy().into_owned(), format, bytes));
            }
        }
    }
    files.sort();
    files
}

/// An AVIF of a picture; its planes are green, blue and red.
fn avif(picture: &image::RgbImage) -> Vec<u8> {
    let plane = |channel: usize| Plane {
        width: picture.width() as usize,
        samples: picture.pixels().map(|pixel| u16::from(pixel[channel])).collect(),
    };
    let planes = Planes {
        width: picture.width(),
        height: picture.height(),
        depth: 8,
        layout: Layout::Full,
        color: Color { primaries: 1, transfer: 13, matrix: 0, full_range: true },
        planes: vec![plane(1), plane(2), plane(0)],
    };
    let coded = labeler_av1::encode(&planes, 60).unwrap();
    let file = CodedAvif {
        size: [planes.width, planes.height],
        kind: *b"av01",
        color: [&coded.data, &coded.configuration],
        alpha: None,
        premultiplied: false,
        properties: &[],
        exif: None,
    };
    file.file()
}

#[test]
fn a_watermark_and_a_drawn_label_are_seen() {
    for (name, _, input) in inputs().into_iter().filter(|(name, ..)| name.starts_with("made.")) {
        let options = options(&input, RegionPreset::GlobalMinimum);
        let labelled = labelled(&input, &options);
        let report = checked(&labelled.body.concat(), &regions(RegionPreset::GlobalMinimum));
        let outcome = |id: &str| {
            let mut rules = report.verdicts.values().flat_map(|verdict| &verdict.rules);
            rules.find(|rule| rule.id == id).unwrap().outcome
        };
        // A check reads no pixels of AVIF, so what its manifest says about a drawn label settles nothing.
        let label = if name == "made.avif" { Outcome::Undetermined } else { Outcome::Pass };
        assert_eq!(outcome("CN-10"), label, "{name}: {:?}", labelled.warnings);
        // A check reads no pixels of AVIF, and the colour tables of a GIF may be too coarse for a watermark.
        let is_seen = report.watermark.marks.iter().any(|mark| mark.decoded);
        assert!(is_seen || ["made.gif", "made.avif"].contains(&name.as_str()), "{name}: {:?}", labelled.warnings);
        let mark = if is_seen { Outcome::Pass } else { Outcome::Undetermined };
        assert_eq!(outcome("EU-05"), mark, "{name}: {:?}", labelled.warnings);
        // A development certificate vouches for no soft binding, so nothing verified ties the watermark to the record.
        assert_eq!(outcome("CA-07"), Outcome::Undetermined, "{name}: {:?}", labelled.warnings);
    }
}

#[test]
fn every_claimed_mark_can_be_read() {
    let samples = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/src/samples"));
    let sample = |name: &str| (name.to_owned(), Format::Jpeg, std::fs::read(samples.join(name)).unwrap());
    let samples = ["plain.jpg", "iptc.jpg", "aigc.jpg", "signed.jpg"].map(sample);
    let read = marks_read_again(samples.into_iter().chain(inputs()));
    assert!(read >= 2 * (4 + 4), "{read}");
}

#[test]
#[ignore = "needs the corpus: set LABELER_CORPUS and run with --include-ignored"]
fn every_claimed_mark_in_the_corpus_can_be_read() {
    assert!(marks_read_again(corpus()) > 0);
}

/// Draws on each file, and once more with another label over the first and the mark that is there. How many marks were
/// read.
fn marks_read_again(files: impl IntoIterator<Item = (String, Format, Vec<u8>)>) -> usize {
    let mut read = 0;
    for (name, format, input) in files.into_iter().filter(|(_, format, _)| *format != Format::Avif) {
        let mut file = Bytes::from(input);
        for text in ["AI", "Made with AI"] {
            let options = options(&file, RegionPreset::GlobalMinimum);
            let mut layers = PixelLayers::for_preset(&options);
            layers.visible.as_mut().unwrap().text = text.to_owned();
            let labelled = labelled_with(&file, &options, &layers);
            file = labelled.body.concat().into();
            let left_out = labelled
                .warnings
                .iter()
                .any(|warning| ["watermark_not_written", "pixels_unchanged"].contains(&warning.code));
            let Some(claimed) = labelled.watermark_payload_id else {
                assert!(left_out, "{name} {text}: no mark and no word of it");
                continue;
            };
            assert!(!left_out || format == Format::Gif, "{name} {text}");
            let picture = decode(&file, DEFAULT_MAX_PIXELS).unwrap().picture;
            let found = detect(&picture.view(), None, Search::Whole);
            assert_eq!(found.map(|found| found.payload.to_string()), Some(claimed), "{name} {text}");
            read += 1;
        }
    }
    read
}

#[test]
fn every_preset_passes_its_own_law_in_every_format() {
    passes_own_law(inputs());
}

#[test]
#[ignore = "needs the corpus: set LABELER_CORPUS and run with --include-ignored"]
fn every_preset_passes_its_own_law_in_the_corpus() {
    passes_own_law(corpus());
}

/// Labels each file for each preset and checks it by that law, on all cores.
fn passes_own_law(files: Vec<(String, Format, Vec<u8>)>) {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut wrong = Vec::new();
        while let Some((name, format, input)) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            wrong.extend(objections(name, *format, input));
        }
        wrong
    };
    let wrong: Vec<String> = std::thread::scope(|scope| {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let workers: Vec<_> = (0..cores).map(|_| scope.spawn(work)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    assert!(wrong.is_empty(), "{wrong:#?}");
}

fn objections(name: &str, format: Format, input: &[u8]) -> Vec<String> {
    let mut wrong = Vec::new();
    // A chain that lost one of its manifests stays incomplete, and says so.
    let incomplete = checked(input, &[Region::Eu]).c2pa.validation.has("ingredient.manifest.missing");
    let big = input.len() > 2_000_000;
    for preset in RegionPreset::ALL.iter().copied().filter(|p| !big || *p == RegionPreset::GlobalMinimum) {
        let options = options(input, preset);
        let labelled = labelled(input, &options);
        let file = labelled.body.concat();
        assert_eq!(labelled.format, format);
        let report = checked(&file, &regions(preset));
        if report.c2pa.integrity != Integrity::Intact && !incomplete {
            wrong.push(format!("{name} {preset:?}: {:?}", report.c2pa.validation.failure));
        }
        if !failures(&report).is_empty() && !incomplete {
            wrong.push(format!("{name} {preset:?}: {:?}", failures(&report)));
        }

        let metadata = metadata(&file, format);
        assert_eq!(metadata.xmp.len(), 1, "{name} {preset:?}");
        let wants_label = matches!(preset, RegionPreset::China | RegionPreset::GlobalMinimum);
        if wants_label {
            assert_eq!(metadata.aigc.len(), 1, "{name} {preset:?}: {:?}", metadata.aigc);
        }
        assert_eq!(metadata.iptc.data_mining.as_ref().unwrap().value, "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED");
        println!("{name} {preset:?}: {:?}", labelled.applied_layers);
    }
    wrong
}

#[test]
fn a_label_on_a_label_adds_no_second_packet_mark_or_aigc() {
    for (name, format, input) in inputs().into_iter().filter(|(name, ..)| name.starts_with("made")) {
        let preset = RegionPreset::GlobalMinimum;
        let once = labelled(&input, &options(&input, preset));
        let first = once.body.concat();
        let twice = labelled(&first, &options(&first, preset));
        let second = twice.body.concat();
        let (before, after) = (metadata(&first, format), metadata(&second, format));
        assert_eq!((after.xmp.len(), after.aigc.len(), after.c2pa.len()), (1, 1, 1), "{name}");
        assert_eq!(after.aigc[0].raw, before.aigc[0].raw, "{name}: the number of the content stays");
        assert_eq!(
            after.iptc.digital_image_guid.as_ref().unwrap().value,
            before.iptc.digital_image_guid.as_ref().unwrap().value
        );
        assert_eq!(twice.watermark_payload_id, once.watermark_payload_id, "{name}");
        let report = checked(&second, &regions(preset));
        assert_eq!(failures(&report), [] as [String; 0], "{name}");
        assert_eq!(report.c2pa.integrity, Integrity::Intact);
        let active = report.c2pa.manifests.iter().find(|m| m.active).unwrap();
        assert_eq!(active.ingredients.len(), 1, "{name}");
        let own = |code: &&String| !code.starts_with("signingCredential.");
        assert_eq!(active.ingredients[0].failures.iter().filter(own).count(), 0, "{name}: {:?}", active.ingredients);
    }
}

#[test]
fn what_the_law_wants_and_the_options_lack_is_named() {
    let (_, _, input) = inputs().into_iter().find(|(name, ..)| name == "made.png").unwrap();
    let mut bare = options(&input, RegionPreset::GlobalMinimum);
    bare.profile = Profile::default();
    let labelled = pollster::block_on(labeler_labeling::label(Bytes::from(input), &bare, &identity(), now())).unwrap();
    let codes: Vec<_> = labelled.warnings.iter().map(|w| w.code).collect();
    for code in [
        "missing_producer_code",
        "missing_provider",
        "missing_ai_system",
        "missing_ai_system_version",
        "missing_visible_label",
        "missing_watermark",
    ] {
        assert!(codes.contains(&code), "{code} in {codes:?}");
    }
    assert_eq!(labelled.applied_layers, ["iptc", "c2pa"]);
}

/// The rubric of the conformance programme allows neither the retired training assertion, which is promised to older
/// readers, nor a certificate that is on no list.
#[test]
fn the_official_rubric_is_met() {
    for (name, format, input) in inputs().into_iter().filter(|(name, ..)| name.starts_with("made")) {
        let mut options = options(&input, RegionPreset::GlobalMinimum);
        for (again, dnt) in [(false, false), (true, false), (false, true)] {
            options.dnt_enabled = dnt;
            let mut file = labelled(&input, &options).body.concat();
            if again {
                options.sha256_input = hex::encode(Sha256::digest(&file));
                file = labelled(&file, &options).body.concat();
                options.sha256_input = hex::encode(Sha256::digest(&input));
            }
            let crjson = labeler_provenance_crjson(&file, format);
            let report = labeler_rubrics::evaluate(labeler_rubrics::Rubric::Conformance, &crjson);
            let report = serde_json::to_value(report).unwrap();
            let failed: Vec<_> = failed_checks(&report)
                .into_iter()
                .filter(|id| !dnt || id != "validation:no_unsupported_assertions")
                .collect();
            assert!(failed.is_empty(), "{name} again {again} dnt {dnt}: {failed:?} {report:#}");
        }
    }
}

fn labeler_provenance_crjson(file: &[u8], format: Format) -> serde_json::Value {
    let reader =
        c2pa::Reader::from_context(c2pa::Context::new()).with_stream(format.mime(), Cursor::new(file)).unwrap();
    serde_json::from_str(&reader.crjson()).unwrap()
}

fn failed_checks(report: &serde_json::Value) -> Vec<String> {
    report["checks"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|check| check["outcome"] == "fail")
        .map(|check| check["id"].as_str().unwrap().to_owned())
        .collect()
}
