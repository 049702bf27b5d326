//! Members of a workspace and their roles.
//!
//! Invariants: nobody grants or removes a role with permissions that they do not have; a workspace always has an owner,
//! also under parallel requests (a trigger of the schema enforces it).

pub(crate) mod sql;

use crate::audit::admin::{AdminAction, NewAdminEvent, commit};
use crate::database::row::parse_column;
use crate::database::{DbError, Row, Statement};
use crate::model::{Actor, ActorKind, Authority};
use crate::people::error::{AccountsError, MembersError};
use crate::people::{User, prepare_user, taken};
use crate::plans::Plan;
use crate::ports::Ports;
use crate::roles::Role;

/// Maximum number of members on a page.
const MAX_PAGE: u32 = 200;
const MEMBERSHIP_LIMIT: u32 = 200;

/// Member of a workspace, as listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// ID of the person.
    pub user_id: String,
    /// E-mail address.
    pub email: String,
    /// Display name.
    pub name: String,
    /// Role in the workspace.
    pub role: Role,
    /// When the person joined, in milliseconds since the Unix epoch.
    pub created_at_ms: i64,
    /// When an operator suspended the person.
    pub disabled_at_ms: Option<i64>,
}

/// Membership of a person in a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// ID of the workspace.
    pub workspace_id: String,
    /// Name of the workspace.
    pub workspace_name: String,
    /// Plan of the workspace.
    pub plan: Plan,
    /// ID of the person.
    pub user_id: String,
    /// Role in the workspace.
    pub role: Role,
    /// When the person joined, in milliseconds since the Unix epoch.
    pub created_at_ms: i64,
    /// Whether an operator suspended the workspace.
    pub suspended: bool,
}

/// Members of all workspaces. From [`crate::Store::members`].
#[derive(Debug, Clone)]
pub struct Members {
    ports: Ports,
}

impl Members {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Returns members of a workspace in the order of their IDs: at most 200 after the ID `after` (empty: from the
    /// start).
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn members(&self, workspace_id: &str, after: &str, limit: u32) -> Result<Vec<Member>, DbError> {
        let statement = Statement::new(sql::MEMBER_LIST).bind(workspace_id).bind(after).bind(limit.min(MAX_PAGE));
        self.ports.db.query(statement).await?.iter().map(member_of).collect()
    }

    /// Returns the role of a person in a workspace.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn role(&self, workspace_id: &str, user_id: &str) -> Result<Option<Role>, DbError> {
        let statement = Statement::new(sql::MEMBER_ROLE).bind(workspace_id).bind(user_id);
        let rows = self.ports.db.query(statement).await?;
        rows.first().map(|row| parse_column(row, "role", "a role")).transpose()
    }

    /// Changes the role of a member.
    ///
    /// # Errors
    /// [`MembersError::NotFound`], [`MembersError::ExceedsPermissions`], [`MembersError::LastOwner`], [`MembersError::Changed`].
    pub async fn change_role(
        &self,
        by: &Authority,
        workspace_id: &str,
        user_id: &str,
        role: Role,
    ) -> Result<(), MembersError> {
        let present = self.role(workspace_id, user_id).await?.ok_or(MembersError::NotFound)?;
        if !by.covers(role) || !by.covers(present) {
            return Err(MembersError::ExceedsPermissions);
        }
        let event = NewAdminEvent::new(AdminAction::MemberRoleChanged, user_id)
            .with("from", present.as_str())
            .with("to", role.as_str());
        let statements = vec![
            Statement::new(sql::MUST_MEMBER).bind(workspace_id).bind(user_id).bind(present.as_str()),
            Statement::new(sql::MEMBER_SET_ROLE).bind(workspace_id).bind(user_id).bind(role.as_str()),
        ];
        commit(&self.ports, workspace_id, &by.actor, &event, statements).await.map(drop).map_err(last_owner)
    }

