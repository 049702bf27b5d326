//! Calendar dates as `YYYY-MM-DD`. Independent of the features of `time` that a build enables.

use serde::{Deserialize, Deserializer, Serializer, de};
use time::{Date, format_description::well_known::Iso8601};

/// Formats a date as `2026-11-21`.
pub(crate) fn text(date: Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day())
}

pub(crate) fn serialize<S: Serializer>(date: &Date, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&text(*date))
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
    let text = String::deserialize(deserializer)?;
    Date::parse(&text, &Iso8601::DATE).map_err(de::Error::custom)
}

/// Serializes an optional date.
pub(crate) mod optional {
    use serde::{Deserialize, Deserializer, Serializer, de};
    use time::{Date, format_description::well_known::Iso8601};

    pub(crate) fn serialize<S: Serializer>(date: &Option<Date>, serializer: S) -> Result<S::Ok, S::Error> {
        match date {
            Some(date) => serializer.serialize_str(&super::text(*date)),
            None => serializer.serialize_none(),
        }
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
        Option::<String>::deserialize(deserializer)?
            .map(|text| Date::parse(&text, &Iso8601::DATE).map_err(de::Error::custom))
            .transpose()
    }
}
