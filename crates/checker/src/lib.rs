//! Checks a file and returns a [`CheckerReport`].
//!
//! A check needs one structural pass and one hashing pass. It runs in the browser, on an edge server and on the command
//! line. For the same bytes, time and settings, the report is byte-identical everywhere: nothing in it depends on the
//! machine.

mod aigc;
pub mod answers;
mod check;
mod compare;
mod error;
mod evidence;
pub mod export;
mod generators;
pub mod law;
mod pixels;
mod rejudge;
mod report;
mod rubrics;
mod signals;
mod words;

pub use check::{
    CheckRequest, PendingCheck, Phase, check, check_with_facts, declared_type_agrees, earlier_version, evidence,
    manifest_store,
};
pub use compare::EarlierVersion;
pub use error::CheckError;
pub use labeler_pixels::mark::{Key as WatermarkKey, Search};
pub use labeler_pixels::{Effort, Findings, LabelSearch};
pub use pixels::{DEFAULT_MAX_PIXELS, PixelReader, look_here};
pub use rejudge::{Checked, Judged, judge};
pub use report::{CheckerReport, Component, EngineInfo, MarkReport, MetadataReport, SCHEMA_VERSION, WatermarkReport};
pub use rubrics::RubricOutcomes;
pub use signals::{Signal, SignalState};
pub use words::{Language, UnknownLanguage};
