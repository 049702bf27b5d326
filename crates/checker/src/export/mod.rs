//! Reports of a batch in forms that other tools read, from fresh reports or from saved ones.

mod csv;
mod sarif;
mod saved;

pub use csv::{CSV_HEADER, csv_row};
pub use sarif::sarif;
pub use saved::SavedReport;
