//! Public keys as COSE writes them (RFC 9053, section 7.1), ES256 on P-256 only.

use ciborium::Value;
use p256::ecdsa::VerifyingKey;

use crate::PasskeyError;
use crate::ceremony::PublicKey;

const KEY_TYPE: i128 = 1;
const ALGORITHM: i128 = 3;
const CURVE: i128 = -1;
const X: i128 = -2;
const Y: i128 = -3;
/// EC2, ES256, P-256.
const WANTED: [(i128, i128); 3] = [(KEY_TYPE, 2), (ALGORITHM, -7), (CURVE, 1)];

pub(crate) fn public_key(value: &Value) -> Result<PublicKey, PasskeyError> {
    let map = value.as_map().ok_or(PasskeyError::Malformed)?;
    // Of a label that stands twice, neither counts.
    let get = |label: i128| {
        let mut found = map.iter().filter(|(name, _)| name.as_integer().map(i128::from) == Some(label));
        match (found.next(), found.next()) {
            (Some((_, value)), None) => Ok(value),
            _ => Err(PasskeyError::Key),
        }
    };
    for (label, wanted) in WANTED {
        if get(label)?.as_integer().map(i128::from) != Some(wanted) {
            return Err(PasskeyError::Key);
        }
    }
    let coordinate = |label| -> Result<[u8; 32], PasskeyError> {
        let bytes = get(label)?.as_bytes().ok_or(PasskeyError::Key)?;
        bytes.as_slice().try_into().map_err(|_| PasskeyError::Key)
    };
    let point = [&[4_u8][..], &coordinate(X)?, &coordinate(Y)?].concat();
    VerifyingKey::from_sec1_bytes(&point).map(PublicKey::new).map_err(|_| PasskeyError::Key)
}
