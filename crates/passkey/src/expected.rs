//! The values that the server compares a response with.

/// Values that the server expects in a response.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// Challenge of this ceremony: random, fresh, used once.
    pub challenge: &'a [u8],
    /// Scheme, host and port of the pages: `https://labeler.example`.
    pub origin: &'a str,
    /// ID of the relying party: the host of the origin, or a domain above it.
    pub rp_id: &'a str,
    /// Whether the authenticator must have verified the person. Required where a passkey replaces the password.
    pub user_verification: bool,
}
