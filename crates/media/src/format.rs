//! Names of the formats: MIME type, extension, modality.

use serde::{Deserialize, Serialize};

/// A file format that is recognised. Serialised in lower case (`"jpeg"`, `"m4a"`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// JPEG (ISO/IEC 10918-1), with or without JFIF.
    Jpeg,
    /// PNG and APNG (ISO/IEC 15948).
    Png,
    /// WebP (RFC 9649).
    Webp,
    /// AV1 image file, still or sequence.
    Avif,
    /// HEIF with HEVC coded images.
    Heic,
    /// HEIF (ISO/IEC 23008-12) with any other or an undeclared codec.
    Heif,
    /// TIFF 6.0, BigTIFF, and the raw formats built on it (DNG).
    Tiff,
    /// GIF 87a and 89a.
    Gif,
    /// JPEG XL (ISO/IEC 18181), bare codestream or container.
    Jxl,
    /// MPEG-4 file (ISO/IEC 14496-14) and other ISO base media video.
    Mp4,
    /// QuickTime movie.
    Mov,
    /// MPEG-4 sound.
    M4a,
    /// AVI (RIFF).
    Avi,
    /// MPEG-1/2 layer III sound.
    Mp3,
    /// WAVE (RIFF, RF64, BW64).
    Wav,
    /// FLAC (RFC 9639).
    Flac,
    /// Matroska (RFC 9559).
    Matroska,
    /// WebM.
    Webm,
    /// Ogg (RFC 3533) with any codec.
    Ogg,
    /// PDF (ISO 32000).
    Pdf,
    /// SVG.
    Svg,
    /// Flash video.
    Flv,
    /// Office Open XML document (ISO/IEC 29500): text, table or slides.
    Ooxml,
    /// Markdown whose front matter holds China's label.
    Markdown,
    /// Plain text in UTF-8 or UTF-16, which has no place for metadata.
    Text,
}

/// Kind of content that a format carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "lowercase")]
pub enum Modality {
    /// Still or animated picture.
    Image,
    /// Moving picture with or without sound.
    Video,
    /// Sound.
    Audio,
    /// Text: paged, or plain.
    Document,
}

const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const PPTX: &str = "application/vnd.openxmlformats-officedocument.presentationml.presentation";

impl Format {
    /// All formats, in the order of the enum.
    pub const ALL: [Self; 25] = [
        Self::Jpeg,
        Self::Png,
        Self::Webp,
        Self::Avif,
        Self::Heic,
        Self::Heif,
        Self::Tiff,
        Self::Gif,
        Self::Jxl,
        Self::Mp4,
        Self::Mov,
        Self::M4a,
        Self::Avi,
        Self::Mp3,
        Self::Wav,
        Self::Flac,
        Self::Matroska,
        Self::Webm,
        Self::Ogg,
        Self::Pdf,
        Self::Svg,
        Self::Flv,
        Self::Ooxml,
        Self::Markdown,
        Self::Text,
    ];

