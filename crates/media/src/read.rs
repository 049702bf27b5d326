//! One file in, everything it says about itself out.

use std::io::{Read, Seek};

use base64::Engine;

use crate::collector::{Encoding, MetadataCollector, Store, Want};
use crate::container;
use crate::error::MediaError;
use crate::error::ParseError;
use crate::findings::{Location, ManifestStore, TextBody, WarningKind};
use crate::format::Format;
use crate::inflate::{InflateError, Packing};
use crate::input::Input;
use crate::iptc::{self, DigitalSourceTypeFinding};
use crate::limits::Limits;
use crate::metadata::Metadata;
use crate::xmp::ns;
use crate::{aigc, generators};

/// Reads everything a file says about itself. `format` comes from [`crate::sniff`]; a file in another format gives
/// warnings, not findings.
///
/// # Errors
/// [`MediaError::Io`] when the source fails, [`MediaError::Empty`] for a source without a byte. Broken, truncated or
/// hostile content is no error: see [`Metadata::warnings`].
pub fn read_metadata<R: Read + Seek>(source: &mut R, format: Format, limits: &Limits) -> Result<Metadata, MediaError> {
    let collector = run(source, format, limits, Want::Everything)?;
    let aigc = aigc::find(format, &collector.xmp, &collector.exif, &collector.text);
    let generators = generators::find(&collector.xmp, &collector.exif, &collector.iim, &collector.text);
    let stray = stray_source_types(&collector);
    let mut gps = collector.gps;
    for packet in &collector.xmp {
        if packet.get(ns::EXIF, "GPSLatitude").is_some() {
            gps.push(packet.location.clone());
        }
    }
    Ok(Metadata {
        format,
        length: collector.input.length(),
        iptc: iptc::summarise(&collector.xmp),
        xmp: collector.xmp,
        iim: collector.iim,
        exif: collector.exif,
        text: collector.text,
        aigc,
        generators,
        stray_digital_source_types: stray,
        gps,
        c2pa: collector.stores.into_iter().map(|store| store.place).collect(),
        warnings: collector.warnings,
    })
}

/// Takes the embedded C2PA manifest store out of a file, or `None` when it has none. With several, the last in the
/// file for TIFF (C2PA keeps it with the last page), the first otherwise.
///
/// # Errors
/// [`MediaError::Io`] and [`MediaError::Empty`] as [`read_metadata`]; [`MediaError::ManifestTooLarge`] above
/// [`Limits::max_manifest_store`]; [`MediaError::ManifestMalformed`] when its bytes cannot be put together;
/// [`MediaError::ManifestNotSearched`] when a limit ended the search before one was found.
pub fn manifest_store<R: Read + Seek>(
    source: &mut R,
    format: Format,
    limits: &Limits,
) -> Result<Option<ManifestStore>, MediaError> {
    let mut collector = run(source, format, limits, Want::Manifest)?;
    let stores = std::mem::take(&mut collector.stores);
    let store = if format == Format::Tiff { stores.into_iter().next_back() } else { stores.into_iter().next() };
    match (store, collector.cut) {
        (Some(store), _) => extract(&mut collector, store).map(Some),
        (None, Some(limit)) => Err(MediaError::ManifestNotSearched(limit)),
        (None, None) => Ok(None),
    }
}

/// Reads the text of a text file or an Office Open XML text document as people read it, or `None` for a format or a file
/// whose text is not read here.
///
/// # Errors
/// [`MediaError::Io`] and [`MediaError::Empty`] as [`read_metadata`].
pub fn read_text<R: Read + Seek>(
    source: &mut R,
    format: Format,
    limits: &Limits,
) -> Result<Option<TextBody>, MediaError> {
    let input = Input::new(source, limits)?;
    if input.length() == 0 {
        return Err(MediaError::Empty);
    }
    let mut collector = MetadataCollector::new(input, format, limits, Want::Everything);
    let outcome = match format {
        Format::Text | Format::Markdown => container::markdown::body(&mut collector).map(Some),
        Format::Ooxml => container::ooxml::body(&mut collector),
        _ => Ok(None),
    };
    match outcome {
        Ok(body) => Ok(body),
        Err(ParseError::Io(error)) => Err(error.into()),
        Err(ParseError::Budget(_) | ParseError::Truncated(_) | ParseError::Malformed(..)) => Ok(None),
    }
}

/// Length of the store that [`manifest_store`] would take out, in bytes as it lies in the file; `None` when there is none
/// that can be found.
///
/// # Errors
/// [`MediaError::Io`] and [`MediaError::Empty`] as [`read_metadata`].
pub fn manifest_store_length<R: Read + Seek>(
    source: &mut R,
    format: Format,
    limits: &Limits,
) -> Result<Option<u64>, MediaError> {
    let stores = run(source, format, limits, Want::Manifest)?.stores;
    let store = if format == Format::Tiff { stores.last() } else { stores.first() };
    Ok(store.map(|store| store.place.store_length))
}

