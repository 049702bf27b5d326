//! Test doubles: a remote host and a name service that answer from lists, never from the network.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::{Mutex, PoisonError},
};

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream;

use crate::{
    http::{Http, HttpBody, HttpError, HttpRequest, HttpResponse},
    resolve::{ResolveError, Resolver},
};

/// Creates a response for each request.
type Answer = Box<dyn Fn(&HttpRequest) -> Result<HttpResponse, HttpError> + Send + Sync>;

/// A fake remote host. Other URLs result in [`HttpError::Unreachable`].
#[derive(Default)]
pub struct StubHttp {
    answers: Mutex<HashMap<String, Answer>>,
    asked: Mutex<Vec<HttpRequest>>,
}

impl StubHttp {
    /// Adds a response for requests to this URL.
    pub fn on(
        &self,
        url: &str,
        answer: impl Fn(&HttpRequest) -> Result<HttpResponse, HttpError> + Send + Sync + 'static,
    ) {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).insert(url.to_owned(), Box::new(answer));
    }

    /// Responds with 200 and these bytes, with their length announced.
    pub fn serve(&self, url: &str, content: impl Into<Bytes>) {
        let content = content.into();
        self.on(url, move |_| {
            Ok(response(200, &[("content-length", &content.len().to_string())], whole(content.clone())))
        });
    }

    /// Responds with a redirect.
    pub fn redirect(&self, url: &str, status: u16, location: &str) {
        let location = location.to_owned();
        self.on(url, move |_| Ok(response(status, &[("location", &location)], whole(Bytes::new()))));
    }

    /// Returns all requests so far.
    pub fn asked(&self) -> Vec<HttpRequest> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl std::fmt::Debug for StubHttp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StubHttp").finish_non_exhaustive()
    }
}

#[async_trait]
impl Http for StubHttp {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let answer = answers.get(&request.url).map_or(Err(HttpError::Unreachable), |answer| answer(&request));
        self.asked.lock().unwrap_or_else(PoisonError::into_inner).push(request);
        answer
    }
}

/// Creates a response.
pub fn response(status: u16, headers: &[(&str, &str)], body: HttpBody) -> HttpResponse {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    HttpResponse { status, headers, body }
}

/// Creates a body that arrives in pieces of 1000 bytes.
pub fn whole(content: Bytes) -> HttpBody {
    Box::pin(stream::iter((0..content.len()).step_by(1000).map(move |start| {
        let end = start.saturating_add(1000).min(content.len());
        Ok(content.slice(start..end))
    })))
}

/// One answer of the name service.
type Addresses = Result<Vec<IpAddr>, ResolveError>;

/// A fake name service. Unknown names do not exist. Several answers for a name are returned in turn, and the last one
/// is repeated.
#[derive(Debug, Default)]
pub struct StubResolver {
    answers: Mutex<HashMap<String, Vec<Addresses>>>,
}

impl StubResolver {
    /// Sets the answers for a name, in turn. Invalid addresses in `answers` are mistakes of the test and are ignored.
    pub fn on(&self, host: &str, answers: &[&[&str]]) {
        let parse = |list: &&[&str]| Ok(list.iter().filter_map(|text| text.parse().ok()).collect());
        self.put(host, answers.iter().map(parse).collect());
    }

    /// Makes the resolution of `host` fail with `error`.
    pub fn fail(&self, host: &str, error: ResolveError) {
        self.put(host, vec![Err(error)]);
    }

    fn put(&self, host: &str, answers: Vec<Addresses>) {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).insert(host.to_owned(), answers);
    }
}

#[async_trait]
impl Resolver for StubResolver {
    async fn resolve(&self, host: &str, _timeout_ms: u32) -> Result<Vec<IpAddr>, ResolveError> {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        match answers.get_mut(host) {
            Some(list) if list.len() > 1 => list.remove(0),
            Some(list) => list.first().cloned().unwrap_or(Err(ResolveError::NotFound)),
            None => Err(ResolveError::NotFound),
        }
    }
}
