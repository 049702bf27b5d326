//! Containers of boxes: AVIF, HEIC, MP4, QuickTime, JPEG XL.

use labeler_media::fixtures::{self as make, Parts};

use super::parts::{Files, atom, brotli_large_window, brotli_zeros, full, xmp, zlib_of};

fn ftyp(brand: &[u8; 4]) -> Vec<u8> {
    atom(b"ftyp", &[&brand[..], &[0; 4], b"mif1", &brand[..]].concat())
}

/// A still picture of this brand whose `meta` box holds these children.
fn still(brand: &[u8; 4], children: &[Vec<u8>], data: &[u8]) -> Vec<u8> {
    let handler = full(b"hdlr", b"\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0\0");
    let meta = full(b"meta", &[handler, children.concat()].concat());
    [ftyp(brand), meta, atom(b"mdat", data)].concat()
}

/// An `infe` box of version 2.
fn info(id: u16, kind: &[u8; 4], names: &[u8]) -> Vec<u8> {
    atom(b"infe", &[&[2, 0, 0, 0][..], &id.to_be_bytes(), &[0, 0], kind, b"\0", names].concat())
}

fn infos(entries: &[Vec<u8>]) -> Vec<u8> {
    full(b"iinf", &[&(entries.len() as u16).to_be_bytes()[..], &entries.concat()].concat())
}

/// `iloc` of version 1 with 4-byte offsets and lengths: item, extents.
fn places(items: &[(u16, Vec<(u32, u32)>)]) -> Vec<u8> {
    let mut body = vec![1, 0, 0, 0, 0x44, 0];
    body.extend((items.len() as u16).to_be_bytes());
    for (id, extents) in items {
        body.extend(id.to_be_bytes());
        body.extend([0; 4]);
        body.extend((extents.len() as u16).to_be_bytes());
        for (offset, length) in extents {
            body.extend(offset.to_be_bytes());
            body.extend(length.to_be_bytes());
        }
    }
    atom(b"iloc", &body)
}

const PACKET: &[u8] = b"application/rdf+xml\0";

pub(super) fn add(files: &mut Files) {
    stills(files);
    movies(files);
    jxl(files);
}

