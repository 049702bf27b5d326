//! Statements as SQL text, for a database that is not open here.

use crate::database::{Statement, Value};

/// Error of writing statements as SQL text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// A text contains a NUL character, which would end the SQL text.
    #[error("a text with a NUL character cannot be written as SQL")]
    Nul,
    /// A statement has more parameters than values.
    #[error("a parameter has no value")]
    MissingValue,
}

/// Writes statements as SQL text: with values in place of `?1`, `?2`, …, one statement per line.
///
/// Text is quoted by doubling quotes, the only escape in SQLite's string literals. A line break in a value is written
/// as `char(10)`, so that tools which split a file by lines or by `;` at the end of a line read it correctly.
///
/// # Errors
/// [`RenderError`].
pub fn to_sql_text(statements: &[Statement]) -> Result<String, RenderError> {
    let mut text = String::new();
    for statement in statements {
        let mut pieces = statement.sql.split('?');
        text.push_str(pieces.next().unwrap_or_default());
        for piece in pieces {
            let digits = piece.len() - piece.trim_start_matches(|character: char| character.is_ascii_digit()).len();
            let (number, rest) = piece.split_at(digits);
            let position = number.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
            let value =
                position.and_then(|position| statement.parameters.get(position)).ok_or(RenderError::MissingValue)?;
            literal(&mut text, value)?;
            text.push_str(rest);
        }
        text.push_str(";\n");
    }
    Ok(text)
}

fn literal(text: &mut String, value: &Value) -> Result<(), RenderError> {
    match value {
        Value::Null => text.push_str("NULL"),
        Value::Integer(number) => text.push_str(&number.to_string()),
        Value::Real(number) => text.push_str(&format!("{number:?}")),
        Value::Text(content) if content.contains('\0') => return Err(RenderError::Nul),
        Value::Text(content) => {
            text.push('\'');
            text.push_str(&content.replace('\'', "''").replace('\n', "'||char(10)||'").replace('\r', "'||char(13)||'"));
            text.push('\'');
        }
    }
    Ok(())
}
