use std::{collections::BTreeSet, path::PathBuf};

use labeler_api::{Code, openapi};
use serde::Serialize;
use serde_json::Value;

use crate::test_env::TestEnv;

/// `UPDATE_OPENAPI=1` rewrites the committed file instead. Compared as values: the order of keys depends on what else
/// is built.
#[test]
fn the_committed_document_matches_the_code() {
    let made = openapi::document().unwrap();
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        // Indented by one space: with two, the document would be a fifth larger.
        let mut text = Vec::new();
        let indented = serde_json::ser::PrettyFormatter::with_indent(b" ");
        made.serialize(&mut serde_json::Serializer::with_formatter(&mut text, indented)).unwrap();
        text.push(b'\n');
        std::fs::write(PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("openapi.json"), text)
            .unwrap();
        return;
    }
    let kept: Value = serde_json::from_str(openapi::DOCUMENT).unwrap();
    let text = |value: &Value| serde_json::to_string_pretty(value).unwrap();
    let (made_text, kept_text) = (text(&made), text(&kept));
    let difference = made_text.lines().zip(kept_text.lines()).find(|(made, kept)| made != kept);
    assert!(made == kept, "openapi.json is out of date (UPDATE_OPENAPI=1 rewrites it); made, kept: {difference:?}");
}

fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            operations.push((path.clone(), method.to_uppercase(), operation.clone()));
        }
    }
    operations
}

#[tokio::test]
async fn the_document_describes_exactly_the_routes() {
    let document = openapi::document().unwrap();
    let documented: BTreeSet<_> = document["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(documented, openapi::routed_paths().into_iter().collect());

    let env = TestEnv::new().await;
    for path in documented {
        let allow = env.request("OPTIONS", &path.replace("{id}", "x").replace("{secret_id}", "x"), &[], "").await;
        let routed: BTreeSet<String> =
            allow.header("allow").unwrap().split(',').filter(|method| *method != "HEAD").map(str::to_owned).collect();
        let described: BTreeSet<String> =
            document["paths"][path].as_object().unwrap().keys().map(|method| method.to_uppercase()).collect();
        assert_eq!(routed, described, "{path}");
    }
}

#[test]
fn every_response_is_fully_described() {
    let document = openapi::document().unwrap();
    for (path, method, operation) in operations(&document) {
        let id = operation["operationId"].as_str().unwrap();
        assert!(operation["summary"].is_string() || operation["description"].is_string(), "{id}");
        for (status, response) in operation["responses"].as_object().unwrap() {
            // Shared responses are components.
            let response = match response["$ref"].as_str() {
                Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap(),
                None => response,
            };
            let headers = response["headers"].as_object().unwrap();
            for name in ["X-Request-Id", "Cache-Control", "RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"] {
                assert!(headers.contains_key(name), "{method} {path} {status}: {name}");
            }
            if status.as_str() >= "400" {
                let content = &response["content"]["application/json"];
                // These responses have the shape of RFC 6749 instead of the envelope.
                if operation["tags"][0] == "oauth2"
                    && content["schema"]["$ref"] == "#/components/schemas/OAuthErrorBody"
                {
                    assert!(
                        path.starts_with("/oauth2/") && ["400", "401"].contains(&status.as_str()),
                        "{path} {status}"
                    );
                    continue;
                }
                assert_eq!(content["schema"]["$ref"], "#/components/schemas/ErrorEnvelope", "{method} {path} {status}");
                assert!(content["examples"].as_object().is_some_and(|examples| !examples.is_empty()));
            }
        }
        let with_body = operation["requestBody"].is_object().then_some("408");
        for status in ["405", "429", "500"].into_iter().chain(with_body) {
            assert!(operation["responses"][status].is_object(), "{method} {path}: {status}");
        }
    }
}

#[test]
fn every_reference_resolves() {
    fn references<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(map) => {
                found.extend(map.get("$ref").and_then(Value::as_str));
                map.values().for_each(|value| references(value, found));
            }
            Value::Array(list) => list.iter().for_each(|value| references(value, found)),
            _ => {}
        }
    }
    let document = openapi::document().unwrap();
    let mut found = Vec::new();
    references(&document, &mut found);
    assert!(found.len() > 50);
    for reference in found {
        assert!(document.pointer(reference.trim_start_matches('#')).is_some(), "{reference}");
    }
}

#[test]
fn every_error_code_is_documented() {
    let documented = openapi::documented_codes();
    for code in Code::ALL {
        assert!(documented.contains(code), "{code:?}");
    }
}

#[test]
fn every_part_of_the_report_has_a_schema() {
    let document = openapi::document().unwrap();
    let schemas = &document["components"]["schemas"];
    let report = &schemas["CheckerReport"]["properties"];
    for field in ["signals", "verdicts", "c2pa", "iptc", "watermark", "ai", "context", "engine", "metadata"] {
        let property = &report[field];
        assert!(property["$ref"].is_string() || property["type"].is_string(), "{field}: {property}");
    }
    let verify = &schemas["VerifyReport"]["properties"];
    for field in ["c2pa", "iptc"] {
        assert!(verify[field]["$ref"].is_string(), "{field}: {}", verify[field]);
        assert_eq!(verify[field]["$ref"], report[field]["$ref"]);
    }
    // Regions map to rules, and rules to results.
    assert!(schemas["RegionVerdict"]["properties"]["rules"].is_object(), "{}", schemas["RegionVerdict"]);
    assert!(openapi::DOCUMENT.len() < 500_000, "{} bytes", openapi::DOCUMENT.len());
}
