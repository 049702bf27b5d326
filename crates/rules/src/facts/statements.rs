//! Facts about the stated origin of the file, the source of each statement, and the resulting answer to whether AI made
//! it.

use super::labels;
use super::manifest::{holds, manifest_standing, manifest_state, names_nobody};
use super::standing::Standing;
use super::table::{Facts, Value, cite};
use crate::evidence::{
    C2paPresence, CertificateClass, Evidence, IngredientValidity, ManifestPosition, ManifestStorage, MarkLayer,
    MarkState, Relationship, Signer, SoftBindingKind, Trust, TrustListKind,
};
use crate::{AiClaim, AiClaimState, Answer, Citation, Context, Contradiction, SourceClass, SourceType};

fn parent_holds(evidence: &Evidence) -> bool {
    let broken = |validity: IngredientValidity| matches!(validity, IngredientValidity::Invalid);
    !evidence.c2pa.ingredients.iter().any(|i| i.relationship == Relationship::ParentOf && broken(i.validity))
}

pub(super) fn signer_name(signer: &Signer) -> Option<&str> {
    signer.organisation.as_deref().or(signer.common_name.as_deref())
}

/// A place where the origin is stated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Layer {
    C2pa,
    Xmp,
    Aigc,
    Watermark,
    Label,
    Earlier,
}

/// One statement about the origin of the asset itself.
#[derive(Clone, Debug)]
pub(super) struct Statement {
    pub layer: Layer,
    /// The stated origin; `None` for a statement that names AI without its role.
    pub class: Option<SourceClass>,
    pub says_ai: bool,
    pub standing: Standing,
    pub citation: Citation,
}

/// Statements about the asset and about its parts.
#[derive(Debug, Default)]
pub(super) struct Statements {
    /// About the asset: its own statements, and those of a parent unless the asset's own actions replace it.
    pub own: Vec<Statement>,
    /// Statements of components and replaced parents that say AI.
    pub parts: Vec<Statement>,
    /// Hints.
    pub hints: Vec<Citation>,
    /// Whether the statements of a parent count for the asset.
    pub parent_counts: bool,
}

impl Statements {
    pub fn new(evidence: &Evidence) -> Self {
        let c2pa = &evidence.c2pa;
        let standing = manifest_standing(evidence);
        let parent_standing = if parent_holds(evidence) { standing } else { Standing::StatedUnsigned };
        let active =
            |name: &str| c2pa.actions.iter().any(|a| a.position == ManifestPosition::Active && a.action == name);
        let mut out = Self { parent_counts: !active("c2pa.created"), ..Self::default() };
        for action in &c2pa.actions {
            if let Some(source) = &action.source_type {
                let fact = format!("C2PA action {} digital source type", action.action);
                out.add_c2pa(action.position, source, &fact, &action.site, [standing, parent_standing]);
            }
        }
        for asserted in &c2pa.asserted_source_types {
            let fact = "C2PA asserted digital source type";
            out.add_c2pa(asserted.position, &asserted.source_type, fact, &asserted.site, [standing, parent_standing]);
        }
        for disclosure in &c2pa.ai_disclosures {
            let value = disclosure.model_name.as_deref().unwrap_or("present");
            let standing = if disclosure.position == ManifestPosition::Active { standing } else { parent_standing };
            let statement = Statement {
                layer: Layer::C2pa,
                class: None,
                says_ai: true,
                standing,
                citation: cite("C2PA AI disclosure", value, &disclosure.site, standing),
            };
            out.place(disclosure.position, statement);
        }
        out.add_metadata(evidence);
        out.add_seen(evidence);
        out.add_hints(evidence);
        out
    }

    fn place(&mut self, position: ManifestPosition, statement: Statement) {
        match position {
            ManifestPosition::Active => self.own.push(statement),
            ManifestPosition::Parent if self.parent_counts && statement.says_ai => self.own.push(statement),
            // A parent's statement about its own capture is history, not a contradiction.
            ManifestPosition::Parent | ManifestPosition::Component if statement.says_ai => self.parts.push(statement),
            ManifestPosition::Parent | ManifestPosition::Component | ManifestPosition::Input => {}
        }
    }

