//! The options of a labelling request, and their validation field by field.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// Longest file name, in characters.
const LONGEST_FILENAME: usize = 255;
/// Most entries of `preApplied`.
const MOST_PRE_APPLIED: usize = 4;
/// Longest text of a visible label, in characters: a sentence, not a document.
const LONGEST_OVERLAY_TEXT: usize = 200;
/// Longest name of a provider or system, and longest version, in characters.
const LONGEST_NAME: usize = 200;
/// Longest watermark payload id, in characters.
const LONGEST_PAYLOAD_ID: usize = 128;

/// An option that is missing or out of range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct OptionsError {
    /// Path of the field, for example `options.digitalSourceType`.
    pub field: String,
    /// What is wrong and what is allowed.
    pub message: String,
}

macro_rules! terms {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $text)] $variant,)*
        }

        impl $name {
            /// Every value, in the order of the reference.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// The value as it is written in requests and audit rows.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $text,)* }
            }
        }

        impl std::str::FromStr for $name {
            type Err = String;

            fn from_str(text: &str) -> Result<Self, String> {
                match text {
                    $($text => Ok(Self::$variant),)*
                    _ => Err(format!("must be one of {}", [$($text,)*].join(", "))),
                }
            }
        }
    };
}

terms! {
    /// How the content came to be: the terms of the IPTC digital source type vocabulary that a labeller may state.
    DigitalSourceType {
        /// Created by a generative model.
        TrainedAlgorithmicMedia = "trainedAlgorithmicMedia",
        /// Edited with a generative model (in- or outpainting).
        CompositeWithTrainedAlgorithmicMedia = "compositeWithTrainedAlgorithmicMedia",
        /// Made by an algorithm without training data.
        AlgorithmicMedia = "algorithmicMedia",
        /// Altered by an algorithm without changing the main content.
        AlgorithmicallyEnhanced = "algorithmicallyEnhanced",
        /// Edited by people with non-generative tools.
        HumanEdits = "humanEdits",
        /// Created by people with non-generative tools.
        DigitalCreation = "digitalCreation",
        /// Captured from real life.
        DigitalCapture = "digitalCapture",
    }
}

impl DigitalSourceType {
    /// The vocabulary's URI for the term.
    pub fn uri(self) -> String {
        format!("http://cv.iptc.org/newscodes/digitalsourcetype/{}", self.as_str())
    }
}

terms! {
    /// Jurisdiction profile: which laws the label has to satisfy.
    RegionPreset {
        /// EU AI Act, Article 50.
        EuStrict = "eu_strict",
        /// California AI Transparency Act.
        California = "california",
        /// China's labelling measures and GB 45438-2025.
        China = "china",
        /// All of them.
        GlobalMinimum = "global_minimum",
    }
}

terms! {
    /// Whose certificate signs.
    SigningMode {
        /// The operator's.
        Managed = "managed",
        /// One that the workspace uploaded.
        Byoc = "byoc",
    }
}

terms! {
    /// Corner of a visible label.
    OverlayPosition {
        /// Top left.
        TopLeft = "TL",
        /// Top right.
        TopRight = "TR",
        /// Bottom left.
        BottomLeft = "BL",
        /// Bottom right.
        BottomRight = "BR",
    }
}

/// A layer that the caller applied before the upload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum PreApplied {
    /// An invisible mark.
    #[serde(rename_all = "camelCase")]
    Watermark {
        /// What the mark carries, for example `wm_…`.
        payload_id: String,
    },
    /// A visible label.
    #[serde(rename_all = "camelCase")]
    Overlay {
        /// Corner.
        position: OverlayPosition,
        /// The label's text.
        text: String,
        /// Height of the ink of its lowest script over the picture's shortest side, above 0 and at most 1.
        #[serde(skip_serializing_if = "Option::is_none")]
        ink_height_ratio: Option<f64>,
    },
}

/// Everything a labelling request asks for.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LabelOptions {
    /// How the content came to be.
    pub digital_source_type: DigitalSourceType,
    /// Which laws the label has to satisfy.
    pub region_preset: RegionPreset,
    /// Whose certificate signs.
    pub signing_mode: SigningMode,
    /// Reserve the content from training and data mining.
    pub dnt_enabled: bool,
    /// Original file name, 1 to 255 characters.
    pub filename: String,
    /// SHA-256 of the file, lower-case hex.
    pub sha256_input: String,
    /// Layers that are already in the file.
    pub pre_applied: Vec<PreApplied>,
    /// Who provides the AI system, and which.
    #[serde(flatten)]
    pub profile: Profile,
}

