#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)]
use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use futures_util::{StreamExt, stream};

use crate::http::upload::{
    paced::{Allowance, Paced},
    *,
};

const FORM: Form = Form { file_names: &["image", "file"], options: OptionsPart::Required, max_bytes: 1000 };
const BOUNDARY: &str = "xyz";

fn part(name: &str, extra: &str, content: &[u8]) -> Vec<u8> {
    let mut bytes =
        format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{extra}\r\n\r\n").into_bytes();
    bytes.extend_from_slice(content);
    bytes.extend_from_slice(b"\r\n");
    bytes
}

fn closed(parts: &[Vec<u8>]) -> Vec<u8> {
    let mut body = parts.concat();
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

fn headers(length: Option<usize>) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}").parse().unwrap());
    if let Some(length) = length {
        headers.insert(header::CONTENT_LENGTH, length.into());
    }
    headers
}

/// A body in chunks of `size`, and the number of bytes taken from it so far.
fn chunked(body: Vec<u8>, size: usize) -> (Body, Arc<AtomicU64>) {
    let taken = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&taken);
    let chunks: Vec<Bytes> = body.chunks(size).map(Bytes::copy_from_slice).collect();
    let body = Body::from_stream(stream::iter(chunks).map(move |chunk| {
        counter.fetch_add(chunk.len() as u64, Ordering::Relaxed);
        Ok::<_, Infallible>(chunk)
    }));
    (body, taken)
}

async fn read_all(body: Vec<u8>, size: usize) -> Result<Upload, UploadError> {
    let headers = headers(Some(body.len()));
    read(&headers, chunked(body, size).0, FORM, &InFlight::default(), "ws", 0).await
}

#[tokio::test]
async fn refuses_a_body_longer_than_declared() {
    let body = closed(&[part("options", "", b"{}"), part("image", "", &[7; 900])]);
    let headers = headers(Some(300));
    let error = read(&headers, chunked(body, 64).0, FORM, &InFlight::default(), "ws", 0).await.unwrap_err();
    assert!(matches!(error, UploadError::Outgrown), "{error}");
}

#[tokio::test]
async fn distinguishes_a_missing_boundary_from_truncation() {
    for body in [&b"--other\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\nx"[..], b"{}", b"\r\n--abc"] {
        let error = read_all(body.to_vec(), 10).await.unwrap_err();
        assert!(matches!(error, UploadError::BoundaryMismatch), "{error}");
    }
    // Bytes that could still become the boundary were cut off.
    for body in [&b""[..], b"--x", b"\r\n--xy"] {
        let error = read_all(body.to_vec(), 10).await.unwrap_err();
        assert!(matches!(error, UploadError::Truncated), "{error}");
    }
}

#[tokio::test]
async fn reads_the_same_upload_in_any_chunking_and_order() {
    // Content that looks like the start of a boundary in many places.
    let content = b"\r\n--xy\r\n-\r\r\n--x\r\n--".repeat(20);
    let file = part("image", "; filename=\"a.jpg\"\r\nContent-Type: IMAGE/JPEG; q=1", &content);
    let options = part("options", "", b"{}");
    for parts in [[file.clone(), options.clone()], [options, file]] {
        let body = closed(&parts);
        for size in [1, 2, 3, 7, 64, 10_000] {
            let upload = read_all(body.clone(), size).await.unwrap();
            assert_eq!(upload.file, content, "chunks of {size}");
            assert_eq!(upload.options, "{}");
            assert_eq!(upload.file_name.as_deref(), Some("a.jpg"));
            assert_eq!(upload.declared_type.as_deref(), Some("image/jpeg"));
        }
    }
}

