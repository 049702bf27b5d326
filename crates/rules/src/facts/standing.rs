//! Reliability of a piece of evidence.

use serde::{Deserialize, Serialize};

/// Reliability of a piece of evidence, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum Standing {
    /// An answer of the user.
    StatedByYou,
    /// A field that anyone can write, or an unreliable manifest.
    StatedUnsigned,
    /// Signed with a valid signature; the signer is on no consulted list.
    Intact,
    /// Read from pixels, samples or text, or heard.
    Seen,
    /// Signed with a valid signature, and the signer is on a named list.
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
