//! European Union: Article 50 of Regulation (EU) 2024/1689 (AI Act) as amended by Regulation (EU) 2026/1744, applied
//! from 2 August 2026 (Article 113); the Code of Practice on Transparency of AI-Generated Content of 10 June 2026.
//!
//! Systems on the market before 2 August 2026 have until 2 December 2026 for Article 50(2) (Article 111(4)); Article
//! 50(4) never had such a period. The Code is voluntary and binds its signatories.

mod conduct;
mod marks;

use time::{Date, macros::date};

use super::EU_GRACE_ENDS;
use crate::case::Case;
use crate::rule::{CONTAINED, EVERY_MODALITY, EVERY_ROLE, Needs, PROVIDER, PROVIDER_DEPLOYER, Rule, Vintage, usual};
use crate::{Answer, Region, Role, Severity};

const APPLIES: Date = date!(2026 - 08 - 02);
const ACT: &str = "Regulation (EU) 2024/1689 (AI Act)";
const ACT_URL: &str = "https://eur-lex.europa.eu/eli/reg/2024/1689/oj";
const CODE: &str = "Code of Practice on Transparency of AI-Generated Content, 10 June 2026";
const CODE_URL: &str = "https://ec.europa.eu/newsroom/dae/redirection/document/129555";

const fn of_act(provision: &'static str, severity: Severity, requirement: &'static str) -> Vintage {
    Vintage { from: APPLIES, until: None, severity, instrument: ACT, provision, url: Some(ACT_URL), requirement }
}

const fn of_code(provision: &'static str, severity: Severity, requirement: &'static str) -> Vintage {
    Vintage { from: APPLIES, until: None, severity, instrument: CODE, provision, url: Some(CODE_URL), requirement }
}

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "EU-01",
        region: Region::Eu,
        title: "EU-01.title",
        vintages: &[of_act("Article 50(2)", Severity::Required, "EU-01.requirement")],
        roles: PROVIDER,
        modalities: EVERY_MODALITY,
        needs: Needs::AiClaim,
        weight: |case| in_grace(case).then_some((Severity::Informational, "EU-01.weight.grace")),
        logic: marks::marked,
    },
    Rule {
        id: "EU-02",
        region: Region::Eu,
        title: "EU-02.title",
        vintages: &[of_code("Sub-measure 1.1.1", Severity::Recommended, "EU-02.requirement")],
        roles: PROVIDER,
        modalities: CONTAINED,
        needs: Needs::AiClaim,
        weight: |case| {
            (case.context.signatory == Answer::Yes && !in_grace(case))
                .then_some((Severity::Required, "EU-02.weight.signatory"))
        },
        logic: marks::signed_layer,
    },
    Rule {
        id: "EU-03",
        region: Region::Eu,
        title: "EU-03.title",
        vintages: &[of_code("Sub-measure 1.1.1", Severity::Recommended, "EU-03.requirement")],
        roles: PROVIDER,
        modalities: CONTAINED,
        needs: Needs::AiClaim,
        weight: usual,
        logic: marks::time_stamp,
    },
    Rule {
        id: "EU-04",
        region: Region::Eu,
        title: "EU-04.title",
        vintages: &[of_act("Article 50(2), \"reliable\"", Severity::Recommended, "EU-04.requirement")],
        roles: PROVIDER,
        modalities: CONTAINED,
        needs: Needs::AiClaim,
        weight: usual,
        logic: marks::signer_trust,
    },
    Rule {
        id: "EU-05",
        region: Region::Eu,
        title: "EU-05.title",
        vintages: &[of_code("Sub-measure 1.1.2", Severity::Recommended, "EU-05.requirement")],
        roles: PROVIDER,
        modalities: EVERY_MODALITY,
        needs: Needs::AiClaim,
        weight: usual,
        logic: marks::watermark_layer,
    },
    Rule {
        id: "EU-06",
        region: Region::Eu,
        title: "EU-06.title",
        vintages: &[of_code("Measure 1.1", Severity::Recommended, "EU-06.requirement")],
        roles: PROVIDER,
        modalities: CONTAINED,
        needs: Needs::AiClaim,
        weight: usual,
        logic: marks::two_layers,
    },
    Rule {
        id: "EU-07",
        region: Region::Eu,
        title: "EU-07.title",
        vintages: &[of_code("Sub-measure 1.1.1", Severity::Recommended, "EU-07.requirement")],
        roles: PROVIDER,
        modalities: CONTAINED,
        needs: Needs::AiClaim,
        weight: usual,
        logic: marks::generated_or_manipulated,
    },
    Rule {
        id: "EU-08",
        region: Region::Eu,
        title: "EU-08.title",
        vintages: &[of_code("Measure 1.2", Severity::Recommended, "EU-08.requirement")],
        roles: PROVIDER,
        modalities: CONTAINED,
        needs: Needs::AiClaim,
        weight: usual,
        logic: conduct::input_marks_kept,
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
        logic: conduct::robustness,
    },
    Rule {
        id: "EU-10",
        region: Region::Eu,
        title: "EU-10.title",
        vintages: &[of_act("Article 50(4) and (5)", Severity::Informational, "EU-10.requirement")],
        roles: PROVIDER_DEPLOYER,
        modalities: EVERY_MODALITY,
        needs: Needs::AiClaim,
        weight: |case| {
            (case.context.role == Role::Deployer && case.context.deep_fake == Answer::Yes)
                .then_some((Severity::Required, "EU-10.weight.deployer"))
        },
        logic: conduct::visible_label,
    },
    Rule {
        id: "EU-11",
        region: Region::Eu,
        title: "EU-11.title",
        vintages: &[of_act("Article 50(2), \"reliable\"", Severity::Recommended, "EU-11.requirement")],
        roles: EVERY_ROLE,
        modalities: EVERY_MODALITY,
        needs: Needs::AiClaim,
        weight: usual,
        logic: conduct::no_contradiction,
    },
    Rule {
        id: "EU-12",
        region: Region::Eu,
        title: "EU-12.title",
        vintages: &[of_code("Sub-measure 1.1.1 and Measure 1.3", Severity::Informational, "EU-12.requirement")],
        roles: EVERY_ROLE,
        modalities: EVERY_MODALITY,
        needs: Needs::AiClaim,
        weight: usual,
        logic: conduct::privacy,
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
        logic: conduct::mining_reservation,
    },
];

/// Article 111(4): the system was on the market before 2 August 2026 and the day is before 2 December 2026.
fn in_grace(case: &Case<'_>) -> bool {
    case.context.is_legacy_system() && case.context.as_of < EU_GRACE_ENDS
}
