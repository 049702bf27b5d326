//! The flat table of facts that law packs can refer to.
//!
//! [`Facts::new`] reads [`Evidence`] and [`Context`] once and computes all values; a pack only compares them. [`FACTS`]
//! lists every fact with its type and meaning. A fact is *unknown* if it was not examined or not answered, and *absent*
//! if everything was read and it was not found. These two states are always distinct.

mod aigc;
mod content;
mod labels;
mod manifest;
mod schema;
mod standing;
mod statements;
mod table;

use time::Date;

use crate::evidence::{Comparison, Evidence, LayerChange, MarkLayer, Modality, Reading};
use crate::{Citation, Context};

pub use schema::{FACT_SCHEMA_VERSION, FACTS, FactInfo, FactKind};
pub use standing::Standing;
use table::shorten;
pub use table::{Fact, Facts, Value};
pub(crate) use table::{cite, index_of};

impl Facts {
    /// Computes all facts.
    pub fn new(evidence: &Evidence, context: &Context) -> Self {
        let mut facts = Self::unknown();
        answers(&mut facts, context);
        file(&mut facts, evidence);
        days(&mut facts, evidence, context);
        let statements = statements::Statements::new(evidence);
        statements::manifest(&mut facts, evidence);
        labels::labels(&mut facts, evidence, context);
        facts.ai = statements::ai(&mut facts, &statements, evidence, context);
        statements::marks(&mut facts, &statements, evidence);
        watermark_beats_answer(&mut facts);
        content::items(&mut facts, &statements, evidence, context);
        content::privacy(&mut facts, evidence);
        content::mining(&mut facts, evidence);
        aigc::label(&mut facts, evidence);
        comparison(&mut facts, evidence);
        facts
    }
}

fn answers(facts: &mut Facts, context: &Context) {
    facts.set("role", context.role.id());
    facts.set("provider-expected", context.provider.clone());
    for (name, answer) in [
        ("answer.is-ai", context.made_by_ai()),
        ("answer.placed-on-market-before", context.on_market_before()),
        ("answer.deep-fake", context.deep_fake),
        ("answer.signatory", context.signatory),
        ("answer.vendor-watermark", context.vendor_watermark),
        ("answer.visible-label", context.visible_label),
        ("answer.altered-slightly", context.altered_slightly),
        ("answer.assistive-editing", context.assistive_editing),
        ("answer.minor-modification", context.minor_modification),
        ("answer.deployer-professional", context.deployer_professional),
        ("answer.artistic", context.artistic),
        ("answer.public-interest-text", context.public_interest_text),
        ("answer.human-review", context.human_review),
        ("answer.editorial-responsibility", context.editorial_responsibility),
        ("answer.authorised-by-law", context.authorised_by_law),
        ("answer.users-above-one-million", context.users_above_one_million),
        ("answer.users-above-two-million", context.users_above_two_million),
        ("answer.verification-tool-reads", context.verification_tool_reads),
        ("answer.knowingly-removed", context.knowingly_removed),
        ("answer.device-first-sold-since-2028", context.device_first_sold_since_2028),
        ("answer.business-only", context.business_only),
        ("answer.deep-synthesis-service", context.deep_synthesis_service),
        ("answer.unlabelled-copy-requested", context.unlabelled_copy_requested),
        ("answer.label-duties-agreed", context.label_duties_agreed),
        ("answer.logs-kept", context.logs_kept),
        ("answer.declared-on-platform", context.declared_on_platform),
        ("answer.user-declared-ai", context.user_declared_ai),
        ("answer.platform-found-traces", context.platform_found_traces),
        ("answer.notice-beside-post", context.notice_beside_post),
        ("answer.platform-is-producer", context.platform_is_producer),
    ] {
        facts.set(name, answer);
    }
    facts.set(
        "answer.ai-involvement",
        match context.ai_involvement {
            crate::AiInvolvement::Created => Value::from("created"),
            crate::AiInvolvement::Altered => Value::from("altered"),
            crate::AiInvolvement::Unknown => Value::Unknown,
        },
    );
    let day = |day: Option<Date>| day.map_or(Value::Unknown, Value::Date);
    facts.set("answer.created-on", day(context.created_on));
    facts.set("answer.published-on", day(context.published_on));
    facts.set("answer.distributed-on", day(context.distributed_on));
}

