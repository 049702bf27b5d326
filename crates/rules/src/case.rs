//! One file under one context, with the questions that several rules ask of the facts.
//!
//! Invariants: a statement in a manifest counts as a *claim* whatever the manifest's validity, but as a *mark* only
//! when hashes and signature hold; an `inputTo` ingredient says nothing about the asset; silence of a place that was
//! not read completely is never absence.

use crate::evidence::{
    Action, C2paFacts, C2paPresence, CertificateTime, Comparison, Evidence, Integrity, LayerChange, ManifestPosition,
    MarkLayer, MarkState, MetadataSupport, Reading, Site, VisibleState,
};
use crate::{AiClaim, AiClaimState, Answer, Citation, Context, Contradiction, SourceClass, SourceType};

/// The state of the manifest store in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Manifest {
    /// Looked everywhere, there is none.
    None,
    /// Not looked, or not everywhere.
    NotRead,
    /// Only a link to one.
    Remote,
    /// Could not be parsed.
    Unreadable,
    /// Parsed, not verified.
    Unverified,
    /// A hash or the signature does not match.
    Invalid,
    /// Intact, certificate expired, no trusted time stamp.
    Expired,
    /// Intact, certificate not yet valid.
    NotYetValid,
    /// Intact, nothing against its certificate's time.
    Intact,
}

/// A place where a digital source type is stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layer {
    C2pa,
    Xmp,
}

/// One digital source type, wherever it was found.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    pub layer: Layer,
    pub class: SourceClass,
    pub citation: Citation,
}

pub(crate) struct Case<'a> {
    pub evidence: &'a Evidence,
    pub context: &'a Context,
    pub ai: AiClaim,
}

/// Cuts a value for display, on a character boundary.
fn shorten(value: &str) -> String {
    const LONGEST: usize = 200;
    match value.char_indices().nth(LONGEST) {
        Some((end, _)) => value.get(..end).map_or_else(String::new, |head| format!("{head}…")),
        None => value.to_owned(),
    }
}

/// A citation.
pub(crate) fn cite(fact: &str, value: &str, site: &Site) -> Citation {
    Citation { fact: fact.to_owned(), value: shorten(value), site: site.clone() }
}

impl<'a> Case<'a> {
    pub fn new(evidence: &'a Evidence, context: &'a Context) -> Self {
        let mut case = Self {
            evidence,
            context,
            ai: AiClaim {
                state: AiClaimState::None,
                asserted: context.is_ai == Answer::Yes,
                evidence: Vec::new(),
                contradictions: Vec::new(),
            },
        };
        case.ai = case.claim();
        case
    }

