//! Small valid files made in code, for tests of every crate that reads or writes media.
//!
//! Invariants: deterministic; JPEG and PNG decode in any decoder. Panics on misuse are fine here: it is test code.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

mod boxes;
mod coded_avif;
mod documents;
mod jpeg_png;
mod parts;
mod riff;
mod samples;
mod sound;
mod tiff_gif;
mod video;

pub use boxes::{avif, avif_encoded, brotli_stored, jxl, jxl_compressed, mov, mp4};
pub use coded_avif::CodedAvif;
pub use documents::{markdown, ooxml, pdf, svg, zip};
pub use jpeg_png::{jpeg, jpeg_segment, jpeg_xmp_segment, png, png_chunk, png_sized, png_with_chunks};
pub use parts::{AIGC_LABEL, Parts, XmpFields, c2pa_store, exif_block, utf16, xmp};
pub use riff::{riff, wav, webp};
pub use samples::{assert_bounded, samples};
pub use sound::{flac, id3_frame, mp3, mp3_unsynchronised, ogg, vorbis_comments};
pub use tiff_gif::{gif, tiff};
pub use video::{amf_string, flv, matroska};
