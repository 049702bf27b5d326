//! Export of everything that is stored about a person, as JSON lines (GDPR, articles 15 and 20).

use serde_json::{Value as Json, json};

use crate::audit::admin::admin_entry_of;
use crate::audit::requests::{LoggedRequest, request_of};
use crate::database::{DbError, Row, Statement};
use crate::events::event_of;
use crate::keys::key_of;
use crate::keys::model::KeyGrant;
use crate::members::Members;
use crate::names::named;
use crate::oauth::client_of;
use crate::passkeys::Passkeys;
use crate::people::People;
use crate::privacy::{Privacy, sql};
use crate::roles::Scope;
use crate::sessions::Sessions;

/// Maximum number of lines on a page.
const MAX_PAGE: u32 = 500;

named! {
    /// Section of an export.
    ExportSection {
        /// Address, name, times.
        Profile = "profile",
        /// Memberships of the person.
        Memberships = "memberships",
        /// Sessions that have not ended.
        Sessions = "sessions",
        /// Passkeys, without their keys.
        Passkeys = "passkeys",
        /// API keys that the person created, without secrets.
        Keys = "keys",
        /// OAuth2 clients that the person created, without secrets.
        Clients = "clients",
        /// Files that the person labelled in the browser.
        Events = "events",
        /// Changes that the person made.
        AdminEvents = "adminEvents",
        /// Requests of the person.
        Requests = "requests",
    }
}

/// Page of an export.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportPage {
    /// One JSON object per line.
    pub lines: Vec<Json>,
    /// Value of `after` for the next page of the section; absent on the last one.
    pub next: Option<String>,
}

impl Privacy {
    /// Returns a page of one section of a person's data. Start every section with an empty `after`.
    ///
    /// # Errors
    /// [`DbError`].
    pub async fn export(&self, user_id: &str, section: ExportSection, after: &str) -> Result<ExportPage, DbError> {
        let ports = &self.ports;
        let whole = |lines| Ok(ExportPage { lines, next: None });
        match section {
            ExportSection::Profile => whole(
                People::new(ports.clone())
                    .user(user_id)
                    .await?
                    .map(|user| {
                        json!({ "id": user.id, "email": user.email, "name": user.name,
                        "createdAtMs": user.created_at_ms, "disabledAtMs": user.disabled_at_ms,
                        "emailProvedAtMs": user.email_proved_at_ms })
                    })
                    .into_iter()
                    .collect(),
            ),
            ExportSection::Memberships => whole(
                Members::new(ports.clone())
                    .memberships(user_id)
                    .await?
                    .into_iter()
                    .map(|at| {
                        json!({ "workspaceId": at.workspace_id, "workspaceName": at.workspace_name,
                        "role": at.role.as_str(), "createdAtMs": at.created_at_ms })
                    })
                    .collect(),
            ),
            ExportSection::Sessions => whole(
                Sessions::new(ports.clone())
                    .sessions(user_id)
                    .await?
                    .into_iter()
                    .map(|session| {
                        json!({ "id": session.id, "userAgent": session.user_agent,
                        "createdAtMs": session.created_at_ms, "lastSeenAtMs": session.last_seen_at_ms,
                        "expiresAtMs": session.expires_at_ms })
                    })
                    .collect(),
            ),
            ExportSection::Passkeys => whole(
                Passkeys::new(ports.clone())
                    .of_user(user_id)
                    .await?
                    .into_iter()
                    .map(|passkey| {
                        json!({ "id": passkey.id, "name": passkey.name, "createdAtMs": passkey.created_at_ms,
                        "lastUsedAtMs": passkey.last_used_at_ms })
                    })
                    .collect(),
            ),
            ExportSection::Keys => {
                self.page(sql::EXPORT_KEYS, user_id, after, |row| {
                    let key = key_of(row)?;
                    let grant = match &key.grant {
                        KeyGrant::Scopes(scopes) => Scope::join(scopes),
                        KeyGrant::Role(role) => role.to_string(),
                    };
                    Ok(json!({ "id": key.id, "workspaceId": key.workspace_id, "kind": key.kind.as_str(),
                        "name": key.name, "grant": grant, "createdAtMs": key.created_at_ms,
                        "lastUsedAtMs": key.last_used_at_ms, "revokedAtMs": key.revoked_at_ms }))
                })
                .await
            }
            ExportSection::Clients => {
                self.page(sql::EXPORT_CLIENTS, user_id, after, |row| {
                    let client = client_of(row)?;
                    Ok(json!({ "id": client.id, "workspaceId": client.workspace_id, "name": client.name,
                        "scopes": Scope::join(&client.scopes), "createdAtMs": client.created_at_ms,
                        "revokedAtMs": client.revoked_at_ms }))
                })
                .await
            }
            ExportSection::Events => {
                self.page(sql::EXPORT_EVENTS, user_id, after, |row| {
                    let event = event_of(ports, row)?;
                    Ok(json!({ "id": event.id, "workspaceId": event.data.scope.workspace_id,
                        "livemode": event.data.scope.livemode, "filename": event.data.filename,
                        "sha256Input": event.data.sha256_input, "sha256Output": event.data.sha256_output,
                        "createdAtMs": event.created_at_ms }))
                })
                .await
            }
            ExportSection::AdminEvents => {
                self.page(sql::EXPORT_ADMIN, user_id, after, |row| Ok(admin_entry_of(ports, row)?.to_json())).await
            }
            ExportSection::Requests => {
                let from = after.parse::<i64>().unwrap_or(0);
                let statement = Statement::new(sql::EXPORT_REQUESTS).bind(user_id).bind(from).bind(MAX_PAGE);
                let rows = ports.db.query(statement).await?;
                let requests = rows.iter().map(request_of).collect::<Result<Vec<_>, _>>()?;
                let next = requests.last().filter(|_| requests.len() >= MAX_PAGE as usize);
                let next = next.map(|last| last.seq.to_string());
                Ok(ExportPage { lines: requests.iter().map(LoggedRequest::to_json).collect(), next })
            }
        }
    }

    async fn page(
        &self,
        sql: &'static str,
        user_id: &str,
        after: &str,
        line: impl Fn(&Row) -> Result<Json, DbError>,
    ) -> Result<ExportPage, DbError> {
        let statement = Statement::new(sql).bind(user_id).bind(after).bind(MAX_PAGE);
        let rows = self.ports.db.query(statement).await?;
        let lines = rows.iter().map(line).collect::<Result<Vec<_>, _>>()?;
        let last = rows.last().filter(|_| rows.len() >= MAX_PAGE as usize);
        let next = last.map(|row| row.text("id").map(str::to_owned)).transpose()?;
        Ok(ExportPage { lines, next })
    }
}
