//! The REST API: routes, authentication, limits and errors.
//!
//! [`router`] turns an [`App`] (ports, secrets, settings) into an axum router. The same router runs in a Worker and in
//! native tests; nothing here names a platform, reads a clock or opens a socket.
//!
//! Invariants:
//! - Every response, whatever produced it, carries `X-Request-Id`, `X-Content-Type-Options: nosniff`,
//!   `Cache-Control: no-store` and the three `RateLimit-*` headers, and every failure is the error envelope.
//! - Who calls and whether they may is settled, and the rate limit is taken, before a request body is read.
//! - An upload is held once, within a process-wide budget, and read within deadlines.
//! - No answer ends before its request's body was read to the end, within limits ([`http::drain`]): an unread rest would break
//!   the connection, and with it the answer.
//! - A labelled file is never answered before its audit row is durable, and a change of keys, members or settings never
//!   before its admin event is.
//! - The request log is written after the answer was made and never holds it up: a row may be missing when the process
//!   ends between the two, or when the database refuses, which the host's log then says.
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
