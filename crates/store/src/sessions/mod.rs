//! Browser sessions. A cookie holds an ID, by which the row is found, and a secret of which only a MAC is stored.
//!
//! A session ends when it is revoked, after the idle time without a request, or at its absolute end, whichever is
//! first. Every sign-in creates a new session, so a cookie that an attacker planted is of no use.

pub(crate) mod delays;
pub(crate) mod sign_in;
pub(crate) mod sql;

use crate::audit::admin::{AdminAction, NewAdminEvent, commit};
use crate::database::row::{parse_column, pepper_version};
use crate::database::{DbError, Row, Statement};
use crate::encoding::random_base62;
use crate::model::Actor;
use crate::people::User;
use crate::people::error::AccountsError;
use crate::plans::{Plan, RateLimits};
use crate::ports::Ports;
use crate::roles::{Permissions, Role};
use crate::secret::Purpose;
use crate::workspaces::{SignInPolicy, Workspace};

const ID_CHARS: usize = 16;
const SECRET_CHARS: usize = 32;
const TOUCH_INTERVAL_MS: i64 = 60_000;
const LIST_LIMIT: u32 = 100;
/// Characters of a `User-Agent` that are stored, so that the person recognises the browser.
const USER_AGENT_CHARS: usize = 200;

/// How long sessions last, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLimits {
    /// Maximum time without a request.
    pub idle_ms: i64,
    /// Maximum time after signing in.
    pub absolute_ms: i64,
}

impl Default for SessionLimits {
    /// Seven days idle, thirty days at most.
    fn default() -> Self {
        const DAY: i64 = 86_400_000;
        Self { idle_ms: 7 * DAY, absolute_ms: 30 * DAY }
    }
}

/// Browser session, as listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Public part of the cookie.
    pub id: String,
    /// ID of the person.
    pub user_id: String,
    /// ID of the workspace that the session works in.
    pub workspace_id: String,
    /// `User-Agent` of the browser, shortened.
    pub user_agent: String,
    /// Creation time in milliseconds since the Unix epoch, like all times here.
    pub created_at_ms: i64,
    /// Time of the last request, exact to a minute.
    pub last_seen_at_ms: i64,
    /// Time of the absolute end.
    pub expires_at_ms: i64,
    /// When the person last proved their identity with a password or a passkey.
    pub confirmed_at_ms: i64,
    /// When the person last proved their identity with a passkey.
    pub passkey_at_ms: Option<i64>,
}

/// Session that was just created, with its cookie.
#[derive(Clone, PartialEq, Eq)]
pub struct NewSession {
    /// The session as listed.
    pub session: Session,
    /// Value of the cookie: `<id>.<secret>`.
    pub cookie: String,
    /// The person.
    pub user: User,
}

impl std::fmt::Debug for NewSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewSession").field("session", &self.session).finish_non_exhaustive()
    }
}

/// Session that was verified and is valid now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionIdentity {
    /// The session as listed.
    pub session: Session,
    /// The person.
    pub user: User,
    /// The workspace that the session works in.
    pub workspace: Workspace,
    /// Current role of the person in the workspace.
    pub role: Role,
    /// Rate limits of the workspace's contract.
    pub rates: RateLimits,
    /// How people must sign in to work in the workspace.
    pub sign_in: SignInPolicy,
}

impl SessionIdentity {
    /// Returns the permissions of the person in the workspace.
    pub const fn permissions(&self) -> Permissions {
        self.role.permissions()
    }

    /// Whether the session meets the sign-in policy of its workspace.
    pub const fn is_admitted(&self) -> bool {
        matches!(self.sign_in, SignInPolicy::Password) || self.session.passkey_at_ms.is_some()
    }
}

/// Error of verifying a session. The API answers all of them but [`SessionError::Database`] with the same 401.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SessionError {
    /// The text does not have the form of a session cookie. No query was made.
    #[error("not a session")]
    Malformed,
    /// The ID is unknown or the secret is wrong.
    #[error("no such session")]
    Unknown,
    /// The session was revoked, was idle for too long, or is past its end.
    #[error("the session has ended")]
    Ended,
    /// The person is disabled, has not proved the address, or is no longer a member of the workspace.
    #[error("the person has no access any more")]
    NoAccess,
    /// Error of the database.
    #[error(transparent)]
    Database(#[from] DbError),
}

fn split_cookie(cookie: &str) -> Option<(&str, &str)> {
    let (id, secret) = cookie.split_once('.')?;
    let fits = |text: &str, length| text.len() == length && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (fits(id, ID_CHARS) && fits(secret, SECRET_CHARS)).then_some((id, secret))
}

