//! Circumstances of a judgement that the file does not contain: the date, the role and facts about the AI system.

use std::collections::BTreeSet;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};
use time::{Date, macros::date};

/// Body of law, judged separately.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Region {
    /// Regulation (EU) 2024/1689, Article 50, and the Code of Practice.
    Eu,
    /// California Business and Professions Code, sections 22757 to 22757.6.
    California,
    /// China's labelling Measures and GB 45438-2025.
    China,
    /// Washington's E2SHB 1170.
    Washington,
    /// Utah's HB 276, for information.
    Utah,
    /// Connecticut's Public Act 26-15, for information.
    Connecticut,
    /// Kazakhstan's Law on Artificial Intelligence, for information.
    Kazakhstan,
    /// Vietnam's Law 134/2025 and Decree 142/2026, for information.
    Vietnam,
    /// India's IT Rules as amended by G.S.R. 120(E), for information.
    India,
    /// Korea's AI Basic Act, for information.
    Korea,
    /// New York's General Business Law, section 396-b, for information.
    NewYork,
}

/// Error for a name that is not a known region, preset or role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown {kind} `{value}`; known: {known}")]
pub struct UnknownName {
    /// Kind of name that was expected.
    pub kind: &'static str,
    /// The value that was given.
    pub value: String,
    /// The known names, separated by commas.
    pub known: &'static str,
}

impl Region {
    /// All regions in report order.
    pub const ALL: [Self; 11] = [
        Self::Eu,
        Self::California,
        Self::China,
        Self::Washington,
        Self::Utah,
        Self::Connecticut,
        Self::Kazakhstan,
        Self::Vietnam,
        Self::India,
        Self::Korea,
        Self::NewYork,
    ];
    /// The regions that are judged by default: those whose law text was read. The others are for information.
    pub const DEFAULT: [Self; 4] = [Self::Eu, Self::California, Self::China, Self::Washington];

    /// Returns the id used in reports and options.
    pub fn id(self) -> &'static str {
        match self {
            Self::Eu => "eu",
            Self::California => "california",
            Self::China => "china",
            Self::Washington => "washington",
            Self::Utah => "utah",
            Self::Connecticut => "connecticut",
            Self::Kazakhstan => "kazakhstan",
            Self::Vietnam => "vietnam",
            Self::India => "india",
            Self::Korea => "korea",
            Self::NewYork => "newYork",
        }
    }
}

impl FromStr for Region {
    type Err = UnknownName;

    fn from_str(value: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|region| region.id() == value).ok_or_else(|| UnknownName {
            kind: "region",
            value: value.to_owned(),
            known: "eu, california, china, washington, utah, connecticut, kazakhstan, vietnam, india, korea, newYork",
        })
    }
}

/// Jurisdiction profile of the API (`regionPreset`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Preset {
    /// The European Union.
    EuStrict,
    /// California.
    California,
    /// China.
    China,
    /// The European Union, California and China.
    GlobalMinimum,
}

impl Preset {
    /// All presets.
    pub const ALL: [Self; 4] = [Self::EuStrict, Self::California, Self::China, Self::GlobalMinimum];

    /// Returns the name used by the API.
    pub fn id(self) -> &'static str {
        match self {
            Self::EuStrict => "eu_strict",
            Self::California => "california",
            Self::China => "china",
            Self::GlobalMinimum => "global_minimum",
        }
    }

    /// Returns the regions whose required rules a file labelled with this preset must meet.
    pub fn regions(self) -> &'static [Region] {
        match self {
            Self::EuStrict => &[Region::Eu],
            Self::California => &[Region::California],
            Self::China => &[Region::China],
            Self::GlobalMinimum => &[Region::Eu, Region::California, Region::China],
        }
    }
}

impl FromStr for Preset {
    type Err = UnknownName;

    fn from_str(value: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|preset| preset.id() == value).ok_or_else(|| UnknownName {
            kind: "preset",
            value: value.to_owned(),
            known: "eu_strict, california, china, global_minimum",
        })
    }
}

