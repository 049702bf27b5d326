//! Options of a labelling request and the validation of each field.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::fields::{OptionsError, bounded_text, error, only_known, required, text};
use crate::profile::Profile;

/// Longest file name, in characters.
const LONGEST_FILENAME: usize = 255;
/// Maximum number of entries of `preApplied`.
const MOST_PRE_APPLIED: usize = 4;
/// Longest text of a visible label, in characters. A label is a sentence, not a document.
const LONGEST_OVERLAY_TEXT: usize = 200;
/// Longest payload ID of a watermark, in characters.
const LONGEST_PAYLOAD_ID: usize = 128;

macro_rules! terms {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $text:tt,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$variant_doc])* #[serde(rename = $text)] $variant,)*
        }

        impl $name {
            /// All values, in the order of the API reference.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// Returns the name used in requests and audit rows.
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
    /// Term of the IPTC digital source type vocabulary that labels can contain.
    #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = DigitalSourceTypeName))]
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
    /// Returns the term's URI in the IPTC vocabulary.
    pub fn uri(self) -> String {
        format!("http://cv.iptc.org/newscodes/digitalsourcetype/{}", self.as_str())
    }
}

terms! {
    /// Laws that a label must satisfy: the EU AI Act, California, China, or all of them.
    #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = RegionPresetName))]
    RegionPreset {
        /// EU AI Act, Article 50.
        EuStrict = "eu_strict",
        /// California AI Transparency Act.
        California = "california",
        /// China's labelling measures and GB 45438-2025.
        China = "china",
        /// The EU, California and China together.
        GlobalMinimum = "global_minimum",
    }
}

terms! {
    /// Certificate that signs. `managed`: the operator's certificate. `byoc`: the workspace's own certificate.
    #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = SigningModeName))]
    SigningMode {
        /// The operator's certificate.
        Managed = "managed",
        /// A certificate that the workspace uploaded.
        Byoc = "byoc",
    }
}

terms! {
    /// Corner of a visible label.
    #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = OverlayCorner))]
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

/// Layer that was applied before the upload.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = PreAppliedLayer))]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum PreApplied {
    /// Watermark.
    #[serde(rename_all = "camelCase")]
    Watermark {
        /// Payload of the watermark, for example `wm_…`.
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
        payload_id: String,
    },
    /// Visible label.
    #[serde(rename_all = "camelCase")]
    Overlay {
        /// Corner of the image.
        position: OverlayPosition,
        /// Text of the label.
        #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 200))]
        text: String,
        /// Height of the printed glyphs of the smallest script, divided by the shorter side of the image; above 0 and
        /// at most 1.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "openapi", schema(exclusive_minimum = 0.0, maximum = 1.0))]
        ink_height_ratio: Option<f64>,
    },
}

/// Options of a labelling request.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct LabelOptions {
    /// Origin of the content.
    pub digital_source_type: DigitalSourceType,
    /// Laws that the label must satisfy.
    pub region_preset: RegionPreset,
    /// Certificate that signs: of the operator or of the workspace.
    pub signing_mode: SigningMode,
    /// Whether to reserve the content from AI training and data mining ("do not train").
    pub dnt_enabled: bool,
    /// Original name of the file, 1 to 255 characters.
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 255))]
    pub filename: String,
    /// SHA-256 of the file, lower-case hexadecimal.
    #[cfg_attr(feature = "openapi", schema(min_length = 64, max_length = 64))]
    pub sha256_input: String,
    /// Layers that are already in the pixels, at most 4.
    #[cfg_attr(feature = "openapi", schema(nullable, required = false, max_items = 4))]
    pub pre_applied: Vec<PreApplied>,
    /// Provider and AI system.
    #[serde(flatten)]
    #[cfg_attr(feature = "openapi", schema(inline))]
    pub profile: Profile,
}

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
    /// Returns the path of the first field that is missing, unknown, of the wrong type or out of range.
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

    /// Returns the payload ID of the watermark that the caller applied.
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

fn term<T: std::str::FromStr<Err = String>>(map: &Map<String, Value>, name: &str) -> Result<T, OptionsError> {
    text("options", map, name)?.parse().map_err(|message: String| error(format!("options.{name}"), message))
}

fn boolean(map: &Map<String, Value>, name: &str) -> Result<bool, OptionsError> {
    required("options", map, name)?.as_bool().ok_or_else(|| error(format!("options.{name}"), "must be true or false"))
}

fn filename(map: &Map<String, Value>) -> Result<String, OptionsError> {
    printable_text("options", map, "filename", LONGEST_FILENAME)
}

/// Reads a text of at most `longest` characters without control characters.
fn printable_text(path: &str, map: &Map<String, Value>, name: &str, longest: usize) -> Result<String, OptionsError> {
    let text = bounded_text(path, map, name, longest)?;
    if text.chars().any(char::is_control) {
        return Err(error(format!("{path}.{name}"), "must not contain control characters"));
    }
    Ok(text)
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
            Ok(PreApplied::Watermark { payload_id: printable_text(path, map, "payloadId", LONGEST_PAYLOAD_ID)? })
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
            let text = printable_text(path, map, "text", LONGEST_OVERLAY_TEXT)?;
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
    fn reads_every_field() {
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

    #[test]
    fn names_each_missing_required_field() {
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
    fn rejects_invalid_values_and_names_the_field() {
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
            ("preApplied", json!([{"kind": "watermark", "payloadId": "wm\u{0}1"}]), "options.preApplied[0].payloadId"),
            (
                "preApplied",
                json!([{"kind": "overlay", "position": "TL", "text": "AI\u{7}"}]),
                "options.preApplied[0].text",
            ),
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
