//! Answers that are decided before the request's body was read.
//!
//! A server that answers and does not read the rest breaks the connection: the client loses the answer, or a later request
//! on the same connection fails, which may be somebody else's behind a proxy. So each case sends an upload that is
//! refused, to its end, on a connection of its own, expects the answer of the API itself, and sends a good request on the
//! same connection.

use serde_json::{Value, json};

use crate::{
    cases::{
        label_batch::{OPTIONS, unpack},
        memory::pad,
    },
    client::{Answer, Connection, Form},
    ensure,
    suite::{Case, Outcome, Suite, sha256, standard_headers},
};

const KIB: usize = 1024;

/// Sizes of bodies: below and above what the runtime reads by itself (64 KiB), what fits into socket buffers, what does
/// not, and nearly the largest that the API takes.
const SIZES: [usize; 5] = [60 * KIB, 70 * KIB, 1_000_000, 8_000_000, 52_000_000];

/// The cases of the argument `early`.
pub fn cases() -> Vec<Case> {
    vec![
        ("early: 400 for an upload with an unknown part", unknown_part),
        ("early: 400 for an upload under a wrong boundary", wrong_boundary),
        ("early: 401 for an upload without a valid key", unauthorized),
        ("early: 403 for an upload by a caller who may not", forbidden),
        ("early: 404 for an upload to no endpoint", unknown_path),
        ("early: 405 for an upload with a wrong method", wrong_method),
        ("early: 413 for an upload above its limit", too_large),
        ("early: 415 for a compressed upload", compressed),
        ("early: an upload that is longer than declared in its form's end", epilogue),
        ("a batch of eleven files above 50 MB is refused before the archive begins", eleven),
        ("a batch above 50 MB takes the reference's order and comes back whole", images_first),
        ("a batch above 200 MB is refused before the archive begins", above_the_limit),
    ]
}

