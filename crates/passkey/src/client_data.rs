//! Client data: the browser's record of the ceremony (section 5.8.1).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use subtle::ConstantTimeEq;

use crate::error::{MAX_CLIENT_DATA, PasskeyError};
use crate::expected::Expected;

#[derive(Deserialize)]
struct ClientData {
    #[serde(rename = "type")]
    kind: String,
    challenge: String,
    origin: String,
    #[serde(rename = "crossOrigin", default)]
    cross_origin: Option<bool>,
    #[serde(rename = "topOrigin", default)]
    top_origin: Option<serde_json::Value>,
}

/// Checks type, challenge and origin.
pub(crate) fn check(json: &[u8], kind: &str, expected: &Expected<'_>) -> Result<(), PasskeyError> {
    if json.len() > MAX_CLIENT_DATA {
        return Err(PasskeyError::Malformed);
    }
    let data: ClientData = serde_json::from_slice(json).map_err(|_| PasskeyError::Malformed)?;
    if data.kind != kind {
        return Err(PasskeyError::Ceremony);
    }
    let challenge = URL_SAFE_NO_PAD.decode(&data.challenge).map_err(|_| PasskeyError::Malformed)?;
    if !bool::from(challenge.ct_eq(expected.challenge)) {
        return Err(PasskeyError::Challenge);
    }
    if data.origin != expected.origin || data.cross_origin == Some(true) || data.top_origin.is_some() {
        return Err(PasskeyError::Origin);
    }
    Ok(())
}
