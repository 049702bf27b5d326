//! The audit chain, admin events and the request log.

use std::sync::Arc;

use futures_util::future::join_all;

use crate::audit::admin::{AdminAction, NewAdminEvent};
use crate::audit::chain::{ChainKind, ChainPosition};
use crate::audit::failures::WINDOW_MS;
use crate::audit::failures::{Claimed, FailedAuthentication};
use crate::audit::heads::HEAD_INTERVAL_MS;
use crate::audit::requests::{NewRequest, RequestFilter, RequestOwner};
use crate::audit::verify::ChainFault;
use crate::contract::context::{CaseError, Ctx, PAST, PEPPER, ensure, ensure_eq, ensure_matches};
use crate::contract::events::new_event;
use crate::database::{DbError, Statement};
use crate::events::model::Event;
use crate::keys::model::{CreateKey, KeyGrant};
use crate::model::{Actor, ActorKind, Authority, EventScope, KeyKind};
use crate::oauth::model::CreateClient;
use crate::people::User;
use crate::plans::Plan;
use crate::roles::{Role, Scope};
use crate::sealing::SealingKeys;
use crate::secret::Peppers;
use crate::store::Store;
use crate::testing::{FailingDatabase, Failure, Interleaved};

pub(super) fn actor(id: &str) -> Actor {
    Actor::user(id, "req_1", "192.0.2.77".parse().ok())
}

pub(super) fn change(number: u32) -> NewAdminEvent {
    NewAdminEvent::new(AdminAction::WorkspaceChanged, "ws_x").with("number", number)
}

pub(super) async fn live(ctx: &Ctx) -> Result<EventScope, CaseError> {
    Ok(EventScope { workspace_id: ctx.workspace(Plan::Pro).await?, livemode: true })
}

pub(super) async fn fault(store: &Store, workspace: &str) -> Result<Option<ChainFault>, CaseError> {
    Ok(store.audit().verify(workspace, &ChainPosition::genesis(), 10_000).await?.fault)
}

pub(super) async fn a_chain_covers_events_and_changes(ctx: &Ctx) -> Result<(), CaseError> {
    let (mine, theirs) = (live(ctx).await?, live(ctx).await?);
    let store = ctx.store()?;
    let audit = store.audit();
    ensure_eq!(audit.position(&mine.workspace_id).await?, ChainPosition::genesis());
    for number in 0..5 {
        store.events().record(new_event(ctx, &mine)?).await?;
        audit.record(&mine.workspace_id, &actor("usr_1"), &change(number)).await?;
    }
    store.events().record(new_event(ctx, &theirs)?).await?;
    let report = audit.verify(&mine.workspace_id, &ChainPosition::genesis(), 1000).await?;
    ensure_eq!((report.fault, report.complete, report.verified.seq), (None, true, 10));
    ensure_eq!(report.verified, audit.position(&mine.workspace_id).await?);
    ensure_eq!(audit.position(&theirs.workspace_id).await?.seq, 1);

    // In steps, each from the end of the previous one.
    let mut at = ChainPosition::genesis();
    for _ in 0..3 {
        let step = audit.verify(&mine.workspace_id, &at, 3).await?;
        ensure_eq!((step.fault, step.complete, step.verified.seq), (None, false, at.seq + 3));
        at = step.verified;
    }
    let last = audit.verify(&mine.workspace_id, &at, 3).await?;
    ensure_eq!((last.fault, last.complete, last.verified), (None, true, report.verified.clone()));

    // A stored position detects that the chain was replaced.
    let longer = ChainPosition { seq: 12, head: "0".repeat(64) };
    ensure_eq!(audit.verify(&mine.workspace_id, &longer, 10).await?.fault, Some(ChainFault::Cut { seq: 12 }));
    let other = ChainPosition { seq: 10, head: "0".repeat(64) };
    ensure_eq!(audit.verify(&mine.workspace_id, &other, 10).await?.fault, Some(ChainFault::Broken { seq: 10 }));
    Ok(())
}

