//! Encrypts stored data keys and signing keys with AES-256-GCM, under keys from the host's secrets ("sealing").
//!
//! A sealed text reads `v2.<key>.<base64url of nonce, ciphertext and tag>`. The text contains the label of the key, so
//! that keys can be replaced: the newest seals, older ones still open, and what an older one sealed is sealed again.
//! The context (purpose, workspace and row) is authenticated, so that a text copied to another row does not open. Texts of the format `v1`, whose context had no workspace, still open and are sealed again.

use std::collections::BTreeMap;
use std::fmt;

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac as _};
use labeler_ports::Rng;
use sha2::Sha256;
use subtle::ConstantTimeEq as _;

use crate::secret::{Peppers, Purpose};

const FORMAT: &str = "v2";
const OLD_FORMAT: &str = "v1";
const KEY_BYTES: usize = 32;
const NONCE_BYTES: usize = 12;

/// Error of sealing or unsealing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The list of keys does not have the form `version:hex[,version:hex…]` with 32 bytes each and every version once.
    #[error("a list of sealing keys has the form version:hex,version:hex with 64 hexadecimal digits each")]
    Format,
    /// There is no randomness for a nonce.
    #[error("no randomness available")]
    Rng,
    /// The text was sealed under a key that is no longer known.
    #[error("the text was sealed under a key that this server does not know; add the key to its list again")]
    UnknownKey,
    /// The text was altered, or sealed for another context.
    #[error("the sealed text was altered or belongs to another row")]
    Refused,
}

/// Context of a sealed text: its kind and row, which are authenticated with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SealContext {
    /// Authenticated with the text.
    text: String,
    /// The same in format `v1`.
    old: String,
}

impl SealContext {
    /// Creates the context of a row of the server: `what id`.
    pub fn of_server(what: &str, id: &str) -> Self {
        let text = format!("{what} {id}");
        Self { old: text.clone(), text }
    }

    /// Creates the context of a row of a workspace.
    pub fn of_workspace(what: &str, workspace_id: &str, id: &str) -> Self {
        Self { text: format!("{what} {workspace_id} {id}"), old: format!("{what} {id}") }
    }
}

/// Range of the texts with a prefix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PrefixRange {
    /// The prefix.
    pub from: String,
    /// The first text after all texts with the prefix.
    pub to: String,
}

/// AES-256 key that seals and unseals.
#[derive(Clone)]
pub struct SealingKey(Aes256Gcm);

impl fmt::Debug for SealingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealingKey")
    }
}

impl SealingKey {
    /// Creates a key from its 32 bytes.
    pub fn new(key: &[u8; KEY_BYTES]) -> Self {
        Self(Aes256Gcm::new(&(*key).into()))
    }

    /// Seals a text. Returns the base64url of a random nonce, the ciphertext and the tag.
    ///
    /// # Errors
    /// [`SealError::Rng`].
    pub fn seal(&self, context: &str, plain: &[u8], rng: &dyn Rng) -> Result<String, SealError> {
        let mut nonce = [0_u8; NONCE_BYTES];
        rng.fill(&mut nonce).map_err(|_| SealError::Rng)?;
        let payload = Payload { msg: plain, aad: context.as_bytes() };
        let sealed = self.0.encrypt(&Nonce::from(nonce), payload).map_err(|_| SealError::Refused)?;
        Ok(URL_SAFE_NO_PAD.encode([&nonce[..], &sealed].concat()))
    }

    /// Unseals the result of [`SealingKey::seal`] with the same context.
    ///
    /// # Errors
    /// [`SealError::Refused`].
    pub fn open(&self, context: &str, sealed: &str) -> Result<Vec<u8>, SealError> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| SealError::Refused)?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE_BYTES>().ok_or(SealError::Refused)?;
        let payload = Payload { msg: sealed, aad: context.as_bytes() };
        self.0.decrypt(&Nonce::from(*nonce), payload).map_err(|_| SealError::Refused)
    }
}

