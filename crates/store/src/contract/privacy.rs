//! Export and erasure.

use std::collections::BTreeSet;

use crate::audit::chain::ChainPosition;
use crate::audit::requests::NewRequest;
use crate::contract::context::{CaseError, Ctx, PAST, ensure, ensure_eq};
use crate::contract::events::new_event;
use crate::database::render::to_sql_text;
use crate::database::{DbError, Statement};
use crate::events::model::EventActor;
use crate::keys::model::{CreateKey, KeyGrant, NewKey};
use crate::model::{Actor, ActorKind, Authority, EventScope, KeyKind, Origin};
use crate::oauth::model::CreateClient;
use crate::passkeys::NewPasskey;
use crate::privacy::erasure::{ERASURE_MAP, EraseError, Fate};
use crate::privacy::export::ExportSection;
use crate::privacy::operator::{Act, ChainEnd, Subject};
use crate::roles::{Permissions, Role, Scope};
use crate::sessions::sign_in::SignIn;

pub(super) async fn every_table_is_in_the_erasure_map(ctx: &Ctx) -> Result<(), CaseError> {
    // Except the internal tables of engines and their tools.
    let select = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' \
        AND name NOT LIKE '_cf_%' AND name <> 'd1_migrations'";
    let rows = ctx.rows(Statement::new(select)).await?;
    let tables: BTreeSet<String> =
        rows.iter().map(|row| row.text("name").map(str::to_owned)).collect::<Result<_, _>>()?;
    let mapped: BTreeSet<String> = ERASURE_MAP.iter().map(|(table, _)| (*table).to_owned()).collect();
    ensure_eq!(mapped.len(), ERASURE_MAP.len());
    ensure_eq!(tables.difference(&mapped).collect::<Vec<_>>(), Vec::<&String>::new());
    ensure_eq!(mapped.difference(&tables).collect::<Vec<_>>(), Vec::<&String>::new());
    Ok(())
}

