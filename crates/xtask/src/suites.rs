//! The test suites: what each runs and needs.
//!
//! Invariant: a suite that ran ends with counts above zero, or counts as one failure; a suite is skipped only for
//! want of a program that could not be installed, never in CI, and it says so.

use crate::context::Context;
use crate::counts::{Counts, read_counts};
use crate::error::Result;
use crate::fail;
use crate::helpers;
use crate::process::{Cmd, tail};
use crate::site::{Credentials, NATIVE, Running, Site, build_cli, build_example, build_program, free_port};
use crate::stamp::{Inputs, Stamp};
use crate::toolchain::Toolchain;
use crate::tools::{Tools, npm_packages, quiet, require_node};
use crate::wasm::{self, Kind, has_feature};
use std::cell::OnceCell;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// A hang must not eat the whole run.
const LIMIT: Duration = Duration::from_secs(25 * 60);
/// Answers to wait for before the server is killed.
const ANSWERS: usize = 40;
/// More than any honest file needs.
const FILE_LIMIT: Duration = Duration::from_secs(60);

/// A label with all that the laws want; `tests/interop/metadata.py` looks for the same values.
const EVERYTHING: [&str; 11] = [
    "--preset",
    "global_minimum",
    "--provider",
    "Example Studio",
    "--ai-system",
    "Example Model",
    "--ai-system-version",
    "3.1b",
    "--producer-code",
    "001191110102MACQD9K64010000",
    "--no-training",
];

/// One suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suite {
    /// Rust tests of every crate, on this machine.
    Unit,
    /// Unit tests of the pages.
    Web,
    /// Types and accessibility hints of the pages.
    Types,
    /// The store's contract, on D1 under workerd.
    Contract,
    /// The API from outside, under workerd.
    Api,
    /// Other people's OAuth2 clients and schemathesis, under workerd.
    Service,
    /// The pages in Chromium.
    Browser,
    /// Other people's validators on what we sign.
    Interop,
    /// Our rubric engine beside the reference implementation of its language.
    Rubrics,
    /// Every file of the corpus, hostile ones included.
    Corpus,
}

impl Suite {
    /// All of them, cheapest information first.
    pub const ALL: [Self; 10] = [
        Self::Unit,
        Self::Types,
        Self::Web,
        Self::Contract,
        Self::Api,
        Self::Service,
        Self::Browser,
        Self::Interop,
        Self::Rubrics,
        Self::Corpus,
    ];

    /// The name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Web => "web",
            Self::Types => "types",
            Self::Contract => "contract",
            Self::Api => "api",
            Self::Service => "service",
            Self::Browser => "browser",
            Self::Interop => "interop",
            Self::Rubrics => "rubrics",
            Self::Corpus => "corpus",
        }
    }

    /// What `--list` says.
    pub fn about(self) -> &'static str {
        match self {
            Self::Unit => "Rust tests of every crate, on this machine",
            Self::Web => "unit tests of the pages (vitest)",
            Self::Types => "types and accessibility hints of the pages (svelte-check)",
            Self::Contract => "the store's contract on D1, inside workerd",
            Self::Api => "the API from outside, against workerd with a fresh database",
            Self::Service => "other people's OAuth2 clients and schemathesis against workerd (npm, Python)",
            Self::Browser => "the pages in Chromium",
            Self::Interop => "other people's C2PA validators on what we sign (Python)",
            Self::Rubrics => "our rubric engine beside json-formula (npm), expression by expression",
            Self::Corpus => "every file of the corpus through the command line",
        }
    }

    /// The suite of this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|suite| suite.name() == name)
    }
}

/// What suites share: made when the first suite needs it.
#[derive(Debug)]
pub struct Bench<'a> {
    ctx: &'a Context,
    toolchain: &'a Toolchain,
    corpus: Option<PathBuf>,
    npm: OnceCell<()>,
    built: OnceCell<()>,
    cli: OnceCell<PathBuf>,
}

impl<'a> Bench<'a> {
    /// Nothing is made yet. `corpus` is the folder of real files, when there is one.
    pub fn new(ctx: &'a Context, toolchain: &'a Toolchain, corpus: Option<PathBuf>) -> Self {
        Self { ctx, toolchain, corpus, npm: OnceCell::new(), built: OnceCell::new(), cli: OnceCell::new() }
    }

