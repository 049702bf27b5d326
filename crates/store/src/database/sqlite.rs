//! [`Database`] on SQLite in this process, with D1's limits set so that what passes here passes there.
//!
//! One connection behind a mutex: SQLite has one writer anyway, and every statement of this crate is short. Calls block
//! the thread for their duration and never suspend, so a transaction cannot be interleaved.

use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use rusqlite::limits::Limit;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ToSql, TransactionBehavior};

use crate::database::migrations;
use crate::database::{
    BatchResult, Database, DbError, MAX_PARAMETERS, MAX_SAFE_INTEGER, MAX_SQL_BYTES, MAX_TEXT_BYTES, Row, Statement,
    Value,
};

/// How long a statement waits while another process locks the file.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// SQLite database, in memory or in a file, migrated to the current schema.
#[derive(Debug)]
pub struct Sqlite {
    connection: Mutex<Connection>,
}

impl Sqlite {
    /// Creates an empty database in memory.
    ///
    /// # Errors
    /// [`DbError`] when SQLite refuses a setting or a migration.
    pub fn in_memory() -> Result<Self, DbError> {
        Self::prepare(Connection::open_in_memory().map_err(engine)?)
    }

    /// Opens or creates a file, in WAL mode.
    ///
    /// # Errors
    /// [`DbError`] when the file cannot be opened, or as [`Sqlite::in_memory`].
    pub fn open(path: &Path) -> Result<Self, DbError> {
        let connection = Connection::open(path).map_err(engine)?;
        connection.pragma_update(None, "journal_mode", "WAL").map_err(engine)?;
        // An answered request is durable: with WAL this level syncs at every commit.
        connection.pragma_update(None, "synchronous", "FULL").map_err(engine)?;
        Self::prepare(connection)
    }

    fn prepare(mut connection: Connection) -> Result<Self, DbError> {
        connection.busy_timeout(BUSY_TIMEOUT).map_err(engine)?;
        connection.pragma_update(None, "foreign_keys", true).map_err(engine)?;
        migrate(&mut connection)?;
        // After the migrations, which are applied whole. Figures: D1 limits, and workerd's own (util/sqlite.c++).
        let to_i32 = |limit: usize| i32::try_from(limit).unwrap_or(i32::MAX);
        for (limit, value) in [
            (Limit::SQLITE_LIMIT_VARIABLE_NUMBER, to_i32(MAX_PARAMETERS)),
            (Limit::SQLITE_LIMIT_SQL_LENGTH, to_i32(MAX_SQL_BYTES)),
            (Limit::SQLITE_LIMIT_LENGTH, to_i32(MAX_TEXT_BYTES)),
            (Limit::SQLITE_LIMIT_COLUMN, 100),
            (Limit::SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 50),
            (Limit::SQLITE_LIMIT_COMPOUND_SELECT, 5),
            (Limit::SQLITE_LIMIT_EXPR_DEPTH, 100),
            (Limit::SQLITE_LIMIT_VDBE_OP, 25_000),
            (Limit::SQLITE_LIMIT_FUNCTION_ARG, 32),
            (Limit::SQLITE_LIMIT_ATTACHED, 0),
        ] {
            connection.set_limit(limit, value).map_err(engine)?;
        }
        Ok(Self { connection: Mutex::new(connection) })
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        // A panic elsewhere leaves no transaction open (it is rolled back when dropped), so the connection is sound.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Database for Sqlite {
    async fn query(&self, statement: Statement) -> Result<Vec<Row>, DbError> {
        statement.check()?;
        let connection = self.lock();
        run(&connection, &statement).map(|result| result.rows)
    }

    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<BatchResult>, DbError> {
        statements.iter().try_for_each(Statement::check)?;
        let mut connection = self.lock();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(engine)?;
        let results = statements.iter().map(|statement| run(&transaction, statement)).collect::<Result<_, _>>()?;
        transaction.commit().map_err(engine)?;
        Ok(results)
    }
}

/// Applies the migrations that are missing by `user_version`, each in its own transaction.
fn migrate(connection: &mut Connection) -> Result<(), DbError> {
    let version: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(engine)?;
    let applied = usize::try_from(version).unwrap_or(usize::MAX);
    if applied > migrations::ALL.len() {
        return Err(DbError::Engine("the database was made by a newer version".to_owned()));
    }
    for (next_version, (_, sql)) in (1_i64..).zip(migrations::ALL).skip(applied) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Exclusive).map_err(engine)?;
        transaction.execute_batch(sql).map_err(engine)?;
        transaction.pragma_update(None, "user_version", next_version).map_err(engine)?;
        transaction.commit().map_err(engine)?;
    }
    Ok(())
}

fn run(connection: &Connection, statement: &Statement) -> Result<BatchResult, DbError> {
    let mut prepared = connection.prepare_cached(&statement.sql).map_err(engine)?;
    let columns: Arc<[String]> = prepared.column_names().map(str::to_owned).collect();
    let mut rows = Vec::new();
    let mut cursor =
        prepared.query(rusqlite::params_from_iter(statement.parameters.iter().map(Bound))).map_err(engine)?;
    while let Some(row) = cursor.next().map_err(engine)? {
        let values = (0..columns.len())
            .map(|index| row.get_ref(index).map_err(engine).and_then(value))
            .collect::<Result<_, _>>()?;
        rows.push(Row::new(Arc::clone(&columns), values));
    }
    drop(cursor);
    let changes = if prepared.readonly() { 0 } else { connection.changes() };
    Ok(BatchResult { rows, changes })
}

struct Bound<'a>(&'a Value);

impl ToSql for Bound<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self.0 {
            Value::Null => ValueRef::Null,
            // As D1 does, whose parameters are JavaScript numbers: an INTEGER column turns it back, and SQL that would
            // only work with an integer fails here too. Exact within the checked range.
            #[allow(clippy::cast_precision_loss)]
            Value::Integer(number) => ValueRef::Real(*number as f64),
            Value::Real(number) => ValueRef::Real(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

fn value(value: ValueRef<'_>) -> Result<Value, DbError> {
    match value {
        ValueRef::Null => Ok(Value::Null),
        ValueRef::Integer(number) if number.unsigned_abs() > MAX_SAFE_INTEGER.unsigned_abs() => {
            Err(DbError::Limit("an integer lies within 2^53 - 1"))
        }
        ValueRef::Integer(number) => Ok(Value::Integer(number)),
        // A whole REAL is a whole number in JSON.
        #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
        ValueRef::Real(number) if number.fract() == 0.0 && number.abs() <= MAX_SAFE_INTEGER as f64 => {
            Ok(Value::Integer(number as i64))
        }
        ValueRef::Real(number) => Ok(Value::Real(number)),
        ValueRef::Text(bytes) => String::from_utf8(bytes.to_vec())
            .map(Value::Text)
            .map_err(|_| DbError::Engine("a text is not UTF-8".to_owned())),
        ValueRef::Blob(_) => Err(DbError::Engine("a blob cannot cross the seam".to_owned())),
    }
}

fn engine(error: rusqlite::Error) -> DbError {
    DbError::from_engine(&error.to_string())
}
