use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use http::Request;
use labeler_ports::testing::NoRng;

use crate::test_env::{NOW_S, TestEnv, bearer, jpeg};

#[tokio::test]
async fn unknown_paths_and_methods_use_the_error_envelope() {
    let env = TestEnv::new().await;
    for path in [
        "/",
        "/api",
        "/api/v1",
        "/api/v1/",
        "/api/v2/label",
        "/api/v1/assets/a/b",
        "/api/v1/%ff",
        "/v2/models",
        "/v2",
        "/oauth2",
        "/oauth2/nothing",
        "/.well-known/nothing",
        "//v2//models/",
    ] {
        for method in ["GET", "POST", "PUT", "BREW"] {
            env.request(method, path, &[], "").await.is_error(404, "not_found", None);
        }
    }
    for (method, path, allow) in [
        ("GET", "/api/v1/label", "POST"),
        ("PUT", "/api/v1/label", "POST"),
        ("POST", "/api/v1/assets", "GET,HEAD"),
        ("DELETE", "/api/v1/assets/x", "GET,HEAD"),
        ("POST", "/api/v1/health", "GET,HEAD"),
        ("PATCH", "/api/v1/session", "GET,HEAD,POST,DELETE"),
        ("BREW", "/api/v1/check", "POST"),
        ("GET", "//api/v1/label", "POST"),
        ("GET", "/api//v1/label/", "POST"),
        ("GET", "/oauth2/token", "POST"),
        ("POST", "/oauth2/jwks", "GET,HEAD"),
    ] {
        let answer = env.request(method, path, &[], "").await;
        answer.is_error(405, "method_not_allowed", None);
        assert_eq!(answer.header("allow"), Some(allow), "{method} {path}");
    }
}

#[tokio::test]
async fn repeated_and_trailing_slashes_are_ignored() {
    let env = TestEnv::new().await;
    for path in ["//api/v1/assets", "/api//v1/assets/", "///api/v1///assets//", "/api/v1/assets/?limit=5"] {
        let answer = env.get(path, env.live_key()).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.json());
        answer.has_standard_headers();
    }
    // Path parameters are still recognised, and the rate limit is that of the same endpoint.
    env.get("//api/v1/assets/evt_none/", env.live_key()).await.is_error(404, "not_found", None);
    assert_eq!(env.get("/api/v1/assets/", env.live_key()).await.number("ratelimit-remaining"), 55);
    let form = crate::test_env::label_form(&jpeg(), |_| ());
    assert_eq!(env.post_form("//api/v1/label", env.live_key(), &form).await.status, 200);
}

#[tokio::test]
async fn head_and_options_are_answered() {
    let env = TestEnv::new().await;
    let head = env.request("HEAD", "/api/v1/health", &[], "").await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    head.has_standard_headers();
    let head = env.request("HEAD", "/api/v1/assets", &[("authorization", &bearer(env.live_key()))], "").await;
    assert_eq!((head.status, head.body.len()), (200, 0));
    let head = env.request("HEAD", "/nowhere", &[], "").await;
    assert_eq!((head.status, head.body.len()), (404, 0));
    head.has_standard_headers();
    let options = env.request("OPTIONS", "/api/v1/assets", &[("origin", "https://other.example")], "").await;
    assert_eq!((options.status, options.header("allow")), (204, Some("GET,HEAD")));
    options.has_standard_headers();
    assert_eq!(env.request("OPTIONS", "/nowhere", &[], "").await.status, 404);
}

#[tokio::test]
async fn health_and_the_document_are_public() {
    let env = TestEnv::new().await;
    let health = env.request("GET", "/api/v1/health", &[], "").await;
    assert_eq!(health.status, 200);
    health.has_standard_headers();
    assert_eq!(health.json(), serde_json::json!({ "status": "ok", "version": labeler_api::VERSION, "signing": true }));
    let document = env.request("GET", "/api/v1/openapi.json", &[], "").await;
    document.has_standard_headers();
    assert_eq!(document.header("content-type"), Some("application/json"));
    assert!(document.json()["openapi"].as_str().unwrap().starts_with("3.1"));
}

#[tokio::test]
async fn returns_the_location_of_signed_law_packs() {
    let mut env = TestEnv::new().await;
    let none = env.request("GET", "/api/v1/rules", &[], "").await;
    assert_eq!(none.status, 200);
    none.has_standard_headers();
    assert_eq!(none.json(), serde_json::json!({ "signedSet": null, "publicKey": null }));
    env.app.config.named_rules =
        Some(labeler_api::NamedRules { signed_set: "/rules/packs.json".to_owned(), public_key: "19bf44".to_owned() });
    let named = env.request("GET", "/api/v1/rules", &[], "").await;
    assert_eq!(named.json(), serde_json::json!({ "signedSet": "/rules/packs.json", "publicKey": "19bf44" }));
}

