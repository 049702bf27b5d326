//! People, workspaces, memberships and sessions.
//!
//! Invariants: an address is normalised before it is stored or looked up; signing in does the same work for an unknown
//! address, a person without a password, a disabled person and a wrong password, and answers all four alike.

pub mod links;
mod members;
pub mod password;
mod session;
mod sign_in;
mod workspaces;

pub(crate) use links::prepare_first_run;
pub use links::{Invitation, Joiner, NewLink};
pub use members::{Authority, Member, MembersError};
pub(crate) use session::confirm;
pub use session::{NewSession, Session, SessionError, SessionIdentity, SessionLimits};
pub use sign_in::{DEVICE_MS, Origin};
pub use workspaces::{ComplianceProfile, MAX_WORKSPACES, SignInPolicy, WorkspaceSettings};

use crate::audit::Actor;
use crate::database::{DbError, Row, Statement};
use crate::encoding::new_id;
use crate::keys::parse_column;
use crate::roles::{Role, named};
use crate::secret::Peppers;
use crate::sql;
use crate::store::Store;
use labeler_ports::{Rng, RngError};

const USER_PREFIX: &str = "usr_";
const WORKSPACE_PREFIX: &str = "ws_";
const MAX_NAME_CHARS: usize = 100;
/// Longest address (RFC 5321, 4.5.3.1.3: a path of 256 octets with its brackets).
const MAX_EMAIL_BYTES: usize = 254;
const MEMBERSHIP_LIMIT: u32 = 200;

named! {
    /// What a workspace pays for.
    Plan {
        /// No payment.
        Free = "free",
        /// For one person.
        Pro = "pro",
        /// With compliance certificates.
        Agency = "agency",
        /// With own limits.
        Enterprise = "enterprise",
    }
}

impl Plan {
    /// Whether compliance certificates may be downloaded (API reference: agency or higher).
    pub const fn has_certificates(self) -> bool {
        matches!(self, Self::Agency | Self::Enterprise)
    }
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// `usr_…`.
    pub id: String,
    /// Normalised.
    pub email: String,
    /// For people.
    pub name: String,
    /// Milliseconds since the epoch, like all times here.
    pub created_at_ms: i64,
    /// When access was taken away.
    pub disabled_at_ms: Option<i64>,
    /// When the person proved to receive mail at the address. Nobody signs in before that.
    pub email_proved_at_ms: Option<i64>,
}

/// A tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workspace {
    /// `ws_…`.
    pub id: String,
    /// For people.
    pub name: String,
    /// What it pays for.
    pub plan: Plan,
    /// Milliseconds since the epoch.
    pub created_at_ms: i64,
}

/// A person's place in a workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Membership {
    /// Where.
    pub workspace_id: String,
    /// Name of the workspace.
    pub workspace_name: String,
    /// Plan of the workspace.
    pub plan: Plan,
    /// Who.
    pub user_id: String,
    /// As what.
    pub role: Role,
    /// Since when, in milliseconds.
    pub created_at_ms: i64,
    /// Whether an operator stopped the workspace.
    pub suspended: bool,
}

/// What a person types to sign in.
#[derive(Clone, Copy)]
pub struct SignIn<'a> {
    /// As typed.
    pub email: &'a str,
    /// As typed.
    pub password: &'a str,
    /// The browser's `User-Agent`, or empty.
    pub user_agent: &'a str,
}

/// What an owner starts with.
#[derive(Clone)]
pub struct NewOwner {
    /// Address to sign in with.
    pub email: String,
    /// The person's name, 1 to 100 characters.
    pub name: String,
    /// 8 to 256 characters.
    pub password: String,
    /// Name of the workspace, 1 to 100 characters.
    pub workspace_name: String,
    /// Plan of the workspace.
    pub plan: Plan,
}

