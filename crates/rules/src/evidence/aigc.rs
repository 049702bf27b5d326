//! China's implicit label `AIGC` (GB 45438-2025, Annex E), one record per place where it was found.

use serde::{Deserialize, Serialize};

use super::site::Site;

/// Whether a place is one that the standard or its guides name for this container.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Place {
    /// Named by the standard or a TC260 guide.
    Standard,
    /// Seen in the wild only: EXIF ImageDescription, a bare blob.
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
    /// The same inside `{"AIGC": …}`.
    Wrapped,
    /// A JSON string that holds JSON.
    DoubleEncoded,
    /// An object of a vendor's own keys.
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
    /// A string, as Annex E wants.
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
    /// The value: a string's content, any other type's JSON text.
    pub value: String,
    /// Its JSON type.
    pub json_type: JsonType,
}

/// A character that Annex E j) does not allow in a value.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct CharsetProblem {
    /// The key.
    pub field: String,
    /// The first such character, as `U+4E2D`.
    pub character: String,
}

/// What a provider code (`001` + `1` + 18 characters of USCC + 5) looks like.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum CodeCheck {
    /// Empty or missing.
    #[default]
    Empty,
    /// Not in code form: a name.
    Name,
    /// Right length, structure and check digit of the USCC.
    Valid,
    /// Code form with a wrong length.
    WrongLength,
    /// Code form with characters or parts that the coding rules do not know.
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
    /// Whether the standard names that place for this container.
    pub place: Place,
    /// Namespace URI, when it is an XMP property.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Namespace prefix, when it is an XMP property.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// The shape of the value.
    pub shape: AigcShape,
    /// Keys and values in file order, as far as they could be read (through a double encoding too).
    pub fields: Vec<AigcField>,
    /// Characters outside 0x21-0x7E.
    pub charset_problems: Vec<CharsetProblem>,
    /// `ContentProducer` as a code.
    pub producer_code: CodeCheck,
    /// `ContentPropagator` as a code.
    pub propagator_code: CodeCheck,
    /// Whether `ReservedCode1` verifies; `None` when nobody could verify it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reserved_code_verified: Option<bool>,
}

impl AigcSite {
    /// The first field of that exact name.
    pub fn field(&self, name: &str) -> Option<&AigcField> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The value of that field, when it is not empty.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.field(name).map(|field| field.value.as_str()).filter(|value| !value.is_empty())
    }
}
