//! Facts about the contents of a disclosure (provider, system, time, identifier, links), private data and reservations.

use super::manifest::{holds, manifest_standing, names_nobody};
use super::standing::Standing;
use super::statements::{Statements, signer_name};
use super::table::{Facts, Value, cite};
use crate::evidence::{Action, CodeCheck, Evidence, Located, ManifestPosition};
use crate::{Citation, Context, SourceType};

/// Legal forms of companies, which may be missing in one spelling of a name.
const FORMS: [&str; 18] = [
    "inc",
    "ltd",
    "llc",
    "gmbh",
    "ag",
    "corp",
    "corporation",
    "co",
    "company",
    "limited",
    "plc",
    "sa",
    "sas",
    "bv",
    "srl",
    "spa",
    "kg",
    "pbc",
];

fn name_words(name: &str) -> Vec<String> {
    let words = name.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let mut words: Vec<String> = words.map(str::to_lowercase).collect();
    while words.len() > 1 && words.last().is_some_and(|last| FORMS.contains(&last.as_str())) {
        words.pop();
    }
    words
}

/// Returns whether one name contains the other as consecutive whole words, ignoring legal forms of companies.
fn same_name(found: &str, expected: &str) -> bool {
    let (found, expected) = (name_words(found), name_words(expected));
    !expected.is_empty() && found.windows(expected.len()).any(|part| part == expected.as_slice())
}

/// Returns whether the name is a tool that signs on behalf of a product. Such tools name neither a provider nor an AI
/// system.
fn is_toolkit(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["c2pa-rs", "c2pa_rs", "c2patool", "c2pa tool", "contentauth"].iter().any(|toolkit| name.contains(toolkit))
}

/// Returns the asset's own actions that say AI, or else those of a parent that nothing replaces.
fn ai_actions<'a>(statements: &Statements, evidence: &'a Evidence) -> Vec<&'a Action> {
    let of = |position: ManifestPosition| -> Vec<&Action> {
        let says_ai = |action: &&Action| action.source_type.as_ref().is_some_and(SourceType::says_ai);
        evidence.c2pa.actions.iter().filter(|action| action.position == position).filter(says_ai).collect()
    };
    let own = of(ManifestPosition::Active);
    if own.is_empty() && statements.parent_counts { of(ManifestPosition::Parent) } else { own }
}

/// Sets the facts that California's items ask about.
pub(super) fn items(facts: &mut Facts, statements: &Statements, evidence: &Evidence, context: &Context) {
    provider(facts, evidence, context);
    system(facts, statements, evidence);
    time(facts, statements, evidence);
    identifier(facts, evidence);
    links(facts, evidence);
    let stated = evidence.metadata.assistive_technology.as_ref();
    let word = stated.map(|stated| if stated.value { "yes" } else { "no" });
    let cited = stated
        .map(|stated| cite("assistive technology", word.unwrap_or_default(), &stated.site, Standing::StatedUnsigned));
    facts.put("assistive-stated", word, cited.into_iter().collect());
}

