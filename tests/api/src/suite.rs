//! What the cases run on: the server, the callers and the files.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::client::{Answer, Client, Form};

/// Fails a case with the place and what was seen.
#[macro_export]
macro_rules! ensure {
    ($condition:expr, $($text:tt)+) => {
        if !$condition {
            return Err(format!("{}:{}: {}", file!(), line!(), format!($($text)+)));
        }
    };
}

/// Result of a case.
pub type Outcome = Result<(), String>;

/// A named case.
pub type Case = (&'static str, fn(&Suite) -> Outcome);

/// The server and its callers.
pub struct Suite {
    pub client: Client,
    pub live_key: String,
    pub test_key: String,
    pub owner_email: String,
    pub owner_password: String,
    /// Where the server's mail is kept.
    pub outbox: PathBuf,
    /// Pictures to label: name, media type, bytes.
    pub pictures: Vec<Picture>,
}

/// A picture.
#[derive(Clone)]
pub struct Picture {
    pub name: String,
    pub media_type: &'static str,
    pub bytes: Vec<u8>,
}

impl Suite {
    /// Reads the settings from the environment.
    pub fn from_env() -> Result<Self, String> {
        let variable = |name: &str| std::env::var(name).map_err(|_| format!("{name} is not set"));
        Ok(Self {
            client: Client::new(&variable("LABELER_URL")?),
            live_key: variable("LABELER_LIVE_KEY")?,
            test_key: variable("LABELER_TEST_KEY")?,
            owner_email: variable("LABELER_OWNER_EMAIL")?,
            owner_password: variable("LABELER_OWNER_PASSWORD")?,
            outbox: variable("LABELER_OUTBOX")?.into(),
            pictures: pictures()?,
        })
    }

    /// A server without keys, whose owner signs in with these.
    pub fn of(client: Client, owner_email: &str, owner_password: &str) -> Result<Self, String> {
        Ok(Self {
            client,
            live_key: String::new(),
            test_key: String::new(),
            owner_email: owner_email.to_owned(),
            owner_password: owner_password.to_owned(),
            outbox: PathBuf::new(),
            pictures: pictures()?,
        })
    }

    /// The newest message to an address: whole, as it was kept.
    pub fn mail_to(&self, address: &str) -> Result<String, String> {
        let read = |error: std::io::Error| format!("{}: {error}", self.outbox.display());
        let mut files: Vec<PathBuf> =
            std::fs::read_dir(&self.outbox).map_err(read)?.flatten().map(|entry| entry.path()).collect();
        files.sort();
        let receiver = format!("\nTo: {address}\n");
        let texts = files.iter().rev().filter_map(|file| std::fs::read_to_string(file).ok());
        texts.into_iter().find(|text| text.contains(&receiver)).ok_or_else(|| format!("no mail to {address}"))
    }

    /// The picture made in code of a media type.
    pub fn picture(&self, media_type: &str) -> Result<&Picture, String> {
        self.pictures
            .iter()
            .find(|picture| picture.media_type == media_type)
            .ok_or_else(|| format!("no picture of type {media_type}"))
    }

    /// A valid label request for a picture.
    pub fn label_form(&self, picture: &Picture) -> Form {
        self.label_form_with(picture, &options(picture))
    }

    /// A label request with options of one's own.
    pub fn label_form_with(&self, picture: &Picture, options: &Value) -> Form {
        Form::new()
            .file("image", &picture.name, picture.media_type, &picture.bytes)
            .text("options", &options.to_string())
    }

    /// Labels with a key.
    pub fn label(&self, key: &str, form: &Form) -> Result<Answer, String> {
        self.client.post_form("/api/v1/label", key, form, &[])
    }

    /// Checks a file with the live key.
    pub fn check(&self, picture: &Picture) -> Result<Answer, String> {
        let form = Form::new().file("file", &picture.name, picture.media_type, &picture.bytes);
        self.client.post_form("/api/v1/check", &self.live_key, &form, &[])
    }
}

/// Valid options for a picture.
pub fn options(picture: &Picture) -> Value {
    json!({
        "digitalSourceType": "trainedAlgorithmicMedia",
        "regionPreset": "eu_strict",
        "signingMode": "managed",
        "dntEnabled": true,
        "filename": picture.name,
        "sha256Input": sha256(&picture.bytes),
        "preApplied": [],
    })
}

/// SHA-256 in lower-case hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// The pictures made in code, then those of the corpus when there is one.
fn pictures() -> Result<Vec<Picture>, String> {
    let mut pictures = vec![
        Picture {
            name: "made.jpg".to_owned(),
            media_type: "image/jpeg",
            bytes: labeler_media::fixtures::jpeg(&labeler_media::fixtures::Parts::default()),
        },
        Picture {
            name: "made.png".to_owned(),
            media_type: "image/png",
            bytes: labeler_media::fixtures::png(&labeler_media::fixtures::Parts::default()),
        },
    ];
    match corpus() {
        Some(folder) => {
            println!("corpus: {}", folder.display());
            for (path, media_type) in [
                ("plain/large-photo.jpg", "image/jpeg"),
                ("plain/photo.png", "image/png"),
                ("generators/firefly-1.png", "image/png"),
                ("signed/cards_trusted.jpg", "image/jpeg"),
            ] {
                let file = folder.join(path);
                let bytes = std::fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
                pictures.push(Picture { name: name_of(&file), media_type, bytes });
            }
        }
        None => println!("corpus: absent (LABELER_CORPUS is not set); only pictures made in code"),
    }
    Ok(pictures)
}

fn corpus() -> Option<PathBuf> {
    std::env::var_os("LABELER_CORPUS").map(PathBuf::from).filter(|folder| folder.is_dir())
}

fn name_of(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Whether an answer carries the headers that every answer must carry.
pub fn standard_headers(answer: &Answer) -> Outcome {
    let id = answer.header("x-request-id").unwrap_or_default();
    ensure!(id.len() == 36 && id.matches('-').count() == 4, "X-Request-Id is {id:?}");
    ensure!(answer.header("x-content-type-options") == Some("nosniff"), "nosniff is missing");
    ensure!(answer.header("cache-control") == Some("no-store"), "no-store is missing");
    let limit = answer.number("ratelimit-limit").unwrap_or(-1);
    let remaining = answer.number("ratelimit-remaining").unwrap_or(-1);
    let reset = answer.number("ratelimit-reset").unwrap_or(-1);
    ensure!(limit > 0, "RateLimit-Limit is {limit}");
    ensure!((0..=limit).contains(&remaining), "RateLimit-Remaining is {remaining} of {limit}");
    ensure!(reset > 1_700_000_000, "RateLimit-Reset is {reset}, no Unix timestamp");
    ensure!(answer.header("access-control-allow-origin").is_none(), "CORS is open");
    Ok(())
}

/// Whether an answer is this error, in the envelope, with the standard headers.
pub fn error(answer: &Answer, status: u16, code: &str) -> Outcome {
    ensure!(
        (answer.status, answer.code().as_str()) == (status, code),
        "expected {status} {code}, got {} {}",
        answer.status,
        String::from_utf8_lossy(&answer.body).chars().take(300).collect::<String>()
    );
    ensure!(!answer.text("/error/message").is_empty(), "the error has no message");
    ensure!(
        answer.header("x-request-id") == Some(answer.text("/requestId").as_str()),
        "requestId of body and header differ"
    );
    standard_headers(answer)
}

/// Whether an error names this field.
pub fn error_field(answer: &Answer, status: u16, code: &str, field: &str) -> Outcome {
    error(answer, status, code)?;
    let named = answer.text("/error/details/field");
    ensure!(named == field, "the error names {named:?}, not {field:?}");
    Ok(())
}
