//! Stored state of passkeys: challenges that are valid once, credentials of people, and signing in with one.
//!
//! The responses of browsers are verified elsewhere; this module contains no algorithm.

pub(crate) mod sql;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::audit::admin::AdminAction;
use crate::database::{DbError, Row, Statement};
use crate::members::Members;
use crate::model::Origin;
use crate::people::error::AccountsError;
use crate::ports::Ports;
use crate::sessions::{NewSession, Sessions, confirm};

/// Maximum duration of a ceremony, in milliseconds: five minutes.
pub const CHALLENGE_MS: i64 = 5 * 60_000;
const CHALLENGE_BYTES: usize = 32;
const LIST_LIMIT: u32 = 50;
const MAX_NAME_CHARS: usize = 100;

/// Verified passkey to store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPasskey {
    /// ID of the credential.
    pub credential_id: Vec<u8>,
    /// Display name, 1 to 100 characters.
    pub name: String,
    /// Public key, opaque here.
    pub public_key: Vec<u8>,
    /// Signature counter.
    pub counter: u32,
    /// Whether the credential may be backed up (backup eligibility). It never changes.
    pub backup_eligible: bool,
    /// Whether the credential is backed up (backup state).
    pub backed_up: bool,
}

/// State of a passkey in a verified assertion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasskeyUse {
    /// Signature counter after the assertion.
    pub counter: u32,
    /// Whether the credential may be backed up (backup eligibility).
    pub backup_eligible: bool,
    /// Whether the credential is backed up now (backup state).
    pub backed_up: bool,
}

/// Passkey as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// ID of the credential, base64url.
    pub id: String,
    /// ID of the person.
    pub user_id: String,
    /// Display name.
    pub name: String,
    /// Public key as it was stored.
    pub public_key: Vec<u8>,
    /// Signature counter.
    pub counter: u32,
    /// Whether the credential may be backed up; absent for passkeys that have not signed in since this is recorded.
    pub backup_eligible: Option<bool>,
    /// Whether the credential is backed up (backup state).
    pub backed_up: bool,
    /// Creation time in milliseconds since the Unix epoch, like all times here.
    pub created_at_ms: i64,
    /// Time of the last sign-in with the passkey.
    pub last_used_at_ms: Option<i64>,
}

/// Error of storing, removing or using a passkey.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasskeysError {
    /// The name is empty or longer than 100 characters.
    #[error("a passkey's name has 1 to 100 characters")]
    Name,
    /// The credential is registered already, by this person or another.
    #[error("this passkey is already registered")]
    Taken,
    /// The person has no passkey with this ID.
    #[error("no passkey with this ID exists")]
    NotFound,
    /// The person has not proved to receive mail at the address.
    #[error("the e-mail address is not confirmed; ask for a link that sets a new password, which confirms it")]
    Unproved,
    /// The passkey was used by another request at the same time, or the person is disabled or a member of no workspace.
    #[error("signing in with this passkey was refused")]
    Refused,
    /// Error of the database.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Passkeys of all people. From [`crate::Store::passkeys`].
#[derive(Debug, Clone)]
pub struct Passkeys {
    ports: Ports,
}

impl Passkeys {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Creates a challenge of 32 random bytes: with the ID of the person for a registration, without for a sign-in.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn challenge(&self, user_id: Option<&str>) -> Result<Vec<u8>, DbError> {
        let mut challenge = vec![0; CHALLENGE_BYTES];
        self.ports.rng.fill(&mut challenge)?;
        let statement = Statement::new(sql::CHALLENGE_INSERT)
            .bind(URL_SAFE_NO_PAD.encode(&challenge))
            .bind(user_id)
            .bind(self.ports.clock.now_ms().saturating_add(CHALLENGE_MS));
        self.ports.db.query(statement).await?;
        Ok(challenge)
    }

