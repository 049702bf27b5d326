//! Applies rules to a case: gates (date, role, kind of content, AI claim), then the rule's own logic, then words.

use std::collections::{BTreeMap, BTreeSet};

use time::Date;

use crate::case::Case;
use crate::evidence::Evidence;
use crate::messages::{self, lookup, render};
use crate::regimes::{RULE_SET_DATE, RULE_SET_VERSION, rules};
use crate::rule::{Finding, Needs, Rule, Vintage, not_applicable, open};
use crate::{
    AiClaimState, Answer, Context, Counts, Judgement, Message, Outcome, Reference, Region, RegionVerdict, RuleInfo,
    RuleResult, RuleSet, Severity, Verdict, date,
};

/// Judges the facts about one file. The result depends on nothing but the two arguments.
pub fn judge(evidence: &Evidence, context: &Context) -> Judgement {
    let case = Case::new(evidence, context);
    let regions: BTreeMap<Region, RegionVerdict> =
        context.regions.iter().map(|region| (*region, judge_region(&case, *region))).collect();
    let mut notes = Vec::new();
    if context.as_of > RULE_SET_DATE {
        notes.push(say("judgement.laterThanRules", &[("date", date::text(RULE_SET_DATE))]));
    }
    if context.is_ai == Answer::No && case.ai.state == AiClaimState::Claimed {
        notes.push(say("judgement.fileSaysOtherwise", &[]));
    }
    Judgement { as_of: context.as_of, role: context.role, rule_set: rule_set(), ai: case.ai, notes, regions }
}

/// The version of the rules and the day up to which they follow the law.
pub fn rule_set() -> RuleSet {
    RuleSet { version: RULE_SET_VERSION.to_owned(), date: RULE_SET_DATE }
}

/// Every version of every rule, in the order of regions, ids and dates, for documentation.
pub fn catalogue() -> Vec<RuleInfo> {
    rules()
        .flat_map(|rule| {
            rule.vintages.iter().map(move |vintage| RuleInfo {
                id: rule.id.to_owned(),
                region: rule.region,
                title: lookup(rule.title).unwrap_or_default().to_owned(),
                requirement: lookup(vintage.requirement).unwrap_or_default().to_owned(),
                reference: reference(vintage),
                valid_from: vintage.from,
                valid_until: vintage.until,
                severity: vintage.severity,
                roles: rule.roles.to_vec(),
                modalities: rule.modalities.to_vec(),
            })
        })
        .collect()
}

