//! Callers without credentials.

use std::{marker::PhantomData, sync::Arc};

use axum::extract::FromRequestParts;
use http::request::Parts;
use labeler_ports::RatePolicy;

use crate::{
    app::App,
    auth::cross_site,
    http::{context::RequestContext, error::ApiError, limits},
};

/// How calls without credentials are limited per address.
#[derive(Debug, Clone, Copy)]
pub(crate) enum AddressLimit {
    /// Only by the address throttle of the process. For endpoints that ask no other system.
    Throttle,
    /// The general rate limit of the network address.
    General,
    /// A rate limit with this name. The name is part of the limiter's key, so it must not change.
    Named(&'static str, RatePolicy),
}

/// Requirements of an endpoint that needs no credentials.
pub(crate) trait AnonymousEndpoint: Send + Sync + 'static {
    /// Rate limit per address.
    const LIMIT: AddressLimit;
    /// Whether requests that another site started are refused. True for sign-in and one-time links: another site must
    /// not use a visitor's browser for them.
    const IS_SAME_SITE: bool = false;
}

/// Declares the requirements of an endpoint that needs no credentials: name of its rate limit, policy, and `same site`
/// to refuse requests that another site started.
macro_rules! anonymous {
    ($(#[$meta:meta])* $type:ident = $name:literal, $policy:ident) => {
        anonymous!(@ $(#[$meta])* $type, $name, $policy, false);
    };
    ($(#[$meta:meta])* $type:ident = $name:literal, $policy:ident, same site) => {
        anonymous!(@ $(#[$meta])* $type, $name, $policy, true);
    };
    (@ $(#[$meta:meta])* $type:ident, $name:literal, $policy:ident, $same_site:literal) => {
        $(#[$meta])*
        pub(crate) struct $type;

        impl $crate::auth::anonymous::AnonymousEndpoint for $type {
            const LIMIT: $crate::auth::anonymous::AddressLimit =
                $crate::auth::anonymous::AddressLimit::Named($name, $crate::http::limits::$policy);
            const IS_SAME_SITE: bool = $same_site;
        }
    };
}
pub(crate) use anonymous;

/// An endpoint with [`AddressLimit::Throttle`].
pub(crate) struct Throttled;

impl AnonymousEndpoint for Throttled {
    const LIMIT: AddressLimit = AddressLimit::Throttle;
}

/// An endpoint with [`AddressLimit::General`].
pub(crate) struct Limited;

impl AnonymousEndpoint for Limited {
    const LIMIT: AddressLimit = AddressLimit::General;
}

/// Extractor: a call to endpoint `E`, which needs no credentials. Takes one call from the rate limit of the address,
/// before the body is read.
pub(crate) struct Anonymous<E> {
    /// State of the request.
    pub context: RequestContext,
    endpoint: PhantomData<E>,
}

impl<E: AnonymousEndpoint> FromRequestParts<Arc<App>> for Anonymous<E> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Self::Rejection> {
        let context = RequestContext::from_request_parts(parts, app).await?;
        match E::LIMIT {
            AddressLimit::Throttle => limits::report_throttle(app, &context),
            AddressLimit::General => limits::spend_anonymous(app, &context).await?,
            AddressLimit::Named(name, policy) => limits::spend_address(app, &context, name, policy).await?,
        }
        if E::IS_SAME_SITE {
            cross_site::refuse_foreign_sign_in(&parts.headers, &app.config.public_origin)?;
        }
        Ok(Self { context, endpoint: PhantomData })
    }
}
