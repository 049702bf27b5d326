//! The interface to a SQL engine.
//!
//! D1 and SQLite are the same engine behind different interfaces, and that of D1 is the narrower one: values are JSON
//! numbers and strings, transactions exist only as a batch, at most 100 parameters are bound. This module is that
//! narrow interface, and [`Statement::check`] enforces its limits for every adapter, so that a test on SQLite fails
//! where D1 would fail in production.
//!
//! Consequences for SQL in this crate:
//!
//! - No blobs: D1 turns them into JSON arrays. Hashes are hexadecimal text.
//! - Integers stay within ±(2^53 − 1), the range a JavaScript number holds exactly.
//! - A bound integer may reach the engine as a whole REAL (D1 binds every number as a double), so SQL never
//!   concatenates a bound number into text and never asks for its `typeof`.
//! - A whole REAL may come back as an integer; [`Row::real`] accepts both.

#[cfg(all(feature = "sqlite", not(target_family = "wasm")))]
pub(crate) mod migrations;
pub(crate) mod render;
pub(crate) mod row;
#[cfg(all(feature = "sqlite", not(target_family = "wasm")))]
pub mod sqlite;
pub(crate) mod statements;

use std::borrow::Cow;
use std::sync::Arc;

use async_trait::async_trait;
use labeler_ports::RngError;

use crate::sealing::SealError;

/// Largest integer that a JavaScript number holds exactly: 2^53 − 1.
pub const MAX_SAFE_INTEGER: i64 = 9_007_199_254_740_991;
/// Bound parameters per statement (D1 limit, also enforced by workerd).
pub const MAX_PARAMETERS: usize = 100;
/// Bytes of SQL per statement (D1 limit).
pub const MAX_SQL_BYTES: usize = 100_000;
/// Bytes of one text value (D1 limit for a string and for a row).
pub const MAX_TEXT_BYTES: usize = 2_000_000;

/// Value of a parameter or a column.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// SQL NULL.
    Null,
    /// Whole number within ±[`MAX_SAFE_INTEGER`].
    Integer(i64),
    /// Finite floating-point number.
    Real(f64),
    /// UTF-8 text of at most [`MAX_TEXT_BYTES`] bytes.
    Text(String),
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<u32> for Value {
    fn from(value: u32) -> Self {
        Self::Integer(i64::from(value))
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Integer(i64::from(value))
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::Real(value)
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

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// SQL statement with its parameters, bound to `?1`, `?2`, … in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// Text of a single SQL statement.
    pub sql: Cow<'static, str>,
    /// Values of `?1`, `?2`, ….
    pub parameters: Vec<Value>,
}

impl Statement {
    /// Creates a statement without parameters.
    pub fn new(sql: impl Into<Cow<'static, str>>) -> Self {
        Self { sql: sql.into(), parameters: Vec::new() }
    }

    /// Adds the value of the next parameter.
    #[must_use]
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.parameters.push(value.into());
        self
    }

    /// Checks the limits of D1: refuses values that D1 would refuse or silently round. Adapters call this before they
    /// call the engine.
    ///
    /// # Errors
    /// [`DbError::Limit`] with the limit that is exceeded.
    pub fn check(&self) -> Result<(), DbError> {
        if self.sql.len() > MAX_SQL_BYTES {
            return Err(DbError::Limit("a statement has at most 100,000 bytes of SQL"));
        }
        if self.parameters.len() > MAX_PARAMETERS {
            return Err(DbError::Limit("a statement has at most 100 parameters"));
        }
        for value in &self.parameters {
            match value {
                Value::Integer(number) if number.unsigned_abs() > MAX_SAFE_INTEGER.unsigned_abs() => {
                    return Err(DbError::Limit("an integer lies within 2^53 - 1"));
                }
                Value::Real(number) if !number.is_finite() => {
                    return Err(DbError::Limit("a real number is finite"));
                }
                Value::Text(text) if text.len() > MAX_TEXT_BYTES => {
                    return Err(DbError::Limit("a text has at most 2,000,000 bytes"));
                }
                _ => {}
            }
        }
        Ok(())
    }
}

/// Row of a result. Columns are read by name.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    columns: Arc<[String]>,
    values: Vec<Value>,
}

