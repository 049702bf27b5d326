//! China's implicit label `AIGC` (GB 45438-2025, Annex E). Each place where a label was found has its own record.

use serde::{Deserialize, Serialize};

use super::site::Site;

/// Whether the standard or its guides name this place for this container.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Place {
    /// Named by the standard or a TC260 guide.
    Standard,
    /// Known from practice only: EXIF ImageDescription, or a bare blob.
    NonStandard,
    /// Not known.
    #[default]
    Unknown,
}

/// The shape of the value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum AigcShape {
    /// A JSON object with the seven fields.
    Object,
    /// The object inside `{"AIGC": …}`.
    Wrapped,
    /// A JSON string that contains JSON.
    DoubleEncoded,
    /// An object with the vendor's own keys.
    VendorKeys,
    /// Not JSON, or not an object.
    #[default]
    Malformed,
}

/// The JSON type of a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum JsonType {
    /// A string, as Annex E requires.
    #[default]
    String,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// `null`.
    Null,
    /// An array.
    Array,
    /// An object.
    Object,
}

/// One key of the label with its raw value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct AigcField {
    /// The key, verbatim.
    pub name: String,
    /// The value: the content of a string, or the JSON text of any other type.
    pub value: String,
    /// Its JSON type.
    pub json_type: JsonType,
}

/// Character in a value that Annex E j) does not allow.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct CharsetProblem {
    /// The key.
    pub field: String,
    /// The first character that is not allowed, as `U+4E2D`.
    pub character: String,
}

/// Result of checking a provider code (`001` + `1` + 18 characters of the Unified Social Credit Code, USCC, + 5
/// characters).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum CodeCheck {
    /// Empty or missing.
    #[default]
    Empty,
    /// A name instead of a code.
    Name,
    /// Correct length, structure and USCC check digit.
    Valid,
    /// Looks like a code but has the wrong length.
    WrongLength,
    /// Looks like a code but has characters or parts that the coding rules do not define.
    WrongStructure,
    /// The check digit of the USCC does not match.
    WrongCheckDigit,
}

/// One `AIGC` label.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct AigcSite {
    /// Where it was found.
    pub site: Site,
    /// Whether the standard names this place for this container.
    pub place: Place,
    /// Namespace URI, when it is an XMP property.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Namespace prefix, when it is an XMP property.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// The shape of the value.
    pub shape: AigcShape,
    /// Keys and values in file order, as far as they were readable (including inside a double encoding).
    pub fields: Vec<AigcField>,
    /// Characters outside the range 0x21-0x7E.
    pub charset_problems: Vec<CharsetProblem>,
    /// Result of checking `ContentProducer` as a provider code.
    pub producer_code: CodeCheck,
    /// Result of checking `ContentPropagator` as a provider code.
    pub propagator_code: CodeCheck,
    /// Whether `ReservedCode1` verifies; `None` if it could not be verified.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reserved_code_verified: Option<bool>,
}

impl AigcSite {
    /// Returns the first field with exactly this name.
    pub fn field(&self, name: &str) -> Option<&AigcField> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Returns the value of the field with this name if it is not empty.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.field(name).map(|field| field.value.as_str()).filter(|value| !value.is_empty())
    }
}
