//! A batch: a form of images in, and a ZIP archive out.
//!
//! Invariants:
//! - A request is read to its end, and its number of images, its size and its options are decided, before the first byte
//!   of the archive. So what is wrong with the request as a whole is a status, its parts come in any order, and a client
//!   may send everything before it reads anything.
//! - An archive that was begun is finished. Whatever is wrong with one image is in its row of the manifest, and the others
//!   go on.
//! - While the request arrives, a batch that is no larger than one image waits in memory, and a larger one outside of the
//!   process ([`crate::app::spool`]). While it is labelled, one image of it is in memory.
//! - A labelled file goes out after its event is stored ([`crate::endpoints::label::labelling::label`]).
//! - With an `Idempotency-Key` each image is done once: it has a ticket of its own, by its place in the request, so that a
//!   repeat goes on where the first attempt ended.

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
            idempotency::{self, Start},
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
            batch::{BatchFile, BatchForm, Keeper, Part, Parts},
            error::UploadError,
        },
    },
};

/// The path of the endpoint.
pub(crate) const PATH: &str = "/api/v1/label/batch";

/// Most images of a batch.
pub(crate) const MAX_FILES: usize = 10;

/// Most bytes of a batch: 200 MB of the reference, read as 200 MiB.
pub(crate) const MAX_TOTAL_BYTES: u64 = 200 * 1024 * 1024;

/// `manifest.json` of the archive.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
pub(crate) struct BatchManifest {
    /// One row for each image, in the order in which they were sent.
    results: Vec<FileResult>,
}

/// What became of one image.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FileResult {
    /// Its name in the archive: the one sent, made safe and unique.
    #[schema(example = "photo1.jpg")]
    filename: String,
    /// The name sent, when it is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    original_filename: Option<String>,
    /// Whether it was labelled; it then is in the archive, unless `replayed`.
    ok: bool,
    /// An earlier request with this `Idempotency-Key` labelled it: the row says what that led to.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    replayed: bool,
    /// SHA-256 of the labelled image, lower-case hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(min_length = 64, max_length = 64)]
    sha256_output: Option<String>,
    /// Id of the audit record, for `GET /api/v1/assets/{id}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    event_id: Option<String>,
    /// What the caller should know although the label was made.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    warnings: Vec<WarningEntry>,
    /// Why it was not labelled: a code of `POST /api/v1/label`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(example = "mime_not_allowed")]
    error: Option<&'static str>,
    /// The same for people.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
}

/// How often a large batch asks for memory for its largest image, and the pause between two attempts in milliseconds.
const ROOM_ATTEMPTS: u32 = 40;
const ROOM_PAUSE_MS: u64 = 500;

/// A batch that was let in: it is complete, its options are valid, and there is a certificate to sign with.
pub(crate) struct Batch {
    app: Arc<App>,
    caller: Caller,
    context: RequestContext,
    options: SharedOptions,
    signer: Arc<SigningIdentity>,
    /// The request's `Idempotency-Key`.
    key: Option<String>,
    /// How many images the request has.
    count: usize,
    /// Images to be done. Those in memory have their tickets.
    waiting: VecDeque<(BatchFile, Option<Start>)>,
    keeper: Keeper,
    permit: Permit,
    names: Names,
    manifest: BatchManifest,
    /// Nothing when the end of the archive is written.
    archive: Option<Archive>,
}

impl Batch {
    /// Reads a request to its end and decides whether it is answered with an archive.
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
        let (mut keeper, expected) = match &app.spool {
            Some(spool) if declared.is_none_or(|length| length > largest) => {
                // A block, and the copy of it that the host makes.
                let blocks = u64::try_from(BLOCK_BYTES).unwrap_or(u64::MAX).saturating_mul(2);
                (Keeper::spool(spool, &app.background, context.id()), blocks.min(largest))
            }
            None if declared.is_some_and(|length| length > largest.saturating_add(OVERHEAD)) => {
                return Err(refused(&UploadError::NoSpool { limit: largest }));
            }
            _ => (Keeper::memory(largest), declared.unwrap_or(largest).min(largest)),
        };
        let now = app.clock.now_ms();
        let permit = app.in_flight.admit(caller.workspace_id(), expected, now).ok_or_else(ApiError::busy)?;

