//! What the disclosure conveys: CA-01 to CA-06 and CA-12.

use crate::case::{Case, Manifest, cite};
use crate::evidence::{Action, CodeCheck, Located};
use crate::rule::{Finding, fail, open, pass};
use crate::{Answer, Citation, SourceClass};

/// What a rule says when it found nothing: fails only when silence counts and no link could convey it.
fn missing(case: &Case<'_>, absent: &'static str, behind_link: &'static str, not_read: &'static str) -> Finding {
    if let Some(link) = case.link() {
        open(behind_link).with("link", link.value.clone()).cite(link)
    } else if case.silence_counts() {
        fail(absent)
    } else {
        open(not_read)
    }
}

pub(super) fn latent_disclosure(case: &Case<'_>) -> Finding {
    let mut found = Vec::new();
    if case.manifest_holds() {
        found.push(case.c2pa_citation());
    }
    found.extend(case.xmp_ai());
    found.extend(case.aigc());
    if let Some(first) = found.first() {
        return pass("CA-01.pass")
            .with("mark", first.fact.clone())
            .note_if(case.manifest() == Manifest::Expired, "CA-01.note.expired")
            .cites(found);
    }
    let marks = case.decoded_ai_marks();
    if !marks.is_empty() {
        return open("CA-01.markOnly").cites(marks);
    }
    if case.context.vendor_watermark == Answer::Yes {
        return open("CA-01.vendorMark");
    }
    if case.manifest() == Manifest::Invalid {
        return fail("CA-01.broken").with("codes", case.failure_codes()).cite(case.c2pa_citation());
    }
    missing(case, "CA-01.none", "CA-01.link", "CA-01.notRead").cites(case.traces(0, 4))
}

/// Names of a provider in the file, whoever states them.
fn provider_names(case: &Case<'_>) -> Vec<Citation> {
    let c2pa = case.c2pa();
    let mut names = Vec::new();
    if case.manifest_holds() {
        if let Some(signer) = &c2pa.signer {
            for name in [&signer.organisation, &signer.common_name].into_iter().flatten() {
                names.push(cite("C2PA signer", name, &c2pa.site));
            }
        }
        if let Some(generator) = c2pa.claim_generator.as_ref().filter(|generator| !generator.name.is_empty()) {
            names.push(cite("C2PA claim generator", &generator.name, &generator.site));
        }
        for identity in c2pa.identities.iter().filter(|identity| identity.valid != Some(false)) {
            names.push(cite("CAWG identity", &identity.name, &identity.site));
        }
    }
    for label in &case.evidence.aigc {
        if let (CodeCheck::Name, Some(name)) = (label.producer_code, label.value("ContentProducer")) {
            names.push(cite("AIGC ContentProducer", name, &label.site));
        }
    }
    names
}

fn same_name(one: &str, other: &str) -> bool {
    let plain = |name: &str| name.chars().filter(|letter| letter.is_alphanumeric()).collect::<String>().to_lowercase();
    let (one, other) = (plain(one), plain(other));
    !one.is_empty() && !other.is_empty() && (one.contains(&other) || other.contains(&one))
}

pub(super) fn provider_name(case: &Case<'_>) -> Finding {
    let names = provider_names(case);
    let credits: Vec<Citation> =
        case.evidence.metadata.credits.iter().map(|credit| cite("credit line", &credit.value, &credit.site)).collect();
    if let Some(expected) = case.context.provider.as_deref() {
        let matching: Vec<Citation> =
            names.iter().chain(&credits).filter(|name| same_name(&name.value, expected)).cloned().collect();
        if !matching.is_empty() {
            return pass("CA-02.matches").with("provider", expected).cites(matching);
        }
        if !names.is_empty() {
            let found = names.iter().map(|name| name.value.as_str()).collect::<Vec<_>>().join(", ");
            return fail("CA-02.other").with("provider", expected).with("found", found).cites(names);
        }
    }
    if let Some(first) = names.first() {
        return pass("CA-02.pass").with("name", first.value.clone()).with("fact", first.fact.clone()).cites(names);
    }
    let code =
        case.evidence.aigc.iter().find(|label| !matches!(label.producer_code, CodeCheck::Empty | CodeCheck::Name));
    if let Some(label) = code {
        let value = label.value("ContentProducer").unwrap_or_default();
        return open("CA-02.codeOnly").with("code", value).cite(cite("AIGC ContentProducer", value, &label.site));
    }
    if !credits.is_empty() {
        return open("CA-02.creditOnly").cites(credits);
    }
    missing(case, "CA-02.none", "CA-02.link", "CA-02.notRead")
}

