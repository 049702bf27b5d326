//! The router, driven in process: every endpoint, its statuses and codes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::type_complexity,
    missing_docs
)]

mod assets;
mod authentication;
mod bench;
mod check;
mod envelope;
mod label;
mod label_batch;
mod label_url;
mod openapi;
mod session;
mod time_stamps;
mod verify;
