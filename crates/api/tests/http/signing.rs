use std::io::{Cursor, Read};

use base64::Engine;
use labeler_store::testing::Failure;
use labeler_store::{Actor, DbError, Plan, RateLimits};
use serde_json::{Value, json};

use crate::test_env::{Answer, Form, NOW_S, TestEnv, bearer, chain_of, chunked, jpeg, label_form, png, root_pem};

const URL: &str = "https://example.com/photo.jpg";

fn shared_options(signing_mode: &str) -> Value {
    json!({
        "digitalSourceType": "trainedAlgorithmicMedia", "regionPreset": "eu_strict", "signingMode": signing_mode,
        "dntEnabled": true, "preApplied": [],
    })
}

fn url_body(signing_mode: &str) -> String {
    json!({ "url": URL, "options": shared_options(signing_mode) }).to_string()
}

fn batch_form(images: usize, signing_mode: &str) -> Form {
    let form = Form::default().text("options", &shared_options(signing_mode).to_string());
    (0..images).fold(form, |form, number| form.file("image", &format!("{number}.jpg"), "image/jpeg", &jpeg()))
}

async fn post_url(env: &TestEnv, key: &str, idempotency: &str, body: &str) -> Answer {
    let authorization = bearer(key);
    let mut headers = vec![("authorization", authorization.as_str()), ("content-type", "application/json")];
    headers.extend((!idempotency.is_empty()).then_some(("idempotency-key", idempotency)));
    env.request("POST", "/api/v1/label/url", &headers, body.to_owned()).await
}

async fn post_batch(env: &TestEnv, key: &str, idempotency: &str, form: &Form) -> Answer {
    let authorization = bearer(key);
    let mut headers = vec![("authorization", authorization.as_str())];
    headers.extend((!idempotency.is_empty()).then_some(("idempotency-key", idempotency)));
    env.post_form_with("/api/v1/label/batch", &headers, form).await
}

/// Returns the manifest of a batch archive.
fn manifest(answer: &Answer) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.json());
    let mut archive = zip::ZipArchive::new(Cursor::new(answer.body.to_vec())).unwrap();
    let mut text = String::new();
    archive.by_name("manifest.json").unwrap().read_to_string(&mut text).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Returns the number of files in an archive, including its manifest.
fn files(answer: &Answer) -> usize {
    zip::ZipArchive::new(Cursor::new(answer.body.to_vec())).unwrap().len()
}

async fn total(env: &TestEnv) -> Value {
    env.get("/api/v1/assets", env.live_key()).await.json()["total"].clone()
}