/// Erases a person who has data in every table where a person can have data.
pub(super) async fn a_person_is_exported_and_erased(ctx: &Ctx) -> Result<(), CaseError> {
    let store = ctx.store()?;
    let (owner, workspace) = ctx.owner().await?;
    let email = format!("{}@example.eu", ctx.word()?).to_lowercase();
    let name = format!("Name {}", ctx.word()?);
    let person = store.members().create_member(&workspace.id, Role::Owner, &email, &name, "correct horse").await?;
    let id = person.id.as_str();
    let address = "198.51.100.77";
    let origin = Origin { request_id: "req_1".to_owned(), address: address.parse().ok() };
    let by = Authority { actor: origin.actor(id), person: id.to_owned(), permissions: Role::Owner.permissions() };

    let agent = format!("Agent {}", ctx.word()?);
    let session = store
        .sessions()
        .sign_in_from(SignIn { email: &email, password: "correct horse", user_agent: &agent }, &origin)
        .await?;
    let passkey = NewPasskey {
        credential_id: ctx.word()?.into_bytes(),
        name: format!("Phone {}", ctx.word()?),
        public_key: vec![4; 65],
        counter: 0,
        backup_eligible: false,
        backed_up: false,
    };
    store.passkeys().add(id, &session.session.id, &passkey, &origin).await?;
    store.passkeys().challenge(Some(id)).await?;
    store.passwords().request_password_reset(&email).await?;
    let inviter = Authority { person: owner.id.clone(), ..by.clone() };
    store.invitations().invite(&inviter, &workspace.id, Role::Viewer, Some(&email)).await?;
    let wish = CreateKey {
        kind: KeyKind::Live,
        name: "CRM".to_owned(),
        grant: KeyGrant::Scopes(vec![Scope::Label]),
        expires_at_ms: None,
        allow: Vec::new(),
    };
    let key = store.keys().issue(&by, &workspace.id, wish).await?;
    let client = CreateClient { name: "Batch".to_owned(), livemode: true, scopes: vec![Scope::Check], jwks: None };
    store.oauth().create_client(&by, &workspace.id, client).await?;
    let scope = EventScope { workspace_id: workspace.id.clone(), livemode: true };
    let file = format!("Photo of {name}.jpg");
    let mut labelled = new_event(ctx, &scope)?;
    labelled.actor = EventActor::User(id.to_owned());
    labelled.filename.clone_from(&file);
    let event = store.events().record(labelled).await?;
    let request = NewRequest {
        workspace_id: workspace.id.clone(),
        livemode: true,
        request_id: "req_1".to_owned(),
        actor_kind: ActorKind::User,
        actor_id: id.to_owned(),
        method: "POST".to_owned(),
        route: "/api/v1/label".to_owned(),
        status: 200,
        latency_ms: 5,
        address: address.parse().ok(),
    };
    store.audit().log_request(&request).await?;

    // The export contains everything except secrets.
    let mut export = String::new();
    for section in ExportSection::ALL {
        let page = store.privacy().export(id, *section, "").await?;
        ensure!(!page.lines.is_empty());
        ensure_eq!(page.next, None);
        export.extend(page.lines.iter().map(|line| format!("{line}\n")));
    }
    for part in [&email, &name, &agent, &passkey.name, &key.key.id, &file, &workspace.id] {
        ensure!(export.contains(part.as_str()));
    }
    ensure!(export.contains("198.51.100.0/24"));
    let cookie_secret = session.cookie.split('.').next_back().unwrap_or_default();
    for secret in [&key.secret, cookie_secret, "argon2", "secret_mac"] {
        ensure!(!export.contains(secret));
    }
    ensure_eq!(store.privacy().export("usr_none", ExportSection::Profile, "").await?.lines.len(), 0);

    // The last owner must transfer the workspace first.
    let demote = "UPDATE memberships SET role = ?3 WHERE workspace_id = ?1 AND user_id = ?2";
    let set =
        |role: &str| Statement::new(demote).bind(workspace.id.as_str()).bind(owner.id.as_str()).bind(role.to_owned());
    ctx.rows(set("viewer")).await?;
    let refused = store.privacy().erase_person(&by.actor, id).await;
    ensure_eq!(refused, Err(EraseError::LastOwner(vec![workspace.id.clone()])));
    ensure!(store.sessions().verify_session(&session.cookie).await.is_ok());
    ctx.rows(set("owner")).await?;
    ensure_eq!(store.privacy().erase_person(&by.actor, "usr_none").await, Err(EraseError::NotFound));

    for round in 0..2 {
        store.privacy().erase_person(&Actor::system("erasure"), id).await?;
        ensure!(store.sessions().verify_session(&session.cookie).await.is_err());
        ensure!(store.keys().verify(&key.secret).await.is_err());
        ensure_eq!(store.passkeys().of_user(id).await?, []);
        let left = store.people().user(id).await?.ok_or(CaseError("the pseudonym is gone".to_owned()))?;
        ensure_eq!((left.email, left.name.as_str()), (format!("erased:{id}"), ""));
        // The audit row stays, its content is erased, and the chain still verifies.
        let row = store.events().get(&scope, &event.id).await?.ok_or(CaseError("the event is gone".to_owned()))?;
        ensure_eq!((row.data.filename.as_str(), row.data.sha256_output), ("", event.data.sha256_output.clone()));
        let entries = store.audit().admin_events(&workspace.id, None, 100).await?;
        ensure!(entries.iter().filter(|entry| entry.actor_id == id).all(|entry| entry.network.is_none()));
        let report = store.audit().verify(&workspace.id, &ChainPosition::genesis(), 1000).await?;
        ensure_eq!((report.fault, report.complete), (None, true));
        let erased = entries.iter().filter(|entry| entry.event.action.as_str() == "person.erased").count();
        ensure_eq!((erased, round < 2), (1, true));
    }
    // No table contains any of it any more, except networks in the request log until they expire.
    for (table, fate) in ERASURE_MAP {
        let rows = ctx.rows(Statement::new(format!("SELECT * FROM {table}"))).await?;
        let everything = format!("{rows:?}");
        for part in [&email, &name, &agent, &passkey.name, &file] {
            ensure!(!everything.contains(part.as_str()));
        }
        if matches!(fate, Fate::Deleted) {
            ensure!(!everything.contains(id));
        }
    }
    // Nothing new is encrypted for an erased person.
    let mut late = new_event(ctx, &scope)?;
    late.actor = EventActor::User(id.to_owned());
    ensure!(store.events().record(late).await.is_err());
    let ledger = store.privacy().erasures("", 1000).await?;
    ensure!(ledger.iter().any(|entry| entry.user_id == id && entry.erased_at_ms == PAST));
    Ok(())
}

