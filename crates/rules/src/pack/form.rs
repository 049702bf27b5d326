//! The form of a pack: version, languages, size.

/// Version of the pack format.
pub const PACK_FORMAT_VERSION: u32 = 1;
/// Languages of the product. The texts of a pack exist in each of them.
pub const LANGUAGES: [&str; 6] = ["en", "de", "fr", "es", "it", "zh-Hans"];

/// Maximum size of a pack in bytes of JSON.
pub(crate) const MAX_BYTES: usize = 4 * 1024 * 1024;
