//! One module per container: each finds its parts and hands them to the collector.

pub(crate) mod bmff;
pub(crate) mod flac;
pub(crate) mod flv;
pub(crate) mod gif;
pub(crate) mod id3;
pub(crate) mod jpeg;
pub(crate) mod jumbf;
pub(crate) mod jxl;
pub(crate) mod markdown;
pub(crate) mod matroska;
pub(crate) mod ogg;
pub(crate) mod ooxml;
pub(crate) mod pdf;
mod pdf_objects;
pub(crate) mod png;
pub(crate) mod riff;
pub(crate) mod svg;
pub(crate) mod tiff;
pub(crate) mod vorbis;

#[cfg(test)]
mod tests;

use crate::findings::Location;

/// `name` for the first of its kind, `name[n]` for later ones.
pub(crate) fn numbered(name: &str, index: usize) -> String {
    if index == 0 { name.to_owned() } else { format!("{name}[{index}]") }
}

/// A location; names from the file make paths no longer than 300 bytes.
pub(crate) fn location(path: impl Into<String>, offset: u64, length: u64) -> Location {
    let mut path: String = path.into();
    if path.len() > 300 {
        path = crate::text::cut(&path, 300).to_owned();
    }
    Location { path, offset, length }
}

/// A four-character code for a path; `©` (0xA9 in ISO 8859-1) is kept, other bytes outside ASCII become `.`.
pub(crate) fn four_cc(code: [u8; 4]) -> String {
    code.iter()
        .map(|byte| match byte {
            0xA9 => '©',
            0x20..=0x7E => char::from(*byte),
            _ => '.',
        })
        .collect()
}
