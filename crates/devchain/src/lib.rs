//! Makes a development signing chain: a self-signed root and a claim signing leaf.
//!
//! Nobody trusts such a chain and its subject says so; reports call a file signed with it "signed with a development
//! certificate". It exists so that the whole product runs on a new machine without a purchase. Native only.

use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    PKCS_ECDSA_P256_SHA256, PKCS_ECDSA_P384_SHA384, PKCS_ED25519, SignatureAlgorithm,
};
use time::{Duration, OffsetDateTime};

/// The organisation in every subject of the chain; `labeler_provenance::DEVELOPMENT_ORGANIZATION` recognises it.
const ORGANIZATION: &str = "Labeler Development (not for production)";

/// How long leaf and root are valid. The C2PA profile allows at most 366 days for a leaf; a development root may as well
/// end with it.
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

/// A chain and its key, all PEM.
#[derive(Clone)]
pub struct Chain {
    /// Leaf first, then root.
    pub chain_pem: String,
    /// The leaf's PKCS#8 key.
    pub key_pem: String,
    /// The root alone, for use as an own trust list.
    pub root_pem: String,
}

/// The chain could not be made.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
    /// Key generation or certificate signing failed.
    #[error("could not make the development chain: {0}")]
    Rcgen(#[from] rcgen::Error),
    /// The given time lies outside what a certificate can express.
    #[error("{0} is not a time that a certificate can start at")]
    Time(i64),
}

/// What a chain signs, which its subjects name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Live keys of a development installation.
    Development,
    /// Test keys, whose output is never meant for the world.
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

/// Makes a chain that is valid from an hour before `now` (Unix seconds) for 365 days.
///
/// # Errors
/// [`ChainError`] when the system's randomness fails or `now` is out of range.
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
    // emailProtection and documentSigning are what validators of every age accept; the C2PA claim signing usage is
    // reserved for certificates issued to conforming products.
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
