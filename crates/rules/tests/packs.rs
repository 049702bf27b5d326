//! Tests of the embedded law packs: texts, sources, lint and signed replacement.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod common;

use std::collections::BTreeSet;

use ed25519_dalek::{Signer as _, SigningKey};
use labeler_rules::facts::FACTS;
use labeler_rules::pack::{LintContext, Pack, PackError, PackSet, ReplaceError, lint, tested_rows};
use labeler_rules::{Severity, catalogue, messages, rule_set};
use serde_json::{Value, json};
use time::macros::date;

fn embedded(id: &str) -> Value {
    PackSet::embedded_json()
        .iter()
        .map(|text| serde_json::from_str::<Value>(text).unwrap())
        .find(|pack| pack["pack"]["id"] == id)
        .unwrap()
}

fn load(pack: &Value) -> Result<Pack, PackError> {
    Pack::from_json(pack.to_string().as_bytes())
}

fn refusal(change: impl FnOnce(&mut Value)) -> String {
    let mut pack = embedded("us-wa");
    change(&mut pack);
    load(&pack).unwrap_err().to_string()
}

#[test]
fn every_embedded_pack_loads() {
    for json in PackSet::embedded_json() {
        let pack: Value = serde_json::from_str(json).unwrap();
        Pack::from_json(json.as_bytes()).unwrap_or_else(|error| panic!("{}: {error}", pack["pack"]["id"]));
    }
    let packs = PackSet::embedded().packs();
    let ids: Vec<&str> = packs.iter().map(|pack| pack.id.as_str()).collect();
    assert_eq!(&ids[..4], ["eu", "us-ca", "cn", "us-wa"]);
    let set = rule_set();
    assert_eq!(set.packs.len(), packs.len());
    assert!(set.packs.iter().all(|pack| pack.hash.len() == 64));
}

