//! Tests that the published JSON Schema of a report matches the types and that real reports conform to it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::io::Cursor;
use std::path::PathBuf;

use labeler_checker::{CheckRequest, CheckerReport, PendingCheck, SCHEMA_VERSION, check};
use labeler_media::fixtures::{self, Parts, XmpFields};
use serde_json::Value;
use time::macros::datetime;

fn root() -> PathBuf {
    PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../..")
}

fn made() -> Value {
    let generator = schemars::generate::SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut schema = generator.into_root_schema_for::<CheckerReport>().to_value();
    schema["title"] = "CheckerReport".into();
    schema["$id"] = format!("/schema/checker-report-{SCHEMA_VERSION}.json").into();
    schema
}

fn request() -> CheckRequest {
    CheckRequest::at(datetime!(2026-11-21 10:00 UTC))
}

#[test]
fn the_published_schema_matches_the_types() {
    let file = root().join(format!("web/public/schema/checker-report-{SCHEMA_VERSION}.json"));
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, serde_json::to_string_pretty(&made()).unwrap() + "\n").unwrap();
        return;
    }
    let published: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    assert!(published == made(), "the published schema is out of date (UPDATE_SCHEMA=1 rewrites it)");
}

#[test]
fn reports_conform_to_the_schema() {
    let xmp = fixtures::xmp(&XmpFields {
        digital_source_type: Some("http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"),
        ..XmpFields::default()
    });
    let mut reports = Vec::new();
    for file in [
        fixtures::jpeg(&Parts::default()),
        fixtures::png(&Parts { xmp: Some(&xmp), ..Parts::default() }),
        b"RIFF\0\0\0\0WAVE".to_vec(),
    ] {
        let report = check(&mut Cursor::new(&file), &request()).unwrap();
        reports.push(("fixture".to_owned(), serde_json::to_value(report).unwrap()));
    }
    let mut source = Cursor::new(fixtures::jpeg(&Parts::default()));
    let pending = PendingCheck::open(&mut source, &request(), &mut |_| {}, &mut labeler_checker::look_here);
    let first = serde_json::to_value(pending.unwrap().structure()).unwrap();
    assert_eq!(first["sha256"], Value::Null);
    reports.push(("first of two".to_owned(), first));
    follow_it(reports);
}

#[test]
#[ignore = "needs the corpus: set LABELER_CORPUS and run with --include-ignored"]
fn corpus_reports_conform_to_the_schema() {
    let named = std::env::var_os("LABELER_CORPUS").map(PathBuf::from);
    let corpus = named.unwrap_or_else(|| root().join("../shared/corpus"));
    let mut reports = Vec::new();
    for folder in ["generators", "signed", "plain", "hostile"] {
        for entry in std::fs::read_dir(corpus.join(folder)).expect("no corpus: set LABELER_CORPUS") {
            let path = entry.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            if let Ok(report) = check(&mut Cursor::new(bytes), &request()) {
                reports.push((path.display().to_string(), serde_json::to_value(report).unwrap()));
            }
        }
    }
    assert!(reports.len() > 20, "{}", reports.len());
    follow_it(reports);
}

fn follow_it(reports: Vec<(String, Value)>) {
    let validator = jsonschema::validator_for(&made()).unwrap();
    for (name, report) in reports {
        let wrong: Vec<_> =
            validator.iter_errors(&report).take(3).map(|e| format!("{} at {}", e, e.instance_path())).collect();
        assert!(wrong.is_empty(), "{name}: {wrong:?}");
    }
}

#[test]
fn damaged_reports_violate_the_schema() {
    let validator = jsonschema::validator_for(&made()).unwrap();
    let report = check(&mut Cursor::new(fixtures::jpeg(&Parts::default())), &request()).unwrap();
    let report = serde_json::to_value(report).unwrap();
    for change in [("sizeBytes", Value::from("many")), ("modality", Value::from("smell")), ("c2pa", Value::Null)] {
        let mut other = report.clone();
        other[change.0] = change.1;
        assert!(!validator.is_valid(&other), "{}", change.0);
    }
}
