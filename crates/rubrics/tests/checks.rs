//! Every check of the conformance and integrity rubrics passes on a sound manifest and reports the fault it is there for;
//! every signal appears for the manifest it is there for.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::collections::BTreeSet;

use labeler_rubrics::{Outcome, Rubric, evaluate};
use serde_json::{Value, json};

const SOURCE_TYPE: &str = "http://cv.iptc.org/newscodes/digitalsourcetype/";

/// A generated image that meets all of it.
fn sound() -> Value {
    json!({"manifests": [{
        "label": "urn:c2pa:0b0e9a4c-0000-4000-8000-000000000001",
        "claim.v2": {
            "claim_generator_info": {"name": "Labeler", "version": "1.0", "specVersion": "2.4.0"},
            "created_assertions": [
                {"url": "self#jumbf=c2pa.assertions/c2pa.actions.v2"},
                {"url": "self#jumbf=c2pa.assertions/c2pa.hash.data"},
            ],
            "gathered_assertions": [{"url": "self#jumbf=c2pa.assertions/cawg.training-mining"}],
        },
        "assertions": {
            "c2pa.actions.v2": {"allActionsIncluded": true, "actions": [
                {"action": "c2pa.created", "digitalSourceType": format!("{SOURCE_TYPE}trainedAlgorithmicMedia")},
                {"action": "c2pa.converted"},
            ]},
            "c2pa.hash.data": {"alg": "sha256", "hash": "b64'AA=='"},
            "cawg.training-mining": {"entries": {}},
        },
        "validationResults": {"success": [{"code": "claimSignature.validated"}], "informational": [], "failure": []},
    }]})
}

/// `sound` with the value at a JSON pointer set; missing members on the way are made.
fn with(changes: &[(&str, Value)]) -> Value {
    let mut crjson = sound();
    for (pointer, value) in changes {
        let mut place = &mut crjson["manifests"][0];
        for key in pointer.split('/').skip(1) {
            place = match key.parse::<usize>() {
                Ok(index) => &mut place[index],
                Err(_) => &mut place[key],
            };
        }
        *place = value.clone();
    }
    crjson
}

fn not_passed(rubric: Rubric, crjson: &Value) -> Vec<(String, Outcome)> {
    let checks = evaluate(rubric, crjson).checks.into_iter();
    checks.filter(|check| check.outcome != Outcome::Pass).map(|check| (check.id, check.outcome)).collect()
}

#[test]
fn a_sound_manifest_passes_everything() {
    assert_eq!(not_passed(Rubric::Conformance, &sound()), []);
    assert_eq!(not_passed(Rubric::Integrity, &sound()), []);
}

const ACTIONS: &str = "/assertions/c2pa.actions.v2/actions";

fn opened(parameters: Value) -> Value {
    json!([{"action": "c2pa.opened", "parameters": parameters}])
}

