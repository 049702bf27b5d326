use labeler_api::{InFlight, Signing};
use labeler_fetch::{ResolveError, testing};
use labeler_store::testing::Failure;
use labeler_store::{DbError, Scope};
use serde_json::{Value, json};

use crate::test_env::{Answer, TestEnv, bearer, jpeg, png, sha256};

const PATH: &str = "/api/v1/label/url";
const PUBLIC: &[&str] = &["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"];
const URL: &str = "https://example.com/photo.jpg";

/// `-d` argument of the documented example, verbatim.
const EXAMPLE: &str = r#"{"url":"https://example.com/photo.jpg","options":{"digitalSourceType":"trainedAlgorithmicMedia","regionPreset":"eu_strict","signingMode":"managed","dntEnabled":true,"preApplied":[]}}"#;

async fn env() -> TestEnv {
    let env = TestEnv::new().await;
    env.names.on("example.com", &[PUBLIC]);
    env.far_side.serve(URL, jpeg());
    env
}

fn body(url: &str) -> Value {
    let mut body: Value = serde_json::from_str(EXAMPLE).unwrap();
    body["url"] = json!(url);
    body
}

async fn post(env: &TestEnv, key: &str, body: impl Into<String>) -> Answer {
    let headers = [("authorization", bearer(key)), ("content-type", "application/json".to_owned())];
    let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    env.request("POST", PATH, &headers, body.into()).await
}

async fn label(env: &TestEnv, url: &str) -> Answer {
    env.clock.advance(60_000);
    post(env, env.live_key(), body(url).to_string()).await
}

#[tokio::test]
async fn the_documented_example_works() {
    let env = env().await;
    let answer = post(&env, env.live_key(), EXAMPLE).await;
    assert_eq!(answer.status, 200, "{}", answer.json());
    answer.has_standard_headers();
    assert_eq!(answer.number("ratelimit-limit"), 10);
    assert_eq!(answer.header("content-type"), Some("application/octet-stream"));
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"photo.jpg\""));
    assert_eq!(answer.header("x-labeler-sha256-output"), Some(sha256(&answer.body).as_str()));
    assert_eq!(answer.header("x-labeler-applied-layers"), Some("iptc, c2pa"));
    let id = answer.header("x-labeler-event-id").unwrap();
    let event = env.get(&format!("/api/v1/assets/{id}"), env.live_key()).await.json();
    assert_eq!(event["sha256Input"], sha256(&jpeg()));
    assert_eq!((event["filename"].as_str(), event["mime"].as_str()), (Some("photo.jpg"), Some("image/jpeg")));
    assert_eq!(env.app.in_flight.held(), 0, "the budget is whole again");
    assert_eq!(env.far_side.asked().len(), 1);
}

#[tokio::test]
async fn a_session_receives_json() {
    let env = env().await;
    let cookie = env.cookie().await;
    let headers =
        [("cookie", cookie.as_str()), ("sec-fetch-site", "same-origin"), ("content-type", "application/json")];
    let answer = env.request("POST", PATH, &headers, EXAMPLE).await;
    assert_eq!((answer.status, answer.json()["filename"].as_str()), (200, Some("photo.jpg")), "{}", answer.json());
}

#[tokio::test]
async fn urls_of_non_public_addresses_are_blocked_and_never_requested() {
    let env = env().await;
    env.names.on("inside.example.net", &[&["93.184.215.14", "10.0.0.1"]]);
    env.names.on("six.example.net", &[&["::ffff:169.254.169.254"]]);
    for url in [
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://[::1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://localhost/",
        "https://metadata.google.internal/",
        "https://example.com@127.0.0.1/",
        "https://user:password@example.com/photo.jpg",
        "https://example.com:8443/photo.jpg",
        "http://127.0.0.1/",
        "https://inside.example.net/",
        "https://six.example.net/",
    ] {
        label(&env, url).await.is_error(400, "ssrf_blocked", Some("url"));
    }
    assert!(env.far_side.asked().is_empty());
    env.far_side.redirect(URL, 302, "https://inside.example.net/");
    let answer = label(&env, URL).await;
    answer.is_error(400, "ssrf_blocked", Some("url"));
    let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
    assert_eq!(message, "The URL leads to an address that is not public.", "not where, and not which rule");
    assert_eq!(env.far_side.asked().len(), 1);
}

