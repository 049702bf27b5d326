//! The audit trail of labelling.

use std::sync::Arc;

use crate::contract::context::{CaseError, Ctx, FUTURE, PAST, ensure, ensure_eq, ensure_matches};
use crate::database::{DbError, MAX_SAFE_INTEGER, Statement};
use crate::events::model::{Event, EventActor, EventFilter, EventPage, EventsError, HashMatch, Modality, NewEvent};
use crate::events::{Events, SANDBOX_LIFE_MS, insert_statement};
use crate::model::EventScope;
use crate::plans::Plan;
use crate::testing::{FailingDatabase, Failure};

const PEPPER: &str = "1:a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1";

async fn scope(ctx: &Ctx, livemode: bool) -> Result<EventScope, CaseError> {
    Ok(EventScope { workspace_id: ctx.workspace(Plan::Pro).await?, livemode })
}

fn sha256(ctx: &Ctx) -> Result<String, CaseError> {
    let mut bytes = [0_u8; 32];
    ctx.rng.fill(&mut bytes)?;
    Ok(hex::encode(bytes))
}

pub(super) fn new_event(ctx: &Ctx, scope: &EventScope) -> Result<NewEvent, CaseError> {
    Ok(NewEvent {
        scope: scope.clone(),
        request_id: ctx.word()?,
        actor: EventActor::Key("AbCd5678wxyz".to_owned()),
        sha256_input: sha256(ctx)?,
        sha256_output: sha256(ctx)?,
        filename: "żółw \"1\".jpg".to_owned(),
        mime: "image/jpeg".to_owned(),
        size_bytes: 2_048_576,
        modality: Modality::Image,
        region_preset: "eu_strict".to_owned(),
        digital_source_type: "trainedAlgorithmicMedia".to_owned(),
        assertions: vec!["c2pa.actions.v2".to_owned(), "c2pa.training-mining".to_owned()],
        signer_fingerprint: "SHA256:Ab1Cd2".to_owned(),
        dnt_enabled: true,
        visible_overlay: false,
        watermark_payload_id: None,
    })
}

async fn record(ctx: &Ctx, scope: &EventScope, change: impl FnOnce(&mut NewEvent)) -> Result<Event, CaseError> {
    let mut event = new_event(ctx, scope)?;
    change(&mut event);
    Ok(ctx.store()?.events().record(event).await?)
}

async fn count(ctx: &Ctx, id: &str) -> Result<usize, CaseError> {
    Ok(ctx.rows(Statement::new("SELECT id FROM events WHERE id = ?1").bind(id)).await?.len())
}

pub(super) async fn an_event_reads_back_as_recorded(ctx: &Ctx) -> Result<(), CaseError> {
    let live = scope(ctx, true).await?;
    let events = ctx.store()?.events();
    let plain = record(ctx, &live, |_| {}).await?;
    let other = record(ctx, &live, |event| {
        event.actor = EventActor::User("usr_1".to_owned());
        event.watermark_payload_id = Some("wm_1".to_owned());
        event.assertions.clear();
        event.modality = Modality::Audio;
        event.size_bytes = MAX_SAFE_INTEGER.unsigned_abs();
        event.dnt_enabled = false;
        event.visible_overlay = true;
    })
    .await?;
    ensure_eq!(events.get(&live, &plain.id).await?, Some(plain.clone()));
    ensure_eq!(events.get(&live, &other.id).await?, Some(other));
    ensure_eq!(plain.created_at_ms, PAST);
    ensure_eq!(plain.expires_at_ms, None);
    ensure_eq!(events.get(&live, "evt_none").await?, None);
    ensure_eq!(events.get(&scope(ctx, true).await?, &plain.id).await?, None);

    let mut bad = new_event(ctx, &live)?;
    bad.sha256_input = bad.sha256_input.to_uppercase();
    ensure_matches!(events.record(bad).await, Err(EventsError::Invalid(_)));
    let mut bad = new_event(ctx, &live)?;
    bad.size_bytes = u64::MAX;
    ensure_matches!(events.record(bad).await, Err(EventsError::Invalid(_)));
    Ok(())
}

