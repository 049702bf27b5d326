//! Tests the command as a user runs it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod common;

use std::sync::Arc;

use assert_cmd::Command;
use common::{Place, ai_picture, photo};
use labeler_media::fixtures::{self, Parts};
use labeler_store::ChainPosition;
use labeler_store::database::{Database, Statement};
use labeler_store::{Peppers, Store};
use serde_json::{Value, json};

#[test]
fn exit_codes_fail_closed() {
    let place = Place::new();
    let photo = place.file("photo.jpg", &photo());
    let marked = place.file("ai.png", &ai_picture());
    place.labeler().arg("check").arg(&photo).assert().code(0);
    place.labeler().arg("check").arg(&photo).arg(&marked).assert().code(1);
    place.labeler().arg("check").arg(&marked).arg(place.path("missing")).arg(&photo).assert().code(2);
    place.labeler().arg("check").arg(place.file("empty.jpg", b"")).assert().code(2);
    place.labeler().arg("check").arg(place.file("notes.bin", &[0, 1, 2, 3])).assert().code(2);
    std::fs::create_dir(place.path("nothing")).unwrap();
    place.labeler().arg("check").arg(place.path("nothing")).assert().code(2);
    place.labeler().args(["check", "--as-of", "tomorrow"]).arg(&photo).assert().code(2);
}

#[test]
fn searches_folders_and_reads_standard_input() {
    let place = Place::new();
    std::fs::create_dir_all(place.path("album/inner")).unwrap();
    place.file("album/b.png", &ai_picture());
    place.file("album/inner/a.jpg", &photo());
    place.file("album/notes.bin", &[0, 1, 2, 3]);
    let output = place.labeler().args(["check", "--json"]).arg(place.path("album")).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let names: Vec<String> = String::from_utf8(output.stdout)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["filename"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names.len(), 2);
    assert!(names[0].ends_with("album/b.png") && names[1].ends_with("album/inner/a.jpg"), "{names:?}");
    assert!(String::from_utf8(output.stderr).unwrap().contains("skipped 1 file"));

    let output = place.labeler().args(["check", "--json", "-"]).write_stdin(photo()).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((report["mime"].as_str(), report["filename"].is_null()), (Some("image/jpeg"), true));
}

#[test]
fn fail_on_selects_the_results_that_fail_the_run() {
    let place = Place::new();
    let file = place.file("ai.png", &ai_picture());
    let code =
        |arguments: &[&str]| place.labeler().arg("check").args(arguments).arg(&file).output().unwrap().status.code();
    assert_eq!(code(&["--fail-on", "never"]), Some(0));
    // One unsigned statement marks the image for the EU but does not show that the mark is robust: open.
    assert_eq!(code(&["--region", "eu"]), Some(0));
    assert_eq!(code(&["--region", "eu", "--fail-on", "open"]), Some(1));
    // The older name.
    assert_eq!(code(&["--region", "eu", "--fail-on", "undetermined"]), Some(1));
    assert_eq!(code(&["--region", "china"]), Some(1));
}

