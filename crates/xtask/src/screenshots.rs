//! `cargo xtask screenshots`: takes screenshots of every page in every look, for people to review.

use crate::context::Context;
use crate::error::Result;
use crate::fail;
use crate::helpers;
use crate::process::Cmd;
use crate::toolchain::Toolchain;
use crate::tools::{Tools, npm_packages};
use crate::wasm::{self, Kind};
use std::time::Duration;

/// Time limit: some seconds per screenshot.
const LIMIT: Duration = Duration::from_secs(25 * 60);

/// Takes the screenshots of all pages, or of those whose name contains one of `names`, in `screenshots/`.
pub fn run(ctx: &Context, names: &[String]) -> Result<()> {
    let Some(chromium) = helpers::chromium(ctx)? else {
        fail!("Chromium was not found and could not be installed: install it, or set LABELER_CHROMIUM to its path");
    };
    let toolchain = Toolchain::find(ctx)?;
    npm_packages(ctx)?;
    wasm::build(ctx, &toolchain, &Tools::find(ctx, &toolchain)?, Kind::Test)?;
    wasm::pages(ctx)?;
    let take = Cmd::new("node").arg(ctx.path("tests/web/screenshots.mjs")).args(names);
    let take = take.env("LABELER_CHROMIUM", &chromium).limit(LIMIT);
    let output = ctx.progress.step("Pictures of the pages", &take)?;
    println!("{}", output.text.lines().last().unwrap_or_default());
    Ok(())
}
