//! Every container with every part, from files made in code.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::io::Cursor;

use crate::fixtures::{self as make, AIGC_LABEL, Parts, XmpFields};
use crate::*;

fn read(file: &[u8]) -> Metadata {
    let format = sniff(file).expect("a known format");
    read_metadata(&mut Cursor::new(file), format, &Limits::default()).unwrap()
}

fn store_of(file: &[u8]) -> Option<ManifestStore> {
    let format = sniff(file).expect("a known format");
    manifest_store(&mut Cursor::new(file), format, &Limits::default()).unwrap()
}

fn packet() -> String {
    make::xmp(&XmpFields {
        digital_source_type: Some("trainedAlgorithmicMedia"),
        aigc: Some(AIGC_LABEL),
        creator_tool: Some("Tool 1"),
        extra: "<Iptc4xmpExt:AISystemUsed>System</Iptc4xmpExt:AISystemUsed>\
                <Iptc4xmpExt:AISystemVersionUsed>2.1</Iptc4xmpExt:AISystemVersionUsed>\
                <Iptc4xmpExt:AIPromptInformation>a cat</Iptc4xmpExt:AIPromptInformation>\
                <Iptc4xmpExt:AIPromptWriterName>Ada</Iptc4xmpExt:AIPromptWriterName>\
                <Iptc4xmpExt:DigImageGUID>guid-1</Iptc4xmpExt:DigImageGUID>\
                <xmp:CreateDate>2026-01-02T03:04:05Z</xmp:CreateDate><photoshop:Credit>Studio</photoshop:Credit>\
                <plus:DataMining>http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED</plus:DataMining>\
                <dcterms:provenance>https://example.org/m</dcterms:provenance>",
    })
}

fn exif() -> Vec<u8> {
    make::exif_block(
        false,
        &[(0x0131, b"Software X\0".to_vec()), (0x9286, [&b"ASCII\0\0\0"[..], AIGC_LABEL.as_bytes()].concat())],
    )
}

/// Asserts that the packet was read whole, and where it lies.
fn assert_packet(metadata: &Metadata, file: &[u8], path: &str) {
    let packet = packet();
    let found = &metadata.xmp[0];
    assert_eq!(found.location.path, path);
    assert!(found.standard_place, "{path}");
    let start = found.location.offset as usize;
    assert_eq!(&file[start..start + packet.len()], packet.as_bytes(), "{path}");
    let iptc = &metadata.iptc;
    assert_eq!(iptc.digital_source_types[0].term, Some("trainedAlgorithmicMedia"));
    for (field, value) in [
        (&iptc.ai_system_used, "System"),
        (&iptc.ai_system_version_used, "2.1"),
        (&iptc.ai_prompt_information, "a cat"),
        (&iptc.ai_prompt_writer_name, "Ada"),
        (&iptc.digital_image_guid, "guid-1"),
        (&iptc.creator_tool, "Tool 1"),
        (&iptc.create_date, "2026-01-02T03:04:05Z"),
        (&iptc.credit, "Studio"),
        (&iptc.data_mining, "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED"),
        (&iptc.provenance, "https://example.org/m"),
    ] {
        assert_eq!(field.as_ref().unwrap().value, value, "{path}");
    }
    assert_eq!(metadata.aigc[0].carrier, AigcCarrier::Xmp);
    assert!(metadata.aigc[0].standard_place && metadata.aigc[0].missing_keys.is_empty(), "{path}");
    assert!(metadata.warnings.is_empty(), "{path}: {:?}", metadata.warnings);
}

/// Asserts that the store comes out as it was put in.
fn assert_store(file: &[u8], expected: &[u8], path: &str) {
    let found = store_of(file).unwrap_or_else(|| panic!("no store: {path}"));
    assert!(found.jumbf == expected, "{path}");
    let metadata = read(file);
    assert_eq!(metadata.c2pa[0].location.path, path);
    assert_eq!(metadata.c2pa[0].ranges, found.ranges);
}