        let mut options = None;
        let mut files = VecDeque::new();
        while let Some(part) = parts.next(&mut keeper).await.map_err(|error| refused(&error))? {
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
        let permit = match &keeper {
            Keeper::Memory { .. } => permit,
            Keeper::Spool(_) => {
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
            keeper,
            permit,
        };
        batch.begin(files).await?;
        Ok(batch)
    }

    /// Takes tickets of images, all or none: what the key forbids is a status then. A ticket holds for a minute, which is
    /// enough for a batch in memory. In a larger one the first image takes its ticket here, which tells whether the key
    /// was used for another request, and the others when it is their turn.
    async fn begin(&mut self, files: VecDeque<BatchFile>) -> Result<(), ApiError> {
        let at_once = if matches!(self.keeper, Keeper::Memory { .. }) { files.len() } else { 1 };
        for (index, file) in files.into_iter().enumerate() {
            if index >= at_once {
                self.waiting.push_back((file, None));
                continue;
            }
            match self.start(index, &file).await {
                Ok(start) => self.waiting.push_back((file, Some(start))),
                Err(error) => {
                    for (_, start) in self.waiting.drain(..) {
                        if let Some(Start::Do(ticket)) = start {
                            idempotency::release(&self.app, ticket).await;
                        }
                    }
                    return Err(error);
                }
            }
        }
        Ok(())
    }

    async fn start(&self, index: usize, file: &BatchFile) -> Result<Start, ApiError> {
        // Without its content there is nothing to do, once or twice.
        let (Some(key), Some(content)) = (self.key.as_deref(), &file.content) else {
            return Ok(Start::Do(None));
        };
        let count = self.count.to_string();
        let name = file.file_name.as_deref().unwrap_or_default();
        let parts = [self.options.text().as_bytes(), count.as_bytes(), name.as_bytes(), content.sha256.as_bytes()];
        let route = format!("POST {PATH}#{index}");
        idempotency::begin(&self.app, &self.caller, Some(key), &route, &idempotency::fingerprint(&parts)).await
    }

    /// The archive. Each image is labelled when the one before it was taken.
    pub fn into_body(self) -> Body {
        let pieces = stream::unfold(self, |mut batch| async move {
            let piece = batch.piece().await?;
            Some((piece, batch))
        });
        Body::from_stream(pieces.flat_map(|piece| stream::iter(labelling::slices(piece))).map(Ok::<_, Infallible>))
    }

    /// The next stretch of the archive: an image with its header, or the end.
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
        self.keeper.clear().await;
        let manifest = serde_json::to_vec_pretty(&self.manifest).map(Bytes::from).unwrap_or_default();
        let header = archive.file(MANIFEST, std::slice::from_ref(&manifest));
        match header.and_then(|header| Ok(vec![header, manifest, archive.finish()?])) {
            Ok(piece) => Some(piece),
            Err(error) => {
                // Cannot happen within the limits of a batch; the archive then has no end, which readers notice.
                self.app.log.incident(self.context.id(), &error.to_string());
                None
            }
        }
    }

    /// Labels a file and writes its row; nothing when it is not in the archive.
    async fn label(&mut self, file: BatchFile, start: Result<Start, ApiError>) -> Option<Vec<Bytes>> {
        let sent = file.file_name.clone().unwrap_or_default();
        let content = self.load(&file, &start).await;
        let filename = match file.content.as_ref().and_then(|content| content.format) {
            Some(format) if sent.is_empty() => self.names.give(&format!("image.{}", format.extension())),
            _ => self.names.give(&sent),
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
            (Ok(Start::Do(ticket)), Err(error)) => {
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

    /// What was done to a file, and its stretch of the archive unless it was done before.
    async fn outcome(
        &mut self,
        name: &str,
        file: BatchFile,
        content: Option<Bytes>,
        start: Start,
    ) -> Result<(Option<Vec<Bytes>>, LabelResult), ApiError> {
        let ticket = match start {
            Start::Do(ticket) => ticket,
            Start::Done(facts) => return Ok((None, labelling::again(facts, name)?)),
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

    /// The content of an image that is to be done; nothing when it was too large to be kept, or was done before.
    async fn load(&mut self, file: &BatchFile, start: &Result<Start, ApiError>) -> Result<Option<Bytes>, ApiError> {
        let (Some(content), Ok(Start::Do(_))) = (&file.content, start) else { return Ok(None) };
        if !self.permit.renew(self.app.clock.now_ms()) {
            return Err(ApiError::busy());
        }
        let loaded = self.keeper.load(content).await;
        loaded.map(Some).map_err(|error| ApiError::internal(error.to_string()))
    }
}

/// Memory for an image of a batch that has arrived. Its client has sent up to 200 MB by now: it is worth a wait.
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
