//! Error of a registration or sign-in, and limits on the decoded data.

/// Bytes of a challenge; the standard asks for at least 16 (section 13.4.3).
pub const CHALLENGE_BYTES: usize = 32;
/// Longest client data that is decoded, in bytes.
pub const MAX_CLIENT_DATA: usize = 4 * 1024;
/// Longest attestation object that is decoded, in bytes.
pub const MAX_ATTESTATION: usize = 16 * 1024;
/// Longest authenticator data of a sign-in that is decoded, in bytes.
pub const MAX_AUTHENTICATOR_DATA: usize = 4 * 1024;
/// Longest credential ID, in bytes (section 4, "Credential ID").
pub const MAX_CREDENTIAL_ID: usize = 1023;

/// Error of a registration or a sign-in. The API shows the same message for all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasskeyError {
    /// The response cannot be decoded, is too long, or has bytes left over.
    #[error("the response is malformed")]
    Malformed,
    /// The response to a registration was sent as a sign-in, or the reverse.
    #[error("the response belongs to another ceremony")]
    Ceremony,
    /// The response answers another challenge.
    #[error("the response answers another challenge")]
    Challenge,
    /// The response was made on another site, or inside a frame on another site.
    #[error("the response was made for another site")]
    Origin,
    /// The response is for another relying party.
    #[error("the response is for another relying party")]
    RelyingParty,
    /// The authenticator did not report user presence.
    #[error("the authenticator did not report that a person was present")]
    NotPresent,
    /// The authenticator did not verify the person by PIN, fingerprint or face.
    #[error("the authenticator did not verify the person")]
    NotVerified,
    /// The key is for another algorithm than ES256, or not on P-256.
    #[error("the key is not an ES256 key on P-256")]
    Key,
    /// The response contains an attestation, which was not requested.
    #[error("the response contains an attestation, which was not requested")]
    Attestation,
    /// The signature does not match.
    #[error("the signature does not match")]
    Signature,
    /// The signature counter did not grow: the authenticator may have been copied.
    #[error("the signature counter did not grow")]
    Counter,
}
