//! Everything the product keeps: keys, accounts, sessions and labelling events.
//!
//! Invariants of this crate:
//!
//! - SQL is written once, in [`sql`], in the dialect that D1 and SQLite share, and reaches the engine only through the
//!   narrow [`Database`] trait. An adapter moves values; it decides nothing.
//! - No system clock and no system randomness: [`Clock`] and [`Rng`] are ports like the database.
//! - Secrets are stored only as HMAC-SHA-256 under a versioned [`Peppers`] (keys, sessions) or as Argon2id (passwords),
//!   and are compared in constant time.
//! - Live rows and sandbox rows never meet: `livemode` is part of every query that touches events.
//! - Every future returned from this crate is `Send`, also where the host is single-threaded.

pub mod accounts;
pub mod bootstrap;
#[cfg(feature = "contract")]
pub mod contract;
pub mod database;
pub mod encoding;
pub mod events;
pub mod keys;
pub mod migrations;
pub mod ports;
pub mod rate;
pub mod roles;
pub mod secret;
pub mod sql;
#[cfg(all(feature = "sqlite", not(target_family = "wasm")))]
pub mod sqlite;
mod store;
#[cfg(feature = "testing")]
pub mod testing;

pub use accounts::{
    Accounts, AccountsError, Membership, NewSession, Plan, Session, SessionIdentity, SessionLimits, SignIn, User,
    Workspace,
};
pub use database::{BatchResult, Database, DbError, Row, Statement, Value};
pub use events::{Event, EventFilter, EventPage, EventScope, Events, EventsError, HashMatch, Modality};
pub use keys::{ApiKey, CreatedKey, KeyGrant, KeyKind, Keys, KeysError, NewKey, VerifiedKey, VerifyError};
pub use ports::{Clock, Decision, RateLimitError, RateLimiter, RatePolicy, Rng, RngError};
pub use roles::{Permission, Permissions, Role, Scope};
pub use secret::{PepperError, Peppers};
pub use store::Store;