    fn add_c2pa(
        &mut self,
        position: ManifestPosition,
        source: &SourceType,
        fact: &str,
        site: &crate::evidence::Site,
        [own, parent]: [Standing; 2],
    ) {
        let standing = if position == ManifestPosition::Active { own } else { parent };
        let statement = Statement {
            layer: Layer::C2pa,
            class: Some(source.class),
            says_ai: source.says_ai(),
            standing,
            citation: cite(fact, &source.value, site, standing),
        };
        self.place(position, statement);
    }

    fn add_metadata(&mut self, evidence: &Evidence) {
        let metadata = &evidence.metadata;
        let unsigned = Standing::StatedUnsigned;
        for found in &metadata.source_types {
            self.own.push(Statement {
                layer: Layer::Xmp,
                class: Some(found.value.class),
                says_ai: found.value.says_ai(),
                standing: unsigned,
                citation: cite("XMP digital source type", &found.value.value, &found.site, unsigned),
            });
        }
        for (fact, values) in [
            ("XMP AISystemUsed", &metadata.ai_system_used),
            ("XMP AISystemVersionUsed", &metadata.ai_system_version_used),
        ] {
            self.own.extend(values.iter().map(|located| Statement {
                layer: Layer::Xmp,
                class: None,
                says_ai: true,
                standing: unsigned,
                citation: cite(fact, &located.value, &located.site, unsigned),
            }));
        }
        for label in &evidence.aigc {
            let value = label.field("Label").map(|field| field.value.as_str());
            let shown = value.map_or_else(|| "no Label".to_owned(), |value| format!("Label {value}"));
            let citation = cite("AIGC label", &shown, &label.site, unsigned);
            if matches!(value, None | Some("1")) {
                self.own.push(Statement {
                    layer: Layer::Aigc,
                    class: None,
                    says_ai: true,
                    standing: unsigned,
                    citation,
                });
            } else {
                self.hints.push(citation);
            }
        }
    }

    fn add_seen(&mut self, evidence: &Evidence) {
        let seen = Standing::Seen;
        for mark in evidence.invisible_marks.iter().filter(|m| m.state == MarkState::Decoded && m.says_ai) {
            self.own.push(Statement {
                layer: Layer::Watermark,
                class: None,
                says_ai: true,
                standing: seen,
                citation: cite("watermark", &mark.name, &mark.site, seen),
            });
        }
        if let Some((text, site)) = labels::seen_ai_label(evidence) {
            self.own.push(Statement {
                layer: Layer::Label,
                class: None,
                says_ai: true,
                standing: seen,
                citation: cite("label for people", &text, &site, seen),
            });
        }
        let Some(comparison) = &evidence.comparison else {
            return;
        };
        // A file whose marks were removed no longer states anything, but its earlier version does.
        let existed = |change: &&crate::evidence::MarkChange| change.change != crate::evidence::LayerChange::Added;
        let aigc_before = comparison.changes.iter().filter(existed).any(|change| change.layer == MarkLayer::Aigc);
        if comparison.before_said_ai || aigc_before {
            let lost = comparison.changes.iter().find(existed);
            let (value, site) =
                lost.map_or(("said AI", crate::evidence::Site::default()), |c| (c.before.as_str(), c.site.clone()));
            self.own.push(Statement {
                layer: Layer::Earlier,
                class: None,
                says_ai: true,
                standing: Standing::StatedUnsigned,
                citation: cite("mark of the earlier version", value, &site, Standing::StatedUnsigned),
            });
        }
    }

    fn add_hints(&mut self, evidence: &Evidence) {
        let unsigned = Standing::StatedUnsigned;
        for trace in &evidence.traces {
            let fact = format!("{} trace in {}", trace.generator, trace.field);
            self.hints.push(cite(&fact, &trace.value, &trace.site, unsigned));
        }
        for remark in &evidence.metadata.ai_remarks {
            self.hints.push(cite("remark", &remark.value, &remark.site, unsigned));
        }
        let open = |class: SourceClass| matches!(class, SourceClass::PossibleAi | SourceClass::Algorithmic);
        let vague = self.own.iter().filter(|s| s.class.is_some_and(open)).map(|s| s.citation.clone());
        let vague: Vec<Citation> = vague.collect();
        self.hints.extend(vague);
    }

