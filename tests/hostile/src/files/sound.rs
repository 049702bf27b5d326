//! Sound and video streams: ID3, FLAC, Ogg, WAVE, AVI, Matroska, FLV.

use labeler_media::fixtures as make;

use super::parts::{Files, zlib_of};

fn id3(frames: &[u8], flags: u8, version: u8) -> Vec<u8> {
    let length = frames.len() as u32;
    let size = [length >> 21 & 127, length >> 14 & 127, length >> 7 & 127, length & 127].map(|part| part as u8);
    [&b"ID3"[..], &[version, 0, flags], &size, frames, &[0xFF, 0xFB, 0x90, 0x64], &[0; 413]].concat()
}

fn frame(id: &[u8; 4], flags: [u8; 2], data: &[u8]) -> Vec<u8> {
    [&id[..], &(data.len() as u32).to_be_bytes(), &flags, data].concat()
}

pub(super) fn add(files: &mut Files) {
    files.add("frames.mp3", "220,000 ID3 frames", id3(&make::id3_frame(b"TIT2", b"\0a").repeat(220_000), 0, 3));
    files.add("size.mp3", "an ID3 tag of 256 MiB", {
        let mut file = id3(&make::id3_frame(b"TIT2", b"\0a"), 0, 4);
        file[6..10].copy_from_slice(&[0x7F; 4]);
        file
    });
    let packed = [&0xFFFF_FFFF_u32.to_be_bytes()[..], &zlib_of(b'a', 4 << 20)].concat();
    let frames = frame(b"TXXX", [0, 0x80], &packed).repeat(400);
    files.add("compressed.mp3", "400 ID3 texts of 4 MiB, compressed to 4 kB", id3(&frames, 0, 3));
    files.add(
        "unsynchronised.mp3",
        "100,000 frames of a tag unsynchronised as a whole",
        id3(&make::id3_frame(b"TXXX", b"\0a\0b").repeat(100_000), 0x80, 3),
    );
    let object = make::id3_frame(b"GEOB", &[&b"\0application/c2pa\0a\0b\0"[..], &make::c2pa_store(0)].concat());
    files.add("objects.mp3", "20,000 manifest stores", id3(&object.repeat(20_000), 0, 3));
    let mut header = id3(&frame(b"APIC", [0, 0], b"\0image/png\0\0\0"), 0, 3);
    header[14..18].copy_from_slice(&[0xFF; 4]);
    files.add("picture.mp3", "an attached picture of 4 GiB", header);

    let flac = |blocks: &[Vec<u8>]| [&b"fLaC"[..], &[0, 0, 0, 34], &[0; 34], &blocks.concat()].concat();
    let block = |kind: u8, body: &[u8]| {
        [&[kind, (body.len() >> 16) as u8, (body.len() >> 8) as u8, body.len() as u8][..], body].concat()
    };
    files.add("comments.flac", "4 billion comments", flac(&[block(0x84, &[0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF])]));
    files.add(
        "comment.flac",
        "a comment of 4 GiB",
        flac(&[block(0x84, &[0, 0, 0, 0, 1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF])]),
    );
    files.add("blocks.flac", "250,000 blocks", flac(&[block(1, b"").repeat(250_000), block(0x81, b"")]));
    let picture = [&[0, 0, 0, 3, 0xFF, 0xFF, 0xFF, 0xFF][..], &[0; 32]].concat();
    files.add("picture.flac", "a picture whose type has 4 GiB", flac(&[block(0x86, &picture)]));

    let page = |serial: u32, flags: u8, lacing: &[u8], data: &[u8]| {
        [&b"OggS\0"[..], &[flags], &[0; 8], &serial.to_le_bytes(), &[0; 8], &[lacing.len() as u8], lacing, data]
            .concat()
    };
    let vorbis = |serial: u32| page(serial, 2, &[30], &[&b"\x01vorbis"[..], &[0; 23]].concat());
    let endless = |serial: u32| page(serial, 0, &[255; 255], &[0x33; 255 * 255]);
    let streams: Vec<u8> = (0..16).flat_map(vorbis).collect();
    let rest: Vec<u8> = (0..80).flat_map(|n| endless(n % 16)).collect();
    files.add("streams.ogg", "sixteen comment headers without an end", [streams, rest].concat());
    files.add("pages.ogg", "100,000 empty pages", [vorbis(0), page(0, 0, &[], b"").repeat(100_000)].concat());
    let comments = [&b"\x03vorbis"[..], &[0; 4], &[0xFF; 4]].concat();
    files.add(
        "comments.ogg",
        "4 billion comments",
        [vorbis(0), page(0, 0, &[comments.len() as u8], &comments)].concat(),
    );

    let lists = (0..3000).fold(Vec::new(), |inner: Vec<u8>, _| {
        [b"LIST".to_vec(), (inner.len() as u32 + 4).to_le_bytes().to_vec(), b"xxxx".to_vec(), inner].concat()
    });
    let riff =
        |form: &[u8; 4], body: &[u8]| [&b"RIFF"[..], &(body.len() as u32 + 4).to_le_bytes(), form, body].concat();
    let format = [&b"fmt \x10\0\0\0\x01\0\x01\0"[..], &[0; 12]].concat();
    files.add("lists.wav", "3,000 levels of lists", riff(b"WAVE", &[format.clone(), lists.clone()].concat()));
    let large = [&b"RF64\xff\xff\xff\xffWAVEds64\x1c\0\0\0"[..], &[0xFF; 28], b"data\xff\xff\xff\xff"].concat();
    files.add("ds64.wav", "sound data of 16 EiB", large);
    let info = [&b"LIST"[..], &(8 * 220_000 + 4_u32).to_le_bytes(), b"INFO", &b"ISFT\0\0\0\0".repeat(220_000)].concat();
    files.add("info.wav", "220,000 texts", riff(b"WAVE", &[format, info].concat()));
    files.add("lists.avi", "3,000 levels of lists", riff(b"AVI ", &lists));

    let element = |id: &[u8], body: &[u8]| {
        let size = (body.len() as u64 | 1 << 56).to_be_bytes();
        [id, &size, body].concat()
    };
    let segment = |body: &[u8]| {
        [element(b"\x1a\x45\xdf\xa3", &element(b"\x42\x82", b"matroska")), element(b"\x18\x53\x80\x67", body)].concat()
    };
    let name = element(b"\x45\xa3", &vec![0xE9; 250_000]);
    let nested = (0..15).fold(Vec::new(), |inner: Vec<u8>, _| element(b"\x67\xc8", &[name.clone(), inner].concat()));
    files.add(
        "tags.mkv",
        "15 levels of tags with names of 250 kB",
        segment(&element(b"\x12\x54\xc3\x67", &element(b"\x73\x73", &nested))),
    );
    files.add("elements.mkv", "250,000 elements", segment(&b"\xec\x80".repeat(250_000)));
    let huge =
        [element(b"\x1a\x45\xdf\xa3", b""), b"\x18\x53\x80\x67\x01\x7f\xff\xff\xff\xff\xff\xff".to_vec()].concat();
    files.add("segment.mkv", "a segment of 36 PiB", huge);

    let script = |value: &[u8]| {
        let body = [make::amf_string("onMetaData"), value.to_vec()].concat();
        let mut file = make::flv(None, &[]);
        file.truncate(13);
        file.push(18);
        file.extend(&(body.len() as u32).to_be_bytes()[1..]);
        file.extend([0; 7]);
        [file, body, vec![0; 4]].concat()
    };
    files.add(
        "arrays.flv",
        "arrays of 4 billion values inside each other",
        script(&[10, 0xFF, 0xFF, 0xFF, 0xFF].repeat(50_000)),
    );
    files.add("objects.flv", "300,000 levels of objects", script(&[3, 0, 1, b'a'].repeat(300_000)));
    files.add("string.flv", "a text of 4 GiB", script(&[12, 0xFF, 0xFF, 0xFF, 0xFF]));
}
