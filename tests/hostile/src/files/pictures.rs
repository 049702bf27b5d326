//! JPEG, PNG, WebP and GIF.

use labeler_media::fixtures::{self as make, Parts};

use super::parts::{Files, xmp, zlib, zlib_of};

pub(super) fn add(files: &mut Files) {
    jpeg(files);
    png(files);
    webp(files);
    gif(files);
}

fn jpeg_with(segments: &[u8]) -> Vec<u8> {
    let mut file = make::jpeg(&Parts::default());
    file.splice(2..2, segments.iter().copied());
    file
}

/// A start of frame of 65,535 by 65,535 pixels, then a scan of nothing.
fn endless_frame(marker: u8) -> Vec<u8> {
    let mut file = vec![0xFF, 0xD8];
    file.extend(make::jpeg_segment(0xDB, &[&[0][..], &[1; 64]].concat()));
    file.extend(make::jpeg_segment(marker, &[8, 0xFF, 0xFF, 0xFF, 0xFF, 3, 1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0]));
    let table = [&[0_u8][..], &[0, 1], &[0; 14], &[0]].concat();
    file.extend(make::jpeg_segment(0xC4, &table));
    file.extend(make::jpeg_segment(0xC4, &[&[0x10][..], table.get(1..).unwrap()].concat()));
    file.extend(make::jpeg_segment(0xDA, &[3, 1, 0, 2, 0, 3, 0, 0, 63, 0]));
    file.extend([0; 4096]);
    file.extend([0xFF, 0xD9]);
    file
}

/// A directory of 65,535 entries of one tag, all with the same value of the whole block.
fn exif_of_one_value(tag: u16, length: usize) -> Vec<u8> {
    let mut block = b"II*\0\x08\0\0\0\xff\xff".to_vec();
    for _ in 0..0xFFFF {
        block.extend(tag.to_le_bytes());
        block.extend([7, 0]);
        block.extend((length as u32 - 16).to_le_bytes());
        block.extend([8, 0, 0, 0]);
    }
    block.resize(length.max(block.len()), b'x');
    block
}

fn jpeg(files: &mut Files) {
    files.add("frame-65535.jpg", "a baseline frame of 65,535 x 65,535 pixels", endless_frame(0xC0));
    files.add("progressive-65535.jpg", "a progressive frame of 65,535 x 65,535 pixels", endless_frame(0xC2));
    let segments = b"\xff\xe0\0\x02".repeat(250_000);
    files.add("segments.jpg", "250,000 application segments", jpeg_with(&segments));
    let stores = make::jpeg_segment(0xEB, &[&b"JP\x02\x11\0\0\0\x01"[..], &make::c2pa_store(0)].concat());
    files.add("app11-stores.jpg", "20,000 manifest stores", jpeg_with(&stores.repeat(20_000)));
    let store = [&b"JP\x02\x11\0\0\0\x01\xff\xff\xff\xff"[..], &make::c2pa_store(0)[4..]].concat();
    files.add("app11-4-gib.jpg", "a manifest store of 4 GiB", jpeg_with(&make::jpeg_segment(0xEB, &store)));
    let xl = [&b"JP\x02\x11\0\0\0\x01\0\0\0\x01jumb\x7f\xff\xff\xff\xff\xff\xff\xff"[..], &make::c2pa_store(0)[8..]]
        .concat();
    files.add("app11-8-eib.jpg", "a manifest store of 8 EiB", jpeg_with(&make::jpeg_segment(0xEB, &xl)));
    let piece = |guid: &str, full: u32, offset: u32, data: &[u8]| {
        let head = [b"http://ns.adobe.com/xmp/extension/\0".as_slice(), guid.as_bytes()].concat();
        make::jpeg_segment(0xE1, &[&head[..], &full.to_be_bytes(), &offset.to_be_bytes(), data].concat())
    };
    let guid = "0123456789ABCDEF0123456789ABCDEF";
    files.add(
        "extended-xmp-4-gib.jpg",
        "an extended XMP packet of 4 GiB",
        jpeg_with(&piece(guid, u32::MAX, 0, b"<x>")),
    );
    let many: Vec<u8> = (0..20_000).flat_map(|n| piece(&format!("{n:032X}"), 4, 0, b"<x/>")).collect();
    files.add("extended-xmp-packets.jpg", "20,000 extended XMP packets", jpeg_with(&many));
    let pieces: Vec<u8> = (0..20_000).flat_map(|n| piece(guid, 20_000, n, b"<")).collect();
    files.add("extended-xmp-pieces.jpg", "an extended XMP packet in 20,000 pieces", jpeg_with(&pieces));
    let exif = exif_of_one_value(0x9286, 60_000);
    let exif = make::jpeg_segment(0xE1, &[&b"Exif\0\0"[..], &exif[..60_000]].concat());
    files.add(
        "exif-entries.jpg",
        "EXIF blocks of 65,535 user comments each, sixteen of them",
        jpeg_with(&exif.repeat(16)),
    );
    let count = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x86\x92\x07\0\xff\xff\xff\xff\x08\0\0\0\0\0\0\0".to_vec();
    files.add("exif-count.jpg", "a user comment of 4 GiB", jpeg_with(&make::jpeg_segment(0xE1, &count)));
    let circle = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x69\x87\x04\0\x01\0\0\0\x08\0\0\0\x08\0\0\0".to_vec();
    files.add("exif-circle.jpg", "an EXIF directory inside itself", jpeg_with(&make::jpeg_segment(0xE1, &circle)));
    let icc = |number: u8| make::jpeg_segment(0xE2, &[&b"ICC_PROFILE\0"[..], &[number, 255], &[0xFF; 200]].concat());
    let icc: Vec<u8> = (0..=255).flat_map(icc).collect();
    files.add("icc.jpg", "a colour profile of 4 GiB in 255 pieces", jpeg_with(&icc));
    let index = b"MPF\0II*\0\x08\0\0\0\x01\0\x02\xb0\x07\0\xf0\xff\xff\xff\x08\0\0\0\0\0\0\0".to_vec();
    files.add("mpf.jpg", "a multi-picture index of 268 million pictures", jpeg_with(&make::jpeg_segment(0xE2, &index)));
    let resources = b"Photoshop 3.0\08BIM\x04\x04\0\0\xff\xff\xff\xff".to_vec();
    files.add("photoshop.jpg", "a Photoshop resource of 4 GiB", jpeg_with(&make::jpeg_segment(0xED, &resources)));
    let mut samsung = make::jpeg(&Parts::default());
    samsung.extend(b"SEFH\x6a\0\0\0\xff\xff\xff\xff");
    samsung.extend([&[0_u8, 0, 1, 0][..], &[16, 0, 0, 0], &[0xFF; 4]].concat().repeat(1000));
    samsung.extend(12_012_u32.to_le_bytes());
    samsung.extend(b"SEFT");
    files.add("samsung-trailer.jpg", "a trailer of 4 billion entries", samsung);
    let restart = [&[0xFF_u8, 0xDD, 0, 4, 0, 1][..], &[0xFF, 0xD0].repeat(200_000)].concat();
    files.add("fill-bytes.jpg", "400,000 bytes of fill and restart markers", jpeg_with(&restart));
}

