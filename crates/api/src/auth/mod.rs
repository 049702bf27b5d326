//! Authentication and authorization of callers.
//!
//! [`Authorized`] is an extractor: put it before the body in a handler's arguments and the request is authenticated,
//! counted and permitted before a byte of the body is read. The order is fixed: credentials (401), cross-site check for
//! cookies (403), rate limit (429), permission (403). Refused credentials count against the caller's address, accepted
//! ones against the key (both keys of a replacement count as one), client or person and the endpoint.

pub(crate) mod access_tokens;
pub(crate) mod anonymous;
pub(crate) mod attribution;
pub(crate) mod cookie;
pub(crate) mod credentials;
mod cross_site;
pub(crate) mod names;
pub(crate) mod token_keys;

use std::{marker::PhantomData, sync::Arc};

use axum::extract::FromRequestParts;
use http::{header, request::Parts};
use labeler_ports::RatePolicy;
use labeler_store::Claimed;
use labeler_store::{
    Actor, ActorKind, ApiKey, Authority, ClientError, EventActor, EventScope, OAuthClient, Permission, Permissions,
    Plan, RateLimits, Scope, SessionError, SessionIdentity, VerifyError,
};

use self::credentials::bearer;
use crate::{
    app::App,
    http::{
        context::{LoggedCaller, RequestContext},
        error::{ApiError, code::Code},
        limits,
    },
};

/// Time for which a proof of identity counts for sensitive changes, in milliseconds: 10 minutes.
const RECENT_MS: i64 = 10 * 60_000;

/// Kinds of callers that an endpoint accepts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Callers {
    /// Every authenticated caller.
    Any,
    /// Only people with a session.
    People,
}

/// Requirements of an endpoint on its caller.
pub(crate) trait Endpoint: Send + Sync + 'static {
    /// Name of its rate limit. Part of the limiter's key, so it must not change.
    const NAME: &'static str;
    /// Permission that the caller must have; none when authentication is enough.
    const PERMISSION: Option<Permission>;
    /// Rate limit per caller.
    const POLICY: RatePolicy;
    /// Accepted callers.
    const CALLERS: Callers = Callers::Any;
    /// Whether a session may call it before it has shown the passkey that its workspace requires. True for endpoints
    /// that a person needs to sign in, to add a passkey, to switch the workspace and to sign out.
    const BEFORE_PASSKEY: bool = false;
}

/// Declares the requirements of an endpoint: name of its rate limit, permission, policy, `people` for sessions only,
/// and `people before passkey` to include sessions that have not yet shown a passkey that their workspace requires.
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
            const POLICY: labeler_ports::RatePolicy = $crate::http::limits::$policy;
            const CALLERS: $crate::auth::Callers = $crate::auth::Callers::$callers;
            const BEFORE_PASSKEY: bool = $early;
        }
    };
}
pub(crate) use endpoint;

/// How the caller authenticated.
#[derive(Debug, Clone)]
pub(crate) enum Identity {
    /// An API key.
    Key(Box<ApiKey>),
    /// An OAuth2 client with a token.
    Client(Box<OAuthClient>),
    /// A person with a cookie.
    Person(Box<SessionIdentity>),
}

/// An authenticated caller.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// Workspace and mode (live or sandbox) of the caller.
    pub scope: EventScope,
    /// How the caller authenticated.
    pub identity: Identity,
    /// Actor for the audit trail.
    pub actor: Actor,
    /// ID of the responsible person: the caller, or the creator of the key or client.
    person: String,
    /// Current permissions.
    pub permissions: Permissions,
    /// Plan of the workspace.
    pub plan: Plan,
    rates: RateLimits,
}

impl Caller {
    /// Returns the session if the caller is a person.
    pub fn session(&self) -> Option<&SessionIdentity> {
        match &self.identity {
            Identity::Person(session) => Some(session),
            Identity::Key(_) | Identity::Client(_) => None,
        }
    }

    /// Returns the session, or `session_required`. For endpoints for [`Callers::People`].
    pub fn person(&self) -> Result<&SessionIdentity, ApiError> {
        self.session().ok_or_else(people_only)
    }

