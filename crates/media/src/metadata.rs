//! All metadata that was read from a file.

use serde::Serialize;

use crate::aigc::AigcSite;
use crate::exif::Exif;
use crate::findings::{C2paLocation, Location, TextEntry, Warning};
use crate::format::Format;
use crate::generators::GeneratorTrace;
use crate::iim::IimField;
use crate::iptc::{DigitalSourceTypeFinding, IptcSummary};
use crate::xmp::XmpPacket;

/// Statements of a file about itself, in file order within each list.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Metadata {
    /// The format the file was read as.
    pub format: Format,
    /// Length of the file in bytes.
    pub length: u64,
    /// XMP packets (ISO 16684-1).
    pub xmp: Vec<XmpPacket>,
    /// IPTC fields that state origin, from all XMP packets.
    pub iptc: IptcSummary,
    /// IPTC-IIM datasets (IIM 4.2), from Photoshop resources or TIFF.
    pub iim: Vec<IimField>,
    /// EXIF blocks (CIPA DC-008).
    pub exif: Vec<Exif>,
    /// Text fields of the container: PNG text, ID3, RIFF INFO, MP4 tags, Vorbis comments and so on.
    pub text: Vec<TextEntry>,
    /// Places of China's implicit label, well-formed or not (GB 45438-2025 clause 6, Annex E).
    pub aigc: Vec<AigcSite>,
    /// Traces of known generators outside C2PA.
    pub generators: Vec<GeneratorTrace>,
    /// Digital source type URIs found in fields that are not meant for them (any text field or EXIF).
    pub stray_digital_source_types: Vec<DigitalSourceTypeFinding>,
    /// Places that hold a geographic position. The position itself is not reported.
    pub gps: Vec<Location>,
    /// Embedded C2PA manifest stores.
    pub c2pa: Vec<C2paLocation>,
    /// Parts that could not be read or are irregular.
    pub warnings: Vec<Warning>,
}