#[tokio::test]
async fn validates_part_names() {
    let file = part("image", "; filename=\"a\"", b"x");
    let alias = part("file", "; filename=\"a\"", b"x");
    let options = part("options", "", b"{}");
    let other = part("caption", "", b"hi");
    let nameless = b"--xyz\r\nContent-Disposition: form-data\r\n\r\nx\r\n".to_vec();
    let cases: [(&[&Vec<u8>], &str); 7] = [
        (&[&file], "options is required"),
        (&[&options], "image is required"),
        (&[], "image is required"),
        (&[&file, &alias, &options], "file was sent more than once"),
        (&[&file, &options, &options], "options was sent more than once"),
        (&[&file, &other, &options], "unknown part caption"),
        (&[&nameless], "the multipart body is malformed: a part has no name"),
    ];
    for (parts, message) in cases {
        let body = closed(&parts.iter().map(|part| (*part).clone()).collect::<Vec<_>>());
        let error = read_all(body, 10).await.unwrap_err();
        assert_eq!(error.to_string(), message);
    }
    assert_eq!(read_all(closed(&[alias, options]), 10).await.unwrap().file, "x");
}

#[tokio::test]
async fn refuses_every_truncation() {
    let body = closed(&[part("image", "", b"0123456789"), part("options", "", b"{}")]);
    // The closing boundary ends with two dashes and a line break; the line break may be missing.
    for length in 0..body.len() - 2 {
        let error = read_all(body[..length].to_vec(), 5).await.unwrap_err();
        assert!(matches!(error, UploadError::Truncated), "{length}: {error}");
    }
    assert!(read_all(body[..body.len() - 2].to_vec(), 5).await.is_ok());
}

#[tokio::test]
async fn reports_a_broken_connection_as_truncation() {
    let start = part("image", "", b"0123456789");
    let chunks: Vec<Result<Bytes, std::io::Error>> =
        vec![Ok(Bytes::from(start)), Err(std::io::Error::new(std::io::ErrorKind::ConnectionReset, "gone"))];
    let body = Body::from_stream(stream::iter(chunks));
    let error = read(&headers(None), body, FORM, &InFlight::default(), "ws", 0).await.unwrap_err();
    assert!(matches!(error, UploadError::Truncated), "{error}");
}

#[tokio::test]
async fn refuses_a_too_large_declared_length_unread() {
    let (body, taken) = chunked(vec![0; 5000], 100);
    let length = usize::try_from(FORM.max_bytes + OVERHEAD).unwrap() + 1;
    let error = read(&headers(Some(length)), body, FORM, &InFlight::default(), "ws", 0).await.unwrap_err();
    assert!(matches!(error, UploadError::TooLarge { limit: 1000, part: "image" }), "{error}");
    assert_eq!(taken.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn stops_reading_an_endless_file_at_the_limit() {
    let head = Bytes::from(format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"image\"\r\n\r\n"));
    let taken = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&taken);
    let endless = stream::iter([head]).chain(stream::repeat(Bytes::from_static(&[7; 100]))).map(move |chunk| {
        counter.fetch_add(chunk.len() as u64, Ordering::Relaxed);
        Ok::<_, Infallible>(chunk)
    });
    let error =
        read(&headers(None), Body::from_stream(endless), FORM, &InFlight::default(), "ws", 0).await.unwrap_err();
    assert!(matches!(error, UploadError::TooLarge { .. }), "{error}");
    assert!(taken.load(Ordering::Relaxed) < 2 * FORM.max_bytes, "{taken:?}");
}

#[tokio::test]
async fn stops_reading_an_endless_preamble_or_part_head() {
    let part_head = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"image\"\r\nX-Filler: ");
    for (start, has_boundary) in [(String::new(), false), (part_head, true)] {
        let taken = Arc::new(AtomicU64::new(0));
        let counter = Arc::clone(&taken);
        let endless = stream::iter([Bytes::from(start)]).chain(stream::repeat(Bytes::from_static(b"aaaaaaaa"))).map(
            move |chunk| {
                counter.fetch_add(chunk.len() as u64, Ordering::Relaxed);
                Ok::<_, Infallible>(chunk)
            },
        );
        let error =
            read(&headers(None), Body::from_stream(endless), FORM, &InFlight::default(), "ws", 0).await.unwrap_err();
        let expected = if has_boundary {
            matches!(error, UploadError::Malformed(_))
        } else {
            matches!(error, UploadError::BoundaryMismatch)
        };
        assert!(expected, "{error}");
        assert!(taken.load(Ordering::Relaxed) < 200_000, "{taken:?}");
    }
}

