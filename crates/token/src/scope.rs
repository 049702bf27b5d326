//! OAuth2 scopes (RFC 6749, section 3.3): tokens separated by single spaces.

/// Maximum length of a list in characters.
const MAX_CHARS: usize = 1024;

/// Error for a malformed list of scopes, or a scope that the client may not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the scope is malformed or exceeds the client's scopes")]
pub struct ScopeError;

/// Parses a list. A repeated name counts once.
///
/// # Errors
/// [`ScopeError`] for an empty name, a character that RFC 6749 does not allow, or more than 1024 characters.
pub fn parse(text: &str) -> Result<Vec<String>, ScopeError> {
    if text.len() > MAX_CHARS {
        return Err(ScopeError);
    }
    let mut scopes: Vec<String> = Vec::new();
    for name in text.split(' ') {
        let sound = !name.is_empty() && name.bytes().all(|b| matches!(b, 0x21 | 0x23..=0x5b | 0x5d..=0x7e));
        if !sound {
            return Err(ScopeError);
        }
        if !scopes.iter().any(|known| known == name) {
            scopes.push(name.to_owned());
        }
    }
    Ok(scopes)
}

/// Formats a list, the reverse of [`parse`].
pub fn join(scopes: &[String]) -> String {
    scopes.join(" ")
}

/// Returns the scopes of a token: all scopes of the client, or the requested part of them. Requesting more is an error
/// (`invalid_scope`) rather than a silent reduction.
///
/// # Errors
/// [`ScopeError`].
pub fn narrow(requested: Option<&str>, allowed: &[String]) -> Result<Vec<String>, ScopeError> {
    let Some(requested) = requested else { return Ok(allowed.to_vec()) };
    let requested = parse(requested)?;
    if requested.iter().all(|scope| allowed.contains(scope)) { Ok(requested) } else { Err(ScopeError) }
}
