//! The programs that builds need in addition to Rust: wasm-bindgen, worker-build, Node, npm packages.
//!
//! Invariant: every tool has the version in a lock file, and worker-build gets the paths of all three of its helpers,
//! because it downloads any that are missing.

use crate::context::{Context, find_program};
use crate::error::{Result, While};
use crate::fail;
use crate::process::Cmd;
use crate::stamp::{Inputs, Stamp};
use crate::toolchain::Toolchain;
use crate::version::{Version, locked};
use std::path::{Path, PathBuf};

/// Minimum version for Vite 8 in the Node 20 line.
const NODE: Version = Version::new(20, 19, 0);

/// Crates in which the tools spend their time: they read and write modules of up to 70 MB.
const HOT: [&str; 5] = ["gimli", "walrus", "wasm-bindgen-cli-support", "wasm-encoder", "wasmparser"];

/// The installed build tools.
#[derive(Clone, Debug)]
pub struct Tools {
    /// `wasm-bindgen` in the version of the library in Cargo.lock.
    pub wasm_bindgen: PathBuf,
    /// `worker-build` in the version of the `worker` library in Cargo.lock.
    pub worker_build: PathBuf,
}

impl Tools {
    /// Finds or installs the tools.
    pub fn find(ctx: &Context, toolchain: &Toolchain) -> Result<Self> {
        let lock = std::fs::read_to_string(ctx.path("Cargo.lock")).while_doing("reading Cargo.lock")?;
        let tools = Self {
            wasm_bindgen: cargo_tool(ctx, toolchain, &lock, "wasm-bindgen", "wasm-bindgen", "wasm-bindgen-cli")?,
            worker_build: cargo_tool(ctx, toolchain, &lock, "worker-build", "worker", "worker-build")?,
        };
        // The object files of the tools are no longer needed.
        let _ = std::fs::remove_dir_all(ctx.cache.join("tools/target"));
        Ok(tools)
    }

    /// Part of every stamp: a new tool causes a new build.
    pub fn identity(&self) -> String {
        [&self.wasm_bindgen, &self.worker_build]
            .map(|tool| Cmd::new(tool).arg("--version").ask().unwrap_or_default())
            .join("\n")
    }
}

/// Installs a program from crates.io whose version must equal that of `library` in the lock file.
fn cargo_tool(
    ctx: &Context,
    toolchain: &Toolchain,
    lock: &str,
    program: &str,
    library: &str,
    package: &str,
) -> Result<PathBuf> {
    let Some(version) = locked(lock, library) else { fail!("Cargo.lock does not contain {library}") };
    let root = ctx.cache.join("tools");
    let installed = root.join("bin").join(if cfg!(windows) { format!("{program}.exe") } else { program.to_owned() });
    let fits = |path: &Path| {
        Cmd::new(path).arg("--version").ask().is_some_and(|text| text.split_whitespace().any(|word| word == version))
    };
    if fits(&installed) {
        return Ok(installed);
    }
    if let Some(found) = find_program(program).filter(|path| fits(path)) {
        return Ok(found);
    }
    // Only the hot crates are optimised: the programs run for seconds, and compiling everything optimised takes minutes.
    let install = |locked: bool| {
        let install = toolchain
            .cargo(ctx)
            .dir(&ctx.cache)
            .args(["install", package, "--version", &version, "--bin", program, "--force", "--profile", "dev"])
            // The defaults of wasm-bindgen-cli are TLS libraries of its test runner; worker-build has none.
            .arg("--no-default-features")
            .args(["--config", "profile.dev.opt-level=0", "--config", "profile.dev.debug=false"]);
        let install = HOT.iter().fold(install, |install, name| {
            install.arg("--config").arg(format!("profile.dev.package.{name}.opt-level=1"))
        });
        let install = install.arg("--root").arg(&root).arg("--target-dir").arg(root.join("target"));
        if locked { install.arg("--locked") } else { install }
    };
    let step = format!("{package} {version}");
    let first = ctx.progress.try_step(&step, &install(true))?;
    if !first.ok {
        // A registry mirror may lack one of the exact versions in the tool's own lock file.
        ctx.progress.step(&format!("{step} with the versions at hand"), &install(false))?;
    }
    if !fits(&installed) {
        fail!("{package} {version} was installed, but {} does not report that version", installed.display());
    }
    Ok(installed)
}

/// Checks Node and npm.
pub fn require_node() -> Result<()> {
    let found = Cmd::new("node").arg("--version").ask();
    match found.as_deref().and_then(Version::find) {
        None => fail!(
            "Node.js was not found: install Node.js 20.19 or newer (https://nodejs.org, or your system's packages)"
        ),
        Some(version) if version < NODE => fail!("Node.js {version} is too old: install Node.js {NODE} or newer"),
        Some(_) if find_program("npm").is_none() => {
            fail!("npm was not found: install it beside Node.js (Debian: `apt-get install npm`)")
        }
        Some(_) => Ok(()),
    }
}

/// Installs the npm packages of `web/` if its lock file has changed.
pub fn npm_packages(ctx: &Context) -> Result<()> {
    require_node()?;
    let web = ctx.path("web");
    let modules = web.join("node_modules");
    let inputs = Inputs::new()
        .text(Cmd::new("node").arg("--version").ask().unwrap_or_default())
        .path(&web.join("package.json"), &[])?
        .path(&web.join("package-lock.json"), &[])?;
    let stamp = Stamp::new(&modules, ".labeler-stamp", inputs);
    if !stamp.is_fresh(&[&ctx.npm_bin("wrangler"), &ctx.npm_bin("vite")]) {
        let ci = Cmd::new("npm").args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).dir(&web);
        ctx.progress.step("npm packages", &quiet(ci))?;
        stamp.write()?;
    }
    Ok(())
}

/// Prevents JavaScript programs from sending telemetry or asking questions.
pub fn quiet(cmd: Cmd) -> Cmd {
    cmd.env("CLOUDFLARE_CF_FETCH_ENABLED", "false")
        .env("WRANGLER_SEND_METRICS", "false")
        .env("WRANGLER_SEND_ERROR_REPORTS", "false")
        .env("WRANGLER_HIDE_BANNER", "true")
        .env("DO_NOT_TRACK", "1")
        .env("NO_UPDATE_NOTIFIER", "1")
}

/// Returns wrangler in the repository, without telemetry.
pub fn wrangler(ctx: &Context) -> Cmd {
    quiet(Cmd::new(ctx.npm_bin("wrangler")).dir(&ctx.root)).env("WRANGLER_LOG_PATH", ctx.cache.join("logs"))
}

/// Passes the paths of its helpers to worker-build.
pub fn with_helpers(ctx: &Context, tools: &Tools, cmd: Cmd) -> Result<Cmd> {
    let helpers = [
        ("WASM_BINDGEN_BIN", tools.wasm_bindgen.clone()),
        ("WASM_OPT_BIN", ctx.npm_bin("wasm-opt")),
        ("ESBUILD_BIN", ctx.npm_bin("esbuild")),
    ];
    let mut cmd = cmd;
    for (name, path) in helpers {
        if !path.exists() {
            fail!("{} is missing. Delete web/node_modules and try again.", path.display());
        }
        cmd = cmd.env(name, path);
    }
    Ok(cmd)
}
