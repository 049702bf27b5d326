//! Bounds on what one file may cost.

/// Bounds on memory and work for one call.
///
/// Set for the smallest place this runs in, an edge worker of 128 MB that already holds a file of up to 50 MB, but for
/// manifest stores, which have a limit of their own there ([`Limits::edge`]). Worst case on top of the file:
/// `max_manifest_store` (only in [`crate::manifest_store`]) or,
/// in [`crate::read_metadata`], one part being decoded (`max_part`, 4 MiB compressed plus 4 MiB inflated, and 4 MiB
/// more for Brotli's window or inside an ID3 tag unsynchronised as a whole) plus the collected values: text `max_text_total`
/// (2 MiB), XMP `max_xmp_total` (8 MiB raw), parsed values and lists `max_memory` (4 MiB).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest single part (XMP packet, EXIF block, text chunk, tag area) that is read, in bytes, before and after
    /// decompression. 4 MiB: the largest honest ones seen are ComfyUI workflows and XMP with thumbnails, below 1 MiB.
    pub max_part: u64,
    /// Largest sum of the inflated parts, in bytes. 64 MiB: sixteen parts of the largest size, which take about a second
    /// to inflate in WebAssembly.
    pub max_inflated_total: u64,
    /// Longest text value kept in a report, in bytes; longer ones are cut and marked. 256 KiB.
    pub max_text: usize,
    /// Largest sum of the text values kept, in bytes. 2 MiB: eight values of the largest size. JSON may need six bytes
    /// for one byte of text.
    pub max_text_total: usize,
    /// Largest sum of the XMP packets kept, in bytes. 8 MiB: two parts of the largest size.
    pub max_xmp_total: usize,
    /// Maximum number of findings of one kind (text entries, EXIF fields, properties per packet). 4096: ten times the
    /// fullest packet that Camera Raw writes.
    pub max_items: usize,
    /// Maximum number of structures (segments, chunks, boxes, frames) walked. 200,000: a two-hour Matroska file has
    /// about 10,000 clusters; at one 8 KiB block each this is the same order as `max_read`.
    pub max_steps: u64,
    /// Maximum number of elements of lists kept together: entries of directories, item locations, replacements.
    /// 100,000: a HEIF grid of the largest pictures has some hundreds, a scanned book of 1000 pages 20,000.
    pub max_entries: u64,
    /// Maximum number of bytes of memory that parsed structures may occupy together, on top of text and XMP packets. 4
    /// MiB: XMP of 4096 properties with paths of a hundred bytes takes 1 MiB.
    pub max_memory: u64,
    /// Maximum number of bytes read by the walk besides the scan for a JPEG's end. 256 MiB: a quarter of a second from
    /// memory.
    pub max_read: u64,
    /// Longest stretch without length fields (JPEG scan data, PDF body) that is searched, in bytes. 64 MiB: above
    /// the 50 MB cap for images.
    pub max_scan: u64,
    /// Deepest nesting of boxes, chunks or elements. 16: the deepest legitimate one is MP4 `moov/trak/udta/meta/ilst`
    /// with its items, 7.
    pub max_depth: usize,
    /// Longest C2PA manifest store that is extracted, in bytes. 32 MiB: stores with several generations of
    /// thumbnails stay below 10 MB.
    pub max_manifest_store: u64,
    /// Maximum number of warnings kept. 100: a reader wants the first ones.
    pub max_warnings: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self::new()
    }
}

impl Limits {
    /// Returns the default limits, for a machine or a browser tab with memory of its own.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            max_part: 4 << 20,
            max_inflated_total: 64 << 20,
            max_text: 256 << 10,
            max_text_total: 2 << 20,
            max_xmp_total: 8 << 20,
            max_items: 4096,
            max_steps: 200_000,
            max_entries: 100_000,
            max_memory: 4 << 20,
            max_read: 256 << 20,
            max_scan: 64 << 20,
            max_depth: 16,
            max_manifest_store: 32 << 20,
            max_warnings: 100,
        }
    }

    /// Returns the limits for a server whose 128 MB are shared by every request in flight: manifest stores of at most 4 MiB. All
    /// else is as in [`Self::new`], so that the same file gives the same report.
    #[must_use]
    pub const fn edge() -> Self {
        Self { max_manifest_store: 4 << 20, ..Self::new() }
    }
}
