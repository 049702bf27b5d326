//! The request log: every request with credentials.
//!
//! Rows are written one by one and hashed in blocks by a scheduled job, so that a request does not wait for a chain.
//! The number of a row is assigned at commit, so a block up to a number is final. Rows are removed in whole blocks once
//! they have expired; the block and its link stay.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

use serde_json::{Value as Json, json};

use crate::audit::chain::{ChainKind, ChainPosition, leaf_hash};
use crate::audit::{Audit, sql};
use crate::database::row::parse_column;
use crate::database::{DbError, MAX_SAFE_INTEGER, Row, Statement, Value};
use crate::encoding::new_id;
use crate::model::{ActorKind, KeyKind, truncate_address};

const BLOCK_PREFIX: &str = "rqb_";
/// Maximum number of rows on a page.
const MAX_PAGE: u32 = 1000;
/// Maximum number of rows that one round hashes.
const SEAL_ROWS: u32 = 2000;
/// Attempts of a round while others append to the same chains.
const MAX_ATTEMPTS: u32 = 128;
/// Columns that the hash of a row covers, in order.
const COLUMNS: [&str; 13] = [
    "seq",
    "workspace_id",
    "livemode",
    "request_id",
    "actor_kind",
    "actor_id",
    "method",
    "route",
    "status",
    "latency_ms",
    "address",
    "created_at",
    "expires_at",
];

/// Request to log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRequest {
    /// ID of the workspace.
    pub workspace_id: String,
    /// Production (`true`) or sandbox (`false`).
    pub livemode: bool,
    /// `X-Request-Id` of the request.
    pub request_id: String,
    /// Kind of the caller.
    pub actor_kind: ActorKind,
    /// ID of the key, person or client.
    pub actor_id: String,
    /// HTTP method.
    pub method: String,
    /// Template of the route (`/api/v1/assets/{id}`), never the path.
    pub route: String,
    /// HTTP status of the response.
    pub status: u16,
    /// Time from the first byte of the request to the head of the response, in milliseconds.
    pub latency_ms: u32,
    /// Network address of the caller. Only its network is stored.
    pub address: Option<IpAddr>,
}

/// Request as logged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LoggedRequest {
    /// Number of the row; greater is later.
    pub seq: i64,
    /// ID of the workspace.
    pub workspace_id: String,
    /// Production (`true`) or sandbox (`false`).
    pub livemode: bool,
    /// `X-Request-Id` of the request.
    pub request_id: String,
    /// Kind of the caller.
    pub actor_kind: ActorKind,
    /// ID of the caller.
    pub actor_id: String,
    /// Current name of the caller; absent when it was not queried or the caller no longer exists.
    pub actor_name: Option<String>,
    /// HTTP method.
    pub method: String,
    /// Template of the route.
    pub route: String,
    /// HTTP status of the response.
    pub status: u16,
    /// Latency in milliseconds.
    pub latency_ms: u32,
    /// Network of the caller.
    pub network: Option<String>,
    /// Milliseconds since the Unix epoch.
    pub created_at_ms: i64,
    /// When the row may be removed.
    pub expires_at_ms: i64,
}

impl LoggedRequest {
    /// Header line of a CSV export.
    pub const CSV_HEADER: &'static str =
        "seq,createdAtMs,requestId,actorKind,actorId,livemode,method,route,status,latencyMs,network\r\n";

    /// Returns the request as a line of a JSON Lines export, without the line end.
    pub fn to_json(&self) -> Json {
        json!({
            "seq": self.seq,
            "createdAtMs": self.created_at_ms,
            "requestId": self.request_id,
            "actorKind": self.actor_kind.as_str(),
            "actorId": self.actor_id,
            "livemode": self.livemode,
            "method": self.method,
            "route": self.route,
            "status": self.status,
            "latencyMs": self.latency_ms,
            "network": self.network,
        })
    }

