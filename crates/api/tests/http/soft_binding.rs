//! Look-up of labels by watermark, and recovery of manifest stores.

use std::io::Cursor;

use base64::{Engine, engine::general_purpose::STANDARD};
use image::{ImageFormat, RgbImage};
use labeler_media::{Format, Limits};
use labeler_pixels::{
    Layout, RgbView, RgbViewMut,
    mark::{self, Payload, Search},
};
use labeler_store::{Budget, KeyGrant, KeyKind, Plan, Scope};
use serde_json::{Value, json};

use crate::test_env::{Answer, Form, TestEnv, bearer, jpeg, sha256};

const ALGORITHM: &str = "org.labeler.spread-spectrum.1";
pub const PAYLOAD: Payload = Payload::new(0x0123_4567_89ab_cdef);

/// Creates an image with enough texture for a watermark.
pub fn picture() -> RgbImage {
    let mut state = 7_u32;
    RgbImage::from_fn(512, 384, |x, y| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = f64::from(state >> 24) / 8.0;
        let (x, y) = (f64::from(x), f64::from(y));
        let wave = 40.0 * (x / 23.0).sin() + 30.0 * (y / 17.0).cos() + noise;
        image::Rgb([100.0 + wave, 120.0 + 0.7 * wave, 90.0 + 0.5 * wave].map(|value| value as u8))
    })
}

pub fn png(picture: &RgbImage) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    picture.write_to(&mut out, ImageFormat::Png).unwrap();
    out.into_inner()
}

/// Returns the image with a watermark, as a PNG.
fn marked(mut picture: RgbImage) -> Vec<u8> {
    let (width, height) = picture.dimensions();
    mark::embed(&mut RgbViewMut::new(width, height, Layout::Rgb, &mut picture).unwrap(), PAYLOAD, None).unwrap();
    png(&picture)
}

/// Re-encodes only the pixels of an image, without metadata.
fn stripped(file: &[u8]) -> Vec<u8> {
    png(&image::load_from_memory(file).unwrap().to_rgb8())
}

fn store_of(file: &[u8]) -> Vec<u8> {
    let format = labeler_media::sniff(file).unwrap();
    labeler_media::manifest_store(&mut Cursor::new(file), format, &Limits::edge()).unwrap().unwrap().jumbf
}

pub async fn label(env: &TestEnv, key: &str, file: &[u8], payload: &str) -> Answer {
    let answer = env
        .label(key, file, |options| {
            options["preApplied"] = json!([{ "kind": "watermark", "payloadId": payload }]);
        })
        .await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    answer
}

fn base64(payload: Payload) -> String {
    STANDARD.encode(payload.to_string())
}

async fn by_binding(env: &TestEnv, payload: Payload) -> Value {
    let path = format!("/api/v1/matches/byBinding?alg={ALGORITHM}&value={}", base64(payload).replace('=', "%3D"));
    let answer = env.request("GET", &path, &[], "").await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    answer.has_standard_headers();
    answer.json()
}

fn manifest_ids(answer: &Value) -> Vec<String> {
    let matches = answer["matches"].as_array().unwrap();
    matches.iter().map(|each| each["manifestId"].as_str().unwrap().to_owned()).collect()
}

pub async fn by_content(env: &TestEnv, media_type: &str, file: Vec<u8>) -> Answer {
    let length = file.len().to_string();
    let headers = [("content-type", media_type), ("content-length", length.as_str())];
    env.request("POST", "/api/v1/matches/byContent", &headers, file).await
}

async fn manifest(env: &TestEnv, id: &str) -> Answer {
    env.request("GET", &format!("/api/v1/manifests/{}", id.replace(':', "%3A")), &[], "").await
}

