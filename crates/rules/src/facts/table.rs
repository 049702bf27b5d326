//! The table of facts, and the values in it.

use time::Date;

use super::schema::FACTS;
use super::standing::Standing;
use crate::context::Answer;
use crate::date;
use crate::evidence::Site;
use crate::verdict::{AiClaim, AiClaimState, Citation};

/// The value of a fact.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Value {
    /// Not examined or not answered.
    #[default]
    Unknown,
    /// Everything was read and nothing was found.
    Absent,
    /// Yes or no.
    Flag(bool),
    /// A number.
    Number(f64),
    /// A word or a text from the file.
    Text(String),
    /// Several texts.
    Texts(Vec<String>),
    /// A day.
    Date(Date),
    /// A standing.
    Standing(Standing),
}

impl Value {
    /// Returns the value as reports print it.
    pub fn display(&self) -> String {
        match self {
            Self::Unknown => "unknown".to_owned(),
            Self::Absent => "absent".to_owned(),
            Self::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
            Self::Number(number) => format!("{number}"),
            Self::Text(text) => shorten(text),
            Self::Texts(texts) => shorten(&texts.join(", ")),
            Self::Date(day) => date::text(*day),
            Self::Standing(standing) => standing.id().to_owned(),
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Flag(value)
    }
}

impl From<Answer> for Value {
    fn from(value: Answer) -> Self {
        value.known().map_or(Self::Unknown, Self::Flag)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<Standing> for Value {
    fn from(value: Standing) -> Self {
        Self::Standing(value)
    }
}

impl From<usize> for Value {
    fn from(value: usize) -> Self {
        Self::Number(u32::try_from(value).unwrap_or(u32::MAX).into())
    }
}

impl From<Date> for Value {
    fn from(value: Date) -> Self {
        Self::Date(value)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    /// Converts `None` to absent.
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Absent, Into::into)
    }
}

/// Shortens a value for display at a character boundary.
pub(super) fn shorten(value: &str) -> String {
    const LONGEST: usize = 200;
    match value.char_indices().nth(LONGEST) {
        Some((end, _)) => value.get(..end).map_or_else(String::new, |head| format!("{head}…")),
        None => value.to_owned(),
    }
}

/// Creates a citation.
pub(crate) fn cite(fact: &str, value: &str, site: &Site, standing: Standing) -> Citation {
    Citation { fact: fact.to_owned(), value: shorten(value), site: site.clone(), standing: Some(standing) }
}

/// A fact with the places where it was found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fact {
    /// Its value.
    pub value: Value,
    /// Places where it was found.
    pub citations: Vec<Citation>,
}

/// All facts about one file under one context.
#[derive(Clone, Debug)]
pub struct Facts {
    table: Vec<Fact>,
    /// Evidence for and against AI.
    pub ai: AiClaim,
    /// Text of a visible label that the active manifest states but the pixels do not show.
    pub missing_label: Option<String>,
}

/// Returns the index of a fact in `FACTS`, which is sorted by name.
pub(crate) fn index_of(name: &str) -> Option<usize> {
    FACTS.binary_search_by(|info| info.name.cmp(name)).ok()
}

impl Facts {
    /// Creates a table in which every fact is unknown.
    pub(crate) fn unknown() -> Self {
        Self {
            table: vec![Fact::default(); FACTS.len()],
            ai: AiClaim {
                state: AiClaimState::None,
                asserted: false,
                evidence: Vec::new(),
                contradictions: Vec::new(),
            },
            missing_label: None,
        }
    }

    /// Returns the fact with this name; unknown if the name is not in [`FACTS`].
    pub fn get(&self, name: &str) -> &Value {
        static UNKNOWN: Value = Value::Unknown;
        index_of(name).and_then(|index| self.table.get(index)).map_or(&UNKNOWN, |fact| &fact.value)
    }

    /// Returns the fact at an index of [`FACTS`].
    pub(crate) fn at(&self, index: usize) -> &Value {
        static UNKNOWN: Value = Value::Unknown;
        self.table.get(index).map_or(&UNKNOWN, |fact| &fact.value)
    }

    /// Returns the citations of the fact at an index of [`FACTS`].
    pub(crate) fn citations(&self, index: usize) -> &[Citation] {
        self.table.get(index).map_or(&[], |fact| &fact.citations)
    }

    /// Sets a fact.
    pub(crate) fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.put(name, value, Vec::new());
    }

    /// Sets a fact together with the places where it was found.
    pub(crate) fn put(&mut self, name: &str, value: impl Into<Value>, citations: Vec<Citation>) {
        let index = index_of(name);
        debug_assert!(index.is_some(), "unknown fact: {name}");
        if let Some(fact) = index.and_then(|index| self.table.get_mut(index)) {
            *fact = Fact { value: value.into(), citations };
        }
    }

    pub(crate) fn is(&self, name: &str) -> bool {
        *self.get(name) == Value::Flag(true)
    }

    pub(crate) fn text(&self, name: &str) -> &str {
        match self.get(name) {
            Value::Text(text) => text,
            _ => "",
        }
    }
}
