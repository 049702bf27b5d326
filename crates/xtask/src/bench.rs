//! `cargo xtask bench`: measures the project and its peers in one run on one machine.
//!
//! Invariant: every figure is printed with that of a peer, measured in the same run, so that the ratio is meaningful on
//! any machine. A part is one function that returns rows; to add a part, add a line to [`Part::ALL`] and a match arm.

use crate::context::Context;
use crate::error::{Result, TaskError};
use crate::fail;
use crate::helpers;
use crate::process::Cmd;
use crate::release;
use crate::site::{Site, build_init, build_timed_example, free_port};
use crate::toolchain::Toolchain;
use crate::tools::{npm_packages, quiet};
use crate::wasm::{self, Kind};
use serde_json::Value;
use std::path::PathBuf;
use std::time::Duration;

/// The peer's module: the last version whose package works with Node 20.
const C2PA_WEB: &str = "0.13.1";
/// The example in `crates/provenance` that measures the peak heap.
const MEMORY_EXAMPLE: &str = "memory";
/// Time limit that is higher than any measurement needs.
const LIMIT: Duration = Duration::from_secs(600);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Memory,
    Size,
    Speed,
    Check,
    Video,
    Auth,
}

impl Part {
    const ALL: [Self; 6] = [Self::Memory, Self::Size, Self::Speed, Self::Check, Self::Video, Self::Auth];

    fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Size => "size",
            Self::Speed => "speed",
            Self::Check => "check",
            Self::Video => "video",
            Self::Auth => "auth",
        }
    }

    fn about(self) -> &'static str {
        match self {
            Self::Memory => "peak heap and time of signing every format, beside c2pa's Builder::sign and c2pa-python",
            Self::Size => "the browser module, beside @contentauth/c2pa-web's",
            Self::Speed => "POST /label of 3 MB through workerd, beside c2pa-python in-process",
            Self::Check => "a check, beside c2pa-python's reader natively and c2pa-web's in Chromium",
            Self::Video => "a video of 2 GB on the check page, beside c2pa-web and sha256sum",
            Self::Auth => "GET /verify/{hash} at 50 connections, beside a constant answer of the same Worker",
        }
    }
}

/// Row of the table.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    what: String,
    ours: f64,
    theirs: f64,
    unit: &'static str,
    /// Maximum allowed value of ours, in the same unit.
    limit: Option<f64>,
}

impl Row {
    fn line(&self) -> String {
        let ratio = if self.theirs > 0.0 { self.ours / self.theirs } else { f64::NAN };
        let verdict = match self.limit {
            Some(limit) if self.ours > limit => format!("OVER the limit of {limit} {}", self.unit),
            Some(limit) => format!("limit {limit} {}", self.unit),
            None => String::new(),
        };
        format!("{:<44} {:>9.2} {:>9.2} {:<3} {ratio:>7.3}   {verdict}", self.what, self.ours, self.theirs, self.unit)
            .trim_end()
            .to_owned()
    }

    fn is_over(&self) -> bool {
        self.limit.is_some_and(|limit| self.ours > limit)
    }
}

/// Prints the parts.
pub fn list() {
    for part in Part::ALL {
        println!("{:<10} {}", part.name(), part.about());
    }
}

/// Measures the named parts, or all of them, and fails if a limit is exceeded.
pub fn run(ctx: &Context, names: &[String]) -> Result<()> {
    let mut parts = Vec::new();
    for name in names {
        match Part::ALL.into_iter().find(|part| part.name() == name) {
            Some(part) => parts.push(part),
            None => fail!("unknown part {name}. `cargo xtask bench --list` lists all parts."),
        }
    }
    if parts.is_empty() {
        parts.extend(Part::ALL);
    }
    let toolchain = Toolchain::find(ctx)?;
    let mut rows = Vec::new();
    for part in parts {
        rows.extend(match part {
            Part::Memory => memory(ctx, &toolchain)?,
            Part::Size => size(ctx)?,
            Part::Speed => speed(ctx, &toolchain)?,
            Part::Check => check(ctx, &toolchain)?,
            Part::Video => video(ctx)?,
            Part::Auth => auth(ctx, &toolchain)?,
        });
    }
    println!("\n{:<44} {:>9} {:>9} {:<3} {:>7}", "", "ours", "theirs", "", "ratio");
    for row in &rows {
        println!("{}", row.line());
    }
    if rows.iter().any(Row::is_over) {
        fail!("a limit was exceeded (see OVER above)");
    }
    Ok(())
}

