//! Authenticator data, which the authenticator signs (section 6.1).

use ciborium::Value;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::error::{MAX_CREDENTIAL_ID, PasskeyError};
use crate::expected::Expected;
use crate::public_key::PublicKey;

const USER_PRESENT: u8 = 1;
const USER_VERIFIED: u8 = 1 << 2;
const BACKUP_ELIGIBLE: u8 = 1 << 3;
const BACKED_UP: u8 = 1 << 4;
const ATTESTED: u8 = 1 << 6;
const EXTENSIONS: u8 = 1 << 7;
/// Deepest nesting of CBOR that is decoded.
const MAX_DEPTH: usize = 8;

pub(crate) struct AuthenticatorData {
    flags: u8,
    pub counter: u32,
    pub attested: Option<Attested>,
}

pub(crate) struct Attested {
    pub credential_id: Vec<u8>,
    pub key: PublicKey,
}

impl AuthenticatorData {
    /// Parses all bytes and checks relying party and flags.
    pub fn check(bytes: &[u8], expected: &Expected<'_>) -> Result<Self, PasskeyError> {
        let (rp_id_hash, rest) = bytes.split_first_chunk::<32>().ok_or(PasskeyError::Malformed)?;
        let ([flags], rest) = rest.split_first_chunk::<1>().ok_or(PasskeyError::Malformed)?;
        let (counter, mut rest) = rest.split_first_chunk::<4>().ok_or(PasskeyError::Malformed)?;
        let attested = if flags & ATTESTED != 0 { Some(attested(&mut rest)?) } else { None };
        if flags & EXTENSIONS != 0 {
            let extensions: Value = cbor(&mut rest)?;
            extensions.as_map().ok_or(PasskeyError::Malformed)?;
        }
        if !rest.is_empty() {
            return Err(PasskeyError::Malformed);
        }
        if !bool::from(rp_id_hash[..].ct_eq(&Sha256::digest(expected.rp_id)[..])) {
            return Err(PasskeyError::RelyingParty);
        }
        let data = Self { flags: *flags, counter: u32::from_be_bytes(*counter), attested };
        if !data.has(USER_PRESENT) {
            return Err(PasskeyError::NotPresent);
        }
        if expected.user_verification && !data.has(USER_VERIFIED) {
            return Err(PasskeyError::NotVerified);
        }
        // Section 6.1.3: what cannot be backed up is not backed up.
        if data.has(BACKED_UP) && !data.has(BACKUP_ELIGIBLE) {
            return Err(PasskeyError::Malformed);
        }
        Ok(data)
    }

    const fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    pub const fn user_verified(&self) -> bool {
        self.has(USER_VERIFIED)
    }

    pub const fn backup_eligible(&self) -> bool {
        self.has(BACKUP_ELIGIBLE)
    }

    pub const fn backed_up(&self) -> bool {
        self.has(BACKED_UP)
    }
}

/// Reads one CBOR item from the front of `bytes`.
pub(crate) fn cbor(bytes: &mut &[u8]) -> Result<Value, PasskeyError> {
    ciborium::de::from_reader_with_recursion_limit(bytes, MAX_DEPTH).map_err(|_| PasskeyError::Malformed)
}

fn attested(bytes: &mut &[u8]) -> Result<Attested, PasskeyError> {
    // The model of the authenticator comes first (AAGUID, 16 bytes); it is not used.
    let (_, rest) = bytes.split_first_chunk::<16>().ok_or(PasskeyError::Malformed)?;
    let (length, rest) = rest.split_first_chunk::<2>().ok_or(PasskeyError::Malformed)?;
    let length = usize::from(u16::from_be_bytes(*length));
    if length == 0 || length > MAX_CREDENTIAL_ID {
        return Err(PasskeyError::Malformed);
    }
    let (credential_id, rest) = rest.split_at_checked(length).ok_or(PasskeyError::Malformed)?;
    *bytes = rest;
    let key = PublicKey::from_cose(&cbor(bytes)?)?;
    Ok(Attested { credential_id: credential_id.to_vec(), key })
}
