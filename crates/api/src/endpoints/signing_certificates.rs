//! `/api/v1/signing-certificates`: the workspace's own signing certificates (`signingMode: byoc`).

use std::sync::Arc;

use axum::{
    Json,
    body::Body,
    extract::{Path, State, rejection::PathRejection},
    response::{IntoResponse, Response},
    routing::{delete, get, post},
};
use http::{HeaderMap, StatusCode};
use labeler_provenance::{IdentityError, SigningIdentity};
use labeler_store::{MAX_CHAIN_BYTES, MAX_KEY_BYTES, NewCertificate, Permission, SigningCertificate};
use serde::{Deserialize, Serialize};
use x509_parser::{pem::Pem, prelude::X509Certificate};

use crate::{
    app::App,
    auth::{Authorized, endpoint},
    http::{
        error::{ApiError, code::Code},
        json_body,
        lists::Listed,
        route::{Route, changing, changing_without_body, path_parameter, reading},
        times::iso_time,
    },
};

/// Largest body in bytes: chain and key, and 8 KiB for escaped line breaks.
const MAX_BODY: usize = MAX_CHAIN_BYTES + MAX_KEY_BYTES + 8 * 1024;

/// Returns the routes of this resource.
pub(crate) fn routes() -> Vec<Route> {
    vec![
        Route {
            path: "/api/v1/signing-certificates",
            methods: get(list_signing_certificates).post(add_signing_certificate),
            errors: &[
                ("list_signing_certificates", reading![]),
                ("add_signing_certificate", changing![Code::Conflict]),
            ],
        },
        Route {
            path: "/api/v1/signing-certificates/{id}",
            methods: delete(remove_signing_certificate),
            errors: &[("remove_signing_certificate", changing_without_body![Code::NotFound])],
        },
        Route {
            path: "/api/v1/signing-certificates/{id}/activate",
            methods: post(activate_signing_certificate),
            errors: &[("activate_signing_certificate", changing_without_body![Code::NotFound])],
        },
    ]
}

endpoint! {
    /// Listing certificates.
    ListCertificates = "signing.list", Some(Permission::ManageSigning), MANAGE_READ
}
endpoint! {
    /// Uploading a certificate.
    AddCertificate = "signing.add", Some(Permission::ManageSigning), MANAGE_WRITE
}

/// Signing certificate, without its key.
#[derive(Debug, Serialize, utoipa::ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SigningCertificateInfo {
    /// ID, `crt_…`.
    id: String,
    #[schema(example = "SHA256:Ab1Cd2")]
    fingerprint: String,
    subject: String,
    #[schema(example = "es256")]
    algorithm: String,
    #[schema(format = DateTime)]
    not_before: String,
    #[schema(format = DateTime)]
    not_after: String,
    /// Whether this certificate is in use.
    active: bool,
    #[schema(format = DateTime)]
    created_at: String,
}

impl SigningCertificateInfo {
    fn of(certificate: SigningCertificate) -> Result<Self, ApiError> {
        Ok(Self {
            id: certificate.id,
            fingerprint: certificate.fingerprint,
            subject: certificate.subject,
            algorithm: certificate.algorithm,
            not_before: iso_time(certificate.not_before_ms)?,
            not_after: iso_time(certificate.not_after_ms)?,
            active: certificate.active,
            created_at: iso_time(certificate.created_at_ms)?,
        })
    }
}

/// Certificate chain and private key.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CertificateUpload {
    /// Certificate chain in PEM format, leaf first.
    chain: String,
    /// Private key in unencrypted PKCS#8 PEM format. It is encrypted before it is stored and never returned.
    #[schema(format = Password)]
    key: String,
}

