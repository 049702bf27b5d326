//! Passkeys as far as they are stored: challenges that work once, credentials of people, and signing in with one.
//!
//! What a browser sends is verified elsewhere; this module knows no algorithm.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::accounts::{Accounts, AccountsError, NewSession, Origin, confirm};
use crate::audit::AdminAction;
use crate::database::{DbError, Row, Statement};
use crate::sql;
use crate::store::Store;

/// How long a ceremony may take, in milliseconds: five minutes.
pub const CHALLENGE_MS: i64 = 5 * 60_000;
const CHALLENGE_BYTES: usize = 32;
const LIST_LIMIT: u32 = 50;
const MAX_NAME_CHARS: usize = 100;

/// A passkey about to be stored, as verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPasskey {
    /// The credential's id.
    pub credential_id: Vec<u8>,
    /// For people, 1 to 100 characters.
    pub name: String,
    /// The public key, opaque here.
    pub public_key: Vec<u8>,
    /// Its counter.
    pub counter: u32,
    /// Whether it may be kept in more than one place. It never changes.
    pub backup_eligible: bool,
    /// Whether it is kept in more than one place.
    pub backed_up: bool,
}

/// What a verified assertion says about the passkey it was made with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasskeyUse {
    /// The counter now.
    pub counter: u32,
    /// Whether it may be kept in more than one place.
    pub backup_eligible: bool,
    /// Whether it is kept in more than one place now.
    pub backed_up: bool,
}

/// A passkey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passkey {
    /// The credential's id, base64url.
    pub id: String,
    /// Whose it is.
    pub user_id: String,
    /// For people.
    pub name: String,
    /// The public key, as it was given.
    pub public_key: Vec<u8>,
    /// Its counter.
    pub counter: u32,
    /// Whether it may be kept in more than one place; not known of passkeys that have not signed in since this is kept.
    pub backup_eligible: Option<bool>,
    /// Whether it is kept in more than one place.
    pub backed_up: bool,
    /// Milliseconds since the epoch, like all times here.
    pub created_at_ms: i64,
    /// Last sign-in with it.
    pub last_used_at_ms: Option<i64>,
}

/// Why a passkey was not stored, removed or used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PasskeysError {
    /// Empty or longer than 100 characters.
    #[error("a passkey's name has 1 to 100 characters")]
    Name,
    /// The credential is registered already, by this person or another.
    #[error("this passkey is registered already")]
    Taken,
    /// No such passkey of this person.
    #[error("no such passkey")]
    NotFound,
    /// Nobody has proved to receive mail at the person's address.
    #[error("the e-mail address is not confirmed; ask for a link that sets a new password, which confirms it")]
    Unproved,
    /// Somebody used it at the same time, the person is disabled, or a member of nothing.
    #[error("signing in with this passkey was refused")]
    Refused,
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Passkeys of all people. From [`Store::passkeys`].
#[derive(Debug, Clone)]
pub struct Passkeys {
    store: Store,
}

impl Passkeys {
    pub(crate) const fn new(store: Store) -> Self {
        Self { store }
    }

