//! Keyed heads: heads of chains, authenticated with a key that is not in the database.
//!
//! The hashes of a chain need no secret, so an attacker with access to the database can rewrite all of it. A scheduled
//! job therefore records the head of every chain that grew, with an HMAC under a key derived from the sealing key.
//! Before it does so it checks that the chain still leads from the last keyed head to its end. An attacker who rewrites
//! rows that a keyed head covers has to remove that head as well, which [`Audit::verify`] and every copy of the head
//! show.

use crate::audit::chain::{ChainPosition, Tip};
use crate::audit::{Audit, sql};
use crate::database::{DbError, MAX_SAFE_INTEGER, Row, Statement};
use crate::ports::Ports;

/// Interval at which the head of a growing chain is keyed, in milliseconds.
pub const HEAD_INTERVAL_MS: i64 = 60 * 60_000;
/// Links that are read at once between the last keyed head and the end.
const LINKS: i64 = 500;
/// Maximum number of heads on a page.
const MAX_PAGE: u32 = 500;

/// Head of a chain at some time, authenticated by the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyedHead {
    /// Position in the chain, with its head.
    pub position: ChainPosition,
    /// Milliseconds since the Unix epoch.
    pub created_at_ms: i64,
    /// Label of the key.
    pub key: String,
    /// HMAC-SHA-256, lower-case hexadecimal.
    pub mac: String,
    /// Number of events of the workspace that are older than its chain.
    pub unlinked: i64,
}

/// Result of one step of keying heads.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyedHeads {
    /// Number of heads that were keyed.
    pub made: u64,
    /// Workspaces whose chain does not lead on from its last keyed head; nothing was keyed for them.
    pub broken: Vec<String>,
    /// ID of the workspace after which the next step begins; absent at the end.
    pub next: Option<String>,
}

fn message(workspace_id: &str, position: &ChainPosition, unlinked: i64, created_at_ms: i64) -> String {
    format!("{workspace_id}\n{}\n{}\n{unlinked}\n{created_at_ms}", position.seq, position.head)
}

impl KeyedHead {
    pub(super) fn of_row(row: &Row) -> Result<Self, DbError> {
        Ok(Self {
            position: ChainPosition { seq: row.integer("seq")?, head: row.text("head")?.to_owned() },
            created_at_ms: row.integer("created_at")?,
            key: row.text("key_label")?.to_owned(),
            mac: row.text("mac")?.to_owned(),
            unlinked: row.integer("unlinked")?,
        })
    }

    /// Whether the server made the head; `None` when its key is no longer known.
    pub(super) fn is_genuine(&self, ports: &Ports, workspace_id: &str) -> Option<bool> {
        let message = message(workspace_id, &self.position, self.unlinked, self.created_at_ms);
        ports.sealing.verify_head(&self.key, message.as_bytes(), &self.mac)
    }
}

impl Audit {
    /// Returns keyed heads of a workspace, newest first, at most 500: those before the position `before`. Worth storing
    /// outside the database.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn heads(&self, workspace_id: &str, before: i64, limit: u32) -> Result<Vec<KeyedHead>, DbError> {
        let statement = Statement::new(sql::HEAD_PAGE)
            .bind(workspace_id)
            .bind(before.clamp(0, MAX_SAFE_INTEGER))
            .bind(limit.clamp(1, MAX_PAGE));
        self.ports.db.query(statement).await?.iter().map(KeyedHead::of_row).collect()
    }

    /// Keys the heads of the chains of up to `max` workspaces after the ID `after`: of those that grew and have had no
    /// keyed head for an hour, and of those whose last one is under another key than the current one. For a scheduled
    /// job.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn key_heads(&self, after: &str, max: u32) -> Result<KeyedHeads, DbError> {
        let ports = &self.ports;
        let now = ports.clock.now_ms();
        let statement = Statement::new(sql::HEAD_DUE)
            .bind(after)
            .bind(now.saturating_sub(HEAD_INTERVAL_MS))
            .bind(ports.sealing.current_label())
            .bind(max);
        let rows = ports.db.query(statement).await?;
        let mut done = KeyedHeads::default();
        for row in &rows {
            let workspace_id = row.text("workspace_id")?;
            done.next = (rows.len() >= max as usize).then(|| workspace_id.to_owned());
            let tip = Tip { seq: row.integer("seq")?, head: row.text("head")?.to_owned() };
            if !self.leads_on(workspace_id, &tip).await? {
                done.broken.push(workspace_id.to_owned());
                continue;
            }
            let unlinked = row.integer("unlinked")?;
            let mac = ports.sealing.head_mac(message(workspace_id, &tip, unlinked, now).as_bytes())?;
            let insert = Statement::new(sql::HEAD_INSERT)
                .bind(workspace_id)
                .bind(tip.seq)
                .bind(ports.sealing.current_label())
                .bind(tip.head.as_str())
                .bind(unlinked)
                .bind(mac)
                .bind(now);
            match ports.db.query(insert).await {
                Ok(_) => done.made = done.made.saturating_add(1),
                // Another job was first.
                Err(DbError::Conflict(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(done)
    }

    /// Whether the links lead from the last keyed head to the end.
    async fn leads_on(&self, workspace_id: &str, tip: &Tip) -> Result<bool, DbError> {
        let mut at = match self.heads(workspace_id, MAX_SAFE_INTEGER, 1).await?.into_iter().next() {
            Some(last) if last.is_genuine(&self.ports, workspace_id) == Some(false) => return Ok(false),
            Some(last) => last.position,
            None => ChainPosition::genesis(),
        };
        if at.seq > 0 && self.head_at(workspace_id, at.seq).await?.as_ref() != Some(&at.head) {
            return Ok(false);
        }
        while at.seq < tip.seq {
            let statement = Statement::new(sql::CHAIN_LEAVES)
                .bind(workspace_id)
                .bind(at.seq)
                .bind(tip.seq.min(at.seq.saturating_add(LINKS)));
            let rows = self.ports.db.query(statement).await?;
            if rows.is_empty() {
                return Ok(false);
            }
            for row in &rows {
                let next = at.next(row.text("leaf")?);
                if row.integer("seq")? != next.seq || row.text("head")? != next.head {
                    return Ok(false);
                }
                at = next;
            }
        }
        Ok(at == *tip)
    }

    /// Returns the head at a position of a chain.
    pub(super) async fn head_at(&self, workspace_id: &str, seq: i64) -> Result<Option<String>, DbError> {
        let rows = self.ports.db.query(Statement::new(sql::CHAIN_AT).bind(workspace_id).bind(seq)).await?;
        rows.first().map(|row| row.text("head").map(str::to_owned)).transpose()
    }
}
