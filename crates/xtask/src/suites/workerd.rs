//! Suites that run against the Worker in workerd, each on its own site.

use super::{FILE_LIMIT, LIMIT, TestEnv};
use crate::counts::Counts;
use crate::error::Result;
use crate::fail;
use crate::helpers;
use crate::process::{Cmd, tail};
use crate::site::{Credentials, Running, Site, admin, build_program, executable, free_port};
use crate::tools::quiet;
use crate::wasm::{self, Kind, has_feature};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Number of responses before the server is killed.
const ANSWERS: usize = 40;

impl TestEnv<'_> {
    pub(super) fn contract(&self) -> Result<Counts> {
        if !has_feature(self.ctx, "worker", "contract-tests")? {
            fail!("the Worker has no feature contract-tests, so the store's contract cannot run on D1");
        }
        let (running, _) = self.site("contract")?;
        let script = "const answer = await fetch(process.argv[1] + '/__contract', { method: 'POST' });\n\
            console.log(await answer.text());\nif (answer.status !== 200) { console.log('HTTP status ' + answer.status); process.exitCode = 1; }";
        let ask = Cmd::new("node").args(["--input-type=module", "--eval", script, &running.url]).limit(LIMIT);
        let output = self.ctx.progress.try_step("Store contract on D1", &ask)?;
        let counts = self.settle(contract_counts(&output.text, |name| self.selects(name)), output.ok);
        if counts.failed > 0 {
            let bad = output.text.lines().filter(|line| !line.contains("\"passed\":true")).collect::<Vec<_>>();
            println!("{}\n{}", tail(&bad.join("\n")), running.tail());
        }
        Ok(counts)
    }

    pub(super) fn api(&self) -> Result<Counts> {
        let program = build_program(self.ctx, self.toolchain, "API test program", "labeler-api-tests")?;
        let mut counts = Counts::default();
        if self.has_selected(&program, &["list"]) {
            let (running, credentials) = self.site("api")?;
            let test = Cmd::new(&program).args(&self.filter).limit(LIMIT);
            let test = self.with_corpus(with_site(test, &running, &credentials));
            counts = self.judge(&self.ctx.progress.try_step("API tests", &test)?);
            if counts.failed > 0 {
                println!("  What the Worker printed last:\n{}", running.tail());
            }
        }
        if self.has_selected(&program, &["list", "early"]) {
            counts = counts + self.early(&program)?;
        }
        Ok(counts + self.law_packs()? + self.killed(&program)? + self.corpus_skip())
    }

    /// Whether the program lists a test that the filter selects. A site is prepared only for those.
    fn has_selected(&self, program: &Path, list: &[&str]) -> bool {
        self.filter.is_none()
            || Cmd::new(program).args(list).ask().is_some_and(|names| names.lines().any(|name| self.selects(name)))
    }

    /// Tests responses that arrive before their request was read, with the proxy of `wrangler dev` and without it.
    fn early(&self, program: &Path) -> Result<Counts> {
        let (site, credentials) = self.prepare("early", None, "")?;
        let mut counts = Counts::default();
        for (step, is_direct) in [("Early answers under wrangler", false), ("Early answers under workerd alone", true)]
        {
            let port = free_port()?;
            let running = if is_direct {
                site.start_direct(self.ctx, Kind::Test, port)?
            } else {
                site.start(self.ctx, Kind::Test, port)?
            };
            let test =
                with_site(Cmd::new(program).arg("early").args(&self.filter).limit(LIMIT), &running, &credentials);
            let output = self.ctx.progress.try_step(step, &test.env_remove("LABELER_CORPUS"))?;
            let judged = self.judge(&output);
            if judged.failed > 0 {
                println!("  What the Worker printed last:\n{}", running.tail());
            }
            counts = counts + judged;
        }
        Ok(counts)
    }

    /// Checks that the Worker uses signed law packs from its variables and rejects forged ones.
    fn law_packs(&self) -> Result<Counts> {
        const CASES: [(&str, &str, &str); 2] = [
            ("signed.vars", "judged", "The Worker judges by signed law packs"),
            ("forged.vars", "refused", "The Worker refuses forged law packs"),
        ];
        let cases: Vec<_> = CASES.into_iter().filter(|(_, _, step)| self.selects(step)).collect();
        if cases.is_empty() {
            return Ok(Counts::default());
        }
        let (site, credentials) = self.prepare("law-packs", None, "")?;
        let script = self.ctx.path("tests/api/law_packs.mjs");
        let folder = self.scratch("law-packs");
        std::fs::create_dir_all(&folder)?;
        self.ctx.progress.step("Signed law packs", &Cmd::new("node").arg(&script).arg("sign").arg(&folder))?;
        let secrets = std::fs::read_to_string(&site.vars)?;
        let mut counts = Counts::default();
        for (variables, case, step) in cases {
            std::fs::write(&site.vars, secrets.clone() + &std::fs::read_to_string(folder.join(variables))?)?;
            let running = site.start_direct(self.ctx, Kind::Test, free_port()?)?;
            let ask = with_site(Cmd::new("node").arg(&script).arg(case).limit(LIMIT), &running, &credentials);
            let judged = self.judge(&self.ctx.progress.try_step(step, &ask)?);
            if judged.failed > 0 {
                println!("  What the Worker printed last:\n{}", running.tail());
            }
            counts = counts + judged;
        }
        Ok(counts)
    }

    /// Kills the server of a fresh site while it responds, serves the same data again, and lets the program look for
    /// everything that was confirmed.
    fn killed(&self, program: &Path) -> Result<Counts> {
        const STEP: &str = "Nothing answered is lost when the server is killed";
        if !self.selects(STEP) {
            return Ok(Counts::default());
        }
        let folder = self.scratch("sites").join("killed");
        let site = Site::fresh(&folder)?;
        let port = free_port()?;
        let link = site.init_link(self.ctx, admin(self.cli()?), &format!("http://localhost:{port}"))?;
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
        let output = self.ctx.progress.try_step(STEP, &read)?;
        if !output.ok {
            println!("{}\n{}", tail(&output.text), running.tail());
        }
        Ok(Counts::single(output.ok))
    }

    /// Tests small files that declare enormous contents: in one process with a counting allocator, and through the
    /// Worker.
    pub(super) fn hostile(&self) -> Result<Counts> {
        let program = build_program(self.ctx, self.toolchain, "Hostile files", "labeler-hostile-tests")?;
        let natively = Cmd::new(&program).arg("natively").args(&self.filter).limit(LIMIT);
        let counts = self.judge(&self.ctx.progress.try_step("Hostile files natively", &natively)?);
        if self.filter.is_some() && counts.is_empty() {
            return Ok(counts);
        }
        let limits = self.ctx.path("tests/hostile/limits.sql");
        // Without wrangler's proxy, which loses requests under load.
        let (site, credentials) = self.prepare("hostile", Some(&limits), "")?;
        let running = site.start_direct(self.ctx, Kind::Test, free_port()?)?;
        let site = with_site(Cmd::new(&program).arg("site").args(&self.filter).limit(LIMIT), &running, &credentials);
        let under_workerd = self.judge(&self.ctx.progress.try_step("Hostile files under workerd", &site)?);
        if under_workerd.failed > 0 {
            println!("  What the Worker printed last:\n{}", running.tail());
        }
        Ok(counts + under_workerd)
    }

    /// Tests standard OAuth2 clients, schemathesis and a time-stamping authority with a running site.
    pub(super) fn service(&self) -> Result<Counts> {
        let Some(python) = helpers::http_clients(self.ctx)? else {
            return self.cannot("Python with the HTTP clients could not be installed");
        };
        let folder = self.npm_folder("tests/interop/service", "npm packages of the OAuth2 clients")?;
        let tsa_port = free_port()?.to_string();
        let tsa = format!("LABELER_TSA_URL=http://127.0.0.1:{tsa_port}/tsa\n");
        let (running, credentials) = self.site_with("service", Some(&folder.join("limits.sql")), &tsa)?;
        let sample = self.scratch("sample.jpg");
        let make = admin(self.cli()?).arg("sample").arg(&sample).limit(FILE_LIMIT);
        self.ctx.progress.step("Make a JPEG", &make)?;
        let with = |cmd: Cmd| {
            with_site(cmd.limit(LIMIT), &running, &credentials)
                .env("PYTHONDONTWRITEBYTECODE", "1")
                .env("LABELER_SAMPLE", &sample)
        };
        // Runs before schemathesis, which uses the site's keys in every way that the API description allows.
        let mut counts = if helpers::program(self.ctx, "openssl", "openssl")?.is_some() {
            let stamps = Cmd::new("node").arg(folder.join("stamps.mjs")).arg(&sample);
            let stamps = with(stamps).env("LABELER_TSA_PORT", &tsa_port);
            self.step("Time stamps of openssl", &stamps)?
        } else {
            self.cannot("openssl was not found; it stands in for a time-stamping authority")?
        };
        let samples = || Cmd::new(&python).arg(folder.join("samples.py"));
        let written = self.scratch("samples.rs");
        self.ctx.progress.step("Samples in Rust", &with(samples().arg("write").arg(&written)))?;
        let program = self.rust_samples(&folder, &written)?;
        for (step, cmd) in [
            ("Samples of the documentation", samples().arg("run").arg(self.scratch("samples")).arg(program)),
            ("HTTP clients whose uploads are refused", Cmd::new(&python).arg(folder.join("clients.py"))),
            ("OAuth2 clients of npm", Cmd::new("node").arg(folder.join("oauth.mjs"))),
            ("OAuth2 client of PyPI", Cmd::new(&python).arg(folder.join("oauth.py"))),
            ("schemathesis", Cmd::new(&python).arg(folder.join("schema.py")).arg(self.scratch("schemathesis"))),
        ] {
            counts = counts + self.step(step, &with(cmd))?;
        }
        if counts.failed > 0 {
            println!("  What the Worker printed last:\n{}", running.tail());
        }
        Ok(counts)
    }

    /// Builds the documentation's Rust samples with the crates that it names.
    fn rust_samples(&self, folder: &Path, written: &Path) -> Result<PathBuf> {
        let build = self.toolchain.cargo(self.ctx).args(["build", "--locked", "--manifest-path"]);
        let build = build.arg(folder.join("rust/Cargo.toml")).env("LABELER_SAMPLES", written);
        self.ctx.progress.step("Samples in Rust: program", &build)?;
        Ok(self.ctx.target.join("debug").join(executable("labeler-samples")))
    }

    pub(super) fn browser(&self) -> Result<Counts> {
        let Some(chromium) = helpers::chromium(self.ctx)? else {
            return self.cannot(
                "Chromium was not found and could not be installed: install it, or name it in LABELER_CHROMIUM",
            );
        };
        let (running, credentials) = self.site("browser")?;
        let filter = self.filter.iter().flat_map(|filter| ["--", filter.as_str()]);
        let test = Cmd::new("npm").args(["run", "--silent", "test:browser"]).args(filter).dir(self.ctx.path("web"));
        let test = with_site(quiet(test), &running, &credentials)
            .env("LABELER_CHROMIUM", &chromium)
            .env("LABELER_CLI", self.cli()?)
            .limit(LIMIT);
        let output = self.ctx.progress.try_step("Pages in Chromium", &self.with_corpus(test))?;
        Ok(self.judge(&output))
    }

    /// Creates a site for one suite: fresh data, and rate limits that no other suite has used.
    fn site(&self, suite: &str) -> Result<(Running, Credentials)> {
        self.site_with(suite, None, "")
    }

    /// Does the same, and runs an SQL file on the database first.
    fn site_with(&self, suite: &str, sql: Option<&Path>, vars: &str) -> Result<(Running, Credentials)> {
        let (site, credentials) = self.prepare(suite, sql, vars)?;
        let running = site.start(self.ctx, Kind::Test, free_port()?)?;
        Ok((running, credentials))
    }

    /// Prepares a site except for the running server.
    fn prepare(&self, suite: &str, sql: Option<&Path>, vars: &str) -> Result<(Site, Credentials)> {
        self.engine()?;
        wasm::pages(self.ctx)?;
        let site = Site::fresh(&self.scratch("sites").join(suite))?;
        let Some(credentials) = site.init(self.ctx, admin(self.cli()?))? else {
            fail!("the site of the suite {suite} was not fresh");
        };
        let secrets = std::fs::read_to_string(&site.vars)?;
        std::fs::write(&site.vars, format!("{}\n{vars}", secrets.trim_end()))?;
        site.migrate(self.ctx)?;
        if let Some(sql) = sql {
            site.execute(self.ctx, "Limits of the site", sql)?;
        }
        Ok((site, credentials))
    }
}

