//! A batch: images in, one at a time, and a ZIP archive out, as it is made.
//!
//! Invariants:
//! - What is held is at most one image of the largest size, or a batch that is no larger than one. The share of the
//!   budget is taken for that.
//! - Each file stands for itself: whatever is wrong with one is in its row of the manifest, and the others go on.
//! - A labelled file goes out after its event is stored ([`crate::labelling::label`]).
//! - With an `Idempotency-Key` each image is done once: it has a ticket of its own, by its place in the request, so that a
//!   repeat goes on where the first attempt ended.
//!
//! Why there are two ways to read: a client that sends everything before it reads anything (most libraries do) would wait
//! for ever on a server that answers while it reads and stops reading when nobody takes the answer. So a request that is no
//! larger than one image is read to its end before the answer begins: whatever is wrong with the request as a whole is
//! then a status, and its parts may come in any order. A larger one cannot be kept: its options must come first, the answer
//! begins with the first image, and the client must take the answer while it sends. What turns out to be wrong with such a
//! request later on ends the reading and stands in the manifest as `error`.

mod archive;
mod names;

use std::{collections::VecDeque, convert::Infallible, sync::Arc};

use axum::body::{Body, Bytes};
use futures_util::{StreamExt, stream};
use http::HeaderMap;
use labeler_provenance::SigningIdentity;
use labeler_store::Ticket;
use serde::Serialize;

use self::{
    archive::Archive,
    names::{MANIFEST, Names},
};
use crate::{
    App,
    admission::Permit,
    auth::Caller,
    compliance_profile,
    context::RequestContext,
    dto,
    error::{ApiError, Code, Dialect},
    idempotency::{self, Start},
    labelling::{self, LabelResult, Source, WarningEntry},
    shared_options::SharedOptions,
    upload::{
        UploadError,
        batch::{BatchFile, BatchForm, Part, Parts},
    },
};

/// Most images of a batch.
pub(crate) const MAX_FILES: usize = 10;

/// Most bytes of a batch: 200 MB of the reference, read as 200 MiB.
pub(crate) const MAX_TOTAL_BYTES: u64 = 200 * 1024 * 1024;

/// `manifest.json` of the archive.
#[derive(Debug, Default, Serialize, utoipa::ToSchema)]
pub(crate) struct BatchManifest {
    /// One row for each image, in the order in which they were sent.
    results: Vec<FileResult>,
    /// Why reading the request ended before its end; absent otherwise. The files listed are good all the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<RequestProblem>,
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

/// What was wrong with the request as a whole.
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub(crate) struct RequestProblem {
    /// Stable and machine-readable.
    #[schema(example = "validation_error")]
    code: &'static str,
    /// For people.
    message: String,
}

/// A batch that was let in: its options are valid, there is a certificate to sign with, and at least one image.
pub(crate) struct Batch {
    app: Arc<App>,
    caller: Caller,
    context: RequestContext,
    options: SharedOptions,
    signer: Arc<SigningIdentity>,
    /// The request's `Idempotency-Key`.
    key: Option<String>,
    /// How many images the request has, when it was read to its end before the answer.
    count: Option<usize>,
    /// Images that are here, and what their tickets say.
    waiting: VecDeque<(BatchFile, Start)>,
    /// What is still to be read, if anything.
    rest: Option<Parts>,
    permit: Permit,
    names: Names,
    manifest: BatchManifest,
    /// Nothing when the end of the archive is written.
    archive: Option<Archive>,
}

impl Batch {
    /// Reads a request as far as it must be read before it can be answered.
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
        let mut parts = Parts::new(headers, body, form).map_err(|error| refused(&error))?;
        let now = app.clock.now_ms();
        let expected = parts.declared().unwrap_or(largest).min(largest);
        let permit = app.in_flight.admit(expected, now).ok_or_else(ApiError::busy)?;
        let is_small = parts.declared().is_some_and(|length| length <= largest);

