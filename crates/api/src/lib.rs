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
//! - No answer ends before its request's body was read to the end, within limits ([`drain`]): an unread rest would break
//!   the connection, and with it the answer.
//! - A labelled file is never answered before its audit row is durable, and a change of keys, members or settings never
//!   before its admin event is.
//! - The request log is written after the answer was made and never holds it up: a row may be missing when the process
//!   ends between the two, or when the database refuses, which the host's log then says.
//! - There is no CORS: no response allows another origin, so scripts of other sites cannot read answers. Keys belong
//!   on servers.

mod admission;
mod app;
mod auth;
mod batch;
mod check_options;
mod compliance_profile;
mod context;
mod drain;
mod dto;
mod error;
mod export;
mod file_name;
mod idempotency;
mod json_body;
mod kept_manifests;
mod labelling;
mod limits;
mod mail;
mod media_type;
mod negotiate;
mod oauth;
pub mod openapi;
mod paths;
mod query;
mod request_log;
mod routes;
mod shared_options;
mod shield;
mod spool;
mod time_stamps;
mod token_keys;
mod upload;

use std::sync::Arc;

use axum::{Router, middleware};

pub use admission::{DEFAULT_BUDGET, InFlight};
pub use app::{App, Background, Config, Log, MAX_FILE_BYTES, NamedRules, OriginError, Signing, Timer};
pub use context::ClientAddress;
pub use error::{ApiError, Code};
pub use labeler_checker::law::{Law, LawError};
pub use mail::{HttpMailer, MailSettings, MailSettingsError, NoMailer};
pub use paths::is_ours;
pub use shield::Shield;
pub use spool::{BLOCK_BYTES, MemorySpool, Spool, SpoolError, clear_spool};
pub use time_stamps::TimeStampAuthority;
pub use token_keys::housekeeping;

/// The version that `GET /api/v1/health` reports.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The whole API under `/api/v1`, and OAuth2 under `/oauth2` and `/.well-known`. Every other path that [`is_ours`] is
/// `not_found`, in the same envelope.
pub fn router(app: App) -> Router {
    let app = Arc::new(app);
    let mut router = Router::new();
    for route in routes::all() {
        router = router.route(route.path, route.methods);
    }
    let routed = router
        .fallback(routes::not_found)
        .method_not_allowed_fallback(routes::method_not_allowed)
        .layer(middleware::from_fn_with_state(Arc::clone(&app), context::envelope))
        .with_state(app);
    // In front of the routing: a layer of the router itself would see the path when it is already matched.
    Router::new().fallback_service(routed).layer(middleware::from_fn(paths::normalise))
}
