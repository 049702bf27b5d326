//! Passkeys, signing certificates, idempotency keys.

use std::sync::Arc;

use futures_util::future::join_all;
use serde_json::json;

use super::events::new_event;
use super::{Broken, Ctx, PAST, ensure, ensure_eq, ensure_matches};
use crate::accounts::{Authority, Origin, Plan, SignIn, SignInPolicy, User};
use crate::audit::{Actor, AdminAction, ChainPosition};
use crate::database::Statement;
use crate::events::{EventScope, EventsError};
use crate::idempotency::{Begun, IdempotencyError, IdempotentCall, KEPT_MS, LEASE_MS, Ticket};
use crate::passkeys::{CHALLENGE_MS, NewPasskey, PasskeyUse, PasskeysError};
use crate::roles::Role;
use crate::sealing::SealingKeys;
use crate::secret::Peppers;
use crate::signing::{CertificateError, NewCertificate};
use crate::store::Store;
use crate::testing::Interleaved;
use crate::watermark_keys::{MAX_WATERMARK_KEYS, OpenedWatermarkKey, WatermarkKeyError};

const PEPPER: &str = "1:a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1";

fn origin() -> Origin {
    Origin { request_id: "req_1".to_owned(), address: "192.0.2.1".parse().ok() }
}

async fn home(ctx: &Ctx) -> Result<(Store, User, Authority, String), Broken> {
    let (owner, workspace) = ctx.owner().await?;
    let authority = Authority {
        actor: Actor::user(&owner.id, "req_1", None),
        person: owner.id.clone(),
        permissions: Role::Owner.permissions(),
    };
    Ok((ctx.store()?, owner, authority, workspace.id))
}

pub(super) async fn a_challenge_works_once(ctx: &Ctx) -> Result<(), Broken> {
    let (store, owner, _, _) = home(ctx).await?;
    let passkeys = store.passkeys();
    let person = Some(owner.id.as_str());
    for user in [None, person] {
        let challenge = passkeys.challenge(user).await?;
        ensure_eq!(challenge.len(), 32);
        let other = if user.is_none() { person } else { None };
        ensure!(!passkeys.take_challenge(&challenge, other).await?);
        ensure!(passkeys.take_challenge(&challenge, user).await?);
        ensure!(!passkeys.take_challenge(&challenge, user).await?);
        let late = passkeys.challenge(user).await?;
        ensure!(late != challenge);
        ctx.clock.advance(CHALLENGE_MS);
        ensure!(!passkeys.take_challenge(&late, user).await?);
    }
    ensure!(!passkeys.take_challenge(&[], None).await?);
    ensure!(passkeys.purge(1000).await? >= 2);
    Ok(())
}

