use labeler_api::{InFlight, Signing};
use labeler_store::DbError;
use labeler_store::testing::Failure;
use serde_json::json;

use crate::test_env::{Form, TestEnv, bearer, chunked, jpeg, label_form, options, png, sha256};

#[tokio::test]
async fn a_key_receives_the_labelled_file_and_its_facts() {
    let env = TestEnv::new().await;
    for (picture, mime) in [(jpeg(), "image/jpeg"), (png(), "image/png")] {
        let answer = env.label(env.live_key(), &picture, |_| ()).await;
        assert_eq!(answer.status, 200, "{}", answer.json());
        answer.has_standard_headers();
        assert_eq!(answer.header("content-type"), Some("application/octet-stream"));
        assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"photo.jpg\""));
        assert_eq!(answer.number("content-length"), answer.body.len() as i64);
        assert_eq!(answer.header("x-labeler-sha256-output"), Some(sha256(&answer.body).as_str()));
        assert_eq!(answer.header("x-labeler-applied-layers"), Some("iptc, c2pa"));
        assert!(answer.header("x-labeler-signer-fingerprint").unwrap().starts_with("SHA256:"));
        assert_eq!(answer.header("x-labeler-warnings"), Some("missing_watermark, development_certificate"));

        let id = answer.header("x-labeler-event-id").unwrap();
        let event = env.get(&format!("/api/v1/assets/{id}"), env.live_key()).await.json();
        assert_eq!(event["sha256Input"], sha256(&picture));
        assert_eq!(event["sha256Output"], sha256(&answer.body));
        assert_eq!(event["sizeBytes"], answer.body.len());
        assert_eq!(event["mime"], mime);
    }
    assert_eq!(env.app.in_flight.held(), 0, "the budget is whole again");
}

#[tokio::test]
async fn a_session_receives_json_and_accept_overrides_the_default() {
    let env = TestEnv::new().await;
    let (cookie, key) = (env.cookie().await, bearer(env.live_key()));
    let form = label_form(&jpeg(), |_| ());
    let person: [(&str, &str); 2] = [("cookie", &cookie), ("sec-fetch-site", "same-origin")];

    let answer = env.post_form_with("/api/v1/label", &person, &form).await;
    let json = answer.json();
    assert_eq!(answer.status, 200, "{json}");
    assert_eq!((json["ok"].as_bool(), json["filename"].as_str()), (Some(true), Some("photo.jpg")));
    assert_eq!(json["appliedLayers"], json!(["iptc", "c2pa"]));
    assert_eq!(json["sha256Output"].as_str(), answer.header("x-labeler-sha256-output"));
    assert_eq!(json["signerFingerprint"].as_str(), answer.header("x-labeler-signer-fingerprint"));
    assert_eq!(json["eventId"].as_str(), answer.header("x-labeler-event-id"));
    assert_eq!(json["warnings"][0]["code"], "missing_watermark");
    assert_eq!(json["warnings"][1]["code"], "development_certificate");

    let bytes = [person[0], person[1], ("accept", "application/octet-stream")];
    let answer = env.post_form_with("/api/v1/label", &bytes, &form).await;
    assert_eq!(answer.header("content-type"), Some("application/octet-stream"));
    let answer =
        env.post_form_with("/api/v1/label", &[("authorization", &key), ("accept", "application/json")], &form).await;
    assert_eq!(answer.json()["ok"], true);
    // The default `Accept` header of client libraries does not select JSON.
    for accept in ["application/json, text/plain, */*", "*/*", "application/json, application/octet-stream;q=0.1"] {
        let headers = [("authorization", key.as_str()), ("accept", accept)];
        let answer = env.post_form_with("/api/v1/label", &headers, &form).await;
        assert_eq!(answer.header("content-type"), Some("application/octet-stream"), "{accept}");
    }
}

