//! Kept manifest stores, and the contract of every storage for their bytes.

use std::sync::Arc;

use crate::contract::context::{CaseError, Ctx, PAST, ensure, ensure_eq, ensure_matches};
use crate::contract::events::new_event;
use crate::database::Statement;
use crate::events::model::{Event, EventActor};
use crate::maintenance::Budget;
use crate::manifests::storage::{MAX_MANIFEST_BYTES, ManifestStorage};
use crate::manifests::{ManifestsError, NewManifest};
use crate::model::{Actor, EventScope};
use crate::plans::Plan;
use crate::roles::Role;
use crate::store::Store;
use crate::testing::FailingManifests;
use crate::workspaces::WorkspaceSettings;

const DAY: i64 = 86_400_000;

/// Checks the contract of a [`ManifestStorage`]. Removes everything that it stores.
///
/// # Errors
/// [`CaseError`] with the expectation and its place in the source.
pub async fn manifest_storage(storage: &dyn ManifestStorage, unique: &str) -> Result<(), CaseError> {
    let name = |which: &str| format!("{unique}{which}.c2pa");
    let (first, second) = (name("1"), name("2"));
    ensure_eq!(storage.get(&first).await?, None);
    let bytes: Vec<u8> = (0..=255).collect();
    storage.put(&first, &bytes).await?;
    storage.put(&second, b"second").await?;
    ensure_eq!(storage.get(&first).await?, Some(bytes));
    ensure_eq!(storage.get(&second).await?, Some(b"second".to_vec()));
    // A second write replaces the content.
    storage.put(&first, b"x").await?;
    ensure_eq!(storage.get(&first).await?, Some(b"x".to_vec()));
    let largest = vec![7; MAX_MANIFEST_BYTES];
    storage.put(&first, &largest).await?;
    ensure!(storage.get(&first).await? == Some(largest));
    ensure!(storage.put(&second, &vec![7; MAX_MANIFEST_BYTES + 1]).await.is_err());
    ensure_eq!(storage.get(&second).await?, Some(b"second".to_vec()));
    storage.remove(&[first.clone(), name("never")]).await?;
    ensure_eq!(storage.get(&first).await?, None);
    ensure_eq!(storage.get(&second).await?, Some(b"second".to_vec()));
    storage.remove(&[second.clone(), first]).await?;
    storage.remove(&[]).await?;
    ensure_eq!(storage.get(&second).await?, None);
    Ok(())
}

struct Kept {
    storage: Arc<FailingManifests>,
    store: Store,
    scope: EventScope,
    payload: String,
}

impl Kept {
    async fn new(ctx: &Ctx) -> Result<Self, CaseError> {
        let storage = Arc::new(FailingManifests::default());
        let store = ctx.store()?.with_manifest_storage(Some(storage.clone()));
        let scope = EventScope { workspace_id: ctx.workspace(Plan::Pro).await?, livemode: true };
        let payload = format!("wm_{}", ctx.word()?);
        // Ignore rows of other cases.
        while store.manifests().purge(100).await? > 0 {}
        Ok(Self { storage, store, scope, payload })
    }

    async fn event(&self, ctx: &Ctx, scope: &EventScope) -> Result<Event, CaseError> {
        let mut event = new_event(ctx, scope)?;
        event.watermark_payload_id = Some(self.payload.clone());
        Ok(self.store.events().record(event).await?)
    }

    async fn keep(&self, ctx: &Ctx, content: &[u8]) -> Result<(String, Result<bool, ManifestsError>), CaseError> {
        let event = self.event(ctx, &self.scope).await?;
        let id = format!("urn:c2pa:{}", ctx.word()?);
        let result = self.store.manifests().keep(NewManifest { id: &id, event: &event, content }).await;
        Ok((id, result))
    }

    async fn found(&self) -> Result<Vec<String>, CaseError> {
        Ok(self.store.manifests().by_watermark(&self.payload, 10).await?)
    }

    async fn rows(&self, ctx: &Ctx) -> Result<usize, CaseError> {
        let select = "SELECT id FROM manifests WHERE workspace_id = ?1";
        Ok(ctx.rows(Statement::new(select).bind(self.scope.workspace_id.as_str())).await?.len())
    }

    async fn change(&self, change: impl FnOnce(&mut WorkspaceSettings)) -> Result<(), CaseError> {
        let store = &self.store;
        let id = self.scope.workspace_id.as_str();
        let before = store.workspaces().settings(id).await?.ok_or(CaseError("no settings".to_owned()))?;
        let mut next = before.clone();
        change(&mut next);
        ensure!(store.workspaces().change_settings(&Actor::system("contract"), id, &before, &next).await?);
        Ok(())
    }
}

