//! What a pack must hold beyond being loadable: sources that were read, tests, translations, days in the future.

use std::collections::BTreeSet;

use time::Date;

use super::{LANGUAGES, Pack};
use crate::{Severity, date};

/// What a lint needs to know besides the pack.
#[derive(Clone, Debug)]
pub struct LintContext {
    /// The day of the lint.
    pub today: Date,
    /// Keys of the rows (`EU-01.pass`) that a situation or a golden test has reached.
    pub tested: BTreeSet<String>,
    /// The languages in which every text must exist.
    pub languages: Vec<String>,
}

impl LintContext {
    /// A lint on that day that knows of no tests and wants every language of the product.
    pub fn new(today: Date) -> Self {
        Self { today, tested: BTreeSet::new(), languages: LANGUAGES.map(str::to_owned).to_vec() }
    }
}

/// Something that a lint objects to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LintFinding {
    /// The pack.
    pub pack: String,
    /// The rule, row or key.
    pub place: String,
    /// The objection.
    pub what: String,
}

/// Everything that a lint objects to. An unknown fact, a row that is never reached and a wrong condition are refused
/// when the pack is loaded.
pub fn lint(pack: &Pack, context: &LintContext) -> Vec<LintFinding> {
    let mut found = Vec::new();
    let mut object = |place: &str, what: String| {
        found.push(LintFinding { pack: pack.id.clone(), place: place.to_owned(), what });
    };
    if pack.review_by < context.today {
        object("pack", format!("it had to be reviewed by {}", date::text(pack.review_by)));
    }
    for (rule, severity, sources) in &pack.version_sources {
        let unread = sources.iter().filter(|id| !pack.sources.iter().any(|s| s.id == **id && s.was_read()));
        if *severity == Severity::Required {
            for source in unread {
                object(rule, format!("it is required, but its source `{source}` was not read"));
            }
        }
    }
    for source in pack.sources.iter().filter(|source| source.read_on.is_some_and(|day| day > context.today)) {
        object(&source.id, "it was read in the future".to_owned());
    }
    for case in pack.rules.iter().flat_map(|rule| &rule.cases) {
        if !context.tested.contains(&case.key) {
            object(&case.key, "no situation or golden test reaches this row".to_owned());
        }
    }
    let mut earlier: Vec<(&str, &crate::condition::Condition)> = Vec::new();
    for rule in &pack.rules {
        earlier.clear();
        for case in &rule.cases {
            let Some(when) = &case.when else { continue };
            if let Some((other, _)) = earlier.iter().find(|(_, known)| *known == when) {
                object(&case.key, format!("it is never reached: `{other}` has the same condition"));
            }
            earlier.push((&case.key, when));
        }
    }
    let english: BTreeSet<&str> = pack.texts("en").map(|(key, _)| key).collect();
    for language in context.languages.iter().filter(|language| *language != "en") {
        let known: BTreeSet<&str> = pack.texts(language).map(|(key, _)| key).collect();
        for key in english.difference(&known) {
            object(key, format!("the text is missing in {language}"));
        }
    }
    for language in pack.texts.keys().filter(|language| *language != "en") {
        for (key, text) in pack.texts(language) {
            let names = |text: &str| -> BTreeSet<String> {
                crate::judge::placeholders(text).into_iter().map(str::to_owned).collect()
            };
            if pack.english(key).is_some_and(|english| names(english) != names(text)) {
                object(key, format!("the text in {language} has other placeholders than the English one"));
            }
        }
    }
    found.sort();
    found
}
