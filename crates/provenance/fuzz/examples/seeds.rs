//! Writes the seed corpus: images of each format, labelled once and twice, and their manifest stores.
//!
//! `cargo run --manifest-path crates/provenance/fuzz/Cargo.toml --example seeds [FILE…]` writes them, and the manifest
//! stores of the given files, to `crates/provenance/fuzz/corpus`.

use std::io::Cursor;
use std::path::Path;

use bytes::Bytes;
use labeler_labeling::{DigitalSourceType, LabelOptions, Profile, RegionPreset, SigningMode, label};
use labeler_media::fixtures::{self as make, Parts};
use labeler_media::{Limits, manifest_store, sniff};
use labeler_provenance::SigningIdentity;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

fn main() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    for target in ["store", "container"] {
        std::fs::create_dir_all(corpus.join(target)).unwrap();
    }
    let now: OffsetDateTime = std::time::SystemTime::now().into();
    let algorithm = labeler_devchain::Algorithm::Es256;
    let purpose = labeler_devchain::Purpose::Development;
    let chain = labeler_devchain::make(algorithm, purpose, now.unix_timestamp()).unwrap();
    let signer = SigningIdentity::from_pem(chain.chain_pem.as_bytes(), chain.key_pem.as_bytes()).unwrap();
    let parts = Parts::default();
    let pictures = [
        ("jpg", make::jpeg(&parts)),
        ("png", make::png(&parts)),
        ("gif", make::gif(&parts, None)),
        ("tif", make::tiff(false, &parts)),
        ("webp", make::webp(&parts)),
        ("avif", make::avif(&parts, false)),
    ];
    for (extension, picture) in pictures {
        let mut file = Bytes::from(picture);
        for round in 1..3 {
            let options = LabelOptions {
                digital_source_type: DigitalSourceType::TrainedAlgorithmicMedia,
                region_preset: RegionPreset::EuStrict,
                signing_mode: SigningMode::Managed,
                dnt_enabled: true,
                filename: "picture".to_owned(),
                sha256_input: hex::encode(Sha256::digest(&file)),
                pre_applied: Vec::new(),
                profile: Profile::default(),
            };
            let Ok(labelled) = pollster::block_on(label(file.clone(), &options, &signer, now)) else { break };
            file = Bytes::from(labelled.body.concat());
            keep(&corpus, &format!("{round}.{extension}"), &file);
        }
    }
    for (number, path) in std::env::args().skip(1).enumerate() {
        if let Ok(file) = std::fs::read(&path) {
            keep(&corpus, &format!("named-{number}"), &file);
        }
    }
}

fn keep(corpus: &Path, name: &str, file: &[u8]) {
    std::fs::write(corpus.join("container").join(name), file).unwrap();
    let Some(format) = sniff(file) else { return };
    if let Ok(Some(store)) = manifest_store(&mut Cursor::new(file), format, &Limits::edge()) {
        let seed = [&[3][..], &store.jumbf].concat();
        std::fs::write(corpus.join("store").join(name), seed).unwrap();
    }
}
