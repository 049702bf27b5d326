//! Labelling events: one row per labelled file, append-only.
//!
//! Invariants: every read names a workspace and a mode (the public look-up by hash names the mode, and in the sandbox
//! also the workspace); no read returns a sandbox row later than 24 hours after it was made, whether or not it has been
//! purged; rows are ordered by time and ID, newest first, and a page depends only on the rows after its cursor.

mod cursor;
pub(crate) mod model;
pub(crate) mod sql;

use crate::audit::chain::{ChainKind, Leaf, append, tip_of, tip_statement};
use crate::audit::data_keys::{data_key, find_data_key, open_field};
use crate::database::row::parse_column;
use crate::database::{DbError, MAX_SAFE_INTEGER, Row, Statement};
use crate::encoding::{is_sha256_hex, new_id};
use crate::events::cursor::Position;
use crate::events::model::{Event, EventActor, EventFilter, EventPage, EventsError, HashMatch, ID_PREFIX, NewEvent};
use crate::idempotency::{Idempotency, Ticket};
use crate::model::{EventScope, WORKSPACE_SUBJECT};
use crate::plans;
use crate::ports::Ports;
use crate::workspaces::file_names::{FileNames, StoredName};
use crate::workspaces::sql::SETTINGS_FIND;

/// Maximum number of events on a page (API reference: `limit` is 1 to 100).
pub const MAX_EVENTS_PER_PAGE: u32 = 100;
/// Lifetime of a sandbox event, in milliseconds: 24 hours. The schema checks the same value.
pub const SANDBOX_LIFE_MS: i64 = 86_400_000;

/// Labelling events of all workspaces. From [`crate::Store::events`].
#[derive(Debug, Clone)]
pub struct Events {
    ports: Ports,
}

impl Events {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Adds ID and times to the data of an event, and checks it. Stores nothing.
    ///
    /// # Errors
    /// [`EventsError::Invalid`], [`EventsError::Rng`].
    pub fn prepare(&self, data: NewEvent) -> Result<Event, EventsError> {
        if !is_sha256_hex(&data.sha256_input) || !is_sha256_hex(&data.sha256_output) {
            return Err(EventsError::Invalid("a hash is 64 lower-case hexadecimal digits"));
        }
        if data.size_bytes > MAX_SAFE_INTEGER.unsigned_abs() {
            return Err(EventsError::Invalid("a size is at most 2^53 - 1"));
        }
        let now = self.ports.clock.now_ms();
        let id = new_id(ID_PREFIX, now, self.ports.rng.as_ref())?;
        let expires_at_ms = (!data.scope.livemode).then(|| now.saturating_add(SANDBOX_LIFE_MS));
        Ok(Event { id, data, created_at_ms: now, expires_at_ms })
    }

    /// Stores a prepared event in one batch: the file name as the workspace's setting says, and for a live event the
    /// count of the month and the link of the chain. When this returns `Ok`, all of it is durable.
    ///
    /// # Errors
    /// [`EventsError::QuotaExceeded`], [`EventsError::Database`]; [`DbError::Conflict`] when another event has this id,
    /// and a [`DbError::Constraint`] for a workspace that does not exist.
    pub async fn insert(&self, event: &Event) -> Result<(), EventsError> {
        self.insert_with(event, &[]).await
    }

    /// Stores an event as [`Events::insert`] does, for a request with an idempotency key: its answer is kept in the
    /// same batch.
    ///
    /// # Errors
    /// Those of [`Events::insert`], and [`EventsError::NotOnce`].
    pub async fn insert_once(
        &self,
        event: &Event,
        ticket: &Ticket,
        status: u16,
        result: &serde_json::Value,
    ) -> Result<(), EventsError> {
        let statements = Idempotency::finish_statements(ticket, status, result);
        self.insert_with(event, &statements).await.map_err(|error| match error {
            EventsError::Database(error) if error.is_precondition() => EventsError::NotOnce,
            other => other,
        })
    }

