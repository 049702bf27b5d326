//! The part of a report that the exports read.

use std::collections::BTreeMap;

use labeler_provenance::Provenance;
use labeler_rules::{AiClaim, Question, Region, RegionVerdict, RuleSet};
use serde::Deserialize;

use crate::report::CheckerReport;

/// The fields of a report that the exports need. Reads the JSON of a saved report with schema version 1 and ignores
/// unknown fields.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SavedReport {
    pub(crate) filename: Option<String>,
    pub(crate) sha256: Option<String>,
    pub(crate) mime: String,
    pub(crate) size_bytes: u64,
    pub(crate) created_at: String,
    pub(crate) engine: SavedEngine,
    pub(crate) ai: AiClaim,
    pub(crate) verdicts: BTreeMap<Region, RegionVerdict>,
    #[serde(default)]
    pub(crate) questions: Vec<Question>,
    pub(crate) c2pa: Provenance,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct SavedEngine {
    pub(crate) labeler: SavedComponent,
    pub(crate) rules: RuleSet,
}

#[derive(Clone, Debug, Deserialize)]
pub(crate) struct SavedComponent {
    pub(crate) version: String,
}

impl From<CheckerReport> for SavedReport {
    fn from(report: CheckerReport) -> Self {
        Self {
            filename: report.filename,
            sha256: report.sha256,
            mime: report.mime,
            size_bytes: report.size_bytes,
            created_at: report.created_at,
            engine: SavedEngine {
                labeler: SavedComponent { version: report.engine.labeler.version },
                rules: report.engine.rules,
            },
            ai: report.ai,
            verdicts: report.verdicts,
            questions: report.questions,
            c2pa: report.c2pa,
        }
    }
}
