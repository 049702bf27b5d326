//! Labelling: one file, a file behind a URL, and batches.

pub(crate) mod batch;
mod idempotency;
mod labelling;
mod manifest_store;
mod negotiate;
mod options;
pub(crate) mod single;
mod time_stamps;
pub(crate) mod url;