/// Changes rows like an attacker with access to the database, who removes the trigger first. Restores the trigger.
async fn tampered(ctx: &Ctx, trigger: &str, sql: &str) -> Result<(), CaseError> {
    let find = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = ?1";
    let rows = ctx.rows(Statement::new(find).bind(trigger)).await?;
    let definition = rows.first().ok_or(CaseError(format!("no trigger {trigger}")))?.text("sql")?.to_owned();
    ctx.rows(Statement::new(format!("DROP TRIGGER {trigger}"))).await?;
    let result = ctx.rows(Statement::new(sql.to_owned())).await;
    ctx.rows(Statement::new(definition)).await?;
    Ok(result.map(drop)?)
}

pub(super) async fn a_chain_shows_the_first_broken_row(ctx: &Ctx) -> Result<(), CaseError> {
    let store = ctx.store()?;
    let build = async || -> Result<(String, Vec<Event>), CaseError> {
        let scope = live(ctx).await?;
        store.audit().record(&scope.workspace_id, &actor("usr_1"), &change(1)).await?;
        ctx.clock.advance(1);
        let mut events = Vec::new();
        for _ in 0..4 {
            events.push(store.events().record(new_event(ctx, &scope)?).await?);
        }
        Ok((scope.workspace_id, events))
    };
    let altered = |seq, kind, row_id: &str| Some(ChainFault::Altered { seq, kind, row_id: row_id.to_owned() });

    for column in ["filename", "sha256_output", "signer_fingerprint", "request_id"] {
        let (workspace, events) = build().await?;
        let id = events[2].id.as_str();
        let sql =
            format!("UPDATE events SET {column} = substr({column}, 2) || substr({column}, 1, 1) WHERE id = '{id}'");
        tampered(ctx, "events_no_update", &sql).await?;
        ensure_eq!(fault(&store, &workspace).await?, altered(4, ChainKind::Event, id));
    }
    let (workspace, events) = build().await?;
    let id = events[0].id.as_str();
    tampered(ctx, "events_no_delete", &format!("DELETE FROM events WHERE id = '{id}'")).await?;
    let missing = ChainFault::Missing { seq: 2, kind: ChainKind::Event, row_id: id.to_owned() };
    ensure_eq!(fault(&store, &workspace).await?, Some(missing));

    let (workspace, _) = build().await?;
    let admin = store.audit().admin_events(&workspace, None, 1).await?;
    let sql = format!("UPDATE admin_events SET actor_id = 'usr_2' WHERE workspace_id = '{workspace}'");
    tampered(ctx, "admin_events_no_update", &sql).await?;
    ensure_eq!(fault(&store, &workspace).await?, altered(1, ChainKind::Admin, &admin[0].id));

    let (workspace, _) = build().await?;
    let sql = format!("DELETE FROM audit_chain WHERE workspace_id = '{workspace}' AND seq = 3");
    tampered(ctx, "audit_chain_no_delete", &sql).await?;
    ensure_eq!(fault(&store, &workspace).await?, Some(ChainFault::Cut { seq: 3 }));

    let (workspace, _) = build().await?;
    let sql = format!("UPDATE audit_chain SET leaf = head WHERE workspace_id = '{workspace}' AND seq = 5");
    tampered(ctx, "audit_chain_no_update", &sql).await?;
    ensure_eq!(fault(&store, &workspace).await?, Some(ChainFault::Broken { seq: 5 }));

    // A row without a link, and a chain whose last link was removed together with its row.
    let (workspace, events) = build().await?;
    let sql = format!("DELETE FROM audit_chain WHERE workspace_id = '{workspace}' AND seq = 5");
    let known = store.audit().position(&workspace).await?;
    tampered(ctx, "audit_chain_no_delete", &sql).await?;
    let stray = ChainFault::Stray { kind: ChainKind::Event, row_id: events[3].id.clone() };
    ensure_eq!(fault(&store, &workspace).await?, Some(stray));
    tampered(ctx, "events_no_delete", &format!("DELETE FROM events WHERE id = '{}'", events[3].id)).await?;
    ensure_eq!(fault(&store, &workspace).await?, None);
    ensure_eq!(store.audit().verify(&workspace, &known, 10).await?.fault, Some(ChainFault::Cut { seq: 5 }));
    let (workspace, _) = build().await?;
    let insert = format!(
        "INSERT INTO admin_events (id, workspace_id, action, actor_kind, actor_id, subject, detail, request_id, \
         created_at) VALUES ('adm_{workspace}', '{workspace}', 'plan.changed', 'user', 'u', 's', '{{}}', 'r', 1)"
    );
    ctx.rows(Statement::new(insert)).await?;
    let stray = ChainFault::Stray { kind: ChainKind::Admin, row_id: format!("adm_{workspace}") };
    ensure_eq!(fault(&store, &workspace).await?, Some(stray));
    Ok(())
}

