//! Whatever the JSON, an evaluation ends, does not panic, and says something about every check.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use labeler_rubrics::{MAX_MANIFESTS, Outcome, Rubric, RubricReport, evaluate};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn all(crjson: &Value) -> [RubricReport; 3] {
    Rubric::ALL.map(|rubric| evaluate(rubric, crjson))
}

/// Keys that the rubrics look at, and some that they do not.
const KEYS: [&str; 36] = [
    "manifests",
    "label",
    "assertions",
    "claim",
    "claim.v2",
    "claim_generator_info",
    "specVersion",
    "created_assertions",
    "gathered_assertions",
    "url",
    "validationResults",
    "failure",
    "code",
    "actions",
    "action",
    "allActionsIncluded",
    "digitalSourceType",
    "parameters",
    "ingredients",
    "ingredient",
    "description",
    "relationship",
    "activeManifest",
    "reviewRatings",
    "dataSource",
    "type",
    "null",
    "true",
    "dc:format",
    "c2pa.actions.v2",
    "c2pa.actions.v2__1",
    "c2pa.ingredient.v3",
    "c2pa.hash.data",
    "c2pa.asset-type.v2",
    "signature",
    "é \u{0}",
];

const WORDS: [&str; 12] = [
    "c2pa.created",
    "c2pa.opened",
    "c2pa.edited",
    "c2pa.watermarked",
    "urn:c2pa:a",
    "self#jumbf=/c2pa/urn:c2pa:a/c2pa.claim",
    "c2pa.actions.v2",
    "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia",
    "assertion.dataHash.mismatch",
    "2.4.0",
    "2",
    "",
];

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        prop::sample::select(WORDS.to_vec()).prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 60, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((prop::sample::select(KEYS.to_vec()), inner), 0..8)
                .prop_map(|pairs| Value::Object(pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())),
        ]
    })
}

