//! Paths and environment of one run.

use crate::error::{Result, While};
use crate::process::Cmd;
use crate::progress::Progress;
use std::cell::Cell;
use std::path::{Path, PathBuf};

/// Paths and settings of one run.
#[derive(Debug)]
pub struct Context {
    /// The repository.
    pub root: PathBuf,
    /// Installed tools, logs and stamps: `$LABELER_CACHE`, otherwise `~/.cache/labeler`.
    pub cache: PathBuf,
    /// Cargo's target folder: `$CARGO_TARGET_DIR`, otherwise `target` in the cache.
    pub target: PathBuf,
    /// Whether `CI` is set. A missing program is then an error instead of a skip.
    pub ci: bool,
    /// Output for the user.
    pub progress: Progress,
    apt_updated: Cell<bool>,
}

impl Context {
    /// Reads the environment.
    pub fn new(verbose: bool) -> Result<Self> {
        let manifest =
            std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| env!("CARGO_MANIFEST_DIR").into(), PathBuf::from);
        let root = manifest.join("../..").canonicalize().while_doing("finding the repository")?;
        let cache = match path_from("LABELER_CACHE") {
            Some(cache) => cache,
            None => home().join(".cache/labeler"),
        };
        std::fs::create_dir_all(&cache).while_doing(format_args!("creating {}", cache.display()))?;
        let cache = cache.canonicalize()?;
        let target = path_from("CARGO_TARGET_DIR").map_or_else(|| cache.join("target"), |path| root.join(path));
        let progress = Progress::new(cache.join("logs"), verbose);
        let ci = std::env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"));
        Ok(Self { root, cache, target, ci, progress, apt_updated: Cell::new(false) })
    }

    /// Returns a path in the repository.
    pub fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    /// Returns the private folder of this checkout: development keys, samples, stamps. Never committed.
    pub fn private(&self) -> PathBuf {
        self.root.join(".labeler")
    }

    /// Returns the path of a program that npm installed for the pages.
    pub fn npm_bin(&self, name: &str) -> PathBuf {
        let file = if cfg!(windows) { format!("{name}.cmd") } else { name.to_owned() };
        self.root.join("web/node_modules/.bin").join(file)
    }

    /// Installs Debian packages. Returns `false` if this is not Debian or the permission is missing.
    pub fn apt_install(&self, step: &str, packages: &[&str]) -> Result<bool> {
        let Some(apt) = privileged("apt-get") else { return Ok(false) };
        let apt = apt.env("DEBIAN_FRONTEND", "noninteractive");
        if !self.apt_updated.replace(true) {
            self.progress.try_step("apt-get update", &apt.clone().args(["update", "-qq"]))?;
        }
        let install = apt.args(["install", "-y", "-qq", "--no-install-recommends"]).args(packages);
        Ok(self.progress.try_step(step, &install)?.ok)
    }
}

/// Returns a command that runs as root on Debian: directly for root, otherwise through `sudo -n` if that needs no
/// password.
pub fn privileged(program: &str) -> Option<Cmd> {
    if !Path::new("/etc/debian_version").exists() || find_program("apt-get").is_none() {
        return None;
    }
    if Cmd::new("id").arg("-u").ask().as_deref() == Some("0") {
        return Some(Cmd::new(program));
    }
    Cmd::new("sudo").args(["-n", "true"]).ask()?;
    Some(Cmd::new("sudo").args(["-n", "--preserve-env=DEBIAN_FRONTEND", program]))
}

/// Searches a program in PATH.
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .flat_map(|dir| [dir.join(name), dir.join(format!("{name}.exe")), dir.join(format!("{name}.cmd"))])
        .find(|candidate| candidate.is_file())
}

fn path_from(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from)
}

fn home() -> PathBuf {
    path_from("HOME").or_else(|| path_from("USERPROFILE")).unwrap_or_else(std::env::temp_dir)
}
