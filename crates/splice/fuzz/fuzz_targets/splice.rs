//! Any bytes: writing a packet and a store gives an error, or a file in which both are found again.
#![no_main]

use bytes::Bytes;
use labeler_media::{Limits, manifest_store, read_metadata, sniff};
use labeler_splice::{Embedding, Packet, Rope, WRITABLE, write_packet};
use libfuzzer_sys::fuzz_target;

const STORE: &[u8] = b"\0\0\0\x2ejumb\0\0\0\x26jumdc2pa\0\x11\0\x10\x80\0\0\xaa\0\x38\x9bq\x03c2pa\0urn:pad:00";

fuzz_target!(|data: &[u8]| {
    let Some(format) = sniff(data).filter(|format| WRITABLE.contains(format)) else { return };
    let source = Rope::from(Bytes::copy_from_slice(data));
    let packet = Packet { main: "<x:xmpmeta xmlns:x='adobe:ns:meta/'/>", ..Packet::default() };
    let Ok(written) = write_packet(&source, format, &packet) else { return };
    let limits = Limits::default();
    let Ok(metadata) = read_metadata(&mut written.reader(), format, &limits) else { return };
    let stale: Vec<_> = metadata.c2pa.into_iter().flat_map(|place| place.ranges).collect();
    let Ok(plan) = Embedding::plan(&written, format, &stale, STORE.len() as u64) else { return };
    let room = plan.exclusion();
    let _ = plan.binding();
    let file = plan.finish(STORE).expect("the store is as long as planned");
    assert!(file.len() >= room.end);
    let _ = manifest_store(&mut file.reader(), format, &limits);
});