    /// Returns the request as a record of a CSV export (RFC 4180) with its line end. Text that a spreadsheet would read
    /// as a formula is preceded by an apostrophe.
    pub fn to_csv(&self) -> String {
        let texts = [
            self.request_id.as_str(),
            self.actor_kind.as_str(),
            self.actor_id.as_str(),
            if self.livemode { "true" } else { "false" },
            self.method.as_str(),
            self.route.as_str(),
        ];
        let mut record = format!("{},{}", self.seq, self.created_at_ms);
        for text in texts {
            record.push(',');
            record.push_str(&csv_field(text));
        }
        let network = csv_field(self.network.as_deref().unwrap_or_default());
        record.push_str(&format!(",{},{},{network}\r\n", self.status, self.latency_ms));
        record
    }
}

fn csv_field(text: &str) -> String {
    let formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let guarded = if formula { format!("'{text}") } else { text.to_owned() };
    if guarded.contains(['"', ',', '\r', '\n']) { format!("\"{}\"", guarded.replace('"', "\"\"")) } else { guarded }
}

/// Filter of the request log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RequestFilter<'a> {
    /// Only requests of this key, client or person.
    pub actor_id: Option<&'a str>,
    /// Only requests at this time or later, in milliseconds since the Unix epoch.
    pub from_ms: Option<i64>,
    /// Only requests at this time or earlier, in milliseconds since the Unix epoch.
    pub to_ms: Option<i64>,
}

/// Workspace and mode that a credential belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestOwner {
    /// ID of the workspace.
    pub workspace_id: String,
    /// Production (`true`) or sandbox (`false`).
    pub livemode: bool,
}

/// A page of the request log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestPage {
    /// Requests, newest first.
    pub requests: Vec<LoggedRequest>,
    /// Value of `before` for the next page; absent on the last one.
    pub next_before: Option<i64>,
}

/// Consecutive requests of one workspace, to be stored as a block.
struct Block {
    workspace_id: String,
    id: String,
    /// Columns of the block, in order.
    row: Json,
    /// Hash of the columns.
    leaf: String,
}