#[test]
fn sarif_and_csv_contain_the_same_verdicts() {
    let place = Place::new();
    let (photo, marked) = (place.file("photo.jpg", &photo()), place.file("ai picture.png", &ai_picture()));
    let run = |format: &str| {
        let output = place.labeler().args(["check", "--format", format]).arg(&photo).arg(&marked).output().unwrap();
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8(output.stdout).unwrap()
    };
    let log: Value = serde_json::from_str(&run("sarif")).unwrap();
    assert_eq!(log["version"], "2.1.0");
    let run_log = &log["runs"][0];
    assert_eq!(run_log["artifacts"][1]["location"]["uri"], "ai%20picture.png");
    let rules: Vec<_> =
        run_log["tool"]["driver"]["rules"].as_array().unwrap().iter().map(|r| r["id"].clone()).collect();
    assert!(rules.len() > 40, "{}", rules.len());
    let results = run_log["results"].as_array().unwrap();
    assert!(results.iter().all(|r| rules.contains(&r["ruleId"])));
    // SARIF 2.1.0, 3.27.10: a result of any kind except `fail` has the level `none`.
    assert!(results.iter().all(|r| (r["kind"] == "fail") != (r["level"] == "none")));
    let fails = |file: usize| {
        let of_file = |r: &&Value| r["locations"][0]["physicalLocation"]["artifactLocation"]["index"] == file;
        results.iter().filter(of_file).filter(|r| r["level"] == "error").count()
    };
    assert_eq!(fails(0), 0);
    assert!(fails(1) > 0);

    let csv = run("csv");
    let rows: Vec<Vec<&str>> = csv.lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(rows.len(), 3);
    assert!(rows.iter().all(|row| row.len() == rows[0].len()));
    let china = rows[0].iter().position(|column| *column == "china").unwrap();
    assert_eq!((rows[1][china], rows[2][china]), ("undetermined", "fail"));
    let failed = rows[0].iter().position(|column| *column == "failedRules").unwrap();
    assert!(rows[2][failed].split(' ').any(|id| id == "CN-01"));
}

#[test]
fn the_table_shows_the_verdict_and_the_failed_rule() {
    let place = Place::new();
    let output = place.labeler().arg("check").arg(place.file("ai.png", &ai_picture())).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("China") && text.contains("CN-01  FAIL"), "{text}");
    assert!(text.contains("trainedAlgorithmicMedia"), "{text}");
}

#[test]
fn a_new_label_is_intact_and_signed_with_a_development_certificate() {
    let place = Place::new();
    let output = place.path("labelled.jpg");
    place.labeler().arg("label").arg(place.file("photo.jpg", &photo())).arg("-o").arg(&output).assert().code(0);
    let report = place.json(&output);
    assert_eq!(report["c2pa"]["integrity"], "intact");
    assert_eq!(report["c2pa"]["signer"]["development"], true);
    assert_eq!(report["ai"]["state"], "claimed");
    assert_eq!(report["filename"], "labelled.jpg");

    // The same development chain signs again, and is trusted if it is given as a trust list.
    let root = place.path("config").join("development-root.pem");
    let trusted = place.labeler().args(["check", "--json", "--trust"]).arg(root).arg(&output).output().unwrap();
    let report: Value = serde_json::from_slice(&trusted.stdout).unwrap();
    assert_eq!(report["c2pa"]["signer"]["trustedBy"]["id"], "own");
}

#[test]
fn as_of_changes_the_law_and_region_narrows_it() {
    let place = Place::new();
    let file = place.file("ai.png", &ai_picture());
    let output = place
        .labeler()
        .args(["check", "--json", "--as-of", "2024-01-01", "--region", "china"])
        .arg(&file)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(report["context"]["asOf"], "2024-01-01");
    assert_eq!(report["verdicts"].as_object().unwrap().keys().collect::<Vec<_>>(), ["china"]);
    assert_eq!(report["verdicts"]["china"]["verdict"], "notApplicable");
}

#[test]
fn label_rejects_unsupported_files_and_leaves_no_output() {
    let place = Place::new();
    let output = place.path("out.wav");
    let sound = place.file("a.wav", &fixtures::wav(&Parts::default(), &[]));
    let refused = place.labeler().arg("label").arg(sound).arg("-o").arg(&output).output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8(refused.stderr).unwrap().contains("accepted are image/jpeg, image/png"));
    assert!(!output.exists());
}