    pub fn ai(&self) -> impl Iterator<Item = &Statement> {
        self.own.iter().filter(|statement| statement.says_ai)
    }

    pub fn not_ai(&self) -> impl Iterator<Item = &Statement> {
        self.own.iter().filter(|statement| statement.class.is_some_and(SourceClass::says_not_ai))
    }
}

/// Sets the facts about the manifest store.
pub(super) fn manifest(facts: &mut Facts, evidence: &Evidence) {
    let c2pa = &evidence.c2pa;
    let state = manifest_state(evidence);
    let standing = manifest_standing(evidence);
    let label = c2pa.manifest_label.as_deref().unwrap_or("present");
    let there = || match state {
        "none" | "not-read" => Vec::new(),
        "removed" => c2pa
            .leftover_reference
            .iter()
            .map(|found| cite("reference to a removed manifest", &found.value, &found.site, Standing::StatedUnsigned))
            .collect(),
        "remote" => c2pa
            .remote_manifest
            .iter()
            .map(|found| cite("remote manifest", &found.value, &found.site, Standing::StatedUnsigned))
            .collect(),
        _ => vec![cite("C2PA manifest", label, &c2pa.site, standing)],
    };
    facts.put("c2pa.state", state, there());
    facts.put("c2pa.holds", holds(evidence), there());
    let present = c2pa.presence == C2paPresence::Present;
    facts.put("c2pa.sidecar", present && c2pa.storage == ManifestStorage::Sidecar, there());
    let value = match state {
        "none" | "removed" => Value::Absent,
        "not-read" | "remote" | "unreadable" => Value::Unknown,
        _ => standing.into(),
    };
    facts.put("c2pa.standing", value, there());
    facts.set("c2pa.leftover", c2pa.leftover_reference.as_ref().map(|found| found.value.clone()));
    let codes = if c2pa.failure_codes.is_empty() { "no code given".to_owned() } else { c2pa.failure_codes.join(", ") };
    facts.set("c2pa.failure-codes", codes);
    let read = present;
    let unless_read = |value: Value| {
        if read {
            value
        } else if facts_none(state) {
            Value::Absent
        } else {
            Value::Unknown
        }
    };
    let name = c2pa.signer.as_ref().and_then(signer_name);
    let signer_citation = || name.map(|name| cite("signer", name, &c2pa.site, standing)).into_iter().collect();
    let shown = c2pa.signer.as_ref().map(|_| name.unwrap_or("a signer without a name"));
    facts.put("c2pa.signer", unless_read(shown.into()), signer_citation());
    facts.set(
        "c2pa.certificate",
        match c2pa.certificate_class {
            CertificateClass::Unknown => Value::Unknown,
            CertificateClass::Listed => "listed".into(),
            CertificateClass::UnlistedAuthority => "unlisted-authority".into(),
            CertificateClass::SelfSigned => "self-signed".into(),
            CertificateClass::Test => "test".into(),
            CertificateClass::Development => "development".into(),
        },
    );
    facts.put("c2pa.names-nobody", unless_read(Value::Flag(names_nobody(evidence))), signer_citation());
    facts.put(
        "c2pa.trust",
        match c2pa.trust {
            Trust::Trusted => "trusted".into(),
            Trust::Untrusted => "untrusted".into(),
            Trust::Unknown => Value::Unknown,
        },
        signer_citation(),
    );
    facts.set("c2pa.trusted-by", c2pa.trusted_by.clone().unwrap_or_else(|| "a trust list".to_owned()));
    facts.set(
        "c2pa.list-kind",
        c2pa.trust_list_kind.map(|kind| match kind {
            TrustListKind::Official => "official",
            TrustListKind::Interim => "interim",
            TrustListKind::Operator => "operator",
        }),
    );
    time_stamp(facts, evidence, read, state);
    let active = |name: &str| c2pa.actions.iter().any(|a| a.position == ManifestPosition::Active && a.action == name);
    facts.set("c2pa.opened", active("c2pa.opened"));
    facts.set("c2pa.created", active("c2pa.created"));
    let parents: Vec<Citation> = c2pa
        .ingredients
        .iter()
        .filter(|i| i.relationship == Relationship::ParentOf)
        .map(|i| cite("parent ingredient", i.title.as_deref().unwrap_or("present"), &i.site, standing))
        .collect();
    facts.put("c2pa.parent", !parents.is_empty(), parents);
}

