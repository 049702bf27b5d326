//! European Union: Article 50 of Regulation (EU) 2024/1689 (AI Act) as amended by Regulation (EU) 2026/1744, applied
//! from 2 August 2026 (Article 113); the Code of Practice on Transparency of AI-Generated Content of 10 June 2026.
//!
//! Systems on the market before 2 August 2026 have until 2 December 2026 for Article 50(2) (Article 111(4)); Article
//! 50(4) never had such a period. The Code is voluntary and binds its signatories.

use time::{Date, macros::date};

use super::EU_GRACE_ENDS;
use crate::case::{Case, Layer, Manifest, cite};
use crate::evidence::{LayerChange, MarkState, Relationship, Trust, TrustListKind, VisibleState};
use crate::rule::{
    CONTAINED, EVERY_MODALITY, EVERY_ROLE, Finding, Needs, PROVIDER, PROVIDER_DEPLOYER, Rule,
    Vintage, fail, not_applicable, open, pass, usual,
};
use crate::{Answer, Citation, Outcome, Region, Role, Severity, SourceClass};

const APPLIES: Date = date!(2026 - 08 - 02);
const ACT: &str = "Regulation (EU) 2024/1689 (AI Act)";
const ACT_URL: &str = "https://eur-lex.europa.eu/eli/reg/2024/1689/oj";
const CODE: &str = "Code of Practice on Transparency of AI-Generated Content, 10 June 2026";
const CODE_URL: &str = "https://ec.europa.eu/newsroom/dae/redirection/document/129555";

/// Characters that make a text's label "AI" in the languages whose acronym the Code's drafts named.
const ACRONYMS: [&str; 3] = ["AI", "KI", "IA"];

const fn of_act(provision: &'static str, severity: Severity, requirement: &'static str) -> Vintage {
    Vintage {
        from: APPLIES,
        until: None,
        severity,
        instrument: ACT,
        provision,
        url: Some(ACT_URL),
        requirement,
    }
}

