//! The audit trail beside the labelling events: who did what, admin events, the request log, and one hash chain per
//! workspace over all of it.
//!
//! Invariants
//!
//! - A change and its audit row are one batch: neither is stored without the other, and a call is answered only after
//!   both are durable.
//! - Rows carry ids, never names: what is personal (a file name, a network) is encrypted under a data key of its subject,
//!   and the chain covers the ciphertext. Deleting the data key erases the content and leaves the chain as it is.
//! - A chain's end is keyed every hour with a key that is not in the database, see [`KeyedHead`].
//! - Sandbox events vanish after a day and are not chained.

mod admin;
mod chain;
mod data_keys;
mod failures;
mod heads;
mod requests;
mod verify;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

pub use admin::{AdminAction, AdminEntry, NewAdminEvent};
pub(crate) use admin::{commit, entry_of as admin_entry_of, insert as admin_insert, prepare as prepare_admin};
pub use chain::{ChainKind, ChainPosition};
pub(crate) use chain::{Leaf, Links, append, append_all, tip_of, tip_statement};
pub(crate) use data_keys::{
    WORKSPACE_SUBJECT, context as data_key_context, data_key, find_statement as find_data_key, open_field,
};
pub use failures::{Claimed, FailedAuthentication, WINDOW_MS as FAILURE_WINDOW_MS};
pub use heads::{HEAD_INTERVAL_MS, KeyedHead, KeyedHeads};
pub(crate) use requests::request_of;
pub use requests::{LoggedRequest, NewRequest, RequestFilter, RequestOwner, RequestPage};
pub use verify::{ChainFault, ChainReport};

use crate::roles::named;
use crate::store::Store;

named! {
    /// What kind of caller did something.
    ActorKind {
        /// A person with a session.
        User = "user",
        /// An API key.
        Key = "key",
        /// An OAuth2 client with a token.
        Client = "client",
        /// A scheduled job or the operator's command line.
        System = "system",
    }
}

/// Who did something, as the request knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// What kind of caller.
    pub kind: ActorKind,
    /// Id of the person, key or client; for the system the name of the job.
    pub id: String,
    /// X-Request-Id of the call.
    pub request_id: String,
    /// Where the call came from; only its network is kept, encrypted.
    pub address: Option<IpAddr>,
}

impl Actor {
    /// A person with a session.
    pub fn user(id: &str, request_id: &str, address: Option<IpAddr>) -> Self {
        Self { kind: ActorKind::User, id: id.to_owned(), request_id: request_id.to_owned(), address }
    }

    /// A scheduled job.
    pub fn system(job: &str) -> Self {
        Self { kind: ActorKind::System, id: job.to_owned(), request_id: String::new(), address: None }
    }

    /// Whose data key encrypts what is personal about the act.
    pub(crate) fn subject(&self) -> &str {
        if self.kind == ActorKind::User { &self.id } else { WORKSPACE_SUBJECT }
    }
}

/// The network of an address: /24 for IPv4, /48 for IPv6. What is kept of an address anywhere.
pub fn truncate_address(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => format!("{}/24", Ipv4Addr::from(u32::from(address) & 0xffff_ff00)),
        IpAddr::V6(address) => format!("{}/48", Ipv6Addr::from(u128::from(address) & (u128::MAX << 80))),
    }
}

/// Chain, admin events and request log of all workspaces. From [`Store::audit`].
#[derive(Debug, Clone)]
pub struct Audit {
    pub(crate) store: Store,
}

impl Audit {
    pub(crate) const fn new(store: Store) -> Self {
        Self { store }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    #[test]
    fn only_the_network_of_an_address_is_kept() {
        for (address, network) in [
            ("192.0.2.77", "192.0.2.0/24"),
            ("::ffff:192.0.2.77", "192.0.2.0/24"),
            ("2001:db8:1:2:3:4:5:6", "2001:db8:1::/48"),
        ] {
            assert_eq!(truncate_address(address.parse().unwrap()), network);
        }
    }
}