/// Toolkits that sign on behalf of a product: their names and versions say nothing about the AI system.
fn is_toolkit(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["c2pa-rs", "c2pa_rs", "c2patool", "c2pa tool", "contentauth"].iter().any(|toolkit| name.contains(toolkit))
}

/// A version that an AI action states about its system: the agent's own, or a vendor's parameter.
fn action_version(action: &Action) -> Option<String> {
    let own = action.software_agent.as_ref().and_then(|agent| agent.version.clone());
    own.filter(|version| !version.trim().is_empty()).or_else(|| {
        action
            .parameters
            .iter()
            .find(|(key, value)| key.ends_with(".version") && !is_toolkit(key) && !value.trim().is_empty())
            .map(|(_, value)| value.clone())
    })
}

pub(super) fn system_and_version(case: &Case<'_>) -> Finding {
    let mut names: Vec<Citation> = Vec::new();
    if case.manifest_holds() {
        for action in case.ai_actions() {
            let Some(agent) = &action.software_agent else {
                continue;
            };
            if agent.name.trim().is_empty() || is_toolkit(&agent.name) {
                continue;
            }
            if let Some(version) = action_version(action) {
                let value = format!("{} {version}", agent.name);
                return pass("CA-03.pass").with("system", value.clone()).cite(cite(
                    "C2PA software agent",
                    &value,
                    &action.site,
                ));
            }
            names.push(cite("C2PA software agent", &agent.name, &action.site));
        }
        for disclosure in &case.c2pa().ai_disclosures {
            match (&disclosure.model_name, &disclosure.model_identifier) {
                (Some(name), Some(identifier)) if !name.is_empty() && !identifier.is_empty() => {
                    let value = format!("{name} ({identifier})");
                    return pass("CA-03.pass").with("system", value.clone()).cite(cite(
                        "C2PA AI disclosure",
                        &value,
                        &disclosure.site,
                    ));
                }
                (Some(name), _) if !name.is_empty() => names.push(cite("C2PA AI disclosure", name, &disclosure.site)),
                _ => {}
            }
        }
    }
    let metadata = &case.evidence.metadata;
    let filled = |values: &[Located<String>]| values.iter().find(|located| !located.value.trim().is_empty()).cloned();
    if let Some(name) = filled(&metadata.ai_system_used) {
        if let Some(version) = filled(&metadata.ai_system_version_used) {
            let value = format!("{} {}", name.value, version.value);
            return pass("CA-03.pass")
                .with("system", value)
                .cite(cite("XMP AISystemUsed", &name.value, &name.site))
                .cite(cite("XMP AISystemVersionUsed", &version.value, &version.site));
        }
        names.push(cite("XMP AISystemUsed", &name.value, &name.site));
    }
    if let Some(first) = names.first() {
        let name = first.value.clone();
        return missing(case, "CA-03.noVersion", "CA-03.link", "CA-03.notRead").with("name", name).cites(names);
    }
    missing(case, "CA-03.none", "CA-03.link", "CA-03.notRead")
}

/// Whether a date also has a time of day: RFC 3339, XMP and EXIF all put it behind ten characters of date.
fn has_time(value: &str) -> bool {
    value.trim().get(10..).is_some_and(|rest| rest.contains(':'))
}

