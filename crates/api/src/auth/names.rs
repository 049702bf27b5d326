//! Scopes and roles by their names in bodies.

use labeler_store::{Role, Scope};

use crate::http::error::ApiError;

/// A scope of a key or client.
#[derive(utoipa::ToSchema)]
#[schema(rename_all = "lowercase")]
#[allow(dead_code, reason = "describes texts that the store parses")]
pub(crate) enum ScopeName {
    /// Label images.
    Label,
    /// Read labelling events.
    Assets,
    /// Read compliance certificates.
    Certificates,
    /// Check files.
    Check,
    /// Verify files and hashes.
    Verify,
}

/// Parses the name of a role in `field` of a body.
pub(crate) fn role_of(field: &str, name: &str) -> Result<Role, ApiError> {
    name.parse().map_err(|_| {
        let known: Vec<_> = Role::ALL.iter().map(|role| role.as_str()).collect();
        ApiError::validation(field, format!("{field} must be one of {}", known.join(", ")))
    })
}

/// Parses names of scopes. The result is sorted and without duplicates.
pub(crate) fn scopes_of(names: &[String]) -> Result<Vec<Scope>, ApiError> {
    let scopes: Result<Vec<Scope>, _> = names.iter().map(|name| name.parse()).collect();
    let mut scopes = scopes.map_err(|_| {
        let known: Vec<_> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
        ApiError::validation("scopes", format!("scopes are some of {}", known.join(", ")))
    })?;
    scopes.sort_unstable();
    scopes.dedup();
    Ok(scopes)
}
