//! The opaque paging cursor: a position that is valid only for the list that it came from.
//!
//! Layout before base64url: version (1 byte), pepper version (4), created_at (8, big endian), event id (rest but 16),
//! and the first 16 bytes of a MAC over all of that together with the workspace, the mode and the filters. A cursor
//! that was altered, or is used with other filters or by another workspace, fails the one comparison.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;

use crate::encoding::is_id;
use crate::events::model::{EventFilter, ID_PREFIX};
use crate::model::EventScope;
use crate::secret::{Peppers, Purpose};

const VERSION: u8 = 1;
const MAC_BYTES: usize = 16;
/// Maximum length of a cursor that is decoded, in characters. A valid one has 79.
const MAX_CHARS: usize = 128;

/// Position where a page ended: the next page begins with the row after this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Position {
    pub created_at_ms: i64,
    pub id: String,
}

/// Returns the scope and filter that a cursor is bound to, as bytes. Unambiguous, because every part has a length or a
/// fixed size.
fn fingerprint(scope: &EventScope, filter: &EventFilter) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(96);
    for text in [scope.workspace_id.as_str(), filter.modality.map_or("", |modality| modality.as_str())] {
        bytes.extend((text.len() as u64).to_be_bytes());
        bytes.extend(text.as_bytes());
    }
    bytes.push(u8::from(scope.livemode));
    for bound in [filter.from_ms, filter.to_ms] {
        bytes.push(u8::from(bound.is_some()));
        bytes.extend(bound.unwrap_or(0).to_be_bytes());
    }
    bytes
}

fn mac(peppers: &Peppers, version: u32, body: &[u8], scope: &EventScope, filter: &EventFilter) -> Option<[u8; 32]> {
    let message = [&(body.len() as u64).to_be_bytes(), body, &fingerprint(scope, filter)].concat();
    peppers.mac(version, Purpose::Cursor, &message)
}

pub(super) fn encode(position: &Position, scope: &EventScope, filter: &EventFilter, peppers: &Peppers) -> String {
    let version = peppers.current_version();
    let mut bytes = vec![VERSION];
    bytes.extend(version.to_be_bytes());
    bytes.extend(position.created_at_ms.to_be_bytes());
    bytes.extend(position.id.as_bytes());
    let tag = mac(peppers, version, &bytes, scope, filter).unwrap_or_default();
    bytes.extend(tag.iter().take(MAC_BYTES));
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(super) fn decode(text: &str, scope: &EventScope, filter: &EventFilter, peppers: &Peppers) -> Option<Position> {
    if text.len() > MAX_CHARS {
        return None;
    }
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (body, tag) = bytes.split_at_checked(bytes.len().checked_sub(MAC_BYTES)?)?;
    let (head, rest) = body.split_first_chunk::<5>()?;
    let (format, version) = head.split_first_chunk::<1>()?;
    if *format != [VERSION] {
        return None;
    }
    let version = u32::from_be_bytes(version.try_into().ok()?);
    let expected = mac(peppers, version, body, scope, filter)?;
    if !bool::from(expected.get(..MAC_BYTES)?.ct_eq(tag)) {
        return None;
    }
    let (time, id) = rest.split_first_chunk::<8>()?;
    let id = std::str::from_utf8(id).ok()?;
    is_id(ID_PREFIX, id).then(|| Position { created_at_ms: i64::from_be_bytes(*time), id: id.to_owned() })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;
    use crate::events::model::Modality;
    use proptest::prelude::*;

    fn peppers() -> Peppers {
        Peppers::parse(&format!("1:{}", "5a".repeat(32))).unwrap()
    }

    fn position() -> Position {
        Position { created_at_ms: 1_800_000_000_123, id: format!("evt_{}", "0".repeat(26)) }
    }

    fn scope() -> EventScope {
        EventScope { workspace_id: "ws_a".to_owned(), livemode: true }
    }

    #[test]
    fn decodes_only_with_its_own_list() {
        let filter = EventFilter { modality: Some(Modality::Image), from_ms: Some(5), to_ms: None };
        let text = encode(&position(), &scope(), &filter, &peppers());
        assert_eq!(decode(&text, &scope(), &filter, &peppers()), Some(position()));
        assert!(
            text.len() <= MAX_CHARS && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
        );

        let filters = [
            EventFilter { modality: None, ..filter.clone() },
            EventFilter { modality: Some(Modality::Video), ..filter.clone() },
            EventFilter { from_ms: None, ..filter.clone() },
            EventFilter { from_ms: None, to_ms: Some(5), ..filter.clone() },
            EventFilter { from_ms: Some(6), ..filter.clone() },
        ];
        for other in filters {
            assert_eq!(decode(&text, &scope(), &other, &peppers()), None, "{other:?}");
        }
        for other in
            [EventScope { livemode: false, ..scope() }, EventScope { workspace_id: "ws_b".to_owned(), ..scope() }]
        {
            assert_eq!(decode(&text, &other, &filter, &peppers()), None, "{other:?}");
        }
        let others = Peppers::parse(&format!("1:{}", "5b".repeat(32))).unwrap();
        assert_eq!(decode(&text, &scope(), &filter, &others), None);
        let rotated = Peppers::parse(&format!("1:{},2:{}", "5a".repeat(32), "77".repeat(32))).unwrap();
        assert_eq!(decode(&text, &scope(), &filter, &rotated), Some(position()));
    }

    #[test]
    fn refuses_every_altered_bit() {
        let filter = EventFilter::default();
        let text = encode(&position(), &scope(), &filter, &peppers());
        let bytes = URL_SAFE_NO_PAD.decode(&text).unwrap();
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(decode(&URL_SAFE_NO_PAD.encode(changed), &scope(), &filter, &peppers()), None, "bit {bit}");
        }
    }

    proptest! {
        #[test]
        fn never_panics_on_any_text(text in ".*", bytes in prop::collection::vec(any::<u8>(), 0..100)) {
            prop_assert!(decode(&text, &scope(), &EventFilter::default(), &peppers()).is_none());
            let text = URL_SAFE_NO_PAD.encode(bytes);
            prop_assert!(decode(&text, &scope(), &EventFilter::default(), &peppers()).is_none());
        }
    }
}
