//! What the fuzz targets share.
//!
//! Each target forces the format, so that its parser is reached whatever the first bytes look like, and reads the
//! bytes twice: for everything they say, and for the manifest store alone. What must hold is in
//! [`labeler_media::fixtures::assert_bounded`]; the tests of the crate hold hostile files to the same.

use labeler_media::fixtures::{assert_bounded, riff};
use labeler_media::{Format, sniff};

/// Reads `file` as its own format where that is one of `family`, else as the first of these.
pub fn read_as(file: &[u8], family: &[Format]) {
    let own = sniff(file).filter(|format| family.contains(format));
    if let Some(format) = own.or(family.first().copied()) {
        assert_bounded(file, format);
    }
}

/// Reads `bytes` as one chunk of a RIFF file: the shortest way to the parser of a part.
pub fn read_chunk(form: &[u8; 4], id: &[u8; 4], bytes: &[u8]) {
    read_as(&riff(form, &[(id, bytes)]), &[if form == b"WEBP" { Format::Webp } else { Format::Wav }]);
}
