//! Test environment: the router over an in-memory SQLite database, with a controlled clock, randomness and limits.

use std::{
    convert::Infallible,
    sync::{Arc, LazyLock, Mutex},
};

use axum::{Router, body::Body};
use bytes::Bytes;
use futures_util::{StreamExt, future::BoxFuture, stream};
use http::{HeaderMap, Request, header};
use labeler_api::{
    AddressThrottle, App, Background, ClientAddress, Config, InFlight, Log, MemorySpool, Signing, Timer,
};
use labeler_fetch::testing::{StubHttp, StubResolver};
use labeler_ports::testing::{FixedClock, KeptMail, MemoryRateLimiter, SeededRng};
use labeler_provenance::SigningIdentity;
use labeler_store::bootstrap::{Bootstrap, bootstrap};
use labeler_store::sqlite::Sqlite;
use labeler_store::testing::{FailingDatabase, FailingManifests};
use labeler_store::{
    Actor, Database, KeyGrant, KeyKind, NewKey, NewOwner, Peppers, Plan, Role, Scope, SealingKeys, Statement, Store,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tower::ServiceExt;

pub const NOW_S: i64 = 1_790_000_000;
pub const EMAIL: &str = "ada@example.eu";
pub const OTHER_EMAIL: &str = "grace@example.eu";
pub const PASSWORD: &str = "correct horse battery";
pub const BOUNDARY: &str = "----test-boundary";

/// Signing chain shared by all tests, because generating it takes longer than most tests.
static CHAIN: LazyLock<labeler_devchain::Chain> = LazyLock::new(|| chain_of(NOW_S - 3600));

/// Creates a development chain whose certificates are valid from `at`, in seconds.
pub fn chain_of(at: i64) -> labeler_devchain::Chain {
    labeler_devchain::make(labeler_devchain::Algorithm::Es256, labeler_devchain::Purpose::Development, at).unwrap()
}

static IDENTITY: LazyLock<Arc<SigningIdentity>> = LazyLock::new(|| {
    Arc::new(SigningIdentity::from_pem(CHAIN.chain_pem.as_bytes(), CHAIN.key_pem.as_bytes()).unwrap())
});

/// Returns the root certificate of the service's signing chain.
pub fn root_pem() -> String {
    CHAIN.root_pem.clone()
}

/// Log that records all entries.
#[derive(Default)]
pub struct Incidents(pub Mutex<Vec<(String, String)>>);

impl Log for Incidents {
    fn incident(&self, request_id: &str, detail: &str) {
        self.0.lock().unwrap().push((request_id.to_owned(), detail.to_owned()));
    }
}

/// Background tasks that run after the response.
#[derive(Default)]
pub struct Later(Mutex<Vec<BoxFuture<'static, ()>>>);

impl Later {
    async fn run(&self) {
        let tasks = std::mem::take(&mut *self.0.lock().unwrap());
        for task in tasks {
            task.await;
        }
    }
}

impl Background for Later {
    fn spawn(&self, task: BoxFuture<'static, ()>) {
        self.0.lock().unwrap().push(task);
    }
}

/// Timer that never fires.
pub struct NoTime;

impl Timer for NoTime {
    fn sleep(&self, _ms: u64) -> BoxFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}

/// Timer that fires at its second poll.
pub struct Hurried;

impl Timer for Hurried {
    fn sleep(&self, _ms: u64) -> BoxFuture<'static, ()> {
        Box::pin(tokio::task::yield_now())
    }
}

pub struct TestEnv {
    pub app: App,
    pub later: Arc<Later>,
    pub mail: Arc<KeptMail>,
    pub clock: Arc<FixedClock>,
    pub limiter: Arc<MemoryRateLimiter>,
    pub database: Arc<FailingDatabase>,
    pub incidents: Arc<Incidents>,
    pub far_side: Arc<StubHttp>,
    pub names: Arc<StubResolver>,
    pub spool: Arc<MemorySpool>,
    pub manifests: Arc<FailingManifests>,
    pub first: Bootstrap,
}

/// Complete response.
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    pub fn code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap_or_default().to_owned()
    }

    pub fn number(&self, name: &str) -> i64 {
        self.header(name).and_then(|value| value.parse().ok()).unwrap_or(-1)
    }

    /// Asserts an error response with its envelope and headers.
    #[track_caller]
    pub fn is_error(&self, status: u16, code: &str, field: Option<&str>) {
        let json = self.json();
        assert_eq!((self.status, self.code().as_str()), (status, code), "{json}");
        assert!(json["error"]["message"].as_str().is_some_and(|text| !text.is_empty()), "{json}");
        assert_eq!(json["error"]["details"]["field"].as_str(), field, "{json}");
        assert_eq!(json["requestId"].as_str(), self.header("x-request-id"));
        self.has_standard_headers();
    }

    #[track_caller]
    pub fn has_standard_headers(&self) {
        let id = self.header("x-request-id").unwrap_or_default();
        assert_eq!((id.len(), id.as_bytes().get(14)), (36, Some(&b'4')), "{id}");
        assert_eq!(self.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(self.header("cache-control"), Some("no-store"));
        assert!(self.number("ratelimit-limit") > 0, "{:?}", self.headers);
        assert!(self.number("ratelimit-remaining") >= 0, "{:?}", self.headers);
        assert!(self.number("ratelimit-reset") > NOW_S, "{:?}", self.headers);
        assert!(self.header("access-control-allow-origin").is_none());
    }
}

