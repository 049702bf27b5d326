//! The result of one file.

/// Line to print: `Ok` for a passed file, `Err` for a failed one.
pub type Outcome = Result<String, String>;