#[tokio::test]
async fn request_ids_are_random_uuids_even_without_randomness() {
    let mut env = TestEnv::new().await;
    let mut ids = std::collections::BTreeSet::new();
    for _ in 0..20 {
        ids.insert(env.request("GET", "/api/v1/health", &[], "").await.header("x-request-id").unwrap().to_owned());
    }
    assert_eq!(ids.len(), 20);
    env.app.rng = Arc::new(NoRng);
    env.request("GET", "/api/v1/health", &[], "").await.has_standard_headers();
}

#[tokio::test]
async fn a_rate_limit_counts_down_and_resets() {
    let env = TestEnv::new().await;
    for left in (0..60).rev() {
        let answer = env.get("/api/v1/assets", env.live_key()).await;
        assert_eq!(answer.status, 200);
        assert_eq!(
            (answer.number("ratelimit-limit"), answer.number("ratelimit-remaining"), answer.number("ratelimit-reset")),
            (60, left, NOW_S + 60)
        );
    }
    env.clock.advance(15_500);
    let answer = env.get("/api/v1/assets", env.live_key()).await;
    answer.is_error(429, "rate_limited", None);
    assert_eq!(answer.json()["error"]["message"], "Too many requests. Try again after the reset timestamp.");
    assert_eq!((answer.number("ratelimit-remaining"), answer.number("retry-after")), (0, 45));
    // Other endpoints and other keys have separate limits.
    assert_eq!(env.get("/api/v1/assets/x", env.live_key()).await.status, 404);
    assert_eq!(env.get("/api/v1/assets", env.test_key()).await.status, 200);
    env.clock.advance(44_500);
    assert_eq!(env.get("/api/v1/assets", env.live_key()).await.number("ratelimit-remaining"), 59);
}

/// Returns an endless body and the number of bytes read from it.
fn endless() -> (axum::body::Body, Arc<AtomicUsize>) {
    let taken = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&taken);
    let stream = futures_util::stream::repeat_with(move || {
        counter.fetch_add(1024, Ordering::Relaxed);
        Ok::<_, std::io::Error>(bytes::Bytes::from_static(&[0; 1024]))
    });
    (axum::body::Body::from_stream(stream), taken)
}

#[tokio::test]
async fn a_refusal_discards_the_body_up_to_a_limit() {
    let mut env = TestEnv::new().await;
    env.app.config.max_file_bytes = 1024 * 1024;
    let limited = bearer(env.live_key());
    for _ in 0..30 {
        env.request("POST", "/api/v1/label", &[("authorization", &limited)], "").await;
    }
    // The rest is discarded up to the largest body that the caller may send: a batch, or a file without credentials.
    const OVERHEAD: usize = 128 * 1024;
    for (authorization, status, code, most) in [
        (limited.as_str(), 429, "rate_limited", 200 * 1024 * 1024 + OVERHEAD),
        ("Bearer nonsense", 401, "invalid_credentials", 1024 * 1024 + OVERHEAD),
    ] {
        let (body, taken) = endless();
        let request = Request::post("/api/v1/label")
            .header("authorization", authorization)
            .header("content-type", crate::test_env::Form::content_type())
            .body(body)
            .unwrap();
        let answer = env.send(request).await;
        answer.is_error(status, code, None);
        assert_eq!(taken.load(Ordering::Relaxed), most + 1024);
        assert_eq!(env.app.in_flight.held(), 0);
    }
}

#[tokio::test]
async fn a_refusal_reads_a_small_body_to_its_end() {
    let env = TestEnv::new().await;
    let chunks = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&chunks);
    let body = futures_util::stream::repeat_with(move || {
        counter.fetch_add(1, Ordering::Relaxed);
        Ok::<_, std::io::Error>(bytes::Bytes::from_static(b"x"))
    });
    let body = axum::body::Body::from_stream(futures_util::StreamExt::take(body, 10));
    env.request("POST", "/nowhere", &[], body).await.is_error(404, "not_found", None);
    assert_eq!(chunks.load(Ordering::Relaxed), 10);
}

