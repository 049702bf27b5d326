//! Facts from XMP, IPTC-IIM, EXIF and the container's own text fields. None of these is signed by itself.

use serde::{Deserialize, Serialize};

use super::site::Located;
use crate::SourceType;

/// Link to provenance data or to a verification tool.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase", default)]
pub struct Link {
    /// The address, verbatim.
    pub url: String,
    /// Whether the address resolves; `None` if it was not fetched, which is the rule for an offline check.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolves: Option<bool>,
    /// Whether the fetched page identifies this file; `None` if page and file were not compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub identifies_file: Option<bool>,
}

/// Facts from the metadata. Every list is in file order and has one entry per place in the file.
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
    /// Free text which says that AI made or altered the content, such as an ID3 comment or EXIF UserComment. Anyone can
    /// write these fields, and people who look or listen do not perceive them.
    pub ai_remarks: Vec<Located<String>>,
    /// Prompts in any field: `AIPromptInformation`, a generator's `parameters`, a workflow, or a `Description` or EXIF
    /// `UserComment` that contains a prompt.
    pub prompts: Vec<Located<String>>,
    /// `Iptc4xmpExt:DigitalImageGUID`, `xmpMM:InstanceID` and the like.
    pub unique_ids: Vec<Located<String>>,
    /// Creation dates in `xmp:CreateDate` and other XMP or container fields.
    pub create_dates: Vec<Located<String>>,
    /// EXIF `DateTimeOriginal` or `DateTimeDigitized`.
    pub exif_dates: Vec<Located<String>>,
    /// GPS positions. The value names the field; it does not contain the coordinates.
    pub gps: Vec<Located<String>>,
    /// Names of natural persons: `dc:creator`, `AIPromptWriterName`, `PersonInImage`, EXIF Artist. Names of companies
    /// and AI systems, and identifiers such as UUIDs, are excluded.
    pub person_names: Vec<Located<String>>,
    /// Names of the provider or publisher, for example in `photoshop:Credit`.
    pub credits: Vec<Located<String>>,
    /// Camera make and model, only if they name a capture device.
    pub capture_devices: Vec<Located<String>>,
    /// `plus:DataMining`.
    pub data_mining: Vec<Located<String>>,
    /// Permanent links to provenance data or a verification tool, for example in `dcterms:provenance`.
    pub links: Vec<Located<Link>>,
    /// Whether the file says that the generating system is assistive technology (California, from 2029).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assistive_technology: Option<Located<bool>>,
}
