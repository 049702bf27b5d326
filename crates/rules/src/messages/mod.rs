//! The message catalogue: every word a report says, keyed by rule id and finding, so that it can be translated.
//!
//! Invariants (checked by tests): every key that the code uses exists, no key is unused, a failing finding has a fix
//! (`KEY.fix` or `RULE.fix`) and an open one says what settles it (`KEY.settles` or `RULE.settles`). Placeholders are
//! `{name}`; values are never parsed again.

mod california;
mod china;
mod common;
mod eu;
mod washington;

use crate::Region;

/// One catalogue entry: key and English text.
pub(crate) type Entry = (&'static str, &'static str);

fn table(key: &str) -> &'static [Entry] {
    match key.get(..3) {
        Some("EU-") => eu::EN,
        Some("CA-") => california::EN,
        Some("CN-") => china::EN,
        Some("WA-") => washington::EN,
        _ => common::EN,
    }
}

/// The English text of a key.
pub(crate) fn lookup(key: &str) -> Option<&'static str> {
    table(key).iter().find(|(name, _)| *name == key).map(|(_, text)| *text)
}

/// The whole catalogue, key and English text, for translators and documentation.
pub fn messages() -> impl Iterator<Item = (&'static str, &'static str)> {
    [common::EN, eu::EN, california::EN, china::EN, washington::EN].into_iter().flatten().copied()
}

/// Key of a region's name as it stands in a sentence.
pub(crate) fn law_key(region: Region) -> &'static str {
    match region {
        Region::Eu => "law.eu",
        Region::California => "law.california",
        Region::China => "law.china",
        Region::Washington => "law.washington",
    }
}

/// Fills placeholders in one pass, so that braces inside a value stay what they are.
pub(crate) fn render(template: &str, params: &[(&'static str, String)]) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((head, tail)) = rest.split_once('{') {
        out.push_str(head);
        match tail.split_once('}') {
            Some((name, after)) => {
                match params.iter().find(|(known, _)| *known == name) {
                    Some((_, value)) => out.push_str(value),
                    None => {
                        out.push('{');
                        out.push_str(name);
                        out.push('}');
                    }
                }
                rest = after;
            }
            None => {
                out.push('{');
                rest = tail;
            }
        }
    }
    out.push_str(rest);
    out
}
