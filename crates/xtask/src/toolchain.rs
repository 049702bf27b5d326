//! Finds or installs a Rust toolchain for the project: new enough, and with a standard library for
//! wasm32-unknown-unknown.
//!
//! Invariant: a toolchain is accepted only after it has compiled and linked a small wasm module with LTO, as a release
//! build requires. The result is stored per compiler, so the second start checks only the version. There is no
//! `rust-toolchain.toml`, because rustup would then download on machines where it cannot.

use crate::context::{Context, find_program};
use crate::error::Result;
use crate::fail;
use crate::process::Cmd;
use crate::stamp::{Inputs, Stamp};
use crate::version::Version;
use std::net::{TcpStream, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Minimum version, required by c2pa 0.91.
pub const NEEDED: Version = Version::new(1, 96, 0);
/// The only wasm target the project builds.
pub const WASM: &str = "wasm32-unknown-unknown";
/// Version that rustup installs if no installed toolchain is suitable.
const INSTALL: &str = "1.96";
/// Name under which Debian's toolchain is linked in rustup.
const LINKED: &str = "labeler";

/// Location of one toolchain.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Source {
    /// `cargo` and `rustc` in PATH.
    Active,
    /// A toolchain of rustup with this name.
    Rustup(String),
    /// A folder that contains `cargo` and `rustc`.
    Folder(PathBuf),
}

/// A toolchain that builds the project.
#[derive(Clone, Debug)]
pub struct Toolchain {
    source: Source,
    /// Output of `rustc -vV`, part of the stamps of everything that is built.
    pub identity: String,
}

impl Toolchain {
    /// Returns the toolchain for builds, installing one if necessary and possible.
    pub fn find(ctx: &Context) -> Result<Self> {
        let remembered = ctx.cache.join("toolchain");
        if let Some(source) = std::fs::read_to_string(&remembered).ok().and_then(|text| decode(&text)) {
            if let Some(found) = good(ctx, source)? {
                return Ok(found);
            }
        }
        let found = Self::search(ctx)?;
        std::fs::write(&remembered, encode(&found.source))?;
        let release = Version::find(&found.identity).unwrap_or(NEEDED);
        ctx.progress.say(format!("✓ Rust {release} with {WASM} ({})", describe(&found.source)));
        Ok(found)
    }

    fn search(ctx: &Context) -> Result<Self> {
        if let Some(found) = good(ctx, Source::Active)? {
            return Ok(found);
        }
        let installed = Cmd::new("rustup").args(["toolchain", "list"]).ask();
        for name in installed.as_deref().map(by_preference).unwrap_or_default() {
            if let Some(found) = good(ctx, Source::Rustup(name))? {
                return Ok(found);
            }
        }
        if installed.is_some() {
            if let Some(found) = from_rustup(ctx)? {
                return Ok(found);
            }
        }
        if let Some(found) = from_debian(ctx, installed.is_some())? {
            return Ok(found);
        }
        fail!(
            "Rust {NEEDED} or newer with the target {WASM} is required and could not be installed. Run \
             `rustup toolchain install {INSTALL} --target {WASM} --component clippy --component rustfmt`, then try again"
        );
    }

    /// Returns this toolchain's `cargo`, in the repository and with the shared target folder.
    pub fn cargo(&self, ctx: &Context) -> Cmd {
        let cmd = match &self.source {
            Source::Folder(folder) => Cmd::new(folder.join("cargo")),
            _ => Cmd::new("cargo"),
        };
        self.build_environment(ctx, cmd.dir(&ctx.root))
    }

    /// Sets this toolchain and the target folder for a program that builds the workspace. CI builds once, so there it
    /// writes no files for the next incremental build.
    pub fn build_environment(&self, ctx: &Context, cmd: Cmd) -> Cmd {
        let cmd = self.environment(cmd).env("CARGO_TARGET_DIR", &ctx.target);
        if ctx.ci { cmd.env("CARGO_INCREMENTAL", "0") } else { cmd }
    }

    /// Sets this toolchain for a program, and removes the outer cargo's environment variables.
    pub fn environment(&self, cmd: Cmd) -> Cmd {
        let cmd = without_outer_cargo(cmd);
        match &self.source {
            Source::Active => cmd,
            Source::Rustup(name) => cmd.env("RUSTUP_TOOLCHAIN", name),
            Source::Folder(folder) => cmd.env("PATH", path_with(folder)).env_remove("RUSTUP_TOOLCHAIN"),
        }
    }

    /// Returns whether `cargo NAME` exists (clippy and fmt are separate components).
    pub fn has_component(&self, ctx: &Context, name: &str) -> bool {
        self.cargo(ctx).args([name, "--version"]).ask().is_some()
    }
}

