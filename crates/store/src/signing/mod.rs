//! Signing certificates of workspaces: the chain in clear text, the key sealed.
//!
//! The caller checks that chain and key match and meet the C2PA certificate profile. At most one certificate of a
//! workspace is active; an expired one is never used.

pub(crate) mod sql;

use crate::audit::admin::{AdminAction, NewAdminEvent, commit};
use crate::database::{DbError, Row, Statement};
use crate::encoding::new_id;
use crate::model::Authority;
use crate::ports::Ports;
use crate::sealing::SealContext;

const PREFIX: &str = "crt_";
const LIST_LIMIT: u32 = 100;
/// Maximum size of a chain, in bytes of PEM.
pub const MAX_CHAIN_BYTES: usize = 64 * 1024;
/// Maximum size of a key, in bytes.
pub const MAX_KEY_BYTES: usize = 16 * 1024;

/// Checked certificate to store.
#[derive(Clone, PartialEq, Eq)]
pub struct NewCertificate {
    /// Certificate chain as PEM, leaf first.
    pub chain: String,
    /// Private key as PKCS#8, as the signer takes it.
    pub key: Vec<u8>,
    /// Fingerprint of the leaf certificate.
    pub fingerprint: String,
    /// Subject of the leaf certificate, for display.
    pub subject: String,
    /// Signature algorithm (`es256`, …).
    pub algorithm: String,
    /// Start of the leaf's validity, in milliseconds since the Unix epoch.
    pub not_before_ms: i64,
    /// End of the leaf's validity, in milliseconds since the Unix epoch.
    pub not_after_ms: i64,
}

impl std::fmt::Debug for NewCertificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewCertificate").field("fingerprint", &self.fingerprint).finish_non_exhaustive()
    }
}

/// Signing certificate as listed, without key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningCertificate {
    /// `crt_…`.
    pub id: String,
    /// ID of the workspace.
    pub workspace_id: String,
    /// Certificate chain as PEM, leaf first.
    pub chain: String,
    /// Fingerprint of the leaf certificate.
    pub fingerprint: String,
    /// Subject of the leaf certificate.
    pub subject: String,
    /// Signature algorithm.
    pub algorithm: String,
    /// Start of the validity, in milliseconds since the Unix epoch.
    pub not_before_ms: i64,
    /// End of the validity, in milliseconds since the Unix epoch.
    pub not_after_ms: i64,
    /// Whether the certificate is active.
    pub active: bool,
    /// When the certificate was uploaded, in milliseconds since the Unix epoch.
    pub created_at_ms: i64,
}

/// Active certificate with its key.
#[derive(Clone, PartialEq, Eq)]
pub struct Signer {
    /// The certificate as listed.
    pub certificate: SigningCertificate,
    /// Private key as PKCS#8, as it was stored.
    pub key: Vec<u8>,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").field("certificate", &self.certificate.id).finish_non_exhaustive()
    }
}

/// Error of storing, finding or using a signing certificate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// The chain or the key is too large.
    #[error("a certificate chain has at most 64 KiB, a key at most 16 KiB")]
    TooLarge,
    /// The workspace has this certificate already.
    #[error("this workspace already has this certificate")]
    Taken,
    /// This workspace has no certificate with this ID.
    #[error("no certificate with this ID exists")]
    NotFound,
    /// No certificate is active.
    #[error("no signing certificate is active; activate one")]
    NoneActive,
    /// The certificate has expired or is not valid yet.
    #[error("the signing certificate has expired or is not valid yet; activate a valid one")]
    NotValidNow,
    /// Error of the database.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Signing certificates of all workspaces. From [`crate::Store::certificates`].
#[derive(Debug, Clone)]
pub struct Certificates {
    ports: Ports,
}

impl Certificates {
    pub(crate) const fn new(ports: Ports) -> Self {
        Self { ports }
    }

    /// Stores a certificate. It is not active until [`Certificates::activate`].
    ///
    /// # Errors
    /// [`CertificateError`]: `TooLarge`, `NotValidNow` for an expired one, `Taken`, `Database`.
    pub async fn add(
        &self,
        by: &Authority,
        workspace_id: &str,
        new: &NewCertificate,
    ) -> Result<SigningCertificate, CertificateError> {
        let ports = &self.ports;
        let now = ports.clock.now_ms();
        if new.chain.len() > MAX_CHAIN_BYTES || new.key.len() > MAX_KEY_BYTES {
            return Err(CertificateError::TooLarge);
        }
        if new.not_after_ms <= now {
            return Err(CertificateError::NotValidNow);
        }
        let id = new_id(PREFIX, now, ports.rng.as_ref()).map_err(DbError::from)?;
        let sealed = ports
            .sealing
            .seal(&certificate_context(workspace_id, &id), &new.key, ports.rng.as_ref())
            .map_err(DbError::from)?;
        let insert = Statement::new(sql::CERTIFICATE_INSERT)
            .bind(id.as_str())
            .bind(workspace_id)
            .bind(new.chain.as_str())
            .bind(sealed)
            .bind(new.fingerprint.as_str())
            .bind(new.subject.as_str())
            .bind(new.algorithm.as_str())
            .bind(new.not_before_ms)
            .bind(new.not_after_ms)
            .bind(now);
        let event = NewAdminEvent::new(AdminAction::CertificateAdded, &id)
            .with("fingerprint", new.fingerprint.as_str())
            .with("notAfterMs", new.not_after_ms);
        match commit(ports, workspace_id, &by.actor, &event, vec![insert]).await {
            Ok(_) => Ok(SigningCertificate {
                id,
                workspace_id: workspace_id.to_owned(),
                chain: new.chain.clone(),
                fingerprint: new.fingerprint.clone(),
                subject: new.subject.clone(),
                algorithm: new.algorithm.clone(),
                not_before_ms: new.not_before_ms,
                not_after_ms: new.not_after_ms,
                active: false,
                created_at_ms: now,
            }),
            Err(DbError::Conflict(message)) if message.contains("signing_certificates") => Err(CertificateError::Taken),
            Err(error) => Err(error.into()),
        }
    }

