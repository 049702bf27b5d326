//! Reads law packs from files: as lawyers write them (TOML), as programs read them (JSON), and signed.

use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signer as _, SigningKey};
use labeler_init::files;
use labeler_rules::pack::{Pack, PackSet};
use serde_json::{Map, Value, json};

use crate::answers;

/// Name that selects the embedded packs instead of a path.
pub const EMBEDDED: &str = "embedded";
/// Folder with gates, questions and sentences that several packs use.
const SHARED: &str = "shared";
/// Folder with the translations.
const TEXTS: &str = "text";
/// Prefix of an Ed25519 private key in PKCS#8 form (RFC 8410); the key's 32 bytes follow.
const PKCS8: [u8; 16] =
    [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/// A pack with the JSON from which it was loaded.
pub struct PackFile {
    pub value: Value,
    pub pack: Pack,
}

impl PackFile {
    fn load(value: Value) -> Result<Self, String> {
        let pack = Pack::from_value(&value).map_err(|error| error.to_string())?;
        Ok(Self { value, pack })
    }

    /// Returns the pack with its translations, which are in separate files. Its hash differs.
    pub fn with_texts(&self, path: &Path) -> Result<Self, String> {
        let mut value = self.value.clone();
        for (language, texts) in texts_beside(path)? {
            let known = value.pointer("/text/en").and_then(Value::as_object);
            let english: Vec<String> = self.pack.texts("en").map(|(key, _)| key.to_owned()).collect();
            let is_own = |key: &String| english.contains(key) || known.is_some_and(|known| known.contains_key(key));
            let own: Map<String, Value> = texts.into_iter().filter(|(key, _)| is_own(key)).collect();
            if let Some(all) = value.get_mut("text").and_then(Value::as_object_mut) {
                all.insert(language, Value::Object(own));
            }
        }
        Self::load(value)
    }
}

/// Reads packs: a TOML or JSON file, a signed set (without verifying its signature), a folder of TOML files, or the
/// embedded packs.
pub fn read(path: &Path) -> Result<Vec<PackFile>, String> {
    let told = |error: String| format!("{}: {error}", path.display());
    if path.as_os_str() == EMBEDDED {
        return PackSet::embedded_json()
            .iter()
            .map(|json| PackFile::load(serde_json::from_str(json).map_err(|error| error.to_string())?))
            .collect::<Result<_, _>>()
            .map_err(told);
    }
    if path.is_dir() {
        let files = toml_files(path)?;
        if files.is_empty() {
            return Err(told("this folder contains no pack (*.toml)".to_owned()));
        }
        let packs: Result<Vec<Vec<PackFile>>, String> = files.iter().map(|file| read(file)).collect();
        return Ok(packs?.into_iter().flatten().collect());
    }
    if path.extension().is_some_and(|extension| extension == "toml") {
        return Ok(vec![PackFile::load(toml_pack(path)?).map_err(told)?]);
    }
    let value: Value = serde_json::from_slice(&files::read(path)?).map_err(|error| told(error.to_string()))?;
    let packs = match value.get("packs").and_then(Value::as_array) {
        Some(packs) => packs.clone(),
        None => vec![value],
    };
    packs.into_iter().map(PackFile::load).collect::<Result<_, _>>().map_err(told)
}

/// Converts a TOML pack to the JSON that programs read, with the files that it includes and those that all packs of its
/// folder share. A test compares the result with the embedded packs.
fn toml_pack(path: &Path) -> Result<Value, String> {
    let mut pack = read_toml(path)?;
    let shared = folder_of(path).join(SHARED);
    let included = pack.as_object_mut().and_then(|map| map.remove("include"));
    for name in included.iter().filter_map(Value::as_array).flatten().rev() {
        let name =
            name.as_str().ok_or_else(|| format!("{}: `include` must be a list of file names", path.display()))?;
        prepend(&mut pack, &read_toml(&shared.join(format!("{name}.toml")))?);
    }
    let common = shared.join("common.toml");
    if !common.is_file() {
        return Err(format!(
            "{}: the tables that all packs share are missing. {} must be in the same folder. Copy the whole folder of packs.",
            path.display(),
            common.display()
        ));
    }
    let common = read_toml(&common)?;
    prepend(&mut pack, &common);
    let english = |value: &Value| value.pointer("/text/en").and_then(Value::as_object).cloned().unwrap_or_default();
    let mut merged = english(&common);
    merged.extend(english(&pack));
    if let Some(map) = pack.as_object_mut() {
        map.insert("text".to_owned(), json!({ "en": merged }));
    }
    Ok(pack)
}

/// Inserts the gates and questions of a shared file before those of a pack.
fn prepend(pack: &mut Value, shared: &Value) {
    for list in ["gate", "question"] {
        let items = |value: &Value| value.get(list).and_then(Value::as_array).cloned().unwrap_or_default();
        let merged: Vec<Value> = items(shared).into_iter().chain(items(pack)).collect();
        if let Some(map) = pack.as_object_mut() {
            map.insert(list.to_owned(), merged.into());
        }
    }
}

fn read_toml(path: &Path) -> Result<Value, String> {
    let told = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let text = String::from_utf8(files::read(path)?).map_err(|_| told(&"is not UTF-8"))?;
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| told(&error.to_string().trim_end()))?;
    Ok(answers::json(toml::Value::Table(table)))
}

