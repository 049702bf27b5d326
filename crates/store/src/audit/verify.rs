//! Verifying the chain of a workspace against the rows that it covers.

use std::collections::HashMap;

use crate::audit::chain::{ChainKind, ChainPosition, leaf_hash, tip_of, tip_statement};
use crate::audit::heads::KeyedHead;
use crate::audit::requests::block_root;
use crate::audit::{Audit, sql};
use crate::database::row::parse_column;
use crate::database::{BatchResult, DbError, MAX_SAFE_INTEGER, Row, Statement};

/// Links that are checked per round, which bounds the memory.
const ROUND: i64 = 200;

/// First fault of a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChainFault {
    /// A row that the chain covers is missing.
    Missing {
        /// Position in the chain.
        seq: i64,
        /// Table of the row.
        kind: ChainKind,
        /// ID of the row.
        row_id: String,
    },
    /// A row was altered after it was linked.
    Altered {
        /// Position in the chain.
        seq: i64,
        /// Table of the row.
        kind: ChainKind,
        /// ID of the row.
        row_id: String,
    },
    /// A link does not follow from the one before it.
    Broken {
        /// Position in the chain.
        seq: i64,
    },
    /// A link is missing in the middle, or the chain ends before a position that it is known to have had.
    Cut {
        /// First position that is missing.
        seq: i64,
    },
    /// A row exists that no link covers: it was inserted past the chain.
    Stray {
        /// Table of the row.
        kind: ChainKind,
        /// ID of the row.
        row_id: String,
    },
    /// The chain is not the one that was keyed at this position, or the keyed head there was not made by the server:
    /// history was rewritten.
    Forged {
        /// Position in the chain.
        seq: i64,
    },
}

/// Result of verifying a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainReport {
    /// Position up to which the chain is valid. Worth storing elsewhere as the start of the next check.
    pub verified: ChainPosition,
    /// Whether `verified` is the end of the chain.
    pub complete: bool,
    /// The first fault, if there is one.
    pub fault: Option<ChainFault>,
    /// The newest keyed head that the chain agrees with, when the end was reached. Later links could still be rewritten
    /// by an attacker with access to the database; without a keyed head, all links could.
    pub keyed: Option<KeyedHead>,
}

