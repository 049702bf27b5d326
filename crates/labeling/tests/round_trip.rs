//! Label, then read the label back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::io::Cursor;

use bytes::Bytes;
use labeler_labeling::{
    DigitalSourceType, LabelError, LabelOptions, Labelled, OverlayPosition, PreApplied, Profile, RegionPreset,
    SigningMode, label,
};
use labeler_media::fixtures::{self, Parts};
use labeler_media::{Format, Limits};
use labeler_provenance::{CertificateTime, Integrity, Provenance, SigningIdentity, trust};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

fn identity() -> SigningIdentity {
    use labeler_devchain::Algorithm;
    identity_with(Algorithm::Es256)
}

fn identity_with(algorithm: labeler_devchain::Algorithm) -> SigningIdentity {
    let chain =
        labeler_devchain::make(algorithm, labeler_devchain::Purpose::Development, now().unix_timestamp()).unwrap();
    SigningIdentity::from_pem(chain.chain_pem.as_bytes(), chain.key_pem.as_bytes()).unwrap()
}

/// The engine judges certificates by the system's clock, so a chain made for a fixed day would one day expire.
fn now() -> OffsetDateTime {
    std::time::SystemTime::now().into()
}

fn options(input: &[u8]) -> LabelOptions {
    LabelOptions {
        digital_source_type: DigitalSourceType::TrainedAlgorithmicMedia,
        region_preset: RegionPreset::EuStrict,
        signing_mode: SigningMode::Managed,
        dnt_enabled: false,
        filename: "photo.jpg".to_owned(),
        sha256_input: hex::encode(Sha256::digest(input)),
        pre_applied: Vec::new(),
        profile: Profile::default(),
    }
}

fn sign(input: &[u8], options: &LabelOptions) -> Result<Labelled, LabelError> {
    pollster::block_on(label(Bytes::copy_from_slice(input), options, &identity(), now()))
}

fn read(format: Format, file: &[u8]) -> Provenance {
    let mut source = Cursor::new(file);
    let store = labeler_media::manifest_store(&mut source, format, &Limits::default()).unwrap().expect("no manifest");
    labeler_provenance::read(&mut source, format, &store, &[trust::c2pa(), trust::interim()]).unwrap()
}

fn inputs() -> Vec<(Format, Vec<u8>)> {
    let parts = Parts::default();
    vec![
        (Format::Jpeg, fixtures::jpeg(&parts)),
        (Format::Png, fixtures::png(&parts)),
        (Format::Webp, fixtures::webp(&parts)),
        (Format::Gif, fixtures::gif(&parts, None)),
        (Format::Tiff, fixtures::tiff(true, &parts)),
        (Format::Tiff, fixtures::tiff(false, &parts)),
        (Format::Avif, fixtures::avif(&parts, false)),
    ]
}

#[test]
fn a_label_reads_back_intact_and_says_what_was_asked() {
    for (format, input) in inputs() {
        let labelled = sign(&input, &options(&input)).unwrap();
        let file = labelled.body.concat();
        assert_eq!(labelled.sha256_output, hex::encode(Sha256::digest(&file)));
        assert_eq!(labelled.size_bytes, file.len() as u64);
        assert_eq!(labelled.assertions, ["c2pa.actions.v2"]);
        assert!(labelled.warnings.iter().any(|w| w.code == "development_certificate"));

        let provenance = read(format, &file);
        assert_eq!(provenance.integrity, Integrity::Intact, "{:?}", provenance.validation.failure);
        assert_eq!(provenance.certificate_time, CertificateTime::InTime);
        assert_eq!(provenance.active_manifest.as_deref(), Some(labelled.manifest_label.as_str()));
        let signer = provenance.signer.unwrap();
        assert!(signer.development && signer.trusted_by.is_none());
        assert_eq!(signer.fingerprint.as_deref(), Some(labelled.signer_fingerprint.as_str()));
        let created = &provenance.manifests[0].actions[0];
        assert_eq!(created.action, "c2pa.created");
        assert_eq!(
            created.digital_source_type.as_deref(),
            Some("http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia")
        );
        assert!(created.when.is_some());
        assert_eq!(provenance.manifests[0].title.as_deref(), Some("photo.jpg"));
    }
}

#[test]
fn one_changed_byte_breaks_it() {
    for (format, input) in inputs() {
        let labelled = sign(&input, &options(&input)).unwrap();
        let file = labelled.body.concat();
        // Every 97th byte outside the manifest: the first of its length is the store's own.
        let mut source = Cursor::new(&file);
        let store = labeler_media::manifest_store(&mut source, format, &Limits::default()).unwrap().unwrap();
        let covered = |at: &usize| !store.ranges.iter().any(|range| range.contains(&(*at as u64)));
        let mut unnoticed = Vec::new();
        for at in (20..file.len()).step_by(97).filter(covered) {
            let mut changed = file.clone();
            changed[at] ^= 1;
            let mut source = Cursor::new(&changed);
            let Ok(Some(found)) = labeler_media::manifest_store(&mut source, format, &Limits::default()) else {
                continue;
            };
            let provenance = labeler_provenance::read(&mut source, format, &found, &[]).unwrap();
            if provenance.integrity == Integrity::Intact {
                unnoticed.push(at);
            }
        }
        // ftyp is left out of the BMFF hash by its specification.
        unnoticed.retain(|at| format != Format::Avif || *at > 32);
        assert!(unnoticed.is_empty(), "{format:?}: {unnoticed:?}");
    }
}

