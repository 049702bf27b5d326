//! Passkeys: the server's side of WebAuthn (Web Authentication Level 3, W3C) for one kind of key, ES256.
//!
//! Invariants
//!
//! - Attestation is neither asked for nor taken: which make of authenticator somebody has is not the server's business.
//!   What counts is that the same key signs in that was registered.
//! - Nothing here reads a clock, makes randomness, or stores anything. That a challenge is fresh and used once, the caller
//!   sees to.
//! - What comes from outside is bounded before it is decoded.

mod authenticator_data;
mod ceremony;
mod client_data;
mod cose;

pub use ceremony::{
    Assertion, AssertionResponse, Credential, Expected, PublicKey, RegistrationResponse, verify_assertion,
    verify_registration,
};

/// Bytes of a challenge; the standard asks for at least 16 (section 13.4.3).
pub const CHALLENGE_BYTES: usize = 32;
/// Longest client data worth reading, in bytes.
pub const MAX_CLIENT_DATA: usize = 4 * 1024;
/// Longest attestation object worth reading, in bytes.
pub const MAX_ATTESTATION: usize = 16 * 1024;
/// Longest authenticator data of a sign-in worth reading, in bytes.
pub const MAX_AUTHENTICATOR_DATA: usize = 4 * 1024;
/// Longest id of a credential, in bytes (section 4, "Credential ID").
pub const MAX_CREDENTIAL_ID: usize = 1023;

/// Why a ceremony failed. To the person all are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasskeyError {
    /// Not decodable, too long, or with bytes left over.
    #[error("the response is malformed")]
    Malformed,
    /// A registration shown as a sign-in, or the reverse.
    #[error("the response belongs to another ceremony")]
    Ceremony,
    /// Another challenge.
    #[error("the challenge is another one")]
    Challenge,
    /// Made on another site, or inside a frame of one.
    #[error("the response was made for another site")]
    Origin,
    /// For another relying party.
    #[error("the response is for another relying party")]
    RelyingParty,
    /// Nobody was there.
    #[error("nobody confirmed")]
    NotPresent,
    /// The authenticator did not verify the person (PIN, finger, face).
    #[error("the person was not verified")]
    NotVerified,
    /// Another algorithm than ES256, or no key on P-256.
    #[error("the key is not for ES256")]
    Key,
    /// An attestation was sent, which was not asked for.
    #[error("attestation is not taken")]
    Attestation,
    /// The signature is wrong.
    #[error("the signature is wrong")]
    Signature,
    /// The counter did not grow: the authenticator may have been copied.
    #[error("the signature counter did not grow")]
    Counter,
}