#[test]
fn explains_what_to_do_if_a_label_cannot_be_drawn() {
    let place = Place::new();
    // Enough of a HEIC to detect its type and tables; its image is not decoded.
    let mut heic = fixtures::avif(&Parts::default(), false);
    heic[8..12].copy_from_slice(b"heic");
    heic[16..24].copy_from_slice(b"mif1heic");
    let run = |name: &str, bytes: &[u8]| {
        let output = place.path(&format!("labelled-{name}"));
        let mut command = place.labeler();
        command.args(["label", "--preset", "global_minimum"]).arg(place.file(name, bytes)).arg("-o").arg(&output);
        let told = command.output().unwrap();
        assert_eq!(told.status.code(), Some(0), "{}", String::from_utf8_lossy(&told.stderr));
        (String::from_utf8(told.stderr).unwrap(), place.json(&output))
    };
    let (told, report) = run("a.heic", &heic);
    assert!(told.contains("no freely licensed encoder; convert it to JPEG or AVIF first"), "{told}");
    assert_eq!(report["mime"], "image/heic");

    let picture = image::RgbImage::from_fn(200, 160, |x, y| image::Rgb([x as u8, y as u8, 90]));
    let mut gif = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut gif, image::ImageFormat::Gif).unwrap();
    let (told, report) = run("a.gif", &gif.into_inner());
    assert!(!told.contains("no visible label"), "{told}");
    let rules = report["verdicts"]["china"]["rules"].as_array().unwrap();
    let visible = rules.iter().find(|rule| rule["id"] == "CN-10").unwrap();
    assert_eq!(visible["outcome"], "pass", "{visible}");
}

/// An image of waves with grain that can hide a watermark.
fn waves(width: u32, height: u32) -> image::RgbImage {
    let level = |x: u32, y: u32| {
        let wave = 30.0 * (f64::from(x) * 0.05).sin() + 30.0 * (f64::from(y) * 0.04).cos();
        let grain = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(2_246_822_519)) >> 16;
        (118.0 + wave) as u8 + (grain % 21) as u8
    };
    image::RgbImage::from_fn(width, height, |x, y| image::Rgb([level(x, y), level(y, x), level(x + y, y)]))
}

fn png(picture: &image::RgbImage) -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut file, image::ImageFormat::Png).unwrap();
    file.into_inner()
}

#[test]
fn a_deep_search_finds_the_watermark_of_a_stretched_crop() {
    let place = Place::new();
    let labelled = place.path("labelled.png");
    let source = place.file("waves.png", &png(&waves(900, 700)));
    place.labeler().arg("label").arg(source).arg("-o").arg(&labelled).assert().code(0);
    let cropped = image::open(&labelled).unwrap().crop_imm(70, 50, 760, 600);
    let cropped = cropped.resize_exact(836, 600, image::imageops::FilterType::CatmullRom).into_rgb8();
    let cropped = place.file("cropped.png", &png(&cropped));

    let marks = |report: &Value| {
        let marks = report["watermark"]["marks"].as_array().unwrap();
        marks.iter().filter(|mark| mark["name"] == "Labeler" && mark["decoded"] == true).count()
    };
    let deep = place.json(&cropped);
    assert_eq!((marks(&deep), deep["watermark"]["notSearched"].as_str()), (1, None), "{}", deep["watermark"]);

    let output = place.labeler().args(["check", "--json", "--search", "whole"]).arg(&cropped).output().unwrap();
    let whole: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(marks(&whole), 0);
    assert!(whole["watermark"]["notSearched"].as_str().unwrap().contains("aspect ratio"), "{}", whole["watermark"]);
    let table = place.labeler().args(["check", "--search", "whole"]).arg(&cropped).output().unwrap();
    let table = String::from_utf8(table.stdout).unwrap();
    assert!(table.contains("aspect ratio") && table.contains("--search deep"), "{table}");
}

#[test]
fn decodes_avif() {
    let place = Place::new();
    // Its coded image is invalid, which only a decoder notices.
    let report = place.json(&place.file("a.avif", &fixtures::avif(&Parts::default(), false)));
    let why = report["watermark"]["notProbed"].as_str().unwrap();
    assert!(why.starts_with("the picture in this AVIF is not decoded here: "), "{why}");
}

