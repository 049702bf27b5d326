//! People: their addresses, names and password hashes.
//!
//! Invariant: an address is normalised before it is stored or looked up.

pub(crate) mod error;
pub mod password;
pub(crate) mod sql;

use labeler_ports::Rng;

use crate::database::{DbError, Row, Statement};
use crate::encoding::new_id;
use crate::people::error::AccountsError;
use crate::ports::Ports;
use crate::secret::{Peppers, Purpose};

const USER_PREFIX: &str = "usr_";
const MAX_NAME_CHARS: usize = 100;
/// Maximum length of an address in bytes (RFC 5321, 4.5.3.1.3: a path of 256 octets with its brackets).
const MAX_EMAIL_BYTES: usize = 254;

/// Person with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// `usr_…`.
    pub id: String,
    /// Normalised e-mail address.
    pub email: String,
    /// Display name.
    pub name: String,
    /// Creation time in milliseconds since the Unix epoch, like all times here.
    pub created_at_ms: i64,
    /// When an operator suspended the person.
    pub disabled_at_ms: Option<i64>,
    /// When the person proved to receive mail at the address. The person cannot sign in before that.
    pub email_proved_at_ms: Option<i64>,
}

/// Normalises an e-mail address: trimmed, in lower case. Returns `None` unless it has one `@` with text on both sides,
/// and no spaces or control characters. Whether mail arrives there is not checked.
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

pub(crate) fn checked_name(name: &str) -> Result<&str, AccountsError> {
    let name = name.trim();
    let fits = !name.is_empty() && name.chars().count() <= MAX_NAME_CHARS;
    if fits { Ok(name) } else { Err(AccountsError::Name) }
}

/// Creates a person who has proved the address, and the statement that stores the person.
///
/// # Errors
/// [`AccountsError`] for an address, a name or a password that is not acceptable, and without randomness.
pub(crate) fn prepare_user(
    email: &str,
    name: &str,
    password: &str,
    now_ms: i64,
    rng: &dyn Rng,
    peppers: &Peppers,
) -> Result<(User, Statement), AccountsError> {
    let email = normalise_email(email).ok_or(AccountsError::Email)?;
    let name = checked_name(name)?.to_owned();
    password::check(password)?;
    let id = new_id(USER_PREFIX, now_ms, rng)?;
    let hash = password::hash(password, rng, peppers)?;
    let insert = Statement::new(sql::USER_INSERT)
        .bind(id.as_str())
        .bind(email.as_str())
        .bind(name.as_str())
        .bind(hash.phc)
        .bind(hash.pepper_version)
        .bind(now_ms)
        .bind(now_ms);
    let user = User { id, email, name, created_at_ms: now_ms, disabled_at_ms: None, email_proved_at_ms: Some(now_ms) };
    Ok((user, insert))
}

/// People. From [`crate::Store::people`].
#[derive(Debug, Clone)]
pub struct People {
    ports: Ports,
}

impl People {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Returns a person by ID.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn user(&self, id: &str) -> Result<Option<User>, DbError> {
        let rows = self.ports.db.query(Statement::new(sql::USER_FIND).bind(id)).await?;
        rows.first().map(user_of).transpose()
    }

    /// Returns the key under which messages to a mailbox are counted: a MAC of the address.
    pub fn mailbox(&self, email: &str) -> String {
        let email = normalise_email(email).unwrap_or_default();
        hex::encode(self.ports.peppers.mac_now(Purpose::SignInCounter, format!("mailbox\0{email}").as_bytes()))
    }
}

pub(crate) fn taken(error: DbError) -> AccountsError {
    match error {
        DbError::Conflict(message) if message.contains("users.email") => AccountsError::EmailTaken,
        other => other.into(),
    }
}

pub(crate) type StoredHash = Option<(String, u32)>;

pub(crate) fn stored_user(row: &Row) -> Result<(User, StoredHash), DbError> {
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

pub(crate) fn user_of(row: &Row) -> Result<User, DbError> {
    Ok(User {
        id: row.text("id")?.to_owned(),
        email: row.text("email")?.to_owned(),
        name: row.text("name")?.to_owned(),
        created_at_ms: row.integer("created_at")?,
        disabled_at_ms: row.optional_integer("disabled_at")?,
        email_proved_at_ms: row.optional_integer("email_proved_at")?,
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
}
