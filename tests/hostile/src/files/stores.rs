//! Manifest stores in pictures: what the C2PA engine gets to see.

use labeler_media::fixtures::{self as make, Parts};

use super::parts::{Files, atom, brotli_large_window, brotli_zeros};

const UUID_TAIL: [u8; 12] = [0x00, 0x11, 0x00, 0x10, 0x80, 0x00, 0x00, 0xAA, 0x00, 0x38, 0x9B, 0x71];

/// A JUMBF superbox of this type and label.
fn superbox(kind: &[u8; 4], label: &str, content: &[u8]) -> Vec<u8> {
    let description = atom(b"jumd", &[&kind[..], &UUID_TAIL, &[3], label.as_bytes(), &[0]].concat());
    atom(b"jumb", &[description, content.to_vec()].concat())
}

fn store(manifests: &[u8]) -> Vec<u8> {
    superbox(b"c2pa", "c2pa", manifests)
}

/// A CBOR text of at most 65,535 bytes.
fn text(text: &str) -> Vec<u8> {
    [&[0x79][..], &(text.len() as u16).to_be_bytes(), text.as_bytes()].concat()
}

/// A manifest with these assertions (label and box) and this signature box.
fn manifest(label: &str, assertions: &[(&str, Vec<u8>)], signature: &[u8]) -> Vec<u8> {
    let uris: Vec<u8> = assertions
        .iter()
        .flat_map(|(name, _)| {
            let url = text(&format!("self#jumbf=c2pa.assertions/{name}"));
            [&[0xA2][..], &text("url"), &url, &text("hash"), &[0x58, 32], &[7; 32]].concat()
        })
        .collect();
    let list = [&[0x99][..], &(assertions.len() as u16).to_be_bytes(), &uris].concat();
    let claim = [
        &[0xA6][..],
        &text("claim_generator"),
        &text("hostile/1"),
        &text("signature"),
        &text(&format!("self#jumbf=/c2pa/{label}/c2pa.signature")),
        &text("assertions"),
        &list,
        &text("dc:format"),
        &text("image/jpeg"),
        &text("instanceID"),
        &text("xmp:iid:1"),
        &text("alg"),
        &text("sha256"),
    ]
    .concat();
    let boxes: Vec<u8> = assertions.iter().flat_map(|(name, content)| superbox(b"cbor", name, content)).collect();
    let parts = [
        superbox(b"c2as", "c2pa.assertions", &boxes),
        superbox(b"c2cl", "c2pa.claim", &atom(b"cbor", &claim)),
        superbox(b"c2cs", "c2pa.signature", &atom(b"cbor", signature)),
    ];
    superbox(b"c2ma", label, &parts.concat())
}

/// A COSE_Sign1 structure with this protected header.
fn cose(protected: &[u8]) -> Vec<u8> {
    let header = [&[0x59][..], &(protected.len() as u16).to_be_bytes(), protected].concat();
    [&[0xD2, 0x84][..], &header, &[0xA0, 0xF6, 0x58, 64], &[1; 64]].concat()
}

/// ES256, no certificate.
const PROTECTED: [u8; 3] = [0xA1, 0x01, 0x26];

fn one(assertions: &[(&str, Vec<u8>)]) -> Vec<u8> {
    store(&manifest("urn:uuid:0", assertions, &cose(&PROTECTED)))
}

fn jpeg(store: &[u8]) -> Vec<u8> {
    make::jpeg(&Parts { c2pa: Some(store), ..Parts::default() })
}

fn png(store: &[u8]) -> Vec<u8> {
    make::png(&Parts { c2pa: Some(store), ..Parts::default() })
}

/// A JPEG with a store of more than one segment.
fn jpeg_in_pieces(store: &[u8]) -> Vec<u8> {
    let header = &store[..8];
    let segments: Vec<u8> = store
        .chunks(60_000)
        .zip(1_u32..)
        .flat_map(|(piece, number)| {
            let repeated = if number == 1 { &[][..] } else { header };
            make::jpeg_segment(0xEB, &[b"JP\x02\x11", &number.to_be_bytes()[..], repeated, piece].concat())
        })
        .collect();
    let mut file = make::jpeg(&Parts::default());
    file.splice(2..2, segments);
    file
}

fn compressed(label: &str, stream: &[u8]) -> Vec<u8> {
    superbox(b"c2cm", label, &atom(b"brob", stream))
}

/// A `cbor` box.
fn cbor(content: &[u8]) -> Vec<u8> {
    atom(b"cbor", content)
}

