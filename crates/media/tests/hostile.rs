//! No input makes a parser panic, loop or report a place outside the file: mutated, truncated and mislabelled files,
//! and noise.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]

use std::io::Cursor;
use std::sync::LazyLock;

use labeler_media::fixtures::{self as make, Parts, assert_bounded};
use labeler_media::{Format, Limits, read_metadata, sniff};
use proptest::prelude::*;

/// The samples' bytes, made once.
fn files() -> &'static [Vec<u8>] {
    static FILES: LazyLock<Vec<Vec<u8>>> =
        LazyLock::new(|| make::samples().into_iter().map(|(_, _, file)| file).collect());
    &FILES
}

#[test]
fn reads_every_truncated_file_without_panic() {
    for file in files() {
        let format = sniff(file).unwrap();
        let step = (file.len() / 400).max(1);
        for length in (0..file.len()).step_by(step) {
            assert_bounded(&file[..length], format);
        }
    }
}

#[test]
fn reads_every_file_as_every_format_without_panic() {
    for file in files() {
        for format in Format::ALL {
            assert_bounded(file, format);
        }
    }
}

/// Files made so that a careless reader takes time or memory beyond all measure: each is a few megabytes at most and
/// would take minutes if the work grew with the square of the length.
#[test]
fn limits_the_work_for_costly_files() {
    let svg = |body: &str| format!("<svg xmlns='http://www.w3.org/2000/svg'>{body}</svg>").into_bytes();
    for body in ["<title ", "<", "<metadata/>", "<a '", "<!-- ", "<title><desc>"] {
        assert_bounded(&svg(&body.repeat((4 << 20) / body.len())), Format::Svg);
        assert_bounded(&svg(&format!("{}/>", body.repeat((4 << 20) / body.len()))), Format::Svg);
    }
    for body in ["/Info%", "/Info ", "1 0 obj", "/Subtype/XML 1 0 obj<<", "/ObjStm 1 0 obj<</Length 9", "<<", "(("] {
        assert_bounded(
            &[b"%PDF-1.7 ".to_vec(), body.repeat((4 << 20) / body.len()).into_bytes()].concat(),
            Format::Pdf,
        );
    }
    let rdf = "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>";
    let wide: String = (0..200_000).map(|n| format!(" a{n}=''")).collect();
    let spaces: String = (0..100_000).map(|n| format!("<a xmlns:a{n}='u'>")).collect();
    let long = "n".repeat(1 << 20);
    let items = "<rdf:li>x</rdf:li>".repeat(20_000);
    for packet in [
        format!("{rdf}<rdf:Description{wide}/></rdf:RDF>"),
        format!("{rdf}{spaces}"),
        "<a>".repeat(1 << 20),
        format!("{rdf}<rdf:Description><{long}><rdf:Bag>{items}</rdf:Bag></{long}></rdf:Description></rdf:RDF>"),
        format!(
            "{rdf}<rdf:Description xmlns:e='{long}'><e:p><rdf:Bag>{items}</rdf:Bag></e:p></rdf:Description></rdf:RDF>"
        ),
        rdf.repeat(60),
    ] {
        let chunk = make::png_chunk(b"iTXt", &[b"XML:com.adobe.xmp\0\0\0\0\0", packet.as_bytes()].concat());
        let file = make::png_with_chunks(&chunk);
        let _ = read_metadata(&mut Cursor::new(&file), Format::Png, &Limits::default()).unwrap();
    }
    // Text chunks that inflate a thousandfold.
    let packed = {
        use std::io::Write;
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(&vec![b'a'; 4 << 20]).unwrap();
        encoder.finish().unwrap()
    };
    let bombs = make::png_chunk(b"zTXt", &[b"k\0\0", packed.as_slice()].concat()).repeat(1000);
    let file = make::png_with_chunks(&bombs);
    let metadata = read_metadata(&mut Cursor::new(&file), Format::Png, &Limits::default()).unwrap();
    let kept: usize = metadata.text.iter().map(|entry| entry.value.len()).sum();
    assert!(kept <= Limits::default().max_text_total);
    // A directory of one tag, again and again, each with the same large value.
    let mut directory = b"II*\0\x08\0\0\0\xff\xff".to_vec();
    for _ in 0..0xFFFF {
        directory.extend_from_slice(&[0x0E, 1, 2, 0, 0, 0, 0x0C, 0, 8, 0, 0, 0]);
    }
    directory.resize(1 << 20, b'x');
    assert_bounded(&directory, Format::Tiff);
    assert_bounded(&make::png(&Parts { exif: Some(&directory), ..Parts::default() }), Format::Png);
    // One part named again and again, arrays of nothing, values inside each other.
    let part = [b"<Properties>".to_vec(), b"<property name='a'>".repeat(40), b"x".repeat(1 << 20)].concat();
    let names = vec![("docProps/custom.xml", part.as_slice()); 2];
    let archive = make::zip(&names, true);
    let again = archive.windows(4).rposition(|four| four == b"PK\x01\x02").unwrap();
    let (entries, end) = (&archive[again..archive.len() - 22], &archive[archive.len() - 22..]);
    let mut end = end.to_vec();
    end[8..12].copy_from_slice(&[0x60, 0xEA, 0x60, 0xEA]);
    assert_bounded(&[&archive[..again], &entries.repeat(60_000), &end].concat(), Format::Ooxml);
    for value in [[10_u8, 0xFF, 0xFF, 0xFF, 0xFF, 5, 5, 5, 5, 5], [3, 0, 0, 3, 0, 0, 3, 0, 0, 3]] {
        let script = [make::amf_string("onMetaData"), value.repeat(400_000)].concat();
        let mut flv = make::flv(None, &[]);
        flv.truncate(13);
        flv.push(18);
        flv.extend_from_slice(&(script.len() as u32).to_be_bytes()[1..]);
        flv.extend_from_slice(&[0; 7]);
        assert_bounded(&[flv, script].concat(), Format::Flv);
    }
    let texts = [b"---\nAIGC:\n".to_vec(), b" a: b\n".repeat(10_000), b"---\n".to_vec()].concat();
    assert_bounded(&texts, Format::Markdown);
    let units = make::utf16(&svg(&"<title>é</title>".repeat(100_000)), true);
    assert_bounded(&units, Format::Svg);
    let frames = make::id3_frame(b"TIT2", b"\0a").repeat(300_000);
    assert_bounded(&make::mp3_unsynchronised(&Parts::default(), &frames), Format::Mp3);
    // Empty boxes, elements, frames and pages.
    assert_bounded(&[b"\0\0\0\x10ftypisom\0\0\0\0".to_vec(), b"\0\0\0\x08free".repeat(500_000)].concat(), Format::Mp4);
    assert_bounded(&[b"\x1a\x45\xdf\xa3\x80".to_vec(), b"\xec\x80".repeat(1 << 20)].concat(), Format::Matroska);
    assert_bounded(&b"OggS\0\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0".repeat(50_000), Format::Ogg);
    assert_bounded(&[b"GIF89a\x01\0\x01\0\0\0\0\x21\xfe".to_vec(), b"\x01a".repeat(1 << 20)].concat(), Format::Gif);
    assert_bounded(&[vec![0xFF, 0xD8], make::jpeg_segment(0xEB, &make_app11()).repeat(40_000)].concat(), Format::Jpeg);
    assert_bounded(&[vec![0xFF, 0xD8], vec![0xFF; 4 << 20]].concat(), Format::Jpeg);
}

