//! Spellings and tricks that a stranger might use to reach a private address. All of it is data; nothing here is ever
//! requested.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use labeler_fetch::{FetchError, MAX_URL, Target};

/// URLs that are rejected because of their form alone.
#[rustfmt::skip]
const REFUSED: &[&str] = &[
    // IPv4, in every spelling that parsers accept as an address.
    "https://127.0.0.1/", "https://127.0.0.1:443/", "https://127.1/", "https://127.0.1/", "https://0/", "https://0.0.0.0/",
    "https://2130706433/", "https://017700000001/", "https://0x7f000001/", "https://0x7f.1/", "https://0x7f.0x0.0x0.0x1/",
    "https://0177.0.0.1/", "https://0177.0.0.0x1/", "https://00000177.0.0.1/", "https://127.0.0.1./", "https://127.0.0.0x/", "https://127.000.000.001/",
    "https://10.0.0.1/", "https://10.1/", "https://167772161/", "https://192.168.1.1/", "https://3232235777/",
    "https://0xc0a80101/", "https://172.16.0.1/", "https://100.64.0.1/", "https://198.18.0.1/", "https://224.0.0.1/",
    "https://255.255.255.255/", "https://4294967295/", "https://8.8.8.8/", "https://93.184.215.14/",
    // The metadata service of most clouds.
    "https://169.254.169.254/latest/meta-data/", "https://169.254.43518/", "https://169.16689662/", "https://2852039166/",
    "https://0xa9fea9fe/", "https://0xA9.0xFE.0xA9.0xFE/", "https://0251.0376.0251.0376/", "https://0251.00376.000251.0000376/",
    "https://0xa9.254.0251.254/", "https://169.254.169.254.:443/", "https://100.100.100.200/", "https://168.63.129.16/",
    "https://192.0.0.192/",
    // Percent-encoded, and in characters that are normalised to digits and dots.
    "https://%31%32%37.0.0.1/", "https://127%2E0%2E0%2E1/", "https://%30x7f000001/", "https://①②⑦.⓪.⓪.①/",
    "https://１２７.０.０.１/", "https://127。0。0。1/", "https://127．0．0．1/", "https://127｡0｡0｡1/", "https://𝟏𝟐𝟕.𝟎.𝟎.𝟏/",
    "https://₁₂₇.₀.₀.₁/", "https://¹²⁷.⁰.⁰.¹/", "https://⑯⑨。②⑤④。⑯⑨｡②⑤④/", "https://169.254.169.2\u{ad}54/", "https://1\u{200b}27.0.0.1/",
    // IPv6.
    "https://[::1]/", "https://[::]/", "https://[0:0:0:0:0:0:0:1]/", "https://[0000:0000:0000:0000:0000:0000:0000:0001]/",
    "https://[::ffff:127.0.0.1]/", "https://[::ffff:7f00:1]/", "https://[::ffff:0:127.0.0.1]/", "https://[::127.0.0.1]/",
    "https://[::ffff:169.254.169.254]/", "https://[::ffff:a9fe:a9fe]/", "https://[0:0:0:0:0:ffff:10.0.0.1]/",
    "https://[64:ff9b::169.254.169.254]/", "https://[64:ff9b:1::10.0.0.1]/", "https://[2002:7f00:1::]/",
    "https://[2002:a9fe:a9fe::1]/", "https://[2001:0:7f00:1::]/", "https://[fe80::1]/", "https://[fc00::1]/",
    "https://[fd00:ec2::254]/", "https://[fec0::1]/", "https://[ff02::1]/", "https://[2001:db8::1]/", "https://[3fff::1]/",
    "https://[2606:4700:4700::1111]/",
    // Confusion of host and user name.
    "https://example.com@127.0.0.1/", "https://127.0.0.1@example.com/", "https://user:secret@example.com/", "https://:x@example.com/",
    "https://example.com:443@169.254.169.254/", "https://example.com%40@127.0.0.1/", "https://a@b@127.0.0.1/", "https://example.com%2f@127.0.0.1/",
    "https://127.0.0.1#@example.com/", "https://127.0.0.1?@example.com/", "https://127.0.0.1/#example.com",
    "https:127.0.0.1/", "https:/127.0.0.1/", "https:///127.0.0.1/", "https:////127.0.0.1/",
    // Names for local use.
    "https://localhost/", "https://LOCALHOST/", "https://localhost./", "https://LocalHost.:443/", "https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/", "https://ｌｏｃａｌｈｏｓｔ/",
    "https://loc\u{ad}alhost/", "https://foo.localhost/", "https://localhost.localdomain/", "https://ip6-localhost/",
    "https://router/", "https://printer.local/", "https://db.internal/", "https://metadata.google.internal/computeMetadata/v1/",
    "https://METADATA.GOOGLE.INTERNAL./", "https://metadata/", "https://metadata.goog/", "https://instance-data/", "https://instance-data.ec2.internal/",
    "https://kubernetes.default.svc/", "https://kubernetes.default.svc.cluster.local/", "https://nas.lan/", "https://nas.home/",
    "https://router.home.arpa/", "https://1.0.0.127.in-addr.arpa/", "https://files.corp/", "https://wiki.intranet/", "https://x.private/",
    "https://duckduckgogg42xjoc72x3sjasowoarfbgcmvfimaftt6twagswzczad.onion/", "https://a.test/", "https://a.invalid/", "https://a.example/",
    "https://com/", "https://a..b.com/", "https://a_b/", "https://example.com../",
    // Without TLS.
    "http://127.0.0.1/", "http://localhost/", "http://169.254.169.254/", "http://[::1]/", "http://user@example.com/",
    // Other ports.
    "https://example.com:22/", "https://example.com:80/", "https://example.com:8443/", "https://example.com:6379/", "https://example.com:65535/",
    "https://example.com:0/", "http://example.com:443/",
];

