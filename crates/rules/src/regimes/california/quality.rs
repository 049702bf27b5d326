//! How the disclosure holds and what surrounds it: CA-07 to CA-11, CA-13 and CA-14.

use crate::case::{Case, Manifest, cite};
use crate::evidence::{LayerChange, MarkState, Reading, VisibleState};
use crate::regimes::shared::{bound_marks, kinds, personal_facts};
use crate::rule::{Finding, fail, not_applicable, open, pass};
use crate::{Answer, Citation};

pub(super) fn permanence(case: &Case<'_>) -> Finding {
    let metadata: Vec<Citation> = case
        .manifest_holds()
        .then(|| case.c2pa_citation())
        .into_iter()
        .chain(case.xmp_ai())
        .chain(case.aigc())
        .collect();
    let bound = bound_marks(case);
    if !bound.is_empty() {
        return pass("CA-07.pass").cites(bound);
    }
    let marks: Vec<Citation> = case
        .evidence
        .invisible_marks
        .iter()
        .filter(|mark| mark.state != MarkState::NotCheckable)
        .map(|mark| cite("invisible mark", &mark.name, &mark.site))
        .collect();
    if !marks.is_empty() || case.context.vendor_watermark == Answer::Yes {
        open("CA-07.unbound").cites(marks)
    } else if !metadata.is_empty() {
        open("CA-07.metadataOnly").cites(metadata)
    } else {
        not_applicable("CA-07.nothing")
    }
}

pub(super) fn standard(case: &Case<'_>) -> Finding {
    let mut found = Vec::new();
    if matches!(
        case.manifest(),
        Manifest::Intact | Manifest::Expired | Manifest::NotYetValid | Manifest::Invalid | Manifest::Unverified
    ) {
        found.push(case.c2pa_citation());
    }
    found.extend(case.xmp_ai());
    if let Some(first) = found.first() {
        return pass("CA-08.pass").with("mark", first.fact.clone()).cites(found);
    }
    let aigc = case.aigc();
    if !aigc.is_empty() {
        return open("CA-08.aigcOnly").cites(aigc);
    }
    if !case.silence_counts() {
        return open("CA-08.notRead");
    }
    let vendor = case.traces(0, 4);
    if vendor.is_empty() {
        not_applicable("CA-08.nothing")
    } else {
        fail("CA-08.vendorOnly")
            .with("field", vendor.first().map(|trace| trace.fact.clone()).unwrap_or_default())
            .cites(vendor)
    }
}

pub(super) fn verification_tool(case: &Case<'_>) -> Finding {
    let Some(link) = case.evidence.metadata.links.first() else {
        return match case.link() {
            Some(remote) => open("CA-09.notFetched").with("link", remote.value.clone()).cite(remote),
            None => open("CA-09.none"),
        };
    };
    let found = cite("provenance link", &link.value.url, &link.site);
    match link.value.resolves {
        Some(true) => pass("CA-09.pass").with("link", found.value.clone()).cite(found),
        Some(false) => fail("CA-09.dead").with("link", found.value.clone()).cite(found),
        None => open("CA-09.notFetched").with("link", found.value.clone()).cite(found),
    }
}

pub(super) fn integrity(case: &Case<'_>) -> Finding {
    match case.manifest() {
        Manifest::Intact => pass("CA-10.pass").cite(case.c2pa_citation()),
        Manifest::Invalid => fail("CA-10.invalid").with("codes", case.failure_codes()).cite(case.c2pa_citation()),
        Manifest::Expired => open("CA-10.expired").cite(case.c2pa_citation()),
        Manifest::NotYetValid => open("CA-10.notYetValid").cite(case.c2pa_citation()),
        Manifest::Unverified | Manifest::Unreadable => open("CA-10.unverified").cite(case.c2pa_citation()),
        Manifest::Remote => open("CA-10.remote").cites(case.link()),
        Manifest::NotRead => open("CA-10.notRead"),
        Manifest::None => not_applicable("CA-10.none"),
    }
}

pub(super) fn visible_option(case: &Case<'_>) -> Finding {
    let label = &case.evidence.visible_label;
    match label.state {
        VisibleState::Present => {
            pass("CA-11.pass").cite(cite("visible label", label.text.as_deref().unwrap_or("present"), &label.site))
        }
        // The user may have declined the option; the file cannot show that it was offered.
        VisibleState::Absent => open("CA-11.absent"),
        VisibleState::Unknown if case.context.visible_label == Answer::Yes => pass("CA-11.attested"),
        VisibleState::Unknown if case.context.visible_label == Answer::No => open("CA-11.absent"),
        VisibleState::Unknown => open("CA-11.unknown"),
    }
}

pub(super) fn not_stripped(case: &Case<'_>) -> Finding {
    let Some(comparison) = &case.evidence.comparison else {
        // A platform's main duty cannot be seen in one version; a file that carries nothing raises no question.
        let carries = case.manifest() != Manifest::None || !case.ai.evidence.is_empty() || case.ai.asserted;
        return if carries { open("CA-13.noEarlierVersion") } else { not_applicable("CA-13.nothing") };
    };
    let existing: Vec<_> = comparison.changes.iter().filter(|change| change.change != LayerChange::Added).collect();
    let lost: Vec<Citation> = existing
        .iter()
        .filter(|change| change.change.is_loss())
        .map(|change| cite("mark of the earlier version", &change.before, &change.site))
        .collect();
    if !lost.is_empty() {
        fail("CA-13.stripped").with("count", lost.len().to_string()).cites(lost)
    } else if existing.is_empty() {
        not_applicable("CA-13.nothingBefore")
    } else if existing.iter().any(|change| change.change == LayerChange::Unknown) {
        open("CA-13.unclear")
    } else {
        pass("CA-13.pass")
    }
}

pub(super) fn no_personal_data(case: &Case<'_>) -> Finding {
    let found = personal_facts(case);
    if !found.is_empty() {
        fail("CA-14.found").with("kinds", kinds(&found)).cites(found)
    } else if case.evidence.readings.metadata == Reading::Complete {
        pass("CA-14.pass")
    } else {
        open("CA-14.notRead")
    }
}
