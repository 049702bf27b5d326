//! Query strings, strictly: unknown, repeated and malformed parameters are refused, so that a typing error in a filter
//! never returns more than was asked for.

use std::collections::BTreeMap;

use crate::error::ApiError;

/// The parameters by name. Only `known` ones, each at most once.
pub(crate) fn parse(raw: Option<&str>, known: &[&str]) -> Result<BTreeMap<String, String>, ApiError> {
    let mut parameters = BTreeMap::new();
    for pair in raw.unwrap_or_default().split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let malformed = || ApiError::validation("query", "the query string is not valid percent-encoded UTF-8");
        let (name, value) = (decode(name).ok_or_else(malformed)?, decode(value).ok_or_else(malformed)?);
        if !known.contains(&name.as_str()) {
            let shown: String = name.chars().filter(|c| !c.is_control()).take(64).collect();
            let message = format!("{shown} is not a known parameter; known are {}", known.join(", "));
            return Err(ApiError::validation(shown, message));
        }
        if parameters.contains_key(&name) {
            let message = format!("{name} was given more than once");
            return Err(ApiError::validation(name, message));
        }
        parameters.insert(name, value);
    }
    Ok(parameters)
}

/// `application/x-www-form-urlencoded` text: percent-decoding, plus is a space.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'+' => b' ',
            b'%' => {
                let digits = [rest.next()?, rest.next()?];
                let mut decoded = [0_u8];
                hex::decode_to_slice(digits, &mut decoded).ok()?;
                let [decoded] = decoded;
                decoded
            }
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn parameters_are_decoded_and_checked() {
        let known = ["from", "limit"];
        let parsed = parse(Some("from=2026-01-01T00%3A00%3a00%2B01:00&limit=5"), &known).unwrap();
        assert_eq!(parsed.get("from").unwrap(), "2026-01-01T00:00:00+01:00");
        assert_eq!(parsed.get("limit").unwrap(), "5");
        assert!(parse(None, &known).unwrap().is_empty());
        for refused in ["limit=1&limit=2", "page=1", "limit=%zz", "limit=%4", "from=%ff", "%00=1"] {
            assert!(parse(Some(refused), &known).is_err(), "{refused}");
        }
    }
}
