//! Labels one asset.

use bytes::Bytes;
use labeler_media::{Format, Limits, Metadata};
use labeler_provenance::{Parent, SignError, SignRequest, SigningIdentity, TimeStampOutcome, TimeStamping};
use labeler_splice::{Rope, SpliceError};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use crate::definition::{Facts, definition};
use crate::layers::{PixelResult, lacking};
use crate::metadata;
use crate::options::LabelOptions;
use crate::outcome::{ACCEPTED, LabelError, Warning};

/// Input of [`label_with`].
#[derive(Debug)]
pub struct LabelRequest<'a> {
    /// Bytes of the asset.
    pub input: Bytes,
    /// Content of the label.
    pub options: &'a LabelOptions,
    /// Identity that signs.
    pub signer: &'a SigningIdentity,
    /// Time of the label.
    pub now: OffsetDateTime,
    /// The asset with layers in its pixels, if any were written.
    pub pixels: Option<PixelResult>,
    /// Time-stamping authority to ask, if any.
    pub time_stamping: Option<TimeStamping<'a>>,
    /// Limits of reading the asset.
    pub limits: Limits,
}

/// Labelled asset and its facts.
#[derive(Debug)]
pub struct Labelled {
    /// Format, detected from the content.
    pub format: Format,
    /// SHA-256 of the input, lower-case hex.
    pub sha256_input: String,
    /// SHA-256 of the output, lower-case hex.
    pub sha256_output: String,
    /// Size of the output in bytes.
    pub size_bytes: u64,
    /// Layers applied here, in order: `overlay`, `watermark`, `iptc`, `aigc`, `c2pa`.
    pub applied_layers: Vec<String>,
    /// Labels of the assertions that make up the label, as audit rows list them.
    pub assertions: Vec<String>,
    /// Label of the active manifest.
    pub manifest_label: String,
    /// Fingerprint of the signing certificate, `SHA256:…`.
    pub signer_fingerprint: String,
    /// Payload ID of the watermark, written here or named in the options.
    pub watermark_payload_id: Option<String>,
    /// Whether there is a visible label, drawn here or named in the options.
    pub visible_overlay: bool,
    /// Whether the signature carries an RFC 3161 time stamp.
    pub time_stamped: bool,
    /// Remarks for the caller.
    pub warnings: Vec<Warning>,
    /// Output in order: slices of the input and the new pieces between them.
    pub body: Vec<Bytes>,
}

impl Labelled {
    /// Returns the manifest store of the output.
    ///
    /// # Errors
    /// A sentence, if the store cannot be found again or is larger than `limits` allow.
    pub fn manifest_store(&self, limits: &Limits) -> Result<Vec<u8>, String> {
        let mut output = Rope::new();
        self.body.iter().for_each(|part| output.push(part.clone()));
        let found = labeler_media::manifest_store(&mut output.reader(), self.format, limits);
        let store = found.map_err(|error| error.to_string())?;
        store.map(|store| store.jumbf).ok_or_else(|| "the output has no manifest store".to_owned())
    }
}

/// Labels an asset as the options ask, without layers in the pixels and without a time stamp.
///
/// # Errors
/// See [`LabelError`].
pub async fn label(
    input: Bytes,
    options: &LabelOptions,
    signer: &SigningIdentity,
    now: OffsetDateTime,
) -> Result<Labelled, LabelError> {
    let limits = Limits::new();
    label_with(LabelRequest { input, options, signer, now, pixels: None, time_stamping: None, limits }).await
}