/// Labels an image, strips all metadata, and recovers the manifest store of the labelled file from the pixels.
async fn recovers(picture: RgbImage) {
    let env = TestEnv::new().await;
    let labelled = label(&env, env.live_key(), &marked(picture), &PAYLOAD.to_string()).await;
    assert!(!labelled.header("x-labeler-warnings").unwrap_or_default().contains("manifest_not_kept"));
    let found = stripped(&labelled.body);
    let format = labeler_media::sniff(&found).unwrap();
    let store = labeler_media::manifest_store(&mut Cursor::new(&found), format, &Limits::edge()).unwrap();
    assert!(format == Format::Png && store.is_none());

    let answer = by_content(&env, "image/png", found).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    answer.has_standard_headers();
    let ids = manifest_ids(&answer.json());
    assert_eq!(ids.len(), 1);
    assert_eq!(answer.json()["matches"][0]["similarityScore"], 100);
    let recovered = manifest(&env, &ids[0]).await;
    assert_eq!((recovered.status, recovered.header("content-type")), (200, Some("application/c2pa")));
    recovered.has_standard_headers();
    assert!(recovered.body == store_of(&labelled.body), "the bytes differ");
}

#[tokio::test]
async fn a_manifest_store_is_recovered_from_a_stripped_image() {
    recovers(picture()).await;
}

#[tokio::test]
#[ignore = "needs the corpus: set LABELER_CORPUS and run with --include-ignored"]
async fn a_manifest_store_is_recovered_from_a_stripped_real_png() {
    let corpus = std::path::PathBuf::from(std::env::var_os("LABELER_CORPUS").expect("LABELER_CORPUS is not set"));
    let file = std::fs::read(corpus.join("plain/photo.png")).unwrap();
    recovers(image::load_from_memory(&file).unwrap().to_rgb8()).await;
}

#[tokio::test]
async fn a_soft_binding_finds_the_manifest_by_get_and_post() {
    let env = TestEnv::new().await;
    assert_eq!(by_binding(&env, PAYLOAD).await, json!({ "matches": [] }));
    let file = marked(picture());
    let first = label(&env, env.live_key(), &file, &PAYLOAD.to_string()).await;
    env.clock.advance(1000);
    // Label the file again: the new manifest contains the first one as an ingredient.
    let second = label(&env, env.live_key(), &first.body, &PAYLOAD.to_string()).await;
    let ids = manifest_ids(&by_binding(&env, PAYLOAD).await);
    assert_eq!(ids.len(), 2);
    assert!(ids.iter().all(|id| id.starts_with("urn:c2pa:")), "{ids:?}");
    for (id, file) in ids.iter().zip([&first, &second]) {
        assert!(manifest(&env, id).await.body == store_of(&file.body), "{id}");
    }
    let json_type = [("content-type", "application/json")];
    let query = json!({ "alg": ALGORITHM, "value": base64(PAYLOAD) }).to_string();
    let path = "/api/v1/matches/byBinding";
    let posted = env.request("POST", path, &json_type, query.clone()).await;
    assert_eq!((posted.status, manifest_ids(&posted.json())), (200, ids.clone()));
    let one = env.request("POST", &format!("{path}?maxResults=1"), &json_type, query).await;
    assert_eq!(manifest_ids(&one.json()), ids[..1]);

    // The active manifest alone is a smaller manifest store with the same active manifest.
    let path = format!("/api/v1/manifests/{}", ids[1]);
    let alone = env.request("GET", &format!("{path}?returnActiveManifest=true"), &[], "").await;
    assert_eq!((alone.status, alone.header("content-type")), (200, Some("application/c2pa")));
    let whole = env.request("GET", &format!("{path}?returnActiveManifest=false"), &[], "").await;
    assert!(alone.body.len() < whole.body.len());
    let has = |content: &[u8], text: &str| content.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(has(&alone.body, &ids[1]));
    assert_eq!(labeler_provenance::active_manifest(&alone.body).unwrap(), alone.body);
    env.request("GET", &format!("{path}?returnActiveManifest=yes"), &[], "").await.is_error(
        400,
        "validation_error",
        Some("returnActiveManifest"),
    );
}