/// What the laws want to know about the provider; usually the same for every file of a workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Profile {
    /// Name of the provider of the AI system (California, 22757.3(a)(1)(A)).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Name of the AI system (22757.3(a)(1)(B)).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ai_system: Option<String>,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ai_system_version: Option<String>,
    /// China's code of the provider: `001`, `1`, unified social credit code, five characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub producer_code: Option<String>,
    /// Keep the file name out of the manifest: the title is neutral then.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub neutral_title: bool,
}

impl Profile {
    /// Reads and checks the fields of a profile, in the form that [`LabelOptions::from_json`] takes them.
    ///
    /// # Errors
    /// The first field that is of the wrong type or out of range, by its path below `path`.
    pub fn from_map(path: &str, map: &Map<String, Value>) -> Result<Self, OptionsError> {
        let optional = |name: &str| match map.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(_) => plain_text(path, map, name, LONGEST_NAME).map(Some),
        };
        let producer_code = optional("producerCode")?;
        if let Some(code) = &producer_code
            && !matches!(labeler_media::check_code(code), labeler_media::CodeCheck::Valid { .. })
        {
            return Err(error(
                format!("{path}.producerCode"),
                "must be 001, 1, a valid unified social credit code of 18 characters and 5 characters more",
            ));
        }
        let neutral_title = match map.get("neutralTitle") {
            None | Some(Value::Null) => false,
            Some(value) => {
                value.as_bool().ok_or_else(|| error(format!("{path}.neutralTitle"), "must be true or false"))?
            }
        };
        Ok(Self {
            provider: optional("provider")?,
            ai_system: optional("aiSystem")?,
            ai_system_version: optional("aiSystemVersion")?,
            producer_code,
            neutral_title,
        })
    }

    /// Changes the fields that a map names: `null` clears one, what is absent stays. What comes out is a profile that a
    /// workspace can keep.
    ///
    /// # Errors
    /// The first field that is unknown, of the wrong type or out of range, by its path below `path`.
    pub fn change(&mut self, path: &str, map: &Map<String, Value>) -> Result<(), OptionsError> {
        only_known(path, map, &DEFAULTS)?;
        let given = Self::from_map(path, map)?;
        let replace = |name: &str, own: &mut Option<String>, given: Option<String>| {
            if map.contains_key(name) {
                *own = given;
            }
        };
        let mut next = self.clone();
        replace("provider", &mut next.provider, given.provider);
        replace("aiSystem", &mut next.ai_system, given.ai_system);
        replace("aiSystemVersion", &mut next.ai_system_version, given.ai_system_version);
        replace("producerCode", &mut next.producer_code, given.producer_code);
        if next.ai_system_version.is_some() && next.ai_system.is_none() {
            return Err(error(
                format!("{path}.aiSystemVersion"),
                format!("needs {path}.aiSystem, whose version it is"),
            ));
        }
        *self = next;
        Ok(())
    }

    /// Fills what is missing here with a workspace's defaults.
    pub fn fill_from(&mut self, defaults: &Self) {
        let fill = |own: &mut Option<String>, other: &Option<String>| {
            if own.is_none() {
                own.clone_from(other);
            }
        };
        // A version belongs to its system.
        if self.ai_system.is_none() || self.ai_system == defaults.ai_system {
            fill(&mut self.ai_system_version, &defaults.ai_system_version);
        }
        fill(&mut self.ai_system, &defaults.ai_system);
        fill(&mut self.provider, &defaults.provider);
        fill(&mut self.producer_code, &defaults.producer_code);
        self.neutral_title |= defaults.neutral_title;
    }
}

/// The fields of a profile that a workspace keeps.
const DEFAULTS: [&str; 4] = ["provider", "aiSystem", "aiSystemVersion", "producerCode"];

const FIELDS: [&str; 12] = [
    "digitalSourceType",
    "regionPreset",
    "signingMode",
    "dntEnabled",
    "filename",
    "sha256Input",
    "preApplied",
    "provider",
    "aiSystem",
    "aiSystemVersion",
    "producerCode",
    "neutralTitle",
];

