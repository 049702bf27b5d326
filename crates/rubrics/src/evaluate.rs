//! From an expression's value to an outcome, as "C2PA Asset Rubrics" and its reference evaluator have it.

use serde_json::Value;

use crate::{
    formula::{Budget, Evaluator, FormulaError, Val, shortened},
    report::{CheckOutcome, Outcome},
    rubric::{Matching, Program, Statement},
};

/// Steps for one check: far above what a manifest with thousands of actions needs, and well below a second.
const STEPS_PER_CHECK: u64 = 2_000_000;

/// Steps for all checks of one rubric over one file.
const STEPS_PER_RUBRIC: u64 = 20_000_000;

/// How many matches a text lists, and how many characters of each.
const MATCHES: usize = 20;
const MATCH_CHARS: usize = 200;
const VALUE_DEPTH: usize = 3;

/// Remaining part of [`STEPS_PER_RUBRIC`].
pub(crate) struct Allowance(u64);

impl Allowance {
    pub(crate) fn new() -> Self {
        Self(STEPS_PER_RUBRIC)
    }
}

/// Runs one check on `data`.
fn value<'a>(
    program: &'a Program,
    statement: &'a Statement,
    data: &'a Value,
    allowance: &mut Allowance,
) -> Result<Val<'a>, FormulaError> {
    let expression = statement.expression.as_ref().map_err(Clone::clone)?;
    let granted = allowance.0.min(STEPS_PER_CHECK);
    let mut budget = Budget::new(granted);
    let result = Evaluator::new(&program.definitions, &mut budget).eval(expression, &Val::from(data));
    allowance.0 = allowance.0.saturating_sub(granted.saturating_sub(budget.left()));
    result
}

/// A check over the whole document: pass, fail or warn.
pub(crate) fn document_check(
    program: &Program,
    statement: &Statement,
    data: &Value,
    allowance: &mut Allowance,
) -> CheckOutcome {
    let value = match value(program, statement, data, allowance) {
        Ok(value) => value,
        Err(error) => return outcome(statement, Outcome::Error, error.to_string(), Value::Null),
    };
    let matched = value.is_array() && value.len() != Some(0);
    let result = match statement.matching {
        Matching::Fails if matched => Outcome::Fail,
        Matching::Warns if matched => Outcome::Warn,
        Matching::Fails | Matching::Warns => Outcome::Pass,
        Matching::Holds if holds(&value) => Outcome::Pass,
        Matching::Holds => Outcome::Fail,
    };
    // A rubric that has no text for a warning says what it says of a failure.
    let text = match result {
        Outcome::Pass => statement.text("true"),
        Outcome::Warn if !statement.text("warn").is_empty() => statement.text("warn"),
        _ => statement.text("false"),
    };
    outcome(statement, result, with_matches(text, &value), value.excerpt(VALUE_DEPTH, MATCHES, MATCH_CHARS))
}

/// A check over one manifest: present or absent.
pub(crate) fn manifest_check(
    program: &Program,
    statement: &Statement,
    manifest: &Value,
    allowance: &mut Allowance,
) -> CheckOutcome {
    match value(program, statement, manifest, allowance) {
        Ok(value) => {
            let (result, key) = if holds(&value) { (Outcome::Present, "true") } else { (Outcome::Absent, "false") };
            outcome(statement, result, statement.text(key).to_owned(), Value::Null)
        }
        Err(error) => outcome(statement, Outcome::Error, error.to_string(), Value::Null),
    }
}

/// Creates the outcome of a check when the file has no manifest.
pub(crate) fn not_applicable(statement: &Statement) -> CheckOutcome {
    outcome(statement, Outcome::NotApplicable, "The file has no C2PA manifest.".to_owned(), Value::Null)
}

fn outcome(statement: &Statement, outcome: Outcome, text: String, value: Value) -> CheckOutcome {
    CheckOutcome {
        id: statement.id.clone(),
        outcome,
        text,
        spec_section: statement.spec_section.clone(),
        manifest: None,
        value,
    }
}

/// Whether a value counts as true in a report: a list that is not empty, a number above zero, and anything else but
/// `null` and `false`. The rule within an expression differs: here an empty string is true.
fn holds(value: &Val) -> bool {
    match value {
        Val::Null => false,
        Val::Bool(value) => *value,
        Val::Number(value) => *value > 0.0,
        _ if value.is_array() => value.len() != Some(0),
        _ => true,
    }
}

/// Inserts the matched values into the text of the rubric: strings as they are, other values as JSON.
fn with_matches(text: &str, value: &Val) -> String {
    const PLACE: &str = "{{matches}}";
    if !text.contains(PLACE) {
        return text.to_owned();
    }
    let mut matches: Vec<String> = value
        .elements()
        .take(MATCHES)
        .map(|item| match item.as_str() {
            Some(text) => shortened(text, MATCH_CHARS),
            None => shortened(&item.excerpt(VALUE_DEPTH, MATCHES, MATCH_CHARS).to_string(), MATCH_CHARS),
        })
        .collect();
    let more = value.len().unwrap_or(0).saturating_sub(matches.len());
    if more > 0 {
        matches.push(format!("and {more} more"));
    }
    text.replace(PLACE, &matches.join(", "))
}
