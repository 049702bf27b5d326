//! Verifies registrations (section 7.1) and sign-ins (section 7.2).

use sha2::{Digest, Sha256};

use crate::authenticator_data::{AuthenticatorData, cbor};
use crate::client_data;
use crate::error::{MAX_ATTESTATION, MAX_AUTHENTICATOR_DATA, PasskeyError};
use crate::expected::Expected;
use crate::public_key::PublicKey;

/// `response` of a registration, decoded from base64url.
#[derive(Debug, Clone, Copy)]
pub struct RegistrationResponse<'a> {
    /// `clientDataJSON`.
    pub client_data: &'a [u8],
    /// `attestationObject`.
    pub attestation: &'a [u8],
}

/// Registered credential, to be stored with its user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// Credential ID. The store keeps it unique among all credentials of the server.
    pub id: Vec<u8>,
    /// Public key.
    pub key: PublicKey,
    /// Signature counter; 0 for most passkeys, which have none.
    pub counter: u32,
    /// Whether the authenticator verified the person.
    pub user_verified: bool,
    /// Whether the credential may be kept in more than one place. It never changes, so it is compared at every sign-in.
    pub backup_eligible: bool,
    /// Whether the credential is kept in more than one place.
    pub backed_up: bool,
}

/// Verifies a registration.
///
/// # Errors
/// See [`PasskeyError`].
pub fn verify_registration(
    response: &RegistrationResponse<'_>,
    expected: &Expected<'_>,
) -> Result<Credential, PasskeyError> {
    client_data::check(response.client_data, "webauthn.create", expected)?;
    let mut bytes = response.attestation;
    if bytes.len() > MAX_ATTESTATION {
        return Err(PasskeyError::Malformed);
    }
    let object = cbor(&mut bytes)?;
    let object = object.as_map().filter(|_| bytes.is_empty()).ok_or(PasskeyError::Malformed)?;
    let get = |name: &str| {
        let mut found = object.iter().filter(|(label, _)| label.as_text() == Some(name));
        match (found.next(), found.next()) {
            (Some((_, value)), None) => Ok(value),
            _ => Err(PasskeyError::Malformed),
        }
    };
    let data = get("authData")?.as_bytes().ok_or(PasskeyError::Malformed)?;
    let data = AuthenticatorData::check(data, expected)?;
    let nothing = get("attStmt")?.as_map().is_some_and(Vec::is_empty);
    if get("fmt")?.as_text() != Some("none") || !nothing {
        return Err(PasskeyError::Attestation);
    }
    let (user_verified, counter) = (data.user_verified(), data.counter);
    let (backup_eligible, backed_up) = (data.backup_eligible(), data.backed_up());
    let attested = data.attested.ok_or(PasskeyError::Malformed)?;
    Ok(Credential { id: attested.credential_id, key: attested.key, counter, user_verified, backup_eligible, backed_up })
}

/// `response` of a sign-in, decoded from base64url.
#[derive(Debug, Clone, Copy)]
pub struct AssertionResponse<'a> {
    /// `clientDataJSON`.
    pub client_data: &'a [u8],
    /// `authenticatorData`.
    pub authenticator_data: &'a [u8],
    /// `signature`, DER.
    pub signature: &'a [u8],
}

/// Verified sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assertion {
    /// Counter that replaces the stored one.
    pub counter: u32,
    /// Whether the authenticator verified the person.
    pub user_verified: bool,
    /// Whether the credential may be kept in more than one place: must equal the value at registration (section 7.2).
    pub backup_eligible: bool,
    /// Whether the credential is kept in more than one place now.
    pub backed_up: bool,
}

/// Verifies a sign-in against the stored key and counter of its credential. The caller checks that the credential
/// belongs to the user who signs in (`userHandle`).
///
/// # Errors
/// See [`PasskeyError`]; after [`PasskeyError::Counter`] the credential should be revoked.
pub fn verify_assertion(
    response: &AssertionResponse<'_>,
    key: &PublicKey,
    known_counter: u32,
    expected: &Expected<'_>,
) -> Result<Assertion, PasskeyError> {
    client_data::check(response.client_data, "webauthn.get", expected)?;
    if response.authenticator_data.len() > MAX_AUTHENTICATOR_DATA {
        return Err(PasskeyError::Malformed);
    }
    let data = AuthenticatorData::check(response.authenticator_data, expected)?;
    let signed = [response.authenticator_data, &Sha256::digest(response.client_data)[..]].concat();
    if !key.verifies(&signed, response.signature) {
        return Err(PasskeyError::Signature);
    }
    // Section 7.2, step 22: a counter that is in use must grow.
    if (data.counter != 0 || known_counter != 0) && data.counter <= known_counter {
        return Err(PasskeyError::Counter);
    }
    Ok(Assertion {
        counter: data.counter,
        user_verified: data.user_verified(),
        backup_eligible: data.backup_eligible(),
        backed_up: data.backed_up(),
    })
}
