//! What goes into a file comes out of it, for any content; and any bytes behind a format's signature are read within
//! the bounds.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::io::Cursor;

use labeler_media::fixtures::{self as make, AIGC_LABEL, Parts, XmpFields, assert_bounded};
use labeler_media::{
    AigcShape, CodeCheck, CodeProblem, DigitalSourceTypeForm, Format, Limits, Metadata, TextKind, check_code,
    digital_source_type, is_valid_uscc, manifest_store, read_metadata, sniff,
};
use proptest::prelude::*;

fn read(file: &[u8]) -> Metadata {
    read_metadata(&mut Cursor::new(file), sniff(file).expect("a known format"), &Limits::default()).unwrap()
}

/// Text that every container can hold: no control characters, no white space at the ends.
fn text() -> impl Strategy<Value = String> {
    "[!-~éß人😀]([ -~éß人😀]{0,40}[!-~éß人😀])?"
}

/// Every builder that takes all three parts, with what of them it keeps: XMP, EXIF, store.
#[allow(clippy::type_complexity)]
fn containers() -> Vec<(&'static str, fn(&Parts<'_>) -> Vec<u8>, bool)> {
    vec![
        ("jpeg", make::jpeg, true),
        ("png", make::png, true),
        ("webp", make::webp, true),
        ("avif", |parts| make::avif(parts, false), true),
        ("avif idat", |parts| make::avif(parts, true), true),
        ("jxl", make::jxl, true),
        ("tiff", |parts| make::tiff(false, parts), false),
        ("tiff big-endian", |parts| make::tiff(true, parts), false),
        ("gif", |parts| make::gif(parts, None), false),
        ("mp4", |parts| make::mp4(parts, &[]), false),
        ("wav", |parts| make::wav(parts, &[]), false),
        ("mp3", |parts| make::mp3(parts, b""), false),
        ("mp3 unsynchronised", |parts| make::mp3_unsynchronised(parts, b""), false),
    ]
}

/// The check character of GB 32100-2015 for 17 characters, written apart from the product's own: the sum of all
/// eighteen, weighted by powers of 3, is a multiple of 31.
fn with_check_character(body: &str) -> String {
    const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    let weighted = |code: &str| -> u32 {
        code.chars().zip(0..).map(|(c, at)| ALPHABET.find(c).unwrap() as u32 * 3_u32.pow(at) % 31).sum()
    };
    let check = ALPHABET.chars().find(|check| {
        // The eighteenth counts once.
        (weighted(body) + ALPHABET.find(*check).unwrap() as u32).is_multiple_of(31)
    });
    format!("{body}{}", check.unwrap())
}

/// A box with a 32-bit size.
fn atom(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&(content.len() as u32 + 8).to_be_bytes()[..], kind, content].concat()
}

/// The last `width` bytes of a number.
fn bytes(value: u64, width: usize) -> Vec<u8> {
    value.to_be_bytes()[8 - width..].to_vec()
}

