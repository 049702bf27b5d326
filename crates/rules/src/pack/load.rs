//! Loads a pack: checks every part and compiles its conditions.

use std::collections::{BTreeMap, HashMap};

use sha2::{Digest, Sha256};
use time::Date;

use crate::condition::{Condition, OUTCOMES};
use crate::context::{Region, Role};
use crate::evidence::Modality;
use crate::facts::{FACT_SCHEMA_VERSION, FACTS, index_of};
use crate::verdict::{AttachesTo, Outcome, QuestionKind, Reference, RuleInfo, Severity};

use super::error::{PackError, invalid};
use super::form::{MAX_BYTES, PACK_FORMAT_VERSION};
use super::source::{CaseSource, PackSource, RuleSource, SourceInfo, misplaced};

const MAX_RULES: usize = 200;
const MAX_CASES: usize = 64;
const MAX_TEXT: usize = 4_000;
const MAX_LIST: usize = 64;

/// Row of a rule's table.
#[derive(Debug)]
pub(crate) struct Case {
    /// Key of its message, or of its text if it is a note.
    pub key: String,
    pub when: Option<Condition>,
    /// The condition as written.
    pub when_text: Option<String>,
    pub outcome: Outcome,
    /// Indexes of the cited facts; `None` cites the facts of the condition.
    pub cites: Option<Vec<usize>>,
    pub asks: Vec<String>,
    /// Key of the text about information that would settle the outcome.
    pub settles: Option<String>,
    /// Key of the text about how to fix it.
    pub fix: Option<String>,
    /// Key of the sentence for a region in which all rules end in this row.
    pub sentence: Option<String>,
    pub severity: Option<Severity>,
    pub severity_reason: Option<String>,
    pub notes: Vec<String>,
}

/// Warning that accompanies a result.
#[derive(Debug)]
pub(crate) struct Note {
    pub key: String,
    pub when: Condition,
    /// Outcomes that it accompanies; empty means all.
    pub with: Vec<Outcome>,
}

/// Table that is shared by several rules and evaluated before their own tables.
#[derive(Debug)]
pub(crate) struct Gate {
    pub cases: Vec<Case>,
}

/// A dated version of a rule.
#[derive(Debug)]
pub(crate) struct RuleVersion {
    pub from: Date,
    pub until: Option<Date>,
    pub severity: Severity,
    pub reference: Reference,
    /// Key of the requirement's text.
    pub requirement: String,
}

