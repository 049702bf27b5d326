//! Detects the format of a file and reads what the file states about its origin.
//!
//! [`sniff`] names the format from the first bytes, [`sha256`] hashes a file in one cancellable pass and
//! [`read_metadata`] walks the file's structure and returns every statement about its origin: XMP, IPTC, EXIF,
//! text fields, China's AIGC label, traces of known generators and the place of a C2PA manifest store.
//! [`manifest_store`] takes that store out. This crate does not judge; `labeler-rules` does.
//!
//! Invariants:
//! - Input is untrusted. Everything read is bounded by [`Limits`]; no parser panics, loops without progress or
//!   recurses without a depth limit. What cannot be read becomes a [`Warning`], not an error, so that one broken
//!   part never hides the others.
//! - Structure is walked by seeking. Pixels, samples and frames are not read, except where a format gives no other
//!   way: JPEG scan data has no length field and is scanned for its end, GIF image data is a chain of small blocks,
//!   PDF objects are searched for, SVG and front matter are text; each within [`Limits::max_scan`] or [`Limits::max_read`].
//! - Every finding has a [`Location`] in the file.
//! - No clock, no randomness, no files: the caller hands in `Read + Seek`.

mod aigc;
mod budget;
mod collector;
mod container;
mod digital_source_type_table;
mod error;
mod exif;
mod findings;
mod format;
mod generators;
mod hash;
mod iim;
mod iloc;
mod inflate;
mod input;
mod iptc;
mod limits;
mod metadata;
mod read;
mod sniff;
mod text;
mod tiff;
mod uscc;
mod xml;
mod xmp;

pub mod digital_source_type;
#[cfg(any(test, feature = "fixtures"))]
pub mod fixtures;

pub use aigc::{
    AIGC_NAMESPACE, AigcCarrier, AigcLabel, AigcMeaning, AigcPair, AigcShape, AigcSite, AigcValueType,
    CharsetViolation, CodeCheck, CodeProblem, check_code,
};
pub use budget::{Budget, BudgetError, Resource};
pub use digital_source_type::{DigitalSourceTerm, DigitalSourceTypeForm};
pub use error::MediaError;
pub use exif::{Exif, ExifField};
pub use findings::{C2paLocation, Location, ManifestStore, TextBody, TextEntry, TextKind, Warning, WarningKind};
pub use format::{Format, Modality};
pub use generators::{GENERATORS, GeneratorField, GeneratorRule, GeneratorTest, GeneratorTrace, identify};
pub use hash::read_blocks;
pub use iim::IimField;
pub use iloc::{ItemExtent, ItemLocation, ItemLocations, ItemLocationsError};
pub use iptc::{DigitalSourceTypeFinding, IptcField, IptcSummary};
pub use limits::Limits;
pub use metadata::Metadata;
pub use read::{manifest_store, manifest_store_length, read_metadata, read_text};
pub use sniff::{SNIFF_LENGTH, is_plain_text, sniff};
pub use uscc::is_valid_uscc;
pub use xml::{MAX_MARKS as MAX_XML_MARKS, guard as guard_xml};
pub use xmp::{XmpPacket, XmpProperty};