impl Audit {
    /// Returns the last position of the chain of a workspace.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn position(&self, workspace_id: &str) -> Result<ChainPosition, DbError> {
        let results = self.ports.db.batch(vec![tip_statement(workspace_id)]).await?;
        tip_of(results.first())
    }

    /// Verifies up to `max_links` links of the chain of a workspace after `from` (a position that an earlier check
    /// returned, or [`ChainPosition::genesis`]) and every row that they cover. When the end is reached, also checks
    /// that no row is unlinked.
    ///
    /// # Errors
    /// [`DbError`] when the chain could not be read. Faults of the chain are in the report.
    pub async fn verify(
        &self,
        workspace_id: &str,
        from: &ChainPosition,
        max_links: u32,
    ) -> Result<ChainReport, DbError> {
        let mut report = ChainReport { verified: from.clone(), complete: false, fault: None, keyed: None };
        if from.seq > 0 {
            let statement = Statement::new(sql::CHAIN_AT).bind(workspace_id).bind(from.seq);
            let rows = self.ports.db.query(statement).await?;
            match rows.first() {
                None => report.fault = Some(ChainFault::Cut { seq: from.seq }),
                Some(row) if row.text("head")? != from.head => {
                    report.fault = Some(ChainFault::Broken { seq: from.seq });
                }
                Some(_) => {}
            }
        }
        let end = from.seq.saturating_add(i64::from(max_links));
        while report.fault.is_none() && !report.complete {
            if report.verified.seq >= end {
                return Ok(report);
            }
            self.round(workspace_id, end, &mut report).await?;
        }
        if report.fault.is_none() {
            report.fault = self.stray(workspace_id).await?;
        }
        if report.fault.is_none() {
            self.last_keyed(workspace_id, &mut report).await?;
        }
        Ok(report)
    }

    /// Whether a keyed head fits the chain; one whose key is no longer known is only compared.
    fn fits(&self, workspace_id: &str, keyed: &KeyedHead, head: &str) -> bool {
        keyed.position.head == head && keyed.is_genuine(&self.ports, workspace_id) != Some(false)
    }

    /// Finds the newest keyed head up to the end, and compares it.
    async fn last_keyed(&self, workspace_id: &str, report: &mut ChainReport) -> Result<(), DbError> {
        for keyed in self.heads(workspace_id, MAX_SAFE_INTEGER, 2).await? {
            let seq = keyed.position.seq;
            let rows = self.ports.db.query(Statement::new(sql::CHAIN_UNLINKED).bind(workspace_id)).await?;
            let unlinked = rows.first().map_or(Ok(0), |row| row.integer("unlinked"))?;
            let head = self.head_at(workspace_id, seq).await?.unwrap_or_default();
            if !self.fits(workspace_id, &keyed, &head) || keyed.unlinked != unlinked {
                report.fault = Some(ChainFault::Forged { seq });
                return Ok(());
            }
            if keyed.is_genuine(&self.ports, workspace_id) == Some(true) {
                report.keyed = Some(keyed);
                return Ok(());
            }
        }
        Ok(())
    }

    async fn round(&self, workspace_id: &str, end: i64, report: &mut ChainReport) -> Result<(), DbError> {
        let from = report.verified.seq;
        let to = from.saturating_add(ROUND).min(end);
        let reads =
            [sql::CHAIN_RANGE, sql::CHAIN_EVENTS, sql::CHAIN_ADMIN, sql::CHAIN_BLOCKS, sql::CHAIN_TIP, sql::HEAD_RANGE]
                .map(|sql| match sql {
                    sql::CHAIN_TIP => tip_statement(workspace_id),
                    _ => Statement::new(sql).bind(workspace_id).bind(from).bind(to),
                });
        let results = self.ports.db.batch(reads.into()).await?;
        let rows_of = |index: usize| results.get(index).map(|result: &BatchResult| result.rows.as_slice());
        let mut found: HashMap<i64, &Row> = HashMap::new();
        for row in (1..=3).filter_map(rows_of).flatten() {
            found.insert(row.integer("seq")?, row);
        }
        let last = tip_of(results.get(4))?.seq;
        let mut keyed = rows_of(5).unwrap_or_default().iter().map(KeyedHead::of_row).collect::<Result<Vec<_>, _>>()?;
        for link in rows_of(0).unwrap_or_default() {
            let seq = link.integer("seq")?;
            let kind: ChainKind = parse_column(link, "kind", "a kind of link")?;
            let row_id = link.text("row_id")?.to_owned();
            if seq != report.verified.seq.saturating_add(1) {
                report.fault = Some(ChainFault::Cut { seq: report.verified.seq.saturating_add(1) });
                return Ok(());
            }
            let next = report.verified.next(link.text("leaf")?);
            if next.head != link.text("head")? {
                report.fault = Some(ChainFault::Broken { seq });
                return Ok(());
            }
            let (here, later): (Vec<_>, Vec<_>) = keyed.into_iter().partition(|keyed| keyed.position.seq == seq);
            keyed = later;
            if !here.iter().all(|keyed| self.fits(workspace_id, keyed, &next.head)) {
                report.fault = Some(ChainFault::Forged { seq });
                return Ok(());
            }
            let Some(row) = found.get(&seq) else {
                report.fault = Some(ChainFault::Missing { seq, kind, row_id });
                return Ok(());
            };
            let mut values = Vec::with_capacity(kind.columns().len());
            for column in kind.columns() {
                values.push(row.get(column).ok_or(DbError::Shape { column, expected: "a column of this name" })?);
            }
            let intact = leaf_hash(kind.as_str(), values.into_iter()) == link.text("leaf")?
                && (kind != ChainKind::Requests || self.block_is_intact(workspace_id, row).await?);
            if !intact {
                report.fault = Some(ChainFault::Altered { seq, kind, row_id });
                return Ok(());
            }
            report.verified = next;
        }
        report.complete = report.verified.seq >= last;
        if !report.complete && report.verified.seq < to {
            report.fault = Some(ChainFault::Cut { seq: report.verified.seq.saturating_add(1) });
        }
        Ok(())
    }

    /// Whether the requests of a block are those that it was made of, or are removed because they have expired.
    async fn block_is_intact(&self, workspace_id: &str, block: &Row) -> Result<bool, DbError> {
        let statement = Statement::new(sql::REQUEST_RANGE)
            .bind(workspace_id)
            .bind(block.integer("from_seq")?)
            .bind(block.integer("to_seq")?);
        let rows = self.ports.db.query(statement).await?;
        let over = block.integer("expires_at")? <= self.ports.clock.now_ms();
        // While a purge is under way only some rows of a block that is over may be left.
        Ok(over || block_root(rows.iter())? == block.text("root")?)
    }

    async fn stray(&self, workspace_id: &str) -> Result<Option<ChainFault>, DbError> {
        let reads = [sql::CHAIN_STRAY_EVENT, sql::CHAIN_STRAY_ADMIN].map(|sql| Statement::new(sql).bind(workspace_id));
        let results = self.ports.db.batch(reads.into()).await?;
        for (result, kind) in results.iter().zip([ChainKind::Event, ChainKind::Admin]) {
            if let Some(row) = result.rows.first() {
                return Ok(Some(ChainFault::Stray { kind, row_id: row.text("id")?.to_owned() }));
            }
        }
        Ok(None)
    }
}
