//! Files that declare far more than they hold are refused before memory is taken.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use labeler_media::{Format, fixtures as make};
use labeler_splice::{Embedding, Packet, Rope, SpliceError, remove_stores, write_packet};

thread_local! {
    /// Bytes that this thread has taken, less what it has given back, and the most that was.
    static USED: Cell<isize> = const { Cell::new(0) };
    static PEAK: Cell<isize> = const { Cell::new(0) };
}

/// Counts the bytes that a thread has in use.
struct Counting;

#[allow(unsafe_code, reason = "an allocator that counts has to be one; every call goes to the system's")]
// SAFETY: every call is handed on as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        USED.set(USED.get().wrapping_add_unsigned(layout.size()));
        PEAK.set(PEAK.get().max(USED.get()));
        // SAFETY: as above.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        USED.set(USED.get().wrapping_sub_unsigned(layout.size()));
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const ROOM: isize = 32 << 20;

/// Writes into a file in each of the ways, and checks that no way takes more than 32 MiB on top of the file.
fn write(file: &[u8], format: Format) -> Vec<Result<(), SpliceError>> {
    let source = Rope::from(file.to_vec());
    let packet = Packet { main: "<x/>", drop_text_labels: true, ..Packet::default() };
    let before = USED.get();
    PEAK.set(before);
    let first_byte = 0..1;
    let outcomes = vec![
        write_packet(&source, format, &packet).map(drop),
        Embedding::plan(&source, format, &[], 100).map(drop),
        remove_stores(&source, format, std::slice::from_ref(&first_byte)).map(drop),
    ];
    let taken = PEAK.get() - before;
    assert!(taken < ROOM, "{taken} bytes for a {format:?} file of {}: {outcomes:?}", file.len());
    outcomes
}

fn atom(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    [&(body.len() as u32 + 8).to_be_bytes()[..], kind, body].concat()
}

/// An AVIF of 80 items with 65,535 extents each, whose fields are all 0 bits wide.
fn zero_width_extents(version: u8) -> Vec<u8> {
    let mut places = vec![version, 0, 0, 0, 0, 0, 0, 80];
    for id in 1..=80_u16 {
        places.extend(id.to_be_bytes());
        places.extend(if version == 0 { &[0, 0, 0xFF, 0xFF][..] } else { &[0, 0, 0, 0, 0xFF, 0xFF][..] });
    }
    let meta = [&[0; 4][..], &atom(b"iinf", &[0; 6]), &atom(b"iloc", &places)].concat();
    [atom(b"ftyp", b"avif\0\0\0\0mif1avif"), atom(b"meta", &meta), atom(b"mdat", &[0; 16])].concat()
}

#[test]
fn rejects_an_avif_with_zero_width_extents() {
    for version in [0, 1] {
        let file = zero_width_extents(version);
        assert!(file.len() < 800, "{}", file.len());
        for outcome in write(&file, Format::Avif) {
            let error = outcome.unwrap_err().to_string();
            assert!(error.contains("more than one extent without fields"), "{error}");
        }
    }
}

#[test]
fn rejects_an_avif_with_a_million_items() {
    // Version 2: 32-bit counts, items of 8 bytes without extents.
    let mut places = vec![2, 0, 0, 0, 0, 0];
    places.extend(1_000_000_u32.to_be_bytes());
    for id in 0..1_000_000_u32 {
        places.extend([&id.to_be_bytes()[..], &[0; 6]].concat());
    }
    let meta = [&[0; 4][..], &atom(b"iinf", &[0; 6]), &atom(b"iloc", &places)].concat();
    let file = [atom(b"ftyp", b"avif\0\0\0\0mif1avif"), atom(b"meta", &meta)].concat();
    for outcome in write(&file, Format::Avif) {
        let error = outcome.unwrap_err().to_string();
        assert!(error.contains("iloc: more than 100000 entries"), "{error}");
    }
}

/// A TIFF of `pages` directories of 50,000 entries that lie four bytes apart.
fn overlapping_directories(pages: usize) -> Vec<u8> {
    const ENTRIES: usize = 50_000;
    let mut file = vec![0; 8 + 4 * pages + 2 + 12 * ENTRIES + 8];
    file[..8].copy_from_slice(b"II*\0\x08\0\0\0");
    for page in 0..pages {
        let at = 8 + 4 * page;
        file[at..at + 2].copy_from_slice(&(ENTRIES as u16).to_le_bytes());
        let next = if page + 1 < pages { at as u32 + 4 } else { 0 };
        let pointer = at + 2 + 12 * ENTRIES;
        file[pointer..pointer + 4].copy_from_slice(&next.to_le_bytes());
    }
    file
}

#[test]
fn rejects_a_tiff_with_overlapping_directories() {
    let file = overlapping_directories(1000);
    assert!(file.len() < 700_000, "{}", file.len());
    for outcome in write(&file, Format::Tiff) {
        let error = outcome.unwrap_err().to_string();
        assert!(error.contains("overlap"), "{error}");
    }
    assert!(write(&overlapping_directories(1), Format::Tiff).iter().all(Result::is_ok));
}

#[test]
fn limits_the_work_for_many_small_structures() {
    let text = make::png_chunk(b"tEXt", b"XML:com.adobe.xmp\0<x/>").repeat(50_000);
    let png = write(&make::png_with_chunks(&text), Format::Png);
    assert!(png[0].as_ref().unwrap_err().to_string().contains("replaced parts of the file"), "{png:?}");
    let gif = [b"GIF89a\x01\0\x01\0\0\0\0".to_vec(), b"\x21\xff\x0bXMP DataXMP\0".repeat(300_000)].concat();
    assert!(write(&gif, Format::Gif)[0].as_ref().unwrap_err().to_string().contains("GIF blocks: more than 200000"));
    let webp = make::riff(b"WEBP", &vec![(b"JUNK", &b""[..]); 500_000]);
    assert!(write(&webp, Format::Webp)[0].as_ref().unwrap_err().to_string().contains("RIFF chunks: more than 200000"));
    let jpeg = [vec![0xFF, 0xD8], b"\xff\xe0\0\x02".repeat(300_000), vec![0xFF, 0xDA]].concat();
    assert!(
        write(&jpeg, Format::Jpeg)[0].as_ref().unwrap_err().to_string().contains("JPEG segments: more than 200000")
    );
    let boxes = [atom(b"ftyp", b"avif\0\0\0\0mif1avif"), b"\0\0\0\x08free".repeat(500_000)].concat();
    assert!(write(&boxes, Format::Avif)[0].as_ref().unwrap_err().to_string().contains("boxes: more than 200000"));
}
