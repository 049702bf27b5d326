//! RIFF (WebP, WAVE, AVI) with RF64/BW64 sizes.

use std::ops::Range;

use crate::collector::{Encoding, MetadataCollector};
use crate::container::{four_cc, jumbf, location};
use crate::error::ParseError;
use crate::findings::{TextKind, WarningKind};
use crate::format::Format;
use crate::text;

pub(crate) fn read(collector: &mut MetadataCollector<'_>) -> Result<(), ParseError> {
    let root = match collector.format {
        Format::Webp => "WebP",
        Format::Wav => "WAV",
        _ => "AVI",
    };
    let mut at = 0_u64;
    // AVI files above 1 GB are a row of RIFF chunks (OpenDML).
    while at.saturating_add(12) <= collector.input.length() {
        collector.input.step("RIFF chunks")?;
        let id = collector.input.array::<4>(at)?;
        if !matches!(&id, b"RIFF" | b"RIFX" | b"RF64" | b"BW64") {
            break;
        }
        if id == *b"RIFX" {
            collector.warn(WarningKind::Unread, "big-endian RIFF is not read", Some(location(root, at, 12)));
            return Ok(());
        }
        let declared = u64::from(collector.input.u32_le(at.saturating_add(4))?);
        let large = id != *b"RIFF";
        let mut end = if large && declared == u64::from(u32::MAX) {
            collector.input.length()
        } else {
            at.saturating_add(8).saturating_add(declared)
        };
        if end > collector.input.length() {
            // Streams written to a pipe declare 0 or the maximum; what is there can be read.
            collector.warn(
                WarningKind::Truncated,
                "the RIFF chunk is longer than the file",
                Some(location(root, at, 8)),
            );
            end = collector.input.length();
        }
        let outcome = chunks(collector, root, at.saturating_add(12)..end, 0);
        collector.tolerate(root, outcome)?;
        at = end.saturating_add(declared % 2);
    }
    if at < collector.input.length() {
        let left = collector.input.length().saturating_sub(at);
        collector.warn(
            WarningKind::TrailingData,
            format!("{left} bytes follow the end of the RIFF data"),
            Some(location(format!("{root}/trailer"), at, left)),
        );
    }
    Ok(())
}

fn chunks(
    collector: &mut MetadataCollector<'_>,
    path: &str,
    range: Range<u64>,
    depth: usize,
) -> Result<(), ParseError> {
    let mut at = range.start;
    let mut large_data = None;
    while at.saturating_add(8) <= range.end {
        collector.input.step("RIFF chunks")?;
        let id = collector.input.array::<4>(at)?;
        let mut length = u64::from(collector.input.u32_le(at.saturating_add(4))?);
        let data = at.saturating_add(8);
        if id == *b"ds64" && length >= 24 {
            // EBU Tech 3306: RIFF size, data size, sample count as 64-bit numbers.
            large_data = Some(collector.input.u64_le(data.saturating_add(8))?);
        }
        if id == *b"data" && length == u64::from(u32::MAX) {
            length = large_data.unwrap_or(length);
        }
        let end = data.saturating_add(length);
        if end > range.end {
            return Err(ParseError::Truncated(at));
        }
        chunk(collector, path, id, at, data..end, depth)?;
        at = end.saturating_add(length % 2);
    }
    Ok(())
}