    /// A fresh challenge of 32 random bytes: for a registration with whose it is, for a sign-in without.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn challenge(&self, user_id: Option<&str>) -> Result<Vec<u8>, DbError> {
        let mut challenge = vec![0; CHALLENGE_BYTES];
        self.store.rng.fill(&mut challenge)?;
        let statement = Statement::new(sql::passkeys::CHALLENGE_INSERT)
            .bind(URL_SAFE_NO_PAD.encode(&challenge))
            .bind(user_id)
            .bind(self.store.clock.now_ms().saturating_add(CHALLENGE_MS));
        self.store.db.query(statement).await?;
        Ok(challenge)
    }

    /// Uses a challenge: `true` once, within five minutes, for the same person or sign-in. To be called before the
    /// response is verified, so that a challenge is not tried twice.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn take_challenge(&self, challenge: &[u8], user_id: Option<&str>) -> Result<bool, DbError> {
        let statement = Statement::new(sql::passkeys::CHALLENGE_TAKE)
            .bind(URL_SAFE_NO_PAD.encode(challenge))
            .bind(user_id)
            .bind(self.store.clock.now_ms());
        Ok(!self.store.db.query(statement).await?.is_empty())
    }

    /// Stores a verified passkey of a person, and notes in the session that it was shown.
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
        let now = self.store.clock.now_ms();
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
        let insert = Statement::new(sql::passkeys::PASSKEY_INSERT)
            .bind(passkey.id.as_str())
            .bind(user_id)
            .bind(name)
            .bind(hex::encode(&new.public_key))
            .bind(new.counter)
            .bind(new.backed_up)
            .bind(now)
            .bind(new.backup_eligible);
        let accounts = self.store.accounts();
        let statements = vec![insert, confirm(&self.store, user_id, session_id, true)];
        match accounts.record_for_person(&origin.actor(user_id), AdminAction::PasskeyAdded, statements).await {
            Ok(()) => Ok(passkey),
            Err(DbError::Conflict(message)) if message.contains("passkeys") => Err(PasskeysError::Taken),
            Err(error) => Err(error.into()),
        }
    }

    /// The passkeys of a person, oldest first, at most 50.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn of_user(&self, user_id: &str) -> Result<Vec<Passkey>, DbError> {
        let statement = Statement::new(sql::passkeys::PASSKEY_LIST).bind(user_id).bind(LIST_LIMIT);
        self.store.db.query(statement).await?.iter().map(passkey_of).collect()
    }

    /// The passkey with this credential id, of whomever; none of a person who is disabled.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn find(&self, credential_id: &[u8]) -> Result<Option<Passkey>, DbError> {
        let statement = Statement::new(sql::passkeys::PASSKEY_FIND).bind(URL_SAFE_NO_PAD.encode(credential_id));
        self.store.db.query(statement).await?.first().map(passkey_of).transpose()
    }

    /// Removes a passkey of a person.
    ///
    /// # Errors
    /// [`PasskeysError`]: `NotFound`, `Database`.
    pub async fn remove(&self, user_id: &str, id: &str, origin: &Origin) -> Result<(), PasskeysError> {
        let statements = vec![
            Statement::new(sql::passkeys::MUST_PASSKEY).bind(id).bind(user_id),
            Statement::new(sql::passkeys::PASSKEY_DELETE).bind(id),
        ];
        let accounts = self.store.accounts();
        let done = accounts.record_for_person(&origin.actor(user_id), AdminAction::PasskeyRemoved, statements).await;
        done.map_err(|error| if error.is_precondition() { PasskeysError::NotFound } else { error.into() })
    }

    /// Whether some workspace of a person asks for a passkey.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn are_wanted(&self, user_id: &str) -> Result<bool, DbError> {
        let statement = Statement::new(sql::passkeys::PASSKEY_WANTED).bind(user_id);
        Ok(!self.store.db.query(statement).await?.is_empty())
    }

    /// The statements of a use: they refuse a counter that is no longer the one that was verified against.
    fn use_statements(&self, passkey: &Passkey, good: PasskeyUse) -> Result<Vec<Statement>, PasskeysError> {
        if passkey.backup_eligible.is_some_and(|known| known != good.backup_eligible) {
            return Err(PasskeysError::Refused);
        }
        Ok(vec![
            Statement::new(sql::passkeys::MUST_COUNTER).bind(passkey.id.as_str()).bind(passkey.counter),
            Statement::new(sql::passkeys::PASSKEY_USE)
                .bind(passkey.id.as_str())
                .bind(good.counter)
                .bind(good.backed_up)
                .bind(self.store.clock.now_ms())
                .bind(good.backup_eligible),
        ])
    }

    /// Notes in a session that its person showed a passkey, after a verified assertion.
    ///
    /// # Errors
    /// [`PasskeysError`]: `Refused` (also for somebody else's passkey), `Database`.
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
        statements.push(confirm(&self.store, user_id, session_id, true));
        let done = self.store.db.batch(statements).await;
        done.map(drop).map_err(|error| if error.is_precondition() { PasskeysError::Refused } else { error.into() })
    }

    /// Signs the owner of a passkey in after a verified assertion. `passkey` is what was verified against: if its counter
    /// has changed since, somebody was faster and this one is refused. So is one that says otherwise than before whether
    /// it may be backed up.
    ///
    /// # Errors
    /// [`PasskeysError`]: `Refused`, `Database`.
    pub async fn sign_in(
        &self,
        accounts: &Accounts,
        passkey: &Passkey,
        good: PasskeyUse,
        user_agent: &str,
        origin: &Origin,
    ) -> Result<NewSession, PasskeysError> {
        let statements = self.use_statements(passkey, good)?;
        let begun = accounts.begin_session(&passkey.user_id, user_agent, origin, "passkey", statements).await;
        begun.map_err(|error| match error {
            AccountsError::Database(error) if !error.is_precondition() => error.into(),
            AccountsError::Unproved => PasskeysError::Unproved,
            AccountsError::Rng(error) => PasskeysError::Database(error.into()),
            _ => PasskeysError::Refused,
        })
    }

    /// Forgets at most `max` challenges that are over and says how many went. For a scheduled job.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn purge(&self, max: u32) -> Result<u64, DbError> {
        let statement = Statement::new(sql::passkeys::CHALLENGE_PURGE).bind(self.store.clock.now_ms()).bind(max);
        Ok(self.store.db.batch(vec![statement]).await?.iter().map(|result| result.changes).sum())
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
