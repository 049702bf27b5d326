//! The law packs that judge: those of this build, or a newer signed set that the deployment names.
//!
//! | variable | content |
//! |---|---|
//! | `LABELER_RULES` | path of the signed set among the static files (`/rules/packs.json`), or its JSON |
//! | `LABELER_RULES_KEY` | the Ed25519 public key of its signer: PEM, or 64 hexadecimal digits |
//!
//! A set that is named and refused is an error of every answer: nothing is judged by older rules instead. Only `GET
//! /api/v1/rules` is answered, from which the pages learn of the set; they then say why they do not judge by it.
//! Variables of Cloudflare hold 5 KB, a set of packs some hundred; so there it is a static file, whose signature is what
//! counts.

use std::sync::OnceLock;

use labeler_api::{Law, NamedRules};
use worker::{Env, Error, Response, Result};

use crate::bindings::ASSETS;
use crate::secrets::variable;

const RULES: &str = "LABELER_RULES";
const RULES_KEY: &str = "LABELER_RULES_KEY";
/// Host of a request to the assets binding, which looks only at the path.
const HOST: &str = "https://assets.invalid";

/// The answer that does not need the packs.
const NAMED_RULES: &str = "/api/v1/rules";

static LAW: OnceLock<Law> = OnceLock::new();

/// The set that the deployment names, as the pages are told. A key that is missing is empty, which no page accepts.
pub(crate) fn named(env: &Env) -> Option<NamedRules> {
    let signed_set = variable(env, RULES)?;
    Some(NamedRules { signed_set, public_key: variable(env, RULES_KEY).unwrap_or_default() })
}

/// The packs for a request to this path.
///
/// # Errors
/// As [`load`].
pub(crate) async fn for_path(env: &Env, path: &str) -> Result<Law> {
    if path == NAMED_RULES { Ok(Law::default()) } else { load(env).await }
}

/// The packs of this isolate. Another set is a new deployment and so a new isolate.
///
/// # Errors
/// When a set is named and cannot be read or is refused.
async fn load(env: &Env) -> Result<Law> {
    if let Some(law) = LAW.get() {
        return Ok(law.clone());
    }
    let Some(named) = variable(env, RULES) else {
        return Ok(LAW.get_or_init(Law::default).clone());
    };
    let refused = |name: &str, why: &str| Error::RustError(format!("{name}: {why}"));
    let key = variable(env, RULES_KEY)
        .ok_or_else(|| refused(RULES_KEY, "it is not set, and LABELER_RULES needs the key that signed the packs"))?;
    let packs = if named.starts_with('{') { named.into_bytes() } else { file(env, &named).await? };
    let law = Law::from_signed(&packs, &key).map_err(|error| refused(RULES, &error.to_string()))?;
    Ok(LAW.get_or_init(|| law).clone())
}

async fn file(env: &Env, path: &str) -> Result<Vec<u8>> {
    let refused = |why: String| Error::RustError(format!("{RULES}: {why}"));
    if !path.starts_with('/') {
        return Err(refused("it must be the path of a static file, which begins with /, or JSON".to_owned()));
    }
    let answer = env.assets(ASSETS)?.fetch(format!("{HOST}{path}"), None).await?;
    let mut answer: Response = answer.try_into()?;
    if answer.status_code() != 200 {
        return Err(refused(format!("there is no static file {path} ({})", answer.status_code())));
    }
    answer.bytes().await
}
