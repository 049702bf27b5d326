//! Outcomes of real files, reviewed and fixed. `tests/data/NAME.crjson.json` is what c2pa 0.91.9 reports of the file on
//! 2026-11-21 with C2PA's own trust list; `NAME.expected.json` lists every check that does not pass and every signal
//! that is there. `tests/data/README.md` names the files.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::{fs, path::PathBuf};

use labeler_rubrics::{Outcome, Rubric, RubricReport, evaluate};
use serde_json::{Map, Value, json};

fn data() -> PathBuf {
    PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("tests/data")
}

/// Outcome and text of what does not pass.
fn findings(report: &RubricReport) -> Value {
    let findings: Map<String, Value> = report
        .checks
        .iter()
        .filter(|check| check.outcome != Outcome::Pass)
        .map(|check| (check.id.clone(), json!([check.outcome, check.text])))
        .collect();
    Value::Object(findings)
}

/// Manifest by manifest: the signals that are there, and what it was made from.
fn signals(report: &RubricReport) -> Value {
    let of = |index: usize| {
        let here = report.checks.iter().filter(|check| check.manifest == Some(index));
        let present: Vec<_> =
            here.filter(|check| check.outcome != Outcome::Absent).map(|check| (&check.id, check.outcome)).collect();
        json!({"signals": present, "madeFrom": report.manifests[index].ingredients})
    };
    Value::Array((0..report.manifests.len()).map(of).collect())
}

#[test]
fn real_files_have_the_outcomes_that_were_reviewed() {
    let mut names: Vec<String> = fs::read_dir(data())
        .unwrap()
        .filter_map(|entry| entry.unwrap().file_name().to_str()?.strip_suffix(".crjson.json").map(str::to_owned))
        .collect();
    names.sort();
    assert_eq!(names.len(), 8, "{names:?}");
    for name in names {
        let read = |kind: &str| -> Value {
            serde_json::from_slice(&fs::read(data().join(format!("{name}.{kind}.json"))).unwrap()).unwrap()
        };
        let crjson = read("crjson");
        let [conformance, integrity, local] = Rubric::ALL.map(|rubric| evaluate(rubric, &crjson));
        let found = json!({
            "conformance": findings(&conformance),
            "integrity": findings(&integrity),
            "manifests": signals(&local),
        });
        let expected = read("expected");
        assert_eq!(found, expected, "{name}: {}", serde_json::to_string_pretty(&found).unwrap());
    }
}
