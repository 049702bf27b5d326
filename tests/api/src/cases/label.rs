//! `POST /api/v1/label`.

use serde_json::{Value, json};

use crate::{
    client::{Answer, Form},
    ensure,
    suite::{Case, Outcome, Picture, Suite, error, error_field, options, sha256, standard_headers},
};

pub const CASES: &[Case] = &[
    ("every picture is labelled and its credential is intact", label_and_check),
    ("the alias and the order of parts do not matter", alias_and_order),
    ("Accept: application/json answers JSON to a key", json_for_a_key),
    ("a file name beyond ASCII comes back", file_name),
    ("a wrong sha256Input is named", hash_mismatch),
    ("every option is validated by name", options_are_validated),
    ("missing, unknown and double parts are named", parts),
    ("byoc without a certificate is 412", byoc),
    ("other file types are mime_not_allowed", mime),
    ("a body that is no form is refused", no_form),
    ("a truncated upload is refused", truncated),
    ("51 MB are too_large", too_large),
];

fn labelled(answer: &Answer) -> Outcome {
    ensure!(
        answer.status == 200,
        "status {}: {}",
        answer.status,
        String::from_utf8_lossy(&answer.body).chars().take(300).collect::<String>()
    );
    standard_headers(answer)
}

fn label_and_check(suite: &Suite) -> Outcome {
    for picture in &suite.pictures {
        let name = &picture.name;
        let answer = suite.label(&suite.live_key, &suite.label_form(picture))?;
        labelled(&answer).map_err(|error| format!("{name}: {error}"))?;
        ensure!(answer.header("content-type") == Some("application/octet-stream"), "{name}: not binary");
        ensure!(
            answer.header("content-disposition") == Some(&format!("attachment; filename=\"{name}\"")),
            "{name}: {:?}",
            answer.header("content-disposition")
        );
        ensure!(answer.body.len() > picture.bytes.len(), "{name}: nothing was added");
        ensure!(answer.header("x-labeler-sha256-output") == Some(&sha256(&answer.body)), "{name}: other bytes arrived");

        let output = Picture { name: name.clone(), media_type: picture.media_type, bytes: answer.body };
        let report = suite.check(&output)?;
        ensure!(report.status == 200, "{name}: check answers {}", report.status);
        ensure!(report.text("/data/sha256") == sha256(&output.bytes), "{name}: the report is of other bytes");
        ensure!(
            report.text("/data/c2pa/integrity") == "intact",
            "{name}: integrity is {:?}",
            report.text("/data/c2pa/integrity")
        );
    }
    Ok(())
}

fn alias_and_order(suite: &Suite) -> Outcome {
    let picture = suite.picture("image/jpeg")?;
    let form = Form::new().text("options", &options(picture).to_string()).file(
        "file",
        &picture.name,
        "application/octet-stream",
        &picture.bytes,
    );
    labelled(&suite.label(&suite.live_key, &form)?)
}

fn json_for_a_key(suite: &Suite) -> Outcome {
    let picture = suite.picture("image/png")?;
    let accept = [("accept", "application/json")];
    let answer = suite.client.post_form("/api/v1/label", &suite.live_key, &suite.label_form(picture), &accept)?;
    labelled(&answer)?;
    ensure!(answer.json()["ok"] == true, "{}", answer.json());
    ensure!(answer.text("/filename") == picture.name, "{}", answer.json());
    ensure!(answer.text("/sha256Output").len() == 64, "{}", answer.json());
    ensure!(answer.json()["appliedLayers"] == json!(["iptc", "c2pa"]), "{}", answer.json());
    ensure!(answer.text("/signerFingerprint").starts_with("SHA256:"), "{}", answer.json());
    Ok(())
}

fn file_name(suite: &Suite) -> Outcome {
    let picture = suite.picture("image/jpeg")?;
    let mut options = options(picture);
    change(&mut options, "filename", json!("Grüße \"1\".jpg"));
    let answer = suite.label(&suite.live_key, &suite.label_form_with(picture, &options))?;
    labelled(&answer)?;
    let expected = "attachment; filename=\"Gr__e _1_.jpg\"; filename*=UTF-8''Gr%C3%BC%C3%9Fe%20_1_.jpg";
    ensure!(answer.header("content-disposition") == Some(expected), "{:?}", answer.header("content-disposition"));
    Ok(())
}

