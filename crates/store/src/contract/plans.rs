//! Plans and quotas.

use std::sync::Arc;

use futures_util::future::join_all;

use crate::audit::admin::AdminAction;
use crate::audit::chain::ChainPosition;
use crate::contract::context::{CaseError, Ctx, PAST, ensure, ensure_eq, ensure_matches};
use crate::contract::events::new_event;
use crate::database::render::to_sql_text;
use crate::database::{DbError, Statement};
use crate::events::model::{EventFilter, EventsError};
use crate::model::{Actor, EventScope};
use crate::people::error::{MAX_WORKSPACES, MembersError};
use crate::plans::terms::Terms;
use crate::plans::{Plan, PlanError, RateLimits, RateOverride};
use crate::testing::Interleaved;

const PEPPER: &str = "1:a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1";

/// Of 20 concurrent labels with 6 left in the quota, 6 are recorded and 14 get an error. Count, rows and chain contain
/// exactly 6.
pub(super) async fn a_quota_is_never_oversold_by_parallel_labels(ctx: &Ctx) -> Result<(), CaseError> {
    let scope = EventScope { workspace_id: ctx.workspace(Plan::Enterprise).await?, livemode: true };
    let store = ctx.store_over(Arc::new(Interleaved(Arc::clone(&ctx.store_db))), PEPPER)?;
    let actor = Actor::system("contract");
    store.plans().set_limits(&actor, &scope.workspace_id, Some(7), &RateLimits::default()).await?;
    store.events().record(new_event(ctx, &scope)?).await?;

    let wishes = (0..20).map(|_| new_event(ctx, &scope)).collect::<Result<Vec<_>, _>>()?;
    let results = join_all(wishes.into_iter().map(|wish| {
        let events = store.events();
        async move { events.record(wish).await }
    }))
    .await;
    ensure_eq!(results.iter().filter(|result| result.is_ok()).count(), 6);
    for refused in results.iter().filter_map(|result| result.as_ref().err()) {
        ensure_eq!(*refused, EventsError::QuotaExceeded);
    }
    let usage = store.plans().usage(&scope.workspace_id).await?;
    ensure_eq!((usage.used, usage.allowed), (7, Some(7)));
    ensure!(!usage.has_room());
    ensure_eq!(store.events().page(&scope, &EventFilter::default(), None, 100).await?.total, 7);
    let report = store.audit().verify(&scope.workspace_id, &ChainPosition::genesis(), 100).await?;
    ensure_eq!((report.fault, report.verified.seq), (None, 8));

    // The usage of the next month starts at 0.
    ctx.clock.set(usage.resets_at_ms - 1);
    ensure_matches!(store.events().record(new_event(ctx, &scope)?).await, Err(EventsError::QuotaExceeded));
    ctx.clock.set(usage.resets_at_ms);
    store.events().record(new_event(ctx, &scope)?).await?;
    ensure_eq!(store.plans().usage(&scope.workspace_id).await?.used, 1);
    Ok(())
}

