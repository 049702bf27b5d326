use std::io::{Cursor, Read};

use axum::body::Body;
use futures_util::StreamExt;
use http::Request;
use labeler_api::{InFlight, Signing, Spool, SpoolError};
use labeler_store::testing::Failure;
use labeler_store::{DbError, Scope};
use serde_json::Value;
use tower::ServiceExt;

use crate::test_env::{Answer, Form, TestEnv, bearer, chunked, jpeg, png, sha256};

const PATH: &str = "/api/v1/label/batch";

/// `options` of the documented example, verbatim.
const OPTIONS: &str = r#"{"digitalSourceType":"trainedAlgorithmicMedia","regionPreset":"eu_strict","signingMode":"managed","dntEnabled":true,"preApplied":[]}"#;

/// Returns the files of an archive in order, read by an independent library.
fn files(answer: &Answer) -> Vec<(String, Vec<u8>)> {
    assert_eq!(answer.status, 200, "{}", answer.json());
    answer.has_standard_headers();
    assert_eq!(answer.header("content-type"), Some("application/zip"));
    assert_eq!(answer.header("content-disposition"), Some("attachment; filename=\"batch-result.zip\""));
    let mut archive = zip::ZipArchive::new(Cursor::new(answer.body.to_vec())).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut entry = archive.by_index(index).unwrap();
            let mut content = Vec::new();
            entry.read_to_end(&mut content).unwrap();
            (entry.name().unwrap().into_owned(), content)
        })
        .collect()
}

/// Returns the manifest, which is the last entry, and the labelled files.
fn unpack(answer: &Answer) -> (Value, Vec<(String, Vec<u8>)>) {
    let mut files = files(answer);
    let (name, manifest) = files.pop().unwrap();
    assert_eq!(name, "manifest.json");
    (serde_json::from_slice(&manifest).unwrap(), files)
}

fn images(count: usize) -> Form {
    (0..count).fold(Form::default(), |form, number| form.file("image", &format!("{number}.jpg"), "image/jpeg", &jpeg()))
}

/// Sends a batch without `Content-Length`.
async fn post_streamed(env: &TestEnv, body: Vec<u8>) -> Answer {
    let headers = [("authorization", bearer(env.live_key())), ("content-type", Form::content_type())];
    let headers: Vec<_> = headers.iter().map(|(name, value)| (*name, value.as_str())).collect();
    env.request("POST", PATH, &headers, chunked(body, 700)).await
}

#[tokio::test]
async fn the_documented_example_works() {
    let env = TestEnv::new().await;
    let form = Form::default()
        .file("image", "photo1.jpg", "image/jpeg", &jpeg())
        .file("image", "photo2.png", "image/png", &png())
        .text("options", OPTIONS);
    let answer = env.post_form(PATH, env.live_key(), &form).await;
    assert_eq!(answer.number("ratelimit-limit"), 5);
    let (manifest, files) = unpack(&answer);
    assert_eq!(files.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["photo1.jpg", "photo2.png"]);
    let rows = manifest["results"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    assert!(manifest.get("error").is_none());
    for ((row, (name, content)), input) in rows.iter().zip(&files).zip([jpeg(), png()]) {
        assert_eq!((row["filename"].as_str(), row["ok"].as_bool()), (Some(name.as_str()), Some(true)));
        assert_eq!(row["sha256Output"], sha256(content));
        assert_eq!(row["warnings"][0]["code"], "missing_watermark");
        assert_eq!(row["warnings"][1]["code"], "development_certificate");
        assert!(row.get("error").is_none() && row.get("originalFilename").is_none());
        let event = env.get(&format!("/api/v1/assets/{}", row["eventId"].as_str().unwrap()), env.live_key()).await;
        let event = event.json();
        assert_eq!(event["sha256Input"], sha256(&input));
        assert_eq!((&event["sha256Output"], &event["filename"]), (&row["sha256Output"], &row["filename"]));
    }
    assert_eq!(env.app.in_flight.held(), 0, "the budget is whole again");
}

#[tokio::test]
async fn an_invalid_file_does_not_fail_the_others() {
    let mut env = TestEnv::new().await;
    let (jpeg, png) = (jpeg(), png());
    // The whole request must be smaller than the limit of one image.
    env.app.config.max_file_bytes = 30_000;
    let form = Form::default()
        .file("image", "text.jpg", "image/jpeg", b"no picture")
        .file("files", "good.jpg", "image/jpeg", &jpeg)
        .file("image", "empty.png", "image/png", b"")
        .file("image", "lies.png", "image/png", &jpeg)
        .file("image", "plain.txt", "text/plain", b"hello")
        .file("image", "cut.jpg", "image/jpeg", &jpeg[..10])
        .file("image", "good.png", "image/png", &png)
        .text("options", OPTIONS);
    let (manifest, files) = unpack(&env.post_form(PATH, env.live_key(), &form).await);
    let rows: Vec<(&str, &str)> = manifest["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            assert_eq!(row["ok"].as_bool(), Some(row.get("error").is_none()));
            assert_eq!(row.get("error").is_some(), row["message"].as_str().is_some_and(|text| !text.is_empty()));
            (row["filename"].as_str().unwrap(), row["error"].as_str().unwrap_or_default())
        })
        .collect();
    assert_eq!(
        rows,
        [
            ("text.jpg", "mime_not_allowed"),
            ("good.jpg", ""),
            ("empty.png", "validation_error"),
            ("lies.png", "validation_error"),
            ("plain.txt", "mime_not_allowed"),
            ("cut.jpg", "validation_error"),
            ("good.png", ""),
        ]
    );
    assert_eq!(files.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["good.jpg", "good.png"]);
    assert_eq!(env.get("/api/v1/assets", env.live_key()).await.json()["total"], 2);

    // A batch with only invalid files yields an archive as well.
    let form = Form::default().file("image", "a", "", b"x").text("options", OPTIONS);
    let (manifest, files) = unpack(&env.post_form(PATH, env.live_key(), &form).await);
    assert_eq!((manifest["results"][0]["ok"].as_bool(), files.len()), (Some(false), 0));
}