    /// Uses a challenge: returns `true` once, within five minutes, for the same person or a sign-in. Call it before the
    /// response is verified, so that a challenge cannot be tried twice.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn take_challenge(&self, challenge: &[u8], user_id: Option<&str>) -> Result<bool, DbError> {
        let statement = Statement::new(sql::CHALLENGE_TAKE)
            .bind(URL_SAFE_NO_PAD.encode(challenge))
            .bind(user_id)
            .bind(self.ports.clock.now_ms());
        Ok(!self.ports.db.query(statement).await?.is_empty())
    }

    /// Stores a verified passkey of a person, and records in the session that the person used it.
    ///
    /// # Errors
    /// [`PasskeysError`]: `Name`, `Taken`, `Database`.
    pub async fn add(
        &self,
        user_id: &str,
        session_id: &str,
        new: &NewPasskey,
        origin: &Origin,
    ) -> Result<Passkey, PasskeysError> {
        let name = new.name.trim();
        if name.is_empty() || name.chars().count() > MAX_NAME_CHARS {
            return Err(PasskeysError::Name);
        }
        let now = self.ports.clock.now_ms();
        let passkey = Passkey {
            id: URL_SAFE_NO_PAD.encode(&new.credential_id),
            user_id: user_id.to_owned(),
            name: name.to_owned(),
            public_key: new.public_key.clone(),
            counter: new.counter,
            backup_eligible: Some(new.backup_eligible),
            backed_up: new.backed_up,
            created_at_ms: now,
            last_used_at_ms: None,
        };
        let insert = Statement::new(sql::PASSKEY_INSERT)
            .bind(passkey.id.as_str())
            .bind(user_id)
            .bind(name)
            .bind(hex::encode(&new.public_key))
            .bind(new.counter)
            .bind(new.backed_up)
            .bind(now)
            .bind(new.backup_eligible);
        let members = Members::new(self.ports.clone());
        let statements = vec![insert, confirm(&self.ports, user_id, session_id, true)];
        match members.record_for_person(&origin.actor(user_id), AdminAction::PasskeyAdded, statements).await {
            Ok(()) => Ok(passkey),
            Err(DbError::Conflict(message)) if message.contains("passkeys") => Err(PasskeysError::Taken),
            Err(error) => Err(error.into()),
        }
    }

    /// Returns the passkeys of a person, oldest first, at most 50.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn of_user(&self, user_id: &str) -> Result<Vec<Passkey>, DbError> {
        let statement = Statement::new(sql::PASSKEY_LIST).bind(user_id).bind(LIST_LIMIT);
        self.ports.db.query(statement).await?.iter().map(passkey_of).collect()
    }

    /// Returns the passkey with this credential ID, of any person who is not disabled.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn find(&self, credential_id: &[u8]) -> Result<Option<Passkey>, DbError> {
        let statement = Statement::new(sql::PASSKEY_FIND).bind(URL_SAFE_NO_PAD.encode(credential_id));
        self.ports.db.query(statement).await?.first().map(passkey_of).transpose()
    }

    /// Removes a passkey of a person.
    ///
    /// # Errors
    /// [`PasskeysError`]: `NotFound`, `Database`.
    pub async fn remove(&self, user_id: &str, id: &str, origin: &Origin) -> Result<(), PasskeysError> {
        let statements = vec![
            Statement::new(sql::MUST_PASSKEY).bind(id).bind(user_id),
            Statement::new(sql::PASSKEY_DELETE).bind(id),
        ];
        let members = Members::new(self.ports.clone());
        let done = members.record_for_person(&origin.actor(user_id), AdminAction::PasskeyRemoved, statements).await;
        done.map_err(|error| if error.is_precondition() { PasskeysError::NotFound } else { error.into() })
    }

    /// Whether a workspace of the person requires a passkey.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn are_wanted(&self, user_id: &str) -> Result<bool, DbError> {
        let statement = Statement::new(sql::PASSKEY_WANTED).bind(user_id);
        Ok(!self.ports.db.query(statement).await?.is_empty())
    }

    /// Returns the statements of a use. They refuse it when the counter is no longer the one that was verified against.
    fn use_statements(&self, passkey: &Passkey, good: PasskeyUse) -> Result<Vec<Statement>, PasskeysError> {
        if passkey.backup_eligible.is_some_and(|known| known != good.backup_eligible) {
            return Err(PasskeysError::Refused);
        }
        Ok(vec![
            Statement::new(sql::MUST_COUNTER).bind(passkey.id.as_str()).bind(passkey.counter),
            Statement::new(sql::PASSKEY_USE)
                .bind(passkey.id.as_str())
                .bind(good.counter)
                .bind(good.backed_up)
                .bind(self.ports.clock.now_ms())
                .bind(good.backup_eligible),
        ])
    }

    /// Records in a session that its person used a passkey, after a verified assertion.
    ///
    /// # Errors
    /// [`PasskeysError`]: `Refused` (also for the passkey of another person), `Database`.
    pub async fn confirm(
        &self,
        passkey: &Passkey,
        good: PasskeyUse,
        user_id: &str,
        session_id: &str,
    ) -> Result<(), PasskeysError> {
        if passkey.user_id != user_id {
            return Err(PasskeysError::Refused);
        }
        let mut statements = self.use_statements(passkey, good)?;
        statements.push(confirm(&self.ports, user_id, session_id, true));
        let done = self.ports.db.batch(statements).await;
        done.map(drop).map_err(|error| if error.is_precondition() { PasskeysError::Refused } else { error.into() })
    }

    /// Signs in the owner of a passkey after a verified assertion. `passkey` is the row that was verified against: if
    /// its counter has changed since, another request used it and this one is refused. A changed backup eligibility is
    /// refused as well.
    ///
    /// # Errors
    /// [`PasskeysError`]: `Refused`, `Database`.
    pub async fn sign_in(
        &self,
        sessions: &Sessions,
        passkey: &Passkey,
        good: PasskeyUse,
        user_agent: &str,
        origin: &Origin,
    ) -> Result<NewSession, PasskeysError> {
        let statements = self.use_statements(passkey, good)?;
        let begun = sessions.begin_session(&passkey.user_id, user_agent, origin, "passkey", statements).await;
        begun.map_err(|error| match error {
            AccountsError::Database(error) if !error.is_precondition() => error.into(),
            AccountsError::Unproved => PasskeysError::Unproved,
            AccountsError::Rng(error) => PasskeysError::Database(error.into()),
            _ => PasskeysError::Refused,
        })
    }

    /// Removes at most `max` expired challenges and returns how many were removed. For a scheduled job.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn purge(&self, max: u32) -> Result<u64, DbError> {
        let statement = Statement::new(sql::CHALLENGE_PURGE).bind(self.ports.clock.now_ms()).bind(max);
        Ok(self.ports.db.batch(vec![statement]).await?.iter().map(|result| result.changes).sum())
    }
}

fn passkey_of(row: &Row) -> Result<Passkey, DbError> {
    Ok(Passkey {
        id: row.text("id")?.to_owned(),
        user_id: row.text("user_id")?.to_owned(),
        name: row.text("name")?.to_owned(),
        public_key: hex::decode(row.text("public_key")?)
            .map_err(|_| DbError::Shape { column: "public_key", expected: "hexadecimal" })?,
        counter: u32::try_from(row.integer("counter")?)
            .map_err(|_| DbError::Shape { column: "counter", expected: "a counter" })?,
        backup_eligible: row.optional_integer("backup_eligible")?.map(|flag| flag != 0),
        backed_up: row.boolean("backed_up")?,
        created_at_ms: row.integer("created_at")?,
        last_used_at_ms: row.optional_integer("last_used_at")?,
    })
}