    /// Returns the certificates of a workspace, newest first, at most 100.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn list(&self, workspace_id: &str) -> Result<Vec<SigningCertificate>, DbError> {
        let statement = Statement::new(sql::CERTIFICATE_LIST).bind(workspace_id).bind(LIST_LIMIT);
        self.ports.db.query(statement).await?.iter().map(certificate_of).collect()
    }

    /// Activates a certificate instead of the present one.
    ///
    /// # Errors
    /// [`CertificateError`]: `NotFound` (also for an expired one), `Database`.
    pub async fn activate(&self, by: &Authority, workspace_id: &str, id: &str) -> Result<(), CertificateError> {
        let statements = vec![
            Statement::new(sql::MUST_CERTIFICATE).bind(id).bind(workspace_id).bind(self.ports.clock.now_ms()),
            Statement::new(sql::CERTIFICATE_DEACTIVATE).bind(workspace_id),
            Statement::new(sql::CERTIFICATE_ACTIVATE).bind(id),
        ];
        self.change(by, workspace_id, AdminAction::CertificateActivated, id, statements).await
    }

    /// Removes a certificate with its key, active or not.
    ///
    /// # Errors
    /// [`CertificateError`]: `NotFound`, `Database`.
    pub async fn remove(&self, by: &Authority, workspace_id: &str, id: &str) -> Result<(), CertificateError> {
        let statements = vec![
            Statement::new(sql::MUST_CERTIFICATE).bind(id).bind(workspace_id).bind(0_i64),
            Statement::new(sql::CERTIFICATE_DELETE).bind(id),
        ];
        self.change(by, workspace_id, AdminAction::CertificateRemoved, id, statements).await
    }

    async fn change(
        &self,
        by: &Authority,
        workspace_id: &str,
        action: AdminAction,
        id: &str,
        statements: Vec<Statement>,
    ) -> Result<(), CertificateError> {
        let event = NewAdminEvent::new(action, id);
        commit(&self.ports, workspace_id, &by.actor, &event, statements)
            .await
            .map(drop)
            .map_err(|error| if error.is_precondition() { CertificateError::NotFound } else { error.into() })
    }

    /// Returns the active certificate with its key, if it is valid now.
    ///
    /// # Errors
    /// [`CertificateError`]: `NoneActive`, `NotValidNow`, `Database` (also when it was sealed under a key that is no
    /// longer known).
    pub async fn signer(&self, workspace_id: &str) -> Result<Signer, CertificateError> {
        let ports = &self.ports;
        let rows = ports.db.query(Statement::new(sql::CERTIFICATE_ACTIVE).bind(workspace_id)).await?;
        let row = rows.first().ok_or(CertificateError::NoneActive)?;
        let certificate = certificate_of(row)?;
        let now = ports.clock.now_ms();
        if now < certificate.not_before_ms || now >= certificate.not_after_ms {
            return Err(CertificateError::NotValidNow);
        }
        let key = ports
            .sealing
            .open(&certificate_context(workspace_id, &certificate.id), row.text("sealed")?)
            .map_err(DbError::from)?;
        Ok(Signer { certificate, key })
    }
}

/// Returns the context that a signing key is sealed with.
pub(crate) fn certificate_context(workspace_id: &str, id: &str) -> SealContext {
    SealContext::of_workspace("signing key", workspace_id, id)
}

fn certificate_of(row: &Row) -> Result<SigningCertificate, DbError> {
    let text = |column| row.text(column).map(str::to_owned);
    Ok(SigningCertificate {
        id: text("id")?,
        workspace_id: text("workspace_id")?,
        chain: text("chain")?,
        fingerprint: text("fingerprint")?,
        subject: text("subject")?,
        algorithm: text("algorithm")?,
        not_before_ms: row.integer("not_before")?,
        not_after_ms: row.integer("not_after")?,
        active: row.boolean("active")?,
        created_at_ms: row.integer("created_at")?,
    })
}