fn stills(files: &mut Files) {
    let zero_width: Vec<u8> = [0, 0, 0, 0, 0, 0, 0, 80]
        .into_iter()
        .chain((1..=80_u16).flat_map(|id| [&id.to_be_bytes()[..], &[0, 0, 0xFF, 0xFF]].concat()))
        .collect();
    let zero_width = still(b"avif", &[infos(&[info(1, b"mime", PACKET)]), atom(b"iloc", &zero_width)], &[0; 16]);
    files.add("extents.avif", "5 million extents of 80 items, whose fields are 0 bits wide", zero_width.clone());
    let mut heic = zero_width;
    heic[8..12].copy_from_slice(b"heic");
    heic[20..24].copy_from_slice(b"heic");
    files.add("extents.heic", "5 million extents of 80 items, whose fields are 0 bits wide", heic);
    let many: Vec<u8> = [&[2, 0, 0, 0, 0, 0][..], &400_000_u32.to_be_bytes()]
        .concat()
        .into_iter()
        .chain((0..400_000_u32).flat_map(|id| [&id.to_be_bytes()[..], &[0; 6]].concat()))
        .collect();
    files.add(
        "items.avif",
        "400,000 items",
        still(b"avif", &[infos(&[info(1, b"mime", PACKET)]), atom(b"iloc", &many)], b""),
    );
    let shared: Vec<(u16, Vec<(u32, u32)>)> = (1..=200).map(|id| (id, vec![(0, 500_000); 250])).collect();
    let entries: Vec<Vec<u8>> = (1..=200).map(|id| info(id, b"mime", PACKET)).collect();
    files.add(
        "shared.avif",
        "200 XMP items of 125 MB that share 500 kB",
        still(b"avif", &[infos(&entries), places(&shared)], &vec![b' '; 500_000]),
    );
    let entries: Vec<Vec<u8>> = (0..50_000).map(|id| info(id, b"mime", PACKET)).collect();
    files.add("infos.avif", "50,000 XMP items", still(b"avif", &[infos(&entries), places(&[])], b""));
    let reference = [&1_u16.to_be_bytes()[..], &[0xFF, 0xFF], &[0; 8]].concat();
    let references = full(b"iref", &atom(b"cdsc", &reference).repeat(30_000));
    files.add(
        "references.avif",
        "30,000 references to 65,535 items each",
        still(b"avif", &[infos(&[info(1, b"av01", b"")]), places(&[(1, vec![(0, 8)])]), references], b""),
    );
    let properties = |ipco: Vec<u8>, ipma: Vec<u8>| {
        let iprp = atom(b"iprp", &[atom(b"ipco", &ipco), ipma].concat());
        let primary = full(b"pitm", &[0, 1]);
        still(b"avif", &[primary, infos(&[info(1, b"av01", b"")]), places(&[(1, vec![(0, 8)])]), iprp], &[0; 64])
    };
    let size = full(b"ispe", &[0xFF; 8]);
    let uses = full(b"ipma", &[0, 0, 0, 1, 0, 1, 1, 1]);
    files.add("size.avif", "4,294,967,295 x 4,294,967,295 pixels", properties(size.clone(), uses.clone()));
    let many_uses = full(
        b"ipma",
        &[
            &0xFFFF_FFFF_u32.to_be_bytes()[..],
            &[0, 1, 255].iter().copied().chain([1; 255]).collect::<Vec<u8>>().repeat(4000),
        ]
        .concat(),
    );
    files.add("properties.avif", "4 billion uses of a property", properties(size, many_uses));
    let profile = atom(b"colr", &[&b"prof\xff\xff\xff\xff"[..], &[0; 200]].concat());
    files.add("icc.avif", "a colour profile of 4 GiB", properties(profile, uses));
    let grid = still(
        b"avif",
        &[full(b"pitm", &[0, 1]), infos(&[info(1, b"grid", b"")]), places(&[(1, vec![(0, 12)])])],
        &[0, 1, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255],
    );
    files.add("grid.avif", "a grid of 256 x 256 tiles and 4 billion pixels a side", grid);
    files.add(
        "brotli-window.avif",
        "an XMP item in Brotli with a window of 1 GiB",
        make::avif_encoded("br", &brotli_large_window()),
    );
    files.add(
        "brotli-zeros.avif",
        "an XMP item of 64 MiB in Brotli of some bytes",
        make::avif_encoded("br", &brotli_zeros(64 << 20)),
    );
    files.add(
        "deflate.avif",
        "an XMP item of 64 MiB in 64 kB of zlib",
        make::avif_encoded("deflate", &zlib_of(b' ', 64 << 20)),
    );
    let deep = (0..20_000).fold(Vec::new(), |inner, _| atom(b"meta", &[&[0; 4][..], &inner].concat()));
    files.add("depth.avif", "20,000 levels of boxes", [ftyp(b"avif"), deep].concat());
    let boxes = atom(b"free", b"").repeat(250_000);
    files.add("boxes.heic", "250,000 boxes", [ftyp(b"heic"), boxes].concat());
}

