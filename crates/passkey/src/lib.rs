//! Passkeys: the server's side of WebAuthn (Web Authentication Level 3, W3C) for one kind of key, ES256.
//!
//! Invariants
//!
//! - Attestation is neither requested nor accepted: the server does not need to know the make of an authenticator.
//!   Security rests on the registered key signing in.
//! - This crate reads no clock, makes no randomness, and stores nothing. The caller makes sure that a challenge is fresh
//!   and used once.
//! - Input is bounded before it is decoded.

mod authenticator_data;
mod ceremony;
mod client_data;
mod error;
mod expected;
mod public_key;

pub use ceremony::{
    Assertion, AssertionResponse, Credential, RegistrationResponse, verify_assertion, verify_registration,
};
pub use error::{
    CHALLENGE_BYTES, MAX_ATTESTATION, MAX_AUTHENTICATOR_DATA, MAX_CLIENT_DATA, MAX_CREDENTIAL_ID, PasskeyError,
};
pub use expected::Expected;
pub use public_key::PublicKey;