    /// Removes a member, or lets the caller leave. The person's sessions switch to another workspace of the person or
    /// end; keys that the person created have no permissions from now on.
    ///
    /// # Errors
    /// [`MembersError::NotFound`], [`MembersError::ExceedsPermissions`] (never for leaving), [`MembersError::LastOwner`],
    /// [`MembersError::Changed`].
    pub async fn remove_member(&self, by: &Authority, workspace_id: &str, user_id: &str) -> Result<(), MembersError> {
        let present = self.role(workspace_id, user_id).await?.ok_or(MembersError::NotFound)?;
        // A key is not the person who made it, and does not leave in their name.
        let leaves = by.actor.kind == ActorKind::User && by.actor.id == user_id;
        if !leaves && !by.covers(present) {
            return Err(MembersError::ExceedsPermissions);
        }
        let event = NewAdminEvent::new(AdminAction::MemberRemoved, user_id).with("role", present.as_str());
        let statements = vec![
            Statement::new(sql::MUST_MEMBER).bind(workspace_id).bind(user_id).bind(present.as_str()),
            Statement::new(sql::MEMBER_DELETE).bind(workspace_id).bind(user_id),
            Statement::new(sql::SESSION_MOVE).bind(workspace_id).bind(user_id).bind(self.ports.clock.now_ms()),
        ];
        commit(&self.ports, workspace_id, &by.actor, &event, statements).await.map(drop).map_err(last_owner)
    }

    /// Returns the memberships of a person, oldest first.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn memberships(&self, user_id: &str) -> Result<Vec<Membership>, DbError> {
        let statement = Statement::new(sql::MEMBERSHIPS_OF_USER).bind(user_id).bind(MEMBERSHIP_LIMIT);
        self.ports.db.query(statement).await?.iter().map(membership_of).collect()
    }

    /// Creates a person as a member of a workspace, for an operator who vouches for the address.
    ///
    /// # Errors
    /// See [`AccountsError`]; a taken address is [`AccountsError::EmailTaken`], an unknown workspace a
    /// [`DbError::Constraint`].
    pub async fn create_member(
        &self,
        workspace_id: &str,
        role: Role,
        email: &str,
        name: &str,
        password: &str,
    ) -> Result<User, AccountsError> {
        let ports = &self.ports;
        let now = ports.clock.now_ms();
        let (user, insert) = prepare_user(email, name, password, now, ports.rng.as_ref(), &ports.peppers)?;
        let join = Statement::new(sql::MEMBERSHIP_INSERT)
            .bind(workspace_id)
            .bind(user.id.as_str())
            .bind(role.as_str())
            .bind(now);
        ports.db.batch(vec![insert, join]).await.map_err(taken)?;
        Ok(user)
    }

    /// Runs the statements of a change that a person makes to their own account, and records it in their oldest
    /// workspace.
    pub(crate) async fn record_for_person(
        &self,
        actor: &Actor,
        action: AdminAction,
        statements: Vec<Statement>,
    ) -> Result<(), DbError> {
        let memberships = self.memberships(&actor.id).await?;
        match memberships.first() {
            Some(at) => {
                let event = NewAdminEvent::new(action, &actor.id);
                commit(&self.ports, &at.workspace_id, actor, &event, statements).await.map(drop)
            }
            None => self.ports.db.batch(statements).await.map(drop),
        }
    }
}

fn last_owner(error: DbError) -> MembersError {
    match error {
        DbError::Constraint(message) if message.contains("last owner") => MembersError::LastOwner,
        error if error.is_precondition() => MembersError::Changed,
        other => other.into(),
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

fn membership_of(row: &Row) -> Result<Membership, DbError> {
    Ok(Membership {
        workspace_id: row.text("workspace_id")?.to_owned(),
        workspace_name: row.text("workspace_name")?.to_owned(),
        plan: parse_column(row, "plan", "a plan")?,
        user_id: row.text("user_id")?.to_owned(),
        role: parse_column(row, "role", "a role")?,
        created_at_ms: row.integer("created_at")?,
        suspended: row.optional_integer("suspended_at")?.is_some(),
    })
}
