//! The kinds of finding that several readers share, each with its place in the file.

use std::ops::Range;

use serde::Serialize;

/// Place in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Location {
    /// Path through the container's structures, for example `JPEG/APP1[2]/XMP` (third APP1 segment; counting
    /// starts at 0 and is left out for the first), `PNG/iTXt(XML:com.adobe.xmp)`, `MP4/moov/udta/meta/keys[3]`.
    pub path: String,
    /// Offset from the start of the file, in bytes. For values inside a compressed or split part: the part's offset.
    pub offset: u64,
    /// Length in the file, in bytes.
    pub length: u64,
}

/// Kind of field that a text entry was read from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum TextKind {
    /// PNG `tEXt`, `zTXt` or `iTXt`; the key is the keyword.
    PngText,
    /// JPEG `COM` segment.
    JpegComment,
    /// Text in a JPEG application segment of an unknown kind; the key is the segment's name.
    JpegSegment,
    /// GIF comment extension.
    GifComment,
    /// ID3v2 frame; the key is the frame id, for `TXXX` and `COMM` with the description: `TXXX:AIGC`.
    Id3,
    /// RIFF `LIST/INFO` entry; the key is the chunk id.
    RiffInfo,
    /// Other RIFF chunk that holds text (`AIGC`); the key is the chunk id.
    RiffChunk,
    /// MP4 metadata: `keys`/`ilst` name, iTunes item, `udta` entry.
    Mp4,
    /// Vorbis comment in FLAC or Ogg; the key is upper-cased as the specification compares it.
    Vorbis,
    /// Matroska `SimpleTag`, or `MuxingApp`, `WritingApp`, `Title` of the segment.
    Matroska,
    /// Entry of a PDF's document information dictionary.
    PdfInfo,
    /// Trailer after a JPEG's end, by Samsung's directory; the key is the entry's name.
    SamsungTrailer,
    /// Text content of an SVG's `title`, `desc` or `metadata`.
    Svg,
    /// Text in an FLV's script data; the key is the field's name.
    Flv,
    /// Custom property of an Office Open XML document.
    DocumentProperty,
    /// Entry of a Markdown file's front matter.
    FrontMatter,
}

/// Text field of the container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TextEntry {
    /// Kind of field.
    pub kind: TextKind,
    /// Name of the field, see [`TextKind`].
    pub key: String,
    /// Value, cut to [`crate::Limits::max_text`] bytes.
    pub value: String,
    /// Whether the value was cut.
    pub truncated: bool,
    /// Place of the text.
    pub location: Location,
}

/// Text of a text file or document, as people read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextBody {
    /// Paragraphs or lines that are not empty, in order, without the front matter of a Markdown file.
    pub paragraphs: Vec<String>,
    /// Whether the text was read to its end.
    pub complete: bool,
    /// Place of the text.
    pub location: Location,
}

/// Embedded C2PA manifest store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct C2paLocation {
    /// First structure that holds the store.
    pub location: Location,
    /// Byte ranges of the container's structures that hold the store, headers and checksums included, in file order,
    /// neighbours merged. For TIFF, whose directory entry lies elsewhere: the store's bytes alone.
    pub ranges: Vec<Range<u64>>,
    /// Length of the store in bytes (of its encoded form for SVG).
    pub store_length: u64,
    /// Whether form and place are those that the C2PA specification gives for this format.
    pub standard_place: bool,
}

/// Extracted C2PA manifest store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestStore {
    /// The JUMBF superbox `c2pa`.
    pub jumbf: Vec<u8>,
    /// As [`C2paLocation::ranges`].
    pub ranges: Vec<Range<u64>>,
    /// The stored form of [`ManifestStore::jumbf`] without the framing of the container.
    pub payload: Vec<Range<u64>>,
}

/// Kind of a warning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum WarningKind {
    /// The file ends inside a structure.
    Truncated,
    /// Bytes follow the end of the format's own data.
    TrailingData,
    /// A part contradicts its format and was not, or only partly, read.
    Malformed,
    /// A part or the whole exceeds a limit and was not, or only partly, read.
    Limit,
    /// A part is in a form that this reader does not read (compression, encryption).
    Unread,
    /// A valid part is in a place where readers do not expect it.
    Misplaced,
    /// A part that may occur once occurs several times.
    Duplicate,
    /// The picture itself is damaged: part of it is lost or unreliable.
    Damaged,
}

/// Irregularity in the file's structure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct Warning {
    /// Kind, for programs.
    pub kind: WarningKind,
    /// One sentence in English, for people.
    pub message: String,
    /// Place, if there is one.
    pub location: Option<Location>,
}
