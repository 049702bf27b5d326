//! Peppers: secret keys of the server that protect every stored secret.
//!
//! A stolen database is worth nothing without the pepper, and a pepper can be replaced: rows carry the version they
//! were made under, the highest version is used for new ones, and a row is renewed when its owner next shows the
//! secret.

use std::collections::BTreeMap;
use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

/// Minimum length of a pepper in bytes: the output length of SHA-256, below which RFC 2104 advises against a key.
const MIN_PEPPER_BYTES: usize = 32;

/// Purpose of a MAC. Part of the input of the MAC, so that the MAC of one kind of secret is invalid for another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Full text of an API key.
    ApiKey,
    /// Secret part of a session cookie.
    Session,
    /// Password, before Argon2id.
    Password,
    /// Paging cursor with its filters.
    Cursor,
    /// Sealing key that is derived from the pepper; not a stored MAC.
    Sealing,
    /// Secret of a one-time link.
    Link,
    /// Key of a counter of failed sign-ins.
    SignInCounter,
    /// Secret of an OAuth2 client.
    ClientSecret,
    /// Token of a browser in which a person signed in before.
    Device,
}

impl Purpose {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::ApiKey => b"labeler api key v1\0",
            Self::Session => b"labeler session v1\0",
            Self::Password => b"labeler password v1\0",
            Self::Cursor => b"labeler cursor v1\0",
            Self::Sealing => b"labeler sealing v1\0",
            Self::Link => b"labeler link v1\0",
            Self::SignInCounter => b"labeler sign-in counter v1\0",
            Self::ClientSecret => b"labeler client secret v1\0",
            Self::Device => b"labeler device v1\0",
        }
    }
}

/// Error of parsing a list of peppers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PepperError {
    /// The text does not have the form `version:hex[,version:hex…]`.
    #[error("a list of peppers has the form version:hex,version:hex")]
    Format,
    /// A pepper has fewer than 32 bytes.
    #[error("a pepper has at least 32 bytes (64 hexadecimal digits)")]
    TooShort,
    /// A version appears twice.
    #[error("pepper version {0} appears twice")]
    Duplicate(u32),
}

/// All known peppers by version.
#[derive(Clone)]
pub struct Peppers {
    by_version: BTreeMap<u32, Vec<u8>>,
    current: u32,
}

impl fmt::Debug for Peppers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Peppers").field("versions", &self.by_version.keys().collect::<Vec<_>>()).finish()
    }
}

impl Peppers {
    /// Parses `1:<hex>` or `1:<hex>,2:<hex>`. The highest version is used for new secrets.
    ///
    /// # Errors
    /// See [`PepperError`].
    pub fn parse(text: &str) -> Result<Self, PepperError> {
        let mut by_version = BTreeMap::new();
        for entry in text.trim().split(',') {
            let (version, secret) = entry.trim().split_once(':').ok_or(PepperError::Format)?;
            let version: u32 = version.parse().map_err(|_| PepperError::Format)?;
            let secret = hex::decode(secret).map_err(|_| PepperError::Format)?;
            if secret.len() < MIN_PEPPER_BYTES {
                return Err(PepperError::TooShort);
            }
            if by_version.insert(version, secret).is_some() {
                return Err(PepperError::Duplicate(version));
            }
        }
        let current = *by_version.keys().next_back().ok_or(PepperError::Format)?;
        Ok(Self { by_version, current })
    }

    /// Returns the version for new secrets.
    pub const fn current_version(&self) -> u32 {
        self.current
    }

