//! The pack format as deserialized from JSON.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::Date;

use super::error::{PackError, invalid};
use crate::context::{Region, Role};
use crate::evidence::Modality;
use crate::verdict::{AttachesTo, Outcome, QuestionKind, Severity};

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct PackSource {
    pub pack: Header,
    pub source: Vec<SourceInfo>,
    #[serde(default)]
    pub placeholders: BTreeMap<String, String>,
    #[serde(default)]
    pub question: Vec<QuestionSource>,
    #[serde(default)]
    pub gate: Vec<GateSource>,
    pub rule: Vec<RuleSource>,
    pub verdict: VerdictSource,
    #[serde(default)]
    pub text: BTreeMap<String, BTreeMap<String, String>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Header {
    pub id: String,
    pub region: Region,
    pub name: String,
    pub version: String,
    pub format: u32,
    pub facts: u32,
    #[serde(with = "crate::date")]
    pub date: Date,
    #[serde(with = "crate::date")]
    pub review_by: Date,
}

/// Source of rules, with the person who read it and the date.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct SourceInfo {
    /// Name of the source inside the pack.
    pub id: String,
    /// The legal instrument as reports name it.
    pub instrument: String,
    /// URL of its text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Language of the text that was read.
    pub language: String,
    /// Day on which it was read.
    #[serde(default, with = "crate::date::optional", skip_serializing_if = "Option::is_none")]
    pub read_on: Option<Date>,
    /// Who read it, or `not read: secondary source`.
    pub reviewer: String,
    /// The parts that were read, and in which copy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl SourceInfo {
    /// Returns whether a person read the text itself.
    pub fn was_read(&self) -> bool {
        self.read_on.is_some() && !self.reviewer.starts_with("not read")
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct QuestionSource {
    pub id: String,
    pub fact: String,
    pub kind: QuestionKind,
    pub text: String,
    #[serde(default)]
    pub help: Option<String>,
    #[serde(default)]
    pub day: Option<AttachesTo>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct GateSource {
    pub id: String,
    pub case: Vec<CaseSource>,
}

/// Outcome as written in packs.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum OutcomeSource {
    Pass,
    Fail,
    Open,
    NotApplicable,
}

impl From<OutcomeSource> for Outcome {
    fn from(outcome: OutcomeSource) -> Self {
        match outcome {
            OutcomeSource::Pass => Self::Pass,
            OutcomeSource::Fail => Self::Fail,
            OutcomeSource::Open => Self::Undetermined,
            OutcomeSource::NotApplicable => Self::NotApplicable,
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct CaseSource {
    pub id: String,
    #[serde(default)]
    pub when: Option<String>,
    pub outcome: OutcomeSource,
    pub message: String,
    #[serde(default)]
    pub cites: Option<Vec<String>>,
    #[serde(default)]
    pub asks: Vec<String>,
    #[serde(default)]
    pub settles: Option<String>,
    #[serde(default)]
    pub fix: Option<String>,
    #[serde(default)]
    pub sentence: Option<String>,
    #[serde(default)]
    pub severity: Option<Severity>,
    #[serde(default)]
    pub severity_reason: Option<String>,
    #[serde(default)]
    pub notes: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct NoteSource {
    pub id: String,
    pub when: String,
    pub text: String,
    #[serde(default)]
    pub with: Vec<OutcomeSource>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct VersionSource {
    #[serde(default)]
    pub id: Option<String>,
    #[serde(with = "crate::date")]
    pub from: Date,
    #[serde(default, with = "crate::date::optional")]
    pub until: Option<Date>,
    pub severity: Severity,
    #[serde(default)]
    pub source: Option<String>,
    #[serde(default)]
    pub also: Vec<String>,
    pub provision: String,
    #[serde(default)]
    pub url: Option<String>,
    pub requirement: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct RuleSource {
    pub id: String,
    pub title: String,
    pub attaches_to: AttachesTo,
    #[serde(default)]
    pub text_attaches_to: Option<AttachesTo>,
    pub roles: Vec<Role>,
    pub modalities: Vec<Modality>,
    /// Tables that are evaluated before the rule's own.
    #[serde(default)]
    pub gates: Vec<String>,
    /// Tables that are evaluated after it.
    #[serde(default)]
    pub then: Vec<String>,
    #[serde(default)]
    pub settles: Option<String>,
    #[serde(default)]
    pub fix: Option<String>,
    /// Reported only; never part of the verdict, regardless of its weight.
    #[serde(default)]
    pub report_only: bool,
    pub version: Vec<VersionSource>,
    #[serde(default)]
    pub case: Vec<CaseSource>,
    #[serde(default)]
    pub note: Vec<NoteSource>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct VerdictSource {
    /// Name of the law inside a sentence.
    pub law: String,
    #[serde(default)]
    pub pass: Option<PassPolicy>,
}

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct PassPolicy {
    /// Condition without which a region whose required rules all pass stays open.
    pub when: String,
    /// The sentence for a region that stays open for this reason.
    pub otherwise: String,
}

/// Finds the part of a pack with the wrong form. A position in the JSON would not help an author of TOML.
pub(super) fn misplaced(json: &[u8]) -> Option<PackError> {
    let pack: Value = serde_json::from_slice(json).ok()?;
    let part = |name: &str| pack.get(name).cloned().unwrap_or_default();
    wrong::<Header>("[pack]", &part("pack"))
        .or_else(|| wrong::<VerdictSource>("[verdict]", &part("verdict")))
        .or_else(|| each(&pack, "source", wrong::<SourceInfo>))
        .or_else(|| each(&pack, "question", wrong::<QuestionSource>))
        .or_else(|| each(&pack, "gate", |place, gate| cases(place, gate).or_else(|| wrong::<GateSource>(place, gate))))
        .or_else(|| {
            each(&pack, "rule", |place, rule| {
                within(place, rule, "version", wrong::<VersionSource>)
                    .or_else(|| cases(place, rule))
                    .or_else(|| within(place, rule, "note", wrong::<NoteSource>))
                    .or_else(|| wrong::<RuleSource>(place, rule))
            })
        })
        .or_else(|| wrong::<PackSource>("the pack", &pack))
}

fn cases(place: &str, table: &Value) -> Option<PackError> {
    within(place, table, "case", wrong::<CaseSource>)
}

fn wrong<T: DeserializeOwned>(place: &str, value: &Value) -> Option<PackError> {
    serde_json::from_value::<T>(value.clone()).err().map(|error| invalid(place, error.to_string()))
}

/// Returns the first error in a list, whose entries are named by their ids or numbers.
fn each(owner: &Value, list: &str, check: impl Fn(&str, &Value) -> Option<PackError>) -> Option<PackError> {
    let items = owner.get(list)?.as_array()?;
    items.iter().enumerate().find_map(|(index, item)| {
        let place = match item.get("id").and_then(Value::as_str) {
            Some(id) if list == "rule" => id.to_owned(),
            Some(id) => format!("{list} `{id}`"),
            None => format!("{list} {}", index + 1),
        };
        check(&place, item)
    })
}

fn within(
    place: &str,
    owner: &Value,
    list: &str,
    check: impl Fn(&str, &Value) -> Option<PackError>,
) -> Option<PackError> {
    each(owner, list, |inner, item| check(&format!("{place}, {inner}"), item))
}