        let mut options = None;
        let mut waiting = VecDeque::new();
        let mut held = 0_u64;
        let rest = loop {
            if options.is_some() && !waiting.is_empty() && !is_small {
                break Some(parts);
            }
            match parts.next(largest.saturating_sub(held)).await.map_err(|error| refused(&error))? {
                Some(Part::File(file)) => {
                    held = held.saturating_add(file.len());
                    waiting.push_back(file);
                }
                Some(Part::Options(text)) => {
                    let mut read = SharedOptions::from_json(&text)?;
                    read.fill_from(&compliance_profile::defaults_for(&app, &caller).await?);
                    let signer = labelling::signer(&app, &caller, read.shared()).await?;
                    options = Some((read, signer));
                }
                None => break None,
            }
        };
        let (options, signer) = options.ok_or_else(|| refused(&UploadError::Missing("options")))?;
        if waiting.is_empty() {
            return Err(refused(&UploadError::Missing(form.file_name())));
        }
        let mut batch = Self {
            key: idempotency::key(headers)?.map(str::to_owned),
            count: rest.is_none().then_some(waiting.len()),
            archive: Some(Archive::new(dto::instant(now)?)),
            names: Names::new(),
            manifest: BatchManifest::default(),
            waiting: VecDeque::new(),
            app,
            caller,
            context,
            options,
            signer,
            rest,
            permit,
        };
        batch.begin(waiting).await?;
        Ok(batch)
    }

    /// Takes the tickets of the images that are here, all or none: what the key forbids is a status then.
    async fn begin(&mut self, files: VecDeque<BatchFile>) -> Result<(), ApiError> {
        for (index, file) in files.into_iter().enumerate() {
            match self.start(index, &file).await {
                Ok(start) => self.waiting.push_back((file, start)),
                Err(error) => {
                    for (_, start) in self.waiting.drain(..) {
                        if let Start::Do(ticket) = start {
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
        let (Some(key), Some(content)) = (self.key.as_deref(), file.content.as_deref()) else {
            return Ok(Start::Do(None));
        };
        let count = self.count.map(|count| count.to_string()).unwrap_or_default();
        let name = file.file_name.as_deref().unwrap_or_default();
        let parts = [self.options.text().as_bytes(), count.as_bytes(), name.as_bytes(), content];
        let route = format!("POST /api/v1/label/batch#{index}");
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
        while let Some((file, start)) = self.next_file().await {
            if let Some(piece) = self.label(file, start).await {
                return Some(piece);
            }
        }
        let mut archive = self.archive.take()?;
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

    async fn next_file(&mut self) -> Option<(BatchFile, Result<Start, ApiError>)> {
        if let Some((file, start)) = self.waiting.pop_front() {
            return Some((file, Ok(start)));
        }
        let mut parts = self.rest.take()?;
        match parts.next(self.app.config.max_file_bytes).await {
            Ok(Some(Part::File(file))) => {
                self.rest = Some(parts);
                let start = self.start(self.manifest.results.len(), &file).await;
                Some((file, start))
            }
            // Options came before, and a form has them once.
            Ok(Some(Part::Options(_)) | None) => None,
            Err(error) => {
                let problem = refused(&error);
                self.manifest.error =
                    Some(RequestProblem { code: problem.code().as_str(), message: problem.message().to_owned() });
                None
            }
        }
    }

    /// Labels a file and writes its row; nothing when it is not in the archive.
    async fn label(&mut self, file: BatchFile, start: Result<Start, ApiError>) -> Option<Vec<Bytes>> {
        let sent = file.file_name.clone().unwrap_or_default();
        let extension = file.content.as_deref().and_then(labeler_media::sniff).map(|format| format.extension());
        let filename = match extension {
            Some(extension) if sent.is_empty() => self.names.give(&format!("image.{extension}")),
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
        let outcome = match start {
            Ok(start) => self.outcome(&row.filename, file, start).await,
            Err(error) => Err(error),
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
        start: Start,
    ) -> Result<(Option<Vec<Bytes>>, LabelResult), ApiError> {
        let ticket = match start {
            Start::Do(ticket) => ticket,
            Start::Done(facts) => return Ok((None, labelling::again(facts, name)?)),
        };
        let labelled = self.labelled(name, file, ticket.as_ref()).await;
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
        ticket: Option<&Ticket>,
    ) -> Result<labelling::Done, ApiError> {
        if !self.permit.renew(self.app.clock.now_ms()) {
            return Err(ApiError::busy());
        }
        let limit = self.app.config.max_file_bytes;
        let part = "image";
        let too_large = UploadError::TooLarge { limit, part };
        let content = file.content.ok_or_else(|| refused(&too_large))?;
        let options = self.options.for_file(name.to_owned(), &content);
        let source = Source { content, declared_type: file.declared_type.as_deref(), part };
        labelling::label(&self.app, &self.caller, &self.context, &options, &self.signer, source, ticket).await
    }
}

fn refused(error: &UploadError) -> ApiError {
    ApiError::upload(error, Dialect::Label)
}
