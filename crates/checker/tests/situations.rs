//! Builds the files of `crates/rules/tests/situations.toml` as far as possible and checks them through the public entry
//! point, so that the facts are extracted and not only assumed.
//!
//! Some files cannot be built here: time stamps of a listed authority, labels and watermarks in the pixels, a fetched
//! page. These cases are covered by the table's own test and, if the corpus has one, by a real file. `SITUATION=S-017`
//! selects one situation.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

#[path = "../../rules/tests/situations/build.rs"]
#[allow(dead_code)]
mod build;
#[path = "../../rules/tests/situations/compare.rs"]
mod compare;
#[path = "situations/files.rs"]
mod files;
#[path = "../../rules/tests/situations/table.rs"]
mod table;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::io::Cursor;
use std::path::PathBuf;

use bytes::Bytes;
use labeler_checker::{CheckRequest, CheckerReport, Search, check, earlier_version, evidence, look_here};
use labeler_labeling::{
    DigitalSourceType, LabelOptions, OverlayPosition, PreApplied, Profile, RegionPreset, SigningMode, label,
};
use labeler_media::fixtures::{self, Parts};
use labeler_provenance::SigningIdentity;
use labeler_rules::evidence::{
    AigcSite, C2paPresence, CertificateClass, Located, ManifestPosition, MarkLayer, MarkState, MetadataSupport,
    Modality, Readings, TextPlace, VisibleState,
};
use labeler_rules::{Evidence, Region, SourceType};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use table::{Case, FileWords, Kind, Situations};
use time::Time;

const TABLE: &str = include_str!("../../rules/tests/situations.toml");
/// Minimum number of cases that must be built as real files.
const LEAST_BUILT: usize = 100;

fn situations() -> Situations {
    Situations::parse(TABLE).unwrap_or_else(|error| panic!("situations.toml: {error}"))
}

fn is_wanted(id: &str) -> bool {
    std::env::var("SITUATION").map_or(true, |only| id == only || id.starts_with(&format!("{only}(")))
}

/// Returns the request for a built file.
fn request(case: &Case, index: usize, built: &files::Built) -> CheckRequest {
    let (words, answers) = &case.inputs[index];
    let day = build::date(case.day);
    let mut request = CheckRequest::at(day.with_time(Time::from_hms(12, 0, 0).unwrap()).assume_utc());
    request.filename = words.name.clone().or_else(|| (words.kind == Kind::Markdown).then(|| "article.md".to_owned()));
    // Browsers derive the type from the name.
    request.declared_mime = words.name.as_ref().filter(|name| name.ends_with(".jpg")).map(|_| "image/jpeg".to_owned());
    let mut context = build::context(answers, day);
    // The default regions and additional ones for which the case expects a verdict.
    context.regions.extend(case.expected.verdicts.keys().map(|id| id.parse::<Region>().expect("a region")));
    request.context = Some(context);
    request.own_lists.clone_from(&built.lists);
    if let Some(before) = &built.before {
        // A quick search cannot tell whether a watermark was removed.
        request.search = Search::Deep;
        request.earlier = Some(earlier_version(&mut Cursor::new(before), &request, &mut look_here).unwrap());
    }
    request
}

/// Returns the parts of a report that come from the judgement.
fn judgement(report: &CheckerReport) -> Value {
    json!({ "regions": report.verdicts, "notes": report.notes, "questions": report.questions })
}

/// Returns the differences for one real file, or the reason for which it cannot be built.
fn check_built(case: &Case, index: usize) -> Result<Vec<String>, String> {
    let built = files::build(&case.inputs[index].0)?;
    let report = check(&mut Cursor::new(&built.file), &request(case, index, &built)).unwrap();
    Ok(compare::differences(&judgement(&report), &case.expected))
}

/// Returns the differences between the facts extracted from the real file and the facts assumed by the table.
fn extraction_differences(case: &Case, index: usize) -> Result<Vec<String>, String> {
    let words = &case.inputs[index].0;
    let built = files::build(words)?;
    let extracted = evidence(&mut Cursor::new(&built.file), &request(case, index, &built)).unwrap();
    let assumed = build::evidence(words, build::date(case.day));
    let (extracted, assumed) = (gist(&extracted), gist(&assumed));
    let differs = extracted.iter().filter(|(fact, value)| {
        // The text of a PDF is not read.
        assumed[*fact] != **value && !(words.kind == Kind::Pdf && **fact == "text label")
    });
    Ok(differs.map(|(fact, value)| format!("{fact}: extracted {value}, assumed {}", assumed[fact])).collect())
}

