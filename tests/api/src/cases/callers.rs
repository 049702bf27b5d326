//! Who may call.

use crate::{
    client::Form,
    ensure,
    suite::{Case, Outcome, Suite, error},
};

pub const CASES: &[Case] = &[
    ("no credentials are missing_credentials", missing),
    ("bad credentials are invalid_credentials", invalid),
    ("a wrong checksum is invalid_credentials", checksum),
    ("credentials come before the body", before_the_body),
];

fn missing(suite: &Suite) -> Outcome {
    for (method, path) in
        [("POST", "/api/v1/label"), ("POST", "/api/v1/check"), ("GET", "/api/v1/assets"), ("GET", "/api/v1/assets/x")]
    {
        let answer = suite.client.send(method, path, &[], &[])?;
        error(&answer, 401, "missing_credentials")?;
        ensure!(answer.header("www-authenticate") == Some("Bearer realm=\"labeler\""), "no plain Bearer challenge");
    }
    Ok(())
}

fn invalid(suite: &Suite) -> Outcome {
    for value in ["Bearer nonsense", "Basic YWRhOnB3", "Bearer lbl_live_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"] {
        let answer = suite.client.send("GET", "/api/v1/assets", &[("authorization", value)], &[])?;
        error(&answer, 401, "invalid_credentials")?;
        let challenge = answer.header("www-authenticate").unwrap_or_default();
        ensure!(challenge.contains("error=\"invalid_token\""), "challenge {challenge:?}");
    }
    Ok(())
}

fn checksum(suite: &Suite) -> Outcome {
    let mut key = suite.live_key.clone();
    let last = key.pop().unwrap_or_default();
    key.push(if last == '0' { '1' } else { '0' });
    error(&suite.client.get("/api/v1/assets", &key)?, 401, "invalid_credentials")?;
    // The right body under the other prefix.
    let other = suite.live_key.replace("lbl_live_", "lbl_test_");
    error(&suite.client.get("/api/v1/assets", &other)?, 401, "invalid_credentials")
}

fn before_the_body(suite: &Suite) -> Outcome {
    let form = Form::new().text("nonsense", "x");
    error(&suite.client.post_form("/api/v1/label", "nonsense", &form, &[])?, 401, "invalid_credentials")
}
