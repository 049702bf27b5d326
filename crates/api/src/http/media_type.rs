//! File types that an endpoint accepts, and their comparison with the declared type.

use labeler_media::{Format, Modality};

/// Returns the types that `POST /label` accepts, for error messages.
pub(crate) fn label_text() -> String {
    labeler_labeling::ACCEPTED.map(Format::mime).join(", ")
}

/// Types that `POST /check` accepts, for error messages.
pub(crate) const CHECK_TEXT: &str = "images (JPEG, PNG, WebP, AVIF, HEIC, HEIF, TIFF, GIF, JPEG XL), video (MP4, MOV, AVI, WebM, Matroska, FLV), \
     audio (MP3, M4A, WAV, FLAC, Ogg)";

/// Returns whether `POST /check` accepts a format.
pub(crate) fn is_checkable(format: Format) -> bool {
    format != Format::Svg && matches!(format.modality(), Modality::Image | Modality::Video | Modality::Audio)
}

/// Returns the limit of `POST /check` for a format, in bytes: 25 MB for audio, the general limit for everything else.
///
/// The Worker holds a file once and reads it in place, so images and video share the general limit. Audio has a lower
/// limit because the metadata of MP3 and FLAC, including embedded pictures, is copied into memory.
pub(crate) fn check_cap(format: Format, max_file_bytes: u64) -> u64 {
    match format.modality() {
        Modality::Audio => max_file_bytes.min(25 * 1024 * 1024),
        Modality::Image | Modality::Video | Modality::Document => max_file_bytes,
    }
}

/// Returns whether the declared media type of a part contradicts its content. An absent type and
/// `application/octet-stream` contradict nothing. Content of unknown type contradicts every known type.
pub(crate) fn contradicts(declared: Option<&str>, found: Option<Format>) -> bool {
    match (declared, found) {
        (Some(declared), Some(found)) => !labeler_checker::declared_type_agrees(declared, found),
        // Plain text has no signature.
        (Some(declared), None) => Format::from_mime(declared).is_some_and(|format| format != Format::Text),
        (None, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_specific_types_contradict_content() {
        for (declared, found, expected) in [
            (None, Some(Format::Jpeg), false),
            (Some("application/octet-stream"), Some(Format::Jpeg), false),
            (Some("image/jpeg"), Some(Format::Jpeg), false),
            (Some("image/jpg"), Some(Format::Jpeg), false),
            (Some("image/heif"), Some(Format::Heic), false),
            (Some("audio/mp4"), Some(Format::Mp4), false),
            (Some("image/png"), Some(Format::Jpeg), true),
            (Some("image/png"), None, true),
            (Some("text/plain"), Some(Format::Jpeg), true),
            (Some("text/plain"), None, false),
        ] {
            assert_eq!(contradicts(declared, found), expected, "{declared:?} {found:?}");
        }
    }

    #[test]
    fn checks_every_format_that_can_be_labelled() {
        assert!(labeler_labeling::ACCEPTED.into_iter().all(is_checkable));
        assert!(!is_checkable(Format::Pdf) && !is_checkable(Format::Svg));
    }
}
