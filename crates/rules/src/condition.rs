//! Conditions of law packs: a small expression language over facts with three-valued logic and without loops or
//! recursion.
//!
//! ```text
//! c2pa.holds and not ai.part                     a yes-or-no fact is a condition by itself
//! c2pa.state is invalid                          one of the fact's words; `is not`, `in [a, b]` likewise
//! law.day < 2026-12-02                           numbers, days and standings compare with < <= > >=
//! c2pa.standing >= verified                      statedByYou < statedUnsigned < intact < seen < verified
//! signer contains "Test"                         `contains`, `starts-with`, in any case of letters
//! answer.deep-fake is unknown                    `known`, `unknown`, `present`, `absent`
//! (a or b) and c                                 `not` binds before `and`, `and` before `or`
//! EU-02 is pass                                  the outcome of an earlier rule of the pack
//! ```
//!
//! A comparison with an unknown fact is itself unknown. `and`, `or` and `not` follow Kleene's three-valued logic. Only
//! `is known` and `is unknown` always return yes or no. An absent fact equals nothing.

use std::cmp::Ordering;

use time::Date;
use time::format_description::well_known::Iso8601;

use crate::facts::{FACTS, FactKind, Standing, Value, index_of};

/// Maximum length of a condition in bytes.
pub(crate) const MAX_LENGTH: usize = 2_000;
/// Maximum number of tests and connectives in one condition.
pub(crate) const MAX_NODES: usize = 96;
/// Maximum nesting depth of parentheses and `not`.
pub(crate) const MAX_DEPTH: usize = 12;

/// Words for the outcomes of rules.
pub(crate) const OUTCOMES: [&str; 4] = ["pass", "fail", "open", "not-applicable"];

/// Error for a condition that cannot be parsed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConditionError {
    /// The condition has more than [`MAX_LENGTH`] bytes.
    #[error("the condition is longer than {MAX_LENGTH} bytes")]
    TooLong,
    /// The condition has more than [`MAX_NODES`] tests and connectives, or is nested deeper than [`MAX_DEPTH`].
    #[error("the condition has more than {MAX_NODES} tests or is nested deeper than {MAX_DEPTH}")]
    TooComplex,
    /// The name is neither a fact nor an earlier rule.
    #[error("unknown fact or rule `{0}`{hint}", hint = similar(.0))]
    UnknownName(String),
    /// The fact never has this value.
    #[error("`{fact}` never has the value `{value}`; write {allowed}")]
    UnknownValue {
        /// The fact.
        fact: String,
        /// The value in the condition.
        value: String,
        /// The values that the fact can have.
        allowed: String,
    },
    /// The type of the fact does not allow this test.
    #[error("`{fact}` cannot be tested with `{test}`")]
    WrongType {
        /// The fact.
        fact: String,
        /// The test.
        test: String,
    },
    /// Any other syntax error.
    #[error("expected {expected} before `{found}`")]
    Syntax {
        /// What was expected.
        expected: &'static str,
        /// The text that was found instead.
        found: String,
    },
}

/// Suggests facts with similar names, for the message about an unknown name.
fn similar(name: &str) -> String {
    let letters = |name: &str| name.to_lowercase().replace(['-', '_'], "");
    let wanted = letters(name);
    let is_similar = |fact: &&str| {
        let fact = letters(fact);
        fact == wanted || wanted.len() > 3 && (fact.ends_with(&format!(".{wanted}")) || fact.starts_with(&wanted))
    };
    let found: Vec<String> =
        FACTS.iter().map(|info| info.name).filter(is_similar).take(5).map(|name| format!("`{name}`")).collect();
    match found.as_slice() {
        [] => "; a rule must be defined earlier in the pack".to_owned(),
        found => format!("; is it {}?", found.join(" or ")),
    }
}