#[tokio::test]
async fn errors_name_the_invalid_field_and_the_limit() {
    let env = TestEnv::new().await;
    let value = base64(PAYLOAD);
    let long = "A".repeat(1025);
    for (query, field) in [
        (String::new(), "alg"),
        (format!("alg={ALGORITHM}"), "value"),
        (format!("value={value}"), "alg"),
        (format!("alg=com.adobe.trustmark.P&value={value}"), "alg"),
        (format!("alg={ALGORITHM}&value={PAYLOAD}"), "value"),
        (format!("alg={ALGORITHM}&value={long}"), "value"),
        (format!("alg={ALGORITHM}&value={value}&maxResults=0"), "maxResults"),
        (format!("alg={ALGORITHM}&value={value}&maxResults=101"), "maxResults"),
        (format!("alg={ALGORITHM}&value={value}&extra=1"), "extra"),
    ] {
        let answer = env.request("GET", &format!("/api/v1/matches/byBinding?{query}"), &[], "").await;
        answer.is_error(400, "validation_error", Some(field));
    }
    let json_type = [("content-type", "application/json")];
    let large = json!({ "alg": ALGORITHM, "value": "A".repeat(9000) }).to_string();
    env.request("POST", "/api/v1/matches/byBinding", &json_type, large).await.is_error(413, "too_large", None);
    for id in ["urn:c2pa:00000000-0000-4000-8000-000000000000", "nothing", "x".repeat(2000).as_str()] {
        manifest(&env, id).await.is_error(404, "not_found", None);
    }
}

#[tokio::test]
async fn content_is_limited_in_type_bytes_and_pixels() {
    let env = TestEnv::new().await;
    let plain = by_content(&env, "image/png", png(&picture())).await;
    assert_eq!((plain.status, plain.json()), (200, json!({ "matches": [] })));
    // A watermark that no kept manifest store has.
    let unknown = by_content(&env, "image/png", marked(picture())).await;
    assert_eq!((unknown.status, unknown.json()), (200, json!({ "matches": [] })));

    let body = Some("body");
    by_content(&env, "image/png", Vec::new()).await.is_error(400, "empty_file", body);
    by_content(&env, "image/jpeg", png(&picture())).await.is_error(400, "magic_mismatch", body);
    by_content(&env, "audio/wav", b"RIFF\0\0\0\0WAVEfmt ".to_vec()).await.is_error(415, "mime_not_allowed", body);
    by_content(&env, "text/plain", b"hello".to_vec()).await.is_error(415, "mime_not_allowed", body);
    let mut cut = png(&picture());
    cut.truncate(40);
    by_content(&env, "image/png", cut).await.is_error(400, "invalid_request", body);
    let large = png(&RgbImage::new(2000, 2000));
    let refused = by_content(&env, "image/png", large).await;
    refused.is_error(413, "file_too_large", body);
    assert!(refused.json()["error"]["message"].as_str().unwrap().contains("2500000"), "{}", refused.json());
    by_content(&env, "image/png", vec![0; 8_000_001]).await.is_error(413, "file_too_large", body);
    let undeclared =
        env.request("POST", "/api/v1/matches/byContent", &[("content-type", "image/png")], vec![0; 8_000_001]).await;
    undeclared.is_error(413, "file_too_large", body);
    // As a form, which the specification does not define.
    let form = |file: &[u8]| Form::default().file("file", "found.png", "image/png", file);
    let answer = env.post_form_with("/api/v1/matches/byContent", &[], &form(&png(&picture()))).await;
    assert_eq!((answer.status, answer.json()), (200, json!({ "matches": [] })));
    let answer = env.post_form_with("/api/v1/matches/byContent", &[], &form(b"")).await;
    answer.is_error(400, "empty_file", Some("file"));
    let headers = [("content-type", "image/png")];
    let path = "/api/v1/matches/byContent?alg=io.iscc.v0";
    env.request("POST", path, &headers, png(&picture())).await.is_error(400, "validation_error", Some("alg"));
    let path = format!("/api/v1/matches/byContent?alg={ALGORITHM}&hintAlg=x&hintValue=y&maxResults=5");
    assert_eq!(env.request("POST", &path, &headers, png(&picture())).await.status, 200);
    assert_eq!(env.app.in_flight.held(), 0);
}

