//! The cases, in the order in which they run.

mod accounts;
mod assets;
mod callers;
mod check;
mod envelope;
mod label;
pub mod label_batch;
mod label_url;
pub mod memory;
mod session;
mod soft_binding;

use crate::suite::Case;

/// Every case. The ones that spend a budget to the end come last.
pub fn all() -> Vec<Case> {
    [
        envelope::CASES,
        callers::CASES,
        label::CASES,
        label_batch::CASES,
        label_url::CASES,
        check::CASES,
        assets::CASES,
        soft_binding::CASES,
        session::CASES,
        accounts::CASES,
        envelope::LAST,
        session::LAST,
        memory::LAST,
    ]
    .concat()
}
