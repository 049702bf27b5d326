//! Label options that are shared by all files of a request: those of `POST /label` without `filename` and
//! `sha256Input`, which are derived from each file.

use std::borrow::Cow;

use labeler_labeling::{LabelOptions, Profile};
use serde_json::{Value, json};
use utoipa::openapi::{Object, RefOr, Schema, schema::AdditionalProperties};
use utoipa::{PartialSchema, ToSchema};

use crate::http::error::ApiError;

/// Placeholder for the file name during validation. It must be valid, and is never used.
const NO_NAME: &str = "file";

/// Names of the derived fields.
const DERIVED: [&str; 2] = ["filename", "sha256Input"];

/// Options that hold for every file of a request.
#[derive(Debug, Clone)]
pub(crate) struct SharedOptions {
    options: LabelOptions,
    text: String,
}

impl PartialSchema for SharedOptions {
    /// Returns the schema of [`LabelOptions`] without the derived fields.
    fn schema() -> RefOr<Schema> {
        let mut shared = Object::builder()
            .description(Some("Content of a label. File name and digest are derived from the file."))
            .additional_properties(Some(AdditionalProperties::FreeForm(false)))
            .examples([json!({
                "digitalSourceType": "trainedAlgorithmicMedia",
                "regionPreset": "eu_strict",
                "signingMode": "managed",
                "dntEnabled": true,
                "preApplied": [],
            })])
            .build();
        add_properties(&mut shared, LabelOptions::schema());
        shared.properties.retain(|name, _| !DERIVED.contains(&name.as_str()));
        shared.required.retain(|name| !DERIVED.contains(&name.as_str()));
        shared.into()
    }
}

/// Adds the properties of a schema to an object. A schema with flattened fields consists of several objects.
fn add_properties(object: &mut Object, schema: RefOr<Schema>) {
    match schema {
        RefOr::T(Schema::AllOf(parts)) => parts.items.into_iter().for_each(|part| add_properties(object, part)),
        RefOr::T(Schema::Object(part)) => {
            object.properties.extend(part.properties);
            object.required.extend(part.required);
        }
        _ => {}
    }
}

impl ToSchema for SharedOptions {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("SharedLabelOptions")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        LabelOptions::schemas(schemas);
    }
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
