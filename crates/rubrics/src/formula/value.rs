//! Values: borrowed from the document or the rubric wherever possible, shared where they had to be made.

use std::rc::Rc;

use serde_json::{Map, Value};

/// A JSON value. Cloning one is cheap.
#[derive(Clone, Debug)]
pub(crate) enum Val<'a> {
    Null,
    Bool(bool),
    /// json-formula has one kind of number, a double.
    Number(f64),
    /// A string of the document or the rubric.
    Str(&'a str),
    /// A string that a function made.
    Text(Rc<str>),
    /// An array of the document or the rubric.
    Array(&'a [Value]),
    /// An array that an expression made.
    List(Rc<Vec<Val<'a>>>),
    /// An object of the document or the rubric.
    Object(&'a Map<String, Value>),
    /// An object that an expression made; of two equal keys the later counts.
    Record(Rc<Vec<(&'a str, Val<'a>)>>),
}

impl<'a> From<&'a Value> for Val<'a> {
    fn from(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(value) => Self::Number(value.as_f64().unwrap_or(f64::NAN)),
            Value::String(value) => Self::Str(value),
            Value::Array(value) => Self::Array(value),
            Value::Object(value) => Self::Object(value),
        }
    }
}

impl<'a> Val<'a> {
    /// A new string.
    pub(crate) fn text(text: impl Into<Rc<str>>) -> Self {
        Self::Text(text.into())
    }

    /// A new array.
    pub(crate) fn list(items: Vec<Val<'a>>) -> Self {
        Self::List(Rc::new(items))
    }

    /// The kind, in json-formula's words.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Bool(_) => "boolean",
            Self::Number(_) => "number",
            Self::Str(_) | Self::Text(_) => "string",
            Self::Array(_) | Self::List(_) => "array",
            Self::Object(_) | Self::Record(_) => "object",
        }
    }

    pub(crate) fn is_array(&self) -> bool {
        matches!(self, Self::Array(_) | Self::List(_))
    }

    pub(crate) fn is_object(&self) -> bool {
        matches!(self, Self::Object(_) | Self::Record(_))
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Self::Str(text) => Some(text),
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Returns the number of elements or members; `None` for a value that is neither array nor object.
    pub(crate) fn len(&self) -> Option<usize> {
        match self {
            Self::Array(items) => Some(items.len()),
            Self::List(items) => Some(items.len()),
            Self::Object(members) => Some(members.len()),
            Self::Record(members) => Some(members.len()),
            _ => None,
        }
    }

    /// Iterates over the elements of an array; empty for any other value.
    pub(crate) fn elements(&self) -> impl Iterator<Item = Val<'a>> + '_ {
        let (borrowed, made): (&'a [Value], &[Val<'a>]) = match self {
            Self::Array(items) => (items, &[]),
            Self::List(items) => (&[], items.as_slice()),
            _ => (&[], &[]),
        };
        borrowed.iter().map(Val::from).chain(made.iter().cloned())
    }

    /// The element at `index`, counted from the end when negative.
    pub(crate) fn element(&self, index: i64) -> Option<Val<'a>> {
        let len = i64::try_from(self.len()?).ok()?;
        let at = usize::try_from(if index < 0 { index.checked_add(len)? } else { index }).ok()?;
        match self {
            Self::Array(items) => items.get(at).map(Val::from),
            Self::List(items) => items.get(at).cloned(),
            _ => None,
        }
    }

    /// Returns the member `name` of an object.
    pub(crate) fn member(&self, name: &str) -> Option<Val<'a>> {
        match self {
            Self::Object(members) => members.get(name).map(Val::from),
            Self::Record(members) => members.iter().find(|(key, _)| *key == name).map(|(_, value)| value.clone()),
            _ => None,
        }
    }

    /// Iterates over the members of an object in its own order; empty for any other value.
    pub(crate) fn members(&self) -> impl Iterator<Item = (&'a str, Val<'a>)> + '_ {
        let borrowed = match self {
            Self::Object(members) => Some(members.iter()),
            _ => None,
        };
        let made = match self {
            Self::Record(members) => Some(members.iter().cloned()),
            _ => None,
        };
        borrowed
            .into_iter()
            .flatten()
            .map(|(key, value)| (key.as_str(), Val::from(value)))
            .chain(made.into_iter().flatten())
    }

    /// Whether the value counts as true: not `null`, `false`, 0, or empty.
    pub(crate) fn is_truthy(&self) -> bool {
        match self {
            Self::Null => false,
            Self::Bool(value) => *value,
            Self::Number(value) => *value != 0.0 && !value.is_nan(),
            Self::Str(_) | Self::Text(_) => self.as_str().is_some_and(|text| !text.is_empty()),
            _ => self.len().is_some_and(|len| len > 0),
        }
    }

    /// Returns a bounded copy: at most `items` elements or members per level and `chars` characters per string. Below
    /// `depth` levels, a value is replaced by the name of its type. Object members keep their order.
    pub(crate) fn excerpt(&self, depth: usize, items: usize, chars: usize) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(*value),
            // Whole numbers read as such: JSON text of the same value, whatever the document wrote.
            Self::Number(value) if value.fract() == 0.0 && value.abs() < 9e15 => Value::from(*value as i64),
            Self::Number(value) => Value::from(*value),
            Self::Str(_) | Self::Text(_) => Value::from(shortened(self.as_str().unwrap_or_default(), chars)),
            _ if depth == 0 => Value::from(self.kind()),
            Self::Array(_) | Self::List(_) => {
                Value::Array(self.elements().take(items).map(|item| item.excerpt(depth - 1, items, chars)).collect())
            }
            Self::Object(_) | Self::Record(_) => Value::Object(
                self.members()
                    .take(items)
                    .map(|(key, value)| (shortened(key, chars), value.excerpt(depth - 1, items, chars)))
                    .collect(),
            ),
        }
    }
}

/// The first `chars` characters, with an ellipsis where some are left out.
pub(crate) fn shortened(text: &str, chars: usize) -> String {
    match text.char_indices().nth(chars) {
        None => text.to_owned(),
        Some((end, _)) => text.get(..end).map(|head| format!("{head}…")).unwrap_or_default(),
    }
}