#[tokio::test]
async fn archive_names_are_safe_and_unique() {
    let env = TestEnv::new().await;
    let names = ["a.jpg", "A.jpg", "a.jpg", "../../a.jpg", "manifest.json", "nul.jpg", "", "x\u{202e}gpj.exe"];
    let form = names.iter().fold(Form::default(), |form, name| form.file("image", name, "", &jpeg()));
    let (manifest, files) = unpack(&env.post_form(PATH, env.live_key(), &form.text("options", OPTIONS)).await);
    let given: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(
        given,
        ["a.jpg", "A-2.jpg", "a-3.jpg", "a-4.jpg", "manifest-2.json", "_nul.jpg", "image.jpg", "xgpj.exe"]
    );
    for ((row, name), sent) in manifest["results"].as_array().unwrap().iter().zip(given).zip(names) {
        assert_eq!(row["filename"], name);
        assert_eq!(row["originalFilename"].as_str(), (sent != name && !sent.is_empty()).then_some(sent));
    }
}

#[tokio::test]
async fn errors_in_a_small_request_yield_an_error_status() {
    let env = TestEnv::new().await;
    let cases: Vec<(Form, Option<&str>)> = vec![
        (images(1), Some("options")),
        (Form::default().text("options", OPTIONS), Some("image")),
        (images(11).text("options", OPTIONS), Some("image")),
        (images(1).text("options", OPTIONS).text("options", OPTIONS), Some("options")),
        (images(1).text("options", OPTIONS).text("note", "x"), Some("note")),
        (images(1).text("options", "{"), Some("options")),
        (images(1).text("options", &OPTIONS.replace("eu_strict", "mars")), Some("options.regionPreset")),
        (images(1).text("options", &OPTIONS.replace("{", "{\"filename\":\"a.jpg\",")), Some("options.filename")),
    ];
    for (form, field) in cases {
        env.clock.advance(300_000);
        env.post_form(PATH, env.live_key(), &form).await.is_error(400, "validation_error", field);
    }
    env.clock.advance(300_000);
    let mut body = images(2).text("options", OPTIONS).body();
    body.truncate(body.len() / 2);
    let length = body.len().to_string();
    let (key, kind) = (bearer(env.live_key()), Form::content_type());
    let headers = [("authorization", key.as_str()), ("content-type", &kind), ("content-length", &length)];
    env.request("POST", PATH, &headers, body).await.is_error(400, "validation_error", None);
    let declared = (201 * 1024 * 1024).to_string();
    let headers = [("authorization", key.as_str()), ("content-type", &kind), ("content-length", &declared)];
    env.request("POST", PATH, &headers, "").await.is_error(413, "too_large", None);
    assert_eq!(env.get("/api/v1/assets", env.live_key()).await.json()["total"], 0, "nothing was labelled");
    assert_eq!(env.app.in_flight.held(), 0);
}