fn movies(files: &mut Files) {
    let movie = |inside: &[u8]| [atom(b"ftyp", b"isom\0\0\0\0isommp41"), atom(b"moov", inside)].concat();
    let track = |kind: &[u8; 4], body: &[u8]| {
        let table = atom(b"stbl", &full(kind, body));
        movie(&atom(b"trak", &atom(b"mdia", &atom(b"minf", &table))))
    };
    files.add("chunks.mp4", "4 billion chunk offsets", track(b"stco", &[0xFF; 64]));
    files.add("large-chunks.mp4", "4 billion chunk offsets of 64 bits", track(b"co64", &[0xFF; 64]));
    files.add("samples.mp4", "4 billion sample sizes", track(b"stsz", &[0xFF; 64]));
    let handler = full(b"hdlr", b"\0\0\0\0mdta\0\0\0\0\0\0\0\0\0\0\0\0\0");
    let tags = |keys: Vec<u8>, list: Vec<u8>| {
        movie(&atom(b"udta", &full(b"meta", &[handler.clone(), full(b"keys", &keys), atom(b"ilst", &list)].concat())))
    };
    files.add("keys.mp4", "4 billion names of tags", tags(vec![0xFF; 4], Vec::new()));
    let names = [&60_000_u32.to_be_bytes()[..], &atom(b"mdta", b"com.apple.quicktime.location.ISO6709").repeat(60_000)]
        .concat();
    let value = atom(b"data", &[0, 0, 0, 1, 0, 0, 0, 0]);
    let places = atom(&[0, 0, 0, 1], &value).repeat(50_000);
    files.add("places.mp4", "50,000 positions", tags(names, places));
    let positions = atom(b"udta", &atom(&[0xA9, b'x', b'y', b'z'], b"+1+1/").repeat(150_000));
    files.add(
        "positions.mov",
        "150,000 positions",
        [atom(b"ftyp", b"qt  \0\0\0\0qt  "), atom(b"moov", &positions)].concat(),
    );
    let fragments = [atom(b"moof", b""), atom(b"mdat", b"")].concat().repeat(110_000);
    files.add("fragments.mp4", "110,000 fragments", [atom(b"ftyp", b"iso6\0\0\0\0iso6"), fragments].concat());
    let large = [&b"\0\0\0\x01mdat\x7f\xff\xff\xff\xff\xff\xff\xff"[..], &[0; 64]].concat();
    files.add("media-data.mp4", "media data of 8 EiB", [atom(b"ftyp", b"isom\0\0\0\0isom"), large].concat());
    let tracks = atom(b"trak", b"").repeat(180_000);
    files.add("tracks.mp4", "180,000 tracks", movie(&tracks));
    let deep = (0..5000).fold(Vec::new(), |inner, _| atom(b"trak", &inner));
    files.add("depth.mp4", "5,000 levels of tracks", movie(&deep));
    let c2pa = [0xD8, 0xFE, 0xC3, 0xD6, 0x1B, 0x0E, 0x48, 0x3C, 0x92, 0x97, 0x58, 0x28, 0x87, 0x7E, 0xC4, 0x81];
    let store = [&c2pa[..], &[0; 4], b"manifest\0", &[0; 8], &[0xFF; 4], &make::c2pa_store(0)[4..]].concat();
    let one = atom(b"uuid", &store);
    files.add(
        "stores.mp4",
        "3,000 manifest stores of 4 GiB",
        [atom(b"ftyp", b"isom\0\0\0\0isom"), one.repeat(3000)].concat(),
    );
}

fn jxl(files: &mut Files) {
    let with = |boxes: &[u8]| {
        let mut file = make::jxl(&Parts::default());
        let rest = file.split_off(file.len() - 12);
        [file, boxes.to_vec(), rest].concat()
    };
    let packed = |kind: &[u8; 4], stream: &[u8]| atom(b"brob", &[&kind[..], stream].concat());
    files.add(
        "brotli-window.jxl",
        "XMP in Brotli with a window of 1 GiB",
        with(&packed(b"xml ", &brotli_large_window())),
    );
    let zeros = packed(b"xml ", &brotli_zeros(64 << 20)).repeat(100);
    files.add("brotli-zeros.jxl", "100 XMP packets of 64 MiB in Brotli of some bytes", with(&zeros));
    files.add(
        "exif-zeros.jxl",
        "an EXIF block of 64 MiB in Brotli of some bytes",
        with(&packed(b"Exif", &brotli_zeros(64 << 20))),
    );
    files.add("boxes.jxl", "250,000 boxes", with(&atom(b"free", b"").repeat(250_000)));
    let packet = xmp(&"<e:p/>".repeat(100_000));
    files.add("packets.jxl", "packets of 100,000 elements", with(&atom(b"xml ", packet.as_bytes()).repeat(6)));
}
