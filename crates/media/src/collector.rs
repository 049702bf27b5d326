//! The collector of one pass through a file: its input, its limits and the findings so far.
//!
//! Container modules find parts and hand them over here; decoding a part (XMP, EXIF, text) happens here once for all
//! containers. In [`Want::Manifest`] mode parts other than the manifest store are not even read.

use std::ops::Range;

use crate::budget::{Budget, BudgetError, Resource};
use crate::container::location;
use crate::error::ParseError;
use crate::exif::{self, Exif};
use crate::findings::{C2paLocation, Location, TextEntry, TextKind, Warning, WarningKind};
use crate::format::Format;
use crate::iim::{self, IimField};
use crate::inflate::{self, InflateError, Packing};
use crate::input::Input;
use crate::limits::Limits;
use crate::text;
use crate::xmp::{self, XmpPacket};

/// Longest message of a warning, in bytes.
const MAX_MESSAGE: usize = 500;

/// Extent of the pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Want {
    /// Everything.
    Everything,
    /// Only the manifest store.
    Manifest,
}

/// How a manifest store's bytes are kept in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// Unchanged.
    Raw,
    /// Base64 text in UTF-8, UTF-16 or UTF-32, white space allowed (SVG).
    Base64,
    /// With ID3v2 unsynchronisation: `FF 00` is read as `FF`.
    Unsynchronised,
    /// Deflated (PDF streams).
    Zlib,
}

/// Manifest store found in the file.
#[derive(Debug, Clone)]
pub(crate) struct Store {
    pub(crate) place: C2paLocation,
    /// Byte ranges that, concatenated and decoded, are the JUMBF.
    pub(crate) payload: Vec<Range<u64>>,
    pub(crate) encoding: Encoding,
}

/// Collector of one pass through a file.
pub(crate) struct MetadataCollector<'a> {
    pub(crate) input: Input<'a>,
    pub(crate) limits: &'a Limits,
    pub(crate) format: Format,
    pub(crate) want: Want,
    pub(crate) xmp: Vec<XmpPacket>,
    pub(crate) exif: Vec<Exif>,
    pub(crate) iim: Vec<IimField>,
    pub(crate) text: Vec<TextEntry>,
    pub(crate) gps: Vec<Location>,
    pub(crate) stores: Vec<Store>,
    pub(crate) warnings: Vec<Warning>,
    pub(crate) text_left: usize,
    xmp_left: usize,
    limit_reported: bool,
    /// The first limit for which something of the file was left out.
    pub(crate) cut: Option<BudgetError>,
}

impl<'a> MetadataCollector<'a> {
    pub(crate) fn new(input: Input<'a>, format: Format, limits: &'a Limits, want: Want) -> Self {
        Self {
            input,
            limits,
            format,
            want,
            xmp: Vec::new(),
            exif: Vec::new(),
            iim: Vec::new(),
            text: Vec::new(),
            gps: Vec::new(),
            stores: Vec::new(),
            warnings: Vec::new(),
            text_left: limits.max_text_total,
            xmp_left: limits.max_xmp_total,
            limit_reported: false,
            cut: None,
        }
    }

    pub(crate) fn everything(&self) -> bool {
        self.want == Want::Everything
    }

    pub(crate) fn warn(&mut self, kind: WarningKind, message: impl Into<String>, location: Option<Location>) {
        if self.warnings.len() < self.limits.max_warnings {
            // Messages quote the file.
            let mut message: String = message.into();
            if message.len() > MAX_MESSAGE {
                message = text::cut(&message, MAX_MESSAGE).to_owned();
            }
            self.warnings.push(Warning { kind, message, location });
        }
    }

    /// Turns a part's failure into a warning, so that the walk goes on. Failures of the whole (I/O, structures visited,
    /// bytes read) go up.
    pub(crate) fn tolerate(&mut self, path: &str, outcome: Result<(), ParseError>) -> Result<(), ParseError> {
        match outcome {
            Ok(()) => Ok(()),
            Err(ParseError::Truncated(at)) => {
                self.warn(
                    WarningKind::Truncated,
                    "the file ends inside this part",
                    Some(Location { path: path.to_owned(), offset: at, length: 0 }),
                );
                Ok(())
            }
            Err(ParseError::Malformed(at, what)) => {
                self.warn(
                    WarningKind::Malformed,
                    what,
                    Some(Location { path: path.to_owned(), offset: at, length: 0 }),
                );
                Ok(())
            }
            // The part cost too much; those behind it are bounded by what is left.
            Err(ParseError::Budget(error)) if !matches!(error.resource, Resource::Structures | Resource::Read) => {
                self.cut.get_or_insert(error);
                self.warn(WarningKind::Limit, error.to_string(), Some(location(path, 0, 0)));
                Ok(())
            }
            Err(stop) => Err(stop),
        }
    }

