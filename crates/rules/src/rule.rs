//! The shape of a rule: dated versions as data, one function over the facts, keys of the message catalogue.

use time::Date;

use crate::case::Case;
use crate::evidence::Modality;
use crate::{Citation, Outcome, Region, Role, Severity};

/// One dated version of a rule: what the text in force between two days says.
pub(crate) struct Vintage {
    pub from: Date,
    pub until: Option<Date>,
    pub severity: Severity,
    pub instrument: &'static str,
    pub provision: &'static str,
    pub url: Option<&'static str>,
    /// Key of the sentence that quotes or sums up the requirement.
    pub requirement: &'static str,
}

impl Vintage {
    pub fn in_force(&self, day: Date) -> bool {
        self.from <= day && self.until.is_none_or(|until| day <= until)
    }
}

/// What must be the case before a rule is looked at.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    /// Something says that AI made or altered the content.
    AiClaim,
    /// Nothing: the rule is about marks or reservations of any file.
    Nothing,
}

/// A rule.
pub(crate) struct Rule {
    pub id: &'static str,
    pub region: Region,
    /// Key of its name.
    pub title: &'static str,
    /// Its versions, oldest first, without overlap.
    pub vintages: &'static [Vintage],
    pub roles: &'static [Role],
    pub modalities: &'static [Modality],
    pub needs: Needs,
    /// A weight other than the version's own, with the key of the reason.
    pub weight: fn(&Case<'_>) -> Option<(Severity, &'static str)>,
    pub logic: fn(&Case<'_>) -> Finding,
}

/// The weight function of rules whose weight never changes.
pub(crate) fn usual(_: &Case<'_>) -> Option<(Severity, &'static str)> {
    None
}

/// What a rule's logic found.
pub(crate) struct Finding {
    pub outcome: Outcome,
    pub key: &'static str,
    pub params: Vec<(&'static str, String)>,
    pub notes: Vec<&'static str>,
    pub evidence: Vec<Citation>,
    /// A weight that depends on what was found, with the key of the reason.
    pub weight: Option<(Severity, &'static str)>,
}

fn finding(outcome: Outcome, key: &'static str) -> Finding {
    Finding { outcome, key, params: Vec::new(), notes: Vec::new(), evidence: Vec::new(), weight: None }
}

/// The requirement is met.
pub(crate) fn pass(key: &'static str) -> Finding {
    finding(Outcome::Pass, key)
}

/// The requirement is not met; the catalogue has `KEY.fix` or the rule's own fix.
pub(crate) fn fail(key: &'static str) -> Finding {
    finding(Outcome::Fail, key)
}

/// The file cannot settle it; the catalogue has `KEY.settles`.
pub(crate) fn open(key: &'static str) -> Finding {
    finding(Outcome::Undetermined, key)
}

/// The rule does not apply.
pub(crate) fn not_applicable(key: &'static str) -> Finding {
    finding(Outcome::NotApplicable, key)
}

impl Finding {
    /// Gives a placeholder its value.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.params.push((name, value.into()));
        self
    }

    /// Rests the finding on a fact.
    pub fn cite(mut self, citation: Citation) -> Self {
        self.evidence.push(citation);
        self
    }

    /// Rests the finding on several facts.
    pub fn cites(mut self, citations: impl IntoIterator<Item = Citation>) -> Self {
        self.evidence.extend(citations);
        self
    }

    /// Adds a warning.
    pub fn note(mut self, key: &'static str) -> Self {
        self.notes.push(key);
        self
    }

    /// Adds a warning when a condition holds.
    pub fn note_if(self, condition: bool, key: &'static str) -> Self {
        if condition { self.note(key) } else { self }
    }

    /// Changes the rule's weight because of what was found.
    pub fn weigh(mut self, severity: Severity, reason: &'static str) -> Self {
        self.weight = Some((severity, reason));
        self
    }
}

pub(crate) const PROVIDER: &[Role] = &[Role::Provider];
pub(crate) const PLATFORM: &[Role] = &[Role::Platform];
pub(crate) const PROVIDER_PLATFORM: &[Role] = &[Role::Provider, Role::Platform];
pub(crate) const PROVIDER_DEPLOYER: &[Role] = &[Role::Provider, Role::Deployer];
pub(crate) const EVERY_ROLE: &[Role] = &[Role::Provider, Role::Deployer, Role::Platform];

/// A file of unknown kind is judged, not waved through.
pub(crate) const EVERY_MODALITY: &[Modality] =
    &[Modality::Image, Modality::Video, Modality::Audio, Modality::Text, Modality::Document, Modality::Unknown];
/// What California and Washington cover: image, video, audio.
pub(crate) const MEDIA: &[Modality] = &[Modality::Image, Modality::Video, Modality::Audio, Modality::Unknown];
/// Everything that can hold signed metadata; free-form text cannot.
pub(crate) const CONTAINED: &[Modality] =
    &[Modality::Image, Modality::Video, Modality::Audio, Modality::Document, Modality::Unknown];
pub(crate) const IMAGES: &[Modality] = &[Modality::Image];
pub(crate) const TIMED: &[Modality] = &[Modality::Video, Modality::Audio];
