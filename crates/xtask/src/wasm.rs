//! Builds the wasm modules: the Worker (`build/`), and the browser's engine and pixel module (`pkg/generated/`).
//!
//! Invariant: they are always compiled in one cargo invocation. Cargo then resolves one set of features for their
//! shared dependencies, and the signing engine, by far the largest, is compiled only once.

use crate::context::Context;
use crate::error::{Result, While};
use crate::fail;
use crate::process::Cmd;
use crate::stamp::{Inputs, Stamp};
use crate::toolchain::{Toolchain, WASM};
use crate::tools::{Tools, with_helpers};
use std::path::{Path, PathBuf};

/// Features that wasm-opt may use: everything that rustc's target and `.cargo/config.toml` may emit, and nothing newer.
const WASM_FEATURES: [&str; 8] = [
    "--enable-mutable-globals",
    "--enable-sign-ext",
    "--enable-nontrapping-float-to-int",
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-reference-types",
    "--enable-exception-handling",
    "--enable-simd",
];

/// File names of the browser's modules without extensions: the engine, and the module that is loaded only for images.
pub const ENGINE: &str = "labeler_browser";
/// See [`ENGINE`].
pub const PIXELS: &str = "labeler_browser_pixels";

/// Cargo's arguments for the packages that become wasm modules.
pub const PACKAGES: [&str; 6] =
    ["--package", "labeler-worker", "--package", "labeler-browser", "--package", "labeler-browser-pixels"];

/// Kind of build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// No LTO, little optimisation: for `dev`.
    Development,
    /// Like development, with routes that tests need and a deployment must not have.
    Test,
    /// For deployment: LTO, then wasm-opt.
    Release,
}

impl Kind {
    /// Returns the folder for the Worker of this kind.
    pub fn worker_dir(self, ctx: &Context) -> PathBuf {
        match self {
            Self::Test => ctx.private().join("test-build"),
            Self::Development | Self::Release => ctx.path("build"),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Development => "development",
            Self::Test => "test",
            Self::Release => "release",
        }
    }
}

/// Builds Worker and browser modules if a source, a tool or the kind has changed.
pub fn build(ctx: &Context, toolchain: &Toolchain, tools: &Tools, kind: Kind) -> Result<()> {
    let worker = kind.worker_dir(ctx);
    let engine = ctx.path("pkg/generated");
    let worker_stamp = Stamp::new(&worker, ".labeler-stamp", inputs(ctx, toolchain, tools)?.text(kind.name()));
    // A test build has the same engine as a development build.
    let engine_kind = if kind == Kind::Release { "release" } else { "development" };
    let engine_stamp = Stamp::new(&engine, ".labeler-stamp", inputs(ctx, toolchain, tools)?.text(engine_kind));
    let worker_files = [worker.join("index.js"), worker.join("index_bg.wasm")];
    let engine_files = [ENGINE, PIXELS].map(|name| engine.join(format!("{name}_bg.wasm")));
    let worker_fresh = worker_stamp.is_fresh(&worker_files.each_ref().map(PathBuf::as_path));
    let engine_fresh = engine_stamp.is_fresh(&engine_files.each_ref().map(PathBuf::as_path));

    if !worker_fresh || !engine_fresh {
        build_worker(ctx, toolchain, tools, kind, &worker)?;
        if kind == Kind::Release {
            // The Worker is not downloaded by users, and `-Oz` takes much longer.
            optimise(ctx, "wasm-opt of the Worker", "-O", &worker.join("index_bg.wasm"))?;
        }
        worker_stamp.write()?;
    }
    if !engine_fresh {
        bind(ctx, tools, kind, ENGINE, &engine)?;
        bind(ctx, tools, kind, PIXELS, &engine)?;
        if kind == Kind::Release {
            let [engine_file, pixels_file] = &engine_files;
            optimise(ctx, "wasm-opt of the browser module", "-Oz", engine_file)?;
            // Optimised for speed, because this module consists of loops over pixels.
            optimise(ctx, "wasm-opt of the pixel module", "-O3", pixels_file)?;
        }
        engine_stamp.write()?;
    }
    Ok(())
}

fn build_worker(ctx: &Context, toolchain: &Toolchain, tools: &Tools, kind: Kind, out: &Path) -> Result<()> {
    // worker-build expects the folder relative to the crate.
    let relative = Path::new("..").join(out.strip_prefix(&ctx.root).unwrap_or(out));
    let build = toolchain.build_environment(ctx, Cmd::new(&tools.worker_build).dir(ctx.path("worker")));
    let build = with_helpers(ctx, tools, build)?
        .env("RUST_LOG", "warn")
        .args([if kind == Kind::Release { "--release" } else { "--dev" }, "--no-opt", "--out-dir"])
        .arg(relative)
        .args(PACKAGES);
    let build = if kind == Kind::Test && has_feature(ctx, "worker", "contract-tests")? {
        build.args(["--features", "labeler-worker/contract-tests"])
    } else {
        build
    };
    let step = match kind {
        Kind::Release => "Worker and browser modules (release)",
        Kind::Development => "Worker and browser modules",
        Kind::Test => "Worker and browser modules (test)",
    };
    ctx.progress.step(step, &build.args(locked(ctx)))?;
    Ok(())
}