/// Measures heap (in addition to the input) and time of labelling, for every format. Compares with the engine's own
/// `Builder::sign` in the same program, whose allocator counts, and with c2pa-python over the same files, whose process
/// memory is measured.
fn memory(ctx: &Context, toolchain: &Toolchain) -> Result<Vec<Row>> {
    let Some(python) = helpers::validators(ctx)? else { fail!("c2pa-python could not be installed") };
    let example = build_timed_example(ctx, toolchain, "Memory example", MEMORY_EXAMPLE)?;
    let folder = ctx.private().join("bench/signing");
    std::fs::create_dir_all(&folder)?;
    let run = Cmd::new(example).arg(&folder).args(["1", "10", "50"]).limit(LIMIT);
    let json = last_json(&ctx.progress.step("Peak heap of signing", &run)?.text)?;
    let run = Cmd::new(&python).arg(ctx.path("tests/interop/sign_speed.py")).arg(&folder);
    let run = run.env("PYTHONDONTWRITEBYTECODE", "1").limit(LIMIT);
    let python = last_json(&ctx.progress.step("Signing by c2pa-python", &run)?.text)?;
    std::fs::remove_dir_all(&folder)?;
    let mut rows = Vec::new();
    for measured in json.get("rows").and_then(Value::as_array).into_iter().flatten() {
        let format = measured.get("format").and_then(Value::as_str).unwrap_or_default();
        let limit = if matches!(format, "jpg" | "png" | "webp") { 8.0 } else { 16.0 };
        let megabytes = number(measured, &["megabytes"])?;
        let row = |what: &str, name: &str, scale: f64, unit: &'static str, limit| -> Result<Row> {
            let (which, figure) = name.split_once('.').unwrap_or_default();
            Ok(Row {
                what: format!("{what} {format}, {megabytes} MB"),
                ours: number(measured, &[which, figure])? * scale,
                theirs: number(measured, &["builderSign", figure])? * scale,
                unit,
                limit,
            })
        };
        rows.push(row("heap: label", "first.extraPeakBytes", 1e-6, "MB", Some(limit))?);
        rows.push(row("heap: label again", "again.extraPeakBytes", 1e-6, "MB", Some(limit))?);
        rows.push(row("time: label", "first.seconds", 1e3, "ms", None)?);
        let file = format!("{format}-{megabytes}");
        for (what, name, scale, unit) in [("heap", "extraPeakBytes", 1e-6, "MB"), ("time", "seconds", 1e3, "ms")] {
            rows.push(Row {
                what: format!("{what}: label {format}, {megabytes} MB; c2pa-python"),
                ours: number(measured, &["first", name])? * scale,
                theirs: number(&python, &[&file, name])? * scale,
                unit,
                limit: None,
            });
        }
    }
    Ok(rows)
}

fn size(ctx: &Context) -> Result<Vec<Row>> {
    release::build(ctx)?;
    let theirs = c2pa_web(ctx)?.join("dist/resources/c2pa_bg.wasm");
    let measured = |name| release::measure(&release::browser_module(ctx, name));
    let (ours, pixels, theirs) = (measured(wasm::ENGINE)?, measured(wasm::PIXELS)?, release::measure(&theirs)?);
    let row = |what: &str, ours: u64, theirs: u64, limit| Row {
        what: format!("browser module, {what}"),
        ours: ours as f64 / 1e6,
        theirs: theirs as f64 / 1e6,
        unit: "MB",
        limit,
    };
    Ok(vec![
        row("raw", ours.raw, theirs.raw, None),
        row("gzip", ours.gzip, theirs.gzip, None),
        row("brotli", ours.brotli, theirs.brotli, Some(1.6)),
        // The peer does not read pixels; our module for that is loaded for images only.
        row("for pixels, brotli", pixels.brotli, theirs.brotli, None),
    ])
}

