//! Fetching an image from an address that a stranger chose.
//!
//! A server that fetches what it is told to can be made to reach where its caller cannot (server-side request forgery,
//! CWE-918). [`Guard::fetch`] lets through what a stranger could fetch as well, and nothing else. For every address, the
//! one asked for and each that a redirect names:
//!
//! 1. [`Target::parse`]: `https` and nothing else, no credentials, port 443, a host name and no address in any spelling,
//!    no name that is reserved for local use.
//! 2. [`Resolver`]: both families are asked for, and **every** address of the answer must be public ([`is_public`]); one
//!    that is not refuses the name, as does an answer that cannot be had.
//! 3. [`Http`]: one request that follows no redirect, carries no credentials and is bounded by what is left of the time.
//! 4. The body is counted as it comes, after content coding, whatever its announced length says; what it is, its first
//!    bytes say and not its `Content-Type`.
//!
//! # What is not closed
//!
//! The guard resolves a name and then hands the **name** to the runtime, which resolves it again. A Worker cannot pin the
//! connection to the address that was checked: its `fetch` refuses bare addresses, and `resolveOverride` works inside
//! one's own zone only. A name server that answers the guard with a public address and the runtime with another one
//! (rebinding) is therefore stopped by the runtime or not at all:
//!
//! - On Cloudflare there is no private network behind `fetch`, as long as none is bound to the Worker: never give this
//!   Worker a VPC or tunnel binding. `global_fetch_strictly_public` keeps names of one's own zone behind its front door.
//! - workerd's default configuration refuses to connect to addresses that are not public, which closes the gap where it is
//!   self-hosted. `wrangler dev` allows private ones: there, and only there, this guard stands alone.
//! - A native [`Http`] must connect to the addresses that were checked, and not resolve again.
//!
//! Nor does a caller learn more than the kind of the refusal: no status, banner or time of the far side.

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
