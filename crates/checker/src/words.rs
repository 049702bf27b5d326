//! Translates judgements to the languages of the law packs. Ids, keys and parameters are the same in all languages.

use std::collections::BTreeMap;
use std::str::FromStr;

use labeler_rules::pack::{LANGUAGES, Pack, PackSet};
use labeler_rules::{Judgement, Message, Region, RegionVerdict};

/// A language in which reports are available.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Language(&'static str);

impl Default for Language {
    fn default() -> Self {
        Self("en")
    }
}

impl Language {
    /// Returns the BCP 47 tag of the language.
    pub fn id(self) -> &'static str {
        self.0
    }
}

/// Error for a language in which no reports are available.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("must be one of en, de, fr, es, it, zh-Hans")]
pub struct UnknownLanguage;

impl FromStr for Language {
    type Err = UnknownLanguage;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        LANGUAGES.into_iter().find(|known| *known == text).map(Self).ok_or(UnknownLanguage)
    }
}

/// Translates the sentences of a judgement. Sentences without a translation in the pack stay English.
pub(crate) fn translate(judgement: &mut Judgement, packs: &PackSet, language: Language) {
    if language == Language::default() {
        return;
    }
    for (region, verdict) in &mut judgement.regions {
        if let Some(pack) = packs.pack(*region) {
            Words { pack, language: language.id() }.verdict(*region, verdict);
        }
    }
    let first = packs.packs().first();
    if let Some(pack) = first {
        let words = Words { pack, language: language.id() };
        judgement.notes.iter_mut().for_each(|note| words.say(note));
    }
    for question in &mut judgement.questions {
        let pack = question.regions.first().and_then(|region| packs.pack(*region)).or(first);
        if let Some(pack) = pack {
            let words = Words { pack, language: language.id() };
            words.say(&mut question.text);
            question.help.iter_mut().for_each(|help| words.say(help));
        }
    }
}

struct Words<'a> {
    pack: &'a Pack,
    language: &'a str,
}

impl Words<'_> {
    fn verdict(&self, region: Region, verdict: &mut RegionVerdict) {
        self.say_of(Some(region), &mut verdict.sentence);
        verdict.open_reason.iter_mut().for_each(|reason| self.say(reason));
        verdict.days.iter_mut().for_each(|day| self.say(&mut day.reason));
        for rule in &mut verdict.rules {
            self.text(&format!("{}.title", rule.id), &mut rule.title);
            if let Some(key) = self.key_of(&format!("{}.requirement", rule.id), &rule.requirement) {
                self.text(&key, &mut rule.requirement);
            }
            self.say(&mut rule.message);
            rule.notes.iter_mut().for_each(|note| self.say(note));
            let further = [&mut rule.severity_reason, &mut rule.settles, &mut rule.fix];
            further.into_iter().flatten().for_each(|message| self.say(message));
        }
    }

    fn say(&self, message: &mut Message) {
        self.say_of(None, message);
    }

    fn say_of(&self, region: Option<Region>, message: &mut Message) {
        let Some(template) = self.pack.text(self.language, &message.key) else { return };
        let mut params = message.params.clone();
        if let (Some(region), Some(law)) = (region, params.get_mut("law"))
            && let Some(own) = self.pack.text(self.language, &format!("law.{}", region.id()))
        {
            own.clone_into(law);
        }
        message.text = fill(template, &params);
    }

    fn text(&self, key: &str, text: &mut String) {
        if let Some(own) = self.pack.text(self.language, key) {
            own.clone_into(text);
        }
    }

    /// Returns the key of an English text. A rule has one requirement per version.
    fn key_of(&self, prefix: &str, english: &str) -> Option<String> {
        let mut texts = self.pack.texts("en");
        let is_its = |key: &str| key.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'));
        texts.find(|(key, text)| is_its(key) && *text == english).map(|(key, _)| key.to_owned())
    }
}

/// Replaces placeholders in one pass, so that braces inside a value stay unchanged.
fn fill(template: &str, params: &BTreeMap<String, String>) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((head, tail)) = rest.split_once('{') {
        out.push_str(head);
        match tail.split_once('}').map(|(name, after)| (params.get(name), after)) {
            Some((Some(value), after)) => {
                out.push_str(value);
                rest = after;
            }
            _ => {
                out.push('{');
                rest = tail;
            }
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fills_known_placeholders_once() {
        let params = BTreeMap::from([("a".to_owned(), "{b}".to_owned()), ("b".to_owned(), "2".to_owned())]);
        assert_eq!(fill("{a} and {b}, {c} {", &params), "{b} and 2, {c} {");
    }
}
