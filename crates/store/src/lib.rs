//! Everything the product stores: people and workspaces, keys, OAuth2 clients, passkeys, signing certificates,
//! labelling events, and the audit trail over all of it.
//!
//! Invariants of this crate:
//!
//! - SQL is written once, in the `sql.rs` of each resource, in the dialect that D1 and SQLite share, and reaches the
//!   engine only through the narrow [`Database`] trait. An adapter moves values; it decides nothing.
//! - No system clock and no system randomness: [`Clock`] and [`Rng`] are ports like the database.
//! - Secrets are stored only as HMAC-SHA-256 under a versioned [`Peppers`] (keys, sessions) or as Argon2id (passwords),
//!   and are compared in constant time.
//! - What must be read again (data keys, token keys, signing keys, watermark keys) is sealed with AES-256-GCM, see
//!   [`SealingKeys`].
//! - A change that somebody asked for is stored in one batch with its audit row and the row's link in the hash chain of
//!   the workspace, see [`Audit`]; preconditions are part of the batch, so parallel requests cannot get between.
//! - Live rows and sandbox rows never meet: `livemode` is part of every query that touches events.
//! - Every future returned from this crate is `Send`, also where the host is single-threaded.
//!
//! Each resource has a folder with its handle, its statements (`sql.rs`) and, under the same name in `contract/`, the
//! cases that every engine must pass. [`Store`] gives out the handles. Inside the crate a name is imported from the
//! file that defines it; other crates find every public name here.

mod audit;
#[cfg(feature = "contract")]
pub mod contract;
pub mod database;
pub mod encoding;
mod events;
mod first_run;
mod idempotency;
mod invitations;
mod keys;
mod links;
mod maintenance;
mod manifests;
mod members;
mod model;
mod names;
mod oauth;
mod passkeys;
mod passwords;
mod people;
mod plans;
mod ports;
mod privacy;
pub mod retirement;
mod roles;
mod sealing;
mod secret;
mod sessions;
mod signing;
pub mod sql;
mod store;
#[cfg(feature = "testing")]
pub mod testing;
mod watermark_keys;
mod workspaces;

pub use audit::Audit;
pub use audit::admin::{AdminAction, AdminEntry, NewAdminEvent};
pub use audit::chain::{ChainKind, ChainPosition};
pub use audit::failures::{Claimed, FailedAuthentication};
pub use audit::heads::{KeyedHead, KeyedHeads};
pub use audit::requests::{LoggedRequest, NewRequest, RequestFilter, RequestOwner, RequestPage};
pub use audit::verify::{ChainFault, ChainReport};
pub use database::render::{RenderError, to_sql_text};
#[cfg(all(feature = "sqlite", not(target_family = "wasm")))]
pub use database::sqlite;
pub use database::{BatchResult, Database, DbError, Row, Statement, Value};
pub use events::model::{Event, EventActor, EventFilter, EventPage, EventsError, HashMatch, Modality, NewEvent};
pub use events::{Events, MAX_EVENTS_PER_PAGE};
pub use first_run::{FirstRun, bootstrap};
pub use idempotency::{Idempotency, IdempotencyError, IdempotencyOutcome, IdempotentCall, Ticket};
pub use invitations::{Invitation, Invitations, Invitee};
pub use keys::Keys;
pub use keys::allow::Network;
pub use keys::format::{ParsedKey, mint_key, parse_key};
pub use keys::model::{
    ApiKey, CreateKey, CreatedKey, DEFAULT_OVERLAP_S, KeyGrant, KeyPage, KeyPosition, KeysError, LeakVerdict,
    MAX_OVERLAP_S, NewKey, VerifiedKey, VerifyError,
};
pub use links::NewLink;
pub use maintenance::{Budget, MaintenanceReport};
#[cfg(not(target_family = "wasm"))]
pub use manifests::folder::FolderManifests;
pub use manifests::storage::{MAX_MANIFEST_BYTES, ManifestStorage, MemoryManifests, StorageError};
pub use manifests::{MAX_MANIFEST_MATCHES, Manifests, ManifestsError, NewManifest};
pub use members::{Member, Members, Membership};
pub use model::{Actor, ActorKind, Authority, EventScope, KeyKind, Origin};
pub use names::UnknownName;
pub use oauth::OAuth;
pub use oauth::model::{ClientError, ClientSecret, CreateClient, NewSecret, OAuthClient, VerifiedClient};
pub use oauth::token_keys::{NewTokenKey, TokenKey, TokenKeyState};
pub use passkeys::{NewPasskey, Passkey, PasskeyUse, Passkeys, PasskeysError};
pub use passwords::Passwords;
pub use people::error::{AccountsError, MembersError};
pub use people::{People, User, normalise_email};
pub use plans::{CONTRACT_BUDGETS, Plan, PlanError, Plans, RateLimits, RateOverride, Usage, terms};
pub use privacy::erasure::{ERASURE_MAP, EraseError, Erasure, Fate};
pub use privacy::export::{ExportPage, ExportSection};
pub use privacy::{Privacy, operator};
pub use retirement::Retirement;
pub use roles::{Permission, Permissions, Role, Scope};
pub use sealing::{SealError, SealingKeys};
pub use secret::{PepperError, Peppers};
pub use sessions::delays::DEVICE_MS;
pub use sessions::sign_in::SignIn;
pub use sessions::{NewSession, Session, SessionError, SessionIdentity, SessionLimits, Sessions};
pub use signing::{
    CertificateError, Certificates, MAX_CHAIN_BYTES, MAX_KEY_BYTES, NewCertificate, Signer, SigningCertificate,
};
pub use store::Store;
pub use terms::Terms;
pub use watermark_keys::{OpenedWatermarkKey, WatermarkKeyError, WatermarkKeyInfo, WatermarkKeys};
pub use workspaces::file_names::FileNames;
pub use workspaces::{ComplianceProfile, NewOwner, SignInPolicy, Workspace, WorkspaceSettings, Workspaces};