#[test]
fn reads_xmp_exif_and_c2pa_in_every_image_format() {
    let (xmp, exif, c2pa) = (packet(), exif(), make::c2pa_store(700));
    let parts = Parts { xmp: Some(&xmp), exif: Some(&exif), c2pa: Some(&c2pa) };
    for (file, xmp_path, exif_path, c2pa_path) in [
        (make::jpeg(&parts), "JPEG/APP1[1]/XMP", "JPEG/APP1/EXIF", "JPEG/APP11/C2PA"),
        (make::png(&parts), "PNG/iTXt(XML:com.adobe.xmp)", "PNG/eXIf", "PNG/caBX"),
        (make::webp(&parts), "WebP/XMP", "WebP/EXIF", "WebP/C2PA"),
        (
            make::avif(&parts, false),
            "AVIF/meta/item[2]/mime(application/rdf+xml)",
            "AVIF/meta/item[1]/Exif",
            "AVIF/uuid/C2PA",
        ),
        (
            make::avif(&parts, true),
            "AVIF/meta/item[2]/mime(application/rdf+xml)",
            "AVIF/meta/item[1]/Exif",
            "AVIF/uuid/C2PA",
        ),
        (make::jxl(&parts), "JXL/xml", "JXL/Exif", "JXL/jumb"),
    ] {
        let metadata = read(&file);
        assert_packet(&metadata, &file, xmp_path);
        let software = metadata.exif[0].get("Software").unwrap();
        assert_eq!(software.value, "Software X");
        assert_eq!(software.location.path, format!("{exif_path}/IFD0/Software"));
        let start = software.location.offset as usize;
        assert_eq!(&file[start..start + 10], b"Software X", "{exif_path}");
        // The second copy of the label, in EXIF: a standard place for JPEG and WebP only.
        assert_eq!(metadata.aigc[1].carrier, AigcCarrier::ExifUserComment);
        assert_eq!(metadata.aigc[1].standard_place, matches!(metadata.format, Format::Jpeg | Format::Webp));
        assert_store(&file, &c2pa, c2pa_path);
    }
    for big_endian in [false, true] {
        let file = make::tiff(big_endian, &parts);
        assert_packet(&read(&file), &file, "TIFF/IFD0/XMP");
        assert_store(&file, &c2pa, "TIFF/IFD0/C2PA");
    }
    let file = make::gif(&parts, Some("drawn by hand"));
    let metadata = read(&file);
    assert_packet(&metadata, &file, "GIF/XMP DataXMP");
    assert_store(&file, &c2pa, "GIF/C2PA_GIF");
    assert_eq!((metadata.text[0].key.as_str(), metadata.text[0].value.as_str()), ("comment", "drawn by hand"));
}

#[test]
fn reads_xmp_and_c2pa_in_audio_video_and_documents() {
    let (xmp, c2pa) = (packet(), make::c2pa_store(700));
    let parts = Parts { xmp: Some(&xmp), exif: None, c2pa: Some(&c2pa) };
    let file = make::mp4(&parts, &[("title", "A")]);
    assert_packet(&read(&file), &file, "MP4/uuid[1]/XMP");
    assert_store(&file, &c2pa, "MP4/uuid/C2PA");
    let file = make::wav(&parts, &[]);
    assert_packet(&read(&file), &file, "WAV/_PMX");
    assert_store(&file, &c2pa, "WAV/C2PA");
    let file = make::mp3(&parts, &[]);
    assert_packet(&read(&file), &file, "MP3/ID3v2/PRIV(XMP)");
    assert_store(&file, &c2pa, "MP3/ID3v2/GEOB/C2PA");
    let file = make::pdf(&[], Some(&xmp), false);
    assert_packet(&read(&file), &file, "PDF/Metadata");
    let packed = read(&make::pdf(&[], Some(&xmp), true));
    assert_eq!(packed.iptc.digital_source_types.len(), 1);
    let file = make::svg(Some(xmp.split_once("?>").unwrap().1.rsplit_once("<?").unwrap().0), Some(&c2pa));
    let metadata = read(&file);
    assert_eq!(metadata.iptc.digital_source_types.len(), 1, "{:?}", metadata.warnings);
    assert_eq!(metadata.aigc.len(), 1);
    assert!(metadata.text.iter().any(|entry| entry.key == "title" && entry.value == "Fixture"));
    assert_store(&file, &c2pa, "SVG/metadata[1]/c2pa:manifest");
}