#[test]
fn the_catalogue_lists_every_rule_with_texts_and_a_source() {
    let rules = catalogue();
    let ids: BTreeSet<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
    let count = |prefix: &str| ids.iter().filter(|id| id.starts_with(prefix)).count();
    for (prefix, least) in [("EU-", 13), ("CA-", 16), ("CN-", 17), ("WA-", 4)] {
        assert!(count(prefix) >= least, "rules of {prefix} are missing");
    }
    let written: Vec<Value> = PackSet::embedded_json().iter().map(|json| serde_json::from_str(json).unwrap()).collect();
    let written: BTreeSet<&str> = written
        .iter()
        .flat_map(|pack| pack["rule"].as_array().unwrap())
        .map(|rule| rule["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, written);
    for rule in &rules {
        assert!(!rule.title.is_empty() && !rule.requirement.is_empty(), "{}", rule.id);
        assert!(!rule.reference.instrument.is_empty() && !rule.reference.provision.is_empty(), "{}", rule.id);
        assert!(rule.reference.url.as_deref().is_some_and(|url| url.starts_with("https://")), "{}", rule.id);
        assert!(rule.valid_until.is_none_or(|until| rule.valid_from <= until));
    }
    for pair in rules.windows(2) {
        if pair[0].id == pair[1].id {
            assert_eq!(pair[0].valid_until.unwrap().next_day().unwrap(), pair[1].valid_from, "{}", pair[0].id);
        }
    }
}

#[test]
fn every_placeholder_of_a_sentence_has_a_value() {
    let common = [
        "law",
        "asOf",
        "role",
        "passed",
        "failed",
        "open",
        "from",
        "until",
        "day",
        "date",
        "by",
        "label",
        "infoPassed",
        "infoFailed",
        "infoOpen",
    ];
    for json in PackSet::embedded_json() {
        let source: Value = serde_json::from_str(json).unwrap();
        let pack = Pack::from_json(json.as_bytes()).unwrap();
        for (key, text) in pack.texts("en") {
            for name in text.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name) {
                let known = common.contains(&name)
                    || source["placeholders"].get(name).is_some()
                    || FACTS.iter().any(|fact| fact.name == name);
                assert!(known, "{}: {key} has no value for {name}", pack.id);
            }
        }
    }
}

#[test]
fn fixes_name_drawing_before_signing() {
    for (key, text) in messages().filter(|(key, _)| key.ends_with("fix")) {
        let at = |word: &str| text.to_lowercase().find(word);
        let signing = at("sign the").or_else(|| at("sign with")).filter(|_| !key.starts_with("EU-04"));
        for earlier in ["embed a watermark", "write the"] {
            if let (Some(first), Some(last)) = (at(earlier), signing) {
                assert!(first < last, "{key}: {text}");
            }
        }
    }
}

#[test]
fn rejects_invalid_packs() {
    assert!(refusal(|pack| pack["pack"]["format"] = json!(2)).contains("format"));
    assert!(refusal(|pack| pack["pack"]["facts"] = json!(99)).contains("facts 99"));
    assert!(refusal(|pack| pack["extra"] = json!(1)).contains("unknown field"));
    assert!(refusal(|pack| pack["rule"][0]["roles"] = json!(["platform", "provider"])).contains("common.binds"));
    assert!(refusal(|pack| pack["rule"][0]["case"][0]["when"] = json!("no.such.fact")).contains("no.such.fact"));
    assert!(refusal(|pack| pack["rule"][0]["case"][0]["asks"] = json!(["nothing"])).contains("nothing"));
    assert!(refusal(|pack| pack["rule"][0]["gates"] = json!(["nowhere"])).contains("nowhere"));
    assert!(refusal(|pack| pack["rule"][0]["version"][0]["source"] = json!("none")).contains("source"));
    assert!(refusal(|pack| pack["rule"][1]["id"] = json!("WA-01")).contains("twice"));
    // A file that no case matches is open, so a row without a condition can neither pass nor fail.
    assert!(
        refusal(|pack| {
            pack["rule"][0]["case"][0].as_object_mut().unwrap().remove("when");
        })
        .contains("only an open case")
    );
    // A row after one without a condition is never reached.
    assert!(
        refusal(|pack| {
            let last = json!({"id": "last", "outcome": "open", "message": "x", "settles": "y"});
            let cases = pack["rule"][0]["case"].as_array_mut().unwrap();
            cases.insert(0, last);
        })
        .contains("never reached")
    );
    // A rule may refer only to earlier rules.
    assert!(refusal(|pack| pack["rule"][0]["case"][0]["when"] = json!("WA-02 is pass")).contains("WA-02"));
    assert!(refusal(|pack| pack["rule"][0]["case"][0]["message"] = json!("x".repeat(5000))).contains("longer"));
    assert!(refusal(|pack| pack["rule"][0]["version"] = json!([])).contains("needs a version"));
}

#[test]
fn limits_the_size_of_a_pack() {
    let mut pack = embedded("us-wa");
    let rule = pack["rule"][0].clone();
    pack["rule"] = (0..201)
        .map(|index| {
            let mut rule = rule.clone();
            rule["id"] = json!(format!("ZZ-{index}"));
            rule
        })
        .collect();
    assert!(load(&pack).unwrap_err().to_string().contains("more than 200"));
    assert!(matches!(Pack::from_json(&vec![b' '; 5 * 1024 * 1024]), Err(PackError::TooLarge)));
    assert!(matches!(Pack::from_json(b"[["), Err(PackError::Form(_))));
    let deep = "[".repeat(100_000);
    assert!(matches!(Pack::from_json(deep.as_bytes()), Err(PackError::Form(_))));
}

fn signed(packs: &[Value], key: &SigningKey) -> Vec<u8> {
    let signature = key.sign(&PackSet::signed_bytes(packs)).to_bytes();
    let hex = hex::encode(signature);
    json!({"packs": packs, "signature": hex}).to_string().into_bytes()
}

#[test]
fn a_newer_signed_pack_replaces_the_embedded_one() {
    let key = SigningKey::from_bytes(&[7; 32]);
    let public = key.verifying_key().to_bytes();
    let mut pack = embedded("us-wa");
    pack["pack"]["version"] = json!("2027.1.1");
    let set = PackSet::from_signed(&signed(&[pack.clone()], &key), &public).unwrap();
    let replaced = set.rule_set().packs.into_iter().find(|pack| pack.id == "us-wa").unwrap();
    let current = rule_set().packs.into_iter().find(|pack| pack.id == "us-wa").unwrap();
    assert_eq!(replaced.version, "2027.1.1");
    assert_ne!(replaced.hash, current.hash);
    assert_eq!(set.rule_set().version, "2027.1.1");

    // The order of keys and the white space are not part of the signed content.
    let spaced = serde_json::to_string_pretty(&serde_json::from_slice::<Value>(&signed(&[pack], &key)).unwrap());
    assert!(PackSet::from_signed(spaced.unwrap().as_bytes(), &public).is_ok());
}

#[test]
fn rejects_a_bad_signature_another_schema_and_a_downgrade() {
    let key = SigningKey::from_bytes(&[7; 32]);
    let public = key.verifying_key().to_bytes();
    let changed = |change: fn(&mut Value)| {
        let mut pack = embedded("us-wa");
        change(&mut pack);
        PackSet::from_signed(&signed(&[pack], &key), &public)
    };
    let older = changed(|pack| pack["pack"]["version"] = json!("2026.11.1"));
    assert!(matches!(older, Err(ReplaceError::Downgrade { .. })));
    let schema = changed(|pack| pack["pack"]["facts"] = json!(2));
    assert!(matches!(schema, Err(ReplaceError::Pack(PackError::Schema { .. }))));
    let stranger = changed(|pack| pack["pack"]["id"] = json!("xx"));
    assert!(matches!(stranger, Err(ReplaceError::Unknown(_))));
    let region = changed(|pack| pack["pack"]["region"] = json!("eu"));
    assert!(matches!(region, Err(ReplaceError::Unknown(_))));

    let pack = embedded("us-wa");
    let other = SigningKey::from_bytes(&[8; 32]);
    assert!(matches!(
        PackSet::from_signed(&signed(std::slice::from_ref(&pack), &other), &public),
        Err(ReplaceError::Signature)
    ));
    let mut file: Value = serde_json::from_slice(&signed(std::slice::from_ref(&pack), &key)).unwrap();
    file["packs"][0]["pack"]["name"] = json!("changed");
    assert!(matches!(PackSet::from_signed(file.to_string().as_bytes(), &public), Err(ReplaceError::Signature)));
    let twice = signed(&[pack.clone(), pack], &key);
    assert!(matches!(PackSet::from_signed(&twice, &public), Err(ReplaceError::Unknown(_))));
    assert!(matches!(PackSet::from_signed(b"{}", &public), Err(ReplaceError::Form(_))));
    assert!(matches!(PackSet::from_signed(br#"{"packs":[],"signature":"00"}"#, &public), Err(ReplaceError::Form(_))));
}

#[test]
fn the_lint_reports_what_a_reviewer_must_see() {
    let lint_of = |change: fn(&mut Value), day| {
        let mut pack = embedded("us-wa");
        change(&mut pack);
        let mut context = LintContext::new(day);
        context.languages = vec!["en".to_owned()];
        context.tested = load(&pack).unwrap().cases().into_iter().map(|(key, _)| key).collect();
        lint(&load(&pack).unwrap(), &context)
    };
    let today = date!(2026 - 11 - 30);
    assert_eq!(lint_of(|_| {}, today), []);
    let late = lint_of(|_| {}, date!(2027 - 02 - 02));
    assert!(late[0].what.contains("due on 2027-02-01"), "{late:?}");
    let unread = lint_of(|pack| pack["source"][0]["reviewer"] = json!("not read: secondary source"), today);
    assert!(unread.iter().any(|found| found.place == "WA-01" && found.what.contains("was not read")), "{unread:?}");
    let raised = |pack: &mut Value| {
        pack["source"][0]["reviewer"] = json!("not read: secondary source");
        for rule in pack["rule"].as_array_mut().unwrap() {
            rule["version"][0]["severity"] = json!("informational");
        }
        pack["rule"][3]["case"][0]["severity"] = json!("required");
    };
    let raised: Vec<String> = lint_of(raised, today).into_iter().map(|found| found.place).collect();
    assert_eq!(raised, ["WA-04"]);
    let same = lint_of(|pack| pack["rule"][0]["case"][1]["when"] = pack["rule"][0]["case"][0]["when"].clone(), today);
    assert!(same.iter().any(|found| found.what.contains("never reached")), "{same:?}");

    let mut context = LintContext::new(today);
    context.languages = vec!["en".to_owned(), "de".to_owned()];
    let pack = load(&embedded("us-wa")).unwrap();
    let found = lint(&pack, &context);
    assert!(found.iter().any(|found| found.what.contains("missing in de")));
    assert!(found.iter().any(|found| found.place == "WA-01.pass" && found.what.contains("no situation")));
}

#[test]
fn the_document_about_packs_names_every_pack() {
    let page = include_str!("../../../docs/law-packs.md");
    for pack in PackSet::embedded().packs() {
        assert!(page.contains(&format!("{}.toml`", pack.id)), "docs/law-packs.md does not name {}.toml", pack.id);
    }
}

#[test]
fn a_key_has_the_same_text_in_every_pack() {
    let mut texts = std::collections::BTreeMap::new();
    for pack in PackSet::embedded().packs() {
        for (key, text) in pack.texts("en") {
            let other = texts.insert(key, (&pack.id, text));
            assert!(other.is_none_or(|(_, known)| known == text), "{key} differs in {} and {other:?}", pack.id);
        }
    }
}

#[test]
fn only_an_unchanged_row_counts_as_tested() {
    let mut pack = embedded("us-wa");
    let all = tested_rows(&load(&pack).unwrap());
    assert!(all.contains("WA-01.none") && all.contains("WA-01.notRead") && all.contains("common.ai.unknown"));
    let rows = pack["rule"][0]["case"].as_array_mut().unwrap();
    let row = |id: &str| rows.iter().position(|row| row["id"] == id).unwrap();
    let (none, unread) = (row("none"), row("notRead"));
    rows[none]["when"] = json!("answer.vendor-watermark is no and read.all");
    rows[unread]["outcome"] = json!("not-applicable");
    rows[0]["message"] = json!("Other words.");
    let changed = load(&pack).unwrap();
    let known = tested_rows(&changed);
    let left: Vec<&String> = all.difference(&known).collect();
    assert_eq!(left, ["WA-01.none", "WA-01.notRead"]);
    let mut context = LintContext::new(date!(2026 - 11 - 30));
    context.languages = vec!["en".to_owned()];
    context.tested = known;
    let places: Vec<String> = lint(&changed, &context).into_iter().map(|found| found.place).collect();
    let own: Vec<&String> = places.iter().filter(|place| place.starts_with("WA-01")).collect();
    assert_eq!(own, ["WA-01.none", "WA-01.notRead"]);
}

#[test]
fn names_the_place_of_a_malformed_part() {
    let told = refusal(|pack| pack["rule"][1]["case"][0]["outcom"] = json!("pass"));
    assert!(told.contains("WA-02, case `pass`") && told.contains("outcom"), "{told}");
    let told = refusal(|pack| pack["rule"][0]["version"][0]["severity"] = json!("must"));
    assert!(told.contains("WA-01, version 1") && told.contains("must"), "{told}");
    let told = refusal(|pack| pack["rule"][2]["roles"] = json!(["producer"]));
    assert!(told.contains("WA-03") && told.contains("producer"), "{told}");
    let told = refusal(|pack| pack["gate"][0]["case"][0]["outcome"] = json!("maybe"));
    assert!(told.contains("case `") && told.contains("maybe"), "{told}");
    let told = refusal(|pack| pack["source"][0]["read-on"] = json!("yesterday"));
    assert!(told.contains("source `act`"), "{told}");
    let told = refusal(|pack| pack["pack"]["reviewed"] = json!("x"));
    assert!(told.starts_with("[pack]") && told.contains("reviewed"), "{told}");
    let told = refusal(|pack| pack["rules"] = json!([]));
    assert!(told.contains("rules") && !told.contains("column"), "{told}");
    let told = refusal(|pack| pack["rule"][0]["case"][0]["when"] = json!("c2pa.state is intakt"));
    assert!(told.contains("WA-01.pass") && told.contains("intact"), "{told}");
    let told = refusal(|pack| pack["rule"][0]["case"][0]["when"] = json!("answer.deepfake is yes"));
    assert!(told.contains("`answer.deep-fake`"), "{told}");
}

/// Without the feature, the program does not contain the texts, so there is nothing to test.
#[cfg(feature = "translations")]
#[test]
fn every_text_is_there_in_every_language() {
    for pack in PackSet::embedded().packs() {
        let mut context = LintContext::new(date!(2026 - 11 - 30));
        context.tested = pack.cases().into_iter().map(|(key, _)| key).collect();
        assert_eq!(lint(pack, &context), [], "{}", pack.id);
    }
}

#[test]
fn no_rule_is_required_without_a_source_that_was_read() {
    for pack in PackSet::embedded().packs() {
        let mut context = LintContext::new(date!(2026 - 11 - 30));
        context.languages = vec!["en".to_owned()];
        context.tested = pack.cases().into_iter().map(|(key, _)| key).collect();
        assert_eq!(lint(pack, &context), [], "{}", pack.id);
    }
    assert!(catalogue().iter().any(|rule| rule.severity == Severity::Required));
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(200))]

    /// A damaged or forged pack is loaded or rejected without a panic, and a loaded pack can judge.
    #[test]
    fn a_damaged_pack_is_loaded_or_refused(place in 0_usize..20_000, text in "[ -~]{0,30}", swap in 0_usize..20_000) {
        let mut json = PackSet::embedded_json()[3].to_owned();
        let mut at = place % json.len();
        while !json.is_char_boundary(at) {
            at -= 1;
        }
        match swap % 3 {
            0 => json.insert_str(at, &text),
            1 => json.truncate(at),
            _ => {
                let words = ["pass", "fail", "open", "not", "is", "yes", "2027", "required", "WA-01", "c2pa"];
                let from = words[swap % words.len()];
                let to = words[place % words.len()];
                json = json.replacen(from, to, 1 + swap % 40);
            }
        }
        if let Ok(pack) = Pack::from_json(json.as_bytes())
            && let Ok(set) = PackSet::reviewed(vec![pack])
        {
            set.judge(&labeler_rules::Evidence::default(), &labeler_rules::Context::new(date!(2027 - 03 - 01)));
        }
    }
}
