//! Transparency law as dated data: judges evidence about a file and returns verdicts.
//!
//! [`judge`] applies the rules of the EU AI Act, California, China and, for information, Washington to the [`Evidence`]
//! about one file under a [`Context`]. Each rule returns pass, fail, undetermined (with the information that would
//! settle it) or not applicable (with the reason). It names its clause and cites the facts behind the result. Rules are
//! dated: each version has a first and a last day, and the context gives the day. This crate reads no clock, no file
//! and no network; the same two arguments always give the same judgement. It is not legal advice.

mod canonical;
mod condition;
mod context;
mod date;
pub mod evidence;
pub mod facts;
#[cfg(any(test, feature = "fuzzing"))]
#[doc(hidden)]
pub mod fuzzing;
mod judge;
pub mod pack;
mod source_type;
mod verdict;

pub use context::{AiInvolvement, Answer, Context, Preset, Region, Role, UnknownName};
pub use evidence::Evidence;
pub use facts::Standing;
pub use judge::{catalogue, judge, messages, rule_set};
pub use source_type::{SourceClass, SourceType};
pub use verdict::{
    AiClaim, AiClaimState, Citation, Contradiction, Counts, DaySource, Judgement, LawDay, Message, Outcome, PackInfo,
    Question, Reference, RegionVerdict, RuleInfo, RuleResult, RuleSet, Severity, Tally, Trace, TraceFact, Verdict,
};
