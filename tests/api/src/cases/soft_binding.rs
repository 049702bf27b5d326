//! Manifest stores in the Worker's bucket: kept with a label, found by a watermark, read back.

use labeler_media::Limits;
use serde_json::json;

use crate::{
    ensure,
    suite::{Case, Outcome, Suite, error, error_field, options, standard_headers},
};

pub const CASES: &[Case] = &[
    ("a manifest store is recovered by the watermark, byte for byte", recovered),
    ("a soft binding that is none is named", refused),
];

/// A payload, and the base64 of its text.
const PAYLOAD: (&str, &str) = ("wm_blackboxcases", "d21fYmxhY2tib3hjYXNlcw%3D%3D");
const BINDING: &str = "/api/v1/matches/byBinding?alg=org.labeler.spread-spectrum.1";

fn recovered(suite: &Suite) -> Outcome {
    let picture = suite.picture("image/png")?;
    let mut options = options(picture);
    if let Some(options) = options.as_object_mut() {
        options.insert("preApplied".to_owned(), json!([{ "kind": "watermark", "payloadId": PAYLOAD.0 }]));
    }
    let labelled = suite.label(&suite.live_key, &suite.label_form_with(picture, &options))?;
    ensure!(labelled.status == 200, "label: {} {}", labelled.status, labelled.json());
    let warnings = labelled.header("x-labeler-warnings").unwrap_or_default();
    ensure!(!warnings.contains("manifest_not_kept"), "warnings: {warnings}");
    let format = labeler_media::sniff(&labelled.body).ok_or("no format")?;
    let store = labeler_media::manifest_store(&mut std::io::Cursor::new(&labelled.body), format, &Limits::edge());
    let store = store.map_err(|error| error.to_string())?.ok_or("the labelled file has no manifest store")?;

    let query = format!("{BINDING}&value={}&maxResults=100", PAYLOAD.1);
    let found = suite.client.send("GET", &query, &[], &[])?;
    ensure!(found.status == 200, "{} {}", found.status, found.json());
    standard_headers(&found)?;
    // Oldest first, and the database may have been used before.
    let matches = found.json()["matches"].as_array().cloned().unwrap_or_default();
    let id = matches.last().and_then(|newest| newest["manifestId"].as_str()).ok_or("no match")?.to_owned();
    let manifest = suite.client.send("GET", &format!("/api/v1/manifests/{id}"), &[], &[])?;
    ensure!(manifest.status == 200, "{id}: {} {}", manifest.status, manifest.json());
    ensure!(manifest.header("content-type") == Some("application/c2pa"), "{:?}", manifest.header("content-type"));
    ensure!(manifest.body == store.jumbf, "{id}: the manifest store is another one");

    let facts = suite.client.get(&format!("/api/v1/watermark/{}", PAYLOAD.0), &suite.live_key)?;
    ensure!(facts.status == 200, "{} {}", facts.status, facts.json());
    ensure!(facts.text("/data/assets/0/watermarkPayloadId") == PAYLOAD.0, "{}", facts.json());
    error(&suite.client.get(&format!("/api/v1/watermark/{}", PAYLOAD.0), &suite.test_key)?, 404, "not_found")
}

fn refused(suite: &Suite) -> Outcome {
    let get = |path: &str| suite.client.send("GET", path, &[], &[]);
    error_field(&get(&format!("{BINDING}&value=x"))?, 400, "validation_error", "value")?;
    error_field(&get(&format!("{BINDING}&value={}&maxResults=0", PAYLOAD.1))?, 400, "validation_error", "maxResults")?;
    error(&get("/api/v1/manifests/urn:c2pa:none")?, 404, "not_found")?;
    let algorithms = get("/api/v1/services/supportedAlgorithms")?;
    let alg = algorithms.text("/watermarks/0/alg");
    ensure!(alg == "org.labeler.spread-spectrum.1", "{}", algorithms.json());
    Ok(())
}
