//! Law packs: the rules of one body of law as data.
//!
//! A pack is one TOML file that a lawyer reads and changes; `build.rs` turns it into canonical JSON (sorted keys, no
//! white space), which is what is embedded, hashed, signed and read here. Everything is bounded and checked when a pack
//! is loaded: after that, judging cannot fail.

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
