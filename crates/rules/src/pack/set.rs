//! The packs that judge: those of this build, or a newer signed replacement.

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

/// What precedes the signed bytes, so that a signature over packs is one over nothing else.
const SIGNED_PREFIX: &[u8] = b"labeler law packs 1\n";

static EMBEDDED: &[&str] = &include!(concat!(env!("OUT_DIR"), "/packs.rs"));

#[cfg(feature = "translations")]
static TRANSLATIONS: &[(&str, &str)] = &include!(concat!(env!("OUT_DIR"), "/translations.rs"));

/// Why a signed replacement was refused.
#[derive(Debug, thiserror::Error)]
pub enum ReplaceError {
    /// Too large, or not the JSON of signed packs.
    #[error("the file is no signed set of law packs: {0}")]
    Form(String),
    /// The signature does not match the packs and the key.
    #[error("the signature does not match")]
    Signature,
    /// A pack was refused.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// A pack that this build does not have, or twice the same.
    #[error("`{0}` replaces no pack of this program, or is there twice")]
    Unknown(String),
    /// Older than the pack of this build.
    #[error("the pack `{id}` has version {found}, which is older than {current}")]
    Downgrade {
        /// The pack.
        id: String,
        /// Its version in the file.
        found: String,
        /// The version of this build.
        current: String,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignedPacks {
    packs: Vec<Value>,
    signature: String,
}

/// The packs that judge, in the order of reports.
#[derive(Debug)]
pub struct PackSet {
    packs: Vec<Pack>,
}

fn numbers(version: &str) -> Vec<u32> {
    version.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}

impl PackSet {
    /// The packs of this build.
    pub fn embedded() -> &'static Self {
        static SET: OnceLock<PackSet> = OnceLock::new();
        SET.get_or_init(|| {
            // A test holds that every embedded pack loads.
            let mut packs: Vec<Pack> =
                EMBEDDED.iter().filter_map(|json| Pack::from_json(json.as_bytes()).ok()).collect();
            translate(&mut packs);
            Self { packs }
        })
    }

    /// The JSON of the packs of this build, in canonical form.
    pub fn embedded_json() -> &'static [&'static str] {
        EMBEDDED
    }

    /// The packs of this build, with those of a signed file in place of older ones.
    ///
    /// The file is `{"packs": [PACK, …], "signature": HEX}`; see [`PackSet::signed_bytes`] for what is signed.
    ///
    /// # Errors
    /// See [`ReplaceError`].
    pub fn from_signed(bytes: &[u8], key: &[u8; 32]) -> Result<Self, ReplaceError> {
        let form = |what: String| ReplaceError::Form(what);
        if bytes.len() > MAX_BYTES {
            return Err(form(format!("it is larger than {MAX_BYTES} bytes")));
        }
        let signed: SignedPacks = serde_json::from_slice(bytes).map_err(|error| form(error.to_string()))?;
        let signature =
            signature(&signed.signature).ok_or_else(|| form("the signature is not 64 bytes in hex".into()))?;
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

    /// The packs of this build with these in place of theirs, whatever their versions and unsigned: for reviewing packs,
    /// never for a verdict that goes out.
    ///
    /// # Errors
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

    /// The bytes that the signature of a signed file covers.
    pub fn signed_bytes(packs: &[Value]) -> Vec<u8> {
        let mut message = SIGNED_PREFIX.to_vec();
        message.extend_from_slice(canonical(&Value::Array(packs.to_vec())).as_bytes());
        message
    }

    /// A set of these packs alone.
    #[cfg(feature = "fuzzing")]
    #[doc(hidden)]
    pub fn only(packs: Vec<Pack>) -> Self {
        Self { packs }
    }

    /// The packs.
    pub fn packs(&self) -> &[Pack] {
        &self.packs
    }

    /// The pack of a region.
    pub fn pack(&self, region: Region) -> Option<&Pack> {
        self.packs.iter().find(|pack| pack.region == region)
    }

    /// Every version of every rule, in the order of regions, ids and dates.
    pub fn catalogue(&self) -> Vec<RuleInfo> {
        self.packs.iter().flat_map(Pack::catalogue).collect()
    }

    /// Which packs judge.
    pub fn rule_set(&self) -> RuleSet {
        let newest = self.packs.iter().max_by_key(|pack| numbers(&pack.version));
        // The day up to which all of them follow the law.
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

fn signature(hex: &str) -> Option<Signature> {
    let bytes: Vec<u8> = hex
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect::<Option<_>>()?;
    Signature::from_slice(&bytes).ok()
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
