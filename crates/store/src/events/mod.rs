//! The audit trail of labelling: one row per labelled file, append-only.
//!
//! Invariants: every read names a workspace and a mode (the public look-up by hash names the mode, and in the sandbox the
//! workspace as well); sandbox rows vanish from every read 24 hours after they were made, whether or not they have been
//! purged; rows are ordered by time and id, newest first, and a page depends only on the rows after its cursor.

mod cursor;

use cursor::Position;

use crate::audit::{
    ChainKind, Leaf, WORKSPACE_SUBJECT, append, data_key, find_data_key, open_field, tip_of, tip_statement,
};
use crate::database::{DbError, MAX_SAFE_INTEGER, Row, Statement};
use crate::encoding::{is_sha256_hex, new_id};
use crate::idempotency::{Idempotency, Ticket};
use crate::keys::parse_column;
use crate::plans;
use crate::privacy::{FileNames, StoredName};
use crate::roles::named;
use crate::sql;
use crate::store::Store;
use labeler_ports::RngError;

/// How an event's id begins.
pub const ID_PREFIX: &str = "evt_";
/// Rows of a page at most (API reference: `limit` is 1 to 100).
pub const MAX_PAGE: u32 = 100;
/// How long a sandbox row lives, in milliseconds: 24 hours. The schema checks the same figure.
pub const SANDBOX_LIFE_MS: i64 = 86_400_000;

named! {
    /// What kind of medium a file is.
    Modality {
        /// A still or animated image.
        Image = "image",
        /// Moving pictures.
        Video = "video",
        /// Sound.
        Audio = "audio",
    }
}

/// Whose rows, and of which world.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventScope {
    /// The caller's workspace.
    pub workspace_id: String,
    /// Production rows (`true`) or the sandbox.
    pub livemode: bool,
}

/// Who labelled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventActor {
    /// An API key, by id.
    Key(String),
    /// A person with a session, by id.
    User(String),
}

/// What is known when a file has been labelled; id and times are added by [`Events::prepare`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// Where it belongs.
    pub scope: EventScope,
    /// X-Request-Id of the call.
    pub request_id: String,
    /// Who asked.
    pub actor: EventActor,
    /// SHA-256 of the bytes received, lower-case hexadecimal.
    pub sha256_input: String,
    /// SHA-256 of the bytes returned, lower-case hexadecimal.
    pub sha256_output: String,
    /// Name as given when it is recorded; as read, what the workspace's privacy setting left of it, and empty once it
    /// was erased.
    pub filename: String,
    /// MIME type of the output.
    pub mime: String,
    /// Size of the output in bytes.
    pub size_bytes: u64,
    /// Kind of medium.
    pub modality: Modality,
    /// `eu_strict`, `california`, ….
    pub region_preset: String,
    /// IPTC digital source type.
    pub digital_source_type: String,
    /// Labels of the assertions in the manifest.
    pub assertions: Vec<String>,
    /// Fingerprint of the signing certificate.
    pub signer_fingerprint: String,
    /// Whether "do not train" was written.
    pub dnt_enabled: bool,
    /// Whether a visible label is on the picture.
    pub visible_overlay: bool,
    /// Payload of an invisible mark, if there is one.
    pub watermark_payload_id: Option<String>,
}

/// A row of the audit trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// `evt_…`, sorts by time.
    pub id: String,
    /// Everything that was known.
    pub data: NewEvent,
    /// Milliseconds since the epoch.
    pub created_at_ms: i64,
    /// End of a sandbox row; absent for a live one.
    pub expires_at_ms: Option<i64>,
}

/// Which rows of a scope. Both bounds are inclusive, in milliseconds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventFilter {
    /// Only this kind of medium.
    pub modality: Option<Modality>,
    /// Not before.
    pub from_ms: Option<i64>,
    /// Not after.
    pub to_ms: Option<i64>,
}

/// One page of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventPage {
    /// Newest first.
    pub events: Vec<Event>,
    /// Opaque start of the next page; absent on the last one.
    pub next_cursor: Option<String>,
    /// Rows that match the filter, on all pages.
    pub total: u64,
}

/// Which of an event's two hashes a look-up met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HashMatch {
    /// The labelled file.
    Output,
    /// The file as it was before.
    Input,
}

