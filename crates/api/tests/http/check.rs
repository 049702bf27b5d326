use labeler_store::Scope;

use crate::test_env::{Form, TestEnv, bearer, jpeg, png};

#[tokio::test]
async fn a_report_contains_its_request_id() {
    let env = TestEnv::new().await;
    let picture = png();
    let form = Form::default().file("file", "dir/photo.png", "image/png", &picture);
    let answer = env.post_form("/api/v1/check", env.live_key(), &form).await;
    let json = answer.json();
    assert_eq!(answer.status, 200, "{json}");
    answer.has_standard_headers();
    assert_eq!(json["requestId"].as_str(), answer.header("x-request-id"));
    let data = &json["data"];
    assert_eq!(data["schemaVersion"], 1);
    assert_eq!(data["sha256"], crate::test_env::sha256(&picture));
    assert_eq!((data["filename"].as_str(), data["mime"].as_str()), (Some("photo.png"), Some("image/png")));
    assert_eq!(data["createdAt"], "2026-09-21T14:13:20.000Z");
    for part in ["signals", "verdicts", "c2pa", "iptc", "watermark"] {
        assert!(data.get(part).is_some(), "{part}");
    }
}

#[tokio::test]
async fn a_labelled_file_is_intact() {
    let env = TestEnv::new().await;
    for picture in [jpeg(), png()] {
        let labelled = env.label(env.live_key(), &picture, |_| ()).await;
        let form = Form::default().file("file", "a", "application/octet-stream", &labelled.body);
        let report = env.post_form("/api/v1/check", env.live_key(), &form).await.json();
        assert_eq!(report["data"]["c2pa"]["integrity"], "intact", "{}", report["data"]["c2pa"]);
        assert_eq!(report["data"]["sha256"].as_str(), labelled.header("x-labeler-sha256-output"));
    }
}

#[tokio::test]
async fn invalid_uploads_yield_the_codes_of_the_check_endpoint() {
    let mut env = TestEnv::new().await;
    env.app.config.max_file_bytes = 100_000;
    let key = env.live_key().to_owned();
    let file = |media_type: &str, content: &[u8]| Form::default().file("file", "a", media_type, content);
    for (form, status, code, field) in [
        (Form::default(), 400, "invalid_request", Some("file")),
        (file("image/png", &png()).text("note", "x"), 400, "invalid_request", Some("note")),
        (file("image/png", &png()).text("options", "[]"), 400, "invalid_request", Some("options")),
        (Form::default().file("image", "a", "image/png", &png()), 400, "invalid_request", Some("image")),
        (file("image/png", b""), 400, "empty_file", Some("file")),
        (file("image/png", &jpeg()), 400, "magic_mismatch", Some("file")),
        (file("image/jpeg", b"just text"), 400, "magic_mismatch", Some("file")),
        (file("text/plain", b"just text"), 415, "mime_not_allowed", Some("file")),
        (file("", b"just text"), 415, "mime_not_allowed", Some("file")),
        (file("application/pdf", b"%PDF-1.7 and so on"), 415, "mime_not_allowed", Some("file")),
        (file("image/jpeg", &[0xff; 100_001]), 413, "file_too_large", Some("file")),
    ] {
        env.post_form("/api/v1/check", &key, &form).await.is_error(status, code, field);
    }
    let answer = env
        .request("POST", "/api/v1/check", &[("authorization", &bearer(&key)), ("content-type", "text/plain")], "x")
        .await;
    answer.is_error(400, "invalid_request", Some("Content-Type"));
}

#[tokio::test]
async fn checking_requires_the_check_scope() {
    let env = TestEnv::new().await;
    let form = Form::default().file("file", "a.png", "image/png", &png());
    let other = env.scoped_key(&[Scope::Label, Scope::Assets, Scope::Verify, Scope::Certificates]).await;
    env.post_form("/api/v1/check", &other, &form).await.is_error(403, "insufficient_scope", None);
    let own = env.scoped_key(&[Scope::Check]).await;
    assert_eq!(env.post_form("/api/v1/check", &own, &form).await.status, 200);
    env.label(&own, &jpeg(), |_| ()).await.is_error(403, "insufficient_scope", None);
}

#[tokio::test]
async fn the_operators_trust_list_trusts_a_signer() {
    let mut env = TestEnv::new().await;
    let labelled = env.label(env.live_key(), &jpeg(), |_| ()).await;
    let form = Form::default().file("file", "a.jpg", "image/jpeg", &labelled.body);
    let trusted_by = |report: serde_json::Value| report["data"]["c2pa"]["signer"]["trustedBy"]["id"].clone();
    let before = env.post_form("/api/v1/check", env.live_key(), &form).await.json();
    assert_eq!(trusted_by(before), serde_json::Value::Null);
    let list =
        labeler_provenance::trust::TrustList::own("operator", "Ours", "2026-09-01", &crate::test_env::root_pem());
    env.app.config.own_lists.push(list);
    let after = env.post_form("/api/v1/check", env.live_key(), &form).await.json();
    assert_eq!(trusted_by(after), "operator");
}

#[tokio::test]
async fn audio_has_a_lower_size_limit_named_in_the_error() {
    let env = TestEnv::new().await;
    let mut sound = b"ID3\x04\0\0\0\0\0\0".to_vec();
    sound.resize(26 * 1024 * 1024, 0);
    let form = Form::default().file("file", "a.mp3", "audio/mpeg", &sound);
    let answer = env.post_form("/api/v1/check", env.live_key(), &form).await;
    answer.is_error(413, "file_too_large", Some("file"));
    assert!(answer.json()["error"]["message"].as_str().unwrap().contains("25 MB"), "{}", answer.json());
}
