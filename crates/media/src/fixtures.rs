//! Small valid files made in code, for tests of every crate that reads or writes media.
//!
//! Invariants: deterministic; JPEG and PNG decode in any decoder. Panics on misuse are fine here: it is test code.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use crate::digital_source_type;

/// A label of GB 45438-2025 that satisfies every check of its form.
pub const AIGC_LABEL: &str = r#"{"Label":"1","ContentProducer":"001191440300708461136T1308L","ProduceID":"fixture-0001","ReservedCode1":"","ContentPropagator":"","PropagateID":"","ReservedCode2":""}"#;

/// A minimal C2PA manifest store: the superbox and its description box, nothing inside. Enough to be found, not
/// enough to be valid.
#[must_use]
pub fn c2pa_store(padding: usize) -> Vec<u8> {
    let mut description = b"jumd".to_vec();
    description.extend_from_slice(&[0x63, 0x32, 0x70, 0x61, 0, 0x11, 0, 0x10, 0x80, 0, 0, 0xAA, 0, 0x38, 0x9B, 0x71]);
    description.extend_from_slice(b"\x03c2pa\0");
    let description = sized(&description);
    let free = sized(&[b"free".to_vec(), (0..padding).map(|n| (n % 251) as u8).collect()].concat());
    sized(&[b"jumb".to_vec(), description, free].concat())
}

/// Puts a box's 32-bit length, itself included, in front.
fn sized(content: &[u8]) -> Vec<u8> {
    [&(content.len() as u32 + 4).to_be_bytes()[..], content].concat()
}

/// What to put into an XMP packet made by [`xmp`].
#[derive(Debug, Clone, Copy, Default)]
pub struct XmpFields<'a> {
    /// Code of the digital source type, for example `trainedAlgorithmicMedia`.
    pub digital_source_type: Option<&'a str>,
    /// Value of `TC260:AIGC`.
    pub aigc: Option<&'a str>,
    /// Value of `xmp:CreatorTool`.
    pub creator_tool: Option<&'a str>,
    /// Further properties: XML inside `rdf:Description`, with the prefixes `Iptc4xmpExt`, `xmp`, `photoshop`, `plus`,
    /// `dcterms`, `TC260` declared.
    pub extra: &'a str,
}