fn png_header(width: u32, height: u32, depth: u8, color: u8) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[depth, color, 0, 0, 0]].concat();
    [b"\x89PNG\r\n\x1a\n".to_vec(), make::png_chunk(b"IHDR", &header)].concat()
}

fn png_with_itxt(packet: &str, compressed: bool) -> Vec<u8> {
    let data = if compressed { zlib(packet.as_bytes()) } else { packet.as_bytes().to_vec() };
    let head = [b"XML:com.adobe.xmp\0".as_slice(), &[u8::from(compressed), 0, 0, 0]].concat();
    make::png_chunk(b"iTXt", &[head, data].concat())
}

/// A packet of 4,000 properties whose paths have a thousand bytes each.
fn long_paths() -> String {
    let name = format!("e:{}", "n".repeat(250));
    let open = format!("<{name}><rdf:Description>").repeat(5);
    let close = format!("</rdf:Description></{name}>").repeat(5);
    let items = "<rdf:li>x</rdf:li>".repeat(4000);
    xmp(&format!("{open}<e:p><rdf:Bag>{items}</rdf:Bag></e:p>{close}"))
}

fn png(files: &mut Files) {
    let idat = make::png_chunk(b"IDAT", &zlib_of(0, 1 << 20));
    let end = make::png_chunk(b"IEND", b"");
    let huge = [png_header(0x7FFF_FFFF, 0x7FFF_FFFF, 16, 6), idat.clone(), end.clone()].concat();
    files.add("size.png", "2,147,483,647 x 2,147,483,647 pixels of 64 bits", huge);
    let wide = [png_header(0x7FFF_FFFF, 1, 16, 6), idat.clone(), end.clone()].concat();
    files.add("wide.png", "one row of 2,147,483,647 pixels", wide);
    let square = [png_header(20_000, 20_000, 16, 6), make::png_chunk(b"IDAT", &zlib_of(0, 64 << 20)), end.clone()];
    files.add("idat.png", "20,000 x 20,000 pixels of 64 bits, and 64 MiB of them in 64 kB", square.concat());
    let interlaced = [
        b"\x89PNG\r\n\x1a\n".to_vec(),
        make::png_chunk(b"IHDR", &[0, 1, 0, 0, 0, 1, 0, 0, 16, 6, 0, 0, 1]),
        idat.clone(),
        end,
    ];
    files.add("interlaced.png", "65,536 x 65,536 interlaced pixels of 64 bits", interlaced.concat());
    let bomb = make::png_chunk(b"zTXt", &[b"k\0\0".to_vec(), zlib_of(b'a', 4 << 20)].concat());
    files.add("ztxt.png", "500 texts of 4 MiB each, compressed to 4 kB", make::png_with_chunks(&bomb.repeat(500)));
    let packets = png_with_itxt(&long_paths(), true).repeat(60);
    files.add("xmp-paths.png", "60 XMP packets of 4,000 properties with long paths", make::png_with_chunks(&packets));
    let attributes: String = (0..1000).map(|n| format!(" e:a{n}=''")).collect();
    let attributes = xmp(&format!("<e:p{attributes}/>").repeat(300));
    files.add("xmp-attributes.png", "300,000 XMP attributes", make::png_with_chunks(&png_with_itxt(&attributes, true)));
    let nodes = xmp(&"<e:p/>".repeat(600_000));
    files.add("xmp-nodes.png", "600,000 XMP elements", make::png_with_chunks(&png_with_itxt(&nodes, true)));
    let deep = xmp(&"<e:p>".repeat(100_000));
    files.add("xmp-depth.png", "100,000 levels of XMP", make::png_with_chunks(&png_with_itxt(&deep, true)));
    let entities: String =
        (1..10).map(|n| format!("<!ENTITY e{n} '{}'>", format!("&e{};", n - 1).repeat(10))).collect();
    let laughs = format!("<!DOCTYPE x [<!ENTITY e0 'ha'>{entities}]>{}", xmp("<e:p>&e9;</e:p>"));
    files.add("xmp-entities.png", "an XMP entity of 2 GB", make::png_with_chunks(&png_with_itxt(&laughs, false)));
    let icc = make::png_chunk(b"iCCP", &[b"p\0\0".to_vec(), zlib_of(0xFF, 64 << 20)].concat());
    files.add("iccp.png", "a colour profile of 64 MiB in 64 kB", make::png_with_chunks(&icc));
    let texts = make::png_chunk(b"tEXt", b"XML:com.adobe.xmp\0<x/>").repeat(50_000);
    files.add("text-chunks.png", "50,000 XMP packets", make::png_with_chunks(&texts));
    let exif = make::png_chunk(b"eXIf", &exif_of_one_value(0x9286, 900_000));
    files.add("exif-values.png", "65,535 user comments of 900 kB that share their bytes", make::png_with_chunks(&exif));
    let mut iim: Vec<u8> = Vec::new();
    while iim.len() < 1 << 20 {
        iim.extend([0x1C, 2, 120, 0x7F, 0xFF]);
        iim.extend([0xE9; 0x7FFF]);
    }
    let digits = format!("\niptc\n  {}\n{}", iim.len(), hex::encode(&iim));
    let profile = [b"Raw profile type iptc\0\0".to_vec(), zlib(digits.as_bytes())].concat();
    let profiles = make::png_chunk(b"zTXt", &profile).repeat(100);
    files.add(
        "iim.png",
        "100 profiles of 1 MiB of IPTC captions, compressed to 3 kB",
        make::png_with_chunks(&profiles),
    );
    let chunk = [b"\xff\xff\xff\xffcaBX".to_vec(), make::c2pa_store(0)].concat();
    files.add("cabx.png", "a manifest store of 4 GiB", make::png_with_chunks(&chunk));
    let frames = make::png_chunk(b"acTL", &[0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0]);
    files.add("frames.png", "an animation of 4 billion frames", make::png_with_chunks(&frames));
    let palette = [png_header(30_000, 30_000, 1, 3), make::png_chunk(b"PLTE", &[0; 768]), idat].concat();
    files.add("palette.png", "30,000 x 30,000 pixels of one bit", palette);
}