fn with_site(cmd: Cmd, running: &Running, credentials: &Credentials) -> Cmd {
    cmd.env("LABELER_URL", &running.url)
        .env("LABELER_LIVE_KEY", &credentials.live_key)
        .env("LABELER_TEST_KEY", &credentials.test_key)
        .env("LABELER_OWNER_EMAIL", &credentials.email)
        .env("LABELER_OWNER_PASSWORD", &credentials.password)
        .env("LABELER_OUTBOX", &running.mail)
}

/// The Worker's contract route answers one JSON object a line: `{"name": …, "passed": true}`, and `detail` when false. It
/// always runs every case; those that are not selected are not counted.
fn contract_counts(output: &str, selects: impl Fn(&str) -> bool) -> Counts {
    output
        .lines()
        .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
        .filter(|case| case.get("name").and_then(serde_json::Value::as_str).is_some_and(&selects))
        .filter_map(|case| case.get("passed").and_then(serde_json::Value::as_bool))
        .map(Counts::single)
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_one_contract_case_per_line() {
        let output =
            "{\"name\":\"a\",\"passed\":true}\n{\"name\":\"b\",\"passed\":false,\"detail\":\"x\"}\nHTTP status 500\n";
        assert_eq!(contract_counts(output, |_| true), Counts { passed: 1, failed: 1, ..Counts::default() });
        assert_eq!(contract_counts(output, |name| name == "a"), Counts { passed: 1, ..Counts::default() });
        assert!(contract_counts("Not found", |_| true).is_empty());
    }
}
