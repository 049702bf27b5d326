//! Tests the whole fetch against a fake remote host and a fake name service.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic, missing_docs)]

use std::sync::Arc;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use labeler_fetch::{
    DEFAULT_TIMEOUT_MS, FetchError, Fetched, Guard, HttpBody, HttpError, MAX_REDIRECTS, Policy, ResolveError,
    testing::{StubHttp, StubResolver, response, whole},
};
use labeler_media::{Format, fixtures};
use labeler_ports::{Clock, testing::FixedClock};

const PUBLIC: &str = "93.184.215.14";
const PUBLIC_V6: &str = "2606:2800:21f:cb07:6820:80da:af6b:8b2c";
const URL: &str = "https://example.com/photo.jpg";
const LIMIT: u64 = 100_000;

struct World {
    http: StubHttp,
    names: StubResolver,
    clock: Arc<FixedClock>,
}

impl World {
    fn new() -> Self {
        let world = Self {
            http: StubHttp::default(),
            names: StubResolver::default(),
            clock: Arc::new(FixedClock::at(1_790_000_000_000)),
        };
        world.names.on("example.com", &[&[PUBLIC, PUBLIC_V6]]);
        world
    }

    async fn fetch(&self, url: &str) -> Result<Fetched, FetchError> {
        self.fetch_with(url, &mut |_| true).await
    }

    async fn fetch_with(&self, url: &str, room: &mut (dyn FnMut(u64) -> bool + Send)) -> Result<Fetched, FetchError> {
        let guard = Guard { http: &self.http, resolver: &self.names, clock: self.clock.as_ref() };
        let policy =
            Policy { accepted: &[Format::Jpeg, Format::Png], max_bytes: LIMIT, timeout_ms: DEFAULT_TIMEOUT_MS };
        guard.fetch(url, &policy, room).await
    }

    fn urls_asked(&self) -> Vec<String> {
        self.http.asked().into_iter().map(|request| request.url).collect()
    }
}

fn jpeg() -> Vec<u8> {
    fixtures::jpeg(&fixtures::Parts::default())
}

/// The first bytes of a JPEG, followed by the requested number of bytes.
fn long(length: usize) -> Bytes {
    let mut bytes = jpeg();
    bytes.resize(length, 0);
    Bytes::from(bytes)
}

#[tokio::test]
async fn a_public_image_arrives_with_its_name_and_kind() {
    let world = World::new();
    world.http.serve(URL, jpeg());
    let fetched = world.fetch("https://Example.com:443/photo.jpg#top").await.unwrap();
    assert_eq!((fetched.content, fetched.format), (jpeg(), Format::Jpeg));
    assert_eq!(fetched.file_name, "photo.jpg");

    let request = &world.http.asked()[0];
    assert_eq!((request.method, request.url.as_str(), &request.body), ("GET", URL, &None));
    assert_eq!(request.timeout_ms, DEFAULT_TIMEOUT_MS);
    let names: Vec<&str> = request.headers.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, ["accept", "accept-encoding", "user-agent"], "nothing that says who asks");
}

#[tokio::test]
async fn what_a_url_says_is_refused_before_anything_is_asked() {
    let world = World::new();
    for url in ["https://127.0.0.1/", "https://localhost/", "https://a:b@example.com/"] {
        assert!(matches!(world.fetch(url).await, Err(FetchError::Blocked(_))), "{url}");
    }
    for url in ["photo.jpg", "file:///etc/passwd", "data:image/png;base64,AA", "javascript:0"] {
        assert!(matches!(world.fetch(url).await, Err(FetchError::Invalid(_))), "{url}");
    }
    assert_eq!(world.urls_asked(), [""; 0]);
}