#[tokio::test]
async fn a_workspace_can_sign_with_its_own_certificate() {
    let env = TestEnv::new().await;
    let cookie = env.cookie().await;
    let chain = chain_of(NOW_S - 3600);
    let byoc = |options: &mut serde_json::Value| options["signingMode"] = json!("byoc");
    env.label(env.live_key(), &jpeg(), byoc).await.is_error(
        412,
        "signing_certificate_missing",
        Some("options.signingMode"),
    );
    let path = "/api/v1/signing-certificates";
    let upload = json!({ "chain": chain.chain_pem, "key": chain.key_pem });
    let added = env.page("POST", path, &cookie, upload.clone()).await;
    assert_eq!(
        (added.status, added.json()["algorithm"].as_str(), added.json()["active"].as_bool()),
        (201, Some("es256"), Some(false)),
        "{}",
        added.json()
    );
    env.page("POST", path, &cookie, upload).await.is_error(409, "conflict", None);
    let other = chain_of(NOW_S - 1800);
    let mixed = json!({ "chain": chain.chain_pem, "key": other.key_pem });
    env.page("POST", path, &cookie, mixed).await.is_error(400, "validation_error", Some("key"));
    env.page("POST", path, &cookie, json!({ "chain": "x", "key": "y" })).await.is_error(
        400,
        "validation_error",
        Some("chain"),
    );
    env.label(env.live_key(), &jpeg(), byoc).await.is_error(
        412,
        "signing_certificate_missing",
        Some("options.signingMode"),
    );

    let id = added.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(env.page("POST", &format!("{path}/{id}/activate"), &cookie, json!(null)).await.status, 204);
    let labelled = env.label(env.live_key(), &jpeg(), byoc).await;
    assert_eq!(labelled.status, 200, "{}", labelled.json());
    assert_eq!(labelled.header("x-labeler-signer-fingerprint"), added.json()["fingerprint"].as_str());
    let (batch, url) = (batch_form(1, "byoc"), url_body("byoc"));
    env.names.on("example.com", &[&["93.184.215.14"]]);
    env.far_side.serve(URL, jpeg());
    let own = added.json()["fingerprint"].as_str().unwrap().to_owned();
    let fetched = post_url(&env, env.live_key(), "", &url).await;
    assert_eq!(fetched.header("x-labeler-signer-fingerprint"), Some(own.as_str()), "{}", fetched.json());
    let rows = manifest(&post_batch(&env, env.live_key(), "", &batch).await)["results"].clone();
    let event = format!("/api/v1/assets/{}", rows[0]["eventId"].as_str().unwrap());
    assert_eq!(env.get(&event, env.live_key()).await.json()["signerFingerprint"], own.as_str());
    // A test key can use the same certificate. Its event is stored in the sandbox.
    let fetched = post_url(&env, env.test_key(), "", &url).await;
    assert_eq!(fetched.header("x-labeler-signer-fingerprint"), Some(own.as_str()), "{}", fetched.json());
    let rows = manifest(&post_batch(&env, env.test_key(), "", &batch).await)["results"].clone();
    let event = format!("/api/v1/assets/{}", rows[0]["eventId"].as_str().unwrap());
    assert_eq!(env.get(&event, env.test_key()).await.json()["signerFingerprint"], own.as_str());
    assert_eq!(env.get(&event, env.live_key()).await.status, 404);
    let managed = env.label(env.live_key(), &jpeg(), |_| ()).await;
    assert_ne!(managed.header("x-labeler-signer-fingerprint"), added.json()["fingerprint"].as_str());
    let tried = env.label(env.test_key(), &jpeg(), byoc).await;
    assert_eq!(tried.header("x-labeler-signer-fingerprint"), Some(own.as_str()), "{}", tried.json());
    let list = env.request("GET", path, &[("cookie", &cookie)], "").await;
    assert_eq!(list.json()["data"][0]["active"], true);
    assert!(!String::from_utf8_lossy(&list.body).contains("PRIVATE"));
    env.get(path, env.live_key()).await.is_error(403, "insufficient_scope", None);
    assert_eq!(env.page("DELETE", &format!("{path}/{id}"), &cookie, json!(null)).await.status, 204);
    env.label(env.live_key(), &jpeg(), byoc).await.is_error(
        412,
        "signing_certificate_missing",
        Some("options.signingMode"),
    );
}

/// Returns whether `text` contains the key: as PEM lines, hexadecimal bytes, or a list of numbers of a Debug form.
fn holds(text: &str, key_pem: &str) -> bool {
    let body: Vec<&str> = key_pem.lines().filter(|line| !line.starts_with("-----")).collect();
    let der = base64::engine::general_purpose::STANDARD.decode(body.concat()).unwrap();
    let secret = &der[der.len() / 2..][..16];
    let numbers = |bytes: &[u8]| format!("{bytes:?}").trim_matches(['[', ']']).to_owned();
    body.iter().any(|line| text.contains(line))
        || text.to_lowercase().contains(&hex::encode(secret))
        || text.contains(&numbers(secret))
        || text.contains(&numbers(&key_pem.as_bytes()[40..60]))
}

