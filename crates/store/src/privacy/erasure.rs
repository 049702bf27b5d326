//! Erasing people and workspaces, and the map of what erasing a person does to each table.

use crate::audit::admin::{AdminAction, NewAdminEvent, commit, prepare_admin};
use crate::audit::chain::{ChainKind, ChainLinks, Leaf, append_all};
use crate::database::{DbError, Statement};
use crate::manifests::sql::MANIFESTS_END_OF_PERSON;
use crate::members::Members;
use crate::model::Actor;
use crate::people::People;
use crate::privacy::{Privacy, sql};
use crate::watermark_keys::sql::WATERMARK_KEY_DELETE;
use crate::workspaces::sql::MANIFESTS_END_OF_WORKSPACE;

/// Effect of erasing a person on a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// The person's rows are deleted.
    Deleted,
    /// The person's row stays as a pseudonym: everything that identifies the person is overwritten.
    Scrubbed,
    /// Rows stay; their personal fields are encrypted under a data key, which is deleted.
    KeyDeleted,
    /// Rows stay and those of the person are revoked; they belong to the workspace.
    Ended(&'static str),
    /// Rows identify nobody except by a pseudonym, and expire.
    Expires(&'static str),
    /// Rows hold no personal data.
    NotPersonal(&'static str),
}

/// Every table of the schema with the effect of erasing a person. A test compares the list with the schema.
pub const ERASURE_MAP: &[(&str, Fate)] = &[
    ("admin_events", Fate::KeyDeleted),
    ("api_keys", Fate::Ended("a key belongs to the workspace; its maker is a pseudonym from then on")),
    ("audit_heads", Fate::NotPersonal("hashes")),
    ("authentication_failures", Fate::Expires("after 15 minutes; networks are encrypted from then on")),
    ("audit_chain", Fate::NotPersonal("hashes over ciphertext and pseudonyms")),
    ("data_keys", Fate::Deleted),
    ("erasures", Fate::NotPersonal("pseudonyms, so that a restored backup can be erased again")),
    ("events", Fate::KeyDeleted),
    ("free_usage", Fate::NotPersonal("counts of labels by pseudonym")),
    ("idempotency", Fate::Expires("after 24 hours")),
    ("links", Fate::Deleted),
    ("manifests", Fate::Ended("not found from then on; the scheduled job removes bytes and row")),
    ("memberships", Fate::Deleted),
    ("oauth_clients", Fate::Ended("a client belongs to the workspace; its maker is a pseudonym from then on")),
    ("oauth_secrets", Fate::NotPersonal("MACs of a client's secrets")),
    ("passkey_challenges", Fate::Deleted),
    ("passkeys", Fate::Deleted),
    ("request_blocks", Fate::NotPersonal("hashes")),
    ("request_log", Fate::Expires("after the days that the workspace keeps it")),
    ("revoked_tokens", Fate::NotPersonal("ids of tokens of clients")),
    ("sessions", Fate::Deleted),
    ("sign_in_counters", Fate::Expires("a day after the last try; an HMAC of address and network")),
    ("signing_certificates", Fate::NotPersonal("belongs to the workspace")),
    ("token_keys", Fate::NotPersonal("the server's own")),
    ("unlinked_events", Fate::NotPersonal("ids of events")),
    ("usage", Fate::NotPersonal("counts of a workspace")),
    ("used_assertions", Fate::NotPersonal("ids of assertions of clients")),
    ("users", Fate::Scrubbed),
    ("watermark_keys", Fate::NotPersonal("belongs to the workspace")),
    ("workspace_erasures", Fate::NotPersonal("pseudonyms, so that a restored backup can be erased again")),
    ("workspaces", Fate::NotPersonal("belongs to its owners")),
];

/// Error of erasing a person or a workspace.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EraseError {
    /// No person or workspace has this ID.
    #[error("no person or workspace with this ID exists")]
    NotFound,
    /// These workspaces would be left without an owner.
    #[error("workspaces would be left without an owner: {0:?}; make another member their owner first")]
    LastOwner(Vec<String>),
    /// Error of the database.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Entry of the ledger of erasures. Store it outside the database as well, because a backup from before an erasure
/// contains neither the erasure nor this entry.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Erasure {
    /// Pseudonym that is left of the person.
    pub user_id: String,
    /// X-Request-Id of the request, or empty.
    pub request_id: String,
    /// Milliseconds since the Unix epoch.
    pub erased_at_ms: i64,
}

/// Returns the statements that erase a person.
pub(super) fn erase_person(user_id: &str, request_id: &str, now: i64) -> Vec<Statement> {
    let of_user = |sql: &'static str| Statement::new(sql).bind(user_id);
    vec![
        of_user(sql::ERASE_LEDGER_INSERT).bind(request_id).bind(now),
        of_user(sql::ERASE_SESSIONS),
        of_user(sql::ERASE_PASSKEYS),
        of_user(sql::ERASE_CHALLENGES),
        of_user(sql::ERASE_RESETS),
        of_user(sql::ERASE_INVITATIONS),
        of_user(sql::ERASE_KEYS).bind(now),
        of_user(sql::ERASE_CLIENTS).bind(now),
        of_user(sql::ERASE_MEMBERSHIPS),
        of_user(MANIFESTS_END_OF_PERSON),
        of_user(sql::ERASE_DATA_KEYS),
        of_user(sql::ERASE_USER).bind(now),
    ]
}

/// Returns the statements that erase a workspace.
pub(super) fn erase_workspace(workspace_id: &str, request_id: &str, now: i64) -> Vec<Statement> {
    let of_workspace = |sql: &'static str| Statement::new(sql).bind(workspace_id);
    vec![
        of_workspace(sql::MUST_WORKSPACE),
        of_workspace(sql::ERASE_WORKSPACE_LEDGER).bind(request_id).bind(now),
        of_workspace(sql::ERASE_WORKSPACE_MEMBERSHIPS),
        of_workspace(sql::ERASE_WORKSPACE_SESSIONS).bind(now),
        of_workspace(sql::ERASE_WORKSPACE_LINKS),
        of_workspace(sql::ERASE_WORKSPACE_KEYS),
        of_workspace(sql::ERASE_WORKSPACE_SECRETS),
        of_workspace(sql::ERASE_WORKSPACE_CLIENTS),
        of_workspace(sql::ERASE_WORKSPACE_CERTIFICATES),
        of_workspace(WATERMARK_KEY_DELETE),
        of_workspace(sql::ERASE_WORKSPACE_IDEMPOTENCY),
        of_workspace(sql::ERASE_WORKSPACE_USAGE),
        of_workspace(MANIFESTS_END_OF_WORKSPACE),
        of_workspace(sql::ERASE_WORKSPACE_DATA_KEYS),
        of_workspace(sql::ERASE_WORKSPACE).bind(now),
    ]
}

impl Privacy {
    /// Erases a workspace in one batch: members, keys, clients, certificates, watermark keys, settings, kept manifest
    /// stores, and everything that is encrypted for it. Audit rows and their chain stay, without anything readable
    /// about a person; the request log goes by itself after the days that the workspace kept it. People stay, also
    /// those who were members of nothing else.
    ///
    /// # Errors
    /// [`EraseError::NotFound`], [`EraseError::Database`].
    pub async fn erase_workspace(&self, actor: &Actor, workspace_id: &str) -> Result<(), EraseError> {
        let ports = &self.ports;
        let statements = erase_workspace(workspace_id, &actor.request_id, ports.clock.now_ms());
        // Without the network of the caller: the workspace's data keys are deleted here.
        let actor = Actor { address: None, ..actor.clone() };
        let event = NewAdminEvent::new(AdminAction::WorkspaceErased, workspace_id);
        match commit(ports, workspace_id, &actor, &event, statements).await {
            Err(error) if error.is_precondition() => Err(EraseError::NotFound),
            other => other.map(drop).map_err(EraseError::from),
        }
    }

    /// Erases a person everywhere, in one batch, and records it in every workspace they were a member of. Audit rows
    /// stay and their chains still verify; what they said about the person is unreadable. Again for somebody erased
    /// before (after a backup was restored): the same.
    ///
    /// # Errors
    /// [`EraseError`].
    pub async fn erase_person(&self, actor: &Actor, user_id: &str) -> Result<(), EraseError> {
        let ports = &self.ports;
        People::new(ports.clone()).user(user_id).await?.ok_or(EraseError::NotFound)?;
        let owned = ports.db.query(Statement::new(sql::ERASE_LAST_OWNED).bind(user_id)).await?;
        if !owned.is_empty() {
            let ids = owned.iter().map(|row| row.text("workspace_id").map(str::to_owned));
            return Err(EraseError::LastOwner(ids.collect::<Result<_, _>>()?));
        }
        let mut statements = erase_person(user_id, &actor.request_id, ports.clock.now_ms());
        // Without the network of the caller: most often it is the person, whose key is deleted here.
        let event = NewAdminEvent::new(AdminAction::PersonErased, user_id);
        let mut leaves = Vec::new();
        for membership in Members::new(ports.clone()).memberships(user_id).await? {
            let (id, insert) = prepare_admin(ports, &membership.workspace_id, actor, &event, (None, None))?;
            leaves.push((membership.workspace_id, vec![Leaf::of_insert(ChainKind::Admin, &id, &insert)]));
            statements.push(insert);
        }
        let links: Vec<_> = leaves.iter().map(|(workspace_id, leaves)| ChainLinks { workspace_id, leaves }).collect();
        match append_all(ports, &statements, &links, None).await {
            Ok(_) => Ok(()),
            // An owner left in between.
            Err(DbError::Constraint(message)) if message.contains("last owner") => {
                Err(EraseError::LastOwner(Vec::new()))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Returns the ledger of erasures in the order of the pseudonyms, at most `limit` entries after `after`.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn erasures(&self, after: &str, limit: u32) -> Result<Vec<Erasure>, DbError> {
        let rows = self.ports.db.query(Statement::new(sql::ERASE_LEDGER).bind(after).bind(limit)).await?;
        rows.iter()
            .map(|row| {
                Ok(Erasure {
                    user_id: row.text("user_id")?.to_owned(),
                    request_id: row.text("request_id")?.to_owned(),
                    erased_at_ms: row.integer("erased_at")?,
                })
            })
            .collect()
    }
}
