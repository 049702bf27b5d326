//! A file's bytes in, a [`CheckerReport`] out.
//!
//! One report from one structural pass and one hashing pass, in the browser, at the edge and on the command line. For the
//! same bytes, clock and settings it is byte-identical everywhere: nothing in it depends on the machine.

mod aigc;
mod check;
mod evidence;
pub mod export;
mod report;
mod signals;

pub use check::{CheckError, CheckRequest, Phase, Progress, check, check_with_progress, declared_type_agrees};
pub use report::{CheckerReport, Component, EngineInfo, MarkReport, MetadataReport, SCHEMA_VERSION, WatermarkReport};
pub use signals::{Signal, SignalState};