pub(super) async fn audit_rows_are_append_only(ctx: &Ctx) -> Result<(), CaseError> {
    let scope = live(ctx).await?;
    let store = ctx.store()?;
    store.audit().record(&scope.workspace_id, &actor("usr_1"), &change(1)).await?;
    store.audit().log_request(&request(&scope.workspace_id, "AbCd5678wxyz")).await?;
    for sql in [
        "UPDATE audit_chain SET created_at = 0 WHERE workspace_id = ?1",
        "DELETE FROM audit_chain WHERE workspace_id = ?1",
        "UPDATE admin_events SET subject = 'x' WHERE workspace_id = ?1",
        "DELETE FROM admin_events WHERE workspace_id = ?1",
        "UPDATE request_log SET status = 200 WHERE workspace_id = ?1",
        "DELETE FROM request_log WHERE workspace_id = ?1",
        "INSERT INTO request_log SELECT * FROM request_log WHERE workspace_id = ?1",
        "INSERT OR REPLACE INTO request_log SELECT * FROM request_log WHERE workspace_id = ?1",
    ] {
        let result = ctx.rows(Statement::new(sql).bind(scope.workspace_id.as_str())).await;
        ensure_matches!(result, Err(DbError::AppendOnly(_)));
    }
    for sql in [
        "INSERT OR REPLACE INTO audit_chain SELECT * FROM audit_chain WHERE workspace_id = ?1",
        "INSERT OR REPLACE INTO admin_events SELECT * FROM admin_events WHERE workspace_id = ?1",
        "INSERT INTO audit_chain SELECT workspace_id, seq + 2, kind, 'x', leaf, head, created_at FROM audit_chain \
         WHERE workspace_id = ?1",
    ] {
        let result = ctx.rows(Statement::new(sql).bind(scope.workspace_id.as_str())).await;
        ensure_matches!(result, Err(DbError::Conflict(_)));
    }
    ensure_eq!(fault(&store, &scope.workspace_id).await?, None);
    Ok(())
}

pub(super) async fn parallel_writers_share_one_chain(ctx: &Ctx) -> Result<(), CaseError> {
    let scope = live(ctx).await?;
    let store = ctx.store_over(Arc::new(Interleaved(Arc::clone(&ctx.store_db))), PEPPER)?;
    let results = join_all((0..12).map(|number| {
        let (audit, workspace) = (store.audit(), scope.workspace_id.clone());
        async move { audit.record(&workspace, &actor(&format!("usr_{}", number % 3)), &change(number)).await }
    }))
    .await;
    for result in results {
        result?;
    }
    ensure_eq!(store.audit().position(&scope.workspace_id).await?.seq, 12);
    ensure_eq!(fault(&store, &scope.workspace_id).await?, None);
    Ok(())
}

