//! Facts from XMP, IPTC-IIM, EXIF and the container's own text fields. None of them is signed by itself.

use serde::{Deserialize, Serialize};

use super::site::Located;
use crate::SourceType;

/// A link to provenance data or to a verification tool.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Link {
    /// The address, verbatim.
    pub url: String,
    /// Whether it resolves; `None` when nobody fetched it, which is the rule for an offline check.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolves: Option<bool>,
    /// Whether the fetched page identifies this file; `None` when nobody compared them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifies_file: Option<bool>,
}

/// What the metadata says. Every list is in file order; several values mean several sites.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct MetadataFacts {
    /// `Iptc4xmpExt:DigitalSourceType`.
    pub source_types: Vec<Located<SourceType>>,
    /// `Iptc4xmpExt:AISystemUsed`.
    pub ai_system_used: Vec<Located<String>>,
    /// `Iptc4xmpExt:AISystemVersionUsed`.
    pub ai_system_version_used: Vec<Located<String>>,
    /// Free text that says in words that AI made or altered the content: an ID3 comment, an EXIF UserComment. Anybody can
    /// write it, and people who look or listen do not perceive it.
    pub ai_remarks: Vec<Located<String>>,
    /// Prompts in any field: `AIPromptInformation`, a generator's `parameters`, a workflow, a `Description` or EXIF
    /// `UserComment` that holds one.
    pub prompts: Vec<Located<String>>,
    /// `Iptc4xmpExt:DigitalImageGUID`, `xmpMM:InstanceID` and the like.
    pub unique_ids: Vec<Located<String>>,
    /// `xmp:CreateDate` and other XMP or container dates of creation.
    pub create_dates: Vec<Located<String>>,
    /// EXIF `DateTimeOriginal` or `DateTimeDigitized`.
    pub exif_dates: Vec<Located<String>>,
    /// GPS positions; the value says which field, not the coordinates.
    pub gps: Vec<Located<String>>,
    /// Names of natural persons: `dc:creator`, `AIPromptWriterName`, `PersonInImage`, EXIF Artist. Names of companies and
    /// AI systems and identifiers such as UUIDs are not persons and are left out.
    pub person_names: Vec<Located<String>>,
    /// Names of the provider or publisher: `photoshop:Credit` and the like.
    pub credits: Vec<Located<String>>,
    /// Camera make and model, only where they name a capture device.
    pub capture_devices: Vec<Located<String>>,
    /// `plus:DataMining`.
    pub data_mining: Vec<Located<String>>,
    /// `dcterms:provenance` and other permanent links to provenance data or a verification tool.
    pub links: Vec<Located<Link>>,
    /// Whether the generating system is said to be assistive technology (California, from 2029).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assistive_technology: Option<Located<bool>>,
}
