//! PDF, SVG, Office documents and Markdown.

use labeler_media::fixtures as make;

use super::parts::{Files, xmp, zlib};

fn pdf(objects: &[Vec<u8>]) -> Vec<u8> {
    [&b"%PDF-1.7\n"[..], &objects.concat(), b"%%EOF\n"].concat()
}

fn stream(number: usize, entries: &str, data: &[u8]) -> Vec<u8> {
    let head = format!("{number} 0 obj\n<<{entries}/Filter/FlateDecode/Length {}>>\nstream\n", data.len());
    [head.as_bytes(), data, b"\nendstream\nendobj\n"].concat()
}

pub(super) fn add(files: &mut Files) {
    let objects: Vec<Vec<u8>> = (0..200_000).map(|n| format!("{n} 0 obj 1\n").into_bytes()).collect();
    files.add("objects.pdf", "200,000 objects", pdf(&objects));
    // A dictionary of arrays of arrays, packed into an object stream.
    let inner = format!("[{}]", "1 ".repeat(1000));
    let dictionary = format!("<</A[{}]>>", inner.repeat(1000));
    let packed = zlib(format!("1 0 {}", dictionary.repeat(2)).as_bytes());
    let info = b"trailer <</Info 1 0 R>>\n".to_vec();
    let arrays = stream(9, "/Type/ObjStm/N 1/First 4", &packed);
    files.add("arrays.pdf", "2 million numbers in 10 kB", pdf(&[arrays.repeat(20), info.clone()]));
    let packet = zlib(xmp(&"<e:p>x</e:p>".repeat(300_000)).as_bytes());
    let packets: Vec<Vec<u8>> = (1..200).map(|n| stream(n, "/Type/Metadata/Subtype/XML", &packet)).collect();
    files.add("packets.pdf", "200 XMP packets of 3.6 MB in 10 kB each", pdf(&packets));
    let specification = "1 0 obj\n<</AFRelationship/C2PA_Manifest/EF<</F 2 0 R>>>>\nendobj\n".to_owned().into_bytes();
    let store = make::c2pa_store(64 << 20);
    files.add(
        "store.pdf",
        "a manifest store of 64 MiB in 400 kB",
        pdf(&[specification.clone(), stream(2, "", &zlib(&store))]),
    );
    let declared = b"2 0 obj\n<</Length 99999999999>>\nstream\n".to_vec();
    files.add("length.pdf", "a manifest store of 100 GB", pdf(&[specification, declared, make::c2pa_store(0)]));
    let deep = format!("1 0 obj\n{}\n", "<</A[".repeat(200_000)).into_bytes();
    files.add("depth.pdf", "200,000 levels of dictionaries", pdf(&[deep, info.clone()]));
    let streams: Vec<Vec<u8>> =
        (1..2000).map(|n| format!("{n} 0 obj\n<</Type/ObjStm/N 65536/First 4>>\nstream\n").into_bytes()).collect();
    files.add("streams.pdf", "2,000 object streams without an end", pdf(&[streams.concat(), info]));

    let svg = |attributes: &str, body: &str| {
        format!("<svg xmlns='http://www.w3.org/2000/svg'{attributes}>{body}</svg>").into_bytes()
    };
    let root = format!(" a='{}'", "x".repeat(2 << 20));
    files.add("root.svg", "a start tag of 2 MiB around 50,000 titles", svg(&root, &"<title>x</title>".repeat(50_000)));
    files.add("titles.svg", "150,000 titles", svg("", &"<title>x</title>".repeat(150_000)));
    files.add("depth.svg", "500,000 levels of elements", svg("", &"<title><desc>".repeat(250_000)));
    let entities: String =
        (1..10).map(|n| format!("<!ENTITY e{n} '{}'>", format!("&e{};", n - 1).repeat(10))).collect();
    let laughs = format!(
        "<!DOCTYPE svg [<!ENTITY e0 'ha'>{entities}]><svg xmlns='http://www.w3.org/2000/svg'><title>&e9;</title></svg>"
    );
    files.add("entities.svg", "an entity of 2 GB", laughs.into_bytes());
    let wide = make::utf16(&svg("", &"<title>é</title>".repeat(100_000)), true);
    files.add("utf16.svg", "100,000 titles in UTF-16", wide);
    let manifests = "<metadata><c2pa:manifest xmlns:c2pa='http://c2pa.org/manifest'>AAAA</c2pa:manifest></metadata>";
    files.add("stores.svg", "20,000 manifest stores", svg("", &manifests.repeat(20_000)));

    let properties = |body: &str| format!("<Properties>{body}</Properties>");
    let zip = |name: &str, data: &[u8]| {
        make::zip(&[("[Content_Types].xml", &b"<Types/>"[..]), ("word/document.xml", &b"<d/>"[..]), (name, data)], true)
    };
    let nodes = properties(&"<property name='a'/>".repeat(200_000));
    files.add("nodes.docx", "200,000 document properties in 16 kB", zip("docProps/custom.xml", nodes.as_bytes()));
    files.add(
        "text.docx",
        "a document property of 64 MB in 64 kB",
        zip("docProps/custom.xml", properties(&"a".repeat(64_000_000)).as_bytes()),
    );
    let mut entries =
        make::zip(&[("[Content_Types].xml", &b"<Types/>"[..]), ("word/document.xml", &b"<d/>"[..])], true);
    let end = entries.len() - 22;
    entries[end + 8..end + 12].copy_from_slice(&[0xFE, 0xFF, 0xFE, 0xFF]);
    files.add("entries.docx", "65,534 files", entries);
    let keys: String = (0..4000).map(|n| format!("AIGC{n}: {}\n", "x".repeat(8))).collect();
    files.add(
        "keys.md",
        "4,000 keys of front matter",
        format!("---\nAIGC:\n  Label: '1'\n{keys}---\n{}", "text\n".repeat(100_000)).into_bytes(),
    );
}