impl Row {
    /// Creates a row, for adapters and fakes. `columns` and `values` have the same length; a missing value reads as an
    /// absent column.
    pub fn new(columns: Arc<[String]>, values: Vec<Value>) -> Self {
        Self { columns, values }
    }

    /// Returns the value of a column, or `None` when the result has no column of this name.
    pub fn get(&self, column: &str) -> Option<&Value> {
        let position = self.columns.iter().position(|name| name == column)?;
        self.values.get(position)
    }

    fn value(&self, column: &'static str) -> Result<&Value, DbError> {
        self.get(column).ok_or(DbError::Shape { column, expected: "a column of this name" })
    }

    /// Returns the text of a NOT NULL column.
    ///
    /// # Errors
    /// [`DbError::Shape`] when the column is absent or holds something else; the same holds for the other getters.
    pub fn text(&self, column: &'static str) -> Result<&str, DbError> {
        match self.value(column)? {
            Value::Text(text) => Ok(text),
            _ => Err(DbError::Shape { column, expected: "text" }),
        }
    }

    /// Returns the text of a column, or `None` for NULL.
    ///
    /// # Errors
    /// As [`Row::text`].
    pub fn optional_text(&self, column: &'static str) -> Result<Option<&str>, DbError> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Text(text) => Ok(Some(text)),
            _ => Err(DbError::Shape { column, expected: "text or NULL" }),
        }
    }

    /// Returns the whole number of a NOT NULL column.
    ///
    /// # Errors
    /// As [`Row::text`].
    pub fn integer(&self, column: &'static str) -> Result<i64, DbError> {
        self.optional_integer(column)?.ok_or(DbError::Shape { column, expected: "an integer" })
    }

    /// Returns the whole number of a column, or `None` for NULL.
    ///
    /// # Errors
    /// As [`Row::text`].
    pub fn optional_integer(&self, column: &'static str) -> Result<Option<i64>, DbError> {
        match self.value(column)? {
            Value::Null => Ok(None),
            Value::Integer(number) => Ok(Some(*number)),
            _ => Err(DbError::Shape { column, expected: "an integer or NULL" }),
        }
    }

    /// Returns the floating-point number of a NOT NULL column. A whole number is accepted (see the module
    /// documentation).
    ///
    /// # Errors
    /// As [`Row::text`].
    pub fn real(&self, column: &'static str) -> Result<f64, DbError> {
        match self.value(column)? {
            Value::Real(number) => Ok(*number),
            // Exact: adapters never deliver an integer beyond 2^53.
            #[allow(clippy::cast_precision_loss)]
            Value::Integer(number) => Ok(*number as f64),
            _ => Err(DbError::Shape { column, expected: "a real number" }),
        }
    }

    /// Returns the truth value of a NOT NULL column that holds 0 or 1.
    ///
    /// # Errors
    /// As [`Row::text`].
    pub fn boolean(&self, column: &'static str) -> Result<bool, DbError> {
        match self.integer(column)? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(DbError::Shape { column, expected: "0 or 1" }),
        }
    }
}

/// Result of one statement of a batch.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BatchResult {
    /// Rows that a SELECT or a RETURNING clause produced.
    pub rows: Vec<Row>,
    /// Rows that an INSERT, UPDATE or DELETE changed itself (0 for a SELECT).
    pub changes: u64,
}

/// Error of the database.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DbError {
    /// A UNIQUE or PRIMARY KEY constraint already holds this value.
    #[error("a row with this key exists: {0}")]
    Conflict(String),
    /// Another constraint (CHECK, NOT NULL, FOREIGN KEY, STRICT type) refused the row.
    #[error("a constraint refused the row: {0}")]
    Constraint(String),
    /// A trigger refused to change or delete an audit row.
    #[error("the table is append-only: {0}")]
    AppendOnly(String),
    /// The statement exceeds a limit of D1; nothing ran.
    #[error("the statement is outside the limits: {0}")]
    Limit(&'static str),
    /// A column is absent or has another type than expected: code and schema disagree.
    #[error("column {column}: expected {expected}")]
    Shape {
        /// Name of the column.
        column: &'static str,
        /// Expected content of the column.
        expected: &'static str,
    },
    /// The engine could not be reached or gave up for a passing reason. The statement may or may not have run.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// Any other error of the engine.
    #[error("the database failed: {0}")]
    Engine(String),
}

