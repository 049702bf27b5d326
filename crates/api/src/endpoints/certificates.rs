//! `GET /api/v1/certificate/{id}`: the machine-readable compliance certificate of a labelling event.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State, rejection::PathRejection},
    routing::get,
};
use labeler_store::{Event, Modality, Permission};
use serde::Serialize;

use crate::{
    app::App,
    auth::{Authorized, endpoint},
    http::{
        context::RequestContext,
        error::{ApiError, code::Code},
        route::{Route, reading},
        times::iso_time,
    },
};

/// Returns the routes of this resource.
pub(crate) fn routes() -> Vec<Route> {
    vec![Route {
        path: "/api/v1/certificate/{id}",
        methods: get(get_certificate),
        errors: &[("get_certificate", reading![Code::PlanUpgradeRequired, Code::NotFound])],
    }]
}

endpoint! {
    /// Reading a certificate.
    GetCertificate = "certificate.get", Some(Permission::ReadCertificates), CERTIFICATE
}

/// Certificate with the ID of the request.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CertificateAnswer {
    data: Certificate,
    /// Value of `X-Request-Id`.
    #[schema(example = "550e8400-e29b-41d4-a716-446655440000")]
    request_id: String,
}

/// Compliance certificate of a labelled file.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct Certificate {
    /// Version of this format.
    #[schema(example = 1)]
    schema_version: u8,
    /// ID of the labelling event.
    #[schema(example = "evt_01k6z3t8q4x5v9n2b7c0d1e8f6")]
    event_id: String,
    /// Time of labelling.
    #[schema(format = DateTime, example = "2026-05-16T10:30:00.000Z")]
    issued_at: String,
    hashes: Hashes,
    file: FileFacts,
    compliance: Compliance,
    signer: SignerFacts,
    verification: Verification,
}

/// SHA-256 of the file before and after labelling, lower-case hexadecimal.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Hashes {
    /// SHA-256 of the received file.
    #[schema(min_length = 64, max_length = 64)]
    input: String,
    /// SHA-256 of the returned file.
    #[schema(min_length = 64, max_length = 64)]
    output: String,
}

/// Returned file.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct FileFacts {
    /// File name, to the extent that the workspace's settings keep it.
    #[schema(example = "photo.jpg")]
    filename: String,
    /// Media type.
    #[schema(example = "image/jpeg")]
    mime: String,
    /// Size in bytes.
    #[schema(example = 124_356)]
    size_bytes: u64,
    /// Type of media.
    modality: Modality,
}

/// Content of the label.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct Compliance {
    /// Jurisdiction profile.
    #[schema(example = "eu_strict")]
    region_preset: String,
    /// IPTC digital source type.
    #[schema(example = "trainedAlgorithmicMedia")]
    digital_source_type: String,
    /// Labels of the assertions in the manifest.
    #[schema(example = json!(["c2pa.actions.v2", "c2pa.training-mining"]))]
    assertions: Vec<String>,
    /// Whether the manifest reserves the content from AI training and data mining ("do not train").
    dnt_enabled: bool,
}

/// Signer.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct SignerFacts {
    /// Fingerprint of the signing certificate.
    #[schema(example = "SHA256:Ab1Cd2")]
    fingerprint: String,
}

/// Address at which anyone can verify the file.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Verification {
    /// URL of the verification page for the hash of the file.
    #[schema(example = "https://labeler.eu/verify#d4e5f6")]
    url: String,
}

impl Certificate {
    fn of(event: Event, origin: &str) -> Result<Self, ApiError> {
        let issued_at = iso_time(event.created_at_ms)?;
        let data = event.data;
        Ok(Self {
            schema_version: 1,
            event_id: event.id,
            issued_at,
            verification: Verification { url: format!("{origin}/verify#{}", data.sha256_output) },
            hashes: Hashes { input: data.sha256_input, output: data.sha256_output },
            file: FileFacts {
                filename: data.filename,
                mime: data.mime,
                size_bytes: data.size_bytes,
                modality: data.modality,
            },
            compliance: Compliance {
                region_preset: data.region_preset,
                digital_source_type: data.digital_source_type,
                assertions: data.assertions,
                dnt_enabled: data.dnt_enabled,
            },
            signer: SignerFacts { fingerprint: data.signer_fingerprint },
        })
    }
}

/// Returns the compliance certificate of a labelling event.
///
/// Requires the agency plan or a higher one. Returns `not_found` for an event of another workspace or of the other mode
/// (live or sandbox).
#[utoipa::path(
    get,
    path = "/api/v1/certificate/{id}",
    tag = "certificates",
    params(("id" = String, Path, description = "ID of the event.", example = "evt_01k6z3t8q4x5v9n2b7c0d1e8f6")),
    responses((status = 200, description = "The certificate.", body = CertificateAnswer))
)]
pub(crate) async fn get_certificate(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<GetCertificate>,
    context: RequestContext,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<CertificateAnswer>, ApiError> {
    if !caller.plan.has_certificates() {
        return Err(ApiError::new(
            Code::PlanUpgradeRequired,
            "Compliance certificates need the agency plan or a higher one.",
        ));
    }
    let missing = || ApiError::new(Code::NotFound, "No labelling event with this ID exists in this workspace.");
    let Path(id) = id.map_err(|_| missing())?;
    let event = app.store().events().get(&caller.scope, &id).await.map_err(ApiError::events)?;
    let data = Certificate::of(event.ok_or_else(missing)?, &app.config.public_origin)?;
    Ok(Json(CertificateAnswer { data, request_id: context.id().to_owned() }))
}
