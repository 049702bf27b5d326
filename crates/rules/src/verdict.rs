//! What a judgement looks like. Four outcomes per rule, no score; every sentence also comes as a key with parameters.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::Date;

use crate::{Region, Role, evidence::Site};

/// What a rule says about a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// The requirement is met, as far as a file can show it.
    Pass,
    /// It is not.
    Fail,
    /// The file alone cannot settle it; the result says what would.
    Undetermined,
    /// The rule does not apply; the message says why.
    NotApplicable,
}

/// How a rule weighs in the region's verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// The law demands it: decides the verdict.
    Required,
    /// A code of practice, guide or sound practice asks for it.
    Recommended,
    /// Reported so that a person knows.
    Informational,
}

/// The verdict of a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// Required rules apply, none fails and none is open.
    Pass,
    /// At least one required rule fails.
    Fail,
    /// No required rule fails, at least one is open.
    Undetermined,
    /// No required rule applies; the sentence says why.
    NotApplicable,
}

/// A sentence with the key and parameters it was made from, so that another catalogue can say it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// Key in the message catalogue.
    pub key: String,
    /// The sentence in English.
    pub text: String,
    /// The values that its placeholders took.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, String>,
}

/// Where a requirement is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Reference {
    /// The instrument: `Regulation (EU) 2024/1689`.
    pub instrument: String,
    /// Article, section or clause.
    pub provision: String,
    /// Address of a text of the instrument.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// A fact that a result rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Citation {
    /// What was found: `XMP digital source type`.
    pub fact: String,
    /// Its value, shortened to 200 characters.
    pub value: String,
    /// Where.
    pub site: Site,
}

/// One rule applied to one file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RuleResult {
    /// `EU-01`.
    pub id: String,
    /// The body of law.
    pub region: Region,
    /// Short name of the rule.
    pub title: String,
    /// Where it is written, in the version in force on the day.
    pub reference: Reference,
    /// What it asks for, quoted or summed up.
    pub requirement: String,
    /// First day of that version.
    #[serde(with = "crate::date")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub valid_from: Date,
    /// Last day of that version, when it ends.
    #[serde(default, with = "crate::date::optional", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub valid_until: Option<Date>,
    /// Its weight for this file, date and role.
    pub severity: Severity,
    /// Why the weight differs from the rule's usual one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity_reason: Option<Message>,
    /// What it says.
    pub outcome: Outcome,
    /// Why.
    pub message: Message,
    /// Limits and warnings that do not change the outcome.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Message>,
    /// What would settle an undetermined outcome.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settles: Option<Message>,
    /// How to mend a failed one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<Message>,
    /// The facts it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Citation>,
}

/// How many rules have each outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Tally {
    /// Passed.
    pub pass: u32,
    /// Failed.
    pub fail: u32,
    /// Open.
    pub undetermined: u32,
    /// Not applicable.
    pub not_applicable: u32,
}

impl Tally {
    pub(crate) fn add(&mut self, outcome: Outcome) {
        let count = match outcome {
            Outcome::Pass => &mut self.pass,
            Outcome::Fail => &mut self.fail,
            Outcome::Undetermined => &mut self.undetermined,
            Outcome::NotApplicable => &mut self.not_applicable,
        };
        *count = count.saturating_add(1);
    }
}

/// The tallies by weight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// Rules that decide the verdict.
    pub required: Tally,
    /// Rules that do not.
    pub recommended: Tally,
    /// Rules for information.
    pub informational: Tally,
}

/// One region's verdict with all its rules, in the order of their ids.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RegionVerdict {
    /// The verdict.
    pub verdict: Verdict,
    /// The verdict in a sentence that says no more than it knows.
    pub sentence: Message,
    /// How the rules came out.
    pub counts: Counts,
    /// Every rule of the region.
    pub rules: Vec<RuleResult>,
}

/// Whether anything says that AI made or altered the content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum AiClaimState {
    /// Nothing does.
    None,
    /// Only hints: a name in a software field, a source type that leaves it open.
    Possible,
    /// The file or the asker says so.
    Claimed,
}

/// What was found for and against AI, before any rule is applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AiClaim {
    /// The upshot.
    pub state: AiClaimState,
    /// Whether the asker says yes (the file may say nothing).
    pub asserted: bool,
    /// The statements, strongest first.
    pub evidence: Vec<Citation>,
    /// Pairs of statements that cannot both be true.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub contradictions: Vec<Contradiction>,
}

/// Two statements about the origin that cannot both be true.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Contradiction {
    /// The one that says AI.
    pub ai: Citation,
    /// The one that says otherwise.
    pub other: Citation,
}

/// Which text of the rules judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RuleSet {
    /// Version of the rule set.
    pub version: String,
    /// The day up to which the law was followed.
    #[serde(with = "crate::date")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub date: Date,
}

/// The whole judgement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Judgement {
    /// The day whose law was applied.
    #[serde(with = "crate::date")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub as_of: Date,
    /// Whose duties were judged.
    pub role: Role,
    /// Which rules judged.
    pub rule_set: RuleSet,
    /// What says AI.
    pub ai: AiClaim,
    /// Limits of the judgement as a whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Message>,
    /// One verdict per region asked for.
    pub regions: BTreeMap<Region, RegionVerdict>,
}

/// A rule version as documentation shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RuleInfo {
    /// `EU-01`.
    pub id: String,
    /// The body of law.
    pub region: Region,
    /// Short name.
    pub title: String,
    /// What it asks for.
    pub requirement: String,
    /// Where it is written.
    pub reference: Reference,
    /// First day.
    #[serde(with = "crate::date")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub valid_from: Date,
    /// Last day, when it ends.
    #[serde(default, with = "crate::date::optional", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub valid_until: Option<Date>,
    /// Usual weight.
    pub severity: Severity,
    /// Roles it binds.
    pub roles: Vec<Role>,
    /// Kinds of content it covers.
    pub modalities: Vec<crate::evidence::Modality>,
}