pub(super) async fn a_plan_decides_what_a_month_allows(ctx: &Ctx) -> Result<(), CaseError> {
    let workspace = ctx.workspace(Plan::Free).await?;
    let scope = EventScope { workspace_id: workspace.clone(), livemode: true };
    let store = ctx.store()?;
    let plans = store.plans();
    let actor = Actor::system("contract");
    for plan in Plan::ALL {
        plans.set_plan(&actor, &workspace, *plan).await?;
        ensure_eq!(plans.usage(&workspace).await?.allowed, plan.monthly_labels().map(u64::from));
        ensure_eq!(store.workspaces().workspace(&workspace).await?.map(|found| found.plan), Some(*plan));
    }
    let rates = RateLimits([("label".to_owned(), RateOverride { limit: 300, window_s: 300 })].into());
    plans.set_limits(&actor, &workspace, Some(3), &rates).await?;
    for _ in 0..3 {
        store.events().record(new_event(ctx, &scope)?).await?;
    }
    ensure_matches!(store.events().record(new_event(ctx, &scope)?).await, Err(EventsError::QuotaExceeded));
    plans.set_limits(&actor, &workspace, None, &rates).await?;
    store.events().record(new_event(ctx, &scope)?).await?;
    // After a downgrade below the usage, nothing more can be labelled this month. An upgrade applies immediately.
    let used = "UPDATE usage SET labels = 25, allowed = NULL WHERE workspace_id = ?1";
    ctx.rows(Statement::new(used).bind(workspace.as_str())).await?;
    plans.set_plan(&actor, &workspace, Plan::Free).await?;
    ensure_matches!(store.events().record(new_event(ctx, &scope)?).await, Err(EventsError::QuotaExceeded));
    plans.set_plan(&actor, &workspace, Plan::Pro).await?;
    store.events().record(new_event(ctx, &scope)?).await?;
    // Contract limits ended with the plan.
    plans.set_plan(&actor, &workspace, Plan::Enterprise).await?;
    ensure_eq!(plans.usage(&workspace).await?.allowed, None);

    let pro = ctx.workspace(Plan::Pro).await?;
    ensure_eq!(plans.set_limits(&actor, &pro, Some(1), &rates).await, Err(PlanError::NotEnterprise));
    ensure_eq!(plans.set_plan(&actor, "ws_none", Plan::Pro).await, Err(PlanError::NotFound));
    ensure_eq!(plans.usage("ws_none").await, Err(PlanError::NotFound));
    let nothing = RateLimits([("label".to_owned(), RateOverride { limit: 0, window_s: 300 })].into());
    ensure_eq!(plans.set_limits(&actor, &workspace, None, &nothing).await, Err(PlanError::Limits));
    let nowhere = EventScope { workspace_id: "ws_none".to_owned(), livemode: true };
    let result = store.events().record(new_event(ctx, &nowhere)?).await;
    ensure_matches!(result, Err(EventsError::Database(DbError::Constraint(_))));
    Ok(())
}

/// Another free workspace adds no free labels, and the number of workspaces is limited.
pub(super) async fn free_labels_belong_to_a_person(ctx: &Ctx) -> Result<(), CaseError> {
    let (owner, first) = ctx.owner().await?;
    let store = ctx.store()?;
    let actor = Actor::user(&owner.id, "req_1", None);
    let mut made = Vec::new();
    for number in 0..MAX_WORKSPACES - 1 {
        made.push(store.workspaces().create_workspace(&actor, &owner.id, &format!("Number {number}")).await?.id);
    }
    let one_more = store.workspaces().create_workspace(&actor, &owner.id, "One more").await;
    ensure_eq!(one_more.err(), Some(MembersError::TooManyWorkspaces));
    ensure_eq!(store.members().memberships(&owner.id).await?.len(), MAX_WORKSPACES as usize);

    let live = |workspace: &str| EventScope { workspace_id: workspace.to_owned(), livemode: true };
    let free = u64::from(Plan::Free.monthly_labels().unwrap_or_default());
    let spend = "UPDATE free_usage SET labels = ?2 WHERE user_id = ?1";
    store.events().record(new_event(ctx, &live(&made[0]))?).await?;
    let almost = i64::try_from(free - 1)?;
    ctx.rows(Statement::new(spend).bind(owner.id.as_str()).bind(almost)).await?;
    for workspace in &made[..2] {
        let usage = store.plans().usage(workspace).await?;
        ensure_eq!((usage.used, usage.allowed), (free - 1, Some(free)));
    }
    store.events().record(new_event(ctx, &live(&made[1]))?).await?;
    for workspace in &made[..3] {
        ensure_matches!(
            store.events().record(new_event(ctx, &live(workspace))?).await,
            Err(EventsError::QuotaExceeded)
        );
        ensure!(!store.plans().usage(workspace).await?.has_room());
    }
    // A paid workspace has a separate quota, and free labels are available again in the next month.
    store.events().record(new_event(ctx, &live(&first.id))?).await?;
    ensure_eq!(store.plans().usage(&first.id).await?.used, 1);
    store.plans().set_plan(&actor, &made[2], Plan::Pro).await?;
    store.events().record(new_event(ctx, &live(&made[2]))?).await?;
    ctx.clock.set(store.plans().usage(&made[0]).await?.resets_at_ms);
    store.events().record(new_event(ctx, &live(&made[0]))?).await?;
    ensure_eq!(store.plans().usage(&made[1]).await?.used, 1);
    Ok(())
}

