//! The law packs of a check: the embedded packs or a newer signed set.

use std::fmt;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use labeler_rules::pack::{PackSet, ReplaceError};

/// Prefix of an Ed25519 public key in SPKI form (RFC 8410); the key's 32 bytes follow.
const SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/// The law packs that judge. The default is the embedded set.
#[derive(Clone, Default)]
pub struct Law(Option<Arc<PackSet>>);

/// Error for law packs that cannot be used. Other packs never replace them silently.
#[derive(Debug, thiserror::Error)]
pub enum LawError {
    /// The key is not in a supported form.
    #[error("the public key must be an Ed25519 key: PEM, or 64 hexadecimal digits")]
    Key,
    /// The packs cannot be loaded.
    #[error(transparent)]
    Packs(#[from] ReplaceError),
}

impl Law {
    /// Loads the packs of a signed file, which replace the embedded ones.
    ///
    /// # Errors
    /// [`LawError`], also for a pack that is older than the embedded one.
    pub fn from_signed(packs: &[u8], public_key: &str) -> Result<Self, LawError> {
        let key = parse_public_key(public_key).ok_or(LawError::Key)?;
        Ok(Self(Some(Arc::new(PackSet::from_signed(packs, &key)?))))
    }

    /// Returns the packs.
    pub fn packs(&self) -> &PackSet {
        self.0.as_deref().unwrap_or_else(|| PackSet::embedded())
    }
}

impl From<PackSet> for Law {
    fn from(packs: PackSet) -> Self {
        Self(Some(Arc::new(packs)))
    }
}

impl fmt::Debug for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Law").field(&self.packs().rule_set().version).finish()
    }
}

/// Parses an Ed25519 public key: PEM (`openssl pkey -pubout`) or 64 hexadecimal digits.
pub fn parse_public_key(text: &str) -> Option<[u8; 32]> {
    // In environment variables a PEM is on one line, with `\n` in place of its line breaks.
    let text = text.replace("\\n", "\n");
    let text = text.trim();
    if let Some(body) = text.strip_prefix("-----BEGIN PUBLIC KEY-----") {
        let body = body.split_once("-----END PUBLIC KEY-----")?.0;
        let body: String = body.chars().filter(|letter| !letter.is_whitespace()).collect();
        let der = STANDARD.decode(body).ok()?;
        return der.strip_prefix(&SPKI)?.try_into().ok();
    }
    let mut key = [0_u8; 32];
    hex::decode_to_slice(text, &mut key).ok()?;
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_keys_as_pem_and_as_digits() {
        // RFC 8410, section 10.1.
        let pem = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n\
                   -----END PUBLIC KEY-----\n";
        let digits = "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1";
        assert!(parse_public_key(digits).is_some());
        assert_eq!(parse_public_key(pem), parse_public_key(digits));
        assert_eq!(parse_public_key(&pem.replace('\n', "\\n")), parse_public_key(digits));
        for wrong in
            ["", "19bf", &digits.replace('1', "x"), "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----"]
        {
            assert_eq!(parse_public_key(wrong), None, "{wrong}");
        }
    }
}