const fn of_code(
    provision: &'static str,
    severity: Severity,
    requirement: &'static str,
) -> Vintage {
    Vintage {
        from: APPLIES,
        until: None,
        severity,
        instrument: CODE,
        provision,
        url: Some(CODE_URL),
        requirement,
    }
}

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "EU-01",
        region: Region::Eu,
        title: "EU-01.title",
        vintages: &[of_act(
            "Article 50(2)",
            Severity::Required,
            "EU-01.requirement",
        )],
        roles: PROVIDER,
        modalities: EVERY_MODALITY,
        needs: Needs::AiClaim,
        weight: |case| in_grace(case).then_some((Severity::Informational, "EU-01.weight.grace")),
        logic: marked,
    },
    Rule {
        id: "EU-02",
        region: Region::Eu,
        title: "EU-02.title",
        vintages: &[of_code(
            "Sub-measure 1.1.1",
            Severity::Recommended,
            "EU-02.requirement",
        )],
        roles: PROVIDER,
        modalities: CONTAINED,
        needs: Needs::AiClaim,
        weight: |case| {
            (case.context.signatory && !in_grace(case))
                .then_some((Severity::Required, "EU-02.weight.signatory"))
        },
        logic: signed_layer,
    },
    Rule {
        id: "EU-03",
        region: Region::Eu,
        title: "EU-03.title",
        vintages: &[of_code(
            "Sub-measure 1.1.1",
            Severity::Recommended,
            "EU-03.requirement",
        )],
        roles: PROVIDER,
        modalities: CONTAINED,
        needs: Needs::AiClaim,
        weight: usual,
        logic: time_stamp,
    },
    Rule {
        id: "EU-04",
        region: Region::Eu,
        title: "EU-04.title",
        vintages: &[of_act(
            "Article 50(2), \"reliable\"",
            Severity::Recommended,
            "EU-04.requirement",
        )],
        roles: PROVIDER,
        modalities: CONTAINED,
        needs: Needs::AiClaim,
        weight: usual,
        logic: signer_trust,
    },
    Rule {
        id: "EU-05",
        region: Region::Eu,
        title: "EU-05.title",
        vintages: &[of_code(
            "Sub-measure 1.1.2",
            Severity::Recommended,
            "EU-05.requirement",
        )],
        roles: PROVIDER,
        modalities: EVERY_MODALITY,
        needs: Needs::AiClaim,
        weight: usual,
        logic: watermark_layer,
    },
    Rule {
        id: "EU-06",
        region: Region::Eu,
        title: "EU-06.title",
        vintages: &[of_code(
            "Measure 1.1",
            Severity::Recommended,
            "EU-06.requirement",
        )],
        roles: PROVIDER,
        modalities: CONTAINED,
        needs: Needs::AiClaim,
        weight: usual,
        logic: two_layers,
    },
    Rule {
        id: "EU-07",
        region: Region::Eu,
        title: "EU-07.title",
        vintages: &[of_code(
            "Sub-measure 1.1.1",
            Severity::Recommended,
            "EU-07.requirement",
        )],
        roles: PROVIDER,
        modalities: CONTAINED,
        needs: Needs::AiClaim,
        weight: usual,
        logic: generated_or_manipulated,
    },
    Rule {
        id: "EU-08",
        region: Region::Eu,
        title: "EU-08.title",
        vintages: &[of_code(
            "Measure 1.2",
            Severity::Recommended,
            "EU-08.requirement",
        )],
        roles: PROVIDER,
        modalities: CONTAINED,
        needs: Needs::AiClaim,
        weight: usual,
        logic: input_marks_kept,
    },
    Rule {
        id: "EU-09",
        region: Region::Eu,
        title: "EU-09.title",
        vintages: &[of_act(
            "Article 50(2), \"robust\"; Code of Practice, Commitment 3",
            Severity::Informational,
            "EU-09.requirement",
        )],
        roles: PROVIDER,
        modalities: EVERY_MODALITY,
        needs: Needs::AiClaim,
        weight: usual,
        logic: robustness,
    },
    Rule {
        id: "EU-10",
        region: Region::Eu,
        title: "EU-10.title",
        vintages: &[of_act(
            "Article 50(4) and (5)",
            Severity::Informational,
            "EU-10.requirement",
        )],
        roles: PROVIDER_DEPLOYER,
        modalities: EVERY_MODALITY,
        needs: Needs::AiClaim,
        weight: |case| {
            (case.context.role == Role::Deployer && case.context.deep_fake)
                .then_some((Severity::Required, "EU-10.weight.deployer"))
        },
        logic: visible_label,
    },
    Rule {
        id: "EU-11",
        region: Region::Eu,
        title: "EU-11.title",
        vintages: &[of_act(
            "Article 50(2), \"reliable\"",
            Severity::Recommended,
            "EU-11.requirement",
        )],
        roles: EVERY_ROLE,
        modalities: EVERY_MODALITY,
        needs: Needs::AiClaim,
        weight: usual,
        logic: no_contradiction,
    },
    Rule {
        id: "EU-12",
        region: Region::Eu,
        title: "EU-12.title",
        vintages: &[of_code(
            "Sub-measure 1.1.1 and Measure 1.3",
            Severity::Informational,
            "EU-12.requirement",
        )],
        roles: EVERY_ROLE,
        modalities: EVERY_MODALITY,
        needs: Needs::AiClaim,
        weight: usual,
        logic: privacy,
    },
    Rule {
        id: "EU-13",
        region: Region::Eu,
        title: "EU-13.title",
        vintages: &[Vintage {
            // Chapter V of the AI Act, to which Article 53 belongs, applies from this day (Article 113(b)).
            from: date!(2025 - 08 - 02),
            until: None,
            severity: Severity::Informational,
            instrument: "Directive (EU) 2019/790 and Regulation (EU) 2024/1689 (AI Act)",
            provision: "Article 4(3) of the Directive; Article 53(1)(c) of the AI Act",
            url: Some(ACT_URL),
            requirement: "EU-13.requirement",
        }],
        roles: EVERY_ROLE,
        modalities: EVERY_MODALITY,
        needs: Needs::Nothing,
        weight: usual,
        logic: mining_reservation,
    },
];

/// Article 111(4): the system was on the market before 2 August 2026 and the day is before 2 December 2026.
fn in_grace(case: &Case<'_>) -> bool {
    case.context.is_legacy_system() && case.context.as_of < EU_GRACE_ENDS
}

