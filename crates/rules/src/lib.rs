//! Transparency law as dated data: evidence in, verdicts out.
//!
//! [`judge`] applies the rules of the EU AI Act, California, China and, for information, Washington to the
//! [`Evidence`] about one file under a [`Context`]. Each rule says pass, fail, undetermined (with what would settle it)
//! or not applicable (with why), names its clause and cites the facts it rests on. Law is dated: a rule has versions
//! with a first and a last day, and the context names the day. This crate reads no clock, no file and no network; the
//! same two arguments always give the same judgement. It is not legal advice.

mod case;
mod context;
mod date;
mod engine;
pub mod evidence;
mod messages;
mod regimes;
mod rule;
mod source_type;
mod verdict;

pub use context::{AiInvolvement, Answer, Context, Preset, Region, Role, UnknownName};
pub use engine::{catalogue, judge, rule_set};
pub use evidence::Evidence;
pub use messages::messages;
pub use source_type::{SourceClass, SourceType};
pub use verdict::{
    AiClaim, AiClaimState, Citation, Contradiction, Counts, Judgement, Message, Outcome, Reference, RegionVerdict,
    RuleInfo, RuleResult, RuleSet, Severity, Tally, Verdict,
};