#[tokio::test]
async fn unauthorised_callers_are_refused_before_the_body_is_read() {
    let mut env = TestEnv::new().await;
    let form = images(1).text("options", OPTIONS);
    env.post_form_with(PATH, &[], &form).await.is_error(401, "missing_credentials", None);
    let key = env.scoped_key(&[Scope::Verify]).await;
    env.post_form(PATH, &key, &form).await.is_error(403, "insufficient_scope", None);
    let byoc = images(1).text("options", &OPTIONS.replace("managed", "byoc"));
    env.post_form(PATH, env.live_key(), &byoc).await.is_error(
        412,
        "signing_certificate_missing",
        Some("options.signingMode"),
    );
    env.app.signing = Signing::default();
    env.post_form(PATH, env.live_key(), &form).await.is_error(503, "signing_unavailable", Some("options.signingMode"));
    env.app.in_flight = InFlight::new(100);
    env.post_form(PATH, env.live_key(), &form).await.is_error(503, "busy", None);
}

#[tokio::test]
async fn batches_are_limited_to_five_per_five_minutes() {
    let env = TestEnv::new().await;
    let form = images(1).text("options", OPTIONS);
    for _ in 0..5 {
        assert_eq!(env.post_form(PATH, env.live_key(), &form).await.status, 200);
    }
    env.post_form(PATH, env.live_key(), &form).await.is_error(429, "rate_limited", None);
}

#[tokio::test]
async fn a_large_request_accepts_its_parts_in_any_order() {
    let mut env = TestEnv::new().await;
    // In total far above the limit of one image.
    env.app.config.max_file_bytes = jpeg().len() as u64 + 10;
    let last = images(6).text("options", OPTIONS);
    let first = (0..6).fold(Form::default().text("options", OPTIONS), |form, number| {
        form.file("image", &format!("{number}.jpg"), "image/jpeg", &jpeg())
    });
    for (name, answer) in [
        ("images first, declared", env.post_form(PATH, env.live_key(), &last).await),
        ("images first, undeclared", post_streamed(&env, last.body()).await),
        ("options first, declared", env.post_form(PATH, env.live_key(), &first).await),
        ("options first, undeclared", post_streamed(&env, first.body()).await),
    ] {
        let (manifest, files) = unpack(&answer);
        let rows = manifest["results"].as_array().unwrap();
        assert_eq!((rows.len(), files.len()), (6, 6), "{name}: {manifest}");
        for (row, (_, content)) in rows.iter().zip(&files) {
            assert_eq!(row["sha256Output"], sha256(content), "{name}");
        }
        assert_eq!(env.spool.held(), 0, "{name}");
    }
    assert_eq!(env.app.in_flight.held(), 0);
}

#[tokio::test]
async fn an_image_of_several_blocks_is_returned_complete() {
    let env = TestEnv::new().await;
    // Data after the end of a JPEG are kept, and make an image that is two blocks and a bit.
    let mut image = jpeg();
    image.extend((0..labeler_api::BLOCK_BYTES * 2 + 77).map(|number| (number % 251) as u8));
    let form = Form::default().file("image", "large.jpg", "", &image).text("options", OPTIONS);
    let (manifest, files) = unpack(&post_streamed(&env, form.body()).await);
    let event = manifest["results"][0]["eventId"].as_str().unwrap_or_else(|| panic!("{manifest}")).to_owned();
    let event = env.get(&format!("/api/v1/assets/{event}"), env.live_key()).await.json();
    assert_eq!(event["sha256Input"], sha256(&image));
    assert!(files[0].1.len() > image.len());
    assert_eq!((env.spool.held(), env.app.in_flight.held()), (0, 0));
}

#[tokio::test]
async fn a_large_batch_reserves_the_memory_of_its_largest_image() {
    let mut env = TestEnv::new().await;
    env.app.config.max_file_bytes = jpeg().len() as u64 + 10;
    env.app.in_flight = InFlight::new(jpeg().len() as u64 * 6 / 5 + 20);
    let form = images(6).text("options", OPTIONS);
    assert_eq!(unpack(&env.post_form(PATH, env.live_key(), &form).await).1.len(), 6);
}

