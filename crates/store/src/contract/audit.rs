//! The chain, admin events, the request log and data keys.

use std::sync::Arc;

use futures_util::future::join_all;

use super::events::new_event;
use super::{Broken, Ctx, PAST, ensure, ensure_eq, ensure_matches};
use crate::accounts::Plan;
use crate::audit::{Actor, ActorKind, AdminAction, ChainFault, ChainKind, ChainPosition, NewAdminEvent, NewRequest};
use crate::database::{DbError, Statement};
use crate::events::{Event, EventScope, EventsError};
use crate::privacy::FileNames;
use crate::sealing::SealingKeys;
use crate::secret::Peppers;
use crate::store::Store;
use crate::testing::{FailingDatabase, Failure, Interleaved};

const PEPPER: &str = "1:a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1";

fn actor(id: &str) -> Actor {
    Actor::user(id, "req_1", "192.0.2.77".parse().ok())
}

fn change(number: u32) -> NewAdminEvent {
    NewAdminEvent::new(AdminAction::WorkspaceChanged, "ws_x").with("number", number)
}

async fn live(ctx: &Ctx) -> Result<EventScope, Broken> {
    Ok(EventScope { workspace_id: ctx.workspace(Plan::Pro).await?, livemode: true })
}

async fn fault(store: &Store, workspace: &str) -> Result<Option<ChainFault>, Broken> {
    Ok(store.audit().verify(workspace, &ChainPosition::genesis(), 10_000).await?.fault)
}

pub(super) async fn a_chain_covers_events_and_changes(ctx: &Ctx) -> Result<(), Broken> {
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

    // In steps, each from where the last one ended.
    let mut at = ChainPosition::genesis();
    for _ in 0..3 {
        let step = audit.verify(&mine.workspace_id, &at, 3).await?;
        ensure_eq!((step.fault, step.complete, step.verified.seq), (None, false, at.seq + 3));
        at = step.verified;
    }
    let last = audit.verify(&mine.workspace_id, &at, 3).await?;
    ensure_eq!((last.fault, last.complete, last.verified), (None, true, report.verified.clone()));

    // A chain that is not the one it was, for somebody who kept a position.
    let longer = ChainPosition { seq: 12, head: "0".repeat(64) };
    ensure_eq!(audit.verify(&mine.workspace_id, &longer, 10).await?.fault, Some(ChainFault::Cut { seq: 12 }));
    let other = ChainPosition { seq: 10, head: "0".repeat(64) };
    ensure_eq!(audit.verify(&mine.workspace_id, &other, 10).await?.fault, Some(ChainFault::Broken { seq: 10 }));
    Ok(())
}

/// Somebody with the database in hand, who removes the triggers first. On a copy of the rules: the triggers are put back.
async fn tampered(ctx: &Ctx, trigger: &str, sql: &str) -> Result<(), Broken> {
    let find = "SELECT sql FROM sqlite_master WHERE type = 'trigger' AND name = ?1";
    let rows = ctx.rows(Statement::new(find).bind(trigger)).await?;
    let definition = rows.first().ok_or(Broken(format!("no trigger {trigger}")))?.text("sql")?.to_owned();
    ctx.rows(Statement::new(format!("DROP TRIGGER {trigger}"))).await?;
    let result = ctx.rows(Statement::new(sql.to_owned())).await;
    ctx.rows(Statement::new(definition)).await?;
    Ok(result.map(drop)?)
}

