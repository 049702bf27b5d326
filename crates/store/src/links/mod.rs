//! One-time links of invitations, of the first run and of password resets.
//!
//! A link ends in `<id>.<secret>`; only a MAC of the secret is stored. It works once and until it expires, and an
//! invitation only while its creator may still grant the role. Looking a link up does the same work whether it exists
//! or not.

pub(crate) mod sql;

use labeler_ports::Rng;

use crate::database::row::pepper_version;
use crate::database::{DbError, Row, Statement};
use crate::encoding::random_base62;
use crate::people::error::MembersError;
use crate::ports::Ports;
use crate::roles::Role;
use crate::secret::{Peppers, Purpose};

const ID_CHARS: usize = 16;
const SECRET_CHARS: usize = 32;

/// Link that was just created.
#[derive(Clone, PartialEq, Eq)]
pub struct NewLink {
    /// Public part of the link.
    pub id: String,
    /// End of the link: `<id>.<secret>`. It is sent once and not stored.
    pub token: String,
    /// When the link expires, in milliseconds since the Unix epoch.
    pub expires_at_ms: i64,
}

impl std::fmt::Debug for NewLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewLink").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Kind of a one-time link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
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

/// Fields of a link that depend on its kind.
#[derive(Default)]
pub(crate) struct About<'a> {
    pub workspace_id: Option<&'a str>,
    pub role: Option<Role>,
    pub email: Option<&'a str>,
    pub created_by: Option<&'a str>,
    pub user_id: Option<&'a str>,
}

/// Creates a link and the statement that stores it.
pub(crate) fn prepare_link(
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
    let statement = Statement::new(sql::LINK_INSERT)
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

/// One-time links of all kinds.
#[derive(Debug, Clone)]
pub(crate) struct Links {
    ports: Ports,
}

impl Links {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    pub(crate) fn new_link(
        &self,
        kind: Kind,
        about: &About<'_>,
        life_ms: i64,
    ) -> Result<(NewLink, Statement), DbError> {
        let ports = &self.ports;
        prepare_link(kind, about, ports.clock.now_ms(), life_ms, ports.rng.as_ref(), &ports.peppers)
    }

    /// Returns the row of a link that can be used now.
    pub(crate) async fn open_link(&self, kind: Kind, token: &str) -> Result<Row, MembersError> {
        let ports = &self.ports;
        let (id, secret) = token.split_once('.').ok_or(MembersError::Link)?;
        if id.len() != ID_CHARS || secret.len() != SECRET_CHARS {
            return Err(MembersError::Link);
        }
        let rows = ports.db.query(Statement::new(sql::LINK_FIND).bind(id)).await?;
        let row = rows.into_iter().next();
        let stored = match &row {
            Some(row) => Some((row.text("secret_mac")?, pepper_version(row)?)),
            None => None,
        };
        let right = ports.peppers.verify(stored, Purpose::Link, secret.as_bytes());
        let row = row.filter(|_| right).ok_or(MembersError::Link)?;
        let open = row.text("kind")? == kind.as_str()
            && row.optional_integer("used_at")?.is_none()
            && row.optional_integer("revoked_at")?.is_none()
            && row.integer("expires_at")? > ports.clock.now_ms();
        if open { Ok(row) } else { Err(MembersError::Link) }
    }

    pub(crate) fn use_link(&self, id: &str) -> [Statement; 2] {
        let now = self.ports.clock.now_ms();
        [sql::MUST_LINK, sql::LINK_USE].map(|sql| Statement::new(sql).bind(id).bind(now))
    }

    /// Gives a link another secret, address and end, so that only the new link works.
    pub(crate) fn renew(&self, id: &str, email: &str, life_ms: i64) -> Result<(NewLink, Statement), DbError> {
        let ports = &self.ports;
        let secret = random_base62(ports.rng.as_ref(), SECRET_CHARS)?;
        let expires_at_ms = ports.clock.now_ms().saturating_add(life_ms);
        let statement = Statement::new(sql::LINK_RENEW)
            .bind(id)
            .bind(email)
            .bind(hex::encode(ports.peppers.mac_now(Purpose::Link, secret.as_bytes())))
            .bind(ports.peppers.current_version())
            .bind(expires_at_ms);
        Ok((NewLink { id: id.to_owned(), token: format!("{id}.{secret}"), expires_at_ms }, statement))
    }

    /// Removes at most `max` links that ended 30 days ago or earlier, and returns how many were removed. For a
    /// scheduled job.
    ///
    /// # Errors
    /// [`DbError`].
    pub(crate) async fn purge(&self, max: u32) -> Result<u64, DbError> {
        const KEPT_MS: i64 = 30 * 86_400_000;
        let now = self.ports.clock.now_ms();
        let statement = Statement::new(sql::LINK_PURGE).bind(now.saturating_sub(KEPT_MS)).bind(max);
        Ok(self.ports.db.batch(vec![statement]).await?.iter().map(|result| result.changes).sum())
    }
}