    /// Reads a part, unless it exceeds the limit: then a warning and `None`.
    pub(crate) fn part(&mut self, path: &str, offset: u64, length: u64) -> Result<Option<Vec<u8>>, ParseError> {
        if length > self.limits.max_part {
            self.warn(
                WarningKind::Limit,
                format!("a part of {length} bytes is longer than the {} bytes that are read", self.limits.max_part),
                Some(Location { path: path.to_owned(), offset, length }),
            );
            return Ok(None);
        }
        self.input.bytes(offset, length).map(Some)
    }

    /// Unpacks a part within the limits.
    pub(crate) fn unpack(&mut self, packing: Packing, data: &[u8]) -> Result<Vec<u8>, InflateError> {
        inflate::unpack(packing, data, self.limits.max_part, self.input.budget.unpacked())
    }

    /// As [`Self::unpack`] for a part with a place; `None` with a warning when nothing comes out.
    pub(crate) fn unpacked(&mut self, packing: Packing, data: &[u8], place: &Location) -> Option<Vec<u8>> {
        match self.unpack(packing, data) {
            Ok(bytes) => Some(bytes),
            Err(InflateError::TooLarge) => {
                self.warn(WarningKind::Limit, "a compressed part larger than is read", Some(place.clone()));
                None
            }
            Err(InflateError::Damaged) => {
                self.warn(WarningKind::Malformed, "a compressed part that cannot be unpacked", Some(place.clone()));
                None
            }
        }
    }

    /// Keeps an XMP packet. `standard` says whether readers look for it there.
    pub(crate) fn add_xmp(&mut self, location: Location, bytes: &[u8], standard: bool) {
        if !self.everything() {
            return;
        }
        if bytes.len() > self.xmp_left || self.xmp.len() >= self.limits.max_items {
            self.warn(WarningKind::Limit, "more XMP than is read", Some(location));
            return;
        }
        self.xmp_left = self.xmp_left.saturating_sub(bytes.len());
        if !standard {
            self.warn(
                WarningKind::Misplaced,
                "an XMP packet in a place that the XMP specification does not give for this format",
                Some(location.clone()),
            );
        }
        let raw = text::decode_unicode(bytes);
        let (properties, problem) = xmp::parse(&raw, self.limits.max_items, &mut self.input.budget);
        if let Some(problem) = problem {
            self.warn(WarningKind::Malformed, format!("XMP: {problem}"), Some(location.clone()));
        }
        self.xmp.push(XmpPacket { location, standard_place: standard, properties, raw });
    }

    /// Keeps an EXIF block that starts with its TIFF header.
    pub(crate) fn add_exif(&mut self, location: Location, bytes: &[u8]) {
        if !self.everything() || self.exif.len() >= 16 {
            return;
        }
        let (exif, gps, problems) = exif::parse(location.clone(), bytes, self.limits, &mut self.text_left);
        for (kind, message) in problems {
            self.warn(kind, format!("EXIF: {message}"), Some(location.clone()));
        }
        if let Some(gps) = gps {
            self.gps.push(gps);
        }
        self.exif.push(exif);
    }

    /// Keeps the place of a position.
    pub(crate) fn add_gps(&mut self, location: Location) {
        if self.gps.len() < self.limits.max_items {
            self.gps.push(location);
        }
    }

    /// Keeps IPTC-IIM datasets; `location` is that of the first byte of `bytes`.
    pub(crate) fn add_iim(&mut self, location: &Location, bytes: &[u8]) {
        if self.everything() {
            let left = self.limits.max_items.saturating_sub(self.iim.len());
            let fields = iim::parse(location, bytes, left, self.limits.max_text, &mut self.text_left);
            self.iim.extend(fields);
        }
    }

    /// Keeps a text field.
    pub(crate) fn add_text(&mut self, kind: TextKind, key: impl Into<String>, value: &str, location: Location) {
        if !self.everything() {
            return;
        }
        // A packet in a general text field: readers do not look there, a report must.
        if value.contains("<x:xmpmeta") && value.contains("</x:xmpmeta>") {
            self.add_xmp(location.clone(), value.as_bytes(), false);
        }
        let cut = text::cut(value, self.limits.max_text.min(self.text_left));
        if self.text.len() >= self.limits.max_items || (cut.is_empty() && !value.is_empty()) {
            if !self.limit_reported {
                self.limit_reported = true;
                self.warn(WarningKind::Limit, "more text fields than are read", Some(location));
            }
            return;
        }
        self.text_left = self.text_left.saturating_sub(cut.len());
        let mut key: String = key.into();
        if key.len() > 256 {
            key = text::cut(&key, 256).to_owned();
        }
        self.text.push(TextEntry { kind, key, value: cut.to_owned(), truncated: cut.len() < value.len(), location });
    }

