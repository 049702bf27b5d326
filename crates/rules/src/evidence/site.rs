//! The place of a fact, and how far a checker looked.

use serde::{Deserialize, Serialize};

/// Where in the file a fact was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Site {
    /// Description of the place for people: `PNG iTXt XML:com.adobe.xmp`, `manifest urn:c2pa:… / c2pa.actions.v2`.
    pub location: String,
    /// Offset in bytes from the start of the file, where the fact has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
}

impl Site {
    /// Creates a site without an offset.
    pub fn new(location: impl Into<String>) -> Self {
        Self { location: location.into(), offset: None }
    }

    /// Creates a site that starts at `offset` bytes from the start of the file.
    pub fn at(location: impl Into<String>, offset: u64) -> Self {
        Self { location: location.into(), offset: Some(offset) }
    }
}

/// A value together with the place where it was found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Located<T> {
    /// The value, verbatim as in the file unless the field says otherwise.
    pub value: T,
    /// The place where it was found.
    pub site: Site,
}

impl<T> Located<T> {
    /// Combines a value with the place where it was found.
    pub fn new(value: T, site: Site) -> Self {
        Self { value, site }
    }
}

/// How completely a checker searched for one kind of signal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Reading {
    /// Every place in this container was read. A signal that is not reported is absent.
    Complete,
    /// Some places were read (truncated, damaged or partly supported file). A signal that is not reported may still be
    /// present.
    Partial,
    /// Not searched.
    #[default]
    NotRead,
}