/// An image of hills.
fn hills(format: image::ImageFormat) -> Vec<u8> {
    let level =
        |x: u32, y: u32| (120.0 + 50.0 * (f64::from(x) / 21.0).sin() + 40.0 * (f64::from(y) / 33.0).cos()) as u8;
    let picture = image::RgbImage::from_fn(320, 240, |x, y| image::Rgb([level(x, y), level(y, x), 90]));
    let mut file = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut file, format).unwrap();
    file.into_inner()
}

/// An image with enough grain for a watermark.
fn grainy(format: image::ImageFormat) -> Vec<u8> {
    let mut state = 7_u32;
    let picture = image::RgbImage::from_fn(512, 384, |x, y| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let grain = f64::from(state >> 24) / 8.0;
        let wave = 40.0 * (f64::from(x) / 23.0).sin() + 30.0 * (f64::from(y) / 17.0).cos() + grain;
        image::Rgb([100.0 + wave, 120.0 + 0.7 * wave, 90.0 + 0.5 * wave].map(|value| value as u8))
    });
    let mut file = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut file, format).unwrap();
    file.into_inner()
}

#[test]
fn reads_a_keyed_watermark_only_with_its_key() {
    let place = Place::new();
    let key = place.path("key.txt");
    let made = place.labeler().arg("watermark-key").arg(&key).output().unwrap();
    assert_eq!(made.status.code(), Some(0), "{}", String::from_utf8_lossy(&made.stderr));
    let digits = std::fs::read_to_string(&key).unwrap();
    assert_eq!(digits.trim().len(), 64);
    assert!(!String::from_utf8(made.stdout).unwrap().contains(&digits[..16]));
    // A key is never overwritten.
    let again = place.labeler().arg("watermark-key").arg(&key).output().unwrap();
    assert_eq!(again.status.code(), Some(2));
    assert!(String::from_utf8(again.stderr).unwrap().contains("already exists"));
    assert_eq!(std::fs::read_to_string(&key).unwrap(), digits);
    let other = place.file("other.key", &[7; 32]);

    for (name, format) in
        [("a.png", image::ImageFormat::Png), ("a.jpg", image::ImageFormat::Jpeg), ("a.gif", image::ImageFormat::Gif)]
    {
        let output = place.path(&format!("labelled-{name}"));
        let mut command = place.labeler();
        command.arg("label").arg(place.file(name, &grainy(format))).arg("-o").arg(&output);
        let told = command.arg("--watermark-key").arg(&key).output().unwrap();
        assert_eq!(told.status.code(), Some(0), "{name}: {}", String::from_utf8_lossy(&told.stderr));
        if format == image::ImageFormat::Gif && String::from_utf8_lossy(&told.stderr).contains("colour tables") {
            continue;
        }
        let reads = |key: Option<&std::path::Path>| {
            let mut command = place.labeler();
            command.args(["check", "--json"]).arg(&output);
            let output =
                command.args(key.iter().flat_map(|key| ["--watermark-key".as_ref(), key.as_os_str()])).output();
            let report = String::from_utf8(output.unwrap().stdout).unwrap();
            (report.contains("with the key given"), report.contains("of the coded bits agree"))
        };
        assert_eq!(reads(Some(&key)), (true, true), "{name}");
        assert_eq!(reads(None), (false, false), "{name}");
        assert_eq!(reads(Some(&other)), (false, false), "{name}");
    }
}

