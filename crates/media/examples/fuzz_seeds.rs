//! Writes the seed corpus of the fuzz targets: `cargo run -p labeler-media --example fuzz_seeds -- crates/media/fuzz/corpus`
//!
//! Files named after the folder become seeds of the targets that read their format.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::path::Path;

use labeler_media::fixtures::{self as make, AIGC_LABEL, XmpFields};
use labeler_media::{Format, digital_source_type, sniff};

fn target(format: Format) -> &'static str {
    match format {
        Format::Jpeg => "jpeg",
        Format::Png => "png",
        Format::Webp | Format::Wav | Format::Avi => "riff",
        Format::Avif | Format::Heic | Format::Heif | Format::Mp4 | Format::Mov | Format::M4a => "bmff",
        Format::Tiff => "tiff",
        Format::Gif => "gif",
        Format::Jxl => "jxl",
        Format::Mp3 | Format::Flac | Format::Ogg => "sound",
        Format::Matroska | Format::Webm => "matroska",
        Format::Pdf => "pdf",
        Format::Svg => "svg",
        Format::Flv => "flv",
        Format::Ooxml => "ooxml",
        Format::Markdown => "markdown",
        Format::Text => "text",
    }
}

fn main() {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().expect("the folder to write to");
    let write = |target: &str, name: &str, bytes: &[u8]| {
        let folder = Path::new(&folder).join(target);
        std::fs::create_dir_all(&folder).expect("a folder that can be made");
        std::fs::write(folder.join(name), bytes).expect("a file that can be written");
    };
    for (name, format, file) in make::samples() {
        write(target(format), name, &file);
        write("sniff", name, file.get(..64).unwrap_or(&file));
    }
    for (number, name) in arguments.enumerate() {
        let file = std::fs::read(&name).expect("a file that can be read");
        match sniff(&file) {
            Some(format) => write(target(format), &format!("given-{number}"), &file),
            None => eprintln!("{name}: unknown format"),
        }
    }
    for (index, (big_endian, tag)) in [(false, 0x010E), (true, 0x9286), (false, 0x9C9C)].into_iter().enumerate() {
        write("tiff", &format!("exif-{index}"), &make::exif_block(big_endian, &[(tag, b"UNICODE\0a\0b\0".to_vec())]));
    }
    let packet = make::xmp(&XmpFields {
        digital_source_type: Some("trainedAlgorithmicMedia"),
        aigc: Some(AIGC_LABEL),
        creator_tool: Some("tool"),
        extra: "<dcterms:subject><Bag xmlns='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><li>a</li></Bag></dcterms:subject>",
    });
    write("xmp", "utf-8", packet.as_bytes());
    let units: Vec<u16> = packet.encode_utf16().collect();
    write("xmp", "utf-16be", &units.iter().flat_map(|unit| unit.to_be_bytes()).collect::<Vec<_>>());
    write("xmp", "utf-16le", &units.iter().flat_map(|unit| unit.to_le_bytes()).collect::<Vec<_>>());
    write("iim", "datasets", b"\x1c\x02\x6e\0\x06Studio\x1c\x02\x50\0\x02Me");
    write("iim", "resources", b"8BIM\x03\xed\0\0\0\0\0\x01x\x008BIM\x04\x04\0\0\0\0\0\x0b\x1c\x02\x6e\0\x06Studio");
    write("aigc", "bare", AIGC_LABEL.as_bytes());
    write("aigc", "wrapped", format!("{{\"AIGC\":{AIGC_LABEL}}}").as_bytes());
    write("aigc", "twice", serde_json::to_string(AIGC_LABEL).unwrap().as_bytes());
    write("aigc", "escaped", AIGC_LABEL.replace('"', "&quot;").as_bytes());
    write("aigc", "numbers", br#"AIGC {"Label":1,"Label":"2","x":[],"ProduceID":null}"#);
    write("aigc", "code", b"001191440300708461136T1308L");
    for term in digital_source_type::TERMS {
        write("sniff", term.code, term.uri().as_bytes());
    }
    for format in Format::ALL {
        write("sniff", &format!("mime-{}", format.extension()), format.mime().as_bytes());
    }
    write("sniff", "infotext", b"a cat\nNegative prompt: dog\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1");
    write("sniff", "number", br#"{"genAIType":1}"#);
}