impl RuleVersion {
    pub fn in_force(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

/// A rule.
#[derive(Debug)]
pub(crate) struct Rule {
    pub id: String,
    pub attaches_to: AttachesTo,
    pub text_attaches_to: AttachesTo,
    pub roles: Vec<Role>,
    pub modalities: Vec<Modality>,
    pub versions: Vec<RuleVersion>,
    /// Indexes of the tables that are evaluated before its own.
    pub gates: Vec<usize>,
    /// Indexes of the tables that are evaluated after its own.
    pub then: Vec<usize>,
    pub cases: Vec<Case>,
    pub notes: Vec<Note>,
    /// Whether failed or open results of this rule affect the verdict.
    pub decides: bool,
}

impl Rule {
    /// Returns the version in force, otherwise the next one, otherwise the last one.
    pub fn version(&self, day: Date) -> Option<&RuleVersion> {
        self.versions
            .iter()
            .find(|version| version.in_force(day))
            .or_else(|| self.versions.iter().find(|version| version.from > day))
            .or_else(|| self.versions.last())
    }
}

/// A question of a pack.
#[derive(Debug)]
pub(crate) struct PackQuestion {
    pub id: String,
    pub answer: &'static str,
    pub kind: QuestionKind,
    pub answers: Vec<String>,
    /// The day that the answer settles, for questions about days.
    pub day: Option<AttachesTo>,
}

/// A law pack that was loaded and checked.
#[derive(Debug)]
pub struct Pack {
    /// ID of the pack: `eu`, `us-ca`, …
    pub id: String,
    /// The body of law.
    pub region: Region,
    /// Version of the pack, for example `2026.11.2`.
    pub version: String,
    /// Name of the body of law.
    pub name: String,
    /// The day up to which changes of the law are included.
    pub date: Date,
    /// The day by which the law must be read again.
    pub review_by: Date,
    /// SHA-256 of the canonical JSON, in hexadecimal.
    pub hash: String,
    /// Sources of the rules.
    pub sources: Vec<SourceInfo>,
    pub(crate) questions: Vec<PackQuestion>,
    pub(crate) gates: Vec<Gate>,
    pub(crate) rules: Vec<Rule>,
    /// Condition that a region needs for a pass, and the key of the sentence if it does not hold.
    pub(crate) pass_policy: Option<(Condition, String)>,
    pub(crate) placeholders: HashMap<String, usize>,
    /// Texts by language and key.
    pub(crate) texts: BTreeMap<String, BTreeMap<String, String>>,
    /// Source ids of each rule version, for the lint.
    pub(crate) version_sources: Vec<(String, Severity, Vec<String>)>,
}

/// Returns the SHA-256 in lower-case hexadecimal.
fn hash(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

impl Pack {
    /// Loads a pack from its canonical JSON.
    ///
    /// # Errors
    /// See [`PackError`].
    pub fn from_json(json: &[u8]) -> Result<Self, PackError> {
        if json.len() > MAX_BYTES {
            return Err(PackError::TooLarge);
        }
        let source: PackSource =
            serde_json::from_slice(json).map_err(|error| misplaced(json).unwrap_or(PackError::Form(error)))?;
        Loader::new(&source)?.load(hash(json))
    }

    /// Loads a pack from any JSON value. Its hash is computed from the canonical form.
    ///
    /// # Errors
    /// See [`PackError`].
    pub fn from_value(value: &serde_json::Value) -> Result<Self, PackError> {
        Self::from_json(crate::canonical::canonical(value).as_bytes())
    }

    /// Returns the text with this key in a language.
    pub fn text(&self, language: &str, key: &str) -> Option<&str> {
        self.texts.get(language)?.get(key).map(String::as_str)
    }

    /// Returns all texts in a language.
    pub fn texts(&self, language: &str) -> impl Iterator<Item = (&str, &str)> {
        self.texts.get(language).into_iter().flatten().map(|(key, text)| (key.as_str(), text.as_str()))
    }

    pub(crate) fn english(&self, key: &str) -> Option<&str> {
        self.text("en", key)
    }

    /// Returns every version of every rule, for documentation.
    pub fn catalogue(&self) -> Vec<RuleInfo> {
        let words = |key: &str| self.english(key).unwrap_or_default().to_owned();
        self.rules
            .iter()
            .flat_map(|rule| rule.versions.iter().map(move |version| (rule, version)))
            .map(|(rule, version)| RuleInfo {
                id: rule.id.clone(),
                region: self.region,
                title: words(&format!("{}.title", rule.id)),
                requirement: words(&version.requirement),
                reference: version.reference.clone(),
                valid_from: version.from,
                valid_until: version.until,
                severity: version.severity,
                roles: rule.roles.clone(),
                modalities: rule.modalities.clone(),
            })
            .collect()
    }

    /// Returns every row of every rule and gate with its outcome, for documentation and the lint.
    pub fn cases(&self) -> Vec<(String, Outcome)> {
        self.tables().flatten().map(|case| (case.key.clone(), case.outcome)).collect()
    }

    /// Returns the tables of all gates, followed by those of all rules.
    pub(crate) fn tables(&self) -> impl Iterator<Item = &[Case]> {
        let rules = self.rules.iter().map(|rule| rule.cases.as_slice());
        self.gates.iter().map(|gate| gate.cases.as_slice()).chain(rules)
    }
}

/// Converts the parsed pack to the checked pack.
struct Loader<'a> {
    source: &'a PackSource,
    texts: BTreeMap<String, BTreeMap<String, String>>,
    gates: HashMap<&'a str, usize>,
    questions: Vec<PackQuestion>,
}

fn bounded<T>(place: &str, list: &[T], most: usize) -> Result<(), PackError> {
    if list.len() > most { Err(invalid(place, format!("more than {most} entries"))) } else { Ok(()) }
}

impl<'a> Loader<'a> {
    fn new(source: &'a PackSource) -> Result<Self, PackError> {
        let header = &source.pack;
        if header.format != PACK_FORMAT_VERSION || header.facts != FACT_SCHEMA_VERSION {
            return Err(PackError::Schema { found: header.format, facts: header.facts });
        }
        bounded("rule", &source.rule, MAX_RULES)?;
        bounded("gate", &source.gate, MAX_LIST)?;
        bounded("question", &source.question, MAX_LIST)?;
        bounded("source", &source.source, MAX_LIST)?;
        let texts = source.text.clone();
        Ok(Self { source, texts, gates: HashMap::new(), questions: Vec::new() })
    }

    fn load(mut self, hash: String) -> Result<Pack, PackError> {
        let header = &self.source.pack;
        let mut placeholders = HashMap::new();
        for (name, fact) in &self.source.placeholders {
            let index = index_of(fact).ok_or_else(|| invalid("placeholders", format!("unknown fact `{fact}`")))?;
            placeholders.insert(name.clone(), index);
        }
        self.questions()?;
        let mut gates = Vec::new();
        for gate in &self.source.gate {
            bounded(&gate.id, &gate.case, MAX_CASES)?;
            let mut cases = Vec::new();
            for case in &gate.case {
                cases.push(self.case(&gate.id, case, &[])?);
            }
            if self.gates.insert(&gate.id, gates.len()).is_some() {
                return Err(invalid(&gate.id, "the gate is defined twice"));
            }
            gates.push(Gate { cases });
        }
        let mut ids: Vec<String> = Vec::new();
        let mut rules = Vec::new();
        let mut version_sources = Vec::new();
        for rule in &self.source.rule {
            if ids.contains(&rule.id) {
                return Err(invalid(&rule.id, "the rule is defined twice"));
            }
            rules.push(self.rule(rule, &ids)?);
            for version in &rule.version {
                let sources = version.source.clone().into_iter().chain(version.also.clone()).collect();
                version_sources.push((rule.id.clone(), version.severity, sources));
            }
            ids.push(rule.id.clone());
        }
        let pass_policy = match &self.source.verdict.pass {
            Some(policy) => {
                let key = format!("verdict.{}.pass-withheld", header.id);
                self.add_text(&key, &policy.otherwise)?;
                Some((self.condition("verdict.pass", &policy.when, &ids)?, key))
            }
            None => None,
        };
        self.add_text(&format!("law.{}", header.region.id()), &self.source.verdict.law)?;
        Ok(Pack {
            id: header.id.clone(),
            region: header.region,
            version: header.version.clone(),
            name: header.name.clone(),
            date: header.date,
            review_by: header.review_by,
            hash,
            sources: self.source.source.clone(),
            questions: self.questions,
            gates,
            rules,
            pass_policy,
            placeholders,
            texts: self.texts,
            version_sources,
        })
    }

    fn add_text(&mut self, key: &str, text: &str) -> Result<(), PackError> {
        if text.len() > MAX_TEXT {
            return Err(invalid(key, format!("the text is longer than {MAX_TEXT} bytes")));
        }
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let english = self.texts.entry("en".to_owned()).or_default();
        if english.get(key).is_some_and(|other| *other != text) {
            return Err(invalid(key, "the key has two texts"));
        }
        english.insert(key.to_owned(), text);
        Ok(())
    }

    fn condition(&self, place: &str, text: &str, rules: &[String]) -> Result<Condition, PackError> {
        Condition::parse(text, rules).map_err(|error| PackError::Condition { place: place.to_owned(), error })
    }

    fn questions(&mut self) -> Result<(), PackError> {
        for question in &self.source.question {
            let answer = FACTS.iter().find(|info| info.name == question.fact).and_then(|info| info.answer);
            let answer = answer
                .ok_or_else(|| invalid(&question.id, format!("the fact `{}` is not an answer", question.fact)))?;
            self.add_text(&format!("question.{}", question.id), &question.text)?;
            if let Some(help) = &question.help {
                self.add_text(&format!("question.{}.help", question.id), help)?;
            }
            self.questions.push(PackQuestion {
                id: question.id.clone(),
                answer,
                kind: question.kind,
                answers: match question.kind {
                    QuestionKind::YesNo => ["yes", "no", "unknown"].map(str::to_owned).to_vec(),
                    QuestionKind::Day => vec!["unknown".to_owned()],
                },
                day: question.day,
            });
        }
        Ok(())
    }

    fn case(&mut self, owner: &str, source: &CaseSource, rules: &[String]) -> Result<Case, PackError> {
        let key = format!("{owner}.{}", source.id);
        self.add_text(&key, &source.message)?;
        let outcome = source.outcome.into();
        let mut detail = |suffix: &str, text: &Option<String>, wanted: Outcome| -> Result<Option<String>, PackError> {
            let general = format!("{owner}.{suffix}");
            match text {
                _ if outcome != wanted => Ok(None),
                Some(text) => {
                    let own = format!("{key}.{suffix}");
                    self.add_text(&own, text)?;
                    Ok(Some(own))
                }
                None if self.texts.get("en").is_some_and(|texts| texts.contains_key(&general)) => Ok(Some(general)),
                None => Err(invalid(
                    &key,
                    format!("`{suffix}` is missing: add it to the case, or to the rule for all its cases"),
                )),
            }
        };
        let settles = detail("settles", &source.settles, Outcome::Undetermined)?;
        let fix = detail("fix", &source.fix, Outcome::Fail)?;
        let when = source.when.as_deref().map(|text| self.condition(&key, text, rules)).transpose()?;
        if when.is_none() && outcome != Outcome::Undetermined {
            return Err(invalid(
                &key,
                "only an open case may omit its condition, because a file that no case matches is open",
            ));
        }
        let cites = source.cites.as_ref().map(|cites| facts(&key, cites)).transpose()?;
        for ask in &source.asks {
            if !self.questions.iter().any(|question| question.id == *ask) {
                return Err(invalid(&key, format!("unknown question `{ask}`")));
            }
        }
        let sentence = match &source.sentence {
            Some(text) => {
                let own = format!("{key}.sentence");
                self.add_text(&own, text)?;
                Some(own)
            }
            None => None,
        };
        let severity_reason = match &source.severity_reason {
            Some(text) => {
                let own = format!("{key}.weight");
                self.add_text(&own, text)?;
                Some(own)
            }
            None => None,
        };
        let mut notes = Vec::new();
        for (id, text) in &source.notes {
            let own = format!("{owner}.note.{id}");
            self.add_text(&own, text)?;
            notes.push(own);
        }
        Ok(Case {
            key,
            when,
            when_text: source.when.clone(),
            outcome,
            cites,
            asks: source.asks.clone(),
            settles,
            fix,
            sentence,
            severity: source.severity,
            severity_reason,
            notes,
        })
    }

    /// Resolves the names of shared tables to indexes.
    fn tables(&self, rule: &str, names: &[String]) -> Result<Vec<usize>, PackError> {
        bounded(rule, names, MAX_LIST)?;
        let position = |name: &String| self.gates.get(name.as_str()).copied();
        names.iter().map(|name| position(name).ok_or_else(|| invalid(rule, format!("unknown gate `{name}`")))).collect()
    }

    fn rule(&mut self, source: &RuleSource, earlier: &[String]) -> Result<Rule, PackError> {
        let id = source.id.as_str();
        bounded(id, &source.case, MAX_CASES)?;
        bounded(id, &source.note, MAX_CASES)?;
        bounded(id, &source.version, MAX_LIST)?;
        self.add_text(&format!("{id}.title"), &source.title)?;
        for (suffix, text) in [("settles", &source.settles), ("fix", &source.fix)] {
            if let Some(text) = text {
                self.add_text(&format!("{id}.{suffix}"), text)?;
            }
        }
        if OUTCOMES.contains(&id) || index_of(id).is_some() {
            return Err(invalid(id, "the id is the name of a fact or an outcome"));
        }
        let mut versions: Vec<RuleVersion> = Vec::new();
        for version in &source.version {
            let suffix = version.id.as_ref().map(|id| format!(".{id}")).unwrap_or_default();
            let requirement = format!("{id}.requirement{suffix}");
            self.add_text(&requirement, &version.requirement)?;
            let of = self.source.source.iter().find(|source| Some(&source.id) == version.source.as_ref());
            let of = of.ok_or_else(|| invalid(id, "a version refers to a source that this pack does not define"))?;
            for also in &version.also {
                if !self.source.source.iter().any(|source| source.id == *also) {
                    return Err(invalid(id, format!("unknown source `{also}`")));
                }
            }
            let overlaps = versions.last().is_some_and(|last| last.until.is_none_or(|until| until >= version.from));
            if overlaps || version.until.is_some_and(|until| until < version.from) {
                return Err(invalid(id, "its versions overlap or are not sorted by date"));
            }
            versions.push(RuleVersion {
                from: version.from,
                until: version.until,
                severity: version.severity,
                reference: Reference {
                    instrument: of.instrument.clone(),
                    provision: version.provision.clone(),
                    url: version.url.clone().or_else(|| of.url.clone()),
                },
                requirement,
            });
        }
        let no_rows = source.case.is_empty() && source.then.is_empty();
        if versions.is_empty() || no_rows || source.roles.is_empty() || source.modalities.is_empty() {
            return Err(invalid(id, "a rule needs a version, a case, a role and a modality"));
        }
        let binds = binds_key(&source.roles);
        if !self.texts.get("en").is_some_and(|texts| texts.contains_key(&binds)) {
            return Err(invalid(id, format!("the text `{binds}`, which says whom the rule binds, is missing")));
        }
        let gates = self.tables(id, &source.gates)?;
        let then = self.tables(id, &source.then)?;
        let mut cases = Vec::new();
        for case in &source.case {
            if cases.iter().any(|known: &Case| known.key == format!("{id}.{}", case.id)) {
                return Err(invalid(id, format!("the case `{}` is defined twice", case.id)));
            }
            if cases.last().is_some_and(|last: &Case| last.when.is_none()) {
                return Err(invalid(id, format!("the case `{}` is never reached", case.id)));
            }
            cases.push(self.case(id, case, earlier)?);
        }
        let mut notes = Vec::new();
        for note in &source.note {
            let key = format!("{id}.note.{}", note.id);
            self.add_text(&key, &note.text)?;
            let when = self.condition(&key, &note.when, earlier)?;
            notes.push(Note { key, when, with: note.with.iter().map(|outcome| (*outcome).into()).collect() });
        }
        Ok(Rule {
            id: id.to_owned(),
            attaches_to: source.attaches_to,
            text_attaches_to: source.text_attaches_to.unwrap_or(source.attaches_to),
            roles: source.roles.clone(),
            modalities: source.modalities.clone(),
            versions,
            gates,
            then,
            cases,
            notes,
            decides: !source.report_only,
        })
    }
}

/// Returns the key of the sentence that says whom a rule binds.
pub(crate) fn binds_key(roles: &[Role]) -> String {
    let roles: Vec<&str> = roles.iter().map(|role| role.id()).collect();
    format!("common.binds.{}", roles.join("+"))
}

fn facts(place: &str, names: &[String]) -> Result<Vec<usize>, PackError> {
    bounded(place, names, MAX_LIST)?;
    names.iter().map(|name| index_of(name).ok_or_else(|| invalid(place, format!("unknown fact `{name}`")))).collect()
}
