//! Secrets of the deployment, read once per isolate.
//!
//! | name | content | without it |
//! |---|---|---|
//! | `LABELER_PEPPER` | `version:hex[,version:hex]`, at least 32 bytes each | nothing works: every response is an error |
//! | `LABELER_SEALING_KEY` | `version:hex[,version:hex]`, 32 bytes each | the sealing keys are derived from the pepper |
//! | `LABELER_SIGNING_CHAIN`, `LABELER_SIGNING_KEY` | PEM, leaf first; PKCS#8 PEM | managed signing returns 503 for live keys |
//! | `LABELER_TEST_SIGNING_CHAIN`, `LABELER_TEST_SIGNING_KEY` | the same for the sandbox | managed signing returns 503 for test keys |
//! | `LABELER_TRUST_ANCHORS` | PEM, one or more certificates | only the public trust lists are consulted |
//! | `LABELER_TSA_URL` | a time-stamping authority's address (a variable, not a secret) | labels have no time stamp |
//! | `LABELER_MAIL_FROM` | sender of all messages: `address` or `Name <address>` | no mail: requests that need it get 503 |
//! | `LABELER_MAIL_URL` | the provider's endpoint for one message | the binding `EMAIL` sends, if there is one |
//! | `LABELER_MAIL_HEADER` | `Name: value`, the provider's secret | no secret is sent |
//! | `LABELER_MAIL_BODY` | `resend`, `postmark`, `sendgrid`, `brevo`, `plain` or a JSON template | `plain` |
//! | `LABELER_TSA_REQUIRED` | `true`: fail rather than sign without a time stamp | signed without, with a warning |
//!
//! In `.dev.vars` a PEM is on one line with `\n` for its line breaks; both forms are accepted.

use std::sync::{Arc, OnceLock};

use labeler_api::{MailSettings, Signing, TimeStampAuthority};
use labeler_provenance::SigningIdentity;
use labeler_provenance::trust::TrustList;
use labeler_store::{Peppers, SealingKeys};
use worker::{Env, Error, Result};

const PEPPER: &str = "LABELER_PEPPER";
const SEALING: &str = "LABELER_SEALING_KEY";
const LIVE: [&str; 2] = ["LABELER_SIGNING_CHAIN", "LABELER_SIGNING_KEY"];
const TEST: [&str; 2] = ["LABELER_TEST_SIGNING_CHAIN", "LABELER_TEST_SIGNING_KEY"];

const TRUST: &str = "LABELER_TRUST_ANCHORS";
const MAIL_FROM: &str = "LABELER_MAIL_FROM";
const MAIL_URL: &str = "LABELER_MAIL_URL";
const MAIL_HEADER: &str = "LABELER_MAIL_HEADER";
const MAIL_BODY: &str = "LABELER_MAIL_BODY";
const TSA_URL: &str = "LABELER_TSA_URL";
const TSA_REQUIRED: &str = "LABELER_TSA_REQUIRED";

/// Parsed contents of the secrets.
pub(crate) struct Secrets {
    pub(crate) own_lists: Vec<TrustList>,
    pub(crate) peppers: Arc<Peppers>,
    pub(crate) sealing: Arc<SealingKeys>,
    pub(crate) signing: Signing,
    pub(crate) time_stamps: Option<TimeStampAuthority>,
}

static SECRETS: OnceLock<Secrets> = OnceLock::new();

/// Returns the secrets of this isolate. A change of a secret is a new deployment and therefore a new isolate.
///
/// # Errors
/// If the pepper is missing, or if the pepper or the sealing key is invalid. The message names the secret and never
/// contains its value.
pub(crate) fn load(env: &Env) -> Result<&'static Secrets> {
    if let Some(secrets) = SECRETS.get() {
        return Ok(secrets);
    }
    let pepper = text(env, PEPPER).ok_or_else(|| Error::RustError(format!("secret {PEPPER} is not set")))?;
    let peppers = Peppers::parse(&pepper).map_err(|error| Error::RustError(format!("secret {PEPPER}: {error}")))?;
    let derived = SealingKeys::derived(&peppers);
    let sealing = match text(env, SEALING) {
        Some(own) => derived.with_own(&own).map_err(|error| Error::RustError(format!("secret {SEALING}: {error}")))?,
        None => derived,
    };
    let signing = Signing { live: identity(env, LIVE), test: identity(env, TEST) };
    let own_lists = text(env, TRUST)
        .map(|pem| TrustList::own("operator", "Operator's trust list", "", &pem.replace("\\n", "\n")))
        .into_iter()
        .collect();
    let time_stamps = variable(env, TSA_URL).map(|url| TimeStampAuthority {
        url,
        required: variable(env, TSA_REQUIRED).is_some_and(|value| value.eq_ignore_ascii_case("true")),
    });
    Ok(SECRETS.get_or_init(|| Secrets {
        own_lists,
        peppers: Arc::new(peppers),
        sealing: Arc::new(sealing),
        signing,
        time_stamps,
    }))
}

/// Returns the mail settings; `None` without a sender.
pub(crate) fn mail(env: &Env) -> Option<MailSettings> {
    let value = |name| variable(env, name).unwrap_or_default();
    let from = variable(env, MAIL_FROM)?;
    Some(MailSettings { from, url: value(MAIL_URL), header: value(MAIL_HEADER), body: value(MAIL_BODY) })
}

/// In `.dev.vars`, variables and secrets have the same form.
pub(crate) fn variable(env: &Env, name: &str) -> Option<String> {
    let value = env.var(name).ok().map(|value| value.to_string()).or_else(|| text(env, name));
    value.map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
}

fn text(env: &Env, name: &str) -> Option<String> {
    env.secret(name).ok().map(|secret| secret.to_string()).filter(|text| !text.trim().is_empty())
}

/// Returns a certificate chain and its key. An invalid pair is logged and treated as missing, so that other features
/// keep working.
fn identity(env: &Env, [chain_name, key_name]: [&str; 2]) -> Option<Arc<SigningIdentity>> {
    let pem = |name| text(env, name).map(|text| text.replace("\\n", "\n"));
    let (chain, key) = (pem(chain_name)?, pem(key_name)?);
    match SigningIdentity::from_pem(chain.as_bytes(), key.as_bytes()) {
        Ok(identity) => Some(Arc::new(identity)),
        Err(error) => {
            worker::console_error!("secrets {chain_name} and {key_name} cannot sign: {error}");
            None
        }
    }
}
