//! The router, driven in process: every endpoint, its statuses and codes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::type_complexity,
    missing_docs
)]

mod accounts;
mod assets;
mod audit;
mod authentication;
mod certificate;
mod check;
mod check_options;
mod compliance_profile;
mod envelope;
mod keys;
mod label;
mod label_batch;
mod label_url;
mod oauth;
mod openapi;
mod passkeys;
mod people;
mod policy;
mod privacy;
mod session;
mod signing;
mod soft_binding;
mod test_env;
mod time_stamps;
mod verify;
mod watermark_key;
