//! The audit trail besides the labelling events: admin events, the request log, and one hash chain per workspace over
//! all of them.
//!
//! Invariants
//!
//! - A change and its audit row are one batch: neither is stored without the other, and a call is answered only after
//!   both are durable.
//! - Rows hold IDs, never names. Personal fields (a file name, a network) are encrypted under a data key of their
//!   subject, and the chain covers the ciphertext. Deleting the data key erases the content and leaves the chain valid.
//! - The head of a chain is authenticated every hour with a key that is not in the database, see
//!   [`KeyedHead`](crate::KeyedHead).
//! - Sandbox events are removed after a day and are not chained.

pub(crate) mod admin;
pub(crate) mod chain;
pub(crate) mod data_keys;
pub(crate) mod failures;
pub(crate) mod heads;
pub(crate) mod requests;
pub(crate) mod sql;
pub(crate) mod verify;

use crate::ports::Ports;

/// Chain, admin events and request log of all workspaces. From [`crate::Store::audit`].
#[derive(Debug, Clone)]
pub struct Audit {
    pub(crate) ports: Ports,
}

impl Audit {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }
}
