//! ECDSA on P-256 with SHA-256. Signatures are two 32-byte numbers (RFC 7518, section 3.4).

use std::fmt;

use p256::ecdsa::signature::{Signer, Verifier};
use p256::ecdsa::{Signature, SigningKey as Inner, VerifyingKey};

/// Length of a signature in bytes.
pub const SIGNATURE_BYTES: usize = 64;
/// Length of a private key in bytes.
pub const PRIVATE_BYTES: usize = 32;

/// Error for a key that is not on this curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a key on P-256")]
pub struct KeyError;

/// A private key.
#[derive(Clone)]
pub struct SigningKey(Inner);

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("public", &self.public()).finish()
    }
}

impl SigningKey {
    /// Creates a key from its 32 bytes, big endian.
    ///
    /// # Errors
    /// [`KeyError`] for zero and for numbers that are not below the order of the curve. Then use other random bytes;
    /// fewer than one in 2^32 random values are rejected.
    pub fn from_bytes(bytes: &[u8; PRIVATE_BYTES]) -> Result<Self, KeyError> {
        Inner::from_slice(bytes).map(Self).map_err(|_| KeyError)
    }

    /// Returns its 32 bytes, which the caller must seal before storing them.
    pub fn to_bytes(&self) -> [u8; PRIVATE_BYTES] {
        self.0.to_bytes().into()
    }

    /// Returns the corresponding public key.
    pub fn public(&self) -> PublicKey {
        PublicKey(*self.0.verifying_key())
    }

    /// Signs a message (RFC 6979: the same message results in the same signature, and no randomness is needed).
    pub fn sign(&self, message: &[u8]) -> [u8; SIGNATURE_BYTES] {
        let signature: Signature = self.0.sign(message);
        signature.to_bytes().into()
    }
}

/// A public key.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PublicKey(P-256)")
    }
}

impl PublicKey {
    /// Creates a key from a point in SEC 1 encoding.
    ///
    /// # Errors
    /// [`KeyError`] if it is not a point of the curve, or is the point at infinity.
    pub fn from_sec1(bytes: &[u8]) -> Result<Self, KeyError> {
        VerifyingKey::from_sec1_bytes(bytes).map(Self).map_err(|_| KeyError)
    }

    /// Creates a key from its two coordinates.
    ///
    /// # Errors
    /// As for [`PublicKey::from_sec1`].
    pub fn from_coordinates(x: &[u8; 32], y: &[u8; 32]) -> Result<Self, KeyError> {
        Self::from_sec1(&[&[4_u8][..], x, y].concat())
    }

    /// Returns its two coordinates.
    pub fn coordinates(&self) -> ([u8; 32], [u8; 32]) {
        let point = self.0.to_sec1_point(false);
        let coordinate = |bytes: Option<&p256::FieldBytes>| bytes.map(|bytes| (*bytes).into()).unwrap_or_default();
        (coordinate(point.x()), coordinate(point.y()))
    }

    /// Returns whether 64 bytes are a valid signature of this message. A signature with another length, or with a
    /// number that is zero or not below the order, is invalid. Both signatures that differ only in the sign of `s` are
    /// valid: JWS has no rule against this, and no code here uses a signature as an identity.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature).is_ok_and(|signature| self.0.verify(message, &signature).is_ok())
    }
}
