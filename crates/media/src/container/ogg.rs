//! Ogg (RFC 3533): the comment header of each logical stream: Vorbis, Opus (RFC 7845), Theora, Speex, FLAC.

use crate::collector::MetadataCollector;
use crate::container::{location, vorbis};
use crate::error::ParseError;
use crate::findings::WarningKind;

/// Maximum number of logical streams followed.
const MAX_STREAMS: usize = 16;
/// The comment header is a stream's second packet; streams are given up after so many pages.
const MAX_PAGES: usize = 4096;

struct Stream {
    serial: u32,
    packets: usize,
    codec: Codec,
    packet: Vec<u8>,
    start: u64,
    pieces: usize,
    done: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Codec {
    Vorbis,
    Opus,
    Theora,
    Flac,
    Speex,
    Other,
}

pub(crate) fn read(collector: &mut MetadataCollector<'_>) -> Result<(), ParseError> {
    if !collector.everything() {
        return Ok(());
    }
    let mut streams: Vec<Stream> = Vec::new();
    let mut at = 0_u64;
    for _ in 0..MAX_PAGES {
        if at >= collector.input.length() {
            break;
        }
        collector.input.step("Ogg pages")?;
        let head = collector.input.array::<27>(at)?;
        let [b'O', b'g', b'g', b'S', _, flags, _, _, _, _, _, _, _, _, s0, s1, s2, s3, .., count] = head else {
            return Err(ParseError::Malformed(at, "no Ogg page where one must be"));
        };
        let serial = u32::from_le_bytes([s0, s1, s2, s3]);
        let lacing = collector.input.bytes(at.saturating_add(27), u64::from(count))?;
        let data = at.saturating_add(27).saturating_add(u64::from(count));
        let size: u64 = lacing.iter().map(|length| u64::from(*length)).sum();
        at = data.saturating_add(size);
        if at > collector.input.length() {
            return Err(ParseError::Truncated(data));
        }
        let begins = flags & 2 != 0;
        if begins && streams.len() < MAX_STREAMS {
            streams.push(Stream {
                serial,
                packets: 0,
                codec: Codec::Other,
                packet: Vec::new(),
                start: data,
                pieces: 0,
                done: false,
            });
        } else if !begins && streams.iter().all(|stream| stream.done) {
            break;
        }
        let index = streams.iter().position(|stream| stream.serial == serial && !stream.done);
        if let Some(stream) = index.and_then(|index| streams.get_mut(index)) {
            page(collector, stream, &lacing, data)?;
        }
    }
    Ok(())
}

/// Adds a page's segments to the stream's packet; a segment below 255 bytes ends a packet.
fn page(
    collector: &mut MetadataCollector<'_>,
    stream: &mut Stream,
    lacing: &[u8],
    data: u64,
) -> Result<(), ParseError> {
    let mut at = data;
    let mut fresh = true;
    for length in lacing {
        if stream.packet.is_empty() {
            stream.start = at;
            stream.pieces = 0;
            fresh = true;
        }
        if fresh {
            stream.pieces = stream.pieces.saturating_add(1);
            fresh = false;
        }
        let length_u64 = u64::from(*length);
        // Packets of all streams are held at the same time.
        let bounded = collector.input.budget.retain("Ogg packets", 1, length_u64);
        if (stream.packet.len() as u64).saturating_add(length_u64) > collector.limits.max_part || bounded.is_err() {
            stream.done = true;
            stream.packet = Vec::new();
            let place = location("OGG/comments", stream.start, collector.limits.max_part);
            collector.warn(WarningKind::Limit, "comment header longer than is read", Some(place));
            return Ok(());
        }
        stream.packet.extend(collector.input.bytes(at, length_u64)?);
        at = at.saturating_add(length_u64);
        if *length < 255 {
            finish(collector, stream);
            if stream.done {
                return Ok(());
            }
        }
    }
    Ok(())
}

fn finish(collector: &mut MetadataCollector<'_>, stream: &mut Stream) {
    let packet = std::mem::take(&mut stream.packet);
    stream.packets = stream.packets.saturating_add(1);
    if stream.packets == 1 {
        stream.codec = match packet.as_slice() {
            [1, b'v', b'o', b'r', b'b', b'i', b's', ..] => Codec::Vorbis,
            [b'O', b'p', b'u', b's', b'H', b'e', b'a', b'd', ..] => Codec::Opus,
            [0x80, b't', b'h', b'e', b'o', b'r', b'a', ..] => Codec::Theora,
            [0x7F, b'F', b'L', b'A', b'C', ..] => Codec::Flac,
            [b'S', b'p', b'e', b'e', b'x', ..] => Codec::Speex,
            _ => Codec::Other,
        };
        stream.done = stream.codec == Codec::Other;
        return;
    }
    stream.done = true;
    let (name, skip) = match stream.codec {
        Codec::Vorbis => ("vorbis", 7),
        Codec::Opus => ("opus", 8),
        Codec::Theora => ("theora", 7),
        // A FLAC metadata block header stands before the comments.
        Codec::Flac => ("flac", 4),
        Codec::Speex => ("speex", 0),
        Codec::Other => return,
    };
    let body = packet.get(skip..).unwrap_or_default();
    let contiguous = stream.pieces <= 1;
    let start = stream.start.saturating_add(skip as u64);
    vorbis::read(collector, &format!("OGG/{name}/comments"), body, start, contiguous);
}
