//! Applies law packs to facts: first day, role and kind of content, then gates, the rule's own table, and the region's
//! verdict.

use std::collections::{BTreeMap, BTreeSet};

use time::Date;

use crate::condition::{Lookup, OUTCOMES, Operand};
use crate::evidence::{Evidence, Modality};
use crate::facts::{FACTS, Facts, Standing, Value, cite, index_of};
use crate::pack::{AttachesTo, Case, Pack, PackSet, Rule, RuleVersion, binds_key};
use crate::{
    Answer, Citation, Context, Counts, DaySource, Judgement, LawDay, Message, Outcome, Question, RegionVerdict,
    RuleInfo, RuleResult, RuleSet, Severity, Trace, TraceFact, Verdict, date,
};

/// Judges the facts about one file with the embedded packs. The result depends only on the two arguments.
pub fn judge(evidence: &Evidence, context: &Context) -> Judgement {
    PackSet::embedded().judge(evidence, context)
}

/// Returns the embedded packs and the day up to which they follow the law.
pub fn rule_set() -> RuleSet {
    PackSet::embedded().rule_set()
}

/// Returns every version of every rule in the embedded packs, ordered by region, id and date, for documentation.
pub fn catalogue() -> Vec<RuleInfo> {
    PackSet::embedded().catalogue()
}

/// Returns every message of the embedded packs as key and English text, for translators and documentation.
pub fn messages() -> impl Iterator<Item = (&'static str, &'static str)> {
    let texts: BTreeMap<&str, &str> = PackSet::embedded().packs().iter().flat_map(|pack| pack.texts("en")).collect();
    texts.into_iter()
}

impl PackSet {
    /// Judges the facts about one file. The result depends only on the packs and the two arguments.
    pub fn judge(&self, evidence: &Evidence, context: &Context) -> Judgement {
        let facts = Facts::new(evidence, context);
        let mut notes = Vec::new();
        let mut rule_set = self.rule_set();
        // A report names only the packs that judged.
        let judging = |pack: &&Pack| context.regions.contains(&pack.region);
        rule_set.packs.retain(|info| self.packs().iter().filter(judging).any(|pack| pack.id == info.id));
        if let Some(pack) = self.packs().first() {
            if context.as_of > rule_set.date {
                notes.push(say(pack, "judgement.laterThanRules", &[("date", date::text(rule_set.date))]));
            }
            let params = [("by", fact_text(&facts, "ai.by")), ("day", fact_text(&facts, "day.creation"))];
            notes.extend(against_answers(&facts, context).into_iter().map(|key| say(pack, key, &params)));
            if let Some(label) = &facts.missing_label {
                notes.push(say(pack, "judgement.labelNotSeen", &[("label", label.clone())]));
            }
        }
        let mut regions = BTreeMap::new();
        let mut asked: BTreeMap<String, (usize, usize, Question)> = BTreeMap::new();
        for (order, pack) in self.packs().iter().filter(|pack| context.regions.contains(&pack.region)).enumerate() {
            let (verdict, weights) = judge_region(pack, &facts, context);
            for (position, question) in pack.questions.iter().enumerate() {
                let Some(weight) = weights.get(&question.id).copied() else { continue };
                let entry = asked.entry(question.id.clone()).or_insert_with(|| {
                    let question = Question {
                        id: question.id.clone(),
                        answer: question.answer.to_owned(),
                        kind: question.kind,
                        answers: question.answers.clone(),
                        text: say(pack, &format!("question.{}", question.id), &[]),
                        help: pack
                            .english(&format!("question.{}.help", question.id))
                            .map(|_| say(pack, &format!("question.{}.help", question.id), &[])),
                        settles: 0,
                        regions: Vec::new(),
                    };
                    (order * 1000 + position, 0, question)
                });
                entry.1 += weight;
                entry.2.regions.push(pack.region);
            }
            regions.insert(pack.region, verdict);
        }
        let mut questions: Vec<_> = asked.into_values().collect();
        questions.sort_by_key(|(position, weight, _)| (std::cmp::Reverse(*weight), *position));
        let questions = questions
            .into_iter()
            .map(|(_, weight, question)| Question {
                settles: u32::try_from(weight.div_ceil(DECIDES)).unwrap_or(u32::MAX),
                ..question
            })
            .collect();
        Judgement { as_of: context.as_of, role: context.role, rule_set, ai: facts.ai, notes, questions, regions }
    }
}