#[test]
fn reads_aigc_in_every_container_of_the_guides() {
    let none = Parts::default();
    let frame = make::id3_frame(b"TXXX", &[b"\0AIGC\0", AIGC_LABEL.as_bytes()].concat());
    let text_chunk = make::png_chunk(b"tEXt", &[b"AIGC\0", AIGC_LABEL.as_bytes()].concat());
    let info = {
        let mut list = b"INFOAIGC".to_vec();
        list.extend_from_slice(&(AIGC_LABEL.len() as u32).to_le_bytes());
        list.extend_from_slice(AIGC_LABEL.as_bytes());
        list.resize(list.len() + AIGC_LABEL.len() % 2, 0);
        list
    };
    for (file, carrier, path) in [
        (make::png_with_chunks(&text_chunk), AigcCarrier::PngText, "PNG/tEXt(AIGC)"),
        (make::mp4(&none, &[("x", "y"), ("AIGC", AIGC_LABEL)]), AigcCarrier::Mp4, "MP4/moov/udta/meta/keys[2]"),
        (make::mp3(&none, &frame), AigcCarrier::Id3, "MP3/ID3v2/TXXX"),
        (make::wav(&none, &[(b"AIGC", AIGC_LABEL.as_bytes())]), AigcCarrier::RiffChunk, "WAV/AIGC"),
        (make::riff(b"AVI ", &[(b"LIST", &info)]), AigcCarrier::RiffInfo, "AVI/LIST(INFO)/AIGC"),
        (make::flac(&[("aigc", AIGC_LABEL)]), AigcCarrier::VorbisComment, "FLAC/VORBIS_COMMENT/AIGC"),
        (make::ogg(&[("AIGC", AIGC_LABEL)]), AigcCarrier::VorbisComment, "OGG/opus/comments/AIGC"),
        (
            make::matroska("matroska", &[("AIGC", AIGC_LABEL)], false),
            AigcCarrier::MatroskaTag,
            "Matroska/Segment/Tags/Tag/SimpleTag(AIGC)",
        ),
        (
            make::matroska("webm", &[("AIGC", AIGC_LABEL)], true),
            AigcCarrier::MatroskaTag,
            "WebM/Segment/Tags/Tag/SimpleTag(AIGC)",
        ),
        (make::pdf(&[("AIGC", AIGC_LABEL)], None, false), AigcCarrier::PdfInfo, "PDF/Info/AIGC"),
    ] {
        let metadata = read(&file);
        assert_eq!(metadata.aigc.len(), 1, "{path}: {metadata:?}");
        let site = &metadata.aigc[0];
        assert_eq!((site.carrier, site.location.path.as_str()), (carrier, path));
        assert!(site.standard_place, "{path}");
        assert_eq!((site.shape, site.raw.as_str()), (AigcShape::Bare, AIGC_LABEL), "{path}");
        assert!(metadata.warnings.is_empty(), "{path}: {:?}", metadata.warnings);
        if carrier != AigcCarrier::PdfInfo {
            let (start, length) = (site.location.offset as usize, site.location.length as usize);
            assert!(text::find(&file[start..start + length], AIGC_LABEL.as_bytes()).is_some(), "{path}");
        }
    }
}

#[test]
fn reports_aigc_in_nonstandard_places() {
    let bare = format!("AIGC{AIGC_LABEL}");
    let jpeg = [
        &make::jpeg(&Parts::default())[..2],
        &make::jpeg_segment(0xE9, bare.as_bytes()),
        &make::jpeg(&Parts::default())[2..],
    ]
    .concat();
    let free_form = make::mov(None, "S", Some(("AIGC", AIGC_LABEL)));
    let comment = make::gif(&Parts::default(), Some(&format!("{{\"AIGC\":{AIGC_LABEL}}}")));
    let tencent = r#"{"AIGC":{"ServiceProvider":"x","ServiceUser":"y","Time":"1","ContentId":"z"}}"#;
    let block = make::exif_block(true, &[(0x010E, tencent.as_bytes().to_vec())]);
    let exif = make::jpeg(&Parts { exif: Some(&block), ..Parts::default() });
    for (file, carrier, shape) in [
        (jpeg, AigcCarrier::JpegSegment, AigcShape::NonStandard),
        (free_form, AigcCarrier::Mp4, AigcShape::Bare),
        (comment, AigcCarrier::GifComment, AigcShape::Wrapped),
        (exif, AigcCarrier::ExifOther, AigcShape::NonStandard),
    ] {
        let metadata = read(&file);
        assert_eq!(metadata.aigc.len(), 1, "{carrier:?}");
        let site = &metadata.aigc[0];
        assert_eq!((site.carrier, site.shape, site.standard_place), (carrier, shape, false));
    }
}

#[test]
fn reads_aigc_in_xmp_as_structure_and_in_a_foreign_namespace() {
    let fields = "<TC260:AIGC rdf:parseType='Resource'><TC260:Label>1</TC260:Label>\
                  <TC260:ContentProducer>doubao</TC260:ContentProducer></TC260:AIGC>";
    let packet = make::xmp(&XmpFields { extra: fields, ..XmpFields::default() });
    let site = read(&make::png(&Parts { xmp: Some(&packet), ..Parts::default() })).aigc.remove(0);
    assert_eq!((site.shape, site.standard_place, site.meaning), (AigcShape::NonStandard, false, Some(AigcMeaning::Is)));
    assert_eq!(site.producer_code, CodeCheck::Name);
    let packet = make::xmp(&XmpFields { aigc: Some(AIGC_LABEL), ..XmpFields::default() })
        .replace("http://www.tc260.org.cn/ns/AIGC/1.0/", "http://example.org/aigc/");
    let site = read(&make::jpeg(&Parts { xmp: Some(&packet), ..Parts::default() })).aigc.remove(0);
    assert_eq!((site.shape, site.standard_place), (AigcShape::Bare, false));
}