fn facts_none(state: &str) -> bool {
    matches!(state, "none" | "removed")
}

fn time_stamp(facts: &mut Facts, evidence: &Evidence, read: bool, state: &str) {
    let Some(stamp) = evidence.c2pa.time_stamp.as_ref().filter(|_| read) else {
        facts.set("c2pa.stamp", if read || facts_none(state) { Value::from("none") } else { Value::Unknown });
        facts.set("c2pa.stamp-time", Value::Absent);
        return;
    };
    let time = stamp.time.as_deref().unwrap_or("time not read");
    let word = match (stamp.valid, stamp.trusted) {
        (Some(false), _) => "invalid",
        (None, _) => "unverified",
        (Some(true), Some(true)) => "trusted",
        (Some(true), Some(false)) => "untrusted",
        (Some(true), None) => "no-list",
    };
    let standing = match word {
        "trusted" => Standing::Verified,
        "untrusted" | "no-list" => Standing::Intact,
        _ => Standing::StatedUnsigned,
    };
    facts.put("c2pa.stamp", word, vec![cite("time stamp", time, &stamp.site, standing)]);
    facts.set("c2pa.stamp-time", time);
}

/// Decides whether AI made the content, and which source decides this.
pub(super) fn ai(facts: &mut Facts, statements: &Statements, evidence: &Evidence, context: &Context) -> AiClaim {
    let answer = context.made_by_ai();
    let strongest = statements.ai().max_by_key(|statement| statement.standing).cloned();
    let ai_standing = strongest.as_ref().map(|statement| statement.standing);
    let backed = |standing: Option<Standing>| standing.is_some_and(|standing| standing >= Standing::Intact);
    // A certificate that anyone can create is no better than an unsigned field.
    let denial = statements
        .not_ai()
        .filter(|statement| statement.standing >= Standing::Intact && !names_nobody(evidence))
        .max_by_key(|statement| statement.standing)
        .cloned();
    let denied = denial.as_ref().map(|statement| statement.standing);
    // Words that were read in an image may belong to a scene that a camera captured.
    let outranked = denied.is_some_and(|denied| ai_standing.is_some_and(|ai| ai < denied));
    let part = statements.parts.iter().any(|statement| statement.standing >= Standing::Intact);
    let (ai, source) =
        match answer {
            // A verified statement outweighs an answer alone. If a field that anyone can write supports the answer, the
            // question stays open. If a component is stated to be AI-made, the answer adds information about the whole
            // asset.
            Answer::Yes if denied == Some(Standing::Verified) && !backed(ai_standing) && !part => {
                if ai_standing.is_none() { (Some(false), "file") } else { (None, "") }
            }
            Answer::Yes => (Some(true), "answer"),
            Answer::No if backed(ai_standing) && !outranked => (Some(true), "file"),
            // The answer and a verified statement agree and outweigh a field that anyone can write.
            Answer::No if denied == Some(Standing::Verified) && !backed(ai_standing) && !part => (Some(false), "file"),
            // An answer against an unsigned field or against an AI-made component: the question stays open.
            Answer::No if ai_standing.is_some() || part => (None, ""),
            Answer::No => (Some(false), "answer"),
            Answer::Unknown if ai_standing.is_some() => {
                if outranked || (denied.is_some() && !backed(ai_standing)) {
                    (None, "")
                } else {
                    (Some(true), "file")
                }
            }
            Answer::Unknown if denied.is_some() && statements.parts.is_empty() => (Some(false), "file"),
            Answer::Unknown => (None, ""),
        };
    let says_ai: Vec<Citation> = {
        let mut found: Vec<&Statement> = statements.ai().collect();
        found.sort_by_key(|statement| std::cmp::Reverse(statement.standing));
        found.into_iter().map(|statement| statement.citation.clone()).collect()
    };
    let hints: Vec<Citation> =
        statements.hints.iter().cloned().chain(statements.parts.iter().map(|part| part.citation.clone())).collect();
    let evidence_for = match ai {
        Some(false) => denial.iter().map(|statement| statement.citation.clone()).collect(),
        _ if !says_ai.is_empty() => says_ai.clone(),
        _ => hints.clone(),
    };
    facts.put("ai", ai.map_or(Value::Unknown, Value::Flag), evidence_for.clone());
    facts.put("ai.hint", says_ai.is_empty() && !hints.is_empty(), hints.clone());
    facts.set("ai.source", if source.is_empty() { Value::Unknown } else { source.into() });
    facts.put("ai.standing", ai_standing, says_ai.clone());
    let by = match ai {
        Some(true) => strongest.as_ref().map(|statement| statement.citation.fact.clone()),
        Some(false) => denial.as_ref().map(|statement| statement.citation.fact.clone()),
        None => None,
    };
    facts.set("ai.by", by);
    let best_denial = statements.not_ai().max_by_key(|statement| statement.standing);
    facts.put(
        "ai.denied",
        best_denial.map(|statement| statement.standing),
        best_denial.map(|statement| statement.citation.clone()).into_iter().collect(),
    );
    facts.put("ai.part", !statements.parts.is_empty(), statements.parts.iter().map(|p| p.citation.clone()).collect());
    let contradictions = contradictions(facts, statements, evidence);
    let against_answer = match (answer, ai) {
        (Answer::No, _) if ai != Some(false) => true,
        (Answer::Yes, Some(false)) => true,
        // The answer decides, although a statement in the file, too weak to outweigh it, contradicts it.
        (Answer::Yes, _) if best_denial.is_some() && ai_standing.is_none() => true,
        _ => !contradictions.is_empty(),
    };
    facts.set("ai.contradicted", against_answer);
    kind(facts, statements, evidence);
    let state = match ai {
        Some(true) => AiClaimState::Claimed,
        Some(false) => AiClaimState::None,
        None if says_ai.is_empty() && hints.is_empty() => AiClaimState::None,
        None => AiClaimState::Possible,
    };
    AiClaim {
        state,
        asserted: answer == Answer::Yes,
        evidence: if says_ai.is_empty() { hints } else { says_ai },
        contradictions,
    }
}

