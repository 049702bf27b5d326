//! California: Business and Professions Code, division 8, chapter 25 (sections 22757 to 22757.6).
//!
//! Two vintages: SB 942 as amended by AB 853 from 2 August 2026, and SB 1000 (Stats. 2026, ch. 861, an urgency act)
//! from 30 September 2026. SB 1000 drops the threshold of a million users and the visible disclosure, and adds whether
//! the content was created or altered. Platforms follow on 1 January 2027, assistive technology on 1 January 2029.
//!
//! The information may be given "directly or through a link to a permanent internet website": a link that nobody
//! fetched turns missing information into an open question, never into a pass.

use time::{Date, macros::date};

use super::eu::{kinds, personal_facts};
use crate::case::{Case, Manifest, cite};
use crate::evidence::{CodeCheck, LayerChange, MarkState, Reading, VisibleState};
use crate::rule::{
    Finding, MEDIA, Needs, PLATFORM, PROVIDER, PROVIDER_PLATFORM, Rule, Vintage, fail,
    not_applicable, open, pass, usual,
};
use crate::{Answer, Citation, Region, Severity, SourceClass};

const SB942_FROM: Date = date!(2026 - 08 - 02);
const SB942_UNTIL: Date = date!(2026 - 09 - 29);
const SB1000_FROM: Date = date!(2026 - 09 - 30);

const SB942: &str = "Cal. Bus. & Prof. Code (SB 942 as amended by AB 853)";
const SB1000: &str = "Cal. Bus. & Prof. Code (SB 1000, Stats. 2026, ch. 861)";
const DISCLOSURE_URL: &str = "https://leginfo.legislature.ca.gov/faces/codes_displaySection.xhtml?lawCode=BPC&sectionNum=22757.3.";
const TOOL_URL: &str = "https://leginfo.legislature.ca.gov/faces/codes_displaySection.xhtml?lawCode=BPC&sectionNum=22757.2.";
const PLATFORM_URL: &str = "https://leginfo.legislature.ca.gov/faces/codes_displaySection.xhtml?lawCode=BPC&sectionNum=22757.3.1.";

const fn before(provision: &'static str, severity: Severity, requirement: &'static str) -> Vintage {
    Vintage {
        from: SB942_FROM,
        until: Some(SB942_UNTIL),
        severity,
        instrument: SB942,
        provision,
        url: Some(DISCLOSURE_URL),
        requirement,
    }
}

const fn since(provision: &'static str, severity: Severity, requirement: &'static str) -> Vintage {
    Vintage {
        from: SB1000_FROM,
        until: None,
        severity,
        instrument: SB1000,
        provision,
        url: Some(DISCLOSURE_URL),
        requirement,
    }
}