#[tokio::test]
async fn callers_without_credentials_are_limited_by_address() {
    let env = TestEnv::new().await;
    for _ in 0..30 {
        assert_eq!(by_content(&env, "image/png", Vec::new()).await.status, 400);
    }
    by_content(&env, "image/png", Vec::new()).await.is_error(429, "rate_limited", None);
    // Look-ups by soft binding have a separate limit.
    assert_eq!(by_binding(&env, PAYLOAD).await, json!({ "matches": [] }));
}

#[tokio::test]
async fn the_supported_algorithm_is_that_of_labeler_manifests() {
    let env = TestEnv::new().await;
    let answer = env.request("GET", "/api/v1/services/supportedAlgorithms", &[], "").await;
    assert_eq!(answer.json(), json!({ "watermarks": [{ "alg": ALGORITHM }], "fingerprints": [] }));
    assert_eq!(labeler_labeling::MARK_ALGORITHM, ALGORITHM);
    let labelled = label(&env, env.live_key(), &marked(picture()), &PAYLOAD.to_string()).await;
    let store = store_of(&labelled.body);
    let has = |text: &str| store.windows(text.len()).any(|window| window == text.as_bytes());
    assert!(has("c2pa.soft-binding") && has(ALGORITHM) && has(&PAYLOAD.to_string()));
}

#[tokio::test]
async fn a_watermark_look_up_returns_the_same_facts_as_a_hash_look_up() {
    let env = TestEnv::new().await;
    let file = marked(picture());
    let labelled = label(&env, env.live_key(), &file, &PAYLOAD.to_string()).await;
    let path = format!("/api/v1/watermark/{PAYLOAD}");
    let answer = env.get(&path, env.live_key()).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    answer.has_standard_headers();
    let json = answer.json();
    assert_eq!(json["requestId"].as_str(), answer.header("x-request-id"));
    assert_eq!(json["data"]["payloadId"], PAYLOAD.to_string());
    let hash = sha256(&labelled.body);
    let mut by_hash = env.get(&format!("/api/v1/verify/{hash}"), env.live_key()).await.json()["data"].take();
    for only_of_hashes in ["sha256", "sha256MatchedOn", "signedByPlatform"] {
        by_hash.as_object_mut().unwrap().remove(only_of_hashes).unwrap();
    }
    assert_eq!(json["data"]["assets"], json!([by_hash]));

    // Sessions and other workspaces get the same facts. The sandbox has separate ones.
    let cookie = env.cookie().await;
    assert_eq!(env.request("GET", &path, &[("cookie", &cookie)], "").await.status, 200);
    let (_, other) = env.other_workspace(KeyKind::Live, KeyGrant::Scopes(vec![Scope::Verify])).await;
    assert_eq!(env.get(&path, &other).await.json()["data"], json["data"]);
    env.get(&path, env.test_key()).await.is_error(404, "not_found", None);
    label(&env, env.test_key(), &jpeg(), &PAYLOAD.to_string()).await;
    assert_eq!(env.get(&path, env.test_key()).await.json()["data"]["assets"][0]["mime"], "image/jpeg");
    assert_eq!(env.get(&path, env.live_key()).await.json()["data"], json["data"]);

    env.get(&format!("/api/v1/watermark/{}", Payload::new(1)), env.live_key()).await.is_error(404, "not_found", None);
    for wrong in ["wm_", "wm_aaaaaaaaaaaa1", "WM_aaaaaaaaaaaab", "wm_7777777777777", "a".repeat(500).as_str(), "%FF"] {
        let answer = env.get(&format!("/api/v1/watermark/{wrong}"), env.live_key()).await;
        answer.is_error(400, "validation_error", Some("payloadId"));
    }
    let unscoped = env.scoped_key(&[Scope::Check]).await;
    env.get(&path, &unscoped).await.is_error(403, "insufficient_scope", None);
    env.request("GET", &path, &[], "").await.is_error(401, "missing_credentials", None);
}