#[test]
fn a_file_with_credentials_keeps_them_as_parent() {
    for (format, input) in inputs() {
        let first = sign(&input, &options(&input)).unwrap();
        let once = first.body.concat();
        let mut again = options(&once);
        again.digital_source_type = DigitalSourceType::HumanEdits;
        let second = sign(&once, &again).unwrap();
        let provenance = read(format, &second.body.concat());
        assert_eq!(provenance.integrity, Integrity::Intact, "{:?}", provenance.validation.failure);
        let [active, parent] = &provenance.manifests[..] else { panic!("{:?}", provenance.manifests) };
        assert_eq!(parent.label, first.manifest_label);
        assert_eq!(active.ingredients.len(), 1);
        assert_eq!(active.ingredients[0].relationship, "parentOf");
        assert_eq!(active.ingredients[0].active_manifest.as_deref(), Some(first.manifest_label.as_str()));
        let own = |code: &&String| !code.starts_with("signingCredential.");
        assert_eq!(
            active.ingredients[0].failures.iter().filter(own).count(),
            0,
            "{:?}",
            active.ingredients[0].failures
        );
        let actions: Vec<_> = active.actions.iter().map(|a| a.action.as_str()).collect();
        assert_eq!(actions, ["c2pa.opened", "c2pa.edited"]);
        // The old store left the file: one store remains, and it holds both manifests.
        let file = second.body.concat();
        let metadata = labeler_media::read_metadata(&mut Cursor::new(&file), format, &Limits::default()).unwrap();
        assert_eq!(metadata.c2pa.len(), 1);
    }
}

#[test]
fn the_training_opt_out_is_written_under_both_labels() {
    let (format, input) = inputs().remove(0);
    let mut options = options(&input);
    options.dnt_enabled = true;
    let labelled = sign(&input, &options).unwrap();
    assert_eq!(labelled.assertions, ["c2pa.actions.v2", "cawg.training-mining", "c2pa.training-mining"]);
    let manifest = read(format, &labelled.body.concat()).manifests.remove(0);
    let entries: Vec<_> = manifest.training_mining.iter().map(|e| (e.entry.as_str(), e.permission.as_str())).collect();
    assert_eq!(entries.len(), 8);
    assert!(entries.contains(&("cawg.ai_generative_training", "notAllowed")));
    assert!(entries.contains(&("c2pa.data_mining", "notAllowed")));
}

#[test]
fn a_visible_label_applied_before_is_recorded() {
    let (format, input) = inputs().remove(0);
    let mut options = options(&input);
    options.pre_applied = vec![PreApplied::Overlay {
        position: OverlayPosition::TopRight,
        text: "AI GENERATED".to_owned(),
        ink_height_ratio: None,
    }];
    let manifest = read(format, &sign(&input, &options).unwrap().body.concat()).manifests.remove(0);
    assert_eq!(manifest.actions[1].action, "c2pa.edited");
    assert_eq!(manifest.actions[1].parameters["org.labeler.overlay"]["text"], "AI GENERATED");
    assert_eq!(manifest.actions[1].parameters["org.labeler.preApplied"], true);
}

#[test]
fn a_watermark_that_the_caller_declares_is_told_from_one_that_was_written() {
    let input = fixtures::png(&Parts::default());
    let mut options = options(&input);
    options.filename = "photo.png".to_owned();
    options.pre_applied = vec![PreApplied::Watermark { payload_id: "wm-1".to_owned() }];
    let manifest = read(Format::Png, &sign(&input, &options).unwrap().body.concat()).manifests.remove(0);
    let watermarked = manifest.actions.iter().find(|action| action.action == "c2pa.watermarked.bound").unwrap();
    assert_eq!(watermarked.parameters["org.labeler.preApplied"], "wm-1");
}

#[test]
fn every_kind_of_key_signs() {
    use labeler_devchain::Algorithm;
    let (format, input) = inputs().remove(1);
    for algorithm in [Algorithm::Es256, Algorithm::Es384, Algorithm::Ed25519] {
        let signed =
            pollster::block_on(label(Bytes::from(input.clone()), &options(&input), &identity_with(algorithm), now()));
        assert_eq!(read(format, &signed.unwrap().body.concat()).integrity, Integrity::Intact, "{algorithm:?}");
    }
}

#[test]
fn refusals_say_why() {
    let (_, input) = inputs().remove(0);
    assert!(matches!(sign(b"", &options(b"")), Err(LabelError::Empty)));
    let mut wrong = options(&input);
    wrong.sha256_input = "0".repeat(64);
    assert!(matches!(sign(&input, &wrong), Err(LabelError::HashMismatch { .. })));
    let sound = fixtures::wav(&Parts::default(), &[]);
    let refused = sign(&sound, &options(&sound)).unwrap_err();
    assert!(matches!(refused, LabelError::Unsupported { found: Some(Format::Wav) }));
    assert!(refused.to_string().starts_with("the content is audio/"), "{refused}");
    assert!(refused.to_string().contains("; accepted are image/jpeg, image/png, image/webp"));
    assert!(matches!(sign(b"hello", &options(b"hello")), Err(LabelError::Unsupported { found: None })));
    let cut = &fixtures::png(&Parts::default())[..20];
    assert!(matches!(sign(cut, &options(cut)), Err(LabelError::Malformed(_))));
}