fn change(options: &mut Value, field: &str, value: Value) {
    if let Some(map) = options.as_object_mut() {
        if value.is_null() {
            map.remove(field);
        } else {
            map.insert(field.to_owned(), value);
        }
    }
}

fn hash_mismatch(suite: &Suite) -> Outcome {
    let picture = suite.picture("image/jpeg")?;
    let mut options = options(picture);
    change(&mut options, "sha256Input", json!("0".repeat(64)));
    let answer = suite.label(&suite.live_key, &suite.label_form_with(picture, &options))?;
    error_field(&answer, 400, "validation_error", "options.sha256Input")
}

fn options_are_validated(suite: &Suite) -> Outcome {
    let picture = suite.picture("image/jpeg")?;
    for (field, value) in [
        ("digitalSourceType", Value::Null),
        ("digitalSourceType", json!("photo")),
        ("regionPreset", json!("mars")),
        ("signingMode", json!("none")),
        ("dntEnabled", json!("yes")),
        ("filename", json!("x".repeat(256))),
        ("sha256Input", json!("ABC")),
    ] {
        let mut options = options(picture);
        change(&mut options, field, value);
        let answer = suite.label(&suite.test_key, &suite.label_form_with(picture, &options))?;
        error_field(&answer, 400, "validation_error", &format!("options.{field}"))?;
    }
    Ok(())
}

fn parts(suite: &Suite) -> Outcome {
    let picture = suite.picture("image/jpeg")?;
    let text = options(picture).to_string();
    let image = |form: Form| form.file("image", "a.jpg", "image/jpeg", &picture.bytes);
    for (form, field) in [
        (Form::new().text("options", &text), "image"),
        (image(Form::new()), "options"),
        (image(image(Form::new())).text("options", &text), "image"),
        (image(Form::new()).text("options", &text).text("note", "x"), "note"),
        (Form::new().file("image", "a.jpg", "image/jpeg", b"").text("options", &text), "image"),
        (Form::new().file("image", "a.png", "image/png", &picture.bytes).text("options", &text), "image"),
    ] {
        error_field(&suite.label(&suite.test_key, &form)?, 400, "validation_error", field)?;
    }
    Ok(())
}

fn byoc(suite: &Suite) -> Outcome {
    let picture = suite.picture("image/jpeg")?;
    let mut options = options(picture);
    change(&mut options, "signingMode", json!("byoc"));
    let answer = suite.label(&suite.test_key, &suite.label_form_with(picture, &options))?;
    error_field(&answer, 412, "signing_certificate_missing", "options.signingMode")
}

fn mime(suite: &Suite) -> Outcome {
    for content in [&b"just text"[..], b"FLV\x01\x05 and more", b"%PDF-1.7\n"] {
        let picture = Picture { name: "a".to_owned(), media_type: "application/octet-stream", bytes: content.to_vec() };
        let answer = suite.label(&suite.test_key, &suite.label_form(&picture))?;
        error(&answer, 415, "mime_not_allowed")?;
        ensure!(answer.text("/error/message").contains("image/jpeg"), "{}", answer.json());
    }
    Ok(())
}

fn no_form(suite: &Suite) -> Outcome {
    let authorization = format!("Bearer {}", suite.test_key);
    let headers = [("authorization", authorization.as_str()), ("content-type", "application/json")];
    error(&suite.client.send("POST", "/api/v1/label", &headers, b"{}")?, 400, "validation_error")
}

fn truncated(suite: &Suite) -> Outcome {
    let mut body = suite.label_form(suite.picture("image/jpeg")?).body();
    body.truncate(body.len() / 2);
    let authorization = format!("Bearer {}", suite.test_key);
    let headers = [("authorization", authorization.as_str()), ("content-type", Form::CONTENT_TYPE)];
    error(&suite.client.send("POST", "/api/v1/label", &headers, &body)?, 400, "validation_error")
}

fn too_large(suite: &Suite) -> Outcome {
    let length: usize = 51 * 1024 * 1024;
    let head = format!(
        "POST /api/v1/label HTTP/1.1\r\nAuthorization: Bearer {}\r\nContent-Type: {}\r\nContent-Length: {length}",
        suite.test_key,
        Form::CONTENT_TYPE
    );
    let (status, code) = suite.client.send_raw(&head, &vec![b'x'; length])?;
    ensure!((status, code.as_str()) == (413, "too_large"), "{status} {code}");
    Ok(())
}
