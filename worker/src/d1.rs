//! [`Database`] on D1.
//!
//! D1 uses JSON: numbers are doubles, integers are returned without a fraction, a BigInt is rejected. Errors are
//! JavaScript errors whose message contains SQLite's own text, which `DbError::from_engine` classifies.
//!
//! Without a session every query goes to the primary, so the next request with a revoked key is rejected in every
//! location.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use labeler_store::database::MAX_SAFE_INTEGER;
use labeler_store::{BatchResult, Database, DbError, Row, Statement, Value};
use wasm_bindgen::JsValue;
use worker::send::SendFuture;
use worker::{D1Database, D1PreparedStatement, D1Result, Error};

/// A bound D1 database.
pub(crate) struct D1(D1Database);

impl D1 {
    pub(crate) const fn new(database: D1Database) -> Self {
        Self(database)
    }

    fn prepare(&self, statement: &Statement) -> Result<D1PreparedStatement, DbError> {
        statement.check()?;
        let values: Vec<JsValue> = statement.parameters.iter().map(js_value).collect();
        self.0.prepare(statement.sql.as_ref()).bind(&values).map_err(|error| db_error(&error))
    }
}

#[async_trait]
impl Database for D1 {
    async fn query(&self, statement: Statement) -> Result<Vec<Row>, DbError> {
        SendFuture::new(async {
            // `run` and `all` are the same call in D1, but in this binding only `run` returns D1's own errors.
            let result = self.prepare(&statement)?.run().await.map_err(|error| db_error(&error))?;
            rows(&result)
        })
        .await
    }

    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<BatchResult>, DbError> {
        if statements.is_empty() {
            return Ok(Vec::new());
        }
        SendFuture::new(async {
            let prepared = statements.iter().map(|statement| self.prepare(statement)).collect::<Result<_, _>>()?;
            let results = self.0.batch(prepared).await.map_err(|error| db_error(&error))?;
            results.iter().map(batch_result).collect()
        })
        .await
    }
}

fn js_value(value: &Value) -> JsValue {
    match value {
        Value::Null => JsValue::NULL,
        // Exact, because `Statement::check` keeps integers within 2^53 - 1.
        #[allow(clippy::cast_precision_loss)]
        Value::Integer(number) => JsValue::from_f64(*number as f64),
        Value::Real(number) => JsValue::from_f64(*number),
        Value::Text(text) => JsValue::from_str(text),
    }
}

fn batch_result(result: &D1Result) -> Result<BatchResult, DbError> {
    let meta = result.meta().map_err(|error| db_error(&error))?;
    let changes = meta.and_then(|meta| meta.changes).unwrap_or(0);
    Ok(BatchResult { rows: rows(result)?, changes: changes as u64 })
}

fn rows(result: &D1Result) -> Result<Vec<Row>, DbError> {
    if let Some(message) = result.error() {
        return Err(DbError::from_engine(&message));
    }
    let objects: Vec<BTreeMap<String, serde_json::Value>> = result.results().map_err(|error| db_error(&error))?;
    let mut columns: Option<Arc<[String]>> = None;
    let mut rows = Vec::with_capacity(objects.len());
    for object in objects {
        // All rows of a result have the same columns, in the order of the map.
        let names = columns.get_or_insert_with(|| object.keys().cloned().collect());
        let values = object.into_values().map(store_value).collect::<Result<_, _>>()?;
        rows.push(Row::new(Arc::clone(names), values));
    }
    Ok(rows)
}

fn store_value(value: serde_json::Value) -> Result<Value, DbError> {
    match value {
        serde_json::Value::Null => Ok(Value::Null),
        serde_json::Value::String(text) => Ok(Value::Text(text)),
        serde_json::Value::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(whole), _) if whole.unsigned_abs() <= MAX_SAFE_INTEGER.unsigned_abs() => Ok(Value::Integer(whole)),
            (None, Some(real)) => Ok(Value::Real(real)),
            _ => Err(DbError::Limit("an integer must be within 2^53 - 1")),
        },
        _ => Err(DbError::Engine("a value is neither text nor number".to_owned())),
    }
}

fn db_error(error: &Error) -> DbError {
    match error {
        // Uses the message and not `Display`, which shows only the cause, without the text that identifies a conflict.
        Error::D1(error) => {
            let error: &js_sys::Error = error.as_ref();
            DbError::from_engine(&String::from(error.message()))
        }
        other => DbError::from_engine(&other.to_string()),
    }
}
