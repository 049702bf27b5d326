//! Version numbers: parsing and comparison.

use std::fmt;

/// `major.minor.patch`. A suffix is dropped, but marks the version as a pre-release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version {
    major: u32,
    minor: u32,
    patch: u32,
}

impl Version {
    /// Creates a version.
    pub const fn new(major: u32, minor: u32, patch: u32) -> Self {
        Self { major, minor, patch }
    }

    /// Finds the first word that looks like a version: `rustc 1.96.0 (ac68faa20 2026-05-25)`, `v20.20.2`, `Python
    /// 3.11.7`.
    pub fn find(text: &str) -> Option<Self> {
        text.split_whitespace().find_map(|word| Self::parse(word.strip_prefix('v').unwrap_or(word)))
    }

    fn parse(word: &str) -> Option<Self> {
        let numbers = word.split(['-', '+']).next()?;
        let mut parts = numbers.split('.');
        let version = Self::new(
            parts.next()?.parse().ok()?,
            parts.next()?.parse().ok()?,
            match parts.next() {
                Some(patch) => patch.parse().ok()?,
                None => 0,
            },
        );
        parts.next().is_none().then_some(version)
    }
}

impl fmt::Display for Version {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// Returns the version of `package` in a Cargo.lock; the first one if there are several.
pub fn locked(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines();
    lines.find(|line| *line == name)?;
    let version = lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')?;
    Some(version.to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
    use super::*;

    #[test]
    fn finds_versions_in_the_output_of_tools() {
        assert_eq!(Version::find("rustc 1.96.0 (ac68faa20 2026-05-25)"), Some(Version::new(1, 96, 0)));
        assert_eq!(Version::find("rustc 1.98.0-nightly (abc 2026-05-25)"), Some(Version::new(1, 98, 0)));
        assert_eq!(Version::find("v20.20.2"), Some(Version::new(20, 20, 2)));
        assert_eq!(Version::find("Python 3.11"), Some(Version::new(3, 11, 0)));
        assert_eq!(Version::find("command not found"), None);
        assert_eq!(Version::find("1.2.3.4"), None);
    }

    #[test]
    fn compares_versions_by_number() {
        assert!(Version::new(1, 100, 0) > Version::new(1, 96, 5));
        assert!(Version::new(20, 9, 0) < Version::new(20, 19, 0));
        assert_eq!(Version::new(0, 8, 7).to_string(), "0.8.7");
    }

    #[test]
    fn reads_the_version_from_the_lock_file() {
        let lock = "version = 4\n\n[[package]]\nname = \"wasm-bindgen-shared\"\nversion = \"9.9.9\"\n\n\
            [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"registry\"\n";
        assert_eq!(locked(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked(lock, "wasm"), None);
    }
}
