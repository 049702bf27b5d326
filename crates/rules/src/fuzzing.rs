//! Access to private items for fuzz targets and property tests.

use time::{Date, macros::date};

use crate::condition::{Condition, ConditionError, Lookup, OUTCOMES, Operand};
use crate::facts::{FACTS, Facts, Standing, Value};
use crate::pack::Pack;
use crate::{Context, Evidence, Outcome, RegionVerdict};

/// Ids of rules that precede a fuzzed condition in its pack.
pub const RULES: [&str; 2] = ["EU-01", "WA-02"];

/// Returns a value for a fact, of its own type or of another type.
fn value(choice: u8, values: &[&str]) -> Value {
    match choice % 14 {
        0 | 1 => Value::Unknown,
        2 => Value::Absent,
        3 | 4 => Value::Flag(choice % 2 == 1),
        5 => Value::Number(f64::from(choice) / 20.0),
        6 => Value::Number(f64::NAN),
        7 => Value::Date(date!(2026 - 08 - 02)),
        8 => Value::Date(Date::MAX),
        9 => Standing::ALL.get(usize::from(choice / 14) % 5).map_or(Value::Unknown, |standing| (*standing).into()),
        10 => Value::Texts(vec![String::new(), "{law} 生成".to_owned()]),
        _ => match values.get(usize::from(choice / 14) % values.len().max(1)) {
            Some(word) => Value::from(*word),
            None => Value::Text("{x}{".to_owned()),
        },
    }
}

/// Creates a table of facts. Each byte decides one fact; facts without a byte are unknown.
pub fn facts(choices: &[u8]) -> Facts {
    let mut facts = Facts::unknown();
    for (info, choice) in FACTS.iter().zip(choices) {
        facts.set(info.name, value(*choice, info.values));
    }
    facts
}

struct Table {
    facts: Vec<Value>,
    rules: Vec<Value>,
}

impl Table {
    fn new(choices: &[u8]) -> Self {
        let at = |index: usize| choices.get(index % choices.len().max(1)).copied().unwrap_or(0);
        let of = |(index, values): (usize, &'static [&'static str])| value(at(index).wrapping_add(index as u8), values);
        let facts: Vec<Value> = FACTS.iter().map(|info| info.values).enumerate().map(of).collect();
        let rules = (FACTS.len()..).map(|index| (index, OUTCOMES.as_slice())).take(RULES.len()).map(of).collect();
        Self { facts, rules }
    }

    /// Creates the same table with every fact known.
    fn known(&self, choices: &[u8]) -> Self {
        let other = Self::new(choices);
        let fill = |(value, other): (&Value, Value)| match (value, other) {
            (Value::Unknown, Value::Unknown) => Value::Absent,
            (Value::Unknown, other) => other,
            (value, _) => value.clone(),
        };
        Self {
            facts: self.facts.iter().zip(other.facts).map(fill).collect(),
            rules: self.rules.iter().zip(other.rules).map(fill).collect(),
        }
    }
}

impl Lookup for Table {
    fn value(&self, operand: Operand) -> &Value {
        static UNKNOWN: Value = Value::Unknown;
        match operand {
            Operand::Fact(index) => self.facts.get(index),
            Operand::Rule(index) => self.rules.get(index),
        }
        .unwrap_or(&UNKNOWN)
    }
}

/// Parses a condition and evaluates it over a table of facts. Returns `None` if the condition was rejected.
///
/// # Panics
/// If the result depends on anything except the text and the facts, if `not` does not invert it, or if a newly known
/// fact changes a result that did not need it.
pub fn condition(text: &str, choices: &[u8]) -> Option<Option<bool>> {
    let rules = RULES.map(str::to_owned);
    let parse = |text: &str| Condition::parse(text, &rules);
    let condition = parse(text).ok()?;
    assert!(!condition.operands().is_empty());
    assert_eq!(parse(text).as_ref(), Ok(&condition));
    let table = Table::new(choices);
    let answer = condition.eval(&table);
    assert_eq!(condition.eval(&table), answer);
    match parse(&format!("not ({text})")) {
        Ok(negated) => assert_eq!(negated.eval(&table), answer.map(|answer| !answer)),
        Err(error) => assert!(matches!(error, ConditionError::TooLong | ConditionError::TooComplex), "{error}"),
    }
    let reversed: Vec<u8> = choices.iter().rev().map(|choice| choice.wrapping_add(101)).collect();
    let known = condition.eval(&table.known(&reversed));
    assert!(known.is_some());
    // Only `is known` and `is unknown` may change their result when a fact becomes known.
    if answer.is_some() && !text.contains("known") {
        assert_eq!(known, answer);
    }
    Some(answer)
}

/// Returns whether the condition that a region needs for a pass holds; `None` if the pack has no such condition.
pub fn pass_policy(pack: &Pack, evidence: &Evidence, context: &Context, verdict: &RegionVerdict) -> Option<bool> {
    let (condition, _) = pack.pass_policy.as_ref()?;
    let facts = Facts::new(evidence, context);
    let word = |outcome: Outcome| {
        let [pass, fail, open, not_applicable] = OUTCOMES;
        Value::from(match outcome {
            Outcome::Pass => pass,
            Outcome::Fail => fail,
            Outcome::Undetermined => open,
            Outcome::NotApplicable => not_applicable,
        })
    };
    let facts = (0..FACTS.len()).map(|index| facts.at(index).clone()).collect();
    let rules = verdict.rules.iter().map(|rule| word(rule.outcome)).collect();
    Some(condition.eval(&Table { facts, rules }) == Some(true))
}

#[cfg(test)]
mod tests {
    use super::*;

    proptest::proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(1000))]

        #[test]
        fn conditions_follow_the_laws_of_three_values(
            text in "((not |ai|aigc|law.day|mark|EU-01|and |or |is |in |[(<>=\\[\\],)]|2026-12-02|pass|yes| ){0,30})",
            choices in proptest::collection::vec(proptest::prelude::any::<u8>(), 0..60),
        ) {
            condition(&text, &choices);
        }
    }
}