impl Audit {
    /// Logs a request. It is kept for as long as the settings of the workspace say.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn log_request(&self, request: &NewRequest) -> Result<(), DbError> {
        let statement = Statement::new(sql::REQUEST_INSERT)
            .bind(request.workspace_id.as_str())
            .bind(request.livemode)
            .bind(request.request_id.as_str())
            .bind(request.actor_kind.as_str())
            .bind(request.actor_id.as_str())
            .bind(request.method.as_str())
            .bind(request.route.as_str())
            .bind(u32::from(request.status))
            .bind(request.latency_ms)
            .bind(request.address.map(truncate_address))
            .bind(self.ports.clock.now_ms());
        self.ports.db.query(statement).await.map(drop)
    }

    /// Returns a page of the requests of a workspace that pass the filter, newest first, at most 1000: those before the
    /// number `before`, or the newest.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn requests(
        &self,
        workspace_id: &str,
        filter: &RequestFilter<'_>,
        before: Option<i64>,
        limit: u32,
    ) -> Result<RequestPage, DbError> {
        let limit = limit.clamp(1, MAX_PAGE);
        let sql = if filter.actor_id.is_some() { sql::REQUEST_PAGE_OF_ACTOR } else { sql::REQUEST_PAGE };
        // Room for the minute that the statement adds.
        const LATEST: i64 = MAX_SAFE_INTEGER - 60_000;
        let mut statement = Statement::new(sql)
            .bind(workspace_id)
            .bind(before.unwrap_or(MAX_SAFE_INTEGER).clamp(0, MAX_SAFE_INTEGER))
            .bind(limit.saturating_add(1))
            .bind(filter.from_ms.unwrap_or(0).clamp(0, LATEST))
            .bind(filter.to_ms.unwrap_or(LATEST).clamp(0, LATEST));
        if let Some(actor_id) = filter.actor_id {
            statement = statement.bind(actor_id);
        }
        let rows = self.ports.db.query(statement).await?;
        let mut requests = rows.iter().map(request_of).collect::<Result<Vec<_>, _>>()?;
        let more = requests.len() > limit as usize;
        requests.truncate(limit as usize);
        let next_before = requests.last().filter(|_| more).map(|last| last.seq);
        Ok(RequestPage { requests, next_before })
    }

    /// Returns the owner of a key, even if the key is revoked or expired. Only for the log of rejected requests, never for
    /// authentication.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn owner_of_key(&self, key_id: &str) -> Result<Option<RequestOwner>, DbError> {
        let rows = self.ports.db.query(Statement::new(sql::REQUEST_KEY_OWNER).bind(key_id)).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let kind: KeyKind = parse_column(row, "kind", "a kind of key")?;
        Ok(Some(RequestOwner { workspace_id: row.text("workspace_id")?.to_owned(), livemode: kind.livemode() }))
    }

    /// Returns the owner of an OAuth2 client, also of a revoked one.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn owner_of_client(&self, client_id: &str) -> Result<Option<RequestOwner>, DbError> {
        let rows = self.ports.db.query(Statement::new(sql::REQUEST_CLIENT_OWNER).bind(client_id)).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        Ok(Some(RequestOwner {
            workspace_id: row.text("workspace_id")?.to_owned(),
            livemode: row.boolean("livemode")?,
        }))
    }

    /// Hashes up to 2000 requests that no block covers yet into the chains of their workspaces, and returns how many.
    /// For a scheduled job, which calls it until it returns 0. Makes four calls of the database for any number of
    /// workspaces.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn seal_requests(&self) -> Result<u64, DbError> {
        let ports = &self.ports;
        let reads = vec![Statement::new(sql::BLOCK_LAST), Statement::new(sql::REQUEST_UNSEALED).bind(SEAL_ROWS)];
        let results = ports.db.batch(reads).await?;
        let from = match results.first().and_then(|result| result.rows.first()) {
            Some(row) => row.integer("to_seq")?,
            None => 0,
        };
        let rows = results.get(1).map(|result| result.rows.as_slice()).unwrap_or_default();
        let Some(last) = rows.last() else { return Ok(0) };
        let blocks = self.blocks(from, last.integer("seq")?, rows)?;
        let ids = Json::from(blocks.iter().map(|block| block.workspace_id.as_str()).collect::<Vec<_>>()).to_string();
        let now = ports.clock.now_ms();
        for _ in 0..MAX_ATTEMPTS {
            let tips = ports.db.query(Statement::new(sql::CHAIN_TIPS).bind(ids.as_str())).await?;
            let tips = tips
                .iter()
                .map(|row| {
                    let tip = ChainPosition { seq: row.integer("seq")?, head: row.text("head")?.to_owned() };
                    Ok((row.text("workspace_id")?, tip))
                })
                .collect::<Result<HashMap<_, _>, DbError>>()?;
            let genesis = ChainPosition::genesis();
            let links = blocks.iter().map(|block| {
                let end = tips.get(block.workspace_id.as_str()).unwrap_or(&genesis);
                let next = end.next(&block.leaf);
                json!([block.workspace_id, next.seq, block.id, block.leaf, next.head])
            });
            let inserts = vec![
                Statement::new(sql::BLOCK_INSERT_ALL)
                    .bind(Json::from_iter(blocks.iter().map(|block| block.row.clone())).to_string()),
                Statement::new(sql::CHAIN_INSERT_BLOCKS).bind(Json::from_iter(links).to_string()).bind(now),
            ];
            match ports.db.batch(inserts).await {
                Ok(_) => return Ok(rows.len() as u64),
                // Others appended to one of the chains: again, from its new end.
                Err(DbError::Conflict(message)) if message.contains("audit_chain") => {}
                // Another job sealed the same stretch first.
                Err(DbError::Conflict(_)) => return Ok(0),
                Err(error) => return Err(error),
            }
        }
        Err(DbError::Unavailable("too many others append to these audit chains".to_owned()))
    }

    /// Returns the blocks of consecutive requests, one for each workspace.
    fn blocks(&self, from: i64, to: i64, rows: &[Row]) -> Result<Vec<Block>, DbError> {
        let ports = &self.ports;
        let mut by_workspace: BTreeMap<&str, Vec<&Row>> = BTreeMap::new();
        for row in rows {
            by_workspace.entry(row.text("workspace_id")?).or_default().push(row);
        }
        let mut blocks = Vec::with_capacity(by_workspace.len());
        for (workspace_id, rows) in by_workspace {
            let mut expires_at = 0;
            for row in &rows {
                expires_at = expires_at.max(row.integer("expires_at")?);
            }
            let id = new_id(BLOCK_PREFIX, ports.clock.now_ms(), ports.rng.as_ref())?;
            let count = i64::try_from(rows.len()).unwrap_or(i64::MAX);
            let root = block_root(rows.iter().copied())?;
            let values: [Value; 7] = [
                workspace_id.into(),
                from.into(),
                to.into(),
                id.as_str().into(),
                count.into(),
                root.as_str().into(),
                expires_at.into(),
            ];
            blocks.push(Block {
                leaf: leaf_hash(ChainKind::Requests.as_str(), values.iter()),
                row: json!([workspace_id, from, to, id, count, root, expires_at]),
                workspace_id: workspace_id.to_owned(),
                id,
            });
        }
        Ok(blocks)
    }

    /// Removes at most `max` expired requests and returns how many were removed. For a scheduled job.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn purge_requests(&self, max: u32) -> Result<u64, DbError> {
        let statement = Statement::new(sql::REQUEST_PURGE).bind(self.ports.clock.now_ms()).bind(max);
        let results = self.ports.db.batch(vec![statement]).await?;
        Ok(results.first().map_or(0, |result| result.changes))
    }
}

