//! Browser sessions: an id to find the row and a secret of which only a MAC is stored.
//!
//! A session ends when it is revoked, when nobody came for the idle time, or at its absolute end, whichever is first.
//! Every sign-in makes a new one, so a planted cookie is worth nothing.

use super::{AccountsError, Plan, SignInPolicy, User, Workspace};
use crate::audit::{Actor, AdminAction, NewAdminEvent, commit};
use crate::database::{DbError, Row, Statement};
use crate::encoding::random_base62;
use crate::keys::{parse_column, pepper_version};
use crate::plans::RateLimits;
use crate::roles::{Permissions, Role};
use crate::secret::Purpose;
use crate::sql;
use crate::store::Store;

const ID_CHARS: usize = 16;
const SECRET_CHARS: usize = 32;
const TOUCH_INTERVAL_MS: i64 = 60_000;
const LIST_LIMIT: u32 = 100;
/// A user agent is kept for the person to recognise a browser by; more than this is not needed for it.
const USER_AGENT_CHARS: usize = 200;

/// How long sessions last, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SessionLimits {
    /// Without a visit.
    pub idle_ms: i64,
    /// In any case.
    pub absolute_ms: i64,
}

impl Default for SessionLimits {
    /// Seven days idle, thirty days at most.
    fn default() -> Self {
        const DAY: i64 = 86_400_000;
        Self { idle_ms: 7 * DAY, absolute_ms: 30 * DAY }
    }
}

/// A session as listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Public part of the cookie.
    pub id: String,
    /// Whose it is.
    pub user_id: String,
    /// Which workspace it looks at.
    pub workspace_id: String,
    /// Browser, shortened.
    pub user_agent: String,
    /// Milliseconds since the epoch, like all times here.
    pub created_at_ms: i64,
    /// Last visit, exact to a minute.
    pub last_seen_at_ms: i64,
    /// Absolute end.
    pub expires_at_ms: i64,
    /// When the person last showed a password or a passkey.
    pub confirmed_at_ms: i64,
    /// When the person last showed a passkey.
    pub passkey_at_ms: Option<i64>,
}

/// A session just made.
#[derive(Clone, PartialEq, Eq)]
pub struct NewSession {
    /// As it will be listed.
    pub session: Session,
    /// Value of the cookie: `<id>.<secret>`.
    pub cookie: String,
    /// Whose it is.
    pub user: User,
}

impl std::fmt::Debug for NewSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewSession").field("session", &self.session).finish_non_exhaustive()
    }
}

/// A session that was shown, exists and is valid now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionIdentity {
    /// Its row.
    pub session: Session,
    /// The person.
    pub user: User,
    /// The workspace it looks at.
    pub workspace: Workspace,
    /// The person's present role there.
    pub role: Role,
    /// Rate limits of the workspace's contract.
    pub rates: RateLimits,
    /// What the workspace asks of sessions.
    pub sign_in: SignInPolicy,
}

impl SessionIdentity {
    /// What the person may do in the workspace.
    pub const fn permissions(&self) -> Permissions {
        self.role.permissions()
    }

    /// Whether the session has shown what its workspace asks for.
    pub const fn is_admitted(&self) -> bool {
        matches!(self.sign_in, SignInPolicy::Password) || self.session.passkey_at_ms.is_some()
    }
}

/// Why a shown session is not accepted. To the caller all but [`SessionError::Database`] are one and the same 401.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SessionError {
    /// Not of the form of a session cookie; no query was made.
    #[error("not a session")]
    Malformed,
    /// No such id, or the secret is another one.
    #[error("no such session")]
    Unknown,
    /// Revoked, idle for too long, or past its end.
    #[error("the session has ended")]
    Ended,
    /// The person is disabled, has not proved the address, or is no longer a member of the workspace.
    #[error("the person has no access any more")]
    NoAccess,
    /// It could not be looked up.
    #[error(transparent)]
    Database(#[from] DbError),
}

fn split_cookie(cookie: &str) -> Option<(&str, &str)> {
    let (id, secret) = cookie.split_once('.')?;
    let fits = |text: &str, length| text.len() == length && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    (fits(id, ID_CHARS) && fits(secret, SECRET_CHARS)).then_some((id, secret))
}

/// How a session begins.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry<'a> {
    /// The workspace that it looks at.
    pub workspace_id: &'a str,
    /// The browser's `User-Agent`, or empty.
    pub user_agent: &'a str,
    /// Whether a passkey was shown.
    pub passkey: bool,
}

