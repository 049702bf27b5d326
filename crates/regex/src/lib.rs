//! Stands in for the crate `regex` in the C2PA engine.
//!
//! The engine matches five short ASCII patterns; the crate's automata and Unicode tables for them would be a twentieth of
//! the browser's module. `regex-lite`, from the same authors, has the same interface and none of both. Native programs
//! keep the whole crate, which others of their dependencies need.

#[cfg(not(target_family = "wasm"))]
pub use regex_full::*;
#[cfg(target_family = "wasm")]
pub use regex_lite::*;
