//! Fetches an image from a URL that a stranger chose.
//!
//! A server that fetches any URL can be made to reach hosts that its caller cannot reach (server-side request forgery,
//! CWE-918). [`Guard::fetch`] allows only what the stranger could fetch directly. For the requested URL and every
//! redirect:
//!
//! 1. [`Target::parse`]: only `https`, no credentials, port 443, a host name instead of an address in any spelling, and
//!    no name that is reserved for local use.
//! 2. [`Resolver`]: both address families are queried, and **every** address in the answer must be public
//!    ([`is_public`]). A single other address rejects the name, and so does a failed query.
//! 3. [`Http`]: one request that follows no redirect, carries no credentials and is limited to the remaining time.
//! 4. The bytes of the body are counted as they arrive, after decoding the content coding and regardless of the
//!    announced length. The first bytes decide the format, not the `Content-Type`.
//!
//! # Remaining gap
//!
//! The guard resolves a name and then passes the **name** to the runtime, which resolves it again. A Worker cannot pin
//! the connection to the checked address: its `fetch` rejects addresses, and `resolveOverride` works only inside one's
//! own zone. If a name server returns a public address to the guard and another one to the runtime (rebinding), only
//! the runtime can stop the request:
//!
//! - On Cloudflare, no private network is reachable through `fetch` as long as none is bound to the Worker. Never give
//!   this Worker a VPC or tunnel binding. `global_fetch_strictly_public` keeps names of one's own zone behind its front
//!   door.
//! - workerd's default configuration rejects connections to non-public addresses, which closes the gap in self-hosted
//!   deployments. `wrangler dev` allows private addresses: there, and only there, this guard is the only protection.
//! - A native [`Http`] must connect to the checked addresses and not resolve the name again.
//!
//! A caller learns only the kind of the error: no status, banner or response time of the remote host.

mod address;
mod doh;
mod error;
mod guard;
mod http;
mod resolve;
mod target;
#[cfg(feature = "testing")]
pub mod testing;

pub use address::{is_public, special_purpose};
pub use doh::{CLOUDFLARE, DnsOverHttps};
pub use error::FetchError;
pub use guard::{DEFAULT_TIMEOUT_MS, Fetched, Guard, MAX_REDIRECTS, Policy};
pub use http::{Http, HttpBody, HttpError, HttpRequest, HttpResponse, read_whole};
pub use resolve::{ResolveError, Resolver};
pub use target::{MAX_URL, Target};
