//! The endpoints, one file each.
//!
//! To add one: write `routes/NAME.rs` with a `route()` (path and handlers) and handlers that carry `#[utoipa::path]`,
//! and name it in the list below. The list feeds the router and the OpenAPI document, and a test compares both.

use std::sync::Arc;

use axum::{
    extract::Request,
    response::{IntoResponse, Response},
    routing::MethodRouter,
};
use http::{Method, StatusCode};

use crate::{
    App,
    error::{ApiError, Code},
};

/// A path and what answers on it.
pub(crate) struct Route {
    /// The whole path, in axum's notation.
    pub path: &'static str,
    /// The handlers by method.
    pub methods: MethodRouter<Arc<App>>,
    /// For each operation (by its id, the handler's name) the codes it may answer with, beside those of every
    /// operation. They become the error responses of the OpenAPI document.
    pub errors: &'static [(&'static str, &'static [Code])],
}

macro_rules! endpoints {
    ($($module:ident: $($handler:ident),+;)+) => {
        $(mod $module;)+

        /// Every route of the API.
        pub(crate) fn all() -> Vec<Route> {
            vec![$($module::route(),)+]
        }

        /// Every documented operation.
        #[derive(utoipa::OpenApi)]
        #[openapi(paths($($($module::$handler,)+)+))]
        pub(crate) struct Operations;
    };
}

endpoints! {
    label: label;
    label_batch: label_batch;
    label_url: label_url;
    check: check;
    verify: verify;
    verify_hash: verify_hash;
    assets: list_assets;
    asset: get_asset;
    session: sign_in, current_session, sign_out;
    health: health;
    openapi_json: openapi_json;
}

pub(crate) use label_batch::Schemas as BatchSchemas;

/// The answer on a path that does not exist.
pub(crate) async fn not_found() -> ApiError {
    ApiError::new(Code::NotFound, "There is no such endpoint. GET /api/v1/openapi.json lists them.")
}

/// The answer to a method that a path does not have; `Allow` comes from the router. `OPTIONS` asks for exactly that.
pub(crate) async fn method_not_allowed(request: Request) -> Response {
    if request.method() == Method::OPTIONS {
        return StatusCode::NO_CONTENT.into_response();
    }
    ApiError::new(Code::MethodNotAllowed, "The endpoint does not have this method; see the Allow header.")
        .into_response()
}
