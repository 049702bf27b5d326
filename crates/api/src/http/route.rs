//! Routes of the API, and the error codes of their operations.

use std::sync::Arc;

use axum::{
    extract::{Path, rejection::PathRejection},
    routing::MethodRouter,
};

use crate::{
    app::App,
    http::error::{ApiError, code::Code},
};

/// A path with its handlers.
pub(crate) struct Route {
    /// The whole path, in axum's notation.
    pub path: &'static str,
    /// Handlers by method.
    pub methods: MethodRouter<Arc<App>>,
    /// Error codes by operation ID (the name of the handler), without the codes that every operation has. They become
    /// the error responses of the OpenAPI document.
    pub errors: &'static [(&'static str, &'static [Code])],
}

/// Error codes of an operation that reads for an authenticated caller. Further codes are arguments.
macro_rules! reading {
    ($($code:expr),* $(,)?) => {
        &[Code::MissingCredentials, Code::InvalidCredentials, Code::InsufficientScope, $($code),*]
    };
}

/// Error codes of an operation that changes state for an authenticated caller and takes a JSON body. Further codes are
/// arguments.
macro_rules! changing {
    ($($code:expr),* $(,)?) => {
        $crate::http::route::reading![Code::CrossSiteRequest, Code::ValidationError, Code::TooLarge, $($code),*]
    };
}

/// Error codes of an operation that changes state for an authenticated caller and takes no body. Further codes are
/// arguments.
macro_rules! changing_without_body {
    ($($code:expr),* $(,)?) => {
        $crate::http::route::reading![Code::CrossSiteRequest, $($code),*]
    };
}

/// Error codes of an operation that needs no credentials and takes a JSON body. Further codes are arguments.
macro_rules! anonymous_json {
    ($($code:expr),* $(,)?) => {
        &[Code::ValidationError, Code::TooLarge, $($code),*]
    };
}
pub(crate) use {anonymous_json, changing, changing_without_body, reading};

/// Returns a path parameter. Invalid UTF-8 yields `not_found`.
pub(crate) fn path_parameter(found: Result<Path<String>, PathRejection>) -> Result<String, ApiError> {
    let invalid = |_| {
        ApiError::new(Code::NotFound, "The ID in the path is not valid UTF-8. Use an ID from an answer of this API.")
    };
    found.map(|Path(name)| name).map_err(invalid)
}
