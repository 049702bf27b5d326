//! Watermark keys of a workspace.

use labeler_pixels::{
    Layout, RgbView, RgbViewMut,
    mark::{self, Key, Search},
};
use labeler_store::{KeyGrant, KeyKind, Role, Scope};
use serde_json::{Value, json};

use crate::soft_binding::{PAYLOAD, by_content, label, picture, png};
use crate::test_env::{Form, TestEnv};

const PATH: &str = "/api/v1/workspace/watermark-key";
const KEY: &str = "a1b2c3d4e5f60718a1b2c3d4e5f60718a1b2c3d4e5f60718a1b2c3d4e5f60718";

fn key(text: &str) -> Key {
    Key::new(hex::decode(text).unwrap().try_into().unwrap())
}

/// Returns the test image with a watermark that was written with a key, as a PNG.
fn marked(text: &str) -> Vec<u8> {
    let mut picture = picture();
    let (width, height) = picture.dimensions();
    let mut view = RgbViewMut::new(width, height, Layout::Rgb, &mut picture).unwrap();
    mark::embed(&mut view, PAYLOAD, Some(&key(text))).unwrap();
    let view = RgbView::new(width, height, Layout::Rgb, &picture).unwrap();
    assert_eq!(mark::detect(&view, None, Search::Whole), None);
    png(&picture)
}

/// Checks a file. Returns the report if it contains the payload of the watermark.
async fn read(env: &TestEnv, key: &str, file: &[u8]) -> Option<String> {
    let answer = env.post_form("/api/v1/check", key, &Form::default().file("file", "a.png", "image/png", file)).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    let report = answer.json()["data"].to_string();
    report.contains(&PAYLOAD.to_string()).then_some(report)
}

async fn set(env: &TestEnv, cookie: &str, key: &str) -> Value {
    let answer = env.page("PUT", PATH, cookie, json!({ "key": key })).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    answer.json()
}

#[tokio::test]
async fn only_the_workspace_can_read_watermarks_of_its_key() {
    let env = TestEnv::new().await;
    let cookie = env.cookie().await;
    let own = env.scoped_key(&[Scope::Check]).await;
    let (_, stranger) = env.other_workspace(KeyKind::Workspace, KeyGrant::Role(Role::Owner)).await;
    let file = marked(KEY);
    assert_eq!(read(&env, &own, &file).await, None);

    let shown = set(&env, &cookie, KEY).await;
    assert_eq!(shown["inUse"]["fingerprint"], key(KEY).fingerprint());
    assert_eq!(shown["earlier"], json!([]));
    assert!(read(&env, &own, &file).await.unwrap().contains("with the key given"));
    assert_eq!(read(&env, &stranger, &file).await, None);
    // The public look-up reads only the public watermark, also in a file with a keyed watermark.
    let labelled = label(&env, env.live_key(), &file, &PAYLOAD.to_string()).await;
    assert_eq!(by_content(&env, "image/png", labelled.body.to_vec()).await.json()["matches"], json!([]));

    assert_eq!(env.page("DELETE", PATH, &cookie, json!(null)).await.status, 204);
    assert_eq!(read(&env, &own, &file).await, None);
    env.page("DELETE", PATH, &cookie, json!(null)).await.is_error(404, "not_found", None);
}

#[tokio::test]
async fn watermarks_of_earlier_keys_can_still_be_read() {
    let env = TestEnv::new().await;
    let cookie = env.cookie().await;
    let own = env.scoped_key(&[Scope::Check]).await;
    let file = marked(KEY);
    set(&env, &cookie, KEY).await;
    let shown = set(&env, &cookie, &"0F".repeat(32)).await;
    assert_eq!(shown["inUse"]["fingerprint"], key(&"0f".repeat(32)).fingerprint());
    assert_eq!(shown["earlier"][0]["fingerprint"], key(KEY).fingerprint());
    assert!(read(&env, &own, &file).await.is_some());
    let again = set(&env, &cookie, KEY).await;
    assert_eq!(
        (again["inUse"]["fingerprint"].clone(), again["earlier"].as_array().unwrap().len()),
        (key(KEY).fingerprint().into(), 1)
    );
}

#[tokio::test]
async fn an_uploaded_watermark_key_is_never_stored_or_returned_in_clear() {
    let env = TestEnv::new().await;
    let cookie = env.cookie().await;
    let mut answers = vec![env.page("PUT", PATH, &cookie, json!({ "key": KEY })).await];
    let short = env.page("PUT", PATH, &cookie, json!({ "key": KEY[..62] })).await;
    short.is_error(400, "validation_error", Some("key"));
    assert!(short.json()["error"]["message"].as_str().unwrap().contains("62 characters"));
    answers.push(short);
    for path in [PATH, "/api/v1/workspace", "/api/v1/admin-events", "/api/v1/requests"] {
        let answer = env.request("GET", path, &[("cookie", &cookie)], "").await;
        assert_eq!(answer.status, 200, "{path}");
        answers.push(answer);
    }
    let events = answers[4].json().to_string();
    assert!(events.contains("workspace.watermark_key_set") && events.contains(&key(KEY).fingerprint()), "{events}");
    let bytes = format!("{:?}", hex::decode(KEY).unwrap());
    let holds = |text: &str| text.contains(&KEY[..16]) || text.contains(bytes.trim_matches(['[', ']']));
    for answer in &answers {
        assert!(!holds(&String::from_utf8_lossy(&answer.body)), "{}", answer.json());
    }
    assert!(!holds(&env.dump().await));
    assert!(!holds(&format!("{:?}", env.incidents.0.lock().unwrap())));
}
