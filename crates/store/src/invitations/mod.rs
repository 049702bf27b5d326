//! Invitations to a workspace: sent, listed, opened, accepted and revoked.

use crate::audit::admin::{AdminAction, NewAdminEvent, commit};
use crate::database::row::parse_column;
use crate::database::{DbError, Row, Statement};
use crate::links::sql::{LINK_LIST, LINK_REVOKE, MUST_INVITATION, MUST_UNADDRESSED};
use crate::links::{About, Kind, Links, NewLink};
use crate::members::sql::MEMBERSHIP_INSERT;
use crate::model::{Authority, Origin};
use crate::people::error::{AccountsError, MembersError};
use crate::people::{People, User, normalise_email, prepare_user, taken};
use crate::ports::Ports;
use crate::roles::Role;

const LIST_LIMIT: u32 = 200;
/// How long an invitation is valid, in milliseconds: seven days.
pub const INVITATION_MS: i64 = 7 * 86_400_000;

/// Invitation to a workspace, as listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Public part of the link.
    pub id: String,
    /// ID of the workspace.
    pub workspace_id: String,
    /// Role that the invitation grants.
    pub role: Role,
    /// E-mail address of the invited person; absent if anybody with the link may accept.
    pub email: Option<String>,
    /// ID of the person who sent the invitation.
    pub created_by: String,
    /// Milliseconds since the Unix epoch.
    pub created_at_ms: i64,
    /// When the invitation expires, in milliseconds since the Unix epoch.
    pub expires_at_ms: i64,
}

/// Person who accepts an invitation.
#[derive(Clone, Copy)]
pub enum Invitee<'a> {
    /// Person who is signed in.
    Existing {
        /// ID of the person.
        user_id: &'a str,
    },
    /// New person, who opened the link that was mailed to the invitation's address.
    New {
        /// The invitation's address.
        email: &'a str,
        /// 1 to 100 characters.
        name: &'a str,
        /// 8 to 256 characters.
        password: &'a str,
    },
}

/// Invitations to all workspaces. From [`crate::Store::invitations`].
#[derive(Debug, Clone)]
pub struct Invitations {
    ports: Ports,
}

impl Invitations {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    fn links(&self) -> Links {
        Links::new(self.ports.clone())
    }

    /// Creates an invitation for an address, or for anybody with the link. It is valid for seven days.
    ///
    /// # Errors
    /// [`MembersError::ExceedsPermissions`], [`MembersError::Account`] for text that is not an address, [`MembersError::Database`].
    pub async fn invite(
        &self,
        by: &Authority,
        workspace_id: &str,
        role: Role,
        email: Option<&str>,
    ) -> Result<NewLink, MembersError> {
        if !by.covers(role) {
            return Err(MembersError::ExceedsPermissions);
        }
        let email = email.map(|email| normalise_email(email).ok_or(AccountsError::Email)).transpose()?;
        let about = About {
            workspace_id: Some(workspace_id),
            role: Some(role),
            email: email.as_deref(),
            created_by: Some(&by.person),
            user_id: None,
        };
        let (link, statement) = self.links().new_link(Kind::Invitation, &about, INVITATION_MS)?;
        let event = NewAdminEvent::new(AdminAction::MemberInvited, &link.id).with("role", role.as_str());
        commit(&self.ports, workspace_id, &by.actor, &event, vec![statement]).await?;
        Ok(link)
    }

