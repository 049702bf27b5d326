//! The test suites, with the programs that each runs and needs.
//!
//! A filter selects the tests whose names contain it. The suites of several programs (`interop`, `rubrics`, `service`,
//! `foreign`, `watermark`, `deny`, `types`) select whole steps, by the names that they print.
//!
//! Invariant: a suite that ran ends with counts above zero, or counts as one failure; a suite is skipped only for
//! want of a program that could not be installed, never in CI, and it says so.

mod foreign;
mod others;
mod workerd;

use crate::context::Context;
use crate::counts::{Counts, read_counts};
use crate::error::Result;
use crate::fail;
use crate::process::{Cmd, tail};
use crate::site::{NATIVE, build_cli};
use crate::stamp::{Inputs, Stamp};
use crate::toolchain::Toolchain;
use crate::tools::{Tools, npm_packages, quiet, require_node};
use crate::wasm::{self, Kind};
use std::cell::OnceCell;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Time limit, so that a suite that hangs does not block the whole run.
const LIMIT: Duration = Duration::from_secs(25 * 60);
/// Time limit for one file, which is more than any valid file needs.
const FILE_LIMIT: Duration = Duration::from_secs(60);

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
    /// Other people's test files, labelled and checked.
    Foreign,
    /// Watermarks that others embed, and ours after others' encoders.
    Watermark,
    /// Licences, sources and advisories of the dependencies.
    Deny,
    /// Small files that declare something enormous, natively and under workerd.
    Hostile,
}

impl Suite {
    /// All suites. Those with the cheapest information come first.
    pub const ALL: [Self; 14] = [
        Self::Deny,
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
        Self::Foreign,
        Self::Watermark,
        Self::Hostile,
    ];

    /// Returns the name on the command line.
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
            Self::Foreign => "foreign",
            Self::Watermark => "watermark",
            Self::Deny => "deny",
            Self::Hostile => "hostile",
        }
    }

    /// Returns the description for `--list`.
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
            Self::Foreign => {
                "test files of PyPI's packages: what we label opens in Pillow, what we check ends well (Python)"
            }
            Self::Watermark => {
                "watermarks that invisible-watermark embeds, and ours after what Pillow does to pictures (Python)"
            }
            Self::Deny => "licences, sources and security advisories of the dependencies (cargo-deny)",
            Self::Hostile => "small files that declare something enormous, natively and under workerd",
        }
    }

    /// Returns the suite with this name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|suite| suite.name() == name)
    }
}

/// Resources that suites share. Each is created when the first suite needs it.
#[derive(Debug)]
pub struct TestEnv<'a> {
    ctx: &'a Context,
    toolchain: &'a Toolchain,
    corpus: Option<PathBuf>,
    filter: Option<String>,
    npm: OnceCell<()>,
    built: OnceCell<()>,
    cli: OnceCell<PathBuf>,
}

impl<'a> TestEnv<'a> {
    /// Creates the environment without building anything. `corpus` is the folder of real files, if there is one;
    /// `filter` is a part of the names of the tests to run, or `None` for all of them.
    pub fn new(ctx: &'a Context, toolchain: &'a Toolchain, corpus: Option<PathBuf>, filter: Option<String>) -> Self {
        let (npm, built, cli) = (OnceCell::new(), OnceCell::new(), OnceCell::new());
        Self { ctx, toolchain, corpus, filter, npm, built, cli }
    }

    /// Runs a suite. `Err` is a failure outside the tests themselves, such as a failed build.
    pub fn run(&self, suite: Suite) -> Result<Counts> {
        let counts = self.run_selected(suite)?;
        match &self.filter {
            Some(filter) if counts.is_empty() && counts.skipped == 0 => {
                fail!("No test of the suite {} has `{filter}` in its name.", suite.name())
            }
            _ => Ok(counts),
        }
    }