fn webp(files: &mut Files) {
    let canvas = [0x16, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
    let animation = |frame: &[u8], count: usize| {
        let mut chunks: Vec<(&[u8; 4], &[u8])> = vec![(b"VP8X", &canvas[..]), (b"ANIM", &[0; 6][..])];
        chunks.extend(std::iter::repeat_n((b"ANMF", frame), count));
        make::riff(b"WEBP", &chunks)
    };
    let frame = [
        &[0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 0, 0, 0][..],
        b"VP8L\x05\0\0\0\x2f\xff\xff\xff\x0f\0",
    ];
    files.add("canvas.webp", "a canvas of 16,777,216 x 16,777,216 pixels", animation(&frame.concat(), 1));
    files.add("frames.webp", "20,000 frames of 16,777,216 x 16,777,216 pixels", animation(&frame.concat(), 20_000));
    let lossless = [&b"\x2f\xff\xff\xff\x0f"[..], &[0; 64]].concat();
    files.add("lossless.webp", "16,384 x 16,384 lossless pixels", make::riff(b"WEBP", &[(b"VP8L", &lossless[..])]));
    let lossy = [&b"\0\0\0\x9d\x01\x2a\xff\x3f\xff\x3f"[..], &[0; 64]].concat();
    files.add("lossy.webp", "16,383 x 16,383 lossy pixels", make::riff(b"WEBP", &[(b"VP8 ", &lossy[..])]));
    let chunks: Vec<(&[u8; 4], &[u8])> = std::iter::repeat_n((b"JUNK", &b""[..]), 250_000).collect();
    files.add("chunks.webp", "250,000 chunks", make::riff(b"WEBP", &chunks));
    let mut long = make::riff(b"WEBP", &[(b"VP8L", &lossless[..])]);
    long[4..8].copy_from_slice(&[0xFF; 4]);
    long[16..20].copy_from_slice(&[0xFE, 0xFF, 0xFF, 0xFF]);
    files.add("riff-size.webp", "RIFF data and a picture of 4 GiB", long);
    let lists = (0..2000).fold(Vec::new(), |inner: Vec<u8>, _| {
        [b"LIST".to_vec(), (inner.len() as u32 + 4).to_le_bytes().to_vec(), b"xxxx".to_vec(), inner].concat()
    });
    let nested = [b"VP8L\x05\0\0\0\x2f\0\0\0\0\0".to_vec(), lists].concat();
    let file = [b"RIFF".to_vec(), (nested.len() as u32 + 4).to_le_bytes().to_vec(), b"WEBP".to_vec(), nested].concat();
    files.add("lists.webp", "2,000 levels of lists", file);
    let exif = exif_of_one_value(0x010E, 900_000);
    files.add(
        "exif-values.webp",
        "65,535 descriptions of 900 kB that share their bytes",
        make::riff(b"WEBP", &[(b"VP8L", &lossless[..]), (b"EXIF", &exif[..])]),
    );
}

fn gif(files: &mut Files) {
    let screen = b"GIF89a\xff\xff\xff\xff\0\0\0".to_vec();
    let image = |data: &[u8]| [&b"\x2c\0\0\0\0\xff\xff\xff\xff\0\x08"[..], data, b"\0"].concat();
    // Codes of 9 bits: clear, then the newest entry over and over, which makes each run one pixel longer.
    let mut runs = super::parts::Bits::default();
    runs.put(0x100, 9);
    runs.put(0, 9);
    for code in 0x102..0x200 {
        runs.put(code, 9);
    }
    let coded: Vec<u8> = runs.bytes.chunks(255).flat_map(|piece| [&[piece.len() as u8][..], piece].concat()).collect();
    files.add(
        "screen.gif",
        "an image of 65,535 x 65,535 pixels",
        [screen.clone(), image(&coded), b"\x3b".to_vec()].concat(),
    );
    let frames = image(&coded).repeat(2000);
    files.add(
        "frames.gif",
        "2,000 frames of 65,535 x 65,535 pixels",
        [screen.clone(), frames, b"\x3b".to_vec()].concat(),
    );
    let pieces = [b"\x21\xff\x0bC2PA_GIF\x01\0\0".to_vec(), b"\x01j".repeat(250_000), b"\0".to_vec()].concat();
    files.add("pieces.gif", "a manifest store in 250,000 pieces", [screen.clone(), pieces, b"\x3b".to_vec()].concat());
    let store = make::c2pa_store(0);
    let split: Vec<u8> = [&[store.len() as u8][..], &store].concat();
    let one = [b"\x21\xff\x0bC2PA_GIF\x01\0\0".to_vec(), split, b"\x01j".repeat(50_000), b"\0".to_vec()].concat();
    files.add(
        "stores.gif",
        "20 manifest stores in 50,000 pieces each",
        [screen.clone(), one.repeat(20), b"\x3b".to_vec()].concat(),
    );
    let comments = b"\x21\xfe\x01a\0".repeat(210_000);
    files.add("blocks.gif", "210,000 comments", [screen.clone(), comments, b"\x3b".to_vec()].concat());
    let packets = b"\x21\xff\x0bXMP DataXMP\x01a\0".repeat(60_000);
    files.add("packets.gif", "60,000 XMP packets", [screen, packets, b"\x3b".to_vec()].concat());
}