/// Returns the facts that rules cite, without their places and without details that depend on how a file was made.
fn gist(evidence: &Evidence) -> BTreeMap<&'static str, Value> {
    let c2pa = &evidence.c2pa;
    let values = |found: &[Located<String>]| json!(found.iter().map(|l| &l.value).collect::<Vec<_>>());
    let terms = |found: &SourceType| found.term.clone();
    let present = c2pa.presence == C2paPresence::Present;
    BTreeMap::from([
        ("modality", json!(evidence.file.modality)),
        ("metadata support", json!(evidence.file.metadata)),
        ("readings", json!(evidence.readings)),
        ("manifest", json!([json!(c2pa.presence), json!(c2pa.integrity), json!(c2pa.storage)])),
        ("certificate", json!([json!(c2pa.certificate_class), json!(c2pa.certificate_time), json!(c2pa.trust)])),
        ("signer", json!(c2pa.signer.as_ref().map(|signer| &signer.organisation))),
        ("claim generator", json!(c2pa.claim_generator.as_ref().map(|tool| (&tool.name, &tool.version)))),
        ("provider", json!(c2pa.provider_statements.iter().map(|s| &s.name).collect::<Vec<_>>())),
        ("references", json!([c2pa.remote_manifest.is_some(), c2pa.leftover_reference.is_some()])),
        (
            "actions",
            c2pa.actions
                .iter()
                .map(|a| {
                    let agent = a.software_agent.as_ref().map(|agent| (&agent.name, &agent.version));
                    json!([json!(a.action), json!(a.source_type.as_ref().map(terms)), json!(agent), json!(a.position)])
                })
                .collect(),
        ),
        ("ingredients", c2pa.ingredients.iter().map(|i| json!([json!(i.relationship), json!(i.validity)])).collect()),
        ("soft bindings", c2pa.soft_bindings.iter().map(|b| json!([json!(b.alg), json!(b.position)])).collect()),
        (
            "stated marks",
            c2pa.mark_statements.iter().map(|s| json!([json!(s.layer), json!(s.pre_applied), json!(s.text)])).collect(),
        ),
        ("source types", evidence.metadata.source_types.iter().map(|found| json!(terms(&found.value))).collect()),
        ("prompts", values(&evidence.metadata.prompts)),
        ("remarks on AI", values(&evidence.metadata.ai_remarks)),
        ("persons", values(&evidence.metadata.person_names)),
        ("cameras", values(&evidence.metadata.capture_devices)),
        ("links", evidence.metadata.links.iter().map(|link| json!(link.value.url)).collect()),
        ("aigc", evidence.aigc.iter().map(label_gist).collect()),
        (
            "text label",
            json!([
                json!(evidence.text_label.state),
                json!(evidence.text_label.source),
                json!(evidence.text_label.text),
                json!(evidence.text_label.place)
            ]),
        ),
        (
            "changes",
            json!(
                evidence
                    .comparison
                    .as_ref()
                    .map(|comparison| { comparison.changes.iter().map(|c| (c.layer, c.change)).collect::<Vec<_>>() })
            ),
        ),
        ("files without a manifest say nothing in one", json!(present || c2pa.actions.is_empty())),
    ])
}

fn label_gist(label: &AigcSite) -> Value {
    let fields: Vec<_> = label.fields.iter().map(|field| (&field.name, &field.value, field.json_type)).collect();
    let problems: Vec<_> = label.charset_problems.iter().map(|problem| (&problem.field, &problem.character)).collect();
    json!({
        "place": label.place,
        "namespace": label.namespace,
        "prefix": label.prefix,
        "shape": label.shape,
        "fields": fields,
        "problems": problems,
        "codes": [label.producer_code, label.propagator_code],
    })
}