fn marked(case: &Case<'_>) -> Finding {
    let in_manifest = case.c2pa_ai();
    let holds = case.manifest_holds();
    let mut marks = if holds {
        in_manifest.clone()
    } else {
        Vec::new()
    };
    marks.extend(case.xmp_ai());
    marks.extend(case.aigc());
    marks.extend(case.decoded_ai_marks());
    let broken = !holds && !in_manifest.is_empty();
    if let Some(first) = marks.first() {
        return pass("EU-01.pass")
            .with("mark", first.fact.clone())
            .note_if(broken, "EU-01.note.brokenManifest")
            .note_if(
                holds && case.manifest() == Manifest::Expired,
                "EU-01.note.expired",
            )
            .cites(marks);
    }
    let finding = if case.manifest() == Manifest::Invalid && broken {
        // Not "unmarked": there is a mark, and it can no longer be relied on.
        if case.context.vendor_watermark == Answer::No {
            fail("EU-01.broken")
        } else {
            open("EU-01.brokenOnly")
        }
        .with("codes", case.failure_codes())
    } else if case.cannot_carry() {
        open("EU-01.noPlace")
    } else if !case.silence_counts() {
        open("EU-01.notRead")
    } else {
        match case.context.vendor_watermark {
            Answer::No => fail("EU-01.unmarked"),
            Answer::Yes => open("EU-01.vendorMark"),
            Answer::Unknown => open("EU-01.noMark"),
        }
    };
    finding.cites(in_manifest).cites(case.traces(0, 4))
}

fn signed_layer(case: &Case<'_>) -> Finding {
    let says = case.c2pa_ai();
    match case.manifest() {
        Manifest::Intact if says.is_empty() => fail("EU-02.silent").cite(case.c2pa_citation()),
        Manifest::Intact => pass("EU-02.pass").cites(says),
        Manifest::Expired => open("EU-02.expired").cite(case.c2pa_citation()),
        Manifest::NotYetValid => fail("EU-02.notYetValid").cite(case.c2pa_citation()),
        Manifest::Invalid => fail("EU-02.invalid")
            .with("codes", case.failure_codes())
            .cite(case.c2pa_citation()),
        Manifest::Remote => open("EU-02.remote").cites(case.link()),
        Manifest::Unreadable => open("EU-02.unreadable").cite(case.c2pa_citation()),
        Manifest::Unverified => open("EU-02.unverified").cite(case.c2pa_citation()),
        Manifest::NotRead => open("EU-02.notRead"),
        Manifest::None if case.cannot_carry() => open("EU-02.noPlace"),
        Manifest::None => {
            let unsigned: Vec<Citation> = case.xmp_ai().into_iter().chain(case.aigc()).collect();
            if unsigned.is_empty() {
                fail("EU-02.none")
            } else {
                fail("EU-02.unsigned").cites(unsigned)
            }
        }
    }
}

fn time_stamp(case: &Case<'_>) -> Finding {
    match case.manifest() {
        Manifest::None => return not_applicable("EU-03.noSignature"),
        Manifest::NotRead | Manifest::Remote | Manifest::Unreadable => {
            return open("EU-03.notRead");
        }
        _ => {}
    }
    let Some(stamp) = &case.c2pa().time_stamp else {
        return fail("EU-03.missing").cite(case.c2pa_citation());
    };
    let time = stamp.time.as_deref().unwrap_or("time not read");
    let found = cite("time stamp", time, &stamp.site);
    match (stamp.valid, stamp.trusted) {
        (Some(false), _) => fail("EU-03.invalid").cite(found),
        (None, _) => open("EU-03.unverified").cite(found),
        (Some(true), Some(true)) => pass("EU-03.pass").with("time", time).cite(found),
        (Some(true), Some(false)) => open("EU-03.untrusted").with("time", time).cite(found),
        (Some(true), None) => pass("EU-03.pass")
            .with("time", time)
            .note("EU-03.note.noList")
            .cite(found),
    }
}

