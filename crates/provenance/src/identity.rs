//! Signing identity: certificate chain, private key and algorithm.

use base64::Engine;
use c2pa::{BoxedSigner, SigningAlg, create_signer};
use sha2::{Digest, Sha256};
use x509_parser::prelude::{FromDer, X509Certificate};

use crate::trust::ACCEPTED_EKUS;

/// Organisation name that marks a development chain. The chain is created on first run, no list trusts it, and every
/// report calls it a development certificate.
pub const DEVELOPMENT_ORGANIZATION: &str = "Labeler Development (not for production)";

/// Error for a chain and key that cannot sign.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    /// The chain is not PEM or contains no certificate.
    #[error("the certificate chain contains no readable PEM certificate")]
    NoCertificate,
    /// C2PA does not support the leaf's kind of public key.
    #[error(
        "the certificate's key ({0}) is not supported; use EC P-256, P-384 or P-521, RSA of 2048 bits or more, or Ed25519"
    )]
    UnsupportedKey(String),
    /// The leaf must not sign claims (C2PA 2.2, 14.5.1).
    #[error("the first certificate of the chain cannot sign content credentials: {0}")]
    Leaf(&'static str),
    /// The key is encrypted. Passphrases are not supported.
    #[error("the private key is encrypted; decrypt it first: openssl pkcs8 -in key.pem -out plain.pem")]
    EncryptedKey,
    /// The key is PKCS#1 or SEC 1.
    #[error(
        "the private key is in the older form {0}; convert it first: openssl pkcs8 -topk8 -nocrypt -in key.pem -out \
         plain.pem"
    )]
    OlderKey(String),
    /// The text contains no PEM block with a private key.
    #[error(
        "the text contains no private key in PEM form. Extract one from a PKCS#12 file (.p12, .pfx) with: openssl pkcs12 -in file.p12 \
         -nocerts -nodes | openssl pkcs8 -topk8 -nocrypt -out plain.pem, and the chain with: openssl pkcs12 -in file.p12 \
         -nokeys -out chain.pem"
    )]
    NoKey,
    /// The private key is not a PKCS#8 key of the leaf's kind.
    #[error("the private key cannot be used with this certificate; it must be an unencrypted PKCS#8 key in PEM: {0}")]
    Key(String),
    /// The private key belongs to a different certificate.
    #[error("the private key does not belong to the first certificate of the chain")]
    Mismatch,
}

impl IdentityError {
    /// Returns whether the error concerns the key rather than the chain.
    pub fn is_about_the_key(&self) -> bool {
        matches!(self, Self::EncryptedKey | Self::OlderKey(_) | Self::NoKey | Self::Key(_) | Self::Mismatch)
    }
}

/// Chain and private key for signing claims. Contains the key in clear text: keep it for a short time only and never
/// log it (`Debug` hides it).
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
    /// Reads a chain (PEM, leaf first) and its key (PKCS#8 PEM). The leaf's public key determines the algorithm: P-256
    /// gives ES256, P-384 ES384, P-521 ES512, RSA PS256, Ed25519 Ed25519.
    ///
    /// # Errors
    /// [`IdentityError`] says which of the two is unusable and why. [`SigningIdentity::check`] performs the checks that
    /// need a signature or the leaf's permissions.
    pub fn from_pem(chain_pem: &[u8], key_pem: &[u8]) -> Result<Self, IdentityError> {
        let leaf_pem = x509_parser::pem::Pem::iter_from_buffer(chain_pem)
            .next()
            .and_then(Result::ok)
            .ok_or(IdentityError::NoCertificate)?;
        let (_, leaf) = X509Certificate::from_der(&leaf_pem.contents).map_err(|_| IdentityError::NoCertificate)?;
        let alg = algorithm(&leaf)?;
        check_form(key_pem)?;
        // Parsing the key here reports a misconfigured secret at start instead of at the first signature.
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

    /// Performs the one-time checks of a new chain and key: the leaf may sign claims, and the key belongs to it. The
    /// caller must check its validity period.
    ///
    /// # Errors
    /// As for [`SigningIdentity::from_pem`].
    pub fn check(&self) -> Result<(), IdentityError> {
        let leaf_pem = x509_parser::pem::Pem::iter_from_buffer(&self.chain_pem)
            .next()
            .and_then(Result::ok)
            .ok_or(IdentityError::NoCertificate)?;
        let (_, leaf) = X509Certificate::from_der(&leaf_pem.contents).map_err(|_| IdentityError::NoCertificate)?;
        check_leaf(&leaf)?;
        let signer = self.signer().map_err(|e| IdentityError::Key(e.to_string()))?;
        let signature = signer.sign(PROBE).map_err(|e| IdentityError::Key(e.to_string()))?;
        let validator = c2pa_raw_crypto::validator_for_signing_alg(self.alg)
            .ok_or_else(|| IdentityError::UnsupportedKey(self.algorithm()))?;
        validator.validate(&signature, PROBE, leaf.public_key().raw).map_err(|_| IdentityError::Mismatch)
    }

    /// Returns the claim's algorithm: `es256`, `es384`, `es512`, `ps256` or `ed25519`.
    pub fn algorithm(&self) -> String {
        self.alg.to_string()
    }

    /// Returns `SHA256:` and the base64 (no padding) SHA-256 of the leaf's DER.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Returns the leaf's subject as a string similar to RFC 4514.
    pub fn subject(&self) -> &str {
        &self.subject
    }

    /// Returns whether this is a development chain (see [`DEVELOPMENT_ORGANIZATION`]).
    pub fn is_development(&self) -> bool {
        self.development
    }

    pub(crate) fn signer(&self) -> c2pa::Result<BoxedSigner> {
        create_signer::from_keys(&self.chain_pem, &self.key_pem, self.alg, None)
    }
}

