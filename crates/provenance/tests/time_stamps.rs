//! Tests time stamps of real files: an authority must be on a list.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use labeler_media::{Format, Limits};
use labeler_provenance::{CertificateTime, Integrity, Provenance, trust::interim};

fn provenance(name: &str) -> Provenance {
    let folder = std::env::var_os("LABELER_CORPUS")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/corpus")), PathBuf::from);
    let mut file = BufReader::new(File::open(folder.join(name)).expect("no corpus: set LABELER_CORPUS"));
    let format = match name.rsplit('.').next() {
        Some("webp") => Format::Webp,
        Some("png") => Format::Png,
        _ => Format::Jpeg,
    };
    let store = labeler_media::manifest_store(&mut file, format, &Limits::default()).unwrap().expect(name);
    labeler_provenance::read(&mut file, format, &store, &[interim()]).unwrap()
}

#[test]
#[ignore = "needs the corpus: set LABELER_CORPUS and run with --include-ignored"]
fn an_authority_of_a_version_1_claim_must_be_on_a_list() {
    for (name, trusted) in [
        ("generators/dall-e-2024.webp", true),
        ("generators/firefly-1.png", true),
        ("signed/cards_trusted.jpg", true),
        ("signed/cards_expired_with_untrusted_timestamp.jpg", false),
    ] {
        let found = provenance(name);
        let stamp = found.time_stamp.expect(name);
        assert_eq!((stamp.valid, stamp.trusted), (true, trusted), "{name}");
        assert_eq!(found.integrity, Integrity::Intact, "{name}");
        assert_eq!(found.validation.has("timeStamp.untrusted"), !trusted, "{name}");
    }
}

#[test]
#[ignore = "needs the corpus: set LABELER_CORPUS and run with --include-ignored"]
fn an_expired_certificate_needs_a_listed_authority() {
    let found = provenance("signed/cards_expired_with_untrusted_timestamp.jpg");
    assert_eq!(found.certificate_time, CertificateTime::Expired, "{:?}", found.validation);
    assert_eq!(found.signer.unwrap().trusted_by, None);
}
