//! One-time links: invitations, the first run, password resets.
//!
//! A link ends in `<id>.<secret>`, of which only a MAC is stored. It works once, before its end, and an invitation only
//! while who made it may still give that role. Looking one up does the same work whether it exists or not.

use super::members::{Authority, MembersError};
use super::{
    Accounts, AccountsError, NewOwner, User, Workspace, checked_name, normalise_email, password, prepare_owner, taken,
    user_of,
};
use crate::accounts::USER_PREFIX;
use crate::audit::{Actor, AdminAction, NewAdminEvent, commit};
use crate::database::{DbError, Row, Statement};
use crate::encoding::{new_id, random_base62};
use crate::keys::{parse_column, pepper_version};
use crate::roles::Role;
use crate::secret::{Peppers, Purpose};
use crate::sql;
use labeler_ports::Rng;

const ID_CHARS: usize = 16;
const SECRET_CHARS: usize = 32;
const LIST_LIMIT: u32 = 200;
/// How long an invitation works: seven days.
pub const INVITATION_MS: i64 = 7 * 86_400_000;
/// How long the link of the first run works: a day.
pub const FIRST_RUN_MS: i64 = 86_400_000;
/// How long a password reset works: half an hour.
pub const PASSWORD_RESET_MS: i64 = 30 * 60_000;

/// A link just made.
#[derive(Clone, PartialEq, Eq)]
pub struct NewLink {
    /// Public part.
    pub id: String,
    /// What the link ends in: `<id>.<secret>`. To be sent once and forgotten.
    pub token: String,
    /// When it stops working, in milliseconds.
    pub expires_at_ms: i64,
}

impl std::fmt::Debug for NewLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewLink").field("id", &self.id).finish_non_exhaustive()
    }
}

/// An invitation as listed, or as shown to who has its link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// Public part of the link.
    pub id: String,
    /// Where to.
    pub workspace_id: String,
    /// As what.
    pub role: Role,
    /// For whom; absent for whoever has the link.
    pub email: Option<String>,
    /// By whom.
    pub created_by: String,
    /// Milliseconds since the epoch.
    pub created_at_ms: i64,
    /// When it stops working.
    pub expires_at_ms: i64,
}

/// Who accepts an invitation.
#[derive(Clone, Copy)]
pub enum Joiner<'a> {
    /// Somebody who is signed in.
    Existing {
        /// Their id.
        user_id: &'a str,
    },
    /// Somebody new, who opened the link that was mailed to the invitation's address.
    New {
        /// The invitation's address.
        email: &'a str,
        /// 1 to 100 characters.
        name: &'a str,
        /// 8 to 256 characters.
        password: &'a str,
    },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Invitation,
    FirstRun,
    PasswordReset,
}

impl Kind {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::FirstRun => "first_run",
            Self::PasswordReset => "password_reset",
        }
    }
}

/// What a link is about, as stored.
#[derive(Default)]
struct About<'a> {
    workspace_id: Option<&'a str>,
    role: Option<Role>,
    email: Option<&'a str>,
    created_by: Option<&'a str>,
    user_id: Option<&'a str>,
}

/// Makes a link and the statement that stores it.
fn prepare_link(
    kind: Kind,
    about: &About<'_>,
    now_ms: i64,
    life_ms: i64,
    rng: &dyn Rng,
    peppers: &Peppers,
) -> Result<(NewLink, Statement), DbError> {
    let id = random_base62(rng, ID_CHARS)?;
    let secret = random_base62(rng, SECRET_CHARS)?;
    let expires_at_ms = now_ms.saturating_add(life_ms);
    let statement = Statement::new(sql::people::LINK_INSERT)
        .bind(id.as_str())
        .bind(kind.as_str())
        .bind(about.workspace_id)
        .bind(about.role.map(Role::as_str))
        .bind(about.email)
        .bind(about.created_by)
        .bind(about.user_id)
        .bind(hex::encode(peppers.mac_now(Purpose::Link, secret.as_bytes())))
        .bind(peppers.current_version())
        .bind(now_ms)
        .bind(expires_at_ms);
    let token = format!("{id}.{secret}");
    Ok((NewLink { id, token, expires_at_ms }, statement))
}

