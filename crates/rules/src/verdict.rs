//! What a judgement looks like. Four outcomes per rule, no score; every sentence also comes as a key with parameters.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::Date;

use crate::context::{Region, Role};
use crate::evidence::Site;
use crate::facts::Standing;

/// Outcome of a rule for a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Outcome {
    /// The requirement is met, as far as a file can show it.
    Pass,
    /// The requirement is not met.
    Fail,
    /// The file alone cannot settle it. The result describes the information that would.
    Undetermined,
    /// The rule does not apply; the message says why.
    NotApplicable,
}

/// Weight of a rule in the region's verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// The law requires it. Decides the verdict.
    Required,
    /// A code of practice, a guide or good practice recommends it.
    Recommended,
    /// Reported for information.
    Informational,
}

/// The verdict of a region.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Verdict {
    /// Required rules apply; none fails and none is open.
    Pass,
    /// At least one required rule fails.
    Fail,
    /// No required rule fails, but at least one is open.
    Undetermined,
    /// No required rule applies. The sentence gives the reason.
    NotApplicable,
}

/// The act whose day decides which law applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum AttachesTo {
    /// The content was created or altered.
    Creation,
    /// It was published.
    Publication,
    /// A platform distributed it.
    Distribution,
}

/// The form of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum QuestionKind {
    /// Yes, no or unknown.
    YesNo,
    /// A day, or unknown.
    Day,
}

/// A sentence with its key and parameters, from which another catalogue can form it in another language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Message {
    /// Key in the message catalogue.
    pub key: String,
    /// The sentence in English.
    pub text: String,
    /// Values of its placeholders.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, String>,
}

/// Legal source of a requirement.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Reference {
    /// The instrument: `Regulation (EU) 2024/1689`.
    pub instrument: String,
    /// Article, section or clause.
    pub provision: String,
    /// URL of a text of the instrument.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

/// Fact on which a result is based.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Citation {
    /// Name of the fact: `XMP digital source type`.
    pub fact: String,
    /// Its value, shortened to 200 characters.
    pub value: String,
    /// Place where it was found.
    pub site: Site,
    /// Standing of the fact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<Standing>,
}

/// Fact that a condition refers to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TraceFact {
    /// Its name in the table of facts, or the id of a rule.
    pub name: String,
    /// Its value for this file: `yes`, `no`, `unknown`, `absent`, or the value itself.
    pub value: String,
}

/// Explanation of an outcome: the deciding row of the rule's table, and the facts in its condition.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Trace {
    /// Key of the deciding row and of its message.
    pub case: String,
    /// The facts in its condition.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<TraceFact>,
    /// Unknown facts because of which earlier rows did not apply.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
}

/// Source of the day whose law applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum DaySource {
    /// A trusted time stamp in the file.
    TimeStamp,
    /// An answer.
    Answer,
    /// Neither: the day of the check.
    Check,
}

/// The day whose law applies to an act, with the reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct LawDay {
    /// The act to which the rules apply.
    pub attaches_to: AttachesTo,
    /// The day.
    #[serde(with = "crate::date")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub day: Date,
    /// Source of the day.
    pub source: DaySource,
    /// The reason in a sentence.
    pub reason: Message,
}

/// A question whose answer would settle an open rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Question {
    /// ID of the question, for example `made-by-ai`.
    pub id: String,
    /// Field of [`crate::Context`] that takes the answer, for example `isAi`.
    pub answer: String,
    /// The form of the answer.
    pub kind: QuestionKind,
    /// Possible answers; for a day, only `unknown`.
    pub answers: Vec<String>,
    /// Text of the question.
    pub text: Message,
    /// Information needed to answer it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<Message>,
    /// Number of open rules that its answer would settle.
    pub settles: u32,
    /// Regions whose rules depend on the answer.
    pub regions: Vec<Region>,
}