/// Message that is signed to test whether key and certificate belong together.
const PROBE: &[u8] = b"does this key belong to this certificate?";

/// Distinguishes the common forms of uploaded keys, so that each gets a helpful error.
fn check_form(key: &[u8]) -> Result<(), IdentityError> {
    let text = String::from_utf8_lossy(key);
    let labels = text.lines().filter_map(|line| line.trim().strip_prefix("-----BEGIN ")?.strip_suffix("-----"));
    match labels.into_iter().find(|label| label.ends_with("PRIVATE KEY")) {
        Some("PRIVATE KEY") => Ok(()),
        Some("ENCRYPTED PRIVATE KEY") => Err(IdentityError::EncryptedKey),
        Some(older) => Err(IdentityError::OlderKey(older.to_owned())),
        None => Err(IdentityError::NoKey),
    }
}

fn check_leaf(leaf: &X509Certificate<'_>) -> Result<(), IdentityError> {
    if leaf.is_ca() {
        return Err(IdentityError::Leaf(
            "it belongs to a certification authority; the chain must start with the signer's own certificate",
        ));
    }
    if leaf.subject() == leaf.issuer() {
        return Err(IdentityError::Leaf("it is self-signed"));
    }
    if let Ok(Some(usage)) = leaf.key_usage()
        && !usage.value.digital_signature()
    {
        return Err(IdentityError::Leaf("its key usage does not include digitalSignature"));
    }
    let accepted = |oid: &str| ACCEPTED_EKUS.lines().any(|line| line == oid);
    let signs = leaf.extended_key_usage().ok().flatten().is_some_and(|usage| {
        usage.value.email_protection || usage.value.other.iter().any(|oid| accepted(&oid.to_id_string()))
    });
    if signs {
        Ok(())
    } else {
        Err(IdentityError::Leaf(
            "its extended key usage names no purpose for it (C2PA claim signing, e-mail protection or document signing)",
        ))
    }
}

/// Returns the fingerprint of a DER certificate in the form used in audit rows and certificates.
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
    fn names_the_problem_of_a_chain_or_key() {
        let chain = labeler_devchain::make(
            labeler_devchain::Algorithm::Es256,
            labeler_devchain::Purpose::Development,
            1_790_000_000,
        )
        .unwrap();
        let none = SigningIdentity::from_pem(b"", chain.key_pem.as_bytes());
        assert!(matches!(none, Err(IdentityError::NoCertificate)));
        let with_key = |key: &str| SigningIdentity::from_pem(chain.chain_pem.as_bytes(), key.as_bytes());
        let named = |label: &str| chain.key_pem.replace("PRIVATE KEY", label);
        for (key, about) in [
            ("MIIKuQIBAzCC".to_owned(), "openssl pkcs12"),
            (chain.root_pem.clone(), "no private key"),
            (named("ENCRYPTED PRIVATE KEY"), "is encrypted"),
            (named("EC PRIVATE KEY"), "older form EC PRIVATE KEY"),
            ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n".to_owned(), "cannot be used"),
        ] {
            let refused = with_key(&key).unwrap_err();
            assert!(refused.is_about_the_key() && refused.to_string().contains(about), "{refused}");
        }
        let good = with_key(&chain.key_pem).unwrap();
        good.check().unwrap();
        assert_eq!(good.algorithm(), "es256");
        let other = labeler_devchain::make(
            labeler_devchain::Algorithm::Es256,
            labeler_devchain::Purpose::Development,
            1_790_000_000,
        )
        .unwrap();
        assert!(matches!(with_key(&other.key_pem).unwrap().check(), Err(IdentityError::Mismatch)));
        let root_first = format!("{}{}", chain.root_pem, chain.chain_pem);
        let root = SigningIdentity::from_pem(root_first.as_bytes(), chain.key_pem.as_bytes()).unwrap().check();
        assert!(matches!(root, Err(IdentityError::Leaf(why)) if why.contains("authority")), "{root:?}");
    }
}
