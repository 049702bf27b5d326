//! The credentials that a file has already, as the `parentOf` ingredient of the new ones.
//!
//! The engine would read the whole file twice more to validate it. Here it validates the store alone, and the one check
//! that needs the file, the hard binding, is done by ourselves slice by slice; its outcome replaces the engine's. Kinds
//! of hard binding that are not known here (over boxes by name, over parts of a movie) go the engine's way after all.

use std::io::Cursor;
use std::ops::Range;

use c2pa::{Context, Ingredient, Reader, Settings};
use ciborium::Value;
use labeler_media::{Format, ManifestStore};
use labeler_splice::Rope;
use serde_json::json;
use sha2::{Digest, Sha256, Sha384, Sha512};

use crate::jumbf;

/// Where a hard binding stands after our own check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    Match,
    Mismatch,
}

/// The ingredient, or `None` when the engine has to read the file itself.
pub(crate) fn ingredient(
    store: &ManifestStore,
    source: &Rope,
    format: Format,
    title: Option<&str>,
    settings: Settings,
) -> c2pa::Result<Option<Ingredient>> {
    let Some((kind, verdict)) = verify(store, source, format) else { return Ok(None) };
    let context = Context::new().with_settings(settings)?;
    let reader = Reader::from_context(context).with_stream("application/c2pa", Cursor::new(store.jumbf.as_slice()))?;
    let (Some(results), Some(label)) = (reader.validation_results(), reader.active_label()) else {
        return Ok(None);
    };
    let mut results = serde_json::to_value(results)?;
    let Some(active) = results.get_mut("activeManifest").and_then(serde_json::Value::as_object_mut) else {
        return Ok(None);
    };
    settle(active, label, kind, verdict);
    let mut json = json!({
        "format": format.mime(),
        "relationship": "parentOf",
        "active_manifest": label,
        "validation_results": results,
    });
    if let (Some(title), Some(map)) = (title, json.as_object_mut()) {
        map.insert("title".to_owned(), title.into());
    }
    let mut ingredient = Ingredient::from_json(&json.to_string())?;
    ingredient.set_manifest_data(store.jumbf.clone())?;
    Ok(Some(ingredient))
}

/// Puts our verdict in place of what the engine said about the hard binding without the file.
fn settle(active: &mut serde_json::Map<String, serde_json::Value>, label: &str, kind: &str, verdict: Verdict) {
    let family = if kind.starts_with("c2pa.hash.bmff") { "bmffHash" } else { "dataHash" };
    let url = format!("self#jumbf=/c2pa/{label}/c2pa.assertions/{kind}");
    let codes = ["match", "mismatch", "malformed"].map(|end| format!("assertion.{family}.{end}"));
    for list in ["success", "failure"] {
        if let Some(list) = active.get_mut(list).and_then(serde_json::Value::as_array_mut) {
            list.retain(|status| {
                let code = status["code"].as_str().unwrap_or_default();
                let own = status["url"].as_str().is_none_or(|found| found == url || found.ends_with(kind));
                !(own && codes.iter().any(|known| known == code))
            });
        }
    }
    let (list, code, explanation) = match verdict {
        Verdict::Match => ("success", "match", "hash of the asset valid"),
        Verdict::Mismatch => ("failure", "mismatch", "hash of the asset does not match"),
    };
    let status = json!({"code": format!("assertion.{family}.{code}"), "url": url, "explanation": explanation});
    if let Some(list) = active.get_mut(list).and_then(serde_json::Value::as_array_mut) {
        list.push(status);
    }
}

/// Checks the hard binding of the active manifest; `None` where its kind or one of its parts is not known here.
fn verify<'s>(store: &'s ManifestStore, source: &Rope, format: Format) -> Option<(&'s str, Verdict)> {
    let (label, cbor) = jumbf::hard_binding(&store.jumbf)?;
    let binding: Value = ciborium::from_reader(cbor).ok()?;
    // Another manifest's algorithm would stand in its claim: the assertion itself has to name it.
    let algorithm = field(&binding, "alg")?.as_text()?;
    let hash = field(&binding, "hash")?.as_bytes()?;
    let ranges = match label {
        "c2pa.hash.data" => {
            let exclusions = exclusions(&binding)?;
            // C2PA 2.2, 15.12.1: one exclusion is the manifest's place, no more and no less.
            let [place] = store.ranges.as_slice() else { return Some((label, Verdict::Mismatch)) };
            let mut place = place.clone();
            if format == Format::Webp {
                // The padding byte of an odd chunk is hashed, by the engine's reading.
                place.end = place.start.saturating_add(8).saturating_add(store.jumbf.len() as u64);
            }
            if !exclusions.contains(&place) {
                return Some((label, Verdict::Mismatch));
            }
            return Some((label, compare(algorithm, hash, source, &without(source.len(), exclusions)?)?));
        }
        _ if label.starts_with("c2pa.hash.bmff.v") && field(&binding, "merkle").is_none() => {
            labeler_splice::bmff_hash_ranges(source, &xpaths(&binding)?).ok()?
        }
        _ => return None,
    };
    let mut hasher = Hasher::new(algorithm)?;
    for range in ranges {
        hasher.update(&range.start.to_be_bytes());
        source.slice(range).parts().iter().for_each(|part| hasher.update(part));
    }
    Some((label, if hasher.finish() == *hash { Verdict::Match } else { Verdict::Mismatch }))
}