impl LabelOptions {
    /// Parses and validates the `options` field of a request.
    ///
    /// # Errors
    /// The first field that is missing, unknown, of the wrong type or out of range, by its path.
    pub fn from_json(text: &str) -> Result<Self, OptionsError> {
        let value: Value =
            serde_json::from_str(text).map_err(|e| error("options", format!("must be a JSON object: {e}")))?;
        let Value::Object(map) = &value else {
            return Err(error("options", "must be a JSON object"));
        };
        only_known("options", map, &FIELDS)?;
        Ok(Self {
            digital_source_type: term(map, "digitalSourceType")?,
            region_preset: term(map, "regionPreset")?,
            signing_mode: term(map, "signingMode")?,
            dnt_enabled: boolean(map, "dntEnabled")?,
            filename: filename(map)?,
            sha256_input: digest(map)?,
            pre_applied: pre_applied(map)?,
            profile: Profile::from_map("options", map)?,
        })
    }

    /// Payload id of the invisible mark that the caller applied.
    pub fn watermark_payload_id(&self) -> Option<&str> {
        self.pre_applied.iter().find_map(|layer| match layer {
            PreApplied::Watermark { payload_id } => Some(payload_id.as_str()),
            PreApplied::Overlay { .. } => None,
        })
    }

    /// Whether the caller applied a visible label.
    pub fn visible_overlay(&self) -> bool {
        self.pre_applied.iter().any(|layer| matches!(layer, PreApplied::Overlay { .. }))
    }
}

fn error(field: impl Into<String>, message: impl Into<String>) -> OptionsError {
    let field = field.into();
    let message = format!("{field} {}", message.into());
    OptionsError { field, message }
}

fn only_known(path: &str, map: &Map<String, Value>, known: &[&str]) -> Result<(), OptionsError> {
    match map.keys().find(|key| !known.contains(&key.as_str())) {
        // The key is the caller's own text: shortened, so that it cannot blow up the answer.
        Some(key) => Err(error(
            format!("{path}.{}", key.chars().take(64).collect::<String>()),
            format!("is not a known field; known fields are {}", known.join(", ")),
        )),
        None => Ok(()),
    }
}

fn required<'a>(path: &str, map: &'a Map<String, Value>, name: &str) -> Result<&'a Value, OptionsError> {
    map.get(name).filter(|v| !v.is_null()).ok_or_else(|| error(format!("{path}.{name}"), "is required"))
}

fn text<'a>(path: &str, map: &'a Map<String, Value>, name: &str) -> Result<&'a str, OptionsError> {
    required(path, map, name)?.as_str().ok_or_else(|| error(format!("{path}.{name}"), "must be a string"))
}

fn bounded_text(path: &str, map: &Map<String, Value>, name: &str, longest: usize) -> Result<String, OptionsError> {
    let text = text(path, map, name)?;
    let length = text.chars().count();
    if (1..=longest).contains(&length) {
        Ok(text.to_owned())
    } else {
        Err(error(format!("{path}.{name}"), format!("must have 1 to {longest} characters, not {length}")))
    }
}

fn term<T: std::str::FromStr<Err = String>>(map: &Map<String, Value>, name: &str) -> Result<T, OptionsError> {
    text("options", map, name)?.parse().map_err(|message: String| error(format!("options.{name}"), message))
}

fn boolean(map: &Map<String, Value>, name: &str) -> Result<bool, OptionsError> {
    required("options", map, name)?.as_bool().ok_or_else(|| error(format!("options.{name}"), "must be true or false"))
}

/// Text without control characters.
fn plain_text(path: &str, map: &Map<String, Value>, name: &str, longest: usize) -> Result<String, OptionsError> {
    let text = bounded_text(path, map, name, longest)?;
    if text.trim().is_empty() || text.chars().any(char::is_control) {
        return Err(error(format!("{path}.{name}"), "must be text without control characters"));
    }
    Ok(text)
}

fn filename(map: &Map<String, Value>) -> Result<String, OptionsError> {
    let name = bounded_text("options", map, "filename", LONGEST_FILENAME)?;
    if name.chars().any(char::is_control) {
        return Err(error("options.filename", "must not contain control characters"));
    }
    Ok(name)
}

fn digest(map: &Map<String, Value>) -> Result<String, OptionsError> {
    let hex = text("options", map, "sha256Input")?;
    if hex.len() == 64 && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        Ok(hex.to_owned())
    } else {
        Err(error("options.sha256Input", "must be a SHA-256 digest as 64 lower-case hexadecimal characters"))
    }
}

