//! Reports of a batch in forms that other tools read.

mod csv;
mod sarif;

pub use csv::{CSV_HEADER, csv_row};
pub use sarif::sarif;
