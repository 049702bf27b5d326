//! TIFF and BigTIFF.

use labeler_media::fixtures as make;

use super::parts::Files;

/// A little-endian entry of a classic directory.
fn entry(tag: u16, kind: u16, count: u32, value: u32) -> Vec<u8> {
    [&tag.to_le_bytes()[..], &kind.to_le_bytes(), &count.to_le_bytes(), &value.to_le_bytes()].concat()
}

/// A classic TIFF of one directory at offset 8, and what follows it.
fn one_page(entries: &[Vec<u8>], next: u32, rest: &[u8]) -> Vec<u8> {
    let count = (entries.len() as u16).to_le_bytes();
    [&b"II*\0\x08\0\0\0"[..], &count, &entries.concat(), &next.to_le_bytes(), rest].concat()
}

fn picture(width: u32, height: u32, bits: u32, compression: u32) -> Vec<Vec<u8>> {
    vec![
        entry(256, 4, 1, width),
        entry(257, 4, 1, height),
        entry(258, 3, 1, bits),
        entry(259, 3, 1, compression),
        entry(262, 3, 1, 1),
        entry(273, 4, 1, 8),
        entry(277, 3, 1, 1),
        entry(278, 4, 1, height),
        entry(279, 4, 1, 100),
    ]
}

/// `pages` directories of 50,000 entries that lie four bytes apart.
fn overlapping(pages: usize) -> Vec<u8> {
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

pub(super) fn add(files: &mut Files) {
    files.add("overlap.tif", "1,000 directories of 50,000 entries that overlap", overlapping(1000));
    files.add(
        "size.tif",
        "4,294,967,295 x 4,294,967,295 pixels",
        one_page(&picture(u32::MAX, u32::MAX, 8, 1), 0, &[0; 200]),
    );
    files.add("deflate.tif", "60,000 x 60,000 pixels in a strip of 64 MiB of zeros", {
        let strip = super::parts::zlib_of(0, 64 << 20);
        let mut entries = picture(60_000, 60_000, 8, 8);
        let at = 8 + 2 + 12 * entries.len() as u32 + 4;
        entries[5] = entry(273, 4, 1, at);
        entries[8] = entry(279, 4, 1, strip.len() as u32);
        one_page(&entries, 0, &strip)
    });
    let mut strips = picture(10_000, 10_000, 16, 1);
    strips[5] = entry(273, 4, u32::MAX, 8);
    strips[7] = entry(278, 4, 1, 1);
    strips[8] = entry(279, 4, u32::MAX, 8);
    files.add("strips.tif", "4 billion strips", one_page(&strips, 0, &[0; 200]));
    let mut samples = picture(1000, 1000, 16, 1);
    samples[6] = entry(277, 3, 1, 65_535);
    files.add("samples.tif", "65,535 samples in each pixel", one_page(&samples, 0, &[0; 200]));
    let many = |tag: u16, kind: u16, length: u32| {
        let entries: Vec<Vec<u8>> = (0..65_535).map(|_| entry(tag, kind, length, 8)).collect();
        one_page(&entries, 0, &vec![b'x'; length as usize])
    };
    files.add("descriptions.tif", "65,535 descriptions of 200 kB that share their bytes", many(0x010E, 2, 200_000));
    files.add("packets.tif", "65,535 XMP packets of 200 kB that share their bytes", many(700, 1, 200_000));
    // A caption of 32 kB where the values lie.
    let caption = [&[0x1C_u8, 2, 120, 0x7F, 0xFF][..], &[0xE9; 0x7FFF]].concat();
    let entries: Vec<Vec<u8>> =
        (0..5000).map(|_| entry(0x83BB, 7, caption.len() as u32, 8 + 2 + 12 * 5000 + 4)).collect();
    files.add("captions.tif", "5,000 captions of 32 kB that share their bytes", one_page(&entries, 0, &caption));
    let stores: Vec<Vec<u8>> = {
        let at = 8 + 2 + 12 * 60_000 + 4;
        let length = make::c2pa_store(0).len() as u32;
        (0..60_000).map(|_| entry(0xCD41, 7, length, at)).collect()
    };
    files.add(
        "stores.tif",
        "60,000 manifest stores that share their bytes",
        one_page(&stores, 0, &make::c2pa_store(0)),
    );
    let long = [entry(0xCD41, 7, 0xFFFF_FFF0, 8), entry(700, 1, 0xFFFF_FFF0, 8)];
    files.add("values.tif", "a manifest store and a packet of 4 GiB", one_page(&long, 0, &[0; 64]));
    files.add("circle.tif", "a directory that follows itself", one_page(&picture(10, 10, 8, 1), 8, &[0; 100]));
    let pages: Vec<u8> = (0..20_000_u32)
        .flat_map(|page| {
            let next = if page == 19_999 { 0 } else { 8 + (page + 1) * 18 };
            [&[1_u8, 0][..], &entry(256, 4, 1, 1), &next.to_le_bytes()].concat()
        })
        .collect();
    files.add("pages.tif", "20,000 pages", [b"II*\0\x08\0\0\0".to_vec(), pages].concat());
    let big = [&b"II\x2b\0\x08\0\0\0\x10\0\0\0\0\0\0\0"[..], &(1_u64 << 60).to_le_bytes(), &[0; 64]].concat();
    files.add("big-count.tif", "a directory of 2^60 entries", big);
    let big = [
        &b"II\x2b\0\x08\0\0\0\x10\0\0\0\0\0\0\0"[..],
        &1_u64.to_le_bytes(),
        &[0x41, 0xCD, 7, 0],
        &(1_u64 << 62).to_le_bytes(),
        &16_u64.to_le_bytes(),
        &[0; 8],
    ];
    files.add("big-value.tif", "a manifest store of 4 EiB", big.concat());
}
