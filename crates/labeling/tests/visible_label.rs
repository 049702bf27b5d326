//! Tests that a drawn visible label is reported as seen, and a stated label without pixels as contradicted.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::io::Cursor;
use std::path::PathBuf;

use bytes::Bytes;
use image::{DynamicImage, ImageFormat, RgbImage};
use labeler_checker::{CheckRequest, CheckerReport, SignalState};
use labeler_labeling::{
    AppliedOverlay, DigitalSourceType, LabelOptions, LabelRequest, OverlayPosition, PixelLayers, PixelResult,
    PreApplied, Profile, RegionPreset, SigningMode, VisibleLabel, label_with, pixels,
};
use labeler_provenance::SigningIdentity;
use labeler_rules::evidence::{
    Evidence, LayerChange, MarkLayer, Placement, StatementCheck, VisibleSource, VisibleState,
};
use labeler_rules::{Answer, Context, Outcome, Region};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

fn now() -> OffsetDateTime {
    std::time::SystemTime::now().into()
}

fn options(input: &[u8]) -> LabelOptions {
    LabelOptions {
        digital_source_type: DigitalSourceType::TrainedAlgorithmicMedia,
        region_preset: RegionPreset::China,
        signing_mode: SigningMode::Managed,
        dnt_enabled: false,
        filename: "picture".to_owned(),
        sha256_input: hex::encode(Sha256::digest(input)),
        pre_applied: Vec::new(),
        profile: Profile::default(),
    }
}

fn picture() -> RgbImage {
    RgbImage::from_fn(960, 720, |x, y| {
        let wave = (f64::from(x) * 0.11).sin() * 40.0 + (f64::from(y) * 0.07).cos() * 40.0;
        let grain = f64::from((x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(2_246_822_519)) % 23);
        image::Rgb([(120.0 + wave + grain) as u8, (100.0 + grain * 2.0) as u8, (140.0 - wave) as u8])
    })
}

