//! Labels one asset.

use bytes::Bytes;
use labeler_media::Format;
use labeler_provenance::{SignError, SignRequest, SigningIdentity};
use serde::Serialize;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use crate::ACCEPTED;
use crate::definition::definition;
use crate::options::LabelOptions;

/// Something the caller should know although the label was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Warning {
    /// Stable, machine-readable.
    pub code: &'static str,
    /// For people.
    pub message: String,
}

/// A labelled asset and what was done to it.
#[derive(Debug)]
pub struct Labelled {
    /// Container, by content.
    pub format: Format,
    /// SHA-256 of the input, lower-case hex.
    pub sha256_input: String,
    /// SHA-256 of the output, lower-case hex.
    pub sha256_output: String,
    /// Size of the output in bytes.
    pub size_bytes: u64,
    /// Layers applied here, in order: `c2pa`.
    pub applied_layers: Vec<String>,
    /// Labels of the assertions that state the label, as audit rows list them.
    pub assertions: Vec<String>,
    /// Label of the active manifest.
    pub manifest_label: String,
    /// Fingerprint of the signing certificate, `SHA256:…`.
    pub signer_fingerprint: String,
    /// What the caller should know.
    pub warnings: Vec<Warning>,
    /// The output, in order; slices of the input around the new manifest.
    pub body: Vec<Bytes>,
}

/// Why an asset could not be labelled.
#[derive(Debug, thiserror::Error)]
pub enum LabelError {
    /// Nothing was sent.
    #[error("the file is empty")]
    Empty,
    /// The content is not of an accepted format.
    #[error("{}", unsupported(*found))]
    Unsupported {
        /// What the content is, if it is known at all.
        found: Option<Format>,
    },
    /// `sha256Input` is not the digest of the bytes received.
    #[error("options.sha256Input is {expected}, but the file received has {actual}")]
    HashMismatch {
        /// Digest in the options.
        expected: String,
        /// Digest of the bytes.
        actual: String,
    },
    /// The container is damaged.
    #[error("the file is damaged: {0}")]
    Malformed(String),
    /// The signature could not be made.
    #[error("signing failed: {0}")]
    Sign(String),
}

fn unsupported(found: Option<Format>) -> String {
    let accepted = ACCEPTED.map(Format::mime).join(", ");
    match found {
        Some(format) => format!("the content is {}; accepted are {accepted}", format.mime()),
        None => format!("the content is of no known type; accepted are {accepted}"),
    }
}

/// Labels an asset as the options ask, signed by `signer`, with `now` as the time of the label.
///
/// Memory beyond the input: the manifest store, a few times over. One pass over the input (its hash is the hard binding's)
/// and one over the output.
///
/// # Errors
/// See [`LabelError`].
pub async fn label(
    input: Bytes,
    options: &LabelOptions,
    signer: &SigningIdentity,
    now: OffsetDateTime,
) -> Result<Labelled, LabelError> {
    if input.is_empty() {
        return Err(LabelError::Empty);
    }
    let found = labeler_media::sniff(&input);
    let format = found.filter(|f| ACCEPTED.contains(f)).ok_or(LabelError::Unsupported { found })?;

    let digest: [u8; 32] = Sha256::digest(&input).into();
    let sha256_input = hex::encode(digest);
    if sha256_input != options.sha256_input {
        return Err(LabelError::HashMismatch { expected: options.sha256_input.clone(), actual: sha256_input });
    }

    let parent =
        labeler_media::manifest_store(&mut std::io::Cursor::new(&input), format, &labeler_media::Limits::default())
            .map_err(|e| LabelError::Malformed(e.to_string()))?;
    let definition = definition(options, parent.is_some(), now);
    let assertions = assertion_labels(&definition);
    let signed = labeler_provenance::sign(SignRequest {
        format,
        source: input,
        source_sha256: Some(digest),
        definition,
        parent: parent.as_ref(),
        identity: signer,
    })
    .await
    .map_err(|error| match error {
        SignError::Unsupported(format) => LabelError::Unsupported { found: Some(format) },
        SignError::Malformed(what) => LabelError::Malformed(what),
        SignError::Engine(what) => LabelError::Sign(what),
    })?;

    let mut output = Sha256::new();
    signed.body.iter().for_each(|part| output.update(part));
    let mut warnings = Vec::new();
    if signer.is_development() {
        warnings.push(Warning {
            code: "development_certificate",
            message: "Signed with a development certificate: validators will call the signer unknown.".to_owned(),
        });
    }
    Ok(Labelled {
        format,
        sha256_input,
        sha256_output: hex::encode(output.finalize()),
        size_bytes: signed.body.iter().map(|part| part.len() as u64).sum(),
        applied_layers: vec!["c2pa".to_owned()],
        assertions,
        manifest_label: signed.manifest_label,
        signer_fingerprint: signer.fingerprint().to_owned(),
        warnings,
        body: signed.body,
    })
}

/// Labels as they stand in the manifest: the engine writes `c2pa.actions` as its second version.
fn assertion_labels(definition: &serde_json::Value) -> Vec<String> {
    definition
        .get("assertions")
        .and_then(serde_json::Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(|assertion| assertion.get("label")?.as_str())
        .map(|label| if label == "c2pa.actions" { "c2pa.actions.v2".to_owned() } else { label.to_owned() })
        .collect()
}
