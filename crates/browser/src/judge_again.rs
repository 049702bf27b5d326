//! Judges the facts about a file again and inserts the result into its report, whose other fields stay unchanged, byte
//! for byte.

use std::fmt;

use labeler_checker::law::Law;
use labeler_checker::{Judged, Language, judge};
use labeler_rules::Context;
use labeler_rules::evidence::Evidence;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::value::{RawValue, to_raw_value};

use crate::error::CallError;

pub(crate) fn judge_again(report: &str, evidence: &str, context: &str, law: &Law) -> Result<String, CallError> {
    let context: Context = serde_json::from_str(context).map_err(|cause| CallError::options(&cause))?;
    let evidence: Evidence = serde_json::from_str(evidence).map_err(|cause| CallError::report(&cause))?;
    let mut fields: Fields = serde_json::from_str(report).map_err(|cause| CallError::report(&cause))?;
    let written: Option<String> = fields.get("language").and_then(|raw| serde_json::from_str::<String>(raw.get()).ok());
    let language: Language = written.and_then(|text| text.parse().ok()).unwrap_or_default();
    let judged = judge(&evidence, &context, law, language);
    put(&mut fields, &judged).map_err(|cause| CallError::report(&cause))?;
    serde_json::to_string(&fields).map_err(|cause| CallError::internal(&cause))
}

fn put(fields: &mut Fields, judged: &Judged) -> serde_json::Result<()> {
    fields.set("context", to_raw_value(&judged.context)?);
    fields.set("ai", to_raw_value(&judged.ai)?);
    fields.set("signals", to_raw_value(&judged.signals)?);
    fields.set("verdicts", to_raw_value(&judged.verdicts)?);
    fields.set("notes", to_raw_value(&judged.notes)?);
    // Omitted if there are none, as in a fresh report.
    fields.remove("questions");
    if !judged.questions.is_empty() {
        fields.set_after("notes", "questions", to_raw_value(&judged.questions)?);
    }
    if let Some(engine) = fields.get("engine") {
        let mut engine: Fields = serde_json::from_str(engine.get())?;
        engine.set("rules", to_raw_value(&judged.rule_set)?);
        fields.set("engine", to_raw_value(&engine)?);
    }
    Ok(())
}

/// A JSON object with its fields in their original order and spelling.
struct Fields(Vec<(String, Box<RawValue>)>);

impl Fields {
    fn get(&self, name: &str) -> Option<&RawValue> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_ref())
    }

    fn set(&mut self, name: &str, value: Box<RawValue>) {
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }

    fn set_after(&mut self, before: &str, name: &str, value: Box<RawValue>) {
        let at = self.0.iter().position(|(known, _)| known == before).map_or(self.0.len(), |index| index + 1);
        self.0.insert(at, (name.to_owned(), value));
    }

    fn remove(&mut self, name: &str) {
        self.0.retain(|(known, _)| known != name);
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs;
        impl<'de> Visitor<'de> for Pairs {
            type Value = Fields;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a JSON object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Fields(pairs))
            }
        }
        deserializer.deserialize_map(Pairs)
    }
}

impl Serialize for Fields {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (name, value) in &self.0 {
            map.serialize_entry(name, value)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::io::Cursor;

    use labeler_checker::{CheckRequest, check_with_facts, look_here};
    use labeler_media::fixtures::{self, Parts};
    use labeler_rules::Answer;
    use time::macros::datetime;

    use super::*;

    #[test]
    fn equals_a_check_with_the_same_answers() {
        let file = fixtures::png(&Parts::default());
        let mut request = CheckRequest::at(datetime!(2026-11-30 10:00 UTC));
        let first = check_with_facts(&mut Cursor::new(&file), &request, &mut look_here).unwrap();
        let mut context = first.report.context.clone();
        context.is_ai = Answer::Yes;
        let report = serde_json::to_string(&first.report).unwrap();
        let evidence = serde_json::to_string(&first.evidence).unwrap();
        let again = judge_again(&report, &evidence, &serde_json::to_string(&context).unwrap(), &Law::default());
        request.context = Some(context);
        let fresh = check_with_facts(&mut Cursor::new(&file), &request, &mut look_here).unwrap().report;
        assert_eq!(again.unwrap(), serde_json::to_string(&fresh).unwrap());
        assert!(judge_again("[]", &evidence, "{\"asOf\":\"2026-11-30\"}", &Law::default()).is_err());
        assert!(judge_again(&report, &evidence, "{\"asOf\":\"soon\"}", &Law::default()).is_err());
    }
}