/// One rule applied to one file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RuleResult {
    /// ID of the rule, for example `EU-01`.
    pub id: String,
    /// The body of law.
    pub region: Region,
    /// Short name of the rule.
    pub title: String,
    /// Legal source, in the version in force on the day.
    pub reference: Reference,
    /// The requirement, quoted or summarised.
    pub requirement: String,
    /// First day of that version.
    #[serde(with = "crate::date")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub valid_from: Date,
    /// Last day of that version, if there is one.
    #[serde(default, with = "crate::date::optional", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub valid_until: Option<Date>,
    /// Its weight for this file, date and role.
    pub severity: Severity,
    /// Reason why the weight differs from the usual weight of the rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub severity_reason: Option<Message>,
    /// The outcome.
    pub outcome: Outcome,
    /// The reason for the outcome.
    pub message: Message,
    /// Limits and warnings that do not change the outcome.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Message>,
    /// Information that would settle an undetermined outcome.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settles: Option<Message>,
    /// How to fix a failed outcome.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fix: Option<Message>,
    /// Facts on which the outcome is based.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<Citation>,
    /// Ids of the questions that would settle it ([`Judgement::questions`]).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asks: Vec<String>,
    /// The day whose law was applied.
    #[serde(with = "crate::date")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub law_day: Date,
    /// Explanation of the outcome.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<Trace>,
}

/// Number of rules with each outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Tally {
    /// Rules that pass.
    pub pass: u32,
    /// Rules that fail.
    pub fail: u32,
    /// Open rules.
    pub undetermined: u32,
    /// Rules that do not apply.
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

/// Numbers of outcomes for each weight of rules.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Counts {
    /// Rules that decide the verdict.
    pub required: Tally,
    /// Rules that do not decide the verdict.
    pub recommended: Tally,
    /// Informational rules.
    pub informational: Tally,
}

/// One region's verdict with all its rules, in the order of their ids.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RegionVerdict {
    /// The verdict.
    pub verdict: Verdict,
    /// The verdict in a sentence that claims no more than is known.
    pub sentence: Message,
    /// Number of rules by weight and outcome.
    pub counts: Counts,
    /// The days whose law was applied, one for each act, with the reasons.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub days: Vec<LawDay>,
    /// Common reason for which all deciding rules are open, if there is one. A report shows it once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_reason: Option<Message>,
    /// Every rule of the region.
    pub rules: Vec<RuleResult>,
}

/// Whether any statement says that AI made or altered the content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum AiClaimState {
    /// No statement says so.
    None,
    /// Only hints: a name in a software field, a source type that leaves it open.
    Possible,
    /// The file or an answer says so.
    Claimed,
}

/// Evidence for and against AI, before any rule is applied.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct AiClaim {
    /// The overall result.
    pub state: AiClaimState,
    /// Whether an answer says yes, regardless of the statements of the file.
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
    /// The statement that says AI.
    pub ai: Citation,
    /// The statement that says otherwise.
    pub other: Citation,
}

/// Versions of the rules that judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RuleSet {
    /// Version of the rule set.
    pub version: String,
    /// The day up to which changes of the law are included.
    #[serde(with = "crate::date")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub date: Date,
    /// The law packs that judged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub packs: Vec<PackInfo>,
}

/// One law pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PackInfo {
    /// ID of the pack: `eu`, `us-ca`, ….
    pub id: String,
    /// Version of the pack.
    pub version: String,
    /// SHA-256 of the canonical JSON of the pack.
    pub hash: String,
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
    /// Role whose duties were judged.
    pub role: Role,
    /// Rules that judged.
    pub rule_set: RuleSet,
    /// Evidence for and against AI.
    pub ai: AiClaim,
    /// Limits of the judgement as a whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Message>,
    /// Questions whose answers would settle open verdicts, starting with the one that settles most.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<Question>,
    /// One verdict per requested region.
    pub regions: BTreeMap<Region, RegionVerdict>,
}

/// Rule version, for documentation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct RuleInfo {
    /// ID of the rule, for example `EU-01`.
    pub id: String,
    /// The body of law.
    pub region: Region,
    /// Short name.
    pub title: String,
    /// Requirement.
    pub requirement: String,
    /// Legal source.
    pub reference: Reference,
    /// First day.
    #[serde(with = "crate::date")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub valid_from: Date,
    /// Last day, if there is one.
    #[serde(default, with = "crate::date::optional", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub valid_until: Option<Date>,
    /// Usual weight.
    pub severity: Severity,
    /// Roles to which it applies.
    pub roles: Vec<Role>,
    /// Kinds of content to which it applies.
    pub modalities: Vec<crate::evidence::Modality>,
}