    fn run_selected(&self, suite: Suite) -> Result<Counts> {
        match suite {
            Suite::Types | Suite::Deny if !self.selects(suite.about()) => Ok(Counts::default()),
            Suite::Unit => self.unit(),
            Suite::Web => self.web(),
            Suite::Types => self.npm_script("Pages: types", "check", &[]).map(|output| Counts::single(output.ok)),
            Suite::Contract => self.contract(),
            Suite::Api => self.api(),
            Suite::Service => self.service(),
            Suite::Browser => self.browser(),
            Suite::Interop => self.interop(),
            Suite::Rubrics => self.rubrics(),
            Suite::Corpus => self.corpus(),
            Suite::Foreign => self.foreign(),
            Suite::Watermark => self.watermark(),
            Suite::Deny => crate::deny::run(self.ctx, self.toolchain),
            Suite::Hostile => self.hostile(),
        }
    }

    fn unit(&self) -> Result<Counts> {
        crate::toolchain::require_c_compiler(self.ctx)?;
        let (packages, name) = unit_selection(&self.ctx.root, self.filter.as_deref())?;
        let test = self.toolchain.cargo(self.ctx).arg("test").args(packages).arg("--no-fail-fast");
        let test = self.with_corpus(test.args(wasm::locked(self.ctx))).limit(LIMIT).arg("--").args(name);
        // The tests that need the corpus are marked `ignore`, so that without it they are not counted as passed.
        let test = if self.corpus.is_some() { test.arg("--include-ignored") } else { test };
        let output = self.ctx.progress.try_step("Rust tests", &test)?;
        Ok(self.judge(&output))
    }

    fn web(&self) -> Result<Counts> {
        // vitest takes a regular expression.
        let name = self.filter.as_deref().map(escaped);
        let arguments: Vec<&str> = name.iter().flat_map(|name| ["--", "-t", name.as_str()]).collect();
        let counts = self.judge(&self.npm_script("Pages: unit tests", "test", &arguments)?);
        // vitest calls the tests that the filter leaves out skipped.
        Ok(if self.filter.is_some() { Counts { skipped: 0, ..counts } } else { counts })
    }

    fn npm_script(&self, step: &str, script: &str, arguments: &[&str]) -> Result<crate::process::Output> {
        self.engine()?;
        let run = Cmd::new("npm").args(["run", "--silent", script]).args(arguments);
        let run = run.dir(self.ctx.path("web")).limit(LIMIT);
        let output = self.ctx.progress.try_step(step, &quiet(run))?;
        if !output.ok {
            println!("{}", tail(&output.text));
        }
        Ok(output)
    }

    /// Installs the npm packages of a folder of tests and returns its path.
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

