//! Scopes and roles by their names in bodies.

use labeler_store::{Role, Scope};

use crate::http::error::ApiError;

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