/// The start of a manifest store in a segment of its own.
fn make_app11() -> Vec<u8> {
    [b"JP\x02\x11\0\0\0\x01".to_vec(), make::c2pa_store(0)].concat()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn reads_mutated_files_without_panic(
        which in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), prop_oneof![
            any::<u8>(), Just(0), Just(0xFF), Just(0x7F), Just(0x80), Just(1)
        ]), 1..24),
        duplicate in prop::option::of((any::<prop::sample::Index>(), 1..64_usize)),
    ) {
        let mut file = which.get(files()).clone();
        let format = sniff(&file).unwrap();
        for (at, value) in changes {
            let at = at.index(file.len());
            file[at] = value;
        }
        if let Some((at, count)) = duplicate {
            let at = at.index(file.len());
            let piece = file[at..(at + count).min(file.len())].to_vec();
            file.splice(at..at, piece);
        }
        assert_bounded(&file, format);
    }

    #[test]
    fn does_not_trust_lengths(which in any::<prop::sample::Index>(), at in any::<prop::sample::Index>(), value in prop_oneof![
        Just(u32::MAX), Just(0x7FFF_FFFF), Just(0x8000_0000), Just(0), Just(1), Just(0xFFFF_FFF0), any::<u32>()
    ]) {
        let mut file = which.get(files()).clone();
        let format = sniff(&file).unwrap();
        let at = at.index(file.len().saturating_sub(4));
        file[at..at + 4].copy_from_slice(&value.to_be_bytes());
        assert_bounded(&file, format);
        file[at..at + 4].copy_from_slice(&value.to_le_bytes());
        assert_bounded(&file, format);
    }

    #[test]
    fn reads_noise_without_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        let _ = sniff(&bytes);
        for format in Format::ALL {
            assert_bounded(&bytes, format);
        }
    }
}