#[test]
fn reads_and_keeps_the_public_watermark_when_a_key_is_given() {
    let place = Place::new();
    let key = place.file("raw.key", &[0xC3; 32]);
    let output = place.path("public.png");
    let photo = place.file("photo.png", &grainy(image::ImageFormat::Png));
    place.labeler().arg("label").arg(photo).arg("-o").arg(&output).assert().code(0);
    let checked = place.labeler().args(["check", "--json"]).arg(&output).arg("--watermark-key").arg(&key).output();
    let report = String::from_utf8(checked.unwrap().stdout).unwrap();
    assert!(report.contains("of the coded bits agree") && !report.contains("with the key given"));
    let again = place.path("again.png");
    let told =
        place.labeler().arg("label").arg(&output).arg("-o").arg(&again).arg("--watermark-key").arg(&key).output();
    assert!(String::from_utf8(told.unwrap().stderr).unwrap().contains("already carries the public watermark"));
}

#[test]
fn describes_a_file_that_is_not_a_watermark_key() {
    let place = Place::new();
    let photo = place.file("photo.png", &grainy(image::ImageFormat::Png));
    for (name, bytes, why) in
        [("short.key", "ab".repeat(31).into_bytes(), "62 hexadecimal digits"), ("raw.key", vec![0xFF; 33], "33 bytes")]
    {
        let key = place.file(name, &bytes);
        let out = place.path("out.png");
        for (subcommand, output) in [("label", Some(&out)), ("check", None)] {
            let mut command = place.labeler();
            command.arg(subcommand).arg(&photo).arg("--watermark-key").arg(&key);
            if let Some(output) = output {
                command.arg("-o").arg(output);
            }
            let told = command.output().unwrap();
            let text = String::from_utf8(told.stderr).unwrap();
            assert_eq!(told.status.code(), Some(2), "{text}");
            assert!(text.contains(name) && text.contains(why), "{text}");
        }
    }
}

#[test]
fn the_text_of_a_visible_label_requires_an_equals_sign() {
    let place = Place::new();
    let photo = place.file("photo.png", &hills(image::ImageFormat::Png));
    for (option, text) in [("--visible", "AI GENERATED"), ("--visible=Made by AI", "Made by AI")] {
        let output = place.path("out.png");
        // A file after the option is not mistaken for its text.
        let mut command = place.labeler();
        command.args(["label", "--no-watermark", option]).arg(&photo).arg("-o").arg(&output);
        let told = command.output().unwrap();
        assert_eq!(told.status.code(), Some(0), "{option}: {}", String::from_utf8_lossy(&told.stderr));
        let report = place.json(&output).to_string();
        assert!(report.contains(text), "{option}");
    }
    let spaced = place.labeler().args(["label", "--visible", "AI"]).arg(&photo).arg("-o").arg(place.path("x")).output();
    assert_eq!(spaced.unwrap().status.code(), Some(2), "`AI` is a file that does not exist");
}

#[test]
fn reports_a_damaged_image_and_never_draws_on_it() {
    let place = Place::new();
    for (name, format) in [("a.jpg", image::ImageFormat::Jpeg), ("a.png", image::ImageFormat::Png)] {
        let whole = hills(format);
        let cut = place.file(name, &whole[..whole.len() * 2 / 3]);
        let table = place.labeler().arg("check").arg(&cut).output().unwrap();
        let table = String::from_utf8(table.stdout).unwrap();
        assert!(table.contains("Warning       The picture is damaged: "), "{table}");
        let report = place.json(&cut);
        let warnings = report["warnings"].as_array().unwrap();
        assert!(warnings.iter().any(|warning| warning["kind"] == "damaged"), "{warnings:?}");

        let output = place.path(&format!("out-{name}"));
        for options in [&["--visible"][..], &["--no-visible", "--no-watermark"]] {
            let mut command = place.labeler();
            let told =
                command.args(["label", "--json"]).args(options).arg(&cut).arg("-o").arg(&output).output().unwrap();
            let said = String::from_utf8(told.stderr).unwrap();
            if told.status.code() == Some(0) {
                assert!(said.contains("The file is damaged: "), "{name} {options:?}: {said}");
                let told: Value = serde_json::from_slice(&told.stdout).unwrap();
                let layers = told["appliedLayers"].as_array().unwrap();
                assert!(!layers.iter().any(|layer| layer == "overlay" || layer == "watermark"), "{layers:?}");
                std::fs::remove_file(&output).unwrap();
            } else {
                // A truncated container cannot hold a manifest either.
                assert!(said.contains("damaged") && !output.exists(), "{name}: {said}");
            }
        }
        let whole = place.file(&format!("whole-{name}"), &whole);
        assert!(place.json(&whole)["warnings"].as_array().unwrap().is_empty());
    }
}

