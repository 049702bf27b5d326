//! Tests checks of files with a known history: generated files, and real ones from the corpus.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::io::Cursor;
use std::path::PathBuf;

use labeler_checker::{CheckError, CheckRequest, CheckerReport, SignalState, check};
use labeler_media::fixtures::{self, Parts, XmpFields};
use labeler_provenance::{CertificateTime, Integrity};
use labeler_rules::{Outcome, Region, Verdict};
use time::macros::datetime;

fn request() -> CheckRequest {
    CheckRequest::at(datetime!(2026-11-21 10:00 UTC))
}

fn report(file: &[u8]) -> CheckerReport {
    check(&mut Cursor::new(file), &request()).unwrap()
}

fn outcome(report: &CheckerReport, region: Region, id: &str) -> Outcome {
    report.verdicts[&region].rules.iter().find(|r| r.id == id).unwrap_or_else(|| panic!("no rule {id}")).outcome
}

#[test]
fn an_unsigned_photo_asks_whether_ai_made_it() {
    let report = report(&fixtures::jpeg(&Parts::default()));
    assert_eq!(report.c2pa.integrity, Integrity::None);
    for region in [Region::Eu, Region::California, Region::China] {
        // Nothing in the file can prove that a person made it.
        assert_eq!(report.verdicts[&region].verdict, Verdict::Undetermined, "{region:?}");
    }
    assert_eq!(report.signals[&Region::Eu]["contentCredentials"].state, SignalState::Absent);
    // No reader knows every watermark.
    assert_eq!(report.signals[&Region::Eu]["invisibleMark"].state, SignalState::Unknown);
    assert!(report.watermark.not_checkable.contains(&"SynthID".to_owned()));
}

#[test]
fn a_source_type_in_xmp_says_ai_but_is_not_signed() {
    let xmp = fixtures::xmp(&XmpFields {
        digital_source_type: Some("http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"),
        ..XmpFields::default()
    });
    let report = report(&fixtures::png(&Parts { xmp: Some(&xmp), ..Parts::default() }));
    assert_eq!(report.signals[&Region::Eu]["digitalSourceType"].value.as_deref(), Some("trainedAlgorithmicMedia"));
    assert_eq!(outcome(&report, Region::Eu, "EU-01"), Outcome::Pass);
    assert_eq!(outcome(&report, Region::Eu, "EU-02"), Outcome::Fail);
    assert_eq!(outcome(&report, Region::China, "CN-01"), Outcome::Fail);
    assert_eq!(report.verdicts[&Region::China].verdict, Verdict::Fail);
}

#[test]
fn the_same_input_gives_identical_bytes() {
    let file = fixtures::jpeg(&Parts::default());
    let [once, twice] = [(); 2].map(|()| serde_json::to_string(&report(&file)).unwrap());
    assert_eq!(once, twice);
    let json: serde_json::Value = serde_json::from_str(&once).unwrap();
    for field in [
        "schemaVersion",
        "sha256",
        "filename",
        "mime",
        "sizeBytes",
        "modality",
        "createdAt",
        "signals",
        "verdicts",
        "c2pa",
        "iptc",
        "watermark",
    ] {
        assert!(json.get(field).is_some(), "{field}");
    }
    assert_eq!(json["createdAt"], "2026-11-21T10:00:00.000Z");
}

#[test]
fn explains_why_a_file_cannot_be_checked() {
    assert!(matches!(check(&mut Cursor::new(b""), &request()), Err(CheckError::Empty)));
    assert!(matches!(check(&mut Cursor::new(b"\0\x01\x02\x03"), &request()), Err(CheckError::Unsupported)));
    let mut wrong = request();
    wrong.declared_mime = Some("image/png".to_owned());
    let report = check(&mut Cursor::new(fixtures::jpeg(&Parts::default())), &wrong).unwrap();
    assert!(report.warnings.iter().any(|w| w.message.contains("declared as image/png")));
}

#[test]
fn plain_text_is_checked() {
    let report = report(b"An article that says nothing about its origin.\n");
    assert_eq!(report.mime, "text/plain");
    assert_eq!(report.verdicts[&Region::Eu].verdict, Verdict::Undetermined);
    // This statute covers images, video and audio only.
    assert_eq!(report.verdicts[&Region::California].verdict, Verdict::NotApplicable);
}

/// Returns the folder of real files.
fn corpus() -> PathBuf {
    let named = std::env::var_os("LABELER_CORPUS").map(PathBuf::from);
    let beside = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../../shared/corpus");
    let folder = named.unwrap_or(beside);
    assert!(folder.is_dir(), "no corpus at {}", folder.display());
    folder
}

fn real(name: &str) -> CheckerReport {
    report(&std::fs::read(corpus().join(name)).unwrap())
}