fn signer_trust(case: &Case<'_>) -> Finding {
    match case.manifest() {
        Manifest::None => return not_applicable("EU-04.noSignature"),
        Manifest::NotRead | Manifest::Remote | Manifest::Unreadable => {
            return open("EU-04.notRead");
        }
        // A signature that does not match vouches for nobody, whatever name its certificate bears.
        Manifest::Invalid => return fail("EU-04.invalid").cite(case.c2pa_citation()),
        _ => {}
    }
    let c2pa = case.c2pa();
    let signer = c2pa.signer.as_ref();
    let name = signer
        .and_then(|signer| {
            signer
                .organisation
                .as_deref()
                .or(signer.common_name.as_deref())
        })
        .unwrap_or("a signer without a name");
    let found = cite("signer", name, &c2pa.site);
    if signer.is_some_and(|signer| signer.test_certificate) {
        return fail("EU-04.testCertificate")
            .with("signer", name)
            .cite(found);
    }
    match c2pa.trust {
        Trust::Trusted => pass("EU-04.pass")
            .with("signer", name)
            .with("list", c2pa.trusted_by.as_deref().unwrap_or("a trust list"))
            .note_if(
                c2pa.trust_list_kind == Some(TrustListKind::Interim),
                "EU-04.note.interim",
            )
            .note_if(
                c2pa.trust_list_kind == Some(TrustListKind::Operator),
                "EU-04.note.operator",
            )
            .cite(found),
        Trust::Untrusted => open("EU-04.untrusted").with("signer", name).cite(found),
        Trust::Unknown => open("EU-04.noList").with("signer", name).cite(found),
    }
}

/// Marks that something in the file says are in the signal: soft bindings, watermark actions, declared marks.
pub(super) fn declared_watermarks(case: &Case<'_>) -> Vec<Citation> {
    let mut found = Vec::new();
    if case.manifest_holds() {
        found.extend(
            case.c2pa()
                .soft_bindings
                .iter()
                .map(|binding| cite("C2PA soft binding", &binding.alg, &binding.site)),
        );
        found.extend(
            case.actions()
                .filter(|action| action.action.starts_with("c2pa.watermarked"))
                .map(|action| cite("C2PA action", &action.action, &action.site)),
        );
    }
    found.extend(
        case.evidence
            .invisible_marks
            .iter()
            .filter(|mark| mark.state == MarkState::Declared)
            .map(|mark| cite("declared mark", &mark.name, &mark.site)),
    );
    found
}

fn watermark_layer(case: &Case<'_>) -> Finding {
    let declared = declared_watermarks(case);
    let decoded: Vec<Citation> = case
        .evidence
        .invisible_marks
        .iter()
        .filter(|mark| mark.state == MarkState::Decoded)
        .map(|mark| cite("invisible mark", &mark.name, &mark.site))
        .collect();
    let name = |found: &[Citation]| {
        found
            .first()
            .map(|first| first.value.clone())
            .unwrap_or_default()
    };
    if !decoded.is_empty() {
        pass("EU-05.pass")
            .with("mark", name(&decoded))
            .cites(decoded)
            .cites(declared)
    } else if !declared.is_empty() {
        pass("EU-05.declared")
            .with("mark", name(&declared))
            .cites(declared)
    } else {
        let unreadable: Vec<&str> = case
            .evidence
            .invisible_marks
            .iter()
            .filter(|mark| mark.state == MarkState::NotCheckable)
            .map(|mark| mark.name.as_str())
            .collect();
        if unreadable.is_empty() {
            open("EU-05.none")
        } else {
            open("EU-05.notCheckable").with("marks", unreadable.join(", "))
        }
    }
}

fn two_layers(case: &Case<'_>) -> Finding {
    let signed = signed_layer(case);
    let watermark = watermark_layer(case);
    match (signed.outcome, watermark.outcome) {
        (Outcome::Fail, _) => fail("EU-06.unsigned"),
        (Outcome::Pass, Outcome::Pass) => pass("EU-06.pass")
            .cites(signed.evidence)
            .cites(watermark.evidence),
        (Outcome::Pass, _) => open("EU-06.watermarkOpen").cites(signed.evidence),
        _ => open("EU-06.signatureOpen"),
    }
}

fn generated_or_manipulated(case: &Case<'_>) -> Finding {
    let statements = case.standing_statements();
    let of = |wanted: fn(SourceClass) -> bool| {
        statements
            .iter()
            .filter(move |statement| wanted(statement.class))
            .map(|statement| statement.citation.clone())
    };
    let generated: Vec<Citation> = of(|class| class == SourceClass::AiGenerated).collect();
    let edited: Vec<Citation> = of(|class| class == SourceClass::AiEdited).collect();
    if !edited.is_empty() {
        // Generated first and edited later is one history, not a conflict; the latest state is "edited".
        return pass("EU-07.manipulated").cites(edited).cites(generated);
    }
    if !generated.is_empty() {
        return pass("EU-07.generated").cites(generated);
    }
    let vague: Vec<Citation> =
        of(|class| matches!(class, SourceClass::PossibleAi | SourceClass::Algorithmic)).collect();
    if !vague.is_empty() {
        return fail("EU-07.ambiguous").cites(vague);
    }
    let aigc = case.aigc();
    if !aigc.is_empty() {
        return open("EU-07.aigcOnly").cites(aigc);
    }
    if case.silence_counts() {
        fail("EU-07.unsaid")
    } else {
        open("EU-07.notRead")
    }
}

