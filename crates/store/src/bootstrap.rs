//! The first workspace, an owner and two keys, or the link that makes them, as statements or as SQL text.
//!
//! A command line cannot open D1; it prints SQL that `wrangler d1 execute --file` runs.

use crate::accounts::{AccountsError, NewLink, NewOwner, User, Workspace, prepare_first_run, prepare_owner};
use crate::database::{DbError, Statement, Value};
use crate::keys::{CreatedKey, KeyGrant, KeyKind, KeysError, Lineage, NewKey, prepare as prepare_key};
use crate::roles::Scope;
use crate::secret::Peppers;
use labeler_ports::Rng;

/// What was prepared. The keys' texts and the password are nowhere else.
#[derive(Debug, Clone)]
pub struct Bootstrap {
    /// The owner.
    pub owner: User,
    /// The owner's workspace.
    pub workspace: Workspace,
    /// A live key with every scope.
    pub live_key: CreatedKey,
    /// A test key with every scope.
    pub test_key: CreatedKey,
    /// What stores all of it, in order.
    pub statements: Vec<Statement>,
}

impl Bootstrap {
    /// The statements as SQL text, one per line, for a database that is not open here.
    ///
    /// # Errors
    /// [`RenderError`].
    pub fn to_sql(&self) -> Result<String, RenderError> {
        render(&self.statements)
    }
}

/// Why nothing was prepared.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BootstrapError {
    /// Address, password or name is not acceptable.
    #[error(transparent)]
    Account(#[from] AccountsError),
    /// No key could be made.
    #[error(transparent)]
    Key(#[from] KeysError),
}

/// Prepares an owner, a workspace, and a live and a test key with every scope. Stores nothing.
///
/// # Errors
/// See [`BootstrapError`].
pub fn bootstrap(owner: &NewOwner, now_ms: i64, rng: &dyn Rng, peppers: &Peppers) -> Result<Bootstrap, BootstrapError> {
    let (user, workspace, mut statements) = prepare_owner(owner, now_ms, rng, peppers)?;
    let mut key = |kind, name: &str| -> Result<CreatedKey, KeysError> {
        let new = NewKey {
            workspace_id: workspace.id.clone(),
            kind,
            name: name.to_owned(),
            grant: KeyGrant::Scopes(Scope::ALL.to_vec()),
            created_by: user.id.clone(),
            expires_at_ms: None,
        };
        let (created, statement) = prepare_key(new, Vec::new(), Lineage::default(), now_ms, rng, peppers)?;
        statements.push(statement);
        Ok(created)
    };
    let live_key = key(KeyKind::Live, "First live key")?;
    let test_key = key(KeyKind::Test, "First test key")?;
    Ok(Bootstrap { owner: user, workspace, live_key, test_key, statements })
}

/// Prepares the link with which the first owner makes an account, for a database that is not open here. Stores nothing;
/// the link works for a day, once, and only while nobody has an account.
///
/// # Errors
/// [`DbError`] when the randomness fails.
pub fn first_run(now_ms: i64, rng: &dyn Rng, peppers: &Peppers) -> Result<(NewLink, Vec<Statement>), DbError> {
    prepare_first_run(now_ms, rng, peppers)
}

/// Why statements have no text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RenderError {
    /// A text holds a NUL character, which ends SQL text.
    #[error("a text with a NUL character cannot be written as SQL")]
    Nul,
    /// A statement names more parameters than it has values.
    #[error("a parameter has no value")]
    MissingValue,
}

/// Statements as SQL text: values in place of `?1`, `?2`, …, one statement per line.
///
/// Text is quoted by doubling quotes, which is all that SQLite's string literals know. A line break in a value is
/// written as `char(10)`, so that tools which split a file by lines or by `;` at a line's end read it right.
///
/// # Errors
/// [`RenderError`].
pub fn render(statements: &[Statement]) -> Result<String, RenderError> {
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