/// Returns one hash over the rows of a block, in order.
pub(super) fn block_root<'a>(rows: impl Iterator<Item = &'a Row>) -> Result<String, DbError> {
    let mut hashes = Vec::new();
    for row in rows {
        let mut values = Vec::with_capacity(COLUMNS.len());
        for column in COLUMNS {
            values.push(row.get(column).ok_or(DbError::Shape { column, expected: "a column of this name" })?);
        }
        hashes.push(Value::Text(leaf_hash("request", values.into_iter())));
    }
    Ok(leaf_hash("request block", hashes.iter()))
}

pub(crate) fn request_of(row: &Row) -> Result<LoggedRequest, DbError> {
    let small = |column: &'static str| -> Result<u32, DbError> {
        u32::try_from(row.integer(column)?).map_err(|_| DbError::Shape { column, expected: "a small number" })
    };
    Ok(LoggedRequest {
        seq: row.integer("seq")?,
        workspace_id: row.text("workspace_id")?.to_owned(),
        livemode: row.boolean("livemode")?,
        request_id: row.text("request_id")?.to_owned(),
        actor_kind: parse_column(row, "actor_kind", "a kind of actor")?,
        actor_id: row.text("actor_id")?.to_owned(),
        actor_name: match row.get("actor_name") {
            Some(Value::Text(name)) => Some(name.clone()),
            _ => None,
        },
        method: row.text("method")?.to_owned(),
        route: row.text("route")?.to_owned(),
        status: u16::try_from(small("status")?)
            .map_err(|_| DbError::Shape { column: "status", expected: "a status" })?,
        latency_ms: small("latency_ms")?,
        network: row.optional_text("address")?.map(str::to_owned),
        created_at_ms: row.integer("created_at")?,
        expires_at_ms: row.integer("expires_at")?,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    #[test]
    fn quotes_csv_fields_and_escapes_formulas() {
        assert_eq!(csv_field("plain"), "plain");
        assert_eq!(csv_field("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(csv_field("=1+1"), "'=1+1");
        assert_eq!(csv_field("@x,y"), "\"'@x,y\"");
    }
}
