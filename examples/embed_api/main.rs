//! Runs the REST API inside a native program: over SQLite, without a socket. Sends it one check and prints the answer.
//!
//! `cargo run -p labeler-examples --example embed_api -- FILE`

mod host;

use std::error::Error;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;

use axum::body::{Body, to_bytes};
use http::Request;
use labeler_api::{AddressThrottle, App, ClientAddress, Config, InFlight, NoMailer, Signing, router};
use labeler_fetch::testing::{StubHttp, StubResolver};
use labeler_ports::Rng;
use labeler_ports::testing::MemoryRateLimiter;
use labeler_store::sqlite::Sqlite;
use labeler_store::{KeyGrant, KeyKind, NewKey, NewOwner, Peppers, Plan, Scope, SealingKeys, Store};
use serde_json::Value;
use tower::ServiceExt;

use host::Host;

/// Builds the application. All state is in memory and ends with the process.
fn build_app() -> Result<App, Box<dyn Error>> {
    // Secrets that later runs need too: with other peppers no stored key verifies. A server reads them from its secrets.
    let mut pepper = [0; 32];
    Host.fill(&mut pepper)?;
    let peppers = Arc::new(Peppers::parse(&format!("1:{}", hex::encode(pepper)))?);
    Ok(App {
        // `Sqlite::open(path)` keeps the data in a file. Both create the tables.
        database: Arc::new(Sqlite::in_memory()?),
        clock: Arc::new(Host),
        rng: Arc::new(Host),
        limiter: Arc::new(MemoryRateLimiter::new(Arc::new(Host))),
        // No request leaves this process: `POST /api/v1/label/url` fails.
        http: Arc::new(StubHttp::default()),
        resolver: Arc::new(StubResolver::default()),
        sealing: Arc::new(SealingKeys::derived(&peppers)),
        peppers,
        mailer: Arc::new(NoMailer),
        background: Arc::new(Host),
        address_throttle: AddressThrottle::default(),
        // Without certificates the API checks and does not label. `label_image.rs` makes a development certificate.
        signing: Signing::default(),
        in_flight: InFlight::default(),
        timer: Arc::new(Host),
        spool: None,
        manifests: None,
        log: Arc::new(Host),
        config: Config::new("https://labeler.example")?,
    })
}

/// Creates a person with a workspace, and a key of it that may only check. Returns the text of the key.
async fn create_key(app: &App) -> Result<String, Box<dyn Error>> {
    let store = Store::new(app.database.clone(), app.clock.clone(), app.rng.clone(), app.peppers.clone());
    let owner = NewOwner {
        email: "ada@example.eu".to_owned(),
        name: "Ada".to_owned(),
        password: "correct horse battery".to_owned(),
        workspace_name: "Analytical".to_owned(),
        plan: Plan::Free,
    };
    let (user, workspace) = store.workspaces().create_owner(&owner).await?;
    let key = NewKey {
        workspace_id: workspace.id,
        kind: KeyKind::Live,
        name: "Example".to_owned(),
        grant: KeyGrant::Scopes(vec![Scope::Check]),
        created_by: user.id,
        expires_at_ms: None,
    };
    Ok(store.keys().create(key).await?.secret)
}

/// Sends a file to `POST /api/v1/check` and returns the status and the JSON of the answer.
///
/// # Errors
/// When the file cannot be read or the application cannot be built. A refusal by the API is an answer.
pub async fn check_through_api(path: &Path) -> Result<(u16, Value), Box<dyn Error>> {
    let app = build_app()?;
    let key = create_key(&app).await?;

    let mut body = b"--part\r\nContent-Disposition: form-data; name=\"file\"; filename=\"file\"\r\n\r\n".to_vec();
    body.extend(std::fs::read(path)?);
    body.extend(b"\r\n--part--\r\n");
    let request = Request::post("/api/v1/check")
        .header("authorization", format!("Bearer {key}"))
        .header("content-type", "multipart/form-data; boundary=part")
        .header("content-length", body.len())
        // The host says where a request comes from; limits for each address depend on it.
        .extension(ClientAddress(IpAddr::V4(Ipv4Addr::LOCALHOST)))
        .body(Body::from(body))?;

    // The router is a tower service. A server passes it to `axum::serve` instead.
    let response = router(app).oneshot(request).await?;
    let status = response.status().as_u16();
    let answer = to_bytes(response.into_body(), usize::MAX).await?;
    Ok((status, serde_json::from_slice(&answer)?))
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args_os().nth(1).ok_or("no file was given. Usage: embed_api FILE")?;
    let (status, answer) = check_through_api(Path::new(&path)).await?;
    println!("{status}\n{answer:#}");
    Ok(())
}
