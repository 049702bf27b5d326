//! How well a piece of evidence is backed.

use serde::{Deserialize, Serialize};

/// How well a piece of evidence is backed, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Standing {
    /// An answer of the person who asks.
    StatedByYou,
    /// A field that anybody can write, or a manifest that cannot be relied on.
    StatedUnsigned,
    /// Signed, and the signature holds; no consulted list knows the signer.
    Intact,
    /// Read from pixels, samples or text, or heard.
    Seen,
    /// Signed, the signature holds, and the signer is on a named list.
    Verified,
}

impl Standing {
    /// All standings, weakest first.
    pub const ALL: [Self; 5] = [Self::StatedByYou, Self::StatedUnsigned, Self::Intact, Self::Seen, Self::Verified];

    /// Returns the name used in reports.
    pub fn id(self) -> &'static str {
        match self {
            Self::StatedByYou => "statedByYou",
            Self::StatedUnsigned => "statedUnsigned",
            Self::Intact => "intact",
            Self::Seen => "seen",
            Self::Verified => "verified",
        }
    }
}
