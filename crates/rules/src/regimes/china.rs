//! China: Measures for Labeling AI-Generated Synthetic Content (人工智能生成合成内容标识办法) and the mandatory standard
//! GB 45438-2025, both in force from 1 September 2025 (Article 14), with the TC260 guides of August 2025.
//!
//! The only regime that fixes where in the file the mark stands: a place that was read and is empty is a real failure.
//! A C2PA manifest does not replace the label.

mod explicit;
mod implicit;

use time::{Date, macros::date};

use crate::rule::{
    EVERY_MODALITY, EVERY_ROLE, IMAGES, Needs, PLATFORM, PROVIDER, PROVIDER_PLATFORM, Rule, TIMED, Vintage, usual,
};
use crate::{Region, Severity};

const IN_FORCE: Date = date!(2025 - 09 - 01);
const MEASURES: &str = "Measures for Labeling AI-Generated Synthetic Content (人工智能生成合成内容标识办法)";
const MEASURES_URL: &str = "https://www.cac.gov.cn/2025-03/14/c_1743654684782215.htm";
const STANDARD: &str = "GB 45438-2025";
const STANDARD_URL: &str = "https://www.tc260.org.cn/upload/2025-03-15/1742009439794081593.pdf";
const GUIDES: &str = "TC260-PG-20257A, 20258A, 20259A and 202510A (V1.0-202508)";
const GUIDES_URL: &str = "https://www.tc260.org.cn/tc260/sjzn/list_2.shtml";

const fn text(
    instrument: &'static str,
    provision: &'static str,
    url: &'static str,
    severity: Severity,
    requirement: &'static str,
) -> Vintage {
    Vintage { from: IN_FORCE, until: None, severity, instrument, provision, url: Some(url), requirement }
}

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "CN-01",
        region: Region::China,
        title: "CN-01.title",
        vintages: &[text(
            MEASURES,
            "Article 5; GB 45438-2025, 6.1",
            MEASURES_URL,
            Severity::Required,
            "CN-01.requirement",
        )],
        roles: PROVIDER_PLATFORM,
        modalities: EVERY_MODALITY,
        needs: Needs::AiClaim,
        weight: usual,
        logic: implicit::implicit_label,
    },
    Rule {
        id: "CN-02",
        region: Region::China,
        title: "CN-02.title",
        vintages: &[text(STANDARD, "Annex E b)", STANDARD_URL, Severity::Required, "CN-02.requirement")],
        roles: PROVIDER_PLATFORM,
        modalities: EVERY_MODALITY,
        needs: Needs::AiClaim,
        weight: usual,
        logic: implicit::json_of_strings,
    },
    Rule {
        id: "CN-03",
        region: Region::China,
        title: "CN-03.title",
        vintages: &[text(STANDARD, "Annex E c)", STANDARD_URL, Severity::Required, "CN-03.requirement")],
        roles: PROVIDER_PLATFORM,
        modalities: EVERY_MODALITY,
        needs: Needs::AiClaim,
        weight: usual,
        logic: implicit::label_value,
    },
    Rule {
        id: "CN-04",
        region: Region::China,
        title: "CN-04.title",
        vintages: &[text(
            STANDARD,
            "Annex E; Measures, Article 5",
            STANDARD_URL,
            Severity::Required,
            "CN-04.requirement",
        )],
        roles: PROVIDER_PLATFORM,
        modalities: EVERY_MODALITY,
        needs: Needs::AiClaim,
        weight: usual,
        logic: implicit::content_producer,
    },
    Rule {
        id: "CN-05",
        region: Region::China,
        title: "CN-05.title",
        vintages: &[text(
            STANDARD,
            "Annex E; Measures, Article 5",
            STANDARD_URL,
            Severity::Required,
            "CN-05.requirement",
        )],
        roles: PROVIDER_PLATFORM,
        modalities: EVERY_MODALITY,
        needs: Needs::AiClaim,
        weight: usual,
        logic: implicit::produce_id,
    },
    Rule {
        id: "CN-06",
        region: Region::China,
        title: "CN-06.title",
        vintages: &[text(STANDARD, "Annex E", STANDARD_URL, Severity::Required, "CN-06.requirement")],
        roles: PROVIDER_PLATFORM,
        modalities: EVERY_MODALITY,
        needs: Needs::AiClaim,
        weight: usual,
        logic: implicit::complete_fields,
    },
    Rule {
        id: "CN-07",
        region: Region::China,
        title: "CN-07.title",
        vintages: &[text(STANDARD, "Annex E j)", STANDARD_URL, Severity::Required, "CN-07.requirement")],
        roles: PROVIDER_PLATFORM,
        modalities: EVERY_MODALITY,
        needs: Needs::AiClaim,
        weight: usual,
        logic: implicit::character_set,
    },
    Rule {
        id: "CN-08",
        region: Region::China,
        title: "CN-08.title",
        vintages: &[text(STANDARD, "6.1 c)", STANDARD_URL, Severity::Required, "CN-08.requirement")],
        roles: PROVIDER_PLATFORM,
        modalities: EVERY_MODALITY,
        needs: Needs::AiClaim,
        weight: usual,
        logic: implicit::single_copy,
    },
    Rule {
        id: "CN-09",
        region: Region::China,
        title: "CN-09.title",
        vintages: &[text(GUIDES, "clause 6", GUIDES_URL, Severity::Recommended, "CN-09.requirement")],
        roles: PROVIDER_PLATFORM,
        modalities: EVERY_MODALITY,
        needs: Needs::AiClaim,
        weight: usual,
        logic: implicit::location,
    },
    Rule {
        id: "CN-10",
        region: Region::China,
        title: "CN-10.title",
        vintages: &[text(STANDARD, "5.2; Measures, Article 4", STANDARD_URL, Severity::Required, "CN-10.requirement")],
        roles: PROVIDER,
        modalities: IMAGES,
        needs: Needs::AiClaim,
        weight: usual,
        logic: explicit::explicit_image_label,
    },
    Rule {
        id: "CN-11",
        region: Region::China,
        title: "CN-11.title",
        vintages: &[text(
            STANDARD,
            "5.3 and 5.4; Measures, Article 4",
            STANDARD_URL,
            Severity::Required,
            "CN-11.requirement",
        )],
        roles: PROVIDER,
        modalities: TIMED,
        needs: Needs::AiClaim,
        weight: usual,
        logic: explicit::explicit_timed_label,
    },
    Rule {
        id: "CN-12",
        region: Region::China,
        title: "CN-12.title",
        vintages: &[text(STANDARD, "Annex F.4", STANDARD_URL, Severity::Informational, "CN-12.requirement")],
        roles: PROVIDER_PLATFORM,
        modalities: EVERY_MODALITY,
        needs: Needs::AiClaim,
        weight: usual,
        logic: implicit::reserved_code,
    },
    Rule {
        id: "CN-13",
        region: Region::China,
        title: "CN-13.title",
        vintages: &[text(MEASURES, "Article 6", MEASURES_URL, Severity::Required, "CN-13.requirement")],
        roles: PLATFORM,
        modalities: EVERY_MODALITY,
        needs: Needs::AiClaim,
        weight: usual,
        logic: implicit::propagation,
    },
    Rule {
        id: "CN-14",
        region: Region::China,
        title: "CN-14.title",
        vintages: &[text(MEASURES, "Article 10", MEASURES_URL, Severity::Required, "CN-14.requirement")],
        roles: EVERY_ROLE,
        modalities: EVERY_MODALITY,
        needs: Needs::Nothing,
        weight: usual,
        logic: explicit::labels_intact,
    },
];
