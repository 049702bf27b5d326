//! Normalisation of request paths: repeated slashes count as one, and a trailing slash is ignored.
//!
//! Clients join base URL and path in different ways (`https://host//api/v1/label`, `/api/v1/assets/`). A redirect would
//! not help: many clients turn a redirected POST into a GET, or drop the credentials.

use std::borrow::Cow;

use axum::{extract::Request, middleware::Next, response::Response};
use http::{Uri, uri::PathAndQuery};

/// First segments of the paths that the API answers.
const OURS: [&str; 4] = ["api", "v2", "oauth2", ".well-known"];

/// Returns whether [`crate::router`] answers a path. Every other path is a page or a file.
pub fn is_ours(path: &str) -> bool {
    let first = path.split('/').find(|segment| !segment.is_empty());
    first.is_some_and(|first| OURS.contains(&first))
}

/// Returns the path with single slashes and none at its end.
fn normalised(path: &str) -> Cow<'_, str> {
    if !path.contains("//") && (path.len() <= 1 || !path.ends_with('/')) {
        return Cow::Borrowed(path);
    }
    let mut normalised = String::with_capacity(path.len());
    for segment in path.split('/').filter(|segment| !segment.is_empty()) {
        normalised.push('/');
        normalised.push_str(segment);
    }
    if normalised.is_empty() {
        normalised.push('/');
    }
    Cow::Owned(normalised)
}

/// Normalises the path of a request before it is routed.
pub(crate) async fn normalise(mut request: Request, next: Next) -> Response {
    if let Some(uri) = normalised_uri(request.uri()) {
        *request.uri_mut() = uri;
    }
    next.run(request).await
}

/// Returns the URI with its path normalised; `None` if it already is.
fn normalised_uri(uri: &Uri) -> Option<Uri> {
    let Cow::Owned(mut path) = normalised(uri.path()) else { return None };
    if let Some(query) = uri.query() {
        path.push('?');
        path.push_str(query);
    }
    let mut parts = uri.clone().into_parts();
    parts.path_and_query = Some(PathAndQuery::try_from(path).ok()?);
    Uri::from_parts(parts).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn merges_slashes_and_drops_trailing_ones() {
        for (written, meant) in [
            ("/", "/"),
            ("//", "/"),
            ("/api/v1/label", "/api/v1/label"),
            ("//api/v1/label", "/api/v1/label"),
            ("/api//v1///label", "/api/v1/label"),
            ("/api/v1/label/", "/api/v1/label"),
            ("/api/v1/label//", "/api/v1/label"),
            ("/api/v1/%2F/", "/api/v1/%2F"),
        ] {
            assert_eq!(normalised(written), meant, "{written}");
        }
        let uri: Uri = "http://host//api/v1/assets/?limit=5&from=//".parse().unwrap();
        assert_eq!(normalised_uri(&uri).unwrap(), "http://host/api/v1/assets?limit=5&from=//");
        assert_eq!(normalised_uri(&"/api/v1/assets?x=//".parse().unwrap()), None);
    }

    #[test]
    fn recognises_api_paths_with_repeated_slashes() {
        for path in
            ["/api", "/api/", "//api/v1/label", "/v2/models", "/v2", "/oauth2/token", "/oauth2", "/.well-known/x"]
        {
            assert!(is_ours(path), "{path}");
        }
        for path in ["/", "", "/docs/api", "/apis", "/v2x", "//docs"] {
            assert!(!is_ours(path), "{path}");
        }
    }
}
