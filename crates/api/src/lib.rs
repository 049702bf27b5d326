//! The REST API: routes, authentication, limits and errors.
//!
//! [`fn@router`] builds an axum router from an [`App`] (ports, secrets, settings). The same router runs in a Worker and
//! in native tests: the crate depends on no platform, reads no clock and opens no socket by itself.
//!
//! Layers, from the bottom: `app` (ports, settings, counters of the process), `http` (errors, limits, bodies), `auth`
//! (callers) and `mail`, `endpoints` (one module per resource), then `envelope`, `router` and `openapi`. Each imports
//! only from those below it, and names from the file that defines them.
//!
//! Invariants:
//! - Every response has `X-Request-Id`, `X-Content-Type-Options: nosniff`, `Cache-Control: no-store` and the three
//!   `RateLimit-*` headers, and every failure is the error envelope.
//! - The caller is authenticated, counted and authorized before a request body is read.
//! - An upload is held once, within a process-wide budget, and read within deadlines.
//! - No answer ends before its request's body was read to the end, within limits ([`http::drain`]): an unread rest
//!   would break the connection, and the answer with it.
//! - A labelled file is answered only after its audit row is durable, and a change of keys, members or settings only
//!   after its admin event is.
//! - The request log is written after the answer and never delays it. A row may be missing if the process ends in
//!   between, or if the database refuses, which the host's log then reports.
//! - There is no CORS: no response allows another origin, so scripts of other sites cannot read answers. Keys belong
//!   on servers.

mod app;
mod auth;
mod endpoints;
mod envelope;
mod housekeeping;
mod http;
mod mail;
pub mod openapi;
mod request_log;
mod router;

pub use labeler_checker::law::{Law, LawError};

pub use crate::app::{
    App, Signing,
    address_throttle::AddressThrottle,
    admission::{DEFAULT_BUDGET, InFlight},
    config::{Config, MAX_FILE_BYTES, NamedRules, OriginError, TimeStampAuthority},
    ports::{Background, Log, Timer},
    spool::{BLOCK_BYTES, MemorySpool, Spool, SpoolError, clear_spool},
};
pub use crate::endpoints::service::VERSION;
pub use crate::housekeeping::housekeeping;
pub use crate::http::{
    context::ClientAddress,
    error::{ApiError, code::Code},
    paths::is_ours,
};
pub use crate::mail::{HttpMailer, MailSettings, MailSettingsError, NoMailer};
pub use crate::router::router;