    /// Returns all known versions, lowest first.
    pub fn versions(&self) -> impl Iterator<Item = u32> + '_ {
        self.by_version.keys().copied()
    }

    /// Computes an HMAC-SHA-256 under the pepper of a version; `None` when that pepper is no longer known.
    pub fn mac(&self, version: u32, purpose: Purpose, message: &[u8]) -> Option<[u8; 32]> {
        let pepper = self.by_version.get(&version)?;
        let mut mac = Hmac::<Sha256>::new_from_slice(pepper).ok()?;
        mac.update(purpose.label());
        mac.update(message);
        Some(mac.finalize().into_bytes().into())
    }

    /// Computes an HMAC-SHA-256 under the current pepper.
    pub fn mac_now(&self, purpose: Purpose, message: &[u8]) -> [u8; 32] {
        // The current version is a key of the map by construction; zeros can never match a stored MAC.
        self.mac(self.current, purpose, message).unwrap_or([0; 32])
    }

    /// Whether `stored` (hexadecimal) is the MAC of `message`, compared in constant time. With `stored: None` (no row
    /// found) it does the same work and returns `false`.
    pub fn verify(&self, stored: Option<(&str, u32)>, purpose: Purpose, message: &[u8]) -> bool {
        let (stored_hex, version) = stored.unwrap_or(("", self.current));
        let known = self.mac(version, purpose, message);
        let computed = known.unwrap_or_else(|| self.mac_now(purpose, message));
        let mut expected = [0_u8; 32];
        let decoded = hex::decode_to_slice(stored_hex, &mut expected).is_ok();
        let equal = bool::from(computed.ct_eq(&expected));
        equal & decoded & known.is_some() & stored.is_some()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    fn peppers(text: &str) -> Peppers {
        Peppers::parse(text).unwrap()
    }

    #[test]
    fn the_highest_version_is_current_and_older_ones_still_verify() {
        let (old, new) = ("11".repeat(32), "22".repeat(32));
        let before = peppers(&format!("1:{old}"));
        let after = peppers(&format!("2:{new}, 1:{old}"));
        assert_eq!(after.current_version(), 2);
        let mac = hex::encode(before.mac_now(Purpose::ApiKey, b"key"));
        assert!(after.verify(Some((&mac, 1)), Purpose::ApiKey, b"key"));
        assert!(!after.verify(Some((&mac, 2)), Purpose::ApiKey, b"key"));
        assert!(!after.verify(Some((&mac, 3)), Purpose::ApiKey, b"key"));
        assert!(!after.verify(Some((&mac, 1)), Purpose::Session, b"key"));
        assert!(!after.verify(Some((&mac, 1)), Purpose::ApiKey, b"kez"));
        assert!(!after.verify(None, Purpose::ApiKey, b"key"));
        assert!(!after.verify(Some(("", 1)), Purpose::ApiKey, b"key"));
    }

    /// RFC 4231, test case 2 key and data cannot be used (short key), so the MAC is checked against an independent
    /// construction: HMAC by its definition in RFC 2104 over plain SHA-256.
    #[test]
    fn the_mac_is_hmac_sha256_over_label_and_message() {
        use sha2::Digest;
        let key = [0x5a_u8; 32];
        let mut block = [0_u8; 64];
        block[..32].copy_from_slice(&key);
        let inner: Vec<u8> = block.iter().map(|byte| byte ^ 0x36).collect();
        let outer: Vec<u8> = block.iter().map(|byte| byte ^ 0x5c).collect();
        let inner = Sha256::digest([&inner[..], b"labeler api key v1\0", b"message"].concat());
        let expected = Sha256::digest([&outer[..], &inner[..]].concat());
        let peppers = peppers(&format!("7:{}", hex::encode(key)));
        assert_eq!(peppers.mac_now(Purpose::ApiKey, b"message")[..], expected[..]);
    }

    #[test]
    fn unusable_lists_are_refused_and_never_printed() {
        assert_eq!(Peppers::parse("").unwrap_err(), PepperError::Format);
        assert_eq!(Peppers::parse("1").unwrap_err(), PepperError::Format);
        assert_eq!(Peppers::parse("1:zz").unwrap_err(), PepperError::Format);
        assert_eq!(Peppers::parse("1:00ff").unwrap_err(), PepperError::TooShort);
        let secret = "ab".repeat(32);
        assert_eq!(Peppers::parse(&format!("1:{secret},1:{secret}")).unwrap_err(), PepperError::Duplicate(1));
        assert!(!format!("{:?}", peppers(&format!("1:{secret}"))).contains("ab"));
    }
}