/// Role whose duties are judged. The report contains the answered role.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// Provider of the AI system that made the content.
    #[default]
    Provider,
    /// Professional user of the system who publishes the content.
    Deployer,
    /// Platform that distributes other people's content.
    Platform,
    /// Platform that makes generative AI systems available for download (California, from 2027).
    HostingPlatform,
    /// Maker of devices that capture images, video or audio (California, from 2028).
    CaptureDeviceMaker,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 5] =
        [Self::Provider, Self::Deployer, Self::Platform, Self::HostingPlatform, Self::CaptureDeviceMaker];

    /// The id used in reports and options.
    pub fn id(self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::Deployer => "deployer",
            Self::Platform => "platform",
            Self::HostingPlatform => "hostingPlatform",
            Self::CaptureDeviceMaker => "captureDeviceMaker",
        }
    }
}

impl FromStr for Role {
    type Err = UnknownName;

    fn from_str(value: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|role| role.id() == value).ok_or_else(|| UnknownName {
            kind: "role",
            value: value.to_owned(),
            known: "provider, deployer, platform, hostingPlatform, captureDeviceMaker",
        })
    }
}

/// Answer to a question.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Answer {
    /// Yes.
    Yes,
    /// No.
    No,
    /// Not known or not asked.
    #[default]
    Unknown,
}

impl From<bool> for Answer {
    fn from(value: bool) -> Self {
        if value { Self::Yes } else { Self::No }
    }
}

impl Answer {
    /// `true` for yes, `false` for no, nothing for unknown.
    pub fn known(self) -> Option<bool> {
        match self {
            Self::Yes => Some(true),
            Self::No => Some(false),
            Self::Unknown => None,
        }
    }

    fn is_unknown(&self) -> bool {
        *self == Self::Unknown
    }
}

/// Deserializes an answer, or the `true` or `false` of older reports, in which the question had only two answers. There
/// `false` could also mean that nobody had answered, so it is read as unknown.
fn answer_or_bool<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Answer, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Flag(bool),
        Answer(Answer),
    }
    Ok(match Either::deserialize(deserializer)? {
        Either::Flag(true) => Answer::Yes,
        Either::Flag(false) => Answer::Unknown,
        Either::Answer(answer) => answer,
    })
}

/// How AI was involved in the content.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum AiInvolvement {
    /// AI created it.
    Created,
    /// AI altered existing content.
    Altered,
    /// Not known or not asked.
    #[default]
    Unknown,
}

impl AiInvolvement {
    fn is_unknown(&self) -> bool {
        *self == Self::Unknown
    }
}

/// First day on which a system counts as new under Article 111(4) of Regulation (EU) 2024/1689.
pub(crate) const EU_NEW_SYSTEMS_FROM: Date = date!(2026 - 08 - 02);