/// A rule on a provider's output.
const fn output(
    id: &'static str,
    title: &'static str,
    vintages: &'static [Vintage],
    logic: fn(&Case<'_>) -> Finding,
) -> Rule {
    Rule {
        id,
        region: Region::California,
        title,
        vintages,
        roles: PROVIDER,
        modalities: MEDIA,
        needs: Needs::AiClaim,
        weight: usual,
        logic,
    }
}

pub(super) const RULES: &[Rule] = &[
    output(
        "CA-01",
        "CA-01.title",
        &[
            before("22757.3(b)", Severity::Required, "CA-01.requirement.before"),
            since("22757.3(a)", Severity::Required, "CA-01.requirement.since"),
        ],
        latent_disclosure,
    ),
    output(
        "CA-02",
        "CA-02.title",
        &[
            before(
                "22757.3(b), item (A)",
                Severity::Required,
                "CA-02.requirement",
            ),
            since("22757.3(a)(1)(A)", Severity::Required, "CA-02.requirement"),
        ],
        provider_name,
    ),
    output(
        "CA-03",
        "CA-03.title",
        &[
            before(
                "22757.3(b), item (B)",
                Severity::Required,
                "CA-03.requirement.before",
            ),
            since(
                "22757.3(a)(1)(B)",
                Severity::Required,
                "CA-03.requirement.since",
            ),
        ],
        system_and_version,
    ),
    output(
        "CA-04",
        "CA-04.title",
        &[
            before(
                "22757.3(b), item (C)",
                Severity::Required,
                "CA-04.requirement",
            ),
            since("22757.3(a)(1)(C)", Severity::Required, "CA-04.requirement"),
        ],
        time_and_date,
    ),
    output(
        "CA-05",
        "CA-05.title",
        &[
            before(
                "22757.3(b), item (D)",
                Severity::Required,
                "CA-05.requirement",
            ),
            since("22757.3(a)(1)(D)", Severity::Required, "CA-05.requirement"),
        ],
        unique_identifier,
    ),
    output(
        "CA-06",
        "CA-06.title",
        &[since(
            "22757.3(a)(1)(E)",
            Severity::Required,
            "CA-06.requirement",
        )],
        created_or_altered,
    ),
    output(
        "CA-07",
        "CA-07.title",
        &[
            before("22757.3(b)", Severity::Required, "CA-07.requirement.before"),
            since(
                "22757.3(a)(2)",
                Severity::Required,
                "CA-07.requirement.since",
            ),
        ],
        permanence,
    ),
    output(
        "CA-08",
        "CA-08.title",
        &[
            before("22757.3(b)", Severity::Required, "CA-08.requirement.before"),
            since(
                "22757.3(a)(4)",
                Severity::Required,
                "CA-08.requirement.since",
            ),
        ],
        standard,
    ),
    output(
        "CA-09",
        "CA-09.title",
        &[
            before(
                "22757.3(b) and 22757.2",
                Severity::Recommended,
                "CA-09.requirement.before",
            ),
            since(
                "22757.3(a)(3) and 22757.2",
                Severity::Recommended,
                "CA-09.requirement.since",
            ),
        ],
        verification_tool,
    ),
    output(
        "CA-10",
        "CA-10.title",
        &[
            before("22757.3(b)", Severity::Required, "CA-10.requirement.before"),
            since(
                "22757.3(a)(2) and (4)",
                Severity::Required,
                "CA-10.requirement.since",
            ),
        ],
        integrity,
    ),
    output(
        "CA-11",
        "CA-11.title",
        &[before(
            "22757.3(a)",
            Severity::Recommended,
            "CA-11.requirement",
        )],
        visible_option,
    ),
    output(
        "CA-12",
        "CA-12.title",
        &[Vintage {
            from: date!(2029 - 01 - 01),
            until: None,
            severity: Severity::Informational,
            instrument: SB1000,
            provision: "22757.3(a)(1)(F)",
            url: Some(DISCLOSURE_URL),
            requirement: "CA-12.requirement",
        }],
        assistive,
    ),
    Rule {
        id: "CA-13",
        region: Region::California,
        title: "CA-13.title",
        vintages: &[Vintage {
            from: date!(2027 - 01 - 01),
            until: None,
            severity: Severity::Required,
            instrument: "Cal. Bus. & Prof. Code (AB 853 as amended by AB 2713, Stats. 2026, ch. 856)",
            provision: "22757.3.1",
            url: Some(PLATFORM_URL),
            requirement: "CA-13.requirement",
        }],
        roles: PLATFORM,
        modalities: MEDIA,
        // Provenance data of any content, a camera's included.
        needs: Needs::Nothing,
        weight: usual,
        logic: not_stripped,
    },
    Rule {
        id: "CA-14",
        region: Region::California,
        title: "CA-14.title",
        vintages: &[
            Vintage {
                url: Some(TOOL_URL),
                ..before("22757.2(a)", Severity::Recommended, "CA-14.requirement")
            },
            Vintage {
                url: Some(TOOL_URL),
                ..since("22757.2(a)(3)", Severity::Recommended, "CA-14.requirement")
            },
        ],
        roles: PROVIDER_PLATFORM,
        modalities: MEDIA,
        needs: Needs::AiClaim,
        weight: usual,
        logic: no_personal_data,
    },
];

/// What a rule says when it found nothing: fails only when silence counts and no link could convey it.
fn missing(
    case: &Case<'_>,
    absent: &'static str,
    behind_link: &'static str,
    not_read: &'static str,
) -> Finding {
    if let Some(link) = case.link() {
        open(behind_link)
            .with("link", link.value.clone())
            .cite(link)
    } else if case.silence_counts() {
        fail(absent)
    } else {
        open(not_read)
    }
}

fn latent_disclosure(case: &Case<'_>) -> Finding {
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
        return fail("CA-01.broken")
            .with("codes", case.failure_codes())
            .cite(case.c2pa_citation());
    }
    missing(case, "CA-01.none", "CA-01.link", "CA-01.notRead").cites(case.traces(0, 4))
}