/// Returns the installed package of the peer.
fn c2pa_web(ctx: &Context) -> Result<PathBuf> {
    let folder = ctx.cache.join("bench");
    let package = folder.join("node_modules/@contentauth/c2pa-web");
    if !package.join("dist").exists() {
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join("package.json"), "{ \"private\": true }\n")?;
        let name = format!("@contentauth/c2pa-web@{C2PA_WEB}");
        let install = Cmd::new("npm").args(["install", "--ignore-scripts", "--no-audit", "--no-fund", &name]);
        ctx.progress.step(&name, &quiet(install.dir(&folder)))?;
    }
    Ok(package)
}

/// Measures a check. Ours does more than the peers: metadata, marks, rubrics and rules.
fn check(ctx: &Context, toolchain: &Toolchain) -> Result<Vec<Row>> {
    let Some(python) = helpers::validators(ctx)? else { fail!("c2pa-python could not be installed") };
    let example = build_timed_example(ctx, toolchain, "Check example", "check_speed")?;
    let engine = build_timed_example(ctx, toolchain, "Engine example", "read_speed")?;
    let folder = ctx.private().join("bench");
    std::fs::create_dir_all(&folder)?;
    let mut files = Vec::new();
    for megabytes in ["3", "50"] {
        let file = folder.join(format!("signed-{megabytes}MB.jpg"));
        ctx.progress.step("Make a signed JPEG", &Cmd::new(&example).arg("make").arg(&file).arg(megabytes))?;
        files.push(file);
    }
    if let Some(corpus) = crate::test::corpus(ctx)? {
        let real = ["generators/firefly-1.png", "generators/chatgpt-2026-05-30.png", "signed/adobe-20220124-CAICA.jpg"];
        let more = ["signed/cards_trusted.webp", "signed/cards_trusted.mp4"];
        files.extend(real.iter().chain(&more).map(|name| corpus.join(name)).filter(|path| path.is_file()));
    }
    let ours = |pixels: &str| -> Result<Value> {
        let ours = Cmd::new(&example).arg(pixels).args(&files).limit(LIMIT);
        last_json(&ctx.progress.step("Checks", &ours)?.text)
    };
    // A reader does not decode the image, so the cost of decoding has its own row.
    let (ours, with_pixels) = (ours("0")?, ours("2500000")?);
    // The peers look up signers in the same lists.
    let settings = folder.join("engine-settings.json");
    let engine = Cmd::new(engine).arg(&settings).args(&files).limit(LIMIT);
    let engine = last_json(&ctx.progress.step("Reads by the engine alone", &engine)?.text)?;
    let reader = Cmd::new(&python).arg(ctx.path("tests/interop/check_speed.py")).arg(&settings).args(&files);
    let reader = reader.env("PYTHONDONTWRITEBYTECODE", "1").limit(LIMIT);
    let theirs = last_json(&ctx.progress.step("Reads by c2pa-python", &reader)?.text)?;

    let mut rows = Vec::new();
    for (index, file) in files.iter().enumerate() {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let at = index.to_string();
        let figure = |json: &Value, what: &str| number(json, &["files", &at, what]);
        let peer = figure(&theirs, "median")?;
        rows.push(Row {
            what: format!("check {name}"),
            ours: figure(&ours, "median")?,
            theirs: peer,
            unit: "ms",
            limit: Some(peer * 1.5),
        });
        // c2pa-python verifies with OpenSSL. This row shows the cost of the same cryptography without the rest of a
        // check.
        rows.push(Row {
            what: format!("check {name}; the engine alone"),
            ours: figure(&ours, "median")?,
            theirs: figure(&engine, "median")?,
            unit: "ms",
            limit: None,
        });
        rows.push(Row {
            what: format!("check {name}, marks in the pixels too"),
            ours: figure(&with_pixels, "median")?,
            theirs: peer,
            unit: "ms",
            limit: None,
        });
        if name.contains("50MB") {
            rows.push(Row {
                what: format!("check {name}: peak heap beyond it"),
                ours: figure(&with_pixels, "extraPeakBytes")? / 1e6,
                theirs: figure(&theirs, "extraPeakBytes")? / 1e6,
                unit: "MB",
                limit: Some(16.0),
            });
        }
    }

    if helpers::chromium(ctx)?.is_some() {
        npm_packages(ctx)?;
        release::build(ctx)?;
        let bench = Cmd::new("node")
            .arg(ctx.path("tests/web/bench.mjs"))
            .arg(c2pa_web(ctx)?)
            .arg(&settings)
            .args(&files)
            .limit(LIMIT);
        let json = last_json(&ctx.progress.step("Checks in Chromium", &bench)?.text)?;
        for (index, file) in files.iter().enumerate() {
            let name = file.file_name().unwrap_or_default().to_string_lossy();
            let at = index.to_string();
            let peer = number(&json, &["files", &at, "theirs"])?;
            for (which, more, limit) in [("ours", "", Some(peer)), ("withPixels", ", marks in the pixels too", None)] {
                rows.push(Row {
                    what: format!("in Chromium, {name}{more}"),
                    ours: number(&json, &["files", &at, which])?,
                    theirs: peer,
                    unit: "ms",
                    limit,
                });
            }
        }
    }
    Ok(rows)
}