/// Returns `labeler admin init` with all of its files in one folder.
fn init(place: &Place) -> Command {
    let mut command = place.labeler();
    command.args(["admin", "init", "--dir"]).arg(place.path("keys"));
    command.arg("--sql").arg(place.path("first.sql")).arg("--vars").arg(place.path("vars"));
    command
}

#[test]
fn admin_init_runs_only_once() {
    let place = Place::new();
    let output = init(&place).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let made: Value = serde_json::from_slice(&output.stdout).unwrap();
    let key = made["liveKey"].as_str().unwrap();
    assert!(key.starts_with("lbl_live_") && key.len() == 9 + 50);

    let vars = std::fs::read_to_string(place.path("vars")).unwrap();
    for name in ["LABELER_PEPPER", "LABELER_SIGNING_CHAIN", "LABELER_SIGNING_KEY", "LABELER_TEST_SIGNING_KEY"] {
        assert!(vars.lines().any(|line| line.starts_with(&format!("{name}=\""))), "{name}");
    }
    let sql = std::fs::read_to_string(place.path("first.sql")).unwrap();
    assert!(!sql.contains(key), "the key itself is never stored");
    assert!(!sql.contains(made["ownerPassword"].as_str().unwrap()));

    // A second run would orphan the rows that the secrets of the first run protect.
    init(&place).assert().code(2);

    // Without an owner, the result contains the link for creating one.
    let place = Place::new();
    let output = init(&place).args(["--link", "https://labeler.example/"]).output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let made: Value = serde_json::from_slice(&output.stdout).unwrap();
    let (page, token) = made["link"].as_str().unwrap().split_once('#').unwrap();
    assert_eq!((page, token.len()), ("https://labeler.example/first-run", 16 + 1 + 32));
    let sql = std::fs::read_to_string(place.path("first.sql")).unwrap();
    let (id, secret) = token.split_once('.').unwrap();
    assert!(sql.contains(id) && !sql.contains(secret), "{sql}");
}