pub(super) async fn a_lost_answer_links_a_change_once(ctx: &Ctx) -> Result<(), CaseError> {
    let scope = live(ctx).await?;
    let failing = Arc::new(FailingDatabase::new(Arc::clone(&ctx.store_db)));
    let store = ctx.store_over(failing.clone(), PEPPER)?;
    let lost = || DbError::Unavailable("Network connection lost".to_owned());
    for (failure, seq) in [(Failure::After(lost()), 1), (Failure::Before(lost()), 2)] {
        failing.fail_next("INSERT INTO admin_events", failure);
        store.audit().record(&scope.workspace_id, &actor("usr_1"), &change(1)).await?;
        ensure_eq!(store.audit().position(&scope.workspace_id).await?.seq, seq);
    }
    failing.fail_next("INSERT INTO admin_events", Failure::Before(lost()));
    failing.fail_next("INSERT INTO admin_events", Failure::Before(lost()));
    let result = store.audit().record(&scope.workspace_id, &actor("usr_1"), &change(1)).await;
    ensure_matches!(result, Err(DbError::Unavailable(_)));
    ensure_eq!(store.audit().position(&scope.workspace_id).await?.seq, 2);
    ensure_eq!(fault(&store, &scope.workspace_id).await?, None);
    Ok(())
}

pub(super) fn request(workspace: &str, key: &str) -> NewRequest {
    NewRequest {
        workspace_id: workspace.to_owned(),
        livemode: true,
        request_id: "req_1".to_owned(),
        actor_kind: ActorKind::Key,
        actor_id: key.to_owned(),
        method: "GET".to_owned(),
        route: "/api/v1/assets/{id}".to_owned(),
        status: 200,
        latency_ms: 12,
        address: "2001:db8:1:2::3".parse().ok(),
    }
}

pub(super) async fn seal_all(store: &Store) -> Result<(), CaseError> {
    while store.audit().seal_requests().await? > 0 {}
    Ok(())
}

pub(super) async fn requests_are_listed_sealed_and_go(ctx: &Ctx) -> Result<(), CaseError> {
    const DAY: i64 = 86_400_000;
    let (workspace, other) = (ctx.workspace(Plan::Pro).await?, ctx.workspace(Plan::Pro).await?);
    let store = ctx.store()?;
    let audit = store.audit();
    seal_all(&store).await?;
    for number in 0..5 {
        audit.log_request(&request(&workspace, if number % 2 == 0 { "keyA" } else { "keyB" })).await?;
        audit.log_request(&request(&other, "keyA")).await?;
    }
    let everything = RequestFilter::default();
    let first = audit.requests(&workspace, &everything, None, 3).await?;
    ensure_eq!(first.requests.len(), 3);
    ensure_eq!(first.requests[0].network.as_deref(), Some("2001:db8:1::/48"));
    ensure_eq!(first.requests[0].expires_at_ms, PAST + 90 * DAY);
    let second = audit.requests(&workspace, &everything, first.next_before, 3).await?;
    ensure_eq!((second.requests.len(), second.next_before), (2, None));
    let of_a = audit.requests(&workspace, &RequestFilter { actor_id: Some("keyA"), ..everything }, None, 10).await?;
    ensure_eq!(of_a.requests.len(), 3);
    let during = |from_ms, to_ms| RequestFilter { from_ms, to_ms, ..everything };
    for (filter, expected) in [
        (during(Some(PAST), None), 5),
        (during(None, Some(PAST)), 5),
        (during(Some(PAST), Some(PAST)), 5),
        (during(Some(PAST + 1), None), 0),
        (during(None, Some(PAST - 1)), 0),
        (during(Some(PAST + 200_000), None), 0),
        (RequestFilter { actor_id: Some("keyB"), ..during(Some(PAST), None) }, 2),
    ] {
        ensure_eq!(audit.requests(&workspace, &filter, None, 10).await?.requests.len(), expected);
    }
    ensure!(of_a.requests.iter().all(|request| request.actor_id == "keyA" && request.workspace_id == workspace));

    seal_all(&store).await?;
    ensure_eq!(audit.position(&workspace).await?.seq, 1);
    ensure_eq!(fault(&store, &workspace).await?, None);
    ensure_eq!(fault(&store, &other).await?, None);
    // Rows are sealed once. Later rows get a separate block.
    audit.log_request(&request(&workspace, "keyA")).await?;
    let results = join_all((0..3).map(|_| {
        let audit = audit.clone();
        async move { audit.seal_requests().await }
    }))
    .await;
    ensure_eq!(results.into_iter().collect::<Result<Vec<_>, _>>()?.iter().sum::<u64>(), 1);
    ensure_eq!(audit.position(&workspace).await?.seq, 2);
    let sql = format!("UPDATE request_log SET status = 204 WHERE seq = {}", first.requests[1].seq);
    tampered(ctx, "request_log_no_update", &sql).await?;
    ensure_matches!(
        fault(&store, &workspace).await?,
        Some(ChainFault::Altered { seq: 1, kind: ChainKind::Requests, .. })
    );

    // Nothing is removed before its expiry. Then whole blocks are removed, and the chain still verifies.
    ensure_eq!(audit.purge_requests(1000).await?, 0);
    ctx.clock.set(PAST + 90 * DAY);
    audit.log_request(&request(&workspace, "keyA")).await?;
    ensure!(audit.purge_requests(4).await? == 4);
    while audit.purge_requests(1000).await? > 0 {}
    ensure_eq!(audit.requests(&workspace, &everything, None, 10).await?.requests.len(), 1);
    ensure_eq!(audit.requests(&other, &everything, None, 10).await?.requests.len(), 0);
    ensure_eq!(fault(&store, &workspace).await?, None);
    // Rows outside a block stay, regardless of their age.
    ctx.clock.set(PAST + 400 * DAY);
    audit.purge_requests(1000).await?;
    ensure_eq!(audit.requests(&workspace, &everything, None, 10).await?.requests.len(), 1);
    // Requests of an unknown workspace are not logged.
    audit.log_request(&request("ws_none", "keyA")).await?;
    ensure_eq!(audit.requests("ws_none", &RequestFilter::default(), None, 10).await?.requests.len(), 0);
    Ok(())
}