    pub fn c2pa(&self) -> &'a C2paFacts {
        &self.evidence.c2pa
    }

    pub fn manifest(&self) -> Manifest {
        let c2pa = self.c2pa();
        match c2pa.presence {
            C2paPresence::Absent if self.evidence.readings.c2pa == Reading::Complete => Manifest::None,
            C2paPresence::Absent => Manifest::NotRead,
            C2paPresence::Remote => Manifest::Remote,
            C2paPresence::Unreadable => Manifest::Unreadable,
            C2paPresence::Present => match (c2pa.integrity, c2pa.certificate_time) {
                (Integrity::Unknown, _) => Manifest::Unverified,
                (Integrity::Invalid, _) => Manifest::Invalid,
                (Integrity::Valid, CertificateTime::Expired) => Manifest::Expired,
                (Integrity::Valid, CertificateTime::NotYetValid) => Manifest::NotYetValid,
                (Integrity::Valid, CertificateTime::Inside | CertificateTime::Unknown) => Manifest::Intact,
            },
        }
    }

    /// Whether hashes and signature hold, so that what the manifest says counts as said by its signer.
    pub fn manifest_holds(&self) -> bool {
        matches!(self.manifest(), Manifest::Intact | Manifest::Expired | Manifest::NotYetValid)
    }

    pub fn c2pa_citation(&self) -> Citation {
        let c2pa = self.c2pa();
        cite("C2PA manifest", c2pa.manifest_label.as_deref().unwrap_or("present"), &c2pa.site)
    }

    /// The failure codes, or the certificate's state when there are none.
    pub fn failure_codes(&self) -> String {
        if self.c2pa().failure_codes.is_empty() {
            "no code given".to_owned()
        } else {
            self.c2pa().failure_codes.join(", ")
        }
    }

    /// Actions that bear on the asset itself.
    pub fn actions(&self) -> impl Iterator<Item = &'a Action> {
        self.evidence.c2pa.actions.iter().filter(|action| action.position != ManifestPosition::Input)
    }

    /// Actions that say AI.
    pub fn ai_actions(&self) -> impl Iterator<Item = &'a Action> {
        self.actions().filter(|action| action.source_type.as_ref().is_some_and(SourceType::says_ai))
    }

    /// Every digital source type that bears on the asset, whatever it says.
    pub fn statements(&self) -> Vec<Statement> {
        let mut all = Vec::new();
        for action in self.actions() {
            if let Some(source) = &action.source_type {
                all.push(Statement {
                    layer: Layer::C2pa,
                    class: source.class,
                    citation: cite(
                        &format!("C2PA action {} digital source type", action.action),
                        &source.value,
                        &action.site,
                    ),
                });
            }
        }
        for asserted in &self.c2pa().asserted_source_types {
            if asserted.position != ManifestPosition::Input {
                all.push(Statement {
                    layer: Layer::C2pa,
                    class: asserted.source_type.class,
                    citation: cite("C2PA asserted digital source type", &asserted.source_type.value, &asserted.site),
                });
            }
        }
        for found in &self.evidence.metadata.source_types {
            all.push(Statement {
                layer: Layer::Xmp,
                class: found.value.class,
                citation: cite("XMP digital source type", &found.value.value, &found.site),
            });
        }
        all
    }

    /// Statements that count as marks: outside a manifest, or in one that holds.
    pub fn standing_statements(&self) -> Vec<Statement> {
        let holds = self.manifest_holds();
        self.statements().into_iter().filter(|statement| statement.layer != Layer::C2pa || holds).collect()
    }

    /// What the manifest says about AI, whatever its validity.
    pub fn c2pa_ai(&self) -> Vec<Citation> {
        let mut found: Vec<Citation> = self
            .statements()
            .into_iter()
            .filter(|statement| statement.layer == Layer::C2pa && statement.class.says_ai())
            .map(|statement| statement.citation)
            .collect();
        found.extend(self.disclosures());
        found
    }

    fn disclosures(&self) -> Vec<Citation> {
        self.c2pa()
            .ai_disclosures
            .iter()
            .map(|disclosure| {
                cite("C2PA AI disclosure", disclosure.model_name.as_deref().unwrap_or("present"), &disclosure.site)
            })
            .collect()
    }

    /// The IPTC fields that say AI.
    pub fn xmp_ai(&self) -> Vec<Citation> {
        let metadata = &self.evidence.metadata;
        let mut found: Vec<Citation> = metadata
            .source_types
            .iter()
            .filter(|found| found.value.says_ai())
            .map(|found| cite("XMP digital source type", &found.value.value, &found.site))
            .collect();
        for (fact, values) in [
            ("XMP AISystemUsed", &metadata.ai_system_used),
            ("XMP AISystemVersionUsed", &metadata.ai_system_version_used),
        ] {
            found.extend(values.iter().map(|located| cite(fact, &located.value, &located.site)));
        }
        found
    }

    pub fn aigc(&self) -> Vec<Citation> {
        self.evidence
            .aigc
            .iter()
            .map(|site| {
                let label = site.value("Label").map_or_else(|| "no Label".to_owned(), |label| format!("Label {label}"));
                cite("AIGC label", &label, &site.site)
            })
            .collect()
    }

    /// Invisible marks that were decoded and say AI.
    pub fn decoded_ai_marks(&self) -> Vec<Citation> {
        self.evidence
            .invisible_marks
            .iter()
            .filter(|mark| mark.state == MarkState::Decoded && mark.says_ai)
            .map(|mark| cite("invisible mark", &mark.name, &mark.site))
            .collect()
    }

    /// Traces of at least that confidence (a smaller tier is a stronger one).
    pub fn traces(&self, strongest: u8, weakest: u8) -> Vec<Citation> {
        self.evidence
            .traces
            .iter()
            .filter(|trace| (strongest..=weakest).contains(&trace.tier))
            .map(|trace| cite(&format!("{} trace in {}", trace.generator, trace.field), &trace.value, &trace.site))
            .collect()
    }

    fn claim(&self) -> AiClaim {
        let mut evidence = self.c2pa_ai();
        evidence.extend(self.xmp_ai());
        evidence.extend(self.aigc());
        evidence.extend(self.decoded_ai_marks());
        let visible = &self.evidence.visible_label;
        if visible.state == VisibleState::Present {
            evidence.push(cite("visible label", visible.text.as_deref().unwrap_or("present"), &visible.site));
        }
        evidence.extend(self.traces(0, 4));
        // A file whose marks were removed says nothing any more; its earlier version still does.
        let said_before = |comparison: &&Comparison| {
            comparison.before_said_ai
                || comparison
                    .changes
                    .iter()
                    .any(|change| change.layer == MarkLayer::Aigc && change.change != LayerChange::Added)
        };
        if let Some(comparison) = self.evidence.comparison.as_ref().filter(said_before) {
            let lost = comparison.changes.iter().find(|change| change.change != LayerChange::Added);
            let (value, site) =
                lost.map_or(("said AI", Site::default()), |change| (change.before.as_str(), change.site.clone()));
            evidence.push(cite("mark of the earlier version", value, &site));
        }
        let asserted = self.context.is_ai == Answer::Yes;
        let state = if asserted || !evidence.is_empty() {
            AiClaimState::Claimed
        } else {
            evidence.extend(
                self.statements()
                    .into_iter()
                    .filter(|statement| statement.class == SourceClass::PossibleAi)
                    .map(|statement| statement.citation),
            );
            evidence.extend(self.traces(5, u8::MAX));
            // A hint does not outweigh an explicit answer.
            if evidence.is_empty() || self.context.is_ai == Answer::No {
                AiClaimState::None
            } else {
                AiClaimState::Possible
            }
        };
        AiClaim { state, asserted, evidence, contradictions: self.contradictions() }
    }

    /// Statements that say AI against statements that say it was not. Several manifests of one history do not
    /// contradict each other (a photo that was later edited with AI); two layers about the same file do.
    fn contradictions(&self) -> Vec<Contradiction> {
        let statements = self.statements();
        let says_ai = |layer: Layer| {
            statements
                .iter()
                .filter(move |statement| statement.layer == layer && statement.class.says_ai())
                .map(|s| &s.citation)
        };
        let says_not = |layer: Layer| {
            statements
                .iter()
                .filter(move |statement| statement.layer == layer && statement.class.says_not_ai())
                .map(|s| &s.citation)
        };
        let mut found = Vec::new();
        let mut pair = |ai: Option<&Citation>, other: Option<&Citation>| {
            if let (Some(ai), Some(other)) = (ai, other) {
                found.push(Contradiction { ai: ai.clone(), other: other.clone() });
            }
        };
        let c2pa_silent = says_ai(Layer::C2pa).next().is_none();
        let aigc = self.aigc();
        pair(says_ai(Layer::C2pa).next(), says_not(Layer::Xmp).next());
        pair(says_ai(Layer::Xmp).next(), says_not(Layer::Xmp).next());
        pair(aigc.first(), says_not(Layer::Xmp).next());
        if c2pa_silent {
            pair(says_ai(Layer::Xmp).next(), says_not(Layer::C2pa).next());
            pair(aigc.first(), says_not(Layer::C2pa).next());
        }
        // An edited photo keeps its camera; a picture that is generated as a whole has none.
        let device = self
            .evidence
            .metadata
            .capture_devices
            .first()
            .map(|device| cite("capture device", &device.value, &device.site));
        let edited = statements.iter().any(|statement| statement.class == SourceClass::AiEdited);
        if !edited {
            let generated = statements.iter().find(|statement| statement.class == SourceClass::AiGenerated);
            pair(generated.map(|statement| &statement.citation), device.as_ref());
        }
        found
    }

    /// Whether the container is known to have no place for metadata.
    pub fn cannot_carry(&self) -> bool {
        self.evidence.file.metadata == MetadataSupport::None
    }

    /// Whether silence of manifest and metadata means that they are not there.
    pub fn silence_counts(&self) -> bool {
        let readings = self.evidence.readings;
        !matches!(self.manifest(), Manifest::NotRead | Manifest::Remote | Manifest::Unreadable | Manifest::Unverified)
            && readings.metadata == Reading::Complete
    }

    /// A link through which information may be conveyed, with its address.
    pub fn link(&self) -> Option<Citation> {
        self.evidence.metadata.links.first().map(|link| cite("provenance link", &link.value.url, &link.site)).or_else(
            || self.c2pa().remote_manifest.as_ref().map(|remote| cite("remote manifest", &remote.value, &remote.site)),
        )
    }
}