fn run<'a, R: Read + Seek>(
    source: &'a mut R,
    format: Format,
    limits: &'a Limits,
    want: Want,
) -> Result<MetadataCollector<'a>, MediaError> {
    let input = Input::new(source, limits)?;
    if input.length() == 0 {
        return Err(MediaError::Empty);
    }
    let mut collector = MetadataCollector::new(input, format, limits, want);
    let outcome = match format {
        Format::Jpeg => container::jpeg::read(&mut collector),
        Format::Png => container::png::read(&mut collector),
        Format::Webp | Format::Wav | Format::Avi => container::riff::read(&mut collector),
        Format::Tiff => container::tiff::read(&mut collector),
        Format::Gif => container::gif::read(&mut collector),
        Format::Avif | Format::Heic | Format::Heif | Format::Mp4 | Format::Mov | Format::M4a => {
            container::bmff::read(&mut collector)
        }
        Format::Jxl => container::jxl::read(&mut collector),
        Format::Mp3 => container::id3::read_mp3(&mut collector),
        Format::Flac => container::flac::read(&mut collector),
        Format::Ogg => container::ogg::read(&mut collector),
        Format::Matroska | Format::Webm => container::matroska::read(&mut collector),
        Format::Pdf => container::pdf::read(&mut collector),
        Format::Svg => container::svg::read(&mut collector),
        Format::Flv => container::flv::read(&mut collector),
        Format::Ooxml => container::ooxml::read(&mut collector),
        Format::Markdown => container::markdown::read(&mut collector),
        // It has no place for metadata; `read_text` reads it as people do.
        Format::Text => Ok(()),
    };
    match collector.tolerate(name(format), outcome) {
        Ok(()) => {}
        Err(ParseError::Io(error)) => return Err(error.into()),
        Err(ParseError::Budget(error)) => {
            collector.cut = Some(error);
            collector.warn(WarningKind::Limit, format!("{error}; the rest was not read"), None);
        }
        Err(ParseError::Truncated(_) | ParseError::Malformed(..)) => {}
    }
    Ok(collector)
}

fn name(format: Format) -> &'static str {
    format.mime()
}

fn extract(collector: &mut MetadataCollector<'_>, store: Store) -> Result<ManifestStore, MediaError> {
    let length = store.place.store_length;
    let limit = collector.limits.max_manifest_store;
    // Base64 is a third longer than what it holds, plus line ends.
    let encoded_limit = if store.encoding == Encoding::Base64 { limit.saturating_mul(3) / 2 } else { limit };
    if length > encoded_limit {
        return Err(MediaError::ManifestTooLarge { length, limit });
    }
    // What is declared may lie outside the file.
    let room = length.min(collector.input.length());
    let mut bytes = Vec::with_capacity(usize::try_from(room).unwrap_or(0));
    for range in &store.payload {
        match collector.input.scan_into(range.clone(), &mut bytes) {
            Ok(()) => {}
            Err(ParseError::Io(error)) => return Err(error.into()),
            Err(_) => {
                return Err(MediaError::ManifestMalformed("its bytes are cut off".to_owned()));
            }
        }
    }
    let jumbf = match store.encoding {
        Encoding::Raw => bytes,
        Encoding::Unsynchronised => container::id3::resynchronise(&bytes),
        Encoding::Base64 => {
            // Zeros: the other halves of units in UTF-16.
            bytes.retain(|byte| !byte.is_ascii_whitespace() && *byte != 0);
            base64::engine::general_purpose::STANDARD
                .decode(&bytes)
                .map_err(|error| MediaError::ManifestMalformed(error.to_string()))?
        }
        Encoding::Zlib => {
            // A few bytes may unpack to any length: no more than any other part.
            let most = limit.min(collector.limits.max_part);
            crate::inflate::unpack(Packing::Zlib, &bytes, most, &mut { most }).map_err(|error| {
                MediaError::ManifestMalformed(match error {
                    InflateError::TooLarge => format!("it unpacks to more than {most} bytes"),
                    InflateError::Damaged => "its stream cannot be inflated".to_owned(),
                })
            })?
        }
    };
    if !container::jumbf::is_store(&jumbf) {
        return Err(MediaError::ManifestMalformed("no C2PA superbox at its start".to_owned()));
    }
    Ok(ManifestStore { jumbf, ranges: store.place.ranges, payload: store.payload })
}

/// Source type URIs where no field for them is: text of the container and EXIF.
fn stray_source_types(collector: &MetadataCollector<'_>) -> Vec<DigitalSourceTypeFinding> {
    let exif =
        collector.exif.iter().flat_map(|block| &block.fields).map(|field| (field.name, &field.value, &field.location));
    let text = collector.text.iter().map(|entry| (entry.key.as_str(), &entry.value, &entry.location));
    let mut found = Vec::new();
    for (name, value, location) in exif.chain(text) {
        if let Some(uri) = source_type_uri(value)
            && found.len() < 64
        {
            found.push(finding(uri, name, location));
        }
    }
    found
}

fn finding(uri: &str, name: &str, location: &Location) -> DigitalSourceTypeFinding {
    DigitalSourceTypeFinding::new(uri, name, location)
}

/// The first source type URI in a text.
fn source_type_uri(value: &str) -> Option<&str> {
    let marker = value.find("/digitalsourcetype/")?;
    let start = value.get(..marker)?.rfind("http")?;
    let rest = value.get(start..)?;
    let end = rest
        .find(|character: char| {
            !(character.is_ascii_alphanumeric() || matches!(character, ':' | '/' | '.' | '-' | '_'))
        })
        .unwrap_or(rest.len());
    rest.get(..end)
}
