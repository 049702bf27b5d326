//! The marks themselves: EU-01 to EU-07.

use crate::case::{Case, Manifest, cite};
use crate::evidence::{MarkState, Trust, TrustListKind};
use crate::rule::{Finding, fail, not_applicable, open, pass};
use crate::{Answer, Citation, Outcome, SourceClass};

pub(super) fn marked(case: &Case<'_>) -> Finding {
    let in_manifest = case.c2pa_ai();
    let holds = case.manifest_holds();
    let mut marks = if holds { in_manifest.clone() } else { Vec::new() };
    marks.extend(case.xmp_ai());
    marks.extend(case.aigc());
    marks.extend(case.decoded_ai_marks());
    let broken = !holds && !in_manifest.is_empty();
    if let Some(first) = marks.first() {
        return pass("EU-01.pass")
            .with("mark", first.fact.clone())
            .note_if(broken, "EU-01.note.brokenManifest")
            .note_if(holds && case.manifest() == Manifest::Expired, "EU-01.note.expired")
            .cites(marks);
    }
    let finding = if case.manifest() == Manifest::Invalid && broken {
        // Not "unmarked": there is a mark, and it can no longer be relied on.
        if case.context.vendor_watermark == Answer::No { fail("EU-01.broken") } else { open("EU-01.brokenOnly") }
            .with("codes", case.failure_codes())
    } else if case.cannot_carry() {
        open("EU-01.noPlace")
    } else if !case.silence_counts() {
        open("EU-01.notRead")
    } else {
        match case.context.vendor_watermark {
            Answer::No => fail("EU-01.unmarked"),
            Answer::Yes => open("EU-01.vendorMark"),
            Answer::Unknown => open("EU-01.noMark"),
        }
    };
    finding.cites(in_manifest).cites(case.traces(0, 4))
}

pub(super) fn signed_layer(case: &Case<'_>) -> Finding {
    let says = case.c2pa_ai();
    match case.manifest() {
        Manifest::Intact if says.is_empty() => fail("EU-02.silent").cite(case.c2pa_citation()),
        Manifest::Intact => pass("EU-02.pass").cites(says),
        Manifest::Expired => open("EU-02.expired").cite(case.c2pa_citation()),
        Manifest::NotYetValid => fail("EU-02.notYetValid").cite(case.c2pa_citation()),
        Manifest::Invalid => fail("EU-02.invalid").with("codes", case.failure_codes()).cite(case.c2pa_citation()),
        Manifest::Remote => open("EU-02.remote").cites(case.link()),
        Manifest::Unreadable => open("EU-02.unreadable").cite(case.c2pa_citation()),
        Manifest::Unverified => open("EU-02.unverified").cite(case.c2pa_citation()),
        Manifest::NotRead => open("EU-02.notRead"),
        Manifest::None if case.cannot_carry() => open("EU-02.noPlace"),
        Manifest::None => {
            let unsigned: Vec<Citation> = case.xmp_ai().into_iter().chain(case.aigc()).collect();
            if unsigned.is_empty() { fail("EU-02.none") } else { fail("EU-02.unsigned").cites(unsigned) }
        }
    }
}

pub(super) fn time_stamp(case: &Case<'_>) -> Finding {
    match case.manifest() {
        Manifest::None => return not_applicable("EU-03.noSignature"),
        Manifest::NotRead | Manifest::Remote | Manifest::Unreadable => {
            return open("EU-03.notRead");
        }
        _ => {}
    }
    let Some(stamp) = &case.c2pa().time_stamp else {
        return fail("EU-03.missing").cite(case.c2pa_citation());
    };
    let time = stamp.time.as_deref().unwrap_or("time not read");
    let found = cite("time stamp", time, &stamp.site);
    match (stamp.valid, stamp.trusted) {
        (Some(false), _) => fail("EU-03.invalid").cite(found),
        (None, _) => open("EU-03.unverified").cite(found),
        (Some(true), Some(true)) => pass("EU-03.pass").with("time", time).cite(found),
        (Some(true), Some(false)) => open("EU-03.untrusted").with("time", time).cite(found),
        (Some(true), None) => pass("EU-03.pass").with("time", time).note("EU-03.note.noList").cite(found),
    }
}

