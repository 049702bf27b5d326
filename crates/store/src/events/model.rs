//! Labelling events as recorded and read, filters of their list, and errors.

use labeler_ports::RngError;

use crate::database::DbError;
use crate::model::EventScope;
use crate::names::named;

/// Prefix of the ID of an event.
pub const ID_PREFIX: &str = "evt_";

named! {
    /// Type of media.
    #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ModalityName))]
    Modality {
        /// Still or animated image.
        Image = "image",
        /// Video.
        Video = "video",
        /// Audio.
        Audio = "audio",
    }
}

/// Caller who labelled a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventActor {
    /// API key, by ID.
    Key(String),
    /// Person with a session, by ID.
    User(String),
}

/// Data of a labelled file. [`Events::prepare`](crate::Events::prepare) adds ID and times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// Workspace and mode of the event.
    pub scope: EventScope,
    /// `X-Request-Id` of the request.
    pub request_id: String,
    /// Caller who labelled the file.
    pub actor: EventActor,
    /// SHA-256 of the bytes received, lower-case hexadecimal.
    pub sha256_input: String,
    /// SHA-256 of the bytes returned, lower-case hexadecimal.
    pub sha256_output: String,
    /// Name of the file. When recorded: as given; when read: as stored under the workspace's privacy setting, and empty
    /// once it was erased.
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
    /// Whether the label says "do not train".
    pub dnt_enabled: bool,
    /// Whether the image has a visible label.
    pub visible_overlay: bool,
    /// Payload ID of the watermark, if there is one.
    pub watermark_payload_id: Option<String>,
}

/// Labelling event as recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// `evt_…`, sorts by time.
    pub id: String,
    /// Data of the labelled file.
    pub data: NewEvent,
    /// Milliseconds since the Unix epoch.
    pub created_at_ms: i64,
    /// When a sandbox event expires; absent for a live one.
    pub expires_at_ms: Option<i64>,
}

/// Filter of the events of a scope. Both bounds are inclusive, in milliseconds since the Unix epoch.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EventFilter {
    /// Only this kind of medium.
    pub modality: Option<Modality>,
    /// Only events at this time or later.
    pub from_ms: Option<i64>,
    /// Only events at this time or earlier.
    pub to_ms: Option<i64>,
}

/// Page of the list of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventPage {
    /// Events, newest first.
    pub events: Vec<Event>,
    /// Opaque cursor of the next page; absent on the last one.
    pub next_cursor: Option<String>,
    /// Number of events that match the filter, on all pages.
    pub total: u64,
}

/// Hash of a labelling event that matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = MatchedOn))]
#[serde(rename_all = "lowercase")]
pub enum HashMatch {
    /// The labelled file.
    Output,
    /// The file before it was labelled.
    Input,
}

/// Error of reading or recording labelling events.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventsError {
    /// The cursor was altered, has another version, or belongs to a list with other filters.
    #[error("the cursor does not belong to this list")]
    Cursor,
    /// `limit` is not 1 to 100.
    #[error("a page has 1 to 100 rows")]
    Limit,
    /// A hash is not 64 lower-case hexadecimal digits, or a size is beyond 2^53 - 1.
    #[error("{0}")]
    Invalid(&'static str),
    /// The live labels of the month are used up.
    #[error("the monthly quota of live labels is used up")]
    QuotaExceeded,
    /// The attempt no longer holds its idempotency key, because another one took over. Nothing was stored.
    #[error("another attempt with this idempotency key took over")]
    NotOnce,
    /// Error of the random source.
    #[error(transparent)]
    Rng(#[from] RngError),
    /// Error of the database.
    #[error(transparent)]
    Database(#[from] DbError),
}