fn bind(ctx: &Context, tools: &Tools, kind: Kind, name: &str, out: &Path) -> Result<()> {
    let profile = if kind == Kind::Release { "release" } else { "debug" };
    let module = ctx.target.join(WASM).join(profile).join(format!("{name}.wasm"));
    let bind = Cmd::new(&tools.wasm_bindgen)
        .args(["--target", "web", "--out-name", name, "--out-dir"])
        .arg(out)
        .args(["--remove-producers-section", "--remove-name-section"])
        .arg(module);
    ctx.progress.step(&format!("Bindings of {name}"), &bind)?;
    Ok(())
}

fn optimise(ctx: &Context, step: &str, level: &str, module: &Path) -> Result<()> {
    let small = module.with_extension("small");
    let opt = Cmd::new(ctx.npm_bin("wasm-opt")).arg(level).args(WASM_FEATURES).arg("-o").arg(&small).arg(module);
    ctx.progress.step(step, &opt)?;
    std::fs::rename(&small, module).while_doing(format_args!("replacing {}", module.display()))
}

/// In CI the lock file must be current; a developer may just have added a dependency.
pub fn locked(ctx: &Context) -> Option<&'static str> {
    ctx.ci.then_some("--locked")
}

/// Returns whether the crate in `folder` declares the feature.
pub fn has_feature(ctx: &Context, folder: &str, feature: &str) -> Result<bool> {
    let manifest = ctx.path(folder).join("Cargo.toml");
    let text = std::fs::read_to_string(&manifest).while_doing(format_args!("reading {}", manifest.display()))?;
    Ok(declares_feature(&text, feature))
}

fn declares_feature(manifest: &str, feature: &str) -> bool {
    let mut in_features = false;
    manifest.lines().map(str::trim).any(|line| {
        if line.starts_with('[') {
            in_features = line == "[features]";
        }
        in_features && line.split_once('=').is_some_and(|(name, _)| name.trim().trim_matches('"') == feature)
    })
}

fn inputs(ctx: &Context, toolchain: &Toolchain, tools: &Tools) -> Result<Inputs> {
    Inputs::new()
        .text(&toolchain.identity)
        .text(tools.identity())
        .path(&ctx.path("Cargo.toml"), &[])?
        .path(&ctx.path("Cargo.lock"), &[])?
        .path(&ctx.path(".cargo/config.toml"), &[])?
        .path(&ctx.path("migrations"), &[])?
        .path(&ctx.path("patches"), &["tests", "fuzz", "target"])?
        .path(&ctx.path("worker"), &["build", "node_modules", "target"])?
        .path(&ctx.path("crates"), &["xtask", "cli", "init", "tests", "benches", "target"])
}

/// Builds the pages if they, the engine or an npm package have changed.
pub fn pages(ctx: &Context) -> Result<()> {
    let dist = ctx.path("web/dist");
    // The documentation pages are generated from the API description.
    let inputs = Inputs::new()
        .path(&ctx.path("web"), &["node_modules", "dist"])?
        .path(&ctx.path("pkg"), &["node_modules"])?
        .path(&ctx.path("crates/api/openapi.json"), &[])?;
    let stamp = Stamp::new(&ctx.private().join("stamps"), "pages", inputs);
    if stamp.is_fresh(&[&dist.join("index.html")]) {
        return Ok(());
    }
    let build = Cmd::new("npm").args(["run", "--silent", "build"]).dir(ctx.path("web"));
    ctx.progress.step("Pages", &crate::tools::quiet(build))?;
    if !dist.join("index.html").exists() {
        fail!("the build of the pages left no {}", dist.join("index.html").display());
    }
    stamp.write()
}

#[cfg(test)]
mod tests {
    use super::declares_feature;

    #[test]
    fn features_are_read_from_their_own_table() {
        let manifest =
            "[dependencies]\ncontract-tests = \"1\"\n\n[features]\ndefault = []\ncontract-tests = [\"x/y\"]\n";
        assert!(declares_feature(manifest, "contract-tests"));
        assert!(!declares_feature("[dependencies]\ncontract-tests = \"1\"\n", "contract-tests"));
        assert!(!declares_feature(manifest, "contract"));
    }
}
