//! ECDSA on P-256 with SHA-256, signatures as two 32-byte numbers (RFC 7518, section 3.4).

use std::fmt;

use p256::ecdsa::signature::{Signer, Verifier};
use p256::ecdsa::{Signature, SigningKey as Inner, VerifyingKey};

/// Bytes of a signature.
pub const SIGNATURE_BYTES: usize = 64;
/// Bytes of a private key.
pub const PRIVATE_BYTES: usize = 32;

/// Not a key of this curve.
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
    /// From its 32 bytes, big endian.
    ///
    /// # Errors
    /// [`KeyError`] for zero and for numbers beyond the order of the curve: take other random bytes then (of random
    /// bytes fewer than one in 2^32 are refused).
    pub fn from_bytes(bytes: &[u8; PRIVATE_BYTES]) -> Result<Self, KeyError> {
        Inner::from_slice(bytes).map(Self).map_err(|_| KeyError)
    }

    /// Its 32 bytes, to be sealed and stored.
    pub fn to_bytes(&self) -> [u8; PRIVATE_BYTES] {
        self.0.to_bytes().into()
    }

    /// The public key that belongs to it.
    pub fn public(&self) -> PublicKey {
        PublicKey(*self.0.verifying_key())
    }

    /// Signs (RFC 6979: the same message gives the same signature, and no randomness is needed).
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
    /// From a point as SEC 1 encodes it.
    ///
    /// # Errors
    /// [`KeyError`] for what is no point of the curve, or the point at infinity.
    pub fn from_sec1(bytes: &[u8]) -> Result<Self, KeyError> {
        VerifyingKey::from_sec1_bytes(bytes).map(Self).map_err(|_| KeyError)
    }

    /// From its two coordinates.
    ///
    /// # Errors
    /// As [`PublicKey::from_sec1`].
    pub fn from_coordinates(x: &[u8; 32], y: &[u8; 32]) -> Result<Self, KeyError> {
        Self::from_sec1(&[&[4_u8][..], x, y].concat())
    }

    /// Its two coordinates.
    pub fn coordinates(&self) -> ([u8; 32], [u8; 32]) {
        let point = self.0.to_sec1_point(false);
        let coordinate = |bytes: Option<&p256::FieldBytes>| bytes.map(|bytes| (*bytes).into()).unwrap_or_default();
        (coordinate(point.x()), coordinate(point.y()))
    }

    /// Whether a signature of 64 bytes is one of this message. A signature of any other length, with a number of zero or
    /// beyond the order, is none. Both of the two signatures that differ in the sign of `s` count: JWS knows no rule
    /// against it, and nothing here takes a signature for an identity.
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature).is_ok_and(|signature| self.0.verify(message, &signature).is_ok())
    }
}