/// Sets the fact about the role of AI according to reliable statements.
fn kind(facts: &mut Facts, statements: &Statements, evidence: &Evidence) {
    let reliable = |statement: &&Statement| statement.layer != Layer::C2pa || holds(evidence);
    let of = |wanted: fn(SourceClass) -> bool| -> Vec<&Statement> {
        statements.own.iter().filter(reliable).filter(|s| s.class.is_some_and(wanted)).collect()
    };
    let edited = of(|class| class == SourceClass::AiEdited);
    let generated = of(|class| class == SourceClass::AiGenerated);
    let vague = of(|class| matches!(class, SourceClass::PossibleAi | SourceClass::Algorithmic));
    let aigc: Vec<&Statement> = statements.own.iter().filter(|s| s.layer == Layer::Aigc).collect();
    // Generated first and altered later is one history; its latest state is "altered".
    let (word, found) = if !edited.is_empty() {
        ("altered", edited)
    } else if !generated.is_empty() {
        ("generated", generated)
    } else if !vague.is_empty() {
        ("ambiguous", vague)
    } else if !aigc.is_empty() {
        ("aigc-only", aigc)
    } else {
        ("", Vec::new())
    };
    let best = found.iter().map(|statement| statement.standing).max();
    let citations: Vec<Citation> = found.into_iter().map(|statement| statement.citation.clone()).collect();
    let missing = if facts.is("read.all") { Value::Absent } else { Value::Unknown };
    facts.put("ai.kind", if word.is_empty() { missing } else { word.into() }, citations);
    facts.set("ai.kind-standing", best);
    let active = |name: &str| {
        let named = |a: &&crate::evidence::Action| a.position == ManifestPosition::Active && a.action.starts_with(name);
        evidence.c2pa.actions.iter().find(named)
    };
    let by_action = active("c2pa.created")
        .map(|action| ("created", action))
        .or_else(|| active("c2pa.opened").and_then(|_| active("c2pa.edited")).map(|action| ("altered", action)));
    match by_action.filter(|_| holds(evidence)) {
        Some((word, action)) => {
            let cited = cite("C2PA action", &action.action, &action.site, manifest_standing(evidence));
            facts.put("ai.kind-action", word, vec![cited]);
        }
        None => facts.set("ai.kind-action", Value::Absent),
    }
}

