//! What holds for every answer.

use crate::{
    ensure,
    suite::{Case, Outcome, Suite, error, standard_headers},
};

pub const CASES: &[Case] = &[
    ("health answers without credentials", health),
    ("the OpenAPI document is served", document),
    ("an unknown route is not_found", unknown_route),
    ("a wrong method is method_not_allowed with Allow", wrong_method),
    ("OPTIONS and HEAD are answered", options_and_head),
    ("request ids differ", request_ids),
    ("rate limit headers count down", counting_down),
];

pub const LAST: &[Case] = &[("a spent budget is rate_limited", spent)];

fn health(suite: &Suite) -> Outcome {
    let answer = suite.client.send("GET", "/api/v1/health", &[], &[])?;
    ensure!(answer.status == 200, "status {}", answer.status);
    ensure!(answer.text("/status") == "ok", "{}", answer.json());
    ensure!(!answer.text("/version").is_empty(), "no version");
    standard_headers(&answer)
}

fn document(suite: &Suite) -> Outcome {
    let answer = suite.client.send("GET", "/api/v1/openapi.json", &[], &[])?;
    ensure!(answer.status == 200, "status {}", answer.status);
    ensure!(answer.text("/openapi").starts_with("3.1"), "not OpenAPI 3.1");
    for path in ["/api/v1/label", "/api/v1/check", "/api/v1/assets", "/api/v1/assets/{id}"] {
        ensure!(answer.json()["paths"].get(path).is_some(), "{path} is not described");
    }
    standard_headers(&answer)
}

fn unknown_route(suite: &Suite) -> Outcome {
    for path in ["/api/v1/nothing", "/api/v2/label", "/v2/models", "//v2//models/", "/oauth2/nothing"] {
        error(&suite.client.send("GET", path, &[], &[])?, 404, "not_found")?;
    }
    Ok(())
}

fn wrong_method(suite: &Suite) -> Outcome {
    for (method, path, allow) in
        [("GET", "/api/v1/label", "POST"), ("POST", "/api/v1/assets", "GET"), ("PUT", "/api/v1/check", "POST")]
    {
        let answer = suite.client.send(method, path, &[], &[])?;
        error(&answer, 405, "method_not_allowed")?;
        ensure!(answer.header("allow").is_some_and(|value| value.contains(allow)), "{:?}", answer.header("allow"));
    }
    Ok(())
}

fn options_and_head(suite: &Suite) -> Outcome {
    let options = suite.client.send("OPTIONS", "/api/v1/check", &[("origin", "https://other.example")], &[])?;
    ensure!(options.status == 204, "OPTIONS: {}", options.status);
    ensure!(options.header("allow") == Some("POST"), "Allow: {:?}", options.header("allow"));
    standard_headers(&options)?;
    let head = suite.client.send("HEAD", "/api/v1/health", &[], &[])?;
    ensure!(head.status == 200 && head.body.is_empty(), "HEAD: {} with {} bytes", head.status, head.body.len());
    standard_headers(&head)
}

fn request_ids(suite: &Suite) -> Outcome {
    let first = suite.client.send("GET", "/api/v1/health", &[], &[])?;
    let second = suite.client.send("GET", "/api/v1/health", &[], &[])?;
    ensure!(first.header("x-request-id") != second.header("x-request-id"), "the same id twice");
    Ok(())
}

fn counting_down(suite: &Suite) -> Outcome {
    let path = "/api/v1/assets?limit=1";
    let (first, second) = (suite.client.get(path, &suite.live_key)?, suite.client.get(path, &suite.live_key)?);
    let other = suite.client.get(path, &suite.test_key)?;
    for answer in [&first, &second, &other] {
        standard_headers(answer)?;
        ensure!(answer.number("ratelimit-limit") == Some(60), "limit {:?}", answer.header("ratelimit-limit"));
    }
    let left = |name: &str| (first.number(name).unwrap_or(-1), second.number(name).unwrap_or(-1));
    let (before, after) = left("ratelimit-remaining");
    let (reset_before, reset_after) = left("ratelimit-reset");
    ensure!(
        after == before - 1 && reset_before == reset_after || reset_after > reset_before,
        "{before} then {after}, reset {reset_before} then {reset_after}"
    );
    Ok(())
}

fn spent(suite: &Suite) -> Outcome {
    // One more than the budget, so that one is refused even if a window closes on the way.
    for _ in 0..130 {
        let answer = suite.client.get("/api/v1/assets", &suite.test_key)?;
        if answer.status == 429 {
            error(&answer, 429, "rate_limited")?;
            ensure!(answer.number("ratelimit-remaining") == Some(0), "something is left");
            let wait = answer.number("retry-after").unwrap_or(-1);
            ensure!((1..=60).contains(&wait), "Retry-After is {wait}");
            return Ok(());
        }
        ensure!(answer.status == 200, "status {}", answer.status);
    }
    Err("130 calls in a budget of 60 and none was refused".to_owned())
}
