//! Admin events: the changes that people, keys, clients and jobs made.

use labeler_ports::Rng;
use serde_json::{Map, Value as Json, json};

use crate::audit::chain::{ChainKind, Leaf, append, tip_of, tip_statement};
use crate::audit::data_keys::{data_key, find_data_key, open_field};
use crate::audit::{Audit, sql};
use crate::database::row::parse_column;
use crate::database::{BatchResult, DbError, Row, Statement};
use crate::encoding::new_id;
use crate::model::{Actor, ActorKind, truncate_address};
use crate::names::named;
use crate::ports::Ports;

const PREFIX: &str = "adm_";
/// Maximum number of rows on a page.
const MAX_PAGE: u32 = 500;

named! {
    /// Action of an admin event.
    AdminAction {
        /// A workspace was created.
        WorkspaceCreated = "workspace.created",
        /// Name, privacy, retention or compliance profile of a workspace changed.
        WorkspaceChanged = "workspace.changed",
        /// Plan or limits changed.
        PlanChanged = "plan.changed",
        /// Somebody was invited.
        MemberInvited = "member.invited",
        /// An invitation was revoked.
        InvitationRevoked = "invitation.revoked",
        /// Somebody joined.
        MemberJoined = "member.joined",
        /// A role changed.
        MemberRoleChanged = "member.role_changed",
        /// Somebody was removed or left.
        MemberRemoved = "member.removed",
        /// A person's data was erased.
        PersonErased = "person.erased",
        /// An operator suspended a person.
        PersonSuspended = "person.suspended",
        /// An operator resumed a person.
        PersonResumed = "person.resumed",
        /// A workspace was erased.
        WorkspaceErased = "workspace.erased",
        /// An operator suspended a workspace.
        WorkspaceSuspended = "workspace.suspended",
        /// An operator resumed a workspace.
        WorkspaceResumed = "workspace.resumed",
        /// Somebody signed in.
        SignedIn = "session.started",
        /// Sessions were ended.
        SessionsEnded = "session.ended",
        /// Attempts to authenticate as a person, key or client failed.
        AuthenticationFailed = "authentication.failed",
        /// A password changed.
        PasswordChanged = "password.changed",
        /// A passkey was added.
        PasskeyAdded = "passkey.added",
        /// A passkey was removed.
        PasskeyRemoved = "passkey.removed",
        /// A key was created.
        KeyCreated = "key.created",
        /// A key was replaced, with an overlap.
        KeyRotated = "key.rotated",
        /// A key was revoked.
        KeyRevoked = "key.revoked",
        /// A key was found in public and revoked.
        KeyLeaked = "key.leaked",
        /// An OAuth2 client was created.
        ClientCreated = "client.created",
        /// An OAuth2 client changed: a secret added or removed, tokens ended.
        ClientChanged = "client.changed",
        /// An OAuth2 client was revoked.
        ClientRevoked = "client.revoked",
        /// A signing certificate was uploaded.
        CertificateAdded = "certificate.added",
        /// A signing certificate was activated.
        CertificateActivated = "certificate.activated",
        /// A signing certificate was removed.
        CertificateRemoved = "certificate.removed",
        /// A watermark key was set.
        WatermarkKeySet = "workspace.watermark_key_set",
        /// The watermark keys were removed.
        WatermarkKeyRemoved = "workspace.watermark_key_removed",
    }
}

/// Admin event to record.
#[derive(Debug, Clone, PartialEq)]
pub struct NewAdminEvent {
    /// Action that was taken.
    pub action: AdminAction,
    /// ID of the object that was changed.
    pub subject: String,
    /// Action-specific fields. They must hold no personal data, because they can never be erased.
    pub detail: Map<String, Json>,
}

impl NewAdminEvent {
    /// Creates an event without action-specific fields.
    pub fn new(action: AdminAction, subject: &str) -> Self {
        Self { action, subject: subject.to_owned(), detail: Map::new() }
    }

    /// Adds an action-specific field.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Json>) -> Self {
        self.detail.insert(name.to_owned(), value.into());
        self
    }
}

/// Admin event as recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct AdminEntry {
    /// `adm_…`, sorts by time.
    pub id: String,
    /// ID of the workspace.
    pub workspace_id: String,
    /// Action, object and action-specific fields.
    pub event: NewAdminEvent,
    /// Kind of the caller.
    pub actor_kind: ActorKind,
    /// ID of the caller.
    pub actor_id: String,
    /// `X-Request-Id` of the request, or empty for a job.
    pub request_id: String,
    /// Network of the caller, if known and not erased.
    pub network: Option<String>,
    /// Milliseconds since the Unix epoch.
    pub created_at_ms: i64,
}

impl AdminEntry {
    /// Returns the event as a line of an export.
    pub fn to_json(&self) -> Json {
        json!({
            "id": self.id,
            "workspaceId": self.workspace_id,
            "action": self.event.action.as_str(),
            "actorKind": self.actor_kind.as_str(),
            "actorId": self.actor_id,
            "subject": self.event.subject,
            "detail": self.event.detail,
            "requestId": self.request_id,
            "network": self.network,
            "createdAtMs": self.created_at_ms,
        })
    }
}

