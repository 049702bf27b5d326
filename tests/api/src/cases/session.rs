//! `/api/v1/session`, and calling with a cookie.

use serde_json::json;

use crate::{
    client::{Answer, Form},
    ensure,
    suite::{Case, Outcome, Suite, error, error_field, standard_headers},
};

pub const CASES: &[Case] = &[
    ("a wrong password and an unknown address look alike", refused),
    ("sign in, look, label as JSON or bytes, sign out", whole_visit),
    ("another site cannot use the cookie", cross_site),
    ("sign-in takes JSON only", json_only),
];

pub const LAST: &[Case] = &[("guessing a password is rate_limited", guessing)];

fn sign_in(suite: &Suite, email: &str, password: &str) -> Result<Answer, String> {
    let body = json!({ "email": email, "password": password }).to_string();
    suite.client.send("POST", "/api/v1/session", &[("content-type", "application/json")], body.as_bytes())
}

fn cookie(suite: &Suite) -> Result<String, String> {
    let answer = sign_in(suite, &suite.owner_email, &suite.owner_password)?;
    ensure!(answer.status == 200, "sign-in: {} {}", answer.status, answer.json());
    standard_headers(&answer)?;
    let set = answer.header("set-cookie").unwrap_or_default();
    for part in ["HttpOnly", "SameSite=Lax", "Path=/"] {
        ensure!(set.contains(part), "{part} is missing in {set:?}");
    }
    ensure!(answer.text("/user/email") == suite.owner_email.to_lowercase(), "{}", answer.json());
    ensure!(answer.text("/role") == "owner", "{}", answer.json());
    Ok(set.split(';').next().unwrap_or_default().to_owned())
}

fn refused(suite: &Suite) -> Outcome {
    let wrong = sign_in(suite, &suite.owner_email, "surely not the password")?;
    let unknown = sign_in(suite, "nobody@example.eu", "surely not the password")?;
    for answer in [&wrong, &unknown] {
        error(answer, 401, "invalid_credentials")?;
        ensure!(answer.header("set-cookie").is_none(), "a cookie was set");
    }
    ensure!(wrong.json()["error"] == unknown.json()["error"], "the answers differ");
    Ok(())
}

fn whole_visit(suite: &Suite) -> Outcome {
    let cookie = cookie(suite)?;
    let own = [("cookie", cookie.as_str()), ("sec-fetch-site", "same-origin")];
    let seen = suite.client.send("GET", "/api/v1/session", &own, &[])?;
    ensure!(seen.status == 200 && seen.text("/user/email") == suite.owner_email.to_lowercase(), "{}", seen.json());

    let picture = suite.picture("image/png")?;
    let body = suite.label_form(picture).body();
    let mut headers = vec![own[0], own[1], ("content-type", Form::CONTENT_TYPE)];
    let answer = suite.client.send("POST", "/api/v1/label", &headers, &body)?;
    ensure!(answer.status == 200 && answer.json()["ok"] == true, "{} {}", answer.status, answer.json());
    ensure!(answer.text("/filename") == picture.name, "{}", answer.json());
    headers.push(("accept", "application/octet-stream"));
    let answer = suite.client.send("POST", "/api/v1/label", &headers, &body)?;
    ensure!(answer.body.starts_with(b"\x89PNG"), "Accept does not bring the file");

    let assets = suite.client.send("GET", "/api/v1/assets?limit=1", &own, &[])?;
    ensure!(assets.json()["total"].as_u64() > Some(0), "{}", assets.json());

    let out = suite.client.send("DELETE", "/api/v1/session", &own, &[])?;
    ensure!(out.status == 204, "sign-out: {}", out.status);
    standard_headers(&out)?;
    ensure!(out.header("set-cookie").is_some_and(|set| set.contains("Max-Age=0")), "the cookie stays");
    error(&suite.client.send("GET", "/api/v1/session", &own, &[])?, 401, "invalid_credentials")
}

fn cross_site(suite: &Suite) -> Outcome {
    let cookie = cookie(suite)?;
    let body = suite.label_form(suite.picture("image/png")?).body();
    for (name, value) in
        [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example"), ("x-says", "nothing at all")]
    {
        let headers = [("cookie", cookie.as_str()), ("content-type", Form::CONTENT_TYPE), (name, value)];
        error(&suite.client.send("POST", "/api/v1/label", &headers, &body)?, 403, "cross_site_request")?;
        error(&suite.client.send("DELETE", "/api/v1/session", &headers, &[])?, 403, "cross_site_request")?;
    }
    let origin = suite.client.origin.clone();
    let headers = [("cookie", cookie.as_str()), ("origin", origin.as_str())];
    let out = suite.client.send("DELETE", "/api/v1/session", &headers, &[])?;
    ensure!(out.status == 204, "Origin of the site itself ({origin}): {}", out.status);
    Ok(())
}

fn json_only(suite: &Suite) -> Outcome {
    let headers = [("content-type", "application/x-www-form-urlencoded")];
    let answer = suite.client.send("POST", "/api/v1/session", &headers, b"email=a&password=b")?;
    error_field(&answer, 400, "validation_error", "Content-Type")?;
    let headers = [("content-type", "application/json")];
    let answer = suite.client.send("POST", "/api/v1/session", &headers, b"{\"email\":\"a@example.eu\"}")?;
    error_field(&answer, 400, "validation_error", "password")
}

fn guessing(suite: &Suite) -> Outcome {
    for _ in 0..21 {
        let answer = sign_in(suite, "guessed@example.eu", "a guess")?;
        if answer.status == 429 {
            return error(&answer, 429, "rate_limited");
        }
        error(&answer, 401, "invalid_credentials")?;
    }
    Err("21 guesses and none was refused".to_owned())
}