/// Measures the waiting time of a visitor with a video of 2 GB: its structure, the whole file, and a cancelled check;
/// and the memory of the page. c2pa-web reads only the structure, sha256sum only the bytes.
fn video(ctx: &Context) -> Result<Vec<Row>> {
    if helpers::chromium(ctx)?.is_none() {
        fail!("Chromium was not found and could not be installed: install it, or set LABELER_CHROMIUM to its path");
    }
    npm_packages(ctx)?;
    release::build(ctx)?;
    let bench = Cmd::new("node").arg(ctx.path("tests/web/bench_video.mjs")).arg(c2pa_web(ctx)?).limit(LIMIT);
    let json = last_json(&ctx.progress.step("A video of 2 GB in Chromium", &bench)?.text)?;
    let row = |what: &str, ours: &str, theirs: &str, unit: &'static str, limit| -> Result<Row> {
        Ok(Row {
            what: format!("2 GB video: {what}"),
            ours: number(&json, &["ours", ours])?,
            theirs: number(&json, &["theirs", theirs])?,
            unit,
            limit,
        })
    };
    Ok(vec![
        row("structure judged, c2pa-web's read", "structure", "read", "ms", Some(1000.0))?,
        row("all of it, sha256sum", "whole", "sha256sum", "ms", None)?,
        row("cancelled, c2pa-web's read", "cancel", "read", "ms", Some(500.0))?,
        row("longest frame, c2pa-web's read", "gap", "read", "ms", Some(100.0))?,
        row("memory of the page, c2pa-web's", "peak", "peak", "MB", Some(150.0))?,
    ])
}