#[tokio::test]
async fn a_failing_storage_causes_a_warning_but_the_file_is_sent() {
    let env = TestEnv::new().await;
    env.manifests.set_down(true);
    let labelled = label(&env, env.live_key(), &marked(picture()), &PAYLOAD.to_string()).await;
    assert!(labelled.header("x-labeler-warnings").unwrap().contains("manifest_not_kept"));
    assert!(!store_of(&labelled.body).is_empty());
    let incidents = env.incidents.0.lock().unwrap().clone();
    assert!(incidents.iter().any(|(_, detail)| detail.contains("a manifest store was not kept")), "{incidents:?}");
    env.manifests.set_down(false);
    assert_eq!(by_binding(&env, PAYLOAD).await, json!({ "matches": [] }));
    // A database failure after the event was stored has the same effect.
    let failure = labeler_store::testing::Failure::Before(labeler_store::DbError::Unavailable("test".to_owned()));
    env.database.fail_next("INSERT INTO manifests", failure);
    let labelled = label(&env, env.live_key(), &marked(picture()), &PAYLOAD.to_string()).await;
    assert!(labelled.header("x-labeler-warnings").unwrap().contains("manifest_not_kept"));

    // A failing read is an internal error, and altered bytes are never returned.
    label(&env, env.live_key(), &marked(picture()), &PAYLOAD.to_string()).await;
    let ids = manifest_ids(&by_binding(&env, PAYLOAD).await);
    assert_eq!(ids.len(), 1);
    env.manifests.set_down(true);
    manifest(&env, &ids[0]).await.is_error(500, "internal_error", None);
    env.manifests.set_down(false);
    env.manifests.inner().alter(|content| content.reverse());
    manifest(&env, &ids[0]).await.is_error(500, "internal_error", None);
}

#[tokio::test]
async fn without_a_storage_nothing_is_kept_and_no_warning_is_sent() {
    let mut env = TestEnv::new().await;
    env.app.manifests = None;
    let labelled = label(&env, env.live_key(), &marked(picture()), &PAYLOAD.to_string()).await;
    assert!(!labelled.header("x-labeler-warnings").unwrap_or_default().contains("manifest_not_kept"));
    assert_eq!(by_binding(&env, PAYLOAD).await, json!({ "matches": [] }));
    assert!(env.manifests.inner().is_empty());
}

#[tokio::test]
async fn the_sandbox_keeps_no_manifest_stores() {
    let env = TestEnv::new().await;
    label(&env, env.test_key(), &marked(picture()), &PAYLOAD.to_string()).await;
    assert!(env.manifests.inner().is_empty());
    assert_eq!(by_binding(&env, PAYLOAD).await, json!({ "matches": [] }));
}

