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

/// Everything a file says about its origin, and what three bodies of law make of it.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CheckerReport {
    /// [`SCHEMA_VERSION`].
    pub schema_version: u32,
    /// SHA-256 of the file, lower-case hex; absent only while a large file is still being hashed.
    pub sha256: Option<String>,
    /// Name of the file, if it was given.
    pub filename: Option<String>,
    /// MIME type by content.
    pub mime: String,
    /// Size in bytes.
    pub size_bytes: u64,
    /// Image, video, audio or document.
    pub modality: Modality,
    /// When the check ran, RFC 3339 with milliseconds, UTC.
    pub created_at: String,
    /// What judged: engines, rules and trust lists with their versions and dates.
    pub engine: EngineInfo,
    /// The language of the sentences, as BCP 47 writes it. Keys, ids and parameters do not depend on it.
    pub language: String,
    /// The circumstances that the judgement assumed.
    pub context: Context,
    /// Whether anything says that AI made or altered the content.
    pub ai: AiClaim,
    /// What was looked for in each region, and what was found.
    pub signals: BTreeMap<Region, BTreeMap<String, Signal>>,
    /// One verdict per region, with every rule.
    pub verdicts: BTreeMap<Region, RegionVerdict>,
    /// Limits of the judgement as a whole.
    pub notes: Vec<Message>,
    /// The questions whose answers would settle what is open, first the one that settles most.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<Question>,
    /// What became of the marks of an earlier version, where one was given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub comparison: Option<Comparison>,
    /// Content Credentials.
    pub c2pa: Provenance,
    /// IPTC and XMP statements about the origin.
    pub iptc: IptcSummary,
    /// The metadata that was read.
    pub metadata: MetadataReport,
    /// Every AIGC label (GB 45438-2025) found.
    pub aigc: Vec<AigcSite>,
    /// Traces of known generators outside C2PA.
    pub generators: Vec<GeneratorTrace>,
    /// The outcomes of C2PA's official rubrics; none for a file without readable credentials.
    pub rubrics: Vec<RubricOutcomes>,
    /// Invisible marks: what was probed, declared, or cannot be checked here.
    pub watermark: WatermarkReport,
    /// What could not be read, or looks wrong.
    pub warnings: Vec<Warning>,
}

/// Names and versions of everything that a verdict depends on.
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
    /// Trust lists that were consulted for claim signers, in order, then the one for time stamps.
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

/// The metadata that was read, beyond the fields that state the origin.
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

/// Invisible marks.
#[derive(Clone, Debug, Default, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct WatermarkReport {
    /// Whether the pixels were probed. If not, silence says nothing.
    pub probed: bool,
    /// Why the pixels were not probed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_probed: Option<String>,
    /// After which changes to the picture Labeler's own watermark was not searched for. If present, a watermark may be
    /// there all the same; absent when the search was complete or found it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub not_searched: Option<String>,
    /// Upper bound of the share of unmarked pictures that show a generator's mark all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub false_positive_rate: Option<f64>,
    /// Marks that were decoded or that the manifest declares.
    pub marks: Vec<MarkReport>,
    /// Marks that exist in the field and cannot be checked here: never to be read as absent.
    pub not_checkable: Vec<String>,
}

/// One invisible mark.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct MarkReport {
    /// Name or algorithm.
    pub name: String,
    /// Decoded from the signal, or only declared.
    pub decoded: bool,
    /// Payload, if known.
    pub payload: Option<String>,
    /// Where it was declared, or how it was read.
    pub source: String,
}
