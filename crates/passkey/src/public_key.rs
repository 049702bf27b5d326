//! Public keys of credentials: read from COSE (RFC 9053, section 7.1), stored as SEC 1 points.

use ciborium::Value;
use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};

use crate::error::PasskeyError;

const KEY_TYPE: i128 = 1;
const ALGORITHM: i128 = 3;
const CURVE: i128 = -1;
const X: i128 = -2;
const Y: i128 = -3;
/// Required values: EC2, ES256, P-256.
const REQUIRED: [(i128, i128); 3] = [(KEY_TYPE, 2), (ALGORITHM, -7), (CURVE, 1)];

/// Public key on P-256.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PublicKey(P-256)")
    }
}

impl PublicKey {
    /// Reads a COSE key (RFC 9053, section 7.1): ES256 on P-256 only.
    pub(crate) fn from_cose(value: &Value) -> Result<Self, PasskeyError> {
        let map = value.as_map().ok_or(PasskeyError::Malformed)?;
        // A label that occurs twice is refused.
        let get = |label: i128| {
            let mut found = map.iter().filter(|(name, _)| name.as_integer().map(i128::from) == Some(label));
            match (found.next(), found.next()) {
                (Some((_, value)), None) => Ok(value),
                _ => Err(PasskeyError::Key),
            }
        };
        for (label, required) in REQUIRED {
            if get(label)?.as_integer().map(i128::from) != Some(required) {
                return Err(PasskeyError::Key);
            }
        }
        let coordinate = |label| -> Result<[u8; 32], PasskeyError> {
            let bytes = get(label)?.as_bytes().ok_or(PasskeyError::Key)?;
            bytes.as_slice().try_into().map_err(|_| PasskeyError::Key)
        };
        let point = [&[4_u8][..], &coordinate(X)?, &coordinate(Y)?].concat();
        Self::from_sec1(&point)
    }

    /// Reads the 65 bytes that [`PublicKey::to_sec1`] returned.
    ///
    /// # Errors
    /// [`PasskeyError::Key`].
    pub fn from_sec1(bytes: &[u8]) -> Result<Self, PasskeyError> {
        VerifyingKey::from_sec1_bytes(bytes).map(Self).map_err(|_| PasskeyError::Key)
    }

    /// Returns the uncompressed point (SEC 1), 65 bytes, for storage.
    pub fn to_sec1(&self) -> Vec<u8> {
        self.0.to_sec1_point(false).as_bytes().to_vec()
    }

    /// Whether a DER signature over `message` was made with this key.
    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_der(signature).is_ok_and(|signature| self.0.verify(message, &signature).is_ok())
    }
}