    /// The media type to declare for this format (IANA registration where one exists). Of the three of Office Open XML,
    /// that of a text.
    #[must_use]
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
            Self::Avif => "image/avif",
            Self::Heic => "image/heic",
            Self::Heif => "image/heif",
            Self::Tiff => "image/tiff",
            Self::Gif => "image/gif",
            Self::Jxl => "image/jxl",
            Self::Mp4 => "video/mp4",
            Self::Mov => "video/quicktime",
            Self::M4a => "audio/mp4",
            Self::Avi => "video/x-msvideo",
            Self::Mp3 => "audio/mpeg",
            Self::Wav => "audio/wav",
            Self::Flac => "audio/flac",
            Self::Matroska => "video/matroska",
            Self::Webm => "video/webm",
            Self::Ogg => "audio/ogg",
            Self::Pdf => "application/pdf",
            Self::Svg => "image/svg+xml",
            Self::Flv => "video/x-flv",
            Self::Ooxml => DOCX,
            Self::Markdown => "text/markdown",
            Self::Text => "text/plain",
        }
    }

    /// The usual file name extension, without the dot.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Jpeg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
            Self::Avif => "avif",
            Self::Heic => "heic",
            Self::Heif => "heif",
            Self::Tiff => "tiff",
            Self::Gif => "gif",
            Self::Jxl => "jxl",
            Self::Mp4 => "mp4",
            Self::Mov => "mov",
            Self::M4a => "m4a",
            Self::Avi => "avi",
            Self::Mp3 => "mp3",
            Self::Wav => "wav",
            Self::Flac => "flac",
            Self::Matroska => "mkv",
            Self::Webm => "webm",
            Self::Ogg => "ogg",
            Self::Pdf => "pdf",
            Self::Svg => "svg",
            Self::Flv => "flv",
            Self::Ooxml => "docx",
            Self::Markdown => "md",
            Self::Text => "txt",
        }
    }

    /// Returns the kind of content that the format carries. Ogg, which may hold either, counts as sound.
    #[must_use]
    pub const fn modality(self) -> Modality {
        match self {
            Self::Jpeg
            | Self::Png
            | Self::Webp
            | Self::Avif
            | Self::Heic
            | Self::Heif
            | Self::Tiff
            | Self::Gif
            | Self::Jxl
            | Self::Svg => Modality::Image,
            Self::Mp4 | Self::Mov | Self::Avi | Self::Matroska | Self::Webm | Self::Flv => Modality::Video,
            Self::M4a | Self::Mp3 | Self::Wav | Self::Flac | Self::Ogg => Modality::Audio,
            Self::Pdf | Self::Ooxml | Self::Markdown | Self::Text => Modality::Document,
        }
    }

    /// Returns the format of a declared media type, with the usual aliases; parameters and case are ignored. `None` for
    /// types that name no format here, such as `application/octet-stream`.
    #[must_use]
    pub fn from_mime(mime: &str) -> Option<Self> {
        let essence = mime.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        Some(match essence.as_str() {
            "image/jpeg" | "image/jpg" | "image/pjpeg" => Self::Jpeg,
            "image/png" | "image/x-png" | "image/apng" | "image/vnd.mozilla.apng" => Self::Png,
            "image/webp" => Self::Webp,
            "image/avif" | "image/avif-sequence" => Self::Avif,
            "image/heic" | "image/heic-sequence" => Self::Heic,
            "image/heif" | "image/heif-sequence" => Self::Heif,
            "image/tiff" | "image/tif" | "image/x-tiff" | "image/dng" | "image/x-adobe-dng" => Self::Tiff,
            "image/gif" => Self::Gif,
            "image/jxl" => Self::Jxl,
            "image/svg+xml" | "image/svg" => Self::Svg,
            "video/mp4" | "application/mp4" | "video/x-m4v" => Self::Mp4,
            "video/quicktime" => Self::Mov,
            "audio/mp4" | "audio/x-m4a" | "audio/m4a" | "audio/aac" | "audio/mp4a-latm" => Self::M4a,
            "video/x-msvideo" | "video/avi" | "video/msvideo" | "video/vnd.avi" | "application/x-troff-msvideo" => {
                Self::Avi
            }
            "audio/mpeg" | "audio/mp3" | "audio/mpeg3" | "audio/x-mpeg-3" | "audio/x-mp3" => Self::Mp3,
            "audio/wav" | "audio/wave" | "audio/x-wav" | "audio/vnd.wave" | "audio/vnd.wav" => Self::Wav,
            "audio/flac" | "audio/x-flac" => Self::Flac,
            "video/matroska" | "video/x-matroska" | "audio/matroska" | "audio/x-matroska" => Self::Matroska,
            "video/webm" | "audio/webm" => Self::Webm,
            "audio/ogg" | "video/ogg" | "application/ogg" | "audio/vorbis" | "audio/opus" | "audio/x-ogg" => Self::Ogg,
            "application/pdf" | "application/x-pdf" => Self::Pdf,
            "video/x-flv" | "video/flv" => Self::Flv,
            DOCX | XLSX | PPTX => Self::Ooxml,
            "text/markdown" | "text/x-markdown" => Self::Markdown,
            "text/plain" => Self::Text,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    #[test]
    fn parses_the_mime_type_of_every_format() {
        for format in Format::ALL {
            assert_eq!(Format::from_mime(format.mime()), Some(format));
        }
        assert_eq!(Format::from_mime("Image/JPG; charset=binary"), Some(Format::Jpeg));
        assert_eq!(Format::from_mime("application/octet-stream"), None);
    }

    #[test]
    fn format_names_are_lower_case() {
        assert_eq!(serde_json::to_string(&Format::M4a).unwrap(), "\"m4a\"");
        assert_eq!(serde_json::from_str::<Format>("\"jpeg\"").unwrap(), Format::Jpeg);
    }
}