/// Why events were not read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventsError {
    /// The cursor was altered, is another version's, or belongs to a list with other filters.
    #[error("the cursor does not belong to this list")]
    Cursor,
    /// `limit` is not 1 to 100.
    #[error("a page has 1 to 100 rows")]
    Limit,
    /// A hash is not 64 lower-case hexadecimal digits, or a size is beyond 2^53 - 1.
    #[error("{0}")]
    Invalid(&'static str),
    /// The month's live labels are used up.
    #[error("the monthly quota of live labels is used up")]
    QuotaExceeded,
    /// The attempt does not hold its idempotency key any more: another one took over, and nothing was stored.
    #[error("another attempt with this idempotency key took over")]
    NotOnce,
    /// No randomness for an id.
    #[error(transparent)]
    Rng(#[from] RngError),
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Labelling events of all workspaces. From [`Store::events`].
#[derive(Debug, Clone)]
pub struct Events {
    store: Store,
}

impl Events {
    pub(crate) const fn new(store: Store) -> Self {
        Self { store }
    }

    /// Gives an event its id and times, and checks it. Stores nothing.
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
        let now = self.store.clock.now_ms();
        let id = new_id(ID_PREFIX, now, self.store.rng.as_ref())?;
        let expires_at_ms = (!data.scope.livemode).then(|| now.saturating_add(SANDBOX_LIFE_MS));
        Ok(Event { id, data, created_at_ms: now, expires_at_ms })
    }

    /// Stores a prepared event: what the workspace's setting leaves of the file name, and for a live one the month's
    /// count and the chain's link, all in one batch. When this returns `Ok` all of it is durable.
    ///
    /// # Errors
    /// [`EventsError::QuotaExceeded`], [`EventsError::Database`]; [`DbError::Conflict`] when another event has this id,
    /// and a [`DbError::Constraint`] for a workspace that does not exist.
    pub async fn insert(&self, event: &Event) -> Result<(), EventsError> {
        self.insert_with(event, &[]).await
    }

    /// [`Events::insert`] for a request with an idempotency key: what it led to is kept in the same batch.
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
        let store = &self.store;
        let workspace_id = event.data.scope.workspace_id.as_str();
        let subject = match &event.data.actor {
            EventActor::User(id) => id.as_str(),
            EventActor::Key(_) => WORKSPACE_SUBJECT,
        };
        let reads = vec![
            tip_statement(workspace_id),
            Statement::new(sql::plans::SETTINGS_FIND).bind(workspace_id),
            find_data_key(workspace_id, subject),
        ];
        let results = store.db.batch(reads).await?;
        let first = |index: usize| results.get(index).and_then(|result| result.rows.first());
        let setting = first(1).map(|row| parse_column(row, "file_names", "a setting for file names")).transpose()?;
        let setting = setting.ok_or_else(|| DbError::Constraint("no such workspace".to_owned()))?;
        let name = match setting {
            FileNames::Store => StoredName::Secret(event.data.filename.clone()),
            FileNames::Drop => StoredName::dropped(&event.data.filename),
            FileNames::Pseudonymise => {
                let key =
                    data_key(store, workspace_id, WORKSPACE_SUBJECT, first(2).filter(|_| subject == WORKSPACE_SUBJECT));
                StoredName::pseudonym(&event.data.filename, &key.await?.bytes)
            }
        };
        let statement = match name {
            StoredName::Plain(name) => insert_statement(event, &name, None)?,
            StoredName::Secret(name) => {
                let key = data_key(store, workspace_id, subject, first(2)).await?;
                insert_statement(event, &key.seal(store, &event.id, &name)?, Some(&key.id))?
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
        append(store, workspace_id, &batch, &[leaf], Some(tip))
            .await
            .map(drop)
            .map_err(|error| if plans::is_sold_out(&error) { EventsError::QuotaExceeded } else { error.into() })
    }

    /// A sandbox row is neither counted nor linked. D1 repeats only reads by itself, so a write whose answer got lost is
    /// repeated here once; the id tells whether the first attempt had arrived.
    async fn insert_sandbox(&self, event: &Event, batch: Vec<Statement>) -> Result<(), EventsError> {
        match self.store.db.batch(batch.clone()).await {
            Err(DbError::Unavailable(_)) => match self.store.db.batch(batch).await {
                Err(DbError::Conflict(message)) => match self.get(&event.data.scope, &event.id).await? {
                    Some(stored) if stored.data.request_id == event.data.request_id => Ok(()),
                    _ => Err(DbError::Conflict(message).into()),
                },
                other => Ok(other.map(drop)?),
            },
            other => Ok(other.map(drop)?),
        }
    }

    /// [`Events::prepare`] and [`Events::insert`] in one step.
    ///
    /// # Errors
    /// Those of both.
    pub async fn record(&self, data: NewEvent) -> Result<Event, EventsError> {
        let event = self.prepare(data)?;
        self.insert(&event).await?;
        Ok(event)
    }

    /// One event of the scope; another workspace's, another mode's and an expired one do not exist.
    ///
    /// # Errors
    /// [`EventsError::Database`].
    pub async fn get(&self, scope: &EventScope, id: &str) -> Result<Option<Event>, EventsError> {
        let statement = Statement::new(sql::EVENT_FIND)
            .bind(id)
            .bind(scope.workspace_id.as_str())
            .bind(scope.livemode)
            .bind(self.store.clock.now_ms());
        let rows = self.store.db.query(statement).await?;
        Ok(rows.first().map(|row| event_of(&self.store, row)).transpose()?)
    }

    /// A page of the scope's events, newest first, and the number of all that match. Both are read in one transaction.
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
        if !(1..=MAX_PAGE).contains(&limit) {
            return Err(EventsError::Limit);
        }
        let peppers = &self.store.peppers;
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
        let mut results = self.store.db.batch(vec![page, count]).await?.into_iter();
        let (Some(page), Some(count)) = (results.next(), results.next()) else {
            return Err(DbError::Engine("a batch of two statements has two results".to_owned()).into());
        };
        let mut events = page.rows.iter().map(|row| event_of(&self.store, row)).collect::<Result<Vec<_>, _>>()?;
        let more = events.len() > limit as usize;
        events.truncate(limit as usize);
        let next_cursor = events.last().filter(|_| more).map(|last| {
            let position = Position { created_at_ms: last.created_at_ms, id: last.id.clone() };
            cursor::encode(&position, scope, filter, peppers)
        });
        let total = count.rows.first().map(|row| row.integer("total")).transpose()?.unwrap_or(0);
        Ok(EventPage { events, next_cursor, total: total.unsigned_abs() })
    }

    /// The newest event that knows this SHA-256, with the output preferred.
    ///
    /// Live rows of every workspace answer, because "did this platform sign it" is a public question and the caller
    /// shows only public fields. Sandbox rows answer to their own workspace alone.
    ///
    /// # Errors
    /// [`EventsError::Database`].
    pub async fn by_hash(&self, scope: &EventScope, sha256: &str) -> Result<Option<(Event, HashMatch)>, EventsError> {
        let statements = if scope.livemode {
            [sql::EVENT_BY_OUTPUT_LIVE, sql::EVENT_BY_INPUT_LIVE].map(|sql| Statement::new(sql).bind(sha256))
        } else {
            let oldest = self.store.clock.now_ms().saturating_sub(SANDBOX_LIFE_MS);
            [sql::EVENT_BY_OUTPUT_TEST, sql::EVENT_BY_INPUT_TEST]
                .map(|sql| Statement::new(sql).bind(sha256).bind(scope.workspace_id.as_str()).bind(oldest))
        };
        let results = self.store.db.batch(statements.into()).await?;
        for (result, matched) in results.iter().zip([HashMatch::Output, HashMatch::Input]) {
            if let Some(row) = result.rows.first() {
                return Ok(Some((event_of(&self.store, row)?, matched)));
            }
        }
        Ok(None)
    }

    /// The events that name this watermark, oldest first, at most `max`. The oldest is the label that the watermark was
    /// made for; later ones are labels of files that carry it already. The scope counts as in [`Events::by_hash`].
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
            let oldest = self.store.clock.now_ms().saturating_sub(SANDBOX_LIFE_MS);
            let statement = Statement::new(sql::EVENTS_BY_WATERMARK_TEST).bind(payload_id).bind(max);
            statement.bind(scope.workspace_id.as_str()).bind(oldest)
        };
        let rows = self.store.db.query(statement).await?;
        Ok(rows.iter().map(|row| event_of(&self.store, row)).collect::<Result<Vec<_>, _>>()?)
    }

    /// Removes at most `max` sandbox rows whose time is over and says how many went. For a scheduled job.
    ///
    /// # Errors
    /// [`EventsError::Database`].
    pub async fn purge_expired(&self, max: u32) -> Result<u64, EventsError> {
        let statement = Statement::new(sql::EVENT_PURGE).bind(self.store.clock.now_ms()).bind(max);
        let results = self.store.db.batch(vec![statement]).await?;
        Ok(results.first().map_or(0, |result| result.changes))
    }

    /// Inclusive lower bound of the time. In the sandbox, rows that are 24 hours old are out of it.
    fn lower_bound(&self, scope: &EventScope, filter: &EventFilter) -> i64 {
        let from = clamp(filter.from_ms.unwrap_or(0));
        if scope.livemode {
            return from;
        }
        from.max(self.store.clock.now_ms().saturating_sub(SANDBOX_LIFE_MS).saturating_add(1))
    }
}

/// Filters come from callers; a time beyond what the seam carries means "no bound" on that side.
fn clamp(time_ms: i64) -> i64 {
    time_ms.clamp(-MAX_SAFE_INTEGER, MAX_SAFE_INTEGER)
}

/// The statement that stores an event with this of its name, encrypted under a data key if one is given.
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

pub(crate) fn event_of(store: &Store, row: &Row) -> Result<Event, DbError> {
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
            filename: open_field(store, row, row.text("id")?, "filename", "filename_key")?.unwrap_or_default(),
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