#[tokio::test]
async fn a_spool_failure_is_a_status_before_the_archive_and_an_entry_within_it() {
    let mut env = TestEnv::new().await;
    env.app.config.max_file_bytes = jpeg().len() as u64 + 10;
    let form = images(3).text("options", OPTIONS);
    // The spool accepts two of three images.
    let small = std::sync::Arc::new(labeler_api::MemorySpool::new(jpeg().len() * 2 + 10));
    env.app.spool = Some(small.clone());
    env.post_form(PATH, env.live_key(), &form).await.is_error(500, "internal_error", None);
    assert_eq!(small.held(), 0, "what was stored is removed");
    assert_eq!(env.get("/api/v1/assets", env.live_key()).await.json()["total"], 0);

    // The spool loses an image after the request was read and before the image is labelled.
    env.app.spool = Some(std::sync::Arc::new(Forgetful(env.spool.clone())));
    let (manifest, files) = unpack(&env.post_form(PATH, env.live_key(), &form).await);
    let errors: Vec<Option<&str>> =
        manifest["results"].as_array().unwrap().iter().map(|row| row["error"].as_str()).collect();
    assert_eq!(errors, [None, Some("internal_error"), None], "{manifest}");
    assert_eq!(files.len(), 2);
    assert_eq!(env.spool.held(), 0);
}

/// Spool that lost the second block.
struct Forgetful(std::sync::Arc<labeler_api::MemorySpool>);

#[async_trait::async_trait]
impl Spool for Forgetful {
    async fn put(&self, name: &str, block: bytes::Bytes) -> Result<(), SpoolError> {
        self.0.put(name, block).await
    }

    async fn get(&self, name: &str) -> Result<bytes::Bytes, SpoolError> {
        if name.ends_with("/1") { Err(SpoolError("lost".to_owned())) } else { self.0.get(name).await }
    }

    async fn remove(&self, names: Vec<String>) -> Result<(), SpoolError> {
        self.0.remove(names).await
    }

    async fn remove_before(&self, time_ms: i64) -> Result<u64, SpoolError> {
        self.0.remove_before(time_ms).await
    }
}

#[tokio::test]
async fn large_batches_are_refused_without_a_spool() {
    let mut env = TestEnv::new().await;
    env.app.spool = None;
    // Two images fit into the memory for one file, many do not.
    env.app.config.max_file_bytes = jpeg().len() as u64 * 2 + 10;
    assert_eq!(unpack(&post_streamed(&env, images(2).text("options", OPTIONS).body()).await).1.len(), 2);
    let declared = (0..10).fold(Form::default(), |form, _| form.file("image", "a.jpg", "", &vec![7; 40_000]));
    for answer in [
        post_streamed(&env, images(3).text("options", OPTIONS).body()).await,
        env.post_form(PATH, env.live_key(), &images(3).text("options", OPTIONS)).await,
        env.post_form(PATH, env.live_key(), &declared.text("options", OPTIONS)).await,
    ] {
        answer.is_error(413, "too_large", None);
        let message = answer.json()["error"]["message"].as_str().unwrap().to_owned();
        assert!(message.contains("no storage for larger ones"), "{message}");
    }
    assert_eq!(env.get("/api/v1/assets", env.live_key()).await.json()["total"], 2);
    assert_eq!(env.app.in_flight.held(), 0);
}

#[tokio::test]
async fn an_image_is_labelled_after_the_previous_one_was_sent() {
    let env = TestEnv::new().await;
    let body = (0..3)
        .fold(Form::default().text("options", OPTIONS), |form, _| form.file("image", "a.jpg", "", &jpeg()))
        .body();
    let request = Request::builder()
        .method("POST")
        .uri(PATH)
        .header("authorization", bearer(env.live_key()))
        .header("content-type", Form::content_type())
        .body(Body::from(body))
        .unwrap();
    let response = env.router().oneshot(request).await.unwrap();
    assert_eq!(response.status(), 200);
    let total = async || env.get("/api/v1/assets", env.live_key()).await.json()["total"].as_u64().unwrap();
    assert_eq!(total().await, 0);
    let mut body = response.into_body().into_data_stream();
    let mut seen = Vec::new();
    while let Some(piece) = body.next().await {
        let piece = piece.unwrap();
        let is_header = |signature: &[u8]| piece.starts_with(signature);
        if is_header(b"PK\x03\x04") {
            seen.push(total().await);
        }
    }
    // The audit row is stored when the header of the file is sent, and the next file is not started yet.
    assert_eq!(seen, [1, 2, 3, 3]);
    assert_eq!(env.app.in_flight.held(), 0);
}