#[tokio::test]
async fn one_address_that_is_not_public_refuses_the_name() {
    for answer in [
        &["127.0.0.1"][..],
        &["10.0.0.1"],
        &["169.254.169.254"],
        &["100.64.0.1"],
        &["0.0.0.0"],
        &["255.255.255.255"],
        &["::1"],
        &["::"],
        &["fd00::1"],
        &["fe80::1"],
        &["::ffff:93.184.215.14"],
        &["::ffff:10.0.0.1"],
        &["64:ff9b::7f00:1"],
        &["2002:7f00:1::1"],
        &["2001:0:4136:e378:8000:63bf:80ff:fffe"],
        &[PUBLIC, "10.0.0.1"],
        &["10.0.0.1", PUBLIC],
        &[PUBLIC, PUBLIC_V6, "fd00::1"],
        &[PUBLIC, "::ffff:127.0.0.1"],
        &[PUBLIC; 30],
    ] {
        let mut answer = answer.to_vec();
        if answer.len() == 30 {
            answer.push("192.168.0.1");
        }
        let world = World::new();
        world.http.serve(URL, jpeg());
        world.names.on("example.com", &[&answer]);
        assert!(matches!(world.fetch(URL).await, Err(FetchError::Blocked(_))), "{answer:?}");
        assert_eq!(world.urls_asked(), [""; 0], "{answer:?}");
    }
}

#[tokio::test]
async fn a_name_without_an_answer_is_not_fetched() {
    let world = World::new();
    world.http.serve(URL, jpeg());
    world.names.fail("example.com", ResolveError::Failed);
    assert_eq!(world.fetch(URL).await, Err(FetchError::Failed("name resolution")));
    world.names.on("example.com", &[&[]]);
    assert_eq!(world.fetch(URL).await, Err(FetchError::Failed("no such host")));
    assert_eq!(world.fetch("https://nowhere.example.net/").await, Err(FetchError::Failed("no such host")));
    assert_eq!(world.urls_asked(), [""; 0]);
}

#[tokio::test]
async fn every_hop_is_checked_anew() {
    let world = World::new();
    world.names.on("cdn.example.net", &[&[PUBLIC_V6]]);
    world.http.redirect(URL, 302, "//cdn.example.net/a/b.jpg");
    world.http.redirect("https://cdn.example.net/a/b.jpg", 308, "../c.png?signed=1");
    world.http.serve("https://cdn.example.net/c.png?signed=1", fixtures::png(&fixtures::Parts::default()));
    let fetched = world.fetch(URL).await.unwrap();
    assert_eq!((fetched.format, fetched.file_name.as_str()), (Format::Png, "c.png"));
    assert_eq!(world.urls_asked().len(), 3);

    for status in [301, 302, 303, 307, 308] {
        for place in [
            "https://127.0.0.1/",
            "http://127.0.0.1/",
            "//localhost/",
            "https://inside.example.net/",
            "http://example.com/photo.jpg",
            "https://example.com:8443/",
            "https://u:p@example.com/",
            "gopher://example.com/",
            "data:image/jpeg;base64,/9j/",
            "https://exa mple.com/",
            "https://[fe80::1%25eth0]/",
            "\\\\127.0.0.1\\x",
        ] {
            let world = World::new();
            world.names.on("inside.example.net", &[&["10.1.2.3"]]);
            world.http.redirect(URL, status, place);
            assert!(matches!(world.fetch(URL).await, Err(FetchError::Blocked(_))), "{status} {place}");
            assert_eq!(world.urls_asked(), [URL], "{status} {place}");
        }
    }
}

#[tokio::test]
async fn an_answer_that_changes_between_hops_is_noticed() {
    let world = World::new();
    world.names.on("example.com", &[&[PUBLIC], &["127.0.0.1"]]);
    world.http.redirect(URL, 302, "/photo2.jpg");
    world.http.serve("https://example.com/photo2.jpg", jpeg());
    assert!(matches!(world.fetch(URL).await, Err(FetchError::Blocked(_))));
    assert_eq!(world.urls_asked(), [URL]);
}

#[tokio::test]
async fn a_chain_of_redirects_ends() {
    let world = World::new();
    let url = |number: usize| format!("https://example.com/{number}");
    for number in 0..MAX_REDIRECTS {
        world.http.redirect(&url(number), 302, &url(number + 1));
    }
    world.http.serve(&url(MAX_REDIRECTS), jpeg());
    assert!(world.fetch(&url(0)).await.is_ok());
    world.http.redirect("https://example.com/before", 302, "/0");
    assert_eq!(world.fetch("https://example.com/before").await, Err(FetchError::Failed("too many redirects")));

    // A loop, and a chain that ends within the limit.
    world.http.redirect(URL, 301, URL);
    assert_eq!(world.fetch(URL).await, Err(FetchError::Failed("too many redirects")));
    world.http.redirect(&url(MAX_REDIRECTS), 302, "https://169.254.169.254/");
    assert!(matches!(world.fetch(&url(1)).await, Err(FetchError::Blocked(_))));
}

