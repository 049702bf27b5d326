//! The list of files, and the pieces that several formats share.

use std::io::Write;

/// One file.
pub struct Hostile {
    /// Name, with the extension of its format.
    pub name: &'static str,
    /// What it declares.
    pub declares: &'static str,
    /// Its media type.
    pub media_type: &'static str,
    /// The file.
    pub bytes: Vec<u8>,
}

/// The list that is being made.
pub struct Files(pub(super) Vec<Hostile>);

impl Files {
    pub(super) fn add(&mut self, name: &'static str, declares: &'static str, bytes: Vec<u8>) {
        let media_type = match name.rsplit('.').next().unwrap_or_default() {
            "jpg" => "image/jpeg",
            "png" => "image/png",
            "webp" => "image/webp",
            "gif" => "image/gif",
            "tif" => "image/tiff",
            "avif" => "image/avif",
            "heic" => "image/heic",
            "jxl" => "image/jxl",
            "mp4" => "video/mp4",
            "mov" => "video/quicktime",
            "mkv" => "video/x-matroska",
            "flv" => "video/x-flv",
            "avi" => "video/x-msvideo",
            "wav" => "audio/wav",
            "mp3" => "audio/mpeg",
            "flac" => "audio/flac",
            "ogg" => "audio/ogg",
            "pdf" => "application/pdf",
            "svg" => "image/svg+xml",
            "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            "md" => "text/markdown",
            other => panic!("no media type for .{other}"),
        };
        self.0.push(Hostile { name, declares, media_type, bytes });
    }
}

/// A zlib stream of `length` copies of `byte`.
pub(super) fn zlib_of(byte: u8, length: usize) -> Vec<u8> {
    zlib(&vec![byte; length])
}

pub(super) fn zlib(data: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(data).unwrap();
    encoder.finish().unwrap()
}

/// A box with a 32-bit length.
pub(super) fn atom(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    [&(body.len() as u32 + 8).to_be_bytes()[..], kind, body].concat()
}

/// A box with version 0 and no flags.
pub(super) fn full(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    atom(kind, &[&[0; 4][..], body].concat())
}

/// A Brotli stream (RFC 7932) that gives `length` zeros from a few bytes for each 16 MiB: one literal, then one copy of
/// distance 1 in each meta-block.
pub(super) fn brotli_zeros(length: usize) -> Vec<u8> {
    let mut bits = Bits::default();
    // Window of 16 bits.
    bits.put(0, 1);
    let mut left = length;
    while left > 0 {
        let block = left.min(1 << 24);
        // ISLAST 0; MNIBBLES, as few as can be; MLEN - 1; ISUNCOMPRESSED 0.
        let nibbles = if block > 1 << 20 { 6 } else { 5 };
        bits.put(0, 1);
        bits.put(nibbles - 4, 2);
        bits.put(block as u64 - 1, nibbles as u32 * 4);
        bits.put(0, 1);
        // One block type each for literals, commands, distances.
        bits.put(0, 3);
        // NPOSTFIX 0, NDIRECT 0; context mode 0 of the one literal block type.
        bits.put(0, 6);
        bits.put(0, 2);
        // One literal tree, one distance tree.
        bits.put(0, 2);
        // Literal code: simple, one symbol, 0.
        bits.put(1, 2);
        bits.put(0, 2);
        bits.put(0, 8);
        // Command code: one symbol of ten bits. Insert one byte (code 1), copy the rest: copy length code 23
        // (24 extra bits, from 2118). The cell of insert codes 0 to 7 and copy codes 16 to 23 starts at 384 and has its
        // distance written out.
        let copy = block - 1;
        let symbol = 384 + (1 << 3 | 7);
        bits.put(1, 2);
        bits.put(0, 2);
        bits.put(symbol, 10);
        // Distance code: one symbol of six bits. Code 16 is the first of the explicit ones: distance 1 with extra bit 0.
        bits.put(1, 2);
        bits.put(0, 2);
        bits.put(16, 6);
        // The command: no bits for its symbol; copy extra bits; no bits for the literal or the distance symbol; one
        // extra bit of the distance.
        bits.put(copy as u64 - 2118, 24);
        bits.put(0, 1);
        left -= block;
    }
    // ISLAST 1, ISLASTEMPTY 1.
    bits.put(3, 2);
    bits.bytes
}

/// Bits, least significant first.
#[derive(Default)]
pub(super) struct Bits {
    pub(super) bytes: Vec<u8>,
    used: u32,
}

impl Bits {
    pub(super) fn put(&mut self, value: u64, count: u32) {
        for bit in 0..count {
            if self.used.is_multiple_of(8) {
                self.bytes.push(0);
            }
            let last = self.bytes.len() - 1;
            self.bytes[last] |= ((value >> bit & 1) as u8) << (self.used % 8);
            self.used += 1;
        }
    }
}

/// A Brotli stream with the extension of large windows: 30 bits, then a stored byte.
pub(super) fn brotli_large_window() -> Vec<u8> {
    let mut bits = Bits::default();
    // WBITS: 1, 000, 100 (large window), 0, then six bits.
    bits.put(0x11, 8);
    bits.put(30, 6);
    // ISLAST 0, MNIBBLES 4, MLEN - 1 = 0, ISUNCOMPRESSED 1, zeros to the byte's end, the byte; then the empty last block.
    bits.put(0, 1);
    bits.put(0, 2);
    bits.put(0, 16);
    bits.put(1, 1);
    while !bits.used.is_multiple_of(8) {
        bits.put(0, 1);
    }
    bits.put(u64::from(b'a'), 8);
    bits.put(3, 2);
    bits.bytes
}

/// An XMP packet around `body`.
pub(super) fn xmp(body: &str) -> String {
    format!(
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\
         <rdf:Description xmlns:e='http://example.org/e/' xmlns:dc='http://purl.org/dc/elements/1.1/'>{body}\
         </rdf:Description></rdf:RDF></x:xmpmeta>"
    )
}
