//! Formats the report of `labeler check` for people.

use std::path::Path;

use labeler_checker::CheckerReport;
use labeler_checker::answers::AnswerField;
use labeler_init::say;
use labeler_provenance::{CertificateTime, Integrity};
use labeler_rules::evidence::{LayerChange, MarkChange, MarkLayer};
use labeler_rules::{DaySource, Outcome, Region, RuleResult, RuleSet, Severity, Verdict};

/// Maximum number of questions shown for a file.
const MAX_QUESTIONS: usize = 4;

/// Prints one report.
pub fn print(path: &Path, report: &CheckerReport, all: bool) {
    say!("{}", path.display());
    let sha256 = report.sha256.as_deref().unwrap_or_default();
    say!("  {}, {} bytes, SHA-256 {sha256}", report.mime, report.size_bytes);
    say!("  Credentials   {}", credentials(report));
    for claim in &report.ai.evidence {
        say!("  Says AI       {}: {} ({})", claim.fact, claim.value, claim.site.location);
    }
    for mark in report.watermark.marks.iter().filter(|mark| mark.decoded) {
        say!("  Watermark     {}: {} ({})", mark.name, mark.payload.as_deref().unwrap_or_default(), mark.source);
    }
    if let Some(why) = report.watermark.not_probed.as_ref().filter(|_| report.mime.starts_with("image/")) {
        say!("  Watermark     not searched for: {why}");
    }
    if let Some(what) = &report.watermark.not_searched {
        say!("  Watermark     {what} (--search deep does)");
    }
    for change in report.comparison.iter().flat_map(|c| &c.changes) {
        say!("  Since before  {}", changed(change));
    }
    for rubric in report.rubrics.iter().filter(|rubric| rubric.passed + rubric.failed > 0) {
        say!("  Rubric        {}: {} passed, {} did not", rubric.rubric.name, rubric.passed, rubric.failed);
    }
    for warning in &report.warnings {
        say!("  Warning       {}", warning.message);
    }
    for (region, verdict) in &report.verdicts {
        say!("  {:<13} {}: {}", name(*region), verdict_word(verdict.verdict), verdict.sentence.text);
        for day in verdict.days.iter().filter(|day| day.source != DaySource::Check) {
            say!("      Day    {:<12} {}", day.day, day.reason.text);
        }
        // If all rules are open for the reason in the sentence, it is printed once.
        let is_said = verdict.open_reason.is_some();
        for rule in verdict.rules.iter().filter(|r| all || (!is_said && worth_showing(r))) {
            say!("      {:<6} {:<12} {}", rule.id, outcome_word(rule.outcome), rule.message.text);
            if let Some(fix) = rule.fix.as_ref().or(rule.settles.as_ref()) {
                say!("             {:<12} {}", "", fix.text);
            }
        }
    }
    if report.verdicts.values().flat_map(|verdict| &verdict.days).any(|day| day.source == DaySource::Check) {
        let day = report.context.as_of;
        say!(
            "  {:<13} {day}, the day of the check, if no trusted time stamp and no answer gives another day",
            "Law of"
        );
    }
    let shown = if all { usize::MAX } else { MAX_QUESTIONS };
    for question in report.questions.iter().take(shown) {
        let option = AnswerField::named(&question.answer).map(AnswerField::option).unwrap_or_default();
        say!("  Open question {} (--{option})", question.text.text);
    }
    match report.questions.len().saturating_sub(shown) {
        0 => {}
        further => say!("  Questions     {further} more (--all shows them, --ask asks them)"),
    }
    for note in &report.notes {
        say!("  Note          {}", note.text);
    }
    say!("  Law packs     {}", packs(&report.engine.rules));
    say!("");
}

/// Returns each pack with its version and the beginning of its hash, which `labeler rules` prints in full.
fn packs(rules: &RuleSet) -> String {
    let short = |hash: &str| hash.chars().take(12).collect::<String>();
    let packs: Vec<_> =
        rules.packs.iter().map(|pack| format!("{} {} ({})", pack.id, pack.version, short(&pack.hash))).collect();
    packs.join(", ")
}

fn changed(change: &MarkChange) -> String {
    let layer = match change.layer {
        MarkLayer::C2pa => "C2PA manifest",
        MarkLayer::SourceType => "digital source type",
        MarkLayer::Aigc => "AIGC label",
        MarkLayer::InvisibleMark => "invisible mark",
        MarkLayer::VisibleLabel => "visible label",
    };
    match change.change {
        LayerChange::Kept => format!("{layer} kept: {}", change.after),
        LayerChange::Added => format!("{layer} added: {}", change.after),
        LayerChange::Changed => format!("{layer} changed: {} -> {}", change.before, change.after),
        LayerChange::Removed => format!("{layer} REMOVED: {}", change.before),
        LayerChange::Broken => format!("{layer} BROKEN: {}", change.before),
        LayerChange::Unknown => format!("{layer}: cannot be told; it was {}", change.before),
    }
}

fn worth_showing(rule: &RuleResult) -> bool {
    rule.severity == Severity::Required && matches!(rule.outcome, Outcome::Fail | Outcome::Undetermined)
}

fn credentials(report: &CheckerReport) -> String {
    let c2pa = &report.c2pa;
    let integrity = match c2pa.integrity {
        Integrity::None => return "none".to_owned(),
        Integrity::Unreadable => return format!("unreadable: {}", c2pa.error.as_deref().unwrap_or_default()),
        Integrity::Intact => "intact".to_owned(),
        Integrity::Unverified => "signature holds, bytes not compared".to_owned(),
        Integrity::Broken => {
            let codes: Vec<_> = c2pa.validation.failure.iter().map(|s| s.code.as_str()).collect();
            format!("broken ({})", codes.join(", "))
        }
    };
    let signer = c2pa.signer.as_ref();
    let who =
        signer.and_then(|s| s.organization.as_deref().or(s.common_name.as_deref())).unwrap_or("an unnamed signer");
    let trust = match signer.and_then(|s| s.trusted_by.as_ref()) {
        Some(list) => format!("trusted by the {} of {}", list.name, list.date),
        None if c2pa.validation.is_signer_revoked() => "with a revoked certificate".to_owned(),
        None if signer.is_some_and(|s| s.development) => "a development certificate".to_owned(),
        None => "on no trust list".to_owned(),
    };
    let time = match c2pa.certificate_time {
        CertificateTime::InTime => "certificate in time",
        CertificateTime::Expired => "certificate expired",
        CertificateTime::NotYetValid => "certificate not yet valid",
        CertificateTime::Unknown => "certificate time unknown",
    };
    format!("{integrity}; signed by {who}, {trust}; {time}")
}

fn name(region: Region) -> &'static str {
    match region {
        Region::Eu => "EU",
        Region::California => "California",
        Region::China => "China",
        Region::Washington => "Washington",
        Region::Utah => "Utah",
        Region::Connecticut => "Connecticut",
        Region::Kazakhstan => "Kazakhstan",
        Region::Vietnam => "Vietnam",
        Region::India => "India",
        Region::Korea => "Korea",
        Region::NewYork => "New York",
    }
}

fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "FAIL",
        Verdict::Undetermined => "open",
        Verdict::NotApplicable => "not applicable",
    }
}

fn outcome_word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Pass => "pass",
        Outcome::Fail => "FAIL",
        Outcome::Undetermined => "open",
        Outcome::NotApplicable => "n/a",
    }
}