fn compare(algorithm: &str, hash: &[u8], source: &Rope, ranges: &[Range<u64>]) -> Option<Verdict> {
    let mut hasher = Hasher::new(algorithm)?;
    for range in ranges {
        source.slice(range.clone()).parts().iter().for_each(|part| hasher.update(part));
    }
    Some(if hasher.finish() == hash { Verdict::Match } else { Verdict::Mismatch })
}

fn field<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    value.as_map()?.iter().find(|(key, _)| key.as_text() == Some(name)).map(|(_, value)| value)
}

fn number(value: &Value) -> Option<u64> {
    u64::try_from(value.as_integer()?).ok()
}

fn exclusions(binding: &Value) -> Option<Vec<Range<u64>>> {
    let Some(list) = field(binding, "exclusions") else { return Some(Vec::new()) };
    list.as_array()?
        .iter()
        .map(|entry| {
            let start = number(field(entry, "start")?)?;
            Some(start..start.checked_add(number(field(entry, "length")?)?)?)
        })
        .collect()
}

/// Names of top-level boxes that are left out whole. Anything finer is not known here, except that of C2PA's own box.
fn xpaths(binding: &Value) -> Option<Vec<String>> {
    let mut names = Vec::new();
    for entry in field(binding, "exclusions")?.as_array()? {
        let xpath = field(entry, "xpath")?.as_text()?;
        let set: Vec<&str> =
            entry.as_map()?.iter().filter(|(_, value)| !value.is_null()).filter_map(|(key, _)| key.as_text()).collect();
        let name = xpath.strip_prefix('/').filter(|name| !name.contains(['/', '[']))?;
        match (name, set.as_slice()) {
            ("uuid", set) if set.contains(&"data") && set.len() == 2 => {}
            (_, ["xpath"]) => names.push(name.to_owned()),
            _ => return None,
        }
    }
    Some(names)
}

/// The ranges of a file that a list of exclusions leaves; `None` when they overlap or lie outside.
fn without(length: u64, mut exclusions: Vec<Range<u64>>) -> Option<Vec<Range<u64>>> {
    exclusions.sort_by_key(|range| range.start);
    let mut out = Vec::new();
    let mut at = 0;
    for range in exclusions {
        if range.start < at || range.end > length {
            return None;
        }
        out.push(at..range.start);
        at = range.end;
    }
    out.push(at..length);
    Some(out)
}

enum Hasher {
    Sha256(Sha256),
    Sha384(Sha384),
    Sha512(Sha512),
}

impl Hasher {
    fn new(algorithm: &str) -> Option<Self> {
        match algorithm {
            "sha256" => Some(Self::Sha256(Sha256::new())),
            "sha384" => Some(Self::Sha384(Sha384::new())),
            "sha512" => Some(Self::Sha512(Sha512::new())),
            _ => None,
        }
    }

    fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha256(hasher) => hasher.update(bytes),
            Self::Sha384(hasher) => hasher.update(bytes),
            Self::Sha512(hasher) => hasher.update(bytes),
        }
    }

    fn finish(self) -> Vec<u8> {
        match self {
            Self::Sha256(hasher) => hasher.finalize().to_vec(),
            Self::Sha384(hasher) => hasher.finalize().to_vec(),
            Self::Sha512(hasher) => hasher.finalize().to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exclusions_leave_the_rest() {
        assert_eq!(without(10, vec![8..9, 2..4]), Some(vec![0..2, 4..8, 9..10]));
        assert_eq!(without(10, vec![2..4, 3..5]), None);
        assert_eq!(without(10, vec![9..11]), None);
    }
}