/// Weight of a question for each rule that its answer settles. Questions about the day weigh less because their answer
/// may change nothing.
const DECIDES: usize = 100;

/// Returns notes about answers that the file contradicts, and about statements in the file that contradict each other.
fn against_answers(facts: &Facts, context: &Context) -> Vec<&'static str> {
    let mut found = Vec::new();
    if facts.is("ai.contradicted") {
        found.push(match (context.made_by_ai(), facts.get("ai")) {
            (Answer::No, Value::Flag(true)) => "judgement.fileSaysOtherwise",
            (Answer::No, _) => "judgement.partSaysOtherwise",
            (Answer::Yes, Value::Flag(false)) => "judgement.fileSaysNotAi",
            _ => "judgement.contradiction",
        });
    }
    let declared = matches!(facts.get("watermark.binding"), Value::Standing(standing) if *standing >= Standing::Seen);
    if context.vendor_watermark == Answer::No && (facts.is("watermark.seen") || declared) {
        found.push("judgement.watermarkIsThere");
    }
    if context.visible_label == Answer::No && facts.text("label.state") == "seen" && facts.is("label.names-ai") {
        found.push("judgement.labelIsThere");
    }
    if let (Some(answered), Value::Date(stamped)) = (context.created_on, facts.get("day.creation"))
        && facts.text("day.creation-source") == "time-stamp"
        && answered != *stamped
    {
        found.push(if answered > *stamped { "judgement.stampIsEarlier" } else { "judgement.stampIsLater" });
    }
    found
}

fn fact_text(facts: &Facts, name: &str) -> String {
    facts.get(name).display()
}

/// Names and values of placeholders.
type Params = [(&'static str, String)];

/// Returns the names of the placeholders in a template.
pub(crate) fn placeholders(template: &str) -> Vec<&str> {
    template.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name).collect()
}

fn message(pack: &Pack, key: &str, value: &dyn Fn(&str) -> Option<String>) -> Message {
    let template = pack.english(key).unwrap_or(key);
    let params: BTreeMap<String, String> = placeholders(template)
        .into_iter()
        .filter_map(|name| value(name).map(|value| (name.to_owned(), value)))
        .collect();
    // The text shows the role's name; the parameter keeps its id for other languages.
    let mut shown = params.clone();
    if let Some(role) = shown.get_mut("role") {
        *role = role_words(role).to_owned();
    }
    Message { key: key.to_owned(), text: render(template, &shown), params }
}

fn role_words(id: &str) -> &str {
    match id {
        "hostingPlatform" => "platform that hosts AI systems",
        "captureDeviceMaker" => "maker of capture devices",
        other => other,
    }
}

fn say(pack: &Pack, key: &str, params: &Params) -> Message {
    message(pack, key, &|name| params.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone()))
}

/// Replaces placeholders in one pass, so that braces inside a value stay unchanged.
pub(crate) fn render(template: &str, params: &BTreeMap<String, String>) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((head, tail)) = rest.split_once('{') {
        out.push_str(head);
        let Some((name, after)) = tail.split_once('}') else {
            out.push('{');
            rest = tail;
            continue;
        };
        match params.get(name) {
            Some(value) => out.push_str(value),
            None => {
                out.push('{');
                out.push_str(name);
                out.push('}');
            }
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Provides the operands of a rule's conditions.
struct View<'a> {
    facts: &'a Facts,
    law_day: Value,
    law_day_index: Option<usize>,
    outcomes: &'a [Value],
}

impl Lookup for View<'_> {
    fn value(&self, operand: Operand) -> &Value {
        static UNKNOWN: Value = Value::Unknown;
        match operand {
            Operand::Fact(index) if Some(index) == self.law_day_index => &self.law_day,
            Operand::Fact(index) => self.facts.at(index),
            Operand::Rule(index) => self.outcomes.get(index).unwrap_or(&UNKNOWN),
        }
    }
}

/// The row that decided a rule.
enum Decided<'a> {
    Case {
        case: &'a Case,
        gate: bool,
    },
    /// A reason outside the tables: day, role or kind of content, or no row matched.
    Other {
        key: String,
        outcome: Outcome,
    },
}

/// The result of a rule before its texts are chosen.
struct Finding<'a> {
    decided: Decided<'a>,
    /// Operands that were unknown in rows before the deciding row.
    unknown: Vec<Operand>,
}

