//! Processing of a batch: a form with images in, a ZIP archive out.
//!
//! Invariants:
//! - A request is read to its end, and its number of images, its size and its options are validated, before the first
//!   byte of the archive is sent. Errors of the request as a whole are therefore statuses, its parts may come in any
//!   order, and a client may send everything before it reads the answer.
//! - An archive that was started is finished. Errors of one image are in its row of the manifest and do not stop the
//!   others.
//! - While the request arrives, a batch that is no larger than one image is kept in memory, and a larger one outside of
//!   the process ([`crate::app::spool`]). While it is labelled, one image of it is in memory.
//! - A labelled file is sent only after its event is stored ([`crate::endpoints::label::labelling::label`]).
//! - With an `Idempotency-Key` each image is labelled once: it has its own ticket, by its position in the request, so
//!   that a repeat continues where the first attempt ended.

use std::{collections::VecDeque, convert::Infallible, sync::Arc};

use axum::body::{Body, Bytes};
use futures_util::{StreamExt, stream};
use http::HeaderMap;
use labeler_provenance::SigningIdentity;
use labeler_store::Ticket;
use serde::Serialize;

use super::{
    archive::Archive,
    names::{MANIFEST, Names},
};
use crate::{
    app::{App, admission::Permit, spool::BLOCK_BYTES},
    auth::Caller,
    endpoints::{
        label::{
            idempotency::{self, Attempt},
            labelling::{self, LabelResult, Source, WarningEntry},
            options::SharedOptions,
        },
        workspaces::compliance_profile,
    },
    http::{
        context::RequestContext,
        error::{ApiError, Dialect, code::Code},
        times,
        upload::{
            OVERHEAD,
            batch::{BatchFile, BatchForm, FileStorage, Part, Parts},
            error::UploadError,
        },
    },
};

/// Path of the endpoint.
pub(crate) const PATH: &str = "/api/v1/label/batch";

/// Maximum number of images in a batch.
pub(crate) const MAX_FILES: usize = 10;

/// Largest batch in bytes: 200 MB of the reference, read as 200 MiB.
pub(crate) const MAX_TOTAL_BYTES: u64 = 200 * 1024 * 1024;

/// `manifest.json` of the archive.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
pub(crate) struct BatchManifest {
    /// One entry per image, in the order of the request.
    results: Vec<FileResult>,
}

/// Result for one image.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FileResult {
    /// Name in the archive, derived from the sent name and made safe and unique.
    #[schema(example = "photo1.jpg")]
    filename: String,
    /// Sent name, if it differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    original_filename: Option<String>,
    /// Whether the image was labelled. If so, the archive contains it, unless `replayed` is true.
    ok: bool,
    /// Whether an earlier request with this `Idempotency-Key` labelled the image. The entry then contains the result of
    /// that request.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    replayed: bool,
    /// SHA-256 of the labelled image, lower-case hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 64, max_length = 64)]
    sha256_output: Option<String>,
    /// ID of the labelling event, for `GET /api/v1/assets/{id}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    event_id: Option<String>,
    /// Warnings about the labelled image.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<WarningEntry>,
    /// Error code of `POST /api/v1/label`, if the image was not labelled.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "mime_not_allowed")]
    error: Option<&'static str>,
    /// Description of the error for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

/// Attempts of a large batch to reserve memory for its largest image.
const ROOM_ATTEMPTS: u32 = 40;
/// Pause between two attempts, in milliseconds.
const ROOM_PAUSE_MS: u64 = 500;

/// An accepted batch: it is complete, its options are valid, and a signing certificate is available.
pub(crate) struct Batch {
    app: Arc<App>,
    caller: Caller,
    context: RequestContext,
    options: SharedOptions,
    signer: Arc<SigningIdentity>,
    /// The request's `Idempotency-Key`.
    key: Option<String>,
    /// Number of images in the request.
    count: usize,
    /// Images that are not labelled yet. Those in memory have tickets.
    waiting: VecDeque<(BatchFile, Option<Attempt>)>,
    storage: FileStorage,
    permit: Permit,
    names: Names,
    manifest: BatchManifest,
    /// `None` once the end of the archive is written.
    archive: Option<Archive>,
}

