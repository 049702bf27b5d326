//! The pass over the bytes of an asset that a hard binding covers.

use super::track::{HashedRanges, Leaves, Track};

/// Names of the outcomes (C2PA 2.2, 15.2).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Codes {
    /// Success.
    pub matched: &'static str,
    /// Failure.
    pub mismatch: &'static str,
    /// Informational: something besides the manifest is excluded.
    pub extra: &'static str,
}

/// A verification under way: feed it the asset from first byte to last, then ask.
#[derive(Debug)]
pub struct BindingPass {
    pub(super) tracks: Vec<Track>,
    pub(super) leaves: Vec<Leaves>,
    pub(super) extra_exclusions: bool,
    pub(super) failed: bool,
    /// Where the last exclusion ends: a file that is shorter contradicts its binding.
    pub(super) length_needed: u64,
    pub(super) fed: u64,
    /// What somebody else's hash said.
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

    /// What the pass hashes, where that is one hash over bytes of the file and nothing else.
    #[must_use]
    pub fn ranges(&self) -> Option<HashedRanges> {
        match (&self.tracks[..], &self.leaves[..]) {
            ([track], []) if self.fed == 0 => track.ranges(),
            _ => None,
        }
    }

    /// Takes the hash of [`BindingPass::ranges`] from somebody who hashes faster, and the file's length, in place of its
    /// bytes.
    pub fn settle(&mut self, digest: &[u8], length: u64) {
        self.settled = Some(matches!(&self.tracks[..], [track] if track.expects(digest)));
        self.fed = length;
    }

    /// Whether the file's bytes are still wanted.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.settled.is_none()
    }

    /// Takes the next bytes of the asset.
    pub fn update(&mut self, chunk: &[u8]) {
        for track in &mut self.tracks {
            track.update(self.fed, chunk);
        }
        for leaves in &mut self.leaves {
            leaves.update(self.fed, chunk);
        }
        self.fed = self.fed.saturating_add(chunk.len() as u64);
    }

    /// What came out.
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

/// What a pass over the asset showed.
#[derive(Debug)]
pub(crate) struct BindingOutcome {
    /// The bytes are those that were signed.
    pub matched: bool,
    /// More than the manifest's own place is left out of the hash.
    pub extra_exclusions: bool,
    /// Codes to report with.
    pub codes: Codes,
}