impl TestEnv {
    pub async fn new() -> Self {
        let clock = Arc::new(FixedClock::at(NOW_S * 1000));
        let rng = Arc::new(SeededRng::new(7));
        let peppers = Arc::new(Peppers::parse(&format!("1:{}", "5a".repeat(32))).unwrap());
        let owner = NewOwner {
            email: EMAIL.to_owned(),
            name: "Ada".to_owned(),
            password: PASSWORD.to_owned(),
            workspace_name: "Analytical".to_owned(),
            plan: Plan::Free,
        };
        let first = bootstrap(&owner, NOW_S * 1000, rng.as_ref(), &peppers).unwrap();
        let database = Arc::new(FailingDatabase::new(Arc::new(Sqlite::in_memory().unwrap())));
        database.batch(first.statements.clone()).await.unwrap();
        let limiter = Arc::new(MemoryRateLimiter::new(clock.clone()));
        let incidents = Arc::new(Incidents::default());
        let (later, mail) = (Arc::new(Later::default()), Arc::new(KeptMail::default()));
        let (far_side, names) = (Arc::new(StubHttp::default()), Arc::new(StubResolver::default()));
        let spool = Arc::new(MemorySpool::new(300 * 1024 * 1024));
        let manifests = Arc::new(FailingManifests::default());
        let app = App {
            sealing: Arc::new(SealingKeys::derived(&peppers)),
            mailer: mail.clone(),
            background: later.clone(),
            address_throttle: AddressThrottle::default(),
            database: database.clone(),
            clock: clock.clone(),
            rng,
            limiter: limiter.clone(),
            http: far_side.clone(),
            resolver: names.clone(),
            peppers,
            signing: Signing { live: Some(IDENTITY.clone()), test: Some(IDENTITY.clone()) },
            in_flight: InFlight::default(),
            timer: Arc::new(NoTime),
            spool: Some(spool.clone()),
            manifests: Some(manifests.clone()),
            log: incidents.clone(),
            config: Config::new("https://labeler.example").unwrap(),
        };
        Self { app, later, mail, clock, limiter, database, incidents, far_side, names, spool, manifests, first }
    }

    pub fn router(&self) -> Router {
        labeler_api::router(self.app.clone())
    }

    pub fn live_key(&self) -> &str {
        &self.first.live_key.secret
    }

    pub fn test_key(&self) -> &str {
        &self.first.test_key.secret
    }

    pub fn store(&self) -> Store {
        Store::new(self.app.database.clone(), self.app.clock.clone(), self.app.rng.clone(), self.app.peppers.clone())
            .with_manifest_storage(self.app.manifests.clone())
    }

    /// Changes the plan of the first workspace.
    pub async fn plan(&self, plan: Plan) {
        self.store().plans().set_plan(&Actor::system("test"), &self.first.workspace.id, plan).await.unwrap();
    }