fn chunk(
    collector: &mut MetadataCollector<'_>,
    path: &str,
    id: [u8; 4],
    start: u64,
    data: Range<u64>,
    depth: usize,
) -> Result<(), ParseError> {
    let length = data.end.saturating_sub(data.start);
    let name = four_cc(id).trim_end().to_owned();
    let here = format!("{path}/{name}");
    match &id {
        b"LIST" if length >= 4 => {
            let form = collector.input.array::<4>(data.start)?;
            let inner = data.start.saturating_add(4)..data.end;
            if depth >= collector.limits.max_depth {
                collector.warn(
                    WarningKind::Limit,
                    "lists nested deeper than is read",
                    Some(location(here, start, length)),
                );
                return Ok(());
            }
            let list = format!("{here}({})", four_cc(form).trim_end());
            if form == *b"INFO" {
                let outcome = info(collector, &list, inner, depth.saturating_add(1));
                return collector.tolerate(&list, outcome);
            }
            if form == *b"movi" {
                return Ok(());
            }
            let outcome = chunks(collector, &list, inner, depth.saturating_add(1));
            return collector.tolerate(&list, outcome);
        }
        b"C2PA" => {
            if jumbf::starts_store(&mut collector.input, &data)? {
                // The padding byte belongs to the chunk.
                let end = data.end.saturating_add(length % 2).min(collector.input.length());
                collector.add_store(here, Some(start..end), Some(data), Encoding::Raw);
            }
            return Ok(());
        }
        _ if !collector.everything() => {
            if matches!(&id, b"id3 " | b"ID3 ") {
                return super::id3::read_tag(collector, &here, data.start, data.end).map(|_| ());
            }
            return Ok(());
        }
        _ => {}
    }
    match &id {
        // "XMP" without its space is written by old libwebp tools.
        b"XMP " | b"XMP\0" | b"_PMX" => {
            if let Some(bytes) = collector.part(&here, data.start, length)? {
                let standard = if collector.format == Format::Webp { id == *b"XMP " } else { id == *b"_PMX" };
                collector.add_xmp(location(here, data.start, length), &bytes, standard);
            }
        }
        b"EXIF" => {
            if let Some(bytes) = collector.part(&here, data.start, length)? {
                let skip = if bytes.starts_with(b"Exif\0\0") { 6 } else { 0 };
                let block = bytes.get(skip..).unwrap_or_default();
                let place = location(here, data.start.saturating_add(skip as u64), block.len() as u64);
                collector.add_exif(place, block);
            }
        }
        b"id3 " | b"ID3 " => {
            super::id3::read_tag(collector, &here, data.start, data.end)?;
        }
        b"AIGC" => {
            if let Some(bytes) = collector.part(&here, data.start, length)? {
                collector.add_text(
                    TextKind::RiffChunk,
                    name,
                    &text::utf8_or_latin1(&bytes),
                    location(here, data.start, length),
                );
            }
        }
        // EBU Tech 3285: description 256, originator 32, reference 32 bytes.
        b"bext" if length >= 320 => {
            let bytes = collector.input.bytes(data.start, 320)?;
            for (field, range) in
                [("Description", 0..256_usize), ("Originator", 256..288), ("OriginatorReference", 288..320)]
            {
                let raw = bytes.get(range.clone()).unwrap_or_default();
                let value = text::utf8_or_latin1(text::split_nul(raw).0);
                if !value.is_empty() {
                    let place = location(
                        format!("{here}/{field}"),
                        data.start.saturating_add(range.start as u64),
                        raw.len() as u64,
                    );
                    collector.add_text(TextKind::RiffChunk, format!("bext:{field}"), &value, place);
                }
            }
        }
        b"IDIT" | b"ISFT" => {
            if let Some(bytes) = collector.part(&here, data.start, length)? {
                let place = location(here, data.start, length);
                collector.add_text(TextKind::RiffInfo, name, &text::utf8_or_latin1(&bytes), place);
            }
        }
        _ => {}
    }
    Ok(())
}

/// `LIST/INFO`: each chunk is a zero-terminated text.
fn info(collector: &mut MetadataCollector<'_>, path: &str, range: Range<u64>, depth: usize) -> Result<(), ParseError> {
    let mut at = range.start;
    while at.saturating_add(8) <= range.end {
        collector.input.step("RIFF chunks")?;
        let id = collector.input.array::<4>(at)?;
        let length = u64::from(collector.input.u32_le(at.saturating_add(4))?);
        let data = at.saturating_add(8);
        let end = data.saturating_add(length);
        if end > range.end {
            return Err(ParseError::Truncated(at));
        }
        if id == *b"LIST" {
            chunk(collector, path, id, at, data..end, depth)?;
        } else if collector.everything() {
            let name = four_cc(id).trim_end().to_owned();
            let here = format!("{path}/{name}");
            if let Some(bytes) = collector.part(&here, data, length)? {
                let value = text::utf8_or_latin1(text::split_nul(&bytes).0);
                collector.add_text(TextKind::RiffInfo, name, &value, location(here, data, length));
            }
        }
        at = end.saturating_add(length % 2);
    }
    Ok(())
}
