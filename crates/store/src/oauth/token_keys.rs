//! The server's keys that sign tokens.
//!
//! Invariants: private keys are sealed; there is one active and one next key, and a key is published before it signs
//! and still published after it has been retired.

use serde_json::Value as Json;

use crate::database::row::parse_column;
use crate::database::{DbError, Row, Statement};
use crate::names::named;
use crate::oauth::{OAuth, sql};
use crate::sealing::SealContext;

/// How long a key is published before it signs, in milliseconds: 15 minutes, as long as verifiers cache the key set.
pub const PUBLISHED_AHEAD_MS: i64 = 15 * 60_000;

named! {
    /// State of a token key.
    TokenKeyState {
        /// Published, does not sign yet.
        Next = "next",
        /// Signs.
        Active = "active",
        /// Only verifies.
        Retired = "retired",
    }
}

/// Token key to store.
#[derive(Clone, PartialEq, Eq)]
pub struct NewTokenKey {
    /// ID of the key.
    pub kid: String,
    /// Public key as a JWK, JSON.
    pub public_jwk: String,
    /// Private key.
    pub secret: Vec<u8>,
}

/// Token key as stored, without the private key.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenKey {
    /// ID of the key.
    pub kid: String,
    /// State of the key.
    pub state: TokenKeyState,
    /// Public key as a JWK, JSON.
    pub public_jwk: String,
    /// When the state last changed, in milliseconds since the Unix epoch.
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
    /// Returns every token key: active, next and retired. Unseals no private key.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn token_keys(&self) -> Result<Vec<TokenKey>, DbError> {
        let rows = self.ports.db.query(Statement::new(sql::TOKEN_KEY_LIST)).await?;
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

    /// Returns the private key of the active key; `None` when there are no keys yet.
    ///
    /// # Errors
    /// [`DbError`]; also when it was sealed under a key that is no longer known.
    pub async fn signing_key(&self) -> Result<Option<Vec<u8>>, DbError> {
        let rows = self.ports.db.query(Statement::new(sql::TOKEN_KEY_ACTIVE)).await?;
        let open =
            |row: &Row| Ok(self.ports.sealing.open(&token_key_context(row.text("kid")?), row.text("sealed")?)?);
        rows.first().map(open).transpose()
    }

    fn insert_key(&self, key: &NewTokenKey, state: TokenKeyState) -> Result<Statement, DbError> {
        let ports = &self.ports;
        serde_json::from_str::<Json>(&key.public_jwk)
            .map_err(|_| DbError::Shape { column: "public_jwk", expected: "JSON" })?;
        Ok(Statement::new(sql::TOKEN_KEY_INSERT)
            .bind(key.kid.as_str())
            .bind(state.as_str())
            .bind(key.public_jwk.as_str())
            .bind(ports.sealing.seal(&token_key_context(&key.kid), &key.secret, ports.rng.as_ref())?)
            .bind(ports.clock.now_ms()))
    }

    /// Stores the first two keys. Returns `false` when there are keys already.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn install_token_keys(&self, active: &NewTokenKey, next: &NewTokenKey) -> Result<bool, DbError> {
        let batch = vec![self.insert_key(active, TokenKeyState::Active)?, self.insert_key(next, TokenKeyState::Next)?];
        match self.ports.db.batch(batch).await {
            Ok(_) => Ok(true),
            Err(DbError::Conflict(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Rotates the keys: the next key becomes active, the active one retires, and `fresh` becomes the next. Returns
    /// `false` when `active` is no longer active, or the next key has not been published for 15 minutes.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn rotate_token_keys(&self, active: &str, fresh: &NewTokenKey) -> Result<bool, DbError> {
        let now = self.ports.clock.now_ms();
        let batch = vec![
            Statement::new(sql::MUST_ROTATABLE).bind(active).bind(now.saturating_sub(PUBLISHED_AHEAD_MS)),
            Statement::new(sql::TOKEN_KEY_RETIRE).bind(now),
            Statement::new(sql::TOKEN_KEY_ACTIVATE).bind(now),
            self.insert_key(fresh, TokenKeyState::Next)?,
        ];
        match self.ports.db.batch(batch).await {
            Ok(_) => Ok(true),
            Err(error) if error.is_precondition() => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// Returns the context that a token key is sealed with.
pub(crate) fn token_key_context(kid: &str) -> SealContext {
    SealContext::of_server("token key", kid)
}
