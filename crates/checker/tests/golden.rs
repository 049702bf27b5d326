//! Golden summaries of the test corpus in `tests/golden`, reviewed by hand: validity of the credentials, statements
//! about AI, marks, and the outcome of every rule.
//!
//! `UPDATE_GOLDEN=1` rewrites the summaries of the available files. The test needs the corpus, so it is ignored unless
//! requested. A summary in which a certificate counts as valid only because it has not expired ends together with that
//! certificate, because the engine uses the system's clock.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};

use labeler_checker::{CheckRequest, CheckerReport, check};
use labeler_provenance::CertificateTime;
use labeler_rules::{Outcome, Verdict};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use time::macros::datetime;

fn corpus() -> PathBuf {
    let named = std::env::var_os("LABELER_CORPUS").map(PathBuf::from);
    let beside = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../../shared/corpus");
    let folder = named.unwrap_or(beside);
    assert!(folder.is_dir(), "no corpus at {}", folder.display());
    folder
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else if path.extension().is_some_and(|extension| extension != "md") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Returns the facts that lawyers and engineers need, without URLs and raw metadata.
fn story(report: &CheckerReport) -> Value {
    let c2pa = &report.c2pa;
    let mut marks: Vec<_> = report
        .watermark
        .marks
        .iter()
        .map(|m| format!("{}{}", m.name, if m.decoded { ", decoded" } else { ", declared" }))
        .collect();
    marks.sort();
    let verdicts: BTreeMap<_, _> = report
        .verdicts
        .iter()
        .map(|(region, verdict)| {
            let by = |outcome| {
                let ids: Vec<_> =
                    verdict.rules.iter().filter(|r| r.outcome == outcome).map(|r| r.id.as_str()).collect();
                ids.join(" ")
            };
            let word = match verdict.verdict {
                Verdict::Pass => "pass",
                Verdict::Fail => "fail",
                Verdict::Undetermined => "undetermined",
                Verdict::NotApplicable => "not applicable",
            };
            let rules = json!({
                "verdict": word,
                "sentence": verdict.sentence.text,
                "pass": by(Outcome::Pass),
                "fail": by(Outcome::Fail),
                "undetermined": by(Outcome::Undetermined),
            });
            (region.id(), rules)
        })
        .collect();
    json!({
        "mime": report.mime,
        "sha256": report.sha256,
        "integrity": c2pa.integrity,
        "signer": c2pa.signer.as_ref().map(|s| s.organization.as_deref().or(s.common_name.as_deref())),
        "trustedBy": c2pa.signer.as_ref().and_then(|s| s.trusted_by.as_ref()).map(|list| &list.id),
        "certificateTime": c2pa.certificate_time,
        "timeStamp": c2pa.time_stamp.as_ref().map(|t| json!({"time": t.time, "valid": t.valid, "trusted": t.trusted})),
        "failures": c2pa.validation.failure.iter().map(|s| s.code.as_str()).collect::<Vec<_>>(),
        "manifests": c2pa.manifests.len(),
        "thumbnails": c2pa.thumbnails.len(),
        "ai": report.ai.state,
        "saysAi": report.ai.evidence.iter().map(|c| format!("{}: {}", c.fact, c.value)).collect::<Vec<_>>(),
        "contradictions": report.ai.contradictions.len(),
        "generators": report.generators.iter().map(|g| format!("{} (tier {}, {})", g.generator, g.tier, g.field)).collect::<Vec<_>>(),
        "aigc": report.aigc.iter().map(|a| &a.location.path).collect::<Vec<_>>(),
        "marks": marks,
        "pixels": report.watermark.not_probed.as_deref().unwrap_or("probed"),
        "rubrics": report.rubrics.iter().map(|r| (r.rubric.name.clone(), json!({"passed": r.passed, "failed": r.failed}))).collect::<BTreeMap<_, _>>(),
        "warnings": report.warnings.iter().map(|w| w.message.as_str()).collect::<Vec<_>>(),
        "verdicts": verdicts,
    })
}

/// Returns whether a certificate that this summary counts as valid has expired in the meantime.
fn is_over(story: &Value, report: &CheckerReport) -> bool {
    let valid_then = story["certificateTime"] == json!(CertificateTime::InTime);
    let proven = report.c2pa.time_stamp.as_ref().is_some_and(|stamp| stamp.trusted);
    let until = report.c2pa.signer.as_ref().and_then(|s| OffsetDateTime::parse(s.not_after.as_deref()?, &Rfc3339).ok());
    valid_then && !proven && until.is_some_and(|until| until < OffsetDateTime::now_utc())
}

#[test]
#[ignore = "needs the corpus: set LABELER_CORPUS and run with --include-ignored"]
fn every_corpus_file_matches_its_golden_summary() {
    let corpus = corpus();
    let golden = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("tests/golden");
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let (mut compared, mut wrong) = (0, Vec::new());
    for path in files_below(&corpus) {
        let name = path.strip_prefix(&corpus).unwrap().to_string_lossy().replace('/', "_");
        let kept = golden.join(format!("{name}.json"));
        let mut request = CheckRequest::at(datetime!(2026-11-21 10:00 UTC));
        request.max_pixels = 50_000_000;
        let report = check(&mut BufReader::new(File::open(&path).unwrap()), &request).unwrap();
        let told = story(&report);
        if update {
            fs::write(&kept, serde_json::to_string_pretty(&told).unwrap() + "\n").unwrap();
            continue;
        }
        let Ok(text) = fs::read_to_string(&kept) else {
            eprintln!("{name} is new in the corpus and has no golden summary");
            continue;
        };
        let expected: Value = serde_json::from_str(&text).unwrap();
        if expected["sha256"] != told["sha256"] {
            eprintln!("{name} differs from the file that the golden summary describes");
            continue;
        }
        if is_over(&expected, &report) {
            eprintln!("{name}: its certificate has expired since");
            continue;
        }
        compared += 1;
        if expected != told {
            let (a, b) =
                (serde_json::to_string_pretty(&expected).unwrap(), serde_json::to_string_pretty(&told).unwrap());
            let lines: Vec<_> = a.lines().zip(b.lines()).filter(|(a, b)| a != b).take(6).collect();
            wrong.push(format!("{name}: {lines:#?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(update || compared > 0, "no file in the corpus has a golden summary");
}
