//! `PUT /api/v1/password`: changes the password of the person.

use std::sync::Arc;

use axum::{body::Body, extract::State, routing::put};
use http::{HeaderMap, StatusCode};
use labeler_store::AccountsError;
use serde::Deserialize;

use super::Route;
use crate::{
    App,
    auth::{Authorized, endpoint},
    context::RequestContext,
    error::{ApiError, Code},
    json_body,
};

/// The path and its handlers.
pub(super) fn route() -> Route {
    Route {
        path: "/api/v1/password",
        methods: put(change_password),
        errors: &[("change_password", changing![Code::SessionRequired])],
    }
}

endpoint! {
    /// Changing the password.
    ChangePassword = "password.change", None, MANAGE_WRITE, people
}

/// The present password and the next.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct PasswordChange {
    #[schema(format = Password)]
    current_password: String,
    /// 8 to 256 characters.
    #[schema(format = Password, min_length = 8, max_length = 256)]
    new_password: String,
}

/// Changes the password and ends all other sessions of the person. Wrong present passwords are delayed as failed
/// sign-ins are.
#[utoipa::path(
    put,
    path = "/api/v1/password",
    tag = "session",
    security(("session" = [])),
    request_body = PasswordChange,
    responses((status = 204, description = "Changed."))
)]
pub(crate) async fn change_password(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<ChangePassword>,
    context: RequestContext,
    headers: HeaderMap,
    body: Body,
) -> Result<StatusCode, ApiError> {
    let own = caller.person()?;
    let change: PasswordChange = json_body::read(&headers, body).await?;
    let changed = app
        .store()
        .accounts()
        .change_password(
            &own.user.id,
            &own.session.id,
            &change.current_password,
            &change.new_password,
            &context.origin(),
        )
        .await;
    changed.map(|()| StatusCode::NO_CONTENT).map_err(|error| match error {
        AccountsError::SignInRefused => ApiError::validation("currentPassword", "the present password is another one"),
        AccountsError::Password | AccountsError::CommonPassword => ApiError::validation("newPassword", error.to_string()),
        other => ApiError::accounts(other),
    })
}
