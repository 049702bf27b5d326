//! `POST /api/v1/label/url`: only what is refused before anything is asked. No URL here is ever requested, and no name
//! resolved.

use serde_json::{Value, json};

use crate::{
    client::Answer,
    ensure,
    suite::{Case, Outcome, Suite, error_field},
};

pub const CASES: &[Case] = &[
    ("URLs that lead inside are ssrf_blocked", blocked),
    ("what is no https URL, and options that are none, are named", invalid),
];

fn post(suite: &Suite, key: &str, body: &Value) -> Result<Answer, String> {
    let authorization = format!("Bearer {key}");
    let headers = [("authorization", authorization.as_str()), ("content-type", "application/json")];
    suite.client.send("POST", "/api/v1/label/url", &headers, body.to_string().as_bytes())
}

/// The body of the reference's example with another URL.
fn body(url: &str) -> Value {
    json!({
        "url": url,
        "options": {
            "digitalSourceType": "trainedAlgorithmicMedia",
            "regionPreset": "eu_strict",
            "signingMode": "managed",
            "dntEnabled": true,
            "preApplied": [],
        },
    })
}

/// Ten calls in five minutes: one spelling of each kind. The whole table is `crates/fetch/tests/urls.rs`.
fn blocked(suite: &Suite) -> Outcome {
    for url in [
        "https://127.0.0.1/photo.jpg",
        "https://2130706433/",
        "https://0xa9.254.0251.254/latest/meta-data/",
        "https://①②⑦.⓪.⓪.①/",
        "https://[::ffff:10.0.0.1]/",
        "https://localhost:8787/",
        "https://metadata.google.internal/",
        "https://example.com@127.0.0.1/",
        "http://127.0.0.1:8787/api/v1/health",
    ] {
        let answer = post(suite, &suite.live_key, &body(url))?;
        error_field(&answer, 400, "ssrf_blocked", "url").map_err(|error| format!("{url}: {error}"))?;
    }
    Ok(())
}

fn invalid(suite: &Suite) -> Outcome {
    for url in ["", "photo.jpg", "http://example.com/photo.jpg", "https://exa mple.com/"] {
        let answer = post(suite, &suite.test_key, &body(url))?;
        error_field(&answer, 400, "validation_error", "url").map_err(|error| format!("{url:?}: {error}"))?;
    }
    let mut wrong = body("https://127.0.0.1/");
    wrong["options"]["filename"] = json!("a.jpg");
    error_field(&post(suite, &suite.test_key, &wrong)?, 400, "validation_error", "options.filename")?;
    let answer = post(suite, &suite.test_key, &json!({ "url": "https://127.0.0.1/" }))?;
    error_field(&answer, 400, "validation_error", "options")?;
    ensure!(answer.number("ratelimit-limit") == Some(10), "{:?}", answer.number("ratelimit-limit"));
    Ok(())
}
