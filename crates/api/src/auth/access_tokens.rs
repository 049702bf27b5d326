//! Access tokens of OAuth2 clients.

use labeler_store::{Actor, ActorKind};
use labeler_token::{AccessClaims, Verifier};

use crate::{
    app::App,
    auth::token_keys,
    http::{context::RequestContext, error::ApiError},
};

/// Returns the audience of access tokens: this API.
pub(crate) fn audience(app: &App) -> String {
    format!("{}/api/v1", app.config.public_origin)
}

/// Returns the current Unix time in seconds.
pub(crate) fn now_s(app: &App) -> i64 {
    app.clock.now_ms().div_euclid(1000)
}

/// Verifies signature, issuer, audience and validity of a token. Does not check whether it was revoked.
pub(crate) async fn verify(app: &App, token: &str) -> Result<Option<AccessClaims>, ApiError> {
    let keys = token_keys::key_set(app).await?;
    let audience = audience(app);
    let verifier = Verifier { issuer: &app.config.public_origin, audience: &audience, keys: &keys, now: now_s(app) };
    Ok(verifier.verify(token).ok())
}

/// Returns the actor of a call with a client's token.
pub(crate) fn actor(client_id: &str, context: &RequestContext) -> Actor {
    Actor {
        kind: ActorKind::Client,
        id: client_id.to_owned(),
        request_id: context.id().to_owned(),
        address: context.ip(),
    }
}