    /// Runs a suite; `Err` is a failure outside the tests themselves, such as a build.
    pub fn run(&self, suite: Suite) -> Result<Counts> {
        match suite {
            Suite::Unit => self.unit(),
            Suite::Web => self.npm_script("Pages: unit tests", "test").map(|output| self.judge(&output)),
            Suite::Types => self.npm_script("Pages: types", "check").map(|output| Counts::single(output.ok)),
            Suite::Contract => self.contract(),
            Suite::Api => self.api(),
            Suite::Service => self.service(),
            Suite::Browser => self.browser(),
            Suite::Interop => self.interop(),
            Suite::Rubrics => self.rubrics(),
            Suite::Corpus => self.corpus(),
        }
    }

    fn unit(&self) -> Result<Counts> {
        crate::toolchain::require_c_compiler(self.ctx)?;
        let test = self.toolchain.cargo(self.ctx).arg("test").args(NATIVE).arg("--no-fail-fast");
        let test = self.with_corpus(test.args(wasm::locked(self.ctx))).limit(LIMIT);
        let output = self.ctx.progress.try_step("Rust tests", &test)?;
        Ok(self.judge(&output))
    }

    fn npm_script(&self, step: &str, script: &str) -> Result<crate::process::Output> {
        self.engine()?;
        let run = Cmd::new("npm").args(["run", "--silent", script]).dir(self.ctx.path("web")).limit(LIMIT);
        let output = self.ctx.progress.try_step(step, &quiet(run))?;
        if !output.ok {
            println!("{}", tail(&output.text));
        }
        Ok(output)
    }

    fn contract(&self) -> Result<Counts> {
        if !has_feature(self.ctx, "worker", "contract-tests")? {
            fail!("the Worker has no feature contract-tests, so the store's contract cannot run on D1");
        }
        let (running, _) = self.site("contract")?;
        let script = "const answer = await fetch(process.argv[1] + '/__contract', { method: 'POST' });\n\
            console.log(await answer.text());\nif (answer.status !== 200) { console.log('HTTP status ' + answer.status); process.exitCode = 1; }";
        let ask = Cmd::new("node").args(["--input-type=module", "--eval", script, &running.url]).limit(LIMIT);
        let output = self.ctx.progress.try_step("Store contract on D1", &ask)?;
        let counts = settle(contract_counts(&output.text), output.ok);
        if counts.failed > 0 {
            let bad = output.text.lines().filter(|line| !line.contains("\"passed\":true")).collect::<Vec<_>>();
            println!("{}\n{}", tail(&bad.join("\n")), running.tail());
        }
        Ok(counts)
    }

    fn api(&self) -> Result<Counts> {
        let (running, credentials) = self.site("api")?;
        let program = build_program(self.ctx, self.toolchain, "API test program", "labeler-api-tests")?;
        let test = self.with_corpus(with_site(Cmd::new(&program).limit(LIMIT), &running, &credentials));
        let output = self.ctx.progress.try_step("API tests", &test)?;
        let counts = self.judge(&output);
        if counts.failed > 0 {
            println!("  What the Worker printed last:\n{}", running.tail());
        }
        drop(running);
        Ok(counts + self.killed(&program)?)
    }

    /// Kills the server of a fresh site while it answers, serves the same data anew, and has the program look for
    /// everything that was answered.
    fn killed(&self, program: &Path) -> Result<Counts> {
        let folder = self.scratch("sites").join("killed");
        let site = Site::fresh(&folder)?;
        let port = free_port()?;
        let link = site.init_link(self.ctx, self.cli()?, &format!("http://localhost:{port}"))?;
        site.migrate(self.ctx)?;
        let answered = folder.join("answered");
        let lines = || std::fs::read_to_string(&answered).map_or(0, |text| text.lines().count());
        let running = site.start(self.ctx, Kind::Test, port)?;
        let durable = |running: &Running| {
            Cmd::new(program).arg("durable").env("LABELER_URL", &running.url).env_remove("LABELER_CORPUS").limit(LIMIT)
        };
        let writer = durable(&running).args(["write"]).arg(&answered).arg(&link);
        let log = self.ctx.progress.log_path("Calls until the server is killed");
        let mut writer = writer.serve(&log)?;
        let started = std::time::Instant::now();
        while lines() < ANSWERS && writer.ended().is_none() && started.elapsed() < FILE_LIMIT {
            std::thread::sleep(Duration::from_millis(20));
        }
        running.kill();
        let noted = writer.wait(FILE_LIMIT);
        if noted.as_deref() != Some("ended with exit code 0") || lines() < ANSWERS {
            println!("{}", tail(&std::fs::read_to_string(&log).unwrap_or_default()));
            return Ok(Counts::single(false));
        }
        let running = site.start(self.ctx, Kind::Test, port)?;
        let read = durable(&running).args(["read"]).arg(&answered);
        let output = self.ctx.progress.try_step("Nothing answered is lost when the server is killed", &read)?;
        if !output.ok {
            println!("{}\n{}", tail(&output.text), running.tail());
        }
        Ok(Counts::single(output.ok))
    }