fn pre_applied(map: &Map<String, Value>) -> Result<Vec<PreApplied>, OptionsError> {
    let entries = match map.get("preApplied") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(entries)) => entries,
        Some(_) => return Err(error("options.preApplied", "must be an array")),
    };
    if entries.len() > MOST_PRE_APPLIED {
        return Err(error(
            "options.preApplied",
            format!("must have at most {MOST_PRE_APPLIED} entries, not {}", entries.len()),
        ));
    }
    entries.iter().enumerate().map(|(i, entry)| layer(&format!("options.preApplied[{i}]"), entry)).collect()
}

fn layer(path: &str, entry: &Value) -> Result<PreApplied, OptionsError> {
    let map = entry.as_object().ok_or_else(|| error(path, "must be an object"))?;
    match text(path, map, "kind")? {
        "watermark" => {
            only_known(path, map, &["kind", "payloadId"])?;
            Ok(PreApplied::Watermark { payload_id: bounded_text(path, map, "payloadId", LONGEST_PAYLOAD_ID)? })
        }
        "overlay" => {
            only_known(path, map, &["kind", "position", "text", "inkHeightRatio"])?;
            let position = text(path, map, "position")?
                .parse()
                .map_err(|message: String| error(format!("{path}.position"), message))?;
            let ink_height_ratio = match map.get("inkHeightRatio") {
                None | Some(Value::Null) => None,
                Some(value) => Some(value.as_f64().filter(|ratio| *ratio > 0.0 && *ratio <= 1.0).ok_or_else(|| {
                    error(format!("{path}.inkHeightRatio"), "must be a number above 0 and at most 1")
                })?),
            };
            let text = bounded_text(path, map, "text", LONGEST_OVERLAY_TEXT)?;
            Ok(PreApplied::Overlay { position, text, ink_height_ratio })
        }
        _ => Err(error(format!("{path}.kind"), "must be one of watermark, overlay")),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;
    use serde_json::json;

    fn valid() -> Value {
        json!({
            "digitalSourceType": "trainedAlgorithmicMedia", "regionPreset": "eu_strict", "signingMode": "managed",
            "dntEnabled": true, "filename": "photo.jpg", "sha256Input": "a".repeat(64), "preApplied": [],
        })
    }

    fn parse(value: &Value) -> Result<LabelOptions, OptionsError> {
        LabelOptions::from_json(&value.to_string())
    }

    #[test]
    fn every_field_of_the_reference_is_read() {
        let mut value = valid();
        value["preApplied"] = json!([
            {"kind": "watermark", "payloadId": "wm_1"}, {"kind": "overlay", "position": "TR", "text": "AI"}
        ]);
        for (field, text) in [
            ("provider", "ACME"),
            ("aiSystem", "Painter"),
            ("aiSystemVersion", "2.1"),
            ("producerCode", "001191110102MACQD9K64010000"),
        ] {
            value[field] = json!(text);
        }
        let options = parse(&value).unwrap();
        assert_eq!(serde_json::to_value(&options).unwrap(), value);
        assert_eq!(options.watermark_payload_id(), Some("wm_1"));
        assert!(options.visible_overlay());
    }

    fn profile(value: &Value) -> Profile {
        serde_json::from_value(value.clone()).unwrap()
    }

    #[test]
    fn what_is_given_wins_over_the_defaults_and_a_version_belongs_to_its_system() {
        let defaults = json!({"provider": "ACME", "aiSystem": "Painter", "aiSystemVersion": "2", "producerCode": "c"});
        for (given, filled) in [
            (json!({}), defaults.clone()),
            (
                json!({"provider": "Other", "aiSystemVersion": "3"}),
                json!({"provider": "Other", "aiSystem": "Painter", "aiSystemVersion": "3", "producerCode": "c"}),
            ),
            (json!({"aiSystem": "Painter"}), defaults.clone()),
            (json!({"aiSystem": "Poet"}), json!({"provider": "ACME", "aiSystem": "Poet", "producerCode": "c"})),
        ] {
            let mut own = profile(&given);
            own.fill_from(&profile(&defaults));
            assert_eq!(serde_json::to_value(&own).unwrap(), filled, "{given}");
        }
        for (own, default, neutral) in [(false, true, true), (true, false, true), (false, false, false)] {
            let mut own = Profile { neutral_title: own, ..Profile::default() };
            own.fill_from(&Profile { neutral_title: default, ..Profile::default() });
            assert_eq!(own.neutral_title, neutral);
        }
    }

    #[test]
    fn a_profile_is_changed_field_by_field() {
        let mut kept = profile(&json!({"provider": "ACME", "aiSystem": "Painter", "aiSystemVersion": "2"}));
        let mut change = |value: Value| {
            let result = kept.change("profile", value.as_object().unwrap());
            result.map(|()| serde_json::to_value(&kept).unwrap())
        };
        assert_eq!(
            change(json!({"provider": null, "aiSystemVersion": "3"})).unwrap(),
            json!({"aiSystem": "Painter", "aiSystemVersion": "3"})
        );
        for (wrong, field) in [
            (json!({"aiSystem": "x".repeat(201)}), "profile.aiSystem"),
            (json!({"producerCode": "ACME"}), "profile.producerCode"),
            (json!({"aiSystem": null}), "profile.aiSystemVersion"),
            (json!({"neutralTitle": true}), "profile.neutralTitle"),
        ] {
            let error = change(wrong).unwrap_err();
            assert_eq!(error.field, field);
            assert!(error.message.starts_with(field), "{}", error.message);
        }
    }

    #[test]
    fn every_required_field_is_missed_by_name() {
        for field in &FIELDS[..6] {
            let mut value = valid();
            value.as_object_mut().unwrap().remove(*field);
            let error = parse(&value).unwrap_err();
            assert_eq!(error.field, format!("options.{field}"));
            assert_eq!(error.message, format!("options.{field} is required"));
        }
        let mut value = valid();
        value.as_object_mut().unwrap().remove("preApplied");
        assert!(parse(&value).unwrap().pre_applied.is_empty());
    }

    #[test]
    fn limits_are_named() {
        let cases = [
            ("digitalSourceType", json!("painting"), "options.digitalSourceType"),
            ("digitalSourceType", json!(7), "options.digitalSourceType"),
            ("regionPreset", json!("mars"), "options.regionPreset"),
            ("signingMode", json!("mine"), "options.signingMode"),
            ("dntEnabled", json!("yes"), "options.dntEnabled"),
            ("filename", json!(""), "options.filename"),
            ("filename", json!("x".repeat(256)), "options.filename"),
            ("filename", json!("a\nb"), "options.filename"),
            ("sha256Input", json!("A".repeat(64)), "options.sha256Input"),
            ("sha256Input", json!("a".repeat(63)), "options.sha256Input"),
            ("preApplied", json!({}), "options.preApplied"),
            ("preApplied", json!([1]), "options.preApplied[0]"),
            ("preApplied", json!([{"kind": "paint"}]), "options.preApplied[0].kind"),
            ("preApplied", json!([{"kind": "watermark"}]), "options.preApplied[0].payloadId"),
            (
                "preApplied",
                json!([{"kind": "overlay", "position": "MM", "text": "AI"}]),
                "options.preApplied[0].position",
            ),
            (
                "preApplied",
                json!([{"kind": "overlay", "position": "TL", "text": "AI", "size": 1}]),
                "options.preApplied[0].size",
            ),
            ("preApplied", json!(vec![json!({"kind": "watermark", "payloadId": "w"}); 5]), "options.preApplied"),
            ("colour", json!(1), "options.colour"),
            ("provider", json!("a\u{7}"), "options.provider"),
            ("aiSystem", json!(""), "options.aiSystem"),
            ("aiSystemVersion", json!(2), "options.aiSystemVersion"),
            ("producerCode", json!("001191110102MACQD9K74010000"), "options.producerCode"),
            ("producerCode", json!("ACME"), "options.producerCode"),
            ("neutralTitle", json!("yes"), "options.neutralTitle"),
        ];
        for (field, wrong, path) in cases {
            let mut value = valid();
            value[field] = wrong.clone();
            let error = parse(&value).unwrap_err();
            assert_eq!(error.field, path, "{field} = {wrong}");
            assert!(error.message.starts_with(path) && error.message.len() > path.len() + 5, "{}", error.message);
        }
        assert_eq!(LabelOptions::from_json("[]").unwrap_err().field, "options");
        assert_eq!(LabelOptions::from_json("{").unwrap_err().field, "options");
        let mut longest = valid();
        longest["filename"] = json!("ü".repeat(255));
        assert!(parse(&longest).is_ok());
    }
}
