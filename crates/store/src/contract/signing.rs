//! Signing certificates.

use std::sync::Arc;

use crate::audit::chain::ChainPosition;
use crate::contract::context::{CaseError, Ctx, PAST, PEPPER, ensure, ensure_eq, ensure_matches};
use crate::database::Statement;
use crate::model::{Actor, Authority};
use crate::people::User;
use crate::roles::Role;
use crate::sealing::SealingKeys;
use crate::secret::Peppers;
use crate::signing::{CertificateError, NewCertificate};
use crate::store::Store;

async fn home(ctx: &Ctx) -> Result<(Store, User, Authority, String), CaseError> {
    let (owner, workspace) = ctx.owner().await?;
    let authority = Authority {
        actor: Actor::user(&owner.id, "req_1", None),
        person: owner.id.clone(),
        permissions: Role::Owner.permissions(),
    };
    Ok((ctx.store()?, owner, authority, workspace.id))
}

pub(super) async fn a_workspace_signs_with_its_own_certificate(ctx: &Ctx) -> Result<(), CaseError> {
    let (store, _, by, workspace) = home(ctx).await?;
    let certificates = store.certificates();
    let new = |fingerprint: &str| NewCertificate {
        chain: "-----BEGIN CERTIFICATE-----".to_owned(),
        key: b"a private key".to_vec(),
        fingerprint: fingerprint.to_owned(),
        subject: "CN=Example".to_owned(),
        algorithm: "es256".to_owned(),
        not_before_ms: PAST,
        not_after_ms: PAST + 1000,
    };
    ensure_eq!(certificates.signer(&workspace).await.err(), Some(CertificateError::NoneActive));
    let first = certificates.add(&by, &workspace, &new("one")).await?;
    ensure_eq!(certificates.add(&by, &workspace, &new("one")).await.err(), Some(CertificateError::Taken));
    let second = certificates.add(&by, &workspace, &new("two")).await?;
    let large = NewCertificate { key: vec![0; 20_000], ..new("large") };
    ensure_eq!(certificates.add(&by, &workspace, &large).await.err(), Some(CertificateError::TooLarge));
    let over = NewCertificate { not_after_ms: PAST, ..new("over") };
    ensure_eq!(certificates.add(&by, &workspace, &over).await.err(), Some(CertificateError::NotValidNow));
    ensure_eq!(certificates.signer(&workspace).await.err(), Some(CertificateError::NoneActive));
    let rows = ctx.rows(Statement::new("SELECT * FROM signing_certificates WHERE id = ?1").bind(first.id.as_str()));
    ensure!(!format!("{:?}", rows.await?).contains("a private key"));

    for certificate in [&first, &second, &first] {
        certificates.activate(&by, &workspace, &certificate.id).await?;
        let signer = certificates.signer(&workspace).await?;
        ensure_eq!(
            (signer.certificate.id.as_str(), signer.key.as_slice()),
            (certificate.id.as_str(), &b"a private key"[..])
        );
        let active = certificates.list(&workspace).await?.into_iter().filter(|listed| listed.active).count();
        ensure_eq!(active, 1);
    }
    let elsewhere = ctx.owner().await?.1.id;
    ensure_eq!(certificates.activate(&by, &elsewhere, &first.id).await, Err(CertificateError::NotFound));
    ensure_eq!(certificates.remove(&by, &elsewhere, &first.id).await, Err(CertificateError::NotFound));

    let own = SealingKeys::derived(&Peppers::parse(PEPPER)?).with_own(&format!("1:{}", "cd".repeat(32)))?;
    let resealing = ctx.store()?.with_sealing_keys(Arc::new(own));
    while resealing.retirement().reseal_step(100).await? > 0 {}
    let moved = resealing.certificates();
    ensure_eq!(moved.signer(&workspace).await?.key, b"a private key");
    ensure_matches!(certificates.signer(&workspace).await, Err(CertificateError::Database(_)));

    ctx.clock.set(PAST + 1000);
    ensure_eq!(moved.signer(&workspace).await.err(), Some(CertificateError::NotValidNow));
    ensure_eq!(moved.activate(&by, &workspace, &second.id).await, Err(CertificateError::NotFound));
    moved.remove(&by, &workspace, &first.id).await?;
    ensure_eq!(moved.signer(&workspace).await.err(), Some(CertificateError::NoneActive));
    ensure_eq!(store.audit().verify(&workspace, &ChainPosition::genesis(), 100).await?.fault, None);
    Ok(())
}
