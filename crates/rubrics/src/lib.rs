//! C2PA's official asset rubrics, evaluated over crJSON.
//!
//! A rubric is a list of checks in YAML, each an expression over the report of a C2PA validator. The Conformance Task
//! Force publishes three that matter here: [`Rubric::Conformance`], [`Rubric::Integrity`] and [`Rubric::Signals`]. Their
//! files are unmodified in this crate's folder `rubrics` (CC BY 4.0). The build turns them into JSON. Their expressions
//! are interpreted and not rewritten, so that a check keeps the meaning that its publisher gave it.
//!
//! Input is crJSON as `c2pa::Reader::crjson` gives it, where `manifests[0]` is the active manifest. This crate does not
//! know c2pa itself, reads no clock and no network, and runs the same natively and on wasm32.
//!
//! The meaning of a rubric is that of "C2PA Asset Rubrics" (2026-07-31) and of the Python evaluators published beside it
//! in <https://github.com/c2pa-org/conformance-public>, `asset-rubrics`. Those need Adobe's Python port of json-formula,
//! which is on no package index, so they could not be run here; instead `tests/interop/rubrics` compares with Adobe's own
//! json-formula 2.0.0 from npm, driven by the published rules, and the two agree on every file of the test corpus. Known
//! differences from the reference evaluator, all on malformed input only: it counts a check whose expression fails as
//! `false` (here [`Outcome::Error`]), and stops altogether over an assertion that is not an object where one is expected
//! (here that assertion is skipped).
//!
//! Three things to know when reading outcomes. The signals rubric looks at `c2pa.actions.v2` alone, so a file of an older
//! generator that says "generated" in `c2pa.actions` has no signal: absent never means that AI was not used. The
//! integrity rubric counts `claimSignature.mismatch` under trust, and does not list `signingCredential.expired` at all.
//! The conformance rubric is that of specification 2.4: a manifest that declares 2.2 fails `mandatory_spec_version`.
//!
//! Invariants: [`evaluate`] never panics and its work is bounded, whatever the JSON; texts and values in a report are
//! shortened. Strings of the file stay data: texts quote them, so a page must escape the texts that it shows as markup.

mod evaluate;
mod formula;
mod report;
mod rubric;
mod signals;

pub use report::{CheckOutcome, Edge, ManifestNode, Outcome, RubricReport};
pub use rubric::{Rubric, RubricInfo};
pub use signals::MAX_MANIFESTS;

use serde_json::Value;

/// Evaluates `rubric` over a file's crJSON. Without manifests every check is [`Outcome::NotApplicable`], and so are those of
/// the signals rubric when no manifest has a label to be told by.
pub fn evaluate(rubric: Rubric, crjson: &Value) -> RubricReport {
    let program = rubric.program();
    let manifests = crjson.get("manifests").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let report =
        |checks| RubricReport { rubric: program.info.clone(), checks, manifests: Vec::new(), truncated: false };
    let not_applicable = || program.statements.iter().map(evaluate::not_applicable).collect();
    if manifests.is_empty() {
        return report(not_applicable());
    }
    if rubric == Rubric::Signals {
        let signals = signals::evaluate(program, manifests);
        return if signals.manifests.is_empty() { report(not_applicable()) } else { signals };
    }
    let mut allowance = evaluate::Allowance::new();
    let check = |statement| evaluate::document_check(program, statement, crjson, &mut allowance);
    report(program.statements.iter().map(check).collect())
}

/// The value of one expression over a document, `None` when it has none: for the fuzz target.
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub fn evaluate_expression(expression: &str, data: &Value) -> Option<Value> {
    let tree = formula::parse(expression).ok()?;
    let definitions = formula::Definitions::new(serde_json::Map::new(), std::collections::BTreeMap::new());
    let mut budget = formula::Budget::new(100_000);
    let value = formula::Evaluator::new(&definitions, &mut budget).eval(&tree, &formula::Val::from(data)).ok()?;
    Some(value.excerpt(2, 20, 200))
}
