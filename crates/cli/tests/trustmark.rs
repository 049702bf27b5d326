//! Tests `labeler check --trustmark-model` with the small model of `labeler_trustmark::testing` instead of Adobe's.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, missing_docs)]

mod common;

use std::path::{Path, PathBuf};

use common::Place;
use labeler_trustmark::testing::{self, Shapes, Signal};
use labeler_trustmark::{Payload, Schema};
use serde_json::Value;
use sha2::{Digest, Sha256};

const OTHERS: &str = "TrustMark (variants other than Q)";

struct Setup {
    place: Place,
    model: PathBuf,
    sha256: String,
    payload: String,
    marked: PathBuf,
    plain: PathBuf,
}

impl Setup {
    fn new() -> Self {
        let place = Place::new();
        let model = testing::model(&Shapes::decoder(256), 256, Signal::Brightness);
        let sha256 = hex::encode(Sha256::digest(&model));
        let bits: Vec<bool> = (0..68).map(|bit| bit % 3 == 0).collect();
        let payload = Payload::new(Schema::Bch4, &bits).unwrap();
        let picture = testing::picture((400, 300), false, &payload, Signal::Brightness).unwrap();
        let marked = png(400, 300, picture.into_data());
        Self {
            model: place.file("decoder.onnx", &model),
            marked: place.file("marked.png", &marked),
            plain: place.file("plain.png", &png(64, 64, vec![90; 64 * 64 * 3])),
            place,
            sha256,
            payload: payload.to_string(),
        }
    }

    /// Returns exit code, reports and standard error of a check.
    fn check(&self, arguments: &[&str], file: &Path) -> (Option<i32>, Value, String) {
        let output = self.place.labeler().args(["check", "--json"]).args(arguments).arg(file).output().unwrap();
        let report = serde_json::from_slice(&output.stdout).unwrap_or_default();
        (output.status.code(), report, String::from_utf8(output.stderr).unwrap())
    }

    fn with_model(&self) -> [&str; 6] {
        let model = self.model.to_str().unwrap();
        ["--trustmark-model", model, "--trustmark-sha256", &self.sha256, "--trustmark-variant", "Q"]
    }
}

fn png(width: u32, height: u32, data: Vec<u8>) -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::from_raw(width, height, data).unwrap().write_to(&mut bytes, image::ImageFormat::Png).unwrap();
    bytes.into_inner()
}

fn not_checkable(report: &Value) -> Vec<&str> {
    report["watermark"]["notCheckable"].as_array().unwrap().iter().map(|name| name.as_str().unwrap()).collect()
}

#[test]
fn reports_the_payload_of_a_watermark() {
    let setup = Setup::new();
    let (_, report, _) = setup.check(&setup.with_model(), &setup.marked);
    let marks = report["watermark"]["marks"].as_array().unwrap();
    let mark = marks.iter().find(|mark| mark["name"] == "TrustMark (Q)").expect("a TrustMark watermark");
    assert_eq!((&mark["decoded"], mark["payload"].as_str()), (&Value::Bool(true), Some(setup.payload.as_str())));
    assert!(not_checkable(&report).contains(&OTHERS) && !not_checkable(&report).contains(&"TrustMark"));
}

#[test]
fn a_watermark_makes_no_ai_claim() {
    let setup = Setup::new();
    let (_, with, _) = setup.check(&setup.with_model(), &setup.marked);
    let (_, without, _) = setup.check(&[], &setup.marked);
    assert_eq!(with["ai"]["state"], without["ai"]["state"]);
}

#[test]
fn lists_the_other_variants_as_not_checkable() {
    let setup = Setup::new();
    let (_, report, _) = setup.check(&setup.with_model(), &setup.plain);
    assert_eq!(report["watermark"]["marks"], Value::Array(Vec::new()));
    assert!(not_checkable(&report).contains(&OTHERS));
}

#[test]
fn lists_trustmark_as_not_checkable_without_a_model() {
    let setup = Setup::new();
    for arguments in [&[][..], &[&setup.with_model()[..], &["--max-pixels", "100"]].concat()] {
        let (_, report, _) = setup.check(arguments, &setup.marked);
        assert_eq!(report["watermark"]["marks"], Value::Array(Vec::new()));
        assert!(not_checkable(&report).contains(&"TrustMark"), "{arguments:?}");
    }
}

#[test]
fn rejects_a_model_with_an_unknown_hash_and_names_the_option() {
    let setup = Setup::new();
    let (code, report, told) = setup.check(&["--trustmark-model", setup.model.to_str().unwrap()], &setup.marked);
    assert_eq!((code, report), (Some(2), Value::Null));
    assert!(told.contains(&format!("--trustmark-sha256 {}", setup.sha256)), "{told}");
}

#[test]
fn rejects_a_model_with_another_hash_or_without_a_variant() {
    let setup = Setup::new();
    let other = "0".repeat(64);
    let arguments = ["--trustmark-model", setup.model.to_str().unwrap(), "--trustmark-sha256", &other];
    let (code, _, told) = setup.check(&arguments, &setup.marked);
    assert!(code == Some(2) && told.contains(&setup.sha256), "{told}");
    let (code, _, told) = setup.check(&setup.with_model()[..4], &setup.marked);
    assert!(code == Some(2) && told.contains("--trustmark-variant"), "{told}");
    let (code, ..) = setup.check(&["--trustmark-model", "missing.onnx"], &setup.marked);
    assert_eq!(code, Some(2));
}

#[test]
fn takes_the_model_from_the_environment() {
    let setup = Setup::new();
    let mut command = setup.place.labeler();
    command.env("LABELER_TRUSTMARK_MODEL", &setup.model).env("LABELER_TRUSTMARK_SHA256", &setup.sha256);
    command.env("LABELER_TRUSTMARK_VARIANT", "Q").args(["check", "--json"]).arg(&setup.marked);
    let report: Value = serde_json::from_slice(&command.output().unwrap().stdout).unwrap();
    assert_eq!(report["watermark"]["marks"][0]["payload"], setup.payload);
}

#[test]
fn rejects_before_together_with_a_model() {
    let setup = Setup::new();
    let before = ["--before", setup.plain.to_str().unwrap()];
    let (code, _, told) = setup.check(&[&setup.with_model()[..], &before].concat(), &setup.marked);
    assert!(code == Some(2) && told.contains("--before"), "{told}");
}