#[tokio::test]
async fn other_url_schemes_are_refused() {
    let env = env().await;
    for url in ["file:///etc/passwd", "data:image/png;base64,AAAA", "javascript:alert(1)", "ftp://example.com/a.jpg"] {
        let answer = label(&env, url).await;
        answer.is_error(400, "validation_error", Some("url"));
        assert_eq!(answer.json()["error"]["message"], "url must begin with https://", "{url}");
    }
    assert!(env.far_side.asked().is_empty());
}

#[tokio::test]
async fn an_invalid_json_body_yields_the_position_of_the_error() {
    let env = env().await;
    let key = crate::test_env::bearer(env.live_key());
    let headers = [("authorization", key.as_str()), ("content-type", "application/json")];
    let body = "{\n  \"url\": \"https://example.com/photo.jpg\",\n  \"options\": {,}\n}";
    let answer = env.request("POST", PATH, &headers, body).await;
    answer.is_error(400, "validation_error", Some("body"));
    assert_eq!(answer.json()["error"]["message"], "the body is not valid JSON: line 3, column 15");
}

#[tokio::test]
async fn fetch_and_content_failures_have_their_own_codes() {
    let mut env = env().await;
    env.app.config.max_file_bytes = 20_000;
    for (url, status) in [("gone", 404), ("error", 500), ("none", 204)] {
        let url = format!("https://example.com/{url}");
        env.far_side.on(&url, move |_| Ok(testing::response(status, &[], testing::whole(jpeg().into()))));
        label(&env, &url).await.is_error(400, "url_fetch_failed", Some("url"));
    }
    label(&env, "https://example.com/unreachable").await.is_error(400, "url_fetch_failed", Some("url"));
    label(&env, "https://nowhere.example.net/").await.is_error(400, "url_fetch_failed", Some("url"));
    env.names.fail("broken.example.net", ResolveError::Failed);
    label(&env, "https://broken.example.net/").await.is_error(400, "url_fetch_failed", Some("url"));

    env.far_side.serve("https://example.com/page", "<!doctype html>");
    label(&env, "https://example.com/page").await.is_error(415, "mime_not_allowed", Some("url"));
    env.far_side.serve("https://example.com/large", vec![0xff; 20_001]);
    label(&env, "https://example.com/large").await.is_error(413, "too_large", Some("url"));
    env.far_side.serve("https://example.com/broken.jpg", jpeg()[..10].to_vec());
    label(&env, "https://example.com/broken.jpg").await.is_error(400, "validation_error", Some("url"));
    for url in ["", "photo.jpg", "http://example.com/photo.jpg", "https://exa mple.com/", "https://"] {
        label(&env, url).await.is_error(400, "validation_error", Some("url"));
    }
    assert_eq!(env.app.in_flight.held(), 0);
    assert_eq!(env.get("/api/v1/assets", env.live_key()).await.json()["total"], 0);
}

#[tokio::test]
async fn the_body_is_validated_field_by_field() {
    let env = env().await;
    let with = |pointer: &str, value: Value| {
        let mut body = body(URL);
        match pointer.split_once('.') {
            Some((outer, inner)) => body[outer][inner] = value,
            None => body[pointer] = value,
        }
        body.to_string()
    };
    let cases = [
        (String::new(), "body"),
        ("[]".to_owned(), "body"),
        ("{".to_owned(), "body"),
        (json!({ "url": URL }).to_string(), "options"),
        (json!({ "options": {} }).to_string(), "url"),
        (with("url", json!(7)), "url"),
        (with("url", Value::Null), "url"),
        (with("options", json!("{}")), "options"),
        (with("options", json!([])), "options"),
        (with("callback", json!("https://example.com")), "callback"),
        (with("options.digitalSourceType", json!("photo")), "options.digitalSourceType"),
        (with("options.regionPreset", Value::Null), "options.regionPreset"),
        (with("options.filename", json!("a.jpg")), "options.filename"),
        (with("options.sha256Input", json!("0".repeat(64))), "options.sha256Input"),
        (with("options.colour", json!(1)), "options.colour"),
    ];
    for (body, field) in cases {
        env.clock.advance(60_000);
        post(&env, env.live_key(), body).await.is_error(400, "validation_error", Some(field));
    }
    env.clock.advance(300_000);
    post(&env, env.live_key(), "x".repeat(70_000)).await.is_error(413, "too_large", None);
    let key = bearer(env.live_key());
    let headers = [("authorization", key.as_str()), ("content-type", "text/plain")];
    env.request("POST", PATH, &headers, EXAMPLE).await.is_error(400, "validation_error", Some("Content-Type"));
    assert!(env.far_side.asked().is_empty());
}