    /// Keeps a manifest store. `structures` are the container's own structures that hold it.
    pub(crate) fn add_store(
        &mut self,
        path: String,
        structures: impl IntoIterator<Item = Range<u64>>,
        payload: impl IntoIterator<Item = Range<u64>>,
        encoding: Encoding,
    ) {
        let ranges = merge(structures);
        let payload: Vec<_> = payload.into_iter().collect();
        let Some(first) = ranges.first() else { return };
        if self.stores.len() >= 64 {
            return;
        }
        let location = Location { path, offset: first.start, length: first.end.saturating_sub(first.start) };
        if !self.stores.is_empty() {
            // C2PA 2.x, "Embedding manifests": an asset has one manifest store.
            self.warn(WarningKind::Duplicate, "more than one C2PA manifest store", Some(location.clone()));
        }
        let store_length =
            payload.iter().fold(0_u64, |sum, range| sum.saturating_add(range.end.saturating_sub(range.start)));
        self.stores.push(Store {
            place: C2paLocation { location, ranges, store_length, standard_place: true },
            payload,
            encoding,
        });
    }
}

/// Findings inside a decoded part, without manifest stores.
pub(crate) struct Found {
    xmp: Vec<XmpPacket>,
    exif: Vec<Exif>,
    iim: Vec<IimField>,
    text: Vec<TextEntry>,
    gps: Vec<Location>,
    warnings: Vec<Warning>,
    text_left: usize,
    xmp_left: usize,
    budget: Budget,
}

impl MetadataCollector<'_> {
    /// Returns a collector for a part that was decoded as a whole. It has the remaining limits of this collector.
    pub(crate) fn inside<'b>(&self, input: Input<'b>) -> MetadataCollector<'b>
    where
        Self: 'b,
    {
        MetadataCollector {
            text_left: self.text_left,
            xmp_left: self.xmp_left,
            ..MetadataCollector::new(input, self.format, self.limits, self.want)
        }
    }

    /// Returns the findings.
    pub(crate) fn finish(self) -> (Found, Vec<Store>) {
        let found = Found {
            xmp: self.xmp,
            exif: self.exif,
            iim: self.iim,
            text: self.text,
            gps: self.gps,
            warnings: self.warnings,
            text_left: self.text_left,
            xmp_left: self.xmp_left,
            budget: self.input.budget,
        };
        (found, self.stores)
    }

    /// Adds the findings inside a part. Only the part has a place in the file, which becomes the place of all of them.
    pub(crate) fn adopt(&mut self, found: Found, place: &Location) {
        let moved = |location: Location| Location { offset: place.offset, length: place.length, ..location };
        self.text_left = found.text_left;
        self.xmp_left = found.xmp_left;
        self.input.budget = found.budget;
        let most = self.limits.max_items;
        let room = |taken: usize| most.saturating_sub(taken);
        let packets = found.xmp.into_iter().take(room(self.xmp.len()));
        self.xmp.extend(packets.map(|packet| XmpPacket { location: moved(packet.location), ..packet }));
        let entries = found.text.into_iter().take(room(self.text.len()));
        self.text.extend(entries.map(|entry| TextEntry { location: moved(entry.location), ..entry }));
        let fields = found.iim.into_iter().take(room(self.iim.len()));
        self.iim.extend(fields.map(|field| IimField { location: moved(field.location), ..field }));
        found.gps.into_iter().map(moved).for_each(|place| self.add_gps(place));
        for mut block in found.exif.into_iter().take(16_usize.saturating_sub(self.exif.len())) {
            block.location = moved(block.location);
            for field in &mut block.fields {
                field.location = moved(field.location.clone());
            }
            self.exif.push(block);
        }
        for warning in found.warnings {
            self.warn(warning.kind, warning.message, warning.location.map(moved));
        }
    }
}

/// Joins neighbouring ranges; the input is in file order.
fn merge(ranges: impl IntoIterator<Item = Range<u64>>) -> Vec<Range<u64>> {
    let mut merged: Vec<Range<u64>> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(last) if last.end == range.start => last.end = range.end,
            _ => merged.push(range),
        }
    }
    merged
}
