//! [`Fetcher`] on the runtime's `fetch`.

use std::time::Duration;

use async_trait::async_trait;
use futures_util::StreamExt as _;
use futures_util::future::{Either, select};
use labeler_store::{FetchError, FetchRequest, FetchResponse, Fetcher};
use worker::send::SendFuture;
use worker::{AbortController, AbortSignal, Delay, Fetch, Headers, Method, Request, RequestInit, RequestRedirect};

/// The runtime's outgoing HTTP.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RuntimeFetcher;

#[async_trait]
impl Fetcher for RuntimeFetcher {
    async fn fetch(&self, request: FetchRequest) -> Result<FetchResponse, FetchError> {
        SendFuture::new(async {
            let deadline = Delay::from(Duration::from_millis(u64::from(request.timeout_ms)));
            let controller = AbortController::default();
            let signal = controller.signal();
            let exchange = Box::pin(exchange(request, &signal));
            let answer = match select(exchange, deadline).await {
                Either::Left((answer, _)) => answer,
                Either::Right(_) => Err(FetchError::TimedOut),
            };
            if answer.is_err() {
                // Whatever is still under way ends now.
                controller.abort();
            }
            answer
        })
        .await
    }
}

async fn exchange(request: FetchRequest, signal: &AbortSignal) -> Result<FetchResponse, FetchError> {
    let limit = usize::try_from(request.max_bytes).unwrap_or(usize::MAX);
    let outgoing = outgoing(request).map_err(|_| FetchError::InvalidRequest)?;
    let mut response = Fetch::Request(outgoing).send_with_signal(signal).await.map_err(|_| FetchError::Unreachable)?;
    let headers = response.headers().entries().collect();
    let mut body = Vec::new();
    // No stream: an answer without a body (204, 304, HEAD).
    if let Ok(mut chunks) = response.stream() {
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk.map_err(|_| FetchError::Unreachable)?;
            if body.len().saturating_add(chunk.len()) > limit {
                return Err(FetchError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
    }
    Ok(FetchResponse { status: response.status_code(), headers, body })
}

fn outgoing(request: FetchRequest) -> worker::Result<Request> {
    // Parsed here first: the runtime reports a bad URL on its console as well.
    worker::Url::parse(&request.url)?;
    let headers = Headers::new();
    for (name, value) in &request.headers {
        headers.append(name, value)?;
    }
    let mut init = RequestInit::new();
    init.with_method(Method::from(request.method)).with_headers(headers).with_redirect(RequestRedirect::Manual);
    if let Some(body) = request.body {
        init.with_body(Some(js_sys::Uint8Array::from(body.as_slice()).into()));
    }
    Request::new_with_init(&request.url, &init)
}
