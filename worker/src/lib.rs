//! Cloudflare adapter of the API: implements every port of `labeler-api` and `labeler-store` with a binding of the
//! Workers runtime.
//!
//! This crate makes no decisions. It has one file per port. Requests are passed to the router as streams, and responses
//! are returned as streams, so that neither is held twice.
//!
//! The runtime is single-threaded and its objects are not `Send`. The ports require `Send` futures, so adapters wrap
//! theirs in [`worker::send::SendFuture`], which is sound because of the single thread.

mod bindings;
mod body;
mod clock;
#[cfg(feature = "contract-tests")]
mod contract_route;
mod d1;
mod failure;
mod law;
mod log;
mod mailer;
mod manifests;
mod outgoing;
mod rate_limiter;
mod rate_limiter_do;
mod rng;
mod secrets;
mod spool;
mod timer;
mod wait_until;

use std::sync::{Arc, LazyLock};

use http::Method;
use labeler_api::{AddressThrottle, App, Background, Config, InFlight, Law, Spool};
use labeler_fetch::{CLOUDFLARE, DnsOverHttps};
use labeler_store::Budget;
use labeler_store::{ManifestStorage, Store};
use tower::ServiceExt as _;
use worker::{Context, Env, Error, HttpRequest, Response, ScheduleContext, ScheduledEvent, event};

use crate::bindings::{ASSETS, DATABASE, MANIFESTS, SPOOL};
pub use crate::rate_limiter_do::RateLimiterObject;

/// Required variable: the public origin of the service. Without it every response is an error.
const PUBLIC_ORIGIN: &str = "LABELER_PUBLIC_ORIGIN";
/// Optional variable: the request header in which the platform passes the client's address.
const CLIENT_ADDRESS_HEADER: &str = "LABELER_CLIENT_ADDRESS_HEADER";
/// Optional variable: `true` if a proxy in front of the Worker terminates TLS.
const BEHIND_TLS_PROXY: &str = "LABELER_BEHIND_TLS_PROXY";
/// Optional variable: the DNS-over-HTTPS server (`application/dns-json`) that resolves the hosts of URLs in `POST
/// /label/url`.
const RESOLVER: &str = "LABELER_DNS_OVER_HTTPS";
/// Limits of one scheduled run: rows that one statement removes, and time. A run starts every 15 minutes.
const BUDGET: Budget = Budget { rows: 2000, time_ms: 5 * 60_000 };

/// Upload bytes that the requests of this isolate hold together.
static IN_FLIGHT: LazyLock<InFlight> = LazyLock::new(InFlight::default);

/// Counts calls per address that reached this isolate.
static ADDRESS_THROTTLE: LazyLock<AddressThrottle> = LazyLock::new(AddressThrottle::default);

/// Handles every request that is not answered by a static file.
#[event(fetch)]
async fn fetch(request: HttpRequest, env: Env, context: Context) -> worker::Result<Response> {
    let path = request.uri().path();
    #[cfg(feature = "contract-tests")]
    if path == contract_route::PATH {
        return if request.method() == Method::GET {
            contract_route::memory(&env).await
        } else {
            contract_route::run(&env).await
        };
    }
    if labeler_api::is_ours(path) {
        return match api(request, env, context).await {
            Ok(response) => Ok(response),
            Err(error) => failure::respond(&error),
        };
    }
    // For other paths, the assets binding returns the 404 page.
    env.assets(ASSETS)?.fetch_request(request).await?.try_into()
}

async fn api(request: HttpRequest, env: Env, context: Context) -> worker::Result<Response> {
    let law = law::for_path(&env, request.uri().path()).await?;
    let app = app(env, law, Arc::new(wait_until::WaitUntil::new(context)))?;
    // Requests without a body are short and need no wait.
    let has_body = !matches!(*request.method(), Method::GET | Method::HEAD | Method::OPTIONS);
    let Ok(response) = labeler_api::router(app).oneshot(request).await;
    if has_body {
        timer::settle().await;
    }
    body::into_runtime(response).await
}

