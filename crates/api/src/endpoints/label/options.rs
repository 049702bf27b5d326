//! Label options that are shared by all files of a request: those of `POST /label` without `filename` and
//! `sha256Input`, which are derived from each file.

use labeler_labeling::{LabelOptions, Profile};
use serde_json::{Value, json};

use crate::http::error::ApiError;

/// Placeholder for the file name during validation. It must be valid, and is never used.
const NO_NAME: &str = "file";

/// Names of the derived fields.
const DERIVED: [&str; 2] = ["filename", "sha256Input"];

/// Content of a label. File name and digest are derived from the file.
#[derive(utoipa::ToSchema)]
#[schema(
    rename_all = "camelCase",
    example = json!({
        "digitalSourceType": "trainedAlgorithmicMedia",
        "regionPreset": "eu_strict",
        "signingMode": "managed",
        "dntEnabled": true,
        "preApplied": [],
    })
)]
#[serde(deny_unknown_fields)]
#[allow(dead_code, reason = "describes the object; its fields are read one by one, so that each fault is named")]
pub(crate) struct SharedLabelOptions {
    /// Origin of the content.
    digital_source_type: DigitalSourceTypeName,
    /// Laws that the label must satisfy.
    region_preset: RegionPresetName,
    /// Certificate that signs: of the operator or of the workspace.
    signing_mode: SigningModeName,
    /// Whether to reserve the content from AI training and data mining ("do not train").
    dnt_enabled: bool,
    /// Layers that are already in the pixels, at most 4.
    #[schema(max_items = 4)]
    pre_applied: Option<Vec<PreAppliedLayer>>,
    /// Name of the provider of the AI system, 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    provider: Option<String>,
    /// Name of the AI system, 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    ai_system: Option<String>,
    /// Version of the AI system, 1 to 200 characters.
    #[schema(min_length = 1, max_length = 200)]
    ai_system_version: Option<String>,
    /// Chinese provider code: `001`, `1`, a valid unified social credit code of 18 characters, and 5 more characters.
    #[schema(min_length = 27, max_length = 27)]
    producer_code: Option<String>,
    /// Whether to omit the file name from the manifest.
    neutral_title: Option<bool>,
}

/// Term of the IPTC digital source type vocabulary that labels can contain.
#[derive(utoipa::ToSchema)]
#[schema(rename_all = "camelCase")]
#[allow(dead_code, reason = "describes a text that the labeller reads")]
enum DigitalSourceTypeName {
    TrainedAlgorithmicMedia,
    CompositeWithTrainedAlgorithmicMedia,
    AlgorithmicMedia,
    AlgorithmicallyEnhanced,
    HumanEdits,
    DigitalCreation,
    DigitalCapture,
}

/// The EU AI Act, California, China, or all of them.
#[derive(utoipa::ToSchema)]
#[schema(rename_all = "snake_case")]
#[allow(dead_code, reason = "describes a text that the labeller reads")]
enum RegionPresetName {
    EuStrict,
    California,
    China,
    GlobalMinimum,
}

/// `managed`: the operator's certificate. `byoc`: the workspace's own certificate.
#[derive(utoipa::ToSchema)]
#[schema(rename_all = "lowercase")]
#[allow(dead_code, reason = "describes a text that the labeller reads")]
enum SigningModeName {
    Managed,
    Byoc,
}

/// Corner of a visible label.
#[derive(utoipa::ToSchema)]
#[allow(dead_code, reason = "describes a text that the labeller reads")]
enum OverlayCorner {
    TL,
    TR,
    BL,
    BR,
}