pub(super) async fn a_chain_shows_the_first_broken_row(ctx: &Ctx) -> Result<(), Broken> {
    let store = ctx.store()?;
    let build = async || -> Result<(String, Vec<Event>), Broken> {
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

    // A row without a link, and the end cut off together with its row.
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

pub(super) async fn audit_rows_are_append_only(ctx: &Ctx) -> Result<(), Broken> {
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

pub(super) async fn parallel_writers_share_one_chain(ctx: &Ctx) -> Result<(), Broken> {
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

pub(super) async fn a_lost_answer_links_a_change_once(ctx: &Ctx) -> Result<(), Broken> {
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

fn request(workspace: &str, key: &str) -> NewRequest {
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

async fn seal_all(store: &Store) -> Result<(), Broken> {
    while store.audit().seal_requests().await? > 0 {}
    Ok(())
}

pub(super) async fn requests_are_listed_sealed_and_go(ctx: &Ctx) -> Result<(), Broken> {
    const DAY: i64 = 86_400_000;
    let (workspace, other) = (ctx.workspace(Plan::Pro).await?, ctx.workspace(Plan::Pro).await?);
    let store = ctx.store()?;
    let audit = store.audit();
    seal_all(&store).await?;
    for number in 0..5 {
        audit.log_request(&request(&workspace, if number % 2 == 0 { "keyA" } else { "keyB" })).await?;
        audit.log_request(&request(&other, "keyA")).await?;
    }
    let first = audit.requests(&workspace, None, None, 3).await?;
    ensure_eq!(first.requests.len(), 3);
    ensure_eq!(first.requests[0].network.as_deref(), Some("2001:db8:1::/48"));
    ensure_eq!(first.requests[0].expires_at_ms, PAST + 90 * DAY);
    let second = audit.requests(&workspace, None, first.next_before, 3).await?;
    ensure_eq!((second.requests.len(), second.next_before), (2, None));
    let of_a = audit.requests(&workspace, Some("keyA"), None, 10).await?;
    ensure_eq!(of_a.requests.len(), 3);
    ensure!(of_a.requests.iter().all(|request| request.actor_id == "keyA" && request.workspace_id == workspace));

    seal_all(&store).await?;
    ensure_eq!(audit.position(&workspace).await?.seq, 1);
    ensure_eq!(fault(&store, &workspace).await?, None);
    ensure_eq!(fault(&store, &other).await?, None);
    // Sealed once: later rows get a block of their own.
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

    // Nothing goes before its time; then whole blocks go, and the chain still verifies.
    ensure_eq!(audit.purge_requests(1000).await?, 0);
    ctx.clock.set(PAST + 90 * DAY);
    audit.log_request(&request(&workspace, "keyA")).await?;
    ensure!(audit.purge_requests(4).await? == 4);
    while audit.purge_requests(1000).await? > 0 {}
    ensure_eq!(audit.requests(&workspace, None, None, 10).await?.requests.len(), 1);
    ensure_eq!(audit.requests(&other, None, None, 10).await?.requests.len(), 0);
    ensure_eq!(fault(&store, &workspace).await?, None);
    // What no block covers stays, whatever its age.
    ctx.clock.set(PAST + 400 * DAY);
    audit.purge_requests(1000).await?;
    ensure_eq!(audit.requests(&workspace, None, None, 10).await?.requests.len(), 1);
    // A workspace that is gone leaves no row.
    audit.log_request(&request("ws_none", "keyA")).await?;
    ensure_eq!(audit.requests("ws_none", None, None, 10).await?.requests.len(), 0);
    Ok(())
}

pub(super) async fn admin_events_page_and_keep_no_address_in_clear(ctx: &Ctx) -> Result<(), Broken> {
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

pub(super) async fn file_names_follow_the_setting(ctx: &Ctx) -> Result<(), Broken> {
    let store = ctx.store()?;
    let actor = actor("usr_1");
    for livemode in [true, false] {
        let scope = EventScope { workspace_id: ctx.workspace(Plan::Pro).await?, livemode };
        let events = store.events();
        let mut settings = store.accounts().settings(&scope.workspace_id).await?.ok_or(Broken("gone".to_owned()))?;
        let mut names = Vec::new();
        for mode in [FileNames::Store, FileNames::Pseudonymise, FileNames::Pseudonymise, FileNames::Drop] {
            let before = settings.clone();
            settings.file_names = mode;
            ensure!(store.accounts().change_settings(&actor, &scope.workspace_id, &before, &settings).await?);
            let mut new = new_event(ctx, &scope)?;
            new.filename = "Ada Lovelace.JPG".to_owned();
            let event = events.record(new).await?;
            names.push(events.get(&scope, &event.id).await?.map(|event| event.data.filename).unwrap_or_default());
        }
        ensure_eq!(names[0], "Ada Lovelace.JPG");
        ensure!(names[1].starts_with("file-") && names[1].ends_with(".jpg"));
        ensure_eq!(names[1], names[2]);
        ensure_eq!(names[3], "file.jpg");
        let select = "SELECT group_concat(filename) AS names FROM events WHERE workspace_id = ?1";
        let rows = ctx.rows(Statement::new(select).bind(scope.workspace_id.as_str())).await?;
        ensure!(!rows[0].text("names")?.contains("Ada"));
    }
    Ok(())
}

pub(super) async fn data_keys_move_to_the_new_sealing_key(ctx: &Ctx) -> Result<(), Broken> {
    let scope = live(ctx).await?;
    let old = ctx.store()?;
    let event = old.events().record(new_event(ctx, &scope)?).await?;
    let own = SealingKeys::derived(&Peppers::parse(PEPPER)?).with_own(&format!("1:{}", "cd".repeat(32)))?;
    let new = ctx.store()?.with_sealing_keys(Arc::new(own));
    ensure_eq!(new.events().get(&scope, &event.id).await?, Some(event.clone()));
    let mut next = Some(String::new());
    while let Some(after) = next {
        next = new.audit().reseal_data_keys(&after, 100).await?.next;
    }
    ensure_eq!(new.events().get(&scope, &event.id).await?, Some(event.clone()));
    ensure_matches!(old.events().get(&scope, &event.id).await, Err(EventsError::Database(DbError::Engine(_))));
    // Who does not know the new key can do nothing, and says so.
    let step = old.audit().reseal_data_keys("", 1000).await?;
    ensure!(step.left > 0);
    ensure_eq!(fault(&new, &scope.workspace_id).await?, None);
    Ok(())
}

pub(super) async fn one_job_seals_and_removes(ctx: &Ctx) -> Result<(), Broken> {
    const DAY: i64 = 86_400_000;
    let workspace = ctx.workspace(Plan::Pro).await?;
    let store = ctx.store()?;
    let sandbox = EventScope { workspace_id: workspace.clone(), livemode: false };
    store.events().record(new_event(ctx, &sandbox)?).await?;
    store.audit().log_request(&request(&workspace, "keyA")).await?;
    store.passkeys().challenge(None).await?;
    let first = store.maintain(1000).await?;
    ensure!(first.sealed_requests >= 1);
    ensure_eq!(store.audit().requests(&workspace, None, None, 10).await?.requests.len(), 1);
    ctx.clock.set(PAST + 91 * DAY);
    let second = store.maintain(1000).await?;
    ensure!(second.sandbox_events >= 1 && second.requests >= 1 && second.other >= 1);
    ensure_eq!(store.audit().requests(&workspace, None, None, 10).await?.requests.len(), 0);
    ensure_eq!(fault(&store, &workspace).await?, None);
    Ok(())
}
