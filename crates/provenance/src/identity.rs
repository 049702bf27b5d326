//! A signing identity: certificate chain, private key, algorithm.

use base64::Engine;
use c2pa::{BoxedSigner, SigningAlg, create_signer};
use sha2::{Digest, Sha256};
use x509_parser::prelude::{FromDer, X509Certificate};

/// Organisation name that marks a development chain. Such a chain is made on first run, is trusted by nobody, and is
/// called a development certificate in every report.
pub const DEVELOPMENT_ORGANIZATION: &str = "Labeler Development (not for production)";

/// Why a chain and key cannot be used for signing.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The chain is not PEM, or holds no certificate.
    #[error("the certificate chain holds no readable PEM certificate")]
    NoCertificate,
    /// The leaf's public key is of a kind that C2PA does not sign with.
    #[error(
        "the certificate's key ({0}) is not supported; use EC P-256, P-384 or P-521, RSA of 2048 bits or more, or Ed25519"
    )]
    UnsupportedKey(String),
    /// The private key is not an unencrypted PKCS#8 key in PEM of the leaf's kind.
    #[error("the private key cannot be used with this certificate; it must be an unencrypted PKCS#8 key in PEM: {0}")]
    Key(String),
}

/// Chain and key that sign claims. Holds the key in clear: keep it short-lived, never log it (`Debug` hides it).
#[derive(Clone)]
pub struct SigningIdentity {
    chain_pem: Vec<u8>,
    key_pem: Vec<u8>,
    alg: SigningAlg,
    fingerprint: String,
    subject: String,
    development: bool,
}

impl std::fmt::Debug for SigningIdentity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SigningIdentity")
            .field("subject", &self.subject)
            .field("fingerprint", &self.fingerprint)
            .finish_non_exhaustive()
    }
}

impl SigningIdentity {
    /// Reads a chain (PEM, leaf first) and its key (PKCS#8 PEM). The algorithm follows from the leaf's public key:
    /// P-256 gives ES256, P-384 ES384, P-521 ES512, RSA PS256, Ed25519 Ed25519.
    ///
    /// # Errors
    /// [`IdentityError`] says which of the two is unusable and why. Expiry and key usage are checked at signing time,
    /// since they depend on the clock.
    pub fn from_pem(chain_pem: &[u8], key_pem: &[u8]) -> Result<Self, IdentityError> {
        let leaf_pem = x509_parser::pem::Pem::iter_from_buffer(chain_pem)
            .next()
            .and_then(Result::ok)
            .ok_or(IdentityError::NoCertificate)?;
        let (_, leaf) = X509Certificate::from_der(&leaf_pem.contents).map_err(|_| IdentityError::NoCertificate)?;
        let alg = algorithm(&leaf)?;
        // Parsing the key once here turns a misconfigured secret into a clear error at start instead of a failed
        // signature later.
        create_signer::from_keys(chain_pem, key_pem, alg, None).map_err(|e| IdentityError::Key(e.to_string()))?;
        Ok(Self {
            chain_pem: chain_pem.to_vec(),
            key_pem: key_pem.to_vec(),
            alg,
            fingerprint: fingerprint(&leaf_pem.contents),
            subject: leaf.subject().to_string(),
            development: is_development(&leaf),
        })
    }

    /// `SHA256:` and the base64 (no padding) SHA-256 of the leaf's DER.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The leaf's subject as an RFC 4514-like string.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Whether this is a development chain (see [`DEVELOPMENT_ORGANIZATION`]).
    pub fn is_development(&self) -> bool {
        self.development
    }

    pub(crate) fn signer(&self) -> c2pa::Result<BoxedSigner> {
        create_signer::from_keys(&self.chain_pem, &self.key_pem, self.alg, None)
    }
}

/// Fingerprint of a DER certificate, in the form that audit rows and certificates carry.
pub(crate) fn fingerprint(der: &[u8]) -> String {
    let digest = Sha256::digest(der);
    format!("SHA256:{}", base64::engine::general_purpose::STANDARD_NO_PAD.encode(digest))
}

pub(crate) fn is_development(leaf: &X509Certificate<'_>) -> bool {
    leaf.subject().iter_organization().any(|o| o.as_str() == Ok(DEVELOPMENT_ORGANIZATION))
}

fn algorithm(leaf: &X509Certificate<'_>) -> Result<SigningAlg, IdentityError> {
    let key = &leaf.public_key().algorithm;
    let curve = key.parameters.as_ref().and_then(|p| p.as_oid().ok()).map(|o| o.to_id_string());
    match (key.algorithm.to_id_string().as_str(), curve.as_deref()) {
        ("1.2.840.10045.2.1", Some("1.2.840.10045.3.1.7")) => Ok(SigningAlg::Es256),
        ("1.2.840.10045.2.1", Some("1.3.132.0.34")) => Ok(SigningAlg::Es384),
        ("1.2.840.10045.2.1", Some("1.3.132.0.35")) => Ok(SigningAlg::Es512),
        ("1.2.840.113549.1.1.1" | "1.2.840.113549.1.1.10", _) => Ok(SigningAlg::Ps256),
        ("1.3.101.112", _) => Ok(SigningAlg::Ed25519),
        (other, curve) => Err(IdentityError::UnsupportedKey(match curve {
            Some(curve) => format!("{other} on curve {curve}"),
            None => other.to_owned(),
        })),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn reads_a_chain_and_hides_the_key() {
        let chain = labeler_devchain::make(
            labeler_devchain::Algorithm::Es256,
            labeler_devchain::Purpose::Development,
            1_790_000_000,
        )
        .unwrap();
        let id = SigningIdentity::from_pem(chain.chain_pem.as_bytes(), chain.key_pem.as_bytes()).unwrap();
        assert!(id.is_development());
        assert!(id.fingerprint().starts_with("SHA256:"));
        assert_eq!(id.fingerprint().len(), 7 + 43);
        let shown = format!("{id:?}");
        assert!(!shown.contains("key_pem") && !shown.contains("PRIVATE"), "{shown}");
    }

    #[test]
    fn names_what_is_wrong() {
        let chain = labeler_devchain::make(
            labeler_devchain::Algorithm::Es256,
            labeler_devchain::Purpose::Development,
            1_790_000_000,
        )
        .unwrap();
        let none = SigningIdentity::from_pem(b"", chain.key_pem.as_bytes());
        assert!(matches!(none, Err(IdentityError::NoCertificate)));
        let no_key = SigningIdentity::from_pem(chain.chain_pem.as_bytes(), b"not a key");
        assert!(matches!(no_key, Err(IdentityError::Key(_))));
    }
}