#[tokio::test]
async fn parts_are_accepted_under_both_names_in_any_order_and_chunking() {
    let env = TestEnv::new().await;
    let picture = jpeg();
    let form =
        Form::default().text("options", &options(&picture).to_string()).file("file", "x.jpg", "image/jpeg", &picture);
    for size in [1, 13, 100_000] {
        let headers = [("authorization", bearer(env.live_key())), ("content-type", Form::content_type())];
        let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
        // Without `Content-Length`, as with chunked transfer coding.
        let answer = env.request("POST", "/api/v1/label", &headers, chunked(form.body(), size)).await;
        assert_eq!(answer.status, 200, "{}", answer.json());
    }
}

#[tokio::test]
async fn errors_name_the_invalid_part_of_a_request() {
    let env = TestEnv::new().await;
    let key = env.live_key();
    let picture = jpeg();
    let ok = options(&picture).to_string();
    let image = |form: Form| form.file("image", "a.jpg", "image/jpeg", &picture);
    let new = Form::default;
    let cases: Vec<(Form, u16, &str, Option<&str>)> = vec![
        (new().text("options", &ok), 400, "validation_error", Some("image")),
        (image(new()), 400, "validation_error", Some("options")),
        (image(new()).text("options", "{"), 400, "validation_error", Some("options")),
        (image(new()).text("options", &ok).text("options", &ok), 400, "validation_error", Some("options")),
        (image(image(new())).text("options", &ok), 400, "validation_error", Some("image")),
        (image(new()).file("file", "b", "", &picture).text("options", &ok), 400, "validation_error", Some("file")),
        (image(new()).text("options", &ok).text("note", "x"), 400, "validation_error", Some("note")),
        (new().file("image", "a", "image/jpeg", b"").text("options", &ok), 400, "validation_error", Some("image")),
        (new().file("image", "a", "image/png", &picture).text("options", &ok), 400, "validation_error", Some("image")),
        (new().file("image", "a", "text/plain", b"hello").text("options", &ok), 415, "mime_not_allowed", Some("image")),
        (
            new().file("image", "a", "", b"%PDF-1.7 and more").text("options", &ok),
            415,
            "mime_not_allowed",
            Some("image"),
        ),
    ];
    for (number, (form, status, code, field)) in cases.into_iter().enumerate() {
        println!("case {number}");
        env.post_form("/api/v1/label", key, &form).await.is_error(status, code, field);
    }
    let refused = env
        .post_form("/api/v1/label", key, &new().file("image", "a", "", b"%PDF-1.7 and more").text("options", &ok))
        .await;
    let message = refused.json()["error"]["message"].as_str().unwrap().to_owned();
    assert!(message.contains("application/pdf") && message.contains("image/jpeg, image/png"), "{message}");

    let headers = [("authorization", bearer(key)), ("content-type", "application/json".to_owned())];
    let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    env.request("POST", "/api/v1/label", &headers, "{}").await.is_error(400, "validation_error", Some("Content-Type"));
}

#[tokio::test]
async fn every_option_is_validated() {
    let env = TestEnv::new().await;
    for (field, value) in [
        ("digitalSourceType", json!("photo")),
        ("regionPreset", json!("mars")),
        ("signingMode", json!("none")),
        ("dntEnabled", json!("yes")),
        ("filename", json!("")),
        ("sha256Input", json!("ABC")),
        ("sha256Input", json!("0".repeat(64))),
        ("digitalSourceType", json!(null)),
    ] {
        env.clock.advance(60_000);
        let answer = env.label(env.live_key(), &jpeg(), |options| options[field] = value.clone()).await;
        answer.is_error(400, "validation_error", Some(&format!("options.{field}")));
    }
    let answer = env.label(env.live_key(), &jpeg(), |options| options["preApplied"] = json!(vec![1; 5])).await;
    assert_eq!((answer.status, answer.code().as_str()), (400, "validation_error"));
}