    /// Stock OAuth2 clients, schemathesis and a time-stamping authority against a running site.
    fn service(&self) -> Result<Counts> {
        let Some(python) = helpers::http_clients(self.ctx)? else {
            return self.cannot("Python with the HTTP clients could not be installed");
        };
        let folder = self.npm_folder("tests/interop/service", "npm packages of the OAuth2 clients")?;
        let tsa_port = free_port()?.to_string();
        let tsa = format!("LABELER_TSA_URL=http://127.0.0.1:{tsa_port}/tsa\n");
        let (running, credentials) = self.site_with("service", Some(&folder.join("limits.sql")), &tsa)?;
        let with = |cmd: Cmd| with_site(cmd.limit(LIMIT), &running, &credentials).env("PYTHONDONTWRITEBYTECODE", "1");
        // Before schemathesis, which does with the site's keys whatever the description allows.
        let mut counts = if helpers::program(self.ctx, "openssl", "openssl")?.is_some() {
            let sample = self.scratch("stamped.jpg");
            let make = Cmd::new(self.cli()?).args(["admin", "sample"]).arg(&sample).limit(FILE_LIMIT);
            self.ctx.progress.step("Make a JPEG", &make)?;
            let stamps = Cmd::new("node").arg(folder.join("stamps.mjs")).arg(&sample);
            let stamps = with(stamps).env("LABELER_TSA_PORT", &tsa_port);
            self.judge(&self.ctx.progress.try_step("Time stamps of openssl", &stamps)?)
        } else {
            self.cannot("openssl was not found; it stands in for a time-stamping authority")?
        };
        for (step, cmd) in [
            ("OAuth2 clients of npm", Cmd::new("node").arg(folder.join("oauth.mjs"))),
            ("OAuth2 client of PyPI", Cmd::new(&python).arg(folder.join("oauth.py"))),
            ("schemathesis", Cmd::new(&python).arg(folder.join("schema.py")).arg(self.scratch("schemathesis"))),
        ] {
            let output = self.ctx.progress.try_step(step, &with(cmd))?;
            counts = counts + self.judge(&output);
        }
        if counts.failed > 0 {
            println!("  What the Worker printed last:\n{}", running.tail());
        }
        Ok(counts)
    }

    fn browser(&self) -> Result<Counts> {
        let Some(chromium) = helpers::chromium(self.ctx)? else {
            return self.cannot(
                "Chromium was not found and could not be installed: install it, or name it in LABELER_CHROMIUM",
            );
        };
        let (running, credentials) = self.site("browser")?;
        let test = Cmd::new("npm").args(["run", "--silent", "test:browser"]).dir(self.ctx.path("web"));
        let test = with_site(quiet(test), &running, &credentials)
            .env("LABELER_CHROMIUM", &chromium)
            .env("LABELER_CLI", self.cli()?)
            .limit(LIMIT);
        let output = self.ctx.progress.try_step("Pages in Chromium", &self.with_corpus(test))?;
        Ok(self.judge(&output))
    }