/// Names of a provider in the file, whoever states them.
fn provider_names(case: &Case<'_>) -> Vec<Citation> {
    let c2pa = case.c2pa();
    let mut names = Vec::new();
    if case.manifest_holds() {
        if let Some(signer) = &c2pa.signer {
            for name in [&signer.organisation, &signer.common_name]
                .into_iter()
                .flatten()
            {
                names.push(cite("C2PA signer", name, &c2pa.site));
            }
        }
        if let Some(generator) = c2pa
            .claim_generator
            .as_ref()
            .filter(|generator| !generator.name.is_empty())
        {
            names.push(cite(
                "C2PA claim generator",
                &generator.name,
                &generator.site,
            ));
        }
        for identity in c2pa
            .identities
            .iter()
            .filter(|identity| identity.valid != Some(false))
        {
            names.push(cite("CAWG identity", &identity.name, &identity.site));
        }
    }
    for label in &case.evidence.aigc {
        if let (CodeCheck::Name, Some(name)) = (label.producer_code, label.value("ContentProducer"))
        {
            names.push(cite("AIGC ContentProducer", name, &label.site));
        }
    }
    names
}

fn same_name(one: &str, other: &str) -> bool {
    let plain = |name: &str| {
        name.chars()
            .filter(|letter| letter.is_alphanumeric())
            .collect::<String>()
            .to_lowercase()
    };
    let (one, other) = (plain(one), plain(other));
    !one.is_empty() && !other.is_empty() && (one.contains(&other) || other.contains(&one))
}

fn provider_name(case: &Case<'_>) -> Finding {
    let names = provider_names(case);
    let credits: Vec<Citation> = case
        .evidence
        .metadata
        .credits
        .iter()
        .map(|credit| cite("credit line", &credit.value, &credit.site))
        .collect();
    if let Some(expected) = case.context.provider.as_deref() {
        let matching: Vec<Citation> = names
            .iter()
            .chain(&credits)
            .filter(|name| same_name(&name.value, expected))
            .cloned()
            .collect();
        if !matching.is_empty() {
            return pass("CA-02.matches")
                .with("provider", expected)
                .cites(matching);
        }
        if !names.is_empty() {
            let found = names
                .iter()
                .map(|name| name.value.as_str())
                .collect::<Vec<_>>()
                .join(", ");
            return fail("CA-02.other")
                .with("provider", expected)
                .with("found", found)
                .cites(names);
        }
    }
    if let Some(first) = names.first() {
        return pass("CA-02.pass")
            .with("name", first.value.clone())
            .with("fact", first.fact.clone())
            .cites(names);
    }
    let code = case
        .evidence
        .aigc
        .iter()
        .find(|label| !matches!(label.producer_code, CodeCheck::Empty | CodeCheck::Name));
    if let Some(label) = code {
        let value = label.value("ContentProducer").unwrap_or_default();
        return open("CA-02.codeOnly").with("code", value).cite(cite(
            "AIGC ContentProducer",
            value,
            &label.site,
        ));
    }
    if !credits.is_empty() {
        return open("CA-02.creditOnly").cites(credits);
    }
    missing(case, "CA-02.none", "CA-02.link", "CA-02.notRead")
}

/// Toolkits that sign on behalf of a product: their names and versions say nothing about the AI system.
fn is_toolkit(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["c2pa-rs", "c2pa_rs", "c2patool", "c2pa tool", "contentauth"]
        .iter()
        .any(|toolkit| name.contains(toolkit))
}