fn coded(picture: &RgbImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

fn sign(input: &[u8], options: &LabelOptions, pixels: Option<PixelResult>) -> Vec<u8> {
    let chain = labeler_devchain::make(
        labeler_devchain::Algorithm::Es256,
        labeler_devchain::Purpose::Development,
        now().unix_timestamp(),
    )
    .unwrap();
    let signer = SigningIdentity::from_pem(chain.chain_pem.as_bytes(), chain.key_pem.as_bytes()).unwrap();
    let input = Bytes::copy_from_slice(input);
    let limits = labeler_media::Limits::new();
    let request = LabelRequest { input, options, signer: &signer, now: now(), pixels, time_stamping: None, limits };
    pollster::block_on(label_with(request)).unwrap().body.concat()
}

/// Draws a label and signs.
fn labelled(input: &[u8], text: &str, corner: OverlayPosition) -> Vec<u8> {
    let options = options(input);
    let visible = Some(VisibleLabel { text: text.to_owned(), corner });
    let layers = PixelLayers { visible, mark: false };
    let drawn = pixels::draw(&Bytes::copy_from_slice(input), &options, &layers, now()).unwrap();
    assert!(drawn.overlay.is_some(), "{text}: {:?}", drawn.warnings);
    sign(input, &options, Some(drawn))
}

/// Signs the statement that a label was drawn, on a picture without one.
fn falsely_labelled(input: &[u8], text: &str) -> Vec<u8> {
    let overlay = AppliedOverlay {
        text: text.to_owned(),
        corner: OverlayPosition::BottomRight,
        ink_height_ratio: 0.06,
        kept: false,
    };
    let body = Bytes::copy_from_slice(input);
    let pixels = PixelResult { body, overlay: Some(overlay), mark: None, warnings: Vec::new() };
    sign(input, &options(input), Some(pixels))
}

fn request() -> CheckRequest {
    let mut request = CheckRequest::at(now());
    let mut context = Context::new(now().date());
    context.is_ai = Answer::Yes;
    context.deep_synthesis_service = Answer::Yes;
    context.regions = [Region::Eu, Region::China].into();
    request.context = Some(context);
    request.max_pixels = 50_000_000;
    request
}

fn check(file: &[u8]) -> CheckerReport {
    labeler_checker::check(&mut Cursor::new(file), &request()).unwrap()
}

fn evidence(file: &[u8]) -> Evidence {
    labeler_checker::evidence(&mut Cursor::new(file), &request()).unwrap()
}

fn outcome(report: &CheckerReport, id: &str) -> Outcome {
    let rules = report.verdicts.values().flat_map(|verdict| &verdict.rules);
    rules.into_iter().find(|rule| rule.id == id).unwrap_or_else(|| panic!("no rule {id}")).outcome
}

#[test]
fn a_drawn_label_is_seen_with_its_height_in_every_format() {
    for format in [ImageFormat::Jpeg, ImageFormat::Png, ImageFormat::WebP, ImageFormat::Gif, ImageFormat::Tiff] {
        let file = labelled(&coded(&picture(), format), "AI生成", OverlayPosition::TopLeft);
        let label = evidence(&file).visible_label;
        assert_eq!((label.state, label.source), (VisibleState::Present, VisibleSource::Recognised), "{format:?}");
        assert_eq!((label.text.as_deref(), label.placement), (Some("AI生成"), Placement::Corner), "{format:?}");
        assert!(label.ink_height_ratio.is_some_and(|ratio| (0.055..0.065).contains(&ratio)), "{format:?}: {label:?}");
        assert!(label.site.location.starts_with("pixels, top left corner, ink height "), "{}", label.site.location);
        let report = check(&file);
        assert_eq!(outcome(&report, "CN-10"), Outcome::Pass, "{format:?}");
        assert_eq!(report.signals[&Region::China]["visibleLabel"].state, SignalState::Found, "{format:?}");
    }
}

#[test]
fn a_label_that_is_stated_and_not_in_the_pixels_is_a_contradiction() {
    let file = falsely_labelled(&coded(&picture(), ImageFormat::Png), "AI生成");
    let facts = evidence(&file);
    assert_eq!(facts.visible_label.state, VisibleState::Unknown);
    assert_eq!(facts.c2pa.mark_statements[0].check, StatementCheck::NotSeen);
    let report = check(&file);
    assert_eq!(outcome(&report, "CN-10"), Outcome::Undetermined);
    let note = report.notes.iter().find(|note| note.key == "judgement.labelNotSeen").expect("a note");
    assert!(note.text.contains("\"AI生成\""), "{}", note.text);
    assert_eq!(report.signals[&Region::China]["visibleLabel"].state, SignalState::Absent);
}

#[test]
fn without_a_look_into_the_pixels_a_label_stays_stated() {
    let file = falsely_labelled(&coded(&picture(), ImageFormat::Png), "AI生成");
    let mut request = request();
    request.max_pixels = 0;
    let report = labeler_checker::check(&mut Cursor::new(file), &request).unwrap();
    assert!(report.notes.iter().all(|note| note.key != "judgement.labelNotSeen"));
    assert_eq!(report.signals[&Region::China]["visibleLabel"].state, SignalState::Unknown);
    assert_eq!(outcome(&report, "CN-10"), Outcome::Undetermined);
}

#[test]
fn a_label_that_the_caller_applied_may_look_different_and_is_not_contradicted() {
    let input = coded(&picture(), ImageFormat::Png);
    let mut options = options(&input);
    options.pre_applied = vec![PreApplied::Overlay {
        position: OverlayPosition::TopRight,
        text: "AI GENERATED".to_owned(),
        ink_height_ratio: None,
    }];
    let report = check(&sign(&input, &options, None));
    assert!(report.notes.iter().all(|note| note.key != "judgement.labelNotSeen"));
    assert_eq!(report.signals[&Region::China]["visibleLabel"].state, SignalState::Unknown);
}

#[test]
fn a_label_over_another_label_is_seen() {
    let once = labelled(&coded(&picture(), ImageFormat::Jpeg), "AI", OverlayPosition::BottomRight);
    let twice = labelled(&once, "Made with AI", OverlayPosition::BottomRight);
    let label = evidence(&twice).visible_label;
    assert_eq!(label.text.as_deref(), Some("Made with AI"));
    assert!(check(&twice).notes.iter().all(|note| note.key != "judgement.labelNotSeen"));
}

#[test]
fn a_label_is_seen_without_any_metadata_and_missed_after_it_was_painted_over() {
    let file = labelled(&coded(&picture(), ImageFormat::Png), "Made by Example AI", OverlayPosition::TopLeft);
    let DynamicImage::ImageRgb8(seen) = image::load_from_memory(&file).unwrap() else { panic!("not RGB") };
    let mut request = request();
    let earlier =
        labeler_checker::earlier_version(&mut Cursor::new(&file), &request, &mut labeler_checker::look_here).unwrap();
    request.earlier = Some(earlier);
    let change = |picture: &RgbImage| {
        let file = coded(picture, ImageFormat::Png);
        let report = labeler_checker::check(&mut Cursor::new(file), &request).unwrap();
        let changes = report.comparison.unwrap().changes;
        changes.into_iter().find(|change| change.layer == MarkLayer::VisibleLabel).unwrap().change
    };
    assert_eq!(change(&seen), LayerChange::Kept);
    assert_eq!(change(&picture()), LayerChange::Removed);
}

/// Pictures of the folder of real files.
fn corpus() -> Vec<(String, RgbImage)> {
    let named = std::env::var_os("LABELER_CORPUS").map(PathBuf::from);
    let beside = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../../shared/corpus");
    let folder = named.unwrap_or(beside);
    assert!(folder.is_dir(), "no corpus at {}", folder.display());
    let folders = ["generators", "plain", "signed"].map(|part| folder.join(part));
    let mut files: Vec<PathBuf> =
        folders.iter().flat_map(|part| std::fs::read_dir(part).unwrap()).map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let opened = files.into_iter().filter_map(|path| {
        let bytes = std::fs::read(&path).unwrap();
        Some((path.display().to_string(), image::load_from_memory(&bytes).ok()?.to_rgb8()))
    });
    opened.filter(|(_, picture)| picture.width().min(picture.height()) >= 200).collect()
}

#[test]
#[ignore = "needs the corpus: set LABELER_CORPUS and run with --include-ignored"]
fn labels_on_real_pictures_are_seen_after_recoding_and_none_on_the_originals() {
    let mut count = 0;
    for (name, picture) in corpus() {
        let file = labelled(&coded(&picture, ImageFormat::Png), "AI GENERATED", OverlayPosition::BottomLeft);
        let drawn = image::load_from_memory(&file).unwrap().to_rgb8();
        let half = image::imageops::resize(
            &drawn,
            drawn.width() / 2,
            drawn.height() / 2,
            image::imageops::FilterType::Triangle,
        );
        for (what, treated) in [("same size", &drawn), ("half size", &half)] {
            let mut bytes = Vec::new();
            image::codecs::jpeg::JpegEncoder::new_with_quality(&mut bytes, 75).encode_image(treated).unwrap();
            let label = evidence(&bytes).visible_label;
            assert_eq!(label.text.as_deref(), Some("AI GENERATED"), "{name}, {what}");
            assert_eq!(label.placement, Placement::Corner, "{name}, {what}");
            assert!(label.ink_height_ratio.is_some_and(|ratio| ratio >= 0.05), "{name}, {what}: {label:?}");
        }
        assert_eq!(evidence(&coded(&picture, ImageFormat::Png)).visible_label.text, None, "{name}");
        count += 1;
    }
    assert!(count >= 10, "only {count} pictures");
}
