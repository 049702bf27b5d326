//! Tests of the days on which the law changes.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use common::*;
use labeler_rules::{Answer, Context, Outcome, Region, Role, Severity, Verdict, judge, rule_set};
use time::{Date, macros::date};

fn in_force(day: Date, id: &str) -> bool {
    let mut context = on(day);
    context.role = if id == "CA-13" { Role::Platform } else { Role::Provider };
    let judgement = judge(&unstamped(labelled()), &context);
    let key = &rule(&judgement, id).message.key;
    key != "common.notYetInForce" && key != "common.repealed"
}

#[test]
fn rules_begin_and_end_on_their_dates() {
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
fn californias_second_rule_version_applies_from_30_september_2026() {
    let before = judge(&unstamped(labelled()), &on(date!(2026 - 09 - 29)));
    let since = judge(&unstamped(labelled()), &on(date!(2026 - 09 - 30)));
    let old = rule(&before, "CA-03");
    assert_eq!(old.reference.provision, "22757.3(b), item (B)");
    assert_eq!(old.valid_until, Some(date!(2026 - 09 - 29)));
    let new = rule(&since, "CA-03");
    assert_eq!(new.reference.provision, "22757.3(a)(1)(B)");
    assert_eq!((new.valid_from, new.valid_until), (date!(2026 - 09 - 30), None));
    assert_ne!(old.requirement, new.requirement);
    assert_eq!(
        rule(&since, "CA-11").message.text,
        "Was in force until 2026-09-29; the day that decides is 2026-09-30."
    );
    assert_eq!(rule(&before, "CA-06").message.text, "Applies from 2026-09-30; the day that decides is 2026-09-29.");
}

#[test]
fn no_rule_is_in_force_before_the_first_day_of_its_region() {
    let judgement = judge(&unstamped(labelled()), &on(date!(2025 - 01 - 01)));
    for region in Region::DEFAULT {
        let verdict = &judgement.regions[&region];
        assert_eq!(verdict.verdict, Verdict::NotApplicable);
        assert_eq!(verdict.sentence.key, "verdict.notInForce");
    }
    assert!(judgement.regions[&Region::China].sentence.text.contains("2025-09-01"));
    let early = judge(&unstamped(labelled()), &on(date!(2026 - 08 - 01)));
    assert_eq!(early.regions[&Region::California].sentence.key, "verdict.notInForce");
}

#[test]
fn existing_systems_must_comply_from_2_december_2026() {
    let old = |day: Date| {
        let mut context = on(day);
        context.placed_on_market_before = Answer::Yes;
        context.vendor_watermark = Answer::No;
        context.is_ai = Answer::Yes;
        context
    };
    let grace = judge(&photo(), &old(date!(2026 - 12 - 01)));
    let result = rule(&grace, "EU-01");
    assert_eq!((result.outcome, result.message.key.as_str()), (Outcome::NotApplicable, "EU.exempt.grace"));
    assert_eq!(grace.regions[&Region::Eu].verdict, Verdict::NotApplicable);
    let due = judge(&photo(), &old(date!(2026 - 12 - 02)));
    assert_eq!(rule(&due, "EU-01").severity, Severity::Required);
    assert_eq!(due.regions[&Region::Eu].verdict, Verdict::Fail);
}

#[test]
fn the_day_of_placing_on_the_market_overrides_the_yes_or_no_answer() {
    let context =
        |placed: Date| Context { placed_on_market: Some(placed), placed_on_market_before: Answer::Yes, ..today() };
    assert!(context(date!(2026 - 08 - 01)).is_legacy_system());
    assert!(!context(date!(2026 - 08 - 02)).is_legacy_system());
    assert_eq!(
        rule(&judge(&unstamped(firefly()), &context(date!(2026 - 08 - 02))), "EU-01").severity,
        Severity::Required
    );
}

#[test]
fn a_missed_measure_of_the_code_does_not_fail_the_act() {
    let mut context = today();
    context.signatory = Answer::Yes;
    let judgement = judge(&midjourney(), &context);
    let result = rule(&judgement, "EU-02");
    assert_eq!((result.outcome, result.severity), (Outcome::Fail, Severity::Recommended));
    assert!(result.notes.iter().any(|note| note.key == "EU-02.note.signatory"));
    let verdict = &judgement.regions[&Region::Eu];
    assert_eq!(verdict.verdict, Verdict::Undetermined);
    assert!(verdict.sentence.text.contains("marked, not shown to be robust"), "{}", verdict.sentence.text);
}

#[test]
fn deployers_have_no_grace_period() {
    let mut context = on(date!(2026 - 08 - 02));
    context.role = Role::Deployer;
    context.deep_fake = Answer::Yes;
    context.artistic = Answer::No;
    context.placed_on_market_before = Answer::Yes;
    context.visible_label = Answer::No;
    assert_eq!(judge(&unstamped(firefly()), &context).regions[&Region::Eu].verdict, Verdict::Fail);
}

#[test]
fn washington_binds_systems_above_one_million_users() {
    let verdict = |users: Answer| {
        let context = Context { users_above_one_million: users, ..on(date!(2027 - 02 - 01)) };
        judge(&unstamped(firefly()), &context).regions[&Region::Washington].clone()
    };
    assert_eq!(verdict(Answer::No).verdict, Verdict::NotApplicable);
    assert_eq!(verdict(Answer::No).sentence.key, "WA.small.notCovered.sentence");
    assert_eq!(verdict(Answer::Unknown).verdict, Verdict::Undetermined);
    assert_eq!(verdict(Answer::Unknown).open_reason.unwrap().key, "WA.users.open");
    assert_eq!(verdict(Answer::Yes).verdict, Verdict::Pass);
}

#[test]
fn notes_that_the_day_is_later_than_the_rule_set() {
    let day = rule_set().date;
    assert!(judge(&photo(), &on(day)).notes.is_empty());
    assert_eq!(judge(&photo(), &on(day.next_day().unwrap())).notes[0].key, "judgement.laterThanRules");
}

/// The duties of makers of capture devices begin on 1 January 2028. Nothing may change for a provider on that day.
#[test]
fn the_device_makers_day_changes_nothing_for_providers() {
    let before = judge(&unstamped(labelled()), &on(date!(2027 - 12 - 31)));
    let since = judge(&unstamped(labelled()), &on(date!(2028 - 01 - 01)));
    let outcomes = |judgement: &labeler_rules::Judgement| -> Vec<(String, Outcome)> {
        let rules = &judgement.regions[&Region::California].rules;
        rules.iter().map(|rule| (rule.id.clone(), rule.outcome)).collect()
    };
    assert_eq!(outcomes(&before), outcomes(&since));
}