    /// Returns the open invitations of a workspace, newest first, at most 200.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn invitations(&self, workspace_id: &str) -> Result<Vec<Invitation>, DbError> {
        let statement = Statement::new(LINK_LIST).bind(workspace_id).bind(self.ports.clock.now_ms()).bind(LIST_LIMIT);
        self.ports.db.query(statement).await?.iter().map(invitation_of).collect()
    }

    /// Revokes an open invitation at once.
    ///
    /// # Errors
    /// [`MembersError::NotFound`], [`MembersError::Database`].
    pub async fn revoke_invitation(&self, by: &Authority, workspace_id: &str, id: &str) -> Result<(), MembersError> {
        let event = NewAdminEvent::new(AdminAction::InvitationRevoked, id);
        let statements = vec![
            Statement::new(MUST_INVITATION).bind(id).bind(workspace_id),
            Statement::new(LINK_REVOKE).bind(id).bind(self.ports.clock.now_ms()),
        ];
        commit(&self.ports, workspace_id, &by.actor, &event, statements)
            .await
            .map(drop)
            .map_err(|error| if error.is_precondition() { MembersError::NotFound } else { error.into() })
    }

    /// Returns the invitation of a link and the name of its workspace, for the page that the link opens.
    ///
    /// # Errors
    /// [`MembersError::Link`], [`MembersError::Database`].
    pub async fn invitation(&self, token: &str) -> Result<(Invitation, String), MembersError> {
        let row = self.open_invitation(token).await?;
        Ok((invitation_of(&row)?, row.text("workspace_name")?.to_owned()))
    }

    async fn open_invitation(&self, token: &str) -> Result<Row, MembersError> {
        let row = self.links().open_link(Kind::Invitation, token).await?;
        let role: Role = parse_column(&row, "role", "a role")?;
        let creator = row.optional_text("creator_role")?.map(str::parse::<Role>).transpose();
        let creator = creator.map_err(|_| DbError::Shape { column: "creator_role", expected: "a role" })?;
        let may = creator.is_some_and(|creator| role.permissions().is_subset_of(creator.permissions()));
        if may { Ok(row) } else { Err(MembersError::Link) }
    }

    /// Creates a new link for an open invitation to an address, to send it again. Returns the address and the link.
    ///
    /// # Errors
    /// [`MembersError::NotFound`], [`MembersError::Unaddressed`], [`MembersError::ExceedsPermissions`], [`MembersError::Database`].
    pub async fn renew_invitation(
        &self,
        by: &Authority,
        workspace_id: &str,
        id: &str,
    ) -> Result<(String, NewLink), MembersError> {
        let open = self.invitations(workspace_id).await?.into_iter().find(|invitation| invitation.id == id);
        let invitation = open.ok_or(MembersError::NotFound)?;
        if !by.covers(invitation.role) {
            return Err(MembersError::ExceedsPermissions);
        }
        let email = invitation.email.ok_or(MembersError::Unaddressed)?;
        let (link, renew) = self.links().renew(id, &email, INVITATION_MS)?;
        let event = NewAdminEvent::new(AdminAction::MemberInvited, id).with("role", invitation.role.as_str());
        let statements = vec![Statement::new(MUST_INVITATION).bind(id).bind(workspace_id), renew];
        commit(&self.ports, workspace_id, &by.actor, &event, statements)
            .await
            .map_err(|error| if error.is_precondition() { MembersError::NotFound } else { error.into() })?;
        Ok((email, link))
    }

    /// Turns an invitation for anybody with the link into one for an address, and returns the new link to send there.
    /// So a new person proves the address before the account exists. The given link stops working.
    ///
    /// # Errors
    /// [`MembersError::Link`] (also for an invitation that names an address), [`MembersError::Account`] for an address
    /// that is not valid, [`MembersError::Database`].
    pub async fn address_invitation(&self, token: &str, email: &str) -> Result<(String, NewLink), MembersError> {
        let row = self.open_invitation(token).await?;
        let email = normalise_email(email).ok_or(AccountsError::Email)?;
        let id = row.text("id")?;
        let (link, renew) = self.links().renew(id, &email, INVITATION_MS)?;
        let must = Statement::new(MUST_UNADDRESSED).bind(id).bind(self.ports.clock.now_ms());
        let done = self.ports.db.batch(vec![must, renew]).await;
        done.map_err(|error| if error.is_precondition() { MembersError::Link } else { error.into() })?;
        Ok((email, link))
    }

    /// Accepts an invitation: the person becomes a member. A new person is not signed in by this, and has proved the
    /// address, because the link of an invitation to an address is sent only there.
    ///
    /// # Errors
    /// [`MembersError::Link`], [`MembersError::WrongPerson`], [`MembersError::Unaddressed`] for a new person,
    /// [`MembersError::AlreadyMember`], [`MembersError::Account`], [`MembersError::Database`].
    pub async fn accept_invitation(
        &self,
        token: &str,
        joiner: Invitee<'_>,
        origin: &Origin,
    ) -> Result<(User, Invitation), MembersError> {
        let row = self.open_invitation(token).await?;
        let invitation = invitation_of(&row)?;
        let ports = &self.ports;
        let now = ports.clock.now_ms();
        let mut statements = self.links().use_link(&invitation.id).to_vec();
        let user = match joiner {
            Invitee::Existing { user_id } => {
                People::new(self.ports.clone()).user(user_id).await?.ok_or(MembersError::Link)?
            }
            Invitee::New { .. } if invitation.email.is_none() => return Err(MembersError::Unaddressed),
            Invitee::New { email, name, password } => {
                let (user, insert) = prepare_user(email, name, password, now, ports.rng.as_ref(), &ports.peppers)?;
                statements.push(insert);
                user
            }
        };
        if invitation.email.as_ref().is_some_and(|email| *email != user.email) {
            return Err(MembersError::WrongPerson);
        }
        statements.push(
            Statement::new(MEMBERSHIP_INSERT)
                .bind(invitation.workspace_id.as_str())
                .bind(user.id.as_str())
                .bind(invitation.role.as_str())
                .bind(now),
        );
        let event = NewAdminEvent::new(AdminAction::MemberJoined, &user.id)
            .with("role", invitation.role.as_str())
            .with("invitation", invitation.id.as_str());
        let actor = origin.actor(&user.id);
        commit(&self.ports, &invitation.workspace_id, &actor, &event, statements).await.map_err(
            |error| match error {
                DbError::Conflict(message) if message.contains("memberships") => MembersError::AlreadyMember,
                error if error.is_precondition() => MembersError::Link,
                other => taken(other).into(),
            },
        )?;
        Ok((user, invitation))
    }
}

fn invitation_of(row: &Row) -> Result<Invitation, DbError> {
    Ok(Invitation {
        id: row.text("id")?.to_owned(),
        workspace_id: row.text("workspace_id")?.to_owned(),
        role: parse_column(row, "role", "a role")?,
        email: row.optional_text("email")?.map(str::to_owned),
        created_by: row.text("created_by")?.to_owned(),
        created_at_ms: row.integer("created_at")?,
        expires_at_ms: row.integer("expires_at")?,
    })
}