    /// Creates another workspace with a key.
    pub async fn other_workspace(&self, kind: KeyKind, grant: KeyGrant) -> (String, String) {
        let owner = NewOwner {
            email: OTHER_EMAIL.to_owned(),
            name: "Grace".to_owned(),
            password: PASSWORD.to_owned(),
            workspace_name: "Other".to_owned(),
            plan: Plan::Free,
        };
        let (user, workspace) = self.store().workspaces().create_owner(&owner).await.unwrap();
        let new = NewKey {
            workspace_id: workspace.id.clone(),
            kind,
            name: "other".to_owned(),
            grant,
            created_by: user.id,
            expires_at_ms: None,
        };
        (workspace.id, self.store().keys().create(new).await.unwrap().secret)
    }

    /// Creates another key of the first workspace.
    pub async fn key(&self, kind: KeyKind, grant: KeyGrant) -> (String, String) {
        let new = NewKey {
            workspace_id: self.first.workspace.id.clone(),
            kind,
            name: "another".to_owned(),
            grant,
            created_by: self.first.owner.id.clone(),
            expires_at_ms: None,
        };
        let created = self.store().keys().create(new).await.unwrap();
        (created.key.id, created.secret)
    }

    pub async fn scoped_key(&self, scopes: &[Scope]) -> String {
        self.key(KeyKind::Live, KeyGrant::Scopes(scopes.to_vec())).await.1
    }

    pub async fn workspace_key(&self, role: Role) -> String {
        self.key(KeyKind::Workspace, KeyGrant::Role(role)).await.1
    }

    pub async fn send(&self, mut request: Request<Body>) -> Answer {
        if request.extensions().get::<ClientAddress>().is_none() {
            request.extensions_mut().insert(ClientAddress("192.0.2.1".parse().unwrap()));
        }
        self.send_from_nowhere(request).await
    }