fn provider(facts: &mut Facts, evidence: &Evidence, context: &Context) {
    let c2pa = &evidence.c2pa;
    let standing = manifest_standing(evidence);
    let mut names: Vec<Citation> = Vec::new();
    if holds(evidence) {
        if let Some(signer) = c2pa.signer.as_ref().filter(|_| !names_nobody(evidence)) {
            names.extend(signer_name(signer).map(|name| cite("C2PA signer", name, &c2pa.site, standing)));
        }
        // The asset's own manifest comes first, then a parent's.
        for position in [ManifestPosition::Active, ManifestPosition::Parent] {
            let named = c2pa.identities.iter().filter(|i| i.position == position && i.valid != Some(false));
            names.extend(named.map(|identity| cite("CAWG identity", &identity.name, &identity.site, standing)));
            let stated = c2pa.provider_statements.iter().filter(|stated| stated.position == position);
            names.extend(stated.map(|stated| cite("provider's own statement", &stated.name, &stated.site, standing)));
        }
    }
    for label in &evidence.aigc {
        if let (CodeCheck::Name, Some(name)) = (label.producer_code, label.value("ContentProducer")) {
            names.push(cite("AIGC ContentProducer", name, &label.site, Standing::StatedUnsigned));
        }
    }
    names.retain(|name| !name.value.trim().is_empty());
    let credits: Vec<Citation> = evidence
        .metadata
        .credits
        .iter()
        .map(|credit| cite("credit line", &credit.value, &credit.site, Standing::StatedUnsigned))
        .collect();
    let matching: Vec<Citation> = context
        .provider
        .as_deref()
        .map(|expected| names.iter().chain(&credits).filter(|n| same_name(&n.value, expected)).cloned().collect())
        .unwrap_or_default();
    let matches = context.provider.as_ref().map_or(Value::Unknown, |_| Value::Flag(!matching.is_empty()));
    facts.put("provider.matches", matches, matching);
    facts.set("provider.first", names.first().map(|name| name.value.clone()));
    facts.set("provider.fact", names.first().map(|name| name.fact.clone()));
    let values: Vec<String> = names.iter().map(|name| name.value.clone()).collect();
    facts.put("provider.names", if values.is_empty() { Value::Absent } else { Value::Texts(values) }, names);
    let code = evidence.aigc.iter().find(|l| !matches!(l.producer_code, CodeCheck::Empty | CodeCheck::Name));
    let code = code.map(|label| (label.value("ContentProducer").unwrap_or_default(), label));
    let cited = code.map(|(value, label)| cite("AIGC ContentProducer", value, &label.site, Standing::StatedUnsigned));
    facts.put("provider.code", code.map(|(value, _)| value), cited.into_iter().collect());
    facts.put("provider.credit", credits.first().map(|credit| credit.value.clone()), credits);
}

/// Returns the version that an AI action states about its system: the agent's own version, or a vendor's parameter.
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

fn system(facts: &mut Facts, statements: &Statements, evidence: &Evidence) {
    let standing = manifest_standing(evidence);
    let mut full: Vec<Citation> = Vec::new();
    let mut names: Vec<Citation> = Vec::new();
    if holds(evidence) {
        for action in ai_actions(statements, evidence) {
            let Some(agent) = &action.software_agent else { continue };
            if agent.name.trim().is_empty() || is_toolkit(&agent.name) {
                continue;
            }
            match action_version(action) {
                Some(version) => {
                    let value = format!("{} {version}", agent.name);
                    full.push(cite("C2PA software agent", &value, &action.site, standing));
                }
                None => names.push(cite("C2PA software agent", &agent.name, &action.site, standing)),
            }
        }
        let counts = |position: ManifestPosition| {
            position == ManifestPosition::Active || (position == ManifestPosition::Parent && statements.parent_counts)
        };
        for disclosure in evidence.c2pa.ai_disclosures.iter().filter(|disclosure| counts(disclosure.position)) {
            match (disclosure.model_name.as_deref(), disclosure.model_identifier.as_deref()) {
                (Some(name), Some(identifier)) if !name.is_empty() && !identifier.is_empty() => {
                    let value = format!("{name} ({identifier})");
                    full.push(cite("C2PA AI disclosure", &value, &disclosure.site, standing));
                }
                (Some(name), _) if !name.is_empty() => {
                    names.push(cite("C2PA AI disclosure", name, &disclosure.site, standing));
                }
                _ => {}
            }
        }
    }
    let filled = |values: &[Located<String>]| values.iter().find(|located| !located.value.trim().is_empty()).cloned();
    let metadata = &evidence.metadata;
    if let Some(name) = filled(&metadata.ai_system_used) {
        match filled(&metadata.ai_system_version_used) {
            Some(version) => {
                let value = format!("{} {}", name.value, version.value);
                full.push(cite("XMP AISystemUsed", &value, &name.site, Standing::StatedUnsigned));
            }
            None => names.push(cite("XMP AISystemUsed", &name.value, &name.site, Standing::StatedUnsigned)),
        }
    }
    facts.put("system.version", full.first().map(|found| found.value.clone()), full);
    facts.put("system.name", names.first().map(|found| found.value.clone()), names);
}

/// Returns whether a date includes a time of day. RFC 3339, XMP and EXIF all write it after a date of ten characters.
fn has_time(value: &str) -> bool {
    value.trim().get(10..).is_some_and(|rest| rest.contains(':'))
}