pub(super) async fn admin_events_page_and_keep_no_address_in_clear(ctx: &Ctx) -> Result<(), CaseError> {
    let workspace = ctx.workspace(Plan::Pro).await?;
    let store = ctx.store()?;
    let audit = store.audit();
    for number in 0..3 {
        ctx.clock.advance(1);
        audit.record(&workspace, &actor("usr_1"), &change(number)).await?;
    }
    audit.record(&workspace, &Actor::system("contract"), &change(3)).await?;
    let page = audit.admin_events(&workspace, None, 2).await?;
    let rest = audit.admin_events(&workspace, Some(&page[1].id), 10).await?;
    let mut numbers: Vec<_> = page.iter().chain(&rest).map(|entry| entry.event.detail["number"].clone()).collect();
    numbers.sort_by_key(|number| number.as_u64());
    ensure_eq!(numbers, [0, 1, 2, 3].map(serde_json::Value::from));
    let networks: Vec<_> = page.iter().chain(&rest).map(|entry| entry.network.as_deref()).collect();
    ensure_eq!(networks.iter().filter(|network| **network == Some("192.0.2.0/24")).count(), 3);
    ensure_eq!(rest[1].to_json()["action"], "workspace.changed");
    let rows = ctx
        .rows(Statement::new("SELECT personal FROM admin_events WHERE workspace_id = ?1").bind(workspace.as_str()))
        .await?;
    ensure!(rows.iter().all(|row| !format!("{row:?}").contains("192.0.2")));
    ensure_eq!(audit.admin_events("ws_none", None, 10).await?, []);
    Ok(())
}

