//! The pass over the bytes of an asset that a hard binding covers.

use super::track::{HashedRanges, Leaves, Track};

/// Status codes of the outcomes (C2PA 2.2, 15.2).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Codes {
    /// Success.
    pub matched: &'static str,
    /// Failure.
    pub mismatch: &'static str,
    /// Informational: more than the manifest is excluded.
    pub extra: &'static str,
}

/// A running verification. Feed the asset to it from the first byte to the last, then request the outcome.
#[derive(Debug)]
pub struct BindingPass {
    pub(super) tracks: Vec<Track>,
    pub(super) leaves: Vec<Leaves>,
    pub(super) extra_exclusions: bool,
    pub(super) failed: bool,
    /// End of the last exclusion. A shorter file contradicts its binding.
    pub(super) length_needed: u64,
    pub(super) fed: u64,
    /// Result of a hash that the caller supplied.
    pub(super) settled: Option<bool>,
    pub(super) codes: Codes,
}

impl BindingPass {
    pub(super) fn failed() -> Self {
        Self {
            tracks: Vec::new(),
            leaves: Vec::new(),
            extra_exclusions: false,
            failed: true,
            length_needed: 0,
            fed: 0,
            settled: None,
            codes: Codes {
                matched: "assertion.dataHash.match",
                mismatch: "assertion.dataHash.mismatch",
                extra: "assertion.dataHash.additionalExclusionsPresent",
            },
        }
    }

    /// Returns the ranges that the pass hashes, if it is a single hash over bytes of the file.
    #[must_use]
    pub fn ranges(&self) -> Option<HashedRanges> {
        match (&self.tracks[..], &self.leaves[..]) {
            ([track], []) if self.fed == 0 => track.ranges(),
            _ => None,
        }
    }

    /// Sets the hash of [`BindingPass::ranges`] and the file's length, if the caller has a faster way to compute them.
    /// The file's bytes are then not needed.
    pub fn settle(&mut self, digest: &[u8], length: u64) {
        self.settled = Some(matches!(&self.tracks[..], [track] if track.expects(digest)));
        self.fed = length;
    }

    /// Returns whether the file's bytes are still needed.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.settled.is_none()
    }

    /// Processes the next bytes of the asset.
    pub fn update(&mut self, chunk: &[u8]) {
        for track in &mut self.tracks {
            track.update(self.fed, chunk);
        }
        for leaves in &mut self.leaves {
            leaves.update(self.fed, chunk);
        }
        self.fed = self.fed.saturating_add(chunk.len() as u64);
    }

    /// Returns the outcome.
    pub(crate) fn finish(self) -> BindingOutcome {
        let whole = self.fed >= self.length_needed;
        let matched = whole
            && !self.failed
            && self.settled.unwrap_or_else(|| {
                self.tracks.into_iter().all(Track::matches) && self.leaves.into_iter().all(Leaves::matches)
            });
        BindingOutcome { matched, extra_exclusions: self.extra_exclusions, codes: self.codes }
    }
}

/// Outcome of a pass over the asset.
#[derive(Debug)]
pub(crate) struct BindingOutcome {
    /// Whether the bytes are those that were signed.
    pub matched: bool,
    /// Whether the hash excludes more than the manifest's own range.
    pub extra_exclusions: bool,
    /// Status codes for the report.
    pub codes: Codes,
}
