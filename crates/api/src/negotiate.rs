//! Which of two shapes an answer takes: the labelled bytes or JSON.

use http::{HeaderMap, header};

/// The shapes of a label answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `application/octet-stream`.
    Bytes,
    /// `application/json`.
    Json,
}

/// What `Accept` asks for explicitly, or the caller's default. Wildcards and other types express no choice between
/// the two; of two explicit types the higher weight wins, then the earlier one (RFC 9110, section 12.5.1).
pub(crate) fn shape(headers: &HeaderMap, default: Shape) -> Shape {
    let mut best: Option<(Shape, f32)> = None;
    for value in headers.get_all(header::ACCEPT) {
        for range in value.to_str().unwrap_or_default().split(',') {
            let mut parameters = range.split(';').map(str::trim);
            let shape = match parameters.next().map(str::to_ascii_lowercase).as_deref() {
                Some("application/octet-stream") => Shape::Bytes,
                Some("application/json") => Shape::Json,
                _ => continue,
            };
            let weight = parameters
                .find_map(|parameter| parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q=")))
                .map_or(1.0, |weight| weight.parse::<f32>().unwrap_or(0.0));
            if weight > 0.0 && best.is_none_or(|(_, known)| weight > known) {
                best = Some((shape, weight));
            }
        }
    }
    best.map_or(default, |(shape, _)| shape)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn an_explicit_type_wins_over_the_default() {
        for (accept, expected) in [
            ("*/*", Shape::Bytes),
            ("image/jpeg", Shape::Bytes),
            ("application/json", Shape::Json),
            ("APPLICATION/JSON; charset=utf-8", Shape::Json),
            ("application/json;q=0", Shape::Bytes),
            ("application/octet-stream;q=0.5, application/json", Shape::Json),
            ("application/octet-stream, application/json", Shape::Bytes),
            ("application/json, text/plain, */*", Shape::Json),
            ("", Shape::Bytes),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, accept.parse().unwrap());
            assert_eq!(shape(&headers, Shape::Bytes), expected, "{accept}");
        }
        assert_eq!(shape(&HeaderMap::new(), Shape::Json), Shape::Json);
    }
}