fn file(facts: &mut Facts, evidence: &Evidence) {
    let modality = match evidence.file.modality {
        Modality::Image => "image",
        Modality::Video => "video",
        Modality::Audio => "audio",
        Modality::Text => "text",
        Modality::Document => "document",
        Modality::Unknown => "",
    };
    facts.set("file.modality", if modality.is_empty() { Value::Unknown } else { Value::from(modality) });
    facts.set("file.container", evidence.file.container.as_str());
    facts.set(
        "file.carries-metadata",
        match evidence.file.metadata {
            crate::evidence::MetadataSupport::Carries => Value::Flag(true),
            crate::evidence::MetadataSupport::None => Value::Flag(false),
            crate::evidence::MetadataSupport::Unknown => Value::Unknown,
        },
    );
    let complete = |reading: Reading| reading == Reading::Complete;
    facts.set("read.c2pa", complete(evidence.readings.c2pa));
    facts.set("read.metadata", complete(evidence.readings.metadata));
    facts.set("read.aigc", complete(evidence.readings.aigc));
    let state = manifest::manifest_state(evidence);
    let readable = !matches!(state, "not-read" | "remote" | "unreadable" | "unverified");
    facts.set("read.all", readable && complete(evidence.readings.metadata));
}

/// Makes the answer "no watermark" unknown if a watermark was seen or verified. Whether it is the provider's watermark
/// is then as open as without an answer. The judgement reports the contradiction.
fn watermark_beats_answer(facts: &mut Facts) {
    let declared = matches!(facts.get("watermark.binding"), Value::Standing(standing) if *standing >= Standing::Seen);
    if (facts.is("watermark.seen") || declared) && *facts.get("answer.vendor-watermark") == Value::Flag(false) {
        facts.set("answer.vendor-watermark", Value::Unknown);
    }
}

/// Returns the day of a trusted time stamp over a valid signature.
fn stamped_day(evidence: &Evidence) -> Option<Date> {
    let stamp = evidence.c2pa.time_stamp.as_ref()?;
    let counts = stamp.valid == Some(true)
        && stamp.trusted == Some(true)
        && evidence.c2pa.integrity == crate::evidence::Integrity::Valid;
    let day = stamp.time.as_deref()?.get(..10)?;
    counts.then(|| Date::parse(day, &time::format_description::well_known::Iso8601::DATE).ok()).flatten()
}

fn days(facts: &mut Facts, evidence: &Evidence, context: &Context) {
    facts.set("day.check", context.as_of);
    let mut put = |name: &str, stamp: Option<Date>, answered: Option<Date>| {
        let (day, source) = match (stamp, answered) {
            (Some(day), _) => (day, "time-stamp"),
            (None, Some(day)) => (day, "answer"),
            (None, None) => (context.as_of, "check"),
        };
        facts.set(name, day);
        facts.set(&format!("{name}-source"), source);
    };
    put("day.creation", stamped_day(evidence), context.created_on);
    put("day.publication", None, context.published_on);
    put("day.distribution", None, context.distributed_on.or(context.published_on));
    // A file that is checked today cannot have been created after today, but it may be published later.
    let later = stamped_day(evidence).is_none() && context.created_on.is_some_and(|day| day > context.as_of);
    facts.set("day.creation-later", later);
}

fn comparison(facts: &mut Facts, evidence: &Evidence) {
    let Some(Comparison { changes, .. }) = &evidence.comparison else {
        facts.set("compare.given", false);
        return;
    };
    facts.set("compare.given", true);
    let cited = |wanted: &dyn Fn(&crate::evidence::MarkChange) -> bool| -> Vec<Citation> {
        changes
            .iter()
            .filter(|change| wanted(change))
            .map(|change| cite("mark of the earlier version", &change.before, &change.site, Standing::Seen))
            .collect()
    };
    let existed = |change: &crate::evidence::MarkChange| change.change != LayerChange::Added;
    let provenance =
        |change: &crate::evidence::MarkChange| matches!(change.layer, MarkLayer::C2pa | MarkLayer::SourceType);
    let label = |change: &crate::evidence::MarkChange| {
        matches!(change.layer, MarkLayer::Aigc | MarkLayer::VisibleLabel) && existed(change)
    };
    let mut count = |name: &str, citations: Vec<Citation>| {
        facts.put(name, citations.len(), citations);
    };
    count("compare.marks-before", cited(&existed));
    count("compare.lost", cited(&|change| change.change.is_loss()));
    count("compare.kept", cited(&|change| change.change == LayerChange::Kept));
    count("compare.unclear", cited(&|change| change.change == LayerChange::Unknown));
    count("compare.provenance-before", cited(&|change| provenance(change) && existed(change)));
    count("compare.provenance-lost", cited(&|change| provenance(change) && change.change.is_loss()));
    count("compare.labels-before", cited(&label));
    count("compare.labels-removed", cited(&|change| label(change) && change.change == LayerChange::Removed));
    count(
        "compare.labels-changed",
        cited(&|change| label(change) && matches!(change.change, LayerChange::Changed | LayerChange::Broken)),
    );
    count("compare.labels-unclear", cited(&|change| label(change) && change.change == LayerChange::Unknown));
    let first = changes.iter().find(|change| label(change) && change.change.is_loss());
    facts.set("compare.label-lost", first.map(|change| shorten(&change.before)));
}
