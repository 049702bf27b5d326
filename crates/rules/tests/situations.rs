//! Judges the situations in `tests/situations.toml` and compares verdicts, deciding rules and words with the table.
//!
//! `SITUATION=S-017` selects one situation, `SITUATION=S-017(b)` one of its cases.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

#[path = "situations/build.rs"]
mod build;
#[path = "situations/compare.rs"]
mod compare;
#[path = "situations/table.rs"]
mod table;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use labeler_rules::{Context, Outcome, Region, judge};
use table::{Case, Situations, Totals};

const TABLE: &str = include_str!("situations.toml");

fn situations() -> Situations {
    Situations::parse(TABLE).unwrap_or_else(|error| panic!("tests/situations.toml: {error}"))
}

/// Returns the context of a case, with the default regions and additional ones for which it expects a verdict.
fn context(case: &Case, answers: &table::AnswerWords, checked_on: time::Date) -> Context {
    let mut context = build::context(answers, checked_on);
    context.regions.extend(case.expected.verdicts.keys().map(|id| id.parse::<Region>().expect("a region")));
    context
}

/// Returns the differences of one case in all its variants.
fn judge_case(case: &Case) -> Vec<String> {
    let checked_on = build::date(case.day);
    let mut found = Vec::new();
    for (number, (file, answers)) in case.inputs.iter().enumerate() {
        let judgement = judge(&build::evidence(file, checked_on), &context(case, answers, checked_on));
        let json = serde_json::to_value(&judgement).unwrap();
        let differences = compare::differences(&json, &case.expected);
        let variant = if number == 0 { String::new() } else { format!("variant {number}: ") };
        found.extend(differences.into_iter().map(|difference| format!("{variant}{difference}")));
    }
    found
}

#[test]
fn every_situation_is_judged_as_a_lawyer_would() {
    let only = std::env::var("SITUATION").ok();
    let mut report = String::new();
    let (mut judged, mut wrong) = (0, 0);
    for case in situations().cases {
        if only.as_ref().is_some_and(|only| case.id != *only && !case.id.starts_with(&format!("{only}("))) {
            continue;
        }
        judged += 1;
        let differences = judge_case(&case);
        if !differences.is_empty() {
            wrong += 1;
            writeln!(report, "\n{} on {}: {}", case.id, case.day, case.words).unwrap();
            for difference in differences {
                writeln!(report, "  {difference}").unwrap();
            }
        }
    }
    assert!(judged > 0, "no situation is named {}", only.unwrap_or_default());
    assert!(wrong == 0, "{wrong} of {judged} cases differ:\n{report}");
}

/// Returns all possible answers to a question.
fn answers_to(question: &labeler_rules::Question) -> Vec<serde_json::Value> {
    use labeler_rules::pack::QuestionKind;
    match question.kind {
        QuestionKind::Day => ["2024-01-01", "2026-08-20", "2026-10-15", "2026-11-29"].map(Into::into).to_vec(),
        _ => ["yes", "no"].map(Into::into).to_vec(),
    }
}

#[test]
fn every_question_of_an_open_rule_can_change_its_outcome() {
    let mut idle = BTreeSet::new();
    for case in situations().cases {
        let checked_on = build::date(case.day);
        for (file, answers) in &case.inputs {
            let evidence = build::evidence(file, checked_on);
            let context = context(&case, answers, checked_on);
            let judgement = judge(&evidence, &context);
            let written = serde_json::to_value(&context).unwrap();
            for rule in judgement.regions.values().flat_map(|region| &region.rules) {
                if rule.outcome != Outcome::Undetermined {
                    continue;
                }
                for id in &rule.asks {
                    let Some(question) = judgement.questions.iter().find(|question| question.id == *id) else {
                        continue;
                    };
                    let changes = answers_to(question).into_iter().any(|answer| {
                        let mut answered = written.clone();
                        answered[&question.answer] = answer;
                        let other = judge(&evidence, &serde_json::from_value(answered).unwrap());
                        let other = other.regions[&rule.region].rules.iter().find(|other| other.id == rule.id);
                        other.is_none_or(|other| other.message.key != rule.message.key)
                    });
                    if !changes {
                        idle.insert(format!("{}: {} asks `{id}`, no answer changes it", case.id, rule.message.key));
                    }
                }
            }
        }
    }
    assert!(idle.is_empty(), "{idle:#?}");
}

#[test]
fn no_situation_case_or_verdict_is_missing() {
    let Situations { totals, ids, cases } = situations();
    let counted = Totals {
        situations: ids.iter().collect::<BTreeSet<_>>().len(),
        cases: cases.iter().map(|case| &case.id).collect::<BTreeSet<_>>().len(),
        verdicts: cases.iter().map(|case| case.expected.verdicts.len()).sum(),
    };
    assert_eq!(counted, totals);
    assert_eq!(ids.len(), totals.situations, "two situations have the same number");
    assert!(totals.situations >= 60 && totals.cases >= 125 && totals.verdicts >= 205, "{totals:?}");
}

#[test]
fn names_an_unknown_key_or_word() {
    let with = |file: &str, answers: &str, expect: &str| {
        format!(
            "[totals]\nsituations = 1\ncases = 1\nverdicts = 1\n[[situation]]\nid = \"S-1\"\ntitle = \"t\"\nwhy = \"w\"\n\
             clause = \"c\"\nbasis = \"b\"\n[situation.file]\nkind = \"png\"\n{file}\n[situation.answers]\n{answers}\n\
             [[situation.case]]\nexpect = {{ {expect} }}\nrules = {{}}\n"
        )
    };
    assert!(Situations::parse(&with("", "", "eu = \"pass\"")).is_ok());
    for (text, named) in [
        (with("colour = \"red\"", "", "eu = \"pass\""), "colour"),
        (with("", "made-by-robots = \"yes\"", "eu = \"pass\""), "made-by-robots"),
        (with("", "made-by-ai = \"perhaps\"", "eu = \"pass\""), "perhaps"),
        (with("", "", "eu = \"maybe\""), "maybe"),
    ] {
        let error = Situations::parse(&text).err().unwrap();
        assert!(error.contains(named), "{error}");
    }
}
