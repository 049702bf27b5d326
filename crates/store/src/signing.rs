//! Signing certificates that workspaces bring: the chain in clear, the key sealed.
//!
//! That chain and key fit each other and the C2PA profile is checked before they get here. One certificate of a workspace
//! is in use; one that is over is never.

use crate::accounts::Authority;
use crate::audit::{AdminAction, NewAdminEvent, commit};
use crate::database::{DbError, Row, Statement};
use crate::encoding::new_id;
use crate::sealing::SealContext;
use crate::sql;
use crate::store::Store;

const PREFIX: &str = "crt_";
const LIST_LIMIT: u32 = 100;
/// Longest chain, in bytes of PEM.
pub const MAX_CHAIN_BYTES: usize = 64 * 1024;
/// Longest key, in bytes.
pub const MAX_KEY_BYTES: usize = 16 * 1024;

/// A certificate about to be stored, as checked.
#[derive(Clone, PartialEq, Eq)]
pub struct NewCertificate {
    /// PEM, leaf first.
    pub chain: String,
    /// PKCS#8, as the signer takes it.
    pub key: Vec<u8>,
    /// Fingerprint of the leaf.
    pub fingerprint: String,
    /// Subject of the leaf, for people.
    pub subject: String,
    /// Signature algorithm (`es256`, …).
    pub algorithm: String,
    /// Begin of the leaf, in milliseconds.
    pub not_before_ms: i64,
    /// End of the leaf, in milliseconds.
    pub not_after_ms: i64,
}

impl std::fmt::Debug for NewCertificate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewCertificate").field("fingerprint", &self.fingerprint).finish_non_exhaustive()
    }
}

/// A certificate as listed: no key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SigningCertificate {
    /// `crt_…`.
    pub id: String,
    /// Whose it is.
    pub workspace_id: String,
    /// PEM, leaf first.
    pub chain: String,
    /// Fingerprint of the leaf.
    pub fingerprint: String,
    /// Subject of the leaf.
    pub subject: String,
    /// Signature algorithm.
    pub algorithm: String,
    /// Begin, in milliseconds.
    pub not_before_ms: i64,
    /// End, in milliseconds.
    pub not_after_ms: i64,
    /// Whether it is the one in use.
    pub active: bool,
    /// When it was uploaded, in milliseconds.
    pub created_at_ms: i64,
}

/// The certificate in use, with its key.
#[derive(Clone, PartialEq, Eq)]
pub struct Signer {
    /// As listed.
    pub certificate: SigningCertificate,
    /// PKCS#8, as it was given.
    pub key: Vec<u8>,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").field("certificate", &self.certificate.id).finish_non_exhaustive()
    }
}

/// Why a certificate was not stored, found or used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// Chain or key is too long.
    #[error("a chain has at most 64 KiB, a key 16 KiB")]
    TooLarge,
    /// The workspace has this certificate already.
    #[error("this certificate is there already")]
    Taken,
    /// No such certificate in this workspace.
    #[error("no such certificate")]
    NotFound,
    /// No certificate is in use.
    #[error("no signing certificate is in use")]
    NoneActive,
    /// Past its end, or not begun.
    #[error("the signing certificate is not valid now")]
    NotValidNow,
    /// The database.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Signing certificates of all workspaces. From [`Store::certificates`].
#[derive(Debug, Clone)]
pub struct Certificates {
    store: Store,
}

impl Certificates {
    pub(crate) const fn new(store: Store) -> Self {
        Self { store }
    }

    /// Stores a certificate. It is not in use before [`Certificates::activate`].
    ///
    /// # Errors
    /// [`CertificateError`]: `TooLarge`, `NotValidNow` for one that is over, `Taken`, `Database`.
    pub async fn add(
        &self,
        by: &Authority,
        workspace_id: &str,
        new: &NewCertificate,
    ) -> Result<SigningCertificate, CertificateError> {
        let store = &self.store;
        let now = store.clock.now_ms();
        if new.chain.len() > MAX_CHAIN_BYTES || new.key.len() > MAX_KEY_BYTES {
            return Err(CertificateError::TooLarge);
        }
        if new.not_after_ms <= now {
            return Err(CertificateError::NotValidNow);
        }
        let id = new_id(PREFIX, now, store.rng.as_ref()).map_err(DbError::from)?;
        let sealed =
            store.sealing.seal(&context(workspace_id, &id), &new.key, store.rng.as_ref()).map_err(DbError::from)?;
        let insert = Statement::new(sql::signing::CERTIFICATE_INSERT)
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
        match commit(store, workspace_id, &by.actor, &event, vec![insert]).await {
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

    /// The certificates of a workspace, newest first, at most 100.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn list(&self, workspace_id: &str) -> Result<Vec<SigningCertificate>, DbError> {
        let statement = Statement::new(sql::signing::CERTIFICATE_LIST).bind(workspace_id).bind(LIST_LIMIT);
        self.store.db.query(statement).await?.iter().map(certificate_of).collect()
    }

    /// Puts a certificate in use instead of the present one.
    ///
    /// # Errors
    /// [`CertificateError`]: `NotFound` (also for one that is over), `Database`.
    pub async fn activate(&self, by: &Authority, workspace_id: &str, id: &str) -> Result<(), CertificateError> {
        let statements = vec![
            Statement::new(sql::signing::MUST_CERTIFICATE).bind(id).bind(workspace_id).bind(self.store.clock.now_ms()),
            Statement::new(sql::signing::CERTIFICATE_DEACTIVATE).bind(workspace_id),
            Statement::new(sql::signing::CERTIFICATE_ACTIVATE).bind(id),
        ];
        self.change(by, workspace_id, AdminAction::CertificateActivated, id, statements).await
    }

    /// Removes a certificate, its key with it, in use or not.
    ///
    /// # Errors
    /// [`CertificateError`]: `NotFound`, `Database`.
    pub async fn remove(&self, by: &Authority, workspace_id: &str, id: &str) -> Result<(), CertificateError> {
        let statements = vec![
            Statement::new(sql::signing::MUST_CERTIFICATE).bind(id).bind(workspace_id).bind(0_i64),
            Statement::new(sql::signing::CERTIFICATE_DELETE).bind(id),
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
        commit(&self.store, workspace_id, &by.actor, &event, statements)
            .await
            .map(drop)
            .map_err(|error| if error.is_precondition() { CertificateError::NotFound } else { error.into() })
    }

    /// The certificate in use and its key, if it is valid now.
    ///
    /// # Errors
    /// [`CertificateError`]: `NoneActive`, `NotValidNow`, `Database` (also when it was sealed under a key that is not
    /// known any more).
    pub async fn signer(&self, workspace_id: &str) -> Result<Signer, CertificateError> {
        let store = &self.store;
        let rows = store.db.query(Statement::new(sql::signing::CERTIFICATE_ACTIVE).bind(workspace_id)).await?;
        let row = rows.first().ok_or(CertificateError::NoneActive)?;
        let certificate = certificate_of(row)?;
        let now = store.clock.now_ms();
        if now < certificate.not_before_ms || now >= certificate.not_after_ms {
            return Err(CertificateError::NotValidNow);
        }
        let key =
            store.sealing.open(&context(workspace_id, &certificate.id), row.text("sealed")?).map_err(DbError::from)?;
        Ok(Signer { certificate, key })
    }
}

/// What a signing key is sealed with.
pub(crate) fn context(workspace_id: &str, id: &str) -> SealContext {
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