/// Other schemes, some of which accept an address as a name. The error tells which scheme is accepted, regardless of
/// the host.
#[rustfmt::skip]
const OTHER_SCHEMES: &[&str] = &[
    "gopher://127.0.0.1:6379/_x", "ftp://127.0.0.1/", "file:///etc/passwd", "file://localhost/etc/passwd", "dict://127.0.0.1:11211/",
    "ldap://127.0.0.1/", "jar:https://127.0.0.1!/", "data:image/png;base64,iVBORw0KGgo=", "javascript:alert(1)", "blob:https://example.com/1",
    "ws://127.0.0.1/", "tftp://127.0.0.1/x", "netdoc:///etc/passwd", "unix:///var/run/docker.sock", "about:blank", "view-source:https://127.0.0.1/",
];

/// Texts that are not `https` URLs, including honest mistakes.
#[rustfmt::skip]
const INVALID: &[&str] = &[
    "", "example.com/photo.jpg", "/photo.jpg", "//127.0.0.1/", "https://", "https://?", "https://#", "https:", "http://example.com/photo.jpg",
    "HTTP://EXAMPLE.COM/", "https://example.com:99999/", "https://example.com:-1/", "https://example.com:x/", "https://256.256.256.256/",
    "https://1.2.3.4.5/", "https://0x100000000/", "https://4294967296/", "https://08.8.8.8/", "https://[::1/", "https://::1/",
    "https://[fe80::1%25eth0]/", "https://[::1%eth0]/", "https://[::ffff:127.0.0.1.]/", "https://[1::2::3]/", "https://exa mple.com/",
    "https://example.com/a b", "https://example.com/\t", "https://example\n.com/", "\thttps://example.com/", "https://example.com/\u{0}", "https://example.com/\u{a0}",
    "https:\\\\127.0.0.1\\", "https://example.com\\@127.0.0.1/", "https://127.0.0.1\\@example.com/", "https://127.0.0.1:443\\@example.com/", "https://1.1.1.1 &@2.2.2.2# @3.3.3.3/",
    "https://exa%00mple.com/", "https://exa%0d%0ample.com/", "https://a<b>.com/", "https://exam|ple.com/", "https://xn--/", "https://\u{ad}/",
];

#[test]
fn what_leads_astray_is_blocked() {
    for text in REFUSED {
        match Target::parse(text) {
            Err(FetchError::Blocked(_)) => {}
            // Invisible characters are rejected before the parser sees them.
            Err(FetchError::Invalid(_)) if text.contains('\u{200b}') => {}
            other => panic!("{text:?}: {other:?}"),
        }
    }
    assert!(REFUSED.len() + OTHER_SCHEMES.len() >= 120, "{}", REFUSED.len());
}