/// Why an account was not made or not entered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccountsError {
    /// Not an address.
    #[error("this is not an e-mail address")]
    Email,
    /// Too short or too long.
    #[error("a password has 8 to 256 characters")]
    Password,
    /// Among the passwords that are tried first.
    #[error("this password is one of the most common ones; choose another")]
    CommonPassword,
    /// Empty or too long.
    #[error("a name has 1 to 100 characters")]
    Name,
    /// Somebody has this address already.
    #[error("this address is taken")]
    EmailTaken,
    /// Unknown address, wrong password, no password, disabled, or a member of nothing: not told apart.
    #[error("address or password is wrong")]
    SignInRefused,
    /// The password is right, but nobody has proved to receive mail at the address.
    #[error("the e-mail address is not confirmed; ask for a link that sets a new password, which confirms it")]
    Unproved,
    /// Too many tries: no password was looked at.
    #[error("too many tries; wait {retry_after_s} seconds")]
    Delayed {
        /// Seconds to wait.
        retry_after_s: u32,
    },
    /// No randomness.
    #[error(transparent)]
    Rng(#[from] RngError),
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// An address as stored: trimmed, lower case; one `@` with something on either side, no spaces or control characters.
/// Whether mail arrives there, only mail can tell.
pub fn normalise_email(email: &str) -> Option<String> {
    let email = email.trim().to_lowercase();
    let (local, domain) = email.rsplit_once('@')?;
    let plausible = !local.is_empty()
        && !domain.is_empty()
        && !local.contains('@')
        && email.len() <= MAX_EMAIL_BYTES
        && !email.chars().any(|character| character.is_whitespace() || character.is_control());
    plausible.then_some(email)
}

fn checked_name(name: &str) -> Result<&str, AccountsError> {
    let name = name.trim();
    let fits = !name.is_empty() && name.chars().count() <= MAX_NAME_CHARS;
    if fits { Ok(name) } else { Err(AccountsError::Name) }
}

/// An owner with a workspace, and the statements that store them; also used to write SQL for a database that is not
/// open here.
pub(crate) fn prepare_owner(
    new: &NewOwner,
    now_ms: i64,
    rng: &dyn Rng,
    peppers: &Peppers,
) -> Result<(User, Workspace, Vec<Statement>), AccountsError> {
    let email = normalise_email(&new.email).ok_or(AccountsError::Email)?;
    password::check(&new.password)?;
    let user = User {
        id: new_id(USER_PREFIX, now_ms, rng)?,
        email,
        name: checked_name(&new.name)?.to_owned(),
        created_at_ms: now_ms,
        disabled_at_ms: None,
        // Whoever runs the installation vouches for its first owner.
        email_proved_at_ms: Some(now_ms),
    };
    let workspace = Workspace {
        id: new_id(WORKSPACE_PREFIX, now_ms, rng)?,
        name: checked_name(&new.workspace_name)?.to_owned(),
        plan: new.plan,
        created_at_ms: now_ms,
    };
    let hash = password::hash(&new.password, rng, peppers)?;
    let statements = vec![
        Statement::new(sql::WORKSPACE_INSERT)
            .bind(workspace.id.as_str())
            .bind(workspace.name.as_str())
            .bind(workspace.plan.as_str())
            .bind(now_ms)
            .bind(user.id.as_str()),
        Statement::new(sql::USER_INSERT)
            .bind(user.id.as_str())
            .bind(user.email.as_str())
            .bind(user.name.as_str())
            .bind(hash.phc)
            .bind(hash.pepper_version)
            .bind(now_ms)
            .bind(now_ms),
        Statement::new(sql::MEMBERSHIP_INSERT)
            .bind(workspace.id.as_str())
            .bind(user.id.as_str())
            .bind(Role::Owner.as_str())
            .bind(now_ms),
    ];
    Ok((user, workspace, statements))
}

/// People, workspaces and sessions. From [`Store::accounts`].
#[derive(Debug, Clone)]
pub struct Accounts {
    store: Store,
    limits: SessionLimits,
}

impl Accounts {
    pub(crate) fn new(store: Store) -> Self {
        Self { store, limits: SessionLimits::default() }
    }

    /// With other session limits than the default.
    #[must_use]
    pub const fn with_limits(mut self, limits: SessionLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Makes a person, a workspace and the ownership, all or nothing.
    ///
    /// # Errors
    /// See [`AccountsError`]; a taken address is [`AccountsError::EmailTaken`].
    pub async fn create_owner(&self, new: &NewOwner) -> Result<(User, Workspace), AccountsError> {
        let store = &self.store;
        let (user, workspace, statements) =
            prepare_owner(new, store.clock.now_ms(), store.rng.as_ref(), &store.peppers)?;
        store.db.batch(statements).await.map_err(taken)?;
        Ok((user, workspace))
    }

    /// Adds a person to a workspace with a role, for an operator who vouches for the address.
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
        let store = &self.store;
        let email = normalise_email(email).ok_or(AccountsError::Email)?;
        let name = checked_name(name)?.to_owned();
        password::check(password)?;
        let now = store.clock.now_ms();
        let id = new_id(USER_PREFIX, now, store.rng.as_ref())?;
        let hash = password::hash(password, store.rng.as_ref(), &store.peppers)?;
        let statements = vec![
            Statement::new(sql::USER_INSERT)
                .bind(id.as_str())
                .bind(email.as_str())
                .bind(name.as_str())
                .bind(hash.phc)
                .bind(hash.pepper_version)
                .bind(now)
                .bind(now),
            Statement::new(sql::MEMBERSHIP_INSERT).bind(workspace_id).bind(id.as_str()).bind(role.as_str()).bind(now),
        ];
        store.db.batch(statements).await.map_err(taken)?;
        Ok(User { id, email, name, created_at_ms: now, disabled_at_ms: None, email_proved_at_ms: Some(now) })
    }

    /// One person.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn user(&self, id: &str) -> Result<Option<User>, DbError> {
        let rows = self.store.db.query(Statement::new(sql::USER_FIND).bind(id)).await?;
        rows.first().map(user_of).transpose()
    }

    /// One workspace.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn workspace(&self, id: &str) -> Result<Option<Workspace>, DbError> {
        let rows = self.store.db.query(Statement::new(sql::WORKSPACE_FIND).bind(id)).await?;
        rows.first()
            .map(|row| {
                Ok(Workspace {
                    id: row.text("id")?.to_owned(),
                    name: row.text("name")?.to_owned(),
                    plan: parse_column(row, "plan", "a plan")?,
                    created_at_ms: row.integer("created_at")?,
                })
            })
            .transpose()
    }

    /// Where a person is a member, oldest membership first.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn memberships(&self, user_id: &str) -> Result<Vec<Membership>, DbError> {
        let statement = Statement::new(sql::MEMBERSHIPS_OF_USER).bind(user_id).bind(MEMBERSHIP_LIMIT);
        self.store.db.query(statement).await?.iter().map(membership_of).collect()
    }

    /// Checks address and password and starts a session in the person's oldest workspace. Costs about 25 ms of CPU and
    /// 19 MiB of memory whatever the answer; the caller limits how often it may be asked.
    ///
    /// # Errors
    /// [`AccountsError::SignInRefused`], [`AccountsError::Unproved`], [`AccountsError::Rng`],
    /// [`AccountsError::Database`].
    pub async fn sign_in(&self, sign_in: SignIn<'_>) -> Result<NewSession, AccountsError> {
        let store = &self.store;
        // Hashing is bounded work: a longer password cannot be anybody's.
        let password: String = sign_in.password.chars().take(password::MAX_CHARS.saturating_add(1)).collect();
        let rows = match normalise_email(sign_in.email) {
            Some(email) => store.db.query(Statement::new(sql::USER_BY_EMAIL).bind(email)).await?,
            None => Vec::new(),
        };
        let found = rows.first().map(stored_user).transpose()?;
        let hash = found.as_ref().and_then(|(user, hash)| hash.as_ref().filter(|_| user.disabled_at_ms.is_none()));
        let stored = hash.map(|(phc, version)| (phc.as_str(), *version));
        if !password::verify(&password, stored, &store.peppers) {
            return Err(AccountsError::SignInRefused);
        }
        let (Some((user, _)), Some((phc, version))) = (&found, hash) else {
            return Err(AccountsError::SignInRefused);
        };
        if user.email_proved_at_ms.is_none() {
            return Err(AccountsError::Unproved);
        }
        if *version != store.peppers.current_version() {
            let renewed = password::hash(&password, store.rng.as_ref(), &store.peppers)?;
            let statement = Statement::new(sql::USER_REHASH)
                .bind(user.id.as_str())
                .bind(renewed.phc)
                .bind(renewed.pepper_version)
                .bind(phc.as_str());
            store.db.query(statement).await?;
        }
        let memberships = self.memberships(&user.id).await?;
        let first = memberships.iter().find(|at| !at.suspended).ok_or(AccountsError::SignInRefused)?;
        let entry =
            session::Entry { workspace_id: &first.workspace_id, user_agent: sign_in.user_agent, passkey: false };
        session::start(store, user.clone(), entry, self.limits).await
    }

    /// Checks the value of a session cookie. One query, and none for text that cannot be one.
    ///
    /// # Errors
    /// See [`SessionError`].
    pub async fn verify_session(&self, cookie: &str) -> Result<SessionIdentity, SessionError> {
        session::verify(&self.store, cookie, self.limits).await
    }

    /// Notes a visit. Writes at most once a minute.
    ///
    /// # Errors
    /// [`DbError`]; the caller's request need not fail over it.
    pub async fn touch_session(&self, session: &Session) -> Result<(), DbError> {
        session::touch(&self.store, session).await
    }

    /// The living sessions of a person, newest first.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn sessions(&self, user_id: &str) -> Result<Vec<Session>, DbError> {
        session::list(&self.store, user_id, self.limits).await
    }

    /// Ends one session of a person at once, recorded in the workspace that it looks at. `false` when there was nothing
    /// to end.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn end_session(&self, actor: &Actor, user_id: &str, session_id: &str) -> Result<bool, DbError> {
        session::end(&self.store, actor, user_id, session_id).await
    }

    /// Ends the living sessions of a person but the one to keep, and says how many.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn end_other_sessions(&self, actor: &Actor, user_id: &str, keep: &str) -> Result<u64, DbError> {
        let mut ended = 0_u64;
        for session in self.sessions(user_id).await?.iter().filter(|session| session.id != keep) {
            ended = ended.saturating_add(u64::from(self.end_session(actor, user_id, &session.id).await?));
        }
        Ok(ended)
    }
}

