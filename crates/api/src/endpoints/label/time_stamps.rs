//! Time stamps of the operator's authority (RFC 3161), over the host's outgoing HTTP.
//!
//! The URL is a setting of the operator, so it is not restricted as the URLs of `POST /label/url` are: an authority
//! inside the operator's network is allowed.

use async_trait::async_trait;
use labeler_fetch::{HttpError, HttpRequest, read_whole};
use labeler_labeling::{TimeStamper, TimeStamping};

use crate::app::{App, config::TimeStampAuthority};

/// Time limit of one exchange with the authority, in milliseconds. Public authorities answer within a second.
const TIMEOUT_MS: u32 = 10_000;
/// Largest answer in bytes. A token with its certificates has 4 to 10 KB.
const MAX_ANSWER_BYTES: usize = 64 * 1024;

/// Client of a time-stamping authority.
pub(crate) struct TimeStampClient<'a> {
    app: &'a App,
    authority: &'a TimeStampAuthority,
}

impl<'a> TimeStampClient<'a> {
    /// Returns a client of the deployment's authority, if it has one.
    pub fn new(app: &'a App) -> Option<Self> {
        app.config.time_stamps.as_ref().map(|authority| Self { app, authority })
    }

    /// Returns the parameter for labelling.
    pub fn time_stamping(&self) -> TimeStamping<'_> {
        TimeStamping { authority: self, required: self.authority.required }
    }
}

#[cfg_attr(not(target_arch = "wasm32"), async_trait)]
#[cfg_attr(target_arch = "wasm32", async_trait(?Send))]
impl TimeStamper for TimeStampClient<'_> {
    async fn stamp(&self, request: Vec<u8>) -> Result<Vec<u8>, String> {
        let query = HttpRequest {
            method: "POST",
            url: self.authority.url.clone(),
            headers: vec![
                ("content-type", "application/timestamp-query".to_owned()),
                ("accept", "application/timestamp-reply".to_owned()),
            ],
            body: Some(request),
            timeout_ms: TIMEOUT_MS,
        };
        let answer = read_whole(self.app.http.as_ref(), self.app.clock.as_ref(), query, MAX_ANSWER_BYTES).await;
        match answer {
            Ok((200, body)) => Ok(body),
            Ok((status, _)) => Err(format!("the time-stamping authority answered {status}")),
            Err(HttpError::TimedOut) => Err("the time-stamping authority took longer than 10 seconds".to_owned()),
            Err(error) => Err(format!("the time-stamping authority: {error}")),
        }
    }
}