#[test]
fn an_operator_grants_a_plan_and_limits() {
    let place = Place::new();
    let clock = Arc::new(labeler_ports::testing::FixedClock::at(1_800_000_000_000));
    let db = Arc::new(labeler_store::sqlite::Sqlite::open(&place.path("db")).unwrap());
    let rng = Arc::new(labeler_ports::testing::SeededRng::new(1));
    let peppers = Peppers::parse(&format!("1:{}", "a1".repeat(32))).unwrap();
    let store = Store::new(db.clone(), clock, rng, Arc::new(peppers));
    pollster::block_on(db.query(Statement::new(
        "INSERT INTO workspaces (id, name, plan, created_at) VALUES ('ws_one', 'One', 'free', 0)",
    )))
    .unwrap();
    let asked = place.labeler().args(["admin", "plan", "ws_one", "--query"]).output().unwrap();
    let query = String::from_utf8(asked.stdout).unwrap();
    // The output of `wrangler d1 execute --json`.
    let answer = || {
        let rows = pollster::block_on(db.query(Statement::new(query.clone()))).unwrap();
        let results: Vec<Value> = rows
            .iter()
            .map(|row| json!({ "seq": row.integer("seq").unwrap(), "head": row.text("head").unwrap() }))
            .collect();
        json!([{ "results": results, "success": true, "meta": { "duration": 0 } }]).to_string()
    };
    let plan = |args: &[&str]| {
        let chain = place.file("chain.json", answer().as_bytes());
        let mut command = place.labeler();
        command.args(["admin", "plan", "ws_one", "--chain"]).arg(chain).arg("--sql").arg(place.path("plan.sql"));
        command.args(args).assert()
    };
    let apply = || {
        let text = std::fs::read_to_string(place.path("plan.sql")).unwrap();
        let batch = text.lines().map(|line| Statement::new(line.to_owned())).collect();
        pollster::block_on(db.batch(batch))
    };

    plan(&["--plan", "enterprise", "--monthly-labels", "5000", "--rate", "label=300/60", "--rate", "check=9/1"])
        .code(0);
    apply().unwrap();
    assert!(apply().is_err(), "once");
    let usage = pollster::block_on(store.plans().usage("ws_one")).unwrap();
    let rates = pollster::block_on(store.workspaces().rate_limits("ws_one")).unwrap();
    assert_eq!((usage.allowed, rates.0["label"].limit, rates.0["check"].window_s), (Some(5000), 300, 1));
    plan(&["--plan", "agency"]).code(0);
    apply().unwrap();
    let usage = pollster::block_on(store.plans().usage("ws_one")).unwrap();
    assert_eq!(usage.allowed, Some(10_000));
    let report = pollster::block_on(store.audit().verify("ws_one", &ChainPosition::genesis(), 10)).unwrap();
    assert_eq!((report.fault, report.verified.seq), (None, 2));

    for wrong in [
        &["--plan", "pro", "--monthly-labels", "5"][..],
        &["--plan", "gold"],
        &["--plan", "enterprise", "--rate", "label=300"],
        &["--plan", "enterprise", "--rate", "lable=300/60"],
        &["--plan", "enterprise", "--rate", "label=0/60"],
        &["--plan", "enterprise", "--rate", "label=1/1", "--rate", "label=2/1"],
        &[],
    ] {
        plan(wrong).code(2);
    }
}

#[test]
fn an_operator_suspends_resumes_and_erases() {
    let place = Place::new();
    let db = Arc::new(labeler_store::sqlite::Sqlite::open(&place.path("db")).unwrap());
    let run = |sql: &str| pollster::block_on(db.query(Statement::new(sql.to_owned())));
    run("INSERT INTO workspaces (id, name, plan, created_at) VALUES ('ws_one', 'One', 'free', 0)").unwrap();
    run("INSERT INTO users (id, email, name, created_at) VALUES ('usr_one', 'ada@example.eu', 'Ada', 0)").unwrap();
    run("INSERT INTO memberships VALUES ('ws_one', 'usr_one', 'viewer', 0)").unwrap();
    let command = |name: &str, subject: &str| {
        let asked = place.labeler().args(["admin", name, subject, "--query"]).output().unwrap();
        let rows = run(&String::from_utf8(asked.stdout).unwrap()).unwrap();
        let text = |row: &labeler_store::Row, column| row.text(column).unwrap().to_owned();
        let results: Vec<Value> = rows
            .iter()
            .map(|row| json!({ "workspace_id": text(row, "workspace_id"), "seq": row.integer("seq").unwrap(), "head": text(row, "head") }))
            .collect();
        let chain = place.file("chain.json", json!([{ "results": results }]).to_string().as_bytes());
        let mut command = place.labeler();
        command.args(["admin", name, subject, "--chain"]).arg(chain).arg("--sql").arg(place.path("act.sql"));
        command.assert()
    };
    let apply = || {
        let text = std::fs::read_to_string(place.path("act.sql")).unwrap();
        let batch = text.lines().map(|line| Statement::new(line.to_owned())).collect();
        pollster::block_on(db.batch(batch)).unwrap();
    };
    let count = |sql: &str| run(sql).unwrap()[0].integer("n").unwrap();
    let disabled = |table: &str| count(&format!("SELECT COUNT(disabled_at) AS n FROM {table}"));
    for (subject, table) in [("usr_one", "users"), ("ws_one", "workspaces")] {
        command("suspend", subject).code(0);
        apply();
        assert_eq!(disabled(table), 1, "{subject}");
        command("resume", subject).code(0);
        apply();
        assert_eq!(disabled(table), 0, "{subject}");
    }
    command("erase", "usr_one").code(0);
    apply();
    assert_eq!(count("SELECT COUNT(*) AS n FROM users WHERE email LIKE 'ada%'"), 0);
    assert_eq!(count("SELECT COUNT(*) AS n FROM audit_chain WHERE workspace_id = 'ws_one'"), 5);
    command("suspend", "ws_none").code(2);
    place.labeler().args(["admin", "suspend", "key_one", "--query"]).assert().code(2);
}

