//! Names of the files in an archive: safe on every system, and each only once.

use std::collections::HashSet;

use crate::http::file_name;

/// The entry that lists the results.
pub(crate) const MANIFEST: &str = "manifest.json";

/// Names that Windows gives to devices, whatever their extension.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// Longest name in bytes; file systems end at 255, and people put folders in front.
const MAX_BYTES: usize = 200;

/// The names given so far, as a system sees them that does not tell upper from lower case.
pub(crate) struct Names(HashSet<String>);

impl Names {
    /// None but the manifest's.
    pub fn new() -> Self {
        Self(HashSet::from([MANIFEST.to_owned()]))
    }

    /// The name for a file that was sent as `sent`: the first of `photo.jpg`, `photo-2.jpg`, `photo-3.jpg`, … that is free.
    pub fn give(&mut self, sent: &str) -> String {
        let mut name = file_name::safe(sent);
        if is_device(&name) {
            name.insert(0, '_');
        }
        let (stem, extension) = match name.rfind('.') {
            Some(dot) if dot > 0 => name.split_at(dot),
            _ => (name.as_str(), ""),
        };
        let mut candidate = joined(stem, "", extension);
        let mut number = 2_u32;
        while !self.0.insert(candidate.to_lowercase()) {
            candidate = joined(stem, &format!("-{number}"), extension);
            number = number.saturating_add(1);
        }
        candidate
    }
}

/// The parts of a name, with as much of the stem as there is room for.
fn joined(stem: &str, number: &str, extension: &str) -> String {
    // What is longer is no extension.
    let extension = Some(extension).filter(|extension| extension.len() <= 20).unwrap_or_default();
    let room = MAX_BYTES.saturating_sub(number.len()).saturating_sub(extension.len());
    let end = (0..=room.min(stem.len())).rev().find(|end| stem.is_char_boundary(*end)).unwrap_or(0);
    format!("{}{number}{extension}", stem.get(..end).unwrap_or_default())
}

fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end().to_ascii_lowercase();
    let numbered = |stem: &str| {
        let number = stem.strip_prefix("com").or_else(|| stem.strip_prefix("lpt"));
        number.is_some_and(|number| {
            matches!(number, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³")
        })
    };
    DEVICES.contains(&stem.as_str()) || numbered(&stem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_given_once_and_harmless() {
        let mut names = Names::new();
        for (sent, given) in [
            ("photo.jpg", "photo.jpg"),
            ("photo.jpg", "photo-2.jpg"),
            ("PHOTO.JPG", "PHOTO-3.JPG"),
            ("photo-2.jpg", "photo-2-2.jpg"),
            ("a/b/photo.jpg", "photo-4.jpg"),
            ("../../etc/passwd", "passwd"),
            ("C:\\temp\\passwd", "passwd-2"),
            ("manifest.json", "manifest-2.json"),
            ("Manifest.JSON", "Manifest-3.JSON"),
            ("", "file"),
            ("..", "file-2"),
            ("con.jpg", "_con.jpg"),
            ("COM1", "_COM1"),
            ("lpt¹.png", "_lpt¹.png"),
            ("confetti.png", "confetti.png"),
            (".jpg", "jpg"),
            ("a.tar.gz", "a.tar.gz"),
            ("a.tar.gz", "a.tar-2.gz"),
            ("x\u{202e}gpj.exe", "xgpj.exe"),
        ] {
            assert_eq!(names.give(sent), given, "{sent:?}");
        }
        let long = format!("{}.jpg", "é".repeat(250));
        assert_eq!(names.give(&long), format!("{}.jpg", "é".repeat(98)));
        assert_eq!(names.give(&long), format!("{}-2.jpg", "é".repeat(97)));
        assert_eq!(names.give(&format!("{}.jpg", "a".repeat(300))), format!("{}.jpg", "a".repeat(196)));
    }
}