#[test]
fn every_conformance_check_reports_its_fault() {
    let created = json!({"action": "c2pa.created", "digitalSourceType": "x"});
    let ingredient = "/assertions/c2pa.ingredient.v3";
    let one = json!({"ingredients": [{"url": "u"}]});
    // The fault, the checks that must not pass because of it, and what the first one's text must quote.
    let faults: Vec<(Value, Vec<&str>, &str)> = vec![
        (
            with(&[(ACTIONS, json!([created, {"action": "c2pa.cropped"}]))]),
            vec!["mandatory_dst_for_perceptible_transformations"],
            "c2pa.cropped",
        ),
        (
            with(&[("/claim.v2/claim_generator_info/specVersion", json!(null))]),
            vec!["mandatory_spec_version"],
            "missing",
        ),
        (
            with(&[("/claim.v2/claim_generator_info/specVersion", json!("2.2.0"))]),
            vec!["mandatory_spec_version"],
            "2.2.0",
        ),
        (with(&[("/claim.v2/claim_generator_info/specVersion", json!(2.4))]), vec!["mandatory_spec_version"], "2.4"),
        (
            with(&[("/claim.v2/claim_generator_info", json!([{"name": "x"}]))]),
            vec!["mandatory_spec_version"],
            "missing",
        ),
        (
            with(&[("/assertions/c2pa.actions.v2/allActionsIncluded", json!(null))]),
            vec!["mandatory_all_actions_included"],
            "",
        ),
        (
            with(&[(
                ACTIONS,
                json!([created, {"action": "c2pa.opened", "digitalSourceType": "dst", "parameters": one}]),
            )]),
            vec!["no_dst_for_opened_action"],
            "dst",
        ),
        (
            with(&[("/validationResults", json!(null))]),
            vec!["well_formed_data_present", "well_formed_success", "valid_data_present", "valid_success"],
            "",
        ),
        (
            with(&[("/validationResults/failure", json!([{"code": "claim.malformed"}]))]),
            vec!["well_formed_success"],
            "claim.malformed",
        ),
        (
            with(&[("/validationResults/failure", json!([{"code": "assertion.dataHash.mismatch"}]))]),
            vec!["valid_success"],
            "assertion.dataHash.mismatch",
        ),
        (with(&[("/claim.v2/created_assertions", json!([]))]), vec!["inception_action_position"], ""),
        (with(&[(ACTIONS, json!([{"action": "c2pa.converted"}, created]))]), vec!["inception_action_position"], ""),
        (with(&[("/assertions/stds.exif", json!({}))]), vec!["no_deprecated_assertions"], "stds.exif"),
        (
            with(&[("/assertions/c2pa.training-mining", json!({}))]),
            vec!["no_unsupported_assertions"],
            "c2pa.training-mining",
        ),
        (
            with(&[(ACTIONS, json!([created, {"action": "c2pa.watermarked"}]))]),
            vec!["no_deprecated_actions"],
            "c2pa.watermarked",
        ),
        (
            with(&[(ACTIONS, json!([created, {"action": "c2pa.invented", "digitalSourceType": "x"}]))]),
            vec!["no_unsupported_actions"],
            "c2pa.invented",
        ),
        (with(&[("/assertions/nodot", json!({}))]), vec!["no_unrecognized_custom_assertions"], "nodot"),
        (with(&[(ACTIONS, json!([created, {"action": "nodot"}]))]), vec!["no_unrecognized_custom_actions"], "nodot"),
        (
            with(&[(
                ACTIONS,
                json!([created, {"action": "c2pa.converted", "parameters": {"own": 1, "com.example.own": 1}}]),
            )]),
            vec!["no_unrecognized_custom_action_parameters"],
            ": own (Spec",
        ),
        (
            with(&[(ACTIONS, json!([created, {"action": "c2pa.converted", "parameters": {"description": "d"}}]))]),
            vec!["discouraged_legacy_action_parameters"],
            "c2pa.converted",
        ),
        (with(&[("/label", json!("urn:uuid:1"))]), vec!["active_manifest_urn"], "urn:uuid"),
        (
            with(&[(
                "/assertions/com.example.review",
                json!({"reviewRatings": [1], "dataSource": {"type": "humanEntry.anonymous"}}),
            )]),
            vec!["review_ratings_datasource"],
            "",
        ),
        (
            with(&[(ingredient, json!({"relationship": "inputTo", "validationResults": {}}))]),
            vec!["ingredient_v3_no_active_manifest"],
            "",
        ),
        (
            with(&[(ingredient, json!({"relationship": "inputTo", "activeManifest": {}}))]),
            vec!["ingredient_v3_mandatory_validation_results"],
            "",
        ),
        (with(&[(ingredient, json!({"relationship": "uncleOf"}))]), vec!["ingredient_relationship_values"], "uncleOf"),
        (with(&[(ACTIONS, json!([{"action": "c2pa.created"}]))]), vec!["mandatory_dst_for_created_action"], ""),
        (
            with(&[("/claim.v2/specVersion", json!("2.4.0"))]),
            vec!["no_deprecated_claim_fields"],
            "specVersion in claim",
        ),
        (
            with(&[(
                ingredient,
                json!({"relationship": "inputTo", "activeManifest": {}, "validationResults": {}, "digitalSourceType": "x"}),
            )]),
            vec!["ingredient_v3_choice"],
            "",
        ),
        (
            with(&[("/assertions/com.example.alternative", json!({"type": "exif.originalPreservationImage"}))]),
            vec!["alternative_content_representation_choice"],
            "",
        ),
        (
            with(&[("/assertions/c2pa.external-reference", json!({"label": "c2pa.hash.data", "url": "u"}))]),
            vec!["forbidden_labels_in_external_references"],
            "c2pa.hash.data",
        ),
        (with(&[("/assertions/c2pa.hash.data/url", json!("u"))]), vec!["no_url_in_hashes"], "c2pa.hash.data"),
        (
            with(&[(ACTIONS, opened(one.clone())), ("/assertions/c2pa.actions.v2/allActionsIncluded", json!(false))]),
            vec!["all_actions_included_opened"],
            "c2pa.opened",
        ),
        (
            with(&[(ACTIONS, opened(json!({"ingredients": []})))]),
            vec!["opened_action_ingredient_reference"],
            "c2pa.opened",
        ),
        (
            with(&[
                ("/assertions/c2pa.hash.boxes", json!({})),
                ("/assertions/c2pa.asset-type.v2", json!({"dc:format": "image/tiff"})),
            ]),
            vec!["no_box_hash_for_tiff"],
            "c2pa.hash.boxes",
        ),
    ];
    let mut seen = BTreeSet::new();
    for (crjson, ids, quoted) in faults {
        let ids: Vec<String> = ids.iter().map(|id| format!("validation:{id}")).collect();
        let found = not_passed(Rubric::Conformance, &crjson);
        assert_eq!(
            found.iter().map(|(id, _)| id).collect::<BTreeSet<_>>(),
            ids.iter().collect::<BTreeSet<_>>(),
            "{crjson}"
        );
        for (id, outcome) in &found {
            let expected =
                if id.ends_with("discouraged_legacy_action_parameters") { Outcome::Warn } else { Outcome::Fail };
            assert_eq!(*outcome, expected, "{id}");
        }
        let report = evaluate(Rubric::Conformance, &crjson);
        let text = &report.check(&ids[0]).unwrap().text;
        assert!(text.contains(quoted) && !text.contains("{{"), "{text}");
        seen.extend(ids);
    }
    let all: BTreeSet<String> =
        evaluate(Rubric::Conformance, &sound()).checks.into_iter().map(|check| check.id).collect();
    assert_eq!(seen, all);
}