#[test]
fn adds_a_version_to_the_pepper() {
    let place = Place::new();
    init(&place).assert().code(0);
    let peppers = || {
        let vars = std::fs::read_to_string(place.path("vars")).unwrap();
        let line = vars.lines().find(|line| line.starts_with("LABELER_PEPPER=")).unwrap().to_owned();
        let list = line.split_once('=').unwrap().1.trim_matches('"').to_owned();
        (Peppers::parse(&list).unwrap().versions().collect::<Vec<_>>(), vars.lines().count())
    };
    let before = peppers();
    let add =
        || place.labeler().args(["admin", "rotate", "--add", "pepper", "--vars"]).arg(place.path("vars")).assert();
    add().code(0);
    assert_eq!(peppers(), (vec![1, 2], before.1));
    add().code(0);
    assert_eq!(peppers(), (vec![1, 2, 3], before.1));

    let db = labeler_store::sqlite::Sqlite::open(&place.path("db")).unwrap();
    let sql = std::fs::read_to_string(place.path("first.sql")).unwrap();
    pollster::block_on(db.batch(sql.lines().map(|line| Statement::new(line.to_owned())).collect())).unwrap();
    let query = place.labeler().args(["admin", "rotate", "--query"]).output().unwrap();
    let rows = pollster::block_on(db.query(Statement::new(String::from_utf8(query.stdout).unwrap()))).unwrap();
    let results: Vec<Value> = rows
        .iter()
        .map(|row| {
            let text = |column| row.text(column).unwrap().to_owned();
            json!({ "version": text("version"), "holder": text("holder"), "count": row.integer("count").unwrap() })
        })
        .collect();
    let counts = place.file("counts.json", json!([{ "results": results }]).to_string().as_bytes());
    let told = place.labeler().args(["admin", "rotate", "--counts"]).arg(counts).output().unwrap();
    let told = String::from_utf8(told.stdout).unwrap();
    assert!(told.lines().any(|line| line.split_whitespace().eq(["pepper", "1", "api_keys", "2"])), "{told}");
}

#[test]
fn writes_a_sample_image() {
    let place = Place::new();
    let sample = place.path("sample.jpg");
    place.labeler().args(["admin", "sample"]).arg(&sample).assert().code(0);
    assert_eq!(place.json(&sample)["mime"], "image/jpeg");
}

#[test]
fn a_closed_standard_output_is_neither_a_crash_nor_a_pass() {
    let place = Place::new();
    let photo = place.file("photo.jpg", &photo());
    for arguments in [&["check", "--json"][..], &["check"], &["check", "--format", "csv"]] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_labeler"));
        let piped = std::process::Stdio::piped;
        let mut running = command.args(arguments).arg(&photo).stdout(piped()).stderr(piped()).spawn().unwrap();
        drop(running.stdout.take());
        let ended = running.wait_with_output().unwrap();
        assert_eq!(ended.status.code(), Some(2), "{arguments:?}");
        assert!(ended.stderr.is_empty(), "{}", String::from_utf8_lossy(&ended.stderr));
    }
}