impl Batch {
    /// Reads a request to its end and validates it. On success the answer is an archive.
    pub async fn open(
        app: Arc<App>,
        caller: Caller,
        context: RequestContext,
        headers: &HeaderMap,
        body: Body,
    ) -> Result<Self, ApiError> {
        let largest = app.config.max_file_bytes;
        let form = BatchForm {
            file_names: &["image", "files"],
            max_files: MAX_FILES,
            max_file_bytes: largest,
            max_total_bytes: MAX_TOTAL_BYTES,
        };
        let key = idempotency::key(headers)?.map(str::to_owned);
        let mut parts = Parts::new(headers, body, form).map_err(|error| refused(&error))?;
        let declared = parts.declared();
        let (mut storage, expected) = match &app.spool {
            Some(spool) if declared.is_none_or(|length| length > largest) => {
                // A block, and the copy of it that the host makes.
                let blocks = u64::try_from(BLOCK_BYTES).unwrap_or(u64::MAX).saturating_mul(2);
                (FileStorage::spool(spool, &app.background, context.id()), blocks.min(largest))
            }
            None if declared.is_some_and(|length| length > largest.saturating_add(OVERHEAD)) => {
                return Err(refused(&UploadError::NoSpool { limit: largest }));
            }
            _ => (FileStorage::memory(largest), declared.unwrap_or(largest).min(largest)),
        };
        let now = app.clock.now_ms();
        let permit = app.in_flight.admit(caller.workspace_id(), expected, now).ok_or_else(ApiError::busy)?;

        let mut options = None;
        let mut files = VecDeque::new();
        while let Some(part) = parts.next(&mut storage).await.map_err(|error| refused(&error))? {
            match part {
                Part::File(file) => files.push_back(file),
                Part::Options(text) => {
                    let mut read = SharedOptions::from_json(&text)?;
                    read.fill_from(&compliance_profile::defaults_for(&app, &caller).await?);
                    let signer = labelling::signer(&app, &caller, read.shared()).await?;
                    options = Some((read, signer));
                }
            }
        }
        drop(parts);
        let (options, signer) = options.ok_or_else(|| refused(&UploadError::Missing("options")))?;
        if files.is_empty() {
            return Err(refused(&UploadError::Missing(form.file_name())));
        }
        let permit = match &storage {
            FileStorage::Memory { .. } => permit,
            FileStorage::Spool(_) => {
                drop(permit);
                let image = files.iter().filter_map(|file| file.content.as_ref()).map(|content| content.length).max();
                room_for(&app, &caller, image.unwrap_or(0)).await?
            }
        };
        let mut batch = Self {
            key,
            count: files.len(),
            archive: Some(Archive::new(times::instant(app.clock.now_ms())?)),
            names: Names::new(),
            manifest: BatchManifest::default(),
            waiting: VecDeque::new(),
            app,
            caller,
            context,
            options,
            signer,
            storage,
            permit,
        };
        batch.begin(files).await?;
        Ok(batch)
    }

