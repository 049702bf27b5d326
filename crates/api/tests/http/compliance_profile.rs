use std::io::{Cursor, Read};

use labeler_store::{KeyGrant, KeyKind, Plan, Scope};
use serde_json::{Value, json};

use crate::test_env::{Answer, Form, TestEnv, bearer, jpeg, label_form, options};

const URL: &str = "https://example.com/Holiday.jpg";
const CODE: &str = "001191110102MACQD9K64010000";

fn profile() -> Value {
    json!({ "provider": "ACME Imaging", "aiSystem": "Painter", "aiSystemVersion": "2.1", "producerCode": CODE })
}

async fn env() -> (TestEnv, String) {
    let env = TestEnv::new().await;
    env.plan(Plan::Enterprise).await;
    env.names.on("example.com", &[&["93.184.215.14"]]);
    env.far_side.serve(URL, jpeg());
    let cookie = env.cookie().await;
    (env, cookie)
}

async fn change(env: &TestEnv, cookie: &str, change: Value) -> Value {
    env.clock.advance(1);
    let answer = env.page("PATCH", "/api/v1/workspace", cookie, change).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    answer.json()
}

fn has(content: &[u8], text: &str) -> bool {
    content.windows(text.len()).any(|window| window == text.as_bytes())
}

/// Returns the options of a request, including the file-specific ones if the request labels one file.
fn wish(with: &Value, is_for_one_file: bool) -> Value {
    let mut wish = options(&jpeg());
    let map = wish.as_object_mut().unwrap();
    map.insert("filename".to_owned(), json!("Holiday.jpg"));
    if !is_for_one_file {
        map.retain(|name, _| !["filename", "sha256Input"].contains(&name.as_str()));
    }
    map.extend(with.as_object().unwrap().clone());
    wish
}

fn codes(warnings: &Value) -> Vec<String> {
    warnings.as_array().into_iter().flatten().map(|warning| warning["code"].as_str().unwrap().to_owned()).collect()
}

/// Labels one image with every label endpoint. Returns the warning codes and the files.
async fn label_in_every_way(env: &TestEnv, with: &Value) -> Vec<(&'static str, Vec<String>, Vec<u8>)> {
    env.clock.advance(600_000);
    let key = bearer(env.live_key());
    let header = |answer: &Answer| -> Vec<String> {
        assert_eq!(answer.status, 200, "{}", answer.json());
        answer.header("x-labeler-warnings").unwrap_or_default().split(", ").map(str::to_owned).collect()
    };
    let one = |form: Form| form.file("image", "Holiday.jpg", "image/jpeg", &jpeg());

    let form = one(Form::default().text("options", &wish(with, true).to_string()));
    let label = env.post_form("/api/v1/label", env.live_key(), &form).await;
    let accept = [("authorization", key.as_str()), ("accept", "application/json")];
    let told = env.post_form_with("/api/v1/label", &accept, &form).await.json();
    assert_eq!(codes(&told["warnings"]), header(&label), "header and JSON say the same");

    let shared = wish(with, false);
    let body = json!({ "url": URL, "options": shared }).to_string();
    let headers = [("authorization", key.as_str()), ("content-type", "application/json")];
    let url = env.request("POST", "/api/v1/label/url", &headers, body).await;

    let form = one(Form::default().text("options", &shared.to_string()));
    let batch = env.post_form("/api/v1/label/batch", env.live_key(), &form).await;
    assert_eq!(batch.status, 200, "{}", batch.json());
    let mut archive = zip::ZipArchive::new(Cursor::new(batch.body.to_vec())).unwrap();
    let mut read = |name: &str| {
        let mut content = Vec::new();
        archive.by_name(name).unwrap().read_to_end(&mut content).unwrap();
        content
    };
    let row = serde_json::from_slice::<Value>(&read("manifest.json")).unwrap()["results"][0].clone();
    vec![
        ("label", header(&label), label.body.to_vec()),
        ("url", header(&url), url.body.to_vec()),
        ("batch", codes(&row["warnings"]), read("Holiday.jpg")),
    ]
}

