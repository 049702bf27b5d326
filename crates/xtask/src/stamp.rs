//! Stamps: a step is skipped if its inputs have not changed since its last success.
//!
//! Invariant: a stamp is written only after the step succeeded. It is a SHA-256 over names and contents, so touching a
//! file has no effect, and no change is missed.

use crate::error::{Result, While};
use sha2::{Digest, Sha256};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Collects the inputs of a step.
#[derive(Debug, Default)]
pub struct Inputs(Sha256);

impl Inputs {
    /// Creates an empty collection.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text: a version, a setting or an argument.
    #[must_use]
    pub fn text(mut self, text: impl AsRef<str>) -> Self {
        self.add(text.as_ref().as_bytes());
        self
    }

    /// Adds a file, or every file in a folder except the folders named in `skip`. A missing file or folder counts as
    /// empty.
    pub fn path(mut self, path: &Path, skip: &[&str]) -> Result<Self> {
        let mut files = Vec::new();
        collect(path, skip, &mut files).while_doing(format_args!("reading {}", path.display()))?;
        files.sort();
        for file in files {
            self.add(file.strip_prefix(path).unwrap_or(&file).to_string_lossy().as_bytes());
            self.add(&std::fs::read(&file).while_doing(format_args!("reading {}", file.display()))?);
        }
        Ok(self)
    }

    /// Returns the digest in hexadecimal.
    pub fn digest(self) -> String {
        hex(&self.0.finalize())
    }

    fn add(&mut self, bytes: &[u8]) {
        self.0.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
        self.0.update(bytes);
    }
}

fn collect(path: &Path, skip: &[&str], files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if path.is_file() {
        files.push(path.to_owned());
        return Ok(());
    }
    if !path.is_dir() {
        return Ok(());
    }
    for entry in std::fs::read_dir(path)? {
        let entry = entry?;
        if !skip.iter().any(|name| entry.file_name() == *name) {
            collect(&entry.path(), skip, files)?;
        }
    }
    Ok(())
}

/// Returns the SHA-256 in lower-case hexadecimal.
#[cfg(test)]
pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Stores the inputs of the last success of a step.
#[derive(Debug)]
pub struct Stamp {
    file: PathBuf,
    digest: String,
}

impl Stamp {
    /// Returns the stamp `name` in `folder` for these inputs.
    pub fn new(folder: &Path, name: &str, inputs: Inputs) -> Self {
        Self { file: folder.join(name), digest: inputs.digest() }
    }

    /// Returns whether the step succeeded with the same inputs and all of its outputs still exist.
    pub fn is_fresh(&self, outputs: &[&Path]) -> bool {
        std::fs::read_to_string(&self.file).is_ok_and(|text| text.trim() == self.digest)
            && outputs.iter().all(|output| output.exists())
    }

    /// Records that the step succeeded.
    pub fn write(&self) -> Result<()> {
        if let Some(parent) = self.file.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(&self.file, &self.digest).while_doing(format_args!("writing {}", self.file.display()))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let dir = std::env::temp_dir().join(format!("labeler-stamp-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&dir);
        std::fs::create_dir_all(&dir).unwrap();
        dir
    }

    #[test]
    fn sha256_matches_the_published_vector() {
        // FIPS 180-2, appendix B.1.
        assert_eq!(sha256(b"abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn a_stamp_is_fresh_until_an_input_changes_or_an_output_is_removed() {
        let dir = scratch("fresh");
        let source = dir.join("src");
        std::fs::create_dir_all(source.join("node_modules")).unwrap();
        std::fs::write(source.join("a.txt"), "one").unwrap();
        let made = dir.join("made");
        std::fs::write(&made, "").unwrap();
        let stamp = || {
            let inputs = Inputs::new().text("v1").path(&source, &["node_modules"]).unwrap();
            Stamp::new(&dir, "stamp", inputs)
        };
        assert!(!stamp().is_fresh(&[&made]));
        stamp().write().unwrap();
        assert!(stamp().is_fresh(&[&made]));
        std::fs::write(source.join("node_modules/ignored"), "x").unwrap();
        assert!(stamp().is_fresh(&[&made]), "skipped folders do not count");
        std::fs::write(source.join("a.txt"), "two").unwrap();
        assert!(!stamp().is_fresh(&[&made]));
        std::fs::write(source.join("a.txt"), "one").unwrap();
        std::fs::remove_file(&made).unwrap();
        assert!(!stamp().is_fresh(&[&made]));
    }

    #[test]
    fn distinguishes_names_from_contents() {
        let one = Inputs::new().text("ab").text("c").digest();
        let two = Inputs::new().text("a").text("bc").digest();
        assert_ne!(one, two);
    }
}