#[tokio::test]
async fn a_status_that_is_no_file_is_a_failure() {
    let world = World::new();
    for status in [201, 204, 206, 300, 304, 305, 400, 401, 403, 404, 418, 429, 500, 503] {
        world.http.on(URL, move |_| Ok(response(status, &[("location", URL)], whole(Bytes::from(jpeg())))));
        assert_eq!(world.fetch(URL).await, Err(FetchError::Failed("status")), "{status}");
    }
    world.http.on(URL, |_| Ok(response(302, &[], whole(Bytes::new()))));
    assert_eq!(world.fetch(URL).await, Err(FetchError::Failed("redirect without a place")));
    world.http.on(URL, |_| Err(HttpError::Unreachable));
    assert_eq!(world.fetch(URL).await, Err(FetchError::Failed("connection")));
    world.http.on(URL, |_| Err(HttpError::TimedOut));
    assert_eq!(world.fetch(URL).await, Err(FetchError::Failed("time")));
}

#[tokio::test]
async fn the_limit_counts_what_arrives() {
    let world = World::new();
    let too_large = Err(FetchError::TooLarge { limit: LIMIT });
    let length = |length: u64| length.to_string();

    // Announced: no byte is read, and no room is requested.
    world.http.on(URL, move |_| {
        let body = stream::once(async { panic!("nobody may read this") });
        Ok(response(200, &[("content-length", &length(LIMIT + 1))], Box::pin(body)))
    });
    assert_eq!(world.fetch_with(URL, &mut |_| panic!("no room is needed")).await, too_large);

    // Exactly the limit, with and without an announced length.
    world.http.serve(URL, long(LIMIT as usize));
    assert_eq!(world.fetch(URL).await.unwrap().content.len() as u64, LIMIT);
    world.http.on(URL, |_| Ok(response(200, &[], whole(long(LIMIT as usize)))));
    assert_eq!(world.fetch(URL).await.unwrap().content.len() as u64, LIMIT);
    world.http.on(URL, |_| Ok(response(200, &[], whole(long(LIMIT as usize + 1)))));
    assert_eq!(world.fetch(URL).await, too_large);

    // An endless body.
    world.http.on(URL, |_| Ok(response(200, &[], Box::pin(stream::repeat(Ok(long(5000)))))));
    assert_eq!(world.fetch(URL).await, too_large);

    // A length that differs from the announced one: less, more, and an invalid number.
    world.http.on(URL, |_| Ok(response(200, &[("content-length", "5000")], whole(long(4999)))));
    assert_eq!(world.fetch(URL).await, Err(FetchError::Failed("length")));
    world.http.on(URL, |_| Ok(response(200, &[("content-length", "5000")], whole(long(5001)))));
    assert_eq!(world.fetch(URL).await, Err(FetchError::Failed("length")));
    world.http.on(URL, |_| Ok(response(200, &[("content-length", "-1")], whole(long(4999)))));
    assert!(world.fetch(URL).await.is_ok());
}

#[tokio::test]
async fn what_a_compressed_body_unpacks_to_counts() {
    let world = World::new();
    // A thousand bytes that decompress to a gigabyte: the announced length is the compressed one.
    world.http.on(URL, |_| {
        let body: HttpBody = Box::pin(stream::iter((0..1_000_000).map(|_| Ok(long(1000)))));
        Ok(response(200, &[("Content-Length", "1000"), ("Content-Encoding", "gzip")], body))
    });
    assert_eq!(world.fetch(URL).await, Err(FetchError::TooLarge { limit: LIMIT }));
    world
        .http
        .on(URL, |_| Ok(response(200, &[("Content-Length", "10"), ("Content-Encoding", "br")], whole(long(9000)))));
    assert_eq!(world.fetch(URL).await.unwrap().content.len(), 9000);
}