    /// Sends a request with an unknown client address.
    pub async fn send_from_nowhere(&self, request: Request<Body>) -> Answer {
        let response = self.router().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = axum::body::to_bytes(body, usize::MAX).await.unwrap();
        self.later.run().await;
        Answer { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    /// Returns the complete content of the database as text.
    pub async fn dump(&self) -> String {
        let rows = |sql: String| async move { self.database.query(Statement::new(sql)).await.unwrap() };
        let mut all = String::new();
        for table in rows("SELECT name FROM sqlite_master WHERE type = 'table'".to_owned()).await {
            let name = table.text("name").unwrap();
            all.push_str(&format!("{name}: {:?}\n", rows(format!("SELECT * FROM \"{name}\"")).await));
        }
        all
    }

    pub async fn request(&self, method: &str, path: &str, headers: &[(&str, &str)], body: impl Into<Body>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(body.into()).unwrap()).await
    }

    pub async fn get(&self, path: &str, key: &str) -> Answer {
        self.request("GET", path, &[("authorization", &bearer(key))], "").await
    }

    pub async fn post_form(&self, path: &str, key: &str, form: &Form) -> Answer {
        self.post_form_with(path, &[("authorization", &bearer(key))], form).await
    }

    /// Sends a form in chunks of typical size, without copies of its body.
    pub async fn post_form_large(&self, path: &str, key: &str, form: Form) -> Answer {
        let body = Bytes::from(form.body());
        let (length, kind, key) = (body.len().to_string(), Form::content_type(), bearer(key));
        let headers =
            [("content-type", kind.as_str()), ("content-length", length.as_str()), ("authorization", key.as_str())];
        let chunks = (0..body.len())
            .step_by(65_536)
            .map(move |at| Ok::<_, Infallible>(body.slice(at..body.len().min(at + 65_536))));
        self.request("POST", path, &headers, Body::from_stream(stream::iter(chunks))).await
    }

    pub async fn post_form_with(&self, path: &str, headers: &[(&str, &str)], form: &Form) -> Answer {
        let body = form.body();
        let (length, kind) = (body.len().to_string(), Form::content_type());
        let mut all = vec![("content-type", kind.as_str()), ("content-length", length.as_str())];
        all.extend_from_slice(headers);
        self.request("POST", path, &all, chunked(body, 1000)).await
    }

    /// Sends JSON like a page of the site, with a session cookie.
    pub async fn page(&self, method: &str, path: &str, cookie: &str, body: Value) -> Answer {
        let headers = [("cookie", cookie), ("sec-fetch-site", "same-origin"), ("content-type", "application/json")];
        self.request(method, path, &headers, if body.is_null() { String::new() } else { body.to_string() }).await
    }

    /// Signs the owner in and returns the `Cookie` header.
    pub async fn cookie(&self) -> String {
        let answer = self.sign_in(EMAIL, PASSWORD).await;
        assert_eq!(answer.status, 200, "{}", answer.json());
        answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
    }

    /// Returns the token of the newest link that was mailed to an address.
    pub fn mailed_token(&self, address: &str) -> String {
        let mail = self.mail.to(address).pop().expect("no mail to this address");
        mail.text.split('#').nth(1).unwrap().split_whitespace().next().unwrap().to_owned()
    }

    /// Sends JSON like a page of the site, without a session.
    pub async fn visitor(&self, path: &str, body: Value) -> Answer {
        let headers = [("sec-fetch-site", "same-origin"), ("content-type", "application/json")];
        self.request("POST", path, &headers, body.to_string()).await
    }

    pub async fn sign_in(&self, email: &str, password: &str) -> Answer {
        let body = json!({ "email": email, "password": password }).to_string();
        self.request("POST", "/api/v1/session", &[("content-type", "application/json")], body).await
    }

    /// Labels an image with a key. The request is valid, except for the changes that `change` makes to the options.
    pub async fn label(&self, key: &str, picture: &[u8], change: impl FnOnce(&mut Value)) -> Answer {
        self.post_form("/api/v1/label", key, &label_form(picture, change)).await
    }
}

pub fn bearer(key: &str) -> String {
    format!("Bearer {key}")
}

pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

pub fn options(picture: &[u8]) -> Value {
    json!({
        "digitalSourceType": "trainedAlgorithmicMedia",
        "regionPreset": "eu_strict",
        "signingMode": "managed",
        "dntEnabled": true,
        "filename": "photo.jpg",
        "sha256Input": sha256(picture),
        "preApplied": [],
    })
}

pub fn label_form(picture: &[u8], change: impl FnOnce(&mut Value)) -> Form {
    let mut options = options(picture);
    change(&mut options);
    Form::default()
        .file("image", "photo.jpg", "application/octet-stream", picture)
        .text("options", &options.to_string())
}

pub fn jpeg() -> Vec<u8> {
    labeler_media::fixtures::jpeg(&labeler_media::fixtures::Parts::default())
}

pub fn png() -> Vec<u8> {
    labeler_media::fixtures::png(&labeler_media::fixtures::Parts::default())
}

/// Body that arrives in chunks.
pub fn chunked(body: Vec<u8>, size: usize) -> Body {
    let chunks: Vec<Bytes> = body.chunks(size).map(Bytes::copy_from_slice).collect();
    Body::from_stream(stream::iter(chunks).map(Ok::<_, Infallible>))
}

#[derive(Default, Clone)]
pub struct Form(Vec<u8>);

impl Form {
    pub fn content_type() -> String {
        format!("multipart/form-data; boundary={BOUNDARY}")
    }

    pub fn file(mut self, name: &str, file_name: &str, media_type: &str, content: &[u8]) -> Self {
        self.0.extend_from_slice(
            format!(
                "--{BOUNDARY}\r\n{}: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\n{}: {media_type}\r\n\r\n",
                header::CONTENT_DISPOSITION,
                header::CONTENT_TYPE
            )
            .as_bytes(),
        );
        self.0.extend_from_slice(content);
        self.0.extend_from_slice(b"\r\n");
        self
    }

    pub fn text(mut self, name: &str, text: &str) -> Self {
        self.0.extend_from_slice(
            format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n").as_bytes(),
        );
        self
    }

    pub fn body(&self) -> Vec<u8> {
        [&self.0[..], format!("--{BOUNDARY}--\r\n").as_bytes()].concat()
    }
}
