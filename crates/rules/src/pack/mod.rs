//! Law packs: the rules of one body of law as data.
//!
//! A pack is one TOML file that lawyers can read and change. `build.rs` converts it to canonical JSON (sorted keys, no
//! white space). This JSON is embedded, hashed, signed and loaded here. Loading checks and limits everything, so that
//! judging cannot fail.

mod error;
mod form;
mod lint;
mod load;
mod set;
mod source;

pub use crate::verdict::{AttachesTo, QuestionKind};
pub use error::PackError;
pub use form::{LANGUAGES, PACK_FORMAT_VERSION};
pub use lint::{LintContext, LintFinding, lint, tested_rows};
pub use load::Pack;
pub(crate) use load::{Case, Rule, RuleVersion, binds_key};
pub use set::{PackSet, ReplaceError};
pub use source::SourceInfo;
