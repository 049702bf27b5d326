//! Failed authentication with keys, clients and accounts that exist.
//!
//! Attempts are counted for each subject in windows of 15 minutes, and a scheduled job records every window that is
//! over as one admin event in the chain. Any number of attempts costs one row for each subject and window. Attempts
//! with unknown IDs and addresses belong to no workspace; only the rate limits count them.

use std::net::IpAddr;

use crate::audit::admin::{AdminAction, NewAdminEvent, commit};
use crate::audit::{Audit, sql};
use crate::database::{DbError, Row, Statement};
use crate::model::{Actor, truncate_address};
use crate::people::normalise_email;

/// Length of a window in milliseconds.
pub const WINDOW_MS: i64 = 15 * 60_000;
/// Name of the job that records them, in the audit trail.
const JOB: &str = "authentication";

/// Identity that an attempt claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claimed {
    /// API key, by its public ID.
    Key(String),
    /// OAuth2 client, by ID.
    Client(String),
    /// Person, by ID.
    User(String),
    /// Person, by e-mail address.
    Email(String),
}

/// Failed attempt to authenticate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedAuthentication {
    /// Identity that the attempt claimed.
    pub claimed: Claimed,
    /// Reason of the refusal: a short fixed text such as `secret`, `expired`, `network`.
    pub reason: &'static str,
    /// Network address of the caller. Only its network is stored.
    pub address: Option<IpAddr>,
}

impl Audit {
    /// Counts a failed attempt. Nothing is stored for a key, client or person that does not exist.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn note_failure(&self, failed: &FailedAuthentication) -> Result<(), DbError> {
        let now = self.ports.clock.now_ms();
        let (sql, subject) = match &failed.claimed {
            Claimed::Key(id) => (sql::FAILURE_OF_KEY, id.clone()),
            Claimed::Client(id) => (sql::FAILURE_OF_CLIENT, id.clone()),
            Claimed::User(id) => (sql::FAILURE_OF_USER, id.clone()),
            Claimed::Email(text) => match normalise_email(text) {
                Some(email) => (sql::FAILURE_OF_EMAIL, email),
                None => return Ok(()),
            },
        };
        let statement = Statement::new(sql)
            .bind(subject)
            .bind(now.saturating_sub(now.rem_euclid(WINDOW_MS)))
            .bind(failed.reason)
            .bind(failed.address.map(truncate_address))
            .bind(now);
        self.ports.db.query(statement).await.map(drop)
    }

    /// Records up to `max` ended windows as admin events and returns their number. For a scheduled job.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn record_failures(&self, max: u32) -> Result<u64, DbError> {
        let now = self.ports.clock.now_ms();
        let over = now.saturating_sub(now.rem_euclid(WINDOW_MS));
        let rows = self.ports.db.query(Statement::new(sql::FAILURE_OVER).bind(over).bind(max)).await?;
        for row in &rows {
            self.record_window(row).await?;
        }
        Ok(rows.len() as u64)
    }

    async fn record_window(&self, row: &Row) -> Result<(), DbError> {
        let (workspace_id, kind, subject) = (row.text("workspace_id")?, row.text("kind")?, row.text("subject")?);
        let event = NewAdminEvent::new(AdminAction::AuthenticationFailed, subject)
            .with("kind", kind)
            .with("failures", row.integer("failures")?)
            .with("reason", row.text("reason")?)
            .with("firstAtMs", row.integer("first_at")?)
            .with("lastAtMs", row.integer("last_at")?);
        let address = row.optional_text("network")?.and_then(|network| network.split('/').next()?.parse().ok());
        let actor = Actor { address, ..Actor::system(JOB) };
        let window = |sql: &'static str| {
            let start = row.integer("window_start")?;
            Ok::<_, DbError>(Statement::new(sql).bind(start).bind(workspace_id).bind(kind).bind(subject))
        };
        let statements = vec![window(sql::MUST_FAILURE)?, window(sql::FAILURE_DELETE)?];
        match commit(&self.ports, workspace_id, &actor, &event, statements).await {
            // Another job recorded it.
            Err(error) if error.is_precondition() => Ok(()),
            other => other.map(drop),
        }
    }
}