/// A version that an AI action states about its system: the agent's own, or a vendor's parameter.
fn action_version(action: &crate::evidence::Action) -> Option<String> {
    let own = action
        .software_agent
        .as_ref()
        .and_then(|agent| agent.version.clone());
    own.filter(|version| !version.trim().is_empty())
        .or_else(|| {
            action
                .parameters
                .iter()
                .find(|(key, value)| {
                    key.ends_with(".version") && !is_toolkit(key) && !value.trim().is_empty()
                })
                .map(|(_, value)| value.clone())
        })
}

fn system_and_version(case: &Case<'_>) -> Finding {
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
                (Some(name), _) if !name.is_empty() => {
                    names.push(cite("C2PA AI disclosure", name, &disclosure.site))
                }
                _ => {}
            }
        }
    }
    let metadata = &case.evidence.metadata;
    let filled = |values: &[crate::evidence::Located<String>]| {
        values
            .iter()
            .find(|located| !located.value.trim().is_empty())
            .cloned()
    };
    if let Some(name) = filled(&metadata.ai_system_used) {
        if let Some(version) = filled(&metadata.ai_system_version_used) {
            let value = format!("{} {}", name.value, version.value);
            return pass("CA-03.pass")
                .with("system", value)
                .cite(cite("XMP AISystemUsed", &name.value, &name.site))
                .cite(cite(
                    "XMP AISystemVersionUsed",
                    &version.value,
                    &version.site,
                ));
        }
        names.push(cite("XMP AISystemUsed", &name.value, &name.site));
    }
    if let Some(first) = names.first() {
        let name = first.value.clone();
        return missing(case, "CA-03.noVersion", "CA-03.link", "CA-03.notRead")
            .with("name", name)
            .cites(names);
    }
    missing(case, "CA-03.none", "CA-03.link", "CA-03.notRead")
}

/// Whether a date also has a time of day: RFC 3339, XMP and EXIF all put it behind ten characters of date.
fn has_time(value: &str) -> bool {
    value
        .trim()
        .get(10..)
        .is_some_and(|rest| rest.contains(':'))
}

fn time_and_date(case: &Case<'_>) -> Finding {
    let mut dated: Vec<Citation> = Vec::new();
    if case.manifest_holds() {
        for action in case.actions() {
            if let Some(when) = &action.when {
                dated.push(cite(
                    &format!("C2PA action {} when", action.action),
                    when,
                    &action.site,
                ));
            }
        }
        if let Some(stamp) = case
            .c2pa()
            .time_stamp
            .as_ref()
            .filter(|stamp| stamp.valid == Some(true))
            && let Some(time) = &stamp.time
        {
            dated.push(cite("time stamp", time, &stamp.site));
        }
    }
    if let Some(signed) = dated.iter().find(|date| has_time(&date.value)).cloned() {
        return pass("CA-04.pass")
            .with("time", signed.value.clone())
            .with("fact", signed.fact.clone())
            .cite(signed);
    }
    let metadata = &case.evidence.metadata;
    for (fact, values) in [
        ("creation date", &metadata.create_dates),
        ("EXIF date", &metadata.exif_dates),
    ] {
        dated.extend(
            values
                .iter()
                .map(|located| cite(fact, &located.value, &located.site)),
        );
    }
    if let Some(unsigned) = dated.iter().find(|date| has_time(&date.value)).cloned() {
        return pass("CA-04.unsigned")
            .with("time", unsigned.value.clone())
            .with("fact", unsigned.fact.clone())
            .cite(unsigned);
    }
    if let Some(first) = dated.first() {
        let value = first.value.clone();
        return missing(case, "CA-04.dateOnly", "CA-04.link", "CA-04.notRead")
            .with("date", value)
            .cites(dated);
    }
    missing(case, "CA-04.none", "CA-04.link", "CA-04.notRead")
}