/// Removes the variables with which the outer cargo describes this package. An inner cargo must not see them.
fn without_outer_cargo(mut cmd: Cmd) -> Cmd {
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy();
        let about_xtask = name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
        // RUSTFLAGS would replace the flags for wasm in .cargo/config.toml, and the build would fail.
        let flags = matches!(&*name, "RUSTFLAGS" | "CARGO_ENCODED_RUSTFLAGS");
        if about_xtask || flags || matches!(&*name, "CARGO" | "CARGO_BIN_NAME" | "CARGO_CRATE_NAME" | "OUT_DIR") {
            cmd = cmd.env_remove(&*name);
        }
    }
    // The outer cargo adds its own libraries, which another rustc must not load.
    match std::env::var_os("LD_LIBRARY_PATH") {
        Some(paths) => {
            let kept = std::env::split_paths(&paths).filter(|path| !is_outer_library(path));
            match std::env::join_paths(kept) {
                Ok(kept) if !kept.is_empty() => cmd.env("LD_LIBRARY_PATH", kept),
                _ => cmd.env_remove("LD_LIBRARY_PATH"),
            }
        }
        None => cmd,
    }
}

fn is_outer_library(path: &Path) -> bool {
    path.components()
        .any(|part| part.as_os_str() == ".rustup" || part.as_os_str() == "rustlib" || part.as_os_str() == "toolchains")
        || path.ends_with("deps")
        || path.ends_with("debug")
        || path.ends_with("release")
}

/// Checks a toolchain: first the version, then a test build, whose result is stored for this compiler.
fn good(ctx: &Context, source: Source) -> Result<Option<Toolchain>> {
    let probe = Toolchain { source: source.clone(), identity: String::new() };
    let rustc = |cmd: Cmd| probe.environment(cmd);
    let program = match &source {
        Source::Folder(folder) => folder.join("rustc"),
        _ => PathBuf::from("rustc"),
    };
    let Some(identity) = rustc(Cmd::new(&program)).arg("-vV").ask() else { return Ok(None) };
    if Version::find(&identity).is_none_or(|version| version < NEEDED) {
        return Ok(None);
    }
    let Some(libraries) = rustc(Cmd::new(&program)).args(["--print", "target-libdir", "--target", WASM]).ask() else {
        return Ok(None);
    };
    let mut names: Vec<String> = std::fs::read_dir(&libraries)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok().map(|entry| entry.file_name().to_string_lossy().into_owned()))
        .collect();
    names.sort();
    if !names.iter().any(|name| name.starts_with("libstd-")) {
        return Ok(None);
    }
    let inputs = Inputs::new().text(&identity).text(&libraries).text(names.join("\n"));
    let stamp = Stamp::new(&ctx.cache.join("stamps"), &format!("wasm-probe-{}", slug(&source)), inputs);
    if !stamp.is_fresh(&[]) {
        let folder = ctx.cache.join("probe");
        std::fs::create_dir_all(&folder)?;
        let module = folder.join("probe.rs");
        std::fs::write(
            &module,
            "#[unsafe(no_mangle)]\npub extern \"C\" fn probe(n: u32) -> usize {\n    format!(\"{n}\").len()\n}\n",
        )?;
        let built = rustc(Cmd::new(&program))
            .args(["--edition=2024", "--crate-type=cdylib", "-Copt-level=1", "-Clto=fat", "--target", WASM, "-o"])
            .arg(folder.join("probe.wasm"))
            .arg(&module)
            .ask();
        if built.is_none() {
            return Ok(None);
        }
        stamp.write()?;
    }
    Ok(Some(Toolchain { source, identity }))
}

/// Returns the installed toolchains of rustup: the linked one and stable ones first, nightlies last.
fn by_preference(list: &str) -> Vec<String> {
    let mut names: Vec<String> =
        list.lines().filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect();
    names.sort_by_key(|name| {
        let rank = if name == LINKED {
            0
        } else if name.starts_with("stable") {
            1
        } else if name.starts_with("nightly") {
            3
        } else {
            2
        };
        (rank, std::cmp::Reverse(Version::find(&name.replace('-', " "))))
    });
    names
}

/// Downloads missing components with rustup. Stops at the first error, and after a time limit if there is no response.
fn from_rustup(ctx: &Context) -> Result<Option<Toolchain>> {
    if !can_download() {
        ctx.progress.say("  rustup's server is out of reach; trying Debian's packages");
        return Ok(None);
    }
    let rustup = |limit: u64| {
        without_outer_cargo(Cmd::new("rustup")).env("RUSTUP_MAX_RETRIES", "1").limit(Duration::from_secs(limit))
    };
    let active = Cmd::new("rustc").arg("--version").ask();
    if active.as_deref().and_then(Version::find).is_some_and(|version| version >= NEEDED) {
        let added = ctx.progress.try_step("rustup target add", &rustup(300).args(["target", "add", WASM]))?;
        if added.ok {
            return good(ctx, Source::Active);
        }
    }
    let install = rustup(900)
        .args(["toolchain", "install", INSTALL, "--profile", "minimal", "--component", "clippy"])
        .args(["--component", "rustfmt", "--target", WASM, "--no-self-update"]);
    let installed = ctx.progress.try_step("rustup toolchain install", &install)?;
    if !installed.ok {
        ctx.progress.say("  rustup cannot download here; trying Debian's packages");
        return Ok(None);
    }
    good(ctx, Source::Rustup(INSTALL.to_owned()))
}

