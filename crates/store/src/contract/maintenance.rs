//! The scheduled job.

use std::sync::Arc;

use crate::audit::requests::RequestFilter;
use crate::contract::audit::fault;
use crate::contract::audit::{request, seal_all};
use crate::contract::context::{CaseError, Ctx, PAST, PEPPER, ensure, ensure_eq};
use crate::contract::events::new_event;
use crate::database::Statement;
use crate::maintenance::Budget;
use crate::model::EventScope;
use crate::plans::Plan;
use crate::testing::FailingDatabase;

/// Limits of one run of the scheduled job.
pub(super) const RUN: Budget = Budget { rows: 1000, time_ms: 60_000 };

pub(super) async fn one_job_seals_and_removes(ctx: &Ctx) -> Result<(), CaseError> {
    const DAY: i64 = 86_400_000;
    let workspace = ctx.workspace(Plan::Pro).await?;
    let store = ctx.store()?;
    let sandbox = EventScope { workspace_id: workspace.clone(), livemode: false };
    store.events().record(new_event(ctx, &sandbox)?).await?;
    store.audit().log_request(&request(&workspace, "keyA")).await?;
    store.passkeys().challenge(None).await?;
    let first = store.maintain(RUN).await;
    ensure_eq!(first.errors, Vec::<String>::new());
    ensure!(first.sealed_requests >= 1 && first.heads >= 1 && first.complete);
    ensure_eq!(store.audit().requests(&workspace, &RequestFilter::default(), None, 10).await?.requests.len(), 1);
    ctx.clock.set(PAST + 91 * DAY);
    let second = store.maintain(RUN).await;
    ensure!(second.sandbox_events >= 1 && second.requests >= 1 && second.other >= 1);
    ensure_eq!(store.audit().requests(&workspace, &RequestFilter::default(), None, 10).await?.requests.len(), 0);
    ensure_eq!(fault(&store, &workspace).await?, None);
    Ok(())
}

/// One run processes the requests of 15 minutes, the time between two runs, at 50 per second in several workspaces: it
/// chains all of them, and removes as many expired ones.
pub(super) async fn one_run_keeps_up_with_fifty_requests_a_second(ctx: &Ctx) -> Result<(), CaseError> {
    const REQUESTS: u64 = 15 * 60 * 50;
    const DAY: i64 = 86_400_000;
    seal_all(&ctx.store()?).await?;
    let workspaces =
        [ctx.workspace(Plan::Pro).await?, ctx.workspace(Plan::Pro).await?, ctx.workspace(Plan::Pro).await?];
    let insert = "INSERT INTO request_log (workspace_id, livemode, request_id, actor_kind, actor_id, method, route, status, \
        latency_ms, address, created_at, expires_at) WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 \
        FROM number WHERE n < ?1) SELECT CASE n % 3 WHEN 0 THEN ?2 WHEN 1 THEN ?3 ELSE ?4 END, 1, \
        '11111111-2222-4333-8444-555555555555', 'key', 'AbCd5678wxyz', 'POST', '/api/v1/verify', 200, 12, \
        '192.0.2.0/24', ?5, ?5 + 7776000000 FROM number";
    let [one, two, three] = &workspaces;
    let statement = Statement::new(insert).bind(i64::try_from(REQUESTS)?);
    ctx.rows(statement.bind(one.as_str()).bind(two.as_str()).bind(three.as_str()).bind(PAST)).await?;
    ctx.clock.set(PAST + 91 * DAY);
    let counting = Arc::new(FailingDatabase::new(Arc::clone(&ctx.store_db)));
    let store = ctx.store_over(counting.clone(), PEPPER)?;
    let done = store.maintain(RUN).await;
    ensure_eq!((done.errors, done.complete), (Vec::new(), true));
    ensure!(done.sealed_requests >= REQUESTS && done.requests >= REQUESTS);
    // One step of about 12 calls per 1000 removed rows. The other calls process rows of other cases.
    ensure!(counting.calls() < 1500);
    for workspace in &workspaces {
        ensure_eq!(store.audit().requests(workspace, &RequestFilter::default(), None, 1).await?.requests.len(), 0);
        ensure_eq!(fault(&store, workspace).await?, None);
    }
    Ok(())
}
