//! Names of the files in an archive: valid on every system, and unique.

use std::collections::HashSet;

use crate::http::file_name;

/// Name of the entry that lists the results.
pub(crate) const MANIFEST: &str = "manifest.json";

/// Reserved device names of Windows. They are reserved with every extension.
const DEVICES: [&str; 6] = ["con", "prn", "aux", "nul", "conin$", "conout$"];

/// Longest name in bytes. File systems allow 255; the rest is left for folders in front of it.
const MAX_BYTES: usize = 200;

/// Names in use, in lower case, because some systems do not distinguish case.
pub(crate) struct Names(HashSet<String>);

impl Names {
    /// Creates a set with the manifest's name in use.
    pub fn new() -> Self {
        Self(HashSet::from([MANIFEST.to_owned()]))
    }

    /// Returns a name for a file that was sent as `sent`: the first free one of `photo.jpg`, `photo-2.jpg`,
    /// `photo-3.jpg`, ….
    pub fn assign(&mut self, sent: &str) -> String {
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

/// Joins the parts of a name and shortens the stem to the limit.
fn joined(stem: &str, number: &str, extension: &str) -> String {
    // A longer text is not an extension.
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
    fn assigns_unique_and_safe_names() {
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
            assert_eq!(names.assign(sent), given, "{sent:?}");
        }
        let long = format!("{}.jpg", "é".repeat(250));
        assert_eq!(names.assign(&long), format!("{}.jpg", "é".repeat(98)));
        assert_eq!(names.assign(&long), format!("{}-2.jpg", "é".repeat(97)));
        assert_eq!(names.assign(&format!("{}.jpg", "a".repeat(300))), format!("{}.jpg", "a".repeat(196)));
    }
}