#[test]
fn integrity_keeps_structure_content_and_trust_apart() {
    for (code, id) in [
        ("ingredient.manifest.missing", "validation:well_formed_success"),
        ("assertion.hashedURI.mismatch", "validation:valid_success"),
        ("claimSignature.mismatch", "validation:trusted_success"),
        ("signingCredential.untrusted", "validation:trusted_success"),
    ] {
        let crjson = with(&[("/validationResults/failure", json!([{"code": code}]))]);
        assert_eq!(not_passed(Rubric::Integrity, &crjson), [(id.to_owned(), Outcome::Fail)], "{code}");
    }
    assert_eq!(not_passed(Rubric::Integrity, &with(&[("/validationResults", json!(null))])).len(), 6);
}

#[test]
fn an_expression_without_a_value_is_an_error_of_its_check_alone() {
    let crjson = with(&[(ACTIONS, json!([{"action": {"not": "a string"}}]))]);
    let report = evaluate(Rubric::Conformance, &crjson);
    let check = report.check("validation:no_unsupported_actions").unwrap();
    assert_eq!((check.outcome, check.text.as_str()), (Outcome::Error, "startsWith does not take object"));
    assert_eq!(report.check("validation:active_manifest_urn").unwrap().outcome, Outcome::Pass);
}

fn signals(manifest: &Value) -> Vec<String> {
    let report = evaluate(Rubric::Signals, &json!({"manifests": [manifest]}));
    report.with_outcome(Outcome::Present).map(|check| check.id.clone()).collect()
}

#[test]
fn every_inception_signal_appears_for_its_source_type() {
    for (source_type, signal) in [
        ("http://c2pa.org/digitalsourcetype/empty", "blankCanvas"),
        ("digitalCapture", "capturedMedia"),
        ("computationalCapture", "capturedMedia"),
        ("compositeCapture", "capturedMediaStitched"),
        ("composite", "compositionMayContainGenAI"),
        ("trainedAlgorithmicMedia", "fullyGenAIMedia"),
        ("digitalCreation", "nonGenAIDigitalCreation"),
        ("compositeWithTrainedAlgorithmicMedia", "partlyGenAICreation"),
        ("screenCapture", "screenCaptureMayContainGenAI"),
    ] {
        let source_type =
            if source_type.contains(':') { source_type.to_owned() } else { format!("{SOURCE_TYPE}{source_type}") };
        let crjson = with(&[(ACTIONS, json!([{"action": "c2pa.created", "digitalSourceType": source_type}]))]);
        assert_eq!(signals(&crjson["manifests"][0]), [format!("inception:signal_{signal}")]);
    }
    let crjson =
        with(&[("/assertions/c2pa.ingredient.v3", json!({"relationship": "parentOf"})), (ACTIONS, opened(json!({})))]);
    assert_eq!(signals(&crjson["manifests"][0]), ["inception:signal_mediaUnknownProvenance"]);
}