#[tokio::test]
async fn profile_fields_are_changed_independently() {
    let (env, cookie) = env().await;
    let none = json!({ "provider": null, "aiSystem": null, "aiSystemVersion": null, "producerCode": null });
    let before = env.request("GET", "/api/v1/workspace", &[("cookie", &cookie)], "").await.json();
    assert_eq!(before["complianceProfile"], none);
    let set = change(&env, &cookie, json!({ "complianceProfile": profile() })).await;
    assert_eq!(set["complianceProfile"], profile());
    assert_eq!((&set["name"], &set["fileNames"]), (&before["name"], &before["fileNames"]));
    // Absent fields stay unchanged and null removes a value, also if other settings change.
    let cleared = json!({ "requestLogDays": 30, "complianceProfile": { "provider": null, "aiSystemVersion": "3" } });
    change(&env, &cookie, cleared).await;
    let seen = env.request("GET", "/api/v1/workspace", &[("cookie", &cookie)], "").await.json();
    let expected = json!({ "provider": null, "aiSystem": "Painter", "aiSystemVersion": "3", "producerCode": CODE });
    assert_eq!((&seen["complianceProfile"], &seen["requestLogDays"]), (&expected, &json!(30)));

    for (wrong, field, limit) in [
        (json!({ "provider": "" }), "provider", "1 to 200 characters, not 0"),
        (json!({ "provider": "x".repeat(201) }), "provider", "1 to 200 characters, not 201"),
        (json!({ "provider": "a\u{7}" }), "provider", "without control characters"),
        (json!({ "aiSystem": 7 }), "aiSystem", "must be a string"),
        (json!({ "aiSystem": null }), "aiSystemVersion", "needs complianceProfile.aiSystem"),
        (json!({ "aiSystemVersion": "x".repeat(201) }), "aiSystemVersion", "1 to 200 characters, not 201"),
        (json!({ "producerCode": "001191110102MACQD9K74010000" }), "producerCode", "001, 1, a valid unified social"),
        (json!({ "producerCode": "ACME" }), "producerCode", "001, 1, a valid unified social"),
        (json!({ "neutralTitle": true }), "neutralTitle", "known fields are provider"),
    ] {
        let body = json!({ "complianceProfile": wrong });
        let answer = env.page("PATCH", "/api/v1/workspace", &cookie, body).await;
        let field = format!("complianceProfile.{field}");
        answer.is_error(400, "validation_error", Some(&field));
        let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
        assert!(message.starts_with(&field) && message.contains(limit), "{message}");
    }
    let answer = env.page("PATCH", "/api/v1/workspace", &cookie, json!({ "complianceProfile": "ACME" })).await;
    answer.is_error(400, "validation_error", Some("body"));
    let same = env.request("GET", "/api/v1/workspace", &[("cookie", &cookie)], "").await.json();
    assert_eq!(same, seen, "what was refused changed nothing");

    // The audit trail names actor and field but not the value, because audit rows cannot be erased.
    let trail = env.request("GET", "/api/v1/admin-events", &[("cookie", &cookie)], "").await;
    let newest = &trail.json()["data"][0];
    assert_eq!(newest["action"], "workspace.changed");
    let changed = json!(["requestLogDays", "complianceProfile.provider", "complianceProfile.aiSystemVersion"]);
    assert_eq!(newest["detail"]["changed"], changed);
    assert!(!has(&trail.body, "ACME") && !has(&trail.body, CODE));
}

#[tokio::test]
async fn labels_contain_the_profile_and_have_no_warnings() {
    let (env, cookie) = env().await;
    let global = json!({ "regionPreset": "global_minimum" });
    let missing = ["missing_provider", "missing_ai_system", "missing_ai_system_version", "missing_producer_code"];
    for (way, warnings, _) in label_in_every_way(&env, &global).await {
        for code in missing {
            assert!(warnings.iter().any(|warning| warning == code), "{way} {code} {warnings:?}");
        }
    }
    change(&env, &cookie, json!({ "complianceProfile": profile() })).await;
    for (way, warnings, file) in label_in_every_way(&env, &global).await {
        assert_eq!(
            warnings,
            ["missing_visible_label", "missing_watermark", "development_certificate"],
            "{way}: what is left is not in a profile"
        );
        for text in ["ACME Imaging", "Painter", CODE] {
            assert!(has(&file, text), "{way} {text}");
        }
    }

    // Options of the request take precedence. The version in the profile is not applied to another AI system.
    let own = json!({ "regionPreset": "global_minimum", "provider": "Studio Ltd", "aiSystem": "Sketcher" });
    for (way, warnings, file) in label_in_every_way(&env, &own).await {
        assert!(warnings.iter().any(|warning| warning == "missing_ai_system_version"), "{way} {warnings:?}");
        assert!(has(&file, "Studio Ltd") && has(&file, "Sketcher") && has(&file, CODE), "{way}");
        assert!(!has(&file, "ACME") && !has(&file, "Painter"), "{way}");
    }
    // The profile applies to the workspace's sandbox, but not to other workspaces.
    let (_, foreign) = env.other_workspace(KeyKind::Live, KeyGrant::Scopes(vec![Scope::Label])).await;
    for (key, knows) in [(env.test_key(), true), (foreign.as_str(), false)] {
        let answer = env.label(key, &jpeg(), |options| options["regionPreset"] = json!("china")).await;
        assert_eq!((answer.status, has(&answer.body, CODE)), (200, knows));
    }
}