fn unique_identifier(case: &Case<'_>) -> Finding {
    let c2pa = case.c2pa();
    let mut found = Vec::new();
    if case.manifest_holds() {
        for (fact, value) in [
            ("C2PA manifest label", &c2pa.manifest_label),
            ("C2PA instance id", &c2pa.instance_id),
        ] {
            if let Some(value) = value.as_deref().filter(|value| !value.is_empty()) {
                found.push(cite(fact, value, &c2pa.site));
            }
        }
    }
    for id in case
        .evidence
        .metadata
        .unique_ids
        .iter()
        .filter(|id| !id.value.is_empty())
    {
        found.push(cite("unique id", &id.value, &id.site));
    }
    for label in &case.evidence.aigc {
        if let Some(id) = label.value("ProduceID") {
            found.push(cite("AIGC ProduceID", id, &label.site));
        }
    }
    match found.first() {
        Some(first) => pass("CA-05.pass")
            .with("id", first.value.clone())
            .with("fact", first.fact.clone())
            .cites(found),
        None => missing(case, "CA-05.none", "CA-05.link", "CA-05.notRead"),
    }
}

fn created_or_altered(case: &Case<'_>) -> Finding {
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
            named("c2pa.opened").filter(|_| {
                case.actions()
                    .any(|action| action.action.starts_with("c2pa.edited"))
            })
        });
        if let Some(action) = action {
            let key = if action.action == "c2pa.created" {
                "CA-06.created"
            } else {
                "CA-06.altered"
            };
            return pass(key).note("CA-06.note.actionOnly").cite(cite(
                "C2PA action",
                &action.action,
                &action.site,
            ));
        }
    }
    let aigc = case.aigc();
    if !aigc.is_empty() {
        return open("CA-06.aigcOnly").cites(aigc);
    }
    missing(case, "CA-06.none", "CA-06.link", "CA-06.notRead")
}

/// Marks in the content that lead back to a manifest that holds.
pub(super) fn bound_marks(case: &Case<'_>) -> Vec<Citation> {
    if !case.manifest_holds() {
        return Vec::new();
    }
    case.c2pa()
        .soft_bindings
        .iter()
        .map(|binding| cite("C2PA soft binding", &binding.alg, &binding.site))
        .chain(
            case.actions()
                .filter(|action| action.action == "c2pa.watermarked.bound")
                .map(|action| cite("C2PA action", &action.action, &action.site)),
        )
        .collect()
}

fn permanence(case: &Case<'_>) -> Finding {
    let metadata: Vec<Citation> = case
        .manifest_holds()
        .then(|| case.c2pa_citation())
        .into_iter()
        .chain(case.xmp_ai())
        .chain(case.aigc())
        .collect();
    let bound = bound_marks(case);
    if !bound.is_empty() {
        return pass("CA-07.pass").cites(bound);
    }
    let marks: Vec<Citation> = case
        .evidence
        .invisible_marks
        .iter()
        .filter(|mark| mark.state != MarkState::NotCheckable)
        .map(|mark| cite("invisible mark", &mark.name, &mark.site))
        .collect();
    if !marks.is_empty() || case.context.vendor_watermark == Answer::Yes {
        open("CA-07.unbound").cites(marks)
    } else if !metadata.is_empty() {
        open("CA-07.metadataOnly").cites(metadata)
    } else {
        not_applicable("CA-07.nothing")
    }
}

fn standard(case: &Case<'_>) -> Finding {
    let mut found = Vec::new();
    if matches!(
        case.manifest(),
        Manifest::Intact
            | Manifest::Expired
            | Manifest::NotYetValid
            | Manifest::Invalid
            | Manifest::Unverified
    ) {
        found.push(case.c2pa_citation());
    }
    found.extend(case.xmp_ai());
    if let Some(first) = found.first() {
        return pass("CA-08.pass")
            .with("mark", first.fact.clone())
            .cites(found);
    }
    let aigc = case.aigc();
    if !aigc.is_empty() {
        return open("CA-08.aigcOnly").cites(aigc);
    }
    if !case.silence_counts() {
        return open("CA-08.notRead");
    }
    let vendor = case.traces(0, 4);
    if vendor.is_empty() {
        not_applicable("CA-08.nothing")
    } else {
        fail("CA-08.vendorOnly")
            .with(
                "field",
                vendor
                    .first()
                    .map(|trace| trace.fact.clone())
                    .unwrap_or_default(),
            )
            .cites(vendor)
    }
}

