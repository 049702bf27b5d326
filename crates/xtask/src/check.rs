//! `cargo xtask check`: formatting and lints, on the host and for wasm, the pages' types, what the dependencies
//! are, and how the sources are written.

use crate::context::Context;
use crate::error::Result;
use crate::fail;
use crate::process::{Cmd, tail};
use crate::site::NATIVE;
use crate::toolchain::{Toolchain, WASM};
use crate::tools::{Tools, npm_packages, quiet};
use crate::wasm::{self, Kind};

/// Runs every check and then fails if one did.
pub fn run(ctx: &Context) -> Result<()> {
    let toolchain = Toolchain::find(ctx)?;
    for component in ["fmt", "clippy"] {
        if !toolchain.has_component(ctx, component) {
            fail!("`cargo {component}` is missing from the toolchain: run `rustup component add clippy rustfmt`");
        }
    }
    crate::toolchain::require_c_compiler(ctx)?;
    let cargo = || toolchain.cargo(ctx);
    let mut failed = Vec::new();
    let mut check = |name: &'static str, cmd: Cmd| -> Result<()> {
        let output = ctx.progress.try_step(name, &cmd)?;
        if !output.ok {
            println!("{}", tail(&output.text));
            failed.push(name);
        }
        Ok(())
    };

    let sources_pass = crate::lint::run(ctx)?;
    check("Formatting", cargo().args(["fmt", "--all", "--check"]))?;
    // The system clock is fine on the host; clippy.toml's list is for what goes to wasm.
    let denied = ["--all-targets", "--quiet", "--", "-D", "warnings", "-A", "clippy::disallowed_methods"];
    check("Lints on the host", cargo().arg("clippy").args(NATIVE).args(denied))?;
    // The modules, and with them every crate of the workspace that they contain; panics are denied in Cargo.toml.
    let wasm_lints = cargo()
        .arg("clippy")
        .args(wasm::PACKAGES)
        .args(["--lib", "--quiet"])
        .args(["--target", WASM, "--", "-D", "warnings", "-D", "clippy::disallowed_methods"])
        .env("WASM_BINDGEN_USE_JS_SYS", "1");
    check("Lints for wasm", wasm_lints)?;

    npm_packages(ctx)?;
    // The pages import the types of the engine's bindings.
    wasm::build(ctx, &toolchain, &Tools::find(ctx, &toolchain)?, Kind::Development)?;
    let npm = |script: &str| quiet(Cmd::new("npm").args(["run", "--silent", script]).dir(ctx.path("web")));
    check("Types of the pages", npm("check"))?;
    check("Formatting of the pages", npm("format:check"))?;
    check("Lints of the pages", npm("lint"))?;
    check("Types made from the schemas", npm("types:check"))?;

    if !sources_pass {
        failed.push("Sources");
    }
    if crate::deny::run(ctx, &toolchain)?.failed > 0 {
        failed.push("Dependencies");
    }
    if failed.is_empty() {
        return Ok(());
    }
    fail!("these checks failed: {}", failed.join(", "));
}