pub(super) fn time_and_date(case: &Case<'_>) -> Finding {
    let mut dated: Vec<Citation> = Vec::new();
    if case.manifest_holds() {
        for action in case.actions() {
            if let Some(when) = &action.when {
                dated.push(cite(&format!("C2PA action {} when", action.action), when, &action.site));
            }
        }
        if let Some(stamp) = case.c2pa().time_stamp.as_ref().filter(|stamp| stamp.valid == Some(true))
            && let Some(time) = &stamp.time
        {
            dated.push(cite("time stamp", time, &stamp.site));
        }
    }
    if let Some(signed) = dated.iter().find(|date| has_time(&date.value)).cloned() {
        return pass("CA-04.pass").with("time", signed.value.clone()).with("fact", signed.fact.clone()).cite(signed);
    }
    let metadata = &case.evidence.metadata;
    for (fact, values) in [("creation date", &metadata.create_dates), ("EXIF date", &metadata.exif_dates)] {
        dated.extend(values.iter().map(|located| cite(fact, &located.value, &located.site)));
    }
    if let Some(unsigned) = dated.iter().find(|date| has_time(&date.value)).cloned() {
        return pass("CA-04.unsigned")
            .with("time", unsigned.value.clone())
            .with("fact", unsigned.fact.clone())
            .cite(unsigned);
    }
    if let Some(first) = dated.first() {
        let value = first.value.clone();
        return missing(case, "CA-04.dateOnly", "CA-04.link", "CA-04.notRead").with("date", value).cites(dated);
    }
    missing(case, "CA-04.none", "CA-04.link", "CA-04.notRead")
}

pub(super) fn unique_identifier(case: &Case<'_>) -> Finding {
    let c2pa = case.c2pa();
    let mut found = Vec::new();
    if case.manifest_holds() {
        for (fact, value) in [("C2PA manifest label", &c2pa.manifest_label), ("C2PA instance id", &c2pa.instance_id)] {
            if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) {
                found.push(cite(fact, value, &c2pa.site));
            }
        }
    }
    for id in case.evidence.metadata.unique_ids.iter().filter(|id| !id.value.is_empty()) {
        found.push(cite("unique id", &id.value, &id.site));
    }
    for label in &case.evidence.aigc {
        if let Some(id) = label.value("ProduceID") {
            found.push(cite("AIGC ProduceID", id, &label.site));
        }
    }
    match found.first() {
        Some(first) => pass("CA-05.pass").with("id", first.value.clone()).with("fact", first.fact.clone()).cites(found),
        None => missing(case, "CA-05.none", "CA-05.link", "CA-05.notRead"),
    }
}

pub(super) fn created_or_altered(case: &Case<'_>) -> Finding {
    let statements = case.standing_statements();
    let of = |wanted: fn(SourceClass) -> bool| -> Vec<Citation> {
        statements
            .iter()
            .filter(|statement| wanted(statement.class))
            .map(|statement| statement.citation.clone())
            .collect()
    };
    let altered = of(|class| class == SourceClass::AiEdited);
    if !altered.is_empty() {
        return pass("CA-06.altered").cites(altered);
    }
    let created = of(|class| class == SourceClass::AiGenerated);
    if !created.is_empty() {
        return pass("CA-06.created").cites(created);
    }
    let vague = of(|class| matches!(class, SourceClass::PossibleAi | SourceClass::Algorithmic));
    if !vague.is_empty() {
        return missing(case, "CA-06.ambiguous", "CA-06.link", "CA-06.notRead").cites(vague);
    }
    if case.manifest_holds() {
        let named = |name: &str| case.actions().find(|action| action.action == name);
        let action = named("c2pa.created").or_else(|| {
            named("c2pa.opened").filter(|_| case.actions().any(|action| action.action.starts_with("c2pa.edited")))
        });
        if let Some(action) = action {
            let key = if action.action == "c2pa.created" { "CA-06.created" } else { "CA-06.altered" };
            return pass(key).note("CA-06.note.actionOnly").cite(cite("C2PA action", &action.action, &action.site));
        }
    }
    let aigc = case.aigc();
    if !aigc.is_empty() {
        return open("CA-06.aigcOnly").cites(aigc);
    }
    missing(case, "CA-06.none", "CA-06.link", "CA-06.notRead")
}

pub(super) fn assistive(case: &Case<'_>) -> Finding {
    match &case.evidence.metadata.assistive_technology {
        Some(stated) => {
            let value = if stated.value { "yes" } else { "no" };
            pass("CA-12.pass").with("value", value).cite(cite("assistive technology", value, &stated.site))
        }
        None => missing(case, "CA-12.none", "CA-12.link", "CA-12.notRead"),
    }
}
