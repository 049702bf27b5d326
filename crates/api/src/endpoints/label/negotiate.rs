//! Content negotiation of label answers: the labelled bytes or JSON.
//!
//! A program that labels an image wants the image. Client libraries send a default `Accept`
//! (`application/json, text/plain, */*`), so a key caller receives JSON only when the header takes JSON and excludes
//! bytes. A page shows what was done, so a session caller receives JSON unless the header prefers bytes by name.

use http::{HeaderMap, header};

/// Shape of a label answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `application/octet-stream`.
    Bytes,
    /// `application/json`.
    Json,
}

/// Selects the shape by `Accept` (RFC 9110, section 12.5.1), for a caller with this default. A header that accepts
/// neither shape is ignored.
pub(crate) fn shape(headers: &HeaderMap, default: Shape) -> Shape {
    let ranges = ranges(headers);
    match default {
        Shape::Bytes => {
            // A labelled file is an image, whatever media type it is sent with.
            let takes_bytes = weight(&ranges, "application/octet-stream") > 0.0
                || ranges.iter().any(|range| range.name.starts_with("image/") && range.weight > 0.0);
            if !takes_bytes && weight(&ranges, "application/json") > 0.0 { Shape::Json } else { Shape::Bytes }
        }
        Shape::Json => {
            // Of two types by name the higher weight wins, then the earlier one.
            let mut best: Option<(Shape, f32)> = None;
            for range in &ranges {
                let shape = match range.name.as_str() {
                    "application/octet-stream" => Shape::Bytes,
                    "application/json" => Shape::Json,
                    _ => continue,
                };
                if range.weight > 0.0 && best.is_none_or(|(_, known)| range.weight > known) {
                    best = Some((shape, range.weight));
                }
            }
            best.map_or(Shape::Json, |(shape, _)| shape)
        }
    }
}

/// A media range of `Accept`.
struct Range {
    /// In lower case, without parameters.
    name: String,
    weight: f32,
}

/// Returns the media ranges of a request; `*/*` when it has none.
fn ranges(headers: &HeaderMap) -> Vec<Range> {
    let mut ranges = Vec::new();
    for value in headers.get_all(header::ACCEPT) {
        for range in value.to_str().unwrap_or_default().split(',') {
            let mut parameters = range.split(';').map(str::trim);
            let name = parameters.next().unwrap_or_default().to_ascii_lowercase();
            let weight = parameters
                .find_map(|parameter| parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q=")))
                .map_or(1.0, |weight| weight.parse::<f32>().unwrap_or(0.0));
            if !name.is_empty() {
                ranges.push(Range { name, weight });
            }
        }
    }
    if ranges.is_empty() {
        ranges.push(Range { name: "*/*".to_owned(), weight: 1.0 });
    }
    ranges
}

/// Returns the weight of `application/…` type `name`: that of the most specific range that covers it, or 0.
fn weight(ranges: &[Range], name: &str) -> f32 {
    [name, "application/*", "*/*"]
        .into_iter()
        .find_map(|covering| ranges.iter().find(|range| range.name == covering))
        .map_or(0.0, |range| range.weight)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn key_callers_receive_bytes_unless_accept_excludes_them() {
        for (accept, expected) in [
            ("", Shape::Bytes),
            ("*/*", Shape::Bytes),
            ("application/json, text/plain, */*", Shape::Bytes),
            ("application/json, */*;q=0.1", Shape::Bytes),
            ("application/octet-stream, application/json", Shape::Bytes),
            ("application/octet-stream;q=0.5, application/json", Shape::Bytes),
            ("application/*", Shape::Bytes),
            ("image/jpeg", Shape::Bytes),
            ("image/*, application/json", Shape::Bytes),
            ("text/html", Shape::Bytes),
            ("*/*;q=0", Shape::Bytes),
            ("application/json;q=0", Shape::Bytes),
            ("application/json", Shape::Json),
            ("APPLICATION/JSON; charset=utf-8", Shape::Json),
            ("application/json, text/plain", Shape::Json),
            ("application/json, */*;q=0", Shape::Json),
            ("*/*, application/octet-stream;q=0", Shape::Json),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, accept.parse().unwrap());
            assert_eq!(shape(&headers, Shape::Bytes), expected, "{accept}");
        }
        assert_eq!(shape(&HeaderMap::new(), Shape::Bytes), Shape::Bytes);
    }

    #[test]
    fn session_callers_receive_json_unless_accept_names_bytes() {
        for (accept, expected) in [
            ("*/*", Shape::Json),
            ("application/json, text/plain, */*", Shape::Json),
            ("application/octet-stream", Shape::Bytes),
            ("application/octet-stream, application/json", Shape::Bytes),
            ("application/octet-stream;q=0.5, application/json", Shape::Json),
            ("application/octet-stream;q=0", Shape::Json),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, accept.parse().unwrap());
            assert_eq!(shape(&headers, Shape::Json), expected, "{accept}");
        }
        assert_eq!(shape(&HeaderMap::new(), Shape::Json), Shape::Json);
    }
}