pub(super) async fn events_are_append_only(ctx: &Ctx) -> Result<(), CaseError> {
    let live = record(ctx, &scope(ctx, true).await?, |_| {}).await?;
    ctx.clock.set(FUTURE);
    let sandbox = record(ctx, &scope(ctx, false).await?, |_| {}).await?;
    for event in [&live, &sandbox] {
        for sql in [
            "UPDATE events SET filename = 'x' WHERE id = ?1",
            "UPDATE events SET livemode = 0, expires_at = created_at + 86400000 WHERE id = ?1",
            "DELETE FROM events WHERE id = ?1",
        ] {
            let result = ctx.rows(Statement::new(sql).bind(event.id.as_str())).await;
            ensure_matches!(result, Err(DbError::AppendOnly(_)));
        }
        // Attempts to bypass the triggers.
        let mut forged = event.clone();
        forged.data.filename = "forged.jpg".to_owned();
        let plain = insert_statement(&forged, "forged.jpg", None)?;
        for verb in ["INSERT OR REPLACE", "INSERT OR IGNORE", "REPLACE"] {
            let mut statement = plain.clone();
            statement.sql = plain.sql.replacen("INSERT", verb, 1).into();
            ensure_matches!(ctx.rows(statement).await, Err(DbError::Conflict(_)));
        }
        let mut upsert = plain.clone();
        upsert.sql = format!("{} ON CONFLICT (id) DO UPDATE SET filename = 'forged.jpg'", plain.sql).into();
        ensure_matches!(ctx.rows(upsert).await, Err(DbError::Conflict(_)));
        let stored = ctx.store()?.events().get(&event.data.scope, &event.id).await?;
        ensure_eq!(stored.as_ref(), Some(event));
    }
    Ok(())
}

pub(super) async fn the_schema_refuses_impossible_events(ctx: &Ctx) -> Result<(), CaseError> {
    let events = ctx.store()?.events();
    let live = events.prepare(new_event(ctx, &scope(ctx, true).await?)?)?;
    let test = events.prepare(new_event(ctx, &scope(ctx, false).await?)?)?;
    ensure_eq!(test.expires_at_ms, Some(PAST + SANDBOX_LIFE_MS));
    let longer = Event { expires_at_ms: test.expires_at_ms.map(|end| end + 1), ..test.clone() };
    let endless = Event { expires_at_ms: None, ..test };
    let ending = Event { expires_at_ms: Some(live.created_at_ms + SANDBOX_LIFE_MS), ..live.clone() };
    for impossible in [longer, endless, ending] {
        ensure_matches!(events.insert(&impossible).await, Err(EventsError::Database(DbError::Constraint(_))));
    }
    let mut nobody = insert_statement(&live, "x", None)?;
    if let Some(key) = nobody.parameters.get_mut(4) {
        *key = None::<i64>.into();
    }
    ensure_matches!(ctx.rows(nobody).await, Err(DbError::Constraint(_)));
    ensure_eq!(count(ctx, &live.id).await?, 0);
    Ok(())
}

/// Reads the whole list in pages.
async fn all_pages(
    events: &Events,
    scope: &EventScope,
    filter: &EventFilter,
    limit: u32,
) -> Result<(Vec<Event>, u64), CaseError> {
    let (mut found, mut cursor) = (Vec::new(), None);
    for _ in 0..1000 {
        let page: EventPage = events.page(scope, filter, cursor.as_deref(), limit).await?;
        ensure!(page.events.len() <= limit as usize);
        found.extend(page.events);
        cursor = page.next_cursor;
        if cursor.is_none() {
            return Ok((found, page.total));
        }
    }
    Err(CaseError("a list that never ends".to_owned()))
}