/// Returns `false` if rustup's server certainly cannot be reached. rustup itself would wait for minutes on networks
/// that drop packets. Behind a proxy only rustup can tell.
fn can_download() -> bool {
    let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    if ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"].into_iter().any(set) {
        return true;
    }
    let server = std::env::var("RUSTUP_DIST_SERVER").unwrap_or_default();
    let host = host_and_port(&server).unwrap_or_else(|| "static.rust-lang.org:443".to_owned());
    host.to_socket_addrs().is_ok_and(|mut addresses| {
        addresses.any(|address| TcpStream::connect_timeout(&address, Duration::from_secs(5)).is_ok())
    })
}

/// Returns host and port: `https://mirror.example/rust` becomes `mirror.example:443`.
fn host_and_port(server: &str) -> Option<String> {
    let (scheme, rest) = server.split_once("://")?;
    let host = rest.split('/').next().filter(|host| !host.is_empty())?;
    let port = if scheme == "http" { 80 } else { 443 };
    Some(if host.contains(':') { host.to_owned() } else { format!("{host}:{port}") })
}

/// Installs Debian's current Rust (packages `rustc-web`, `cargo-web`). The standard library for wasm is built once from
/// its sources, because Debian has no package of it for this version.
fn from_debian(ctx: &Context, rustup: bool) -> Result<Option<Toolchain>> {
    // rust-web-llvm and lld-22 together provide /usr/bin/rust-lld, the wasm linker.
    let packages =
        ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "lld-22", "rust-web-clippy", "rustfmt-web"];
    if !ctx.apt_install("Rust from Debian's packages", &packages)? {
        return Ok(None);
    }
    let folder = debian_folder(ctx)?;
    let source = if rustup {
        let link = without_outer_cargo(Cmd::new("rustup")).args(["toolchain", "link", LINKED, "/usr"]);
        ctx.progress.step("rustup toolchain link", &link)?;
        Source::Rustup(LINKED.to_owned())
    } else {
        Source::Folder(folder.clone())
    };
    if let Some(found) = good(ctx, source.clone())? {
        return Ok(Some(found));
    }
    build_wasm_std(ctx, &folder)?;
    good(ctx, source)
}

/// Creates a folder with links to Debian's Rust programs only. Putting /usr/bin at the front of PATH would also change
/// which node and python run.
fn debian_folder(ctx: &Context) -> Result<PathBuf> {
    let folder = ctx.cache.join("debian-rust");
    std::fs::create_dir_all(&folder)?;
    for name in ["cargo", "rustc", "rustdoc", "rustfmt", "cargo-fmt", "cargo-clippy", "clippy-driver"] {
        let link = folder.join(name);
        let program = Path::new("/usr/bin").join(name);
        if program.exists() && !link.exists() {
            symlink(&program, &link)?;
        }
    }
    Ok(folder)
}

#[cfg(unix)]
fn symlink(to: &Path, link: &Path) -> std::io::Result<()> {
    std::os::unix::fs::symlink(to, link)
}

#[cfg(not(unix))]
fn symlink(to: &Path, link: &Path) -> std::io::Result<()> {
    std::fs::copy(to, link).map(|_| ())
}

