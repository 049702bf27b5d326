//! The set of packs that judge: the embedded packs or newer signed replacements.

use std::sync::OnceLock;

use ed25519_dalek::{Signature, VerifyingKey};
use serde::Deserialize;
use serde_json::Value;

use super::error::PackError;
use super::form::MAX_BYTES;
use super::load::Pack;
use crate::canonical::canonical;
use crate::context::Region;
use crate::verdict::{PackInfo, RuleInfo, RuleSet};

/// Prefix of the signed bytes, so that a signature over packs is valid for no other purpose.
const SIGNED_PREFIX: &[u8] = b"labeler law packs 1\n";

static EMBEDDED: &[&str] = &include!(concat!(env!("OUT_DIR"), "/packs.rs"));

#[cfg(feature = "translations")]
static TRANSLATIONS: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/translations.rs"));

/// Error for a signed replacement that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ReplaceError {
    /// The file is too large or is not the JSON of signed packs.
    #[error("the file is not a signed set of law packs: {0}")]
    Form(String),
    /// The signature does not match the packs and the key.
    #[error("the signature does not match the packs and the key")]
    Signature,
    /// A pack cannot be loaded.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// The pack is not one of the embedded packs, or occurs twice.
    #[error("the pack `{0}` is not part of this program, or occurs twice in the file")]
    Unknown(String),
    /// The pack is older than the embedded one.
    #[error("the pack `{id}` has version {found}, which is older than {current}")]
    Downgrade {
        /// Id of the pack.
        id: String,
        /// Version of the pack in the file.
        found: String,
        /// Version of the embedded pack.
        current: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignedPacks {
    packs: Vec<Value>,
    signature: String,
}

/// A set of packs in the order of reports.
#[derive(Debug)]
pub struct PackSet {
    packs: Vec<Pack>,
}

fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}