pub(super) async fn pages_are_stable_with_equal_times_and_new_rows(ctx: &Ctx) -> Result<(), CaseError> {
    let live = scope(ctx, true).await?;
    let events = ctx.store()?.events();
    let filter = EventFilter::default();
    let empty = events.page(&live, &filter, None, 20).await?;
    ensure_eq!((empty.events.len(), empty.next_cursor, empty.total), (0, None, 0));

    // Three rows each at three times: only the ID distinguishes rows of the same time.
    let mut expected = Vec::new();
    for _ in 0..3 {
        for _ in 0..3 {
            expected.push(record(ctx, &live, |_| {}).await?);
        }
        ctx.clock.advance(1);
    }
    expected.sort_by(|a, b| (b.created_at_ms, &b.id).cmp(&(a.created_at_ms, &a.id)));
    for limit in [1, 2, 4, 8, 9, 10] {
        let (found, total) = all_pages(&events, &live, &filter, limit).await?;
        ensure_eq!(found, expected);
        ensure_eq!(total, 9);
    }

    // New rows between two pages: no old row is lost or repeated, and the total includes the new ones.
    let first = events.page(&live, &filter, None, 4).await?;
    ensure_eq!(first.total, 9);
    record(ctx, &live, |_| {}).await?;
    ctx.clock.advance(1000);
    record(ctx, &live, |_| {}).await?;
    let rest = events.page(&live, &filter, first.next_cursor.as_deref(), 100).await?;
    ensure_eq!(rest.total, 11);
    ensure_eq!([first.events, rest.events].concat(), expected);
    ensure_eq!(rest.next_cursor, None);
    Ok(())
}

pub(super) async fn filters_and_totals_agree(ctx: &Ctx) -> Result<(), CaseError> {
    let live = scope(ctx, true).await?;
    let events = ctx.store()?.events();
    let mut all = Vec::new();
    for step in 0..12 {
        let modality = if step % 3 == 0 { Modality::Video } else { Modality::Image };
        all.push(record(ctx, &live, |event| event.modality = modality).await?);
        ctx.clock.advance(10);
    }
    all.reverse();
    let bounds = [None, Some(PAST), Some(PAST + 1), Some(PAST + 50), Some(PAST + 110), Some(PAST + 111), Some(0)];
    let extremes = [Some(i64::MIN), Some(i64::MAX), Some(-1)];
    for modality in [None, Some(Modality::Image), Some(Modality::Video), Some(Modality::Audio)] {
        for from_ms in bounds.iter().chain(&extremes).copied() {
            for to_ms in bounds.iter().chain(&extremes).copied() {
                let filter = EventFilter { modality, from_ms, to_ms };
                let expected: Vec<_> = all
                    .iter()
                    .filter(|event| modality.is_none_or(|modality| event.data.modality == modality))
                    .filter(|event| from_ms.is_none_or(|from| event.created_at_ms >= from))
                    .filter(|event| to_ms.is_none_or(|to| event.created_at_ms <= to))
                    .cloned()
                    .collect();
                let page = events.page(&live, &filter, None, 100).await?;
                ensure_eq!(page.total, expected.len() as u64);
                ensure_eq!(page.events, expected);
            }
        }
        let filter = EventFilter { modality, from_ms: Some(PAST + 10), to_ms: Some(PAST + 100) };
        let (paged, total) = all_pages(&events, &live, &filter, 3).await?;
        let whole = events.page(&live, &filter, None, 100).await?;
        ensure_eq!(paged, whole.events);
        ensure_eq!(total, whole.total);
    }
    for limit in [0, 101, u32::MAX] {
        ensure_matches!(events.page(&live, &EventFilter::default(), None, limit).await, Err(EventsError::Limit));
    }
    Ok(())
}

pub(super) async fn a_cursor_only_fits_its_own_list(ctx: &Ctx) -> Result<(), CaseError> {
    let live = scope(ctx, true).await?;
    let events = ctx.store()?.events();
    for _ in 0..3 {
        record(ctx, &live, |_| {}).await?;
    }
    let filter = EventFilter { modality: Some(Modality::Image), ..EventFilter::default() };
    let cursor = events.page(&live, &filter, None, 1).await?.next_cursor.ok_or(CaseError("no cursor".to_owned()))?;
    let ids = |page: EventPage| page.events.into_iter().map(|event| event.id).collect::<Vec<_>>();
    ensure_eq!(ids(events.page(&live, &filter, Some(&cursor), 1).await?).len(), 1);
    // Another page size yields the same list.
    ensure_eq!(ids(events.page(&live, &filter, Some(&cursor), 50).await?).len(), 2);

    let other_mode = EventScope { livemode: false, ..live.clone() };
    let from_ms = Some(0);
    for (scope, filter, cursor) in [
        (&live, EventFilter::default(), cursor.as_str()),
        (&live, EventFilter { from_ms, ..filter.clone() }, cursor.as_str()),
        (&other_mode, filter.clone(), cursor.as_str()),
        (&scope(ctx, true).await?, filter.clone(), cursor.as_str()),
        (&live, filter.clone(), ""),
        (&live, filter.clone(), "eyJpZCI6ImNseHh4MTI0In0"),
        (&live, filter.clone(), &format!("{cursor}A")),
    ] {
        ensure_matches!(events.page(scope, &filter, Some(cursor), 1).await, Err(EventsError::Cursor));
    }
    Ok(())
}