    fn corpus(&self) -> Result<Counts> {
        let Some(corpus) = &self.corpus else {
            self.ctx.progress.say("  No corpus: set LABELER_CORPUS to a folder of media files to run this suite");
            return Ok(Counts::lacking_corpus());
        };
        let cli = self.cli()?;
        let mut counts = Counts::default();
        for file in files_below(corpus)?.into_iter().filter(|file| self.selects(&file.display().to_string())) {
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
        Ok(self.settle(counts, true))
    }

    /// Whether the filter selects a test or step of this name.
    fn selects(&self, name: &str) -> bool {
        self.filter.as_deref().is_none_or(|filter| name.contains(filter))
    }

    /// As [`settle`], but where a filter is set, a runner may have had none of the tests.
    fn settle(&self, counts: Counts, ok: bool) -> Counts {
        if self.filter.is_some() && ok { counts } else { settle(counts, ok) }
    }

    /// Runs a step and reads its counts; nothing where the filter does not select it.
    fn step(&self, step: &str, cmd: &Cmd) -> Result<Counts> {
        if !self.selects(step) {
            return Ok(Counts::default());
        }
        Ok(self.judge(&self.ctx.progress.try_step(step, cmd)?))
    }

    fn with_corpus(&self, cmd: Cmd) -> Cmd {
        match &self.corpus {
            Some(corpus) => cmd.env("LABELER_CORPUS", corpus),
            None => cmd.env_remove("LABELER_CORPUS"),
        }
    }

    /// Returns one skipped test for a suite that runs over fewer files without the corpus.
    fn corpus_skip(&self) -> Counts {
        if self.corpus.is_some() || self.filter.is_some() { Counts::default() } else { Counts::lacking_corpus() }
    }

    fn judge(&self, output: &crate::process::Output) -> Counts {
        let counts = self.settle(read_counts(&output.text), output.ok);
        if counts.failed > 0 {
            println!("{}", failures(&output.text));
        }
        counts
    }

    /// Skips a suite because of a missing program. In CI this is a failure: a run with fewer tests must not look like a
    /// complete one.
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

    /// Builds both wasm modules, because the pages' types and tests import the engine's bindings.
    fn engine(&self) -> Result<&()> {
        self.npm()?;
        get_or_make(&self.built, || {
            let tools = Tools::find(self.ctx, self.toolchain)?;
            wasm::build(self.ctx, self.toolchain, &tools, Kind::Test)
        })
    }
}

/// Arguments of `cargo test`: the packages, and the part of the tests' names. A filter that begins with the folder or the
/// name of a package selects that package: `store::keys` is `keys` in `crates/store`.
fn unit_selection(root: &Path, filter: Option<&str>) -> Result<(Vec<String>, Option<String>)> {
    let everything = || NATIVE.map(str::to_owned).to_vec();
    let Some(filter) = filter else { return Ok((everything(), None)) };
    let (first, rest) = filter.split_once("::").map_or((filter, None), |(first, rest)| (first, Some(rest)));
    for folder in crate::lint::packages(root)? {
        let manifest = std::fs::read_to_string(folder.join("Cargo.toml"))?;
        let name = manifest.lines().find_map(|line| line.strip_prefix("name = \"")?.strip_suffix('"'));
        let is_folder = folder.file_name().is_some_and(|name| name == first);
        if let Some(name) = name.filter(|name| is_folder || *name == first) {
            return Ok((vec!["--package".to_owned(), name.to_owned()], rest.map(str::to_owned)));
        }
    }
    Ok((everything(), Some(filter.to_owned())))
}

/// A regular expression that matches the text itself.
fn escaped(text: &str) -> String {
    let special = |next: char| r"\^$.|?*+()[]{}".contains(next);
    text.chars().flat_map(|next| special(next).then_some('\\').into_iter().chain([next])).collect()
}

fn get_or_make<T>(cell: &OnceCell<T>, make: impl FnOnce() -> Result<T>) -> Result<&T> {
    if cell.get().is_none() {
        let _ = cell.set(make()?);
    }
    cell.get().ok_or_else(|| crate::error::TaskError::new("made twice at once"))
}

/// Counts one failure for a runner that failed without naming a failed test or ran no test.
fn settle(counts: Counts, ok: bool) -> Counts {
    if counts.failed == 0 && (!ok || counts.is_empty()) { counts + Counts::single(false) } else { counts }
}

/// Returns the part of a runner's output that explains failures: from the first mention of one, at most 200 lines.
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
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    #[test]
    fn a_filter_of_the_unit_tests_may_begin_with_a_package() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let select = |filter| {
            let (packages, name) = unit_selection(&root, filter).unwrap();
            (packages.join(" "), name)
        };
        let package = |name: &str| format!("--package {name}");
        assert_eq!(select(None), (NATIVE.join(" "), None));
        assert_eq!(select(Some("media")), (package("labeler-media"), None));
        assert_eq!(select(Some("store::keys")), (package("labeler-store"), Some("keys".to_owned())));
        assert_eq!(
            select(Some("labeler-store::keys::format")),
            (package("labeler-store"), Some("keys::format".to_owned()))
        );
        assert_eq!(select(Some("a_test")), (NATIVE.join(" "), Some("a_test".to_owned())));
    }

    #[test]
    fn a_filter_of_the_pages_is_not_a_regular_expression() {
        assert_eq!(escaped("a (b) c.d?"), r"a \(b\) c\.d\?");
    }

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
        let honest = Counts { passed: 5, failed: 2, ..none };
        assert_eq!(settle(honest, false), honest);
    }

    #[test]
    fn shows_the_output_from_the_first_failure_on() {
        let output = "running 2 tests\ntest a ... ok\nfailures:\n  b: left 1, right 2\n";
        assert_eq!(failures(output), "    failures:\n      b: left 1, right 2");
        assert_eq!(failures("nothing said"), "    nothing said");
    }
}
