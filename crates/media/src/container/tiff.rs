//! TIFF files: XMP (tag 700), IPTC (0x83BB), Photoshop resources (0x8649), C2PA (0xCD41) and EXIF of every page.

use std::ops::Range;

use crate::collector::{Encoding, MetadataCollector};
use crate::container::{jumbf, location, numbered};
use crate::error::ParseError;
use crate::exif;
use crate::findings::WarningKind;
use crate::iim;
use crate::tiff::{Directory, Entry, Header};

/// Maximum number of pages followed: scanned books have some hundreds.
const MAX_PAGES: usize = 1000;

pub(crate) fn read(collector: &mut MetadataCollector<'_>) -> Result<(), ParseError> {
    let header = Header::read(&mut collector.input)?;
    let mut next = header.first;
    let mut seen: Vec<Range<u64>> = Vec::new();
    while next != 0 {
        let path = format!("TIFF/IFD{}", seen.len());
        if seen.len() >= MAX_PAGES {
            collector.warn(WarningKind::Limit, "more pages than are read", Some(location(path, next, 0)));
            return Ok(());
        }
        if seen.iter().any(|page| page.start == next) {
            collector.warn(
                WarningKind::Malformed,
                "the chain of directories is a circle",
                Some(location(path, next, 0)),
            );
            return Ok(());
        }
        let Directory { whole, entries, next: following, outside } =
            header.directory(&mut collector.input, next, is_read)?;
        if seen.iter().any(|page| page.start < whole.end && whole.start < page.end) {
            collector.warn(WarningKind::Malformed, "two directories overlap", Some(location(path, next, 0)));
            return Ok(());
        }
        seen.push(whole);
        if outside > 0 {
            collector.warn(
                WarningKind::Malformed,
                format!("{outside} entries have no readable value"),
                Some(location(path.clone(), next, 0)),
            );
        }
        for entry in &entries {
            let outcome = page_entry(collector, &path, entry);
            collector.tolerate(&path, outcome)?;
        }
        if seen.len() == 1 && collector.everything() {
            let place = location(path.clone(), 0, 0);
            let limits = *collector.limits;
            let (exif, gps, problems) = exif::parse_file(
                place.clone(),
                &mut collector.input,
                &header,
                next,
                &limits,
                &mut collector.text_left,
            )?;
            for (kind, message) in problems {
                collector.warn(kind, format!("EXIF: {message}"), Some(place.clone()));
            }
            collector.gps.extend(gps);
            if !exif.fields.is_empty() || exif.gps || exif.orientation.is_some() {
                collector.exif.push(exif);
            }
        }
        next = following;
    }
    Ok(())
}

/// Whether entries with this tag are of interest.
const fn is_read(tag: u16) -> bool {
    matches!(tag, 0xCD41 | 700 | 0x83BB | 0x8649)
}

fn page_entry(collector: &mut MetadataCollector<'_>, path: &str, entry: &Entry) -> Result<(), ParseError> {
    let place = |name: &str| location(format!("{path}/{name}"), entry.offset, entry.length);
    match entry.tag {
        0xCD41 => {
            let payload = entry.offset..entry.offset.saturating_add(entry.length);
            if jumbf::starts_store(&mut collector.input, &payload)? {
                let path = format!("{path}/{}", numbered("C2PA", 0));
                collector.add_store(path, Some(payload.clone()), Some(payload), Encoding::Raw);
            }
        }
        700 if collector.everything() => {
            if let Some(bytes) = collector.part(path, entry.offset, entry.length)? {
                collector.add_xmp(place("XMP"), &bytes, true);
            }
        }
        0x83BB if collector.everything() => {
            if let Some(bytes) = collector.part(path, entry.offset, entry.length)? {
                collector.add_iim(&place("IIM"), &bytes);
            }
        }
        0x8649 if collector.everything() => {
            if let Some(bytes) = collector.part(path, entry.offset, entry.length)?
                && let Some((start, size)) = iim::photoshop_resource(&bytes)
            {
                let data = bytes.get(start..start.saturating_add(size)).unwrap_or_default();
                let at =
                    location(format!("{path}/Photoshop/IIM"), entry.offset.saturating_add(start as u64), size as u64);
                collector.add_iim(&at, data);
            }
        }
        _ => {}
    }
    Ok(())
}
