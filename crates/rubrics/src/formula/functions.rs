//! The built-in functions that the rubrics use.

use super::{budget::Budget, coerce, error::FormulaError, syntax::Function, value::Val, work::Work};

/// Evaluates a built-in function. The interpreter itself handles `if` and named expressions.
pub(super) fn call<'a>(
    work: &mut Work<'_>,
    function: &Function,
    arguments: &[Val<'a>],
) -> Result<Val<'a>, FormulaError> {
    match function {
        Function::Contains => {
            let [subject, search] = exactly("contains", arguments)?;
            contains(work, subject, search)
        }
        Function::EndsWith => {
            let [subject, suffix] = exactly("endsWith", arguments)?;
            paired(work, "endsWith", subject, suffix, |_, subject, suffix| Ok(Val::Bool(subject.ends_with(suffix))))
        }
        Function::StartsWith => {
            let [subject, prefix] = exactly("startsWith", arguments)?;
            paired(work, "startsWith", subject, prefix, |_, subject, prefix| Ok(Val::Bool(subject.starts_with(prefix))))
        }
        Function::Split => {
            let [subject, separator] = exactly("split", arguments)?;
            paired(work, "split", subject, separator, split)
        }
        Function::Keys => {
            let [object] = exactly("keys", arguments)?;
            let members = members(work, "keys", object)?;
            Ok(Val::list(members.into_iter().map(|(key, _)| Val::Str(key)).collect()))
        }
        Function::Values => {
            let [object] = exactly("values", arguments)?;
            let members = members(work, "values", object)?;
            Ok(Val::list(members.into_iter().map(|(_, value)| value).collect()))
        }
        Function::Length => {
            let [subject] = exactly("length", arguments)?;
            length(work, subject)
        }
        Function::NotNull => {
            if arguments.is_empty() {
                return Err(FormulaError::Arguments { name: "notNull".to_owned(), expected: 1, found: 0 });
            }
            Ok(arguments.iter().find(|value| !matches!(value, Val::Null)).cloned().unwrap_or(Val::Null))
        }
        Function::Type => {
            let [subject] = exactly("type", arguments)?;
            Ok(Val::Str(subject.kind()))
        }
        Function::If => Err(FormulaError::UnknownFunction("if".to_owned())),
        Function::Named(name) => Err(FormulaError::UnknownFunction(name.clone())),
    }
}

fn exactly<'v, 'a, const N: usize>(name: &str, arguments: &'v [Val<'a>]) -> Result<&'v [Val<'a>; N], FormulaError> {
    arguments.try_into().map_err(|_| FormulaError::Arguments {
        name: name.to_owned(),
        expected: N,
        found: arguments.len(),
    })
}

/// Looks for an equal element in an array, or for a string within a string.
fn contains<'a>(work: &mut Work<'_>, subject: &Val<'a>, search: &Val<'a>) -> Result<Val<'a>, FormulaError> {
    let subject = coerce::text_or_array("contains", subject)?;
    if let Some(text) = subject.as_str() {
        let search = search.as_str().ok_or(FormulaError::Type { context: "contains", found: search.kind() })?;
        work.budget.spend_text(text)?;
        return Ok(Val::Bool(text.contains(search)));
    }
    for item in subject.elements() {
        work.budget.spend(1)?;
        if work.equal(&item, search)? {
            return Ok(Val::Bool(true));
        }
    }
    Ok(Val::Bool(false))
}

fn members<'a>(
    work: &mut Work<'_>,
    context: &'static str,
    object: &Val<'a>,
) -> Result<Vec<(&'a str, Val<'a>)>, FormulaError> {
    if !object.is_object() {
        return Err(FormulaError::Type { context, found: object.kind() });
    }
    work.budget.spend(object.len().unwrap_or(0))?;
    Ok(object.members().collect())
}

/// Counts the elements of an array, members of an object, or code points of a string; `null` has none.
fn length<'a>(work: &mut Work<'_>, subject: &Val<'a>) -> Result<Val<'a>, FormulaError> {
    let length = match subject {
        Val::Null => 0,
        _ => match (subject.len(), subject.as_str()) {
            (Some(length), _) => length,
            (None, Some(text)) => {
                work.budget.spend_text(text)?;
                text.chars().count()
            }
            (None, None) => {
                return Err(FormulaError::Type { context: "length", found: subject.kind() });
            }
        },
    };
    Ok(Val::Number(length as f64))
}

/// Price of one part of a split string: each is a string of its own, so the budget must bound memory too.
const STEPS_PER_PART: usize = 8;

fn split<'a>(budget: &mut Budget, subject: &str, separator: &str) -> Result<Val<'a>, FormulaError> {
    let mut parts = Vec::new();
    if separator.is_empty() {
        for c in subject.chars() {
            budget.spend(STEPS_PER_PART)?;
            parts.push(Val::text(c.to_string()));
        }
    } else {
        for part in subject.split(separator) {
            budget.spend(STEPS_PER_PART)?;
            parts.push(Val::text(part));
        }
    }
    Ok(Val::list(parts))
}

/// Applies a function of two strings. Where either is an array the result is an array, element by element; the shorter
/// is filled up with empty strings.
fn paired<'a>(
    work: &mut Work<'_>,
    context: &'static str,
    left: &Val<'a>,
    right: &Val<'a>,
    apply: impl Fn(&mut Budget, &str, &str) -> Result<Val<'a>, FormulaError> + Copy,
) -> Result<Val<'a>, FormulaError> {
    let left = coerce::text_or_texts(context, left, work.budget)?;
    let right = coerce::text_or_texts(context, right, work.budget)?;
    pairwise(work, &left, &right, apply)
}

fn pairwise<'a>(
    work: &mut Work<'_>,
    left: &Val<'a>,
    right: &Val<'a>,
    apply: impl Fn(&mut Budget, &str, &str) -> Result<Val<'a>, FormulaError> + Copy,
) -> Result<Val<'a>, FormulaError> {
    if !left.is_array() && !right.is_array() {
        let (left, right) = (coerce::leaf_text(left), coerce::leaf_text(right));
        let (left, right) = (left.as_str().unwrap_or_default(), right.as_str().unwrap_or_default());
        work.budget.spend_text(left)?;
        return apply(work.budget, left, right);
    }
    let rows = [left, right].into_iter().filter(|side| side.is_array()).filter_map(Val::len).max().unwrap_or(0);
    work.nested(|work| {
        let mut out = Vec::new();
        let (mut lefts, mut rights) = (Side::new(left), Side::new(right));
        for _ in 0..rows {
            let (left, right) = (lefts.next(), rights.next());
            out.push(pairwise(work, &left, &right, apply)?);
        }
        Ok(Val::list(out))
    })
}

/// One operand of [`pairwise`]: an array gives its elements and then `null`, anything else itself each time.
enum Side<'v, 'a> {
    Array(Box<dyn Iterator<Item = Val<'a>> + 'v>),
    Same(&'v Val<'a>),
}

impl<'v, 'a> Side<'v, 'a> {
    fn new(value: &'v Val<'a>) -> Self {
        if value.is_array() { Self::Array(Box::new(value.elements())) } else { Self::Same(value) }
    }

    fn next(&mut self) -> Val<'a> {
        match self {
            Self::Array(elements) => elements.next().unwrap_or(Val::Null),
            Self::Same(value) => (*value).clone(),
        }
    }
}