impl DbError {
    /// Maps the message of an engine to an error. SQLite words are the same natively and through D1, which wraps them
    /// (`D1_ERROR: UNIQUE constraint failed: …: SQLITE_CONSTRAINT`), so both adapters share this one place.
    /// The transient messages are those that D1's documentation ("Retry queries") says to retry.
    pub fn from_engine(message: &str) -> Self {
        const TRANSIENT: [&str; 8] = [
            "Network connection lost",
            "storage caused object to be reset",
            "reset because its code was updated",
            "object to be reset",
            "D1 DB is overloaded",
            "database is locked",
            "database table is locked",
            "isolate exceeded its memory limit",
        ];
        let owned = || message.to_owned();
        if message.contains("append-only") {
            Self::AppendOnly(owned())
        } else if message.contains("UNIQUE constraint failed") {
            Self::Conflict(owned())
        } else if message.contains("constraint failed") || message.contains("cannot store ") {
            Self::Constraint(owned())
        } else if TRANSIENT.iter().any(|part| message.contains(part)) {
            Self::Unavailable(owned())
        } else {
            Self::Engine(owned())
        }
    }
}

impl From<RngError> for DbError {
    fn from(error: RngError) -> Self {
        Self::Engine(error.to_string())
    }
}

impl From<SealError> for DbError {
    fn from(error: SealError) -> Self {
        Self::Engine(error.to_string())
    }
}

impl DbError {
    /// Whether a precondition of a batch (see the view `must` of the schema) did not hold; nothing of it is stored.
    pub(crate) fn is_precondition(&self) -> bool {
        matches!(self, Self::Constraint(message) if message.contains("a precondition constraint failed"))
    }
}

/// SQL engine: SQLite in process, or D1.
///
/// Both methods call [`Statement::check`] first. Reads see the latest committed write (D1 without a session asks the
/// primary), so a revocation is effective for the next request.
#[async_trait]
pub trait Database: Send + Sync {
    /// Runs one statement and returns its rows (empty when it returns none).
    ///
    /// # Errors
    /// See [`DbError`].
    async fn query(&self, statement: Statement) -> Result<Vec<Row>, DbError>;

    /// Runs the statements in order in one transaction: all or nothing. One result per statement.
    ///
    /// # Errors
    /// See [`DbError`]; after an error nothing of the batch is stored, except that after [`DbError::Unavailable`] it
    /// is unknown.
    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<BatchResult>, DbError>;
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    #[test]
    fn messages_of_both_doors_sort_alike() {
        for message in [
            "UNIQUE constraint failed: users.email",
            "D1_ERROR: UNIQUE constraint failed: users.email: SQLITE_CONSTRAINT",
        ] {
            assert!(matches!(DbError::from_engine(message), DbError::Conflict(_)), "{message}");
        }
        assert!(matches!(DbError::from_engine("CHECK constraint failed: role"), DbError::Constraint(_)));
        assert!(matches!(
            DbError::from_engine("cannot store TEXT value in INTEGER column users.created_at"),
            DbError::Constraint(_)
        ));
        assert!(matches!(DbError::from_engine("D1_ERROR: events are append-only"), DbError::AppendOnly(_)));
        assert!(matches!(DbError::from_engine("D1_ERROR: Network connection lost."), DbError::Unavailable(_)));
        assert!(matches!(DbError::from_engine("no such table: x"), DbError::Engine(_)));
    }

    #[test]
    fn limits_are_those_of_d1() {
        let many = (0..101).fold(Statement::new("SELECT 1"), |statement, n: u32| statement.bind(n));
        assert!(matches!(many.check(), Err(DbError::Limit(_))));
        let edge = Statement::new("SELECT ?1").bind(MAX_SAFE_INTEGER);
        assert!(edge.check().is_ok());
        for value in [Value::Integer(MAX_SAFE_INTEGER + 1), Value::Integer(i64::MIN), Value::Real(f64::NAN)] {
            assert!(matches!(Statement::new("SELECT ?1").bind_value(value).check(), Err(DbError::Limit(_))));
        }
    }

    impl Statement {
        fn bind_value(mut self, value: Value) -> Self {
            self.parameters.push(value);
            self
        }
    }
}
