//! Judges random evidence and random answers with the embedded packs. Every outcome must be consistent, explained and
//! repeatable.
#![no_main]

#[path = "../../tests/common/choices.rs"]
mod choices;
#[path = "../../tests/common/mod.rs"]
mod common;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use choices::Choices;
use labeler_rules::facts::FACTS;
use labeler_rules::pack::PackSet;
use labeler_rules::{Outcome, RegionVerdict, Severity, Verdict, fuzzing, judge};
use libfuzzer_sys::fuzz_target;

/// Row keys that no table contains: the reason is the day, the role or the kind of content, or no row matched.
const OUTSIDE: [&str; 4] = ["common.notYetInForce", "common.repealed", "common.modality", "common.undecided"];

/// Row keys and outcomes of each pack, in the order of [`PackSet::packs`].
static ROWS: LazyLock<Vec<BTreeSet<(String, Outcome)>>> =
    LazyLock::new(|| PackSet::embedded().packs().iter().map(|pack| pack.cases().into_iter().collect()).collect());

fn explained(verdict: &RegionVerdict, rows: &BTreeSet<(String, Outcome)>) {
    for rule in &verdict.rules {
        let trace = rule.trace.as_ref().expect("every outcome has a trace");
        assert_eq!(trace.case, rule.message.key);
        let outside = OUTSIDE.contains(&trace.case.as_str()) || trace.case.starts_with("common.binds.");
        assert!(outside || rows.contains(&(trace.case.clone(), rule.outcome)), "{}", trace.case);
        if outside {
            assert!(!matches!(rule.outcome, Outcome::Pass | Outcome::Fail), "{}", trace.case);
        }
        for name in trace.facts.iter().map(|fact| &fact.name).chain(&trace.unknown) {
            let is_rule = verdict.rules.iter().any(|rule| rule.id == *name);
            assert!(is_rule || FACTS.iter().any(|fact| fact.name == *name), "{name}");
        }
        assert_eq!(rule.fix.is_some(), rule.outcome == Outcome::Fail);
        assert_eq!(rule.settles.is_some(), rule.outcome == Outcome::Undetermined);
        let parts = [rule.fix.as_ref(), rule.settles.as_ref(), rule.severity_reason.as_ref(), Some(&rule.message)];
        for message in parts.into_iter().flatten().chain(&rule.notes) {
            assert!(!message.text.is_empty() && message.text != message.key, "{}", message.key);
        }
    }
}

fuzz_target!(|input: &[u8]| {
    let mut choices = Choices::new(input);
    let context = choices.context();
    // Few random files pass. Therefore half of the inputs start from a file that has every layer.
    let mut evidence = choices.evidence();
    if choices.byte() % 2 == 1 {
        let labelled = common::labelled();
        if choices.byte() % 2 == 1 {
            evidence.c2pa = labelled.c2pa;
        }
        if choices.byte() % 2 == 1 {
            evidence.metadata = labelled.metadata;
            evidence.readings = labelled.readings;
        }
        evidence.aigc = labelled.aigc;
        evidence.invisible_marks = labelled.invisible_marks;
        evidence.visible_label = labelled.visible_label;
    }
    let judgement = judge(&evidence, &context);
    assert_eq!(judgement, judge(&evidence, &context));
    assert!(serde_json::to_string(&judgement).is_ok());
    assert_eq!(judgement.regions.len(), context.regions.len());
    for (pack, rows) in PackSet::embedded().packs().iter().zip(ROWS.iter()) {
        let Some(verdict) = judgement.regions.get(&pack.region) else { continue };
        assert!(!verdict.sentence.text.is_empty());
        explained(verdict, rows);
        let required = |outcome: Outcome| {
            verdict.rules.iter().any(|rule| rule.severity == Severity::Required && rule.outcome == outcome)
        };
        if verdict.verdict == Verdict::Pass {
            assert!(required(Outcome::Pass) && !required(Outcome::Fail) && !required(Outcome::Undetermined));
            assert_ne!(fuzzing::pass_policy(pack, &evidence, &context, verdict), Some(false));
        }
        if verdict.verdict == Verdict::NotApplicable {
            assert!(!required(Outcome::Pass) && !required(Outcome::Fail) && !required(Outcome::Undetermined));
        }
        if required(Outcome::Fail) {
            assert_eq!(verdict.verdict, Verdict::Fail);
        }
    }
});
