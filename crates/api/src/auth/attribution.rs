//! Whose credentials a request showed, whether or not they are good: for the request log.

use std::sync::Arc;

use http::HeaderMap;
use labeler_store::{ActorKind, DbError, accounts::SessionError, keys};

use super::{bearer, cookie};
use crate::{App, oauth, request_log::LoggedCaller};

/// Credentials as they were shown.
pub(crate) enum Presented {
    /// The text of a key, or of something that looks like one.
    Key(String),
    /// A token of an OAuth2 client.
    Token(String),
    /// The value of the session cookie.
    Session(String),
}

impl std::fmt::Debug for Presented {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Key(_) => "Key(..)",
            Self::Token(_) => "Token(..)",
            Self::Session(_) => "Session(..)",
        })
    }
}

/// The credentials of a request, if it has any. An `Authorization` header is never replaced by a cookie.
pub(crate) fn presented(headers: &HeaderMap, is_https: bool) -> Option<Presented> {
    if headers.contains_key(http::header::AUTHORIZATION) {
        let text = bearer(headers)?.to_owned();
        return Some(if text.contains('.') { Presented::Token(text) } else { Presented::Key(text) });
    }
    cookie::find(headers, is_https).map(|cookie| Presented::Session(cookie.to_owned()))
}

/// The caller that credentials name; none when they were never issued here. This is no authentication: a key that was
/// revoked, or whose secret is wrong, is attributed as well.
pub(crate) async fn attribute(app: &Arc<App>, presented: &Presented) -> Result<Option<LoggedCaller>, DbError> {
    let audit = app.store().audit();
    let (owner, kind, id) = match presented {
        Presented::Key(text) => {
            let Some(key) = keys::parse(text) else { return Ok(None) };
            (audit.owner_of_key(key.id).await?, ActorKind::Key, key.id.to_owned())
        }
        Presented::Token(text) => {
            let Ok(Some(claims)) = oauth::verify(app, text).await else { return Ok(None) };
            (audit.owner_of_client(&claims.client_id).await?, ActorKind::Client, claims.client_id)
        }
        Presented::Session(cookie) => {
            return match app.store().accounts().verify_session(cookie).await {
                Ok(identity) => Ok(Some(LoggedCaller {
                    workspace_id: identity.workspace.id,
                    livemode: true,
                    kind: ActorKind::User,
                    id: identity.user.id,
                })),
                Err(SessionError::Database(error)) => Err(error),
                Err(_) => Ok(None),
            };
        }
    };
    Ok(owner.map(|owner| LoggedCaller { workspace_id: owner.workspace_id, livemode: owner.livemode, kind, id }))
}
