//! The form of a pack: version, languages, size.

/// Version of the form of a pack.
pub const PACK_FORMAT_VERSION: u32 = 1;
/// Languages in which the product speaks; the texts of a pack exist in each.
pub const LANGUAGES: [&str; 6] = ["en", "de", "fr", "es", "it", "zh-Hans"];

/// Largest pack in bytes of JSON.
pub(crate) const MAX_BYTES: usize = 4 * 1024 * 1024;