impl CertificateUpload {
    fn checked(self, now_ms: i64) -> Result<NewCertificate, ApiError> {
        let refused = |error: IdentityError| {
            ApiError::validation(if error.is_about_the_key() { "key" } else { "chain" }, error.to_string())
        };
        let identity = SigningIdentity::from_pem(self.chain.as_bytes(), self.key.as_bytes()).map_err(refused)?;
        identity.check().map_err(refused)?;
        let unreadable = || {
            ApiError::validation("chain", "the leaf certificate cannot be read. Upload a PEM chain with the leaf first")
        };
        let pem = Pem::iter_from_buffer(self.chain.as_bytes()).next().and_then(Result::ok).ok_or_else(unreadable)?;
        let leaf: X509Certificate<'_> = pem.parse_x509().map_err(|_| unreadable())?;
        let validity = leaf.validity();
        let not_after_ms = validity.not_after.timestamp().saturating_mul(1000);
        if not_after_ms <= now_ms {
            return Err(ApiError::validation(
                "chain",
                format!("the certificate expired on {}. Upload a renewed one", validity.not_after),
            ));
        }
        Ok(NewCertificate {
            fingerprint: identity.fingerprint().to_owned(),
            subject: identity.subject().to_owned(),
            algorithm: identity.algorithm(),
            not_before_ms: validity.not_before.timestamp().saturating_mul(1000),
            not_after_ms,
            chain: self.chain,
            key: self.key.into_bytes(),
        })
    }
}

/// Lists the signing certificates of the workspace, newest first.
#[utoipa::path(
    get,
    path = "/api/v1/signing-certificates",
    tag = "signing",
    responses((status = 200, description = "The certificates.", body = Listed<SigningCertificateInfo>))
)]
pub(crate) async fn list_signing_certificates(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<ListCertificates>,
) -> Result<Json<Listed<SigningCertificateInfo>>, ApiError> {
    let found = app.store().certificates().list(caller.workspace_id()).await;
    let found = found.map_err(|error| ApiError::database(&error))?;
    Ok(Json(Listed { data: found.into_iter().map(SigningCertificateInfo::of).collect::<Result<_, _>>()? }))
}

/// Uploads a certificate chain and its private key.
///
/// The certificate is not used until it is activated.
#[utoipa::path(
    post,
    path = "/api/v1/signing-certificates",
    tag = "signing",
    request_body = CertificateUpload,
    responses((status = 201, description = "The certificate.", body = SigningCertificateInfo))
)]
pub(crate) async fn add_signing_certificate(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<AddCertificate>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, ApiError> {
    let new =
        json_body::read_up_to::<CertificateUpload>(&headers, body, MAX_BODY).await?.checked(app.clock.now_ms())?;
    let added = app.store().certificates().add(&caller.authority(), caller.workspace_id(), &new).await;
    let info = SigningCertificateInfo::of(added.map_err(ApiError::certificate)?)?;
    Ok((StatusCode::CREATED, Json(info)).into_response())
}

endpoint! {
    /// Removing a certificate.
    RemoveCertificate = "signing.remove", Some(Permission::ManageSigning), MANAGE_WRITE
}

/// Removes a certificate and its private key, even if it is in use.
#[utoipa::path(
    delete,
    path = "/api/v1/signing-certificates/{id}",
    tag = "signing",
    params(("id" = String, Path, description = "ID of the certificate.")),
    responses((status = 204, description = "The certificate was removed."))
)]
pub(crate) async fn remove_signing_certificate(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<RemoveCertificate>,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let done =
        app.store().certificates().remove(&caller.authority(), caller.workspace_id(), &path_parameter(id)?).await;
    done.map(|()| StatusCode::NO_CONTENT).map_err(ApiError::certificate)
}

endpoint! {
    /// Activating a certificate.
    ActivateCertificate = "signing.activate", Some(Permission::ManageSigning), MANAGE_WRITE
}

/// Activates a certificate in place of the current one.
///
/// Returns `not_found` also for an expired certificate.
#[utoipa::path(
    post,
    path = "/api/v1/signing-certificates/{id}/activate",
    tag = "signing",
    params(("id" = String, Path, description = "ID of the certificate.")),
    responses((status = 204, description = "The certificate is in use."))
)]
pub(crate) async fn activate_signing_certificate(
    State(app): State<Arc<App>>,
    Authorized { caller, .. }: Authorized<ActivateCertificate>,
    id: Result<Path<String>, PathRejection>,
) -> Result<StatusCode, ApiError> {
    let done =
        app.store().certificates().activate(&caller.authority(), caller.workspace_id(), &path_parameter(id)?).await;
    done.map(|()| StatusCode::NO_CONTENT).map_err(ApiError::certificate)
}
