//! All three rubrics over any JSON: every check has an outcome, and the report is bounded.
#![no_main]

use labeler_rubrics::{Rubric, evaluate};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;

fuzz_target!(|document: &[u8]| {
    let Ok(crjson) = serde_json::from_slice::<Value>(document) else { return };
    for rubric in Rubric::ALL {
        let report = evaluate(rubric, &crjson);
        assert!(!report.checks.is_empty());
        assert!(report.checks.iter().all(|check| !check.id.is_empty()));
        assert!(serde_json::to_string(&report).is_ok());
    }
});