pub(super) async fn live_and_sandbox_never_meet(ctx: &Ctx) -> Result<(), CaseError> {
    let live = scope(ctx, true).await?;
    let test = EventScope { livemode: false, ..live.clone() };
    let events = ctx.store()?.events();
    let filter = EventFilter::default();
    let in_live = record(ctx, &live, |_| {}).await?;
    let in_test = record(ctx, &test, |_| {}).await?;
    for (own, other, event) in [(&live, &test, &in_live), (&test, &live, &in_test)] {
        let page = events.page(own, &filter, None, 100).await?;
        ensure_eq!(page.events, std::slice::from_ref(event));
        ensure_eq!(page.total, 1);
        ensure_eq!(events.get(own, &event.id).await?, Some(event.clone()));
        ensure_eq!(events.get(other, &event.id).await?, None);
        for hash in [&event.data.sha256_input, &event.data.sha256_output] {
            ensure!(events.by_hash(own, hash).await?.is_some());
            ensure_eq!(events.by_hash(other, hash).await?, None);
        }
    }
    Ok(())
}

pub(super) async fn sandbox_rows_end_after_a_day(ctx: &Ctx) -> Result<(), CaseError> {
    let test = scope(ctx, false).await?;
    let live = EventScope { livemode: true, ..test.clone() };
    let events = ctx.store()?.events();
    let filter = EventFilter::default();
    let old = record(ctx, &test, |_| {}).await?;
    let kept = record(ctx, &live, |_| {}).await?;
    ctx.clock.advance(1);
    let young = record(ctx, &test, |_| {}).await?;

    ctx.clock.set(PAST + SANDBOX_LIFE_MS - 1);
    ensure_eq!(events.page(&test, &filter, None, 10).await?.total, 2);
    ensure!(events.get(&test, &old.id).await?.is_some());
    ctx.clock.set(PAST + SANDBOX_LIFE_MS);
    let page = events.page(&test, &filter, None, 10).await?;
    ensure_eq!((page.events, page.total), (vec![young.clone()], 1));
    ensure_eq!(events.get(&test, &old.id).await?, None);
    ensure_eq!(events.by_hash(&test, &old.data.sha256_output).await?, None);
    ensure!(events.by_hash(&test, &young.data.sha256_input).await?.is_some());
    let modal = EventFilter { modality: Some(Modality::Image), ..filter };
    ensure_eq!(events.page(&test, &modal, None, 10).await?.total, 1);

    ensure_eq!(count(ctx, &old.id).await?, 1);
    // Other cases leave sandbox rows of the same time: remove them too.
    while events.purge_expired(50).await? > 0 {}
    ensure_eq!(count(ctx, &old.id).await?, 0);
    ensure_eq!(count(ctx, &young.id).await?, 1);
    ctx.clock.set(PAST + 10 * SANDBOX_LIFE_MS);
    ensure!(events.purge_expired(1).await? <= 1);
    while events.purge_expired(50).await? > 0 {}
    ensure_eq!(count(ctx, &young.id).await?, 0);
    ensure_eq!(events.get(&live, &kept.id).await?, Some(kept));
    Ok(())
}

