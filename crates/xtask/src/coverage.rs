//! `cargo xtask coverage`: measures which lines the Rust tests run, with cargo-llvm-cov.
//!
//! The program is optional and is not installed from here: it needs a component of the toolchain that only rustup
//! installs. It builds everything once more, with counters, in its own folder below the target folder. Tests that need
//! the corpus are marked `ignore` and do not run.

use crate::context::Context;
use crate::error::Result;
use crate::fail;
use crate::site::NATIVE;
use crate::toolchain::Toolchain;

/// Runs the Rust tests with counters. Prints the table of all files, and writes pages with the counts of each line.
pub fn run(ctx: &Context) -> Result<()> {
    let toolchain = Toolchain::find(ctx)?;
    if !toolchain.has_component(ctx, "llvm-cov") {
        fail!(
            "cargo-llvm-cov is not installed. Run `cargo install cargo-llvm-cov --locked` and \
             `rustup component add llvm-tools-preview`, then try again"
        );
    }
    crate::toolchain::require_c_compiler(ctx)?;
    let measure = toolchain.cargo(ctx).arg("llvm-cov").args(NATIVE).arg("--html").args(crate::wasm::locked(ctx));
    ctx.progress.step("Coverage of the Rust tests", &measure)?;
    let table = ctx.progress.step("Table of coverage", &toolchain.cargo(ctx).args(["llvm-cov", "report"]))?;
    ctx.progress.say(table.text.trim_end());
    ctx.progress.say(format!("Pages: {}", ctx.target.join("llvm-cov/html/index.html").display()));
    Ok(())
}