#[test]
fn other_schemes_are_told_that_a_url_begins_with_https() {
    for text in OTHER_SCHEMES {
        match Target::parse(text) {
            Err(FetchError::Invalid(what)) => assert_eq!(what, "must begin with https://", "{text:?}"),
            other => panic!("{text:?}: {other:?}"),
        }
    }
}

#[test]
fn what_is_no_https_url_is_invalid() {
    let otherwise: Vec<_> = INVALID
        .iter()
        .map(|text| (text, Target::parse(text)))
        .filter(|(_, result)| !matches!(result, Err(FetchError::Invalid(_))))
        .collect();
    assert!(otherwise.is_empty(), "{otherwise:#?}");
    let long = format!("https://example.com/{}", "a".repeat(MAX_URL));
    assert!(matches!(Target::parse(&long), Err(FetchError::Invalid(_))));
}

#[test]
fn what_people_send_goes_through_in_one_form() {
    for (text, url, host) in [
        ("https://example.com/photo.jpg", "https://example.com/photo.jpg", "example.com"),
        ("HTTPS://Example.COM:443/a%20b.jpg?x=1&y=%2F#part", "https://example.com/a%20b.jpg?x=1&y=%2F", "example.com"),
        ("https://example.com", "https://example.com/", "example.com"),
        ("https://example.com./a.jpg", "https://example.com/a.jpg", "example.com"),
        ("https://bücher.de/ü.jpg", "https://xn--bcher-kva.de/%C3%BC.jpg", "xn--bcher-kva.de"),
        ("https://例え.jp/", "https://xn--r8jz45g.jp/", "xn--r8jz45g.jp"),
        (
            "https://my_bucket.s3.amazonaws.com/a/../b.png",
            "https://my_bucket.s3.amazonaws.com/b.png",
            "my_bucket.s3.amazonaws.com",
        ),
        ("https://127.0.0.1.nip.io/", "https://127.0.0.1.nip.io/", "127.0.0.1.nip.io"),
        ("https://localhost.example.com/", "https://localhost.example.com/", "localhost.example.com"),
        ("https://example.com/?u=https://127.0.0.1/", "https://example.com/?u=https://127.0.0.1/", "example.com"),
    ] {
        let target = Target::parse(text).unwrap();
        assert_eq!((target.url().as_str(), target.host()), (url, host));
    }
}

#[test]
fn a_redirect_is_checked_like_what_was_asked_for() {
    let target = Target::parse("https://example.com/a/b.jpg").unwrap();
    assert_eq!(target.redirect("../c.jpg?d").unwrap().url().as_str(), "https://example.com/c.jpg?d");
    assert_eq!(target.redirect("//cdn.example.net/x").unwrap().url().as_str(), "https://cdn.example.net/x");
    let relative = ["//127.0.0.1/", "//localhost", "http:127.0.0.1", "//[::1]", "http:/127.0.0.1"];
    for text in REFUSED.iter().chain(OTHER_SCHEMES).copied().chain(relative) {
        let result = target.redirect(text);
        // A scheme without slashes is relative to a URL of the same scheme: the same host with another path.
        let stays = text.starts_with("https:") && !text.starts_with("https://");
        match result {
            Err(_) => {}
            Ok(next) if stays => assert_eq!(next.host(), "example.com", "{text}"),
            Ok(next) => panic!("{text:?}: {next:?}"),
        }
    }
}

#[test]
fn the_name_of_the_file_is_the_last_segment() {
    for (text, name) in [
        ("https://example.com/photo.jpg?size=1#x", "photo.jpg"),
        ("https://example.com/a%20b%2Fc.jpg", "a b/c.jpg"),
        ("https://example.com/%C3%BC.jpg", "ü.jpg"),
        ("https://example.com/%ff.jpg", "%ff.jpg"),
        ("https://example.com/a/", ""),
        ("https://example.com", ""),
    ] {
        assert_eq!(Target::parse(text).unwrap().file_name(), name, "{text}");
    }
}