fn time(facts: &mut Facts, statements: &Statements, evidence: &Evidence) {
    let standing = manifest_standing(evidence);
    let mut signed: Vec<Citation> = Vec::new();
    if holds(evidence) {
        let when = |action: &Action| {
            let fact = format!("C2PA action {} when", action.action);
            action.when.as_ref().map(|when| cite(&fact, when, &action.site, standing))
        };
        signed.extend(ai_actions(statements, evidence).into_iter().filter_map(when));
        let makes = |action: &&Action| {
            action.position == ManifestPosition::Active
                && (action.action == "c2pa.created" || action.action.starts_with("c2pa.edited"))
        };
        signed.extend(evidence.c2pa.actions.iter().filter(makes).filter_map(when));
        if let Some(stamp) = evidence.c2pa.time_stamp.as_ref().filter(|stamp| stamp.valid == Some(true))
            && let Some(time) = &stamp.time
        {
            signed.push(cite("time stamp", time, &stamp.site, standing));
        }
    }
    let metadata = &evidence.metadata;
    let mut unsigned: Vec<Citation> = Vec::new();
    for (fact, values) in [("creation date", &metadata.create_dates), ("EXIF date", &metadata.exif_dates)] {
        unsigned.extend(values.iter().map(|l| cite(fact, &l.value, &l.site, Standing::StatedUnsigned)));
    }
    // The dates of an altered file may be the dates of the original.
    let altered = facts.text("ai.kind") == "altered";
    let with_time = |found: &[Citation]| found.iter().find(|date| has_time(&date.value)).cloned();
    let signed_time = with_time(&signed);
    let unsigned_time = with_time(&unsigned);
    let (free, other) = if altered { (None, unsigned_time) } else { (unsigned_time, None) };
    let fact = signed_time.as_ref().or(free.as_ref()).or(other.as_ref()).map(|found| found.fact.clone());
    facts.set("time.fact", fact);
    for (name, found) in [("time.signed", signed_time), ("time.unsigned", free), ("time.other", other)] {
        facts.put(name, found.as_ref().map(|found| found.value.clone()), found.into_iter().collect());
    }
    let mut dates = signed.into_iter().chain(unsigned);
    let date = dates.find(|date| !has_time(&date.value) && !date.value.trim().is_empty());
    facts.put("time.date-only", date.as_ref().map(|found| found.value.clone()), date.into_iter().collect());
}

fn identifier(facts: &mut Facts, evidence: &Evidence) {
    let c2pa = &evidence.c2pa;
    let mut found = Vec::new();
    if holds(evidence) {
        let standing = manifest_standing(evidence);
        for (fact, value) in [("C2PA manifest label", &c2pa.manifest_label), ("C2PA instance id", &c2pa.instance_id)] {
            if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) {
                found.push(cite(fact, value, &c2pa.site, standing));
            }
        }
    }
    for id in evidence.metadata.unique_ids.iter().filter(|id| !id.value.trim().is_empty()) {
        found.push(cite("unique id", &id.value, &id.site, Standing::StatedUnsigned));
    }
    for label in &evidence.aigc {
        if let Some(id) = label.value("ProduceID") {
            found.push(cite("AIGC ProduceID", id, &label.site, Standing::StatedUnsigned));
        }
    }
    facts.set("identifier.fact", found.first().map(|found| found.fact.clone()));
    facts.put("identifier", found.first().map(|found| found.value.clone()), found);
}

fn links(facts: &mut Facts, evidence: &Evidence) {
    let inside = |url: &str| url.starts_with("self#");
    let links: Vec<_> = evidence.metadata.links.iter().filter(|link| !inside(&link.value.url)).collect();
    // A link that was followed is better evidence than a link that was not.
    let best = links
        .iter()
        .max_by_key(|link| (link.value.identifies_file, link.value.resolves))
        .map(|link| (link.value.url.as_str(), &link.site, Some(&link.value)));
    let remote = evidence.c2pa.remote_manifest.as_ref().filter(|remote| !inside(&remote.value));
    let link = best.or_else(|| remote.map(|remote| (remote.value.as_str(), &remote.site, None)));
    let Some((url, site, link)) = link else {
        facts.set("link", Value::Absent);
        return;
    };
    facts.put("link", url, vec![cite("provenance link", url, site, Standing::StatedUnsigned)]);
    let known = |flag: Option<bool>| flag.map_or(Value::Unknown, Value::Flag);
    facts.set("link.resolves", known(link.and_then(|link| link.resolves)));
    facts.set("link.identifies-file", known(link.and_then(|link| link.identifies_file)));
}

