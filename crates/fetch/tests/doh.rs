//! Tests DNS over HTTPS against a fake server.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

use std::{net::IpAddr, sync::Arc};

use bytes::Bytes;
use futures_util::stream;
use labeler_fetch::{
    CLOUDFLARE, DnsOverHttps, HttpError, ResolveError, Resolver,
    testing::{StubHttp, response, whole},
};
use labeler_ports::testing::FixedClock;

const A: &str = "https://cloudflare-dns.com/dns-query?name=example.com&type=A";
const AAAA: &str = "https://cloudflare-dns.com/dns-query?name=example.com&type=AAAA";
const EMPTY: &str = r#"{"Status":0,"TC":false,"Question":[{"name":"example.com","type":28}],"Authority":[]}"#;
const ALIAS: &str = r#"{"Status":0,"TC":false,"RD":true,"RA":true,"AD":false,"CD":false,
    "Question":[{"name":"example.com","type":1}],
    "Answer":[{"name":"example.com","type":5,"TTL":300,"data":"edge.example.net."},
              {"name":"edge.example.net","type":1,"TTL":60,"data":"93.184.215.14"},
              {"name":"edge.example.net","type":1,"TTL":60,"data":"10.0.0.1"}]}"#;
const SIX: &str = r#"{"Status":0,"Answer":[{"name":"example.com","type":28,"TTL":9,"data":"2606:4700::1"}]}"#;

fn server(four: &'static str, six: &'static str) -> Arc<StubHttp> {
    let http = Arc::new(StubHttp::default());
    http.serve(A, four);
    http.serve(AAAA, six);
    http
}

async fn resolve(http: &Arc<StubHttp>) -> Result<Vec<IpAddr>, ResolveError> {
    let clock = Arc::new(FixedClock::at(0));
    DnsOverHttps::new(Arc::<StubHttp>::clone(http), clock, CLOUDFLARE).resolve("example.com", 1000).await
}

#[tokio::test]
async fn both_families_are_asked_and_aliases_skipped() {
    let http = server(ALIAS, SIX);
    let addresses: Vec<String> = resolve(&http).await.unwrap().iter().map(IpAddr::to_string).collect();
    assert_eq!(addresses, ["93.184.215.14", "10.0.0.1", "2606:4700::1"]);
    let asked = http.asked();
    assert!(asked.iter().all(|request| request.headers == [("accept", "application/dns-json".to_owned())]));
    assert_eq!(asked.len(), 2);
    assert_eq!(resolve(&server(ALIAS, EMPTY)).await.unwrap().len(), 2);
    assert_eq!(resolve(&server(EMPTY, SIX)).await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_answer_that_cannot_be_relied_on_is_none() {
    let failed = [
        r#"{"Status":2}"#,
        r#"{"Status":5}"#,
        r#"{"Status":0,"TC":true,"Answer":[{"type":1,"data":"93.184.215.14"}]}"#,
        r#"{"Status":0,"Answer":[{"type":1,"data":"127.1"}]}"#,
        r#"{"Status":0,"Answer":[{"type":1,"data":"93.184.215.14"},{"type":1,"data":"nonsense"}]}"#,
        r#"{"Status":0,"Answer":[{"type":1}]}"#,
        r#"{"Status":"0"}"#,
        "<html>",
        "",
    ];
    for answer in failed {
        assert_eq!(resolve(&server(answer, SIX)).await, Err(ResolveError::Failed), "{answer}");
        // If one family fails, the answer of the other one is not used.
        let six = Box::leak(answer.replace("\"type\":1", "\"type\":28").into_boxed_str());
        assert_eq!(resolve(&server(ALIAS, six)).await, Err(ResolveError::Failed), "{six}");
    }
    assert_eq!(resolve(&server(EMPTY, EMPTY)).await, Err(ResolveError::NotFound));
    assert_eq!(resolve(&server(r#"{"Status":3}"#, r#"{"Status":3}"#)).await, Err(ResolveError::NotFound));
}

#[tokio::test]
async fn a_resolver_that_answers_otherwise_has_failed() {
    let http = server(ALIAS, SIX);
    http.on(AAAA, |_| Err(HttpError::TimedOut));
    assert_eq!(resolve(&http).await, Err(ResolveError::Failed));
    http.on(AAAA, |_| Ok(response(500, &[], whole(Bytes::from(SIX)))));
    assert_eq!(resolve(&http).await, Err(ResolveError::Failed));
    // An endless answer.
    http.on(AAAA, |_| Ok(response(200, &[], Box::pin(stream::repeat(Ok(Bytes::from_static(&[b' '; 4096])))))));
    assert_eq!(resolve(&http).await, Err(ResolveError::Failed));
    // More addresses than a host may have.
    let record = r#"{"type":28,"data":"2606:4700::1"}"#;
    let many = format!(r#"{{"Status":0,"Answer":[{}]}}"#, vec![record; 65].join(","));
    http.serve(AAAA, many);
    assert_eq!(resolve(&http).await, Err(ResolveError::Failed));
}

#[tokio::test]
async fn a_name_stays_one_parameter() {
    let http = Arc::new(StubHttp::default());
    let clock = Arc::new(FixedClock::at(0));
    let resolver = DnsOverHttps::new(Arc::<StubHttp>::clone(&http), clock, CLOUDFLARE);
    assert!(resolver.resolve("a&type=TXT#x", 1000).await.is_err());
    let asked: Vec<String> = http.asked().into_iter().map(|request| request.url).collect();
    assert!(asked.iter().all(|url| url.contains("name=a%26type%3DTXT%23x&type=A")), "{asked:?}");
}
