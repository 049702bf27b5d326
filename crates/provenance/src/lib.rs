//! C2PA: read and validate credentials against named trust lists, and sign in little memory.
//!
//! The only crate that names the engine (`c2pa`). It never touches the network: a remote manifest is reported, not
//! fetched. Certificate times are judged by the engine with the system's clock, the one clock that cannot be handed in.

mod binding;
mod embed;
mod identity;
mod jumbf;
mod legacy_stamp;
mod manifests;
mod parent;
mod read;
mod sign;
mod store_limits;
mod summary;
mod thumbnail;
mod timestamp;
pub mod trust;

pub use binding::{BindingPass, HashedRanges};
pub use identity::{DEVELOPMENT_ORGANIZATION, IdentityError, SigningIdentity};
pub use jumbf::active_manifest;
pub use read::{Credentials, ReadError, engine_settings, engine_version, read};
pub use sign::{Parent, SignError, SignRequest, Signed, TimeStampOutcome, sign};
pub use store_limits::{StoreLimitError, StoreLimits, check_store};
pub use summary::{
    Action, AssertedSourceType, CertificateTime, Ingredient, Integrity, Manifest, Provenance, Signer, SoftBinding,
    Software, Status, ThumbnailInfo, TimeStamp, TrainingMining, Validation,
};
pub use thumbnail::{Thumbnail, thumbnails};
pub use timestamp::{TimeStamper, TimeStamping};
