//! Scopes of keys, roles of people and workspace keys, and the permissions that each grants.
//!
//! A route requires one [`Permission`]. Keys with scopes, workspace keys with a role, and sessions each have a set of
//! permissions. A key has only those permissions that its creator still has, so that a demotion also limits the
//! creator's keys.

use std::fmt;
use std::str::FromStr;

use crate::names::{UnknownName, named};

named! {
    /// Scope of a key or client: what it may do.
    #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = ScopeName))]
    Scope {
        /// Sign images and create C2PA manifests.
        Label = "label",
        /// Read the labelling events.
        Assets = "assets",
        /// Read compliance certificates.
        Certificates = "certificates",
        /// Run compliance checks.
        Check = "check",
        /// Verify a file's manifest or hash.
        Verify = "verify",
    }
}

impl Scope {
    /// Returns the permission that the scope grants.
    pub const fn permission(self) -> Permission {
        match self {
            Self::Label => Permission::Label,
            Self::Assets => Permission::ReadAssets,
            Self::Certificates => Permission::ReadCertificates,
            Self::Check => Permission::Check,
            Self::Verify => Permission::Verify,
        }
    }

    /// Parses a space-separated list, as stored and as in OAuth. Removes duplicates; the order is that of
    /// [`Scope::ALL`].
    ///
    /// # Errors
    /// [`UnknownName`] for the first name that is not a scope.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, UnknownName> {
        let mut scopes = text.split_ascii_whitespace().map(Self::from_str).collect::<Result<Vec<_>, _>>()?;
        scopes.sort_unstable();
        scopes.dedup();
        Ok(scopes)
    }

    /// Writes a list as [`Scope::parse_list`] reads it.
    pub fn join(scopes: &[Self]) -> String {
        scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ")
    }
}

/// Permission that a route can require.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Permission {
    /// Run a compliance check.
    Check,
    /// Verify a manifest or a hash.
    Verify,
    /// Classify (inference without a stored label).
    Classify,
    /// Read labelling events.
    ReadAssets,
    /// Read compliance certificates.
    ReadCertificates,
    /// Label media.
    Label,
    /// Edit dashboards.
    ManageDashboards,
    /// Change or remove assets.
    ManageAssets,
    /// Issue and withdraw compliance certificates.
    ManageCertificates,
    /// Train and change models.
    ManageModels,
    /// Invite, change and remove members.
    ManageMembers,
    /// Create, rotate and revoke keys.
    ManageKeys,
    /// Upload and remove signing certificates.
    ManageSigning,
    /// Change plan and billing.
    ManageBilling,
}

/// Set of [`Permission`]s.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
pub struct Permissions(u32);

impl Permissions {
    /// The empty set.
    pub const NONE: Self = Self(0);

    /// Creates a set of the given permissions.
    pub const fn of(list: &[Permission]) -> Self {
        let mut bits = 0;
        let mut rest = list;
        while let [first, tail @ ..] = rest {
            bits |= 1 << (*first as u32);
            rest = tail;
        }
        Self(bits)
    }

    /// Whether the set contains the permission.
    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & (1 << (permission as u32)) != 0
    }

    /// Returns the permissions that are in either set.
    #[must_use]
    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Returns the permissions that are in both sets.
    #[must_use]
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Whether `other` contains every permission of this set.
    pub const fn is_subset_of(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    /// Returns the permissions that a list of scopes grants.
    pub fn of_scopes(scopes: &[Scope]) -> Self {
        scopes.iter().fold(Self::NONE, |set, scope| set.union(Self::of(&[scope.permission()])))
    }
}

impl fmt::Debug for Permissions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(Role::ALL_PERMISSIONS.iter().filter(|permission| self.contains(**permission))).finish()
    }
}

named! {
    /// The seven workspace roles, weakest first (authentication page, "Workspace Roles").
    Role {
        /// Check, verify, classify.
        ApiUser = "api-user",
        /// `ApiUser` permissions plus read access to assets and certificates.
        Viewer = "viewer",
        /// `Viewer` permissions plus labelling.
        Labeler = "labeler",
        /// `Viewer` permissions plus editing dashboards.
        DashboardEditor = "dashboard_editor",
        /// `Labeler` permissions plus managing assets, certificates, models and dashboards.
        Member = "member",
        /// `Member` permissions plus managing members, keys and signing certificates.
        Admin = "admin",
        /// `Admin` permissions plus managing plan and billing.
        Owner = "owner",
    }
}