pub(super) async fn a_manifest_is_kept_and_found_by_its_watermark(ctx: &Ctx) -> Result<(), CaseError> {
    let kept = Kept::new(ctx).await?;
    let manifests = kept.store.manifests();
    ensure_eq!(kept.found().await?, Vec::<String>::new());
    let (first, result) = kept.keep(ctx, b"first store").await?;
    ensure_eq!(result, Ok(true));
    ctx.clock.advance(1);
    let (second, result) = kept.keep(ctx, b"second store").await?;
    ensure_eq!(result, Ok(true));
    ensure_eq!(kept.found().await?, vec![first.clone(), second.clone()]);
    ensure_eq!(manifests.by_watermark(&kept.payload, 1).await?, vec![first.clone()]);
    ensure_eq!(manifests.by_watermark("wm_none", 10).await?, Vec::<String>::new());
    ensure_eq!(manifests.read(&second).await?, Some(b"second store".to_vec()));
    ensure_eq!(manifests.read("urn:c2pa:none").await?, None);
    ensure_eq!(manifests.read("").await?, None);
    ensure_eq!(manifests.read(&"x".repeat(10_000)).await?, None);

    // Limits, the sandbox, and a store without a storage.
    ensure_eq!(kept.keep(ctx, b"").await?.1, Err(ManifestsError::Size(0)));
    let large = vec![0; MAX_MANIFEST_BYTES + 1];
    ensure_eq!(kept.keep(ctx, &large).await?.1, Err(ManifestsError::Size(large.len())));
    let sandbox = EventScope { livemode: false, ..kept.scope.clone() };
    let event = kept.event(ctx, &sandbox).await?;
    ensure_eq!(manifests.keep(NewManifest { id: "urn:c2pa:s", event: &event, content: b"x" }).await, Ok(false));
    let without = ctx.store()?.manifests();
    ensure_eq!(without.read(&first).await?, None);
    ensure_eq!(without.by_watermark(&kept.payload, 10).await?, Vec::<String>::new());
    ensure_eq!(without.purge(10).await?, 0);
    ensure_eq!(kept.found().await?.len(), 2);

    // Altered bytes are not returned.
    kept.storage.inner().alter(|content| content.push(0));
    ensure_eq!(manifests.read(&first).await, Err(ManifestsError::Altered(first.clone())));
    kept.storage.inner().alter(|content| content.truncate(content.len().saturating_sub(1)));

    // Kept until the end of the retention period, and not longer.
    ctx.clock.set(PAST + 3_650 * DAY);
    ensure_eq!(kept.found().await?, vec![second.clone()]);
    ensure_eq!(manifests.read(&first).await?, None);
    let done = kept.store.maintain(Budget { rows: 100, time_ms: 60_000 }).await;
    ensure_eq!((done.errors, done.manifests), (Vec::new(), 1));
    ensure_eq!((kept.rows(ctx).await?, kept.storage.inner().len()), (1, 1));
    ctx.clock.set(PAST + 3_650 * DAY + 1);
    ensure_eq!(manifests.purge(100).await?, 1);
    ensure!(kept.storage.inner().is_empty());
    Ok(())
}

pub(super) async fn a_workspace_decides_whether_manifests_are_kept(ctx: &Ctx) -> Result<(), CaseError> {
    let kept = Kept::new(ctx).await?;
    let manifests = kept.store.manifests();
    let (old, result) = kept.keep(ctx, b"old").await?;
    ensure_eq!(result, Ok(true));
    // A new retention applies to files labelled from then on.
    kept.change(|settings| settings.manifest_days = 2).await?;
    let (short, result) = kept.keep(ctx, b"short").await?;
    ensure_eq!(result, Ok(true));
    ctx.clock.advance(2 * DAY);
    ensure_eq!(manifests.read(&short).await?, None);
    ensure_eq!(manifests.read(&old).await?, Some(b"old".to_vec()));
    ensure_eq!(manifests.purge(100).await?, 1);
    // Disabling removes existing ones and keeps no new ones. Enabling does not restore them.
    kept.change(|settings| settings.keep_manifests = false).await?;
    ensure_eq!(manifests.read(&old).await?, None);
    ensure_eq!(kept.found().await?, Vec::<String>::new());
    ensure_eq!(kept.keep(ctx, b"none").await?.1, Ok(false));
    kept.change(|settings| settings.keep_manifests = true).await?;
    ensure_eq!(manifests.read(&old).await?, None);
    ensure_eq!(manifests.purge(100).await?, 1);
    ensure_eq!((kept.rows(ctx).await?, kept.storage.inner().len()), (0, 0));
    ensure_eq!(kept.keep(ctx, b"new").await?.1, Ok(true));
    kept.change(|settings| settings.keep_manifests = false).await?;
    ensure_eq!(manifests.purge(100).await?, 1);
    Ok(())
}