/// Circumstances of a judgement. Only the date has no default, because this crate never reads a clock.
///
/// Every question can be answered with *unknown*, which is the default and never counts as no. An answer is sufficient
/// for facts that no file can show. A watermark or label that is only stated in an answer stays open until it is found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Context {
    /// The day of the check, whose law applies where neither a trusted time stamp nor an answer gives another day.
    #[serde(with = "crate::date")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub as_of: Date,
    /// Role whose duties are judged.
    #[serde(default)]
    pub role: Role,
    /// Whether AI made or altered the content; the file's own statements count as well.
    #[serde(default)]
    pub is_ai: Answer,
    /// Whether AI created or altered the content, if it was involved.
    #[serde(default, skip_serializing_if = "AiInvolvement::is_unknown")]
    pub ai_involvement: AiInvolvement,
    /// Day on which the content was created or last altered by AI.
    #[serde(default, with = "crate::date::optional", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub created_on: Option<Date>,
    /// Day on which the content was first published.
    #[serde(default, with = "crate::date::optional", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub published_on: Option<Date>,
    /// Day on which a platform distributed the content.
    #[serde(default, with = "crate::date::optional", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub distributed_on: Option<Date>,
    /// Whether the AI system was on the EU market before 2 August 2026 (Article 111(4)).
    #[serde(default)]
    pub placed_on_market_before: Answer,
    /// Day on which the AI system was placed on the market. If given, it settles the previous question.
    #[serde(default, with = "crate::date::optional", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub placed_on_market: Option<Date>,
    /// Name of the provider that the marks must contain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Whether the content is a deep fake (Article 3(60)).
    #[serde(default, deserialize_with = "answer_or_bool")]
    pub deep_fake: Answer,
    /// Whether the provider or deployer signed the EU Code of Practice, which is voluntary.
    #[serde(default, deserialize_with = "answer_or_bool")]
    pub signatory: Answer,
    /// Whether there is a watermark, or a register of fingerprints or logs, by which the provider's own detector
    /// recognises this output.
    #[serde(default)]
    pub vendor_watermark: Answer,
    /// Whether people see, hear or read a label, according to the answer.
    #[serde(default)]
    pub visible_label: Answer,
    /// Whether AI altered the input only slightly: the change is not substantial and leaves its meaning alone (Article 50(2),
    /// third sentence).
    #[serde(default, skip_serializing_if = "Answer::is_unknown")]
    pub altered_slightly: Answer,
    /// Whether the AI system only assists with standard editing (Article 50(2), third sentence).
    #[serde(default, skip_serializing_if = "Answer::is_unknown")]
    pub assistive_editing: Answer,
    /// Whether the alteration is one of the eight minor modifications that section 22757.1(l) lists (California).
    #[serde(default, skip_serializing_if = "Answer::is_unknown")]
    pub minor_modification: Answer,
    /// Whether the deployer acts professionally. Personal use does not make a person a deployer (Article 3(4)).
    #[serde(default, skip_serializing_if = "Answer::is_unknown")]
    pub deployer_professional: Answer,
    /// Whether the content is part of an evidently artistic, creative, satirical, fictional or analogous work (Article
    /// 50(4)).
    #[serde(default, skip_serializing_if = "Answer::is_unknown")]
    pub artistic: Answer,
    /// Whether the text informs the public on matters of public interest (Article 50(4), second subparagraph).
    #[serde(default, skip_serializing_if = "Answer::is_unknown")]
    pub public_interest_text: Answer,
    /// Whether a person reviewed the text or it went through editorial control (Article 50(4), second subparagraph).
    #[serde(default, skip_serializing_if = "Answer::is_unknown")]
    pub human_review: Answer,
    /// Whether a natural or legal person holds editorial responsibility for the publication (Article 50(4), second
    /// subparagraph).
    #[serde(default, skip_serializing_if = "Answer::is_unknown")]
    pub editorial_responsibility: Answer,
    /// Whether the use is authorised by law to detect, prevent, investigate or prosecute criminal offences (Article 50(2),
    /// (4)).
    #[serde(default, skip_serializing_if = "Answer::is_unknown")]
    pub authorised_by_law: Answer,
    /// Whether the system has more than 1,000,000 monthly visitors or users (California until 29 September 2026,
    /// Washington).
    #[serde(default, skip_serializing_if = "Answer::is_unknown")]
    pub users_above_one_million: Answer,
    /// Whether the platform has more than 2,000,000 monthly users (California, large online platforms).
    #[serde(default, skip_serializing_if = "Answer::is_unknown")]
    pub users_above_two_million: Answer,
    /// Whether the provider's own verification tool was tried on this file and read the disclosure (section 22757.3(a)(3)).
    #[serde(default, skip_serializing_if = "Answer::is_unknown")]
    pub verification_tool_reads: Answer,
    /// Whether the platform removed provenance data knowingly (section 22757.3.1(c)).
    #[serde(default, skip_serializing_if = "Answer::is_unknown")]
    pub knowingly_removed: Answer,
    /// Whether the capture device was first produced for sale in California on or after 1 January 2028 (section 22757.3.3).
    #[serde(default, skip_serializing_if = "Answer::is_unknown")]
    pub device_first_sold_since_2028: Answer,
    /// Whether the system is sold to businesses only (Washington).
    #[serde(default, skip_serializing_if = "Answer::is_unknown")]
    pub business_only: Answer,
    /// Whether the service falls under Article 17(1) of the Deep Synthesis Provisions: one of its kinds of service, or another
    /// that generates or significantly alters content, and may confuse the public.
    #[serde(default, skip_serializing_if = "Answer::is_unknown")]
    pub deep_synthesis_service: Answer,
    /// Whether the user asked for a copy without the explicit label (Measures, Article 9).
    #[serde(default, skip_serializing_if = "Answer::is_unknown")]
    pub unlabelled_copy_requested: Answer,
    /// Whether the user agreement states the user's labelling duties and responsibilities (Measures, Article 9).
    #[serde(default, skip_serializing_if = "Answer::is_unknown")]
    pub label_duties_agreed: Answer,
    /// Whether logs of the supply of unlabelled copies are kept for at least six months (Measures, Article 9).
    #[serde(default, skip_serializing_if = "Answer::is_unknown")]
    pub logs_kept: Answer,
    /// Whether the user who publishes declared the content as AI-generated on the platform (Measures, Article 10(1)).
    #[serde(default, skip_serializing_if = "Answer::is_unknown")]
    pub declared_on_platform: Answer,
    /// Whether a user declared the content to the platform as AI-generated (Measures, Article 6(1)(2)).
    #[serde(default, skip_serializing_if = "Answer::is_unknown")]
    pub user_declared_ai: Answer,
    /// Whether the platform found a label or other traces of generation (Measures, Article 6(1)(1), (3)).
    #[serde(default, skip_serializing_if = "Answer::is_unknown")]
    pub platform_found_traces: Answer,
    /// Whether the platform shows its notice beside the post (Measures, Article 6).
    #[serde(default, skip_serializing_if = "Answer::is_unknown")]
    pub notice_beside_post: Answer,
    /// Whether the platform is itself the producer that the label names.
    #[serde(default, skip_serializing_if = "Answer::is_unknown")]
    pub platform_is_producer: Answer,
    /// Regions to judge.
    #[serde(default = "default_regions")]
    pub regions: BTreeSet<Region>,
}