/// A manifest whose parts are of the right shape more often than chance would have it.
fn manifest() -> impl Strategy<Value = Value> {
    let assertion = prop_oneof![
        value(),
        (prop::collection::vec(value(), 0..4), value())
            .prop_map(|(actions, all)| json!({"actions": actions, "allActionsIncluded": all})),
        (value(), value(), value())
            .prop_map(|(r, a, d)| json!({"relationship": r, "activeManifest": a, "digitalSourceType": d})),
    ];
    let assertions = prop::collection::vec((prop::sample::select(KEYS.to_vec()), assertion), 0..6)
        .prop_map(|pairs| pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect::<Map<_, _>>());
    (value(), assertions, value(), value()).prop_map(|(label, assertions, claim, results)| {
        json!({"label": label, "assertions": assertions, "claim.v2": claim, "validationResults": results})
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn every_check_has_an_outcome(
        crjson in prop_oneof![
            value(),
            prop::collection::vec(prop_oneof![manifest(), value()], 0..4).prop_map(|manifests| json!({"manifests": manifests})),
        ]
    ) {
        for (rubric, report) in Rubric::ALL.into_iter().zip(all(&crjson)) {
            let manifests = crjson.get("manifests").and_then(Value::as_array).map_or(0, Vec::len);
            let checks = match rubric {
                Rubric::Conformance => 31,
                Rubric::Integrity => 6,
                // None that has a label to be told by.
                Rubric::Signals if report.manifests.is_empty() => 14,
                Rubric::Signals => 14 * report.manifests.len(),
            };
            prop_assert_eq!(report.checks.len(), checks);
            let not_applicable = report.with_outcome(Outcome::NotApplicable).count();
            let nothing = manifests == 0 || (rubric == Rubric::Signals && report.manifests.is_empty());
            prop_assert_eq!(not_applicable, if nothing { checks } else { 0 });
            for node in &report.manifests {
                prop_assert!(node.ingredients.iter().all(|edge| edge.index < report.manifests.len()));
            }
            serde_json::to_string(&report).unwrap();
        }
    }
}

#[test]
fn without_manifests_nothing_applies() {
    for crjson in
        [json!(null), json!({}), json!({"manifests": []}), json!({"manifests": {"0": {}}}), json!([{"label": "x"}])]
    {
        for report in all(&crjson) {
            assert!(report.checks.iter().all(|check| check.outcome == Outcome::NotApplicable), "{crjson}");
        }
    }
}

#[test]
fn a_hundred_thousand_actions_end_in_outcomes() {
    let actions: Vec<Value> =
        (0..100_000).map(|i| json!({"action": format!("x{i}"), "parameters": {"p": i}})).collect();
    let crjson =
        json!({"manifests": [{"label": "urn:c2pa:a", "assertions": {"c2pa.actions.v2": {"actions": actions}}}]});
    let [conformance, _, signals] = all(&crjson);
    let custom = conformance.check("validation:no_unrecognized_custom_actions").unwrap();
    assert_eq!(custom.outcome, Outcome::Fail);
    assert!(custom.text.contains("x0, x1, ") && custom.text.contains("and 99980 more"), "{}", custom.text);
    assert!(serde_json::to_string(&conformance).unwrap().len() < 100_000);
    assert!(signals.checks.iter().all(|check| check.outcome != Outcome::NotApplicable));
}

#[test]
fn long_texts_are_quoted_only_in_part() {
    let long = "x".repeat(1_000_000);
    let crjson = json!({"manifests": [{"label": long, "assertions": {(long.as_str()): {}}, "validationResults": {}}]});
    let [conformance, integrity, signals] = all(&crjson);
    assert_eq!(conformance.check("validation:no_unrecognized_custom_assertions").unwrap().outcome, Outcome::Fail);
    for report in [conformance, integrity, signals] {
        assert!(serde_json::to_string(&report).unwrap().len() < 20_000);
    }
}

#[test]
fn many_separators_cost_no_more_than_the_budget() {
    let key = format!("c2pa.{}", "__".repeat(3_000_000));
    let crjson = json!({"manifests": [{"label": "urn:c2pa:a", "assertions": {(key.as_str()): {}}}]});
    let report = evaluate(Rubric::Conformance, &crjson);
    assert_eq!(report.check("validation:no_unsupported_assertions").unwrap().outcome, Outcome::Error);
}

#[test]
fn more_manifests_than_are_looked_at_are_said_to_be_left_out() {
    let manifests: Vec<Value> = (0..=MAX_MANIFESTS).map(|i| json!({"label": format!("urn:c2pa:{i}")})).collect();
    let report = evaluate(Rubric::Signals, &json!({"manifests": manifests}));
    assert_eq!(report.manifests.len(), MAX_MANIFESTS);
    assert!(report.truncated);

    let ingredients: Map<String, Value> = (0..2 * MAX_MANIFESTS)
        .map(|i| {
            (format!("c2pa.ingredient.v3__{i}"), json!({"digitalSourceType": "x", "relationship": "y".repeat(500)}))
        })
        .collect();
    let report = evaluate(Rubric::Signals, &json!({"manifests": [{"label": "urn:c2pa:a", "assertions": ingredients}]}));
    assert_eq!((report.manifests.len(), report.truncated), (MAX_MANIFESTS, true));
    assert_eq!(report.manifests[0].ingredients.len(), MAX_MANIFESTS - 1);
}

#[test]
fn a_manifest_nested_beyond_reason_is_an_error_not_a_crash() {
    let deep = (0..3_000).fold(json!("x"), |inner, _| json!([inner]));
    let crjson = json!({"manifests": [{"label": "urn:c2pa:a", "assertions": {"c2pa.actions.v2": {"allActionsIncluded": true, "actions": [
        {"action": deep, "digitalSourceType": "x", "parameters": {"x": 1}},
    ]}}}]});
    let [conformance, _, signals] = all(&crjson);
    assert!(conformance.with_outcome(Outcome::Error).count() > 0);
    assert!(signals.with_outcome(Outcome::Error).count() > 0);
}

#[test]
fn manifests_without_a_label_leave_no_rubric_without_outcomes() {
    for manifest in [json!({"labol": "urn:c2pa:a"}), json!({"label": ""}), json!(7)] {
        for report in all(&json!({"manifests": [manifest]})) {
            assert!(!report.checks.is_empty(), "{:?}", report.rubric);
        }
    }
}
