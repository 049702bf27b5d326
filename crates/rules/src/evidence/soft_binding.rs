//! Kinds of soft-binding algorithms: a watermark is embedded in the content, a fingerprint is only computed from it.
//!
//! Source: `softbinding-algorithm-list.json` of the C2PA soft binding algorithm list (identifiers 1 to 53, entries up
//! to 13 August 2026, read on 2026-11-30). The field `type` is `watermark` or `fingerprint`. Labeler's own algorithm is
//! not on that list and is added here.

use serde::{Deserialize, Serialize};

/// Kind of a soft-binding algorithm.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum SoftBindingKind {
    /// The algorithm embeds a signal in the content.
    Watermark,
    /// The algorithm computes a value from the content and does not change it.
    Fingerprint,
    /// The algorithm is not on the list.
    #[default]
    Unknown,
}

/// Algorithms with the type `fingerprint`.
const FINGERPRINTS: [&str; 9] = [
    "ai.trufo.pawprint.fingerprint",
    "com.adobe.icn.dense",
    "com.digicaps.fingerprint.1",
    "com.evixar.efp.type3.1",
    "com.joinmonolith.sha256",
    "com.writerslogic.text-fingerprint.1",
    "com.writerslogic.text-minhash.1",
    "com.writerslogic.text-structure.1",
    "io.iscc.v0",
];

/// Algorithms with the type `watermark`, and Labeler's own.
const WATERMARKS: [&str; 45] = [
    "ai.contentlens.audio.mono",
    "ai.contentlens.audio.stereo",
    "ai.contentlens.image.basewmk",
    "ai.contentlens.image.customwmk",
    "ai.contentlens.image.ensemblewmk",
    "ai.steg.api",
    "ai.trufo.pawprint.watermark",
    "ai.verda.watermark.audio.1",
    "ai.verda.watermark.image.1",
    "ai.verda.watermark.video.1",
    "app.overlai.watermark.1",
    "castLabs.watermark.1",
    "com.adobe.flowmark.A",
    "com.adobe.hiermark.A",
    "com.adobe.trustmark.C",
    "com.adobe.trustmark.P",
    "com.adobe.trustmark.Q",
    "com.aiwatermark.audioseal.1",
    "com.aiwatermark.pixelseal.1",
    "com.aiwatermark.videoseal.1",
    "com.cognitive-proof.vsrmark.1",
    "com.digimarc.validate.1",
    "com.doverunner.watermark.1",
    "com.evixar.eaw.1",
    "com.imatag.lamark.v1",
    "com.markany.watermark.1",
    "com.mentaport.watermark.1",
    "com.microsoft.invismark.1",
    "com.microsoft.wavmark.1",
    "com.museblossom.contentsdefence.1",
    "com.nagra.nexguard.watermark.1",
    "com.sonicorigin.watermark.1",
    "com.verimatrix.watermark.1",
    "com.writerslogic.text-watermark-semantic.1",
    "com.writerslogic.zwc-watermark.1",
    "com.writerslogic.zwc-watermark.2",
    "es.lumatrace",
    "eu.sasha.softbinding.v1",
    "io.blockfact.audio.watermark.32",
    "io.diker.sigi.v1",
    "me.deepmark.audio.vigil.128",
    "me.reconize.videoseal.1",
    "org.atsc.a336",
    "org.labeler.spread-spectrum.1",
    "tv.kinetiq.watercast.48.1",
];

/// Returns the kind of the algorithm with this identifier. The comparison is exact.
pub fn soft_binding_kind(alg: &str) -> SoftBindingKind {
    if WATERMARKS.contains(&alg) {
        SoftBindingKind::Watermark
    } else if FINGERPRINTS.contains(&alg) {
        SoftBindingKind::Fingerprint
    } else {
        SoftBindingKind::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_watermarks_from_fingerprints() {
        assert_eq!(soft_binding_kind("com.adobe.trustmark.P"), SoftBindingKind::Watermark);
        assert_eq!(soft_binding_kind("io.iscc.v0"), SoftBindingKind::Fingerprint);
        assert_eq!(soft_binding_kind("com.example.unlisted"), SoftBindingKind::Unknown);
        assert_eq!(soft_binding_kind("com.adobe.trustmark"), SoftBindingKind::Unknown);
    }

    #[test]
    fn lists_each_algorithm_once_in_order() {
        assert!(WATERMARKS.is_sorted_by(|a, b| a < b));
        assert!(FINGERPRINTS.is_sorted_by(|a, b| a < b));
        assert!(!WATERMARKS.iter().any(|alg| FINGERPRINTS.contains(alg)));
    }
}
