//! Strict parsing of query strings: unknown, repeated and malformed parameters are refused, so that a typing error in a
//! filter never returns more than was asked for.

use std::collections::BTreeMap;

use time::{OffsetDateTime, PrimitiveDateTime, format_description::well_known::Iso8601};

use crate::http::error::ApiError;

const DAY_MS: i64 = 86_400_000;

/// Parses the parameters by name. Only `known` ones are accepted, each at most once.
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

/// Decodes `application/x-www-form-urlencoded` text: percent-encoding, and plus for a space.
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

/// Parses the parameters `from` and `to` as Unix milliseconds, both inclusive.
pub(crate) fn period(parameters: &mut BTreeMap<String, String>) -> Result<(Option<i64>, Option<i64>), ApiError> {
    let mut time = |field: &str| match parameters.remove(field) {
        None => Ok(None),
        Some(text) => parse_time(&text).map(Some).ok_or_else(|| {
            let text =
                format!("{field} must be an ISO 8601 date and time, for example 2026-05-16T10:30:00Z, or a date");
            ApiError::validation(field, text)
        }),
    };
    let (from, to) = (time("from")?, time("to")?);
    if from.zip(to).is_some_and(|(from, to)| from.earliest_ms > to.latest_ms) {
        return Err(ApiError::validation("to", "to must not be before from"));
    }
    Ok((from.map(|time| time.earliest_ms), to.map(|time| time.latest_ms)))
}

/// A bound in milliseconds, the precision of stored events: rounded up as a lower bound, down as an upper one. A date
/// is its whole day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Bound {
    earliest_ms: i64,
    latest_ms: i64,
}

fn parse_time(text: &str) -> Option<Bound> {
    // The parser of dates also accepts a date and time, and ignores the time.
    let date = Some(text).filter(|text| !text.contains(['T', 't', ':']));
    if let Some(date) = date.and_then(|text| time::Date::parse(text, &Iso8601::DEFAULT).ok()) {
        let earliest_ms = date.midnight().assume_utc().unix_timestamp().checked_mul(1000)?;
        return Some(Bound { earliest_ms, latest_ms: earliest_ms.checked_add(DAY_MS - 1)? });
    }
    let time = OffsetDateTime::parse(text, &Iso8601::DEFAULT).ok().or_else(|| {
        // Clients that do not escape the plus of an offset send a space.
        let restored = text.replace(' ', "+");
        OffsetDateTime::parse(&restored, &Iso8601::DEFAULT)
            .ok()
            .or_else(|| PrimitiveDateTime::parse(text, &Iso8601::DEFAULT).ok().map(PrimitiveDateTime::assume_utc))
    })?;
    let nanos = time.unix_timestamp_nanos();
    let latest_ms = i64::try_from(nanos.div_euclid(1_000_000)).ok()?;
    let earliest_ms = if nanos.rem_euclid(1_000_000) == 0 { latest_ms } else { latest_ms.checked_add(1)? };
    Some(Bound { earliest_ms, latest_ms })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn decodes_and_validates_parameters() {
        let known = ["from", "limit"];
        let parsed = parse(Some("from=2026-01-01T00%3A00%3a00%2B01:00&limit=5"), &known).unwrap();
        assert_eq!(parsed.get("from").unwrap(), "2026-01-01T00:00:00+01:00");
        assert_eq!(parsed.get("limit").unwrap(), "5");
        assert!(parse(None, &known).unwrap().is_empty());
        for refused in ["limit=1&limit=2", "page=1", "limit=%zz", "limit=%4", "from=%ff", "%00=1"] {
            assert!(parse(Some(refused), &known).is_err(), "{refused}");
        }
    }

    #[test]
    fn parses_iso_8601_times_with_and_without_offset() {
        let exact = |ms| Some(Bound { earliest_ms: ms, latest_ms: ms });
        for (text, expected) in [
            ("1970-01-01T00:00:01Z", exact(1000)),
            ("1970-01-01T00:00:01.250Z", exact(1250)),
            ("1970-01-01T01:00:01+01:00", exact(1000)),
            ("1970-01-01T01:00:01 01:00", exact(1000)),
            ("1970-01-01T00:00:01", exact(1000)),
            ("1970-01-02", Some(Bound { earliest_ms: 86_400_000, latest_ms: 172_799_999 })),
            ("19700101T000001Z", exact(1000)),
            ("1970-01-01T00:00:00.0005Z", Some(Bound { earliest_ms: 1, latest_ms: 0 })),
            ("yesterday", None),
            ("", None),
            ("1970-13-01T00:00:00Z", None),
        ] {
            assert_eq!(parse_time(text), expected, "{text}");
        }
    }
}