/// Inserts a live event directly into the database, bypassing the store.
async fn insert_past_the_chain(ctx: &Ctx, workspace: &str, created_at: i64) -> Result<String, CaseError> {
    let id = format!("evt_{}", ctx.word()?);
    let insert = "INSERT INTO events (id, workspace_id, livemode, request_id, key_id, sha256_input, sha256_output, \
        filename, mime, size_bytes, modality, region_preset, digital_source_type, assertions, signer_fingerprint, \
        dnt_enabled, visible_overlay, created_at) VALUES (?1, ?2, 1, 'r', 'k', ?3, ?3, 'f', 'image/png', 1, 'image', \
        'p', 'd', '[]', 's', 0, 0, ?4)";
    let hash = "a".repeat(64);
    ctx.rows(Statement::new(insert).bind(id.as_str()).bind(workspace).bind(hash).bind(created_at)).await?;
    Ok(id)
}

pub(super) async fn an_event_past_the_chain_is_seen_whatever_its_time(ctx: &Ctx) -> Result<(), CaseError> {
    let store = ctx.store()?;
    // Times: while the chain is empty, before its first link, at the same time, and after it.
    for (linked, created_at) in [(false, PAST), (true, 1), (true, PAST), (true, PAST + 1)] {
        let workspace = ctx.workspace(Plan::Pro).await?;
        if linked {
            store.audit().record(&workspace, &actor("usr_1"), &change(1)).await?;
        }
        ensure_eq!(fault(&store, &workspace).await?, None);
        let row_id = insert_past_the_chain(ctx, &workspace, created_at).await?;
        ensure_eq!(fault(&store, &workspace).await?, Some(ChainFault::Stray { kind: ChainKind::Event, row_id }));
    }
    // No event can be added to the list of events from before the chain.
    let insert = ctx.rows(Statement::new("INSERT INTO unlinked_events VALUES ('ws', 'evt')")).await;
    ensure_matches!(insert, Err(DbError::AppendOnly(_)));
    Ok(())
}

pub(super) async fn key_all(store: &Store) -> Result<Vec<String>, CaseError> {
    let (mut after, mut broken) = (Some(String::new()), Vec::new());
    while let Some(from) = after {
        let step = store.audit().key_heads(&from, 3).await?;
        broken.extend(step.broken);
        after = step.next;
    }
    Ok(broken)
}