#[test]
fn reads_text_fields_of_every_container() {
    use TextKind::{Id3, JpegComment, Matroska, Mp4, PdfInfo, PngText, RiffChunk, RiffInfo, Vorbis};
    let none = Parts::default();
    let jpeg = make::jpeg(&none);
    let jpeg = [&jpeg[..2], &make::jpeg_segment(0xFE, b"a comment"), &jpeg[2..]].concat();
    let packed = {
        use std::io::Write;
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all("prompt é".as_bytes()).unwrap();
        encoder.finish().unwrap()
    };
    let png = make::png_with_chunks(
        &[
            make::png_chunk(b"tEXt", b"Author\0Jos\xe9"),
            make::png_chunk(b"zTXt", &[b"parameters\0\0", packed.as_slice()].concat()),
            make::png_chunk(b"iTXt", &[b"Comment\0\x01\0de\0Kommentar\0", packed.as_slice()].concat()),
        ]
        .concat(),
    );
    let utf16: Vec<u8> = "é".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let frames = [
        make::id3_frame(b"TSSE", b"\x03Lavf"),
        make::id3_frame(b"COMM", b"\0engnote\0text"),
        make::id3_frame(b"TXXX", &[b"\x01\xff\xfek\0\0\0\xff\xfe", utf16.as_slice()].concat()),
        make::id3_frame(b"GEOB", b"\0text/plain\0a.txt\0notes\0hello"),
    ]
    .concat();
    let wav_info = b"INFOISFT\x05\0\0\0tool\0\0ICMT\x02\0\0\0hi";
    let bext = [&b"described\0"[..], &[0; 310]].concat();
    for (file, expected) in [
        (jpeg, vec![(JpegComment, "COM", "a comment")]),
        (png, vec![(PngText, "Author", "José"), (PngText, "parameters", "prompt é"), (PngText, "Comment", "prompt é")]),
        (
            make::mp3(&none, &frames),
            vec![
                (Id3, "TSSE", "Lavf"),
                (Id3, "COMM:note", "text"),
                (Id3, "TXXX:k", "é"),
                (Id3, "GEOB:notes", "text/plain a.txt"),
            ],
        ),
        (
            make::wav(&none, &[(b"LIST", wav_info), (b"bext", &bext)]),
            vec![(RiffInfo, "ISFT", "tool"), (RiffInfo, "ICMT", "hi"), (RiffChunk, "bext:Description", "described")],
        ),
        (make::mp4(&none, &[("com.example.a", "b")]), vec![(Mp4, "com.example.a", "b")]),
        (
            make::mov(None, "Editor 2", Some(("tag", "value"))),
            vec![
                (Mp4, "©swr", "Editor 2"),
                (Mp4, "©xyz", "+48.8577+002.2950/"),
                (Mp4, "----:com.apple.iTunes:tag", "value"),
            ],
        ),
        (make::flac(&[("Title", "T=1")]), vec![(Vorbis, "VENDOR", "fixture"), (Vorbis, "TITLE", "T=1")]),
        (
            make::matroska("matroska", &[("ENCODER", "e")], true),
            vec![(Matroska, "WritingApp", "fixture writer"), (Matroska, "ENCODER", "e")],
        ),
        (
            make::pdf(&[("Title", "a (b) \\ c"), ("Producer", "生成")], None, false),
            vec![(PdfInfo, "Title", "a (b) \\ c"), (PdfInfo, "Producer", "生成")],
        ),
    ] {
        let metadata = read(&file);
        let found: Vec<_> =
            metadata.text.iter().map(|entry| (entry.kind, entry.key.as_str(), entry.value.as_str())).collect();
        assert_eq!(found, expected);
        assert!(metadata.warnings.is_empty(), "{:?}", metadata.warnings);
    }
}

#[test]
fn reads_comments_across_several_ogg_pages() {
    let long = "x".repeat(5000);
    let metadata = read(&make::ogg(&[("DESCRIPTION", &long), ("ARTIST", "a")]));
    assert!(metadata.text.iter().any(|entry| entry.key == "DESCRIPTION" && entry.value == long));
    assert!(metadata.text.iter().any(|entry| entry.key == "ARTIST"));
}

#[test]
fn reports_gps_positions_without_their_value() {
    let metadata = read(&make::mov(None, "S", None));
    assert_eq!(metadata.gps.len(), 1);
    let packet = make::xmp(&XmpFields::default())
        .replace("xmlns:plus=", "xmlns:exif='http://ns.adobe.com/exif/1.0/' exif:GPSLatitude='48,1N' xmlns:plus=");
    assert_eq!(read(&make::jpeg(&Parts { xmp: Some(&packet), ..Parts::default() })).gps.len(), 1);
}