#[tokio::test]
async fn a_body_that_drips_runs_out_of_time() {
    let world = World::new();
    let clock = Arc::clone(&world.clock);
    world.http.on(URL, move |_| {
        let clock = Arc::clone(&clock);
        // Each byte arrives within a second, so that a timer for a single wait would never end it.
        let drops = stream::iter(jpeg()).map(move |byte| {
            clock.advance(1000);
            Ok(Bytes::copy_from_slice(&[byte]))
        });
        Ok(response(200, &[], Box::pin(drops)))
    });
    let started = world.clock.now_ms();
    assert_eq!(world.fetch(URL).await, Err(FetchError::Failed("time")));
    assert_eq!(world.clock.now_ms() - started, i64::from(DEFAULT_TIMEOUT_MS));
}

#[tokio::test]
async fn the_time_is_one_for_all_hops() {
    let world = World::new();
    for number in 0..3 {
        let clock = Arc::clone(&world.clock);
        world.http.on(&format!("https://example.com/{number}"), move |_| {
            clock.advance(12_000);
            Ok(response(302, &[("location", &format!("/{}", number + 1))], whole(Bytes::new())))
        });
    }
    assert_eq!(world.fetch("https://example.com/0").await, Err(FetchError::Failed("time")));
    let left: Vec<u32> = world.http.asked().iter().map(|request| request.timeout_ms).collect();
    assert_eq!(left, [30_000, 18_000, 6_000]);
}

#[tokio::test]
async fn a_broken_body_is_a_failure_and_a_late_end_as_well() {
    let world = World::new();
    world
        .http
        .on(URL, |_| Ok(response(200, &[], Box::pin(stream::iter([Ok(long(5000)), Err(HttpError::Unreachable)])))));
    assert_eq!(world.fetch(URL).await, Err(FetchError::Failed("connection")));
    // A runtime whose stream just ends when the exchange is aborted at the deadline.
    let clock = Arc::clone(&world.clock);
    world.http.on(URL, move |_| {
        let clock = Arc::clone(&clock);
        let end = stream::once(async move {
            clock.advance(40_000);
            None
        });
        let body = stream::iter([Some(Ok(long(5000)))]).chain(end).filter_map(|item| async move { item });
        Ok(response(200, &[], Box::pin(body)))
    });
    assert_eq!(world.fetch(URL).await, Err(FetchError::Failed("time")));
}

#[tokio::test]
async fn the_first_bytes_say_what_it_is() {
    let world = World::new();
    let none = |found| Err(FetchError::MimeNotAllowed { found });
    world.http.on(URL, |_| Ok(response(200, &[("content-type", "text/html")], whole(Bytes::from(jpeg())))));
    assert_eq!(world.fetch(URL).await.unwrap().format, Format::Jpeg);
    for (content, found) in [
        (&b"<!doctype html><title>admin</title>"[..], None),
        (b"<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>", Some(Format::Svg)),
        (b"GIF89a<script>", Some(Format::Gif)),
        (b"%PDF-1.7\n", Some(Format::Pdf)),
        (b"\x1f\x8b\x08\x00", None),
        (b"{\"AccessKeyId\":\"x\"}", None),
        (b"", None),
        (b"\xff\xd8", None),
    ] {
        let content = content.to_vec();
        world.http.on(URL, move |_| {
            Ok(response(200, &[("content-type", "image/jpeg")], whole(Bytes::from(content.clone()))))
        });
        assert_eq!(world.fetch(URL).await, none(found));
    }
    // An endless page is abandoned after its beginning.
    world.http.on(URL, |_| {
        let body = stream::iter(0..).map(|number| {
            assert!(number < 5, "read on for no reason");
            Ok(Bytes::from_static(&[b'<'; 1000]))
        });
        Ok(response(200, &[], Box::pin(body)))
    });
    assert_eq!(world.fetch(URL).await, none(None));
}

#[tokio::test]
async fn room_is_asked_for_before_the_body_is_read() {
    let world = World::new();
    let mut asked = Vec::new();
    world.http.serve(URL, long(7000));
    assert!(
        world
            .fetch_with(URL, &mut |bytes| {
                asked.push(bytes);
                true
            })
            .await
            .is_ok()
    );
    world.http.on(URL, |_| Ok(response(200, &[], whole(long(7000)))));
    assert!(
        world
            .fetch_with(URL, &mut |bytes| {
                asked.push(bytes);
                true
            })
            .await
            .is_ok()
    );
    assert_eq!(asked, [7000, LIMIT]);
    assert_eq!(world.fetch_with(URL, &mut |_| false).await, Err(FetchError::NoRoom));
}