    fn interop(&self) -> Result<Counts> {
        let Some(python) = helpers::validators(self.ctx)? else {
            return self.cannot("Python with the validators could not be installed");
        };
        let cli = self.cli()?;
        let folder = self.scratch("interop");
        let _ = std::fs::remove_dir_all(&folder);
        let (signed, keys) = (folder.join("signed"), folder.join("keys"));
        let (changed, told) = (folder.join("changed"), folder.join("told"));
        for made in [&signed, &changed, &told] {
            std::fs::create_dir_all(made)?;
        }
        let sources = self.interop_sources(&python, cli, &folder)?;
        for (number, source) in sources.iter().enumerate() {
            let name = source.file_name().unwrap_or_default().to_string_lossy();
            let label = |out: &Path, more: &[&str]| {
                let label =
                    Cmd::new(cli).arg("label").arg(source).arg("-o").arg(out.join(format!("{number:02}-{name}")));
                let label = label.args(more).env("LABELER_CONFIG", &keys).limit(FILE_LIMIT);
                self.ctx.progress.step(&format!("Label {name}"), &label)
            };
            label(&signed, &[])?;
            label(&told, &EVERYTHING)?;
        }
        let validate = Cmd::new(&python)
            .arg(self.ctx.path("tests/interop/validate.py"))
            .arg(&signed)
            .arg("--changed")
            .arg(&changed)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .limit(LIMIT);
        let root = keys.join("development-root.pem");
        let validate = if root.exists() { validate.arg("--root").arg(root) } else { validate };
        let output = self.ctx.progress.try_step("Other people's validators", &validate)?;
        let mut counts = self.judge(&output);

        let typescript = self.npm_folder("tests/interop/ts", "npm packages of the validator in TypeScript")?;
        let validate = Cmd::new("node")
            .arg(typescript.join("validate.mjs"))
            .arg(&signed)
            .arg(&changed)
            .args(&sources)
            .limit(LIMIT);
        let output = self.ctx.progress.try_step("A validator in TypeScript", &validate)?;
        counts = counts + self.judge(&output);

        counts = counts
            + match helpers::program(self.ctx, "exiftool", "libimage-exiftool-perl")? {
                None => self.cannot("exiftool could not be installed")?,
                Some(exiftool) => {
                    let read = Cmd::new(&python)
                        .arg(self.ctx.path("tests/interop/metadata.py"))
                        .args([exiftool, told])
                        .limit(LIMIT);
                    self.judge(&self.ctx.progress.try_step("Metadata as exiftool reads it", &read)?)
                }
            };

        let agree = Cmd::new(&python)
            .arg(self.ctx.path("tests/interop/agree.py"))
            .arg("--labeler")
            .arg(cli)
            .arg("--chain")
            .arg(keys.join("development-chain.pem"))
            .arg("--key")
            .arg(keys.join("development-key.pem"))
            .arg(folder.join("sample.jpg"))
            .arg(folder.join("sample.png"))
            .args(&self.corpus)
            .env("PYTHONDONTWRITEBYTECODE", "1")
            .limit(LIMIT);
        let output = self.ctx.progress.try_step("The same findings as c2pa-python", &agree)?;
        Ok(counts + self.judge(&output))
    }

    fn rubrics(&self) -> Result<Counts> {
        require_node()?;
        let folder = self.npm_folder("tests/interop/rubrics", "npm packages of the rubric comparison")?;
        let mut compare = Cmd::new("node").arg(folder.join("compare.mjs")).limit(LIMIT);
        if let Some(corpus) = &self.corpus {
            let example = build_example(self.ctx, self.toolchain, "Rubric reports: program", "rubrics")?;
            let report = Cmd::new(example).args(files_below(&corpus.join("signed"))?).limit(LIMIT).complaining();
            let Some(reports) = report.ask() else { fail!("the rubric reports of the corpus could not be made") };
            let file = self.scratch("rubric-reports.ndjson");
            std::fs::create_dir_all(self.scratch(""))?;
            std::fs::write(&file, reports)?;
            compare = compare.arg(file);
        }
        let output = self.ctx.progress.try_step("Rubrics beside json-formula", &compare)?;
        Ok(self.judge(&output))
    }