/// Describes the values that an operand can be compared with, for the message about a wrong value.
fn allowed(subject: &Subject) -> String {
    match subject.kind {
        FactKind::Flag => "yes or no".to_owned(),
        FactKind::Number => "a number".to_owned(),
        FactKind::Date => "a day (2026-11-30)".to_owned(),
        FactKind::Standing => format!("one of {}", Standing::ALL.map(Standing::id).join(", ")),
        FactKind::Text | FactKind::Texts if subject.values.is_empty() => "a text in quotation marks".to_owned(),
        FactKind::Text | FactKind::Texts => format!("one of {}", subject.values.join(", ")),
    }
}

/// The fact or rule that a condition refers to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Operand {
    /// A fact by its position in [`FACTS`].
    Fact(usize),
    /// A rule by its position in the pack.
    Rule(usize),
}

#[derive(Clone, Debug, PartialEq)]
enum Literal {
    Flag(bool),
    Number(f64),
    Text(String),
    Date(Date),
    Standing(Standing),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Compare {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

#[derive(Clone, Debug, PartialEq)]
enum Test {
    Yes,
    Known,
    Present,
    In(Vec<Literal>),
    Compare(Compare, Literal),
    Contains(String),
    StartsWith(String),
}

#[derive(Clone, Debug, PartialEq)]
enum Node {
    Test(Operand, Test),
    Not(Box<Node>),
    All(Vec<Node>),
    Any(Vec<Node>),
}

/// A parsed condition.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Condition {
    root: Node,
    operands: Vec<Operand>,
}

/// Provides the values of a condition's operands.
pub(crate) trait Lookup {
    /// Returns the value of an operand.
    fn value(&self, operand: Operand) -> &Value;
}

impl Condition {
    /// Parses a condition. `rules` contains the ids of the rules that precede this one in the pack.
    pub fn parse(text: &str, rules: &[String]) -> Result<Self, ConditionError> {
        if text.len() > MAX_LENGTH {
            return Err(ConditionError::TooLong);
        }
        let tokens = tokens(text)?;
        let mut parser = Parser { tokens: &tokens, at: 0, nodes: 0, depth: 0, rules, operands: Vec::new() };
        let root = parser.any()?;
        if parser.at < tokens.len() {
            return Err(parser.wrong("`and`, `or` or the end"));
        }
        let mut operands = parser.operands;
        operands.sort_unstable();
        operands.dedup();
        Ok(Self { root, operands })
    }

    /// Evaluates the condition. Returns `None` if the result is unknown.
    pub fn eval(&self, lookup: &dyn Lookup) -> Option<bool> {
        eval(&self.root, lookup)
    }

