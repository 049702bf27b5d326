//! `labeler check`.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use clap::Args as ClapArgs;
use labeler_checker::{CheckRequest, CheckerReport};
use labeler_provenance::trust::TrustList;
use labeler_provenance::{CertificateTime, Integrity};
use labeler_rules::{Answer, Context, Outcome as RuleOutcome, Region, Role, RuleResult, Severity, Verdict};
use time::macros::format_description;
use time::{Date, OffsetDateTime};

use crate::{Outcome, identity};

/// Options of `labeler check`.
#[derive(ClapArgs)]
pub struct Args {
    /// Files to check.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Print one JSON report a line instead of a table.
    #[arg(long)]
    json: bool,
    /// Judge by the law of this day (YYYY-MM-DD) instead of today's.
    #[arg(long, value_name = "DATE", value_parser = parse_date)]
    as_of: Option<Date>,
    /// Judge only this region; may be repeated: eu, california, china, washington.
    #[arg(long, value_name = "REGION")]
    region: Vec<Region>,
    /// Whose duties to judge: provider, deployer or platform.
    #[arg(long, default_value = "provider")]
    role: Role,
    /// Whether AI made or altered the content, if you know.
    #[arg(long, value_name = "yes|no|unknown", default_value = "unknown", value_parser = parse_answer)]
    ai: Answer,
    /// Also trust the signers under these certificates (PEM).
    #[arg(long, value_name = "PEM")]
    trust: Vec<PathBuf>,
    /// Show every rule, not only those that fail or are open.
    #[arg(long)]
    all: bool,
}

fn parse_date(text: &str) -> Result<Date, String> {
    Date::parse(text, &format_description!("[year]-[month]-[day]")).map_err(|_| "write it as YYYY-MM-DD".to_owned())
}

fn parse_answer(text: &str) -> Result<Answer, String> {
    match text {
        "yes" => Ok(Answer::Yes),
        "no" => Ok(Answer::No),
        "unknown" => Ok(Answer::Unknown),
        _ => Err("must be yes, no or unknown".to_owned()),
    }
}

/// Checks every file; the worst outcome decides the exit code.
pub fn run(args: &Args) -> Result<Outcome, String> {
    let now = OffsetDateTime::from_unix_timestamp(identity::now()).map_err(|e| e.to_string())?;
    let mut context = Context::new(args.as_of.unwrap_or(now.date()));
    context.role = args.role;
    context.is_ai = args.ai;
    if !args.region.is_empty() {
        context.regions = args.region.iter().copied().collect();
    }
    let own_lists = args.trust.iter().map(|path| own_list(path)).collect::<Result<Vec<_>, _>>()?;

    let mut worst = Outcome::Fine;
    for path in &args.files {
        let mut request = CheckRequest::at(now);
        request.filename = path.file_name().map(|n| n.to_string_lossy().into_owned());
        request.context = Some(context.clone());
        request.own_lists.clone_from(&own_lists);
        match check(path, &request) {
            Ok(report) => {
                if report.verdicts.values().any(|v| v.verdict == Verdict::Fail) && worst == Outcome::Fine {
                    worst = Outcome::Fails;
                }
                if args.json {
                    println!("{}", serde_json::to_string(&report).map_err(|e| e.to_string())?);
                } else {
                    print_table(path, &report, args.all);
                }
            }
            Err(message) => {
                worst = Outcome::Unreadable;
                eprintln!("labeler: {}: {message}", path.display());
            }
        }
    }
    Ok(worst)
}

fn check(path: &Path, request: &CheckRequest) -> Result<CheckerReport, String> {
    let file = File::open(path).map_err(|e| e.to_string())?;
    if file.metadata().map_err(|e| e.to_string())?.is_dir() {
        return Err("is a folder".to_owned());
    }
    labeler_checker::check(&mut BufReader::new(file), request).map_err(|e| e.to_string())
}

fn own_list(path: &Path) -> Result<TrustList, String> {
    let pem = String::from_utf8(identity::read(path)?).map_err(|_| format!("{}: is not PEM", path.display()))?;
    Ok(TrustList::own("own", &path.display().to_string(), "", &pem))
}

fn print_table(path: &Path, report: &CheckerReport, all: bool) {
    println!("{}", path.display());
    println!("  {}, {} bytes, SHA-256 {}", report.mime, report.size_bytes, report.sha256);
    println!("  Credentials   {}", credentials(report));
    for claim in &report.ai.evidence {
        println!("  Says AI       {}: {} ({})", claim.fact, claim.value, claim.site.location);
    }
    for warning in &report.warnings {
        println!("  Warning       {}", warning.message);
    }
    for (region, verdict) in &report.verdicts {
        println!("  {:<13} {}: {}", name(*region), verdict_word(verdict.verdict), verdict.sentence.text);
        for rule in verdict.rules.iter().filter(|r| all || worth_showing(r)) {
            println!("      {:<6} {:<12} {}", rule.id, outcome_word(rule.outcome), rule.message.text);
            if let Some(fix) = rule.fix.as_ref().or(rule.settles.as_ref()) {
                println!("             {:<12} {}", "", fix.text);
            }
        }
    }
    println!();
}

fn worth_showing(rule: &RuleResult) -> bool {
    rule.severity == Severity::Required && matches!(rule.outcome, RuleOutcome::Fail | RuleOutcome::Undetermined)
}

fn credentials(report: &CheckerReport) -> String {
    let c2pa = &report.c2pa;
    let integrity = match c2pa.integrity {
        Integrity::None => return "none".to_owned(),
        Integrity::Unreadable => return format!("unreadable: {}", c2pa.error.as_deref().unwrap_or_default()),
        Integrity::Intact => "intact".to_owned(),
        Integrity::Broken => {
            let codes: Vec<_> = c2pa.validation.failure.iter().map(|s| s.code.as_str()).collect();
            format!("broken ({})", codes.join(", "))
        }
    };
    let signer = c2pa.signer.as_ref();
    let who = signer
        .and_then(|s| s.organization.as_deref().or(s.common_name.as_deref()))
        .unwrap_or("an unnamed signer");
    let trust = match signer.and_then(|s| s.trusted_by.as_ref()) {
        Some(list) => format!("trusted by the {} of {}", list.name, list.date),
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
    }
}

fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Fail => "FAIL",
        Verdict::Undetermined => "undetermined",
        Verdict::NotApplicable => "not applicable",
    }
}

fn outcome_word(outcome: RuleOutcome) -> &'static str {
    match outcome {
        RuleOutcome::Pass => "pass",
        RuleOutcome::Fail => "FAIL",
        RuleOutcome::Undetermined => "undetermined",
        RuleOutcome::NotApplicable => "n/a",
    }
}