impl Role {
    const ALL_PERMISSIONS: [Permission; 14] = [
        Permission::Check,
        Permission::Verify,
        Permission::Classify,
        Permission::ReadAssets,
        Permission::ReadCertificates,
        Permission::Label,
        Permission::ManageDashboards,
        Permission::ManageAssets,
        Permission::ManageCertificates,
        Permission::ManageModels,
        Permission::ManageMembers,
        Permission::ManageKeys,
        Permission::ManageSigning,
        Permission::ManageBilling,
    ];

    /// Returns the permissions of the role. "Manage data: yes" of a member covers dashboards, which the table lists as
    /// the part of it that a dashboard editor has.
    pub const fn permissions(self) -> Permissions {
        use Permission as P;
        const API_USER: Permissions = Permissions::of(&[P::Check, P::Verify, P::Classify]);
        const VIEWER: Permissions = API_USER.union(Permissions::of(&[P::ReadAssets, P::ReadCertificates]));
        const LABELER: Permissions = VIEWER.union(Permissions::of(&[P::Label]));
        const DASHBOARD_EDITOR: Permissions = VIEWER.union(Permissions::of(&[P::ManageDashboards]));
        const MEMBER: Permissions = LABELER.union(DASHBOARD_EDITOR).union(Permissions::of(&[
            P::ManageAssets,
            P::ManageCertificates,
            P::ManageModels,
        ]));
        const ADMIN: Permissions = MEMBER.union(Permissions::of(&[P::ManageMembers, P::ManageKeys, P::ManageSigning]));
        const OWNER: Permissions = ADMIN.union(Permissions::of(&[P::ManageBilling]));
        match self {
            Self::ApiUser => API_USER,
            Self::Viewer => VIEWER,
            Self::Labeler => LABELER,
            Self::DashboardEditor => DASHBOARD_EDITOR,
            Self::Member => MEMBER,
            Self::Admin => ADMIN,
            Self::Owner => OWNER,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    /// The table of the authentication page, column by column: classify, train models, manage data, manage users.
    #[test]
    fn gives_roles_the_permissions_of_the_table() {
        use Permission as P;
        let rows: [(&str, bool, bool, bool, bool, bool); 7] = [
            // role, label, dashboards, models + assets + certificates, members + keys + signing, billing
            ("api-user", false, false, false, false, false),
            ("labeler", true, false, false, false, false),
            ("viewer", false, false, false, false, false),
            ("dashboard_editor", false, true, false, false, false),
            ("member", true, true, true, false, false),
            ("admin", true, true, true, true, false),
            ("owner", true, true, true, true, true),
        ];
        assert_eq!(rows.len(), Role::ALL.len());
        for (name, label, dashboards, data, users, billing) in rows {
            let set = name.parse::<Role>().unwrap().permissions();
            for always in [P::Check, P::Verify, P::Classify] {
                assert!(set.contains(always), "{name}");
            }
            for read in [P::ReadAssets, P::ReadCertificates] {
                assert_eq!(set.contains(read), name != "api-user", "{name}");
            }
            assert_eq!(set.contains(P::Label), label, "{name}");
            assert_eq!(set.contains(P::ManageDashboards), dashboards, "{name}");
            for manage in [P::ManageAssets, P::ManageCertificates, P::ManageModels] {
                assert_eq!(set.contains(manage), data, "{name}");
            }
            for manage in [P::ManageMembers, P::ManageKeys, P::ManageSigning] {
                assert_eq!(set.contains(manage), users, "{name}");
            }
            assert_eq!(set.contains(P::ManageBilling), billing, "{name}");
        }
    }

    #[test]
    fn parses_the_scopes_that_it_writes() {
        let all = Scope::parse_list("verify label  check assets certificates label").unwrap();
        assert_eq!(all, Scope::ALL);
        assert_eq!(Scope::parse_list(&Scope::join(&all)).unwrap(), all);
        assert!(Scope::parse_list("label admin").is_err());
        assert_eq!(Scope::parse_list("").unwrap(), []);
    }

    #[test]
    fn grants_the_owner_every_scope_and_keeps_role_names_in_json() {
        assert!(Permissions::of_scopes(Scope::ALL).is_subset_of(Role::Owner.permissions()));
        assert!(!Permissions::of_scopes(&[Scope::Label]).is_subset_of(Role::Viewer.permissions()));
        for role in Role::ALL {
            let json = serde_json::to_string(role).unwrap();
            assert_eq!(json, format!("\"{role}\""));
            assert_eq!(serde_json::from_str::<Role>(&json).unwrap(), *role);
        }
    }
}
