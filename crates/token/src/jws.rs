//! Compact JWS (RFC 7515), ES256 only.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::{DeserializeOwned, Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value};

use crate::es256::{PublicKey, SIGNATURE_BYTES, SigningKey};

/// Maximum length of a decoded token.
pub(crate) const MAX_CHARS: usize = 8 * 1024;

/// Error for a JWS that is not accepted. Callers see no difference between the reasons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum JwsError {
    Format,
    Algorithm,
    Header,
    Signature,
}

/// A JSON object with unique names.
pub(crate) struct Object(pub Map<String, Value>);

impl<'de> Deserialize<'de> for Object {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;
        impl<'de> Visitor<'de> for Names {
            type Value = Object;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Object, A::Error> {
                let mut map = Map::new();
                while let Some((name, value)) = access.next_entry::<String, Value>()? {
                    if map.insert(name, value).is_some() {
                        return Err(A::Error::custom("a name occurs more than once"));
                    }
                }
                Ok(Object(map))
            }
        }
        deserializer.deserialize_map(Names)
    }
}

/// Parts of a token that is not verified.
pub(crate) struct Parts<'a> {
    signed: &'a str,
    signature: Vec<u8>,
    pub header: Map<String, Value>,
    pub claims: Map<String, Value>,
}

fn decode<T: DeserializeOwned>(part: &str) -> Result<T, JwsError> {
    let bytes = URL_SAFE_NO_PAD.decode(part).map_err(|_| JwsError::Format)?;
    serde_json::from_slice(&bytes).map_err(|_| JwsError::Format)
}

/// Splits a token and checks its form: three parts, two of them JSON objects, 64 bytes of signature, `alg` ES256, and
/// no header parameter that contains a key (`jwk`, `jku`, `x5u`, `x5c`) or an extension (`crit`, `b64`, RFC 7797).
pub(crate) fn parse(token: &str) -> Result<Parts<'_>, JwsError> {
    if token.len() > MAX_CHARS {
        return Err(JwsError::Format);
    }
    let (signed, signature) = token.rsplit_once('.').ok_or(JwsError::Format)?;
    let (header, claims) = signed.split_once('.').ok_or(JwsError::Format)?;
    if claims.contains('.') {
        return Err(JwsError::Format);
    }
    let Object(header) = decode(header)?;
    if header.get("alg").and_then(Value::as_str) != Some("ES256") {
        return Err(JwsError::Algorithm);
    }
    if ["crit", "b64", "jwk", "jku", "x5u", "x5c"].iter().any(|name| header.contains_key(*name)) {
        return Err(JwsError::Header);
    }
    let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| JwsError::Format)?;
    if signature.len() != SIGNATURE_BYTES {
        return Err(JwsError::Signature);
    }
    let Object(claims) = decode(claims)?;
    Ok(Parts { signed, signature, header, claims })
}

impl Parts<'_> {
    /// Returns the key id in the header.
    pub fn kid(&self) -> Option<&str> {
        self.header.get("kid").and_then(Value::as_str)
    }

    /// Returns whether the header has this type, ignoring case and the prefix `application/` (RFC 7515, section 4.1.9).
    pub fn is_type(&self, expected: &str) -> bool {
        let Some(found) = self.header.get("typ").and_then(Value::as_str) else { return false };
        let found = found.to_ascii_lowercase();
        found.strip_prefix("application/").unwrap_or(&found) == expected
    }

    pub fn verify(&self, key: &PublicKey) -> Result<(), JwsError> {
        if key.verify(self.signed.as_bytes(), &self.signature) { Ok(()) } else { Err(JwsError::Signature) }
    }

    /// Returns an integer claim; `None` for a text or a fraction.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.claims.get(name).and_then(Value::as_i64)
    }

    pub fn text(&self, name: &str) -> Option<&str> {
        self.claims.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }
}

/// Signs claims as a compact JWS.
pub(crate) fn sign(header: &Value, claims: &Value, key: &SigningKey) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(header), part(claims));
    let signature = URL_SAFE_NO_PAD.encode(key.sign(signed.as_bytes()));
    format!("{signed}.{signature}")
}