/// The link of the first run, and the statements that store it in place of earlier ones.
pub(crate) fn prepare_first_run(
    now_ms: i64,
    rng: &dyn Rng,
    peppers: &Peppers,
) -> Result<(NewLink, Vec<Statement>), DbError> {
    let (link, insert) = prepare_link(Kind::FirstRun, &About::default(), now_ms, FIRST_RUN_MS, rng, peppers)?;
    Ok((link, vec![Statement::new(sql::people::LINK_REVOKE_FIRST_RUN).bind(now_ms), insert]))
}

impl Accounts {
    fn new_link(&self, kind: Kind, about: &About<'_>, life_ms: i64) -> Result<(NewLink, Statement), DbError> {
        let store = &self.store;
        prepare_link(kind, about, store.clock.now_ms(), life_ms, store.rng.as_ref(), &store.peppers)
    }

    /// The row of a link that can be used now.
    async fn open_link(&self, kind: Kind, token: &str) -> Result<Row, MembersError> {
        let store = &self.store;
        let (id, secret) = token.split_once('.').ok_or(MembersError::Link)?;
        if id.len() != ID_CHARS || secret.len() != SECRET_CHARS {
            return Err(MembersError::Link);
        }
        let rows = store.db.query(Statement::new(sql::people::LINK_FIND).bind(id)).await?;
        let row = rows.into_iter().next();
        let stored = match &row {
            Some(row) => Some((row.text("secret_mac")?, pepper_version(row)?)),
            None => None,
        };
        let right = store.peppers.verify(stored, Purpose::Link, secret.as_bytes());
        let row = row.filter(|_| right).ok_or(MembersError::Link)?;
        let open = row.text("kind")? == kind.as_str()
            && row.optional_integer("used_at")?.is_none()
            && row.optional_integer("revoked_at")?.is_none()
            && row.integer("expires_at")? > store.clock.now_ms();
        if open { Ok(row) } else { Err(MembersError::Link) }
    }

    fn use_link(&self, id: &str) -> [Statement; 2] {
        let now = self.store.clock.now_ms();
        [sql::people::MUST_LINK, sql::people::LINK_USE].map(|sql| Statement::new(sql).bind(id).bind(now))
    }

    /// Makes an invitation for an address, or for whoever has the link. It works for seven days.
    ///
    /// # Errors
    /// [`MembersError::Beyond`], [`MembersError::Account`] for an address that is none, [`MembersError::Database`].
    pub async fn invite(
        &self,
        by: &Authority,
        workspace_id: &str,
        role: Role,
        email: Option<&str>,
    ) -> Result<NewLink, MembersError> {
        if !by.covers(role) {
            return Err(MembersError::Beyond);
        }
        let email = email.map(|email| normalise_email(email).ok_or(AccountsError::Email)).transpose()?;
        let about = About {
            workspace_id: Some(workspace_id),
            role: Some(role),
            email: email.as_deref(),
            created_by: Some(&by.person),
            user_id: None,
        };
        let (link, statement) = self.new_link(Kind::Invitation, &about, INVITATION_MS)?;
        let event = NewAdminEvent::new(AdminAction::MemberInvited, &link.id).with("role", role.as_str());
        commit(&self.store, workspace_id, &by.actor, &event, vec![statement]).await?;
        Ok(link)
    }

