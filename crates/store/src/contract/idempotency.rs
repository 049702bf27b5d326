//! Idempotency keys.

use std::sync::Arc;

use futures_util::future::join_all;
use serde_json::json;

use crate::contract::context::{CaseError, Ctx, PAST, PEPPER, ensure, ensure_eq};
use crate::contract::events::new_event;
use crate::events::model::EventsError;
use crate::idempotency::{IdempotencyError, IdempotencyOutcome, IdempotentCall, KEPT_MS, LEASE_MS, Ticket};
use crate::model::EventScope;
use crate::plans::Plan;
use crate::testing::Interleaved;

fn started(begun: IdempotencyOutcome) -> Result<Ticket, CaseError> {
    match begun {
        IdempotencyOutcome::Started(ticket) => Ok(ticket),
        other => Err(CaseError(format!("{other:?} instead of a start"))),
    }
}

pub(super) async fn a_request_is_done_once(ctx: &Ctx) -> Result<(), CaseError> {
    let scope = EventScope { workspace_id: ctx.workspace(Plan::Pro).await?, livemode: true };
    let keys = ctx.store()?.idempotency();
    let call = IdempotentCall { scope: &scope, caller: "key", route: "POST /label", key: "one", fingerprint: "f1" };
    let ticket = started(keys.begin(call).await?)?;
    ensure_eq!(keys.begin(call).await?, IdempotencyOutcome::Running);
    ensure_eq!(keys.begin(IdempotentCall { fingerprint: "f2", ..call }).await?, IdempotencyOutcome::Mismatch);
    keys.finish(&ticket, 201, &json!({ "eventId": "evt_1" })).await?;
    let replay = || IdempotencyOutcome::Replay { status: 201, result: json!({ "eventId": "evt_1" }) };
    ensure_eq!(keys.begin(call).await?, replay());
    ensure_eq!(keys.begin(IdempotentCall { fingerprint: "f2", ..call }).await?, IdempotencyOutcome::Mismatch);
    ensure_eq!(keys.finish(&ticket, 200, &json!({})).await, Err(IdempotencyError::Lost));

    // Another caller, route, mode or workspace is another request.
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
    // Of many concurrent attempts, one proceeds.
    let racing = ctx.store_over(Arc::new(Interleaved(Arc::clone(&ctx.store_db))), PEPPER)?.idempotency();
    let results = join_all((0..6).map(|_| racing.begin(IdempotentCall { key: "race", ..call }))).await;
    let mut begun = results.into_iter().collect::<Result<Vec<_>, _>>()?;
    begun.retain(|one| *one != IdempotencyOutcome::Running);
    ensure_eq!(begun.len(), 1);
    let slow = started(begun.remove(0))?;
    // If the first attempt takes too long, another takes over, and the slow one gets an error.
    let again = IdempotentCall { key: "race", ..call };
    ctx.clock.advance(LEASE_MS - 1);
    ensure_eq!(keys.begin(again).await?, IdempotencyOutcome::Running);
    ctx.clock.advance(1);
    ensure_eq!(keys.begin(IdempotentCall { fingerprint: "f2", ..again }).await?, IdempotencyOutcome::Mismatch);
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

pub(super) async fn an_event_and_its_answer_are_kept_together(ctx: &Ctx) -> Result<(), CaseError> {
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
        // An attempt that lost its key records nothing.
        let late = events.insert_once(&event, &slow, 200, &facts).await;
        ensure_eq!(late, Err(EventsError::NotOnce));
        ensure_eq!(events.get(&scope, &event.id).await?, None);
        ensure_eq!(store.plans().usage(&scope.workspace_id).await?.used, 0);
        events.insert_once(&event, &ticket, 200, &facts).await?;
        ensure_eq!(events.get(&scope, &event.id).await?, Some(event));
        ensure_eq!(keys.begin(call).await?, IdempotencyOutcome::Replay { status: 200, result: facts });
    }
    Ok(())
}