/// How a session is entered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Entry<'a> {
    /// ID of the workspace that the session works in.
    pub workspace_id: &'a str,
    /// The browser's `User-Agent`, or empty.
    pub user_agent: &'a str,
    /// Whether the person signed in with a passkey.
    pub passkey: bool,
}

/// Sessions of all people. From [`crate::Store::sessions`].
#[derive(Debug, Clone)]
pub struct Sessions {
    ports: Ports,
    limits: SessionLimits,
}

impl Sessions {
    pub(crate) fn new(ports: Ports) -> Self {
        Self { ports, limits: SessionLimits::default() }
    }

    /// Returns the same handle with other session limits than the default.
    #[must_use]
    pub const fn with_limits(mut self, limits: SessionLimits) -> Self {
        self.limits = limits;
        self
    }

    /// Starts a session.
    async fn start(&self, user: User, entry: Entry<'_>) -> Result<NewSession, AccountsError> {
        let (session, insert) = self.prepare(user, entry)?;
        self.ports.db.query(insert).await?;
        Ok(session)
    }

    /// Creates a session and the statement that stores it.
    fn prepare(&self, user: User, entry: Entry<'_>) -> Result<(NewSession, Statement), AccountsError> {
        let ports = &self.ports;
        let now = ports.clock.now_ms();
        let id = random_base62(ports.rng.as_ref(), ID_CHARS)?;
        let secret = random_base62(ports.rng.as_ref(), SECRET_CHARS)?;
        let session = Session {
            id,
            user_id: user.id.clone(),
            workspace_id: entry.workspace_id.to_owned(),
            user_agent: entry.user_agent.chars().take(USER_AGENT_CHARS).collect(),
            created_at_ms: now,
            last_seen_at_ms: now,
            expires_at_ms: now.saturating_add(self.limits.absolute_ms),
            confirmed_at_ms: now,
            passkey_at_ms: entry.passkey.then_some(now),
        };
        let statement = Statement::new(sql::SESSION_INSERT)
            .bind(session.id.as_str())
            .bind(session.user_id.as_str())
            .bind(session.workspace_id.as_str())
            .bind(hex::encode(ports.peppers.mac_now(Purpose::Session, secret.as_bytes())))
            .bind(ports.peppers.current_version())
            .bind(session.user_agent.as_str())
            .bind(now)
            .bind(session.expires_at_ms)
            .bind(session.passkey_at_ms);
        let cookie = format!("{}.{secret}", session.id);
        Ok((NewSession { session, cookie, user }, statement))
    }

    /// Verifies the value of a session cookie. Makes one query, and none for text that does not have the form of a
    /// cookie.
    ///
    /// # Errors
    /// See [`SessionError`].
    pub async fn verify_session(&self, cookie: &str) -> Result<SessionIdentity, SessionError> {
        let ports = &self.ports;
        let (id, secret) = split_cookie(cookie).ok_or(SessionError::Malformed)?;
        let rows = ports.db.query(Statement::new(sql::SESSION_VERIFY).bind(id)).await?;
        let Some(row) = rows.first() else {
            ports.peppers.verify(None, Purpose::Session, secret.as_bytes());
            return Err(SessionError::Unknown);
        };
        let stored = (row.text("secret_mac")?, pepper_version(row)?);
        if !ports.peppers.verify(Some(stored), Purpose::Session, secret.as_bytes()) {
            return Err(SessionError::Unknown);
        }
        let now = ports.clock.now_ms();
        let session = session_of(row)?;
        let idle_end = session.last_seen_at_ms.saturating_add(self.limits.idle_ms);
        if row.optional_integer("revoked_at")?.is_some() || session.expires_at_ms <= now || idle_end <= now {
            return Err(SessionError::Ended);
        }
        let disabled_at_ms = row.optional_integer("disabled_at")?;
        let is_proved = row.optional_integer("email_proved_at")?.is_some();
        let Some(role) = row.optional_text("role")?.filter(|_| disabled_at_ms.is_none() && is_proved) else {
            return Err(SessionError::NoAccess);
        };
        let role = role.parse::<Role>().map_err(|_| DbError::Shape { column: "role", expected: "a role" })?;
        let user = User {
            id: session.user_id.clone(),
            email: row.text("email")?.to_owned(),
            name: row.text("user_name")?.to_owned(),
            created_at_ms: row.integer("user_created_at")?,
            disabled_at_ms,
            email_proved_at_ms: row.optional_integer("email_proved_at")?,
        };
        let workspace = Workspace {
            id: session.workspace_id.clone(),
            name: row.text("workspace_name")?.to_owned(),
            plan: parse_column::<Plan>(row, "plan", "a plan")?,
            created_at_ms: row.integer("workspace_created_at")?,
        };
        let sign_in = parse_column(row, "sign_in", "a sign-in policy")?;
        Ok(SessionIdentity { session, user, workspace, role, rates: RateLimits::of_row(row)?, sign_in })
    }