fn speed(ctx: &Context, toolchain: &Toolchain) -> Result<Vec<Row>> {
    let Some(python) = helpers::validators(ctx)? else { fail!("c2pa-python could not be installed") };
    npm_packages(ctx)?;
    release::build(ctx)?;
    let setup = build_init(ctx, toolchain)?;
    let site = Site::fresh(&ctx.private().join("bench"))?;
    let Some(credentials) = site.init(ctx, setup.clone())? else { fail!("the site for measuring was not fresh") };
    site.migrate(ctx)?;
    let running = site.start(ctx, Kind::Release, free_port()?)?;
    let image = match crate::test::corpus(ctx)?.map(|corpus| corpus.join("plain/large-photo.jpg")) {
        Some(photo) if photo.is_file() => photo,
        _ => {
            let sample = site.private.join("sample.jpg");
            ctx.progress.step("Sample photo", &setup.arg("sample").arg(&sample))?;
            sample
        }
    };
    let measure = Cmd::new(&python)
        .arg(ctx.path("tests/interop/speed.py"))
        .args(["--url", &running.url, "--key", &credentials.live_key, "--image"])
        .arg(image)
        .arg("--chain")
        .arg(site.private.join("development-chain.pem"))
        .arg("--private-key")
        .arg(site.private.join("development-key.pem"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .limit(LIMIT);
    let output = ctx.progress.step("Labelling through workerd and in c2pa-python", &measure)?;
    let json = last_json(&output.text)?;
    let megabytes = number(&json, &["bytes"])? / 1e6;
    ["median", "fastest"]
        .into_iter()
        .map(|which| {
            Ok(Row {
                what: format!("label {megabytes:.1} MB, {which}"),
                ours: number(&json, &["label", which])?,
                theirs: number(&json, &["c2paPython", which])?,
                unit: "ms",
                limit: None,
            })
        })
        .collect()
}

/// Measures the cost of authentication, limits and the request log. "Theirs" is `/health` of the same Worker, a
/// constant response.
fn auth(ctx: &Context, toolchain: &Toolchain) -> Result<Vec<Row>> {
    npm_packages(ctx)?;
    release::build(ctx)?;
    let setup = build_init(ctx, toolchain)?;
    let site = Site::fresh(&ctx.private().join("bench-auth"))?;
    let Some(credentials) = site.init(ctx, setup)? else { fail!("the site for measuring was not fresh") };
    site.migrate(ctx)?;
    let folder = ctx.path("tests/interop/service");
    site.execute(ctx, "Limits of the site", &folder.join("limits.sql"))?;
    let running = site.start(ctx, Kind::Release, free_port()?)?;
    let load = Cmd::new("node")
        .arg(folder.join("load.mjs"))
        .env("LABELER_URL", &running.url)
        .env("LABELER_LIVE_KEY", &credentials.live_key)
        .limit(LIMIT);
    let json = last_json(&ctx.progress.step("Lookups at 50 connections", &load)?.text)?;
    ["p50", "p99"]
        .into_iter()
        .map(|which| {
            Ok(Row {
                what: format!("GET /verify/{{hash}}, {which}, beside a constant"),
                ours: number(&json, &["verify", which])?,
                theirs: number(&json, &["constant", which])?,
                unit: "ms",
                limit: None,
            })
        })
        .collect()
}

/// Returns the last line of an output that is a JSON object.
fn last_json(output: &str) -> Result<Value> {
    output
        .lines()
        .rev()
        .filter(|line| line.trim_start().starts_with('{'))
        .find_map(|line| serde_json::from_str(line).ok())
        .ok_or_else(|| TaskError::new("the measurement printed no JSON"))
}

fn number(json: &Value, path: &[&str]) -> Result<f64> {
    path.iter()
        .try_fold(json, |value, name| match value {
            Value::Array(items) => items.get(name.parse::<usize>().ok()?),
            other => other.get(name),
        })
        .and_then(Value::as_f64)
        .ok_or_else(|| TaskError::new(format!("the output of the measurement does not contain {}", path.join("."))))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    fn row(ours: f64, limit: Option<f64>) -> Row {
        Row { what: "thing".into(), ours, theirs: 4.0, unit: "MB", limit }
    }

    #[test]
    fn a_row_shows_the_ratio_and_the_limit() {
        assert!(row(1.0, Some(1.6)).line().contains("0.250   limit 1.6 MB"));
        assert!(!row(1.6, Some(1.6)).is_over(), "the limit itself is allowed");
        let over = row(1.7, Some(1.6));
        assert!(over.is_over() && over.line().contains("OVER the limit of 1.6 MB"));
        assert!(row(2.0, None).line().ends_with("0.500"));
    }

    #[test]
    fn reads_measurements_from_the_last_json_line() {
        let json = last_json("{\"a\": 1}\nnoise\n{\"a\": {\"b\": 2.5}}\nbye\n").unwrap();
        assert_eq!(number(&json, &["a", "b"]).unwrap(), 2.5);
        assert!(number(&json, &["a", "c"]).unwrap_err().to_string().contains("a.c"));
        assert!(last_json("nothing").is_err());
    }
}
