//! Which files an endpoint takes, and whether a file is what its part declares.

use labeler_media::{Format, Modality};

/// What `POST /label` takes, for people.
pub(crate) fn label_text() -> String {
    labeler_labeling::ACCEPTED.map(Format::mime).join(", ")
}

/// What `POST /check` takes, for people.
pub(crate) const CHECK_TEXT: &str = "images (JPEG, PNG, WebP, AVIF, HEIC, HEIF, TIFF, GIF, JPEG XL), video (MP4, MOV, AVI, WebM, Matroska, FLV), \
     audio (MP3, M4A, WAV, FLAC, Ogg)";

/// Whether `POST /check` takes a format.
pub(crate) fn is_checkable(format: Format) -> bool {
    format != Format::Svg && matches!(format.modality(), Modality::Image | Modality::Video | Modality::Audio)
}

/// The largest file of a format that `POST /check` takes, in bytes: 25 MB of sound, the general limit of everything else.
///
/// The Worker holds a file once and reads it in place, whatever it is, so images and video share the general limit. Sound
/// is capped lower because the metadata of MP3 and FLAC, embedded pictures included, is read into memory once more.
pub(crate) fn check_cap(format: Format, max_file_bytes: u64) -> u64 {
    match format.modality() {
        Modality::Audio => max_file_bytes.min(25 * 1024 * 1024),
        Modality::Image | Modality::Video | Modality::Document => max_file_bytes,
    }
}

/// Whether a part's declared media type contradicts what its content is. A type that says nothing (absent, or
/// `application/octet-stream`) contradicts nothing, and content of no known type contradicts only a type that is known.
pub(crate) fn contradicts(declared: Option<&str>, found: Option<Format>) -> bool {
    match (declared, found) {
        (Some(declared), Some(found)) => !labeler_checker::declared_type_agrees(declared, found),
        // Plain text has nothing to be known by.
        (Some(declared), None) => Format::from_mime(declared).is_some_and(|format| format != Format::Text),
        (None, _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_type_that_says_something_can_contradict() {
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
    fn what_can_be_labelled_can_be_checked() {
        assert!(labeler_labeling::ACCEPTED.into_iter().all(is_checkable));
        assert!(!is_checkable(Format::Pdf) && !is_checkable(Format::Svg));
    }
}