    /// A folder of tests with npm packages of its own, installed.
    fn npm_folder(&self, folder: &str, step: &str) -> Result<PathBuf> {
        require_node()?;
        let folder = self.ctx.path(folder);
        let lock =
            Inputs::new().path(&folder.join("package.json"), &[])?.path(&folder.join("package-lock.json"), &[])?;
        let stamp = Stamp::new(&folder.join("node_modules"), ".labeler-stamp", lock);
        if !stamp.is_fresh(&[]) {
            let ci = Cmd::new("npm").args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).dir(&folder);
            self.ctx.progress.step(step, &quiet(ci))?;
            stamp.write()?;
        }
        Ok(folder)
    }

    /// Files to label: one JPEG and one PNG made here, and the corpus's, with and without credentials of their own.
    fn interop_sources(&self, python: &Path, cli: &Path, folder: &Path) -> Result<Vec<PathBuf>> {
        let (jpeg, png) = (folder.join("sample.jpg"), folder.join("sample.png"));
        let make = Cmd::new(cli).args(["admin", "sample"]).arg(&jpeg).limit(FILE_LIMIT);
        self.ctx.progress.step("Make a JPEG", &make)?;
        let make = Cmd::new(python).arg(self.ctx.path("tests/interop/sample_png.py")).arg(&png).limit(FILE_LIMIT);
        self.ctx.progress.step("Make a PNG", &make)?;
        let mut sources = vec![jpeg, png];
        if let Some(corpus) = &self.corpus {
            let plain =
                ["jpg", "png", "webp", "avif", "heic", "heif", "tiff", "gif"].map(|kind| format!("plain/photo.{kind}"));
            let real = ["plain/large-photo.jpg", "plain/multipage.tiff", "plain/xmp.webp", "generators/chatgpt-1.png"];
            let more = ["generators/firefly-1.png", "generators/flux-1.jpg", "signed/adobe-20220124-C.jpg"];
            let names = plain.iter().map(String::as_str).chain(real).chain(more);
            sources.extend(names.map(|name| corpus.join(name)).filter(|path| path.is_file()));
        }
        Ok(sources)
    }

    fn corpus(&self) -> Result<Counts> {
        let Some(corpus) = &self.corpus else {
            self.ctx.progress.say("  No corpus: set LABELER_CORPUS to a folder of media files to run this suite");
            return Ok(Counts { skipped: 1, ..Counts::default() });
        };
        let cli = self.cli()?;
        let mut counts = Counts::default();
        for file in files_below(corpus)? {
            let check = Cmd::new(cli).args(["check", "--json"]).arg(&file).limit(FILE_LIMIT);
            let log = self.scratch("corpus.log");
            let output = check.run_quietly(&log)?;
            let ok = matches!(output.code, Some(0..=2)) && !output.text.contains("panicked at");
            if !ok {
                self.ctx.progress.say(format!("✗ {}: {}", file.display(), output.ended));
                println!("{}", tail(&output.text));
            }
            counts = counts + Counts::single(ok);
        }
        Ok(settle(counts, true))
    }

    fn with_corpus(&self, cmd: Cmd) -> Cmd {
        match &self.corpus {
            Some(corpus) => cmd.env("LABELER_CORPUS", corpus),
            None => cmd.env_remove("LABELER_CORPUS"),
        }
    }

    fn judge(&self, output: &crate::process::Output) -> Counts {
        let counts = settle(read_counts(&output.text), output.ok);
        if counts.failed > 0 {
            println!("{}", failures(&output.text));
        }
        counts
    }

    /// In CI a missing program is a failure: a run that tests less must not look like one that passed.
    fn cannot(&self, why: &str) -> Result<Counts> {
        if self.ctx.ci {
            fail!("{why}");
        }
        self.ctx.progress.say(format!("  Skipped: {why}"));
        Ok(Counts { skipped: 1, ..Counts::default() })
    }

    fn scratch(&self, name: &str) -> PathBuf {
        self.ctx.private().join("test").join(name)
    }

    fn cli(&self) -> Result<&PathBuf> {
        get_or_make(&self.cli, || build_cli(self.ctx, self.toolchain))
    }

    fn npm(&self) -> Result<&()> {
        get_or_make(&self.npm, || npm_packages(self.ctx))
    }

    /// Both wasm modules: the pages' types and tests import the engine's bindings.
    fn engine(&self) -> Result<&()> {
        self.npm()?;
        get_or_make(&self.built, || {
            let tools = Tools::find(self.ctx, self.toolchain)?;
            wasm::build(self.ctx, self.toolchain, &tools, Kind::Test)
        })
    }

    /// A site of its own for each suite: fresh data, and rate limits that no other suite has spent.
    fn site(&self, suite: &str) -> Result<(Running, Credentials)> {
        self.site_with(suite, None, "")
    }

    /// The same, with an SQL file run on its database first.
    fn site_with(&self, suite: &str, sql: Option<&Path>, vars: &str) -> Result<(Running, Credentials)> {
        self.engine()?;
        wasm::pages(self.ctx)?;
        let site = Site::fresh(&self.scratch("sites").join(suite))?;
        let Some(credentials) = site.init(self.ctx, self.cli()?)? else {
            fail!("the site of the suite {suite} was not fresh");
        };
        let secrets = std::fs::read_to_string(&site.vars)?;
        std::fs::write(&site.vars, format!("{}\n{vars}", secrets.trim_end()))?;
        site.migrate(self.ctx)?;
        if let Some(sql) = sql {
            site.execute(self.ctx, "Limits of the site", sql)?;
        }
        let running = site.start(self.ctx, Kind::Test, free_port()?)?;
        Ok((running, credentials))
    }
}