pub(super) async fn a_rewritten_chain_does_not_fit_its_keyed_heads(ctx: &Ctx) -> Result<(), CaseError> {
    let store = ctx.store()?;
    let audit = store.audit();
    let verify =
        async |store: &Store, workspace: &str| store.audit().verify(workspace, &ChainPosition::genesis(), 1000).await;
    let keyed_at = async |store: &Store, workspace: &str| {
        let report = verify(store, workspace).await?;
        ensure_eq!((report.fault, report.complete), (None, true));
        Ok::<_, CaseError>(report.keyed.map(|keyed| keyed.position.seq))
    };
    let workspace = ctx.workspace(Plan::Pro).await?;
    let grow = async |number| audit.record(&workspace, &actor("usr_1"), &change(number)).await;
    for number in 0..3 {
        grow(number).await?;
    }
    ensure_eq!(keyed_at(&store, &workspace).await?, None);
    key_all(&store).await?;
    ensure_eq!(keyed_at(&store, &workspace).await?, Some(3));
    // Heads are created once an hour, and only if the chain grew.
    grow(3).await?;
    key_all(&store).await?;
    ensure_eq!(keyed_at(&store, &workspace).await?, Some(3));
    ctx.clock.advance(HEAD_INTERVAL_MS);
    ensure!(!key_all(&store).await?.contains(&workspace));
    ensure_eq!(keyed_at(&store, &workspace).await?, Some(4));
    ctx.clock.advance(HEAD_INTERVAL_MS);
    key_all(&store).await?;
    let heads = audit.heads(&workspace, i64::MAX, 10).await?;
    ensure_eq!(heads.iter().map(|head| head.position.seq).collect::<Vec<_>>(), [4, 3]);
    ensure_eq!(heads[0].position, audit.position(&workspace).await?);
    ensure_eq!(audit.heads(&workspace, 4, 10).await?, heads[1..]);
    for sql in ["UPDATE audit_heads SET mac = head", "DELETE FROM audit_heads"] {
        ensure_matches!(ctx.rows(Statement::new(sql)).await, Err(DbError::AppendOnly(_)));
    }

    // A new key yields a new head. A server without the new key still verifies the old head.
    let own = SealingKeys::derived(&Peppers::parse(PEPPER)?).with_own(&format!("1:{}", "cd".repeat(32)))?;
    let moved = ctx.store()?.with_sealing_keys(Arc::new(own));
    key_all(&moved).await?;
    let newest = audit.heads(&workspace, i64::MAX, 1).await?;
    ensure_eq!((newest[0].position.seq, newest[0].key.as_str()), (4, "s1"));
    ensure_eq!(keyed_at(&store, &workspace).await?, Some(4));

    // An attacker with access to the database rewrites everything, including the links. Without the keyed heads, the
    // chain verifies.
    let rewritten = async || -> Result<String, CaseError> {
        let workspace = ctx.workspace(Plan::Pro).await?;
        for number in 0..3 {
            audit.record(&workspace, &actor("usr_1"), &change(number)).await?;
        }
        key_all(&store).await?;
        let delete = |table: &str| format!("DELETE FROM {table} WHERE workspace_id = '{workspace}'");
        tampered(ctx, "audit_chain_no_delete", &delete("audit_chain")).await?;
        tampered(ctx, "admin_events_no_delete", &delete("admin_events")).await?;
        for number in 10..14 {
            audit.record(&workspace, &actor("usr_1"), &change(number)).await?;
        }
        Ok(workspace)
    };
    let workspace = rewritten().await?;
    ensure_eq!(verify(&store, &workspace).await?.fault, Some(ChainFault::Forged { seq: 3 }));
    ctx.clock.advance(HEAD_INTERVAL_MS);
    ensure!(key_all(&store).await?.contains(&workspace));
    ensure_eq!(audit.heads(&workspace, i64::MAX, 10).await?.len(), 1);
    // A forged keyed head is rejected, because the attacker has no key.
    let forged = "INSERT INTO audit_heads SELECT workspace_id, seq, 'p1', head, 0, leaf, 1 FROM audit_chain \
        WHERE workspace_id = ?1 AND seq = 3";
    let remove = format!("DELETE FROM audit_heads WHERE workspace_id = '{workspace}'");
    tampered(ctx, "audit_heads_no_delete", &remove).await?;
    ensure_eq!(keyed_at(&store, &workspace).await?, None);
    ctx.rows(Statement::new(forged).bind(workspace.as_str())).await?;
    ensure_eq!(verify(&store, &workspace).await?.fault, Some(ChainFault::Forged { seq: 3 }));
    Ok(())
}

/// Creates a person's authority, and a live key and a client of this person.
async fn credentials(
    store: &Store,
    owner: &User,
    workspace_id: &str,
) -> Result<(Authority, String, String), CaseError> {
    let by = Authority {
        actor: Actor::user(&owner.id, "req_1", None),
        person: owner.id.clone(),
        permissions: Role::Owner.permissions(),
    };
    let wish = CreateKey {
        kind: KeyKind::Live,
        name: "CRM".to_owned(),
        grant: KeyGrant::Scopes(vec![Scope::Check]),
        expires_at_ms: None,
        allow: Vec::new(),
    };
    let key = store.keys().issue(&by, workspace_id, wish).await?.key.id;
    let client = CreateClient { name: "x".to_owned(), livemode: true, scopes: vec![Scope::Check], jwks: None };
    let client = store.oauth().create_client(&by, workspace_id, client).await?.0.id;
    Ok((by, key, client))
}

