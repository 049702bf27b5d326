//! Types that several resources share: who acts, with which permissions, from where, and on which rows.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::names::named;
use crate::roles::{Permissions, Role};

named! {
    /// Kind of a caller.
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

/// The caller who did something, as recorded in the audit trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// Kind of the caller.
    pub kind: ActorKind,
    /// ID of the person, key or client; for the system the name of the job.
    pub id: String,
    /// `X-Request-Id` of the request.
    pub request_id: String,
    /// Network address of the caller. Only its network is stored, encrypted.
    pub address: Option<IpAddr>,
}

impl Actor {
    /// Creates the actor for a person with a session.
    pub fn user(id: &str, request_id: &str, address: Option<IpAddr>) -> Self {
        Self { kind: ActorKind::User, id: id.to_owned(), request_id: request_id.to_owned(), address }
    }

    /// Creates the actor for a scheduled job.
    pub fn system(job: &str) -> Self {
        Self { kind: ActorKind::System, id: job.to_owned(), request_id: String::new(), address: None }
    }

    /// Subject whose data key encrypts the personal fields of what this actor does.
    pub(crate) fn subject(&self) -> &str {
        if self.kind == ActorKind::User { &self.id } else { WORKSPACE_SUBJECT }
    }
}

/// Data key subject for the acts of keys, clients and jobs.
pub(crate) const WORKSPACE_SUBJECT: &str = "workspace";

/// Returns the network of an address: /24 for IPv4, /48 for IPv6. Only networks are stored, never whole addresses.
pub fn truncate_address(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => format!("{}/24", Ipv4Addr::from(u32::from(address) & 0xffff_ff00)),
        IpAddr::V6(address) => format!("{}/48", Ipv6Addr::from(u128::from(address) & (u128::MAX << 80))),
    }
}

/// The caller of a change with its permissions, as authenticated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// The caller as recorded in the audit trail.
    pub actor: Actor,
    /// ID of the person who is responsible: the caller, or the person who created the caller's key.
    pub person: String,
    /// Current permissions of the caller in the workspace.
    pub permissions: Permissions,
}

impl Authority {
    /// Whether the caller has every permission of a role, and so may grant or remove it.
    pub const fn covers(&self, role: Role) -> bool {
        role.permissions().is_subset_of(self.permissions)
    }
}

/// Origin of a request whose caller is not authenticated.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origin {
    /// `X-Request-Id` of the request.
    pub request_id: String,
    /// Network address of the caller, if the host knows it.
    pub address: Option<IpAddr>,
}

impl Origin {
    /// Returns the actor for the person who was identified.
    pub fn actor(&self, user_id: &str) -> Actor {
        Actor::user(user_id, &self.request_id, self.address)
    }
}

/// Workspace and mode of labelling events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventScope {
    /// ID of the workspace.
    pub workspace_id: String,
    /// Production (`true`) or sandbox (`false`).
    pub livemode: bool,
}

named! {
    /// Kind of an API key, shown by its prefix.
    KeyKind {
        /// `lbl_live_`: production, carries scopes.
        Live = "live",
        /// `lbl_test_`: sandbox, carries scopes.
        Test = "test",
        /// `lbl_sk_`: a workspace key for production, carries a role.
        Workspace = "sk",
    }
}

impl KeyKind {
    /// Returns the prefix of the key's text.
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Live => "lbl_live_",
            Self::Test => "lbl_test_",
            Self::Workspace => "lbl_sk_",
        }
    }

    /// Whether the key works on production (`true`) or in the sandbox (`false`).
    pub const fn livemode(self) -> bool {
        !matches!(self, Self::Test)
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