    /// Returns every fact and rule that the condition refers to, each once.
    pub fn operands(&self) -> &[Operand] {
        &self.operands
    }
}

fn eval(node: &Node, lookup: &dyn Lookup) -> Option<bool> {
    match node {
        Node::Test(operand, test) => holds(test, lookup.value(*operand)),
        Node::Not(inner) => eval(inner, lookup).map(|value| !value),
        Node::All(nodes) => {
            let mut known = Some(true);
            for node in nodes {
                match eval(node, lookup) {
                    Some(false) => return Some(false),
                    Some(true) => {}
                    None => known = None,
                }
            }
            known
        }
        Node::Any(nodes) => {
            let mut known = Some(false);
            for node in nodes {
                match eval(node, lookup) {
                    Some(true) => return Some(true),
                    Some(false) => {}
                    None => known = None,
                }
            }
            known
        }
    }
}

fn holds(test: &Test, value: &Value) -> Option<bool> {
    match (test, value) {
        (Test::Known, Value::Unknown) => Some(false),
        (Test::Known, _) => Some(true),
        (_, Value::Unknown) => None,
        (Test::Present, value) => Some(*value != Value::Absent),
        (_, Value::Absent) => Some(false),
        (Test::Yes, value) => Some(*value == Value::Flag(true)),
        (Test::In(literals), value) => Some(literals.iter().any(|literal| equal(value, literal))),
        (Test::Compare(op, literal), value) => Some(compare(value, literal).is_some_and(|order| match op {
            Compare::Less => order == Ordering::Less,
            Compare::LessOrEqual => order != Ordering::Greater,
            Compare::Greater => order == Ordering::Greater,
            Compare::GreaterOrEqual => order != Ordering::Less,
        })),
        (Test::Contains(part), value) => Some(texts(value).any(|text| text.to_lowercase().contains(part))),
        (Test::StartsWith(part), value) => Some(texts(value).any(|text| text.to_lowercase().starts_with(part))),
    }
}

fn texts(value: &Value) -> impl Iterator<Item = &str> {
    let (one, many) = match value {
        Value::Text(text) => (Some(text.as_str()), &[][..]),
        Value::Texts(texts) => (None, texts.as_slice()),
        _ => (None, &[][..]),
    };
    one.into_iter().chain(many.iter().map(String::as_str))
}

fn equal(value: &Value, literal: &Literal) -> bool {
    match (value, literal) {
        (Value::Flag(value), Literal::Flag(literal)) => value == literal,
        (Value::Text(value), Literal::Text(literal)) => value == literal,
        (Value::Texts(values), Literal::Text(literal)) => values.contains(literal),
        _ => compare(value, literal) == Some(Ordering::Equal),
    }
}

fn compare(value: &Value, literal: &Literal) -> Option<Ordering> {
    match (value, literal) {
        (Value::Number(value), Literal::Number(literal)) => value.partial_cmp(literal),
        (Value::Date(value), Literal::Date(literal)) => Some(value.cmp(literal)),
        (Value::Standing(value), Literal::Standing(literal)) => Some(value.cmp(literal)),
        _ => None,
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Quoted(String),
    Sign(&'static str),
}

impl Token {
    fn text(&self) -> &str {
        match self {
            Self::Word(text) | Self::Quoted(text) => text,
            Self::Sign(sign) => sign,
        }
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, ConditionError> {
    const SIGNS: [&str; 9] = ["<=", ">=", "<", ">", "(", ")", "[", "]", ","];
    let mut out = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
            out.push(Token::Sign(sign));
            rest = rest.strip_prefix(sign).unwrap_or_default();
        } else if let Some(after) = rest.strip_prefix('"') {
            let (quoted, after) = after
                .split_once('"')
                .ok_or(ConditionError::Syntax { expected: "a closing quotation mark", found: "the end".to_owned() })?;
            out.push(Token::Quoted(quoted.to_owned()));
            rest = after;
        } else {
            let word = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_');
            let end = rest.find(|letter| !word(letter)).unwrap_or(rest.len());
            let (found, after) = rest.split_at(end);
            if found.is_empty() {
                return Err(ConditionError::Syntax { expected: "a word", found: first.to_string() });
            }
            out.push(Token::Word(found.to_owned()));
            rest = after;
        }
        rest = rest.trim_start();
    }
    Ok(out)
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
    nodes: usize,
    depth: usize,
    rules: &'a [String],
    operands: Vec<Operand>,
}

/// The type and the allowed values of an operand.
struct Subject {
    name: String,
    operand: Operand,
    kind: FactKind,
    values: &'static [&'static str],
}

impl Parser<'_> {
    fn wrong(&self, expected: &'static str) -> ConditionError {
        let found = self.tokens.get(self.at).map_or("the end", Token::text).to_owned();
        ConditionError::Syntax { expected, found }
    }

    fn next_is(&self, word: &str) -> bool {
        match self.tokens.get(self.at) {
            Some(Token::Word(found)) => found == word,
            Some(Token::Sign(found)) => *found == word,
            _ => false,
        }
    }

    fn take(&mut self, word: &str) -> bool {
        let found = self.next_is(word);
        self.at += usize::from(found);
        found
    }

    fn count(&mut self) -> Result<(), ConditionError> {
        self.nodes += 1;
        if self.nodes > MAX_NODES { Err(ConditionError::TooComplex) } else { Ok(()) }
    }

    fn any(&mut self) -> Result<Node, ConditionError> {
        let first = self.all()?;
        let mut nodes = vec![first];
        while self.take("or") {
            nodes.push(self.all()?);
        }
        Ok(if nodes.len() == 1 { nodes.remove(0) } else { Node::Any(nodes) })
    }

    fn all(&mut self) -> Result<Node, ConditionError> {
        let first = self.unary()?;
        let mut nodes = vec![first];
        while self.take("and") {
            nodes.push(self.unary()?);
        }
        Ok(if nodes.len() == 1 { nodes.remove(0) } else { Node::All(nodes) })
    }

    fn deeper<T>(&mut self, inner: fn(&mut Self) -> Result<T, ConditionError>) -> Result<T, ConditionError> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(ConditionError::TooComplex);
        }
        let out = inner(self);
        self.depth -= 1;
        out
    }

    fn unary(&mut self) -> Result<Node, ConditionError> {
        self.count()?;
        if self.take("not") {
            return Ok(Node::Not(Box::new(self.deeper(Self::unary)?)));
        }
        if self.take("(") {
            let inner = self.deeper(Self::any)?;
            return if self.take(")") { Ok(inner) } else { Err(self.wrong("`)`")) };
        }
        self.test()
    }

    fn subject(&mut self) -> Result<Subject, ConditionError> {
        let Some(Token::Word(name)) = self.tokens.get(self.at) else {
            return Err(self.wrong("a fact"));
        };
        let name = name.clone();
        self.at += 1;
        let fact = index_of(&name).and_then(|index| FACTS.get(index).map(|info| (index, info)));
        let subject = match (fact, self.rules.iter().position(|rule| *rule == name)) {
            (Some((index, info)), _) => {
                Subject { name, operand: Operand::Fact(index), kind: info.kind, values: info.values }
            }
            (None, Some(index)) => {
                Subject { name, operand: Operand::Rule(index), kind: FactKind::Text, values: &OUTCOMES }
            }
            (None, None) => return Err(ConditionError::UnknownName(name)),
        };
        self.operands.push(subject.operand);
        Ok(subject)
    }

    fn test(&mut self) -> Result<Node, ConditionError> {
        let subject = self.subject()?;
        let operand = subject.operand;
        let of = |test: Test| Node::Test(operand, test);
        let not = |node: Node| Node::Not(Box::new(node));
        let wrong = |test: &str| ConditionError::WrongType { fact: subject.name.clone(), test: test.to_owned() };
        if self.take("is") {
            let negated = self.take("not");
            let node = if self.take("known") {
                of(Test::Known)
            } else if self.take("unknown") {
                not(of(Test::Known))
            } else if self.take("present") {
                of(Test::Present)
            } else if self.take("absent") {
                not(of(Test::Present))
            } else {
                of(Test::In(vec![self.literal(&subject)?]))
            };
            return Ok(if negated { not(node) } else { node });
        }
        if self.take("in") {
            if !self.take("[") {
                return Err(self.wrong("`[`"));
            }
            let mut literals = vec![self.literal(&subject)?];
            while self.take(",") {
                self.count()?;
                literals.push(self.literal(&subject)?);
            }
            return if self.take("]") { Ok(of(Test::In(literals))) } else { Err(self.wrong("`]`")) };
        }
        for (sign, op) in [
            ("<=", Compare::LessOrEqual),
            (">=", Compare::GreaterOrEqual),
            ("<", Compare::Less),
            (">", Compare::Greater),
        ] {
            if self.take(sign) {
                if !matches!(subject.kind, FactKind::Number | FactKind::Date | FactKind::Standing) {
                    return Err(wrong(sign));
                }
                return Ok(of(Test::Compare(op, self.literal(&subject)?)));
            }
        }
        for (word, contains) in [("contains", true), ("starts-with", false)] {
            if self.take(word) {
                if !matches!(subject.kind, FactKind::Text | FactKind::Texts) {
                    return Err(wrong(word));
                }
                let Some(Token::Quoted(part)) = self.tokens.get(self.at) else {
                    return Err(self.wrong("a quoted text"));
                };
                let part = part.to_lowercase();
                self.at += 1;
                return Ok(of(if contains { Test::Contains(part) } else { Test::StartsWith(part) }));
            }
        }
        if subject.kind != FactKind::Flag {
            return Err(wrong("yes or no"));
        }
        Ok(of(Test::Yes))
    }

    fn literal(&mut self, subject: &Subject) -> Result<Literal, ConditionError> {
        let Some(token) = self.tokens.get(self.at) else {
            return Err(self.wrong("a value"));
        };
        let text = token.text().to_owned();
        let quoted = matches!(token, Token::Quoted(_));
        if matches!(token, Token::Sign(_)) {
            return Err(self.wrong("a value"));
        }
        self.at += 1;
        let unknown = || ConditionError::UnknownValue {
            fact: subject.name.clone(),
            value: text.clone(),
            allowed: allowed(subject),
        };
        match subject.kind {
            FactKind::Flag => match text.as_str() {
                "yes" => Ok(Literal::Flag(true)),
                "no" => Ok(Literal::Flag(false)),
                _ => Err(unknown()),
            },
            FactKind::Number => {
                text.parse().ok().filter(|number: &f64| number.is_finite()).map(Literal::Number).ok_or_else(unknown)
            }
            FactKind::Date => Date::parse(&text, &Iso8601::DATE).map(Literal::Date).map_err(|_| unknown()),
            FactKind::Standing => Standing::ALL
                .into_iter()
                .find(|standing| standing.id() == text)
                .map(Literal::Standing)
                .ok_or_else(unknown),
            FactKind::Text | FactKind::Texts => {
                let fixed = !subject.values.is_empty();
                let known = if fixed { subject.values.contains(&text.as_str()) } else { quoted };
                if known { Ok(Literal::Text(text)) } else { Err(unknown()) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;
    use time::macros::date;

    struct Given(Vec<(&'static str, Value)>);

    impl Lookup for Given {
        fn value(&self, operand: Operand) -> &Value {
            static UNKNOWN: Value = Value::Unknown;
            self.0
                .iter()
                .find(|(name, _)| index_of(name).map(Operand::Fact) == Some(operand))
                .map_or(&UNKNOWN, |(_, value)| value)
        }
    }

    fn of(text: &str, facts: &[(&'static str, Value)]) -> Option<bool> {
        Condition::parse(text, &[]).unwrap().eval(&Given(facts.to_vec()))
    }

    fn error(text: &str) -> ConditionError {
        Condition::parse(text, &["EU-01".to_owned()]).unwrap_err()
    }

    #[test]
    fn connectives_follow_kleene() {
        let values = [Value::Flag(true), Value::Flag(false), Value::Unknown];
        let truth = [Some(true), Some(false), None];
        for (a, left) in values.iter().zip(truth) {
            assert_eq!(of("not ai", &[("ai", a.clone())]), left.map(|value| !value));
            for (b, right) in values.iter().zip(truth) {
                let given = [("ai", a.clone()), ("mark", b.clone())];
                let and = match (left, right) {
                    (Some(false), _) | (_, Some(false)) => Some(false),
                    (Some(true), Some(true)) => Some(true),
                    _ => None,
                };
                let or = match (left, right) {
                    (Some(true), _) | (_, Some(true)) => Some(true),
                    (Some(false), Some(false)) => Some(false),
                    _ => None,
                };
                assert_eq!(of("ai and mark", &given), and, "{a:?} and {b:?}");
                assert_eq!(of("ai or mark", &given), or, "{a:?} or {b:?}");
            }
        }
    }

    #[test]
    fn only_is_known_and_is_unknown_decide_about_an_unknown_fact() {
        for text in ["law.day < 2026-12-02", "ai is yes", "ai is not yes", "link is present", "aigc > 1"] {
            assert_eq!(of(text, &[]), None, "{text}");
        }
        assert_eq!(of("ai is unknown", &[]), Some(true));
        assert_eq!(of("ai is known", &[]), Some(false));
        assert_eq!(of("ai is not known", &[]), Some(true));
    }

    #[test]
    fn an_absent_fact_is_known_and_never_equal() {
        let given = [("link", Value::Absent), ("c2pa.standing", Value::Absent)];
        assert_eq!(of("link is present", &given), Some(false));
        assert_eq!(of("link is absent", &given), Some(true));
        assert_eq!(of("link is \"x\"", &given), Some(false));
        assert_eq!(of("link is not \"x\"", &given), Some(true));
        assert_eq!(of("c2pa.standing >= statedByYou", &given), Some(false));
    }

    #[test]
    fn compares_values_by_their_type() {
        let given = [
            ("law.day", Value::Date(date!(2026 - 12 - 01))),
            ("aigc", Value::Number(2.0)),
            ("c2pa.standing", Value::Standing(Standing::Seen)),
            ("c2pa.state", Value::from("invalid")),
            ("c2pa.signer", Value::from("Example Test Ltd")),
            ("privacy.kinds", Value::Texts(vec!["prompt".to_owned()])),
        ];
        for (text, expected) in [
            ("law.day < 2026-12-02", true),
            ("law.day >= 2026-12-02", false),
            ("law.day is 2026-12-01", true),
            ("aigc > 1", true),
            ("aigc <= 1", false),
            ("c2pa.standing >= intact", true),
            ("c2pa.standing >= verified", false),
            ("c2pa.state in [none, invalid]", true),
            ("c2pa.state is not invalid", false),
            ("c2pa.signer contains \"test\"", true),
            ("c2pa.signer starts-with \"test\"", false),
            ("privacy.kinds contains \"PROMPT\"", true),
            ("aigc > 1 and (law.day < 2026-01-01 or not c2pa.state is none)", true),
            ("aigc is 3 or aigc is 2 and law.day > 2027-01-01", false),
        ] {
            assert_eq!(of(text, &given), Some(expected), "{text}");
        }
    }

    #[test]
    fn rejects_unknown_names_and_values() {
        assert_eq!(error("nosuch"), ConditionError::UnknownName("nosuch".to_owned()));
        assert_eq!(error("EU-02 is pass"), ConditionError::UnknownName("EU-02".to_owned()));
        assert!(matches!(error("c2pa.state is intakt"), ConditionError::UnknownValue { .. }));
        assert!(matches!(error("EU-01 is passed"), ConditionError::UnknownValue { .. }));
        assert!(matches!(error("law.day < 2026-13-01"), ConditionError::UnknownValue { .. }));
        assert!(matches!(error("link is bare"), ConditionError::UnknownValue { .. }));
        assert!(matches!(error("ai > 3"), ConditionError::WrongType { .. }));
        assert!(matches!(error("aigc"), ConditionError::WrongType { .. }));
        assert!(matches!(error("aigc contains \"1\""), ConditionError::WrongType { .. }));
    }

    #[test]
    fn rejects_malformed_conditions() {
        for text in ["", "and", "ai or", "(ai", "ai)", "ai ai", "not", "ai is", "link is \"x", "aigc in [1", "ai = yes"]
        {
            let error = error(text);
            let refused = matches!(error, ConditionError::Syntax { .. } | ConditionError::UnknownName(_));
            assert!(refused, "{text}: {error:?}");
        }
    }

    #[test]
    fn limits_length_size_and_depth() {
        assert_eq!(error(&"x".repeat(MAX_LENGTH + 1)), ConditionError::TooLong);
        let many = vec!["ai"; MAX_NODES + 1].join(" or ");
        assert_eq!(error(&many), ConditionError::TooComplex);
        let deep = format!("{}ai{}", "(".repeat(MAX_DEPTH + 1), ")".repeat(MAX_DEPTH + 1));
        assert_eq!(error(&deep), ConditionError::TooComplex);
        let negated = format!("{}ai", "not ".repeat(MAX_DEPTH + 1));
        assert_eq!(error(&negated), ConditionError::TooComplex);
    }

    proptest::proptest! {
        #[test]
        fn never_panics_on_any_text(text in "[ -~]{0,80}|((not |ai|aigc|law.day|and |or |is |in |[(<>=\\[\\],)]|2026-12-02|yes| ){0,40})") {
            if let Ok(condition) = Condition::parse(&text, &["EU-01".to_owned()]) {
                let _ = condition.eval(&Given(Vec::new()));
            }
        }
    }
}