#[test]
fn every_transformation_signal_appears_for_its_action() {
    let edited = |source_type: &str| json!([{"action": "c2pa.edited", "digitalSourceType": format!("{SOURCE_TYPE}{source_type}")}]);
    for (actions, expected) in [
        (edited("compositeSynthetic"), vec!["perceptibleGenAI"]),
        (edited("humanEdits"), vec!["perceptibleNonGenAI"]),
        (edited("digitalArt"), vec!["perceptibleNonGenAI", "perceptiblePossiblyGenAI"]),
        (json!([{"action": "c2pa.converted"}]), vec!["nonEditorial"]),
        (json!([{"action": "c2pa.unknown"}]), vec!["ambiguousActions"]),
        (json!([{"action": "com.example.magic"}]), vec!["ambiguousActions"]),
        (json!([]), vec!["ambiguousActions"]),
    ] {
        let crjson = with(&[(ACTIONS, actions)]);
        let expected: Vec<String> = expected.iter().map(|signal| format!("transformation:signal_{signal}")).collect();
        assert_eq!(signals(&crjson["manifests"][0]), expected);
    }
    let gathered = with(&[
        (ACTIONS, json!([{"action": "c2pa.edited"}])),
        ("/claim.v2/gathered_assertions", json!([{"url": "self#jumbf=c2pa.assertions/c2pa.actions.v2__1"}])),
    ]);
    assert_eq!(signals(&gathered["manifests"][0]), ["transformation:signal_ambiguousActions"]);
}

#[test]
fn a_chain_is_followed_and_a_flat_ingredient_becomes_a_pseudo_manifest() {
    let generated =
        json!([{"action": "c2pa.created", "digitalSourceType": format!("{SOURCE_TYPE}trainedAlgorithmicMedia")}]);
    let crjson = json!({"manifests": [
        {"label": "urn:c2pa:a", "assertions": {
            "c2pa.actions.v2": {"allActionsIncluded": true, "actions": [{"action": "c2pa.edited"}]},
            "c2pa.ingredient.v3": {"relationship": "parentOf", "activeManifest": {"url": "self#jumbf=/c2pa/urn:c2pa:b/c2pa.claim.v2"}},
            "c2pa.ingredient.v3__1": {"relationship": "componentOf", "dc:title": "a b.png", "digitalSourceType": format!("{SOURCE_TYPE}digitalCapture")},
            "c2pa.ingredient.v3__2": {"relationship": "inputTo", "activeManifest": {"url": "self#jumbf=/c2pa/urn:c2pa:gone"}},
        }},
        {"label": "urn:c2pa:b", "assertions": {"c2pa.actions.v2": {"allActionsIncluded": true, "actions": generated}}},
    ]});
    let report = serde_json::to_value(evaluate(Rubric::Signals, &crjson)).unwrap();
    assert_eq!(
        report["manifests"],
        json!([
            {"label": "urn:c2pa:a", "ingredients": [
                {"index": 1, "relationship": "parentOf"},
                {"index": 2, "relationship": "componentOf"},
            ]},
            {"label": "urn:c2pa:b"},
            {"label": "urn:c2pa:pseudo:urn:c2pa:a:a_b.png_2", "pseudo": true},
        ])
    );
    let present: Vec<_> = report["checks"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|check| check["outcome"] == "present")
        .map(|check| (check["manifest"].as_u64().unwrap(), check["id"].as_str().unwrap().rsplit('_').next().unwrap()))
        .collect();
    assert_eq!(present, [(1, "fullyGenAIMedia"), (2, "capturedMedia")]);
}

#[test]
fn a_flat_ingredient_takes_the_source_type_of_what_was_opened() {
    let crjson = json!({"manifests": [{"label": "urn:c2pa:a", "assertions": {
        "c2pa.ingredient.v3": {"relationship": "parentOf"},
        "c2pa.actions.v2": {"actions": [{"action": "c2pa.opened", "digitalSourceType": format!("{SOURCE_TYPE}digitalCreation")}]},
    }}]});
    let report = evaluate(Rubric::Signals, &crjson);
    assert_eq!(report.manifests.len(), 2);
    let present: Vec<_> =
        report.with_outcome(Outcome::Present).map(|check| (check.manifest, check.id.as_str())).collect();
    assert!(present.contains(&(Some(1), "inception:signal_nonGenAIDigitalCreation")), "{present:?}");
}
