//! Passwords: HMAC with the pepper, then Argon2id at 19 MiB, two passes, one lane (OWASP Password Storage Cheat Sheet).
//!
//! 19 MiB is also what an isolate of 128 MB can spare: wasm memory grows and never shrinks.

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use labeler_ports::{Rng, RngError};

use crate::people::error::AccountsError;
use crate::secret::{Peppers, Purpose};

/// Minimum length in characters (OWASP ASVS 5.0, 6.2.1).
pub const MIN_CHARS: usize = 8;
/// Maximum length in characters: far above the 64 that ASVS 6.2.9 requires, and a bound on the text that is hashed.
pub const MAX_CHARS: usize = 256;
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;

/// Password hash as stored.
#[derive(Clone, PartialEq, Eq)]
pub struct PasswordHash {
    /// Hash as a PHC string.
    pub phc: String,
    /// Version of the pepper that was applied before hashing.
    pub pepper_version: u32,
}

impl std::fmt::Debug for PasswordHash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PasswordHash").field("pepper_version", &self.pepper_version).finish_non_exhaustive()
    }
}

/// Common passwords in lower case, one per line; see `data/README.md`.
const COMMON: &str = include_str!("../../data/common-passwords.txt");

/// Checks whether a new password is acceptable.
///
/// # Errors
/// [`AccountsError::Password`] for its length, [`AccountsError::CommonPassword`] (OWASP ASVS 5.0, 6.2.4).
pub fn check(password: &str) -> Result<(), AccountsError> {
    if !(MIN_CHARS..=MAX_CHARS).contains(&password.chars().count()) {
        return Err(AccountsError::Password);
    }
    let folded = password.trim().to_lowercase();
    if COMMON.lines().any(|common| common == folded) { Err(AccountsError::CommonPassword) } else { Ok(()) }
}

/// Hashes a new password with a random salt.
///
/// # Errors
/// [`RngError`] when there is no randomness for the salt. The parameters are constants and cannot be refused.
pub fn hash(password: &str, rng: &dyn Rng, peppers: &Peppers) -> Result<PasswordHash, RngError> {
    let mut salt = [0_u8; 16];
    rng.fill(&mut salt)?;
    let peppered = hex::encode(peppers.mac_now(Purpose::Password, password.as_bytes()));
    let phc = argon2()?.hash_password_with_salt(peppered.as_bytes(), &salt).map_err(|_| RngError)?.to_string();
    Ok(PasswordHash { phc, pepper_version: peppers.current_version() })
}

/// Whether the password matches the stored hash. Without a hash it does the same work and returns `false`.
pub fn verify(password: &str, stored: Option<(&str, u32)>, peppers: &Peppers) -> bool {
    let Ok(argon2) = argon2() else { return false };
    let version = stored.map_or_else(|| peppers.current_version(), |(_, version)| version);
    let mac = peppers.mac(version, Purpose::Password, password.as_bytes());
    let peppered = hex::encode(mac.unwrap_or_default());
    match stored {
        Some((phc, _)) if mac.is_some() && phc.starts_with("$argon2id$") => {
            argon2.verify_password(peppered.as_bytes(), phc).is_ok()
        }
        _ => {
            let mut output = [0_u8; 32];
            // The result is of no interest, the time is; black_box keeps the work from being removed.
            let done = argon2.hash_password_into(peppered.as_bytes(), b"no such account!", &mut output);
            std::hint::black_box((done.is_ok(), output));
            false
        }
    }
}

fn argon2() -> Result<Argon2<'static>, RngError> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None).map_err(|_| RngError)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    struct Salt(u8);

    impl Rng for Salt {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), RngError> {
            bytes.fill(self.0);
            Ok(())
        }
    }

    #[test]
    fn verifies_only_the_same_password_and_pepper() {
        let one = Peppers::parse(&format!("1:{}", "11".repeat(32))).unwrap();
        let other = Peppers::parse(&format!("1:{}", "22".repeat(32))).unwrap();
        let hash = hash("correct horse", &Salt(7), &one).unwrap();
        assert!(hash.phc.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{}", hash.phc);
        let stored = Some((hash.phc.as_str(), 1));
        assert!(verify("correct horse", stored, &one));
        assert!(!verify("correct hors", stored, &one));
        assert!(!verify("correct horse", stored, &other));
        assert!(!verify("correct horse", Some((hash.phc.as_str(), 2)), &one));
        assert!(!verify("correct horse", None, &one));
        assert!(!verify("correct horse", Some(("$argon2d$v=19$m=8,t=1,p=1$", 1)), &one));
        assert_ne!(super::hash("correct horse", &Salt(8), &one).unwrap().phc, hash.phc);
    }

    #[test]
    fn counts_the_length_in_characters() {
        assert_eq!(check("zq34567"), Err(AccountsError::Password));
        assert_eq!(check("åååååååå"), Ok(()));
        assert_eq!(check(&"x".repeat(256)), Ok(()));
        assert_eq!(check(&"x".repeat(257)), Err(AccountsError::Password));
    }

    #[test]
    fn refuses_common_passwords_in_any_case() {
        for common in ["password", "Password123", "12345678", " QWERTYUIOP ", "iloveyou"] {
            assert_eq!(check(common), Err(AccountsError::CommonPassword), "{common}");
        }
        assert_eq!(check("correct horse battery"), Ok(()));
        assert!(COMMON.lines().count() > 8_000);
        assert!(COMMON.lines().all(|line| line.len() >= MIN_CHARS && line == line.trim().to_lowercase()));
    }
}