pub(super) async fn a_hash_finds_output_before_input(ctx: &Ctx) -> Result<(), CaseError> {
    let (here, elsewhere) = (scope(ctx, true).await?, scope(ctx, true).await?);
    let events = ctx.store()?.events();
    let file = sha256(ctx)?;
    ensure_eq!(events.by_hash(&here, &file).await?, None);
    let as_output = record(ctx, &here, |event| event.sha256_output.clone_from(&file)).await?;
    ctx.clock.advance(1000);
    let as_input = record(ctx, &here, |event| event.sha256_input.clone_from(&file)).await?;
    // Every workspace can look it up.
    for asking in [&here, &elsewhere] {
        ensure_eq!(events.by_hash(asking, &file).await?, Some((as_output.clone(), HashMatch::Output)));
        let input = events.by_hash(asking, &as_output.data.sha256_input).await?;
        ensure_eq!(input, Some((as_output.clone(), HashMatch::Input)));
    }
    ctx.clock.advance(1000);
    let newer = record(ctx, &elsewhere, |event| event.sha256_output.clone_from(&file)).await?;
    ensure_eq!(events.by_hash(&here, &file).await?, Some((newer, HashMatch::Output)));
    ensure!(events.by_hash(&here, &as_input.data.sha256_output).await?.is_some());

    // A workspace cannot look up the sandbox of another.
    let (mine, theirs) = (scope(ctx, false).await?, scope(ctx, false).await?);
    let tried = record(ctx, &mine, |_| {}).await?;
    ensure!(events.by_hash(&mine, &tried.data.sha256_output).await?.is_some());
    ensure_eq!(events.by_hash(&theirs, &tried.data.sha256_output).await?, None);
    Ok(())
}

pub(super) async fn a_lost_answer_does_not_lose_or_double_a_row(ctx: &Ctx) -> Result<(), CaseError> {
    let live = scope(ctx, true).await?;
    let failing = Arc::new(FailingDatabase::new(Arc::clone(&ctx.store_db)));
    let events = ctx.store_over(failing.clone(), PEPPER)?.events();
    let lost = || DbError::Unavailable("Network connection lost".to_owned());
    for failure in [Failure::Before(lost()), Failure::After(lost())] {
        failing.fail_next("INSERT INTO events", failure);
        let event = events.record(new_event(ctx, &live)?).await?;
        ensure_eq!(count(ctx, &event.id).await?, 1);
    }
    // Two failures in a row are returned to the caller.
    failing.fail_next("INSERT INTO events", Failure::Before(lost()));
    failing.fail_next("INSERT INTO events", Failure::Before(lost()));
    let event = events.prepare(new_event(ctx, &live)?)?;
    ensure_matches!(events.insert(&event).await, Err(EventsError::Database(DbError::Unavailable(_))));
    ensure_eq!(count(ctx, &event.id).await?, 0);
    // A row that existed before does not count as success.
    events.insert(&event).await?;
    ensure_matches!(events.insert(&event).await, Err(EventsError::Database(DbError::Conflict(_))));
    let mut other = event.clone();
    other.data.filename = "other.jpg".to_owned();
    failing.fail_next("INSERT INTO events", Failure::Before(lost()));
    ensure_matches!(events.insert(&other).await, Err(EventsError::Database(DbError::Conflict(_))));
    Ok(())
}

pub(super) async fn a_watermark_finds_its_oldest_label_first(ctx: &Ctx) -> Result<(), CaseError> {
    let (live, sandbox) = (scope(ctx, true).await?, scope(ctx, false).await?);
    let events = ctx.store()?.events();
    let payload = format!("wm_{}", ctx.word()?);
    let marked = |event: &mut NewEvent| event.watermark_payload_id = Some(payload.clone());
    let first = record(ctx, &live, marked).await?;
    record(ctx, &live, |_| {}).await?;
    ctx.clock.advance(1);
    // Also for another workspace: the files that contain a watermark are public.
    let second = record(ctx, &scope(ctx, true).await?, marked).await?;
    let test = record(ctx, &sandbox, marked).await?;
    ensure_eq!(events.by_watermark(&live, &payload, 10).await?, vec![first.clone(), second]);
    ensure_eq!(events.by_watermark(&live, &payload, 1).await?, vec![first]);
    ensure_eq!(events.by_watermark(&live, "wm_none", 10).await?, vec![]);
    // The sandbox is searched only for its own workspace, for one day.
    ensure_eq!(events.by_watermark(&sandbox, &payload, 10).await?, vec![test]);
    ensure_eq!(events.by_watermark(&scope(ctx, false).await?, &payload, 10).await?, vec![]);
    ctx.clock.advance(SANDBOX_LIFE_MS);
    ensure_eq!(events.by_watermark(&sandbox, &payload, 10).await?, vec![]);
    Ok(())
}
