//! Writes XMP packets and C2PA manifest stores into containers without a second copy of the asset.
//!
//! A file is a [`Rope`]: slices of the input with small new pieces between them. A change of a container is a list of
//! replacements of byte ranges, so image data is never copied and never changes; absolute offsets inside the container
//! (ISO BMFF `iloc`, `stco`, `co64`, `saio`; TIFF directories; JPEG multi-picture index) are corrected.
//!
//! Two steps, in this order: [`write_packet`] leaves the file with exactly one XMP packet in the place that the XMP
//! specification gives for the format; [`Embedding::plan`] makes room for a manifest store of known length, hashes what
//! the hard binding covers, and takes the finished store.
//!
//! Invariants: input is untrusted, no function panics or loops without progress; memory is the structures read, never
//! the image data; a container that cannot be changed safely yields an error, and the input stays as it was.

mod bmff;
mod edits;
mod embed;
mod error;
mod gif;
mod jpeg;
mod packet;
mod png;
mod rope;
mod tiff;
mod webp;
mod write;
pub mod xmp;

pub use bmff::{AvifItem, AvifPicture, NewAvifItem, avif_picture, bmff_hash_ranges, replace_avif_items};
pub use embed::{Binding, Embedding, remove_stores};
pub use error::SpliceError;
pub use jpeg::replace_jpeg_parts;
pub use packet::Packet;
pub use rope::{Rope, RopeReader};
pub use tiff::{TiffForm, TiffImage, replace_tiff_image, tiff_further_pages, tiff_image_form};
pub use write::write_packet;

use labeler_media::Format;

/// Formats that can be written into.
pub const WRITABLE: [Format; 8] =
    [Format::Jpeg, Format::Png, Format::Webp, Format::Avif, Format::Tiff, Format::Heic, Format::Heif, Format::Gif];
