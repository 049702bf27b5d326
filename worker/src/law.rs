//! The law packs that judge: the embedded packs, or a newer signed set that the deployment configures.
//!
//! | variable | content |
//! |---|---|
//! | `LABELER_RULES` | path of the signed set among the static files (`/rules/packs.json`), or its JSON |
//! | `LABELER_RULES_KEY` | the Ed25519 public key of its signer: PEM, or 64 hexadecimal digits |
//!
//! If the configured set cannot be used, every response is an error: older rules never replace it silently. Only `GET
//! /api/v1/rules` is answered, from which the pages learn about the set; they then say why they cannot use it.
//! Cloudflare's variables are limited to 5 KB, and a set of packs has several hundred KB. Therefore the set is a static
//! file there, which is protected by its signature.

use std::sync::OnceLock;

use labeler_api::{Law, NamedRules};
use worker::{Env, Error, Response, Result};

use crate::bindings::ASSETS;
use crate::secrets::variable;

const RULES: &str = "LABELER_RULES";
const RULES_KEY: &str = "LABELER_RULES_KEY";
/// Host of requests to the assets binding, which uses only the path.
const HOST: &str = "https://assets.invalid";

/// Path of the response that does not need the packs.
const NAMED_RULES: &str = "/api/v1/rules";

static LAW: OnceLock<Law> = OnceLock::new();

/// Returns the configured set in the form for the pages. A missing key is empty, which no page accepts.
pub(crate) fn named(env: &Env) -> Option<NamedRules> {
    let signed_set = variable(env, RULES)?;
    Some(NamedRules { signed_set, public_key: variable(env, RULES_KEY).unwrap_or_default() })
}

/// Returns the packs for a request to this path.
///
/// # Errors
/// As [`load`].
pub(crate) async fn for_path(env: &Env, path: &str) -> Result<Law> {
    if path == NAMED_RULES { Ok(Law::default()) } else { load(env).await }
}

/// Returns the packs of this isolate. A change of the set is a new deployment and therefore a new isolate.
///
/// # Errors
/// If the configured set cannot be read or used.
async fn load(env: &Env) -> Result<Law> {
    if let Some(law) = LAW.get() {
        return Ok(law.clone());
    }
    let Some(named) = variable(env, RULES) else {
        return Ok(LAW.get_or_init(Law::default).clone());
    };
    let refused = |name: &str, why: &str| Error::RustError(format!("{name}: {why}"));
    let key = variable(env, RULES_KEY).ok_or_else(|| {
        refused(RULES_KEY, "it is not set, but LABELER_RULES requires the public key of the packs' signer")
    })?;
    let packs = if named.starts_with('{') { named.into_bytes() } else { file(env, &named).await? };
    let law = Law::from_signed(&packs, &key).map_err(|error| refused(RULES, &error.to_string()))?;
    Ok(LAW.get_or_init(|| law).clone())
}

async fn file(env: &Env, path: &str) -> Result<Vec<u8>> {
    let refused = |why: String| Error::RustError(format!("{RULES}: {why}"));
    if !path.starts_with('/') {
        return Err(refused("it must be JSON, or the path of a static file, which begins with /".to_owned()));
    }
    let answer = env.assets(ASSETS)?.fetch(format!("{HOST}{path}"), None).await?;
    let mut answer: Response = answer.try_into()?;
    if answer.status_code() != 200 {
        return Err(refused(format!("there is no static file {path} ({})", answer.status_code())));
    }
    answer.bytes().await
}