/// All known sealing keys of the server.
///
/// Without keys of its own (see [`SealingKeys::with_own`]) a server seals under keys derived from its peppers; a pepper
/// must then stay known for as long as something is sealed under it.
#[derive(Clone)]
pub struct SealingKeys {
    by_label: BTreeMap<String, ServerKey>,
    current: String,
}

/// Sealing key of the server, and the key derived from it for the heads of audit chains.
#[derive(Clone)]
struct ServerKey {
    sealing: SealingKey,
    heads: [u8; KEY_BYTES],
}

impl ServerKey {
    fn new(key: &[u8; KEY_BYTES]) -> Self {
        let heads = hmac(key, b"labeler audit head v1").unwrap_or_default();
        Self { sealing: SealingKey::new(key), heads }
    }
}

/// Computes an HMAC-SHA-256. A key of 32 bytes always fits.
fn hmac(key: &[u8; KEY_BYTES], message: &[u8]) -> Option<[u8; 32]> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).ok()?;
    mac.update(message);
    Some(mac.finalize().into_bytes().into())
}

impl fmt::Debug for SealingKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealingKeys").field("labels", &self.by_label.keys().collect::<Vec<_>>()).finish()
    }
}

impl SealingKeys {
    /// Creates keys derived from the peppers, labelled `p<version>`.
    pub fn derived(peppers: &Peppers) -> Self {
        let by_label = peppers
            .versions()
            .filter_map(|version| {
                let key = peppers.mac(version, Purpose::Sealing, b"")?;
                Some((format!("p{version}"), ServerKey::new(&key)))
            })
            .collect();
        Self { by_label, current: format!("p{}", peppers.current_version()) }
    }

    /// Adds the server's own keys, `1:<hex>` or `1:<hex>,2:<hex>`, labelled `s<version>`; the highest version seals
    /// from now on, and what the peppers' keys sealed still opens.
    ///
    /// # Errors
    /// [`SealError::Format`].
    pub fn with_own(mut self, text: &str) -> Result<Self, SealError> {
        let mut highest = None;
        for entry in text.trim().split(',') {
            let (version, key) = entry.trim().split_once(':').ok_or(SealError::Format)?;
            let version: u32 = version.parse().map_err(|_| SealError::Format)?;
            let mut bytes = [0_u8; KEY_BYTES];
            hex::decode_to_slice(key, &mut bytes).map_err(|_| SealError::Format)?;
            if self.by_label.insert(format!("s{version}"), ServerKey::new(&bytes)).is_some() {
                return Err(SealError::Format);
            }
            highest = highest.max(Some(version));
        }
        self.current = format!("s{}", highest.ok_or(SealError::Format)?);
        Ok(self)
    }

    /// Seals under the current key.
    ///
    /// # Errors
    /// [`SealError::Rng`].
    pub(crate) fn seal(&self, context: &SealContext, plain: &[u8], rng: &dyn Rng) -> Result<String, SealError> {
        let key = self.by_label.get(&self.current).ok_or(SealError::UnknownKey)?;
        Ok(format!("{FORMAT}.{}.{}", self.current, key.sealing.seal(&context.text, plain, rng)?))
    }

    /// Unseals a text that any known key sealed for this context.
    ///
    /// # Errors
    /// [`SealError::UnknownKey`], [`SealError::Refused`].
    pub(crate) fn open(&self, context: &SealContext, sealed: &str) -> Result<Vec<u8>, SealError> {
        let mut parts = sealed.splitn(3, '.');
        let (Some(format), Some(label), Some(body)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(SealError::Refused);
        };
        let context = match format {
            FORMAT => &context.text,
            OLD_FORMAT => &context.old,
            _ => return Err(SealError::Refused),
        };
        self.by_label.get(label).ok_or(SealError::UnknownKey)?.sealing.open(context, body)
    }