fn law_day(rule: &Rule, evidence_is_text: bool, facts: &Facts) -> LawDay {
    let act = if evidence_is_text { rule.text_attaches_to } else { rule.attaches_to };
    let (name, source) = match act {
        AttachesTo::Creation => ("day.creation", "day.creation-source"),
        AttachesTo::Publication => ("day.publication", "day.publication-source"),
        AttachesTo::Distribution => ("day.distribution", "day.distribution-source"),
    };
    let day = match facts.get(name) {
        Value::Date(day) => *day,
        _ => Date::MIN,
    };
    let source = match facts.text(source) {
        "time-stamp" => DaySource::TimeStamp,
        "answer" => DaySource::Answer,
        _ => DaySource::Check,
    };
    LawDay { attaches_to: act, day, source, reason: Message::default() }
}

fn find<'a>(pack: &'a Pack, rule: &'a Rule, version: &RuleVersion, view: &View<'_>, context: &Context) -> Finding<'a> {
    let other = |key: &str, outcome: Outcome, unknown: Vec<Operand>| Finding {
        decided: Decided::Other { key: key.to_owned(), outcome },
        unknown,
    };
    let Value::Date(day) = view.law_day else {
        return other("common.undecided", Outcome::Undetermined, Vec::new());
    };
    if day < version.from {
        return other("common.notYetInForce", Outcome::NotApplicable, Vec::new());
    }
    if version.until.is_some_and(|until| until < day) {
        return other("common.repealed", Outcome::NotApplicable, Vec::new());
    }
    if !rule.roles.contains(&context.role) {
        return other(&binds_key(&rule.roles), Outcome::NotApplicable, Vec::new());
    }
    let modality = match view.facts.text("file.modality") {
        "image" => Modality::Image,
        "video" => Modality::Video,
        "audio" => Modality::Audio,
        "text" => Modality::Text,
        "document" => Modality::Document,
        _ => Modality::Unknown,
    };
    if !rule.modalities.contains(&modality) {
        return other("common.modality", Outcome::NotApplicable, Vec::new());
    }
    let mut unknown = Vec::new();
    let tables = |positions: &'a [usize]| {
        positions.iter().filter_map(|gate| pack.gates.get(*gate)).map(|gate| (true, gate.cases.as_slice()))
    };
    let own = [(false, rule.cases.as_slice())];
    for (gate, cases) in tables(&rule.gates).chain(own).chain(tables(&rule.then)) {
        for case in cases {
            let Some(when) = &case.when else {
                return Finding { decided: Decided::Case { case, gate }, unknown };
            };
            match when.eval(view) {
                Some(true) => return Finding { decided: Decided::Case { case, gate }, unknown },
                Some(false) => {}
                None => unknown.extend(when.operands().iter().filter(|o| *view.value(**o) == Value::Unknown)),
            }
        }
    }
    other("common.undecided", Outcome::Undetermined, unknown)
}

fn operand_name(pack: &Pack, operand: Operand) -> String {
    match operand {
        Operand::Fact(index) => FACTS.get(index).map(|info| info.name.to_owned()),
        Operand::Rule(index) => pack.rules.get(index).map(|rule| rule.id.clone()),
    }
    .unwrap_or_default()
}

/// Returns the places where the facts of a row were found. Answers are cited as answers.
fn citations(view: &View<'_>, case: &Case) -> Vec<Citation> {
    let operands: Vec<Operand> = match (&case.cites, &case.when) {
        (Some(cites), _) => cites.iter().map(|index| Operand::Fact(*index)).collect(),
        (None, Some(when)) => when.operands().to_vec(),
        (None, None) => Vec::new(),
    };
    let mut found: Vec<Citation> = Vec::new();
    for operand in operands {
        let Operand::Fact(index) = operand else { continue };
        let answer = FACTS.get(index).filter(|info| info.answer.is_some());
        let value = view.value(operand);
        if let Some(info) = answer.filter(|_| *value != Value::Unknown) {
            let site = crate::evidence::Site::new("your answers");
            found.push(cite(info.answer.unwrap_or_default(), &value.display(), &site, Standing::StatedByYou));
        }
        for citation in view.facts.citations(index) {
            if !found.contains(citation) {
                found.push(citation.clone());
            }
        }
    }
    found
}

struct Judged<'a> {
    result: RuleResult,
    day: LawDay,
    case: Option<&'a Case>,
    gate: bool,
    decides: bool,
    in_force: bool,
    binds: bool,
    version_from: Date,
}