pub(super) fn add(files: &mut Files) {
    files.add(
        "store-window.jpg",
        "a compressed manifest with a window of 1 GiB",
        jpeg(&store(&compressed("urn:uuid:0", &brotli_large_window()))),
    );
    files.add(
        "store-window.png",
        "a compressed manifest with a window of 1 GiB",
        png(&store(&compressed("urn:uuid:0", &brotli_large_window()))),
    );
    files.add(
        "store-zeros.jpg",
        "a compressed manifest of 100 MiB",
        jpeg(&store(&compressed("urn:uuid:0", &brotli_zeros(100 << 20)))),
    );
    let many: Vec<u8> = (0..500).flat_map(|n| compressed(&format!("urn:uuid:{n}"), &brotli_zeros(30 << 20))).collect();
    files.add("store-compressed.png", "500 compressed manifests of 30 MiB each", png(&store(&many)));
    let many: Vec<u8> = (0..3000).flat_map(|n| manifest(&format!("urn:uuid:{n}"), &[], &cose(&PROTECTED))).collect();
    files.add("store-manifests.png", "3,000 manifests", png(&store(&many)));
    files.add("store-manifests.jpg", "3,000 manifests in segments", jpeg_in_pieces(&store(&many)));
    let boxes = atom(b"free", b"").repeat(400_000);
    files.add("store-boxes.png", "400,000 boxes", png(&store(&superbox(b"c2ma", "urn:uuid:0", &boxes))));
    let deep = (0..10_000).fold(Vec::new(), |inner, _| superbox(b"c2as", "a", &inner));
    files.add("store-depth.png", "10,000 levels of boxes", png(&store(&deep)));
    let string = [0x5A, 0x05, 0xF5, 0xE1, 0x00];
    files.add(
        "store-bytes.jpg",
        "an assertion with a byte string of 100 MB",
        jpeg(&one(&[("org.example", cbor(&string))])),
    );
    let text_string = [0x7A, 0x05, 0xF5, 0xE1, 0x00];
    files.add(
        "store-text.jpg",
        "an assertion with a text of 100 MB",
        jpeg(&one(&[("c2pa.actions", cbor(&text_string))])),
    );
    files.add(
        "store-array.jpg",
        "an assertion with an array of 2^62 values",
        jpeg(&one(&[("org.example", cbor(&[0x9B, 0x40, 0, 0, 0, 0, 0, 0, 0]))])),
    );
    files.add(
        "store-map.jpg",
        "an assertion with a map of 2^62 entries",
        jpeg(&one(&[("org.example", cbor(&[0xBB, 0x40, 0, 0, 0, 0, 0, 0, 0]))])),
    );
    let values = [&[0x9A, 0, 0x0F, 0x42, 0x40][..], &vec![0; 1_000_000]].concat();
    files.add("store-values.png", "an assertion of a million numbers", png(&one(&[("org.example", cbor(&values))])));
    let bytes = [&[0x5A, 0, 0x0F, 0x42, 0x40][..], &vec![0xAB; 1_000_000]].concat();
    files.add(
        "store-byte-string.png",
        "an assertion of a million bytes, which are a million numbers in JSON",
        png(&one(&[("org.example", cbor(&bytes))])),
    );
    let json = format!("[{}0]", "0,".repeat(1_000_000));
    files.add(
        "store-json.png",
        "a JSON assertion of a million numbers",
        png(&one(&[("org.example", atom(b"json", json.as_bytes()))])),
    );
    let nested = vec![0x81; 500_000];
    files.add(
        "store-nesting.png",
        "an assertion of 500,000 arrays inside each other",
        png(&one(&[("org.example", cbor(&nested))])),
    );
    let nested = "[".repeat(500_000);
    files.add(
        "store-json-nesting.png",
        "a JSON assertion of 500,000 arrays inside each other",
        png(&one(&[("org.example", atom(b"json", nested.as_bytes()))])),
    );
    let tags = vec![0xC1; 500_000];
    files.add("store-tags.png", "an assertion of 500,000 tags", png(&one(&[("org.example", cbor(&tags))])));
    let signature = cose(&string);
    files.add(
        "store-signature.jpg",
        "a signature whose protected header is a byte string of 100 MB",
        jpeg(&store(&manifest("urn:uuid:0", &[], &signature))),
    );
    let claim = superbox(b"c2cl", "c2pa.claim", &cbor(&string));
    files.add(
        "store-claim.jpg",
        "a claim that is a byte string of 100 MB",
        jpeg(&store(&superbox(b"c2ma", "urn:uuid:0", &claim))),
    );
    let identity = [&[0xA1][..], &[0x69], b"signature", &[0x58, 10, 0xD2, 0x84, 0x45], &string, &[0, 0]].concat();
    files.add(
        "store-identity.jpg",
        "an identity assertion whose protected header is a byte string of 100 MB",
        jpeg(&one(&[("cawg.identity", cbor(&identity))])),
    );
    let hash = [&[0xA1][..], &[0x6A], b"exclusions", &[0x9A, 0xFF, 0xFF, 0xFF, 0xFF]].concat();
    files.add(
        "store-exclusions.jpg",
        "a hard binding with 4 billion exclusions",
        jpeg(&one(&[("c2pa.hash.data", cbor(&hash))])),
    );
    let range = [
        &[0xA2, 0x65][..],
        b"start",
        &[0x00, 0x66],
        b"length",
        &[0x1B, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
    ]
    .concat();
    let ranges = [
        &[0xA2, 0x6A][..],
        b"exclusions",
        &[0x99, 0x75, 0x30],
        &range.repeat(30_000),
        &[0x64],
        b"hash",
        &[0x58, 32],
        &[0; 32],
    ]
    .concat();
    files.add(
        "store-ranges.png",
        "a hard binding with 30,000 exclusions of 8 EiB",
        png(&one(&[("c2pa.hash.data", cbor(&ranges))])),
    );
    let boxes = [&[0xA1][..], &[0x65], b"boxes", &[0x9A, 0xFF, 0xFF, 0xFF, 0xFF]].concat();
    files.add("store-box-hash.jpg", "a box hash of 4 billion boxes", jpeg(&one(&[("c2pa.hash.boxes", cbor(&boxes))])));
    let long: Vec<(&str, Vec<u8>)> = (0..8000).map(|_| ("org.example", cbor(&[0xA0]))).collect();
    files.add("store-assertions.png", "8,000 assertions of one label", png(&one(&long)));
    files.add(
        "store-length.png",
        "a manifest store of 5 MiB",
        png(&store(&superbox(b"c2ma", "urn:uuid:0", &atom(b"free", &vec![0; 5 << 20])))),
    );
}
