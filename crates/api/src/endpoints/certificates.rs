//! `GET /api/v1/certificate/{id}`: the machine-readable compliance certificate of a labelling event.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, State, rejection::PathRejection},
    routing::get,
};
use labeler_store::{Event, Permission};
use serde::Serialize;

use crate::{
    app::App,
    auth::{Authorized, endpoint},
    endpoints::assets::ModalityName,
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

/// A certificate and the id of the request that asked for it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CertificateAnswer {
    data: Certificate,
    /// The value of `X-Request-Id`.
    #[schema(example = "550e8400-e29b-41d4-a716-446655440000")]
    request_id: String,
}

/// What was done to a file, by whose certificate.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct Certificate {
    /// Version of this shape.
    #[schema(example = 1)]
    schema_version: u8,
    /// The labelling event.
    #[schema(example = "evt_01k6z3t8q4x5v9n2b7c0d1e8f6")]
    event_id: String,
    /// When the file was labelled.
    #[schema(format = DateTime, example = "2026-05-16T10:30:00.000Z")]
    issued_at: String,
    hashes: Hashes,
    file: FileFacts,
    compliance: Compliance,
    signer: SignerFacts,
    verification: Verification,
}

/// SHA-256 before and after, lower-case hexadecimal.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Hashes {
    /// Of the file received.
    #[schema(min_length = 64, max_length = 64)]
    input: String,
    /// Of the file returned.
    #[schema(min_length = 64, max_length = 64)]
    output: String,
}

/// The file that was returned.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct FileFacts {
    /// What the workspace's setting keeps of the name.
    #[schema(example = "photo.jpg")]
    filename: String,
    /// Media type.
    #[schema(example = "image/jpeg")]
    mime: String,
    /// Bytes.
    #[schema(example = 124_356)]
    size_bytes: u64,
    /// Kind of medium.
    modality: ModalityName,
}

/// What the label says.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
struct Compliance {
    /// Jurisdiction profile.
    #[schema(example = "eu_strict")]
    region_preset: String,
    /// IPTC digital source type.
    #[schema(example = "trainedAlgorithmicMedia")]
    digital_source_type: String,
    /// Assertions of the manifest.
    #[schema(example = json!(["c2pa.actions.v2", "c2pa.training-mining"]))]
    assertions: Vec<String>,
    /// Whether "do not train" was written.
    dnt_enabled: bool,
}

/// Who signed.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct SignerFacts {
    /// Fingerprint of the signing certificate.
    #[schema(example = "SHA256:Ab1Cd2")]
    fingerprint: String,
}

/// Where anybody can check it.
#[derive(Debug, Serialize, utoipa::ToSchema)]
struct Verification {
    /// The page that verifies, with the hash of the file.
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
                modality: data.modality.into(),
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

/// The certificate of an event of the caller's workspace, from the agency plan up. Another workspace's event, and one of
/// the other mode (live or sandbox), is `not_found`.
#[utoipa::path(
    get,
    path = "/api/v1/certificate/{id}",
    tag = "certificates",
    params(("id" = String, Path, description = "Id of the event.", example = "evt_01k6z3t8q4x5v9n2b7c0d1e8f6")),
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
    let missing = || ApiError::new(Code::NotFound, "There is no such labelling event.");
    let Path(id) = id.map_err(|_| missing())?;
    let event = app.store().events().get(&caller.scope, &id).await.map_err(ApiError::events)?;
    let data = Certificate::of(event.ok_or_else(missing)?, &app.config.public_origin)?;
    Ok(Json(CertificateAnswer { data, request_id: context.id().to_owned() }))
}
