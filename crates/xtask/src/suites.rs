//! The test suites, with the programs that each runs and needs.
//!
//! Invariant: a suite that ran has counts above zero or counts as one failure. A suite is skipped only if a required
//! program could not be installed, never in CI, and it prints the reason.

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
pub struct Bench<'a> {
    ctx: &'a Context,
    toolchain: &'a Toolchain,
    corpus: Option<PathBuf>,
    npm: OnceCell<()>,
    built: OnceCell<()>,
    cli: OnceCell<PathBuf>,
}

impl<'a> Bench<'a> {
    /// Creates an environment without any resource yet. `corpus` is the folder of real files, if there is one.
    pub fn new(ctx: &'a Context, toolchain: &'a Toolchain, corpus: Option<PathBuf>) -> Self {
        Self { ctx, toolchain, corpus, npm: OnceCell::new(), built: OnceCell::new(), cli: OnceCell::new() }
    }

    /// Runs a suite. `Err` is a failure outside the tests themselves, such as a failed build.
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
            Suite::Foreign => self.foreign(),
            Suite::Watermark => self.watermark(),
            Suite::Deny => crate::deny::run(self.ctx, self.toolchain),
            Suite::Hostile => self.hostile(),
        }
    }

    fn unit(&self) -> Result<Counts> {
        crate::toolchain::require_c_compiler(self.ctx)?;
        let test = self.toolchain.cargo(self.ctx).arg("test").args(NATIVE).arg("--no-fail-fast");
        let test = self.with_corpus(test.args(wasm::locked(self.ctx))).limit(LIMIT);
        // Tests that need the corpus are marked `ignore`, so that they do not count as passed without it.
        let test = if self.corpus.is_some() { test.args(["--", "--include-ignored"]) } else { test };
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

    /// Returns one skipped test for a suite that runs over fewer files without the corpus.
    fn corpus_skip(&self) -> Counts {
        if self.corpus.is_some() { Counts::default() } else { Counts::lacking_corpus() }
    }

    fn judge(&self, output: &crate::process::Output) -> Counts {
        let counts = settle(read_counts(&output.text), output.ok);
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

fn get_or_make<T>(cell: &OnceCell<T>, make: impl FnOnce() -> Result<T>) -> Result<&T> {
    if cell.get().is_none() {
        let _ = cell.set(make()?);
    }
    cell.get().ok_or_else(|| crate::error::Failure::new("made twice at once"))
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
    use super::*;

    #[test]
    fn every_suite_has_a_different_name() {
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