/// Labels an asset as the options ask.
///
/// Memory beyond the input: the XMP packet and the manifest store, a few times over. One pass over the input for its
/// hash, one over what the hard binding covers, one over the output.
///
/// # Errors
/// See [`LabelError`].
pub async fn label_with(request: LabelRequest<'_>) -> Result<Labelled, LabelError> {
    let LabelRequest { input, options, signer, now, pixels, time_stamping, limits } = request;
    let (format, digest) = accept(&input, options)?;
    let sha256_input = hex::encode(digest);
    let asset = Rope::from(input);
    let parent = labeler_media::manifest_store(&mut asset.reader(), format, &limits)
        .map_err(|e| LabelError::Malformed(e.to_string()))?;
    let mut warnings = Vec::new();
    let drawn = pixels.as_ref().map_or_else(|| asset.clone(), |result| Rope::from(result.body.clone()));
    let (bare, statements) = without_stores(drawn, format)?;
    let written = metadata::write(&bare, &statements, options, &unique(&digest, now))?;
    warnings.extend(written.warnings);
    warnings.extend(pixels.iter().flat_map(|result| result.warnings.iter().cloned()));
    warnings.extend(lacking(options, pixels.as_ref()));

    let mut layers = Vec::new();
    let overlay = pixels.as_ref().and_then(|result| result.overlay.as_ref());
    let mark = pixels.as_ref().and_then(|result| result.mark.as_deref());
    layers.extend(overlay.map(|_| "overlay".to_owned()));
    layers.extend(mark.map(|_| "watermark".to_owned()));
    layers.extend(written.layers);
    layers.push("c2pa".to_owned());
    let has_parent = parent.is_some();
    let definition = definition(&Facts { options, format, has_parent, now, overlay, mark });
    let assertions = assertion_labels(&definition);
    let signed = labeler_provenance::sign(SignRequest {
        format,
        source: written.rope,
        bare: true,
        definition,
        parent: parent.as_ref().map(|store| Parent { store, asset }),
        identity: signer,
        time_stamping,
    })
    .await
    .map_err(|error| match error {
        SignError::Unsupported(format) => LabelError::Unsupported { found: Some(format) },
        SignError::Malformed(what) => LabelError::Malformed(what),
        SignError::Engine(what) => LabelError::Sign(what),
        error @ SignError::TimeStamp(_) => LabelError::Sign(error.to_string()),
    })?;

    let mut output = Sha256::new();
    signed.body.iter().for_each(|part| output.update(part));
    if signer.is_development() {
        warnings.push(Warning::new(
            "development_certificate",
            "Signed with a development certificate: validators will call the signer unknown.",
        ));
    }
    if let TimeStampOutcome::Failed(why) = &signed.time_stamp {
        warnings.push(Warning::new("no_time_stamp", format!("Signed without a time stamp: {why}")));
    }
    Ok(Labelled {
        format,
        sha256_input,
        sha256_output: hex::encode(output.finalize()),
        size_bytes: signed.body.iter().map(|part| part.len() as u64).sum(),
        applied_layers: layers,
        assertions,
        manifest_label: signed.manifest_label,
        signer_fingerprint: signer.fingerprint().to_owned(),
        watermark_payload_id: mark.or(options.watermark_payload_id()).map(str::to_owned),
        visible_overlay: overlay.is_some() || options.visible_overlay(),
        time_stamped: signed.time_stamp == TimeStampOutcome::Stamped,
        warnings,
        body: signed.body,
    })
}

/// Checks the input against the options. Returns its format and SHA-256.
pub(crate) fn accept(input: &Bytes, options: &LabelOptions) -> Result<(Format, [u8; 32]), LabelError> {
    if input.is_empty() {
        return Err(LabelError::Empty);
    }
    let found = labeler_media::sniff(input);
    let format = found.filter(|f| ACCEPTED.contains(f)).ok_or(LabelError::Unsupported { found })?;
    let digest: [u8; 32] = Sha256::digest(input).into();
    let actual = hex::encode(digest);
    if actual != options.sha256_input {
        return Err(LabelError::HashMismatch { expected: options.sha256_input.clone(), actual });
    }
    Ok((format, digest))
}

/// Returns the hex digits that make the identifiers of this label unique: a label made at another moment has others.
pub(crate) fn unique(digest: &[u8; 32], now: OffsetDateTime) -> String {
    let mut hasher = Sha256::new();
    hasher.update(b"labeler: unique number of a label");
    hasher.update(digest);
    hasher.update(now.unix_timestamp_nanos().to_be_bytes());
    hex::encode(hasher.finalize())
}

/// Returns the limits of reading. A label needs statements of origin, not prose: a file full of comments costs no more
/// memory than others.
fn limits() -> Limits {
    Limits { max_text_total: 1 << 20, ..Limits::default() }
}

/// Removes the manifest stores of a file and reads its other metadata. The stores return inside the new one.
fn without_stores(source: Rope, format: Format) -> Result<(Rope, Metadata), LabelError> {
    let read = |rope: &Rope| {
        labeler_media::read_metadata(&mut rope.reader(), format, &limits())
            .map_err(|error| LabelError::Malformed(error.to_string()))
    };
    let metadata = read(&source)?;
    let stale: Vec<_> = metadata.c2pa.iter().flat_map(|place| place.ranges.clone()).collect();
    if stale.is_empty() {
        return Ok((source, metadata));
    }
    let bare = labeler_splice::remove_stores(&source, format, &stale).map_err(|error| match error {
        SpliceError::Unsupported(format) => LabelError::Unsupported { found: Some(format) },
        other => LabelError::Malformed(other.to_string()),
    })?;
    let metadata = read(&bare)?;
    Ok((bare, metadata))
}

/// Returns the labels as in the manifest: the engine writes `c2pa.actions` as its second version.
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