pub(super) async fn a_passkey_signs_its_owner_in(ctx: &Ctx) -> Result<(), Broken> {
    let (store, owner, _, workspace) = home(ctx).await?;
    let (passkeys, accounts) = (store.passkeys(), store.accounts());
    let new = NewPasskey {
        credential_id: ctx.word()?.into_bytes(),
        name: " Laptop ".to_owned(),
        public_key: vec![4; 65],
        counter: 0,
        backup_eligible: true,
        backed_up: true,
    };
    let entered =
        accounts.sign_in(SignIn { email: &owner.email, password: "correct horse battery", user_agent: "" }).await?;
    let at = entered.session.id.as_str();
    let nameless = NewPasskey { name: String::new(), ..new.clone() };
    ensure_eq!(passkeys.add(&owner.id, at, &nameless, &origin()).await.err(), Some(PasskeysError::Name));
    let stored = passkeys.add(&owner.id, at, &new, &origin()).await?;
    ensure_eq!(stored.name, "Laptop");
    ensure_eq!(passkeys.find(&new.credential_id).await?, Some(stored.clone()));
    ensure_eq!(passkeys.find(b"none").await?, None);
    ensure_eq!(passkeys.of_user(&owner.id).await?, std::slice::from_ref(&stored));
    let (stranger, _) = ctx.owner().await?;
    ensure_eq!(passkeys.add(&stranger.id, at, &new, &origin()).await.err(), Some(PasskeysError::Taken));

    // Making it shows it: the session counts as entered with a passkey from now on.
    let identity = accounts.verify_session(&entered.cookie).await?;
    ensure_eq!(identity.session.passkey_at_ms, Some(PAST));
    accounts.end_session(&origin().actor(&owner.id), &owner.id, at).await?;
    let sign_in = async |known: &crate::passkeys::Passkey, counter| {
        let good = PasskeyUse { counter, backup_eligible: true, backed_up: true };
        passkeys.sign_in(&accounts, known, good, "Contract/1.0", &origin()).await
    };
    // Whether it may be backed up never changes.
    let copied = PasskeyUse { counter: 7, backup_eligible: false, backed_up: false };
    let refused = passkeys.sign_in(&accounts, &stored, copied, "", &origin()).await;
    ensure_eq!(refused.err(), Some(PasskeysError::Refused));
    let session = sign_in(&stored, 7).await?;
    let identity = accounts.verify_session(&session.cookie).await?;
    ensure_eq!((identity.user, identity.session.passkey_at_ms), (owner.clone(), Some(PAST)));
    let used = passkeys.find(&new.credential_id).await?.ok_or(Broken("gone".to_owned()))?;
    ensure_eq!((used.counter, used.last_used_at_ms), (7, Some(PAST)));
    // Verified against a counter that is not the present one any more: a copy, or the same response again.
    ensure_eq!(sign_in(&stored, 8).await.err(), Some(PasskeysError::Refused));
    ensure_eq!(accounts.sessions(&owner.id).await?.len(), 1);
    sign_in(&used, 8).await?;

    let id = owner.id.as_str();
    ctx.rows(Statement::new("UPDATE users SET disabled_at = 1 WHERE id = ?1").bind(id)).await?;
    ensure_eq!(passkeys.find(&new.credential_id).await?, None);
    let present = crate::passkeys::Passkey { counter: 8, ..used };
    ensure_eq!(sign_in(&present, 9).await.err(), Some(PasskeysError::Refused));
    ctx.rows(Statement::new("UPDATE users SET disabled_at = NULL WHERE id = ?1").bind(id)).await?;

    ensure_eq!(passkeys.remove(&stranger.id, &stored.id, &origin()).await, Err(PasskeysError::NotFound));
    passkeys.remove(&owner.id, &stored.id, &origin()).await?;
    ensure_eq!(passkeys.of_user(&owner.id).await?, []);
    let entries = store.audit().admin_events(&workspace, None, 10).await?;
    let actions: Vec<_> = entries.iter().map(|entry| entry.event.action).collect();
    for action in [AdminAction::PasskeyAdded, AdminAction::PasskeyRemoved, AdminAction::SignedIn] {
        ensure!(actions.contains(&action));
    }
    Ok(())
}

/// What a workspace asks of sessions, and what a session has shown.
pub(super) async fn a_session_shows_what_its_workspace_asks_for(ctx: &Ctx) -> Result<(), Broken> {
    let (store, owner, authority, workspace) = home(ctx).await?;
    let (passkeys, accounts) = (store.passkeys(), store.accounts());
    let entered =
        accounts.sign_in(SignIn { email: &owner.email, password: "correct horse battery", user_agent: "" }).await?;
    let at = entered.session.id.as_str();
    let now = async || Ok::<_, Broken>(accounts.verify_session(&entered.cookie).await?);
    ensure_eq!((now().await?.sign_in, now().await?.is_admitted()), (SignInPolicy::Password, true));
    ensure!(!passkeys.are_wanted(&owner.id).await?);
    let before = accounts.settings(&workspace).await?.ok_or(Broken("gone".to_owned()))?;
    let stricter = crate::accounts::WorkspaceSettings { sign_in: SignInPolicy::Passkey, ..before.clone() };
    ensure!(accounts.change_settings(&authority.actor, &workspace, &before, &stricter).await?);
    ensure_eq!((now().await?.sign_in, now().await?.is_admitted()), (SignInPolicy::Passkey, false));
    ensure!(passkeys.are_wanted(&owner.id).await?);

    // A password shown again is no passkey.
    ctx.clock.advance(1000);
    let confirm = async |password: &str| accounts.confirm_password(&owner.id, at, password).await;
    ensure_eq!(confirm("wrong horse").await.err(), Some(crate::accounts::AccountsError::SignInRefused));
    ensure_eq!(now().await?.session.confirmed_at_ms, PAST);
    confirm("correct horse battery").await?;
    ensure_eq!((now().await?.session.confirmed_at_ms, now().await?.is_admitted()), (PAST + 1000, false));

    let new = NewPasskey {
        credential_id: ctx.word()?.into_bytes(),
        name: "Laptop".to_owned(),
        public_key: vec![4; 65],
        counter: 0,
        backup_eligible: false,
        backed_up: false,
    };
    // Added elsewhere: this session has not shown it.
    let stored = passkeys.add(&owner.id, "elsewhere", &new, &origin()).await?;
    ensure!(!now().await?.is_admitted());
    let good = PasskeyUse { counter: 1, backup_eligible: false, backed_up: false };
    let (stranger, _) = ctx.owner().await?;
    ensure_eq!(passkeys.confirm(&stored, good, &stranger.id, at).await, Err(PasskeysError::Refused));
    passkeys.confirm(&stored, good, &owner.id, at).await?;
    ensure_eq!(now().await?.session.passkey_at_ms, Some(PAST + 1000));
    ensure!(now().await?.is_admitted());
    // The same answer again.
    ensure_eq!(passkeys.confirm(&stored, good, &owner.id, at).await, Err(PasskeysError::Refused));
    Ok(())
}

