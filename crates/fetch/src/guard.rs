//! The fetch itself: checks, resolves, requests, follows redirects, and reads the body.

use futures_util::StreamExt;
use labeler_media::{Format, SNIFF_LENGTH};
use labeler_ports::Clock;

use crate::{
    address::special_purpose,
    error::FetchError,
    http::{Deadline, Http, HttpError, HttpRequest, HttpResponse},
    resolve::{ResolveError, Resolver},
    target::Target,
};

/// Maximum number of redirects.
pub const MAX_REDIRECTS: usize = 5;

/// Default time limit of a whole fetch in milliseconds, including redirects and body: 50 MB at 14 Mbit/s.
pub const DEFAULT_TIMEOUT_MS: u32 = 30_000;

/// Sizes at which the buffer grows for a body without an announced length. Each step copies the existing data, so there
/// are few.
const UNANNOUNCED_STEPS: [usize; 2] = [1024 * 1024, 8 * 1024 * 1024];

/// Limits of a fetch.
#[derive(Debug, Clone, Copy)]
pub struct Policy<'a> {
    /// Accepted formats, detected from the first bytes.
    pub accepted: &'a [Format],
    /// Maximum size of the body in bytes, after decoding the content coding.
    pub max_bytes: u64,
    /// Time limit of the whole fetch in milliseconds; see [`DEFAULT_TIMEOUT_MS`].
    pub timeout_ms: u32,
}

/// A fetched file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Contents of the file.
    pub content: Vec<u8>,
    /// Format, detected from the first bytes.
    pub format: Format,
    /// File name in the last URL, as in the URL. May be empty, and is untrusted text.
    pub file_name: String,
}

/// Fetches files for strangers; see the crate's documentation.
#[derive(Clone, Copy)]
pub struct Guard<'a> {
    /// Outgoing HTTP.
    pub http: &'a dyn Http,
    /// Resolves host names.
    pub resolver: &'a dyn Resolver,
    /// Clock for the remaining time.
    pub clock: &'a dyn Clock,
}

impl Guard<'_> {
    /// Fetches `url` within `policy`. Calls `room` once, before the first byte of the body is read, with the maximum
    /// number of bytes that the body can have according to its announced length.
    ///
    /// # Errors
    /// See [`FetchError`].
    pub async fn fetch(
        &self,
        url: &str,
        policy: &Policy<'_>,
        room: &mut (dyn FnMut(u64) -> bool + Send),
    ) -> Result<Fetched, FetchError> {
        let deadline = Deadline::after(self.clock, policy.timeout_ms);
        let mut target = Target::parse(url)?;
        for _ in 0..=MAX_REDIRECTS {
            let response = self.request(&target, deadline).await?;
            match response.status {
                200 => {
                    let file_name = target.file_name();
                    let (content, format) = read(response, policy, deadline, room).await?;
                    return Ok(Fetched { content, format, file_name });
                }
                301 | 302 | 303 | 307 | 308 => {
                    let location = response.header("location").ok_or(FetchError::Failed("redirect without a place"))?;
                    target = target.redirect(location).map_err(|error| match error {
                        // An invalid https URL is the caller's mistake only in the caller's own URL.
                        FetchError::Invalid(_) => FetchError::Blocked("redirect"),
                        other => other,
                    })?;
                }
                _ => return Err(FetchError::Failed("status")),
            }
        }
        Err(FetchError::Failed("too many redirects"))
    }

    /// Performs one hop: resolves the name, then sends the request.
    async fn request(&self, target: &Target, deadline: Deadline<'_>) -> Result<HttpResponse, FetchError> {
        let addresses = self.resolver.resolve(target.host(), deadline.left_ms().map_err(failed)?).await;
        let addresses = addresses.map_err(|error| match error {
            ResolveError::NotFound => FetchError::Failed("no such host"),
            ResolveError::Failed => FetchError::Failed("name resolution"),
        })?;
        if addresses.is_empty() {
            return Err(FetchError::Failed("no such host"));
        }
        if let Some(reason) = addresses.into_iter().find_map(special_purpose) {
            return Err(FetchError::Blocked(reason));
        }
        let request = HttpRequest::get(target.url().as_str(), deadline.left_ms().map_err(failed)?)
            .header("accept", "image/*")
            .header("accept-encoding", "identity")
            .header("user-agent", concat!("Labeler/", env!("CARGO_PKG_VERSION")));
        self.http.send(request).await.map_err(failed)
    }
}

impl std::fmt::Debug for Guard<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Guard").finish_non_exhaustive()
    }
}

fn failed(error: HttpError) -> FetchError {
    FetchError::Failed(match error {
        HttpError::TimedOut => "time",
        HttpError::InvalidRequest | HttpError::Unreachable | HttpError::TooLarge => "connection",
    })
}

/// Reads the body. Counts the bytes as they arrive, and stops as soon as the first bytes are of a wrong format.
async fn read(
    mut response: HttpResponse,
    policy: &Policy<'_>,
    deadline: Deadline<'_>,
    room: &mut (dyn FnMut(u64) -> bool + Send),
) -> Result<(Vec<u8>, Format), FetchError> {
    let too_large = FetchError::TooLarge { limit: policy.max_bytes };
    let announced = response.announced_length();
    if announced.is_some_and(|length| length > policy.max_bytes) {
        return Err(too_large);
    }
    if !room(announced.unwrap_or(policy.max_bytes)) {
        return Err(FetchError::NoRoom);
    }
    let limit = usize::try_from(announced.unwrap_or(policy.max_bytes)).unwrap_or(usize::MAX);
    let mut content = Vec::new();
    let mut format = None;
    while let Some(chunk) = response.body.next().await {
        let chunk = chunk.map_err(failed)?;
        deadline.left_ms().map_err(failed)?;
        let length = content.len().saturating_add(chunk.len());
        if length > limit {
            return Err(if announced.is_some() { FetchError::Failed("length") } else { too_large });
        }
        if length > content.capacity() {
            let step = match announced {
                Some(_) => limit,
                None => UNANNOUNCED_STEPS.into_iter().find(|step| length <= *step).unwrap_or(limit).min(limit),
            };
            content.try_reserve_exact(step.saturating_sub(content.len())).map_err(|_| FetchError::NoRoom)?;
        }
        content.extend_from_slice(&chunk);
        if format.is_none() && content.len() >= SNIFF_LENGTH {
            format = Some(accepted(&content, policy)?);
        }
    }
    // A runtime may report an aborted exchange as a completed one.
    deadline.left_ms().map_err(failed)?;
    if announced.is_some_and(|announced| announced != content.len() as u64) {
        return Err(FetchError::Failed("length"));
    }
    let format = match format {
        Some(format) => format,
        None => accepted(&content, policy)?,
    };
    Ok((content, format))
}

fn accepted(head: &[u8], policy: &Policy<'_>) -> Result<Format, FetchError> {
    let found = labeler_media::sniff(head);
    found.filter(|format| policy.accepted.contains(format)).ok_or(FetchError::MimeNotAllowed { found })
}