#[tokio::test]
async fn an_uploaded_key_is_never_stored_or_returned_in_clear() {
    let env = TestEnv::new().await;
    let cookie = env.cookie().await;
    let chain = chain_of(NOW_S - 3600);
    assert!(holds(&chain.key_pem, &chain.key_pem) && holds(&format!("{:?}", chain.key_pem.as_bytes()), &chain.key_pem));
    let path = "/api/v1/signing-certificates";
    let upload = json!({ "chain": chain.chain_pem, "key": chain.key_pem });
    let mut answers = vec![env.page("POST", path, &cookie, upload.clone()).await];
    let id = answers[0].json()["id"].as_str().unwrap().to_owned();
    // Refused uploads handle the key too: a duplicate, a key in the wrong field, a key of another certificate.
    answers.push(env.page("POST", path, &cookie, upload).await);
    answers.push(env.page("POST", path, &cookie, json!({ "chain": chain.key_pem, "key": chain.chain_pem })).await);
    answers.push(env.page("POST", path, &cookie, json!({ "chain": root_pem(), "key": chain.key_pem })).await);
    answers.push(env.page("POST", path, &cookie, json!({ "chain": 1, "key": chain.key_pem })).await);
    answers.push(env.page("POST", &format!("{path}/{id}/activate"), &cookie, json!(null)).await);
    answers.push(env.label(env.live_key(), &jpeg(), |options| options["signingMode"] = json!("byoc")).await);
    assert_eq!(answers.iter().map(|answer| answer.status).collect::<Vec<_>>(), [201, 409, 400, 400, 400, 204, 200]);
    env.database.fail_next("INSERT INTO events", Failure::Before(DbError::Engine("disk full".to_owned())));
    answers.push(env.label(env.live_key(), &jpeg(), |options| options["signingMode"] = json!("byoc")).await);
    answers.push(env.request("GET", path, &[("cookie", &cookie)], "").await);
    for page in ["/api/v1/admin-events", "/api/v1/requests"] {
        let answer = env.request("GET", page, &[("cookie", &cookie)], "").await;
        assert_eq!(answer.status, 200, "{page}");
        answers.push(answer);
    }
    for answer in &answers {
        assert!(!holds(&String::from_utf8_lossy(&answer.body), &chain.key_pem), "{}", answer.status);
        assert!(!holds(&format!("{:?}", answer.headers), &chain.key_pem));
    }
    assert!(!holds(&format!("{:?}", env.incidents.0.lock().unwrap()), &chain.key_pem));
    let all = env.dump().await;
    assert!(all.contains(&id) && !holds(&all, &chain.key_pem));
}

#[tokio::test]
async fn unusable_certificates_are_refused_with_a_remedy() {
    let env = TestEnv::new().await;
    let cookie = env.cookie().await;
    let (chain, other, expired) = (chain_of(NOW_S - 3600), chain_of(NOW_S - 3600), chain_of(NOW_S - 400 * 86_400));
    let named = |label: &str| chain.key_pem.replace("PRIVATE KEY", label);
    for (certificates, key, field, about) in [
        (&chain.chain_pem, &other.key_pem, "key", "does not belong"),
        (&chain.chain_pem, &named("ENCRYPTED PRIVATE KEY"), "key", "openssl pkcs8"),
        (&chain.chain_pem, &named("EC PRIVATE KEY"), "key", "openssl pkcs8 -topk8"),
        (&chain.chain_pem, &"MIIKuQIBAzCC".to_owned(), "key", "openssl pkcs12"),
        (&expired.chain_pem, &expired.key_pem, "chain", "expired on"),
        (&"MIIKuQIBAzCC".to_owned(), &chain.key_pem, "chain", "PEM"),
    ] {
        let upload = json!({ "chain": certificates, "key": key });
        let answer = env.page("POST", "/api/v1/signing-certificates", &cookie, upload).await;
        answer.is_error(400, "validation_error", Some(field));
        assert!(answer.json()["error"]["message"].as_str().unwrap().contains(about), "{}", answer.json());
    }
}

