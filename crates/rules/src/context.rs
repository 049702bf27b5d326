//! What the person who asks knows and the file does not: the date, the role, the system.

use std::collections::BTreeSet;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use time::{Date, macros::date};

/// A body of law, judged on its own.
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
    /// Washington's E2SHB 1170, reported for information.
    Washington,
}

/// A name that is no region, preset or role.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown {kind} `{value}`; known: {known}")]
pub struct UnknownName {
    /// What was expected.
    pub kind: &'static str,
    /// What was given.
    pub value: String,
    /// What there is.
    pub known: &'static str,
}

impl Region {
    /// All regions in report order.
    pub const ALL: [Self; 4] = [Self::Eu, Self::California, Self::China, Self::Washington];

    /// The id used in reports and options.
    pub fn id(self) -> &'static str {
        match self {
            Self::Eu => "eu",
            Self::California => "california",
            Self::China => "china",
            Self::Washington => "washington",
        }
    }
}

impl FromStr for Region {
    type Err = UnknownName;

    fn from_str(value: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|region| region.id() == value).ok_or_else(|| UnknownName {
            kind: "region",
            value: value.to_owned(),
            known: "eu, california, china, washington",
        })
    }
}

/// A jurisdiction profile of the API (`regionPreset`).
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
    /// All three.
    GlobalMinimum,
}

impl Preset {
    /// All presets.
    pub const ALL: [Self; 4] = [Self::EuStrict, Self::California, Self::China, Self::GlobalMinimum];

    /// The API's spelling.
    pub fn id(self) -> &'static str {
        match self {
            Self::EuStrict => "eu_strict",
            Self::California => "california",
            Self::China => "china",
            Self::GlobalMinimum => "global_minimum",
        }
    }

    /// The regions whose required rules a file labelled with this preset must meet.
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

/// Whose duties are judged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Role {
    /// Whoever offers the AI system that made the content.
    #[default]
    Provider,
    /// Whoever uses it professionally and publishes the content.
    Deployer,
    /// Whoever distributes other people's content.
    Platform,
}

impl Role {
    /// The id used in reports and options.
    pub fn id(self) -> &'static str {
        match self {
            Self::Provider => "provider",
            Self::Deployer => "deployer",
            Self::Platform => "platform",
        }
    }
}

impl FromStr for Role {
    type Err = UnknownName;

    fn from_str(value: &str) -> Result<Self, Self::Err> {
        [Self::Provider, Self::Deployer, Self::Platform]
            .into_iter()
            .find(|role| role.id() == value)
            .ok_or_else(|| UnknownName { kind: "role", value: value.to_owned(), known: "provider, deployer, platform" })
    }
}

/// An answer that may be missing.
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

/// First day on which a system counts as new under Article 111(4) of Regulation (EU) 2024/1689.
pub(crate) const EU_NEW_SYSTEMS_FROM: Date = date!(2026 - 08 - 02);

/// The circumstances of a judgement. Only the date has no default: this crate never reads a clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Context {
    /// The day whose law applies.
    #[serde(with = "crate::date")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub as_of: Date,
    /// Whose duties are judged.
    #[serde(default)]
    pub role: Role,
    /// What the asker says about the origin; the file's own statements count as well.
    #[serde(default)]
    pub is_ai: Answer,
    /// Whether the AI system was on the EU market before 2 August 2026. Unknown is judged as no.
    #[serde(default)]
    pub placed_on_market_before: Answer,
    /// The day it was placed on the market, which settles the question above when given.
    #[serde(default, with = "crate::date::optional", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub placed_on_market: Option<Date>,
    /// The provider's name that the marks must give.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// Whether the content is a deep fake (Article 3(60)) or, for text, informs the public on matters of public interest.
    #[serde(default)]
    pub deep_fake: bool,
    /// Whether the provider signed the EU Code of Practice, which makes its signed layer binding on it.
    #[serde(default)]
    pub signatory: bool,
    /// Whether the content carries the provider's own invisible mark that cannot be read here.
    #[serde(default)]
    pub vendor_watermark: Answer,
    /// Whether people see a label, as the asker attests.
    #[serde(default)]
    pub visible_label: Answer,
    /// The regions to judge.
    #[serde(default = "all_regions")]
    pub regions: BTreeSet<Region>,
}

fn all_regions() -> BTreeSet<Region> {
    Region::ALL.into_iter().collect()
}

impl Context {
    /// A provider's file of unknown origin, judged by every region's law of that day.
    pub fn new(as_of: Date) -> Self {
        Self {
            as_of,
            role: Role::default(),
            is_ai: Answer::default(),
            placed_on_market_before: Answer::default(),
            placed_on_market: None,
            provider: None,
            deep_fake: false,
            signatory: false,
            vendor_watermark: Answer::default(),
            visible_label: Answer::default(),
            regions: all_regions(),
        }
    }

    /// Whether the system counts as on the EU market before 2 August 2026 (Article 111(4)).
    pub fn is_legacy_system(&self) -> bool {
        match self.placed_on_market {
            Some(day) => day < EU_NEW_SYSTEMS_FROM,
            None => self.placed_on_market_before == Answer::Yes,
        }
    }
}
