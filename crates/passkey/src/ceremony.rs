//! Registering a credential (section 7.1) and signing in with it (section 7.2).

use p256::ecdsa::signature::Verifier;
use p256::ecdsa::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::authenticator_data::{AuthenticatorData, cbor};
use crate::{MAX_ATTESTATION, MAX_AUTHENTICATOR_DATA, PasskeyError, client_data};

/// What the server expects of a response.
#[derive(Debug, Clone, Copy)]
pub struct Expected<'a> {
    /// The challenge of this ceremony: random, fresh, used once.
    pub challenge: &'a [u8],
    /// Scheme, host and port of the pages: `https://labeler.example`.
    pub origin: &'a str,
    /// The relying party: the host of the origin, or a domain above it.
    pub rp_id: &'a str,
    /// Whether the authenticator must have verified the person. A passkey instead of a password asks for it.
    pub user_verification: bool,
}

/// A public key on P-256.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PublicKey(P-256)")
    }
}

impl PublicKey {
    pub(crate) const fn new(key: VerifyingKey) -> Self {
        Self(key)
    }

    /// From the 65 bytes that [`PublicKey::to_sec1`] gave.
    ///
    /// # Errors
    /// [`PasskeyError::Key`].
    pub fn from_sec1(bytes: &[u8]) -> Result<Self, PasskeyError> {
        VerifyingKey::from_sec1_bytes(bytes).map(Self).map_err(|_| PasskeyError::Key)
    }

    /// Uncompressed point (SEC 1), 65 bytes: to be stored.
    pub fn to_sec1(&self) -> Vec<u8> {
        self.0.to_sec1_point(false).as_bytes().to_vec()
    }
}

/// `response` of a registration, decoded from base64url.
#[derive(Debug, Clone, Copy)]
pub struct RegistrationResponse<'a> {
    /// `clientDataJSON`.
    pub client_data: &'a [u8],
    /// `attestationObject`.
    pub attestation: &'a [u8],
}

/// A credential just registered: to be stored with its person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// Names it; unique among all credentials of the server, which the store sees to.
    pub id: Vec<u8>,
    /// Its key.
    pub key: PublicKey,
    /// Its counter; 0 for most passkeys, which have none.
    pub counter: u32,
    /// Whether the authenticator verified the person.
    pub user_verified: bool,
    /// Whether it may be kept in more than one place. It never changes: to be compared at every sign-in.
    pub backup_eligible: bool,
    /// Whether it is kept in more than one place.
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

/// A good sign-in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Assertion {
    /// To be stored instead of the counter known so far.
    pub counter: u32,
    /// Whether the authenticator verified the person.
    pub user_verified: bool,
    /// Whether the credential may be kept in more than one place: must be what it was at registration (section 7.2).
    pub backup_eligible: bool,
    /// Whether the credential is kept in more than one place now.
    pub backed_up: bool,
}

/// Verifies a sign-in with a credential whose key and counter are known. That the credential belongs to the person who
/// signs in (`userHandle`), the caller checks.
///
/// # Errors
/// See [`PasskeyError`]; after [`PasskeyError::Counter`] the credential is better not used any more.
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
    let good = Signature::from_der(response.signature).is_ok_and(|signature| key.0.verify(&signed, &signature).is_ok());
    if !good {
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