#[tokio::test]
async fn a_repeat_with_the_same_idempotency_key_has_one_effect() {
    let env = TestEnv::new().await;
    let kind = crate::test_env::Form::content_type();
    let send = async |key: &str, idempotency: &str, form: &crate::test_env::Form| {
        let authorization = bearer(key);
        let headers = [
            ("authorization", authorization.as_str()),
            ("content-type", kind.as_str()),
            ("idempotency-key", idempotency),
        ];
        env.request("POST", "/api/v1/label", &headers, chunked(form.body(), 1000)).await
    };
    let form = label_form(&jpeg(), |_| ());
    let first = send(env.live_key(), "order-1", &form).await;
    assert_eq!((first.status, first.header("content-type")), (200, Some("application/octet-stream")));
    let again = send(env.live_key(), "\"order-1\"", &form).await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (200, Some("true")), "{}", again.json());
    assert_eq!(again.json()["eventId"].as_str(), first.header("x-labeler-event-id"));
    assert_eq!(env.get("/api/v1/assets", env.live_key()).await.json()["total"], 1);
    let other = label_form(&png(), |_| ());
    send(env.live_key(), "order-1", &other).await.is_error(422, "idempotency_mismatch", Some("Idempotency-Key"));
    // The same idempotency key of another caller is a different key.
    let test = send(env.test_key(), "order-1", &form).await;
    assert_eq!((test.status, test.header("idempotent-replayed")), (200, None));
    send(env.live_key(), "", &form).await.is_error(400, "validation_error", Some("Idempotency-Key"));
    // Requests without effect are not stored.
    let wrong = label_form(&jpeg(), |options| options["sha256Input"] = json!("0".repeat(64)));
    for _ in 0..2 {
        send(env.live_key(), "order-2", &wrong).await.is_error(400, "validation_error", Some("options.sha256Input"));
    }
    env.clock.advance(86_400_001);
    assert_eq!(send(env.live_key(), "order-1", &form).await.header("idempotent-replayed"), None);
}

#[tokio::test]
async fn a_repeated_url_request_fetches_and_labels_nothing() {
    let env = TestEnv::new().await;
    env.names.on("example.com", &[&["93.184.215.14"]]);
    env.far_side.serve(URL, jpeg());
    let body = url_body("managed");
    let first = post_url(&env, env.live_key(), "u", &body).await;
    assert_eq!((first.status, first.header("idempotent-replayed")), (200, None), "{}", first.json());
    let asked = env.far_side.asked().len();
    let again = post_url(&env, env.live_key(), "u", &body).await;
    assert_eq!((again.status, again.header("idempotent-replayed")), (200, Some("true")), "{}", again.json());
    assert_eq!(again.json()["eventId"].as_str(), first.header("x-labeler-event-id"));
    assert_eq!((env.far_side.asked().len(), total(&env).await), (asked, json!(1)));
    let other = body.replace("eu_strict", "california");
    let answer = post_url(&env, env.live_key(), "u", &other).await;
    answer.is_error(422, "idempotency_mismatch", Some("Idempotency-Key"));
    // A failed fetch is not stored.
    let missing = body.replace("photo.jpg", "missing.jpg");
    for _ in 0..2 {
        let answer = post_url(&env, env.live_key(), "v", &missing).await;
        answer.is_error(400, "url_fetch_failed", Some("url"));
    }
}