fn judge_rule<'a>(
    pack: &'a Pack,
    rule: &'a Rule,
    facts: &Facts,
    context: &Context,
    outcomes: &[Value],
) -> Option<Judged<'a>> {
    let is_text = matches!(facts.text("file.modality"), "text" | "document");
    let day = law_day(rule, is_text, facts);
    let version = rule.version(day.day)?;
    let view = View { facts, law_day: Value::Date(day.day), law_day_index: index_of("law.day"), outcomes };
    let Finding { decided, unknown } = find(pack, rule, version, &view, context);
    let value = |name: &str| -> Option<String> {
        Some(match name {
            "from" => date::text(version.from),
            "until" => version.until.map(date::text).unwrap_or_default(),
            "day" => date::text(day.day),
            "role" => context.role.id().to_owned(),
            name => {
                let index = pack.placeholders.get(name).copied().or_else(|| index_of(name))?;
                facts.at(index).display()
            }
        })
    };
    let words = |key: &str| message(pack, key, &value);
    let (key, outcome, case, gate) = match &decided {
        Decided::Case { case, gate } => (case.key.as_str(), case.outcome, Some(*case), *gate),
        Decided::Other { key, outcome } => (key.as_str(), *outcome, None, false),
    };
    let mut notes: Vec<Message> =
        case.map(|case| case.notes.iter().map(|key| words(key)).collect()).unwrap_or_default();
    if case.is_some_and(|_| !gate) {
        let applies = rule.notes.iter().filter(|note| note.with.is_empty() || note.with.contains(&outcome));
        notes.extend(applies.filter(|note| note.when.eval(&view) == Some(true)).map(|note| words(&note.key)));
    }
    let settles = match (outcome, case) {
        (Outcome::Undetermined, Some(case)) => case.settles.as_deref().map(words),
        (Outcome::Undetermined, None) => Some(words("common.undecided.settles")),
        _ => None,
    };
    let severity = case.and_then(|case| case.severity).unwrap_or(version.severity);
    let trace = Trace {
        case: key.to_owned(),
        facts: case
            .and_then(|case| case.when.as_ref())
            .map(|when| {
                when.operands()
                    .iter()
                    .map(|operand| TraceFact {
                        name: operand_name(pack, *operand),
                        value: view.value(*operand).display(),
                    })
                    .collect()
            })
            .unwrap_or_default(),
        unknown: unknown
            .iter()
            .copied()
            .collect::<BTreeSet<_>>()
            .into_iter()
            .map(|operand| operand_name(pack, operand))
            .collect(),
    };
    let result = RuleResult {
        id: rule.id.clone(),
        region: pack.region,
        title: pack.english(&format!("{}.title", rule.id)).unwrap_or_default().to_owned(),
        reference: version.reference.clone(),
        requirement: pack.english(&version.requirement).unwrap_or_default().to_owned(),
        valid_from: version.from,
        valid_until: version.until,
        severity,
        severity_reason: case.and_then(|case| case.severity_reason.as_deref()).map(words),
        outcome,
        message: words(key),
        notes,
        settles,
        fix: case.and_then(|case| case.fix.as_deref()).map(words),
        evidence: case.map(|case| citations(&view, case)).unwrap_or_default(),
        asks: case.map(|case| case.asks.clone()).unwrap_or_default(),
        law_day: day.day,
        trace: Some(trace),
    };
    let in_force = version.in_force(day.day);
    let decides = rule.decides && severity == Severity::Required;
    let binds = rule.roles.contains(&context.role);
    Some(Judged { result, day, case, gate, decides, in_force, binds, version_from: version.from })
}

fn outcome_word(outcome: Outcome) -> Value {
    let [pass, fail, open, not_applicable] = OUTCOMES;
    Value::from(match outcome {
        Outcome::Pass => pass,
        Outcome::Fail => fail,
        Outcome::Undetermined => open,
        Outcome::NotApplicable => not_applicable,
    })
}

