use labeler_store::Scope;

use crate::test_env::{Form, TestEnv, bearer, jpeg, png, sha256};

#[tokio::test]
async fn a_labelled_file_and_its_original_are_known() {
    let env = TestEnv::new().await;
    let picture = jpeg();
    let labelled = env.label(env.live_key(), &picture, |_| ()).await;
    for (file, intact, matched) in [(labelled.body.to_vec(), "intact", "output"), (picture.to_vec(), "none", "input")] {
        let form = Form::default().file("file", "dir/photo.jpg", "image/jpeg", &file);
        let answer = env.post_form("/api/v1/verify", env.live_key(), &form).await;
        let json = answer.json();
        assert_eq!(answer.status, 200, "{json}");
        answer.has_standard_headers();
        assert_eq!(json["requestId"].as_str(), answer.header("x-request-id"));
        let data = json["data"].as_object().unwrap();
        let fields: Vec<_> = data.keys().map(String::as_str).collect();
        assert_eq!(
            fields,
            ["sha256", "filename", "mime", "modality", "signedByPlatform", "sha256MatchedOn", "c2pa", "iptc"]
        );
        assert_eq!(data["sha256MatchedOn"], matched);
        assert_eq!(data["sha256"], sha256(&file));
        assert_eq!(data["filename"], "photo.jpg");
        assert_eq!(data["signedByPlatform"], true);
        assert_eq!(data["c2pa"]["integrity"], intact);
    }
    let other = Form::default().file("file", "other.png", "image/png", &png());
    let json = env.post_form("/api/v1/verify", env.live_key(), &other).await.json();
    assert_eq!(json["data"]["signedByPlatform"], false);
    assert!(json["data"].get("sha256MatchedOn").is_none(), "{json}");
}

#[tokio::test]
async fn a_hash_look_up_returns_only_public_facts() {
    let env = TestEnv::new().await;
    let picture = jpeg();
    let labelled = env.label(env.live_key(), &picture, |_| ()).await;
    for (hash, matched) in [(sha256(&labelled.body), "output"), (sha256(&picture), "input")] {
        let answer = env.get(&format!("/api/v1/verify/{hash}"), env.live_key()).await;
        let json = answer.json();
        assert_eq!(answer.status, 200, "{json}");
        answer.has_standard_headers();
        let data = json["data"].as_object().unwrap();
        let mut fields: Vec<_> = data.keys().map(String::as_str).collect();
        fields.sort_unstable();
        assert_eq!(
            fields,
            [
                "assertions",
                "digitalSourceType",
                "dntEnabled",
                "mime",
                "modality",
                "regionPreset",
                "sha256",
                "sha256MatchedOn",
                "signedAt",
                "signedByPlatform",
                "signerFingerprint",
                "sizeBytes",
                "visibleOverlay",
                "watermarkPayloadId"
            ]
        );
        assert_eq!(data["sha256"], hash);
        assert_eq!(data["sha256MatchedOn"], matched);
        assert_eq!(data["signedByPlatform"], true);
    }
    let unknown = "0".repeat(64);
    let json = env.get(&format!("/api/v1/verify/{unknown}"), env.live_key()).await.json();
    assert_eq!(json["data"], serde_json::json!({"signedByPlatform": false, "sha256": unknown}));
}

#[tokio::test]
async fn sandbox_and_production_look_ups_are_separate() {
    let env = TestEnv::new().await;
    let labelled = env.label(env.live_key(), &jpeg(), |_| ()).await;
    let path = format!("/api/v1/verify/{}", sha256(&labelled.body));
    assert_eq!(env.get(&path, env.test_key()).await.json()["data"]["signedByPlatform"], false);
    assert_eq!(env.get(&path, env.live_key()).await.json()["data"]["signedByPlatform"], true);
}

#[tokio::test]
async fn invalid_hashes_and_unauthorised_callers_are_refused() {
    let env = TestEnv::new().await;
    for hash in ["abc".to_owned(), "A".repeat(64), "0".repeat(63), "g".repeat(64), "%00".to_owned(), "%ff".to_owned()] {
        env.get(&format!("/api/v1/verify/{hash}"), env.live_key()).await.is_error(400, "invalid_hash", Some("hash"));
    }
    let path = format!("/api/v1/verify/{}", "0".repeat(64));
    env.request("GET", &path, &[], "").await.is_error(401, "missing_credentials", None);
    let narrow = env.scoped_key(&[Scope::Label, Scope::Check]).await;
    env.get(&path, &narrow).await.is_error(403, "insufficient_scope", None);
    let form = Form::default().file("file", "a.png", "image/png", &png());
    env.post_form("/api/v1/verify", &narrow, &form).await.is_error(403, "insufficient_scope", None);
    let stranger = env.request("GET", &path, &[("authorization", &bearer("lbl_live_x"))], "").await;
    stranger.is_error(401, "invalid_credentials", None);
}
