//! Attribution of presented credentials, valid or not, to a workspace: for the request log.

use std::sync::Arc;

use labeler_store::{ActorKind, DbError, SessionError, parse_key};

use crate::{
    app::App,
    auth::{access_tokens, credentials::Presented},
    http::context::LoggedCaller,
};

/// Finds the caller that credentials name; none when they were never issued here. This does not authenticate: a key
/// that was revoked, or whose secret is wrong, is attributed as well.
pub(crate) async fn attribute(app: &Arc<App>, presented: &Presented) -> Result<Option<LoggedCaller>, DbError> {
    let audit = app.store().audit();
    let (owner, kind, id) = match presented {
        Presented::Key(text) => {
            let Some(key) = parse_key(text) else { return Ok(None) };
            (audit.owner_of_key(key.id).await?, ActorKind::Key, key.id.to_owned())
        }
        Presented::Token(text) => {
            let Ok(Some(claims)) = access_tokens::verify(app, text).await else { return Ok(None) };
            (audit.owner_of_client(&claims.client_id).await?, ActorKind::Client, claims.client_id)
        }
        Presented::Session(cookie) => {
            return match app.store().sessions().verify_session(cookie).await {
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
