//! Fuzzes the check of URLs: an accepted URL has one meaning, and checking it again has the same result.
#![no_main]

use std::net::IpAddr;

use labeler_fetch::{MAX_URL, Target};
use libfuzzer_sys::fuzz_target;
use url::{Host, Url};

fn hold(target: &Target) {
    let (url, host) = (target.url(), target.host());
    assert_eq!(url.scheme(), "https");
    assert!(url.username().is_empty() && url.password().is_none() && url.port().is_none() && url.fragment().is_none());
    assert!(url.as_str().len() <= MAX_URL && url.as_str().is_ascii());
    assert_eq!(url.host(), Some(Host::Domain(host)));
    assert!(host.parse::<IpAddr>().is_err() && host.contains('.') && !host.ends_with('.'));
    assert!(host.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b".-_".contains(&b)));
    // Parser and check accept an accepted URL again without changing it.
    assert_eq!(Url::parse(url.as_str()).as_ref(), Ok(url));
    assert_eq!(Target::parse(url.as_str()).as_ref(), Ok(target));
    let _ = target.file_name();
}

fuzz_target!(|text: &str| {
    if let Ok(target) = Target::parse(text) {
        hold(&target);
    }
    // The first line is a URL, the second one a redirect from it.
    if let Some((first, second)) = text.split_once('\n')
        && let Ok(target) = Target::parse(first)
        && let Ok(next) = target.redirect(second)
    {
        hold(&next);
    }
});