pub(super) async fn a_refused_call_belongs_to_the_workspace_of_its_credential(ctx: &Ctx) -> Result<(), CaseError> {
    let store = ctx.store()?;
    let (owner, workspace) = ctx.owner().await?;
    let (by, key, client) = credentials(&store, &owner, &workspace.id).await?;
    store.keys().withdraw(&by, &workspace.id, &key, false).await?;
    store.oauth().revoke_client(&by, &workspace.id, &client).await?;
    let audit = store.audit();
    let expected = Some(RequestOwner { workspace_id: workspace.id, livemode: true });
    ensure_eq!(audit.owner_of_key(&key).await?, expected);
    ensure_eq!(audit.owner_of_client(&client).await?, expected);
    ensure_eq!(audit.owner_of_key(&client).await?, None);
    ensure_eq!(audit.owner_of_client("unknown").await?, None);
    Ok(())
}

pub(super) async fn failed_authentication_is_counted_and_recorded(ctx: &Ctx) -> Result<(), CaseError> {
    let store = ctx.store()?;
    let audit = store.audit();
    let (owner, workspace) = ctx.owner().await?;
    let (_, key, client) = credentials(&store, &owner, &workspace.id).await?;
    let attempt = async |claimed: Claimed, reason| {
        audit.note_failure(&FailedAuthentication { claimed, reason, address: "192.0.2.77".parse().ok() }).await
    };
    // Use a time window that no other case uses.
    ctx.clock.set(PAST - PAST.rem_euclid(WINDOW_MS) + WINDOW_MS);
    for _ in 0..5 {
        attempt(Claimed::Key(key.clone()), "secret").await?;
        attempt(Claimed::Email(format!(" {} ", owner.email.to_uppercase())), "password").await?;
        attempt(Claimed::Key("unknown".to_owned()), "secret").await?;
        attempt(Claimed::Email("nobody@example.eu".to_owned()), "password").await?;
        attempt(Claimed::Email("nonsense".to_owned()), "password").await?;
    }
    attempt(Claimed::User(owner.id.clone()), "passkey").await?;
    ctx.clock.advance(1000);
    attempt(Claimed::Client(client.clone()), "secret").await?;
    attempt(Claimed::Key(key.clone()), "revoked").await?;
    // One row per subject, regardless of the number of attempts.
    let count = "SELECT COUNT(*) AS count FROM authentication_failures WHERE workspace_id = ?1";
    let rows = ctx.rows(Statement::new(count).bind(workspace.id.as_str())).await?;
    ensure_eq!(rows[0].integer("count")?, 3);
    let failures = async || {
        let mut entries = audit.admin_events(&workspace.id, None, 100).await?;
        entries.retain(|entry| entry.event.action == AdminAction::AuthenticationFailed);
        Ok::<_, CaseError>(entries)
    };
    // Nothing is recorded before the window ends. Then everything is recorded once, even by two concurrent jobs.
    while audit.record_failures(100).await? > 0 {}
    ensure_eq!(failures().await?.len(), 0);
    ctx.clock.advance(WINDOW_MS);
    let racing = ctx.store_over(Arc::new(Interleaved(Arc::clone(&ctx.store_db))), PEPPER)?.audit();
    for result in join_all([racing.record_failures(100), racing.record_failures(100)]).await {
        result?;
    }
    let entries = failures().await?;
    ensure_eq!(entries.len(), 3);
    let of = |id: &str| entries.iter().find(|entry| entry.event.subject == id);
    for (id, kind, attempts, reason) in
        [(&key, "key", 6, "revoked"), (&owner.id, "user", 6, "passkey"), (&client, "client", 1, "secret")]
    {
        let entry = of(id).ok_or(CaseError(format!("nothing about {id}")))?;
        let detail = &entry.event.detail;
        ensure_eq!(
            (&detail["kind"], &detail["failures"], &detail["reason"]),
            (&kind.into(), &attempts.into(), &reason.into())
        );
        ensure_eq!((entry.actor_kind, entry.network.as_deref()), (ActorKind::System, Some("192.0.2.0/24")));
    }
    let rows = ctx.rows(Statement::new(count).bind(workspace.id.as_str())).await?;
    ensure_eq!(rows[0].integer("count")?, 0);
    ensure_eq!(fault(&store, &workspace.id).await?, None);
    Ok(())
}
