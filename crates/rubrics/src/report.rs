//! Report of an evaluation.

use serde::Serialize;
use serde_json::Value;

use crate::rubric::RubricInfo;

/// The outcomes of one rubric over one file's crJSON.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RubricReport {
    /// Which rubric, in which release.
    pub rubric: RubricInfo,
    /// The outcomes in the rubric's own order; for the signals rubric manifest by manifest.
    pub checks: Vec<CheckOutcome>,
    /// The manifests that the signals rubric looked at, in the order that [`CheckOutcome::manifest`] counts; empty for
    /// the others.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub manifests: Vec<ManifestNode>,
    /// Manifests were left out because the file has more than [`crate::MAX_MANIFESTS`].
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub truncated: bool,
}

impl RubricReport {
    /// The outcome of the check `id`; for the signals rubric that of the active manifest.
    pub fn check(&self, id: &str) -> Option<&CheckOutcome> {
        self.checks.iter().find(|check| check.id == id)
    }

    /// The checks with that outcome.
    pub fn with_outcome(&self, outcome: Outcome) -> impl Iterator<Item = &CheckOutcome> {
        self.checks.iter().filter(move |check| check.outcome == outcome)
    }
}

/// Check and its outcome.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct CheckOutcome {
    /// Identifier of the check in the rubric: `validation:valid_success`, `inception:signal_fullyGenAIMedia`.
    pub id: String,
    /// Outcome.
    pub outcome: Outcome,
    /// English sentence of the rubric for this outcome with the matched values filled in, or the reason why there is none.
    pub text: String,
    /// The section of the specification that the rubric names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spec_section: Option<String>,
    /// Index in [`RubricReport::manifests`] of the examined manifest. Only in the signals rubric.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manifest: Option<usize>,
    /// The value of the expression, shortened: at most 20 entries per level, 3 levels, 200 characters per string.
    #[serde(skip_serializing_if = "Value::is_null")]
    pub value: Value,
}

/// Outcome of a check. The official evaluator uses `true`, `false` and `warning` for rubrics over the file, and lists
/// the present signals for rubrics over a manifest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// The requirement is met (`true`).
    Pass,
    /// The requirement is not met (`false`).
    Fail,
    /// Discouraged, not forbidden (`warning`).
    Warn,
    /// The signal is in the manifest.
    Present,
    /// The signal is not in the manifest.
    Absent,
    /// The file has no manifest.
    NotApplicable,
    /// The expression has no value for this manifest; the text contains the reason. The official evaluator counts this
    /// as `false` or, for signals, as absent.
    Error,
}

/// A manifest as the signals rubric sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ManifestNode {
    /// The manifest's label, at most 256 characters; for a pseudo-manifest one derived from the manifest that
    /// declares it.
    pub label: String,
    /// Whether the node is a pseudo-manifest: an ingredient without a manifest of its own but with a declared digital
    /// source type.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub pseudo: bool,
    /// Ingredients that it was made from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ingredients: Vec<Edge>,
}

/// From a manifest to an ingredient's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Edge {
    /// Index into [`RubricReport::manifests`].
    pub index: usize,
    /// `parentOf`, `componentOf`, `inputTo`, or whatever the ingredient says, at most 64 characters.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub relationship: Option<String>,
}