#[tokio::test]
async fn a_repeated_batch_continues_where_the_first_ended() {
    let mut env = TestEnv::new().await;
    let form = batch_form(2, "managed");
    let first = post_batch(&env, env.live_key(), "b", &form).await;
    let rows = manifest(&first)["results"].clone();
    assert_eq!((files(&first), rows[0].get("replayed")), (3, None));
    let again = post_batch(&env, env.live_key(), "b", &form).await;
    let repeated = manifest(&again);
    assert_eq!(files(&again), 1, "files are not kept");
    for (row, before) in repeated["results"].as_array().unwrap().iter().zip(rows.as_array().unwrap()) {
        assert_eq!((&row["ok"], &row["replayed"]), (&json!(true), &json!(true)));
        for field in ["eventId", "sha256Output", "filename", "warnings"] {
            assert_eq!(row[field], before[field]);
        }
    }
    assert_eq!(total(&env).await, 2);
    for other in [batch_form(1, "managed"), batch_form(3, "managed"), batch_form(2, "managed").text("image", "x")] {
        let answer = post_batch(&env, env.live_key(), "b", &other).await;
        assert!([400, 422].contains(&answer.status), "{} {}", answer.status, answer.json());
    }
    env.clock.advance(300_000);
    let answer = post_batch(&env, env.live_key(), "b", &batch_form(3, "managed")).await;
    answer.is_error(422, "idempotency_mismatch", Some("Idempotency-Key"));

    // Failed images are retried, completed ones are not. Streamed, so that the response begins before the request ends.
    env.app.config.max_file_bytes = u64::try_from(jpeg().len()).unwrap() + 100;
    let options = shared_options("managed").to_string();
    let form = |second: &[u8]| {
        let form = Form::default().text("options", &options).file("image", "a.jpg", "image/jpeg", &jpeg());
        form.file("image", "b.jpg", "image/jpeg", second).file("image", "c.jpg", "image/jpeg", &jpeg())
    };
    let first = post_batch(&env, env.live_key(), "s", &form(b"no picture")).await;
    let rows = manifest(&first)["results"].clone();
    assert_eq!(
        (&rows[0]["ok"], &rows[1]["error"], &rows[2]["ok"]),
        (&json!(true), &json!("mime_not_allowed"), &json!(true))
    );
    let second = post_batch(&env, env.live_key(), "s", &form(&jpeg())).await;
    let again = manifest(&second)["results"].clone();
    assert_eq!(
        (&again[0]["replayed"], again[1].get("replayed"), &again[2]["replayed"]),
        (&json!(true), None, &json!(true))
    );
    assert_eq!((&again[1]["ok"], files(&second)), (&json!(true), 2));
    assert_eq!(again[0]["eventId"], rows[0]["eventId"]);
    assert_eq!(total(&env).await, 5);
}

#[tokio::test]
async fn the_quota_applies_to_every_label_endpoint() {
    let env = TestEnv::new().await;
    env.plan(Plan::Enterprise).await;
    env.names.on("example.com", &[&["93.184.215.14"]]);
    env.far_side.serve(URL, jpeg());
    let workspace = env.first.workspace.id.clone();
    let system = Actor::system("test");
    env.store().plans().set_limits(&system, &workspace, Some(2), &RateLimits::default()).await.unwrap();
    let batch = manifest(&post_batch(&env, env.live_key(), "b", &batch_form(3, "managed")).await);
    let ends: Vec<_> = batch["results"].as_array().unwrap().iter().map(|row| row["error"].as_str()).collect();
    assert_eq!(ends, [None, None, Some("quota_exceeded")]);
    post_url(&env, env.live_key(), "u", &url_body("managed")).await.is_error(403, "quota_exceeded", None);
    env.label(env.live_key(), &jpeg(), |_| ()).await.is_error(403, "quota_exceeded", None);
    assert_eq!(total(&env).await, 2);
    // The same request continues after the quota was raised.
    env.store().plans().set_limits(&system, &workspace, Some(4), &RateLimits::default()).await.unwrap();
    let batch = manifest(&post_batch(&env, env.live_key(), "b", &batch_form(3, "managed")).await);
    assert_eq!(batch["results"][2]["ok"], true);
    assert_eq!(post_url(&env, env.live_key(), "u", &url_body("managed")).await.status, 200);
    assert_eq!(total(&env).await, 4);
}