fn folder_of(path: &Path) -> PathBuf {
    path.parent().map(Path::to_path_buf).unwrap_or_default()
}

/// Returns the TOML files of a folder in a stable order.
pub fn toml_files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let told = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(told)? {
        let path = entry.map_err(told)?.path();
        if path.is_file() && path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

/// A language with its texts by key.
type Texts = (String, Map<String, Value>);

fn texts_beside(path: &Path) -> Result<Vec<Texts>, String> {
    let folder = folder_of(path).join(TEXTS);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut languages = Vec::new();
    for file in toml_files(&folder)? {
        let language = file.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if let Value::Object(texts) = read_toml(&file)? {
            languages.push((language, texts));
        }
    }
    Ok(languages)
}

/// Returns the path of the list of tested rows in the folder of a pack.
pub fn tested_beside(path: &Path) -> PathBuf {
    folder_of(path).join("shared/tested.txt")
}

/// Returns a signed set of packs for `labeler check --rules`.
pub fn signed(packs: &[PackFile], key: &Path) -> Result<String, String> {
    let pem = String::from_utf8(files::read(key)?).unwrap_or_default();
    let secret = private_key(&pem).ok_or_else(|| {
        format!(
            "{}: is not an Ed25519 private key in PKCS#8 PEM. Create one with `openssl genpkey -algorithm ed25519`",
            key.display()
        )
    })?;
    let values: Vec<Value> = packs.iter().map(|pack| pack.value.clone()).collect();
    let signature = SigningKey::from_bytes(&secret).sign(&PackSet::signed_bytes(&values));
    Ok(json!({ "packs": values, "signature": hex::encode(signature.to_bytes()) }).to_string())
}

fn private_key(pem: &str) -> Option<[u8; 32]> {
    let body = pem.split_once("-----BEGIN PRIVATE KEY-----")?.1.split_once("-----END PRIVATE KEY-----")?.0;
    let body: String = body.chars().filter(|letter| !letter.is_whitespace()).collect();
    STANDARD.decode(body).ok()?.strip_prefix(&PKCS8)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_pack_in_toml_has_the_hash_of_the_embedded_one() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../rules/packs");
        let mut read: Vec<_> = read(&folder).unwrap().into_iter().map(|file| (file.pack.id, file.pack.hash)).collect();
        let mut embedded: Vec<_> = PackSet::embedded().packs().iter().map(|p| (p.id.clone(), p.hash.clone())).collect();
        read.sort();
        embedded.sort();
        assert_eq!(read, embedded);
    }
}