/// Creates the ports of one request. Bindings belong to the request's environment; values that are expensive to create
/// are cached by [`secrets`].
fn app(env: Env, law: Law, background: Arc<dyn Background>) -> worker::Result<App> {
    let secrets = secrets::load(&env)?;
    let config = config(&env)?;
    let named_rules = law::named(&env);
    let mailer = mailer::of_environment(&env);
    // Optional: without the bucket, large batches are rejected.
    let spool = env.bucket(SPOOL).ok().map(|bucket| Arc::new(spool::R2Spool::new(bucket)) as Arc<dyn Spool>);
    let manifests = manifest_storage(&env);
    let resolver = env.var(RESOLVER).map(|url| url.to_string()).unwrap_or_else(|_| CLOUDFLARE.to_owned());
    Ok(App {
        database: Arc::new(d1::D1::new(env.d1(DATABASE)?)),
        clock: Arc::new(clock::RuntimeClock),
        rng: Arc::new(rng::RuntimeRng),
        limiter: Arc::new(rate_limiter::DurableRateLimiter::new(env)),
        http: Arc::new(outgoing::RuntimeHttp),
        resolver: Arc::new(DnsOverHttps::new(Arc::new(outgoing::RuntimeHttp), Arc::new(clock::RuntimeClock), resolver)),
        peppers: Arc::clone(&secrets.peppers),
        sealing: Arc::clone(&secrets.sealing),
        mailer,
        background,
        address_throttle: ADDRESS_THROTTLE.clone(),
        signing: secrets.signing.clone(),
        in_flight: IN_FLIGHT.clone(),
        timer: Arc::new(timer::RuntimeTimer),
        spool,
        manifests,
        log: Arc::new(log::ConsoleLog),
        config: Config {
            own_lists: secrets.own_lists.clone(),
            law,
            named_rules,
            time_stamps: secrets.time_stamps.clone(),
            ..config
        },
    })
}

/// Returns the bucket for manifest stores. Optional: without it, no manifest stores are kept.
fn manifest_storage(env: &Env) -> Option<Arc<dyn ManifestStorage>> {
    let bucket = env.bucket(MANIFESTS).ok()?;
    Some(Arc::new(manifests::R2Manifests::new(bucket)))
}

/// Returns the deployment's configuration of requests.
fn config(env: &Env) -> worker::Result<Config> {
    let refused = |name: &str, why: &dyn std::fmt::Display| Error::RustError(format!("{name}: {why}"));
    let origin = secrets::variable(env, PUBLIC_ORIGIN).unwrap_or_default();
    let mut config = Config::new(&origin).map_err(|error| refused(PUBLIC_ORIGIN, &error))?;
    if let Some(name) = secrets::variable(env, CLIENT_ADDRESS_HEADER) {
        let name = name.parse().map_err(|_| refused(CLIENT_ADDRESS_HEADER, &"this is not a valid header name"))?;
        config.client_address_header = Some(name);
    }
    config.behind_tls_proxy = secrets::variable(env, BEHIND_TLS_PROXY).is_some_and(|value| value == "true");
    Ok(config)
}

/// Scheduled job of the Cron Trigger: chains the request log, removes expired data, and replaces token keys that are
/// due.
#[event(scheduled)]
async fn scheduled(_event: ScheduledEvent, env: Env, _context: ScheduleContext) {
    let job = async {
        let secrets = secrets::load(&env).map_err(|error| error.to_string())?;
        let database = env.d1(DATABASE).map_err(|error| error.to_string())?;
        let store = Store::new(
            Arc::new(d1::D1::new(database)),
            Arc::new(clock::RuntimeClock),
            Arc::new(rng::RuntimeRng),
            Arc::clone(&secrets.peppers),
        )
        .with_sealing_keys(Arc::clone(&secrets.sealing))
        .with_manifest_storage(manifest_storage(&env));
        Ok::<_, String>(labeler_api::housekeeping(&store, &clock::RuntimeClock, &rng::RuntimeRng, BUDGET).await)
    };
    if let Ok(bucket) = env.bucket(SPOOL) {
        match labeler_api::clear_spool(&spool::R2Spool::new(bucket), &clock::RuntimeClock).await {
            Ok(0) => {}
            Ok(count) => worker::console_log!("removed {count} blocks of batches that were stopped"),
            Err(error) => worker::console_error!("{error}"),
        }
    }
    match job.await {
        Ok(done) => {
            worker::console_log!("housekeeping: {done:?}");
            for retiring in &done.retiring {
                worker::console_log!("housekeeping: {retiring}");
            }
            for error in &done.errors {
                worker::console_error!("housekeeping failed in part: {error}");
            }
            for workspace_id in &done.broken_chains {
                worker::console_error!("housekeeping: the audit chain of {workspace_id} was rewritten");
            }
        }
        Err(error) => worker::console_error!("housekeeping failed: {error}"),
    }
}