#[tokio::test]
async fn a_workspace_can_disable_keeping_and_set_its_retention() {
    let env = TestEnv::new().await;
    env.plan(Plan::Pro).await;
    let cookie = env.cookie().await;
    let path = "/api/v1/workspace";
    let settings = env.request("GET", path, &[("cookie", &cookie)], "").await.json();
    assert_eq!((&settings["keepManifests"], &settings["manifestDays"]), (&json!(true), &json!(3650)));
    for days in [0, 3651] {
        let refused = env.page("PATCH", path, &cookie, json!({ "manifestDays": days })).await;
        refused.is_error(400, "validation_error", Some("manifestDays"));
    }
    let changed = env.page("PATCH", path, &cookie, json!({ "manifestDays": 2 })).await.json();
    assert_eq!((&changed["keepManifests"], &changed["manifestDays"]), (&json!(true), &json!(2)));

    let file = marked(picture());
    label(&env, env.live_key(), &file, &PAYLOAD.to_string()).await;
    let ids = manifest_ids(&by_binding(&env, PAYLOAD).await);
    assert_eq!(manifest(&env, &ids[0]).await.status, 200);
    env.clock.advance(2 * 86_400_000);
    manifest(&env, &ids[0]).await.is_error(404, "not_found", None);
    let budget = Budget { rows: 100, time_ms: 1000 };
    let clean = async || {
        let (clock, rng) = (env.app.clock.as_ref(), env.app.rng.as_ref());
        labeler_api::housekeeping(&env.store(), clock, rng, budget).await
    };
    let done = clean().await;
    assert_eq!((done.manifests, done.errors.len()), (1, 0), "{done:?}");
    assert!(env.manifests.inner().is_empty());

    label(&env, env.live_key(), &file, &PAYLOAD.to_string()).await;
    assert_eq!(env.manifests.inner().len(), 1);
    let cookie = env.cookie().await;
    let off = env.page("PATCH", path, &cookie, json!({ "keepManifests": false })).await;
    assert_eq!((off.status, &off.json()["keepManifests"]), (200, &json!(false)));
    assert_eq!(by_binding(&env, PAYLOAD).await, json!({ "matches": [] }));
    let labelled = label(&env, env.live_key(), &file, &PAYLOAD.to_string()).await;
    assert!(!labelled.header("x-labeler-warnings").unwrap_or_default().contains("manifest_not_kept"));
    assert_eq!(clean().await.manifests, 1);
    assert!(env.manifests.inner().is_empty());
    // The audit log still contains the watermark.
    assert_eq!(env.get(&format!("/api/v1/watermark/{PAYLOAD}"), env.live_key()).await.status, 200);
}

#[tokio::test]
async fn erasing_a_workspace_removes_its_manifests() {
    let env = TestEnv::new().await;
    let cookie = env.cookie().await;
    label(&env, env.live_key(), &marked(picture()), &PAYLOAD.to_string()).await;
    let ids = manifest_ids(&by_binding(&env, PAYLOAD).await);
    let erased = env.page("POST", "/api/v1/workspace/erase", &cookie, json!({ "confirm": "Analytical" })).await;
    assert_eq!(erased.status, 204, "{}", erased.json());
    manifest(&env, &ids[0]).await.is_error(404, "not_found", None);
    assert_eq!(by_binding(&env, PAYLOAD).await, json!({ "matches": [] }));
    let done = env.store().maintain(Budget { rows: 100, time_ms: 1000 }).await;
    assert_eq!((done.manifests, done.errors.len()), (1, 0), "{done:?}");
    assert!(env.manifests.inner().is_empty());
}

#[tokio::test]
async fn a_batch_keeps_the_manifest_store_of_each_image() {
    let env = TestEnv::new().await;
    let shared = json!({
        "digitalSourceType": "trainedAlgorithmicMedia", "regionPreset": "eu_strict", "signingMode": "managed",
        "dntEnabled": true,
    });
    let form = Form::default()
        .file("files", "a.png", "image/png", &png(&picture()))
        .file("files", "b.jpg", "image/jpeg", &jpeg())
        .text("options", &shared.to_string());
    let answer = env.post_form_with("/api/v1/label/batch", &[("authorization", &bearer(env.live_key()))], &form).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    assert_eq!(env.manifests.inner().len(), 2);
}

/// A watermark in the test image can be read.
#[test]
fn the_test_image_can_hold_a_watermark() {
    let file = image::load_from_memory(&marked(picture())).unwrap().to_rgb8();
    let view = RgbView::new(file.width(), file.height(), Layout::Rgb, file.as_raw()).unwrap();
    assert_eq!(mark::detect(&view, None, Search::Whole).map(|found| found.payload), Some(PAYLOAD));
}