/// A HEIF file whose one item, an XMP packet, is cut into `pieces` with a gap before each. Version of the item location
/// box and the widths of its offset, length, base and index fields are free.
fn scattered(packet: &[u8], pieces: usize, version: u8, widths: [usize; 4], base: u64) -> Vec<u8> {
    let [offset_width, length_width, base_width, index_width] = widths;
    let id_width = if version == 2 { 4 } else { 2 };
    let size = packet.len().div_ceil(pieces);
    let parts: Vec<&[u8]> = packet.chunks(size).collect();
    let head = atom(b"ftyp", b"mif1\0\0\0\0mif1heic");
    let build = |start: u64| {
        let entry = [&[2, 0, 0, 0, 0, 1, 0, 0][..], b"mime\0application/rdf+xml\0"].concat();
        let info = atom(b"iinf", &[&[0, 0, 0, 0, 0, 1][..], &atom(b"infe", &entry)].concat());
        let mut places = vec![version, 0, 0, 0, (offset_width << 4 | length_width) as u8];
        places.push((base_width << 4 | if version == 0 { 0 } else { index_width }) as u8);
        places.extend(bytes(1, id_width));
        places.extend(bytes(1, id_width));
        if version > 0 {
            places.extend([0, 0]);
        }
        places.extend([0, 0]);
        places.extend(bytes(base, base_width));
        places.extend(bytes(parts.len() as u64, 2));
        let mut at = start;
        for part in &parts {
            at += 3;
            if version > 0 {
                places.extend(bytes(1, index_width));
            }
            places.extend(bytes(at - base, offset_width));
            places.extend(bytes(part.len() as u64, length_width));
            at += part.len() as u64;
        }
        let handler = atom(b"hdlr", b"\0\0\0\0\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0\0");
        atom(b"meta", &[&[0; 4][..], &handler, &info, &atom(b"iloc", &places)].concat())
    };
    let start = (head.len() + build(1 << 20).len() + 8) as u64;
    let data: Vec<u8> = parts.iter().flat_map(|part| [&b"gap"[..], part].concat()).collect();
    [head, build(start), atom(b"mdat", &data)].concat()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reads_written_parts_in_every_container(
        tool in text(), label in text(), description in "[!-~]{5,60}", big_endian: bool, padding in 0..3000_usize,
    ) {
        let xmp = make::xmp(&XmpFields { creator_tool: Some(&tool), aigc: Some(&label), ..XmpFields::default() });
        let exif = make::exif_block(big_endian, &[(0x010E, format!("{description}\0").into_bytes())]);
        let c2pa = make::c2pa_store(padding);
        let parts = Parts { xmp: Some(&xmp), exif: Some(&exif), c2pa: Some(&c2pa) };
        for (name, build, has_exif) in containers() {
            let file = build(&parts);
            let metadata = read(&file);
            prop_assert!(metadata.warnings.is_empty(), "{name}: {:?}", metadata.warnings);
            prop_assert_eq!(&metadata.iptc.creator_tool.as_ref().unwrap().value, &tool, "{}", name);
            prop_assert_eq!(&metadata.aigc[0].raw, &label, "{}", name);
            if has_exif {
                prop_assert_eq!(&metadata.exif[0].get("ImageDescription").unwrap().value, &description, "{}", name);
            }
            let store = manifest_store(&mut Cursor::new(&file), metadata.format, &Limits::default()).unwrap().unwrap();
            prop_assert_eq!(&store.jumbf, &c2pa, "{}", name);
            prop_assert_eq!(&store.ranges, &metadata.c2pa[0].ranges, "{}", name);
        }
    }

    #[test]
    fn reads_written_tags_in_every_container(key in "[A-Z]{3,12}", value in text()) {
        let tags = [(key.as_str(), value.as_str())];
        for (file, kind) in [
            (make::mp4(&Parts::default(), &tags), TextKind::Mp4),
            (make::flac(&tags), TextKind::Vorbis),
            (make::ogg(&tags), TextKind::Vorbis),
            (make::matroska("matroska", &tags, false), TextKind::Matroska),
            (make::matroska("webm", &tags, true), TextKind::Matroska),
            (make::pdf(&tags, None, false), TextKind::PdfInfo),
        ] {
            let metadata = read(&file);
            let found = metadata.text.iter().find(|entry| entry.kind == kind && entry.key == key);
            prop_assert_eq!(found.map(|entry| entry.value.as_str()), Some(value.as_str()), "{:?}", kind);
            prop_assert!(metadata.warnings.is_empty(), "{:?}", metadata.warnings);
        }
    }

    #[test]
    fn unsynchronisation_does_not_change_the_result(content in prop::collection::vec(prop_oneof![
        3 => any::<u8>(), 2 => Just(0xFF_u8), 1 => Just(0), 1 => Just(0xE0)
    ], 0..400)) {
        let frames = make::id3_frame(b"TXXX", &[&b"\0key\0"[..], &content].concat());
        let c2pa = [make::c2pa_store(0xFF00 - 8), content.clone()].concat();
        let parts = Parts { c2pa: Some(&c2pa), ..Parts::default() };
        let (plain, stuffed) = (make::mp3(&parts, &frames), make::mp3_unsynchronised(&parts, &frames));
        let (a, b) = (read(&plain), read(&stuffed));
        let values = |metadata: &Metadata| -> Vec<(String, String)> {
            metadata.text.iter().map(|entry| (entry.key.clone(), entry.value.clone())).collect()
        };
        prop_assert_eq!(values(&a), values(&b));
        let store = |file: &[u8]| manifest_store(&mut Cursor::new(file), Format::Mp3, &Limits::default());
        prop_assert_eq!(store(&plain).unwrap().unwrap().jumbf, &c2pa[..]);
        prop_assert_eq!(store(&stuffed).unwrap().unwrap().jumbf, &c2pa[..]);
    }

    #[test]
    fn joins_items_from_their_extents(
        tool in text(), pieces in 1..40_usize, version in 0..3_u8, offset_width in prop::sample::select(vec![4_usize, 8]),
        length_width in prop::sample::select(vec![4_usize, 8]), base in prop::option::of((0..60_u64, prop::bool::ANY)),
        index_width in prop::sample::select(vec![0_usize, 4, 8]),
    ) {
        let packet = make::xmp(&XmpFields { creator_tool: Some(&tool), ..XmpFields::default() });
        let (base, base_width) = base.map_or((0, 0), |(base, wide)| (base, if wide { 8 } else { 4 }));
        let widths = [offset_width, length_width, base_width, index_width];
        let file = scattered(packet.as_bytes(), pieces, version, widths, base);
        prop_assert_eq!(sniff(&file), Some(Format::Heic));
        let metadata = read(&file);
        prop_assert!(metadata.warnings.is_empty(), "{:?}", metadata.warnings);
        prop_assert_eq!(&metadata.xmp[0].raw, &packet);
        prop_assert_eq!(&metadata.iptc.creator_tool.as_ref().unwrap().value, &tool);
        assert_bounded(&file, Format::Heic);
    }

    #[test]
    fn reads_written_datasets(values in prop::collection::vec((prop::sample::select(vec![5_u8, 25, 80, 110, 120]), text()), 1..20)) {
        let mut iim = Vec::new();
        for (dataset, value) in &values {
            iim.extend([0x1C, 2, *dataset]);
            iim.extend((value.len() as u16).to_be_bytes());
            iim.extend(value.as_bytes());
        }
        let resource = [&b"Photoshop 3.0\08BIM\x04\x04\0\0"[..], &(iim.len() as u32).to_be_bytes(), &iim].concat();
        let file = [&[0xFF, 0xD8, 0xFF][..], &make::jpeg_segment(0xED, &resource)[1..], &[0xFF, 0xD9]].concat();
        let found = read(&file).iim;
        prop_assert_eq!(found.len(), values.len());
        for (field, (dataset, value)) in found.iter().zip(&values) {
            prop_assert_eq!((field.dataset, &field.value), (*dataset, value));
            let place = field.location.offset as usize..(field.location.offset + field.location.length) as usize;
            prop_assert_eq!(&file[place], value.as_bytes());
        }
    }

    #[test]
    fn reads_labels_in_every_shape(values in prop::collection::vec(text(), 7)) {
        let keys = [
            "Label", "ContentProducer", "ProduceID", "ReservedCode1", "ContentPropagator", "PropagateID", "ReservedCode2",
        ];
        let pairs: Vec<String> = keys
            .iter()
            .zip(&values)
            .map(|(key, value)| format!("\"{key}\":{}", serde_json::to_string(value).unwrap()))
            .collect();
        let bare = format!("{{{}}}", pairs.join(","));
        let wrapped = format!("{{\"AIGC\":{bare}}}");
        for (value, shape) in [
            (bare.clone(), AigcShape::Bare),
            (wrapped.clone(), AigcShape::Wrapped),
            (serde_json::to_string(&bare).unwrap(), AigcShape::DoubleEncoded),
            (format!("AIGC{bare}"), AigcShape::NonStandard),
        ] {
            let metadata = read(&make::wav(&Parts::default(), &[(b"AIGC", value.as_bytes())]));
            let site = &metadata.aigc[0];
            prop_assert_eq!(site.shape, shape);
            prop_assert!(site.missing_keys.is_empty() && site.unknown_keys.is_empty());
            let label = site.label.as_ref().unwrap();
            prop_assert_eq!(label.label.as_ref(), Some(&values[0]));
            prop_assert_eq!(label.produce_id.as_ref(), Some(&values[2]));
            prop_assert_eq!(label.reserved_code2.as_ref(), Some(&values[6]));
            let outside = values.iter().filter(|v| v.chars().any(|c| !('!'..='~').contains(&c) || c == '\\')).count();
            prop_assert_eq!(site.charset_violations.len(), outside);
        }
    }

    #[test]
    fn accepts_valid_provider_codes_and_rejects_changed_ones(body in "[0-9A-HJ-NPQRTUWXY]{17}", suffix in "[0-9A-Z]{5}", at in 4..22_usize, other in "[0-9A-HJ-NPQRTUWXY]") {
        let uscc = with_check_character(&body);
        prop_assert!(is_valid_uscc(&uscc));
        let code = format!("0011{uscc}{suffix}");
        prop_assert_eq!(check_code(&code), CodeCheck::Valid { uscc, suffix });
        let mut changed = code.clone();
        changed.replace_range(at..=at, &other);
        if changed != code {
            prop_assert_eq!(check_code(&changed), CodeCheck::Malformed { problem: CodeProblem::CheckCharacter });
        }
        prop_assert_eq!(check_code(&code[..26]), CodeCheck::Malformed { problem: CodeProblem::Length });
        prop_assert_eq!(check_code(&code[1..]), CodeCheck::Name);
    }

    #[test]
    fn parsed_terms_round_trip_for_any_text(value in any::<String>()) {
        let _ = check_code(&value);
        let _ = is_valid_uscc(&value);
        if let Some((term, form)) = digital_source_type::parse(&value) {
            prop_assert!(form != DigitalSourceTypeForm::Unknown);
            prop_assert_eq!(digital_source_type::parse(&term.uri()).unwrap().0, term);
        }
    }

    #[test]
    fn reads_any_packet_in_any_encoding(bytes in prop::collection::vec(any::<u8>(), 0..300), markup in "[<>/='\" a-z:&;#!\\[\\]?-]{0,200}") {
        let packet = make::xmp(&XmpFields { extra: &markup, aigc: Some(AIGC_LABEL), ..XmpFields::default() });
        for content in [
            bytes.clone(),
            markup.clone().into_bytes(),
            packet.clone().into_bytes(),
            make::utf16(packet.as_bytes(), true),
            make::utf16(packet.as_bytes(), false),
            [&b"<\0"[..], &bytes].concat(),
            [&b"\0\0\0<"[..], &bytes].concat(),
        ] {
            assert_bounded(&make::riff(b"WEBP", &[(b"XMP ", &content)]), Format::Webp);
            assert_bounded(&content, Format::Svg);
        }
    }

    /// Noise where a parser expects its parts: behind the signature, and inside each wrapper.
    #[test]
    fn reads_any_bytes_after_a_signature_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..500)) {
        for (_, format, sample) in make::samples() {
            for head in [4, 8, 12, 16, 24, 40] {
                assert_bounded(&[&sample[..head.min(sample.len())], &bytes].concat(), format);
            }
        }
        for form in [b"WEBP", b"WAVE", b"AVI "] {
            let format = sniff(&make::riff(form, &[])).unwrap();
            for id in [b"EXIF", b"XMP ", b"C2PA", b"LIST", b"id3 ", b"AIGC", b"bext", b"ds64"] {
                assert_bounded(&make::riff(form, &[(id, &bytes)]), format);
            }
        }
        for kind in [b"iTXt", b"zTXt", b"tEXt", b"eXIf", b"caBX"] {
            assert_bounded(&make::png_with_chunks(&make::png_chunk(kind, &bytes)), Format::Png);
        }
        for encoding in ["", "deflate", "gzip", "br", "?"] {
            assert_bounded(&make::avif_encoded(encoding, &bytes), Format::Avif);
        }
        for marker in 0xE0..=0xEF {
            assert_bounded(&[&[0xFF, 0xD8][..], &make::jpeg_segment(marker, &bytes)].concat(), Format::Jpeg);
        }
    }
}