    /// Returns the label of the key that seals now.
    pub fn current_label(&self) -> &str {
        &self.current
    }

    /// Computes the MAC of the head of an audit chain under the current key, in lower-case hexadecimal.
    ///
    /// # Errors
    /// [`SealError::UnknownKey`].
    pub(crate) fn head_mac(&self, message: &[u8]) -> Result<String, SealError> {
        let key = self.by_label.get(&self.current).ok_or(SealError::UnknownKey)?;
        Ok(hex::encode(hmac(&key.heads, message).ok_or(SealError::UnknownKey)?))
    }

    /// Whether a MAC was made with the key of this label, compared in constant time; `None` when the key is not known.
    pub(crate) fn verify_head(&self, label: &str, message: &[u8], mac: &str) -> Option<bool> {
        let expected = hmac(&self.by_label.get(label)?.heads, message)?;
        let mut given = [0_u8; 32];
        let decoded = hex::decode_to_slice(mac, &mut given).is_ok();
        Some(decoded & bool::from(expected.ct_eq(&given)))
    }

    /// Returns the labels of the known keys that no longer seal.
    pub(crate) fn older_labels(&self) -> Vec<String> {
        self.by_label.keys().filter(|label| **label != self.current).cloned().collect()
    }

    /// Returns the prefixes of texts that a key sealed, in either format.
    pub(crate) fn prefixes_of(label: &str) -> [PrefixRange; 2] {
        // A slash follows the point.
        [OLD_FORMAT, FORMAT]
            .map(|format| PrefixRange { from: format!("{format}.{label}."), to: format!("{format}.{label}/") })
    }

    /// Returns the prefixes of texts to seal again: under an older key, or in the older format.
    pub(crate) fn older_prefixes(&self) -> Vec<PrefixRange> {
        let current = format!("{FORMAT}.{}.", self.current);
        self.by_label.keys().flat_map(|label| Self::prefixes_of(label)).filter(|range| range.from != current).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;
    use labeler_ports::RngError;

    struct Bytes(u8);

    impl Rng for Bytes {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), RngError> {
            bytes.fill(self.0);
            Ok(())
        }
    }

    fn peppers(text: &str) -> Peppers {
        Peppers::parse(text).unwrap()
    }

    /// McGrew and Viega, "The Galois/Counter Mode of Operation", test case 16 (AES-256, 96-bit IV, associated data).
    #[test]
    fn it_is_aes_256_gcm() {
        struct Iv;
        impl Rng for Iv {
            fn fill(&self, bytes: &mut [u8]) -> Result<(), RngError> {
                bytes.copy_from_slice(&hex::decode("cafebabefacedbaddecaf888").unwrap());
                Ok(())
            }
        }
        let mut key = [0; 32];
        hex::decode_to_slice("feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", &mut key).unwrap();
        let plain = hex::decode(concat!(
            "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72",
            "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39"
        ))
        .unwrap();
        // The associated data of the test case is no UTF-8; without it the tag differs, the ciphertext does not.
        let sealed = URL_SAFE_NO_PAD.decode(SealingKey::new(&key).seal("", &plain, &Iv).unwrap()).unwrap();
        let expected = concat!(
            "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa",
            "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
        );
        assert_eq!(hex::encode(&sealed[12..12 + plain.len()]), expected);
        assert_eq!(sealed.len(), 12 + plain.len() + 16);
    }

    fn c(id: &str) -> SealContext {
        SealContext::of_workspace("data key", "ws_1", id)
    }