fn build_wasm_std(ctx: &Context, folder: &Path) -> Result<()> {
    let build = ctx.cache.join("wasm-std");
    let _ = std::fs::remove_dir_all(&build);
    std::fs::create_dir_all(build.join("src"))?;
    std::fs::write(
        build.join("Cargo.toml"),
        "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[workspace]\n",
    )?;
    std::fs::write(build.join("src/lib.rs"), "#![no_std]\n")?;
    // RUSTC_BOOTSTRAP: build-std is unstable. embed-bitcode: without it a later build with LTO finds no bitcode.
    let cargo = without_outer_cargo(Cmd::new(folder.join("cargo")))
        .dir(&build)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTC", folder.join("rustc"))
        .env("RUSTFLAGS", "-Cembed-bitcode=yes")
        .env("CARGO_TARGET_DIR", build.join("target"))
        .env_remove("RUSTUP_TOOLCHAIN")
        .args(["build", "--release", "--target", WASM, "-Z", "build-std=std,panic_abort"]);
    ctx.progress.step("Rust standard library for wasm", &cargo)?;

    let mut rlibs = Vec::new();
    for entry in std::fs::read_dir(build.join("target").join(WASM).join("release/deps"))? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".rlib") && !name.starts_with("libempty-") {
            rlibs.push(path);
        }
    }
    // Only this function writes the folder. Files of an older compiler in it would conflict.
    let libraries = Path::new("/usr/lib/rustlib").join(WASM).join("lib");
    let root = |program: &str| crate::context::privileged(program);
    let (Some(remove), Some(make), Some(copy)) = (root("rm"), root("mkdir"), root("cp")) else {
        fail!("writing {} needs root", libraries.display());
    };
    ctx.progress.step("Clear the wasm library folder", &remove.arg("-rf").arg(&libraries))?;
    ctx.progress.step("Make the wasm library folder", &make.arg("-p").arg(&libraries))?;
    ctx.progress.step("Copy the wasm libraries", &copy.args(&rlibs).arg(&libraries))?;
    std::fs::remove_dir_all(&build)?;
    Ok(())
}

fn path_with(folder: &Path) -> std::ffi::OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let paths = std::iter::once(folder.to_owned()).chain(std::env::split_paths(&path));
    std::env::join_paths(paths).unwrap_or(path)
}

fn encode(source: &Source) -> String {
    match source {
        Source::Active => "active".to_owned(),
        Source::Rustup(name) => format!("rustup {name}"),
        Source::Folder(folder) => format!("folder {}", folder.display()),
    }
}

fn decode(text: &str) -> Option<Source> {
    match text.trim().split_once(' ') {
        None if text.trim() == "active" => Some(Source::Active),
        Some(("rustup", name)) => Some(Source::Rustup(name.to_owned())),
        Some(("folder", folder)) => Some(Source::Folder(PathBuf::from(folder))),
        _ => None,
    }
}

fn describe(source: &Source) -> String {
    match source {
        Source::Active => "the active toolchain".to_owned(),
        Source::Rustup(name) => format!("rustup toolchain {name}"),
        Source::Folder(folder) => folder.display().to_string(),
    }
}

fn slug(source: &Source) -> String {
    encode(source).chars().map(|next| if next.is_ascii_alphanumeric() { next } else { '-' }).collect()
}

/// Checks for the C compiler that the bundled SQLite of the command line and the tests requires.
pub fn require_c_compiler(ctx: &Context) -> Result<()> {
    let named = std::env::var("CC").ok().filter(|name| !name.is_empty());
    if cfg!(windows) || named.is_some() || ["cc", "gcc", "clang"].iter().any(|name| find_program(name).is_some()) {
        return Ok(());
    }
    if ctx.apt_install("C compiler from Debian's packages", &["gcc", "libc6-dev"])? {
        return Ok(());
    }
    fail!(
        "no C compiler was found, but the bundled SQLite needs one. Install gcc or clang (Debian: `apt-get install gcc libc6-dev`; macOS: `xcode-select --install`)"
    );
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    #[test]
    fn linked_and_stable_toolchains_come_before_nightlies() {
        let list = "nightly-x86_64-unknown-linux-gnu\nstable-x86_64-unknown-linux-gnu (active, default)\n\
            1.96.0-x86_64-unknown-linux-gnu\n1.97.1-x86_64-unknown-linux-gnu\nlabeler\n";
        assert_eq!(
            by_preference(list),
            [
                "labeler",
                "stable-x86_64-unknown-linux-gnu",
                "1.97.1-x86_64-unknown-linux-gnu",
                "1.96.0-x86_64-unknown-linux-gnu",
                "nightly-x86_64-unknown-linux-gnu"
            ]
        );
    }

    #[test]
    fn probes_a_rustup_mirror_at_its_own_address() {
        assert_eq!(host_and_port("https://mirror.example/rust").as_deref(), Some("mirror.example:443"));
        assert_eq!(host_and_port("http://127.0.0.1:9").as_deref(), Some("127.0.0.1:9"));
        assert_eq!(host_and_port(""), None);
    }

    #[test]
    fn a_stored_choice_reads_back() {
        for source in [Source::Active, Source::Rustup("labeler".into()), Source::Folder("/opt/my rust/bin".into())] {
            assert_eq!(decode(&encode(&source)), Some(source));
        }
        assert_eq!(decode("something else"), None);
        assert_eq!(decode(""), None);
    }

    #[test]
    fn hides_the_outer_cargo_from_an_inner_one() {
        assert!(is_outer_library(Path::new("/home/a/.rustup/toolchains/stable/lib")));
        assert!(is_outer_library(Path::new("/src/target/debug/deps")));
        assert!(!is_outer_library(Path::new("/opt/cuda/lib64")));
    }
}