#[tokio::test]
async fn a_file_name_that_is_not_stored_is_not_in_the_manifest() {
    let (env, cookie) = env().await;
    for (setting, is_kept) in [("store", true), ("pseudonymise", false), ("drop", false), ("store", true)] {
        change(&env, &cookie, json!({ "fileNames": setting })).await;
        // A request cannot weaken the privacy setting of its workspace.
        for with in [json!({}), json!({ "neutralTitle": false })] {
            for (way, _, file) in label_in_every_way(&env, &with).await {
                assert_eq!(has(&file, "Holiday"), is_kept, "{setting} {way} {with}");
            }
        }
        for (way, _, file) in label_in_every_way(&env, &json!({ "neutralTitle": true })).await {
            assert!(!has(&file, "Holiday"), "{setting} {way}: it can ask for more");
        }
    }
}

#[tokio::test]
async fn file_names_are_never_stored_in_clear_and_repeats_return_them() {
    let (env, cookie) = env().await;
    let key = bearer(env.live_key());
    let accept = [("authorization", key.as_str()), ("accept", "application/json")];
    for setting in ["store", "pseudonymise", "drop"] {
        env.clock.advance(600_000);
        change(&env, &cookie, json!({ "fileNames": setting })).await;
        let with_key = |kind: &str| format!("{setting}-{kind}");

        let order = with_key("label");
        let headers = [accept[0], accept[1], ("idempotency-key", order.as_str())];
        let form = Form::default().text("options", &wish(&json!({}), true).to_string());
        let form = form.file("image", "Holiday.jpg", "image/jpeg", &jpeg());
        let first = env.post_form_with("/api/v1/label", &headers, &form).await;
        let again = env.post_form_with("/api/v1/label", &headers, &form).await;
        assert_eq!((first.status, again.header("idempotent-replayed")), (200, Some("true")), "{}", first.json());
        assert_eq!((&first.json()["filename"], first.json()), (&json!("Holiday.jpg"), again.json()), "{setting}");

        let order = with_key("batch");
        let headers = [accept[0], ("idempotency-key", order.as_str())];
        let form = Form::default().text("options", &wish(&json!({}), false).to_string());
        let form = form.file("image", "Holiday.jpg", "image/jpeg", &jpeg());
        for _ in 0..2 {
            let batch = env.post_form_with("/api/v1/label/batch", &headers, &form).await;
            assert_eq!(batch.status, 200, "{}", batch.json());
        }

        // A repeat does not fetch the file again, so it returns the stored form of the name.
        let order = with_key("url");
        let headers = [accept[0], accept[1], ("idempotency-key", order.as_str()), ("content-type", "application/json")];
        let body = json!({ "url": URL, "options": wish(&json!({}), false) }).to_string();
        let first = env.request("POST", "/api/v1/label/url", &headers, body.clone()).await;
        let again = env.request("POST", "/api/v1/label/url", &headers, body).await;
        assert_eq!((first.status, again.header("idempotent-replayed")), (200, Some("true")), "{}", first.json());
        let event = format!("/api/v1/assets/{}", again.json()["eventId"].as_str().unwrap());
        let event = env.get(&event, env.live_key()).await.json();
        assert_eq!(again.json()["filename"], event["filename"], "{setting}: {event}");
        assert_eq!(again.json()["filename"] == "Holiday.jpg", setting == "store");
    }
    let all = env.dump().await;
    assert!(all.contains("drop-url") && !all.contains("Holiday"));
}

/// The idempotency key identifies the request as sent, without defaults of the workspace.
#[tokio::test]
async fn idempotency_is_independent_of_profile_changes() {
    let (env, cookie) = env().await;
    let key = bearer(env.live_key());
    let headers = [("authorization", key.as_str()), ("accept", "application/json"), ("idempotency-key", "order-1")];
    let form = label_form(&jpeg(), |options| options["regionPreset"] = json!("california"));
    let first = env.post_form_with("/api/v1/label", &headers, &form).await.json();
    assert!(codes(&first["warnings"]).contains(&"missing_provider".to_owned()), "{first}");
    change(&env, &cookie, json!({ "complianceProfile": profile() })).await;
    let again = env.post_form_with("/api/v1/label", &headers, &form).await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (200, Some("true")), "{}", again.json());
    assert_eq!(again.json(), first);
    // A request with explicit values equal to the profile is a different request.
    let said = label_form(&jpeg(), |options| {
        options["regionPreset"] = json!("california");
        options.as_object_mut().unwrap().extend(profile().as_object().unwrap().clone());
    });
    let other = env.post_form_with("/api/v1/label", &headers, &said).await;
    other.is_error(422, "idempotency_mismatch", Some("Idempotency-Key"));
}
