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

/// Every case, as `group: name` with the module as its group. The ones that spend a budget to the end come last.
pub fn all() -> Vec<(String, Case)> {
    [
        ("envelope", envelope::CASES),
        ("callers", callers::CASES),
        ("label", label::CASES),
        ("label_batch", label_batch::CASES),
        ("label_url", label_url::CASES),
        ("check", check::CASES),
        ("assets", assets::CASES),
        ("soft_binding", soft_binding::CASES),
        ("session", session::CASES),
        ("accounts", accounts::CASES),
        ("envelope", envelope::LAST),
        ("session", session::LAST),
        ("memory", memory::LAST),
    ]
    .into_iter()
    .flat_map(|(group, cases)| cases.iter().map(move |case| (format!("{group}: {}", case.0), *case)))
    .collect()
}
