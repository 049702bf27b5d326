//! CSV export with one line per file, for spreadsheets (RFC 4180).

use labeler_provenance::{CertificateTime, Integrity};
use labeler_rules::{AiClaimState, Outcome, Region, Severity, Verdict};

use super::saved::SavedReport;

/// The columns in order, without a line break.
pub const CSV_HEADER: &str = "filename,sha256,mime,sizeBytes,integrity,signer,trustedBy,certificateTime,ai,eu,california,\
                              china,washington,utah,connecticut,kazakhstan,vietnam,india,korea,newYork,\
                              failedRules,openRules,openQuestions,lawPacks,createdAt";

/// Formats one report as a line without a line break. Rule columns list the ids of the required rules that failed or
/// are open. The column of questions lists the names of the answers that would settle them. The column of packs lists
/// each pack with its version and hash.
pub fn csv_row(report: &SavedReport) -> String {
    let c2pa = &report.c2pa;
    let signer = c2pa.signer.as_ref();
    let integrity = match c2pa.integrity {
        Integrity::None => "none",
        Integrity::Intact => "intact",
        Integrity::Unverified => "unverified",
        Integrity::Broken => "broken",
        Integrity::Unreadable => "unreadable",
    };
    let time = match c2pa.certificate_time {
        CertificateTime::Unknown => "",
        CertificateTime::InTime => "in_time",
        CertificateTime::Expired => "expired",
        CertificateTime::NotYetValid => "not_yet_valid",
    };
    let ai = match report.ai.state {
        AiClaimState::None => "none",
        AiClaimState::Possible => "possible",
        AiClaimState::Claimed => "claimed",
    };
    let verdict = |region| match report.verdicts.get(&region).map(|v| v.verdict) {
        Some(Verdict::Pass) => "pass",
        Some(Verdict::Fail) => "fail",
        Some(Verdict::Undetermined) => "undetermined",
        Some(Verdict::NotApplicable) => "not_applicable",
        None => "",
    };
    let required = |outcome| {
        let ids: Vec<_> = report
            .verdicts
            .values()
            .flat_map(|v| &v.rules)
            .filter(|rule| rule.severity == Severity::Required && rule.outcome == outcome)
            .map(|rule| rule.id.as_str())
            .collect();
        ids.join(" ")
    };
    let questions: Vec<_> = report.questions.iter().map(|question| question.answer.as_str()).collect();
    let packs = &report.engine.rules.packs;
    let packs: Vec<_> = packs.iter().map(|pack| format!("{}@{}:{}", pack.id, pack.version, pack.hash)).collect();
    let cells = [
        report.filename.as_deref().unwrap_or_default(),
        report.sha256.as_deref().unwrap_or_default(),
        &report.mime,
        &report.size_bytes.to_string(),
        integrity,
        signer.and_then(|s| s.organization.as_deref().or(s.common_name.as_deref())).unwrap_or_default(),
        signer.and_then(|s| s.trusted_by.as_ref()).map(|list| list.id.as_str()).unwrap_or_default(),
        time,
        ai,
        verdict(Region::Eu),
        verdict(Region::California),
        verdict(Region::China),
        verdict(Region::Washington),
        verdict(Region::Utah),
        verdict(Region::Connecticut),
        verdict(Region::Kazakhstan),
        verdict(Region::Vietnam),
        verdict(Region::India),
        verdict(Region::Korea),
        verdict(Region::NewYork),
        &required(Outcome::Fail),
        &required(Outcome::Undetermined),
        &questions.join(" "),
        &packs.join(" "),
        &report.created_at,
    ];
    cells.map(cell).join(",")
}

/// Quotes a cell if necessary. An apostrophe prevents spreadsheets from running a text as a formula: names of files and
/// signers come from other people.
fn cell(text: &str) -> String {
    let text = match text.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r') => format!("'{text}"),
        _ => text.to_owned(),
    };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn quotes_cells_and_disables_formulas() {
        assert_eq!(cell("plain.jpg"), "plain.jpg");
        assert_eq!(cell("a,b \"c\""), "\"a,b \"\"c\"\"\"");
        assert_eq!(cell("=HYPERLINK(1)"), "'=HYPERLINK(1)");
        assert_eq!(cell("two\nlines"), "\"two\nlines\"");
    }
}
