//! `cargo xtask build`: builds the release artefacts and prints their sizes.

use crate::context::Context;
use crate::error::{Result, TaskError};
use crate::process::Cmd;
use crate::toolchain::Toolchain;
use crate::tools::{Tools, npm_packages};
use crate::wasm::{self, Kind};
use std::path::{Path, PathBuf};

/// Sizes in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sizes {
    /// Uncompressed.
    pub raw: u64,
    /// gzip, level 9.
    pub gzip: u64,
    /// Brotli, quality 11.
    pub brotli: u64,
}

/// Builds Worker, browser module and pages for release.
pub fn build(ctx: &Context) -> Result<()> {
    let toolchain = Toolchain::find(ctx)?;
    npm_packages(ctx)?;
    let tools = Tools::find(ctx, &toolchain)?;
    wasm::build(ctx, &toolchain, &tools, Kind::Release)?;
    wasm::pages(ctx)
}

/// Builds and prints the sizes.
pub fn run(ctx: &Context) -> Result<()> {
    build(ctx)?;
    println!("{:<34} {:>12} {:>12} {:>12}", "bytes", "raw", "gzip", "brotli");
    for (name, file) in [
        ("Worker module", worker_module(ctx)),
        ("Browser module", browser_module(ctx, wasm::ENGINE)),
        ("Browser module for pixels", browser_module(ctx, wasm::PIXELS)),
    ] {
        let sizes = measure(&file)?;
        println!("{name:<34} {:>12} {:>12} {:>12}", sizes.raw, sizes.gzip, sizes.brotli);
    }
    println!("\n  build/         the Worker, for `wrangler deploy`");
    println!("  pkg/           the npm package of the engine");
    println!("  web/dist/      the pages");
    Ok(())
}

/// Returns the Worker's wasm file.
pub fn worker_module(ctx: &Context) -> PathBuf {
    ctx.path("build/index_bg.wasm")
}

/// Returns a wasm file of the browser.
pub fn browser_module(ctx: &Context, name: &str) -> PathBuf {
    ctx.path("pkg/generated").join(format!("{name}_bg.wasm"))
}

/// Measures a file compressed with Node's own zlib, which every machine here has.
pub fn measure(file: &Path) -> Result<Sizes> {
    let script = "const z = require('node:zlib'); const b = require('node:fs').readFileSync(process.argv[1]);\n\
        const q = { [z.constants.BROTLI_PARAM_QUALITY]: 11, [z.constants.BROTLI_PARAM_LGWIN]: 24, \
        [z.constants.BROTLI_PARAM_SIZE_HINT]: b.length };\n\
        console.log(b.length, z.gzipSync(b, { level: 9 }).length, z.brotliCompressSync(b, { params: q }).length);";
    let node = Cmd::new("node").args(["--input-type=commonjs", "--eval", script]).arg(file);
    node.limit(std::time::Duration::from_secs(600))
        .ask()
        .as_deref()
        .and_then(parse_sizes)
        .ok_or_else(|| TaskError::new(format!("{} could not be measured", file.display())))
}

fn parse_sizes(text: &str) -> Option<Sizes> {
    let numbers: Vec<u64> = text.split_whitespace().map(str::parse).collect::<std::result::Result<_, _>>().ok()?;
    match numbers.as_slice() {
        [raw, gzip, brotli] => Some(Sizes { raw: *raw, gzip: *gzip, brotli: *brotli }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_three_numbers() {
        assert_eq!(parse_sizes("30 20 10"), Some(Sizes { raw: 30, gzip: 20, brotli: 10 }));
        assert_eq!(parse_sizes("30 20"), None);
        assert_eq!(parse_sizes("30 20 ten"), None);
    }
}
