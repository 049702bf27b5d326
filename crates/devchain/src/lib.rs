//! Creates a development signing chain: a self-signed root and a leaf for claim signing.
//!
//! No trust list contains these chains, and their subjects say so; reports describe a file signed with one as "signed
//! with a development certificate". They allow the whole product to run on a new machine without buying a certificate.
//! Native only.

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ED25519, SignatureAlgorithm,
};
use time::{Duration, OffsetDateTime};

/// Organisation in every subject of the chain. `labeler_provenance::DEVELOPMENT_ORGANIZATION` recognises it.
const ORGANIZATION: &str = "Labeler Development (not for production)";

/// Validity of leaf and root. The C2PA profile allows at most 366 days for a leaf, and the root ends with it.
const VALIDITY: Duration = Duration::days(365);

/// Key type of the leaf (the root is always P-256).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Algorithm {
    /// ECDSA on P-256, claim algorithm ES256.
    Es256,
    /// ECDSA on P-384, claim algorithm ES384.
    Es384,
    /// Ed25519.
    Ed25519,
}

impl Algorithm {
    fn rcgen(self) -> &'static SignatureAlgorithm {
        match self {
            Self::Es256 => &PKCS_ECDSA_P256_SHA256,
            Self::Es384 => &PKCS_ECDSA_P384_SHA384,
            Self::Ed25519 => &PKCS_ED25519,
        }
    }
}

/// A chain and its key, all in PEM.
#[derive(Clone)]
pub struct Chain {
    /// Leaf first, then root.
    pub chain_pem: String,
    /// The leaf's PKCS#8 key.
    pub key_pem: String,
    /// Only the root, for use as an own trust list.
    pub root_pem: String,
}

/// Error for a chain that could not be created.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
    /// Key generation or certificate signing failed.
    #[error("could not create the development chain: {0}")]
    Rcgen(#[from] rcgen::Error),
    /// A certificate cannot represent the given time.
    #[error("a certificate cannot be valid from the time {0}")]
    Time(i64),
}

/// Use of a chain. Its subjects name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Live keys in a development installation.
    Development,
    /// Test keys, whose output is not meant for publication.
    Sandbox,
}

impl Purpose {
    fn name(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Sandbox => "sandbox test",
        }
    }
}

/// Creates a chain that is valid for 365 days, from one hour before `now` (Unix seconds).
///
/// # Errors
/// [`ChainError`] if the system's randomness fails or `now` is out of range.
pub fn make(algorithm: Algorithm, purpose: Purpose, now: i64) -> Result<Chain, ChainError> {
    let from = OffsetDateTime::from_unix_timestamp(now).map_err(|_| ChainError::Time(now))? - Duration::hours(1);

    let root_key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
    let mut root = params(&format!("Labeler {} root", purpose.name()), from);
    root.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    root.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    let root_certificate = root.self_signed(&root_key)?;
    let issuer = Issuer::new(root, root_key);

    let key = KeyPair::generate_for(algorithm.rcgen())?;
    let mut leaf = params(&format!("Labeler {} signer", purpose.name()), from);
    leaf.key_usages = vec![KeyUsagePurpose::DigitalSignature, KeyUsagePurpose::ContentCommitment];
    // Validators of every age accept emailProtection and documentSigning. The usage for C2PA claim signing is reserved
    // for certificates of conforming products.
    leaf.extended_key_usages = vec![
        ExtendedKeyUsagePurpose::EmailProtection,
        ExtendedKeyUsagePurpose::Other(vec![1, 3, 6, 1, 5, 5, 7, 3, 36]),
    ];
    leaf.use_authority_key_identifier_extension = true;
    let certificate = leaf.signed_by(&key, &issuer)?;

    Ok(Chain {
        chain_pem: certificate.pem() + &root_certificate.pem(),
        key_pem: key.serialize_pem(),
        root_pem: root_certificate.pem(),
    })
}

fn params(common_name: &str, from: OffsetDateTime) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, common_name);
    params.distinguished_name.push(DnType::OrganizationName, ORGANIZATION);
    params.not_before = from;
    params.not_after = from + VALIDITY;
    params
}