fn verification_tool(case: &Case<'_>) -> Finding {
    let Some(link) = case.evidence.metadata.links.first() else {
        return match case.link() {
            Some(remote) => open("CA-09.notFetched")
                .with("link", remote.value.clone())
                .cite(remote),
            None => open("CA-09.none"),
        };
    };
    let found = cite("provenance link", &link.value.url, &link.site);
    match link.value.resolves {
        Some(true) => pass("CA-09.pass")
            .with("link", found.value.clone())
            .cite(found),
        Some(false) => fail("CA-09.dead")
            .with("link", found.value.clone())
            .cite(found),
        None => open("CA-09.notFetched")
            .with("link", found.value.clone())
            .cite(found),
    }
}

fn integrity(case: &Case<'_>) -> Finding {
    match case.manifest() {
        Manifest::Intact => pass("CA-10.pass").cite(case.c2pa_citation()),
        Manifest::Invalid => fail("CA-10.invalid")
            .with("codes", case.failure_codes())
            .cite(case.c2pa_citation()),
        Manifest::Expired => open("CA-10.expired").cite(case.c2pa_citation()),
        Manifest::NotYetValid => open("CA-10.notYetValid").cite(case.c2pa_citation()),
        Manifest::Unverified | Manifest::Unreadable => {
            open("CA-10.unverified").cite(case.c2pa_citation())
        }
        Manifest::Remote => open("CA-10.remote").cites(case.link()),
        Manifest::NotRead => open("CA-10.notRead"),
        Manifest::None => not_applicable("CA-10.none"),
    }
}

fn visible_option(case: &Case<'_>) -> Finding {
    let label = &case.evidence.visible_label;
    match label.state {
        VisibleState::Present => pass("CA-11.pass").cite(cite(
            "visible label",
            label.text.as_deref().unwrap_or("present"),
            &label.site,
        )),
        // The user may have declined the option; the file cannot show that it was offered.
        VisibleState::Absent => open("CA-11.absent"),
        VisibleState::Unknown if case.context.visible_label == Answer::Yes => {
            pass("CA-11.attested")
        }
        VisibleState::Unknown if case.context.visible_label == Answer::No => open("CA-11.absent"),
        VisibleState::Unknown => open("CA-11.unknown"),
    }
}

fn assistive(case: &Case<'_>) -> Finding {
    match &case.evidence.metadata.assistive_technology {
        Some(stated) => {
            let value = if stated.value { "yes" } else { "no" };
            pass("CA-12.pass").with("value", value).cite(cite(
                "assistive technology",
                value,
                &stated.site,
            ))
        }
        None => missing(case, "CA-12.none", "CA-12.link", "CA-12.notRead"),
    }
}

fn not_stripped(case: &Case<'_>) -> Finding {
    let Some(comparison) = &case.evidence.comparison else {
        // A platform's main duty cannot be seen in one version; a file that carries nothing raises no question.
        let carries =
            case.manifest() != Manifest::None || !case.ai.evidence.is_empty() || case.ai.asserted;
        return if carries {
            open("CA-13.noEarlierVersion")
        } else {
            not_applicable("CA-13.nothing")
        };
    };
    let existing: Vec<_> = comparison
        .changes
        .iter()
        .filter(|change| change.change != LayerChange::Added)
        .collect();
    let lost: Vec<Citation> = existing
        .iter()
        .filter(|change| change.change.is_loss())
        .map(|change| cite("mark of the earlier version", &change.before, &change.site))
        .collect();
    if !lost.is_empty() {
        fail("CA-13.stripped")
            .with("count", lost.len().to_string())
            .cites(lost)
    } else if existing.is_empty() {
        not_applicable("CA-13.nothingBefore")
    } else if existing
        .iter()
        .any(|change| change.change == LayerChange::Unknown)
    {
        open("CA-13.unclear")
    } else {
        pass("CA-13.pass")
    }
}

fn no_personal_data(case: &Case<'_>) -> Finding {
    let found = personal_facts(case);
    if !found.is_empty() {
        fail("CA-14.found")
            .with("kinds", kinds(&found))
            .cites(found)
    } else if case.evidence.readings.metadata == Reading::Complete {
        pass("CA-14.pass")
    } else {
        open("CA-14.notRead")
    }
}