/// An XMP packet in element form.
#[must_use]
pub fn xmp(fields: &XmpFields<'_>) -> String {
    let mut body = String::new();
    if let Some(code) = fields.digital_source_type {
        let uri = digital_source_type::by_code(code).map_or_else(|| code.to_owned(), |term| term.uri());
        body.push_str(&format!("<Iptc4xmpExt:DigitalSourceType>{uri}</Iptc4xmpExt:DigitalSourceType>"));
    }
    if let Some(label) = fields.aigc {
        body.push_str(&format!("<TC260:AIGC>{}</TC260:AIGC>", escape(label)));
    }
    if let Some(tool) = fields.creator_tool {
        body.push_str(&format!("<xmp:CreatorTool>{}</xmp:CreatorTool>", escape(tool)));
    }
    body.push_str(fields.extra);
    format!(
        "<?xpacket begin=\"\u{FEFF}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?><x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF \
         xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description rdf:about=\"\" \
         xmlns:Iptc4xmpExt=\"http://iptc.org/std/Iptc4xmpExt/2008-02-29/\" \
         xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\" xmlns:photoshop=\"http://ns.adobe.com/photoshop/1.0/\" \
         xmlns:plus=\"http://ns.useplus.org/ldf/xmp/1.0/\" xmlns:dcterms=\"http://purl.org/dc/terms/\" \
         xmlns:TC260=\"http://www.tc260.org.cn/ns/AIGC/1.0/\">{body}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket \
         end=\"w\"?>"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A TIFF structure as EXIF blocks have it: an `IFD0` with the given tags as bytes; `UserComment` and others of the
/// EXIF directory (0x9000 to 0xAFFF) go there. Values shorter than five bytes are padded with zeros.
#[must_use]
pub fn exif_block(big_endian: bool, tags: &[(u16, Vec<u8>)]) -> Vec<u8> {
    let u16_bytes = |value: u16| {
        if big_endian { value.to_be_bytes() } else { value.to_le_bytes() }
    };
    let u32_bytes = |value: u32| {
        if big_endian { value.to_be_bytes() } else { value.to_le_bytes() }
    };
    let in_exif = |tag: u16| (0x9000..=0xAFFF).contains(&tag) && !(0x9C9B..=0x9C9F).contains(&tag);
    let mut main: Vec<_> = tags.iter().filter(|(tag, _)| !in_exif(*tag)).collect();
    let mut sub: Vec<_> = tags.iter().filter(|(tag, _)| in_exif(*tag)).collect();
    main.sort();
    sub.sort();
    let main_count = main.len() + usize::from(!sub.is_empty());
    let sub_at = 8 + 2 + 12 * main_count + 4;
    let mut data_at = sub_at + if sub.is_empty() { 0 } else { 2 + 12 * sub.len() + 4 };
    let mut directories = Vec::new();
    let mut data = Vec::new();
    let mut directory = |entries: &[&(u16, Vec<u8>)], pointer: Option<u32>| {
        let count = entries.len() + usize::from(pointer.is_some());
        directories.extend_from_slice(&u16_bytes(count as u16));
        let mut pointer = pointer;
        let mut put_pointer = |directories: &mut Vec<u8>, limit: u16| {
            if limit > 0x8769
                && let Some(offset) = pointer.take()
            {
                directories.extend_from_slice(&u16_bytes(0x8769));
                directories.extend_from_slice(&u16_bytes(4));
                directories.extend_from_slice(&u32_bytes(1));
                directories.extend_from_slice(&u32_bytes(offset));
            }
        };
        for (tag, value) in entries {
            put_pointer(&mut directories, *tag);
            let mut value = value.clone();
            while value.len() < 5 {
                value.push(0);
            }
            let kind = if matches!(tag, 0x9286 | 0x9C9B..=0x9C9F) { 7_u16 } else { 2 };
            directories.extend_from_slice(&u16_bytes(*tag));
            directories.extend_from_slice(&u16_bytes(kind));
            directories.extend_from_slice(&u32_bytes(value.len() as u32));
            directories.extend_from_slice(&u32_bytes(data_at as u32));
            data_at += value.len() + value.len() % 2;
            data.extend_from_slice(&value);
            data.resize(data.len() + data.len() % 2, 0);
        }
        put_pointer(&mut directories, u16::MAX);
        directories.extend_from_slice(&u32_bytes(0));
    };
    directory(&main, (!sub.is_empty()).then_some(sub_at as u32));
    if !sub.is_empty() {
        directory(&sub, None);
    }
    let mut block = if big_endian { b"MM\0*".to_vec() } else { b"II*\0".to_vec() };
    block.extend_from_slice(&u32_bytes(8));
    block.extend_from_slice(&directories);
    block.extend_from_slice(&data);
    block
}

/// What goes into a picture made here.
#[derive(Debug, Clone, Copy, Default)]
pub struct Parts<'a> {
    /// XMP packet, in the format's standard place.
    pub xmp: Option<&'a str>,
    /// EXIF block from [`exif_block`].
    pub exif: Option<&'a [u8]>,
    /// C2PA manifest store.
    pub c2pa: Option<&'a [u8]>,
}

/// UTF-8 text in UTF-16 with a byte order mark.
#[must_use]
pub fn utf16(text: &[u8], big_endian: bool) -> Vec<u8> {
    let text = std::str::from_utf8(text).unwrap();
    let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
    units.flat_map(|unit| if big_endian { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

mod boxes;
mod coded_avif;
mod documents;
mod jpeg_png;
mod riff;
mod samples;
mod sound;
mod tiff_gif;
mod video;

pub use boxes::{avif, avif_encoded, brotli_stored, jxl, jxl_compressed, mov, mp4};
pub use coded_avif::CodedAvif;
pub use documents::{markdown, ooxml, pdf, svg, zip};
pub use jpeg_png::{jpeg, jpeg_segment, jpeg_xmp_segment, png, png_chunk, png_sized, png_with_chunks};
pub use riff::{riff, wav, webp};
pub use samples::{assert_bounded, samples};
pub use sound::{flac, id3_frame, mp3, mp3_unsynchronised, ogg, vorbis_comments};
pub use tiff_gif::{gif, tiff};
pub use video::{amf_string, flv, matroska};
