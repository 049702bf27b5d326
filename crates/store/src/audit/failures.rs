//! Failed authentication with keys, clients and accounts that exist.
//!
//! Attempts are counted for each subject in windows of 15 minutes, and a scheduled job records every window that is over as
//! one admin event in the chain. However many attempts somebody makes, they cost one row for each subject and window.
//! Attempts with ids and addresses that nobody has belong to no workspace and are left to the rate limits.

use std::net::IpAddr;

use super::{Actor, AdminAction, Audit, NewAdminEvent, commit, truncate_address};
use crate::accounts::normalise_email;
use crate::database::{DbError, Row, Statement};
use crate::sql;

/// Length of a window in milliseconds.
pub const WINDOW_MS: i64 = 15 * 60_000;
/// The job that records them, in the audit trail.
const JOB: &str = "authentication";

/// What somebody tried to authenticate as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claimed {
    /// An API key, by its public id.
    Key(String),
    /// An OAuth2 client, by its id.
    Client(String),
    /// A person, by id.
    User(String),
    /// A person, by e-mail address.
    Email(String),
}

/// A failed attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedAuthentication {
    /// As whom.
    pub claimed: Claimed,
    /// Why it was refused: a short fixed text such as `secret`, `expired`, `network`.
    pub reason: &'static str,
    /// Where the call came from; only its network is kept.
    pub address: Option<IpAddr>,
}

impl Audit {
    /// Counts a failed attempt. Nothing is stored for a key, client or person that does not exist.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn note_failure(&self, failed: &FailedAuthentication) -> Result<(), DbError> {
        let now = self.store.clock.now_ms();
        let (sql, subject) = match &failed.claimed {
            Claimed::Key(id) => (sql::audit::FAILURE_OF_KEY, id.clone()),
            Claimed::Client(id) => (sql::audit::FAILURE_OF_CLIENT, id.clone()),
            Claimed::User(id) => (sql::audit::FAILURE_OF_USER, id.clone()),
            Claimed::Email(text) => match normalise_email(text) {
                Some(email) => (sql::audit::FAILURE_OF_EMAIL, email),
                None => return Ok(()),
            },
        };
        let statement = Statement::new(sql)
            .bind(subject)
            .bind(now.saturating_sub(now.rem_euclid(WINDOW_MS)))
            .bind(failed.reason)
            .bind(failed.address.map(truncate_address))
            .bind(now);
        self.store.db.query(statement).await.map(drop)
    }

    /// Records up to `max` windows that are over as admin events, and says how many. For a scheduled job.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn record_failures(&self, max: u32) -> Result<u64, DbError> {
        let now = self.store.clock.now_ms();
        let over = now.saturating_sub(now.rem_euclid(WINDOW_MS));
        let rows = self.store.db.query(Statement::new(sql::audit::FAILURE_OVER).bind(over).bind(max)).await?;
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
        let statements = vec![window(sql::audit::MUST_FAILURE)?, window(sql::audit::FAILURE_DELETE)?];
        match commit(&self.store, workspace_id, &actor, &event, statements).await {
            // Another job recorded it.
            Err(error) if error.is_precondition() => Ok(()),
            other => other.map(drop),
        }
    }
}
