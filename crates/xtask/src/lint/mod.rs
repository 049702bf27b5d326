//! Checks of the sources that no tool of the ecosystem makes: circles of files, doc comments, commit subjects.

mod circles;
mod modules;
mod sentences;
mod subjects;
mod tokens;

use crate::context::Context;
use crate::error::{Result, While};
use std::path::{Path, PathBuf};

/// Reports every finding; true when nothing failed. Subjects only warn, because a pushed commit cannot be changed.
pub fn run(ctx: &Context) -> Result<bool> {
    let mut findings = Vec::new();
    for package in packages(&ctx.root)? {
        let name = package.strip_prefix(&ctx.root).unwrap_or(&package).display().to_string();
        findings.extend(circles::of_package(&package)?.into_iter().map(|circle| format!("{name}: {circle}")));
        for file in rust_files(&package.join("src"))? {
            let source = std::fs::read_to_string(&file).while_doing(format_args!("reading {}", file.display()))?;
            let path = file.strip_prefix(&ctx.root).unwrap_or(&file).display();
            findings.extend(sentences::unfinished(&source).into_iter().map(|line| {
                format!("{path}:{line}: the first paragraph of the doc comment does not end like a sentence")
            }));
        }
    }
    findings.iter().for_each(|finding| println!("✗ {finding}"));
    for commit in subjects::too_long(ctx) {
        println!("! the subject is longer than 72 characters: {commit}");
    }
    Ok(findings.is_empty())
}

/// Folders of the workspace's packages, after `members` in its Cargo.toml.
pub fn packages(root: &Path) -> Result<Vec<PathBuf>> {
    let manifest = std::fs::read_to_string(root.join("Cargo.toml")).while_doing("reading Cargo.toml")?;
    let mut packages = Vec::new();
    for member in members(&manifest) {
        match member.strip_suffix("/*") {
            Some(folder) => {
                for entry in std::fs::read_dir(root.join(folder))? {
                    packages.push(entry?.path());
                }
            }
            None => packages.push(root.join(member)),
        }
    }
    packages.retain(|package| package.join("Cargo.toml").is_file());
    packages.sort();
    Ok(packages)
}

/// Strings of the list `members`.
fn members(manifest: &str) -> Vec<&str> {
    let list = manifest.split_once("\nmembers = [").and_then(|(_, rest)| rest.split_once(']'));
    let strings = list.map(|(list, _)| list.split('"').skip(1).step_by(2));
    strings.into_iter().flatten().collect()
}

/// Every `.rs` file below a folder, sorted. None when the folder does not exist.
fn rust_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop().filter(|folder| folder.is_dir()) {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    #[test]
    fn reads_the_members_of_the_workspace() {
        let manifest = "[workspace]\nmembers = [\"crates/*\",\n    \"worker\"]\ndefault-members = [\"other\"]\n";
        assert_eq!(members(manifest), ["crates/*", "worker"]);
        let packages = packages(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")).unwrap();
        for name in ["crates/xtask", "worker"] {
            assert!(packages.iter().any(|package| package.ends_with(name)), "{name} among {packages:?}");
        }
    }
}
