//! Conversions of json-formula that the functions of the rubrics need.

use super::{budget::Budget, error::FormulaError, value::Val};

/// Contents of an array, for the conversions that depend on them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Contents {
    /// Nothing, strings at any depth, numbers at any depth, or a mixture without objects.
    Scalars,
    /// Only arrays, and not all strings or all numbers.
    Arrays,
    /// Some object, at some depth.
    Objects,
}

/// Converts a scalar to a number: `null` is 0, booleans are 0 and 1, a string must be a decimal number.
pub(super) fn number(context: &'static str, value: &Val) -> Result<f64, FormulaError> {
    let wrong = || FormulaError::Type { context, found: value.kind() };
    match value {
        Val::Null => Ok(0.0),
        Val::Bool(value) => Ok(f64::from(u8::from(*value))),
        Val::Number(value) => Ok(*value),
        _ => {
            let text = value.as_str().ok_or_else(wrong)?.trim();
            // `parse` also takes "inf" and "nan", which are no JSON numbers.
            let decimal = text.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '+' | '-' | 'e' | 'E'));
            if text.is_empty() {
                return Ok(0.0);
            }
            if decimal { text.parse().map_err(|_| wrong()) } else { Err(wrong()) }
        }
    }
}

/// Converts a scalar to a string; `None` for arrays and objects.
fn scalar_text<'a>(value: &Val<'a>) -> Option<Val<'a>> {
    Some(match value {
        Val::Null => Val::Str(""),
        Val::Bool(true) => Val::Str("true"),
        Val::Bool(false) => Val::Str("false"),
        Val::Number(value) => Val::text(value.to_string()),
        Val::Str(_) | Val::Text(_) => value.clone(),
        _ => return None,
    })
}

/// For a parameter that takes a string or an array of strings: other scalars become strings, arrays of scalars arrays of
/// strings.
pub(super) fn text_or_texts<'a>(
    context: &'static str,
    value: &Val<'a>,
    budget: &mut Budget,
) -> Result<Val<'a>, FormulaError> {
    if let Some(text) = scalar_text(value) {
        return Ok(text);
    }
    if value.is_array() && contents(value, budget)? == Contents::Scalars {
        return Ok(value.clone());
    }
    Err(FormulaError::Type { context, found: value.kind() })
}

/// Converts a leaf of [`text_or_texts`] to its string.
pub(super) fn leaf_text<'a>(value: &Val<'a>) -> Val<'a> {
    scalar_text(value).unwrap_or(Val::Str(""))
}

/// For a parameter that takes a string or any array: only `null` converts, to the empty string.
pub(super) fn text_or_array<'a>(context: &'static str, value: &Val<'a>) -> Result<Val<'a>, FormulaError> {
    match value {
        Val::Null => Ok(Val::Str("")),
        Val::Bool(_) | Val::Number(_) => Err(FormulaError::Type { context, found: value.kind() }),
        _ if value.is_object() => Err(FormulaError::Type { context, found: value.kind() }),
        _ => Ok(value.clone()),
    }
}

/// Walks an array's leaves without recursion.
fn contents(array: &Val, budget: &mut Budget) -> Result<Contents, FormulaError> {
    let (mut strings, mut numbers, mut objects) = (true, true, false);
    let mut open: Vec<Val> = array.elements().collect();
    budget.spend(open.len())?;
    let only_arrays = !open.is_empty() && open.iter().all(Val::is_array);
    while let Some(value) = open.pop() {
        if value.is_array() {
            budget.spend(value.len().unwrap_or(0))?;
            open.extend(value.elements());
            continue;
        }
        strings &= value.as_str().is_some();
        numbers &= matches!(value, Val::Number(_));
        objects |= value.is_object();
    }
    Ok(if strings || numbers {
        Contents::Scalars
    } else if only_arrays {
        Contents::Arrays
    } else if objects {
        Contents::Objects
    } else {
        Contents::Scalars
    })
}
