//! Names of the bindings in wrangler.toml.

/// Name of the D1 binding.
pub const DATABASE: &str = "DB";
/// Name of the bucket where the images of large batches are stored until the end of their request.
pub const SPOOL: &str = "SPOOL";
/// Name of the bucket where manifest stores of live labels are stored.
pub const MANIFESTS: &str = "MANIFESTS";
/// Name of the static assets binding.
pub const ASSETS: &str = "ASSETS";