fn with_site(cmd: Cmd, running: &Running, credentials: &Credentials) -> Cmd {
    cmd.env("LABELER_URL", &running.url)
        .env("LABELER_LIVE_KEY", &credentials.live_key)
        .env("LABELER_TEST_KEY", &credentials.test_key)
        .env("LABELER_OWNER_EMAIL", &credentials.email)
        .env("LABELER_OWNER_PASSWORD", &credentials.password)
}

fn get_or_make<T>(cell: &OnceCell<T>, make: impl FnOnce() -> Result<T>) -> Result<&T> {
    if cell.get().is_none() {
        let _ = cell.set(make()?);
    }
    cell.get().ok_or_else(|| crate::error::Failure::new("made twice at once"))
}

/// A runner that failed without naming a failed test, or ran none, is one failure.
fn settle(counts: Counts, ok: bool) -> Counts {
    if counts.failed == 0 && (!ok || counts.is_empty()) { counts + Counts::single(false) } else { counts }
}

/// The Worker's contract route answers one JSON object a line: `{"name": …, "passed": true}`, and `detail` when false.
fn contract_counts(output: &str) -> Counts {
    output
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter_map(|case| case.get("passed").and_then(serde_json::Value::as_bool))
        .map(Counts::single)
        .sum()
}

/// The part of a runner's output that explains failures: from the first mention of one, at most 200 lines.
fn failures(output: &str) -> String {
    let lines: Vec<&str> = output.lines().collect();
    let mentions = |line: &&str| {
        let line = crate::counts::strip_ansi(line);
        ["failures:", "FAIL", "not ok", "error[", "error:", "✗", "✖"].iter().any(|sign| line.contains(sign))
    };
    match lines.iter().position(mentions) {
        Some(first) => {
            let shown: Vec<String> = lines.iter().skip(first).take(200).map(|line| format!("    {line}")).collect();
            shown.join("\n")
        }
        None => tail(output),
    }
}

fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder)? {
            let entry = entry?;
            let hidden = entry.file_name().to_string_lossy().starts_with('.');
            let text = entry.path().extension() == Some(&OsString::from("md"));
            if entry.file_type()?.is_dir() {
                folders.push(entry.path());
            } else if !hidden && !text {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_suite_has_a_name_of_its_own() {
        for suite in Suite::ALL {
            assert_eq!(Suite::named(suite.name()), Some(suite));
        }
        assert_eq!(Suite::named("everything"), None);
    }

    #[test]
    fn silence_and_crashes_count_as_failures() {
        let none = Counts::default();
        assert_eq!(settle(none, true), Counts::single(false), "ran nothing");
        assert_eq!(settle(none, false), Counts::single(false), "did not compile");
        let five = Counts { passed: 5, ..none };
        assert_eq!(settle(five, true), five);
        assert_eq!(settle(five, false), Counts { failed: 1, ..five }, "crashed after five");
        let honest = Counts { passed: 5, failed: 2, skipped: 0 };
        assert_eq!(settle(honest, false), honest);
    }

    #[test]
    fn the_contract_route_answers_one_case_a_line() {
        let output =
            "{\"name\":\"a\",\"passed\":true}\n{\"name\":\"b\",\"passed\":false,\"detail\":\"x\"}\nHTTP status 500\n";
        assert_eq!(contract_counts(output), Counts { passed: 1, failed: 1, skipped: 0 });
        assert!(contract_counts("Not found").is_empty());
    }

    #[test]
    fn failures_start_where_they_are_named() {
        let output = "running 2 tests\ntest a ... ok\nfailures:\n  b: left 1, right 2\n";
        assert_eq!(failures(output), "    failures:\n      b: left 1, right 2");
        assert_eq!(failures("nothing said"), "    nothing said");
    }
}
