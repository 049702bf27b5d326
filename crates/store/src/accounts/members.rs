//! Members of a workspace: who they are, what role they have, and how they go.
//!
//! Invariants: nobody gives or takes a role that may do more than they may themselves; a workspace keeps an owner,
//! whatever happens at once (a trigger of the schema sees to it).

use super::{Accounts, AccountsError};
use crate::audit::{Actor, ActorKind, AdminAction, NewAdminEvent, commit};
use crate::database::{DbError, Row, Statement};
use crate::keys::parse_column;
use crate::roles::{Permissions, Role};
use crate::sql;

/// Members of a page at most.
const MAX_PAGE: u32 = 200;

/// Who asks for a change, who answers for it, and what they may do: from the request's authentication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authority {
    /// The caller, for the audit trail.
    pub actor: Actor,
    /// The person who answers for it: the caller, or who made the caller's key.
    pub person: String,
    /// What the caller may do in the workspace now.
    pub permissions: Permissions,
}

impl Authority {
    /// Whether the caller may do everything that a role may, and so give or take it.
    pub const fn covers(&self, role: Role) -> bool {
        role.permissions().is_subset_of(self.permissions)
    }
}

/// A member as listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Who.
    pub user_id: String,
    /// Address.
    pub email: String,
    /// For people.
    pub name: String,
    /// As what.
    pub role: Role,
    /// Member since, in milliseconds.
    pub created_at_ms: i64,
    /// When access was taken away.
    pub disabled_at_ms: Option<i64>,
}

/// Why a membership, an invitation or a workspace did not change.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MembersError {
    /// No such member or invitation in this workspace.
    #[error("no such member or invitation")]
    NotFound,
    /// The role, present or wished for, may do more than the caller.
    #[error("the role may do more than who asks for it")]
    Beyond,
    /// A workspace keeps an owner.
    #[error("the last owner can be neither removed nor demoted")]
    LastOwner,
    /// The role changed while it was looked at.
    #[error("somebody else changed this member at the same time")]
    Changed,
    /// The person has made as many workspaces as one may.
    #[error("you have made {max} workspaces, which is the most; use one of them, or delete one first", max = super::workspaces::MAX_WORKSPACES)]
    TooManyWorkspaces,
    /// Already a member.
    #[error("this person is a member already")]
    AlreadyMember,
    /// The link was used, taken back, is over, or never was; not told apart. Also when who made it may no longer.
    #[error("the link is not valid")]
    Link,
    /// The invitation names no address, so there is nowhere to send it.
    #[error("this invitation names no address; make one for an address instead")]
    Unaddressed,
    /// The invitation names another address.
    #[error("the invitation is for another address")]
    WrongPerson,
    /// The address, name or password is not acceptable, or the address is taken.
    #[error(transparent)]
    Account(AccountsError),
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
}

impl From<AccountsError> for MembersError {
    fn from(error: AccountsError) -> Self {
        match error {
            AccountsError::Database(error) => error.into(),
            other => Self::Account(other),
        }
    }
}

pub(super) fn last_owner(error: DbError) -> MembersError {
    match error {
        DbError::Constraint(message) if message.contains("last owner") => MembersError::LastOwner,
        error if error.is_precondition() => MembersError::Changed,
        other => other.into(),
    }
}

impl Accounts {
    /// Members of a workspace in order of their ids, at most 200 after the id `after` (empty: from the start).
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn members(&self, workspace_id: &str, after: &str, limit: u32) -> Result<Vec<Member>, DbError> {
        let statement =
            Statement::new(sql::people::MEMBER_LIST).bind(workspace_id).bind(after).bind(limit.min(MAX_PAGE));
        self.store.db.query(statement).await?.iter().map(member_of).collect()
    }

    /// A person's role in a workspace.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn role(&self, workspace_id: &str, user_id: &str) -> Result<Option<Role>, DbError> {
        let statement = Statement::new(sql::people::MEMBER_ROLE).bind(workspace_id).bind(user_id);
        let rows = self.store.db.query(statement).await?;
        rows.first().map(|row| parse_column(row, "role", "a role")).transpose()
    }

    /// Gives a member another role.
    ///
    /// # Errors
    /// [`MembersError::NotFound`], [`MembersError::Beyond`], [`MembersError::LastOwner`], [`MembersError::Changed`].
    pub async fn change_role(
        &self,
        by: &Authority,
        workspace_id: &str,
        user_id: &str,
        role: Role,
    ) -> Result<(), MembersError> {
        let present = self.role(workspace_id, user_id).await?.ok_or(MembersError::NotFound)?;
        if !by.covers(role) || !by.covers(present) {
            return Err(MembersError::Beyond);
        }
        let event = NewAdminEvent::new(AdminAction::MemberRoleChanged, user_id)
            .with("from", present.as_str())
            .with("to", role.as_str());
        let statements = vec![
            Statement::new(sql::people::MUST_MEMBER).bind(workspace_id).bind(user_id).bind(present.as_str()),
            Statement::new(sql::people::MEMBER_SET_ROLE).bind(workspace_id).bind(user_id).bind(role.as_str()),
        ];
        commit(&self.store, workspace_id, &by.actor, &event, statements).await.map(drop).map_err(last_owner)
    }

    /// Removes a member, or lets one leave. Their sessions turn to another workspace of theirs or end; keys they made
    /// may do nothing from now on.
    ///
    /// # Errors
    /// [`MembersError::NotFound`], [`MembersError::Beyond`] (never for leaving), [`MembersError::LastOwner`],
    /// [`MembersError::Changed`].
    pub async fn remove_member(&self, by: &Authority, workspace_id: &str, user_id: &str) -> Result<(), MembersError> {
        let present = self.role(workspace_id, user_id).await?.ok_or(MembersError::NotFound)?;
        // A key is not the person who made it, and does not leave in their name.
        let leaves = by.actor.kind == ActorKind::User && by.actor.id == user_id;
        if !leaves && !by.covers(present) {
            return Err(MembersError::Beyond);
        }
        let event = NewAdminEvent::new(AdminAction::MemberRemoved, user_id).with("role", present.as_str());
        let statements = vec![
            Statement::new(sql::people::MUST_MEMBER).bind(workspace_id).bind(user_id).bind(present.as_str()),
            Statement::new(sql::people::MEMBER_DELETE).bind(workspace_id).bind(user_id),
            Statement::new(sql::people::SESSION_MOVE).bind(workspace_id).bind(user_id).bind(self.store.clock.now_ms()),
        ];
        commit(&self.store, workspace_id, &by.actor, &event, statements).await.map(drop).map_err(last_owner)
    }
}

fn member_of(row: &Row) -> Result<Member, DbError> {
    Ok(Member {
        user_id: row.text("user_id")?.to_owned(),
        email: row.text("email")?.to_owned(),
        name: row.text("name")?.to_owned(),
        role: parse_column(row, "role", "a role")?,
        created_at_ms: row.integer("created_at")?,
        disabled_at_ms: row.optional_integer("disabled_at")?,
    })
}