fn input_marks_kept(case: &Case<'_>) -> Finding {
    if let Some(comparison) = &case.evidence.comparison {
        let existing: Vec<_> = comparison
            .changes
            .iter()
            .filter(|change| change.change != LayerChange::Added)
            .collect();
        let cited = |wanted: fn(LayerChange) -> bool| {
            existing
                .iter()
                .filter(move |change| wanted(change.change))
                .map(|change| cite("mark of the earlier version", &change.before, &change.site))
                .collect::<Vec<_>>()
        };
        let lost = cited(LayerChange::is_loss);
        return if !lost.is_empty() {
            fail("EU-08.lost")
                .with("count", lost.len().to_string())
                .cites(lost)
        } else if existing.is_empty() {
            not_applicable("EU-08.nothingBefore")
        } else if existing
            .iter()
            .any(|change| change.change == LayerChange::Unknown)
        {
            open("EU-08.unclear")
        } else {
            pass("EU-08.kept").cites(cited(|change| change == LayerChange::Kept))
        };
    }
    if case.manifest_holds() {
        let parent = case
            .c2pa()
            .ingredients
            .iter()
            .find(|ingredient| ingredient.relationship == Relationship::ParentOf);
        let active = |name: &str| {
            case.actions().any(|action| {
                action.action == name
                    && action.position == crate::evidence::ManifestPosition::Active
            })
        };
        if let Some(parent) = parent {
            return pass("EU-08.ingredient").cite(cite(
                "parent ingredient",
                parent.title.as_deref().unwrap_or("present"),
                &parent.site,
            ));
        }
        if active("c2pa.opened") {
            return fail("EU-08.noIngredient").cite(case.c2pa_citation());
        }
        if active("c2pa.created") {
            return not_applicable("EU-08.created").cite(case.c2pa_citation());
        }
    }
    open("EU-08.noEarlierVersion")
}

fn robustness(case: &Case<'_>) -> Finding {
    let survival = &case.evidence.survival;
    if survival.is_empty() {
        return open("EU-09.notMeasured");
    }
    let mut lost: Vec<&str> = Vec::new();
    for measured in survival {
        let treatment = measured.treatment.as_str();
        let any = survival
            .iter()
            .any(|other| other.treatment == treatment && other.survived);
        if !any && !lost.contains(&treatment) {
            lost.push(treatment);
        }
    }
    if lost.is_empty() {
        pass("EU-09.pass")
    } else {
        fail("EU-09.lost").with("treatments", lost.join(", "))
    }
}

/// Whether a label's words hold the capital acronym as a word of its own.
fn has_acronym(text: &str) -> bool {
    text.split(|letter: char| !letter.is_ascii_alphabetic())
        .any(|word| ACRONYMS.contains(&word))
}

fn visible_label(case: &Case<'_>) -> Finding {
    if !case.context.deep_fake {
        return not_applicable("EU-10.notDeepFake");
    }
    let label = &case.evidence.visible_label;
    let found = cite(
        "visible label",
        label.text.as_deref().unwrap_or("words not known"),
        &label.site,
    );
    match (label.state, label.text.as_deref()) {
        (VisibleState::Present, Some(text)) if has_acronym(text) => {
            pass("EU-10.pass").with("text", text).cite(found)
        }
        (VisibleState::Present, Some(text)) => {
            fail("EU-10.noAcronym").with("text", text).cite(found)
        }
        (VisibleState::Present, None) => open("EU-10.wordsUnknown").cite(found),
        (VisibleState::Absent, _) => fail("EU-10.missing"),
        (VisibleState::Unknown, _) => match case.context.visible_label {
            Answer::No => fail("EU-10.missing"),
            Answer::Yes => pass("EU-10.attested").note("EU-10.note.attested"),
            Answer::Unknown => open("EU-10.unseen"),
        },
    }
}

