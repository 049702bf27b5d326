//! What a judgement looks like. Four outcomes per rule, no score; every sentence also comes as a key with parameters.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use time::Date;

use crate::context::{Region, Role};
use crate::evidence::Site;
use crate::facts::Standing;

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
    /// How well it is backed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub standing: Option<Standing>,
}

/// A fact that a condition asked about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TraceFact {
    /// Its name in the table of facts, or the id of a rule.
    pub name: String,
    /// Its value for this file: `yes`, `no`, `unknown`, `absent`, or the value itself.
    pub value: String,
}

/// Why a rule came out as it did: which row of its table applied, and what its condition saw.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Trace {
    /// The row, which is also the key of its message.
    pub case: String,
    /// The facts in its condition.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<TraceFact>,
    /// Facts that were unknown in rows before it, which therefore did not apply.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unknown: Vec<String>,
}

/// What decided the day whose law applies.
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

/// The day whose law applies to an act, and why that day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct LawDay {
    /// The act that the rules attach to.
    pub attaches_to: AttachesTo,
    /// The day.
    #[serde(with = "crate::date")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub day: Date,
    /// What decided it.
    pub source: DaySource,
    /// The same in a sentence.
    pub reason: Message,
}

/// A question whose answer would settle something that is open.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Question {
    /// `made-by-ai`.
    pub id: String,
    /// The field of [`crate::Context`] that takes the answer: `isAi`.
    pub answer: String,
    /// The form of the answer.
    pub kind: QuestionKind,
    /// The answers to choose from; of a day, only `unknown`.
    pub answers: Vec<String>,
    /// The question.
    pub text: Message,
    /// What one has to know to answer it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<Message>,
    /// How many open rules wait for it.
    pub settles: u32,
    /// Regions that ask it.
    pub regions: Vec<Region>,
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
    /// Ids of the questions that would settle it ([`Judgement::questions`]).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asks: Vec<String>,
    /// The day whose law was applied.
    #[serde(with = "crate::date")]
    #[cfg_attr(feature = "schema", schemars(with = "String"))]
    pub law_day: Date,
    /// Why it came out so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trace: Option<Trace>,
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
    /// The days whose law was applied, one for each act, and why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub days: Vec<LawDay>,
    /// The one reason for which all rules that decide are open, when there is one: a report says it once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_reason: Option<Message>,
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
    /// The law packs that judged.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub packs: Vec<PackInfo>,
}

/// One law pack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct PackInfo {
    /// `eu`, `us-ca`, …
    pub id: String,
    /// Its version.
    pub version: String,
    /// SHA-256 of its canonical JSON.
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
    /// Whose duties were judged.
    pub role: Role,
    /// Which rules judged.
    pub rule_set: RuleSet,
    /// What says AI.
    pub ai: AiClaim,
    /// Limits of the judgement as a whole.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub notes: Vec<Message>,
    /// The questions that open verdicts need, first the one whose answer settles most.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub questions: Vec<Question>,
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
