//! `POST /api/v1/label/batch`. Five calls in five minutes, so one for each thing to see.

use std::io::{Cursor, Read};

use serde_json::Value;

use crate::{
    client::{Answer, Form},
    ensure,
    suite::{Case, Outcome, Picture, Suite, error_field, sha256, standard_headers},
};

pub const CASES: &[Case] = &[
    ("a batch comes back as an archive of intact files and a manifest", labelled),
    ("a bad file, a double name and a hostile name do not disturb a batch", mixed),
    ("a batch without options, and one of eleven, are refused", refused),
];

const PATH: &str = "/api/v1/label/batch";

/// The `options` of the reference's example, word for word.
pub const OPTIONS: &str = r#"{"digitalSourceType":"trainedAlgorithmicMedia","regionPreset":"eu_strict","signingMode":"managed","dntEnabled":true,"preApplied":[]}"#;

/// Files of an archive: name and content.
pub type Files = Vec<(String, Vec<u8>)>;

/// The manifest and the files of an archive.
pub fn unpack(answer: &Answer) -> Result<(Value, Files), String> {
    ensure!(
        answer.status == 200,
        "status {}: {}",
        answer.status,
        String::from_utf8_lossy(&answer.body).chars().take(300).collect::<String>()
    );
    standard_headers(answer)?;
    ensure!(answer.header("content-type") == Some("application/zip"), "{:?}", answer.header("content-type"));
    let mut archive = zip::ZipArchive::new(Cursor::new(&answer.body)).map_err(|error| error.to_string())?;
    let mut files = Vec::new();
    for index in 0..archive.len() {
        let mut entry = archive.by_index(index).map_err(|error| error.to_string())?;
        let mut content = Vec::new();
        let name = entry.name().map_err(|error| error.to_string())?.into_owned();
        entry.read_to_end(&mut content).map_err(|error| format!("{name}: {error}"))?;
        files.push((name, content));
    }
    let (name, manifest) = files.pop().ok_or("the archive is empty")?;
    ensure!(name == "manifest.json", "the last entry is {name}");
    Ok((serde_json::from_slice(&manifest).map_err(|error| error.to_string())?, files))
}

fn labelled(suite: &Suite) -> Outcome {
    let form = suite
        .pictures
        .iter()
        .take(10)
        .fold(Form::new(), |form, picture| form.file("image", &picture.name, picture.media_type, &picture.bytes));
    // The order of the reference's example.
    let answer = suite.client.post_form(PATH, &suite.live_key, &form.text("options", OPTIONS), &[])?;
    let (manifest, files) = unpack(&answer)?;
    ensure!(files.len() == suite.pictures.len().min(10), "{manifest}");
    for ((picture, (name, content)), row) in
        suite.pictures.iter().zip(files).zip(manifest["results"].as_array().into_iter().flatten())
    {
        ensure!(name == picture.name && row["filename"] == picture.name, "{name}: {row}");
        ensure!(row["ok"] == true && row["sha256Output"] == sha256(&content), "{name}: {row}");
        let output = Picture { name, media_type: picture.media_type, bytes: content };
        let report = suite.check(&output)?;
        ensure!(
            report.text("/data/c2pa/integrity") == "intact",
            "{}: {}",
            output.name,
            report.text("/data/c2pa/integrity")
        );
    }
    Ok(())
}

fn mixed(suite: &Suite) -> Outcome {
    let picture = &suite.picture("image/jpeg")?.bytes;
    let form = Form::new()
        .file("files", "a.jpg", "image/jpeg", picture)
        .file("files", "a.jpg", "image/jpeg", b"no picture")
        .file("files", "a.jpg", "image/jpeg", picture)
        .file("files", "../../etc/manifest.json", "", picture)
        .text("options", OPTIONS);
    let (manifest, files) = unpack(&suite.client.post_form(PATH, &suite.test_key, &form, &[])?)?;
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    ensure!(names == ["a.jpg", "a-3.jpg", "manifest-2.json"], "{names:?}");
    ensure!(manifest["results"][1]["error"] == "mime_not_allowed", "{manifest}");
    Ok(())
}

fn refused(suite: &Suite) -> Outcome {
    let picture = &suite.picture("image/jpeg")?.bytes;
    let images = |count: usize| (0..count).fold(Form::new(), |form, _| form.file("image", "a.jpg", "", picture));
    let answer = suite.client.post_form(PATH, &suite.test_key, &images(1), &[])?;
    error_field(&answer, 400, "validation_error", "options")?;
    let answer = suite.client.post_form(PATH, &suite.test_key, &images(11).text("options", OPTIONS), &[])?;
    error_field(&answer, 400, "validation_error", "image")
}