fn default_regions() -> BTreeSet<Region> {
    Region::DEFAULT.into_iter().collect()
}

impl Context {
    /// Creates a context for a provider in the default regions, with the law of this day and every question unanswered.
    pub fn new(as_of: Date) -> Self {
        Self {
            as_of,
            role: Role::default(),
            is_ai: Answer::default(),
            ai_involvement: AiInvolvement::default(),
            created_on: None,
            published_on: None,
            distributed_on: None,
            placed_on_market_before: Answer::default(),
            placed_on_market: None,
            provider: None,
            deep_fake: Answer::default(),
            signatory: Answer::default(),
            vendor_watermark: Answer::default(),
            visible_label: Answer::default(),
            altered_slightly: Answer::default(),
            assistive_editing: Answer::default(),
            minor_modification: Answer::default(),
            deployer_professional: Answer::default(),
            artistic: Answer::default(),
            public_interest_text: Answer::default(),
            human_review: Answer::default(),
            editorial_responsibility: Answer::default(),
            authorised_by_law: Answer::default(),
            users_above_one_million: Answer::default(),
            users_above_two_million: Answer::default(),
            verification_tool_reads: Answer::default(),
            knowingly_removed: Answer::default(),
            device_first_sold_since_2028: Answer::default(),
            business_only: Answer::default(),
            deep_synthesis_service: Answer::default(),
            unlabelled_copy_requested: Answer::default(),
            label_duties_agreed: Answer::default(),
            logs_kept: Answer::default(),
            declared_on_platform: Answer::default(),
            user_declared_ai: Answer::default(),
            platform_found_traces: Answer::default(),
            notice_beside_post: Answer::default(),
            platform_is_producer: Answer::default(),
            regions: default_regions(),
        }
    }

    /// Returns whether AI made or altered the content according to the answers. An answer about how AI was involved
    /// implies yes.
    pub fn made_by_ai(&self) -> Answer {
        match (self.is_ai, self.ai_involvement) {
            (Answer::Unknown, AiInvolvement::Created | AiInvolvement::Altered) => Answer::Yes,
            (answer, _) => answer,
        }
    }

    /// Returns whether the system was on the EU market before 2 August 2026 according to the answers: the day decides
    /// if it is given, otherwise the yes-or-no answer.
    pub fn on_market_before(&self) -> Answer {
        self.placed_on_market.map_or(self.placed_on_market_before, |day| (day < EU_NEW_SYSTEMS_FROM).into())
    }

    /// Returns whether the system counts as on the EU market before 2 August 2026 (Article 111(4)).
    pub fn is_legacy_system(&self) -> bool {
        match self.placed_on_market {
            Some(day) => day < EU_NEW_SYSTEMS_FROM,
            None => self.placed_on_market_before == Answer::Yes,
        }
    }
}
