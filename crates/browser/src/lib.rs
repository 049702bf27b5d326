//! The wasm face of checker and labeler.
