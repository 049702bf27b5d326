//! Who calls, and whether they may.
//!
//! [`Authorized`] is an extractor: put it before the body in a handler's arguments and the request is authenticated,
//! counted and permitted before a byte of the body is read. The order is fixed: credentials (401), cross-site check for
//! cookies (403), rate limit (429), permission (403). Refused credentials count against the caller's address, accepted
//! ones against the key (both keys of a replacement count as one), client or person and the endpoint.

mod attribution;
mod cookie;
mod cross_site;

use std::{marker::PhantomData, sync::Arc};

use axum::extract::FromRequestParts;
use http::{HeaderMap, header, request::Parts};
use labeler_store::audit::Claimed;
use labeler_store::{
    Actor, ActorKind, ApiKey, Authority, ClientError, EventActor, EventScope, OAuthClient, Permission, Permissions,
    Plan, RateLimits, RatePolicy, Role, Scope, SessionIdentity, VerifyError, accounts::SessionError,
};

use crate::{
    App,
    context::RequestContext,
    error::{ApiError, Code},
    limits,
    negotiate::Shape,
    oauth,
    request_log::LoggedCaller,
};

pub(crate) use attribution::{Presented, attribute, presented};
pub(crate) use cookie::{clear_cookie, device_cookie, known_device, session_cookie};
pub(crate) use cross_site::refuse_foreign_sign_in;

/// How long a proof of who somebody is counts for sensitive changes: 10 minutes.
const RECENT_MS: i64 = 10 * 60_000;

/// Which callers an endpoint is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Callers {
    /// Whoever is known.
    Any,
    /// People with a session only.
    People,
}

/// What an endpoint asks of its caller.
pub(crate) trait Endpoint: Send + Sync + 'static {
    /// Name of its budget; part of the limiter's key, so it must not change.
    const NAME: &'static str;
    /// What the caller must be allowed to do; nothing when being known is enough.
    const PERMISSION: Option<Permission>;
    /// How often.
    const POLICY: RatePolicy;
    /// Who.
    const CALLERS: Callers = Callers::Any;
    /// Whether a session may use it before it has shown the passkey that its workspace asks for: what it takes to sign
    /// in, to add a passkey, to go to another workspace and to leave.
    const BEFORE_PASSKEY: bool = false;
}