/// Sends the upload and then a good one on the same connection.
fn refused(
    suite: &Suite,
    status: u16,
    code: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Outcome {
    let size = body.len();
    let mut connection = Connection::open(&suite.client)?;
    let answer = connection.send(method, path, headers, body).map_err(|error| format!("{size} bytes: {error}"))?;
    ensure!(
        (answer.status, answer.code().as_str()) == (status, code),
        "{size} bytes: {} {}",
        answer.status,
        String::from_utf8_lossy(&answer.body)
    );
    standard_headers(&answer)?;
    let next = verify(suite, &mut connection).map_err(|error| format!("after {size} bytes: {error}"))?;
    ensure!(next.status == 200, "after {size} bytes: {} {}", next.status, next.json());
    standard_headers(&next)
}

/// A good request on a connection.
fn verify(suite: &Suite, connection: &mut Connection) -> Result<Answer, String> {
    let picture = suite.picture("image/jpeg")?;
    let form = Form::new().file("file", &picture.name, picture.media_type, &picture.bytes);
    let authorization = format!("Bearer {}", suite.live_key);
    let headers = [("authorization", authorization.as_str()), ("content-type", Form::CONTENT_TYPE)];
    connection
        .send("POST", "/api/v1/verify", &headers, &form.body())
        .map_err(|error| format!("the next request: {error}"))
}

/// The same refusal for each size of the body.
fn each_size(
    suite: &Suite,
    status: u16,
    code: &str,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: impl Fn(usize) -> Vec<u8>,
) -> Outcome {
    for size in SIZES {
        refused(suite, status, code, method, path, headers, &body(size))?;
    }
    Ok(())
}

fn image(size: usize) -> Vec<u8> {
    Form::new().file("image", "a.jpg", "image/jpeg", &vec![0x5a; size]).text("options", OPTIONS).body()
}

fn bearer(key: &str) -> String {
    format!("Bearer {key}")
}

fn unknown_part(suite: &Suite) -> Outcome {
    let key = bearer(&suite.test_key);
    let headers = [("authorization", key.as_str()), ("content-type", Form::CONTENT_TYPE)];
    each_size(suite, 400, "invalid_request", "POST", "/api/v1/check", &headers, |size| {
        Form::new().text("note", "x").file("file", "a.jpg", "image/jpeg", &vec![0x5a; size]).body()
    })
}

fn wrong_boundary(suite: &Suite) -> Outcome {
    let key = bearer(&suite.test_key);
    let headers = [("authorization", key.as_str()), ("content-type", "multipart/form-data; boundary=other")];
    each_size(suite, 400, "invalid_request", "POST", "/api/v1/check", &headers, image)
}

fn unauthorized(suite: &Suite) -> Outcome {
    let headers = [("authorization", "Bearer x"), ("content-type", Form::CONTENT_TYPE)];
    each_size(suite, 401, "invalid_credentials", "POST", "/api/v1/label", &headers, image)
}

fn forbidden(suite: &Suite) -> Outcome {
    let key = bearer(&suite.live_key);
    let headers = [("authorization", key.as_str()), ("content-type", "application/json")];
    each_size(suite, 403, "session_required", "POST", "/api/v1/workspaces", &headers, |size| vec![b' '; size])
}

fn unknown_path(suite: &Suite) -> Outcome {
    let headers = [("content-type", Form::CONTENT_TYPE)];
    each_size(suite, 404, "not_found", "POST", "/v2/models", &headers, image)
}

fn wrong_method(suite: &Suite) -> Outcome {
    let headers = [("content-type", Form::CONTENT_TYPE)];
    each_size(suite, 405, "method_not_allowed", "PUT", "/api/v1/label", &headers, image)
}

fn too_large(suite: &Suite) -> Outcome {
    let key = bearer(&suite.live_key);
    // A JSON body has its own, lower limit.
    let headers = [("authorization", key.as_str()), ("content-type", "application/json")];
    for size in SIZES.into_iter().skip(1) {
        refused(suite, 413, "too_large", "POST", "/api/v1/label/url", &headers, &vec![b' '; size])?;
    }
    // One byte more than a file may have, and far more.
    let headers = [("authorization", key.as_str()), ("content-type", Form::CONTENT_TYPE)];
    for size in [50 * KIB * KIB + 1, 70_000_000] {
        let body = Form::new().file("file", "a.jpg", "image/jpeg", &vec![0x5a; size]).body();
        refused(suite, 413, "file_too_large", "POST", "/api/v1/check", &headers, &body)?;
    }
    Ok(())
}

fn compressed(suite: &Suite) -> Outcome {
    let key = bearer(&suite.test_key);
    let headers = [("authorization", key.as_str()), ("content-type", Form::CONTENT_TYPE), ("content-encoding", "gzip")];
    each_size(suite, 415, "mime_not_allowed", "POST", "/api/v1/check", &headers, image)
}

fn epilogue(suite: &Suite) -> Outcome {
    let picture = suite.picture("image/jpeg")?;
    let mut body = Form::new().file("file", &picture.name, picture.media_type, &picture.bytes).body();
    body.extend(std::iter::repeat_n(b'x', 8_000_000));
    let mut connection = Connection::open(&suite.client)?;
    let key = bearer(&suite.live_key);
    let headers = [("authorization", key.as_str()), ("content-type", Form::CONTENT_TYPE)];
    let answer = connection.send("POST", "/api/v1/verify", &headers, &body)?;
    ensure!(answer.status == 200, "{} {}", answer.status, answer.json());
    let next = verify(suite, &mut connection)?;
    ensure!(next.status == 200, "{} {}", next.status, next.json());
    Ok(())
}

/// A JPEG of about 5.8 MB, each with its own number in it.
fn picture(suite: &Suite, number: u8) -> Result<Vec<u8>, String> {
    let mut bytes = suite.picture("image/jpeg")?.bytes.clone();
    pad(&mut bytes, 5_800_000);
    bytes.push(number);
    Ok(bytes)
}

fn batch(suite: &Suite, body: &[u8]) -> Result<(Answer, Connection), String> {
    let mut connection = Connection::open(&suite.client)?;
    let key = bearer(&suite.test_key);
    let headers = [("authorization", key.as_str()), ("content-type", Form::CONTENT_TYPE)];
    let answer = connection.send("POST", "/api/v1/label/batch", &headers, body)?;
    Ok((answer, connection))
}

fn eleven(suite: &Suite) -> Outcome {
    let mut form = Form::new().text("options", OPTIONS);
    for number in 0..11 {
        form = form.file("image", &format!("{number}.jpg"), "image/jpeg", &picture(suite, number)?);
    }
    let (answer, mut connection) = batch(suite, &form.body())?;
    ensure!(
        (answer.status, answer.code().as_str()) == (400, "validation_error"),
        "{} {}",
        answer.status,
        String::from_utf8_lossy(&answer.body).chars().take(300).collect::<String>()
    );
    let next = verify(suite, &mut connection)?;
    ensure!(next.status == 200, "{} {}", next.status, next.json());
    Ok(())
}

fn images_first(suite: &Suite) -> Outcome {
    let mut form = Form::new();
    let mut sent = Vec::new();
    for number in 0..10 {
        let picture = picture(suite, number)?;
        form = form.file("image", &format!("{number}.jpg"), "image/jpeg", &picture);
        sent.push(sha256(&picture));
    }
    let (answer, mut connection) = batch(suite, &form.text("options", OPTIONS).body())?;
    // At once: the runtime closes a connection after five idle seconds.
    let next = verify(suite, &mut connection)?;
    ensure!(next.status == 200, "{} {}", next.status, next.json());
    let (manifest, files) = unpack(&answer)?;
    ensure!(files.len() == 10, "{manifest}");
    for ((row, (name, content)), sent) in manifest["results"].as_array().into_iter().flatten().zip(&files).zip(sent) {
        ensure!(row["ok"] == true && row["sha256Output"] == sha256(content), "{name}: {row}");
        let event = suite
            .client
            .get(&format!("/api/v1/assets/{}", row["eventId"].as_str().unwrap_or_default()), &suite.test_key)?;
        ensure!(event.text("/sha256Input") == sent, "{name}: {}", event.json());
    }
    // Nothing of the request is left in the bucket.
    let left = suite.client.send("GET", "/__contract", &[], &[])?.json();
    ensure!(left["spooledObjects"] == json!(0), "{left}");
    Ok(())
}

fn above_the_limit(suite: &Suite) -> Outcome {
    let image = vec![0x5a; 20 * KIB * KIB + 1];
    let form = (0..10).fold(Form::new().text("options", OPTIONS), |form, number| {
        form.file("image", &format!("{number}.jpg"), "image/jpeg", &image)
    });
    let (answer, mut connection) = batch(suite, &form.body())?;
    let code: Value = answer.json()["error"]["code"].clone();
    ensure!(answer.status == 413 && code == "too_large", "{} {code}", answer.status);
    let next = verify(suite, &mut connection)?;
    ensure!(next.status == 200, "{} {}", next.status, next.json());
    Ok(())
}