    /// Takes the tickets of the images, all or none, so that a conflict of the key is a status. A ticket is valid for a
    /// minute, which is enough for a batch in memory. In a larger batch only the first image takes its ticket here,
    /// which detects a key that was used for another request; the others take theirs when they are labelled.
    async fn begin(&mut self, files: VecDeque<BatchFile>) -> Result<(), ApiError> {
        let at_once = if matches!(self.storage, FileStorage::Memory { .. }) { files.len() } else { 1 };
        for (index, file) in files.into_iter().enumerate() {
            if index >= at_once {
                self.waiting.push_back((file, None));
                continue;
            }
            match self.start(index, &file).await {
                Ok(start) => self.waiting.push_back((file, Some(start))),
                Err(error) => {
                    for (_, start) in self.waiting.drain(..) {
                        if let Some(Attempt::First(ticket)) = start {
                            idempotency::release(&self.app, ticket).await;
                        }
                    }
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    async fn start(&self, index: usize, file: &BatchFile) -> Result<Attempt, ApiError> {
        // Without content there is nothing to label, so no ticket is needed.
        let (Some(key), Some(content)) = (self.key.as_deref(), &file.content) else {
            return Ok(Attempt::First(None));
        };
        let count = self.count.to_string();
        let name = file.file_name.as_deref().unwrap_or_default();
        let parts = [self.options.text().as_bytes(), count.as_bytes(), name.as_bytes(), content.sha256.as_bytes()];
        let route = format!("POST {PATH}#{index}");
        idempotency::begin(&self.app, &self.caller, Some(key), &route, &idempotency::fingerprint(&parts)).await
    }

    /// Returns the archive as a body. Each image is labelled when the connection has taken the one before it.
    pub fn into_body(self) -> Body {
        let pieces = stream::unfold(self, |mut batch| async move {
            let piece = batch.piece().await?;
            Some((piece, batch))
        });
        Body::from_stream(pieces.flat_map(|piece| stream::iter(labelling::slices(piece))).map(Ok::<_, Infallible>))
    }

    /// Returns the next piece of the archive: an image with its header, or the end.
    async fn piece(&mut self) -> Option<Vec<Bytes>> {
        while let Some((file, start)) = self.waiting.pop_front() {
            let start = match start {
                Some(start) => Ok(start),
                None => self.start(self.manifest.results.len(), &file).await,
            };
            if let Some(piece) = self.label(file, start).await {
                return Some(piece);
            }
        }
        let mut archive = self.archive.take()?;
        self.storage.clear().await;
        let manifest = serde_json::to_vec_pretty(&self.manifest).map(Bytes::from).unwrap_or_default();
        let header = archive.file(MANIFEST, std::slice::from_ref(&manifest));
        match header.and_then(|header| Ok(vec![header, manifest, archive.finish()?])) {
            Ok(piece) => Some(piece),
            Err(error) => {
                // Cannot happen within the limits of a batch. The archive would have no end, which readers detect.
                self.app.log.incident(self.context.id(), &error.to_string());
                None
            }
        }
    }

    /// Labels a file and adds its row to the manifest. Returns its piece of the archive if it has one.
    async fn label(&mut self, file: BatchFile, start: Result<Attempt, ApiError>) -> Option<Vec<Bytes>> {
        let sent = file.file_name.clone().unwrap_or_default();
        let content = self.load(&file, &start).await;
        let filename = match file.content.as_ref().and_then(|content| content.format) {
            Some(format) if sent.is_empty() => self.names.assign(&format!("image.{}", format.extension())),
            _ => self.names.assign(&sent),
        };
        let original_filename = Some(sent).filter(|sent| !sent.is_empty() && *sent != filename);
        let mut row = FileResult {
            filename,
            original_filename,
            ok: false,
            replayed: false,
            sha256_output: None,
            event_id: None,
            warnings: Vec::new(),
            error: None,
            message: None,
        };
        let outcome = match (start, content) {
            (Ok(start), Ok(content)) => self.outcome(&row.filename, file, content, start).await,
            (Ok(Attempt::First(ticket)), Err(error)) => {
                idempotency::release(&self.app, ticket).await;
                Err(error)
            }
            (Err(error), _) | (_, Err(error)) => Err(error),
        };
        let piece = match outcome {
            Ok((piece, done)) => {
                row.ok = true;
                row.replayed = piece.is_none();
                row.warnings = done.warnings;
                row.sha256_output = Some(done.sha256_output);
                row.event_id = Some(done.event_id);
                piece
            }
            Err(error) => {
                if let Some(detail) = error.incident() {
                    self.app.log.incident(self.context.id(), detail);
                }
                row.error = Some(error.code().as_str());
                row.message = Some(error.message().to_owned());
                None
            }
        };
        self.manifest.results.push(row);
        piece
    }

    /// Labels a file. Returns the result, and its piece of the archive unless an earlier request labelled it.
    async fn outcome(
        &mut self,
        name: &str,
        file: BatchFile,
        content: Option<Bytes>,
        start: Attempt,
    ) -> Result<(Option<Vec<Bytes>>, LabelResult), ApiError> {
        let ticket = match start {
            Attempt::First(ticket) => ticket,
            Attempt::Replay(facts) => return Ok((None, LabelResult::from_replay(facts, name)?)),
        };
        let labelled = self.labelled(name, file, content, ticket.as_ref()).await;
        let done = match labelled {
            Ok(done) => done,
            Err(error) => {
                idempotency::release(&self.app, ticket).await;
                return Err(error);
            }
        };
        let archive = self.archive.as_mut().ok_or_else(|| ApiError::internal("the archive is closed"))?;
        let header = archive
            .file(name, &done.labelled.body)
            .map_err(|error| ApiError::new(Code::InternalError, error.to_string()))?;
        let piece = std::iter::once(header).chain(done.labelled.body.iter().cloned()).collect();
        Ok((Some(piece), done.result()))
    }

    async fn labelled(
        &mut self,
        name: &str,
        file: BatchFile,
        content: Option<Bytes>,
        ticket: Option<&Ticket>,
    ) -> Result<labelling::Done, ApiError> {
        let part = "image";
        let too_large = UploadError::TooLarge { limit: self.app.config.max_file_bytes, part };
        let (Some(content), Some(kept)) = (content, file.content) else { return Err(refused(&too_large)) };
        let options = self.options.for_file(name.to_owned(), kept.sha256);
        let source = Source { content, declared_type: file.declared_type.as_deref(), part };
        labelling::label(&self.app, &self.caller, &self.context, &options, &self.signer, source, ticket).await
    }

    /// Loads the content of an image to label; `None` if it was too large, or an earlier request labelled it.
    async fn load(&mut self, file: &BatchFile, start: &Result<Attempt, ApiError>) -> Result<Option<Bytes>, ApiError> {
        let (Some(content), Ok(Attempt::First(_))) = (&file.content, start) else { return Ok(None) };
        if !self.permit.renew(self.app.clock.now_ms()) {
            return Err(ApiError::busy());
        }
        let loaded = self.storage.load(content).await;
        loaded.map(Some).map_err(|error| ApiError::internal(error.to_string()))
    }
}

/// Reserves memory for an image of a batch that has arrived. Waits for it, because the client has sent up to 200 MB by
/// now.
async fn room_for(app: &App, caller: &Caller, bytes: u64) -> Result<Permit, ApiError> {
    for _ in 0..ROOM_ATTEMPTS {
        if let Some(permit) = app.in_flight.admit(caller.workspace_id(), bytes, app.clock.now_ms()) {
            return Ok(permit);
        }
        app.timer.sleep(ROOM_PAUSE_MS).await;
    }
    Err(ApiError::busy())
}

fn refused(error: &UploadError) -> ApiError {
    ApiError::upload(error, Dialect::Label)
}
