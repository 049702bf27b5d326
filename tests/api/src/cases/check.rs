//! `POST /api/v1/check`.

use crate::{
    client::Form,
    ensure,
    suite::{Case, Outcome, Suite, error, error_field, sha256, standard_headers},
};

pub const CASES: &[Case] = &[
    ("a check answers the report with its request id", report),
    ("answers, role and day change the verdicts", options),
    ("the codes are those of the check", codes),
    ("51 MB are file_too_large", too_large),
];

fn report(suite: &Suite) -> Outcome {
    let picture = suite.picture("image/png")?;
    let answer = suite.check(picture)?;
    ensure!(answer.status == 200, "status {}: {}", answer.status, answer.json());
    standard_headers(&answer)?;
    ensure!(answer.header("x-request-id") == Some(answer.text("/requestId").as_str()), "requestId differs");
    ensure!(answer.json()["data"]["schemaVersion"] == 1, "schemaVersion");
    ensure!(answer.text("/data/sha256") == sha256(&picture.bytes), "sha256");
    ensure!(answer.text("/data/filename") == picture.name, "filename");
    ensure!(answer.text("/data/mime") == "image/png", "mime");
    for part in ["modality", "createdAt", "signals", "verdicts", "c2pa", "iptc", "watermark"] {
        ensure!(!answer.json()["data"][part].is_null(), "{part} is missing");
    }
    Ok(())
}

fn options(suite: &Suite) -> Outcome {
    let picture = suite.picture("image/png")?;
    let check = |options: &str| {
        let form = Form::new().file("file", "a.png", "image/png", &picture.bytes).text("options", options);
        suite.client.post_form("/api/v1/check", &suite.live_key, &form, &[])
    };
    let open = check("{}")?;
    ensure!(open.text("/data/verdicts/eu/verdict") == "undetermined", "{}", open.json()["data"]["verdicts"]["eu"]);
    let settled = check(r#"{"answers":{"isAi":"no"},"role":"deployer","regions":["eu"],"asOf":"2026-12-24"}"#)?;
    ensure!(settled.status == 200, "status {}: {}", settled.status, settled.json());
    ensure!(settled.text("/data/verdicts/eu/verdict") == "notApplicable", "{}", settled.json()["data"]["verdicts"]);
    ensure!(settled.text("/data/context/role") == "deployer", "role");
    ensure!(settled.text("/data/context/asOf") == "2026-12-24", "asOf");
    Ok(())
}

fn codes(suite: &Suite) -> Outcome {
    let (jpeg, png) = (&suite.picture("image/jpeg")?.bytes, &suite.picture("image/png")?.bytes);
    let file = |media_type: &str, content: &[u8]| Form::new().file("file", "a", media_type, content);
    for (form, status, code, field) in [
        (Form::new(), 400, "invalid_request", "file"),
        (file("image/png", png).text("note", "x"), 400, "invalid_request", "note"),
        (file("image/png", png).text("options", "x"), 400, "invalid_request", "options"),
        (
            file("image/png", png).text("options", r#"{"answers":{"isAi":true}}"#),
            400,
            "invalid_request",
            "options.answers.isAi",
        ),
        (file("image/png", b""), 400, "empty_file", "file"),
        (file("image/png", jpeg), 400, "magic_mismatch", "file"),
        (file("image/jpeg", b"just text"), 400, "magic_mismatch", "file"),
        (file("text/plain", b"just text"), 415, "mime_not_allowed", "file"),
    ] {
        let answer = suite.client.post_form("/api/v1/check", &suite.live_key, &form, &[])?;
        error_field(&answer, status, code, field)?;
    }
    let authorization = format!("Bearer {}", suite.live_key);
    let headers = [("authorization", authorization.as_str()), ("content-type", "text/plain")];
    error(&suite.client.send("POST", "/api/v1/check", &headers, b"x")?, 400, "invalid_request")
}

fn too_large(suite: &Suite) -> Outcome {
    let length: usize = 51 * 1024 * 1024;
    let head = format!(
        "POST /api/v1/check HTTP/1.1\r\nAuthorization: Bearer {}\r\nContent-Type: {}\r\nContent-Length: {length}",
        suite.live_key,
        Form::CONTENT_TYPE
    );
    let (status, code) = suite.client.send_raw(&head, &vec![b'x'; length])?;
    ensure!((status, code.as_str()) == (413, "file_too_large"), "{status} {code}");
    Ok(())
}