#[test]
fn extracts_the_facts_that_the_table_assumes() {
    let mut report = String::new();
    for case in situations().cases.iter().filter(|case| is_wanted(&case.id)) {
        for index in 0..case.inputs.len() {
            for difference in extraction_differences(case, index).unwrap_or_default() {
                writeln!(report, "{} (input {index}): {difference}", case.id).unwrap();
            }
        }
    }
    assert!(report.is_empty(), "extracted facts differ:\n{report}");
}

#[test]
fn real_files_of_the_situations_are_judged_as_a_lawyer_would() {
    let mut report = String::new();
    let mut left_out: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let (mut built, mut wrong) = (BTreeSet::new(), 0);
    for case in situations().cases.iter().filter(|case| is_wanted(&case.id)) {
        for index in 0..case.inputs.len() {
            match check_built(case, index) {
                Err(why) => left_out.entry(why).or_default().push(case.id.clone()),
                Ok(differences) => {
                    built.insert(case.id.clone());
                    if differences.is_empty() {
                        continue;
                    }
                    wrong += 1;
                    writeln!(report, "\n{} (input {index}) on {}: {}", case.id, case.day, case.words).unwrap();
                    for difference in differences {
                        writeln!(report, "  {difference}").unwrap();
                    }
                }
            }
        }
    }
    for (why, ids) in &left_out {
        eprintln!("not built, {why}: {}", ids.join(", "));
    }
    eprintln!("{} cases built as files", built.len());
    if std::env::var_os("SITUATION").is_none() {
        assert!(built.len() >= LEAST_BUILT, "only {} cases were built as files", built.len());
    }
    assert!(wrong == 0, "{wrong} files differ:\n{report}");
}

/// Returns the folder of real files.
fn corpus() -> PathBuf {
    let named = std::env::var_os("LABELER_CORPUS").map(PathBuf::from);
    let beside = PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap()).join("../../../shared/corpus");
    let folder = named.unwrap_or(beside);
    assert!(folder.is_dir(), "no corpus at {}", folder.display());
    folder
}

/// Checks a file of the corpus with the answers of a case.
fn real(case: &Case, name: &str) -> CheckerReport {
    let day = build::date(case.day);
    let mut request = CheckRequest::at(day.with_time(Time::from_hms(12, 0, 0).unwrap()).assume_utc());
    request.context = Some(build::context(&case.inputs[0].1, day));
    request.max_pixels = 50_000_000;
    let file = std::fs::read(corpus().join(name)).unwrap();
    check(&mut Cursor::new(file), &request).unwrap()
}

/// Cases with a similar file in the corpus.
const LIKE_CORPUS: [(&str, &str); 2] = [("S-038", "generators/dall-e-2024.webp"), ("S-057(a)", "generators/mj-1.png")];

