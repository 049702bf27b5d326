//! The server's keys that sign tokens.
//!
//! Invariants: private halves are sealed; there is one active key and one next, and a key is published before it is used
//! and kept after.

use serde_json::Value as Json;

use super::OAuth;
use crate::database::{DbError, Statement};
use crate::keys::parse_column;
use crate::roles::named;
use crate::sealing::SealContext;
use crate::sql;

/// How long a key is published before it signs: longer than verifiers keep the key set, 15 minutes.
pub const PUBLISHED_AHEAD_MS: i64 = 15 * 60_000;
/// How long a retired key still verifies: a token's life and the key set's, with room to spare.
pub const RETIRED_FOR_MS: i64 = 60 * 60_000;

named! {
    /// Where in its life a token key is.
    TokenKeyState {
        /// Published, not used yet.
        Next = "next",
        /// Signs.
        Active = "active",
        /// Only verifies.
        Retired = "retired",
    }
}

/// A token key about to be stored.
#[derive(Clone, PartialEq, Eq)]
pub struct NewTokenKey {
    /// Its id.
    pub kid: String,
    /// Its public half, JSON.
    pub public_jwk: String,
    /// Its private half.
    pub secret: Vec<u8>,
}

/// A token key.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenKey {
    /// Its id.
    pub kid: String,
    /// Where in its life it is.
    pub state: TokenKeyState,
    /// Its public half, JSON.
    pub public_jwk: String,
    /// When it got its present state, in milliseconds.
    pub changed_at_ms: i64,
}

impl std::fmt::Debug for NewTokenKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewTokenKey").field("kid", &self.kid).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TokenKey").field("kid", &self.kid).field("state", &self.state).finish_non_exhaustive()
    }
}

impl OAuth {
    /// Every token key: active, next and retired. Opens no private half.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn token_keys(&self) -> Result<Vec<TokenKey>, DbError> {
        let rows = self.store.db.query(Statement::new(sql::oauth::TOKEN_KEY_LIST)).await?;
        rows.iter()
            .map(|row| {
                let kid = row.text("kid")?;
                let state: TokenKeyState = parse_column(row, "state", "a state of a key")?;
                Ok(TokenKey {
                    kid: kid.to_owned(),
                    state,
                    public_jwk: row.text("public_jwk")?.to_owned(),
                    changed_at_ms: row.integer("changed_at")?,
                })
            })
            .collect()
    }

    /// The private half of the active key; `None` when there are no keys yet.
    ///
    /// # Errors
    /// [`DbError`]; also when it was sealed under a key that is not known any more.
    pub async fn signing_key(&self) -> Result<Option<Vec<u8>>, DbError> {
        let rows = self.store.db.query(Statement::new(sql::oauth::TOKEN_KEY_ACTIVE)).await?;
        let open = |row: &crate::database::Row| {
            Ok(self.store.sealing.open(&context(row.text("kid")?), row.text("sealed")?)?)
        };
        rows.first().map(open).transpose()
    }

    fn insert_key(&self, key: &NewTokenKey, state: TokenKeyState) -> Result<Statement, DbError> {
        let store = &self.store;
        serde_json::from_str::<Json>(&key.public_jwk)
            .map_err(|_| DbError::Shape { column: "public_jwk", expected: "JSON" })?;
        Ok(Statement::new(sql::oauth::TOKEN_KEY_INSERT)
            .bind(key.kid.as_str())
            .bind(state.as_str())
            .bind(key.public_jwk.as_str())
            .bind(store.sealing.seal(&context(&key.kid), &key.secret, store.rng.as_ref())?)
            .bind(store.clock.now_ms()))
    }

    /// Stores the first two keys. `false` when there are keys already.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn install_token_keys(&self, active: &NewTokenKey, next: &NewTokenKey) -> Result<bool, DbError> {
        let batch = vec![self.insert_key(active, TokenKeyState::Active)?, self.insert_key(next, TokenKeyState::Next)?];
        match self.store.db.batch(batch).await {
            Ok(_) => Ok(true),
            Err(DbError::Conflict(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// The next key signs from now on, the active one only verifies, and `fresh` is the next. `false` when `active` is
    /// not the active one any more, or the next has not been published for 15 minutes.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn rotate_token_keys(&self, active: &str, fresh: &NewTokenKey) -> Result<bool, DbError> {
        let now = self.store.clock.now_ms();
        let batch = vec![
            Statement::new(sql::oauth::MUST_ROTATABLE).bind(active).bind(now.saturating_sub(PUBLISHED_AHEAD_MS)),
            Statement::new(sql::oauth::TOKEN_KEY_RETIRE).bind(now),
            Statement::new(sql::oauth::TOKEN_KEY_ACTIVATE).bind(now),
            self.insert_key(fresh, TokenKeyState::Next)?,
        ];
        match self.store.db.batch(batch).await {
            Ok(_) => Ok(true),
            Err(error) if error.is_precondition() => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// What a token key is sealed with.
pub(crate) fn context(kid: &str) -> SealContext {
    SealContext::of_server("token key", kid)
}