#[tokio::test]
async fn a_disconnected_client_releases_its_memory() {
    let env = TestEnv::new().await;
    let body = images(3).text("options", OPTIONS).body();
    let request = Request::builder()
        .method("POST")
        .uri(PATH)
        .header("authorization", bearer(env.live_key()))
        .header("content-type", Form::content_type())
        .header("content-length", body.len())
        .body(Body::from(body))
        .unwrap();
    let response = env.router().oneshot(request).await.unwrap();
    assert!(env.app.in_flight.held() > 0);
    drop(response);
    assert_eq!(env.app.in_flight.held(), 0);
}

#[tokio::test]
async fn errors_in_a_large_request_yield_an_error_status() {
    let mut env = TestEnv::new().await;
    env.app.config.max_file_bytes = jpeg().len() as u64 + 10;
    let first = || Form::default().text("options", OPTIONS);
    let many = |count: usize| (0..count).fold(first(), |form, _| form.file("image", "a.jpg", "", &jpeg()));
    let mut cut = many(3).body();
    cut.truncate(cut.len() - 100);
    for (body, field, message) in [
        (many(11).body(), Some("image"), "at most 10 files are allowed"),
        (cut, None, "the request body ended before the upload was complete"),
        (many(3).text("options", OPTIONS).body(), Some("options"), "options was sent more than once"),
        (many(3).text("note", "x").body(), Some("note"), "unknown part note"),
        (images(11).text("options", OPTIONS).body(), Some("image"), "at most 10 files are allowed"),
        (images(5).body(), Some("options"), "options is required"),
    ] {
        env.clock.advance(300_000);
        let answer = post_streamed(&env, body).await;
        answer.is_error(400, "validation_error", field);
        assert_eq!(answer.json()["error"]["message"], message);
        assert_eq!((env.spool.held(), env.app.in_flight.held()), (0, 0), "{message}");
    }
    assert_eq!(env.get("/api/v1/assets", env.live_key()).await.json()["total"], 0, "nothing was labelled");
}

#[tokio::test]
async fn files_above_the_total_limit_are_refused_before_the_archive() {
    let env = TestEnv::new().await;
    let image = vec![0xff; 20 * 1024 * 1024 + 1];
    let form =
        (0..10).fold(Form::default().text("options", OPTIONS), |form, _| form.file("image", "a.jpg", "", &image));
    let answer = env.post_form_large(PATH, env.live_key(), form).await;
    answer.is_error(413, "too_large", None);
    assert_eq!((env.spool.held(), env.app.in_flight.held()), (0, 0));
}

#[tokio::test]
async fn a_file_that_is_too_large_is_skipped() {
    let mut env = TestEnv::new().await;
    let limit = jpeg().len().max(png().len());
    env.app.config.max_file_bytes = limit as u64;
    let start = || Form::default().text("options", OPTIONS);
    for (place, form) in [
        ("first", start().file("image", "big.jpg", "", &vec![0xff; limit * 5]).file("image", "a.png", "", &png())),
        ("last", start().file("image", "a.png", "", &png()).file("image", "big.jpg", "", &vec![0xff; limit + 1])),
    ] {
        let (manifest, files) = unpack(&post_streamed(&env, form.body()).await);
        let rows = manifest["results"].as_array().unwrap();
        let errors: Vec<&str> = rows.iter().filter_map(|row| row["error"].as_str()).collect();
        assert_eq!((errors, files.len()), (vec!["too_large"], 1), "{place}: {manifest}");
    }
}

#[tokio::test]
async fn no_file_is_sent_without_its_audit_row() {
    let env = TestEnv::new().await;
    env.database.fail_next("INSERT INTO events", Failure::Before(DbError::Engine("disk full".to_owned())));
    let answer = env.post_form(PATH, env.live_key(), &images(2).text("options", OPTIONS)).await;
    let (manifest, files) = unpack(&answer);
    assert_eq!(files.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>(), ["1.jpg"]);
    assert_eq!(manifest["results"][0]["error"], "internal_error");
    assert_eq!(manifest["results"][1]["ok"], true);
    assert!(!manifest.to_string().contains("disk"), "{manifest}");
    let incidents = env.incidents.0.lock().unwrap().clone();
    assert_eq!(incidents.len(), 1);
    assert_eq!(Some(incidents[0].0.as_str()), answer.header("x-request-id"));
    assert!(incidents[0].1.contains("disk full"));
}