#[test]
fn joins_extended_xmp_in_any_order() {
    let body = packet();
    let guid = "0123456789ABCDEF0123456789ABCDEF";
    let main = make::xmp(&XmpFields {
        extra: &format!(
            "<xmpNote:HasExtendedXMP xmlns:xmpNote='http://ns.adobe.com/xmp/note/'>{guid}</xmpNote:HasExtendedXMP>"
        ),
        ..XmpFields::default()
    });
    let piece = |range: std::ops::Range<usize>| {
        let head = [
            b"http://ns.adobe.com/xmp/extension/\0",
            guid.as_bytes(),
            &(body.len() as u32).to_be_bytes(),
            &(range.start as u32).to_be_bytes(),
        ]
        .concat();
        make::jpeg_segment(0xE1, &[&head, &body.as_bytes()[range]].concat())
    };
    let jpeg = make::jpeg(&Parts { xmp: Some(&main), ..Parts::default() });
    let whole = [&jpeg[..2], &piece(300..body.len()), &piece(0..300), &jpeg[2..]].concat();
    let metadata = read(&whole);
    assert_eq!(metadata.iptc.digital_source_types.len(), 1);
    assert!(metadata.warnings.is_empty(), "{:?}", metadata.warnings);
    let gap = [&jpeg[..2], &piece(301..body.len()), &piece(0..300), &jpeg[2..]].concat();
    let metadata = read(&gap);
    assert!(metadata.iptc.digital_source_types.is_empty());
    assert_eq!(metadata.warnings[0].kind, WarningKind::Malformed);
}

#[test]
fn reads_misplaced_packets_with_a_warning() {
    let chunk = make::png_chunk(b"tEXt", &[b"XML:com.adobe.xmp\0", packet().as_bytes()].concat());
    let metadata = read(&make::png_with_chunks(&chunk));
    assert!(!metadata.xmp[0].standard_place && !metadata.aigc[0].standard_place);
    assert_eq!(metadata.iptc.digital_source_types.len(), 1);
    assert_eq!(metadata.warnings[0].kind, WarningKind::Misplaced);
    let metadata = read(&make::gif(&Parts::default(), Some(&packet())));
    assert_eq!(metadata.iptc.digital_source_types.len(), 1);
}

#[test]
fn reads_raw_profiles_in_png() {
    let hexadecimal = |bytes: &[u8]| hex::encode(bytes).into_bytes();
    let exif = exif();
    let profile = [b"Raw profile type exif\0\nexif\n     100\n".to_vec(), hexadecimal(&exif)].concat();
    let metadata = read(&make::png_with_chunks(&make::png_chunk(b"tEXt", &profile)));
    assert_eq!(metadata.exif[0].get("Software").unwrap().value, "Software X");
}

#[test]
fn reads_iim_in_jpeg() {
    let iim = b"\x1C\x02\x6E\0\x13Made with Google AI";
    let resources = [b"Photoshop 3.0\08BIM\x04\x04\0\0", &(iim.len() as u32).to_be_bytes()[..], iim].concat();
    let jpeg = make::jpeg(&Parts::default());
    let metadata = read(&[&jpeg[..2], &make::jpeg_segment(0xED, &resources), &jpeg[2..]].concat());
    assert_eq!((metadata.iim[0].name, metadata.iim[0].value.as_str()), ("Credit", "Made with Google AI"));
    assert_eq!(metadata.generators[0].tier, 4);
}

#[test]
fn reports_data_after_the_image_and_reads_samsung_trailers() {
    let mut jpeg = make::jpeg(&Parts::default());
    let end = jpeg.len();
    jpeg.extend_from_slice(b"something else");
    assert_eq!(read(&jpeg).warnings[0].kind, WarningKind::TrailingData);
    jpeg.truncate(end);
    // Samsung's directory of one entry.
    let name = b"PhotoEditor_Re_Edit_Data";
    let value = br#"{"genAIType":2}"#;
    let entry = [&[0, 0, 0xA1, 0x0B][..], &(name.len() as u32).to_le_bytes(), name, value].concat();
    jpeg.extend_from_slice(&entry);
    let mut directory = b"SEFH\x6B\0\0\0\x01\0\0\0\0\0\xA1\x0B".to_vec();
    directory.extend_from_slice(&(entry.len() as u32).to_le_bytes());
    directory.extend_from_slice(&(entry.len() as u32).to_le_bytes());
    jpeg.extend_from_slice(&directory);
    jpeg.extend_from_slice(&(directory.len() as u32).to_le_bytes());
    jpeg.extend_from_slice(b"SEFT");
    let metadata = read(&jpeg);
    assert_eq!(metadata.generators[0].generator, "Samsung Galaxy AI");
    assert!(metadata.warnings.is_empty());
}