/// Sets the facts about prompts, positions and persons' names in the metadata.
pub(super) fn privacy(facts: &mut Facts, evidence: &Evidence) {
    let metadata = &evidence.metadata;
    let of = |fact: &str, values: &[Located<String>]| -> Vec<Citation> {
        values.iter().map(|l| cite(fact, &l.value, &l.site, Standing::StatedUnsigned)).collect()
    };
    let prompts = of("prompt", &metadata.prompts);
    let personal: Vec<Citation> =
        of("GPS position", &metadata.gps).into_iter().chain(of("person's name", &metadata.person_names)).collect();
    let all: Vec<Citation> = prompts.iter().chain(&personal).cloned().collect();
    let mut kinds: Vec<String> = Vec::new();
    for citation in &all {
        if !kinds.contains(&citation.fact) {
            kinds.push(citation.fact.clone());
        }
    }
    facts.put("privacy.kinds", if kinds.is_empty() { Value::Absent } else { Value::Texts(kinds) }, all);
    facts.put("privacy.prompt", !prompts.is_empty(), prompts);
    facts.put("privacy.personal", !personal.is_empty(), personal);
}

/// Sets the facts about the reservation against text and data mining.
pub(super) fn mining(facts: &mut Facts, evidence: &Evidence) {
    let c2pa = &evidence.c2pa;
    let standing = manifest_standing(evidence);
    let (mut reserved, mut constrained, mut allowed) = (Vec::new(), Vec::new(), Vec::new());
    if holds(evidence) {
        for assertion in &c2pa.training_mining {
            for entry in &assertion.entries {
                let value = format!("{}: {}", entry.name, entry.usage);
                let found = cite(&assertion.label, &value, &assertion.site, standing);
                match entry.usage.as_str() {
                    "allowed" => allowed.push((found, true)),
                    "constrained" if entry.constraint_info.is_some() => constrained.push(found),
                    // According to CAWG, `constrained` without a text means `notAllowed`.
                    "notAllowed" | "constrained" => reserved.push((found, true)),
                    _ => {}
                }
            }
        }
    }
    for mining in &evidence.metadata.data_mining {
        let found = cite("plus:DataMining", &mining.value, &mining.site, Standing::StatedUnsigned);
        if mining.value.contains("DMI-PROHIBITED") {
            reserved.push((found, false));
        } else if mining.value.contains("DMI-ALLOWED") {
            allowed.push((found, false));
        }
    }
    // Within one assertion, uses may have different values. Between manifest and XMP, different values are a
    // contradiction.
    let pairs = |equal: bool| reserved.iter().any(|(_, one)| allowed.iter().any(|(_, other)| (one == other) == equal));
    let across = pairs(false) && !pairs(true);
    let strip = |found: Vec<(Citation, bool)>| found.into_iter().map(|(citation, _)| citation);
    let (word, cited): (&str, Vec<Citation>) = if across {
        ("contradiction", strip(reserved).chain(strip(allowed)).collect())
    } else if !reserved.is_empty() {
        ("reserved", strip(reserved).chain(constrained).collect())
    } else if !constrained.is_empty() {
        ("constrained", constrained)
    } else if !allowed.is_empty() {
        ("allowed", strip(allowed).collect())
    } else if !c2pa.training_mining.is_empty() {
        ("unreliable", vec![cite("C2PA manifest", "present", &c2pa.site, standing)])
    } else {
        ("none", Vec::new())
    };
    facts.put("mining", word, cited);
    let survival = &evidence.survival;
    if !survival.is_empty() {
        let mut lost: Vec<&str> = Vec::new();
        for measured in survival {
            let treatment = measured.treatment.as_str();
            let any = survival.iter().any(|other| other.treatment == treatment && other.survived);
            if !any && !lost.contains(&treatment) {
                lost.push(treatment);
            }
        }
        facts.set("survival", if lost.is_empty() { "kept" } else { "lost" });
        facts.set("survival.lost", (!lost.is_empty()).then(|| lost.join(", ")));
    } else {
        facts.set("survival.lost", Value::Absent);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_compared_by_whole_words() {
        assert!(same_name("OpenAI OpCo, LLC", "OpenAI"));
        assert!(same_name("Adobe Inc.", "Adobe"));
        assert!(same_name("Black Forest Labs Inc.", "black forest labs gmbh"));
        assert!(!same_name("xAI", "X"));
        assert!(!same_name("Metaphor", "Meta"));
        assert!(!same_name("Adobe", ""));
    }
}