impl PackSet {
    /// Returns the embedded packs.
    pub fn embedded() -> &'static Self {
        static SET: OnceLock<PackSet> = OnceLock::new();
        SET.get_or_init(|| {
            // A test verifies that every embedded pack loads.
            let mut packs: Vec<Pack> =
                EMBEDDED.iter().filter_map(|json| Pack::from_json(json.as_bytes()).ok()).collect();
            translate(&mut packs);
            Self { packs }
        })
    }

    /// Returns the JSON of the embedded packs in canonical form.
    pub fn embedded_json() -> &'static [&'static str] {
        EMBEDDED
    }

    /// Returns the embedded packs with older ones replaced by those of a signed file.
    ///
    /// The file is `{"packs": [PACK, …], "signature": HEX}`; see [`PackSet::signed_bytes`] for the signed content.
    ///
    /// # Errors
    /// See [`ReplaceError`].
    pub fn from_signed(bytes: &[u8], key: &[u8; 32]) -> Result<Self, ReplaceError> {
        let form = |what: String| ReplaceError::Form(what);
        if bytes.len() > MAX_BYTES {
            return Err(form(format!("the file is larger than {MAX_BYTES} bytes")));
        }
        let signed: SignedPacks = serde_json::from_slice(bytes).map_err(|error| form(error.to_string()))?;
        let signature =
            signature(&signed.signature).ok_or_else(|| form("`signature` must be 64 bytes in hexadecimal".into()))?;
        let key = VerifyingKey::from_bytes(key).map_err(|_| ReplaceError::Signature)?;
        let message = Self::signed_bytes(&signed.packs);
        key.verify_strict(&message, &signature).map_err(|_| ReplaceError::Signature)?;

        let mut packs: Vec<Pack> =
            EMBEDDED.iter().map(|json| Pack::from_json(json.as_bytes())).collect::<Result<_, _>>()?;
        translate(&mut packs);
        let mut replaced: Vec<String> = Vec::new();
        for value in &signed.packs {
            let pack = Pack::from_json(canonical(value).as_bytes())?;
            let current = packs
                .iter_mut()
                .find(|current| current.id == pack.id && current.region == pack.region && !replaced.contains(&pack.id))
                .ok_or_else(|| ReplaceError::Unknown(pack.id.clone()))?;
            if numbers(&pack.version) < numbers(&current.version) {
                return Err(ReplaceError::Downgrade {
                    id: pack.id,
                    found: pack.version,
                    current: current.version.clone(),
                });
            }
            replaced.push(pack.id.clone());
            *current = pack;
        }
        Ok(Self { packs })
    }

    /// Returns the embedded packs with some replaced by these packs, which may be unsigned and of any version. For
    /// reviewing packs only, never for a published verdict.
    ///
    /// # Errors
    /// [`ReplaceError::Unknown`] if a pack is not one of the embedded ones or occurs twice.
    /// [`ReplaceError::Unknown`].
    pub fn reviewed(packs: Vec<Pack>) -> Result<Self, ReplaceError> {
        let mut set: Vec<Pack> =
            EMBEDDED.iter().map(|json| Pack::from_json(json.as_bytes())).collect::<Result<_, _>>()?;
        translate(&mut set);
        let mut replaced: Vec<String> = Vec::new();
        for pack in packs {
            let current = set
                .iter_mut()
                .find(|current| current.id == pack.id && current.region == pack.region && !replaced.contains(&pack.id))
                .ok_or_else(|| ReplaceError::Unknown(pack.id.clone()))?;
            replaced.push(pack.id.clone());
            *current = pack;
        }
        Ok(Self { packs: set })
    }

    /// Returns the bytes that the signature of a signed file covers.
    pub fn signed_bytes(packs: &[Value]) -> Vec<u8> {
        let mut message = SIGNED_PREFIX.to_vec();
        message.extend_from_slice(canonical(&Value::Array(packs.to_vec())).as_bytes());
        message
    }

    /// Creates a set with only these packs.
    #[cfg(feature = "fuzzing")]
    #[doc(hidden)]
    pub fn only(packs: Vec<Pack>) -> Self {
        Self { packs }
    }

    /// Returns the packs.
    pub fn packs(&self) -> &[Pack] {
        &self.packs
    }

    /// Returns the pack of a region.
    pub fn pack(&self, region: Region) -> Option<&Pack> {
        self.packs.iter().find(|pack| pack.region == region)
    }

    /// Returns every version of every rule, ordered by region, id and date.
    pub fn catalogue(&self) -> Vec<RuleInfo> {
        self.packs.iter().flat_map(Pack::catalogue).collect()
    }

    /// Returns the names and versions of the packs.
    pub fn rule_set(&self) -> RuleSet {
        let newest = self.packs.iter().max_by_key(|pack| numbers(&pack.version));
        // The day up to which all of the packs follow the law.
        let date = self.packs.iter().map(|pack| pack.date).min();
        RuleSet {
            version: newest.map(|pack| pack.version.clone()).unwrap_or_default(),
            date: date.unwrap_or(time::Date::MIN),
            packs: self
                .packs
                .iter()
                .map(|pack| PackInfo { id: pack.id.clone(), version: pack.version.clone(), hash: pack.hash.clone() })
                .collect(),
        }
    }
}

fn signature(text: &str) -> Option<Signature> {
    let mut bytes = [0_u8; Signature::BYTE_SIZE];
    hex::decode_to_slice(text, &mut bytes).ok()?;
    Some(Signature::from_bytes(&bytes))
}

#[cfg(feature = "translations")]
fn translate(packs: &mut [Pack]) {
    for (language, json) in TRANSLATIONS {
        let Ok(texts) = serde_json::from_str::<std::collections::BTreeMap<String, String>>(json) else {
            continue;
        };
        for pack in packs.iter_mut() {
            let known = pack.texts.get("en").cloned().unwrap_or_default();
            let own = texts.iter().filter(|(key, _)| known.contains_key(*key));
            let own = own.map(|(key, text)| (key.clone(), text.clone())).collect();
            pack.texts.insert((*language).to_owned(), own);
        }
    }
}

#[cfg(not(feature = "translations"))]
fn translate(_packs: &mut [Pack]) {}
