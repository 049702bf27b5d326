//! How a workspace stores the names of files.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::names::named;

/// Maximum length of a file name extension that is kept, in characters.
const MAX_EXTENSION: usize = 5;

named! {
    /// How the names of labelled files are stored.
    FileNames {
        /// Stored, encrypted under a data key that can be deleted.
        Store = "store",
        /// Replaced by a pseudonym: the same name gives the same pseudonym in this workspace, and nothing leads back.
        Pseudonymise = "pseudonymise",
        /// Not stored, except for the extension.
        Drop = "drop",
    }
}

/// File name as an audit row holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum StoredName {
    /// Name to encrypt.
    Secret(String),
    /// Text to store as it is.
    Plain(String),
}

impl StoredName {
    /// Returns the pseudonym of a name: HMAC-SHA-256 under the workspace's data key. Case and surrounding space do not
    /// count.
    pub fn pseudonym(name: &str, key: &[u8; 32]) -> Self {
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return Self::dropped(name) };
        mac.update(b"labeler file name v1\0");
        mac.update(name.trim().to_lowercase().as_bytes());
        let digest: [u8; 32] = mac.finalize().into_bytes().into();
        let short = hex::encode(digest.split_at(8).0);
        Self::Plain(format!("file-{short}{}", extension(name)))
    }

    /// Returns `file` with the extension of the name.
    pub fn dropped(name: &str) -> Self {
        Self::Plain(format!("file{}", extension(name)))
    }
}

/// Returns the extension in lower case with its dot (`.jpg`), or nothing unless it has 1 to 5 ASCII letters and digits.
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
    fn gives_the_same_pseudonym_only_for_the_same_name_and_key() {
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
    fn keeps_only_a_short_alphanumeric_extension() {
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
