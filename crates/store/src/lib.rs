//! Everything the product keeps: people and workspaces, keys, OAuth2 clients, passkeys, signing certificates, labelling
//! events, and the audit trail over all of it.
//!
//! Invariants of this crate:
//!
//! - SQL is written once, in [`sql`], in the dialect that D1 and SQLite share, and reaches the engine only through the
//!   narrow [`Database`] trait. An adapter moves values; it decides nothing.
//! - No system clock and no system randomness: [`Clock`] and [`Rng`] are ports like the database.
//! - Secrets are stored only as HMAC-SHA-256 under a versioned [`Peppers`] (keys, sessions) or as Argon2id (passwords),
//!   and are compared in constant time.
//! - What must be read again (data keys, token keys, signing keys, watermark keys) is sealed with AES-256-GCM, see
//!   [`sealing`].
//! - A change that somebody asked for is stored in one batch with its audit row and the row's link in the hash chain of
//!   the workspace, see [`audit`]; preconditions are part of the batch, so parallel requests cannot get between.
//! - Live rows and sandbox rows never meet: `livemode` is part of every query that touches events.
//! - Every future returned from this crate is `Send`, also where the host is single-threaded.

pub mod accounts;
pub mod audit;
pub mod bootstrap;
#[cfg(feature = "contract")]
pub mod contract;
pub mod database;
pub mod encoding;
pub mod events;
pub mod idempotency;
pub mod keys;
pub mod maintenance;
pub mod manifests;
pub mod migrations;
pub mod oauth;
pub mod passkeys;
pub mod plans;
pub mod privacy;
pub mod retirement;
pub mod roles;
pub mod sealing;
pub mod secret;
pub mod signing;
pub mod sql;
#[cfg(all(feature = "sqlite", not(target_family = "wasm")))]
pub mod sqlite;
mod store;
pub mod terms;
#[cfg(feature = "testing")]
pub mod testing;
pub mod watermark_keys;

pub use labeler_ports::rate;
pub use labeler_ports::{
    Clock, Decision, Mail, MailError, Mailer, RateLimitError, RateLimiter, RatePolicy, Rng, RngError,
};

pub use accounts::{
    Accounts, AccountsError, Authority, ComplianceProfile, Invitation, Joiner, Member, MembersError, Membership,
    NewLink, NewSession, Origin, Plan, Session, SessionIdentity, SessionLimits, SignIn, SignInPolicy, User, Workspace,
    WorkspaceSettings,
};
pub use audit::{Actor, ActorKind, AdminAction, Audit, NewAdminEvent};
pub use database::{BatchResult, Database, DbError, Row, Statement, Value};
pub use events::{Event, EventFilter, EventPage, EventScope, Events, EventsError, HashMatch, Modality};
pub use idempotency::{Begun, Idempotency, IdempotencyError, IdempotentCall, Ticket};
pub use keys::{
    ApiKey, CreatedKey, KeyGrant, KeyKind, KeyPage, KeyPosition, KeyWish, Keys, KeysError, LeakVerdict, Network,
    NewKey, VerifiedKey, VerifyError,
};
#[cfg(not(target_family = "wasm"))]
pub use manifests::FolderManifests;
pub use manifests::{ManifestStorage, Manifests, ManifestsError, MemoryManifests, NewManifest, StorageError};
pub use oauth::{ClientError, ClientWish, NewTokenKey, OAuth, OAuthClient, TokenKey, TokenKeyState, VerifiedClient};
pub use passkeys::{NewPasskey, Passkey, PasskeyUse, Passkeys, PasskeysError};
pub use plans::{CONTRACT_BUDGETS, PlanError, Plans, RateLimits, RateOverride, Usage};
pub use privacy::{EraseError, ExportSection, FileNames, Privacy};
pub use roles::{Permission, Permissions, Role, Scope};
pub use sealing::{SealError, SealingKeys};
pub use secret::{PepperError, Peppers};
pub use signing::{CertificateError, Certificates, NewCertificate, Signer, SigningCertificate};
pub use store::Store;
pub use terms::Terms;
pub use watermark_keys::{WatermarkKeyError, WatermarkKeys};