    async fn insert_with(&self, event: &Event, with: &[Statement]) -> Result<(), EventsError> {
        let ports = &self.ports;
        let workspace_id = event.data.scope.workspace_id.as_str();
        let subject = match &event.data.actor {
            EventActor::User(id) => id.as_str(),
            EventActor::Key(_) => WORKSPACE_SUBJECT,
        };
        let reads = vec![
            tip_statement(workspace_id),
            Statement::new(SETTINGS_FIND).bind(workspace_id),
            find_data_key(workspace_id, subject),
        ];
        let results = ports.db.batch(reads).await?;
        let first = |index: usize| results.get(index).and_then(|result| result.rows.first());
        let setting = first(1).map(|row| parse_column(row, "file_names", "a setting for file names")).transpose()?;
        let setting = setting.ok_or_else(|| DbError::Constraint("no such workspace".to_owned()))?;
        let name = match setting {
            FileNames::Store => StoredName::Secret(event.data.filename.clone()),
            FileNames::Drop => StoredName::dropped(&event.data.filename),
            FileNames::Pseudonymise => {
                let key =
                    data_key(ports, workspace_id, WORKSPACE_SUBJECT, first(2).filter(|_| subject == WORKSPACE_SUBJECT));
                StoredName::pseudonym(&event.data.filename, &key.await?.bytes)
            }
        };
        let statement = match name {
            StoredName::Plain(name) => insert_statement(event, &name, None)?,
            StoredName::Secret(name) => {
                let key = data_key(ports, workspace_id, subject, first(2)).await?;
                insert_statement(event, &key.seal(ports, &event.id, &name)?, Some(&key.id))?
            }
        };
        if !event.data.scope.livemode {
            let batch = [&[statement], with].concat();
            return self.insert_sandbox(event, batch).await;
        }
        let leaf = Leaf::of_insert(ChainKind::Event, &event.id, &statement);
        let mut batch = plans::spend(workspace_id, 1, event.created_at_ms)?.to_vec();
        batch.extend_from_slice(with);
        batch.push(statement);
        let tip = tip_of(results.first())?;
        append(ports, workspace_id, &batch, &[leaf], Some(tip))
            .await
            .map(drop)
            .map_err(|error| if plans::is_sold_out(&error) { EventsError::QuotaExceeded } else { error.into() })
    }

    /// Stores a sandbox event, which is neither counted nor linked. D1 repeats only reads by itself, so a write whose
    /// answer was lost is repeated here once; the ID shows whether the first attempt had arrived.
    async fn insert_sandbox(&self, event: &Event, batch: Vec<Statement>) -> Result<(), EventsError> {
        match self.ports.db.batch(batch.clone()).await {
            Err(DbError::Unavailable(_)) => match self.ports.db.batch(batch).await {
                Err(DbError::Conflict(message)) => match self.get(&event.data.scope, &event.id).await? {
                    Some(stored) if stored.data.request_id == event.data.request_id => Ok(()),
                    _ => Err(DbError::Conflict(message).into()),
                },
                other => Ok(other.map(drop)?),
            },
            other => Ok(other.map(drop)?),
        }
    }

    /// Prepares and stores an event: [`Events::prepare`] and [`Events::insert`] in one step.
    ///
    /// # Errors
    /// Those of both.
    pub async fn record(&self, data: NewEvent) -> Result<Event, EventsError> {
        let event = self.prepare(data)?;
        self.insert(&event).await?;
        Ok(event)
    }

    /// Returns an event of the scope. Events of another workspace or mode and expired ones are not found.
    ///
    /// # Errors
    /// [`EventsError::Database`].
    pub async fn get(&self, scope: &EventScope, id: &str) -> Result<Option<Event>, EventsError> {
        let statement = Statement::new(sql::EVENT_FIND)
            .bind(id)
            .bind(scope.workspace_id.as_str())
            .bind(scope.livemode)
            .bind(self.ports.clock.now_ms());
        let rows = self.ports.db.query(statement).await?;
        Ok(rows.first().map(|row| event_of(&self.ports, row)).transpose()?)
    }