/// Returns the verdict of a region, and a weight for each of its questions: how much its answer would settle.
fn judge_region(pack: &Pack, facts: &Facts, context: &Context) -> (RegionVerdict, BTreeMap<String, usize>) {
    let mut judged: Vec<Judged<'_>> = Vec::new();
    let mut outcomes: Vec<Value> = Vec::new();
    for rule in &pack.rules {
        let one = judge_rule(pack, rule, facts, context, &outcomes);
        outcomes.push(one.as_ref().map_or(Value::Unknown, |one| outcome_word(one.result.outcome)));
        judged.extend(one);
    }
    let mut counts = Counts::default();
    for Judged { result, .. } in &judged {
        let tally = match result.severity {
            Severity::Required => &mut counts.required,
            Severity::Recommended => &mut counts.recommended,
            Severity::Informational => &mut counts.informational,
        };
        tally.add(result.outcome);
    }
    let deciding = |outcome: Outcome| judged.iter().filter(move |one| one.decides && one.result.outcome == outcome);
    let any = |outcome: Outcome| deciding(outcome).next().is_some();
    let view = View { facts, law_day: Value::Unknown, law_day_index: index_of("law.day"), outcomes: &outcomes };
    let mut withheld = None;
    let verdict = if any(Outcome::Fail) {
        Verdict::Fail
    } else if any(Outcome::Undetermined) {
        Verdict::Undetermined
    } else if any(Outcome::Pass) {
        match &pack.pass_policy {
            Some((when, key)) if when.eval(&view) != Some(true) => {
                withheld = Some(key.as_str());
                Verdict::Undetermined
            }
            _ => Verdict::Pass,
        }
    } else {
        Verdict::NotApplicable
    };
    let decisive = match verdict {
        Verdict::Fail => Outcome::Fail,
        Verdict::Undetermined if withheld.is_none() => Outcome::Undetermined,
        Verdict::Undetermined | Verdict::Pass => Outcome::Pass,
        Verdict::NotApplicable => Outcome::NotApplicable,
    };
    let applies = |one: &&Judged<'_>| one.decides && one.result.outcome != Outcome::NotApplicable;
    let relevant: Vec<&Judged<'_>> = match verdict {
        // The day and role for which other rules would apply.
        Verdict::NotApplicable => {
            let says_why = |one: &&Judged<'_>| one.case.is_some_and(|case| case.sentence.is_some());
            judged.iter().filter(|one| one.decides && one.in_force).filter(says_why).collect()
        }
        _ => judged.iter().filter(applies).collect(),
    };
    let reason = one_reason(&relevant);
    let bound = || judged.iter().filter(|one| one.decides && one.binds);
    let none_in_force = bound().next().is_some() && !bound().any(|one| one.in_force);
    let first_day = bound().map(|one| one.version_from).min();
    let informational = !judged.iter().any(|one| one.decides);
    // The day of the deciding rules; without any, of those that bind the role; otherwise of any rule.
    let day = deciding(decisive)
        .find(|one| verdict != Verdict::NotApplicable || (one.in_force && one.binds))
        .or_else(|| bound().next())
        .or_else(|| judged.iter().find(|one| one.decides))
        .or_else(|| judged.first());
    let ids = |outcome: Outcome| {
        let ids: BTreeSet<&str> = deciding(outcome).map(|one| one.result.id.as_str()).collect();
        ids.into_iter().collect::<Vec<_>>().join(", ")
    };
    let law = format!("law.{}", pack.region.id());
    let mut days: Vec<LawDay> = Vec::new();
    for one in judged.iter().filter(|one| one.decides) {
        if !days.iter().any(|known| known.attaches_to == one.day.attaches_to) {
            let key = format!("common.day.{}", day_key(&one.day));
            days.push(LawDay { reason: say(pack, &key, &[("day", date::text(one.day.day))]), ..one.day.clone() });
        }
    }
    let tally = |outcome: Outcome| {
        judged
            .iter()
            .filter(|one| one.result.severity == Severity::Informational && one.result.outcome == outcome)
            .count()
    };
    let params = vec![
        ("law", pack.english(&law).unwrap_or_default().to_owned()),
        ("asOf", date::text(day.map_or(context.as_of, |one| one.day.day))),
        ("role", context.role.id().to_owned()),
        ("passed", deciding(Outcome::Pass).count().to_string()),
        ("failed", ids(Outcome::Fail)),
        ("open", ids(Outcome::Undetermined)),
        ("from", first_day.map(date::text).unwrap_or_default()),
        ("by", fact_text(facts, "ai.by")),
        ("infoPassed", tally(Outcome::Pass).to_string()),
        ("infoFailed", tally(Outcome::Fail).to_string()),
        ("infoOpen", tally(Outcome::Undetermined).to_string()),
    ];
    let key = match verdict {
        Verdict::Pass => "verdict.pass",
        Verdict::Fail if any(Outcome::Undetermined) => "verdict.failAndOpen",
        Verdict::Fail => "verdict.fail",
        Verdict::Undetermined => {
            withheld.or(reason.and_then(|case| case.sentence.as_deref())).unwrap_or("verdict.undetermined")
        }
        Verdict::NotApplicable if informational => "verdict.informational",
        Verdict::NotApplicable if none_in_force => "verdict.notInForce",
        Verdict::NotApplicable => reason.and_then(|case| case.sentence.as_deref()).unwrap_or("verdict.nothingRequired"),
    };
    let open_reason = reason
        .filter(|case| verdict == Verdict::Undetermined && case.sentence.is_some())
        .and_then(|case| judged.iter().find(|one| one.case.is_some_and(|other| std::ptr::eq(other, case))))
        .map(|one| one.result.message.clone());
    let weights = weights(pack, &judged, verdict);
    let sentence = say(pack, key, &params);
    let rules = judged.into_iter().map(|one| one.result).collect();
    (RegionVerdict { verdict, sentence, counts, days, open_reason, rules }, weights)
}