fn no_contradiction(case: &Case<'_>) -> Finding {
    let contradictions = &case.ai.contradictions;
    if let Some(first) = contradictions.first() {
        return fail("EU-11.contradiction")
            .with("ai", first.ai.fact.clone())
            .with("other", first.other.fact.clone())
            .cites(
                contradictions
                    .iter()
                    .flat_map(|pair| [pair.ai.clone(), pair.other.clone()]),
            );
    }
    let statements = case.statements();
    let layer = |wanted: Layer| statements.iter().any(|statement| statement.layer == wanted);
    let layers = [
        layer(Layer::C2pa),
        layer(Layer::Xmp),
        !case.evidence.aigc.is_empty(),
    ];
    match layers.iter().filter(|present| **present).count() {
        0 => not_applicable("EU-11.nothing"),
        1 => pass("EU-11.single"),
        count => pass("EU-11.pass").with("count", count.to_string()),
    }
}

/// Prompts, positions and persons' names in the metadata.
pub(super) fn personal_facts(case: &Case<'_>) -> Vec<Citation> {
    let metadata = &case.evidence.metadata;
    [
        ("prompt", &metadata.prompts),
        ("GPS position", &metadata.gps),
        ("person's name", &metadata.person_names),
    ]
    .into_iter()
    .flat_map(|(fact, values)| {
        values
            .iter()
            .map(move |located| cite(fact, &located.value, &located.site))
    })
    .collect()
}

/// The distinct kinds of facts, for a sentence.
pub(super) fn kinds(found: &[Citation]) -> String {
    let mut kinds: Vec<&str> = Vec::new();
    for citation in found {
        if !kinds.contains(&citation.fact.as_str()) {
            kinds.push(&citation.fact);
        }
    }
    kinds.join(", ")
}

fn privacy(case: &Case<'_>) -> Finding {
    let found = personal_facts(case);
    if !found.is_empty() {
        fail("EU-12.found")
            .with("kinds", kinds(&found))
            .cites(found)
    } else if case.evidence.readings.metadata == crate::evidence::Reading::Complete {
        pass("EU-12.pass")
    } else {
        open("EU-12.notRead")
    }
}

fn mining_reservation(case: &Case<'_>) -> Finding {
    let c2pa = case.c2pa();
    let (mut reserved, mut constrained, mut allowed) = (Vec::new(), Vec::new(), Vec::new());
    if case.manifest_holds() {
        for assertion in &c2pa.training_mining {
            for entry in &assertion.entries {
                let found = cite(
                    &assertion.label,
                    &format!("{}: {}", entry.name, entry.usage),
                    &assertion.site,
                );
                match entry.usage.as_str() {
                    "allowed" => allowed.push((found, true)),
                    "constrained" if entry.constraint_info.is_some() => constrained.push(found),
                    // CAWG: constrained without a text means notAllowed.
                    "notAllowed" | "constrained" => reserved.push((found, true)),
                    _ => {}
                }
            }
        }
    }
    for mining in &case.evidence.metadata.data_mining {
        let found = cite("plus:DataMining", &mining.value, &mining.site);
        if mining.value.contains("DMI-PROHIBITED") {
            reserved.push((found, false));
        } else if mining.value.contains("DMI-ALLOWED") {
            allowed.push((found, false));
        }
    }
    // Within one assertion, different uses may differ; across manifest and XMP they contradict each other.
    let across = reserved
        .iter()
        .any(|(_, signed)| allowed.iter().any(|(_, other)| signed != other))
        && !reserved
            .iter()
            .any(|(_, signed)| allowed.iter().any(|(_, other)| signed == other));
    let strip = |found: Vec<(Citation, bool)>| found.into_iter().map(|(citation, _)| citation);
    if across {
        fail("EU-13.contradiction")
            .cites(strip(reserved))
            .cites(strip(allowed))
    } else if !reserved.is_empty() {
        pass("EU-13.reserved")
            .cites(strip(reserved))
            .cites(constrained)
    } else if !constrained.is_empty() {
        pass("EU-13.constrained").cites(constrained)
    } else if !allowed.is_empty() {
        not_applicable("EU-13.allowed").cites(strip(allowed))
    } else if !c2pa.training_mining.is_empty() {
        open("EU-13.unreliable").cite(case.c2pa_citation())
    } else {
        not_applicable("EU-13.none")
    }
}