    /// Returns a page of the events of the scope, newest first, and the number of all that match. Both are read in one
    /// transaction.
    ///
    /// # Errors
    /// [`EventsError::Limit`], [`EventsError::Cursor`], [`EventsError::Database`].
    pub async fn page(
        &self,
        scope: &EventScope,
        filter: &EventFilter,
        cursor: Option<&str>,
        limit: u32,
    ) -> Result<EventPage, EventsError> {
        if !(1..=MAX_EVENTS_PER_PAGE).contains(&limit) {
            return Err(EventsError::Limit);
        }
        let peppers = &self.ports.peppers;
        let after = match cursor {
            Some(text) => Some(cursor::decode(text, scope, filter, peppers).ok_or(EventsError::Cursor)?),
            None => None,
        };
        let from = self.lower_bound(scope, filter);
        // Exclusive upper bound of the time; an empty id sorts before every id, so the pair excludes exactly `end`.
        let end = filter.to_ms.map_or(MAX_SAFE_INTEGER, |to| clamp(to).saturating_add(1).min(MAX_SAFE_INTEGER));
        let top = Position { created_at_ms: end, id: String::new() };
        let start = match after {
            Some(position) if (position.created_at_ms, &position.id) < (top.created_at_ms, &top.id) => position,
            _ => top,
        };
        let (page_sql, count_sql) = match filter.modality {
            Some(_) => (sql::EVENT_PAGE_OF_MODALITY, sql::EVENT_COUNT_OF_MODALITY),
            None => (sql::EVENT_PAGE, sql::EVENT_COUNT),
        };
        let bounds = |sql| Statement::new(sql).bind(scope.workspace_id.as_str()).bind(scope.livemode).bind(from);
        let mut page = bounds(page_sql).bind(start.created_at_ms).bind(start.id).bind(limit.saturating_add(1));
        let mut count = bounds(count_sql).bind(end);
        if let Some(modality) = filter.modality {
            page = page.bind(modality.as_str());
            count = count.bind(modality.as_str());
        }
        let mut results = self.ports.db.batch(vec![page, count]).await?.into_iter();
        let (Some(page), Some(count)) = (results.next(), results.next()) else {
            return Err(DbError::Engine("a batch of two statements has two results".to_owned()).into());
        };
        let mut events = page.rows.iter().map(|row| event_of(&self.ports, row)).collect::<Result<Vec<_>, _>>()?;
        let more = events.len() > limit as usize;
        events.truncate(limit as usize);
        let next_cursor = events.last().filter(|_| more).map(|last| {
            let position = Position { created_at_ms: last.created_at_ms, id: last.id.clone() };
            cursor::encode(&position, scope, filter, peppers)
        });
        let total = count.rows.first().map(|row| row.integer("total")).transpose()?.unwrap_or(0);
        Ok(EventPage { events, next_cursor, total: total.unsigned_abs() })
    }

    /// Returns the newest event with this SHA-256 as output, or else as input.
    ///
    /// Live events of every workspace are found, because "did this platform sign it" is a public question and the
    /// caller shows only public fields. Sandbox events are found only by their own workspace.
    ///
    /// # Errors
    /// [`EventsError::Database`].
    pub async fn by_hash(&self, scope: &EventScope, sha256: &str) -> Result<Option<(Event, HashMatch)>, EventsError> {
        let statements = if scope.livemode {
            [sql::EVENT_BY_OUTPUT_LIVE, sql::EVENT_BY_INPUT_LIVE].map(|sql| Statement::new(sql).bind(sha256))
        } else {
            let oldest = self.ports.clock.now_ms().saturating_sub(SANDBOX_LIFE_MS);
            [sql::EVENT_BY_OUTPUT_TEST, sql::EVENT_BY_INPUT_TEST]
                .map(|sql| Statement::new(sql).bind(sha256).bind(scope.workspace_id.as_str()).bind(oldest))
        };
        let results = self.ports.db.batch(statements.into()).await?;
        for (result, matched) in results.iter().zip([HashMatch::Output, HashMatch::Input]) {
            if let Some(row) = result.rows.first() {
                return Ok(Some((event_of(&self.ports, row)?, matched)));
            }
        }
        Ok(None)
    }

    /// Returns the events with this watermark, oldest first, at most `max`. The oldest is the label that the watermark
    /// was made for; later ones are labels of files that already had it. The scope counts as in [`Events::by_hash`].
    ///
    /// # Errors
    /// [`EventsError::Database`].
    pub async fn by_watermark(
        &self,
        scope: &EventScope,
        payload_id: &str,
        max: u32,
    ) -> Result<Vec<Event>, EventsError> {
        let statement = if scope.livemode {
            Statement::new(sql::EVENTS_BY_WATERMARK_LIVE).bind(payload_id).bind(max)
        } else {
            let oldest = self.ports.clock.now_ms().saturating_sub(SANDBOX_LIFE_MS);
            let statement = Statement::new(sql::EVENTS_BY_WATERMARK_TEST).bind(payload_id).bind(max);
            statement.bind(scope.workspace_id.as_str()).bind(oldest)
        };
        let rows = self.ports.db.query(statement).await?;
        Ok(rows.iter().map(|row| event_of(&self.ports, row)).collect::<Result<Vec<_>, _>>()?)
    }