/// The parser drains whatever is ready; the pacing keeps what it buffers to a slice, so a body that is ready in full
/// is not held twice.
#[tokio::test]
async fn does_not_buffer_a_ready_body_twice() {
    let form = Form { max_bytes: 4 << 20, ..FORM };
    let content = vec![9_u8; 3 << 20];
    let body = closed(&[part("options", "", b"{}"), part("image", "", &content)]);
    let length = body.len();
    let (body, taken) = chunked(body, 8 * 1024);
    let allowance = Allowance::new(BOUNDARY);
    let paced = Paced::new(body.into_data_stream(), allowance.clone());
    let mut parts = multer::Multipart::new(paced, BOUNDARY);
    let mut received = 0_u64;
    let mut most_ahead = 0;
    while let Some(mut field) = parts.next_field().await.unwrap() {
        allowance.inside_part();
        while let Some(chunk) = field.chunk().await.unwrap() {
            received += chunk.len() as u64;
            most_ahead = most_ahead.max(taken.load(Ordering::Relaxed) - received);
        }
        allowance.between_parts();
    }
    assert!(most_ahead < 100_000, "{most_ahead} bytes were buffered");

    // And the file's own buffer is as large as was declared, not a power of two beyond it.
    let body = closed(&[part("options", "", b"{}"), part("image", "", &content)]);
    let upload =
        read(&headers(Some(length)), chunked(body, 8 * 1024).0, form, &InFlight::default(), "ws", 0).await.unwrap();
    assert_eq!(upload.file.len(), content.len());
}

#[tokio::test]
async fn uploads_hold_the_budget_until_they_are_dropped() {
    let body = || closed(&[part("image", "", &[1; 600]), part("options", "", b"{}")]);
    let length = body().len();
    let budget = InFlight::new(2000);
    let first = read(&headers(Some(length)), chunked(body(), 99).0, FORM, &budget, "ws", 0).await.unwrap();
    assert_eq!(budget.held(), length as u64);
    let second = read(&headers(Some(length)), chunked(body(), 99).0, FORM, &budget, "ws", 0).await;
    assert!(second.is_ok());
    // A body of undeclared length counts as the largest allowed.
    let (third, taken) = chunked(body(), 99);
    let error = read(&headers(None), third, FORM, &budget, "ws", 0).await.unwrap_err();
    assert!(matches!(error, UploadError::Busy), "{error}");
    assert_eq!(taken.load(Ordering::Relaxed), 0, "the body is not read before it is admitted");
    drop(first);
    drop(second);
    assert_eq!(budget.held(), 0);
    assert!(read(&headers(None), chunked(body(), 99).0, FORM, &budget, "ws", 0).await.is_ok());
    // A failed upload gives its share back as well.
    assert!(read(&headers(Some(length)), chunked(b"--xyz".to_vec(), 2).0, FORM, &budget, "ws", 0).await.is_err());
    assert_eq!(budget.held(), 0);
}

#[tokio::test]
async fn refuses_other_bodies_than_forms_unread() {
    for value in [
        "application/json",
        "multipart/form-data",
        "multipart/mixed; boundary=a",
        "multipart/form-data; boundary=\"\"",
        "",
    ] {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, value.parse().unwrap());
        let (body, taken) = chunked(vec![0; 100], 10);
        let error = read(&headers, body, FORM, &InFlight::default(), "ws", 0).await.unwrap_err();
        assert!(matches!(error, UploadError::NotMultipart), "{value}: {error}");
        assert_eq!(taken.load(Ordering::Relaxed), 0);
    }
}

#[tokio::test]
async fn refuses_options_that_are_long_or_not_utf8() {
    let file = part("image", "", b"x");
    for (content, problem) in [
        (vec![b' '; MAX_OPTIONS + 1], "options is longer than 65536 bytes"),
        (vec![0xff, 0xfe], "options is not UTF-8"),
    ] {
        let error = read_all(closed(&[file.clone(), part("options", "", &content)]), 4096).await.unwrap_err();
        assert_eq!(error.to_string(), problem);
    }
}
