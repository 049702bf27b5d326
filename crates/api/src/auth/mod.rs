//! Who calls, and whether they may.
//!
//! [`Authorized`] is an extractor: put it before the body in a handler's arguments and the request is authenticated,
//! counted and permitted before a byte of the body is read. The order is fixed: credentials (401), cross-site check for
//! cookies (403), rate limit (429), permission (403). Refused credentials count against the caller's address, accepted
//! ones against the key or person and the endpoint.

mod cookie;
mod cross_site;

use std::{marker::PhantomData, sync::Arc};

use axum::extract::FromRequestParts;
use http::{HeaderMap, header, request::Parts};
use labeler_store::{
    EventScope, Permission, Permissions, RatePolicy, SessionIdentity, VerifyError, accounts::SessionError,
    events::EventActor,
};

use crate::{App, context::RequestContext, error::ApiError, limits, negotiate::Shape};

pub(crate) use cookie::{clear_cookie, session_cookie};
pub(crate) use cross_site::refuse_foreign_sign_in;

/// What an endpoint asks of its caller.
pub(crate) trait Endpoint: Send + Sync + 'static {
    /// Name of its budget; part of the limiter's key, so it must not change.
    const NAME: &'static str;
    /// What the caller must be allowed to do; nothing when being known is enough.
    const PERMISSION: Option<Permission>;
    /// How often.
    const POLICY: RatePolicy;
}

/// A caller who was let in.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// The workspace and world (live or sandbox) that the caller sees.
    pub scope: EventScope,
    /// For audit rows.
    pub actor: EventActor,
    /// What the caller may do now.
    pub permissions: Permissions,
    /// The session, when the caller is a person with a cookie.
    pub session: Option<Box<SessionIdentity>>,
}

impl Caller {
    /// Programs get bytes, pages get JSON, unless they ask otherwise.
    pub fn default_shape(&self) -> Shape {
        if self.session.is_some() { Shape::Json } else { Shape::Bytes }
    }

    /// What this caller's limits count by.
    fn bucket(&self, endpoint: &str) -> String {
        match &self.actor {
            EventActor::Key(id) => format!("key:{id}:{endpoint}"),
            EventActor::User(id) => format!("user:{id}:{endpoint}"),
        }
    }
}

/// A caller who may use endpoint `E`, once.
pub(crate) struct Authorized<E> {
    /// Who it is.
    pub caller: Caller,
    endpoint: PhantomData<E>,
}

impl<E: Endpoint> FromRequestParts<Arc<App>> for Authorized<E> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Self::Rejection> {
        let context = RequestContext::from_request_parts(parts, app).await?;
        let caller = match authenticate(app, parts).await {
            Ok(caller) => caller,
            Err(refusal) => {
                limits::spend_anonymous(app, &context).await?;
                return Err(refusal);
            }
        };
        limits::spend(app, &context, &caller.bucket(E::NAME), E::POLICY).await?;
        match E::PERMISSION {
            Some(permission) if !caller.permissions.contains(permission) => {
                Err(ApiError::insufficient_scope(permission))
            }
            _ => Ok(Self { caller, endpoint: PhantomData }),
        }
    }
}

/// The caller behind the credentials of a request. An `Authorization` header is never replaced by a cookie.
async fn authenticate(app: &App, parts: &Parts) -> Result<Caller, ApiError> {
    if parts.headers.contains_key(header::AUTHORIZATION) {
        let presented = bearer(&parts.headers).ok_or_else(ApiError::invalid_credentials)?;
        return by_key(app, presented).await;
    }
    let cookie = cookie::find(&parts.headers, app.config.is_https()).ok_or_else(ApiError::missing_credentials)?;
    let caller = by_session(app, cookie).await?;
    cross_site::refuse_foreign(&parts.method, &parts.headers, &app.config.public_origin)?;
    Ok(caller)
}

/// The token of the one `Authorization: Bearer` header (RFC 6750, section 2.1; the scheme's case does not matter).
fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim_matches(' '))
}

async fn by_key(app: &App, presented: &str) -> Result<Caller, ApiError> {
    let keys = app.store().keys();
    let verified = keys.verify(presented).await.map_err(|error| match error {
        VerifyError::Database(error) => ApiError::database(&error),
        _ => ApiError::invalid_credentials(),
    })?;
    // When the key was last used is a convenience; it must not cost a caller the request.
    drop(keys.touch(&verified.key).await);
    let livemode = verified.livemode();
    Ok(Caller {
        scope: EventScope { workspace_id: verified.key.workspace_id, livemode },
        actor: EventActor::Key(verified.key.id),
        permissions: verified.permissions,
        session: None,
    })
}

async fn by_session(app: &App, cookie: &str) -> Result<Caller, ApiError> {
    let accounts = app.store().accounts();
    let identity = accounts.verify_session(cookie).await.map_err(|error| match error {
        SessionError::Database(error) => ApiError::database(&error),
        _ => ApiError::invalid_credentials(),
    })?;
    drop(accounts.touch_session(&identity.session).await);
    Ok(Caller {
        // People work on production rows; the sandbox is for programs under test.
        scope: EventScope { workspace_id: identity.workspace.id.clone(), livemode: true },
        actor: EventActor::User(identity.user.id.clone()),
        permissions: identity.permissions(),
        session: Some(Box::new(identity)),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn one_bearer_token_in_any_case_of_the_scheme() {
        for (value, expected) in [
            ("Bearer lbl_live_x", Some("lbl_live_x")),
            ("bearer lbl_live_x", Some("lbl_live_x")),
            ("BEARER  lbl_live_x ", Some("lbl_live_x")),
            ("Basic bGJsOng=", None),
            ("lbl_live_x", None),
            ("", None),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, value.parse().unwrap());
            assert_eq!(bearer(&headers), expected, "{value}");
            headers.append(header::AUTHORIZATION, "Bearer second".parse().unwrap());
            assert_eq!(bearer(&headers), None, "two headers");
        }
    }
}