    /// Removes at most `max` expired sandbox events and returns how many were removed. For a scheduled job.
    ///
    /// # Errors
    /// [`EventsError::Database`].
    pub async fn purge_expired(&self, max: u32) -> Result<u64, EventsError> {
        let statement = Statement::new(sql::EVENT_PURGE).bind(self.ports.clock.now_ms()).bind(max);
        let results = self.ports.db.batch(vec![statement]).await?;
        Ok(results.first().map_or(0, |result| result.changes))
    }

    /// Returns the inclusive lower bound of the time. It excludes sandbox events that are 24 hours old.
    fn lower_bound(&self, scope: &EventScope, filter: &EventFilter) -> i64 {
        let from = clamp(filter.from_ms.unwrap_or(0));
        if scope.livemode {
            return from;
        }
        from.max(self.ports.clock.now_ms().saturating_sub(SANDBOX_LIFE_MS).saturating_add(1))
    }
}

/// Clamps a time of a filter to the integers that the database accepts, which means "no bound" on that side.
fn clamp(time_ms: i64) -> i64 {
    time_ms.clamp(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER)
}

/// Returns the statement that stores an event with this file name, which is encrypted under the data key if one is
/// given.
///
/// # Errors
/// [`EventsError::Invalid`] when the size is beyond 2^53 - 1.
pub(crate) fn insert_statement(
    event: &Event,
    filename: &str,
    filename_key: Option<&str>,
) -> Result<Statement, EventsError> {
    let data = &event.data;
    let size = i64::try_from(data.size_bytes).map_err(|_| EventsError::Invalid("a size is at most 2^53 - 1"))?;
    let (key_id, user_id) = match &data.actor {
        EventActor::Key(id) => (Some(id.as_str()), None),
        EventActor::User(id) => (None, Some(id.as_str())),
    };
    let assertions = serde_json::Value::from(data.assertions.clone()).to_string();
    Ok(Statement::new(sql::EVENT_INSERT)
        .bind(event.id.as_str())
        .bind(data.scope.workspace_id.as_str())
        .bind(data.scope.livemode)
        .bind(data.request_id.as_str())
        .bind(key_id)
        .bind(user_id)
        .bind(data.sha256_input.as_str())
        .bind(data.sha256_output.as_str())
        .bind(filename)
        .bind(data.mime.as_str())
        .bind(size)
        .bind(data.modality.as_str())
        .bind(data.region_preset.as_str())
        .bind(data.digital_source_type.as_str())
        .bind(assertions)
        .bind(data.signer_fingerprint.as_str())
        .bind(data.dnt_enabled)
        .bind(data.visible_overlay)
        .bind(data.watermark_payload_id.as_deref())
        .bind(event.created_at_ms)
        .bind(event.expires_at_ms)
        .bind(filename_key))
}

pub(crate) fn event_of(ports: &Ports, row: &Row) -> Result<Event, DbError> {
    let actor = match (row.optional_text("key_id")?, row.optional_text("user_id")?) {
        (Some(id), None) => EventActor::Key(id.to_owned()),
        (None, Some(id)) => EventActor::User(id.to_owned()),
        _ => return Err(DbError::Shape { column: "key_id", expected: "a key or a user" }),
    };
    let text = |column| row.text(column).map(str::to_owned);
    Ok(Event {
        id: text("id")?,
        data: NewEvent {
            scope: EventScope { workspace_id: text("workspace_id")?, livemode: row.boolean("livemode")? },
            request_id: text("request_id")?,
            actor,
            sha256_input: text("sha256_input")?,
            sha256_output: text("sha256_output")?,
            // Empty when the data key was erased.
            filename: open_field(ports, row, row.text("id")?, "filename", "filename_key")?.unwrap_or_default(),
            mime: text("mime")?,
            size_bytes: u64::try_from(row.integer("size_bytes")?)
                .map_err(|_| DbError::Shape { column: "size_bytes", expected: "a size" })?,
            modality: row
                .text("modality")?
                .parse()
                .map_err(|_| DbError::Shape { column: "modality", expected: "a modality" })?,
            region_preset: text("region_preset")?,
            digital_source_type: text("digital_source_type")?,
            assertions: serde_json::from_str(row.text("assertions")?)
                .map_err(|_| DbError::Shape { column: "assertions", expected: "a JSON array of text" })?,
            signer_fingerprint: text("signer_fingerprint")?,
            dnt_enabled: row.boolean("dnt_enabled")?,
            visible_overlay: row.boolean("visible_overlay")?,
            watermark_payload_id: row.optional_text("watermark_payload_id")?.map(str::to_owned),
        },
        created_at_ms: row.integer("created_at")?,
        expires_at_ms: row.optional_integer("expires_at")?,
    })
}