    /// Requires that a person has proved their identity within the last 10 minutes. Call it before a sensitive change.
    /// Keys and tokens prove their identity with every call.
    pub fn require_recent(&self, now_ms: i64) -> Result<(), ApiError> {
        let age = self.session().map_or(0, |own| now_ms.saturating_sub(own.session.confirmed_at_ms));
        if age <= RECENT_MS { Ok(()) } else { Err(ApiError::reauthentication_required()) }
    }

    /// Returns the actor for labelling events, which distinguish keys and people. A client counts as a key with the
    /// client's ID.
    pub fn event_actor(&self) -> EventActor {
        match &self.identity {
            Identity::Person(session) => EventActor::User(session.user.id.clone()),
            Identity::Key(key) => EventActor::Key(key.id.clone()),
            Identity::Client(client) => EventActor::Key(client.id.clone()),
        }
    }

    /// Returns the authority for changes of keys, members and settings.
    pub fn authority(&self) -> Authority {
        Authority { actor: self.actor.clone(), person: self.person.clone(), permissions: self.permissions }
    }

    /// Returns the ID of the workspace.
    pub fn workspace_id(&self) -> &str {
        &self.scope.workspace_id
    }

    /// Returns the key of this caller's rate limit for an endpoint.
    fn bucket(&self, endpoint: &str) -> String {
        match &self.identity {
            Identity::Key(key) => format!("key:{}:{endpoint}", key.limit_id),
            // A client that a key created shares that key's limit.
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

/// Extractor: a caller who may call endpoint `E`. Takes one call from the rate limit.
pub(crate) struct Authorized<E> {
    /// The caller.
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

/// Extractor for endpoints that serve people both signed in and not: none without any credentials. It takes no call
/// from a rate limit, so it is combined with [`anonymous::Anonymous`].
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

/// Authenticates the credentials of a request. With an `Authorization` header the cookie is ignored.
async fn authenticate(app: &Arc<App>, parts: &Parts, context: &RequestContext) -> Result<Caller, ApiError> {
    if parts.headers.contains_key(header::AUTHORIZATION) {
        let presented = bearer(&parts.headers).ok_or_else(ApiError::invalid_credentials)?;
        // Keys contain no dot, tokens two.
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

async fn by_key(app: &Arc<App>, presented: &str, context: &RequestContext) -> Result<Caller, ApiError> {
    let verified = app.store().keys().verify_from(presented, context.ip()).await.map_err(|error| {
        let reason = match &error {
            VerifyError::Database(error) => return ApiError::database(error),
            VerifyError::Malformed | VerifyError::Unknown => "secret",
            VerifyError::Revoked => "revoked",
            VerifyError::Expired => "expired",
            VerifyError::Elsewhere => "network",
        };
        if let Some(parsed) = labeler_store::parse_key(presented) {
            context.set_claimed(Claimed::Key(parsed.id.to_owned()), reason);
        }
        ApiError::invalid_credentials()
    })?;
    // The time of last use is informational: no request waits for it or fails because of it.
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
    let claims = access_tokens::verify(app, presented).await?.ok_or_else(ApiError::invalid_credentials)?;
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
        actor: access_tokens::actor(&client.id, context),
        person: client.created_by.clone(),
        permissions,
        plan: verified.plan,
        rates: verified.rates,
        identity: Identity::Client(Box::new(client)),
    })
}

async fn by_session(app: &Arc<App>, cookie: &str, context: &RequestContext) -> Result<Caller, ApiError> {
    let identity = app.store().sessions().verify_session(cookie).await.map_err(|error| match error {
        SessionError::Database(error) => ApiError::database(&error),
        _ => ApiError::invalid_credentials(),
    })?;
    let (host, session) = (Arc::clone(app), identity.session.clone());
    app.background.spawn(Box::pin(async move { drop(host.store().sessions().touch_session(&session).await) }));
    Ok(Caller {
        // People work on live data; the sandbox is for programs under test.
        scope: EventScope { workspace_id: identity.workspace.id.clone(), livemode: true },
        actor: Actor::user(&identity.user.id, context.id(), context.ip()),
        person: identity.user.id.clone(),
        permissions: identity.permissions(),
        plan: identity.workspace.plan,
        rates: identity.rates.clone(),
        identity: Identity::Person(Box::new(identity)),
    })
}