pub(super) async fn the_sandbox_counts_nothing(ctx: &Ctx) -> Result<(), CaseError> {
    let scope = EventScope { workspace_id: ctx.workspace(Plan::Enterprise).await?, livemode: false };
    let store = ctx.store()?;
    let actor = Actor::system("contract");
    store.plans().set_limits(&actor, &scope.workspace_id, Some(0), &RateLimits::default()).await?;
    let before = store.audit().position(&scope.workspace_id).await?;
    store.events().record(new_event(ctx, &scope)?).await?;
    ensure_eq!(store.plans().usage(&scope.workspace_id).await?.used, 0);
    ensure_eq!(store.audit().position(&scope.workspace_id).await?, before);
    let live = EventScope { livemode: true, ..scope };
    ensure_matches!(store.events().record(new_event(ctx, &live)?).await, Err(EventsError::QuotaExceeded));
    Ok(())
}

/// The change works as statements and as SQL text, is linked in the chain, and fails if the chain changed meanwhile.
pub(super) async fn terms_are_granted_from_outside(ctx: &Ctx) -> Result<(), CaseError> {
    let store = ctx.store()?;
    let workspace = ctx.workspace(Plan::Pro).await?;
    let actor = Actor::system("contract");
    let rates = RateLimits([("label".to_owned(), RateOverride { limit: 300, window_s: 60 })].into());
    let enterprise = Terms {
        workspace_id: workspace.clone(),
        plan: Plan::Enterprise,
        monthly_labels: Some(7),
        rates: rates.clone(),
    };
    let agency = Terms { plan: Plan::Agency, monthly_labels: None, rates: RateLimits::default(), ..enterprise.clone() };
    let made = |terms: &Terms, end: &ChainPosition| terms.statements(&actor, end, PAST, ctx.rng.as_ref());
    let end = async || store.audit().position(&workspace).await;
    ensure_eq!(end().await?, ChainPosition::genesis());
    for (terms, allowed) in [(&enterprise, Some(7)), (&agency, Some(10_000)), (&enterprise, Some(7))] {
        let statements = made(terms, &end().await?)?;
        let text = to_sql_text(&statements)?;
        ensure_eq!(text.lines().count(), statements.len());
        let stale = made(terms, &ChainPosition { seq: end().await?.seq + 1, head: "0".repeat(64) })?;
        let refused = ctx.store_db.batch(stale).await;
        ensure!(refused.is_err_and(|error| error.is_precondition()));
        if terms.plan == Plan::Agency {
            ctx.db.batch(text.lines().map(|line| Statement::new(line.to_owned())).collect()).await?;
        } else {
            ctx.store_db.batch(statements.clone()).await?;
        }
        ensure!(ctx.store_db.batch(statements).await.is_err_and(|error| error.is_precondition()));
        ensure_eq!(store.plans().usage(&workspace).await?.allowed, allowed);
        ensure_eq!(store.workspaces().workspace(&workspace).await?.map(|found| found.plan), Some(terms.plan));
        ensure_eq!(store.workspaces().rate_limits(&workspace).await?, terms.rates);
        let newest = store.audit().admin_events(&workspace, None, 1).await?;
        ensure_eq!(newest.first().map(|entry| entry.event.action), Some(AdminAction::PlanChanged));
    }
    let report = store.audit().verify(&workspace, &ChainPosition::genesis(), 100).await?;
    ensure_eq!((report.fault, report.complete, report.verified.seq), (None, true, 3));

    let pro = Terms { plan: Plan::Pro, ..enterprise.clone() };
    ensure_eq!(made(&pro, &end().await?), Err(PlanError::NotEnterprise));
    let none = RateLimits([("label".to_owned(), RateOverride { limit: 0, window_s: 60 })].into());
    ensure_eq!(made(&Terms { rates: none, ..enterprise.clone() }, &end().await?), Err(PlanError::Limits));
    let nowhere = Terms { workspace_id: "ws_none".to_owned(), ..agency };
    let refused = ctx.store_db.batch(made(&nowhere, &ChainPosition::genesis())?).await;
    ensure!(refused.is_err_and(|error| error.is_precondition()));
    Ok(())
}