/// Layer that was applied before the upload.
#[derive(utoipa::ToSchema)]
#[serde(tag = "kind", rename_all = "camelCase", deny_unknown_fields)]
#[allow(dead_code, reason = "describes an object that the labeller reads")]
enum PreAppliedLayer {
    /// Watermark.
    Watermark {
        /// Payload of the watermark.
        #[schema(rename = "payloadId", min_length = 1, max_length = 128)]
        payload_id: String,
    },
    /// Visible label.
    Overlay {
        /// Corner of the image.
        position: OverlayCorner,
        /// Text of the label.
        #[schema(min_length = 1, max_length = 200)]
        text: String,
        /// Height of the printed glyphs of the smallest script, divided by the shorter side of the image; above 0 and
        /// at most 1.
        #[schema(rename = "inkHeightRatio", exclusive_minimum = 0.0, maximum = 1.0)]
        ink_height_ratio: Option<f64>,
    },
}

/// Options that hold for every file of a request.
#[derive(Debug, Clone)]
pub(crate) struct SharedOptions {
    options: LabelOptions,
    text: String,
}

impl SharedOptions {
    /// Parses and validates options without the derived ones.
    ///
    /// The derived ones are refused, not ignored: a caller who sends a digest believes that it will be compared.
    pub fn from_json(text: &str) -> Result<Self, ApiError> {
        let Ok(Value::Object(mut map)) = serde_json::from_str(text) else {
            // Not an object: the parser of the options returns the error.
            return Self::read(text, text);
        };
        if let Some(name) = DERIVED.into_iter().find(|name| map.contains_key(*name)) {
            let field = format!("options.{name}");
            let message = format!("{field} is derived from the file here and must be left out");
            return Err(ApiError::validation(field, message));
        }
        map.insert("filename".to_owned(), json!(NO_NAME));
        map.insert("sha256Input".to_owned(), json!("0".repeat(64)));
        Self::read(&Value::Object(map).to_string(), text)
    }

    fn read(complete: &str, text: &str) -> Result<Self, ApiError> {
        let options = LabelOptions::from_json(complete).map_err(ApiError::options)?;
        Ok(Self { options, text: text.to_owned() })
    }

    /// Fills absent options with a workspace's defaults. [`SharedOptions::text`] stays as it was sent: it identifies
    /// the request, independently of the workspace's defaults.
    pub fn fill_from(&mut self, defaults: &Profile) {
        self.options.profile.fill_from(defaults);
    }

    /// Returns the options as they were sent.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns the options that do not depend on a file.
    pub fn shared(&self) -> &LabelOptions {
        &self.options
    }

    /// Returns the options for one file. `sha256_input` is lower-case hexadecimal.
    pub fn for_file(&self, filename: String, sha256_input: String) -> LabelOptions {
        LabelOptions { filename, sha256_input, ..self.options.clone() }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn options() -> Value {
        json!({
            "digitalSourceType": "trainedAlgorithmicMedia", "regionPreset": "eu_strict", "signingMode": "managed",
            "dntEnabled": true, "preApplied": [],
        })
    }

    #[test]
    fn derives_name_and_digest_for_each_file() {
        let shared = SharedOptions::from_json(&options().to_string()).unwrap();
        let one = shared.for_file("a.jpg".to_owned(), "5a".repeat(32));
        assert_eq!((one.filename.as_str(), one.sha256_input), ("a.jpg", "5a".repeat(32)));
        assert_eq!(one.region_preset, shared.shared().region_preset);
    }

    #[test]
    fn refuses_derived_fields_and_validates_the_others() {
        for (field, value, message) in [
            ("filename", json!("a.jpg"), "options.filename is derived from the file here and must be left out"),
            (
                "sha256Input",
                json!("0".repeat(64)),
                "options.sha256Input is derived from the file here and must be left out",
            ),
            ("sha256Input", json!(null), "options.sha256Input is derived from the file here and must be left out"),
            ("dntEnabled", json!("yes"), "options.dntEnabled must be true or false"),
            ("dntEnabled", json!(null), "options.dntEnabled is required"),
        ] {
            let mut wrong = options();
            wrong.as_object_mut().unwrap().insert(field.to_owned(), value);
            assert_eq!(SharedOptions::from_json(&wrong.to_string()).unwrap_err().message(), message);
        }
        for text in ["", "{", "[]", "7", "null"] {
            assert!(SharedOptions::from_json(text).is_err(), "{text}");
        }
    }
}