fn taken(error: DbError) -> AccountsError {
    match error {
        DbError::Conflict(message) if message.contains("users.email") => AccountsError::EmailTaken,
        other => other.into(),
    }
}

type StoredHash = Option<(String, u32)>;

fn stored_user(row: &Row) -> Result<(User, StoredHash), DbError> {
    let hash = match (row.optional_text("password_hash")?, row.optional_integer("password_pepper")?) {
        (Some(phc), Some(version)) => {
            let version = u32::try_from(version)
                .map_err(|_| DbError::Shape { column: "password_pepper", expected: "a version" })?;
            Some((phc.to_owned(), version))
        }
        _ => None,
    };
    Ok((user_of(row)?, hash))
}

fn user_of(row: &Row) -> Result<User, DbError> {
    Ok(User {
        id: row.text("id")?.to_owned(),
        email: row.text("email")?.to_owned(),
        name: row.text("name")?.to_owned(),
        created_at_ms: row.integer("created_at")?,
        disabled_at_ms: row.optional_integer("disabled_at")?,
        email_proved_at_ms: row.optional_integer("email_proved_at")?,
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    #[test]
    fn addresses_are_folded_and_nonsense_is_refused() {
        assert_eq!(normalise_email(" Ada@Example.EU ").as_deref(), Some("ada@example.eu"));
        for wrong in ["", "ada", "@example.eu", "ada@", "a@b@c", "a b@c", "a\u{0}@c", &format!("{}@c", "a".repeat(253))]
        {
            assert_eq!(normalise_email(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn certificates_begin_at_agency() {
        let with: Vec<_> = Plan::ALL.iter().filter(|plan| plan.has_certificates()).map(|plan| plan.as_str()).collect();
        assert_eq!(with, ["agency", "enterprise"]);
    }
}