pub(super) fn signer_trust(case: &Case<'_>) -> Finding {
    match case.manifest() {
        Manifest::None => return not_applicable("EU-04.noSignature"),
        Manifest::NotRead | Manifest::Remote | Manifest::Unreadable => {
            return open("EU-04.notRead");
        }
        // A signature that does not match vouches for nobody, whatever name its certificate bears.
        Manifest::Invalid => return fail("EU-04.invalid").cite(case.c2pa_citation()),
        _ => {}
    }
    let c2pa = case.c2pa();
    let signer = c2pa.signer.as_ref();
    let name = signer
        .and_then(|signer| signer.organisation.as_deref().or(signer.common_name.as_deref()))
        .unwrap_or("a signer without a name");
    let found = cite("signer", name, &c2pa.site);
    if signer.is_some_and(|signer| signer.test_certificate) {
        return fail("EU-04.testCertificate").with("signer", name).cite(found);
    }
    match c2pa.trust {
        Trust::Trusted => pass("EU-04.pass")
            .with("signer", name)
            .with("list", c2pa.trusted_by.as_deref().unwrap_or("a trust list"))
            .note_if(c2pa.trust_list_kind == Some(TrustListKind::Interim), "EU-04.note.interim")
            .note_if(c2pa.trust_list_kind == Some(TrustListKind::Operator), "EU-04.note.operator")
            .cite(found),
        Trust::Untrusted => open("EU-04.untrusted").with("signer", name).cite(found),
        Trust::Unknown => open("EU-04.noList").with("signer", name).cite(found),
    }
}

/// Marks that something in the file says are in the signal: soft bindings, watermark actions, declared marks.
fn declared_watermarks(case: &Case<'_>) -> Vec<Citation> {
    let mut found = Vec::new();
    if case.manifest_holds() {
        found.extend(
            case.c2pa().soft_bindings.iter().map(|binding| cite("C2PA soft binding", &binding.alg, &binding.site)),
        );
        found.extend(
            case.actions()
                .filter(|action| action.action.starts_with("c2pa.watermarked"))
                .map(|action| cite("C2PA action", &action.action, &action.site)),
        );
    }
    found.extend(
        case.evidence
            .invisible_marks
            .iter()
            .filter(|mark| mark.state == MarkState::Declared)
            .map(|mark| cite("declared mark", &mark.name, &mark.site)),
    );
    found
}

pub(super) fn watermark_layer(case: &Case<'_>) -> Finding {
    let declared = declared_watermarks(case);
    let decoded: Vec<Citation> = case
        .evidence
        .invisible_marks
        .iter()
        .filter(|mark| mark.state == MarkState::Decoded)
        .map(|mark| cite("invisible mark", &mark.name, &mark.site))
        .collect();
    let name = |found: &[Citation]| found.first().map(|first| first.value.clone()).unwrap_or_default();
    if !decoded.is_empty() {
        pass("EU-05.pass").with("mark", name(&decoded)).cites(decoded).cites(declared)
    } else if !declared.is_empty() {
        pass("EU-05.declared").with("mark", name(&declared)).cites(declared)
    } else {
        let unreadable: Vec<&str> = case
            .evidence
            .invisible_marks
            .iter()
            .filter(|mark| mark.state == MarkState::NotCheckable)
            .map(|mark| mark.name.as_str())
            .collect();
        if unreadable.is_empty() {
            open("EU-05.none")
        } else {
            open("EU-05.notCheckable").with("marks", unreadable.join(", "))
        }
    }
}

pub(super) fn two_layers(case: &Case<'_>) -> Finding {
    let signed = signed_layer(case);
    let watermark = watermark_layer(case);
    match (signed.outcome, watermark.outcome) {
        (Outcome::Fail, _) => fail("EU-06.unsigned"),
        (Outcome::Pass, Outcome::Pass) => pass("EU-06.pass").cites(signed.evidence).cites(watermark.evidence),
        (Outcome::Pass, _) => open("EU-06.watermarkOpen").cites(signed.evidence),
        _ => open("EU-06.signatureOpen"),
    }
}

pub(super) fn generated_or_manipulated(case: &Case<'_>) -> Finding {
    let statements = case.standing_statements();
    let of = |wanted: fn(SourceClass) -> bool| {
        statements.iter().filter(move |statement| wanted(statement.class)).map(|statement| statement.citation.clone())
    };
    let generated: Vec<Citation> = of(|class| class == SourceClass::AiGenerated).collect();
    let edited: Vec<Citation> = of(|class| class == SourceClass::AiEdited).collect();
    if !edited.is_empty() {
        // Generated first and edited later is one history, not a conflict; the latest state is "edited".
        return pass("EU-07.manipulated").cites(edited).cites(generated);
    }
    if !generated.is_empty() {
        return pass("EU-07.generated").cites(generated);
    }
    let vague: Vec<Citation> =
        of(|class| matches!(class, SourceClass::PossibleAi | SourceClass::Algorithmic)).collect();
    if !vague.is_empty() {
        return fail("EU-07.ambiguous").cites(vague);
    }
    let aigc = case.aigc();
    if !aigc.is_empty() {
        return open("EU-07.aigcOnly").cites(aigc);
    }
    if case.silence_counts() { fail("EU-07.unsaid") } else { open("EU-07.notRead") }
}