/// Declares what an endpoint asks of its caller: name of its budget, permission, policy, `people` for sessions only, and
/// `people before passkey` for those that have not yet shown a passkey their workspace asks for.
macro_rules! endpoint {
    ($(#[$meta:meta])* $type:ident = $name:literal, $permission:expr, $policy:ident) => {
        endpoint!(@ $(#[$meta])* $type, $name, $permission, $policy, Any, false);
    };
    ($(#[$meta:meta])* $type:ident = $name:literal, $permission:expr, $policy:ident, people) => {
        endpoint!(@ $(#[$meta])* $type, $name, $permission, $policy, People, false);
    };
    ($(#[$meta:meta])* $type:ident = $name:literal, $permission:expr, $policy:ident, people before passkey) => {
        endpoint!(@ $(#[$meta])* $type, $name, $permission, $policy, People, true);
    };
    (@ $(#[$meta:meta])* $type:ident, $name:literal, $permission:expr, $policy:ident, $callers:ident, $early:literal) => {
        $(#[$meta])*
        pub(crate) struct $type;

        impl $crate::auth::Endpoint for $type {
            const NAME: &'static str = $name;
            const PERMISSION: Option<labeler_store::Permission> = $permission;
            const POLICY: labeler_store::RatePolicy = $crate::limits::$policy;
            const CALLERS: $crate::auth::Callers = $crate::auth::Callers::$callers;
            const BEFORE_PASSKEY: bool = $early;
        }
    };
}
pub(crate) use endpoint;

/// By what a caller is known.
#[derive(Debug, Clone)]
pub(crate) enum Identity {
    /// An API key.
    Key(Box<ApiKey>),
    /// An OAuth2 client with a token.
    Client(Box<OAuthClient>),
    /// A person with a cookie.
    Person(Box<SessionIdentity>),
}

/// A caller who was let in.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// The workspace and world (live or sandbox) that the caller sees.
    pub scope: EventScope,
    /// Who it is.
    pub identity: Identity,
    /// For the audit trail.
    pub actor: Actor,
    /// The person who answers for it: the caller, or who made the key or client.
    person: String,
    /// What the caller may do now.
    pub permissions: Permissions,
    /// Plan of the workspace.
    pub plan: Plan,
    rates: RateLimits,
}

impl Caller {
    /// Programs get bytes, pages get JSON, unless they ask otherwise.
    pub fn default_shape(&self) -> Shape {
        if self.session().is_some() { Shape::Json } else { Shape::Bytes }
    }

    /// The session, when the caller is a person.
    pub fn session(&self) -> Option<&SessionIdentity> {
        match &self.identity {
            Identity::Person(session) => Some(session),
            Identity::Key(_) | Identity::Client(_) => None,
        }
    }

    /// The session of an endpoint for [`Callers::People`].
    pub fn person(&self) -> Result<&SessionIdentity, ApiError> {
        self.session().ok_or_else(people_only)
    }

    /// Asks a person for a recent proof of who they are, before a sensitive change. Keys and tokens prove themselves with
    /// every call.
    pub fn require_recent(&self, now_ms: i64) -> Result<(), ApiError> {
        let age = self.session().map_or(0, |own| now_ms.saturating_sub(own.session.confirmed_at_ms));
        if age <= RECENT_MS { Ok(()) } else { Err(ApiError::reauthentication_required()) }
    }

    /// For labelling events, which know keys (clients stand among them, by their id) and people.
    pub fn event_actor(&self) -> EventActor {
        match &self.identity {
            Identity::Person(session) => EventActor::User(session.user.id.clone()),
            Identity::Key(key) => EventActor::Key(key.id.clone()),
            Identity::Client(client) => EventActor::Key(client.id.clone()),
        }
    }

    /// For changes of keys, members, settings.
    pub fn authority(&self) -> Authority {
        Authority { actor: self.actor.clone(), person: self.person.clone(), permissions: self.permissions }
    }

    /// The workspace.
    pub fn workspace_id(&self) -> &str {
        &self.scope.workspace_id
    }

    /// What this caller's limits count by.
    fn bucket(&self, endpoint: &str) -> String {
        match &self.identity {
            Identity::Key(key) => format!("key:{}:{endpoint}", key.limit_id),
            // A client that a key made counts by that key's limit.
            Identity::Client(client) if client.made_by_key.is_some() => format!("key:{}:{endpoint}", client.limit_id),
            Identity::Client(client) => format!("client:{}:{endpoint}", client.id),
            Identity::Person(session) => format!("user:{}:{endpoint}", session.user.id),
        }
    }

    fn logged(&self) -> LoggedCaller {
        LoggedCaller {
            workspace_id: self.scope.workspace_id.clone(),
            livemode: self.scope.livemode,
            kind: self.actor.kind,
            id: self.actor.id.clone(),
        }
    }
}

fn people_only() -> ApiError {
    ApiError::new(Code::SessionRequired, "This endpoint is for people who are signed in.")
}

/// A role by its name in a body.
pub(crate) fn role_of(field: &str, name: &str) -> Result<Role, ApiError> {
    name.parse().map_err(|_| {
        let known: Vec<_> = Role::ALL.iter().map(|role| role.as_str()).collect();
        ApiError::validation(field, format!("{field} must be one of {}", known.join(", ")))
    })
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
        let caller = match authenticate(app, parts, &context).await {
            Ok(caller) => caller,
            Err(refusal) => {
                limits::spend_anonymous(app, &context).await?;
                return Err(refusal);
            }
        };
        context.set_caller(caller.logged());
        limits::spend(app, &context, &caller.bucket(E::NAME), caller.rates.apply(E::NAME, E::POLICY)).await?;
        if E::CALLERS == Callers::People && caller.session().is_none() {
            return Err(people_only());
        }
        if !E::BEFORE_PASSKEY && caller.session().is_some_and(|own| !own.is_admitted()) {
            return Err(ApiError::passkey_required());
        }
        match E::PERMISSION {
            Some(permission) if !caller.permissions.contains(permission) => {
                Err(ApiError::insufficient_scope(permission))
            }
            _ => Ok(Self { caller, endpoint: PhantomData }),
        }
    }
}

/// The person of an endpoint that also serves whoever is not signed in; nobody without any credentials. The endpoint
/// counts the call against the address.
pub(crate) struct MaybePerson(pub Option<Caller>);

impl FromRequestParts<Arc<App>> for MaybePerson {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Self::Rejection> {
        let context = RequestContext::from_request_parts(parts, app).await?;
        match authenticate(app, parts, &context).await {
            Ok(caller) if caller.session().is_some() => {
                context.set_caller(caller.logged());
                Ok(Self(Some(caller)))
            }
            Ok(_) => Err(people_only()),
            Err(refusal) if refusal.code() == Code::MissingCredentials => Ok(Self(None)),
            Err(refusal) => Err(refusal),
        }
    }
}

/// The caller behind the credentials of a request. An `Authorization` header is never replaced by a cookie.
async fn authenticate(app: &Arc<App>, parts: &Parts, context: &RequestContext) -> Result<Caller, ApiError> {
    if parts.headers.contains_key(header::AUTHORIZATION) {
        let presented = bearer(&parts.headers).ok_or_else(ApiError::invalid_credentials)?;
        // No key has a dot, every token two.
        return if presented.contains('.') {
            by_token(app, presented, context).await
        } else {
            by_key(app, presented, context).await
        };
    }
    let cookie = cookie::find(&parts.headers, app.config.is_https()).ok_or_else(ApiError::missing_credentials)?;
    let caller = by_session(app, cookie, context).await?;
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

async fn by_key(app: &Arc<App>, presented: &str, context: &RequestContext) -> Result<Caller, ApiError> {
    let verified = app.store().keys().verify_from(presented, context.ip()).await.map_err(|error| {
        let reason = match &error {
            VerifyError::Database(error) => return ApiError::database(error),
            VerifyError::Malformed | VerifyError::Unknown => "secret",
            VerifyError::Revoked => "revoked",
            VerifyError::Expired => "expired",
            VerifyError::Elsewhere => "network",
        };
        if let Some(parsed) = labeler_store::keys::parse(presented) {
            context.set_claimed(Claimed::Key(parsed.id.to_owned()), reason);
        }
        ApiError::invalid_credentials()
    })?;
    // When the key was last used is a convenience; no request waits for it or fails over it.
    let (host, key) = (Arc::clone(app), verified.key.clone());
    app.background.spawn(Box::pin(async move { drop(host.store().keys().touch(&key).await) }));
    let livemode = verified.livemode();
    Ok(Caller {
        scope: EventScope { workspace_id: verified.key.workspace_id.clone(), livemode },
        actor: Actor {
            kind: ActorKind::Key,
            id: verified.key.id.clone(),
            request_id: context.id().to_owned(),
            address: context.ip(),
        },
        person: verified.key.created_by.clone(),
        permissions: verified.permissions,
        plan: verified.plan,
        rates: verified.rates,
        identity: Identity::Key(Box::new(verified.key)),
    })
}

async fn by_token(app: &Arc<App>, presented: &str, context: &RequestContext) -> Result<Caller, ApiError> {
    let claims = oauth::verify(app, presented).await?.ok_or_else(ApiError::invalid_credentials)?;
    let found = app.store().oauth().client_of_token(&claims.client_id, &claims.jti, claims.issued_at).await;
    let verified = found.map_err(|error| match error {
        ClientError::Database(error) => ApiError::database(&error),
        _ => {
            context.set_claimed(Claimed::Client(claims.client_id.clone()), "revoked");
            ApiError::invalid_credentials()
        }
    })?;
    let scopes: Vec<Scope> = claims.scopes.iter().filter_map(|scope| scope.parse().ok()).collect();
    let permissions = verified.permissions(&scopes);
    let client = verified.client;
    Ok(Caller {
        scope: EventScope { workspace_id: client.workspace_id.clone(), livemode: client.livemode },
        actor: oauth::actor(&client.id, context),
        person: client.created_by.clone(),
        permissions,
        plan: verified.plan,
        rates: verified.rates,
        identity: Identity::Client(Box::new(client)),
    })
}

async fn by_session(app: &Arc<App>, cookie: &str, context: &RequestContext) -> Result<Caller, ApiError> {
    let identity = app.store().accounts().verify_session(cookie).await.map_err(|error| match error {
        SessionError::Database(error) => ApiError::database(&error),
        _ => ApiError::invalid_credentials(),
    })?;
    let (host, session) = (Arc::clone(app), identity.session.clone());
    app.background.spawn(Box::pin(async move { drop(host.store().accounts().touch_session(&session).await) }));
    Ok(Caller {
        // People work on production rows; the sandbox is for programs under test.
        scope: EventScope { workspace_id: identity.workspace.id.clone(), livemode: true },
        actor: Actor::user(&identity.user.id, context.id(), context.ip()),
        person: identity.user.id.clone(),
        permissions: identity.permissions(),
        plan: identity.workspace.plan,
        rates: identity.rates.clone(),
        identity: Identity::Person(Box::new(identity)),
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
