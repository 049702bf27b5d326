//! Fakes: a far side and a name service that answer from lists, never from the network.

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

/// Makes an answer each time it is asked.
type Answer = Box<dyn Fn(&HttpRequest) -> Result<HttpResponse, HttpError> + Send + Sync>;

/// A far side. What it was not told about is [`HttpError::Unreachable`].
#[derive(Default)]
pub struct StubHttp {
    answers: Mutex<HashMap<String, Answer>>,
    asked: Mutex<Vec<HttpRequest>>,
}

impl StubHttp {
    /// Answers requests of this URL.
    pub fn on(
        &self,
        url: &str,
        answer: impl Fn(&HttpRequest) -> Result<HttpResponse, HttpError> + Send + Sync + 'static,
    ) {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner).insert(url.to_owned(), Box::new(answer));
    }

    /// Answers 200 with these bytes, their length announced.
    pub fn serve(&self, url: &str, content: impl Into<Bytes>) {
        let content = content.into();
        self.on(url, move |_| {
            Ok(response(200, &[("content-length", &content.len().to_string())], whole(content.clone())))
        });
    }

    /// Answers with a redirect.
    pub fn redirect(&self, url: &str, status: u16, location: &str) {
        let location = location.to_owned();
        self.on(url, move |_| Ok(response(status, &[("location", &location)], whole(Bytes::new()))));
    }

    /// Every request so far.
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

/// An answer.
pub fn response(status: u16, headers: &[(&str, &str)], body: HttpBody) -> HttpResponse {
    let headers = headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    HttpResponse { status, headers, body }
}

/// A body that arrives in pieces of 1000 bytes.
pub fn whole(content: Bytes) -> HttpBody {
    Box::pin(stream::iter((0..content.len()).step_by(1000).map(move |start| {
        let end = start.saturating_add(1000).min(content.len());
        Ok(content.slice(start..end))
    })))
}

/// One answer of a name service.
type Addresses = Result<Vec<IpAddr>, ResolveError>;

/// A name service. A name it was not told about does not exist; of several answers each is given once and the last for
/// ever.
#[derive(Debug, Default)]
pub struct StubResolver {
    answers: Mutex<HashMap<String, Vec<Addresses>>>,
}

impl StubResolver {
    /// What to answer for a name, in turn. What is no address in `answers` is a mistake of the test and left out.
    pub fn on(&self, host: &str, answers: &[&[&str]]) {
        let parse = |list: &&[&str]| Ok(list.iter().filter_map(|text| text.parse().ok()).collect());
        self.put(host, answers.iter().map(parse).collect());
    }

    /// Fails for a name.
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
