//! Fuzzes the pack loader and the verification of signed replacements. The first byte selects how the other bytes are
//! read: as JSON, as TOML, as a change to an embedded pack, as that change inside a signed file, or as a complete
//! signed file.
#![no_main]

use std::sync::LazyLock;

use ed25519_dalek::{Signer, SigningKey};
use labeler_rules::pack::{LintContext, Pack, PackSet, lint};
use labeler_rules::{Context, Evidence, Region};
use libfuzzer_sys::fuzz_target;
use serde_json::{Value, json};
use time::macros::date;

static PACKS: LazyLock<Vec<Value>> =
    LazyLock::new(|| PackSet::embedded_json().iter().filter_map(|json| serde_json::from_str(json).ok()).collect());

/// Reads the catalogue of a loaded pack and judges with it.
fn used(pack: Pack) {
    for rule in pack.catalogue() {
        assert!(!rule.id.is_empty() || !rule.title.is_empty() || rule.valid_from <= date!(9999 - 12 - 31));
    }
    assert_eq!(pack.hash.len(), 64);
    let mut context = LintContext::new(date!(2026 - 11 - 30));
    context.tested = pack.cases().into_iter().map(|(key, _)| key).take(3).collect();
    lint(&pack, &context);
    let region = pack.region;
    let set = PackSet::only(vec![pack]);
    let context = Context { regions: Region::ALL.into(), ..Context::new(date!(2027 - 03 - 01)) };
    let judgement = set.judge(&Evidence::default(), &context);
    assert_eq!(judgement, set.judge(&Evidence::default(), &context));
    assert!(judgement.regions.contains_key(&region));
    assert!(serde_json::to_string(&judgement).is_ok());
}

/// Converts TOML to the JSON that packs are loaded from.
fn from_toml(value: toml::Value) -> Value {
    match value {
        toml::Value::String(text) => text.into(),
        toml::Value::Integer(number) => number.into(),
        toml::Value::Float(number) => number.into(),
        toml::Value::Boolean(flag) => flag.into(),
        toml::Value::Datetime(day) => day.to_string().into(),
        toml::Value::Array(items) => items.into_iter().map(from_toml).collect(),
        toml::Value::Table(table) => table.into_iter().map(|(key, value)| (key, from_toml(value))).collect(),
    }
}

fn byte(input: &mut &[u8]) -> usize {
    let Some((first, rest)) = input.split_first() else { return 0 };
    *input = rest;
    usize::from(*first)
}

fn word(input: &mut &[u8]) -> String {
    let length = (byte(input) % 48).min(input.len());
    let (head, rest) = input.split_at(length);
    *input = rest;
    String::from_utf8_lossy(head).into_owned()
}

/// Returns an embedded pack with some values replaced, removed, repeated or renamed.
fn changed(mut input: &[u8]) -> Value {
    let mut pack = PACKS[byte(&mut input) % PACKS.len()].clone();
    for _ in 0..=byte(&mut input) % 4 {
        let mut place = &mut pack;
        for _ in 0..8 {
            let choice = byte(&mut input);
            let has_parts = match &*place {
                Value::Array(items) => !items.is_empty(),
                Value::Object(fields) => !fields.is_empty(),
                _ => false,
            };
            if !has_parts || choice >= 250 {
                change(place, choice, &mut input);
                break;
            }
            place = match place {
                Value::Array(items) => {
                    let at = choice % items.len();
                    &mut items[at]
                }
                Value::Object(fields) => {
                    let key = fields.keys().nth(choice % fields.len()).cloned().unwrap_or_default();
                    &mut fields[&key]
                }
                _ => break,
            };
        }
    }
    pack
}

fn change(place: &mut Value, choice: usize, input: &mut &[u8]) {
    match (place, choice % 7) {
        (Value::Array(items), 0) if !items.is_empty() => {
            let at = byte(input) % items.len();
            let item = items[at].clone();
            // Enough copies to exceed every limit of the loader, but few enough for the memory limit.
            let copies = if item.to_string().len() < 4_000 { byte(input) + 1 } else { 1 };
            items.extend(std::iter::repeat_n(item, copies));
        }
        (Value::Array(items), 1) if !items.is_empty() => {
            let at = byte(input) % items.len();
            items.remove(at);
        }
        (Value::Array(items), 2) => items.reverse(),
        (Value::Object(fields), 0 | 1) if !fields.is_empty() => {
            let key = fields.keys().nth(byte(input) % fields.len()).cloned().unwrap_or_default();
            fields.remove(&key);
        }
        (Value::Object(fields), 2 | 3) => {
            fields.insert(word(input), word(input).into());
        }
        (Value::String(text), 0..=3) => {
            let mut at = byte(input) % (text.len() + 1);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            text.insert_str(at, &word(input));
        }
        (Value::String(text), 4) if text.len() < 10_000 => *text = text.repeat(byte(input) + 1),
        (place, 5) => *place = json!(byte(input)),
        (place, 6) => *place = Value::Null,
        (place, _) => *place = word(input).into(),
    }
}

fuzz_target!(|input: &[u8]| {
    let Some((mode, rest)) = input.split_first() else { return };
    let key = SigningKey::from_bytes(&[7; 32]);
    let public = key.verifying_key().to_bytes();
    match mode % 5 {
        0 => {
            if let Ok(pack) = Pack::from_json(rest) {
                used(pack);
            }
        }
        1 => {
            let Some(table) = std::str::from_utf8(rest).ok().and_then(|text| text.parse::<toml::Table>().ok()) else {
                return;
            };
            if let Ok(pack) = Pack::from_value(&from_toml(toml::Value::Table(table))) {
                used(pack);
            }
        }
        2 => {
            if let Ok(pack) = Pack::from_value(&changed(rest)) {
                used(pack);
            }
        }
        3 => {
            let packs = [changed(rest)];
            let signature: String =
                key.sign(&PackSet::signed_bytes(&packs)).to_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
            let file = json!({ "packs": packs, "signature": signature }).to_string();
            if let Ok(set) = PackSet::from_signed(file.as_bytes(), &public) {
                set.judge(&Evidence::default(), &Context::new(date!(2027 - 03 - 01)));
            }
            // A different key that signed nothing.
            let other = SigningKey::from_bytes(&[8; 32]).verifying_key().to_bytes();
            assert!(PackSet::from_signed(file.as_bytes(), &other).is_err());
        }
        _ => {
            // The fuzzer does not know the signing key, so the loader must reject every input.
            assert!(PackSet::from_signed(rest, &public).is_err());
        }
    }
});
