//! The server's token keys: created on first use, rotated after 30 days.
//!
//! A key is published before it signs and stays published after it signed, so that a client that caches the key set for
//! up to fifteen minutes never receives a token under an unknown key. The store encrypts the private half.

use labeler_ports::{Clock, Rng};
use labeler_store::{NewTokenKey, OAuth, Store, TokenKey, TokenKeyState};
use labeler_token::{Jwk, JwkSet, SigningKey};

use crate::{app::App, http::error::ApiError};

/// Time for which a key signs, in milliseconds: 30 days.
const SIGNS_FOR_MS: i64 = 30 * 86_400_000;
/// Attempts to generate a key. Random bytes are not a valid private key less often than once in 2^32.
const ATTEMPTS: usize = 4;

fn fresh(rng: &dyn Rng) -> Result<NewTokenKey, String> {
    for _ in 0..ATTEMPTS {
        let mut bytes = [0_u8; 32];
        rng.fill(&mut bytes).map_err(|error| error.to_string())?;
        if let Ok(key) = SigningKey::from_bytes(&bytes) {
            let jwk = Jwk::of(&key.public());
            let public_jwk = serde_json::to_string(&jwk).map_err(|error| error.to_string())?;
            return Ok(NewTokenKey { kid: jwk.kid, public_jwk, secret: bytes.to_vec() });
        }
    }
    Err("the random number generator yields no valid private keys".to_owned())
}

/// Returns every key. Creates the first two if there are none.
async fn all(oauth: &OAuth, rng: &dyn Rng) -> Result<Vec<TokenKey>, String> {
    let keys = oauth.token_keys().await.map_err(|error| error.to_string())?;
    if !keys.is_empty() {
        return Ok(keys);
    }
    let (active, next) = (fresh(rng)?, fresh(rng)?);
    oauth.install_token_keys(&active, &next).await.map_err(|error| error.to_string())?;
    // Another process may have been first: its keys count.
    oauth.token_keys().await.map_err(|error| error.to_string())
}

/// Returns the public keys: next, active and retired.
pub(crate) async fn key_set(app: &App) -> Result<JwkSet, ApiError> {
    set_of(&all(&app.store().oauth(), app.rng.as_ref()).await.map_err(ApiError::internal)?)
}

fn set_of(keys: &[TokenKey]) -> Result<JwkSet, ApiError> {
    let mut set = JwkSet::default();
    for key in keys {
        let json = format!("{{\"keys\":[{}]}}", key.public_jwk);
        let parsed = JwkSet::parse(&json).map_err(|error| ApiError::internal(format!("token key: {error}")))?;
        set.keys.extend(parsed.keys);
    }
    Ok(set)
}

/// Returns the active signing key. Creates it if there is none.
pub(crate) async fn signing_key(app: &App) -> Result<SigningKey, ApiError> {
    let oauth = app.store().oauth();
    let mut secret = oauth.signing_key().await.map_err(|error| ApiError::database(&error))?;
    if secret.is_none() {
        all(&oauth, app.rng.as_ref()).await.map_err(ApiError::internal)?;
        secret = oauth.signing_key().await.map_err(|error| ApiError::database(&error))?;
    }
    let bytes: Option<[u8; 32]> = secret.and_then(|secret| secret.try_into().ok());
    let key = bytes.and_then(|bytes| SigningKey::from_bytes(&bytes).ok());
    key.ok_or_else(|| ApiError::internal("there is no active token key"))
}

/// Rotates the token keys when the active key has signed for 30 days.
pub(crate) async fn rotate_if_due(store: &Store, clock: &dyn Clock, rng: &dyn Rng) -> Result<(), String> {
    let oauth = store.oauth();
    let keys = oauth.token_keys().await.map_err(|error| error.to_string())?;
    let due = keys.iter().find(|key| {
        key.state == TokenKeyState::Active && key.changed_at_ms.saturating_add(SIGNS_FOR_MS) <= clock.now_ms()
    });
    if let Some(active) = due {
        oauth.rotate_token_keys(&active.kid, &fresh(rng)?).await.map_err(|error| error.to_string())?;
    }
    Ok(())
}
