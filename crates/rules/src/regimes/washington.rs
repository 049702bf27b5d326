//! Washington: E2SHB 1170 (Laws of 2026, ch. 167), effective 1 February 2027, reported for information.
//!
//! Covers providers with more than a million monthly users and image, video and audio; a commonly supported standard
//! such as C2PA is deemed compliant. Its list of minor modifications is open, and business customers are excluded, so
//! whether it applies at all cannot be read from a file.

use time::macros::date;

use super::shared::{bound_marks, kinds, personal_facts};
use crate::case::{Case, Manifest};
use crate::evidence::Reading;
use crate::rule::{Finding, MEDIA, Needs, PROVIDER, Rule, Vintage, fail, not_applicable, open, pass, usual};
use crate::{Citation, Region, Severity};

const fn rule(
    id: &'static str,
    title: &'static str,
    vintages: &'static [Vintage],
    logic: fn(&Case<'_>) -> Finding,
) -> Rule {
    Rule {
        id,
        region: Region::Washington,
        title,
        vintages,
        roles: PROVIDER,
        modalities: MEDIA,
        needs: Needs::AiClaim,
        weight: usual,
        logic,
    }
}

const fn act(provision: &'static str, requirement: &'static str) -> Vintage {
    Vintage {
        from: date!(2027 - 02 - 01),
        until: None,
        severity: Severity::Informational,
        instrument: "Washington E2SHB 1170 (Laws of 2026, ch. 167)",
        provision,
        url: Some("https://wa-law.org/bill/2025-26/hb/1170/S2.PL"),
        requirement,
    }
}

pub(super) const RULES: &[Rule] = &[
    rule("WA-01", "WA-01.title", &[act("Provenance data", "WA-01.requirement")], provenance_data),
    rule("WA-02", "WA-02.title", &[act("Deemed compliance", "WA-02.requirement")], deemed_compliant),
    rule("WA-03", "WA-03.title", &[act("Removal and tampering", "WA-03.requirement")], hard_to_remove),
    rule("WA-04", "WA-04.title", &[act("Personal information", "WA-04.requirement")], no_personal_data),
];

fn provenance_data(case: &Case<'_>) -> Finding {
    let mut found: Vec<Citation> = if case.manifest_holds() { case.c2pa_ai() } else { Vec::new() };
    found.extend(case.xmp_ai());
    found.extend(case.aigc());
    if !found.is_empty() {
        pass("WA-01.pass").cites(found)
    } else if case.silence_counts() {
        fail("WA-01.none")
    } else {
        open("WA-01.notRead")
    }
}

fn deemed_compliant(case: &Case<'_>) -> Finding {
    match case.manifest() {
        Manifest::Intact => pass("WA-02.pass").cite(case.c2pa_citation()),
        Manifest::Invalid => fail("WA-02.invalid").with("codes", case.failure_codes()).cite(case.c2pa_citation()),
        Manifest::None => not_applicable("WA-02.none"),
        _ => open("WA-02.unclear").cite(case.c2pa_citation()),
    }
}

fn hard_to_remove(case: &Case<'_>) -> Finding {
    let bound = bound_marks(case);
    if !bound.is_empty() {
        pass("WA-03.pass").cites(bound)
    } else if provenance_data(case).outcome == crate::Outcome::Pass {
        open("WA-03.metadataOnly")
    } else {
        not_applicable("WA-03.nothing")
    }
}

fn no_personal_data(case: &Case<'_>) -> Finding {
    let found = personal_facts(case);
    if !found.is_empty() {
        fail("WA-04.found").with("kinds", kinds(&found)).cites(found)
    } else if case.evidence.readings.metadata == Reading::Complete {
        pass("WA-04.pass")
    } else {
        open("WA-04.notRead")
    }
}