    /// Records a request of the session. Writes at most once a minute.
    ///
    /// # Errors
    /// [`DbError`]; the caller's request need not fail over it.
    pub async fn touch_session(&self, session: &Session) -> Result<(), DbError> {
        let ports = &self.ports;
        let now = ports.clock.now_ms();
        let due = now.saturating_sub(TOUCH_INTERVAL_MS);
        if session.last_seen_at_ms > due {
            return Ok(());
        }
        let statement = Statement::new(sql::SESSION_TOUCH).bind(session.id.as_str()).bind(now).bind(due);
        ports.db.query(statement).await.map(drop)
    }

    /// Returns the sessions of a person that have not ended, newest first.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn sessions(&self, user_id: &str) -> Result<Vec<Session>, DbError> {
        let ports = &self.ports;
        let now = ports.clock.now_ms();
        let statement = Statement::new(sql::SESSION_LIST)
            .bind(user_id)
            .bind(now)
            .bind(now.saturating_sub(self.limits.idle_ms))
            .bind(LIST_LIMIT);
        ports.db.query(statement).await?.iter().map(session_of).collect()
    }

    /// Ends a session of a person at once, and records it in the workspace that the session works in. Returns `false`
    /// when there was nothing to end.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn end_session(&self, actor: &Actor, user_id: &str, session_id: &str) -> Result<bool, DbError> {
        let ports = &self.ports;
        let of_session = |sql: &'static str| Statement::new(sql).bind(session_id).bind(user_id);
        let rows = ports.db.query(of_session(sql::SESSION_FIND)).await?;
        let Some(row) = rows.first() else { return Ok(false) };
        let event = NewAdminEvent::new(AdminAction::SessionsEnded, session_id);
        let statements =
            vec![of_session(sql::MUST_SESSION), of_session(sql::SESSION_REVOKE).bind(ports.clock.now_ms())];
        match commit(ports, row.text("workspace_id")?, actor, &event, statements).await {
            Ok(_) => Ok(true),
            Err(error) if error.is_precondition() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Ends all sessions of a person except `keep`, and returns how many ended.
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

    /// Switches a session to another workspace of its person. Returns `false` when the person is not a member there.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn switch_workspace(&self, user_id: &str, session_id: &str, workspace_id: &str) -> Result<bool, DbError> {
        let statement = Statement::new(sql::SESSION_SWITCH).bind(session_id).bind(user_id).bind(workspace_id);
        let results = self.ports.db.batch(vec![statement]).await?;
        Ok(results.first().is_some_and(|result| result.changes > 0))
    }

    /// Removes at most `max` each of sign-in counters without a try for a day, and sessions whose absolute end is past,
    /// and returns how many were removed. For a scheduled job.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn purge(&self, max: u32) -> Result<u64, DbError> {
        const DAY: i64 = 86_400_000;
        let now = self.ports.clock.now_ms();
        let batch = vec![
            Statement::new(sql::COUNTER_PURGE).bind(now.saturating_sub(DAY)).bind(max),
            Statement::new(sql::SESSION_PURGE).bind(now).bind(max),
        ];
        Ok(self.ports.db.batch(batch).await?.iter().map(|result| result.changes).sum())
    }
}

/// Returns the statement that records in a session that its person proved their identity again.
pub(crate) fn confirm(ports: &Ports, user_id: &str, session_id: &str, passkey: bool) -> Statement {
    let now = ports.clock.now_ms();
    Statement::new(sql::SESSION_CONFIRM).bind(session_id).bind(user_id).bind(now).bind(passkey.then_some(now))
}

fn session_of(row: &Row) -> Result<Session, DbError> {
    Ok(Session {
        id: row.text("id")?.to_owned(),
        user_id: row.text("user_id")?.to_owned(),
        workspace_id: row.text("workspace_id")?.to_owned(),
        user_agent: row.text("user_agent")?.to_owned(),
        created_at_ms: row.integer("created_at")?,
        last_seen_at_ms: row.integer("last_seen_at")?,
        expires_at_ms: row.integer("expires_at")?,
        confirmed_at_ms: row.integer("confirmed_at")?,
        passkey_at_ms: row.optional_integer("passkey_at")?,
    })
}
