//! Lint for packs that load successfully: checks sources, tests, translations and dates.

use std::collections::BTreeSet;

use time::Date;

use super::form::LANGUAGES;
use super::load::Pack;
use super::set::PackSet;
use crate::date;
use crate::verdict::{Outcome, Severity};

/// Information that a lint needs in addition to the pack.
#[derive(Clone, Debug)]
pub struct LintContext {
    /// The day on which the lint runs.
    pub today: Date,
    /// Keys of the rows (`EU-01.pass`) that a situation or a golden test reaches.
    pub tested: BTreeSet<String>,
    /// Languages in which every text must exist.
    pub languages: Vec<String>,
}

impl LintContext {
    /// Creates a context for a lint on this day without tested rows and with every language of the product.
    pub fn new(today: Date) -> Self {
        Self { today, tested: BTreeSet::new(), languages: LANGUAGES.map(str::to_owned).to_vec() }
    }
}

/// Rows that the tests of this crate reach, one per line. A test verifies that the list is current.
static TESTED: &str = include_str!("../../packs/shared/tested.txt");

/// Returns the keys of the rows in a pack that the tests of this build reach. A row with another condition or outcome
/// than the embedded row counts as not reached.
pub fn tested_rows(pack: &Pack) -> BTreeSet<String> {
    let listed: BTreeSet<&str> = TESTED.lines().filter(|line| !line.starts_with('#')).collect();
    let own = PackSet::embedded().packs().iter().find(|own| own.id == pack.id);
    let known: BTreeSet<Row<'_>> = own.into_iter().flat_map(rows).collect();
    rows(pack).filter(|row| listed.contains(row.0) && known.contains(row)).map(|(key, ..)| key.to_owned()).collect()
}

/// A row of a table by key, condition and outcome.
type Row<'a> = (&'a str, Option<&'a str>, Outcome);

fn rows(pack: &Pack) -> impl Iterator<Item = Row<'_>> {
    pack.tables().flatten().map(|case| (case.key.as_str(), case.when_text.as_deref(), case.outcome))
}

/// Problem found by the lint.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LintFinding {
    /// The pack.
    pub pack: String,
    /// The rule, row or key with the problem.
    pub place: String,
    /// Description of the problem.
    pub what: String,
}

/// Returns whether a row makes a result of the rule required, regardless of the weight of its version.
fn has_required_row(pack: &Pack, id: &str) -> bool {
    let rule = pack.rules.iter().filter(|rule| rule.id == id);
    rule.flat_map(|rule| {
        let shared = rule.gates.iter().chain(&rule.then).filter_map(|table| pack.gates.get(*table));
        rule.cases.iter().chain(shared.flat_map(|gate| &gate.cases))
    })
    .any(|case| case.severity == Some(Severity::Required))
}

/// Returns all problems in a pack. Unknown facts, unreachable rows and invalid conditions are rejected earlier, when
/// the pack is loaded.
pub fn lint(pack: &Pack, context: &LintContext) -> Vec<LintFinding> {
    let mut found = Vec::new();
    let mut object = |place: &str, what: String| {
        found.push(LintFinding { pack: pack.id.clone(), place: place.to_owned(), what });
    };
    if pack.review_by < context.today {
        object("pack", format!("its review was due on {}", date::text(pack.review_by)));
    }
    for (rule, severity, sources) in &pack.version_sources {
        let unread = sources.iter().filter(|id| !pack.sources.iter().any(|s| s.id == **id && s.was_read()));
        if *severity == Severity::Required || has_required_row(pack, rule) {
            for source in unread {
                object(rule, format!("it is required, but its source `{source}` was not read"));
            }
        }
    }
    for source in pack.sources.iter().filter(|source| source.read_on.is_some_and(|day| day > context.today)) {
        object(&source.id, "its reading date is in the future".to_owned());
    }
    for case in pack.tables().flatten() {
        if !context.tested.contains(&case.key) {
            object(&case.key, "no situation or golden test reaches this row".to_owned());
        }
    }
    let mut earlier: Vec<(&str, &crate::condition::Condition)> = Vec::new();
    for cases in pack.tables() {
        earlier.clear();
        for case in cases {
            let Some(when) = &case.when else { continue };
            if let Some((other, _)) = earlier.iter().find(|(_, known)| *known == when) {
                object(&case.key, format!("it is never reached because `{other}` has the same condition"));
            }
            earlier.push((&case.key, when));
        }
    }
    let english: BTreeSet<&str> = pack.texts("en").map(|(key, _)| key).collect();
    let missing = |key: &str| -> Vec<&str> {
        let wanted = context.languages.iter().map(String::as_str).filter(|language| *language != "en");
        wanted.filter(|language| pack.text(language, key).is_none()).collect()
    };
    for key in english {
        let languages = missing(key);
        if !languages.is_empty() {
            object(key, format!("the text is missing in {}", languages.join(", ")));
        }
    }
    for language in pack.texts.keys().filter(|language| *language != "en") {
        for (key, text) in pack.texts(language) {
            let names = |text: &str| -> BTreeSet<String> {
                crate::judge::placeholders(text).into_iter().map(str::to_owned).collect()
            };
            if pack.english(key).is_some_and(|english| names(english) != names(text)) {
                object(key, format!("the placeholders in the {language} text differ from the English text"));
            }
        }
    }
    found.sort();
    found
}
