//! [`Http`] on the runtime's `fetch`.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::future::{Either, select};
use futures_util::{Stream, StreamExt as _, stream};
use labeler_fetch::{Http, HttpError, HttpRequest, HttpResponse};
use worker::send::{SendFuture, SendWrapper};
use worker::{AbortController, ByteStream, Delay, Fetch, Headers, Method, Request, RequestInit, RequestRedirect};

/// The runtime's outgoing HTTP.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RuntimeHttp;

#[async_trait]
impl Http for RuntimeHttp {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        SendFuture::new(async {
            let deadline = Delay::from(Duration::from_millis(u64::from(request.timeout_ms)));
            let outgoing = runtime_request(request).map_err(|_| HttpError::InvalidRequest)?;
            let exchange = Exchange::new();
            let signal = exchange.signal();
            let fetch = Fetch::Request(outgoing);
            let answer = Box::pin(fetch.send_with_signal(&signal));
            // Dropping the exchange when this returns aborts it.
            let (mut response, deadline) = match select(answer, deadline).await {
                Either::Left((answer, deadline)) => (answer.map_err(|_| HttpError::Unreachable)?, deadline),
                Either::Right(_) => return Err(HttpError::TimedOut),
            };
            let headers = response.headers().entries().collect();
            let status = response.status_code();
            // Responses without a body (204, 304) have no stream.
            let body = match response.stream() {
                Ok(chunks) => Box::pin(Body(SendWrapper::new(Reading { chunks, deadline, exchange }))) as _,
                Err(_) => Box::pin(stream::empty()) as _,
            };
            Ok(HttpResponse { status, headers, body })
        })
        .await
    }
}

fn runtime_request(request: HttpRequest) -> worker::Result<Request> {
    // Parsed here first, because the runtime also logs a bad URL on its console.
    worker::Url::parse(&request.url)?;
    let headers = Headers::new();
    for (name, value) in &request.headers {
        headers.append(name, value)?;
    }
    let mut init = RequestInit::new();
    init.with_method(Method::from(request.method.to_owned()))
        .with_headers(headers)
        .with_redirect(RequestRedirect::Manual);
    if let Some(body) = request.body {
        init.with_body(Some(js_sys::Uint8Array::from(body.as_slice()).into()));
    }
    Request::new_with_init(&request.url, &init)
}

/// A running exchange. Dropping it aborts the rest of it.
struct Exchange(Option<AbortController>);

impl Exchange {
    fn new() -> Self {
        Self(Some(AbortController::default()))
    }

    fn signal(&self) -> worker::AbortSignal {
        self.0.as_ref().map_or_else(worker::AbortSignal::abort, AbortController::signal)
    }

    fn is_over(&mut self) {
        self.0 = None;
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        if let Some(controller) = self.0.take() {
            controller.abort();
        }
    }
}

struct Reading {
    chunks: ByteStream,
    deadline: Delay,
    exchange: Exchange,
}

/// The body, readable until the deadline of the whole exchange.
struct Body(SendWrapper<Reading>);

impl Stream for Body {
    type Item = Result<Bytes, HttpError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let reading = &mut *self.0;
        if Pin::new(&mut reading.deadline).poll(context).is_ready() {
            return Poll::Ready(Some(Err(HttpError::TimedOut)));
        }
        reading.chunks.poll_next_unpin(context).map(|chunk| match chunk {
            Some(Ok(chunk)) => Some(Ok(Bytes::from(chunk))),
            Some(Err(_)) => Some(Err(HttpError::Unreachable)),
            None => {
                reading.exchange.is_over();
                None
            }
        })
    }
}