#[test]
#[ignore = "needs the corpus: set LABELER_CORPUS and run with --include-ignored"]
fn files_of_real_generators_are_judged_as_a_lawyer_would() {
    let cases = situations().cases;
    let mut wrong = Vec::new();
    for (id, name) in LIKE_CORPUS.iter().filter(|(id, _)| is_wanted(id)) {
        let case = cases.iter().find(|case| case.id == *id).unwrap();
        let differences = compare::differences(&judgement(&real(case, name)), &case.expected);
        if !differences.is_empty() {
            wrong.push(format!("{id}, {name}:\n  {}", differences.join("\n  ")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Returns the facts of a file that is described here and not in the table.
fn facts_of(words: &str, change: impl FnOnce(&mut CheckRequest)) -> Evidence {
    let words: FileWords = toml::from_str(words).unwrap();
    let built = files::build(&words).unwrap();
    let mut request = CheckRequest::at(time::macros::datetime!(2026-11-29 12:00 UTC));
    request.own_lists = built.lists;
    change(&mut request);
    evidence(&mut Cursor::new(&built.file), &request).unwrap()
}

#[test]
fn a_wrong_name_does_not_prevent_reading() {
    let facts = facts_of("kind = \"png\"", |request| {
        request.filename = Some("photo.jpg".to_owned());
        request.declared_mime = Some("image/jpeg".to_owned());
    });
    assert_eq!(facts.file.container, "png");
    assert_eq!(facts.readings, Readings::complete());
}

#[test]
fn reads_the_provider_named_in_the_claim() {
    let facts = facts_of(
        "kind = \"jpeg\"\nsigner = \"self-signed\"\nsigner-name = \"ACME AI\"\nnames-provider = \"Example Provider\"\n\
         actions = [{ action = \"created\", source-type = \"trainedAlgorithmicMedia\", system = \"ACME Paint\" }]",
        |_| {},
    );
    let named: Vec<_> = facts.c2pa.provider_statements.iter().map(|s| (s.name.as_str(), s.position)).collect();
    assert_eq!(named, [("Example Provider", ManifestPosition::Active)]);
    assert_eq!(facts.c2pa.certificate_class, CertificateClass::SelfSigned);
}

#[test]
fn fingerprints_and_ingredient_bindings_do_not_count_as_watermarks() {
    let marks = |words: &str| {
        let facts = facts_of(words, |_| {});
        facts.invisible_marks.into_iter().filter(|mark| mark.state == MarkState::Declared).count()
    };
    let signed = "kind = \"jpeg\"\nsigner = \"from an unlisted authority\"\n";
    let created = "actions = [{ action = \"created\", source-type = \"trainedAlgorithmicMedia\" }]\n";
    let opened = "actions = [{ action = \"opened\" }]\n";
    assert_eq!(marks(&format!("{signed}{created}soft-binding = \"com.adobe.trustmark.P\"")), 1);
    assert_eq!(marks(&format!("{signed}{created}soft-binding = \"io.iscc.v0\"")), 0);
    let parent = "ingredients = [{ relation = \"parent\", source-type = \"digitalCapture\", \
                  soft-binding = \"com.adobe.trustmark.P\" }]";
    assert_eq!(marks(&format!("{signed}{opened}{parent}")), 0);
}

#[test]
fn a_customers_watermark_statement_is_not_a_binding() {
    let input = fixtures::png(&Parts::default());
    let options = LabelOptions {
        digital_source_type: DigitalSourceType::TrainedAlgorithmicMedia,
        region_preset: RegionPreset::EuStrict,
        signing_mode: SigningMode::Managed,
        dnt_enabled: false,
        filename: "photo.png".to_owned(),
        sha256_input: hex::encode(Sha256::digest(&input)),
        pre_applied: vec![
            PreApplied::Watermark { payload_id: "wm-1".to_owned() },
            PreApplied::Overlay {
                position: OverlayPosition::TopRight,
                text: "AI GENERATED".to_owned(),
                ink_height_ratio: None,
            },
        ],
        profile: Profile::default(),
    };
    let now = time::OffsetDateTime::from(std::time::SystemTime::now());
    let chain = labeler_devchain::make(
        labeler_devchain::Algorithm::Es256,
        labeler_devchain::Purpose::Development,
        now.unix_timestamp(),
    );
    let chain = chain.unwrap();
    let identity = SigningIdentity::from_pem(chain.chain_pem.as_bytes(), chain.key_pem.as_bytes()).unwrap();
    let labelled = pollster::block_on(label(Bytes::from(input), &options, &identity, now)).unwrap();
    let facts = evidence(&mut Cursor::new(labelled.body.concat()), &CheckRequest::at(now)).unwrap();
    assert!(facts.c2pa.soft_bindings.is_empty());
    assert!(facts.invisible_marks.iter().all(|mark| mark.state == MarkState::NotCheckable));
    assert_eq!(facts.visible_label.state, VisibleState::Unknown);
    let stated: Vec<_> = facts.c2pa.mark_statements.iter().map(|stated| (stated.layer, stated.pre_applied)).collect();
    assert_eq!(stated, [(MarkLayer::VisibleLabel, true), (MarkLayer::InvisibleMark, true)]);
}

#[test]
fn reads_text_regardless_of_the_file_name() {
    let words = "kind = \"txt\"\ntext-label = { read = \"This text was generated with AI.\", place = \"start\" }";
    let facts = facts_of(words, |_| {});
    assert_eq!((facts.file.modality, facts.file.metadata), (Modality::Text, MetadataSupport::None));
    assert_eq!(facts.text_label.state, VisibleState::Present);
    assert_eq!(facts.text_label.place, TextPlace::Start);
    let markdown = facts_of(words, |request| request.filename = Some("article.md".to_owned()));
    assert_eq!((markdown.file.modality, markdown.file.metadata), (Modality::Text, MetadataSupport::Carries));
    assert_eq!(markdown.readings, Readings::complete());
}
