//! The days on which the law changes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use common::*;
use labeler_rules::{Answer, Context, Outcome, Region, Role, Severity, Verdict, judge, rule_set};
use time::{Date, macros::date};

fn in_force(day: Date, id: &str) -> bool {
    let mut context = on(day);
    context.role = if id == "CA-13" { Role::Platform } else { Role::Provider };
    let judgement = judge(&labelled(), &context);
    let key = &rule(&judgement, id).message.key;
    key != "common.notYetInForce" && key != "common.repealed"
}

#[test]
fn rules_begin_and_end_on_their_day() {
    for (id, last_before, first) in [
        ("EU-01", date!(2026 - 08 - 01), date!(2026 - 08 - 02)),
        ("EU-10", date!(2026 - 08 - 01), date!(2026 - 08 - 02)),
        ("EU-13", date!(2025 - 08 - 01), date!(2025 - 08 - 02)),
        ("CA-01", date!(2026 - 08 - 01), date!(2026 - 08 - 02)),
        ("CA-06", date!(2026 - 09 - 29), date!(2026 - 09 - 30)),
        ("CA-12", date!(2028 - 12 - 31), date!(2029 - 01 - 01)),
        ("CA-13", date!(2026 - 12 - 31), date!(2027 - 01 - 01)),
        ("CN-01", date!(2025 - 08 - 31), date!(2025 - 09 - 01)),
        ("WA-01", date!(2027 - 01 - 31), date!(2027 - 02 - 01)),
    ] {
        assert!(!in_force(last_before, id), "{id} on {last_before}");
        assert!(in_force(first, id), "{id} on {first}");
    }
    assert!(in_force(date!(2026 - 09 - 29), "CA-11"));
    assert!(!in_force(date!(2026 - 09 - 30), "CA-11"));
}

#[test]
fn californias_two_vintages_change_over_on_30_september_2026() {
    let before = judge(&labelled(), &on(date!(2026 - 09 - 29)));
    let since = judge(&labelled(), &on(date!(2026 - 09 - 30)));
    let old = rule(&before, "CA-03");
    assert_eq!(old.reference.provision, "22757.3(b), item (B)");
    assert_eq!(old.valid_until, Some(date!(2026 - 09 - 29)));
    let new = rule(&since, "CA-03");
    assert_eq!(new.reference.provision, "22757.3(a)(1)(B)");
    assert_eq!((new.valid_from, new.valid_until), (date!(2026 - 09 - 30), None));
    assert_ne!(old.requirement, new.requirement);
    assert_eq!(rule(&since, "CA-11").message.text, "Was in force until 2026-09-29.");
    assert_eq!(rule(&before, "CA-06").message.text, "Applies from 2026-09-30.");
}

#[test]
fn nothing_is_in_force_before_its_regions_first_day() {
    let judgement = judge(&labelled(), &on(date!(2025 - 01 - 01)));
    for region in Region::ALL {
        let verdict = &judgement.regions[&region];
        assert_eq!(verdict.verdict, Verdict::NotApplicable);
        assert_eq!(verdict.sentence.key, "verdict.notInForce");
    }
    assert!(judgement.regions[&Region::China].sentence.text.contains("2025-09-01"));
    let early = judge(&labelled(), &on(date!(2026 - 08 - 01)));
    assert_eq!(early.regions[&Region::California].sentence.key, "verdict.notInForce");
}

#[test]
fn systems_already_on_the_market_have_until_2_december_2026() {
    let old = |day: Date| {
        let mut context = on(day);
        context.placed_on_market_before = Answer::Yes;
        context.vendor_watermark = Answer::No;
        context.is_ai = Answer::Yes;
        context
    };
    let grace = judge(&photo(), &old(date!(2026 - 12 - 01)));
    let result = rule(&grace, "EU-01");
    assert_eq!((result.outcome, result.severity), (Outcome::Fail, Severity::Informational));
    assert!(result.severity_reason.as_ref().unwrap().text.contains("days left: 1"));
    assert_eq!(grace.regions[&Region::Eu].verdict, Verdict::NotApplicable);
    let due = judge(&photo(), &old(date!(2026 - 12 - 02)));
    assert_eq!(rule(&due, "EU-01").severity, Severity::Required);
    assert_eq!(due.regions[&Region::Eu].verdict, Verdict::Fail);
}

#[test]
fn the_day_of_placing_on_the_market_decides_over_the_answer() {
    let context =
        |placed: Date| Context { placed_on_market: Some(placed), placed_on_market_before: Answer::Yes, ..today() };
    assert!(context(date!(2026 - 08 - 01)).is_legacy_system());
    assert!(!context(date!(2026 - 08 - 02)).is_legacy_system());
    assert_eq!(rule(&judge(&firefly(), &context(date!(2026 - 08 - 02))), "EU-01").severity, Severity::Required);
}

#[test]
fn signing_the_code_makes_its_signed_layer_required_once_the_grace_is_over() {
    let mut context = today();
    assert_eq!(rule(&judge(&midjourney(), &context), "EU-02").severity, Severity::Recommended);
    context.signatory = Answer::Yes;
    let judgement = judge(&midjourney(), &context);
    assert_eq!(rule(&judgement, "EU-02").severity, Severity::Required);
    assert_eq!(judgement.regions[&Region::Eu].verdict, Verdict::Fail);
    context.placed_on_market_before = Answer::Yes;
    assert_eq!(rule(&judge(&midjourney(), &context), "EU-02").severity, Severity::Recommended);
    context.as_of = date!(2026 - 12 - 02);
    assert_eq!(rule(&judge(&midjourney(), &context), "EU-02").severity, Severity::Required);
}

#[test]
fn the_deployers_duty_has_no_grace() {
    let mut context = on(date!(2026 - 08 - 02));
    context.role = Role::Deployer;
    context.deep_fake = Answer::Yes;
    context.placed_on_market_before = Answer::Yes;
    context.visible_label = Answer::No;
    assert_eq!(judge(&firefly(), &context).regions[&Region::Eu].verdict, Verdict::Fail);
}

#[test]
fn washington_is_reported_for_information() {
    let judgement = judge(&tampered(), &on(date!(2027 - 02 - 01)));
    let washington = &judgement.regions[&Region::Washington];
    assert_eq!(washington.verdict, Verdict::NotApplicable);
    assert_eq!(washington.sentence.key, "verdict.informational");
    assert!(washington.counts.informational.fail > 0);
}

#[test]
fn a_day_after_the_rule_set_says_so() {
    let day = rule_set().date;
    assert!(judge(&photo(), &on(day)).notes.is_empty());
    assert_eq!(judge(&photo(), &on(day.next_day().unwrap())).notes[0].key, "judgement.laterThanRules");
}

/// Capture devices follow on 1 January 2028; no rule here covers them, so nothing may change on that day.
#[test]
fn the_device_makers_day_changes_nothing_for_providers() {
    let before = judge(&labelled(), &on(date!(2027 - 12 - 31)));
    let since = judge(&labelled(), &on(date!(2028 - 01 - 01)));
    let keys = |judgement: &labeler_rules::Judgement| -> Vec<String> {
        judgement.regions[&Region::California].rules.iter().map(|rule| rule.message.key.clone()).collect()
    };
    assert_eq!(keys(&before), keys(&since));
}