pub(super) async fn a_workspace_is_erased_and_its_chain_stays(ctx: &Ctx) -> Result<(), CaseError> {
    let store = ctx.store()?;
    let (owner, workspace) = ctx.owner().await?;
    let (other_owner, other) = ctx.owner().await?;
    // A member of another workspace who is signed in to the erased one.
    let email = format!("{}@example.eu", ctx.word()?).to_lowercase();
    let member = store.members().create_member(&workspace.id, Role::Member, &email, "Bo", "correct horse").await?;
    let join = "INSERT INTO memberships (workspace_id, user_id, role, created_at) VALUES (?1, ?2, 'viewer', ?3)";
    ctx.rows(Statement::new(join).bind(other.id.as_str()).bind(member.id.as_str()).bind(PAST + 1)).await?;
    let sign_in = |email: &str, password: &str| {
        let (store, email, password) = (store.clone(), email.to_owned(), password.to_owned());
        async move { store.sessions().sign_in(SignIn { email: &email, password: &password, user_agent: "" }).await }
    };
    let members = sign_in(&email, "correct horse").await?;
    let owners = sign_in(&owner.email, "correct horse battery").await?;
    let by = Authority {
        actor: Actor::user(&owner.id, "req_1", "198.51.100.77".parse().ok()),
        person: owner.id.clone(),
        permissions: Role::Owner.permissions(),
    };
    let name = format!("Name {}", ctx.word()?);
    let wish = CreateKey {
        kind: KeyKind::Live,
        name: name.clone(),
        grant: KeyGrant::Scopes(vec![Scope::Label]),
        expires_at_ms: None,
        allow: Vec::new(),
    };
    let key = store.keys().issue(&by, &workspace.id, wish).await?;
    let client = CreateClient { name: name.clone(), livemode: true, scopes: vec![Scope::Check], jwks: None };
    let (client, secret) = store.oauth().create_client(&by, &workspace.id, client).await?;
    store.invitations().invite(&by, &workspace.id, Role::Viewer, Some("guest@example.eu")).await?;
    let scope = EventScope { workspace_id: workspace.id.clone(), livemode: true };
    let mut labelled = new_event(ctx, &scope)?;
    labelled.filename = format!("Photo of {name}.jpg");
    let event = store.events().record(labelled).await?;

    ensure_eq!(store.privacy().erase_workspace(&by.actor, "ws_none").await, Err(EraseError::NotFound));
    for _ in 0..2 {
        store.privacy().erase_workspace(&by.actor, &workspace.id).await?;
        ensure!(store.keys().verify(&key.secret).await.is_err());
        let secret = secret.as_ref().map(|secret| secret.secret.as_str()).unwrap_or_default();
        ensure!(store.oauth().verify_secret(&client.id, secret).await.is_err());
        ensure_eq!(store.members().members(&workspace.id, "", 10).await?, []);
        // The member's session switches to the other workspace; the owner's session ends.
        ensure_eq!(store.sessions().verify_session(&members.cookie).await?.workspace.id, other.id);
        ensure!(store.sessions().verify_session(&owners.cookie).await.is_err());
        // The audit row stays, its content is erased, and the chain still verifies.
        let row = store.events().get(&scope, &event.id).await?.ok_or(CaseError("the event is gone".to_owned()))?;
        ensure_eq!((row.data.filename.as_str(), row.data.sha256_output), ("", event.data.sha256_output.clone()));
        let report = store.audit().verify(&workspace.id, &ChainPosition::genesis(), 1000).await?;
        ensure_eq!((report.fault, report.complete), (None, true));
        let entries = store.audit().admin_events(&workspace.id, None, 100).await?;
        ensure!(entries.iter().any(|entry| entry.event.action.as_str() == "workspace.erased"));
        ensure!(entries.iter().all(|entry| entry.network.is_none()));
    }
    for (table, _) in ERASURE_MAP {
        let everything = format!("{:?}", ctx.rows(Statement::new(format!("SELECT * FROM {table}"))).await?);
        ensure!(!everything.contains(&name));
        if ["memberships", "links", "api_keys", "oauth_clients", "data_keys", "usage"].contains(table) {
            ensure!(!everything.contains(&workspace.id));
        }
    }
    let ledger = ctx
        .rows(Statement::new("SELECT * FROM workspace_erasures WHERE workspace_id = ?1").bind(workspace.id.as_str()));
    ensure_eq!(ledger.await?.len(), 1);
    let row = "SELECT created_by FROM workspaces WHERE id = ?1";
    let row = ctx.rows(Statement::new(row).bind(workspace.id.as_str())).await?;
    ensure_eq!(row[0].optional_text("created_by")?, None);
    // Nothing new can be labelled for it, and the other workspace is unchanged.
    ensure!(store.events().record(new_event(ctx, &scope)?).await.is_err());
    ensure_eq!(store.members().role(&other.id, &other_owner.id).await?, Some(Role::Owner));
    // In the other workspace, the last owner still cannot leave.
    let delete = "DELETE FROM memberships WHERE workspace_id = ?1 AND user_id = ?2";
    ensure!(ctx.rows(Statement::new(delete).bind(other.id.as_str()).bind(other_owner.id.as_str())).await.is_err());
    Ok(())
}

