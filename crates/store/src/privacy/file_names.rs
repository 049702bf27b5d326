//! What a workspace keeps of the names of files.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::roles::named;

/// Longest extension that is kept.
const MAX_EXTENSION: usize = 5;

named! {
    /// A workspace's setting for file names at ingestion.
    FileNames {
        /// Kept, encrypted under a data key that can be deleted.
        Store = "store",
        /// Replaced by a pseudonym: the same name gives the same pseudonym in this workspace, and nothing leads back.
        Pseudonymise = "pseudonymise",
        /// Not kept; only the extension is.
        Drop = "drop",
    }
}

/// What an audit row holds of a file name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum StoredName {
    /// To be encrypted.
    Secret(String),
    /// To be kept as it is.
    Plain(String),
}

impl StoredName {
    /// The pseudonym of a name, case and surrounding space aside: HMAC-SHA-256 under the workspace's data key.
    pub fn pseudonym(name: &str, key: &[u8; 32]) -> Self {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Self::dropped(name) };
        mac.update(b"labeler file name v1\0");
        mac.update(name.trim().to_lowercase().as_bytes());
        let digest: [u8; 32] = mac.finalize().into_bytes().into();
        let short = hex::encode(digest.split_at(8).0);
        Self::Plain(format!("file-{short}{}", extension(name)))
    }

    /// Only the extension.
    pub fn dropped(name: &str) -> Self {
        Self::Plain(format!("file{}", extension(name)))
    }
}

/// `.jpg` in lower case, or nothing when what follows the last dot is no plain short extension.
fn extension(name: &str) -> String {
    match name.trim().rsplit_once('.') {
        Some((_, end))
            if (1..=MAX_EXTENSION).contains(&end.len()) && end.bytes().all(|byte| byte.is_ascii_alphanumeric()) =>
        {
            format!(".{}", end.to_ascii_lowercase())
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    #[test]
    fn a_pseudonym_is_the_same_for_the_same_name_and_key_only() {
        let key = [7; 32];
        let of = |name: &str, key: &[u8; 32]| match StoredName::pseudonym(name, key) {
            StoredName::Plain(text) => text,
            StoredName::Secret(_) => panic!(),
        };
        let one = of("Ada Lovelace.JPG", &key);
        assert!(one.starts_with("file-") && one.ends_with(".jpg") && one.len() == 25, "{one}");
        assert_eq!(one, of(" ada lovelace.jpg ", &key));
        assert_ne!(one, of("Ada Lovelace2.jpg", &key));
        assert_ne!(one, of("Ada Lovelace.jpg", &[8; 32]));
    }

    #[test]
    fn only_a_plain_extension_survives() {
        for (name, kept) in [
            ("photo.jpeg", "file.jpeg"),
            ("archive.tar.GZ", "file.gz"),
            ("photo", "file"),
            ("Ada.Lovelace", "file"),
            ("x.j pg", "file"),
            ("x.", "file"),
        ] {
            assert_eq!(StoredName::dropped(name), StoredName::Plain(kept.to_owned()));
        }
    }
}
