//! Exports the reports of a batch in formats that other tools read, from new or saved reports.

mod csv;
mod sarif;
mod saved;

pub use csv::{CSV_HEADER, csv_row};
pub use sarif::sarif;
pub use saved::SavedReport;