#[tokio::test]
async fn unauthorised_callers_cause_no_fetch() {
    let mut env = env().await;
    env.request("POST", PATH, &[("content-type", "application/json")], EXAMPLE).await.is_error(
        401,
        "missing_credentials",
        None,
    );
    let key = env.scoped_key(&[Scope::Check]).await;
    post(&env, &key, EXAMPLE).await.is_error(403, "insufficient_scope", None);
    let byoc = EXAMPLE.replace("managed", "byoc");
    post(&env, env.live_key(), byoc).await.is_error(412, "signing_certificate_missing", Some("options.signingMode"));
    env.app.signing = Signing::default();
    post(&env, env.live_key(), EXAMPLE).await.is_error(503, "signing_unavailable", Some("options.signingMode"));
    assert!(env.far_side.asked().is_empty());
}

#[tokio::test]
async fn url_labels_are_limited_to_ten_per_five_minutes() {
    let env = env().await;
    for _ in 0..10 {
        assert_eq!(post(&env, env.live_key(), EXAMPLE).await.status, 200);
    }
    post(&env, env.live_key(), EXAMPLE).await.is_error(429, "rate_limited", None);
    env.clock.advance(300_000);
    assert_eq!(post(&env, env.live_key(), EXAMPLE).await.status, 200);
}

#[tokio::test]
async fn no_file_is_sent_without_its_audit_row() {
    let env = env().await;
    env.database.fail_next("INSERT INTO events", Failure::Before(DbError::Engine("disk full".to_owned())));
    let answer = post(&env, env.live_key(), EXAMPLE).await;
    answer.is_error(500, "internal_error", None);
    assert!(!answer.body.windows(4).any(|window| window == b"jumb"));
}

#[tokio::test]
async fn a_file_waits_for_memory_of_its_announced_size() {
    let mut env = env().await;
    env.app.in_flight = InFlight::new(jpeg().len() as u64 * 6 / 5 + 10);
    assert_eq!(post(&env, env.live_key(), EXAMPLE).await.status, 200);
    env.far_side.on(URL, |_| Ok(testing::response(200, &[], testing::whole(jpeg().into()))));
    let answer = post(&env, env.live_key(), EXAMPLE).await;
    answer.is_error(503, "busy", None);
    assert!(answer.number("retry-after") > 0);
}

#[tokio::test]
async fn the_file_name_comes_from_the_final_url() {
    let env = env().await;
    for (url, name) in [
        ("https://example.com/", "attachment; filename=\"image.png\""),
        ("https://example.com/a/b/?download=1", "attachment; filename=\"image.png\""),
        ("https://example.com/picture", "attachment; filename=\"picture.png\""),
        ("https://example.com/x/..%2F..%2Fetc%2Fpasswd", "attachment; filename=\"passwd.png\""),
        ("https://example.com/%22%0d%0aa.png", "attachment; filename=\"_a.png\""),
        ("https://example.com/%C3%A9.png", "attachment; filename=\"_.png\"; filename*=UTF-8''%C3%A9.png"),
    ] {
        env.far_side.serve(url, png());
        let answer = label(&env, url).await;
        assert_eq!(answer.header("content-disposition"), Some(name), "{url}: {}", answer.json());
    }
    env.far_side.redirect(URL, 307, "/final.png");
    env.far_side.serve("https://example.com/final.png", png());
    let answer = label(&env, URL).await;
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"final.png\""));
}