#[tokio::test]
async fn a_refusal_does_not_wait_for_a_body_declared_too_large() {
    let env = TestEnv::new().await;
    let (body, taken) = endless();
    let length = (300_u64 * 1024 * 1024).to_string();
    let headers = [("content-length", length.as_str()), ("authorization", "Bearer nonsense")];
    env.request("POST", "/api/v1/label", &headers, body).await.is_error(401, "invalid_credentials", None);
    assert_eq!(taken.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn a_stalled_upload_times_out_and_releases_its_memory() {
    let mut env = TestEnv::new().await;
    env.app.timer = Arc::new(crate::test_env::Hurried);
    let start = crate::test_env::label_form(&jpeg(), |_| ()).body()[..500].to_vec();
    let checked = crate::test_env::Form::default().file("file", "a.jpg", "image/jpeg", &jpeg()).body()[..250].to_vec();
    let stalled = |start: Vec<u8>| {
        let first = futures_util::stream::iter([Ok::<_, std::io::Error>(bytes::Bytes::from(start))]);
        axum::body::Body::from_stream(futures_util::StreamExt::chain(first, futures_util::stream::pending()))
    };
    let (key, kind) = (bearer(env.live_key()), crate::test_env::Form::content_type());
    let json = ("content-type", "application/json");
    for (path, headers) in [
        ("/api/v1/label", vec![("authorization", key.as_str()), ("content-type", kind.as_str())]),
        ("/api/v1/check", vec![("authorization", key.as_str()), ("content-type", kind.as_str())]),
        ("/api/v1/label/batch", vec![("authorization", key.as_str()), ("content-type", kind.as_str())]),
        ("/api/v1/label/url", vec![("authorization", key.as_str()), json]),
        ("/api/v1/session", vec![json]),
    ] {
        let start = if path.ends_with("check") { &checked } else { &start };
        env.request("POST", path, &headers, stalled(start.clone())).await.is_error(408, "request_timeout", None);
        assert_eq!((env.app.in_flight.held(), env.spool.held()), (0, 0), "{path}");
    }
    // A refusal does not wait for a body that never arrives.
    env.request("POST", "/api/v1/label", &[], stalled(start)).await.is_error(401, "missing_credentials", None);
}

#[tokio::test]
async fn a_compressed_body_is_refused() {
    let env = TestEnv::new().await;
    let (key, kind) = (bearer(env.live_key()), crate::test_env::Form::content_type());
    for path in ["/api/v1/label", "/api/v1/label/batch", "/api/v1/check", "/api/v1/verify", "/api/v1/label/url"] {
        let media_type = if path.ends_with("url") { "application/json" } else { kind.as_str() };
        let headers = [("authorization", key.as_str()), ("content-type", media_type), ("content-encoding", "gzip")];
        let answer = env.request("POST", path, &headers, vec![0x1f, 0x8b, 8, 0]).await;
        answer.is_error(415, "mime_not_allowed", Some("Content-Encoding"));
        assert!(answer.json()["error"]["message"].as_str().unwrap().contains("Content-Encoding gzip"));
    }
    let form = crate::test_env::label_form(&jpeg(), |_| ());
    let plain = [("authorization", key.as_str()), ("content-encoding", "identity")];
    assert_eq!(env.post_form_with("/api/v1/label", &plain, &form).await.status, 200);
}

#[tokio::test]
async fn a_wrong_boundary_has_its_own_error_message() {
    let env = TestEnv::new().await;
    let key = bearer(env.live_key());
    let headers = [("authorization", key.as_str()), ("content-type", "multipart/form-data; boundary=other")];
    let body = crate::test_env::label_form(&jpeg(), |_| ()).body();
    let answer = env.request("POST", "/api/v1/label", &headers, body).await;
    answer.is_error(400, "validation_error", Some("Content-Type"));
    let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
    assert!(message.contains("does not begin with the boundary"), "{message}");
}

#[tokio::test]
async fn callers_without_credentials_share_the_limit_of_their_address() {
    let env = TestEnv::new().await;
    for left in (0..120).rev() {
        let answer = env.request("GET", if left % 2 == 0 { "/api/v1/assets" } else { "/nowhere" }, &[], "").await;
        assert_eq!(answer.number("ratelimit-remaining"), left);
    }
    env.request("GET", "/api/v1/assets", &[], "").await.is_error(429, "rate_limited", None);
    env.request("GET", "/nowhere", &[], "").await.is_error(429, "rate_limited", None);
    // Health counts only against the address throttle, which has counted every call of this test.
    let health = env.request("GET", "/api/v1/health", &[], "").await;
    assert_eq!((health.status, health.number("ratelimit-limit")), (200, 3000));
    assert_eq!(health.number("ratelimit-remaining"), 3000 - 123);
    // Callers with a key are not limited by unauthenticated callers at the same address.
    assert_eq!(env.get("/api/v1/assets", env.live_key()).await.status, 200);
}

#[tokio::test]
async fn requests_succeed_and_report_it_if_the_limiter_fails() {
    let env = TestEnv::new().await;
    env.limiter.set_down(true);
    env.request("GET", "/api/v1/health", &[], "").await.has_standard_headers();
    assert!(env.incidents.0.lock().unwrap().is_empty(), "health asked the limiter");
    let answer = env.label(env.live_key(), &jpeg(), |_| ()).await;
    assert_eq!(answer.status, 200);
    answer.has_standard_headers();
    assert!(!env.incidents.0.lock().unwrap().is_empty());
}
