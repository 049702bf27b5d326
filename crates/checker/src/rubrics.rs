//! Outcomes of C2PA's official rubrics in a report.

use labeler_rubrics::{CheckOutcome, Outcome, Rubric, RubricInfo};
use serde::Serialize;
use serde_json::Value;

/// Outcomes of one rubric. Checks without a finding (an absent signal, nothing to examine) are counted but not listed,
/// because the three rubrics have about a hundred checks.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RubricOutcomes {
    /// The rubric with its release.
    #[serde(flatten)]
    pub rubric: RubricInfo,
    /// Number of checks that passed.
    pub passed: usize,
    /// Number of checks that failed, warned, or could not be evaluated.
    pub failed: usize,
    /// Checks with a result, in the rubric's order.
    pub checks: Vec<CheckOutcome>,
}

/// Evaluates the three rubrics; returns none for a file without readable credentials.
pub(crate) fn evaluate(crjson: &Value) -> Vec<RubricOutcomes> {
    if crjson.is_null() {
        return Vec::new();
    }
    [Rubric::Conformance, Rubric::Integrity, Rubric::Signals]
        .into_iter()
        .map(|rubric| {
            let report = labeler_rubrics::evaluate(rubric, crjson);
            let count = |wanted: &[Outcome]| report.checks.iter().filter(|c| wanted.contains(&c.outcome)).count();
            RubricOutcomes {
                passed: count(&[Outcome::Pass]),
                failed: count(&[Outcome::Fail, Outcome::Warn, Outcome::Error]),
                checks: report
                    .checks
                    .iter()
                    .filter(|c| !matches!(c.outcome, Outcome::Absent | Outcome::NotApplicable))
                    .cloned()
                    .collect(),
                rubric: report.rubric,
            }
        })
        .collect()
}