#[test]
fn reads_the_parts_beside_a_broken_part() {
    let xmp = packet();
    let png = make::png(&Parts { xmp: Some(&xmp), ..Parts::default() });
    let cut = &png[..png.len() - 30];
    let metadata = read(cut);
    assert_eq!(metadata.iptc.digital_source_types.len(), 1);
    assert_eq!(metadata.warnings[0].kind, WarningKind::Truncated);
    let bad = make::jpeg(&Parts { xmp: Some("<x:xmpmeta"), exif: Some(&exif()), c2pa: None });
    let metadata = read(&bad);
    assert_eq!(metadata.exif.len(), 1);
    assert_eq!(metadata.warnings[0].kind, WarningKind::Malformed);
}

#[test]
fn rejects_oversized_and_truncated_manifest_stores() {
    let c2pa = make::c2pa_store(100_000);
    let parts = Parts { c2pa: Some(&c2pa), ..Parts::default() };
    let file = make::jpeg(&parts);
    assert!(store_of(&file).unwrap().jumbf == c2pa);
    let limits = Limits { max_manifest_store: 1000, ..Limits::default() };
    let refused = manifest_store(&mut Cursor::new(&file), Format::Jpeg, &limits);
    assert!(matches!(refused, Err(MediaError::ManifestTooLarge { limit: 1000, .. })));
    assert!(store_of(&make::jpeg(&Parts::default())).is_none());
    // Other JUMBF is not C2PA's.
    let other: Vec<u8> = c2pa.iter().enumerate().map(|(at, byte)| if at == 16 { 0 } else { *byte }).collect();
    assert!(store_of(&make::png(&Parts { c2pa: Some(&other), ..Parts::default() })).is_none());
    let empty = read_metadata(&mut Cursor::new(b""), Format::Png, &Limits::default());
    assert!(matches!(empty, Err(MediaError::Empty)));
}

#[test]
fn reads_a_file_of_two_gigabytes_by_seeking() {
    /// Zeros of 2 GiB between the parts of an MP4, which must not be read.
    struct Sparse {
        head: Vec<u8>,
        gap: u64,
        tail: Vec<u8>,
        at: u64,
        read: u64,
    }
    impl std::io::Read for Sparse {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let head = self.head.len() as u64;
            let (source, limit): (&[u8], u64) = if self.at < head {
                (&self.head[self.at as usize..], u64::MAX)
            } else if self.at < head + self.gap {
                (&[0; 512], head + self.gap - self.at)
            } else {
                (&self.tail[(self.at - head - self.gap) as usize..], u64::MAX)
            };
            let count = source.len().min(buffer.len()).min(usize::try_from(limit).unwrap_or(usize::MAX));
            buffer[..count].copy_from_slice(&source[..count]);
            self.at += count as u64;
            self.read += count as u64;
            Ok(count)
        }
    }
    impl std::io::Seek for Sparse {
        fn seek(&mut self, to: std::io::SeekFrom) -> std::io::Result<u64> {
            let length = self.head.len() as u64 + self.gap + self.tail.len() as u64;
            self.at = match to {
                std::io::SeekFrom::Start(at) => at,
                std::io::SeekFrom::End(back) => length.checked_add_signed(back).unwrap(),
                std::io::SeekFrom::Current(by) => self.at.checked_add_signed(by).unwrap(),
            };
            Ok(self.at)
        }
    }
    let gap = 5_u64 << 30;
    let file = make::mp4(&Parts::default(), &[("AIGC", AIGC_LABEL)]);
    let media = text::find(&file, b"mdat").unwrap() - 4;
    let size = u64::from(u32::from_be_bytes(file[media..media + 4].try_into().unwrap()));
    let mut head = file[..media].to_vec();
    head.extend_from_slice(&[0, 0, 0, 1]);
    head.extend_from_slice(b"mdat");
    head.extend_from_slice(&(16 + gap).to_be_bytes());
    let mut sparse = Sparse { head, gap, tail: file[media + size as usize..].to_vec(), at: 0, read: 0 };
    let metadata = read_metadata(&mut sparse, Format::Mp4, &Limits::default()).unwrap();
    assert_eq!(metadata.aigc.len(), 1);
    assert!(metadata.aigc[0].location.offset > gap);
    assert!(sparse.read < 64 << 10, "{}", sparse.read);
}

