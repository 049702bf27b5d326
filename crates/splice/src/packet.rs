//! The XMP packet to write into a file.

use std::ops::Range;

/// XMP packet that replaces all packets of a file.
#[derive(Clone, Debug, Default)]
pub struct Packet<'a> {
    /// The packet with its wrapper, UTF-8.
    pub main: &'a str,
    /// JPEG only: whether the file's extended XMP stays as it is; `main` still names it in `xmpNote:HasExtendedXMP`.
    pub keep_extended: bool,
    /// JPEG only: extended XMP to write, whose MD5 `main` names in `xmpNote:HasExtendedXMP` ([`crate::xmp::guid`]).
    pub extended: Option<&'a str>,
    /// PNG only: whether text chunks with the keyword `AIGC` are removed.
    pub drop_text_labels: bool,
    /// Byte ranges of the source to fill with zeros, for labels in fields that cannot be removed. They must lie outside
    /// PNG chunks, whose checksums would break.
    pub blank: Vec<Range<u64>>,
}