pub(super) async fn start(
    store: &Store,
    user: User,
    entry: Entry<'_>,
    limits: SessionLimits,
) -> Result<NewSession, AccountsError> {
    let (session, insert) = prepare(store, user, entry, limits)?;
    store.db.query(insert).await?;
    Ok(session)
}

/// A new session and the statement that stores it.
pub(super) fn prepare(
    store: &Store,
    user: User,
    entry: Entry<'_>,
    limits: SessionLimits,
) -> Result<(NewSession, Statement), AccountsError> {
    let now = store.clock.now_ms();
    let id = random_base62(store.rng.as_ref(), ID_CHARS)?;
    let secret = random_base62(store.rng.as_ref(), SECRET_CHARS)?;
    let session = Session {
        id,
        user_id: user.id.clone(),
        workspace_id: entry.workspace_id.to_owned(),
        user_agent: entry.user_agent.chars().take(USER_AGENT_CHARS).collect(),
        created_at_ms: now,
        last_seen_at_ms: now,
        expires_at_ms: now.saturating_add(limits.absolute_ms),
        confirmed_at_ms: now,
        passkey_at_ms: entry.passkey.then_some(now),
    };
    let statement = Statement::new(sql::SESSION_INSERT)
        .bind(session.id.as_str())
        .bind(session.user_id.as_str())
        .bind(session.workspace_id.as_str())
        .bind(hex::encode(store.peppers.mac_now(Purpose::Session, secret.as_bytes())))
        .bind(store.peppers.current_version())
        .bind(session.user_agent.as_str())
        .bind(now)
        .bind(session.expires_at_ms)
        .bind(session.passkey_at_ms);
    let cookie = format!("{}.{secret}", session.id);
    Ok((NewSession { session, cookie, user }, statement))
}

pub(super) async fn verify(
    store: &Store,
    cookie: &str,
    limits: SessionLimits,
) -> Result<SessionIdentity, SessionError> {
    let (id, secret) = split_cookie(cookie).ok_or(SessionError::Malformed)?;
    let rows = store.db.query(Statement::new(sql::SESSION_VERIFY).bind(id)).await?;
    let Some(row) = rows.first() else {
        store.peppers.verify(None, Purpose::Session, secret.as_bytes());
        return Err(SessionError::Unknown);
    };
    let stored = (row.text("secret_mac")?, pepper_version(row)?);
    if !store.peppers.verify(Some(stored), Purpose::Session, secret.as_bytes()) {
        return Err(SessionError::Unknown);
    }
    let now = store.clock.now_ms();
    let session = session_of(row)?;
    let idle_end = session.last_seen_at_ms.saturating_add(limits.idle_ms);
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

/// The statement that notes a proof in a session.
pub(crate) fn confirm(store: &Store, user_id: &str, session_id: &str, passkey: bool) -> Statement {
    let now = store.clock.now_ms();
    Statement::new(sql::SESSION_CONFIRM).bind(session_id).bind(user_id).bind(now).bind(passkey.then_some(now))
}

pub(super) async fn touch(store: &Store, session: &Session) -> Result<(), DbError> {
    let now = store.clock.now_ms();
    let due = now.saturating_sub(TOUCH_INTERVAL_MS);
    if session.last_seen_at_ms > due {
        return Ok(());
    }
    let statement = Statement::new(sql::SESSION_TOUCH).bind(session.id.as_str()).bind(now).bind(due);
    store.db.query(statement).await.map(drop)
}

pub(super) async fn list(store: &Store, user_id: &str, limits: SessionLimits) -> Result<Vec<Session>, DbError> {
    let now = store.clock.now_ms();
    let statement = Statement::new(sql::SESSION_LIST)
        .bind(user_id)
        .bind(now)
        .bind(now.saturating_sub(limits.idle_ms))
        .bind(LIST_LIMIT);
    store.db.query(statement).await?.iter().map(session_of).collect()
}

pub(super) async fn end(store: &Store, actor: &Actor, user_id: &str, session_id: &str) -> Result<bool, DbError> {
    let of_session = |sql: &'static str| Statement::new(sql).bind(session_id).bind(user_id);
    let rows = store.db.query(of_session(sql::SESSION_FIND)).await?;
    let Some(row) = rows.first() else { return Ok(false) };
    let event = NewAdminEvent::new(AdminAction::SessionsEnded, session_id);
    let statements = vec![of_session(sql::MUST_SESSION), of_session(sql::SESSION_REVOKE).bind(store.clock.now_ms())];
    match commit(store, row.text("workspace_id")?, actor, &event, statements).await {
        Ok(_) => Ok(true),
        Err(error) if error.is_precondition() => Ok(false),
        Err(error) => Err(error),
    }
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