#[test]
fn reads_compressed_parts() {
    let (packet, exif) = (packet(), exif());
    let parts = Parts { xmp: Some(&packet), exif: Some(&exif), c2pa: None };
    let file = make::jxl_compressed(&parts);
    let metadata = read(&file);
    assert!(metadata.warnings.is_empty(), "{:?}", metadata.warnings);
    assert_eq!(metadata.xmp[0].raw, packet);
    assert_eq!(metadata.xmp[0].location.path, "JXL/brob(xml)");
    assert_eq!(metadata.exif[0].get("Software").unwrap().value, "Software X");
    assert_eq!(metadata.aigc.len(), 2);

    let zlib = |raw: bool| {
        use std::io::Write;
        let best = flate2::Compression::best();
        if raw {
            let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), best);
            encoder.write_all(packet.as_bytes()).unwrap();
            encoder.finish().unwrap()
        } else {
            let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), best);
            encoder.write_all(packet.as_bytes()).unwrap();
            encoder.finish().unwrap()
        }
    };
    for (encoding, packed) in
        [("deflate", zlib(false)), ("deflate", zlib(true)), ("br", make::brotli_stored(packet.as_bytes()))]
    {
        let file = make::avif_encoded(encoding, &packed);
        let metadata = read(&file);
        assert!(metadata.warnings.is_empty(), "{encoding}: {:?}", metadata.warnings);
        assert_eq!(metadata.xmp[0].raw, packet, "{encoding}");
        let place = &metadata.xmp[0].location;
        assert_eq!(&file[place.offset as usize..(place.offset + place.length) as usize], packed, "{encoding}");
    }
    let unknown = read(&make::avif_encoded("zstd", packet.as_bytes()));
    assert!(unknown.xmp.is_empty() && unknown.warnings[0].kind == WarningKind::Unread);
}

#[test]
fn ignores_a_compressed_manifest_store_with_a_warning() {
    let content = [b"jumb".to_vec(), make::brotli_stored(&make::c2pa_store(10)[8..])].concat();
    let brob = [&(content.len() as u32 + 8).to_be_bytes()[..], b"brob", &content].concat();
    let file = [make::jxl(&Parts::default()), brob].concat();
    assert_eq!(store_of(&file), None);
    assert_eq!(read(&file).warnings[0].kind, WarningKind::Misplaced);
}

#[test]
fn reads_svg_in_other_encodings() {
    let content = packet();
    let content = &content[content.find("<x:xmpmeta").unwrap()..content.rfind("<?xpacket").unwrap()];
    let store = make::c2pa_store(100);
    // Signs of two, three and four bytes in UTF-8 before the parts, so that positions differ.
    let text = String::from_utf8(make::svg(Some(content), Some(&store))).unwrap().replace("Fixture", "é 人 😀");
    let utf32: Vec<u8> =
        std::iter::once('\u{FEFF}').chain(text.chars()).flat_map(|c| (c as u32).to_le_bytes()).collect();
    let little = make::utf16(text.as_bytes(), false);
    for (name, file) in [
        ("BE", make::utf16(text.as_bytes(), true)),
        ("without a mark", little[2..].to_vec()),
        ("LE", little),
        ("32", utf32),
    ] {
        let metadata = read(&file);
        assert!(metadata.warnings.is_empty(), "{name}: {:?}", metadata.warnings);
        assert_eq!(metadata.iptc.digital_source_types[0].term, Some("trainedAlgorithmicMedia"), "{name}");
        assert_eq!(metadata.aigc.len(), 1, "{name}");
        let title = metadata.text.iter().find(|entry| entry.key == "title").unwrap();
        assert_eq!(title.value, "é 人 😀");
        let at = |location: &Location| {
            text_of(&file[location.offset as usize..(location.offset + location.length) as usize], name)
        };
        assert_eq!(at(&title.location), "<title>é 人 😀</title>", "{name}");
        let found = store_of(&file).unwrap();
        assert_eq!(found.jumbf, store, "{name}");
        let manifest = at(&metadata.c2pa[0].location);
        assert!(manifest.starts_with("<c2pa:manifest") && manifest.ends_with("</c2pa:manifest>"), "{name}");
    }
}

fn text_of(bytes: &[u8], encoding: &str) -> String {
    match encoding {
        "BE" => crate::text::utf16(bytes, true),
        "32" => bytes
            .chunks_exact(4)
            .map(|unit| char::from_u32(u32::from_le_bytes(unit.try_into().unwrap())).unwrap())
            .collect(),
        _ => crate::text::utf16(bytes, false),
    }
}

#[test]
fn reads_xmp_packets_in_other_encodings() {
    let packet = packet()
        .replace("<?xpacket begin=\"\u{FEFF}\"", "<?xml version='1.0' encoding='UTF-16'?><?xpacket begin=\"\u{FEFF}\"");
    for big_endian in [true, false] {
        let encoded = make::utf16(packet.as_bytes(), big_endian);
        for bytes in [&encoded[..], &encoded[2..]] {
            let metadata = read(&make::riff(b"WEBP", &[(b"XMP ", bytes)]));
            assert!(metadata.warnings.is_empty(), "{:?}", metadata.warnings);
            assert_eq!(metadata.iptc.creator_tool.as_ref().unwrap().value, "Tool 1");
        }
    }
}

