//! C2PA: reads credentials, validates them against named trust lists, and signs with little memory.
//!
//! This is the only crate that uses the engine (`c2pa`). It never accesses the network: a remote manifest is reported,
//! not fetched. The engine uses the system's clock for certificate times, because no other clock can be supplied.

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
