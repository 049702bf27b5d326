//! Public keys as JSON (RFC 7517, RFC 7518 section 6.2) and their thumbprints (RFC 7638).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::es256::{KeyError, PublicKey};

/// Maximum number of keys in a set.
pub const MAX_KEYS: usize = 16;
/// Maximum length of a key set in bytes.
pub const MAX_SET_BYTES: usize = 16 * 1024;

/// A public key on P-256.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Jwk {
    kty: String,
    crv: String,
    x: String,
    y: String,
    /// Id of the key. For keys of the server it is the thumbprint.
    pub kid: String,
    #[serde(rename = "use")]
    usage: String,
    alg: String,
}

impl Jwk {
    /// Creates a JWK whose id is its thumbprint.
    pub fn of(key: &PublicKey) -> Self {
        let (x, y) = key.coordinates();
        let (x, y) = (URL_SAFE_NO_PAD.encode(x), URL_SAFE_NO_PAD.encode(y));
        let canonical = format!(r#"{{"crv":"P-256","kty":"EC","x":"{x}","y":"{y}"}}"#);
        let kid = URL_SAFE_NO_PAD.encode(Sha256::digest(canonical));
        Self {
            kty: "EC".to_owned(),
            crv: "P-256".to_owned(),
            x,
            y,
            kid,
            usage: "sig".to_owned(),
            alg: "ES256".to_owned(),
        }
    }

    /// Returns the public key.
    ///
    /// # Errors
    /// [`KeyError`] if the coordinates are not a point of the curve.
    pub fn key(&self) -> Result<PublicKey, KeyError> {
        let coordinate = |text: &str| -> Result<[u8; 32], KeyError> {
            URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| bytes.try_into().ok()).ok_or(KeyError)
        };
        PublicKey::from_coordinates(&coordinate(&self.x)?, &coordinate(&self.y)?)
    }
}

/// Public keys by id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct JwkSet {
    /// Keys in order of preference.
    pub keys: Vec<Jwk>,
}

/// Error for a key set that is not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JwkError {
    /// Not JSON in the form `{"keys":[…]}`, or longer than 16 KiB.
    #[error("a key set must be a JSON object with the member keys and have at most 16 KiB")]
    Format,
    /// Contains a private or symmetric key, which must never be sent.
    #[error("the key set contains a private key. Send only public keys.")]
    Private,
    /// Contains no key for signatures with ES256, or more than 16 keys.
    #[error("a key set must contain 1 to 16 keys for ES256")]
    Count,
    /// A key is not a point of the curve.
    #[error("a key of the set is not on P-256")]
    Key,
    /// Two keys have the same id, or one of several keys has none.
    #[error("each key of a set must have a different id (kid)")]
    Id,
}

#[derive(Deserialize)]
struct RawSet {
    keys: Vec<RawKey>,
}

#[derive(Deserialize)]
struct RawKey {
    kty: String,
    crv: Option<String>,
    x: Option<String>,
    y: Option<String>,
    kid: Option<String>,
    #[serde(rename = "use")]
    usage: Option<String>,
    alg: Option<String>,
    d: Option<serde_json::Value>,
    k: Option<serde_json::Value>,
}

impl JwkSet {
    /// Parses the key set of a client. Ignores keys for other uses or algorithms; a private key makes the set invalid.
    ///
    /// # Errors
    /// See [`JwkError`].
    pub fn parse(json: &str) -> Result<Self, JwkError> {
        if json.len() > MAX_SET_BYTES {
            return Err(JwkError::Format);
        }
        let raw: RawSet = serde_json::from_str(json).map_err(|_| JwkError::Format)?;
        if raw.keys.iter().any(|key| key.d.is_some() || key.k.is_some()) {
            return Err(JwkError::Private);
        }
        let alone = raw.keys.len() == 1;
        let mut keys: Vec<Jwk> = Vec::new();
        for key in raw.keys {
            let fits = key.kty == "EC"
                && key.crv.as_deref() == Some("P-256")
                && key.usage.as_deref().is_none_or(|usage| usage == "sig")
                && key.alg.as_deref().is_none_or(|alg| alg == "ES256");
            if !fits {
                continue;
            }
            let mut jwk = Jwk {
                x: key.x.ok_or(JwkError::Key)?,
                y: key.y.ok_or(JwkError::Key)?,
                kid: String::new(),
                kty: key.kty,
                crv: "P-256".to_owned(),
                usage: "sig".to_owned(),
                alg: "ES256".to_owned(),
            };
            let thumbprint = Jwk::of(&jwk.key().map_err(|_| JwkError::Key)?).kid;
            jwk.kid = match key.kid {
                Some(kid) => kid,
                None if alone => thumbprint,
                None => return Err(JwkError::Id),
            };
            if keys.iter().any(|known| known.kid == jwk.kid) {
                return Err(JwkError::Id);
            }
            keys.push(jwk);
        }
        if keys.is_empty() || keys.len() > MAX_KEYS { Err(JwkError::Count) } else { Ok(Self { keys }) }
    }

    /// Returns the key with this id, or, without an id, the only key.
    pub fn find(&self, kid: Option<&str>) -> Option<PublicKey> {
        let found = match (kid, self.keys.as_slice()) {
            (Some(kid), keys) => keys.iter().find(|key| key.kid == kid),
            (None, [only]) => Some(only),
            (None, _) => None,
        };
        found.and_then(|key| key.key().ok())
    }
}
