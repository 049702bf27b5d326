//! Tests `labeler rules` (listing, comparing, linting and signing law packs) and checks with signed packs.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, missing_docs)]

mod common;

use std::path::{Path, PathBuf};
use std::process::Output;

use common::{Place, ai_picture, photo};
use labeler_rules::pack::PackSet;
use serde_json::Value;

/// RFC 8410, section 10.3, and the public key of section 10.1.
const KEY: &str = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC\n-----END PRIVATE KEY-----\n";
const PUBLIC: &str = "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n-----END PUBLIC KEY-----\n";

fn packs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../rules/packs")
}

/// Returns a copy of the packs with one of them changed.
fn changed(place: &Place, name: &str, change: impl Fn(String) -> String) -> PathBuf {
    let folder = place.path("packs");
    std::fs::create_dir_all(folder.join("shared")).unwrap();
    for file in ["eu.toml", "us-ca.toml", "cn.toml", "us-wa.toml", "shared/common.toml"] {
        let text = std::fs::read_to_string(packs().join(file)).unwrap();
        std::fs::write(folder.join(file), if file == name { change(text) } else { text }).unwrap();
    }
    folder
}

fn version_of(id: &str) -> String {
    PackSet::embedded().packs().iter().find(|pack| pack.id == id).unwrap().version.clone()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn run(place: &Place, arguments: &[&str], paths: &[&Path]) -> Output {
    place.labeler().args(arguments).args(paths).output().unwrap()
}

#[test]
fn lists_packs_with_versions_and_hashes() {
    let place = Place::new();
    let output = run(&place, &["rules"], &[]);
    let table = text(&output.stdout);
    for pack in PackSet::embedded().packs() {
        assert!(table.contains(&pack.hash) && table.contains(&format!("version {}", pack.version)), "{}", pack.id);
    }
    assert!(table.contains("EU-01") && table.contains("read on "), "{table}");
    let output = run(&place, &["rules", "--format", "json", "--region", "eu"], &[]);
    let listed: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(listed["ruleSet"]["packs"].as_array().unwrap().len(), 1);
    assert!(listed["rules"].as_array().unwrap().iter().all(|rule| rule["region"] == "eu"));
}

#[test]
fn lists_facts_with_their_values() {
    let place = Place::new();
    let said = text(&run(&place, &["rules", "facts"], &[]).stdout);
    for fact in labeler_rules::facts::FACTS {
        assert!(said.contains(&format!("{}  (", fact.name)) && said.contains(fact.meaning), "{}", fact.name);
    }
    let said = text(&run(&place, &["rules", "facts", "c2pa.state"], &[]).stdout);
    assert!(said.contains("intact") && !said.contains("answer.deep-fake"), "{said}");
}

#[test]
fn uses_a_newer_signed_set_and_stops_at_an_invalid_one() {
    let place = Place::new();
    let photo = place.file("photo.jpg", &photo());
    let (key, public) = (place.file("key.pem", KEY.as_bytes()), place.file("public.pem", PUBLIC.as_bytes()));
    let version = version_of("eu");
    let newer = changed(&place, "eu.toml", |text| {
        text.replacen(&format!("version = \"{version}\""), "version = \"2099.1.1\"", 1)
    });
    let signed = place.path("signed.json");
    let sign = |packs: &Path| {
        let mut command = place.labeler();
        command.args(["rules", "sign"]).arg(packs).arg("--key").arg(&key).arg("-o").arg(&signed);
        command.output().unwrap()
    };
    let made = sign(&newer.join("eu.toml"));
    assert_eq!(made.status.code(), Some(0), "{}", text(&made.stderr));
    let check = |key: Option<&Path>| {
        let mut command = place.labeler();
        command.args(["check", "--json", "--rules"]).arg(&signed);
        if let Some(key) = key {
            command.arg("--rules-key").arg(key);
        }
        command.arg(&photo).output().unwrap()
    };
    let output = check(Some(&public));
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let eu = report["engine"]["rules"]["packs"].as_array().unwrap().iter().find(|pack| pack["id"] == "eu").unwrap();
    assert_eq!(eu["version"], "2099.1.1");
    assert!(text(&made.stdout).contains(eu["hash"].as_str().unwrap()));

    let refused = |output: Output, said: &str| {
        let told = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(output.stdout.is_empty() && told.contains(said), "{told}");
    };
    refused(check(None), "Give --rules-key, or save the key as");
    // The key in the configuration folder is used by default.
    std::fs::create_dir_all(place.path("config")).unwrap();
    std::fs::write(place.path("config").join("rules-key.pem"), PUBLIC).unwrap();
    assert_eq!(check(None).status.code(), Some(0));
    refused(check(Some(&place.file("other.pem", "00".repeat(32).as_bytes()))), "signature");
    refused(check(Some(&place.file("no.pem", b"hello"))), "must be an Ed25519 key");

    let whole = std::fs::read_to_string(&signed).unwrap();
    std::fs::write(&signed, whole.replacen("2099.1.1", "2099.1.2", 1)).unwrap();
    refused(check(Some(&public)), "the signature does not match");
    std::fs::write(&signed, "{}").unwrap();
    refused(check(Some(&public)), "not a signed set of law packs");
    let older = changed(&place, "eu.toml", |text| {
        text.replacen(&format!("version = \"{version}\""), "version = \"2020.1.1\"", 1)
    });
    assert_eq!(sign(&older.join("eu.toml")).status.code(), Some(0));
    refused(check(Some(&public)), "older than");
    refused(run(&place, &["check", "--rules-key", "x"], &[&photo]), "--rules");
}

#[test]
fn the_comparison_shows_texts_and_verdicts() {
    let place = Place::new();
    let version = version_of("us-wa");
    let new = changed(&place, "us-wa.toml", |text| {
        text.replacen(&format!("version = \"{version}\""), "version = \"2099.1.1\"", 1)
            .replacen("title = \"Provenance data present\"", "title = \"Provenance <data> is present\"", 1)
            .replacen("from = 2027-02-01", "from = 2026-02-01", 1)
    });
    let html = place.path("diff.html");
    let mut command = place.labeler();
    command.args(["rules", "diff"]).arg(packs()).arg(&new).arg("-o").arg(&html);
    assert_eq!(command.output().unwrap().status.code(), Some(0));
    let page = std::fs::read_to_string(&html).unwrap();
    assert!(page.contains("Rule WA-01") && page.contains("<ins>&lt;data&gt; is</ins> present"), "{page}");
    assert!(page.contains("2027-02-01") && page.contains("2026-02-01") && page.contains("Nothing changes."), "{page}");
    assert!(!page.contains("In verdicts"));

    let album = place.path("album");
    std::fs::create_dir(&album).unwrap();
    std::fs::write(album.join("ai.png"), ai_picture()).unwrap();
    std::fs::write(album.join("notes.bin"), [0u8; 20]).unwrap();
    let mut command = place.labeler();
    command.args(["rules", "diff", "embedded"]).arg(&new).arg("--files").arg(&album);
    command.args(["--as-of", "2026-11-30", "--is-ai", "yes"]);
    let output = command.output().unwrap();
    let page = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(page.contains("Files: 1, judged by the law of 2026-11-30 for a provider, --is-ai yes"), "{page}");
    assert!(page.contains("<h3>ai.png</h3>") && page.contains("<caption>washington</caption>"), "{page}");
    assert!(page.contains("notes.bin: "), "{page}");
    // The same packs have no changes.
    let mut command = place.labeler();
    command.args(["rules", "diff", "embedded"]).arg(packs()).arg("--files").arg(&album);
    let page = text(&command.output().unwrap().stdout);
    assert!(page.contains("Files with a change: 0.") && !page.contains("<table>"), "{page}");
}

#[test]
fn the_lint_reports_problems_that_prevent_publishing() {
    let place = Place::new();
    let lint = |arguments: &[&str], pack: &Path| {
        let output = run(&place, &[&["rules", "lint"], arguments].concat(), &[pack]);
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let pack = changed(&place, "us-wa.toml", |text| text).join("us-wa.toml");
    let rows: Vec<String> =
        PackSet::embedded().packs().iter().flat_map(|pack| pack.cases()).map(|(key, _)| key).collect();
    let tested = place.file("tested.txt", format!("# rows\n{}\n", rows.join("\n")).as_bytes());
    let tested = tested.to_str().unwrap();
    let fine = ["--language", "en", "--as-of", "2026-11-30", "--tested", tested];
    let (code, said, told) = lint(&fine, &pack);
    assert_eq!(code, Some(0), "{said}{told}");
    assert!(said.contains("packs: 1, problems: 0"), "{said}");
    let (code, said, _) = lint(&["--language", "en", "--as-of", "2099-01-01", "--tested", tested], &pack);
    assert_eq!((code, said.contains("its review was due on")), (Some(1), true), "{said}");
    // Without a list, the unchanged rows of the embedded packs count as tested.
    let (code, said, told) = lint(&["--language", "en", "--as-of", "2026-11-30"], &pack);
    assert_eq!(code, Some(0), "{said}{told}");
    let (code, said, _) = lint(&["--language", "tlh", "--as-of", "2026-11-30", "--tested", tested], &pack);
    assert_eq!((code, said.contains("the text is missing in tlh")), (Some(1), true), "{said}");
    let unread = changed(&place, "us-wa.toml", |text| {
        text.replace("reviewer = \"Labeler, text read in part\"", "reviewer = \"not read: secondary source\"")
    });
    let (code, said, _) = lint(&fine, &unread.join("us-wa.toml"));
    assert_eq!((code, said.contains("was not read")), (Some(1), true), "{said}");
    let untested = changed(&place, "us-wa.toml", |text| text.replace("read.all is no", "read.all is no or ai.hint"));
    let untested = untested.join("us-wa.toml");
    let (code, said, _) = lint(&["--language", "en", "--as-of", "2026-11-30"], &untested);
    let objection = "us-wa WA-01.notRead: no situation or golden test reaches this row";
    assert_eq!((code, said.contains(objection), said.lines().count()), (Some(1), true, 2), "{said}");
    let situation = place.file("more.toml", b"reaches = [\"WA-01.notRead\"]\n");
    let named = ["--language", "en", "--as-of", "2026-11-30", "--tested", situation.to_str().unwrap()];
    let (code, said, _) = lint(&named, &untested);
    assert_eq!(code, Some(0), "{said}");
    // A list in the folder of the packs replaces the embedded one.
    let list = untested.with_file_name("shared").join("tested.txt");
    std::fs::write(&list, rows.join("\n").replace("WA-01.pass\n", "")).unwrap();
    let (code, said, _) = lint(&["--language", "en", "--as-of", "2026-11-30"], &untested);
    assert_eq!((code, said.contains("us-wa WA-01.pass: no situation")), (Some(1), true), "{said}");
    std::fs::remove_file(&list).unwrap();

    let broken =
        changed(&place, "us-wa.toml", |text| text.replacen("business-only is yes", "business-only is perhaps", 1));
    let broken = broken.join("us-wa.toml");
    let (code, _, told) = lint(&fine, &broken);
    assert_eq!((code, told.contains("us-wa.toml: ") && told.contains("yes or no")), (Some(2), true), "{told}");
    std::fs::write(&broken, "[pack]\nid = 1").unwrap();
    let (code, _, told) = lint(&fine, &broken);
    assert_eq!((code, told.contains("us-wa.toml: [pack]")), (Some(2), true), "{told}");
    std::fs::remove_file(broken.with_file_name("shared").join("common.toml")).unwrap();
    let (code, _, told) = lint(&fine, &broken);
    assert_eq!((code, told.contains("Copy the whole folder of packs")), (Some(2), true), "{told}");
}

#[test]
fn the_lint_finds_no_problem_in_the_embedded_packs() {
    let place = Place::new();
    for named in [PathBuf::from("embedded"), packs()] {
        let output = run(&place, &["rules", "lint", "--as-of", "2026-11-30"], &[&named]);
        let said = text(&output.stdout);
        assert_eq!(output.status.code(), Some(0), "{said}{}", text(&output.stderr));
        assert!(said.contains(&format!("packs: {}, problems: 0", PackSet::embedded().packs().len())), "{said}");
    }
}