/// Runs `statements` and records `event` with them, all or nothing, linked in the workspace's chain.
///
/// # Errors
/// Those of the statements; a [`DbError`] that [`DbError::is_precondition`] when one of them was a precondition that
/// does not hold.
pub(crate) async fn commit(
    ports: &Ports,
    workspace_id: &str,
    actor: &Actor,
    event: &NewAdminEvent,
    statements: Vec<Statement>,
) -> Result<Vec<BatchResult>, DbError> {
    let now = ports.clock.now_ms();
    let id = new_id(PREFIX, now, ports.rng.as_ref())?;
    let mut tip = None;
    let mut personal = (None, None);
    if let Some(address) = actor.address {
        let reads = vec![tip_statement(workspace_id), find_data_key(workspace_id, actor.subject())];
        let results = ports.db.batch(reads).await?;
        tip = Some(tip_of(results.first())?);
        let found = results.get(1).and_then(|result| result.rows.first());
        // A workspace that this very batch makes has no data key yet; then nothing personal is kept of its first row.
        match data_key(ports, workspace_id, actor.subject(), found).await {
            Ok(key) => {
                personal = (Some(key.seal(ports, &id, &truncate_address(address))?), Some(key.id));
            }
            Err(DbError::Constraint(_)) => {}
            Err(error) => return Err(error),
        }
    }
    let insert = insert_of(&id, workspace_id, actor, event, personal, now);
    let leaf = Leaf::of_insert(ChainKind::Admin, &id, &insert);
    let mut all = statements;
    all.push(insert);
    append(ports, workspace_id, &all, &[leaf], tip).await
}

/// Returns the ID of a new admin event and the statement that stores it, for a batch that its caller links.
pub(crate) fn prepare_admin(
    ports: &Ports,
    workspace_id: &str,
    actor: &Actor,
    event: &NewAdminEvent,
    personal: (Option<String>, Option<String>),
) -> Result<(String, Statement), DbError> {
    let now = ports.clock.now_ms();
    let id = new_id(PREFIX, now, ports.rng.as_ref())?;
    let insert = insert_of(&id, workspace_id, actor, event, personal, now);
    Ok((id, insert))
}

/// Returns the ID of a new admin event and the statement that stores it, without personal fields and for a database
/// that is not open here.
pub(crate) fn admin_insert(
    workspace_id: &str,
    actor: &Actor,
    event: &NewAdminEvent,
    now_ms: i64,
    rng: &dyn Rng,
) -> Result<(String, Statement), DbError> {
    let id = new_id(PREFIX, now_ms, rng)?;
    let insert = insert_of(&id, workspace_id, actor, event, (None, None), now_ms);
    Ok((id, insert))
}

fn insert_of(
    id: &str,
    workspace_id: &str,
    actor: &Actor,
    event: &NewAdminEvent,
    personal: (Option<String>, Option<String>),
    now: i64,
) -> Statement {
    Statement::new(sql::ADMIN_INSERT)
        .bind(id)
        .bind(workspace_id)
        .bind(event.action.as_str())
        .bind(actor.kind.as_str())
        .bind(actor.id.as_str())
        .bind(event.subject.as_str())
        .bind(Json::Object(event.detail.clone()).to_string())
        .bind(actor.request_id.as_str())
        .bind(personal.0)
        .bind(personal.1)
        .bind(now)
}

impl Audit {
    /// Records an event that is not a change of this crate; changes record themselves.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn record(&self, workspace_id: &str, actor: &Actor, event: &NewAdminEvent) -> Result<(), DbError> {
        commit(&self.ports, workspace_id, actor, event, Vec::new()).await.map(drop)
    }

    /// Returns admin events of a workspace, newest first, at most 500: those before the ID `before`, or the newest.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn admin_events(
        &self,
        workspace_id: &str,
        before: Option<&str>,
        limit: u32,
    ) -> Result<Vec<AdminEntry>, DbError> {
        let statement = Statement::new(sql::ADMIN_PAGE)
            .bind(workspace_id)
            // After every id: ids are ASCII.
            .bind(before.unwrap_or("\u{7f}"))
            .bind(limit.min(MAX_PAGE));
        self.ports.db.query(statement).await?.iter().map(|row| admin_entry_of(&self.ports, row)).collect()
    }
}

pub(crate) fn admin_entry_of(ports: &Ports, row: &Row) -> Result<AdminEntry, DbError> {
    let id = row.text("id")?.to_owned();
    let detail = serde_json::from_str(row.text("detail")?)
        .map_err(|_| DbError::Shape { column: "detail", expected: "a JSON object" })?;
    Ok(AdminEntry {
        workspace_id: row.text("workspace_id")?.to_owned(),
        event: NewAdminEvent {
            action: parse_column(row, "action", "an action")?,
            subject: row.text("subject")?.to_owned(),
            detail,
        },
        actor_kind: parse_column(row, "actor_kind", "a kind of actor")?,
        actor_id: row.text("actor_id")?.to_owned(),
        request_id: row.text("request_id")?.to_owned(),
        network: open_field(ports, row, &id, "personal", "personal_key")?,
        created_at_ms: row.integer("created_at")?,
        id,
    })
}