/// Finds pairs of statements about the asset that cannot both be true.
fn contradictions(facts: &mut Facts, statements: &Statements, evidence: &Evidence) -> Vec<Contradiction> {
    let ai = |layer: Layer| statements.ai().find(|s| s.layer == layer).map(|s| &s.citation);
    let not = |layer: Layer| statements.not_ai().find(|s| s.layer == layer).map(|s| &s.citation);
    let mut found: Vec<Contradiction> = Vec::new();
    let mut pair = |ai: Option<&Citation>, other: Option<&Citation>| {
        if let (Some(ai), Some(other)) = (ai, other) {
            found.push(Contradiction { ai: ai.clone(), other: other.clone() });
        }
    };
    for layer in [Layer::C2pa, Layer::Xmp, Layer::Aigc, Layer::Watermark, Layer::Label] {
        pair(ai(layer), not(Layer::Xmp));
        // One manifest may contain both: a capture that was edited later.
        if layer != Layer::C2pa && ai(Layer::C2pa).is_none() {
            pair(ai(layer), not(Layer::C2pa));
        }
    }
    // An edited photo may keep its camera data; a completely generated image has none.
    let edited = statements.own.iter().any(|s| s.class == Some(SourceClass::AiEdited));
    let generated = statements.own.iter().find(|s| s.class == Some(SourceClass::AiGenerated));
    let device = evidence
        .metadata
        .capture_devices
        .first()
        .map(|device| cite("capture device", &device.value, &device.site, Standing::StatedUnsigned));
    if !edited {
        pair(generated.map(|s| &s.citation), device.as_ref());
    }
    let layers = [Layer::C2pa, Layer::Xmp, Layer::Aigc];
    let says = |layer: Layer| statements.own.iter().any(|s| s.layer == layer && (s.says_ai || s.class.is_some()));
    facts.set("statements.count", layers.iter().filter(|layer| says(**layer)).count());
    let cited = found.iter().flat_map(|pair| [pair.ai.clone(), pair.other.clone()]).collect();
    facts.put("statements.contradiction", !found.is_empty(), cited);
    facts.set("statements.says-ai", found.first().map(|pair| pair.ai.fact.clone()));
    facts.set("statements.says-other", found.first().map(|pair| pair.other.fact.clone()));
    found
}

/// Sets the facts about machine-readable marks and watermarks.
pub(super) fn marks(facts: &mut Facts, statements: &Statements, evidence: &Evidence) {
    let holds = holds(evidence);
    let sidecar = facts.is("c2pa.sidecar");
    let c2pa_ai: Vec<Citation> =
        statements.ai().filter(|s| s.layer == Layer::C2pa).map(|s| s.citation.clone()).collect();
    facts.put("c2pa.says-ai", !c2pa_ai.is_empty(), c2pa_ai.clone());
    let of = |layers: &[Layer]| -> Vec<Citation> {
        statements.ai().filter(|s| layers.contains(&s.layer)).map(|s| s.citation.clone()).collect()
    };
    let unsigned = of(&[Layer::Xmp, Layer::Aigc]);
    facts.put("mark.unsigned", !unsigned.is_empty(), unsigned.clone());
    let mut marks = if holds && !sidecar { c2pa_ai } else { Vec::new() };
    marks.extend(unsigned);
    marks.extend(of(&[Layer::Watermark]));
    facts.set("mark.first", marks.first().map(|mark| mark.fact.clone()));
    facts.put("mark", !marks.is_empty(), marks);
    let standing = manifest_standing(evidence);
    let mut standard = Vec::new();
    if evidence.c2pa.presence == C2paPresence::Present {
        let label = evidence.c2pa.manifest_label.as_deref().unwrap_or("present");
        standard.push(cite("C2PA manifest", label, &evidence.c2pa.site, standing));
    }
    standard.extend(of(&[Layer::Xmp]));
    facts.set("mark.standard-first", standard.first().map(|mark| mark.fact.clone()));
    facts.put("mark.standard", !standard.is_empty(), standard);
    let vendor: Vec<Citation> = evidence
        .traces
        .iter()
        .filter(|trace| trace.tier <= 4)
        .map(|trace| {
            let fact = format!("{} trace in {}", trace.generator, trace.field);
            cite(&fact, &trace.value, &trace.site, Standing::StatedUnsigned)
        })
        .collect();
    facts.put("mark.vendor-field", vendor.first().map(|trace| trace.fact.clone()), vendor);
    watermarks(facts, evidence, standing);
}