pub(super) async fn a_failing_storage_leaves_nothing_behind(ctx: &Ctx) -> Result<(), CaseError> {
    let kept = Kept::new(ctx).await?;
    let manifests = kept.store.manifests();
    kept.storage.set_down(true);
    let (lost, result) = kept.keep(ctx, b"lost").await?;
    ensure_matches!(result, Err(ManifestsError::Storage(_)));
    kept.storage.set_down(false);
    // Written although the response was lost: it is not listed, and it is removed.
    kept.storage.set_loses_answers(true);
    let (unsure, result) = kept.keep(ctx, b"unsure").await?;
    ensure_matches!(result, Err(ManifestsError::Storage(_)));
    kept.storage.set_loses_answers(false);
    ensure_eq!(kept.storage.inner().len(), 1);
    for id in [&lost, &unsure] {
        ensure_eq!(manifests.read(id).await?, None);
    }
    ensure_eq!(kept.found().await?, Vec::<String>::new());
    // A failed removal is repeated by the next run.
    kept.storage.set_down(true);
    ensure_matches!(manifests.purge(100).await, Err(ManifestsError::Storage(_)));
    ensure_eq!(kept.rows(ctx).await?, 2);
    kept.storage.set_down(false);
    ensure_eq!(manifests.purge(100).await?, 2);
    ensure_eq!((kept.rows(ctx).await?, kept.storage.inner().len()), (0, 0));

    // A request that was aborted before it recorded that the bytes were written.
    let (stopped, result) = kept.keep(ctx, b"stopped").await?;
    ensure_eq!(result, Ok(true));
    let begun = "UPDATE manifests SET stored = 0, expires_at = created_at + 3600000 WHERE id = ?1";
    ctx.rows(Statement::new(begun).bind(stopped.as_str())).await?;
    ensure_eq!(manifests.read(&stopped).await?, None);
    ensure_eq!(manifests.purge(100).await?, 0);
    ctx.clock.advance(3_600_000);
    ensure_eq!(manifests.purge(100).await?, 1);
    ensure_eq!(kept.storage.inner().len(), 0);
    Ok(())
}

pub(super) async fn erasure_removes_manifests(ctx: &Ctx) -> Result<(), CaseError> {
    let kept = Kept::new(ctx).await?;
    let manifests = kept.store.manifests();
    let (owner, workspace) = ctx.owner().await?;
    let email = format!("{}@example.eu", ctx.word()?).to_lowercase();
    let members = kept.store.members();
    let person = members.create_member(&workspace.id, Role::Member, &email, "Bo", "correct horse").await?;
    let scope = EventScope { workspace_id: workspace.id.clone(), livemode: true };
    let mut ids = Vec::new();
    for actor in [EventActor::User(person.id.clone()), EventActor::User(owner.id.clone())] {
        let mut event = new_event(ctx, &scope)?;
        event.actor = actor;
        event.watermark_payload_id = Some(kept.payload.clone());
        let event = kept.store.events().record(event).await?;
        let id = format!("urn:c2pa:{}", ctx.word()?);
        ensure_eq!(manifests.keep(NewManifest { id: &id, event: &event, content: b"store" }).await, Ok(true));
        ids.push(id);
        ctx.clock.advance(1);
    }
    ensure_eq!(kept.found().await?, ids);
    // The title of a manifest can be a file name.
    kept.store.privacy().erase_person(&Actor::system("erasure"), &person.id).await?;
    ensure_eq!(manifests.read(&ids[0]).await?, None);
    ensure_eq!(kept.found().await?, ids[1..]);
    kept.store.privacy().erase_workspace(&Actor::system("erasure"), &workspace.id).await?;
    ensure_eq!(manifests.read(&ids[1]).await?, None);
    ensure_eq!(kept.found().await?, Vec::<String>::new());
    let rows = format!("{:?}", ctx.rows(Statement::new("SELECT * FROM manifests")).await?);
    ensure!(!rows.contains(&person.id) && !rows.contains(&owner.id));
    ensure_eq!(manifests.purge(100).await?, 2);
    ensure!(kept.storage.inner().is_empty());
    Ok(())
}