    #[test]
    fn a_text_opens_only_unaltered_and_in_its_own_context() {
        let keys = SealingKeys::derived(&peppers(&format!("1:{}", "11".repeat(32))));
        let sealed = keys.seal(&c("dek_1"), b"secret", &Bytes(7)).unwrap();
        assert!(sealed.starts_with("v2.p1."));
        assert_eq!(keys.open(&c("dek_1"), &sealed).unwrap(), b"secret");
        assert_eq!(keys.open(&c("dek_2"), &sealed), Err(SealError::Refused));
        let elsewhere = SealContext::of_workspace("data key", "ws_2", "dek_1");
        assert_eq!(keys.open(&elsewhere, &sealed), Err(SealError::Refused));
        for position in 6..sealed.len() {
            let mut altered = sealed.clone();
            altered.replace_range(position..=position, if &sealed[position..=position] == "A" { "E" } else { "A" });
            assert!(keys.open(&c("dek_1"), &altered).is_err(), "{position}");
        }
        for wrong in ["", "v1", "v1.p1", "v1.p1.", "v2.p1.AAAA", "v3.p1.AAAA"] {
            assert_eq!(keys.open(&c(""), wrong), Err(SealError::Refused), "{wrong}");
        }
        assert_eq!(keys.open(&c(""), "v1.p9.AAAA"), Err(SealError::UnknownKey));
    }

    /// A text as it was sealed before the workspace was part of the context.
    #[test]
    fn the_older_format_opens_and_is_to_be_sealed_again() {
        let keys = SealingKeys::derived(&peppers(&format!("1:{}", "11".repeat(32))));
        let body = keys.by_label["p1"].sealing.seal("data key dek_1", b"secret", &Bytes(7)).unwrap();
        let old = format!("v1.p1.{body}");
        assert_eq!(keys.open(&c("dek_1"), &old).unwrap(), b"secret");
        assert_eq!(keys.open(&c("dek_1"), &format!("v2.p1.{body}")), Err(SealError::Refused));
        let range = PrefixRange { from: "v1.p1.".to_owned(), to: "v1.p1/".to_owned() };
        assert_eq!(keys.older_prefixes(), std::slice::from_ref(&range));
        assert!(range.from <= old && old < range.to);
    }

    #[test]
    fn own_keys_take_over_and_older_texts_still_open() {
        let derived = SealingKeys::derived(&peppers(&format!("1:{},3:{}", "11".repeat(32), "33".repeat(32))));
        let old = derived.seal(&c("c"), b"old", &Bytes(1)).unwrap();
        assert!(old.starts_with("v2.p3."));
        let own = derived.clone().with_own(&format!("2:{}, 1:{}", "aa".repeat(32), "bb".repeat(32))).unwrap();
        let new = own.seal(&c("c"), b"new", &Bytes(2)).unwrap();
        assert!(new.starts_with("v2.s2."));
        assert_eq!((own.current_label(), own.older_labels()), ("s2", ["p1", "p3", "s1"].map(str::to_owned).to_vec()));
        let older = own.older_prefixes();
        let is_older = |text: &String| older.iter().any(|range| range.from <= *text && *text < range.to);
        assert!(is_older(&old) && !is_older(&new) && older.len() == 7);
        assert_eq!(own.open(&c("c"), &old).unwrap(), b"old");
        assert_eq!(own.open(&c("c"), &new).unwrap(), b"new");
        assert_eq!(derived.open(&c("c"), &new), Err(SealError::UnknownKey));
        for wrong in ["", "1", "1:00", "x:00", &format!("1:{0},1:{0}", "aa".repeat(32))] {
            assert!(derived.clone().with_own(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_head_is_keyed_under_a_version() {
        let old = SealingKeys::derived(&peppers(&format!("1:{}", "11".repeat(32))));
        let mac = old.head_mac(b"message").unwrap();
        let new = old.clone().with_own(&format!("1:{}", "aa".repeat(32))).unwrap();
        assert_eq!(new.verify_head("p1", b"message", &mac), Some(true));
        assert_eq!(new.verify_head("s1", b"message", &mac), Some(false));
        assert_eq!(new.verify_head("p1", b"other", &mac), Some(false));
        assert_eq!(new.verify_head("p1", b"message", ""), Some(false));
        assert_eq!(old.verify_head("s1", b"message", &mac), None);
    }
}