    /// The open invitations of a workspace, newest first, at most 200.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn invitations(&self, workspace_id: &str) -> Result<Vec<Invitation>, DbError> {
        let statement =
            Statement::new(sql::people::LINK_LIST).bind(workspace_id).bind(self.store.clock.now_ms()).bind(LIST_LIMIT);
        self.store.db.query(statement).await?.iter().map(invitation_of).collect()
    }

    /// Takes an open invitation back, at once.
    ///
    /// # Errors
    /// [`MembersError::NotFound`], [`MembersError::Database`].
    pub async fn revoke_invitation(&self, by: &Authority, workspace_id: &str, id: &str) -> Result<(), MembersError> {
        let event = NewAdminEvent::new(AdminAction::InvitationRevoked, id);
        let statements = vec![
            Statement::new(sql::people::MUST_INVITATION).bind(id).bind(workspace_id),
            Statement::new(sql::people::LINK_REVOKE).bind(id).bind(self.store.clock.now_ms()),
        ];
        commit(&self.store, workspace_id, &by.actor, &event, statements)
            .await
            .map(drop)
            .map_err(|error| if error.is_precondition() { MembersError::NotFound } else { error.into() })
    }

    /// What an invitation offers, for the page that its link opens: the invitation and the workspace's name.
    ///
    /// # Errors
    /// [`MembersError::Link`], [`MembersError::Database`].
    pub async fn invitation(&self, token: &str) -> Result<(Invitation, String), MembersError> {
        let row = self.open_invitation(token).await?;
        Ok((invitation_of(&row)?, row.text("workspace_name")?.to_owned()))
    }

    async fn open_invitation(&self, token: &str) -> Result<Row, MembersError> {
        let row = self.open_link(Kind::Invitation, token).await?;
        let role: Role = parse_column(&row, "role", "a role")?;
        let creator = row.optional_text("creator_role")?.map(str::parse::<Role>).transpose();
        let creator = creator.map_err(|_| DbError::Shape { column: "creator_role", expected: "a role" })?;
        let may = creator.is_some_and(|creator| role.permissions().is_subset_of(creator.permissions()));
        if may { Ok(row) } else { Err(MembersError::Link) }
    }

    /// Gives an invitation another secret, and so a link that nobody has yet. The one before stops working.
    fn renew(&self, id: &str, email: &str) -> Result<(NewLink, Statement), DbError> {
        let store = &self.store;
        let secret = random_base62(store.rng.as_ref(), SECRET_CHARS)?;
        let expires_at_ms = store.clock.now_ms().saturating_add(INVITATION_MS);
        let statement = Statement::new(sql::people::LINK_RENEW)
            .bind(id)
            .bind(email)
            .bind(hex::encode(store.peppers.mac_now(Purpose::Link, secret.as_bytes())))
            .bind(store.peppers.current_version())
            .bind(expires_at_ms);
        Ok((NewLink { id: id.to_owned(), token: format!("{id}.{secret}"), expires_at_ms }, statement))
    }

    /// Makes a new link for an open invitation to an address, to be sent there once more: the address and the link.
    ///
    /// # Errors
    /// [`MembersError::NotFound`], [`MembersError::Unaddressed`], [`MembersError::Beyond`], [`MembersError::Database`].
    pub async fn renew_invitation(
        &self,
        by: &Authority,
        workspace_id: &str,
        id: &str,
    ) -> Result<(String, NewLink), MembersError> {
        let open = self.invitations(workspace_id).await?.into_iter().find(|invitation| invitation.id == id);
        let invitation = open.ok_or(MembersError::NotFound)?;
        if !by.covers(invitation.role) {
            return Err(MembersError::Beyond);
        }
        let email = invitation.email.ok_or(MembersError::Unaddressed)?;
        let (link, renew) = self.renew(id, &email)?;
        let event = NewAdminEvent::new(AdminAction::MemberInvited, id).with("role", invitation.role.as_str());
        let statements = vec![Statement::new(sql::people::MUST_INVITATION).bind(id).bind(workspace_id), renew];
        commit(&self.store, workspace_id, &by.actor, &event, statements)
            .await
            .map_err(|error| if error.is_precondition() { MembersError::NotFound } else { error.into() })?;
        Ok((email, link))
    }

    /// Turns an invitation for whoever has the link into one for an address, which its new link is to be sent to: so
    /// that somebody new proves the address before there is an account. The link shown stops working.
    ///
    /// # Errors
    /// [`MembersError::Link`] (also for an invitation that names an address), [`MembersError::Account`] for an address
    /// that is none, [`MembersError::Database`].
    pub async fn address_invitation(&self, token: &str, email: &str) -> Result<(String, NewLink), MembersError> {
        let row = self.open_invitation(token).await?;
        let email = normalise_email(email).ok_or(AccountsError::Email)?;
        let id = row.text("id")?;
        let (link, renew) = self.renew(id, &email)?;
        let must = Statement::new(sql::people::MUST_UNADDRESSED).bind(id).bind(self.store.clock.now_ms());
        let done = self.store.db.batch(vec![must, renew]).await;
        done.map_err(|error| if error.is_precondition() { MembersError::Link } else { error.into() })?;
        Ok((email, link))
    }

    /// Accepts an invitation: the person, new or not, is a member from now on. A new person is not signed in by this,
    /// and has proved the address, because the link of an invitation to an address is sent there and nowhere else.
    ///
    /// # Errors
    /// [`MembersError::Link`], [`MembersError::WrongPerson`], [`MembersError::Unaddressed`] for somebody new,
    /// [`MembersError::AlreadyMember`], [`MembersError::Account`], [`MembersError::Database`].
    pub async fn accept_invitation(
        &self,
        token: &str,
        joiner: Joiner<'_>,
        origin: &super::Origin,
    ) -> Result<(User, Invitation), MembersError> {
        let row = self.open_invitation(token).await?;
        let invitation = invitation_of(&row)?;
        let now = self.store.clock.now_ms();
        let mut statements = self.use_link(&invitation.id).to_vec();
        let user = match joiner {
            Joiner::Existing { user_id } => self.user(user_id).await?.ok_or(MembersError::Link)?,
            Joiner::New { .. } if invitation.email.is_none() => return Err(MembersError::Unaddressed),
            Joiner::New { email, name, password } => {
                let (user, insert) = self.prepare_user(email, name, password)?;
                statements.push(insert);
                user
            }
        };
        if invitation.email.as_ref().is_some_and(|email| *email != user.email) {
            return Err(MembersError::WrongPerson);
        }
        statements.push(
            Statement::new(sql::MEMBERSHIP_INSERT)
                .bind(invitation.workspace_id.as_str())
                .bind(user.id.as_str())
                .bind(invitation.role.as_str())
                .bind(now),
        );
        let event = NewAdminEvent::new(AdminAction::MemberJoined, &user.id)
            .with("role", invitation.role.as_str())
            .with("invitation", invitation.id.as_str());
        let actor = origin.actor(&user.id);
        commit(&self.store, &invitation.workspace_id, &actor, &event, statements).await.map_err(
            |error| match error {
                DbError::Conflict(message) if message.contains("memberships") => MembersError::AlreadyMember,
                error if error.is_precondition() => MembersError::Link,
                other => taken(other).into(),
            },
        )?;
        Ok((user, invitation))
    }

    fn prepare_user(&self, email: &str, name: &str, password: &str) -> Result<(User, Statement), AccountsError> {
        let store = &self.store;
        let email = normalise_email(email).ok_or(AccountsError::Email)?;
        let name = checked_name(name)?.to_owned();
        password::check(password)?;
        let now = store.clock.now_ms();
        let id = new_id(USER_PREFIX, now, store.rng.as_ref())?;
        let hash = password::hash(password, store.rng.as_ref(), &store.peppers)?;
        let insert = Statement::new(sql::USER_INSERT)
            .bind(id.as_str())
            .bind(email.as_str())
            .bind(name.as_str())
            .bind(hash.phc)
            .bind(hash.pepper_version)
            .bind(now)
            .bind(now);
        let user = User { id, email, name, created_at_ms: now, disabled_at_ms: None, email_proved_at_ms: Some(now) };
        Ok((user, insert))
    }

    /// Whether nobody has an account yet.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn is_first_run(&self) -> Result<bool, DbError> {
        Ok(self.store.db.query(Statement::new(sql::people::ANYBODY)).await?.is_empty())
    }

    /// The link that makes the first owner; earlier ones stop working. `None` once somebody has an account. Only the
    /// operator's console may show it.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn first_run_link(&self) -> Result<Option<NewLink>, DbError> {
        let store = &self.store;
        let (link, insert) = prepare_first_run(store.clock.now_ms(), store.rng.as_ref(), &store.peppers)?;
        let mut batch = vec![Statement::new(sql::people::MUST_NOBODY)];
        batch.extend(insert);
        match self.store.db.batch(batch).await {
            Ok(_) => Ok(Some(link)),
            Err(error) if error.is_precondition() => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Uses the link of the first run: makes the owner and the first workspace.
    ///
    /// # Errors
    /// [`MembersError::Link`] (also when somebody else was first), [`MembersError::Account`],
    /// [`MembersError::Database`].
    pub async fn complete_first_run(
        &self,
        token: &str,
        new: &NewOwner,
        origin: &super::Origin,
    ) -> Result<(User, Workspace), MembersError> {
        let row = self.open_link(Kind::FirstRun, token).await?;
        let store = &self.store;
        let (user, workspace, inserts) = prepare_owner(new, store.clock.now_ms(), store.rng.as_ref(), &store.peppers)?;
        let mut statements = vec![Statement::new(sql::people::MUST_NOBODY)];
        statements.extend(self.use_link(row.text("id")?));
        statements.extend(inserts);
        let event = NewAdminEvent::new(AdminAction::WorkspaceCreated, &workspace.id).with("firstRun", true);
        commit(store, &workspace.id, &origin.actor(&user.id), &event, statements).await.map_err(|error| {
            if error.is_precondition() { MembersError::Link } else { MembersError::from(taken(error)) }
        })?;
        Ok((user, workspace))
    }

    /// Makes a password reset for an address. The same rows are written whether or not somebody has it; the token is
    /// there only for somebody, to be sent to that address and nowhere else.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn request_password_reset(&self, email: &str) -> Result<Option<NewLink>, DbError> {
        let email = normalise_email(email).unwrap_or_default();
        let rows = self.store.db.query(Statement::new(sql::USER_BY_EMAIL).bind(email)).await?;
        let user = rows.first().map(user_of).transpose()?.filter(|user| user.disabled_at_ms.is_none());
        let user_id = user.as_ref().map(|user| user.id.as_str());
        let (link, insert) =
            self.new_link(Kind::PasswordReset, &About { user_id, ..About::default() }, PASSWORD_RESET_MS)?;
        let revoke = Statement::new(sql::people::LINK_REVOKE_RESETS)
            .bind(user_id.unwrap_or_default())
            .bind(self.store.clock.now_ms());
        self.store.db.batch(vec![revoke, insert]).await?;
        Ok(user.map(|_| link))
    }

    /// Uses a password reset: sets the password, ends every session of the person, and answers who it is. The mailed
    /// link proves the address; passkeys from before that are removed.
    ///
    /// # Errors
    /// [`MembersError::Link`], [`MembersError::Account`] for a password that is not acceptable,
    /// [`MembersError::Database`].
    pub async fn reset_password(
        &self,
        token: &str,
        password: &str,
        origin: &super::Origin,
    ) -> Result<User, MembersError> {
        let row = self.open_link(Kind::PasswordReset, token).await?;
        let user_id = row.optional_text("user_id")?.ok_or(MembersError::Link)?;
        let user = self.user(user_id).await?.filter(|user| user.disabled_at_ms.is_none()).ok_or(MembersError::Link)?;
        let mut statements = self.use_link(row.text("id")?).to_vec();
        statements.push(Statement::new(sql::people::UNPROVED_PASSKEYS).bind(user.id.as_str()));
        statements.push(Statement::new(sql::people::UNPROVED_CHALLENGES).bind(user.id.as_str()));
        statements
            .push(Statement::new(sql::people::EMAIL_PROVE).bind(user.id.as_str()).bind(self.store.clock.now_ms()));
        statements.extend(self.password_statements(&user.id, password, None)?);
        self.record_for_person(&origin.actor(&user.id), AdminAction::PasswordChanged, statements)
            .await
            .map_err(|error| if error.is_precondition() { MembersError::Link } else { error.into() })?;
        Ok(user)
    }

    /// Records an act of a person on themselves in their oldest workspace, with the statements that do it.
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
                commit(&self.store, &at.workspace_id, actor, &event, statements).await.map(drop)
            }
            None => self.store.db.batch(statements).await.map(drop),
        }
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
