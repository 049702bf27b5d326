//! Every SQL statement of the crate, for the tests that look at query plans.
//!
//! Each resource declares its statements in its own `sql.rs`.

pub use crate::events::sql::{EVENT_PAGE, EVENT_PAGE_OF_MODALITY};

/// Returns name and text of every statement of this crate.
pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
    [
        crate::audit::sql::ALL,
        crate::events::sql::ALL,
        crate::idempotency::sql::ALL,
        crate::keys::sql::ALL,
        crate::links::sql::ALL,
        crate::manifests::sql::ALL,
        crate::members::sql::ALL,
        crate::oauth::sql::ALL,
        crate::passkeys::sql::ALL,
        crate::people::sql::ALL,
        crate::plans::sql::ALL,
        crate::privacy::sql::ALL,
        crate::retirement::sql::ALL,
        crate::sessions::sql::ALL,
        crate::signing::sql::ALL,
        crate::watermark_keys::sql::ALL,
        crate::workspaces::sql::ALL,
    ]
    .into_iter()
    .flatten()
    .copied()
}