type Params = [(&'static str, String)];

fn say(key: &str, params: &Params) -> Message {
    let template = lookup(key).unwrap_or(key);
    Message {
        key: key.to_owned(),
        text: render(template, params),
        params: params
            .iter()
            .filter(|(name, _)| template.contains(&format!("{{{name}}}")))
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect(),
    }
}

fn reference(vintage: &Vintage) -> Reference {
    Reference {
        instrument: vintage.instrument.to_owned(),
        provision: vintage.provision.to_owned(),
        url: vintage.url.map(str::to_owned),
    }
}

/// The version in force, or else the one to come, or else the last one.
fn vintage_for(rule: &Rule, day: Date) -> Option<&'static Vintage> {
    rule.vintages
        .iter()
        .find(|vintage| vintage.in_force(day))
        .or_else(|| rule.vintages.iter().find(|vintage| vintage.from > day))
        .or_else(|| rule.vintages.last())
}

fn apply(case: &Case<'_>, rule: &Rule, vintage: &Vintage) -> Finding {
    let day = case.context.as_of;
    if day < vintage.from {
        return not_applicable("common.notYetInForce").with("from", date::text(vintage.from));
    }
    if let Some(until) = vintage.until.filter(|until| *until < day) {
        return not_applicable("common.repealed").with("until", date::text(until));
    }
    if !rule.roles.contains(&case.context.role) {
        return not_applicable(match rule.roles {
            crate::rule::PLATFORM => "common.bindsPlatforms",
            crate::rule::PROVIDER => "common.bindsProviders",
            crate::rule::PROVIDER_PLATFORM => "common.bindsProvidersAndPlatforms",
            _ => "common.bindsProvidersAndDeployers",
        });
    }
    if !rule.modalities.contains(&case.evidence.file.modality) {
        return not_applicable("common.modality");
    }
    if rule.needs == Needs::AiClaim {
        match case.ai.state {
            AiClaimState::Claimed => {}
            AiClaimState::Possible => {
                return open("common.onlyHints").cites(case.ai.evidence.iter().cloned());
            }
            AiClaimState::None if case.context.is_ai == Answer::No => {
                return not_applicable("common.saidNotAi");
            }
            AiClaimState::None => return not_applicable("common.noAi"),
        }
    }
    (rule.logic)(case)
}

/// The whole words around a finding.
fn result(case: &Case<'_>, rule: &Rule, vintage: &Vintage) -> RuleResult {
    let finding = apply(case, rule, vintage);
    let weight = finding.weight.or_else(|| (rule.weight)(case)).filter(|(severity, _)| *severity != vintage.severity);
    let params = &finding.params;
    let detail = |suffix: &str| {
        let own = format!("{}.{suffix}", finding.key);
        let general = format!("{}.{suffix}", rule.id);
        [own, general].iter().find(|key| lookup(key).is_some()).map(|key| say(key, params))
    };
    RuleResult {
        id: rule.id.to_owned(),
        region: rule.region,
        title: lookup(rule.title).unwrap_or_default().to_owned(),
        reference: reference(vintage),
        requirement: lookup(vintage.requirement).unwrap_or_default().to_owned(),
        valid_from: vintage.from,
        valid_until: vintage.until,
        severity: weight.map_or(vintage.severity, |(severity, _)| severity),
        severity_reason: weight.map(|(_, key)| say(key, &weight_params(case))),
        outcome: finding.outcome,
        message: say(finding.key, params),
        notes: finding.notes.iter().map(|key| say(key, params)).collect(),
        settles: if finding.outcome == Outcome::Undetermined { detail("settles") } else { None },
        fix: if finding.outcome == Outcome::Fail { detail("fix") } else { None },
        evidence: finding.evidence,
    }
}

fn weight_params(case: &Case<'_>) -> Vec<(&'static str, String)> {
    let days = (crate::regimes::EU_GRACE_ENDS - case.context.as_of).whole_days();
    vec![("days", days.max(0).to_string())]
}

fn judge_region(case: &Case<'_>, region: Region) -> RegionVerdict {
    let mut results = Vec::new();
    let mut any_in_force = false;
    let mut first_day = None;
    for rule in rules().filter(|rule| rule.region == region) {
        let Some(vintage) = vintage_for(rule, case.context.as_of) else {
            continue;
        };
        any_in_force |= vintage.in_force(case.context.as_of);
        first_day = [first_day, Some(vintage.from)].into_iter().flatten().min();
        results.push(result(case, rule, vintage));
    }
    let mut counts = Counts::default();
    for rule in &results {
        let tally = match rule.severity {
            Severity::Required => &mut counts.required,
            Severity::Recommended => &mut counts.recommended,
            Severity::Informational => &mut counts.informational,
        };
        tally.add(rule.outcome);
    }
    let verdict = if counts.required.fail > 0 {
        Verdict::Fail
    } else if counts.required.undetermined > 0 {
        Verdict::Undetermined
    } else if counts.required.pass > 0 {
        Verdict::Pass
    } else {
        Verdict::NotApplicable
    };
    let ids = |outcome: Outcome| {
        let required: BTreeSet<&str> = results
            .iter()
            .filter(|rule| rule.severity == Severity::Required && rule.outcome == outcome)
            .map(|rule| rule.id.as_str())
            .collect();
        required.into_iter().collect::<Vec<_>>().join(", ")
    };
    let params = vec![
        ("law", lookup(messages::law_key(region)).unwrap_or_default().to_owned()),
        ("asOf", date::text(case.context.as_of)),
        ("role", case.context.role.id().to_owned()),
        ("passed", counts.required.pass.to_string()),
        ("failed", ids(Outcome::Fail)),
        ("open", ids(Outcome::Undetermined)),
        ("infoPassed", counts.informational.pass.to_string()),
        ("infoFailed", counts.informational.fail.to_string()),
        ("infoOpen", counts.informational.undetermined.to_string()),
        ("from", first_day.map(date::text).unwrap_or_default()),
    ];
    let key = match verdict {
        Verdict::Pass => "verdict.pass",
        Verdict::Fail if counts.required.undetermined > 0 => "verdict.failAndOpen",
        Verdict::Fail => "verdict.fail",
        Verdict::Undetermined if case.ai.state == AiClaimState::Possible => "verdict.onlyHints",
        Verdict::Undetermined => "verdict.undetermined",
        Verdict::NotApplicable if !any_in_force => "verdict.notInForce",
        Verdict::NotApplicable => match case.ai.state {
            AiClaimState::None if case.context.is_ai == Answer::No => "verdict.saidNotAi",
            AiClaimState::None => "verdict.noAi",
            _ if region == Region::Washington => "verdict.informational",
            _ => "verdict.nothingRequired",
        },
    };
    RegionVerdict { verdict, sentence: say(key, &params), counts, rules: results }
}