pub(super) async fn an_operator_suspends_and_resumes(ctx: &Ctx) -> Result<(), CaseError> {
    let store = ctx.store()?;
    let (owner, workspace) = ctx.owner().await?;
    let new = NewKey {
        workspace_id: workspace.id.clone(),
        kind: KeyKind::Live,
        name: "x".to_owned(),
        grant: KeyGrant::Scopes(vec![Scope::Check]),
        created_by: owner.id.clone(),
        expires_at_ms: None,
    };
    let key = store.keys().create(new).await?.secret;
    let sign_in = || SignIn { email: &owner.email, password: "correct horse battery", user_agent: "" };
    let may = async || Ok::<_, CaseError>(store.keys().verify(&key).await?.permissions != Permissions::NONE);
    let act = async |subject: &Subject, act: Act| -> Result<(), CaseError> {
        let rows = store.ports.db.query(subject.query()).await?;
        let ends = rows
            .iter()
            .map(|row| {
                Ok(ChainEnd {
                    workspace_id: row.text("workspace_id")?.to_owned(),
                    seq: row.integer("seq")?,
                    head: row.text("head")?.to_owned(),
                })
            })
            .collect::<Result<Vec<_>, DbError>>()?;
        let statements = subject.statements(act, &Actor::system("contract"), &ends, PAST, ctx.rng.as_ref())?;
        store.ports.db.batch(statements.clone()).await?;
        // As SQL text, as an operator runs them.
        let text = to_sql_text(&statements)?;
        let batch: Vec<_> = text.lines().map(|line| Statement::new(line.to_owned())).collect();
        // The text works once, because the chains have grown.
        ensure!(ctx.db.batch(batch).await.is_err());
        Ok(())
    };
    for subject in [Subject::Person(owner.id.clone()), Subject::Workspace(workspace.id.clone())] {
        let session = store.sessions().sign_in(sign_in()).await?;
        ensure!(may().await?);
        act(&subject, Act::Suspend).await?;
        ensure!(!may().await?);
        ensure!(store.sessions().verify_session(&session.cookie).await.is_err());
        ensure!(store.sessions().sign_in(sign_in()).await.is_err());
        act(&subject, Act::Resume).await?;
        ensure!(may().await?);
        ensure!(store.sessions().verify_session(&session.cookie).await.is_err());
        store.sessions().sign_in(sign_in()).await?;
    }
    let entries = store.audit().admin_events(&workspace.id, None, 100).await?;
    let actions: BTreeSet<_> = entries.iter().map(|entry| entry.event.action.as_str()).collect();
    for action in ["person.suspended", "person.resumed", "workspace.suspended", "workspace.resumed"] {
        ensure!(actions.contains(action));
    }
    act(&Subject::Workspace(workspace.id.clone()), Act::Erase).await?;
    // An erased workspace cannot be resumed.
    let resume = act(&Subject::Workspace(workspace.id.clone()), Act::Resume).await;
    ensure!(resume.is_err());
    let report = store.audit().verify(&workspace.id, &ChainPosition::genesis(), 1000).await?;
    ensure_eq!((report.fault, report.complete), (None, true));
    Ok(())
}