fn day_key(day: &LawDay) -> &'static str {
    match (day.attaches_to, day.source) {
        (_, DaySource::TimeStamp) => "timeStamp",
        (AttachesTo::Creation, DaySource::Answer) => "creation.answer",
        (AttachesTo::Publication, DaySource::Answer) => "publication.answer",
        (AttachesTo::Distribution, DaySource::Answer) => "distribution.answer",
        (AttachesTo::Creation, DaySource::Check) => "creation.check",
        (AttachesTo::Publication, DaySource::Check) => "publication.check",
        (AttachesTo::Distribution, DaySource::Check) => "distribution.check",
    }
}

/// Returns the gate's row in which all of the rules end, if they share one.
fn one_reason<'a>(relevant: &[&Judged<'a>]) -> Option<&'a Case> {
    let first = relevant.first()?;
    let case = first.case.filter(|case| first.gate || case.sentence.is_some())?;
    relevant.iter().all(|one| one.case.is_some_and(|other| other.key == case.key)).then_some(case)
}

/// Returns a weight for each question, based on the open rules that ask it.
fn weights(pack: &Pack, judged: &[Judged<'_>], verdict: Verdict) -> BTreeMap<String, usize> {
    let mut weights: BTreeMap<String, usize> = BTreeMap::new();
    let policy = verdict == Verdict::Undetermined
        && !judged.iter().any(|one| one.decides && one.result.outcome == Outcome::Undetermined);
    // In a pack without deciding rules, the questions come from its reported rules.
    let informational = !judged.iter().any(|one| one.decides);
    for one in judged {
        let open = one.result.outcome == Outcome::Undetermined && (one.decides || policy || informational);
        if open {
            for ask in &one.result.asks {
                *weights.entry(ask.clone()).or_default() += DECIDES;
            }
        }
        let matters = one.decides && matches!(one.result.outcome, Outcome::Undetermined | Outcome::Fail);
        if matters && one.day.source == DaySource::Check {
            for question in pack.questions.iter().filter(|question| question.day == Some(one.day.attaches_to)) {
                *weights.entry(question.id.clone()).or_default() += 1;
            }
        }
    }
    weights
}

#[cfg(test)]
mod tests {
    #![allow(clippy::indexing_slicing)]
    use super::*;
    use crate::Role;
    use proptest::prelude::*;
    use time::macros::date;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1000))]

        #[test]
        fn any_facts_are_judged_by_every_pack(
            choices in prop::collection::vec(any::<u8>(), FACTS.len()),
            role in 0..Role::ALL.len(),
        ) {
            let facts = crate::fuzzing::facts(&choices);
            let context = Context { role: Role::ALL[role], ..Context::new(date!(2026 - 11 - 29)) };
            for pack in PackSet::embedded().packs() {
                let (verdict, _) = judge_region(pack, &facts, &context);
                prop_assert_eq!(verdict.rules.len(), pack.rules.len());
                for rule in &verdict.rules {
                    prop_assert!(!rule.message.text.is_empty());
                    prop_assert_eq!(rule.fix.is_some(), rule.outcome == Outcome::Fail);
                    prop_assert_eq!(rule.settles.is_some(), rule.outcome == Outcome::Undetermined);
                }
            }
        }
    }

    #[test]
    fn placeholders_are_filled_once() {
        let params = BTreeMap::from([("a".to_owned(), "{b}".to_owned()), ("b".to_owned(), "x".to_owned())]);
        assert_eq!(render("{a} {b} {c} {", &params), "{b} x {c} {");
    }
}
