//! Judges a checked file again with other answers, without reading the file again.

use std::collections::BTreeMap;

use labeler_rules::evidence::Evidence;
use labeler_rules::{AiClaim, Context, Message, Question, Region, RegionVerdict, RuleSet};
use serde::Serialize;

use crate::law::Law;
use crate::report::CheckerReport;
use crate::signals::{Signal, signals};
use crate::words::{Language, translate};

/// The parts of a report that depend on the answers, the day and the role.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Judged {
    /// [`CheckerReport::language`].
    pub language: &'static str,
    /// [`CheckerReport::context`].
    pub context: Context,
    /// [`CheckerReport::ai`].
    pub ai: AiClaim,
    /// [`CheckerReport::signals`].
    pub signals: BTreeMap<Region, BTreeMap<String, Signal>>,
    /// [`CheckerReport::verdicts`].
    pub verdicts: BTreeMap<Region, RegionVerdict>,
    /// [`CheckerReport::notes`].
    pub notes: Vec<Message>,
    /// [`CheckerReport::questions`].
    pub questions: Vec<Question>,
    /// `rules` of [`CheckerReport::engine`].
    pub rule_set: RuleSet,
}

/// Judges the facts about a file.
pub fn judge(evidence: &Evidence, context: &Context, law: &Law, language: Language) -> Judged {
    let mut judgement = law.packs().judge(evidence, context);
    translate(&mut judgement, law.packs(), language);
    let found = signals(evidence).into_iter().filter(|(region, _)| context.regions.contains(region)).collect();
    Judged {
        language: language.id(),
        context: context.clone(),
        ai: judgement.ai,
        signals: found,
        verdicts: judgement.regions,
        notes: judgement.notes,
        questions: judgement.questions,
        rule_set: judgement.rule_set,
    }
}

/// A report together with its facts.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The report.
    pub report: CheckerReport,
    /// The facts.
    pub evidence: Evidence,
    pub(crate) law: Law,
    pub(crate) language: Language,
}

impl Checked {
    /// Judges again in another context. The rest of the report does not change.
    pub fn judge_again(&mut self, context: &Context) {
        let judged = judge(&self.evidence, context, &self.law, self.language);
        self.report.take(judged);
    }
}

impl CheckerReport {
    /// Replaces everything that depends on the answers.
    pub(crate) fn take(&mut self, judged: Judged) {
        let Judged { language, context, ai, signals, verdicts, notes, questions, rule_set } = judged;
        language.clone_into(&mut self.language);
        self.context = context;
        self.ai = ai;
        self.signals = signals;
        self.verdicts = verdicts;
        self.notes = notes;
        self.questions = questions;
        self.engine.rules = rule_set;
    }
}