#[test]
#[ignore = "needs the corpus: set LABELER_CORPUS and run with --include-ignored"]
fn firefly_predates_the_eu_duty_and_lacks_chinas_label() {
    let report = real("generators/firefly-1.png");
    assert_eq!(report.c2pa.integrity, Integrity::Intact);
    // A trusted time stamp of March 2026.
    assert_eq!(report.verdicts[&Region::Eu].verdict, Verdict::NotApplicable);
    assert_eq!(report.verdicts[&Region::California].verdict, Verdict::NotApplicable);
    assert_eq!(outcome(&report, Region::China, "CN-01"), Outcome::Fail);
}

#[test]
#[ignore = "needs the corpus: set LABELER_CORPUS and run with --include-ignored"]
fn chatgpt_says_ai_in_an_ingredient_and_lacks_version_and_time() {
    let report = real("generators/chatgpt-1.png");
    assert_eq!(report.c2pa.integrity, Integrity::Intact);
    assert_eq!(report.c2pa.certificate_time, CertificateTime::Expired);
    assert!(!report.c2pa.manifests[0].actions.iter().any(|a| a.digital_source_type.is_some()));
    // The missing information may be in a provider's watermark that cannot be read here.
    assert_eq!(outcome(&report, Region::California, "CA-03"), Outcome::Undetermined);
    assert_eq!(outcome(&report, Region::Eu, "EU-03"), Outcome::Fail);
    assert_eq!(report.verdicts[&Region::California].verdict, Verdict::Undetermined);
}

#[test]
#[ignore = "needs the corpus: set LABELER_CORPUS and run with --include-ignored"]
fn newer_chatgpt_is_on_the_official_list() {
    let report = real("generators/chatgpt-2026-05-30.png");
    assert_eq!(report.c2pa.integrity, Integrity::Intact);
    assert_eq!(report.c2pa.signer.unwrap().trusted_by.unwrap().id, "c2pa");
}

#[test]
#[ignore = "needs the corpus: set LABELER_CORPUS and run with --include-ignored"]
fn doubao_carries_the_chinese_label() {
    let report = real("generators/doubao-1.png");
    assert_eq!(report.aigc.len(), 1);
    assert_eq!(outcome(&report, Region::China, "CN-01"), Outcome::Pass);
    assert_eq!(outcome(&report, Region::China, "CN-03"), Outcome::Pass);
    assert_eq!(outcome(&report, Region::China, "CN-08"), Outcome::Pass);
}

#[test]
#[ignore = "needs the corpus: set LABELER_CORPUS and run with --include-ignored"]
fn distinguishes_tampered_expired_and_untrusted() {
    let tampered = real("signed/adobe-20220124-E-dat-CA.jpg");
    assert_eq!(tampered.c2pa.integrity, Integrity::Broken);
    assert!(tampered.c2pa.validation.failure.iter().any(|s| s.code == "assertion.dataHash.mismatch"));

    let expired = real("signed/cards_expired_without_timestamp.jpg");
    assert_eq!((expired.c2pa.integrity, expired.c2pa.certificate_time), (Integrity::Intact, CertificateTime::Expired));

    let untrusted = real("signed/cards_untrusted.jpg");
    assert_eq!(
        (untrusted.c2pa.integrity, untrusted.c2pa.certificate_time),
        (Integrity::Intact, CertificateTime::InTime)
    );
    assert!(untrusted.c2pa.signer.unwrap().trusted_by.is_none());
}

#[test]
#[ignore = "needs the corpus: set LABELER_CORPUS and run with --include-ignored"]
fn broken_files_of_the_public_test_set_report_their_failure_codes() {
    let cases = [
        ("E-sig-CA", "claimSignature.mismatch"),
        ("E-uri-CA", "assertion.hashedURI.mismatch"),
        ("XCA", "assertion.dataHash.mismatch"),
    ];
    for (name, code) in cases {
        let report = real(&format!("signed/adobe-20220124-{name}.jpg"));
        let codes: Vec<_> = report.c2pa.validation.failure.iter().map(|s| s.code.as_str()).collect();
        assert!(codes.contains(&code), "{name}: {codes:?}");
        assert_eq!(report.c2pa.integrity, Integrity::Broken, "{name}");
    }
}

#[test]
#[ignore = "needs the corpus: set LABELER_CORPUS and run with --include-ignored"]
fn reads_every_corpus_file_without_a_panic() {
    let corpus = corpus();
    let mut checked = 0;
    for folder in ["plain", "signed", "generators", "hostile"] {
        for entry in std::fs::read_dir(corpus.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let result = check(&mut std::fs::File::open(&path).unwrap(), &request());
            assert!(folder == "hostile" || result.is_ok(), "{}: {:?}", path.display(), result.err());
            checked += 1;
        }
    }
    assert!(checked > 40, "{checked}");
}