#[tokio::test]
async fn unconfigured_signing_has_its_own_error_codes() {
    let mut env = TestEnv::new().await;
    let byoc = env.label(env.live_key(), &jpeg(), |options| options["signingMode"] = json!("byoc")).await;
    byoc.is_error(412, "signing_certificate_missing", Some("options.signingMode"));
    // The live certificate never signs for a test key.
    env.app.signing.test = None;
    env.label(env.test_key(), &jpeg(), |_| ()).await.is_error(503, "signing_unavailable", Some("options.signingMode"));
    assert_eq!(env.label(env.live_key(), &jpeg(), |_| ()).await.status, 200);
    env.app.signing = Signing::default();
    env.label(env.live_key(), &jpeg(), |_| ()).await.is_error(503, "signing_unavailable", Some("options.signingMode"));
}

#[tokio::test]
async fn no_file_is_sent_without_its_audit_row() {
    let env = TestEnv::new().await;
    env.database.fail_next("INSERT INTO events", Failure::Before(DbError::Engine("disk full".to_owned())));
    let answer = env.label(env.live_key(), &jpeg(), |_| ()).await;
    answer.is_error(500, "internal_error", None);
    assert!(!answer.body.windows(4).any(|window| window == b"jumb") && answer.header("x-labeler-event-id").is_none());
    let incidents = env.incidents.0.lock().unwrap().clone();
    assert_eq!(incidents.len(), 1);
    assert_eq!(Some(incidents[0].0.as_str()), answer.header("x-request-id"));
    assert!(incidents[0].1.contains("disk full") && !String::from_utf8_lossy(&answer.body).contains("disk"));
    assert_eq!(env.get("/api/v1/assets", env.live_key()).await.json()["total"], 0);
    assert_eq!(env.label(env.live_key(), &jpeg(), |_| ()).await.status, 200);
}

#[tokio::test]
async fn a_file_above_the_limit_is_refused_with_or_without_content_length() {
    let env = TestEnv::new().await;
    let key = bearer(env.live_key());
    let kind = Form::content_type();
    let declared = (51 * 1024 * 1024).to_string();
    let headers =
        [("authorization", key.as_str()), ("content-type", kind.as_str()), ("content-length", declared.as_str())];
    env.request("POST", "/api/v1/label", &headers, "").await.is_error(413, "too_large", Some("image"));

    // A body above the limit without `Content-Length`. The limit of the test is lower than 50 MB to save memory.
    let mut small = TestEnv::new().await;
    small.app.config.max_file_bytes = 1_000_000;
    let key = bearer(small.live_key());
    let body = label_form(&vec![0xff; 1_000_001], |_| ()).body();
    let answer = small
        .request("POST", "/api/v1/label", &[("authorization", &key), ("content-type", &kind)], chunked(body, 50_000))
        .await;
    answer.is_error(413, "too_large", Some("image"));
    assert_eq!(small.app.in_flight.held(), 0);
}

#[tokio::test]
async fn a_truncated_upload_is_a_validation_error() {
    let env = TestEnv::new().await;
    let body = label_form(&jpeg(), |_| ()).body();
    let half = body[..body.len() / 2].to_vec();
    let headers = [("authorization", bearer(env.live_key())), ("content-type", Form::content_type())];
    let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    env.request("POST", "/api/v1/label", &headers, chunked(half, 10)).await.is_error(400, "validation_error", None);
}

#[tokio::test]
async fn uploads_wait_for_free_memory() {
    let mut env = TestEnv::new().await;
    env.app.in_flight = InFlight::new(100);
    let answer = env.label(env.live_key(), &jpeg(), |_| ()).await;
    answer.is_error(503, "busy", None);
    assert!(answer.number("retry-after") > 0);
}

#[tokio::test]
async fn hostile_file_names_are_sanitised() {
    let env = TestEnv::new().await;
    let answer = env.label(env.live_key(), &jpeg(), |options| options["filename"] = json!("../../é\"x.jpg")).await;
    assert_eq!(
        answer.header("content-disposition"),
        Some("attachment; filename=\"__x.jpg\"; filename*=UTF-8''%C3%A9_x.jpg"),
        "{}",
        answer.json()
    );
}
