//! The types of a report.

use std::collections::BTreeMap;

use labeler_media::{AigcSite, Exif, GeneratorTrace, IimField, IptcSummary, Modality, TextEntry, Warning, XmpPacket};
use labeler_provenance::Provenance;
use labeler_provenance::trust::TrustListInfo;
use labeler_rules::evidence::Comparison;
use labeler_rules::{AiClaim, Context, Message, Question, Region, RegionVerdict, RuleSet};
use serde::Serialize;

use crate::rubrics::RubricOutcomes;
use crate::signals::Signal;

/// Version of the report's shape. Fields are only added within a version.
pub const SCHEMA_VERSION: u32 = 1;

/// Report on a file: its statements about its origin, judged by several bodies of law.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CheckerReport {
    /// Version of the report format, [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// SHA-256 of the file in lower-case hexadecimal. Absent only while a large file is being hashed.
    pub sha256: Option<String>,
    /// Name of the file, if it was given.
    pub filename: Option<String>,
    /// MIME type, determined from the content.
    pub mime: String,
    /// Size in bytes.
    pub size_bytes: u64,
    /// Image, video, audio or document.
    pub modality: Modality,
    /// Time of the check in RFC 3339 format with milliseconds, UTC.
    pub created_at: String,
    /// Engines, rules and trust lists with their versions and dates.
    pub engine: EngineInfo,
    /// BCP 47 tag of the language of the sentences. Keys, ids and parameters do not depend on it.
    pub language: String,
    /// Circumstances that the judgement assumed.
    pub context: Context,
    /// Whether any statement says that AI made or altered the content.
    pub ai: AiClaim,
    /// Signals that each region looks for, with the findings.
    pub signals: BTreeMap<Region, BTreeMap<String, Signal>>,
    /// One verdict per region, with every rule.
    pub verdicts: BTreeMap<Region, RegionVerdict>,
    /// Limits of the judgement as a whole.
    pub notes: Vec<Message>,
    /// Questions whose answers would settle open rules, starting with the one that settles most.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<Question>,
    /// Comparison with the marks of an earlier version, if one was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Comparison>,
    /// Content Credentials.
    pub c2pa: Provenance,
    /// IPTC and XMP statements about the origin.
    pub iptc: IptcSummary,
    /// Metadata of the file.
    pub metadata: MetadataReport,
    /// AIGC labels found in the file (GB 45438-2025).
    pub aigc: Vec<AigcSite>,
    /// Traces of known generators outside C2PA.
    pub generators: Vec<GeneratorTrace>,
    /// Outcomes of C2PA's official rubrics; empty for a file without readable credentials.
    pub rubrics: Vec<RubricOutcomes>,
    /// Watermarks: decoded, declared, or not checkable.
    pub watermark: WatermarkReport,
    /// Parts of the file that could not be read or look wrong.
    pub warnings: Vec<Warning>,
}

/// Names and versions of all components that verdicts depend on.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct EngineInfo {
    /// This software.
    pub labeler: Component,
    /// The C2PA engine.
    pub c2pa: Component,
    /// The rule set.
    pub rules: RuleSet,
    /// Trust lists consulted for claim signers, in order, followed by the list for time stamps.
    pub trust_lists: Vec<TrustListInfo>,
}

/// A named version.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Component {
    /// Name.
    pub name: String,
    /// Version.
    pub version: String,
}

/// Metadata of the file, apart from the fields that state the origin.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct MetadataReport {
    /// XMP packets.
    pub xmp: Vec<XmpPacket>,
    /// EXIF blocks.
    pub exif: Vec<Exif>,
    /// IPTC-IIM datasets.
    pub iim: Vec<IimField>,
    /// Text fields of the container.
    pub text: Vec<TextEntry>,
}

/// Watermarks.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct WatermarkReport {
    /// Whether the pixels were searched. If not, watermarks may be present.
    pub probed: bool,
    /// Reason why the pixels were not searched.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_probed: Option<String>,
    /// Changes to the image after which Labeler's own watermark was not searched for. If present, the image can still
    /// contain a watermark. Absent if the search was complete or found a watermark.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_searched: Option<String>,
    /// Upper bound of the share of unmarked images in which a generator's watermark is found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub false_positive_rate: Option<f64>,
    /// Watermarks that were decoded or that the manifest declares.
    pub marks: Vec<MarkReport>,
    /// Watermarks in practical use that cannot be checked here. They must not be treated as absent.
    pub not_checkable: Vec<String>,
}

/// A watermark.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct MarkReport {
    /// Name or algorithm.
    pub name: String,
    /// Whether it was decoded from the content (`true`) or only declared (`false`).
    pub decoded: bool,
    /// Payload, if known.
    pub payload: Option<String>,
    /// Place of the declaration, or method by which it was read.
    pub source: String,
}