pub(super) async fn a_workspace_signs_with_its_own_certificate(ctx: &Ctx) -> Result<(), Broken> {
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
    while resealing.reseal_step(100).await? > 0 {}
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

pub(super) async fn a_workspace_has_a_watermark_key_and_keeps_earlier_ones(ctx: &Ctx) -> Result<(), Broken> {
    let (store, _, by, workspace) = home(ctx).await?;
    let keys = store.watermark_keys();
    let bytes = |opened: Vec<OpenedWatermarkKey>| opened.into_iter().map(|each| each.key).collect::<Vec<_>>();
    ensure_eq!(keys.remove(&by, &workspace).await, Err(WatermarkKeyError::NotFound));
    keys.set(&by, &workspace, &[0x5A; 32], "00000001").await?;
    let first = keys.list(&workspace).await?;
    ensure_eq!(
        first.iter().map(|key| (key.fingerprint.as_str(), key.active)).collect::<Vec<_>>(),
        [("00000001", true)]
    );
    let rows =
        ctx.rows(Statement::new("SELECT * FROM watermark_keys WHERE workspace_id = ?1").bind(workspace.as_str()));
    ensure!(!format!("{:?}", rows.await?).contains("5a5a5a5a"));

    // Earlier ones stay, and one that comes again is not stored twice.
    for (key, fingerprint) in [([2; 32], "00000002"), ([0x5A; 32], "00000001"), ([0x5A; 32], "00000001")] {
        keys.set(&by, &workspace, &key, fingerprint).await?;
    }
    ensure_eq!(bytes(keys.opened(&workspace).await?), [[0x5A_u8; 32], [2_u8; 32]]);
    let elsewhere = ctx.owner().await?.1.id;
    ensure!(keys.list(&elsewhere).await?.is_empty());

    let own = SealingKeys::derived(&Peppers::parse(PEPPER)?).with_own(&format!("1:{}", "cd".repeat(32)))?;
    let resealing = ctx.store()?.with_sealing_keys(Arc::new(own));
    while resealing.reseal_step(100).await? > 0 {}
    let keys = resealing.watermark_keys();
    ensure_eq!(bytes(keys.opened(&workspace).await?), [[0x5A_u8; 32], [2_u8; 32]]);

    for key in 10..20_u8 {
        ctx.clock.set(PAST + i64::from(key));
        keys.set(&by, &workspace, &[key; 32], "0000000a").await?;
    }
    let left = bytes(keys.opened(&workspace).await?);
    ensure_eq!(left.len(), MAX_WATERMARK_KEYS as usize);
    ensure_eq!(left.first(), Some(&[19; 32]));
    ensure!(!left.contains(&[2; 32]));
    keys.remove(&by, &workspace).await?;
    ensure!(keys.list(&workspace).await?.is_empty());
    ensure_eq!(store.audit().verify(&workspace, &ChainPosition::genesis(), 100).await?.fault, None);
    Ok(())
}

fn started(begun: Begun) -> Result<Ticket, Broken> {
    match begun {
        Begun::Started(ticket) => Ok(ticket),
        other => Err(Broken(format!("{other:?} instead of a start"))),
    }
}

pub(super) async fn a_request_is_done_once(ctx: &Ctx) -> Result<(), Broken> {
    let scope = EventScope { workspace_id: ctx.workspace(Plan::Pro).await?, livemode: true };
    let keys = ctx.store()?.idempotency();
    let call = IdempotentCall { scope: &scope, caller: "key", route: "POST /label", key: "one", fingerprint: "f1" };
    let ticket = started(keys.begin(call).await?)?;
    ensure_eq!(keys.begin(call).await?, Begun::Running);
    ensure_eq!(keys.begin(IdempotentCall { fingerprint: "f2", ..call }).await?, Begun::Mismatch);
    keys.finish(&ticket, 201, &json!({ "eventId": "evt_1" })).await?;
    let replay = || Begun::Replay { status: 201, result: json!({ "eventId": "evt_1" }) };
    ensure_eq!(keys.begin(call).await?, replay());
    ensure_eq!(keys.begin(IdempotentCall { fingerprint: "f2", ..call }).await?, Begun::Mismatch);
    ensure_eq!(keys.finish(&ticket, 200, &json!({})).await, Err(IdempotencyError::Lost));

    // Another caller, route, world or workspace is another request.
    let test = EventScope { livemode: false, ..scope.clone() };
    let other = EventScope { workspace_id: "ws_other".to_owned(), ..scope.clone() };
    for different in [
        IdempotentCall { caller: "other", ..call },
        IdempotentCall { route: "POST /check", ..call },
        IdempotentCall { key: "two", ..call },
        IdempotentCall { scope: &test, ..call },
        IdempotentCall { scope: &other, ..call },
    ] {
        let ticket = started(keys.begin(different).await?)?;
        keys.release(ticket).await?;
        keys.release(started(keys.begin(different).await?)?).await?;
    }
    for key in ["", &"x".repeat(256), "line\nbreak", "żółw"] {
        ensure_eq!(keys.begin(IdempotentCall { key, ..call }).await.err(), Some(IdempotencyError::Key));
    }
    // Many at once: one does it.
    let racing = ctx.store_over(Arc::new(Interleaved(Arc::clone(&ctx.store_db))), PEPPER)?.idempotency();
    let results = join_all((0..6).map(|_| racing.begin(IdempotentCall { key: "race", ..call }))).await;
    let mut begun = results.into_iter().collect::<Result<Vec<_>, _>>()?;
    begun.retain(|one| *one != Begun::Running);
    ensure_eq!(begun.len(), 1);
    let slow = started(begun.remove(0))?;
    // It takes too long: another one takes over, and the slow one is told.
    let again = IdempotentCall { key: "race", ..call };
    ctx.clock.advance(LEASE_MS - 1);
    ensure_eq!(keys.begin(again).await?, Begun::Running);
    ctx.clock.advance(1);
    ensure_eq!(keys.begin(IdempotentCall { fingerprint: "f2", ..again }).await?, Begun::Mismatch);
    let taken = started(keys.begin(again).await?)?;
    ensure_eq!(keys.finish(&slow, 200, &json!({})).await, Err(IdempotencyError::Lost));
    keys.finish(&taken, 200, &json!({})).await?;

    ctx.clock.set(PAST + KEPT_MS - 1);
    ensure_eq!(keys.begin(call).await?, replay());
    ctx.clock.set(PAST + KEPT_MS);
    keys.release(started(keys.begin(IdempotentCall { fingerprint: "f3", ..call }).await?)?).await?;
    ctx.clock.advance(KEPT_MS);
    ensure!(keys.purge(1000).await? >= 1);
    Ok(())
}

pub(super) async fn an_event_and_its_answer_are_kept_together(ctx: &Ctx) -> Result<(), Broken> {
    for livemode in [true, false] {
        let scope = EventScope { workspace_id: ctx.workspace(Plan::Pro).await?, livemode };
        let store = ctx.store()?;
        let (keys, events) = (store.idempotency(), store.events());
        let call = IdempotentCall { scope: &scope, caller: "key", route: "POST /label", key: "one", fingerprint: "f1" };
        let slow = started(keys.begin(call).await?)?;
        ctx.clock.advance(LEASE_MS);
        let ticket = started(keys.begin(call).await?)?;
        let event = events.prepare(new_event(ctx, &scope)?)?;
        let facts = json!({ "eventId": event.id });
        // Who lost the key records nothing.
        let late = events.insert_once(&event, &slow, 200, &facts).await;
        ensure_eq!(late, Err(EventsError::NotOnce));
        ensure_eq!(events.get(&scope, &event.id).await?, None);
        ensure_eq!(store.plans().usage(&scope.workspace_id).await?.used, 0);
        events.insert_once(&event, &ticket, 200, &facts).await?;
        ensure_eq!(events.get(&scope, &event.id).await?, Some(event));
        ensure_eq!(keys.begin(call).await?, Begun::Replay { status: 200, result: facts });
    }
    Ok(())
}