fn watermarks(facts: &mut Facts, evidence: &Evidence, standing: Standing) {
    let holds = holds(evidence);
    let decoded: Vec<Citation> = evidence
        .invisible_marks
        .iter()
        .filter(|mark| mark.state == MarkState::Decoded)
        .map(|mark| cite("watermark", &mark.name, &mark.site, Standing::Seen))
        .collect();
    facts.set("watermark.seen-name", decoded.first().map(|mark| mark.value.clone()));
    facts.put("watermark.seen", !decoded.is_empty(), decoded);
    facts.set(
        "watermark.says-ai",
        evidence.invisible_marks.iter().any(|mark| mark.state == MarkState::Decoded && mark.says_ai),
    );
    let (mut bindings, mut stated, mut fingerprint) = (Vec::new(), Vec::new(), None);
    for binding in &evidence.c2pa.soft_bindings {
        let own = binding.position == ManifestPosition::Active;
        match binding.kind() {
            SoftBindingKind::Fingerprint => fingerprint = fingerprint.or(Some(binding.alg.clone())),
            SoftBindingKind::Watermark if own && holds => {
                bindings.push(cite("C2PA soft binding", &binding.alg, &binding.site, standing));
            }
            SoftBindingKind::Watermark | SoftBindingKind::Unknown => {
                stated.push(cite("C2PA soft binding", &binding.alg, &binding.site, Standing::StatedUnsigned));
            }
        }
    }
    for action in evidence.c2pa.actions.iter().filter(|action| action.action.starts_with("c2pa.watermarked")) {
        stated.push(cite("C2PA action", &action.action, &action.site, standing));
    }
    for statement in evidence.c2pa.mark_statements.iter().filter(|s| s.layer == MarkLayer::InvisibleMark) {
        let standing = if statement.pre_applied { Standing::StatedUnsigned } else { standing };
        stated.push(cite("watermark that an assertion states", "not read", &statement.site, standing));
    }
    for mark in evidence.invisible_marks.iter().filter(|mark| mark.state == MarkState::Declared) {
        let known = bindings.iter().chain(&stated).any(|found| found.value == mark.name);
        let fingerprint = crate::evidence::soft_binding_kind(&mark.name) == SoftBindingKind::Fingerprint;
        if !known && !fingerprint {
            stated.push(cite("declared watermark", &mark.name, &mark.site, Standing::StatedUnsigned));
        }
    }
    facts.set("watermark.binding-name", bindings.first().map(|found| found.value.clone()));
    facts.put("watermark.binding", bindings.first().map(|_| standing), bindings);
    facts.set("watermark.stated-name", stated.first().map(|found| format!("{}: {}", found.fact, found.value)));
    facts.put("watermark.stated", !stated.is_empty(), stated);
    facts.set("watermark.fingerprint", fingerprint);
    let closed: Vec<&str> = evidence
        .invisible_marks
        .iter()
        .filter(|mark| mark.state == MarkState::NotCheckable)
        .map(|mark| mark.name.as_str())
        .collect();
    facts.set("watermark.not-checkable", (!closed.is_empty()).then(|| closed.join(", ")));
}
