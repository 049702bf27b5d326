//! California: Business and Professions Code, division 8, chapter 25 (sections 22757 to 22757.6).
//!
//! Two vintages: SB 942 as amended by AB 853 from 2 August 2026, and SB 1000 (Stats. 2026, ch. 861, an urgency act)
//! from 30 September 2026. SB 1000 drops the threshold of a million users and the visible disclosure, and adds whether
//! the content was created or altered. Platforms follow on 1 January 2027, assistive technology on 1 January 2029.
//!
//! The information may be given "directly or through a link to a permanent internet website": a link that nobody
//! fetched turns missing information into an open question, never into a pass.

mod content;
mod quality;

use time::{Date, macros::date};

use crate::case::Case;
use crate::rule::{Finding, MEDIA, Needs, PLATFORM, PROVIDER, PROVIDER_PLATFORM, Rule, Vintage, usual};
use crate::{Region, Severity};

const SB942_FROM: Date = date!(2026 - 08 - 02);
const SB942_UNTIL: Date = date!(2026 - 09 - 29);
const SB1000_FROM: Date = date!(2026 - 09 - 30);

const SB942: &str = "Cal. Bus. & Prof. Code (SB 942 as amended by AB 853)";
const SB1000: &str = "Cal. Bus. & Prof. Code (SB 1000, Stats. 2026, ch. 861)";
const DISCLOSURE_URL: &str =
    "https://leginfo.legislature.ca.gov/faces/codes_displaySection.xhtml?lawCode=BPC&sectionNum=22757.3.";
const TOOL_URL: &str =
    "https://leginfo.legislature.ca.gov/faces/codes_displaySection.xhtml?lawCode=BPC&sectionNum=22757.2.";
const PLATFORM_URL: &str =
    "https://leginfo.legislature.ca.gov/faces/codes_displaySection.xhtml?lawCode=BPC&sectionNum=22757.3.1.";

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
        content::latent_disclosure,
    ),
    output(
        "CA-02",
        "CA-02.title",
        &[
            before("22757.3(b), item (A)", Severity::Required, "CA-02.requirement"),
            since("22757.3(a)(1)(A)", Severity::Required, "CA-02.requirement"),
        ],
        content::provider_name,
    ),
    output(
        "CA-03",
        "CA-03.title",
        &[
            before("22757.3(b), item (B)", Severity::Required, "CA-03.requirement.before"),
            since("22757.3(a)(1)(B)", Severity::Required, "CA-03.requirement.since"),
        ],
        content::system_and_version,
    ),
    output(
        "CA-04",
        "CA-04.title",
        &[
            before("22757.3(b), item (C)", Severity::Required, "CA-04.requirement"),
            since("22757.3(a)(1)(C)", Severity::Required, "CA-04.requirement"),
        ],
        content::time_and_date,
    ),
    output(
        "CA-05",
        "CA-05.title",
        &[
            before("22757.3(b), item (D)", Severity::Required, "CA-05.requirement"),
            since("22757.3(a)(1)(D)", Severity::Required, "CA-05.requirement"),
        ],
        content::unique_identifier,
    ),
    output(
        "CA-06",
        "CA-06.title",
        &[since("22757.3(a)(1)(E)", Severity::Required, "CA-06.requirement")],
        content::created_or_altered,
    ),
    output(
        "CA-07",
        "CA-07.title",
        &[
            before("22757.3(b)", Severity::Required, "CA-07.requirement.before"),
            since("22757.3(a)(2)", Severity::Required, "CA-07.requirement.since"),
        ],
        quality::permanence,
    ),
    output(
        "CA-08",
        "CA-08.title",
        &[
            before("22757.3(b)", Severity::Required, "CA-08.requirement.before"),
            since("22757.3(a)(4)", Severity::Required, "CA-08.requirement.since"),
        ],
        quality::standard,
    ),
    output(
        "CA-09",
        "CA-09.title",
        &[
            before("22757.3(b) and 22757.2", Severity::Recommended, "CA-09.requirement.before"),
            since("22757.3(a)(3) and 22757.2", Severity::Recommended, "CA-09.requirement.since"),
        ],
        quality::verification_tool,
    ),
    output(
        "CA-10",
        "CA-10.title",
        &[
            before("22757.3(b)", Severity::Required, "CA-10.requirement.before"),
            since("22757.3(a)(2) and (4)", Severity::Required, "CA-10.requirement.since"),
        ],
        quality::integrity,
    ),
    output(
        "CA-11",
        "CA-11.title",
        &[before("22757.3(a)", Severity::Recommended, "CA-11.requirement")],
        quality::visible_option,
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
        content::assistive,
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
        logic: quality::not_stripped,
    },
    Rule {
        id: "CA-14",
        region: Region::California,
        title: "CA-14.title",
        vintages: &[
            Vintage { url: Some(TOOL_URL), ..before("22757.2(a)", Severity::Recommended, "CA-14.requirement") },
            Vintage { url: Some(TOOL_URL), ..since("22757.2(a)(3)", Severity::Recommended, "CA-14.requirement") },
        ],
        roles: PROVIDER_PLATFORM,
        modalities: MEDIA,
        needs: Needs::AiClaim,
        weight: usual,
        logic: quality::no_personal_data,
    },
];
