//! Where things are, and what kind of machine this is.

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
    /// Installed tools, logs and stamps: `$LABELER_CACHE`, else `~/.cache/labeler`.
    pub cache: PathBuf,
    /// Where cargo builds: `$CARGO_TARGET_DIR`, else `target` in the cache.
    pub target: PathBuf,
    /// True when `CI` is set: what is missing is then an error, not a skip.
    pub ci: bool,
    /// What the person sees.
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

    /// A path in the repository.
    pub fn path(&self, relative: impl AsRef<Path>) -> PathBuf {
        self.root.join(relative)
    }

    /// The private folder of this checkout: development keys, samples, stamps. Never committed.
    pub fn private(&self) -> PathBuf {
        self.root.join(".labeler")
    }

    /// A program that npm installed for the pages.
    pub fn npm_bin(&self, name: &str) -> PathBuf {
        let file = if cfg!(windows) { format!("{name}.cmd") } else { name.to_owned() };
        self.root.join("web/node_modules/.bin").join(file)
    }

    /// Installs Debian packages; false when this is no Debian or nobody may.
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

/// A command that runs as root on Debian: directly for root, through `sudo -n` where that asks nothing.
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

/// Looks a program up in PATH.
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