#[test]
fn reads_an_id3_tag_unsynchronised_as_a_whole() {
    let (packet, store) = (packet(), make::c2pa_store(0xFF00 - 8));
    let frames = make::id3_frame(b"TXXX", &[&b"\x01\xFF\xFEA\0I\0G\0C\0\0\0\xFF\xFE{\0}\0"[..]].concat());
    let parts = Parts { xmp: Some(&packet), exif: None, c2pa: Some(&store) };
    let file = make::mp3_unsynchronised(&parts, &frames);
    assert!(file.len() > make::mp3(&parts, &frames).len());
    let metadata = read(&file);
    assert!(metadata.warnings.is_empty(), "{:?}", metadata.warnings);
    assert_eq!((metadata.text[0].key.as_str(), metadata.text[0].value.as_str()), ("TXXX:AIGC", "{}"));
    assert_eq!(metadata.xmp[0].raw, packet);
    assert_store(&file, &store, "MP3/ID3v2/GEOB/C2PA");
}

#[test]
fn reads_labels_in_further_video_and_document_formats() {
    let tags = [("title", "value"), ("AIGC", AIGC_LABEL)];
    let mapping = {
        let pairs: Vec<(String, String)> =
            serde_json::from_str::<std::collections::BTreeMap<String, String>>(AIGC_LABEL)
                .unwrap()
                .into_iter()
                .collect();
        let lines: String = pairs.iter().map(|(key, value)| format!("  {key}: \"{value}\"\r\n")).collect();
        format!("---\r\ntitle: value\r\nAIGC:\r\n{lines}---\r\ntext").into_bytes()
    };
    let block = format!("\u{FEFF}---\n# note\ntitle: \"value\"\nAIGC: |\n  {AIGC_LABEL}\n...\n").into_bytes();
    for (file, format, path, carrier) in [
        (make::flv(None, &tags), Format::Flv, "FLV/onMetaData/AIGC", AigcCarrier::Flv),
        (
            make::ooxml(&tags, None, true),
            Format::Ooxml,
            "OOXML/docProps/custom.xml/AIGC",
            AigcCarrier::DocumentProperty,
        ),
        (
            make::ooxml(&tags, None, false),
            Format::Ooxml,
            "OOXML/docProps/custom.xml/AIGC",
            AigcCarrier::DocumentProperty,
        ),
        (make::markdown(&tags), Format::Markdown, "Markdown/AIGC", AigcCarrier::FrontMatter),
        (mapping, Format::Markdown, "Markdown/AIGC", AigcCarrier::FrontMatter),
        (block, Format::Markdown, "Markdown/AIGC", AigcCarrier::FrontMatter),
    ] {
        assert_eq!(sniff(&file), Some(format));
        let metadata = read(&file);
        assert!(metadata.warnings.is_empty(), "{path}: {:?}", metadata.warnings);
        assert!(metadata.text.iter().any(|entry| entry.key == "title" && entry.value == "value"), "{path}");
        let [site] = metadata.aigc.as_slice() else { panic!("{path}: {:?}", metadata.aigc) };
        assert_eq!((site.location.path.as_str(), site.carrier, site.shape), (path, carrier, AigcShape::Bare));
        assert!(site.standard_place && site.missing_keys.is_empty() && site.unknown_keys.is_empty(), "{path}");
        assert_eq!(site.meaning, Some(AigcMeaning::Is), "{path}");
        assert!(matches!(site.producer_code, CodeCheck::Valid { .. }), "{path}");
    }
}

#[test]
fn reads_further_parts_of_video_and_documents() {
    let (packet, store) = (packet(), make::c2pa_store(300));
    let file = make::flv(Some(&packet), &[]);
    assert_packet(&read(&file), &file, "FLV/onXMPData/liveXML");
    for deflated in [false, true] {
        assert_store(&make::ooxml(&[], Some(&store), deflated), &store, "OOXML/META-INF/content_credential.c2pa");
    }
    // Archives and texts of no interest, and front matter that does not end.
    assert_eq!(sniff(&make::zip(&[("a.txt", b"[Content]")], false)), None);
    assert_eq!(sniff(b"---\ntitle: x\n---\n"), None);
    assert_eq!(sniff(b"# AIGC:\n"), None);
    let open = read(b"---\nAIGC: x\n");
    assert!(open.text.is_empty() && open.warnings[0].kind == WarningKind::Malformed);
}
